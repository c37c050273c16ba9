"""The input of a merge: its three checklists in parts, and the relations between the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.changes import SetChecklist
from .moves import neighbours, staying

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .difference import Key


class Side:
    """One of the three checklists, in parts."""

    def __init__(self, checklist: Checklist) -> None:
        self.fields = {name: getattr(checklist, name) for name in SetChecklist.sets}
        self.phases = {phase.id: phase for phase in checklist.phases}
        self.tasks = {task.id: task for task in checklist}
        self.members = {phase.id: [task.id for task in phase.tasks] for phase in checklist.phases}
        self.home = {task: phase for phase, members in self.members.items() for task in members}
        self.moved: set[str] = set()  # tasks that have another place within the same phase
        self.moved_phases: set[str] = set()

    def since(self, base: Side, named: Collection[Key]) -> None:
        """Find tasks and phases at another place than in the base. If any has moved, the named ones count as moved."""
        tasks = {name for what, name, _ in named if what == "task"}
        for phase, members in self.members.items():
            self.moved |= moved_in(base.members.get(phase, []), members, tasks)
        self.moved_phases = moved_in(list(base.phases), list(self.phases), {name for _, name, _ in named} - tasks)


def moved_in(before: Sequence[str], after: Sequence[str], named: Container[str]) -> set[str]:
    """Return the names that have moved from the first order to the second. If any has, the named ones count as moved."""
    common = set(before) & set(after)
    if len(staying(before, after)) == len(common):
        return set()
    rest = [[name for name in order if name not in named] for order in (before, after)]
    return common - staying(*rest)


def behind_on(name: str, side: Side) -> str:
    """Return the task before this one in its phase; empty if it is the first."""
    return neighbours(side.members[side.home[name]])[name]


def nearest_known(name: str, order: Sequence[str], known: Container[str]) -> str:
    """Return the nearest known name before this one; empty if there is none."""
    return next((one for one in reversed(order[: order.index(name)]) if one in known), "")


def linked_around(after: Iterable[str], present: Mapping[str, Task], known: Mapping[str, Task]) -> tuple[str, ...]:
    """Return ``after`` with absent tasks replaced by their own prerequisites, recursively."""
    made: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(reversed(list(after)))
    while waiting:
        name = waiting.pop()
        if name in present:
            made[name] = None
        elif name not in seen and name in known:
            seen.add(name)
            waiting += reversed(known[name].after)
    return tuple(made)
