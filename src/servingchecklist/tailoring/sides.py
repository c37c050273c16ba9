"""The three checklists of a merge, each in parts, and how their parts lie to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.changes import SetChecklist
from .places import neighbours, staying

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence

    from ..model.checklist import Checklist
    from ..model.task import Task
    from .difference import Key


class Side:
    """One of the three checklists, in parts."""

    def __init__(self, checklist: Checklist) -> None:
        self.fields = {name: getattr(checklist, name) for name in SetChecklist.sets}
        self.phases = {phase.id: phase for phase in checklist.phases}
        self.tasks = {task.id: task for task in checklist}
        self.members = {phase.id: [task.id for task in phase.tasks] for phase in checklist.phases}
        self.home = {task: phase for phase, members in self.members.items() for task in members}
        self.moved: set[str] = set()  # tasks that have another place in the phase that they were in
        self.moved_phases: set[str] = set()

    def since(self, base: Side, named: Collection[Key]) -> None:
        """Find out what has another place than in the base. What is named as moved is taken to be what has moved."""
        tasks = {name for what, name, _ in named if what == "task"}
        for phase, members in self.members.items():
            self.moved |= moved_in(base.members.get(phase, []), members, tasks)
        self.moved_phases = moved_in(list(base.phases), list(self.phases), {name for _, name, _ in named} - tasks)


def moved_in(before: Sequence[str], after: Sequence[str], named: Container[str]) -> set[str]:
    """Who has another place in the second order than in the first. Those that are named are taken to be the ones, where anyone has."""
    common = set(before) & set(after)
    if len(staying(before, after)) == len(common):
        return set()
    rest = [[name for name in order if name not in named] for order in (before, after)]
    return common - staying(*rest)


def behind_on(name: str, side: Side) -> str:
    """What a task stands behind in its phase; empty where it is the first."""
    return neighbours(side.members[side.home[name]])[name]


def nearest_known(name: str, order: Sequence[str], known: Container[str]) -> str:
    """The nearest of the known that a name stands behind; empty where it stands behind none."""
    return next((one for one in reversed(order[: order.index(name)]) if one in known), "")


def linked_around(after: Iterable[str], present: Mapping[str, Task], known: Mapping[str, Task]) -> tuple[str, ...]:
    """What comes of ``after`` where tasks are not there any more: in their place stands what they came after, and so on."""
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
