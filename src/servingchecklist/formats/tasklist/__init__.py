"""Task lists: a checklist or a launch as Markdown with boxes that people tick where they work, such as in an issue.

It is written here; :mod:`servingchecklist.tasklist` takes over what people ticked, and brings the boxes up to date. Each task is a line, and
each of its steps a line below it. A comment at the top names the launch. Right behind a box a comment names the task and its status when the line was written. So a tick is merged
three ways, between that status, the box and the log, and nothing is guessed. Texts are escaped: they form neither boxes nor marks.

Left out: descriptions, references, labels and prerequisites of tasks, and owners, dates and reasons of a launch, which change without the
document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import _markdown
from ..._launch.launch import Launch
from ..._launch.results import Snapshot
from ..._model.checklist import Checklist
from ..._text import lead
from ...errors import invalid
from .. import _phrases, markdown
from .._layout import inline
from ._regions import launch_comment, region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._launch.results import TaskState
    from ..._model.task import Task

NAME = "tasklist"
SUFFIXES = ()

_BOXES = ("[ ]", "[x]")


def mark(task: str, step: str, status: str) -> str:
    """Return the comment that stands behind the box of a task or, if ``step`` is not empty, of a step; without an empty status."""
    words = f"step {task} {step} {status}" if step else f"task {task} {status}"
    return f"<!-- {words.rstrip()} -->"


def dumps(value: Checklist | Launch | Snapshot) -> str:
    """Return a checklist or a launch as a task list. A snapshot of selected tasks makes a list of these alone.

    Raises:
        InvalidError: It is neither.
    """
    match value:
        case Checklist():
            name, snapshot = "", Launch.start(value, name=value.id, by=NAME).snapshot()
        case Launch():
            name, snapshot = value.name, value.snapshot()
        case Snapshot():
            name, snapshot = value.name, value
        case _:
            hint = "give a checklist, a launch, or a snapshot of it"
            raise invalid("unsupported", "$", "cannot be written as a task list", value, hint)
    return "\n\n".join(_blocks(snapshot, name)) + "\n"


def _blocks(snapshot: Snapshot, name: str) -> Iterator[str]:
    checklist, states = snapshot.checklist, {state.id: state for state in snapshot.states}
    title = _phrases.titled(checklist.title, snapshot.topic)
    if name:
        yield launch_comment(name)
    yield f"# {_markdown.escape(f'{name}: {title}' if name else title, starts=False)}"
    yield region("progress", snapshot)
    yield region("next", snapshot)
    for number, phase in enumerate(checklist.phases, 1):
        sections: dict[str, list[str]] = {"": []}
        for task in phase.tasks:
            if task.id in states:
                sections.setdefault(task.section, []).extend(_lines(task, checklist.title_of(task), states[task.id]))
        if not any(sections.values()):
            continue
        yield f"## {_markdown.escape(lead(f'{number:02}', phase.title) + phase.title, starts=False)}"
        for section, lines in sections.items():
            if section:
                yield f"### {_markdown.escape(section, starts=False)}"
            if lines:
                yield "\n".join(lines)


def _lines(task: Task, title: str, state: TaskState) -> Iterator[str]:
    """Yield the line of a task, and those of its steps."""
    facts = [task.priority.value, *([str(task.effort)] if task.effort else [])]
    about = " \N{MIDDLE DOT} ".join([f"**{_markdown.escape(title, starts=False)}**", f"`{task.id}`", *facts])
    yield f"- {_BOXES[state.status.value == 'done']} {mark(task.id, '', state.status.value)}{about}"
    for step in state.steps:
        status = "done" if step.done else "todo"
        yield f"  - {_BOXES[step.done]} {mark(task.id, step.id, status)}{markdown.behind(inline(step.text))}"
