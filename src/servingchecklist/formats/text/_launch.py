"""A launch as plain text: how it stands, as an outline of one line a task, and the review of it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from ...launch.snapshot import Snapshot
from ...launch.status import Status
from .. import _words
from .._shown import NEXT
from ._parts import hanging, heading, ranked, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...launch.review import Review, ReviewItem
    from ...launch.state import TaskState

_BOXES: Mapping[Status, str] = {
    Status.TODO: "[ ]",
    Status.DOING: "[>]",
    Status.BLOCKED: "[!]",
    Status.DONE: "[x]",
    Status.WAIVED: "[~]",
}
_STATUS_WIDTH = max(len(status.value) for status in Status)


def launch_lines(value: Snapshot | Review) -> Iterator[str]:
    """How a launch stands, or what there is to say of it from one moment to another."""
    return _snapshot(value) if isinstance(value, Snapshot) else _review(value)


def _snapshot(snapshot: Snapshot) -> Iterator[str]:
    progress = snapshot.progress
    yield from heading(snapshot.name)
    yield snapshot.checklist.title
    yield f"As of {_words.clock(snapshot.at)}"
    yield _words.progress(progress.overall)
    yield f"\n{NEXT}"
    yield from ranked(snapshot.next)
    table = _Table(snapshot)
    for number, (phase, tally) in enumerate(zip(snapshot.checklist.phases, progress.by_phase, strict=True), 1):
        yield f"\n{number:02} {phase.title}: {_words.counts(tally)}"
        for task in phase.tasks:
            yield from table.rows(snapshot.state(task))
    if told := _words.retired(snapshot):
        yield wrap(f"\n{told}", "")


class _Table:
    """The tasks in columns that are as wide as they have to be."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._ids = max((len(state.id) for state in snapshot.states), default=0)
        self._days = max((len(_words.since(state, snapshot.at)) for state in snapshot.states), default=0)

    def rows(self, state: TaskState) -> Iterator[str]:
        """The line of a task and, where there is more to tell, what stands below it."""
        at, status = self._snapshot.at, state.status
        id_column = f"   {_BOXES[status]} {state.id:<{self._ids}}  "
        lead = f"{id_column}{status!s:<{_STATUS_WIDTH}}  "
        if self._days:
            lead += f"{_words.since(state, at):<{self._days}}  "
        yield hanging(lead, self._snapshot.checklist.title_of(state.id))
        facts = [] if status.is_settled else [_words.owner(state), _words.due(state, at)]
        account = _words.account(state)
        if status is Status.WAIVED and state.waiver:
            account = f"until {state.waiver.expires.isoformat()}, {account}"
        for line in filter(None, ["; ".join(filter(None, facts)), account]):
            yield hanging(" " * len(id_column), line)


def _review(review: Review) -> Iterator[str]:
    yield from heading(f"Review of {review.name}")
    yield review.title
    period = _words.period(review)
    yield f"{period[0].upper()}{period[1:]}"
    yield wrap(_words.change(review), "")
    if not review.lists:
        yield f"\n{_words.NOTHING_HAPPENED}"
    causes = _words.causes(review)
    ids = max((len(item.id) for items in (causes, *(items for _, items in review.lists)) for item in items), default=0)
    if moved := _words.slip(review):
        yield f"\n{_words.FORECAST}"
        yield from moved
        yield from ([_words.CAUSES, *_items(causes, ids)] if causes else [])
    for title, items in review.lists:
        yield f"\n{title}"
        yield from _items(items, ids)
    yield f"\n{NEXT}"
    yield from ranked(review.next)
    if review.now.by_phase:
        yield f"\n{_words.BY_PHASE}"
        yield from _aligned([_phase_cells(*phase) for phase in _words.phase_changes(review)])


def _items(items: Sequence[ReviewItem], ids: int) -> Iterator[str]:
    for item in items:
        lead = f"   {item.id:<{ids}}  "
        yield hanging(lead, item.title)
        yield hanging(" " * len(lead), item.words)


def _phase_cells(name: str, changes: list[_words.Change]) -> list[str]:
    cells = [name]
    for one in changes:
        cells += ["", one.then, "->", one.now, "of", one.total, one.unit]
    return cells


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Rows of cells in columns, numbers flush right."""
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    for row in rows:
        cells = [
            f"{cell:{'>' if cell[:1].isdigit() else '<'}{width}}" for cell, width in zip(row, widths, strict=False)
        ]
        yield f"   {' '.join(cells)}".rstrip()
