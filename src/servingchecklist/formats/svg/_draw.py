"""Shared elements of the pictures. The functions take plain text and return SVG."""

from __future__ import annotations

import unicodedata
from math import fsum
from typing import TYPE_CHECKING

import attrs

from ..._text import escape_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LINE = 16
"""The distance from one line of text to the next, in pixels."""

# All have a contrast of 3:1 on white and on near-black, and no two with different meanings differ in red and green alone.
BLUE, AMBER, RED, GREY = "#3f83d1", "#c27a0a", "#d8432f", "#7d8590"

SIZE = 12
"""The font size, in pixels."""

BOLD_SIZE = 13
"""The size of normal text that is as wide as bold text of ``SIZE``."""

BOLD = 'font-weight="700"'


@attrs.frozen
class Picture:
    """A picture.

    Attributes:
        kind: Its kind, the suffix of its CSS class.
        width: Its width, in pixels.
        height: Its height, in pixels.
        title: Its title.
        description: Its description, in sentences.
        elements: Its elements.
    """

    kind: str
    width: float
    height: float
    title: str
    description: str
    elements: Sequence[str]

    def lines(self) -> Iterator[str]:
        """Yield the lines of a document. It may be shown on any page, so it has its own background, light and dark."""
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="scl-{self.kind}" width="{self.width:g}" height="{self.height:g}" '
            f'viewBox="0 0 {self.width:g} {self.height:g}" role="img" font-family="system-ui, sans-serif" font-size="{SIZE}" '
            'fill="currentColor">'
        )
        yield f"<title>{escape(self.title)}</title>"
        yield f"<desc>{escape(self.description)}</desc>"
        yield "<style>"
        yield from self._style("#1f2328", "#ffffff")
        yield "@media (prefers-color-scheme: dark) {"
        yield from self._style("#e6edf3", "#0d1117")
        yield "}"
        yield "</style>"
        yield '<rect class="scl-ground" width="100%" height="100%"/>'
        yield from self.elements
        yield "</svg>"

    def _style(self, colour: str, ground: str) -> Iterator[str]:
        yield f".scl-{self.kind} {{ color: {colour}; }}"
        yield f".scl-{self.kind} .scl-ground {{ fill: {ground}; }}"
        yield f".scl-{self.kind}:root {{ background: {ground}; }}"  # around the picture in the window


def escape(words: str) -> str:
    """Return text escaped for XML, which cannot hold two of the characters that are allowed in texts."""
    return escape_html(words).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def line(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    """Return a line in the colour of the text."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" {look}/>'


def text(x: float, y: float, words: str, anchor: str = "start", look: str = "") -> str:
    """Return one line of text that begins, ends or has its middle at ``x``."""
    more = f" {look}" if look else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, look: str) -> str:
    """Return a rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {look}/>'


def titled(words: str, elements: Iterable[str]) -> Iterator[str]:
    """Yield elements as a group with a title, which viewers show as a tooltip."""
    yield f"<g><title>{escape(words)}</title>"
    yield from elements
    yield "</g>"


def window(x: float, y: float, width: float, height: float, elements: Iterable[str]) -> Iterator[str]:
    """Yield elements clipped to a rectangle, and positioned from its top left corner."""
    yield f'<svg x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" overflow="hidden">'
    yield from elements
    yield "</svg>"


_WIDTHS = {
    **dict.fromkeys("iljI.,' !", 0.4),
    **dict.fromkeys('ftr-()[]/\\:;|"', 0.47),
    **dict.fromkeys("cksvxyz", 0.6),
    **dict.fromkeys("mwMW@%", 1.08),
}


def _em(character: str) -> float:
    """Return the maximum width of a character in common sans-serif fonts, as a share of the font size."""
    if character in _WIDTHS:
        return _WIDTHS[character]
    if character.isascii():
        return 0.8 if character.isupper() else 0.65
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    return 0.7 if character.islower() else 1.1


def width_of(words: str, size: float = SIZE) -> float:
    """Return the maximum width of a line of text, as far as it can be estimated without the font."""
    return size * fsum(map(_em, words))


def cut(words: str, room: float, size: float = SIZE) -> str:
    """Return a line of text, cut to a width, with an ellipsis if it is cut."""
    return lines_of(words, room, 1, size)[0]


def lines_of(words: str, room: float, most: int, size: float = SIZE) -> list[str]:
    """Return text in at most ``most`` lines, broken between words where possible, with an ellipsis if it is cut."""
    lines: list[str] = []
    rest = words
    while len(lines) < most - 1 and width_of(rest, size) > room:
        fits = _fitting(rest, room, size)
        space = rest.rfind(" ", 1, fits + 1)
        end = space if space > 0 else fits
        lines.append(rest[:end])
        rest = rest[end:].lstrip()
    if width_of(rest, size) > room:
        rest = f"{rest[: _fitting(rest, room - size, size)].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    return [*lines, rest]


def _fitting(words: str, room: float, size: float) -> int:
    """Return the number of characters that fit: at least one, and never a base character without its combining marks."""
    used = 0.0
    for place, character in enumerate(words):
        used += size * _em(character)
        if used > room and place:
            return place
    return len(words)


@attrs.frozen
class Sign:
    """An entry of a legend.

    Attributes:
        words: The meaning of the sign.
        draw: The function that draws it, from the x of its left and the y of its middle; it may be 16 pixels wide.
    """

    words: str
    draw: Callable[[float, float], str]


_SIGN = 22
_BETWEEN = 18


def legend(signs: Iterable[Sign], left: float, right: float, top: float) -> tuple[list[str], float]:
    """Return the signs and their meanings, in as many lines as needed, and the y of their bottom."""
    elements: list[str] = []
    x, y = left, top + LINE / 2
    for sign in signs:
        words = cut(sign.words, right - left - _SIGN)
        wide = _SIGN + width_of(words)
        if x + wide > right and x > left:
            x, y = left, y + LINE + 4
        elements += [sign.draw(x, y), text(x + _SIGN, y + 4, words)]
        x += wide + _BETWEEN
    return elements, y + LINE / 2
