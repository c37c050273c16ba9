"""Phases: ordered groups of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from ._validation import PickledByConstructor, as_tuple, each_exactly, exactly, ident, line, optional, prose, verify
from .reference import Reference
from .task import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKS = {
    "id": ident,
    "title": line,
    "description": prose,
    "guide": optional(exactly(Reference, "Reference(title, url)")),
    "tasks": each_exactly(Task, "Task(...)"),
}


def _tasks(value: Sequence[Task]) -> tuple[Task, ...]:
    return as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Phase(PickledByConstructor, NotebookDisplay):
    """An ordered group of tasks. Its number is its position among the phases of the checklist.

    Attributes:
        id: The id used by overlays and tools, in the form of a task id.
        title: Its title, in one line.
        description: Its purpose.
        guide: A reference to background reading, or None.
        tasks: Its tasks, in the order in which their author wrote them.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str
    title: str
    description: str = attrs.field(default="", kw_only=True)
    guide: Reference | None = attrs.field(default=None, kw_only=True)
    tasks: tuple[Task, ...] = attrs.field(default=(), converter=_tasks, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)
