"""What the formats for people tell in tables, before anything is escaped: forecasts, what is critical, and how a date is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..planning.distribution import LEVELS
from . import _words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ..planning.critical import CriticalPath, Span
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast, Slot, TaskForecast

MOST_ROWS = 24
"""How many rows tell at most on which days something is finished; where there are more days, several share a row."""


@attrs.frozen
class Row:
    """A row of a table.

    Attributes:
        title: What it is about.
        cells: What stands in the columns: numbers, dates and words that are no stranger's.
        id: The id of what it is about; may be empty.
        owner: Whose that is; may be empty.
    """

    title: str
    cells: Sequence[str]
    id: str = ""
    owner: str = ""


@attrs.frozen
class Table:
    """Facts about many things, in columns.

    Attributes:
        heading: What it tells.
        about: What a row is about.
        columns: The headings of the cells of each row.
        rows: The rows.
        numbers: Those of the columns that hold numbers.
    """

    heading: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Row]
    numbers: Sequence[str] = ()


def tables(made: Forecast) -> list[Table]:
    """The forecast by due date, the one that is least likely met first, by phase and by task; what has no rows is left out."""
    found = [_due_dates(made), _phases(made), _tasks(made)]
    return [table for table in found if table.rows]


def _due_dates(made: Forecast) -> Table:
    due = [(task.on_time, task.due, task) for task in made.tasks if task.on_time is not None and task.due]
    rows = [
        _row(task, [day.isoformat(), _words.percent(on_time), task.finish.p80.isoformat()])
        for on_time, day, task in sorted(due, key=lambda one: one[:2])
    ]
    return Table("Due dates", "Task", ("Due", "In time", "P80"), rows, numbers=("In time",))


def _phases(made: Forecast) -> Table:
    rows = [Row(phase.title, [str(phase.left), *_days(phase.finish, *LEVELS)]) for phase in made.phases]
    return Table("By phase", "Phase", ("Left", *map(str.upper, LEVELS)), rows, numbers=("Left",))


def _tasks(made: Forecast) -> Table:
    slots = {slot.id: slot for slot in made.schedule}
    rows = [
        _row(
            task, [_scheduled(slots.get(task.id)), *_days(task.finish, "p50", "p80"), _words.percent(task.criticality)]
        )
        for task in made.tasks
    ]
    return Table("By task", "Task", ("Scheduled", "P50", "P80", "Critical"), rows, numbers=("Critical",))


def _row(task: TaskForecast, cells: Sequence[str]) -> Row:
    return Row(task.title, cells, task.id, task.owner or "")


def _days(finish: Distribution, *names: str) -> list[str]:
    return [finish.quantile(LEVELS[name]).isoformat() for name in names]


def _scheduled(slot: Slot | None) -> str:
    return _from_to(slot.start, slot.finish) if slot else ""


def _from_to(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def slack(found: CriticalPath) -> Table:
    """How early and how late each task can be worked, in working days from the start."""
    columns = ("Early start", "Early finish", "Late start", "Late finish", "Slack")
    rows = [
        Row(
            span.title,
            [*map(_words.days, (span.early_start, span.early_finish, span.late_start, span.late_finish)), _slack(span)],
            span.id,
        )
        for span in found
    ]
    return Table("Working days from the start", "Task", columns, rows, numbers=columns)


def _slack(span: Span) -> str:
    if span.is_critical:
        return "none"
    return _words.days(span.slack) if span.slack >= 0.1 else "<0.1"


def by_day(finish: Distribution) -> Table:
    """On which days it is finished in which share of the samples, and by when in how many of them."""
    rows: list[Row] = []
    marks = _words.levels(finish)
    so_far = 0
    for first, last, many in counts_by_day(finish):
        so_far += many
        names = [level.name for level in marks if first.isoformat() <= level.day <= last.isoformat()]
        shares = [_words.percent(many / len(finish)), _words.percent(so_far / len(finish))]
        rows.append(Row(_from_to(first, last), [*shares, ", ".join(names)]))
    return Table("By day", "Finished on", ("Share", "So far", "Level"), rows, numbers=("Share", "So far"))


def counts_by_day(finish: Distribution, most: int = MOST_ROWS) -> list[tuple[date, date, int]]:
    """From which worked day to which how many samples are finished, from the first to the last without a gap.

    Args:
        finish: What is counted.
        most: Into how many counts at most.
    """
    start, calendar = finish.start, finish.calendar
    numbered = [(calendar.between(start, day), many) for day, many in finish.by_day()]
    first, last = numbered[0][0], numbered[-1][0]
    wide = -(-(last + 1 - first) // most)
    counts = [0] * ((last - first) // wide + 1)
    for number, many in numbered:
        counts[(number - first) // wide] += many
    ends = [(first + place * wide, min(first + (place + 1) * wide - 1, last)) for place in range(len(counts))]
    return [
        (calendar.day(start, one), calendar.day(start, other), many)
        for (one, other), many in zip(ends, counts, strict=True)
    ]
