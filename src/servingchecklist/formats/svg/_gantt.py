"""The Gantt chart of a forecast: a row for each task, under its phase, with its schedule and its finish dates."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .. import _phrases
from .._pictures import CRITICAL
from .._pictures.schedule import HELD_BY_PEOPLE, Schedule, ends
from . import _gantt_signs as sign
from ._days import Days
from ._parts import BOLD_SIZE, LINE, Picture, box, cut, legend, line, text, titled, width_of, window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..._model.task import Phase, Task
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast, Slot, TaskForecast

_WIDTH, _EDGE = 920, 12
_ROW, _AXIS = 24, 40
_BASE = 16
"""The distance of the text baseline from the top of its row."""

_SIGN, _TASK, _OWNER, _SHARE = 18, 266, 104, 58
_PHASE_END = 112

_AXIS_AGAIN = 30
"""The number of rows after which the axis is repeated, at the next phase."""

_TODAY = "today"
_BOLD = 'font-weight="700"'
_DASHED = ' stroke-dasharray="4 3"'


def picture(made: Forecast) -> Picture:
    """Draw the Gantt chart of a forecast."""
    facts = Schedule(made)
    drawn, height = _Drawing(facts).all()
    return Picture("gantt", _WIDTH, height, f"Forecast of {made.name}", facts.whole(), drawn)


class _Drawing:
    """The layout of the chart, and its elements."""

    def __init__(self, facts: Schedule) -> None:
        made = facts.made
        self._facts = facts
        self._phases = list(enumerate(made.checklist.phases, 1))
        self._owner = _EDGE + _SIGN + _TASK
        self._left = self._owner + (_OWNER if facts.has_owners else 0)
        self._end = _WIDTH - _EDGE - 4
        self._critical = self._end - (_SHARE if facts.has_due else 0)
        self._days = Days(*facts.span(), self._left, _WIDTH - _EDGE - max(_PHASE_END, _SHARE * (1 + facts.has_due)))
        self._marks = self._days.marks()
        self._off = list(self._days.off(made.calendar))
        self._levels: list[tuple[str, date, float]] = []
        if made.today:
            self._levels.append((_TODAY, made.today, self._days.x(made.today.toordinal())))
        if made.tasks:
            levels = {"P50": made.p50, "P80": made.p80, "P95": made.p95}
            self._levels += [(name, day, self._day_end(day)) for name, day in levels.items()]
        self._levels.sort(key=lambda level: level[2])
        self._axes: list[float] = []

    def _day_end(self, day: date) -> float:
        return self._days.x(day.toordinal() + 1)

    def all(self) -> tuple[list[str], float]:
        """Return all elements, and the height of the chart."""
        top = _EDGE + len(self._levels) * LINE
        rows = [*self._axis(top), *self._headings(top)]
        y, since_axis = top + _AXIS, 0
        for number, phase in self._phases:
            if since_axis > _AXIS_AGAIN:
                rows += self._axis(y)
                y, since_axis = y + _AXIS, 0
            rows += self._phase(number, phase, y)
            for place, task in enumerate(phase.tasks, 1):
                rows += self._task(task, y + place * _ROW, is_tinted=place % 2 == 0)
            y += _ROW * (1 + len(phase.tasks))
            since_axis += 1 + len(phase.tasks)
        signs, end = legend(sign.signs(self._facts, has_off=bool(self._off)), _EDGE, _WIDTH - _EDGE, y + 12)
        if self._facts.is_held_by_people:
            end += LINE + 4
            signs.append(text(_EDGE, end - 4, HELD_BY_PEOPLE))
        return [*self._behind(y), *rows, *signs], end + _EDGE

    def _behind(self, bottom: float) -> Iterator[str]:
        """Yield days off, and the lines of today and the levels; labels are to their left, the last highest, so that none is crossed."""
        top = self._axes[0] + _AXIS
        for left, right in self._off:
            yield box(left, top, right - left, bottom - top, sign.OFF)
        if not self._marks.is_daily:
            for mark in self._marks.fine:
                yield from self._down(mark.x, bottom, 'stroke-opacity=".1"')
        for number, (name, day, x) in enumerate(self._levels):
            y = _EDGE + (len(self._levels) - number) * LINE - 6
            label = f"{name} {day.isoformat()}"
            if side := self._facts.side_of(day):  # only today can be that far away
                yield sign.beyond(x, y - 16, side)
                yield text(x - 12, y, label, "end")
            else:
                look = f'stroke-opacity=".75"{"" if name == _TODAY else _DASHED}'
                yield line(x, y - 9, x, self._axes[0], look)
                yield from self._down(x, bottom, look)
                yield text(x - 5, y, label, "end")

    def _down(self, x: float, bottom: float, look: str) -> Iterator[str]:
        """Yield a vertical line over all rows, interrupted at the axes and their labels."""
        for top, end in pairwise([*self._axes, bottom]):
            yield line(x, top + _AXIS, x, end, look)

    def _axis(self, top: float) -> Iterator[str]:
        """Yield the axis: the months or years, and below them the days or months."""
        self._axes.append(top)
        marks, right, bottom = self._marks, self._days.right, top + _AXIS
        yield line(self._left, bottom, right, bottom, 'stroke-opacity=".75"')
        for mark in marks.coarse:
            yield line(mark.x, top + 5, mark.x, top + 21, 'stroke-opacity=".4"')
            if mark.label:
                yield text(mark.x + 4, top + 16, mark.label)
        for mark in marks.fine:
            yield line(mark.x, bottom - 5, mark.x, bottom, 'stroke-opacity=".75"')
            if marks.is_daily:
                yield text(mark.x + self._days.wide / 2, bottom - 7, mark.label, "middle")
            elif mark.x + 4 + width_of(mark.label) <= right:
                yield text(mark.x + 4, bottom - 7, mark.label)

    def _headings(self, top: float) -> Iterator[str]:
        y = top + _AXIS - 7
        yield text(_EDGE + _SIGN, y, "Task", look=_BOLD)
        if self._facts.has_owners:
            yield text(self._owner, y, "Owner", look=_BOLD)
        yield text(self._critical, y, "critical", "end", _BOLD)
        if self._facts.has_due:
            yield text(self._end, y, "in time", "end", _BOLD)

    def _phase(self, number: int, phase: Phase, top: float) -> Iterator[str]:
        """Yield the heading of a phase."""
        told = self._facts.phase(phase)
        title = f"{number} {phase.title}"
        room = self._left - 2 * _EDGE
        yield line(_EDGE, top, _WIDTH - _EDGE, top, 'stroke-opacity=".4"')
        heading = window(_EDGE, top, room, _ROW, [text(0, _BASE, cut(title, room, BOLD_SIZE), look=_BOLD)])
        if told is None:
            yield from titled(f"{title}; closed", heading)
        else:
            bars = self._phase_bars(phase, told.finish, top)
            yield from titled(f"{title}; {ends(told.finish)}", [*heading, *bars])

    def _phase_bars(self, phase: Phase, finish: Distribution, top: float) -> Iterator[str]:
        """Yield the bar of a phase, and its end from P50 to P80."""
        # The scheduled sample may begin the phase later than half of all samples finish it.
        first = min(self._facts.first_of(phase), finish.p50.toordinal())
        left, right = self._days.x(first), self._day_end(finish.p50)
        yield box(left, top + 10.5, right - left, 3, 'fill-opacity=".6"')
        yield self._spread(finish, top + 8, 8)
        yield text(self._end, top + _BASE, f"P80 {finish.p80.isoformat()}", "end")

    def _spread(self, finish: Distribution, top: float, high: float) -> str:
        return sign.spread(self._days.x(finish.p50.toordinal()), self._day_end(finish.p80), top, high)

    def _task(self, task: Task, top: float, *, is_tinted: bool) -> Iterator[str]:
        """Yield the row of a task; every other row is tinted, so that rows are easier to follow."""
        if is_tinted:
            yield box(_EDGE, top, _WIDTH - 2 * _EDGE, _ROW, 'fill-opacity=".04"')
        yield from titled(self._facts.told(task), self._row(task, top))

    def _row(self, task: Task, top: float) -> Iterator[str]:
        facts = self._facts
        left = facts.left(task)
        if left is None:
            yield sign.tick(_EDGE, top)
        elif facts.is_blocked(task):
            yield sign.letter(_EDGE, top, sign.BLOCKED)
        elif facts.is_overrun(task):
            yield sign.letter(_EDGE, top, sign.OVERRUN)
        yield from window(_EDGE + _SIGN, top, _TASK - 8, _ROW, _name(task))
        if owner := facts.owner(task):
            words = text(0, _BASE, cut(owner, _OWNER - 8))
            yield from window(self._owner, top, _OWNER - 8, _ROW, [words])
        for slot in facts.past(task):
            yield self._bar(slot, top, sign.WORKED)
        if left:
            yield from self._left_of(task, left, top)

    def _left_of(self, task: Task, left: TaskForecast, top: float) -> Iterator[str]:
        """Yield the forecast of a task: its bar, its end from P50 to P80, its due date, and the shares."""
        is_critical = left.criticality >= CRITICAL
        if slot := self._facts.slot(task):
            look = sign.look(is_critical=is_critical, is_blocked=self._facts.is_blocked(task))
            yield self._bar(slot, top, look)
        yield self._spread(left.finish, top + 17, 4)
        share = _phrases.percent(left.criticality)
        yield text(self._critical, top + _BASE, share, "end", _BOLD if is_critical else "")
        if left.due and left.on_time is not None:
            yield self._flag(left.due, top)
            yield text(self._end, top + _BASE, _phrases.percent(left.on_time), "end")

    def _bar(self, slot: Slot, top: float, look: str) -> str:
        return sign.bar(self._days.x(slot.start.toordinal()), self._day_end(slot.finish), top, look)

    def _flag(self, due: date, top: float) -> str:
        day, days = due.toordinal(), self._days
        if day < days.first:
            return sign.beyond(days.left, top, -1)
        return sign.flag(self._day_end(due), top) if day < days.end else sign.beyond(days.right, top, 1)


def _name(task: Task) -> Iterator[str]:
    """Yield the id and the title of a task, without the topic that all tasks share."""
    name = cut(task.id, _TASK / 3, BOLD_SIZE)
    room = width_of(name, BOLD_SIZE) + 8
    yield text(0, _BASE, name, look=_BOLD)
    yield text(room, _BASE, cut(task.title, _TASK - 8 - room))
