"""How often P80 holds: outcomes are drawn from the stated model by code that shares nothing with the forecast.

The number of outcomes up to P80 is binomial, and P80 itself is that of a sample. The seeds are fixed, and the bound is 4 standard deviations.
"""

from datetime import date
from math import sqrt
from random import Random
from statistics import NormalDist

import pytest

from servingchecklist import Checklist, Effort, Phase, Task, forecast

PLANS, MANY, TASKS = 5, 1_000, 20
BOUND = 4 * sqrt(2 * 0.8 * 0.2 / (PLANS * MANY))
Z90 = NormalDist().inv_cdf(0.9)


def effort(rng):
    low = rng.randint(1, 6) / 2
    high = low + rng.randint(1, 12) / 2
    return Effort(low, high, likely=rng.choice([None, (low + high) / 2]))


def days(effort, z):
    """The duration at a standard score: low is the 10th percentile, likely (or else the geometric middle) the median, high the 90th."""
    middle = effort.likely or sqrt(effort.low * effort.high)
    return middle * ((effort.low if z < 0 else effort.high) / middle) ** (abs(z) / Z90)


def held(*, in_common, shared):
    """The share of the outcomes of some plans, one task after another, that take at most P80."""
    rng = Random(80)
    count = 0
    for seed in range(PLANS):
        efforts = [effort(rng) for _ in range(TASKS)]
        tasks = [Task(f"t{n}", "T", effort=each, after=[f"t{n - 1}"] if n else []) for n, each in enumerate(efforts)]
        checklist = Checklist("chain", "Chain", phases=[Phase("all", "All", tasks=tasks)])
        plan = forecast(checklist, start=date(2026, 11, 30), samples=MANY, shared=shared, seed=seed)
        p80 = plan.finish.quantile_days(0.8)
        for _ in range(MANY):
            common = sqrt(in_common) * rng.gauss()
            total = sum(days(each, common + sqrt(1 - in_common) * rng.gauss()) for each in efforts)
            count += total <= p80
    return count / (PLANS * MANY)


@pytest.mark.parametrize(("in_common", "shared"), [(0.0, 0.0), (1 / 3, None), (0.5, 0.5)])
def test_p80_holds_in_four_of_five_outcomes(in_common, shared):
    assert held(in_common=in_common, shared=shared) == pytest.approx(0.8, abs=BOUND)


def test_p80_does_not_hold_where_delays_are_common_and_the_forecast_does_not_know():
    assert held(in_common=1 / 3, shared=0.0) < 0.8 - 3 * BOUND
