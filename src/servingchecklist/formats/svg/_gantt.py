"""The Gantt chart of a forecast: a row for each task, under its phase, with its schedule and its finish dates."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ..._planning.options import calendar_of
from ..._text import lead
from .. import _phrases
from .._pictures import CRITICAL, HELD_BY_PEOPLE, Schedule, ends
from . import _draw as draw
from ._axes import Days

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
_DASHED = ' stroke-dasharray="4 3"'

_PLANNED = f'rx="1.5" fill="{draw.BLUE}" fill-opacity=".25" stroke="{draw.BLUE}" stroke-width="1.25"'
_CRITICAL = f'rx="1.5" fill="{draw.RED}" stroke="{draw.RED}" stroke-width="1.25"'
_WORKED = f'rx="1.5" fill="{draw.GREY}"'
_SPREAD = f'fill="{draw.AMBER}"'
_OFF = 'fill-opacity=".07"'
_BLOCKED, _OVERRUN = "!", "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"


def picture(forecast: Forecast) -> draw.Picture:
    """Draw the Gantt chart of a forecast."""
    schedule = Schedule(forecast)
    elements, height = _Chart(schedule).all()
    return draw.Picture("gantt", _WIDTH, height, f"Forecast of {forecast.name}", schedule.description(), elements)


class _Chart:
    """The layout of the chart, and its elements."""

    def __init__(self, schedule: Schedule) -> None:
        forecast = schedule.forecast
        self._schedule = schedule
        self._owner = _EDGE + _SIGN + _TASK
        self._left = self._owner + (_OWNER if schedule.has_owners else 0)
        self._end = _WIDTH - _EDGE - 4
        self._critical = self._end - (_SHARE if schedule.has_due else 0)
        right = _WIDTH - _EDGE - max(_PHASE_END, _SHARE * (1 + schedule.has_due))
        self._days = Days(schedule.first, schedule.end, self._left, right)
        self._marks = self._days.marks()
        self._off = list(self._days.off(forecast.calendar))
        self._off_of = {
            owner: list(self._days.off(calendar_of(owner, forecast.options), forecast.calendar))
            for owner, _ in forecast.options.calendars
        }
        self._levels: list[tuple[str, date, float]] = []
        if forecast.today:
            self._levels.append((_TODAY, forecast.today, self._days.x(forecast.today.toordinal())))
        if forecast.tasks:
            levels = {"P50": forecast.p50, "P80": forecast.p80, "P95": forecast.p95}
            self._levels += [(name, day, self._day_end(day)) for name, day in levels.items()]
        self._levels.sort(key=lambda level: level[2])
        self._axes: list[float] = []

    def _day_end(self, day: date) -> float:
        return self._days.x(day.toordinal() + 1)

    def all(self) -> tuple[list[str], float]:
        """Return all elements, and the height of the chart."""
        top = _EDGE + len(self._levels) * draw.LINE
        rows = [*self._axis(top), *self._headings(top)]
        y, since_axis = top + _AXIS, 0
        for number, phase in enumerate(self._schedule.forecast.checklist.phases, 1):
            if since_axis > _AXIS_AGAIN:
                rows += self._axis(y)
                y, since_axis = y + _AXIS, 0
            rows += self._phase(number, phase, y)
            for place, task in enumerate(phase.tasks, 1):
                rows += self._task(task, y + place * _ROW, is_tinted=place % 2 == 0)
            y += _ROW * (1 + len(phase.tasks))
            since_axis += 1 + len(phase.tasks)
        signs, end = draw.legend(
            _signs(self._schedule, has_off=bool(self._off or any(self._off_of.values()))), _EDGE, _WIDTH - _EDGE, y + 12
        )
        if self._schedule.is_held_by_people:
            end += draw.LINE + 4
            signs.append(draw.text(_EDGE, end - 4, HELD_BY_PEOPLE))
        return [*self._behind(y), *rows, *signs], end + _EDGE

    def _behind(self, bottom: float) -> Iterator[str]:
        """Yield days off, and the lines of today and the levels; labels are to their left, the last highest, so that none is crossed."""
        top = self._axes[0] + _AXIS
        for left, right in self._off:
            yield draw.box(left, top, right - left, bottom - top, _OFF)
        if not self._marks.is_daily:
            for mark in self._marks.fine:
                yield from self._down(mark.x, bottom, 'stroke-opacity=".1"')
        for number, (name, day, x) in enumerate(self._levels):
            y = _EDGE + (len(self._levels) - number) * draw.LINE - 6
            label = f"{name} {day.isoformat()}"
            if side := self._schedule.side_of(day):  # only today can be that far away
                yield _beyond(x, y - 16, side)
                yield draw.text(x - 12, y, label, "end")
            else:
                look = f'stroke-opacity=".75"{"" if name == _TODAY else _DASHED}'
                yield draw.line(x, y - 9, x, self._axes[0], look)
                yield from self._down(x, bottom, look)
                yield draw.text(x - 5, y, label, "end")

    def _down(self, x: float, bottom: float, look: str) -> Iterator[str]:
        """Yield a vertical line over all rows, interrupted at the axes and their labels."""
        for top, end in pairwise([*self._axes, bottom]):
            yield draw.line(x, top + _AXIS, x, end, look)

    def _axis(self, top: float) -> Iterator[str]:
        """Yield the axis: the months or years, and below them the days or months."""
        self._axes.append(top)
        marks, right, bottom = self._marks, self._days.right, top + _AXIS
        yield draw.line(self._left, bottom, right, bottom, 'stroke-opacity=".75"')
        for mark in marks.coarse:
            yield draw.line(mark.x, top + 5, mark.x, top + 21, 'stroke-opacity=".4"')
            if mark.label:
                yield draw.text(mark.x + 4, top + 16, mark.label)
        for mark in marks.fine:
            yield draw.line(mark.x, bottom - 5, mark.x, bottom, 'stroke-opacity=".75"')
            if marks.is_daily:
                yield draw.text(mark.x + self._days.wide / 2, bottom - 7, mark.label, "middle")
            elif mark.x + 4 + draw.width_of(mark.label) <= right:
                yield draw.text(mark.x + 4, bottom - 7, mark.label)

    def _headings(self, top: float) -> Iterator[str]:
        y = top + _AXIS - 7
        yield draw.text(_EDGE + _SIGN, y, "Task", look=draw.BOLD)
        if self._schedule.has_owners:
            yield draw.text(self._owner, y, "Owner", look=draw.BOLD)
        yield draw.text(self._critical, y, "critical", "end", draw.BOLD)
        if self._schedule.has_due:
            yield draw.text(self._end, y, "on time", "end", draw.BOLD)

    def _phase(self, number: int, phase: Phase, top: float) -> Iterator[str]:
        """Yield the heading of a phase."""
        title = lead(str(number), phase.title) + phase.title
        room = self._left - 2 * _EDGE
        yield draw.line(_EDGE, top, _WIDTH - _EDGE, top, 'stroke-opacity=".4"')
        words = draw.text(0, _BASE, draw.cut(title, room, draw.BOLD_SIZE), look=draw.BOLD)
        heading = draw.window(_EDGE, top, room, _ROW, [words])
        if rest := self._schedule.phases.get(phase.id):
            bars = self._phase_bars(phase, rest.finish, top)
            yield from draw.titled(f"{title}; {ends(rest.finish)}", [*heading, *bars])
        else:
            yield from draw.titled(f"{title}; closed", heading)

    def _phase_bars(self, phase: Phase, finish: Distribution, top: float) -> Iterator[str]:
        """Yield the bar of a phase, and its end from P50 to P80."""
        # The schedule may begin the phase later than half of all samples finish it.
        first = min(self._schedule.first_of(phase), finish.p50.toordinal())
        left, right = self._days.x(first), self._day_end(finish.p50)
        yield draw.box(left, top + 10.5, right - left, 3, 'fill-opacity=".6"')
        yield self._spread(finish, top + 8, 8)
        yield draw.text(self._end, top + _BASE, f"P80 {finish.p80.isoformat()}", "end")

    def _spread(self, finish: Distribution, top: float, high: float) -> str:
        return _bar(self._days.x(finish.p50.toordinal()), self._day_end(finish.p80), top, high, _SPREAD)

    def _task(self, task: Task, top: float, *, is_tinted: bool) -> Iterator[str]:
        """Yield the row of a task; every other row is tinted, so that rows are easier to follow."""
        if is_tinted:
            yield draw.box(_EDGE, top, _WIDTH - 2 * _EDGE, _ROW, 'fill-opacity=".04"')
        yield from draw.titled(self._schedule.describe(task), self._row(task, top))

    def _row(self, task: Task, top: float) -> Iterator[str]:
        schedule = self._schedule
        rest = schedule.open_tasks.get(task.id)
        if rest is None:
            yield _tick(_EDGE, top)
        elif task.id in schedule.blocked:
            yield _letter(_EDGE, top, _BLOCKED)
        elif task.id in schedule.overrun:
            yield _letter(_EDGE, top, _OVERRUN)
        name = draw.cut(task.id, _TASK / 3, draw.BOLD_SIZE)
        room = draw.width_of(name, draw.BOLD_SIZE) + 8
        title = draw.cut(task.title, _TASK - 8 - room)  # without the topic, which all tasks share
        texts = [draw.text(0, _BASE, name, look=draw.BOLD), draw.text(room, _BASE, title)]
        yield from draw.window(_EDGE + _SIGN, top, _TASK - 8, _ROW, texts)
        if owner := schedule.owner(task):
            for left, right in self._off_of.get(owner, ()):
                yield draw.box(left, top, right - left, _ROW, _OFF)
            words = draw.text(0, _BASE, draw.cut(owner, _OWNER - 8))
            yield from draw.window(self._owner, top, _OWNER - 8, _ROW, [words])
        for slot in schedule.past.get(task.id, ()):
            yield self._bar(slot, top, _WORKED)
        if rest:
            yield from self._rest(rest, top)

    def _rest(self, rest: TaskForecast, top: float) -> Iterator[str]:
        """Yield the forecast of a task: its bar, its end from P50 to P80, its due date, and the shares."""
        is_critical = rest.criticality >= CRITICAL
        if slot := self._schedule.slots.get(rest.id):
            yield self._bar(slot, top, _CRITICAL if is_critical else _PLANNED)
        yield self._spread(rest.finish, top + 17, 4)
        share, look = _phrases.percent(rest.criticality), draw.BOLD if is_critical else ""
        yield draw.text(self._critical, top + _BASE, share, "end", look)
        if rest.due and rest.on_time is not None:
            yield self._due(rest.due, top)
            yield draw.text(self._end, top + _BASE, _phrases.percent(rest.on_time), "end")

    def _bar(self, slot: Slot, top: float, look: str) -> str:
        return _bar(self._days.x(slot.start.toordinal()), self._day_end(slot.finish), top + 5, 9, look)

    def _due(self, due: date, top: float) -> str:
        day, days = due.toordinal(), self._days
        if day < days.first:
            return _beyond(days.left, top, -1)
        return _flag(self._day_end(due), top) if day < days.end else _beyond(days.right, top, 1)


def _bar(left: float, right: float, top: float, height: float, look: str) -> str:
    """Return a bar for some days. It is visible however short it is."""
    return draw.box(left + 0.5, top, max(right - left - 1, 1), height, look)


def _flag(x: float, top: float) -> str:
    """Return the sign of a due date."""
    return f'<path d="M{x:.1f} {top + 22:.1f}V{top + 2:.1f}l7 3.5 -7 3.5" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'


def _beyond(x: float, top: float, side: int) -> str:
    """Return the sign of a day before (-1) or after (1) the span that is shown."""
    return f'<path d="M{x:.1f} {top + 12:.1f}l{-7 * side} -4v8z"/>'


def _tick(x: float, top: float) -> str:
    """Return the sign of a closed task."""
    return f'<path d="M{x:.1f} {top + 12:.1f}l3.5 4 6 -8.5" fill="none" stroke="{draw.GREY}" stroke-width="2"/>'


def _letter(x: float, top: float, letter: str) -> str:
    """Return a letter that calls attention to a task."""
    return draw.text(x + 5, top + 17, letter, "middle", f'{draw.BOLD} font-size="15" fill="{draw.RED}"')


def _signs(schedule: Schedule, *, has_off: bool) -> Iterator[draw.Sign]:
    """Yield the signs that are used, with their meanings."""
    forecast = schedule.forecast
    shares = forecast.criticality.values()
    if any(share < CRITICAL for share in shares):
        words = "scheduled, at its median duration"
        yield draw.Sign(words, lambda x, y: _bar(x, x + 16, y - 4.5, 9, _PLANNED))
    if any(share >= CRITICAL for share in shares):
        yield draw.Sign("critical in half of the samples or more", lambda x, y: _bar(x, x + 16, y - 4.5, 9, _CRITICAL))
    if forecast.tasks:
        yield draw.Sign("finished, P50 to P80", lambda x, y: _bar(x, x + 16, y - 2, 4, _SPREAD))
    if forecast.past:
        yield draw.Sign("worked before", lambda x, y: _bar(x, x + 16, y - 4.5, 9, _WORKED))
    if len(forecast.tasks) < len(forecast.checklist):
        yield draw.Sign("closed", lambda x, y: _tick(x + 2, y - 12))
    if schedule.has_due:
        yield draw.Sign("due", lambda x, y: _flag(x + 5, y - 12))
    if forecast.blocked:
        yield draw.Sign("blocked for an unknown time", lambda x, y: _letter(x + 3, y - 12, _BLOCKED))
    if forecast.overrun:
        yield draw.Sign("all of the estimated time is spent", lambda x, y: _letter(x + 3, y - 12, _OVERRUN))
    if has_off:
        yield draw.Sign(
            "not worked", lambda x, y: draw.box(x, y - 7, 16, 14, f'{_OFF} stroke="currentColor" stroke-opacity=".4"')
        )
