"""Narrowing a checklist to the context of one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model._validation import LINE_LENGTH, mapped, require_kind
from .._model.changes import DropKpi, DropPhase, DropTask, SetChecklist
from .._model.checklist import Checklist
from .._model.facet import Choice, as_choices
from .._model.overlay import Overlay
from .._namespace import public
from .._text import join_words
from ..errors import Fault, InvalidError, UnknownNameError, invalid, show
from .tailor import tailor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._model.changes import Change
    from .._model.task import Task

CONTEXT = "context"
"""The id of the layer that choices on facets create."""


@public()
def for_context(
    checklist: Checklist, choices: Mapping[str, str | Sequence[str]] | None = None, /, **more: str | Sequence[str]
) -> Checklist:
    """Return the checklist for a context: without the tasks that apply to other services only.

    A task is dropped if it applies to certain values of a facet and none of them is chosen. A facet without a choice drops nothing. Tasks
    that came after a dropped task come after its prerequisites instead, and a phase that becomes empty is dropped likewise, as is a KPI for
    which only dropped tasks asked. The result is
    tailored: :func:`servingchecklist.tailoring.explain` tells why each task was dropped.

    >>> tuple(task.id for task in for_context(model_serving(), tier="C"))
    ('c1', 'c3', 'c5', 'c6', 'c7', 'c8', 'c9')

    Args:
        checklist: The checklist to narrow.
        choices: One or several values of each facet: ``{"mode": ["online", "batch"]}`` for a service that does both.
        more: More choices as keyword arguments: ``mode="batch"``.

    Returns:
        The narrowed checklist, with the choices in its ``context``. Making the same choices again changes nothing; without any choice,
        the earlier ones are applied to what was added since.

    Raises:
        UnknownNameError: There is no such facet or value; the error lists the known ones.
        InvalidError: A facet is chosen twice, or an earlier choice is changed: it can be narrowed only.
    """
    require_kind(Checklist, {"$": checklist})
    hint = "write a mapping such as {'mode': 'batch'}, or names: mode='batch'"
    given = {} if choices is None else mapped(choices, "$", "are not choices", hint)
    if twice := [facet for facet in given if facet in more]:
        raise invalid("duplicate", f"$.{twice[0]}", "is chosen twice", more[twice[0]], "choose it once")
    chosen = {choice.facet: choice for choice in as_choices({**given, **more}, CONTEXT)}
    if error := _error_in(checklist, chosen):
        raise error
    context = _narrowed(checklist, chosen)
    changes: list[Change] = []
    if context != checklist.context:
        changes.append(SetChecklist(context=context, reason=_line(f"chosen: {_listed(chosen.values())}")))
    changes += _dropped(checklist, {choice.facet: choice for choice in context})
    if not changes:
        return checklist
    return tailor(checklist, Overlay(CONTEXT, _line(f"Where {_listed(context)}"), changes=changes))


def _error_in(checklist: Checklist, chosen: Mapping[str, Choice]) -> UnknownNameError | InvalidError | None:
    """Return the error for choices of unknown facets or values, or for choices that take back earlier ones."""
    facets = {facet.id: facet.values for facet in checklist.facets}
    unknown: list[Fault] = []
    for facet, choice in chosen.items():
        if facet not in facets:
            known = f"known: {', '.join(facets)}" if facets else f"{checklist.id} declares no facets"
            unknown.append(Fault("unknown-facet", "$", "there is no facet of that name", show(facet), known))
            continue
        known = f"known: {', '.join(facets[facet])}"
        unknown += [
            Fault("unknown-value", f"$.{facet}", "is not a value of that facet", show(value), known)
            for value in choice.values
            if value not in facets[facet]
        ]
    if unknown:
        return UnknownNameError(unknown)
    before = {choice.facet: choice for choice in checklist.context}
    hint = "begin with the checklist as it was before that choice"
    faults = [
        Fault(
            "contradiction",
            f"$.{facet}",
            f"was chosen before: {before[facet]}",
            show(join_words([*choice.values], "or")),
            hint,
        )
        for facet, choice in chosen.items()
        if facet in before and not set(choice.values) <= set(before[facet].values)
    ]
    return InvalidError(faults) if faults else None


def _narrowed(checklist: Checklist, chosen: Mapping[str, Choice]) -> tuple[Choice, ...]:
    """Return the combined choices, in the order in which the checklist declares its facets."""
    before = {choice.facet: choice for choice in checklist.context}
    choices = {**before, **chosen}
    narrowed = {
        facet.id: Choice(facet.id, [value for value in facet.values if value in choices[facet.id].values])
        for facet in checklist.facets
        if facet.id in choices
    }
    values = [{facet: set(choice.values) for facet, choice in side.items()} for side in (before, narrowed)]
    return checklist.context if values[0] == values[1] else tuple(narrowed.values())


def _dropped(checklist: Checklist, context: Mapping[str, Choice]) -> list[Change]:
    gone: list[DropTask] = []
    empty: list[Change] = []
    for phase in checklist.phases:
        reasons = {task.id: _why_not(task, context) for task in phase.tasks}
        gone += [DropTask(task, reason=reason) for task, reason in reasons.items() if reason]
        if reasons and all(reasons.values()):
            empty.append(DropPhase(phase.id, reason="none of its tasks is left"))
    return [*gone, *empty, *_unasked(checklist, {change.task for change in gone})]


def _unasked(checklist: Checklist, gone: set[str]) -> list[Change]:
    """Return changes that drop the KPIs for which only dropped tasks asked."""
    kept = {name for task in checklist if task.id not in gone for one in task.criteria for name in one.kpis}
    kept |= {name for audience in checklist.audiences for name in audience.kpis}
    lost = {name for task in checklist if task.id in gone for one in task.criteria for name in one.kpis} - kept
    return [
        DropKpi(kpi.id, reason="only tasks of other contexts ask for it") for kpi in checklist.kpis if kpi.id in lost
    ]


def _why_not(task: Task, context: Mapping[str, Choice]) -> str:
    for choice in task.when:
        chosen = context.get(choice.facet)
        if chosen and not any(value in chosen.values for value in choice.values):
            return _line(f"applies where {choice}; here {chosen}")
    return ""


def _listed(choices: Iterable[Choice]) -> str:
    return join_words([str(choice) for choice in choices])


def _line(text: str) -> str:
    """Return the text as one line, cut if there are too many values to name."""
    return text if len(text) <= LINE_LENGTH else f"{text[: LINE_LENGTH - 3]}..."
