"""JSON-like data, which parsers return and documents are written from: its types, and a walk over it."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import attrs

from .errors import member

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATOMS = frozenset((str, int, float, bool))


def is_dict(value: object) -> TypeGuard[dict[str, object]]:
    """Return True for a dict and no subclass of it. Its keys are strings, unless a caller of ``from_dict`` passed others."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return True for a list and no subclass of it."""
    return type(value) is list


def walk(document: object) -> Iterator[tuple[str, object, object]]:
    """Yield every value of a document, in document order: its path, its key or position, and the value."""
    stack: list[tuple[str, object, object]] = [("$", "$", document)]
    while stack:
        found = stack.pop()
        yield found
        path, _, value = found
        if is_dict(value):
            stack.extend((member(path, key), key, item) for key, item in reversed(value.items()))
        elif is_list(value):
            stack.extend((member(path, place), place, value[place]) for place in range(len(value) - 1, -1, -1))


def plain(value: object) -> object:
    """Convert a value for JSON: a timestamp as in files, a date to ISO 8601, a tuple to a list, and one with fields to its document.

    Timestamps are written as ``2026-11-24T09:30:00Z``, with six more digits for microseconds; other time zones as ``+01:00``.
    """
    if value is None or type(value) in _ATOMS:  # as most are
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if type(value) is tuple:
        return list(map(plain, cast("tuple[object, ...]", value)))
    if isinstance(value, Enum):
        return value.value
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict else plain_fields(cast("attrs.AttrsInstance", value))


def plain_fields(value: attrs.AttrsInstance) -> dict[str, Any]:
    """Return the fields of a value by name, as :func:`plain` converts them."""
    return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
