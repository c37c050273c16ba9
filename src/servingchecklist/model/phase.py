"""An ordered group of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._door import Displayed
from ._check import Rebuilt, as_tuple, each_exactly, exactly, ident, line, optional, prose, verify
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
class Phase(Rebuilt, Displayed):
    """An ordered group of tasks. Its place among the phases of a checklist is its number.

    Attributes:
        id: What overlays and tools call it; the same form as the id of a task.
        title: Its name, in one line.
        description: What the phase is for.
        guide: Where its deeper context is written, or None.
        tasks: Its tasks, in the order in which their author wrote them.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    description: str = attrs.field(default="", kw_only=True)
    guide: Reference | None = attrs.field(default=None, kw_only=True)
    tasks: tuple[Task, ...] = attrs.field(default=(), converter=_tasks, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)
