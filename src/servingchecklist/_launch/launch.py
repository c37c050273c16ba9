"""A launch: one checklist being worked for one service."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from .._model._validation import Validated, check, exactly, ident, tuple_of, verify
from .._model.checklist import Checklist, id_of
from .._namespace import NotebookDisplay, late_import, public
from .._planning.calendar import WEEKDAYS, Calendar
from .._planning.critical_path import critical_path
from .._planning.forecast import SAMPLES
from .._planning.rules import PHASES_FIRST, Rule
from ..errors import InvalidError, invalid
from .events import (
    AT,
    Assigned,
    Begun,
    Blocked,
    DueSet,
    Event,
    Finished,
    LaunchStarted,
    Migrated,
    Noted,
    Reopened,
    TaskEvent,
    Unblocked,
    Waived,
    all_events,
    in_order,
)
from .fold import FIELD_OF, UNTOUCHED, Records, check_same_checklist, cut, fold, misplaced, too_old
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
    from .._model.task import Task
    from .._planning.critical_path import CriticalPath, Estimate
    from .._planning.forecast import Forecast
    from .._planning.ordering import Recommendations
    from ..documents import LaunchDocument
    from .results import Review


class _Derived:
    """Slots for values derived from the fields of a launch. They are no fields: not part of its equality or of its documents."""

    __slots__ = ("_folded", "_started")

    _started: datetime
    _folded: Records | None


@public()
@attrs.frozen(getstate_setstate=False)
class Launch(Validated, NotebookDisplay, _Derived):
    """One checklist being worked for one service: the checklist, and an append-only log of events.

    Immutable: a method that records returns a new launch and leaves the old one unchanged. The state of a launch is derived from its log
    alone, so two copies that diverged are merged by the union of their logs.

    Every method that records takes ``by``, the person, team or tool who records, and ``at``, an aware datetime. Without ``at`` the event
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
        self._set(in_order(self.events), started, None)

    def _set(self, events: tuple[Event, ...], started: datetime, folded: Records | None) -> None:
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "_started", started)
        object.__setattr__(self, "_folded", folded)

    def _with(self, events: tuple[Event, ...], started: datetime, folded: Records | None = None) -> Launch:
        """Return the launch with another log, which is known to be valid and sorted."""
        launch = object.__new__(Launch)
        object.__setattr__(launch, "checklist", self.checklist)
        object.__setattr__(launch, "name", self.name)
        launch._set(events, started, folded)
        return launch

    @classmethod
    def start(cls, checklist: Checklist, *, name: str, by: str, at: datetime | None = None) -> Launch:
        """Start a launch.

        Args:
            checklist: The checklist to work.
            name: The name of the launch, in the form of an id: ``"fraud-v3"``.
            by: The person, team or tool who starts it.
            at: The time of the start. No event can be earlier.

        Raises:
            InvalidError: An argument is invalid.
        """
        return cls(checklist, name, (LaunchStarted(by=by, at=now() if at is None else at),))

    @property
    def started(self) -> datetime:
        """The start of the launch, in UTC. Where copies were started separately, the earliest start counts."""
        return self._started

    # Recording

    def record(self, *events: Event) -> Launch:
        """Return the launch with more events in its log. Events that it has already are not added twice.

        An event may be earlier than others: then it must have been legal at that time. Events with equal timestamps are sorted by id, in
        effect at random; if your clock has whole seconds only, give two events of one task distinct timestamps.

        Args:
            events: One or more events. Recording many at once costs much less than one by one.

        Raises:
            IllegalTransitionError: An event is not legal in the status of its task. The message names the legal ones.
            UnknownNameError: The checklist has no such task.
            InvalidError: An argument is not an event, or lies before the start of the launch.
        """
        if faults := all_events(events, "events"):
            raise InvalidError(faults)
        return self._add(sorted(events, key=AT), None)

    def _add(self, events: Iterable[Event], today: date | None) -> Launch:
        recording, started = Recording(self.events, self._records), self._started
        for event in events:
            if isinstance(event, LaunchStarted):
                started = min(started, event.at)
            elif isinstance(event, Migrated):
                hint = "use launch.migrate(checklist, by=...), which needs the checklist as well"
                raise invalid("unsupported", "$", "cannot be recorded by itself", event, hint)
            else:
                self.checklist.position(event.task)
                if event.at < started:
                    raise InvalidError([too_old("$.at", event.at, started)])
            recording.add(event, today)
        return self._with(recording.log, started, recording.records)

    def begin(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """Record that work on the task begins. Raises as :meth:`record` does."""
        return self._record_at(Begun(self._id(task), by=by, at=self._when(task, at)), at)

    def finish(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """Record that the task is done, whether or not its prerequisites are. Raises as :meth:`record` does."""
        return self._record_at(Finished(self._id(task), by=by, at=self._when(task, at)), at)

    def block(self, task: Task | str, *, reason: str, by: str, at: datetime | None = None) -> Launch:
        """Record that something outside of the checklist blocks the task. Raises as :meth:`record` does."""
        return self._record_at(Blocked(self._id(task), by=by, at=self._when(task, at), reason=reason), at)

    def unblock(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """Record that the task is no longer blocked: its earlier status is back. Raises as :meth:`record` does."""
        return self._record_at(Unblocked(self._id(task), by=by, at=self._when(task, at)), at)

    def reopen(self, task: Task | str, *, by: str, reason: str = "", at: datetime | None = None) -> Launch:
        """Record that the task has to be done again. Raises as :meth:`record` does."""
        return self._record_at(Reopened(self._id(task), by=by, at=self._when(task, at), reason=reason), at)

    def waive(self, task: Task | str, *, reason: str, expires: date, by: str, at: datetime | None = None) -> Launch:
        """Record a waiver: the task is left undone on purpose, up to and including the day ``expires``. Raises as :meth:`record` does."""
        return self._record_at(
            Waived(self._id(task), by=by, at=self._when(task, at), reason=reason, expires=expires), at
        )

    def assign(self, task: Task | str, owner: str | None, *, by: str, at: datetime | None = None) -> Launch:
        """Set the owner of the task; None removes the owner. Raises as :meth:`record` does."""
        return self._record_at(Assigned(self._id(task), by=by, at=self._when(task, at), owner=owner), at)

    def set_due(self, task: Task | str, due: date | None, *, by: str, at: datetime | None = None) -> Launch:
        """Set the due date of the task; None removes it. Raises as :meth:`record` does."""
        return self._record_at(DueSet(self._id(task), by=by, at=self._when(task, at), due=due), at)

    def note(self, task: Task | str, text: str, *, by: str, at: datetime | None = None) -> Launch:
        """Record a note on the task. It changes no status. Raises as :meth:`record` does."""
        return self._record_at(Noted(self._id(task), by=by, at=self._when(task, at), text=text), at)

    def _id(self, task: Task | str) -> str:
        return self.checklist[id_of(task)].id

    def _when(self, task: Task | str, at: datetime | None) -> datetime:
        if at is not None:
            return at
        latest = self._records.get(self._id(task), UNTOUCHED).latest
        # A clock may count in milliseconds only; then the event still comes after the one before it.
        return max(now(), (latest.at if latest else self._started) + INSTANT)

    def _record_at(self, event: TaskEvent, at: datetime | None) -> Launch:
        """Record the event after others of the same time, unless the last of them is equal to it.

        Args:
            event: The event.
            at: The time as the caller gave it: its time zone is taken for that of the person who records.
        """
        today = (at or event.at).date()
        field = FIELD_OF[type(event)]
        latest = self._records.get(event.task, UNTOUCHED).latest
        if latest is None or event.at > latest.at:
            return self._add((event,), today)
        taken = {other.at: other for other in self.history(event.task) if FIELD_OF[type(other)] == field}
        time = event.at
        while time in taken:
            time += INSTANT
        if time > event.at and attrs.evolve(taken[time - INSTANT], at=event.at) == event:
            return self
        return self._add((attrs.evolve(event, at=time),), today)

    def merge(self, other: Launch) -> Launch:
        """Return the launch with the union of both logs.

        Merging is commutative, associative and idempotent.

        Raises:
            InvalidError: They are not copies of one launch: their names or the contents of their checklists differ.
        """
        if not isinstance(other, Launch):
            raise invalid("wrong-kind", "$", "is not a launch", other, "give another copy of the same launch")
        if other.name != self.name:
            hint = f"a launch is merged with copies of itself; this one is {self.name!r}"
            raise invalid("not-a-copy", "$.name", "is the name of another launch", other.name, hint)
        check_same_checklist(self.checklist, other.checklist)
        return self._with(in_order(chain(self.events, other.events)), min(self._started, other._started))

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
        tasks = dict.fromkeys(event.task for event in self.events if not isinstance(event, LaunchStarted | Migrated))
        gone = [task for task in tasks if task not in checklist]
        when = max(now(), self.events[-1].at + INSTANT) if at is None else at
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
            event.task
            for event in self.events
            if not isinstance(event, LaunchStarted | Migrated) and (at is None or event.at <= at)
        )
        return tuple(dict.fromkeys(task for task in tasks if task not in self.checklist))

    def state(self, task: Task | str, *, at: datetime | None = None) -> TaskState:
        """Return the state of a task.

        Raises:
            UnknownNameError: There is no such task.
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        task_id = self._id(task)
        records, at = self._seen(at)
        return records.get(task_id, UNTOUCHED).state(task_id, at.date())

    def progress(self, *, at: datetime | None = None) -> Progress:
        """Return the progress: counts and effort overall, by phase and by priority.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        today = at.date()
        return progress_of(self.checklist, lambda task_id: records.get(task_id, UNTOUCHED).status_on(today))

    def next(
        self, limit: int | None = 3, *, rules: Sequence[Rule] = PHASES_FIRST, at: datetime | None = None
    ) -> Recommendations:
        """Recommend the tasks to do next, best first. Blocked tasks come last, and the reasons say what blocks them.

        Args:
            limit: The maximum number of tasks; None for all that wait for no other.
            rules: The rules, as for :func:`servingchecklist.order`.
            at: The time to look at.

        Raises:
            InvalidError: An argument is invalid.
        """
        records, at = self._seen(at)
        return recommend_next(self.checklist, records, at, limit, rules)

    def history(self, task: Task | str) -> tuple[TaskEvent, ...]:
        """Return all events of a task, sorted by time, overridden ones included. Retired tasks have a history too.

        Raises:
            UnknownNameError: There is no such task.
        """
        task_id = id_of(task)
        found = tuple(
            event for event in self.events if not isinstance(event, LaunchStarted | Migrated) and event.task == task_id
        )
        if not found:
            self._id(task)
        return found

    def as_of(self, at: datetime) -> Launch:
        """Return the launch as of ``at``, with its present checklist and without later events of its tasks.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        time = as_utc(checked(at, "at"))
        if time < self._started:
            raise InvalidError([too_old("$.at", time, self._started)])
        if self.events[-1].at <= time:
            return self
        end = cut(self.events, time)
        # Later migrations stay: they name the retired tasks, without which the events of those tasks would refer to no task.
        moves = (event for event in self.events[end:] if isinstance(event, Migrated))
        return self._with((*self.events[:end], *moves), self._started)

    def snapshot(self, *, at: datetime | None = None) -> Snapshot:
        """Return the state of all tasks as one value, which formats and notebooks display.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        states = [records.get(task.id, UNTOUCHED).state(task.id, at.date()) for task in self.checklist]
        best = recommend_next(self.checklist, records, at, 3, PHASES_FIRST)
        return Snapshot(
            name=self.name, checklist=self.checklist, at=at, states=tuple(states), next=best, retired=self._retired(at)
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

        Tasks that are done or waived are left out. A task under way counts as worked on every day since it was begun, but for the time in
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
        return forecast_open(
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
            self.checklist,
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

        Raises:
            InvalidError: An argument is invalid, or ``since`` does not lie before ``at``.
        """
        at = max(now(), self.events[-1].at) if at is None else checked(at, "at")
        return review(
            self.checklist,
            self.as_of(at)._counting(),  # noqa: SLF001
            name=self.name,
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
        document: LaunchDocument = late_import("codec").encode(self)
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Launch:
        """Build a launch from a document, as strictly as :meth:`Checklist.from_dict`.

        Raises:
            InvalidError: The document has faults; all of them are in the error, each with its path.
        """
        launch: Launch = late_import("codec").decode(document, Launch)
        return launch

    def _counting(self) -> tuple[Event, ...]:
        """Return the events that count: all but those of retired tasks."""
        if not any(isinstance(event, Migrated) and event.retired for event in self.events):
            return self.events
        return tuple(
            event
            for event in self.events
            if isinstance(event, LaunchStarted | Migrated) or event.task in self.checklist
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
