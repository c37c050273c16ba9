"""Recommendation of the tasks to do next, from the state of a launch.

The ordering knows nothing of launches. So the launch tells it what is closed and due, and adds two rules of its own: blocked tasks come
after all others, and of two tasks that are otherwise equal, the one under way comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.status import Status
from .._planning.ordering import Recommendations, recommend
from .._planning.rules import POSITION, Rule, with_position_last
from .._planning.situation import Situation
from ._moment import day_of
from .events import Blocked, Waived
from .log import STARTED, STATUS, UNTOUCHED, due_of, owner_of, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .log import Records


def ahead(
    checklist: Checklist, records: Records, at: datetime, limit: int | None, rules: Sequence[Rule]
) -> Recommendations:
    """Return the tasks to do next, best first; blocked tasks come after all others."""
    today = at.date()
    standing = {task_id: status_of(record, today) for task_id, record in records.items()}
    due = {task_id: day for task_id, record in records.items() if (day := due_of(record))}

    def status(task: Task) -> Status:
        return standing.get(task.id, Status.TODO)

    def behind(task: Task, situation: Situation) -> int:
        return int(status(task) is Status.BLOCKED)

    def ahead_of_equals(task: Task, situation: Situation) -> int:
        return int(status(task) is not Status.DOING)

    def explain(task: Task, situation: Situation) -> tuple[str, ...]:
        return _words(task, status, records, at)

    return recommend(
        Situation(
            checklist,
            [task_id for task_id, status in standing.items() if status.is_closed],
            due=due,
            today=today,
            status=standing,
        ),
        (
            Rule("status", behind, explain),
            *with_position_last(rules)[:-1],
            Rule("under-way", ahead_of_equals),
            POSITION,
        ),
        limit,
    )


def _words(task: Task, status: Callable[[Task], Status], records: Records, at: datetime) -> tuple[str, ...]:
    record = records.get(task.id, UNTOUCHED)
    mark, started, owner = record[STATUS], record[STARTED], owner_of(record)
    words: list[str] = []
    match status(task):
        case Status.BLOCKED if isinstance(mark, Blocked):
            words.append(f"blocked since {day_of(mark.at, at)}: {mark.reason}")
        case Status.DOING if started:
            words.append(f"under way since {day_of(started.at, at)}")
        case _:
            pass
    if isinstance(mark, Waived):  # it would not be recommended if its waiver held
        words.append(f"its waiver expired after {mark.expires.isoformat()}")
    if owner:
        words.append(f"owned by {owner}")
    for before in task.after:
        mark = records.get(before, UNTOUCHED)[STATUS]
        if isinstance(mark, Waived):
            words.append(f"goes on without {before}, which is waived until {mark.expires.isoformat()}")
    return tuple(words)
