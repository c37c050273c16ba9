"""Random durations of tasks, drawn from their efforts.

Every task has its own stream of random numbers, so its durations do not depend on other tasks: two forecasts that differ in one task differ
by that task, and not by chance. Only ``random()`` of the generators is used, since Python promises to keep its numbers the same from one
version to the next.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import cache
from operator import itemgetter
from random import Random
from statistics import NormalDist, median
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .._model.effort import LONGEST
from .calendar import EPSILON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._model.effort import Effort
    from .open_tasks import OpenTasks

    Columns: TypeAlias = Sequence[Sequence[float]]
    """One column per task, with one number per sample."""

    Delays: TypeAlias = Mapping[int, Sequence[float]]
    """The time before which tasks cannot begin in each sample, by task number."""

    Quantiles: TypeAlias = Sequence[float]
    """Logarithms of the ratio of actual time to estimate in ascending order, each as likely as any other."""

CELLS = 4096
"""The number of quantiles that stand for a distribution."""

SINGLE = 2.0
"""The factor between an estimate of one number and its 90th percentile, and between its 10th percentile and it.

Of 7,282 tasks of one person with estimates of one number, the 10th and 90th percentiles of the ratio of actual time to estimate are 0.5
and 2.0: the record of Renzo Borgatti's tasks, published by Derek M. Jones as ``renzo-pomodoro``.
"""

_NORMAL = NormalDist()
_Z90 = _NORMAL.inv_cdf(0.9)
_ROOT_HALF = math.sqrt(0.5)
_MEDIAN_SAMPLES = 1_001
_FARTHEST = 36.0
"""The standard score up to which the share of the normal distribution above it is a float."""

BLOCK = 100
"""The number of samples that are reordered together, so that the first samples are the same however many follow."""


class Spread(NamedTuple):
    """A two-piece log-normal distribution: the median, and the standard deviations of the logarithm below and above it."""

    middle: float
    below: float
    above: float

    def z(self, days: float) -> float:
        """Return the standard score of a duration above 0."""
        distance = math.log(days / self.middle)
        deviation = self.below if distance < 0 else self.above
        return distance / deviation if deviation else math.copysign(math.inf, distance) if distance else 0.0


def percentiles(effort: Effort) -> tuple[float, float]:
    """Return the 10th and the 90th percentile of an effort with a spread.

    Fractions of a day that count as no time are replaced by the longest of these, since floats have no ratios to much smaller ones.
    """
    low, high = max(effort.low, EPSILON), max(effort.high, EPSILON)
    return (low, high) if low < high else (low / SINGLE, high * SINGLE)


def spread_of(effort: Effort) -> Spread:
    """Return the distribution of an effort with a spread, which has its low and high as its 10th and 90th percentiles, and likely as its median.

    Without a likely value the median is the geometric middle. An effort of one number is an estimate, which half or double the time is as
    far from as the ends of a range, unless it is exact or elapsed time, which is stated and not estimated.
    """
    low, high = percentiles(effort)
    middle = math.sqrt(low * high) if effort.likely is None else max(effort.likely, EPSILON)
    return Spread(middle, math.log(middle / low) / _Z90, math.log(high / middle) / _Z90)


def is_certain(effort: Effort, ranges: str) -> bool:
    """Return True if all samples of an effort are equal."""
    is_fact = effort.exact or effort.days == "elapsed" or not effort.high
    return effort.low == effort.high and (is_fact or ranges == "bounds")


class Durations:
    """The durations of the open tasks, and the delays of those that cannot begin at once, drawn in batches.

    Args:
        left: The open tasks.
        blocks: The time that blocked tasks stay blocked and the time for which they were, by task number.
        ranges: ``"p10-p90"`` for a two-piece log-normal through the numbers of each effort, ``"bounds"`` for a distribution within its ends.
        shared: The share of the variance that is common to all tasks.
        quantiles: For each task the observed quantiles that take the place of its range, or None.
        seed: The seed of the random numbers of every task.
    """

    def __init__(
        self,
        left: OpenTasks,
        blocks: Mapping[int, tuple[Effort, float]],
        *,
        ranges: str,
        shared: float,
        quantiles: Sequence[Quantiles | None],
        seed: int,
    ) -> None:
        self._left, self._blocks, self._ranges = left, blocks, ranges
        self._quantiles = quantiles
        self._shared = math.sqrt(shared), math.sqrt(1.0 - shared)
        self._seed = seed
        self._common = _rng(seed, "all tasks")
        unused = self._common  # by efforts that are certain; one generator for each would take a lot of memory
        ids = [task.id for task in left.tasks]
        self._rngs = [
            unused if is_certain(effort, ranges) else _rng(seed, task_id)
            for task_id, effort in zip(ids, left.efforts, strict=True)
        ]
        is_ranked = bool(shared) and ranges == "bounds"
        self._ranks = [_rng(seed, f"{task_id} rank") for task_id in ids] if is_ranked else []
        self._rngs_of_blocks = {number: _rng(seed, f"{ids[number]} blocked") for number in blocks}

    def draw(self, many: int) -> tuple[Columns, dict[int, Sequence[float]]]:
        """Return the next ``many`` durations of each task, and the time for which each blocked task stays blocked yet."""
        common = self._scores_in_common(many)
        columns: list[Sequence[float]] = []
        for number, (effort, worked, rng) in enumerate(
            zip(self._left.efforts, self._left.worked, self._rngs, strict=True)
        ):
            if is_certain(effort, self._ranges):
                columns.append([max(effort.high - worked, 0.0)] * many)
            elif self._ranges == "bounds":
                column = sample(effort, many, rng, worked)
                if self._ranks:
                    column = _reordered(column, self._scores(self._ranks[number], common))
                columns.append(column)
            else:
                scores = self._scores(rng, common) if common else _scores(rng, many)
                columns.append(_log_normal(spread_of(effort), scores, worked, self._quantiles[number]))
        return columns, {number: self._blocked_for(number, many) for number in self._blocks}

    def medians(self) -> tuple[list[float], dict[int, float]]:
        """Return the median duration of each task, and the median time for which each blocked task stays blocked yet."""
        columns: list[float] = []
        for number, (effort, worked) in enumerate(zip(self._left.efforts, self._left.worked, strict=True)):
            quantiles = self._quantiles[number]
            columns.append(self._median(self._left.tasks[number].id, effort, worked, quantiles))
        blocks = {
            number: self._median(f"{self._left.tasks[number].id} blocked", effort, waited, None)
            for number, (effort, waited) in self._blocks.items()
        }
        return columns, blocks

    def _median(self, name: str, effort: Effort, worked: float, quantiles: Quantiles | None) -> float:
        if is_certain(effort, self._ranges):
            return max(effort.high - worked, 0.0)
        if self._ranges == "bounds":  # that of a beta distribution has no closed form
            return median(sample(effort, _MEDIAN_SAMPLES, _rng(self._seed, f"{name} median"), worked))
        return _log_normal(spread_of(effort), [0.0], worked, quantiles)[0]

    def _blocked_for(self, number: int, many: int) -> Sequence[float]:
        (effort, waited), rng = self._blocks[number], self._rngs_of_blocks[number]
        if self._ranges == "bounds" or is_certain(effort, self._ranges):
            return sample(effort, many, rng, waited)
        return _log_normal(spread_of(effort), _scores(rng, many), waited, None)

    def _scores_in_common(self, many: int) -> list[float]:
        """Return the part of z that all tasks share in each sample; empty if they share none."""
        weight = self._shared[0]
        return [weight * z for z in _scores(self._common, many)] if weight else []

    def _scores(self, rng: Random, common: Sequence[float]) -> list[float]:
        weight, draw, normals = self._shared[1], rng.random, normal_quantiles()
        return [part + weight * normals[int(draw() * CELLS)] for part in common]


def _rng(seed: int, name: str) -> Random:
    """Return a random number generator for a name: Python seeds from the SHA-512 of a string."""
    return Random(f"{seed} {name}")  # noqa: S311


@cache
def normal_quantiles() -> Quantiles:
    """Return the quantiles of the standard normal distribution, at the middle of each cell."""
    return [_NORMAL.inv_cdf((cell + 0.5) / CELLS) for cell in range(CELLS)]


def _scores(rng: Random, many: int) -> list[float]:
    draw, normals = rng.random, normal_quantiles()
    return [normals[int(draw() * CELLS)] for _ in range(many)]


def _log_normal(spread: Spread, scores: Sequence[float], worked: float, quantiles: Quantiles | None) -> list[float]:
    """Return the duration at each standard score, less the days that were worked.

    With quantiles it is the median of the effort times the ratio at the rank of the score. A task under way has not ended yet, so its
    duration is drawn from the part of the distribution above the days worked, at the same rank.
    """
    middle, below, above = spread
    exp = math.exp
    worked = worked if worked > EPSILON else 0.0
    if worked >= LONGEST:
        return [0.0] * len(scores)
    if worked:
        past = _z_of_ratio(math.log(worked / middle), quantiles) if quantiles else spread.z(worked)
        if past == math.inf:
            return [0.0] * len(scores)
        scores = _scores_above(past, scores)
    if quantiles:
        durations = [middle * exp(_ratio_at(z, quantiles)) for z in scores]
    elif below == above:
        start = math.log(middle)
        durations = [exp(start + above * z) for z in scores]
    else:
        durations = [middle * exp((below if z < 0 else above) * z) for z in scores]
    if max(durations) > LONGEST:  # no effort is longer, and dates must stay within the calendar
        durations = [min(days, LONGEST) for days in durations]
    return [max(days - worked, 0.0) for days in durations] if worked else durations


def _scores_above(past: float, scores: Sequence[float]) -> list[float]:
    """Return the standard scores at the ranks of these, in the part of the normal distribution above ``past``."""
    start = min(past, _FARTHEST)  # beyond, that part has hardly another shape
    rest, inverse, beyond = _share_above(start), _NORMAL.inv_cdf, past - start
    return [beyond - inverse(rest * _share_above(z)) for z in scores]


def _share_above(z: float) -> float:
    """Return the share of the standard normal distribution above ``z``."""
    return 0.5 * math.erfc(z * _ROOT_HALF)


def _tail(quantiles: Quantiles) -> float:
    """Return the standard deviation of the log-normal distribution with which a record goes on beyond its last quantile."""
    return (quantiles[int(0.9 * CELLS)] - quantiles[int(0.5 * CELLS)]) / _Z90


def _ratio_at(z: float, quantiles: Quantiles) -> float:
    """Return the logarithm of the ratio at a standard score."""
    cell = int((1.0 - _share_above(z)) * CELLS)
    if cell < CELLS - 1:
        return quantiles[cell]
    return quantiles[-1] + _tail(quantiles) * max(z - normal_quantiles()[-1], 0.0)


def _z_of_ratio(ratio: float, quantiles: Quantiles) -> float:
    """Return the standard score of the logarithm of a ratio."""
    if ratio < quantiles[-1]:
        return normal_quantiles()[bisect_left(quantiles, ratio)]
    tail, beyond = _tail(quantiles), ratio - quantiles[-1]
    return normal_quantiles()[-1] + beyond / tail if tail else math.inf


def _reordered(column: Sequence[float], scores: Sequence[float]) -> list[float]:
    """Return the numbers of a column in the order of the ranks of the scores, so that columns go up and down together.

    Iman and Conover, "A distribution-free approach to inducing rank correlation among input variables", Communications in Statistics B 11
    (1982).
    """
    ranked = [0.0] * len(column)
    for first in range(0, len(column), BLOCK):
        block = slice(first, first + BLOCK)
        places = [place for place, _ in sorted(enumerate(scores[block], first), key=itemgetter(1))]
        for place, number in zip(places, sorted(column[block]), strict=True):
            ranked[place] = number
    return ranked


def sample(effort: Effort, many: int, rng: Random, worked: float = 0.0) -> list[float]:
    """Draw ``many`` samples of the working days still needed after ``worked`` days were spent.

    With a likely value the total follows the PERT-beta distribution (Malcolm, Roseboom, Clark and Fazar, "Application of a Technique for
    Research and Development Program Evaluation", Operations Research 7, 1959: the likely value weighs four times as much as either
    end), otherwise the symmetric triangular distribution over the range. A task under way has not ended yet, so it is drawn from the part
    of the distribution above ``worked``; if ``worked`` is beyond the range, all samples are 0.
    """
    low, span = effort.low, effort.high - effort.low
    if not span or worked >= effort.high:
        return [max(effort.high - worked, 0.0)] * many
    draw = rng.random
    if effort.likely is None and worked <= low:
        left, half = low - worked, span / 2
        return [left + half * (draw() + draw()) for _ in range(many)]  # the sum of two uniform numbers is triangular
    # over: the share of the range already spent. lead: the working days left before the range begins.
    over = max((worked - low) / span, 0.0)
    lead = max(low - worked, 0.0)
    density, top = _triangle(over) if effort.likely is None else _pert_beta((effort.likely - low) / span, over)
    rest = 1.0 - over
    samples: list[float] = []
    while len(samples) < many:
        # Rejection sampling: draw points in the box around the density curve until one lies under it.
        further = rest * draw()
        if draw() * top <= density(over + further):
            samples.append(lead + further * span)
    return samples


def _triangle(over: float) -> tuple[Callable[[float], float], float]:
    """Return the unnormalized density of the symmetric triangle on 0 to 1, and its maximum from ``over`` on."""

    def density(share: float) -> float:
        return share if share < 0.5 else 1.0 - share

    return density, density(max(over, 0.5))


def _pert_beta(likely: float, over: float) -> tuple[Callable[[float], float], float]:
    """Return the unnormalized PERT-beta density on 0 to 1, and its maximum from ``over`` on."""
    before, behind = 4.0 * likely, 4.0 * (1.0 - likely)

    def density(share: float) -> float:
        return math.pow(share, before) * math.pow(1.0 - share, behind)

    return density, density(max(over, likely))
