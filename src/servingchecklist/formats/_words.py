"""What the formats for people say of launches and forecasts: the same words in each of them, before anything is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._text import join_words
from ..launch._moment import day_of
from ..launch.status import Status
from ..planning.distribution import LEVELS
from ..planning.rules import few

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..launch.progress import Tally
    from ..launch.review import Review, ReviewItem, Slip
    from ..launch.snapshot import Snapshot
    from ..launch.state import TaskState
    from ..planning.critical import CriticalPath, Estimate, Span
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast, TaskForecast

NOTHING_HAPPENED = "Nothing happened."
NOTHING_LEFT = "Nothing is left to do."
BY_PHASE = "Settled by phase"
FORECAST = "Forecast"
CAUSES = "What moved it most:"
ASSUMPTIONS = "What is taken for granted"
CRITICAL_PATH = "Critical path"
PATH = "The path"
FINISHED = "When it is finished"
GANTT = "The schedule in the sample whose end is the median"
SPREAD = "In how many samples it is finished on which day"
GRAPH = "What comes after what, with the critical path marked"


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


def retired(snapshot: Snapshot) -> str:
    """Which tasks are not in the checklist any more, though something was recorded of them; empty where there are none."""
    ids = few(list(snapshot.retired))
    return f"Not in the checklist any more, and kept in the log: {join_words(ids)}." if ids else ""


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


def slip(review: Review) -> list[str]:
    """How the forecast has moved, in sentences; none where nothing was left to forecast, or nobody did."""
    if not review.slip or _is_settled(review.before.overall):
        return []
    if _is_settled(review.now.overall):
        return [_finished(review.slip)]
    then, now = review.slip.then, review.slip.now
    before, after = then.p50.isoformat(), now.p50.isoformat()
    half = f"P50 went from {before} to {after}" if before != after else f"P50 is still {after}"
    earliest = [blocked(review.slip.blocked, "these dates are the earliest ones")] if review.slip.blocked else []
    return [_moved(review.slip), half, *earliest]


def blocked(ids: Sequence[str], so: str) -> str:
    """That tasks are blocked, and what follows from it."""
    return f"{join_words(few(list(ids)))} {'is' if len(ids) == 1 else 'are'} blocked, so {so}"


def causes(review: Review) -> Sequence[ReviewItem]:
    """The tasks that moved the forecast."""
    return review.slip.causes if review.slip else ()


def _is_settled(tally: Tally) -> bool:
    return tally.settled == tally.total


def _moved(slip: Slip) -> str:
    then, now = slip.then.p80.isoformat(), slip.now.p80.isoformat()
    if not slip.days:
        return f"P80 has not moved: {now}"
    size = working_days(abs(slip.days))
    return (
        f"P80 slipped by {size}, from {then} to {now}" if slip.days > 0 else f"P80 is {size} earlier: {now}, not {then}"
    )


def _finished(slip: Slip) -> str:
    day, then = slip.now.start.isoformat(), slip.then.p80.isoformat()
    if not slip.days:
        return f"Finished on {day}, by P80 as it was ({then})"
    side = "later" if slip.days > 0 else "earlier"
    return f"Finished on {day}, {working_days(abs(slip.days))} {side} than P80 as it was ({then})"


def working_days(number: float) -> str:
    """A number of working days to the tenth, with its unit."""
    written = days(number)
    return f"{written} working day{'' if written == '1' else 's'}"


def percent(share: float) -> str:
    """A share in whole percent. What is more than nothing, less than half or less than all never reads as if it were not."""
    if 0 < share < 0.01:
        return "<1%"
    if 0.49 < share < 0.5:
        return "49%"
    return ">99%" if 0.99 < share < 1 else f"{share * 100:.0f}%"


@attrs.frozen
class Level:
    """A date that is kept in some share of the samples.

    Attributes:
        name: What it is called, as in ``P80``.
        day: The date.
        words: What that means.
    """

    name: str
    day: str
    words: str


def levels(finish: Distribution) -> list[Level]:
    """The answer: the dates by which something is finished, from likely to nearly sure."""
    return [
        Level(
            name.upper(),
            finish.quantile(share).isoformat(),
            f"at least {share * 100:.0f} of 100 samples are finished by then",
        )
        for name, share in LEVELS.items()
    ]


def samples(finish: Distribution) -> str:
    """How many samples there are."""
    return f"{len(finish):,} sample{'' if len(finish) == 1 else 's'}"


def subject(made: Forecast) -> str:
    """Which checklist is forecast and, where that is known, when that was asked."""
    return made.checklist.title + (f", as of {made.today.isoformat()}" if made.today else "")


def basis(made: Forecast) -> str:
    """What the answer was made from, in one line."""
    people = ""
    if made.people:
        people = f" by {made.people:,} {'person' if made.people == 1 else 'people'}"
        people += " and the owners" if any(task.owner for task in made.tasks) else ""
    return f"Worked from {made.start.isoformat()} on{people}; {samples(made.finish)}, seed {made.seed}"


def notices(made: Forecast) -> list[tuple[str, list[TaskForecast]]]:
    """What whoever reads the dates has to know first, each with the tasks that it is about."""
    named = [
        ("Blocked, so all dates are the earliest ones", frozenset(made.blocked)),
        ("All of the estimated time is spent", frozenset(made.overrun)),
    ]
    found = [(heading, [task for task in made.tasks if task.id in ids]) for heading, ids in named]
    return [(heading, tasks) for heading, tasks in found if tasks]


_ESTIMATES: dict[Estimate, str] = {
    "low": "where everything takes as little as estimated",
    "mean": "where everything takes the mean of its estimate",
    "high": "where everything takes as much as estimated",
}


def length(found: CriticalPath) -> str:
    """How long the path is, which estimate was taken, and that it may be longer where something on it is blocked."""
    said = f"{working_days(found.days)}, {_ESTIMATES[found.estimate]}"
    return f"{said}; {blocked(found.blocked, 'it may take longer')}" if found.blocked else said


def path(found: CriticalPath) -> list[Span]:
    """The tasks along the path, in the order in which they are worked."""
    return [found[task_id] for task_id in found.path]


def duration(span: Span) -> str:
    """How long a task takes."""
    return working_days(span.early_finish - span.early_start)


def mean(finish: Distribution) -> str:
    """From when on, after how long in the mean, and in how many samples."""
    return f"The mean is {working_days(finish.mean_days)} from {finish.start.isoformat()} on; {samples(finish)}"
