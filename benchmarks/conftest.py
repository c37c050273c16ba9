"""Benchmarks as ratios: ours and a peer's work take turns within one run, and the median of the paired ratios is what counts.

Nothing here asserts a time. A goal that is missed is printed as missed.
"""

from __future__ import annotations

import gc
from statistics import median
from time import perf_counter

import pytest

ROWS = pytest.StashKey[list]()


def pytest_configure(config):
    config.stash[ROWS] = []


@pytest.fixture
def compare(benchmark, request):
    """Call with what the row is called, our function, the peer's and the goal; ours and theirs are measured in turn."""

    def compare(row, ours, theirs, goal=None, rounds=7):
        peers = []

        def peer():
            gc.collect()
            start = perf_counter()
            kept = theirs()
            peers.append(perf_counter() - start)
            del kept
            gc.collect()

        benchmark.pedantic(ours, setup=peer, rounds=rounds, warmup_rounds=1)
        mine = benchmark.stats.stats.data
        ratio = median(a / b for a, b in zip(mine, peers[-rounds:], strict=True))
        benchmark.extra_info.update(ratio=ratio, goal=goal)
        request.config.stash[ROWS].append((row, median(mine), median(peers[-rounds:]), ratio, goal))

    return compare


def pytest_terminal_summary(terminalreporter, config):
    rows = config.stash[ROWS]
    if not rows:
        return
    width = max(len(row[0]) for row in rows)
    terminalreporter.section("ratios (ours / the peer's, median of the pairs)")
    for name, mine, peer, ratio, goal in rows:
        judged = "" if goal is None else f"  goal {goal:.2f}  {'met' if ratio <= goal else 'MISSED'}"
        terminalreporter.write_line(
            f"{name:<{width}}  {mine * 1e3:8.1f} ms / {peer * 1e3:8.1f} ms = {ratio:5.2f}{judged}"
        )
