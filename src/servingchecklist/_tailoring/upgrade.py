"""Upgrading a tailored checklist to a new version of its base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import attrs

from .._model import _validation as v
from .._model._validation import LINE_LENGTH, Validated, check, evolve, mapped, require_kind, tuple_of
from .._model.changes import AddTask, MovePhase, MoveTask, SetChecklist, SetKpi, SetPhase, SetTask
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._namespace import NotebookDisplay, public
from ..errors import Fault, InvalidError, UnknownNameError, invalid, nearest, show
from .builder import Draft
from .difference import FIELDS, PLACE, Diff, Key, Whole, diff, keys_of, plain_sides, reason_for, reasons_of, whole
from .merge import KEY_OF, Merge
from .tailor import changes_between, tailor

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .._model.changes import Change
    from ..documents import UpgradeDocument

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

    path: str = attrs.field(metadata=check(v.line))
    base: Whole = attrs.field(metadata=check(whole))
    ours: Whole = attrs.field(metadata=check(whole))
    theirs: Whole = attrs.field(metadata=check(whole))
    reason: str = attrs.field(default="", metadata=check(v.optional_line))
    problem: str = attrs.field(default="", metadata=check(v.prose))


@public("results")
@attrs.frozen(getstate_setstate=False)
class Upgrade(Validated, NotebookDisplay):
    """The result of upgrading a tailored checklist to a new version of its base.

    Attributes:
        draft: The new base with every change that merges; in open conflicts it has the value of the new base.
        draft_overlay: The overlay that turns the new base into ``draft``.
        conflicts: The conflicts that need a decision.
        agreed: The paths that both sides have changed in the same way, and that the overlay no longer needs to change.
        relinked: The ``after`` paths of tasks and phases that the overlay put after one that the new base has dropped; they now come after the
            prerequisites of the dropped one.
        title: The title of the old overlay.
        replaced: Where a newer version took the place of the overlay, the differences in what the two make of their checklists; else None.
    """

    draft: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    draft_overlay: Overlay = attrs.field(metadata=check(v.exactly(Overlay, "Overlay(...)")))
    conflicts: tuple[Conflict, ...] = attrs.field(
        default=(), converter=tuple_of[Conflict], metadata=check(v.each_exactly(Conflict, "Conflict(...)"))
    )
    agreed: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.line)))
    relinked: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.line)))
    title: str = attrs.field(default="", metadata=check(v.optional_line))
    replaced: Diff | None = attrs.field(
        default=None, metadata=check(v.optional(v.exactly(Diff, "diff(a, b)"))), kw_only=True
    )

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
                Fault("conflict", f"$.{conflict.path}", conflict.problem or "was changed on both sides", "", hint)
                for conflict in self.conflicts
            )

    def to_dict(self) -> UpgradeDocument:
        """Return the result as dicts, lists and strings, ready for JSON; values are as in documents, None if there is none."""
        return {
            "checklist": {"id": self.draft.id, "version": self.draft.version},
            "overlay": self.draft_overlay.to_dict(),
            "conflicts": [plain_sides(conflict, conflict.path.rpartition(".")[2]) for conflict in self.conflicts],
            "agreed": list(self.agreed),
            "relinked": list(self.relinked),
            "replaced": self.replaced.to_dict() if self.replaced is not None else None,
        }


@public("tailoring")
def upgrade(
    old_base: Checklist,
    new_base: Checklist,
    overlay: Overlay,
    decisions: Mapping[str, Decision] | None = None,
    *,
    replacement: Overlay | None = None,
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

    An overlay that comes from a package or a colleague may have a new version as well. As ``replacement`` it takes the place of the old one:
    it is applied to the new base as it is, nothing of the old one is carried over, and ``replaced`` tells what that changes. The overlays
    above are then upgraded like all others, so a value that they and the new version have both changed is a conflict there.

    Args:
        old_base: The checklist that the overlay was made for.
        new_base: Its new version.
        overlay: The overlay to upgrade.
        decisions: The side that holds, by path, for conflicts that an earlier call reported. One decision may remove another conflict; a
            decision about a path without a conflict has no effect.
        replacement: The newer version of the overlay, if that is to take its place. There is nothing to decide then, so give no decisions.

    Raises:
        InvalidError: The overlay does not apply to the old base, or the replacement to the new one; the replacement has another id, or is
            not newer, or there are decisions beside it; an argument is invalid; or the decisions do not fit together: for example, the
            prerequisites would have a cycle.
        UnknownNameError: A decision names an unknown path.
    """
    require_kind(Checklist, {"$.old_base": old_base, "$.new_base": new_base})
    require_kind(Overlay, {"$.overlay": overlay})
    decided = _decided(decisions)
    ours = tailor(old_base, overlay)
    if replacement is not None:
        _check_replacement(overlay, replacement)
        if decided:
            hint = "leave the decisions out, or the replacement"
            problem = "a replacement leaves nothing to decide"
            raise InvalidError(
                Fault("contradiction", f"$.decisions[{show(path)}]", problem, "", hint) for path in decided
            )
        draft = tailor(new_base, replacement)
        return Upgrade(
            draft, replacement, title=replacement.title, replaced=_replaced(overlay, ours, replacement, draft)
        )
    named = reasons_of(overlay)
    reasons = {**named}
    reasons |= {
        difference.key: reason for difference in diff(old_base, ours) if (reason := reason_for(difference, named))
    }
    merge = Merge(old_base, ours, new_base, decided, named=named, stated=_stated(overlay))
    try:
        merged = merge.run()
    except InvalidError as error:
        hint = "decide for 'theirs' in one of the conflicts"
        problems = [f"{fault.path.removeprefix('$.')} {fault.message}" for fault in error.faults]
        raise InvalidError(
            Fault("contradiction", "$.decisions", f"do not fit together: {problem}", "", hint) for problem in problems
        ) from None
    if unknown := _unknown_paths(decided, merge, (old_base, ours, new_base)):
        raise UnknownNameError(unknown)
    for change in overlay.changes:
        if isinstance(change, AddTask | MoveTask):  # a phase is kept for the tasks put into it: same reason
            reasons.setdefault(Key("phase", change.phase), change.reason)
    sides = old_base, new_base, merged
    upgraded, idle = _upgraded(overlay, sides, merge, reasons) if old_base != new_base else (overlay, [])
    return Upgrade(
        draft=tailor(new_base, upgraded),
        draft_overlay=upgraded,
        conflicts=[
            Conflict(clash.key.path, clash.base, clash.ours, clash.theirs, _reason(clash.key, reasons), clash.problem)
            for clash in merge.conflicts
        ],
        agreed=[key.path for key in dict.fromkeys([*merge.agreed, *idle])],
        relinked=[key.path for key in merge.relinked],
        title=overlay.title,
    )


def is_newer(version: str, than: str) -> bool:
    """Return True if a version comes after another by their numbers. Of labels that are not numbers with dots, nobody knows."""
    numbers, others = _numbers_of(version), _numbers_of(than)
    return numbers is not None and others is not None and numbers > others


def can_replace(version: str, than: str) -> bool:
    """Return True if a version is newer than another. Labels of which nobody knows only have to differ."""
    is_known = _numbers_of(version) is not None and _numbers_of(than) is not None
    return is_newer(version, than) if is_known else version != than


def _numbers_of(version: str) -> list[int] | None:
    """Return the numbers of a version, without zeros at the end; None if it is not written as numbers with dots."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+)*", version) is None:
        return None
    return [int(part) for part in re.sub(r"(\.0+)+$", "", version).split(".")]


def _check_replacement(overlay: Overlay, replacement: Overlay) -> None:
    """Check that an overlay can take the place of another: it is a newer version of the same."""
    require_kind(Overlay, {"$.replacement": replacement})
    if replacement.id != overlay.id:
        hint = f"give a newer version of {overlay.id!r}"
        raise invalid("not-a-copy", "$.replacement.id", "is another overlay", replacement.id, hint)
    if not can_replace(replacement.version, overlay.version):
        problem = f"is not newer than {overlay.version}, which it would replace"
        hint = "give a newer version, or leave it out to carry the overlay over"
        raise invalid("out-of-order", "$.replacement.version", problem, replacement.version, hint)


def _replaced(overlay: Overlay, ours: Checklist, replacement: Overlay, draft: Checklist) -> Diff:
    """Return the differences in what an overlay and its newer version set, add, drop or move; not those of the rest of the checklist."""
    keys = {key for one in (overlay, replacement) for change in one.changes for key in keys_of(change)}
    differences = [one for one in diff(ours, draft) if not keys.isdisjoint((one.key, one.key.whole))]
    return Diff(overlay.label, replacement.label, replacement.title, differences, topic=draft.topic)


def _decided(decisions: Mapping[str, Decision] | None) -> dict[str, Decision]:
    """Return decisions as a dict of paths and sides, or raise the error for what they are."""
    path, hint = "$.decisions", "write a dict of paths and 'ours' or 'theirs'"
    decided = {} if decisions is None else mapped(decisions, path, "are not decisions", hint)
    for key, side in decided.items():
        if type(key) is not str:
            raise invalid("bad-format", path, "has a key that is not a path", key, "write the path of a conflict")
        if type(side) is not str or side not in ("ours", "theirs"):
            raise invalid("wrong-kind", f"{path}[{show(key)}]", "is not a decision", side, "write 'ours' or 'theirs'")
    return decided


def _stated(overlay: Overlay) -> dict[Key, set[str]]:
    """Return the members of lists that the overlay states: prerequisites, steps, labels, annotations, criteria and the like, by their keys."""
    stated: dict[Key, set[str]] = {}
    for change in overlay.changes:
        added = change.additions if isinstance(change, SetTask) else {}
        for key in keys_of(change):
            if key.field in KEY_OF:
                for members in (getattr(change, key.field), added.get(key.field)):
                    stated.setdefault(key, set()).update(
                        map(KEY_OF[key.field], cast("Sequence[object]", members or ()))
                    )
    return stated


def _unknown_paths(decided: Mapping[str, str], merge: Merge, sides: Sequence[Checklist]) -> list[Fault]:
    """Return the faults of decisions about unknown paths. A conflict that another decision has removed is allowed."""
    known = {f"tasks.{task.id}" for side in sides for task in side}
    known |= {f"phases.{phase.id}" for side in sides for phase in side.phases}
    known |= {f"kpis.{kpi.id}" for side in sides for kpi in side.kpis}
    conflicts = merge.closed | {clash.key.path for clash in merge.conflicts}
    unknown: list[Fault] = []
    for path in decided:
        whole, _, field = path.rpartition(".")
        is_field = (whole in known and field in FIELDS) or (not whole and field in SetChecklist.sets)
        if path not in conflicts and path not in known and not is_field:
            problem, hint = "there is no conflict of that path", nearest(path, sorted(conflicts))
            unknown.append(Fault("unknown-name", f"$.decisions[{show(path)}]", problem, "", hint))
    return unknown


def _upgraded(
    overlay: Overlay, sides: tuple[Checklist, Checklist, Checklist], merge: Merge, reasons: Mapping[Key, str]
) -> tuple[Overlay, list[Key]]:
    """Return the overlay that turns the new base into the merged checklist, and the keys it no longer needs to move.

    The sides are the old base, the new base and the merged checklist.

    It is the old overlay without the changes agreed on or decided for theirs. Only changes that no longer apply are rewritten, so that
    the rest stays as its author wrote it.
    """
    old_base, new_base, merged = sides
    overlay = attrs.evolve(overlay, base=new_base.id if overlay.base else "")
    changes = _without(overlay.changes, {*merge.agreed, *merge.overruled})
    # A move that changed an order and no longer does: the new base has the place already.
    idle = _moving(old_base, overlay.changes) - _moving(new_base, changes)
    places = [key for change in changes if id(change) in idle for key in keys_of(change) if key.field == PLACE]
    changes = [change for change in changes if id(change) not in idle]
    kept, rest = _completed(new_base, overlay, changes, merged, reasons)
    if rest:  # rewritten changes replace the old ones
        kept = _without(kept, {key for change in rest for key in keys_of(change)})
        kept, rest = _completed(new_base, overlay, kept, merged, reasons)
    return attrs.evolve(overlay, changes=[*kept, *rest]), places


def _completed(
    base: Checklist, overlay: Overlay, changes: Sequence[Change], merged: Checklist, reasons: Mapping[Key, str]
) -> tuple[Sequence[Change], list[Change]]:
    """Return the changes that apply to the base together, and those still missing to reach the merged checklist."""
    while True:
        try:
            tailored = tailor(base, attrs.evolve(overlay, changes=changes))
            return changes, changes_between(tailored, merged, lambda key: _reason(key, reasons) or _NO_REASON)
        except InvalidError as error:
            misfits = {int(match[1]) for fault in error.faults if (match := _CHANGE.match(fault.path))}
            changes = [change for place, change in enumerate(changes) if place not in misfits] if misfits else []


def _moving(base: Checklist, changes: Sequence[Change]) -> set[int]:
    """Return the identities of the moves that change an order."""
    draft, moving = Draft(base), set[int]()
    for change in changes:
        before = _order_of(draft, change)
        draft.apply(change, "$")
        if before != _order_of(draft, change):
            moving.add(id(change))
    return moving


def _order_of(draft: Draft, change: Change) -> list[str] | None:
    """Return the order that a move changes; None for other changes."""
    if isinstance(change, MoveTask):
        return list(draft.members.get(change.phase, ()))
    return list(draft.order) if isinstance(change, MovePhase) else None


_CHANGE = re.compile(r"\$\.changes\[([0-9]+)\]")


_NO_REASON = "carried over from the previous version"


def _without(changes: Sequence[Change], keys: Collection[Key]) -> list[Change]:
    """Return the changes without these keys; a change of which nothing is left is left out."""
    return [left for change in changes if (left := _rest_of(change, keys))]


def _rest_of(change: Change, keys: Collection[Key]) -> Change | None:
    own = keys_of(change)
    gone = [key for key in own if key in keys or key.whole in keys]
    if not gone:
        return change
    if len(gone) == len(own) or not isinstance(change, SetTask | SetPhase | SetChecklist | SetKpi):
        return None
    names = {key.field for key in gone}
    emptied: dict[str, object] = {name: None for name in names if getattr(change, name) is not None}
    if not isinstance(change, SetChecklist):
        emptied["clear"] = [name for name in change.clear if name not in names]
    if isinstance(change, SetTask):
        emptied |= {f"also_{name}": () for name in change.additions if name in names}
    return evolve(change, emptied)


def _reason(key: Key, reasons: Mapping[Key, str]) -> str:
    """Return the reason of the overlay for a key: for a field, else for the whole; for a whole without one, that of a field."""
    fields = (reason for other, reason in reasons.items() if not key.field and other.whole == key)
    return (reasons.get(key) or reasons.get(key.whole) or next(fields, ""))[:LINE_LENGTH].rstrip()
