"""Views: a value as a document.

A view is a function that takes a value and returns a :class:`~servingchecklist.formats._document.Document`; it knows no format. This
module is the table of them. The module of a view is imported when a value of its class is first shown, so that showing a checklist does
not load what a launch is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ...errors import raise_invalid
from .._document import Document

if TYPE_CHECKING:
    from collections.abc import Callable

_PACKAGE = __name__.partition(".")[0]

VIEWS = {
    "Checklist": "checklist.checklist",
    "Phase": "checklist.phase",
    "Task": "checklist.task",
    "Effort": "checklist.effort",
    "Recommendations": "recommendations.recommendations",
    "Launch": "launch.launch",
    "Snapshot": "launch.snapshot",
    "TaskState": "launch.task_state",
    "Progress": "launch.progress",
    "Review": "review.review",
    "Forecast": "planning.forecast",
    "CriticalPath": "planning.critical_path",
    "Distribution": "planning.distribution",
    "Calendar": "planning.calendar",
    "Overlay": "tailoring.overlay",
    "Diff": "tailoring.diff",
    "Explanation": "tailoring.explanation",
    "Upgrade": "tailoring.upgrade",
}
"""The module and the function of each view, by the name of the class that it shows."""


def document(value: object, format: str) -> Document:
    """Return a value as a document; a document is returned as it is.

    Args:
        value: A value of one of the classes in ``VIEWS``, or a document.
        format: The name of the format it is for, as people write it.

    Raises:
        InvalidError: There is no view of such a value.
    """
    if isinstance(value, Document):
        return value
    for kind in type(value).__mro__:
        if kind.__name__ in VIEWS and kind.__module__.partition(".")[0] == _PACKAGE:
            module, _, name = VIEWS[kind.__name__].partition(".")
            view: Callable[[object], Document] = getattr(import_module(f".{module}", __name__), name)
            return view(value)
    hint = (
        "give a checklist, a phase, a task, an overlay, a launch, its snapshot, review or forecast, "
        "or what order, next_tasks, critical_path, diff, explain and upgrade return"
    )
    raise_invalid("$", f"cannot be written as {format}", value, hint)
