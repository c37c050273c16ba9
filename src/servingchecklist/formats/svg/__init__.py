"""SVG: the burn-up picture of a review, by itself or as the part of a page.

How many tasks were done and waived, from the start of the launch to the moment of the review, below the line of how many there are. It
is drawn from numbers, dates and the name of the launch only: no text of a stranger gets into it. No script, no style sheet of the page, nothing
fetched from outside, no ids: many of them may stand on one page.

What is written is for people, and not read back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import raise_invalid

if TYPE_CHECKING:
    from ...launch.review import Review

NAME = "svg"
SUFFIXES = (".svg",)

# By itself the picture is shown on whatever lies around it, so it brings its ground, in light and in dark.
_ALONE = """
<style>
.scl-burn-up { color: #1f2328; }
.scl-burn-up .scl-ground { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
.scl-burn-up { color: #e6edf3; }
.scl-burn-up .scl-ground { fill: #0d1117; }
}
</style>
<rect class="scl-ground" width="100%" height="100%"/>
""".strip()


def dumps(value: Review) -> str:
    """The burn-up picture as a document of its own, light or dark after the reader's setting.

    Raises:
        InvalidError: The value is not a review.
    """
    return _drawn(value, _ALONE)


def fragment(value: Review) -> str:
    """The burn-up picture as an ``<svg>`` for a page, in the colour of the text around it and as wide as there is room.

    Raises:
        InvalidError: The value is not a review.
    """
    return _drawn(value)


def _drawn(value: object, ground: str = "") -> str:
    from ...launch.review import Review
    from ._picture import picture

    if not isinstance(value, Review):
        raise_invalid("$", "cannot be written as SVG", value, "give a review, as in launch.review(since)")
    return "\n".join([*picture(value, ground), ""])
