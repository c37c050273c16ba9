"""Records: the rows of tables, the same as the values that they are made of, and as a stream of Arrow."""

import re
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasts import after_two_weeks
from helpers.launches import END, SINCE, november, two_weeks
from helpers.proof import everything, on
from helpers.strategies import checklists, launches
from servingchecklist import (
    Checklist,
    Effort,
    Launch,
    Phase,
    Reference,
    Risk,
    Step,
    Task,
    documents,
    dumps,
    events,
    forecast,
)
from servingchecklist.errors import InvalidError, UnknownNameError

WHOLE = Checklist(
    "whole",
    "Whole",
    version="2",
    topic="ranker",
    phases=[
        Phase(
            "roll-out",
            "Roll out",
            labels=["live", "gdpr"],
            tasks=[
                Task("a", "A"),
                Task(
                    "b",
                    "B",
                    priority="critical",
                    effort="2-5 days, likely 3",
                    description="In steps.",
                    steps=[Step("one", "One host"), Step("all", "All hosts")],
                    role="sre",
                    section="Canary",
                    labels=["gdpr", "pii"],
                    annotations={"jira": "MLP-12", "board": "a = b"},
                    after=["a"],
                    wait_days=7,
                    not_before=date(2026, 12, 7),
                    risk=Risk(5, 3),
                    references=[Reference("Runbook", "https://example.com/runbook")],
                ),
            ],
        ),
    ],
)


def test_a_task_is_a_row_that_needs_no_join():
    assert WHOLE.to_records()[1] == {
        "checklist": "whole",
        "version": "2",
        "topic": "ranker",
        "phase": "roll-out",
        "phase_title": "Roll out",
        "section": "Canary",
        "task": "b",
        "title": "B",
        "description": "In steps.",
        "priority": "critical",
        "effort": "2-5 days, likely 3",
        "effort_low": 2.0,
        "effort_high": 5.0,
        "effort_likely": 3.0,
        "effort_days": "working",
        "role": "sre",
        "labels": ["gdpr", "pii", "live"],
        "after": ["a"],
        "wait_days": 7,
        "not_before": date(2026, 12, 7),
        "blast_radius": 5,
        "likelihood": 3,
        "step_ids": ["one", "all"],
        "steps": ["One host", "All hosts"],
        "references": ["https://example.com/runbook"],
        "annotations": ["board=a = b", "jira=MLP-12"],
        "criteria": [],
        "gates": [],
    }


def test_what_a_task_lacks_is_none_and_a_list_is_empty():
    empty = {name: cell for name, cell in WHOLE.to_records()[0].items() if name not in ("labels", "topic", "wait_days")}
    assert {name for name, cell in empty.items() if cell is None} == {
        "section", "description", "effort", "effort_low", "effort_high", "effort_likely", "effort_days", "role", "not_before",
        "blast_radius", "likelihood",
    }  # fmt: skip
    assert all(cell or cell is None for cell in empty.values() if type(cell) is not list)
    assert WHOLE.to_records()[0]["wait_days"] == 0
    assert Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T")])]).to_records()[0]["topic"] is None


@given(checklists())
def test_a_checklist_can_be_built_from_its_rows(checklist):
    phases = {}
    for row in checklist.to_records():
        task = Task(row["task"], row["title"], priority=row["priority"], effort=row["effort"], after=row["after"])
        phases.setdefault((row["phase"], row["phase_title"]), []).append(task)
        low, high, likely, days = (row[f"effort_{name}"] for name in ("low", "high", "likely", "days"))
        effort = checklist[row["task"]].effort
        assert (low, high, likely, days) == (
            (effort.low, effort.high, effort.likely, effort.days) if effort else (None,) * 4
        )
    again = [(phase, [task.id for task in tasks]) for phase, tasks in phases.items()]
    assert again == [
        ((phase.id, phase.title), [task.id for task in phase.tasks]) for phase in checklist.phases if phase.tasks
    ]
    for task in (task for tasks in phases.values() for task in tasks):
        own = checklist[task.id]
        assert (task.title, task.priority, task.effort, task.after) == (own.title, own.priority, own.effort, own.after)


def test_rows_are_those_of_the_caller():
    first = WHOLE.to_records()
    first[1]["after"].append("x")
    first[1]["labels"].clear()
    assert WHOLE.to_records()[1]["after"] == ["a"]
    assert WHOLE.to_records()[1]["labels"] == ["gdpr", "pii", "live"]


def as_state(launch, state, at):
    """Return the columns of a state, from its public attributes."""
    return {
        "launch": launch.name,
        "as_of": at,
        "topic": launch.topic or None,
        "status": state.status.value,
        "ready": state.ready,
        "waits_for": list(state.waits_for),
        "first_day": state.not_before,
        "owner": state.owner,
        "due": state.due,
        "overdue": bool(state.due and state.due < at.date() and not state.status.is_closed),
        "since": state.since,
        "by": state.by,
        "reason": state.reason or None,
        "begun": state.begun,
        "waiver_by": state.waiver.by if state.waiver else None,
        "waiver_at": state.waiver.at if state.waiver else None,
        "waiver_reason": state.waiver.reason if state.waiver else None,
        "waiver_expires": state.waiver.expires if state.waiver else None,
        "steps_done": sum(step.done for step in state.steps),
        "ticked": [step.id for step in state.steps if step.done],
        "latest": state.latest,
        "note": state.note or None,
        "note_by": state.note_by,
        "note_at": state.note_at,
        "recorded_references": list(dict.fromkeys(reference.url for reference in state.references)),
    }


@given(launches(), st.integers(0, 40), st.sampled_from([0, 14, -12]))
def test_the_rows_of_a_launch_are_its_tasks_and_their_states(launch, days, hours):
    at = (launch.started + timedelta(days=days)).astimezone(timezone(timedelta(hours=hours)))
    of_tasks = {row["task"]: row for row in launch.checklist.to_records()}
    rows = launch.to_records(at=at)
    assert [row["task"] for row in rows] == [task.id for task in launch.checklist]
    for row in rows:
        assert row == of_tasks[row["task"]] | as_state(launch, launch.state(row["task"], at=at), at)
        assert row["as_of"].tzinfo is UTC
    assert launch.snapshot(at=at).to_records() == rows


def test_the_rows_of_the_two_weeks():
    rows = {row["task"]: row for row in two_weeks().to_records(at=END)}
    assert list(rows) == ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"]
    late = rows["c5"]
    assert (late["status"], late["overdue"], late["due"]) == ("blocked", True, date(2026, 11, 20))
    assert (late["owner"], late["reason"]) == (
        "serving-team",
        "the budget for the pool of accelerators is not agreed",
    )
    # The waiver of c2 has expired, and that of c8 holds.
    assert (rows["c2"]["status"], rows["c2"]["waiver_expires"], rows["c2"]["reason"]) == (
        "todo",
        date(2026, 11, 18),
        None,
    )
    assert (rows["c8"]["status"], rows["c8"]["waiver_expires"]) == ("waived", date(2026, 12, 18))
    assert rows["c7"]["note"] == "Behind a flag, with 1% of the traffic."
    assert (rows["c8"]["waits_for"], rows["c6"]["ready"]) == (["c6"], False)


def test_without_a_time_it_is_now_and_a_time_without_a_zone_is_refused():
    before = datetime.now(UTC)
    (row, *_) = two_weeks().to_records()
    assert before <= row["as_of"] <= datetime.now(UTC)
    with pytest.raises(InvalidError, match=r"^\$\.at: has no time zone"):
        two_weeks().to_records(at=datetime(2026, 11, 23, 9))  # noqa: DTZ001


@given(launches())
def test_each_event_of_the_log_is_a_row(launch):
    rows = launch.log.to_records()
    assert [(row["event"], row["kind"], row["at"], row["by"]) for row in rows] == [
        (event.id, event.kind, event.at, event.by) for event in launch.events
    ]
    assert {row["event"] for row in rows if row["retracted"]} == {event.id for event in launch.retracted}
    for row, event in zip(rows, launch.events, strict=True):
        for name in ("task", "step", "criterion", "owner", "due", "reason", "note"):
            assert row[name] == (getattr(event, name, None) or None)
        assert row["waiver_expires"] == getattr(event, "expires", None)
        if row["task"] in launch.checklist:
            assert row["title"] == launch.checklist[row["task"]].title
            assert row["phase"] == launch.checklist.phase_of(row["task"]).id


def test_the_log_of_a_launch_with_proof():
    launch = everything()
    rows = launch.log.to_records()
    of = {kind: [row for row in rows if row["kind"] == kind] for kind in {row["kind"] for row in rows}}
    parts = launch.events[[row["kind"] for row in rows].index("subject-set")].parts
    assert of["subject-set"][0]["subject"] == [f"{part.name}={part.digest}" for part in parts]
    assert of["evidence-added"][0]["evidence"] == [launch.evidence()[0].evidence.id]
    assert [row["evidence"] for row in of["evidence-withdrawn"]] == [
        [event.evidence] for event in launch.events if isinstance(event, events.EvidenceWithdrawn)
    ]
    (live,) = (event for event in launch.events if isinstance(event, events.WentLive))
    assert (of["went-live"][0]["evidence"], of["went-live"][0]["events"]) == ([*live.evidence], [*live.waivers])
    assert of["approved"][0]["events"] == [event.event for event in launch.events if isinstance(event, events.Approved)]
    assert all(row["evidence"] == [] for row in of["finished"])
    assert all(row["task"] is row["title"] is row["phase"] is row["phase_title"] is None for row in of["went-live"])


def test_a_task_that_the_checklist_no_longer_has_is_in_the_log_without_a_title():
    launch = Launch.start(WHOLE, name="x", by="sre", at=november(9)).finish("a", by="sre", at=november(10))
    fewer = Checklist("whole", "Whole", version="3", phases=[Phase("p", "P", tasks=[Task("b", "B")])])
    _, finished, migrated = launch.migrate(fewer, by="sre", at=november(11)).log.to_records()
    assert (finished["task"], finished["title"], finished["phase"]) == ("a", None, None)
    assert (migrated["checklist"], migrated["version"]) == ("whole", "3")


def test_an_attestation_that_does_not_hold_and_a_retraction():
    attested = next(event for event in everything().events if isinstance(event, events.Attested))
    rows = {row["event"]: row for row in everything().log.to_records()}
    assert rows[attested.id]["holds"] is attested.holds
    launch = Launch.start(WHOLE, name="x", by="sre", at=november(9)).finish("a", by="sre", at=november(10))
    gone = launch.retract(launch.events[1], by="sre", reason="it was b", at=november(11))
    _, finished, retracted = gone.log.to_records()
    assert (finished["retracted"], finished["holds"]) == (True, None)
    assert (retracted["events"], retracted["reason"]) == ([finished["event"]], "it was b")


def test_the_rows_of_a_review_are_its_lists_in_order():
    review = two_weeks().review(SINCE, at=END, samples=0)
    rows = review.to_records()
    assert [(row["heading"], row["task"], row["words"]) for row in rows] == [
        (heading, item.id, item.words) for heading, items in review.lists for item in items
    ]
    assert {(row["review_since"], row["as_of"], row["launch"]) for row in rows} == {(SINCE, END, "fraud-v3")}


def test_the_rows_of_a_forecast_are_the_open_tasks():
    forecast = after_two_weeks()
    rows = forecast.to_records()
    assert [row["task"] for row in rows] == [task.id for task in forecast.tasks]
    of_tasks = {row["task"]: row for row in forecast.checklist.to_records()}
    slots = {slot.id: slot for slot in forecast.schedule}
    for row in rows:
        task = forecast[row["task"]]
        assert of_tasks[task.id].items() <= row.items()
        assert (row["p50"], row["p80"], row["p95"]) == (task.finish.p50, task.finish.p80, task.finish.p95)
        assert (row["mean_days"], row["criticality"]) == (task.finish.mean_days, task.criticality)
        assert (row["owner"], row["due"], row["on_time"]) == (task.owner, task.due, task.on_time)
        slot = slots.get(task.id)
        assert (row["slot_start"], row["slot_finish"]) == ((slot.start, slot.finish) if slot else (None, None))
        flags = ("blocked", "held", "overrun", "unestimated")
        assert [row[name] for name in flags] == [task.id in getattr(forecast, name) for name in flags]


def test_only_a_forecast_with_a_name_has_a_launch():
    given = {"start": date(2026, 11, 30), "samples": 1, "default_effort": "1 day"}
    for found, launch in (
        (forecast(WHOLE, **given), None),
        (forecast(WHOLE, name="fraud-v3", **given), "fraud-v3"),
        (
            Launch.start(WHOLE, name="whole", by="sre", at=november(2)).forecast(
                at=november(3), samples=1, default_effort="1 day"
            ),
            "whole",
        ),
    ):
        assert {row["launch"] for row in found.to_records()} == {launch}
        assert (found.name, found.to_dict()["name"]) == (launch or "whole",) * 2


def test_a_forecast_says_which_tasks_are_held_overrun_or_without_an_effort():
    held = two_weeks().forecast(at=END, blocked={"c5": "1-2 weeks"}, samples=20, default_effort="1 day")
    assert {row["task"] for row in held.to_records() if row["held"]} == set(held.held) == {"c5"}
    late = Launch.start(WHOLE, name="x", by="sre", at=november(2)).begin("b", by="sre", at=november(3))
    rows = {row["task"]: row for row in late.forecast(at=november(23), samples=20, default_effort="1 day").to_records()}
    assert [(row["overrun"], row["unestimated"]) for row in rows.values()] == [(False, True), (True, False)]


def test_the_rows_of_a_gate_are_its_findings():
    gate = everything().gate("go-live", at=on(5))
    rows = gate.to_records()
    assert len(rows) == len(gate.findings)
    for row, finding in zip(rows, gate.findings, strict=True):
        assert (row["gate"], row["decision"], row["as_of"]) == ("go-live", gate.decision.value, on(5))
        assert (row["task"], row["criterion"], row["verdict"]) == (
            finding.task or None,
            finding.criterion,
            finding.verdict.value,
        )
        assert (row["kpi"], row["most"], row["n"]) == (
            finding.kpi.id if finding.kpi else None,
            finding.most,
            finding.n,
        )
        assert (row["open"], row["waived"]) == (finding.is_open, finding.is_waived)


# Arrow


def tables():
    launch = two_weeks()
    empty = Checklist("empty", "Empty")
    return [
        WHOLE,
        empty,
        launch,
        launch.log,
        launch.snapshot(at=END),
        launch.snapshot(at=END, phase="execution"),
        Launch.start(empty, name="x", by="sre", at=november(9)),
        launch.review(SINCE, at=END, samples=0),
        Launch.start(WHOLE, name="x", by="sre", at=november(9)).review(november(9), at=november(10), samples=0),
        after_two_weeks(),
        everything().gate("go-live", at=on(5)),
    ]


def without_now(rows):
    """Return the rows without the time of a launch that was not given one."""
    return [{name: cell for name, cell in row.items() if not (name == "as_of" and "ready" in row)} for row in rows]


ARROW = {
    str: "string",
    int: "int64",
    float: "double",
    bool: "bool",
    date: "date32",
    datetime: "timestamp('us', 'UTC')",
    list[str]: "list<item: string>",
}


@pytest.mark.parametrize("value", tables(), ids=lambda value: type(value).__name__)
def test_the_stream_has_the_cells_of_the_records_and_the_schema_of_their_type(value):
    nanoarrow = pytest.importorskip("nanoarrow")
    table = nanoarrow.ArrayStream(value).read_all()
    assert without_now(table.to_pylist()) == without_now(value.to_records())
    (record,) = get_args(get_type_hints(type(value).to_records, vars(documents))["return"])
    expected = {}
    for name, annotation in get_type_hints(record).items():
        kind = get_args(annotation)[0] if type(None) in get_args(annotation) else annotation
        expected[name] = ARROW[str if get_origin(kind) is Literal else kind]
    fields = [table.schema.field(place) for place in range(table.schema.n_fields)]
    assert {field.name: re.sub("^<Schema> '.*': |^<Schema> ", "", repr(field)) for field in fields} == expected


def test_timestamps_and_dates_at_the_ends_of_the_calendar_are_exact():
    nanoarrow = pytest.importorskip("nanoarrow")
    first = datetime(1971, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    last = datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    launch = (
        Launch.start(WHOLE, name="x", by="sre", at=first)
        .begin("a", by="sre", at=first)
        .note("a", "n", by="sre", at=last)
    )
    launch = launch.set_due("a", date(2999, 12, 31), by="sre", at=last)
    row = nanoarrow.ArrayStream(launch).read_all().to_pylist()[0]
    assert row["begun"] == first
    assert (row["latest"], row["note_at"], row["due"]) == (last, last, date(2999, 12, 31))


def test_many_rows_come_in_batches():
    nanoarrow = pytest.importorskip("nanoarrow")
    tasks = [Task(f"t{number}", f"Task {number}", effort=Effort(number / 8)) for number in range(2_500)]
    checklist = Checklist("long", "Long", phases=[Phase("p", "P", tasks=tasks)])
    table = nanoarrow.ArrayStream(checklist).read_all()
    assert [len(chunk) for chunk in table.iter_chunks()] == [1_000, 1_000, 500]
    assert table.to_pylist() == checklist.to_records()


def test_without_the_package_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoarrow", None)
    with pytest.raises(UnknownNameError) as caught:
        WHOLE.__arrow_c_stream__()
    assert str(caught.value) == (
        "$: Arrow needs the package nanoarrow, which is not installed; pip install 'servingchecklist[arrow]'"
    )
    assert isinstance(caught.value.__cause__, ImportError)


PAGE = Path(__file__).parents[1] / "docs" / "reference" / "records.md"


def test_the_reference_lists_the_columns_of_every_type_in_their_order():
    listed = re.findall(r"^`(\w+Record)`.*?^```text\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for name, columns in listed:
        expected = []
        for column, annotation in get_type_hints(getattr(documents, name)).items():
            is_optional = type(None) in get_args(annotation)
            kind = get_args(annotation)[0] if is_optional else annotation
            word = "str" if get_origin(kind) is Literal else (get_origin(kind) or kind).__name__
            expected.append(f"{column} {word}{'?' * is_optional}")
        assert " ".join(columns.split()).split(", ") == expected
    assert {name for name, _ in listed} == {name for name in documents.__all__ if name.endswith("Record")}


def test_one_table_has_every_word_with_one_type_and_the_rows_that_have_it():
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \| ([a-z, ]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    short = {
        "TaskRecord": "task", "TaskStateRecord": "state", "EventRecord": "event",
        "ReviewItemRecord": "review", "TaskForecastRecord": "forecast", "FindingRecord": "finding",
    }  # fmt: skip
    types, having = {}, {}
    for name, where in short.items():
        for column, annotation in get_type_hints(getattr(documents, name)).items():
            kind = get_args(annotation)[0] if type(None) in get_args(annotation) else annotation
            word = "str" if get_origin(kind) is Literal else (get_origin(kind) or kind).__name__
            assert types.setdefault(column, word) == word, column
            having.setdefault(column, []).append(where)
    assert [(column, kind, where.split(", ")) for column, kind, _, where in rows] == [
        (column, types[column], having[column]) for column in having
    ]
    assert not [name for name in types if name.startswith(("is_", "has_"))]


def test_columns_of_words_are_columns_and_their_members_hold_no_blanks():
    from servingchecklist.formats.csv import WORDS

    lists = {
        name for kind in documents.__all__ if kind.endswith("Record")
        for name, annotation in get_type_hints(getattr(documents, kind)).items() if annotation == list[str]
    }  # fmt: skip
    assert lists > WORDS
    for value in (everything(), everything().log, everything().gate("go-live", at=on(5))):
        assert not [cell for row in value.to_records() for name in WORDS for cell in row.get(name, ()) if " " in cell]


def test_the_log_is_a_table_whatever_comes_first_in_it():
    launch = Launch.start(WHOLE, name="x", by="sre", at=november(2))
    for _ in range(150):
        launch = launch.note("a", "n", by="sre", at=november(3))
    launch = launch.assign("a", "sre", by="sre", at=november(4)).set_due(
        "a", date(2026, 12, 1), by="sre", at=november(4)
    )
    log = launch.log
    assert (log.launch, log.checklist, log.events, log.retracted) == ("x", WHOLE, launch.events, ())
    assert launch.retract(launch.events[-1], by="sre", reason="r", at=november(5)).log.retracted == (
        launch.events[-1].id,
    )
    with pytest.raises(InvalidError, match=r"^\$\.launch: "):
        type(log)("No id", WHOLE, launch.events)
    assert (len(log), repr(log)) == (len(launch.events), f"<EventLog of 'x': {len(launch.events)} events>")
    moved = launch.migrate(attrs.evolve(WHOLE, version="9"), by="sre", at=november(5)).log.to_records()
    digests = [row["digest"] for row in moved if row["digest"]]
    assert digests == [WHOLE.digest, attrs.evolve(WHOLE, version="9").digest]
    polars = pytest.importorskip("polars")
    pytest.importorskip("nanoarrow")
    assert polars.DataFrame(log).to_dicts() == log.to_records()
    assert dumps(log, "csv").splitlines()[0].split(",") == list(get_type_hints(documents.EventRecord))
    assert len(dumps(log, "csv").splitlines()) == 1 + len(launch.events)
