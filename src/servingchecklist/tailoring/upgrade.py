"""Taking the next edition of a checklist without losing what was tailored."""

from __future__ import annotations

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
    exactly,
    line,
    optional_line,
    prose,
    verify,
)
from ..model.changes import SetChecklist, SetPhase, SetTask
from ..model.checklist import Checklist
from ..model.overlay import Overlay
from .difference import Whole, changes_between, diff, path_of, whole
from .merge import Merge
from .reasons import about, reason_for, reasons_of
from .tailor import tailor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ..model.changes import Change
    from .difference import Difference, Key

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
        conflicts: What waits for a decision, in the order of the checklist.
        agreed: The paths of what both sides have changed in the same way, so that the overlay need not do it any more.
        title: The title of the old overlay.
    """

    draft: Checklist
    draft_overlay: Overlay
    conflicts: tuple[Conflict, ...] = attrs.field(default=(), converter=_conflicts)
    agreed: tuple[str, ...] = attrs.field(default=(), converter=_paths)
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
                    "base": plain(one.base),
                    "ours": plain(one.ours),
                    "theirs": plain(one.theirs),
                    "reason": one.reason,
                    "problem": one.problem,
                }
                for one in self.conflicts
            ],
            "agreed": list(self.agreed),
        }


_CHECKS = {
    "draft": exactly(Checklist, "Checklist(...)"),
    "draft_overlay": exactly(Overlay, "Overlay(...)"),
    "conflicts": each_exactly(Conflict, "Conflict(...)"),
    "agreed": each(line),
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
    changed comes in. What both have changed in the same way is no conflict, and the overlay need not do it any more. What they have changed in
    different ways is a conflict, and waits for a decision; so is what one has dropped and the other changed. What a task comes after is
    merged name by name. Nothing is dropped silently: what the overlay did is in the new overlay, in ``agreed``, or in a conflict.

    Several overlays are carried over one by one: what the first made of the old base is the old base of the second, and so for the new.

    Args:
        old_base: What the overlay was made for.
        new_base: Its next edition.
        overlay: The tailoring.
        decisions: For conflicts that an earlier call has told, which side holds, by their paths.

    Raises:
        InvalidError: The overlay does not fit on the old base, or an argument is not what it has to be. Or the decisions cannot all be
            followed: tasks would wait for each other in a circle, say.
        UnknownNameError: A decision is about what neither side has changed.
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
    told = {one.key: reason_for(one, reasons) for one in diff(old_base, ours)}
    merge = Merge(old_base, ours, new_base, decided)
    merged = merge.run()
    _check_paths(
        decided,
        {*merge.settled, *(one.path for one in merge.conflicts)},
        [*diff(old_base, ours), *diff(old_base, new_base)],
    )
    made = _overlay(overlay, new_base, merged, {*merge.agreed, *merge.overruled}, told)
    conflicts = [
        Conflict(one.path, one.base, one.ours, one.theirs, _reason(one.key, told), one.problem)
        for one in merge.conflicts
    ]
    return Upgrade(tailor(new_base, made), made, conflicts, tuple(map(path_of, merge.agreed)), overlay.title)


def _check_paths(decided: Mapping[str, Decision], conflicts: set[str], changed: Sequence[Difference]) -> None:
    """Refuse decisions about what cannot be a conflict. One that other decisions have done away with may still be decided."""
    touched = {one.path for one in changed}
    unknown = [
        path
        for path in decided
        if path not in conflicts and path not in touched and path.rpartition(".")[0] not in touched
    ]
    if unknown:
        raise UnknownNameError(
            Fault(
                f"$.decisions[{show(path)}]", "there is no conflict of that path", "", nearest(path, sorted(conflicts))
            )
            for path in unknown
        )


def _overlay(
    overlay: Overlay, new_base: Checklist, merged: Checklist, over: Collection[Key], told: Mapping[Key, str]
) -> Overlay:
    """The overlay that makes the new base into the merged checklist: the old one but for what is over, where that does."""
    kept = [left for change in overlay.changes if (left := _without(change, over))]
    made = attrs.evolve(overlay, base=new_base.id if overlay.base else "", changes=kept)
    try:
        if tailor(new_base, made) == merged:
            return made
    except InvalidError:
        pass
    return attrs.evolve(made, changes=changes_between(new_base, merged, lambda key: _reason(key, told) or _UNTOLD))


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
    evolve: Callable[..., Change] = attrs.evolve
    return evolve(change, **emptied)


_UNTOLD = "carried over from the edition before"


def _reason(key: Key, told: Mapping[Key, str]) -> str:
    """Why the overlay did it; the reason for the whole where there is none for the field."""
    what, name, _ = key
    return (told.get(key) or told.get((what, name, "")) or "")[:LINE_LENGTH]
