"""Where a launch stands, against looking at every evening of its life: what was under way then was worked that day."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import STARTED, calendars, moments, task_events
from servingchecklist import Calendar, Checklist, Effort, ForecastOptions, Launch, Phase, Status, Task, events
from servingchecklist._launch.forecasting import replayed, state_after
from servingchecklist.results import Slot

CHECKLIST = Checklist(
    "x",
    "X",
    phases=[Phase("p", "P", tasks=[Task(one, one.upper(), effort=Effort(2, 4)) for one in "abc"])],
)
EVERY_DAY = Calendar(weekdays=range(7))
WHO = {"by": "ml-platform"}
ZONES = [UTC, timezone(timedelta(hours=5, minutes=30)), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")]


def on(day, hour=9, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


START = Launch.start(CHECKLIST, name="x", at=on(2), **WHO)


def stands(launch, at, calendar=None):
    seen = launch.as_of(at)
    options = ForecastOptions(calendar=calendar or Calendar())
    return state_after(*replayed(seen.events, at), at, seen.checklist, options)


def worked(launch, at, calendar=None):
    return stands(launch, at, calendar).under_way.get("a")


def past(launch, at):
    return [(slot.id, slot.start.day, slot.finish.day) for slot in stands(launch, at).past]


def evenings(launch, task, at):
    """The days before that of ``at`` at whose very end the task was under way, since it was last reopened."""
    zone = at.tzinfo
    again = [event.at for event in launch.as_of(at).history(task) if isinstance(event, events.Reopened)]
    day = max([launch.started, *again]).astimezone(zone).date()
    while day < at.date():
        evening = datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
        if launch.state(task, at=evening).status is Status.DOING:
            yield day
        day += timedelta(days=1)


# Logs as merging makes them: nobody asked whether one event fits to the one before.
logs = st.lists(task_events(st.just("a")), max_size=9).map(
    lambda told: Launch(CHECKLIST, "x", [events.LaunchStarted(by="ml-platform", at=STARTED), *told])
)
looks = st.builds(
    lambda minutes, zone: (STARTED + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 60 * 24 * 45),
    st.sampled_from(ZONES),
)


@given(logs, looks, st.just(Calendar()) | st.just(EVERY_DAY) | calendars())
def test_a_task_was_worked_on_the_days_at_whose_end_it_was_under_way(launch, at, calendar):
    state = launch.state("a", at=at)
    expected = sum(map(calendar.is_worked, evenings(launch, "a", at)))
    if state.begun and not state.status.is_closed:
        assert worked(launch, at, calendar) == expected
    else:
        assert worked(launch, at, calendar) is None


@given(logs, looks)
def test_what_stands_is_what_the_launch_says(launch, at):
    found, state = stands(launch, at), launch.state("a", at=at)
    assert (found.at, found.today) == (at, at.date())
    assert ("a" in found.done) is state.status.is_closed
    assert ("a" in found.blocked) is (state.status is Status.BLOCKED)
    assert found.owners.get("a") == state.owner
    assert found.due.get("a") == state.due
    assert not found.done & {*found.under_way, *found.blocked}


@given(logs, looks)
def test_the_past_lies_in_the_past(launch, at):
    slots = stands(launch, at).past
    for slot in slots:
        assert slot.start >= launch.started.astimezone(at.tzinfo).date()
        assert slot.finish <= at.date()
    assert all(earlier.finish <= later.start for earlier, later in zip(slots, slots[1:], strict=False))


@given(logs, looks)
def test_every_day_that_was_worked_has_its_slot(launch, at):
    days = set(evenings(launch, "a", at))
    slots = stands(launch, at).past
    assert all(any(slot.start <= day <= slot.finish for slot in slots) for day in days)
    # Beside them there are only the days on which the work was ended, also where another piece follows at once.
    ended = {
        event.at.astimezone(at.tzinfo).date()
        for event in launch.events
        if isinstance(event, events.Finished | events.Blocked | events.Waived | events.NotApplicable)
    }
    inside = {
        slot.start + timedelta(days=more) for slot in slots for more in range((slot.finish - slot.start).days + 1)
    }
    assert inside - days <= ended


@given(st.lists(task_events(st.sampled_from("ab")), max_size=8), looks, st.randoms())
def test_it_does_not_matter_in_which_order_copies_were_merged(told, at, chance):
    first = events.LaunchStarted(by="ml-platform", at=STARTED)
    copies = [Launch(CHECKLIST, "x", [first, event]) for event in told] or [Launch(CHECKLIST, "x", [first])]
    whole = Launch(CHECKLIST, "x", [first, *told])
    chance.shuffle(copies)
    merged = copies[0]
    for copy in copies[1:]:
        merged = merged.merge(copy)
    found, expected = stands(merged, at), stands(whole, at)
    assert (found.under_way, found.done, found.past) == (expected.under_way, expected.done, expected.past)


def test_a_task_that_was_begun_today_has_no_day_behind_it():
    launch = START.begin("a", at=on(3), **WHO)
    assert worked(launch, on(3, 18)) == 0.0
    assert past(launch, on(3, 18)) == []
    assert type(worked(launch, on(3, 18))) is float
    assert worked(launch, on(4, 0)) == 1.0
    assert past(launch, on(4)) == [("a", 3, 3)]


def test_work_taken_up_again_on_the_next_day_is_one_period():
    midnight = datetime(2026, 11, 3, tzinfo=ZONES[1])
    told = [events.Finished(task="a", at=on(2), **WHO), events.Begun(task="a", at=midnight, **WHO)]
    launch = Launch(CHECKLIST, "x", [events.LaunchStarted(by="ml-platform", at=STARTED), *told])
    assert past(launch, midnight + timedelta(days=1)) == [("a", 2, 3)]


def test_weekends_and_holidays_are_not_worked():
    launch = START.begin("a", at=on(5), **WHO)
    assert worked(launch, on(6, 23)) == 1.0
    assert worked(launch, on(7)) == worked(launch, on(9)) == 2.0
    assert worked(launch, on(10)) == 3.0
    assert worked(launch, on(10), EVERY_DAY) == 5.0
    assert worked(launch, on(10), Calendar(holidays=[date(2026, 11, 6)])) == 2.0
    assert worked(START.begin("a", at=on(7), **WHO), on(10)) == 1.0


def test_while_it_was_blocked_it_was_not_worked():
    launch = START.begin("a", at=on(3), **WHO).block("a", reason="r", at=on(4), **WHO)
    assert worked(launch, on(6)) == 1.0
    assert stands(launch, on(6)).blocked == {"a"}
    launch = launch.unblock("a", at=on(10), **WHO)
    assert worked(launch, on(10)) == 1.0
    assert worked(launch, on(12)) == 3.0
    assert past(launch, on(12)) == [("a", 3, 4), ("a", 10, 11)]
    again = launch.block("a", reason="r", at=on(12), **WHO).unblock("a", at=on(12, 10), **WHO)
    assert worked(again, on(13)) == 4.0


def test_what_was_blocked_before_it_was_begun_is_not_under_way():
    launch = START.block("a", reason="r", at=on(3), **WHO)
    assert worked(launch, on(6)) is None
    assert worked(launch.unblock("a", at=on(4), **WHO), on(6)) is None
    begun = launch.unblock("a", at=on(4), **WHO).begin("a", at=on(5), **WHO)
    assert worked(begun, on(6)) == 1.0


def test_while_it_was_waived_it_was_not_worked_and_then_it_was():
    launch = START.begin("a", at=on(3), **WHO).waive("a", reason="r", expires=date(2026, 11, 9), at=on(4), **WHO)
    assert worked(launch, on(9)) is None
    assert stands(launch, on(9)).done == {"a"}
    assert stands(launch, on(10)).done == set()
    assert worked(launch, on(10)) == 1.0
    assert worked(launch, on(12)) == 3.0
    assert past(launch, on(12)) == [("a", 3, 4), ("a", 10, 11)]
    never = START.waive("a", reason="r", expires=date(2026, 11, 9), at=on(4), **WHO)
    assert worked(never, on(12)) is None
    assert past(never, on(12)) == []


def test_reopening_forgets_what_was_worked():
    launch = START.begin("a", at=on(3), **WHO).finish("a", at=on(5), **WHO)
    assert past(launch, on(6)) == [("a", 3, 5)]
    launch = launch.reopen("a", at=on(6), **WHO)
    assert (worked(launch, on(9)), past(launch, on(9))) == (None, [])
    launch = launch.begin("a", at=on(9), **WHO)
    assert (worked(launch, on(11)), past(launch, on(11))) == (2.0, [("a", 9, 10)])


def test_what_was_finished_without_being_begun_was_there_on_that_day():
    launch = START.finish("a", at=on(5), **WHO)
    assert past(launch, on(5, 18)) == past(launch, on(9)) == [("a", 5, 5)]
    assert stands(launch, on(5, 18)).done == {"a"}


def test_what_was_begun_again_after_it_was_done_goes_on():
    done = START.begin("a", at=on(3), **WHO).finish("a", at=on(4), **WHO)
    elsewhere = START.begin("a", at=on(6), **WHO)  # who did not see it
    assert worked(done.merge(elsewhere), on(10)) == 3.0
    assert past(elsewhere.merge(done), on(10)) == [("a", 3, 4), ("a", 6, 9)]


def test_what_was_recorded_against_a_waiver_does_not_make_it_last():
    """Nobody can lift a block that is not there; the waiver ends all the same, and the work goes on."""
    waived = START.begin("a", at=on(3), **WHO).waive("a", reason="r", expires=date(2026, 11, 5), at=on(4), **WHO)
    told = [*waived.events, events.Unblocked("a", at=on(4, 12), **WHO)]
    launch = Launch(CHECKLIST, "x", told)
    assert launch.state("a", at=on(10)).status is Status.DOING
    assert worked(launch, on(10)) == 1.0 + 2.0  # Tuesday; Friday and Monday


def test_a_task_that_was_done_unbegun_is_not_worked_when_its_waiver_expires():
    told = [
        events.Finished("a", at=on(3), **WHO),
        events.Waived("a", reason="r", expires=date(2026, 11, 4), at=on(4), **WHO),
        events.Begun("a", at=on(10), **WHO),
    ]
    launch = Launch(CHECKLIST, "x", [*START.events, *told])
    assert worked(launch, on(12)) == 2.0


def test_days_are_those_of_the_calendar_of_whoever_looks():
    launch = START.begin("a", at=on(3, 22), **WHO).finish("b", at=on(3, 22), **WHO)
    tokyo, new_york = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
    assert worked(launch, on(4, 9)) == 1.0
    assert worked(launch, on(4, 9).astimezone(tokyo)) == 0.0  # it was the 4th already
    assert worked(launch, on(4, 15).astimezone(tokyo)) == 1.0
    assert worked(launch, on(4, 3).astimezone(new_york)) == 0.0
    assert past(launch, on(4, 9).astimezone(tokyo)) == [("b", 4, 4)]
    assert stands(launch, on(3, 22).astimezone(tokyo)).today == date(2026, 11, 4)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_waiver_ends_at_midnight_where_the_reader_is(zone):
    launch = START.begin("a", at=on(3, 12), **WHO).waive(
        "a", reason="r", expires=date(2026, 11, 4), at=on(4, 12), **WHO
    )
    midnight = datetime(2026, 11, 5, tzinfo=zone)
    assert stands(launch, midnight - timedelta(microseconds=1)).done == {"a"}
    assert worked(launch, midnight) == 1.0
    assert worked(launch, midnight + timedelta(days=1)) == 2.0


def test_what_is_recorded_ahead_of_the_clock_took_no_time_yet():
    ahead = START.begin("a", at=on(20), **WHO)
    found = state_after(*replayed(ahead.events, on(10)), on(10), ahead.checklist, ForecastOptions())
    assert (found.under_way, found.past) == ({"a": 0.0}, ())


def test_owners_and_due_dates_are_the_latest():
    launch = START.assign("a", "data-science", at=on(3), **WHO).assign("a", "serving-team", at=on(4), **WHO)
    launch = launch.set_due("a", date(2026, 12, 1), at=on(3), **WHO).assign("b", "data-science", at=on(3), **WHO)
    launch = launch.assign("b", None, at=on(4), **WHO).set_due("b", date(2026, 12, 1), at=on(3), **WHO)
    launch = launch.set_due("b", None, at=on(4), **WHO).finish("a", at=on(5), **WHO)
    found = stands(launch, on(6))
    assert (found.owners, found.due) == ({"a": "serving-team"}, {"a": date(2026, 12, 1)})
    assert found.past == (Slot(id="a", start=date(2026, 11, 5), finish=date(2026, 11, 5), owner="serving-team"),)


def test_the_day_on_which_it_was_closed_is_that_of_the_event_that_counts():
    launch = START.begin("a", at=on(3), **WHO).block("a", reason="r", at=on(4), **WHO).finish("a", at=on(12), **WHO)
    launch = launch.waive("b", reason="r", expires=date(2026, 12, 1), at=on(10, 22), **WHO)
    assert stands(launch, on(20)).closed_on == {"a": date(2026, 11, 12), "b": date(2026, 11, 10)}
    assert stands(launch, on(20).astimezone(ZONES[3])).closed_on["b"] == date(2026, 11, 11)
    assert past(launch, on(20)) == [("a", 3, 4)]


@given(logs, moments)
def test_closed_on_is_told_of_what_is_closed(launch, at):
    at = max(at, STARTED)
    assert set(stands(launch, at).closed_on) == stands(launch, at).done
