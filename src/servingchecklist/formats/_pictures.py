"""Content of the pictures, for all picture formats: the values that can be drawn, the limits on their size, and their texts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from .. import _graph
from .._planning.rules import abbreviate
from .._text import count, join_words
from ..errors import Fault, InvalidError, invalid
from . import _phrases
from ._views.checklist import wait

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model.checklist import Checklist
    from .._model.task import Phase, Task
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast, Slot

MOST_TASKS = 2_000
"""The maximum number of tasks in a picture. A picture of more cannot be read."""

MOST_YEARS = 100
"""The maximum number of years that a picture or a calendar spans. Launches take less."""

CRITICAL = 0.5
"""The share of the samples from which on a task is marked as critical."""

_FEWEST_DAYS = 10

HELD_BY_PEOPLE = "no single task holds the date: several in turn or the few people do"


def drawable(value: object, format: str, kinds: str) -> Forecast | Distribution | CriticalPath | Checklist:
    """Return the value to draw: of a launch its current forecast, and any other value as it is.

    The classes are imported here, so that drawing a checklist does not load the modules of launches.

    Args:
        value: The value.
        format: The display name of the format, for the error message.
        kinds: The values that can be drawn, in words, for the error message.

    Raises:
        InvalidError: The value cannot be drawn, has more than ``MOST_TASKS`` tasks, or spans more than ``MOST_YEARS`` years.
    """
    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast

    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Forecast | CriticalPath | Checklist | Launch):
        raise invalid("unsupported", "$", f"cannot be written as {format}", value, f"give {kinds}")
    if isinstance(value, Launch):
        _check_number(value.checklist)  # before computing a forecast that could not be drawn
        value = value.forecast()
    _check_number(value if isinstance(value, Checklist) else value.checklist)
    if isinstance(value, Forecast):
        check_span(value)
    return value


def _check_number(checklist: Checklist) -> None:
    if len(checklist) > MOST_TASKS:
        hint = f"draw a part of it, of at most {MOST_TASKS:,} tasks"
        raise invalid("out-of-range", "$", "more tasks than a picture can show", len(checklist), hint)


def check_span(forecast: Forecast) -> None:
    """Refuse a forecast that spans too many years, naming the task."""
    first, last = _span(forecast)
    if (last - first).days <= MOST_YEARS * 365.25:
        return
    slots = [
        (f"$.{field}[{place}]", slot)
        for field, slots in (("past", forecast.past), ("schedule", forecast.schedule))
        for place, slot in enumerate(slots)
    ]
    # The task at the end that is further from the start: one begun long ago, or one finished in the far future.
    if forecast.start - first > last - forecast.start:
        _, path, task = min((slot.start, path, slot.id) for path, slot in slots)
    else:
        ends = [(slot.finish, path, slot.id) for path, slot in slots]
        ends += [(task.finish.p95, f"$.tasks[{place}]", task.id) for place, task in enumerate(forecast.tasks)]
        _, path, task = max(ends)
    problem = f"more than {MOST_YEARS} years from {first} to {last}, with the task {task!r}"
    hint = "check the dates and the effort of the task, or write the forecast as text"
    raise InvalidError([Fault("unsupported", path, problem, hint=hint)])


def _span(forecast: Forecast) -> tuple[date, date]:
    """Return the first and the last worked day of a forecast, up to P95."""
    days = [day for slot in (*forecast.past, *forecast.schedule) for day in (slot.start, slot.finish)]
    days += [forecast.start, forecast.p95] if forecast.tasks else []
    return min(days, default=forecast.start), max(days, default=forecast.start)


class Schedule:
    """Content of a Gantt chart: a forecast, indexed by task and phase.

    Args:
        forecast: The forecast.

    Attributes:
        forecast: The forecast.
        open_tasks: The forecast of each open task, by its id.
        slots: The slot in which the rest of each task is scheduled, by its id.
        past: The slots in which each task was worked before, by its id.
        phases: The forecast of each phase that is not closed, by its id.
        blocked: The ids of the tasks that are blocked, for an unknown time.
        overrun: The ids of the tasks that have taken longer than estimated.
        has_owners: True if any task has an owner.
        has_due: True if any open task is due.
        first: The first day to show, as an ordinal.
        end: The day after the last, as an ordinal.
    """

    def __init__(self, forecast: Forecast) -> None:
        self.forecast = forecast
        self.open_tasks = {task.id: task for task in forecast.tasks}
        self.slots = {slot.id: slot for slot in forecast.schedule}
        self.past: dict[str, list[Slot]] = {}
        for slot in forecast.past:
            self.past.setdefault(slot.id, []).append(slot)
        self.phases = {phase.id: phase for phase in forecast.phases}
        self.blocked, self.overrun = frozenset(forecast.blocked), frozenset(forecast.overrun)
        self.has_owners = any(task.owner for task in forecast.tasks) or any(slot.owner for slot in forecast.past)
        self.has_due = any(task.due for task in forecast.tasks)

        first_day, last_day = _span(forecast)
        first, end = first_day.toordinal(), last_day.toordinal() + 1
        far = max(end - first, _FEWEST_DAYS)  # today and due dates further from the bars do not extend the axis
        others = [day.toordinal() for day in (forecast.today, *(task.due for task in forecast.tasks)) if day]
        near = [day for day in others if first - far <= day < end + far]
        self.first, end = min([first, *near]), max([end, *(day + 1 for day in near)]) + 1
        self.end = min(max(end, self.first + _FEWEST_DAYS), date.max.toordinal() + 1)

    def owner(self, task: Task) -> str:
        """Return the current or past owner of a task; empty if unknown."""
        rest = self.open_tasks.get(task.id)
        owners = [rest.owner] if rest else [slot.owner for slot in self.past.get(task.id, ())]
        return next(filter(None, owners), "")

    def first_of(self, phase: Phase) -> int:
        """Return the first worked day of a phase, as an ordinal; the start of the forecast if it has none."""
        slots = [
            slot for task in phase.tasks for slot in (*self.past.get(task.id, ()), self.slots.get(task.id)) if slot
        ]
        return min((slot.start for slot in slots), default=self.forecast.start).toordinal()

    def side_of(self, day: date) -> int:
        """Return -1 for a day before those that are shown, 1 for a day after them, and else 0."""
        return -1 if day.toordinal() < self.first else int(day.toordinal() >= self.end)

    @property
    def is_held_by_people(self) -> bool:
        """True if tasks have to share people, and no open task is critical in half of the samples."""
        tasks, people = self.forecast.tasks, self.forecast.people
        teams = Counter(task.owner for task in tasks)
        is_limited = any(many > (1 if owner else people or many) for owner, many in teams.items())
        return is_limited and all(task.criticality < CRITICAL for task in tasks)

    def describe(self, task: Task) -> str:
        """Return the full description of a task, in one line."""
        parts = [f"{task.id} {self.forecast.title_of(task)}"]
        if owner := self.owner(task):
            parts.append(f"owner {owner}")
        if past := self.past.get(task.id):
            parts.append(f"worked {join_words([_phrases.from_to(slot.start, slot.finish) for slot in past])}")
        rest, slot = self.open_tasks.get(task.id), self.slots.get(task.id)
        if rest is None:
            return "; ".join([*parts, "closed"])
        if slot:
            parts.append(f"scheduled {_phrases.from_to(slot.start, slot.finish)}")
        parts += [ends(rest.finish), f"critical in {_phrases.percent(rest.criticality)} of the samples"]
        if rest.due and rest.on_time is not None:
            parts.append(f"due {rest.due.isoformat()}, on time in {_phrases.percent(rest.on_time)} of the samples")
        if task.id in self.blocked:
            parts.append("blocked for an unknown time")
        if task.id in self.overrun:
            parts.append("all of the estimated time is spent")
        return "; ".join(parts)

    def description(self) -> str:
        """Return the description of the whole chart, in sentences."""
        forecast = self.forecast
        if not forecast.tasks:
            return _phrases.NOTHING_LEFT
        critical = [task.id for task in forecast.tasks if task.criticality >= CRITICAL]
        due = [f"{task} in {_phrases.percent(share)} of the samples" for task, share in forecast.deadlines.items()]
        groups = {
            "Critical in half of the samples or more": critical,
            "Blocked for an unknown time": list(forecast.blocked),
            "All of the estimated time is spent": list(forecast.overrun),
            "On time": due,
        }
        sentences = [
            f"When everything is finished: {ends(forecast.finish).removeprefix('finished ')}",
            f"Left to do from {forecast.start.isoformat()} on: {len(forecast.tasks)} of {len(forecast.checklist)} tasks",
            *(f"{words}: {join_words(abbreviate(names))}" for words, names in groups.items() if names),
            *self._notes(),
        ]
        return f"{'. '.join(sentences)}."

    def _notes(self) -> Iterator[str]:
        if self.forecast.schedule:
            yield "Tasks are shown in the median schedule, in which each takes its own median duration"
        if left_out := [task.id for task in self.forecast if task.id not in self.slots]:
            yield f"Not scheduled, behind a block of unknown length: {join_words(abbreviate(left_out))}"
        if self.is_held_by_people:
            yield HELD_BY_PEOPLE.capitalize()
        if self.forecast.today and self.side_of(self.forecast.today):
            yield f"Today, {self.forecast.today.isoformat()}, lies beyond what is shown"


def ends(finish: Distribution) -> str:
    """Return the finish dates in words: ``finished P50 2026-12-14, P80 2026-12-15, P95 2026-12-16``."""
    return f"finished {', '.join(f'{level.name} {level.day}' for level in _phrases.levels(finish))}"


def describe_distribution(finish: Distribution) -> str:
    """Return the description of the picture of a distribution, in sentences."""
    days = finish.by_day()
    first, last = days[0][0].isoformat(), days[-1][0].isoformat()
    levels = ", ".join(f"{level.name} is {level.day}" for level in _phrases.levels(finish))
    return f"Finished from {first} to {last}: {levels}. {count(len(finish), 'sample')}."


class Graph:
    """Content of a dependency graph, with or without a critical path through it.

    Args:
        value: The checklist, or the critical path to mark.

    Attributes:
        checklist: The checklist.
        path: The critical path that is marked; may be None.
        gates: The phases that others come after. Each is a node behind its tasks and before those of the others, in place of an arrow
            for each pair of them; its number is its position here, after those of the tasks.
        marked: The edges of the critical path, each as the numbers of two nodes.
        before: The numbers of the nodes before each node, without those that follow from others.
        left_out: The number of those left out.
        critical: The ids of the tasks on the critical path.
        closed: The ids of the tasks that are closed.
        title: The title of the graph.
    """

    def __init__(self, value: Checklist | CriticalPath) -> None:
        from .._model.checklist import Checklist

        self.checklist = value if isinstance(value, Checklist) else value.checklist
        self.path = None if isinstance(value, Checklist) else value
        self._spans = {span.id: span for span in self.path or ()}
        ids = self.path.path if self.path else ()
        self.critical = frozenset(ids)
        before = self._with_gates()
        self.marked: set[tuple[int, int]] = set()
        for source, target in pairwise(map(self.checklist.position, ids)):
            gates = (node for node in before[target] if node >= len(self.checklist) and source in before[node])
            self.marked.update(pairwise((source, *[*gates][:1], target)))
        self.before = _reduced(before, self.marked)
        self.left_out = sum(map(len, before)) - sum(map(len, self.before))
        self.closed = set[str]()
        if self.path is not None:
            self.closed = {task.id for task in self.checklist if task.id not in self._spans}
        self.title = f"{'Tasks' if self.path is None else 'Critical path'} of {self.checklist.id}"

    def _with_gates(self) -> list[list[int]]:
        """Return the numbers of the nodes before each node."""
        position, phases = self.checklist.position, self.checklist.phases
        used = {name for phase in phases if phase.tasks for name in phase.after}
        self.gates = [phase for phase in phases if phase.tasks and phase.id in used]
        gate = {phase.id: len(self.checklist) + number for number, phase in enumerate(self.gates)}
        before = [
            [*map(position, task.after), *(gate[name] for name in phase.after if name in gate)]
            for phase in phases
            for task in phase.tasks
        ]
        return before + [[position(task.id) for task in phase.tasks] for phase in self.gates]

    def brief(self, task: Task) -> str:
        """Return the slack of a task or, without a critical path, its effort."""
        if self.path is None:
            return str(task.effort or "")
        if task.id in self.closed:
            return "closed"
        return "critical" if task.id in self.critical else f"slack {_phrases.days(self._spans[task.id].slack)}"

    def wait(self, task: Task) -> str:
        """Return the days that a task waits after others; empty where it waits for none, and once it is closed."""
        return "" if task.id in self.closed else "".join(wait(task, self.checklist))

    def describe(self, task: Task) -> str:
        """Return the full description of a task, in one line."""
        phase = self.checklist.phase_of(task)
        order = f", after {join_words(abbreviate(list(phase.after)))}" if phase.after else ""
        parts = [f"{task.id} {self.checklist.title_of(task)}", f"phase {phase.title}{order}"]
        if task.after:
            parts.append(f"after {join_words(abbreviate(list(task.after)))}")
        parts += wait(task, self.checklist)
        if task.not_before:
            parts.append(f"not before {task.not_before}")
        if task.effort:
            parts.append(str(task.effort))
        if task.id in self.critical:
            parts.append("on the critical path")
        elif task.id in self.closed:
            parts.append("closed")
        elif task.id in self._spans:
            parts.append(f"slack {_phrases.working_days(self._spans[task.id].slack)}")
        return "; ".join(parts)

    def description(self) -> str:
        """Return the description of the whole graph, in sentences."""
        many = len(self.checklist)
        sentences = ["1 task" if many == 1 else f"{many} tasks, each behind those that it comes after"]
        if self.path:
            sentences.append(f"The critical path is {', '.join(self.path.path)}: {_phrases.length(self.path)}")
        if self.left_out:
            sentences.append(f"Of the arrows, {self.left_out} that follow from others are left out")
        return f"{'. '.join(sentences)}."


def _reduced(before: Sequence[Sequence[int]], kept: set[tuple[int, int]]) -> list[list[int]]:
    """Return the transitive reduction of a graph, with the edges in ``kept`` retained.

    Args:
        before: The prerequisites of each node, without a cycle.
        kept: Edges, each as the earlier node and the later one.
    """
    reduced: list[list[int]] = [[] for _ in before]
    reach = [0] * len(before)  # as bits: a node and all its ancestors
    order = _graph.topological(before)
    place = {node: number for number, node in enumerate(order)}
    for node in order:
        covered = 0
        for other in sorted(before[node], key=place.__getitem__, reverse=True):
            if not covered >> other & 1 or (other, node) in kept:
                reduced[node].append(other)
            covered |= reach[other]
        reach[node] = covered | 1 << node
    return reduced
