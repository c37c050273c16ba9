"""The open tasks of a forecast as records, the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.records import task_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..documents import TaskForecastRecord
    from .forecast import Forecast


def forecast_records(forecast: Forecast) -> Iterator[TaskForecastRecord]:
    """Yield a row for each open task, in the order of the checklist."""
    tasks = {task.id: task for task in forecast.tasks}
    slots = {slot.id: slot for slot in forecast.schedule}
    blocked, held = set(forecast.blocked), set(forecast.held)
    overrun, unestimated = set(forecast.overrun), set(forecast.unestimated)
    for row in task_records(forecast.checklist):
        task, slot = tasks.get(row["task"]), slots.get(row["task"])
        if task is None:
            continue
        yield {
            "launch": forecast.launch,
            "start": forecast.start,
            **row,
            "topic": forecast.topic or row["topic"],
            "owner": task.owner,
            "due": task.due,
            "on_time": task.on_time,
            "p50": task.finish.p50,
            "p80": task.finish.p80,
            "p95": task.finish.p95,
            "mean_days": task.finish.mean_days,
            "criticality": task.criticality,
            "slot_start": slot.start if slot else None,
            "slot_finish": slot.finish if slot else None,
            "blocked": task.id in blocked,
            "held": task.id in held,
            "overrun": task.id in overrun,
            "unestimated": task.id in unestimated,
        }
