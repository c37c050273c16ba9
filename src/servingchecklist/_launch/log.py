"""The fold of a log: for every task, the events that count.

For each field of a task the latest event wins, so a record keeps only the event that won each field. Nothing is copied out of the events,
and no event is lost.

A *record* is a list of five: the event that set the status, the one that began the work, the one that set the owner, the one that set the
due date, and the latest of all. Records are changed only while they are being built; a record that was returned is never changed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias

from .._model.status import Status
from .events import (
    Assigned,
    Begun,
    Blocked,
    DueSet,
    Finished,
    LaunchStarted,
    Migrated,
    Noted,
    Reopened,
    TaskEvent,
    Unblocked,
    Waived,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .events import Event

Record: TypeAlias = list[TaskEvent | None]
Records: TypeAlias = Mapping[str, Record]

STATUS, STARTED, OWNER, DUE, LATEST = range(5)

WINS = {
    Begun: STATUS,
    Finished: STATUS,
    Blocked: STATUS,
    Unblocked: STATUS,
    Reopened: STATUS,
    Waived: STATUS,
    Assigned: OWNER,
    DueSet: DUE,
    Noted: LATEST,
}
"""The field of the record that an event of each class sets."""

UNTOUCHED: Record = [None, None, None, None, None]
"""The record of a task without events."""


def fold(events: Iterable[Event]) -> dict[str, Record]:
    """Return the records of all tasks that have events.

    Args:
        events: The events, sorted by key.
    """
    records: dict[str, Record] = {}
    for event in events:
        if not isinstance(event, LaunchStarted | Migrated):
            record = records.get(event.task)
            if record is None:
                record = records[event.task] = [None, None, None, None, None]
            apply(record, event)
    return records


def apply(record: Record, event: TaskEvent) -> None:
    """Set the field of ``record`` that the event is about, in place."""
    kind = type(event)
    record[LATEST] = event
    if kind is Unblocked:
        if type(record[STATUS]) is Blocked:  # else there is no block to lift
            record[STATUS] = event
        return
    record[WINS[kind]] = event
    if kind is Begun:
        record[STARTED] = event
    elif kind is Reopened:
        record[STARTED] = None


def status_of(record: Record, today: date) -> Status:
    """Return the status of the task. A waiver that has expired by ``today`` no longer counts."""
    match record[STATUS]:
        case None | Reopened():
            return Status.TODO
        case Finished():
            return Status.DONE
        case Blocked():
            return Status.BLOCKED
        case Waived(expires=expires) if today <= expires:
            return Status.WAIVED
        case _:  # begun, or a block or a waiver has ended: the task returns to its earlier status
            return Status.DOING if record[STARTED] else Status.TODO


def owner_of(record: Record) -> str | None:
    """Return the owner of the task, or None."""
    assigned = record[OWNER]
    return assigned.owner if isinstance(assigned, Assigned) else None


def due_of(record: Record) -> date | None:
    """Return the due date of the task, or None."""
    due = record[DUE]
    return due.due if isinstance(due, DueSet) else None


def end_of(waiver: Waived, at: datetime) -> datetime | None:
    """Return the end of the waiver: midnight after its last day, in the time zone of ``at``; None if it had not ended by ``at``."""
    if at.date() <= waiver.expires:
        return None
    return datetime.combine(waiver.expires + timedelta(days=1), time(), at.tzinfo)


def cut(events: Sequence[Event], at: datetime) -> int:
    """Return the number of the sorted ``events`` that had happened by ``at``."""
    low, high = 0, len(events)
    while low < high:
        middle = (low + high) // 2
        if events[middle].at <= at:
            low = middle + 1
        else:
            high = middle
    return low
