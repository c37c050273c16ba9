"""What is forecast as plain text: when everything is finished, what is critical, and how a date is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...planning.critical import CriticalPath
from ...planning.forecast import Forecast
from .. import _tables, _words
from ._parts import hanging, has_room, heading, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...planning.distribution import Distribution
    from .._tables import Table

_BAR = 20
"""How many characters the longest bar has."""


def planning_lines(value: Forecast | CriticalPath | Distribution) -> Iterator[str]:
    """When everything is finished, what is critical, or when one thing is finished."""
    if isinstance(value, Forecast):
        return _forecast(value)
    return _critical_path(value) if isinstance(value, CriticalPath) else _distribution(value)


def _forecast(made: Forecast) -> Iterator[str]:
    yield from heading(f"Forecast of {made.name}")
    yield wrap(_words.subject(made), "")
    if not made.tasks:
        yield _words.NOTHING_LEFT
        return
    yield from _levels(made.finish)
    yield wrap(_words.basis(made), "")
    for title, tasks in _words.notices(made):
        yield f"\n{title}"
        ids = max(len(task.id) for task in tasks)
        yield from (hanging(f"   {task.id:<{ids}}  ", task.title) for task in tasks)
    for table in _tables.tables(made):
        yield f"\n{table.heading}"
        yield from _table(table)
    yield f"\n{_words.ASSUMPTIONS}"
    yield from (wrap(sentence, "     ", "   - ") for sentence in made.assumptions)


def _critical_path(found: CriticalPath) -> Iterator[str]:
    yield from heading(_words.CRITICAL_PATH)
    yield wrap(found.checklist.title, "")
    if not found:
        yield _words.NOTHING_LEFT
        return
    yield _words.length(found)
    yield f"\n{_words.PATH}"
    for number, span in enumerate(_words.path(found), 1):
        lead = f"{number}. "
        yield wrap(span.title, " " * len(lead), lead)
        yield f"{' ' * len(lead)}{span.id}, {_words.duration(span)}"
    slack = _tables.slack(found)
    yield f"\n{slack.heading}"
    yield from _table(slack)


def _distribution(finish: Distribution) -> Iterator[str]:
    yield from heading(_words.FINISHED)
    yield from _levels(finish)
    yield _words.mean(finish)
    table = _tables.by_day(finish)
    counts = [many for _, _, many in _tables.counts_by_day(finish)]
    bars = ["#" * max(round(_BAR * many / max(counts)), many > 0) for many in counts]
    head, *rows = _aligned(
        table, [[row.title, *row.cells[:-1]] for row in table.rows], [table.about, *table.columns[:-1]]
    )
    yield f"\n{table.heading}"
    yield head.rstrip()
    for lead, bar, row in zip(rows, bars, table.rows, strict=True):
        yield f"{lead}{bar:<{_BAR}}  {row.cells[-1]}".rstrip()


def _levels(finish: Distribution) -> Iterator[str]:
    yield from (f"{level.name}  {level.day}  {level.words}" for level in _words.levels(finish))


def _table(table: Table) -> Iterator[str]:
    """The cells of each row in columns, and its title behind them or, where they leave too little room, below."""
    head, *leads = _aligned(table, [[row.id, *row.cells] for row in table.rows], ["", *table.columns])
    ids = max(len(row.id) for row in table.rows)
    behind = has_room(head)
    yield f"{head}{table.about}" if behind else head.rstrip()
    for lead, row in zip(leads, table.rows, strict=True):
        if not behind:
            yield lead.rstrip()
        indent = " " * (len(head) if behind else 3 + ids + 2)
        yield hanging(lead if behind else indent, row.title)
        if row.owner:
            yield hanging(indent, f"owner {row.owner}")


def _aligned(table: Table, rows: Sequence[Sequence[str]], head: Sequence[str]) -> list[str]:
    """The rows, the one of the headings first, in columns that are as wide as they have to be; what is always empty is no column."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    layout = [
        (place, width, ">" if name in table.numbers else "<")
        for place, (name, width) in enumerate(zip(head, widths, strict=True))
        if width
    ]
    return [f"   {''.join(f'{line[place]:{side}{width}}  ' for place, width, side in layout)}" for line in lines]
