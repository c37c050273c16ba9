"""The state of one task."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from .._model._validation import (
    PickledByConstructor,
    as_day,
    as_day_or_none,
    day,
    exactly,
    ident,
    line,
    optional,
    optional_line,
    verify,
)
from .._model.status import Status
from ._moment import as_utc, as_utc_or_none, moment, plain
from .events import Blocked, Reopened, Waived
from .log import LATEST, STARTED, STATUS, due_of, owner_of, status_of

if TYPE_CHECKING:
    from .log import Record


@attrs.frozen(getstate_setstate=False)
class Waiver(PickledByConstructor):
    """A waiver: the decision to leave a task undone on purpose.

    Attributes:
        reason: The reason why that is acceptable.
        by: The person or team responsible for it.
        at: The time of the decision.
        expires: The last day on which the waiver counts.
    """

    reason: str
    by: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(converter=as_utc, kw_only=True)
    expires: date = attrs.field(converter=as_day, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(_WAIVER_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """Return the waiver as strings, ready for JSON."""
        return {field.name: plain(getattr(self, field.name)) for field in attrs.fields(type(self))}


_WAIVER_CHECKS = {"reason": line, "by": line, "at": moment, "expires": day}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class TaskState(PickledByConstructor, NotebookDisplay):
    """The state of one task: its status with the event that set it, its owner and its due date.

    Attributes:
        id: The id of the task.
        status: Its status. A waiver that has expired does not count.
        since: The time of the event that set the status; None without such an event, or where a waiver of a task not begun has expired.
        by: The person, team or tool who recorded that event, or None.
        reason: The reason for which it is blocked, was waived or was reopened; empty where none was given.
        begun: The time at which work on it began, or None. Reopening a task clears it.
        owner: Its owner, or None.
        due: The last day on which it is on time, or None.
        waiver: The waiver that holds or, where the status is another, the one that has expired; None where there is neither.
        latest: The time of its latest event, a note included; None without events.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    id: str
    status: Status = Status.TODO
    since: datetime | None = attrs.field(default=None, converter=as_utc_or_none)
    by: str | None = None
    reason: str = ""
    begun: datetime | None = attrs.field(default=None, converter=as_utc_or_none)
    owner: str | None = None
    due: date | None = attrs.field(default=None, converter=as_day_or_none)
    waiver: Waiver | None = None
    latest: datetime | None = attrs.field(default=None, converter=as_utc_or_none)

    def __attrs_post_init__(self) -> None:
        verify(_STATE_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """Return the state as strings and None, ready for JSON."""
        made = {field.name: plain(getattr(self, field.name)) for field in attrs.fields(type(self))}
        return made | {"status": self.status.value, "waiver": self.waiver.to_dict() if self.waiver else None}


_STATE_CHECKS = {
    "id": ident,
    "status": exactly(Status, "Status.TODO, DOING, BLOCKED, DONE or WAIVED"),
    "since": optional(moment),
    "by": optional(line),
    "reason": optional_line,
    "begun": optional(moment),
    "owner": optional(line),
    "due": optional(day),
    "waiver": optional(exactly(Waiver, "Waiver(reason, by=..., at=..., expires=...)")),
    "latest": optional(moment),
}


def state_of(task_id: str, record: Record, today: date) -> TaskState:
    """Return the state of a task from its record."""
    status = status_of(record, today)
    mark, started, latest = record[STATUS], record[STARTED], record[LATEST]
    waiver = Waiver(mark.reason, by=mark.by, at=mark.at, expires=mark.expires) if isinstance(mark, Waived) else None
    if waiver and status is not Status.WAIVED:  # it has expired, and the earlier status of the task is back
        mark = started
    return TaskState(
        id=task_id,
        status=status,
        since=mark.at if mark else None,
        by=mark.by if mark else None,
        reason=mark.reason if isinstance(mark, Blocked | Waived | Reopened) else "",
        begun=started.at if started else None,
        owner=owner_of(record),
        due=due_of(record),
        waiver=waiver,
        latest=latest.at if latest else None,
    )
