"""The fold and the replay of a log: the events of each task that count, at the end or at any time before.

For each field of a task the latest event wins, so a record keeps only the event that won each field. Nothing is copied out of the events,
and no event is lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

import attrs

from .._model.checklist import Checklist, first_day_of, known_tasks
from .._model.task import Status
from .._model.timestamps import as_utc_or_none
from ..errors import MOST_FAULTS, Fault, Faults, invalid, show
from . import events as kinds
from .events import AT, CriterionEvent, LaunchStarted, Migrated, OfLaunch, StepEvent, TaskEvent
from .gate import Waiver
from .results import StepState, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from .._model.task import Reference, Task
    from .events import Event
    from .results import StatusOf

_CLOSING = (kinds.Finished, kinds.Waived, kinds.NotApplicable)
FIELD_OF: Mapping[type[TaskEvent], str] = {
    **dict.fromkeys(
        (
            kinds.Begun,
            kinds.Finished,
            kinds.Blocked,
            kinds.Unblocked,
            kinds.Reopened,
            kinds.Waived,
            kinds.NotApplicable,
        ),
        "status_event",
    ),
    kinds.Assigned: "assigned",
    kinds.DueSet: "due_set",
    **dict.fromkeys((kinds.Ticked, kinds.Unticked), "ticks"),
    **dict.fromkeys((kinds.Noted, kinds.CriterionWaived, kinds.Attested), "latest"),
}
"""The attribute of a record that an event of each class sets."""


def field_of(event: TaskEvent) -> tuple[str, str]:
    """Return the field that an event sets: the attribute of a record and, for a part of a task, its id."""
    return FIELD_OF[type(event)], part_of(event)[1]


def part_of(event: TaskEvent) -> tuple[str, str]:
    """Return the part of a task that an event is about: ``"step"`` or ``"criterion"`` with its id, or two empty texts."""
    if isinstance(event, StepEvent):
        return "step", event.step
    return ("criterion", event.criterion) if isinstance(event, CriterionEvent) else ("", "")


def is_of_task(event: Event, retracted: AbstractSet[str]) -> TypeGuard[TaskEvent]:
    """Return True for an event of a task whose id is not among the ``retracted`` ones."""
    return not (isinstance(event, OfLaunch) or (retracted and event.id in retracted))


class Record:
    """The events of one task that count. It is changed only while :func:`fold` builds it; later, :meth:`with_event` makes another.

    Attributes:
        status_event: The event that set the status, or None.
        closings: The events that closed the task, one after the other, since it was last opened.
        blocked: The event that blocked the task, or None. A waiver hides a block and does not lift it.
        begun: The event that began the work, or None; reopening clears it.
        assigned: The event that set the owner, or None.
        due_set: The event that set the due date, or None.
        latest: The latest event, a note included, or None.
        noted: The latest event with a note, or None.
        references: The references of all events since the task was last reopened, duplicates included.
        ticks: By step, the event that ticked or unticked it. Reopening the task leaves them alone.
    """

    __slots__ = (
        "assigned",
        "begun",
        "blocked",
        "closings",
        "due_set",
        "latest",
        "noted",
        "references",
        "status_event",
        "ticks",
    )

    def __init__(self) -> None:
        self.status_event: TaskEvent | None = None
        self.closings: list[TaskEvent] = []
        self.blocked: kinds.Blocked | None = None
        self.begun: kinds.Begun | None = None
        self.assigned: kinds.Assigned | None = None
        self.due_set: kinds.DueSet | None = None
        self.latest: TaskEvent | None = None
        self.noted: TaskEvent | None = None
        self.references: tuple[Reference, ...] = ()
        self.ticks: dict[str, StepEvent] = {}

    def with_event(self, event: TaskEvent) -> Record:
        """Return a copy of the record with a later event applied."""
        record = Record()
        for name in Record.__slots__:
            setattr(record, name, getattr(self, name))
        record.ticks, record.closings = dict(self.ticks), list(self.closings)
        record.apply(event)
        return record

    def apply(self, event: TaskEvent) -> None:
        """Apply a later event in place, while the record is being built."""
        kind = type(event)
        self.latest = event
        if event.references:
            self.references += event.references
        if event.note:
            self.noted = event
        field = FIELD_OF[kind]
        if isinstance(event, StepEvent):
            self.ticks[event.step] = event
        elif field != "status_event":
            setattr(self, field, event)
        elif kind is kinds.Unblocked and type(self.status_event) is not kinds.Blocked:
            self.blocked = None  # there was none, or a waiver hides it and goes on
        else:
            self.status_event = event
            if isinstance(event, _CLOSING):
                self.closings.append(event)
            else:
                self.closings = []
            if kind is not kinds.Waived:
                self.blocked = event if isinstance(event, kinds.Blocked) else None
            if isinstance(event, kinds.Begun):
                self.begun = event
            elif kind is kinds.Reopened:
                self.begun, self.references = None, event.references

    def status_on(self, day: date) -> Status:
        """Return the status of the task. A waiver that has expired by ``day`` no longer counts."""
        match self.status_event:
            case None | kinds.Reopened():
                return Status.TODO
            case kinds.Finished():
                return Status.DONE
            case kinds.NotApplicable():
                return Status.NOT_APPLICABLE
            case kinds.Waived(expires=expires) if day <= expires:
                return Status.WAIVED
            case _ if self.blocked:
                return Status.BLOCKED
            case _:  # begun, or a block or a waiver has ended: the task returns to its earlier status
                return Status.DOING if self.begun else Status.TODO

    def closed_on(self, today: date, zone: tzinfo | None) -> date | None:
        """Return the day since which the task has been closed, of a time zone; None where it is open ``today``.

        A task that is closed once more, as by a waiver that is renewed in time, has been closed since the first of these days.
        """
        if not self.status_on(today).is_closed:
            return None
        day = self.closings[-1].at.astimezone(zone).date()
        for event in reversed(self.closings[:-1]):
            if isinstance(event, kinds.Waived) and event.expires < day:
                break
            day = event.at.astimezone(zone).date()
        return day

    def cause_of(self, status: Status) -> TaskEvent | None:
        """Return the event behind the status of the task, or None. Where a waiver has expired, that is the one behind its earlier status."""
        if isinstance(self.status_event, kinds.Waived) and status is not Status.WAIVED:
            return self.blocked or self.begun
        return self.status_event

    @property
    def owner(self) -> str | None:
        """The owner of the task, or None."""
        return self.assigned.owner if self.assigned else None

    @property
    def due(self) -> date | None:
        """The due date of the task, or None."""
        return self.due_set.due if self.due_set else None

    def steps(self, task: Task) -> tuple[StepState, ...]:
        """Return the states of the steps that the task has now; ticks of others do not count."""
        return tuple(
            StepState(
                id=step.id,
                text=step.text,
                done=isinstance(event, kinds.Ticked),
                by=event.by if event else None,
                at=event.at if event else None,
            )
            for step, event in ((step, self.ticks.get(step.id)) for step in task.steps)
        )

    def ticked(self, task: Task) -> list[str]:
        """Return the ids of the steps that the task has now and that are ticked."""
        return [step.id for step in task.steps if isinstance(self.ticks.get(step.id), kinds.Ticked)]

    def state(self, task: Task, day: date, waits_for: tuple[str, ...], first_day: date | None = None) -> TaskState:
        """Return the state of the task on a day. ``waits_for`` are its open prerequisites, ``first_day`` is its first day."""
        status, mark = self.status_on(day), self.status_event
        cause = self.cause_of(status)
        return TaskState(
            id=task.id,
            status=status,
            since=cause.at if cause else None,
            by=cause.by if cause else None,
            reason=reason_of(cause),
            begun=self.begun.at if self.begun else None,
            owner=self.owner,
            due=self.due,
            waiver=Waiver(mark.reason, by=mark.by, at=mark.at, expires=mark.expires)
            if isinstance(mark, kinds.Waived)
            else None,
            latest=self.latest.at if self.latest else None,
            references=tuple(dict.fromkeys(self.references)),
            note=self.noted.note if self.noted else "",
            note_by=self.noted.by if self.noted else None,
            note_at=self.noted.at if self.noted else None,
            steps=self.steps(task),
            waits_for=waits_for,
            not_before=first_day if first_day and day < first_day else None,
        )


_WithReason: TypeAlias = kinds.Blocked | kinds.Waived | kinds.NotApplicable | kinds.Reopened


def reason_of(event: TaskEvent | None) -> str:
    """Return the reason that an event behind a status states; empty where there is none."""
    return event.reason if isinstance(event, _WithReason) else ""


Records: TypeAlias = Mapping[str, Record]


def status_of(records: Records, day: date) -> StatusOf:
    """Return a function from a task to its status on a day and the number of its ticked steps."""

    def status_and_ticks(task: Task) -> tuple[Status, int]:
        record = records.get(task.id, UNTOUCHED)
        return record.status_on(day), len(record.ticked(task))

    return status_and_ticks


UNTOUCHED = Record()
"""The record of a task without events."""


def first_day_in(checklist: Checklist, task: Task, records: Records, today: date, zone: tzinfo | None) -> date | None:
    """Return the first day of a task as it is known ``today``: its own, and that after its wait where its prerequisites are closed."""
    return first_day_of(checklist, task, lambda name: records.get(name, UNTOUCHED).closed_on(today, zone))


def fold(events: Iterable[Event]) -> dict[str, Record]:
    """Return the records of all tasks that have events.

    Args:
        events: The events, sorted by key.
    """
    records: dict[str, Record] = {}
    for event in events:
        if not isinstance(event, OfLaunch):
            record = records.get(event.task)
            if record is None:
                record = records[event.task] = Record()
            record.apply(event)
    return records


class Transition(NamedTuple):
    """One step of a replay: an event, or the end of a waiver.

    Attributes:
        at: The time of the step, in UTC.
        event: The event, or the waiver that ends.
        is_end: True if a waiver ends.
        earlier: The record of the task before the step.
        before: The status of the task before the step.
        after: Its status after the step.
    """

    at: datetime
    event: TaskEvent
    is_end: bool
    earlier: Record
    before: Status
    after: Status


class Replay:
    """A replay of a log in the order of time, with the ends of waivers among its events.

    Args:
        events: The events, sorted by key.
        at: The end of the replay. Dates, such as that on which a waiver ends, are in its time zone.

    Attributes:
        records: The records of all tasks that had events so far.
        status: Their statuses.
    """

    def __init__(self, events: Iterable[Event], at: datetime) -> None:
        self.records: dict[str, Record] = {}
        self.status: dict[str, Status] = {}
        self._zone, self._today = at.tzinfo, at.date()
        about_tasks = [event for event in events if not isinstance(event, OfLaunch)]
        # A waiver that ends at midnight does not count for an event at midnight: the ends come first, and sorting is stable.
        self._pending: list[tuple[datetime, TaskEvent, bool]] = [
            (end, event, True)
            for event in about_tasks
            if isinstance(event, kinds.Waived) and (end := as_utc_or_none(_end_of(event, at)))
        ]
        self._pending += [(event.at, event, False) for event in about_tasks]
        self._pending.sort(key=lambda pending: pending[0])
        self._place = 0

    def steps(self, until: datetime | None = None) -> Iterator[Transition]:
        """Go on, and yield each step once it is taken: all that remain or, with ``until``, those up to that time."""
        while self._place < len(self._pending):
            at, event, is_end = self._pending[self._place]
            if until is not None and at > until:
                return
            self._place += 1
            earlier = record = self.records.get(event.task, UNTOUCHED)
            if not is_end:
                record = self.records[event.task] = record.with_event(event)
            before = self.status.get(event.task, Status.TODO)
            day = min(at.astimezone(self._zone).date(), self._today)  # an event in the future ends no waiver
            after = self.status[event.task] = record.status_on(day)
            yield Transition(at, event, is_end, earlier, before, after)


def _end_of(waiver: kinds.Waived, at: datetime) -> datetime | None:
    """Return the end of the waiver: midnight after its last day, in the time zone of ``at``; None if it had not ended by ``at``."""
    if at.date() <= waiver.expires:
        return None
    return datetime.combine(waiver.expires + timedelta(days=1), time(), at.tzinfo)


def part_ids(checklist: Checklist) -> Callable[[str, str], Collection[str]]:
    """Return a function from the id of a task and ``"step"`` or ``"criterion"`` to the ids of these parts of the task.

    It collects them once for any number of events.
    """

    @cache
    def ids(task_id: str, what: str) -> Collection[str]:
        task = checklist[task_id]
        return dict.fromkeys(part.id for part in (task.steps if what == "step" else task.criteria))

    return ids


def cut(events: Sequence[Event], at: datetime) -> int:
    """Return the number of the sorted ``events`` that had happened by ``at``."""
    return bisect_right(events, at, key=AT)


def misplaced(checklist: Checklist, events: Sequence[Event], started: datetime) -> list[Fault]:
    """Return the faults of events that do not fit their launch, with their positions as given."""
    # A task that the checklist lacks may be one of the checklist before, and a task may have been without the step or the criterion.
    has_migrated = any(isinstance(event, Migrated) for event in events)
    faults, parts_of = Faults(), part_ids(checklist)
    for place, event in enumerate(events):
        if isinstance(event, LaunchStarted):
            continue
        if not (has_migrated or isinstance(event, OfLaunch) or event.task in checklist):
            problem = "there is no task of that id"
            faults.add("unknown-task", f"$.events[{place}].task", problem, event.task, known=known_tasks(checklist))
        elif isinstance(event, StepEvent | CriterionEvent) and not has_migrated:
            what = part_of(event)[0]
            add_unknown_part(faults, f"$.events[{place}].{what}", event, parts_of(event.task, what))
        if event.at < started:
            faults.append(too_old(f"$.events[{place}].at", event.at, started))
        if len(faults) >= MOST_FAULTS:
            break
    return faults


def add_unknown_part(faults: Faults, path: str, event: TaskEvent, known: Collection[str]) -> None:
    """Add a fault where the step or the criterion of an event is none of the ``known`` ones of its task."""
    what, name = part_of(event)
    if name not in known:
        problem = f"there is no {what} of that id in {event.task!r}"
        faults.add("unknown-step" if what == "step" else "unknown-name", path, problem, name, known=known)


def too_old(path: str, at: datetime, started: datetime) -> Fault:
    """Return the fault of a timestamp before the start of the launch."""
    hint = f"the launch was started at {started.isoformat()}; give that time or a later one"
    return Fault("before-start", path, "lies before the start of the launch", at.isoformat(), hint)


def last_migration(events: Sequence[Event]) -> str:
    """Return the sort key of the latest migration in a log, or an empty string. It is the one that the checklist of the launch comes from."""
    return max((event.key for event in events if isinstance(event, Migrated)), default="")


def starts(events: Iterable[Event]) -> set[LaunchStarted]:
    """Return the starts in a log. Copies of one launch have one in common, unless they were started separately."""
    return {event for event in events if isinstance(event, LaunchStarted)}


def named_checklists(events: Sequence[Event]) -> set[str]:
    """Return the digests that the checklist of a launch may have: that of the latest migration, else those of the starts.

    The set is empty where the log does not say.
    """
    last = max((event for event in events if isinstance(event, Migrated)), key=attrgetter("key"), default=None)
    return {last.digest} if last else {event.digest for event in starts(events)} - {""}


PUT_BACK = "put back what was there, as from an earlier version of the file"


def altered_checklist(checklist: Checklist, way_out: str = PUT_BACK) -> Fault:
    """Return the fault of a checklist that has none of the digests that the log names."""
    hint = f"{way_out}; to change the checklist, migrate the launch to another one"
    problem = "is not the one that the log names: it was altered, or is not that of the latest migration"
    return Fault("damaged", "$.checklist", problem, show(checklist.digest[:15]), hint)


def merged_checklist(
    ours: Checklist, our_events: Sequence[Event], theirs: Checklist, their_events: Sequence[Event]
) -> Checklist:
    """Return the checklist of two copies that are merged: that of the latest migration or, without one that follows, the one of both.

    Raises:
        InvalidError: Neither follows from the other, and the contents of the checklists differ.
    """
    last, others = last_migration(our_events), last_migration(their_events)
    if last != others and starts(our_events) & starts(their_events):
        return ours if last > others else theirs
    return common_checklist(ours, theirs, named_checklists([*our_events, *their_events]))


def common_checklist(ours: Checklist, theirs: Checklist, named: Container[str] = ()) -> Checklist:
    """Return the checklist of two logs to be merged.

    Where only its history differs, one whose digest is among those ``named`` wins, then that with more layers, then that with the greater
    digest.

    Raises:
        InvalidError: The contents of the checklists differ.
    """
    if ours == theirs:
        if (ours.base, ours.layers) == (theirs.base, theirs.layers):
            return ours
        return max(ours, theirs, key=lambda one: (one.digest in named, len(one.layers), one.digest))
    fields = different_fields(ours, theirs)
    problem = f"is not the same checklist: {', '.join(fields)} differ{'s' if len(fields) == 1 else ''}"
    hint = "only copies of one launch are merged; migrate one of them to the checklist of the other, or start it under another name"
    raise invalid("not-a-copy", "$.checklist", problem, f"{theirs.id} {theirs.version}", hint)


def different_fields(ours: Checklist, theirs: Checklist, *, history: bool = False) -> list[str]:
    """Return the names of the fields in which two checklists differ, with ``history`` also of their base and layers."""
    return [
        field.name
        for field in attrs.fields(Checklist)
        if (field.eq or history) and getattr(ours, field.name) != getattr(theirs, field.name)
    ]
