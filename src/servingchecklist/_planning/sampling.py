"""Random samples of task durations, in working days.

Only ``random()`` of the generator is used, since Python promises to keep its numbers the same from one version to the next.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .._model.effort import Effort


def sample(effort: Effort, many: int, rng: Random, worked: float = 0.0) -> list[float]:
    """Draw ``many`` samples of the working days still needed after ``worked`` days were spent.

    With a likely value the total follows the PERT-beta distribution (Malcolm, Roseboom, Clark and Fazar, "Application of a Technique for
    Research and Development Program Evaluation", Operations Research 7, 1959: the likely value weighs four times as much as either
    end), otherwise the symmetric triangular distribution over the range. A task under way has not ended yet, so it is drawn from the part
    of the distribution above ``worked``; if ``worked`` is beyond the range, all samples are 0.
    """
    low, span = effort.low, effort.high - effort.low
    if not span or worked >= effort.high:
        return [max(effort.high - worked, 0.0)] * many
    draw = rng.random
    if effort.likely is None and worked <= low:
        left, half = low - worked, span / 2
        return [left + half * (draw() + draw()) for _ in range(many)]  # the sum of two uniform numbers is triangular
    # over: the share of the range already spent. lead: the working days left before the range begins.
    over = max((worked - low) / span, 0.0)
    lead = max(low - worked, 0.0)
    density, top = _triangle(over) if effort.likely is None else _pert_beta((effort.likely - low) / span, over)
    room = 1.0 - over
    found: list[float] = []
    while len(found) < many:
        # Rejection sampling: draw points in the box around the density curve until one lies under it.
        further = room * draw()
        if draw() * top <= density(over + further):
            found.append(lead + further * span)
    return found


def _triangle(over: float) -> tuple[Callable[[float], float], float]:
    """Return the unnormalized density of the symmetric triangle on 0 to 1, and its maximum from ``over`` on."""

    def density(share: float) -> float:
        return share if share < 0.5 else 1.0 - share

    return density, density(max(over, 0.5))


def _pert_beta(likely: float, over: float) -> tuple[Callable[[float], float], float]:
    """Return the unnormalized PERT-beta density on 0 to 1, and its maximum from ``over`` on."""
    before, behind = 4.0 * likely, 4.0 * (1.0 - likely)

    def density(share: float) -> float:
        return math.pow(share, before) * math.pow(1.0 - share, behind)

    return density, density(max(over, likely))
