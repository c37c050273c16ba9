"""JSON-like data, which parsers return and documents are written from: its types, a walk over it, and what building much of it needs."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

from .errors import member

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


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


@contextmanager
def collector_paused(is_large: bool) -> Generator[None]:  # noqa: FBT001
    """Keep the cyclic garbage collector from walking a growing tree again and again while it is built.

    Nothing built here is garbage before it is finished. The collector belongs to the whole process: other threads find it off for that
    long, and one that turns it off meanwhile finds it on afterwards. So this does nothing unless the value ``is_large``.
    """
    if not (is_large and gc.isenabled()):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
