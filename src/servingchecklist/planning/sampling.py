"""How long a task may take: random numbers of working days.

Only ``random()`` is drawn from the generator, since that is what Python promises to keep the same from one version to the next.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ..model.effort import Effort


def sample(effort: Effort, many: int, rng: Random, worked: float = 0.0) -> list[float]:
    """So many times, how many more working days something takes on which ``worked`` days were spent already.

    With a likely value the whole follows the PERT-beta distribution (Malcolm, Roseboom, Clark and Fazar, "Application of a Technique for
    Research and Development Program Evaluation", Operations Research 7, 1959: the likely value weighs four times as much as either
    end). Without one it follows the symmetric triangle over the range. What is under way has not ended yet, so it is drawn from the part of
    the distribution behind ``worked``; where that is beyond the range, nothing is left.
    """
    low, span = effort.low, effort.high - effort.low
    if not span or worked >= effort.high:
        return [max(effort.high - worked, 0.0)] * many
    draw = rng.random
    if effort.likely is None and worked <= low:
        left, half = low - worked, span / 2
        return [left + half * (draw() + draw()) for _ in range(many)]  # two even chances added make a triangle
    # Shares of the range: how much of it is known to be over, and how much time there is before it begins.
    over = max((worked - low) / span, 0.0)
    lead = max(low - worked, 0.0)
    density, top = _triangle(over) if effort.likely is None else _pert_beta((effort.likely - low) / span, over)
    room = 1.0 - over
    found: list[float] = []
    while len(found) < many:
        # A point under the curve, by throwing points at the box around it.
        further = room * draw()
        if draw() * top <= density(over + further):
            found.append(lead + further * span)
    return found


def _triangle(over: float) -> tuple[Callable[[float], float], float]:
    """The shape of the symmetric triangle over 0 to 1, and its highest value from ``over`` on."""

    def density(share: float) -> float:
        return share if share < 0.5 else 1.0 - share

    return density, density(max(over, 0.5))


def _pert_beta(likely: float, over: float) -> tuple[Callable[[float], float], float]:
    """The shape of the PERT-beta distribution over 0 to 1, and its highest value from ``over`` on."""
    before, behind = 4.0 * likely, 4.0 * (1.0 - likely)

    def density(share: float) -> float:
        return math.pow(share, before) * math.pow(1.0 - share, behind)

    return density, density(max(over, likely))
