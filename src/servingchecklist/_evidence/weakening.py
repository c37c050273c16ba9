"""Weaker demands: in what one definition of a gate asks for less than another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._text import join_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._model.checklist import Checklist
    from .._model.kpi import Criterion, GateDefinition, Kpi
    from .._model.task import Task


def weaker_kpi(before: Kpi, after: Kpi) -> Iterator[str]:
    """Yield in what a KPI asks for less than it did. What cannot be compared, such as another measure, counts as less.

    A placeholder of a target was agreed to by nobody, so it cannot be weakened.
    """
    if not before.placeholder:
        yield from _weaker_target(before, after)
    kept = {choice.facet: set(choice.values) for choice in after.where}
    for choice in before.where:
        values = kept.get(choice.facet)
        if values is None:
            yield f"evidence need not state its {choice.facet} any more"
        elif not values <= set(choice.values):
            more = join_words(sorted(values - set(choice.values)), "or")
            yield f"the {choice.facet} of evidence may be {more} too"
    for name, words in (("offered", "offered load"), ("span", "span")):
        was, now = getattr(before, name), getattr(after, name)
        if was and (now is None or now.value < was.value):
            yield f"the {words} was {was}, and is {now or 'not asked for'}"
    if after.confidence < before.confidence:
        yield f"the confidence was {before.confidence:g}, and is {after.confidence:g}"
    if after.independent and not before.independent:
        yield "observations are taken as independent now"
    if after.placeholder and not before.placeholder:
        yield f"its target, {before.target}, is a placeholder now"
    yield from _weaker_bond(before, after)


def _weaker_target(before: Kpi, after: Kpi) -> Iterator[str]:
    if (before.measure, before.relative_to, before.limit.dimension) != (
        *(after.measure, after.relative_to),
        after.limit.dimension,
    ) or bool(before.at_most) != bool(after.at_most):
        yield f"the target was {before.measure} {before.target}, and is {after.measure} {after.target}"
    else:
        is_lower = after.limit.value < before.limit.value
        if (after.limit.value != before.limit.value and is_lower != bool(after.at_most)) or (before.quantile or 0) > (
            after.quantile or 0
        ):
            yield f"the target was {before.target}, and is {after.target}"


def _weaker_bond(before: Kpi | Criterion, after: Kpi | Criterion) -> Iterator[str]:
    """Yield in what the subject and the age of evidence are less bound."""
    if gone := [part for part in before.binds if part not in after.binds]:
        yield f"it is not bound to the {join_words(gone)} any more"
    if before.max_age is not None and (after.max_age is None or after.max_age > before.max_age):
        yield f"evidence counted for {before.max_age} days, and counts {_how_long(after.max_age)}"


def _weaker_criterion(before: Criterion, after: Criterion) -> Iterator[str]:
    if before.required and not after.required:
        yield "it is not required any more"
    if gone := [name for name in before.kpis if name not in after.kpis]:
        yield f"it does not ask for {join_words(gone)} any more"
    if before.attested and after.attested != before.attested:
        yield f"it was attested by {before.attested}, and is by {after.attested or 'nobody'}"
    yield from _weaker_bond(before, after)


def _weaker_policy(before: GateDefinition, after: GateDefinition) -> Iterator[str]:
    now = dict(after.roles)
    for role, who in before.roles:
        if role not in now:
            yield f"any person can attest as {role}"
        elif more := [name for name in now[role] if name not in who]:
            yield f"{join_words(more)} can attest as {role} too"
    if before.second_person and not after.second_person:
        yield "no second person is asked for any more"
    if before.longest_waiver is not None and (
        after.longest_waiver is None or after.longest_waiver > before.longest_waiver
    ):
        longest = "for any time" if after.longest_waiver is None else f"for {after.longest_waiver} days"
        yield f"waivers were given for at most {before.longest_waiver} days, and can be {longest}"


def narrowings(approved: Checklist, present: Checklist, gate: str) -> tuple[str, ...]:
    """Return where less evidence counts than in the approved checklist, so that a miss may not count any more; each as a line.

    To pass, that asks for more. The arguments are those of :func:`weakenings`.
    """
    named: dict[str, None] = {}
    found: list[str] = []
    for task in (task for task in present if gate in task.gates and task.id in approved):
        before = {criterion.id: criterion for criterion in approved[task.id].criteria}
        for criterion in (criterion for criterion in task.criteria if criterion.id in before):
            found += (f"{task.id} {criterion.id}: {words}" for words in _narrower(before[criterion.id], criterion))
            named |= dict.fromkeys(criterion.kpis)
    kpis = {kpi.id: kpi for kpi in approved.kpis}
    for kpi in (kpi for kpi in present.kpis if kpi.id in named and kpi.id in kpis):
        found += (
            f"{kpi.id}: {words}" for words in (*_narrower_where(kpis[kpi.id], kpi), *_narrower(kpis[kpi.id], kpi))
        )
    return tuple(found)


def _narrower_where(before: Kpi, after: Kpi) -> Iterator[str]:
    known = {choice.facet: set(choice.values) for choice in before.where}
    for choice in after.where:
        if choice.facet not in known or not known[choice.facet] <= set(choice.values):
            yield f"evidence has to say that its {choice.facet} is {join_words(list(choice.values), 'or')}"


def _narrower(before: Kpi | Criterion, after: Kpi | Criterion) -> Iterator[str]:
    if more := [part for part in after.binds if part not in before.binds]:
        yield f"it is bound to the {join_words(more)} too"
    if after.max_age is not None and (before.max_age is None or after.max_age < before.max_age):
        yield f"evidence counts for {after.max_age} days, and counted {_how_long(before.max_age)}"


def _how_long(max_age: int | None) -> str:
    return "for ever" if max_age is None else f"for {max_age} days"


def weakenings(approved: Checklist, present: Checklist, gate: str) -> tuple[str, ...]:
    """Return in what a gate asks for less than in the approved checklist, each as a line that names where.

    Args:
        approved: The checklist as it was approved.
        present: The checklist that the gate is decided by.
        gate: The id of the gate.
    """
    return tuple(_weakenings(approved, present, gate))


def _weakenings(approved: Checklist, present: Checklist, gate: str) -> Iterator[str]:
    before, after = (next((one for one in side.gates if one.id == gate), None) for side in (approved, present))
    if before is None:
        yield f"gate {gate}: was not approved"
        return
    if after is None:
        yield f"gate {gate}: is not there any more"
        lax = attrs.evolve(before, roles=(), second_person=False, longest_waiver=None)
        yield from (f"gate {gate}: {words}" for words in _weaker_policy(before, lax))
        return
    yield from (f"gate {gate}: {words}" for words in _weaker_policy(before, after))
    kpis: tuple[Mapping[str, Kpi], ...] = tuple({kpi.id: kpi for kpi in side.kpis} for side in (approved, present))
    named: dict[str, None] = {}
    for task in (task for task in approved if gate in task.gates):
        if task.id not in present:
            yield f"{task.id}: is not there any more"
            continue
        now = present[task.id]
        if gate not in now.gates:
            yield f"{task.id}: does not belong to the gate any more"
        for place, words in _weaker_task(task, now):
            yield f"{place}: {words}"
        named |= dict.fromkeys(name for criterion in task.criteria for name in criterion.kpis)
    for name in named:
        if name in kpis[1]:
            yield from (f"{name}: {words}" for words in weaker_kpi(kpis[0][name], kpis[1][name]))
    if any(kpis[0][name].measure == "examples.wrong" for name in named):
        yield from _weaker_examples(approved, present)


def _weaker_examples(approved: Checklist, present: Checklist) -> Iterator[str]:
    """Yield which example requests are gone, or are not the same."""
    before, after = (
        {
            f"{audience.id}/{example.id}": attrs.evolve(example, title="T")
            for audience in side.audiences
            for example in audience.examples
        }
        for side in (approved, present)
    )
    for name, example in before.items():
        if name not in after:
            yield f"example {name}: is not there any more"
        elif example != after[name]:
            yield f"example {name}: sends or expects something else"


def _weaker_task(before: Task, after: Task) -> Iterator[tuple[str, str]]:
    now = {criterion.id: criterion for criterion in after.criteria}
    for criterion in before.criteria:
        place = f"{before.id} {criterion.id}"
        if criterion.id not in now:
            yield place, "is not asked for any more"
        else:
            yield from ((place, words) for words in _weaker_criterion(criterion, now[criterion.id]))
