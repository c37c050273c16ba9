"""Random durations against closed forms: means, variances, and whole distribution functions.

The seeds are fixed, so a test that passes passes always; bounds are so wide that hardly any seed would fail. For the largest distance between
the shares that were found and those that should have been (Kolmogorov-Smirnov) the bound is 2.0 / sqrt(n), which one seed in 1,500 exceeds.
"""

import math
from bisect import bisect_right
from itertools import accumulate
from random import Random
from statistics import NormalDist, correlation, fmean, median, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import efforts
from servingchecklist import Effort, Task
from servingchecklist._planning.durations import CELLS, Durations, is_certain, percentiles, sample, spread_of

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


# Log-normal: low and high as percentiles


class Bare:
    """Open tasks, as far as durations look at them."""

    def __init__(self, efforts, worked=()):
        self.tasks = [Task(f"t{number}", "T") for number in range(len(efforts))]
        self.efforts = efforts
        self.worked = [*worked, *[0.0] * (len(efforts) - len(worked))]


def drawn(*efforts, many=100_000, worked=(), shared=0.0, ranges="p10-p90", quantiles=None, blocks=None, seed=7):
    left = Bare(efforts, worked)
    quantiles = quantiles or [None] * len(efforts)
    return Durations(left, blocks or {}, ranges=ranges, shared=shared, quantiles=quantiles, seed=seed).draw(many)


def column(effort, **given):
    (numbers,), blocks = drawn(effort, **given)
    assert blocks == {}
    return numbers


def assert_share(numbers, share, below):
    """Within five standard errors, and the width of one of the cells from which z is drawn."""
    rank = sum(days <= below for days in numbers) / len(numbers)
    assert abs(rank - share) < 5 * math.sqrt(share * (1 - share) / len(numbers)) + 1 / CELLS


@pytest.mark.parametrize(
    ("effort", "ends"),
    [
        (Effort(2, 8), (2, 4, 8)),  # the geometric middle
        (Effort(2, 5, 3), (2, 3, 5)),
        (Effort(1, 11, 2), (1, 2, 11)),
        (Effort(3), (1.5, 3, 6)),  # an estimate: half of it to its double
        (Effort(3, 3, 3), (1.5, 3, 6)),
        (Effort(0.25, 0.5, days="any"), (0.25, math.sqrt(0.125), 0.5)),
        (Effort(2, 8, days="elapsed"), (2, 4, 8)),
    ],
    ids=str,
)
def test_low_and_high_are_percentiles(effort, ends):
    numbers = column(effort)
    for share, days in zip((0.1, 0.5, 0.9), ends, strict=True):
        assert_share(numbers, share, days)
    spread = spread_of(effort)
    normal = NormalDist()
    assert min(numbers) > 0
    assert max(numbers) > ends[2]
    z = [math.log(days / spread.middle) / (spread.below if days < spread.middle else spread.above) for days in numbers]
    assert_moments(z, 0, 1)
    assert distance(z, normal.cdf) < 2 / math.sqrt(len(z)) + 1 / CELLS
    assert spread.z(ends[0]) == pytest.approx(normal.inv_cdf(0.1))
    assert spread.z(ends[2]) == pytest.approx(normal.inv_cdf(0.9))


def test_where_the_likely_value_is_an_end_there_is_nothing_on_that_side():
    numbers = column(Effort(2, 5, 2))
    assert min(numbers) == 2
    assert_share(numbers, 0.5, 2)
    assert_share(numbers, 0.9, 5)
    spread = spread_of(Effort(2, 5, 2))
    assert [spread.z(days) for days in (1, 2)] == [-math.inf, 0]
    assert max(column(Effort(2, 5, 5))) == 5


@pytest.mark.parametrize(
    ("effort", "ranges", "days"),
    [
        (Effort(3, exact=True), "p10-p90", 3),
        (Effort(3, days="elapsed"), "p10-p90", 3),
        (Effort(0), "p10-p90", 0),
        (Effort(3, exact=True), "bounds", 3),
        (Effort(3), "bounds", 3),
    ],
    ids=str,
)
def test_facts_have_no_spread(effort, ranges, days):
    assert is_certain(effort, ranges)
    for shared in (0.0, 0.5):
        assert list(column(effort, ranges=ranges, many=4, shared=shared)) == [days] * 4
    assert list(column(effort, ranges=ranges, many=2, worked=[1.0])) == [max(days - 1, 0)] * 2
    assert not is_certain(Effort(3), "p10-p90")
    assert not is_certain(Effort(2, 3, days="elapsed"), "p10-p90")


@pytest.mark.parametrize("effort", [Effort(2, 8), Effort(2, 5, 3), Effort(3)], ids=str)
@pytest.mark.parametrize("worked", [0.5, 2, 4, 7])
def test_work_under_way_has_the_distribution_above_the_time_spent(effort, worked):
    """By rejection: those durations that are longer, less what is spent."""
    whole = sorted(days - worked for days in column(effort, many=100_000, seed=8) if days > worked)
    rest = column(effort, many=10_000, worked=[worked])
    assert min(rest) >= 0
    share = lambda days: bisect_right(whole, days) / len(whole)  # noqa: E731
    assert distance(rest, share) < 2 * math.sqrt(1 / len(rest) + 1 / len(whole)) + 1 / CELLS * 100_000 / len(whole)


def test_work_far_beyond_its_range_is_not_over_at_once():
    assert 0 < median(column(Effort(1, 2), many=1_001, worked=[5.0])) < 5
    assert all(days >= 0 for days in column(Effort(1, 2), many=1_001, worked=[1e9]))
    assert column(Effort(2, 5, 5), many=3, worked=[6.0]) == [0, 0, 0]  # nothing is above its high


def test_z_has_the_shared_part_in_common():
    """The correlation of the logarithms of two tasks with the same spread on both sides is the share."""
    for shared in (0.0, 1 / 3, 0.8, 1.0):
        (one, other), _ = drawn(Effort(2, 8), Effort(1, 9), shared=shared, many=40_000)
        logs = [math.log(days) for days in one], [math.log(days) for days in other]
        assert abs(correlation(*logs) - shared) < 5 * (1 - shared**2) / math.sqrt(40_000) + 1e-6
    assert [
        round(one / other, 9)
        for one, other in zip(*drawn(Effort(2, 8), Effort(4, 16), shared=1.0, many=5)[0], strict=False)
    ] == [0.5] * 5


@pytest.mark.parametrize("effort", [Effort(2, 8), Effort(2, 5, 3), Effort(3)], ids=str)
def test_what_is_shared_leaves_each_distribution_as_it_is(effort):
    numbers = column(effort, shared=1 / 3)
    low, high = percentiles(effort)
    for share, days in ((0.1, low), (0.5, spread_of(effort).middle), (0.9, high)):
        assert_share(numbers, share, days)


def test_ranks_are_shared_where_ranges_are_bounds():
    apart, together = (
        drawn(Effort(2, 8), Effort(1, 9, 3), ranges="bounds", shared=s, many=20_000)[0] for s in (0, 0.5)
    )
    assert [sorted(numbers) for numbers in together] == [sorted(numbers) for numbers in apart]
    assert [list(numbers) for numbers in together] != [list(numbers) for numbers in apart]
    ranks = [sorted(range(20_000), key=numbers.__getitem__) for numbers in together]
    place = [[0] * 20_000, [0] * 20_000]
    for which in (0, 1):
        for rank, sample_number in enumerate(ranks[which]):
            place[which][sample_number] = rank
    # Spearman's correlation of two normal variables with the correlation 0.5.
    assert correlation(*place) == pytest.approx(6 / math.pi * math.asin(0.25), abs=0.03)
    assert abs(correlation(*apart)) < 5 / math.sqrt(20_000)


def test_certain_tasks_take_no_random_numbers_from_the_others():
    alone = column(Effort(2, 8), shared=0.5, many=50)
    beside = drawn(Effort(2, 8), Effort(3, exact=True), shared=0.5, many=50)[0]
    assert list(beside[0]) == list(alone)


def test_batches_go_on_where_the_last_one_ended():
    for ranges in ("p10-p90", "bounds"):
        batches = Durations(Bare([Effort(2, 8)]), {}, ranges=ranges, shared=0.0, quantiles=[None], seed=7)
        first, second = batches.draw(30)[0][0], batches.draw(20)[0][0]
        assert [*first, *second] == list(column(Effort(2, 8), ranges=ranges, many=50))


def test_a_record_takes_the_place_of_the_normal_distribution():
    halves = [-1.0] * (CELLS // 2) + [2.0] * (CELLS // 2)
    low, high = 4 * math.exp(-1), 4 * math.exp(2)  # ratios of the median, whatever the width of the range
    numbers = column(Effort(2, 8), quantiles=[halves], many=20_000)
    assert {round(days, 9) for days in numbers} == {round(low, 9), round(high, 9)}
    assert_share(numbers, 0.5, low + 1e-9)
    # Below what is spent nothing is left of the record, and then all of it is above.
    assert {round(days, 9) for days in column(Effort(2, 8), quantiles=[halves], many=50, worked=[3.0])} == {
        round(high - 3, 9)
    }
    assert column(Effort(2, 8), quantiles=[halves], many=2, worked=[99.0]) == [0, 0]


@pytest.mark.parametrize(
    "effort", [Effort(5e-324), Effort(5e-324, 1e-320), Effort(5e-324, 8, 5e-324), Effort(1e-310, 3, 1)]
)
def test_efforts_too_small_for_ratios_of_floats_count_as_no_time(effort):
    numbers = column(effort, many=200)
    assert all(0 <= days < 1e9 for days in numbers)
    assert effort.high > 1e-9 or max(numbers) < 1e-6
    assert column(effort, many=50, worked=[5e-324]) == column(effort, many=50)


def test_medians():
    left = Bare([Effort(2, 8), Effort(2, 5, 3), Effort(3, exact=True), Effort(2, 8), Effort(3)], [0, 0, 1.0, 3.0, 0])
    blocks = {0: (Effort(2, 8), 0.0), 1: (Effort(4, exact=True), 1.0)}
    normal = Durations(left, blocks, ranges="p10-p90", shared=0.3, quantiles=[None] * 5, seed=7)
    days, waits = normal.medians()
    assert days[:3] == [4, 3, 2]
    assert days[3] == pytest.approx(median(column(Effort(2, 8), many=20_001, worked=[3.0])), abs=0.1)
    assert days[4] == pytest.approx(3)
    assert waits == {0: 4, 1: 3}
    bounds = Durations(left, blocks, ranges="bounds", shared=0.3, quantiles=[None] * 5, seed=7)
    days, waits = bounds.medians()
    assert days[0] == pytest.approx(5, abs=0.3)
    assert days[2:] == [2, pytest.approx(median(draws(Effort(2, 8), 3.0)), abs=0.3), 3]
    assert waits == {0: pytest.approx(5, abs=0.3), 1: 3}
    assert bounds.medians() == (days, waits)


def test_blocks_are_drawn_like_tasks_but_alone():
    blocks = {0: (Effort(2, 8), 0.0), 1: (Effort(3, exact=True), 1.0)}
    columns, waits = drawn(Effort(2, 8), Effort(2, 8), blocks=blocks, shared=0.9, many=40_000)
    for share, days in ((0.1, 2), (0.5, 4), (0.9, 8)):
        assert_share(waits[0], share, days)
    assert set(waits[1]) == {2}
    assert abs(correlation(waits[0], columns[0])) < 5 / math.sqrt(40_000)
    bounds = drawn(Effort(2, 8), blocks={0: (Effort(2, 8), 0.0)}, ranges="bounds", many=20_000)[1][0]
    assert distance(bounds, triangle(2, 8)) < 2 / math.sqrt(20_000)
    longer = drawn(Effort(2, 8), blocks={0: (Effort(2, 8), 8.0)}, many=20_000)[1][0]
    assert_share(longer, 0.5, median(column(Effort(2, 8), many=20_001, worked=[8.0])))
