"""Changes, the content of overlays: set, add, move or drop tasks, phases and KPIs, and set fields of the checklist."""

from ._model.changes import (
    AddKpi,
    AddPhase,
    AddTask,
    Change,
    DropKpi,
    DropPhase,
    DropTask,
    MovePhase,
    MoveTask,
    SetChecklist,
    SetKpi,
    SetPhase,
    SetTask,
)

__all__ = [
    "AddKpi",
    "AddPhase",
    "AddTask",
    "Change",
    "DropKpi",
    "DropPhase",
    "DropTask",
    "MovePhase",
    "MoveTask",
    "SetChecklist",
    "SetKpi",
    "SetPhase",
    "SetTask",
]
