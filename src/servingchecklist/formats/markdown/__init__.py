"""Markdown: written as a GitHub task list; what is forecast, and where values came from, with GitHub's tables.

One task is one ``- [ ]`` line, with its description below it. Every text is escaped, so that a CommonMark parser reads back the text that
was stored and no other structure; a line break within a description becomes a hard break, and an empty line parts paragraphs.

Of a launch, the box of what is done is ticked. A task that is waived has an empty box and says until when: it is not done.

What is written is for people, and not read back. It leaves out:

* the ids of the phases and of the checklist, and the version; a review names phases by their ids only,
* risks,
* of a launch the notes, and of its tasks the descriptions, efforts and priorities,
* of a forecast the samples, and what was worked before it,
* of a checklist its facets, and what the overlays that it was made of have changed: that is told by its diff and its explanation,
* of a diff the descriptions and references of what was added, and what stayed of a long text; an explanation cuts long texts,
* of an overlay all but titles and main facts of the tasks in a phase that it adds; of an upgrade what only the new edition has changed.

What GitHub does beyond that no escape can stop: it turns ``@name`` into a mention, ``:name:`` into a picture, and bare addresses into
links. A host that posts a stranger's checklist there decides on that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.checklist import Checklist
from ...planning.ordering import Recommendations
from .._shown import shown
from ._checklist import checklist_blocks
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

NAME = "markdown"
SUFFIXES = (".md", ".markdown")


def dumps(value: Shown) -> str:
    """A checklist or a launch as a task list, recommendations as a numbered list, a review, what is forecast, or what is about tailoring.

    Raises:
        InvalidError: The value is none of them.
    """
    if isinstance(value, Checklist):
        blocks = checklist_blocks(value)
    elif isinstance(value, Recommendations):
        blocks = ranked(value)
    else:
        blocks = _further(shown(value, "Markdown"))
    return "\n\n".join(blocks) + "\n"


def _further(value: Snapshot | Review | Forecast | CriticalPath | Distribution | Sheet) -> Iterator[str]:
    from ...launch.review import Review
    from ...launch.snapshot import Snapshot
    from .._tailored.parts import Sheet
    from ._launch import launch_blocks
    from ._planning import planning_blocks
    from ._tailored import sheet_blocks

    if isinstance(value, Sheet):
        return sheet_blocks(value)
    return launch_blocks(value) if isinstance(value, Snapshot | Review) else planning_blocks(value)
