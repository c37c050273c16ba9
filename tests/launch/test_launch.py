"""A launch: what can be recorded, what it says of itself, and that it is a value."""

import copy
import datetime as datetime_module
import json
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import attrs
import pytest

import servingchecklist
from helpers.names import NAMES
from servingchecklist import (
    Calendar,
    Checklist,
    Launch,
    Phase,
    Priority,
    Reference,
    Status,
    Task,
    events,
    model_serving,
)
from servingchecklist.errors import IllegalTransitionError, InvalidError, UnknownNameError

CHECKLIST = model_serving()


def on(day, hour=9, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


START = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=on(2))


def move(launch, verb, day, task="c1", **more):
    details = {
        "block": {"reason": "no access"},
        "waive": {"reason": "not needed", "expires": date(2026, 11, 20)},
        "mark_not_applicable": {"reason": "there is one caller"},
    }.get(verb, {})
    return getattr(launch, verb)(task, by="ml-platform", at=on(day), **details | more)


STANDING = {
    "todo": START,
    "doing": move(START, "begin", 3),
    "blocked": move(START, "block", 3),
    "done": move(START, "finish", 3),
    "waived": move(START, "waive", 3),
    "not-applicable": move(START, "mark_not_applicable", 3),
}
LEADS_TO = {
    ("todo", "begin"): "doing",
    ("todo", "finish"): "done",
    ("todo", "block"): "blocked",
    ("todo", "waive"): "waived",
    ("doing", "finish"): "done",
    ("doing", "block"): "blocked",
    ("doing", "reopen"): "todo",
    ("doing", "waive"): "waived",
    ("blocked", "finish"): "done",
    ("blocked", "block"): "blocked",
    ("blocked", "unblock"): "todo",
    ("blocked", "waive"): "waived",
    ("done", "reopen"): "todo",
    ("waived", "reopen"): "todo",
    ("waived", "waive"): "waived",
    ("todo", "mark_not_applicable"): "not-applicable",
    ("doing", "mark_not_applicable"): "not-applicable",
    ("blocked", "mark_not_applicable"): "not-applicable",
    ("waived", "mark_not_applicable"): "not-applicable",
    ("not-applicable", "reopen"): "todo",
}


@pytest.mark.parametrize("verb", ["begin", "finish", "block", "unblock", "reopen", "waive", "mark_not_applicable"])
@pytest.mark.parametrize("status", STANDING)
def test_every_move_from_every_status(status, verb):
    launch = STANDING[status]
    assert launch.state("c1", at=on(3)).status is Status(status)
    if (status, verb) in LEADS_TO:
        moved = move(launch, verb, 4)
        assert moved.state("c1", at=on(5)).status is Status(LEADS_TO[status, verb])
        assert moved.state("c1", at=on(3, 10)).status is Status(status)
    else:
        words = rf"^\$\.task: cannot be [\w ]+: its status is {status.replace('-', ' ')}"
        with pytest.raises(IllegalTransitionError, match=words) as caught:
            move(launch, verb, 4)
        assert caught.value.task == "c1"
        hint = caught.value.faults[0].hint
        allowed = [allowed for at, allowed in LEADS_TO if at == status]
        assert len(hint.replace(" or ", ", ").split(", ")) == len(allowed)


def test_a_refusal_says_since_when_and_what_is_allowed():
    with pytest.raises(IllegalTransitionError) as caught:
        move(STANDING["waived"], "finish", 4)
    assert str(caught.value) == (
        "$.task: cannot be finished: its status is waived, as ml-platform recorded on 2026-11-03 (got 'c1'); "
        "it can be reopened, waived or marked not applicable"
    )
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.task, again.faults) == ("c1", caught.value.faults)
    with pytest.raises(
        IllegalTransitionError,
        match=r"its status is todo \(got 'c1'\); it can be begun, finished, blocked, waived or marked not applicable$",
    ):
        move(START, "unblock", 4)
    with pytest.raises(IllegalTransitionError) as caught:
        move(STANDING["not-applicable"], "mark_not_applicable", 4)
    assert str(caught.value) == (
        "$.task: cannot be marked not applicable: its status is not applicable, as ml-platform recorded on 2026-11-03 (got 'c1'); "
        "it can be reopened"
    )


def test_a_waiver_needs_a_reason_a_person_and_an_expiry():
    with pytest.raises(InvalidError) as caught:
        START.waive("c1", reason="", by="", expires=None, at=on(3))
    assert [str(fault) for fault in caught.value.faults] == [
        "$.by: is empty (got ''); say in a few words what it is",
        "$.reason: is empty (got ''); say in a few words what it is",
        "$.expires: is not a date (got None); give a datetime.date, as in date(2026, 12, 31)",
    ]


def test_an_expired_waiver_no_longer_counts():
    begun = move(START, "begin", 3)
    waived = move(begun, "waive", 4, expires=date(2026, 11, 10))
    assert waived.state("c1", at=on(10, 23)).status is Status.WAIVED
    expired = waived.state("c1", at=on(11))
    assert (expired.status, expired.waiver.expires) == (Status.DOING, date(2026, 11, 10))
    assert (expired.since, expired.by, expired.reason) == (on(3), "ml-platform", "")
    never_begun = STANDING["waived"].state("c1", at=on(21))
    assert (never_begun.since, never_begun.by, never_begun.reason) == (None, None, "")
    assert waived.progress(at=on(10)).overall.waived == 1
    assert waived.progress(at=on(11)).overall.doing == 1
    assert move(waived, "finish", 11).state("c1").status is Status.DONE
    # Where it is already the eleventh, it has expired; where it is still the tenth, it has not.
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-9))
    assert waived.state("c1", at=on(10, 20).astimezone(east)).status is Status.DOING
    assert waived.state("c1", at=on(11, 3).astimezone(west)).status is Status.WAIVED


def test_a_task_goes_on_where_it_was_when_a_block_is_lifted():
    blocked = move(move(START, "begin", 3), "block", 4)
    assert blocked.state("c1").reason == "no access"
    freed = move(blocked, "unblock", 5)
    assert (freed.state("c1").status, freed.state("c1").begun) == (Status.DOING, on(3))
    again = move(move(freed, "finish", 6), "reopen", 7, reason="it drifts")
    state = again.state("c1")
    assert (state.status, state.begun, state.reason) == (Status.TODO, None, "it drifts")


def test_owners_due_dates_and_notes_do_not_move_a_task():
    launch = START.assign("c3", "serving-team", by="ml-platform", at=on(3))
    launch = launch.set_due("c3", date(2026, 11, 20), by="ml-platform", at=on(4)).note(
        "c3", "begun by hand", by="x", at=on(5)
    )
    state = launch.state("c3")
    assert (state.status, state.owner, state.due, state.latest) == (
        Status.TODO,
        "serving-team",
        date(2026, 11, 20),
        on(5),
    )
    launch = launch.assign("c3", None, by="x", at=on(6)).set_due("c3", None, by="x", at=on(6))
    assert (launch.state("c3").owner, launch.state("c3").due) == (None, None)
    kinds = [event.kind for event in launch.history("c3")]
    assert (kinds[:3], {*kinds[3:]}) == (["assigned", "due-set", "noted"], {"assigned", "due-set"})
    assert launch.history(CHECKLIST["c1"]) == ()


def test_what_was_never_said():
    state = START.state("c1")
    steps = [servingchecklist.results.StepState(id=step.id, text=step.text) for step in CHECKLIST["c1"].steps]
    assert state == servingchecklist.results.TaskState(id="c1", steps=steps)
    assert attrs.evolve(state, steps=steps[:1]).to_dict() == {
        "id": "c1",
        "status": "todo",
        "since": None,
        "by": None,
        "reason": "",
        "begun": None,
        "owner": None,
        "due": None,
        "waiver": None,
        "latest": None,
        "references": [],
        "note": "",
        "note_by": None,
        "note_at": None,
        "steps": [{"id": "targets", "text": steps[0].text, "done": False, "by": None, "at": None}],
        "waits_for": [],
        "not_before": None,
        "ready": True,
    }
    waived = STANDING["waived"].state("c1", at=on(4)).to_dict()
    assert waived["waiver"] == {
        "reason": "not needed",
        "by": "ml-platform",
        "at": "2026-11-03T09:00:00Z",
        "expires": "2026-11-20",
    }


def test_the_old_launch_is_unchanged():
    before = START.events
    later = START.finish("c1", by="x", at=on(3))
    other = START.block("c1", reason="r", by="x", at=on(3))
    assert START.events == before
    assert START.state("c1").status is Status.TODO
    assert (later.state("c1").status, other.state("c1").status) == (Status.DONE, Status.BLOCKED)


@pytest.mark.parametrize("name", ["c10", "Define goals", "", None, 3, ["c1"]])
def test_a_task_that_is_not_there(name):
    with pytest.raises(UnknownNameError):
        START.finish(name, by="x", at=on(3))
    with pytest.raises(UnknownNameError):
        START.state(name)
    with pytest.raises(UnknownNameError):
        START.history(name)


def test_a_task_can_be_given_as_itself():
    assert START.finish(CHECKLIST["c1"], by="x", at=on(3)) == START.finish("c1", by="x", at=on(3))
    assert START.state(CHECKLIST["c1"]).id == "c1"


def test_nothing_happened_before_the_start():
    with pytest.raises(
        InvalidError,
        match=r"^\$\.at: lies before the start of the launch \(got 2026-11-01T09:00:00\+00:00\); the launch was",
    ):
        START.finish("c1", by="x", at=on(1))
    with pytest.raises(InvalidError, match="lies before the start"):
        START.state("c1", at=on(1))
    with pytest.raises(InvalidError, match=r"^\$\.at: has no time zone"):
        START.as_of(datetime(2026, 11, 3))  # noqa: DTZ001
    with pytest.raises(InvalidError, match=r"^\$\.at: is not a timestamp \(got 'today'\)"):
        START.progress(at="today")
    with pytest.raises(InvalidError, match=r"^\$\.at: has no time zone"):
        START.finish("c1", by="x", at=datetime(2026, 11, 3))  # noqa: DTZ001


def test_without_a_moment_it_is_now():
    launch = Launch.start(CHECKLIST, name="x", by="x")
    before = datetime.now(UTC)
    launch = launch.begin("c1", by="x").finish("c1", by="x")
    assert launch.started < launch.events[1].at < launch.events[2].at
    assert launch.events[1].at - before < timedelta(minutes=1)
    assert launch.state("c1").status is Status.DONE


def test_a_clock_that_ran_ahead_elsewhere_does_not_win():
    ahead = datetime.now(UTC) + timedelta(hours=1)
    launch = Launch.start(CHECKLIST, name="x", by="x", at=on(2)).block("c1", reason="r", by="x", at=ahead)
    launch = launch.finish("c1", by="x")
    assert launch.state("c1").status is Status.DONE
    assert launch.events[-1].at == ahead + timedelta(microseconds=1)
    assert launch.begin("c2", by="x").state("c2").since < ahead  # a slip of the pen spoils one task only
    assert launch.review(on(2)).done[0].id == "c1"


def test_what_is_told_of_one_moment_is_kept_in_the_order_in_which_it_was_told():
    launch = START
    for verb in ["begin", "block", "unblock", "finish", "reopen", "begin", "finish"]:
        launch = move(launch, verb, 3)
    assert launch.state("c1").status is Status.DONE
    assert [event.at - on(3) for event in launch.history("c1")] == [timedelta(microseconds=n) for n in range(7)]
    both = START.begin("c1", by="x", at=on(3)).assign("c1", "y", by="x", at=on(3)).begin("c2", by="x", at=on(3))
    assert {event.at for event in both.events[1:]} == {on(3)}


def test_telling_the_same_again_records_nothing():
    launch = START.assign("c1", "x", by="x", at=on(3)).set_due("c1", date(2026, 11, 9), by="x", at=on(3))
    launch = launch.note("c1", "seen", by="x", at=on(3)).finish("c1", by="x", at=on(3))
    later = launch.assign("c1", "y", by="x", at=on(4)).note("c1", "seen again", by="x", at=on(4))
    for known in (launch, later):
        again = known.assign("c1", "x", by="x", at=on(3)).set_due("c1", date(2026, 11, 9), by="x", at=on(3))
        assert again.finish("c1", by="x", at=on(3)).note("c1", "seen", by="x", at=on(3)) == known
    begun = move(START, "begin", 3, "c2")
    assert move(move(begun, "finish", 4, "c2"), "begin", 3, "c2") == move(begun, "finish", 4, "c2")
    at_once = move(begun, "finish", 3, "c2")
    assert move(at_once, "finish", 3, "c2") == at_once
    assert launch.assign("c1", "y", by="x", at=on(3)).assign("c1", "x", by="x", at=on(3)).state("c1").owner == "x"


def test_whether_a_waiver_holds_is_for_the_calendar_of_whoever_records():
    waived = move(START, "waive", 3, expires=date(2026, 11, 20))
    east, west = timezone(timedelta(hours=9)), timezone(timedelta(hours=-9))
    there = datetime(2026, 11, 21, 0, 30, tzinfo=east)
    assert waived.state("c1", at=there).status is Status.TODO
    assert waived.finish("c1", by="x", at=there).state("c1", at=there).status is Status.DONE
    evening = datetime(2026, 11, 20, 20, tzinfo=west)
    assert (
        START.waive("c1", reason="r", expires=evening.date(), by="x", at=evening).state("c1", at=evening).status
        is Status.WAIVED
    )
    with pytest.raises(IllegalTransitionError):
        waived.finish("c1", by="x", at=on(20, 23))
    assert waived.record(events.Finished("c1", by="x", at=on(20, 23))).state("c1", at=on(21)).status is Status.DONE
    with pytest.raises(IllegalTransitionError):
        waived.record(events.Finished("c1", by="x", at=on(19)))


def test_many_late_events_are_recorded_in_one_go():
    told = [events.Noted(f"c{n % 9 + 1}", by="x", at=on(3) + timedelta(minutes=n), text="x") for n in range(300)]
    launch = START.record(*told[::2])
    assert launch.record(*told) == launch.record(*reversed(told)) == START.record(*told)
    mixed = [events.Begun("c1", by="x", at=on(2, 10)), events.Finished("c1", by="x", at=on(20)), *told[:5]]
    assert START.record(*told).record(*mixed).state("c1").status is Status.DONE


def test_a_moment_is_kept_plain_whatever_its_class_and_zone():
    class Stamp(datetime):
        def isoformat(self, *_):
            return "elsewhere"

    class Offset(datetime_module.tzinfo):
        def utcoffset(self, _):
            return timedelta(hours=1)

    launch = START.finish("c1", by="x", at=datetime(2026, 11, 3, 10, tzinfo=Offset()))
    assert launch.events[-1].at == on(3)
    snapshot = launch.snapshot(at=Stamp(2026, 11, 4, tzinfo=UTC))
    assert (type(snapshot.at), snapshot.to_dict()["at"]) == (datetime, "2026-11-04T00:00:00Z")


def test_what_was_forgotten_can_be_recorded_later():
    launch = move(START, "finish", 5)
    with_start = launch.begin("c1", by="x", at=on(4))
    assert [event.kind for event in with_start.history("c1")] == ["begun", "finished"]
    assert (with_start.state("c1").status, with_start.state("c1").begun) == (Status.DONE, on(4))
    with pytest.raises(IllegalTransitionError, match="its status is todo"):
        launch.unblock("c1", by="x", at=on(4))
    assert launch.begin("c2", by="x", at=on(4)).as_of(on(4)).state("c2").status is Status.DOING


def test_record_takes_many_and_nothing_twice():
    told = [events.Begun("c1", by="x", at=on(3)), events.Finished("c1", by="x", at=on(4))]
    launch = START.record(*told)
    assert launch.events[1:] == tuple(told)
    assert launch.record(*told, *START.events) == launch
    assert START.record() == START
    restarted = launch.record(events.LaunchStarted(by="y", at=on(1)))
    assert (restarted.started, len(restarted.events)) == (on(1), 4)
    assert launch.record(events.LaunchStarted(by="y", at=on(9))).started == on(2)
    with pytest.raises(
        InvalidError, match=r"^\$\.events\[1\]: is not an event \(got 'x'\); give one such as events\.Finished\("
    ):
        START.record(told[0], "x")
    with pytest.raises(UnknownNameError):
        START.record(events.Begun("c10", by="x", at=on(3)))
    with pytest.raises(IllegalTransitionError):
        launch.record(events.Finished("c1", by="x", at=on(5)))


def test_events_of_one_time_all_count_behind_one_of_the_past():
    launch = START.note("c1", "asked", by="x", at=on(3, 10))
    past = events.Begun("c1", by="x", at=on(3, 9))
    at_once = [
        events.Assigned("c1", owner="sre", by="x", at=on(3, 11)),
        events.DueSet("c1", due=date(2026, 12, 1), by="x", at=on(3, 11)),
    ]
    for pair in (at_once, at_once[::-1]):
        state = launch.record(past, *pair).state("c1")
        assert (state.status, state.owner, state.due) == (Status.DOING, "sre", date(2026, 12, 1))


def test_it_does_not_matter_in_which_order_events_are_given():
    assert START.record(events.Unblocked("c1", by="x", at=on(5)), events.Blocked("c1", by="x", at=on(4), reason="r"))
    told = [events.Begun(f"c{n}", by="x", at=on(3)) for n in range(1, 10)]
    assert START.record(*told) == START.record(*reversed(told))


def test_the_constructor_takes_any_order_and_keeps_one():
    launch = move(move(START, "begin", 3), "finish", 4)
    shuffled = Launch(CHECKLIST, "fraud-v3", [*reversed(launch.events), launch.events[0]])
    assert shuffled == launch
    assert (hash(shuffled), shuffled.events) == (hash(launch), launch.events)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"checklist": "model-serving"}, "$.checklist: is not a Checklist (got 'model-serving'); write Checklist(...)"),
        ({"name": "Fraud v3"}, "$.name: is not an id (got 'Fraud v3'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'fraud-v3'"),
        ({"events": []}, "$.events: do not say when the launch was started; let the log begin with an event launch-started"),
        ({"events": None}, "$.events: is not a list (got None); write a list, as in [...]"),
        ({"events": [None]}, "$.events[0]: is not an event (got None); give one such as events.Finished('c1', by=..., at=...)"),
        (
            {"events": [*START.events, events.Begun("c10", by="x", at=on(3)), events.Begun("c1", by="x", at=on(1))]},
            "2 faults:\n  $.events[1].task: there is no task of that id (got 'c10'); did you mean 'c1'?\n"
            "  $.events[2].at: lies before the start of the launch (got 2026-11-01T09:00:00+00:00); "
            "the launch was started at 2026-11-02T09:00:00+00:00; give that time or a later one",
        ),
    ],
)  # fmt: skip
def test_what_is_no_launch_is_said(fields, expected):
    given = {"checklist": CHECKLIST, "name": "fraud-v3", "events": START.events} | fields
    with pytest.raises(InvalidError) as caught:
        Launch(**given)
    assert str(caught.value) == expected


def test_faults_of_a_log_are_bounded():
    told = [events.Begun(f"x{n}", by="x", at=on(3)) for n in range(3_000)]
    with pytest.raises(InvalidError) as caught:
        Launch(CHECKLIST, "x", [*START.events, *told])
    assert len(caught.value.faults) == 1_000


def test_a_launch_is_a_value():
    launch = move(START, "waive", 3)
    for again in (pickle.loads(pickle.dumps(launch)), copy.deepcopy(launch), attrs.evolve(launch)):
        assert again == launch
        assert hash(again) == hash(launch)
    assert eval(repr(launch), NAMES) == launch
    match launch:
        case Launch(name=name, events=[events.LaunchStarted(by=who), *_]):
            assert (name, who) == ("fraud-v3", "ml-platform")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        launch.name = "other"
    attrs.resolve_types(Launch)


def test_as_of_is_the_launch_as_it_was():
    launch = move(move(START, "begin", 3), "finish", 4)
    assert launch.as_of(on(4)) is launch
    assert launch.as_of(on(3)) == move(START, "begin", 3)
    assert launch.as_of(on(2)) == START


def test_progress_counts_tasks_and_effort():
    launch = move(move(START, "finish", 3), "begin", 3, "c3")
    launch = move(move(launch, "waive", 3, "c6"), "block", 3, "c2")
    progress = launch.progress(at=on(5))
    assert progress.overall == servingchecklist.results.Tally(
        name="all", todo=5, doing=1, blocked=1, done=1, waived=1, days_left=13.0, days_closed=3.5, steps=39
    )
    assert (progress.overall.total, progress.overall.closed, progress.overall.share) == (9, 2, 2 / 9)
    assert [(tally.name, tally.closed, tally.total) for tally in progress.by_phase] == [
        ("foundation", 1, 3),
        ("execution", 1, 3),
        ("launch-review", 0, 3),
    ]
    assert [(tally.name, tally.closed, tally.total) for tally in progress.by_priority] == [
        ("critical", 1, 4),
        ("high", 1, 5),
    ]
    assert progress.to_dict()["overall"]["days_left"] == 13.0
    assert [tally["name"] for tally in progress.to_dict()["by_phase"]] == ["foundation", "execution", "launch-review"]
    assert len(progress.to_dict()["by_priority"]) == 2


def test_time_that_passes_is_in_no_sum_of_efforts():
    tasks = [Task("bake", "Bake", effort="7 days elapsed"), Task("night", "Release", effort="4 hours on any day")]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    launch = Launch.start(checklist, name="x", by="x", at=on(2))
    overall = launch.progress().overall
    assert (overall.unestimated, overall.days_left, overall.days_closed) == (0, 0.5, 0.0)
    assert launch.critical_path(at=on(2)).days == 5
    assert launch.critical_path(at=on(2), calendar=Calendar(weekdays=range(7))).days == 7
    overall = launch.finish("bake", by="x", at=on(3)).progress(at=on(4)).overall
    assert (overall.days_left, overall.days_closed) == (0.5, 0.0)


def test_tasks_without_effort_are_counted_apart_and_nothing_at_all_is_all_done():
    checklist = Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", priority=Priority.LOW)]), Phase("q", "Q")]
    )
    progress = Launch.start(checklist, name="x", by="x", at=on(2)).progress()
    assert (progress.overall.unestimated, progress.overall.days_left, progress.overall.share) == (1, 0.0, 0.0)
    assert (progress.by_phase[1].total, progress.by_phase[1].share) == (0, 1.0)


def test_next_knows_what_is_done_waived_doing_blocked_and_due():
    launch = move(START, "finish", 3).set_due("c2", date(2026, 11, 12), by="x", at=on(3))
    assert launch.next(at=on(10)).ids == ("c3", "c2", "c6")
    assert launch.next(at=on(10))[1].reasons == (
        "in Foundation, the phase under way",
        "high",
        "nothing waits for it",
        "due in 2 days",
    )
    blocked = move(launch, "block", 4, "c3", reason="the inventory is locked")
    best = blocked.next(None, at=on(10))
    assert (best.ids, best.blocked) == (("c2", "c6"), (("c3", "the inventory is locked"),))
    doing = move(launch, "begin", 4, "c6")
    assert doing.next(None, at=on(10)).under_way == (("c6", "ml-platform"),)
    doing = doing.assign("c6", "serving-team", by="x", at=on(4))
    best = doing.next(None, at=on(10))
    assert (best.ids, best.under_way) == (("c3", "c2"), (("c6", "serving-team"),))
    owned = launch.assign("c6", "serving-team", by="x", at=on(4))
    assert owned.next(None, at=on(10))[2].reasons[0] == "owned by serving-team"
    waived = move(launch, "waive", 4, "c3", expires=date(2026, 11, 15))
    best = {one.id: one.reasons for one in waived.next(None, at=on(10))}
    assert best["c4"][0] == "goes on without c3, which is waived until 2026-11-15"
    best = {one.id: one.reasons for one in waived.next(None, at=on(16))}
    assert best["c3"][0] == "its waiver expired after 2026-11-15"
    assert "c4" not in best


def test_what_is_under_way_or_blocked_is_not_offered_and_named_beside():
    finished = move(move(move(START, "block", 3), "finish", 3, "c2"), "finish", 3, "c3")
    assert (finished.next().ids, finished.next().blocked) == ((), (("c1", "no access"),))
    launch = START.block("c1", reason="no access", by="x", at=on(3)).begin("c2", by="ben", at=on(3))
    for best in (launch.next(None), launch.next(), launch.snapshot().next, launch.review(on(3)).next):
        assert best.ids == ("c3",)
        assert json.loads(json.dumps(best.to_dict()))["blocked"] == {"c1": "no access"}
        assert best.to_dict()["under_way"] == {"c2": "ben"}
        assert pickle.loads(pickle.dumps(best)) == best == eval(repr(best), NAMES)
        assert best != attrs.evolve(best, under_way={})
    assert best[1:].blocked == best.blocked
    stuck = move(launch, "begin", 4, "c3")
    words = "Nothing can be begun: c1 is blocked: no access; c2 is under way (ben); c3 is under way (ml-platform)"
    assert servingchecklist.dumps(stuck.next(), "markdown") == f"For Model Serving\n\n{words}\n"
    assert servingchecklist.dumps(launch.next(), "text").endswith("\nc1 is blocked: no access; c2 is under way (ben)\n")
    selected = stuck.next(phase="foundation")
    assert (selected.under_way, selected.blocked) == ((("c2", "ben"), ("c3", "ml-platform")), (("c1", "no access"),))
    nothing = stuck.assign("c4", "eve", by="x", at=on(4)).next(owner="eve")
    assert (nothing.under_way, nothing.blocked, [task.waits_for for task in nothing.waiting]) == (
        (),
        (),
        [("c1", "c3")],
    )


def test_dates_and_times_of_a_state_are_plain_ones():
    class Day(date):
        pass

    tokyo = timezone(timedelta(hours=9))
    waiver = servingchecklist.results.Waiver("r", by="x", at=on(3).astimezone(tokyo), expires=Day(2026, 12, 1))
    assert (type(waiver.expires), waiver.at.tzinfo) == (date, UTC)
    state = servingchecklist.results.TaskState(id="a", begun=on(3).astimezone(tokyo), due=Day(2026, 12, 1))
    assert (state.begun, state.begun.tzinfo, type(state.due)) == (on(3), UTC, date)
    review = attrs.evolve(START.review(on(2), at=on(3)), started_at=on(2).astimezone(tokyo))
    assert review.started_at.utcoffset() == timedelta(hours=9)  # as it is shown


def test_next_takes_rules_and_refuses_what_is_none():
    launch = move(START, "finish", 3)
    assert launch.next(1, rules=servingchecklist.CRITICAL_FIRST).ids == ("c3",)
    other = servingchecklist.next_tasks(CHECKLIST, {"c1"})
    assert [attrs.evolve(best, title=best.task.title) for best in other] == list(launch.next(at=on(10)))
    with pytest.raises(InvalidError, match=r"^\$\.limit"):
        launch.next(0)
    with pytest.raises(InvalidError, match=r"^\$\.rules\[0\]: is not a rule"):
        launch.next(rules=["priority"])


def test_a_snapshot_is_how_it_stands():
    launch = move(move(START, "finish", 3), "begin", 4, "c3")
    snapshot = launch.snapshot(at=on(3, 12))
    assert (snapshot.name, snapshot.checklist, snapshot.at) == ("fraud-v3", CHECKLIST, on(3, 12))
    assert snapshot.state("c1").status is Status.DONE
    assert snapshot.state(CHECKLIST["c3"]).status is Status.TODO
    assert snapshot.progress == launch.progress(at=on(3, 12))
    assert snapshot.next == launch.next(at=on(3, 12))
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    assert launch.snapshot().state("c3").status is Status.DOING
    document = snapshot.to_dict()
    assert (document["checklist"], document["at"]) == (
        {"id": "model-serving", "version": "2026.2"},
        "2026-11-03T12:00:00Z",
    )
    assert document["tasks"] == [state.to_dict() for state in snapshot.states]
    assert document["next"] == snapshot.next.to_dict()
    with pytest.raises(UnknownNameError):
        snapshot.state("c10")
    with pytest.raises(InvalidError, match=r"^\$\.states: are not those of the checklist;"):
        attrs.evolve(snapshot, states=snapshot.states[1:])
    with pytest.raises(InvalidError, match=r"^\$\.at: has no time zone"):
        attrs.evolve(snapshot, at=datetime(2026, 11, 3))  # noqa: DTZ001


def test_statuses_are_a_closed_set():
    assert [str(status) for status in Status] == ["todo", "doing", "blocked", "done", "waived", "not-applicable"]
    assert [status for status in Status if status.is_closed] == [Status.DONE, Status.WAIVED, Status.NOT_APPLICABLE]
    assert [status.words for status in Status][-2:] == ["waived", "not applicable"]
    assert repr(Status.DONE) == "Status.DONE"


@pytest.mark.parametrize(
    ("kind", "fields", "path"),
    [
        (servingchecklist.results.TaskState, {"id": "c1", "status": "done"}, "$.status"),
        (servingchecklist.results.TaskState, {"id": "c1", "since": datetime(2026, 11, 3)}, "$.since"),  # noqa: DTZ001
        (servingchecklist.results.TaskState, {"id": "c1", "references": ["https://example.com"]}, "$.references[0]"),
        (servingchecklist.results.TaskState, {"id": "c1", "note_at": "2026-11-03"}, "$.note_at"),
        (servingchecklist.results.Recommendations, {"topic": "two\nlines"}, "$.topic"),
        (servingchecklist.results.Tally, {"name": "all", "todo": -1}, "$.todo"),
        (servingchecklist.results.Tally, {"name": "all", "not_applicable": True}, "$.not_applicable"),
        (servingchecklist.results.Tally, {"name": "all", "days_left": 1}, "$.days_left"),
        (servingchecklist.results.Progress, {"overall": None, "by_phase": (), "by_priority": ()}, "$.overall"),
        (servingchecklist.results.Waiver, {"reason": "r", "by": "x", "at": on(3), "expires": on(3)}, "$.expires"),
    ],
)
def test_what_is_told_cannot_be_wrong_either(kind, fields, path):
    with pytest.raises(InvalidError) as caught:
        kind(**fields)
    assert [fault.path for fault in caught.value.faults] == [path]


def test_a_waiver_hides_a_block_and_does_not_lift_it():
    launch = START.begin("c1", by="x", at=on(3)).block("c1", reason="no access", by="x", at=on(4))
    waived = launch.waive("c1", reason="not needed yet", expires=date(2026, 11, 6), by="x", at=on(5))
    assert waived.state("c1", at=on(6)).status is Status.WAIVED
    again = waived.state("c1", at=on(7))
    assert (again.status, again.reason, again.since, again.waiver.expires.day) == (
        Status.BLOCKED,
        "no access",
        on(4),
        6,
    )
    assert waived.next(None, at=on(7)).blocked == (("c1", "no access"),)
    assert waived.forecast(at=on(7), samples=1).blocked == ("c1",)
    assert [item.words for item in waived.review(on(4, 20), at=on(7)).still_blocked] == ["no access (2026-11-04, x)"]
    freed = waived.unblock("c1", by="x", at=on(8))
    assert freed.state("c1", at=on(8)).status is Status.DOING


PAGE, LOG = Reference("the run", "https://example.com/runs/1"), Reference("the log", "logs/1.txt")


def test_what_does_not_apply_is_closed_for_good_and_holds_nothing_up():
    launch = move(move(START, "begin", 3, "c3"), "mark_not_applicable", 4, "c3")
    state = launch.state("c3", at=on(20))
    assert (state.status, state.since, state.by, state.reason, state.begun) == (
        Status.NOT_APPLICABLE,
        on(4),
        "ml-platform",
        "there is one caller",
        on(3),
    )
    assert launch.state("c3", at=datetime(9998, 1, 1, tzinfo=UTC)).status is Status.NOT_APPLICABLE
    overall = launch.progress().overall
    assert (overall.not_applicable, overall.closed, overall.total, overall.days_closed) == (1, 1, 9, 2.5)
    both = move(launch, "finish", 5)
    best = both.next(None, at=on(6))
    assert "c3" not in best.ids
    assert best[best.ids.index("c4")].reasons[0] == "goes on without c3, which is not applicable"
    assert "c3" not in [task.id for task in both.forecast(at=on(6), samples=1)]
    assert "c3" not in [span.id for span in both.critical_path(at=on(6))]
    reopened = move(both, "reopen", 7, "c3")
    assert (reopened.state("c3").status, reopened.state("c3").begun) == (Status.TODO, None)


def test_a_block_is_no_more_once_a_task_does_not_apply():
    launch = move(move(START, "block", 3), "mark_not_applicable", 4)
    assert move(launch, "reopen", 5).state("c1").status is Status.TODO
    assert launch.merge(move(STANDING["blocked"], "unblock", 5)).state("c1").status is Status.NOT_APPLICABLE


def test_references_and_the_latest_note_are_those_of_all_events_since_it_was_reopened():
    launch = move(START, "begin", 3, note="by hand", references=[PAGE])
    launch = move(launch, "finish", 4, references=(LOG, PAGE))
    state = launch.state("c1")
    assert (state.references, state.note, state.note_by, state.note_at) == (
        (PAGE, LOG),
        "by hand",
        "ml-platform",
        on(3),
    )
    launch = launch.note("c1", "two\nlines", by="serving-team", at=on(5), references=[Reference("more", "more.md")])
    state = launch.state("c1")
    assert (len(state.references), state.note, state.note_by, state.note_at) == (3, "two\nlines", "serving-team", on(5))
    assert launch.state("c1", at=on(4)).note == "by hand"
    assert state.to_dict()["references"][0] == {"title": "the run", "url": "https://example.com/runs/1"}
    assert state.to_dict()["note_at"] == "2026-11-05T09:00:00Z"
    again = move(launch, "reopen", 6, references=[LOG]).state("c1")
    assert (again.references, again.note) == ((LOG,), "two\nlines")


@pytest.mark.parametrize(
    ("verb", "details"),
    [
        ("begin", {}),
        ("finish", {}),
        ("block", {}),
        ("waive", {}),
        ("mark_not_applicable", {}),
        ("assign", {"owner": "x"}),
        ("set_due", {"due": date(2026, 11, 20)}),
        ("tick", {"step": "targets"}),
        ("untick", {"step": "targets"}),
    ],
)
def test_every_method_that_records_takes_a_note_and_references(verb, details):
    event = move(START, verb, 3, **details, note="a note", references=[PAGE]).events[-1]
    assert (event.note, event.references) == ("a note", (PAGE,))
    assert {"note", "references"} <= event.to_dict().keys()
    assert not {"note", "references"} & move(START, verb, 3, **details).events[-1].to_dict().keys()
    assert move(START.record(event), verb, 3, **details, note="a note", references=[PAGE]).events[1:] == (event,)
    with pytest.raises(InvalidError, match=r"^\$\.references\[0\]: is not a Reference \(got 'x'\)"):
        move(START, verb, 3, **details, references=["x"])
    with pytest.raises(InvalidError, match=r"^\$\.note: holds the control character U\+001B"):
        move(START, verb, 3, **details, note="\x1b[2J")
    with pytest.raises(TypeError, match="unexpected keyword argument 'notes'"):
        move(START, verb, 3, **details, notes="")


def test_what_ends_a_block_or_a_task_takes_a_note_too():
    assert move(STANDING["blocked"], "unblock", 4, note="a note", references=[PAGE]).state("c1").references == (PAGE,)
    # An unblocking that finds no block still has its note.
    late = STANDING["done"].merge(move(STANDING["blocked"], "unblock", 4, note="a note", references=[PAGE]))
    assert (late.state("c1").status, late.state("c1").note, late.state("c1").references) == (
        Status.DONE,
        "a note",
        (PAGE,),
    )
    with pytest.raises(TypeError, match="unexpected keyword argument 'note'"):
        START.note("c1", "text", by="x", note="another")


END_OF_TIME = datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_what_was_retracted_counts_nowhere_and_stays_in_the_log():
    launch = move(move(START, "begin", 3), "finish", 4)
    mistake = launch.events[-1]
    retracted = launch.retract(mistake, by="serving-team", reason="it was c2", at=on(6))
    assert retracted.events == (
        *launch.events,
        events.Retracted(mistake.id, reason="it was c2", by="serving-team", at=on(6)),
    )
    assert retracted.retracted == (mistake,)
    assert retracted.history("c1") == launch.history("c1")
    for at in (on(4), on(5), on(6), None):
        assert retracted.state("c1", at=at).status is Status.DOING
        assert retracted.progress(at=at).overall.done == 0
    assert retracted.as_of(on(4)).events == retracted.events
    assert (retracted.state("c1").latest, retracted.latest) == (on(3), on(3))
    assert START.latest == START.started
    assert move(retracted, "block", 5).state("c1").status is Status.BLOCKED
    assert retracted.forecast(at=on(6), samples=1)["c1"]
    assert retracted.retract(mistake, by="x") == retracted
    assert pickle.loads(pickle.dumps(retracted)) == retracted
    assert Launch.from_dict(retracted.to_dict()).state("c1") == retracted.state("c1")


def test_an_event_at_the_end_of_time_can_be_undone():
    stuck = START.finish("c1", by="x", at=END_OF_TIME)
    with pytest.raises(InvalidError):
        stuck.begin("c1", by="x")
    # It is named wherever it counts, and wherever it does not yet.
    short = stuck.events[-1].id[:8]
    for page in (stuck.snapshot(), stuck.review()):
        assert page.ahead == stuck.events[-1:]
        row = {stuck.events[-1].id: stuck.events[-1].to_dict()}
        assert page.to_dict()["ahead"] == row
        assert f"In the future: {short} (finished) of c1 on 9998-12-31. " in servingchecklist.dumps(page, "markdown")
    assert stuck.snapshot(at=on(3)).ahead == stuck.review(at=on(3)).ahead == ()  # the past that was asked for
    others = stuck.assign("c2", "ben", by="x", at=on(3))
    assert others.snapshot(owner="ben").ahead == others.review(owner="ben").ahead == ()
    freed = stuck.retract(short, by="x")
    assert freed.snapshot(at=on(3)).ahead == freed.review(at=on(3)).ahead == freed.snapshot(at=END_OF_TIME).ahead == ()
    assert "In the future" not in servingchecklist.dumps(freed.snapshot(at=on(3)), "markdown")
    assert freed.events[-1] == stuck.events[-1]
    assert freed.begin("c1", by="x").state("c1").status is Status.DOING
    assert freed.latest == on(2)
    assert freed.review(on(2)).at < END_OF_TIME
    assert freed.migrate(attrs.evolve(CHECKLIST, version="2027.1"), by="x").events[-2].kind == "migrated"
    ahead = Launch.start(CHECKLIST, name="x", by="x", at=END_OF_TIME - timedelta(seconds=1)).finish("c1", by="x")
    assert ahead.retract(ahead.events[-1], by="x").state("c1").status is Status.TODO


def test_a_retraction_is_undone_by_recording_the_event_again():
    done = move(START, "finish", 4)
    retracted = done.retract(done.events[-1], by="x", at=on(5))
    again = move(retracted, "finish", 4)
    assert [event.at for event in again.history("c1")] == [on(4), on(4) + timedelta(microseconds=1)]
    assert again.state("c1").status is Status.DONE
    assert move(again, "finish", 4) == again
    # The very same event is the one that was retracted, unless a whole log is recorded.
    short = done.events[-1].id[:8]
    problem = f"\\$: was retracted, so it would not count \\(got '{short}'\\); record what happened once more"
    with pytest.raises(InvalidError, match=f"^{problem}"):
        retracted.record(done.events[-1])
    assert retracted.record(*retracted.events) == retracted


def test_a_retraction_recorded_with_events_counts_for_them():
    done = move(START, "finish", 4)
    retraction = events.Retracted(done.events[-1].id, by="x", at=on(9))
    begun = events.Begun("c1", by="x", at=on(5))
    assert done.record(begun, retraction).state("c1").status is Status.DOING
    assert START.record(retraction, done.events[-1], begun).state("c1").status is Status.DOING
    early = START.record(retraction)  # the event is in another copy
    assert (early.retracted, early.state("c1").status) == ((), Status.TODO)
    assert early.merge(done).state("c1").status is done.merge(early).state("c1").status is Status.TODO
    assert early.record(done.events[-1]).retracted == done.events[-1:]
    with pytest.raises(InvalidError, match=r"^\$\.at: lies before the start of the launch"):
        done.retract(done.events[-1], by="x", at=on(1))


@pytest.mark.parametrize(
    ("event", "kind", "expected"),
    [
        ("abc", InvalidError, "$.event: is not the id of an event (got 'abc'); give an event of the log, or at least the first 8 digits of its id"),
        ("ABCDEF12", InvalidError, "$.event: is not the id of an event (got 'ABCDEF12')"),
        ("0" * 65, InvalidError, "$.event: is not the id of an event (got "),
        (None, InvalidError, "$.event: is not the id of an event (got None)"),
        (b"00000000", InvalidError, "$.event: is not the id of an event (got a value of type bytes)"),
        ("00000000", UnknownNameError, "$.event: there is no event of that id in the log (got '00000000')"),
        (events.Begun("c1", by="x", at=on(3)), UnknownNameError, "$.event: there is no event of that id in the log (got '"),
        (START.events[0], InvalidError, f"$.event: is launch-started and cannot be retracted (got '{START.events[0].id[:8]}'); only events of tasks can be; to undo a retraction, record what happened once more"),
    ],
)  # fmt: skip
def test_what_cannot_be_retracted_is_said(event, kind, expected):
    launch = move(START, "finish", 3)
    with pytest.raises(kind) as caught:
        launch.retract(event, by="x")
    assert str(caught.value).startswith(expected)


def test_only_events_of_tasks_can_be_retracted():
    launch = move(START, "finish", 3)
    launch = launch.retract(launch.events[-1], by="x", at=on(4)).migrate(
        attrs.evolve(CHECKLIST, version="2"), by="x", at=on(5)
    )
    for event in (event for event in launch.events if event.kind in ("retracted", "migrated")):
        with pytest.raises(InvalidError, match=f"is {event.kind} and cannot be retracted"):
            launch.retract(event, by="x")
        # A log that says so all the same, as others may have written it, says nothing.
        other = Launch(launch.checklist, launch.name, [*launch.events, events.Retracted(event.id, by="x", at=on(6))])
        assert (other.retracted, other.state("c1")) == (launch.retracted, launch.state("c1"))


def test_an_id_has_to_be_clear(monkeypatch):
    launch = move(move(START, "begin", 3), "finish", 4)
    monkeypatch.setattr(events.Begun, "id", "12345678" + "0" * 56)
    monkeypatch.setattr(events.Finished, "id", "12345678" + "1" * 56)
    with pytest.raises(UnknownNameError) as caught:
        launch.retract("12345678", by="x")
    assert str(caught.value) == "$.event: is the beginning of 2 ids (got '12345678'); give more digits"
    assert launch.retract("123456781", by="x", at=on(5)).events[-1].event == "12345678" + "1" * 56


def test_events_of_retired_tasks_can_be_retracted():
    launch = move(START, "finish", 3, "c9")
    phases = [
        attrs.evolve(phase, tasks=[task for task in phase.tasks if task.id != "c9"]) for phase in CHECKLIST.phases
    ]
    launch = launch.migrate(attrs.evolve(CHECKLIST, version="2", phases=phases), by="x", at=on(4))
    retracted = launch.retract(launch.history("c9")[0], by="x", at=on(5))
    assert (retracted.retired, retracted.review(on(2), at=on(6)).retracted) == (("c9",), ())
    assert retracted.migrate(CHECKLIST, by="x", at=on(6)).state("c9").status is Status.TODO


def test_the_topic_is_that_of_a_start():
    assert START.topic == "Model Serving"
    launch = Launch.start(CHECKLIST, name="fraud-v3", by="x", at=on(3), topic="fraud-v3 in the EU")
    assert launch.topic == launch.events[0].topic == "fraud-v3 in the EU"
    assert launch.merge(START).topic == START.merge(launch).topic == "fraud-v3 in the EU"
    assert launch.as_of(on(3)).snapshot(at=on(3)).topic == launch.next().topic == "fraud-v3 in the EU"
    assert launch.review(on(3), at=on(4)).topic == launch.forecast(samples=1).topic == "fraud-v3 in the EU"
    best = launch.next(at=on(4))
    assert best[:1].topic == pickle.loads(pickle.dumps(best)).topic == best.topic
    assert (best.to_dict()["topic"], best[0].title) == ("fraud-v3 in the EU", best[0].task.title)
    assert "topic='fraud-v3 in the EU'" in repr(best)
    with pytest.raises(InvalidError, match=r"^\$\.topic: begins or ends with white space"):
        Launch.start(CHECKLIST, name="x", by="x", topic=" ")


def test_the_topic_is_that_of_the_earliest_start_that_has_one():
    late = Launch.start(model_serving(), name="x", by="b", at=on(3), topic="Ranker")
    early = Launch.start(model_serving(), name="x", by="a", at=on(2))
    assert early.topic == "Model Serving"
    assert early.merge(late).topic == late.merge(early).topic == "Ranker"


def test_the_critical_path_of_a_launch_has_its_topic():
    launch = Launch.start(model_serving(), name="x", by="b", at=on(3), topic="Ranker")
    assert launch.critical_path()["c3"].title == "Audit current state (Ranker)"
    assert START.critical_path()["c3"].title == "Audit current state (Model Serving)"


def test_a_repeated_event_is_judged_alike_whatever_was_retracted():
    noted = START.note("c2", "a mistake", by="x", at=on(3))
    for launch in (START, noted.retract(noted.events[-1], by="x", at=on(3))):
        begun = launch.begin("c1", by="x", at=on(4))
        assert begun.begin("c1", by="x", at=on(4)) == begun
        with pytest.raises(IllegalTransitionError):
            begun.begin("c1", by="x", at=on(4) + timedelta(microseconds=1))
        twice = launch.note("c1", "the same", by="x", at=on(4)).note("c1", "the same", by="x", at=on(5))
        assert len(twice.events) == len(launch.events) + 2


def test_what_would_follow_an_event_in_the_future_is_refused_with_its_id():
    stuck = START.finish("c1", by="x", at=END_OF_TIME)
    with pytest.raises(InvalidError) as caught:
        stuck.reopen("c1", by="x")
    assert str(caught.value) == (
        "$.at: would follow an event that lies in the future (got '9998-12-31T23:59:59.999999+00:00'); "
        f"retract the event {stuck.events[-1].id[:8]} if a clock was wrong, or give a time"
    )
    soon = datetime.now(UTC) + timedelta(minutes=50)
    launch = Launch.start(CHECKLIST, name="x", by="x").begin("c1", by="x", at=soon).finish("c1", by="x")
    assert launch.events[-1].at == soon + timedelta(microseconds=1)


def test_an_event_in_the_future_ends_no_waiver_and_spends_no_effort():
    waived = START.waive("c1", reason="later", expires=date(2099, 1, 1), by="x", at=on(3)).note(
        "c1", "a wrong clock", by="x", at=datetime(2100, 1, 1, tzinfo=UTC)
    )
    review = waived.review(samples=0)
    assert review.now == waived.progress()
    assert (review.now.overall.waived, review.expired) == (1, ())
    begun = START.begin("c1", by="x", at=on(3))
    for verb in ("block", "finish"):
        wrong = getattr(begun, verb)("c1", by="x", at=END_OF_TIME, **({"reason": "r"} if verb == "block" else {}))
        forecast = wrong.forecast(samples=9)
        assert all(slot.finish <= forecast.today for slot in forecast.past)
        assert servingchecklist.dumps(forecast, "svg")


def test_tracebacks_and_help_name_the_public_class():
    with pytest.raises(TypeError, match=r"^Launch\.begin\(\) missing 1 required keyword-only argument: 'by'$"):
        START.begin("c1")
    members = [Launch.start, Launch.begin, Launch.merge, Launch.topic.fget]
    assert {(member.__module__, member.__qualname__.partition(".")[0]) for member in members} == {
        ("servingchecklist", "Launch")
    }
