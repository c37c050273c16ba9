"""The guide to serving on devices: its numbers are computed here, and its overlay is read."""

from datetime import UTC, datetime, timedelta
from math import ceil, log, sqrt

import pytest

from helpers.binomial import at_most, most_wrong
from helpers.binomial import least_sample as needed
from helpers.guides import blocks_of, check_numbers
from servingchecklist import catalog, for_context, model_serving, tailor

GUIDE = "edge-serving"
DEVICES, PARAMETERS = 200_000, 25e6
USUAL, TOO_MANY = 0.004, 0.01


def allowed(n):
    """Return the most crashing devices with which a version that crashes on too many passes in at most 5 % of cases."""
    return most_wrong(n, TOO_MANY)


def percent(share, digits=1):
    return f"{100 * share:.{digits}f} %"


def days_until_back(share=0.95):
    """Return after how many days enough devices have come by: four of five come daily with 0.7, the others once a week."""
    return next(day for day in range(1, 100) if 0.8 * 0.3**day + 0.2 * (6 / 7) ** day <= 1 - share)


def test_the_numbers_are_computed():
    megabytes = [PARAMETERS * size / 1e6 for size in (4, 2, 1)]
    download = megabytes[2]
    battery = 4_000 * 3.85 / 1_000
    accelerator, cpu = 10 * 0.08 / battery, 10 * 0.30 / battery
    threshold = int(USUAL * 2_000 + 3 * sqrt(USUAL * 2_000)) + 1
    aware = datetime(2026, 12, 4, 18, tzinfo=UTC)
    early, notified = aware + timedelta(hours=24), aware + timedelta(hours=72)
    fixed = datetime(2026, 12, 10, tzinfo=UTC)
    check_numbers(
        GUIDE,
        computed=[
            f"parameters x 4 / 2 / 1 bytes | {megabytes[0]:.0f} / {megabytes[1]:.0f} / {megabytes[2]:.0f} MB |",
            f"8 bit; at 2 Mbit/s | {download * 8 / 2:.0f} s | 60 MB |",
            f"the one that arrives | {3 * download:.0f} MB | 150 MB |",
            f"weights 25, activations 60, runtime 30, and the old model while switching 25 | {25 + 60 + 30 + 25} MB | 400 MB |",
            f"| {download * DEVICES / 1e6:.0f} TB; {download * 8 * DEVICES / 86_400:.0f} Mbit/s if spread over a day |",
            f"battery 4,000 mAh x 3.85 V = {battery:.1f} Wh | {percent(accelerator)} of a charge per hour | 8 % |",
            f"| {percent(cpu)} of a charge per hour | 8 %: {0.08 * battery / 0.30:.0f} answers/s |",
            f"at 90 ms cold and a slowdown of 1.6 under heat, {90 * 1.6:.0f} ms are left",
            f"The matrix covers {46 + 33 + 12} % of users with {4 + 5 + 3} devices, "
            f"and {DEVICES * 9 // 100:,} phones are below the line",
            *(
                f"| {n:,} | {allowed(n)} crashing | {percent(at_most(allowed(n), n, TOO_MANY))} | "
                f"{percent(at_most(allowed(n), n, USUAL))} |"
                for n in (299, 800, 2_000, 5_000)
            ),
            f"So {needed(TOO_MANY)} devices without a crash prove at most 1 %",
            f"Where 40 % of people agree to telemetry, 2,000 reporting devices are a stage of {2_000 / 0.4:,.0f}.",
            *(
                f"| 1 in {1 / share:,.0f} | {needed(share):,} | {percent(1 - (1 - share) ** 2_000, 0)} |"
                for share in (0.01, 0.001, 0.0001)
            ),
            f"| 2.5 % | {DEVICES * 25 // 1000:,} | 2 days | {allowed(2_000) + 1} crashing of 2,000 that report |",
            f"| 10 % | {DEVICES // 10:,} | 3 days |",
            f"95 % are back after {days_until_back()} days; "
            f"counting the former alone one would have said {ceil(log(0.05) / log(0.3))}.",
            f'"none" would fail {percent(1 - at_most(0, 50, 0.001))} of good devices, '
            f'and "at most one" {percent(1 - at_most(1, 50, 0.001), 2)}.',
            f"fixed stages are {DEVICES // 100:,} devices on day 1 and {DEVICES // 10:,} on day 4: "
            f"with 40 % telemetry, day 1 is {DEVICES // 100 * 40 // 100} reporting devices",
            f"With 2,000 devices and 0.4 % that is from {threshold} on: "
            f"a good version sets it off in {percent(1 - at_most(threshold - 1, 2_000, USUAL))} of days, "
            f"one at 1 % is caught in {percent(1 - at_most(threshold - 1, 2_000, TOO_MANY), 0)}, and one at 2 % always.",
            f"so from {int(TOO_MANY * 2_000) + 1} of 2,000 on",
            f"aware on {aware:%A %Y-%m-%d} at 18:00",
            f"| 24 hours after becoming aware | {early:%A %Y-%m-%d} at 18:00 |",
            f"| 72 hours after becoming aware | {notified:%A %Y-%m-%d} at 18:00 |",
            f"| 14 days after a fix is available | fix on {fixed:%Y-%m-%d}: {fixed + timedelta(days=14):%Y-%m-%d} |",
            f"| one month after the notification | {notified.replace(year=2027, month=1):%Y-%m-%d} |",
        ],
        stated=[
            "25 million parameters in an application on 200,000 phones",
            "| weights, 32 / 16 / 8 bit |",
            "10 answers/s x 0.08 J",
            "10 answers/s x 0.30 J",
            "p95 of the last 5 minutes of 30",
            "of a target of 150 ms",
            "Rank devices of the last 28 days",
            "| 46 % | NPU | last two versions | 4 devices |",
            "| 33 % | GPU only | last four versions | 5 devices |",
            "| 12 % | CPU | oldest supported | 3 devices |",
            "| 9 % | | | 1 device",
            "here on 0.4 % of devices within a day, and more than 1 % is too much",
            "a bad version (1 %) passes | a good version (0.4 %) passes",
            "; 2,000 decide in both directions",
            "at 95 % | seen among 2,000 |",
            "| own | 50 | 2 days |",
            "| all | 200,000 |",
            "If 80 % of them come on a day with a chance of 0.7",
            "it fires above 1 % of at least 2,000 devices",
            ", which one at 2 % reaches on all days and a good version on none",
            "(1 MB, 30 days, oldest dropped first)",
            "50 inputs with expected outputs and a tolerance, in less than 5 seconds",
            "One mismatch of 50 is allowed",
            "with a chance of 1 in 1,000",
            "deprecated since Android 15",
            "Checked on 2026-11-28 on the pages",
            "fixed: 1, 2, 5, 10, 20, 50, 100 % on days 1 to 7",
            "up to 30 days in all",
            "On 200,000 phones",
            "Pause on day 2",
            "bound to 50 MB",
            "Checked on 2026-11-28 against secondary sources",
            "Regulation (EU) 2024/2847",
            "Since 11 September 2026",
            "article 14 of the Cyber Resilience Act",
            "on 11 December 2027",
        ],
    )


def test_one_at_two_percent_is_always_caught():
    assert 1 - at_most(16, 2_000, 0.02) > 0.9999
    assert 1 - at_most(20, 2_000, 0.02) > 0.999
    assert 1 - at_most(20, 2_000, USUAL) < 0.0001


def test_the_tasks_have_the_stages_and_the_time_of_the_guide():
    checklist = tailor(model_serving(), catalog.overlay(GUIDE))
    steps = {step.id: step.text for step in checklist["edge-rollout"].steps}
    assert f"<at most {allowed(2_000)} crashing of 2,000 that report>" in steps["samples"]
    assert "own devices, <2.5 %>, 10 %, all" in steps["stages"]
    assert "then 2.5 %, 10 % and all" in checklist["edge-rollout"].description
    [back] = [kpi for kpi in checklist.kpis if kpi.id == "devices-back"]
    assert days_until_back() <= int(str(back.at_most).removesuffix(" days")) <= days_until_back() + 1


def test_the_chances_are_those_of_an_independent_source():
    binom = pytest.importorskip("scipy.stats").binom
    for k, n, share in [(0, 299, 0.01), (12, 2_000, 0.004), (38, 5_000, 0.01), (16, 2_000, 0.02)]:
        assert at_most(k, n, share) == pytest.approx(binom.cdf(k, n, share), rel=1e-9)


def test_fewer_devices_would_not_prove_it():
    assert (1 - TOO_MANY) ** needed(TOO_MANY) <= 0.05 < (1 - TOO_MANY) ** (needed(TOO_MANY) - 1)


def test_the_overlay_that_the_guide_names_takes_away_the_kpis_of_requests():
    named = [block for block in blocks_of(GUIDE, "console") if "--with only-devices" in block]
    assert named == [
        "$ servingchecklist tailor --with edge-serving --with only-devices --context mode=edge --format markdown\n"
    ]
    tailored = for_context(
        tailor(model_serving(), catalog.overlay(GUIDE), catalog.overlay("only-devices")), mode="edge"
    )
    assert not {"latency-p99", "throughput", "errors", "degraded", "examples"} & {kpi.id for kpi in tailored.kpis}
    assert [audience.id for audience in tailored.audiences] == ["users", "data-scientists"]
    assert "device-latency" in tailored["c8"].criteria[0].kpis
