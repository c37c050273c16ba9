"""Content of a Gantt chart, for all picture formats: the texts for each task and phase, and the span of the axis."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from ..._planning.rules import abbreviate
from ..._text import join_words
from .. import _phrases
from . import CRITICAL, days_shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._model.task import Phase, Task
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast, PhaseForecast, Slot, TaskForecast

_FEWEST_DAYS = 10
_FAR = 1.0
"""The largest distance beyond the bars at which today or a due date still extends the axis, as a share of its length."""

HELD_BY_PEOPLE = "no single task holds the date: several in turn or the few people do"


class Schedule:
    """A forecast, indexed by task and phase.

    Args:
        made: The forecast.
    """

    def __init__(self, made: Forecast) -> None:
        self.made = made
        self.has_owners = any(task.owner for task in made.tasks) or any(slot.owner for slot in made.past)
        self.has_due = any(task.due for task in made.tasks)
        self._left = {task.id: task for task in made.tasks}
        self._slots = {slot.id: slot for slot in made.schedule}
        self._phases = {phase.id: phase for phase in made.phases}
        self._past: dict[str, list[Slot]] = {}
        for slot in made.past:
            self._past.setdefault(slot.id, []).append(slot)
        self._blocked, self._overrun = frozenset(made.blocked), frozenset(made.overrun)

    def left(self, task: Task) -> TaskForecast | None:
        """Return the forecast of a task; None if it is closed."""
        return self._left.get(task.id)

    def slot(self, task: Task) -> Slot | None:
        """Return the slot in which the rest of a task is scheduled."""
        return self._slots.get(task.id)

    def past(self, task: Task) -> list[Slot]:
        """Return the slots in which a task was worked before."""
        return self._past.get(task.id, [])

    def is_blocked(self, task: Task) -> bool:
        """Return whether a task is blocked, for an unknown time."""
        return task.id in self._blocked

    def is_overrun(self, task: Task) -> bool:
        """Return whether a task has taken longer than estimated."""
        return task.id in self._overrun

    def owner(self, task: Task) -> str:
        """Return the current or past owner of a task; empty if unknown."""
        left = self.left(task)
        owners = [left.owner] if left else [slot.owner for slot in self.past(task)]
        return next((owner for owner in owners if owner), "")

    def phase(self, phase: Phase) -> PhaseForecast | None:
        """Return the forecast of a phase; None if all of it is closed."""
        return self._phases.get(phase.id)

    def first_of(self, phase: Phase) -> int:
        """Return the first worked day of a phase, as an ordinal; the start of the forecast if it has none."""
        slots = [slot for task in phase.tasks for slot in (*self.past(task), self.slot(task)) if slot]
        return min((slot.start.toordinal() for slot in slots), default=self.made.start.toordinal())

    def span(self) -> tuple[int, int]:
        """Return the first day to show and the day after the last, as ordinals."""
        made = self.made
        first_day, last_day = days_shown(made)
        first, end = first_day.toordinal(), last_day.toordinal() + 1
        far = max(end - first, _FEWEST_DAYS) * _FAR
        others = [day.toordinal() for day in (made.today, *(task.due for task in made.tasks)) if day]
        near = [day for day in others if first - far <= day < end + far]
        first, end = min([first, *near]), max([end, *(day + 1 for day in near)]) + 1
        return first, min(max(end, first + _FEWEST_DAYS), date.max.toordinal() + 1)

    def side_of(self, day: date) -> int:
        """Return -1 for a day before the span, 1 for a day after it, and else 0."""
        first, end = self.span()
        return -1 if day.toordinal() < first else int(day.toordinal() >= end)

    @property
    def is_held_by_people(self) -> bool:
        """True if tasks have to share people, and no open task is critical in half of the samples."""
        left, people = self.made.tasks, self.made.people
        teams = Counter(task.owner for task in left)
        is_limited = any(many > (1 if owner else people or many) for owner, many in teams.items())
        return is_limited and all(task.criticality < CRITICAL for task in left)

    def told(self, task: Task) -> str:
        """Return the full description of a task, in one line."""
        left, slot, past = self.left(task), self.slot(task), self.past(task)
        said = [f"{task.id} {self.made.checklist.title_of(task)}"]
        if owner := self.owner(task):
            said.append(f"owner {owner}")
        if past:
            said.append(f"worked {join_words([_from_to(one) for one in past])}")
        if left is None:
            return "; ".join([*said, "closed"])
        if slot:
            said.append(f"scheduled {_from_to(slot)}")
        said += [ends(left.finish), f"critical in {_phrases.percent(left.criticality)} of the samples"]
        if left.due and left.on_time is not None:
            said.append(f"due {left.due.isoformat()}, in time in {_phrases.percent(left.on_time)} of the samples")
        if self.is_blocked(task):
            said.append("blocked, nobody knows until when")
        if self.is_overrun(task):
            said.append("all of the estimated time is spent")
        return "; ".join(said)

    def whole(self) -> str:
        """Return the description of the whole chart, in sentences."""
        made = self.made
        if not made.tasks:
            return "Nothing is left to do."
        critical = [task.id for task in made.tasks if task.criticality >= CRITICAL]
        due = [f"{task} in {_phrases.percent(share)} of the samples" for task, share in made.deadlines.items()]
        groups = {
            "Critical in half of the samples or more": critical,
            "Blocked, nobody knows until when": list(made.blocked),
            "All of the estimated time is spent": list(made.overrun),
            "In time": due,
        }
        said = [
            f"When everything is finished: {ends(made.finish).removeprefix('finished ')}",
            f"Left to do from {made.start.isoformat()} on: {len(made.tasks)} of {len(made.checklist)} tasks",
            *(f"{words}: {join_words(abbreviate(names))}" for words, names in groups.items() if names),
            *self._notes(),
        ]
        return "".join(f"{sentence}. " for sentence in said).rstrip()

    def _notes(self) -> Iterator[str]:
        if self.made.schedule:
            yield "Tasks are shown as they are scheduled in the sample whose end is the median"
        if self.is_held_by_people:
            yield HELD_BY_PEOPLE.capitalize()
        if self.made.today and self.side_of(self.made.today):
            yield f"Today, {self.made.today.isoformat()}, lies beyond what is shown"


def ends(finish: Distribution) -> str:
    """Return the finish dates in words: ``finished P50 2026-12-14, P80 2026-12-15, P95 2026-12-16``."""
    return f"finished {', '.join(f'{level.name} {level.day}' for level in _phrases.levels(finish))}"


def _from_to(slot: Slot) -> str:
    first, last = slot.start.isoformat(), slot.finish.isoformat()
    return first if first == last else f"{first} to {last}"
