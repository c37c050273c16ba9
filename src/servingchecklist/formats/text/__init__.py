"""Plain text, for a terminal or a message: written, and not read back.

Lines are wrapped at 80 columns, so the layout of descriptions is not kept. It leaves out risks and the ids of the phases; a review names
phases by their ids only. Of a launch it leaves out the notes, and of its tasks the descriptions, efforts and priorities. No text that can
be stored drives a terminal, so nothing needs to be escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.checklist import Checklist
from ...planning.ordering import Recommendations
from .._shown import shown
from ._checklist import checklist_lines, outline
from ._parts import ranked

if TYPE_CHECKING:
    from ...launch.launch import Launch
    from ...launch.review import Review
    from ...launch.snapshot import Snapshot

__all__ = ["NAME", "SUFFIXES", "dumps", "outline"]

NAME = "text"
SUFFIXES = (".txt",)


def dumps(value: Checklist | Recommendations | Launch | Snapshot | Review) -> str:
    """A checklist phase by phase, recommendations with their reasons, how a launch stands as an outline, or a review.

    Raises:
        InvalidError: The value is none of them.
    """
    if isinstance(value, Checklist):
        lines = checklist_lines(value)
    elif isinstance(value, Recommendations):
        lines = ranked(value)
    else:
        from ._launch import launch_lines

        lines = launch_lines(shown(value, "text"))
    return "\n".join(lines) + "\n"
