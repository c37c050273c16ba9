"""A checklist as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_html
from .._made import choices, tailoring
from ._parts import bullets, joined_ids, paragraph, phase_heading, reference_link, span, task_facts, title_and_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...model.checklist import Checklist
    from ...model.phase import Phase
    from ...model.task import Task


def checklist_lines(checklist: Checklist) -> Iterator[str]:
    """The checklist phase by phase, with all that it says."""
    yield f"<h1>{escape_html(checklist.title)}</h1>"
    for line in tailoring(checklist):
        yield from paragraph(line)
    yield from paragraph(checklist.description)
    for number, phase in enumerate(checklist.phases, 1):
        yield from _phase(number, phase, checklist)
    if checklist.tips:
        yield '<section class="scl-tips">'
        yield "<h2>Tips</h2>"
        yield "<ul>"
        yield from (f'<li class="scl-text">{escape_html(tip)}</li>' for tip in checklist.tips)
        yield "</ul>"
        yield "</section>"
    yield f'<p class="scl-edition">{escape_html(checklist.id)}, version {escape_html(checklist.version)}</p>'


def _phase(number: int, phase: Phase, checklist: Checklist) -> Iterator[str]:
    yield "<section>"
    yield phase_heading(number, phase.title)
    yield from paragraph(phase.description)
    if phase.guide:
        yield f"<p>Guide: {reference_link(phase.guide)}</p>"
    if phase.tasks:
        yield '<ul class="scl-tasks">'
        for task in phase.tasks:
            yield from _task(task, checklist)
        yield "</ul>"
    yield "</section>"


def _task(task: Task, checklist: Checklist) -> Iterator[str]:
    yield '<li class="scl-task">'
    yield '<span class="scl-mark" aria-hidden="true"></span>'
    after = f"after {joined_ids(task.after)}" if task.after else ""
    facts = task_facts(task, after)
    if task.when:
        facts.append(span(escape_html(f"where {choices(task.when)}")))
    yield from title_and_facts(checklist.title_of(task), facts)
    yield from paragraph(task.description)
    yield from bullets([reference_link(reference) for reference in task.references])
    yield "</li>"
