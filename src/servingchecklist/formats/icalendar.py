"""iCalendar (RFC 5545): the dates of a forecast as all-day events, for calendars. It is written, and not read back.

It needs the package icalendar, which comes with the extra ``calendar``; nothing else in this library does. The events are:

* each due date of an open task, with the probability of meeting it;
* P50, P80 and P95 of the finish, an event each even where two fall on one day, so that a later forecast can move them apart;
* P80 of each phase with open tasks;
* the work: for each task one event per unbroken run of worked days, past work as it was recorded and future work as in the median
  schedule; work behind a block of unknown length is not in it. No event extends over a day off of the owner, or of all who have no
  calendar of their own, except elapsed time, work on any day, and work that has no worked day at all: these keep their days.
  Uninterrupted work of more than half a year is one event from its first day to its last: week by week it would not be read, and forty
  years are two thousand weeks. Work with more runs than its share of 2,600, and more than three, is one event as well.

Properties of the events, chosen so that a calendar that imports the file again updates its events:

* UID is made from the name of the forecast, the id of its checklist, the kind of the event (due date, level, phase, work), the id of its
  subject, and for work the number of the run. Past work is in the file so that these numbers are stable: run 2 of a task remains run 2 when
  run 1 is over. So two launches with the same name and checklist share their events, and a calendar takes them for the same launch;
  likewise two forecasts of one checklist, unless they are given different names.
* DTSTAMP is 00:00 UTC of the day on which the forecast was asked for or, if that is not known, of its start. No clock is read, so the
  same forecast always gives the same text.
* SEQUENCE is the number of that day, counted from the beginning of the year 1. Of two events with one UID, a calendar keeps the one with
  the higher SEQUENCE, then the one with the later DTSTAMP. No count is kept of how often an event was written, and the number of the day
  never falls. Of two forecasts made on one day, most calendars keep the one imported last.
* TRANSP is TRANSPARENT: the events are for information and do not mark anyone as busy.
* There is no METHOD, which is for invitations, and no alarm.

Left out: everything of the checklist but titles and ids, and the samples. An event that a later forecast no longer has, such as the
due date of a task that is done, stays in a calendar that imported it; a calendar that subscribes to the file drops it. If nothing is left
to do and nothing was worked, there is no event.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast
from uuid import NAMESPACE_DNS, uuid5

import attrs

from .._launch.launch import Launch
from .._model.checklist import Checklist
from .._planning.calendar import EVERY_DAY
from .._planning.forecast import Forecast
from .._planning.options import calendar_of, effort_of
from .._text import count, join_words
from ..errors import invalid, missing_package
from . import _phrases
from ._pictures import check_span
from ._views.checklist import wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._model.task import Task
    from .._planning.calendar import Calendar
    from .._planning.forecast import PhaseForecast, Slot, TaskForecast

NAME = "icalendar"
SUFFIXES = (".ics",)

_ONE_DAY = timedelta(days=1)
_HALF_A_YEAR = timedelta(days=183)
"""The longest work that is split at interruptions."""

_MOST_PIECES, _PIECES = 2_600, 3
"""The maximum number of pieces of all work together, and the number always granted to one task's: the package writes events slowly."""

_NAMESPACE = uuid5(NAMESPACE_DNS, "servingchecklist")


def dumps(value: Launch | Forecast) -> str:
    """Return the calendar of a forecast, or of a launch as it is forecast now. Its lines end in CRLF, as the format demands.

    Raises:
        UnknownNameError: The package icalendar is not installed.
        InvalidError: The value is neither; the launch cannot be forecast because an open task states no effort; or it spans more than
            a hundred years, which is a mistake in a date or an effort rather than a plan. The task is named.
    """
    if isinstance(value, Checklist):
        hint = "forecast it first, as in forecast(checklist, start=...)"
        raise invalid("unsupported", "$", "a checklist has no dates, and cannot be written as iCalendar", value, hint)
    if not isinstance(value, Launch | Forecast):
        raise invalid("unsupported", "$", "cannot be written as iCalendar", value, "give a forecast or a launch")
    forecast = value.forecast() if isinstance(value, Launch) else value
    check_span(forecast)
    return _serialize(forecast)


class _Component(Protocol):
    """The interface of the package's components, which its own types do not state."""

    def add(self, name: str, value: object) -> object: ...
    def add_component(self, component: _Component) -> object: ...
    def to_ical(self) -> bytes: ...


def _serialize(forecast: Forecast) -> str:
    try:
        import icalendar
    except ImportError as error:
        raise missing_package("the format", "icalendar", "calendar") from error

    class Text(icalendar.vText):
        """A text value. The package would write a backslash before an N as a line break."""

        __slots__ = ()

        def to_ical(self) -> bytes:
            return rb"\\N".join(icalendar.vText(piece).to_ical() for piece in self.split(r"\N"))

    calendar = cast("_Component", icalendar.Calendar())
    calendar.add("prodid", Text("-//servingchecklist//servingchecklist//EN"))
    calendar.add("version", Text("2.0"))
    # Calendars older than RFC 7986 know only the names that begin with X.
    for name in ("name", "x-wr-calname"):
        calendar.add(name, Text(f"{forecast.name}: {_phrases.titled(forecast.checklist.title, forecast.topic)}"))
    for name in ("description", "x-wr-caldesc"):
        calendar.add(name, Text("\n".join(_about(forecast))))
    day = forecast.today or forecast.start
    for event in _events(forecast):
        component = cast("_Component", icalendar.Event())
        name = " ".join([forecast.name, forecast.checklist.id, *event.key])
        component.add("uid", Text(str(uuid5(_NAMESPACE, name))))
        component.add("dtstamp", datetime(day.year, day.month, day.day, tzinfo=UTC))
        component.add("sequence", day.toordinal())
        component.add("dtstart", event.first)
        if event.last < date.max:  # an event without an end lasts for its first day
            component.add("dtend", event.last + _ONE_DAY)
        component.add("summary", Text(f"{forecast.name}: {event.summary}"))
        component.add("description", Text("\n".join(event.description)))
        component.add("transp", Text("TRANSPARENT"))
        calendar.add_component(component)
    return calendar.to_ical().decode()


@attrs.frozen
class _Event:
    """An all-day event.

    Attributes:
        key: Its key, unique and stable among all forecasts of the same name and checklist.
        first: Its first day.
        last: Its last day.
        summary: Its title behind the name of the forecast, in one line.
        description: The lines of its description.
    """

    key: tuple[str, ...]
    first: date
    last: date
    summary: str
    description: list[str]


def _events(forecast: Forecast) -> Iterator[_Event]:
    for level in _phrases.levels(forecast.finish) if forecast.tasks else ():
        day = date.fromisoformat(level.day)
        lines = [f"{level.name}: {level.words}", "", *_about(forecast)]
        yield _Event(("level", level.name), day, day, f"finished ({level.name})", lines)
    for phase in forecast.phases:
        day, lines = phase.finish.p80, [f"{count(phase.left, 'task')} left", _finish(phase)]
        yield _Event(("phase", phase.id), day, day, f"{phase.title} finished (P80)", lines)
    for task in forecast.tasks:
        if task.due and task.on_time is not None:
            on_time = f"On time in {_phrases.percent(task.on_time)} of the samples"
            lines = [_id_and_owner(task.id, task.owner), on_time, _finish(task)]
            yield _Event(("due", task.id), task.due, task.due, f"{task.title} is due", lines)
    yield from _work(forecast)


def _work(forecast: Forecast) -> Iterator[_Event]:
    slots: dict[str, list[Slot]] = {}
    for slot in (*forecast.past, *forecast.schedule):
        slots.setdefault(slot.id, []).append(slot)
    open_tasks = {task.id: task for task in forecast.tasks}
    most = max(_MOST_PIECES // max(len(forecast.past) + len(forecast.schedule), 1), _PIECES)
    options = forecast.options
    calendars = {owner: calendar_of(owner, options) for owner, _ in options.calendars}
    for task in forecast.checklist:
        effort = effort_of(task, options)
        is_any_day = effort is not None and effort.days != "working"
        runs = _runs(
            [
                (slot, EVERY_DAY if is_any_day else calendars.get(slot.owner or "", options.calendar))
                for slot in slots.get(task.id, ())
            ],
            most,
        )
        for number, (first, last) in enumerate(runs, 1):
            lines = [_id_and_owner(task.id, slots[task.id][0].owner)]
            if len(runs) > 1:
                lines.append(f"Part {number} of {len(runs)}")
            is_past = task.id not in open_tasks or last < forecast.start
            lines += ["Worked"] if is_past else [*_wait(forecast, task), *_expected(open_tasks[task.id])]
            yield _Event(("work", task.id, str(number)), first, last, forecast.title_of(task), lines)


def _runs(slots: Iterable[tuple[Slot, Calendar]], most: int) -> list[tuple[date, date]]:
    """Return the runs of worked days, however they were split into slots; a slot with more than ``most`` runs is one."""
    runs: list[tuple[date, date]] = []
    for slot, calendar in slots:
        worked = calendar.runs(slot.start, slot.finish) if slot.finish - slot.start < _HALF_A_YEAR else ()
        # Work may be recorded on days that are not worked in the calendar.
        runs += worked if 0 < len(worked) <= most else ((slot.start, slot.finish),)
    joined: list[tuple[date, date]] = []
    for first, last in sorted(runs):
        if joined and (first - joined[-1][1]).days <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _expected(task: TaskForecast) -> Iterator[str]:
    yield "In the median schedule, in which each task takes its own median duration"
    yield f"{_finish(task)}; critical in {_phrases.percent(task.criticality)} of the samples"


def _wait(forecast: Forecast, task: Task) -> list[str]:
    """Return a line with the days that a task waits after the last of its prerequisites; nothing where it waits for nothing."""
    return [words.capitalize() for words in wait(task, forecast.checklist)]


def _id_and_owner(task_id: str, owner: str | None) -> str:
    return f"{task_id}, owner {owner}" if owner else task_id


def _finish(part: TaskForecast | PhaseForecast) -> str:
    return f"Finished by {join_words([f'{level.day} ({level.name})' for level in _phrases.levels(part.finish)], 'or')}"


def _about(forecast: Forecast) -> list[str]:
    """Return the subject, the basis and the assumptions of a forecast, as lines."""
    assumptions = [f"- {sentence}" for sentence in forecast.assumptions]
    return [
        _phrases.subject(forecast),
        _phrases.basis(forecast, is_owned=any(task.owner for task in forecast)),
        "",
        f"{_phrases.ASSUMPTIONS}:",
        *assumptions,
    ]
