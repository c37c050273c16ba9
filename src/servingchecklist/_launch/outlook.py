"""Forecasting of a launch from its current state.

The forecast knows nothing of launches, so this module tells it what is closed, under way, blocked, owned and due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import attrs

from .._model._validation import as_day, day, line
from .._planning.forecast import Forecast, forecast
from .._planning.open_tasks import by_task
from ..errors import Fault, InvalidError, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from .._model.checklist import Checklist
    from .._model.effort import Effort
    from .._planning.calendar import Calendar
    from .._planning.rules import Rule
    from .standing import Standing


class Options(TypedDict):
    """The options of a forecast besides the state of the launch."""

    people: int | None
    owners: Mapping[str, str] | None
    calendar: Calendar
    samples: int
    seed: int
    rules: Sequence[Rule]
    blocked: Mapping[str, Effort | None] | None
    default_effort: Effort | None
    progress: Callable[[int, int], object] | None


def outlook(
    checklist: Checklist, stands: Standing, options: Options, *, name: str | None = None, start: date | None = None
) -> Forecast:
    """Forecast the open tasks of a launch from its state.

    Raises:
        InvalidError: ``start`` lies before ``stands.today``, or ``blocked`` names a task that is not blocked.
    """
    start = stands.today if start is None else as_day(start)
    if faults := day(start, "start"):
        raise InvalidError(faults)
    if start < stands.today:
        hint = f"name {stands.today.isoformat()}, the day from which you look, or a later one"
        raise InvalidError([Fault("out-of-order", "$.start", "lies in the past", start.isoformat(), hint)])
    told = by_task(checklist, "blocked", options["blocked"], lambda value, name: [], "{'c5': Effort(3, 10)}")
    free = [task_id for task_id in told if task_id not in stands.blocked]
    if free:
        hint = "name tasks that are blocked only"
        raise InvalidError(
            [Fault("contradiction", f"$.blocked.{task_id}", "is not blocked", show(task_id), hint) for task_id in free]
        )
    made = forecast(
        checklist,
        name=name,
        start=start,
        today=stands.today,
        owners={**stands.owners, **by_task(checklist, "owners", options["owners"], line, "{'c1': 'ml-platform'}")},
        done=stands.done,
        under_way=stands.under_way,
        blocked={**dict.fromkeys(stands.blocked), **told},
        due=stands.due,
        people=options["people"],
        calendar=options["calendar"],
        samples=options["samples"],
        seed=options["seed"],
        rules=options["rules"],
        default_effort=options["default_effort"],
        progress=options["progress"],
    )
    return attrs.evolve(made, past=stands.past)
