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
        IllegalTransitionError,
        InvalidError,
        LimitError,
        PackError,
        UnknownNameError,
    )
    from .formats import dumps, loads, read, write
    from .formats.limits import Limits
    from .launch import events as events
    from .launch.events import Event
    from .launch.launch import Launch
    from .launch.progress import Progress, Tally
    from .launch.review import BurnUpPoint, Review, ReviewItem, Slip
    from .launch.snapshot import Snapshot
    from .launch.state import TaskState, Waiver
    from .model import changes as changes
    from .model.changes import Change
    from .model.checklist import Checklist
    from .model.effort import Effort
    from .model.facet import Choice, Facet
    from .model.overlay import Overlay
    from .model.phase import Phase
    from .model.priority import Priority
    from .model.reference import Reference
    from .model.risk import Risk
    from .model.status import Status
    from .model.task import Task
    from .planning.calendar import Calendar
    from .planning.critical_path import CriticalPath, Span, critical_path
    from .planning.distribution import Distribution
    from .planning.forecast import Forecast, PhaseForecast, Slot, TaskForecast, forecast
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
    from .store import Store
    from .tailoring.changes_between import overlay_from
    from .tailoring.context import for_context
    from .tailoring.difference import Diff, Difference, diff
    from .tailoring.explanation import Explanation, Origin, Step, explain
    from .tailoring.tailor import tailor
    from .tailoring.upgrade import Conflict, Upgrade, upgrade

_HOME = {
    "BurnUpPoint": "launch.review",
    "CRITICAL_FIRST": "planning.rules",
    "Calendar": "planning.calendar",
    "Change": "model.changes",
    "Checklist": "model.checklist",
    "ChecklistError": "errors",
    "Choice": "model.facet",
    "Conflict": "tailoring.upgrade",
    "CriticalPath": "planning.critical_path",
    "CycleError": "errors",
    "DUE": "planning.rules",
    "Diff": "tailoring.difference",
    "Difference": "tailoring.difference",
    "Distribution": "planning.distribution",
    "EFFORT": "planning.rules",
    "Effort": "model.effort",
    "Event": "launch.events",
    "Explanation": "tailoring.explanation",
    "Facet": "model.facet",
    "Fault": "errors",
    "FileError": "errors",
    "Forecast": "planning.forecast",
    "IllegalTransitionError": "errors",
    "InvalidError": "errors",
    "Launch": "launch.launch",
    "LimitError": "errors",
    "Limits": "formats.limits",
    "Origin": "tailoring.explanation",
    "Overlay": "model.overlay",
    "PHASE": "planning.rules",
    "PHASES_FIRST": "planning.rules",
    "POSITION": "planning.rules",
    "PRIORITY": "planning.rules",
    "PackError": "errors",
    "Phase": "model.phase",
    "PhaseForecast": "planning.forecast",
    "Priority": "model.priority",
    "Progress": "launch.progress",
    "RISK": "planning.rules",
    "Recommendation": "planning.ordering",
    "Recommendations": "planning.ordering",
    "Reference": "model.reference",
    "Review": "launch.review",
    "ReviewItem": "launch.review",
    "Risk": "model.risk",
    "Rule": "planning.rules",
    "Situation": "planning.situation",
    "Slip": "launch.review",
    "Slot": "planning.forecast",
    "Snapshot": "launch.snapshot",
    "Span": "planning.critical_path",
    "Status": "model.status",
    "Step": "tailoring.explanation",
    "Store": "store",
    "Tally": "launch.progress",
    "Task": "model.task",
    "TaskForecast": "planning.forecast",
    "TaskState": "launch.state",
    "UnknownNameError": "errors",
    "Upgrade": "tailoring.upgrade",
    "Waiver": "launch.state",
    "catalog": "catalog",
    "changes": "model.changes",
    "critical_path": "planning.critical_path",
    "diff": "tailoring.difference",
    "dumps": "formats",
    "events": "launch.events",
    "explain": "tailoring.explanation",
    "for_context": "tailoring.context",
    "forecast": "planning.forecast",
    "loads": "formats",
    "model_serving": "catalog",
    "next_tasks": "planning.ordering",
    "order": "planning.ordering",
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
