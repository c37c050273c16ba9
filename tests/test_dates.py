"""Dates as people write them: what is taken, and why the rest is not."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist._dates import WEEKDAYS, parse_day, parse_time
from servingchecklist.cli.options import days, timestamp
from servingchecklist.errors import InvalidError

NOW = datetime(2026, 11, 26, 9, 20, tzinfo=UTC)  # a Thursday


def zone(name):
    return lambda at: at.replace(tzinfo=ZoneInfo(name))


def day(text):
    return parse_day(text, NOW.date()).isoformat()


def at(text, localize=zone("UTC"), **options):
    return parse_time(text, NOW, localize, **options)


def problem(parse, text):
    with pytest.raises(InvalidError) as caught:
        parse(text)
    (fault,) = caught.value.faults
    assert fault.path == "$"
    return f"{fault.message}; {fault.hint}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", "2026-11-24"),
        ("2026-3-9", "2026-03-09"),
        ("2026/11/24", "2026-11-24"),
        ("2026.11.24", "2026-11-24"),
        ("2026-W48-2", "2026-11-24"),
        ("24 Nov 2026", "2026-11-24"),
        ("24 november 2026", "2026-11-24"),
        ("24. Nov. 2026", "2026-11-24"),
        ("24th Nov, 2026", "2026-11-24"),
        ("24-Nov-2026", "2026-11-24"),
        ("Nov 24, 2026", "2026-11-24"),
        ("November 24th 2026", "2026-11-24"),
        ("  TODAY ", "2026-11-26"),
        ("yesterday", "2026-11-25"),
        ("tomorrow", "2026-11-27"),
        ("+3d", "2026-11-29"),
        ("-2d", "2026-11-24"),
        ("+1w", "2026-12-03"),
        ("+2 weeks", "2026-12-10"),
        ("in 3 days", "2026-11-29"),
        ("1 day ago", "2026-11-25"),
        ("thursday", "2026-11-26"),
        ("fri", "2026-11-27"),
        ("wednesday", "2026-12-02"),
        ("next friday", "2026-11-27"),
        ("next thursday", "2026-12-03"),
        ("last thursday", "2026-11-19"),
        ("last fri", "2026-11-20"),
        ("9998-12-31", "9998-12-31"),
    ],
)
def test_a_date_in_each_form(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", "2026-11-26 09:20:00"),
        ("17:00", "2026-11-26 17:00:00"),
        ("9:05:07.5", "2026-11-26 09:05:07.500000"),
        ("yesterday 17:00", "2026-11-25 17:00:00"),
        ("sat 17:00", "2026-11-21 17:00:00"),
        ("friday at 9:00", "2026-11-20 09:00:00"),
        ("2026-11-24 17:00", "2026-11-24 17:00:00"),
        ("2026-11-24T17:30", "2026-11-24 17:30:00"),
        ("2026-11-24T17:30Z", "2026-11-24 17:30:00"),
        ("2026-11-24T17:30:00+01:00", "2026-11-24 16:30:00"),
        ("24 Nov 2026 17:30 -0500", "2026-11-24 22:30:00"),
        ("2 hours ago", "2026-11-26 07:20:00"),
        ("in 30 min", "2026-11-26 09:50:00"),
        ("-2h", "2026-11-26 07:20:00"),
        # A day alone is its end, or now.
        ("2026-11-24", "2026-11-24 23:59:59"),
        ("thursday", "2026-11-26 09:20:00"),
        ("friday", "2026-11-20 23:59:59"),
        ("next friday", "2026-11-27 23:59:59"),
        ("-2d", "2026-11-24 23:59:59"),
    ],
)
def test_a_time_in_each_form(text, expected):
    assert str(at(text).astimezone(UTC)) == f"{expected}+00:00"


@pytest.mark.parametrize("text", ["2026-11-24", "today", "tuesday", "-2d"])
def test_the_start_of_a_period_is_the_beginning_of_its_day(text):
    assert str(at(text, day_at=time.min)) == f"{at(text).date()} 00:00:00+00:00"
    assert str(at("17:00", day_at=time.min)) == "2026-11-26 17:00:00+00:00"


NOT_A_DATE = "is not a date; write it as 2026-12-31, 31 Dec 2026, friday or +3d"
UNCLEAR = "does not say for certain which number is the month; write"
YEAR_LAST = "is not a date with the year first; write"
LATE = "is out of range; use the years 2 to 9998"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/04/2026", f"{UNCLEAR} 2026-04-03 or 2026-03-04"),
        ("3.4.2026", f"{UNCLEAR} 2026-04-03 or 2026-03-04"),
        ("03-04-26", f"{UNCLEAR} 2026-04-03 or 2026-03-04"),
        ("4/4/2026", f"{YEAR_LAST} 2026-04-04"),
        ("24/11/2026", f"{YEAR_LAST} 2026-11-24"),
        ("31/31/2026", f"{YEAR_LAST} it as 2026-12-31"),
        ("2026-11-31", "is not a date that exists; November has 30 days"),
        ("31 Nov 2026", "is not a date that exists; November has 30 days"),
        ("2026-02-29", "is not a date that exists; February has 28 days in 2026, which is not a leap year"),
        ("2024-02-30", "is not a date that exists; February has 29 days in 2024, which is a leap year"),
        ("2026-11-00", "is not a date that exists; November has 30 days"),
        ("2026-13-01", "is not a date that exists; a year has 12 months"),
        ("0000-01-01", "is not a date that exists; the first year is 0001"),
        ("2026-W54-1", NOT_A_DATE),
        ("0000-W01-1", NOT_A_DATE),
        ("+999999999d", LATE),
        (f"-{'9' * 90}w", LATE),
        ("+3000000d", LATE),
        ("soon", NOT_A_DATE),
        ("", NOT_A_DATE),
        ("24 Nuv 2026", NOT_A_DATE),
        ("24 Nov", NOT_A_DATE),
        ("3 days", NOT_A_DATE),
        ("in 3 days ago", NOT_A_DATE),
        ("+3h", NOT_A_DATE),
        ("17:00", NOT_A_DATE),
        ("20261124", NOT_A_DATE),
        ("2026-11/24", NOT_A_DATE),
        ("next soon", NOT_A_DATE),
        ("fr", NOT_A_DATE),
        ("\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0664", NOT_A_DATE),
        ("+\u0663d", NOT_A_DATE),
    ],
)
def test_what_is_no_date_is_one_fault_that_says_why(text, expected):
    assert problem(day, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25:00", "is not a time that exists; a day has 24 hours, 00 to 23"),
        ("24:00", "is not a time that exists; a day has 24 hours, 00 to 23"),
        ("17:60", "is not a time that exists; an hour has 60 minutes, 00 to 59"),
        ("17:00:60", "is not a time that exists; a minute has 60 seconds, 00 to 59"),
        ("2026-11-24T17:30+25:00", "is not a time that exists; an offset from UTC is less than 24 hours"),
        ("2026-11-31 17:00", "is not a date that exists; November has 30 days"),
        ("03/04/2026 17:00", f"{UNCLEAR} 2026-04-03 or 2026-03-04"),
        ("9999-12-31", LATE),
        ("0001-01-01T00:00", LATE),
        ("+999999999h", LATE),
        ("noon", "is not a time; write it as 2026-11-24, 2026-11-24T17:30, friday 9:00 or 17:00"),
        ("17.00", "is not a time; write it as 2026-11-24, 2026-11-24T17:30, friday 9:00 or 17:00"),
        ("\u0661\u0667:00", "is not a time; write it as 2026-11-24, 2026-11-24T17:30, friday 9:00 or 17:00"),
    ],
)
def test_what_is_no_time_is_one_fault_that_says_why(text, expected):
    assert problem(at, text) == expected


def test_where_clocks_change_the_first_time_and_the_offset_before_count():
    berlin = zone("Europe/Berlin")
    assert at("2026-10-25 02:30", berlin).astimezone(UTC).hour == 0  # comes again an hour later
    assert at("2026-03-29 02:30", berlin).astimezone(UTC).hour == 1  # is left out: 03:30 on the clock
    assert at("2026-10-25 02:30+01:00", berlin).astimezone(UTC).hour == 1


def test_the_command_line_has_the_same_rule(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        for text in ("2026-10-25 02:30", "2026-03-29 02:30", "2026-07-01", "2026-12-01"):
            assert timestamp(text) == at(text, zone("Europe/Berlin")).astimezone(UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_within_a_week(today, name):
    last, here, after = (parse_day(f"{side}{name}", today) for side in ("last ", "", "next "))
    assert {found.weekday() for found in (last, here, after)} == {WEEKDAYS.index(name)}
    assert today - timedelta(7) <= last < today <= here <= after <= today + timedelta(7)


@given(st.dates(max_value=date(9998, 12, 31)))
def test_every_date_is_read_back(wanted):
    forms = ("%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%G-W%V-%u")
    for form in forms if wanted.year > 999 else ():
        if "%G" not in form or wanted.strftime("%G") <= "9999":
            assert parse_day(wanted.strftime(form), NOW.date()) == wanted


@given(st.text() | st.from_regex(r"[0-9wdh+: tz./-]{0,20}", fullmatch=True))
def test_any_text_is_a_time_or_one_documented_fault(text):
    for parse in (day, at):
        with suppress(InvalidError):
            assert parse(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2026-12-25,2027-01-01", 2),
        ("2026-12-25 2027-01-01", 2),
        ("24 Dec 2026, Dec 25, 2026,2026-12-31 ,", 3),
        ("Dec 25, 2026", 1),
        ("", 0),
    ],
)
def test_several_dates(text, number):
    assert len(days(text)) == number
