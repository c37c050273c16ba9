"""What can be recorded: one class for each kind of fact.

An event says who, when, which task, and what changed. It is a value that never changes, and it is named by what it says: its id is the digest of
its canonical form, so two people who hold the same event hold the same id, and a log is a set.

>>> from datetime import UTC, datetime
>>> from servingchecklist import events
>>> event = events.Blocked("c6", by="ml-platform", at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC), reason="no access to the metrics")
>>> event.to_dict()["at"], event.id[:8]
('2026-11-24T09:30:00Z', '722e0fb2')
>>> match event:
...     case events.Blocked(task=task, reason=reason):
...         print(task, "waits:", reason)
c6 waits: no access to the metrics
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from json import JSONEncoder
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

import attrs

from ..errors import Fault, InvalidError
from ..model._check import (
    Check,
    Rebuilt,
    as_day,
    as_day_or_none,
    as_tuple,
    day,
    each,
    ident,
    line,
    optional,
    optional_line,
    tip,
    verify,
    version,
)
from ._moment import as_utc, moment, plain

_canonical = JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


@attrs.frozen(getstate_setstate=False)
class _Recorded(Rebuilt):
    """What all events share: how they are named, ordered and written."""

    kind: ClassVar[str]
    """What files call events of this class."""

    checks: ClassVar[Mapping[str, Check]]

    if TYPE_CHECKING:

        @property
        def at(self) -> datetime: ...

    def __attrs_post_init__(self) -> None:
        verify(self.checks, self)

    @cached_property
    def key(self) -> str:
        """What logs are sorted by: the moment, and behind it the id."""
        digest = sha256(self.canonical.encode()).hexdigest()
        # All moments are written equally long, so that the texts compare as the moments do.
        return f"{self.at.isoformat(timespec='microseconds')[:-6]} {digest}"

    @property
    def id(self) -> str:
        """The SHA-256 digest, in 64 hexadecimal digits, of :attr:`canonical` in UTF-8."""
        return self.key[-64:]

    @property
    def canonical(self) -> str:
        """What the id is made of: :meth:`to_dict` as JSON with sorted keys, no spaces, and no character escaped that need not be."""
        return _canonical(self.to_dict())

    def to_dict(self) -> dict[str, object]:
        """The event as files have it: strings, and lists of them. What equals its default is left out."""
        made: dict[str, object] = {"kind": self.kind}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if value != field.default:
                made[field.name] = list(cast("tuple[str, ...]", value)) if type(value) is tuple else plain(value)
        return made


def _ids(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


_ONE_DAY = timedelta(days=1)
_WHO_AND_WHEN: Mapping[str, Check] = {"by": line, "at": moment}
_OF_A_TASK: Mapping[str, Check] = {"task": ident, **_WHO_AND_WHEN}


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class LaunchStarted(_Recorded):
    """The launch was started. Where copies were started apart, the earliest counts.

    Attributes:
        by: Who recorded it: a person, a team or a tool, in one line.
        at: When it happened, in UTC. Any aware datetime can be given.
    """

    kind = "launch-started"
    checks: ClassVar[Mapping[str, Check]] = _WHO_AND_WHEN

    by: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(converter=as_utc, kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Moved(_Recorded):
    """The launch goes on with another checklist, such as the next edition: what :meth:`servingchecklist.Launch.move_to` records.

    Attributes:
        checklist: The id of the checklist that it goes on with.
        version: The version of that checklist.
        retired: The ids of the tasks that it does not have any more and of which something was recorded. That stays in the log.
        by: Who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "launch-moved"
    checks: ClassVar[Mapping[str, Check]] = {
        "checklist": ident,
        "version": version,
        "retired": each(ident, distinct=True),
        **_WHO_AND_WHEN,
    }

    checklist: str
    version: str
    retired: tuple[str, ...] = attrs.field(default=(), converter=_ids, kw_only=True)
    by: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(converter=as_utc, kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class _OfTask(_Recorded):
    checks: ClassVar[Mapping[str, Check]] = _OF_A_TASK

    task: str
    by: str = attrs.field(kw_only=True)
    at: datetime = attrs.field(converter=as_utc, kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Started(_OfTask):
    """Work on the task began.

    Attributes:
        task: The id of the task.
        by: Who recorded it: a person, a team or a tool, in one line.
        at: When it happened, in UTC. Any aware datetime can be given.
    """

    kind = "started"


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Finished(_OfTask):
    """The task is done. Fields as for :class:`Started`."""

    kind = "finished"


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Blocked(_OfTask):
    """Something outside of the checklist keeps the task from being worked on.

    Attributes:
        reason: What it waits for, in one line. The other fields are as for :class:`Started`.
    """

    kind = "blocked"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "reason": line}

    reason: str = attrs.field(kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Unblocked(_OfTask):
    """What kept the task from being worked on is out of the way. Fields as for :class:`Started`."""

    kind = "unblocked"


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Reopened(_OfTask):
    """The task is to do again, whatever was said of it before.

    Attributes:
        reason: Why, in one line; may be empty. The other fields are as for :class:`Started`.
    """

    kind = "reopened"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "reason": optional_line}

    reason: str = attrs.field(default="", kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Waived(_OfTask):
    """The task is left undone on purpose, for a time.

    Attributes:
        reason: Why that can be borne, in one line. ``by`` is who answers for it; the other fields are as for :class:`Started`.
        expires: The last day on which the waiver counts; not before the day of ``at``, wherever that is recorded.
    """

    kind = "waived"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "reason": line, "expires": day}

    reason: str = attrs.field(kw_only=True)
    expires: date = attrs.field(converter=as_day, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(self.checks, self)
        if self.expires < self.at.date() - _ONE_DAY:  # it may still be yesterday where this is recorded
            hint = f"give a last day from {self.at.date().isoformat()} on"
            raise InvalidError([Fault("$.expires", "lies before the waiver", self.expires.isoformat(), hint)])


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Assigned(_OfTask):
    """The task has an owner now, or none.

    Attributes:
        owner: A person or a team, in one line; None takes the owner off. The other fields are as for :class:`Started`.
    """

    kind = "assigned"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "owner": optional(line)}

    owner: str | None = attrs.field(default=None, kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class DueSet(_OfTask):
    """The task has a due date now, or none.

    Attributes:
        due: The last day on which it is in time; None takes the due date off. The other fields are as for :class:`Started`.
    """

    kind = "due-set"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "due": optional(day)}

    due: date | None = attrs.field(default=None, converter=as_day_or_none, kw_only=True)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Noted(_OfTask):
    """Something worth keeping, which changes nothing.

    Attributes:
        text: The note, in as many lines as it needs. The other fields are as for :class:`Started`.
    """

    kind = "noted"
    checks: ClassVar[Mapping[str, Check]] = {**_OF_A_TASK, "text": tip}

    text: str = attrs.field(kw_only=True)


TaskEvent: TypeAlias = Started | Finished | Blocked | Unblocked | Reopened | Waived | Assigned | DueSet | Noted
"""Every class of event that is about a task."""

LaunchEvent: TypeAlias = LaunchStarted | Moved
"""Every class of event that is about the launch itself."""

Event: TypeAlias = LaunchEvent | TaskEvent
"""Every class of event. The family is closed, so a ``match`` over it can be checked to be complete."""

KINDS: dict[str, type[Event]] = {
    made.kind: made
    for made in (LaunchStarted, Moved, Started, Finished, Blocked, Unblocked, Reopened, Waived, Assigned, DueSet, Noted)
}
"""The classes by what files call them."""
