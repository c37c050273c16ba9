"""Nodes of a document: the content of a page, before any format is chosen.

A view builds a :class:`Document` from a value and knows no format; a writer turns it into one format and knows no view. Every string in
a node is plain text, which the writer escapes. A ``role`` is a hint for the looks, as words of a style sheet: ``"priority high"``. No
meaning may hang on it. Nodes are not frozen, compared or printed: a page of 10,000 tasks has 60,000 of them, none outlives it, and what attrs
writes for such methods would cost the start of the command line 3 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import attrs

from .._text import join_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.task import Reference

# Within a line


@attrs.define(eq=False, repr=False)
class Code:
    """Code, or ids, paths or addresses as a sentence lists them."""

    texts: Sequence[str]


@attrs.define(eq=False, repr=False)
class Strong:
    """Emphasized words; where they come from no text with a layout, with a blank on both sides."""

    text: str


@attrs.define(eq=False, repr=False)
class Link:
    """A page to read on; a link where its address is absolute, and else its title and its address as text."""

    reference: Reference


@attrs.define(eq=False, repr=False)
class Changed:
    """A piece of a text that was added or removed. Only some formats mark it, so the line says in words which it was."""

    text: str
    sign: Literal["new", "no longer"]


@attrs.define(eq=False, repr=False)
class Became:
    """A short value as it was and as it is."""

    before: str
    after: str


Inline: TypeAlias = str | Code | Strong | Link | Changed | Became
Line: TypeAlias = str | Sequence[Inline]
"""Text that belongs together. A string alone may have line breaks."""

# Blocks


@attrs.define(eq=False, repr=False)
class Fact:
    """A short fact about an item.

    Attributes:
        line: The words.
        role: A hint for the looks. The roles ``status``, ``priority`` and ``effort`` become columns where there are columns.
    """

    line: Line
    role: str


@attrs.define(eq=False, repr=False)
class Item:
    """A member of a list: a task, a change or a conflict.

    Attributes:
        title: Its title.
        id: Its id or its path; may be empty.
        facts: Short facts about it, in one line.
        body: Its content, below that line.
        folded: A section that unfolds on demand; left out by formats in which nothing unfolds.
        mark: The status that its box shows, in a list of tasks: the value of a :class:`~servingchecklist.Status`.
        number: Its number in a numbered list, where that is not its place.
        anchor: The target of a link to it, in a page.
        page: The name of a page about it that stands beside this one, in the form of an id; a link in HTML alone.
    """

    title: str
    id: str = ""
    facts: Sequence[Fact | Line] = ()
    body: Sequence[Block] = ()
    folded: Section | None = None
    mark: str = "todo"
    number: int = 0
    anchor: str = ""
    page: str = ""


@attrs.define(eq=False, repr=False)
class Paragraph:
    """A line, or a text of several."""

    line: Line
    role: str = ""


@attrs.define(eq=False, repr=False)
class Bullets:
    """A list of lines.

    Attributes:
        lines: The lines.
        marks: The status that the box of each line shows, as the mark of an item; empty if they are bullets.
    """

    lines: Sequence[Line]
    marks: Sequence[str] = ()


@attrs.define(eq=False, repr=False)
class Listing:
    """A list in a text, of bullets or numbers.

    Attributes:
        items: The items, each with its blocks.
        start: The number of the first item; None for bullets.
    """

    items: Sequence[Sequence[Block]]
    start: int | None = None


@attrs.define(eq=False, repr=False)
class CodeBlock:
    """Lines of code, shown as they are.

    Attributes:
        text: The lines.
        language: The language that it is written in; may be empty.
    """

    text: str
    language: str = ""


@attrs.define(eq=False, repr=False)
class Field:
    """A name and its values, each a line."""

    name: str
    lines: Sequence[Line]


@attrs.define(eq=False, repr=False)
class Fields:
    """Named values, one below the other."""

    fields: Sequence[Field]
    role: str = ""


@attrs.define(eq=False, repr=False)
class Items:
    """A list of items: bullets, numbers, or boxes to tick."""

    items: Sequence[Item]
    kind: Literal["bullet", "number", "task"] = "bullet"
    role: str = ""


@attrs.define(eq=False, repr=False)
class Row:
    """An item, of which the title, the id and the facts are shown, and the cells behind it."""

    item: Item
    cells: Sequence[Line]


@attrs.define(eq=False, repr=False)
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


@attrs.define(eq=False, repr=False)
class Figure:
    """A picture.

    Attributes:
        value: The value that the format ``svg`` draws.
        caption: A title for it.
        alternative: One or two sentences in place of the picture, for a reader who cannot see it.
    """

    value: object
    caption: str
    alternative: str
    role: str = ""


@attrs.define(eq=False, repr=False)
class Progress:
    """A bar, and the same in words."""

    done: int
    total: int
    words: str
    role: str = ""


@attrs.define(eq=False, repr=False)
class Section:
    """Blocks under a heading.

    Attributes:
        heading: The heading.
        blocks: The content.
        number: Its number as it is shown, such as ``"01"``; may be empty.
        role: A hint for the looks.
        anchor: The target of a link to it, in a page.
    """

    heading: str
    blocks: Sequence[Block]
    number: str = ""
    role: str = ""
    anchor: str = ""


Block: TypeAlias = Paragraph | Bullets | Listing | CodeBlock | Fields | Items | Table | Figure | Progress | Section


@attrs.define(eq=False, repr=False)
class Document:
    """A page.

    Attributes:
        title: The name of the page.
        blocks: The content.
        is_headed: False where only a whole page of HTML shows the title, since it must have one.
    """

    title: str
    blocks: Sequence[Block]
    is_headed: bool = True


def plain(part: Fact | Line | Inline) -> str:
    """Return a line as plain text."""
    match part:
        case str():
            return part
        case Fact():
            return plain(part.line)
        case Strong() | Changed():
            return part.text
        case Code():
            return join_words(list(part.texts))
        case Link():
            title, url = part.reference.title, part.reference.url
            return f"{title} <{url}>" if title != url else url
        case Became():
            return f"{part.before} -> {part.after}"
        case _:
            return "".join(map(plain, part))


def texts(node: object) -> Iterator[str]:
    """Yield every text in a document: its title, and those of all nodes in it."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | tuple):
        for member in cast("Sequence[object]", node):
            yield from texts(member)
    elif attrs.has(type(node)):
        for value in attrs.asdict(cast("attrs.AttrsInstance", node), recurse=False).values():
            yield from texts(value)
