"""The dependency graph of a checklist, with the critical path marked if there is one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..._model.checklist import Checklist
from .. import _phrases
from .._pictures.graph import Graph
from ._graph_plan import BETWEEN, EDGE, HIGH, WIDE, planned
from ._parts import (
    AMBER,
    BLUE,
    BOLD_SIZE,
    GREY,
    LINE,
    RED,
    Picture,
    Sign,
    box,
    cut,
    legend,
    lines_of,
    text,
    titled,
    width_of,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._model.task import Task
    from ..._planning.critical_path import CriticalPath
    from ._graph_plan import Plan

_COLUMNS = 4
"""The maximum number of columns of unconnected tasks, if nothing else makes the picture wider."""

_NARROWEST = 2 * WIDE + BETWEEN

# Each phase has its number too, because the colours repeat.
_PHASES = (BLUE, AMBER, "#2a9368", "#a36ad1", "#c4568f", "#6b8a1f", "#1b8fa1", GREY)
_QUIET = 'stroke="currentColor" stroke-opacity=".6" stroke-width="1.25"'
_LOUD = f'stroke="{RED}" stroke-width="3"'
_OPEN = 'fill-opacity=".03" stroke="currentColor" stroke-opacity=".6"'
_CLOSED = 'fill="none" stroke="currentColor" stroke-opacity=".6" stroke-dasharray="4 3"'
_ON_PATH = f'fill="{RED}" fill-opacity=".08" stroke="{RED}" stroke-width="2.5"'
_BOLD = 'font-weight="700"'
_FAINT = 'fill-opacity=".8"'
_INSIDE = 13
"""The offset of text from the left of its box."""

_HALF_HEAD = {False: 3.5, True: 6}


def picture(value: CriticalPath | Checklist) -> Picture:
    """Draw the graph of a checklist, or of the checklist of a critical path."""
    facts = Graph(value) if isinstance(value, Checklist) else Graph(value.checklist, value)
    width, height, drawn = _Drawing(facts).all()
    return Picture("graph", width, height, facts.title, facts.whole(), drawn)


def _of_phase(number: int) -> str:
    return f'rx="2" fill="{_PHASES[number % len(_PHASES)]}"'


def _phase_sign(number: int, x: float, y: float) -> str:
    return box(x + 6, y - 8, 4, 16, _of_phase(number))


class _Drawing:
    """The layout of the graph, and its elements."""

    def __init__(self, facts: Graph) -> None:
        self._facts = facts
        self._tasks = facts.checklist.tasks
        self._phase = {task.id: number for number, phase in enumerate(facts.checklist.phases) for task in phase.tasks}
        tied = {one for later, earlier in enumerate(facts.before) for one in (later, *earlier) if earlier}
        self._tied = sorted(tied)
        self._loose = [task for place, task in enumerate(self._tasks) if place not in tied]
        self._plan = self._planned() if tied else None

    def _planned(self) -> Plan:
        number = {task: number for number, task in enumerate(self._tied)}
        before = [[number[other] for other in self._facts.before[task]] for task in self._tied]
        marked = {(number[one], number[other]) for one, other in self._facts.marked if {one, other} <= number.keys()}
        return planned(before, marked)

    def all(self) -> tuple[float, float, list[str]]:
        """Return the width, the height, and all elements."""
        drawn: list[str] = []
        wide, bottom = _NARROWEST + 2.0 * EDGE, float(EDGE)
        if self._plan:
            drawn += [*self._arrows(self._plan), *self._boxes(self._plan)]
            wide, bottom = max(wide, self._plan.size[0]), self._plan.size[1]
        if self._loose:
            room = int((wide - 2 * EDGE + BETWEEN) // (WIDE + BETWEEN))
            columns = max(room, min(len(self._loose), _COLUMNS))
            wide = max(wide, columns * (WIDE + BETWEEN) - BETWEEN + 2 * EDGE)
            drawn += self._apart(bottom, columns)
            bottom += LINE + 4 + -(-len(self._loose) // columns) * (HIGH + BETWEEN)
        signs, bottom = legend(self._meanings(), EDGE, wide - EDGE, bottom)
        if self._facts.left_out:
            bottom += LINE + 4 if signs else 0
            signs.append(text(EDGE, bottom - 4, self._note()))
        return round(wide), round(bottom + EDGE), [*drawn, *signs]

    def _arrows(self, plan: Plan) -> Iterator[str]:
        """Yield all arrows, those of the critical path above the others."""
        links, bends = plan.layers.links, plan.layers.bends
        for is_loud, half in _HALF_HEAD.items():
            taken = [link for link, is_marked in links.items() if is_marked is is_loud]
            lines = [plan.line(*link) for link in taken]
            lines += [plan.through(bend) for bend, is_marked in bends.items() if is_marked is is_loud]
            heads = [plan.head(one, half) for one in dict.fromkeys(to for _, to in taken) if one not in bends]
            if lines:
                yield f'<path d="{"".join(lines)}" fill="none" {_LOUD if is_loud else _QUIET}/>'
                yield f'<path d="{"".join(heads)}" fill="{RED if is_loud else "currentColor"}"/>'

    def _boxes(self, plan: Plan) -> Iterator[str]:
        for number, place in enumerate(self._tied):
            x, y = plan.at(number, 0)
            yield from self._box(self._tasks[place], x - WIDE / 2, y - HIGH / 2)

    def _apart(self, top: float, columns: int) -> Iterator[str]:
        """Yield the unconnected tasks, in rows."""
        yield text(EDGE, top + 12, "Tied to no other task", look=_BOLD)
        for number, task in enumerate(self._loose):
            row, column = divmod(number, columns)
            yield from self._box(task, EDGE + column * (WIDE + BETWEEN), top + LINE + 4 + row * (HIGH + BETWEEN))

    def _box(self, task: Task, x: float, y: float) -> Iterator[str]:
        yield from titled(self._facts.told(task), window(x, y, WIDE, HIGH, self._inside(task)))

    def _inside(self, task: Task) -> Iterator[str]:
        """Yield a frame, the colour of the phase, and as much text about the task as fits."""
        is_on_path = self._facts.is_on_path(task)
        look = _CLOSED if self._facts.is_closed(task) else _ON_PATH if is_on_path else _OPEN
        number = self._phase[task.id]
        yield box(1.5, 1.5, WIDE - 3, HIGH - 3, f'rx="4" {look}')
        yield box(5, 6, 4, HIGH - 12, _of_phase(number))
        end = WIDE - 9
        brief = cut(self._facts.brief(task), 76)
        yield text(end, 18, brief, "end", _BOLD if is_on_path else "")
        name = cut(task.id, 60, BOLD_SIZE)
        yield text(_INSIDE, 18, name, look=_BOLD)
        after = _INSIDE + width_of(name, BOLD_SIZE) + 6
        room = end - width_of(brief, BOLD_SIZE) - 6 - after
        yield text(after, 18, cut(self._phase_name(number), room), look=_FAINT)
        for row, words in enumerate(lines_of(task.title, end - _INSIDE, 2)):
            yield text(_INSIDE, 35 + row * LINE, words)

    def _phase_name(self, number: int) -> str:
        return f"{number + 1} {self._facts.checklist.phases[number].title}"

    def _meanings(self) -> Iterator[Sign]:
        """Yield the legend, with used signs only. Phases are in it because their names seldom fit into a box."""
        for number in dict.fromkeys(self._phase.values()):
            yield Sign(self._phase_name(number), partial(_phase_sign, number))
        found = self._facts.found
        if found is not None and found.path:
            words = f"critical path, {_phrases.working_days(found.days)}"
            yield Sign(words, lambda x, y: f'<path d="M{x:.1f} {y:.1f}h16" {_LOUD}/>')
        if self._facts.has_closed:
            yield Sign("closed", lambda x, y: box(x, y - 6, 16, 12, f'rx="3" {_CLOSED}'))

    def _note(self) -> str:
        """Return a note on the arrows that are left out."""
        many = self._facts.left_out
        arrows = "1 arrow that follows from others is" if many == 1 else f"{many:,} arrows that follow from others are"
        return f"{arrows} not drawn"
