"""The dependency graph of a checklist, with the critical path marked if there is one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from ..._text import lead
from .. import _phrases
from .._pictures import Graph
from . import _draw as draw
from ._layers import Layers, arrange, arrange_apart, widest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..._model.checklist import Checklist
    from ..._model.task import Phase, Task
    from ..._planning.critical_path import CriticalPath
    from ._layers import Edge

    Point = tuple[float, float]

_EDGE = 12
_WIDE, _HIGH = 200, 62
_BETWEEN = 12
"""The gap between two boxes of one layer."""

_BEND = 10
_HEAD = 7
_PAGE = 920
"""The maximum width of a graph from top to bottom. Wider ones go from left to right, where the boxes of a layer take less space."""

_COLUMNS = 4
"""The maximum number of columns of unconnected tasks, if nothing else makes the picture wider."""

_NARROWEST = 2 * _WIDE + _BETWEEN

# Each phase has its number too, because the colours repeat.
_PHASES = (draw.BLUE, draw.AMBER, "#2a9368", "#a36ad1", "#c4568f", "#6b8a1f", "#1b8fa1", draw.GREY)
_QUIET = 'stroke="currentColor" stroke-opacity=".6" stroke-width="1.25"'
_LOUD = f'stroke="{draw.RED}" stroke-width="3"'
_OPEN = 'fill-opacity=".03" stroke="currentColor" stroke-opacity=".6"'
_CLOSED = 'fill="none" stroke="currentColor" stroke-opacity=".6" stroke-dasharray="4 3"'
_ON_PATH = f'fill="{draw.RED}" fill-opacity=".08" stroke="{draw.RED}" stroke-width="2.5"'
_FAINT = 'fill-opacity=".8"'
_INSIDE = 13
"""The offset of text from the left of its box."""

_HALF_HEAD = {False: 3.5, True: 6}


def picture(value: CriticalPath | Checklist) -> draw.Picture:
    """Draw the graph of a checklist, or of the checklist of a critical path."""
    graph = Graph(value)
    width, height, elements = _Drawing(graph).all()
    return draw.Picture("graph", width, height, graph.title, graph.description(), elements)


def _phase_bar(number: int, height: float, x: float, y: float) -> str:
    return draw.box(x + 6, y - height / 2, 4, height, f'rx="2" fill="{_PHASES[number % len(_PHASES)]}"')


class _Drawing:
    """The layout of the graph, and its elements."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._tasks = graph.checklist.tasks
        self._phase = {task.id: number for number, phase in enumerate(graph.checklist.phases) for task in phase.tasks}
        tied = {place for later, earlier in enumerate(graph.before) for place in (later, *earlier) if earlier}
        self._tied = sorted(tied)
        self._loose = [task for place, task in enumerate(self._tasks) if place not in tied]
        self._plan = self._laid_out() if tied else None

    def _laid_out(self) -> _Plan:
        number = {task: number for number, task in enumerate(self._tied)}
        before = [[number[other] for other in self._graph.before[task]] for task in self._tied]
        tied_edges = (edge for edge in self._graph.marked if number.keys() >= {*edge})
        marked = {(number[source], number[target]) for source, target in tied_edges}
        return _plan(before, marked)

    def all(self) -> tuple[float, float, list[str]]:
        """Return the width, the height, and all elements."""
        elements: list[str] = []
        wide, bottom = _NARROWEST + 2.0 * _EDGE, float(_EDGE)
        if self._plan:
            elements += [*self._arrows(self._plan), *self._boxes(self._plan)]
            wide, bottom = max(wide, self._plan.size[0]), self._plan.size[1]
        if self._loose:
            room = int((wide - 2 * _EDGE + _BETWEEN) // (_WIDE + _BETWEEN))
            columns = max(room, min(len(self._loose), _COLUMNS))
            wide = max(wide, columns * (_WIDE + _BETWEEN) - _BETWEEN + 2 * _EDGE)
            elements += self._unconnected(bottom, columns)
            bottom += draw.LINE + 4 + -(-len(self._loose) // columns) * (_HIGH + _BETWEEN)
        signs, bottom = draw.legend(self._meanings(), _EDGE, wide - _EDGE, bottom)
        if left_out := self._graph.left_out:
            bottom += draw.LINE + 4 if signs else 0
            arrows = "1 arrow that follows from others is"
            if left_out > 1:
                arrows = f"{left_out:,} arrows that follow from others are"
            signs.append(draw.text(_EDGE, bottom - 4, f"{arrows} not drawn"))
        return round(wide), round(bottom + _EDGE), [*elements, *signs]

    def _arrows(self, plan: _Plan) -> Iterator[str]:
        """Yield all arrows, those of the critical path above the others."""
        links, bends = plan.layers.links, plan.layers.bends
        for is_loud, half in _HALF_HEAD.items():
            chosen = [link for link, is_marked in links.items() if is_marked is is_loud]
            lines = [plan.line(*link) for link in chosen]
            lines += [plan.through(bend) for bend, is_marked in bends.items() if is_marked is is_loud]
            heads = [plan.head(to, half) for to in dict.fromkeys(to for _, to in chosen) if to not in bends]
            if lines:
                yield f'<path d="{"".join(lines)}" fill="none" {_LOUD if is_loud else _QUIET}/>'
                yield f'<path d="{"".join(heads)}" fill="{draw.RED if is_loud else "currentColor"}"/>'

    def _boxes(self, plan: _Plan) -> Iterator[str]:
        for number, place in enumerate(self._tied):
            x, y = plan.middle(number)
            if place < len(self._tasks):
                yield from self._box(self._tasks[place], x - _WIDE / 2, y - _HIGH / 2)
            else:
                yield from self._gate(self._graph.gates[place - len(self._tasks)], x - _WIDE / 2, y - _HIGH / 2)

    def _gate(self, phase: Phase, x: float, y: float) -> Iterator[str]:
        """Yield the node of a phase that others come after, as wide as a box."""
        number = self._graph.checklist.phases.index(phase)
        words = draw.cut(self._phase_name(number), _WIDE - _HIGH)
        inside = [
            draw.box(1.5, 1.5, _WIDE - 3, _HIGH - 3, f'rx="{(_HIGH - 3) / 2:g}" {_OPEN}'),
            draw.text(_WIDE / 2, 28, words, "middle", draw.BOLD),
            draw.text(_WIDE / 2, 28 + draw.LINE, "closed", "middle", _FAINT),
        ]
        yield from draw.titled(
            f"phase {phase.title}: all of its tasks are closed", draw.window(x, y, _WIDE, _HIGH, inside)
        )

    def _unconnected(self, top: float, columns: int) -> Iterator[str]:
        """Yield the unconnected tasks, in rows."""
        yield draw.text(_EDGE, top + 12, "Tied to no other task", look=draw.BOLD)
        for number, task in enumerate(self._loose):
            row, column = divmod(number, columns)
            yield from self._box(
                task, _EDGE + column * (_WIDE + _BETWEEN), top + draw.LINE + 4 + row * (_HIGH + _BETWEEN)
            )

    def _box(self, task: Task, x: float, y: float) -> Iterator[str]:
        yield from draw.titled(self._graph.describe(task), draw.window(x, y, _WIDE, _HIGH, self._inside(task)))

    def _inside(self, task: Task) -> Iterator[str]:
        """Yield a frame, the colour of the phase, and as much text about the task as fits."""
        is_on_path = task.id in self._graph.critical
        look = _CLOSED if task.id in self._graph.closed else _ON_PATH if is_on_path else _OPEN
        number = self._phase[task.id]
        yield draw.box(1.5, 1.5, _WIDE - 3, _HIGH - 3, f'rx="4" {look}')
        yield _phase_bar(number, _HIGH - 12, -1, _HIGH / 2)
        end = _WIDE - 9
        brief = draw.cut(self._graph.brief(task), 76)
        yield draw.text(end, 18, brief, "end", draw.BOLD if is_on_path else "")
        name = draw.cut(task.id, 60, draw.BOLD_SIZE)
        yield draw.text(_INSIDE, 18, name, look=draw.BOLD)
        after = _INSIDE + draw.width_of(name, draw.BOLD_SIZE) + 6
        room = end - draw.width_of(brief, draw.BOLD_SIZE) - 6 - after
        yield draw.text(after, 18, draw.cut(self._phase_name(number), room), look=_FAINT)
        wait = self._graph.wait(task)
        lines = draw.lines_of(task.title, end - _INSIDE, 1 if wait else 2)
        for row, words in enumerate(lines):
            yield draw.text(_INSIDE, 35 + row * draw.LINE, words)
        if wait:
            yield draw.text(_INSIDE, 35 + len(lines) * draw.LINE, wait, look=_FAINT)

    def _phase_name(self, number: int) -> str:
        title = self._graph.checklist.phases[number].title
        return lead(str(number + 1), title) + title

    def _meanings(self) -> Iterator[draw.Sign]:
        """Yield the legend, with used signs only. Phases are in it because their names seldom fit into a box."""
        for number in dict.fromkeys(self._phase.values()):
            yield draw.Sign(self._phase_name(number), partial(_phase_bar, number, 16))
        if path := self._graph.path:
            words = f"critical path, {_phrases.working_days(path.days)}"
            yield draw.Sign(words, lambda x, y: f'<path d="M{x:.1f} {y:.1f}h16" {_LOUD}/>')
        if self._graph.closed:
            yield draw.Sign("closed", lambda x, y: draw.box(x, y - 6, 16, 12, f'rx="3" {_CLOSED}'))


@attrs.frozen
class _Plan:
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
        return _HIGH if self.is_down else _WIDE

    def _along(self, vertex: int, side: float) -> float:
        """Return the place of a box or a bend in the direction of the arrows: where lines enter it (-1), its middle, or where they leave it (1)."""
        return self.layers.layer[vertex] * (self._deep + self._gap) + self._deep * (1 + side) / 2

    def point(self, along: float, across: float) -> Point:
        """Return the x and the y of a place in the direction of the arrows and across it."""
        return (across + _EDGE, along + _EDGE) if self.is_down else (along + _EDGE, across + _EDGE)

    def middle(self, vertex: int) -> Point:
        """Return the middle of a box."""
        return self.point(self._along(vertex, 0), self.layers.across[vertex])

    @property
    def size(self) -> Point:
        """The width and the height, with margins."""
        along = (max(self.layers.layer) + 1) * (self._deep + self._gap) - self._gap
        x, y = self.point(along, self.layers.extent)
        return x + _EDGE, y + _EDGE

    def _format(self, along: float, across: float) -> str:
        return "{:.1f} {:.1f}".format(*self.point(along, across))

    def line(self, source: int, target: int) -> str:
        """Return the path of a line between two layers, without the arrowhead where it ends at a box."""
        start, end = self._along(source, 1), self._along(target, -1)
        end -= 0 if target in self.layers.bends else _HEAD - 1
        places = [(start, source), ((start + end) / 2, source), ((start + end) / 2, target), (end, target)]
        first, *others = [self._format(along, self.layers.across[vertex]) for along, vertex in places]
        return f"M{first}C{' '.join(others)}"

    def through(self, bend: int) -> str:
        """Return the path through a bend, past the boxes of its layer."""
        across = self.layers.across[bend]
        return f"M{self._format(self._along(bend, -1), across)}L{self._format(self._along(bend, 1), across)}"

    def head(self, node: int, half: float) -> str:
        """Return the path of the arrowhead at a box."""
        way = f"l{-half:g} {-_HEAD}h{2 * half:g}z" if self.is_down else f"l{-_HEAD} {-half:g}v{2 * half:g}z"
        return f"M{self._format(self._along(node, -1), self.layers.across[node])}{way}"


def _plan(before: Sequence[Sequence[int]], marked: set[Edge]) -> _Plan:
    """_Plan a graph from top to bottom if it is narrow enough, and else from left to right, with its components below each other.

    Args:
        before: The prerequisites of each node, without a cycle; at least one node.
        marked: The edges to mark, each as the earlier node and the later one.
    """
    if widest(before) * (_WIDE + _BETWEEN) <= _PAGE:
        down = arrange(before, marked, _WIDE + _BETWEEN, _BEND)
        if down.extent + 2 * _EDGE <= _PAGE:
            return _Plan(down, is_down=True)
    return _Plan(arrange_apart(before, marked, _HIGH + _BETWEEN, _BEND), is_down=False)
