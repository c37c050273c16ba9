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
    from ._tailored.parts import Sheet

NEXT = "What to do next"
NO_TASK = "No task to recommend."


def shown(value: object, what: str) -> Snapshot | Review | Forecast | CriticalPath | Distribution | Sheet:
    """A launch as it stands now, what is about tailoring as a page of it, and all else that the formats for people take as it is.

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
    from ..model.overlay import Overlay
    from ..planning.critical import CriticalPath
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast
    from ..tailoring.difference import Diff
    from ..tailoring.explanation import Explanation
    from ..tailoring.upgrade import Upgrade
    from ._tailored import sheet

    if isinstance(value, Launch):
        return value.snapshot()
    if isinstance(value, Snapshot | Review | Forecast | CriticalPath | Distribution):
        return value
    if isinstance(value, Overlay | Diff | Explanation | Upgrade):
        return sheet(value)
    hint = (
        "give a checklist, an overlay, a launch, its snapshot, review or forecast, "
        "or what order, next_tasks, critical_path, diff, explain and upgrade return"
    )
    raise_invalid("$", f"cannot be written as {what}", value, hint)
