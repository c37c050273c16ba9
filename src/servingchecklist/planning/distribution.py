"""When something is finished, as a distribution."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, overload

from .._door import Displayed
from ..errors import Fault, InvalidError, raise_invalid, show
from ..model._check import as_day, day
from .calendar import GRAIN, WEEKDAYS, Calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

_ONE_DAY = timedelta(days=1)
_SHOWN = 20
"""How many samples a repr spells out at most."""

LEVELS = {"p50": 0.5, "p80": 0.8, "p95": 0.95}
"""The shares that are told of every distribution, by their names."""


class Distribution(Displayed, Sequence[float]):
    """When something is finished, as often as it was tried: an immutable sequence of working days from the start, in the order of the samples.

    It is the whole sample, so that whatever is to be known of it can be computed: member *n* of two distributions of one forecast is from
    one and the same trial. Asked for dates, it answers by its calendar. Of up to 20 samples the ``repr`` can be evaluated; of more it is a
    summary, since nobody reads ten thousand numbers in a prompt or a log.

    >>> from datetime import date
    >>> finish = Distribution([2, 3, 3.5, 6], start=date(2026, 11, 23))
    >>> finish.p50, finish.probability(by=date(2026, 11, 26))
    (datetime.date(2026, 11, 25), 0.75)

    Args:
        days: How many working days after the start it was finished, in each trial; at least one, each a finite number from 0 on.
        start: The first day that may be worked.
        calendar: Which days are worked.

    Raises:
        InvalidError: One of them is not what it has to be.
    """

    __slots__ = ("_calendar", "_days", "_ranked", "_start")

    def __init__(self, days: Iterable[float], *, start: date, calendar: Calendar = WEEKDAYS) -> None:
        self._start = as_day(start)
        self._calendar = calendar
        faults = [*day(self._start, "start")]
        if not isinstance(calendar, Calendar):
            faults.append(Fault("$.calendar", "is not a calendar", show(calendar), "write Calendar(...)"))
        try:
            self._days = days[:] if isinstance(days, array) and days.typecode == "d" else array("d", iter(days))
        except (TypeError, OverflowError):
            hint = "write a list of numbers, as in [2, 3.5]"
            faults.append(Fault("$.days", "are not numbers of working days", show(days), hint))
        else:
            faults += _sample_faults(self._days)
        if faults:
            raise InvalidError(faults)
        self._ranked: array[float] | None = None

    @property
    def start(self) -> date:
        """The first day that may be worked."""
        return self._start

    @property
    def calendar(self) -> Calendar:
        """Which days are worked."""
        return self._calendar

    @property
    def p50(self) -> date:
        """The day by which it is finished in half of the samples."""
        return self.quantile(0.5)

    @property
    def p80(self) -> date:
        """The day by which it is finished in 80 of 100 samples."""
        return self.quantile(0.8)

    @property
    def p95(self) -> date:
        """The day by which it is finished in 95 of 100 samples."""
        return self.quantile(0.95)

    def quantile(self, share: float) -> date:
        """The first day by which it is finished in at least that share of the samples.

        Raises:
            InvalidError: ``share`` is not a number above 0 and up to 1, or the day lies beyond the year 9999.
        """
        return self.date_of(self.quantile_days(share))

    def quantile_days(self, share: float) -> float:
        """The fewest working days after which it is finished in at least that share of the samples.

        Raises:
            InvalidError: ``share`` is not a number above 0 and up to 1.
        """
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            raise_invalid("$.share", "is not a share of the samples", share, "write a number above 0 and up to 1")
        ranked = self._sorted()
        return ranked[max(math.ceil(share * len(ranked) - GRAIN) - 1, 0)]

    def probability(self, by: date) -> float:
        """The share of the samples in which it is finished by the end of a day.

        Raises:
            InvalidError: ``by`` is not a date.
        """
        by = as_day(by)
        if faults := day(by, "by"):
            raise InvalidError(faults)
        worked = self.calendar.between(self.start, by + _ONE_DAY) if by < date.max else math.inf
        return 0.0 if worked < 1 else bisect_right(self._sorted(), worked + GRAIN) / len(self)

    def date_of(self, days: float) -> date:
        """The day on which it is finished after so many working days.

        Raises:
            InvalidError: ``days`` is not a number from 0 on, or the day lies beyond the year 9999.
        """
        return self.calendar.add(self.start, days)

    def by_day(self) -> tuple[tuple[date, int], ...]:
        """The days on which it was finished, in the order of time, and in how many samples each."""
        counts = Counter(max(math.ceil(days - GRAIN), 1) for days in self._sorted())
        return tuple((self.calendar.day(self.start, number - 1), many) for number, many in counts.items())

    @property
    def mean_days(self) -> float:
        """The mean of the sample, in working days."""
        return math.fsum(self._days) / len(self._days)

    @overload
    def __getitem__(self, index: int) -> float: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[float, ...]: ...
    def __getitem__(self, index: int | slice) -> float | tuple[float, ...]:
        return tuple(self._days[index]) if isinstance(index, slice) else self._days[index]

    def __len__(self) -> int:
        return len(self._days)

    def __iter__(self) -> Iterator[float]:
        return iter(self._days)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Distribution):
            return NotImplemented
        return (self._days, self.start, self.calendar) == (other._days, other.start, other.calendar)

    def __hash__(self) -> int:
        return hash((tuple(self._days), self.start, self.calendar))

    def __repr__(self) -> str:
        if len(self) > _SHOWN:
            return f"<{type(self).__name__} of {len(self):,} samples from {self.start.isoformat()} on, {self.mean_days:.1f} days at the mean>"
        calendar = "" if self.calendar == WEEKDAYS else f", calendar={self.calendar!r}"
        return f"{type(self).__name__}({self._days.tolist()!r}, start={self.start!r}{calendar})"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _rebuild, (self._days, self.start, self.calendar)

    def to_dict(self) -> dict[str, object]:
        """What is told of it, ready for JSON: the days P50, P80 and P95, and the mean in working days. The sample is not in it."""
        levels: dict[str, object] = {name: self.quantile(share).isoformat() for name, share in LEVELS.items()}
        return {**levels, "mean_days": self.mean_days}

    def _sorted(self) -> array[float]:
        if self._ranked is None:
            self._ranked = array("d", sorted(self._days))
        return self._ranked


def _sample_faults(days: array[float]) -> list[Fault]:
    if not days:
        return [Fault("$.days", "are none", "", "give at least one")]
    if math.isfinite(sum(days)) and min(days) >= 0:  # in C, for the many; whatever is not finite spoils the sum
        return []
    place = next((place for place, number in enumerate(days) if not 0 <= number < math.inf), None)
    if place is None:
        return []
    return [Fault(f"$.days[{place}]", "is not a number of working days", show(days[place]), "write a number from 0 on")]


def _rebuild(days: array[float], start: date, calendar: Calendar) -> Distribution:
    """Make a distribution again. A function of its own, so that pickles name something that does not move."""
    return Distribution(days, start=start, calendar=calendar)
