"""What has come and what has gone between two texts or two lists."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from .parts import Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .parts import Sign

_MOST_PIECES = 200
"""Up to how many pieces are matched one by one: the time that this takes may grow with the square of their number, and more."""

_MOST_CHARACTERS = 160
"""How much of a text a cell of a table shows."""

_LEFT_OUT = "\N{HORIZONTAL ELLIPSIS}"


def sentences(text: str) -> list[str]:
    """The sentences and the lines of a text, without the white space around them."""
    return [piece.strip() for piece in re.split(r"(?<=[.!?])\s+|\n+", text) if piece.strip()]


def changed(before: Sequence[str], after: Sequence[str]) -> list[Passage]:
    """The pieces that have come and gone, in their order; what is in both is left out."""
    return [
        Passage(piece, sign)
        for sign, pieces in _runs(before, after)
        if sign
        for piece in pieces
    ]  # fmt: skip


def abridged(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Both as far as they differ, for two cells of a table, with an ellipsis where they do not."""
    runs = list(_runs(before, after))
    return _side(runs, "no longer"), _side(runs, "new")


def cut(text: str) -> str:
    """A text as a cell of a table shows it: in one line, and no more of it than there is room."""
    line = " ".join(text.split())
    if len(line) <= _MOST_CHARACTERS:
        return line
    head = line[:_MOST_CHARACTERS]
    return f"{head.rpartition(' ')[0] or head} {_LEFT_OUT}"


def _side(runs: Sequence[tuple[Sign, Sequence[str]]], own: Sign) -> str:
    if all(sign != own for sign, _ in runs):
        return "the same without that"
    return " ".join(cut(" ".join(pieces)) if sign else _LEFT_OUT for sign, pieces in runs if sign in ("", own))


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sign, Sequence[str]]]:
    """Runs of pieces that are in both, have gone or have come; none of them is empty."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    found: list[tuple[Sign, Sequence[str]]] = [
        ("", before[:start]),
        *_middle(before[start : len(before) - end], after[start : len(after) - end]),
        ("", before[len(before) - end :]),
    ]
    yield from (run for run in found if run[1])


def _middle(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sign, Sequence[str]]]:
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
