"""What is forecast as HTML: when everything is finished, what is critical, and how a date is spread, in pictures and in tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_html
from ...planning.critical import CriticalPath
from ...planning.forecast import Forecast
from .. import _tables, _words
from .._pictures import MOST_TASKS
from ._parts import bullets, figure, paragraph, span, strong, title_and_facts
from ._style import PLANNING_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...planning.distribution import Distribution
    from ...planning.forecast import TaskForecast
    from .._tables import Row, Table


def planning_title(value: Forecast | CriticalPath | Distribution) -> str:
    """What the page is called."""
    if isinstance(value, Forecast):
        return f"Forecast of {value.name}"
    return f"{_words.CRITICAL_PATH}: {value.checklist.title}" if isinstance(value, CriticalPath) else _words.FINISHED


def planning_lines(value: Forecast | CriticalPath | Distribution) -> Iterator[str]:
    """When everything is finished, what is critical, or when one thing is finished."""
    yield f"<style>\n{PLANNING_STYLE}\n</style>"
    if isinstance(value, Forecast):
        yield from _forecast(value)
    else:
        yield from _critical_path(value) if isinstance(value, CriticalPath) else _distribution(value)


def _forecast(made: Forecast) -> Iterator[str]:
    yield f"<h1>Forecast of {escape_html(made.name)}</h1>"
    yield from paragraph(_words.subject(made))
    if not made.tasks:
        yield from strong(_words.NOTHING_LEFT)
        return
    yield from _levels(made.finish)
    yield from paragraph(_words.basis(made))
    for heading, tasks in _words.notices(made):
        yield from _notice(heading, tasks)
    yield from _figure(made, _words.GANTT)
    yield from figure(made.finish, _words.SPREAD)
    for table in _tables.tables(made):
        yield from _table(table)
    yield "<section>"
    yield f"<h2>{_words.ASSUMPTIONS}</h2>"
    yield from bullets([escape_html(sentence) for sentence in made.assumptions])
    yield "</section>"


def _figure(value: Forecast | CriticalPath, caption: str) -> Iterator[str]:
    """The picture of what is planned, or that there are too many tasks for one."""
    if len(value.checklist) <= MOST_TASKS:
        yield from figure(value, caption)
    else:
        yield from paragraph(f"Of more than {MOST_TASKS:,} tasks nobody could read a picture, so it is left out.")


def _notice(heading: str, tasks: Sequence[TaskForecast]) -> Iterator[str]:
    yield '<section class="scl-notice">'
    yield f"<h2>{heading}</h2>"
    yield '<ul class="scl-items">'
    for task in tasks:
        yield "<li>"
        yield from title_and_facts(task.title, [f"<code>{task.id}</code>"])
        yield "</li>"
    yield "</ul>"
    yield "</section>"


def _critical_path(found: CriticalPath) -> Iterator[str]:
    yield f"<h1>{_words.CRITICAL_PATH}</h1>"
    yield from paragraph(found.checklist.title)
    if not found:
        yield from strong(_words.NOTHING_LEFT)
        return
    yield from strong(_words.length(found))
    yield from _figure(found, _words.GRAPH)
    yield "<section>"
    yield f"<h2>{_words.PATH}</h2>"
    yield '<ol class="scl-path">'
    for one in _words.path(found):
        yield "<li>"
        yield from title_and_facts(one.title, [f"<code>{one.id}</code>", span(_words.duration(one))])
        yield "</li>"
    yield "</ol>"
    yield "</section>"
    yield from _table(_tables.slack(found))


def _distribution(finish: Distribution) -> Iterator[str]:
    yield f"<h1>{_words.FINISHED}</h1>"
    yield from _levels(finish)
    yield from paragraph(_words.mean(finish))
    yield from figure(finish, _words.SPREAD)
    yield from _table(_tables.by_day(finish))


def _levels(finish: Distribution) -> Iterator[str]:
    yield '<ul class="scl-levels">'
    for level in _words.levels(finish):
        facts = [span(level.name, "scl-level"), f"<strong>{level.day}</strong>", span(level.words)]
        yield f"<li>{' '.join(facts)}</li>"
    yield "</ul>"


def _table(table: Table) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{table.heading}</h2>"
    # On a narrow screen the table moves sideways, by the keyboard too.
    yield f'<div class="scl-wide" role="region" aria-label="{table.heading}" tabindex="0">'
    yield '<table class="scl-table">'
    kinds = [' class="scl-count"' if column in table.numbers else "" for column in table.columns]
    headings = [f'<th scope="col"{kind}>{column}</th>' for kind, column in zip(kinds, table.columns, strict=True)]
    yield "<thead>"
    yield f'<tr><th scope="col">{table.about}</th>{"".join(headings)}</tr>'
    yield "</thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = [f"<td{kind}>{escape_html(cell)}</td>" for kind, cell in zip(kinds, row.cells, strict=True)]
        yield f"<tr>{_about(row)}{''.join(cells)}</tr>"
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    yield "</section>"


def _about(row: Row) -> str:
    owner = escape_html(f"owner {row.owner}") if row.owner else ""
    facts = [f"<code>{row.id}</code>", span(owner)] if row.id else []
    below = f' <div class="scl-facts">{" ".join(filter(None, facts))}</div>' if facts else ""
    return f'<th scope="row">{escape_html(row.title)}{below}</th>'
