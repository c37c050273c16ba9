"""Working days against the plainest way to know them: looking at one day after the other."""

import math
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import calendars
from servingchecklist import Calendar
from servingchecklist.errors import InvalidError

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=more) for more in range(7)]
CHRISTMAS = [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)]

days = st.dates(date(2026, 10, 1), date(2027, 1, 31))
numbers = st.integers(0, 90)


class Day(date):
    """A date that is not plainly one."""


def walk(calendar, start):
    """The worked days from one on, found by looking at each."""
    day = start
    while True:
        if day.weekday() in calendar.weekdays and day not in calendar.holidays:
            yield day
        day += timedelta(days=1)


def nth(calendar, start, number):
    return next(day for place, day in enumerate(walk(calendar, start)) if place == number)


@given(calendars(), days, numbers)
def test_the_worked_day_of_a_number_is_the_one_that_counting_finds(calendar, start, number):
    assert calendar.day(start, number) == nth(calendar, start, number)


@given(calendars(), days, st.floats(0, 60) | st.integers(0, 240).map(lambda quarters: quarters / 4))
def test_work_ends_on_the_day_in_which_the_last_of_it_is_done(calendar, start, work):
    worked = walk(calendar, start)
    day, left = next(worked), work
    while (left := left - 1) > 1e-9:
        day = next(worked)
    assert calendar.add(start, work) == day


@given(calendars(), days, days)
def test_the_days_between_are_those_that_are_worked(calendar, start, end):
    if start <= end:
        every = (start + timedelta(days=more) for more in range((end - start).days))
        assert calendar.between(start, end) == sum(map(calendar.is_worked, every))
    assert calendar.between(end, start) == -calendar.between(start, end)


@given(calendars(), days, days, days)
def test_stretches_of_time_add_up(calendar, first, middle, last):
    assert calendar.between(first, middle) + calendar.between(middle, last) == calendar.between(first, last)


@given(calendars(), days, numbers)
def test_between_undoes_day_and_add(calendar, start, number):
    end = calendar.day(start, number)
    assert calendar.is_worked(end)
    assert calendar.between(start, end) == number
    assert calendar.between(start, end + timedelta(days=1)) == number + 1
    assert calendar.add(start, number + 1) == end


def runs_day_by_day(calendar, start, end):
    found = []
    for day in (start + timedelta(days=more) for more in range((end - start).days + 1)):
        if day.weekday() not in calendar.weekdays or day in calendar.holidays:
            continue
        if found and (day - found[-1][1]).days == 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


@given(calendars(), days, days)
def test_runs_are_the_stretches_that_nothing_interrupts(calendar, start, end):
    assert calendar.runs(start, end) == runs_day_by_day(calendar, start, end)


OFFSETS = st.integers(0, 60)


@given(calendars(), st.sampled_from([date.min, date(9999, 11, 1)]), st.sets(OFFSETS), OFFSETS, OFFSETS)
def test_runs_and_numbers_hold_at_both_ends_of_time(calendar, near, off, first, last):
    calendar = attrs.evolve(calendar, holidays=[near + timedelta(more) for more in off])
    start, end = near + timedelta(first), near + timedelta(last)
    assert calendar.runs(start, end) == runs_day_by_day(calendar, start, end)
    if start <= end and calendar.is_worked(end):
        assert calendar.day(start, calendar.between(start, end)) == end


def test_what_is_far_apart_is_found_without_looking_at_what_lies_between():
    """As many holidays in a row as there are days in three centuries, and a run as long as time."""
    off = [date(1900, 1, 1) + timedelta(days=more) for more in range(100_000)]
    calendar = Calendar(weekdays=range(7), holidays=off)
    assert [calendar.day(date(1900, 1, 1), number) for number in range(500)] == [
        off[-1] + timedelta(days=number + 1) for number in range(500)
    ]
    ends = (off[0] - timedelta(days=1), off[-1] + timedelta(days=1))
    assert calendar.runs(date.min, date.max) == ((date.min, ends[0]), (ends[1], date.max))
    assert calendar.between(date.min, date.max) == (date.max - date.min).days - len(off)


@given(calendars(), days)
def test_a_day_is_worked_where_its_weekday_is_and_no_holiday_says_otherwise(calendar, day):
    assert calendar.is_worked(day) is (day.weekday() in calendar.weekdays and day not in calendar.holidays)


def test_runs_of_nothing():
    assert Calendar().runs(date(2026, 11, 28), date(2026, 11, 29)) == ()
    assert Calendar().runs(date(2026, 11, 30), date(2026, 11, 29)) == ()
    assert Calendar().runs(MONDAY, MONDAY) == ((MONDAY, MONDAY),)


def test_two_and_a_half_days_from_a_monday_end_on_the_wednesday():
    assert Calendar().add(MONDAY, 2.5) == date(2026, 11, 25)
    assert Calendar().add(MONDAY, 2) == date(2026, 11, 24)
    assert Calendar().add(MONDAY, 5) == date(2026, 11, 27)
    assert Calendar().add(MONDAY, 5.25) == date(2026, 11, 30)


@pytest.mark.parametrize("start", [date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)])
def test_work_that_is_to_begin_on_a_day_off_begins_on_the_next_that_is_worked(start):
    assert Calendar().add(start, 0) == date(2026, 11, 30)
    assert Calendar().add(start, 1) == date(2026, 11, 30)
    assert Calendar().add(start, 1.5) == date(2026, 12, 1)


def test_holidays_push_work_back_also_over_each_other():
    calendar = Calendar(holidays=CHRISTMAS)
    assert calendar.add(date(2026, 12, 23), 2) == date(2026, 12, 29)
    assert calendar.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert calendar.between(date(2026, 12, 21), date(2026, 12, 31)) == 5
    assert calendar.is_worked(date(2026, 12, 29))
    assert not calendar.is_worked(date(2026, 12, 28))


def test_a_week_may_have_one_day_or_seven():
    assert Calendar(weekdays=[2]).add(MONDAY, 3) == date(2026, 12, 9)
    assert Calendar(weekdays=range(7)).add(MONDAY, 7) == date(2026, 11, 29)
    assert [day for day in WEEK if Calendar(weekdays={6, 5}).is_worked(day)] == WEEK[5:]


@pytest.mark.parametrize(
    ("work", "days"),
    [
        (sum([0.1] * 10), 1),  # 0.9999999999999999
        (3 * 1.1, 4),  # 3.3000000000000003
        (0.1 + 0.2 + 0.7, 1),
        (1.1 + 1.1 + 1.1 - 0.3, 3),  # 3.0000000000000004
        (sum([0.1] * 30), 3),  # 3.0000000000000013
        (sum([1 / 3] * 9), 3),
        (5e-324, 1),
        (1e-10, 1),
        (0, 1),
        (1 + 1e-8, 2),
    ],
)
def test_what_adding_fractions_leaves_over_costs_no_day(work, days):
    assert Calendar(weekdays=range(7)).add(MONDAY, work) == MONDAY + timedelta(days=days - 1)


def test_the_end_of_the_calendar_is_an_error_that_says_so():
    every = Calendar(weekdays=range(7))
    assert every.add(date(9999, 12, 30), 2) == date.max
    assert every.day(date.max, 0) == date.max
    assert every.between(date.min, date.max) == (date.max - date.min).days
    assert every.runs(date(9999, 12, 30), date.max) == ((date(9999, 12, 30), date.max),)
    message = r"^\$: the date would be beyond the year 9999 \(got 2\); count fewer working days$"
    with pytest.raises(InvalidError, match=message):
        every.add(date(9999, 12, 30), 2.5)
    with pytest.raises(InvalidError, match="beyond the year 9999"):
        Calendar(weekdays=[0]).day(date.max, 0)  # a Friday
    with pytest.raises(InvalidError, match="beyond the year 9999"):
        Calendar(weekdays=range(7), holidays=[date.max]).day(date.max, 0)
    for many in (10.0**9, 1e300, 10**400):
        with pytest.raises(InvalidError):
            every.add(MONDAY, many)
    with pytest.raises(InvalidError, match="beyond the year 9999"):
        every.day(MONDAY, 10**400)


@pytest.mark.parametrize("bad", [-1, -1e-300, math.nan, math.inf, -math.inf, True, "1", None, [1]], ids=repr)
def test_working_time_is_a_number_from_0_on(bad):
    with pytest.raises(InvalidError, match=r"^\$\.days: is not a number of working days .* write a number from 0 on$"):
        Calendar().add(MONDAY, bad)


@pytest.mark.parametrize("bad", [-1, 1.0, True, "1", None], ids=repr)
def test_days_are_numbered_from_0_on(bad):
    with pytest.raises(InvalidError, match=r"^\$\.number: is not a whole number from 0 on"):
        Calendar().day(MONDAY, bad)


@pytest.mark.parametrize("bad", [datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23", 3, None], ids=repr)
def test_a_day_is_a_date_and_nothing_else(bad):
    calendar = Calendar()
    for asked in (
        lambda: calendar.is_worked(bad),
        lambda: calendar.add(bad, 1),
        lambda: calendar.day(bad, 1),
        lambda: calendar.between(bad, MONDAY),
        lambda: calendar.between(MONDAY, bad),
        lambda: calendar.runs(bad, MONDAY),
        lambda: calendar.runs(MONDAY, bad),
    ):
        with pytest.raises(InvalidError, match=r"^\$\.(day|start|end): is not a date "):
            asked()


def test_dates_of_a_subclass_are_dates():
    calendar = Calendar(holidays=[Day(2026, 11, 24)])
    assert set(map(type, calendar.holidays)) == {date}
    for found in (
        calendar.add(Day(2026, 11, 23), 2),
        calendar.day(Day(2026, 11, 23), 1),
        calendar.runs(Day(2026, 11, 24), Day(2026, 11, 25))[0][0],
    ):
        assert (found, type(found)) == (date(2026, 11, 25), date)
    assert not calendar.is_worked(Day(2026, 11, 24))
    assert calendar.between(Day(2026, 11, 23), Day(2026, 11, 26)) == 2


class Holidays(dict):
    """As the `holidays` package gives them: a dict of names by dates."""


@pytest.mark.parametrize(
    "holidays",
    [
        Holidays({date(2026, 12, 25): "Christmas", date(2026, 12, 24): "Eve"}),
        {date(2026, 12, 25): "Christmas", date(2026, 12, 24): "Eve"}.keys(),
        {date(2026, 12, 24), date(2026, 12, 25)},
        (date(2026, 12, 25), date(2026, 12, 24), date(2026, 12, 25)),
        (day for day in (date(2026, 12, 25), date(2026, 12, 24))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_holds_dates_is_taken_and_kept_in_order_and_once(holidays):
    calendar = Calendar(holidays=holidays)
    assert calendar.holidays == (date(2026, 12, 24), date(2026, 12, 25))
    assert calendar == Calendar(holidays=[date(2026, 12, 24), date(2026, 12, 25)])
    assert hash(calendar) == hash(Calendar(holidays=calendar.holidays))


def test_weekdays_are_kept_in_order_and_once():
    assert Calendar(weekdays=[4, 0, 4]).weekdays == (0, 4)
    assert Calendar(weekdays=iter({3})).weekdays == (3,)
    assert Calendar() == Calendar(weekdays=range(5)) != Calendar(weekdays=range(6))
    assert attrs.evolve(Calendar(), weekdays=[6]).add(MONDAY, 1) == date(2026, 11, 29)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weekdays": []}, "$.weekdays: is empty; name at least one"),
        (
            {"weekdays": [0, 7]},
            "$.weekdays[1]: is not a day of the week (got 7); write 0 for Monday, to 6 for Sunday",
        ),
        (
            {"weekdays": [-1]},
            "$.weekdays[0]: is not a day of the week (got -1); write 0 for Monday, to 6 for Sunday",
        ),
        (
            {"weekdays": [True]},
            "$.weekdays[0]: is not a day of the week (got True); write 0 for Monday, to 6 for Sunday",
        ),
        (
            {"weekdays": ["monday", 1]},
            "$.weekdays[0]: is not a day of the week (got 'monday'); write 0 for Monday, to 6 for Sunday",
        ),
        (
            {"weekdays": [[], 1]},
            "$.weekdays[0]: is not a day of the week (got a list of 0); write 0 for Monday, to 6 for Sunday",
        ),
        ({"weekdays": "0123"}, "$.weekdays: is not a list (got '0123'); write a list, as in [...]"),
        ({"weekdays": None}, "$.weekdays: is not a list (got None); write a list, as in [...]"),
        ({"weekdays": 3}, "$.weekdays: is not a list (got 3); write a list, as in [...]"),
        ({"holidays": None}, "$.holidays: is not a list (got None); write a list, as in [...]"),
        ({"holidays": "2026-12-25"}, "$.holidays: is not a list (got '2026-12-25'); write a list, as in [...]"),
        (
            {"holidays": [date(2026, 1, 1), "2026-12-25"]},
            "$.holidays[1]: is not a date (got '2026-12-25'); give a datetime.date, as in date(2026, 12, 31)",
        ),
        (
            {"holidays": [datetime(2026, 12, 25, tzinfo=UTC)]},
            "$.holidays[0]: is not a date (got a value of type datetime); give a datetime.date, as in date(2026, 12, 31)",
        ),
        (
            {"holidays": [date(2026, 1, 1), datetime(2026, 12, 25, tzinfo=UTC)]},
            "$.holidays[1]: is not a date (got a value of type datetime); give a datetime.date, as in date(2026, 12, 31)",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_calendar_is_refused(fields, message):
    with pytest.raises(InvalidError) as caught:
        Calendar(**fields)
    assert str(caught.value) == message


def test_all_faults_of_a_calendar_come_at_once():
    with pytest.raises(InvalidError) as caught:
        Calendar(weekdays=[8], holidays=["x"])
    assert [fault.path for fault in caught.value.faults] == ["$.weekdays[0]", "$.holidays[0]"]
