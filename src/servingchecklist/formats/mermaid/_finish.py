"""How the end is spread, as a chart of bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _words
from .._drawn.spread import whole
from .._tables import counts_by_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...planning.distribution import Distribution


def finish(value: Distribution) -> Iterator[str]:
    """The lines of the diagram. There is no text of a stranger in it."""
    bars = counts_by_day(value)
    shares = [100 * many / len(value) for _, _, many in bars]
    levels = ", ".join(f"{level.name} {level.day}" for level in _words.levels(value))
    part = slice(None if bars[0][0].year != bars[-1][0].year else 5, None)
    days = [f'"{first.isoformat()[part]}"' for first, _, _ in bars]
    yield "xychart-beta"
    yield f"    accTitle: {_words.FINISHED}"
    yield f"    accDescr: {whole(value)}"
    yield f'    title "{levels}"'
    axis = "" if all(first == last for first, last, _ in bars) else '"First day of each bar" '
    yield f"    x-axis {axis}[{', '.join(days)}]"
    yield f'    y-axis "Finished, % of samples" 0 --> {max(shares):.1f}'
    yield f"    bar [{', '.join(f'{share:.1f}' for share in shares)}]"
