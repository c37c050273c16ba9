"""The numbers, the alert rules and the commands of the guide to the rollback drill."""

import re
import shlex
import shutil
import subprocess
from datetime import timedelta

import pytest
from ruamel.yaml import YAML

from helpers.binomial import at_most, least_sample
from helpers.guides import blocks_of, check_numbers, text_of
from servingchecklist import catalog
from servingchecklist.__main__ import main

RATE, SHARE, WRONG = 10, 0.25, 0.08
PER_MINUTE = RATE * 60 * SHARE
TIMES = re.findall(r"^\| (\d\d):(\d\d) \| [^|]+ \| ?([^|]*?) ?\|", text_of("model-rollback"), re.MULTILINE)


def minutes_of(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def table_of(heading):
    """Return the cells of the rows below the heading of a table."""
    rows = text_of("model-rollback").partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip(" *") for cell in row.strip("|").split("|")] for row in rows]


def total(*tasks):
    """Return the days of work of tasks of the drill, from the least to the most."""
    drill = catalog.load("model-rollback")
    days = [drill[task].effort for task in tasks]
    return sum(effort.low for effort in days), sum(effort.high for effort in days)


def test_the_numbers_of_the_guide_are_computed_or_stated():
    low, high = total("r1", "r2", "r3", "r4")
    intervals = {row[0]: int(row[3]) for row in table_of("| what | from | to | minutes | target |")}
    bad = intervals["to notice"] + intervals["to decide"] + intervals["to switch"]
    saved = (intervals["to switch"] - 1) * PER_MINUTE
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
        *(f"| {time[0]}:{time[1]} |" for time in TIMES),
        *(f"| {step} |" for *_, step in TIMES if step),
        f"Version 8 answered for {bad} minutes: {PER_MINUTE * bad:,.0f} requests, and {PER_MINUTE * bad * WRONG:.0f} wrong answers",
        f"The switch is {intervals['to switch'] / bad:.0%} of that time",
        f"noticing and deciding are {(bad - intervals['to switch']) / bad:.0%}",
        f"in place of {intervals['to switch']} saves {saved:.0f} answers",
        f"saves the {intervals['to decide']} minutes of deciding, {intervals['to decide'] * PER_MINUTE:.0f} answers",
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
            f"| {' | '.join(row)} |".replace("|  |", "| |")
            for row in table_of("| what | from | to | minutes | target |")
            if minutes_of(row[2]) - minutes_of(row[1]) == int(row[3]) and row[0] != "to switch"
        ),
        "| **to switch** | 14:11 | 14:15 | 4 | 5 |",
    ]
    forward = next(kpi for kpi in catalog.load("model-rollback").kpis if kpi.id == "forward-time")
    computed.append(f"for {str(forward.at_most).removesuffix(' min')} minutes, the target of")
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


def test_each_row_of_the_timeline_is_as_long_after_the_one_before_as_it_says():
    minutes = [int(hour) * 60 + int(minute) for hour, minute, _ in TIMES]
    steps = [later - earlier for earlier, later in zip(minutes, minutes[1:], strict=False)]
    assert [step for *_, step in TIMES] == ["", *(f"{step} min" for step in steps)]
    assert timedelta(minutes=sum(steps)) == timedelta(minutes=minutes[-1] - minutes[0])


def test_the_switch_and_the_way_forward_are_within_the_targets_of_the_drill():
    limits = {kpi.id: str(kpi.at_most) for kpi in catalog.load("model-rollback").kpis}
    rows = {row[0]: row for row in table_of("| what | from | to | minutes | target |")}
    for what, kpi in (("to switch", "rollback-time"), ("to go forward", "forward-time")):
        _, start, end, minutes, target = rows[what]
        assert minutes_of(end) - minutes_of(start) == int(minutes) <= int(target)
        assert limits[kpi] == f"{target} min"


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


def test_promtool_takes_the_rules_and_their_tests(tmp_path):
    if not shutil.which("promtool"):
        pytest.skip("needs promtool")
    names = {}
    for block in blocks_of("model-rollback", "yaml"):
        if name := re.match(r"# ([\w-]+\.yml)\n", block):
            (tmp_path / name[1]).write_text(block, "utf-8")
            names[name[1]] = "test" if "\nrule_files:" in block else "check"
    assert set(names.values()) == {"test", "check"}
    for name, what in names.items():
        run = subprocess.run(
            ["promtool", what, "rules", name], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout + run.stderr


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
