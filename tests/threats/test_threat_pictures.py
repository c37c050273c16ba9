"""Whatever the texts hold, the elements of a picture are the same: judged by an XML parser, and by html5lib inside a page."""

from __future__ import annotations

import contextlib
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import attrs
import html5lib
import pytest
from hypothesis import given

from helpers.launches import END, said_by, with_checklist
from helpers.strategies import TEXT_FIELDS, launches, lines
from servingchecklist import Checklist, Effort, Phase, Task, critical_path, dumps, forecast
from servingchecklist.errors import InvalidError

MARKUP = json.loads((Path(__file__).parent / "corpus" / "markup.json").read_text(encoding="utf-8"))
LINES = [payload for payload in MARKUP if TEXT_FIELDS["task title"].may_hold(payload)]
HARMLESS = "harmless"
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "g", "rect", "line", "path", "text")}


def checklist_of(text):
    """It stands wherever a line of a stranger's can stand."""
    tasks = [Task("a", text, effort=Effort(1, 2)), Task("b", text, effort=Effort(1, 2), after=["a"])]
    return Checklist("x", text, topic=text, phases=[Phase("p", text, tasks=tasks)])


def gantt(text):
    owners = dict.fromkeys("ab", text)
    return forecast(checklist_of(text), start=date(2026, 11, 30), owners=owners, samples=3, today=date(2026, 11, 30))


def path(text):
    return critical_path(checklist_of(text))


VALUES = (gantt, path, checklist_of)


def alone(value):
    return ElementTree.fromstring(dumps(value, "svg"))


def on_a_page(value):
    return html5lib.parse(f"<!DOCTYPE html><title>x</title><p>before</p>{dumps(value, 'svg')}<p>after</p>")


VIEWS = (alone, on_a_page)


def skeleton(element):
    """The elements, what is inside what, and their attributes by name. How many lines a text takes depends on the text."""
    children = []
    for child in element:
        told = skeleton(child)
        if not (child.tag == f"{SVG}text" and children and children[-1] == told):
            children.append(told)
    return element.tag, sorted(set(element.attrib) - {"font-weight"}), children


def titles(element):
    return [one.text for one in element.iter(f"{SVG}title")]


def stored(text):
    """As XML can hold it."""
    return re.sub("[\ufffe\uffff]", "\ufffd", text)


def assert_is_only_text(view, make, text):
    found, expected = view(make(text)), harmless(view, make)
    assert skeleton(found) == skeleton(expected)
    assert titles(found) == [title.replace(HARMLESS, stored(text)) for title in titles(expected)]
    for element in found.iter():
        for value in element.attrib.values():
            assert re.fullmatch(r"[\w #.,:/%()-]*", value), value


@cache
def harmless(view, make):
    return view(make(HARMLESS))


def test_the_pictures_show_the_texts_that_the_tests_below_put_there():
    """Else those tests would compare nothing."""
    for make in VALUES:
        found = harmless(alone, make)
        assert sum(HARMLESS in title for title in titles(found)) >= 2
        assert [one.text for one in found.iter(f"{SVG}text") if HARMLESS in one.text]


def test_the_judge_sees_what_is_not_escaped(monkeypatch):
    monkeypatch.setattr("servingchecklist.formats.svg._draw.escape_html", lambda text: text)
    with pytest.raises(AssertionError):
        assert_is_only_text(on_a_page, path, "<b>x</b>")


@pytest.mark.parametrize("payload", LINES)
def test_a_payload_in_every_text_at_once_leaves_the_picture_as_it_is(payload):
    for view in VIEWS:
        assert_is_only_text(view, VALUES[LINES.index(payload) % len(VALUES)], payload)


@pytest.mark.slow
@pytest.mark.parametrize("make", VALUES)
def test_each_payload_in_every_picture_leaves_it_as_it_is(make):
    for payload in LINES:
        for view in VIEWS:
            assert_is_only_text(view, make, payload)


@given(lines)
def test_any_text_that_may_be_stored_leaves_the_picture_as_it_is(text):
    assert_is_only_text(alone, gantt, text)
    assert_is_only_text(alone, path, text)


@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_replaced(character):
    assert "a b\ufffd" in titles(alone(path(f"b{character}")))[1][:6].replace(";", "")


def test_all_payloads_beside_each_other_in_one_picture_stay_text():
    tasks = [Task(f"t{number}", payload, effort=Effort(1, 1)) for number, payload in enumerate(LINES)]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    for value in (checklist, forecast(checklist, start=date(2026, 11, 30), samples=2)):
        found = alone(value)
        assert {one.tag for one in found.iter()} <= TAGS
        told = [title for title in titles(found) if re.match(r"t\d+ ", title)]
        assert [title.split(" ", 1)[1].startswith(payload) for title, payload in zip(told, LINES, strict=True)]


def assert_nothing_acts(found):
    for element in found.iter():
        assert element.tag in TAGS
        assert not [name for name in element.attrib if name.startswith("on") or name in ("href", "src", "style", "id")]
        if element.tag == f"{SVG}style":
            assert "url(" not in element.text
            assert "@import" not in element.text


@given(launches())
def test_nothing_acts_in_the_pictures_of_any_launch(launch):
    launch = without_distant_days(launch)
    at = max(END, launch.events[-1].at)
    made = launch.forecast(at=at, samples=2, default_effort=Effort(1, 2), ranges=ranges_for(launch.checklist))
    for value in (made, made.finish, launch.critical_path(at=at, default_effort=Effort(1, 2)), launch.checklist):
        if value is made and made.finish.quantile(1.0).year > at.year + 98:  # a picture shows a hundred years
            with contextlib.suppress(InvalidError):
                assert_nothing_acts(alone(value))
        else:
            assert_nothing_acts(alone(value))


def without_distant_days(launch):
    """A launch in which no task may begin only in a later century, or waits for years."""
    phases = [
        attrs.evolve(
            phase,
            tasks=[
                attrs.evolve(
                    task,
                    not_before=task.not_before and min(task.not_before, date(2030, 1, 1)),
                    wait_days=min(task.wait_days, 14),
                )
                for task in phase.tasks
            ],
        )
        for phase in launch.checklist.phases
    ]
    return with_checklist(launch, attrs.evolve(launch.checklist, phases=phases))


def ranges_for(checklist):
    """A log-normal duration is never 0."""
    efforts = [task.effort for task in checklist if task.effort]
    return "bounds" if any(effort.low == 0 < effort.high for effort in efforts) else "p10-p90"


def test_nothing_acts_where_strangers_have_their_say():
    launch = said_by(LINES[:60])
    assert_nothing_acts(alone(launch.forecast(at=END, samples=2, default_effort=Effort(1, 2))))
