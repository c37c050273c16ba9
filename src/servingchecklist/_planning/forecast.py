"""Forecasts: the finish date as a distribution, and the tasks that determine it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

import attrs

from .._jsonlike import plain_fields
from .._model import _validation as v
from .._model._validation import Validated, as_day, as_day_or_none, check, faults_of, tuple_of, verify
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.task import Task
from .._namespace import NotebookDisplay, public
from .._text import join_words
from ..errors import Fault, InvalidError, as_text, invalid, is_a
from .calendar import EPSILON, WEEKDAYS, Calendar, is_calendar
from .distribution import Distribution
from .open_tasks import find, open_tasks_of
from .ordering import ranks
from .rules import PHASES_FIRST, Rule, Situation, abbreviate, by_task, known_ids, with_position_last
from .simulation import ParallelScheduler, TeamScheduler, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..documents import ForecastDocument, PhaseForecastDocument, SlotDocument, TaskForecastDocument
    from .open_tasks import OpenTasks
    from .simulation import Samples

SAMPLES = 10_000
"""The default number of samples: P80 of the bundled checklist then varies by less than a tenth of a day from seed to seed."""

_SEED_BITS = 128


_share = v.require(
    lambda value: type(value) is float and 0 <= value <= 1,
    "out-of-range",
    "is not a share",
    "write a float from 0 to 1",
)


_seed = v.require(
    lambda value: type(value) is int and value.bit_length() <= _SEED_BITS,
    "out-of-range",
    "is not a seed",
    f"write a whole number of at most {_SEED_BITS} bits",
)
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
class Forecast(Validated, NotebookDisplay):
    """The forecast of a checklist, as returned by :func:`~servingchecklist.forecast` and :meth:`~servingchecklist.Launch.forecast`.

    :func:`servingchecklist.dumps` writes it as Markdown, HTML, text, a picture (``"svg"``, ``"mermaid"``) or calendar (``"icalendar"``).
    Its finish is a :class:`Distribution` and a picture of its own.

    Attributes:
        checklist: The checklist.
        name: The name of the launch or, if there is none, the id of the checklist.
        start: The first day on which open tasks can be worked.
        today: The day of the forecast, or None if not given.
        people: The number of people who work the tasks without an owner, up to a billion; None for no limit.
        seed: The seed of the random numbers, an int of at most 128 bits. The same seed gives the same forecast.
        finish: The distribution of the finish of all tasks.
        phases: The forecast of each phase that has open tasks.
        tasks: The forecast of each open task, in the order of the checklist.
        schedule: The slot of each open task in the sample whose end is the median.
        past: The known slots before ``start``: those of done tasks, and the first part of those under way.
        blocked: The ids of the tasks that are blocked for an unknown time. The forecast assumes they are unblocked from ``start`` on, so
            its dates are the earliest possible.
        held: The ids of the tasks that are blocked for a time given by the caller.
        overrun: The ids of the tasks on which at least the estimated time was spent. The forecast assumes they end at once.
        unestimated: The ids of the tasks that state no effort and take the default.
        topic: The topic of the launch; empty for a checklist, whose topic follows the title of each task.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    name: str = attrs.field(metadata=check(v.ident))
    start: date = attrs.field(converter=as_day, metadata=check(v.day))
    today: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(v.optional(v.day)))
    people: int | None = attrs.field(default=None, metadata=check(v.optional(v.from_one)))
    seed: int = attrs.field(default=0, metadata=check(_seed))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    phases: tuple[PhaseForecast, ...] = attrs.field(
        converter=tuple_of[PhaseForecast], metadata=check(v.each_exactly(PhaseForecast, "PhaseForecast(id=...)"))
    )
    tasks: tuple[TaskForecast, ...] = attrs.field(
        converter=tuple_of[TaskForecast], metadata=check(v.each_exactly(TaskForecast, "TaskForecast(id=...)"))
    )
    schedule: tuple[Slot, ...] = attrs.field(converter=tuple_of[Slot], metadata=check(_SLOTS))
    past: tuple[Slot, ...] = attrs.field(default=(), converter=tuple_of[Slot], metadata=check(_SLOTS))
    blocked: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    held: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    overrun: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    unestimated: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    topic: str = attrs.field(default="", metadata=check(v.optional_line))

    def __attrs_post_init__(self) -> None:
        verify(self)
        for field in ("phases", "tasks", "schedule", "past", "blocked", "held", "overrun", "unestimated"):
            known = {phase.id for phase in self.checklist.phases} if field == "phases" else self.checklist
            named = (member if isinstance(member, str) else member.id for member in getattr(self, field))
            if unknown := next((member for member in named if member not in known), None):
                problem = "name something that is not in the checklist"
                raise invalid("contradiction", f"$.{field}", problem, unknown, "take it out")

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

    def to_dict(self) -> ForecastDocument:
        """Return the forecast as dicts, lists, strings and numbers, ready for JSON, without the samples."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "start": self.start.isoformat(),
            "today": self.today.isoformat() if self.today else None,
            "people": self.people,
            "seed": self.seed,
            "samples": len(self.finish),
            "finish": self.finish.to_dict(),
            "phases": [phase.to_dict() for phase in self.phases],
            "tasks": [task.to_dict() for task in self.tasks],
            "schedule": [slot.to_dict() for slot in self.schedule],
            "past": [slot.to_dict() for slot in self.past],
            "blocked": list(self.blocked),
            "held": list(self.held),
            "overrun": list(self.overrun),
            "unestimated": list(self.unestimated),
            "topic": self.topic,
            "assumptions": list(self.assumptions),
        }


def _special(forecast: Forecast) -> list[str]:
    """Return the assumptions about the tasks with missing or doubtful information."""
    start = forecast.start.isoformat()
    sentences = [
        (
            forecast.blocked,
            f"{{}} {{is}} blocked for an unknown time; the forecast assumes that {{it_is}} unblocked from {start} on, so its dates are the earliest possible.",
        ),
        (forecast.held, f"{{}} {{is}} blocked for the given time, counted from {start}."),
        (
            forecast.overrun,
            "{} {has} taken at least the estimated time and {is} not finished; the forecast assumes that {it_is} finished at once.",
        ),
        (forecast.unestimated, "{} {has} no effort; the forecast uses the default effort."),
    ]
    singular = {"is": "is", "it_is": "it is", "has": "has"}
    plural = {"is": "are", "it_is": "they are", "has": "have"}
    return [
        sentence.format(join_words(abbreviate(list(ids))), **(singular if len(ids) == 1 else plural))
        for ids, sentence in sentences
        if ids
    ]


def _general(forecast: Forecast) -> list[str]:
    """Return the assumptions of every forecast, which depend on its people only."""
    owned = any(task.owner for task in forecast.tasks)
    unowned = "without an owner" if owned else "that are ready"
    if forecast.people == 1:
        people = f"One person works on the tasks {unowned}, one task at a time."
    elif forecast.people:
        people = f"{forecast.people} people work on the tasks {unowned}, one task at a time each."
    else:
        people = f"There is a person for every task that is ready{' and has no owner' if owned else ''}."
    return [
        *(["An owner works on one task at a time."] if owned else []),
        people,
        "The durations of tasks are independent of each other.",
        "A task is worked on without interruption from its start to its finish, on working days only.",
        "The duration of each task lies within the range of its effort.",
        "The checklist is complete: work that is not in it takes no time.",
    ]


@public()
def forecast(
    checklist: Checklist,
    *,
    start: date,
    people: int | None = None,
    owners: Mapping[str, str] | None = None,
    calendar: Calendar = WEEKDAYS,
    samples: int = SAMPLES,
    seed: int = 0,
    rules: Sequence[Rule] = PHASES_FIRST,
    done: Iterable[str] = (),
    under_way: Mapping[str, float] | None = None,
    blocked: Mapping[str, Effort | None] | None = None,
    due: Mapping[str, date] | None = None,
    default_effort: Effort | None = None,
    today: date | None = None,
    name: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Forecast:
    """Forecast the finish of a checklist as a distribution.

    The open tasks are simulated many times, each time with durations drawn at random from the efforts: from PERT-beta if a likely value
    is stated, and from a triangle over the range otherwise. A task begins when all its prerequisites are finished and a person is free
    for it. The same arguments give the same forecast, on every version of Python.

    >>> from datetime import date
    >>> launch = forecast(model_serving(), start=date(2026, 11, 30), people=1, seed=7)
    >>> str(launch.p50), str(launch.p95), launch.criticality["c7"]
    ('2026-12-22', '2026-12-23', 1.0)

    Args:
        checklist: The checklist.
        start: The first day on which open tasks can be worked.
        people: The number of people who take the tasks without an owner, each one task at a time, in the order given by the rules; None
            for no limit.
        owners: The owner of each owned task, by task id. An owner does one task at a time, and is not one of ``people``.
        calendar: The working-day calendar.
        samples: The number of samples.
        seed: The seed of the random numbers.
        rules: The rules that decide which of several ready tasks is taken first, as for :func:`order`.
        done: The ids of the tasks that are closed.
        under_way: The working days already spent on each task under way, by task id. Such a task is taken before all others and does
            not wait for its prerequisites; its duration is drawn on condition that it exceeds the time spent.
        blocked: The time each blocked task stays blocked, by task id, counted from ``start``; None if unknown.
        due: The due dates, by task id.
        default_effort: The effort of tasks that state none.
        today: The day of the forecast, for pictures.
        name: The name of the forecast; by default the id of the checklist.
        progress: A function called from time to time with the number of samples so far and the total number.

    Raises:
        InvalidError: Tasks state no effort and there is no default (the error names them all), or an argument is invalid.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    rules = with_position_last(rules)
    closed = known_ids("$.done", checklist, done) if is_a(checklist, Checklist) else ()
    situation = Situation(checklist, closed, due, today)
    start = as_day(start)
    check_arguments(start=start, people=people, calendar=calendar, samples=samples, seed=seed, progress=progress)
    left = open_tasks_of(checklist, closed, under_way, default_effort)
    owner_of = by_task(checklist, "owners", owners, v.line, "{'c1': 'ml-platform'}")
    waits = by_task(checklist, "blocked", blocked, v.optional(v.exactly(Effort, "Effort(...) or None")), "{'c1': None}")
    begun = frozenset(() if under_way is None else under_way)

    blocks = {number: wait for number, task in enumerate(left.tasks) if (wait := waits.get(task.id))}
    scheduler = _team_scheduler(left, owner_of, people, begun, ranks(situation, rules))
    schedule = scheduler if scheduler.is_limited else ParallelScheduler(left)
    simulated = run(left, blocks, schedule, samples=samples, seed=seed, report=progress)
    horizon = calendar.between(start, date.max) + calendar.is_worked(date.max) + EPSILON
    if max(simulated.whole) > horizon:
        task_id = next(task.id for task, ends in zip(left.tasks, simulated.ends, strict=True) if max(ends) > horizon)
        hint = "check its effort, and those of the tasks before it"
        raise InvalidError(
            [Fault("out-of-range", "$", "the forecast goes beyond the year 9999", hint=hint, task=task_id)]
        )

    def distribution(days: Iterable[float]) -> Distribution:
        return Distribution(days, start=start, calendar=calendar)

    finish = distribution(simulated.whole)
    tasks: list[TaskForecast] = []
    for number in left.as_written():
        task = left.tasks[number]
        end = distribution(simulated.ends[number])
        due_on = situation.due_of(task)
        tasks.append(
            TaskForecast(
                id=task.id,
                title=checklist.title_of(task),
                finish=end,
                criticality=simulated.critical[number] / samples,
                owner=owner_of.get(task.id),
                due=due_on,
                on_time=end.probability(on=due_on) if due_on else None,
            )
        )
    finish_of = {task.id: task.finish for task in tasks}
    phases: list[PhaseForecast] = []
    for phase in checklist.phases:
        ends = [finish_of[task.id] for task in phase.tasks if task.id in finish_of]
        if ends:
            last = ends[0] if len(ends) == 1 else distribution(map(max, *ends))
            phases.append(PhaseForecast(id=phase.id, title=phase.title, finish=last, left=len(ends)))
    return Forecast(
        checklist=checklist,
        name=checklist.id if name is None else name,
        start=start,
        today=today,
        people=people,
        seed=seed,
        finish=finish,
        phases=tuple(phases),
        tasks=tuple(tasks),
        schedule=_schedule(left, simulated, finish, owner_of),
        blocked=tuple(task.id for task in tasks if task.id in waits and waits[task.id] is None),
        held=tuple(task.id for task in tasks if waits.get(task.id)),
        overrun=_overrun(left, begun),
        unestimated=tuple(task.id for task in tasks if checklist[task.id].effort is None),
    )


def check_arguments(**given: object) -> None:
    """Raise :class:`InvalidError` with all faults of arguments of :func:`forecast`, which are passed by name."""
    if faults := faults_of(_ARGUMENT_CHECKS, given):
        raise InvalidError(faults)


_function = v.require(callable, "wrong-kind", "cannot be called", "give a function of two numbers")
_ARGUMENT_CHECKS = {
    "start": v.day,
    "people": v.optional(v.from_one),
    "calendar": is_calendar,
    "samples": v.from_one,
    "seed": _seed,
    "progress": v.optional(_function),
    "default_effort": v.optional(v.exactly(Effort, "it as in Effort(1, 3)")),
}


def _team_scheduler(
    left: OpenTasks, owners: Mapping[str, str], people: int | None, begun: frozenset[str], rank: Sequence[int]
) -> TeamScheduler:
    """Build a team of one for each owner, and one team of all other people. Tasks under way go first, the rest by rank."""
    teams: dict[str | None, int] = {None: 0}
    team = [teams.setdefault(owners.get(task.id), len(teams)) for task in left.tasks]
    size = len(left.tasks) if people is None else people

    def turn(number: int) -> tuple[bool, int]:
        return left.tasks[number].id not in begun, rank[left.places[number]]

    turns = [0] * len(left.tasks)
    for place, number in enumerate(sorted(range(len(turns)), key=turn)):
        turns[number] = place
    return TeamScheduler(left, turns, team, [size] + [1] * (len(teams) - 1))


def _overrun(left: OpenTasks, begun: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        left.tasks[number].id
        for number in left.as_written()
        if left.tasks[number].id in begun and left.worked[number] >= left.efforts[number].high > 0
    )


def _schedule(left: OpenTasks, simulated: Samples, finish: Distribution, owners: Mapping[str, str]) -> tuple[Slot, ...]:
    """Return the schedule of the first sample whose end is the median."""
    median = simulated.whole.index(finish.quantile_days(0.5))
    schedule: list[Slot] = []
    for number in left.as_written():
        task_id = left.tasks[number].id
        last = finish.date_of(simulated.ends[number][median])
        first = finish.calendar.day(finish.start, int(simulated.begins[number][median] + EPSILON))
        schedule.append(Slot(id=task_id, start=min(first, last), finish=last, owner=owners.get(task_id)))
    return tuple(schedule)
