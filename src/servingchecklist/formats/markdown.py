"""Markdown, as CommonMark and GitHub read it: written, and not read back.

Tasks are task list items. Pictures and folded content are left out. Within a list, a text of several paragraphs stays in its item. All
that has a meaning in Markdown is escaped, so that a parser reads back the texts that were stored and nothing else. GitHub turns addresses
and names such as ``@team`` in plain text into links; a host that posts untrusted input there decides on that.
"""

from __future__ import annotations

import re
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

from .. import _markdown
from .._text import join_words
from . import _document as node  # pyright: ignore[reportPrivateUsage]
from ._views import document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from . import Shown

NAME = "markdown"
SUFFIXES = (".md", ".markdown")

_BOXES = ("- [ ] ", "- [x] ")


def dumps(value: Shown) -> str:
    """Return a value as Markdown.

    Raises:
        InvalidError: There is no view of such a value.
    """
    page = document(value, "Markdown")
    head = [f"# {_markdown.escape(page.title, starts=False)}"] if page.is_headed else []
    return "\n\n".join([*head, *_blocks(page.blocks, "##")]).replace(_BAR, "|") + "\n"


_BAR = "\x1f"
"""A bar in code, which has to be escaped in a table only. No text can hold this character."""


def behind(line: node.Line) -> str:
    """Return a line of a document as Markdown, to be written behind other text of the same line."""
    return _line(line, starts=False).replace(_BAR, "|")


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


def _code(text: str) -> str:
    """Return one line as code, and any other text as text."""
    if text.isalnum():  # most are ids
        return f"`{text}`"
    if not text or "\n" in text:
        return _markdown.escape(text, starts=False)
    fence = _fence(text, 1)
    # A parser takes away a blank on both sides.
    pad = " " * (text[0] == "`" or text[-1] == "`" or (text[0] == text[-1] == " " and bool(text.strip(" "))))
    return f"{fence}{pad}{text.replace('|', _BAR)}{pad}{fence}"


def _fence(text: str, least: int) -> str:
    """Return backticks that are longer than any in a text."""
    return "`" * max(least, *(len(run) + 1 for run in re.findall("`+", text)), 0)


def _prose(line: node.Line, *, starts: bool = True) -> str:
    if isinstance(line, str):
        return _markdown.escape_paragraphs(line) if "\n" in line else _line(line, starts=starts)
    lines: list[list[node.Inline]] = [[]]
    for run in line:
        first, *others = run.split("\n") if isinstance(run, str) else [run]
        lines[-1].append(first)
        lines += [[other] for other in others]
    return "\\\n".join(_line(runs, starts=starts or at > 0) for at, runs in enumerate(lines))


def _blocks(blocks: Iterable[node.Block], hashes: str) -> Iterator[str]:
    turn = False
    for block in blocks:
        turn = isinstance(block, node.Listing) and not turn  # another marker begins another list
        match block:
            case node.Paragraph():
                yield _prose(block.line)
            case node.Listing():
                yield _listing(block, turn=turn)
            case node.CodeBlock():
                # Some parsers read a bar in the first line as the head of a table.
                fence, language = _fence(block.text, 3), re.fullmatch(r"[^\s`&\\|]*", block.language)
                yield f"{fence}{language[0] if language else ''}\n{block.text}\n{fence}"
            case node.Section():
                heading = f"{block.number} {block.heading}" if block.number else block.heading
                yield f"{hashes} {_markdown.escape(heading, starts=False)}"
                yield from _blocks(block.blocks, f"{hashes}#"[:6])
            case node.Items():
                yield _items(block)
            case node.Bullets():
                yield _list(map(_prose, block.lines), block.marks)
            case node.Fields():
                yield _list(map(_field, block.fields))
            case node.Table():
                yield _table(block)
            case node.Progress():
                yield _markdown.escape(block.words)
            case _:
                assert isinstance(block, node.Figure), block


def _list(entries: Iterable[str], marks: Sequence[str] = ()) -> str:
    boxes = [_BOXES[mark == "done"] for mark in marks] or repeat("- ")
    # A bare "-" could make a heading.
    return "\n".join(f"{box}{_indented(entry, 2) or '&#32;'}" for box, entry in zip(boxes, entries, strict=False))


def _listing(block: node.Listing, *, turn: bool) -> str:
    items: list[str] = []
    for number, item in enumerate(block.items, block.start or 0):
        lead = "+*"[turn] if block.start is None else f"{min(number, 10**9 - 1):d}{').'[turn]}"
        below = [*_blocks(item, "####")] or ["&#32;"]
        gap = "\n" if all(isinstance(part, node.Listing) and part.start in (None, 1) for part in item[1:]) else "\n\n"
        items.append(f"{lead} {_indented(gap.join(below), len(lead) + 1)}")
    return ("\n\n" if any("\n\n" in item for item in items) else "\n").join(items)


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
        lead = {"number": lead, "task": _BOXES[item.mark == "done"], "bullet": "- "}[block.kind]
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
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, rules, *rows)).replace(_BAR, r"\|")
