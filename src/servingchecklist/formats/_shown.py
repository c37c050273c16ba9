"""What the formats for people have in common, whatever they write: which values they take, and the words around recommendations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import raise_invalid

if TYPE_CHECKING:
    from ..launch.review import Review
    from ..launch.snapshot import Snapshot
    from ..planning.critical import CriticalPath
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast

NEXT = "What to do next"
NO_TASK = "No task to recommend."


def shown(value: object, what: str) -> Snapshot | Review | Forecast | CriticalPath | Distribution:
    """A launch as it stands now, and all else that the formats for people take as it is.

    The classes are imported here, so that showing a checklist does not load what a launch is.

    Args:
        value: What is neither a checklist nor recommendations.
        what: What it is to be written as, in words.

    Raises:
        InvalidError: It is none of those either.
    """
    from ..launch.launch import Launch
    from ..launch.review import Review
    from ..launch.snapshot import Snapshot
    from ..planning.critical import CriticalPath
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast

    if isinstance(value, Launch):
        return value.snapshot()
    if isinstance(value, Snapshot | Review | Forecast | CriticalPath | Distribution):
        return value
    hint = "give a checklist, a launch, its snapshot, review or forecast, or what order, next_tasks and critical_path return"
    raise_invalid("$", f"cannot be written as {what}", value, hint)
