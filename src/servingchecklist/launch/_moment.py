"""Moments and days: what a log may say of when, and how it is written.

A moment is an aware datetime, kept in UTC, so that two people in two time zones write the same event the same way.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from ..errors import Fault, InvalidError, raise_invalid, show

INSTANT = timedelta(microseconds=1)
"""The shortest time there is between two moments."""

_YEARS = range(2, 9_999)  # leaves room to look at any moment from any time zone, and to count on from it
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def now() -> datetime:
    """This moment: what is meant where a caller names none."""
    return datetime.now(UTC)


def as_utc(value: datetime) -> datetime:
    """A converter: aware datetimes, those of a subclass included, become plain ones in UTC. All else is left for the check to judge."""
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    if isinstance(value, datetime) and value.utcoffset() is not None:
        try:
            # By hand, since the way of datetime asks a time zone for more than its offset, and not every one has more to say.
            return _plain(value, UTC) - (value.utcoffset() or timedelta())
        except OverflowError:
            return value
    return value


def _plain(value: datetime, zone: tzinfo | None) -> datetime:
    """The same reading of the clock in another zone, as a datetime and no subclass of it."""
    return datetime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        zone,
        fold=value.fold,
    )


def as_utc_or_none(value: datetime | None) -> datetime | None:
    """:func:`as_utc` for a field that may also be None."""
    return None if value is None else as_utc(value)


def moment(value: object, name: str) -> list[Fault]:
    """A check for moments in UTC."""
    if type(value) is datetime and value.tzinfo is UTC and value.year in _YEARS:
        return []
    if not isinstance(value, datetime):
        hint = "give a datetime with a time zone, as in datetime.now(UTC)"
        return [Fault(f"$.{name}", "is not a moment", show(value), hint)]
    if value.utcoffset() is None:
        hint = "say which, as in datetime(..., tzinfo=UTC) or datetime.now(UTC)"
        return [Fault(f"$.{name}", "has no time zone", value.isoformat(), hint)]
    return [Fault(f"$.{name}", "is out of range", value.isoformat(), f"use the years {_YEARS[0]} to {_YEARS[-1]}")]


def aware(value: object, name: str) -> list[Fault]:
    """A check for moments in whatever time zone."""
    return moment(as_utc(value), name)  # type: ignore[arg-type]  # it leaves alone what is no moment


def checked(value: datetime, name: str) -> datetime:
    """``value`` as a plain datetime in its own time zone, if it is a moment.

    Raises:
        InvalidError: It is not.
    """
    if faults := aware(value, name):
        raise InvalidError(faults)
    return _plain(value, value.tzinfo)


def day_of(event_at: datetime, at: datetime) -> str:
    """The day of one moment on the calendar of another, which is the one that the reader goes by."""
    return event_at.astimezone(at.tzinfo).date().isoformat()


def stamp(at: datetime) -> str:
    """A moment as files have it: ``2026-11-24T09:30:00Z``, with six more digits where it has microseconds; other time zones as ``+01:00``."""
    return at.isoformat().replace("+00:00", "Z")


def plain(value: object) -> object:
    """A value as JSON has it: a moment in UTC as its stamp, a day in ISO 8601, and all else as it is."""
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def read_stamp(raw: object) -> datetime:
    """The moment that a string says, after RFC 3339.

    Raises:
        InvalidError: It says none.
    """
    hint = "write it in quotes, as in '2026-11-24T09:30:00Z'"
    if type(raw) is not str or not _STAMP.fullmatch(raw):
        raise_invalid("$", "is not a moment with its time zone", raw, hint)
    try:
        return as_utc(datetime.fromisoformat(raw))
    except ValueError:
        raise_invalid("$", "is not a moment there is", raw, hint)


def read_day(raw: object) -> date:
    """The day that a string says.

    Raises:
        InvalidError: It says none.
    """
    hint = "write it in quotes, as in '2026-12-31'"
    if type(raw) is not str or not _DAY.fullmatch(raw):
        raise_invalid("$", "is not a date", raw, hint)
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise_invalid("$", "is not a day there is", raw, hint)
