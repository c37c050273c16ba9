"""A launch: one checklist being worked for one service."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Unpack, cast

import attrs

from .._model._validation import listed, require_kind
from .._model.checklist import Checklist, id_of
from .._model.selection import Selection, chosen, selected
from .._model.timestamps import as_utc, checked, now
from .._namespace import ArrowTable, NotebookDisplay, late_import, public
from .._planning.calendar import WEEKDAYS, Calendar
from .._planning.calibration import Calibration, ClosedTask, PastForecast
from .._planning.critical_path import path_of
from .._planning.forecast import earlier_orders, forecast_of, samples_of
from .._planning.levers import levers_of
from .._planning.options import ForecastFields, options_with
from .._planning.rules import PHASES_FIRST, Rule, abbreviate
from .._text import join_words
from ..errors import Fault, InvalidError, invalid, unknown_name
from .calibrating import closed_tasks, past_forecast
from .deciding import DEFAULT_CHANCE, Conditions, Deciding, checked_conditions, finding_of_date, live_of
from .events import Begun, CriterionWaived, OfLaunch, TaskEvent, Waived, WentLive
from .fold import UNTOUCHED, Records, cut, first_day_in, status_of
from .forecasting import State, plan_of, replayed, state_after
from .proving import ProvingLog
from .recommendation import recommend_next
from .records import EventLog, state_records
from .results import Progress, Snapshot, TaskState, progress_of
from .reviewing import ReviewFields, review

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from .._evidence.evidence import Part
    from .._model.effort import Effort
    from .._model.task import Reference, Task
    from .._planning.critical_path import CriticalPath, Estimate
    from .._planning.forecast import Forecast
    from .._planning.levers import Levers
    from .._planning.options import ForecastOptions
    from .._planning.ordering import Recommendations
    from ..documents import LaunchDocument, TaskStateRecord
    from .deciding import Proof
    from .gate import Gate, Live, LoggedEvidence
    from .review import Review

_WEEK = timedelta(days=7)


@public()
@attrs.frozen(getstate_setstate=False)
class Launch(ProvingLog, ArrowTable, NotebookDisplay):
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

    def state(self, task: Task | str, *, at: datetime | None = None) -> TaskState:
        """Return the state of a task.

        Raises:
            UnknownNameError: There is no such task.
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        seen, at = self._seen(at)
        return self._state(self.checklist[id_of(task)], seen._records, at)

    def _state(self, task: Task, records: Records, at: datetime) -> TaskState:
        record, today = records.get(task.id, UNTOUCHED), at.date()
        before = (other.id for other in self.checklist.waits_for(task))
        waits_for = (name for name in before if not records.get(name, UNTOUCHED).status_on(today).is_closed)
        first_day = first_day_in(self.checklist, task, records, today, at.tzinfo)
        return record.state(task, today, tuple(waits_for), first_day)

    def progress(self, *, at: datetime | None = None) -> Progress:
        """Return the progress: counts, effort and steps overall, by phase and by priority.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        seen, at = self._seen(at)
        return progress_of(self.checklist, status_of(seen._records, at.date()))

    def next(
        self,
        limit: int | None = 3,
        *,
        rules: Sequence[Rule] = PHASES_FIRST,
        at: datetime | None = None,
        **selection: Unpack[Selection],
    ) -> Recommendations:
        """Recommend the tasks to do next, best first: those that can be begun. The result says which others are under way or blocked.

        Args:
            limit: The maximum number of tasks; None for all that can be begun.
            rules: The rules, as for :func:`servingchecklist.order`.
            at: The time to look at.
            **selection: ``owner``, ``role``, ``label``, ``phase`` or ``section``: only tasks with all of these, as in
                :class:`~servingchecklist.results.Selection`.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid.
        """
        seen, at = self._seen(at)
        only = self._selected(chosen(selection), seen._records)
        return recommend_next(self.checklist, seen._records, at, limit, rules, topic=self.topic, only=only)

    def begin_next(
        self,
        *,
        by: str,
        rules: Sequence[Rule] = PHASES_FIRST,
        at: datetime | None = None,
        note: str = "",
        references: Sequence[Reference] = (),
        **selection: Unpack[Selection],
    ) -> tuple[Launch, Recommendations]:
        """Begin the task that :meth:`next` recommends first, and return the launch with that recommendation.

        Where no task can be begun, nothing is recorded, and the recommendation is empty. All events count, later ones too: what another
        worker has begun is not begun again. :meth:`Store.begin_next` does this in one transaction.

        Args:
            by: The person, team or tool who begins the task.
            rules: The rules, as for :func:`servingchecklist.order`.
            at: The time at which it begins, in whose time zone dates are taken; by default now, in the local one.
            note: As for :meth:`begin`.
            references: As for :meth:`begin`.
            **selection: As for :meth:`next`.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid, or ``at`` lies before the event that set the status of the task.
        """
        time = now().astimezone() if at is None else checked(at, "at")
        only = self._selected(chosen(selection), self._records)
        best = recommend_next(self.checklist, self._records, time, 1, rules, topic=self.topic, only=only)
        if not best:
            Begun("nothing", by=by, at=time, note=note, references=references)  # its faults are those of the arguments
            return self, best
        task = best[0].id
        time = self._when(task, None).astimezone() if at is None else time
        launch = self.begin(task, by=by, at=time, note=note, references=references)
        if not isinstance(launch._records[task].status_event, Begun):
            problem, hint = (
                "lies before the event that set the status of the next task",
                f"give a later time, or see the log of {task}",
            )
            raise invalid("out-of-order", "$.at", problem, time.isoformat(), hint)
        return launch, best

    def _selected(self, pairs: Mapping[str, str], records: Records) -> frozenset[str] | None:
        return selected(self.checklist, pairs, {task_id: record.owner for task_id, record in records.items()})

    def snapshot(self, *, at: datetime | None = None, **selection: Unpack[Selection]) -> Snapshot:
        """Return the state of all tasks, or of the selected ones, as one value, which formats and notebooks display.

        Args:
            at: The time to look at.
            **selection: As for :meth:`next`.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid, or ``at`` lies before the start of the launch.
        """
        seen, at = self._seen(at)
        records, pairs, proof = seen._records, chosen(selection), seen._proof()
        only = self._selected(pairs, records)
        tasks = self.checklist.tasks if only is None else [task for task in self.checklist if task.id in only]
        return Snapshot(
            name=self.name,
            checklist=self.checklist,
            at=at,
            states=tuple(self._state(task, records, at) for task in tasks),
            next=recommend_next(self.checklist, records, at, 3, PHASES_FIRST, topic=self.topic, only=only),
            retired=seen.retired if only is None else (),
            topic=self.topic,
            selection=pairs,
            ahead=seen._ahead(at, only),
            subject=proof.parts,
            evidence=proof.records(),
            gates=[] if proof.is_empty or only is not None else seen._gates(proof, at),
        )

    def _gates(self, proof: Proof, at: datetime) -> list[Gate]:
        """Return the decisions of all gates of the checklist."""
        return [Deciding(self.checklist, self._records, proof, at, gate).gate(self) for gate in self.checklist.gates]

    def subject(self, *, at: datetime | None = None) -> tuple[Part, ...]:
        """Return the parts of the subject, sorted by name.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        return self._seen(at)[0]._proof().parts

    def evidence(self, *, at: datetime | None = None) -> tuple[LoggedEvidence, ...]:
        """Return all evidence with who added it, in the order in which it was added; withdrawn evidence too.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        return self._seen(at)[0]._proof().records()

    def gate(
        self,
        gate: str | None = None,
        *,
        at: datetime | None = None,
        approved: Checklist | None = None,
        options: ForecastOptions | None = None,
        **conditions: Unpack[Conditions],
    ) -> Gate:
        """Decide a gate: GO, NO-GO or UNPROVEN, with the findings that the decision rests on.

        A gate of the checklist asks for the criteria of its tasks, and for the tasks to be done. Conditions ask for less, and need no KPI;
        with both, both have to hold. What is required and not proven is never GO, and neither is nothing at all.

        >>> from datetime import UTC, datetime
        >>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
        >>> gate = launch.gate("go-live", at=datetime(2026, 11, 24, 9, tzinfo=UTC))
        >>> gate.decision, gate.gaps[0].words
        (Decision.UNPROVEN, 'nobody has attested it as product owner')

        Args:
            gate: The id of a gate of the checklist; None for conditions alone.
            at: The time to look at; days are those of its time zone.
            approved: The checklist as it was approved, such as that of the main branch: what the present one asks for less is named.
            options: The options of the forecast, for ``before``.
            **conditions: ``priority``, ``overdue``, ``expired_waivers``, ``before`` and ``chance``, as in
                :class:`~servingchecklist.results.Conditions`.

        Raises:
            UnknownNameError: The checklist has no such gate.
            InvalidError: An argument is invalid, or there is neither a gate nor a condition.
        """
        asked = checked_conditions(conditions)
        definitions = {one.id: one for one in self.checklist.gates}
        if gate is not None and (type(gate) is not str or gate not in definitions):
            raise unknown_name("unknown-name", "$.gate", f"gate in {self.checklist.id!r}", gate, definitions)
        if gate is None and not asked:
            known = f"name a gate: {', '.join(definitions)}; or" if definitions else "the checklist has no gates;"
            hint = f"{known} give a condition, as in priority='critical'"
            raise InvalidError([Fault("missing", "$.gate", "is missing, and so are conditions", "", hint)])
        if approved is not None:
            require_kind(Checklist, {"$.approved": approved})
        options = options_with(options, {})
        is_now = at is None
        seen, at = self._seen(at)
        definition = definitions[gate] if gate is not None else None
        deciding = Deciding(self.checklist, seen._records, seen._proof(), at, definition)
        findings = list(deciding.conditions(asked))
        if before := asked.get("before"):
            chance = self._chance_before(before, None if is_now else at, options, deciding)
            findings.append(finding_of_date(before, asked.get("chance", DEFAULT_CHANCE), chance))
        return deciding.gate(seen, approved=approved, conditions=findings)

    def _chance_before(
        self, before: date, at: datetime | None, options: ForecastOptions | None, deciding: Deciding
    ) -> float | str:
        """Return the probability that the launch is finished before a day, or why there is no forecast."""
        seen, time = self._seen(at)
        status = status_of(seen._records, time.date())
        open_tasks = [task.id for task in self.checklist if not deciding.status_of(task)[0].is_closed]
        if refused := [task for task in open_tasks if status(self.checklist[task])[0].is_closed]:
            return f"the policy of the gate takes {join_words(abbreviate(refused))} for open"
        if not open_tasks:
            closed = (record.status_event for record in seen._records.values())
            return float(all(event.at.astimezone(time.tzinfo).date() < before for event in closed if event))
        try:
            return self.forecast(at=at, options=options).finish.probability(on=before - timedelta(days=1))
        except InvalidError as error:
            lacking = [fault.value.strip("'") for fault in error.faults if fault.code == "missing-effort"]
            return f"no effort is stated for {join_words(abbreviate(lacking))}" if lacking else error.faults[0].message

    def go_live(self, gate: str, *, by: str, at: datetime | None = None) -> Launch:
        """Record that the subject serves from now on, with the decision of a gate and what it rests on, whatever the decision is.

        Args:
            gate: The id of the gate.
            by: The person who lets it go live.
            at: The time of that; by default now.

        Raises:
            UnknownNameError: The checklist has no such gate.
            InvalidError: An argument is invalid.
        """
        decided = self.gate(gate, at=at)
        return self._record_of_launch(
            WentLive,
            by,
            at,
            gate=gate,
            decision=decided.decision.value,
            checklist=self.checklist.id,
            version=self.checklist.version,
            subject=decided.subject,
            evidence=[record.evidence.id for record in decided.evidence],
            waivers=list(dict.fromkeys(finding.waiver_event for finding in decided.waived)),
        )

    def live(self, *, at: datetime | None = None) -> Live | None:
        """Return what was live at a time, who let it go live, under which gate, on which evidence and with which waivers.

        That is as it was recorded then; ``launch.gate(live.gate)`` decides with what is known now. None if nothing was live.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        seen, _ = self._seen(at)
        waivers = {event.id: event for event in self.events if isinstance(event, Waived | CriterionWaived)}
        return live_of(self.name, seen._proof(), waivers)

    def _ahead(self, at: datetime, only: Container[str] | None) -> tuple[TaskEvent, ...]:
        """Return the events of tasks that count and are later than ``at``; with ``only``, of those with these ids."""
        events = self._counting()
        later = (event for event in events[cut(events, as_utc(at)) :] if not isinstance(event, OfLaunch))
        return tuple(event for event in later if only is None or event.task in only)

    def forecast(
        self,
        *,
        at: datetime | None = None,
        start: date | None = None,
        options: ForecastOptions | None = None,
        progress: Callable[[int, int], object] | None = None,
        **changes: Unpack[ForecastFields],
    ) -> Forecast:
        """Forecast the finish from the present state: :func:`servingchecklist.forecast` with the data of the log.

        Closed tasks are left out. A task under way counts as worked on every day since it was begun, but for the time in
        which it was blocked or waived; so much of its effort is spent. A blocked task counts as free at once and is named in the forecast,
        unless ``blocked`` says how long it stays blocked. Owners and due dates are those of the log, unless the options name other owners.

        Args:
            at: The time to look at.
            start: The first day for work on the open tasks; by default the day of ``at``, and then the whole of it.
            options: Who works when and in what order, and how uncertain the efforts are.
            progress: A function called now and then with the number of samples so far and their total.
            **changes: Fields of :class:`~servingchecklist.ForecastOptions`, such as ``people=2``, in place of those of ``options``.

        Raises:
            InvalidError: Open tasks state no effort, and there is no default: all of them are named. Or an argument is invalid, ``start``
                lies before ``at``.
            UnknownNameError: An argument names a task that is not in the checklist.
        """
        options = options_with(options, changes)
        samples = samples_of(options, progress)
        state = self._state_of_tasks(at, options)
        plan = plan_of(self.checklist, state, options, start=start)
        simulated = plan.simulate(samples, progress)
        forecast = forecast_of(plan, simulated, name=self.name, earlier=earlier_orders(plan, simulated))
        tasks = [attrs.evolve(task, title=self.checklist[task.id].title) for task in forecast.tasks]
        return attrs.evolve(forecast, tasks=tasks, past=state.past, topic=self.topic)

    def levers(
        self,
        *,
        at: datetime | None = None,
        start: date | None = None,
        options: ForecastOptions | None = None,
        progress: Callable[[int, int], object] | None = None,
        **changes: Unpack[ForecastFields],
    ) -> Levers:
        """Forecast the launch with one change at a time: :func:`servingchecklist.levers` with the data of the log.

        Args:
            at: As for :meth:`forecast`.
            start: As for :meth:`forecast`.
            options: As for :meth:`forecast`.
            progress: A function called after each forecast with the number of forecasts so far and their total.
            **changes: As for :func:`servingchecklist.levers`.

        Raises:
            InvalidError, UnknownNameError: As for :meth:`forecast`; or more than 1,000 tasks are open, and ``samples`` is not given.
        """
        options = options_with(options, changes)
        plan = plan_of(self.checklist, self._state_of_tasks(at, options), options, start=start)
        return levers_of(plan, name=self.name, topic=self.topic, progress=progress)

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
            calendar: The calendar of working days, for the effort that is spent, and for efforts in any or elapsed days.
            default_effort: The effort of a task that states none.

        Raises:
            InvalidError: Open tasks state no effort, and there is no default: all of them are named. Or an argument is invalid.
        """
        state = self._state_of_tasks(at, options_with(None, {"calendar": calendar, "default_effort": default_effort}))
        return path_of(
            self.checklist if self.topic == self.checklist.topic else attrs.evolve(self.checklist, topic=self.topic),
            start=state.today,
            estimate=estimate,
            done=state.done,
            closed_on=state.closed_on,
            under_way=state.under_way,
            blocked=[task.id for task in self.checklist if task.id in state.blocked],
            calendar=calendar,
            default_effort=default_effort,
        )

    def _state_of_tasks(self, at: datetime | None, options: ForecastOptions) -> State:
        seen, at = self._seen(at)
        return state_after(*replayed(seen._counting(), at), at, self.checklist, options)

    def review(
        self,
        since: datetime | None = None,
        *,
        at: datetime | None = None,
        stale_after: int = 7,
        options: ForecastOptions | None = None,
        **changes: Unpack[ReviewFields],
    ) -> Review:
        """Review the launch: what has happened, what needs attention, how the forecast has moved, and what to do next.

        Args:
            since: The beginning of the review; by default a week before ``at``. An event of exactly that time was known then, and is not
                news.
            at: The end of the review.
            stale_after: The number of days without any event after which a task under way is stale.
            options: The options of its forecasts, as for :meth:`forecast`; their rules are for the recommendations too. A forecast counts
                whole days, so a review in the evening still has all of that day left for work. By default there are 1,000 samples for a
                checklist of up to 100 tasks, fewer for a larger one, and none beyond 1,000 tasks. Without ``default_effort`` there is no
                forecast where a task states no effort.
            **changes: Fields of :class:`~servingchecklist.ForecastOptions`, such as ``people=2``, in place of those of ``options``; and
                those of :class:`~servingchecklist.results.Selection`, as for :meth:`next`, with the owners at the end. With the latter
                there is no forecast, which would be of the whole launch.

        Raises:
            UnknownNameError: The checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid, or ``since`` does not lie before ``at``.
        """
        is_past = at is not None
        seen, at = self._seen(at)
        selection = {name: value for name, value in changes.items() if name in Selection.__annotations__}
        fields = {name: value for name, value in changes.items() if name not in selection}
        pairs = chosen(cast("Selection", selection))
        only = self._selected(pairs, seen._records) if pairs else None
        return review(
            self,
            seen._counting(),
            selection=pairs,
            only=only,
            since=at - _WEEK if since is None else since,
            at=at,
            is_past=is_past,
            ahead=seen._ahead(at, only),
            stale_after=stale_after,
            options=options_with(options, cast("ForecastFields", fields), Selection.__annotations__),
        )

    def closed_tasks(
        self,
        *,
        at: datetime | None = None,
        options: ForecastOptions | None = None,
        **changes: Unpack[ForecastFields],
    ) -> tuple[ClosedTask, ...]:
        """Return the tasks that were begun and finished and state an effort with a spread, with the time that each took.

        A task took the working days of its owner from its beginning to its end, without the time for which it was blocked. Hours count as
        parts of a working day of eight hours, from a quarter of an hour on. Where all times of day of a launch are
        the same, as in logs of days, the first and the last day count half. The estimates are those of the checklist as it is now.

        Args:
            at: The time to look at, in whose time zone days are counted; by default now, in the local one.
            options: The options with the calendars, and with owners in place of those of the log.
            **changes: Fields of :class:`~servingchecklist.ForecastOptions` in place of those of ``options``.

        Raises:
            InvalidError: An argument is invalid.
        """
        options = options_with(options, changes)
        seen, at = self._seen(at)
        return tuple(closed_tasks(self.name, self.checklist, seen._counting(), at, options))

    def past_forecast(
        self,
        *,
        at: datetime | None = None,
        options: ForecastOptions | None = None,
        **changes: Unpack[ForecastFields],
    ) -> PastForecast | None:
        """Return the forecast of the launch from its first day, with the day on which it was finished.

        Owners and due dates are those at the end of that day. None while a task is open, where a task states no effort and there is no
        default, for more than 1,000 tasks, and for a launch that was migrated, since the checklist with which it began is not kept.

        Args:
            at: The time to look at, as for :meth:`closed_tasks`.
            options: The options of the forecast.
            **changes: Fields of :class:`~servingchecklist.ForecastOptions` in place of those of ``options``.

        Raises:
            InvalidError: An argument is invalid.
            UnknownNameError: An argument names a task that is not in the checklist.
        """
        options = options_with(options, changes)
        seen, at = self._seen(at)
        return past_forecast(self.name, self.checklist, seen._counting(), at, options)

    def to_records(self, *, at: datetime | None = None) -> list[TaskStateRecord]:
        """Return a flat dict for each task, with what the checklist says of it and its state: the rows of a table, for dataframes.

        The columns are those of ``documents.TaskStateRecord``, in that order, whatever their values.

        Args:
            at: The time to look at, the column ``as_of``.

        Raises:
            InvalidError: ``at`` is not an aware datetime, or lies before the start of the launch.
        """
        return list(self._rows(at))

    def _rows(self, at: datetime | None = None) -> Iterator[TaskStateRecord]:
        seen, at = self._seen(at)
        return state_records(self.name, self.checklist, seen._records, self.topic, at)

    @property
    def log(self) -> EventLog:
        """The log as a table with a row for each event, for dataframes and :func:`servingchecklist.dumps` as CSV."""
        return EventLog(self.name, self.checklist, self.events, sorted(self._retracted))

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


@public()
def calibration(
    launches: Iterable[Launch],
    *,
    at: datetime | None = None,
    options: ForecastOptions | None = None,
    **changes: Unpack[ForecastFields],
) -> Calibration:
    """Compare the estimates and the forecasts of earlier launches with what came of them.

    See :meth:`Launch.closed_tasks` for the tasks that count, and :meth:`Launch.past_forecast`.

    Args:
        launches: The launches. Of several copies of one, that with the most events counts.
        at: The time to look at, in whose time zone days are counted; by default now, in the local one.
        options: The options of the past forecasts; their calendars count the working days of tasks too. ``owners``, ``efforts`` and
            ``blocked`` are not used, since they are about the tasks of one plan.
        **changes: Fields of :class:`~servingchecklist.ForecastOptions` in place of those of ``options``.

    Raises:
        InvalidError: No task counts, or an argument is invalid.
    """
    # What is said of the tasks of one plan is nothing for others.
    used = attrs.evolve(options_with(options, changes), owners=(), efforts=(), blocked=())
    given = listed(launches, "$.launches", "is not a collection of launches", "give a list of them, as in [launch]")
    require_kind(Launch, {f"$.launches[{place}]": launch for place, launch in enumerate(given)})
    longest_last = sorted(given, key=lambda launch: len(launch.events))
    members = {(launch.name, launch.started): launch for launch in longest_last}.values()
    tasks = [task for launch in members for task in launch.closed_tasks(at=at, options=used)]
    if not tasks:
        hint = "give launches in which tasks with an effort were begun and finished, or leave the history out"
        raise InvalidError([Fault("empty", "$.launches", "hold no closed task to learn from", hint=hint)])
    past = (launch.past_forecast(at=at, options=used) for launch in members)
    return Calibration(
        tasks=tasks,
        forecasts=[forecast for forecast in past if forecast is not None],
    )
