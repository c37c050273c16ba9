"""Limits for untrusted input.

Each is checked before the parser or the model sees the input. Size alone is not enough: some parsers take time that grows with
the square of one key, or a stack frame for each level of nesting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import attrs

from .._jsonlike import is_list, walk
from .._namespace import public
from ..errors import Fault, LimitError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable


def _count(instance: Limits, field: attrs.Attribute[int], value: object) -> None:
    if type(value) is not int or value < 1:
        hint = "give limits=None to have no limits at all"
        raise invalid("out-of-range", f"$.{field.name}", "is not a whole number above 0", value, hint)


@public()
@attrs.frozen(kw_only=True)
class Limits:
    """Limits on the size and the depth of a document.

    The defaults admit several hundred tasks with long descriptions and refuse what would keep a parser busy for a second.

    Attributes:
        bytes: The size of the text in UTF-8, in bytes.
        nesting: The depth of nested brackets and braces.
        key_parts: The number of parts of one dotted key or table header (TOML only).
        tasks: The number of tasks in a checklist.
        text: The number of characters in any one text.

    Raises:
        InvalidError: A limit is not a whole number above 0.
    """

    bytes: int = attrs.field(default=262_144, validator=_count)
    nesting: int = attrs.field(default=32, validator=_count)
    key_parts: int = attrs.field(default=8, validator=_count)
    tasks: int = attrs.field(default=2_000, validator=_count)
    text: int = attrs.field(default=20_000, validator=_count)


def check_size(size: int, limits: Limits) -> None:
    """Refuse a text of more than ``limits.bytes``."""
    if size > limits.bytes:
        _refuse("$", f"is too large: {size:,} bytes, and at most {limits.bytes:,} are read", "bytes")


def check_nesting(brackets: Iterable[str], limits: Limits) -> None:
    """Refuse text that nests deeper than ``limits.nesting``. ``brackets`` are those outside of strings."""
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket in "[{" else -1
        if depth > limits.nesting:
            _refuse("$", f"nests too deep: at most {limits.nesting} levels are read", "nesting")


def check_key_parts(text: str, limits: Limits) -> None:
    """Refuse TOML with a dotted key of more than ``limits.key_parts``. ``text`` has no comments and only empty strings."""
    # Possessive, and only ever from the start of a key: linear whatever the text.
    part = r"""[\w"'-]++[ \t]*+"""
    if re.search(rf"""(?<![\w"'-])(?:{part}\.[ \t]*+){{{limits.key_parts}}}{part}""", text):
        _refuse("$", f"has a key of too many parts: at most {limits.key_parts} are read", "key_parts")


def check_content(document: object, limits: Limits) -> None:
    """Refuse a parsed document that has too many tasks or a text that is too long."""
    tasks = 0
    for path, key, value in walk(document):
        if key == "tasks" and is_list(value):
            tasks += len(value)
        elif type(value) is str and len(value) > limits.text:
            _refuse(path, f"is a text of {len(value):,} characters, and at most {limits.text:,} are read", "text")
    if tasks > limits.tasks:
        _refuse("$.phases", f"hold {tasks:,} tasks, and at most {limits.tasks:,} are read", "tasks")


def _refuse(path: str, problem: str, limit: str) -> NoReturn:
    hint = f"pass Limits({limit}=...) to read more, or limits=None where you trust the text"
    raise LimitError([Fault("limit", path, problem, "", hint)])
