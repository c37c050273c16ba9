"""Design effects of runs and of repeated items."""

import random
from math import inf
from statistics import mean

import pytest

from servingchecklist._evidence import dependence


def clustered_standard_error(clusters):
    """Return the standard error as evaluation tools compute it: the sums of products of deviations within each cluster."""
    values = [(name, value) for name, (k, n) in enumerate(clusters) for value in [1] * k + [0] * (n - k)]
    middle = mean(value for _, value in values)
    total = 0.0
    for name in range(len(clusters)):
        deviations = [value - middle for other, value in values if other == name]
        total += sum(a * b for a in deviations for b in deviations)
    return (total * len(clusters) / (len(clusters) - 1)) ** 0.5 / len(values)


def test_the_variance_of_clusters_is_that_of_other_tools():
    rng = random.Random(1)
    for _ in range(50):
        clusters = [(rng.randint(0, n), n) for n in (rng.randint(1, 9) for _ in range(rng.randint(2, 30)))]
        assert dependence.clustered_variance(clusters) ** 0.5 == pytest.approx(clustered_standard_error(clusters))


def test_answers_that_never_differ_count_once():
    assert dependence.of_clusters([(0, 10)] * 30) == 10  # nothing failed, so nothing shows how alike they are
    assert dependence.of_clusters([(10, 10)] * 3 + [(0, 10)] * 27) == 10
    assert dependence.of_clusters([(1, 1), (0, 1)] * 20) == 1
    assert dependence.of_clusters([(0, 1), (0, 9)]) == pytest.approx(8.2)  # as one of its answers sees its item
    assert dependence.of_clusters([(3, 9)]) == 9
    assert dependence.of_clusters([]) == dependence.of_clusters([(0, 0)]) == 1


def test_answers_that_differ_at_random_count_nearly_each():
    rng = random.Random(1)
    clusters = [(sum(rng.random() < 0.3 for _ in range(8)), 8) for _ in range(400)]
    assert 1 <= dependence.of_clusters(clusters) < 1.5


def test_a_run_without_an_order_or_with_few_requests_has_no_known_effect():
    assert dependence.of_stream([0.1] * 99) is None
    assert dependence.of_stream([0.1] * 100) == 1


def test_independent_requests_have_an_effect_near_one():
    rng = random.Random(1)
    effects = sorted(dependence.of_stream([rng.expovariate(1) for _ in range(2_000)]) for _ in range(100))
    assert effects[0] >= 1
    assert 1.5 < effects[50] < 3


def test_a_stall_that_delays_what_follows_has_a_large_effect():
    calm = [0.01 + 0.0001 * (number % 7) for number in range(1_000)]
    stalled = calm.copy()
    stalled[400:460] = [2.0 - number * 0.03 for number in range(60)]
    assert dependence.of_stream(stalled) > 20
    assert dependence.of_stream([inf if 400 <= number < 430 else value for number, value in enumerate(calm)]) > 10


def test_a_tail_that_fails_is_no_level():
    """Where one in ten fails, the levels of the run are infinite, and failures alone show its bursts."""
    run = [inf if number % 10 == 0 else 0.1 for number in range(1_000)]
    assert dependence.of_stream(run) == 1


def test_the_last_requests_of_a_run_count_as_the_first_do():
    """A run of 24 failures in a row is as telling at the end of 1,224 requests, which do not divide by the number of batches, as before."""
    calm, burst = [0.1] * 1_200, [inf] * 24
    first, last = dependence.of_stream(burst + calm), dependence.of_stream(calm + burst)
    assert first == pytest.approx(last, rel=0.05)
    assert first > 20


def test_states_that_outlast_a_batch_have_a_larger_effect():
    """States of one batch of 20 requests in turn, and one state of eight batches: both make shares of batches 0 and 1."""
    in_turn = [float(number // 20 % 2) for number in range(500)]
    in_pieces = [float(167 <= number < 333) for number in range(500)]
    assert dependence.of_stream(in_pieces) > 5 * dependence.of_stream(in_turn)
