"""Forecasts: the finish date as a distribution, and the tasks that determine it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Unpack, cast

import attrs

from .._jsonlike import plain_fields
from .._model import _validation as v
from .._model._validation import Validated, as_day, as_day_or_none, as_tuple, check, tuple_of, verify
from .._model.checklist import Checklist
from .._model.task import Task
from .._namespace import ArrowTable, NotebookDisplay, public
from .._text import count, join_words
from ..errors import Fault, InvalidError, as_text, invalid, is_a
from .calendar import EPSILON, Calendar, weekdays_in_words
from .calibration import LEAST_TASKS
from .distribution import Distribution
from .durations import is_certain
from .open_tasks import find
from .options import (
    DEFAULTS,
    SAMPLES,
    ForecastFields,
    ForecastOptions,
    calendar_of,
    effort_of,
    options_document,
    options_with,
    ranges_of,
    usual_samples,
)
from .records import forecast_records
from .rules import ORDERS, abbreviate
from .simulation import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..documents import (
        ForecastDocument,
        PhaseForecastDocument,
        SlotDocument,
        TaskForecastDocument,
        TaskForecastRecord,
    )
    from .simulation import Samples

_share = v.require(
    lambda value: type(value) is float and 0 <= value <= 1,
    "out-of-range",
    "is not a share",
    "write a float from 0 to 1",
)


def _earlier(value: object, name: str) -> Sequence[Fault]:
    if v.is_tuple(value) and len(value) == 2 and not v.line(value[0], name) and not v.stated_days(value[1], name):
        return ()
    return [v.fault("wrong-kind", name, "is not an order with its days", value, "write it as in ('soonest', 1.5)")]


def _as_first_days(value: Sequence[tuple[str, date]]) -> tuple[tuple[str, date], ...]:
    pairs: Any = as_tuple(value)
    is_paired = v.is_tuple(pairs) and all(v.is_tuple(pair) and len(pair) == 2 for pair in pairs)
    return tuple([(name, as_day(day)) for name, day in cast("Any", pairs)]) if is_paired else cast("Any", pairs)


def _first_day(value: object, name: str) -> Sequence[Fault]:
    if v.is_tuple(value) and len(value) == 2 and not v.ident(value[0], name) and not v.day(value[1], name):
        return ()
    return [
        v.fault(
            "wrong-kind", name, "is not a task with its first day", value, "write it as in ('c8', date(2026, 12, 15))"
        )
    ]


_DISTRIBUTION = v.exactly(Distribution, "Distribution(...)")


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Slot(Validated):
    """The first and last day of work on a task, as dates.

    Attributes:
        id: The id of the task.
        start: The first day.
        finish: The last day.
        owner: The owner of the task, or None if anyone may take it.

    Raises:
        InvalidError: A field is invalid, or ``finish`` is before ``start``.
    """

    id: str = attrs.field(metadata=check(v.ident))
    start: date = attrs.field(converter=as_day, metadata=check(v.day))
    finish: date = attrs.field(converter=as_day, metadata=check(v.day))
    owner: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.finish < self.start:
            finish = self.finish.isoformat()
            raise invalid("out-of-order", "$.finish", "lies before the start", finish, "name the last day of the slot")

    def to_dict(self) -> SlotDocument:
        """Return the slot as strings and None, ready for JSON."""
        return cast("SlotDocument", plain_fields(self))


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class TaskForecast(Validated):
    """The forecast of one task: its finish, and how often it is critical.

    Attributes:
        id: The id of the task.
        title: Its title, followed by the topic of the checklist; without that in a launch, which shows its topic once.
        finish: The distribution of its finish.
        criticality: The share of the samples in which it was on a critical path, from 0.0 to 1.0.
        owner: Its owner, or None.
        due: Its due date, the last day on which it is on time, or None.
        on_time: The share of the samples in which it is on time; None without a due date.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.prose))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    criticality: float = attrs.field(metadata=check(_share))
    owner: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    due: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(v.optional(v.day)))
    on_time: float | None = attrs.field(default=None, metadata=check(v.optional(_share)))

    def to_dict(self) -> TaskForecastDocument:
        """Return the forecast as strings, numbers and None, ready for JSON."""
        return cast("TaskForecastDocument", plain_fields(self))


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class PhaseForecast(Validated):
    """The forecast of one phase: the finish of its last task.

    Attributes:
        id: The id of the phase.
        title: Its title.
        finish: The distribution of the finish of all its tasks.
        left: The number of its open tasks.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    left: int = attrs.field(metadata=check(v.from_one))

    def to_dict(self) -> PhaseForecastDocument:
        """Return the forecast as strings and numbers, ready for JSON."""
        return cast("PhaseForecastDocument", plain_fields(self))


_SLOTS = v.each_exactly(Slot, "Slot(id=...)")


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Forecast(Validated, ArrowTable, NotebookDisplay):
    """The forecast of a checklist, as returned by :func:`~servingchecklist.forecast` and :meth:`~servingchecklist.Launch.forecast`.

    :func:`servingchecklist.dumps` writes it as Markdown, HTML, text, a picture (``"svg"``, ``"mermaid"``) or calendar (``"icalendar"``).
    Its finish is a :class:`Distribution` and a picture of its own.

    Attributes:
        checklist: The checklist.
        launch: The name of the launch; None for a checklist, if none was given.
        start: The first day on which open tasks can be worked.
        today: The day of the forecast, or None if not given.
        options: The options of the forecast.
        shared: The share of the variance of durations that all tasks have in common, from 0.0 to 1.0.
        finish: The distribution of the finish of all tasks.
        phases: The forecast of each phase that has open tasks.
        tasks: The forecast of each open task, in the order of the checklist.
        schedule: The slot of each open task where each takes its own median duration. It is one run and no forecast: the median of the
            finish can be later. Tasks blocked for an unknown time have no slot, nor has what waits for them.
        past: The known slots before ``start``: those of done tasks, and the first part of those under way.
        earlier: Pairs of the name of each other bundled order under which P80 is at least a working day earlier, and the number of
            working days; the earliest first. For more than 1,000 open tasks none is tried.
        first_days: Pairs of the id of each open task that cannot begin on ``start``, since its first day is later, and that day: its own,
            or that after its wait where its prerequisites are closed.
        waiting: The ids of the tasks that wait some days after open prerequisites; a task under way waits no longer.
        blocked: The ids of the tasks that are blocked for an unknown time. The forecast assumes they are unblocked from ``start`` on, so
            its dates are the earliest possible.
        held: The ids of the tasks that are blocked for a time that the options state.
        overrun: The ids of the tasks on which at least the high number of their effort was spent.
        unestimated: The ids of the tasks that state no effort and take the default.
        topic: The topic of the launch; empty for a checklist, whose topic follows the title of each task.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    launch: str | None = attrs.field(default=None, metadata=check(v.optional(v.ident)))
    start: date = attrs.field(converter=as_day, metadata=check(v.day))
    today: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(v.optional(v.day)))
    options: ForecastOptions = attrs.field(
        default=DEFAULTS, metadata=check(v.exactly(ForecastOptions, "ForecastOptions(...)"))
    )
    shared: float = attrs.field(default=0.0, metadata=check(_share))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    phases: tuple[PhaseForecast, ...] = attrs.field(
        converter=tuple_of[PhaseForecast], metadata=check(v.each_exactly(PhaseForecast, "PhaseForecast(id=...)"))
    )
    tasks: tuple[TaskForecast, ...] = attrs.field(
        converter=tuple_of[TaskForecast], metadata=check(v.each_exactly(TaskForecast, "TaskForecast(id=...)"))
    )
    schedule: tuple[Slot, ...] = attrs.field(converter=tuple_of[Slot], metadata=check(_SLOTS))
    past: tuple[Slot, ...] = attrs.field(default=(), converter=tuple_of[Slot], metadata=check(_SLOTS))
    earlier: tuple[tuple[str, float], ...] = attrs.field(
        converter=tuple_of[tuple[str, float]], default=(), metadata=check(v.each(_earlier))
    )
    first_days: tuple[tuple[str, date], ...] = attrs.field(
        converter=_as_first_days, default=(), metadata=check(v.each(_first_day))
    )
    waiting: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    blocked: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    held: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    overrun: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    unestimated: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    topic: str = attrs.field(default="", metadata=check(v.optional_line))

    def __attrs_post_init__(self) -> None:
        verify(self)
        lists = ("blocked", "held", "overrun", "unestimated")
        for field in ("phases", "tasks", "schedule", "past", "first_days", "waiting", *lists):
            known = {phase.id for phase in self.checklist.phases} if field == "phases" else self.checklist
            members = dict(self.first_days) if field == "first_days" else getattr(self, field)
            named = (member if isinstance(member, str) else member.id for member in members)
            if unknown := next((member for member in named if member not in known), None):
                problem = "name something that is not in the checklist"
                raise invalid("contradiction", f"$.{field}", problem, unknown, "take it out")

    @property
    def name(self) -> str:
        """The name of the launch or, if there is none, the id of the checklist."""
        return self.checklist.id if self.launch is None else self.launch

    @property
    def p50(self) -> date:
        """The day by which everything is finished in half of the samples, a 50 % chance."""
        return self.finish.p50

    @property
    def p80(self) -> date:
        """The day by which everything is finished in 80 % of the samples."""
        return self.finish.p80

    @property
    def p95(self) -> date:
        """The day by which everything is finished in 95 % of the samples."""
        return self.finish.p95

    @property
    def people(self) -> int | None:
        """The number of people who take the tasks without an owner; None for no limit."""
        return self.options.people

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar."""
        return self.finish.calendar

    @property
    def criticality(self) -> dict[str, float]:
        """The share of the samples in which each task was on a critical path, by task id."""
        return {task.id: task.criticality for task in self.tasks}

    @property
    def deadlines(self) -> dict[str, float]:
        """The share of the samples in which each task with a due date is on time, by task id."""
        return {task.id: task.on_time for task in self.tasks if task.on_time is not None}

    def __getitem__(self, task: Task | str) -> TaskForecast:
        """Return the forecast of one task.

        Raises:
            UnknownNameError: There is no such task, or it is not open.
        """
        return self.tasks[find(self.checklist, task, {task.id: place for place, task in enumerate(self.tasks)})]

    def __contains__(self, task: object) -> bool:
        """Return True for an open task, its id or its forecast."""
        if is_a(task, TaskForecast):
            return task in self.tasks
        task_id = as_text(task.id if is_a(task, Task) and task in self.checklist else task)
        return type(task_id) is str and any(task_id == entry.id for entry in self.tasks)

    def __iter__(self) -> Iterator[TaskForecast]:
        return iter(self.tasks)

    def title_of(self, task: Task) -> str:
        """Return the title of a task, open or not, as the pages of the forecast show it."""
        return task.title if self.topic else self.checklist.title_of(task)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions of the forecast, one sentence each, those specific to this forecast first."""
        return (*_special(self), *_general(self))

    def to_records(self) -> list[TaskForecastRecord]:
        """Return a flat dict for each open task, with what the checklist says of it: the rows of a table, for dataframes.

        The columns are those of ``documents.TaskForecastRecord``.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[TaskForecastRecord]:
        return forecast_records(self)

    def to_dict(self) -> ForecastDocument:
        """Return the forecast as dicts, lists, strings and numbers, ready for JSON, without the samples."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "start": self.start.isoformat(),
            "today": self.today.isoformat() if self.today else None,
            "options": options_document(self.options),
            "shared": self.shared,
            "samples": len(self.finish),
            "finish": self.finish.to_dict(),
            "phases": [phase.to_dict() for phase in self.phases],
            "tasks": [task.to_dict() for task in self.tasks],
            "schedule": [slot.to_dict() for slot in self.schedule],
            "past": [slot.to_dict() for slot in self.past],
            "earlier": dict(self.earlier),
            "first_days": {task: day.isoformat() for task, day in self.first_days},
            "waiting": list(self.waiting),
            "blocked": list(self.blocked),
            "held": list(self.held),
            "overrun": list(self.overrun),
            "unestimated": list(self.unestimated),
            "topic": self.topic,
            "assumptions": list(self.assumptions),
        }


def _special(forecast: Forecast) -> list[str]:
    """Return the assumptions about the tasks with missing or doubtful information, and about first days, leave and orders."""
    start = forecast.start.isoformat()
    since = "when {it_was} blocked" if forecast.topic else start
    at_once = [task_id for task_id in forecast.overrun if not _goes_on(forecast, task_id)]
    going_on = [task_id for task_id in forecast.overrun if task_id not in at_once]
    firsts = [(forecast.checklist[task_id], day) for task_id, day in forecast.first_days]
    first_days = [f"{task.id} ({day.isoformat()})" for task, day in firsts if not _is_after_wait(task, day)]
    waited = [
        f"{task.id} waits until {day.isoformat()} ({count(task.wait_days, 'day')})"
        for task, day in firsts
        if _is_after_wait(task, day)
    ]
    waiting = [forecast.checklist[task_id] for task_id in forecast.waiting]
    waits = [f"{task.id} ({count(task.wait_days, 'day')})" for task in waiting]
    owners = {task.owner for task in forecast}
    unused = [owner for owner, _ in forecast.options.calendars if owner not in owners]
    spent = "{} {has} taken at least the estimated time and {is} not finished"
    sentences: list[tuple[Sequence[str], str]] = [
        (
            forecast.blocked,
            f"{{}} {{is}} blocked for an unknown time; the forecast assumes that {{it_is}} unblocked from {start} on, so its dates are the earliest possible, and the schedule leaves {{it}} out, with what waits for {{it}}.",
        ),
        (forecast.held, f"{{}} {{is}} blocked for the given time, counted from {since}."),
        (at_once, f"{spent}; {{it_is}} assumed to be finished at once."),
        (going_on, f"{spent}; the time that is left is drawn from the longer durations of {{its}} distribution."),
        (forecast.unestimated, "{} {has} no effort; the forecast uses the default effort."),
        (first_days, "{} {does} not begin before that day."),
        (
            waited,
            "{}: so many days pass after that on which the last of {its} prerequisites was closed; nobody works on {it} meanwhile.",
        ),
        (
            waits,
            "{} {does} not begin before so many calendar days have passed after that on which the last of {its} prerequisites is closed; nobody works on {it} meanwhile.",
        ),
        (unused, "{} {has} a calendar and no open task, so it is not used."),
        (_outside(forecast), "{} {ends} in the schedule outside of {its} own P10 to P90."),
    ]
    singular = {
        "is": "is",
        "it_is": "it is",
        "it_was": "it was",
        "it": "it",
        "has": "has",
        "ends": "ends",
        "does": "does",
        "its": "its",
    }
    plural = {
        "is": "are",
        "it_is": "they are",
        "it_was": "they were",
        "it": "them",
        "has": "have",
        "ends": "end",
        "does": "do",
        "its": "their",
    }
    lines = [
        sentence.format(join_words(abbreviate(list(ids))), **(singular if len(ids) == 1 else plural))
        for ids, sentence in sentences
        if ids
    ]
    return [*lines, *(_words_of_earlier(*pair) for pair in forecast.earlier)]


def _is_after_wait(task: Task, first: date) -> bool:
    """Return True if the first day of a task is that after its wait for closed tasks, and not its own."""
    return bool(task.wait_days) and first != task.not_before


def _goes_on(forecast: Forecast, task_id: str) -> bool:
    """Return True if the durations of a task have no greatest one."""
    effort = effort_of(forecast.checklist[task_id], forecast.options)
    history = forecast.options.history
    if effort is None or is_certain(effort, forecast.options.ranges) or forecast.options.ranges == "bounds":
        return False
    return effort.likely != effort.high or bool(history and history.is_used)


def _words_of_earlier(name: str, days: float) -> str:
    number = f"{days:.1f}".removesuffix(".0")
    return f"With the order {name!r} P80 would be {number} working day{'' if number == '1' else 's'} earlier."


def _outside(forecast: Forecast) -> list[str]:
    """Return the ids of the tasks whose end in the schedule lies outside of their own P10 to P90."""
    ends = {slot.id: slot.finish for slot in forecast.schedule}
    return [
        task.id
        for task in forecast
        if task.id in ends and not task.finish.quantile(0.1) <= ends[task.id] <= task.finish.quantile(0.9)
    ]


def _general(forecast: Forecast) -> list[str]:
    """Return the assumptions that follow from the options."""
    options = forecast.options
    owners = {task.owner for task in forecast.tasks if task.owner}
    owned = bool(owners)
    unowned = "without an owner" if owned else "that are ready"
    if forecast.people == 1:
        people = f"One person works on the tasks {unowned}, one task at a time."
    elif forecast.people:
        people = f"{forecast.people} people work on the tasks {unowned}, one task at a time each."
    else:
        people = f"There is a person for every task that is ready{' and has no owner' if owned else ''}."
    rules = join_words([rule.name for rule in options.rules])
    return [
        *(["An owner works on one task at a time."] if owned else []),
        *(
            f"{owner} works on {_working_days(calendar_of(owner, options), forecast)}."
            for owner, _ in options.calendars
            if owner in owners
        ),
        people,
        f"Of several tasks that are ready, the first one by {rules} is taken.",
        *_about_spread(options, forecast.shared),
        f"A task is worked on without interruption from its start to its finish, on {_working_days(options.calendar, forecast)}, unless its effort says otherwise.",
        "The schedule is one run in which each task takes its own median duration.",
        "The checklist is complete: work that is not in it takes no time.",
    ]


def _working_days(calendar: Calendar, forecast: Forecast) -> str:
    """Return the working days of a calendar in words, with the days off that lie between the start and P95."""
    first, last = bisect_left(calendar.holidays, forecast.start), bisect_right(calendar.holidays, forecast.p95)
    off = [day for day in calendar.holidays[first:last] if day.weekday() in calendar.weekdays]
    days = weekdays_in_words(calendar.weekdays)
    return f"{days}, but not on {join_words(abbreviate(list(ranges_of(off))))}" if off else days


def _about_spread(options: ForecastOptions, shared: float) -> list[str]:
    """Return the assumptions about the durations of tasks, and about what these have in common."""
    if options.ranges == "bounds":
        spread = "The duration of each task lies within the range of its effort."
    else:
        spread = "The low and the high number of an effort are the 10th and 90th percentiles of a log-normal distribution; for an effort of one number, unless it is exact, these are its half and its double."
    history = options.history
    if history and history.is_used and options.ranges != "bounds":
        closed = f"{len(history)} closed tasks, {history.total_ratio:.2f} in all"
        spread = f"The duration of a task is its estimate times a ratio from the history of {closed}."
    common = f"All tasks have {round(100 * shared)} % of the variance of durations in common: where one takes longer, the others do too."
    lines = [spread, common if round(100 * shared) else "The durations of tasks are independent of each other."]
    if history and options.ranges == "bounds":
        lines.append("The history is not used: hard bounds leave nothing to learn.")
    elif history and not history.is_used:
        lines.append(
            f"The history of {count(len(history), 'closed task')} is not used: at least {LEAST_TASKS} are needed."
        )
    return lines


@public()
def forecast(
    checklist: Checklist,
    *,
    start: date,
    options: ForecastOptions | None = None,
    done: Iterable[str] = (),
    under_way: Mapping[str, float] | None = None,
    due: Mapping[str, date] | None = None,
    today: date | None = None,
    name: str | None = None,
    progress: Callable[[int, int], object] | None = None,
    **changes: Unpack[ForecastFields],
) -> Forecast:
    """Forecast the finish of a checklist as a distribution.

    The open tasks are simulated many times, each time with durations drawn at random from the efforts. A task begins when all its
    prerequisites are finished and a person is free for it. The same arguments give the same forecast, on every version of Python.

    >>> from datetime import date
    >>> launch = forecast(model_serving(), start=date(2026, 11, 30), people=2, seed=7)
    >>> str(launch.p50), str(launch.p80), str(launch.p95)
    ('2026-12-23', '2026-12-25', '2026-12-29')

    Args:
        checklist: The checklist.
        start: The first day on which open tasks can be worked.
        options: Who works when and in what order, and how uncertain the efforts are.
        done: The ids of the tasks that are closed.
        under_way: The days already spent on each task under way, by task id, of the kind in which its effort is. Such a task is taken before all others and does
            not wait for its prerequisites; its duration is drawn on condition that it exceeds the time spent.
        due: The due dates, by task id.
        today: The day of the forecast, for pictures.
        name: The name of the launch, if it has one already; by default the forecast is called as the checklist.
        progress: A function called from time to time with the number of samples so far and the total number.
        **changes: Fields of :class:`~servingchecklist.ForecastOptions`, such as ``people=2``, in place of those of ``options``.

    Raises:
        InvalidError: Tasks state no effort and there is no default (the error names them all), or an argument is invalid.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    options = options_with(options, changes)
    samples = samples_of(options, progress)
    if faults := v.optional(v.ident)(name, "name"):
        raise InvalidError(faults)
    plan = Plan(checklist, options, start=start, done=done, under_way=under_way, due=due, today=today)
    simulated = plan.simulate(samples, progress)
    return forecast_of(plan, simulated, name=name, earlier=earlier_orders(plan, simulated))


_function = v.require(callable, "wrong-kind", "cannot be called", "give a function of two numbers")


def samples_of(options: ForecastOptions, progress: object, usual: int = SAMPLES) -> int:
    """Return the number of samples of a forecast, ``usual`` where the options give none.

    Raises:
        InvalidError: It is 0, or ``progress`` cannot be called.
    """
    if faults := [*v.optional(v.from_one)(options.samples, "samples"), *v.optional(_function)(progress, "progress")]:
        raise InvalidError(faults)
    return usual if options.samples is None else options.samples


def forecast_of(
    plan: Plan, simulated: Samples, *, name: str | None = None, earlier: Sequence[tuple[str, float]] = ()
) -> Forecast:
    """Return the forecast of a plan from its samples."""
    checklist, left, owners, waits = plan.checklist, plan.left, plan.owners, plan.waits
    tasks: list[TaskForecast] = []
    for number in left.as_written():
        task = left.tasks[number]
        end = plan.distribution(simulated.ends[number])
        due_on = plan.situation.due_of(task)
        tasks.append(
            TaskForecast(
                id=task.id,
                title=checklist.title_of(task),
                finish=end,
                criticality=simulated.critical[number] / len(simulated.whole),
                owner=owners.get(task.id),
                due=due_on,
                on_time=end.probability(on=due_on) if due_on else None,
            )
        )
    finish_of = {task.id: task.finish for task in tasks}
    number_of = {task.id: number for number, task in enumerate(left.tasks)}
    phases: list[PhaseForecast] = []
    for phase in checklist.phases:
        ids = [task.id for task in phase.tasks if task.id in finish_of]
        ends = [simulated.ends[number_of[task_id]] for task_id in ids]
        if ends:
            last = finish_of[ids[0]] if len(ends) == 1 else plan.distribution(list(map(max, *ends)))
            phases.append(PhaseForecast(id=phase.id, title=phase.title, finish=last, left=len(ends)))
    slots = plan.median_schedule()
    return Forecast(
        checklist=checklist,
        launch=name,
        start=plan.start,
        today=plan.situation.today,
        options=plan.options,
        shared=plan.shared,
        finish=plan.distribution(simulated.whole),
        phases=tuple(phases),
        tasks=tuple(tasks),
        schedule=tuple(
            Slot(id=task_id, start=first, finish=last, owner=owners.get(task_id))
            for task_id, (first, last) in slots.items()
        ),
        earlier=tuple(earlier),
        first_days=tuple(plan.first_days.items()),
        waiting=tuple(left.tasks[number].id for number in left.as_written() if number in left.waits),
        blocked=tuple(task.id for task in tasks if task.id in waits and waits[task.id] is None),
        held=tuple(task.id for task in tasks if waits.get(task.id)),
        overrun=_overrun(plan),
        unestimated=tuple(
            task.id for task in tasks if checklist[task.id].effort is None and task.id not in dict(plan.options.efforts)
        ),
    )


def earlier_orders(plan: Plan, simulated: Samples) -> list[tuple[str, float]]:
    """Return the other bundled orders under which P80 is at least a working day earlier, with the days, the earliest first.

    Each is tried with the random numbers of the first samples of the plan, so the difference is that of the order.
    """
    samples = min(usual_samples(len(plan.left.tasks)), len(simulated.whole))
    if not (samples and plan.is_limited):
        return []
    own = plan.distribution(simulated.whole[:samples]).quantile_days(0.8)
    others = {name: rules for name, rules in ORDERS.items() if rules != plan.options.rules}
    days = {name: own - p80_of(plan.with_options(rules=rules), samples) for name, rules in others.items()}
    return sorted(((name, one) for name, one in days.items() if one >= 1.0 - EPSILON), key=lambda pair: -pair[1])


def p80_of(plan: Plan, samples: int) -> float:
    """Return P80 of a plan, in working days from its start."""
    return plan.distribution(plan.simulate(samples).whole).quantile_days(0.8)


def _overrun(plan: Plan) -> tuple[str, ...]:
    left = plan.left
    return tuple(
        left.tasks[number].id
        for number in left.as_written()
        if left.tasks[number].id in plan.begun and left.worked[number] >= left.efforts[number].high > 0
    )
