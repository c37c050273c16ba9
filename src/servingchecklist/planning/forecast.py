"""When everything is finished: a date with a probability, and the tasks that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from .._door import Displayed
from .._text import join_words
from ..errors import Fault, InvalidError, raise_invalid, show
from ..model._check import (
    Rebuilt,
    as_day,
    as_day_or_none,
    as_tuple,
    day,
    each,
    each_exactly,
    exactly,
    faults_of,
    ident,
    line,
    optional,
    prose,
    verify,
)
from ..model.checklist import Checklist
from ..model.effort import Effort
from .calendar import GRAIN, WEEKDAYS, Calendar
from .crew import Crew
from .distribution import Distribution
from .ordering import ranks
from .remaining import by_task, find, remaining
from .rules import PHASES_FIRST, Rule, closed, few
from .situation import Situation, known_ids
from .trials import SideBySide, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..model.task import Task
    from .remaining import Remaining
    from .trials import Trials

SAMPLES = 10_000
"""How many samples are made where nobody says: P80 of the bundled checklist then moves by less than a tenth of a day from seed to seed."""

_MOST_COUNTED = 1_000_000_000
"""The most people, samples or tasks there may be. Python writes no number of 5,000 digits, and nobody reads one."""

_SEED_BITS = 128


def _share(value: object, name: str) -> list[Fault]:
    if type(value) is float and 0 <= value <= 1:
        return []
    return [Fault(f"$.{name}", "is not a share", show(value), "write a float from 0 to 1")]


def _from_one(value: object, name: str) -> list[Fault]:
    if type(value) is int and value >= 1:
        hint = f"write at most {_MOST_COUNTED:,}"
        return [] if value <= _MOST_COUNTED else [Fault(f"$.{name}", "is larger than any count", show(value), hint)]
    return [Fault(f"$.{name}", "is not a whole number above 0", show(value), "write 1, 2, 3, ...")]


def _seed(value: object, name: str) -> list[Fault]:
    if type(value) is int and value.bit_length() <= _SEED_BITS:
        return []
    return [Fault(f"$.{name}", "is not a seed", show(value), f"write a whole number of at most {_SEED_BITS} bits")]


_DISTRIBUTION = exactly(Distribution, "Distribution(...)")


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Slot(Rebuilt):
    """When a task is worked, in days of the calendar.

    Attributes:
        id: The id of the task.
        start: The first day.
        finish: The last day.
        owner: Who works it, or None where it is whoever is free.

    Raises:
        InvalidError: A field holds what it may not, or it would end before it begins.
    """

    id: str
    start: date = attrs.field(converter=as_day)
    finish: date = attrs.field(converter=as_day)
    owner: str | None = None

    def __attrs_post_init__(self) -> None:
        verify(_SLOT_CHECKS, self)
        if self.finish < self.start:
            raise_invalid("$.finish", "lies before the start", self.finish.isoformat(), "name the last day of the slot")

    def to_dict(self) -> dict[str, object]:
        """The slot as strings and None, ready for JSON."""
        return {
            "id": self.id,
            "start": self.start.isoformat(),
            "finish": self.finish.isoformat(),
            "owner": self.owner,
        }


_SLOT_CHECKS = {"id": ident, "start": day, "finish": day, "owner": optional(line)}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class TaskForecast(Rebuilt):
    """When one task is finished, and whether the end waits for it.

    Attributes:
        id: The id of the task.
        title: Its title as it is rendered.
        finish: When it is finished.
        criticality: In what share of the samples it lay on a critical path, from 0.0 to 1.0.
        owner: Who works it, or None.
        due: The last day on which it is in time, or None.
        on_time: In what share of the samples it is in time; None where it has no due date.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    finish: Distribution
    criticality: float
    owner: str | None = None
    due: date | None = attrs.field(default=None, converter=as_day_or_none)
    on_time: float | None = None

    def __attrs_post_init__(self) -> None:
        verify(_TASK_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """The forecast as strings, numbers and None, ready for JSON."""
        return {
            "id": self.id,
            "title": self.title,
            "finish": self.finish.to_dict(),
            "criticality": self.criticality,
            "owner": self.owner,
            "due": self.due.isoformat() if self.due else None,
            "on_time": self.on_time,
        }


_TASK_CHECKS = {
    "id": ident,
    "title": prose,
    "finish": _DISTRIBUTION,
    "criticality": _share,
    "owner": optional(line),
    "due": optional(day),
    "on_time": optional(_share),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class PhaseForecast(Rebuilt):
    """When the last task of one phase is finished.

    Attributes:
        id: The id of the phase.
        title: Its title.
        finish: When everything in it is finished.
        left: How many of its tasks are left to do.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    finish: Distribution
    left: int

    def __attrs_post_init__(self) -> None:
        verify(_PHASE_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """The forecast as strings and numbers, ready for JSON."""
        return {"id": self.id, "title": self.title, "finish": self.finish.to_dict(), "left": self.left}


_PHASE_CHECKS = {"id": ident, "title": line, "finish": _DISTRIBUTION, "left": _from_one}


_NAMED = ("blocked", "held", "overrun", "unestimated")
"""What a forecast names besides: tasks of which somebody should know more."""


def _as_slots(value: Sequence[Slot]) -> tuple[Slot, ...]:
    return as_tuple(value)


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Forecast(Rebuilt, Displayed):
    """When a checklist is finished: what :func:`forecast` and :meth:`Launch.forecast` give.

    Written as Markdown, HTML, text, a picture (``"svg"``, ``"mermaid"``) or calendar (``"icalendar"``) by :func:`servingchecklist.dumps`. Its finish
    is a :class:`Distribution` and a picture of its own.

    Attributes:
        checklist: What is forecast.
        name: What it is called: the name of the launch or, where there is none, the id of the checklist.
        start: The first day on which what is left may be worked.
        today: The day on which it was asked for, where anybody said so.
        people: How many people work what has no owner, up to a billion; None for as many as there is work.
        seed: Where the random numbers begin, a whole number of at most 128 bits. The same seed gives the same forecast.
        finish: When everything is finished.
        phases: The same for each phase in which anything is left to do.
        tasks: The same for each task that is left to do, in the order of the checklist.
        schedule: When each of those tasks is worked in the sample whose end is the median.
        past: When tasks were worked before ``start``, where anybody knows: what is done, and the beginning of what is under way.
        blocked: The ids of the tasks that are blocked, nobody knows until when. The forecast takes them to be free from ``start`` on, so its
            dates are the earliest ones.
        held: The ids of the tasks that are blocked for as long as whoever asked has said.
        overrun: The ids of the tasks on which all of the time was spent that was estimated, or more. The forecast takes them to end at once.
        unestimated: The ids of the tasks that state no effort, and took the default.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    checklist: Checklist
    name: str
    start: date = attrs.field(converter=as_day)
    today: date | None = attrs.field(default=None, converter=as_day_or_none)
    people: int | None = None
    seed: int = 0
    finish: Distribution
    phases: tuple[PhaseForecast, ...]
    tasks: tuple[TaskForecast, ...]
    schedule: tuple[Slot, ...] = attrs.field(converter=_as_slots)
    past: tuple[Slot, ...] = attrs.field(default=(), converter=_as_slots)
    blocked: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    overrun: tuple[str, ...] = ()
    unestimated: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        verify(_FORECAST_CHECKS, self)
        for field in ("phases", "tasks", "schedule", "past", *_NAMED):
            known = {phase.id for phase in self.checklist.phases} if field == "phases" else self.checklist
            named = [member if isinstance(member, str) else member.id for member in getattr(self, field)]
            strange = [one for one in named if one not in known]
            if strange:
                raise_invalid(f"$.{field}", "hold what is not in the checklist", strange[0], "take it out")

    @property
    def p50(self) -> date:
        """The day by which everything is finished in half of the samples."""
        return self.finish.p50

    @property
    def p80(self) -> date:
        """The day by which everything is finished in 80 of 100 samples."""
        return self.finish.p80

    @property
    def p95(self) -> date:
        """The day by which everything is finished in 95 of 100 samples."""
        return self.finish.p95

    @property
    def calendar(self) -> Calendar:
        """Which days are worked."""
        return self.finish.calendar

    @property
    def criticality(self) -> dict[str, float]:
        """In what share of the samples each task lay on a critical path, by its id."""
        return {task.id: task.criticality for task in self.tasks}

    @property
    def deadlines(self) -> dict[str, float]:
        """In what share of the samples each task that has a due date is in time, by its id."""
        return {task.id: task.on_time for task in self.tasks if task.on_time is not None}

    def __getitem__(self, task: Task | str) -> TaskForecast:
        """The forecast of one task.

        Raises:
            UnknownNameError: There is no such task, or nothing is left of it.
        """
        return self.tasks[find(self.checklist, task, {one.id: place for place, one in enumerate(self.tasks)})]

    def __contains__(self, task: object) -> bool:
        """True for a task of which anything is left, given by its id, as itself or as its forecast."""
        return any(task in (one.id, one) or task == self.checklist[one.id] for one in self.tasks)

    def __iter__(self) -> Iterator[TaskForecast]:
        return iter(self.tasks)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the forecast takes for granted, one sentence each, what is special about this one first."""
        return (*_special(self), *_general(self))

    def to_dict(self) -> dict[str, object]:
        """The forecast as dicts, lists, strings and numbers, ready for JSON. The samples themselves are not in it."""
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


_FORECAST_CHECKS = {
    "checklist": exactly(Checklist, "Checklist(...)"),
    "name": ident,
    "start": day,
    "today": optional(day),
    "people": optional(_from_one),
    "seed": _seed,
    "finish": _DISTRIBUTION,
    "phases": each_exactly(PhaseForecast, "PhaseForecast(id=...)"),
    "tasks": each_exactly(TaskForecast, "TaskForecast(id=...)"),
    "schedule": each_exactly(Slot, "Slot(id=...)"),
    "past": each_exactly(Slot, "Slot(id=...)"),
    **dict.fromkeys(_NAMED, each(ident)),
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
    return [words.format(join_words(few(list(ids))), **(one if len(ids) == 1 else many)) for ids, words in said if ids]


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


def forecast(
    checklist: Checklist,
    *,
    start: date,
    people: int | None = None,
    owners: Mapping[str, str] | None = None,
    calendar: Calendar = WEEKDAYS,
    samples: int = SAMPLES,
    seed: int = 0,
    by: Sequence[Rule] = PHASES_FIRST,
    done: Iterable[str] = (),
    under_way: Mapping[str, float] | None = None,
    blocked: Mapping[str, Effort | None] | None = None,
    due: Mapping[str, date] | None = None,
    default_effort: Effort | None = None,
    today: date | None = None,
    name: str | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Forecast:
    """When everything is finished, as a distribution.

    What is left is worked through many times, each time with durations drawn at random from the efforts: from PERT-beta where a likely value
    is stated, and from a triangle over the range otherwise. A task begins when all that it comes after is finished and somebody is free for
    it. The same arguments give the same forecast, on every version of Python.

    >>> from datetime import date
    >>> found = forecast(model_serving(), start=date(2026, 11, 30), people=1, seed=7)
    >>> str(found.p50), str(found.p95), found.criticality["c7"]
    ('2026-12-22', '2026-12-23', 1.0)

    Args:
        checklist: What is to be done.
        start: The first day on which it may be worked.
        people: How many people take the tasks that have no owner, each one task at a time, in the order that the rules give; None where
            there is always somebody.
        owners: Whose tasks are, by their ids. An owner does one task at a time, and is none of ``people``.
        calendar: Which days are worked.
        samples: How many times it is worked through.
        seed: Where the random numbers begin.
        by: The rules that say which of several ready tasks is taken first, as for :func:`order`.
        done: The ids of the tasks that are done or left undone on purpose.
        under_way: How many working days were spent on each task that is under way, by their ids. Such a task is taken up before all others,
            waits for nothing that it comes after, and lasts as long as tasks do that have lasted so long already.
        blocked: How long each task that is blocked stays so, by their ids, counted from ``start``; None where nobody knows.
        due: When tasks are due, by their ids.
        default_effort: What a task takes that states no effort.
        today: The day on which this is asked, for pictures.
        name: What it is called; the id of the checklist where it is left out.
        progress: Called now and then with how many samples there are, and how many there will be.

    Raises:
        InvalidError: Tasks state no effort, and there is no default: all of them are named. Or an argument is not what it has to be.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    rules = closed(by)
    settled = known_ids("$.done", checklist, done) if isinstance(checklist, Checklist) else ()
    situation = Situation(checklist, settled, due, today)
    start = as_day(start)
    check_arguments(start=start, people=people, calendar=calendar, samples=samples, seed=seed, progress=progress)
    left = remaining(checklist, settled, under_way, default_effort)
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
                on_time=end.probability(by=due_on) if due_on else None,
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
    """Raise :class:`InvalidError` with everything that is wrong with arguments of :func:`forecast`, which are given by their names."""
    if faults := faults_of(_ARGUMENT_CHECKS, given):
        raise InvalidError(faults)


def _function(value: object, name: str) -> list[Fault]:
    if callable(value):
        return []
    return [Fault(f"$.{name}", "cannot be called", show(value), "give a function of two numbers")]


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
    """Every owner is a team of one, and all others are one team. What is under way goes first, and then what ranks higher."""
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
    """The schedule of the first sample whose end is the median."""
    median = trials.whole.index(finish.quantile_days(0.5))
    found: list[Slot] = []
    for number in left.as_written():
        task_id = left.tasks[number].id
        last = finish.date_of(trials.ends[number][median])
        first = finish.calendar.day(finish.start, int(trials.begins[number][median] + GRAIN))
        found.append(Slot(id=task_id, start=min(first, last), finish=last, owner=owners.get(task_id)))
    return tuple(found)
