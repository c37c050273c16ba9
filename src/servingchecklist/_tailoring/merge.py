"""The three-way merge of checklists.

The merge goes key by key: a task, a phase, a field of one of them, or its place. If only one side has changed a key, that side holds. The
result is a whole checklist; the changes of the new overlay are computed from it, so that the two cannot disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._model._validation import evolved, made
from .._model.changes import MovePhase, MoveTask, SetChecklist, SetPhase, SetTask
from .._model.checklist import Checklist, facet_faults
from .._model.facet import Choice
from .builder import circles_in
from .difference import IN_PHASE, PLACE, path_of
from .merge_input import Side, behind_on, linked_around, nearest_known
from .moves import neighbours

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .._model.changes import Change
    from .._model.facet import Facet
    from .._model.task import Phase, Task
    from .difference import Key, Whole


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

    @property
    def path(self) -> str:
        """The key as a path."""
        return path_of(self.key)


class Merge:
    """A three-way merge of checklists.

    Attributes:
        agreed: The keys that both sides have changed in the same way.
        overruled: The keys that our side has changed but where theirs holds, decided or not.
        relinked: The tasks that our side has put after one that theirs has dropped, and that now come after its prerequisites.
        closed: The paths of the decided conflicts.
    """

    def __init__(
        self,
        base: Checklist,
        ours: Checklist,
        theirs: Checklist,
        decisions: Mapping[str, str],
        *,
        named: Collection[Key] = (),
        stated: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Begin a merge.

        Args:
            base: The common base.
            ours: The base with the overlay applied.
            theirs: The new version.
            decisions: The side that holds, by the path of the conflict.
            named: The keys that the overlay sets, even if to the value they had.
            stated: The prerequisites that the overlay states for each task, even if the task had them.
        """
        self._open: dict[Key, Clash] = {}
        self.agreed: list[Key] = []
        self.overruled: list[Key] = []
        self.closed: set[str] = set()
        self._base, self._ours, self._theirs = Side(base), Side(ours), Side(theirs)
        self._named = named
        self._owners = {key[:2] for key in named}
        self._prerequisites = stated or {}
        self.relinked: list[str] = []
        self._ours.since(self._base, [key for key in named if key[2] == PLACE])
        self._theirs.since(self._base, ())
        self._decisions = decisions
        self._tasks: dict[str, Task] = {}
        self._home: dict[str, str] = {}

    def run(self) -> Checklist:
        """Return the merged checklist, with theirs in open conflicts.

        Raises:
            InvalidError: The decisions do not fit together.
        """
        base, ours, theirs = self._base, self._ours, self._theirs
        fields: dict[str, Whole] = {
            name: self._pick(("checklist", "", name), base.fields[name], ours.fields[name], theirs.fields[name])
            for name in SetChecklist.sets
        }
        names = dict.fromkeys([*theirs.tasks, *ours.tasks, *base.tasks])
        present = [name for name in names if self._is_present(name)]
        for name in present:
            self._tasks[name] = self._task(name)
            self._home[name] = self._pick_home(name)
        phases = self._phases()
        self._settle_homes(phases)
        self._link()
        self._break_circles()
        self._settle_facets(fields)
        in_turn = [
            attrs.evolve(phases[name], tasks=[self._tasks[task] for task in self._members(name)])
            for name in self._in_order(list(phases), list(base.phases), list(ours.phases), list(theirs.phases), "phase")
        ]
        return made(Checklist, {**fields, "phases": in_turn})

    @property
    def conflicts(self) -> list[Clash]:
        """The open conflicts."""
        return list(self._open.values())

    def has_moved(self, change: Change) -> bool:
        """Return True if a change has moved something on our side, False if it was there already."""
        if isinstance(change, MoveTask):
            name = change.task
            return name in self._ours.moved or self._ours.home.get(name) != self._base.home.get(name)
        return isinstance(change, MovePhase) and change.phase in self._ours.moved_phases

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
        return ours if self._decide(key, base, ours, theirs) else theirs

    def _pick_field(
        self, what: str, field: str, base: Task | Phase | None, ours: Task | Phase, theirs: Task | Phase
    ) -> Whole:
        """Merge a field of a task or a phase that both sides have. If both have added it, there is no base value."""
        key = (what, ours.id, field)
        we: Whole = getattr(ours, field)
        they: Whole = getattr(theirs, field)
        if base is not None or we == they:
            return self._pick(key, getattr(base, field, None), we, they)
        return we if self._decide(key, None, we, they) else they

    def _decide(self, key: Key, base: Whole, ours: Whole, theirs: Whole, problem: str = "") -> bool:
        """Return True if the decision is for ours. Without a decision, open a conflict."""
        path = path_of(key)
        decision = self._decisions.get(path)
        if decision is None:
            self._open.setdefault(key, Clash(key, base, ours, theirs, problem))
        else:
            self.closed.add(path)
        if decision != "ours":
            self.overruled.append(key)
        return decision == "ours"

    def _is_present(self, name: str) -> bool:
        """Return True if the merged checklist has the task."""
        base, ours, theirs = (side.tasks.get(name) for side in (self._base, self._ours, self._theirs))
        key = ("task", name, "")
        if base is None or (ours and theirs):
            return True
        if ours is None and theirs is None:
            self.agreed.append(key)
            return False
        if ours is None:
            assert theirs is not None
            unchanged = self._is_as_before(name, self._theirs)
            return not (unchanged or self._decide(key, base, None, theirs, self._why_changed(name, self._theirs)))
        unchanged = self._is_as_before(name, self._ours) and key[:2] not in self._owners
        return not unchanged and self._decide(key, base, ours, None, self._why_changed(name, self._ours))

    def _why_changed(self, name: str, side: Side) -> str:
        """Describe a move of a task on a side, which its fields do not show."""
        if side.home[name] != self._base.home[name]:
            return f"was moved to {side.home[name]} on one side, and dropped on the other"
        return "has another place on one side, and was dropped on the other" if name in side.moved else ""

    def _is_as_before(self, name: str, side: Side) -> bool:
        """Return True if a side has not changed a task. Prerequisites replaced because one was dropped do not count."""
        was, now = self._base.tasks[name], side.tasks[name]
        if self._base.home[name] != side.home[name] or name in side.moved:
            return False
        linked = linked_around(was.after, side.tasks, self._base.tasks)
        return attrs.evolve(was, after=()) == attrs.evolve(now, after=()) and set(linked) == set(now.after)

    def _task(self, name: str) -> Task:
        base, ours, theirs = (side.tasks.get(name) for side in (self._base, self._ours, self._theirs))
        if ours is None or theirs is None:
            found = theirs or ours
            assert found is not None
            return found
        if base is None and ours == theirs:
            self.agreed.append(("task", name, ""))
            return theirs
        values = {
            field: self._pick_field("task", field, base, ours, theirs) for field in SetTask.sets if field != "after"
        }
        return evolved(theirs, {**values, "after": self._after(base, ours, theirs)})

    def _after(self, base: Task | None, ours: Task, theirs: Task) -> tuple[str, ...]:
        """Merge the prerequisites of a task name by name. Some may be missing in the merged checklist."""
        was = base.after if base else ()
        we_want, they_want = self._wish(was, ours, self._ours), self._wish(was, theirs, self._theirs)
        if we_want == they_want:
            if we_want != was:
                self.agreed.append(("task", ours.id, "after"))
            return they_want
        kept = [name for name in they_want if name in we_want or name not in was]
        merged = (*kept, *(name for name in we_want if name not in they_want and name not in was))
        if they_want == was:
            merged = we_want
        # A prerequisite that the overlay states counts as our change, even if the base had it already.
        stated = self._prerequisites.get(ours.id, ())
        lost = [name for name in was if name in stated and name in we_want and name not in they_want]
        if lost and self._decide(("task", ours.id, "after"), was, ours.after, theirs.after):
            return (*merged, *lost)
        return merged

    def _wish(self, was: tuple[str, ...], now: Task, side: Side) -> tuple[str, ...]:
        """Return the prerequisites a side would have without dropped tasks: names missing due to a drop are no change of its own."""
        linked = linked_around(was, side.tasks, self._base.tasks)
        if not set(linked) <= set(now.after):
            return now.after
        more = [name for name in now.after if name not in was and name not in linked]
        wish = (*was, *more)
        return now.after if set(wish) == set(now.after) else wish

    def _pick_home(self, name: str) -> str:
        base, ours, theirs = (side.home.get(name) for side in (self._base, self._ours, self._theirs))
        if ours is None or theirs is None:
            return str(theirs or ours)
        if base == ours != theirs and name in self._ours.moved:
            was, we, they = (behind_on(name, side) for side in (self._base, self._ours, self._theirs))
            problem = f"was moved to {theirs} on the other side"
            return ours if self._decide(("task", name, PLACE), was, we, they, problem) else theirs
        if base is None and ours != theirs:
            return ours if self._decide(("task", name, IN_PHASE), None, ours, theirs) else theirs
        return str(self._pick(("task", name, IN_PHASE), base, ours, theirs))

    # Phases

    def _phases(self) -> dict[str, Phase]:
        """Return the phases of the merged checklist, without their tasks."""
        base, ours, theirs = self._base, self._ours, self._theirs
        wanted = set(self._home.values())
        made: dict[str, Phase] = {}
        for name in dict.fromkeys([*theirs.phases, *ours.phases, *base.phases]):
            sides = [side.phases.get(name) for side in (base, ours, theirs)]
            if phase := self._phase(name, *sides, is_wanted=name in wanted):
                made[name] = phase
        return made

    def _phase(
        self, name: str, base: Phase | None, ours: Phase | None, theirs: Phase | None, *, is_wanted: bool
    ) -> Phase | None:
        key = ("phase", name, "")
        if ours and theirs:
            values = {field: self._pick_field("phase", field, base, ours, theirs) for field in SetPhase.sets}
            return evolved(theirs, {**values, "tasks": ()})
        left = theirs or ours
        if left is None:
            self.agreed.append(key)
            return None
        if base is None:
            return left
        moved = name in (self._theirs if theirs else self._ours).moved_phases
        moved |= theirs is None and key[:2] in self._owners
        changed = is_wanted or moved or attrs.evolve(base, tasks=()) != attrs.evolve(left, tasks=())
        if theirs:
            return None if not changed or self._decide(key, base, None, theirs) else theirs
        return ours if changed and self._decide(key, base, ours, None) else None

    def _settle_homes(self, phases: dict[str, Phase]) -> None:
        """Find another phase for the tasks of a dropped phase: dropping a phase does not drop the tasks put into it."""
        known = {**self._ours.phases, **self._theirs.phases}
        for name, phase in list(self._home.items()):
            if phase in phases:
                continue
            others = [side.home[name] for side in (self._theirs, self._ours) if name in side.home]
            other = next((one for one in others if one in phases), "")
            if not other and len(others) > 1:  # both sides have the task: its phase on one side is restored
                other = next(one for one in others if one != phase or one == others[-1])
            other = other or self._nearest_phase(name, phases) or phase
            phases.setdefault(other, attrs.evolve(known[other], tasks=()))
            self._home[name] = other

    def _nearest_phase(self, name: str, phases: Mapping[str, Phase]) -> str:
        """Return the phase of the nearest task before this one on the side that has it, or else the last phase."""
        side = self._ours if name in self._ours.tasks else self._theirs
        order = list(side.tasks)
        before = (self._home.get(one, "") for one in reversed(order[: order.index(name)]))
        return next((home for home in before if home in phases), next(reversed(list(phases)), ""))

    # Prerequisites

    def _link(self) -> None:
        """Replace dropped prerequisites by their own prerequisites."""
        known = {**self._base.tasks, **self._ours.tasks, **self._theirs.tasks}
        for name, task in self._tasks.items():
            if all(one in self._tasks for one in task.after):
                continue
            self._tell_lost(task)
            after = tuple(one for one in linked_around(task.after, self._tasks, known) if one != name)
            # If a side has the same names already, keep its order; the side that has changed something is tried first.
            was, ours, theirs = (
                side.tasks[name].after if name in side.tasks else None
                for side in (self._base, self._ours, self._theirs)
            )
            sides = (theirs, ours) if ours == was else (ours, theirs)
            order = next((one for one in sides if one is not None and set(one) == set(after)), after)
            self._tasks[name] = attrs.evolve(task, after=order)

    def _tell_lost(self, task: Task) -> None:
        """Record a task that our side has put after a dropped one, whose own prerequisites are left."""
        was, we = (side.tasks[task.id].after if task.id in side.tasks else () for side in (self._base, self._ours))
        lost = [name for name in task.after if name not in self._tasks and name in we and name not in was]
        if lost:
            self.relinked.append(task.id)

    def _break_circles(self) -> None:
        """Undo our changes to prerequisites where both sides together would form a cycle."""
        while circles := circles_in(list(self._tasks), self._tasks):
            circle = circles[0]
            around = " -> ".join((*circle, circle[0]))
            undone = False
            for name in circle:
                theirs = self._theirs.tasks.get(name)
                ours = self._ours.tasks.get(name)
                if theirs is None or ours is None:
                    continue
                linked = [one for one in linked_around(theirs.after, self._tasks, self._theirs.tasks) if one != name]
                if set(self._tasks[name].after) <= set(linked):
                    continue
                was = self._base.tasks[name].after if name in self._base.tasks else None
                key = ("task", name, "after")
                if self._decide(key, was, ours.after, theirs.after, f"would come after itself: {around}"):
                    continue
                self._tasks[name] = attrs.evolve(self._tasks[name], after=linked)
                undone = True
            if not undone:
                return  # the decisions demand it; building the checklist reports the cycle

    def _settle_facets(self, fields: dict[str, Whole]) -> None:
        """Restore the facets of theirs, and remove choices of unknown values, where facets and choices do not fit together."""
        if not facet_faults(_pathed(fields["facets"]), self._stated(fields)):
            return
        ours, theirs = self._ours.fields["facets"], self._theirs.fields["facets"]
        key: Key = ("checklist", "", "facets")
        if fields["facets"] != theirs and not self._decide(key, self._base.fields["facets"], ours, theirs, _NEEDED):
            fields["facets"] = theirs
        known: dict[str, tuple[str, ...]] = {facet.id: facet.values for _, facet in _pathed(fields["facets"])}
        for name, task in self._tasks.items():
            if (when := _known_choices(task.when, known)) != task.when:
                held = self._theirs.tasks.get(name)
                key = ("task", name, "when")
                was = self._base.tasks.get(name)
                if not self._decide(key, was.when if was else None, task.when, held.when if held else (), _UNKNOWN):
                    self._tasks[name] = attrs.evolve(task, when=when)
        context = fields["context"]
        assert isinstance(context, tuple)
        chosen = tuple(one for one in context if isinstance(one, Choice))
        if (kept := _known_choices(chosen, known)) != chosen:
            key = ("checklist", "", "context")
            is_ours = self._decide(key, self._base.fields["context"], chosen, self._theirs.fields["context"], _UNKNOWN)
            fields["context"] = chosen if is_ours else kept

    def _stated(self, fields: Mapping[str, Whole]) -> list[tuple[str, Sequence[Choice]]]:
        stated: list[tuple[str, Sequence[Choice]]] = [("$", task.when) for task in self._tasks.values()]
        context = fields["context"]
        assert isinstance(context, tuple)
        stated.append(("$", [one for one in context if isinstance(one, Choice)]))
        return stated

    # Order

    def _members(self, phase: str) -> list[str]:
        names = [name for name, home in self._home.items() if home == phase]
        base, ours, theirs = (side.members.get(phase, []) for side in (self._base, self._ours, self._theirs))
        return self._in_order(names, base, ours, theirs, "task")

    def _in_order(
        self, names: Iterable[str], base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], what: str
    ) -> list[str]:
        """Return the names in the order of theirs, except those that only our side has moved or added."""
        wanted = set(names)
        moved = [
            (side.moved if what == "task" else side.moved_phases) & set(base) for side in (self._ours, self._theirs)
        ]
        moved_by_us, moved_by_them = moved[0] & set(ours), moved[1] & set(theirs)
        behind = neighbours(base), neighbours(ours), neighbours(theirs)
        placed_by_us = wanted & set(ours) - set(theirs)
        both = set(ours) & set(theirs)
        pinned = [name for name in ours if (what, name, PLACE) in self._named and name in both & wanted & set(base)]
        for name in [name for name in pinned if name not in moved_by_us]:
            old, new = nearest_known(name, base, both), nearest_known(name, theirs, both)
            if old != new and self._decide((what, name, PLACE), old, nearest_known(name, ours, both), new):
                placed_by_us.add(name)
        for name in [name for name in ours if name in both & wanted and name not in base]:
            we, they = nearest_known(name, ours, both), nearest_known(name, theirs, both)
            if we != they and self._decide((what, name, PLACE), None, we, they):
                placed_by_us.add(name)
        for name in [name for name in ours if name in moved_by_us & wanted & set(theirs)]:
            if name not in moved_by_them:
                placed_by_us.add(name)
                continue
            was, ours_behind, theirs_behind = (places.get(name) for places in behind)
            if ours_behind == theirs_behind:
                self.agreed.append((what, name, PLACE))
            elif self._decide((what, name, PLACE), was, ours_behind, theirs_behind):
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


_NEEDED = "does not have what tasks are there for"
_UNKNOWN = "names what the facets do not have any more"


def _known_choices(choices: Sequence[Choice], known: Mapping[str, tuple[str, ...]]) -> tuple[Choice, ...]:
    kept = [(one.facet, [value for value in one.values if value in known.get(one.facet, ())]) for one in choices]
    return tuple(Choice(facet, values) for facet, values in kept if values)


def _pathed(facets: Whole) -> list[tuple[str, Facet]]:
    assert isinstance(facets, tuple)
    return [("$", facet) for facet in facets]  # type: ignore[misc]
