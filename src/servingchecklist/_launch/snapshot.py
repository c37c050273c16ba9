"""The state of a launch at one moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from .._model._validation import PickledByConstructor, as_tuple, each, each_exactly, exactly, ident, verify
from .._model.checklist import Checklist, id_of
from .._planning.ordering import Recommendations
from ..errors import Fault, InvalidError, show
from ._moment import aware, stamp
from .progress import Progress, progress_of
from .state import TaskState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._model.task import Task

_CHECKS = {
    "name": ident,
    "checklist": exactly(Checklist, "Checklist(...)"),
    "at": aware,
    "states": each_exactly(TaskState, "TaskState(id=...)"),
    "next": exactly(Recommendations, "launch.next()"),
    "retired": each(ident, distinct=True),
}


def _ids(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Snapshot(PickledByConstructor, NotebookDisplay):
    """The state of all tasks of a launch at one moment, as :meth:`Launch.snapshot` returns it, for display.

    Attributes:
        name: The name of the launch.
        checklist: The checklist being worked.
        at: The moment, in the time zone in which it was given; all dates are in that time zone.
        states: The state of each task, in the order of the checklist.
        next: The tasks to do next, best first.
        retired: The ids of tasks that have events but are no longer in the checklist.

    Raises:
        InvalidError: A field is invalid, or there is not one state for each task.
    """

    name: str
    checklist: Checklist
    at: datetime
    states: tuple[TaskState, ...]
    next: Recommendations
    retired: tuple[str, ...] = attrs.field(default=(), converter=_ids)

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)
        if [state.id for state in self.states] != [task.id for task in self.checklist]:
            hint = "give one for each task, in the order of the checklist"
            raise InvalidError(
                [Fault("contradiction", "$.states", "are not those of the checklist", show(self.states), hint)]
            )

    def state(self, task: Task | str) -> TaskState:
        """Return the state of a task, given as a task or by its id.

        Raises:
            UnknownNameError: There is no such task.
        """
        return self.states[self.checklist.position(id_of(task))]

    @property
    def progress(self) -> Progress:
        """The progress of the launch."""
        return progress_of(self.checklist, lambda task_id: self.state(task_id).status)

    def to_dict(self) -> dict[str, object]:
        """Return the snapshot as dicts, lists, strings and numbers, ready for JSON. Of the checklist, only id and version."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "at": stamp(self.at),
            "progress": self.progress.to_dict(),
            "tasks": [state.to_dict() for state in self.states],
            "next": self.next.to_dict()["recommendations"],
            "retired": list(self.retired),
        }
