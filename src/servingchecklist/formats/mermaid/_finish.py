"""The distribution of a finish date, as a bar chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _phrases
from .._phrases import counts_by_day
from .._pictures.spread import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._planning.distribution import Distribution


_MOST_SHORT, _MOST_LONG = 15, 8
"""The maximum number of bars labelled with days without the year, and with it."""


def finish(value: Distribution) -> Iterator[str]:
    """Yield the lines of the diagram. It contains no untrusted text."""
    first, last = (value.date_of(days) for days in (min(value), max(value)))
    is_one_year = first.year == last.year
    bars = counts_by_day(value, _MOST_SHORT if is_one_year else _MOST_LONG)
    shares = [100 * many / len(value) for _, _, many in bars]
    levels = ", ".join(f"{level.name} {level.day}" for level in _phrases.levels(value))
    days = [f'"{first.isoformat()[5 if is_one_year else 0 :]}"' for first, _, _ in bars]
    yield "xychart-beta"
    yield f"    accTitle: {_phrases.FINISHED}"
    yield f"    accDescr: {whole(value)}"
    yield f'    title "{levels}"'
    axis = "" if all(first == last for first, last, _ in bars) else '"First day of each bar" '
    yield f"    x-axis {axis}[{', '.join(days)}]"
    yield f'    y-axis "Finished, % of samples" 0 --> {max(shares):.1f}'
    yield f"    bar [{', '.join(f'{share:.1f}' for share in shares)}]"
