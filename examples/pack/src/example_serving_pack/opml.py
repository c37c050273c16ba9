"""OPML 2.0: a checklist as an outline, for outliners and mind maps.

A phase is an outline and a task is one below it, with its id, its priority and its effort. It is written only, and leaves out everything
else. Characters that no XML document can hold are written as U+FFFD.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from servingchecklist import Checklist
from servingchecklist.errors import Fault, InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from servingchecklist import Task

NAME = "opml"
SUFFIXES = (".opml",)

_NOT_IN_XML = "[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_ESCAPED = {ord(character): f"&#{ord(character)};" for character in "&<>\"'\t\n\r"}


def dumps(value: object) -> str:
    """A checklist as an OPML document.

    Raises:
        InvalidError: The value is no checklist.
    """
    if not isinstance(value, Checklist):
        raise InvalidError(
            [Fault("unsupported", "$", "cannot be written as OPML", type(value).__name__, "give a checklist")]
        )
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(checklist: Checklist) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<opml version="2.0">'
    yield f"  <head><title>{_escape(checklist.title)}</title></head>"
    yield "  <body>"
    for phase in checklist.phases:
        yield f'    <outline text="{_escape(phase.title)}">'
        for task in phase.tasks:
            yield f"      {_task(task, checklist)}"
        yield "    </outline>"
    yield "  </body>"
    yield "</opml>"


def _task(task: Task, checklist: Checklist) -> str:
    effort = f' effort="{_escape(str(task.effort))}"' if task.effort else ""
    title = _escape(checklist.title_of(task))
    return f'<outline text="{title}" id="{_escape(task.id)}" priority="{task.priority.value}"{effort}/>'


def _escape(text: str) -> str:
    return re.sub(_NOT_IN_XML, "\ufffd", text).translate(_ESCAPED)
