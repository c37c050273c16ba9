"""The state of a launch as input of a forecast: tasks closed, under way, blocked, owned and due, and the days worked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from .._model.status import Status
from .._planning.forecast import Slot
from .events import Finished, LaunchStarted, Migrated, Reopened, Waived
from .log import STARTED, STATUS, UNTOUCHED, apply, due_of, end_of, owner_of, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from .._planning.calendar import Calendar
    from .events import Event, TaskEvent
    from .log import Record, Records

_ONE_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Standing:
    """The state of all tasks at one moment, as input of a forecast.

    Attributes:
        at: The moment.
        records: The records of the log.
        done: The ids of the tasks that are done or waived.
        closed_on: The day on which each of them was closed.
        under_way: The working days spent on each task that is under way, or was when it was blocked.
        blocked: The ids of the tasks that are blocked.
        owners: The owners of tasks.
        due: The due dates of tasks.
        past: The days on which tasks were worked: those before today, and today for a task that was finished, blocked or waived today.
    """

    at: datetime
    records: Records
    done: frozenset[str]
    closed_on: Mapping[str, date]
    under_way: Mapping[str, float]
    blocked: frozenset[str]
    owners: Mapping[str, str]
    due: Mapping[str, date]
    past: tuple[Slot, ...]

    @property
    def today(self) -> date:
        """The date of the moment, in its own time zone."""
        return self.at.date()


def standing(events: Iterable[Event], at: datetime, calendar: Calendar) -> Standing:
    """Return the state of all tasks at a moment.

    Args:
        events: The log up to that moment.
        at: The moment; dates are in its time zone.
        calendar: The calendar of working days.
    """
    replay = _Replay(at)
    replay.run(events)
    records, pieces, today = replay.records, replay.pieces, at.date()
    status = {task_id: status_of(record, today) for task_id, record in records.items()}
    begun = {
        task_id: _worked(pieces[task_id], today, calendar)
        for task_id, one in status.items()
        if not one.is_closed and records[task_id][STARTED]
    }
    closed_on = {
        task_id: mark.at.astimezone(at.tzinfo).date()
        for task_id, one in status.items()
        if one.is_closed and (mark := records[task_id][STATUS])
    }
    owners = {task_id: owner for task_id, record in records.items() if (owner := owner_of(record))}
    return Standing(
        at=at,
        records=records,
        done=frozenset(closed_on),
        closed_on=closed_on,
        under_way=begun,
        blocked=frozenset(task_id for task_id, one in status.items() if one is Status.BLOCKED),
        owners=owners,
        due={task_id: due for task_id, record in records.items() if (due := due_of(record))},
        past=tuple(
            Slot(id=task_id, start=first, finish=last, owner=owners.get(task_id))
            for task_id, worked in pieces.items()
            for first, last in _days(worked, today)
        ),
    )


class _Piece:
    """A range of days on which a task was under way; ``finish`` is None while it still is."""

    __slots__ = ("finish", "start")

    def __init__(self, start: date, finish: date | None = None) -> None:
        self.start = start
        self.finish = finish


def _worked(pieces: list[_Piece], today: date, calendar: Calendar) -> float:
    # The clock of an event may run ahead of the clock that gives today.
    return float(sum(max(calendar.between(piece.start, piece.finish or today), 0) for piece in pieces))


def _days(pieces: list[_Piece], today: date) -> list[tuple[date, date]]:
    """Return the first and the last day of each period of work; a task begun only today has no past yet.

    Pieces that share a day or lie on adjacent days are one period.
    """
    found: list[tuple[date, date]] = []
    for piece in pieces:
        first, last = piece.start, piece.finish or today - _ONE_DAY
        if found and first <= found[-1][1] + _ONE_DAY:
            found[-1] = found[-1][0], max(found[-1][1], last)
        elif first <= last:
            found.append((first, last))
    return found


class _Replay:
    """One replay of the log, to find the days on which each task was under way."""

    def __init__(self, at: datetime) -> None:
        self.records: dict[str, Record] = {}
        self.pieces: dict[str, list[_Piece]] = {}
        self._at = at

    def run(self, events: Iterable[Event]) -> None:
        """Replay all events in the order of time."""
        for event in events:
            if not isinstance(event, LaunchStarted | Migrated):
                self._step(event)
        for task_id in self.records:
            self._go_on(task_id, self._at)

    def _step(self, event: TaskEvent) -> None:
        task_id, moment = event.task, event.at.astimezone(self._at.tzinfo)
        record = self.records.setdefault(task_id, UNTOUCHED.copy())
        self._go_on(task_id, moment)
        apply(record, event)
        if isinstance(event, Reopened):  # all of the work is to do again
            self.pieces.pop(task_id, None)
        day, is_doing = moment.date(), status_of(record, moment.date()) is Status.DOING
        if is_doing and not self._is_on(task_id):
            self.pieces.setdefault(task_id, []).append(_Piece(day))
        elif not is_doing and self._is_on(task_id):
            self.pieces[task_id][-1].finish = day
        elif isinstance(event, Finished) and task_id not in self.pieces:
            # Its beginning was not recorded: only the day on which it was finished is known.
            self.pieces[task_id] = [_Piece(day, day)]

    def _is_on(self, task_id: str) -> bool:
        return task_id in self.pieces and self.pieces[task_id][-1].finish is None

    def _go_on(self, task_id: str, moment: datetime) -> None:
        """Resume a task that was begun and whose waiver has expired by ``moment``."""
        mark = self.records[task_id][STATUS]
        if not isinstance(mark, Waived) or not self.records[task_id][STARTED] or self._is_on(task_id):
            return
        if end := end_of(mark, moment):
            first = max(end, mark.at.astimezone(self._at.tzinfo)).date()
            self.pieces.setdefault(task_id, []).append(_Piece(first))
