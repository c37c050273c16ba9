"""Changes, the content of overlays: set, add, move or drop tasks and phases, and set fields of the checklist."""

from ._model.changes import (
    AddPhase,
    AddTask,
    Change,
    DropPhase,
    DropTask,
    MovePhase,
    MoveTask,
    SetChecklist,
    SetPhase,
    SetTask,
)

__all__ = [
    "AddPhase",
    "AddTask",
    "Change",
    "DropPhase",
    "DropTask",
    "MovePhase",
    "MoveTask",
    "SetChecklist",
    "SetPhase",
    "SetTask",
]
