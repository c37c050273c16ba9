"""How text gets into a diagram."""

from __future__ import annotations

import re

_MOST = 80
_PLAIN = re.compile(r"[0-9A-Za-z ,.()/+-]", re.ASCII)

# While it reads a diagram, Mermaid writes entities as words that begin and end with these.
_MARKS = "\N{LATIN SMALL LIGATURE FL}\N{PILCROW SIGN}"

# What begins a formula, stands in the name of an icon, begins a line break, or is one of those marks.
_ACTS = re.compile(rf"[$:\\{_MARKS}](?=\S)")


def escape(words: str) -> str:
    """Text for any place in a diagram: letters and digits as they are, and all else that could mean anything as an entity."""
    return "".join(map(_escaped, words))


def _escaped(character: str) -> str:
    is_plain = _PLAIN.match(character) if character.isascii() else character.isalnum() and character not in _MARKS
    return character if is_plain else f"#{ord(character)};"


def title(words: str) -> str:
    """A title for a diagram, cut where it is very long."""
    return escape(_cut(words))


def label(words: str) -> str:
    """A title for the node of a graph, where Mermaid reads formulas, icons and line breaks even from entities.

    A space of no width keeps it from that.
    """
    return escape(_ACTS.sub("\\g<0>\N{ZERO WIDTH SPACE}", _cut(words)))


def _cut(words: str) -> str:
    return words if len(words) <= _MOST else f"{words[: _MOST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
