"""The record of a launch for calibration: how long its tasks took, and what its forecast from the first day was."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from .._model.task import Status
from .._planning.calibration import ClosedTask, PastForecast, can_calibrate
from .._planning.options import usual_samples
from .._planning.simulation import can_be_drawn
from ..errors import InvalidError
from .events import Migrated
from .fold import Replay
from .forecasting import add_step, days_of, plan_of, replayed, state_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._planning.calendar import Calendar
    from .._planning.options import ForecastOptions
    from .events import Event
    from .forecasting import Periods

_WORKING_HOURS = timedelta(hours=8)
"""The time between the beginning and the end of a working day."""

_HALF_DAY = 0.5
"""The time of a task beyond the days between its first and its last, where only days are known.

A task that begins in the morning takes a whole day more than these, and one that begins at any time takes none more, on average.
"""

_LEAST = 1 / 32
"""The least time of a task, a quarter of an hour."""


def closed_tasks(
    name: str, checklist: Checklist, events: Sequence[Event], at: datetime, options: ForecastOptions
) -> Iterator[ClosedTask]:
    """Yield the tasks that were begun and finished and whose effort has a spread, with the time that each took.

    ``events`` are those up to ``at`` that count; days are counted in the time zone of ``at``. A task that was done again counts with its first
    time, which is what was estimated.
    """
    replay = Replay(events, at)
    periods: Periods = {}
    first: dict[str, Sequence[tuple[datetime, datetime]]] = {}
    for step in replay.steps():
        add_step(periods, step, at)
        task_id = step.event.task
        if step.after is Status.DONE and task_id not in first:
            known = periods[task_id] if step.earlier.begun else []
            first[task_id] = [(period.begin, period.end) for period in known if period.end]
    times = {_time_of_day(at) for worked in first.values() for period in worked for at in period}
    for task in checklist:
        record, worked = replay.records.get(task.id), first.get(task.id)
        if not (record and worked) or record.status_on(at.date()) is not Status.DONE:
            continue
        if task.effort is None or not can_calibrate(task.effort):
            continue
        yield ClosedTask(
            launch=name,
            id=task.id,
            estimate=task.effort,
            actual=_days_taken(worked, days_of(task, record, options), is_of_days=len(times) == 1),
            finished=worked[-1][1].date(),
            owner=record.owner,
        )


def _days_taken(periods: Sequence[tuple[datetime, datetime]], calendar: Calendar, *, is_of_days: bool) -> float:
    """Return the working days that a task took.

    The hours between the times of day of its beginning and its end are parts of a working day, at most a whole one. Where the log is one of
    days, with the same time of day everywhere, the first and the last day count half.
    """
    days, hours = 0.0, list[float]()
    for begin, end in periods:
        days += calendar.between(begin.date(), end.date())
        share = (_time_of_day(end) - _time_of_day(begin)) / _WORKING_HOURS
        hours.append(min(max(share, -1.0), 1.0))
    return max(days + (_HALF_DAY if is_of_days else math.fsum(hours)), _LEAST)


def _time_of_day(at: datetime) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def past_forecast(
    name: str, checklist: Checklist, events: Sequence[Event], at: datetime, options: ForecastOptions
) -> PastForecast | None:
    """Return the forecast of a launch from its first day.

    None while a task is open, where one has no effort to draw from, where the finish lies beyond the year 9999, and where the launch
    was migrated, since the checklist with which it began is not kept.
    """
    samples, started = usual_samples(len(checklist)), events[0].at.astimezone(at.tzinfo)
    if not samples or any(isinstance(event, Migrated) for event in events):
        return None
    closed_on = state_after(*replayed(events, at), at, checklist, options).closed_on
    if not closed_on or any(task.id not in closed_on or not can_be_drawn(task, options) for task in checklist):
        return None
    seen = [event for event in events if event.at <= started]
    first = state_after(*replayed(seen, started), started, checklist, options)
    # Who works on what, and until when, is often recorded in the hours behind the start.
    evening = started.replace(hour=23, minute=59, second=59)
    seen = [event for event in events if event.at.astimezone(at.tzinfo) <= evening]
    later = state_after(*replayed(seen, evening), evening, checklist, options)
    plan = plan_of(checklist, attrs.evolve(first, owners=later.owners, due=later.due), options)
    try:
        finish = plan.distribution(plan.simulate(samples).whole)
    except InvalidError:  # it lies beyond the year 9999
        return None
    return PastForecast(launch=name, p50=finish.p50, p80=finish.p80, p95=finish.p95, finished=max(closed_on.values()))
