"""Which characters text may hold, and how text is escaped for each target.

Control characters can drive a terminal, bidirectional controls can make a line read as something else, and lone surrogates cannot
be encoded. None of them has a use in a checklist, so no text that holds one can be stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def escape_html(text: str) -> str:
    """Return text for HTML, both between tags and inside a quoted attribute."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


def join_words(words: list[str], last: str = "and") -> str:
    """Words as a sentence lists them: ``a``, ``a and b``, ``a, b and c``, or with another word before the last."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide character, none for a mark on the one before it."""
    if text.isascii():
        return len(text)
    import unicodedata

    marks = sum(unicodedata.category(character) in ("Mn", "Me", "Cf") for character in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


# Scripts in which words are not parted by blanks, so that lines break between any two characters.
_WIDE = "[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]"


def wrap(text: str, lead: str, width: int) -> Iterator[str]:
    """Yield the lines of a text behind a lead, each further line below the first.

    A word is never broken, but between wide characters. Where the lead takes more than three fifths of the width, the text begins on the
    next line.
    """
    indent = " " * columns(lead)
    if text and len(indent) * 5 > width * 3:
        yield lead.rstrip()
        lead = indent = " " * (width // 8)
    for line in text.replace("\t", "    ").split("\n"):
        current, free = lead, width - len(indent)
        for number, word in enumerate(line.split(" ")):
            for place, piece in enumerate(
                [word] if word.isascii() else re.findall(f"{_WIDE}|(?:(?!{_WIDE}).)+", word) or [""]
            ):
                gap, wide = " " if number and not place else "", columns(piece)
                if (number or place) and wide + len(gap) > free:
                    yield current
                    current, free = indent + piece, width - len(indent) - wide
                else:
                    current, free = f"{current}{gap}{piece}", free - wide - len(gap)
        yield current
        lead = indent
