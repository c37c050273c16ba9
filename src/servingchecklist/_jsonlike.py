"""Plain data: the dicts and lists that parsers return and that documents are written from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from .errors import member

if TYPE_CHECKING:
    from collections.abc import Iterator


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
