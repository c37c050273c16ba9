"""Recommendation of the tasks to do next, from the state of a launch.

The ordering knows nothing of launches. So the launch tells it what is closed and due, and adds two rules of its own: blocked tasks come
after all others, and of two tasks that are otherwise equal, the one under way comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.task import Status
from .._planning.ordering import Recommendations, recommend
from .._planning.rules import POSITION, Rule, Situation, with_position_last
from .events import NotApplicable, Waived
from .fold import UNTOUCHED
from .timestamps import day_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .fold import Records


def recommend_next(
    checklist: Checklist,
    records: Records,
    at: datetime,
    limit: int | None,
    rules: Sequence[Rule],
    *,
    topic: str,
    only: Container[str] | None,
) -> Recommendations:
    """Return the tasks to do next, best first; blocked tasks come after all others.

    ``topic`` is that of the launch; ``only`` are the ids of the selected tasks, or None for all.
    """
    today = at.date()
    statuses = {task_id: record.status_on(today) for task_id, record in records.items()}
    due = {task_id: record.due for task_id, record in records.items() if record.due}

    closed = [task_id for task_id, status in statuses.items() if status.is_closed]

    def blocked_last(task: Task, situation: Situation) -> int:
        return int(situation.status_of(task) is Status.BLOCKED)

    def under_way_first(task: Task, situation: Situation) -> int:
        return int(situation.status_of(task) is not Status.DOING)

    def explain(task: Task, situation: Situation) -> tuple[str, ...]:
        return _reasons(task, situation.status_of(task), records, at)

    first, last = Rule("status", blocked_last, explain), Rule("under-way", under_way_first)
    situation = Situation(checklist, closed, due, today, statuses, topic=topic)
    return recommend(situation, (first, *with_position_last(rules)[:-1], last, POSITION), limit, only)


def _reasons(task: Task, status: Status, records: Records, at: datetime) -> tuple[str, ...]:
    record = records.get(task.id, UNTOUCHED)
    mark, owner = record.status_event, record.owner
    words: list[str] = []
    if status is Status.BLOCKED and record.blocked:
        words.append(f"blocked since {day_of(record.blocked.at, at)}: {record.blocked.reason}")
    elif status is Status.DOING and record.begun:
        words.append(f"under way since {day_of(record.begun.at, at)}")
    if isinstance(mark, Waived):  # it would not be recommended if its waiver held
        words.append(f"its waiver expired after {mark.expires.isoformat()}")
    if owner:
        words.append(f"owned by {owner}")
    for before in task.after:
        mark = records.get(before, UNTOUCHED).status_event
        if isinstance(mark, Waived):
            words.append(f"goes on without {before}, which is waived until {mark.expires.isoformat()}")
        elif isinstance(mark, NotApplicable):
            words.append(f"goes on without {before}, which is not applicable")
    return tuple(words)
