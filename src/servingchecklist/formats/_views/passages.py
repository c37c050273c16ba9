"""Differences between two texts or two lists: the pieces added and removed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from .._document import Changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Literal, TypeAlias

    Sign: TypeAlias = Literal["", "new", "no longer"]
    Run: TypeAlias = tuple[Sign, Sequence[str]]

_MOST_PIECES = 200
"""The maximum number of pieces matched one by one: the time for that may grow with the square of their number, or faster."""

_MOST_CHARACTERS = 160
"""The maximum number of characters of a text in a table cell."""

_LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}"


def sentences(text: str) -> list[str]:
    """Return the sentences and the lines of a text, without the white space around them."""
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if piece.strip()]


def changed(before: Sequence[str], after: Sequence[str]) -> list[Changed]:
    """Return the pieces that were added and removed, in order, without those that are in both."""
    return [Changed(piece, sign) for sign, pieces in _runs(before, after) if sign for piece in pieces]


def abridged(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Return the differing parts of both, for two table cells, with an ellipsis for what they share."""
    runs = list(_runs(before, after))
    return _side(runs, "no longer"), _side(runs, "new")


def cut(text: str) -> str:
    """Return a text for a table cell: in one line, cut to the maximum length."""
    line = " ".join(text.split())
    if len(line) <= _MOST_CHARACTERS:
        return line
    head = line[:_MOST_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head} {_LEFT_OUT}"


def _side(runs: Sequence[Run], own: Sign) -> str:
    if all(sign != own for sign, _ in runs):
        return "the same without that"
    return " ".join(cut(" ".join(pieces)) if sign else _LEFT_OUT for sign, pieces in runs if sign in ("", own))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    """Yield runs of pieces that are in both, were removed or were added; none of them is empty."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    found: list[Run] = [
        ("", before[:start]),
        *_middle(before[start : len(before) - end], after[start : len(after) - end]),
        ("", before[len(before) - end :]),
    ]
    yield from (run for run in found if run[1])


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[Run]:
    if max(len(before), len(after)) > _MOST_PIECES:
        yield "no longer", before
        yield "new", after
        return
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if tag == "equal":
            yield "", before[old_start:old_end]
        else:
            yield "no longer", before[old_start:old_end]
            yield "new", after[new_start:new_end]
