"""The numbers of the guide to the second phase."""

from helpers.guides import check_numbers
from servingchecklist import model_serving

WINDOW = 28
"""Days of the window of the target."""


def share_burnt(rate, hours):
    return rate * hours / (WINDOW * 24)


def test_each_number_is_computed_or_stated():
    scores = [(5, 4), (5, 3), (3, 5), (5, 3), (2, 2), (3, 1)]
    computed = [
        *(f"| {radius} | {likelihood} | {radius * likelihood} |" for radius, likelihood in scores),
        f"it separates {scores[0][0] * scores[0][1]} from {scores[4][0] * scores[4][1]}",
        f"three hops that each try three times turn one request into {3**3}.",
        f"raises the load by a tenth and not {3**3} times",
        f"At a rate of 14, a budget of {WINDOW} days is gone in {WINDOW / 14:.0f} days, and an hour of it takes {share_burnt(14, 1):.1%}",
        f"At a rate of 6 it is gone in {WINDOW / 6:.1f} days, and 6 hours take {share_burnt(6, 6):.1%}.",
        f"gone in {WINDOW / 14:.0f} days, or in {WINDOW / 6:.0f} | 10 March",
    ]
    stated = [
        # The table of owners: dates and targets that they have agreed on, as an example.
        "12 March", "≤ 40 ms at batch 8", "on 10,000 logged inputs", "5 March", "within 15 minutes", "19 March", "at 2× peak",
        "a KPI of 120 ms and buckets at 100 and 500, you cannot tell 130 from 480",
        "stable in Prometheus since 3.8",  # https://prometheus.io/docs/specs/native_histograms/
        # The table of signals: thresholds, and the days on which alerts were seen.
        "over both 1 h and 5 min | 9 March", "no requests at all | 9 March", "| above 5%", "| 10 March |", "the last 8 good weeks",
        "at a rate of 1, the budget lasts exactly its window",
        "(0.1% failed, p99 of 120 ms)", "a bucket at 0.12 s", "2% of the requests fail",  # as in the rules and their tests
        "for 90 days",  # max_age of the criterion, see below
    ]  # fmt: skip
    check_numbers("execution", computed, stated)


def test_the_criterion_counts_as_long_as_the_guide_says():
    (alerts,) = [criterion for criterion in model_serving()["c6"].criteria if criterion.id == "alerts"]
    assert (alerts.max_age, alerts.binds, alerts.attested) == (90, ("config",), "sre")
