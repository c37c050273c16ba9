"""A mutable builder that applies changes to a checklist."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, assert_never, cast

import attrs

from .. import _graph
from .._model._validation import evolved, made
from .._model.changes import (
    AddPhase,
    AddTask,
    DropPhase,
    DropTask,
    MovePhase,
    MoveTask,
    SetChecklist,
    SetPhase,
    SetTask,
)
from .._model.checklist import Checklist, cycle_fault, facet_faults
from .._model.task import Task
from ..errors import HINTED_FAULTS, MOST_FAULTS, Code, CycleError, Fault, InvalidError, nearest, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._model.changes import Change, Value
    from .._model.facet import Choice, Facet
    from .._model.overlay import Overlay
    from .._model.task import Phase


class Draft:
    """A checklist in mutable parts, with the faults of the changes that did not apply.

    Attributes:
        fields: The fields of the checklist itself, by name.
        phases: The phases by id, in order; their field ``tasks`` is not kept up to date.
        members: The ids of the tasks of each phase, in order.
        tasks: The tasks by id, in no order.
        home: The phase of each task.
        faults: The faults of the changes so far.
    """

    def __init__(self, checklist: Checklist) -> None:
        self.fields: dict[str, Value] = {name: getattr(checklist, name) for name in SetChecklist.sets}
        self.phases: dict[str, Phase] = {phase.id: phase for phase in checklist.phases}
        self.members: dict[str, list[str]] = {
            phase.id: list(map(attrgetter("id"), phase.tasks)) for phase in checklist.phases
        }
        self.tasks: dict[str, Task] = dict(zip(chain(*self.members.values()), checklist.tasks, strict=True))
        self.home: dict[str, str] = {}
        for phase, members in self.members.items():
            self.home.update(dict.fromkeys(members, phase))
        self.faults: list[Fault] = []
        self._changed: set[str] = set()  # phases whose field ``tasks`` is out of date
        self._said: dict[tuple[str, str], str] = {}  # the path that last set a field, by task ("" for the checklist)
        self._waiting: dict[str, set[str]] | None = None  # for each task, those that name it in their "after"

    def apply(self, change: Change, path: str) -> None:
        """Apply a change, or record why it does not fit.

        Args:
            change: The change to apply.
            path: Its path in the document, for faults.
        """
        match change:
            case SetTask():
                self._set_task(change, path)
            case DropTask():
                self._drop_task(change, path)
            case AddTask():
                self._add_task(change, path)
            case MoveTask():
                if self._knows_task(change.task, path) and self._fits(change, path):
                    self._leave(change.task)
                    self._put(change.task, change)
            case SetPhase():
                if self._knows_phase(change.phase, path):
                    self.phases[change.phase] = evolved(self.phases[change.phase], change.values())
            case DropPhase():
                self._drop_phase(change, path)
            case AddPhase():
                self._add_phase(change, path)
            case MovePhase():
                if self._knows_phase(change.phase, path) and self._has_neighbour(change, change.phase, path):
                    self._put_phase(self.phases[change.phase], change)
            case SetChecklist():
                values = change.values()
                self.fields |= values
                for name in values:
                    self._say("", name, path)
            case _:
                assert_never(change)

    def _fault(self, path: str, problem: str, value: object, hint: str, code: Code = "misplaced") -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(code, path, problem, show(value), hint))

    def _strange(self, path: str, problem: str, name: str, known: Iterable[str]) -> None:
        """Record an unknown name; only the first faults get the nearest known one as a hint."""
        hint = nearest(name, known) if len(self.faults) < HINTED_FAULTS else ""
        self._fault(path, problem, name, hint, "unknown-task" if "task" in problem else "unknown-phase")

    def _say(self, about: str, field: str, path: str) -> None:
        """Note the path that set a field; the latest comes last."""
        self._said.pop((about, field), None)
        self._said[about, field] = path

    def _knows_task(self, task: str, path: str) -> bool:
        if task not in self.tasks:
            self._strange(f"{path}.task", "there is no task of that id", task, self.tasks)
        return task in self.tasks

    def _knows_phase(self, phase: str, path: str) -> bool:
        if phase not in self.phases:
            self._strange(f"{path}.phase", "there is no phase of that id", phase, self.phases)
        return phase in self.phases

    def _set_task(self, change: SetTask, path: str) -> None:
        if not self._knows_task(change.task, path):
            return
        task, values = self.tasks[change.task], change.values()
        if values:
            self._replace(evolved(task, values))
        if change.also_after:
            self._replace(_behind(self.tasks[task.id], dict.fromkeys([*task.after, *change.also_after])))
        for name in ("after", "when"):
            if name in values:
                self._say(task.id, name, f"{path}.{name}")
        if change.also_after:
            self._say(task.id, "after", f"{path}.also_after")

    def _replace(self, task: Task) -> None:
        before = self.tasks[task.id]
        self.tasks[task.id] = task
        self._changed.add(self.home[task.id])
        if self._waiting is not None and before.after != task.after:
            for name in before.after:
                self._waiting[name].discard(task.id)
            for name in task.after:
                self._waiting.setdefault(name, set()).add(task.id)

    def _drop_task(self, change: DropTask, path: str) -> None:
        if not self._knows_task(change.task, path):
            return
        self._leave(change.task)
        gone = self.tasks.pop(change.task)
        del self.home[change.task]
        for name in sorted(self._waiting_for(gone.id)):
            task = self.tasks[name]
            self._replace(_behind(task, [one for one in around(task.after, gone) if one != name]))
            self._say(name, "after", f"{path}.task")
        for name in gone.after:
            self._waiting_for(name).discard(gone.id)

    def _waiting_for(self, task: str) -> set[str]:
        if self._waiting is None:  # most overlays drop nothing
            self._waiting = {}
            for one in self.tasks.values():
                for name in one.after:
                    self._waiting.setdefault(name, set()).add(one.id)
        return self._waiting.setdefault(task, set())

    def _add_task(self, change: AddTask, path: str) -> None:
        is_new, fits = self._is_new_task(change.task.id, f"{path}.task"), self._fits(change, path)
        if not is_new or change.phase not in self.phases:
            return
        self._enter(change.task, f"{path}.task")
        # Add the task even if only its neighbour is wrong: else each later change of it would be a fault as well.
        self._put(change.task.id, change if fits else attrs.evolve(change, before=None, behind=None))

    def _is_new_task(self, task: str, path: str) -> bool:
        if task in self.tasks:
            self._fault(
                f"{path}.id", "there is a task of that id already", task, "give it an id of its own, or set its fields"
            )
        return task not in self.tasks

    def _enter(self, task: Task, path: str) -> None:
        self.tasks[task.id] = task
        for name in ("after", "when"):
            self._say(task.id, name, f"{path}.{name}")
        if self._waiting is not None:
            for name in task.after:
                self._waiting.setdefault(name, set()).add(task.id)

    def _fits(self, change: AddTask | MoveTask, path: str) -> bool:
        """Return True if the phase exists and contains the neighbour; otherwise record a fault."""
        if not self._knows_phase(change.phase, path):
            return False
        name, neighbour = _neighbour(change)
        moved = change.task if isinstance(change, MoveTask) else change.task.id
        if neighbour is None or (self.home.get(neighbour) == change.phase and neighbour != moved):
            return True
        others = [one for one in self.members[change.phase] if one != moved]
        problem = "is the task itself" if neighbour == moved else f"there is no such task in {change.phase}"
        self._strange(f"{path}.{name}", problem, neighbour, others)
        return False

    def _put(self, task: str, change: AddTask | MoveTask) -> None:
        members = self.members[change.phase]
        members.insert(_place(members, change), task)
        self.home[task] = change.phase
        self._changed.add(change.phase)

    def _leave(self, task: str) -> None:
        phase = self.home[task]
        self.members[phase].remove(task)
        self._changed.add(phase)

    def _drop_phase(self, change: DropPhase, path: str) -> None:
        if not self._knows_phase(change.phase, path):
            return
        if left := self.members[change.phase]:
            listed = ", ".join(left[:5]) + (", ..." if len(left) > 5 else "")
            self._fault(f"{path}.phase", "still has tasks", change.phase, f"drop or move them first: {listed}")
            return
        del self.phases[change.phase], self.members[change.phase]

    def _add_phase(self, change: AddPhase, path: str) -> None:
        phase = change.phase
        sound = phase.id not in self.phases
        if not sound:
            self._fault(
                f"{path}.phase.id",
                "there is a phase of that id already",
                phase.id,
                "give it an id of its own, or set its fields",
            )
        for place, task in enumerate(phase.tasks):
            sound &= self._is_new_task(task.id, f"{path}.phase.tasks[{place}]")
        if len({task.id for task in phase.tasks}) < len(phase.tasks):
            self._fault(f"{path}.phase.tasks", "has two tasks of one id", phase.id, "give each an id of its own")
            sound = False
        if not (sound & self._has_neighbour(change, phase.id, path)):
            return
        self._put_phase(phase, change)
        self.members[phase.id] = [task.id for task in phase.tasks]
        for place, task in enumerate(phase.tasks):
            self._enter(task, f"{path}.phase.tasks[{place}]")
            self.home[task.id] = phase.id

    def _has_neighbour(self, change: AddPhase | MovePhase, phase: str, path: str) -> bool:
        name, neighbour = _neighbour(change)
        if neighbour is None or (neighbour in self.phases and neighbour != phase):
            return True
        problem = "is the phase itself" if neighbour == phase else "there is no phase of that id"
        self._strange(f"{path}.{name}", problem, neighbour, [one for one in self.phases if one != phase])
        return False

    def _put_phase(self, phase: Phase, change: AddPhase | MovePhase) -> None:
        order = [name for name in self.phases if name != phase.id]
        order.insert(_place(order, change), phase.id)
        known = {**self.phases, phase.id: phase}
        self.phases = {name: known[name] for name in order}

    def check(self) -> None:
        """Check the changes so far, without building a checklist.

        Raises:
            CycleError: The prerequisites now have a cycle.
            InvalidError: Changes did not apply, or do not fit together.
        """
        fields = {field for _, field in self._said}
        if self.faults or fields:
            circles = self._circles() if "after" in fields else []
            if error := self._error([*self.faults, *self._dangling(), *self._facet_faults()], circles):
                raise error
        self._said.clear()

    def _error(self, faults: list[Fault], circles: Sequence[tuple[str, ...]]) -> InvalidError | None:
        faults += [cycle_fault(self._last_said(circle), circle) for circle in circles]
        if circles:
            return CycleError(faults[:MOST_FAULTS], circles[0])
        return InvalidError(faults[:MOST_FAULTS]) if faults else None

    def build(self, base: Checklist | None = None, layers: Iterable[Overlay] = ()) -> Checklist:
        """Return the changed checklist.

        Raises:
            CycleError: The prerequisites now have a cycle.
            InvalidError: Changes did not apply, or do not fit together.
        """
        faults = [*self.faults, *self._dangling(), *self._facet_faults()]
        if not faults:
            with suppress(CycleError):
                return self._checklist(base, tuple(layers))
        error = self._error(faults, self._circles())
        assert error  # else the checklist would have been built
        raise error

    def _checklist(self, base: Checklist | None, layers: tuple[Overlay, ...]) -> Checklist:
        phases = [
            attrs.evolve(phase, tasks=[self.tasks[task] for task in self.members[name]])
            if name in self._changed
            else phase
            for name, phase in self.phases.items()
        ]
        return made(Checklist, {**self.fields, "phases": phases, "base": base, "layers": layers})

    def _dangling(self) -> list[Fault]:
        """Return the faults of unknown prerequisites that changes have set."""
        faults: list[Fault] = []
        for (task, field), path in self._said.items():
            if field == "after" and task in self.tasks and len(faults) < MOST_FAULTS:
                for name in self.tasks[task].after:
                    if name not in self.tasks:
                        hint = nearest(name, self.tasks) if len(faults) < HINTED_FAULTS else ""
                        faults.append(Fault("unknown-task", path, "there is no task of that id", show(name), hint))
        return faults

    def _facet_faults(self) -> list[Fault]:
        """Return the faults between the facets and the choices that name them."""
        fallback = f"{self._said.get(('', 'facets'), '$')}.facets"
        stated: list[tuple[str, tuple[Choice, ...]]] = [
            (self._said.get((task.id, "when"), fallback), task.when) for task in self.tasks.values() if task.when
        ]
        if context := cast("tuple[Choice, ...]", self.fields["context"]):
            path = f"{self._said['', 'context']}.context" if ("", "context") in self._said else fallback
            stated.append((path, context))
        facets = cast("tuple[Facet, ...]", self.fields["facets"])
        return facet_faults([(f"{fallback}[{place}]", facet) for place, facet in enumerate(facets)], stated)

    def _circles(self) -> list[tuple[str, ...]]:
        order = [task for phase in self.phases for task in self.members[phase]]
        return circles_in(order, self.tasks)

    def _last_said(self, circle: tuple[str, ...]) -> str:
        said = [place for (task, field), place in self._said.items() if field == "after" and task in circle]
        return said[-1]


def circles_in(order: list[str], tasks: Mapping[str, Task]) -> list[tuple[str, ...]]:
    """Return the cycles of prerequisites, as ids; unknown ids are ignored."""
    position = {task: place for place, task in enumerate(order)}
    before = [[position[name] for name in tasks[task].after if name in position] for task in order]
    return [tuple(order[node] for node in circle) for circle in _graph.cycles(before)]


def around(after: tuple[str, ...], gone: Task) -> list[str]:
    """Return the prerequisites of a task with ``gone`` replaced by its own prerequisites."""
    return list(dict.fromkeys(name for one in after for name in (gone.after if one == gone.id else (one,))))


def _behind(task: Task, after: Iterable[str]) -> Task:
    """Return the task with other prerequisites. Their ids are checked already: checking again would take most of the time."""
    moved = object.__new__(Task)
    for field in attrs.fields(Task):
        value = tuple(after) if field.name == "after" else getattr(task, field.name)
        object.__setattr__(moved, field.name, value)
    return moved


def _neighbour(change: AddTask | MoveTask | AddPhase | MovePhase) -> tuple[str, str | None]:
    return ("behind", change.behind) if change.before is None else ("before", change.before)


def _place(order: list[str], change: AddTask | MoveTask | AddPhase | MovePhase) -> int:
    if change.before is not None:
        return order.index(change.before)
    return len(order) if change.behind is None else order.index(change.behind) + 1
