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
KNOWN = datetime(2026, 12, 4, 17, 30, tzinfo=UTC)


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
    working = (KNOWN + timedelta(hours=72)) - datetime(2026, 12, 7, 9, tzinfo=UTC)
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
        f"2 days | {day(2)} |",
        f"10 days | {day(10)} |",
        f"15 days | {day(15)} |",
        f"72 hours | {day(3)}, 17:30 |",
        f"24 hours | {day(1)}, 17:30 |",
        f"Of the 72 hours from that Friday, {working.total_seconds() / 3600} are working hours",
        f"a chance of 1 in {comb(10, 3)}",
    ]
    checklist = tailor(model_serving(), catalog.overlay("regulated"))
    [back] = [kpi for kpi in checklist.kpis if kpi.id == "real-way-back"]
    computed += [
        f"The {checklist['c8'].wait_days} days that",
        f"| all, for {checklist['c8'].wait_days} days |",
        f"within {str(back.at_most).removesuffix(' min')} minutes",
    ]
    check_numbers("regulated", computed, STATED)


STATED = [
    # Dates and texts of the law, with their sources in the guide
    "as of November 2026, checked on 2026-11-28",
    "Regulation (EU) 2024/1689",
    "Regulation (EU) 2026/1744",
    "Directive (EU) 2024/2853",
    "consolidated text of 27 July 2026",
    "in force since 27 July 2026",
    "C(2026) 5054 of 20 July 2026",
    "| 27 July 2026 | article 4a",
    "| 2 February 2025 |",
    "| 2 August 2025 |",
    "| 2 August 2026 |",
    "before 2 August 2026",
    "| 11 September 2026 |",
    "| 2 December 2026 |",
    "| 9 December 2026 |",
    "| 2 December 2027 |",
    "| 2 August 2028 |",
    "before 2 December 2027",
    "before 2 August 2028",
    "binding from | 2 December 2027; GDPR article 22 since 25 May 2018",
    "SR 26-2 replaced SR 11-7 on 17 April 2026",
    "SR 26-2",
    "more than 30 billion dollars",
    "ISO/IEC 42001:2023",
    "NIST SP 1270",
    "sections 1 to 3 (articles 6 to 27, without 6(5))",
    "serious incidents (73)",
    "explanations (86)",
    "the declaration (47), put on the mark (48), register (49)",
    "| 10 years after the system is on the market |",
    "14 days after a remedy is available",
    # Articles
    "article 4a",
    "Article 4a",
    *(f"article {number}" for number in (4, 5, 6, 9, 10, 14, 15, 18, 19, 22, 25, 26, 27, 33, 35, 53, 73, 86, 101)),
    *(f"article {number}" for number in ("26(5)", "26(11)", "43", "43(4)", "50", "50(2)", "73(2)", "73(3)", "73(4)")),
    *(f"Article {number}" for number in (4, 50, 86)),
    *(f"articles {pair}" for pair in ("13 and 14", "19 and 26(6)", "51 to 56", "9 to 15", "43, 47 to 49", "5, 6;")),
    *(f"articles {pair}" for pair in ("25, 53", "4a, 10(2)", "14, 26", "15, 22", "4, 26", "13, 14", "11, 13, 18")),
    *(f"articles {pair}" for pair in ("26(11), 50(3), 50(4)", "12, 19, 26(6)", "72, 73")),
    # Decisions and inputs
    "2,400 cases collected",
    "within 5 points",
    "label 200 cases",
    "An error rate of 10%",
    "half the width of the 95% interval",
    "with error rates of 10% in both, with 95% confidence",
    "2 sexes, 5 age bands and 4 regions",
    "With 12 groups and a 95% interval each",
    "at most 5 points above",
    "The same 11% prove nothing with 100 cases, and enough with 1,000",
    "With 5,000 cases per row and a limit of 5 points",
    "99 right answers",
    "with 95% confidence",
    "at most 20%",
    "at most 1% cannot",
    "30 days ahead",
    "with 14 readers",
    "lets real people in, 1% of them first",
    "| real, 1% to 100% |",
    "<3 years>",
    "<90 days>",
    "20 decisions a second at 2 kB",
    "on Friday, 4 December 2026, at 17:30",
    "(Monday, 9:00 to 17:30)",
    "Plan 8 to 15 days",
    "within 60 minutes",
    "judge 10 cases of this service with 3 known faults",
    "A guess finds all 3",
    "if exactly 3 cases",
    "at most 12 months old",
    *(f" {number}. {word}" for number, word in enumerate(("Choose", "Go through", "Draw up", "List"), 1)),
]
"""What is decided, given or taken from a source."""


def _days_of(year):
    first = datetime(year, 1, 1, tzinfo=UTC)
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


@pytest.mark.parametrize(
    ("wrong", "verdict"), [(410, "MET"), (525, "INCONCLUSIVE"), (640, "MISSED"), (1_150, "MISSED")]
)
def test_the_verdicts_of_the_table_of_disturbances_are_those_of_the_library(wrong, verdict):
    assert loss_of(wrong).verdict is Verdict[verdict]


def test_each_task_of_the_overlay_is_in_the_table_of_articles():
    table = text_of("regulated").partition("| task | AI Act | elsewhere |")[2].partition("\n\n")[0]
    added = [change.task.id for change in catalog.overlay("regulated").changes if change.kind == "add-task"]
    assert sorted(line.split("`")[1] for line in table.splitlines()[2:]) == sorted(added)


def test_the_exact_limits_are_those_of_the_tables():
    assert upper(0, 59) <= 0.05 < upper(0, 58)
    assert upper(0, 299) <= 0.01 < upper(0, 298)
