"""Views of the current state of a launch, of its parts, and of a review of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._model.task import Status
from ..._model.timestamps import day_of
from ..._planning.options import DEFAULTS
from ..._planning.rules import abbreviate
from ..._text import count, join_words
from .. import _phrases
from .._document import (
    Bullets,
    Code,
    Document,
    Fact,
    Field,
    Fields,
    Figure,
    Item,
    Items,
    Paragraph,
    Progress,
    Row,
    Section,
    Table,
)
from .._layout import blocks as prose
from .._layout import inline
from .checklist import by_section, details, labels, next_section, page, pages, phase_section, terms, waits, waits_until
from .planning import stated_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from ..._launch.launch import Launch
    from ..._launch.results import Progress as ProgressOfLaunch
    from ..._launch.results import Snapshot, Tally, TaskState
    from ..._launch.review import Review, ReviewItem, Slip
    from ..._model.task import Task
    from .._document import Block, Line


def launch(value: Launch) -> Document:
    """Return a launch as it stands now."""
    return snapshot(value.snapshot())


def snapshot(value: Snapshot) -> Document:
    """Return a launch as it stands at one time: its progress, the recommendations, and each task."""
    checklist, progress = value.checklist, value.progress
    blocks: list[Block] = [
        Paragraph(f"{_phrases.titled(checklist.title, value.topic)}, as of {_phrases.clock(value.at)}"),
        *_selection(value.selection),
        *_ahead(value),
        _bar(progress.overall, _overall(progress.overall), "lead"),
        next_section(value.next),
    ]
    states = {state.id: state for state in value.states}
    tallies = {tally.name: tally for tally in progress.by_phase}
    for number, phase in enumerate(checklist.phases, 1):
        if phase.id not in tallies:
            continue
        tasks = [task for task in phase.tasks if task.id in states]
        items = [_item(task, states[task.id], value.at) for task in tasks]
        bar = _bar(tallies[phase.id], _phrases.counts(tallies[phase.id]))
        blocks.append(phase_section(number, phase, [bar, *by_section(tasks, items, "brief")]))
    if value.subject or value.evidence or value.gates:
        from . import proof  # few launches have any yet

        if value.gates:
            lines = [f"{gate.title} ({gate.id}): {gate.decision.words}" for gate in value.gates]
            blocks.append(Section("Gates", [Bullets(lines)]))
        blocks += [*proof.subject(value.subject, "Subject"), *proof.records(value.evidence, "Evidence")]
    if value.retired:
        ids = join_words(abbreviate(list(value.retired)))
        blocks.append(Paragraph(f"Not in the checklist any more, and kept in the log: {ids}."))
    return Document(value.name, blocks)


def task_state(value: TaskState) -> Document:
    """Return the state of one task, with its owner and its due date, but not whether it is overdue, which depends on the day."""
    facts = [Fact(_status(value), f"status {value.status.value}"), *_facts(value, None)]
    item = Item(value.id, facts=facts, body=[*_boxes(value), *_body(value, None)], mark=value.status.value)
    return Document(f"Task {value.id}", [Items([item], "task")], False)


def task_in_full(value: Snapshot, task: str) -> Document:
    """Return one task of a launch: its state, and what the checklist says of it."""
    item = _item(value.checklist[task], value.state(task), value.at)
    if item.folded:
        item.body, item.folded = [*item.body, *item.folded.blocks], None
    return Document(item.title, [Items([item], "task")], is_headed=False)


def brief(value: Snapshot) -> Document:
    """Return a launch in a few lines: its progress, what is overdue, and what to do next."""
    day = value.at.date()
    overdue = [state.id for state in value.states if state.due and state.due < day and not state.status.is_closed]
    blocks: list[Block] = [
        *progress(value.progress).blocks,
        *([Paragraph(f"Overdue: {join_words(abbreviate(overdue))}.")] if overdue else []),
        next_section(value.next),
    ]
    return Document(f"{value.name}: {_phrases.titled(value.checklist.title, value.topic)}", blocks)


def progress(value: ProgressOfLaunch) -> Document:
    """Return the progress of a launch, overall and by phase and priority."""
    groups = [
        Field(tally.title or tally.name, [_phrases.counts(tally)]) for tally in (*value.by_phase, *value.by_priority)
    ]
    return Document("Progress", [_bar(value.overall, _overall(value.overall), "lead"), Fields(groups)], is_headed=False)


def _selection(pairs: Sequence[tuple[str, str]]) -> list[Paragraph]:
    """Return what tasks were selected by; nothing where all are shown."""
    return [Paragraph(f"Only {join_words([f'{key} {value}' for key, value in pairs])}")] if pairs else []


def _ahead(value: Snapshot | Review) -> list[Paragraph]:
    """Return the events in the future, as of a clock that ran ahead; nothing where there are none."""
    events = [f"{event.id[:8]} ({event.kind}) of {event.task} on {day_of(event.at, value.at)}" for event in value.ahead]
    words = f"In the future: {join_words(abbreviate(events))}. What a wrong clock recorded can be retracted."
    return [Paragraph(words, "meta")] if events else []


def _bar(tally: Tally, words: str, role: str = "") -> Progress:
    return Progress(tally.closed, tally.total, words, role)


def _overall(tally: Tally) -> str:
    """Return the progress in one line: ``3 of 9 done, 1 waived, 4.5 of 16.5 days of work closed``."""
    parts = [_phrases.counts(tally)]
    if total := _days(tally):
        parts.append(f"{_phrases.days(tally.days_closed)} of {_phrases.days(total)} days of work closed")
        if tally.unestimated:
            parts.append(f"{tally.unestimated} without an estimate")
    if tally.steps:
        parts.append(f"{tally.steps_done:,} of {tally.steps:,} steps ticked")
    return ", ".join(parts)


def _item(task: Task, state: TaskState, at: datetime) -> Item:
    status, priority = state.status.value, task.priority.value
    facts: list[Fact | Line] = [Fact(_status(state, at), f"status {status}"), Fact(priority, f"priority {priority}")]
    facts += _facts(state, at, task)
    boxes = _boxes(state)
    # Steps are worth a line each while work is under way, and where some are ticked and some are not.
    shown = boxes if state.status is Status.DOING or len({step.done for step in state.steps}) > 1 else []
    if boxes and not shown and state.status not in (Status.WAIVED, Status.NOT_APPLICABLE):
        facts.append(f"{sum(step.done for step in state.steps)} of {len(state.steps)} steps")
    facts += [*terms(task), *([labels(task.labels)] if task.labels else [])]
    folded = (
        Section("Description" if task.description else "Details", blocks)
        if (blocks := details(task, [] if shown else boxes))
        else None
    )
    return Item(task.title, task.id, facts, [*shown, *_body(state, at)], folded, mark=status, anchor=f"task-{task.id}")


def _boxes(state: TaskState) -> list[Bullets]:
    """Return the steps of a task as boxes, with the ids by which they are ticked."""
    texts = [inline(step.text) for step in state.steps]
    runs = [(text,) if isinstance(text, str) else text for text in texts]
    lines = [(Code([step.id]), " ", *line) for step, line in zip(state.steps, runs, strict=True)]
    return [Bullets(lines, ["done" if step.done else "todo" for step in state.steps])] if lines else []


def _body(state: TaskState, at: datetime | None) -> list[Block]:
    """Return the reason for the status of a task, its references and its latest note."""
    reasons: list[Line] = [reason] if (reason := _reason(state, at)) else []
    lines = [*reasons, *map(page, state.references)]
    body: list[Block] = [Bullets(lines)] if lines else []
    if state.note:
        day = f", {day_of(state.note_at, at or state.note_at)}" if state.note_at else ""
        caption = f"Note by {state.note_by}{day}:" if state.note_by else "Note:"
        body += [Paragraph(caption, "meta"), *prose(state.note)]
    return body


def _status(state: TaskState, at: datetime | None = None) -> str:
    """Return the status of a task, with the day since which or until which it has it."""
    if state.status is Status.WAIVED and state.waiver:
        return f"waived until {state.waiver.expires.isoformat()}"
    # Blocks and waivers come and go while a task is under way.
    since = state.begun if state.status is Status.DOING else state.since
    if since is None or state.status is Status.NOT_APPLICABLE:  # its reason says since when: here it would be too wide
        return state.status.words
    return f"{state.status.words} {'on' if state.status is Status.DONE else 'since'} {day_of(since, at or since)}"


def _facts(state: TaskState, at: datetime | None, task: Task | None = None) -> Iterator[Fact | Line]:
    if state.owner:
        yield f"owner {state.owner}"
    if state.waits_for and not state.status.is_closed:
        yield waits(state.waits_for, task)
    if task and state.status is Status.TODO:
        yield from waits_until(task, state.not_before)
    if state.due:
        late = 0 if at is None or state.status.is_closed else (at.date() - state.due).days
        due = f"due {state.due.isoformat()}"
        yield Fact(f"overdue: {due}, {count(late, 'day')} ago", "overdue") if late > 0 else due


def _reason(state: TaskState, at: datetime | None) -> str:
    """Return the reason for the status of a task, and who recorded it; empty if there is none."""
    waiver = state.waiver
    if waiver and state.status is Status.WAIVED:
        return f"waived by {waiver.by}: {waiver.reason}"
    if waiver:
        return f"waiver expired after {waiver.expires.isoformat()}, given by {waiver.by}: {waiver.reason}"
    if not state.reason:
        return ""
    by = f", as {state.by} recorded" if state.by else ""
    if state.status is Status.NOT_APPLICABLE and state.since:
        by = f" since {day_of(state.since, at or state.since)}{by}"
    return f"{'reopened' if state.status is Status.TODO else state.status.words}{by}: {state.reason}"


def review(value: Review) -> Document:
    """Return a review: the closed tasks, the changes of the forecast, the lists, the recommendations, and the phases."""
    before, now = value.before.overall, value.now.overall
    blocks: list[Block] = [
        Paragraph(f"{_phrases.titled(value.title, value.topic)}, {_period(value)}"),
        *_selection(value.selection),
        *_ahead(value),
        Paragraph(f"Closed: {', '.join(_changes(before, now))}", "lead"),
        Figure(value, f"Burn-up of {value.name}", _burn_up(value)),
    ]
    if not value.lists:
        blocks.append(Paragraph("Nothing to list."))
    blocks += _forecast(value)
    blocks += [Section(heading, [_review_items(items)], role="brief") for heading, items in value.lists]
    blocks.append(next_section(value.next))
    phases = [*zip(value.before.by_phase, value.now.by_phase, strict=False)]
    if phases:
        columns = ("Tasks", "Days of work") if any(_days(now) for _, now in phases) else ("Tasks",)
        rows = [Row(Item(now.title or now.name), _cells(then, now, len(columns))) for then, now in phases]
        blocks.append(Section("Closed by phase", [Table(("Phase", *columns), rows, numbers=columns)]))
    return Document(f"Review of {value.name}", blocks)


def _period(review: Review) -> str:
    """Return the period of a review: two days or, within one day, two times."""
    first, last = _phrases.when(review.since, review), _phrases.when(review.at, review)
    words = f"from {first} to {last}"
    day = day_of(review.at, review.at)
    return words if last == day else f"on {day} {words} {_phrases.zone(review.at)}"


def _burn_up(review: Review) -> str:
    before, now = review.before.overall, review.now.overall
    first, last = _phrases.when(review.since, review), _phrases.when(review.at, review)
    return f"Burn-up: by {first}, {_phrases.counts(before)}; by {last}, {_phrases.counts(now)}."


def _days(tally: Tally) -> float:
    return tally.days_left + tally.days_closed


def _changes(before: Tally, now: Tally) -> Iterator[str]:
    """Yield the change in tasks and, where tasks state their effort, in days of work."""
    yield f"{_tasks(before, now)} tasks{_by(before.closed, now.closed)}"
    if _days(now):
        yield f"{_days_closed(before, now)} days of work{_by(round(before.days_closed, 1), round(now.days_closed, 1))}"


def _cells(before: Tally, now: Tally, columns: int) -> list[str]:
    return [_tasks(before, now), _days_closed(before, now) if _days(now) else ""][:columns]


def _tasks(before: Tally, now: Tally) -> str:
    return _turned(str(before.closed), str(now.closed), str(now.total))


def _days_closed(before: Tally, now: Tally) -> str:
    return _turned(*map(_phrases.days, (before.days_closed, now.days_closed, _days(now))))


def _turned(then: str, now: str, total: str) -> str:
    return f"still {now} of {total}" if then == now else f"from {then} to {now} of {total}"


def _by(then: float, now: float) -> str:
    """Return the difference in brackets; nothing where there is none."""
    by = f"{now - then:+.1f}".removesuffix(".0")
    return "" if by in ("+0", "-0") else f" ({by})"


def _review_items(items: Sequence[ReviewItem]) -> Items:
    return Items([Item(item.title, item.id, [item.words], _proof(item)) for item in items], role="brief")


def _proof(item: ReviewItem) -> list[Block]:
    """Return the references and the note of the event behind an entry."""
    return [*pages(item.references), *prose(item.note)]


def _forecast(review: Review) -> Iterator[Section]:
    """Yield how the forecast has moved; nothing if nothing was left to forecast or there is no forecast."""
    if not review.slip or _is_closed(review.before.overall):
        return
    slip = review.slip
    if _is_closed(review.now.overall):
        blocks: list[Block] = [Paragraph(_finished(slip), "lead")]
    else:
        then, now = slip.then.p50.isoformat(), slip.now.p50.isoformat()
        half = f"P50 went from {then} to {now}" if then != now else f"P50 is still {now}"
        blocks = [Paragraph(_moved(slip), "lead"), Paragraph(half)]
        if slip.blocked:
            blocks.append(Paragraph(_phrases.blocked(slip.blocked, "these dates are the earliest ones")))
    if slip.options != DEFAULTS:
        blocks.append(stated_options(slip.options))
    if slip.causes:
        blocks.append(Section("What moved it most", [_review_items(slip.causes)]))
    yield Section("Forecast", blocks, role="notice")


def _is_closed(tally: Tally) -> bool:
    return tally.closed == tally.total


def _moved(slip: Slip) -> str:
    then, now = slip.then.p80.isoformat(), slip.now.p80.isoformat()
    if not slip.days:
        return f"P80 has not moved: {now}"
    size = _phrases.working_days(abs(slip.days))
    if slip.days > 0:
        return f"P80 slipped by {size}, from {then} to {now}"
    return f"P80 is {size} earlier: {now}, not {then}"


def _finished(slip: Slip) -> str:
    day, then = slip.now.start.isoformat(), slip.then.p80.isoformat()
    if not slip.days:
        return f"Finished on {day}, by P80 as it was ({then})"
    side = "later" if slip.days > 0 else "earlier"
    return f"Finished on {day}, {_phrases.working_days(abs(slip.days))} {side} than P80 as it was ({then})"
