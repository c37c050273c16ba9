"""The change of the forecast of a launch between two moments, and its causes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .. import _graph
from .._model.status import Status
from .._planning.distribution import Distribution
from .log import UNTOUCHED
from .outlook import Options, outlook
from .review import ReviewItem, Slip
from .state import state_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .._planning.forecast import Forecast
    from .standing import Standing

MOST_CAUSES = 5
"""The maximum number of tasks named as causes of a slip."""

_MOST_TRIED = 8
_TOLD = 0.1
"""The least number of working days for a task to be named as a cause."""


def slip_between(checklist: Checklist, then: Standing, now: Standing, options: Options) -> Slip | None:
    """Return the change of P80 between two moments, with its causes.

    None where nothing was left to do at the first, or where a task that was open then or is open now states no effort.

    Args:
        checklist: The checklist being worked.
        then: The state of the launch at the first moment.
        now: Its state at the second.
        options: The options of both forecasts. ``blocked`` is used for the second only.
    """
    closed = then.done & now.done
    lacks_effort = any(task.effort is None and task.id not in closed for task in checklist)
    if lacks_effort and options["default_effort"] is None:
        return None
    before, after = outlook(checklist, then, {**options, "blocked": None}), outlook(checklist, now, options)
    if not before.tasks:
        return None
    causes = _Causes(then, now, before, after, options)
    if after.tasks:
        return Slip(
            then=before.finish,
            now=after.finish,
            causes=tuple(causes.items()),
            blocked=after.blocked,
            overrun=after.overrun,
        )
    last = max(now.closed_on.values())
    finish = Distribution([0.0], start=last, calendar=after.calendar)
    return Slip(then=before.finish, now=finish, causes=tuple(causes.of_the_last(before.p80)))


class _Causes:
    """Search for the causes of a slip: each task whose state differs from the plan is tried in its planned state.

    The plan is the state that the earlier forecast has for the present day. A task that only waits for another is not tried; the other
    one is. A task whose owner has changed is tried as well.
    """

    def __init__(self, then: Standing, now: Standing, before: Forecast, after: Forecast, options: Options) -> None:
        self._checklist = after.checklist
        self._then = then
        self._now = now
        self._before = before
        self._after = after
        self._options = options
        self._planned = {slot.id: slot for slot in before.schedule}
        self._elsewhere = set(self._find_elsewhere())
        # Open tasks whose owner has changed.
        self._reassigned = {task.id for task in after.tasks if then.owners.get(task.id) != now.owners.get(task.id)}

    def items(self) -> list[ReviewItem]:
        """Return the tasks that moved the date most, with their remarks."""
        moved: dict[str, float] = {}
        for task_id, days in self._tried():
            for cause, share in self._shares(task_id, days):
                moved[cause] = max(moved.get(cause, 0.0), share, key=abs)
        return self._told(moved)

    def of_the_last(self, planned: date) -> list[ReviewItem]:
        """Return the same for a launch that is finished: the task that was closed last, and what it had to wait for."""
        closed = self._now.closed_on
        last = max(self._planned, key=lambda task_id: closed[task_id])
        return self._told(dict(self._shares(last, float(self._days(planned, closed[last])))))

    def _told(self, moved: Mapping[str, float]) -> list[ReviewItem]:
        told = [task_id for task_id, days in moved.items() if abs(days) >= _TOLD]
        most = sorted(told, key=lambda task_id: -abs(moved[task_id]))[:MOST_CAUSES]
        return [self._item(task_id, moved[task_id]) for task_id in most]

    def _tried(self) -> Iterator[tuple[str, float]]:
        """Yield each task that may have moved the date, with the number of working days it accounts for.

        Each is tried both ways, since of two parallel tasks that are late neither changes anything alone: that task as planned and all
        others as they are, and that task as it is and all others as planned. The larger difference counts.
        """
        every = self._elsewhere | self._reassigned
        as_it_is, as_planned = self._p80(frozenset()), self._p80(every)
        for task_id in sorted(every, key=self._weight)[:_MOST_TRIED]:
            alone = as_it_is - self._p80(frozenset({task_id}))
            # With only one task, both trials are the same.
            beside = self._p80(every - {task_id}) - as_planned if len(every) > 1 else alone
            yield task_id, max(alone, beside, key=abs)

    def _weight(self, task_id: str) -> tuple[float, int]:
        most = max(self._before.criticality.get(task_id, 0.0), self._after.criticality.get(task_id, 0.0))
        return -most, self._checklist.position(task_id)

    def _p80(self, moved: AbstractSet[str]) -> float:
        """Return P80 in working days from now, with these tasks as planned; negative where all would be finished by now."""
        if not moved:
            return self._after.finish.quantile_days(0.8)
        stands = self._as_planned(moved)
        told = self._options["blocked"] or {}
        blocked = {task_id: effort for task_id, effort in told.items() if task_id in stands.blocked}
        other = outlook(self._checklist, stands, {**self._options, "blocked": blocked})
        if other.tasks:
            return other.finish.quantile_days(0.8)
        return float(min(1 - self._days(self._before.p80, self._now.today), 0))

    def _find_elsewhere(self) -> Iterator[str]:
        """Yield the tasks whose state differs from the plan, and that wait for nothing else."""
        now = self._now
        for task in self._checklist:
            was_to_be_done, days = self._plan(task.id)
            if task.id in now.done:
                if not was_to_be_done:
                    yield task.id
            elif not self._held_by(task):
                is_as_far = (days or 0.0) == now.under_way.get(task.id, 0.0)
                if was_to_be_done or task.id in now.blocked or not is_as_far:
                    yield task.id

    def _plan(self, task_id: str) -> tuple[bool, float | None]:
        """Return the planned state of the task: True if it is done; else False and the working days spent, None if not begun."""
        slot, today = self._planned.get(task_id), self._now.today
        if slot is None or slot.finish < today:  # a task that is not in the earlier forecast was done then
            return True, None
        return False, float(self._days(slot.start, today)) if slot.start < today else None

    def _held_by(self, task: Task) -> list[str]:
        """Return the tasks that keep another from being begun: its open prerequisites, and what its people are busy with."""
        now = self._now
        if task.id in now.done or task.id in now.under_way or task.id in now.blocked:
            return []
        owner = now.owners.get(task.id)
        busy = [one for one in now.under_way if one not in now.blocked and now.owners.get(one) == owner]
        people = 1 if owner else self._options["people"]
        at_work = busy if people is not None and len(busy) >= people else []
        return [*(other for other in task.after if other not in now.done), *at_work]

    def _as_planned(self, chosen: AbstractSet[str]) -> Standing:
        """Return the state of the launch with some tasks as planned, and with them all tasks that only wait for them."""
        now, moved = self._now, set(chosen & self._elsewhere)
        for place in _graph.topological(self._checklist.prerequisites):
            task = self._checklist.tasks[place]
            held_by = self._held_by(task)
            if held_by and moved.issuperset(held_by):
                moved.add(task.id)
        plans = {one: self._plan(one) for one in moved}
        done = {one for one, (is_done, _) in plans.items() if is_done}
        under_way = {one: days for one, days in now.under_way.items() if one not in moved}
        under_way |= {one: days for one, (_, days) in plans.items() if days is not None}
        back = chosen & self._reassigned
        owners = {one: owner for one, owner in now.owners.items() if one not in back}
        owners |= {one: owner for one, owner in self._then.owners.items() if one in back}
        return attrs.evolve(
            now,
            done=(now.done - moved) | done,
            under_way=under_way,
            blocked=now.blocked - moved,
            owners=owners,
        )

    def _days(self, start: date, end: date) -> int:
        return self._after.calendar.between(start, end)

    def _shares(self, task_id: str, days: float) -> Iterator[tuple[str, float]]:
        """Divide the days between the task and, as far as it could only begin late, the tasks it had to wait for."""
        while True:
            late = {
                other: self._days(self._planned[other].finish, self._now.closed_on[other])
                for other in self._checklist[task_id].after
                if other in self._planned and other in self._now.closed_on
            }
            latest = max(late, key=late.__getitem__, default=None)
            began_late = self._late_begin(task_id)
            if latest is None or late[latest] <= 0 or began_late <= 0:
                yield task_id, days
                return
            share = min(late[latest] / began_late, 1.0)
            yield task_id, days * (1.0 - share)
            task_id, days = latest, days * share

    def _late_begin(self, task_id: str) -> int:
        """Return the delay of the beginning of the task against the plan, in working days; up to now if it has not begun."""
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
        day = state.since.astimezone(self._now.at.tzinfo).date().isoformat() if state.since else ""
        since = f" since {day}" if day else ""
        match state.status:
            case _ if task_id in self._reassigned and task_id not in self._elsewhere:
                what = f"owned by {state.owner} now" if state.owner else "owned by nobody now"
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
                what = f"{state.status} on {day}{expected}"
        title = self._checklist.title_of(task_id)
        return ReviewItem(id=task_id, title=title, words=f"{size}: {what}", by=state.by, at=state.since)
