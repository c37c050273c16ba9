"""Scanner of Markdown: the boxes of a document, the marks behind them, and comments on lines of their own, with their places in the text.

Only the block rules of a CommonMark parser run, and what is not at the start of a source line is no box. So a box is found where GitHub
shows one to be clicked; one that is quoted, in code or in a comment is none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ...errors import missing_package
from ..limits import Limits, check_markdown, check_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt

_LINE = re.compile(r"\r\n?|\n")
"""The line breaks of CommonMark. ``str.splitlines`` knows more of them."""

_DEEPEST = 100
"""The deepest nesting that is read; the parser would leave out what is below 20."""

_ID = "[a-z0-9][a-z0-9._-]{0,63}"
_GAP = r"[ \t\v\f]"
_BOX = re.compile(
    rf"{_GAP}*(?:[-+*]|[0-9]{{1,9}}[.)]){_GAP}+\[([ xX])\]{_GAP}+"
    rf"(<!-- (?:task ({_ID})(?: (todo|doing|blocked|done|waived|not-applicable))?"
    rf"|step ({_ID}) ({_ID})(?: (todo|done))?) -->"
    rf"|<!--{_GAP}*(?i:task|step)\b[^\r\n]*?-->)?"
)


class Mark(NamedTuple):
    """The comment behind a box.

    Attributes:
        task: The id of the task; empty in a comment that is no mark, but begins like one.
        step: The id of the step; empty in the mark of a task.
        status: The status when the document was last written; empty in a mark that was made by hand.
        start: The offset of its first character.
        end: The offset behind its last character.
    """

    task: str
    step: str
    status: str
    start: int
    end: int


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
            if token.type != "list_item_open" or tokens[place + 1].type != "paragraph_open":
                continue
            lines, of_paragraph = token.map, tokens[place + 1].map
            assert lines  # as all blocks have
            assert of_paragraph
            if lines[0] == of_paragraph[0] and (found := _BOX.match(text, starts[lines[0]])):
                tick, comment, task, status, owner, step, step_status = found.groups(default="")
                mark = Mark(task or owner, step, status or step_status, *found.span(2)) if comment else None
                content = tokens[place + 2].content
                yield Box(lines[0] + 1, token.level // 2, tick != " ", found.start(1), mark, content)

    def comments(self) -> Iterator[tuple[int, int, str]]:
        """Yield the comments that are a block of their own, within no other: their first line and the one behind them, from 0, and the text."""
        for token in self.tokens:
            if token.type == "html_block" and not token.level and token.content.lstrip().startswith("<!--"):
                assert token.map
                yield token.map[0], token.map[1], token.content.strip()


@cache
def _parser() -> MarkdownIt:
    try:
        from markdown_it import MarkdownIt
    except ImportError as error:
        raise missing_package("reading Markdown", "markdown-it-py", "markdown") from error
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST})
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
