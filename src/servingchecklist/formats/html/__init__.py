"""HTML: one self-contained page, or the fragment of it that a notebook shows.

No script, nothing fetched from outside, light and dark after the reader's setting, and fit to print with a box to tick. Every text is
escaped: whatever it holds, the elements of the page are the same. Only http, https and mailto addresses become links; a relative path is
shown as text, since the page cannot know where it is.

What is written is for people, and not read back. It leaves out risks and the ids of the phases; a review names phases by their ids only.
Of a launch it leaves out the notes, and of its tasks the descriptions, efforts and priorities; of a forecast the samples. What is too large
to be drawn is told in tables only.

A checklist leaves out its facets, and what the overlays that it was made of have changed: that is told by its diff and its explanation. A
diff leaves out the descriptions and references of what was added, and what stayed of a long text. An explanation cuts long texts. An
overlay tells of the tasks in a phase that it adds only the titles and the main facts. An upgrade leaves out what only the new edition has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._text import escape_html
from ...model.checklist import Checklist
from ...planning.ordering import Recommendations
from .._shown import NEXT, shown
from ._checklist import checklist_lines
from ._parts import recommendations_lines
from ._style import PAGE_STYLE, STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...launch.review import Review
    from ...launch.snapshot import Snapshot
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast
    from .. import Shown
    from .._tailored.parts import Sheet

NAME = "html"
SUFFIXES = (".html", ".htm")


def dumps(value: Shown) -> str:
    """The value as a whole page.

    Raises:
        InvalidError: The value is none of them.
    """
    title, lines = _titled(value)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape_html(title)}</title>
<style>
{PAGE_STYLE}
</style>
</head>
<body>
<main>
{_article(lines)}</main>
</body>
</html>
"""


def fragment(value: Shown) -> str:
    """The value as one ``<article>`` with its own style: what the page holds, and what a notebook shows.

    Raises:
        InvalidError: The value is none of them.
    """
    return _article(_titled(value)[1])


def _titled(value: Shown) -> tuple[str, Iterable[str]]:
    """What the page is called, and the lines of it."""
    if isinstance(value, Checklist):
        return value.title, checklist_lines(value)
    if isinstance(value, Recommendations):
        return NEXT, recommendations_lines(value)
    return _further(shown(value, "HTML"))


def _further(value: Snapshot | Review | Forecast | CriticalPath | Distribution | Sheet) -> tuple[str, Iterable[str]]:
    from ...launch.review import Review
    from ...launch.snapshot import Snapshot
    from .._tailored.parts import Sheet
    from ._launch import launch_lines, launch_title
    from ._planning import planning_lines, planning_title
    from ._tailored import sheet_lines

    if isinstance(value, Sheet):
        return value.title, sheet_lines(value)
    if isinstance(value, Snapshot | Review):
        return launch_title(value), launch_lines(value)
    return planning_title(value), planning_lines(value)


def _article(lines: Iterable[str]) -> str:
    return "\n".join(['<article class="scl">', f"<style>\n{STYLE}\n</style>", *lines, "</article>", ""])
