"""Coordinates of the boxes and arrows of a graph, in pixels, with its layers from top to bottom or from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ._layers import Layers, arrange, arrange_apart, widest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._layers import Edge

    Point = tuple[float, float]

EDGE = 12
WIDE, HIGH = 200, 62
BETWEEN = 12
"""The gap between two boxes of one layer."""

_BEND = 10
_HEAD = 7
_PAGE = 920
"""The maximum width of a graph from top to bottom. Wider ones go from left to right, where the boxes of a layer take less space."""


@attrs.frozen
class Plan:
    """The direction of the layers, and the coordinates of everything.

    Attributes:
        layers: The layers, with the position of everything in its layer.
        is_down: True if the layers go from top to bottom, False if they go from left to right.
    """

    layers: Layers
    is_down: bool

    @property
    def _gap(self) -> float:
        return 44 if self.is_down else 60

    @property
    def _deep(self) -> float:
        """The size of a layer in the direction of the arrows."""
        return HIGH if self.is_down else WIDE

    def at(self, one: int, side: float) -> Point:
        """Return a point of a box or a bend: its middle (0), where lines enter it (-1) or where they leave it (1)."""
        along = self.layers.layer[one] * (self._deep + self._gap) + self._deep * (1 + side) / 2
        return self._point(along, self.layers.across[one])

    def _point(self, along: float, across: float) -> Point:
        return (across + EDGE, along + EDGE) if self.is_down else (along + EDGE, across + EDGE)

    @property
    def size(self) -> Point:
        """The width and the height, with margins."""
        along = (max(self.layers.layer) + 1) * (self._deep + self._gap) - self._gap
        x, y = self._point(along, self.layers.extent)
        return x + EDGE, y + EDGE

    def line(self, one: int, other: int) -> str:
        """Return the path of a line between two layers, without the arrowhead where it ends at a box."""
        (x1, y1), (x2, y2) = self.at(one, 1), self.at(other, -1)
        head = 0 if other in self.layers.bends else _HEAD - 1
        if self.is_down:
            y2 -= head
            middle = (y1 + y2) / 2
            return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {y2:.1f}"
        x2 -= head
        middle = (x1 + x2) / 2
        return f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"

    def through(self, bend: int) -> str:
        """Return the path through a bend, past the boxes of its layer."""
        (x1, y1), (x2, y2) = self.at(bend, -1), self.at(bend, 1)
        return f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"

    def head(self, one: int, half: float) -> str:
        """Return the path of the arrowhead at a box."""
        x, y = self.at(one, -1)
        if self.is_down:
            return f"M{x:.1f} {y:.1f}l{-half:g} {-_HEAD}h{2 * half:g}z"
        return f"M{x:.1f} {y:.1f}l{-_HEAD} {-half:g}v{2 * half:g}z"


def planned(before: Sequence[Sequence[int]], marked: set[Edge]) -> Plan:
    """Plan a graph from top to bottom if it is narrow enough, and else from left to right, with its components below each other.

    Args:
        before: The prerequisites of each node, without a cycle; at least one node.
        marked: The edges to mark, each as the earlier node and the later one.
    """
    if widest(before) * (WIDE + BETWEEN) <= _PAGE:
        down = arrange(before, marked, WIDE + BETWEEN, _BEND)
        if down.extent + 2 * EDGE <= _PAGE:
            return Plan(down, is_down=True)
    return Plan(arrange_apart(before, marked, HIGH + BETWEEN, _BEND), is_down=False)
