"""Algorithms on directed graphs of integer nodes.

Nodes are the integers below ``len(before)``; ``before[n]`` lists the nodes that must come before node ``n``, all of them in range.
Nothing here recurses, so a chain of a hundred thousand nodes is a graph like any other.
"""

from __future__ import annotations

from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count
from operator import lt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Edges = Sequence[Sequence[int]]


def is_forward(before: Edges) -> bool:
    """Return True where each node comes after lower numbers only: there is no cycle, and 0, 1, 2, ... is a topological order."""
    return all(map(lt, map(partial(max, default=-1), before), count()))


def reverse(before: Edges) -> list[list[int]]:
    """Return ``after``: ``after[n]`` lists the nodes that come after node ``n``, ascending."""
    after: list[list[int]] = [[] for _ in before]
    for node, earlier in enumerate(before):
        for other in earlier:
            after[other].append(node)
    return after


def topological(before: Edges) -> list[int]:
    """Return the nodes in topological order. Nodes on a cycle, and behind one, are left out."""
    if is_forward(before):
        return list(range(len(before)))
    waiting = [len(earlier) for earlier in before]
    out = [node for node, count in enumerate(waiting) if not count]
    after = reverse(before) if out else []
    for node in out:  # grows while it is iterated
        for later in after[node]:
            waiting[later] -= 1
            if not waiting[later]:
                out.append(later)
    return out


def cycles(before: Edges) -> list[tuple[int, ...]]:
    """Return cycles that share no node, as many as one walk finds: at least one if the graph has any.

    Each is a tuple of nodes in which every node comes after the next one, and the last after the first. The same graph always gives
    the same cycles, each beginning at its lowest node.
    """
    placed = topological(before)
    if len(placed) == len(before):
        return []
    left = set(range(len(before))).difference(placed)
    # Every node that is left waits for another that is left. Following the lowest such node from any start must lead into a cycle.
    found: list[tuple[int, ...]] = []
    walked: set[int] = set()
    for start in sorted(left):
        steps: dict[int, int] = {}
        node = start
        while node not in walked:
            walked.add(node)
            steps[node] = len(steps)
            node = min(filter(left.__contains__, before[node]))
        if node in steps:
            around = list(steps)[steps[node] :]
            lowest = around.index(min(around))
            found.append((*around[lowest:], *around[:lowest]))
    return found


def order(before: Edges, rank: Sequence[int], after: Edges) -> list[int]:
    """Return the lexicographic topological order: always the node of lowest ``rank`` among those whose predecessors are all placed.

    Args:
        before: The graph, without a cycle.
        rank: A different number for each node, 0 to ``len(before) - 1``.
        after: ``reverse(before)``, which callers have at hand.

    Runs in O((V + E) log V), after the textbook algorithm of Kahn, "Topological sorting of large networks" (1962), with a heap in
    place of its queue.
    """
    node_of = [0] * len(rank)
    for node, place in enumerate(rank):
        node_of[place] = node
    waiting = [len(earlier) for earlier in before]
    heap = [place for node, place in enumerate(rank) if not waiting[node]]
    heapify(heap)
    out: list[int] = []
    while heap:
        node = node_of[heappop(heap)]
        out.append(node)
        for later in after[node]:
            waiting[later] -= 1
            if not waiting[later]:
                heappush(heap, rank[later])
    return out
