"""Classes of the values that functions return, for annotations and for tools that build such values."""

from ._launch.deciding import Conditions
from ._launch.gate import Coverage, Finding, Gate, Live, LoggedEvidence, Waiver
from ._launch.log import Details
from ._launch.records import EventLog
from ._launch.results import Progress, Snapshot, StepState, Tally, TaskState
from ._launch.review import BurnUpPoint, Review, ReviewItem, Slip
from ._launch.reviewing import ReviewFields
from ._model.facet import Choice
from ._model.selection import Selection
from ._model.task import TaskFields
from ._planning.calibration import Calibration, ClosedTask, PastForecast
from ._planning.critical_path import CriticalPath, Span
from ._planning.distribution import Distribution
from ._planning.forecast import Forecast, PhaseForecast, Slot, TaskForecast
from ._planning.levers import Lever, LeverArguments, Levers
from ._planning.options import ForecastFields
from ._planning.ordering import Recommendation, Recommendations
from ._tailoring.difference import Diff, Difference
from ._tailoring.explanation import Explanation, Origin, Revision
from ._tailoring.upgrade import Conflict, Upgrade

__all__ = [
    "BurnUpPoint",
    "Calibration",
    "Choice",
    "ClosedTask",
    "Conditions",
    "Conflict",
    "Coverage",
    "CriticalPath",
    "Details",
    "Diff",
    "Difference",
    "Distribution",
    "EventLog",
    "Explanation",
    "Finding",
    "Forecast",
    "ForecastFields",
    "Gate",
    "Lever",
    "LeverArguments",
    "Levers",
    "Live",
    "LoggedEvidence",
    "Origin",
    "PastForecast",
    "PhaseForecast",
    "Progress",
    "Recommendation",
    "Recommendations",
    "Review",
    "ReviewFields",
    "ReviewItem",
    "Revision",
    "Selection",
    "Slip",
    "Slot",
    "Snapshot",
    "Span",
    "StepState",
    "Tally",
    "TaskFields",
    "TaskForecast",
    "TaskState",
    "Upgrade",
    "Waiver",
]
