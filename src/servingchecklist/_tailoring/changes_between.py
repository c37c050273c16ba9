"""The changes, and the overlay, that turn one checklist into another, computed by applying them to a draft."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from .._model._validation import LINE_LENGTH
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
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._namespace import public
from ..errors import invalid
from .builder import Draft
from .difference import IN_PHASE, PLACE, label
from .moves import staying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .._model.changes import Change, Value
    from .._model.task import Phase, Task
    from .difference import Key


@public("tailoring")
def overlay_from(
    before: Checklist,
    after: Checklist,
    *,
    id: str = "changes",
    title: str = "",
    version: str = "1",
    reason: str = "",
) -> Overlay:
    """Return the overlay that turns one checklist into another, exactly.

    Always ``tailor(before, overlay_from(before, after)) == after``. Use it if you have edited a copy and want an overlay instead, so that
    you can upgrade to the next version.

    Args:
        before: The checklist to tailor.
        after: The result.
        id: The id of the overlay.
        title: Its title; made of the ids by default.
        version: Its version.
        reason: The reason for each change. The default says "as in" the label of ``after``; better write your own.

    Raises:
        InvalidError: One of the arguments is invalid.
    """
    for name, value in (("before", before), ("after", after)):
        if not isinstance(value, Checklist):
            raise invalid("wrong-kind", f"$.{name}", "is not a checklist", value, "give a Checklist")
    why = reason or f"as in {label(after)}"
    changes = changes_between(before, after, lambda _: why)
    head = title or f"From {label(before)} to {label(after)}"[:LINE_LENGTH].rstrip()
    return Overlay(id, head, version=version, base=before.id, changes=changes)


def changes_between(before: Checklist, after: Checklist, reason: Callable[[Key], str]) -> list[Change]:
    """Return the changes that turn ``before`` into ``after``, in the order in which to apply them.

    Args:
        before: The checklist to tailor.
        after: The result.
        reason: A function from a key to the reason for its change.
    """
    path = _Path(before, after, reason)
    path.walk()
    return path.changes


class _Path:
    """A builder of the changes between two checklists that applies each to a draft at once."""

    def __init__(self, before: Checklist, after: Checklist, reason: Callable[[Key], str]) -> None:
        self.changes: list[Change] = []
        self._after = after
        self._draft = Draft(before)
        self._reason = reason

    def walk(self) -> None:
        after, draft = self._after, self._draft
        values = {
            name: getattr(after, name) for name in SetChecklist.sets if getattr(after, name) != draft.fields[name]
        }
        self._set(values, ("checklist", ""), SetChecklist)
        self._add_phases()
        for name in [task for phase in draft.phases for task in draft.members[phase] if task not in after]:
            self._take(DropTask(name, reason=self._reason(("task", name, ""))))
        for phase in after.phases:
            self._put_tasks(phase)
        for task in after:
            self._set_task(task)
        kept = {phase.id for phase in after.phases}
        for name in [name for name in draft.phases if name not in kept]:
            self._take(DropPhase(name, reason=self._reason(("phase", name, ""))))
        self._put_phases()
        for phase in after.phases:
            self._set_phase(phase)

    def _take(self, change: Change) -> None:
        self._draft.apply(change, "$")
        self.changes.append(change)

    def _set(self, values: Mapping[str, Value], about: tuple[str, str], make: Callable[..., Change]) -> None:
        """Set fields, with one change for all that share a reason."""
        by_reason: dict[str, dict[str, Value]] = {}
        for name, value in values.items():
            by_reason.setdefault(self._reason((*about, name)), {})[name] = value
        for reason, some in by_reason.items():
            clear = [name for name, value in some.items() if value is None]
            self._take(make(reason=reason, **some, **({"clear": clear} if clear else {})))

    def _add_phases(self) -> None:
        behind = ""
        for phase in self._after.phases:
            if phase.id not in self._draft.phases:
                new = [task for task in phase.tasks if task.id not in self._draft.tasks]
                place = self._place(behind, self._draft.phases)
                self._take(
                    AddPhase(attrs.evolve(phase, tasks=new), reason=self._reason(("phase", phase.id, "")), **place)
                )
            behind = phase.id

    def _place(self, behind: str, order: Iterable[str]) -> dict[str, str]:
        first = next(iter(order), None)
        if behind:
            return {"behind": behind}
        return {"before": first} if first else {}

    def _put_tasks(self, phase: Phase) -> None:
        wanted = [task.id for task in phase.tasks]
        stay = staying(self._draft.members[phase.id], wanted)
        behind = ""
        for task in phase.tasks:
            if task.id not in stay:
                place = self._place(behind, (name for name in self._draft.members[phase.id] if name != task.id))
                if task.id in self._draft.tasks:
                    field = PLACE if self._draft.home[task.id] == phase.id else IN_PHASE
                    reason = self._reason(("task", task.id, field))
                    self._take(MoveTask(task.id, phase=phase.id, reason=reason, **place))
                else:
                    self._take(AddTask(task, phase=phase.id, reason=self._reason(("task", task.id, "")), **place))
            behind = task.id

    def _set_task(self, task: Task) -> None:
        was = self._draft.tasks[task.id]
        if was is task:
            return
        values = {name: getattr(task, name) for name in SetTask.sets if getattr(task, name) != getattr(was, name)}
        if task.after[: len(was.after)] == was.after and "after" in values:
            del values["after"]  # where names are only added, other overlays can add to them as well
            reason = self._reason(("task", task.id, "after"))
            self._take(SetTask(task.id, also_after=task.after[len(was.after) :], reason=reason))
        self._set(values, ("task", task.id), partial(SetTask, task.id))

    def _put_phases(self) -> None:
        order = [phase.id for phase in self._after.phases]
        stay = staying(list(self._draft.phases), order)
        behind = ""
        for name in order:
            if name not in stay:
                place = self._place(behind, (one for one in self._draft.phases if one != name))
                self._take(MovePhase(name, reason=self._reason(("phase", name, PLACE)), **place))
            behind = name

    def _set_phase(self, phase: Phase) -> None:
        was = self._draft.phases[phase.id]
        values = {name: getattr(phase, name) for name in SetPhase.sets if getattr(phase, name) != getattr(was, name)}
        self._set(values, ("phase", phase.id), partial(SetPhase, phase.id))
