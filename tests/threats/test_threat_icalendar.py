"""Whatever the texts hold, a calendar has the same events, its lines stay short, and two readers read back what was stored."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given

from helpers.calendars import BY_ICALENDAR, READERS, read
from helpers.launches import END, said_by, with_checklist
from helpers.strategies import as_the_field_may_hold, is_seen, launches, lines
from servingchecklist import Checklist, Effort, Phase, Task, dumps, forecast
from servingchecklist.errors import InvalidError

NAUGHTY = json.loads((Path(__file__).parent / "corpus" / "naughty.json").read_text(encoding="utf-8"))
BREAKS = ["\r\n", "\n", "\r", "\n\r", "\r\r\n", "\r\n ", "\n\t", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
INJECTED = [
    "END:VEVENT",
    "END:VEVENT{}BEGIN:VEVENT{}UID:1{}DTSTAMP:20260101T000000Z{}SUMMARY:x{}END:VEVENT",
    "END:VCALENDAR{}BEGIN:VCALENDAR",
    "BEGIN:VALARM{}ACTION:DISPLAY{}TRIGGER:-PT15M{}END:VALARM",
    "ATTACH;FMTTYPE=text/html:https://example.com/",
    "ATTENDEE:mailto:a@example.com{}ORGANIZER:mailto:a@example.com",
    "RRULE:FREQ=SECONDLY",
    "X;ALTREP=\"{}\":y",
]  # fmt: skip
# What means something in the format, by itself and beside what it would change the meaning of.
MARKS = [
    "\\", "\\\\", "\\n", "\\N", "\\\\n", "\\\\N", "\\\\\\N", "\\N\\N", "N\\", "\\,", "\\;", "\\:", ",", ";", ":", "\\\\,",
    ",;\\", "a,b;c\\d", "^n", "^'", "^^", '"', "%0D%0A", "%2C", "%5CN", "=0D=0A=", "&#10;", "\\r\\n", "\\u000a", "VALUE=DATE",
    "\\" * 80, ",;" * 60, "\\N" * 50, "\u00e9" * 150, "\U0001f469\u200d" * 60, "a\u0301" * 90, "\ufeff x", "x \ufeff", "\ufffe", "\U0010ffff",
]  # fmt: skip
PAIRS = [one + other for one in MARKS[:18] for other in MARKS[:18]]
PAYLOADS = [
    *NAUGHTY,
    *MARKS,
    *PAIRS,
    *(text.replace("{}", found) for text in INJECTED for found in (*BREAKS, "\\n", "\\N", " ")),
]
ESCAPES = re.compile(r"\\(?:\\|,|;|n)")


def stored(texts):
    """As much of each text as one line may hold, each once."""
    return list(dict.fromkeys(as_the_field_may_hold("task title", text) for text in texts))


LINES = [text for text in stored(PAYLOADS) if text != "x"]
TOGETHER = 50


def forecast_of(texts):
    """A forecast in which each of the texts stands wherever a line of a stranger's can stand."""
    return said_by(texts).forecast(at=END, samples=1, default_effort=Effort(1, 9))


def skeleton(found):
    """What must not move: everything but the words."""
    return [{name: value for name, value in event.items() if name not in ("summary", "description")} for event in found]


def too_long(text):
    return [line for line in text.encode().split(b"\r\n") if len(line) > 75]


def test_the_payloads_are_many():
    assert len(LINES) > 400
    assert sum("END:VEVENT" in text for text in LINES) > 3
    assert sum("\\N" in text for text in LINES) > 100


@pytest.mark.parametrize("by", READERS)
@pytest.mark.parametrize("first", range(0, len(LINES), TOGETHER))
def test_the_events_do_not_move_and_the_texts_are_read_back(by, first):
    texts = LINES[first : first + TOGETHER]
    made = forecast_of(texts)
    plain = forecast_of([f"mark {number}" for number in range(len(texts))])
    written, expected = dumps(made, "icalendar"), dumps(plain, "icalendar")
    assert not too_long(written)
    found, harmless = read(by, written, expected)
    assert skeleton(found.events) == skeleton(harmless.events)
    assert set(found.calendar) == set(harmless.calendar)

    def as_it_was(text):
        return re.sub(r"\bmark (\d+)", lambda mark: texts[int(mark[1])], text)

    assert found.calendar["name"] == f"x-1: {texts[0]} (for {texts[0]})"
    for event, other in zip(found.events, harmless.events, strict=True):
        assert event["summary"] == as_it_was(other["summary"])
        assert event["description"] == as_it_was(other["description"])


@pytest.mark.parametrize("by", READERS)
def test_a_title_of_many_lines_is_still_one_property(by):
    """A checklist holds no such title, but a forecast that somebody builds by hand may."""
    phase = Phase("p", "P", tasks=[Task("a", "A", effort=Effort(1, 1))])
    due = {"a": date(2026, 12, 1)}
    made = forecast(Checklist("x", "X", phases=[phase]), start=date(2026, 11, 30), samples=1, due=due)
    texts = [text.replace("{}", "\n") for text in INJECTED]
    by_hand = [attrs.evolve(made, tasks=(attrs.evolve(made.tasks[0], title=text),)) for text in texts]
    for text, found in zip(texts, read(by, *(dumps(one, "icalendar") for one in by_hand)), strict=True):
        assert [event["summary"] for event in found.events if event["summary"].endswith("is due")] == [
            f"x: {text} is due"
        ]
        assert len(found.events) == 6


@pytest.mark.parametrize("found", BREAKS)
@pytest.mark.parametrize("text", INJECTED[1:4])
def test_a_break_of_any_kind_cannot_be_stored_in_a_title(text, found):
    with pytest.raises(InvalidError):
        Task("a", text.replace("{}", found))


def test_the_escapes_are_those_of_the_format_and_no_others():
    text = dumps(forecast_of(LINES), "icalendar").replace("\r\n ", "")
    words = [line.partition(":")[2] for line in text.split("\r\n") if line.startswith(("SUMMARY:", "DESCRIPTION:"))]
    assert len(words) > 2 * len(LINES)
    bare = [ESCAPES.sub("", line) for line in words]
    assert not [line for line in bare if "\\" in line or "," in line or ";" in line or "\r" in line or "\n" in line]


def without_efforts(launch):
    """Tasks or waits of ten thousand days, one after another, or after the year 3000, go over more years than a calendar takes."""
    phases = [
        attrs.evolve(
            phase,
            tasks=[
                attrs.evolve(task, effort=None, not_before=None, wait_days=min(task.wait_days, 14))
                for task in phase.tasks
            ],
        )
        for phase in launch.checklist.phases
    ]
    return with_checklist(launch, attrs.evolve(launch.checklist, phases=phases))


@given(launches().map(without_efforts))
def test_any_launch_is_a_calendar_with_lines_of_75_octets(launch):
    made = launch.forecast(
        at=max(event.at for event in launch.events) + timedelta(1), samples=1, default_effort=Effort(1, 3)
    )
    text = dumps(made, "icalendar")
    assert not too_long(text)
    [found] = read(BY_ICALENDAR, text)
    assert len({event["uid"] for event in found.events}) == len(found.events) == text.count("BEGIN:VEVENT\r\n")


@given(lines.filter(is_seen))
def test_any_line_is_read_back(line):
    checklist = Checklist("x", "X", phases=[Phase("p", line, tasks=[Task("a", line, effort=Effort(1, 1))])])
    text = dumps(forecast(checklist, start=date(2026, 11, 30), samples=1), "icalendar")
    [found] = read(BY_ICALENDAR, text)
    assert [event["summary"] for event in found.events][-2:] == [f"x: {line} finished (P80)", f"x: {line}"]
