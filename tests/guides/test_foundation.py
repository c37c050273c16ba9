"""The numbers of the guide to the first phase."""

from helpers.guides import check_numbers

SLOW_SHARE, CALLS = 0.02, 20
LAUNCH, WINDOW, LABELS_LATE = 7, 28, 21
"""Days of both windows, and the days after which labels come."""

ALLOWED = 0.001
MINUTES = 24 * 60


def test_each_number_is_computed_or_stated():
    mean = 0.98 * 20 + SLOW_SHARE * 2_000
    computed = [
        f"If 98 of 100 requests take 20 ms and two take 2 s, the mean is about {mean:.0f} ms",
        f"(1 \N{MINUS SIGN} 0.98²⁰ is {1 - (1 - SLOW_SHARE) ** CALLS:.2f})",
        f"on labels, {LABELS_LATE} days late | requests of the {LAUNCH} days, judged on day {LAUNCH + LABELS_LATE}",
        f"99.9% leaves {ALLOWED:.1%} of requests, about {ALLOWED * WINDOW * MINUTES:.0f} minutes of full outage in {WINDOW} days, "
        f"and {ALLOWED * LAUNCH * MINUTES:.0f} minutes in the {LAUNCH} of the launch",
    ]
    stated = [
        "50 ms at the 99th percentile",  # an example of a target
        "A page that makes 20 such calls",  # an input of the computation
        # The table of KPIs: decisions, as an example.
        "≤ 120 ms at 300 requests/s", "99.9% of requests answered", f"{LAUNCH} days with a weekly peak | {WINDOW} days, rolling",
        "no more than 2 points below offline", "the last 8 good weeks", f"each of the {LAUNCH} days",
        "day 7 | day 30, with 90% of their requests", "(SLO) over 28 days",
        # The table of users, as they would answer.
        "150 ms in all, 80 for us | 200/s, bursts of 3×", "up to 50 €", "1 M rows a night | done by 06:00", "Your 80 ms",
        # The table of the audit, as it would be found.
        "*unknown batch at 02:00*", "3 computed inline", "ONNX opset 17",
    ]  # fmt: skip
    check_numbers("foundation", computed, stated)
