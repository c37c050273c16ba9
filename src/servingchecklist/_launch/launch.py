"""A launch: one checklist being worked for one service."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

import attrs

from .._model._validation import Validated, check, construct, exactly, ident, tuple_of, verify
from .._model.checklist import Checklist, id_of
from .._model.selection import Selection, selected
from .._namespace import NotebookDisplay, late_import, public
from .._planning.calendar import WEEKDAYS, Calendar
from .._planning.critical_path import critical_path
from .._planning.forecast import SAMPLES
from .._planning.rules import PHASES_FIRST, Rule
from ..errors import Fault, InvalidError, UnknownNameError, invalid, nearest, show
from . import events as kinds
from .events import (
    AT,
    Event,
    LaunchEvent,
    LaunchStarted,
    Migrated,
    Retracted,
    StepEvent,
    TaskEvent,
    all_events,
    in_order,
)
from .fold import (
    UNTOUCHED,
    Records,
    common_checklist,
    cut,
    field_of,
    fold,
    is_of_task,
    misplaced,
    status_of,
    step_ids,
    too_old,
)
from .forecasting import State, forecast_open, state_of
from .recommendation import recommend_next
from .results import Progress, Snapshot, TaskState, progress_of
from .review import review, usual_samples
from .timestamps import INSTANT, as_utc, checked, now
from .transitions import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from .._model.effort import Effort
    from .._model.task import Reference, Task
    from .._planning.critical_path import CriticalPath, Estimate
    from .._planning.forecast import Forecast
    from .._planning.ordering import Recommendations
    from ..documents import LaunchDocument
    from .results import Review


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


@public()
@attrs.frozen(getstate_setstate=False)
class Launch(Validated, NotebookDisplay, _Derived):
    """One checklist being worked for one service: the checklist, and an append-only log of events.

    Immutable: a method that records returns a new launch and leaves the old one unchanged. The state of a launch is derived from its log
    alone, so two copies that diverged are merged by the union of their logs.

    Every method that records takes ``by``, the person, team or tool who records, and as ``details`` the time ``at``, an aware datetime,
    ``references``, a list of :class:`~servingchecklist.Reference`, and ``note``, a text. Without ``at`` the event
    happens now or, where another clock ran ahead, just after the latest event of the task. Repeating the last event of the same time
    records nothing; a different event of that time for the same field of the task is recorded a microsecond later.

    Every method that queries takes ``at`` too: then later events do not count, and dates are taken in the time zone of ``at``. Without it
    all events count, and dates are taken from the current time in UTC.

    >>> from datetime import UTC, datetime
    >>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> launch = launch.finish("c1", by="ml-platform", at=datetime(2026, 11, 24, 17, tzinfo=UTC))
    >>> launch.state("c1").status, launch.next(limit=2).ids
    (Status.DONE, ('c3', 'c2'))

    Attributes:
        checklist: The checklist being worked.
        name: The name of the launch, in the form of an id. Its key in a store.
        events: The log, sorted by time, then by id, without duplicates.

    Raises:
        InvalidError: A field is invalid, no event starts the launch, or an event lies before the start or is about a task that the
            checklist does not have.
    """

    checklist: Checklist = attrs.field(metadata=check(exactly(Checklist, "Checklist(...)")))
    name: str = attrs.field(metadata=check(ident))
    events: tuple[Event, ...] = attrs.field(converter=tuple_of[Event], metadata=check(all_events))

    def __attrs_post_init__(self) -> None:
        verify(self)
        started = min((event.at for event in self.events if isinstance(event, LaunchStarted)), default=None)
        if started is None:
            hint = "use Launch.start(checklist, name=..., by=...), or begin with an event launch-started"
            raise invalid("missing", "$.events", "do not say when the launch was started", self.events, hint)
        if faults := misplaced(self.checklist, self.events, started):
            raise InvalidError(faults)
        object.__setattr__(self, "events", in_order(self.events))
        object.__setattr__(self, "_started", started)
        object.__setattr__(self, "_retracted", _retracted_by(self.events))
        object.__setattr__(self, "_folded", None)

    def _with(self, **changed: object) -> Launch:
        """Return the launch with another log, which is known to be valid and sorted, and with what is derived from it."""
        launch = object.__new__(Launch)
        kept = {name: getattr(self, name) for name in ("checklist", "name", "_started", "_retracted")}
        for name, value in {**kept, "_folded": None, **changed}.items():
            object.__setattr__(launch, name, value)
        return launch

    @classmethod
    def start(cls, checklist: Checklist, *, name: str, by: str, at: datetime | None = None, topic: str = "") -> Launch:
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
        return cls(checklist, name, (LaunchStarted(by=by, at=now() if at is None else at, topic=topic),))

    @property
    def started(self) -> datetime:
        """The start of the launch, in UTC. Where copies were started separately, the earliest start counts."""
        return self._started

    @property
    def topic(self) -> str:
        """The thing to launch, as the earliest start that has a topic says, else the checklist; may be empty."""
        topics = (event.topic for event in self.events if isinstance(event, LaunchStarted) and event.topic)
        return next(topics, self.checklist.topic)

    @property
    def latest(self) -> datetime:
        """The time of the latest event of a task, in UTC, retracted ones left out; the start where there is none."""
        events = (event for event in reversed(self.events) if is_of_task(event, self._retracted))
        return next((event.at for event in events), self._started)

    @property
    def retracted(self) -> tuple[TaskEvent, ...]:
        """The events that were retracted, in the order of the log."""
        events = self.events if self._retracted else ()
        return tuple(event for event in events if not isinstance(event, LaunchEvent) and event.id in self._retracted)

    # Recording

    def record(self, *events: Event) -> Launch:
        """Return the launch with more events in its log. Events that it has already are not added twice.

        An event may be earlier than others: then it must have been legal at that time. Events with equal timestamps are sorted by id, in
        effect at random; if your clock has whole seconds only, give two events of one task distinct timestamps.

        Args:
            events: One or more events. Recording many at once costs much less than one by one.

        Raises:
            IllegalTransitionError: An event is not legal in the status of its task. The message names the legal ones.
            UnknownNameError: The checklist has no such task, or the task has no such step.
            InvalidError: An argument is not an event, or lies before the start of the launch.
        """
        if faults := all_events(events, "events"):
            raise InvalidError(faults)
        return self._add(sorted(events, key=AT), None)

    def _add(self, events: Sequence[Event], today: date | None) -> Launch:
        retracted = self._retracted | _retracted_by(events)
        # A retraction counts whatever its time, so the events that it is recorded with are judged without what it retracts.
        records = self._records if retracted == self._retracted else fold(self._counting(retracted))
        recording, started = Recording(self.events, records, retracted), self._started
        steps_of = step_ids(self.checklist)
        for event in events:
            if isinstance(event, LaunchStarted):
                started = min(started, event.at)
            elif isinstance(event, Migrated):
                hint = "use launch.migrate(checklist, by=...), which needs the checklist as well"
                raise invalid("unsupported", "$", "cannot be recorded by itself", event, hint)
            else:
                if not isinstance(event, Retracted):
                    task = self._id(event.task)
                    if isinstance(event, StepEvent) and event.step not in (known := steps_of(task)):
                        problem = f"there is no step of that id in {task!r}"
                        hint = nearest(event.step, known)
                        raise UnknownNameError([Fault("unknown-step", "$.step", problem, show(event.step), hint)])
                if event.at < started:
                    raise InvalidError([too_old("$.at", event.at, started)])
            recording.add(event, today)
        return self._with(events=recording.log, _started=started, _retracted=retracted, _folded=recording.records)

    def begin(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Launch:
        """Record that work on the task begins. Raises as :meth:`record` does."""
        return self._record(kinds.Begun, task, by=by, **details)

    def finish(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Launch:
        """Record that the task is done, whether or not its prerequisites are. Raises as :meth:`record` does."""
        return self._record(kinds.Finished, task, by=by, **details)

    def block(self, task: Task | str, *, reason: str, by: str, **details: Unpack[Details]) -> Launch:
        """Record that something outside of the checklist blocks the task. Raises as :meth:`record` does."""
        return self._record(kinds.Blocked, task, by=by, reason=reason, **details)

    def unblock(self, task: Task | str, *, by: str, **details: Unpack[Details]) -> Launch:
        """Record that the task is no longer blocked: its earlier status is back. Raises as :meth:`record` does."""
        return self._record(kinds.Unblocked, task, by=by, **details)

    def reopen(self, task: Task | str, *, by: str, reason: str = "", **details: Unpack[Details]) -> Launch:
        """Record that the task has to be done again. Raises as :meth:`record` does."""
        return self._record(kinds.Reopened, task, by=by, reason=reason, **details)

    def waive(self, task: Task | str, *, reason: str, expires: date, by: str, **details: Unpack[Details]) -> Launch:
        """Record a waiver: the task is left undone on purpose, up to and including the day ``expires``. Raises as :meth:`record` does."""
        return self._record(kinds.Waived, task, by=by, reason=reason, expires=expires, **details)

    def mark_not_applicable(self, task: Task | str, *, reason: str, by: str, **details: Unpack[Details]) -> Launch:
        """Record that the task does not apply, until it is reopened. Raises as :meth:`record` does."""
        return self._record(kinds.NotApplicable, task, by=by, reason=reason, **details)

    def assign(self, task: Task | str, owner: str | None, *, by: str, **details: Unpack[Details]) -> Launch:
        """Set the owner of the task; None removes the owner. Raises as :meth:`record` does."""
        return self._record(kinds.Assigned, task, by=by, owner=owner, **details)

    def set_due(self, task: Task | str, due: date | None, *, by: str, **details: Unpack[Details]) -> Launch:
        """Set the due date of the task; None removes it. Raises as :meth:`record` does."""
        return self._record(kinds.DueSet, task, by=by, due=due, **details)

    def note(
        self, task: Task | str, text: str, *, by: str, at: datetime | None = None, references: Sequence[Reference] = ()
    ) -> Launch:
        """Record a note on the task. It changes no status. Raises as :meth:`record` does."""
        return self._record(kinds.Noted, task, by=by, text=text, at=at, references=references)

    def retract(self, event: Event | str, *, by: str, reason: str = "", at: datetime | None = None) -> Launch:
        """Retract an event of a task that was recorded by mistake: it counts nowhere, not even before ``at``, and stays in the log.

        Retracting it again records nothing. To undo a retraction, call the method that recorded the event once more.

        Args:
            event: The event, or the beginning of its id: 8 digits or more.
            by: The person, team or tool who retracts it.
            reason: The reason, in one line.
            at: The time of the retraction.

        Raises:
            UnknownNameError: Not exactly one event of the log has an id that begins like that.
            InvalidError: An argument is invalid, or the event is of no task.
        """
        digits = event if isinstance(event, str) else "" if all_events((event,), "event") else event.id
        if not _ID_BEGINNING.fullmatch(digits):
            hint = "give an event of the log, or at least the first 8 digits of its id"
            raise invalid("bad-format", "$.event", "is not the id of an event", event, hint)
        matches = [known for known in self.events if known.id.startswith(digits)]
        if len(matches) != 1:
            several = f"is the beginning of {len(matches)} ids", "give more digits"
            problem, hint = several if matches else ("there is no event of that id in the log", "")
            raise UnknownNameError([Fault("unknown-name", "$.event", problem, show(digits), hint)])
        if isinstance(matches[0], LaunchEvent):
            hint = "only events of tasks can be; to undo a retraction, record what happened once more, by its method"
            raise invalid("unsupported", "$.event", f"is {matches[0].kind} and cannot be retracted", digits[:8], hint)
        when = max(now(), self._started) if at is None else at
        launch = self._add((Retracted(matches[0].id, by=by, reason=reason, at=when),), None)
        return self if matches[0].id in self._retracted else launch

    def tick(self, task: Task | str, step: str, *, by: str, **details: Unpack[Details]) -> Launch:
        """Record that a step of the task is done. It changes no status. Raises as :meth:`record` does."""
        return self._record(kinds.Ticked, task, by=by, step=step, **details)

    def untick(self, task: Task | str, step: str, *, by: str, **details: Unpack[Details]) -> Launch:
        """Record that a step of the task is open again. Raises as :meth:`record` does."""
        return self._record(kinds.Unticked, task, by=by, step=step, **details)

    def _id(self, task: Task | str) -> str:
        return self.checklist[id_of(task)].id

    def _when(self, task: Task | str, at: datetime | None) -> datetime:
        if at is not None:
            return at
        latest = self._records.get(self._id(task), UNTOUCHED).latest
        # A clock may count in milliseconds only; then the event still comes after the one before it.
        return max(now(), (latest.at if latest else self._started) + INSTANT)

    def _record(self, kind: type[TaskEvent], task: Task | str, at: datetime | None = None, **fields: object) -> Launch:
        """Record an event after others of the same time, unless the last of them is equal to it; ``at`` is in the time zone of the recorder."""
        event = construct(kind, {"task": self._id(task), "at": self._when(task, at), **fields})
        today = (at or event.at).date()
        latest = self._records.get(event.task, UNTOUCHED).latest
        if not self._retracted and (latest is None or event.at > latest.at):
            return self._add((event,), today)
        taken = {other.at: other for other in self.history(event.task) if field_of(other) == field_of(event)}
        time = event.at
        while time in taken:
            time += INSTANT
        last = taken.get(time - INSTANT)
        if last and last.id not in self._retracted and attrs.evolve(last, at=event.at) == event:
            return self
        return self._add((attrs.evolve(event, at=time),), today)

    def merge(self, other: Launch) -> Launch:
        """Return the launch with the union of both logs.

        Merging is commutative, associative and idempotent. Where the checklists are equal but not their layers, the copy with more layers
        wins and, of equally many, that whose document has the greater digest.

        Raises:
            InvalidError: They are not copies of one launch: their names or the contents of their checklists differ.
        """
        if not isinstance(other, Launch):
            raise invalid("wrong-kind", "$", "is not a launch", other, "give another copy of the same launch")
        if other.name != self.name:
            hint = f"a launch is merged with copies of itself; this one is {self.name!r}"
            raise invalid("not-a-copy", "$.name", "is the name of another launch", other.name, hint)
        return self._with(
            checklist=common_checklist(self.checklist, other.checklist),
            events=in_order(chain(self.events, other.events)),
            _started=min(self._started, other._started),
            _retracted=self._retracted | other._retracted,
        )

    def migrate(self, checklist: Checklist, *, by: str, at: datetime | None = None) -> Launch:
        """Migrate the launch to another checklist, such as an upgraded one. The log is kept, and the migration is recorded in it.

        Events stay with the id of their task. Events of tasks that the checklist no longer has are kept too: they do not count, and
        :attr:`retired` names the tasks. If a later checklist has such a task again, its events count again. Copies of the launch can be
        merged once all of them have been migrated to that checklist.

        Args:
            checklist: The new checklist. Where it equals the present one, nothing is recorded.
            by: The person, team or tool who decides that.
            at: The time of the migration.

        Raises:
            InvalidError: An argument is invalid, or ``at`` lies before the start of the launch.
        """
        if not isinstance(checklist, Checklist):
            raise invalid("wrong-kind", "$.checklist", "is not a checklist", checklist, "give a Checklist")
        if checklist == self.checklist:
            return self
        tasks = dict.fromkeys(event.task for event in self.events if not isinstance(event, LaunchEvent))
        gone = [task for task in tasks if task not in checklist]
        when = max(now(), self.latest + INSTANT) if at is None else at
        moved = Migrated(checklist.id, checklist.version, retired=gone, by=by, at=when)
        if moved.at < self._started:
            raise InvalidError([too_old("$.at", moved.at, self._started)])
        return Launch(checklist, self.name, (*self.events, moved))

    # Queries

    @property
    def retired(self) -> tuple[str, ...]:
        """The ids of tasks that have events but are no longer in the checklist, in the order of the log."""
        return self._retired(None)

    def _retired(self, at: datetime | None) -> tuple[str, ...]:
        tasks = (
            event.task for event in self.events if not isinstance(event, LaunchEvent) and (at is None or event.at <= at)
        )
        return tuple(dict.fromkeys(task for task in tasks if task not in self.checklist))

    def state(self, task: Task | str, *, at: datetime | None = None) -> TaskState:
        """Return the state of a task.

        Raises:
            UnknownNameError: There is no such task.
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        return self._state(self.checklist[id_of(task)], records, at.date())

    def _state(self, task: Task, records: Records, today: date) -> TaskState:
        record = records.get(task.id, UNTOUCHED)
        waits_for = (name for name in task.after if not records.get(name, UNTOUCHED).status_on(today).is_closed)
        return record.state(task, today, tuple(waits_for))

    def progress(self, *, at: datetime | None = None) -> Progress:
        """Return the progress: counts, effort and steps overall, by phase and by priority.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        return progress_of(self.checklist, status_of(records, at.date()))

    def next(
        self,
        limit: int | None = 3,
        *,
        rules: Sequence[Rule] = PHASES_FIRST,
        at: datetime | None = None,
        **selection: Unpack[Selection],
    ) -> Recommendations:
        """Recommend the tasks to do next, best first. Blocked tasks come last, and the reasons say what blocks them.

        Args:
            limit: The maximum number of tasks; None for all that wait for no other.
            rules: The rules, as for :func:`servingchecklist.order`.
            at: The time to look at.
            **selection: ``owner``, ``role``, ``label``, ``phase`` or ``section``: only tasks with all of these, as in
                :class:`~servingchecklist.results.Selection`.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid.
        """
        records, at = self._seen(at)
        only = self._selected(selection, records)
        return recommend_next(self.checklist, records, at, limit, rules, topic=self.topic, only=only)

    def _selected(self, selection: Selection, records: Records) -> frozenset[str] | None:
        return selected(self.checklist, selection, {task_id: record.owner for task_id, record in records.items()})

    def history(self, task: Task | str) -> tuple[TaskEvent, ...]:
        """Return all events of a task, sorted by time, overridden and retracted ones included. Retired tasks have a history too.

        Raises:
            UnknownNameError: There is no such task.
        """
        task_id = id_of(task)
        found = tuple(event for event in self.events if not isinstance(event, LaunchEvent) and event.task == task_id)
        if not found:
            self._id(task)
        return found

    def as_of(self, at: datetime) -> Launch:
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

    def snapshot(self, *, at: datetime | None = None, **selection: Unpack[Selection]) -> Snapshot:
        """Return the state of all tasks, or of the selected ones, as one value, which formats and notebooks display.

        Args:
            at: The time to look at.
            **selection: As for :meth:`next`.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid, or ``at`` lies before the start of the launch.
        """
        records, at = self._seen(at)
        only = self._selected(selection, records)
        tasks = self.checklist.tasks if only is None else [task for task in self.checklist if task.id in only]
        return Snapshot(
            name=self.name,
            checklist=self.checklist,
            at=at,
            states=tuple(self._state(task, records, at.date()) for task in tasks),
            next=recommend_next(self.checklist, records, at, 3, PHASES_FIRST, topic=self.topic, only=only),
            retired=self._retired(at) if only is None else (),
            topic=self.topic,
            selection=cast("dict[str, str]", selection),
        )

    def forecast(
        self,
        *,
        at: datetime | None = None,
        start: date | None = None,
        people: int | None = None,
        owners: Mapping[str, str] | None = None,
        calendar: Calendar = WEEKDAYS,
        samples: int = SAMPLES,
        seed: int = 0,
        rules: Sequence[Rule] = PHASES_FIRST,
        blocked: Mapping[str, Effort | None] | None = None,
        default_effort: Effort | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Forecast:
        """Forecast the finish from the present state: :func:`servingchecklist.forecast` with the data of the log.

        Closed tasks are left out. A task under way counts as worked on every day since it was begun, but for the time in
        which it was blocked or waived; so much of its effort is spent. A blocked task counts as free at once and is named in the forecast,
        unless ``blocked`` says how long it stays blocked. Owners and due dates are those of the log.

        Args:
            at: The time to look at.
            start: The first day for work on the open tasks; by default the day of ``at``, and then the whole of it.
            people: The number of people who take the tasks without an owner, each one task at a time; None for no limit.
            owners: The owners of tasks by their ids; they override those of the log.
            calendar: The calendar of working days.
            samples: The number of samples.
            seed: The seed of the random numbers.
            rules: The rules that decide which of several ready tasks is taken first.
            blocked: The time for which each blocked task stays blocked, by task id, counted from ``start``.
            default_effort: The effort of a task that states none.
            progress: A function called now and then with the number of samples so far and their total.

        Raises:
            InvalidError: Open tasks state no effort, and there is no default: all of them are named. Or an argument is invalid, ``start``
                lies before ``at``, or ``blocked`` names a task that is not blocked.
            UnknownNameError: An argument names a task that is not in the checklist.
        """
        forecast = forecast_open(
            self.checklist,
            self._state_of_tasks(at, calendar),
            {
                "people": people,
                "owners": owners,
                "calendar": calendar,
                "samples": samples,
                "seed": seed,
                "rules": rules,
                "blocked": blocked,
                "default_effort": default_effort,
                "progress": progress,
            },
            name=self.name,
            start=start,
        )
        tasks = [attrs.evolve(task, title=self.checklist[task.id].title) for task in forecast.tasks]
        return attrs.evolve(forecast, tasks=tasks, topic=self.topic)

    def critical_path(
        self,
        *,
        at: datetime | None = None,
        estimate: Estimate = "mean",
        calendar: Calendar = WEEKDAYS,
        default_effort: Effort | None = None,
    ) -> CriticalPath:
        """Compute the critical path of the open tasks: :func:`servingchecklist.critical_path` with the data of the log.

        Args:
            at: The time to look at.
            estimate: The value of each effort to use: ``"low"``, ``"mean"`` or ``"high"``.
            calendar: The calendar of working days, for the effort that is spent.
            default_effort: The effort of a task that states none.

        Raises:
            InvalidError: Open tasks state no effort, and there is no default: all of them are named. Or an argument is invalid.
        """
        state = self._state_of_tasks(at, calendar)
        return critical_path(
            self.checklist if self.topic == self.checklist.topic else attrs.evolve(self.checklist, topic=self.topic),
            estimate=estimate,
            done=state.done,
            under_way=state.under_way,
            blocked=[task.id for task in self.checklist if task.id in state.blocked],
            default_effort=default_effort,
        )

    def _state_of_tasks(self, at: datetime | None, calendar: Calendar) -> State:
        if not isinstance(calendar, Calendar):
            raise invalid("wrong-kind", "$.calendar", "is not a calendar", calendar, "write Calendar(...)")
        if at is None:
            return state_of(self._counting(), now(), calendar)
        return state_of(self.as_of(at)._counting(), checked(at, "at"), calendar)  # noqa: SLF001

    def review(
        self,
        since: datetime,
        *,
        at: datetime | None = None,
        stale_after: int = 7,
        people: int | None = None,
        owners: Mapping[str, str] | None = None,
        calendar: Calendar = WEEKDAYS,
        samples: int | None = None,
        seed: int = 0,
        rules: Sequence[Rule] = PHASES_FIRST,
        blocked: Mapping[str, Effort | None] | None = None,
        default_effort: Effort | None = None,
        **selection: Unpack[Selection],
    ) -> Review:
        """Review the launch: what has happened, what needs attention, how the forecast has moved, and what to do next.

        Args:
            since: The beginning of the review. An event of exactly that time was known then, and is not news.
            at: The end of the review.
            stale_after: The number of days without any event after which a task under way is stale.
            people: For the forecast, as for :meth:`forecast`. It counts whole days, so a review in the evening still has all of that day
                left for work.
            owners: Likewise.
            calendar: Likewise.
            samples: The number of samples of each forecast; 0 for no forecast. By default 1,000 for a checklist of up to 100 tasks, fewer
                for a larger one, and 0 beyond 1,000 tasks.
            seed: As for :meth:`forecast`.
            rules: The rules for the recommendations, and for the order of tasks in the forecast.
            blocked: The time for which each task that is blocked at the end stays blocked.
            default_effort: As for :meth:`forecast`. Without it there is no forecast where a task states no effort.
            **selection: As for :meth:`next`, with the owners at the end. Then there is no forecast, which would be of the whole launch.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid, or ``since`` does not lie before ``at``.
        """
        at = max(now(), self.latest) if at is None else checked(at, "at")
        seen = self.as_of(at)
        return review(
            self.checklist,
            seen._counting(),  # noqa: SLF001
            selection=selection,
            only=self._selected(selection, seen._records),  # noqa: SLF001
            name=self.name,
            retracted=self.retracted,
            topic=self.topic,
            started=self._started,
            since=since,
            at=at,
            stale_after=stale_after,
            options={
                "people": people,
                "owners": owners,
                "calendar": calendar,
                "samples": usual_samples(len(self.checklist)) if samples is None else samples,
                "seed": seed,
                "rules": rules,
                "blocked": blocked,
                "default_effort": default_effort,
                "progress": None,
            },
        )

    def to_dict(self) -> LaunchDocument:
        """Return the launch as a document: dicts, lists, strings and numbers only, with the same keys as files.

        It contains the whole checklist. ``Launch.from_dict`` returns an equal launch.
        """
        return cast("LaunchDocument", late_import("codec").encode(self))

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Launch:
        """Build a launch from a document, as strictly as :meth:`Checklist.from_dict`.

        Raises:
            InvalidError: The document has faults; all of them are in the error, each with its path.
        """
        return cast("Launch", late_import("codec").decode(document, Launch))

    def _counting(self, retracted: frozenset[str] | None = None) -> tuple[Event, ...]:
        """Return the events that count: all but those of retired tasks and those that were retracted."""
        retracted = self._retracted if retracted is None else retracted
        if not (retracted or any(isinstance(event, Migrated) and event.retired for event in self.events)):
            return self.events
        return tuple(
            event
            for event in self.events
            if isinstance(event, LaunchEvent) or (event.task in self.checklist and event.id not in retracted)
        )

    @property
    def _records(self) -> Records:
        if self._folded is None:
            object.__setattr__(self, "_folded", fold(self._counting()))
        assert self._folded is not None
        return self._folded

    def _seen(self, at: datetime | None) -> tuple[Records, datetime]:
        """Return the records and the time to look at: without ``at`` all events count, even from a clock that ran ahead."""
        return (self._records, now()) if at is None else (self.as_of(at)._records, checked(at, "at"))  # noqa: SLF001


def _retracted_by(events: Iterable[Event]) -> frozenset[str]:
    return frozenset(event.event for event in events if isinstance(event, Retracted))
