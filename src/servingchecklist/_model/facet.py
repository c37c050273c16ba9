"""Facets, the axes along which services differ, and choices of their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import attrs

from .._namespace import public
from .._text import join_words
from ..errors import Fault, InvalidError, is_a, member, show
from . import _validation as v
from ._validation import Validated, as_tuple, check, checks_of, mapped, tuple_of

Choices: TypeAlias = "Mapping[str, str | Sequence[str]] | Sequence[Choice]"
"""Choices of facet values: ``{"mode": "batch"}``, ``{"mode": ["online", "edge"]}`` or a sequence of :class:`Choice`."""


def _value_or_values(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if is_a(value, str) else as_tuple(value)


@public()
@attrs.frozen(getstate_setstate=False)
class Facet(Validated):
    """An axis along which services differ, such as the way a model serves, the kind of model or the cost of an outage.

    Attributes:
        id: The id used by choices and files, in the form of a task id.
        title: Its title, in one line.
        values: The possible values, each a short label such as ``"batch"`` or ``"A"``; at least one, without repetition.
        description: The meaning of the values.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    values: tuple[str, ...] = attrs.field(
        converter=tuple_of[str], metadata=check(v.some(v.each(v.facet_value, distinct=True)))
    )
    description: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))


facets = v.each_exactly(Facet, "Facet(id, title, values)")
"""Check that a value is a tuple of facets."""


@public("results")
@attrs.frozen(getstate_setstate=False)
class Choice(Validated):
    """One or more values of a facet: those for which a task applies, or those that hold for a service.

    Attributes:
        facet: The id of the facet.
        values: The values; at least one, without repetition. A single value can be given as a plain string.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    facet: str = attrs.field(metadata=check(v.ident))
    values: tuple[str, ...] = attrs.field(
        converter=_value_or_values, metadata=check(v.some(v.each(v.facet_value, distinct=True)))
    )

    def __str__(self) -> str:
        return f"{self.facet} is {join_words(list(self.values), 'or')}"


_all_choices = v.each_exactly(Choice, "Choice(facet, values), or a dict of facets and values")


def as_choices(value: Choices, name: str) -> tuple[Choice, ...]:
    """Convert a mapping of facets to values, given for the field ``name``, to choices. Anything else is left to the check.

    Raises:
        InvalidError: A key of the mapping is not an id, or its values are not facet values.
    """
    if not issubclass(type(value), Mapping):
        return as_tuple(cast("Sequence[Choice]", value))
    hint = "write it as in {'mode': ['online', 'edge']}"
    mapping = mapped(cast("Mapping[str, str | Sequence[str]]", value), f"$.{name}", "are not choices", hint)
    stated = {facet: _value_or_values(values) for facet, values in mapping.items()}
    faults = [
        attrs.evolve(fault, path=member(f"$.{name}", facet) + fault.path.removeprefix(f"$.{part}"))
        for facet, values in stated.items()
        for part, raw in (("facet", facet), ("values", values))
        for fault in checks_of(Choice)[part](raw, part)
    ]
    if faults:
        raise InvalidError(faults)
    return tuple(Choice(facet, values) for facet, values in stated.items())


def choices(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of choices, at most one per facet."""
    if faults := _all_choices(value, name):
        return faults
    group = cast("tuple[Choice, ...]", value)
    if len(group) < 2:
        return ()
    seen: set[str] = set()
    found: list[Fault] = []
    for place, choice in enumerate(group):
        if choice.facet in seen:
            hint = "put all values of a facet into one choice"
            found.append(Fault("duplicate", f"$.{name}[{place}].facet", "is there twice", show(choice.facet), hint))
        seen.add(choice.facet)
    return found
