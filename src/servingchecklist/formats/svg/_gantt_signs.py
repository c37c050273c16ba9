"""Signs in the rows of a Gantt chart, and their legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._pictures import CRITICAL
from ._parts import AMBER, BLUE, GREY, RED, Sign, box, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._pictures.schedule import Schedule

PLANNED = f'rx="1.5" fill="{BLUE}" fill-opacity=".25" stroke="{BLUE}" stroke-width="1.25"'
VITAL = f'rx="1.5" fill="{RED}" stroke="{RED}" stroke-width="1.25"'
PLANNED_BLOCKED = f'rx="1.5" fill="none" stroke="{BLUE}" stroke-width="1.75" stroke-dasharray="3 2"'
VITAL_BLOCKED = f'rx="1.5" fill="none" stroke="{RED}" stroke-width="1.75" stroke-dasharray="3 2"'
WORKED = f'rx="1.5" fill="{GREY}"'
SPREAD = f'fill="{AMBER}"'
OFF = 'fill-opacity=".07"'
BLOCKED, OVERRUN = "!", "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"

_MIDDLE = 9.5
"""The distance of the middle of a bar from the top of its row."""


def look(*, is_critical: bool, is_blocked: bool) -> str:
    """Return the attributes of the bar of an open task: opaque if it is critical, dashed if it is blocked."""
    if is_blocked:
        return VITAL_BLOCKED if is_critical else PLANNED_BLOCKED
    return VITAL if is_critical else PLANNED


def bar(left: float, right: float, top: float, look: str) -> str:
    """Return the bar of a task in the row that begins at ``top``. It is visible however short it is."""
    return box(left + 0.5, top + _MIDDLE - 4.5, max(right - left - 1, 1), 9, look)


def spread(left: float, right: float, top: float, high: float = 4) -> str:
    """Return the bar for the days from P50 to P80."""
    return box(left + 0.5, top, max(right - left - 1, 1), high, SPREAD)


def flag(x: float, top: float) -> str:
    """Return the sign of a due date."""
    return f'<path d="M{x:.1f} {top + 22:.1f}V{top + 2:.1f}l7 3.5 -7 3.5" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'


def beyond(x: float, top: float, side: int) -> str:
    """Return the sign of a day before (-1) or after (1) the span that is shown."""
    return f'<path d="M{x:.1f} {top + 12:.1f}l{-7 * side} -4v8z"/>'


def tick(x: float, top: float) -> str:
    """Return the sign of a closed task."""
    return f'<path d="M{x:.1f} {top + 12:.1f}l3.5 4 6 -8.5" fill="none" stroke="{GREY}" stroke-width="2"/>'


def letter(x: float, top: float, one: str) -> str:
    """Return a letter that calls attention to a task."""
    return text(x + 5, top + 17, one, "middle", f'font-weight="700" font-size="15" fill="{RED}"')


def signs(facts: Schedule, *, has_off: bool) -> Iterator[Sign]:
    """Yield the signs that are used, with their meanings."""
    made = facts.made
    shares = made.criticality.values()
    if any(share < CRITICAL for share in shares):
        yield Sign(
            "scheduled, in the sample whose end is the median", lambda x, y: bar(x, x + 16, y - _MIDDLE, PLANNED)
        )
    if any(share >= CRITICAL for share in shares):
        yield Sign("critical in half of the samples or more", lambda x, y: bar(x, x + 16, y - _MIDDLE, VITAL))
    if made.tasks:
        yield Sign("finished, P50 to P80", lambda x, y: spread(x, x + 16, y - 2))
    if made.past:
        yield Sign("worked before", lambda x, y: bar(x, x + 16, y - _MIDDLE, WORKED))
    if len(made.tasks) < len(made.checklist):
        yield Sign("closed", lambda x, y: tick(x + 2, y - 12))
    if facts.has_due:
        yield Sign("due", lambda x, y: flag(x + 5, y - 12))
    if made.blocked:
        yield Sign("blocked, nobody knows until when", lambda x, y: letter(x + 3, y - 12, BLOCKED))
    if made.overrun:
        yield Sign("all of the estimated time is spent", lambda x, y: letter(x + 3, y - 12, OVERRUN))
    if has_off:
        yield Sign("not worked", lambda x, y: box(x, y - 7, 16, 14, f'{OFF} stroke="currentColor" stroke-opacity=".4"'))
