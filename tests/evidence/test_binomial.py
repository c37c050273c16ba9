"""Tails, bounds and sizes of samples, held against scipy and published values."""

import random
from math import inf

import pytest

from servingchecklist._evidence import binomial

FEWEST = {
    0.5: [5, 8, 11, 13],
    0.1: [29, 46, 61, 76],
    0.05: [59, 93, 124, 153],
    0.01: [299, 473, 628, 773],
    0.001: [2995, 4742, 6294, 7752],
}
"""The fewest observations that prove a share below the key at 95 %, with 0, 1, 2 and 3 violations."""


def cases(number):
    rng = random.Random(1)
    for _ in range(number):
        n, p = int(10 ** rng.uniform(0, 6)), 10 ** rng.uniform(-4, -0.01)
        yield min(n, max(0, int(n * p + rng.gauss(0, 3) * (n * p * (1 - p)) ** 0.5))), n, p


def test_both_tails_are_those_of_scipy(pytestconfig):
    binom = pytest.importorskip("scipy.stats").binom
    for k, n, p in cases(4_000 if pytestconfig.getoption("--whole") else 400):
        assert binomial.at_most(k, n, p) == pytest.approx(binom.cdf(k, n, p), abs=1e-8)
        assert binomial.at_least(k, n, p) == pytest.approx(binom.sf(k - 1, n, p), abs=1e-8)


def test_tails_of_numbers_that_are_not_whole_are_those_of_the_incomplete_beta_function():
    betainc = pytest.importorskip("scipy.special").betainc
    rng = random.Random(2)
    for _ in range(200):
        n, p = rng.uniform(1, 1_000), rng.uniform(0.001, 0.5)
        k = rng.uniform(0, n * 0.99)
        assert binomial.at_most(k, n, p) == pytest.approx(betainc(n - k, k + 1, 1 - p), abs=1e-9)


def test_the_ends_are_certain():
    assert [binomial.at_most(k, 10, 0.5) for k in (-1, 10, 11)] == [0, 1, 1]
    assert [binomial.at_least(k, 10, 0.5) for k in (-1, 0, 11)] == [1, 1, 0]
    assert [binomial.at_most(3, 10, p) for p in (0, 1)] == [1, 0]
    assert [binomial.at_least(3, 10, p) for p in (0, 1)] == [0, 1]


@pytest.mark.parametrize("p", FEWEST)
def test_the_fewest_observations_are_those_of_the_tables(p):
    for k, n in enumerate(FEWEST[p]):
        assert binomial.at_most(k, n, p) <= 0.05 < binomial.at_most(k, n - 1, p)


def test_a_share_lies_between_the_bounds_of_clopper_and_pearson():
    assert binomial.lower_bound(20, 401, 0.025) == pytest.approx(0.0307, abs=5e-5)
    assert binomial.upper_bound(20, 401, 0.025) == pytest.approx(0.0760, abs=5e-5)
    assert (binomial.lower_bound(0, 9, 0.05), binomial.upper_bound(9, 9, 0.05)) == (0, 1)


def test_a_quantile_lies_between_two_ranks():
    binom = pytest.importorskip("scipy.stats").binom
    for n, q, alpha in [(300, 0.99, 0.05), (1_000, 0.95, 0.025), (500, 0.5, 0.025), (62, 0.9, 0.05)]:
        low, high = binomial.ranks(n, q, alpha)
        assert binom.cdf(low - 1, n, q) <= alpha < binom.cdf(low, n, q)
        assert binom.sf(high - 1, n, q) <= alpha < binom.sf(high - 2, n, q)
    assert binomial.ranks(50, 0.99, 0.05)[1] == inf
    assert binomial.ranks(3, 0.5, 0.01) == (0, inf)


@pytest.mark.parametrize("p", [0.1, 0.05, 0.01, 0.001])
def test_a_sample_of_the_size_that_is_needed_suffices_nine_times_in_ten(p):
    binom = pytest.importorskip("scipy.stats").binom
    for k, n in ((0, 0), (0, 100), (1, int(4 / p))):
        share = max(k / n if n else 0, p / 5)
        size = binomial.needed(k, n, p, 0.05)
        most = max((m for m in range(int(size * p) + 2) if binomial.at_most(m, size, p) <= 0.05), default=-1)
        assert binom.cdf(most, size, share) >= 0.9


def test_no_sample_suffices_at_the_limit_or_right_below_it():
    assert binomial.needed(5, 100, 0.05, 0.05) is None
    assert binomial.needed(9_999_999, 10**9, 0.01, 0.05) is None
