"""What the formats that are pictures have in common: which values they draw, and how large they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import Fault, InvalidError, raise_invalid, show

if TYPE_CHECKING:
    from datetime import date

    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

MOST_TASKS = 2_000
"""How many tasks are drawn at most. Nobody reads a picture of more."""

CRITICAL = 0.5
"""In what share of the samples a task is critical that is marked as such."""


_DAYS_A_YEAR = 365.25

MOST_YEARS = 100
"""The number of years from the first day to the last that a picture or a calendar shows at most. Nobody plans a launch for longer."""


def drawn(value: object, what: str, kinds: str) -> Forecast | Distribution | CriticalPath | Checklist:
    """Return a launch as it is forecast now, and all else that is drawn as it is.

    The classes are imported here, so that drawing a checklist does not load what a launch is.

    Args:
        value: What is to be drawn.
        what: What it is to be written as, in words.
        kinds: What else can be given, in words.

    Raises:
        InvalidError: It is nothing that is drawn, has more than ``MOST_TASKS`` tasks, or spans more than ``MOST_YEARS`` years.
    """
    from ...launch.launch import Launch
    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Forecast | CriticalPath | Checklist | Launch):
        raise_invalid("$", f"cannot be written as {what}", value, f"give {kinds}")
    if isinstance(value, Launch):
        _check(value.checklist)  # before a forecast of which there is no picture
        value = value.forecast()
    _check(value)
    return value


def _check(value: Forecast | CriticalPath | Checklist) -> None:
    if fault := picture_fault(value):
        raise InvalidError([fault])


def picture_fault(value: Forecast | CriticalPath | Checklist) -> Fault | None:
    """Return the reason for which no picture is drawn of a value, with what to do instead; None where one is."""
    from ...model.checklist import Checklist
    from ...planning.forecast import Forecast

    checklist = value if isinstance(value, Checklist) else value.checklist
    if len(checklist) > MOST_TASKS:
        hint = f"draw a part of it, of at most {MOST_TASKS:,} tasks"
        return Fault("$", "more tasks than a picture can show", show(len(checklist)), hint)
    return span_fault(value) if isinstance(value, Forecast) else None


def span_fault(made: Forecast) -> Fault | None:
    """Return the reason for which a forecast has too many days to be shown one by one, with the task; None where it has not."""
    first, last = days_shown(made)
    if (last - first).days <= MOST_YEARS * _DAYS_A_YEAR:
        return None
    slots = [
        (f"$.{field}[{place}]", slot)
        for field, slots in (("past", made.past), ("schedule", made.schedule))
        for place, slot in enumerate(slots)
    ]
    # The task at that end of it that lies further from the start: one begun ages ago, or one that is finished ages from now.
    if made.start - first > last - made.start:
        _, path, task = min((slot.start, path, slot.id) for path, slot in slots)
    else:
        ends = [(slot.finish, path, slot.id) for path, slot in slots]
        ends += [(task.finish.p95, f"$.tasks[{place}]", task.id) for place, task in enumerate(made.tasks)]
        _, path, task = max(ends)
    problem = f"more than {MOST_YEARS} years from {first} to {last}, with the task {task!r}"
    return Fault(path, problem, hint="check the dates and the effort of the task, or write the forecast as text")


def days_shown(made: Forecast) -> tuple[date, date]:
    """Return the first and the last day on which anything of a forecast is worked, up to P95."""
    days = [day for slot in (*made.past, *made.schedule) for day in (slot.start, slot.finish)]
    days += [made.start, made.p95] if made.tasks else []
    return min(days, default=made.start), max(days, default=made.start)
