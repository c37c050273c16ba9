"""Characters that text may hold, and escaping of text for each target.

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
FORBIDDEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
FORBIDDEN_IN_LINE = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"

_PLAIN = bytes(range(0x20, 0x7F))


def problem_in(text: str, *, line: bool) -> str | None:
    """Return the reason why ``text`` cannot be stored, in words, or None. A ``line`` may hold no tab and no line break either."""
    # For nearly every text one pass in C is enough: nothing is left once plain characters are removed, or all of it is printable.
    if not text.encode().translate(None, _PLAIN) if text.isascii() else text.isprintable():
        return None
    found = re.search(FORBIDDEN_IN_LINE if line else FORBIDDEN, text)
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
    """Return ``text`` with every character that a terminal would not simply print escaped as in ``repr``, and made :func:`inert`."""
    return inert(text if text.isprintable() else repr(text)[1:-1])


def inert(text: str) -> str:
    """Return ``text`` with a blank in what the log of a CI service would obey: ``::`` at the start of a line, ``##[`` and ``##vso[``."""
    if "::" in text:
        text = re.sub(r"(?m)^(\s*):(?=:)", r"\1: ", text)
    return re.sub(r"##(?=\[|vso\[)", "## ", text) if "##" in text else text


def escape_html(text: str) -> str:
    """Return text for HTML, both between tags and inside a quoted attribute."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;").replace("'", "&#39;")


# "1. ", "2) ", "Phase 2: " or "Step 3 - "; before a word but not before a unit, "2.1 " or "01 "; "Phase 2" alone.
_OWN_NUMBER = (
    r"(?i:(?:phase|step|stage|part|section|chapter|task) )?[0-9]{1,3}(?:\.[0-9]{1,3})*(?:[.):](?: |$)| [-\u2013\u2014] (?![0-9]))"
    r"|(?:[0-9]{1,3}(?:\.[0-9]{1,3})+|0[0-9]{1,2}) (?=[A-Z][A-Za-z]{2}|[^\W\x00-\x7f])|(?i:phase|step|stage|part) [0-9]{1,3}$"
)


def split_number(title: str) -> tuple[str, str]:
    """Return the number that a title itself begins with, or "", and the rest; all of the title where nothing else is left."""
    match = re.match(_OWN_NUMBER, title)
    return (match[0], title[match.end() :] or title) if match else ("", title)


def without_number(title: str) -> str:
    """Return a title without a number like "1. " or "Step 3: "; others, such as "2.1 " and "5 - ", could be part of what it says."""
    number, rest = split_number(title)
    return rest if re.fullmatch(r"[0-9]{1,2}[.)] |[A-Za-z].*", number) else title


def lead(number: str, title: str) -> str:
    """Return the number to show before a title, and a blank; nothing where the title begins with a number of its own."""
    return "" if split_number(title)[0] else f"{number} "


def join_words(words: list[str], last: str = "and") -> str:
    """Join words as in a sentence: ``a``, ``a and b``, ``a, b and c``, or with another word before the last."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def count(number: int, what: str, ending: str = "s") -> str:
    """Return a number of things: ``no tasks``, ``1 task``, ``2 tasks``. The ending is that of more than one, as ``es`` of launches."""
    return f"{number:,} {what}{'' if number == 1 else ending}" if number else f"no {what}{ending}"


def columns(text: str) -> int:
    """Return the number of terminal columns of a text: two for a wide character, none for a mark on the one before it."""
    if text.isascii():
        return len(text)
    import unicodedata

    marks = sum(unicodedata.category(character) in ("Mn", "Me", "Cf") for character in text)
    return len(text) - marks + sum(unicodedata.east_asian_width(character) in "WF" for character in text)


# Scripts in which words are not separated by blanks, so that lines break between any two characters.
_WIDE = "[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]"


def wrap(text: str, lead: str, width: int) -> Iterator[str]:
    """Yield the lines of a text behind a lead, with further lines indented below the first.

    Words are broken only between wide characters. Where the lead takes more than three fifths of the width, the text begins on the next
    line.
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
