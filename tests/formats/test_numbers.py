"""The law: a title that its author numbered shows that number alone, wherever the library would number it."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import lines
from servingchecklist import Checklist, Effort, Phase, Task, critical_path, dumps, forecast, next_tasks, order
from servingchecklist._text import lead, split_number, without_number
from servingchecklist.formats._document import Items, Section
from servingchecklist.formats._views import document
from servingchecklist.formats._views.checklist import overview

MONDAY = date(2026, 11, 2)
MARKDOWN = Path(__file__).parent.parent / "threats" / "corpus" / "markdown.json"

NUMBERED = {
    "1. Prerequisites": "Prerequisites",
    "1) Prerequisites": "Prerequisites",
    "12: Prerequisites": "Prerequisites",
    "Phase 2: Roll out": "Roll out",
    "PHASE 2. Roll out": "Roll out",
    "Step 3 - Deploy": "Deploy",
    "step 3 \u2013 Deploy": "Deploy",
    "4 \u2014 Deploy": "Deploy",
    "2.1 Logs": "Logs",
    "2.1. logs": "logs",
    "2.1.3 API": "API",
    "2.1 \u6a21\u578b": "\u6a21\u578b",
    "01 Foundation": "Foundation",
}
ALONE = ["1.", "2)", "Phase 2", "step 12"]
PLAIN = [
    "Foundation",
    "3 hosts",
    "2 weeks of canary",
    "1.5 TB of disk",
    "99.9 % availability",
    "10% of traffic",
    "1 - 2 hosts",
    "2026. The plan",
    "2026.1 Release",
    "1.Setup",
    "1.5x load",
    "Phase out the old model",
    "Part 2 of it",
    "Phases 1: a",
    "Stage",
    "v1. Setup",
    "-1. Setup",
    "\u0661. Setup",
    "24/7",
    "100",
    "",
]


@pytest.mark.parametrize(("title", "rest"), NUMBERED.items())
def test_a_number_by_hand_is_known(title, rest):
    number, left = split_number(title)
    assert (number + left, left, lead("7", title)) == (title, rest, "")


@pytest.mark.parametrize("title", ALONE)
def test_a_number_alone_is_left_as_the_title(title):
    assert split_number(title) == (title, title)
    assert lead("7", title) == ""


@pytest.mark.parametrize("title", PLAIN)
def test_amounts_and_names_are_no_numbers(title):
    assert split_number(title) == ("", title)
    assert lead("7", title) == "7 "


@given(lines | st.from_regex(r"\A(phase |Step )?[0-9.]{1,6}[.):]? [-a-zA-Z ]*\Z"))
def test_any_title_is_split_and_nothing_is_lost(title):
    number, rest = split_number(title)
    assert title in (number + rest, number)
    assert rest or not title


@pytest.mark.parametrize(
    "text", ["1" * 1_000_000, ".1" * 500_000, "1." * 500_000 + "x", "phase " * 200_000, "1 " * 500_000]
)
def test_the_work_is_bounded(text):
    assert split_number(text) == ("", text)


def launch(title):
    tasks = [Task("t", f"{title} it", effort=Effort(1, 2)), Task("u", "U", effort=Effort(1), after=["t"])]
    return Checklist(
        "x", "X", phases=[Phase("o", "Plain", tasks=[Task("s", "S", effort=Effort(1))]), Phase("p", title, tasks=tasks)]
    )


@pytest.mark.parametrize("title", [*NUMBERED, "Roll out"])
@pytest.mark.parametrize("format", ["text", "markdown", "html", "svg", "mermaid"])
def test_every_format_shows_the_phase_with_one_number(title, format):
    checklist, number = launch(title), "" if title in NUMBERED else "02"
    for value in (checklist, forecast(checklist, start=MONDAY, samples=20), critical_path(checklist)):
        page = re.sub(
            r"<[^>]*>|\\|\u200b", "", re.sub(r"#(\d+);", lambda found: chr(int(found[1])), dumps(value, format))
        )
        assert not re.search(rf"\b0?2 {re.escape(title)}", page) or not split_number(title)[0]
        if format in ("svg", "mermaid"):
            assert f"{number.lstrip('0')} {title}".lstrip() in page
            assert "1 Plain" in page
        elif value is checklist:
            assert f"{number} {title}".lstrip() in page
            assert "01 Plain" in page


@pytest.mark.parametrize("title", [*NUMBERED, "Roll out"])
def test_the_numbered_lists_show_the_rank_and_the_rest(title):
    checklist = launch(title)
    is_certain = re.match(r"\d\d?[.)] |[A-Za-z]", title)  # others may be a part of what the title says
    rest = f"{NUMBERED.get(title, title) if is_certain else title} it"
    (items,) = document(next_tasks(checklist), "text").blocks
    assert isinstance(items, Items)
    assert [(item.number, item.title) for item in items.items] == [(1, "S"), (2, rest)]
    path = document(critical_path(checklist), "text").blocks
    (steps,) = [block.blocks[0] for block in path if isinstance(block, Section) and block.heading == "The path"]
    assert [item.title for item in steps.items] == [rest, "U"]
    assert overview(checklist, order(checklist)).blocks[0].blocks[0].items[1].title == rest
    assert f"2. {rest}" in dumps(next_tasks(checklist), "text")


@pytest.mark.parametrize(
    "title", ["99.9 Percent SLO", "3.5 Sonnet canary", "007 Agent", "5 - Nines of uptime", "2.1 Logs", "100. Day"]
)
def test_what_may_be_no_number_stays_in_numbered_lists(title):
    assert without_number(title) == title


def test_other_lists_show_the_titles_as_they_are():
    for format in ("text", "markdown", "html"):
        assert "3. Deploy" in dumps(
            Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "3. Deploy")])]), format
        ).replace("\\", "")


def test_payloads_that_begin_with_a_number_are_shown_with_it_alone():
    numbered = [
        line
        for line in json.loads(MARKDOWN.read_text(encoding="utf-8"))["line"]
        if split_number(line)[0] and line == line.strip()
    ]
    assert len(numbered) > 5
    for title in numbered:
        page = dumps(Checklist("x", "X", phases=[Phase("p", title)]), "text")
        assert title in page.splitlines()


@pytest.mark.parametrize(
    ("title", "reason"), [("Roll out", "in Roll out, phase 2 of 2"), ("3. Roll out", "in 3. Roll out")]
)
def test_a_reason_gives_a_phase_no_second_number(title, reason):
    (_, task) = next_tasks(launch(title))
    assert task.reasons[0] == reason
