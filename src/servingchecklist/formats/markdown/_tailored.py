"""What is about tailoring as Markdown: lists of what has changed, and tables of where it came from."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from ..._text import escape_markdown
from .._tailored.parts import COLUMNS
from ._parts import code, one_line, reference_link, title_and_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._tailored.parts import Fact, Item, Section, Sheet


def sheet_blocks(sheet: Sheet) -> Iterator[str]:
    """The page with all its sections."""
    yield f"# {one_line(sheet.title)}"
    yield from map(escape_markdown, sheet.lines)
    if sheet.description:
        yield escape_markdown(sheet.description)
    if sheet.references:
        yield "\n".join(f"- {reference_link(reference)}" for reference in sheet.references)
    yield from chain.from_iterable(map(_section, sheet.sections))


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.heading}"
    if section.note:
        yield escape_markdown(section.note)
    listed: list[str] = []
    for number, item in enumerate(section.items, 1):
        if item.rows:
            yield from _table(item)
        else:
            listed.append(_item(item, f"{number}. " if section.numbered else "- "))
    if listed:
        yield "\n".join(listed)


def _item(item: Item, lead: str) -> str:
    indent = " " * len(lead)
    head = [f"{lead}{title_and_facts(item.title, *_marks(item))}"] if item.title else []
    return "\n".join([*head, *(line for fact in item.facts for line in _fact(fact, indent if head else ""))])


def _marks(item: Item) -> list[str]:
    return [code(item.id) if item.id else "", item.mark]


def _fact(fact: Fact, indent: str) -> Iterator[str]:
    if not fact.passages:
        before = "" if fact.before is None else f"{one_line(fact.before)} \N{RIGHTWARDS ARROW} "
        yield f"{indent}- {one_line(fact.name)}: {before}{one_line(fact.value)}"
        return
    yield f"{indent}- {one_line(fact.name)}:"
    for passage in fact.passages:
        sign = f"*{passage.sign}:* " if passage.sign else ""
        text = escape_markdown(passage.text, f"{indent}    ")
        yield f"{indent}  - {sign}{reference_link(passage.reference) if passage.reference else text}"


def _table(item: Item) -> Iterator[str]:
    if item.title:
        yield title_and_facts(item.title, *_marks(item))
    rows = [(row.field, row.value, row.layer, row.before, row.reason) for row in item.rows]
    lines = [COLUMNS, ["---"] * len(COLUMNS), *(list(map(one_line, row)) for row in rows)]
    yield "\n".join(map(_line, lines))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
