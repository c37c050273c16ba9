"""What more than one of the Markdown texts is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..._text import escape_markdown, escape_markdown_line, join_words
from .._shown import NO_TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.reference import Reference
    from ...planning.ordering import Recommendation, Recommendations


def one_line(text: str) -> str:
    """Any text within a line: a parser reads its line breaks back from character references."""
    return "&#10;".join(map(escape_markdown_line, text.split("\n")))


def title_and_facts(title: str, *facts: str) -> str:
    """What one line says of a task: its title, and the facts that are known. The facts are Markdown already."""
    return " · ".join([f"**{one_line(title)}**", *filter(None, facts)])


def reference_link(reference: Reference) -> str:
    """Where to read on: a link where the address is absolute, and else text."""
    title = escape_markdown(reference.title)
    if reference.is_link:
        address = reference.url.replace("&", "&amp;")  # an ampersand could begin a character reference
        return f"[{title}](<{address}>)"
    return f"{title} (`{reference.url}`)"  # the characters of an address cannot end a code span


def ranked(recommendations: Recommendations) -> Iterator[str]:
    """Recommendations as a numbered list with their reasons."""
    yield from map(_recommendation, recommendations)
    if not recommendations:
        yield NO_TASK


def _recommendation(one: Recommendation) -> str:
    effort = str(one.task.effort) if one.task.effort else ""
    head = f"{one.rank}. {title_and_facts(one.title, f'`{one.id}`', effort)}"
    indent = " " * (len(str(one.rank)) + 2)
    waits = [] if one.ready else [f"waits for {joined_ids(one.blocked_by)}"]
    lines = [*waits, *(escape_markdown(reason, f"{indent}  ") for reason in one.reasons)]
    return "\n".join([head, *(f"{indent}- {line}" for line in lines)])


def code(name: str) -> str:
    """An id, or a path of ids, as code; any other text as text."""
    return f"`{name}`" if re.fullmatch(r"[\w.+-]+", name, re.ASCII) else one_line(name)


def joined_ids(ids: tuple[str, ...]) -> str:
    """Ids as a sentence lists them."""
    return join_words([f"`{task_id}`" for task_id in ids])
