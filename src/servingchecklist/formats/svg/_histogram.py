"""The distribution of a finish date: a bar for each day, the cumulative share, and P50, P80 and P95."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .. import _phrases
from .._pictures import describe_distribution
from . import _draw as draw
from ._axes import count_ticks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ..._planning.distribution import Distribution

_WIDTH = 640
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 584, 72, 244
_WIDEST = 81.0
_LABEL = 124
"""The width that a label needs beside its line."""

_BAR = f'fill="{draw.BLUE}" fill-opacity=".35" stroke="{draw.BLUE}"'


def picture(finish: Distribution) -> draw.Picture:
    """Draw a distribution. The picture contains no untrusted text."""
    chart = _Chart(finish)
    signs, bottom = draw.legend(_SIGNS, _LEFT, _RIGHT, _BOTTOM + 34)
    elements = [*chart.scales(), *chart.bars(), *chart.so_far(), *chart.levels(), *chart.days(), *signs]
    return draw.Picture("finish", _WIDTH, bottom + 8, _phrases.FINISHED, describe_distribution(finish), elements)


_SIGNS = (
    draw.Sign("finished in so many of the samples (left)", lambda x, y: draw.box(x, y - 6, 10, 12, _BAR)),
    draw.Sign(
        "finished by then (right)",
        lambda x, y: (
            f'<path d="M{x:.1f} {y + 4:.1f}L{x + 16:.1f} {y - 4:.1f}" stroke="{draw.AMBER}" stroke-width="2"/>'
        ),
    ),
)


class _Chart:
    """The layout of the chart, and its elements."""

    def __init__(self, finish: Distribution) -> None:
        self._finish = finish
        self._bars = _phrases.counts_by_day(finish)
        most = 100 * max(many for _, _, many in self._bars) / len(finish)
        ticks = count_ticks(round(most))
        # The top of the axis of the bars, in percent: somewhat above the highest bar.
        self._top = ticks[-1] + (ticks.step if ticks[-1] < most else 0)
        self._step = min((_RIGHT - _LEFT) / len(self._bars), _WIDEST)
        self._from = (_LEFT + _RIGHT - self._step * len(self._bars)) / 2

    def _x(self, number: float) -> float:
        return self._from + number * self._step

    def _end_of(self, day: date) -> float:
        """Return the x of the end of a day. The days of a bar of several days share its width evenly."""
        number, first, last = next((n, a, b) for n, (a, b, _) in enumerate(self._bars) if day <= b)
        between = self._finish.calendar.between
        return self._x(number + (between(first, day) + 1) / (between(first, last) + 1))

    def _y(self, share: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * share

    def scales(self) -> Iterator[str]:
        """Yield the axes of shares: on the left that of the bars, on the right that of the cumulative share."""
        for percent in count_ticks(self._top):
            y = self._y(percent / self._top)
            yield draw.line(_LEFT, y, _RIGHT, y, 'stroke-opacity=".15"')
            yield draw.text(_LEFT - 8, y + 4, f"{percent}%", "end")
        for percent in (0, 50, 100):
            y = self._y(percent / 100)
            yield draw.line(_RIGHT, y, _RIGHT + 5, y, 'stroke-opacity=".75"')
            yield draw.text(_RIGHT + 10, y + 4, f"{percent}%")
        yield draw.line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, 'stroke-opacity=".75"')

    def bars(self) -> Iterator[str]:
        """Yield a bar for each day or range of days."""
        samples, so_far = len(self._finish), 0
        for number, (first, last, many) in enumerate(self._bars):
            so_far += many
            share, by_then = _phrases.percent(many / samples), _phrases.percent(so_far / samples)
            y = self._y(100 * many / samples / self._top)
            bar = draw.box(self._x(number) + 1, y, self._step - 2, _BOTTOM - y, _BAR)
            yield from draw.titled(f"{_phrases.from_to(first, last)}: {share} of the samples, {by_then} by then", [bar])

    def so_far(self) -> Iterator[str]:
        """Yield the curve of the share finished by the end of each day."""
        path = f"M{self._x(0):.1f} {_BOTTOM:.1f}"
        so_far = 0
        for number, (_, _, many) in enumerate(self._bars):
            so_far += many
            path += f"L{self._x(number + 1):.1f} {self._y(so_far / len(self._finish)):.1f}"
        yield f'<path d="{path}" fill="none" stroke="{draw.AMBER}" stroke-width="2"/>'

    def levels(self) -> Iterator[str]:
        """Yield P50, P80 and P95, each with its date, so that no line runs through a label."""
        finish = self._finish
        ends = [self._end_of(day) for day in (finish.p50, finish.p80, finish.p95)]
        # The labels of early levels are on the right of their lines, for there is no room on the left.
        gaps = (end - before for before, end in pairwise([0, *ends]))
        early = next((number for number, gap in enumerate(gaps) if gap >= _LABEL), len(ends))
        levels = [*zip(_phrases.levels(finish), ends, strict=True)]
        rows = [(level, 5, "start") for level in levels[:early]]
        rows += [(level, -5, "end") for level in reversed(levels[early:])]
        for number, ((level, x), side, anchor) in enumerate(rows):
            y = _TOP - 10 - (len(rows) - 1 - number) * draw.LINE
            yield draw.line(x, y - 8, x, _BOTTOM, 'stroke-opacity=".75" stroke-dasharray="4 3"')
            yield draw.text(x + side, y, f"{level.name} {level.day}", anchor)

    def days(self) -> Iterator[str]:
        """Yield the dates below the bars, as many as fit."""
        every = -(-draw.width_of("2026-12-31 ") // self._step)
        for number in range(0, len(self._bars), int(every)):
            x = self._x(number + 0.5)
            yield draw.line(x, _BOTTOM, x, _BOTTOM + 5, 'stroke-opacity=".75"')
            yield draw.text(x, _BOTTOM + 20, self._bars[number][0].isoformat(), "middle")
