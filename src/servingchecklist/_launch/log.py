"""The log of a launch: what it is made of, and how events are recorded, merged and taken back."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain
from types import FunctionType
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack

import attrs

from .._evidence.weakening import weakenings
from .._jsonlike import digest_of
from .._model._validation import Validated, check, construct, exactly, ident, require_kind, tuple_of, verify
from .._model.checklist import Checklist, id_of
from .._model.timestamps import INSTANT, MOST_AHEAD, as_local, as_utc, checked, now
from .._namespace import public
from ..errors import MOST_FAULTS, Fault, Faults, InvalidError, UnknownNameError, as_text, invalid, is_a, show
from . import events as kinds
from .events import (
    AT,
    Event,
    LaunchStarted,
    Migrated,
    OfLaunch,
    Retracted,
    TaskEvent,
    all_events,
    in_order,
)
from .fold import (
    UNTOUCHED,
    Records,
    add_unknown_part,
    altered_checklist,
    cut,
    field_of,
    fold,
    is_of_task,
    merged_checklist,
    misplaced,
    named_checklists,
    part_ids,
    part_of,
    too_old,
)
from .transitions import Recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from .._model.task import Reference, Task

T = TypeVar("T")

_ID_BEGINNING = re.compile("[0-9a-f]{8,64}")


@public("results")
class Details(TypedDict, total=False):
    """The optional keyword arguments of the methods that record an event of a task.

    Attributes:
        at: The time at which it happened; by default now.
        note: More about it, in as many lines as it needs.
        references: Pages that belong to it, such as a run, a commit or a comment.
    """

    at: datetime | None
    note: str
    references: Sequence[Reference]


class _Derived:
    """Slots for values derived from the fields of a launch. They are no fields: not part of its equality or of its documents."""

    __slots__ = ("_folded", "_retracted", "_started")

    _started: datetime
    _retracted: frozenset[str]
    _folded: Records | None


def named_as_methods_of_launch(kind: type[T]) -> type[T]:
    """Let tracebacks and ``help`` name the class that people use."""
    for member in vars(kind).values():
        function = getattr(member, "fget", getattr(member, "__func__", member))
        if isinstance(function, FunctionType):
            function.__module__, function.__qualname__ = "servingchecklist", f"Launch.{function.__name__}"
    return kind


@named_as_methods_of_launch
@attrs.frozen(getstate_setstate=False)
class Log(Validated, _Derived):
    """The part of a launch that records. :class:`~servingchecklist.Launch` adds what is derived from the log."""

    checklist: Checklist = attrs.field(metadata=check(exactly(Checklist, "Checklist(...)")))
    name: str = attrs.field(metadata=check(ident))
    events: tuple[Event, ...] = attrs.field(converter=tuple_of[Event], metadata=check(all_events))

    def __attrs_post_init__(self) -> None:
        verify(self)
        started = min((event.at for event in self.events if isinstance(event, LaunchStarted)), default=None)
        if started is None:
            hint = "let the log begin with an event launch-started"
            raise InvalidError([Fault("missing", "$.events", "do not say when the launch was started", "", hint)])
        faults = misplaced(self.checklist, self.events, started)
        if (named := named_checklists(self.events)) and self.checklist.digest not in named:
            faults = [altered_checklist(self.checklist), *faults][:MOST_FAULTS]
        if faults:
            raise InvalidError(faults)
        object.__setattr__(self, "events", in_order(self.events))
        object.__setattr__(self, "_started", started)
        object.__setattr__(self, "_retracted", _retracted_by(self.events))
        object.__setattr__(self, "_folded", None)

    def _with(self, **changed: object) -> Self:
        """Return the launch with another log, which is known to be valid and sorted, and with what is derived from it."""
        launch = object.__new__(type(self))
        kept = {name: getattr(self, name) for name in ("checklist", "name", "_started", "_retracted")}
        for name, value in {**kept, "_folded": None, **changed}.items():
            object.__setattr__(launch, name, value)
        return launch

    @classmethod
    def start(cls, checklist: Checklist, *, name: str, by: str, at: datetime | None = None, topic: str = "") -> Self:
        """Start a launch.

        Args:
            checklist: The checklist to work.
            name: The name of the launch, in the form of an id: ``"fraud-v3"``.
            by: The person, team or tool who starts it.
            at: The time of the start. No event can be earlier.
            topic: The thing to launch, in one line; by default the topic of the checklist.

        Raises:
            InvalidError: An argument is invalid.
        """
        at = now() if at is None else at
        digest = checklist.digest if type(checklist) is Checklist else ""  # anything else is refused below
        return cls(checklist, name, (LaunchStarted(by=by, at=at, topic=topic, digest=digest),))

    @property
    def started(self) -> datetime:
        """The start of the launch, in UTC. Where copies were started separately, the earliest start counts."""
        return self._started

    @property
    def topic(self) -> str:
        """The thing to launch, as the earliest start that has a topic says, else the checklist; may be empty."""
        topics = [event.topic for event in self.events if type(event) is LaunchStarted and event.topic]
        return topics[0] if topics else self.checklist.topic

    @property
    def latest(self) -> datetime:
        """The time of the latest event of a task, in UTC, retracted ones left out; the start where there is none."""
        events = (event for event in reversed(self.events) if is_of_task(event, self._retracted))
        return next((event.at for event in events), self._started)

    @property
    def digest(self) -> str:
        """The SHA-256 digest of the name, the checklist and the set of events, as ``sha256:`` and 64 digits.

        It is that of their canonical form, ``{"checklist":"sha256:...","events":[...],"name":"..."}`` with the digest of the checklist and
        the sorted ids of the events. So copies that hold the same have the same digest, in whatever order they were merged and in whatever
        format they are kept.
        """
        ids = sorted(event.id for event in self.events)
        return f"sha256:{digest_of({'name': self.name, 'checklist': self.checklist.digest, 'events': ids})}"

    @property
    def retracted(self) -> tuple[TaskEvent, ...]:
        """The events that were retracted, in the order of the log."""
        events = self.events if self._retracted else ()
        return tuple(event for event in events if not isinstance(event, OfLaunch) and event.id in self._retracted)

    def record(self, *events: Event) -> Self:
        """Return the launch with more events in its log. Events that it has already are not added twice.

        An event may be earlier than others: then it must have been legal at that time. Events with equal timestamps are sorted by id, in
        effect at random; if your clock has whole seconds only, give two events of one task distinct timestamps.

        Args:
            events: One or more events. Recording many at once costs much less than one by one.

        Raises:
            IllegalTransitionError: An event is not legal in the status of its task. The message names the legal ones.
            UnknownNameError: The checklist has no such task, or the task has no such step.
            InvalidError: An argument is not an event, lies before the start of the launch, or is in the log and was retracted.
        """
        if faults := all_events(events, "events"):
            raise InvalidError(faults)
        return self._add(sorted(events, key=AT), None)

    def _add(self, events: Sequence[Event], today: date | None) -> Self:
        again = _retracted_by(events)
        retracted, gone = self._retracted | again, self._retracted - again
        # A retraction counts whatever its time, so the events that it is recorded with are judged without what it retracts.
        records = self._records if retracted == self._retracted else fold(self._counting(retracted))
        recording, started = Recording(self.events, records, retracted), self._started
        parts_of = part_ids(self.checklist)
        for event in events:
            if isinstance(event, LaunchStarted):
                started = min(started, event.at)
            elif isinstance(event, Migrated):
                hint = "use launch.migrate(checklist, by=...), which needs the checklist as well"
                raise invalid("unsupported", "$", "cannot be recorded by itself", event, hint)
            else:
                if not isinstance(event, OfLaunch):
                    task, (what, _), unknown = self._id(event.task), part_of(event), Faults()
                    if what:
                        add_unknown_part(unknown, f"$.{what}", event, parts_of(task, what))
                    if unknown:
                        raise UnknownNameError(unknown)
                if event.at < started:
                    raise InvalidError([too_old("$.at", event.at, started)])
                if event.id in gone and event in self.retracted:
                    hint = "record what happened once more, at another time"
                    raise invalid("contradiction", "$", "was retracted, so it would not count", event.id[:8], hint)
            recording.add(event, today)
        return self._with(events=recording.log, _started=started, _retracted=retracted, _folded=recording.records)

    def begin(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Self:
        """Record that work on the task begins. Raises as :meth:`record` does."""
        return self._record(kinds.Begun, task, by=by, **details)

    def finish(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Self:
        """Record that the task is done, whether or not its prerequisites are. Raises as :meth:`record` does."""
        return self._record(kinds.Finished, task, by=by, **details)

    def block(self, task: Task | str, *, reason: str, by: str, **details: Unpack[Details]) -> Self:
        """Record that something outside of the checklist blocks the task. Raises as :meth:`record` does."""
        return self._record(kinds.Blocked, task, by=by, reason=reason, **details)

    def unblock(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Self:
        """Record that the task is no longer blocked: its earlier status is back. Raises as :meth:`record` does."""
        return self._record(kinds.Unblocked, task, by=by, **details)

    def reopen(self, task: Task | str, *, by: str, reason: str = "", **details: Unpack[Details]) -> Self:
        """Record that the task has to be done again. Raises as :meth:`record` does."""
        return self._record(kinds.Reopened, task, by=by, reason=reason, **details)

    def waive(self, task: Task | str, *, reason: str, expires: date, by: str, **details: Unpack[Details]) -> Self:
        """Record a waiver: the task is left undone on purpose, up to and including the day ``expires``. Raises as :meth:`record` does."""
        return self._record(kinds.Waived, task, by=by, reason=reason, expires=expires, **details)

    def mark_not_applicable(self, task: Task | str, *, reason: str, by: str, **details: Unpack[Details]) -> Self:
        """Record that the task does not apply, until it is reopened. Raises as :meth:`record` does."""
        return self._record(kinds.NotApplicable, task, by=by, reason=reason, **details)

    def assign(self, task: Task | str, owner: str | None, *, by: str, **details: Unpack[Details]) -> Self:
        """Set the owner of the task; None removes the owner. Raises as :meth:`record` does."""
        return self._record(kinds.Assigned, task, by=by, owner=owner, **details)

    def set_due(self, task: Task | str, due: date | None, *, by: str, **details: Unpack[Details]) -> Self:
        """Set the due date of the task; None removes it. Raises as :meth:`record` does."""
        return self._record(kinds.DueSet, task, by=by, due=due, **details)

    def note(
        self, task: Task | str, text: str, *, by: str, at: datetime | None = None, references: Sequence[Reference] = ()
    ) -> Self:
        """Record a note on the task. It changes no status. Raises as :meth:`record` does."""
        return self._record(kinds.Noted, task, by=by, text=text, at=at, references=references)

    def retract(self, event: Event | str, *, by: str, reason: str = "", at: datetime | None = None) -> Self:
        """Retract an event of a task that was recorded by mistake: it counts nowhere, not even before ``at``, and stays in the log.

        Retracting it again records nothing, unless its author does after another person. To undo a retraction, call the method that
        recorded the event once more.

        Args:
            event: The event, or the beginning of its id: 8 digits or more.
            by: The person, team or tool who retracts it.
            reason: The reason, in one line.
            at: The time of the retraction.

        Raises:
            UnknownNameError: Not exactly one event of the log has an id that begins like that.
            InvalidError: An argument is invalid, or the event is of no task.
        """
        found = self.find_event(event)
        if isinstance(found, OfLaunch):
            hint = "only events of tasks can be; to undo a retraction, record what happened once more"
            hint = "withdraw it with withdraw_evidence" if isinstance(found, kinds.EvidenceAdded) else hint
            raise invalid("unsupported", "$.event", f"is {found.kind} and cannot be retracted", found.id[:8], hint)
        when = max(now(), self._started) if at is None else at
        event = Retracted(found.id, by=by, reason=reason, at=when)
        launch = self._add((event,), None)
        by_whom = [other.by for other in self.events if isinstance(other, Retracted) and other.event == found.id]
        return self if by_whom and (event.by in by_whom or event.by != found.by) else launch

    def find_event(self, event: Event | str) -> Event:
        """Return the event of the log that is given, or whose id begins like that.

        Args:
            event: The event, or the beginning of its id: 8 digits or more.

        Raises:
            UnknownNameError: Not exactly one event of the log has an id that begins like that.
            InvalidError: The argument is neither an event nor the beginning of an id.
        """
        digits = as_text(event) if is_a(event, str) else "" if all_events((event,), "event") else event.id
        if not _ID_BEGINNING.fullmatch(digits):
            hint = "give an event of the log, or at least the first 8 digits of its id"
            raise invalid("bad-format", "$.event", "is not the id of an event", event, hint)
        matches = [known for known in self.events if known.id.startswith(digits)]
        if len(matches) != 1:
            several = f"is the beginning of {len(matches)} ids", "give more digits"
            problem, hint = several if matches else ("there is no event of that id in the log", "")
            raise UnknownNameError([Fault("unknown-name", "$.event", problem, show(digits), hint)])
        return matches[0]

    def tick(self, task: Task | str, step: str, *, by: str, **details: Unpack[Details]) -> Self:
        """Record that a step of the task is done. It changes no status. Raises as :meth:`record` does."""
        return self._record(kinds.Ticked, task, by=by, step=step, **details)

    def untick(self, task: Task | str, step: str, *, by: str, **details: Unpack[Details]) -> Self:
        """Record that a step of the task is open again. Raises as :meth:`record` does."""
        return self._record(kinds.Unticked, task, by=by, step=step, **details)

    def _id(self, task: Task | str) -> str:
        return self.checklist[id_of(task)].id

    def _when(self, task: Task | str, at: datetime | None) -> datetime:
        if at is not None:
            return at
        latest, today = self._records.get(self._id(task), UNTOUCHED).latest, now()
        if latest and latest.at > today + MOST_AHEAD:
            hint = f"retract the event {latest.id[:8]} if a clock was wrong, or give a time"
            problem = "would follow an event that lies in the future"
            raise invalid("out-of-order", "$.at", problem, latest.at.isoformat(), hint)
        # A clock may count in milliseconds only; then the event still comes after the one before it.
        return max(today, (latest.at if latest else self._started) + INSTANT)

    def _record(self, kind: type[TaskEvent], task: Task | str, at: datetime | None = None, **fields: object) -> Self:
        """Record an event after others of the same time, unless the last of them is equal to it.

        ``at`` is in the time zone of the recorder.
        """
        event = construct(kind, {"task": self._id(task), "at": self._when(task, at), **fields})
        today = (event.at if at is None else as_local(at)).date()
        latest = self._records.get(event.task, UNTOUCHED).latest
        if not self._retracted and (latest is None or event.at > latest.at):
            return self._add((event,), today)
        taken = {other.at: other for other in self.history(event.task) if field_of(other) == field_of(event)}
        time = event.at
        while time in taken:
            time += INSTANT
        last = taken.get(time - INSTANT) if time > event.at else None
        if last and last.id not in self._retracted and attrs.evolve(last, at=event.at) == event:
            return self
        return self._add((attrs.evolve(event, at=time),), today)

    def merge(self, other: Self) -> Self:
        """Return the launch with the union of both logs.

        Merging is commutative, associative and idempotent. The checklist is that of the copy with the latest migration. Where both have the
        same one, or none, or where no start is in both logs, their checklists have to be equal; if only their layers are not, the copy wins
        whose checklist the latest migration or a start names, then that with more layers, then that with the greater digest.

        Raises:
            InvalidError: They are not copies of one launch: their names differ, or their checklists without a migration.
        """
        if not is_a(other, Log):
            raise invalid("wrong-kind", "$", "is not a launch", other, "give another copy of the same launch")
        if other.name != self.name:
            hint = f"a launch is merged with copies of itself; this one is {self.name!r}"
            raise invalid("not-a-copy", "$.name", "is the name of another launch", other.name, hint)
        return self._with(
            checklist=merged_checklist(self.checklist, self.events, other.checklist, other.events),
            events=in_order(chain(self.events, other.events)),
            _started=min(self._started, other._started),
            _retracted=self._retracted | other._retracted,
        )

    def migrate(self, checklist: Checklist, *, by: str, at: datetime | None = None) -> Self:
        """Migrate the launch to another checklist, such as an upgraded one. The log is kept, and the migration is recorded in it.

        Events stay with the id of their task. Events of tasks that the checklist no longer has are kept too: they do not count, and
        :attr:`retired` names the tasks, and :attr:`retired_steps` the steps whose ticks are lost likewise. If a later checklist has such
        a task again, its events count again. What its gates ask for less is recorded, and their decisions name it. A copy that was not
        migrated can still be merged, and has the new checklist from then on.

        Args:
            checklist: The new checklist. Where it equals the present one, nothing is recorded.
            by: The person, team or tool who decides that.
            at: The time of the migration.

        Raises:
            InvalidError: An argument is invalid, or ``at`` lies before the start or the latest migration of the launch.
        """
        require_kind(Checklist, {"$.checklist": checklist})
        tasks = dict.fromkeys(event.task for event in self.events if not isinstance(event, OfLaunch))
        gone = [task for task in tasks if task not in checklist]
        migrations = [event for event in self.events if isinstance(event, Migrated)]
        earliest = migrations[-1].at + INSTANT if migrations else self._started
        when = max(now(), earliest, self._started + INSTANT) if at is None else at
        weaker = [
            f"{gate.id}: {words}"
            for gate in self.checklist.gates
            for words in weakenings(self.checklist, checklist, gate.id)
        ]
        previous = migrations[-1].id if migrations else ""
        moved = Migrated(
            *(checklist.id, checklist.version),
            digest=checklist.digest,
            retired=gone,
            weaker=weaker,
            previous=previous,
            by=by,
            at=when,
        )
        if moved.at < self._started:
            raise InvalidError([too_old("$.at", moved.at, self._started)])
        if checklist == self.checklist:
            return self
        if moved.at < earliest:
            hint = f"give a time after {migrations[-1].at.isoformat()}"
            problem = "does not lie after the latest migration"
            raise invalid("out-of-order", "$.at", problem, moved.at.isoformat(), hint)
        return type(self)(checklist, self.name, (*self.events, moved))

    @property
    def retired(self) -> tuple[str, ...]:
        """The ids of tasks that have events but are no longer in the checklist, in the order of the log."""
        tasks = (event.task for event in self.events if not isinstance(event, OfLaunch))
        return tuple(dict.fromkeys(task for task in tasks if task not in self.checklist))

    @property
    def retired_steps(self) -> tuple[tuple[str, str], ...]:
        """Pairs of a task and a step that is ticked but no longer in the checklist, by their ids."""
        parts_of = part_ids(self.checklist)
        return tuple(
            (task, step)
            for task, record in self._records.items()
            for step, event in record.ticks.items()
            if isinstance(event, kinds.Ticked) and step not in parts_of(task, "step")
        )

    def history(self, task: Task | str) -> tuple[TaskEvent, ...]:
        """Return all events of a task, sorted by time, overridden and retracted ones included. Retired tasks have a history too.

        Raises:
            UnknownNameError: There is no such task.
        """
        task_id = id_of(task)
        events = self.events if type(task_id) is str else ()
        found = tuple(event for event in events if not isinstance(event, OfLaunch) and event.task == task_id)
        if not found:
            self._id(task)
        return found

    def as_of(self, at: datetime) -> Self:
        """Return the launch as of ``at``, with its present checklist and without later events of its tasks. Later retractions count.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        time = as_utc(checked(at, "at"))
        if time < self._started:
            raise InvalidError([too_old("$.at", time, self._started)])
        if self.events[-1].at <= time:
            return self
        end = cut(self.events, time)
        # Later migrations stay: they name the retired tasks, without which the events of those tasks would refer to no task. So do
        # later retractions: what was recorded by mistake was never so.
        later = (event for event in self.events[end:] if isinstance(event, Migrated | Retracted))
        return self._with(events=(*self.events[:end], *later))

    def _counting(self, retracted: frozenset[str] | None = None) -> tuple[Event, ...]:
        """Return the events that count: all but those of retired tasks and those that were retracted."""
        retracted = self._retracted if retracted is None else retracted
        if not (retracted or any(type(event) is Migrated for event in self.events)):
            return self.events
        return tuple(
            event
            for event in self.events
            if isinstance(event, OfLaunch) or (event.task in self.checklist and event.id not in retracted)
        )

    @property
    def _records(self) -> Records:
        if self._folded is None:
            object.__setattr__(self, "_folded", fold(self._counting()))
        assert self._folded is not None
        return self._folded

    def _seen(self, at: datetime | None) -> tuple[Self, datetime]:
        """Return the launch and the time to look at: without ``at`` all events count, even from a clock that ran ahead."""
        return (self, now()) if at is None else (self.as_of(at), checked(at, "at"))


def _retracted_by(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(event.event for event in events if isinstance(event, Retracted))
