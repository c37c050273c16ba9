"""Design effects: by how much dependent observations tell less than independent ones.

Answers in a row are not independent: one stall delays all behind it. Repeated answers to one item are hardly more than one answer. The
design effect is the factor by which the variance of a share is larger than that of as many independent observations; dividing the size of
a sample by an upper bound of it makes the test of a share honest.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, fsum, inf, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BATCHES = 25
_LEAST = 100
_ALIKE = 1.645 / sqrt(_BATCHES)
"""The correlation of batches in a row that one in twenty runs of independent requests exceeds. Bartlett, JRSS Supplement 8 (1946)."""
_LEVELS = (0.5, 0.75, 0.9, 0.95, 0.99)


def of_stream(latencies: Sequence[float], limits: Iterable[float] = ()) -> float | None:
    """Return the upper 95 % bound of the design effect of a run, by batch means; None for fewer than 100 requests.

    The run is cut into 25 batches. For five levels of its latencies, for the limits, and for failures, the variance of the shares of the
    batches above the level is compared with that of independent requests. Law and Kelton, "Simulation Modeling and Analysis", on batch
    means; the bound is that of a variance by the chi-square distribution. Where batches in a row are alike, what makes requests depend on
    each other lasts for longer than a batch, and the effect is that of an autoregressive process of the first order: larger by
    (1 + r) / (1 - r), with r the correlation of batches in a row. The largest of them holds for all shares of the run, since a level that
    nothing exceeds shows nothing of its bursts.

    Args:
        latencies: The latency of each request, in the order in which they were meant to be sent; infinite for a failed one.
        limits: The limits of latency that the run is to be judged by.
    """
    if len(latencies) < _LEAST:
        return None
    in_order = sorted(latencies)
    levels = {*limits, *(in_order[ceil(level * len(in_order)) - 1] for level in _LEVELS)}
    effects = [_of_batches([value > level for value in latencies]) for level in levels - {inf}]
    effects.append(_of_batches([value == inf for value in latencies]))
    return max(1.0, *effects)


def _of_batches(flags: Sequence[bool]) -> float:
    share, edges = sum(flags) / len(flags), [len(flags) * batch // _BATCHES for batch in range(_BATCHES + 1)]
    deviations = [sum(flags[start:end]) - share * (end - start) for start, end in pairwise(edges)]
    squares = fsum(deviation * deviation for deviation in deviations)
    if not squares:
        return 1.0
    effect = squares / (len(flags) * share * (1 - share)) * _BATCHES / _chi_square(_BATCHES - 1)
    alike = fsum(one * following for one, following in pairwise(deviations)) / squares
    return effect * (1 + alike) / (1 - alike) if alike > _ALIKE else effect


def of_clusters(clusters: Iterable[tuple[int, int]]) -> float:
    """Return the upper bound of the design effect of repeated items, at least 1.

    It is the upper 95 % bound of the ratio of the clustered to the simple variance, and at most that of items whose answers never differ:
    the mean size of a cluster as one of its members sees it (Kish, "Survey Sampling", 1965). Without any violation, or with nothing else,
    nothing shows how alike the answers are, and that is the bound.

    Args:
        clusters: For each item, the number of violations and of observations.
    """
    sizes = [(k, n) for k, n in clusters if n]
    total = sum(n for _, n in sizes)
    if not total:
        return 1.0
    most = max(1.0, sum(n * n for _, n in sizes) / total)
    share = sum(k for k, _ in sizes) / total
    if not 0 < share < 1 or len(sizes) < 2:
        return most
    effect = clustered_variance(sizes) / (share * (1 - share) / total)
    freedom = len(sizes) - 1
    return max(1.0, min(most, effect * freedom / _chi_square(freedom)))


def clustered_variance(clusters: Sequence[tuple[int, int]]) -> float:
    """Return the variance of a share whose observations come in clusters, as the squares of the sums of deviations of each.

    Cameron and Miller, "A Practitioner's Guide to Cluster-Robust Inference", Journal of Human Resources 50 (2015), with the correction for
    the number of clusters.

    Args:
        clusters: For each item, the number of violations and of observations; two items at least.
    """
    total = sum(n for _, n in clusters)
    share = sum(k for k, _ in clusters) / total
    squares: float = fsum((k - n * share) * (k - n * share) for k, n in clusters)
    return squares / (total * total) * len(clusters) / (len(clusters) - 1)


def _chi_square(freedom: int) -> float:
    """Return the 5 % point of the chi-square distribution, by Wilson and Hilferty (1931): within 0.2 % from 10 degrees of freedom on."""
    part = 2 / (9 * freedom)
    root = max(1e-3, 1 - part - 1.6448536269514722 * sqrt(part))
    return freedom * root * root * root
