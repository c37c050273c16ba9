"""What is about tailoring as HTML: lists of what has changed, and tables of where it came from."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..._text import escape_html
from .._tailored.parts import COLUMNS
from ._parts import bullets, paragraph, reference_link, span
from ._style import TAILORED_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._tailored.parts import Fact, Item, Passage, Row, Section, Sheet


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The page with all its sections."""
    yield f"<style>\n{TAILORED_STYLE}\n</style>"
    yield f"<h1>{escape_html(sheet.title)}</h1>"
    yield from chain.from_iterable(map(paragraph, sheet.lines))
    yield from paragraph(sheet.description)
    yield from bullets(list(map(reference_link, sheet.references)))
    yield from chain.from_iterable(map(_section, sheet.sections))


def _section(section: Section) -> Iterator[str]:
    yield "<section>"
    yield f"<h2>{section.heading}</h2>"
    yield from paragraph(section.note)
    kind = "ol" if section.numbered else "ul"
    yield f'<{kind} class="scl-{"ranks" if section.numbered else "told"}">'
    for number, item in enumerate(section.items, 1):
        yield '<li class="scl-task">' if section.numbered else "<li>"
        if section.numbered:
            yield f'<span class="scl-rank" aria-hidden="true">{number}</span>'
        yield from _item(item)
        yield "</li>"
    yield f"</{kind}>"
    yield "</section>"


def _item(item: Item) -> Iterator[str]:
    if item.title:
        yield f"<h3>{escape_html(item.title)}</h3>"
    if item.id:
        yield f'<p class="scl-facts"><code>{escape_html(item.id)}</code> {span(item.mark)}</p>'
    if item.facts:
        yield '<dl class="scl-changes">'
        for fact in item.facts:
            yield from _fact(fact)
        yield "</dl>"
    if item.rows:
        yield from _table(item)


def _fact(fact: Fact) -> Iterator[str]:
    yield f"<dt>{escape_html(fact.name)}</dt>"
    if fact.passages:
        yield "<dd>"
        yield "<ul>"
        yield from map(_passage, fact.passages)
        yield "</ul>"
        yield "</dd>"
        return
    value = escape_html(fact.value)
    if fact.before is None:
        yield f'<dd class="scl-text">{value}</dd>'
    else:
        yield f'<dd class="scl-text"><del>{escape_html(fact.before)}</del> \N{RIGHTWARDS ARROW} <ins>{value}</ins></dd>'


_TAGS = {"new": "ins", "no longer": "del"}


def _passage(passage: Passage) -> str:
    text = reference_link(passage.reference) if passage.reference else escape_html(passage.text)
    if passage.sign:
        tag = _TAGS[passage.sign]
        text = f'<span class="scl-sign">{passage.sign}</span> <{tag}>{text}</{tag}>'
    return f'<li class="scl-text">{text}</li>'


def _table(item: Item) -> Iterator[str]:
    yield '<table class="scl-origins">'
    yield "<thead>"
    headings = [f'<th scope="col">{column}</th>' for column in COLUMNS]
    yield f"<tr>{''.join(headings)}</tr>"
    yield "</thead>"
    yield "<tbody>"
    yield from map(_row, item.rows)
    yield "</tbody>"
    yield "</table>"


def _row(row: Row) -> str:
    # On a narrow screen the cells stand below each other, each with the heading of its column.
    told = zip(COLUMNS[1:], (row.value, row.layer, row.before, row.reason), strict=True)
    cells = [f'<td data-column="{column}">{escape_html(cell)}</td>' for column, cell in told]
    return f'<tr><th scope="row">{escape_html(row.field)}</th>{"".join(cells)}</tr>'
