"""Layered layout of a graph: the positions of its boxes and the routes of its arrows, as numbers only.

After Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures" (1981): each node is in a layer
behind all its prerequisites, the layers are ordered by barycentres to reduce crossings, and each node is then moved as near to its
neighbours as the others in its layer allow. An arrow over more than one layer bends in each layer that it passes, where space is kept free
for it; arrows from one node share their bends. So no arrow runs through a box, unless too many bends would be needed.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from itertools import accumulate, pairwise
from math import fsum
from typing import TYPE_CHECKING

import attrs

from ... import _graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Edge = tuple[int, int]

_MOST_BENDS = 20_000
"""The maximum number of bends. Arrows that would need more go straight, and behind boxes."""

_SWEEPS, _FEW_SWEEPS = 16, 2
_MANY_LINES = 20_000
"""The number of lines above which only a few sweeps are made: so many lines cannot be followed, wherever they cross."""

_MOVES = 16
_STRAIGHT = 8
"""The weight of aligning two bends, relative to that of aligning two boxes."""


@attrs.frozen
class Layers:
    """The layout of a graph. Nodes come first, in their order, and bends after them.

    Attributes:
        layer: The layer of each node and bend.
        across: The position of the middle of each within its layer.
        links: The lines, nearly all of them from one layer to the next, each with whether a marked edge uses it.
        bends: The bends, each with whether a marked edge uses it.
        extent: The width of the widest layer, from 0 on.
    """

    layer: Sequence[int]
    across: Sequence[float]
    links: dict[Edge, bool]
    bends: dict[int, bool]
    extent: float


def arrange(before: Sequence[Sequence[int]], marked: set[Edge], size: float, bend: float, taken: int = 0) -> Layers:
    """Return the layout of a graph.

    Args:
        before: The prerequisites of each node, without a cycle; at least one node.
        marked: The edges to mark, each as the earlier node and the later one.
        size: The size of a box within its layer, with the gap around it.
        bend: The size of a bend within its layer.
        taken: The number of bends already in the same picture.
    """
    after = _graph.reverse(before)
    layer = _layers(before, after)
    links, bends = _links(after, layer, marked, _MOST_BENDS - taken)
    sizes = [size] * len(before) + [bend] * len(bends)
    near = _neighbours(len(layer), links)
    rows = _ordered(layer, near)
    across = _moved(rows, near, sizes)
    lowest = min(place - wide / 2 for place, wide in zip(across, sizes, strict=True))
    across = [place - lowest for place in across]
    return Layers(layer, across, links, bends, max(p + wide / 2 for p, wide in zip(across, sizes, strict=True)))


def arrange_apart(before: Sequence[Sequence[int]], marked: set[Edge], size: float, bend: float) -> Layers:
    """Return the layout of a graph as ``arrange`` does, with its connected components apart, the larger before the smaller."""
    layer, across = [0] * len(before), [0.0] * len(before)
    links: dict[Edge, bool] = {}
    bends: dict[int, bool] = {}
    extent = 0.0
    for nodes in _parts(before):
        number = {node: place for place, node in enumerate(nodes)}
        edges = {(number[source], number[target]) for source, target in marked if source in number}
        part = arrange([[number[other] for other in before[node]] for node in nodes], edges, size, bend, len(bends))
        names = [*nodes, *range(len(layer), len(layer) + len(part.bends))]
        layer += [0] * len(part.bends)
        across += [0.0] * len(part.bends)
        for name, own, at in zip(names, part.layer, part.across, strict=True):
            layer[name], across[name] = own, extent + at
        links.update({(names[source], names[target]): is_marked for (source, target), is_marked in part.links.items()})
        bends.update({names[source]: is_marked for source, is_marked in part.bends.items()})
        extent += part.extent
    return Layers(layer, across, links, bends, extent)


def _parts(before: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the connected components of a graph, the largest first."""
    after = _graph.reverse(before)
    seen: set[int] = set()
    parts: list[list[int]] = []
    for start in range(len(before)):
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for node in part:  # grows while it is walked
            unseen = dict.fromkeys(other for other in (*before[node], *after[node]) if other not in seen)
            seen.update(unseen)
            part += unseen
        parts.append(sorted(part))
    return sorted(parts, key=len, reverse=True)


def widest(before: Sequence[Sequence[int]]) -> int:
    """Return the number of nodes in the largest layer, without bends."""
    return max(Counter(_layers(before, _graph.reverse(before))).values())


def _layers(before: Sequence[Sequence[int]], after: Sequence[Sequence[int]]) -> list[int]:
    """Return the layer of each node: behind all its prerequisites, and near to its dependents if these are more."""
    layer = [0] * len(before)
    order = _graph.topological(before)
    for node in order:
        layer[node] = max((layer[other] + 1 for other in before[node]), default=0)
    for node in reversed(order):
        if len(before[node]) < len(after[node]):
            layer[node] = min(layer[other] for other in after[node]) - 1
    return layer


def _links(
    after: Sequence[Sequence[int]], layer: list[int], marked: set[Edge], most: int
) -> tuple[dict[Edge, bool], dict[int, bool]]:
    """Return the lines between neighbouring layers, and the bends, whose layers are appended to ``layer``."""
    links: dict[Edge, bool] = {}
    bends: dict[int, bool] = {}
    for node, later in enumerate(after):
        if not later:
            continue
        if len(bends) + max(layer[other] for other in later) - layer[node] > most:
            links.update({(node, other): (node, other) in marked for other in later})
            continue
        way = [node]  # the node, and its bend in each layer after its own
        for other in sorted(later, key=layer.__getitem__):
            while layer[node] + len(way) < layer[other]:
                bend = len(layer)
                layer.append(layer[node] + len(way))
                links[way[-1], bend] = bends[bend] = False
                way.append(bend)
            links[way[-1], other] = (node, other) in marked
            if links[way[-1], other]:
                links.update(dict.fromkeys(pairwise(way), True))
                bends.update(dict.fromkeys(way[1:], True))
    return links, bends


def _neighbours(count: int, links: Iterable[Edge]) -> tuple[list[list[int]], list[list[int]]]:
    """Return the neighbours of each in the layer before it, and in the layer after it."""
    earlier: list[list[int]] = [[] for _ in range(count)]
    later: list[list[int]] = [[] for _ in range(count)]
    for source, target in links:
        earlier[target].append(source)
        later[source].append(target)
    return earlier, later


def _ordered(layer: Sequence[int], near: tuple[list[list[int]], list[list[int]]]) -> list[list[int]]:
    """Return the layers, each in the order with the fewest crossings that was found."""
    rows: list[list[int]] = [[] for _ in range(max(layer) + 1)]
    for vertex in _walk(near):
        rows[layer[vertex]].append(vertex)
    best, fewest = rows, _crossings(rows, near[1])
    for sweep in range(_SWEEPS if sum(map(len, near[1])) <= _MANY_LINES else _FEW_SWEEPS):
        if not fewest:
            break
        sides = near[sweep % 2]
        place = {vertex: (number + 0.5) / len(row) for row in rows for number, vertex in enumerate(row)}
        rows = rows[:]
        for number in range(len(rows)) if sweep % 2 == 0 else reversed(range(len(rows))):
            middle: dict[int, float] = {}
            for vertex in rows[number]:
                places = [place[neighbour] for neighbour in sides[vertex]] or [place[vertex]]
                middle[vertex] = fsum(places) / len(places)
            rows[number] = row = sorted(rows[number], key=middle.__getitem__)
            place.update((vertex, (at + 0.5) / len(row)) for at, vertex in enumerate(row))
        crossings = _crossings(rows, near[1])
        if crossings < fewest:
            best, fewest = rows, crossings
    return best


def _walk(near: tuple[list[list[int]], list[list[int]]]) -> list[int]:
    """Return all nodes and bends in depth-first order, so that connected ones are near to each other."""
    seen: dict[int, None] = {}
    for start in range(len(near[0])):
        stack = [start]
        while stack:
            vertex = stack.pop()
            if vertex not in seen:
                seen[vertex] = None
                stack += reversed(near[0][vertex] + near[1][vertex])
    return list(seen)


def _crossings(rows: Sequence[Sequence[int]], later: Sequence[Sequence[int]]) -> int:
    """Return the number of crossings of lines."""
    place = {vertex: number for row in rows for number, vertex in enumerate(row)}
    crossings = 0
    for row in rows:
        ends: list[int] = []
        for vertex in row:
            mine = sorted(place[neighbour] for neighbour in later[vertex])
            crossings += sum(len(ends) - bisect_right(ends, end) for end in mine)
            for end in mine:
                insort(ends, end)
    return crossings


def _moved(
    rows: Sequence[Sequence[int]], near: tuple[list[list[int]], list[list[int]]], sizes: Sequence[float]
) -> list[float]:
    """Return the position of each: as near to the mean of its neighbours as the order of its layer allows."""
    across = [0.0] * len(sizes)
    gaps: list[list[float]] = []
    bend = min(sizes)
    for row in rows:
        first = sizes[row[0]] / 2
        middles = [
            end - sizes[vertex] / 2 - first
            for end, vertex in zip(accumulate(sizes[vertex] for vertex in row), row, strict=True)
        ]
        gaps.append(middles)
        for vertex, middle in zip(row, middles, strict=True):
            across[vertex] = middle
    for move in range(_MOVES):
        sides = near if move >= _MOVES - 2 else (near[move % 2],)
        numbers = range(len(rows)) if move % 2 == 0 else reversed(range(len(rows)))
        for number in numbers:
            wanted: list[tuple[float, float]] = []
            for vertex in rows[number]:
                weights = [
                    (across[neighbour], _STRAIGHT if sizes[vertex] == sizes[neighbour] == bend else 1)
                    for side in sides
                    for neighbour in side[vertex]
                ]
                total = fsum(weight for _, weight in weights)
                middle = fsum(at * weight for at, weight in weights) / total if total else across[vertex]
                wanted.append((middle, total or 0.1))
            for vertex, at in zip(rows[number], _apart(wanted, gaps[number]), strict=True):
                across[vertex] = at
    return across


def _apart(wanted: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """Return positions in order and far enough apart, with the least sum of squared distances to the wanted ones: isotonic regression.

    Args:
        wanted: The wanted position of each, and its weight.
        gaps: The minimum distance of each from the first.
    """
    pools: list[list[float]] = []  # of adjoining ones: their position, their weight, and their number
    for (at, weight), gap in zip(wanted, gaps, strict=True):
        pools.append([at - gap, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (at1, w1, n1), (at2, w2, n2) = pools[-2:]
            pools[-2:] = [[(at1 * w1 + at2 * w2) / (w1 + w2), w1 + w2, n1 + n2]]
    places = [place for place, _, many in pools for _ in range(int(many))]
    return [place + gap for place, gap in zip(places, gaps, strict=True)]
