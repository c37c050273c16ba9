"""Working-day calendars, which convert working time to dates.

Working time is counted in days, including fractions. Work of 2.5 days that begins on a Monday is finished on the Wednesday.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar, cast

import attrs

from .._dates import WEEKDAYS as WEEKDAY_NAMES
from .._model._validation import Validated, as_day, as_number, check, day, each, exactly, some, verify
from .._namespace import NotebookDisplay, public
from .._text import join_words
from ..errors import Fault, InvalidError, invalid, is_a, show

S = TypeVar("S", int, date)

_WEEK = 7

EPSILON = 1e-9
"""The tolerance in working days: rounding errors in sums of fractions must not cost a day."""


def working_days(value: object, name: str) -> list[Fault]:
    """Check that a value is a number of working days."""
    number = as_number(value)
    if type(number) in (int, float) and 0 <= cast("float", number) <= sys.float_info.max:
        return []
    hint = "write a number from 0 on"
    return [Fault("out-of-range", f"$.{name}", "is not a number of working days", show(value), hint)]


def _weekday(value: object, name: str) -> list[Fault]:
    if type(value) is int and 0 <= value < _WEEK:
        return []
    hint = "write 0 for Monday, to 6 for Sunday"
    return [Fault("bad-format", f"$.{name}", "is not a day of the week", show(value), hint)]


def _as_weekdays(value: Iterable[int]) -> tuple[int, ...]:
    return _sorted(value, lambda day: day)


def _as_holidays(value: Iterable[date]) -> tuple[date, ...]:
    return _sorted(value, as_day)


def _sorted(value: Iterable[S], convert: Callable[[S], S]) -> tuple[S, ...]:
    """Return the distinct members in order, if they can be sorted. Anything else is left to the check."""
    members = cast("tuple[S, ...]", value)
    try:
        if not is_a(value, str):
            members = tuple(map(convert, value))
            members = tuple(sorted(set(members)))
    except Exception:  # noqa: BLE001, S110  # code of the caller, which can raise anything
        pass
    return members


def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """Return days of the week in words, as in ``Monday to Thursday``."""
    names = [WEEKDAY_NAMES[day].capitalize() for day in weekdays]
    if len(names) == _WEEK:
        return "every day"
    is_run = len(names) > 2 and weekdays[-1] - weekdays[0] == len(names) - 1
    return f"{names[0]} to {names[-1]}" if is_run else join_words(names)


class WorkingDays:
    """The working days of a calendar, numbered from the year 1 on; days are ordinals.

    Converting a day to its number or back takes one binary search in the holidays, however far apart the days are and however many
    holidays lie between them.
    """

    __slots__ = ("_numbers_off", "_off", "_weekdays")

    def __init__(self, weekdays: Sequence[int], holidays: Iterable[date]) -> None:
        self._weekdays = weekdays
        off = [day.toordinal() for day in holidays if day.weekday() in weekdays]
        # A sentinel after the last possible date, so that every search finds a day off.
        self._off = (*off, date.max.toordinal() + 1)
        # For each holiday, the number of working days before it.
        self._numbers_off = [self.number(day) for day in off]

    def number(self, ordinal: int) -> int:
        """Return the number of working days before a day; for a working day, this is its own number."""
        weeks, rest = divmod(ordinal - 1, _WEEK)  # the year 1 begins on a Monday
        return weeks * len(self._weekdays) + bisect_left(self._weekdays, rest) - bisect_left(self._off, ordinal)

    def ordinal(self, number: int) -> int:
        """Return the working day with that number."""
        weeks, rest = divmod(number + bisect_right(self._numbers_off, number), len(self._weekdays))
        return 1 + weeks * _WEEK + self._weekdays[rest]

    def next_holiday(self, ordinal: int) -> int:
        """Return the first holiday from a day on that would be a working day; the day after the last date if there is none."""
        return self._off[bisect_left(self._off, ordinal)]


class _Derived:
    """The working days of a calendar, derived once from its fields."""

    __slots__ = ("_days",)

    _days: WorkingDays


@public()
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Calendar(Validated, NotebookDisplay, _Derived):
    """A working-day calendar: certain days of every week, except holidays.

    >>> from datetime import date
    >>> Calendar(holidays=[date(2026, 12, 25)]).add(date(2026, 12, 24), 1.5)
    datetime.date(2026, 12, 28)

    Attributes:
        weekdays: The working days of the week, numbered as by :meth:`datetime.date.weekday`: 0 is Monday. The default is Monday to
            Friday.
        holidays: Dates that are not working days, whatever their day of the week. You can pass any iterable; it is kept as a sorted
            tuple. The library itself knows no holidays.

    Raises:
        InvalidError: A field is invalid, or no day of the week is a working day.
    """

    weekdays: tuple[int, ...] = attrs.field(
        default=(0, 1, 2, 3, 4), converter=_as_weekdays, metadata=check(some(each(_weekday)))
    )
    holidays: tuple[date, ...] = attrs.field(default=(), converter=_as_holidays, metadata=check(each(day)))

    def __attrs_post_init__(self) -> None:
        verify(self)
        object.__setattr__(self, "_days", WorkingDays(self.weekdays, self.holidays))

    def is_worked(self, day: date) -> bool:
        """Return True if ``day`` is a working day.

        Raises:
            InvalidError: ``day`` is not a date.
        """
        ordinal = self._day("day", day).toordinal()
        return self._days.number(ordinal) < self._days.number(ordinal + 1)

    def add(self, start: date, days: float) -> date:
        """Return the day on which work that takes ``days`` from ``start`` is finished.

        Work that takes no time is finished on the first working day. A billionth of a day counts as no time: sums of fractions are
        not exact, and must not cost a day.

        Args:
            start: The first day on which work can happen.
            days: The number of working days, 0 or more; fractions count.

        Raises:
            InvalidError: ``start`` is not a date, ``days`` is not a number of 0 or more, or the result is beyond the year 9999.
        """
        if faults := working_days(days, "days"):
            raise InvalidError(faults)
        return self.day(start, max(math.ceil(as_number(days) - EPSILON) - 1, 0))

    def day(self, start: date, number: int) -> date:
        """Return the working day with that number from ``start`` on, 0 being the first.

        Raises:
            InvalidError: ``start`` is not a date, ``number`` is not an int of 0 or more, or the result is beyond the year 9999.
        """
        if type(number) is not int or number < 0:
            hint = "0 is the first working day"
            raise invalid("out-of-range", "$.number", "is not a whole number from 0 on", number, hint)
        ordinal = self._days.ordinal(self._days.number(self._day("start", start).toordinal()) + number)
        try:
            return date.fromordinal(ordinal)
        except (ValueError, OverflowError):
            problem = "the date would be beyond the year 9999"
            raise invalid("out-of-range", "$", problem, number, "count fewer working days") from None

    def between(self, start: date, end: date) -> int:
        """Return the number of working days from ``start`` up to but excluding ``end``; negative if ``end`` is earlier.

        Raises:
            InvalidError: ``start`` or ``end`` is not a date.
        """
        start, end = self._day("start", start), self._day("end", end)
        return self._days.number(end.toordinal()) - self._days.number(start.toordinal())

    def runs(self, start: date, end: date) -> tuple[tuple[date, date], ...]:
        """Return the first and last day of each unbroken run of working days from ``start`` to ``end``, both included.

        >>> from datetime import date
        >>> [(str(first), str(last)) for first, last in Calendar().runs(date(2026, 11, 26), date(2026, 12, 1))]
        [('2026-11-26', '2026-11-27'), ('2026-11-30', '2026-12-01')]

        Raises:
            InvalidError: ``start`` or ``end`` is not a date.
        """
        first, last = self._day("start", start).toordinal(), self._day("end", end).toordinal()
        resting = [day for day in range(_WEEK) if day not in self.weekdays]
        # For each day of the week, the number of days until the next non-working one.
        until = [min(((day - of) % _WEEK for day in resting), default=last) for of in range(_WEEK)]
        runs: list[tuple[date, date]] = []
        while (first := self._days.ordinal(self._days.number(first))) <= last:
            stop = min(first + until[(first - 1) % _WEEK], self._days.next_holiday(first), last + 1)
            runs.append((date.fromordinal(first), date.fromordinal(stop - 1)))
            first = stop
        return tuple(runs)

    @staticmethod
    def _day(name: str, value: date) -> date:
        value = as_day(value)
        if faults := day(value, name):
            raise InvalidError(faults)
        return value


WEEKDAYS = Calendar()
"""The default calendar: Monday to Friday, no holidays."""

EVERY_DAY = Calendar(weekdays=range(7))
"""The calendar of time that passes: every day, no holidays."""

is_calendar = exactly(Calendar, "Calendar(...)")
"""Check that an argument is a calendar."""
