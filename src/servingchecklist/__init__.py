"""A launch checklist for model serving that other tools can embed.

The names below are those that most programs need. The others are in modules of their own: ``catalog``, ``changes``, ``documents``,
``errors``, ``events``, ``evidence``, ``imports``, ``results``, ``rules``, ``schemas``, ``tailoring``, ``tasklist`` and ``tools``. Each
name is imported when it is first used, so importing the package costs next to nothing. Type checkers read ``__init__.pyi``.
"""

from ._namespace import lazy

_HOMES = {
    "CRITICAL_FIRST": "_planning.rules",
    "Calendar": "_planning.calendar",
    "Checklist": "_model.checklist",
    "ChecklistError": "errors",
    "Effort": "_model.effort",
    "Facet": "_model.facet",
    "ForecastOptions": "_planning.options",
    "Launch": "_launch.launch",
    "Limits": "formats.limits",
    "Overlay": "_model.overlay",
    "PHASES_FIRST": "_planning.rules",
    "Phase": "_model.task",
    "Priority": "_model.task",
    "Reference": "_model.task",
    "Risk": "_model.task",
    "SOONEST": "_planning.rules",
    "Status": "_model.task",
    "Step": "_model.task",
    "Store": "_store",
    "Task": "_model.task",
    "calibration": "_launch.launch",
    "catalog": None,
    "changes": None,
    "critical_path": "_planning.critical_path",
    "documents": None,
    "dumps": "formats",
    "errors": None,
    "events": None,
    "evidence": None,
    "for_context": "_tailoring.context",
    "forecast": "_planning.forecast",
    "imports": None,
    "levers": "_planning.levers",
    "loads": "formats",
    "model_serving": "catalog",
    "next_tasks": "_planning.ordering",
    "order": "_planning.ordering",
    "read": "formats",
    "results": None,
    "rules": None,
    "schemas": None,
    "slug": "_model._validation",
    "tailor": "_tailoring.tailor",
    "tailoring": None,
    "tasklist": None,
    "tools": None,
    "write": "formats",
}

__all__ = list(_HOMES)  # pyright: ignore[reportUnsupportedDunderAll]
__getattr__ = lazy(__name__, _HOMES)


def __dir__() -> list[str]:
    return [*_HOMES, "__version__"]
