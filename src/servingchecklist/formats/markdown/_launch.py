"""A launch as Markdown: how it stands, as a task list, and the review of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_markdown
from ...launch.snapshot import Snapshot
from ...launch.status import Status
from .. import _words
from .._shown import NEXT
from ._parts import one_line, ranked, title_and_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...launch.review import Review, ReviewItem
    from ...launch.state import TaskState


def launch_blocks(value: Snapshot | Review) -> Iterator[str]:
    """How a launch stands, or what there is to say of it from one moment to another."""
    return _snapshot(value) if isinstance(value, Snapshot) else _review(value)


def _snapshot(snapshot: Snapshot) -> Iterator[str]:
    progress = snapshot.progress
    yield f"# {escape_markdown(snapshot.name)}"
    yield f"{escape_markdown(snapshot.checklist.title)}, as of {_words.clock(snapshot.at)}"
    yield _words.progress(progress.overall)
    yield f"## {NEXT}"
    yield from ranked(snapshot.next)
    for number, (phase, tally) in enumerate(zip(snapshot.checklist.phases, progress.by_phase, strict=True), 1):
        yield f"## {number:02} {escape_markdown(phase.title)}"
        yield _words.counts(tally)
        if phase.tasks:
            yield "\n".join(_task(snapshot.state(task), snapshot) for task in phase.tasks)
    if told := _words.retired(snapshot):
        yield escape_markdown(told)


def _task(state: TaskState, snapshot: Snapshot) -> str:
    at = snapshot.at
    facts = [_words.standing(state, at), escape_markdown(_words.owner(state)), _words.due(state, at)]
    box = "[x]" if state.status is Status.DONE else "[ ]"
    line = f"- {box} {title_and_facts(snapshot.checklist.title_of(state.id), f'`{state.id}`', *facts)}"
    account = _words.account(state)
    return f"{line}\n  - {escape_markdown(account)}" if account else line


def _review(review: Review) -> Iterator[str]:
    yield f"# Review of {escape_markdown(review.name)}"
    yield f"{escape_markdown(review.title)}, {_words.period(review)}"
    yield _words.change(review)
    if not review.lists:
        yield _words.NOTHING_HAPPENED
    if moved := _words.slip(review):
        yield f"## {_words.FORECAST}"
        yield from moved
    if moved and (causes := _words.causes(review)):
        yield _words.CAUSES
        yield "\n".join(map(_item, causes))
    for heading, items in review.lists:
        yield f"## {heading}"
        yield "\n".join(map(_item, items))
    yield f"## {NEXT}"
    yield from ranked(review.next)
    if review.now.by_phase:
        yield f"## {_words.BY_PHASE}"
        yield "\n".join(f"- `{name}`: {', '.join(map(str, changes))}" for name, changes in _words.phase_changes(review))


def _item(item: ReviewItem) -> str:
    return f"- {title_and_facts(item.title, f'`{item.id}`', one_line(item.words))}"
