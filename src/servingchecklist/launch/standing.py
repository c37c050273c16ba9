"""Where a launch stands, in the words of a forecast: what is settled, under way, blocked, owned and due, and what was worked when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from ..planning.forecast import Slot
from .events import Blocked, Finished, LaunchStarted, Reopened, Started, Unblocked, Waived
from .log import STARTED, due_of, end_of, owner_of, status_of
from .status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from ..planning.calendar import Calendar
    from .events import Event, TaskEvent
    from .log import Records

_ONE_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class Standing:
    """Where every task stands.

    Attributes:
        at: The moment that was looked at.
        records: What the log came to.
        done: The ids of the tasks that are done or waived.
        under_way: How many working days were spent on each task that is under way, or was so when it was blocked.
        blocked: The ids of the tasks that are blocked.
        owners: Whose tasks are.
        due: When tasks are due.
        past: When tasks were worked before today, and what was finished today.
    """

    at: datetime
    records: Records
    done: frozenset[str]
    under_way: Mapping[str, float]
    blocked: frozenset[str]
    owners: Mapping[str, str]
    due: Mapping[str, date]
    past: tuple[Slot, ...]

    @property
    def today(self) -> date:
        """The day of that moment, on its own calendar."""
        return self.at.date()


def standing(events: Iterable[Event], records: Records, at: datetime, calendar: Calendar) -> Standing:
    """Where every task stands at a moment.

    Args:
        events: The log up to that moment.
        records: What it comes to.
        at: The moment; days are those of its calendar.
        calendar: Which days are worked.
    """
    today = at.date()
    status = {task_id: status_of(record, today) for task_id, record in records.items()}
    stretches = _stretches(events, at)
    begun = {
        task_id: _worked(stretches[task_id], today, calendar)
        for task_id, one in status.items()
        if not one.is_settled and records[task_id][STARTED]
    }
    owners = {task_id: owner for task_id, record in records.items() if (owner := owner_of(record))}
    return Standing(
        at=at,
        records=records,
        done=frozenset(task_id for task_id, one in status.items() if one.is_settled),
        under_way=begun,
        blocked=frozenset(task_id for task_id, one in status.items() if one is Status.BLOCKED),
        owners=owners,
        due={task_id: due for task_id, record in records.items() if (due := due_of(record))},
        past=tuple(
            Slot(id=task_id, start=first, finish=last, owner=owners.get(task_id))
            for task_id, pieces in stretches.items()
            for first, last in _days(pieces, today)
        ),
    )


class _Piece:
    """Some days on which a task was under way: from one on, and up to another or, where that is None, still."""

    __slots__ = ("finish", "start")

    def __init__(self, start: date, finish: date | None = None) -> None:
        self.start = start
        self.finish = finish


def _worked(pieces: list[_Piece], today: date, calendar: Calendar) -> float:
    return float(sum(calendar.between(piece.start, piece.finish or today) for piece in pieces))


def _days(pieces: list[_Piece], today: date) -> list[tuple[date, date]]:
    """The first and the last day of each piece; what has only begun today has no past yet."""
    ends = [(piece.start, piece.finish or today - _ONE_DAY) for piece in pieces]
    return [(first, last) for first, last in ends if first <= last]


def _stretches(events: Iterable[Event], at: datetime) -> dict[str, list[_Piece]]:
    """When each task was worked. Reopening a task forgets what went before, since all of it is to do again."""
    found: dict[str, list[_Piece]] = {}
    mark: dict[str, TaskEvent] = {}  # what stopped the work on a task last

    def day(moment: datetime) -> date:
        return moment.astimezone(at.tzinfo).date()

    def is_on(task_id: str) -> bool:
        return bool(found.get(task_id)) and found[task_id][-1].finish is None

    for event in events:
        if isinstance(event, LaunchStarted):
            continue
        task_id = event.task
        match event:
            case Started():
                if not is_on(task_id):
                    found.setdefault(task_id, []).append(_Piece(day(event.at)))
            case Unblocked():
                if found.get(task_id) and isinstance(mark.get(task_id), Blocked):
                    found[task_id].append(_Piece(day(event.at)))
            case Blocked() | Waived() | Finished():
                if is_on(task_id):
                    found[task_id][-1].finish = day(event.at)
                elif isinstance(event, Finished) and not found.get(task_id):
                    # Nobody said when it was begun: all that is known is the day on which it was there.
                    found[task_id] = [_Piece(day(event.at), day(event.at))]
            case Reopened():
                found.pop(task_id, None)
            case _:
                continue
        mark[task_id] = event
    for task_id, event in mark.items():
        # A waiver that has expired puts a task that was begun back to where it was.
        if isinstance(event, Waived) and found.get(task_id) and (end := end_of(event, at)):
            found[task_id].append(_Piece(end.date()))
    return found
