"""Dates and times as people write them, and the reasons why some do not exist.

Values in, values out: the caller gives the present time and the conversion to its time zone. In a date of numbers alone the year comes
first: nothing else says which of two numbers is the day and which the month, and that is never guessed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from .errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable

_Time = TypeVar("_Time", date, datetime)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFSET_HINT = "an offset from UTC is less than 24 hours"
YEARS = range(2, 9_999)  # leaves margin to convert to any time zone and to add days
YEARS_HINT = f"use the years {YEARS[0]} to {YEARS[-1]}"
LAST_SECOND = time(23, 59, 59)

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_UNITS = {"d": "days", "w": "weeks", "h": "hours", "m": "minutes"}
_PARTS = (("a day", 24, "hours"), ("an hour", 60, "minutes"), ("a minute", 60, "seconds"))

_SPAN = r"(in |[+-])?([0-9]{1,99}) ?([dwh]|(?:day|week|hour|min|minute)s?)( ago)?"
_WEEKDAY = r"(?:(last|next) )?([a-z]{3,9})"
_WRITTEN = (
    r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})",
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?[ -](?P<month>[a-z]{3,9})[.,]?[ -](?P<year>[0-9]{4})",
    r"(?P<month>[a-z]{3,9})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})",
)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNCLEAR = r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})"
_TIME = (
    r"(?:(?P<date>.+?)(?: at |[ t]))?(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?(?: ?(?P<offset>z|[+-][0-9]{2}:?[0-5][0-9]))?"
)


def parse_day(text: str, today: date) -> date:
    """Parse a date, such as ``2026-12-31``, ``31 Dec 2026``, ``friday`` or ``+3d``. A weekday alone is the next one, or today.

    Raises:
        InvalidError: The text is not a date, can be read in two ways, or is of a date that does not exist.
    """
    day = _day(_words(text), text, today, is_past=False)
    if day is None:
        hint = "write it as 2026-12-31, 31 Dec 2026, friday or +3d"
        raise invalid("bad-format", "$", "is not a date", text, hint)
    return _in_range(day, text)


def read_day(raw: object) -> date:
    """Read a date of a document: a text in the form ``YYYY-MM-DD``, or a date as TOML has them.

    Raises:
        InvalidError: It is neither.
    """
    if type(raw) is date:
        return raw
    if type(raw) is not str or not _ISO_DAY.fullmatch(raw):
        raise invalid("bad-format", "$", "is not a date", raw, "write it in quotes, as in '2026-12-31'")
    try:
        return date.fromisoformat(raw)
    except ValueError:
        reason = impossible(*map(int, raw.split("-")))
        raise invalid("bad-format", "$", "is not a date that exists", raw, reason) from None


def parse_time(
    text: str, now: datetime, localize: Callable[[datetime], datetime], day_at: time = LAST_SECOND
) -> datetime:
    """Parse a time, such as ``2026-11-24T17:30``, ``friday 9:00``, ``17:00`` or ``2 hours ago``. A weekday alone is the last one, or today.

    Args:
        text: The time, or a date alone.
        now: The present local time.
        localize: Convert a naive local time. Where clocks are changed it chooses as RFC 5545 does: the first of two equal times, and the
            offset before the change for one that is left out.
        day_at: The time of a date alone. Today is now instead, unless it is the beginning of the day.

    Raises:
        InvalidError: As for :func:`parse_day`.
    """
    words, today = _words(text), now.date()
    if moved := _moved(now, words, "hm", text):
        return moved
    match = re.fullmatch(_TIME, words)
    day = today if words == "now" else _day((match["date"] or "today") if match else words, text, today, is_past=True)
    if day is None:
        hint = "write it as 2026-11-24, 2026-11-24T17:30, friday 9:00 or 17:00"
        raise invalid("bad-format", "$", "is not a time", text, hint)
    _in_range(day, text)
    if not match:
        is_now = words == "now" or (day == today and day_at != time.min)
        return now if is_now else localize(datetime.combine(day, day_at))
    clock = [int(match[part] or 0) for part in ("hour", "minute", "second")]
    reason = impossible(day.year, day.month, day.day, *clock)
    if not reason:
        at = datetime.combine(day, time(clock[0], clock[1], clock[2], int(f"{match['fraction'] or '':0<6}")))
        try:
            offset = (match["offset"] or "").upper()
            return datetime.fromisoformat(f"{at.isoformat()}{offset}") if offset else localize(at)
        except ValueError:
            reason = OFFSET_HINT
    raise invalid("bad-format", "$", "is not a time that exists", text, reason)


def impossible(year: int, month: int, day: int, *clock: int) -> str:
    """Return the reason why there is no such date, or no such time of hours, minutes and seconds; empty where there is one."""
    from calendar import monthrange

    if not year:
        return "the first year is 0001"
    if not 1 <= month <= 12:
        return "a year has 12 months"
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        leap = f" in {year}, which is {'' if days == 29 else 'not '}a leap year" if month == 2 else ""
        return f"{_MONTHS[month - 1].title()} has {days} days{leap}"
    for number, (whole, size, part) in zip(clock, _PARTS, strict=False):
        if number >= size:
            return f"{whole} has {size} {part}, 00 to {size - 1}"
    return ""


def weekday(word: str) -> int | None:
    """Return the number of a weekday, from 0 for Monday, by at least three letters of its name; None for another word."""
    return next((number for number, name in enumerate(WEEKDAYS) if len(word) >= 3 and name.startswith(word)), None)


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def _in_range(value: _Time | None, text: str) -> _Time:
    if value is None or value.year not in YEARS:
        raise invalid("out-of-range", "$", "is out of range", text, YEARS_HINT)
    return value


def _moved(start: _Time, words: str, units: str, text: str) -> _Time | None:
    """Return the time that lies as far from another as in ``+3d``, ``in 3 days`` or ``3 days ago``; None for other text or units."""
    match = re.fullmatch(_SPAN, words)
    if not match or bool(match[1]) == bool(match[4]) or match[3][0] not in units:
        return None
    number = int(match[2]) * (-1 if match[1] == "-" or match[4] else 1)
    try:
        return _in_range(start + timedelta(**{_UNITS[match[3][0]]: number}), text)
    except OverflowError:
        return _in_range(None, text)


def _day(words: str, text: str, today: date, *, is_past: bool) -> date | None:
    """Return the date that is meant, None for other text. A weekday alone is the last or the next one, today included."""
    if words in _NEAR:
        return today + timedelta(_NEAR[words])
    if moved := _moved(today, words, "dw", text):
        return moved
    if (match := re.fullmatch(_WEEKDAY, words)) and (number := weekday(match[2])) is not None:
        is_past = match[1] == "last" if match[1] else is_past
        days = (today.weekday() - number if is_past else number - today.weekday()) % 7
        days = days or 7 * bool(match[1])
        return today + timedelta(-days if is_past else days)
    if match := re.fullmatch(_UNCLEAR, words):
        first, second, year = int(match[1]), int(match[3]), int(f"20{match[4]}"[-4:])
        pairs = [pair for pair in ((second, first), (first, second)) if not impossible(year, *pair)]
        readings = dict.fromkeys(f"{year:04}-{month:02}-{day:02}" for month, day in pairs)
        hint = f"write {' or '.join(readings) or 'it as 2026-12-31'}"
        is_unclear = len(readings) > 1
        problem = (
            "does not say for certain which number is the month" if is_unclear else "is not a date with the year first"
        )
        raise invalid("bad-format", "$", problem, text, hint)
    if re.fullmatch("[0-9]{4}-w[0-9]{2}-[1-7]", words):
        with suppress(ValueError):
            return date.fromisoformat(words.upper())
    match = next(filter(None, (re.fullmatch(form, words) for form in _WRITTEN)), None)
    months = [str(number) for number, name in enumerate(_MONTHS, 1) if match and name.startswith(match["month"])]
    if not match or not (months or match["month"].isdigit()):
        return None
    numbers = (int(match["year"]), int(months[0] if months else match["month"]), int(match["day"]))
    if reason := impossible(*numbers):
        raise invalid("bad-format", "$", "is not a date that exists", text, reason)
    return date(*numbers)
