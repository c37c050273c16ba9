"""Events, the entries of a log: one class for each kind.

An event says who, when, which task, and what changed. It is an immutable value, addressed by its content: its id is the digest of its
canonical form, so the same event has the same id in every copy, and a log is a set.

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

import re
from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import compress, count, islice
from operator import attrgetter, eq
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, cast, get_args

import attrs

from .._evidence.evidence import Evidence, Part, as_parts, digest, evidence, subject
from .._jsonlike import canonical, digest_of, plain
from .._model import _validation as v
from .._model._validation import Validated, as_day, as_day_or_none, check, check_of, tuple_of, verify
from .._model.kpi import Kpi, kpis
from .._model.task import Reference, Task
from .._model.timestamps import as_utc, timestamp
from .._namespace import public
from ..errors import Fault, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..documents import EventDocument


@attrs.frozen(getstate_setstate=False)
class _Recorded(Validated):
    """The base class of all events: their id, sort key and document form."""

    kind: ClassVar[str]
    """The name of this class of events in files."""

    if TYPE_CHECKING:

        @property
        def at(self) -> datetime: ...

    @cached_property
    def key(self) -> str:
        """Sort key of a log: the timestamp, then the id."""
        # All timestamps have the same length, so that the texts compare as the timestamps do.
        return f"{self.at.isoformat(timespec='microseconds')[:-6]} {digest_of(self.to_dict())}"

    @property
    def id(self) -> str:
        """The SHA-256 digest, in 64 hexadecimal digits, of :attr:`canonical` in UTF-8."""
        return self.key[-64:]

    @property
    def canonical(self) -> str:
        """The text that the id is the digest of: :meth:`to_dict` as JSON with sorted keys, no spaces, and no unnecessary escapes."""
        return canonical(self.to_dict())

    def to_dict(self) -> EventDocument:
        """Return the event as in files: strings and lists and, in evidence, dicts and counts. Fields that equal their default are left out."""
        document: dict[str, object] = {"kind": self.kind}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if value != field.default:
                document[field.name] = plain(value)
        return cast("EventDocument", document)


_ONE_DAY = timedelta(days=1)


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class OfLaunch(_Recorded):
    """The base class of the events that are about the launch itself."""

    by: str = attrs.field(kw_only=True, metadata=check(v.line))
    at: datetime = attrs.field(converter=as_utc, kw_only=True, metadata=check(timestamp))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class LaunchStarted(OfLaunch):
    """Start of the launch. Where copies were started separately, the earliest start counts.

    Attributes:
        by: The person, team or tool who recorded it, in one line.
        at: The time at which it happened, in UTC. You may give any aware datetime.
        topic: The thing to launch, in one line; empty where it is the topic of the checklist.
        digest: The :attr:`~servingchecklist.Checklist.digest` of the checklist, so that it cannot be altered unnoticed; empty where the
            log does not say.
    """

    kind = "launch-started"

    topic: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    digest: str = attrs.field(default="", kw_only=True, metadata=check(v.or_empty(digest)))


_event_id = v.require(
    lambda value: type(value) is str and re.fullmatch("[0-9a-f]{64}", value) is not None,
    "bad-format",
    "is not the id of an event",
    "write its 64 digits of 0-9 and a-f",
)


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Migrated(OfLaunch):
    """Migration of the launch to another checklist, such as its next version, by :meth:`servingchecklist.Launch.migrate`.

    Attributes:
        checklist: The id of the new checklist.
        version: The version of that checklist.
        digest: Its :attr:`~servingchecklist.Checklist.digest`.
        retired: The ids of the tasks that have events but are no longer in the checklist. Their events stay in the log.
        weaker: In what the new checklist asks for less, each with the id of the gate before it.
        previous: The id of the migration before it in that copy; empty for the first. Where it is not the one before it in the log, copies
            were migrated separately.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "migrated"

    checklist: str = attrs.field(metadata=check(v.ident))
    version: str = attrs.field(metadata=check(v.version))
    digest: str = attrs.field(kw_only=True, metadata=check(digest))
    retired: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )
    weaker: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.prose, distinct=True))
    )
    previous: str = attrs.field(default="", kw_only=True, metadata=check(v.or_empty(_event_id)))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Retracted(OfLaunch):
    """Retraction of an event that was recorded by mistake: it counts nowhere any more, not even before the retraction, and stays in the log.

    Attributes:
        event: The id of the retracted event. Only events of tasks can be retracted. A log may have a retraction without the event, which
            may come by a later merge.
        reason: The reason, in one line; may be empty.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "retracted"

    event: str = attrs.field(metadata=check(_event_id))
    reason: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class _OfTask(_Recorded):
    task: str = attrs.field(metadata=check(v.ident))
    by: str = attrs.field(kw_only=True, metadata=check(v.line))
    at: datetime = attrs.field(converter=as_utc, kw_only=True, metadata=check(timestamp))
    references: tuple[Reference, ...] = attrs.field(
        default=(), converter=tuple_of[Reference], kw_only=True, metadata=check_of(Task, "references")
    )


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class _WithNote(_OfTask):
    note: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Begun(_WithNote):
    """Beginning of work on the task.

    Attributes:
        task: The id of the task.
        by: The person, team or tool who recorded it, in one line.
        at: The time at which it happened, in UTC. You may give any aware datetime.
        references: Pages that belong to it, such as a run, a commit or a comment.
        note: More about it, in as many lines as it needs; may be empty.
    """

    kind = "begun"


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Finished(_WithNote):
    """Completion of the task. Fields as for :class:`Begun`."""

    kind = "finished"


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Blocked(_WithNote):
    """A block: something outside of the checklist keeps the task from being worked on.

    Attributes:
        reason: The thing it waits for, in one line. The other fields are as for :class:`Begun`.
    """

    kind = "blocked"

    reason: str = attrs.field(kw_only=True, metadata=check(v.line))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Unblocked(_WithNote):
    """End of a block: the task can be worked on again. Fields as for :class:`Begun`."""

    kind = "unblocked"


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Reopened(_WithNote):
    """Reopening of the task: it has to be done again, whatever its status was.

    Attributes:
        reason: The reason, in one line; may be empty. The other fields are as for :class:`Begun`.
    """

    kind = "reopened"

    reason: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))


@attrs.frozen(getstate_setstate=False, cache_hash=True)
class _Waiver(_WithNote):
    reason: str = attrs.field(kw_only=True, metadata=check(v.line))
    expires: date = attrs.field(converter=as_day, kw_only=True, metadata=check(v.day))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.expires < self.at.date() - _ONE_DAY:  # it may still be yesterday where this is recorded
            hint = f"give a last day from {self.at.date().isoformat()} on"
            fault = Fault("out-of-order", "$.expires", "lies before the waiver", self.expires.isoformat(), hint)
            raise InvalidError([fault])


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Waived(_Waiver):
    """A waiver: the task is left undone on purpose, for a limited time.

    Attributes:
        reason: The reason why that is acceptable, in one line. ``by`` is responsible for it; the other fields are as for :class:`Begun`.
        expires: The last day on which the waiver counts; at the earliest the day before the UTC date of ``at``.
    """

    kind = "waived"


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class NotApplicable(_WithNote):
    """The decision that the task does not apply to this service. It counts until the task is reopened.

    Attributes:
        reason: The reason, in one line. The other fields are as for :class:`Begun`.
    """

    kind = "not-applicable"

    reason: str = attrs.field(kw_only=True, metadata=check(v.line))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Assigned(_WithNote):
    """A new owner of the task, or none.

    Attributes:
        owner: A person or a team, in one line; None removes the owner. The other fields are as for :class:`Begun`.
    """

    kind = "assigned"

    owner: str | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.line)))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class DueSet(_WithNote):
    """A new due date of the task, or none.

    Attributes:
        due: The last day on which it is on time; None removes the due date. The other fields are as for :class:`Begun`.
    """

    kind = "due-set"

    due: date | None = attrs.field(
        default=None, converter=as_day_or_none, kw_only=True, metadata=check(v.optional(v.day))
    )


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Ticked(_WithNote):
    """A tick: a step of the task is done. It changes no status.

    Attributes:
        step: The id of the step. The other fields are as for :class:`Begun`.
    """

    kind = "ticked"

    step: str = attrs.field(kw_only=True, metadata=check(v.ident))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Unticked(_WithNote):
    """The end of a tick: a step of the task is open again. Fields as for :class:`Ticked`."""

    kind = "unticked"

    step: str = attrs.field(kw_only=True, metadata=check(v.ident))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Noted(_OfTask):
    """A note on the task, which changes no status.

    Attributes:
        text: The note, in as many lines as it needs. The other fields are as for :class:`Begun`, without ``note``.
    """

    kind = "noted"

    text: str = attrs.field(kw_only=True, metadata=check(v.tip))

    @property
    def note(self) -> str:
        """The text, under the name that a note has in all other events."""
        return self.text


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class CriterionWaived(_Waiver):
    """A waiver of one criterion of the task: its risk is accepted for a limited time. It changes no status and no verdict.

    Attributes:
        criterion: The id of the criterion.
        reason: The reason why the risk is acceptable, in one line. ``by`` is responsible for it; the other fields are as for :class:`Begun`.
        expires: The last day on which the waiver counts, as for :class:`Waived`.
    """

    kind = "criterion-waived"

    criterion: str = attrs.field(kw_only=True, metadata=check(v.ident))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Attested(_WithNote):
    """The word of a person in a role that a criterion of the task holds, or that it does not.

    Attributes:
        criterion: The id of the criterion.
        role: The role in which ``by`` says so.
        holds: True if it holds.
        subject: The parts that it was said of. The other fields are as for :class:`Begun`.
    """

    kind = "attested"

    criterion: str = attrs.field(kw_only=True, metadata=check(v.ident))
    role: str = attrs.field(kw_only=True, metadata=check(v.line))
    holds: bool = attrs.field(default=True, kw_only=True, metadata=check(v.exactly(bool, "True or False")))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, kw_only=True, metadata=check(subject))


KPIS = "kpis"
"""The part of every subject that stands for the targets themselves, so that attestations of them end when one moves."""

_some_parts = v.some(subject)


def _launched(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of parts, at least one, none of which stands for the targets."""
    faults = _some_parts(value, name)
    if not faults and any(part.name == KPIS for part in cast("tuple[Part, ...]", value)):
        hint = "give it another name; that one is known from the checklist"
        return [v.fault("contradiction", name, "name a part that stands for the targets", KPIS, hint)]
    return faults


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class SubjectSet(OfLaunch):
    """New parts of the subject of the launch, such as another model. Parts that it does not name stay as they are.

    Attributes:
        parts: The parts; at least one. ``"kpis"`` is none: it stands for the targets of the checklist, which are always known.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "subject-set"

    parts: tuple[Part, ...] = attrs.field(converter=as_parts, metadata=check(_launched))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class EvidenceAdded(OfLaunch):
    """Evidence for the launch. The same evidence added twice counts once.

    Attributes:
        evidence: The evidence.
        kpis: The KPIs of its measures as they were then, so that a target that was weakened later is seen.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "evidence-added"

    evidence: Evidence = attrs.field(metadata=check(evidence))
    kpis: tuple[Kpi, ...] = attrs.field(default=(), converter=tuple_of[Kpi], kw_only=True, metadata=check(kpis))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class EvidenceWithdrawn(OfLaunch):
    """Withdrawal of evidence: it does not count from then on, and stays in the log.

    Attributes:
        evidence: The id of the evidence. A log may have a withdrawal without the evidence, which may come by a later merge.
        reason: The reason, in one line.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "evidence-withdrawn"

    evidence: str = attrs.field(metadata=check(_event_id))
    reason: str = attrs.field(kw_only=True, metadata=check(v.line))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Approved(OfLaunch):
    """Approval of a waiver, of a task marked as not applicable, or of a withdrawal of evidence, as a gate can ask for.

    Attributes:
        event: The id of the approved event. It may come by a later merge.
        by: The person who approves, who has to be another one than who recorded the event. ``by`` and ``at`` are as for
            :class:`LaunchStarted`.
    """

    kind = "approved"

    event: str = attrs.field(metadata=check(_event_id))


_ids = v.each(_event_id, distinct=True)


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class WentLive(OfLaunch):
    """The time from which the subject serves, with what was known of its gate.

    Attributes:
        gate: The id of the gate.
        decision: The decision of the gate at that time, as in files: ``"go"``, ``"no-go"`` or ``"unproven"``.
        checklist: The id of the checklist.
        version: The version of the checklist.
        subject: The parts that went live.
        evidence: The ids of the evidence that counted.
        waivers: The ids of the events of the waivers that were needed.
        by: The person who let it go live. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "went-live"

    gate: str = attrs.field(metadata=check(v.ident))
    decision: Literal["go", "no-go", "unproven"] = attrs.field(
        kw_only=True,
        metadata=check(
            v.require(
                lambda value: type(value) is str and value in ("go", "no-go", "unproven"),
                "unknown-value",
                "is not a decision",
                "write 'go', 'no-go' or 'unproven'",
            )
        ),
    )
    checklist: str = attrs.field(kw_only=True, metadata=check(v.ident))
    version: str = attrs.field(kw_only=True, metadata=check(v.version))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, kw_only=True, metadata=check(subject))
    evidence: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(_ids))
    waivers: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(_ids))


@public("events")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class TakenDown(OfLaunch):
    """The time from which nothing of the launch serves any more.

    Attributes:
        reason: The reason, in one line.
        by: The person, team or tool who recorded it. ``by`` and ``at`` are as for :class:`LaunchStarted`.
    """

    kind = "taken-down"

    reason: str = attrs.field(kw_only=True, metadata=check(v.line))


TaskEvent: TypeAlias = (
    Begun
    | Finished
    | Blocked
    | Unblocked
    | Reopened
    | Waived
    | NotApplicable
    | Assigned
    | DueSet
    | Ticked
    | Unticked
    | Noted
    | CriterionWaived
    | Attested
)
"""Every class of event that is about a task."""

StepEvent: TypeAlias = Ticked | Unticked
"""Every class of event that is about a step of a task."""

CriterionEvent: TypeAlias = CriterionWaived | Attested
"""Every class of event that is about a criterion of a task."""

ProofEvent: TypeAlias = SubjectSet | EvidenceAdded | EvidenceWithdrawn | Approved | WentLive | TakenDown
"""Every class of event that is about the subject of the launch, and what is proven of it."""

LaunchEvent: TypeAlias = LaunchStarted | Migrated | Retracted | ProofEvent
"""Every class of event that is about the launch itself."""

Event: TypeAlias = LaunchEvent | TaskEvent
"""Every class of event. The union is closed, so a type checker can check that a ``match`` over it is complete."""

KINDS: dict[str, type[Event]] = {cls.kind: cls for cls in get_args(Event)}
"""The classes of events by their ``kind`` in files."""

_CLASSES = frozenset(KINDS.values())
AT = attrgetter("at")
"""Sort key: the time of an event, which sorts a log but for ties."""
KEY = attrgetter("key")
"""Sort key: the full order of a log."""


_an_event = v.require(
    lambda value: type(value) in _CLASSES,
    "wrong-kind",
    "is not an event",
    "give one such as events.Finished('c1', by=..., at=...)",
)
all_events = v.each_of(_CLASSES, _an_event)
"""Check for a tuple of events."""


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events sorted by key, without duplicates.

    Where all timestamps differ, they decide the order, and no digest is computed. Concatenated logs are merged quickly, since the sort
    takes advantage of runs that are sorted already.
    """
    in_turn = sorted(events, key=AT)
    times = list(map(AT, in_turn))
    ties = list(compress(count(1), map(eq, times, islice(times, 1, None))))
    if not ties:
        return tuple(in_turn)
    merged: list[Event] = []
    end = 0
    for place in ties:
        if place < end:
            continue  # of a tie that is resolved already
        start = place - 1
        merged += in_turn[end:start]
        end = bisect_right(times, times[start], place)
        merged += _with_ties_resolved(in_turn[start:end])
    return tuple(merged + in_turn[end:])


def _with_ties_resolved(tied: list[Event]) -> list[Event]:
    """Return events with equal timestamps sorted by key, without duplicates."""
    if all(event == tied[0] for event in tied):  # as in two copies of a log
        return tied[:1]
    return [tied_event for _, tied_event in sorted({event.key: event for event in tied}.items())]
