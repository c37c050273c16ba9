"""A launch checklist for model serving that other tools can embed.

Every name below is imported when it is first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know the name; importing it from typing would cost more than all the rest
if TYPE_CHECKING:
    __version__: str

    from . import catalog as catalog
    from .catalog import model_serving
    from .errors import (
        ChecklistError,
        CycleError,
        Fault,
        FileError,
        InvalidError,
        LimitError,
        UnknownNameError,
    )
    from .formats import dumps, loads, read, write
    from .formats.limits import Limits
    from .model.checklist import Checklist
    from .model.effort import Effort
    from .model.phase import Phase
    from .model.priority import Priority
    from .model.reference import Reference
    from .model.risk import Risk
    from .model.task import Task
    from .planning.ordering import Recommendation, Recommendations, next_tasks, order
    from .planning.rules import (
        CRITICAL_FIRST,
        DUE,
        EFFORT,
        PHASE,
        PHASES_FIRST,
        POSITION,
        PRIORITY,
        RISK,
        Rule,
    )
    from .planning.situation import Situation

_HOME = {
    "CRITICAL_FIRST": "planning.rules",
    "Checklist": "model.checklist",
    "ChecklistError": "errors",
    "CycleError": "errors",
    "DUE": "planning.rules",
    "EFFORT": "planning.rules",
    "Effort": "model.effort",
    "Fault": "errors",
    "FileError": "errors",
    "InvalidError": "errors",
    "LimitError": "errors",
    "Limits": "formats.limits",
    "PHASE": "planning.rules",
    "PHASES_FIRST": "planning.rules",
    "POSITION": "planning.rules",
    "PRIORITY": "planning.rules",
    "Phase": "model.phase",
    "Priority": "model.priority",
    "RISK": "planning.rules",
    "Recommendation": "planning.ordering",
    "Recommendations": "planning.ordering",
    "Reference": "model.reference",
    "Risk": "model.risk",
    "Rule": "planning.rules",
    "Situation": "planning.situation",
    "Task": "model.task",
    "UnknownNameError": "errors",
    "catalog": "catalog",
    "dumps": "formats",
    "loads": "formats",
    "model_serving": "catalog",
    "next_tasks": "planning.ordering",
    "order": "planning.ordering",
    "read": "formats",
    "write": "formats",
}
"""In which module each public name lives."""

__all__ = [
    "CRITICAL_FIRST",
    "DUE",
    "EFFORT",
    "PHASE",
    "PHASES_FIRST",
    "POSITION",
    "PRIORITY",
    "RISK",
    "Checklist",
    "ChecklistError",
    "CycleError",
    "Effort",
    "Fault",
    "FileError",
    "InvalidError",
    "LimitError",
    "Limits",
    "Phase",
    "Priority",
    "Recommendation",
    "Recommendations",
    "Reference",
    "Risk",
    "Rule",
    "Situation",
    "Task",
    "UnknownNameError",
    "catalog",
    "dumps",
    "loads",
    "model_serving",
    "next_tasks",
    "order",
    "read",
    "write",
]


if not TYPE_CHECKING:  # type checkers are to see the names above, and no others

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "__version__":
            from importlib.metadata import version

            return version(__name__)
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        home = import_module(f".{_HOME[name]}", __name__)
        value = home if name == _HOME[name] else getattr(home, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
