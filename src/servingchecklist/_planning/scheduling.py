"""Scheduling of tasks with given durations: with a person for every task, or with a limited number of people.

Time is counted from the start of the forecast: in working days, or in calendar days where tasks differ in the days that count; see
:class:`Clock`.
"""

from __future__ import annotations

import math
from collections import Counter
from heapq import heapify, heappop, heappush
from operator import add, and_, ge, or_  # pyright: ignore[reportUnknownVariableType]
from typing import TYPE_CHECKING, NamedTuple, cast

from .. import _graph
from .calendar import EPSILON, WorkingDays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import TypeAlias

    from .calendar import Calendar
    from .durations import Columns, Delays
    from .open_tasks import OpenTasks

    Finishes: TypeAlias = Sequence[Callable[[float, float], float]] | None
    """For each task the function from its beginning and its duration to its end; None where all ends are sums."""

_both = cast("Callable[[bool, bool], bool]", and_)
_either = cast("Callable[[bool, bool], bool]", or_)


class Clock:
    """Conversion between the working days of one calendar and the calendar days from a start, both with fractions.

    Where tasks differ in the days that count, time is in calendar days: work that ends with a day ends at the whole number after it.
    """

    __slots__ = ("_before", "_days", "_start")

    def __init__(self, calendar: Calendar, start: date) -> None:
        self._days = WorkingDays(calendar.weekdays, calendar.holidays)
        self._start = start.toordinal()
        self._before = self._days.number(self._start)

    def worked(self, time: float) -> float:
        """Return the working days from the start until a time."""
        day = math.floor(time + EPSILON)
        number = self._days.number(self._start + day)
        is_worked = self._days.number(self._start + day + 1) > number
        return number - self._before + (max(time - day, 0.0) if is_worked else 0.0)

    def finish(self, begin: float, days: float) -> float:
        """Return the end of work that takes ``days`` working days, in calendar days from the start."""
        if days <= EPSILON or begin == math.inf:
            return begin
        total = self.worked(begin) + days
        last = math.ceil(total - EPSILON) - 1
        return self._days.ordinal(self._before + last) - self._start + (total - last)

    def first_day(self, begin: float) -> int:
        """Return the first working day from a time on, counted from the start."""
        day = self._start + math.floor(begin + EPSILON)
        return self._days.ordinal(self._days.number(day)) - self._start


class Batch(NamedTuple):
    """Simulated schedules.

    Attributes:
        begins: The start of each task, one column per task.
        ends: The finish of each task, likewise.
        whole: The finish of the last task in each sample.
        critical: The number of samples in which each task was on a critical path.
    """

    begins: Columns
    ends: Columns
    whole: Sequence[float]
    critical: Sequence[int]


class ParallelScheduler:
    """Scheduling without a limit on people: every task begins as soon as its prerequisites are finished."""

    def __init__(self, left: OpenTasks, finishes: Finishes) -> None:
        self._before = left.before
        self._after = _graph.reverse(left.before)
        self._finishes = finishes

    def __call__(self, durations: Columns, delays: Delays) -> Batch:
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
            finish = self._finishes[number] if self._finishes else add
            ends.append(list(map(finish, begins[-1], own)) if limits or self._finishes else own)
        whole = _latest([end for end, later in zip(ends, self._after, strict=True) if not later])
        return Batch(begins, ends, whole, self._critical(begins, ends, whole, delays))

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
        finishes: The functions that give the ends of tasks.
    """

    def __init__(
        self,
        left: OpenTasks,
        rank: Sequence[int],
        team: Sequence[int],
        sizes: Sequence[int],
        finishes: Finishes,
    ) -> None:
        self._finishes = finishes
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

    def __call__(self, durations: Columns, delays: Delays) -> Batch:
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
        return Batch(list(zip(*begins, strict=True)), list(zip(*ends, strict=True)), whole, critical)

    def _work(
        self, durations: Sequence[float], delays: Mapping[int, float]
    ) -> tuple[list[float], list[float], list[tuple[int, ...]]]:
        """Simulate one schedule: the start and end of each task, and the tasks whose end freed a person for it."""
        count, team_of, rank, ranked, after = len(durations), self._team, self._rank, self._ranked, self._after
        finishes = self._finishes
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
                    own = durations[number]
                    end[number] = finish = finishes[number](now, own) if finishes else now + own
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
