"""Scanner of Markdown: the boxes of a document, the marks behind them, and comments on lines of their own, with their places in the text.

Only the block rules of a CommonMark parser run, and what is not at the start of a source line is no box. So a box is found where GitHub
shows one to be clicked; one that is quoted, in code or in a comment is none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from functools import cache
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from ..._model.task import Status
from ...errors import missing_package
from .._document import Code, plain
from .._layout import inline
from ..limits import Limits, check_markdown, check_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it import MarkdownIt

_LINE = re.compile(r"\r\n?|\n")
"""The line breaks of CommonMark. ``str.splitlines`` knows more of them."""

_DEEPEST = 100
"""The deepest nesting that is read; the parser would leave out what is below 20."""

_ID = "[a-z0-9][a-z0-9._-]{0,63}"
_GAP = r"[ \t\v\f]"
_LESS_THAN = r"(?:<|&(?:lt|\#0*60|\#x0*3c);|[\u2039\xab\uff1c])"
_EXCLAMATION = r"[!\uff01]"
_DASH = r"[-\u2013\u2014]"
_OPENING = (
    rf"\\*+(?:{_LESS_THAN}{_GAP}*+\\?|(?={_EXCLAMATION}\\?{_DASH}))(?:{_EXCLAMATION}|--|[\u2013\u2014])"
    rf"(?:{_EXCLAMATION}|{_DASH}|\\|{_GAP})*+(?:\r\n?|\n)?{_GAP}*+"
)
"""The beginning of a comment, also of one that an editor has escaped, wrapped, or made typographic, and of one that lacks a character."""
_BOX = re.compile(
    rf"{_GAP}*(?:[-+*]|[0-9]{{1,9}}[.)]){_GAP}+\[([ xX])\]{_GAP}+"
    rf"((?i:<!--{_GAP}*(?:task|step)\b[^\r\n]*?-->|{_OPENING}(?:task|step)\b[^\r\n<>]*>?))?"
)
_MARK = re.compile(rf"(?<!\\)<!-- (?:task ({_ID})|step ({_ID}) ({_ID}))(?: ([^\s<>]{{1,32}}))? -->")
_LOOSE_MARK = re.compile(rf"(?i){_OPENING}(?:task\s+({_ID})|step\s+({_ID})\s+({_ID}))\b")

STATUSES = {"task": tuple(status.value for status in Status), "step": ("todo", "done")}
"""The statuses in the marks of tasks and of steps."""

_MOST_STRAY = 5
"""The maximum number of marks behind no box that are reported for a line."""

_LONGEST = 2_000
"""The number of characters of the longest line whose code is told apart; that takes a time which grows with the square."""


class Mark(NamedTuple):
    """The comment behind a box.

    Attributes:
        task: The id of the task; empty in what begins like a mark and has none.
        step: The id of the step; empty in the mark of a task.
        status: The status when the document was last written; empty in a mark that was made by hand.
        start: The offset of its first character.
        end: The offset behind its last character.
        is_valid: False for what begins like a mark and is none, such as one with an unknown status, or one that is not closed.
    """

    task: str
    step: str
    status: str
    start: int
    end: int
    is_valid: bool


class Box(NamedTuple):
    """A box: a list item that begins with ``[ ]`` or ``[x]``.

    Attributes:
        line: The number of its line, from 1.
        depth: The number of list items around it.
        is_ticked: True for ``[x]`` and ``[X]``.
        at: The offset of the character between the brackets.
        mark: The mark behind it, or None.
        content: The source of its first paragraph, from the bracket on, without indentation.
    """

    line: int
    depth: int
    is_ticked: bool
    at: int
    mark: Mark | None
    content: str


class Stray(NamedTuple):
    """A mark that is not right behind a box.

    Attributes:
        line: The number of its line, from 1.
        mark: The mark.
        is_like_a_box: True where the line would be a box, if the lines around it or its depth did not prevent that.
    """

    line: int
    mark: Mark
    is_like_a_box: bool


class Page:
    """A Markdown document that was scanned.

    Attributes:
        text: Its text.
        starts: The offset of each line, that of the first behind a byte order mark.
        tokens: The blocks, as the parser gives them; texts within them are not parsed.
    """

    __slots__ = ("starts", "text", "tokens")

    def __init__(self, text: str, limits: Limits | None) -> None:
        """Scan a document.

        Raises:
            LimitError: It exceeds the limits.
            UnknownNameError: The package markdown-it-py is not installed.
        """
        if limits:
            check_size(len(text.encode("utf-8", "surrogatepass")), limits)
            check_markdown(text, limits)
        first = int(text.startswith("\ufeff"))  # the parser would take it for text
        self.text = text
        self.starts = [first, *(found.end() for found in _LINE.finditer(text))]
        self.tokens = _parser().parse(text[first:])

    def line_end(self, start: int) -> str:
        """Return the line break in front of the start of a line; documents may mix their kinds."""
        return "\r\n" if self.text.startswith("\r\n", start - 2) else self.text[start - 1]

    def boxes(self) -> Iterator[Box]:
        """Yield the boxes in the order of the document."""
        text, starts, tokens = self.text, self.starts, self.tokens
        for place, token in enumerate(tokens):
            # Below a text, a line of dashes makes it a heading.
            if token.type != "list_item_open" or tokens[place + 1].type not in ("paragraph_open", "heading_open"):
                continue
            lines, of_paragraph = token.map, tokens[place + 1].map
            assert lines  # as all blocks have
            assert of_paragraph
            if lines[0] == of_paragraph[0] and (found := _BOX.match(text, starts[lines[0]])):
                tick, comment = found.groups(default="")
                mark = _mark(comment, found.start(2)) if comment else None
                content = tokens[place + 2].content
                yield Box(lines[0] + 1, token.level // 2, tick != " ", found.start(1), mark, content)

    def stray(self, used: Mapping[int, int]) -> Iterator[Stray]:
        """Yield the marks that are not right behind a box, the first five of each line. Those in code, in quotes and in HTML are text.

        Args:
            used: The offset behind the mark of each box, by its line, from 1.
        """
        hidden = deque(self._hidden())
        places = ((bisect_right(self.starts, found.start()), found.start()) for found in _MARK.finditer(self.text))
        for line, _ in groupby(line for line, start in places if start >= used.get(line, 0)):
            while hidden and hidden[0][1] < line:
                hidden.popleft()
            if hidden and hidden[0][0] < line:
                continue
            first = used.get(line, self.starts[line - 1])
            end = self.starts[line] if line < len(self.starts) else len(self.text)
            for found in islice(_MARK.finditer(_without_code(self.text[first:end])), _MOST_STRAY):
                box = _BOX.match(self.text, self.starts[line - 1])
                is_like_a_box = bool(box and box[2] == found[0] and line not in used)
                yield Stray(line, _mark(found[0], 0), is_like_a_box)

    def _hidden(self) -> Iterator[tuple[int, int]]:
        """Yield the lines of code, quotes and HTML, from 0, in order; a mark that is the beginning of such HTML is not among them."""
        end = 0
        for token in self.tokens:
            if token.type in ("fence", "code_block", "html_block", "blockquote_open") and token.map:
                first, behind = token.map
                if first >= end:
                    is_mark = token.type == "html_block" and _MARK.match(token.content.lstrip())
                    yield first + bool(is_mark), behind
                    end = behind

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Yield the comments that are a block of their own, within no other: their first line and the one behind them, from 0, and the text."""
        for token in self.tokens:
            if token.type == "html_block" and not token.level and token.content.lstrip().startswith("<!--"):
                assert token.map
                yield token.map[0], token.map[1], token.content.strip()


def _mark(comment: str, start: int) -> Mark:
    """Return the mark that a comment, or what is left of one, is or is meant to be."""
    end = start + len(comment)
    if found := _MARK.fullmatch(comment):
        task, owner, step, status = found.groups(default="")
        is_valid = not status or status in STATUSES["step" if step else "task"]
        return Mark(task or owner, step, status, start, end, is_valid)
    found = _LOOSE_MARK.match(comment)
    task, owner, step = found.groups(default="") if found else ("", "", "")
    return Mark((task or owner).lower(), step.lower(), "", start, end, is_valid=False)


def _without_code(line: str) -> str:
    """Return the text of a line that is not code."""
    parts = inline(line) if "`" in line and len(line) <= _LONGEST else line
    return parts if isinstance(parts, str) else "".join(plain(part) for part in parts if not isinstance(part, Code))


@cache
def _parser() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise missing_package("reading Markdown", "markdown-it-py", "markdown") from error
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
