"""How a launch stands at one moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from .._door import Displayed
from ..errors import Fault, InvalidError, show
from ..model._check import Rebuilt, as_tuple, each, each_exactly, exactly, ident, verify
from ..model.checklist import Checklist, id_of
from ..planning.ordering import Recommendations
from ._moment import aware, stamp
from .progress import Progress, progress_of
from .state import TaskState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model.task import Task

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
class Snapshot(Rebuilt, Displayed):
    """How a launch stands at one moment: what :meth:`Launch.snapshot` gives, and what shows a launch to people.

    Attributes:
        name: What the launch is called.
        checklist: What is being worked.
        at: The moment, in the time zone in which it was given; dates are told on its calendar.
        states: Where each task stands, in the order of the checklist.
        next: What to do next, best first.
        retired: The ids of tasks of which something was recorded and that the checklist does not have any more.

    Raises:
        InvalidError: A field holds what it may not, or there is not one state for each task.
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
            raise InvalidError([Fault("$.states", "are not those of the checklist", show(self.states), hint)])

    def state(self, task: Task | str) -> TaskState:
        """Where a task stands, given as itself or by its id.

        Raises:
            UnknownNameError: There is no such task.
        """
        return self.states[self.checklist.position(id_of(task))]

    @property
    def progress(self) -> Progress:
        """How far the launch is."""
        return progress_of(self.checklist, lambda task_id: self.state(task_id).status)

    def to_dict(self) -> dict[str, object]:
        """The snapshot as dicts, lists, strings and numbers, ready for JSON. The checklist is told by its id and version."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "at": stamp(self.at),
            "progress": self.progress.to_dict(),
            "tasks": [state.to_dict() for state in self.states],
            "next": self.next.to_dict()["recommendations"],
            "retired": list(self.retired),
        }
