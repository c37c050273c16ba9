"""Layout of long texts: a closed subset of CommonMark as nodes.

Paragraphs, lists, fenced code, inline code, ``**strong**``, links and autolinks; everything else is literal text, HTML too. What is markup
here is the same markup to CommonMark, and where that depends on its subtleties, the paragraph or the whole text is literal. All of it takes
time that is linear in the length of the text, and no more than a few levels of nesting.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from .._model.task import Reference
from ..errors import InvalidError
from ._document import Code, CodeBlock, Link, Listing, Paragraph, Strong, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._document import Block, Inline, Line

_DEPTH = 8
"""The maximum depth of lists and brackets. The judge in the tests gives up at 20."""

_BLANKS = " \t"
# Patterns are kept as text: re compiles them when they are first needed.
_PLAIN = r"[^\W\d_][^`*\[<\n]*"  # nearly every text: one line in which nothing can have a meaning
_FENCE = r"(`{3,}+)[^`]*|(~{3,}+).*"
# Headings and thematic breaks.
_FOREIGN = r"#{1,6}(?:[ \t]|\Z)|(?:(?:\*[ \t]*+){3,}|(?:-[ \t]*+){3,}|(?:_[ \t]*+){3,})\Z"
_MARKER = r"(?:[-+*]|([0-9]{1,9})[.)])(?=[ \t]|\Z)"
_MARK = r"\\[!-/:-@\[-`{-~]?|`+|<[^<>\x00-\x20]*>|!?\[|\]|\*+|_+"
_BARE = r"[^\x00-\x20\x7f<>()\\]"
# The address of a link, perhaps with a title, where it is certain that CommonMark has a link.
_TARGET = (
    rf"\([ \t\n]*+(?:<([^<>\\\n]*+)>|((?:{_BARE}++|\({_BARE}*+\))*+))"
    r"""(?:[ \t\n]++("[^"\\]*+"|'[^'\\]*+'|\([^()\\]*+\)))?+[ \t\n]*+\)"""
)
_UNCERTAIN = r"(?i)\s*(?:javascript|vbscript|file|data):|.*&(?:#|[a-z][a-z0-9]*;)"


class _UncertainError(Exception):
    """Raised where parsers of CommonMark differ on a text, where it nests too deep, or where it is simpler to leave it as it is."""


def blocks(text: str) -> list[Block]:
    """Return a text as blocks; none where it is blank."""
    if re.fullmatch(_PLAIN, text):
        return [Paragraph(text, "prose")]
    parser, lines = _Parser(), text.removesuffix("\n").split("\n")
    try:
        for line in lines:
            parser.read(line)
        parser.close(0)
    except _UncertainError:
        paragraphs = groupby(lines, key=lambda line: not line.strip(_BLANKS))
        return [Paragraph("\n".join(part), "prose") for is_blank, part in paragraphs if not is_blank]
    return parser.root.blocks


class _Container:
    """A text, or an item of a list; plain, as attrs would cost the start of the command line half a millisecond."""

    def __init__(self, width: int) -> None:
        self.width = width  # the indentation of what belongs to it
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
    """The containers that are open behind the lines read so far, as CommonMark has them; what begins with a quote is literal."""

    def __init__(self) -> None:
        self.root = _Container(0)
        self._open = [self.root]
        self._paragraph: list[str] = []
        self._is_quote = False
        self._code: list[str] = []
        self._fence, self._indent, self._language = "", 0, ""

    def read(self, line: str) -> None:
        """Read a line."""
        rest, depth, is_blank = line, 1, not line.strip(_BLANKS)
        for container in self._open[1:]:
            has_content = container.blocks or container.line or self._paragraph or self._fence
            if is_blank and container is self._open[-1] and not has_content:
                raise _UncertainError  # an empty item before an empty line
            if not (is_blank or rest.startswith(" " * container.width)):
                if _indentation(rest) > 3 and not rest.lstrip(_BLANKS)[0].isalpha():
                    raise _UncertainError  # an indented line that may begin a block
                break
            rest, depth = rest[container.width :], depth + 1
        if self._fence and depth == len(self._open):
            if re.fullmatch(rf" {{0,3}}{self._fence[0]}{{{len(self._fence)},}}[ \t]*", rest):
                self.close(depth)
            else:
                self._code.append(rest[min(_indentation(rest), self._indent) :] if self._indent else rest)
        elif is_blank:
            self.close(depth)
            self._open[-1].flush()
        elif self._is_quote:
            body = rest.lstrip(_BLANKS)
            if depth < len(self._open) or re.match(_MARKER, body) or re.fullmatch(_FENCE, body):
                raise _UncertainError  # whether it belongs to the quote depends on what is in there
            self._paragraph.append(rest)
        else:
            self._read(rest, depth)

    def _read(self, rest: str, depth: int) -> None:
        """Read what is left of a line within the containers that it belongs to."""
        is_within = bool(self._paragraph) and depth == len(self._open)
        while (indent := _indentation(rest)) <= 3 and (body := rest[indent:]):
            if match := re.fullmatch(_FENCE, body):
                self.close(depth)
                self._fence, self._indent = match[1] or match[2], indent
                self._language = "".join(body[len(self._fence) :].split()[:1])
                return
            if body[0] == ">":
                self.close(depth)
                self._paragraph, self._is_quote = [rest], True
                return
            if re.match(_FOREIGN, body) or (is_within and re.fullmatch(r"(?:=++|-++)[ \t]*", body)):
                self.close(depth)
                self._open[-1].add(rest)
                return
            match = re.match(_MARKER, body)
            content = body[match.end() :] if match else ""
            if not match or (is_within and (not content.strip(_BLANKS) or int(match[1] or 1) != 1)):
                break
            self.close(depth)
            gap = _indentation(content)
            gap = gap if gap < 5 and content.strip(_BLANKS) else 1
            self._enter(match, indent + match.end() + gap)
            rest, depth, is_within = content[gap:], depth + 1, False
        if not self._paragraph:
            self.close(depth)
        if indent > 3 and not self._paragraph:
            self._open[-1].add(rest)
        elif rest.strip(_BLANKS):
            self._paragraph.append(rest if len(self._open) == 1 else rest.lstrip(_BLANKS))

    def _enter(self, marker: re.Match[str], width: int) -> None:
        """Open an item of a list."""
        parent, child = self._open[-1], _Container(width)
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
        if "]:" in paragraph and (self._is_quote or paragraph.lstrip(_BLANKS)[0] == "["):
            raise _UncertainError  # it could define a link for the whole text
        if paragraph:
            innermost.add(paragraph if self._is_quote else inline(paragraph))
        if self._fence:
            innermost.flush()
            innermost.blocks.append(CodeBlock("\n".join(self._code), self._language))
        self._paragraph, self._is_quote, self._fence, self._code = [], False, "", []
        for container in self._open[depth:]:
            container.flush()
        del self._open[max(depth, 1) :]


def _indentation(text: str) -> int:
    """Return the number of blanks that a text begins with. A tab among them is as wide as its column has it, so the text is literal."""
    body = text.lstrip(" ")
    if body[:1] == "\t" and body.strip(_BLANKS):
        raise _UncertainError
    return len(text) - len(body)


class _Delimiter:
    """A text that nothing can span, or asterisks that may open or close a strong text."""

    def __init__(self, text: str, *, opens: bool = False, closes: bool = False) -> None:
        self.text, self.opens, self.closes = text, opens, closes


def inline(text: str) -> Line:
    """Return a paragraph, or a line such as a step of a task, with what is markup in it."""
    parts: list[Inline | _Delimiter] = []
    depth = 0  # of the brackets that are open
    opener, opened = -1, 0  # the places of the innermost one in the parts and in the text
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
            depth, opener, opened = depth + 1, len(parts), start
            parts.append(mark)
            if depth > _DEPTH:
                return text
        elif mark == "]" and depth and text[at : at + 1] == "(":
            target = re.compile(_TARGET).match(text, at)
            address = (target[1] or target[2] or "") if target else ""
            within = parts[opener + 1 :]
            is_nested = opener < 0 or any(isinstance(part, Link) for part in within)
            if is_nested or not target or re.match(_UNCERTAIN, address):
                return text
            at = target.end()
            is_other = text[opened] == "!" or target[3]
            link = None if is_other else _link(plain(_with_strong(within)), address)
            parts[opener:] = [link or _Delimiter(text[opened:at])]
            depth, opener = depth - 1, -1
        elif mark[0] in "*_":
            parts.append(_delimiter(text, start, at))
        else:
            if mark == "]":
                depth, opener = max(depth - 1, 0), -1
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
    is_strong = text[start:end] == "**" and before != "" != after
    opens, closes = is_strong and before <= after != " ", is_strong and after <= before != " "
    return _Delimiter(text[start:end], opens=opens, closes=closes)


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
