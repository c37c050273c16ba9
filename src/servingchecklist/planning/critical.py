"""Which tasks hold the date, as if every effort were known.

The critical path method of Kelley and Walker, "Critical-Path Planning and Scheduling" (1959): a pass forwards gives how early each task can
begin and end, a pass backwards how late it may, and what lies between is slack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

import attrs

from .._door import Displayed
from ..errors import InvalidError, raise_invalid, raise_unknown
from ..model._check import Rebuilt, each_exactly, exactly, ident, prose, stated_days, verify
from ..model.checklist import Checklist
from ..model.task import Task
from .calendar import GRAIN
from .remaining import find, remaining
from .situation import known_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..model.effort import Effort
    from .remaining import Remaining

Estimate: TypeAlias = Literal["low", "mean", "high"]
"""Which value of an effort is taken for what the task takes."""


_DAYS = ("early_start", "early_finish", "late_start", "late_finish", "slack")
_CHECKS = {
    "id": ident,
    "title": prose,
    **dict.fromkeys(_DAYS, stated_days),
    "is_critical": exactly(bool, "True or False"),
}


@attrs.frozen(kw_only=True, getstate_setstate=False)
class Span(Rebuilt):
    """How early and how late a task can be worked without moving the end.

    All numbers are working days from the start.

    Attributes:
        id: The id of the task.
        title: Its title as it is rendered.
        early_start: When it can begin at the earliest: everything it comes after is finished.
        early_finish: When it is finished then.
        late_start: When it must begin at the latest.
        late_finish: When it must be finished then.
        slack: How long it may wait; 0.0 where not at all.
        is_critical: True where it cannot wait: it lies on a critical path.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    early_start: float
    early_finish: float
    late_start: float
    late_finish: float
    slack: float
    is_critical: bool

    def __attrs_post_init__(self) -> None:
        verify(_CHECKS, self)

    def to_dict(self) -> dict[str, object]:
        """The span as strings, numbers and booleans, ready for JSON."""
        return attrs.asdict(self)


_EACH = each_exactly(Span, "Span(id=...)")


class CriticalPath(Displayed, Sequence[Span]):
    """The longest way through a checklist, and how much room there is beside it: an immutable sequence of one span for each open task.

    What :func:`critical_path` returns. The spans stand in the order of the checklist, and are made when they are looked at. Two are equal
    where their checklists, estimates and spans are.

    Args:
        checklist: What the path leads through.
        spans: One for each task that is not done, in the order of the checklist.
        path: The ids of the tasks on the path, in the order in which they are worked.
        estimate: Which value of the efforts was taken.
        blocked: The ids of the tasks that are blocked, and are taken to be free.

    Raises:
        InvalidError: One of them is not what it has to be.
    """

    __slots__ = ("_blocked", "_checklist", "_estimate", "_path", "_place", "_spans")

    def __init__(
        self,
        checklist: Checklist,
        spans: Iterable[Span],
        *,
        path: Sequence[str],
        estimate: Estimate = "mean",
        blocked: Iterable[str] = (),
    ) -> None:
        if not isinstance(checklist, Checklist):
            raise_invalid("$.checklist", "is not a checklist", checklist, "give a Checklist, such as model_serving()")
        _check_estimate(estimate)
        if not isinstance(spans, Iterable):
            raise_invalid("$.spans", "is not a collection of spans", spans, "write a list, as in [...]")
        self._checklist = checklist
        self._estimate: Estimate = estimate
        self._blocked = tuple(known_ids("$.blocked", checklist, blocked))
        self._spans: Sequence[Span] = spans if isinstance(spans, _Network) else tuple(spans)
        if not isinstance(spans, _Network):
            if faults := _EACH(self._spans, "spans"):
                raise InvalidError(faults)
            known_ids("$.spans", checklist, (span.id for span in self._spans))
        self._place: dict[str, int] | None = None
        self._path = tuple(known_ids("$.path", checklist, path))
        spanned = self._path if isinstance(spans, _Network) else [span.id for span in self._spans]
        strange = set(self._path).difference(spanned)
        if strange:
            raise_invalid("$.path", "leads through a task that has no span", min(strange), "give its span as well")

    @property
    def checklist(self) -> Checklist:
        """What the path leads through."""
        return self._checklist

    @property
    def estimate(self) -> Estimate:
        """Which value of the efforts was taken."""
        return self._estimate

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the tasks on the longest way, in the order in which they are worked. Of several that are equally long, one."""
        return self._path

    @property
    def blocked(self) -> tuple[str, ...]:
        """The ids of the tasks that are blocked. They are taken to be free at once, so the whole may take longer."""
        return self._blocked

    @property
    def days(self) -> float:
        """How many working days the whole takes; 0.0 where nothing is left."""
        return self[self.path[-1]].early_finish if self.path else 0.0

    @overload
    def __getitem__(self, index: int | Task | str) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Span, ...]: ...
    def __getitem__(self, index: int | Task | str | slice) -> Span | tuple[Span, ...]:
        if isinstance(index, slice):
            return tuple(self._spans[index])
        return self._spans[index if isinstance(index, int) else self._find(index)]

    def _find(self, task: Task | str) -> int:
        return find(self.checklist, task, self._places())

    def _places(self) -> dict[str, int]:
        if self._place is None:
            spans = self._spans
            ids = spans.ids() if isinstance(spans, _Network) else [span.id for span in spans]
            self._place = {task_id: place for place, task_id in enumerate(ids)}
        return self._place

    def __contains__(self, item: object) -> bool:
        """True for a task of which anything is left, given by its id or as itself, and for its span."""
        if isinstance(item, Task):
            return item in self.checklist and item.id in self._places()
        return item in self._places() if isinstance(item, str) else item in self._spans

    def __len__(self) -> int:
        return len(self._spans)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def _key(self) -> tuple[object, ...]:
        return self.checklist, self.estimate, self.path, self.blocked, tuple(self)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, CriticalPath) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        spans = list(self)
        blocked = f", blocked={self.blocked!r}" if self.blocked else ""
        return f"{type(self).__name__}({self.checklist!r}, {spans!r}, path={self.path!r}, estimate={self.estimate!r}{blocked})"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _rebuild, (self.checklist, tuple(self), self.path, self.estimate, self.blocked)

    def to_dict(self) -> dict[str, object]:
        """The path and the spans as strings, numbers and lists, ready for JSON. The checklist is told by its id and version."""
        return {
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "estimate": self.estimate,
            "days": self.days,
            "path": list(self.path),
            "blocked": list(self.blocked),
            "tasks": [span.to_dict() for span in self],
        }


def _rebuild(
    checklist: Checklist, spans: tuple[Span, ...], path: tuple[str, ...], estimate: Estimate, blocked: tuple[str, ...]
) -> CriticalPath:
    """Make a critical path again. A function of its own, so that pickles name something that does not move."""
    return CriticalPath(checklist, spans, path=path, estimate=estimate, blocked=blocked)


class _Network(Sequence[Span]):
    """The passes over what is left, each made when it is first needed, and its spans in the order of the checklist."""

    __slots__ = ("_before", "_checklist", "_days", "_finish", "_late", "_number", "_tasks")

    def __init__(self, checklist: Checklist, left: Remaining, days: Sequence[float]) -> None:
        self._checklist = checklist
        self._tasks = left.tasks
        self._before = left.before
        self._days = days
        self._finish = finish = [0.0] * len(days)
        for number, (earlier, own) in enumerate(zip(left.before, days, strict=True)):
            begin = 0.0
            for other in earlier:
                if finish[other] > begin:
                    begin = finish[other]
            finish[number] = begin + own
        self._late: list[float] | None = None
        self._number = left.as_written()

    def path(self) -> list[str]:
        """The ids along the longest way: from its end, always by the first of the tasks that end last."""
        finish, before = self._finish, self._before
        way: list[int] = []
        ends: Sequence[int] = range(len(finish))
        while ends:
            way.append(max(ends, key=finish.__getitem__))
            ends = before[way[-1]]
        return [self._tasks[number].id for number in reversed(way)]

    def ids(self) -> list[str]:
        return [self._tasks[number].id for number in self._number]

    def __len__(self) -> int:
        return len(self._number)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | Sequence[Span]:
        if isinstance(index, slice):
            return [self._span(number) for number in self._number[index]]
        return self._span(self._number[index])

    def _span(self, number: int) -> Span:
        task = self._tasks[number]
        own, early, late = self._days[number], self._finish[number], self._late_finishes()[number]
        slack = late - early
        if slack < GRAIN:  # adding forwards and taking away backwards does not give the very same number
            slack, late = 0.0, early
        start = max((self._finish[other] for other in self._before[number]), default=0.0)
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

    def _late_finishes(self) -> list[float]:
        if self._late is None:
            late = [max(self._finish, default=0.0)] * len(self._days)
            before, days = self._before, self._days
            for number in range(len(days) - 1, -1, -1):
                start = late[number] - days[number]
                for other in before[number]:
                    if start < late[other]:
                        late[other] = start
            self._late = late
        return self._late


def critical_path(
    checklist: Checklist,
    *,
    estimate: Estimate = "mean",
    done: Iterable[str] = (),
    under_way: Mapping[str, float] | None = None,
    blocked: Iterable[str] = (),
    default_effort: Effort | None = None,
) -> CriticalPath:
    """The longest way through what is left to do, and how early and how late each task can be worked beside it.

    It knows of no people: everything that waits for nothing goes on at once. And it takes every task to last exactly as long as the
    estimate says, so at the mean its end is, but for chance, never later than the mean end of :func:`forecast`, and earlier where tasks that
    go on side by side may each turn out to be the last. O(V + E) for V tasks and E prerequisites.

    >>> from servingchecklist import critical_path, model_serving
    >>> found = critical_path(model_serving())
    >>> found.path, found.days, found["c2"].slack
    (('c3', 'c4', 'c5', 'c7', 'c8', 'c9'), 10.5, 8.0)

    Args:
        checklist: What is to be done.
        estimate: Which value of each effort is taken: ``"low"``, ``"mean"`` or ``"high"``.
        done: The ids of the tasks that are done. They are left out, and nothing waits for them.
        under_way: How many working days were spent on each task that is under way, by their ids. They are taken off, and such a task
            waits for nothing.
        blocked: The ids of the tasks that are blocked, nobody knows until when. They are taken to be free, and the path names them.
        default_effort: What a task takes that states no effort.

    Raises:
        InvalidError: Tasks state no effort, and there is no default: all of them are named. Or an argument is not what it has to be.
        UnknownNameError: An argument names a task that is not in the checklist.
    """
    if not isinstance(checklist, Checklist):
        raise_invalid("$", "is not a checklist", checklist, "give a Checklist, such as model_serving()")
    _check_estimate(estimate)
    left = remaining(checklist, done, under_way, default_effort)
    days_of = _DAYS_OF[estimate]
    days = list(map(days_of, left.efforts))
    if any(left.worked):
        days = [max(own - worked, 0.0) for own, worked in zip(days, left.worked, strict=True)]
    network = _Network(checklist, left, days)
    return CriticalPath(checklist, network, path=network.path(), estimate=estimate, blocked=blocked)


_DAYS_OF: dict[Estimate, Callable[[Effort], float]] = {
    "low": attrgetter("low"),
    "mean": attrgetter("mean"),
    "high": attrgetter("high"),
}


def _check_estimate(estimate: object) -> None:
    if not isinstance(estimate, str) or estimate not in _DAYS_OF:
        raise_unknown("$.estimate", "estimate", estimate, _DAYS_OF)
