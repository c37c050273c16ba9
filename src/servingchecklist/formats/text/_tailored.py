"""What is about tailoring as plain text."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ._parts import hanging, heading, reference_text, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._tailored.parts import Fact, Item, Row, Section, Sheet

_INDENT = " " * 7


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The page with all its sections."""
    yield from heading(sheet.title)
    yield from (wrap(line, "") for line in sheet.lines)
    if sheet.description:
        yield f"\n{wrap(sheet.description, '')}"
    yield from (f"See: {reference_text(reference)}" for reference in sheet.references)
    yield from chain.from_iterable(map(_section, sheet.sections))


def _section(section: Section) -> Iterator[str]:
    yield f"\n{section.heading}"
    if section.note:
        yield wrap(section.note, "   ")
    for number, item in enumerate(section.items, 1):
        yield ""
        yield from _item(item, f"{number:>4}. " if section.numbered else "   ")


def _item(item: Item, lead: str) -> Iterator[str]:
    if item.title:
        yield wrap(item.title, " " * len(lead), lead)
    if item.id:
        yield f"{_INDENT}{item.id}{f': {item.mark}' if item.mark else ''}"
    for fact in item.facts:
        yield from _fact(fact)
    yield from _rows(item)


def _fact(fact: Fact) -> Iterator[str]:
    if not fact.passages:
        before = "" if fact.before is None else f"{fact.before} -> "
        yield wrap(f"{fact.name}: {before}{fact.value}", f"{_INDENT}  ", _INDENT)
        return
    yield f"{_INDENT}{fact.name}:"
    indent = f"{_INDENT}  "
    hanging_indent = f"{indent}  " if len(fact.passages) > 1 else indent
    for passage in fact.passages:
        lead = f"{passage.sign}: " if passage.sign else ""
        yield wrap(f"{lead}{passage.text}", hanging_indent, indent)


def _rows(item: Item) -> Iterator[str]:
    width = max((len(row.field) for row in item.rows), default=0)
    for row in item.rows:
        lead = f"{_INDENT}{row.field:<{width}}  "
        yield hanging(lead, row.value)
        yield from (hanging(" " * len(lead), words) for words in _origin(row))


def _origin(row: Row) -> Iterator[str]:
    yield f"by {row.layer}{f'; before: {row.before}' if row.before else ''}"
    if row.reason:
        yield f"why: {row.reason}"
