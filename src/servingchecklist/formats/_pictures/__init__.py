"""Shared parts of the picture formats: the values that can be drawn, and the limits on their size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Fault, InvalidError, invalid, show

if TYPE_CHECKING:
    from datetime import date

    from ..._model.checklist import Checklist
    from ..._planning.critical_path import CriticalPath
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

MOST_TASKS = 2_000
"""The maximum number of tasks in a picture. Nobody reads a picture of more."""

CRITICAL = 0.5
"""The share of the samples from which on a task is marked as critical."""


_DAYS_A_YEAR = 365.25

MOST_YEARS = 100
"""The maximum number of years that a picture or a calendar spans. Nobody plans a launch for longer."""


def drawn(value: object, what: str, kinds: str) -> Forecast | Distribution | CriticalPath | Checklist:
    """Return the value to draw: of a launch its current forecast, and any other value as it is.

    The classes are imported here, so that drawing a checklist does not load the modules of launches.

    Args:
        value: The value.
        what: The display name of the format, for the error message.
        kinds: The values that can be drawn, in words, for the error message.

    Raises:
        InvalidError: The value cannot be drawn, has more than ``MOST_TASKS`` tasks, or spans more than ``MOST_YEARS`` years.
    """
    from ..._launch.launch import Launch
    from ..._model.checklist import Checklist
    from ..._planning.critical_path import CriticalPath
    from ..._planning.distribution import Distribution
    from ..._planning.forecast import Forecast

    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Forecast | CriticalPath | Checklist | Launch):
        raise invalid("unsupported", "$", f"cannot be written as {what}", value, f"give {kinds}")
    if isinstance(value, Launch):
        _check(value.checklist)  # before computing a forecast that could not be drawn
        value = value.forecast()
    _check(value)
    return value


def _check(value: Forecast | CriticalPath | Checklist) -> None:
    if fault := picture_fault(value):
        raise InvalidError([fault])


def picture_fault(value: Forecast | CriticalPath | Checklist) -> Fault | None:
    """Return the fault for a value that is too large to draw, with a hint; None if it can be drawn."""
    from ..._model.checklist import Checklist
    from ..._planning.forecast import Forecast

    checklist = value if isinstance(value, Checklist) else value.checklist
    if len(checklist) > MOST_TASKS:
        hint = f"draw a part of it, of at most {MOST_TASKS:,} tasks"
        return Fault("limit", "$", "more tasks than a picture can show", show(len(checklist)), hint)
    return span_fault(value) if isinstance(value, Forecast) else None


def span_fault(made: Forecast) -> Fault | None:
    """Return the fault for a forecast that spans too many years, naming the task; None if it does not."""
    first, last = days_shown(made)
    if (last - first).days <= MOST_YEARS * _DAYS_A_YEAR:
        return None
    slots = [
        (f"$.{field}[{place}]", slot)
        for field, slots in (("past", made.past), ("schedule", made.schedule))
        for place, slot in enumerate(slots)
    ]
    # The task at the end that is further from the start: one begun long ago, or one finished in the far future.
    if made.start - first > last - made.start:
        _, path, task = min((slot.start, path, slot.id) for path, slot in slots)
    else:
        ends = [(slot.finish, path, slot.id) for path, slot in slots]
        ends += [(task.finish.p95, f"$.tasks[{place}]", task.id) for place, task in enumerate(made.tasks)]
        _, path, task = max(ends)
    problem = f"more than {MOST_YEARS} years from {first} to {last}, with the task {task!r}"
    return Fault(
        "unsupported", path, problem, hint="check the dates and the effort of the task, or write the forecast as text"
    )


def days_shown(made: Forecast) -> tuple[date, date]:
    """Return the first and the last worked day of a forecast, up to P95."""
    days = [day for slot in (*made.past, *made.schedule) for day in (slot.start, slot.finish)]
    days += [made.start, made.p95] if made.tasks else []
    return min(days, default=made.start), max(days, default=made.start)
