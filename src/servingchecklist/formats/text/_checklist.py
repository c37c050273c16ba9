"""A checklist as plain text: whole, or at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import join_words
from .._made import choices, tailoring
from ._parts import heading, reference_text, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.checklist import Checklist
    from ...model.phase import Phase
    from ...model.task import Task


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


def checklist_lines(checklist: Checklist) -> Iterator[str]:
    """The checklist phase by phase, with all that it says."""
    yield from heading(checklist.title)
    yield f"{checklist.id} {checklist.version}"
    yield from (wrap(line, "") for line in tailoring(checklist))
    if checklist.description:
        yield f"\n{wrap(checklist.description, '')}"
    for number, phase in enumerate(checklist.phases, 1):
        yield from _phase(number, phase, checklist)
    if checklist.tips:
        yield "\nTips"
        for tip in checklist.tips:
            yield wrap(tip, "     ", "   - ")


def _phase(number: int, phase: Phase, checklist: Checklist) -> Iterator[str]:
    yield f"\n{number:02} {phase.title}"
    if phase.description:
        yield wrap(phase.description, "   ")
    if phase.guide:
        yield f"   Guide: {reference_text(phase.guide)}"
    for task in phase.tasks:
        yield from _task(task, checklist)


def _task(task: Task, checklist: Checklist) -> Iterator[str]:
    indent = " " * 7
    yield f"\n   [ ] {checklist.title_of(task)}"
    yield f"{indent}{task.id}: {', '.join([task.priority.value, *([str(task.effort)] if task.effort else []), *_after(task)])}"
    if task.when:
        yield wrap(f"Where {choices(task.when)}", indent)
    if task.description:
        yield wrap(task.description, indent)
    for reference in task.references:
        yield f"{indent}See: {reference_text(reference)}"


def _after(task: Task) -> list[str]:
    return [f"after {join_words(list(task.after))}"] if task.after else []
