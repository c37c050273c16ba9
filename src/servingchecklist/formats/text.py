"""Plain text, for a terminal or a message: written, and not read back.

Lines are wrapped, at 80 columns unless told otherwise, so the layout of descriptions is not kept. Pictures and folded content are left
out. A list of items that need one line each is written in columns, and a table without numbers as records. No text that can be stored
drives a terminal, so nothing needs to be escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import columns, join_words, wrap
from . import _document as node  # pyright: ignore[reportPrivateUsage]
from ._views import document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from . import Shown

NAME = "text"
SUFFIXES = (".txt",)
WIDTH = 80

_BAR = 20  # columns of the longest bar
_BOXES: Mapping[str, str] = {"todo": "[ ]", "doing": "[>]", "blocked": "[!]", "done": "[x]", "waived": "[~]"}
_COLUMNS = ("box", "id", "status", "priority", "effort")  # before the title; those behind the id are roles of facts


def dumps(value: Shown, width: int = WIDTH) -> str:
    """Return a value as plain text, at most so many columns wide where words allow it.

    Raises:
        InvalidError: There is no view of such a value.
    """
    page = document(value, "text")
    writer = _Writer(width, page)
    if page.is_headed:
        writer.put("", page.title)
        writer.lines.append("=" * min(max(map(columns, writer.lines)), width))
    writer.blocks(page.blocks, "")
    return "\n".join(line.rstrip() for line in writer.lines).lstrip("\n") + "\n"


def _plain(part: node.Fact | node.Line | node.Inline) -> str:
    match part:
        case str():
            return part
        case node.Fact():
            return _plain(part.line)
        case node.Code() | node.Strong() | node.Changed():
            return part.text
        case node.Codes():
            return join_words(list(part.texts))
        case node.Link():
            return f"{part.reference.title} <{part.reference.url}>"
        case node.Became():
            return f"{part.before} -> {part.after}"
        case _:
            return "".join(map(_plain, part))


def _padded(text: str, width: int, is_number: bool = False) -> str:  # noqa: FBT001, FBT002
    room = " " * (width - columns(text))
    return room + text if is_number else text + room


def _lists(blocks: Iterable[node.Block]) -> Iterator[node.Items]:
    """Yield the lists of items that need one line each, and perhaps some bullets below it."""
    for block in blocks:
        if isinstance(block, node.Section):
            yield from _lists(block.blocks)
        elif isinstance(block, node.Items) and block.kind != "number" and not _is_loose(block):
            yield block


def _is_loose(block: node.Items) -> bool:
    return any(not isinstance(one, node.Bullets) for item in block.items for one in item.body)


def _cells(item: node.Item, kind: str) -> dict[str, str]:
    """Return what may stand in columns before the title of an item."""
    facts = {fact.role.partition(" ")[0]: _plain(fact) for fact in item.facts if isinstance(fact, node.Fact)}
    return {"box": _BOXES[item.mark] if kind == "task" else "", "id": item.id} | facts


class _Writer:
    """The lines of a text so far, and the width that there is."""

    def __init__(self, width: int, page: node.Document) -> None:
        self.lines: list[str] = []
        self._width = width
        rows = [_cells(item, block.kind) for block in _lists(page.blocks) for item in block.items]
        widths = {name: max((columns(row.get(name, "")) for row in rows), default=0) for name in _COLUMNS}
        self._columns = {name: wide + 1 + (name != "box") for name, wide in widths.items() if wide}
        while len(self._columns) > 2 and 2 * sum(self._columns.values()) > width - 6:
            self._columns.popitem()  # there is no room for it

    def put(self, lead: str, text: str) -> None:
        self.lines += wrap(text, lead, self._width)

    def blocks(self, blocks: Iterable[node.Block], indent: str) -> None:
        """Add blocks, a section behind an empty line and its content indented."""
        for block in blocks:
            match block:
                case node.Paragraph():
                    if block.role == "prose" and not indent:
                        self.lines.append("")
                    self.put(indent, _plain(block.line))
                case node.Section():
                    self.lines.append("")
                    self.put(indent, f"{block.number} {block.heading}".lstrip())
                    self.blocks(block.blocks, f"{indent}   ")
                case node.Items():
                    self._items(block, indent)
                case node.Bullets():
                    for line in block.lines:
                        self.put(f"{indent}- ", _plain(line))
                case node.Fields():
                    for field in block.fields:
                        first = _plain(field.lines[0]) if len(field.lines) == 1 else ""
                        self.put(indent, f"{field.name}: {first}".rstrip())
                        self.blocks([] if first else [node.Bullets(field.lines)], f"{indent}  ")
                case node.Table():
                    self._table(block, indent) if block.numbers else self._records(block, indent)
                case node.Progress():
                    self.put(indent, block.words)
                case node.Figure():
                    pass

    def _items(self, block: node.Items, indent: str) -> None:
        if any(_lists([block])):
            self._aligned(block, indent)
            return
        for item in block.items:
            lead = {"number": f"{item.number}. ", "task": f"{_BOXES[item.mark]} ", "bullet": ""}[block.kind]
            below = indent + " " * (len(lead) or 4)
            self.lines += [""] * _is_loose(block)
            self.put(indent + lead, item.title)
            if words := ": ".join(filter(None, (item.id, ", ".join(map(_plain, item.facts))))):
                self.put(below, words)
            self.blocks(item.body, below)

    def _aligned(self, block: node.Items, indent: str) -> None:
        """Add one line an item: some of its facts in columns, the same in all lists, its title, and what else there is below that."""
        below = indent + " " * min(self._columns.get("box", 0) + self._columns.get("id", 0), self._width // 3)
        for item in block.items:
            cells = _cells(item, block.kind)
            shown = [cells.get(name, "") for name in self._columns]
            self.put(indent + "".join(map(_padded, shown, self._columns.values())), item.title)
            if facts := "; ".join(words for words in map(_plain, item.facts) if words not in shown):
                self.put(below, facts)
            self.blocks(item.body, below)

    def _table(self, table: node.Table, indent: str) -> None:
        """Add a row a line. The title comes first where it is short, and else last, where it can be wrapped, or below."""
        items = [row.item for row in table.rows]
        is_first = not any(item.id for item in items) and max(columns(item.title) for item in items) * 3 <= self._width
        heads = [table.columns[0] if is_first else "", *table.columns[1:]]
        rows = [[row.item.title if is_first else row.item.id, *map(_plain, row.cells)] for row in table.rows]
        widths, numbers = [max(map(columns, column)) for column in zip(heads, *rows, strict=True)], table.numbers
        bars = ["#" * max(round(_BAR * share), share > 0) for share in table.bars] or [""] * len(rows)

        def lead(cells: Sequence[str], bar: str = "") -> str:
            padded = [
                _padded(cell, wide, head in numbers) for cell, wide, head in zip(cells, widths, heads, strict=True)
            ]
            padded.insert(-1, _padded(bar, _BAR) if table.bars else "")
            return indent + "".join(f"{cell}  " for cell in padded if cell)

        start = columns(lead(heads))
        is_behind = not is_first and start * 5 <= self._width * 3
        below = " " * (start if is_behind else columns(indent) + widths[0] + 2)
        self.lines.append(lead(heads) + (table.columns[0] if is_behind else ""))
        for cells, item, bar in zip(rows, items, bars, strict=True):
            self.put(lead(cells, bar), item.title if is_behind else "")
            for line in [*([] if is_first or is_behind else [item.title]), *item.facts]:
                self.put(below, _plain(line))

    def _records(self, table: node.Table, indent: str) -> None:
        """Add a record a row: the title and the first cell in one line, and each further cell below with its heading."""
        width = max((columns(row.item.title) for row in table.rows), default=0) + 2
        for row in table.rows:
            first, *others = map(_plain, row.cells)
            self.put(indent + _padded(row.item.title, width), first)
            for column, cell in zip(table.columns[2:], others, strict=True):
                if cell:
                    self.put(indent + " " * width, f"{column.lower()}: {cell}")
