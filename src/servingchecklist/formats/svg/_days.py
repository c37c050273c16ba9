"""An axis of days, marked so that it can be read over two weeks and over two centuries."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import attrs

from ._parts import width_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...planning.calendar import Calendar

_WEEK = 7
_DAY, _MONTH, _MONTH_OF_YEAR, _YEAR_ALONE = slice(8, 10), slice(7), slice(5, 7), slice(4)  # of a date as it is written
_MONTHS = (1, 3, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000)
_YEAR = 12
_SHORTEST_MONTH = 28

_SHADED = 2.5
"""How wide a day is at least in a picture that shows which days are not worked."""


@attrs.frozen
class Mark:
    """A place on the axis.

    Attributes:
        x: Where it is.
        label: What is written there; may be empty.
    """

    x: float
    label: str


@attrs.frozen
class Marks:
    """What is written along the axis, in two lines.

    Attributes:
        fine: The days, the Mondays, the months or the years.
        coarse: The months or years that those are in; none where the others are years.
        is_daily: True where each day is marked.
    """

    fine: Sequence[Mark]
    coarse: Sequence[Mark]
    is_daily: bool


@attrs.frozen
class Days:
    """Where each day is. Days are given as ordinals, and lie from the place of their own to that of the next.

    Attributes:
        first: The first day.
        end: The day after the last.
        left: Where the first day begins.
        right: Where the last day ends.
    """

    first: int
    end: int
    left: float
    right: float

    @property
    def wide(self) -> float:
        """How wide a day is."""
        return (self.right - self.left) / (self.end - self.first)

    def x(self, day: int) -> float:
        """Where a day begins; at an end of the axis where it lies beyond."""
        return self.left + min(max(day - self.first, 0), self.end - self.first) * self.wide

    def off(self, calendar: Calendar) -> Iterator[tuple[float, float]]:
        """From where to where days are not worked, as far as days are wide enough to be told apart."""
        if self.wide < _SHADED:
            return
        start = None
        for day in range(self.first, self.end + 1):
            is_worked = day == self.end or calendar.is_worked(date.fromordinal(day))
            if is_worked and start is not None:
                yield self.x(start), self.x(day)
                start = None
            elif not is_worked and start is None:
                start = day

    def marks(self) -> Marks:
        """The marks, as many as there is room for."""
        if self.wide >= width_of("30") + 2:
            return Marks(self._fine(range(self.first, self.end), _DAY), self._coarse(self._months(1), _MONTH), True)
        if self.wide * _WEEK >= width_of("30") + 6:
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
        """Whether labels so many months apart do not meet."""
        return self.wide * _SHORTEST_MONTH * step >= width_of("12" if step < _YEAR else "2026") + 6

    def _months(self, step: int) -> list[int]:
        """Where every so many months of the calendar begin, from within the axis."""
        first, last = (date.fromordinal(day) for day in (self.first, self.end - 1))
        numbers = range((first.year * 12 + first.month - 1) // step * step, last.year * 12 + last.month, step)
        days = [date(max(number // 12, 1), number % 12 + 1, 1).toordinal() for number in numbers]
        return [day for day in days if day >= self.first]

    def _fine(self, days: Sequence[int], part: slice) -> list[Mark]:
        return [Mark(self.x(day), _written(day, part)) for day in days]

    def _coarse(self, days: Sequence[int], part: slice) -> list[Mark]:
        """Each of them, and the beginning of the axis, less the labels that would meet the next or the end."""
        found = [Mark(self.x(day), _written(day, part)) for day in sorted({self.first, *days})]
        ends = [*(mark.x for mark in found[1:]), self.right]
        return [
            mark if mark.x + width_of(mark.label) + 4 <= end else Mark(mark.x, "")
            for mark, end in zip(found, ends, strict=True)
        ]


def _written(day: int, part: slice) -> str:
    return date.fromordinal(day).isoformat()[part]
