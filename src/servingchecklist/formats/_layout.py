"""Layout of long texts: a closed subset of CommonMark as nodes.

Paragraphs, lists, fenced code, inline code, ``**strong**``, links and autolinks; everything else is literal text, HTML too. What is markup
here is the same markup to CommonMark, and where that depends on its subtleties, the paragraph or the whole text is literal. All of it takes
time that is linear in the length of the text, and no more than a few levels of nesting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .._model.task import Reference
from ..errors import InvalidError
from ._document import Code, CodeBlock, Link, Listing, Paragraph, Strong, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._document import Block, Inline, Line

_DEPTH = 8
"""The maximum depth of lists, quotes and brackets. The judge in the tests gives up at 20."""

_BLANKS = " \t"
# Patterns are kept as text: re compiles them when they are first needed.
_PLAIN = r"[^\W\d_][^`*\[<\n]*"  # nearly every text: one line in which nothing can have a meaning
_FENCE = r"(`{3,}+)[^`]*|(~{3,}+).*"
_FOREIGN = (
    r"#{1,6}(?:[ \t]|\Z)|(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})\Z"  # headings and thematic breaks
)
_MARKER = r">|(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|\Z)"
_MARK = r"\\[!-/:-@\[-`{-~]?|`+|<[^<>\x00-\x20]*>|!?\[|\]|\*+|_+"
_BARE = r"[^\x00-\x20\x7f<>()\\]"
# The address of a link, perhaps with a title, where it is certain that CommonMark has a link.
_TARGET = (
    rf"\([ \t\n]*+(?:<([^<>\\\n]*+)>|((?:{_BARE}++|\({_BARE}*+\))*+))"
    r"""(?:[ \t\n]++("[^"\\]*+"|'[^'\\]*+'|\([^()\\]*+\)))?+[ \t\n]*+\)"""
)
_UNCERTAIN = r"(?i)\s*(?:javascript|vbscript|file|data):|.*&(?:#|[a-z][a-z0-9]*;)"


class _UncertainError(Exception):
    """Raised where parsers of CommonMark differ on a text, or where it nests too deep."""


def blocks(text: str) -> list[Block]:
    """Return a text as blocks; none where it is blank."""
    if re.fullmatch(_PLAIN, text):
        return [Paragraph(text, "prose")]
    parser = _Parser()
    try:
        for line in text.removesuffix("\n").split("\n"):
            parser.read(line)
        parser.close(0)
    except _UncertainError:
        return [Paragraph(part, "prose") for part in re.split(r"\n(?:[ \t]*+\n)++", text.strip("\n"))]
    return parser.root.blocks


class _Container:
    """A text, an item of a list or a quote; plain, as attrs would cost the start of the command line half a millisecond."""

    def __init__(self, width: int, *, is_quote: bool) -> None:
        self.width, self.is_quote = width, is_quote  # the width is the indentation of what belongs to an item
        self.marker = ""  # of the latest list in it, with these items
        self.items: list[Sequence[Block]] = []
        self.blocks: list[Block] = []
        self.line: list[Inline] = []  # the paragraph that no empty line has ended yet

    def add(self, line: Line) -> None:
        """Add to the paragraph, with a line break before it."""
        self.line += ["\n"] * bool(self.line) + ([line] if isinstance(line, str) else list(line))

    def flush(self) -> None:
        """End the paragraph."""
        if self.line:
            self.blocks.append(Paragraph(_joined(self.line), "prose"))
            self.line = []


class _Parser:
    """The containers that are open behind the lines read so far, as CommonMark has them; quotes are read too, but their lines are literal."""

    def __init__(self) -> None:
        self.root = _Container(0, is_quote=False)
        self._open = [self.root]
        self._paragraph: list[str] = []
        self._code: list[str] = []
        self._fence, self._indent, self._language = "", 0, ""

    def read(self, line: str) -> None:
        """Read a line."""
        rests = [line]  # what is left of it within each of the containers
        self._read(rests, self._match(rests))
        quotes = [place for place, container in enumerate(self._open) if container.is_quote]
        if quotes:
            self._open[quotes[0] - 1].add(rests[min(quotes[0], len(rests)) - 1])

    def _match(self, rests: list[str]) -> int:
        """Find the open containers that a line belongs to, and return the column where their content begins."""
        column = 0
        for container in self._open[1:]:
            rest, body = rests[-1], rests[-1].lstrip(_BLANKS)
            indent = _indentation(rest, column)
            has_content = container.is_quote or container.blocks or container.line or self._paragraph or self._fence
            if not body and container is self._open[-1] and not has_content:
                raise _UncertainError  # an empty item before an empty line
            if container.is_quote and indent <= 3 and body[:1] == ">":
                rest, column = _cut(body[1:], column + indent + 1, 1)
            elif not container.is_quote and (indent >= container.width or not body):
                rest, column = _cut(rest, column, container.width)
            elif indent > 3 and body and not body[0].isalpha():
                raise _UncertainError  # an indented line that may begin a block
            else:
                break
            rests.append(rest)
        return column

    def _read(self, rests: list[str], column: int) -> None:
        """Read what is left of a line within the containers that it belongs to."""
        is_lazy, goes_on = len(rests) < len(self._open), bool(self._paragraph)
        while True:
            rest, body = rests[-1], rests[-1].lstrip(_BLANKS)
            indent = _indentation(rest, column)
            if self._fence and not is_lazy:
                end = body.rstrip(_BLANKS)
                if indent <= 3 and end.startswith(self._fence) and not end.strip(self._fence[0]):
                    self.close(len(rests))
                else:
                    self._code.append(_cut(rest, column, self._indent)[0])
                return
            within = goes_on and not is_lazy
            if not body or indent > 3:
                break
            if match := re.fullmatch(_FENCE, body):
                self.close(len(rests))
                self._fence, self._indent = match[1] or match[2], indent
                self._language = "".join(body[len(self._fence) :].split()[:1])
                return
            if re.match(_FOREIGN, body) or (within and re.fullmatch(r"(?:=++|-++)[ \t]*", body)):
                self.close(len(rests))
                self._open[-1].add(rest)
                return
            match = re.match(_MARKER, body)
            is_empty = match and match[0] == body.rstrip(_BLANKS) != ">"
            if not match or (within and (is_empty or int(match[1] or 1) != 1)):
                break
            self.close(len(rests))
            rest, column = body[match.end() :], column + indent + match.end()
            gap = _indentation(rest, column)
            gap = gap if gap < 5 and rest.strip(_BLANKS) and match[0] != ">" else 1
            self._enter(match, indent + match.end() + gap)
            rest, column = _cut(rest, column, gap)
            rests.append(rest)
            is_lazy = goes_on = False
        if goes_on and body:
            self._paragraph.append(rest if len(self._open) == 1 else body)
            return
        self.close(len(rests))
        if not body:
            self._open[-1].flush()
        elif indent > 3:
            self._open[-1].add(rest)
        else:
            self._paragraph = [rest if len(rests) == 1 else body]

    def _enter(self, marker: re.Match[str], width: int) -> None:
        """Open an item of a list, or a quote."""
        parent, child = self._open[-1], _Container(width, is_quote=marker[0] == ">")
        if not child.is_quote:
            parent.flush()
            if not (parent.blocks and isinstance(parent.blocks[-1], Listing) and parent.marker == marker[0][-1]):
                parent.marker, parent.items = marker[0][-1], []
                parent.blocks.append(Listing(parent.items, int(marker[1]) if marker[1] else None))
            parent.items.append(child.blocks)
        self._open.append(child)
        if len(self._open) > _DEPTH + 1:
            raise _UncertainError

    def close(self, depth: int) -> None:
        """Close the paragraph or the code that is open, and the containers from a depth on."""
        innermost, paragraph = self._open[-1], "\n".join(self._paragraph)
        if paragraph.lstrip(_BLANKS).startswith("[") and "]:" in paragraph:
            raise _UncertainError  # it could define a link for the whole text
        if paragraph:
            innermost.add(inline(paragraph))
        if self._fence:
            innermost.flush()
            innermost.blocks.append(CodeBlock("\n".join(self._code), self._language))
        self._paragraph, self._fence, self._code = [], "", []
        for container in self._open[depth:]:
            container.flush()
        del self._open[max(depth, 1) :]


def _indentation(text: str, column: int) -> int:
    """Return the columns of blanks that a text at a column begins with."""
    start = " " * (column % 4)
    return len((start + text[: len(text) - len(text.lstrip(_BLANKS))]).expandtabs(4)) - len(start)


def _cut(text: str, column: int, width: int) -> tuple[str, int]:
    """Return a text without its first columns, as far as they are blank, and the column where it is then."""
    at = 0
    while width > 0 and text[at : at + 1] in (" ", "\t"):
        size = 4 - column % 4 if text[at] == "\t" else 1
        at, column, width = at + 1, column + size, width - size
    over = max(-width, 0)
    return " " * over + text[at:], column - over


class _Delimiter:
    """A text that nothing can span, or asterisks that may open or close a strong text."""

    def __init__(self, text: str, *, opens: bool = False, closes: bool = False) -> None:
        self.text, self.opens, self.closes = text, opens, closes


def inline(text: str) -> Line:
    """Return a paragraph, or a line such as a step of a task, with what is markup in it."""
    parts: list[Inline | _Delimiter] = []
    openers: list[tuple[int, int]] = []  # of brackets: the places in the parts and in the text
    runs: dict[int, list[int]] = {}  # of backticks: the places by their length, the last first
    at = 0
    for run in reversed([*re.finditer("`+", text)]):
        runs.setdefault(len(run[0]), []).append(run.start())
    while match := re.compile(_MARK).search(text, at):
        mark, start = match[0], match.start()
        parts.append(text[at:start])
        at = match.end()
        if mark[0] == "`":
            ends = runs.get(len(mark), [])
            while ends and ends[-1] < at:
                ends.pop()
            code = text[at : ends[-1]].replace("\n", " ") if ends else ""
            is_padded = code.strip(" ") and code[0] == code[-1] == " "
            parts.append(Code([code[1:-1] if is_padded else code]) if ends else mark)
            at = ends[-1] + len(mark) if ends else at
        elif mark[0] == "<":
            link = _link(mark[1:-1], mark[1:-1])
            if not link and re.search(r"[`*_\[\]]", mark):
                return text
            parts.append(link or mark)
        elif mark in ("[", "!["):
            openers.append((len(parts), start))
            parts.append(mark)
            if len(openers) > _DEPTH:
                return text
        elif mark == "]" and openers and text[at : at + 1] == "(":
            place, start = openers.pop()
            target = re.compile(_TARGET).match(text, at)
            address = (target[1] or target[2] or "") if target else ""
            if not target or re.match(_UNCERTAIN, address):
                return text
            at, is_image, within = target.end(), text[start] == "!", parts[place + 1 :]
            if not is_image and any(text[other] == "!" for _, other in openers):
                return text
            is_simple = not any(isinstance(part, Link) or getattr(part, "text", "")[-1:] == ")" for part in within)
            is_simple = is_simple and not (is_image or target[3])
            link = _link(plain(_with_strong(within)), address) if is_simple else None
            parts[place:] = [link or _Delimiter(text[start:at])]
            openers = openers if is_image else []  # there are no links in links
        elif mark[0] in "*_":
            parts.append(_delimiter(text, start, at))
        else:
            if mark == "]" and openers:
                openers.pop()
            parts.append(mark)
    return _joined(_with_strong([*parts, text[at:]]))


def _link(title: str, address: str) -> Link | None:
    """Return a link; None where it cannot be a reference with an absolute address."""
    if not re.match("(?i)https?:|mailto:", address) or re.match(_UNCERTAIN, address):
        return None
    try:
        link = Link(Reference(re.sub(r"[ \t]*+\n[ \t]*", " ", title).strip(), address))
    except InvalidError:
        return None
    return link if link.reference.is_link else None


def _delimiter(text: str, start: int, end: int) -> _Delimiter | str:
    """Return a run of asterisks or underscores by the rules of CommonMark for what is flanking."""
    before, after = _kind(text[start - 1 : start]), _kind(text[end : end + 1])
    if text[start] == "_" and before == after == "a":
        return text[start:end]
    if text[start:end] != "**" or "" in (before, after):
        return _Delimiter(text[start:end])
    opens = after != " " and (after == "a" or before != "a")
    closes = before != " " and (before == "a" or after != "a")
    return _Delimiter("**", opens=opens, closes=closes)


def _kind(character: str) -> str:
    """Return "a" for a letter or a digit, "." for punctuation, " " for a blank or an end; nothing where versions of CommonMark differ."""
    if not character or character in " \t\n":
        return " "
    return "a" if character.isalnum() else "." if character.isascii() else ""


def _with_strong(parts: Sequence[Inline | _Delimiter]) -> list[Inline]:
    """Return the parts with strong text; asterisks that have no counterpart for certain are text."""
    out: list[Inline] = []
    opener, is_clear = -1, True  # is_clear: no asterisks before could be closed by those that can also open
    for part in parts:
        if not isinstance(part, _Delimiter):
            is_clear, opener = (is_clear, opener) if isinstance(part, str | Code) else (False, -1)
            out.append(part)
        elif part.closes and opener >= 0:
            out[opener:] = [Strong(plain(out[opener + 1 :]).replace("\n", " "))]
            opener = -1
        else:
            opens = part.opens and (is_clear or not part.closes)
            is_clear = is_clear and opens and opener < 0
            opener = len(out) if opens else -1
            out.append(part.text)
    return out


def _joined(parts: Sequence[Inline]) -> Line:
    texts = [part for part in parts if isinstance(part, str)]
    return "".join(texts) if len(texts) == len(parts) else parts
