"""How often P80 and P95 hold in simulated projects that know nothing of the forecaster: a small version of benchmarks/proof_coverage.py.

The number of projects that end by a date is binomial. The seeds are fixed, and the bounds are 3 standard errors.
"""

from math import log
from random import Random
from statistics import pvariance

import pytest
from projects import points_off, simulate, simulated, slowness

from servingchecklist import calibration


def off(cases, known):
    """Return the distance of the shares of P80 and P95 from nominal, in standard errors."""
    points = points_off(cases, known, samples=100)
    return [distance / error for distance, error in (points["P80"], points["P95"])]


def test_p80_and_p95_hold_where_ranges_are_right_and_delays_are_common():
    rng = Random(1)
    cases = [(simulate(rng, 40, 2, "long memory"), None) for _ in range(100)]
    assert off(cases, "ranges") == pytest.approx([0, 0], abs=3)


def test_p80_and_p95_hold_with_the_launches_of_the_team():
    assert off(list(simulated(20, 2, "own luck", 200)), "history") == pytest.approx([0, 0], abs=3)


@pytest.mark.parametrize("variant", ["own luck", "common delays"])
def test_launches_show_the_share_of_the_variance_that_is_common(variant):
    rng = Random(1)
    history = calibration([simulate(rng, 20, 2, variant).launch(number) for number in range(200)])
    delays = pvariance(log(slowness(rng, variant)) for _ in range(10_000))
    share = delays / pvariance([log(task.ratio) for task in history.tasks])
    assert history.shared == pytest.approx(share, abs=0.05)
