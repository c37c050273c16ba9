"""Which events can be recorded of a task that stands where it stands, and recording them."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from .._text import join_words
from ..errors import Fault, IllegalMoveError, show
from .checks import KEY
from .events import Blocked, Finished, LaunchStarted, Reopened, Started, Unblocked, Waived
from .log import LATEST, STATUS, UNTOUCHED, apply, fold, status_of
from .status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .events import Event, TaskEvent
    from .log import Record

_TODO, _DOING, _BLOCKED, _DONE, _WAIVED = Status
_FROM: Mapping[type[TaskEvent], tuple[Status, ...]] = {
    Started: (_TODO,),
    Finished: (_TODO, _DOING, _BLOCKED),
    Blocked: (_TODO, _DOING, _BLOCKED),
    Unblocked: (_BLOCKED,),
    Reopened: (_DOING, _DONE, _WAIVED),
    Waived: (_TODO, _DOING, _BLOCKED, _WAIVED),
}
"""From which status a task can be moved by which event. All other events are welcome at any time."""
_SAYS = {_DOING: Started, _BLOCKED: Blocked, _DONE: Finished, _WAIVED: Waived}


def refusal(record: Record, event: TaskEvent) -> tuple[str, str] | None:
    """Where the task stands that keeps the event from being recorded, and what could be instead; None where nothing keeps it."""
    kind = type(event)
    status = status_of(record, event.at.date())
    if kind not in _FROM or status in _FROM[kind]:
        return None
    mark = record[STATUS]
    # The event that set the status may say something else by now: a waiver that has expired, a block that was lifted.
    since = (
        f" since {mark.at.date().isoformat()}, as {mark.by} recorded"
        if mark and type(mark) is _SAYS.get(status)
        else ""
    )
    moves = [move.kind for move, allowed in _FROM.items() if status in allowed]
    return f"{status}{since}", f"it can be {join_words(moves, 'or')}"


def record(records: dict[str, Record], event: TaskEvent, log: Sequence[Event]) -> bool:
    """Let the event count in ``records``, if its task could be moved that way at that time; False where it is in the log already."""
    known = records.get(event.task, UNTOUCHED)
    latest = known[LATEST]
    if latest is None or latest.at < event.at or latest.key < event.key:
        _refuse(known, event)
        known = records[event.task] = list(known)
        apply(known, event)
        return True
    # It happened before something else that is known of the task: what the task was then decides.
    history = [other for other in log if not isinstance(other, LaunchStarted) and other.task == event.task]
    place = bisect_left(history, event.key, key=KEY)
    if history[place].key == event.key:
        return False
    _refuse(fold(history[:place]).get(event.task, UNTOUCHED), event)
    records |= fold([*history[:place], event, *history[place:]])
    return True


def _refuse(record: Record, event: TaskEvent) -> None:
    if refused := refusal(record, event):
        standing, hint = refused
        problem = f"cannot be {event.kind}: it is {standing}"
        raise IllegalMoveError([Fault("$.task", problem, show(event.task), hint)], event.task)
