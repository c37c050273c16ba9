"""The three-way merge of checklists.

The merge goes key by key: a task, a phase, a field of one of them, or its place. If only one side has changed a key, that side holds. The
result is a whole checklist; the changes of the new overlay are computed from it, so that the two cannot disagree.
"""

from __future__ import annotations

from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from .._model._validation import construct, evolve
from .._model.changes import SetChecklist, SetKpi, SetPhase, SetTask
from .._model.checklist import Checklist, as_node, cycles_in, facet_faults
from .._model.facet import Choice
from ..errors import InvalidError
from .builder import Parts, neighbours, staying
from .difference import IN_PHASE, PLACE, Key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

    from .._model.audience import Audience
    from .._model.facet import Facet
    from .._model.kpi import GateDefinition, Kpi
    from .._model.task import Phase, Task
    from .builder import Kind
    from .difference import Subject, Whole

_Part = TypeVar("_Part", "Task", "Phase")
_Named = TypeVar("_Named", "Task", "Phase", "Kpi")


class _Side(Parts):
    """One of the three checklists of a merge, in parts.

    Attributes:
        moved: By kind, the tasks that have another place within the same phase of the base, and the phases that have another place.
    """

    def __init__(self, checklist: Checklist, base: _Side | None = None, named: Collection[Key] = ()) -> None:
        """Take a checklist apart. If any task of a phase has moved since the base, the named ones count as moved."""
        super().__init__(checklist)
        self.moved: dict[Kind, set[str]] = {"task": set(), "phase": set()}
        if base:
            tasks, phases = ({key.id for key in named if (key.what, key.field) == (kind, PLACE)} for kind in self.moved)
            for phase, members in self.members.items():
                self.moved["task"] |= _moved(base.members.get(phase, []), members, tasks)
            self.moved["phase"] = _moved(list(base.phases), list(self.phases), phases)

    def behind(self, task: str) -> str:
        """Return the task before this one in its phase; empty if it is the first."""
        return neighbours(self.members[self.home[task]])[task]


def _moved(before: Sequence[str], after: Sequence[str], named: Container[str]) -> set[str]:
    """Return the names that have moved from the first order to the second. If any has, the named ones count as moved."""
    common = set(before) & set(after)
    if len(staying(before, after)) == len(common):
        return set()
    rest = [[name for name in order if name not in named] for order in (before, after)]
    return common - staying(*rest)


@attrs.frozen
class Clash:
    """A conflict: both sides have changed a key in different ways.

    Attributes:
        key: The key in conflict.
        base: The value in the common base.
        ours: The value on our side.
        theirs: The value on their side.
        problem: The problem beyond differing values; empty if they simply differ.
    """

    key: Key
    base: Whole
    ours: Whole
    theirs: Whole
    problem: str = ""


class Merge:
    """A three-way merge of checklists.

    Args:
        base: The common base.
        ours: The base with the overlay applied.
        theirs: The new version.
        decisions: The side that holds, by the path of the conflict.
        named: The keys that the overlay sets, even if to the value they had.
        stated: The members of lists that the overlay states, by their keys, even if they were there already.

    Attributes:
        agreed: The keys that both sides have changed in the same way.
        overruled: The keys that our side has changed but where theirs holds, decided or not.
        relinked: The tasks and phases that our side has put after one that theirs has dropped, and that now come after its prerequisites.
        closed: The paths of the decided conflicts.
    """

    def __init__(
        self,
        base: Checklist,
        ours: Checklist,
        theirs: Checklist,
        decisions: Mapping[str, str],
        *,
        named: Collection[Key],
        stated: Mapping[Key, Collection[str]],
    ) -> None:
        self.agreed: list[Key] = []
        self.overruled: list[Key] = []
        self.relinked: list[Key] = []
        self.closed: set[str] = set()
        self._base = _Side(base)
        self._ours, self._theirs = _Side(ours, self._base, named), _Side(theirs, self._base)
        self._sides = self._base, self._ours, self._theirs
        self._named = named
        self._owners = {key.whole for key in named}
        self._stated = stated
        self._decisions = decisions
        self._open: dict[Key, Clash] = {}
        self._tasks: dict[str, Task] = {}
        self._home: dict[str, str] = {}

    def run(self) -> Checklist:
        """Return the merged checklist, with theirs in open conflicts.

        Raises:
            InvalidError: The decisions do not fit together.
        """
        fields: dict[str, Whole] = {
            name: self._pick(Key("checklist", "", name), *(side.fields[name] for side in self._sides))
            for name in SetChecklist.sets
        }
        base, ours, theirs = self._sides
        kpis = {kpi.id: kpi for name in {**theirs.kpis, **ours.kpis, **base.kpis} if (kpi := self._kpi(name))}
        names = dict.fromkeys([*theirs.tasks, *ours.tasks, *base.tasks])
        for name in [name for name in names if self._is_present(name)]:
            self._tasks[name] = self._task(name)
            self._home[name] = self._pick_home(name)
        phases = self._phases()
        self._assign_homes(phases)
        self._link("task", self._tasks, [side.tasks for side in self._sides])
        self._link("phase", phases, [side.phases for side in self._sides])
        self._break_cycles(phases)
        self._fit_facets(fields)
        self._fit_gates(fields)
        self._keep_named(kpis, fields)
        order = self._in_order(list(phases), "phase", *(list(side.phases) for side in self._sides))
        in_turn = [
            attrs.evolve(phases[name], tasks=[self._tasks[task] for task in self._members(name)]) for name in order
        ]
        return construct(Checklist, {**fields, "kpis": tuple(kpis.values()), "phases": in_turn})

    @property
    def conflicts(self) -> list[Clash]:
        """The open conflicts."""
        return list(self._open.values())

    # Single keys

    def _pick(self, key: Key, base: Whole, ours: Whole, theirs: Whole) -> Whole:
        if ours == theirs:
            if ours != base:
                self.agreed.append(key)
            return theirs
        if ours == base and key not in self._named:
            return theirs
        if theirs == base:
            return ours
        united = _united(key.field, base, ours, theirs, self._stated.get(key, ())) if ours != base else None
        if united is not None:
            if united == theirs:
                self.agreed.append(key)
            return united
        return ours if self._decide(key, base, ours, theirs) else theirs

    def _pick_field(self, what: Subject, field: str, base: _Named | None, ours: _Named, theirs: _Named) -> Whole:
        """Merge a field of a task, a phase or a KPI that both sides have. If both have added it, there is no base value."""
        key = Key(what, ours.id, field)
        we: Whole = getattr(ours, field)
        they: Whole = getattr(theirs, field)
        if base is not None or we == they:
            return self._pick(key, getattr(base, field, None), we, they)
        return we if self._decide(key, None, we, they) else they

    def _decide(self, key: Key, base: Whole, ours: Whole, theirs: Whole, problem: str = "") -> bool:
        """Return True if the decision is for ours. Without a decision, open a conflict."""
        decision = self._decisions.get(key.path)
        if decision is None:
            self._open.setdefault(key, Clash(key, base, ours, theirs, problem))
        else:
            self.closed.add(key.path)
        if decision != "ours":
            self.overruled.append(key)
        return decision == "ours"

    # KPIs

    def _kpi(self, name: str) -> Kpi | None:
        """Merge a KPI field by field. Where the fields of both sides do not fit together, one side holds as a whole."""
        base, ours, theirs = (side.kpis.get(name) for side in self._sides)
        key = Key("kpi", name)
        if ours and theirs:
            if base is None and ours == theirs:
                self.agreed.append(key)
                return theirs
            values = {field: self._pick_field("kpi", field, base, ours, theirs) for field in SetKpi.sets}
            if {key._replace(field="at_most"), key._replace(field="at_least")} & {*self.overruled}:
                values["placeholder"] = theirs.placeholder  # as their target
            try:
                return evolve(theirs, values)
            except InvalidError:
                problem = "has fields of both sides that do not fit together"
                return ours if self._decide(key, base, ours, theirs, problem) else theirs
        left = ours or theirs
        if left is None:
            self.agreed.append(key)
        elif base is not None and (left != base or (ours and key in self._owners)):
            is_ours = self._decide(key, base, ours, theirs)
            return ours if is_ours else theirs
        elif base is not None:
            return None
        return left

    def _keep_named(self, kpis: dict[str, Kpi], fields: Mapping[str, Whole]) -> None:
        """Keep KPIs that criteria or audiences of one side name and that the other has dropped."""
        audiences = cast("tuple[Audience, ...]", fields["audiences"])
        criteria = (criterion for task in self._tasks.values() for criterion in task.criteria)
        named = dict.fromkeys(name for one in audiences for name in one.kpis)
        named |= dict.fromkeys(name for one in criteria for name in one.kpis)
        for name in [name for name in named if name not in kpis]:
            base, ours, theirs = (side.kpis.get(name) for side in self._sides)
            key, kept = Key("kpi", name), ours or theirs or base
            is_ours = self._decide(key, base, ours, theirs, "was dropped on one side, and is still named on the other")
            if kept and (
                is_ours == bool(ours) or key.path not in self.closed
            ):  # else the decisions do not fit together
                kpis[name] = kept

    def _fit_gates(self, fields: dict[str, Whole]) -> None:
        """Take gates that are no longer there out of the tasks that name them."""
        known = {gate.id for gate in cast("tuple[GateDefinition, ...]", fields["gates"])}
        for name, task in self._tasks.items():
            kept = tuple(gate for gate in task.gates if gate in known)
            if kept != task.gates:
                was, they = self._base.tasks.get(name), self._theirs.tasks.get(name)
                key, problem = Key("task", name, "gates"), "names gates that are no longer there"
                if not self._decide(key, was and was.gates, task.gates, they.gates if they else (), problem):
                    self._tasks[name] = attrs.evolve(task, gates=kept)

    # Tasks

    def _is_present(self, name: str) -> bool:
        """Return True if the merged checklist has the task."""
        base, ours, theirs = (side.tasks.get(name) for side in self._sides)
        key = Key("task", name)
        if base is None or (ours and theirs):
            return True
        if not (ours or theirs):
            self.agreed.append(key)
            return False
        side = self._ours if ours else self._theirs
        if self._is_as_before(name, side) and not (ours and key in self._owners):
            return False
        is_ours = self._decide(key, base, ours, theirs, self._why_changed(name, side))
        return is_ours == bool(ours)

    def _why_changed(self, name: str, side: _Side) -> str:
        """Describe a move of a task on a side, which its fields do not show."""
        if side.home[name] != self._base.home[name]:
            return f"was moved to {side.home[name]} on one side, and dropped on the other"
        return "has another place on one side, and was dropped on the other" if name in side.moved["task"] else ""

    def _is_as_before(self, name: str, side: _Side) -> bool:
        """Return True if a side has not changed a task. Prerequisites replaced because one was dropped do not count."""
        was, now = self._base.tasks[name], side.tasks[name]
        if self._base.home[name] != side.home[name] or name in side.moved["task"]:
            return False
        linked = _linked_around(was.after, side.tasks, self._base.tasks)
        return attrs.evolve(was, after=()) == attrs.evolve(now, after=()) and set(linked) == set(now.after)

    def _task(self, name: str) -> Task:
        base, ours, theirs = (side.tasks.get(name) for side in self._sides)
        if ours is None or theirs is None:
            task = theirs or ours
            assert task is not None
            return task
        if base is None and ours == theirs:
            self.agreed.append(Key("task", name))
            return theirs
        values = {
            field: self._pick_field("task", field, base, ours, theirs) for field in SetTask.sets if field != "after"
        }
        return evolve(theirs, {**values, "after": self._after(base, ours, theirs)})

    def _after(self, base: Task | None, ours: Task, theirs: Task) -> tuple[str, ...]:
        """Merge the prerequisites of a task name by name. Some may be missing in the merged checklist."""
        key = Key("task", ours.id, "after")
        was = base.after if base else ()
        we_want, they_want = self._wish(was, ours, self._ours), self._wish(was, theirs, self._theirs)
        if we_want == they_want:
            if we_want != was:
                self.agreed.append(key)
            return they_want
        kept = [name for name in they_want if name in we_want or name not in was]
        merged = (*kept, *(name for name in we_want if name not in they_want and name not in was))
        if they_want == was:
            merged = we_want
        # A prerequisite that the overlay states counts as our change, even if the base had it already.
        stated = self._stated.get(key, ())
        lost = [name for name in was if name in stated and name in we_want and name not in they_want]
        if lost and self._decide(key, was, ours.after, theirs.after):
            return (*merged, *lost)
        return merged

    def _wish(self, was: tuple[str, ...], now: Task, side: _Side) -> tuple[str, ...]:
        """Return the prerequisites a side would have without dropped tasks: names missing due to a drop are no change of its own."""
        linked = _linked_around(was, side.tasks, self._base.tasks)
        if not set(linked) <= set(now.after):
            return now.after
        more = [name for name in now.after if name not in was and name not in linked]
        wish = (*was, *more)
        return now.after if set(wish) == set(now.after) else wish

    def _pick_home(self, name: str) -> str:
        base, ours, theirs = (side.home.get(name) for side in self._sides)
        if ours is None or theirs is None:
            return str(theirs or ours)
        if base == ours != theirs and name in self._ours.moved["task"]:
            was, we, they = (side.behind(name) for side in self._sides)
            problem = f"was moved to {theirs} on the other side"
            return ours if self._decide(Key("task", name, PLACE), was, we, they, problem) else theirs
        key = Key("task", name, IN_PHASE)
        if base is None and ours != theirs:
            return ours if self._decide(key, None, ours, theirs) else theirs
        return str(self._pick(key, base, ours, theirs))

    # Phases

    def _phases(self) -> dict[str, Phase]:
        """Return the phases of the merged checklist, without their tasks."""
        base, ours, theirs = self._sides
        wanted = set(self._home.values())
        phases: dict[str, Phase] = {}
        for name in dict.fromkeys([*theirs.phases, *ours.phases, *base.phases]):
            if phase := self._phase(name, *(side.phases.get(name) for side in self._sides), is_wanted=name in wanted):
                phases[name] = phase
        return phases

    def _phase(
        self, name: str, base: Phase | None, ours: Phase | None, theirs: Phase | None, *, is_wanted: bool
    ) -> Phase | None:
        key = Key("phase", name)
        if ours and theirs:
            values = {field: self._pick_field("phase", field, base, ours, theirs) for field in SetPhase.sets}
            return evolve(theirs, {**values, "tasks": ()})
        left = theirs or ours
        if left is None:
            self.agreed.append(key)
            return None
        if base is None:
            return left
        is_named = name in (self._theirs if theirs else self._ours).moved["phase"] or (
            not theirs and key in self._owners
        )
        side = (self._theirs if theirs else self._ours).phases
        was = attrs.evolve(base, tasks=(), after=_linked_around(base.after, side, self._base.phases))
        changed = is_wanted or is_named or was != attrs.evolve(left, tasks=())
        if theirs:
            return None if not changed or self._decide(key, base, None, theirs) else theirs
        return ours if changed and self._decide(key, base, ours, None) else None

    def _assign_homes(self, phases: dict[str, Phase]) -> None:
        """Find another phase for the tasks of a dropped phase: dropping a phase does not drop the tasks put into it."""
        known = {**self._ours.phases, **self._theirs.phases}
        for name, phase in list(self._home.items()):
            if phase in phases:
                continue
            others = [side.home[name] for side in (self._theirs, self._ours) if name in side.home]
            home = next((other for other in others if other in phases), "")
            if not home and len(others) > 1:  # both sides have the task: its phase on one side is restored
                home = next(other for other in others if other != phase or other == others[-1])
            home = home or self._nearest_phase(name, phases) or phase
            phases.setdefault(home, attrs.evolve(known[home], tasks=()))
            self._home[name] = home

    def _nearest_phase(self, name: str, phases: Mapping[str, Phase]) -> str:
        """Return the phase of the nearest task before this one on the side that has it, or else the last phase."""
        order = list((self._ours if name in self._ours.tasks else self._theirs).tasks)
        before = (self._home.get(other, "") for other in reversed(order[: order.index(name)]))
        return next((home for home in before if home in phases), next(reversed(list(phases)), ""))

    # Prerequisites

    def _link(self, kind: Kind, merged: dict[str, _Part], sides: Sequence[Mapping[str, _Part]]) -> None:
        """Replace dropped prerequisites of the merged tasks or phases by their own prerequisites."""
        known = {name: part for side in sides for name, part in side.items()}
        for name, part in merged.items():
            if all(other in merged for other in part.after):
                continue
            was, ours, theirs = (side[name].after if name in side else None for side in sides)
            if any(other not in merged and other in (ours or ()) and other not in (was or ()) for other in part.after):
                self.relinked.append(Key(kind, name, "after"))
            after = tuple(other for other in _linked_around(part.after, merged, known) if other != name)
            # A side that still names what was dropped has other names; if the other side has just these, keep its order.
            order = next((side for side in (ours, theirs) if side is not None and set(side) == set(after)), after)
            merged[name] = attrs.evolve(part, after=order)

    def _break_cycles(self, phases: dict[str, Phase]) -> None:
        """Undo our changes to prerequisites where both sides together would form a cycle."""
        kinds: list[tuple[Kind, Callable[[str], str], dict[str, Any], list[Mapping[str, Any]]]] = [
            ("task", str, self._tasks, [side.tasks for side in self._sides]),
            ("phase", as_node, phases, [side.phases for side in self._sides]),
        ]
        while cycles := self._cycles(phases):
            problem = f"would form a dependency cycle: {' -> '.join((*cycles[0], cycles[0][0]))}"
            undone = False
            nodes = {*cycles[0], *(as_node(self._home[name]) for name in cycles[0] if name in self._home)}
            for kind, node_of, merged, sides in kinds:
                for name in [name for name in merged if node_of(name) in nodes]:
                    was, ours, theirs = (side.get(name) for side in sides)
                    if ours is None or theirs is None:
                        continue
                    linked = [other for other in _linked_around(theirs.after, merged, sides[2]) if other != name]
                    if set(merged[name].after) <= set(linked):
                        continue
                    if not self._decide(Key(kind, name, "after"), was and was.after, ours.after, theirs.after, problem):
                        merged[name] = attrs.evolve(merged[name], after=linked)
                        undone = True
            if not undone and not self._moved_back([name for name in cycles[0] if name in self._home], phases, problem):
                return  # the decisions demand it; building the checklist reports the cycle

    def _moved_back(self, tasks: Iterable[str], phases: dict[str, Phase], problem: str) -> bool:
        """Undo our moves of these tasks, and what tasks of ours alone come after; return True if anything was undone."""
        undone = False
        for name in tasks:
            was, ours, theirs = (side.home.get(name) for side in self._sides)
            after, phase, own = self._tasks[name].after, Key("task", name, IN_PHASE), Key("task", name, "after")
            if theirs and theirs != self._home[name] and not self._decide(phase, was, ours, theirs, problem):
                phases.setdefault(theirs, attrs.evolve(self._theirs.phases[theirs], tasks=()))
                self._home[name] = theirs
                undone = True
            elif not theirs and after and not self._decide(own, None, after, None, problem):
                self._tasks[name] = attrs.evolve(self._tasks[name], after=())
                undone = True
        return undone

    def _cycles(self, phases: Mapping[str, Phase]) -> list[tuple[str, ...]]:
        members: dict[str, list[str]] = {name: [] for name in phases}
        for task, home in self._home.items():
            members[home].append(task)
        entries = {name: (phase.after, members[name]) for name, phase in phases.items()}
        return cycles_in(entries, {name: task.after for name, task in self._tasks.items()})

    def _fit_facets(self, fields: dict[str, Whole]) -> None:
        """Restore the facets of theirs, and remove choices of unknown values, where facets and choices do not fit together."""
        chosen = cast("tuple[Choice, ...]", fields["context"])
        stated = [*(("$", task.when, "") for task in self._tasks.values()), ("$", chosen, "")]
        if not facet_faults([("$", facet) for facet in _facets(fields)], stated):
            return
        base, ours, theirs = (side.fields["facets"] for side in self._sides)
        problem = "lacks facets or values that tasks name"
        if fields["facets"] != theirs and not self._decide(Key("checklist", "", "facets"), base, ours, theirs, problem):
            fields["facets"] = theirs
        known = {facet.id: facet.values for facet in _facets(fields)}
        problem = "names facets or values that are no longer there"
        for name, task in self._tasks.items():
            if (when := _known_choices(task.when, known)) != task.when:
                was, they = self._base.tasks.get(name), self._theirs.tasks.get(name)
                key = Key("task", name, "when")
                if not self._decide(key, was and was.when, task.when, they.when if they else (), problem):
                    self._tasks[name] = attrs.evolve(task, when=when)
        if (kept := _known_choices(chosen, known)) != chosen:
            base, _, theirs = (side.fields["context"] for side in self._sides)
            if not self._decide(Key("checklist", "", "context"), base, chosen, theirs, problem):
                fields["context"] = kept

    # Order

    def _members(self, phase: str) -> list[str]:
        names = [name for name, home in self._home.items() if home == phase]
        return self._in_order(names, "task", *(side.members.get(phase, []) for side in self._sides))

    def _in_order(
        self, names: Iterable[str], kind: Kind, base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
    ) -> list[str]:
        """Return the names in the order of theirs, except those that only our side has moved or added."""
        wanted = set(names)
        moved_by_us = self._ours.moved[kind] & set(base) & set(ours)
        moved_by_them = self._theirs.moved[kind] & set(base) & set(theirs)
        placed_by_us = wanted & set(ours) - set(theirs)
        both, in_base = set(ours) & set(theirs), set(base)
        shared = [name for name in ours if name in both and name in wanted]
        for name in sorted(shared, key=lambda name: name not in in_base):
            key, is_new = Key(kind, name, PLACE), name not in in_base
            if name in moved_by_us or not (is_new or key in self._named):
                continue
            was = None if is_new else _nearest(name, base, both)
            we, they = _nearest(name, ours, both), _nearest(name, theirs, both)
            if they != (we if is_new else was) and self._decide(key, was, we, they):
                placed_by_us.add(name)
        behind = [neighbours(order) for order in (base, ours, theirs)]
        for name in [name for name in shared if name in moved_by_us]:
            key = Key(kind, name, PLACE)
            was, we, they = (places[name] for places in behind)
            if name not in moved_by_them:
                placed_by_us.add(name)
            elif we == they:
                self.agreed.append(key)
            elif self._decide(key, was, we, they):
                placed_by_us.add(name)
        order = [name for name in theirs if name in wanted and name not in placed_by_us]
        last = ""  # the nearest before it on our side that is placed already
        known = set(order)
        for name in ours:
            if name in placed_by_us:
                order.insert(order.index(last) + 1 if last else 0, name)
                known.add(name)
            if name in known:
                last = name
        # A name in neither order came here because its phase was dropped.
        placed = set(order)
        return order + [name for name in names if name not in placed]


KEY_OF: Mapping[str, Callable[[Any], str]] = {
    "after": str,
    "labels": str,
    "gates": lambda gate: getattr(gate, "id", gate),
    **dict.fromkeys(("steps", "criteria", "audiences"), attrgetter("id")),
    "annotations": itemgetter(0),
}
"""The key of a member, for the fields that are merged member by member."""


_ORDERED = ("steps", "criteria", "audiences")
"""Those of them whose order both sides can change."""


def _united(field: str, base: Whole, ours: Whole, theirs: Whole, stated: Container[str]) -> Whole:
    """Return labels, steps, annotations, criteria, audiences, gates or earlier phases merged member by member: those of theirs, and ours behind the same neighbours.

    None for other fields; where both sides have changed a member in different ways, or theirs one that the overlay states; and where
    our side has another order of the members of the base, or of those that both sides have added.
    """
    if field not in KEY_OF:
        return None
    key_of = KEY_OF[field]
    was, we, they = ({key_of(entry): entry for entry in cast("tuple[Any, ...]", side)} for side in (base, ours, theirs))
    for other, names in ((was, was.keys() & we.keys()), (they, (they.keys() & we.keys()) - was.keys())):
        if field in _ORDERED and [name for name in we if name in names] != [name for name in other if name in names]:
            return None
    united: dict[str, Any] = {}
    for name in dict.fromkeys([*they, *we, *was]):
        before, our, their = was.get(name), we.get(name), they.get(name)
        if our != their and (before not in (our, their) or (our == before and name in stated)):
            return None
        united[name] = their if our == before else our
    kept = {name: entry for name, entry in united.items() if entry is not None}
    behind: dict[str, list[str]] = {"": []}  # ours by the member of theirs that they stand behind
    last = ""
    for name in (name for name in we if name in kept):
        last = name if name in they else last
        behind.setdefault(last, []).extend([name] if name not in they else [])
    order = [*behind[""], *(near for name in they if name in kept for near in (name, *behind.get(name, ())))]
    return tuple(kept[name] for name in order)


def _nearest(name: str, order: Sequence[str], known: Container[str]) -> str:
    """Return the nearest known name before this one; empty if there is none."""
    return next((other for other in reversed(order[: order.index(name)]) if other in known), "")


def _linked_around(after: Iterable[str], present: Container[str], known: Mapping[str, _Part]) -> tuple[str, ...]:
    """Return ``after`` with absent tasks or phases replaced by their own prerequisites, recursively."""
    linked: dict[str, None] = {}
    seen: set[str] = set()
    waiting = list(reversed(list(after)))
    while waiting:
        name = waiting.pop()
        if name in present:
            linked[name] = None
        elif name not in seen and name in known:
            seen.add(name)
            waiting += reversed(known[name].after)
    return tuple(linked)


def _known_choices(choices: Sequence[Choice], known: Mapping[str, tuple[str, ...]]) -> tuple[Choice, ...]:
    kept = [
        (choice.facet, [value for value in choice.values if value in known.get(choice.facet, ())]) for choice in choices
    ]
    return tuple(Choice(facet, values) for facet, values in kept if values)


def _facets(fields: Mapping[str, Whole]) -> tuple[Facet, ...]:
    return cast("tuple[Facet, ...]", fields["facets"])
