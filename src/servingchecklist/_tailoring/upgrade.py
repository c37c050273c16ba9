"""Upgrading a tailored checklist to a new version of its base."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from .._model._validation import (
    LINE_LENGTH,
    Validated,
    check,
    each,
    each_exactly,
    evolved,
    exactly,
    line,
    optional_line,
    prose,
    tuple_of,
)
from .._model.changes import AddTask, MovePhase, MoveTask, SetChecklist, SetPhase, SetTask
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._namespace import NotebookDisplay, late_import, public
from ..errors import Fault, InvalidError, UnknownNameError, invalid, nearest, show
from .builder import Draft
from .changes_between import changes_between
from .difference import FIELDS, PLACE, Whole, diff, path_of, whole
from .merge import Merge
from .reasons import about, reason_for, reasons_of
from .tailor import tailor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from .._model.changes import Change
    from ..documents import UpgradeDocument
    from .difference import Key

Decision: TypeAlias = Literal["ours", "theirs"]
"""The side of a conflict that holds: the overlay (ours) or the new base (theirs)."""


@public("results")
@attrs.frozen(getstate_setstate=False)
class Conflict(Validated):
    """A value that the overlay and the new version have both changed, in different ways.

    Attributes:
        path: Its path: ``tasks.c4.priority``, ``phases.execution`` or ``topic``. Decisions use it as key.
        base: The value in the old base; None if there was none.
        ours: The value that the overlay sets; None if it was dropped.
        theirs: The value in the new base; None if it was dropped.
        reason: The reason that the overlay gives for its change.
        problem: The problem if the two sides would fit otherwise; empty if they simply differ.
    """

    path: str = attrs.field(metadata=check(line))
    base: Whole = attrs.field(metadata=check(whole))
    ours: Whole = attrs.field(metadata=check(whole))
    theirs: Whole = attrs.field(metadata=check(whole))
    reason: str = attrs.field(default="", metadata=check(optional_line))
    problem: str = attrs.field(default="", metadata=check(prose))


@public("results")
@attrs.frozen(getstate_setstate=False)
class Upgrade(Validated, NotebookDisplay):
    """The result of upgrading a tailored checklist to a new version of its base.

    Attributes:
        draft: The new base with every change that merges; in open conflicts it has the value of the new base.
        draft_overlay: The overlay that turns the new base into ``draft``.
        conflicts: The conflicts that need a decision.
        agreed: The paths that both sides have changed in the same way, and that the overlay no longer needs to change.
        relinked: The ``after`` paths of tasks that the overlay put after one that the new base has dropped; they now come after the
            prerequisites of the dropped one.
        title: The title of the old overlay.
    """

    draft: Checklist = attrs.field(metadata=check(exactly(Checklist, "Checklist(...)")))
    draft_overlay: Overlay = attrs.field(metadata=check(exactly(Overlay, "Overlay(...)")))
    conflicts: tuple[Conflict, ...] = attrs.field(
        default=(), converter=tuple_of[Conflict], metadata=check(each_exactly(Conflict, "Conflict(...)"))
    )
    agreed: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(each(line)))
    relinked: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(each(line)))
    title: str = attrs.field(default="", metadata=check(optional_line))

    @property
    def checklist(self) -> Checklist:
        """The upgraded checklist.

        Raises:
            InvalidError: Conflicts are open; each is a fault. Decide on them, or look at ``draft``.
        """
        self._check_decided()
        return self.draft

    @property
    def overlay(self) -> Overlay:
        """The overlay for the new base.

        Raises:
            InvalidError: Conflicts are open; each is a fault. Decide on them, or look at ``draft_overlay``.
        """
        self._check_decided()
        return self.draft_overlay

    def _check_decided(self) -> None:
        if self.conflicts:
            hint = "decide: give upgrade(..., decisions={path: 'ours'}) or 'theirs'"
            raise InvalidError(
                Fault("conflict", f"$.{one.path}", one.problem or "was changed on both sides", "", hint)
                for one in self.conflicts
            )

    def to_dict(self) -> UpgradeDocument:
        """Return the result as dicts, lists and strings, ready for JSON; values are as in documents, None if there is none."""
        plain = late_import("codec").plain
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


@public("tailoring")
def upgrade(
    old_base: Checklist,
    new_base: Checklist,
    overlay: Overlay,
    decisions: Mapping[str, Decision] | None = None,
) -> Upgrade:
    """Upgrade a tailored checklist: carry its overlay over to a new version of its base.

    This is a three-way merge, field by field. A change by the overlay alone stays, and a change by the new version alone is taken over. The
    same change by both is no conflict, and the overlay no longer needs it. Different changes are a conflict and need a decision. It is also
    a conflict if one side drops what the other changes, or if the new version changes a value that the overlay states though the old base
    had it already. Prerequisites are merged name by name, in the order of the new version if both have changed them.

    Nothing is dropped silently: each change of the overlay is in the new overlay, in ``agreed``, in a conflict or, if it put a task after
    one that is dropped, in ``relinked``. Changes decided for theirs are dropped.

    Upgrade several overlays one by one: the old base with the first applied is the old base of the second, and likewise for the new. A
    context is better chosen again on the new version, with :func:`servingchecklist.for_context`, than upgraded.

    Args:
        old_base: The checklist that the overlay was made for.
        new_base: Its new version.
        overlay: The overlay to upgrade.
        decisions: The side that holds, by path, for conflicts that an earlier call reported. One decision may remove another conflict; a
            decision about a path without a conflict has no effect.

    Raises:
        InvalidError: The overlay does not apply to the old base, an argument is invalid, or the decisions do not fit together: for
            example, the prerequisites would have a cycle.
        UnknownNameError: A decision names an unknown path.
    """
    for name, value in (("old_base", old_base), ("new_base", new_base)):
        if not isinstance(value, Checklist):
            raise invalid("wrong-kind", f"$.{name}", "is not a checklist", value, "give a Checklist")
    if not isinstance(overlay, Overlay):
        raise invalid("wrong-kind", "$.overlay", "is not an overlay", overlay, "give an Overlay")
    if decisions is not None and not isinstance(decisions, Mapping):
        raise invalid(
            "wrong-kind", "$.decisions", "are not decisions", decisions, "write a dict of paths and 'ours' or 'theirs'"
        )
    decided = dict(decisions or {})
    for path, side in decided.items():
        if not isinstance(path, str):
            raise invalid(
                "bad-format", "$.decisions", "has a key that is no path", path, "write it as a conflict tells it"
            )
        if side not in ("ours", "theirs"):
            raise invalid(
                "wrong-kind", f"$.decisions[{show(path)}]", "is not a decision", side, "write 'ours' or 'theirs'"
            )
    ours = tailor(old_base, overlay)
    reasons = reasons_of(overlay)
    why = {**reasons, **{one.key: reason for one in diff(old_base, ours) if (reason := reason_for(one, reasons))}}
    merge = Merge(old_base, ours, new_base, decided, named=reasons, stated=_prerequisites(overlay))
    try:
        merged = merge.run()
    except InvalidError as error:
        told = [f"{fault.path.removeprefix('$.')} {fault.message}" for fault in error.faults]
        hint = "decide for 'theirs' in one of the conflicts"
        raise InvalidError(
            Fault("contradiction", "$.decisions", f"do not fit together: {words}", "", hint) for words in told
        ) from None
    _check_paths(decided, merge, (old_base, ours, new_base))
    for change in overlay.changes:
        if isinstance(change, AddTask | MoveTask):  # a phase is kept for the tasks put into it: same reason
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
    """Return the prerequisites that the overlay states for each task."""
    found: dict[str, set[str]] = {}
    for change in overlay.changes:
        if isinstance(change, SetTask):
            found.setdefault(change.task, set()).update(change.after or (), change.also_after)
    return found


def _check_paths(decided: Mapping[str, str], merge: Merge, sides: Sequence[Checklist]) -> None:
    """Raise UnknownNameError for decisions about unknown paths. A conflict that another decision has removed is allowed."""
    known = {f"tasks.{task.id}" for side in sides for task in side}
    known |= {f"phases.{phase.id}" for side in sides for phase in side.phases}
    conflicts = merge.closed | {one.path for one in merge.conflicts}
    faults: list[Fault] = []
    for path in decided:
        thing, _, field = path.rpartition(".")
        is_field = (thing in known and field in FIELDS) or (not thing and field in SetChecklist.sets)
        if path not in conflicts and path not in known and not is_field:
            hint = nearest(path, sorted(conflicts))
            faults.append(
                Fault("unknown-name", f"$.decisions[{show(path)}]", "there is no conflict of that path", "", hint)
            )
    if faults:
        raise UnknownNameError(faults)


def _overlay(
    overlay: Overlay, new_base: Checklist, merged: Checklist, merge: Merge, told: Mapping[Key, str]
) -> tuple[Overlay, list[Key]]:
    """Return the overlay that turns the new base into the merged checklist, and the keys it no longer needs to move.

    It is the old overlay without the changes agreed on or decided for theirs. Only changes that no longer apply are rewritten, so that
    the rest stays as its author wrote it.
    """
    made = attrs.evolve(overlay, base=new_base.id if overlay.base else "")
    over = {*merge.agreed, *merge.overruled}
    open_changes = [left for change in overlay.changes if (left := _without(change, over))]
    kept, idle = _without_idle_moves(new_base, open_changes, merge)
    kept, rest = _completed(new_base, made, kept, merged, told)
    if rest:  # rewritten changes replace the old ones
        anew = {key for change in rest for key in about(change)}
        kept = [left for change in kept if (left := _without(change, anew))]
        kept, rest = _completed(new_base, made, kept, merged, told)
    return attrs.evolve(made, changes=[*kept, *rest]), idle


def _completed(
    base: Checklist, overlay: Overlay, changes: Sequence[Change], merged: Checklist, told: Mapping[Key, str]
) -> tuple[list[Change], list[Change]]:
    """Return the changes that apply to the base together, and those still missing to reach the merged checklist."""
    kept = list(changes)
    while True:
        try:
            laid = tailor(base, attrs.evolve(overlay, changes=kept))
            return kept, changes_between(laid, merged, lambda key: _reason(key, told) or _UNTOLD)
        except InvalidError as error:
            misfits = {int(found[1]) for fault in error.faults if (found := _CHANGE.match(fault.path))}
            kept = [change for place, change in enumerate(kept) if place not in misfits] if misfits else []


def _without_idle_moves(base: Checklist, changes: Sequence[Change], merge: Merge) -> tuple[list[Change], list[Key]]:
    """Return the changes without moves to a place that the base already has, and the keys of those moves."""
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
    """Return the order that a move changes; None for other changes."""
    if isinstance(change, MoveTask):
        return list(draft.members.get(change.phase, ()))
    return list(draft.phases) if isinstance(change, MovePhase) else None


_CHANGE = re.compile(r"\$\.changes\[([0-9]+)\]")


def _without(change: Change, over: Collection[Key]) -> Change | None:
    """Return a change without the keys agreed on or decided for theirs; None if nothing is left."""
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
    """Return the reason of the overlay for a key: for a field, else for the whole; for a whole without one, that of a field."""
    what, name, field = key
    fields = (reason for (other, owner, _), reason in told.items() if not field and (other, owner) == (what, name))
    return (told.get(key) or told.get((what, name, "")) or next(fields, ""))[:LINE_LENGTH].rstrip()
