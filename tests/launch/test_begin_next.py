"""To begin what is next: the task that is recommended, and never one that is begun already."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import launches
from servingchecklist import CRITICAL_FIRST, Checklist, Launch, Phase, Priority, Reference, Status, Task
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.events import Begun

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TASKS = [
    Task("a", "A", role="sre"),
    Task("b", "B", labels=["gdpr"]),
    Task("c", "C", after=["a"], priority=Priority.CRITICAL),
]
LAUNCH = Launch.start(
    Checklist("x", "X", phases=[Phase("p", "P", tasks=TASKS), Phase("q", "Q", tasks=[Task("d", "D")])]),
    name="x",
    by="ml-platform",
    at=NINE,
)


def later(hours):
    return NINE + timedelta(hours=hours)


def test_what_is_next_is_begun_with_who_when_and_why():
    pages = [Reference("the run", "https://example.com/1")]
    launch, best = LAUNCH.begin_next(by="worker-1", at=later(1), note="on it", references=pages)
    assert best == LAUNCH.next(1, at=later(1))
    assert launch.events[-1] == Begun("a", by="worker-1", at=later(1), note="on it", references=pages)
    assert launch == LAUNCH.begin("a", by="worker-1", at=later(1), note="on it", references=pages)


def test_each_worker_gets_another_task_until_there_is_none():
    launch, taken = LAUNCH, []
    for number in range(4):
        launch, best = launch.begin_next(by=f"worker-{number}", at=later(number + 1))
        taken += best.ids
    assert taken == ["a", "b", "d"]
    assert not best
    assert [task for task, _ in best.under_way] == taken
    assert [event.by for event in launch.events[1:]] == ["worker-0", "worker-1", "worker-2"]
    assert launch.begin_next(by="late")[0] is launch


def test_it_takes_the_rules_and_the_selection_of_next():
    finished = LAUNCH.finish("a", by="x", at=later(1))
    assert finished.begin_next(by="w", rules=CRITICAL_FIRST)[1].ids == ("c",)
    assert LAUNCH.begin_next(by="w", label="gdpr")[1].ids == ("b",)
    assert LAUNCH.begin_next(by="w", role="sre", phase=None)[1].ids == ("a",)
    assert LAUNCH.begin_next(by="w", owner="nobody")[1].ids == ()
    with pytest.raises(UnknownNameError) as caught:
        LAUNCH.begin_next(by="w", role="sr")
    assert str(caught.value) == "$.role: there is no role of that name (got 'sr'); did you mean 'sre'?"


def test_without_a_time_it_follows_what_a_clock_ahead_has_recorded():
    ahead = datetime.now(UTC) + timedelta(minutes=30)
    launch, best = LAUNCH.note("a", "soon", by="x", at=ahead).begin_next(by="w")
    assert (best.ids, launch.events[-1].at) == (("a",), ahead + timedelta(microseconds=1))
    assert launch.begin_next(by="v")[1].ids == ("b",)


def test_a_task_that_was_begun_later_than_the_given_time_is_not_begun_again():
    launch, _ = LAUNCH.begin_next(by="w", at=later(3))
    assert launch.begin_next(by="v", at=later(2))[1].ids == ("b",)


def test_a_time_before_the_status_of_the_task_is_refused():
    launch = LAUNCH.begin("a", by="x", at=later(1)).reopen("a", by="x", at=later(3))
    with pytest.raises(InvalidError) as caught:
        launch.begin_next(by="w", at=NINE)
    assert str(caught.value) == (
        "$.at: lies before the event that set the status of the next task (got '2026-03-02T09:00:00+00:00'); give a later time, or see the log of a"
    )
    with pytest.raises(InvalidError):
        launch.begin_next(by="w", at=datetime(2026, 3, 2, 9))  # noqa: DTZ001
    with pytest.raises(InvalidError):
        launch.begin_next(by="")


def test_an_expired_waiver_is_judged_on_the_day_of_the_given_time():
    waived = LAUNCH.waive("a", reason="r", expires=date(2026, 3, 4), by="x", at=later(1))
    assert waived.begin_next(by="w", at=datetime(2026, 3, 4, 9, tzinfo=UTC))[1].ids == ("c",)
    launch, best = waived.begin_next(by="w", at=datetime(2026, 3, 5, 9, tzinfo=UTC))
    assert best.ids == ("a",)
    assert launch.state("a").status is Status.DOING


@given(launches(), st.integers(0, 3))
def test_no_task_is_ever_begun_twice(launch, before):
    at = launch.events[-1].at + timedelta(days=1)
    taken = []
    for _ in range(before + len(launch.checklist) + 1):
        now, best = launch.begin_next(by="w", at=at)
        assert best.ids == launch.next(1, at=at).ids
        assert len(now.events) == len(launch.events) + len(best)
        taken += best.ids
        launch = now
    assert not best
    assert len(taken) == len(set(taken))
    assert all(launch.state(task, at=at).status is Status.DOING for task in taken)
