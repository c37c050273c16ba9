"""A launch checklist for model serving that other tools can embed.

Every name below is imported when it is first used, so importing the package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know the name; importing it from typing would cost more than all the rest
if TYPE_CHECKING:
    __version__: str

    from . import catalog as catalog
    from ._launch import events as events
    from ._launch.events import Event
    from ._launch.launch import Launch
    from ._launch.progress import Progress, Tally
    from ._launch.review import BurnUpPoint, Review, ReviewItem, Slip
    from ._launch.snapshot import Snapshot
    from ._launch.state import TaskState, Waiver
    from ._model import changes as changes
    from ._model.changes import Change
    from ._model.checklist import Checklist
    from ._model.effort import Effort
    from ._model.facet import Choice, Facet
    from ._model.overlay import Overlay
    from ._model.phase import Phase
    from ._model.priority import Priority
    from ._model.reference import Reference
    from ._model.risk import Risk
    from ._model.status import Status
    from ._model.task import Task
    from ._planning.calendar import Calendar
    from ._planning.critical_path import CriticalPath, Span, critical_path
    from ._planning.distribution import Distribution
    from ._planning.forecast import Forecast, PhaseForecast, Slot, TaskForecast, forecast
    from ._planning.ordering import Recommendation, Recommendations, next_tasks, order
    from ._planning.rules import (
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
    from ._planning.situation import Situation
    from ._store import Store
    from .catalog import model_serving
    from .errors import (
        ChecklistError,
        CycleError,
        Fault,
        FileError,
        IllegalTransitionError,
        InvalidError,
        LimitError,
        PackError,
        UnknownNameError,
    )
    from .formats import dumps, loads, read, write
    from .formats.limits import Limits
    from .tailoring.changes_between import overlay_from
    from .tailoring.context import for_context
    from .tailoring.difference import Diff, Difference, diff
    from .tailoring.explanation import Explanation, Origin, Step, explain
    from .tailoring.tailor import tailor
    from .tailoring.upgrade import Conflict, Upgrade, upgrade

_HOME = {
    "BurnUpPoint": "_launch.review",
    "CRITICAL_FIRST": "_planning.rules",
    "Calendar": "_planning.calendar",
    "Change": "_model.changes",
    "Checklist": "_model.checklist",
    "ChecklistError": "errors",
    "Choice": "_model.facet",
    "Conflict": "tailoring.upgrade",
    "CriticalPath": "_planning.critical_path",
    "CycleError": "errors",
    "DUE": "_planning.rules",
    "Diff": "tailoring.difference",
    "Difference": "tailoring.difference",
    "Distribution": "_planning.distribution",
    "EFFORT": "_planning.rules",
    "Effort": "_model.effort",
    "Event": "_launch.events",
    "Explanation": "tailoring.explanation",
    "Facet": "_model.facet",
    "Fault": "errors",
    "FileError": "errors",
    "Forecast": "_planning.forecast",
    "IllegalTransitionError": "errors",
    "InvalidError": "errors",
    "Launch": "_launch.launch",
    "LimitError": "errors",
    "Limits": "formats.limits",
    "Origin": "tailoring.explanation",
    "Overlay": "_model.overlay",
    "PHASE": "_planning.rules",
    "PHASES_FIRST": "_planning.rules",
    "POSITION": "_planning.rules",
    "PRIORITY": "_planning.rules",
    "PackError": "errors",
    "Phase": "_model.phase",
    "PhaseForecast": "_planning.forecast",
    "Priority": "_model.priority",
    "Progress": "_launch.progress",
    "RISK": "_planning.rules",
    "Recommendation": "_planning.ordering",
    "Recommendations": "_planning.ordering",
    "Reference": "_model.reference",
    "Review": "_launch.review",
    "ReviewItem": "_launch.review",
    "Risk": "_model.risk",
    "Rule": "_planning.rules",
    "Situation": "_planning.situation",
    "Slip": "_launch.review",
    "Slot": "_planning.forecast",
    "Snapshot": "_launch.snapshot",
    "Span": "_planning.critical_path",
    "Status": "_model.status",
    "Step": "tailoring.explanation",
    "Store": "_store",
    "Tally": "_launch.progress",
    "Task": "_model.task",
    "TaskForecast": "_planning.forecast",
    "TaskState": "_launch.state",
    "UnknownNameError": "errors",
    "Upgrade": "tailoring.upgrade",
    "Waiver": "_launch.state",
    "catalog": "catalog",
    "changes": "_model.changes",
    "critical_path": "_planning.critical_path",
    "diff": "tailoring.difference",
    "dumps": "formats",
    "events": "_launch.events",
    "explain": "tailoring.explanation",
    "for_context": "tailoring.context",
    "forecast": "_planning.forecast",
    "loads": "formats",
    "model_serving": "catalog",
    "next_tasks": "_planning.ordering",
    "order": "_planning.ordering",
    "overlay_from": "tailoring.changes_between",
    "read": "formats",
    "tailor": "tailoring.tailor",
    "upgrade": "tailoring.upgrade",
    "write": "formats",
}
"""The module of each public name."""

__all__ = [
    "CRITICAL_FIRST",
    "DUE",
    "EFFORT",
    "PHASE",
    "PHASES_FIRST",
    "POSITION",
    "PRIORITY",
    "RISK",
    "BurnUpPoint",
    "Calendar",
    "Change",
    "Checklist",
    "ChecklistError",
    "Choice",
    "Conflict",
    "CriticalPath",
    "CycleError",
    "Diff",
    "Difference",
    "Distribution",
    "Effort",
    "Event",
    "Explanation",
    "Facet",
    "Fault",
    "FileError",
    "Forecast",
    "IllegalTransitionError",
    "InvalidError",
    "Launch",
    "LimitError",
    "Limits",
    "Origin",
    "Overlay",
    "PackError",
    "Phase",
    "PhaseForecast",
    "Priority",
    "Progress",
    "Recommendation",
    "Recommendations",
    "Reference",
    "Review",
    "ReviewItem",
    "Risk",
    "Rule",
    "Situation",
    "Slip",
    "Slot",
    "Snapshot",
    "Span",
    "Status",
    "Step",
    "Store",
    "Tally",
    "Task",
    "TaskForecast",
    "TaskState",
    "UnknownNameError",
    "Upgrade",
    "Waiver",
    "catalog",
    "changes",
    "critical_path",
    "diff",
    "dumps",
    "events",
    "explain",
    "for_context",
    "forecast",
    "loads",
    "model_serving",
    "next_tasks",
    "order",
    "overlay_from",
    "read",
    "tailor",
    "upgrade",
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
        value = getattr(home, name, home)  # a module without an attribute of that name is the value itself
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
