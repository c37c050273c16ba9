"""Calendars read back by two readers that have nothing in common: the package icalendar, and ical.js under node.

ical.js is looked for where node looks for what it requires, on NODE_PATH. ``nox -s calendar`` puts it there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import attrs
import icalendar
import pytest

_IS_THERE = shutil.which("node") and any(
    (Path(folder) / "ical.js").is_dir() for folder in os.environ.get("NODE_PATH", "").split(os.pathsep)
)
BY_ICALENDAR = "icalendar"
BY_ICAL_JS = pytest.param(
    "ical.js",
    marks=pytest.mark.skipif(not _IS_THERE, reason="needs node, and ical.js on NODE_PATH: run nox -s calendar"),
)
READERS = [BY_ICALENDAR, BY_ICAL_JS]

_SCRIPT = """
const ICAL = require("ical.js");
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => ICAL.parse(text))));
"""
_DAY = timedelta(days=1)


@attrs.frozen
class Read:
    """What a reader finds: the properties of the calendar and of each event by their names in lower case, as plain values."""

    calendar: dict
    events: list

    @property
    def by_uid(self):
        return {event["uid"]: event for event in self.events}


def read(by, *texts):
    """What a reader finds in each of the texts."""
    return [_from_icalendar(text) for text in texts] if by == BY_ICALENDAR else _from_ical_js(texts)


def read_one(by, text):
    return read(by, text)[0]


def span(event):
    """The first and the last day of an event."""
    return event["dtstart"], event["dtend"] - _DAY


def _from_icalendar(text):
    whole = icalendar.Calendar.from_ical(text.encode())
    assert whole.name == "VCALENDAR"
    assert {part.name for part in whole.subcomponents} <= {"VEVENT"}
    assert not [fault for part in whole.walk() for fault in part.errors]
    return Read(_plain(whole), [_plain(part) for part in whole.subcomponents])


def _plain(component):
    assert component.name != "VEVENT" or not component.subcomponents
    found = {}
    for name, value in component.property_items(recursive=False):
        if name not in ("BEGIN", "END"):
            assert name.lower() not in found
            found[name.lower()] = _value(value)
    return found


def _value(value):
    if isinstance(value, icalendar.vDDDTypes):
        is_day = type(value.dt) is date
        assert is_day == (value.params.get("VALUE") == "DATE")
        return value.dt if is_day else value.dt.isoformat().replace("+00:00", "Z")
    if isinstance(value, int):
        return int(value)
    return str(value) if isinstance(value, icalendar.vText) else _unescaped(str(value))


def _unescaped(text):
    """What a reader leaves as it stands, such as the name of a calendar, which both of them are too old to know."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def _from_ical_js(texts):
    done = subprocess.run(["node", "-e", _SCRIPT], input=json.dumps(texts).encode(), capture_output=True, check=True)
    found = []
    for name, properties, components in json.loads(done.stdout):
        assert name == "vcalendar"
        assert all(kind == "vevent" and not inner for kind, _, inner in components)
        found.append(Read(_from_jcal(properties), [_from_jcal(part) for _, part, _ in components]))
    return found


def _from_jcal(properties):
    found = {}
    for name, _, kind, *values in properties:
        [value] = values
        assert name not in found
        found[name] = {"date": date.fromisoformat, "unknown": _unescaped}.get(kind, lambda value: value)(value)
    return found
