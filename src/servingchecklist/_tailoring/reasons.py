"""The reasons that an overlay gives for its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never, cast

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
from .difference import IN_PHASE, PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.changes import Change
    from .._model.overlay import Overlay
    from .difference import Difference, Key


def reasons_of(overlay: Overlay) -> dict[Key, str]:
    """Return the reason for every key that an overlay changes; of several for one key, the last."""
    return {key: change.reason for change in overlay.changes for key in about(change)}


def reason_for(one: Difference, reasons: dict[Key, str]) -> str:
    """Return the reason for a difference; empty if no change gives one, as when only a neighbour has moved."""
    if one.key in reasons:
        return reasons[one.key]
    if one.field == "after":
        # A prerequisite was dropped: give the reason for that.
        before, after = _ids(one.before), _ids(one.after)
        for name in before:
            if name not in after and (reason := reasons.get(("task", str(name), ""))):
                return f"{name} was dropped: {reason}"
    if one.field == PLACE:
        # Putting one behind another also puts the other before it, so either of the two may be the one that differs.
        moves = {reason for (what, _, field), reason in reasons.items() if what == one.what and field == PLACE}
        if len(moves) == 1:
            return moves.pop()
    return reasons.get((one.what, one.id, ""), "")


def _ids(value: object) -> tuple[object, ...]:
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()


def about(change: Change) -> Iterator[Key]:
    """Yield the keys of everything that a change is about."""
    match change:
        case SetTask():
            yield from (("task", change.task, field) for field in change.values())
            if change.also_after:
                yield "task", change.task, "after"
        case DropTask():
            yield "task", change.task, ""
        case AddTask():
            yield "task", change.task.id, ""
        case MoveTask():
            yield from (("task", change.task, field) for field in (IN_PHASE, PLACE))
        case SetPhase():
            yield from (("phase", change.phase, field) for field in change.values())
        case DropPhase():
            yield "phase", change.phase, ""
        case AddPhase():
            yield "phase", change.phase.id, ""
            yield from (("task", task.id, "") for task in change.phase.tasks)
        case MovePhase():
            yield "phase", change.phase, PLACE
        case SetChecklist():
            yield from (("checklist", "", field) for field in change.values())
        case _:
            assert_never(change)
