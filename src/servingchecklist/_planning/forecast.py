"""Forecasts: the finish date as a distribution, and the tasks that determine it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from .._model._validation import (
    Validated,
    as_day,
    as_day_or_none,
    check,
    day,
    each,
    each_exactly,
    exactly,
    faults_of,
    ident,
    line,
    optional,
    prose,
    tuple_of,
    verify,
)
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._namespace import public
from .._text import join_words
from ..errors import Fault, InvalidError, invalid, show
from .calendar import EPSILON, WEEKDAYS, Calendar
from .distribution import Distribution
from .open_tasks import by_task, find, remaining
from .ordering import ranks
from .resources import Crew
from .rules import PHASES_FIRST, Rule, Situation, abbreviate, known_ids, with_position_last
from .simulation import SideBySide, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.task import Task
    from .open_tasks import Remaining
    from .simulation import Trials

SAMPLES = 10_000
"""The default number of samples: P80 of the bundled checklist then varies by less than a tenth of a day from seed to seed."""

_MOST_COUNTED = 1_000_000_000
"""The maximum number of people, samples or tasks. Python does not print ints of 5,000 digits, and nobody reads one."""

_SEED_BITS = 128


def _share(value: object, name: str) -> list[Fault]:
    if type(value) is float and 0 <= value <= 1:
        return []
    return [Fault("out-of-range", f"$.{name}", "is not a share", show(value), "write a float from 0 to 1")]


def _from_one(value: object, name: str) -> list[Fault]:
    if type(value) is int and value >= 1:
        hint = f"write at most {_MOST_COUNTED:,}"
        return (
            []
            if value <= _MOST_COUNTED
            else [Fault("out-of-range", f"$.{name}", "is larger than any count", show(value), hint)]
        )
    return [Fault("out-of-range", f"$.{name}", "is not a whole number above 0", show(value), "write 1, 2, 3, ...")]


def _seed(value: object, name: str) -> list[Fault]:
    if type(value) is int and value.bit_length() <= _SEED_BITS:
        return []
    return [
        Fault(
            "out-of-range",
            f"$.{name}",
            "is not a seed",
            show(value),
            f"write a whole number of at most {_SEED_BITS} bits",
        )
    ]


_DISTRIBUTION = exactly(Distribution, "Distribution(...)")


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

    id: str = attrs.field(metadata=check(ident))
    start: date = attrs.field(converter=as_day, metadata=check(day))
    finish: date = attrs.field(converter=as_day, metadata=check(day))
    owner: str | None = attrs.field(default=None, metadata=check(optional(line)))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.finish < self.start:
            raise invalid(
                "out-of-order",
                "$.finish",
                "lies before the start",
                self.finish.isoformat(),
                "name the last day of the slot",
            )

    def to_dict(self) -> dict[str, object]:
        """Return the slot as strings and None, ready for JSON."""
        return {
            "id": self.id,
            "start": self.start.isoformat(),
            "finish": self.finish.isoformat(),
            "owner": self.owner,
        }


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class TaskForecast(Validated):
    """The forecast of one task: its finish, and how often it is critical.

    Attributes:
        id: The id of the task.
        title: Its rendered title.
        finish: The distribution of its finish.
        criticality: The share of the samples in which it was on a critical path, from 0.0 to 1.0.
        owner: Its owner, or None.
        due: Its due date, the last day on which it is on time, or None.
        on_time: The share of the samples in which it is on time; None without a due date.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(ident))
    title: str = attrs.field(metadata=check(prose))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    criticality: float = attrs.field(metadata=check(_share))
    owner: str | None = attrs.field(default=None, metadata=check(optional(line)))
    due: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(optional(day)))
    on_time: float | None = attrs.field(default=None, metadata=check(optional(_share)))

    def to_dict(self) -> dict[str, object]:
        """Return the forecast as strings, numbers and None, ready for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "finish": self.finish.to_dict(),
            "criticality": self.criticality,
            "owner": self.owner,
            "due": self.due.isoformat() if self.due else None,
            "on_time": self.on_time,
        }


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

    id: str = attrs.field(metadata=check(ident))
    title: str = attrs.field(metadata=check(line))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    left: int = attrs.field(metadata=check(_from_one))

    def to_dict(self) -> dict[str, object]:
        """Return the forecast as strings and numbers, ready for JSON."""
        return {"id": self.id, "title": self.title, "finish": self.finish.to_dict(), "left": self.left}


_NAMED = ("blocked", "held", "overrun", "unestimated")
"""The fields of a forecast that list tasks with missing or doubtful information."""


_SLOTS = each_exactly(Slot, "Slot(id=...)")


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

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    checklist: Checklist = attrs.field(metadata=check(exactly(Checklist, "Checklist(...)")))
    name: str = attrs.field(metadata=check(ident))
    start: date = attrs.field(converter=as_day, metadata=check(day))
    today: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(optional(day)))
    people: int | None = attrs.field(default=None, metadata=check(optional(_from_one)))
    seed: int = attrs.field(default=0, metadata=check(_seed))
    finish: Distribution = attrs.field(metadata=check(_DISTRIBUTION))
    phases: tuple[PhaseForecast, ...] = attrs.field(
        metadata=check(each_exactly(PhaseForecast, "PhaseForecast(id=...)"))
    )
    tasks: tuple[TaskForecast, ...] = attrs.field(metadata=check(each_exactly(TaskForecast, "TaskForecast(id=...)")))
    schedule: tuple[Slot, ...] = attrs.field(converter=tuple_of[Slot], metadata=check(_SLOTS))
    past: tuple[Slot, ...] = attrs.field(default=(), converter=tuple_of[Slot], metadata=check(_SLOTS))
    blocked: tuple[str, ...] = attrs.field(default=(), metadata=check(each(ident)))
    held: tuple[str, ...] = attrs.field(default=(), metadata=check(each(ident)))
    overrun: tuple[str, ...] = attrs.field(default=(), metadata=check(each(ident)))
    unestimated: tuple[str, ...] = attrs.field(default=(), metadata=check(each(ident)))

    def __attrs_post_init__(self) -> None:
        verify(self)
        for field in ("phases", "tasks", "schedule", "past", *_NAMED):
            known = {phase.id for phase in self.checklist.phases} if field == "phases" else self.checklist
            named = [member if isinstance(member, str) else member.id for member in getattr(self, field)]
            strange = [one for one in named if one not in known]
            if strange:
                raise invalid(
                    "contradiction", f"$.{field}", "hold what is not in the checklist", strange[0], "take it out"
                )

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
        return self.tasks[find(self.checklist, task, {one.id: place for place, one in enumerate(self.tasks)})]

    def __contains__(self, task: object) -> bool:
        """Return True for an open task, its id or its forecast."""
        return any(task in (one.id, one) or task == self.checklist[one.id] for one in self.tasks)

    def __iter__(self) -> Iterator[TaskForecast]:
        return iter(self.tasks)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions of the forecast, one sentence each, those specific to this forecast first."""
        return (*_special(self), *_general(self))

    def to_dict(self) -> dict[str, object]:
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
            **{
                name: [member.to_dict() for member in getattr(self, name)]
                for name in ("phases", "tasks", "schedule", "past")
            },
            **{name: list(getattr(self, name)) for name in _NAMED},
            "assumptions": list(self.assumptions),
        }


def _special(made: Forecast) -> list[str]:
    start = made.start.isoformat()
    said = [
        (
            made.blocked,
            f"{{}} {{is}} blocked, and nobody knows until when; {{it}} taken to be free from {start} on, so these dates are the earliest ones.",
        ),
        (made.held, f"{{}} {{is}} blocked for as long as was said, counted from {start}."),
        (
            made.overrun,
            "{} {has} taken all of the time that was estimated, and {it} not finished; {it} taken to end at once.",
        ),
        (made.unestimated, "{} {has} no effort stated, and {it} taken to need the default."),
    ]
    one = {"is": "is", "it": "it is", "has": "has"}
    many = {"is": "are", "it": "they are", "has": "have"}
    return [
        words.format(join_words(abbreviate(list(ids))), **(one if len(ids) == 1 else many))
        for ids, words in said
        if ids
    ]


def _general(made: Forecast) -> list[str]:
    owned = any(task.owner for task in made.tasks)
    crew: list[str] = []
    if owned:
        crew.append("An owner does one task at a time.")
    if made.people:
        are = "One person takes" if made.people == 1 else f"{made.people} people take"
        rest = "what has no owner" if owned else "what is ready"
        crew.append(f"{are} {rest}, one task at a time each.")
    else:
        crew.append("There are people for everything that has no owner." if owned else "Nobody waits for anybody.")
    return [
        *crew,
        "How long one task takes says nothing of how long another takes.",
        "What was begun is worked without interruption until it is finished, on every worked day and on no other.",
        "Every effort is a range within which the work lies.",
        "The list is complete: what is not in it takes no time.",
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
    >>> found = forecast(model_serving(), start=date(2026, 11, 30), people=1, seed=7)
    >>> str(found.p50), str(found.p95), found.criticality["c7"]
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
        done: The ids of the tasks that are done or waived.
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
    closed = known_ids("$.done", checklist, done) if isinstance(checklist, Checklist) else ()
    situation = Situation(checklist, closed, due, today)
    start = as_day(start)
    check_arguments(start=start, people=people, calendar=calendar, samples=samples, seed=seed, progress=progress)
    left = remaining(checklist, closed, under_way, default_effort)
    whose = by_task(checklist, "owners", owners, line, "{'c1': 'ml-platform'}")
    waits = by_task(checklist, "blocked", blocked, optional(exactly(Effort, "Effort(...) or None")), "{'c1': None}")
    begun = frozenset(() if under_way is None else under_way)

    blocks = {number: wait for number, task in enumerate(left.tasks) if (wait := waits.get(task.id))}
    crew = _crew(left, whose, people, begun, ranks(situation, rules))
    work = crew if crew.is_limited else SideBySide(left)
    trials = run(left, blocks, work, samples=samples, seed=seed, report=progress)

    finish = Distribution(trials.whole, start=start, calendar=calendar)
    tasks: list[TaskForecast] = []
    for number in left.as_written():
        task = left.tasks[number]
        end = Distribution(trials.ends[number], start=start, calendar=calendar)
        due_on = situation.due_of(task)
        tasks.append(
            TaskForecast(
                id=task.id,
                title=checklist.title_of(task),
                finish=end,
                criticality=trials.critical[number] / samples,
                owner=whose.get(task.id),
                due=due_on,
                on_time=end.probability(on=due_on) if due_on else None,
            )
        )
    return Forecast(
        checklist=checklist,
        name=checklist.id if name is None else name,
        start=start,
        today=today,
        people=people,
        seed=seed,
        finish=finish,
        phases=_phases(checklist, tasks),
        tasks=tuple(tasks),
        schedule=_schedule(left, trials, finish, whose),
        blocked=tuple(task.id for task in tasks if task.id in waits and waits[task.id] is None),
        held=tuple(task.id for task in tasks if waits.get(task.id)),
        overrun=_overrun(left, begun),
        unestimated=tuple(task.id for task in tasks if checklist[task.id].effort is None),
    )


def check_arguments(**given: object) -> None:
    """Raise :class:`InvalidError` with all faults of arguments of :func:`forecast`, which are passed by name."""
    if faults := faults_of(_ARGUMENT_CHECKS, given):
        raise InvalidError(faults)


def _function(value: object, name: str) -> list[Fault]:
    if callable(value):
        return []
    return [Fault("wrong-kind", f"$.{name}", "cannot be called", show(value), "give a function of two numbers")]


_ARGUMENT_CHECKS = {
    "start": day,
    "people": optional(_from_one),
    "calendar": exactly(Calendar, "Calendar(...)"),
    "samples": _from_one,
    "seed": _seed,
    "progress": optional(_function),
    "default_effort": optional(exactly(Effort, "it as in Effort(1, 3)")),
}


def _crew(
    left: Remaining, owners: Mapping[str, str], people: int | None, begun: frozenset[str], rank: Sequence[int]
) -> Crew:
    """Build a team of one for each owner, and one team of all other people. Tasks under way go first, the rest by rank."""
    teams: dict[str | None, int] = {None: 0}
    team = [teams.setdefault(owners.get(task.id), len(teams)) for task in left.tasks]
    everybody = len(left.tasks) if people is None else people

    def turn(number: int) -> tuple[bool, int]:
        return left.tasks[number].id not in begun, rank[left.places[number]]

    turns = [0] * len(left.tasks)
    for place, number in enumerate(sorted(range(len(turns)), key=turn)):
        turns[number] = place
    return Crew(left, turns, team, [everybody] + [1] * (len(teams) - 1))


def _overrun(left: Remaining, begun: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        left.tasks[number].id
        for number in left.as_written()
        if left.tasks[number].id in begun and left.worked[number] >= left.efforts[number].high > 0
    )


def _phases(checklist: Checklist, tasks: Sequence[TaskForecast]) -> tuple[PhaseForecast, ...]:
    found: list[PhaseForecast] = []
    of_task = {task.id: task for task in tasks}
    for phase in checklist.phases:
        ends = [of_task[task.id].finish for task in phase.tasks if task.id in of_task]
        if ends:
            last = (
                ends[0]
                if len(ends) == 1
                else Distribution(map(max, *ends), start=ends[0].start, calendar=ends[0].calendar)
            )
            found.append(PhaseForecast(id=phase.id, title=phase.title, finish=last, left=len(ends)))
    return tuple(found)


def _schedule(left: Remaining, trials: Trials, finish: Distribution, owners: Mapping[str, str]) -> tuple[Slot, ...]:
    """Return the schedule of the first sample whose end is the median."""
    median = trials.whole.index(finish.quantile_days(0.5))
    found: list[Slot] = []
    for number in left.as_written():
        task_id = left.tasks[number].id
        last = finish.date_of(trials.ends[number][median])
        first = finish.calendar.day(finish.start, int(trials.begins[number][median] + EPSILON))
        found.append(Slot(id=task_id, start=min(first, last), finish=last, owner=owners.get(task_id)))
    return tuple(found)
