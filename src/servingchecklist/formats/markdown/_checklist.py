"""A checklist as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_markdown
from .._made import choices, tailoring
from ._parts import joined_ids, reference_link, title_and_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.checklist import Checklist
    from ...model.phase import Phase
    from ...model.task import Task


def checklist_blocks(checklist: Checklist) -> Iterator[str]:
    """The checklist phase by phase, with all that it says."""
    yield f"# {escape_markdown(checklist.title)}"
    yield from map(escape_markdown, tailoring(checklist))
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
        yield f"Guide: {reference_link(phase.guide)}"
    for task in phase.tasks:
        yield _task(task, checklist)


def _task(task: Task, checklist: Checklist) -> str:
    effort = str(task.effort) if task.effort else ""
    parts = [f"- [ ] {title_and_facts(checklist.title_of(task), f'`{task.id}`', task.priority.value, effort)}"]
    if task.description:
        parts.append(f"  {escape_markdown(task.description, '  ')}")
    place = [f"After {joined_ids(task.after)}."] if task.after else []
    if task.when:
        place.append(f"Where {escape_markdown(choices(task.when))}.")
    if place:
        parts.append(f"  {' '.join(place)}")
    if task.references:
        parts.append("\n".join(f"  - {reference_link(reference)}" for reference in task.references))
    return "\n\n".join(parts)
