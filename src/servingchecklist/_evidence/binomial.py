"""Exact tests and intervals of shares, by the binomial distribution.

A service that meets its target can still show more violations in a run than the target allows, and one that misses it fewer. The tests
say what a run proves. They take the number of violations ``k`` among ``n`` observations and the allowed share ``p``; both numbers may be
divided by the design effect of dependent observations, so they need not be whole.
"""

from __future__ import annotations

from math import ceil, exp, inf, lgamma, log, log1p
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TINY = 1e-300
_MOST_TERMS = 20_000
_FEW = 100
_MOST_NEEDED = 10**12

POWER = 0.9
"""The probability with which a sample of the size that :func:`needed` returns is to suffice."""

SHARE_OF_ALLOWANCE = 0.2
"""The share of its allowance that a service is assumed to use at least, when the size of a sample is planned."""


def at_most(k: float, n: float, p: float) -> float:
    """Return the probability of at most ``k`` violations, P(X <= k) for X ~ Bin(n, p).

    It is the regularized incomplete beta function I(1 - p; n - k, k + 1), which is also defined for numbers that are not whole.
    """
    if k >= n or p <= 0:
        return 1.0
    if k < 0 or p >= 1:
        return 0.0
    return _incomplete_beta(n - k, k + 1, 1 - p, p)


def at_least(k: float, n: float, p: float) -> float:
    """Return the probability of at least ``k`` violations, P(X >= k) for X ~ Bin(n, p), which is I(p; k, n - k + 1)."""
    if k <= 0:
        return 1.0
    if k > n or p <= 0:
        return 0.0
    return 1.0 if p >= 1 else _incomplete_beta(k, n - k + 1, p, 1 - p)


def _incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """Return the regularized incomplete beta function I(x; a, b); ``rest`` is 1 - x, without its rounding.

    The continued fraction is that of Didonato and Morris, "Algorithm 708", ACM Transactions on Mathematical Software 18 (1992), evaluated
    by the method of Lentz, which needs no more than some multiple of sqrt(max(a, b)) terms on this side of the mean.
    """
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * _log(x, rest) + b * _log(rest, x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, rest) / b


def _log(x: float, rest: float) -> float:
    return log1p(-rest) if x > 0.5 else log(x)


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > _TINY else _TINY)
    value, step, m = d, 0.0, 0
    while abs(step - 1) >= 1e-13 and m < _MOST_TERMS:
        m += 1
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 + term * d, 1 + term / c
            d = 1 / (d if abs(d) > _TINY else _TINY)
            c = c if abs(c) > _TINY else _TINY
            step = c * d
            value *= step
    return value


def upper_bound(k: float, n: float, alpha: float) -> float:
    """Return the upper confidence bound of a share, at which at most ``k`` violations have the probability ``alpha``.

    Clopper and Pearson, "The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial", Biometrika 26 (1934).
    """
    return 1.0 if k >= n else _root(lambda p: at_most(k, n, p) - alpha)


def lower_bound(k: float, n: float, alpha: float) -> float:
    """Return the lower confidence bound of a share, at which at least ``k`` violations have the probability ``alpha``."""
    return 0.0 if k <= 0 else _root(lambda p: alpha - at_least(k, n, p))


def _root(falling: Callable[[float], float]) -> float:
    """Return the zero of a falling function on the interval from 0 to 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def ranks(n: float, q: float, alpha: float) -> tuple[int, float]:
    """Return the ranks of two order statistics between which the quantile ``q`` lies, each with the probability 1 - alpha.

    The lower one is 0, and the upper one infinite, where ``n`` is too small for that. David and Nagaraja, "Order Statistics", 3rd ed., 7.1.
    """
    # The quantile is below the value of rank l where at least l observations are, and above that of rank u where fewer than u are.
    low, high = 0, ceil(n)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most(middle - 1, n, q) <= alpha else (low, middle - 1)
    first, last = 1, ceil(n) + 1
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if at_least(middle, n, q) <= alpha else (middle + 1, last)
    return low, first if first <= n else inf


def needed(k: float, n: float, p: float, alpha: float) -> int | None:
    """Return the number of independent observations that will prove a share below ``p``, if it is as low as in this sample.

    A sample without violations does not show how low the share is, so it is taken as a fifth of the allowed one at least. A sample of
    the returned size then suffices with a probability of ``POWER``. None where the share of the sample is too near to ``p``, or above it.
    """
    share = max(k / n if n else 0.0, p * SHARE_OF_ALLOWANCE)
    if share >= p:
        return None

    def suffices(size: int) -> bool:
        most = _most_violations(size, p, alpha)
        return most >= 0 and _sum_at_most(most, size, share) >= POWER

    size = max(1, ceil(log(alpha) / log1p(-p)))
    low = 0
    while not suffices(size):
        low, size = size, size * 2
        if size > _MOST_NEEDED:
            return None
    while size - low > max(1, size // 200):  # about is enough, and the answer is a step function of the size
        middle = (low + size) // 2
        low, size = (low, middle) if suffices(middle) else (middle, size)
    return size


def _sum_at_most(k: int, n: int, p: float) -> float:
    """Return what :func:`at_most` does, faster where ``k`` is small."""
    total = term = exp(n * log1p(-p))
    if term <= _TINY or k > _FEW:
        return at_most(k, n, p)
    for i in range(k):
        term *= (n - i) / (i + 1) * p / (1 - p)
        total += term
    return total


def _most_violations(n: int, p: float, alpha: float) -> int:
    """Return the largest number of violations with which ``n`` observations prove a share below ``p``; -1 for none."""
    term = exp(n * log1p(-p))
    if term > _TINY:  # the few terms of the tail, from the smallest on
        total, k = 0.0, -1
        while total + term <= alpha:
            total, k = total + term, k + 1
            term *= (n - k) / (k + 1) * p / (1 - p)
        return k
    low, high = -1, ceil(n * p)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at_most(middle, n, p) <= alpha else (low, middle - 1)
    return low
