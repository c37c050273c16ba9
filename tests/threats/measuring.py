"""Programs that measure what bad input costs, in CPU seconds that mean the same on a busy machine and on an idle one.

A core that is shared gives a program fewer instructions in a second of CPU time: with a neighbour on the same core it is two thirds of them.
So a piece of work of known cost is measured in the same process, and what was measured beside it is divided by how much slower the machine
is than usual. What still seems too slow is done again: the least time of a few is what the work costs, and the rest is the machine.
"""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL = 0.0102
"""The CPU seconds that the known work takes on the machine that the limits were set on, while it is idle."""

ENOUGH = 0.8
"""What takes less is not measured again, in seconds."""

TRIES = 3

_KNOWN = json.dumps([{"id": f"t{n}", "title": f"Title {n}", "after": [f"t{n - 1}"]} for n in range(4_000)])


def printed_by(program: str, *arguments: str, given: object = None) -> list[Any]:
    """Run a module of this folder as a program, in a process of its own.

    Args:
        program: The name of the module.
        arguments: The arguments of the program.
        given: What it reads from its standard input, as JSON.

    Returns:
        The objects that it prints, one on each line.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"threats.{program}", *arguments],
        cwd=Path(__file__).parents[1],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=1_200,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _known_work() -> None:
    found = set()
    for one in json.loads(_KNOWN):
        found.update(re.findall(r"\w+", one["title"]))
        found.add(one["id"])
    sorted(found)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def slowness() -> float:
    """How many times slower than usual the machine is now; at least 1.

    The median of several runs, since the work that is measured beside them is long, and meets the neighbour that the fastest of them missed.
    """
    return max(1.0, median(_seconds(_known_work) for _ in range(7)) / USUAL)


def usual_seconds(work: Callable[[], object]) -> float:
    """The CPU seconds that a piece of work takes, on the machine as it usually is."""
    least = float("inf")
    for _ in range(TRIES):
        gc.collect()  # what the last try left in cycles is not held beside this one
        before = slowness()
        took = _seconds(work)
        least = min(least, took / ((before + slowness()) / 2))
        if least < ENOUGH:
            break
    return least
