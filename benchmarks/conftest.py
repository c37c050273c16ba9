"""Benchmarks as ratios: our work and a peer's take turns within one run, and the median of the paired ratios is what counts.

Nothing here asserts a time. A goal that is missed is shown as missed. With ``--write`` the table in docs/explanation/speed.md is replaced.
"""

from __future__ import annotations

import gc
import os
import platform
from statistics import median
from time import perf_counter

import pytest
import tables

ROWS = pytest.StashKey[list]()
SHORT = 0.002
"""The shortest measurement, in seconds: shorter work is repeated within one."""


def pytest_addoption(parser):
    parser.addoption("--write", action="store_true", help="replace the table in docs/explanation/speed.md")


def pytest_configure(config):
    config.stash[ROWS] = []


@pytest.fixture
def compare(request):
    """Call with what is measured, our function, the name of the peer's, and the peer's; both are measured in turn.

    Short work is repeated within one measurement, unless it ``is_used_up``: then each of them is called 1 + ``rounds`` times.
    """

    def compare(work, ours, peer, theirs, *, goal=None, rounds=9, is_used_up=False):
        repeats = 1 if is_used_up else max(_repeats(ours), _repeats(theirs))
        if is_used_up:
            ours(), theirs()
        pairs = [(_seconds(ours, repeats), _seconds(theirs, repeats)) for _ in range(rounds)]
        mine, others = (median(column) for column in zip(*pairs, strict=True))
        request.config.stash[ROWS].append((work, peer, mine, others, median(a / b for a, b in pairs), goal))

    return compare


def _repeats(work):
    """Return how often to repeat the work in one measurement. Calling it once here warms it up."""
    work()
    once = _seconds(work, 1)
    return max(1, int(SHORT / once))


def _seconds(work, repeats):
    """Return the time of one call, with the garbage of the one before collected first."""
    gc.collect()
    start = perf_counter()
    for _ in range(repeats):
        kept = work()
    took = (perf_counter() - start) / repeats
    del kept
    return took


def pytest_terminal_summary(terminalreporter, config):
    # What is slow comes first.
    rows = sorted(config.stash[ROWS], key=lambda row: -row[4])
    if not rows:
        return
    terminalreporter.section("ours / the peer's, median of the pairs")
    for work, peer, mine, theirs, ratio, goal in rows:
        judged = "" if goal is None else f", goal {goal:g} {'met' if ratio <= goal else 'MISSED'}"
        terminalreporter.write_line(f"{_ratio(ratio):>8}  {work} ({_time(mine)}) / {peer} ({_time(theirs)}){judged}")
    if config.getoption("--write"):
        tables.write("docs/explanation/speed.md", _table(rows))


def _ratio(ratio):
    """Return two digits, and no exponent from 100 on."""
    return f"{float(f'{ratio:.2g}'):g}"


def _time(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def _table(rows):
    cells = []
    for work, peer, mine, theirs, ratio, goal in rows:
        judged = "" if goal is None else f"{goal:g}{'' if ratio <= goal else ', missed'}"
        cells.append([_ratio(ratio), work, _time(mine), peer, _time(theirs), judged])
    measured = f"Measured with CPython {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores."
    return f"{measured}\n\n{tables.table(['ratio:', 'ours', '', 'peer', '', 'goal'], cells)}"
