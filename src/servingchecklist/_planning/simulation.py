"""Monte Carlo simulation of the open tasks, with new durations in each sample.

Samples are drawn in batches, with one column per task: whole columns are processed at once where possible, and the memory of a batch is
bounded. Every task has its own random numbers, so its samples do not depend on other tasks: two forecasts that differ in one task differ
by that task, and not by chance.
"""

from __future__ import annotations

from array import array
from itertools import chain
from operator import add, and_, ge, or_  # pyright: ignore[reportUnknownVariableType]
from random import Random
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import attrs

from .. import _graph
from .calendar import EPSILON
from .sampling import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .._model.effort import Effort
    from .open_tasks import Remaining

    Columns: TypeAlias = Sequence[Sequence[float]]
    """One column per task, with one number per sample."""

_both = cast("Callable[[bool, bool], bool]", and_)
_either = cast("Callable[[bool, bool], bool]", or_)

_AT_ONCE = 250_000
"""The approximate size of a batch: tasks times samples."""

_LARGEST = 10_000


@attrs.frozen
class Batch:
    """The results of a batch of samples.

    Attributes:
        begins: The start of each task, in working days from the start of the forecast.
        ends: The finish of each task, likewise.
        whole: The finish of the last task, likewise.
        critical: The number of samples in which each task was on a critical path.
    """

    begins: Columns
    ends: Columns
    whole: Sequence[float]
    critical: Sequence[int]


class Works(Protocol):
    """A scheduling method: a function from durations to finish times."""

    def __call__(self, durations: Columns, delays: Mapping[int, Sequence[float]]) -> Batch:
        """Simulate a batch.

        Args:
            durations: The duration of each task.
            delays: The time that blocked tasks stay blocked, by task number.
        """
        ...


class Trials:
    """The results of all samples.

    Attributes:
        begins: The start of each task, in working days from the start of the forecast.
        ends: The finish of each task, likewise.
        whole: The finish of the last task, likewise.
        critical: The number of samples in which each task was on a critical path.
    """

    __slots__ = ("begins", "critical", "ends", "whole")

    def __init__(self, tasks: int) -> None:
        self.begins = [array("d") for _ in range(tasks)]
        self.ends = [array("d") for _ in range(tasks)]
        self.whole = array("d")
        self.critical = [0] * tasks

    def take(self, batch: Batch) -> None:
        """Append a batch."""
        for kept, new in chain(zip(self.begins, batch.begins, strict=True), zip(self.ends, batch.ends, strict=True)):
            kept.extend(array("d", new))
        self.whole.extend(array("d", batch.whole))
        self.critical = list(map(add, self.critical, batch.critical))


def run(
    left: Remaining,
    blocks: Mapping[int, Effort],
    work: Works,
    *,
    samples: int,
    seed: int,
    report: Callable[[int, int], object] | None,
) -> Trials:
    """Simulate the open tasks.

    Args:
        left: The open tasks.
        blocks: The time that blocked tasks stay blocked, by task number.
        work: The scheduling method.
        samples: The number of samples.
        seed: The seed of the random numbers of every task.
        report: A function called after every batch with the number of samples so far and the total number.
    """
    unused = Random(seed)  # noqa: S311  # by efforts that are certain; one generator for each would take a lot of memory
    rngs = [
        unused if effort.low == effort.high else _rng(seed, task.id)
        for task, effort in zip(left.tasks, left.efforts, strict=True)
    ]
    rngs_of_blocks = {number: _rng(seed, f"{left.tasks[number].id} blocked") for number in blocks}
    trials = Trials(len(left.places))
    size = min(max(_AT_ONCE // max(len(left.places), 1), 1), _LARGEST)
    for first in range(0, samples, size):
        many = min(size, samples - first)
        delays = {number: sample(effort, many, rngs_of_blocks[number]) for number, effort in blocks.items()}
        durations = [
            sample(effort, many, rng, worked)
            for effort, rng, worked in zip(left.efforts, rngs, left.worked, strict=True)
        ]
        if durations:
            trials.take(work(durations, delays))
        else:
            trials.whole.extend([0.0] * many)
        if report:
            report(first + many, samples)
    return trials


def _rng(seed: int, name: str) -> Random:
    """Return a random number generator for a name: Python seeds from the SHA-512 of a string."""
    return Random(f"{seed} {name}")  # noqa: S311


class SideBySide:
    """Scheduling without a limit on people: every task begins as soon as its prerequisites are finished."""

    def __init__(self, left: Remaining) -> None:
        self._before = left.before
        self._after = _graph.reverse(left.before)

    def __call__(self, durations: Columns, delays: Mapping[int, Sequence[float]]) -> Batch:
        """Simulate a batch, column by column: see :class:`Works`."""
        many = len(durations[0])
        at_once = [0.0] * many
        begins: list[Sequence[float]] = []
        ends: list[Sequence[float]] = []
        for number, (earlier, own) in enumerate(zip(self._before, durations, strict=True)):
            held = [ends[other] for other in earlier]
            if number in delays:
                held.append(delays[number])
            begins.append(_latest(held) if held else at_once)
            ends.append(list(map(add, begins[-1], own)) if held else own)
        whole = _latest([end for end, later in zip(ends, self._after, strict=True) if not later])
        return Batch(begins, ends, whole, self._critical(begins, ends, whole, delays))

    def _critical(
        self, begins: Columns, ends: Columns, whole: Sequence[float], delays: Mapping[int, Sequence[float]]
    ) -> list[int]:
        """Count the samples in which each task is critical: it ends last, or just when a critical task begins."""
        # Rounding errors must not separate tasks that end at the same time.
        last = [end - EPSILON for end in whole]
        starts = {
            number: [begin - EPSILON for begin in begins[number]]
            for number, earlier in enumerate(self._before)
            if len(earlier) > 1 or number in delays
        }
        marks: list[Sequence[bool]] = [()] * len(ends)
        for number in range(len(ends) - 1, -1, -1):
            end = ends[number]
            found: Sequence[bool] | None = None if self._after[number] else list(map(ge, end, last))
            for later in self._after[number]:
                mark = marks[later]
                if later in starts:
                    mark = list(map(_both, mark, map(ge, end, starts[later])))
                found = mark if found is None else list(map(_either, found, mark))
            marks[number] = found or ()
        return [mark.count(True) for mark in marks]


def _latest(columns: Sequence[Sequence[float]]) -> Sequence[float]:
    """Return the maximum of all columns in each sample."""
    return columns[0] if len(columns) == 1 else list(map(max, *columns))
