"""Views of the current state of a launch, and of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._launch.timestamps import day_of
from ..._model.task import Status
from ..._planning.rules import abbreviate
from ..._text import join_words
from .. import _phrases
from .._document import Bullets, Document, Fact, Field, Fields, Item, Items, Paragraph, Progress, Section
from .checklist import details, phase_section
from .recommendations import next_section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..._launch.launch import Launch
    from ..._launch.results import Progress as ProgressOfLaunch
    from ..._launch.results import Snapshot, Tally, TaskState
    from ..._model.task import Task
    from .._document import Block, Line


def launch(value: Launch) -> Document:
    """Return a launch as it stands now."""
    return snapshot(value.snapshot())


def snapshot(value: Snapshot) -> Document:
    """Return a launch as it stands at one time: its progress, the recommendations, and each task."""
    checklist, progress = value.checklist, value.progress
    blocks: list[Block] = [
        Paragraph(f"{checklist.title}, as of {_phrases.clock(value.at)}"),
        _bar(progress.overall, _overall(progress.overall), "lead"),
        next_section(value.next),
    ]
    for number, (phase, tally) in enumerate(zip(checklist.phases, progress.by_phase, strict=True), 1):
        items = [_item(task, checklist.title_of(task), value.state(task), value.at) for task in phase.tasks]
        bar = _bar(tally, _phrases.counts(tally))
        blocks.append(phase_section(number, phase, [bar, *([Items(items, "task", "brief")] if items else [])]))
    if value.retired:
        ids = join_words(abbreviate(list(value.retired)))
        blocks.append(Paragraph(f"Not in the checklist any more, and kept in the log: {ids}."))
    return Document(value.name, blocks)


def task_state(value: TaskState) -> Document:
    """Return the state of one task, with its owner and its due date, but not whether it is overdue, which depends on the day."""
    facts = [Fact(_standing(value), f"status {value.status.value}"), *_facts(value, None)]
    body = [Bullets([account])] if (account := _account(value)) else []
    return Document(
        f"Task {value.id}", [Items([Item(value.id, facts=facts, body=body, mark=value.status.value)], "task")], False
    )


def progress(value: ProgressOfLaunch) -> Document:
    """Return the progress of a launch, overall and by phase and priority."""
    groups = [
        Field(tally.title or tally.name, [_phrases.counts(tally)]) for tally in (*value.by_phase, *value.by_priority)
    ]
    return Document("Progress", [_bar(value.overall, _overall(value.overall), "lead"), Fields(groups)], is_headed=False)


def _bar(tally: Tally, words: str, role: str = "") -> Progress:
    return Progress(tally.closed, tally.total, words, role)


def _overall(tally: Tally) -> str:
    """Return the progress in one line: ``3 of 9 done, 1 waived, 4.5 of 16.5 days of work closed``."""
    parts = [_phrases.counts(tally)]
    if total := tally.days_left + tally.days_closed:
        parts.append(f"{_phrases.days(tally.days_closed)} of {_phrases.days(total)} {days_of_work(total)} closed")
        if tally.unestimated:
            parts.append(f"{tally.unestimated} without an estimate")
    return ", ".join(parts)


def days_of_work(number: float) -> str:
    """Return the unit of a number of days."""
    return "day of work" if _phrases.days(number) == "1" else "days of work"


def _item(task: Task, title: str, state: TaskState, at: datetime) -> Item:
    status, priority = state.status.value, task.priority.value
    facts: list[Fact | Line] = [Fact(_standing(state, at), f"status {status}"), Fact(priority, f"priority {priority}")]
    body = [Bullets([account])] if (account := _account(state)) else []
    facts += _facts(state, at)
    folded = Section("Description", blocks) if (blocks := details(task)) else None
    return Item(title, task.id, facts, body, folded, mark=status, anchor=f"task-{task.id}")


def _standing(state: TaskState, at: datetime | None = None) -> str:
    """Return the status of a task, with the day since which or until which it has it."""
    if state.status is Status.WAIVED and state.waiver:
        return f"waived until {state.waiver.expires.isoformat()}"
    # Blocks and waivers come and go while a task is under way.
    moment = state.begun if state.status is Status.DOING else state.since
    if moment is None:
        return str(state.status)
    return f"{state.status} {'on' if state.status is Status.DONE else 'since'} {day_of(moment, at or moment)}"


def _facts(state: TaskState, at: datetime | None) -> Iterator[Fact | Line]:
    if state.owner:
        yield f"owner {state.owner}"
    if state.due:
        late = 0 if at is None or state.status.is_closed else (at.date() - state.due).days
        due = f"due {state.due.isoformat()}"
        yield Fact(f"overdue: {due}, {_phrases.count(late, 'day')} ago", "overdue") if late > 0 else due


def _account(state: TaskState) -> str:
    """Return the reason for the status of a task, and who recorded it; empty if there is none."""
    waiver = state.waiver
    if waiver and state.status is Status.WAIVED:
        return f"waived by {waiver.by}: {waiver.reason}"
    if waiver:
        return f"waiver expired after {waiver.expires.isoformat()}, given by {waiver.by}: {waiver.reason}"
    if not state.reason:
        return ""
    by = f", as {state.by} recorded" if state.by else ""
    return f"{'blocked' if state.status is Status.BLOCKED else 'reopened'}{by}: {state.reason}"
