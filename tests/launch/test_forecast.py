"""The forecast of a launch is that of its checklist, told what the log says: nothing is added and nothing forgotten."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import launches
from helpers.forecasts import BOUNDS
from helpers.strategies import STARTED, moments, plans, task_events
from servingchecklist import (
    CRITICAL_FIRST,
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    Launch,
    Phase,
    Status,
    Task,
    critical_path,
    events,
    forecast,
    model_serving,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Slot

WHO = {"by": "ml-platform"}
TWO_WEEKS = launches.two_weeks()
AT = launches.END


def on(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def task(id, low, high=None, *after):
    return Task(id, id.upper(), effort=Effort(low, low if high is None else high), after=after)


CHAIN = checklist(task("a", 2, 4), task("b", 3, 3, "a"), task("c", 1))
START = Launch.start(CHAIN, name="fraud-v3", at=on(2), **WHO)  # a Monday


@st.composite
def worked(draw):
    """Launches of plans in which everything is estimated, with logs as merging makes them, and a moment to look at them."""
    plan = draw(plans().filter(len))
    told = draw(st.lists(task_events(st.sampled_from([one.id for one in plan])), max_size=12))
    launch = Launch(plan, "x", [events.LaunchStarted(by="ml-platform", at=STARTED), *told])
    return launch, max(draw(moments), STARTED)


@given(worked(), st.none() | st.integers(1, 2))
def test_it_is_the_forecast_of_the_checklist_told_what_the_launch_says(drawn, people):
    launch, at = drawn
    states = [launch.state(one, at=at) for one in launch.checklist]
    found = launch.forecast(options=BOUNDS, at=at, people=people, samples=5, seed=3)
    begun = {one.id for one in states if one.begun and not one.status.is_closed}
    stands = launch._state_of_tasks(at, BOUNDS)
    assert set(stands.under_way) == begun  # tests/launch/test_state.py says for how long
    expected = forecast(
        launch.checklist,
        name="x",
        options=BOUNDS,
        start=at.date(),
        today=at.date(),
        people=people,
        samples=5,
        seed=3,
        owners={one.id: one.owner for one in states if one.owner},
        done=[one.id for one in states if one.status.is_closed],
        under_way=stands.under_way,
        blocked={one.id: None for one in states if one.status is Status.BLOCKED},
        due={one.id: one.due for one in states if one.due},
    )
    # The options are those of the caller, without what the log says.
    assert attrs.evolve(found, past=()) == attrs.evolve(expected, options=found.options)
    assert found.past == stands.past
    path = launch.critical_path(at=at, estimate="high")
    assert path == critical_path(
        launch.checklist,
        start=at.date(),
        estimate="high",
        done=[one.id for one in states if one.status.is_closed],
        under_way=stands.under_way,
        blocked=[one.id for one in states if one.status is Status.BLOCKED],
    )


def test_a_launch_of_which_nothing_was_told_is_its_checklist():
    found = START.forecast(options=BOUNDS, at=on(2), samples=50, seed=7, people=2)
    expected = forecast(
        CHAIN,
        name="fraud-v3",
        options=BOUNDS,
        start=date(2026, 11, 2),
        today=date(2026, 11, 2),
        samples=50,
        seed=7,
        people=2,
    )
    assert found == expected
    assert START.critical_path(at=on(2)) == critical_path(CHAIN, start=date(2026, 11, 2))


def test_it_begins_where_the_launch_stands():
    launch = START.begin("a", at=on(2), **WHO).assign("b", "data-science", at=on(2), **WHO)
    launch = launch.set_due("b", date(2026, 11, 9), at=on(2), **WHO)
    before, after = (launch.forecast(options=BOUNDS, at=on(day), samples=200) for day in (2, 4))
    # Two days of a are over: it takes from none to two more, as the triangle from two to four has it.
    assert after.start == after.today == date(2026, 11, 4)
    assert [round(days, 9) for days in after["a"].finish] == [round(days - 2, 9) for days in before["a"].finish]
    assert after["b"].owner == "data-science"
    assert after.deadlines == {"b": after["b"].on_time}
    assert 0 < after.deadlines["b"] < 1
    assert after.past == (Slot(id="a", start=date(2026, 11, 2), finish=date(2026, 11, 3)),)
    assert launch.critical_path(at=on(4)).days == 1 + 3
    done = launch.finish("a", at=on(5), **WHO)
    assert [one.id for one in done.forecast(options=BOUNDS, at=on(5), samples=5).tasks] == ["b", "c"]
    assert done.critical_path(at=on(5)).path == ("b",)


def test_periods_of_work_that_touch_each_other_are_one():
    launch = START.begin("a", at=on(2), **WHO).block("a", reason="r", at=on(3, 12), **WHO)
    launch = launch.unblock("a", at=on(4), **WHO).block("a", reason="r", at=on(4, 12), **WHO)
    launch = launch.unblock("a", at=on(4, 15), **WHO)
    for day, last in ((5, 4), (7, 6)):
        (slot,) = launch.forecast(options=BOUNDS, at=on(day), samples=2).past
        assert (slot.start, slot.finish) == (date(2026, 11, 2), date(2026, 11, last))


def test_what_was_recorded_later_does_not_count():
    launch = START.begin("a", at=on(2), **WHO).finish("a", at=on(4), **WHO).block("b", reason="r", at=on(5), **WHO)
    assert launch.forecast(options=BOUNDS, at=on(2, 8) + timedelta(hours=1), samples=5) == START.begin(
        "a", at=on(2), **WHO
    ).forecast(options=BOUNDS, at=on(2), samples=5)
    assert [one.id for one in launch.forecast(options=BOUNDS, at=on(4, 8), samples=5).tasks] == ["a", "b", "c"]
    assert launch.forecast(options=BOUNDS, at=on(4), samples=5).blocked == ()
    assert launch.forecast(options=BOUNDS, at=on(5), samples=5).blocked == ("b",)
    assert [launch.critical_path(at=on(day)).blocked for day in (4, 5)] == [(), ("b",)]


def test_without_a_moment_it_is_now():
    launch = Launch.start(CHAIN, name="x", at=on(2), **WHO).finish("c", at=on(3), **WHO)
    before = datetime.now(UTC).date()
    found, path = launch.forecast(options=BOUNDS, samples=2), launch.critical_path()
    assert before <= found.start == found.today <= datetime.now(UTC).date()
    assert [one.id for one in found.tasks] == [span.id for span in path] == ["a", "b"]


def test_a_log_that_is_ahead_of_the_clock_counts():
    ahead = datetime.now(UTC) + timedelta(days=30)
    launch = START.begin("a", at=ahead, **WHO)
    assert launch.forecast(options=BOUNDS, samples=2)["a"].finish[0] >= 2
    assert launch.critical_path().days == 6


def test_a_later_start():
    launch = START.begin("a", at=on(2), **WHO)
    found = launch.forecast(options=BOUNDS, at=on(4), start=date(2026, 11, 16), samples=20)
    now = launch.forecast(options=BOUNDS, at=on(4), samples=20)
    assert (found.start, found.today) == (date(2026, 11, 16), date(2026, 11, 4))
    assert list(found.finish) == list(now.finish)
    assert found.p50 == found.finish.date_of(now.finish.quantile_days(0.5)) > now.p50
    assert launch.forecast(options=BOUNDS, at=on(4), start=date(2026, 11, 4), samples=20) == now


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (
            date(2026, 11, 3),
            "$.start: lies in the past (got 2026-11-03); name 2026-11-04, the day from which you look, or a later one",
        ),
        ("2026-11-05", "$.start: is not a date (got '2026-11-05'); give a datetime.date, as in date(2026, 12, 31)"),
        (
            on(5),
            "$.start: is not a date (got a value of type datetime); give a datetime.date, as in date(2026, 12, 31)",
        ),
    ],
    ids=str,
)
def test_a_start_that_is_none(start, message):
    with pytest.raises(InvalidError) as caught:
        START.forecast(options=BOUNDS, at=on(4), start=start, samples=1)
    assert str(caught.value) == message


def test_owners_may_be_named_besides_those_of_the_log_and_before_them():
    launch = START.assign("a", "data-science", at=on(2), **WHO).assign("c", "data-science", at=on(2), **WHO)
    found = launch.forecast(options=BOUNDS, at=on(2), samples=5, owners={"c": "serving-team", "b": "data-science"})
    assert [one.owner for one in found.tasks] == ["data-science", "data-science", "serving-team"]
    assert {slot.id: slot.owner for slot in found.schedule} == {
        "a": "data-science",
        "b": "data-science",
        "c": "serving-team",
    }
    alone = launch.forecast(options=BOUNDS, at=on(2), samples=5)
    assert alone["c"].owner == "data-science"
    assert list(alone["c"].finish) == [days + 1 for days in alone["a"].finish]  # one task at a time
    assert list(found["c"].finish) == [1.0] * 5


def test_how_long_a_block_lasts_may_be_said():
    launch = START.block("c", reason="no access", at=on(2), **WHO)
    found = launch.forecast(options=BOUNDS, at=on(3), samples=5)
    assert found.blocked == ("c",)
    assert "c is blocked for an unknown time" in found.assumptions[0]
    held = launch.forecast(options=BOUNDS, at=on(3), samples=5, blocked={"c": Effort(20, 20)})
    assert held.blocked == ()
    assert list(held.finish) == [20.0] * 5  # one of the twenty days is over
    weeks = launch.forecast(options=BOUNDS, at=on(10), samples=5, blocked={"c": "20 days elapsed"})
    assert weeks.p95 == date(2026, 11, 23)  # at the end of Sunday, and then a day of work
    over = launch.forecast(options=BOUNDS, at=on(30), samples=5, blocked={"c": Effort(2, 2)})
    assert over["c"].finish.p95 == date(2026, 11, 30)
    free = launch.unblock("c", at=on(4), **WHO)
    assert free.forecast(at=on(5), blocked={"c": "2 weeks"}) == attrs.evolve(
        free.forecast(at=on(5)), options=ForecastOptions(blocked={"c": "2 weeks"})
    )
    unknown = launch.forecast(options=BOUNDS, at=on(3), samples=5, blocked={"c": None})
    assert attrs.evolve(unknown, options=found.options) == found
    assert launch.block("b", reason="r", at=on(2), **WHO).forecast(
        options=BOUNDS, at=on(3), samples=5, blocked={"c": Effort(1, 1)}
    ).blocked == ("b",)


def test_what_is_blocked_are_tasks_with_times():
    launch = START.block("c", reason="no access", at=on(3), **WHO)
    with pytest.raises(UnknownNameError, match=r"^\$\.blocked\[0\]: there is no such task in 'x' \(got 'd'\)"):
        launch.forecast(options=BOUNDS, at=on(3), samples=1, blocked={"d": None})
    with pytest.raises(InvalidError, match=r"^\$\.blocked: is not a mapping of ids"):
        launch.forecast(options=BOUNDS, at=on(3), samples=1, blocked=["c"])
    with pytest.raises(InvalidError, match=r"^\$\.blocked\.c: is not an effort"):
        launch.forecast(options=BOUNDS, at=on(3), samples=1, blocked={"c": 3})


def test_a_block_takes_no_time_off_and_gives_none():
    launch = START.begin("a", at=on(2), **WHO).block("a", reason="r", at=on(3), **WHO)
    found = launch.forecast(options=BOUNDS, at=on(10), samples=50)
    assert (
        found["a"].finish
        == START.begin("a", at=on(9), **WHO).forecast(options=BOUNDS, at=on(10), samples=50)["a"].finish
    )
    assert found.blocked == ("a",)
    assert found.overrun == ()
    late = launch.unblock("a", at=on(10), **WHO).forecast(options=BOUNDS, at=on(20), samples=5)
    assert late.overrun == ("a",)


def test_what_is_reopened_is_to_do_again_and_an_expired_waiver_too():
    launch = START.begin("a", at=on(2), **WHO).finish("a", at=on(4), **WHO).reopen("a", at=on(5), **WHO)
    assert list(launch.forecast(options=BOUNDS, at=on(6), samples=9)["a"].finish) == list(
        START.forecast(options=BOUNDS, at=on(6), samples=9)["a"].finish
    )
    waived = START.waive("a", reason="r", expires=date(2026, 11, 5), at=on(3), **WHO)
    assert "a" not in waived.forecast(options=BOUNDS, at=on(5), samples=5).criticality
    assert "a" in waived.forecast(options=BOUNDS, at=on(6), samples=5).criticality
    assert waived.critical_path(at=on(5)).days == 3
    assert waived.critical_path(at=on(6)).days == 6


def test_days_are_those_of_the_calendar_of_the_reader():
    at = on(3, 20)
    there = at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert START.forecast(options=BOUNDS, at=at, samples=1).start == date(2026, 11, 3)
    assert START.forecast(options=BOUNDS, at=there, samples=1).start == date(2026, 11, 4)
    launch = START.begin("a", at=on(3, 10), **WHO)
    assert launch.critical_path(at=at).days == 6
    assert launch.critical_path(at=there).days == 5


def test_holidays_are_not_worked_before_and_behind():
    launch = START.begin("a", at=on(2), **WHO)
    calendar = Calendar(holidays=[date(2026, 11, 3), date(2026, 11, 5)])
    found = launch.forecast(options=BOUNDS, at=on(4), samples=9, calendar=calendar)
    assert found.calendar == calendar
    assert launch.critical_path(at=on(4), calendar=calendar).days == 5
    assert launch.critical_path(at=on(4)).days == 4
    assert found["c"].finish.p50 == date(2026, 11, 4)
    assert found["b"].finish.quantile_days(1) > 4


def test_everything_else_is_handed_on():
    told = []
    found = START.forecast(
        options=BOUNDS,
        at=on(2),
        people=1,
        samples=3,
        seed=9,
        rules=CRITICAL_FIRST,
        progress=lambda *numbers: told.append(numbers),
    )
    assert (found.people, found.options.seed, len(found.finish), told[-1]) == (1, 9, 3, (3, 3))
    bare = Launch.start(checklist(Task("a", "A")), name="x", at=on(2), **WHO)
    assert bare.forecast(options=BOUNDS, at=on(2), samples=1, default_effort=Effort(2, 2)).finish[0] == 2
    assert bare.critical_path(at=on(2), default_effort=Effort(2, 2)).days == 2
    for ask in (bare.forecast, bare.critical_path):
        with pytest.raises(InvalidError, match=r"^\$\.phases\[0\]\.tasks\[0\]\.effort: is needed for this"):
            ask(at=on(2))
    waived = bare.waive("a", reason="r", expires=date(2026, 11, 9), at=on(3), **WHO)
    assert waived.forecast(options=BOUNDS, at=on(3), samples=1).tasks == ()
    with pytest.raises(UnknownNameError, match=r"^\$\.estimate: "):
        START.critical_path(at=on(2), estimate="middle")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"at": on(1)}, "$.at"),
        ({"at": datetime(2026, 11, 3)}, "$.at"),  # noqa: DTZ001
        ({"at": date(2026, 11, 3)}, "$.at"),
        ({"at": on(3), "calendar": "Monday"}, "$.calendar"),
        ({"calendar": None}, "$.calendar"),
    ],
    ids=str,
)
def test_a_moment_and_a_calendar_are_checked(given, path):
    for ask in (START.forecast, START.critical_path):
        with pytest.raises(InvalidError) as caught:
            ask(**given)
        assert [fault.path for fault in caught.value.faults] == [path]


def test_the_two_weeks():
    found = TWO_WEEKS.forecast(options=BOUNDS, at=AT, samples=100)
    left = [one.id for one in model_serving() if not TWO_WEEKS.state(one, at=AT).status.is_closed]
    assert [one.id for one in found.tasks] == left == ["c2", "c5", "c6", "c9"]
    assert found.blocked == ("c5", "c9")
    assert found.overrun == ("c5", "c6")
    assert found.name == "fraud-v3"
    assert {slot.id for slot in found.past} == {"c1", "c3", "c4", "c5", "c6", "c7"}
    assert set(found.deadlines) == {"c5", "c6", "c9"}
    assert (found.deadlines["c5"], found.deadlines["c6"], found.deadlines["c9"]) == (0.0, 0.0, 1.0)


@given(worked())
def test_any_launch_has_a_forecast_and_a_slip(drawn):
    launch, at = drawn
    assume(at > STARTED)
    found = launch.review(STARTED, at=at, options=BOUNDS, samples=3).slip
    assert (found is None) == (not launch.forecast(options=BOUNDS, at=STARTED, samples=1).tasks)
    if found:
        now = launch.forecast(options=BOUNDS, at=at, samples=3)
        assert len(found.causes) <= 5
        assert found.now == now.finish if now.tasks else found.now.p95 <= at.date()
