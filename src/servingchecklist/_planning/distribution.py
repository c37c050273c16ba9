"""Sampled distributions of finish dates."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, overload

from .._model._validation import as_day, as_number, day, listed
from .._namespace import NotebookDisplay, public
from ..errors import Fault, InvalidError, invalid, show
from .calendar import EPSILON, WEEKDAYS, Calendar, is_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..documents import DistributionDocument

_ONE_DAY = timedelta(days=1)
_SHOWN = 20
"""The maximum number of samples that a repr spells out."""

LEVELS = {"p50": 0.5, "p80": 0.8, "p95": 0.95}
"""The quantiles reported for every distribution, by name."""


@public("results")
class Distribution(NotebookDisplay, Sequence[float]):
    """A sampled distribution of a finish: an immutable sequence of working days from the start, in sample order.

    It keeps all samples, so that any statistic can be computed: member *n* of two distributions of one forecast comes from the same
    trial. Its calendar converts working days to dates. With up to 20 samples the ``repr`` can be evaluated; with more it is a summary,
    short enough for a prompt or a log.

    >>> from datetime import date
    >>> finish = Distribution([2, 3, 3.5, 6], start=date(2026, 11, 23))
    >>> finish.p50, finish.probability(on=date(2026, 11, 26))
    (datetime.date(2026, 11, 25), 0.75)

    Args:
        days: The working days from the start to the finish, one number per trial; at least one, each finite and 0 or more.
        start: The first day on which work can happen.
        calendar: The working-day calendar.
        dates: The day of each finish where some lie on days off, such as the end of a week that nobody works; else None. In the order of
            ``days``, and later where these are more.

    Raises:
        InvalidError: An argument is invalid.
    """

    __slots__ = ("_calendar", "_dates", "_days", "_ranked", "_ranked_dates", "_start")

    def __init__(
        self,
        days: Iterable[float],
        *,
        start: date,
        calendar: Calendar = WEEKDAYS,
        dates: Iterable[date] | None = None,
    ) -> None:
        self._start = as_day(start)
        self._calendar = calendar
        faults = [*day(self._start, "start"), *is_calendar(calendar, "calendar")]
        try:
            self._days = array("d", days if type(days) in (array, list) else iter(days))
        except Exception:  # noqa: BLE001  # code of the caller, which can raise anything
            hint = "write a list of numbers, as in [2, 3.5]"
            faults.append(Fault("out-of-range", "$.days", "are not numbers of working days", show(days), hint))
        else:
            faults += _sample_faults(self._days)
            self._dates: tuple[int, ...] | None = None
            if dates is not None:
                self._dates, wrong = _ordinals(dates, len(self._days))
                faults += wrong
        if faults:
            raise InvalidError(faults)
        self._ranked: array[float] | None = None
        self._ranked_dates = None if self._dates is None else sorted(self._dates)

    @property
    def start(self) -> date:
        """The first day on which work can happen."""
        return self._start

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar."""
        return self._calendar

    @property
    def dates(self) -> tuple[date, ...] | None:
        """The day of each finish where some lie on days off; else None."""
        return None if self._dates is None else tuple(map(date.fromordinal, self._dates))

    @property
    def p50(self) -> date:
        """The day by which half of the samples are finished."""
        return self.quantile(0.5)

    @property
    def p80(self) -> date:
        """The day by which 80 % of the samples are finished."""
        return self.quantile(0.8)

    @property
    def p95(self) -> date:
        """The day by which 95 % of the samples are finished."""
        return self.quantile(0.95)

    def quantile(self, share: float) -> date:
        """Return the first day by which at least that share of the samples is finished.

        Raises:
            InvalidError: ``share`` is not a number above 0 and up to 1, or the day is beyond the year 9999.
        """
        days = self.quantile_days(share)
        if self._ranked_dates is None:
            return self.date_of(days)
        return date.fromordinal(self._ranked_dates[self._place(share)])

    def quantile_days(self, share: float) -> float:
        """Return the fewest working days after which at least that share of the samples is finished.

        Raises:
            InvalidError: ``share`` is not a number above 0 and up to 1.
        """
        share = as_number(share)
        if type(share) not in (int, float) or not 0 < share <= 1:
            hint = "write a number above 0 and up to 1"
            raise invalid("out-of-range", "$.share", "is not a share of the samples", share, hint)
        return self._sorted()[self._place(share)]

    def _place(self, share: float) -> int:
        return max(math.ceil(share * len(self) - EPSILON) - 1, 0)

    def probability(self, on: date) -> float:
        """Return the share of the samples that are finished by the end of a day.

        Raises:
            InvalidError: ``on`` is not a date.
        """
        on = as_day(on)
        if faults := day(on, "on"):
            raise InvalidError(faults)
        if self._ranked_dates is not None:
            return bisect_right(self._ranked_dates, on.toordinal()) / len(self)
        worked = self.calendar.between(self.start, on + _ONE_DAY) if on < date.max else math.inf
        return 0.0 if worked < 1 else bisect_right(self._sorted(), worked + EPSILON) / len(self)

    def date_of(self, days: float) -> date:
        """Return the date of a finish after that many working days.

        Raises:
            InvalidError: ``days`` is not a number of 0 or more, or the date is beyond the year 9999.
        """
        return self.calendar.add(self.start, days)

    def by_day(self) -> tuple[tuple[date, int], ...]:
        """Return the finish days in chronological order, each with its number of samples."""
        if self._ranked_dates is not None:
            return tuple((date.fromordinal(day), many) for day, many in Counter(self._ranked_dates).items())
        counts = Counter(max(math.ceil(days - EPSILON), 1) for days in self._sorted())
        return tuple((self.calendar.day(self.start, number - 1), many) for number, many in counts.items())

    @property
    def mean_days(self) -> float:
        """The mean of the samples, in working days."""
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
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        return tuple(self._days), self.start, self.calendar, self._dates

    def __repr__(self) -> str:
        if len(self) > _SHOWN:
            return f"<{type(self).__name__} of {len(self):,} samples from {self.start.isoformat()} on, {self.mean_days:.1f} days at the mean>"
        calendar = "" if self.calendar == WEEKDAYS else f", calendar={self.calendar!r}"
        dates = "" if self._dates is None else f", dates={list(self.dates or ())!r}"
        return f"{type(self).__name__}({self._days.tolist()!r}, start={self.start!r}{calendar}{dates})"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return partial(type(self), self._days, start=self.start, calendar=self.calendar, dates=self.dates), ()

    def to_dict(self) -> DistributionDocument:
        """Return a summary, ready for JSON: the dates P50, P80 and P95, and the mean in working days, without the samples."""
        p50, p80, p95 = (self.quantile(share).isoformat() for share in LEVELS.values())
        return {"p50": p50, "p80": p80, "p95": p95, "mean_days": self.mean_days}

    def _sorted(self) -> array[float]:
        if self._ranked is None:
            self._ranked = array("d", sorted(self._days))
        return self._ranked


def _ordinals(dates: Iterable[date], count: int) -> tuple[tuple[int, ...], list[Fault]]:
    """Return the ordinals of the dates, and what is wrong with them."""
    hint = "give the day of each finish"
    days = [as_day(each) for each in listed(dates, "$.dates", "are not dates", hint)]
    faults = [fault for place, each in enumerate(days) for fault in day(each, f"dates[{place}]")][:1]
    if not faults and len(days) != count:
        faults = [Fault("contradiction", "$.dates", f"are not {count}, one for each finish", show(len(days)), hint)]
    return tuple([] if faults else [each.toordinal() for each in days]), faults


def _sample_faults(days: array[float]) -> list[Fault]:
    if not days:
        return [Fault("empty", "$.days", "is empty", "", "give at least one")]
    if math.isfinite(sum(days)) and min(days) >= 0:  # fast, in C; non-finite numbers spoil the sum
        return []
    hint = "write a number from 0 on"
    wrong = ((place, number) for place, number in enumerate(days) if not 0 <= number < math.inf)
    return [
        Fault("out-of-range", f"$.days[{place}]", "is not a number of working days", show(number), hint)
        for place, number in islice(wrong, 1)
    ]
