"""Distributions against their definition: counting samples, one by one."""

import json
import math
import pickle
from array import array
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import calendars
from servingchecklist import Calendar
from servingchecklist.errors import InvalidError
from servingchecklist.results import Distribution

MONDAY = date(2026, 11, 23)
FINISH = Distribution([2, 3, 3.5, 6], start=MONDAY)

samples = st.lists(st.floats(0, 60) | st.integers(0, 40), min_size=1, max_size=40)
starts = st.dates(date(2026, 10, 1), date(2027, 1, 31))
shares = st.fractions(0, 1, max_denominator=100).filter(bool)


class Day(date):
    """A date that is not plainly one."""


@given(samples, starts, calendars(), shares)
def test_a_quantile_is_the_first_by_which_so_many_are_finished(days, start, calendar, share):
    finish = Distribution(days, start=start, calendar=calendar)
    enough = [one for one in days if Fraction(sum(other <= one for other in days), len(days)) >= share]
    assert finish.quantile_days(float(share)) == min(enough)
    assert finish.quantile(float(share)) == calendar.add(start, min(enough))


@given(samples, starts, calendars())
def test_the_probability_of_a_day_is_the_share_that_is_finished_by_then(days, start, calendar):
    finish = Distribution(days, start=start, calendar=calendar)
    dates = [calendar.add(start, one) for one in days]
    last = max(dates)
    for day in {start - timedelta(days=1), start, *dates, *(one - timedelta(days=1) for one in dates), last}:
        assert finish.probability(on=day) == sum(one <= day for one in dates) / len(dates)
    assert finish.probability(on=last) == 1
    assert finish.probability(on=start - timedelta(days=1)) == 0


@given(samples, starts, calendars(), shares)
def test_quantile_and_probability_agree(days, start, calendar, share):
    finish = Distribution(days, start=start, calendar=calendar)
    day = finish.quantile(float(share))
    assert round(finish.probability(on=day) * len(days)) >= share * len(
        days
    )  # in whole samples, which floats only come near
    assert round(finish.probability(on=day - timedelta(days=1)) * len(days)) < share * len(days)


@given(samples, starts, calendars())
def test_the_days_add_up_to_the_samples(days, start, calendar):
    finish = Distribution(days, start=start, calendar=calendar)
    counts = finish.by_day()
    assert sum(many for _, many in counts) == len(finish)
    dates = [calendar.add(start, one) for one in days]
    assert counts == tuple((day, dates.count(day)) for day in sorted(set(dates)))


@given(samples)
def test_it_is_the_sequence_of_the_samples(days):
    finish = Distribution(iter(days), start=MONDAY)
    assert (len(finish), list(finish), finish[0], finish[-1]) == (len(days), days, days[0], days[-1])
    assert finish[1:] == tuple(days[1:])
    assert type(finish[0]) is float
    assert finish.mean_days == pytest.approx(sum(days) / len(days))
    assert min(days) - 1e-9 <= finish.mean_days <= max(days) + 1e-9


def test_its_levels():
    finish = Distribution(range(1, 101), start=MONDAY)
    assert (finish.p50, finish.p80, finish.p95) == (date(2027, 1, 29), date(2027, 3, 12), date(2027, 4, 2))
    assert finish.p50 == Calendar().add(MONDAY, 50)
    assert finish.quantile(1) == Calendar().add(MONDAY, 100)
    assert (FINISH.p50, FINISH.p80) == (date(2026, 11, 25), date(2026, 11, 30))
    assert FINISH.probability(on=date(2026, 11, 26)) == FINISH.probability(on=date(2026, 11, 29)) == 0.75
    assert FINISH.date_of(3.5) == date(2026, 11, 26)
    assert (FINISH.start, FINISH.calendar) == (MONDAY, Calendar())


@pytest.mark.parametrize("many", [1, 3, 7, 10, 20, 30, 49, 100, 1_000])
def test_shares_that_floats_only_come_near_are_not_counted_up(many):
    finish = Distribution(range(many), start=MONDAY)
    for hundredths in range(1, 101):
        share = hundredths / 100  # 0.07 * 100 is 7.000000000000001
        assert finish.quantile_days(share) == -(-hundredths * many // 100) - 1
    assert finish.quantile_days(1e-300) == 0


def test_what_adding_fractions_leaves_over_costs_no_day():
    finish = Distribution([sum([0.1] * 30), 3.0, sum([1.1] * 3)], start=MONDAY)
    assert finish.by_day() == ((date(2026, 11, 25), 2), (date(2026, 11, 26), 1))
    assert finish.probability(on=date(2026, 11, 25)) == 2 / 3


def test_what_takes_no_time_is_finished_on_the_first_day_that_is_worked():
    finish = Distribution([0, 0.5], start=date(2026, 11, 28))
    assert finish.p50 == finish.quantile(1) == date(2026, 11, 30)
    assert finish.probability(on=date(2026, 11, 29)) == 0
    assert finish.probability(on=date(2026, 11, 30)) == 1
    assert finish.by_day() == ((date(2026, 11, 30), 2),)


def test_the_end_of_the_calendar():
    late = Distribution([1, 10.0**7, 1e300], start=MONDAY)
    assert late.quantile(0.3) == MONDAY
    assert late.probability(on=date(9999, 12, 30)) == 1 / 3
    assert late.probability(on=MONDAY) == 1 / 3
    assert late.quantile_days(1) == 1e300
    for asked in (lambda: late.p50, lambda: late.p95, late.by_day, late.to_dict):
        with pytest.raises(InvalidError, match="beyond the year 9999"):
            asked()
    assert Distribution([1], start=date.max, calendar=Calendar(weekdays=range(7))).probability(on=date.max) == 1
    assert Distribution([1], start=date.max, calendar=Calendar(weekdays=range(7))).p95 == date.max


def test_dates_of_a_subclass_are_dates():
    finish = Distribution([2], start=Day(2026, 11, 23))
    assert type(finish.start) is date
    assert finish.probability(on=Day(2026, 11, 24)) == 1
    assert finish == Distribution([2], start=MONDAY)


@pytest.mark.parametrize("share", [0, -0.1, 1.0000001, 2, 50, math.nan, math.inf, True, "0.5", None, 10**400], ids=repr)
def test_a_share_is_above_0_and_up_to_1(share):
    for asked in (FINISH.quantile, FINISH.quantile_days):
        with pytest.raises(InvalidError, match=r"^\$\.share: is not a share of the samples"):
            asked(share)


@pytest.mark.parametrize("on", [datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23", None, 3], ids=repr)
def test_a_day_is_a_date(on):
    with pytest.raises(InvalidError, match=r"^\$\.on: is not a date"):
        FINISH.probability(on=on)


@pytest.mark.parametrize("days", [-1, math.nan, math.inf, True, "1", None], ids=repr)
def test_only_working_days_are_dates(days):
    with pytest.raises(InvalidError, match=r"^\$\.calendar: is not a Calendar \(got 3\); write Calendar\(\.\.\.\)$"):
        Distribution([1], start=MONDAY, calendar=3)
    with pytest.raises(InvalidError, match=r"^\$\.days: is not a number of working days"):
        FINISH.date_of(days)


@pytest.mark.parametrize(
    ("days", "message"),
    [
        ([], "$.days: is empty; give at least one"),
        ([1, math.nan], "$.days[1]: is not a number of working days (got nan); write a number from 0 on"),
        ([1, 2, math.inf], "$.days[2]: is not a number of working days (got inf); write a number from 0 on"),
        ([-math.inf, math.inf], "$.days[0]: is not a number of working days (got -inf); write a number from 0 on"),
        ([0, -1], "$.days[1]: is not a number of working days (got -1.0); write a number from 0 on"),
        ([3, -1e-300], "$.days[1]: is not a number of working days (got -1e-300); write a number from 0 on"),
        (
            [1, "2"],
            "$.days: are not numbers of working days (got a list of 2); write a list of numbers, as in [2, 3.5]",
        ),
        (
            [10**400],
            "$.days: are not numbers of working days (got a list of 1); write a list of numbers, as in [2, 3.5]",
        ),
        ("123", "$.days: are not numbers of working days (got '123'); write a list of numbers, as in [2, 3.5]"),
        (3, "$.days: are not numbers of working days (got 3); write a list of numbers, as in [2, 3.5]"),
        (None, "$.days: are not numbers of working days (got None); write a list of numbers, as in [2, 3.5]"),
    ],
    ids=str,
)
def test_what_is_no_sample_is_refused(days, message):
    with pytest.raises(InvalidError) as caught:
        Distribution(days, start=MONDAY)
    assert str(caught.value) == message


def test_all_faults_come_at_once():
    with pytest.raises(InvalidError) as caught:
        Distribution([-1], start="2026-11-23", calendar="Monday to Friday")
    assert [fault.path for fault in caught.value.faults] == ["$.start", "$.calendar", "$.days[0]"]


def test_numbers_so_large_that_their_sum_is_none_are_numbers_all_the_same():
    assert Distribution([1.7e308, 1.7e308], start=MONDAY).quantile_days(1) == 1.7e308


def test_an_array_is_copied_and_not_kept():
    days = array("d", [1, 2])
    finish = Distribution(days, start=MONDAY)
    days[0] = -1
    assert list(finish) == [1, 2]
    assert list(Distribution(array("i", [1, 2]), start=MONDAY)) == [1, 2]
    assert list(Distribution(finish, start=MONDAY)) == [1, 2]


def test_equality_is_that_of_samples_start_and_calendar():
    assert Distribution([1, 2], start=MONDAY) == Distribution((1.0, 2.0), start=MONDAY)
    assert hash(Distribution([1, 2], start=MONDAY)) == hash(Distribution((1.0, 2.0), start=MONDAY))
    others = [
        Distribution([2, 1], start=MONDAY),
        Distribution([1, 2], start=date(2026, 11, 24)),
        Distribution([1, 2], start=MONDAY, calendar=Calendar(weekdays=[0])),
        [1, 2],
    ]
    assert all(Distribution([1, 2], start=MONDAY) != other for other in others)


def test_its_repr_makes_it_again():
    assert repr(Distribution([1, 2.5], start=MONDAY)) == "Distribution([1.0, 2.5], start=datetime.date(2026, 11, 23))"
    import datetime

    for calendar in (Calendar(), Calendar(weekdays=[1], holidays=[MONDAY])):
        finish = Distribution([1, 2.5], start=MONDAY, calendar=calendar)
        names = {"Distribution": Distribution, "Calendar": Calendar, "datetime": datetime}
        assert eval(repr(finish), names) == finish
        assert pickle.loads(pickle.dumps(finish)) == finish


def test_its_dict_tells_the_levels_and_not_the_sample():
    told = {"p50": "2026-11-25", "p80": "2026-11-30", "p95": "2026-11-30", "mean_days": 3.625}
    assert FINISH.to_dict() == json.loads(json.dumps(FINISH.to_dict())) == told


def test_a_long_sample_is_told_by_a_summary():
    few, many = ([1.0, 2.0] * times for times in (10, 11))
    assert repr(Distribution(few, start=date(2026, 11, 23))).startswith("Distribution([1.0, 2.0, ")
    said = repr(Distribution(many, start=date(2026, 11, 23)))
    assert said == "<Distribution of 22 samples from 2026-11-23 on, 1.5 days at the mean>"


def test_what_is_equal_has_the_same_hash():
    zeros = [Distribution([zero], start=date(2026, 11, 23)) for zero in (0.0, -0.0)]
    assert zeros[0] == zeros[1]
    assert hash(zeros[0]) == hash(zeros[1])


# Finishes on days off


SATURDAY = date(2026, 11, 28)
OFF = Distribution(
    [5.0, 4.5, 5.0, 6.0], start=MONDAY, dates=[SATURDAY, date(2026, 11, 27), SATURDAY, date(2026, 11, 30)]
)


def test_finishes_can_lie_on_days_off():
    assert [OFF.quantile(share) for share in (0.25, 0.5, 0.75, 1)] == [
        date(2026, 11, 27),
        SATURDAY,
        SATURDAY,
        date(2026, 11, 30),
    ]
    assert OFF.quantile_days(0.5) == 5
    assert [OFF.probability(on=date(2026, 11, day)) for day in (26, 27, 28, 29, 30)] == [0, 0.25, 0.75, 0.75, 1]
    assert OFF.by_day() == ((date(2026, 11, 27), 1), (SATURDAY, 2), (date(2026, 11, 30), 1))
    assert OFF.to_dict() == {"p50": "2026-11-28", "p80": "2026-11-30", "p95": "2026-11-30", "mean_days": 5.125}


def test_with_dates_it_is_a_value_too():
    plain = Distribution(list(OFF), start=MONDAY)
    assert pickle.loads(pickle.dumps(OFF)) == OFF != plain
    assert hash(pickle.loads(pickle.dumps(OFF))) == hash(OFF)
    assert pickle.loads(pickle.dumps(OFF)).quantile(0.5) == SATURDAY
    moved = Distribution(list(OFF), start=MONDAY, dates=[SATURDAY] * 4)
    assert moved != OFF
    import datetime as module

    assert eval(repr(OFF), {"Distribution": Distribution, "datetime": module}) == OFF
    assert "dates" not in repr(plain)


@given(samples, starts, shares)
def test_dates_that_the_calendar_gives_say_the_same(days, start, share):
    plain = Distribution(days, start=start)
    dated = Distribution(days, start=start, dates=[plain.date_of(one) for one in days])
    assert dated.quantile(float(share)) == plain.quantile(float(share))
    assert dated.by_day() == plain.by_day()
    for day in (start, plain.p50, plain.p95):
        assert dated.probability(on=day) == plain.probability(on=day)


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ([MONDAY], "$.dates: are not 2, one for each finish (got 1); give the day of each finish"),
        ([MONDAY, "x"], "$.dates[1]: is not a date (got 'x')"),
        (3, "$.dates: are not dates (got 3); give the day of each finish"),
        ("ab", "$.dates: "),
        ([], "$.dates: are not 2, one for each finish (got 0)"),
    ],
    ids=str,
)
def test_dates_are_one_for_each_finish(dates, message):
    with pytest.raises(InvalidError) as caught:
        Distribution([1, 2], start=MONDAY, dates=dates)
    assert str(caught.value).startswith(message)
