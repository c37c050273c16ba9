"""What a log comes to: for every task, the events that count.

For one field of a task the latest event wins, so all there is to keep of a task is which event won each field. Nothing is copied out of
the events, and nothing that was recorded is lost.

A *record* is a list of five: the event that set the status, the one that began the work, the one that set the owner, the one that set the due
date, and the latest of all. Records are changed only while they are being made; what has been handed out is never touched again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias

from .events import (
    Assigned,
    Blocked,
    DueSet,
    Finished,
    LaunchStarted,
    Moved,
    Noted,
    Reopened,
    Started,
    TaskEvent,
    Unblocked,
    Waived,
)
from .status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .events import Event

Record: TypeAlias = list[TaskEvent | None]
Records: TypeAlias = Mapping[str, Record]

STATUS, STARTED, OWNER, DUE, LATEST = range(5)

WINS = {
    Started: STATUS,
    Finished: STATUS,
    Blocked: STATUS,
    Unblocked: STATUS,
    Reopened: STATUS,
    Waived: STATUS,
    Assigned: OWNER,
    DueSet: DUE,
    Noted: LATEST,
}
"""Which field an event of a class is about."""

UNTOUCHED: Record = [None, None, None, None, None]
"""The record of a task of which nothing was said yet."""


def fold(events: Iterable[Event]) -> dict[str, Record]:
    """The records of all tasks of which anything was said.

    Args:
        events: In the order of their keys.
    """
    records: dict[str, Record] = {}
    for event in events:
        if not isinstance(event, LaunchStarted | Moved):
            record = records.get(event.task)
            if record is None:
                record = records[event.task] = [None, None, None, None, None]
            apply(record, event)
    return records


def apply(record: Record, event: TaskEvent) -> None:
    """Let the event win what it is about. ``record`` is changed."""
    kind = type(event)
    record[LATEST] = event
    if kind is Unblocked:
        if type(record[STATUS]) is Blocked:  # else there is nothing left that it could lift
            record[STATUS] = event
        return
    record[WINS[kind]] = event
    if kind is Started:
        record[STARTED] = event
    elif kind is Reopened:
        record[STARTED] = None


def status_of(record: Record, today: date) -> Status:
    """Where the task stands. A waiver that has expired by ``today`` no longer counts."""
    match record[STATUS]:
        case None | Reopened():
            return Status.TODO
        case Finished():
            return Status.DONE
        case Blocked():
            return Status.BLOCKED
        case Waived(expires=expires) if today <= expires:
            return Status.WAIVED
        case _:  # it was started, or a block or a waiver is over: it goes on where it was
            return Status.DOING if record[STARTED] else Status.TODO


def owner_of(record: Record) -> str | None:
    """Who owns the task, or None."""
    assigned = record[OWNER]
    return assigned.owner if isinstance(assigned, Assigned) else None


def due_of(record: Record) -> date | None:
    """When the task is due, or None."""
    due = record[DUE]
    return due.due if isinstance(due, DueSet) else None


def end_of(waiver: Waived, at: datetime) -> datetime | None:
    """When the waiver ended: at midnight after its last day, in the time zone of ``at``; None where it had not by ``at``."""
    if at.date() <= waiver.expires:
        return None
    return datetime.combine(waiver.expires + timedelta(days=1), time(), at.tzinfo)


def cut(events: Sequence[Event], at: datetime) -> int:
    """How many of the events, which are in order, had happened by ``at``."""
    low, high = 0, len(events)
    while low < high:
        middle = (low + high) // 2
        if events[middle].at <= at:
            low = middle + 1
        else:
            high = middle
    return low
