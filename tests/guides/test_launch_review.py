"""The numbers of the guide to the third phase."""

import re
from datetime import date, timedelta
from math import ceil

from helpers.binomial import at_most, fewest
from helpers.guides import check_numbers, text_of
from servingchecklist import model_serving

CONFIDENCE = 0.95
RATE = 10
"""Requests a second of the whole service."""


def needed(share, misses=0):
    """Return the least number of requests that, with so many misses, show a share of misses below ``share``."""
    return fewest(misses, share, CONFIDENCE)


def row(requests, *units):
    """Return the cells of a number of requests, and the times in which both steps have them."""
    times = (
        f"{requests / rate / seconds:{form}} {unit}"
        for rate, (seconds, form, unit) in zip((0.1, 2.5), units, strict=True)
    )
    return f"| {requests:,} | {' | '.join(times)} |"


def day(value):
    return f"{value.day} {value:%B}"


def burn_rate():
    """Return the burn rate of the rule by which the last step is taken back, from the guide that has the rule."""
    (expression,) = re.findall(r"alert: ErrorBudgetGoneInTwoDays\n +expr: (.*)", text_of("execution"))
    rates = set(re.findall(r"> (\d+) \* 0\.001", expression))
    assert len(rates) == 1
    return int(rates.pop())


def test_the_diagram_and_the_table_name_a_rule_that_the_guide_to_tracking_has():
    named = re.findall(r"ErrorBudget\w+", text_of("launch-review"))
    assert named == ["ErrorBudgetGoneInTwoDays"] * 2
    assert "burns at" not in text_of("launch-review")


def test_each_number_is_computed_or_stated():
    hour, minutes, seconds = (3_600, ".1f", "hours"), (60, ".0f", "minutes"), (1, ".0f", "seconds")
    an_hour, quarter = RATE * 3_600 // 100, RATE * 900 // 100
    first = date(2026, 3, 27)
    last = first + timedelta(7 - 1)
    labels, slo = last + timedelta(21), first + timedelta(28)
    assert an_hour + 1 - ceil(an_hour * 0.99) == 4  # "the fourth slowest"
    assert at_most(0, an_hour, 0.001) > 0.5  # "most likely none at all"
    computed = [
        f"At {RATE} requests a second, an hour of a 1% canary is {an_hour} requests",
        f"In 15 minutes it has {quarter} requests, and a service that is slow for only 0.5% of its requests",
        f"in {1 - at_most(0, quarter, 0.005):.0%} of all cases",
        f"p90 is within its target {row(needed(0.1), minutes, seconds)}",
        f"p99 is within its target {row(needed(0.01), minutes, minutes)}",
        f"with one miss seen {row(needed(0.01, 1), minutes, minutes)}",
        f"at most 0.1% of requests fail {row(needed(0.001), hour, minutes)}",
        f"Of {an_hour} requests, a service that fails 0.1% of the time has three or more errors in {1 - at_most(2, an_hour, 0.001):.1%}",
        f"one that fails 2% of the time, in {1 - at_most(2, an_hour, 0.02):.1%}",
        f"1% | 1 day: {RATE * 86_400 // 100:,} requests at {RATE}/s",
        f"The table lasts {2 + 1 + 1 + 7} days.",
        f"measured, {day(first)} to {day(last)}",
        f"labels complete on {day(labels)}",
        f"ask again on {day(labels + timedelta(1))}",
        f"SLO verdict on {day(slo)}",
        f"{burn_rate()} times the failures that the target allows",
    ]
    stated = [
        # Shares of a canary, and the confidence.
        "1% of callers, then 25, then 100", "a step of 5%", "an error rate of 0.1%", "at 95% confidence",
        "at 0.1/s (1% of 10/s) | at 2.5/s (25%)", "from the 25% step on",
        "1. *The model is slow.*", "2. *The model is unavailable.*",
        # The table of the rollout: decisions, as an example.
        "copy of 100% | 2 days", "99.9% of decisions equal", "25% | 1 day", "100% | 7 days",
        # The table of verdicts, as it would be found.
        "120 ms | 96 ms", "120 ms | 310 ms", "240 ms of the slowest 1%", "at 512 tokens", "\N{MINUS SIGN}2 points",
        "30 of 300 ms gains at best a tenth",
        # The table of patterns, as it would be found.
        "the slowest 1% and", "2,000 characters from refunds | 61% of slow", "40 traces", "below 120 ms", "10 April",
        "3 minutes | 22% of slow", "50 warm-up requests",
        "waits 7 days after",  # wait_days of c8, see below
    ]  # fmt: skip
    check_numbers("launch-review", computed, stated)


def test_the_forecast_has_the_week_of_serving():
    assert model_serving()["c8"].wait_days == 7
