"""Nodes of a document: the content of a page, before any format is chosen.

A view builds a :class:`Document` from a value and knows no format; a writer turns it into one format and knows no view. Every string in
a node is plain text, which the writer escapes. A ``role`` is a hint for the looks, as words of a style sheet: ``"priority high"``. No
meaning may hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from ..model.reference import Reference

# Within a line


@attrs.frozen
class Code:
    """An id, a path or an address."""

    text: str


@attrs.frozen
class Codes:
    """Several of those, as a sentence lists them."""

    texts: Sequence[str]


@attrs.frozen
class Strong:
    """Words that stand out."""

    text: str


@attrs.frozen
class Link:
    """A page to read on; a link where its address is absolute, and else its title and its address as text."""

    reference: Reference


@attrs.frozen
class Changed:
    """A piece of a text that was added or removed. Only some formats mark it, so the line says in words which it was."""

    text: str
    sign: Literal["new", "no longer"]


@attrs.frozen
class Became:
    """A short value as it was and as it is."""

    before: str
    after: str


Inline: TypeAlias = str | Code | Codes | Strong | Link | Changed | Became
Line: TypeAlias = str | Sequence[Inline]
"""Text that belongs together. A string alone may have line breaks."""

# Blocks


@attrs.frozen
class Fact:
    """One thing that is said of an item.

    Attributes:
        line: The words.
        role: A hint for the looks. The roles ``status``, ``priority`` and ``effort`` become columns where there are columns.
    """

    line: Line
    role: str


@attrs.frozen
class Item:
    """A member of a list: a task, a change or a conflict.

    Attributes:
        title: Its title.
        id: Its id or its path; may be empty.
        facts: Short facts about it, in one line.
        body: Its content, below that line.
        folded: Content that unfolds on demand; left out by formats in which nothing unfolds.
        mark: The status that its box shows, in a list of tasks.
        number: Its number, in a numbered list.
        anchor: The target of a link to it, in a page.
    """

    title: str
    id: str = ""
    facts: Sequence[Fact | Line] = ()
    body: Sequence[Block] = ()
    folded: Sequence[Block] = ()
    mark: str = "todo"
    number: int = 0
    anchor: str = ""


@attrs.frozen
class Paragraph:
    """A line, or a text of several."""

    line: Line
    role: str = ""


@attrs.frozen
class Bullets:
    """A list of lines."""

    lines: Sequence[Line]


@attrs.frozen
class Field:
    """A name and its values, each a line."""

    name: str
    lines: Sequence[Line]


@attrs.frozen
class Fields:
    """Named values, one below the other."""

    fields: Sequence[Field]
    role: str = ""


@attrs.frozen
class Items:
    """A list of items: bullets, numbers, or boxes to tick."""

    items: Sequence[Item]
    kind: Literal["bullet", "number", "task"] = "bullet"
    role: str = ""


@attrs.frozen
class Row:
    """An item, of which the title, the id and the facts are shown, and the cells behind it."""

    item: Item
    cells: Sequence[Line]


@attrs.frozen
class Table:
    """Facts about many items, in columns.

    Attributes:
        columns: The headings, that of the items first.
        rows: The rows.
        numbers: The headings of the columns that hold numbers.
        bars: A share from 0 to 1 for each row, which text draws as a bar; other formats have a picture for that.
    """

    columns: Sequence[str]
    rows: Sequence[Row]
    numbers: Sequence[str] = ()
    bars: Sequence[float] = ()


@attrs.frozen
class Figure:
    """A picture.

    Attributes:
        value: What the format ``svg`` draws.
        caption: A title for it.
        alternative: One or two sentences in place of the picture, for whoever cannot see it.
    """

    value: object
    caption: str
    alternative: str
    role: str = ""


@attrs.frozen
class Progress:
    """A bar, and the same in words."""

    done: int
    total: int
    words: str
    role: str = ""


@attrs.frozen
class Section:
    """Blocks under a heading.

    Attributes:
        heading: The heading.
        blocks: What is under it.
        number: Its number as it is shown, such as ``"01"``; may be empty.
        role: A hint for the looks.
        anchor: The target of a link to it, in a page.
    """

    heading: str
    blocks: Sequence[Block]
    number: str = ""
    role: str = ""
    anchor: str = ""


Block: TypeAlias = Paragraph | Bullets | Fields | Items | Table | Figure | Progress | Section


@attrs.frozen
class Document:
    """A page.

    Attributes:
        title: The name of the page.
        blocks: What is on it.
        is_headed: False where the title stands only above a whole page, and not above a part of somebody else's.
    """

    title: str
    blocks: Sequence[Block]
    is_headed: bool = True
