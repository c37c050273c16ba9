"""When a launch is finished, from where it stands, and what has moved that date since another moment.

The forecast knows nothing of launches, so it is told here what is settled, under way, blocked, owned and due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import attrs

from ..errors import Fault, InvalidError, show
from ..model._check import as_day, day
from ..planning.distribution import Distribution
from ..planning.forecast import Forecast, forecast
from ..planning.remaining import by_task
from .log import UNTOUCHED
from .review import ReviewItem, Slip
from .state import state_of
from .status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from ..model.checklist import Checklist
    from ..model.effort import Effort
    from ..planning.calendar import Calendar
    from ..planning.rules import Rule
    from .standing import Standing

MOST_CAUSES = 5
"""How many tasks are named at most that moved a date."""

_MOST_TRIED = 12
_TOLD = 0.1
"""Working days from which on a task is said to have moved the date."""


class Options(TypedDict, total=False):
    """What a forecast goes by besides where the launch stands."""

    people: int | None
    calendar: Calendar
    samples: int
    seed: int
    by: Sequence[Rule]
    default_effort: Effort | None
    progress: Callable[[int, int], object] | None


def outlook(
    checklist: Checklist,
    stands: Standing,
    options: Options,
    *,
    name: str | None = None,
    start: date | None = None,
    owners: Mapping[str, str] | None = None,
    blocked: Mapping[str, Effort | None] | None = None,
) -> Forecast:
    """The forecast of what is left, from where a launch stands.

    Raises:
        InvalidError: ``start`` lies before the day of the launch, or a task of which ``blocked`` speaks is not blocked.
    """
    start = stands.today if start is None else as_day(start)
    if faults := day(start, "start"):
        raise InvalidError(faults)
    if start < stands.today:
        hint = f"name {stands.today.isoformat()}, the day from which you look, or a later one"
        raise InvalidError([Fault("$.start", "lies in the past", start.isoformat(), hint)])
    told = by_task(checklist, "blocked", blocked, lambda value, name: [], "{'c5': Effort(3, 10)}")
    free = [task_id for task_id in told if task_id not in stands.blocked]
    if free:
        hint = "name tasks that are blocked only"
        raise InvalidError([Fault(f"$.blocked.{task_id}", "is not blocked", show(task_id), hint) for task_id in free])
    made = forecast(
        checklist,
        name=name,
        start=start,
        today=stands.today,
        owners={**stands.owners, **(owners or {})},
        done=stands.done,
        under_way=stands.under_way,
        blocked={**dict.fromkeys(stands.blocked), **told},
        due=stands.due,
        **options,
    )
    return attrs.evolve(made, past=stands.past)


def slip_between(checklist: Checklist, then: Standing, now: Standing, options: Options) -> Slip | None:
    """By how much P80 has moved from one moment to another, and because of what; None where a task that is left states no effort.

    Args:
        checklist: What is being worked.
        then: How the launch stood.
        now: How it stands.
        options: What both forecasts go by.
    """
    settled = then.done & now.done
    if not options.get("default_effort") and any(task.effort is None and task.id not in settled for task in checklist):
        return None
    before, after = outlook(checklist, then, options), outlook(checklist, now, options)
    if not after.tasks:  # it was finished on the day of which the log knows
        last = max((slot.finish for slot in now.past), default=now.today)
        return Slip(then=before.finish, now=Distribution([0.0], start=last, calendar=after.calendar), causes=())
    causes = _Causes(now, before, after, options)
    return Slip(then=before.finish, now=after.finish, causes=tuple(causes.items()))


class _Causes:
    """What moved the date: each task that stands elsewhere than the earlier forecast had it by now, put there once by way of trial.

    A task that only waits for another is not asked; the other one is.
    """

    def __init__(self, now: Standing, before: Forecast, after: Forecast, options: Options) -> None:
        self._checklist = after.checklist
        self._now = now
        self._before = before
        self._after = after
        self._options = options
        self._planned = {slot.id: slot for slot in before.schedule}
        self._settled_on = {slot.id: slot.finish for slot in now.past if slot.id in now.done}

    def items(self) -> list[ReviewItem]:
        """The tasks that moved the date most, in words."""
        moved: dict[str, float] = {}
        tried = sorted(self._elsewhere(), key=self._weight)[:_MOST_TRIED]
        p80 = self._after.finish.quantile_days(0.8)
        for task_id, as_planned in tried:
            other = outlook(self._checklist, as_planned, self._options)
            days = p80 - (other.finish.quantile_days(0.8) if other.tasks else 0.0)
            if abs(days) >= _TOLD:
                cause = self._cause(task_id)
                moved[cause] = max(moved.get(cause, 0.0), days, key=abs)
        most = sorted(moved, key=lambda task_id: -abs(moved[task_id]))[:MOST_CAUSES]
        return [self._item(task_id, moved[task_id]) for task_id in most]

    def _weight(self, tried: tuple[str, Standing]) -> float:
        task_id = tried[0]
        return -max(self._before.criticality.get(task_id, 0.0), self._after.criticality.get(task_id, 0.0))

    def _elsewhere(self) -> Iterator[tuple[str, Standing]]:
        """The tasks that are not where they were to be, each with how the launch would stand if they were."""
        today = self._now.today
        for task in self._checklist:
            slot = self._planned.get(task.id)
            is_done = task.id in self._now.done
            if slot is None:  # it was done then
                planned_done, planned_days = True, None
            else:
                planned_done = slot.finish < today
                planned_days = float(self._days(slot.start, today)) if slot.start < today else None
            if planned_done == is_done and (is_done or self._is_as_planned(task.id, planned_days)):
                continue
            if not is_done and not self._is_front(task.id):
                continue
            yield task.id, self._with(task.id, planned_done, planned_days)

    def _is_as_planned(self, task_id: str, days: float | None) -> bool:
        worked = self._now.under_way.get(task_id)
        return task_id not in self._now.blocked and (days or 0.0) == (worked or 0.0)

    def _is_front(self, task_id: str) -> bool:
        """True where nothing else keeps the task: it is under way or blocked, or could be begun."""
        now = self._now
        return (
            task_id in now.under_way
            or task_id in now.blocked
            or all(other in now.done for other in self._checklist[task_id].after)
        )

    def _with(self, task_id: str, is_done: bool, days: float | None) -> Standing:  # noqa: FBT001
        """How the launch would stand if one task were elsewhere."""
        now, this = self._now, {task_id}
        under_way = {one: worked for one, worked in now.under_way.items() if one != task_id}
        if not is_done and days is not None:
            under_way[task_id] = days
        return attrs.evolve(
            now,
            done=now.done | this if is_done else now.done - this,
            under_way=under_way,
            blocked=now.blocked - this,
        )

    def _days(self, start: date, end: date) -> int:
        return self._after.calendar.between(start, end)

    def _cause(self, task_id: str) -> str:
        """The task itself or, where it could only begin late, the one that it had to wait for."""
        while True:
            late = {
                other: self._days(self._planned[other].finish, self._settled_on[other])
                for other in self._checklist[task_id].after
                if other in self._planned and other in self._settled_on
            }
            latest = max(late, key=late.__getitem__, default=None)
            if latest is None or late[latest] <= 0 or late[latest] < self._late_begin(task_id):
                return task_id
            task_id = latest

    def _late_begin(self, task_id: str) -> int:
        """By how many working days the task began later than it was to, or has not begun by now."""
        if task_id not in self._planned:
            return 0
        begun = min((slot.start for slot in self._now.past if slot.id == task_id), default=self._now.today)
        return self._days(self._planned[task_id].start, begun)

    def _item(self, task_id: str, days: float) -> ReviewItem:
        state = state_of(task_id, self._now.records.get(task_id, UNTOUCHED), self._now.today)
        number = f"{abs(days):.1f}".removesuffix(".0")
        size = f"{number} working day{'' if number == '1' else 's'} {'later' if days > 0 else 'earlier'}"
        planned = self._planned.get(task_id)
        expected = f", forecast for {planned.finish.isoformat()}" if planned else ""
        since = f" since {state.since.astimezone(self._now.at.tzinfo).date().isoformat()}" if state.since else ""
        match state.status:
            case Status.BLOCKED:
                what = f"blocked{since}: {state.reason}"
            case Status.DOING:
                what = f"under way{since}{expected}"
            case Status.TODO if state.waiver:
                what = f"its waiver expired after {state.waiver.expires.isoformat()}"
            case Status.TODO if state.since:
                what = f"reopened{since}{f': {state.reason}' if state.reason else ''}"
            case Status.TODO:
                what = f"not begun{expected}"
            case _:
                what = f"{state.status}{since.replace('since', 'on')}{expected}"
        return ReviewItem(
            id=task_id,
            title=self._checklist.title_of(task_id),
            words=f"{size}: {what}",
            by=state.by,
            at=state.since,
        )
