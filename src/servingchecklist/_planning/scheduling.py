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
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date
    from typing import TypeAlias

    from .calendar import Calendar
    from .durations import Columns, Delays
    from .open_tasks import OpenTasks

    Finishes: TypeAlias = Sequence[Callable[[float, float], float]] | None
    """For each task the function from its beginning and its duration to its end; None where all ends are sums."""

    Milestones: TypeAlias = Mapping[int, float]
    """The first day of each task that takes no time, by its number; 0.0 for any day."""

_both = cast("Callable[[bool, bool], bool]", and_)
_either = cast("Callable[[bool, bool], bool]", or_)


class Clock:
    """Conversion between the working days of one calendar and the calendar days from a start, both with fractions.

    Where tasks differ in the days that count, time is in calendar days: work that ends with a day ends at the whole number after it.
    """

    __slots__ = ("_before", "_days", "_known", "_ordinals", "_start")

    def __init__(self, calendar: Calendar, start: date) -> None:
        self._days = WorkingDays(calendar.weekdays, calendar.holidays)
        self._start = start.toordinal()
        self._before = self._days.number(self._start)
        # Samples share their days, and counting them takes the most time.
        self._known: dict[int, tuple[int, bool]] = {}
        self._ordinals: dict[int, int] = {}

    def worked(self, times: Iterable[float]) -> list[float]:
        """Return the working days from the start until each of the times."""
        known, count, floor = self._known, self._count, math.floor
        return [
            number + (time - day if is_worked and time > day else 0.0)
            for time in times
            for day in (floor(time + EPSILON),)
            for number, is_worked in (known.get(day) or count(day),)
        ]

    def _count(self, day: int) -> tuple[int, bool]:
        """Return the number of working days before a day, counted from the start, and True if it is one."""
        number = self._days.number(self._start + day)
        is_worked = self._days.number(self._start + day + 1) > number
        self._known[day] = found = number - self._before, is_worked
        return found

    def finish(self, begin: float, days: float) -> float:
        """Return the end of work that takes ``days`` working days, in calendar days from the start."""
        if days <= EPSILON or begin == math.inf:
            return begin
        day = math.floor(begin + EPSILON)  # as in worked, since a call for each sample takes longer than this
        number, is_worked = self._known.get(day) or self._count(day)
        total = number + (begin - day if is_worked and begin > day else 0.0) + days
        last = math.ceil(total - EPSILON) - 1
        found = self._ordinals.get(last)
        if found is None:
            self._ordinals[last] = found = self._days.ordinal(self._before + last) - self._start
        return found + (total - last)

    def first_day(self, begin: float) -> int:
        """Return the first working day from a time on, counted from the start."""
        day = self._start + math.floor(begin + EPSILON)
        return self._days.ordinal(self._days.number(day)) - self._start


def day_of(time: float) -> float:
    """Return the day on which work ends that ends at a time: 0 for the first one, and no day where it never ends."""
    if time <= 1.0:
        return 0
    return math.ceil(time - EPSILON) - 1 if time < math.inf else time


class Batch(NamedTuple):
    """Simulated schedules.

    Attributes:
        begins: The start of each task, one column per task.
        ends: The finish of each task, likewise.
        whole: The finish of the last task in each sample.
        critical: The number of samples in which each task was on a critical path.
        closed: The days on which tasks are closed, by task number, where tasks wait some days after others: of those that take no time,
            whose ends do not tell, and of those that others wait for.
    """

    begins: Columns
    ends: Columns
    whole: Sequence[float]
    critical: Sequence[int]
    closed: Mapping[int, Sequence[float]]


def _closing(left: OpenTasks, instant: Collection[int]) -> frozenset[int]:
    """Return the numbers of the tasks whose day of closing matters, where tasks wait some days after others; else none."""
    after = {other for number in left.waits for other in left.before[number]}
    return frozenset(after.union(instant) if left.waits else ())


class ParallelScheduler:
    """Scheduling without a limit on people: every task begins as soon as its prerequisites are finished."""

    def __init__(self, left: OpenTasks, finishes: Finishes, milestones: Milestones) -> None:
        self._before = left.before
        self._after = _graph.reverse(left.before)
        self._waits = left.waits
        self._finishes = finishes
        self._milestones = milestones
        self._closing = _closing(left, milestones)

    def __call__(self, durations: Columns, delays: Delays) -> Batch:
        """Simulate a batch, column by column."""
        many = len(durations[0])
        at_once = [0.0] * many
        begins: list[Sequence[float]] = []
        ends: list[Sequence[float]] = []
        closed: dict[int, Sequence[float]] = {}
        for number, (earlier, own) in enumerate(zip(self._before, durations, strict=True)):
            limits = [self._limit(other, number, ends, closed) for other in earlier]
            if number in delays:
                limits.append(delays[number])
            begins.append(_latest(limits) if limits else at_once)
            finish = self._finishes[number] if self._finishes else add
            ends.append(list(map(finish, begins[-1], own)) if limits or self._finishes else own)
            if number in self._closing:
                closed[number] = self._closed(number, ends[-1], closed)
        whole = _latest([end for end, later in zip(ends, self._after, strict=True) if not later])
        return Batch(begins, ends, whole, self._critical(begins, ends, whole, delays, closed), closed)

    def _limit(self, other: int, number: int, ends: Columns, closed: Mapping[int, Sequence[float]]) -> Sequence[float]:
        """Return the times before which a task cannot begin since it comes after another."""
        wait = self._waits.get(number)
        return [day + wait for day in closed[other]] if wait else ends[other]

    def _closed(self, number: int, end: Sequence[float], closed: Mapping[int, Sequence[float]]) -> Sequence[float]:
        """Return the days on which a task is closed."""
        days = list(map(day_of, end))
        if number not in self._milestones:
            return days
        wait = self._waits.get(number, 0)
        earlier = [[day + wait for day in closed[other]] for other in self._before[number] if other in closed]
        return _latest([days, [self._milestones[number]] * len(days), *earlier])

    def _critical(
        self,
        begins: Columns,
        ends: Columns,
        whole: Sequence[float],
        delays: Delays,
        closed: Mapping[int, Sequence[float]],
    ) -> list[int]:
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
                    mark = list(map(_both, mark, map(ge, self._limit(number, later, ends, closed), starts[later])))
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
        milestones: The first days of the tasks that take no time.
    """

    def __init__(
        self,
        left: OpenTasks,
        rank: Sequence[int],
        team: Sequence[int],
        sizes: Sequence[int],
        finishes: Finishes,
        *,
        milestones: Milestones,
    ) -> None:
        self._finishes = finishes
        self._waits = left.waits
        self._milestones = milestones
        self._closing = _closing(left, milestones)
        self._before = left.before
        after = _graph.reverse(left.before)
        self._after = (
            [[other for other in later if other not in left.waits] for later in after] if left.waits else after
        )
        self._waiting_for = {
            number: [other for other in after[number] if other in left.waits] for number in self._closing
        }
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
        closed: dict[int, list[float]] = {number: [] for number in self._closing}
        for place, own in enumerate(zip(*durations, strict=True)):
            begin, end, freed, days = self._work(own, {number: delays[number][place] for number in blocked})
            begins.append(begin)
            ends.append(end)
            whole.append(max(end))
            for number, column in closed.items():
                column.append(days[number])
            for number in self._critical(begin, end, freed, days):
                critical[number] += 1
        return Batch(list(zip(*begins, strict=True)), list(zip(*ends, strict=True)), whole, critical, closed)

    def _work(
        self, durations: Sequence[float], delays: Mapping[int, float]
    ) -> tuple[list[float], list[float], list[tuple[int, ...]], dict[int, float]]:
        """Simulate one schedule: the start and end of each task, the tasks whose end freed a person for it, and the days of closing."""
        count, team_of, rank, ranked, after = len(durations), self._team, self._rank, self._ranked, self._after
        finishes, closing = self._finishes, self._closing
        begin, end = [0.0] * count, [0.0] * count
        freed: list[tuple[int, ...]] = [()] * count
        closed: dict[int, float] = {}
        waiting, free = self._waiting.copy(), list(self._sizes)
        queues: list[list[int]] = [[] for _ in free]  # per team, the ranks of its ready tasks
        released: list[tuple[int, ...]] = [()] * len(free)  # per team, what ended last while no one was free
        # Future events: a task ends or, if the count of all tasks is added to its number, is unblocked or has waited after another.
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
                return begin, end, freed, closed
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
                    if number in closing:
                        self._close(number, end[number], closed, coming)
                else:
                    ready = (number - count,)
                for later in ready:
                    waiting[later] -= 1
                    if not waiting[later]:
                        heappush(queues[team_of[later]], rank[later])
                        touched.add(team_of[later])

    def _close(self, number: int, end: float, closed: dict[int, float], coming: list[tuple[float, int]]) -> None:
        """Note the day on which a task is closed, and the future ends of the waits that begin with it."""
        day, wait = day_of(end), self._waits.get(number, 0)
        if number in self._milestones:
            earlier = [closed[other] + wait for other in self._before[number] if other in closed]
            day = max(day, self._milestones[number], *earlier)
        closed[number] = day
        for later in self._waiting_for[number]:
            heappush(coming, (day + self._waits[later], len(self._before) + later))

    def _critical(
        self,
        begin: Sequence[float],
        end: Sequence[float],
        freed: Sequence[Sequence[int]],
        closed: Mapping[int, float],
    ) -> set[int]:
        """Return the critical tasks: those that end last, and those that kept a critical task from starting earlier.

        The latter are its prerequisites, and the tasks that kept its people busy, if they ended just when it began.
        """
        last = max(end)
        critical = [number for number, finish in enumerate(end) if finish >= last - EPSILON]
        seen = set(critical)
        for number in critical:  # grows during the loop
            start = begin[number]
            if number in self._waits:
                first = start - self._waits[number]
                for other in self._before[number]:
                    if closed[other] >= first - EPSILON and other not in seen:
                        seen.add(other)
                        critical.append(other)
            for other in (*self._before[number], *freed[number]):
                if abs(end[other] - start) <= EPSILON and other not in seen:
                    seen.add(other)
                    critical.append(other)
        return seen
