"""Monte Carlo simulation of the open tasks, with new durations in each sample.

Samples are drawn in batches, with one column per task: whole columns are processed at once where possible, and the memory of a batch is
bounded. Every task has its own random numbers, so its samples do not depend on other tasks: two forecasts that differ in one task differ
by that task, and not by chance. Only ``random()`` of the generators is used, since Python promises to keep its numbers the same from one
version to the next.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from heapq import heapify, heappop, heappush
from operator import add, and_, ge, or_  # pyright: ignore[reportUnknownVariableType]
from random import Random
from typing import TYPE_CHECKING, TypeAlias, cast

from .. import _graph
from .calendar import EPSILON

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._model.effort import Effort
    from .open_tasks import OpenTasks

    Columns: TypeAlias = Sequence[Sequence[float]]
    """One column per task, with one number per sample."""

    Delays: TypeAlias = Mapping[int, Sequence[float]]
    """The time that blocked tasks stay blocked in each sample, by task number."""

_both = cast("Callable[[bool, bool], bool]", and_)
_either = cast("Callable[[bool, bool], bool]", or_)

_AT_ONCE = 250_000
"""The approximate size of a batch: tasks times samples."""

_LARGEST = 10_000


class Samples:
    """Simulated schedules.

    Attributes:
        begins: The start of each task, in working days from the start of the forecast.
        ends: The finish of each task, likewise.
        whole: The finish of the last task, likewise.
        critical: The number of samples in which each task was on a critical path.
    """

    __slots__ = ("begins", "critical", "ends", "whole")

    def __init__(self, begins: Columns, ends: Columns, whole: Sequence[float], critical: Sequence[int]) -> None:
        self.begins = [array("d", column) for column in begins]
        self.ends = [array("d", column) for column in ends]
        self.whole = array("d", whole)
        self.critical = critical

    def extend(self, batch: Samples) -> None:
        """Append the samples of a batch."""
        own, new = (*self.begins, *self.ends, self.whole), (*batch.begins, *batch.ends, batch.whole)
        for column, more in zip(own, new, strict=True):
            column.extend(more)
        self.critical = list(map(add, self.critical, batch.critical))


def run(
    left: OpenTasks,
    blocks: Mapping[int, Effort],
    schedule: Callable[[Columns, Delays], Samples],
    *,
    samples: int,
    seed: int,
    report: Callable[[int, int], object] | None,
) -> Samples:
    """Simulate the open tasks.

    Args:
        left: The open tasks.
        blocks: The time that blocked tasks stay blocked, by task number.
        schedule: The scheduling method: a function from the durations of a batch, and the delays, to its schedules.
        samples: The number of samples.
        seed: The seed of the random numbers of every task.
        report: A function called after every batch with the number of samples so far and the total number.
    """
    unused = Random(seed)  # noqa: S311  # by efforts that are certain; one generator for each would take a lot of memory
    rngs = [
        unused if effort.low == effort.high else _rng(seed, task.id)
        for task, effort in zip(left.tasks, left.efforts, strict=True)
    ]
    rngs_of_blocks = {number: _rng(seed, f"{left.tasks[number].id} blocked") for number in blocks}
    count = len(left.places)
    simulated = Samples([()] * count, [()] * count, (), [0] * count)
    size = min(max(_AT_ONCE // max(count, 1), 1), _LARGEST)
    for first in range(0, samples, size):
        many = min(size, samples - first)
        delays = {number: sample(effort, many, rngs_of_blocks[number]) for number, effort in blocks.items()}
        durations = [
            sample(effort, many, rng, worked)
            for effort, rng, worked in zip(left.efforts, rngs, left.worked, strict=True)
        ]
        if durations:
            simulated.extend(schedule(durations, delays))
        else:
            simulated.whole.extend([0.0] * many)
        if report:
            report(first + many, samples)
    return simulated


def _rng(seed: int, name: str) -> Random:
    """Return a random number generator for a name: Python seeds from the SHA-512 of a string."""
    return Random(f"{seed} {name}")  # noqa: S311


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


class ParallelScheduler:
    """Scheduling without a limit on people: every task begins as soon as its prerequisites are finished."""

    def __init__(self, left: OpenTasks) -> None:
        self._before = left.before
        self._after = _graph.reverse(left.before)

    def __call__(self, durations: Columns, delays: Delays) -> Samples:
        """Simulate a batch, column by column."""
        many = len(durations[0])
        at_once = [0.0] * many
        begins: list[Sequence[float]] = []
        ends: list[Sequence[float]] = []
        for number, (earlier, own) in enumerate(zip(self._before, durations, strict=True)):
            limits = [ends[other] for other in earlier]
            if number in delays:
                limits.append(delays[number])
            begins.append(_latest(limits) if limits else at_once)
            ends.append(list(map(add, begins[-1], own)) if limits else own)
        whole = _latest([end for end, later in zip(ends, self._after, strict=True) if not later])
        return Samples(begins, ends, whole, self._critical(begins, ends, whole, delays))

    def _critical(self, begins: Columns, ends: Columns, whole: Sequence[float], delays: Delays) -> list[int]:
        """Count the samples in which each task is critical: it ends last, or just when a critical task begins."""
        # Rounding errors must not separate tasks that end at the same time.
        last = [end - EPSILON for end in whole]
        starts = {
            number: [begin - EPSILON for begin in begins[number]]
            for number, earlier in enumerate(self._before)
            if len(earlier) > 1 or number in delays
        }
        marks: list[Sequence[bool]] = [()] * len(ends)
        for number in range(len(ends) - 1, -1, -1):
            end = ends[number]
            critical: Sequence[bool] | None = None if self._after[number] else list(map(ge, end, last))
            for later in self._after[number]:
                mark = marks[later]
                if later in starts:
                    mark = list(map(_both, mark, map(ge, end, starts[later])))
                critical = mark if critical is None else list(map(_either, critical, mark))
            marks[number] = critical or ()
        return [mark.count(True) for mark in marks]


def _latest(columns: Sequence[Sequence[float]]) -> Sequence[float]:
    """Return the maximum of all columns in each sample."""
    return columns[0] if len(columns) == 1 else list(map(max, *columns))


class TeamScheduler:
    """Scheduling with a limited number of people: each task belongs to one team and occupies one member until it is finished.

    A schedule is built forwards in time: whenever a person is free, they take the highest-ranked task that is ready for them. This is the
    parallel scheme of Kelley, "The Critical-Path Method: Resources Planning and Scheduling" (1963).

    Args:
        left: The open tasks.
        rank: The rank of each task; the ready task with the lowest rank goes first.
        team: The number of each task's team.
        sizes: The number of members of each team.
    """

    def __init__(self, left: OpenTasks, rank: Sequence[int], team: Sequence[int], sizes: Sequence[int]) -> None:
        self._before = left.before
        self._after = _graph.reverse(left.before)
        self._waiting = [len(earlier) for earlier in left.before]
        self._team = team
        self._sizes = sizes
        self._rank = rank
        self._ranked = sorted(range(len(rank)), key=rank.__getitem__)

    @property
    def is_limited(self) -> bool:
        """True if a task may have to wait for a person: a team has more tasks than members."""
        tasks = Counter(self._team)
        return any(tasks[number] > size for number, size in enumerate(self._sizes))

    def __call__(self, durations: Columns, delays: Delays) -> Samples:
        """Simulate a batch, sample by sample."""
        begins: list[list[float]] = []
        ends: list[list[float]] = []
        whole: list[float] = []
        critical = [0] * len(durations)
        blocked = list(delays)
        for place, own in enumerate(zip(*durations, strict=True)):
            begin, end, freed = self._work(own, {number: delays[number][place] for number in blocked})
            begins.append(begin)
            ends.append(end)
            whole.append(max(end))
            for number in self._critical(begin, end, freed):
                critical[number] += 1
        return Samples(list(zip(*begins, strict=True)), list(zip(*ends, strict=True)), whole, critical)

    def _work(
        self, durations: Sequence[float], delays: Mapping[int, float]
    ) -> tuple[list[float], list[float], list[tuple[int, ...]]]:
        """Simulate one schedule: the start and end of each task, and the tasks whose end freed a person for it."""
        count, team_of, rank, ranked, after = len(durations), self._team, self._rank, self._ranked, self._after
        begin, end = [0.0] * count, [0.0] * count
        freed: list[tuple[int, ...]] = [()] * count
        waiting, free = self._waiting.copy(), list(self._sizes)
        queues: list[list[int]] = [[] for _ in free]  # per team, the ranks of its ready tasks
        released: list[tuple[int, ...]] = [()] * len(free)  # per team, what ended last while no one was free
        # Future events: a task ends or, if the count of all tasks is added to its number, is unblocked.
        coming: list[tuple[float, int]] = []
        for number, delay in delays.items():
            if delay:
                waiting[number] += 1
                coming.append((delay, count + number))
        heapify(coming)
        for number in range(count):
            if not waiting[number]:
                heappush(queues[team_of[number]], rank[number])
        now = 0.0
        touched = set(range(len(free)))
        while True:
            for team in touched:
                queue = queues[team]
                while queue and free[team]:
                    number = ranked[heappop(queue)]
                    free[team] -= 1
                    begin[number] = now
                    end[number] = finish = now + durations[number]
                    freed[number] = released[team]
                    heappush(coming, (finish, number))
            if not coming:
                return begin, end, freed
            now = coming[0][0]
            touched.clear()
            # Process all events of one time before anyone takes a task.
            while coming and coming[0][0] <= now + EPSILON:
                number = heappop(coming)[1]
                if number < count:
                    team = team_of[number]
                    if not free[team]:
                        released[team] = (number,)
                    elif released[team] and end[released[team][0]] >= now:
                        released[team] = (*released[team], number)
                    free[team] += 1
                    touched.add(team)
                    ready: Sequence[int] = after[number]
                else:
                    ready = (number - count,)
                for later in ready:
                    waiting[later] -= 1
                    if not waiting[later]:
                        heappush(queues[team_of[later]], rank[later])
                        touched.add(team_of[later])

    def _critical(self, begin: Sequence[float], end: Sequence[float], freed: Sequence[Sequence[int]]) -> set[int]:
        """Return the critical tasks: those that end last, and those that kept a critical task from starting earlier.

        The latter are its prerequisites, and the tasks that kept its people busy, if they ended just when it began.
        """
        last = max(end)
        critical = [number for number, finish in enumerate(end) if finish >= last - EPSILON]
        seen = set(critical)
        for number in critical:  # grows during the loop
            start = begin[number]
            for other in (*self._before[number], *freed[number]):
                if abs(end[other] - start) <= EPSILON and other not in seen:
                    seen.add(other)
                    critical.append(other)
        return seen
