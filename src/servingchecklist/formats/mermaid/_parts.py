"""Escaping of text in diagrams."""

from __future__ import annotations

import re

_MOST = 80
_PLAIN = re.compile(r"[0-9A-Za-z ,.()/+-]", re.ASCII)

# While it parses a diagram, Mermaid represents entities as words that begin and end with these.
_MARKS = "\N{LATIN SMALL LIGATURE FL}\N{PILCROW SIGN}"

# The beginning of a formula, a part of an icon name, the beginning of a line break, or one of those marks.
_ACTS = re.compile(rf"[$:\\{_MARKS}](?=\S)")


def escape(words: str) -> str:
    """Return text for any place in a diagram: letters, digits and plain punctuation as they are, all else as entities."""
    return "".join(map(_escaped, words))


def _escaped(character: str) -> str:
    is_plain = _PLAIN.match(character) if character.isascii() else character.isalnum() and character not in _MARKS
    return character if is_plain else f"#{ord(character)};"


def title(words: str) -> str:
    """Return a title for a diagram, cut if it is very long."""
    return escape(_cut(words))


def label(words: str) -> str:
    """Return a title for the node of a graph, where Mermaid reads formulas, icons and line breaks even from entities.

    A zero-width space prevents that.
    """
    return escape(_ACTS.sub("\\g<0>\N{ZERO WIDTH SPACE}", _cut(words)))


def _cut(words: str) -> str:
    return words if len(words) <= _MOST else f"{words[: _MOST - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
