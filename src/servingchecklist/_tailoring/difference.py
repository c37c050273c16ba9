"""The differences between two checklists."""

from __future__ import annotations

from itertools import compress, count
from operator import attrgetter, eq, not_
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import attrs

from .._model._validation import Validated, check, each_exactly, ident, line, optional_line, prose, tuple_of
from .._model.changes import (
    SetChecklist,
    SetPhase,
    SetTask,
    Value,
)
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.facet import Choice, Facet
from .._model.task import Phase, Priority, Reference, Risk, Task
from .._namespace import NotebookDisplay, late_import, public
from ..errors import Fault, invalid, nearest, show
from .moves import neighbours, staying

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model._validation import Check
    from ..documents import DiffDocument

Whole: TypeAlias = Value | Task | Phase
"""One side of a difference: the value of a field, or a whole task or phase."""

Subject: TypeAlias = Literal["checklist", "phase", "task"]
"""The subject of a difference."""

Key: TypeAlias = tuple[str, str, str]
"""The subject of a change: ``"task"``, ``"phase"`` or ``"checklist"``; its id, empty for the checklist; the field, empty for all of it."""

PLACE = "place"
"""The field for the position of a task or a phase: the id of the one before it."""

IN_PHASE = "phase"
"""The field for the phase that a task is in."""


def path_of(key: Key) -> str:
    """Return a key as a path for people and files: ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
    what, name, field = key
    return ".".join(part for part in (f"{what}s" if name else "", name, field) if part)


_WHOLES = frozenset((type(None), Priority, Effort, Risk, Reference, Task, Phase))
_MEMBERS = frozenset((Reference, Choice, Facet))


def whole(value: object, name: str) -> Sequence[Fault]:
    """Check that a value can be one side of a difference."""
    if type(value) in _WHOLES:
        return ()
    if type(value) is str:
        return prose(value, name)
    if type(value) is tuple:
        members = cast("tuple[object, ...]", value)
        return [fault for one in members if type(one) not in _MEMBERS for fault in prose(one, name)]
    return [
        Fault(
            "wrong-kind",
            f"$.{name}",
            "is not a value of a checklist",
            show(value),
            "give the value of a field, a task or a phase",
        )
    ]


def one_of(known: Sequence[str]) -> Check:
    """Return a check for one of a few words."""

    def check(value: object, name: str) -> Sequence[Fault]:
        if type(value) is str and value in known:
            return ()
        return [Fault("wrong-kind", f"$.{name}", "is not known here", show(value), nearest(value, filter(None, known)))]

    return check


def id_or_nothing(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an id or empty."""
    return () if type(value) is str and not value else ident(value, name)


FIELDS = tuple(dict.fromkeys(("id", PLACE, IN_PHASE, *SetChecklist.sets, *SetPhase.sets, *SetTask.sets)))
"""Every field that can differ."""


@public("results")
@attrs.frozen(getstate_setstate=False)
class Difference(Validated):
    """One difference between two checklists.

    Attributes:
        what: Its subject: ``"checklist"``, ``"phase"`` or ``"task"``.
        id: The id of the phase or the task; empty for the checklist itself.
        field: The field that differs; empty if the whole phase or task was added or dropped. ``"phase"`` is the id of the phase that a
            task is in; ``"place"`` is the id of the task or phase before it, empty if it is the first.
        before: The old value; None if there was none.
        after: The new value; None if there is none any more.
        title: The title of the phase or the task; empty for the checklist itself.
    """

    what: Subject = attrs.field(metadata=check(one_of(get_args(Subject))))
    id: str = attrs.field(metadata=check(id_or_nothing))
    field: str = attrs.field(metadata=check(one_of(("", *FIELDS))))
    before: Whole = attrs.field(metadata=check(whole))
    after: Whole = attrs.field(metadata=check(whole))
    title: str = attrs.field(default="", metadata=check(optional_line))

    @property
    def key(self) -> Key:
        """The subject and the field as a key."""
        return self.what, self.id, self.field

    @property
    def path(self) -> str:
        """The key as a path such as ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return path_of(self.key)

    @property
    def kind(self) -> Literal["added", "dropped", "moved", "changed"]:
        """One of ``"added"``, ``"dropped"``, ``"moved"`` or ``"changed"``."""
        if not self.field:
            return "added" if self.before is None else "dropped"
        return "moved" if self.field in (PLACE, IN_PHASE) else "changed"


@public("results")
@attrs.frozen(getstate_setstate=False)
class Diff(Validated, NotebookDisplay):
    """All differences between two checklists. Iterating yields them, ``len`` counts them, and it is false if there are none.

    Attributes:
        before: The id and the version of the first checklist.
        after: The id and the version of the second.
        title: The title of the second.
        differences: The differences of the checklist itself, of its phases, and of its tasks; dropped ones come first.
        topic: The topic of the second.
    """

    before: str = attrs.field(metadata=check(line))
    after: str = attrs.field(metadata=check(line))
    title: str = attrs.field(metadata=check(line))
    differences: tuple[Difference, ...] = attrs.field(
        converter=tuple_of[Difference], metadata=check(each_exactly(Difference, "diff(a, b)"))
    )
    topic: str = attrs.field(default="", kw_only=True, metadata=check(optional_line))

    def __iter__(self) -> Iterator[Difference]:
        return iter(self.differences)

    def __len__(self) -> int:
        return len(self.differences)

    def to_dict(self) -> DiffDocument:
        """Return the differences as dicts, lists and strings, ready for JSON; values are as in documents, None if there is none."""
        plain = late_import("codec").plain
        return {
            "before": self.before,
            "after": self.after,
            "differences": [
                {
                    "kind": one.kind,
                    "path": one.path,
                    "before": plain(one.before, one.field),
                    "after": plain(one.after, one.field),
                }
                for one in self.differences
            ],
        }


@public("tailoring")
def diff(before: Checklist, after: Checklist) -> Diff:
    """Return the differences between any two checklists, related or not.

    Tasks and phases are matched by their ids; bases and layers are not compared. Where an order has changed, as few tasks or phases as
    possible count as moved.

    >>> made = diff(model_serving(), for_context(model_serving(), tier="C"))
    >>> [(one.kind, one.path) for one in made]
    [('changed', 'context'), ('dropped', 'tasks.c2'), ('dropped', 'tasks.c4'), ('changed', 'tasks.c5.after')]

    Raises:
        InvalidError: One of them is not a checklist.
    """
    for name, value in (("before", before), ("after", after)):
        if not isinstance(value, Checklist):
            raise invalid("wrong-kind", f"$.{name}", "is not a checklist", value, "give a Checklist")
    found = (*_of_fields(before, after), *_of_phases(before, after), *_of_tasks(before, after))
    return Diff(label(before), label(after), after.title, found, topic=after.topic)


def label(checklist: Checklist) -> str:
    """Return the id and the version of a checklist as one text."""
    return f"{checklist.id} {checklist.version}"


def _of_fields(before: Checklist, after: Checklist) -> Iterator[Difference]:
    for name in SetChecklist.sets:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference("checklist", "", name, old, new)


def _of_phases(before: Checklist, after: Checklist) -> Iterator[Difference]:
    old = {phase.id: phase for phase in before.phases}
    new = {phase.id: phase for phase in after.phases}
    yield from (
        Difference("phase", name, "", phase, None, phase.title) for name, phase in old.items() if name not in new
    )
    stay = staying(list(old), list(new))
    places = neighbours(old), neighbours(new)
    for name, phase in new.items():
        if name not in old:
            yield Difference("phase", name, "", None, phase, phase.title)
            continue
        was = old[name]
        if was is phase:
            continue
        for field in SetPhase.sets:
            if getattr(was, field) != getattr(phase, field):
                yield Difference("phase", name, field, getattr(was, field), getattr(phase, field), phase.title)
    for name, phase in new.items():
        if name in old and name not in stay:
            yield Difference("phase", name, PLACE, places[0][name], places[1][name], phase.title)


_ID = attrgetter("id")


def _of_tasks(before: Checklist, after: Checklist) -> Iterator[Difference]:
    changed, is_same = _pairs(before, after)
    added: set[str] = set()
    moved: dict[str, tuple[str, str, str]] = {}
    if not is_same:
        names = set(map(_ID, after.tasks))
        dropped = [task for task in before.tasks if task.id not in names]
        yield from (Difference("task", task.id, "", task, None, task.title) for task in dropped)
        added = names.difference(map(_ID, before.tasks))
        moved = _moved(before, after)
    # Most tasks are unchanged: the others are found without a Python loop over all.
    told = sorted(map(after.position, {*changed, *moved, *added}))
    for task in (after.tasks[place] for place in told):
        if task.id in added:
            yield Difference("task", task.id, "", None, task, task.title)
        if was := changed.get(task.id):
            for field in SetTask.sets:
                if getattr(was, field) != getattr(task, field):
                    yield Difference("task", task.id, field, getattr(was, field), getattr(task, field), task.title)
        if task.id in moved:
            yield Difference("task", task.id, *moved[task.id], task.title)


def _pairs(before: Checklist, after: Checklist) -> tuple[dict[str, Task], bool]:
    """Return the old task for each changed one, and True if both checklists have the same tasks at the same places.

    The loop over all tasks runs in C as far as possible.
    """
    if len(before) == len(after):
        found = [(before.tasks[place], after.tasks[place]) for place in _unequal(before.tasks, after.tasks)]
        if all(was.id == now.id for was, now in found):
            sizes = [[(phase.id, len(phase.tasks)) for phase in side.phases] for side in (before, after)]
            return {was.id: was for was, _ in found}, sizes[0] == sizes[1]
    old = dict(zip(map(_ID, before.tasks), before.tasks, strict=True))
    both = [(old[task.id], task) for task in after.tasks if task.id in old]
    unequal = _unequal([was for was, _ in both], [now for _, now in both])
    return {both[place][0].id: both[place][0] for place in unequal}, False


def _unequal(before: Sequence[Task], after: Sequence[Task]) -> Iterator[int]:
    return compress(count(), map(not_, map(eq, before, after)))


def _moved(before: Checklist, after: Checklist) -> dict[str, tuple[str, str, str]]:
    """Return for each moved task the field, its old and its new value."""
    found: dict[str, tuple[str, str, str]] = {}
    home: dict[str, str] = {}
    old_phases = {phase.id: list(map(_ID, phase.tasks)) for phase in before.phases}
    for phase in after.phases:
        members = list(map(_ID, phase.tasks))
        old_members = old_phases.get(phase.id, [])
        if members == old_members:
            continue
        stay = staying(old_members, members)
        if len(stay) == len(members):
            continue
        home = home or {task: name for name, held in old_phases.items() for task in held}
        here = set(old_members)
        was_behind, is_behind = neighbours(old_members), neighbours(members)
        for name in members:
            if name in stay or name not in home:
                continue
            found[name] = (
                (PLACE, was_behind[name], is_behind[name]) if name in here else (IN_PHASE, home[name], phase.id)
            )
    return found
