"""Whatever the texts hold, the elements of the page are the same, but for the layout that a description has: judged by html5lib, which parses as
browsers do.
"""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasts import forecast_of, path_through, slip_of
from helpers.launches import END, SINCE, said_by
from helpers.layout import with_elements
from helpers.pages import parse
from helpers.strategies import (
    ALONE,
    CROWDED,
    DOCUMENT,
    TEXT_FIELDS,
    as_the_field_may_hold,
    checklists,
    crowd,
    forecasts,
    launches,
    texts,
    with_value,
)
from servingchecklist import Checklist, Reference, critical_path, dumps, order
from servingchecklist.errors import InvalidError
from servingchecklist.formats.html import fragment
from servingchecklist.results import ReviewItem

CORPUS = Path(__file__).parent / "corpus"
MARKUP = json.loads((CORPUS / "markup.json").read_text(encoding="utf-8"))
URLS = json.loads((CORPUS / "urls.json").read_text(encoding="utf-8"))

HARMLESS = "harmless"
CHECKLIST = Checklist.from_dict(DOCUMENT)


def page(checklist):
    return parse(dumps(checklist, "html"))


def shown_in_a_notebook(checklist):
    return parse(fragment(checklist))


def next_page(checklist):
    return parse(dumps(order(checklist), "html"))


def next_in_a_notebook(checklist):
    return parse(order(checklist)._repr_html_())


VIEWS = (page, shown_in_a_notebook, next_page, next_in_a_notebook)


def skeleton(element):
    """The elements, what is inside what, and the attributes: their names, and the values of those that act on anything."""
    told = {name: value for name, value in element.attrib.items() if name not in ("href", "class")}
    return element.tag, told, "href" in element.attrib, element.get("class"), [skeleton(child) for child in element]


def words(element):
    """Every text of the tree, in order."""
    return [text for one in element.iter() for text in (one.text, one.tail)]


def links(element):
    return [one.get("href") for one in element.iter() if one.get("href") is not None]


def payloads_for(name):
    return [payload for payload in MARKUP if TEXT_FIELDS[name].may_hold(payload)]


def differs(view, checklist, expected, payload):
    """What is not as in the tree of the harmless page, but for the payload that stands where the harmless word does."""
    found, expected = view(checklist), with_elements(copy.deepcopy(expected), {HARMLESS: payload})
    if skeleton(found) != skeleton(expected):
        return "skeleton"
    if words(found) != [text and text.replace(HARMLESS, payload) for text in words(expected)]:
        return "text"
    return "links" if links(found) != links(expected) else None


def is_noticed(*arguments):
    """Whether the judge sees a difference, or an image that is none of ours."""
    try:
        return bool(differs(*arguments))
    except AssertionError:
        return True


@pytest.mark.parametrize("view", VIEWS)
def test_the_views_show_the_texts_that_the_tests_below_put_there(view):
    """Else those tests would compare nothing."""
    shown = {
        name
        for name, field in TEXT_FIELDS.items()
        if HARMLESS in "".join(filter(None, words(view(field.checklist(HARMLESS)))))
    }
    if view in (page, shown_in_a_notebook):
        assert shown == set(TEXT_FIELDS)
    else:
        assert shown == {"checklist topic", "task title", "phase title", "role"}


def test_the_judge_sees_what_is_not_escaped(monkeypatch):
    monkeypatch.setattr("servingchecklist.formats.html.escape_html", lambda text: text)
    field = TEXT_FIELDS["task title"]
    payloads, harmless = payloads_for("task title"), shown_in_a_notebook(field.checklist(HARMLESS))
    seen = [p for p in payloads if is_noticed(shown_in_a_notebook, field.checklist(p), harmless, p)]
    assert len(seen) > 200


def everywhere(text, fields):
    document = DOCUMENT
    for name in fields:
        document = with_value(TEXT_FIELDS[name].keys, text, document)
    return Checklist.from_dict(document)


@cache
def harmless_everywhere(view, fields):
    return view(everywhere(HARMLESS, fields))


@pytest.mark.parametrize("payload", MARKUP)
def test_a_payload_in_every_text_at_once_leaves_the_page_as_it_is(payload):
    fields = tuple(name for name, field in TEXT_FIELDS.items() if field.may_hold(payload))
    view = VIEWS[MARKUP.index(payload) % len(VIEWS)]
    assert differs(view, everywhere(payload, fields), harmless_everywhere(view, fields), payload) is None


@pytest.mark.parametrize("name", CROWDED)
@pytest.mark.parametrize("view", [page, next_page])
def test_all_payloads_beside_each_other_in_one_field_leave_the_page_as_it_is(name, view):
    payloads = payloads_for(name)
    marks = [f"harmless {number}." for number in range(len(payloads))]
    found, expected = view(Checklist.from_dict(crowd(name, payloads))), view(Checklist.from_dict(crowd(name, marks)))
    payload_of = dict(zip(marks, payloads, strict=True))
    with_elements(expected, payload_of)
    assert skeleton(found) == skeleton(expected)
    shown = [text and re.sub(r"harmless \d+\.", lambda mark: payload_of[mark[0]], text) for text in words(expected)]
    assert words(found) == shown


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_each_payload_alone_in_each_field_leaves_the_page_as_it_is(name, view):
    field = TEXT_FIELDS[name]
    harmless = view(field.checklist(HARMLESS))
    assert [p for p in payloads_for(name) if differs(view, field.checklist(p), harmless, p)] == []


@pytest.mark.parametrize("name", ALONE)
def test_breakouts_alone_in_the_texts_of_the_checklist_leave_the_page_as_it_is(name):
    field = TEXT_FIELDS[name]
    harmless = page(field.checklist(HARMLESS))
    breakouts = [payload for payload in payloads_for(name) if payload.startswith(("</", "<!", "-", "]", '"', "'"))]
    assert len(breakouts) > 50
    assert [p for p in breakouts if differs(page, field.checklist(p), harmless, p)] == []


@given(texts.filter(str.strip), st.sampled_from(sorted(TEXT_FIELDS)))
def test_any_text_that_may_be_stored_leaves_the_page_as_it_is(text, name):
    field = TEXT_FIELDS[name]
    text = as_the_field_may_hold(name, text)
    harmless = shown_in_a_notebook(field.checklist(HARMLESS))
    assert differs(shown_in_a_notebook, field.checklist(text), harmless, text) is None


def assert_nothing_acts(tree):
    """No script, no handler, nothing fetched: only links of the three schemes, which wait for a reader's click."""
    for element in tree.iter():
        assert element.tag not in ("script", "iframe", "object", "embed", "base", "link", "form", "img", "svg", "math")
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not element.attrib.keys() & {
            "src",
            "srcset",
            "style",
            "action",
            "formaction",
            "data",
            "ping",
            "background",
            "http-equiv",
        }
        if element.tag == "a":
            assert element.get("href").lower().startswith(("http://", "https://", "mailto:"))
            assert element.get("rel") == "noopener noreferrer"
        else:
            assert "href" not in element.attrib
        if element.tag == "style":
            assert "url(" not in element.text
            assert "@import" not in element.text


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_acts_on_a_page_of_payloads(view):
    for name in ("task title", "link title"):
        assert_nothing_acts(view(Checklist.from_dict(crowd(name, payloads_for(name)))))


@given(checklists())
def test_nothing_acts_on_the_page_of_any_checklist(checklist):
    assert_nothing_acts(page(checklist))


@pytest.mark.parametrize("url", URLS["refused"])
def test_addresses_of_another_kind_are_refused(url):
    with pytest.raises(InvalidError) as caught:
        Reference("A page", url)
    (fault,) = caught.value.faults
    assert fault.path == "$.url"
    assert fault.message.startswith("is not an address")


def test_addresses_of_another_kind_are_refused_at_every_place_of_a_document():
    for keys in (("phases", 0, "guide", "url"), ("phases", 0, "tasks", 0, "references", 0, "url")):
        for url in URLS["refused"]:
            with pytest.raises(InvalidError, match="is not an address"):
                Checklist.from_dict(with_value(keys, url))


@pytest.mark.parametrize("url", URLS["harmless"])
def test_other_addresses_become_the_link_that_was_written_or_text(url):
    keys = ("phases", 0, "tasks", 0, "references", 0, "url")
    found = page(Checklist.from_dict(with_value(keys, url)))
    assert_nothing_acts(found)
    if url.lower().startswith(("http://", "https://", "mailto:")):
        assert links(found) == ["https://example.com/guide", url]
        assert skeleton(found) == skeleton(page(CHECKLIST))
    else:
        assert links(found) == ["https://example.com/guide"]
        assert url in [one.text for one in found.iter("code")]


def launch_page(launch):
    return parse(dumps(launch.snapshot(at=END), "html"))


def launch_in_a_notebook(launch):
    return parse(launch.snapshot(at=END)._repr_html_())


def review_page(launch):
    return parse(dumps(launch.review(SINCE, at=END), "html"))


def review_in_a_notebook(launch):
    return parse(launch.review(SINCE, at=END)._repr_html_())


def picture(launch):
    return ElementTree.fromstring(dumps(launch.review(SINCE, at=END), "svg"))


LAUNCH_VIEWS = (launch_page, launch_in_a_notebook, review_page, review_in_a_notebook)
LINES = payloads_for("task title")


@cache
def harmless_launch(view):
    return view(said_by([HARMLESS] * 7))


@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_the_views_of_launches_show_what_strangers_say(view):
    """Else the tests below would compare nothing."""
    shown = " ".join(filter(None, words(harmless_launch(view))))
    if view in (launch_page, launch_in_a_notebook):
        said = ["waived by _: _", "given by _: _", "blocked, as _ recorded: _", "reopened, as _ recorded: _", "owner _"]
        said += ["not applicable since 2026-11-17, as _ recorded: _", "Note by _, 2026-11-17:", "_ (for _), as of"]
        assert [phrase for phrase in said if phrase.replace("_", HARMLESS) not in shown] == []
    else:
        items = [item for _, items in said_by([HARMLESS] * 7).review(SINCE, at=END).lists for item in items]
        assert all(HARMLESS in item.words and item.words in shown and item.title in shown for item in items)
    assert shown.count(HARMLESS) > 20


@pytest.mark.parametrize("payload", LINES)
def test_a_payload_in_every_text_of_a_launch_leaves_the_page_as_it_is(payload):
    view = LAUNCH_VIEWS[LINES.index(payload) % len(LAUNCH_VIEWS)]
    assert differs(view, said_by([payload] * 7), harmless_launch(view), payload) is None


@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_all_payloads_beside_each_other_in_a_launch_leave_the_page_as_it_is(view):
    marks = [f"harmless {number}." for number in range(len(LINES))]
    found, expected = view(said_by(LINES)), view(said_by(marks))
    payload_of = dict(zip(marks, LINES, strict=True))
    expected = with_elements(expected, payload_of)
    assert skeleton(found) == skeleton(expected)
    shown = [text and re.sub(r"harmless \d+\.", lambda mark: payload_of[mark[0]], text) for text in words(expected)]
    assert words(found) == shown
    assert_nothing_acts(found)


@pytest.mark.slow
@pytest.mark.parametrize("view", LAUNCH_VIEWS)
def test_each_payload_in_every_view_of_a_launch_leaves_the_page_as_it_is(view):
    assert [p for p in LINES if differs(view, said_by([p] * 7), harmless_launch(view), p)] == []


@pytest.mark.parametrize("payload", MARKUP[::7])
def test_a_payload_in_an_item_that_was_made_by_hand_leaves_the_page_as_it_is(payload):
    def with_item(text):
        item = ReviewItem(id="t0", title=text, words=text)
        return parse(dumps(attrs.evolve(said_by([HARMLESS]).review(SINCE, at=END), done=(item,)), "html"))

    assert skeleton(with_item(payload)) == skeleton(with_item(HARMLESS))


@pytest.mark.parametrize("payload", LINES[::7])
def test_no_text_of_a_stranger_gets_into_the_picture(payload):
    found = picture(said_by([payload] * 7))
    assert (skeleton(found), words(found)) == (skeleton(harmless_launch(picture)), words(harmless_launch(picture)))
    assert HARMLESS not in "".join(filter(None, words(harmless_launch(picture))))


@given(launches())
def test_nothing_acts_on_the_page_of_any_launch_or_review(launch):
    at = max(END, launch.events[-1].at)
    for value in (launch.snapshot(at=at), launch.review(SINCE, at=at)):
        assert_nothing_acts(parse(dumps(value, "html")))


def forecast_page(said):
    return parse(dumps(forecast_of(said), "html"))


def forecast_in_a_notebook(said):
    return parse(forecast_of(said)._repr_html_())


def path_page(said):
    return parse(dumps(path_through(said), "html"))


def path_in_a_notebook(said):
    return parse(path_through(said)._repr_html_())


def slip_page(said):
    return parse(dumps(slip_of(said), "html"))


PLANNING_VIEWS = (forecast_page, forecast_in_a_notebook, path_page, path_in_a_notebook, slip_page)


@cache
def harmless_plan(view):
    return view([HARMLESS] * 6)


@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_the_views_of_what_is_forecast_show_what_strangers_say(view):
    """Else the tests below would compare nothing."""
    shown = " ".join(" ".join(filter(None, words(harmless_plan(view)))).split())
    said = {
        forecast_page: ["owner _", "_ (_)", "Phase Left P50 P80 P95 _"],
        path_page: ["_ t0", "Critical path _"],
        slip_page: ["What moved it most _ · t0", "working days later: blocked since 2026-11-17: _"],
    }
    said |= {forecast_in_a_notebook: said[forecast_page], path_in_a_notebook: said[path_page]}
    assert [phrase for phrase in said[view] if phrase.replace("_", HARMLESS) not in shown] == []
    assert len(list(harmless_plan(view).iter("tr"))) > 3


def test_the_judge_sees_what_is_not_escaped_in_a_forecast(monkeypatch):
    monkeypatch.setattr("servingchecklist.formats.html.escape_html", lambda text: text)

    def view(payload):
        return parse(dumps(forecast_of([payload] * 6), "html"))

    harmless = view(HARMLESS)
    seen = [payload for payload in LINES[::5] if is_noticed(view, payload, harmless, payload)]
    assert len(seen) > 40


@pytest.mark.parametrize("payload", LINES)
def test_a_payload_in_every_text_of_a_forecast_leaves_the_page_as_it_is(payload):
    view = PLANNING_VIEWS[LINES.index(payload) % len(PLANNING_VIEWS)]
    assert differs(view, [payload] * 6, harmless_plan(view), payload) is None


@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_all_payloads_beside_each_other_in_a_forecast_leave_the_page_as_it_is(view):
    marks = [f"harmless {number}." for number in range(len(LINES))]
    found, expected = view(LINES), view(marks)
    assert skeleton(found) == skeleton(expected)
    payload_of = dict(zip(marks, LINES, strict=True))
    shown = [text and re.sub(r"harmless \d+\.", lambda mark: payload_of[mark[0]], text) for text in words(expected)]
    assert words(found) == shown
    assert_nothing_acts(found)


@pytest.mark.slow
@pytest.mark.parametrize("view", PLANNING_VIEWS)
def test_each_payload_in_every_view_of_what_is_forecast_leaves_the_page_as_it_is(view):
    assert [p for p in LINES if differs(view, [p] * 6, harmless_plan(view), p)] == []


@pytest.mark.parametrize("payload", MARKUP[::7])
def test_a_payload_in_a_title_that_was_made_by_hand_leaves_the_page_as_it_is(payload):
    def with_title(text):
        made, path = forecast_of([HARMLESS]), path_through([HARMLESS])
        (task,), (span,) = made.tasks, path
        made = attrs.evolve(made, tasks=(attrs.evolve(task, title=text),))
        path = type(path)(path.checklist, [attrs.evolve(span, title=text)], path=path.path)
        return [skeleton(parse(dumps(value, "html"))) for value in (made, path)]

    assert with_title(payload) == with_title(HARMLESS)


@given(forecasts)
def test_nothing_acts_on_the_page_of_any_forecast(made):
    for value in (made, made.finish, critical_path(made.checklist)):
        assert_nothing_acts(parse(dumps(value, "html")))


LEADS = ["", " ", "\t", "\n", "\x01", "\u00a0", "\u200b", "/", "\\", "&Tab;", "&#9;", "%09", "%0a", ".", "-", "1"]
COLONS = [":", "&colon;", "&#58;", "&#x3A;", "%3A", "\uff1a", "\t:", "\\:"]


def is_refused(url):
    try:
        Reference("A page", url)
    except InvalidError:
        return True
    return False


@pytest.mark.parametrize("case", [str.upper, str.title, str.swapcase])
@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "blob"])
def test_no_spelling_of_a_scheme_becomes_a_link(scheme, case):
    urls = [f"{lead}{case(scheme)}{colon}alert(1)" for lead in LEADS for colon in COLONS]
    stored = [url for url in urls if not is_refused(url)]
    assert 0 < len(stored) < len(urls)
    assert not any(Reference("A page", url).is_link for url in stored)
    references = [{"title": "A page", "url": url} for url in stored]
    found = page(Checklist.from_dict(with_value(("phases", 0, "tasks", 0, "references"), references)))
    assert links(found) == ["https://example.com/guide"]
    assert [one.text for one in found.iter("code") if "alert" in one.text] == stored
