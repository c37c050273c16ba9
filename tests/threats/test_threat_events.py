"""Events of untrusted logs: nothing is coerced, no control character is stored, nothing is lost, and nobody retracts the start."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from helpers.strategies import BIDI_CONTROLS, CONTROLS, DOCUMENT, SURROGATES, is_seen
from servingchecklist import Checklist, Launch, Phase, Reference, Step, Task, dumps, events, loads
from servingchecklist._launch.events import KINDS
from servingchecklist._model._validation import LINE_LENGTH
from threats.test_threat_types import WRONG, faults_of

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NAUGHTY = json.loads((Path(__file__).parent / "corpus" / "naughty.json").read_text(encoding="utf-8"))
CHECKLIST = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("c1", "A", steps=[Step("s", "S")])])])
FIELDS = {"by": "x", "at": AT, "references": [Reference("R", "r.md")]}
WHOLE = [
    events.LaunchStarted(by="x", at=AT, topic="t"),
    events.Retracted("1" * 64, reason="r", by="x", at=AT),
    events.NotApplicable("c1", reason="r", note="n", **FIELDS),
    events.Waived("c1", reason="r", expires=date(2026, 12, 31), note="n", **FIELDS),
    events.Assigned("c1", owner="o", note="n", **FIELDS),
    events.Ticked("c1", step="numbers", note="n", **FIELDS),
    events.Unticked("c1", step="numbers", note="n", **FIELDS),
    events.Noted("c1", text="t", **FIELDS),
]
PLACES = [
    (event, field)
    for event in WHOLE
    for field in event.to_dict()
    if field not in ("kind", "at", "expires", "references")
]
TEXTS = [(event, field) for event, field in PLACES if field not in ("task", "event", "step")]
RIGHT = {("abc", field) for field in ("by", "reason", "note", "text", "owner", "topic")}
RIGHT |= {("empty", field) for field in ("note", "topic")} | {("empty", "reason of retracted"), ("None", "owner")}


def document(**changes):
    checklist = {key: value for key, value in DOCUMENT.items() if key not in ("schema_version", "kind")}
    start = {"kind": "launch-started", "by": "x", "at": "2026-11-24T09:30:00Z"}
    return {"schema_version": 1, "kind": "launch", "name": "x", "checklist": checklist, "events": [start, changes]}


@pytest.mark.parametrize(("event", "field"), PLACES, ids=lambda part: getattr(part, "kind", part))
def test_a_wrong_type_in_an_event_is_refused_at_its_path(event, field):
    for name, value in WRONG.items():
        fine = {(name, field), (name, f"{field} of {event.kind}")} & RIGHT
        found = faults_of(Launch.from_dict, document(**event.to_dict() | {field: value}))
        assert found == ([] if fine else [f"$.events[1].{field}"]), name
        given = {key: getattr(event, key) for key in event.to_dict() if key != "kind"} | {field: value}
        fine = fine or (name == "abc" and field in ("task", "step"))
        assert faults_of(KINDS[event.kind], **given) == ([] if fine else [f"$.{field}"]), name


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_type_in_references_is_refused_at_its_path(wrong):
    whole, member = (
        faults_of(Launch.from_dict, document(**WHOLE[2].to_dict() | {"references": value}))
        for value in (WRONG[wrong], [WRONG[wrong]])
    )
    assert bool(whole) is (wrong != "[]")
    assert all(path.startswith("$.events[1].references") for path in whole)
    assert member
    assert all(path.startswith("$.events[1].references[0]") for path in member)


@pytest.mark.parametrize(("event", "field"), TEXTS, ids=lambda part: getattr(part, "kind", part))
def test_no_control_character_is_stored_in_an_event(event, field):
    for character in [*CONTROLS, *BIDI_CONTROLS, *SURROGATES]:
        if character in "\n\t" and field in ("note", "text"):
            continue
        assert faults_of(Launch.from_dict, document(**event.to_dict() | {field: f"a{character}b"})) == [
            f"$.events[1].{field}"
        ]


@pytest.mark.parametrize("format", ["json", "toml"])
def test_what_strangers_say_in_events_is_read_back(format):
    lines = [text for text in NAUGHTY if is_seen(text) and not faults_of(events.Begun, "c1", by=text, at=AT)]
    assert len(lines) > 150
    said = [
        event
        for text in lines
        for event in (
            events.Blocked(
                "c1", by=text, at=AT, reason=text, note=f"{text}\n{text}", references=[Reference(text, "r.md")]
            ),
            events.Retracted("2" * 64, by=text, at=AT, reason=text),
            events.Ticked("c1", step="s", by=text, at=AT, note=text, references=[Reference(text, "r.md")]),
            events.Unticked("c1", step="s", by=text, at=AT, note=f"{text}\n{text}"),
            events.LaunchStarted(by=text, at=AT, topic=text),
        )
    ]
    launch = Launch(CHECKLIST, "x", said)
    text = dumps(launch, format)
    assert loads(text, format, limits=None) == launch
    assert dumps(loads(text, format, limits=None), format) == text
    assert max(map(len, lines)) <= LINE_LENGTH


def test_many_references_and_retractions_take_little_time():
    count = 3_000
    pages = [Reference(f"R{number}", f"r/{number}") for number in range(count)]
    said = [events.Noted("c1", by="x", at=AT, text=str(number), references=[page]) for number, page in enumerate(pages)]
    undone = [events.Retracted(event.id, by="x", at=AT) for event in said[1:]]
    launch = Launch(CHECKLIST, "x", [events.LaunchStarted(by="x", at=AT), *said])
    assert {*launch.state("c1").references} == {*pages}
    assert launch.record(*undone).state("c1").references == (pages[0],)


@pytest.mark.parametrize("kind", ["ticked", "unticked"])
@pytest.mark.parametrize(
    "more", [{}, {"step": None}, {"step": "numbers", "text": "t"}, {"step": "numbers", "done": True}]
)
def test_a_tick_has_the_keys_of_its_kind_and_no_other(kind, more):
    found = faults_of(Launch.from_dict, document(kind=kind, task="c1", by="x", at="2026-11-24T09:30:00Z", **more))
    assert found == [f"$.events[1].{({*more} - {'step'} or {'step'}).pop()}"]


@pytest.mark.parametrize("step", ["agreed ", "Numbers", "numbers\n", "../numbers", "__class__", "c2", "x" * 65])
def test_a_step_that_the_task_does_not_have_is_refused_at_its_path(step):
    ticked = events.Ticked("c1", step="numbers", by="x", at=AT).to_dict()
    assert faults_of(Launch.from_dict, document(**ticked)) == []
    assert faults_of(Launch.from_dict, document(**ticked | {"step": step})) == ["$.events[1].step"]
    # Another task of that checklist has no steps.
    assert faults_of(Launch.from_dict, document(**ticked | {"task": "c2"})) == ["$.events[1].step"]


def test_faults_of_steps_are_bounded_and_quick():
    said = [events.Ticked("c1", step=f"x{number}", by="x", at=AT) for number in range(3_000)]
    assert len(faults_of(Launch, CHECKLIST, "x", [events.LaunchStarted(by="x", at=AT), *said])) == 1_000


def test_many_steps_and_ticks_take_little_time():
    count = 3_000
    steps = [Step(f"s{number}", "S") for number in range(count)]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("c1", "A", steps=steps)])])
    said = [events.Ticked("c1", step=step.id, by="x", at=AT + timedelta(seconds=n)) for n, step in enumerate(steps, 1)]
    started = events.LaunchStarted(by="x", at=AT)
    launch = Launch(checklist, "x", [started, *said])
    assert launch == Launch(checklist, "x", [started]).record(*said)
    assert launch.progress().overall.steps_done == count
    assert launch.review(AT, at=AT + timedelta(days=1)).now.overall.steps_done == count


@pytest.mark.parametrize("format", ["json", "toml"])
def test_ticks_that_a_migration_left_behind_are_read_back(format):
    launch = Launch(
        CHECKLIST,
        "x",
        [events.LaunchStarted(by="x", at=AT), events.Ticked("c1", step="s", by="x", at=AT + timedelta(hours=1))],
    )
    other = Checklist("x", "X", version="2", phases=[Phase("p", "P", tasks=[Task("c1", "A")])])
    migrated = launch.migrate(other, by="x", at=AT + timedelta(days=1))
    assert loads(dumps(migrated, format), format) == migrated
    document = migrated.to_dict()
    # Without the migration nothing says that the task once had that step.
    document["events"] = document["events"][:2]
    assert faults_of(Launch.from_dict, document) == ["$.events[1].step"]


WRONG_SELECTIONS = {
    name: value for name, value in WRONG.items() if not isinstance(value, str) or type(value) is not str
}


@pytest.mark.parametrize("key", ["owner", "role", "label", "phase", "section"])
def test_a_selection_takes_nothing_but_text(key):
    launch = Launch(CHECKLIST, "x", [events.LaunchStarted(by="x", at=AT)])
    for name, value in WRONG_SELECTIONS.items():
        if value is None:  # as if left out
            continue
        for ask in (launch.next, launch.snapshot, launch.review):
            arguments = (AT - timedelta(days=1),) if ask == launch.review else ()
            assert faults_of(ask, *arguments, **{key: value}) == [f"$.{key}"], name
    for character in [*CONTROLS, *BIDI_CONTROLS, *SURROGATES]:
        if character not in "\n\t":
            assert faults_of(launch.snapshot, **{key: f"a{character}b"}) == [f"$.{key}"]
