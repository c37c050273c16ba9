"""What a page about tailoring is made of, before anything is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...model.reference import Reference

Sign: TypeAlias = Literal["", "new", "no longer"]


@attrs.frozen
class Passage:
    """A piece of a long text, or one entry of a list.

    Attributes:
        text: The text.
        sign: Whether it has come or gone; empty where it is simply told.
        reference: The page that the text names, or None.
    """

    text: str
    sign: Sign = ""
    reference: Reference | None = None


@attrs.frozen
class Fact:
    """One thing that is said of something.

    Attributes:
        name: What is said.
        value: What it is, where that is short.
        before: What it was; None where that is not told.
        passages: What it is, or what has come and gone, where it is long.
    """

    name: str
    value: str = ""
    before: str | None = None
    passages: Sequence[Passage] = ()


@attrs.frozen
class Row:
    """Where one value came from. All of it is text.

    Attributes:
        field: Whose value it is.
        value: The value.
        layer: What set it.
        before: What it was before; empty where nobody has changed it.
        reason: Why it was set; may be empty.
    """

    field: str
    value: str
    layer: str
    before: str
    reason: str


COLUMNS = ("Field", "Value", "Set by", "Before", "Why")
"""The headings of what a :class:`Row` holds."""


@attrs.frozen
class Item:
    """Something that is told about: a task, a phase, the checklist, a change or a conflict.

    Attributes:
        title: What it is called; empty where the page is about nothing else.
        id: Its id or its path; may be empty.
        mark: What has become of it, in a word or two; may be empty.
        facts: What is said of it.
        rows: Where its values came from.
    """

    title: str
    id: str = ""
    mark: str = ""
    facts: Sequence[Fact] = ()
    rows: Sequence[Row] = ()


@attrs.frozen
class Section:
    """Items under a heading.

    Attributes:
        heading: What they have in common.
        items: The items.
        note: What there is to say of all of them; may be empty.
        numbered: Whether their order matters.
    """

    heading: str
    items: Sequence[Item]
    note: str = ""
    numbered: bool = False


@attrs.frozen
class Sheet:
    """The whole page.

    Attributes:
        title: What it is about.
        lines: What there is to know first, each a paragraph.
        sections: The rest.
        description: What it is for, in any number of lines; may be empty.
        references: Where to read on.
    """

    title: str
    lines: Sequence[str]
    sections: Sequence[Section]
    description: str = ""
    references: Sequence[Reference] = ()
