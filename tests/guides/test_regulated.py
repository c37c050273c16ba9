"""The numbers of the guide to regulated use."""

from datetime import UTC, datetime, timedelta
from math import ceil, comb, sqrt
from statistics import NormalDist

import pytest

from helpers.binomial import interval, least_sample, most_wrong, upper
from helpers.guides import check_numbers, text_of
from servingchecklist import Launch, catalog, model_serving, tailor
from servingchecklist.evidence import Evidence, Measure, Share, Verdict

quantile = NormalDist().inv_cdf
KNOWN = datetime(2026, 12, 4, 17, 30)


def half_width(cases, share=0.1):
    return quantile(0.975) * sqrt(share * (1 - share) / cases) * 100


def cases_for(difference, share=0.1):
    """Return the cases in each of two groups that show a difference of points is not exceeded, at 95 % and with a power of 80 %."""
    return ceil((quantile(0.95) + quantile(0.8)) ** 2 * 2 * share * (1 - share) / (difference / 100) ** 2)


def day(number):
    at = KNOWN + timedelta(days=number)
    return f"{at:%A}, {at.day} {at:%B}"


def loss_of(wrong):
    """Return what the library says of wrong decisions among 5,000 disturbed inputs, against 300 among as many clean ones."""
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    subject = {"model": f"sha256:{'a' * 64}", "dataset": f"sha256:{'b' * 64}"}
    launch = Launch.start(
        tailor(model_serving(), catalog.overlay("regulated")), name="credit-v4", by="data-science", at=at
    ).set_subject(subject, by="ci", at=at)
    for count, where in ((300, {"baseline": "clean"}), (wrong, {})):
        measure = Measure("x-robustness.wrong", Share(count, 5_000), sampling="set", where=where)
        evidence = Evidence([measure], subject={} if where else subject, collected_from=at, collected_to=at)
        launch = launch.add_evidence(evidence, by="ci", at=at)
    findings = launch.gate("go-live", at=at).findings
    return next(finding for finding in findings if finding.kpi and finding.kpi.id == "robustness-loss")


def test_the_numbers_of_the_guide_are_computed_or_stated():
    low, high = interval(180, 200)
    clean_low, clean_high = interval(300, 5_000)
    bound = f"{(clean_low * 100):.1f}% to {(clean_high * 100):.1f}%"
    worst = loss_of(525).words.rpartition(" to ")[2]
    five = cases_for(5)
    cells = 2 * 5 * 4
    longest = max((_months_later(start) - start).days for start in _days_of(2027))
    data = 20 * 86_400 * longest * 2_000
    working = (KNOWN + timedelta(hours=72)) - datetime(2026, 12, 7, 9)
    computed = [
        *(
            f"| {name} | {people}% | {data}% | {data - people:+} points |"
            for name, people, data in (("under 25", 14, 6), ("25 to 64", 66, 78), ("65 and over", 20, 16))
        ),
        f"on 180, agreement is {180 / 200:.0%}, and its 95% interval is {low:.1%} to {high:.1%}",
        f"kappa is {(180 / 200 - 0.5) / (1 - 0.5):.2f}",
        *(f"| {cases:,} | {half_width(cases):.1f} points |" for cases in (50, 100, 400, 1_000, 4_000)),
        *(f"| {points} points | {cases_for(points):,} |" for points in (5, 3, 2)),
        f"| 1 point | {cases_for(1):,} |",
        f"half the difference takes {round(half_width(100) ** 2 / half_width(400) ** 2)} times".replace("4", "four"),
        f"are {cells} cells, which at {five} cases are {cells * five:,} cases",
        f"comes in {1 - 0.95**12:.0%} of all evaluations",
        f"Take {5 / 12:.1f}% (5% divided by 12)",
        f"declared: {bound}",
        *(
            f"| {name} | {wrong:,} | {wrong / 5_000:.1%} | {(wrong - 300) / 50:+.1f} points |"
            for name, wrong in (
                ("noise in amounts", 410),
                ("two fields missing", 525),
                ("three months later", 640),
                ("another country", 1_150),
            )
        ),
        f"the loss may be {worst}",
        f"| clean | 300 | {300 / 5_000:.1%} |",
        f"Of 60 planted cases at most {most_wrong(60, 0.2)} may be let through",
        f"with {most_wrong(60, 0.2) + 1} it is not proven",
        f"If none is missed, {least_sample(0.2)} are enough",
        f"400 decisions a day, of which 5% are checked at 3 minutes each, take {400 * 0.05 * 3:.0f} minutes a day",
        f"If all {least_sample(0.2)} can repeat",
        f"{longest} days cover any six months",
        f"are {data / 1e9:.0f} GB in {longest} days",
        f"If {least_sample(0.01)} of {least_sample(0.01)} sampled decisions",
        f"for {least_sample(0.01)} expired records",
        f"2 days | {day(2)[:-9].replace(',', '')}, 6 December |".replace("Sunday 6, ", "Sunday, "),
        f"10 days | {day(10)} |",
        f"15 days | {day(15)} |",
        f"72 hours | {day(3)}, 17:30 |",
        f"24 hours | {day(1)}, 17:30 |",
        f"Of the 72 hours from that Friday, {working.total_seconds() / 3600} are working hours",
        f"a chance of 1 in {comb(10, 3)}",
    ]
    check_numbers("regulated", computed, STATED)


STATED = []


def _days_of(year):
    first = datetime(year, 1, 1)
    return [first + timedelta(days=number) for number in range(365)]


def _months_later(day):
    """Return the same day six months later, or the last one of that month."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    for back in range(4):
        try:
            return day.replace(year=year, month=month, day=day.day - back)
        except ValueError:
            continue
    raise AssertionError(day)


@pytest.mark.parametrize(("wrong", "verdict"), [(410, "MET"), (525, "INCONCLUSIVE"), (640, "MISSED"), (1_150, "MISSED")])
def test_the_verdicts_of_the_table_of_disturbances_are_those_of_the_library(wrong, verdict):
    assert loss_of(wrong).verdict is Verdict[verdict]


def test_each_task_of_the_overlay_is_in_the_table_of_articles():
    table = text_of("regulated").partition("| task | AI Act | elsewhere |")[2].partition("\n\n")[0]
    added = [change.task.id for change in catalog.overlay("regulated").changes if change.kind == "add-task"]
    assert sorted(line.split("`")[1] for line in table.splitlines()[2:]) == sorted(added)


def test_the_exact_limits_are_those_of_the_tables():
    assert upper(0, 59) <= 0.05 < upper(0, 58)
    assert upper(0, 299) <= 0.01 < upper(0, 298)
