"""Taking the next edition of a checklist without losing what was tailored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from .._door import Displayed, upstairs
from ..errors import Fault, InvalidError, UnknownNameError, nearest, raise_invalid, show
from ..model._check import (
    LINE_LENGTH,
    Rebuilt,
    as_tuple,
    each,
    each_exactly,
    evolved,
    exactly,
    line,
    optional_line,
    prose,
    verify,
)
from ..model.changes import AddTask, MovePhase, MoveTask, SetChecklist, SetPhase, SetTask
from ..model.checklist import Checklist
from ..model.overlay import Overlay
from .difference import FIELDS, PLACE, Whole, diff, path_of, whole
from .draft import Draft
from .merge import Merge
from .reasons import about, reason_for, reasons_of
from .route import changes_between
from .tailor import tailor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ..model.changes import Change
    from .difference import Key

Decision: TypeAlias = Literal["ours", "theirs"]
"""Which side of a conflict holds: what the overlay made of it, or what the new base says."""


@attrs.frozen(getstate_setstate=False)
class Conflict(Rebuilt):
    """Something that the overlay and the next edition have both changed, each in its own way.

    Attributes:
        path: What it is: ``tasks.c4.priority``, ``phases.execution`` or ``topic``. Decisions name it so.
        base: What it was in the old base; None where there was nothing.
        ours: What the overlay made of it; None where it was dropped.
        theirs: What it is in the new base; None where it is not there any more.
        reason: Why the overlay has changed it.
        problem: What else is wrong, where the two sides would fit but for that; empty where they simply differ.
    """

    path: str
    base: Whole
    ours: Whole
    theirs: Whole
    reason: str = ""
    problem: str = ""

    def __attrs_post_init__(self) -> None:
        verify(_CONFLICT_CHECKS, self)


_CONFLICT_CHECKS = {
    "path": line,
    "base": whole,
    "ours": whole,
    "theirs": whole,
    "reason": optional_line,
    "problem": prose,
}


def _conflicts(value: Sequence[Conflict]) -> tuple[Conflict, ...]:
    return as_tuple(value)


def _paths(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Upgrade(Rebuilt, Displayed):
    """A tailoring carried over to the next edition of its checklist.

    Attributes:
        draft: The new base with all on it that merges; in each open conflict it has what the new base says.
        draft_overlay: The overlay that makes the new base into ``draft``.
        conflicts: What waits for a decision.
        agreed: The paths of what both sides have changed in the same way, so that the overlay need not do it any more.
        relinked: The paths of what came after a task that the overlay named and that the new base does not have any more: it comes after
            what that came after.
        title: The title of the old overlay.
    """

    draft: Checklist
    draft_overlay: Overlay
    conflicts: tuple[Conflict, ...] = attrs.field(default=(), converter=_conflicts)
    agreed: tuple[str, ...] = attrs.field(default=(), converter=_paths)
    relinked: tuple[str, ...] = attrs.field(default=(), converter=_paths)
    title: str = ""

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)

    @property
    def checklist(self) -> Checklist:
        """The upgraded checklist.

        Raises:
            InvalidError: Conflicts are open; each is a fault. Decide on them, or look at ``draft``.
        """
        self._check_settled()
        return self.draft

    @property
    def overlay(self) -> Overlay:
        """The overlay for the new base.

        Raises:
            InvalidError: Conflicts are open; each is a fault. Decide on them, or look at ``draft_overlay``.
        """
        self._check_settled()
        return self.draft_overlay

    def _check_settled(self) -> None:
        if self.conflicts:
            hint = "decide: give upgrade(..., decisions={path: 'ours'}) or 'theirs'"
            raise InvalidError(
                Fault(f"$.{one.path}", one.problem or "was changed on both sides", "", hint) for one in self.conflicts
            )

    def to_dict(self) -> dict[str, object]:
        """What came of it as dicts, lists and strings, ready for JSON; values are as in documents, and None where there is nothing."""
        plain = upstairs("codec").plain
        return {
            "checklist": {"id": self.draft.id, "version": self.draft.version},
            "overlay": self.draft_overlay.to_dict(),
            "conflicts": [
                {
                    "path": one.path,
                    "base": plain(one.base, one.path.rpartition(".")[2]),
                    "ours": plain(one.ours, one.path.rpartition(".")[2]),
                    "theirs": plain(one.theirs, one.path.rpartition(".")[2]),
                    "reason": one.reason,
                    "problem": one.problem,
                }
                for one in self.conflicts
            ],
            "agreed": list(self.agreed),
            "relinked": list(self.relinked),
        }


_CHECKS = {
    "draft": exactly(Checklist, "Checklist(...)"),
    "draft_overlay": exactly(Overlay, "Overlay(...)"),
    "conflicts": each_exactly(Conflict, "Conflict(...)"),
    "agreed": each(line),
    "relinked": each(line),
    "title": optional_line,
}


def upgrade(
    old_base: Checklist,
    new_base: Checklist,
    overlay: Overlay,
    decisions: Mapping[str, Decision] | None = None,
) -> Upgrade:
    """Carry a tailoring over to the next edition of the checklist that it is for.

    A three-way merge, field by field. What only the overlay has changed stays as the overlay has it, and what only the new edition has
    changed comes in. What both have changed in the same way is no conflict, and the overlay need not do it any more. What they have changed
    in different ways is a conflict, and waits for a decision; so is what one has dropped and the other changed, and what the overlay states,
    though it was so already, and the new edition changes. What a task comes after is merged name by name, in the order of the new edition
    where both have changed it.

    Nothing is dropped silently: what the overlay did is in the new overlay, in ``agreed``, in a conflict or, where it has put a task behind
    one that is not there any more, in ``relinked``; what was decided for theirs goes.

    Several overlays are carried over one by one: what the first made of the old base is the old base of the second, and so for the new. A
    context is better chosen again on the new edition, with :func:`servingchecklist.for_context`, than carried over.

    Args:
        old_base: What the overlay was made for.
        new_base: Its next edition.
        overlay: The tailoring.
        decisions: For conflicts that an earlier call has told, which side holds, by their paths. What one decision settles may do away
            with another conflict; a decision about what is none has no effect.

    Raises:
        InvalidError: The overlay does not fit on the old base, or an argument is not what it has to be. Or the decisions cannot all be
            followed: tasks would wait for each other in a circle, say.
        UnknownNameError: A decision is about what is not there.
    """
    for name, value in (("old_base", old_base), ("new_base", new_base)):
        if not isinstance(value, Checklist):
            raise_invalid(f"$.{name}", "is not a checklist", value, "give a Checklist")
    if not isinstance(overlay, Overlay):
        raise_invalid("$.overlay", "is not an overlay", overlay, "give an Overlay")
    if decisions is not None and not isinstance(decisions, Mapping):
        raise_invalid("$.decisions", "are not decisions", decisions, "write a dict of paths and 'ours' or 'theirs'")
    decided = dict(decisions or {})
    for path, side in decided.items():
        if not isinstance(path, str):
            raise_invalid("$.decisions", "has a key that is no path", path, "write it as a conflict tells it")
        if side not in ("ours", "theirs"):
            raise_invalid(f"$.decisions[{show(path)}]", "is not a decision", side, "write 'ours' or 'theirs'")
    ours = tailor(old_base, overlay)
    reasons = reasons_of(overlay)
    why = {**reasons, **{one.key: reason for one in diff(old_base, ours) if (reason := reason_for(one, reasons))}}
    merge = Merge(old_base, ours, new_base, decided, named=reasons, stated=_prerequisites(overlay))
    try:
        merged = merge.run()
    except InvalidError as error:
        told = [f"{fault.path.removeprefix('$.')} {fault.problem}" for fault in error.faults]
        hint = "decide for 'theirs' in one of the conflicts"
        raise InvalidError(Fault("$.decisions", f"do not fit together: {words}", "", hint) for words in told) from None
    _check_paths(decided, merge, (old_base, ours, new_base))
    for change in overlay.changes:
        if isinstance(change, AddTask | MoveTask):  # what is put into a phase is the reason why the phase is wanted
            why.setdefault(("phase", change.phase, ""), change.reason)
    made, idle = _overlay(overlay, new_base, merged, merge, why) if old_base != new_base else (overlay, [])
    conflicts = [
        Conflict(one.path, one.base, one.ours, one.theirs, _reason(one.key, why), one.problem)
        for one in merge.conflicts
    ]
    return Upgrade(
        draft=tailor(new_base, made),
        draft_overlay=made,
        conflicts=conflicts,
        agreed=[path_of(key) for key in dict.fromkeys([*merge.agreed, *idle])],
        relinked=[f"tasks.{task}.after" for task in merge.relinked],
        title=overlay.title,
    )


def _prerequisites(overlay: Overlay) -> dict[str, set[str]]:
    """Behind which tasks the overlay puts each task."""
    found: dict[str, set[str]] = {}
    for change in overlay.changes:
        if isinstance(change, SetTask):
            found.setdefault(change.task, set()).update(change.after or (), change.also_after)
    return found


def _check_paths(decided: Mapping[str, str], merge: Merge, sides: Sequence[Checklist]) -> None:
    """Refuse decisions about what is not there. What other decisions have done away with may still be decided."""
    known = {f"tasks.{task.id}" for side in sides for task in side}
    known |= {f"phases.{phase.id}" for side in sides for phase in side.phases}
    conflicts = merge.settled | {one.path for one in merge.conflicts}
    faults: list[Fault] = []
    for path in decided:
        thing, _, field = path.rpartition(".")
        is_field = (thing in known and field in FIELDS) or (not thing and field in SetChecklist.sets)
        if path not in conflicts and path not in known and not is_field:
            hint = nearest(path, sorted(conflicts))
            faults.append(Fault(f"$.decisions[{show(path)}]", "there is no conflict of that path", "", hint))
    if faults:
        raise UnknownNameError(faults)


def _overlay(
    overlay: Overlay, new_base: Checklist, merged: Checklist, merge: Merge, told: Mapping[Key, str]
) -> tuple[Overlay, list[Key]]:
    """The overlay that makes the new base into the merged checklist, and what it need not move any more.

    It is the old one without what is agreed on or decided for theirs. Only what does not fit any more is written anew, so that the rest
    stays as somebody has written it.
    """
    made = attrs.evolve(overlay, base=new_base.id if overlay.base else "")
    over = {*merge.agreed, *merge.overruled}
    open_changes = [left for change in overlay.changes if (left := _without(change, over))]
    kept, idle = _without_idle_moves(new_base, open_changes, merge)
    kept, rest = _completed(new_base, made, kept, merged, told)
    if rest:  # what is written anew takes the place of what was written
        anew = {key for change in rest for key in about(change)}
        kept = [left for change in kept if (left := _without(change, anew))]
        kept, rest = _completed(new_base, made, kept, merged, told)
    return attrs.evolve(made, changes=[*kept, *rest]), idle


def _completed(
    base: Checklist, overlay: Overlay, changes: Sequence[Change], merged: Checklist, told: Mapping[Key, str]
) -> tuple[list[Change], list[Change]]:
    """Those of the changes that fit on the base together, and the ones that are missing for it to become the merged checklist."""
    kept = list(changes)
    while True:
        try:
            laid = tailor(base, attrs.evolve(overlay, changes=kept))
            return kept, changes_between(laid, merged, lambda key: _reason(key, told) or _UNTOLD)
        except InvalidError as error:
            misfits = {int(found[1]) for fault in error.faults if (found := _CHANGE.match(fault.path))}
            kept = [change for place, change in enumerate(kept) if place not in misfits] if misfits else []


def _without_idle_moves(base: Checklist, changes: Sequence[Change], merge: Merge) -> tuple[list[Change], list[Key]]:
    """The changes without those that once moved something to where the base has it now; and what these are about."""
    draft = Draft(base)
    kept: list[Change] = []
    idle: list[Key] = []
    for change in changes:
        before = _places(draft, change)
        draft.apply(change, "$")
        if before is None or before != _places(draft, change) or not merge.has_moved(change):
            kept.append(change)
        else:
            idle += [key for key in about(change) if key[2] == PLACE]
    return kept, idle


def _places(draft: Draft, change: Change) -> list[str] | None:
    """The order that a change is about, if it moves something."""
    if isinstance(change, MoveTask):
        return list(draft.members.get(change.phase, ()))
    return list(draft.phases) if isinstance(change, MovePhase) else None


_CHANGE = re.compile(r"\$\.changes\[([0-9]+)\]")


def _without(change: Change, over: Collection[Key]) -> Change | None:
    """What is left of a change without what is over: agreed on, or decided for theirs. None where nothing is left."""
    keys = list(about(change))
    done = [key for key in keys if key in over or (*key[:2], "") in over]
    if not done:
        return change
    if len(done) == len(keys) or not isinstance(change, SetTask | SetPhase | SetChecklist):
        return None
    names = {field for _, _, field in done}
    emptied: dict[str, object] = {name: None for name in names if getattr(change, name) is not None}
    if not isinstance(change, SetChecklist):
        emptied["clear"] = [name for name in change.clear if name not in names]
    if isinstance(change, SetTask) and "after" in names:
        emptied["also_after"] = ()
    return evolved(change, emptied)


_UNTOLD = "carried over from the edition before"


def _reason(key: Key, told: Mapping[Key, str]) -> str:
    """Why the overlay did it: where the field has no reason, that for the whole, and where the whole has none, that for a field."""
    what, name, field = key
    fields = (reason for (other, owner, _), reason in told.items() if not field and (other, owner) == (what, name))
    return (told.get(key) or told.get((what, name, "")) or next(fields, ""))[:LINE_LENGTH]
