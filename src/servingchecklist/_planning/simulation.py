"""Monte Carlo simulation of a plan: its open tasks, the people, the order and the days on which they work.

Samples are drawn in batches, with one column per task: whole columns are processed at once where possible, and the memory of a batch is
bounded.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from operator import add
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from .._model import _validation as v
from .._model.checklist import Checklist
from ..errors import Fault, Faults, InvalidError, invalid
from .calendar import EPSILON
from .calibration import can_calibrate, quantiles_of
from .distribution import Distribution
from .durations import BLOCK, Durations
from .open_tasks import open_tasks_of
from .options import (
    LONGEST_RANGE,
    ForecastFields,
    ForecastOptions,
    calendar_of,
    effort_of,
    options_with,
    shared_variance,
)
from .ordering import ranks
from .rules import Situation, by_task, known_ids
from .scheduling import Clock, ParallelScheduler, TeamScheduler, day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .._model.effort import Effort
    from .._model.task import Task
    from .durations import Columns
    from .scheduling import Batch, Finishes

T = TypeVar("T")

_AT_ONCE = 250_000
"""The approximate size of a batch: tasks times samples."""

_LARGEST = 10_000

BEYOND = "the forecast goes beyond the year 9999"
"""The message for a finish that has no date."""


class Samples:
    """Simulated finishes.

    Attributes:
        ends: The finish of each task, in days from the start of the plan; one column per task.
        whole: The finish of the last task, likewise.
        critical: The number of samples in which each task was on a critical path.
    """

    __slots__ = ("critical", "ends", "whole")

    def __init__(self, tasks: int) -> None:
        self.ends = [array("d") for _ in range(tasks)]
        self.whole = array("d")
        self.critical: Sequence[int] = [0] * tasks

    def extend(self, batch: Batch) -> None:
        """Append the samples of a batch."""
        for column, more in zip((*self.ends, self.whole), (*batch.ends, batch.whole), strict=True):
            column.extend(more)
        self.critical = list(map(add, self.critical, batch.critical))


class Plan:
    """The open tasks of a checklist with all that decides when they are finished.

    Attributes:
        checklist: The checklist.
        options: The options of the forecast.
        start: The first day on which open tasks can be worked.
        situation: The closed tasks and the due dates.
        left: The open tasks.
        owners: The owner of each owned task.
        waits: The time for which each blocked task stays blocked, by its id; None if unknown.
        begun: The ids of the tasks under way.
        shared: The share of the variance that all tasks have in common.

    ``closed_on`` has the days on which closed tasks were closed, where these are known: the wait of a task after others counts as over.
    ``owners`` and ``blocked`` are those of the log of a launch: owners by task id, in whose place those of the options are, and the time
    for which each blocked task has been blocked. Without a log they are None, and the options say what is owned and blocked.

    Raises:
        InvalidError: Tasks state no effort and there is no default, an effort begins at 0 where a log-normal range cannot, an owner is on
            leave for years, or an argument is invalid.
        UnknownNameError: An argument names a task that is not in the checklist.
    """

    def __init__(
        self,
        checklist: Checklist,
        options: ForecastOptions,
        *,
        start: date,
        done: Iterable[str] = (),
        closed_on: Mapping[str, date] | None = None,
        under_way: Mapping[str, float] | None = None,
        owners: Mapping[str, str] | None = None,
        blocked: Mapping[str, float] | None = None,
        due: Mapping[str, date] | None = None,
        today: date | None = None,
    ) -> None:
        v.require_kind(Checklist, {"$": checklist})
        closed = known_ids("$.done", checklist, done)
        self._given: dict[str, Any] = {
            "start": start,
            "done": closed,
            "closed_on": closed_on,
            "under_way": under_way,
            "owners": owners,
            "blocked": blocked,
            "due": due,
            "today": today,
        }
        efforts = _of_tasks(checklist, "efforts", options.efforts)
        if options.default_effort:
            unstated = [task.id for task in checklist if task.effort is None]
            efforts = {**dict.fromkeys(unstated, options.default_effort), **efforts}
        self.checklist, self.options = checklist, options
        self.situation = Situation(checklist, closed, due, today, efforts=efforts, closed_on=closed_on)
        self.start = v.as_day(start)
        if faults := v.day(self.start, "start"):
            raise InvalidError(faults)
        self.owners = {**(owners or {}), **_of_tasks(checklist, "owners", options.owners)}
        waits = _of_tasks(checklist, "blocked", options.blocked)
        self.waits = waits if blocked is None else {task_id: waits.get(task_id) for task_id in blocked}
        self._waited: Mapping[str, float] = blocked or {}
        self.left = open_tasks_of(checklist, closed, under_way, None, efforts)
        self.begun = frozenset(() if under_way is None else under_way)
        self._blocks = {
            number: wait for number, task in enumerate(self.left.tasks) if (wait := self.waits.get(task.id))
        }
        self._check_ranges()
        self._scheduler = self._team_scheduler()
        self.shared = shared_variance(options, self._workers())

    @property
    def is_limited(self) -> bool:
        """True if a task may have to wait for a person, so that the order of tasks matters."""
        return self._scheduler.is_limited

    def with_options(self, **changes: Unpack[ForecastFields]) -> Plan:
        """Return the same plan with other options."""
        return Plan(self.checklist, options_with(self.options, changes), **self._given)

    def simulate(self, samples: int, report: Callable[[int, int], object] | None = None) -> Samples:
        """Simulate the plan.

        Args:
            samples: The number of samples.
            report: A function called after every batch with the number of samples so far and the total number.

        Raises:
            InvalidError: A finish lies beyond the year 9999.
        """
        count = len(self.left.places)
        simulated = Samples(count)
        durations = self._durations()
        schedule = self._schedule
        size = min(max(_AT_ONCE // max(count, 1) // BLOCK, 1) * BLOCK, _LARGEST)
        for first in range(0, samples, size):
            many = min(size, samples - first)
            columns, blocks = durations.draw(many)
            if columns:
                delays = self._delays(blocks, many)
                simulated.extend(self._with_milestones(schedule(columns, delays)))
            else:
                simulated.whole.extend([0.0] * many)
            if report:
                report(first + many, samples)
        last = self._last_time
        if max(simulated.whole) > last:
            ends = zip(self.left.tasks, simulated.ends, strict=True)
            task_id = next(task.id for task, column in ends if max(column) > last)
            hint = "check its effort and its wait, and those of the tasks before it"
            raise InvalidError([Fault("out-of-range", "$", BEYOND, hint=hint, task=task_id)])
        return simulated

    def median_schedule(self) -> dict[str, tuple[date, date]]:
        """Return the first and the last day of each task where each takes its own median duration, by task id.

        Tasks that are blocked for an unknown time are left out, and so is what waits for them.
        """
        if not self.left.tasks:
            return {}
        durations, blocks = self._durations().medians()
        delays = self._delays({number: [days] for number, days in blocks.items()}, 1)
        ids = [task.id for task in self.left.tasks]
        unknown = [number for number, task_id in enumerate(ids) if self.waits.get(task_id, ...) is None]
        delays.update({number: [math.inf] for number in unknown})
        batch = self._with_milestones(self._schedule([[days] for days in durations], delays))
        return {
            ids[number]: self._days(number, batch.begins[number][0], batch.ends[number][0])
            for number in self.left.as_written()
            if batch.ends[number][0] <= self._last_time
        }

    def distribution(self, times: Sequence[float]) -> Distribution:
        """Return the distribution of finishes."""
        calendar, clock = self.options.calendar, self._clock
        if clock is None:
            return Distribution(times, start=self.start, calendar=calendar)
        dates = {end: self._date(end) for end in {math.ceil(time - EPSILON) for time in times}}
        off = None
        if not all(map(calendar.is_worked, dates.values())):
            off = [dates[math.ceil(time - EPSILON)] for time in times]
        return Distribution(clock.worked(times), start=self.start, calendar=calendar, dates=off)

    @cached_property
    def _clock(self) -> Clock | None:
        """The clock of the calendar where time is in calendar days, since tasks differ in the days that count; else None."""
        efforts = (*self.left.efforts, *self._blocks.values())
        if all(effort.days == "working" for effort in efforts) and not self._own_clocks and not self.left.waits:
            return None
        return Clock(self.options.calendar, self.start)

    @cached_property
    def _own_clocks(self) -> dict[int, Clock]:
        """The clocks of the tasks whose owners have a calendar of their own."""
        owners = [self.owners.get(task.id) for task in self.left.tasks]
        clocks = {owner: self._own_clock(owner) for owner, _ in self.options.calendars if owner in owners}
        return {number: clocks[owner] for number, owner in enumerate(owners) if owner in clocks}

    def _own_clock(self, owner: str) -> Clock:
        clock = Clock(calendar_of(owner, self.options), self.start)
        if clock.first_day(0.0) > LONGEST_RANGE:
            problem = f"has no working day within ten years from {self.start.isoformat()} on"
            hint = "write the last day of the leave, or another owner"
            raise invalid("out-of-range", f"$.calendars.{owner}", problem, owner, hint)
        return clock

    def _finishes(self) -> Finishes:
        if self._clock is None:
            return None
        clocks = {**dict.fromkeys(range(len(self.left.tasks)), self._clock), **self._own_clocks}
        return [
            clocks[number].finish if effort.days == "working" else add
            for number, effort in enumerate(self.left.efforts)
        ]

    @cached_property
    def _last_time(self) -> float:
        """The end of the last day of the year 9999."""
        if self._clock:
            return float((date.max - self.start).days + 1) + EPSILON
        calendar = self.options.calendar
        return calendar.between(self.start, date.max) + calendar.is_worked(date.max) + EPSILON

    def _date(self, time: float) -> date:
        return self.start + timedelta(day_of(time))

    def _days(self, number: int, begin: float, end: float) -> tuple[date, date]:
        """Return the first and the last day of a task."""
        calendar = self.options.calendar
        if self._clock is None:
            last = calendar.add(self.start, end)
            return min(calendar.day(self.start, int(begin + EPSILON)), last), last
        last = self._date(end)
        clock = self._own_clocks.get(number, self._clock)
        is_worked = self.left.efforts[number].days == "working"
        first = clock.first_day(begin) if is_worked else math.floor(begin + EPSILON)
        return self.start + timedelta(min(first, (last - self.start).days)), last

    def _durations(self) -> Durations:
        record = self.options.history
        return Durations(
            self.left,
            {
                number: (wait, self._waited.get(self.left.tasks[number].id, 0.0))
                for number, wait in self._blocks.items()
            },
            ranges=self.options.ranges,
            shared=self.shared,
            quantiles=[
                quantiles_of(record, self.owners.get(task.id)) if record and can_calibrate(effort) else None
                for task, effort in zip(self.left.tasks, self.left.efforts, strict=True)
            ],
            seed=self.options.seed,
        )

    @property
    def _schedule(self) -> Callable[[Columns, Mapping[int, Sequence[float]]], Batch]:
        if self.is_limited:
            return self._scheduler
        return ParallelScheduler(self.left, self._finishes(), self._milestones)

    def _delays(self, blocks: Mapping[int, Sequence[float]], many: int) -> dict[int, Sequence[float]]:
        """Return the times before which tasks cannot begin: those that are blocked, and those with a first day of their own."""
        delays = dict(blocks)
        if clock := self._clock:
            for number, effort in self._blocks.items():
                if effort.days == "working":
                    delays[number] = [clock.finish(0.0, days) for days in blocks[number]]
        for number, first in self._first_times.items():
            delays[number] = [max(first, delay) for delay in delays.get(number, [0.0] * many)]
        return delays

    @cached_property
    def first_days(self) -> dict[str, date]:
        """The first day of each open task that cannot begin on ``start``, by its id, in the order of the checklist."""
        first_day_of = self.situation.first_day_of
        return {
            task.id: first
            for task in (self.left.tasks[number] for number in self.left.as_written())
            if (first := first_day_of(task)) and first > self.start and task.id not in self.begun
        }

    @cached_property
    def _first_times(self) -> dict[int, float]:
        """The times before which tasks cannot begin by their first days, by task number."""
        start, first_days = self.start, self.first_days
        later = {number: first_days[task.id] for number, task in enumerate(self.left.tasks) if task.id in first_days}
        between = self.options.calendar.between
        return {
            number: float(days)
            for number, first in later.items()
            if (days := (first - start).days if self._clock else between(start, first))
        }

    @cached_property
    def _milestones(self) -> dict[int, float]:
        """The first day of each open task that takes no time, by its number; 0.0 for any day."""
        efforts = enumerate(self.left.efforts)
        return {number: self._first_times.get(number, 0.0) for number, effort in efforts if not effort.high}

    def _with_milestones(self, batch: Batch) -> Batch:
        """Return the batch with the ends of tasks that take no time in their first day, which otherwise are those of the day before."""
        many = len(batch.whole)
        least = {
            number: [day and day + 2 * EPSILON for day in batch.closed.get(number) or [first] * many]
            for number, first in self._milestones.items()
            if first or number in batch.closed
        }
        if not least:
            return batch
        ends = [
            list(map(max, column, least[number])) if number in least else column
            for number, column in enumerate(batch.ends)
        ]
        return batch._replace(ends=ends, whole=list(map(max, batch.whole, *least.values())))

    def _team_scheduler(self) -> TeamScheduler:
        """Build a team for elapsed time, one of one for each owner, and one of all other people.

        Tasks under way go first, the rest by rank. Time that passes takes nobody, so its team has a member for each of its tasks.
        """
        left = self.left
        teams: dict[str | None, int] = {None: 0, "": 1}  # no owner has an empty name
        team = [
            1 if effort.days == "elapsed" else teams.setdefault(self.owners.get(task.id), len(teams))
            for task, effort in zip(left.tasks, left.efforts, strict=True)
        ]
        rank = ranks(self.situation, self.options.rules)
        people = len(left.tasks) if self.options.people is None else self.options.people

        def turn(number: int) -> tuple[bool, int]:
            return left.tasks[number].id not in self.begun, rank[left.places[number]]

        turns = [0] * len(left.tasks)
        for place, number in enumerate(sorted(range(len(turns)), key=turn)):
            turns[number] = place
        sizes = [people, len(left.tasks), *([1] * (len(teams) - 2))]
        return TeamScheduler(left, turns, team, sizes, self._finishes(), milestones=self._milestones)

    def _workers(self) -> int | None:
        """Return the number of people who work on the tasks, closed or open; None for no limit. Time that passes takes nobody."""
        efforts = [(task, self.situation.effort_of(task)) for task in self.checklist]
        owners = [self.owners.get(task.id) for task, effort in efforts if effort is None or effort.days != "elapsed"]
        named = len({owner for owner in owners if owner})
        if None not in owners:
            return named
        return None if self.options.people is None else named + self.options.people

    def _check_ranges(self) -> None:
        """Raise InvalidError for efforts that begin at 0 and end above, which a log-normal distribution cannot."""
        faults = Faults()
        hint = "write a low above 0, as in '0.5-3 days', or read ranges as bounds"
        problem = "begins at 0, which is no percentile of a log-normal distribution"
        tasks = self.left.tasks
        pairs = [
            *zip(tasks, self.left.efforts, strict=True),
            *((tasks[one], wait) for one, wait in self._blocks.items()),
        ]
        for place, (task, effort) in enumerate(pairs) if self.options.ranges != "bounds" else ():
            if _begins_at_zero(effort):
                path = self._path_of_effort(task, effort) if place < len(tasks) else f"$.blocked.{task.id}"
                faults.add("out-of-range", path, problem, str(effort), hint, task=task.id)
        if faults:
            raise InvalidError(faults)

    def _path_of_effort(self, task: Task, effort: Effort) -> str:
        if effort is not task.effort:
            return f"$.efforts.{task.id}" if task.id in dict(self.options.efforts) else "$.default_effort"
        phases = self.checklist.phases
        number = phases.index(self.checklist.phase_of(task))
        return f"$.phases[{number}].tasks[{phases[number].tasks.index(task)}].effort"


def _begins_at_zero(effort: Effort) -> bool:
    return effort.low == 0 < effort.high


def can_be_drawn(task: Task, options: ForecastOptions) -> bool:
    """Return True if the task has an effort, stated or by the options, from which its duration can be drawn."""
    effort = effort_of(task, options)
    return effort is not None and (options.ranges == "bounds" or not _begins_at_zero(effort))


def _of_tasks(checklist: Checklist, name: str, pairs: Sequence[tuple[str, T]]) -> dict[str, T]:
    return by_task(checklist, name, dict(pairs), lambda value, name: [], "")
