"""Generated regions of a task list: their comments, and what stands between them.

A region is opened by ``<!-- servingchecklist:next -->`` or ``<!-- servingchecklist:progress -->``, which may name its launch and select
tasks, as in ``<!-- servingchecklist:next launch=fraud-v3 phase=execution -->``, and closed by ``<!-- /servingchecklist -->``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from ..._model.selection import Selection
from .. import markdown
from .._document import Document
from .._views.checklist import next_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..._launch.results import Snapshot
    from ._boxes import Page

_MOST = 20
"""The maximum number of regions that are generated: each costs as much as a page of the launch."""

CLOSE = "<!-- /servingchecklist -->"

_BEGINNING = "<!-- servingchecklist:"
_OPEN = re.compile(rf"{_BEGINNING}(next|progress)((?: (?:launch|{'|'.join(Selection.__annotations__)})=[^\s<>]+)*) -->")
_HINT = f"write {_BEGINNING}next --> or {_BEGINNING}progress -->, and {CLOSE} below it, each alone on its line"


class Region(NamedTuple):
    """A region of a document that is generated.

    Attributes:
        line: The number of the line of its opening comment, from 1.
        name: ``"next"`` or ``"progress"``.
        launch: The name of the launch that it is of; empty where it does not say.
        selection: The keys and values that its tasks are selected by.
        start: The offset behind the line of its opening comment.
        end: The offset of the line of its closing comment.
    """

    line: int
    name: str
    launch: str
    selection: Mapping[str, str]
    start: int
    end: int


class Malformed(NamedTuple):
    """A comment that neither opens nor closes a region: its line, the problem, and the hint."""

    line: int
    problem: str
    hint: str


def regions(page: Page) -> tuple[list[Region], list[Malformed]]:
    """Return the regions of a document, and the comments that should be part of one and are not."""
    found: list[Region] = []
    malformed: list[Malformed] = []
    opened: tuple[int, int, str] | None = None
    for first, behind, comment in page.comments():
        if comment == CLOSE:
            match = _OPEN.fullmatch(opened[2]) if opened else None
            if opened is None:
                malformed.append(Malformed(first + 1, "a comment closes a region that none opens", _HINT))
            elif match is None:
                malformed.append(Malformed(opened[0] + 1, "a region has an unknown name or form", _HINT))
            elif len(found) == _MOST:
                hint = "delete its comments"
                malformed.append(Malformed(opened[0] + 1, f"there are more than {_MOST} regions", hint))
            else:
                pairs = dict(pair.split("=", 1) for pair in match[2].split())
                values = {key: unquote(value) for key, value in pairs.items()}
                launch = values.pop("launch", "")
                ends = page.starts[opened[1]], page.starts[first]
                found.append(Region(opened[0] + 1, match[1], launch, values, *ends))
            opened = None
        elif comment.startswith(_BEGINNING):
            if opened:
                malformed.append(Malformed(opened[0] + 1, "a region has no end", _HINT))
            opened = first, behind, comment
    if opened:
        malformed.append(Malformed(opened[0] + 1, "a region has no end", _HINT))
    return found, malformed


def content(name: str, snapshot: Snapshot) -> str:
    """Return the Markdown of a region, without a line break at its end."""
    if name == "progress":
        return markdown.dumps(snapshot.progress).rstrip("\n")
    return markdown.dumps(Document("", [next_section(snapshot.next)], is_headed=False)).rstrip("\n")


def region(name: str, snapshot: Snapshot, launch: str) -> str:
    """Return a region with its comments."""
    pairs = [("launch", launch)] if launch else []
    words = [f" {key}={_quoted(value)}" for key, value in (*pairs, *snapshot.selection)]
    return f"{_BEGINNING}{name}{''.join(words)} -->\n\n{content(name, snapshot)}\n\n{CLOSE}"


def _quoted(value: str) -> str:
    # Two hyphens could end the comment.
    return quote(value, safe="").replace("--", "%2D%2D")
