"""A launch as HTML: how it stands, as a list to tick, and the review of it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..._text import escape_html
from ...launch.snapshot import Snapshot
from .. import _words
from .._shown import NEXT
from ._parts import figure, paragraph, phase_heading, ranked, span, strong, title_and_facts
from ._style import LAUNCH_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...launch.review import Review, ReviewItem
    from ...launch.state import TaskState


def launch_title(value: Snapshot | Review) -> str:
    """What the page is called."""
    return f"{value.name}: {value.checklist.title}" if isinstance(value, Snapshot) else f"Review of {value.name}"


def launch_lines(value: Snapshot | Review) -> Iterator[str]:
    """How a launch stands, or what there is to say of it from one moment to another."""
    yield f"<style>\n{LAUNCH_STYLE}\n</style>"
    yield from _snapshot(value) if isinstance(value, Snapshot) else _review(value)


def _snapshot(snapshot: Snapshot) -> Iterator[str]:
    progress = snapshot.progress
    yield f"<h1>{escape_html(snapshot.name)}</h1>"
    yield from paragraph(f"{snapshot.checklist.title}, as of {_words.clock(snapshot.at)}")
    yield from strong(_words.progress(progress.overall))
    yield from _next(snapshot)
    for number, (phase, tally) in enumerate(zip(snapshot.checklist.phases, progress.by_phase, strict=True), 1):
        yield "<section>"
        yield phase_heading(number, phase.title)
        yield from paragraph(_words.counts(tally))
        if phase.tasks:
            yield '<ul class="scl-tasks scl-brief">'
            for task in phase.tasks:
                yield from _task(snapshot.state(task), snapshot)
            yield "</ul>"
        yield "</section>"
    yield from paragraph(_words.retired(snapshot))


def _task(state: TaskState, snapshot: Snapshot) -> Iterator[str]:
    at = snapshot.at
    yield '<li class="scl-task">'
    yield f'<span class="scl-mark scl-{state.status.value}" aria-hidden="true"></span>'
    facts = [
        f"<code>{state.id}</code>",
        span(_words.standing(state, at), f"scl-status scl-{state.status.value}"),
        span(escape_html(_words.owner(state))),
        span(_words.due(state, at), "scl-overdue" if _words.is_overdue(state, at) else ""),
    ]
    yield from title_and_facts(snapshot.checklist.title_of(state.id), facts)
    yield from paragraph(_words.account(state))
    yield "</li>"


def _review(review: Review) -> Iterator[str]:
    yield f"<h1>Review of {escape_html(review.name)}</h1>"
    yield from paragraph(f"{review.title}, {_words.period(review)}")
    yield from strong(_words.change(review))
    yield from figure(review)
    if not review.lists:
        yield from paragraph(_words.NOTHING_HAPPENED)
    yield from _slip(review)
    if review.lists:
        yield '<div class="scl-lists">'
        for heading, items in review.lists:
            yield from _list(heading, items)
        yield "</div>"
    yield from _next(review)
    if review.now.by_phase:
        yield "<section>"
        yield f"<h2>{_words.BY_PHASE}</h2>"
        yield from _phases(_words.phase_changes(review))
        yield "</section>"


def _slip(review: Review) -> Iterator[str]:
    if moved := _words.slip(review):
        yield '<section class="scl-notice">'
        yield f"<h2>{_words.FORECAST}</h2>"
        yield from strong(moved[0])
        yield from chain.from_iterable(map(paragraph, moved[1:]))
        if causes := _words.causes(review):
            yield from paragraph(_words.CAUSES)
            yield from _items(causes)
        yield "</section>"


def _list(heading: str, items: Sequence[ReviewItem]) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{heading}</h2>"
    yield from _items(items)
    yield "</section>"


def _items(items: Sequence[ReviewItem]) -> Iterator[str]:
    yield '<ul class="scl-items">'
    for item in items:
        yield "<li>"
        yield from title_and_facts(item.title, [f"<code>{item.id}</code>", span(escape_html(item.words))])
        yield "</li>"
    yield "</ul>"


def _next(value: Snapshot | Review) -> Iterator[str]:
    yield '<section class="scl-next">'
    yield f"<h2>{NEXT}</h2>"
    yield from ranked(value.next)
    yield "</section>"


def _phases(phases: Sequence[tuple[str, Sequence[_words.Change]]]) -> Iterator[str]:
    units = ["Tasks", "Days of work"][: max(len(changes) for _, changes in phases)]
    yield '<table class="scl-phases">'
    yield "<thead>"
    headings = [f'<th scope="col">{heading}</th>' for heading in ("Phase", *units)]
    yield f"<tr>{''.join(headings)}</tr>"
    yield "</thead>"
    yield "<tbody>"
    for name, changes in phases:
        cells = [f"<td>{one.then} \N{RIGHTWARDS ARROW} {one.now} of {one.total}</td>" for one in changes]
        cells += ["<td></td>"] * (len(units) - len(cells))
        yield f'<tr><th scope="row"><code>{name}</code></th>{"".join(cells)}</tr>'
    yield "</tbody>"
    yield "</table>"
