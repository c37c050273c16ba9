"""Applying overlays to a checklist, and finding the overlay that turns one checklist into another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from .._model import changes
from .._model._validation import LINE_LENGTH, construct, faults_of, optional_line, require_kind
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._namespace import public
from ..errors import Fault, InvalidError, show
from .builder import Draft, neighbours, staying
from .difference import IN_PHASE, PLACE, Key, label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from .._model.changes import Change, Value
    from .._model.kpi import Kpi
    from .._model.task import Phase, Task

BY_HAND = "by-hand"
"""The id of the layer for changes made outside of any overlay."""


@public()
def tailor(checklist: Checklist, *overlays: Overlay) -> Checklist:
    """Return the checklist with overlays applied, one after the other.

    A change is an error if it names an unknown id, adds an existing one, or creates a cycle of prerequisites. All changes of an overlay
    are tried, and all faults are reported at once. Order matters: a later overlay changes the result of the earlier ones. In the result,
    ``base`` is the checklist below all layers, and ``layers`` are the overlays.

    Changes made to a tailored checklist without an overlay become a layer of their own, ``by-hand``, so that none is lost.

    >>> from servingchecklist import changes
    >>> overlay = Overlay("ours", "How we launch", changes=[changes.SetChecklist(topic="Fraud", reason="it is what we serve")])
    >>> tailor(model_serving(), overlay).title_of("c1")
    'Define goals and KPIs (Fraud)'

    Args:
        checklist: The checklist to tailor; it may be tailored already.
        overlays: The overlays to apply, the lowest first.

    Raises:
        InvalidError: A change does not apply; its path is ``$.changes[2].task`` or, with several overlays,
            ``$.overlays[1].changes[2].task``. Only the faults of the first overlay that fails are reported, since later ones depend on it.
        CycleError: The prerequisites would have a cycle.
    """
    require_kind(Checklist, {"$": checklist})
    require_kind(Overlay, {f"$.overlays[{place}]": overlay for place, overlay in enumerate(overlays)})
    if not overlays:
        return checklist
    # Compare with None: a checklist without tasks is false, as any empty collection.
    base = checklist if checklist.base is None else checklist.base
    layers = list(checklist.layers)
    if by_hand := changed_by_hand(checklist):
        layers.append(by_hand)
    for place, overlay in enumerate(overlays):
        layers.append(overlay)
        checklist = _applied(checklist, overlay, base, layers, f"$.overlays[{place}]" if len(overlays) > 1 else "$")
    return checklist


def _applied(
    checklist: Checklist, overlay: Overlay, base: Checklist, layers: Iterable[Overlay], path: str
) -> Checklist:
    """Return the checklist with one overlay applied; ``base`` and ``layers`` become its own."""
    draft = Draft(checklist)
    _apply(draft, overlay, base, path)
    return draft.build(base, layers)


def _apply(draft: Draft, overlay: Overlay, base: Checklist, path: str) -> None:
    if overlay.base and overlay.base not in (draft.fields["id"], base.id):
        hint = f"this one is {draft.fields['id']!r}; take an overlay for it, or one that is for any"
        draft.faults.append(Fault("not-a-copy", f"{path}.base", "is another checklist", show(overlay.base), hint))
    for place, change in enumerate(overlay.changes):
        draft.apply(change, f"{path}.changes[{place}]")


def stages(checklist: Checklist) -> Iterator[Checklist]:
    """Yield the base of a tailored checklist, and then the checklist with each of its layers.

    Raises:
        InvalidError: Its layers do not apply to its base.
    """
    if checklist.base is None:
        yield checklist
        return
    stage = base = checklist.base
    yield stage
    for place, overlay in enumerate(checklist.layers):
        stage = _applied(stage, overlay, base, (), f"$.layers[{place}]")
        yield stage


def check_layers(checklist: Checklist) -> None:
    """Check that the layers of a tailored checklist apply to its base, without building the results.

    Raises:
        CycleError: A layer creates a cycle of prerequisites.
        InvalidError: A layer does not apply.
    """
    assert checklist.base is not None
    draft = Draft(checklist.base)
    for number, overlay in enumerate(checklist.layers):
        _apply(draft, overlay, checklist.base, f"$.layers[{number}]")
        draft.check()


def changed_by_hand(checklist: Checklist) -> Overlay | None:
    """Return the changes to a tailored checklist outside of its layers as one more layer; None if there are none.

    Raises:
        InvalidError: Its layers do not apply to its base.
    """
    if checklist.base is None:
        return None
    *_, with_layers = stages(checklist)
    if with_layers == checklist:
        return None
    reason = "changed outside of any overlay"
    return overlay_from(with_layers, checklist, id=BY_HAND, title=reason.capitalize(), reason=reason)


@public("tailoring")
def overlay_from(
    before: Checklist, after: Checklist, *, id: str = "changes", title: str = "", version: str = "1", reason: str = ""
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
    require_kind(Checklist, {"$.before": before, "$.after": after})
    if faults := faults_of(dict.fromkeys(("title", "reason"), optional_line), {"title": title, "reason": reason}):
        raise InvalidError(faults)
    why = reason or f"as in {label(after)}"
    title = title or f"From {label(before)} to {label(after)}"[:LINE_LENGTH].rstrip()
    return Overlay(id, title, version=version, base=before.id, changes=changes_between(before, after, lambda _: why))


def changes_between(before: Checklist, after: Checklist, reason: Callable[[Key], str]) -> list[Change]:
    """Return the changes that turn ``before`` into ``after``, in the order in which to apply them.

    Args:
        before: The checklist to tailor.
        after: The result.
        reason: A function from a key to the reason for its change.
    """
    draft = _RecordingDraft(before, after, reason)
    draft.turn()
    return draft.changes


class _RecordingDraft(Draft):
    """A draft that turns itself into another checklist and records the changes that it applies."""

    def __init__(self, before: Checklist, after: Checklist, reason: Callable[[Key], str]) -> None:
        super().__init__(before)
        self.changes: list[Change] = []
        self._after = after
        self._reason = reason

    def turn(self) -> None:
        after = self._after
        self._set(
            {name: getattr(after, name) for name in self.fields}, self.fields, Key("checklist"), changes.SetChecklist
        )
        self._turn_kpis({kpi.id: kpi for kpi in after.kpis})
        self._add_phases()
        for name in [task for phase in self.order for task in self.members[phase] if task not in after]:
            self._record(changes.DropTask(name, reason=self._reason(Key("task", name))))
        for phase in after.phases:
            self._put_tasks(phase)
        for task in after:
            self._turn_task(task)
        kept = {phase.id for phase in after.phases}
        for name in [name for name in self.order if name not in kept]:
            self._record(changes.DropPhase(name, reason=self._reason(Key("phase", name))))
        self._put_phases()
        for phase in after.phases:
            was = _values(self.phases[phase.id], changes.SetPhase.sets)
            self._set(
                _values(phase, changes.SetPhase.sets), was, Key("phase", phase.id), partial(changes.SetPhase, phase.id)
            )

    def _record(self, change: Change) -> None:
        self.apply(change, "$")
        self.changes.append(change)

    def _set(
        self, values: Mapping[str, Value], was: Mapping[str, Value], key: Key, change: Callable[..., Change]
    ) -> None:
        """Set the fields that differ, with one change for all that share a reason."""
        by_reason: dict[str, dict[str, Value]] = {}
        for name, value in values.items():
            if value != was[name]:
                by_reason.setdefault(self._reason(key._replace(field=name)), {})[name] = value
        for reason, fields in by_reason.items():
            clear = [name for name, value in fields.items() if value is None]
            self._record(change(reason=reason, **fields, **({"clear": clear} if clear else {})))

    def _turn_kpis(self, after: Mapping[str, Kpi]) -> None:
        for name in sorted({*self.kpis, *after}):
            was, now = self.kpis.get(name), after.get(name)
            if now is None:
                self._record(changes.DropKpi(name, reason=self._reason(Key("kpi", name))))
            elif was is None:
                self._record(changes.AddKpi(now, reason=self._reason(Key("kpi", name))))
            else:
                values = _values(now, changes.SetKpi.sets), _values(was, changes.SetKpi.sets)
                self._set(*values, Key("kpi", name), partial(_set_kpi, now))

    def _add_phases(self) -> None:
        behind = neighbours(phase.id for phase in self._after.phases)
        for phase in self._after.phases:
            if phase.id not in self.phases:
                new = attrs.evolve(phase, tasks=[task for task in phase.tasks if task.id not in self.tasks])
                reason = self._reason(Key("phase", phase.id))
                self._record(changes.AddPhase(new, reason=reason, **_position(behind[phase.id], self.order)))

    def _put_tasks(self, phase: Phase) -> None:
        members = self.members[phase.id]
        behind = neighbours(task.id for task in phase.tasks)
        stay = staying(members, list(behind))
        for task in phase.tasks:
            if task.id in stay:
                continue
            position = _position(behind[task.id], (name for name in members if name != task.id))
            if task.id in self.tasks:
                reason = self._reason(Key("task", task.id, PLACE if self.home[task.id] == phase.id else IN_PHASE))
                self._record(changes.MoveTask(task.id, phase=phase.id, reason=reason, **position))
            else:
                reason = self._reason(Key("task", task.id))
                self._record(changes.AddTask(task, phase=phase.id, reason=reason, **position))

    def _turn_task(self, task: Task) -> None:
        was = self.tasks[task.id]
        if was is task:
            return
        values = _values(task, changes.SetTask.sets)
        key = Key("task", task.id)
        for name in changes.SetTask.adds:
            old, new = getattr(was, name), getattr(task, name)
            if new[: len(old)] == old:
                del values[name]  # where members are only added, other overlays can add to them as well
                if more := new[len(old) :]:
                    fields = {f"also_{name}": more, "reason": self._reason(key._replace(field=name))}
                    self._record(construct(changes.SetTask, {"task": task.id, **fields}))
        self._set(values, _values(was, changes.SetTask.sets), key, partial(changes.SetTask, task.id))

    def _put_phases(self) -> None:
        order = neighbours(phase.id for phase in self._after.phases)
        stay = staying(self.order, list(order))
        for name, behind in order.items():
            if name not in stay:
                position = _position(behind, (other for other in self.order if other != name))
                self._record(changes.MovePhase(name, reason=self._reason(Key("phase", name, PLACE)), **position))


def _set_kpi(after: Kpi, **fields: Value) -> changes.SetKpi:
    """Return the change of a KPI that turns into ``after``, whose target may still be a placeholder."""
    if after.placeholder and not fields.keys().isdisjoint(("at_most", "at_least")):
        fields = {"placeholder": True, **fields}
    return construct(changes.SetKpi, {"kpi": after.id, **fields})


def _values(part: Task | Phase | Kpi, names: Iterable[str]) -> dict[str, Value]:
    return {name: getattr(part, name) for name in names}


def _position(behind: str, order: Iterable[str]) -> dict[str, str]:
    """Return the arguments of a change for the position behind a part, or before the first one."""
    first = next(iter(order), None)
    if behind:
        return {"behind": behind}
    return {"before": first} if first else {}
