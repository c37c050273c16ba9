"""Axes along which services differ, and choices on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import attrs

from .._text import join_words
from ..errors import Fault, InvalidError, member, show
from ._check import Rebuilt, as_tuple, each, each_exactly, ident, label, line, prose, some, verify

Choices: TypeAlias = "Mapping[str, str | Sequence[str]] | Sequence[Choice]"
"""What is chosen on facets: ``{"mode": "batch"}`` or ``{"mode": ["online", "edge"]}``; or a sequence of :class:`Choice`."""

FACET_CHECKS = {"id": ident, "title": line, "values": some(each(label, distinct=True)), "description": prose}
CHOICE_CHECKS = {"facet": ident, "values": some(each(label, distinct=True))}


def _values(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


def _value_or_values(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Facet(Rebuilt):
    """An axis along which services differ: how a model serves, what kind it is, how much an outage costs.

    Attributes:
        id: What choices and files call it, in the form of the id of a task.
        title: Its name, in one line.
        values: What can be chosen, each a short label such as ``"batch"`` or ``"A"``; at least one, and each of them once.
        description: What the values mean.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    values: tuple[str, ...] = attrs.field(converter=_values)
    description: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(FACET_CHECKS, self)


@attrs.frozen(getstate_setstate=False)
class Choice(Rebuilt):
    """One or more values of a facet: those for which a task is there, or those that hold for a service.

    Attributes:
        facet: The id of the facet.
        values: The values; at least one, and each of them once. A single one may be given as it is.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    facet: str
    values: tuple[str, ...] = attrs.field(converter=_value_or_values)

    def __attrs_post_init__(self) -> None:
        verify(CHOICE_CHECKS, self)

    def __str__(self) -> str:
        return f"{self.facet} is {join_words(list(self.values), 'or')}"


_all_choices = each_exactly(Choice, "Choice(facet, values), or a dict of facets and values")


def as_choices(value: Choices, name: str) -> tuple[Choice, ...]:
    """A converter for the field ``name``: a mapping of facets to values becomes choices. All else is left for the check to judge.

    Raises:
        InvalidError: A key of the mapping is no id, or what stands under it are no values.
    """
    if not isinstance(value, Mapping):
        return as_tuple(value)
    stated = {facet: _value_or_values(values) for facet, values in value.items()}
    faults = [
        attrs.evolve(fault, path=member(f"$.{name}", facet) + fault.path.removeprefix(f"$.{part}"))
        for facet, values in stated.items()
        for part, said in (("facet", facet), ("values", values))
        for fault in CHOICE_CHECKS[part](said, part)
    ]
    if faults:
        raise InvalidError(faults)
    return tuple(Choice(facet, values) for facet, values in stated.items())


def choices(value: object, name: str) -> Sequence[Fault]:
    """A check for choices, at most one on each facet."""
    if faults := _all_choices(value, name):
        return faults
    made = cast("tuple[Choice, ...]", value)
    if len(made) < 2:
        return ()
    seen: set[str] = set()
    found: list[Fault] = []
    for place, choice in enumerate(made):
        if choice.facet in seen:
            hint = "put all values of a facet into one choice"
            found.append(Fault(f"$.{name}[{place}].facet", "is there twice", show(choice.facet), hint))
        seen.add(choice.facet)
    return found
