"""Which characters text may hold, and how text is escaped for each target.

Control characters can drive a terminal, bidirectional controls can make a line read as something else, and lone surrogates cannot
be encoded. None of them has a use in a checklist, so no text that holds one can be stored.
"""

from __future__ import annotations

import re

# Patterns are kept as text: re compiles them when they are first needed, which for most of them is hardly ever.
# C0 but tab and newline, DEL and C1; the bidirectional embeddings, overrides and isolates; surrogates.
_FORBIDDEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_FORBIDDEN_IN_LINE = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"

_PLAIN = bytes(range(0x20, 0x7F))


def problem_in(text: str, *, line: bool) -> str | None:
    """What keeps ``text`` from being stored, in words, or None. A ``line`` may hold no tab and no line break either."""
    # Nearly every text is settled by one pass in C: nothing is left of it when what is plain is taken out, or all of it prints.
    if not text.encode().translate(None, _PLAIN) if text.isascii() else text.isprintable():
        return None
    found = re.search(_FORBIDDEN_IN_LINE if line else _FORBIDDEN, text)
    return None if found is None else f"{_kind(found[0])} U+{ord(found[0]):04X} at position {found.start()}"


def _kind(character: str) -> str:
    if character in "\n\r\u2028\u2029":
        return "holds the line break"
    if character >= "\ud800":
        return "holds the lone surrogate"
    if character >= "\u2000":
        return "holds the bidirectional control"
    return "holds the control character"


def printable(text: str) -> str:
    """``text`` with every character that a terminal would not simply print written as an escape, as ``repr`` writes it."""
    return text if text.isprintable() else repr(text)[1:-1]


_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape_html(text: str) -> str:
    """``text`` for HTML, both between tags and inside a quoted attribute."""
    return text.translate(_HTML)


_MARKDOWN_ANYWHERE = r"[\\`*\[\]<~|$#]|&(?=#|[A-Za-z][A-Za-z0-9]*;)|(?<![^\W_])_|_(?![^\W_])"
# What opens a block at the start of a line: by itself, or behind digits.
_BLOCK_STARTS = (("-", "+", "=", ">", ":"), (".", ")"))


def escape_markdown_line(line: str) -> str:
    """One line of text for CommonMark and GitHub's dialect: read back, it is the same text and nothing else.

    White space at either end is written as character references, since a parser would drop it.
    """
    body = line.strip()
    if not body:
        return _references(line)
    at = line.index(body[0])
    escaped = re.sub(_MARKDOWN_ANYWHERE, r"\\\g<0>", body)
    digits = len(escaped) - len(escaped.lstrip("0123456789"))
    if escaped[digits : digits + 1] in _BLOCK_STARTS[digits > 0]:
        escaped = f"{escaped[:digits]}\\{escaped[digits:]}"
    return _references(line[:at]) + escaped + _references(line[at + len(body) :])


def escape_markdown(text: str, indent: str = "") -> str:
    """Text of many lines as Markdown paragraphs, each further line behind ``indent``.

    An empty line between two lines of text parts paragraphs, a single line break is a hard one, and any other line break is written
    as a character reference: nothing about the text is lost.
    """
    paragraphs = re.split(r"(?<=[^\n])\n\n(?=[^\n])", text)
    return f"\n\n{indent}".join(_paragraph(paragraph, indent) for paragraph in paragraphs)


def _paragraph(text: str, indent: str) -> str:
    pieces = re.split(r"((?<=[^\n])\n(?=[^\n])|\n+)", text)
    out: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            out.append(escape_markdown_line(piece) if piece else "")
        elif piece == "\n" and pieces[number - 1] and pieces[number + 1]:
            out.append(f"\\\n{indent}")
        else:
            out.append("&#10;" * len(piece))
    return "".join(out)


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def join_words(words: list[str], last: str = "and") -> str:
    """Words as a sentence lists them: ``a``, ``a and b``, ``a, b and c``, or with another word before the last."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
