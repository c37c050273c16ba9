"""The progress of a launch, in tasks and in days of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from .._model._validation import (
    PickledByConstructor,
    count,
    each_exactly,
    exactly,
    ident,
    optional_line,
    stated_days,
    verify,
)
from .._model.priority import Priority
from .._model.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .._model.checklist import Checklist
    from .._model.task import Task


_COUNTS = ("todo", "doing", "blocked", "done", "waived", "unestimated")
_CHECKS = {
    "name": ident,
    "title": optional_line,
    **dict.fromkeys(_COUNTS, count),
    **dict.fromkeys(("days_left", "days_closed"), stated_days),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Tally(PickledByConstructor):
    """The number of tasks in each status for one group of tasks, and their effort.

    Attributes:
        name: The name of the group: ``"all"``, the id of a phase, or a priority as in files.
        todo: The number of tasks to do.
        doing: The number of tasks under way.
        blocked: The number of blocked tasks.
        done: The number of done tasks.
        waived: The number of waived tasks.
        days_left: The sum of the mean efforts of the tasks that are neither done nor waived, in working days.
        days_closed: The same of the tasks that are done or waived.
        unestimated: The number of tasks that state no effort, and so are in neither sum of days.
        title: The title of the phase, for display; empty for a group that is no phase.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    name: str
    todo: int = 0
    doing: int = 0
    blocked: int = 0
    done: int = 0
    waived: int = 0
    days_left: float = 0.0
    days_closed: float = 0.0
    unestimated: int = 0
    title: str = ""

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)

    @property
    def total(self) -> int:
        """The number of tasks."""
        return self.todo + self.doing + self.blocked + self.done + self.waived

    @property
    def closed(self) -> int:
        """The number of tasks that are done or waived."""
        return self.done + self.waived

    @property
    def share(self) -> float:
        """The done or waived tasks as a share of all, from 0 to 1; 1 for a group without tasks, since nothing is left."""
        return self.closed / self.total if self.total else 1.0

    def to_dict(self) -> dict[str, object]:
        """Return the tally as strings and numbers, ready for JSON."""
        return attrs.asdict(self)


_TALLY = exactly(Tally, "Tally(name=...)")
_TALLIES = each_exactly(Tally, "Tally(name=...)")
_PROGRESS_CHECKS = {"overall": _TALLY, "by_phase": _TALLIES, "by_priority": _TALLIES}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Progress(PickledByConstructor, NotebookDisplay):
    """The progress of a launch: overall, for each phase, and for each priority.

    Attributes:
        overall: The tally of all tasks.
        by_phase: One tally for each phase, in the order of the phases.
        by_priority: One tally for each priority that a task has, the most urgent first.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    overall: Tally
    by_phase: tuple[Tally, ...]
    by_priority: tuple[Tally, ...]

    def __attrs_post_init__(self) -> None:
        verify(_PROGRESS_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """Return the progress as dicts, lists, strings and numbers, ready for JSON."""
        return {
            "overall": self.overall.to_dict(),
            "by_phase": [tally.to_dict() for tally in self.by_phase],
            "by_priority": [tally.to_dict() for tally in self.by_priority],
        }


def progress_of(checklist: Checklist, status: Callable[[str], Status]) -> Progress:
    """Return the progress of a checklist. ``status`` returns the status of a task by its id."""
    phases = [(phase, [(task, status(task.id)) for task in phase.tasks]) for phase in checklist.phases]
    standing = [one for _, found in phases for one in found]
    return Progress(
        overall=_tally("all", standing),
        by_phase=tuple(_tally(phase.id, found, phase.title) for phase, found in phases),
        by_priority=tuple(
            _tally(priority.value, found)
            for priority in Priority
            if (found := [one for one in standing if one[0].priority is priority])
        ),
    )


def _tally(name: str, standing: Sequence[tuple[Task, Status]], title: str = "") -> Tally:
    counts = dict.fromkeys(Status, 0)
    for _, status in standing:
        counts[status] += 1
    return Tally(
        name=name,
        **{status.value: count for status, count in counts.items()},
        days_left=_sum(task for task, status in standing if not status.is_closed),
        days_closed=_sum(task for task, status in standing if status.is_closed),
        unestimated=sum(task.effort is None for task, _ in standing),
        title=title,
    )


def _sum(tasks: Iterable[Task]) -> float:
    return float(sum(task.effort.mean for task in tasks if task.effort))
