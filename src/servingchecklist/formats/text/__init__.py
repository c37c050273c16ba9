"""Plain text, for a terminal or a message: written, and not read back.

Lines are wrapped at 80 columns, so the layout of descriptions is not kept. It leaves out risks and the ids of the phases; a review names
phases by their ids only. Of a launch it leaves out the notes, and of its tasks the descriptions, efforts and priorities. No text that can
be stored drives a terminal, so nothing needs to be escaped.

A checklist leaves out its facets, and what the overlays that it was made of have changed: that is told by its diff and its explanation. A
diff leaves out the descriptions and references of what was added, and what stayed of a long text. An explanation cuts long texts. An
overlay tells of the tasks in a phase that it adds only the titles and the main facts. An upgrade leaves out what only the new edition has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.checklist import Checklist
from ...planning.ordering import Recommendations
from .._shown import shown
from ._checklist import checklist_lines, outline
from ._parts import ranked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...launch.review import Review
    from ...launch.snapshot import Snapshot
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast
    from .. import Shown
    from .._tailored.parts import Sheet

__all__ = ["NAME", "SUFFIXES", "dumps", "outline"]

NAME = "text"
SUFFIXES = (".txt",)


def dumps(value: Shown) -> str:
    """A checklist phase by phase, recommendations, how a launch stands as an outline, a review, what is forecast, or what is about tailoring.

    Raises:
        InvalidError: The value is none of them.
    """
    if isinstance(value, Checklist):
        lines = checklist_lines(value)
    elif isinstance(value, Recommendations):
        lines = ranked(value)
    else:
        lines = _further(shown(value, "text"))
    return "\n".join(lines) + "\n"


def _further(value: Snapshot | Review | Forecast | CriticalPath | Distribution | Sheet) -> Iterator[str]:
    from ...launch.review import Review
    from ...launch.snapshot import Snapshot
    from .._tailored.parts import Sheet
    from ._launch import launch_lines
    from ._planning import planning_lines
    from ._tailored import sheet_lines

    if isinstance(value, Sheet):
        return sheet_lines(value)
    return launch_lines(value) if isinstance(value, Snapshot | Review) else planning_lines(value)
