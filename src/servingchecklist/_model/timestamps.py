"""Timestamps and dates of a log: checks, conversion and their text form.

A timestamp is an aware datetime, kept in UTC, so that two people in two time zones write the same event the same way.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import cast

from .._dates import OFFSET_HINT, YEARS, YEARS_HINT, impossible
from ..errors import Fault, InvalidError, invalid, is_a, show
from ._validation import fault

INSTANT = timedelta(microseconds=1)
"""The smallest difference between two timestamps."""

MOST_AHEAD = timedelta(hours=1)
"""The time by which a clock may run ahead, and what it recorded still be followed by the next event."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:[0-5]\d)", re.ASCII)


def now() -> datetime:
    """Return the current time in UTC, the default where the caller gives none."""
    return datetime.now(UTC)


def as_utc(value: datetime) -> datetime:
    """Convert aware datetimes, subclasses included, to plain ones in UTC. Return anything else unchanged, for the check to judge."""
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    offset = _offset(value) if is_a(value, datetime) else None
    try:
        # By hand, since datetime's own conversion asks a time zone for more than its offset, and not every one implements more.
        return value if offset is None else _plain(value, UTC) - offset
    except OverflowError:
        return value


def as_local(value: datetime) -> datetime:
    """Convert datetimes of a subclass to plain ones in their own time zone. Anything else is left to the check."""
    return _plain(value, _zone(value)) if is_a(value, datetime) else value


# The methods of datetime itself are called here, since those of a subclass, such as that of pandas.NaT, may do anything.


def _plain(value: datetime, zone: tzinfo | None) -> datetime:
    """Return the same wall-clock time in another zone, as a datetime and no subclass of it."""
    return datetime.combine(datetime.date(value), datetime.time(value), zone)


def _zone(value: datetime) -> tzinfo | None:
    return datetime.timetz(value).tzinfo


def _offset(value: datetime) -> timedelta | None:
    """Return the offset from UTC, or None if there is no time zone or it gives no valid one."""
    try:
        return datetime.utcoffset(value)
    except Exception:  # noqa: BLE001  # code of a time zone, which can raise anything
        return None


def as_utc_or_none(value: datetime | None) -> datetime | None:
    """Convert like :func:`as_utc`, for a field that may also be None."""
    return None if value is None else as_utc(value)


def timestamp(value: object, name: str) -> list[Fault]:
    """Check for timestamps in UTC."""
    if type(value) is datetime and value.tzinfo is UTC and value.year in YEARS:
        return []
    if not is_a(value, datetime):
        hint = "give a datetime with a time zone, as in datetime.now(UTC)"
        return [fault("wrong-kind", name, "is not a timestamp", value, hint)]
    offset = _offset(value)
    zone = None if offset is None else timezone(offset)
    shown = _plain(value, zone).isoformat() if type(value) is datetime else show(value)
    if offset is None and _zone(value) is None:
        hint = "give it, as in datetime(..., tzinfo=UTC) or datetime.now(UTC)"
        return [Fault("no-time-zone", f"$.{name}", "has no time zone", shown, hint)]
    if offset is None:
        return [_bad_zone(name, shown)]
    return [Fault("out-of-range", f"$.{name}", "is out of range", shown, YEARS_HINT)]


def _bad_zone(name: str, shown: str) -> Fault:
    hint = "use UTC, a datetime.timezone or a zoneinfo.ZoneInfo"
    return Fault("no-time-zone", f"$.{name}", "has a time zone that cannot convert times", shown, hint)


def aware(value: object, name: str) -> list[Fault]:
    """Check for timestamps in any time zone, which can also convert other timestamps."""
    at = as_utc(value)  # type: ignore[arg-type]  # it returns anything but a timestamp unchanged
    if faults := timestamp(at, name):
        return faults
    local = as_local(cast("datetime", value))
    try:
        is_valid = _plain(local, None) - _plain(at, None) == local.utcoffset() and at.astimezone(local.tzinfo)
    except Exception:  # noqa: BLE001  # as above
        is_valid = False
    return [] if is_valid else [_bad_zone(name, _plain(local, None).isoformat())]


def checked(value: datetime, name: str) -> datetime:
    """Return ``value`` as a plain datetime in its own time zone.

    Raises:
        InvalidError: It is not a valid timestamp.
    """
    if faults := aware(value, name):
        raise InvalidError(faults)
    return as_local(value)


def day_of(event_at: datetime, at: datetime) -> str:
    """Return the date of ``event_at`` in the time zone of ``at``, which is that of the reader."""
    return event_at.astimezone(at.tzinfo).date().isoformat()


def later(at: datetime, seconds: float) -> datetime:
    """Return a time so many seconds later.

    Raises:
        InvalidError: It would lie beyond the last year.
    """
    try:
        return at + timedelta(seconds=seconds)
    except OverflowError:
        raise invalid("out-of-range", "$", "ends beyond the last year", show(at), YEARS_HINT) from None


def read_stamp(raw: object) -> datetime:
    """Parse a timestamp in the format of RFC 3339.

    Raises:
        InvalidError: It is not one.
    """
    hint = "write it in quotes, as in '2026-11-24T09:30:00Z'"
    if type(raw) is not str or not _STAMP.fullmatch(raw):
        raise invalid("bad-format", "$", "is not a timestamp with a time zone", raw, hint)
    try:
        return as_utc(datetime.fromisoformat(raw))
    except ValueError:
        reason = impossible(*map(int, re.findall("[0-9]+", raw)[:6])) or OFFSET_HINT
        raise invalid("bad-format", "$", "is not a time that exists", raw, reason) from None
