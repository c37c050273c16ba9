"""The tasks of a checklist as records, the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..documents import TaskRecord
    from .checklist import Checklist
    from .effort import Days, Effort

_Cells: TypeAlias = "tuple[str | None, float | None, float | None, float | None, Days | None]"

_NO_EFFORT: _Cells = (None, None, None, None, None)


def task_records(checklist: Checklist) -> Iterator[TaskRecord]:
    """Yield a row for each task, in the order in which they are written."""
    topic = checklist.topic or None
    efforts: dict[Effort | None, _Cells] = {None: _NO_EFFORT}  # they repeat, and their text takes the most time
    for phase in checklist.phases:
        for task in phase.tasks:
            cells = efforts.get(task.effort)
            if cells is None:
                effort = task.effort
                assert effort is not None
                cells = efforts[effort] = (str(effort), effort.low, effort.high, effort.likely, effort.days)
            text, low, high, likely, days = cells
            yield {
                "checklist": checklist.id,
                "version": checklist.version,
                "topic": topic,
                "phase": phase.id,
                "phase_title": phase.title,
                "section": task.section or None,
                "task": task.id,
                "title": task.title,
                "description": task.description or None,
                "priority": task.priority.value,
                "effort": text,
                "effort_low": low,
                "effort_high": high,
                "effort_likely": likely,
                "effort_days": days,
                "role": task.role or None,
                "labels": list(dict.fromkeys((*task.labels, *phase.labels))) if phase.labels else list(task.labels),
                "after": list(task.after),
                "wait_days": task.wait_days,
                "not_before": task.not_before,
                "blast_radius": task.risk.blast_radius if task.risk else None,
                "likelihood": task.risk.likelihood if task.risk else None,
                "step_ids": [step.id for step in task.steps],
                "steps": [step.text for step in task.steps],
                "references": [reference.url for reference in task.references],
                "annotations": [f"{key}={text}" for key, text in task.annotations],
                "criteria": [criterion.id for criterion in task.criteria],
                "gates": list(task.gates),
            }
