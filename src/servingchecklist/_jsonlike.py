"""JSON-like data, which parsers return and documents are written from."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any, TypeGuard, cast

import attrs

_ATOMS = frozenset((str, int, float, bool))


def is_dict(value: object) -> TypeGuard[dict[str, object]]:
    """Return True for a dict and no subclass of it. Its keys are strings, unless a caller of ``from_dict`` passed others."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return True for a list and no subclass of it."""
    return type(value) is list


def members(value: object, key: str) -> list[object]:
    """Return the list under a key of a dict; an empty one where there is no dict or no list."""
    found = value.get(key) if is_dict(value) else None
    return found if is_list(found) else []


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
