"""The events of a forecast, and their serialization. Only this module needs the package icalendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast
from uuid import NAMESPACE_DNS, uuid5

import attrs
import icalendar

from ..._text import join_words
from .. import _phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..._planning.calendar import Calendar
    from ..._planning.forecast import Forecast, PhaseForecast, Slot, TaskForecast

_ONE_DAY = timedelta(days=1)
_HALF_A_YEAR = timedelta(days=183)
"""The longest work that is split at interruptions."""

_MOST_PIECES, _PIECES = 2_600, 3
"""The maximum number of pieces of all work together, and the number always granted to one task's: the package writes events slowly."""

_OURS = uuid5(NAMESPACE_DNS, "servingchecklist")


@attrs.frozen
class _Event:
    """An all-day event.

    Attributes:
        key: Its key, unique and stable among all forecasts of the same name and checklist.
        first: Its first day.
        last: Its last day.
        summary: Its title, in one line.
        description: The lines of its description.
    """

    key: tuple[str, ...]
    first: date
    last: date
    summary: str
    description: list[str]


class _Component(Protocol):
    """The interface of the package's components, which its own types do not state."""

    def add(self, name: str, value: object) -> object: ...
    def add_component(self, component: _Component) -> object: ...
    def to_ical(self) -> bytes: ...


class _Text(icalendar.vText):
    """A text value. The package would write a backslash before an N as a line break."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        return rb"\\N".join(icalendar.vText(piece).to_ical() for piece in self.split(r"\N"))


def written(made: Forecast) -> str:
    """Return the calendar of a forecast as text."""
    calendar = cast("_Component", icalendar.Calendar())
    calendar.add("prodid", _Text("-//servingchecklist//servingchecklist//EN"))
    calendar.add("version", _Text("2.0"))
    # Calendars older than RFC 7986 know only the names that begin with X.
    for name in ("name", "x-wr-calname"):
        calendar.add(name, _Text(f"{made.name}: {made.checklist.title}"))
    for name in ("description", "x-wr-caldesc"):
        calendar.add(name, _Text("\n".join(_about(made))))
    asked = made.today or made.start
    for event in _events(made):
        calendar.add_component(_component(made, event, asked))
    return calendar.to_ical().decode()


def _component(of: Forecast, event: _Event, asked: date) -> _Component:
    made = cast("_Component", icalendar.Event())
    made.add("uid", _Text(str(uuid5(_OURS, " ".join([of.name, of.checklist.id, *event.key])))))
    made.add("dtstamp", datetime(asked.year, asked.month, asked.day, tzinfo=UTC))
    made.add("sequence", asked.toordinal())
    made.add("dtstart", event.first)
    if event.last < date.max:  # an event without an end lasts for its first day
        made.add("dtend", event.last + _ONE_DAY)
    made.add("summary", _Text(event.summary))
    made.add("description", _Text("\n".join(event.description)))
    made.add("transp", _Text("TRANSPARENT"))
    return made


def _events(made: Forecast) -> Iterator[_Event]:
    if made.tasks:
        yield from _levels(made)
    for phase in made.phases:
        yield _phase(made, phase)
    for task in made.tasks:
        if task.due and task.on_time is not None:
            yield _due(made, task, task.due, task.on_time)
    yield from _work(made)


def _levels(made: Forecast) -> Iterator[_Event]:
    for level in _phrases.levels(made.finish):
        yield _Event(
            ("level", level.name),
            day := date.fromisoformat(level.day),
            day,
            f"{made.name}: finished ({level.name})",
            [f"{level.name}: {level.words}", "", *_about(made)],
        )


def _phase(made: Forecast, phase: PhaseForecast) -> _Event:
    told = [f"{phase.left} task{'' if phase.left == 1 else 's'} left", _finish(phase)]
    day = phase.finish.p80
    return _Event(("phase", phase.id), day, day, f"{made.name}: {phase.title} finished (P80)", told)


def _due(made: Forecast, task: TaskForecast, day: date, on_time: float) -> _Event:
    told = [_who(task.id, task.owner), f"In time in {_phrases.percent(on_time)} of the samples", _finish(task)]
    return _Event(("due", task.id), day, day, f"{made.name}: {task.title} is due", told)


def _work(made: Forecast) -> Iterator[_Event]:
    slots: dict[str, list[Slot]] = {}
    for slot in (*made.past, *made.schedule):
        slots.setdefault(slot.id, []).append(slot)
    left = {task.id: task for task in made.tasks}
    most = max(_MOST_PIECES // max(len(made.past) + len(made.schedule), 1), _PIECES)
    for task in made.checklist:
        runs = _runs(slots.get(task.id, ()), made.calendar, most)
        for number, (first, last) in enumerate(runs, 1):
            told = [_who(task.id, slots[task.id][0].owner)]
            if len(runs) > 1:
                told.append(f"Part {number} of {len(runs)}")
            told += ["Worked"] if task.id not in left or last < made.start else _expected(made, left[task.id])
            summary = f"{made.name}: {made.checklist.title_of(task)}"
            yield _Event(("work", task.id, str(number)), first, last, summary, told)


def _runs(slots: Iterable[Slot], calendar: Calendar, most: int) -> list[tuple[date, date]]:
    """Return the runs of worked days, however they were split into slots; a slot with more than ``most`` runs is one."""
    found: list[tuple[date, date]] = []
    for slot in slots:
        runs = calendar.runs(slot.start, slot.finish) if slot.finish - slot.start < _HALF_A_YEAR else ()
        # Work may be recorded on days that are not worked in the calendar.
        found += runs if 0 < len(runs) <= most else ((slot.start, slot.finish),)
    joined: list[tuple[date, date]] = []
    for first, last in sorted(found):
        if joined and (first - joined[-1][1]).days <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _expected(made: Forecast, task: TaskForecast) -> list[str]:
    told = [
        "In the schedule at the median",
        f"{_finish(task)}; critical in {_phrases.percent(task.criticality)} of the samples",
    ]
    if task.id in made.blocked:
        told.append("Blocked, and nobody knows until when: this is the earliest it can be")
    return told


def _who(task_id: str, owner: str | None) -> str:
    return f"{task_id}, owner {owner}" if owner else task_id


def _finish(part: TaskForecast | PhaseForecast) -> str:
    return f"Finished by {join_words([f'{level.day} ({level.name})' for level in _phrases.levels(part.finish)], 'or')}"


def _about(made: Forecast) -> list[str]:
    """Return the subject, the basis and the assumptions of a forecast, as lines."""
    granted = [f"- {sentence}" for sentence in made.assumptions]
    return [_phrases.subject(made), _phrases.basis(made), "", f"{_phrases.ASSUMPTIONS}:", *granted]
