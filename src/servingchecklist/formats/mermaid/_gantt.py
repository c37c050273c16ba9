"""The Gantt chart of a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _phrases
from .._pictures import CRITICAL
from .._pictures.schedule import Schedule
from ._parts import escape, title

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..._model.task import Phase, Task
    from ..._planning.forecast import Forecast

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TICKS = ((21, "1day"), (150, "1week"), (1_500, "1month"))


def gantt(made: Forecast) -> Iterator[str]:
    """Yield the lines of the diagram."""
    schedule = Schedule(made)
    yield "gantt"
    yield f"    accTitle: Forecast of {made.name}"
    yield f"    accDescr: {schedule.whole()}"
    yield f"    title Forecast of {made.name}"
    yield from _axis(schedule)
    for number, phase in enumerate(made.checklist.phases, 1):
        rows = list(_phase(schedule, phase))
        if rows:
            yield f"    section {number} {title(phase.title)}"
            yield from rows
    yield "    section Finish"
    if made.today and not schedule.side_of(made.today):
        yield f"    Today :vert, {_days(made.today)}"
    if not made.tasks:
        yield f"    Nothing is left to do :milestone, {_days(made.start)}"
        return
    for level in _phrases.levels(made.finish):
        yield f"    {level.name} {level.day} :milestone, {level.day}, {level.day}"


def _axis(schedule: Schedule) -> Iterator[str]:
    first, end = schedule.span()
    yield "    dateFormat YYYY-MM-DD"
    yield "    inclusiveEndDates"
    # Mermaid extends the axis to every due date, and with a tick on each of a million days it never ends.
    due = [task.due.toordinal() for task in schedule.made.tasks if task.due]
    length = max([end, *due]) - min([first, *due])
    ticks = next((ticks for most, ticks in _TICKS if length <= most), None)
    yield f"    axisFormat {'%d' if ticks == '1day' else '%Y-%m-%d'}"
    if ticks:
        yield f"    tickInterval {ticks}"
    yield "    weekday monday"
    calendar = schedule.made.calendar
    off = [name for day, name in enumerate(_WEEKDAYS) if day not in calendar.weekdays]
    off += [day.isoformat() for day in calendar.holidays if first <= day.toordinal() < end]
    if off:
        yield f"    excludes {', '.join(off)}"
    # Mermaid would draw the day on which the diagram is viewed.
    yield "    todayMarker off"


def _phase(schedule: Schedule, phase: Phase) -> Iterator[str]:
    for task in phase.tasks:
        yield from _task(schedule, task)
    if told := schedule.phase(phase):
        yield f"    P50 to P80 of this phase :active, {_days(told.finish.p50, told.finish.p80)}"


def _task(schedule: Schedule, task: Task) -> Iterator[str]:
    """Yield the bars and the due date of a task. Its id is in brackets, so that it is not read as a keyword of Mermaid."""
    name = f"    [{task.id}] {title(task.title)}"
    owner = f", {title(schedule.owner(task))}" if schedule.owner(task) else ""
    left, slot = schedule.left(task), schedule.slot(task)
    for past in schedule.past(task):
        yield f"{name}{owner} :done, {_days(past.start, past.finish)}"
    if left and slot:
        owner += ", blocked" if schedule.is_blocked(task) else ", overrun" if schedule.is_overrun(task) else ""
        critical = "crit, " if left.criticality >= CRITICAL else ""
        yield f"{name}{owner} :{critical}{_days(slot.start, slot.finish)}"
    if left and left.due and left.on_time is not None:
        yield f"    [{task.id}] due, in time in {escape(_phrases.percent(left.on_time))} :milestone, {_days(left.due)}"


def _days(first: date, last: date | None = None) -> str:
    """Return a range of days, or a single day, in Mermaid's syntax."""
    return f"{first.isoformat()}, {(last or first).isoformat()}"
