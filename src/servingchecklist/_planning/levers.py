"""Levers: the single changes to a plan that would move its finish, each with the days it would bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypedDict, Unpack, cast, get_args, overload

import attrs

from .._model import _validation as v
from .._model._validation import Validated, as_day, check, check_of, evolve, tuple_of, verify
from .._model.checklist import Checklist
from .._model.effort import Effort
from .._model.task import Priority
from .._namespace import NotebookDisplay, public
from .._text import join_words
from ..errors import invalid
from .distribution import Distribution
from .forecast import Forecast, samples_of
from .options import Blocked, Efforts, ForecastFields, ForecastOptions, options_document, options_with, usual_samples
from .rules import ORDERS, Rule, abbreviate, known_ids
from .simulation import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._model.task import Task
    from ..documents import LeverArgumentsDocument, LeverDocument, LeversDocument

Kind: TypeAlias = Literal["order", "people", "unblock", "task"]

_OPTIONS_OF = {"order": ("rules",), "people": ("people", "shared"), "unblock": ("blocked",), "task": ("efforts",)}

_kind = v.require(
    lambda value: type(value) is str and value in get_args(Kind),
    "unknown-value",
    "is not a kind of lever",
    "write 'order', 'people', 'unblock' or 'task'",
)
_days = v.require(
    lambda value: type(value) is float and isfinite(value),
    "out-of-range",
    "is not a number of working days",
    "write a float, as in 1.5",
)


@public("results")
class LeverArguments(TypedDict, total=False):
    """The argument of a forecast that a lever changes; for one more person, also the shared variance of the plan, which stays as it is."""

    rules: Sequence[Rule]
    people: int
    shared: float
    blocked: Blocked
    efforts: Efforts


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Lever(Validated):
    """One change to a plan, and the working days by which P80 would come earlier.

    Attributes:
        kind: The kind of change: another ``"order"`` of tasks, one more of the ``"people"``, to ``"unblock"`` a task at once, or a
            ``"task"`` that takes no time.
        task: The id of the task; None for an order and for people.
        days: The working days by which P80 comes earlier; below 0 where it comes later.
        p80: P80 with the change.
        words: The change in words.
        options: The options of the plan with the change.

    Raises:
        InvalidError: A field is invalid, or there is a task where the kind has none.
    """

    kind: Kind = attrs.field(metadata=check(_kind))
    task: str | None = attrs.field(default=None, metadata=check(v.optional(v.ident)))
    days: float = attrs.field(metadata=check(_days))
    p80: date = attrs.field(converter=as_day, metadata=check(v.day))
    words: str = attrs.field(metadata=check(v.prose))
    options: ForecastOptions = attrs.field(metadata=check_of(Forecast, "options"))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if (self.task is None) != (self.kind in ("order", "people")):
            hint = "name the task of 'unblock' and 'task', and of nothing else"
            raise invalid("contradiction", "$.task", f"does not fit a lever of the kind {self.kind!r}", self.task, hint)

    @property
    def arguments(self) -> LeverArguments:
        """The arguments that give a forecast this P80, as in ``forecast(..., options=levers.options, samples=levers.samples, **lever.arguments)``."""
        values = {name: getattr(self.options, name) for name in _OPTIONS_OF[self.kind]}
        return cast("LeverArguments", {name: value for name, value in values.items() if value is not None})

    def to_dict(self) -> LeverDocument:
        """Return the lever as strings, numbers, dicts and None, ready for JSON."""
        document = cast("dict[str, object]", options_document(self.options))
        return {
            "kind": self.kind,
            "task": self.task,
            "days": self.days,
            "p80": self.p80.isoformat(),
            "words": self.words,
            "arguments": cast("LeverArgumentsDocument", {name: document[name] for name in self.arguments}),
        }


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Levers(Validated, NotebookDisplay, Sequence[Lever]):
    """The levers of a plan, as returned by :func:`~servingchecklist.levers`: an immutable sequence with a notebook display.

    Attributes:
        checklist: The checklist.
        name: The name of the launch or, if there is none, the id of the checklist.
        start: The first day on which open tasks can be worked.
        options: The options of the plan as it is.
        finish: The distribution of the finish of the plan as it is.
        is_owned: True if open tasks have owners.
        members: The levers as a tuple, those that bring the most days first.
        blocked: The ids of the tasks that are blocked for an unknown time. They count as free, so to unblock them cannot be tried.
        topic: The topic of the launch; empty for a checklist.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
        UnknownNameError: A lever or ``blocked`` names a task that is not in the checklist.
    """

    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    name: str = attrs.field(metadata=check(v.ident))
    start: date = attrs.field(converter=as_day, metadata=check(v.day))
    options: ForecastOptions = attrs.field(metadata=check_of(Forecast, "options"))
    finish: Distribution = attrs.field(metadata=check(v.exactly(Distribution, "Distribution(...)")))
    is_owned: bool = attrs.field(default=False, metadata=check(v.exactly(bool, "True or False")))
    members: tuple[Lever, ...] = attrs.field(
        converter=tuple_of[Lever], metadata=check(v.each_exactly(Lever, "Lever(kind=...)"))
    )
    blocked: tuple[str, ...] = attrs.field(converter=tuple_of[str], default=(), metadata=check(v.each(v.ident)))
    topic: str = attrs.field(default="", metadata=check(v.optional_line))

    def __attrs_post_init__(self) -> None:
        verify(self)
        known_ids("$.members", self.checklist, [lever.task for lever in self if lever.task])
        known_ids("$.blocked", self.checklist, self.blocked)

    @overload
    def __getitem__(self, index: int) -> Lever: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Lever, ...]: ...
    def __getitem__(self, index: int | slice) -> Lever | tuple[Lever, ...]:
        return self.members[index]

    def __len__(self) -> int:
        return len(self.members)

    def __iter__(self) -> Iterator[Lever]:
        return iter(self.members)

    def title_of(self, task: Task) -> str:
        """Return the title of a task, as the pages of the levers show it."""
        return task.title if self.topic else self.checklist.title_of(task)

    @property
    def samples(self) -> int:
        """The number of samples of each forecast."""
        return len(self.finish)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions of the comparison, one sentence each; for the rest, those of the forecast apply."""
        sentences = (
            "All forecasts use the same random numbers, so a difference is due to the change.",
            "Each change is tried alone: the days of several do not add up.",
            "A task that takes no time keeps its place: it still waits for its prerequisites and a free person, and others wait for it.",
            "With few people a plan can take longer although a task takes less, since tasks are then taken in another order.",
            *(
                ["The days that tasks wait after others stay as they are."]
                if any(task.wait_days and self.checklist.waits_for(task) for task in self.checklist)
                else []
            ),
            "A task of critical priority cannot be left out; it could take less.",
            f"To try one, forecast with the one change and {self.samples:,} samples.",
        )
        if not self.blocked:
            return sentences
        is_one = len(self.blocked) == 1
        blocked = join_words(abbreviate(list(self.blocked)))
        verb, pronoun = ("is", "it counts") if is_one else ("are", "they count")
        words = f"{blocked} {verb} blocked for an unknown time, so {pronoun} as free, and to unblock {'it' if is_one else 'them'} is not tried."
        return (words, *sentences)

    def to_dict(self) -> LeversDocument:
        """Return the levers as dicts, lists, strings and numbers, ready for JSON, without the samples."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "start": self.start.isoformat(),
            "options": options_document(self.options),
            "samples": self.samples,
            "finish": self.finish.to_dict(),
            "levers": [lever.to_dict() for lever in self],
            "blocked": list(self.blocked),
            "topic": self.topic,
            "assumptions": list(self.assumptions),
        }


@public()
def levers(
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
) -> Levers:
    """Forecast a checklist again with one change at a time, and return the changes by the days that each brings.

    The changes are: each other bundled order and, with ``people``, one person more, where tasks have to wait for people; each task that
    ``blocked`` gives a time, unblocked at once; and each open task taking no time, which is its drag (Devaux, "Total Project Control",
    1999). What such a task waits for stays: its prerequisites, the days after them, and a first day of its own. All have the same random
    numbers, so a difference is due to the change. With few people it can be negative: a plan can take longer although a task takes less
    (Graham, "Bounds on Multiprocessing Timing Anomalies", 1969).

    >>> from datetime import date
    >>> for lever in levers(model_serving(), start=date(2026, 11, 30), people=2)[:2]:
    ...     print(f"{lever.days:.1f}", lever.p80, lever.words)
    2.7 2026-12-22 Without c7, which takes 2-3 days
    2.7 2026-12-22 If c8, which takes 2-3 days, took no time

    Args:
        checklist: The checklist.
        start: The first day on which open tasks can be worked.
        options: Who works when and in what order, and how uncertain the efforts are.
        done: The ids of the tasks that are closed.
        under_way: The days already spent on each task under way, by task id, as for :func:`~servingchecklist.forecast`; the change is then the rest of the task.
        due: The due dates, by task id.
        today: The day of the forecast.
        name: The name of the plan; by default the id of the checklist.
        progress: A function called after each forecast with the number of forecasts so far and their total.
        **changes: Fields of :class:`~servingchecklist.ForecastOptions`, such as ``people=2``, in place of those of ``options``. By default
            there are 1,000 samples for up to 100 open tasks, and fewer for more.

    Raises:
        InvalidError: As for :func:`~servingchecklist.forecast`; or more than 1,000 tasks are open, and ``samples`` is not given.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    options = options_with(options, changes)
    plan = Plan(checklist, options, start=start, done=done, under_way=under_way, due=due, today=today)
    return levers_of(plan, name=name, progress=progress)


def levers_of(
    plan: Plan, *, name: str | None = None, topic: str = "", progress: Callable[[int, int], object] | None = None
) -> Levers:
    """Return the levers of a plan.

    Raises:
        InvalidError: More than 1,000 tasks are open, and the options give no number of samples.
    """
    tasks = len(plan.left.tasks)
    samples = samples_of(plan.options, progress, usual_samples(tasks))
    if not samples:
        hint = "give the number of samples of each forecast, such as 100"
        raise invalid("missing", "$.samples", "is needed for so many open tasks", tasks, hint)
    simulated = plan.simulate(samples)
    finish = plan.distribution(simulated.whole)
    changes = [*_changes(plan, simulated.critical)]

    def report(number: int) -> None:
        if progress:
            progress(number, len(changes) + 1)

    report(1)
    members: list[Lever] = []
    for number, change in enumerate(changes, 2):
        if change.is_felt:
            changed = plan.with_options(**change.fields)
            other, options = changed.distribution(changed.simulate(samples).whole), changed.options
        else:
            other, options = finish, evolve(plan.options, change.fields)
        days = round(finish.quantile_days(0.8) - other.quantile_days(0.8), 6)
        members.append(
            Lever(kind=change.kind, task=change.task, days=days, p80=other.p80, words=change.words, options=options)
        )
        report(number)
    return Levers(
        checklist=plan.checklist,
        name=plan.checklist.id if name is None else name,
        start=plan.start,
        options=plan.options,
        finish=finish,
        is_owned=any(task.id in plan.owners for task in plan.left.tasks),
        members=tuple(sorted(members, key=lambda lever: -lever.days)),
        blocked=tuple(task.id for task in _open(plan) if plan.waits.get(task.id, ...) is None),
        topic=topic,
    )


class _Change(NamedTuple):
    """A change to try: its words, the options that it sets, and whether it can move the finish at all."""

    kind: Kind
    task: str | None
    words: str
    fields: LeverArguments
    is_felt: bool = True


def _open(plan: Plan) -> list[Task]:
    return [plan.left.tasks[number] for number in plan.left.as_written()]


def _changes(plan: Plan, critical: Sequence[int]) -> Iterator[_Change]:
    """Yield the changes to a plan: orders, people, blocked tasks, then tasks as written."""
    options, left = plan.options, plan.left
    for name, rules in ORDERS.items():
        if plan.is_limited and rules != options.rules:
            yield _Change("order", None, f"With the order {name!r}", {"rules": rules})
    shared = [
        task.id
        for task, effort in zip(left.tasks, left.efforts, strict=True)
        if task.id not in plan.owners and effort.days != "elapsed"
    ]
    if options.people is not None and len(shared) > options.people:
        yield _with_people(plan, options.people + 1)
    for task in _open(plan):
        if wait := plan.waits.get(task.id):
            blocked = [pair for pair in options.blocked if pair[0] != task.id]
            words = f"If {task.id} were unblocked at once, not after {wait}"
            yield _Change("unblock", task.id, words, {"blocked": blocked})
    for number in left.as_written():
        task, effort = left.tasks[number], left.efforts[number]
        # It keeps the kind of its days, since time that passes takes no person.
        efforts = {**dict(options.efforts), task.id: Effort(0, exact=True, days=effort.days)}
        is_begun = task.id in plan.begun
        about = f"{'the rest of ' if is_begun else ''}{task.id}, which takes {effort}{' in all' if is_begun else ''}"
        # A task of critical priority is never suggested for leaving out, and time that passes is not work that can be. What a task still
        # waits for would be left out with it, and here it stays.
        is_held = number in left.waits or task.id in plan.first_days or bool(plan.waits.get(task.id))
        can_be_left_out = task.priority is not Priority.CRITICAL and effort.days != "elapsed" and not is_held
        words = f"Without {about}" if can_be_left_out else f"If {about}, took no time"
        yield _Change("task", task.id, words, {"efforts": efforts}, plan.is_limited or critical[number] > 0)


def _with_people(plan: Plan, people: int) -> _Change:
    fields: LeverArguments = {"people": people}
    if plan.with_options(people=people).shared != plan.shared:  # which is not what is tried
        fields["shared"] = plan.shared
    return _Change("people", None, f"With {people} people", fields)
