"""Scheduling with a limited number of people.

A schedule is built forwards in time: whenever a person is free, they take the highest-ranked task that is ready for them. This is the
parallel scheme of Kelley, "The Critical-Path Method: Resources Planning and Scheduling" (1963).
"""

from __future__ import annotations

from collections import Counter
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from .. import _graph
from .calendar import EPSILON
from .simulation import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .open_tasks import Remaining
    from .simulation import Columns


class Crew:
    """Teams of people: each task belongs to one team and occupies one member until it is finished.

    Args:
        left: The open tasks.
        rank: The rank of each task; the ready task with the lowest rank goes first.
        team: The number of each task's team.
        sizes: The number of members of each team.
    """

    def __init__(self, left: Remaining, rank: Sequence[int], team: Sequence[int], sizes: Sequence[int]) -> None:
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

    def __call__(self, durations: Columns, delays: Mapping[int, Sequence[float]]) -> Batch:
        """Simulate a batch, sample by sample: see :class:`~servingchecklist._planning.simulation.Works`."""
        begins: list[list[float]] = []
        ends: list[list[float]] = []
        whole: list[float] = []
        critical = [0] * len(durations)
        blocked = list(delays)
        for place, own in enumerate(zip(*durations, strict=True)):
            held = {number: delays[number][place] for number in blocked}
            begin, end, freed = self._work(own, held)
            begins.append(begin)
            ends.append(end)
            whole.append(max(end))
            for number in self._held_by(begin, end, freed):
                critical[number] += 1
        return Batch(list(zip(*begins, strict=True)), list(zip(*ends, strict=True)), whole, critical)

    def _work(
        self, durations: Sequence[float], delays: Mapping[int, float]
    ) -> tuple[list[float], list[float], list[tuple[int, ...]]]:
        """Simulate one schedule: the start and end of each task, and the tasks whose end freed a person for it."""
        count, team, rank, ranked, after = len(durations), self._team, self._rank, self._ranked, self._after
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
                heappush(queues[team[number]], rank[number])
        now = 0.0
        touched = set(range(len(free)))
        while True:
            for one in touched:
                queue = queues[one]
                while queue and free[one]:
                    number = ranked[heappop(queue)]
                    free[one] -= 1
                    begin[number] = now
                    end[number] = finish = now + durations[number]
                    freed[number] = released[one]
                    heappush(coming, (finish, number))
            if not coming:
                return begin, end, freed
            now = coming[0][0]
            touched.clear()
            # Process all events of one time before anyone takes a task.
            while coming and coming[0][0] <= now + EPSILON:
                number = heappop(coming)[1]
                if number < count:
                    one = team[number]
                    if not free[one]:
                        released[one] = (number,)
                    elif released[one] and end[released[one][0]] >= now:
                        released[one] = (*released[one], number)
                    free[one] += 1
                    touched.add(one)
                    ready: Sequence[int] = after[number]
                else:
                    ready = (number - count,)
                for later in ready:
                    waiting[later] -= 1
                    if not waiting[later]:
                        heappush(queues[team[later]], rank[later])
                        touched.add(team[later])

    def _held_by(self, begin: Sequence[float], end: Sequence[float], freed: Sequence[Sequence[int]]) -> set[int]:
        """Return the critical tasks: those that end last, and those that kept a critical task from starting earlier.

        The latter are its prerequisites, and the tasks that kept its people busy, if they ended just when it began.
        """
        last = max(end)
        found = [number for number, finish in enumerate(end) if finish >= last - EPSILON]
        seen = set(found)
        for number in found:  # grows during the loop
            start = begin[number]
            for other in (*self._before[number], *freed[number]):
                if abs(end[other] - start) <= EPSILON and other not in seen:
                    seen.add(other)
                    found.append(other)
        return seen
