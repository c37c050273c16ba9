"""The open tasks of a checklist as columns, in topological order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from .. import _graph
from .._model._validation import as_number
from .._model.checklist import id_of
from .._model.effort import Effort
from .._model.task import days_after_closing
from .._text import join_words
from ..errors import Fault, InvalidError, UnknownNameError, invalid, is_a, show
from .calendar import working_days
from .rules import abbreviate, by_task, known_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from .._model.checklist import Checklist
    from .._model.task import Task

T = TypeVar("T")


@attrs.frozen
class OpenTasks:
    """The open tasks, numbered in topological order.

    Attributes:
        tasks: The tasks themselves.
        places: The position of each task in the checklist.
        before: The numbers of the tasks that each task waits for. Tasks under way wait for nothing.
        waits: The days from that on which the last of those is closed to its first day, for each task that waits some days.
        efforts: The total effort of each task.
        worked: The working days already spent on each task.
    """

    tasks: Sequence[Task]
    places: Sequence[int]
    before: Sequence[Sequence[int]]
    waits: Mapping[int, int]
    efforts: Sequence[Effort]
    worked: Sequence[float]

    def as_written(self) -> list[int]:
        """Return the numbers of the tasks in the order of the checklist."""
        return sorted(range(len(self.places)), key=self.places.__getitem__)


def open_tasks_of(
    checklist: Checklist,
    done: Iterable[str],
    under_way: Mapping[str, float] | None,
    default_effort: Effort | None,
    efforts: Mapping[str, Effort] | None = None,
) -> OpenTasks:
    """Return the open tasks of a checklist; ``efforts`` take the place of those that tasks state.

    Raises:
        InvalidError: Tasks state no effort and there is no default, or an argument is invalid.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    if default_effort is not None and not is_a(default_effort, Effort):
        hint = "write it as in Effort(1, 3)"
        raise invalid("wrong-kind", "$.default_effort", "is not an effort", default_effort, hint)
    closed = frozenset(known_ids("$.done", checklist, done))
    spent = by_task(checklist, "under_way", under_way, working_days, "{'c1': 1.5}, in working days")
    tasks, prerequisites = checklist.tasks, checklist.prerequisites
    places: Sequence[int] = _graph.topological(prerequisites)
    if closed:
        places = [place for place in places if tasks[place].id not in closed]
    open_tasks = [tasks[place] for place in places]
    assumed: Mapping[str, Effort] = {} if efforts is None else efforts
    stated = [assumed.get(task.id, task.effort) or default_effort for task in open_tasks]
    known = [effort for effort in stated if effort is not None]
    if len(known) < len(stated):
        raise InvalidError(_unestimated(checklist, {*closed, *assumed}))
    if len(places) == len(tasks) and not spent and places == list(range(len(tasks))):
        before: Sequence[Sequence[int]] = prerequisites
        worked = [0.0] * len(tasks)
    else:
        number = {place: number for number, place in enumerate(places)}
        before = [
            [] if task.id in spent else [number[other] for other in prerequisites[place] if other in number]
            for place, task in zip(places, open_tasks, strict=True)
        ]
        worked = [float(as_number(spent.get(task.id, 0.0))) for task in open_tasks]
    waits = {
        number: days for number, task in enumerate(open_tasks) if (days := days_after_closing(task)) and before[number]
    }
    return OpenTasks(open_tasks, places, before, waits, known, worked)


def find(checklist: Checklist, task: Task | str, place: Mapping[str, int]) -> int:
    """Return the position of a task among the open ones.

    Raises:
        UnknownNameError: There is no such task, or it is not open.
    """
    task_id = checklist[id_of(task)].id
    if task_id not in place:
        hint = f"open are {join_words(abbreviate(list(place)))}" if place else "no task is open"
        raise UnknownNameError([Fault("closed-task", "$", "the task is closed", show(task_id), hint)])
    return place[task_id]


def _unestimated(checklist: Checklist, known: AbstractSet[str]) -> list[Fault]:
    problem, hint = "is needed for this, and is not stated", "say how long it takes, or give a default_effort"
    return [
        Fault("missing-effort", f"$.phases[{i}].tasks[{j}].effort", problem, show(task.id), hint)
        for i, phase in enumerate(checklist.phases)
        for j, task in enumerate(phase.tasks)
        if task.effort is None and task.id not in known
    ]
