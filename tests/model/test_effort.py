import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Effort
from servingchecklist.errors import InvalidError

days = st.floats(0, 10_000, allow_nan=False) | st.integers(0, 10_000)


@st.composite
def efforts(draw):
    low, high = sorted([draw(days), draw(days)])
    return Effort(low, high, draw(st.none() | st.floats(low, high)))


@pytest.mark.parametrize(
    ("text", "low", "high", "likely", "said"),
    [
        ("1 day", 1, 1, None, "1 day"),
        ("2-3 days", 2, 3, None, "2-3 days"),
        ("2\u20133 days", 2, 3, None, "2-3 days"),
        ("2 - 3 days", 2, 3, None, "2-3 days"),
        ("4 hours", 0.5, 0.5, None, "4 hours"),
        ("1 hour", 0.125, 0.125, None, "1 hour"),
        ("2-12 hours", 0.25, 1.5, None, "0.25-1.5 days"),
        ("1-2 weeks", 5, 10, None, "5-10 days"),
        ("2-5 days, likely 3", 2, 5, 3, "2-5 days, likely 3"),
        ("1-6 hours, likely 2", 0.125, 0.75, 0.25, "1-6 hours, likely 2"),
        ("0 days", 0, 0, None, "0 days"),
        ("1.5 days", 1.5, 1.5, None, "1.5 days"),
    ],
)
def test_efforts_are_read_and_written_as_people_write_them(text, low, high, likely, said):
    effort = Effort.parse(text)
    assert (effort.low, effort.high, effort.likely) == (low, high, likely)
    assert str(effort) == said


@given(efforts())
def test_what_is_written_reads_back_equal_whatever_the_effort(effort):
    assert Effort.parse(str(effort)) == effort
    assert eval(repr(effort)) == effort
    assert hash(Effort.parse(str(effort))) == hash(effort)


@pytest.mark.parametrize("smallest", [5e-324, 1e-300, math.nextafter(1, 0), sys.float_info.min])
def test_the_smallest_efforts_read_back_equal(smallest):
    effort = Effort(0, smallest, smallest / 2)
    assert Effort.parse(str(effort)) == effort


HINT = "write it as '1 day', '2-3 days', '4 hours', '1-2 weeks' or '2-5 days, likely 3'"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "day",
        "2",
        "2-3",
        "two days",
        "2-3-4 days",
        "-1 days",
        "1 dayz",
        " 1 day",
        "1 day ",
        "1 Day",
        "1\u00a0day",
        "\u0661 day",
    ],
)
def test_what_is_not_an_effort_is_refused_with_examples(text):
    with pytest.raises(InvalidError) as caught:
        Effort.parse(text)
    assert str(caught.value) == f"$: is not an effort (got {text!r}); {HINT}"


def test_a_text_longer_than_any_effort_is_refused_unread():
    with pytest.raises(InvalidError, match=r"of 1000000 characters"):
        Effort.parse("1" * 1_000_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3-2 days", "$: low is above high, which is 2 (got '3-2 days'); write the smaller number first"),
        ("2-3 days, likely 5", "$: likely is outside the range (got '2-3 days, likely 5'); write a number from 2 to 3"),
        (
            "99999 days",
            "2 faults:\n"
            "  $: low is not a number of working days (got '99999 days'); write a number from 0 to 10,000\n"
            "  $: high is not a number of working days (got '99999 days'); write a number from 0 to 10,000",
        ),
    ],
)
def test_what_cannot_be_built_is_told_of_the_text(text, message):
    with pytest.raises(InvalidError) as caught:
        Effort.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("bad", [-1, -0.5, math.nan, math.inf, 10_001, 10**400, True, "1", None, 1 + 0j])
def test_what_is_no_number_of_days_is_refused(bad):
    with pytest.raises(InvalidError) as caught:
        Effort(bad, 5)
    assert {fault.path for fault in caught.value.faults} == {"$.low"}
    assert "is not a number of working days" in str(caught.value)
    if bad is not None:
        with pytest.raises(InvalidError):
            Effort(0, 5, bad)


def test_order_is_low_likely_high():
    with pytest.raises(
        InvalidError, match=r"^\$\.low: is above high, which is 2 \(got 3\.0\); write the smaller number first$"
    ):
        Effort(3, 2)
    with pytest.raises(
        InvalidError, match=r"^\$\.likely: is outside the range \(got 4\.0\); write a number from 2 to 3$"
    ):
        Effort(2, 3, 4)


def test_parse_takes_text_only():
    with pytest.raises(InvalidError, match=r"^\$: is not text \(got 3\); write it as"):
        Effort.parse(3)


def test_the_mean_is_the_middle_or_the_pert_estimate():
    assert Effort(2, 4).mean == 3
    assert Effort(1, 9, 2).mean == 3


def test_whole_numbers_and_negative_zero_are_what_they_equal():
    assert repr(Effort(1, 2)) == "Effort(low=1.0, high=2.0)"
    assert repr(Effort(-0.0, 2, 1)) == "Effort(low=0.0, high=2.0, likely=1.0)"
