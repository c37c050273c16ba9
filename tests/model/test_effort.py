import math
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Effort, Task
from servingchecklist.errors import InvalidError

days = st.floats(0, 10_000, allow_nan=False) | st.integers(0, 10_000)


@st.composite
def efforts(draw):
    low, high = sorted([draw(days), draw(days)])
    kind = draw(st.sampled_from(["working", "any", "elapsed"]))
    if draw(st.booleans()):
        return Effort(low, exact=draw(st.booleans()), days=kind)
    return Effort(low, high, draw(st.none() | st.floats(low, high)), days=kind)


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
        ("2d", 2, 2, None, "2 days"),
        ("1h", 0.125, 0.125, None, "1 hour"),
        ("2 d", 2, 2, None, "2 days"),
        ("1w", 5, 5, None, "5 days"),
        ("2-3d", 2, 3, None, "2-3 days"),
        ("2 Days", 2, 2, None, "2 days"),
        (" 1 DAY\t\n", 1, 1, None, "1 day"),
        ("30 min", 1 / 16, 1 / 16, None, "0.5 hours"),
        ("3 minutes", 0.00625, 0.00625, None, "3 minutes"),
        ("90 mins", 0.1875, 0.1875, None, "1.5 hours"),
        ("1 Minute", 1 / 480, 1 / 480, None, "1 minute"),
        ("2 to 3 days", 2, 3, None, "2-3 days"),
        ("2\u20143 days", 2, 3, None, "2-3 days"),
        ("2 \u2013 3 days", 2, 3, None, "2-3 days"),
        ("1 mo", 20, 20, None, "20 days"),
        ("2d-3d", 2, 3, None, "2-3 days"),
        ("1 day to 2 days", 1, 2, None, "1-2 days"),
        ("2 hours - 3 hours, likely 2", 0.25, 0.375, 0.25, "2-3 hours, likely 2"),
        ("2 h 30 min", 0.3125, 0.3125, None, "2.5 hours"),
        ("1h30min", 0.1875, 0.1875, None, "1.5 hours"),
        ("2 TO 3 wks, LIKELY 2", 10, 15, 10, "10-15 days, likely 10"),
        ("1 hr", 0.125, 0.125, None, "1 hour"),
        ("2hrs", 0.25, 0.25, None, "2 hours"),
        ("1 wk", 5, 5, None, "5 days"),
        ("1 month", 20, 20, None, "20 days"),
        ("1-2 Months", 20, 40, None, "20-40 days"),
        ("0.1-0.3 days", 0.1, 0.3, None, "0.8-2.4 hours"),
        ("0-0 hours", 0, 0, None, "0 days"),
    ],
)
def test_efforts_are_read_and_written_as_people_write_them(text, low, high, likely, said):
    effort = Effort.parse(text)
    assert (effort.low, effort.high, effort.likely) == (low, high, likely)
    assert (effort.exact, effort.days) == (False, "working")
    assert str(effort) == said


@pytest.mark.parametrize(
    ("text", "effort", "written"),
    [
        ("exactly 1 day", Effort(1, exact=True), "exactly 1 day"),
        ("1 Day EXACTLY", Effort(1, exact=True), "exactly 1 day"),
        ("exactly 2h30min", Effort(0.3125, exact=True), "exactly 2.5 hours"),
        ("4 hours on any day", Effort(0.5, days="any"), "4 hours on any day"),
        ("1-2 weeks On Any Days", Effort(7, 14, days="any"), "7-14 days on any day"),
        ("exactly 1 mo on any day", Effort(30, exact=True, days="any"), "exactly 30 days on any day"),
        ("7 days elapsed", Effort(7, days="elapsed"), "7 days elapsed"),
        ("7 Calendar Days", Effort(7, days="elapsed"), "7 days elapsed"),
        ("7 elapsed days exactly", Effort(7, exact=True, days="elapsed"), "exactly 7 days elapsed"),
        ("3-7 days elapsed, likely 5", Effort(3, 7, 5, days="elapsed"), "3-7 days elapsed, likely 5"),
        ("1 week to 2 weeks elapsed", Effort(7, 14, days="elapsed"), "7-14 days elapsed"),
        ("1 month elapsed", Effort(30, days="elapsed"), "30 days elapsed"),
        ("12 hours elapsed", Effort(0.5, days="elapsed"), "12 hours elapsed"),
        ("20 min elapsed", Effort(20 / 1440, days="elapsed"), "20 minutes elapsed"),
        ("0.3 days elapsed", Effort(0.3, days="elapsed"), "7.2 hours elapsed"),
        ("0.7 days elapsed, likely 0.7", Effort(0.7, likely=0.7, days="elapsed"), "0.7 days elapsed, likely 0.7"),
    ],
)
def test_facts_and_other_days_are_read_and_written(text, effort, written):
    assert Effort.parse(text) == effort
    assert str(effort) == written
    assert Effort.parse(written) == effort


def test_exact_is_for_one_number():
    for effort in ((1, 2), (1, 1, 1)):
        with pytest.raises(InvalidError) as caught:
            Effort(*effort, exact=True)
        assert str(caught.value) == "$.exact: is for one number (got True); give no range and no likely value"
    with pytest.raises(InvalidError, match=r"^\$: exact is for one number \(got 'exactly 1-2 days'\); give no range"):
        Effort.parse("exactly 1-2 days")
    with pytest.raises(InvalidError, match=r"^\$\.exact: is not a bool \(got 1\); write True or False$"):
        Effort(1, exact=1)


@pytest.mark.parametrize("kind", ["calendar", "", None, [], "Any"])
def test_an_unknown_kind_of_days_is_refused(kind):
    with pytest.raises(
        InvalidError, match=r"^\$\.days: is not a kind of days \(got .*\); write 'working', 'any' or 'elapsed'$"
    ):
        Effort(1, days=kind)


@given(efforts())
def test_what_is_written_reads_back_equal_whatever_the_effort(effort):
    assert Effort.parse(str(effort)) == effort
    assert eval(repr(effort)) == effort
    assert hash(Effort.parse(str(effort))) == hash(effort)


@pytest.mark.parametrize("smallest", [5e-324, 1e-300, math.nextafter(1, 0), sys.float_info.min])
def test_the_smallest_efforts_read_back_equal(smallest):
    effort = Effort(0, smallest, smallest / 2)
    assert Effort.parse(str(effort)) == effort


HINT = "write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'"


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
        "1  day",
        "2-3 days, likely",
        "1 day, likely 2 days",
        "-",
        "1.5.1 days",
        "1,5 days",
        "2 decades",
        "1 w\u212a",
        "exactly 1 day exactly",
        "7 calendar days elapsed",
        "elapsed",
        "7 days on any",
        "exactly",
        " on any day",
        "1 day, likely 1 exactly",
        "2 \u5929",
        "1\u00a0day",
        "\u0661 day",
    ],
)
def test_what_is_not_an_effort_is_refused_with_examples(text):
    with pytest.raises(InvalidError) as caught:
        Effort.parse(text)
    assert str(caught.value) == f"$: is not an effort (got {text!r}); {HINT}"


RANGE = "write a range, as in '1-3 days'"
SIZE = "write the days that the size stands for, as in '2-3 days'"
UNCLEAR = "'m' can be minutes or months: write 'min' or 'month'"
LEFT_OUT = "leave the effort out; a forecast then takes its default_effort"


@pytest.mark.parametrize(
    ("texts", "hint"),
    [
        (("~2 days", "~ 2d", "\u2248 2 days", "ca. 2 days", "ca 2-3 days", "c. 2d", "Circa 2 weeks"), RANGE),
        (("about 2 days", "around 2 d", "approx. 2 days", "Approx 1w", "roughly 3 months"), RANGE),
        (("S", "m", "L", "XL", "xs", "XXL"), SIZE),
        (("2m", "2 m", "2-3 M", "2 to 3m"), UNCLEAR),
        (("TBD", "tbc", "tba", "?", "???", "unknown", "n/a", "N/A", "na", "None", " ? "), LEFT_OUT),
    ],
)
def test_what_people_write_instead_has_a_hint_of_its_own(texts, hint):
    for text in texts:
        with pytest.raises(InvalidError) as caught:
            Effort.parse(text)
        assert str(caught.value) == f"$: is not an effort (got {text!r}); {hint}"
        with pytest.raises(InvalidError) as caught:
            Task("a", "A", effort=text)
        assert str(caught.value) == f"$.effort: is not an effort (got {text!r}); {hint}"


@given(
    efforts(),
    st.sampled_from(["day", "d", "Days", "DAY"]),
    st.sampled_from(["-", " - ", "\u2013", " \u2014 ", " to ", " To "]),
    st.sampled_from(["", " ", "\t\n", "\u00a0"]),
)
def test_every_way_of_writing_days_gives_the_same_effort(effort, unit, dash, blanks):
    low, high, likely = (None if days is None else repr(days) for days in (effort.low, effort.high, effort.likely))
    kind = {"working": "", "any": " On any day", "elapsed": " Elapsed"}[effort.days]
    end = " Exactly" if effort.exact else ""
    text = f"{blanks}{low}{dash}{high} {unit}{kind}{end}{'' if likely is None else f', likely {likely}'}{blanks}"
    assert Effort.parse(text) == effort


@given(
    st.text()
    | st.text("0123456789.e-\u2013 hdwmintosky,~?/", max_size=20)
    | st.from_regex(r"(exactly )?[0-9.]{1,5} (days?|h|min)( elapsed| on any day)?", fullmatch=True)
)
def test_any_text_is_an_effort_that_is_written_back_or_is_refused(text):
    try:
        effort = Effort.parse(text)
    except InvalidError:
        return
    assert Effort.parse(str(effort)) == effort
    assert effort.days == "elapsed" or ("day" not in str(effort).removesuffix(" on any day")) == (0 < effort.high < 1)


def test_one_number_is_both_ends():
    assert Effort(2) == Effort(2, 2)
    assert Effort(low=0.5, likely=0.5) == Effort(0.5, 0.5, 0.5)
    for bad in (-1, math.nan, "2", None, True, 10_001, 10**400):
        with pytest.raises(InvalidError) as caught:
            Effort(bad)
        assert [fault.path for fault in caught.value.faults] == ["$.low"]


@pytest.mark.parametrize(
    "text",
    [
        " " * 3_000_000 + "2 days",
        "1" * 3_000_000,
        "1" + " " * 3_000_000 + "d",
        "~" * 3_000_000,
        "1-" * 1_500_000,
        "exactly " * 400_000,
        "1 elapsed" * 300_000,
        "?" * 3_000_000,
    ],
)
def test_long_texts_take_linear_time(text):
    begun = time.process_time()
    if text.strip() == "2 days":
        assert Effort.parse(text) == Effort(2)
    else:
        with pytest.raises(InvalidError):
            Effort.parse(text)
    assert time.process_time() - begun < 0.5


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


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("20 min", "20 minutes"),
        ("1-100 min", "1-100 minutes"),
        ("30 min", "0.5 hours"),
        ("1 min", "1 minute"),
        ("7-20 min, likely 9", "7-20 minutes, likely 9"),
    ],
)
def test_minutes_are_written_where_tenths_of_an_hour_are_not_enough(text, canonical):
    assert str(Effort.parse(text)) == canonical
    assert Effort.parse(canonical) == Effort.parse(text)
