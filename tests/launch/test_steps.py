"""Ticks of steps, what a task waits for, and the steps that a review finds open."""

import itertools
import pickle
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import launches
from servingchecklist import Checklist, Launch, Phase, Reference, Status, Step, Task, events
from servingchecklist.errors import IllegalTransitionError, InvalidError, UnknownNameError
from servingchecklist.results import StepState, Tally, TaskState

STEPS = [Step("numbers", "Each has a number"), Step("agreed", "All agree")]
TASKS = [Task("a", "A", steps=STEPS), Task("b", "B", after=["a"], steps=STEPS[:1]), Task("c", "C", after=["a", "b"])]
CHECKLIST = Checklist("x", "X", phases=[Phase("p", "P", tasks=TASKS)])
BY = {"by": "ml-platform"}


def on(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


START = Launch.start(CHECKLIST, name="x", by="ml-platform", at=on(2))
STATUSES = {
    Status.TODO: START,
    Status.DOING: START.begin("a", at=on(3), **BY),
    Status.BLOCKED: START.block("a", reason="r", at=on(3), **BY),
    Status.DONE: START.finish("a", at=on(3), **BY),
    Status.WAIVED: START.waive("a", reason="r", expires=date(2026, 11, 20), at=on(3), **BY),
    Status.NOT_APPLICABLE: START.mark_not_applicable("a", reason="r", at=on(3), **BY),
}


def done(launch, task="a", **more):
    return [step.id for step in launch.state(task, **more).steps if step.done]


@pytest.mark.parametrize("status", Status)
def test_steps_are_ticked_in_any_status_and_change_none(status):
    launch = STATUSES[status]
    assert launch.state("a", at=on(3)).status is status
    ticked = launch.tick("a", "agreed", by="serving-team", at=on(4), note="n", references=[Reference("R", "r.md")])
    state = ticked.state("a", at=on(5))
    assert state.status is status
    assert state.steps == (
        StepState(id="numbers", text="Each has a number"),
        StepState(id="agreed", text="All agree", done=True, by="serving-team", at=on(4)),
    )
    assert (state.since, state.latest, state.note, state.references) == (
        launch.state("a", at=on(3)).since,
        on(4),
        "n",
        (Reference("R", "r.md"),),
    )
    assert done(ticked, at=on(3)) == []
    unticked = ticked.untick("a", "agreed", at=on(5), **BY)
    assert (unticked.state("a", at=on(5)).status, done(unticked)) == (status, [])
    assert unticked.state("a").steps[1] == StepState(id="agreed", text="All agree", by="ml-platform", at=on(5))
    assert [event.kind for event in unticked.history("a")][-2:] == ["ticked", "unticked"]


def test_a_task_is_finished_with_open_steps_and_reopening_keeps_the_ticks():
    launch = START.tick("a", "numbers", at=on(3), **BY).finish("a", at=on(4), **BY)
    assert (launch.state("a").status, done(launch)) == (Status.DONE, ["numbers"])
    again = launch.reopen("a", at=on(5), **BY)
    assert (again.state("a").status, done(again)) == (Status.TODO, ["numbers"])
    # Ticking the last step does not finish the task either.
    assert again.tick("a", "agreed", at=on(6), **BY).state("a").status is Status.TODO


def test_the_latest_of_tick_and_untick_counts_in_any_order_of_merges():
    copies = [
        START.tick("a", "numbers", at=on(3), **BY),
        START.untick("a", "numbers", at=on(5), **BY),
        START.tick("a", "numbers", at=on(4), **BY).tick("a", "agreed", at=on(6), **BY),
    ]
    merged = []
    for one, two, three in itertools.permutations(copies):
        merged += [one.merge(two).merge(three), one.merge(two.merge(three))]
    assert all(launch == merged[0] and done(launch) == ["agreed"] for launch in merged)
    assert done(merged[0], at=on(4)) == ["numbers"]
    assert [event.at.day for event in merged[0].history("a")] == [3, 4, 5, 6]


def test_what_is_recorded_later_of_an_earlier_time_does_not_count_against_a_later_tick():
    launch = START.tick("a", "numbers", at=on(5), **BY)
    late = launch.untick("a", "numbers", at=on(4), **BY)
    assert (done(late), len(late.history("a"))) == (["numbers"], 2)
    assert late.state("a").steps[0].at == on(5)


def test_each_step_is_a_field_of_its_own_so_repeating_records_nothing():
    def both(launch):
        return launch.tick("a", "numbers", at=on(3), **BY).tick("a", "agreed", at=on(3), **BY)

    launch = both(START)
    assert [event.at for event in launch.history("a")] == [on(3), on(3)]
    assert done(launch) == ["numbers", "agreed"]
    assert both(launch) == both(both(launch)) == launch
    # Of one step the order in which it was told counts.
    undone = launch.untick("a", "agreed", at=on(3), **BY)
    assert (done(undone), undone.history("a")[-1].at) == (["numbers"], on(3) + timedelta(microseconds=1))
    assert undone.untick("a", "agreed", at=on(3), **BY) == undone


def test_a_launch_is_unchanged_by_ticks_recorded_from_it():
    launch = START.tick("a", "numbers", at=on(3), **BY)
    launch.tick("a", "agreed", at=on(4), **BY)
    launch.untick("a", "numbers", at=on(4), **BY)
    assert (done(launch), done(START)) == (["numbers"], [])
    assert START.record(*launch.events[1:], events.Ticked("a", step="agreed", at=on(4), **BY)).state("a").steps[1].done


def test_a_tick_is_retracted():
    launch = START.tick("a", "numbers", at=on(3), **BY).untick("a", "numbers", at=on(4), **BY)
    assert done(launch.retract(launch.events[-1], at=on(5), **BY)) == ["numbers"]


@pytest.mark.parametrize(
    ("task", "step", "expected"),
    [
        ("a", "agred", "$.step: there is no step of that id in 'a' (got 'agred'); did you mean 'agreed'?"),
        ("b", "agreed", "$.step: there is no step of that id in 'b' (got 'agreed'); known: numbers"),
        ("c", "numbers", "$.step: there is no step of that id in 'c' (got 'numbers')"),
    ],
)
@pytest.mark.parametrize("verb", ["tick", "untick"])
def test_a_step_that_the_task_does_not_have_is_refused(verb, task, step, expected):
    with pytest.raises(UnknownNameError) as caught:
        getattr(START, verb)(task, step, at=on(3), **BY)
    assert (caught.value.faults[0].code, str(caught.value)) == ("unknown-step", expected)
    kind = {"tick": events.Ticked, "untick": events.Unticked}[verb]
    with pytest.raises(UnknownNameError):
        START.record(events.Begun("a", at=on(3), **BY), kind(task, step=step, at=on(3), **BY))


def test_a_step_of_no_task_and_a_step_that_is_no_id_are_refused():
    with pytest.raises(UnknownNameError) as caught:
        START.tick("d", "numbers", at=on(3), **BY)
    assert caught.value.faults[0].code == "unknown-task"
    for step in ("Each has a number", "", None, 3, STEPS[0]):
        with pytest.raises(InvalidError, match=r"^\$\.step: is not an id"):
            START.tick("a", step, at=on(3), **BY)
    with pytest.raises(InvalidError, match=r"^\$\.at: lies before the start of the launch"):
        START.tick("a", "numbers", at=on(1), **BY)


def test_a_log_with_a_step_that_its_task_does_not_have_is_refused():
    told = [events.Ticked("a", step="agred", at=on(3), **BY), events.Unticked("c", step="x", at=on(3), **BY)]
    with pytest.raises(InvalidError) as caught:
        Launch(CHECKLIST, "x", [*START.events, *told])
    assert [str(fault) for fault in caught.value.faults] == [
        "$.events[1].step: there is no step of that id in 'a' (got 'agred'); did you mean 'agreed'?",
        "$.events[2].step: there is no step of that id in 'c' (got 'x')",
    ]
    assert {fault.code for fault in caught.value.faults} == {"unknown-step"}


def without(*steps):
    tasks = [attrs.evolve(TASKS[0], steps=[step for step in STEPS if step.id not in steps]), *TASKS[1:]]
    return attrs.evolve(CHECKLIST, version="2", phases=[Phase("p", "P", tasks=tasks)])


def test_ticks_of_steps_that_a_new_version_does_not_have_are_kept_and_do_not_count():
    launch = START.tick("a", "numbers", at=on(3), **BY).tick("a", "agreed", at=on(3), **BY)
    migrated = launch.migrate(without("agreed"), at=on(4), **BY)
    assert [step.id for step in migrated.state("a").steps] == ["numbers"]
    assert (migrated.progress().overall.steps, migrated.progress().overall.steps_done) == (2, 1)
    assert len(migrated.history("a")) == 2
    assert (launch.retired_steps, migrated.retired_steps) == ((), (("a", "agreed"),))
    assert launch.untick("a", "agreed", at=on(3, 12), **BY).migrate(without("agreed"), **BY).retired_steps == ()
    assert Launch.from_dict(migrated.to_dict()) == migrated
    assert pickle.loads(pickle.dumps(migrated)) == migrated
    with pytest.raises(UnknownNameError, match=r"^\$\.step: there is no step of that id in 'a' \(got 'agreed'\)"):
        migrated.untick("a", "agreed", at=on(5), **BY)
    finished = migrated.finish("a", at=on(5), **BY)
    assert finished.review(on(2), at=on(6)).open_steps == ()
    # If a later version has the step again, its tick counts again.
    back = migrated.migrate(CHECKLIST, at=on(6), **BY)
    assert done(back) == ["numbers", "agreed"]


def test_ticks_of_a_task_that_a_new_version_does_not_have_are_kept():
    launch = START.tick("a", "numbers", at=on(3), **BY)
    tasks = [attrs.evolve(TASKS[1], after=[])]
    other = launch.migrate(attrs.evolve(CHECKLIST, version="2", phases=[Phase("p", "P", tasks=tasks)]), at=on(4), **BY)
    assert (other.retired, other.progress().overall.steps_done, len(other.history("a"))) == (("a",), 0, 1)
    assert Launch.from_dict(other.to_dict()) == other
    assert done(other.migrate(CHECKLIST, at=on(5), **BY)) == ["numbers"]


# What a task waits for, and whether it is ready


def test_a_task_waits_for_its_open_prerequisites_in_the_order_of_the_checklist():
    assert START.state("c").waits_for == ("a", "b")
    assert START.state("a").waits_for == ()
    launch = START.finish("a", at=on(3), **BY)
    assert (launch.state("c").waits_for, launch.state("b").waits_for) == (("b",), ())
    assert launch.state("c", at=on(2)).waits_for == ("a", "b")
    assert [state.waits_for for state in launch.snapshot(at=on(4)).states] == [(), (), ("b",)]
    # Closed without being done, a task holds up nothing either; an expired waiver does again.
    waived = STATUSES[Status.WAIVED]
    assert (waived.state("b", at=on(20)).waits_for, waived.state("b", at=on(21)).waits_for) == ((), ("a",))
    assert STATUSES[Status.NOT_APPLICABLE].state("b").waits_for == ()
    for status in (Status.DOING, Status.BLOCKED):
        assert STATUSES[status].state("b").waits_for == ("a",)


def begins(launch, task, at):
    try:
        launch.begin(task, by="x", at=at)
    except IllegalTransitionError:
        return False
    return True


@pytest.mark.parametrize("status", Status)
def test_a_task_that_waits_for_none_is_ready_just_where_begin_is_taken(status):
    launch = STATUSES[status]
    state = launch.state("a", at=on(4))
    assert state.ready is begins(launch, "a", on(4)) is (status is Status.TODO)
    assert state.to_dict()["ready"] is state.ready


def first_day(task, before):
    """The first day of a task from the states of its prerequisites, or None."""
    days = [task.not_before] if task.not_before else []
    if task.wait_days and before and all(state.status.is_closed for state in before):
        days.append(max(state.since.date() for state in before) + timedelta(days=task.wait_days + 1))
    return max(days, default=None)


@given(launches(), st.integers(0, 9))
def test_ready_is_to_begin_with_nothing_before_it_open(launch, days):
    at = launch.events[-1].at + timedelta(days=days, microseconds=1)
    snapshot = launch.snapshot(at=at)
    statuses = {state.id: state.status for state in snapshot.states}
    for state in snapshot.states:
        task = launch.checklist[state.id]
        before = [other.id for other in launch.checklist.waits_for(task)]
        assert state.waits_for == tuple(name for name in before if not statuses[name].is_closed)
        first = first_day(task, [launch.state(other, at=at) for other in before])
        is_early = first is not None and at.date() < first
        assert state.not_before == (first if is_early else None)
        assert state.ready is (begins(launch, task, at) and not state.waits_for and not is_early)
        assert [step.id for step in state.steps] == [step.id for step in task.steps]
        assert state == launch.state(task, at=at)
    best = launch.next(None, at=at)
    assert set(best.ids) == {state.id for state in snapshot.states if state.ready}
    assert not any(one.waits_for for one in best)
    assert dict(best.under_way).keys() == {state.id for state in snapshot.states if state.status is Status.DOING}
    assert dict(best.blocked) == {state.id: state.reason for state in snapshot.states if state.status is Status.BLOCKED}


def test_what_a_state_says_of_steps_cannot_be_wrong():
    for fields, path in [
        ({"id": "A b", "text": "T"}, "$.id"),
        ({"id": "a", "text": ""}, "$.text"),
        ({"id": "a", "text": "two\nlines"}, "$.text"),
        ({"id": "a", "text": "T", "done": 1}, "$.done"),
        ({"id": "a", "text": "T", "by": ""}, "$.by"),
        ({"id": "a", "text": "T", "at": date(2026, 11, 3)}, "$.at"),
    ]:
        with pytest.raises(InvalidError) as caught:
            StepState(**fields)
        assert [fault.path for fault in caught.value.faults] == [path]
    for fields, path in [
        ({"steps": [STEPS[0]]}, "$.steps[0]"),
        ({"steps": StepState(id="a", text="T")}, "$.steps"),
        ({"waits_for": ["A b"]}, "$.waits_for[0]"),
        ({"waits_for": "a"}, "$.waits_for"),
    ]:
        with pytest.raises(InvalidError) as caught:
            TaskState(id="a", **fields)
        assert [fault.path for fault in caught.value.faults] == [path]
    for field in ("steps", "steps_done"):
        for value in (-1, True, 1.0):
            with pytest.raises(InvalidError, match=rf"^\$\.{field}: is not a count"):
                Tally(name="all", **{field: value})


def test_a_state_of_a_step_is_a_value_and_plain_data():
    state = START.tick("a", "numbers", at=on(3), **BY).state("a")
    assert pickle.loads(pickle.dumps(state)) == state
    assert len({state, attrs.evolve(state)}) == 1
    assert state.to_dict()["steps"] == [
        {"id": "numbers", "text": "Each has a number", "done": True, "by": "ml-platform", "at": "2026-11-03T09:00:00Z"},
        {"id": "agreed", "text": "All agree", "done": False, "by": None, "at": None},
    ]
    assert state.steps[0].to_dict() == state.to_dict()["steps"][0]
    blocked = STATUSES[Status.BLOCKED].state("a").to_dict()
    assert (blocked["ready"], blocked["waits_for"]) == (False, [])
    assert START.state("c").to_dict()["waits_for"] == ["a", "b"]


# Tallies and reviews


def test_progress_counts_steps_and_those_that_are_ticked():
    launch = START.tick("a", "numbers", at=on(3), **BY).tick("b", "numbers", at=on(4), **BY)
    launch = launch.tick("a", "agreed", at=on(5), **BY).untick("a", "agreed", at=on(6), **BY)
    numbers = {
        day: [
            (tally.name, tally.steps, tally.steps_done)
            for progress in [launch.progress(at=on(day))]
            for tally in (progress.overall, *progress.by_phase, *progress.by_priority)
        ]
        for day in (2, 3, 5, 6)
    }
    assert numbers == {
        day: [("all", 3, done), ("p", 3, done), ("medium", 3, done)] for day, done in {2: 0, 3: 1, 5: 3, 6: 2}.items()
    }
    assert launch.snapshot(at=on(5)).progress == launch.progress(at=on(5))
    review = launch.review(on(3), at=on(5))
    assert (review.before, review.now) == (launch.progress(at=on(3)), launch.progress(at=on(5)))
    document = launch.progress(at=on(5)).to_dict()["overall"]
    assert (document["steps"], document["steps_done"]) == (3, 3)


def test_a_review_names_the_steps_that_are_open_at_the_end_of_tasks_finished_since():
    launch = START.tick("a", "numbers", at=on(3), **BY).finish("a", by="serving-team", at=on(4))
    launch = launch.finish("b", at=on(4), **BY).finish("c", at=on(4), **BY)
    review = launch.review(on(3), at=on(5))
    assert [(item.id, item.title, item.words, item.by, item.at) for item in review.open_steps] == [
        ("a", "A", "1 of 2 steps ticked; open: agreed", "serving-team", on(4)),
        ("b", "B", "0 of 1 steps ticked; open: numbers", "ml-platform", on(4)),
    ]
    assert ("Finished with open steps", review.open_steps) in review.lists
    assert [item["id"] for item in review.to_dict()["open_steps"]] == ["a", "b"]
    assert launch.review(on(4), at=on(5)).open_steps == ()  # that is no news
    ticked = launch.tick("a", "agreed", at=on(5), **BY)  # after it was finished, and before the end
    assert [item.id for item in ticked.review(on(3), at=on(5)).open_steps] == ["b"]
    assert [item.id for item in ticked.review(on(3), at=on(4)).open_steps] == ["a", "b"]
    reopened = launch.reopen("a", at=on(5), **BY)
    assert [item.id for item in reopened.review(on(3), at=on(6)).open_steps] == ["b"]
    with pytest.raises(InvalidError, match=r"^\$\.open_steps\[0\]: is not a ReviewItem"):
        attrs.evolve(review, open_steps=["a"])


def test_a_review_lists_ticks_of_open_tasks_and_what_was_reopened():
    launch = (
        START.tick("a", "agreed", at=on(3), **BY).tick("a", "numbers", by="ben", at=on(5)).finish("b", at=on(3), **BY)
    )
    launch = launch.tick("b", "numbers", at=on(5), **BY)
    for more, words in (
        ({}, "2026-11-06, ml-platform"),
        ({"reason": "it drifts"}, "it drifts (2026-11-06, ml-platform)"),
    ):
        reopened = launch.reopen("b", at=on(6), **BY, **more)
        review = reopened.review(on(4), at=on(7))
        assert [heading for heading, _ in review.lists] == ["Reopened", "Steps ticked"]
        assert [(item.id, item.words, item.by, item.at) for item in review.reopened] == [
            ("b", words, "ml-platform", on(6))
        ]
    assert [(item.id, item.words) for item in review.ticked] == [
        ("a", "numbers; 2 of 2 steps ticked (2026-11-05, ben)"),
        ("b", "numbers; 1 of 1 steps ticked (2026-11-05, ml-platform)"),
    ]
    assert [item.id for item in launch.review(on(4), at=on(7)).ticked] == ["a"]  # b is done
    assert reopened.review(on(6), at=on(7)).lists == ()
    begun = reopened.begin("b", at=on(7), **BY).untick("a", "numbers", at=on(7), **BY)
    assert [item.id for item in begun.review(on(4), at=on(8)).ticked] == ["b"]
    assert begun.review(on(4), at=on(8)).reopened == ()


def test_ticking_keeps_a_task_from_going_stale():
    launch = START.begin("a", at=on(3), **BY).tick("a", "numbers", at=on(12), **BY)
    assert launch.review(on(4), at=on(14)).stale == ()
    assert [item.words for item in launch.review(on(4), at=on(20)).stale] == [
        "nothing recorded since 2026-11-12, ml-platform"
    ]
