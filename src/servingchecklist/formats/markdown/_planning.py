"""What is forecast as Markdown: when everything is finished, what is critical, and how a date is spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_markdown
from ...planning.critical import CriticalPath
from ...planning.forecast import Forecast
from .. import _tables, _words
from ._parts import one_line, title_and_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...planning.distribution import Distribution
    from .._tables import Row, Table


def planning_blocks(value: Forecast | CriticalPath | Distribution) -> Iterator[str]:
    """When everything is finished, what is critical, or when one thing is finished."""
    if isinstance(value, Forecast):
        return _forecast(value)
    return _critical_path(value) if isinstance(value, CriticalPath) else _distribution(value)


def _forecast(made: Forecast) -> Iterator[str]:
    yield f"# Forecast of {escape_markdown(made.name)}"
    yield escape_markdown(_words.subject(made))
    if not made.tasks:
        yield _words.NOTHING_LEFT
        return
    yield _levels(made.finish)
    yield _words.basis(made)
    for heading, tasks in _words.notices(made):
        yield f"## {heading}"
        yield "\n".join(f"- {title_and_facts(task.title, f'`{task.id}`')}" for task in tasks)
    for table in _tables.tables(made):
        yield from _table(table)
    yield f"## {_words.ASSUMPTIONS}"
    yield "\n".join(f"- {escape_markdown(sentence)}" for sentence in made.assumptions)


def _critical_path(found: CriticalPath) -> Iterator[str]:
    yield f"# {_words.CRITICAL_PATH}"
    yield escape_markdown(found.checklist.title)
    if not found:
        yield _words.NOTHING_LEFT
        return
    yield _words.length(found)
    yield f"## {_words.PATH}"
    yield "\n".join(
        f"{number}. {title_and_facts(span.title, f'`{span.id}`', _words.duration(span))}"
        for number, span in enumerate(_words.path(found), 1)
    )
    yield from _table(_tables.slack(found))


def _distribution(finish: Distribution) -> Iterator[str]:
    yield f"# {_words.FINISHED}"
    yield _levels(finish)
    yield _words.mean(finish)
    yield from _table(_tables.by_day(finish))


def _levels(finish: Distribution) -> str:
    return "\n".join(f"- **{level.name}: {level.day}** · {level.words}" for level in _words.levels(finish))


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.heading}"
    rules = ["---:" if column in table.numbers else "---" for column in table.columns]
    yield "\n".join([_line([table.about, *table.columns]), _line(["---", *rules]), *map(_row, table.rows)])


def _row(row: Row) -> str:
    # The cells hold numbers and dates in words of our own: nothing that Markdown would read.
    owner = one_line(f"owner {row.owner}") if row.owner else ""
    about = title_and_facts(row.title, f"`{row.id}`", owner) if row.id else one_line(row.title)
    return _line([about, *row.cells])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
