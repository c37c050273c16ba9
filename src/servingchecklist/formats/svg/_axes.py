"""Axes: few ticks at round numbers or times, and a scale of days that is readable from two weeks to two centuries."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING

import attrs

from . import _draw as draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..._planning.calendar import Calendar

_MOST_COUNTS = 5
_MOST_TIMES = 6

# The steps of a time axis: minutes, then days, then months.
_MINUTE_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_DAY_STEPS = (1, 2, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000, 24_000)

_NEAR_AN_END = 0.17
"""The share of a time axis at each end in which a label would overlap that of the end."""

_WEEK = 7
_DAY, _MONTH, _MONTH_OF_YEAR, _YEAR_ALONE = slice(8, 10), slice(7), slice(5, 7), slice(4)  # of a date in ISO format
_MONTHS = (1, 3, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000)
_YEAR = 12
_SHORTEST_MONTH = 28

_SHADED = 2.5
"""The minimum width of a day in a picture that shows days off."""


@attrs.frozen
class Mark:
    """A tick of the axis.

    Attributes:
        x: Its position.
        label: Its label; may be empty.
    """

    x: float
    label: str


@attrs.frozen
class Marks:
    """The ticks of the axis, in two lines.

    Attributes:
        fine: The days, the Mondays, the months or the years.
        coarse: The months or years that those are in; none if the fine ones are years.
        is_daily: True if each day has a tick.
    """

    fine: Sequence[Mark]
    coarse: Sequence[Mark]
    is_daily: bool


@attrs.frozen
class Days:
    """A scale of days. Days are given as ordinals, and extend from their own position to that of the next.

    Attributes:
        first: The first day.
        end: The day after the last.
        left: The x of the beginning of the first day.
        right: The x of the end of the last day.
    """

    first: int
    end: int
    left: float
    right: float

    @property
    def wide(self) -> float:
        """The width of a day."""
        return (self.right - self.left) / (self.end - self.first)

    def x(self, day: int) -> float:
        """Return the x of the beginning of a day, clamped to the axis."""
        return self.left + min(max(day - self.first, 0), self.end - self.first) * self.wide

    def off(self, calendar: Calendar, usual: Calendar | None = None) -> Iterator[tuple[float, float]]:
        """Yield the ranges of days off that are not usual as pairs of x; nothing if days are too narrow to be distinguished."""
        if self.wide < _SHADED:
            return

        def is_off(ordinal: int) -> bool:
            day = date.fromordinal(ordinal)
            return not calendar.is_worked(day) and (usual is None or usual.is_worked(day))

        start = None
        for day in range(self.first, self.end + 1):
            is_worked = day == self.end or not is_off(day)
            if is_worked and start is not None:
                yield self.x(start), self.x(day)
                start = None
            elif not is_worked and start is None:
                start = day

    def marks(self) -> Marks:
        """Return the ticks, as many as fit."""
        if self.wide >= draw.width_of("30") + 2:
            return Marks(self._fine(range(self.first, self.end), _DAY), self._coarse(self._months(1), _MONTH), True)
        if self.wide * _WEEK >= draw.width_of("30") + 6:
            monday = self.first - date.fromordinal(self.first).weekday()
            days = [day for day in range(monday, self.end, _WEEK) if day >= self.first]
            return Marks(self._fine(days, _DAY), self._coarse(self._months(1), _MONTH), False)
        step = next((step for step in _MONTHS if self._has_room_for(step)), _MONTHS[-1])
        if step < _YEAR:
            return Marks(
                self._fine(self._months(step), _MONTH_OF_YEAR), self._coarse(self._months(_YEAR), _YEAR_ALONE), False
            )
        return Marks(self._fine(self._months(step), _YEAR_ALONE), [], False)

    def _has_room_for(self, step: int) -> bool:
        """Return whether labels ``step`` months apart do not overlap."""
        return self.wide * _SHORTEST_MONTH * step >= draw.width_of("12" if step < _YEAR else "2026") + 6

    def _months(self, step: int) -> list[int]:
        """Return the first day of every ``step``-th calendar month within the axis."""
        first, last = (date.fromordinal(day) for day in (self.first, self.end - 1))
        numbers = range((first.year * 12 + first.month - 1) // step * step, last.year * 12 + last.month, step)
        days = [date(max(number // 12, 1), number % 12 + 1, 1).toordinal() for number in numbers]
        return [day for day in days if day >= self.first]

    def _fine(self, days: Sequence[int], part: slice) -> list[Mark]:
        return [Mark(self.x(day), date.fromordinal(day).isoformat()[part]) for day in days]

    def _coarse(self, days: Sequence[int], part: slice) -> list[Mark]:
        """Return ticks for the days and the beginning of the axis, without labels that would overlap the next or the end."""
        marks = self._fine(sorted({self.first, *days}), part)
        ends = [*(mark.x for mark in marks[1:]), self.right]
        return [
            mark if mark.x + draw.width_of(mark.label) + 4 <= end else Mark(mark.x, "")
            for mark, end in zip(marks, ends, strict=True)
        ]


def count_ticks(most: int) -> range:
    """Return whole numbers from 0 to ``most``, in steps of 1, 2 or 5 times a power of ten."""
    steps = (digit * 10**power for power in count() for digit in (1, 2, 5))
    return range(0, most + 1, next(step for step in steps if most <= step * _MOST_COUNTS))


@attrs.frozen
class TimeTick:
    """A tick of a time axis.

    Attributes:
        at: The time.
        label: The day or, on an axis of a few days, the time of day.
        day: The day if the label is the time of day, else empty.
    """

    at: datetime
    label: str
    day: str = ""


def time_ticks(start: datetime, end: datetime) -> list[TimeTick]:
    """Return the start, the end, and between them whole minutes, hours, days, weeks, months or years in the time zone of ``end``.

    Args:
        start: The start of the axis.
        end: The end of the axis; not before ``start``.
    """
    start = start.astimezone(end.tzinfo)
    first, last = start.timestamp(), end.timestamp()
    step, edge = (last - first) / _MOST_TIMES, (last - first) * _NEAR_AN_END
    inner = [at for at in _between(start, end, step) if first + edge <= at.timestamp() <= last - edge] if step else []
    ticks: list[TimeTick] = []
    for at in [start, *inner, end] if step else [end]:
        day, is_daily = at.date().isoformat(), step > _MINUTE_STEPS[-1] * 60
        ticks.append(TimeTick(at, day) if is_daily else TimeTick(at, at.isoformat("T", "minutes")[11:16], day))
    return ticks


def _between(start: datetime, end: datetime, step: float) -> Iterable[datetime]:
    """Return whole units from somewhat before the start to the end, at least ``step`` seconds apart."""
    midnight = datetime.combine(start.date(), time(), end.tzinfo)
    if minutes := _least(_MINUTE_STEPS, step / 60):
        return _counted(midnight, timedelta(minutes=minutes), end)
    if days := _least(_DAY_STEPS, step / 86_400):
        monday = midnight - timedelta(days=midnight.weekday())
        return _counted(monday if days % 7 == 0 else midnight, timedelta(days=days), end)
    months = _least(_MONTH_STEPS, step / (30 * 86_400)) or _MONTH_STEPS[-1]
    first, last = (at.year * 12 + at.month - 1 for at in (start, end))
    whole = range((first // months + 1) * months, last + 1, months)
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=end.tzinfo) for number in whole]


def _least(steps: Sequence[int], wanted: float) -> int | None:
    return next((step for step in steps if step >= wanted), None)


def _counted(at: datetime, step: timedelta, end: datetime) -> Iterator[datetime]:
    while at <= end:
        yield at
        at += step
