"""The burn-up of a review: a step line of the tasks done, bands on top of it for those waived and those not applicable, and the line of the total."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from ..._model.timestamps import day_of
from ..._text import count
from .. import _phrases
from . import _draw as draw
from ._axes import count_ticks, time_ticks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..._launch.review import Review

_WIDTH, _HEIGHT = 640, 268
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 540, 44, 222


def picture(review: Review) -> draw.Picture:
    """Draw the burn-up. It contains no untrusted text: only numbers, dates and the name of the launch."""
    chart = _Chart(review)
    width = _WIDTH + 50 * chart.has_not_applicable  # the longest of the words beside the lines
    elements = [*chart.scales(), *chart.since(), *chart.bands(), *chart.ends()]
    description = (
        f"The launch was started on {day_of(review.started_at, review.at)}. "
        f"By {_phrases.when(review.since, review)}: {_phrases.counts(review.before.overall)}. "
        f"By {_phrases.when(review.at, review)}: {_phrases.counts(review.now.overall)}."
    )
    return draw.Picture("burn-up", width, _HEIGHT, f"Burn-up of {review.name}", description, elements)


class _Chart:
    """The layout of the chart, and its elements."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._total = review.now.overall.total
        # Changes within a tenth of a pixel are one step.
        steps = {self._x(review.started_at): [0, 0, 0]}
        for point in review.burn_up:
            steps[self._x(point.at)] = [*accumulate((point.done, point.waived, point.not_applicable))]
        self._has_waived = any(point.waived for point in review.burn_up)
        self.has_not_applicable = any(point.not_applicable for point in review.burn_up)
        self._steps = sorted(steps.items())
        self._top = max(1, self._total, *(heights[-1] for _, heights in self._steps))

    def _x(self, at: datetime) -> float:
        start, end = self._review.started_at.timestamp(), self._review.at.timestamp()
        share = (at.timestamp() - start) / (end - start) if end > start else 0
        return round(_LEFT + (_RIGHT - _LEFT) * min(max(share, 0), 1), 1)

    def _y(self, tasks: int) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * tasks / self._top, 1)

    def scales(self) -> Iterator[str]:
        """Yield the axes: counts upwards, dates from left to right."""
        for tasks in count_ticks(self._top):
            y = self._y(tasks)
            yield draw.line(_LEFT, y, _RIGHT, y, 'stroke-opacity=".15"')
            yield draw.text(_LEFT - 8, y + 4, str(tasks), "end")
        yield draw.line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, 'stroke-opacity=".75"')
        shown = ""
        for tick in time_ticks(self._review.started_at, self._review.at):
            x = self._x(tick.at)
            yield draw.line(x, _BOTTOM, x, _BOTTOM + 5, 'stroke-opacity=".75"')
            yield draw.text(x, _BOTTOM + 20, tick.label, "middle")
            if tick.day != shown:
                yield draw.text(x, _BOTTOM + 20 + draw.LINE, tick.day, "middle")
            shown = tick.day

    def since(self) -> Iterator[str]:
        """Yield the period of the review and its start; nothing if it covers the whole launch."""
        review = self._review
        if review.since <= review.started_at:
            return
        x = self._x(review.since)
        yield f'<rect x="{x:.1f}" y="{_TOP}" width="{_RIGHT - x:.1f}" height="{_BOTTOM - _TOP}" fill-opacity=".05"/>'
        yield draw.line(x, _TOP - 12, x, _BOTTOM, 'stroke-opacity=".75" stroke-dasharray="2 3"')
        side, anchor = (6, "start") if x < (_LEFT + _RIGHT) / 2 else (-6, "end")
        yield draw.text(x + side, _TOP - 16, f"since {_phrases.when(review.since, review)}", anchor)

    def bands(self) -> Iterator[str]:
        """Yield the line of the total, below it the tasks not applicable, the waived ones, and below those the done ones."""
        y = self._y(self._total)
        yield draw.line(_LEFT, y, _RIGHT, y, 'stroke-opacity=".75" stroke-width="1.5"')
        done, waived, closed = ([(x, self._y(heights[line])) for x, heights in self._steps] for line in range(3))
        bands = [(closed, waived, draw.GREY)] if self.has_not_applicable else []
        bands += [(waived, done, draw.AMBER)] if self._has_waived else []
        for upper, lower, colour in bands:
            back = "".join(f"V{y:.1f}H{x:.1f}" for x, y in reversed(lower))
            yield f'<path d="{_stairs(upper)}{back}Z" fill="{colour}" fill-opacity=".3"/>'
            yield f'<path d="{_stairs(upper)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        yield f'<path d="{_stairs(done)}V{_BOTTOM:.1f}H{_LEFT:.1f}Z" fill="{draw.BLUE}" fill-opacity=".2"/>'
        yield f'<path d="{_stairs(done)}" fill="none" stroke="{draw.BLUE}" stroke-width="2.5"/>'

    def ends(self) -> Iterator[str]:
        """Yield the final value of each line, in words beside its end."""
        now = self._review.now.overall
        ends = [(now.done, f"{now.done} done", draw.BLUE)]
        if self._has_waived:
            ends.append((now.done + now.waived, f"{now.waived} waived", draw.AMBER))
        if self.has_not_applicable:
            ends.append((now.closed, f"{now.not_applicable} not applicable", draw.GREY))
        ends.append((now.total, count(now.total, "task"), "currentColor"))
        heights = _apart([self._y(tasks) for tasks, _, _ in ends])
        for (_, words, colour), y in zip(ends, heights, strict=True):
            yield f'<rect x="{_RIGHT + 10}" y="{y - 4.5:.1f}" width="9" height="9" rx="2" fill="{colour}"/>'
            yield draw.text(_RIGHT + 25, y + 4, words, "start")


def _stairs(points: list[tuple[float, float]]) -> str:
    """Return a step path that keeps its height until the next point, and its last height to the end."""
    (x, y), *others = points
    return f"M{x:.1f} {y:.1f}{''.join(f'H{x:.1f}V{y:.1f}' for x, y in others)}H{_RIGHT:.1f}"


def _apart(heights: list[float]) -> list[float]:
    """Return heights, from the lowest to the highest, moved upwards until a line of text fits at each."""
    placed: list[float] = []
    for height in heights:
        placed.append(min(height, placed[-1] - draw.LINE) if placed else height)
    return placed
