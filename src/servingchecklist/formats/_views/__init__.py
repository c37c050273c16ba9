"""Views: a value as a document.

A view is a function that takes a value and returns a :class:`~servingchecklist.formats._document.Document`, whatever the format. This
module is the table of views. The module of a view is imported when a value of its class is first shown, so that showing a checklist does
not load the modules of launches.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..._text import problem_in
from ...errors import invalid
from .._document import Document, texts

if TYPE_CHECKING:
    from collections.abc import Callable

_PACKAGE = f"{__name__.partition('.')[0]}."

VIEWS = {
    "Checklist": "checklist.checklist",
    "Phase": "checklist.phase",
    "Task": "checklist.task",
    "Effort": "checklist.effort",
    "Overlay": "tailoring.overlay",
    "results.Recommendations": "checklist.recommendations",
    "results.Forecast": "planning.forecast",
    "results.Calibration": "planning.calibration",
    "results.Levers": "planning.levers",
    "results.CriticalPath": "planning.critical_path",
    "results.Distribution": "planning.distribution",
    "Calendar": "planning.calendar",
    "ForecastOptions": "planning.options",
    "results.Diff": "tailoring.diff",
    "results.Explanation": "tailoring.explanation",
    "results.Upgrade": "tailoring.upgrade",
    "evidence.Kpi": "proof.kpi",
    "evidence.Evidence": "proof.evidence",
    "results.Gate": "proof.gate",
    "results.Live": "proof.live",
    "Launch": "launch.launch",
    "results.Snapshot": "launch.snapshot",
    "results.TaskState": "launch.task_state",
    "results.Progress": "launch.progress",
    "results.Review": "launch.review",
}
"""The module and the function of each view, by the module and the name of the class that it shows."""


def document(value: object, format: str) -> Document:
    """Return a value as a document; a document is returned as it is.

    Args:
        value: A value of one of the classes in ``VIEWS``, or a document.
        format: The display name of the format, for the error message.

    Raises:
        InvalidError: There is no view of such a value, or a document holds a character that is not allowed in texts.
    """
    if isinstance(value, Document):
        for text in texts(value):
            if problem := problem_in(text, line=False):
                raise invalid("unsupported", "$", problem, text, "leave it out")
        return value
    for kind in type(value).__mro__:
        if view := VIEWS.get(f"{kind.__module__}.{kind.__name__}".removeprefix(_PACKAGE)):
            module, _, name = view.partition(".")
            build: Callable[[object], Document] = getattr(import_module(f".{module}", __name__), name)
            return build(value)
    hint = (
        "give a checklist or a part of it, an overlay, a launch, its snapshot, progress, review, forecast or gate, a calendar, "
        "options of a forecast, or what order, next_tasks, critical_path, levers, calibration, diff, explain and upgrade return"
    )
    raise invalid("unsupported", "$", f"cannot be written as {format}", value, hint)
