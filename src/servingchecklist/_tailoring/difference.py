"""The differences between two checklists, and the reasons that an overlay gives for its changes."""

from __future__ import annotations

from datetime import date
from itertools import compress, count
from operator import eq, not_
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, assert_never, cast, get_args

import attrs

from .._model import _validation as v
from .._model import changes
from .._model._validation import Validated, check, is_tuple, require_kind, tuple_of
from .._model.audience import Audience
from .._model.changes import Value
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.facet import Choice, Facet
from .._model.kpi import Criterion, GateDefinition, Kpi
from .._model.quantity import Quantity
from .._model.task import Phase, Priority, Reference, Risk, Step, Task, annotation_pairs
from .._namespace import NotebookDisplay, late_import, public
from ..errors import Fault, nearest, show
from .builder import Parts, neighbours, staying

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .._model._validation import Check
    from .._model.changes import Change
    from .._model.overlay import Overlay
    from ..documents import DiffDocument

Whole: TypeAlias = Value | Task | Phase | Kpi
"""One side of a difference: the value of a field, or a whole task, phase or KPI."""

Subject: TypeAlias = Literal["checklist", "kpi", "phase", "task"]
"""The subject of a difference."""

PLACE = "place"
"""The field for the position of a task or a phase: the id of the one before it."""

IN_PHASE = "phase"
"""The field for the phase that a task is in."""


class Key(NamedTuple):
    """The subject of a change or a difference.

    Attributes:
        what: ``"task"``, ``"phase"``, ``"kpi"`` or ``"checklist"``.
        id: The id of the task, the phase or the KPI; empty for the checklist.
        field: The field; empty for all of it.
    """

    what: Subject
    id: str = ""
    field: str = ""

    @property
    def whole(self) -> Key:
        """The key of the whole task, phase, KPI or checklist."""
        return Key(self.what, self.id)

    @property
    def path(self) -> str:
        """The key as a path for people and files: ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return ".".join(part for part in (f"{self.what}s" if self.id else "", self.id, self.field) if part)


_WHOLES = frozenset((type(None), date, Priority, Effort, Risk, Reference, Task, Phase, Kpi, Quantity, bool))
_MEMBERS = frozenset((Reference, Choice, Facet, Step, Criterion, Audience, GateDefinition))


def whole(value: object, name: str) -> Sequence[Fault]:
    """Check that a value can be one side of a difference."""
    if type(value) in _WHOLES or (type(value) in (int, float) and -v.MOST_COUNTED <= value <= v.MOST_COUNTED):  # type: ignore[operator]
        return ()
    if type(value) is str:
        return v.prose(value, name)
    if type(value) is tuple:
        members = cast("tuple[object, ...]", value)
        if any(map(is_tuple, members)):
            return annotation_pairs(members, name)
        return [fault for member in members if type(member) not in _MEMBERS for fault in v.prose(member, name)]
    hint = "give the value of a field, a task, a phase or a KPI"
    return [Fault("wrong-kind", f"$.{name}", "is not a value of a checklist", show(value), hint)]


def one_of(known: Sequence[str]) -> Check:
    """Return a check for one of a few words."""

    def check(value: object, name: str) -> Sequence[Fault]:
        if type(value) is str and value in known:
            return ()
        return [Fault("wrong-kind", f"$.{name}", "is not known here", show(value), nearest(value, filter(None, known)))]

    return check


FIELDS = tuple(
    dict.fromkeys(
        (
            *("id", PLACE, IN_PHASE),
            *(
                name
                for kind in (changes.SetChecklist, changes.SetPhase, changes.SetTask, changes.SetKpi)
                for name in kind.sets
            ),
        )
    )
)
"""Every field that can differ."""


@public("results")
@attrs.frozen(getstate_setstate=False)
class Difference(Validated):
    """One difference between two checklists.

    Attributes:
        what: Its subject: ``"checklist"``, ``"kpi"``, ``"phase"`` or ``"task"``.
        id: The id of the KPI, the phase or the task; empty for the checklist itself.
        field: The field that differs; empty if the whole KPI, phase or task was added or dropped. ``"phase"`` is the id of the phase that a
            task is in; ``"place"`` is the id of the task or phase before it, empty if it is the first.
        before: The old value; None if there was none.
        after: The new value; None if there is none any more.
        title: The title of the KPI, the phase or the task; empty for the checklist itself.
    """

    what: Subject = attrs.field(metadata=check(one_of(get_args(Subject))))
    id: str = attrs.field(metadata=check(v.id_or_nothing))
    field: str = attrs.field(metadata=check(one_of(("", *FIELDS))))
    before: Whole = attrs.field(metadata=check(whole))
    after: Whole = attrs.field(metadata=check(whole))
    title: str = attrs.field(default="", metadata=check(v.optional_line))

    @property
    def key(self) -> Key:
        """The subject and the field as a key."""
        return Key(self.what, self.id, self.field)

    @property
    def path(self) -> str:
        """The key as a path such as ``tasks.c4.priority``, ``phases.execution`` or ``topic``."""
        return self.key.path

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
        differences: The differences of the checklist itself, of its KPIs, of its phases, and of its tasks; dropped ones come first.
        topic: The topic of the second.
    """

    before: str = attrs.field(metadata=check(v.line))
    after: str = attrs.field(metadata=check(v.line))
    title: str = attrs.field(metadata=check(v.line))
    differences: tuple[Difference, ...] = attrs.field(
        converter=tuple_of[Difference], metadata=check(v.each_exactly(Difference, "diff(a, b)"))
    )
    topic: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))

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

    KPIs, tasks and phases are matched by their ids; bases and layers are not compared. Where an order has changed, as few tasks or phases as
    possible count as moved.

    >>> differences = diff(model_serving(), for_context(model_serving(), tier="C"))
    >>> [(difference.kind, difference.path) for difference in differences]
    [('changed', 'context'), ('dropped', 'tasks.c2'), ('dropped', 'tasks.c4'), ('changed', 'tasks.c5.after')]

    Raises:
        InvalidError: One of them is not a checklist.
    """
    require_kind(Checklist, {"$.before": before, "$.after": after})
    old, new = Parts(before), Parts(after)
    differences = (
        *_of_fields(old, new),
        *_of_kpis(old, new),
        *_of_phases(old, new),
        *_of_tasks(before, after, old, new),
    )
    return Diff(label(before), label(after), after.title, differences, topic=after.topic)


def plain_sides(value: attrs.AttrsInstance, field: str) -> Any:  # noqa: ANN401  # the caller knows the document
    """Return the fields of a value by name, all of them as plain data; ``field`` is the field that its sides are values of."""
    plain = late_import("codec").plain
    return {name: plain(side, field) for name, side in attrs.asdict(value, recurse=False).items()}


def label(checklist: Checklist) -> str:
    """Return the id and the version of a checklist as one text."""
    return f"{checklist.id} {checklist.version}"


def _changed(key: Key, names: Iterable[str], old: object, new: object, title: str = "") -> Iterator[Difference]:
    """Yield the fields of a KPI, a task or a phase that differ."""
    for name in names:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield Difference(key.what, key.id, name, was, now, title)


def _of_fields(old: Parts, new: Parts) -> Iterator[Difference]:
    for name, value in new.fields.items():
        if old.fields[name] != value:
            yield Difference("checklist", "", name, old.fields[name], value)


def _of_kpis(old: Parts, new: Parts) -> Iterator[Difference]:
    for name, kpi in sorted({**old.kpis, **new.kpis}.items()):
        was, now = old.kpis.get(name), new.kpis.get(name)
        if was and now:
            yield from _changed(Key("kpi", name), changes.SetKpi.sets, was, now, now.title)
        else:
            yield Difference("kpi", name, "", was, now, kpi.title)


def _of_phases(old: Parts, new: Parts) -> Iterator[Difference]:
    for name, phase in old.phases.items():
        if name not in new.phases:
            yield Difference("phase", name, "", phase, None, phase.title)
    for name, phase in new.phases.items():
        if name not in old.phases:
            yield Difference("phase", name, "", None, phase, phase.title)
        elif (was := old.phases[name]) is not phase:
            yield from _changed(Key("phase", name), changes.SetPhase.sets, was, phase, phase.title)
    stay = staying(list(old.phases), list(new.phases))
    was_behind, is_behind = neighbours(old.phases), neighbours(new.phases)
    for name, phase in new.phases.items():
        if name in old.phases and name not in stay:
            yield Difference("phase", name, PLACE, was_behind[name], is_behind[name], phase.title)


def _of_tasks(before: Checklist, after: Checklist, old: Parts, new: Parts) -> Iterator[Difference]:
    changed, is_same = _pairs(before, after, old)
    added: set[str] = set()
    moved: dict[str, tuple[str, str, str]] = {}
    if not is_same:
        for name, task in old.tasks.items():
            if name not in new.tasks:
                yield Difference("task", name, "", task, None, task.title)
        added = new.tasks.keys() - old.tasks.keys()
        moved = _moved(old, new)
    # Most tasks are unchanged: the others are reached without a Python loop over all.
    for place in sorted(map(after.position, {*changed, *moved, *added})):
        task = after.tasks[place]
        if task.id in added:
            yield Difference("task", task.id, "", None, task, task.title)
        if task.id in changed:
            yield from _changed(Key("task", task.id), changes.SetTask.sets, changed[task.id], task, task.title)
        if task.id in moved:
            yield Difference("task", task.id, *moved[task.id], task.title)


def _pairs(before: Checklist, after: Checklist, old: Parts) -> tuple[dict[str, Task], bool]:
    """Return the old task for each changed one, and True if both checklists have the same tasks at the same places.

    The loop over all tasks runs in C as far as possible.
    """
    if len(before) == len(after):
        pairs = [(before.tasks[place], after.tasks[place]) for place in _unequal(before.tasks, after.tasks)]
        if all(was.id == now.id for was, now in pairs):
            sizes = [[(phase.id, len(phase.tasks)) for phase in side.phases] for side in (before, after)]
            return {was.id: was for was, _ in pairs}, sizes[0] == sizes[1]
    common = [task for task in after.tasks if task.id in old.tasks]
    was_common = [old.tasks[task.id] for task in common]
    return {common[place].id: was_common[place] for place in _unequal(was_common, common)}, False


def _unequal(before: Sequence[Task], after: Sequence[Task]) -> Iterator[int]:
    return compress(count(), map(not_, map(eq, before, after)))


def _moved(old: Parts, new: Parts) -> dict[str, tuple[str, str, str]]:
    """Return for each moved task the field, its old and its new value."""
    moved: dict[str, tuple[str, str, str]] = {}
    for phase, members in new.members.items():
        old_members = old.members.get(phase, [])
        if members == old_members or len(stay := staying(old_members, members)) == len(members):
            continue
        was_behind, is_behind = neighbours(old_members), neighbours(members)
        for name in members:
            if name in was_behind and name not in stay:
                moved[name] = PLACE, was_behind[name], is_behind[name]
            elif name in old.home and name not in stay:
                moved[name] = IN_PHASE, old.home[name], phase
    return moved


def reasons_of(overlay: Overlay) -> dict[Key, str]:
    """Return the reason for every key that an overlay changes; of several for one key, the last."""
    return {key: change.reason for change in overlay.changes for key in keys_of(change)}


def reason_for(difference: Difference, reasons: Mapping[Key, str]) -> str:
    """Return the reason for a difference; empty if no change gives one, as when only a neighbour has moved."""
    key = difference.key
    if key in reasons:
        return reasons[key]
    if key.field == "after":
        # A prerequisite was dropped: give the reason for that.
        before, after = (cast("tuple[str, ...]", side or ()) for side in (difference.before, difference.after))
        for name in before:
            if name not in after and (reason := reasons.get(Key(key.what, name))):
                return f"{name} was dropped: {reason}"
    if key.field == "placeholder":  # which goes with the target
        return next(
            (reasons[limit] for name in ("at_most", "at_least") if (limit := key._replace(field=name)) in reasons), ""
        )
    if key.field == PLACE:
        # Putting one behind another also puts the other before it, so either of the two may be the one that differs.
        moves = {reason for other, reason in reasons.items() if other.what == key.what and other.field == PLACE}
        if len(moves) == 1:
            return moves.pop()
    return reasons.get(key.whole, "")


def keys_of(change: Change) -> list[Key]:
    """Return the keys of everything that a change sets, adds, drops or moves."""
    match change:
        case changes.SetTask():
            return [Key("task", change.task, field) for field in (*change.values(), *change.additions)]
        case changes.SetPhase():
            return [Key("phase", change.phase, field) for field in change.values()]
        case changes.SetChecklist():
            return [Key("checklist", "", field) for field in change.values()]
        case changes.MoveTask():
            return [Key("task", change.task, field) for field in (IN_PHASE, PLACE)]
        case changes.MovePhase():
            return [Key("phase", change.phase, PLACE)]
        case changes.AddPhase():
            return [Key("phase", change.phase.id), *(Key("task", task.id) for task in change.phase.tasks)]
        case changes.AddTask():
            return [Key("task", change.task.id)]
        case changes.DropTask():
            return [Key("task", change.task)]
        case changes.DropPhase():
            return [Key("phase", change.phase)]
        case changes.SetKpi():
            return [Key("kpi", change.kpi, field) for field in change.values()]
        case changes.AddKpi():
            return [Key("kpi", change.kpi.id)]
        case changes.DropKpi():
            return [Key("kpi", change.kpi)]
        case _:
            assert_never(change)
