"""Recommendation of the tasks to do next, from the state of a launch.

The ordering knows nothing of launches. So the launch tells it what is closed and due, and which tasks are taken: under way or blocked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._model.task import Status
from .._planning.ordering import Recommendations, recommend
from .._planning.rules import Rule, Situation, with_position_last
from .events import NotApplicable, Waived
from .fold import UNTOUCHED

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date, datetime

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
    """Return the tasks to do next, best first: those that can be begun.

    ``topic`` is that of the launch; ``only`` are the ids of the selected tasks, or None for all.
    """
    today = at.date()
    closed: dict[str, date] = {}
    under_way: dict[str, str] = {}
    blocked: dict[str, str] = {}
    for task_id, record in records.items():
        status = record.status_on(today)
        if day := record.closed_on(today, at.tzinfo):
            closed[task_id] = day
        elif only is None or task_id in only:
            if record.blocked and status is Status.BLOCKED:
                blocked[task_id] = record.blocked.reason
            elif record.begun and status is Status.DOING:
                under_way[task_id] = record.owner or record.begun.by

    due = {task_id: record.due for task_id, record in records.items() if record.due}
    situation = Situation(checklist, closed, due, today, topic=topic, closed_on=closed)
    log = Rule("log", lambda task, situation: 0, lambda task, situation: _reasons(task, checklist, records))
    best = recommend(situation, (log, *with_position_last(rules)), limit, only, {**under_way, **blocked})
    ids = [task.id for task in checklist]
    return attrs.evolve(
        best,
        under_way={task: under_way[task] for task in ids if task in under_way},
        blocked={task: blocked[task] for task in ids if task in blocked},
    )


def _reasons(task: Task, checklist: Checklist, records: Records) -> tuple[str, ...]:
    record = records.get(task.id, UNTOUCHED)
    mark, owner = record.status_event, record.owner
    words: list[str] = []
    if isinstance(mark, Waived):  # it would not be recommended if its waiver held
        words.append(f"its waiver expired after {mark.expires.isoformat()}")
    if owner:
        words.append(f"owned by {owner}")
    for before in [other.id for other in checklist.waits_for(task)]:
        mark = records.get(before, UNTOUCHED).status_event
        if isinstance(mark, Waived):
            words.append(f"goes on without {before}, which is waived until {mark.expires.isoformat()}")
        elif isinstance(mark, NotApplicable):
            words.append(f"goes on without {before}, which is not applicable")
    return tuple(words)
