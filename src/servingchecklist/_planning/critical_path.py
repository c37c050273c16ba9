"""The critical path through a checklist, with every effort taken as certain.

The critical path method of Kelley and Walker, "Critical-Path Planning and Scheduling" (1959): a forward pass gives the earliest start and
finish of each task, a backward pass the latest ones, and the difference is slack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args, overload

import attrs

from .._jsonlike import plain_fields
from .._model._validation import (
    Validated,
    as_day_or_none,
    check,
    day,
    each_exactly,
    exactly,
    ident,
    optional,
    prose,
    require_kind,
    stated_days,
)
from .._model.checklist import Checklist, first_day_of
from .._model.effort import in_working_days, share_worked
from .._model.task import Task
from .._namespace import NotebookDisplay, public
from ..errors import InvalidError, as_text, invalid, is_a, unknown_name
from .calendar import EPSILON, WEEKDAYS, Calendar, is_calendar
from .open_tasks import find, open_tasks_of
from .ordering import LazySequence, lazy_or_checked
from .rules import days_by_task, known_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from .._model.effort import Effort
    from ..documents import CriticalPathDocument, SpanDocument
    from .open_tasks import OpenTasks

Estimate: TypeAlias = Literal["low", "mean", "high"]
"""The value of an effort to use as the duration of the task."""


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Span(Validated):
    """The earliest and latest times of a task that do not delay the end.

    All numbers are working days from the start.

    Attributes:
        id: The id of the task.
        title: Its rendered title.
        early_start: Its earliest start, when all its prerequisites are finished.
        early_finish: Its earliest finish.
        late_start: Its latest start.
        late_finish: Its latest finish.
        slack: The time it can be delayed; 0.0 on a critical path.
        is_critical: True if it has no slack: it is on a critical path.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(ident))
    title: str = attrs.field(metadata=check(prose))
    early_start: float = attrs.field(metadata=check(stated_days))
    early_finish: float = attrs.field(metadata=check(stated_days))
    late_start: float = attrs.field(metadata=check(stated_days))
    late_finish: float = attrs.field(metadata=check(stated_days))
    slack: float = attrs.field(metadata=check(stated_days))
    is_critical: bool = attrs.field(metadata=check(exactly(bool, "True or False")))

    def to_dict(self) -> SpanDocument:
        """Return the span as strings, numbers and booleans, ready for JSON."""
        return cast("SpanDocument", plain_fields(self))


_EACH = each_exactly(Span, "Span(id=...)")


@public("results")
class CriticalPath(NotebookDisplay, Sequence[Span]):
    """The critical path of a checklist, and the slack of each task: an immutable sequence of one span per open task.

    Returned by :func:`~servingchecklist.critical_path`. The spans are in the order of the checklist and are built on access.
    Two critical paths are equal if their checklists, estimates, paths, blocked tasks, first days and spans are equal.

    Args:
        checklist: The checklist.
        spans: One span for each open task, in the order of the checklist.
        path: The ids of the tasks on the path, in working order.
        estimate: The value of the efforts that was used.
        blocked: The ids of the blocked tasks, which are assumed to be unblocked.
        start: The first day of work; None for no dates.
        first_days: The first day of each open task that cannot begin on ``start``, by task id.

    Raises:
        InvalidError: An argument is invalid.
    """

    __slots__ = ("_blocked", "_checklist", "_estimate", "_first_days", "_path", "_place", "_spans", "_start")

    def __init__(
        self,
        checklist: Checklist,
        spans: Iterable[Span],
        *,
        path: Sequence[str],
        estimate: Estimate = "mean",
        blocked: Iterable[str] = (),
        start: date | None = None,
        first_days: Mapping[str, date] | None = None,
    ) -> None:
        require_kind(Checklist, {"$.checklist": checklist})
        _check_estimate(estimate)
        self._start = _checked_start(start)
        self._checklist = checklist
        self._estimate: Estimate = estimate
        self._spans = lazy_or_checked(spans, _EACH, "spans")
        self._blocked = tuple(known_ids("$.blocked", checklist, blocked))
        self._path = tuple(known_ids("$.path", checklist, path))
        self._first_days = days_by_task(checklist, "first_days", first_days)
        self._place: dict[str, int] | None = None
        if is_a(spans, LazySequence):
            return
        known = set(known_ids("$.spans", checklist, (span.id for span in self._spans)))
        if unknown := [task_id for task_id in self._path if task_id not in known]:
            problem = "leads through a task that has no span"
            raise invalid("contradiction", "$.path", problem, min(unknown), "give its span as well")

    @property
    def checklist(self) -> Checklist:
        """The checklist of the path."""
        return self._checklist

    @property
    def estimate(self) -> Estimate:
        """The value of the efforts that was used."""
        return self._estimate

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the tasks on the critical path, in working order. If several paths are equally long, it is one of them."""
        return self._path

    @property
    def blocked(self) -> tuple[str, ...]:
        """The ids of the blocked tasks. They are assumed to be unblocked at once, so the whole may take longer."""
        return self._blocked

    @property
    def start(self) -> date | None:
        """The first day of work, from which first days of tasks count; None if none was given."""
        return self._start

    @property
    def first_days(self) -> dict[str, date]:
        """The first day of each open task that cannot begin on ``start``, by its id: its own, or that after its wait for closed tasks."""
        return dict(self._first_days)

    @property
    def days(self) -> float:
        """The length of the critical path in working days; 0.0 if no task is open."""
        return self[self.path[-1]].early_finish if self.path else 0.0

    @overload
    def __getitem__(self, index: int | Task | str) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Span, ...]: ...
    def __getitem__(self, index: int | Task | str | slice) -> Span | tuple[Span, ...]:
        if type(index) is slice:
            return tuple(self._spans[index])
        return self._spans[index if is_a(index, int) else find(self.checklist, index, self._places())]

    def _places(self) -> dict[str, int]:
        if self._place is None:
            spans = self._spans
            ids = spans.ids() if isinstance(spans, LazySequence) else [span.id for span in spans]
            self._place = {task_id: place for place, task_id in enumerate(ids)}
        return self._place

    def __contains__(self, item: object) -> bool:
        """Return True for an open task, its id or its span."""
        if is_a(item, Task):
            return item in self.checklist and item.id in self._places()
        return as_text(item) in self._places() if is_a(item, str) else is_a(item, Span) and item in self._spans

    def __len__(self) -> int:
        return len(self._spans)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def _key(self) -> tuple[object, ...]:
        return (
            self.checklist,
            self.estimate,
            self.path,
            self.blocked,
            self.start,
            (*self._first_days.items(),),
            tuple(self),
        )

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, CriticalPath) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        spans = list(self)
        blocked = f", blocked={self.blocked!r}" if self.blocked else ""
        start = f", start={self.start!r}" if self.start else ""
        first_days = f", first_days={self._first_days!r}" if self._first_days else ""
        return f"{type(self).__name__}({self.checklist!r}, {spans!r}, path={self.path!r}, estimate={self.estimate!r}{blocked}{start}{first_days})"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        names = ("path", "estimate", "blocked", "start", "first_days")
        return partial(type(self), self.checklist, tuple(self), **{name: getattr(self, name) for name in names}), ()

    def to_dict(self) -> CriticalPathDocument:
        """Return the path and spans as strings, numbers and lists, ready for JSON. The checklist is given by id and version."""
        return {
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "start": self.start.isoformat() if self.start else None,
            "estimate": self.estimate,
            "days": self.days,
            "path": list(self.path),
            "blocked": list(self.blocked),
            "first_days": {task: day.isoformat() for task, day in self._first_days.items()},
            "tasks": [span.to_dict() for span in self],
        }


class _Network:
    """The forward and backward pass over the open tasks; the latter runs on first use."""

    def __init__(
        self,
        checklist: Checklist,
        left: OpenTasks,
        days: Sequence[float],
        first: Mapping[int, float],
        weekdays: int,
    ) -> None:
        self._checklist = checklist
        self._tasks = left.tasks
        self._before = left.before
        self._days = days
        self._waits = {number: share_worked(left.tasks[number].wait_days, weekdays) for number in left.waits}
        self._begin: list[float] = []
        self._finish: list[float] = []
        begins, finish = self._begin, self._finish
        for number, (earlier, own) in enumerate(zip(left.before, days, strict=True)):
            begin = first.get(number, 0.0)
            wait = self._waits.get(number, 0.0)
            for other in earlier:
                if finish[other] + wait > begin:
                    begin = finish[other] + wait
            begins.append(begin)
            finish.append(begin + own)

    def path(self) -> list[str]:
        """Return the ids along the longest path: backwards from the end to the start or a first day, by the first of the tasks that end last."""
        begin, finish, before = self._begin, self._finish, self._before
        way: list[int] = []
        ends: Sequence[int] = range(len(finish))
        while ends:
            way.append(max(ends, key=finish.__getitem__))
            wait = self._waits.get(way[-1], 0.0)
            ends = [other for other in before[way[-1]] if finish[other] + wait == begin[way[-1]]]
        return [self._tasks[number].id for number in reversed(way)]

    def span(self, number: int) -> Span:
        """Return the span of a task."""
        task = self._tasks[number]
        own, early, late = self._days[number], self._finish[number], self._late[number]
        slack = late - early
        if slack < EPSILON:  # adding forwards and subtracting backwards differ by rounding errors
            slack, late = 0.0, early
        start = self._begin[number]
        return Span(
            id=task.id,
            title=self._checklist.title_of(task),
            early_start=start,
            early_finish=early,
            late_start=max(late - own, start),
            late_finish=late,
            slack=slack,
            is_critical=not slack,
        )

    @cached_property
    def _late(self) -> list[float]:
        """The latest finish of each task."""
        late = [max(self._finish, default=0.0)] * len(self._days)
        before, days = self._before, self._days
        for number in range(len(days) - 1, -1, -1):
            start = late[number] - days[number] - self._waits.get(number, 0.0)
            for other in before[number]:
                if start < late[other]:
                    late[other] = start
        return late


@public()
def critical_path(
    checklist: Checklist,
    *,
    start: date | None = None,
    estimate: Estimate = "mean",
    done: Iterable[str] = (),
    under_way: Mapping[str, float] | None = None,
    blocked: Iterable[str] = (),
    calendar: Calendar = WEEKDAYS,
    default_effort: Effort | None = None,
) -> CriticalPath:
    """Return the critical path through the open tasks, with the slack of each task.

    It has no limit on people: all ready tasks run in parallel. Each task lasts exactly as long as the estimate says, so with ``"mean"``
    the end is, up to sampling error, never later than the mean end of :func:`forecast` with ``ranges="bounds"``, and earlier if any of
    several parallel tasks may turn out to be the last; where efforts or waits are days of the calendar, which count here by the
    share of the week that is worked, it may be later. With a ``start``, no task begins before its first day, ``not_before``. O(V + E) for V tasks and E prerequisites.

    >>> from servingchecklist import critical_path, model_serving
    >>> critical = critical_path(model_serving())
    >>> critical.path, critical.days, critical["c2"].slack
    (('c3', 'c4', 'c5', 'c7', 'c8', 'c9'), 15.5, 13.0)

    Args:
        checklist: The checklist.
        start: The first day of work; None if first days of tasks are not to count.
        estimate: The value of each effort to use: ``"low"``, ``"mean"`` or ``"high"``.
        done: The ids of the tasks that are done. They are left out, and nothing waits for them.
        under_way: The days already spent on each task under way, by task id, of the kind in which its effort is. They are subtracted, and
            such a task waits for nothing.
        blocked: The ids of the tasks that are blocked for an unknown time. They are assumed to be unblocked, and the result names them.
        calendar: The calendar of working days. Efforts in any or elapsed days count by the share of the week that is worked.
        default_effort: The effort of tasks that state none.

    Raises:
        InvalidError: Tasks state no effort and there is no default (the error names them all), or an argument is invalid.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    return path_of(
        checklist,
        start=start,
        estimate=estimate,
        done=done,
        closed_on={},
        under_way=under_way,
        blocked=blocked,
        calendar=calendar,
        default_effort=default_effort,
    )


def path_of(
    checklist: Checklist,
    *,
    start: date | None,
    estimate: Estimate,
    done: Iterable[str],
    closed_on: Mapping[str, date],
    under_way: Mapping[str, float] | None,
    blocked: Iterable[str],
    calendar: Calendar,
    default_effort: Effort | None,
) -> CriticalPath:
    """Return the critical path as :func:`critical_path` does; ``closed_on`` has the days on which done tasks were closed.

    Raises:
        InvalidError, UnknownNameError: As for :func:`critical_path`.
    """
    require_kind(Checklist, {"$": checklist})
    _check_estimate(estimate)
    if faults := is_calendar(calendar, "calendar"):
        raise InvalidError(faults)
    start = _checked_start(start)
    left = open_tasks_of(checklist, done, under_way, default_effort)
    weekdays = len(calendar.weekdays)
    days = [
        in_working_days(max(getattr(effort, estimate) - worked, 0.0), effort, weekdays)
        for effort, worked in zip(left.efforts, left.worked, strict=True)
    ]
    begun = frozenset(() if under_way is None else under_way)
    first_days = {
        task.id: day
        for task in (left.tasks[number] for number in (left.as_written() if start else ()))
        if start and task.id not in begun
        if (day := first_day_of(checklist, task, closed_on.get)) and day > start
    }
    first = {
        number: float(calendar.between(start, first_days[task.id]))
        for number, task in enumerate(left.tasks if start else ())
        if start and task.id in first_days
    }
    network = _Network(checklist, left, days, first, weekdays)
    spans = LazySequence(left.as_written(), network.span, lambda number: left.tasks[number].id)
    path = network.path()
    return CriticalPath(
        checklist, spans, path=path, estimate=estimate, blocked=blocked, start=start, first_days=first_days
    )


def _checked_start(start: date | None) -> date | None:
    start = as_day_or_none(start)
    if faults := optional(day)(start, "start"):
        raise InvalidError(faults)
    return start


def _check_estimate(estimate: object) -> None:
    if type(estimate) is not str or estimate not in get_args(Estimate):
        raise unknown_name("unknown-value", "$.estimate", "estimate", estimate, get_args(Estimate))
