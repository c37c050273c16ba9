"""What more than one of the texts is made of."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from ..._text import join_words
from .._shown import NO_TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.reference import Reference
    from ...planning.ordering import Recommendation, Recommendations

WIDTH = 80

_MOST_LEAD = 48
"""How wide a lead may be for the text behind it to be wrapped."""


def heading(text: str) -> Iterator[str]:
    """What the whole text is about, underlined."""
    yield text
    yield "=" * min(len(text), WIDTH)


def reference_text(reference: Reference) -> str:
    """Where to read on."""
    return f"{reference.title} <{reference.url}>"


def ranked(recommendations: Recommendations) -> Iterator[str]:
    """Recommendations with their reasons."""
    for one in recommendations:
        yield from _recommendation(one)
    if not recommendations:
        yield NO_TASK


def _recommendation(one: Recommendation) -> Iterator[str]:
    rank = f"{one.rank}. "
    indent = " " * len(rank)
    effort = f", {one.task.effort}" if one.task.effort else ""
    yield f"{rank}{one.title}"
    yield f"{indent}{one.id}{effort}"
    waits = [] if one.ready else [f"waits for {join_words(list(one.blocked_by))}"]
    yield from (wrap(reason, f"{indent}  ", f"{indent}- ") for reason in [*waits, *one.reasons])


def wrap(text: str, indent: str, first: str | None = None) -> str:
    """Each line of ``text`` wrapped by itself, so that lists in a description stay lists."""
    leads = [indent if first is None else first]
    out = [
        fill(
            line,
            WIDTH,
            initial_indent=leads.pop() if leads else indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
        for line in text.split("\n")
    ]
    return "\n".join(out)


def hanging(lead: str, text: str) -> str:
    """``text`` behind ``lead``, its further lines below its first. Where the lead leaves too little room, it is not wrapped."""
    return wrap(text, " " * len(lead), lead) if has_room(lead) else f"{lead}{text}"


def has_room(lead: str) -> bool:
    """True where a text fits behind ``lead``."""
    return len(lead) <= _MOST_LEAD
