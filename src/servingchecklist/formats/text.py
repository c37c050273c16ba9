"""Plain text, for a terminal or a message: written, and not read back.

Lines are wrapped, at 80 columns by default, but not those of code. What is marked in descriptions is shown as it is typed. Pictures and
folded content are left out. A list of items that need one line each is written in columns, and a table without numbers as records. No text that can be stored
drives a terminal, and the only escape sequences are those of the colours; what the log of a CI service would obey gets a blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.task import Status
from .._text import columns, inert, wrap
from . import _document as node  # pyright: ignore[reportPrivateUsage]
from ._views import document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from . import Shown

NAME = "text"
SUFFIXES = (".txt",)
WIDTH = 80

_BAR = 20  # columns of the longest bar
_BOXES: Mapping[str, str] = dict(zip(Status, ("[ ]", "[>]", "[!]", "[x]", "[~]", "[-]"), strict=True))
_COLUMNS = ("box", "id", "status", "priority", "effort")  # before the title; those behind the id are roles of facts
# Readable on dark and on light; what they say is there in words or marks, too.
_COLORS = {
    **dict.fromkeys(("heading", "high"), "1"),
    **dict.fromkeys(("low", "waived", "not-applicable"), "2"),
    **dict.fromkeys(("blocked", "overdue"), "31"),
    "critical": "1;31",
    "done": "32",
    "doing": "35",
}
# While lines are laid out, a colour is a character that takes no column and cannot be stored.
_SIGNS = dict(zip(sorted({"0", *_COLORS.values()}), "\u202a\u202b\u202c\u202d\u202e\u2066\u2067", strict=True))


def dumps(value: Shown, width: int = WIDTH, *, color: bool = False) -> str:
    """Return a value as text, at most so many columns wide where words allow it, and in colour for a terminal.

    Raises:
        InvalidError: There is no view of such a value.
    """
    page = document(value, "text")
    writer = _Writer(width, page, color=color)
    if page.is_headed:
        writer.put("", writer.painted(page.title, "heading"))
        writer.lines.append("=" * min(max(map(columns, writer.lines)), width))
    writer.blocks(page.blocks, "")
    text = "\n".join(line.rstrip() for line in writer.lines).lstrip("\n") + "\n"
    text = inert(text)
    for code, sign in _SIGNS.items() if color else ():
        text = text.replace(sign, f"\x1b[{code}m")
    return text


def _padded(text: str, width: int, *, is_number: bool = False) -> str:
    return f"{text:{'>' if is_number else '<'}{max(width - columns(text), 0) + len(text)}}"


def _lists(blocks: Iterable[node.Block]) -> Iterator[node.Items]:
    """Yield the lists of items that need one line each, and perhaps some bullets below it."""
    for block in blocks:
        if isinstance(block, node.Section):
            yield from _lists(block.blocks)
        elif isinstance(block, node.Items):
            if block.kind != "number" and not _is_loose(block):
                yield block
            for item in block.items:
                yield from _lists(item.body)


def _is_loose(block: node.Items) -> bool:
    parts = (part for item in block.items for part in item.body)
    return block.role != "brief" and not all(isinstance(part, node.Bullets) for part in parts)


def _is_prose(block: node.Block | None) -> bool:
    return isinstance(block, node.Listing | node.CodeBlock) or getattr(block, "role", "") == "prose"


def _typed(line: node.Line) -> str:
    """Return a line of a description, with its marks as they are typed."""
    signs: dict[type, str] = {node.Code: "`", node.Strong: "**"}
    parts = [line] if isinstance(line, str) else line
    return "".join(f"{signs.get(type(part), '')}{node.plain(part)}{signs.get(type(part), '')}" for part in parts)


def _role(fact: node.Fact | node.Line) -> str:
    name = fact.role.partition(" ")[0] if isinstance(fact, node.Fact) else ""
    return name if name in _COLUMNS[2:] else ""


class _Writer:
    """The lines of a text so far, and the width that there is."""

    def __init__(self, width: int, page: node.Document, *, color: bool) -> None:
        self.lines: list[str] = []
        self._width = width
        self._color = color
        rows = [self._cells(item, block.kind) for block in _lists(page.blocks) for item in block.items]
        widths = {name: max((columns(row.get(name, "")) for row in rows), default=0) for name in _COLUMNS}
        widths["id"] *= widths["id"] <= width // 4  # a longer one goes below the title
        self._columns = {name: wide + (name != "box") for name, wide in widths.items() if wide}
        while len(self._columns) > 2 and 2 * sum(self._columns.values()) > width - 6:
            self._columns.popitem()  # there is no room for it

    def put(self, lead: str, text: str) -> None:
        self.lines += wrap(text, lead, self._width)

    def painted(self, text: str, role: str) -> str:
        code = _COLORS.get(role.rpartition(" ")[2]) if self._color else None
        return f"{_SIGNS[code]}{text}{_SIGNS['0']}" if code else text

    def _box(self, mark: str) -> str:
        return self.painted(_BOXES[mark], mark)

    def _fact(self, fact: node.Fact | node.Line) -> str:
        return self.painted(node.plain(fact), fact.role) if isinstance(fact, node.Fact) else node.plain(fact)

    def _cells(self, item: node.Item, kind: str) -> dict[str, str]:
        """Return what may stand in columns before the title of an item."""
        facts = {_role(fact): self._fact(fact) for fact in item.facts}
        return facts | {"box": self._box(item.mark) if kind == "task" else "", "id": item.id}

    def blocks(self, blocks: Iterable[node.Block], indent: str) -> None:
        """Add blocks, a section behind an empty line and its content indented."""
        before: node.Block | None = None
        for block in blocks:
            is_list_over = isinstance(before, node.Listing) and not isinstance(block, node.Section)
            is_apart = isinstance(block, node.Paragraph) if _is_prose(before) else not indent
            if is_list_over or (is_apart and _is_prose(block)):
                self.lines.append("")
            before = block
            match block:
                case node.Paragraph():
                    self.put(indent, _typed(block.line) if block.role == "prose" else node.plain(block.line))
                case node.Listing():
                    for number, item in enumerate(block.items, block.start or 0):
                        self._entry(item, f"{indent}- " if block.start is None else f"{indent}{number:d}. ")
                case node.CodeBlock():
                    self.lines += [f"{indent}    {line}" for line in block.text.split("\n")]
                case node.Section():
                    self.lines.append("")
                    self.put(indent, self.painted(f"{block.number} {block.heading}".lstrip(), "heading"))
                    self.blocks(block.blocks, f"{indent}   ")
                case node.Items():
                    self._items(block, indent)
                case node.Bullets():
                    marks = [*map(self._box, block.marks)] or ["-"] * len(block.lines)
                    for mark, line in zip(marks, block.lines, strict=True):
                        self.put(f"{indent}{mark} ", _typed(line) if block.marks else node.plain(line))
                case node.Fields():
                    for field in block.fields:
                        first = node.plain(field.lines[0]) if len(field.lines) == 1 else ""
                        head, is_long, rest = f"{field.name}: {first}".rstrip().partition("\n")
                        self.put(indent, head)
                        if is_long:
                            self.put(f"{indent}  ", rest)
                        self.blocks([] if first else [node.Bullets(field.lines)], f"{indent}  ")
                case node.Table():
                    if not (block.numbers and block.rows and self._table(block, indent)):
                        self._records(block, indent)
                case node.Progress():
                    self.put(indent, block.words)
                case _:
                    assert isinstance(block, node.Figure), block

    def _entry(self, item: Sequence[node.Block], lead: str) -> None:
        """Add an item of a list in a text, its marker in the place of its indent."""
        start = len(self.lines)
        self.blocks(item, " " * len(lead))
        self.lines[start:] = [lead + "".join(self.lines[start : start + 1])[len(lead) :], *self.lines[start + 1 :]]

    def _items(self, block: node.Items, indent: str) -> None:
        is_loose = _is_loose(block)
        for place, item in enumerate(block.items, 1):
            if block.kind != "number" and not is_loose:
                self._aligned(item, block.kind, indent)
                continue
            lead = {"number": f"{item.number or place:d}. ", "task": f"{self._box(item.mark)} ", "bullet": ""}[
                block.kind
            ]
            below = indent + " " * (columns(lead) or 4)
            self.lines += [""] * (is_loose and self.lines[-1:] != [""])
            self.put(indent + lead, self.painted(item.title, "heading" * (block.kind == "number")))
            if words := ": ".join(filter(None, (item.id, ", ".join(map(self._fact, item.facts))))):
                self.put(below, words)
            self.blocks(item.body, below)

    def _aligned(self, item: node.Item, kind: str, indent: str) -> None:
        """Add an item in one line: some of its facts in columns, the same in all lists, its title, and below that what else there is."""
        cells = self._cells(item, kind)
        lead = indent + "".join(f"{_padded(cells.get(name, ''), wide)} " for name, wide in self._columns.items())
        below = indent + " " * sum(self._columns.get(name, -1) + 1 for name in ("box", "id"))
        self.put(lead, item.title)
        others = [self._fact(fact) for fact in item.facts if _role(fact) not in self._columns]
        if facts := "; ".join(filter(None, ["" if "id" in self._columns else item.id, *others])):
            self.put(below, facts)
        self.blocks(item.body, below)

    def _table(self, table: node.Table, indent: str) -> bool:
        """Add a row a line: the title first where it is short, else last or below. Return False where the lines would be too wide."""
        items = [row.item for row in table.rows]
        is_first = not any(item.id for item in items) and max(columns(item.title) for item in items) * 3 <= self._width
        heads = [table.columns[0] if is_first else "", *table.columns[1:]]
        rows = [[row.item.title if is_first else row.item.id, *map(node.plain, row.cells)] for row in table.rows]
        widths = [max(map(columns, column)) for column in zip(heads, *rows, strict=True)]
        bars = ["#" * max(round(_BAR * share), share > 0) for share in table.bars] or [""] * len(rows)

        def lead(cells: Sequence[str], bar: str = "") -> str:
            cells = [
                _padded(cell, wide, is_number=head in table.numbers)
                for cell, wide, head in zip(cells, widths, heads, strict=True)
            ]
            cells.insert(-1, _padded(bar, _BAR) if table.bars else "")
            return indent + "".join(f"{cell}  " for cell in cells if cell)

        start = columns(lead(heads))
        if start > self._width + 2 or (widths[0] * 4 > self._width and not is_first):
            return False
        is_behind = not is_first and start * 5 <= self._width * 3
        below = " " * (start if is_behind else columns(indent) + widths[0] + 2)
        self.lines.append(lead(heads) + (table.columns[0] if is_behind else ""))
        for cells, item, bar in zip(rows, items, bars, strict=True):
            self.put(lead(cells, bar), item.title if is_behind else "")
            for line in [*([] if is_first or is_behind else [item.title]), *item.facts]:
                self.put(below, node.plain(line))
        return True

    def _records(self, table: node.Table, indent: str) -> None:
        """Add a record a row: the title, and with it or below it each cell with the heading of its column."""
        wide = min(max((columns(row.item.title) for row in table.rows), default=0), self._width // 3)
        for row in table.rows:
            cells = [*zip(table.columns[1:], map(node.plain, row.cells), strict=True)]
            facts = [row.item.id, *map(node.plain, row.item.facts)]
            if table.numbers or any(facts):
                facts += [f"{column}: {cell}" for column, cell in cells if cell]
                self.put(indent, row.item.title)
                self.put(f"{indent}   ", "; ".join(filter(None, facts)))
                continue
            self.put(f"{indent}{_padded(row.item.title, wide)}  ", cells[0][1] if cells else "")
            for column, cell in cells[1:]:
                if cell:
                    self.put(f"{indent}{' ' * wide}  ", f"{column.lower()}: {cell}")
