"""The numbers, the alert rules and the commands of the guide to the rollback drill."""

import re
import shlex
from itertools import accumulate

import pytest
from ruamel.yaml import YAML

from helpers.binomial import at_most, least_sample
from helpers.guides import blocks_of, check_numbers
from servingchecklist import catalog
from servingchecklist.__main__ import main

RATE, SHARE, WRONG = 10, 0.25, 0.08
PER_MINUTE = RATE * 60 * SHARE

PLAYED = [
    (0, "version 8 gets 25%", "pipeline"),
    (6, "alert: version 8 fails", "alert"),
    (3, "the role on call has opened the dashboard", "sre"),
    (2, "decision: take back", "sre"),
    (1, "command given, hold is on", "sre"),
    (1, "command reports that it is finished", "switch"),
    (2, "last answer of version 8 (a long request)", "log of answers"),
    (7, f"verified: {least_sample(0.01)} probes, metrics back", "sre"),
    (3, "callers and support told that version 7 answers, and is watched until 14:45", "service owner"),
    (20, "30 minutes compared, trigger quiet: callers and support told that it is over", "service owner"),
    (15, "decision: go forward", "service owner"),
    (1, "command given", "sre"),
    (20, "last answer of version 7 on the canary's share", "log of answers"),
    (4, "verified, hold lifted", "sre"),
    (15, "an ordinary deployment went through; all is as before", "pipeline"),
]
"""The drill of the example: the minutes since the row before, what was seen, and by whom."""

TIMES = [14 * 60 + minutes for minutes in accumulate(minutes for minutes, _, _ in PLAYED)]
BAD, ALERT, BACK, GONE, SURE, FORWARD, THROUGH, OVER = (TIMES[row] for row in (0, 1, 3, 6, 7, 10, 12, 14))
INTERVALS = {
    "to notice": (BAD, ALERT, ""),
    "to decide": (ALERT, BACK, ""),
    "**to switch**": (BACK, GONE, "rollback-time"),
    "to be sure": (GONE, SURE, ""),
    "to go forward": (FORWARD, THROUGH, "forward-time"),
    "the whole drill": (BAD, OVER, ""),
}
"""From when to when each interval is, and the KPI that limits it."""

LIMITS = {kpi.id: str(kpi.at_most).removesuffix(" min") for kpi in catalog.load("model-rollback").kpis}


def clock(minutes):
    return f"{minutes // 60}:{minutes % 60:02}"


def row(*cells):
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def total(*tasks):
    """Return the days of work of tasks of the drill, from the least to the most."""
    drill = catalog.load("model-rollback")
    days = [drill[task].effort for task in tasks]
    return sum(effort.low for effort in days), sum(effort.high for effort in days)


def test_the_numbers_of_the_guide_are_computed_or_stated():
    low, high = total("r1", "r2", "r3", "r4")
    bad, deciding, switching = GONE - BAD, BACK - ALERT, GONE - BACK
    saved = (switching - 1) * PER_MINUTE
    allowed = 14 * 0.001
    window = round(PER_MINUTE * 5)
    by_chance = 1 - at_most(14, window, 0.001)
    assert by_chance < 1e-9
    half_hour = RATE * 60 * 30
    computed = [
        f"takes {low:g} to {high:g} working days of preparation",
        f"| answers of the bad version per minute | {PER_MINUTE:.0f} | {RATE * 60} |",
        f"| of them wrong, if 8% are | {PER_MINUTE * WRONG:.0f} | {RATE * 60 * WRONG:.0f} |",
        *(
            f"| wrong answers in {minutes} minutes | {PER_MINUTE * WRONG * minutes:.0f} | {RATE * 60 * WRONG * minutes:.0f} |"
            for minutes in (5, 15)
        ),
        f"If {PER_MINUTE * WRONG * 5:.0f} wrong answers",
        f"allows {PER_MINUTE * 5 / (RATE * 60)} minutes",
        f"takes {16_000 / 200:.0f} seconds, from a local disk at 2 GB/s {16 / 2:.0f} seconds",
        *(
            row(clock(time), what, f"{minutes} min" if minutes else "", who)
            for time, (minutes, what, who) in zip(TIMES, PLAYED, strict=True)
        ),
        f"Version 8 answered for {bad} minutes: {PER_MINUTE * bad:,.0f} requests, and {PER_MINUTE * bad * WRONG:.0f} wrong answers",
        f"The switch is {switching / bad:.0%} of that time",
        f"noticing and deciding are {(bad - switching) / bad:.0%}",
        f"in place of {switching} saves {saved:.0f} answers",
        f"saves the {deciding} minutes of deciding, {deciding * PER_MINUTE:.0f} answers",
        f"that is {allowed:.1%} failures, and the budget is gone in {28 / 14:.0f} days",
        f"| version 8 alone | {WRONG:.0%} | {60 * allowed / WRONG:.1f} |",
        f"| the whole service, 25% of it version 8 | {WRONG * SHARE:.0%} | {60 * allowed / (WRONG * SHARE):.0f} |",
        f"hour's window passes {allowed:.1%}",
        f"In 5 minutes the canary has {window} requests, and 2% of them are {window * 0.02:.0f}",
        f"With 0.1% failures as usual, {window * 0.001} are expected; {window * 0.02:.0f} or more",
        f"At 1% of traffic there are {RATE * 0.01 * 300:.0f} requests in 5 minutes",
        *(
            f"| {what} | {share} | {least_sample(float(share[:-1]) / 100):,} |"
            for what, share in (
                ("one of 20 replicas", "5%"),
                ("one of 50 replicas", "2%"),
                ("one of 100 replicas, or a small region", "1%"),
                ("a cache with one answer in 1,000", "0.1%"),
            )
        ),
        f"If {least_sample(0.01)} probes find nothing",
        f"0.99 to the power of {least_sample(0.01)} is {0.99 ** least_sample(0.01):.4f}",
        f"At 10 probes a second they take {'half a minute' if 25 < least_sample(0.01) / 10 < 35 else '?'}",
        f"At 10 requests a second these are {half_hour:,} requests",
        f"with a chance of {1 - 0.98**20:.0%}",
        *(
            row(what, clock(start), clock(end), str(end - start), LIMITS.get(kpi, ""))
            for what, (start, end, kpi) in INTERVALS.items()
        ),
    ]
    computed.append(f"for {LIMITS['forward-time']} minutes, the target of")
    check_numbers("model-rollback", computed, STATED)


STATED = [
    "a service answers 10 requests a second; version 8 has 25% of them as a canary, version 7 the rest",
    "version 8",
    "version 7",
    "| canary, 25% |",
    "gets 25%",
    "5 minutes are a target",
    "Loading a model of 16 GB from a store at 200 MB/s",
    "verified: 299 probes",
    "A switch of 1 minute",
    "] is 1 while it is on",
    "above 2%, of at least 100 requests | 5 min |",
    "burn rate above 14 over 1 h and over 5 min | 1 h |",
    "share of fallbacks above 5% | 15 min |",
    "outside the range of 4 weeks | 1 h |",
    "A burn rate of 14 means 14 times the failures",
    "With an SLO of 99.9% over 28 days",
    "fewer than 100",
    "probes that find it with 95%",
    "at most 1% of requests",
    "with 95% confidence",
    "Then compare 30 minutes",
    "back to its 25%",
    "On a real bad day step 1",
    "If 2% of releases break the way back, a quarter with 20 releases",
    "takes more than 120 seconds",
    "more than 1% failed requests",
    *(f" {number}. {word}" for number, word in enumerate(["Decide", "Bring", "Verify", "Lift", "Let", "Compare"], 1)),
]
"""What is decided or given, the example among it."""


def test_the_switch_and_the_way_forward_are_within_the_targets_of_the_drill():
    limited = [(end - start, LIMITS[kpi]) for start, end, kpi in INTERVALS.values() if kpi]
    assert len(limited) == 2
    assert all(minutes <= int(limit) for minutes, limit in limited)


def test_each_alert_fires_in_a_test_and_is_silent_in_another():
    rules, tests = (
        YAML(typ="safe").load(block) for block in blocks_of("model-rollback", "yaml") if "# rollback" in block
    )
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    cases = [case for test in tests["tests"] for case in test["alert_rule_test"]]
    assert len(alerts) == 4
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == alerts


@pytest.mark.parametrize("name", ["execution", "model-rollback"])
def test_no_range_is_shorter_than_two_scrapes_of_a_minute(name):
    """A range that holds one sample has no rate; where ranges leave out their older end, [1m] holds no more."""
    texts = [block for block in blocks_of(name, "yaml") if "\ngroups:" in block]
    ranges = [int(minutes) for text in texts for minutes in re.findall(r"\[(\d+)m[\]:]", text)]
    assert len(ranges) >= 4
    assert min(ranges) >= 2


def test_the_commands_of_the_guide_run(tmp_path, monkeypatch, capsys, nothing_else_is_installed):
    monkeypatch.chdir(tmp_path)
    for name in ("SERVINGCHECKLIST_STORE", "SERVINGCHECKLIST_BY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("model.onnx", "serving.toml"):
        (tmp_path / name).write_text(name, "utf-8")
    results = {}
    for block in blocks_of("model-rollback", "console"):
        for line in block.splitlines():
            program, *arguments = shlex.split(line.removeprefix("$ "))
            assert program == "servingchecklist"
            results[line] = main(arguments), capsys.readouterr().out
    assert [line for line, (status, _) in results.items() if status and " gate " not in line] == []
    before, over = [(status, out) for line, (status, out) in results.items() if " gate " in line]
    assert before[0] in {3, 4}
    assert over[0] in {3, 4}
    assert "3 of 6 required findings met" in over[1]
    assert "Model Rollback Drill (Fraud model)" in (tmp_path / "drill.md").read_text("utf-8")
