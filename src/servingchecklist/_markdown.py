"""Escaping of text for Markdown.

A CommonMark parser, or one of GitHub's dialect, reads back the same text and nothing else.
"""

from __future__ import annotations

import re

_SPECIAL = r"\\`*\[\]<~|$#&_\n"
# Nearly every text matches: no character that can have a meaning, and a beginning that has none.
_PLAIN = re.compile(rf"(?:[^\W\d_]|\d+(?![\d.)]))[^{_SPECIAL}]*")
_PLAIN_WITHIN = re.compile(rf"[^{_SPECIAL}]*")
_ANYWHERE = re.compile(r"[\\`*\[\]<~|$#&_]")
_REFERENCE = re.compile(r"&(?:#|[A-Za-z][A-Za-z0-9]*;)")
_BLOCK_START = re.compile(r"[0-9]+(?=[.)](?:\s|\Z))|(?=[-+=>:])")

_PARAGRAPHS = re.compile(r"(?<=[^\n])\n\n(?=[^\n])")
_BREAKS = re.compile(r"((?<=[^\n])\n(?=[^\n])|\n+)")


def escape(text: str, *, starts: bool = True) -> str:
    """Return text escaped so that a parser reads back the same text and nothing else, in one line of the source.

    Args:
        text: Plain text.
        starts: False where something precedes the text on its line, so that it cannot open a block.
    """
    if text.isalpha() or _PLAIN.fullmatch(text):  # many are single words
        return text if not text[-1].isspace() else as_line(text, starts=False)
    return as_line(_ANYWHERE.sub(_escaped, text).replace("\n", "&#10;"), starts=starts)


def _escaped(found: re.Match[str]) -> str:
    character, text, at = found[0], found.string, found.start()
    if character == "_" and text[at - 1 : at].isalnum() and text[at + 1 : at + 2].isalnum():
        return "_"  # within a word it opens and closes no emphasis
    if character == "&" and not _REFERENCE.match(text, at):
        return "&"
    return f"\\{character}"


def as_line(escaped: str, *, starts: bool = True) -> str:
    """Return escaped text so that it opens no block, and a parser drops no white space at its ends."""
    if not (starts or escaped[:1].isspace() or escaped[-1:].isspace()):
        return escaped
    body = escaped.strip()
    at = len(escaped) - len(escaped.lstrip())
    before, behind = _references(escaped[:at]), _references(escaped[at + len(body) :])
    if starts and (opening := _BLOCK_START.match(body)):
        body = f"{opening[0]}\\{body[opening.end() :]}"
    return before + body + behind


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def escape_within(text: str) -> str:
    """Return text escaped for use within a line, whatever is next to it: its white space is kept as it is."""
    if not _PLAIN_WITHIN.fullmatch(text):
        text = _ANYWHERE.sub(r"\\\g<0>", text).replace("\n", "&#10;")
    return f"{text[:-1]}\\!" if text.endswith("!") else text  # before a link it would turn the link into an image


def escape_paragraphs(text: str) -> str:
    """Return text of many lines escaped as paragraphs.

    An empty line between two lines of text separates paragraphs, a single line break is a hard one, and any other line break is a
    character reference: nothing about the text is lost.
    """
    return "\n\n".join(map(_paragraph, _PARAGRAPHS.split(text))) if "\n" in text else escape(text)


def _paragraph(text: str) -> str:
    pieces = _BREAKS.split(text)
    out: list[str] = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            out.append(escape(piece) if piece else "")
        else:
            is_break = piece == "\n" and pieces[number - 1] and pieces[number + 1]
            out.append("\\\n" if is_break else "&#10;" * len(piece))
    return "".join(out)
