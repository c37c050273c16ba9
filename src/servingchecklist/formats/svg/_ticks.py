"""Ticks of an axis: few, and at round numbers or dates."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MOST_COUNTS = 5
_MOST_MOMENTS = 6

_MINUTE = 60
_DAY = 86_400
_MONTH = 30 * _DAY
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000, 24_000)

_NEAR_AN_END = 0.17
"""The share of the axis at each end in which a label would overlap that of the end."""


def count_ticks(most: int) -> range:
    """Return whole numbers from 0 to ``most``, in steps of 1, 2 or 5 times a power of ten."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    return range(0, most + 1, next(step for step in steps if most <= step * _MOST_COUNTS))


@attrs.frozen
class Tick:
    """A tick of a time axis.

    Attributes:
        at: The time.
        label: The day or, on an axis of a few days, the time of day.
        day: The day if the label is the time of day, else empty.
    """

    at: datetime
    label: str
    day: str = ""


def time_ticks(start: datetime, end: datetime) -> list[Tick]:
    """Return the start, the end, and between them whole minutes, hours, days, weeks, months or years in the time zone of ``end``.

    Args:
        start: The start of the axis.
        end: The end of the axis; not before ``start``.
    """
    start = start.astimezone(end.tzinfo)
    first, last = start.timestamp(), end.timestamp()
    span = last - first
    if not span:
        return [_tick(end, with_time=True)]
    edge = span * _NEAR_AN_END
    inner = [moment for moment in _between(start, end, span) if first + edge <= moment.timestamp() <= last - edge]
    with_time = span / _MOST_MOMENTS <= _MINUTES[-1] * _MINUTE
    return [_tick(moment, with_time=with_time) for moment in (start, *inner, end)]


def _tick(at: datetime, *, with_time: bool) -> Tick:
    day = at.date().isoformat()
    return Tick(at, at.isoformat("T", "minutes")[11:16], day) if with_time else Tick(at, day)


def _between(start: datetime, end: datetime, span: float) -> Iterable[datetime]:
    """Return whole units from somewhat before the start to the end, large enough that only a few are in the span."""
    midnight = datetime.combine(start.date(), time(), end.tzinfo)
    step = span / _MOST_MOMENTS
    if step <= _MINUTES[-1] * _MINUTE:
        return _counted(midnight, timedelta(minutes=_least(_MINUTES, step / _MINUTE)), end)
    if step <= _DAYS[-1] * _DAY:
        days = _least(_DAYS, step / _DAY)
        monday = midnight - timedelta(days=midnight.weekday())
        return _counted(monday if days % 7 == 0 else midnight, timedelta(days=days), end)
    months = _least(_MONTHS, step / _MONTH)
    first, last = (moment.year * 12 + moment.month - 1 for moment in (start, end))
    whole = range((first // months + 1) * months, last + 1, months)
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=end.tzinfo) for number in whole]


def _least(steps: Sequence[int], wanted: float) -> int:
    return next(step for step in steps if step >= wanted)


def _counted(moment: datetime, step: timedelta, end: datetime) -> Iterator[datetime]:
    while moment <= end:
        yield moment
        moment += step
