"""Generated regions of a task list: their comments, and what stands between them.

A region is opened by ``<!-- servingchecklist:next -->`` or ``<!-- servingchecklist:progress -->``, which may select tasks, as in
``<!-- servingchecklist:next phase=execution -->``, and closed by ``<!-- /servingchecklist -->``. ``<!-- servingchecklist:launch fraud-v3 -->``
names the launch of the document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from ..._model.selection import Selection
from ...errors import HINTED_FAULTS, nearest, show
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
_NAMES = ("next", "progress")
_KEYS = tuple(Selection.__annotations__)
_OPEN = re.compile(rf"{_BEGINNING}({'|'.join(_NAMES)})((?: (?:{'|'.join(_KEYS)})=[^\s<>]+)*) -->")
_LAUNCH = re.compile(rf"{_BEGINNING}launch(?:\s+([^\s<>]+))?\s*-->(.*)")
_ABOUT_LAUNCH = re.compile(rf"{_BEGINNING}launch\b")
_PREFIX = re.compile(r"(?i)<!--[ \t]*(/?)servingchecklist(:?)[ \t]*")
_HINT = f"write {_BEGINNING}next --> or {_BEGINNING}progress -->, and {CLOSE} below it, each alone on its line"


class Region(NamedTuple):
    """A region of a document that is generated.

    Attributes:
        line: The number of the line of its opening comment, from 1.
        name: ``"next"`` or ``"progress"``.
        selection: The keys and values that its tasks are selected by.
        start: The offset behind the line of its opening comment.
        end: The offset of its closing comment.
    """

    line: int
    name: str
    selection: Mapping[str, str]
    start: int
    end: int


class Malformed(NamedTuple):
    """A comment that neither opens nor closes a region, nor names a launch: its line, the problem, and the hint."""

    line: int
    problem: str
    hint: str


class Comments(NamedTuple):
    """The comments of a document that are no marks.

    Attributes:
        launches: The names of its launch.
        regions: The regions.
        malformed: The comments that should be something of these and are not.
    """

    launches: list[str]
    regions: list[Region]
    malformed: list[Malformed]


def comments(page: Page) -> Comments:
    """Return the names of launches and the regions of a document."""
    launches, found, malformed = Comments([], [], [])
    opened: tuple[int, int, str] | None = None
    for first, behind, source in page.comments():
        comment = _with_usual_blanks(source)
        if comment == CLOSE:
            match = _OPEN.fullmatch(opened[2]) if opened else None
            if opened is None:
                malformed.append(Malformed(first + 1, "a comment closes a region that none opens", _HINT))
            elif match is None:
                is_hinted = len(malformed) < HINTED_FAULTS
                malformed.append(Malformed(opened[0] + 1, *_problem(opened[2], is_hinted=is_hinted)))
            elif len(found) == _MOST:
                hint = "delete its comments"
                malformed.append(Malformed(opened[0] + 1, f"there are more than {_MOST} regions", hint))
            else:
                pairs = (pair.split("=", 1) for pair in match[2].split())
                selection = {key: unquote(value) for key, value in pairs}
                # Indented, the closing comment would belong to a list above it.
                ends = page.starts[opened[1]], page.text.index("<!--", page.starts[first])
                found.append(Region(opened[0] + 1, match[1], selection, *ends))
            opened = None
        elif _ABOUT_LAUNCH.match(comment):
            name, behind_it = found_name.groups() if (found_name := _LAUNCH.fullmatch(comment)) else (None, "")
            hint = f"write it as {_BEGINNING}launch NAME -->, alone on its line"
            if name:
                launches.append(name)
            if behind_it or not name:
                problem = (
                    "text stands behind the comment that names the launch" if name else "a comment names no launch"
                )
                malformed.append(Malformed(first + 1, problem, hint))
        elif comment.startswith(_BEGINNING):
            if opened:
                malformed.append(Malformed(opened[0] + 1, "a region has no end", _HINT))
            opened = first, behind, comment
    if opened:
        malformed.append(Malformed(opened[0] + 1, "a region has no end", _HINT))
    return Comments(launches, found, malformed)


def _with_usual_blanks(comment: str) -> str:
    """Return a comment with the blanks and the case in which it is written here; those within it are as they were."""
    found = _PREFIX.match(comment)
    if not found:
        return comment
    words, end, behind = comment[found.end() :].partition("-->")
    words = words.rstrip(" \t")
    return f"<!-- {found[1]}servingchecklist{found[2]}{words}{end and ' -->'}{behind}"


def _problem(comment: str, *, is_hinted: bool) -> tuple[str, str]:
    """Return the problem with the opening comment of a region, and the hint."""
    if not comment.endswith("-->"):
        return "text stands behind the comment that opens a region", _HINT
    name, *pairs = comment.removeprefix(_BEGINNING).removesuffix("-->").split() or [""]
    keys = (pair.partition("=")[0] for pair in pairs)
    unknown = next((key for key in keys if key not in _KEYS), "")
    if name not in _NAMES:
        return f"there is no region {show(name)}", (nearest(name, _NAMES) if is_hinted else "") or _HINT
    if unknown:
        hint = (nearest(unknown, _KEYS) if is_hinted else "") or f"known: {', '.join(_KEYS)}"
        return f"a region has the unknown key {show(unknown)}", hint
    return "a region has an unknown form", _HINT


def launch_comment(name: str) -> str:
    """Return the comment that names the launch of a document."""
    return f"{_BEGINNING}launch {name} -->"


def content(name: str, snapshot: Snapshot) -> str:
    """Return the Markdown of a region, without a line break at its end."""
    if name == "progress":
        return markdown.dumps(snapshot.progress).rstrip("\n")
    return markdown.dumps(Document("", [next_section(snapshot.next)], is_headed=False)).rstrip("\n")


def region(name: str, snapshot: Snapshot) -> str:
    """Return a region with its comments."""
    words = [f" {key}={_quoted(value)}" for key, value in snapshot.selection]
    return f"{_BEGINNING}{name}{''.join(words)} -->\n\n{content(name, snapshot)}\n\n{CLOSE}"


def _quoted(value: str) -> str:
    # Two hyphens could end the comment.
    return quote(value, safe="").replace("--", "%2D%2D")
