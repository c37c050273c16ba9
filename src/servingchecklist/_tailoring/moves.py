"""Minimal moves that turn one order into another."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def staying(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Return the largest set of names in both orders that can stay in place while all others move.

    This is the longest increasing subsequence of the old places, after Fredman, "On computing the length of longest increasing
    subsequences", Discrete Mathematics 11 (1975), in O(n log n).

    Args:
        before: The old order, each name once.
        after: The new order, each name once.
    """
    old = {name: place for place, name in enumerate(before)}
    common = [name for name in after if name in old]
    places = [old[name] for name in common]
    if all(place < later for place, later in pairwise(places)):
        return set(common)
    ends: list[int] = []  # for each length, the lowest place at which a run can end
    last: list[int] = []  # the node at that place
    behind: list[int] = []  # for each node, the one before it in its run, or -1
    for node, place in enumerate(places):
        length = bisect_left(ends, place)
        behind.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [node]
    kept: set[str] = set()
    node = last[-1]
    while node >= 0:
        kept.add(common[node])
        node = behind[node]
    return kept


def neighbours(order: Iterable[str]) -> dict[str, str]:
    """Return the name before each name; for the first, the empty string."""
    names = list(order)
    return dict(zip(names, ["", *names], strict=False))
