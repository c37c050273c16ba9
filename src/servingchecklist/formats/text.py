"""Plain text, for a terminal or a message: written, and not read back.

Lines are wrapped at 80 columns, so the layout of descriptions is not kept. It leaves out the ids of the phases, and risks. No text that
can be stored drives a terminal, so nothing needs to be escaped.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from .._text import join_words
from ..errors import raise_invalid
from ..model.checklist import Checklist
from ..planning.ordering import Recommendation, Recommendations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..model.phase import Phase
    from ..model.reference import Reference
    from ..model.task import Task

NAME = "text"
SUFFIXES = (".txt",)

_WIDTH = 80


def dumps(value: Checklist | Recommendations) -> str:
    """A checklist phase by phase, or recommendations with their reasons.

    Raises:
        InvalidError: The value is neither.
    """
    if isinstance(value, Checklist):
        return "\n".join(_checklist(value)) + "\n"
    if isinstance(value, Recommendations):
        return "\n".join([_recommendation(one) for one in value] or ["No task to recommend."]) + "\n"
    raise_invalid("$", "cannot be written as text", value, "give a checklist, or what order and next_tasks return")


def outline(checklist: Checklist, done: frozenset[str] = frozenset()) -> str:
    """The phases with one line a task, those in ``done`` ticked: the whole checklist at a glance."""
    tasks = list(checklist)
    id_width = max((len(task.id) for task in tasks), default=0)
    effort_width = max((len(str(task.effort or "")) for task in tasks), default=0)
    lines: list[str] = []
    for number, phase in enumerate(checklist.phases, 1):
        lines.append(f"{number:02} {phase.title}")
        for task in phase.tasks:
            box = "[x]" if task.id in done else "[ ]"
            facts = f"{task.priority.value:<8}  {task.effort or ''!s:<{effort_width}}"
            lines.append(f"   {box} {task.id:<{id_width}}  {facts}  {checklist.title_of(task)}")
    return "\n".join(lines) + "\n"


def _checklist(checklist: Checklist) -> Iterator[str]:
    yield checklist.title
    yield "=" * min(len(checklist.title), _WIDTH)
    yield f"{checklist.id} {checklist.version}"
    if checklist.description:
        yield f"\n{_wrap(checklist.description, '')}"
    for number, phase in enumerate(checklist.phases, 1):
        yield from _phase(number, phase, checklist)
    if checklist.tips:
        yield "\nTips"
        for tip in checklist.tips:
            yield _wrap(tip, "     ", "   - ")


def _phase(number: int, phase: Phase, checklist: Checklist) -> Iterator[str]:
    yield f"\n{number:02} {phase.title}"
    if phase.description:
        yield _wrap(phase.description, "   ")
    if phase.guide:
        yield f"   Guide: {_reference(phase.guide)}"
    for task in phase.tasks:
        yield from _task(task, checklist)


def _task(task: Task, checklist: Checklist) -> Iterator[str]:
    indent = " " * 7
    yield f"\n   [ ] {checklist.title_of(task)}"
    yield f"{indent}{task.id}: {', '.join([task.priority.value, *([str(task.effort)] if task.effort else []), *_after(task)])}"
    if task.description:
        yield _wrap(task.description, indent)
    for reference in task.references:
        yield f"{indent}See: {_reference(reference)}"


def _after(task: Task) -> list[str]:
    return [f"after {join_words(list(task.after))}"] if task.after else []


def _reference(reference: Reference) -> str:
    return f"{reference.title} <{reference.url}>"


def _recommendation(one: Recommendation) -> str:
    rank = f"{one.rank}. "
    indent = " " * len(rank)
    effort = f", {one.task.effort}" if one.task.effort else ""
    waits = [] if one.ready else [f"waits for {join_words(list(one.blocked_by))}"]
    lines = [f"{rank}{one.title}", f"{indent}{one.id}{effort}"]
    return "\n".join([*lines, *(_wrap(reason, f"{indent}  ", f"{indent}- ") for reason in [*waits, *one.reasons])])


def _wrap(text: str, indent: str, first: str | None = None) -> str:
    """Each line of ``text`` wrapped by itself, so that lists in a description stay lists."""
    leads = [indent if first is None else first]
    out = [
        fill(
            line,
            _WIDTH,
            initial_indent=leads.pop() if leads else indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )
        for line in text.split("\n")
    ]
    return "\n".join(out)
