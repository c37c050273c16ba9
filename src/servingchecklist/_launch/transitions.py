"""Legal transitions of a task, and recording of events by them."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING

from .._model.task import Status
from .._text import join_words
from ..errors import Fault, IllegalTransitionError, show
from .events import KEY, Begun, Blocked, Finished, NotApplicable, Reopened, Unblocked, Waived
from .fold import UNTOUCHED, fold, is_of_task

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from .events import Event, TaskEvent
    from .fold import Record

_FROM: Mapping[type[TaskEvent], tuple[Status, ...]] = {
    Begun: (Status.TODO,),
    Finished: (Status.TODO, Status.DOING, Status.BLOCKED),
    Blocked: (Status.TODO, Status.DOING, Status.BLOCKED),
    Unblocked: (Status.BLOCKED,),
    Reopened: (Status.DOING, Status.DONE, Status.WAIVED, Status.NOT_APPLICABLE),
    Waived: (Status.TODO, Status.DOING, Status.BLOCKED, Status.WAIVED),
    NotApplicable: (Status.TODO, Status.DOING, Status.BLOCKED, Status.WAIVED),
}
"""The statuses in which each event is legal. All other events are legal in any status."""
_ONE_DAY = timedelta(days=1)
_EVENT_OF = dict(zip(Status, (None, Begun, Blocked, Finished, Waived, NotApplicable), strict=True))


def verb_of(kind: type[TaskEvent]) -> str:
    """Return the verb of a class of events that sets the status: ``finished``, ``marked not applicable``."""
    return "marked not applicable" if kind is NotApplicable else kind.kind


def legal_in(status: Status) -> list[type[TaskEvent]]:
    """Return the classes of the events that set the status and are legal in one."""
    return [kind for kind, statuses in _FROM.items() if status in statuses]


def refusal(record: Record, event: TaskEvent, today: date | None = None) -> tuple[str, str] | None:
    """Return why the event is illegal, as the status of the task, and the legal events as a hint; None if it is legal.

    Args:
        record: The record of the task at that time.
        event: The event to record.
        today: The local date of the person who records, which decides whether a waiver has expired. Where it is not known, the event may
            be legal on the UTC date of the event, the day before or the day after.
    """
    allowed_in = _FROM.get(type(event))
    if allowed_in is None:
        return None
    day = today or event.at.date()
    status = record.status_on(day)
    nearby = () if today else (day - _ONE_DAY, day + _ONE_DAY)
    if status in allowed_in or any(record.status_on(other) in allowed_in for other in nearby):
        return None
    mark = record.status_event
    # The event that set the status may no longer be the reason for it: a waiver that has expired, a block that was lifted.
    since = ""
    if mark and type(mark) is _EVENT_OF[status]:
        since = f", as {mark.by} recorded on {mark.at.date().isoformat()}"
    return f"{status.words}{since}", f"it can be {join_words([verb_of(kind) for kind in legal_in(status)], 'or')}"


class Recording:
    """A log being extended, to which events are added where they are legal at their time; ``retracted`` ones are not judged.

    Attributes:
        records: The records of all tasks, with the new events.
    """

    __slots__ = ("_histories", "_known", "_new", "_retracted", "records")

    def __init__(self, log: tuple[Event, ...], records: Mapping[str, Record], retracted: AbstractSet[str]) -> None:
        self._retracted = retracted
        self._known: tuple[Event, ...] = log
        self._new: list[Event] = []  # later than all known events, as nearly always
        self.records = dict(records)
        self._histories: dict[str, list[TaskEvent]] | None = None

    def add(self, event: Event, today: date | None) -> None:
        """Add an event, unless the log has it already. ``today`` is as for :func:`refusal`."""
        if event.at <= (self._new or self._known)[-1].at:
            self._new = list(self.log)
            self._known = ()
        place = len(self._new)
        if not self._known:
            place = bisect_left(self._new, event.key, key=KEY)
            if place < len(self._new) and self._new[place].key == event.key:
                return
        if is_of_task(event, self._retracted):
            self._record(event, today)
        self._new.insert(place, event)

    @property
    def log(self) -> tuple[Event, ...]:
        """All events, sorted by key."""
        return (*self._known, *self._new) if self._new else self._known

    def _record(self, event: TaskEvent, today: date | None) -> None:
        known = self.records.get(event.task, UNTOUCHED)
        latest = known.latest
        if latest is None or latest.at < event.at or latest.key < event.key:
            _refuse(known, event, today)
            self.records[event.task] = known.with_event(event)
            if self._histories is not None:
                self._histories.setdefault(event.task, []).append(event)
            return
        # It happened before another event of the task: the status at that time decides.
        history = self._history(event.task)
        place = bisect_left(history, event.key, key=KEY)
        _refuse(fold(history[:place]).get(event.task, UNTOUCHED), event, today)
        history.insert(place, event)
        self.records |= fold(history)

    def _history(self, task: str) -> list[TaskEvent]:
        if self._histories is None:  # built once for any number of events
            self._histories = {}
            for event in self.log:
                if is_of_task(event, self._retracted):
                    self._histories.setdefault(event.task, []).append(event)
        return self._histories[task]


def _refuse(record: Record, event: TaskEvent, today: date | None) -> None:
    if refused := refusal(record, event, today):
        status, hint = refused
        problem = f"cannot be {verb_of(type(event))}: its status is {status}"
        fault = Fault("illegal-transition", "$.task", problem, show(event.task), hint)
        raise IllegalTransitionError([fault], event.task)
