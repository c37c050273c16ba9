"""Text of the picture of a distribution, for all picture formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _phrases

if TYPE_CHECKING:
    from ..._planning.distribution import Distribution


def whole(finish: Distribution) -> str:
    """Return the description of the whole picture, in sentences."""
    days = finish.by_day()
    first, last = days[0][0].isoformat(), days[-1][0].isoformat()
    levels = ", ".join(f"{level.name} is {level.day}" for level in _phrases.levels(finish))
    return f"Finished from {first} to {last}: {levels}. {_phrases.samples(finish)}."
