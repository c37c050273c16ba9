"""One checklist being worked for one service."""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from .._door import Displayed, upstairs
from ..errors import (
    InvalidError,
    raise_invalid,
)
from ..model._check import Rebuilt, as_tuple, exactly, ident, verify
from ..model.checklist import Checklist, id_of
from ..planning.calendar import WEEKDAYS, Calendar
from ..planning.critical import critical_path
from ..planning.forecast import SAMPLES
from ..planning.rules import PHASES_FIRST, Rule
from ._moment import INSTANT, as_utc, checked, now
from .ahead import ahead
from .checks import AT, all_events, check_same_checklist, in_order, misplaced, too_old
from .events import (
    Assigned,
    Blocked,
    DueSet,
    Event,
    Finished,
    LaunchStarted,
    Moved,
    Noted,
    Reopened,
    Started,
    TaskEvent,
    Unblocked,
    Waived,
)
from .log import LATEST, UNTOUCHED, WINS, Records, cut, fold, status_of
from .lookback import review, usual_samples
from .moves import Recording
from .outlook import outlook
from .progress import Progress, progress_of
from .snapshot import Snapshot
from .standing import Standing, standing
from .state import TaskState, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from ..model.effort import Effort
    from ..model.task import Task
    from ..planning.critical import CriticalPath, Estimate
    from ..planning.forecast import Forecast
    from ..planning.ordering import Recommendations
    from .review import Review


def _events(value: Sequence[Event]) -> tuple[Event, ...]:
    return as_tuple(value)


CHECKS = {"checklist": exactly(Checklist, "Checklist(...)"), "name": ident, "events": all_events}


class _Derived:
    """What a launch works out from its fields. Not fields themselves: they are no part of its equality or of its documents."""

    __slots__ = ("_folded", "_started")

    _started: datetime
    _folded: Records | None


@attrs.frozen(getstate_setstate=False)
class Launch(Rebuilt, Displayed, _Derived):
    """One checklist being worked for one service: the checklist, and a log that is only ever added to.

    Immutable: whatever records something gives a new launch, and the old one is as it was. What a launch is comes from its log and from
    nothing else, so two copies that went apart are merged by putting their logs together.

    Every method that records takes ``by``, who says so, and ``at``, an aware datetime. Without ``at`` it happens now or, where a clock
    elsewhere ran ahead, just after what the log has of the task. Telling again what was told last of a moment records nothing; something
    else of that moment and the same field of the task is set a microsecond behind.

    Every method that asks takes ``at`` too: then what was recorded later does not count, and dates are judged on the calendar of that
    moment. Without it all that was recorded counts, and dates are judged by the clock, in UTC.

    >>> from datetime import UTC, datetime
    >>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> launch = launch.finish("c1", by="ml-platform", at=datetime(2026, 11, 24, 17, tzinfo=UTC))
    >>> launch.state("c1").status, launch.next(limit=2).ids
    (Status.DONE, ('c3', 'c2'))

    Attributes:
        checklist: What is being worked.
        name: What the launch is called, in the form of an id. A store knows it by this name.
        events: The log, in the order of time; events of one moment by their ids. Each is there once.

    Raises:
        InvalidError: A field holds what it may not, no event starts the launch, or one lies before its start or is about a task that the
            checklist does not have.
    """

    checklist: Checklist
    name: str
    events: tuple[Event, ...] = attrs.field(converter=_events)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)
        started = min((event.at for event in self.events if isinstance(event, LaunchStarted)), default=None)
        if started is None:
            hint = "use Launch.start(checklist, name=..., by=...), or begin with an event launch-started"
            raise_invalid("$.events", "do not say when the launch was started", self.events, hint)
        if faults := misplaced(self.checklist, self.events, started):
            raise InvalidError(faults)
        self._settle(in_order(self.events), started, None)

    def _settle(self, events: tuple[Event, ...], started: datetime, folded: Records | None) -> None:
        object.__setattr__(self, "events", events)
        object.__setattr__(self, "_started", started)
        object.__setattr__(self, "_folded", folded)

    def _with(self, events: tuple[Event, ...], started: datetime, folded: Records | None = None) -> Launch:
        """The same launch with another log, which is known to be right and in order."""
        made = object.__new__(Launch)
        object.__setattr__(made, "checklist", self.checklist)
        object.__setattr__(made, "name", self.name)
        made._settle(events, started, folded)
        return made

    @classmethod
    def start(cls, checklist: Checklist, *, name: str, by: str, at: datetime | None = None) -> Launch:
        """Start a launch.

        Args:
            checklist: What is to be worked.
            name: What the launch is called, in the form of an id: ``"fraud-v3"``.
            by: Who starts it.
            at: When. Nothing can be recorded that happened before.

        Raises:
            InvalidError: One of them is not what it has to be.
        """
        return cls(checklist, name, (LaunchStarted(by=by, at=now() if at is None else at),))

    @property
    def started(self) -> datetime:
        """When the launch was started, in UTC. Of copies that were started apart, the earliest counts."""
        return self._started

    # Recording

    def record(self, *events: Event) -> Launch:
        """The launch with more events in its log. What is there already is not recorded twice.

        An event may lie before others: then it must have been possible at that time. Events of one moment are ordered by their ids, which
        is to say by chance; whoever brings two of one task from a clock of whole seconds gives them moments of their own.

        Args:
            events: One or more. Giving many at once costs much less than giving them one by one.

        Raises:
            IllegalMoveError: A task cannot be moved that way from where it stands. The message says what it can be instead.
            UnknownNameError: The checklist has no such task.
            InvalidError: Something is not an event, or lies before the start of the launch.
        """
        if faults := all_events(events, "events"):
            raise InvalidError(faults)
        return self._add(sorted(events, key=AT), None)

    def _add(self, events: Iterable[Event], today: date | None) -> Launch:
        recording, started = Recording(self.events, self._records), self._started
        for event in events:
            if isinstance(event, LaunchStarted):
                started = min(started, event.at)
            elif isinstance(event, Moved):
                hint = "use launch.move_to(checklist, by=...), which needs the checklist as well"
                raise_invalid("$", "cannot be recorded by itself", event, hint)
            else:
                self.checklist.position(event.task)
                if event.at < started:
                    raise InvalidError([too_old("$.at", event.at, started)])
            recording.add(event, today)
        return self._with(recording.log, started, recording.records)

    def begin(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """Work on the task begins. Raises as :meth:`record` does."""
        return self._tell(Started(self._id(task), by=by, at=self._when(task, at)), at)

    def finish(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """The task is done, whether or not what it comes after is. Raises as :meth:`record` does."""
        return self._tell(Finished(self._id(task), by=by, at=self._when(task, at)), at)

    def block(self, task: Task | str, *, reason: str, by: str, at: datetime | None = None) -> Launch:
        """Something outside of the checklist keeps the task from being worked on. Raises as :meth:`record` does."""
        return self._tell(Blocked(self._id(task), by=by, at=self._when(task, at), reason=reason), at)

    def unblock(self, task: Task | str, *, by: str, at: datetime | None = None) -> Launch:
        """What kept the task is out of the way: it goes on where it was. Raises as :meth:`record` does."""
        return self._tell(Unblocked(self._id(task), by=by, at=self._when(task, at)), at)

    def reopen(self, task: Task | str, *, by: str, reason: str = "", at: datetime | None = None) -> Launch:
        """The task is to do again. Raises as :meth:`record` does."""
        return self._tell(Reopened(self._id(task), by=by, at=self._when(task, at), reason=reason), at)

    def waive(self, task: Task | str, *, reason: str, expires: date, by: str, at: datetime | None = None) -> Launch:
        """The task is left undone on purpose, ``expires`` being the last day on which that counts. Raises as :meth:`record` does."""
        return self._tell(Waived(self._id(task), by=by, at=self._when(task, at), reason=reason, expires=expires), at)

    def assign(self, task: Task | str, owner: str | None, *, by: str, at: datetime | None = None) -> Launch:
        """The task has an owner now; None takes the owner off. Raises as :meth:`record` does."""
        return self._tell(Assigned(self._id(task), by=by, at=self._when(task, at), owner=owner), at)

    def set_due(self, task: Task | str, due: date | None, *, by: str, at: datetime | None = None) -> Launch:
        """The task has a due date now; None takes it off. Raises as :meth:`record` does."""
        return self._tell(DueSet(self._id(task), by=by, at=self._when(task, at), due=due), at)

    def note(self, task: Task | str, text: str, *, by: str, at: datetime | None = None) -> Launch:
        """Something worth keeping is written down. It changes nothing. Raises as :meth:`record` does."""
        return self._tell(Noted(self._id(task), by=by, at=self._when(task, at), text=text), at)

    def _id(self, task: Task | str) -> str:
        return self.checklist[id_of(task)].id

    def _when(self, task: Task | str, at: datetime | None) -> datetime:
        if at is not None:
            return at
        latest = self._records.get(self._id(task), UNTOUCHED)[LATEST]
        return max(now(), self._started, latest.at + INSTANT if latest else self._started)

    def _tell(self, event: TaskEvent, at: datetime | None) -> Launch:
        """Record it behind what was told of the same moment, unless what was told last of it is the very same.

        Args:
            event: What is told.
            at: When, as it was given: the calendar of whoever records is that of this moment.
        """
        today = (at or event.at).date()
        field = WINS[type(event)]
        latest = self._records.get(event.task, UNTOUCHED)[LATEST]
        if latest is None or event.at > latest.at:
            return self._add((event,), today)
        told = {other.at: other for other in self.history(event.task) if WINS[type(other)] == field}
        moment = event.at
        while moment in told:
            moment += INSTANT
        if moment > event.at and attrs.evolve(told[moment - INSTANT], at=event.at) == event:
            return self
        return self._add((attrs.evolve(event, at=moment),), today)

    def merge(self, other: Launch) -> Launch:
        """Both logs in one: what either copy of the launch has, the result has, once.

        It does not matter which is merged into which, nor in what order many are merged, nor how often.

        Raises:
            InvalidError: They are not copies of one launch: their names differ, or what their checklists say does.
        """
        if not isinstance(other, Launch):
            raise_invalid("$", "is not a launch", other, "give another copy of the same launch")
        if other.name != self.name:
            hint = f"a launch is merged with copies of itself; this one is {self.name!r}"
            raise_invalid("$.name", "is the name of another launch", other.name, hint)
        check_same_checklist(self.checklist, other.checklist)
        return self._with(in_order(chain(self.events, other.events)), min(self._started, other._started))

    def move_to(self, checklist: Checklist, *, by: str, at: datetime | None = None) -> Launch:
        """The launch goes on with another checklist, such as an upgraded one. Its log is kept, and that it was moved is recorded.

        What is known of a task stays with its id. Of tasks that the checklist does not have any more the events are kept too: they count
        for nothing, and :attr:`retired` names them. Should a later checklist have such a task again, what was recorded of it counts again.
        Copies are merged once all of them have been moved to that checklist.

        Args:
            checklist: What is worked from now on. Where it is what the launch has already, nothing is recorded.
            by: Who decides that.
            at: When.

        Raises:
            InvalidError: One of them is not what it has to be, or ``at`` lies before the start of the launch.
        """
        if not isinstance(checklist, Checklist):
            raise_invalid("$.checklist", "is not a checklist", checklist, "give a Checklist")
        if checklist == self.checklist:
            return self
        told = dict.fromkeys(event.task for event in self.events if not isinstance(event, LaunchStarted | Moved))
        gone = [task for task in told if task not in checklist]
        when = max(now(), self.events[-1].at + INSTANT) if at is None else at
        moved = Moved(checklist.id, checklist.version, retired=gone, by=by, at=when)
        if moved.at < self._started:
            raise InvalidError([too_old("$.at", moved.at, self._started)])
        return Launch(checklist, self.name, (*self.events, moved))

    # Asking

    @property
    def retired(self) -> tuple[str, ...]:
        """The ids of tasks of which something was recorded and that the checklist does not have any more, in the order of the log."""
        return self._retired(None)

    def _retired(self, at: datetime | None) -> tuple[str, ...]:
        told = (
            event.task
            for event in self.events
            if not isinstance(event, LaunchStarted | Moved) and (at is None or event.at <= at)
        )
        return tuple(dict.fromkeys(task for task in told if task not in self.checklist))

    def state(self, task: Task | str, *, at: datetime | None = None) -> TaskState:
        """Where a task stands.

        Raises:
            UnknownNameError: There is no such task.
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        task_id = self._id(task)
        records, at = self._seen(at)
        return state_of(task_id, records.get(task_id, UNTOUCHED), at.date())

    def progress(self, *, at: datetime | None = None) -> Progress:
        """How far it is: counts and effort over all, by phase and by priority.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        today = at.date()
        return progress_of(self.checklist, lambda task_id: status_of(records.get(task_id, UNTOUCHED), today))

    def next(
        self, limit: int | None = 3, *, by: Sequence[Rule] = PHASES_FIRST, at: datetime | None = None
    ) -> Recommendations:
        """What to do next, best first. Tasks that are blocked come last, and the reasons say what stands in their way.

        Args:
            limit: How many to give at most; None for all that are ready.
            by: The rules, as for :func:`servingchecklist.order`.
            at: As of when.

        Raises:
            InvalidError: One of them is not what it has to be.
        """
        records, at = self._seen(at)
        return ahead(self.checklist, records, at, limit, by)

    def history(self, task: Task | str) -> tuple[TaskEvent, ...]:
        """Everything that was recorded of a task, in the order of time, what was overridden included. Retired tasks have one too.

        Raises:
            UnknownNameError: There is no such task.
        """
        task_id = id_of(task)
        found = tuple(
            event for event in self.events if not isinstance(event, LaunchStarted | Moved) and event.task == task_id
        )
        if not found:
            self._id(task)
        return found

    def as_of(self, at: datetime) -> Launch:
        """The launch as it was, with the checklist that it has now: without what happened to its tasks after ``at``.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        moment = as_utc(checked(at, "at"))
        if moment < self._started:
            raise InvalidError([too_old("$.at", moment, self._started)])
        if self.events[-1].at <= moment:
            return self
        end = cut(self.events, moment)
        # What was retired is known whenever it happened: without it, the events of those tasks would be of none.
        moves = (event for event in self.events[end:] if isinstance(event, Moved))
        return self._with((*self.events[:end], *moves), self._started)

    def snapshot(self, *, at: datetime | None = None) -> Snapshot:
        """How the launch stands, as one value: what formats and notebooks show of it.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        records, at = self._seen(at)
        states = [state_of(task.id, records.get(task.id, UNTOUCHED), at.date()) for task in self.checklist]
        best = ahead(self.checklist, records, at, 3, PHASES_FIRST)
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
        by: Sequence[Rule] = PHASES_FIRST,
        blocked: Mapping[str, Effort | None] | None = None,
        default_effort: Effort | None = None,
        progress: Callable[[int, int], object] | None = None,
    ) -> Forecast:
        """When it is finished, from where it stands: :func:`servingchecklist.forecast` with what the log says.

        What is done or waived is left out. What is under way was worked on every day since it was begun, but for the time in which it was
        blocked or waived; so much of its effort is spent. What is blocked counts as free at once and is named in the forecast, unless
        ``blocked`` says how long it stays so. Owners and due dates are those of the log.

        Args:
            at: As of when.
            start: The first day on which what is left may be worked; the day of ``at`` where it is left out, and then all of it.
            people: How many people take the tasks that have no owner, each one task at a time; None where there is always somebody.
            owners: Whose tasks are, by their ids, besides what the log says and before it.
            calendar: Which days are worked.
            samples: How many times it is worked through.
            seed: Where the random numbers begin.
            by: The rules that say which of several ready tasks is taken first.
            blocked: How long each task that is blocked stays so, by their ids, counted from ``start``.
            default_effort: What a task takes that states no effort.
            progress: Called now and then with how many samples there are, and how many there will be.

        Raises:
            InvalidError: Tasks that are left state no effort, and there is no default: all of them are named. Or an argument is not what
                it has to be, ``start`` lies before ``at``, or ``blocked`` names a task that is not blocked.
            UnknownNameError: An argument names a task that is not in the checklist.
        """
        return outlook(
            self.checklist,
            self._standing(at, calendar),
            {
                "people": people,
                "owners": owners,
                "calendar": calendar,
                "samples": samples,
                "seed": seed,
                "by": by,
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
        """The longest way through what is left, from where it stands: :func:`servingchecklist.critical_path` with what the log says.

        Args:
            at: As of when.
            estimate: Which value of each effort is taken: ``"low"``, ``"mean"`` or ``"high"``.
            calendar: Which days were worked.
            default_effort: What a task takes that states no effort.

        Raises:
            InvalidError: Tasks that are left state no effort, and there is no default: all of them are named. Or an argument is not what
                it has to be.
        """
        stands = self._standing(at, calendar)
        return critical_path(
            self.checklist,
            estimate=estimate,
            done=stands.done,
            under_way=stands.under_way,
            blocked=[task.id for task in self.checklist if task.id in stands.blocked],
            default_effort=default_effort,
        )

    def _standing(self, at: datetime | None, calendar: Calendar) -> Standing:
        if not isinstance(calendar, Calendar):
            raise_invalid("$.calendar", "is not a calendar", calendar, "write Calendar(...)")
        if at is None:
            return standing(self._counting(), now(), calendar)
        return standing(self.as_of(at)._counting(), checked(at, "at"), calendar)  # noqa: SLF001

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
        by: Sequence[Rule] = PHASES_FIRST,
        blocked: Mapping[str, Effort | None] | None = None,
        default_effort: Effort | None = None,
    ) -> Review:
        """What has happened since, what needs attention, how the forecast has moved, and what to do next.

        Args:
            since: From when on. What was recorded at that very moment was known then, and is not news.
            at: Up to when.
            stale_after: After how many days without any event a task under way has gone stale.
            people: For the forecast, as for :meth:`forecast`. Its days are whole ones, so a launch that is looked at in the evening still
                has all of that day before it.
            owners: Likewise.
            calendar: Likewise.
            samples: How many samples each of the forecasts takes; 0 for none at all. Where it is left out, that is 1,000 for a checklist
                of up to 100 tasks, fewer for a larger one, and 0 beyond 1,000 tasks.
            seed: As for :meth:`forecast`.
            by: The rules for what to do next, and for who goes first in the forecast.
            blocked: How long each task that is blocked in the end stays so.
            default_effort: As for :meth:`forecast`. Where it is left out and a task states no effort, there is no forecast.

        Raises:
            InvalidError: One of them is not what it has to be, or ``since`` does not lie before ``at``.
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
                "by": by,
                "blocked": blocked,
                "default_effort": default_effort,
                "progress": None,
            },
        )

    def to_dict(self) -> dict[str, object]:
        """The launch as a document: dicts, lists, strings and numbers only, with the keys that files have.

        The checklist is in it whole. ``Launch.from_dict`` gives an equal launch back.
        """
        document: dict[str, object] = upstairs("codec").encode(self)
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Launch:
        """The launch that a document says, read as strictly as :meth:`Checklist.from_dict` reads.

        Raises:
            InvalidError: The document has faults; all of them are in the error, each with its path.
        """
        launch: Launch = upstairs("codec").decode(document, Launch)
        return launch

    def _counting(self) -> tuple[Event, ...]:
        """The events that count: all but those of retired tasks."""
        if not any(isinstance(event, Moved) and event.retired for event in self.events):
            return self.events
        return tuple(
            event for event in self.events if isinstance(event, LaunchStarted | Moved) or event.task in self.checklist
        )

    @property
    def _records(self) -> Records:
        if self._folded is None:
            object.__setattr__(self, "_folded", fold(self._counting()))
        assert self._folded is not None
        return self._folded

    def _seen(self, at: datetime | None) -> tuple[Records, datetime]:
        """The records to look at, and from when: without ``at`` all there are, whichever clock they were made by."""
        return (self._records, now()) if at is None else (self.as_of(at)._records, checked(at, "at"))  # noqa: SLF001
