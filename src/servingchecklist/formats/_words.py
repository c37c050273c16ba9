"""What the formats for people say of a launch: the same words in each of them, before anything is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..launch._moment import day_of
from ..launch.status import Status

if TYPE_CHECKING:
    from datetime import datetime

    from ..launch.progress import Tally
    from ..launch.review import Review
    from ..launch.state import TaskState

NOTHING_HAPPENED = "Nothing happened."
BY_PHASE = "Settled by phase"


def clock(at: datetime) -> str:
    """A moment as people read it: ``2026-11-23 09:30 UTC``."""
    written = at.isoformat(" ", "minutes")
    return f"{written[:16]} {_zone(at)}"


def _zone(at: datetime) -> str:
    # The name that a time zone gives itself could be any text.
    offset = at.isoformat("T", "minutes")[16:]
    return "UTC" if offset == "+00:00" else f"UTC{offset}"


def period(review: Review) -> str:
    """From when to when: two days or, within one day, two times."""
    first, last = when(review.since, review), when(review.at, review)
    words = f"from {first} to {last}"
    day = day_of(review.at, review.at)
    return words if last == day else f"on {day} {words} {_zone(review.at)}"


def when(moment: datetime, review: Review) -> str:
    """A moment of a review: its day or, where the whole review is about one day, its time."""
    day = day_of(moment, review.at)
    if day == day_of(review.since, review.at) == day_of(review.at, review.at):
        return moment.astimezone(review.at.tzinfo).isoformat("T", "minutes")[11:16]
    return day


def progress(tally: Tally) -> str:
    """How far it is, in one line: ``3 of 9 done, 1 waived, 4.5 of 16.5 days of work settled``."""
    parts = [counts(tally)]
    if total := tally.days_left + tally.days_settled:
        parts.append(f"{days(tally.days_settled)} of {days(total)} {_unit(total)} settled")
        if tally.unestimated:
            parts.append(f"{tally.unestimated} without an estimate")
    return ", ".join(parts)


def counts(tally: Tally) -> str:
    """How many tasks are done and waived, in words."""
    if not tally.total:
        return "no tasks"
    return f"{tally.done} of {tally.total} done" + (f", {tally.waived} waived" if tally.waived else "")


def days(number: float) -> str:
    """A number of days to the tenth."""
    return f"{number:.1f}".removesuffix(".0")


def _unit(number: float) -> str:
    return "day of work" if days(number) == "1" else "days of work"


@attrs.frozen
class Change:
    """How much of something was settled at the beginning of a period, and how much is at its end.

    Attributes:
        then: How much then, as it is written, as are the others.
        now: How much now.
        total: Out of how much.
        unit: Of what.
        by: The difference, with its sign.
    """

    then: str
    now: str
    total: str
    unit: str
    by: str

    def __str__(self) -> str:
        of = f"of {self.total} {self.unit}"
        if self.then == self.now:
            return f"still {self.now} {of}"
        return f"from {self.then} to {self.now} {of} ({self.by})"


def changes(before: Tally, now: Tally) -> list[Change]:
    """What has changed: in tasks and, where tasks state their effort, in days of work."""
    tasks = "task" if now.total == 1 else "tasks"
    found = [Change(str(before.settled), str(now.settled), str(now.total), tasks, f"{now.settled - before.settled:+}")]
    if total := now.days_left + now.days_settled:
        by = f"{round(now.days_settled, 1) - round(before.days_settled, 1):+.1f}".removesuffix(".0")
        found.append(Change(days(before.days_settled), days(now.days_settled), days(total), _unit(total), by))
    return found


def change(review: Review) -> str:
    """What has changed over all, in one line: ``Settled: from 3 to 5 of 9 tasks (+2), still 6 of 16.5 days of work``."""
    return f"Settled: {', '.join(map(str, changes(review.before.overall, review.now.overall)))}"


def phase_changes(review: Review) -> list[tuple[str, list[Change]]]:
    """The phases by their ids, with what has changed in each."""
    phases = zip(review.before.by_phase, review.now.by_phase, strict=False)
    return [(now.name, changes(before, now)) for before, now in phases]


def since(state: TaskState, at: datetime) -> str:
    """The day since which the task has its status; empty where nobody has said."""
    moment = state.since
    if state.status is Status.DOING:  # blocks and waivers come and go while it is under way
        moment = state.started
    return day_of(moment, at) if moment else ""


def standing(state: TaskState, at: datetime) -> str:
    """The status of a task, and since when or until when it has that."""
    if state.status is Status.WAIVED and state.waiver:
        return f"waived until {state.waiver.expires.isoformat()}"
    if not (day := since(state, at)):
        return str(state.status)
    return f"{state.status} {'on' if state.status is Status.DONE else 'since'} {day}"


def owner(state: TaskState) -> str:
    """Whose the task is; empty where nobody's."""
    return f"owner {state.owner}" if state.owner else ""


def is_overdue(state: TaskState, at: datetime) -> bool:
    """Whether the due date of the task has passed, and it is neither done nor waived."""
    return state.due is not None and state.due < at.date() and not state.status.is_settled


def due(state: TaskState, at: datetime) -> str:
    """When the task is due, and that it is overdue; empty where nobody has said."""
    if not state.due:
        return ""
    if not is_overdue(state, at):
        return f"due {state.due.isoformat()}"
    late = (at.date() - state.due).days
    return f"overdue: due {state.due.isoformat()}, {late} day{'' if late == 1 else 's'} ago"


def account(state: TaskState) -> str:
    """Why the task stands where it stands, and who says so; empty where there is nothing to tell."""
    waiver = state.waiver
    if waiver and state.status is Status.WAIVED:
        return f"waived by {waiver.by}: {waiver.reason}"
    if waiver:
        return f"waiver expired after {waiver.expires.isoformat()}, given by {waiver.by}: {waiver.reason}"
    said = f", as {state.by} recorded" if state.by else ""
    if state.reason and state.status is Status.BLOCKED:
        return f"blocked{said}: {state.reason}"
    if state.reason:
        return f"reopened{said}: {state.reason}"
    return ""
