"""The changes in an overlay: a closed set of classes, each for one task, one phase, one KPI or the checklist itself.

A change that sets fields leaves a field alone if its value is None; ``clear`` names the fields to reset to None. In a change with a
position, ``before`` or ``behind`` names the neighbour; without either, the position is the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import attrs

from .._namespace import public
from .._text import join_words
from ..errors import Fault, InvalidError, show
from . import _validation as v
from ._validation import Check, Validated, check, check_of, checks_of, fault, tuple_of, tuple_or_none_of, verify
from .audience import Audience, audiences
from .effort import Effort, as_effort
from .facet import Choice, Choices, Facet, as_choices, choices, facets
from .kpi import Criterion, GateDefinition, Kpi, as_conditions, gates
from .quantity import Quantity, as_quantity
from .task import (
    Annotations,
    Pairs,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    TaskFields,
    as_annotations,
    as_priority,
)

Value: TypeAlias = (
    str
    | Priority
    | Effort
    | Risk
    | Reference
    | tuple[str, ...]
    | Pairs
    | tuple[Step, ...]
    | tuple[Reference, ...]
    | tuple[Choice, ...]
    | tuple[Facet, ...]
    | tuple[Criterion, ...]
    | tuple[Audience, ...]
    | tuple[GateDefinition, ...]
    | Quantity
    | float
    | date
    | None
)
"""The values that a field of a checklist, a phase, a task or a KPI can have, except phases, tasks and KPIs."""


def _when(value: Choices | None) -> tuple[Choice, ...] | None:
    return None if value is None else as_choices(value, "when")


def _annotations(value: Annotations | None) -> Pairs | None:
    return None if value is None else as_annotations(value)


def _context(value: Choices | None) -> tuple[Choice, ...] | None:
    return None if value is None else as_choices(value, "context")


def _where(value: Choices | None) -> tuple[Choice, ...] | None:
    return None if value is None else as_conditions(value)


def _one_of(known: Sequence[str], hints: Mapping[str, str] | None = None) -> Check:
    """Return a check of the names of fields to clear; ``hints`` has those about other fields, by name."""
    is_known = v.require(
        lambda value: type(value) is str and value in known,
        "unknown-value",
        "cannot be cleared",
        f"name {join_words([*known], 'or')}",
    )

    def is_cleared(value: object, name: str) -> Sequence[Fault]:
        hint = hints.get(value) if hints and type(value) is str else None
        return [attrs.evolve(one, hint=hint or one.hint) for one in is_known(value, name)]

    return v.each(is_cleared, distinct=True)


def _checked_as(kind: type) -> Callable[[type, list[attrs.Attribute[Any]]], list[attrs.Attribute[Any]]]:
    """Return a transformer that lets each field without a check hold None, or the same as the field of that name of ``kind``."""

    def transform(change: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        checks = checks_of(kind)
        return [
            field if field.metadata else field.evolve(metadata=check(v.optional(checks[field.name])))
            for field in fields
        ]

    return transform


class _Change(Validated):
    """The base class of all changes.

    Attributes:
        kind: The name of the change in files.
        reason: The reason for the change, in one line.
    """

    __slots__ = ()

    kind: ClassVar[str]

    def __attrs_post_init__(self) -> None:
        verify(self)
        if faults := self._contradictions():
            raise InvalidError(faults)

    def _contradictions(self) -> list[Fault]:
        return []


class _Sets(_Change):
    """A change that sets fields.

    Attributes:
        sets: The names of the fields it can set.
    """

    __slots__ = ()

    sets: ClassVar[tuple[str, ...]]

    def values(self) -> dict[str, Value]:
        """Return the new values by field name; None for a field to clear."""
        values = {name: getattr(self, name) for name in self.sets if getattr(self, name) is not None}
        return {**values, **dict.fromkeys(getattr(self, "clear", ()))}

    def _contradictions(self) -> list[Fault]:
        cleared: tuple[str, ...] = getattr(self, "clear", ())
        faults = [
            Fault("contradiction", f"$.clear[{place}]", "is set and cleared at once", show(name), "do one of them")
            for place, name in enumerate(cleared)
            if getattr(self, name) is not None
        ]
        if not faults and not self.values():
            faults.append(Fault("empty", "$", "changes nothing", "", f"set one of {', '.join(self.sets)}"))
        return faults


class _Puts(_Change):
    """A change that puts a task or phase at a position."""

    __slots__ = ()

    before: str | None
    behind: str | None

    def _contradictions(self) -> list[Fault]:
        if self.before is None or self.behind is None:
            return []
        return [
            fault("contradiction", "behind", "is a second place", self.behind, "name the neighbour on one side only")
        ]


_NEIGHBOUR = check(v.optional(v.ident))
_WHY = check(v.line)


@public("changes")
@attrs.frozen(getstate_setstate=False, field_transformer=_checked_as(Task))
class SetTask(_Sets):
    """Set fields of a task.

    Attributes:
        task: The id of the task.
        reason: The reason for the change, in one line.
        title: The new title, or None to keep it. Likewise ``priority``, ``effort``, ``description``, ``steps``, ``role``, ``section``,
            ``labels``, ``annotations``, ``after``, ``wait_days``, ``not_before``, ``risk``, ``references``, ``when``, ``criteria`` and
            ``gates``, as in a task.
        also_after: The ids of additional prerequisites. Stacked overlays can add prerequisites with it, where ``after`` would replace
            those set by the overlays below.
        also_steps: Additional steps, likewise; their ids must be new in the task.
        also_labels: Additional labels, likewise.
        also_criteria: Additional criteria, likewise; their ids must be new in the task.
        clear: The fields to reset to None, of ``effort``, ``not_before`` and ``risk``.

    Raises:
        InvalidError: A field is invalid, nothing is set, or something is set in two ways.
    """

    kind = "set-task"
    sets = tuple(name for name in TaskFields.__annotations__ if name != "id")
    adds: ClassVar[tuple[str, ...]] = ("after", "steps", "labels", "criteria")
    """The fields to which ``also_...`` adds."""

    task: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    title: str | None = attrs.field(default=None, kw_only=True)
    priority: Priority | None = attrs.field(default=None, converter=as_priority, kw_only=True)
    effort: Effort | None = attrs.field(default=None, converter=as_effort, kw_only=True)
    description: str | None = attrs.field(default=None, kw_only=True)
    steps: tuple[Step, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[Step], kw_only=True)
    role: str | None = attrs.field(default=None, kw_only=True)
    section: str | None = attrs.field(default=None, kw_only=True)
    labels: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    annotations: Pairs | None = attrs.field(default=None, converter=_annotations, kw_only=True)
    after: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    wait_days: int | None = attrs.field(default=None, kw_only=True)
    not_before: date | None = attrs.field(default=None, converter=v.as_day_or_none, kw_only=True)
    risk: Risk | None = attrs.field(default=None, kw_only=True)
    references: tuple[Reference, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[Reference], kw_only=True
    )
    when: tuple[Choice, ...] | None = attrs.field(default=None, converter=_when, kw_only=True)
    criteria: tuple[Criterion, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[Criterion], kw_only=True
    )
    gates: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    also_after: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check_of(Task, "after")
    )
    also_steps: tuple[Step, ...] = attrs.field(
        default=(), converter=tuple_of[Step], kw_only=True, metadata=check_of(Task, "steps")
    )
    also_labels: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check_of(Task, "labels")
    )
    also_criteria: tuple[Criterion, ...] = attrs.field(
        default=(), converter=tuple_of[Criterion], kw_only=True, metadata=check_of(Task, "criteria")
    )
    clear: tuple[Literal["effort", "not_before", "risk"], ...] = attrs.field(
        default=(),
        converter=tuple_of[Literal["effort", "not_before", "risk"]],
        kw_only=True,
        metadata=check(_one_of(("effort", "not_before", "risk"), {"wait_days": "write wait_days = 0"})),
    )

    @property
    def additions(self) -> dict[str, Value]:
        """The members that it adds, by the names of the fields."""
        return {name: more for name in self.adds if (more := getattr(self, f"also_{name}"))}

    def _contradictions(self) -> list[Fault]:
        twice = [
            fault("contradiction", f"also_{name}", f"is given beside {name}", more, f"put all of them into {name}")
            for name, more in self.additions.items()
            if getattr(self, name) is not None
        ]
        return twice or ([] if self.additions and not self.values() else super()._contradictions())


@public("changes")
@attrs.frozen(getstate_setstate=False)
class DropTask(_Change):
    """Remove a task. Tasks that name it in ``after`` then name its prerequisites, so no ordering of tasks is lost.

    Attributes:
        task: The id of the task.
        reason: The reason for the change, in one line.
    """

    kind = "drop-task"

    task: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)


@public("changes")
@attrs.frozen(getstate_setstate=False)
class AddTask(_Puts):
    """Add a task.

    Attributes:
        task: The task. Its id must be new.
        reason: The reason for the change, in one line.
        phase: The id of its phase.
        before: The id of the next task in that phase, or None.
        behind: The id of the previous task in that phase, or None. Without either, the task goes to the end of the phase.

    Raises:
        InvalidError: A field is invalid, or both ``before`` and ``behind`` are given.
    """

    kind = "add-task"

    task: Task = attrs.field(metadata=check(v.exactly(Task, "Task(...)")))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    phase: str = attrs.field(kw_only=True, metadata=check(v.ident))
    before: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)
    behind: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)


@public("changes")
@attrs.frozen(getstate_setstate=False)
class MoveTask(_Puts):
    """Move a task within its phase or to another phase.

    Attributes:
        task: The id of the task. The other fields are as for :class:`AddTask`.
    """

    kind = "move-task"

    task: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    phase: str = attrs.field(kw_only=True, metadata=check(v.ident))
    before: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)
    behind: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)


@public("changes")
@attrs.frozen(getstate_setstate=False, field_transformer=_checked_as(Phase))
class SetPhase(_Sets):
    """Set fields of a phase.

    Attributes:
        phase: The id of the phase.
        reason: The reason for the change, in one line.
        title: The new title, or None to keep it. Likewise ``description``, ``guide``, ``labels``, ``annotations`` and
            ``after``.
        clear: ``["guide"]`` to remove the guide.

    Raises:
        InvalidError: A field is invalid, nothing is set, or a field is both set and cleared.
    """

    kind = "set-phase"
    sets = ("title", "description", "guide", "labels", "annotations", "after")

    phase: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    title: str | None = attrs.field(default=None, kw_only=True)
    description: str | None = attrs.field(default=None, kw_only=True)
    guide: Reference | None = attrs.field(default=None, kw_only=True)
    labels: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    annotations: Pairs | None = attrs.field(default=None, converter=_annotations, kw_only=True)
    after: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    clear: tuple[Literal["guide"], ...] = attrs.field(
        default=(), converter=tuple_of[Literal["guide"]], kw_only=True, metadata=check(_one_of(("guide",)))
    )


@public("changes")
@attrs.frozen(getstate_setstate=False)
class DropPhase(_Change):
    """Remove a phase, which must be empty at that point. Phases that came after it then come after those that it came after.

    Attributes:
        phase: The id of the phase.
        reason: The reason for the change, in one line.
    """

    kind = "drop-phase"

    phase: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)


@public("changes")
@attrs.frozen(getstate_setstate=False)
class AddPhase(_Puts):
    """Add a phase with its tasks.

    Attributes:
        phase: The phase. Its id, and those of its tasks, must be new.
        reason: The reason for the change, in one line.
        before: The id of the next phase, or None.
        behind: The id of the previous phase, or None. Without either, the phase becomes the last one.

    Raises:
        InvalidError: A field is invalid, or both ``before`` and ``behind`` are given.
    """

    kind = "add-phase"

    phase: Phase = attrs.field(metadata=check(v.exactly(Phase, "Phase(...)")))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    before: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)
    behind: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)


@public("changes")
@attrs.frozen(getstate_setstate=False)
class MovePhase(_Puts):
    """Move a phase.

    Attributes:
        phase: The id of the phase. The other fields are as for :class:`AddPhase`.
    """

    kind = "move-phase"

    phase: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    before: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)
    behind: str | None = attrs.field(default=None, kw_only=True, metadata=_NEIGHBOUR)


@public("changes")
@attrs.frozen(getstate_setstate=False, field_transformer=_checked_as(Phase))
class SetChecklist(_Sets):
    """Set fields of the checklist itself.

    Attributes:
        reason: The reason for the change, in one line.
        topic: The new topic, which is appended to every rendered task title; None to keep it. Likewise ``id``, ``title``, ``version``,
            ``description``, ``tips``, ``labels``, ``annotations``, ``facets``, ``context``, ``audiences`` and ``gates``, as in a checklist.

    Raises:
        InvalidError: A field is invalid, or nothing is set.
    """

    kind = "set-checklist"
    sets = (
        *("id", "title", "version", "topic", "description", "tips", "labels", "annotations", "facets", "context"),
        *("audiences", "gates"),
    )

    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    id: str | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.ident)))
    title: str | None = attrs.field(default=None, kw_only=True)
    version: str | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.version)))
    topic: str | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.optional_line)))
    description: str | None = attrs.field(default=None, kw_only=True)
    tips: tuple[str, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[str], kw_only=True, metadata=check(v.optional(v.each(v.tip)))
    )
    labels: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    annotations: Pairs | None = attrs.field(default=None, converter=_annotations, kw_only=True)
    facets: tuple[Facet, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[Facet], kw_only=True, metadata=check(v.optional(facets))
    )
    context: tuple[Choice, ...] | None = attrs.field(
        default=None, converter=_context, kw_only=True, metadata=check(v.optional(choices))
    )
    audiences: tuple[Audience, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[Audience], kw_only=True, metadata=check(v.optional(audiences))
    )
    gates: tuple[GateDefinition, ...] | None = attrs.field(
        default=None, converter=tuple_or_none_of[GateDefinition], kw_only=True, metadata=check(v.optional(gates))
    )


_CLEARED_OF_KPI = ("at_most", "at_least", "quantile", "offered", "span", "max_age")


@public("changes")
@attrs.frozen(getstate_setstate=False, field_transformer=_checked_as(Kpi))
class SetKpi(_Sets):
    """Set fields of a KPI, such as its target.

    Attributes:
        kpi: The id of the KPI.
        reason: The reason for the change, in one line.
        title: The new title, or None to keep it. Likewise all other fields of a :class:`~servingchecklist.evidence.Kpi`. Where ``at_most``
            or ``at_least`` is set and ``placeholder`` is not, the target is no placeholder any more.
        clear: The fields to reset to None, of ``at_most``, ``at_least``, ``quantile``, ``offered``, ``span`` and ``max_age``.

    Raises:
        InvalidError: A field is invalid, nothing is set, or a field is both set and cleared.
    """

    kind = "set-kpi"
    sets = tuple(field.name for field in attrs.fields(Kpi) if field.name != "id")

    kpi: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)
    title: str | None = attrs.field(default=None, kw_only=True)
    measure: str | None = attrs.field(default=None, kw_only=True)
    at_most: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True)
    at_least: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True)
    quantile: float | None = attrs.field(default=None, converter=v.as_number, kw_only=True)
    relative_to: str | None = attrs.field(default=None, kw_only=True)
    where: tuple[Choice, ...] | None = attrs.field(default=None, converter=_where, kw_only=True)
    offered: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True)
    span: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True)
    confidence: float | None = attrs.field(default=None, converter=v.as_number, kw_only=True)
    independent: bool | None = attrs.field(default=None, kw_only=True)
    binds: tuple[str, ...] | None = attrs.field(default=None, converter=tuple_or_none_of[str], kw_only=True)
    max_age: int | None = attrs.field(default=None, kw_only=True)
    placeholder: bool | None = attrs.field(default=None, kw_only=True)
    clear: tuple[Literal["at_most", "at_least", "quantile", "offered", "span", "max_age"], ...] = attrs.field(
        default=(),
        converter=tuple_of[Literal["at_most", "at_least", "quantile", "offered", "span", "max_age"]],
        kw_only=True,
        metadata=check(_one_of(_CLEARED_OF_KPI)),
    )


@public("changes")
@attrs.frozen(getstate_setstate=False)
class AddKpi(_Change):
    """Add a KPI.

    Attributes:
        kpi: The KPI. Its id must be new.
        reason: The reason for the change, in one line.
    """

    kind = "add-kpi"

    kpi: Kpi = attrs.field(metadata=check(v.exactly(Kpi, "Kpi(id, title, measure=..., at_most=...)")))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)


@public("changes")
@attrs.frozen(getstate_setstate=False)
class DropKpi(_Change):
    """Remove a KPI, which no criterion and no audience may name any more at the end of the overlay.

    Attributes:
        kpi: The id of the KPI.
        reason: The reason for the change, in one line.
    """

    kind = "drop-kpi"

    kpi: str = attrs.field(metadata=check(v.ident))
    reason: str = attrs.field(kw_only=True, metadata=_WHY)


Change: TypeAlias = (
    SetTask
    | DropTask
    | AddTask
    | MoveTask
    | SetPhase
    | DropPhase
    | AddPhase
    | MovePhase
    | SetChecklist
    | SetKpi
    | AddKpi
    | DropKpi
)
"""All classes of change. The union is closed, so type checkers can prove that a ``match`` over it is exhaustive."""

KINDS: dict[str, type[Change]] = {cls.kind: cls for cls in get_args(Change)}
"""The classes by their names in files."""

_CLASSES = frozenset(KINDS.values())
_a_change = v.require(
    lambda value: type(value) in _CLASSES,
    "wrong-kind",
    "is not a change",
    "give one such as changes.DropTask('c3', reason=...)",
)
all_changes = v.each_of(_CLASSES, _a_change)
"""Check that a value is a tuple of changes."""
