"""Which days are worked, and how working time becomes dates.

Working time is counted in days, fractions included. Work of 2.5 days that begins with a Monday is finished on the Wednesday.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

import attrs

from .._door import Displayed
from ..errors import Fault, InvalidError, raise_invalid, show
from ..model._check import Rebuilt, as_day, day, each, verify

S = TypeVar("S", int, date)

_WEEK = 7

GRAIN = 1e-9
"""Working days that make no difference: what adding fractions leaves over is not to cost a day."""


def working_days(value: object, name: str) -> list[Fault]:
    """A check for numbers of working days."""
    if not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= sys.float_info.max:
        return []
    return [Fault(f"$.{name}", "is not a number of working days", show(value), "write a number from 0 on")]


def _weekday(value: object, name: str) -> list[Fault]:
    if type(value) is int and 0 <= value < _WEEK:
        return []
    return [Fault(f"$.{name}", "is not a day of the week", show(value), "write 0 for Monday, to 6 for Sunday")]


_each_weekday = each(_weekday)


def _weekdays(value: object, name: str) -> Sequence[Fault]:
    faults = _each_weekday(value, name)
    return faults or ([] if value else [Fault(f"$.{name}", "are none", "", "name at least one day of the week")])


_CHECKS = {"weekdays": _weekdays, "holidays": each(day)}


def _sorted_weekdays(value: Iterable[int]) -> tuple[int, ...]:
    return _sorted(value) if _is_iterable(value) else value  # type: ignore[return-value]


def _sorted_holidays(value: Iterable[date]) -> tuple[date, ...]:
    return _sorted(map(as_day, value)) if _is_iterable(value) else value  # type: ignore[return-value]


def _is_iterable(value: object) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str)


def _sorted(value: Iterable[S]) -> tuple[S, ...]:
    """Whatever can be sorted, sorted and each once. All else is left for the check to judge."""
    members = tuple(value)
    try:
        return tuple(sorted(set(members)))
    except TypeError:
        return members


class _Derived:
    """Facts that a calendar works out once from its fields.

    Days are ordinals, and the worked ones are numbered from the year 1 on. So any day is found by its number and any number by its day, in
    the time that it takes to look up a holiday, however far they are apart and however many holidays lie between them.
    """

    __slots__ = ("_numbers_off", "_off")

    _off: tuple[int, ...]
    _numbers_off: tuple[int, ...]


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Calendar(Rebuilt, Displayed, _Derived):
    """Which days are worked: some days of every week, less some dates.

    >>> from datetime import date
    >>> Calendar(holidays=[date(2026, 12, 25)]).add(date(2026, 12, 24), 1.5)
    datetime.date(2026, 12, 28)

    Attributes:
        weekdays: The days of the week that are worked, as :meth:`datetime.date.weekday` counts them: 0 is Monday. Monday to Friday unless
            said otherwise.
        holidays: Dates that are not worked, whatever day of the week they are. Anything that can be iterated is taken, and kept as a
            sorted tuple. The library knows no holidays by itself.

    Raises:
        InvalidError: A field holds what it may not, or no day of the week is worked.
    """

    weekdays: tuple[int, ...] = attrs.field(default=(0, 1, 2, 3, 4), converter=_sorted_weekdays)
    holidays: tuple[date, ...] = attrs.field(default=(), converter=_sorted_holidays)

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)
        off = [day.toordinal() for day in self.holidays if day.weekday() in self.weekdays]
        # Behind the last day there is, one that every search finds.
        object.__setattr__(self, "_off", (*off, date.max.toordinal() + 1))
        # For each holiday, how many days are worked before it.
        object.__setattr__(self, "_numbers_off", tuple(map(self._number, off)))

    def is_worked(self, day: date) -> bool:
        """True where the day is worked.

        Raises:
            InvalidError: ``day`` is not a date.
        """
        ordinal = self._day("day", day).toordinal()
        return self._number(ordinal) < self._number(ordinal + 1)

    def add(self, start: date, days: float) -> date:
        """The day on which work is finished that begins with a day and takes so many working days.

        What takes no time is finished on the first day that is worked. A billionth of a day is no time: sums of fractions are not
        exact, and are not to cost a day.

        Args:
            start: The first day that may be worked.
            days: Working days, 0 or more; fractions count.

        Raises:
            InvalidError: ``start`` is not a date, ``days`` is not a number from 0 on, or the day would lie beyond the year 9999.
        """
        if faults := working_days(days, "days"):
            raise InvalidError(faults)
        return self.day(start, max(math.ceil(days - GRAIN) - 1, 0))

    def day(self, start: date, number: int) -> date:
        """The worked day of that number from a day on, 0 being the first.

        Raises:
            InvalidError: ``start`` is not a date, ``number`` is not a whole number from 0 on, or the day would lie beyond the year 9999.
        """
        if type(number) is not int or number < 0:
            raise_invalid("$.number", "is not a whole number from 0 on", number, "0 is the first day that is worked")
        found = self._worked(self._number(self._day("start", start).toordinal()) + number)
        try:
            return date.fromordinal(found)
        except (ValueError, OverflowError):
            raise_invalid("$", "the day would lie beyond the year 9999", number, "count fewer working days")

    def between(self, start: date, end: date) -> int:
        """How many days are worked from one day up to another, which itself does not count; negative where it comes first.

        Raises:
            InvalidError: One of them is not a date.
        """
        start, end = self._day("start", start), self._day("end", end)
        return self._number(end.toordinal()) - self._number(start.toordinal())

    def runs(self, start: date, end: date) -> tuple[tuple[date, date], ...]:
        """The stretches of worked days from one day to another, both included, that no other day interrupts: the first and the last of each.

        >>> from datetime import date
        >>> [(str(first), str(last)) for first, last in Calendar().runs(date(2026, 11, 26), date(2026, 12, 1))]
        [('2026-11-26', '2026-11-27'), ('2026-11-30', '2026-12-01')]

        Raises:
            InvalidError: One of them is not a date.
        """
        first, last = self._day("start", start).toordinal(), self._day("end", end).toordinal()
        resting = [day for day in range(_WEEK) if day not in self.weekdays]
        # For each day of the week, the number of days until one that is not worked.
        until = [min(((day - of) % _WEEK for day in resting), default=last) for of in range(_WEEK)]
        found: list[tuple[date, date]] = []
        while (first := self._worked(self._number(first))) <= last:
            stop = min(first + until[(first - 1) % _WEEK], self._off[bisect_left(self._off, first)], last + 1)
            found.append((date.fromordinal(first), date.fromordinal(stop - 1)))
            first = stop
        return tuple(found)

    @staticmethod
    def _day(name: str, value: date) -> date:
        value = as_day(value)
        if faults := day(value, name):
            raise InvalidError(faults)
        return value

    def _number(self, ordinal: int) -> int:
        """The number of days that are worked before a day, which is the number of that day where it is worked itself."""
        weeks, rest = divmod(ordinal - 1, _WEEK)  # the year 1 begins with a Monday
        return weeks * len(self.weekdays) + bisect_left(self.weekdays, rest) - bisect_left(self._off, ordinal)

    def _worked(self, number: int) -> int:
        """The ordinal of the worked day of that number."""
        weeks, rest = divmod(number + bisect_right(self._numbers_off, number), len(self.weekdays))
        return 1 + weeks * _WEEK + self.weekdays[rest]


WEEKDAYS = Calendar()
"""Monday to Friday, and no holidays."""
