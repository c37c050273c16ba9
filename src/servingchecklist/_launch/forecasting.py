"""The forecast of a launch from its present state, and the change of that forecast between two times.

The forecast itself knows nothing of launches. This module tells it which tasks are closed, under way, blocked, owned and due, and on
which days they were worked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import attrs

from .. import _graph
from .._model._validation import as_day, day
from .._model.task import Status, days_after_closing
from .._planning.calendar import EVERY_DAY
from .._planning.distribution import Distribution
from .._planning.forecast import Slot, forecast_of, p80_of
from .._planning.options import calendar_of, effort_of
from .._planning.simulation import BEYOND, Plan, can_be_drawn
from ..errors import Fault, InvalidError
from .events import Finished, Reopened
from .fold import UNTOUCHED, Replay
from .review import ReviewItem, Slip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .._planning.calendar import Calendar
    from .._planning.forecast import Forecast
    from .._planning.options import ForecastOptions
    from .events import Event
    from .fold import Record, Records, Transition

MOST_CAUSES = 5
"""The maximum number of tasks named as causes of a slip."""

_MOST_TRIED = 8
_LEAST_DAYS = 0.1
"""The least number of working days for a task to be named as a cause."""

_ONE_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class State:
    """The state of all tasks of a launch at one time, as input of a forecast.

    Attributes:
        at: The time.
        records: The records of the log.
        done: The ids of the tasks that are closed.
        closed_on: The day on which each of them was closed.
        under_way: The working days spent on each task that is under way, or was when it was blocked.
        blocked: The ids of the tasks that are blocked.
        owners: The owners of tasks.
        due: The due dates of tasks.
        past: The days on which tasks were worked: those before today, and today for a task that was finished, blocked or waived today.
    """

    at: datetime
    records: Records
    done: frozenset[str]
    closed_on: Mapping[str, date]
    under_way: Mapping[str, float]
    blocked: frozenset[str]
    owners: Mapping[str, str]
    due: Mapping[str, date]
    past: tuple[Slot, ...]

    @property
    def today(self) -> date:
        """The date of the state, in its own time zone."""
        return self.at.date()


def replayed(events: Iterable[Event], at: datetime) -> tuple[Periods, Records]:
    """Return the periods of work and the records after all events, which are those up to ``at``."""
    replay = Replay(events, at)
    periods: Periods = {}
    for step in replay.steps():
        add_step(periods, step, at)
    return periods, replay.records


def state_after(
    periods: Periods, records: Records, at: datetime, checklist: Checklist, options: ForecastOptions
) -> State:
    """Return the state of all tasks at ``at``, in whose time zone dates are, from the periods of work and the records up to then.

    The options say on which days each task is worked.
    """
    today = at.date()
    status = {task_id: record.status_on(today) for task_id, record in records.items()}
    closed_on = {task_id: day for task_id, record in records.items() if (day := record.closed_on(today, at.tzinfo))}
    owners = {task_id: record.owner for task_id, record in records.items() if record.owner}
    return State(
        at=at,
        records=records,
        done=frozenset(closed_on),
        closed_on=closed_on,
        under_way={
            task_id: _days_worked(periods[task_id], today, days_of(checklist[task_id], record, options))
            for task_id, record in records.items()
            if record.begun and not status[task_id].is_closed
        },
        blocked=frozenset(task_id for task_id, one in status.items() if one is Status.BLOCKED),
        owners=owners,
        due={task_id: record.due for task_id, record in records.items() if record.due},
        past=tuple(
            Slot(id=task_id, start=first, finish=last, owner=owners.get(task_id))
            for task_id, worked in periods.items()
            for first, last in _days(worked, today)
        ),
    )


def days_of(task: Task, record: Record, options: ForecastOptions) -> Calendar:
    """Return the calendar of the days that count for a task: all days unless its effort is in working days."""
    effort = effort_of(task, options)
    is_any_day = effort is not None and effort.days != "working"
    return EVERY_DAY if is_any_day else calendar_of(dict(options.owners).get(task.id, record.owner), options)


@attrs.define
class Period:
    """A time for which a task was under way; ``end`` is None while it still is."""

    begin: datetime
    end: datetime | None = None

    @property
    def start(self) -> date:
        """The first day."""
        return self.begin.date()

    @property
    def finish(self) -> date | None:
        """The last day; None while the task is under way."""
        return self.end.date() if self.end else None


Periods: TypeAlias = dict[str, list[Period]]
"""The periods in which each task was under way."""


def add_step(periods: Periods, step: Transition, at: datetime) -> None:
    """Add the next step of a replay to the periods of work; dates are in the time zone of ``at``."""
    # The clock of an event may run ahead of the clock that gives today.
    task_id, time = step.event.task, min(step.at.astimezone(at.tzinfo), at)
    if isinstance(step.event, Reopened):  # all of the work has to be done again
        periods.pop(task_id, None)
    worked = periods.get(task_id, [])
    is_on = bool(worked) and worked[-1].finish is None
    if step.after is Status.DOING and not is_on:
        periods.setdefault(task_id, []).append(Period(time))
    elif step.after is not Status.DOING and is_on:
        worked[-1].end = time
    elif isinstance(step.event, Finished) and not worked:
        # Its beginning was not recorded: only the day on which it was finished is known.
        periods[task_id] = [Period(time, time)]


def _days_worked(periods: list[Period], today: date, calendar: Calendar) -> float:
    return float(sum(calendar.between(period.start, period.finish or today) for period in periods))


def _days(periods: list[Period], today: date) -> list[tuple[date, date]]:
    """Return the first and the last day of each period of work; a task begun only today has no past yet.

    Periods that share a day or lie on adjacent days are one.
    """
    found: list[tuple[date, date]] = []
    for period in periods:
        first, last = period.start, period.finish or today - _ONE_DAY
        if found and first <= found[-1][1] + _ONE_DAY:
            found[-1] = found[-1][0], max(found[-1][1], last)
        elif first <= last:
            found.append((first, last))
    return found


def plan_of(checklist: Checklist, state: State, options: ForecastOptions, *, start: date | None = None) -> Plan:
    """Return the plan of the open tasks of a launch in a state. Owners in the options override those of the log.

    The time that a task stays blocked counts from when it was blocked, and is not used where it is blocked no longer.

    Raises:
        InvalidError: ``start`` lies before ``state.today``.
        UnknownNameError: The options name a task that is not in the checklist.
    """
    start = state.today if start is None else as_day(start)
    if faults := day(start, "start"):
        raise InvalidError(faults)
    if start < state.today:
        hint = f"name {state.today.isoformat()}, the day from which you look, or a later one"
        raise InvalidError([Fault("out-of-order", "$.start", "lies in the past", start.isoformat(), hint)])
    waits, waited = dict(options.blocked), dict.fromkeys(state.blocked, 0.0)
    for task_id in waited:
        wait, event = waits.get(task_id), state.records[task_id].blocked
        if wait and event:
            calendar = options.calendar if wait.days == "working" else EVERY_DAY
            waited[task_id] = float(calendar.between(event.at.astimezone(state.at.tzinfo).date(), start))
    return Plan(
        checklist,
        options,
        start=start,
        today=state.today,
        done=state.done,
        closed_on=state.closed_on,
        under_way=state.under_way,
        owners=state.owners,
        blocked=waited,
        due=state.due,
    )


def slip_between(checklist: Checklist, then: State, now: State, options: ForecastOptions, samples: int) -> Slip | None:
    """Return the change of P80 between two times, with its causes.

    None where nothing was left to do at the first, where the effort of a task that was open then or is open now is missing or, with
    log-normal ranges, begins at 0, and where a finish lies beyond the year 9999.

    Args:
        checklist: The checklist being worked.
        then: The state of the launch at the first time.
        now: Its state at the second.
        options: The options of both forecasts. ``blocked`` is used for the second only.
        samples: The number of samples of each forecast.
    """
    try:
        return _slip(checklist, then, now, options, samples)
    except InvalidError as error:
        if error.faults[0].message != BEYOND:
            raise
        return None


def _slip(checklist: Checklist, then: State, now: State, options: ForecastOptions, samples: int) -> Slip | None:
    closed = then.done & now.done
    if any(task.id not in closed and not can_be_drawn(task, options) for task in checklist):
        return None
    # The finish assumes that tasks are unblocked at once, so the plan to compare with has slots for them too.
    free = attrs.evolve(then, blocked=frozenset())
    plans = plan_of(checklist, free, attrs.evolve(options, blocked=())), plan_of(checklist, now, options)
    before, after = (forecast_of(plan, plan.simulate(samples)) for plan in plans)
    if not before.tasks:
        return None
    causes = _Causes(then, now, before, after, options=options, samples=samples)
    if after.tasks:
        return Slip(
            then=before.finish,
            now=after.finish,
            causes=tuple(causes.items()),
            blocked=after.blocked,
            overrun=after.overrun,
            options=options,
        )
    last = max(now.closed_on.values())
    finish = Distribution([0.0], start=last, calendar=after.calendar)
    return Slip(then=before.finish, now=finish, causes=tuple(causes.of_the_last(before.p80)), options=options)


class _Causes:
    """Search for the causes of a slip: each task whose state differs from the plan is tried in its planned state.

    The plan is the state that the earlier forecast has for the present day. A task that only waits for another is not tried; the other
    one is. A task whose owner has changed is tried as well.
    """

    def __init__(
        self, then: State, now: State, before: Forecast, after: Forecast, *, options: ForecastOptions, samples: int
    ) -> None:
        self._checklist = after.checklist
        self._then = then
        self._now = now
        self._before = before
        self._after = after
        self._options = options
        self._samples = samples
        self._planned = {slot.id: slot for slot in before.schedule}
        self._waits = self._find_waits()
        self._elsewhere = set(self._find_elsewhere())
        # Open tasks whose owner has changed.
        self._reassigned = {task.id for task in after.tasks if then.owners.get(task.id) != now.owners.get(task.id)}

    def items(self) -> list[ReviewItem]:
        """Return the tasks that moved the date most, with their remarks."""
        moved: dict[str, float] = {}
        for task_id, days in self._tried():
            for cause, share in self._shares(task_id, days):
                moved[cause] = max(moved.get(cause, 0.0), share, key=abs)
        return self._named(moved)

    def of_the_last(self, planned: date) -> list[ReviewItem]:
        """Return the same for a launch that is finished: the task that was closed last, and what it had to wait for."""
        closed = self._now.closed_on
        last = max(self._planned, key=lambda task_id: closed[task_id])
        return self._named(dict(self._shares(last, float(self._days(planned, closed[last])))))

    def _named(self, moved: Mapping[str, float]) -> list[ReviewItem]:
        named = [task_id for task_id, days in moved.items() if abs(days) >= _LEAST_DAYS]
        most = sorted(named, key=lambda task_id: -abs(moved[task_id]))[:MOST_CAUSES]
        return [self._item(task_id, moved[task_id]) for task_id in most]

    def _tried(self) -> Iterator[tuple[str, float]]:
        """Yield each task that may have moved the date, with the number of working days it accounts for.

        Each is tried both ways, since of two parallel tasks that are late neither changes anything alone: that task as planned and all
        others as they are, and that task as it is and all others as planned. The larger difference counts.
        """
        every = self._elsewhere | self._reassigned
        as_it_is, as_planned = self._p80(frozenset()), self._p80(every)
        for task_id in sorted(every, key=self._weight)[:_MOST_TRIED]:
            alone = as_it_is - self._p80(frozenset({task_id}))
            # With only one task, both forecasts are the same.
            beside = self._p80(every - {task_id}) - as_planned if len(every) > 1 else alone
            yield task_id, max(alone, beside, key=abs)

    def _weight(self, task_id: str) -> tuple[float, int]:
        most = max(self._before.criticality.get(task_id, 0.0), self._after.criticality.get(task_id, 0.0))
        return -most, self._checklist.position(task_id)

    def _p80(self, moved: AbstractSet[str]) -> float:
        """Return P80 in working days from now, with these tasks as planned; negative where all would be finished by now."""
        if not moved:
            return self._after.finish.quantile_days(0.8)
        state = self._as_planned(moved)
        plan = plan_of(self._checklist, state, self._options)
        if plan.left.tasks:
            return p80_of(plan, self._samples)
        return float(min(1 - self._days(self._before.p80, self._now.today), 0))

    def _find_waits(self) -> dict[str, list[str]]:
        """Return, for each task not begun whose wait after its prerequisites is not over, those of them that were closed too late for that."""
        closed, today = self._now.closed_on, self._now.today
        return {
            task.id: late
            for task in self._checklist
            if task.wait_days
            and task.id not in self._now.done
            and task.id not in self._now.under_way
            and (
                late := [
                    other.id
                    for other in self._checklist.waits_for(task)
                    if other.id in closed and (closed[other.id] - today).days + days_after_closing(task) > 0
                ]
            )
        }

    def _find_elsewhere(self) -> Iterator[str]:
        """Yield the tasks whose state differs from the plan, and that wait for nothing else."""
        now, waited_for = self._now, {other for late in self._waits.values() for other in late}
        for task in self._checklist:
            was_to_be_done, days = self._plan(task.id)
            if task.id in now.done:
                # Where others wait some days after it, the day on which it was closed still counts.
                is_as_planned = task.id not in waited_for or self._planned_finish(task.id) == now.closed_on[task.id]
                if not (was_to_be_done and is_as_planned):
                    yield task.id
            elif not self._held_by(task):
                is_as_far = (days or 0.0) == now.under_way.get(task.id, 0.0)
                if was_to_be_done or task.id in now.blocked or not is_as_far:
                    yield task.id

    def _plan(self, task_id: str) -> tuple[bool, float | None]:
        """Return the planned state of the task: True if it is done; else False and the working days spent, None if not begun."""
        slot, today = self._planned.get(task_id), self._now.today
        if slot is None:  # it was done then
            return True, None
        if slot.finish < today:
            return True, None
        return False, float(self._days(slot.start, today)) if slot.start < today else None

    def _planned_finish(self, task_id: str) -> date:
        """Return the day on which the task was to be closed, or was closed then."""
        slot = self._planned.get(task_id)
        return slot.finish if slot else self._then.closed_on[task_id]

    def _held_by(self, task: Task) -> list[str]:
        """Return the tasks that keep another from being begun: its open prerequisites, and what its people are busy with."""
        now = self._now
        if task.id in now.done or task.id in now.under_way or task.id in now.blocked:
            return []
        owner = now.owners.get(task.id)
        busy = [one for one in now.under_way if one not in now.blocked and now.owners.get(one) == owner]
        people = 1 if owner else self._options.people
        at_work = busy if people is not None and len(busy) >= people else []
        still_open = [other.id for other in self._checklist.waits_for(task) if other.id not in now.done]
        return [*still_open, *self._waits.get(task.id, ()), *at_work]

    def _as_planned(self, chosen: AbstractSet[str]) -> State:
        """Return the state of the launch with some tasks as planned, and with them all tasks that only wait for them."""
        now, moved = self._now, set(chosen & self._elsewhere)
        for place in _graph.topological(self._checklist.prerequisites):
            task = self._checklist.tasks[place]
            held_by = self._held_by(task)
            if held_by and moved.issuperset(held_by):
                moved.add(task.id)
        plans = {one: self._plan(one) for one in moved}
        done = {one for one, (is_done, _) in plans.items() if is_done}
        days_of_closing = {one: day for one, day in now.closed_on.items() if one not in moved}
        days_of_closing |= {one: self._planned_finish(one) for one in done}
        under_way = {one: days for one, days in now.under_way.items() if one not in moved}
        under_way |= {one: days for one, (_, days) in plans.items() if days is not None}
        back = chosen & self._reassigned
        owners = {one: owner for one, owner in now.owners.items() if one not in back}
        owners |= {one: owner for one, owner in self._then.owners.items() if one in back}
        return attrs.evolve(
            now,
            done=(now.done - moved) | done,
            closed_on=days_of_closing,
            under_way=under_way,
            blocked=now.blocked - moved,
            owners=owners,
        )

    def _days(self, start: date, end: date) -> int:
        return self._after.calendar.between(start, end)

    def _shares(self, task_id: str, days: float) -> Iterator[tuple[str, float]]:
        """Divide the days between the task and, as far as it could only begin late, the tasks it had to wait for."""
        while True:
            late = {
                other: self._days(self._planned_finish(other), self._now.closed_on[other])
                for other in [task.id for task in self._checklist.waits_for(task_id)]
                if other in self._now.closed_on
            }
            latest = max(late, key=late.__getitem__, default=None)
            began_late = self._late_begin(task_id)
            if latest is None or late[latest] <= 0 or began_late <= 0:
                yield task_id, days
                return
            share = min(late[latest] / began_late, 1.0)
            yield task_id, days * (1.0 - share)
            task_id, days = latest, days * share

    def _late_begin(self, task_id: str) -> int:
        """Return the delay of the beginning of the task against the plan, in working days; up to now if it has not begun."""
        if task_id not in self._planned:
            return 0
        begun = min((slot.start for slot in self._now.past if slot.id == task_id), default=self._now.today)
        return self._days(self._planned[task_id].start, begun)

    def _item(self, task_id: str, days: float) -> ReviewItem:
        state = self._now.records.get(task_id, UNTOUCHED).state(self._checklist[task_id], self._now.today, ())
        number = f"{abs(days):.1f}".removesuffix(".0")
        size = f"{number} working day{'' if number == '1' else 's'} {'later' if days > 0 else 'earlier'}"
        planned = self._planned.get(task_id)
        expected = f", forecast for {planned.finish.isoformat()}" if planned else ""
        day = state.since.astimezone(self._now.at.tzinfo).date().isoformat() if state.since else ""
        since = f" since {day}" if day else ""
        match state.status:
            case _ if task_id in self._reassigned and task_id not in self._elsewhere:
                what = f"owned by {state.owner} now" if state.owner else "without an owner now"
            case Status.BLOCKED:
                what = f"blocked{since}: {state.reason}"
            case Status.DOING:
                what = f"under way{since}{expected}"
            case Status.TODO if state.waiver:
                what = f"its waiver expired after {state.waiver.expires.isoformat()}"
            case Status.TODO if state.since:
                what = f"reopened{since}{f': {state.reason}' if state.reason else ''}"
            case Status.TODO:
                what = f"not begun{expected}"
            case Status.NOT_APPLICABLE:
                what = f"not applicable{since}{expected}"
            case _:
                what = f"{state.status} on {day}{expected}"
        title = self._checklist[task_id].title
        return ReviewItem(id=task_id, title=title, words=f"{size}: {what}", by=state.by, at=state.since)
