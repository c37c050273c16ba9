"""Mermaid: a diagram as text, rendered in Markdown on many hosts, in notebooks and in wikis.

The diagram depends on the value:

* a forecast: the Gantt chart, with the schedule of each task, P50 to P80 of each phase, due dates, and P50, P80 and P95 of the whole;
  a launch: the Gantt chart of its forecast as it stands now;
* a distribution, such as the finish of a forecast: a histogram with P50, P80 and P95 in its title;
* a critical path: the dependency graph with that path marked; a checklist: the graph alone.

It shows less than SVG. Mermaid has one bar in a row, so P50 to P80 of single tasks is left out, and their criticality; closed tasks
without a record of when they were worked have no row. Titles are cut to 80 characters, and a prerequisite that follows from others is
left out. The host determines the size, and by default Mermaid draws no more than 50,000 characters and 500 arrows: for a graph of more
than some fifty tasks SVG is better.

All characters but letters, digits and plain punctuation are written as Mermaid's own entities, so that text is never read as syntax.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .._dates import WEEKDAYS
from .._text import lead
from . import _phrases
from ._pictures import CRITICAL, Graph, Schedule, describe_distribution, drawable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from .._model.task import Phase, Task
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast

NAME = "mermaid"
SUFFIXES = (".mmd", ".mermaid")

_MOST_CHARACTERS = 80
_PLAIN = re.compile(r"[0-9A-Za-z ,.()/+-]", re.ASCII)

# While it parses a diagram, Mermaid represents entities as words that begin and end with these.
_MARKS = "\N{LATIN SMALL LIGATURE FL}\N{PILCROW SIGN}"

# The beginning of a formula, a part of an icon name, the beginning of a line break or of a list, or one of those marks.
_ACTS = re.compile(rf"[$:\\{_MARKS}](?=\S)|^(?:[0-9]+[.)]|[-+])(?= )")

_RED = "#d8432f"
_TICKS = ((21, "1day"), (150, "1week"), (1_500, "1month"))

_MOST_SHORT, _MOST_LONG = 15, 8
"""The maximum number of bars labelled with days without the year, and with it."""


def dumps(value: Forecast | Launch | Distribution | CriticalPath | Checklist) -> str:
    """Return a picture of a value as the text of a Mermaid diagram.

    Raises:
        InvalidError: There is no picture of such a value, or it has more than 2,000 tasks or spans more than a hundred years.
    """
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast

    value = drawable(value, "Mermaid", "a forecast or its finish, a launch, a checklist, or what critical_path returns")
    if isinstance(value, Forecast):
        lines = _gantt(Schedule(value))
    else:
        lines = _histogram(value) if isinstance(value, Distribution) else _graph(Graph(value))
    return "\n".join([*lines, ""])


def _escape(text: str) -> str:
    """Return text for any place in a diagram: letters, digits and plain punctuation as they are, all else as entities."""
    return "".join(map(_escape_character, text))


def _escape_character(character: str) -> str:
    is_plain = _PLAIN.match(character) if character.isascii() else character.isalnum() and character not in _MARKS
    return character if is_plain else f"#{ord(character)};"


def _title(text: str) -> str:
    """Return a title for a diagram, cut if it is very long."""
    return _escape(_cut(text))


def _label(text: str) -> str:
    """Return a title for the node of a graph, where Mermaid reads formulas, icons, line breaks and lists even from entities.

    A zero-width space prevents that.
    """
    return _escape(_ACTS.sub("\\g<0>\N{ZERO WIDTH SPACE}", _cut(text)))


def _cut(text: str) -> str:
    is_short = len(text) <= _MOST_CHARACTERS
    return text if is_short else f"{text[: _MOST_CHARACTERS - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def _gantt(schedule: Schedule) -> Iterator[str]:
    forecast = schedule.forecast
    yield "gantt"
    yield f"    accTitle: Forecast of {forecast.name}"
    yield f"    accDescr: {schedule.description()}"
    yield f"    title Forecast of {forecast.name}"
    yield from _axis(schedule)
    for number, phase in enumerate(forecast.checklist.phases, 1):
        if rows := list(_phase(schedule, phase)):
            yield f"    section {lead(str(number), phase.title)}{_title(phase.title)}"
            yield from rows
    yield "    section Finish"
    if forecast.today and not schedule.side_of(forecast.today):
        yield f"    Today :vert, {_days(forecast.today)}"
    if not forecast.tasks:
        yield f"    Nothing is left to do :milestone, {_days(forecast.start)}"
        return
    for level in _phrases.levels(forecast.finish):
        yield f"    {level.name} {level.day} :milestone, {level.day}, {level.day}"


def _axis(schedule: Schedule) -> Iterator[str]:
    first, end = schedule.first, schedule.end
    yield "    dateFormat YYYY-MM-DD"
    yield "    inclusiveEndDates"
    # Mermaid extends the axis to every due date, and with a tick on each of a million days it never ends.
    due = [task.due.toordinal() for task in schedule.forecast.tasks if task.due]
    length = max([end, *due]) - min([first, *due])
    ticks = next((ticks for most, ticks in _TICKS if length <= most), None)
    yield f"    axisFormat {'%d' if ticks == '1day' else '%Y-%m-%d'}"
    if ticks:
        yield f"    tickInterval {ticks}"
    yield "    weekday monday"
    calendar = schedule.forecast.calendar
    off = [name for day, name in enumerate(WEEKDAYS) if day not in calendar.weekdays]
    off += [day.isoformat() for day in calendar.holidays if first <= day.toordinal() < end]
    if off:
        yield f"    excludes {', '.join(off)}"
    # Mermaid would draw the day on which the diagram is viewed.
    yield "    todayMarker off"


def _phase(schedule: Schedule, phase: Phase) -> Iterator[str]:
    for task in phase.tasks:
        yield from _task(schedule, task)
    if rest := schedule.phases.get(phase.id):
        yield f"    P50 to P80 of this phase :active, {_days(rest.finish.p50, rest.finish.p80)}"


def _task(schedule: Schedule, task: Task) -> Iterator[str]:
    """Yield the bars and the due date of a task. Its id is in brackets, so that it is not read as a keyword of Mermaid."""
    owner = schedule.owner(task)
    name = f"    [{task.id}] {_title(task.title)}{f', {_title(owner)}' if owner else ''}"
    for past in schedule.past.get(task.id, ()):
        yield f"{name} :done, {_days(past.start, past.finish)}"
    rest, slot = schedule.open_tasks.get(task.id), schedule.slots.get(task.id)
    if rest and slot:
        status = ", overrun" if task.id in schedule.overrun else ""
        critical = "crit, " if rest.criticality >= CRITICAL else ""
        yield f"{name}{status} :{critical}{_days(slot.start, slot.finish)}"
    if rest and rest.due and rest.on_time is not None:
        yield f"    [{task.id}] due, on time in {_escape(_phrases.percent(rest.on_time))} :milestone, {_days(rest.due)}"


def _days(first: date, last: date | None = None) -> str:
    """Return a range of days, or a single day, in Mermaid's syntax."""
    return f"{first.isoformat()}, {(last or first).isoformat()}"


def _histogram(finish: Distribution) -> Iterator[str]:
    """Yield the lines of the diagram. It contains no untrusted text."""
    (first, _), *_, (last, _) = (*finish.by_day(), *finish.by_day())
    is_one_year = first.year == last.year
    bars = _phrases.counts_by_day(finish, _MOST_SHORT if is_one_year else _MOST_LONG)
    shares = [100 * many / len(finish) for _, _, many in bars]
    levels = ", ".join(f"{level.name} {level.day}" for level in _phrases.levels(finish))
    days = [f'"{first.isoformat()[5 if is_one_year else 0 :]}"' for first, _, _ in bars]
    yield "xychart-beta"
    yield f"    accTitle: {_phrases.FINISHED}"
    yield f"    accDescr: {describe_distribution(finish)}"
    yield f'    title "{levels}"'
    axis = "" if all(first == last for first, last, _ in bars) else '"First day of each bar" '
    yield f"    x-axis {axis}[{', '.join(days)}]"
    yield f'    y-axis "Finished, % of samples" 0 --> {max(shares):.1f}'
    yield f"    bar [{', '.join(f'{share:.1f}' for share in shares)}]"


def _graph(graph: Graph) -> Iterator[str]:
    """Yield the lines of the diagram. Its nodes are numbered, so that no id is read as a keyword of Mermaid."""
    tasks = graph.checklist.tasks
    yield "flowchart TD"
    yield f"    accTitle: {graph.title}"
    yield f"    accDescr: {graph.description().replace(';', ',')}"
    place = 0
    for number, phase in enumerate(graph.checklist.phases, 1):
        if not phase.tasks:
            continue
        yield f'    subgraph p{number}["{lead(str(number), phase.title)}{_label(phase.title)}"]'
        for task in phase.tasks:
            facts = ", ".join(filter(None, (task.id, graph.wait(task), _escape(graph.brief(task)))))
            yield f'        t{place}["{facts}<br>{_label(task.title)}"]'
            place += 1
        yield "    end"
    for number, phase in enumerate(graph.gates, len(tasks)):
        yield f'    t{number}(["{_label(phase.title)}: closed"])'
    edges = [(source, target) for target, sources in enumerate(graph.before) for source in sorted(sources)]
    for source, target in edges:
        yield f"    t{source} {'==>' if (source, target) in graph.marked else '-->'} t{target}"
    if marked := [str(number) for number, edge in enumerate(edges) if edge in graph.marked]:
        yield f"    linkStyle {','.join(marked)} stroke:{_RED},stroke-width:3px"
    critical = [f"t{place}" for place, task in enumerate(tasks) if task.id in graph.critical]
    closed = [f"t{place}" for place, task in enumerate(tasks) if task.id in graph.closed]
    styles = {"critical": (f"stroke:{_RED},stroke-width:3px", critical), "closed": ("stroke-dasharray:4 3", closed)}
    for name, (style, nodes) in styles.items():
        if nodes:
            yield f"    classDef {name} {style}"
            yield f"    class {','.join(nodes)} {name}"
