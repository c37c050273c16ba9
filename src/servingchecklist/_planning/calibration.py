"""A team's own record: how long closed tasks took against their efforts, and how often past forecasts held."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from statistics import fmean, median
from typing import TYPE_CHECKING, cast

import attrs

from .._jsonlike import plain_fields
from .._model import _validation as v
from .._model._validation import Validated, as_day, check, tuple_of, verify
from .._model.effort import Effort, as_effort, effort
from .._namespace import NotebookDisplay, public
from ..errors import Fault, invalid
from .calendar import EPSILON, working_days
from .distribution import LEVELS
from .durations import CELLS, normal_quantiles, percentiles, spread_of

if TYPE_CHECKING:
    from ..documents import CalibrationDocument, CalibrationSummaryDocument, ClosedTaskDocument, PastForecastDocument
    from .durations import Quantiles

LEAST_TASKS = 20
"""The fewest closed tasks whose record replaces the assumed spread: with 20, a twentieth of the record is one task."""

_BLOCK = 5
"""The number of consecutive tasks in a block, about, from which the shared variance is learned."""

_LEAST_SHARED = 40
"""The fewest closed tasks from which it is learned."""


def can_calibrate(estimate: Effort) -> bool:
    """Return True for an effort that has a spread: it is of work, above 0 and not exact."""
    return estimate.low > 0 and not estimate.exact and estimate.days != "elapsed"


def _as_estimate(value: Effort | str) -> Effort:
    return cast("Effort", as_effort(value))


def _estimate(value: object, name: str) -> Sequence[Fault]:
    if faults := effort(value, name):
        return faults
    if can_calibrate(cast("Effort", value)):
        return ()
    hint = "leave out tasks of elapsed time, exact ones, and those whose effort begins at 0"
    return [v.fault("out-of-range", name, "is not an estimate with a spread", value, hint)]


def _as_actual(value: float) -> float:
    return v.as_number(value)


def _actual(value: object, name: str) -> Sequence[Fault]:
    if faults := working_days(value, name):
        return faults
    if cast("float", value) <= EPSILON:
        return [v.fault("out-of-range", name, "is no time", value, "count begun days as half ones")]
    if cast("float", value) > date.max.toordinal():
        return [v.fault("out-of-range", name, "is longer than all years", value, "write a number of working days")]
    return ()


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class ClosedTask(Validated):
    """A closed task with its estimate and the time that it took.

    Attributes:
        launch: The name of its launch.
        id: Its id.
        estimate: Its effort, above 0 and neither exact nor elapsed; a text such as ``"2-3 days"`` is parsed.
        actual: The working days from its beginning to its finish, without the time in which it was blocked; above 0.
        finished: The day on which it was finished.
        owner: Its owner, or None.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    launch: str = attrs.field(metadata=check(v.ident))
    id: str = attrs.field(metadata=check(v.ident))
    estimate: Effort = attrs.field(converter=_as_estimate, metadata=check(_estimate))
    actual: float = attrs.field(converter=_as_actual, metadata=check(_actual))
    finished: date = attrs.field(converter=as_day, metadata=check(v.day))
    owner: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))

    @property
    def estimated(self) -> float:
        """The median of the estimate, in working days."""
        return spread_of(self.estimate).middle

    @property
    def ratio(self) -> float:
        """The actual time divided by the median of the estimate, 2.0 for a task that took twice as long."""
        return self.actual / self.estimated

    @property
    def is_held(self) -> bool:
        """True if the actual time lies within the range of the estimate; for one number, between half of it and its double."""
        low, high = percentiles(self.estimate)
        return low <= self.actual <= high

    def to_dict(self) -> ClosedTaskDocument:
        """Return the task as strings, numbers and None, ready for JSON."""
        return {**cast("ClosedTaskDocument", plain_fields(attrs.evolve(self))), "estimate": str(self.estimate)}


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class PastForecast(Validated):
    """The forecast of a launch from its first day, and the day on which it was finished.

    Attributes:
        launch: The name of the launch.
        p50: The day by which it should have been finished with a chance of 50 %.
        p80: Likewise with 80 %.
        p95: Likewise with 95 %.
        finished: The day on which its last task was closed.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    launch: str = attrs.field(metadata=check(v.ident))
    p50: date = attrs.field(converter=as_day, metadata=check(v.day))
    p80: date = attrs.field(converter=as_day, metadata=check(v.day))
    p95: date = attrs.field(converter=as_day, metadata=check(v.day))
    finished: date = attrs.field(converter=as_day, metadata=check(v.day))

    def to_dict(self) -> PastForecastDocument:
        """Return the forecast as strings, ready for JSON."""
        return cast("PastForecastDocument", plain_fields(self))


def _as_tasks(value: Iterable[ClosedTask]) -> tuple[ClosedTask, ...]:
    """Sort closed tasks by the day on which they were finished. Anything else is left to the check."""
    members = tuple_of[ClosedTask](cast("Sequence[ClosedTask]", value))
    is_sortable = v.is_tuple(cast("object", members)) and all(type(member) is ClosedTask for member in members)
    return tuple(sorted(members, key=attrgetter("finished"))) if is_sortable else members


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False, cache_hash=True)
class Calibration(Validated, NotebookDisplay):
    """The record of earlier launches, from which forecasts learn how far a team's estimates are off.

    Made by :func:`~servingchecklist.calibration`; pass it as ``history`` to a forecast. From 20 closed tasks on, their ratios of actual
    time to estimate take the place of the ranges: of all of them, or of the owner alone where 20 are theirs. A ratio counts as much as its
    estimate, so that the sum of many durations is right. See Spolsky, "Evidence Based
    Scheduling" (2007), and Flyvbjerg, "From Nobel Prize to Project Management: Getting Risks Right", Project Management Journal 37 (2006).

    Attributes:
        tasks: The closed tasks. You can pass any iterable; it is kept as a tuple sorted by the day on which they were finished.
        forecasts: The past forecasts of the launches that are finished.

    Raises:
        InvalidError: A field is invalid, or no task is closed.
    """

    tasks: tuple[ClosedTask, ...] = attrs.field(
        converter=_as_tasks, metadata=check(v.each_exactly(ClosedTask, "ClosedTask(id=...)"))
    )
    forecasts: tuple[PastForecast, ...] = attrs.field(
        default=(),
        converter=tuple_of[PastForecast],
        metadata=check(v.each_exactly(PastForecast, "PastForecast(launch=...)")),
    )

    def __attrs_post_init__(self) -> None:
        verify(self)
        if not self.tasks:
            hint = "give launches in which tasks with an effort were begun and finished, or leave the history out"
            raise invalid("empty", "$.tasks", "holds no closed task to learn from", self.tasks, hint)

    def __len__(self) -> int:
        return len(self.tasks)

    @property
    def is_used(self) -> bool:
        """True if there are enough closed tasks for forecasts to use the record, which are at least 20."""
        return len(self.tasks) >= LEAST_TASKS

    @property
    def median_ratio(self) -> float:
        """The median of actual time divided by estimate."""
        return median(task.ratio for task in self.tasks)

    @property
    def total_ratio(self) -> float:
        """The actual time of all tasks divided by the sum of their estimates."""
        return math.fsum(task.actual for task in self.tasks) / math.fsum(task.estimated for task in self.tasks)

    @property
    def held(self) -> float:
        """The share of the tasks whose range held the actual time; 0.8 where ranges are what they should be."""
        return sum(task.is_held for task in self.tasks) / len(self.tasks)

    @property
    def owners(self) -> dict[str, int]:
        """The number of closed tasks of each owner who has enough for a record of their own."""
        names = sorted(task.owner for task in self.tasks if task.owner)
        counts = {name: len(list(group)) for name, group in groupby(names)}
        return {name: count for name, count in counts.items() if count >= LEAST_TASKS}

    @property
    def levels(self) -> dict[str, float | None]:
        """The share of the past forecasts whose P50, P80 and P95 held, by these names; None without past forecasts."""
        past = self.forecasts
        return {
            name: sum(one.finished <= getattr(one, name) for one in past) / len(past) if past else None
            for name in LEVELS
        }

    @property
    def shared(self) -> float | None:
        """The share of the variance that tasks have in common, learned from blocks of about five tasks of one launch; None below 40 tasks.

        The variance of the mean of a block of k standard scores is (1 + (k - 1) s) / k for the share s, of which the mean of the scores
        of L launches takes away s / L. What few launches leave unknown of that mean is common to all tasks of a forecast too, so its
        variance is added: s / L + (1 - s) / n for n tasks.
        """
        scores: dict[str, list[float]] = {}
        for task, score in zip(self.tasks, _normal_scores([task.ratio for task in self.tasks]), strict=True):
            scores.setdefault(task.launch, []).append(score)
        blocks = [block for members in scores.values() for block in _blocks(members)]
        if len(self.tasks) < _LEAST_SHARED:
            return None
        common = math.fsum(fmean(block) ** 2 * len(block) - 1.0 for block in blocks)
        # What is common is so to a whole launch; the blocks of a single one are taken for launches.
        groups = len(scores) if len(scores) > 1 else len(blocks)
        share = max(0.0, min(common / max(sum(len(block) - 1 for block in blocks), 1) / (1.0 - 1.0 / groups), 1.0))
        return min(share + share / groups + (1.0 - share) / len(self.tasks), 1.0)

    def summary(self) -> CalibrationSummaryDocument:
        """Return what the record says without the record, ready for JSON."""
        return {
            "n": len(self.tasks),
            "is_used": self.is_used,
            "median_ratio": self.median_ratio,
            "total_ratio": self.total_ratio,
            "held": self.held,
            "shared": self.shared,
            "owners": self.owners,
            "levels": self.levels,
        }

    def to_dict(self) -> CalibrationDocument:
        """Return the record and what it says, as dicts, lists, strings and numbers, ready for JSON."""
        return {
            **self.summary(),
            "tasks": [task.to_dict() for task in self.tasks],
            "forecasts": [one.to_dict() for one in self.forecasts],
        }


@lru_cache(maxsize=8)
def _tasks_by_owner(history: Calibration) -> Mapping[str | None, Sequence[ClosedTask]]:
    groups: dict[str | None, list[ClosedTask]] = {}
    for task in history.tasks:
        groups.setdefault(task.owner, []).append(task)
    return groups


@lru_cache(maxsize=256)
def quantiles_of(history: Calibration, owner: str | None) -> Quantiles | None:
    """Return the quantiles of the logarithm of the ratio for an owner with enough closed tasks, else for all tasks; None if these are few."""
    if owner is None:
        return _quantiles(history.tasks) if history.is_used else None
    own = _tasks_by_owner(history).get(owner, ())
    return _quantiles(own) if len(own) >= LEAST_TASKS else quantiles_of(history, None)


def _quantiles(tasks: Sequence[ClosedTask]) -> Quantiles:
    """Return the quantiles of the logarithm of the ratio at the middle of each cell, in straight lines between tasks.

    Each task counts as much as its estimate. Large estimates are more often too large than small ones, so with equal weights the sum of many
    durations would be too long. Before the first and behind the last task the quantiles are those of a log-normal distribution, since
    the shortest and the longest duration of few tasks are not those of many.
    """
    pairs = sorted((math.log(task.ratio), task.estimated) for task in tasks)
    whole = math.fsum(weight for _, weight in pairs)
    places: list[float] = []  # of the middle of each task
    before = 0.0
    for _, weight in pairs:
        places.append((before + weight / 2) / whole)
        before += weight
    mean = math.fsum(ratio * weight for ratio, weight in pairs) / whole
    deviation = math.sqrt(math.fsum((ratio - mean) ** 2 * weight for ratio, weight in pairs) / whole)
    normals, quantiles = normal_quantiles(), list[float]()
    above = 0
    for cell in range(CELLS):
        share = (cell + 0.5) / CELLS
        while above < len(places) and places[above] <= share:
            above += 1
        if 0 < above < len(places):
            (left, _), (right, _) = pairs[above - 1 : above + 1]
            part = (share - places[above - 1]) / (places[above] - places[above - 1])
            quantiles.append(left + (right - left) * part)
        else:
            edge = min(above, len(places) - 1)
            beyond = normals[cell] - normals[int(places[edge] * CELLS)]
            quantiles.append(pairs[edge][0] + deviation * beyond)
    return quantiles


def _blocks(scores: Sequence[float]) -> Iterator[Sequence[float]]:
    """Yield the scores of a launch in blocks of nearly equal sizes."""
    many = max(round(len(scores) / _BLOCK), 1)
    for number in range(many):
        yield scores[number * len(scores) // many : (number + 1) * len(scores) // many]


def _normal_scores(values: Sequence[float]) -> list[float]:
    """Return the standard normal quantile at the rank of each number; equal numbers have the mean of their ranks."""
    normals, count = normal_quantiles(), len(values)
    ranked = sorted(range(count), key=values.__getitem__)
    result = [0.0] * count
    first = 0
    while first < count:
        last = first
        while last + 1 < count and values[ranked[last + 1]] == values[ranked[first]]:
            last += 1
        score = normals[int(((first + last) / 2 + 0.5) / count * CELLS)]
        for place in range(first, last + 1):
            result[ranked[place]] = score
        first = last + 1
    return result
