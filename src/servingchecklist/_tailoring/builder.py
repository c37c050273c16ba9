"""A checklist in parts, orders of its parts, and a mutable builder that applies changes to it."""

from __future__ import annotations

from bisect import bisect_left
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, assert_never, cast

import attrs

from .._model import changes
from .._model._validation import construct, evolve
from .._model.checklist import Checklist, as_node, cycle_fault, cycles_in, facet_faults, known_ids, name_faults
from ..errors import MOST_FAULTS, CycleError, Fault, Faults, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._model.audience import Audience
    from .._model.changes import Change, Value
    from .._model.facet import Choice, Facet
    from .._model.kpi import GateDefinition, Kpi
    from .._model.overlay import Overlay
    from .._model.task import Phase, Task

Kind: TypeAlias = Literal["task", "phase"]
_Part = TypeVar("_Part", "Task", "Kpi")
_NAMING = ("criteria", "gates", "audiences", "kpi")
"""The fields that name KPIs and gates, or hold them."""


class Parts:
    """A checklist in parts, each taken out when it is first asked for.

    Attributes:
        fields: The fields of the checklist itself, by name.
        phases: The phases by id, in order.
        members: The ids of the tasks of each phase, in order.
        tasks: The tasks by id.
        home: The id of the phase of each task.
        kpis: The KPIs by id.
    """

    def __init__(self, checklist: Checklist) -> None:
        self.kpis: dict[str, Kpi] = {kpi.id: kpi for kpi in checklist.kpis}
        self.fields: dict[str, Value] = {name: getattr(checklist, name) for name in changes.SetChecklist.sets}
        self.phases: dict[str, Phase] = {phase.id: phase for phase in checklist.phases}
        self._all = checklist.tasks

    @cached_property
    def members(self) -> dict[str, list[str]]:
        return {phase.id: list(map(attrgetter("id"), phase.tasks)) for phase in self.phases.values()}

    @cached_property
    def tasks(self) -> dict[str, Task]:
        return dict(zip(map(attrgetter("id"), self._all), self._all, strict=True))

    @cached_property
    def home(self) -> dict[str, str]:
        home: dict[str, str] = {}
        for phase, members in self.members.items():
            home.update(dict.fromkeys(members, phase))
        return home


class Draft(Parts):
    """A checklist in mutable parts, with the faults of the changes that did not apply.

    The field ``tasks`` of its phases is not kept up to date, and its phases and tasks are in no order.

    Attributes:
        order: The ids of the phases, in order.
        faults: The faults of the changes so far.
    """

    def __init__(self, checklist: Checklist) -> None:
        super().__init__(checklist)
        self.order = list(self.phases)
        self.faults = Faults()
        self._changed: set[str] = set()  # phases whose field ``tasks`` is out of date
        # The path that last set a field, by task, phase (as in a cycle) or "" for the checklist.
        self._set_by: dict[tuple[str, str], str] = {}
        self._waiting: dict[str, set[str]] | None = None  # for each task, those that name it in their "after"

    def apply(self, change: Change, path: str) -> None:
        """Apply a change, or record why it does not fit.

        Args:
            change: The change to apply.
            path: Its path in the document, for faults.
        """
        match change:
            case changes.SetTask():
                self._set_task(change, path)
            case changes.DropTask():
                self._drop_task(change, path)
            case changes.AddTask():
                self._add_task(change, path)
            case changes.MoveTask():
                if self._knows("task", change.task, path) and self._fits(change, change.task, path):
                    self._leave(change.task)
                    self._put(change.task, change)
                    self._note(change.task, "phase", f"{path}.phase")
            case changes.SetPhase():
                if self._knows("phase", change.phase, path):
                    self.phases[change.phase] = evolve(self.phases[change.phase], change.values())
                    if change.after is not None:
                        self._note(as_node(change.phase), "after", f"{path}.after")
            case changes.DropPhase():
                self._drop_phase(change, path)
            case changes.AddPhase():
                self._add_phase(change, path)
            case changes.MovePhase():
                if self._knows("phase", change.phase, path) and self._has_neighbour(change, change.phase, path):
                    self._put_phase(self.phases[change.phase], change)
            case changes.SetChecklist():
                values = change.values()
                self.fields |= values
                for name in values:
                    self._note("", name, path)
            case changes.SetKpi():
                if self._knows_kpi(change.kpi, path):
                    is_agreed = change.at_most is not None or change.at_least is not None
                    values = {**({"placeholder": False} if is_agreed else {}), **change.values()}
                    self.kpis[change.kpi] = _unchecked(self.kpis[change.kpi], values)
                    self._note(change.kpi, "kpi", path)
            case changes.AddKpi():
                if change.kpi.id in self.kpis:
                    hint = "give it an id of its own, or set its fields"
                    self._fault(f"{path}.kpi.id", "there is a KPI of that id already", change.kpi.id, hint)
                else:
                    self.kpis[change.kpi.id] = change.kpi
            case changes.DropKpi():
                if self._knows_kpi(change.kpi, path):
                    del self.kpis[change.kpi]
                    self._note("", "kpi", f"{path}.kpi")
            case _:
                assert_never(change)

    def _knows_kpi(self, name: str, path: str) -> bool:
        if name not in self.kpis:
            self.faults.add("unknown-name", f"{path}.kpi", "there is no KPI of that id", name, known=self.kpis)
        return name in self.kpis

    def _fault(self, path: str, problem: str, value: object, hint: str) -> None:
        self.faults.add("misplaced", path, problem, value, hint)

    def _unknown(self, kind: Kind, path: str, problem: str, name: str, known: Iterable[str]) -> None:
        names = known_ids(known, self.members.items() if kind == "task" else ())
        self.faults.add("unknown-task" if kind == "task" else "unknown-phase", path, problem, name, known=names)

    def _knows(self, kind: Kind, name: str, path: str) -> bool:
        known = self.tasks if kind == "task" else self.phases
        if name not in known:
            self._unknown(kind, f"{path}.{kind}", f"there is no {kind} of that id", name, known)
        return name in known

    def _is_new(self, kind: Kind, name: str, path: str) -> bool:
        is_new = name not in (self.tasks if kind == "task" else self.phases)
        if not is_new:
            hint = "give it an id of its own, or set its fields"
            self._fault(f"{path}.id", f"there is a {kind} of that id already", name, hint)
        return is_new

    def _note(self, task: str, field: str, path: str) -> None:
        """Note the path that set a field; the latest comes last."""
        self._set_by.pop((task, field), None)
        self._set_by[task, field] = path

    def _set_task(self, change: changes.SetTask, path: str) -> None:
        if not self._knows("task", change.task, path):
            return
        task, values = self.tasks[change.task], change.values()
        if values:
            self._replace(evolve(task, values))
        for name in ("after", "when", "criteria", "gates"):
            if name in values:
                self._note(task.id, name, f"{path}.{name}")
        for name in change.additions:
            held = {getattr(member, "id", member): member for member in getattr(task, name)}
            more: list[object] = []
            for place, member in enumerate(getattr(change, f"also_{name}")):
                key = getattr(member, "id", member)
                if held.get(key, member) != member:
                    what = type(member).__name__.lower()
                    hint = f"give it an id of its own, or set all {name}"
                    self._fault(f"{path}.also_{name}[{place}].id", f"there is a {what} of that id already", key, hint)
                    return
                more += [member] if key not in held else []
            self._replace(_with(self.tasks[task.id], name, (*held.values(), *more)))
            if name in ("after", "criteria"):
                self._note(task.id, name, f"{path}.also_{name}")

    def _replace(self, task: Task) -> None:
        before = self.tasks[task.id]
        self.tasks[task.id] = task
        self._changed.add(self.home[task.id])
        if self._waiting is not None and before.after != task.after:
            for name in before.after:
                self._waiting[name].discard(task.id)
            for name in task.after:
                self._waiting.setdefault(name, set()).add(task.id)

    def _drop_task(self, change: changes.DropTask, path: str) -> None:
        if not self._knows("task", change.task, path):
            return
        self._leave(change.task)
        gone = self.tasks.pop(change.task)
        del self.home[change.task]
        for name in sorted(self._waiting_for(gone.id)):
            task = self.tasks[name]
            after = (other for earlier in task.after for other in (gone.after if earlier == gone.id else (earlier,)))
            self._replace(_with(task, "after", dict.fromkeys(other for other in after if other != name)))
            self._note(name, "after", f"{path}.task")
        for name in gone.after:
            self._waiting_for(name).discard(gone.id)

    def _waiting_for(self, task: str) -> set[str]:
        if self._waiting is None:  # most overlays drop nothing
            self._waiting = {}
            for waiting in self.tasks.values():
                for name in waiting.after:
                    self._waiting.setdefault(name, set()).add(waiting.id)
        return self._waiting.setdefault(task, set())

    def _add_task(self, change: changes.AddTask, path: str) -> None:
        is_new, fits = self._is_new("task", change.task.id, f"{path}.task"), self._fits(change, change.task.id, path)
        if not is_new or change.phase not in self.phases:
            return
        self._enter(change.task, f"{path}.task")
        # Add the task even if only its neighbour is wrong: else each later change of it would be a fault as well.
        self._put(change.task.id, change if fits else attrs.evolve(change, before=None, behind=None))

    def _enter(self, task: Task, path: str) -> None:
        self.tasks[task.id] = task
        for name in ("after", "when", *[name for name in ("criteria", "gates") if getattr(task, name)]):
            self._note(task.id, name, f"{path}.{name}")
        if self._waiting is not None:
            for name in task.after:
                self._waiting.setdefault(name, set()).add(task.id)

    def _fits(self, change: changes.AddTask | changes.MoveTask, task: str, path: str) -> bool:
        """Return True if the phase exists and contains the neighbour; otherwise record a fault."""
        return self._knows("phase", change.phase, path) and self._has_neighbour(change, task, path)

    def _has_neighbour(
        self, change: changes.AddTask | changes.MoveTask | changes.AddPhase | changes.MovePhase, own: str, path: str
    ) -> bool:
        """Return True if the neighbour that a change names, if any, is there; otherwise record a fault."""
        neighbour = change.behind if change.before is None else change.before
        if neighbour is None:
            return True
        kind: Kind = "task" if isinstance(change, changes.AddTask | changes.MoveTask) else "phase"
        if isinstance(change, changes.AddTask | changes.MoveTask):
            known: Iterable[str] = self.members[change.phase]
            is_known, problem = self.home.get(neighbour) == change.phase, f"there is no such task in {change.phase}"
        else:
            known, is_known, problem = self.phases, neighbour in self.phases, "there is no phase of that id"
        if is_known and neighbour != own:
            return True
        problem = f"is the {kind} itself" if neighbour == own else problem
        name = "behind" if change.before is None else "before"
        self._unknown(kind, f"{path}.{name}", problem, neighbour, [other for other in known if other != own])
        return False

    def _put(self, task: str, change: changes.AddTask | changes.MoveTask) -> None:
        members = self.members[change.phase]
        members.insert(_place(members, change), task)
        self.home[task] = change.phase
        self._changed.add(change.phase)

    def _leave(self, task: str) -> None:
        phase = self.home[task]
        self.members[phase].remove(task)
        self._changed.add(phase)

    def _drop_phase(self, change: changes.DropPhase, path: str) -> None:
        if not self._knows("phase", change.phase, path):
            return
        if left := self.members[change.phase]:
            listed = ", ".join(left[:5]) + (", ..." if len(left) > 5 else "")
            self._fault(f"{path}.phase", "still has tasks", change.phase, f"drop or move them first: {listed}")
            return
        self.order.remove(change.phase)
        gone = self.phases.pop(change.phase)
        del self.members[change.phase]
        for name, phase in self.phases.items():
            if gone.id in phase.after:
                after = [
                    other for earlier in phase.after for other in (gone.after if earlier == gone.id else (earlier,))
                ]
                linked = tuple(dict.fromkeys(other for other in after if other != name))
                self.phases[name] = attrs.evolve(phase, after=linked)
                self._note(as_node(name), "after", f"{path}.phase")

    def _add_phase(self, change: changes.AddPhase, path: str) -> None:
        phase = change.phase
        entries = [(task, f"{path}.phase.tasks[{place}]") for place, task in enumerate(phase.tasks)]
        is_valid = self._is_new("phase", phase.id, f"{path}.phase")
        for task, task_path in entries:
            is_valid &= self._is_new("task", task.id, task_path)
        if len({task.id for task in phase.tasks}) < len(phase.tasks):
            self._fault(f"{path}.phase.tasks", "has two tasks with the same id", phase.id, "give each an id of its own")
            is_valid = False
        fits = self._has_neighbour(change, phase.id, path)
        if not is_valid:
            return
        # As with a task: else each later change of what it adds would be a fault as well.
        self._put_phase(phase, change if fits else attrs.evolve(change, before=None, behind=None))
        self._note(as_node(phase.id), "after", f"{path}.phase.after")
        self.members[phase.id] = [task.id for task in phase.tasks]
        for task, task_path in entries:
            self._enter(task, task_path)
            self.home[task.id] = phase.id

    def _put_phase(self, phase: Phase, change: changes.AddPhase | changes.MovePhase) -> None:
        if phase.id in self.phases:
            self.order.remove(phase.id)
        self.order.insert(_place(self.order, change), phase.id)
        self.phases[phase.id] = phase

    def check(self) -> None:
        """Check the changes so far, without building a checklist.

        Raises:
            CycleError: The prerequisites now have a cycle.
            InvalidError: Changes did not apply, or do not fit together.
        """
        fields = {field for _, field in self._set_by}
        if self.faults or fields:
            cycles = self._cycles() if fields & {"after", "phase"} else []
            if error := self._error(self._all_faults(), cycles):
                raise error
        self._set_by.clear()

    def build(self, base: Checklist | None = None, layers: Iterable[Overlay] = ()) -> Checklist:
        """Return the changed checklist.

        Raises:
            CycleError: The prerequisites now have a cycle.
            InvalidError: Changes did not apply, or do not fit together.
        """
        faults = self._all_faults()
        if not faults:
            with suppress(CycleError):
                return self._checklist(base, tuple(layers))
        error = self._error(faults, self._cycles())
        assert error  # else the checklist would have been built
        raise error

    def _error(self, faults: list[Fault], cycles: Sequence[tuple[str, ...]]) -> InvalidError | None:
        faults += [cycle_fault(self._last_set(cycle), cycle) for cycle in cycles]
        if cycles:
            return CycleError(faults[:MOST_FAULTS], cycles[0])
        return InvalidError(faults[:MOST_FAULTS]) if faults else None

    def _all_faults(self) -> list[Fault]:
        self._find_dangling()  # of a draft that has faults nothing more is asked
        return [*self.faults, *self._facet_faults(), *self._name_faults()]

    def _checklist(self, base: Checklist | None, layers: tuple[Overlay, ...]) -> Checklist:
        phases = [
            attrs.evolve(self.phases[name], tasks=[self.tasks[task] for task in self.members[name]])
            if name in self._changed
            else self.phases[name]
            for name in self.order
        ]
        fields = {**self.fields, "kpis": tuple(self.kpis.values())}
        return construct(Checklist, {**fields, "phases": phases, "base": base, "layers": layers})

    def _find_dangling(self) -> None:
        """Record the faults of unknown prerequisites that changes have set."""
        phases = {as_node(name): phase for name, phase in self.phases.items()}
        for (node, field), path in self._set_by.items():
            kind: Kind = "phase" if node in phases else "task"
            known = self.phases if kind == "phase" else self.tasks
            part = phases.get(node) or self.tasks.get(node)
            for name in part.after if part and field == "after" else ():
                if name not in known:
                    self._unknown(kind, path, f"there is no {kind} of that id", name, known)

    def _facet_faults(self) -> list[Fault]:
        """Return the faults between the facets and the choices that name them."""
        fallback = f"{self._set_by.get(('', 'facets'), '$')}.facets"
        stated: list[tuple[str, tuple[Choice, ...], str]] = [
            (self._set_by.get((task.id, "when"), fallback), task.when, "") for task in self.tasks.values() if task.when
        ]
        if context := cast("tuple[Choice, ...]", self.fields["context"]):
            path = f"{self._set_by['', 'context']}.context" if ("", "context") in self._set_by else fallback
            stated.append((path, context, ""))
        facets = cast("tuple[Facet, ...]", self.fields["facets"])
        return facet_faults([(f"{fallback}[{place}]", facet) for place, facet in enumerate(facets)], stated)

    def _name_faults(self) -> list[Fault]:
        """Return the faults of KPIs whose fields do not fit together, and of KPIs and gates that are named and not there.

        Their paths are those of the changes that they come from.
        """
        if not any(field in _NAMING for _, field in self._set_by):
            return []
        unfit: list[Fault] = []
        for name, kpi in self.kpis.items():
            if (path := self._set_by.get((name, "kpi"))) is not None:
                try:
                    evolve(kpi, {})
                except InvalidError as error:
                    unfit += [fault.under(path) for fault in error.faults]
        audiences = cast("tuple[Audience, ...]", self.fields["audiences"])
        gates = cast("tuple[GateDefinition, ...]", self.fields["gates"])
        faults = name_faults(
            self.kpis.values(),
            gates,
            [("$.audiences", audience) for audience in audiences],
            [(f"$.{task.id}", task) for task in self.tasks.values() if task.criteria or task.gates],
        )
        dropped = self._set_by.get(("", "kpi"), "$")
        for place, found in enumerate(faults):
            is_gate = ".gates[" in found.path
            own = (found.task, "gates" if is_gate else "criteria") if found.task else ("", "audiences")
            fallback = self._set_by.get(("", "gates"), "$") if is_gate else dropped
            named = f"; {found.task} names it" if found.task else "; an audience names it"
            message = found.message if own in self._set_by else found.message + named
            faults[place] = attrs.evolve(found, path=self._set_by.get(own, fallback), message=message)
        return [*unfit, *faults]

    def _cycles(self) -> list[tuple[str, ...]]:
        phases = {name: (self.phases[name].after, self.members[name]) for name in self.order}
        return cycles_in(phases, {name: self.tasks[name].after for members in phases.values() for name in members[1]})

    def _last_set(self, cycle: tuple[str, ...]) -> str:
        """Return the path that last set the prerequisites or the phase of a task on the cycle, or those of a phase."""
        nodes = {*cycle, *(as_node(self.home[name]) for name in cycle if name in self.home)}
        return [path for (node, field), path in self._set_by.items() if field in ("after", "phase") and node in nodes][
            -1
        ]


def _with(task: Task, name: str, members: Iterable[object]) -> Task:
    """Return the task with other prerequisites, steps or labels. They are checked already: checking again would take most of the time."""
    return _unchecked(task, {name: tuple(members)})


def _unchecked(value: _Part, fields: Mapping[str, object]) -> _Part:
    """Return a value with new values for fields, without checking that they fit together."""
    changed = object.__new__(type(value))
    for field in attrs.fields(type(value)):
        new = fields[field.name] if field.name in fields else getattr(value, field.name)
        object.__setattr__(changed, field.name, new)
    return changed


def _place(order: list[str], change: changes.AddTask | changes.MoveTask | changes.AddPhase | changes.MovePhase) -> int:
    if change.before is not None:
        return order.index(change.before)
    return len(order) if change.behind is None else order.index(change.behind) + 1


def staying(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the largest set of names in both orders that can stay in place while all others move.

    This is the longest increasing subsequence of the old places, after Fredman, "On computing the length of longest increasing
    subsequences", Discrete Mathematics 11 (1975), in O(n log n).

    Args:
        before: The old order, each name once.
        after: The new order, each name once.
    """
    old = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in old]
    places = [old[name] for name in common]
    if all(place < later for place, later in pairwise(places)):
        return set(common)
    ends: list[int] = []  # for each length, the lowest place at which a run can end
    last: list[int] = []  # the node at that place
    behind: list[int] = []  # for each node, the one before it in its run, or -1
    for node, place in enumerate(places):
        length = bisect_left(ends, place)
        behind.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [node]
    kept: set[str] = set()
    node = last[-1]
    while node >= 0:
        kept.add(common[node])
        node = behind[node]
    return kept


def neighbours(order: Iterable[str]) -> dict[str, str]:
    """Return the name before each name; for the first, the empty string."""
    names = list(order)
    return dict(zip(names, ["", *names], strict=False))
