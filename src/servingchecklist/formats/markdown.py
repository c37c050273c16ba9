"""Markdown: written as a GitHub task list.

One task is one ``- [ ]`` line, with its description below it. Every text is escaped, so that a CommonMark parser reads back the text that
was stored and no other structure; a line break within a description becomes a hard break, and an empty line parts paragraphs.

What is written is for people, and not read back. It leaves out:

* the ids of the phases and of the checklist, and the version,
* risks.

What GitHub does beyond that no escape can stop: it turns ``@name`` into a mention, ``:name:`` into a picture, and bare addresses into
links. A host that posts a stranger's checklist there decides on that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import escape_markdown, join_words
from ..errors import raise_invalid
from ..model.checklist import Checklist
from ..planning.ordering import Recommendation, Recommendations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.phase import Phase
    from ..model.reference import Reference
    from ..model.task import Task

NAME = "markdown"
SUFFIXES = (".md", ".markdown")


def dumps(value: Checklist | Recommendations) -> str:
    """A checklist as a task list, or recommendations as a numbered list with their reasons.

    Raises:
        InvalidError: The value is neither.
    """
    if isinstance(value, Checklist):
        return "\n\n".join(_checklist(value)) + "\n"
    if isinstance(value, Recommendations):
        return "\n\n".join([_recommendation(one) for one in value] or ["No task to recommend."]) + "\n"
    raise_invalid("$", "cannot be written as Markdown", value, "give a checklist, or what order and next_tasks return")


def _checklist(checklist: Checklist) -> Iterator[str]:
    yield f"# {escape_markdown(checklist.title)}"
    if checklist.description:
        yield escape_markdown(checklist.description)
    for number, phase in enumerate(checklist.phases, 1):
        yield from _phase(number, phase, checklist)
    if checklist.tips:
        yield "## Tips"
        yield "\n".join(f"- {escape_markdown(tip, '  ')}" for tip in checklist.tips)


def _phase(number: int, phase: Phase, checklist: Checklist) -> Iterator[str]:
    yield f"## {number:02} {escape_markdown(phase.title)}"
    if phase.description:
        yield escape_markdown(phase.description)
    if phase.guide:
        yield f"Guide: {_reference(phase.guide)}"
    for task in phase.tasks:
        yield _task(task, checklist)


def _task(task: Task, checklist: Checklist) -> str:
    facts = " · ".join([f"`{task.id}`", task.priority.value, *([str(task.effort)] if task.effort else [])])
    parts = [f"- [ ] **{escape_markdown(checklist.title_of(task))}** · {facts}"]
    if task.description:
        parts.append(f"  {escape_markdown(task.description, '  ')}")
    if task.after:
        parts.append(f"  After {_ids(task.after)}.")
    if task.references:
        parts.append("\n".join(f"  - {_reference(reference)}" for reference in task.references))
    return "\n\n".join(parts)


def _reference(reference: Reference) -> str:
    title = escape_markdown(reference.title)
    if reference.is_link:
        address = reference.url.replace("&", "&amp;")  # an ampersand could begin a character reference
        return f"[{title}](<{address}>)"
    return f"{title} (`{reference.url}`)"  # the characters of an address cannot end a code span


def _recommendation(one: Recommendation) -> str:
    effort = f" · {one.task.effort}" if one.task.effort else ""
    head = f"{one.rank}. **{escape_markdown(one.title)}** · `{one.id}`{effort}"
    indent = " " * (len(str(one.rank)) + 2)
    waits = [] if one.ready else [f"waits for {_ids(one.blocked_by)}"]
    lines = [*waits, *(escape_markdown(reason, f"{indent}  ") for reason in one.reasons)]
    return "\n".join([head, *(f"{indent}- {line}" for line in lines)])


def _ids(ids: tuple[str, ...]) -> str:
    return join_words([f"`{task_id}`" for task_id in ids])
