"""Launches in files: self-contained, without loss, and read as strictly as they are made."""

import copy
import json
from datetime import UTC, date, datetime
from typing import get_args

import attrs
import cattrs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import DOCUMENT, ids, launches, task_events
from servingchecklist import Checklist, Launch, Reference, Task, codec, dumps, events, loads, model_serving, read, write
from servingchecklist.errors import InvalidError
from servingchecklist.events import Event

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BY = {"by": "ml-platform", "at": AT}
LAUNCH = Launch(
    model_serving(),
    "fraud-v3",
    [
        events.LaunchStarted(**BY),
        events.Waived("c6", reason="later", expires=date(2026, 12, 31), **BY),
        events.Assigned("c1", owner=None, **BY),
        events.DueSet("c1", due=date(2026, 12, 1), **BY),
        events.NotApplicable("c2", reason="one caller", note="a\nb", references=[Reference("run", "runs/1")], **BY),
        events.Retracted("1" * 64, reason="r", **BY),
    ],
)
FORMATS = ["json", "toml", "yaml"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_launch_travels_with_its_checklist(tmp_path, format):
    path = tmp_path / f"fraud-v3.{format}"
    write(LAUNCH, path)
    assert read(path) == read(path, kind=Launch) == LAUNCH
    assert read(path, kind=Launch).checklist == model_serving()
    assert dumps(read(path, kind=Launch), format).encode() == path.read_bytes()


@pytest.mark.parametrize("format", FORMATS)
@given(launch=launches())
def test_nothing_is_lost_in_a_round_trip(format, launch):
    text = dumps(launch, format)
    again = loads(text, format, limits=None)
    assert again == launch
    assert dumps(again, format) == text


def test_the_document_has_the_name_first_and_every_event_as_it_says_itself():
    document = LAUNCH.to_dict()
    assert list(document) == ["schema_version", "kind", "name", "checklist", "events"]
    assert document["events"] == [event.to_dict() for event in LAUNCH.events]
    assert document["checklist"] == {
        key: value for key, value in model_serving().to_dict().items() if key not in ("schema_version", "kind")
    }
    assert Launch.from_dict(json.loads(json.dumps(document))) == LAUNCH


def small(**changes):
    checklist = {key: value for key, value in DOCUMENT.items() if key not in ("schema_version", "kind")}
    started = {"kind": "launch-started", "by": "x", "at": "2026-11-24T09:30:00Z"}
    made = {
        "schema_version": 1,
        "kind": "launch",
        "name": "fraud-v3",
        "checklist": checklist,
        "events": [started],
    } | changes
    return {key: value for key, value in made.items() if value is not ...}


def event(**changes):
    made = {"kind": "finished", "task": "c1", "by": "x", "at": "2026-11-24T09:30:00Z"} | changes
    return {key: value for key, value in made.items() if value is not ...}


def faults(document):
    with pytest.raises(InvalidError) as caught:
        Launch.from_dict(document)
    return [str(attrs.evolve(fault, task="")) for fault in caught.value.faults]


def test_the_smallest_launch_is_read():
    assert Launch.from_dict(small(events=[*small()["events"], event()])).state("c1").status.value == "done"


QUOTES = "write it in quotes, as in '2026-11-24T09:30:00Z'"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"kind": ...}, "$.events[1].kind: is missing; known: launch-started, migrated, retracted, subject-set, "),
        ({"kind": "finishd"}, "$.events[1].kind: is not a kind of event (got 'finishd'); did you mean 'finished'?"),
        ({"kind": ["finished"]}, "$.events[1].kind: is not a kind of event (got a list of 1); known: launch-started"),
        ({"task": "c10"}, "$.events[1].task: there is no task of that id (got 'c10'); did you mean 'c1'?"),
        ({"task": ...}, "$.events[1].task: is missing; it has no default"),
        ({"by": 3}, "$.events[1].by: is not text (got 3)"),
        ({"reason": "x"}, "$.events[1].reason: is not a known key; known: task, by, at, references, note"),
        ({"note": ["x"]}, "$.events[1].note: is not text (got a list of 1)"),
        ({"note": "a\x1bb"}, "$.events[1].note: holds the control character U+001B"),
        ({"kind": "noted", "text": "x", "note": "x"}, "$.events[1].note: is not a known key"),
        ({"references": "https://example.com"}, "$.events[1].references: is not a list (got 'https://example.com')"),
        ({"references": ["https://example.com"]}, "$.events[1].references[0]: is not a reference (got 'https://example.com')"),
        ({"references": [{"title": "x", "url": "javascript:x"}]}, "$.events[1].references[0].url: is not an address (got 'javascript:x')"),
        ({"kind": "not-applicable"}, "$.events[1].reason: is missing; it has no default"),
        ({"kind": "retracted", "task": ..., "event": "1" * 63}, "$.events[1].event: is not the id of an event (got '111"),
        ({"kind": "retracted", "task": ..., "event": 3}, "$.events[1].event: is not the id of an event (got 3)"),
        ({"kind": "retracted", "event": "1" * 64}, "$.events[1].task: is not a known key"),
        ({"kind": "launch-started", "task": ..., "topic": ["x"]}, "$.events[1].topic: is not text (got a list of 1)"),
        ({"kind": "blocked"}, "$.events[1].reason: is missing; it has no default"),
        ({"at": "2026-11-24T09:30:00"}, f"$.events[1].at: is not a timestamp with a time zone (got '2026-11-24T09:30:00'); {QUOTES}"),
        ({"at": "2026-11-24"}, "$.events[1].at: is not a timestamp with a time zone (got '2026-11-24')"),
        ({"at": "2026-02-30T09:30:00Z"}, "$.events[1].at: is not a time that exists (got '2026-02-30T09:30:00Z'); February has 28 days in 2026, which is not a leap year"),
        ({"at": "2026-13-01T09:30:00Z"}, "$.events[1].at: is not a time that exists (got '2026-13-01T09:30:00Z'); a year has 12 months"),
        ({"at": "2026-11-24T25:30:00Z"}, "$.events[1].at: is not a time that exists (got '2026-11-24T25:30:00Z'); a day has 24 hours, 00 to 23"),
        ({"at": "2026-11-24T09:30:00+24:00"}, "$.events[1].at: is not a time that exists (got '2026-11-24T09:30:00+24:00'); an offset from UTC is less than 24 hours"),
        ({"at": "2026-11-24T09:30:60Z"}, "$.events[1].at: is not a time that exists (got '2026-11-24T09:30:60Z'); a minute has 60 seconds, 00 to 59"),
        ({"at": "0001-01-01T00:00:00+01:00"}, "$.events[1].at: is out of range (got 0001-01-01T00:00:00+01:00)"),
        ({"at": AT}, "$.events[1].at: is not a timestamp with a time zone (got a value of type datetime)"),
        ({"at": "2026-11-23T09:30:00Z"}, "$.events[1].at: lies before the start of the launch (got 2026-11-23T09:30:00+00:00)"),
        ({"kind": "due-set", "due": "soon"}, "$.events[1].due: is not a date (got 'soon'); write it in quotes, as in '2026-12-31'"),
        ({"kind": "due-set", "due": "2026-02-30"}, "$.events[1].due: is not a date that exists (got '2026-02-30'); February has 28 days in 2026, which is not a leap year"),
        ({"kind": "due-set", "due": "2026-11-31"}, "$.events[1].due: is not a date that exists (got '2026-11-31'); November has 30 days"),
        ({"kind": "due-set", "due": AT}, "$.events[1].due: is not a date (got a value of type datetime); write it in quotes, as in '2026-12-31'"),
        ({"kind": "waived", "reason": "r", "expires": "2026-11-22"}, "$.events[1].expires: lies before the waiver (got 2026-11-22)"),
    ],
)  # fmt: skip
def test_an_event_is_read_as_strictly_as_it_is_made(changes, expected):
    (fault,) = faults(small(events=[*small()["events"], event(**changes)]))
    assert fault.startswith(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"events": ...}, ["$.events: is missing; it has no default"]),
        ({"events": []}, ["$.events: do not say when the launch was started"]),
        ({"events": {}}, ["$.events: is not a list (got a dict of 0)"]),
        ({"events": [None, 3]}, ["$.events[0]: is not an event (got None)", "$.events[1]: is not an event (got 3)"]),
        ({"checklist": ...}, ["$.checklist: is missing"]),
        ({"checklist": None}, ["$.checklist: is not a checklist (got None)"]),
        ({"name": "Fraud v3"}, ["$.name: is not an id (got 'Fraud v3')"]),
        ({"names": 1}, ["$.names: is not a known key; did you mean 'name'?"]),
        ({"kind": "lunch"}, ["$.kind: is not a kind of document (got 'lunch'); did you mean 'launch'?"]),
        ({"kind": ...}, ["$.kind: is missing; known: checklist, launch"]),
        ({"kind": "checklist"}, ["$.kind: is not a launch (got 'checklist'); read it with kind=Checklist"]),
        ({"schema_version": 2}, ["$.schema_version: is newer than this release reads (got 2)"]),
    ],
)  # fmt: skip
def test_a_launch_is_read_strictly(changes, expected):
    found = faults(small(**changes))
    assert len(found) == len(expected)
    assert all(fault.startswith(start) for fault, start in zip(found, expected, strict=True))


def test_all_faults_of_a_launch_come_at_once():
    document = copy.deepcopy(small(events=[{"kind": "begun", "task": "c1"}, event(at="x")], name="No"))
    document["checklist"]["phases"][0]["tasks"][0]["effort"] = "soon"
    assert [fault.split(":")[0] for fault in faults(document)] == [
        "$.checklist.phases[0].tasks[0].effort",
        "$.events[0].by",
        "$.events[0].at",
        "$.events[1].at",
        "$.name",
    ]


def test_whoever_asks_for_one_kind_is_not_given_another():
    checklist = dumps(model_serving(), "json")
    assert loads(checklist, "json", kind=Checklist) == loads(checklist, "json") == model_serving()
    with pytest.raises(
        InvalidError, match=r"^\$\.kind: is not a launch \(got 'checklist'\), on line 3; read it with kind=Checklist$"
    ):
        loads(checklist, "json", kind=Launch)
    with pytest.raises(
        InvalidError, match=r"^\$\.kind: is not a checklist \(got 'launch'\); read it with kind=Launch$"
    ):
        Checklist.from_dict(LAUNCH.to_dict())
    with pytest.raises(InvalidError, match=r"^\$\.kind: is not a class that a file can hold"):
        loads(checklist, "json", kind=Task)


def test_toml_keeps_moments_as_text():
    text = dumps(LAUNCH, "toml")
    assert 'at = "2026-11-24T09:30:00Z"' in text
    native = text.replace('"2026-11-24T09:30:00Z"', "2026-11-24T09:30:00Z")
    with pytest.raises(InvalidError, match=r"is not a timestamp with a time zone .*write it in quotes"):
        loads(native, "toml")
    assert loads(tomli_w.dumps(LAUNCH.to_dict()), "toml") == LAUNCH


def test_a_converter_of_the_callers_reads_and_writes_launches_and_events():
    @attrs.frozen
    class Entry:
        launch: Launch
        last: Event

    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    codec.register(converter)
    entry = Entry(LAUNCH, LAUNCH.events[-1])
    plain = json.loads(json.dumps(converter.unstructure(entry)))
    assert plain["launch"].items() < LAUNCH.to_dict().items()
    assert list(LAUNCH.to_dict())[-3:] == list(plain["launch"]) == ["name", "checklist", "events"]
    assert plain["last"] == LAUNCH.events[-1].to_dict()
    assert converter.structure(plain, Entry) == entry
    for kind in get_args(Event):
        with pytest.raises(InvalidError, match=r"^\$: is not an event \(got 3\)"):
            converter.structure(3, kind)


@given(task_events(ids, steps=st.tuples(ids, ids)))
def test_every_event_reads_back(made):
    assert codec.launches.read_event(json.loads(json.dumps(made.to_dict()))) == made


def test_a_converter_takes_one_kind_of_event_for_its_class_only():
    converter = cattrs.Converter()
    codec.register(converter)
    document = events.Finished("c1", **BY).to_dict()
    for kind in (events.Finished, Event, events.TaskEvent):
        assert converter.structure(document, kind) == events.Finished("c1", **BY)
    with pytest.raises(InvalidError, match=r"^\$\.kind: is not the kind of Begun \(got 'Finished'\)"):
        converter.structure(document, events.Begun)
