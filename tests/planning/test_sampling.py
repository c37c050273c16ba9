"""Random durations against closed forms: means, variances, and whole distribution functions.

The seeds are fixed, so a test that passes passes always; bounds are so wide that hardly any seed would fail. For the largest distance between
the shares that were found and those that should have been (Kolmogorov-Smirnov) the bound is 2.0 / sqrt(n), which one seed in 1,500 exceeds.
"""

import math
from bisect import bisect_right
from itertools import accumulate
from random import Random
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import efforts
from servingchecklist import Effort
from servingchecklist._planning.simulation import sample

MANY = 20_000


def draws(effort, worked=0.0, seed=7, many=MANY):
    return sample(effort, many, Random(seed), worked)


def triangle(low, high):
    """The distribution function of the symmetric triangle."""

    def share(days):
        place = min(max((days - low) / (high - low), 0.0), 1.0)
        return 2 * place * place if place < 0.5 else 1 - 2 * (1 - place) ** 2

    return share


def pert(effort, steps=20_000):
    """The distribution function of PERT-beta, added up under its density."""
    low, span = effort.low, effort.high - effort.low
    before, behind = 4 * (effort.likely - low) / span, 4 * (effort.high - effort.likely) / span
    heights = [((n + 0.5) / steps) ** before * (1 - (n + 0.5) / steps) ** behind for n in range(steps)]
    sums = [0.0, *accumulate(heights)]

    def share(days):
        place = min(max((days - low) / span, 0.0), 1.0) * steps
        whole = min(int(place), steps - 1)
        return (sums[whole] + (place - whole) * heights[whole]) / sums[-1]

    return share


def after(share, worked):
    """The distribution function of what is left of something that has not ended by ``worked``."""
    known = share(worked)
    return lambda days: (share(worked + days) - known) / (1 - known)


def distance(found, share):
    ranked = sorted(found)
    steps = [(n / len(ranked), (n + 1) / len(ranked), share(days)) for n, days in enumerate(ranked)]
    return max(max(exact - below, above - exact) for below, above, exact in steps)


def assert_follows(found, share):
    assert distance(found, share) < 2.0 / math.sqrt(len(found))


def assert_moments(found, mean, variance, kurtosis=3.0):
    """Within five standard errors."""
    many = len(found)
    assert abs(fmean(found) - mean) < 5 * math.sqrt(variance / many)
    assert abs(pvariance(found) - variance) < 5 * variance * math.sqrt((kurtosis - 1) / many)


@pytest.mark.parametrize(
    "effort", [Effort(2, 3), Effort(0, 1), Effort(1, 11), Effort(0, 10_000), Effort(0.1, 0.3)], ids=str
)
def test_a_range_is_a_triangle(effort):
    found = draws(effort)
    span = effort.high - effort.low
    assert_moments(found, effort.mean, span**2 / 24, kurtosis=2.4)
    exact = triangle(effort.low, effort.high)
    assert_follows(found, exact)
    ranked = sorted(found)
    for place in (0.1, 0.25, 0.5, 0.75, 0.9):
        share = exact(effort.low + place * span)
        below = bisect_right(ranked, effort.low + place * span) / MANY
        assert abs(below - share) < 5 * math.sqrt(share * (1 - share) / MANY)


LIKELY = [
    Effort(2, 5, 3),
    Effort(0, 1, 0.5),
    Effort(1, 11, 2),
    Effort(1, 11, 10.5),
    Effort(2, 5, 2),  # the likely value at an end
    Effort(2, 5, 5),
    Effort(0, 10_000, 1),
]


@pytest.mark.parametrize("effort", LIKELY, ids=str)
def test_a_likely_value_makes_it_pert_beta(effort):
    found = draws(effort)
    span = effort.high - effort.low
    alpha, beta = 1 + 4 * (effort.likely - effort.low) / span, 1 + 4 * (effort.high - effort.likely) / span
    variance = alpha * beta / ((alpha + beta) ** 2 * (alpha + beta + 1)) * span**2
    assert effort.mean == pytest.approx((effort.low + 4 * effort.likely + effort.high) / 6)
    assert_moments(found, effort.mean, variance, kurtosis=4.5)
    assert_follows(found, pert(effort))


@pytest.mark.parametrize("worked", [0.5, 2, 2.1, 2.5, 2.9, 2.999])
def test_a_triangle_of_which_some_is_over(worked):
    found = draws(Effort(2, 3), worked)
    assert_follows(found, after(triangle(2, 3), worked))
    assert max(found) <= 3 - worked


@pytest.mark.parametrize("worked", [0.5, 2, 2.5, 3, 4, 4.9])
@pytest.mark.parametrize("likely", [2, 3, 4.5, 5])
def test_pert_beta_of_which_some_is_over(likely, worked):
    effort = Effort(2, 5, likely)
    found = draws(effort, worked)
    assert_follows(found, after(pert(effort, 200_000), worked))


def test_what_is_left_of_a_triangle_has_the_mean_of_its_tail():
    # Behind three quarters of 0 to 1 the density falls from there to the end: a triangle over 0 to 1/4, highest at 0.
    assert_moments(draws(Effort(0, 1), 0.75), 0.25 / 3, 0.25**2 / 18, kurtosis=2.4)


@pytest.mark.parametrize("likely", [None, 2, 3, 4])
@pytest.mark.parametrize("worked", [4, 4.5, 1e300])
def test_nothing_is_left_of_what_takes_longer_than_its_range(likely, worked):
    assert draws(Effort(2, 4, likely), worked, many=3) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("likely", [None, 3])
def test_a_fixed_effort_leaves_nothing_to_chance(likely):
    rng = Random(7)
    state = rng.getstate()
    effort = Effort(3, 3, likely)
    assert sample(effort, 2, rng) == [3.0, 3.0]
    assert sample(effort, 2, rng, 1.25) == [1.75, 1.75]
    assert rng.getstate() == state


@given(efforts, st.sampled_from([0.0, 0.5, 1.0, 0.999999999999]), st.integers(0, 99))
def test_whatever_is_drawn_lies_in_the_range(effort, over, seed):
    """However narrow the range is, and however little of it is left."""
    worked = effort.low + (effort.high - effort.low) * over if over else 0.0
    found = draws(effort, worked, seed, many=20)
    room = 1e-9 + 1e-12 * effort.high
    assert len(found) == 20
    assert all(max(effort.low - worked, 0.0) - room <= days <= max(effort.high - worked, 0.0) + room for days in found)


@given(efforts)
def test_what_is_all_but_over_comes_to_an_end(effort):
    worked = math.nextafter(effort.high, 0.0)
    assert all(0 <= days <= 1e-9 + effort.high - effort.low for days in draws(effort, worked, many=5))


class Counting(Random):
    """Everything but random() may change from one version of Python to the next."""

    def random(self):
        return super().random()

    def getrandbits(self, k):
        raise AssertionError(k)

    def uniform(self, a, b):
        raise AssertionError(a, b)

    triangular = betavariate = gauss = uniform


@pytest.mark.parametrize("effort", [Effort(2, 3), Effort(2, 5, 3)], ids=str)
def test_only_random_is_drawn(effort):
    assert sample(effort, 100, Counting(3), 2.5) == sample(effort, 100, Random(3), 2.5)
