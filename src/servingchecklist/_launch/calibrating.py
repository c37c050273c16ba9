"""The record of a launch for calibration: how long its tasks took, and what its forecast from the first day was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.task import Status
from .._planning.calibration import ClosedTask, PastForecast, can_calibrate
from .._planning.options import usual_samples
from .._planning.simulation import can_be_drawn
from .fold import Replay
from .forecasting import add_step, plan_of, state_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._planning.calendar import Calendar
    from .._planning.options import ForecastOptions
    from .events import Event
    from .forecasting import Periods

_HALF_DAY = 0.5
"""The time in working days that a task takes beyond the days between its first and its last: both are half worked, on average."""


def closed_tasks(
    name: str, checklist: Checklist, events: Sequence[Event], at: datetime, calendar: Calendar
) -> Iterator[ClosedTask]:
    """Yield the tasks that were begun and finished and whose effort has a spread, with the time that each took.

    ``events`` are those up to ``at`` that count; days are counted in the time zone of ``at``.
    """
    replay = Replay(events, at)
    periods: Periods = {}
    for step in replay.steps():
        add_step(periods, step, at)
    for task in checklist:
        record = replay.records.get(task.id)
        if record is None or not record.begun or record.status_on(at.date()) is not Status.DONE:
            continue
        if task.effort is None or not can_calibrate(task.effort):
            continue
        ends = [(period.start, period.finish or at.date()) for period in periods[task.id]]
        yield ClosedTask(
            launch=name,
            id=task.id,
            estimate=task.effort,
            actual=sum(calendar.between(*days) for days in ends) + _HALF_DAY,
            finished=ends[-1][1],
            owner=record.owner,
        )


def past_forecast(
    name: str, checklist: Checklist, events: Sequence[Event], at: datetime, options: ForecastOptions
) -> PastForecast | None:
    """Return the forecast of a launch from its first day; None while a task is open, or where one has no effort to draw from."""
    samples, started = usual_samples(len(checklist)), events[0].at.astimezone(at.tzinfo)
    closed_on = state_of(events, at, options.calendar).closed_on
    if not (samples and closed_on) or any(
        task.id not in closed_on or not can_be_drawn(task, options) for task in checklist
    ):
        return None
    first = state_of([event for event in events if event.at <= started], started, options.calendar)
    plan = plan_of(checklist, first, options)
    finish = plan.distribution(plan.simulate(samples).whole)
    return PastForecast(launch=name, p50=finish.p50, p80=finish.p80, p95=finish.p95, finished=max(closed_on.values()))
