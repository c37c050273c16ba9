"""Markdown, as CommonMark and GitHub read it: written, and not read back.

Tasks are task list items. Pictures and folded content are left out. Within a list, a text of several paragraphs stays in its item. All
that has a meaning in Markdown is escaped, so that a parser reads back the texts that were stored and nothing else. GitHub turns addresses
and names such as ``@team`` in plain text into links; a host that posts untrusted input there decides on that.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from .. import _markdown
from .._text import join_words
from . import _document as node  # pyright: ignore[reportPrivateUsage]
from ._views import document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from . import Shown

NAME = "markdown"
SUFFIXES = (".md", ".markdown")


def dumps(value: Shown) -> str:
    """Return a value as Markdown.

    Raises:
        InvalidError: There is no view of such a value.
    """
    page = document(value, "Markdown")
    head = [f"# {_markdown.escape(page.title, starts=False)}"] if page.is_headed else []
    return "\n\n".join([*head, *_blocks(page.blocks, "##")]) + "\n"


def _line(line: node.Line, *, starts: bool = True) -> str:
    if isinstance(line, str):
        return _markdown.escape(line, starts=starts)
    return _markdown.as_line("".join(map(_run, line)), starts=starts)


def _run(run: node.Inline) -> str:
    match run:
        case str():
            return _markdown.escape_within(run)
        case node.Code():
            return join_words(list(map(_code, run.texts)))
        case node.Strong():
            return _strong(run.text)
        case node.Link():
            title, url = _markdown.escape(run.reference.title, starts=False), run.reference.url
            if not run.reference.is_link:
                return f"{title} ({_code(url)})"
            # An ampersand could begin a character reference, and a bar would end the cell of a table.
            return f"[{title}](<{url.replace('&', '&amp;').replace('|', '%7C')}>)"
        case node.Changed():
            return _markdown.escape(run.text, starts=False)
        case node.Became():  # pragma: no branch
            sides = (_markdown.escape(text, starts=False) for text in (run.before, run.after))
            return " \N{RIGHTWARDS ARROW} ".join(sides)


def _strong(text: str) -> str:
    return f"**{_markdown.escape(text, starts=False)}**" if text else ""


_NO_CODE = re.compile(r"[`|\s]")


def _code(text: str) -> str:
    """Return an id, a path or an address as code, and any other text as text."""
    return (
        f"`{text}`" if text.isalnum() or (text and not _NO_CODE.search(text)) else _markdown.escape(text, starts=False)
    )


def _prose(line: node.Line, *, starts: bool = True) -> str:
    return _markdown.escape_paragraphs(line) if isinstance(line, str) and "\n" in line else _line(line, starts=starts)


def _blocks(blocks: Iterable[node.Block], hashes: str) -> Iterator[str]:
    for block in blocks:
        match block:
            case node.Paragraph():
                yield _prose(block.line)
            case node.Section():
                heading = f"{block.number} {block.heading}" if block.number else block.heading
                yield f"{hashes} {_markdown.escape(heading, starts=False)}"
                yield from _blocks(block.blocks, f"{hashes}#"[:6])
            case node.Items():
                yield _items(block)
            case node.Bullets():
                yield _list(map(_prose, block.lines))
            case node.Fields():
                yield _list(map(_field, block.fields))
            case node.Table():
                yield _table(block)
            case node.Progress():
                yield _markdown.escape(block.words)
            case _:
                assert isinstance(block, node.Figure), block


def _list(entries: Iterable[str]) -> str:
    return "\n".join(f"- {_indented(entry, 2) or '&#32;'}" for entry in entries)  # a bare "-" could make a heading


def _field(field: node.Field) -> str:
    name = _markdown.escape(field.name)
    if len(field.lines) == 1:
        return f"{name}: {_prose(field.lines[0], starts=False)}"
    return f"{name}:\n{_list(map(_prose, field.lines))}"


def _items(block: node.Items) -> str:
    items: list[str] = []
    numbers = [item.number or place for place, item in enumerate(block.items, 1)]
    # A parser counts on from the first number, so others are written as text.
    is_counted = numbers[-1:] < [10**9] and all(after == before + 1 for before, after in pairwise(numbers))
    for number, item in zip(numbers, block.items, strict=True):
        lead = f"{number:d}. " if is_counted else f"- {number:d}\\. "
        lead = {"number": lead, "task": "- [x] " if item.mark == "done" else "- [ ] ", "bullet": "- "}[block.kind]
        width = lead.index(" ") + 1
        is_tight = all(isinstance(part, node.Bullets | node.Fields) for part in item.body)
        below = [" " * width + _indented(part, width) for part in _blocks(item.body, "####")]
        items.append(("\n" if is_tight else "\n\n").join([lead + _about(item), *below]))
    return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)


def _about(item: node.Item) -> str:
    """Return the title, the id and the facts of an item in one line."""
    if not (item.id or item.facts):
        return _markdown.escape(item.title)
    facts = [_line(fact.line if isinstance(fact, node.Fact) else fact, starts=False) for fact in item.facts]
    return " \N{MIDDLE DOT} ".join(filter(None, [_strong(item.title), item.id and _code(item.id), *facts]))


def _indented(text: str, width: int) -> str:
    """Return text with all lines but the first and the empty ones indented."""
    return re.sub(r"\n(?!\n)", "\n" + " " * width, text) if "\n" in text else text


def _table(table: node.Table) -> str:
    heads = [_markdown.escape(column, starts=False) for column in table.columns]
    rules = ["---:" if column in table.numbers else "---" for column in table.columns]
    rows = [[_about(row.item), *(_line(cell, starts=False) for cell in row.cells)] for row in table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *rows))
