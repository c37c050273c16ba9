"""The guide to batch inference: its numbers are computed here, its queries run, and its manifest and overlay are read."""

import sqlite3
from math import ceil, log, sqrt
from statistics import NormalDist, fmean, median, stdev

import pytest
from ruamel.yaml import YAML

from helpers.binomial import least_sample
from helpers.guides import blocks_of, check_numbers
from servingchecklist import catalog, for_context, model_serving, tailor

GUIDE = "batch-inference"
ROWS, SHARDS = 4_000_000, 16
START, PROMISED, CHECKED = 3 * 60 + 15, 7 * 60, 20  # minutes of a day, and minutes
EVEN = ROWS / 1_500 / 60
RUN = 1.5 * EVEN
WAIT = 4 * 60 + 15
LATEST_OF_TWO = PROMISED - CHECKED - 2 * RUN


def clock(minutes):
    """Return minutes of a day as on a clock."""
    return f"{round(minutes) // 60:02}:{round(minutes) % 60:02}"


def psi(shift):
    """Return the population stability index of a normal feature that has moved, over ten bins."""
    below = [0.0, *(NormalDist(shift).cdf(edge) for edge in NormalDist().quantiles(10)), 1.0]
    return sum((now - 0.1) * log(now / 0.1) for now in (b - a for a, b in zip(below, below[1:], strict=False)))


def shift_at(limit):
    """Return the shift whose index is a limit."""
    low, high = 0.0, 2.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if psi(middle) < limit else (low, middle)
    return low


def test_the_numbers_are_computed():
    most = (PROMISED - START - CHECKED) / 2
    volume = ROWS * most / RUN / 1e6
    cost = SHARDS * RUN / 60 * 0.40
    some_shard, run_fails = 1 - 0.98**SHARDS, 1 - (1 - 0.02**3) ** SHARDS
    kolmogorov = sqrt(-log(0.05 / 2) / 2) * sqrt(2 / ROWS)
    oldest, longest, apart = 24 + 7, 25 + 7, 25 + 0.5
    lost = ROWS // SHARDS
    rejected = [ROWS - 3_998_112, lost, ROWS - 3_991_700]
    check_numbers(
        GUIDE,
        computed=[
            f"so {EVEN:.0f} minutes if shards were even",
            f"that: {RUN:.0f} minutes.",
            f"| first attempt | {clock(START + RUN)} |",
            f"| second attempt | {clock(START + 2 * RUN)} |",
            f"| check and publish, {CHECKED} minutes | {clock(START + 2 * RUN + CHECKED)} |",
            f"without a repetition is {clock(PROMISED - CHECKED - RUN - 0.5)}, "
            f"and with two attempts {clock(LATEST_OF_TWO - 0.5)}.",
            f"waited for until {clock(WAIT)}; two attempts from then on are published by {clock(WAIT + 2 * RUN + CHECKED)}.",
            f"of the partition | wait until {clock(WAIT)}, then stop |",
            f"exchange rates of 2 days are at {2 / 3:.2f}, and events of 28 hours at {28 / 27:.2f}, which is too old.",
            f"Half an hour before it is due, at {clock(PROMISED - 30)} on any day",
            f"pages at once, at {clock(START + 2 * RUN + CHECKED)} with two attempts",
            f"holds up to {volume:.2f} million rows. Alert at 80 % of it, which is {0.8 * volume:.2f} million.",
            f"At a growth of 3 % a month, that alert comes in {log(0.8 * volume / 4) / log(1.03):.0f} months, "
            f"and the window breaks in {log(volume / 4) / log(1.03):.0f}.",
            f"{SHARDS} workers at 0.40 EUR an hour make {cost:.2f} EUR a run, or {cost / 4:.2f} EUR for a million rows;",
            f"with one run in 20 repeated, {cost / 4 * 1.05:.2f} EUR.",
            f"a Kolmogorov-Smirnov test at 5 % calls a difference of {kolmogorov:.5f} significant",
            f"limits of 0.1 and 0.25 stand for shifts of {shift_at(0.1):.2f} and {shift_at(0.25):.2f} standard deviations",
            f"times {1 / NormalDist().inv_cdf(0.75):.4f}, estimates a standard deviation",
            f"12 checks that each stop 1 % of good days stop {100 * (1 - 0.99**12):.0f} % of all days.",
            f"At 0.1 % each it is {12 * 91 * 0.001:.1f} good days in a quarter of 91 days",
            f"fails in 2 % of attempts, some shard of 16 fails in {100 * some_shard:.0f} % of runs.",
            f"a run fails once in {1 / run_fails:,.0f} runs",
            f"31 days take {31 * RUN / 60:.0f} hours on a pool of the same size, one after the other, "
            f"and {2 * 31 * RUN / 60:.0f} hours on one half as large.",
            f"lives for longer than two attempts, {ceil(2 * RUN / 60)} hours here",
            f"| 4,000,000 | 3,998,112 | {rejected[0]:,} | 0 | 0 | {100 * 3_998_112 / ROWS:.2f} % scored: complete |",
            f"| 4,000,000 | 3,748,230 | {ROWS - lost - 3_748_230:,} | {lost:,} | 0 | one shard of 16 is missing: refuse |",
            f"| 4,000,000 | 3,991,700 | {rejected[2]:,} | 0 | 0 | {100 * 3_991_700 / ROWS:.2f} % scored: below 99.9 %, refuse |",
            f"If {least_sample(0.05)} planted faults are all refused, at most 5 % slip through, at 95 % confidence.",
            f"its age reaches {oldest} hours on an ordinary day, and {longest} hours on that of 25 hours. "
            f"Alert above {longest} hours, which is at {clock(longest * 60 - 24 * 60)} on an ordinary day:",
            f"Two starts are at most 25 hours apart. Alert after {apart} hours, "
            f"at {clock(START + (apart - 24) * 60)} on an ordinary day: "
            f"{PROMISED - CHECKED - RUN - START - (apart - 24) * 60:.0f} minutes before the latest start",
        ],
        stated=[
            "a churn score for 4,000,000 customers, every night, that has to be ready at 07:00 in Berlin",
            "| probability, 0 to 1 | leaves within 90 days |",
            "| 27 hours | marker file",
            "and above 1 an alert comes",
            "| 26 hours | rows within the bounds below |",
            "| 3 days | date of the file |",
            "Between two days of 4,000,000 rows",
            "3 times that of the last 28 days",
            "| 0.25; alert at 0.1 |",
            "| factor 2 |",
            "over the last 90 days",
            "Here it is 1,500 rows/s over 16 shards",
            "The slowest shard takes 1.5 times",
            "| start, inputs complete | 03:15 |",
            "| promised | 07:00 |",
            "Twice a year a day has 23 or 25 hours",
            "at 02:30 on such a day differs between schedulers; 03:15 leaves",
            "or below 99.9 % scored",
            "or more than 24 hours old",
            "PSI above 0.25 against the last good run",
            "one of 20 moved by more than 0.02",
            "after 7 days, by a rule",
            "after 30 days |",
            "after 90 days |",
            "after 400 days |",
            "after 30 days; keys only",
            "replaced by 07:00 on the next",
        ],
    )


def test_a_repetition_fits_into_the_window_and_so_does_the_latest_start():
    [manifest] = [block for block in blocks_of(GUIDE, "yaml") if "kind: CronJob" in block]
    spec = YAML(typ="safe").load(manifest)["spec"]
    assert START + 2 * RUN + CHECKED < PROMISED
    assert START + spec["startingDeadlineSeconds"] / 60 + RUN + CHECKED < PROMISED
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] / 60 == (PROMISED - START - CHECKED) / 2 > RUN


def test_the_times_of_the_tasks_are_those_of_the_guide():
    checklist = tailor(model_serving(), catalog.overlay(GUIDE))
    steps = {(task.id, step.id): step.text for task in checklist for step in task.steps}
    assert START <= WAIT <= LATEST_OF_TWO
    assert f"wait until <{clock(WAIT)}>" in steps["batch-inputs", "table"]
    alarm = START + 90  # 25.5 hours after the last start
    assert 3 * 60 <= START < WAIT < alarm < PROMISED - CHECKED - RUN
    assert f"no run had started by <{clock(alarm)}>" in steps["batch-schedule", "outside"]


def test_each_alert_fires_in_a_test():
    rules, tests = (
        YAML(typ="safe").load(next(block for block in blocks_of(GUIDE, "yaml") if f"\n{word}:" in block))
        for word in ("groups", "rule_files")
    )
    alerts = {rule["alert"] for group in rules["groups"] for rule in group["rules"]}
    cases = [case for test in tests["tests"] for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts


def test_an_input_is_held_against_its_own_limit():
    [kpi] = [
        kpi
        for kpi in catalog.overlay(GUIDE).changes
        if getattr(kpi, "kpi", None) and getattr(kpi.kpi, "id", "") == "input-age"
    ]
    assert (kpi.kpi.measure, str(kpi.kpi.at_most)) == ("x-input.too-old", "0%")


def test_the_manifest_is_a_cron_job_that_forbids_overlap():
    [manifest] = [block for block in blocks_of(GUIDE, "yaml") if "kind: CronJob" in block]
    cron = YAML(typ="safe").load(manifest)
    assert (cron["apiVersion"], cron["kind"]) == ("batch/v1", "CronJob")
    spec = cron["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("15 3 * * *", "Europe/Berlin", "Forbid")
    job = spec["jobTemplate"]["spec"]
    assert (job["completionMode"], job["completions"], job["backoffLimitPerIndex"]) == ("Indexed", SHARDS, 2)
    assert job["template"]["spec"]["restartPolicy"] == "Never"


def test_the_wild_monday_is_outside_the_bounds_and_within_those_of_a_mean():
    mondays = [3_981_204, 3_984_950, 3_990_113, 3_988_702, 2_140_226, 3_996_048, 3_999_871, 4_003_310]
    assert str(mondays)[1:-1].replace(" ", "") in "".join(blocks_of(GUIDE, "python")).replace("_", "").replace(" ", "")
    middle = median(mondays)
    assert min(mondays) < middle - 6 * 1.4826 * median(abs(rows - middle) for rows in mondays)
    assert min(mondays) > fmean(mondays) - 3 * stdev(mondays)


def test_the_overlay_that_the_guide_names_takes_away_the_kpis_of_requests():
    named = [block for block in blocks_of(GUIDE, "console") if "--with only-runs" in block]
    assert named == [
        "$ servingchecklist tailor --with batch-inference --with only-runs --context mode=batch --format markdown\n"
    ]
    tailored = for_context(tailor(model_serving(), catalog.overlay(GUIDE), catalog.overlay("only-runs")), mode="batch")
    asked = {kpi for task in tailored for criterion in task.criteria for kpi in criterion.kpis}
    assert asked == {kpi.id for kpi in tailored.kpis}
    assert not {"latency-p99", "throughput", "errors", "degraded", "examples"} & asked
    assert [audience.id for audience in tailored.audiences] == ["consumers", "data-scientists"]
    assert any("run-late" in criterion.kpis for criterion in tailored["c8"].criteria)


@pytest.fixture
def sql():
    """The queries of the guide by their names."""
    return {block.splitlines()[0].removeprefix("-- "): block for block in blocks_of(GUIDE, "sql")}


@pytest.fixture
def store(sql):
    store = sqlite3.connect(":memory:", isolation_level=None)
    store.executescript(sql["schema.sql"])
    store.executemany("INSERT INTO source VALUES ('2027-03-01', ?)", [(f"c{n}",) for n in range(8)])
    yield store
    store.close()


def begin(store, run):
    store.execute("INSERT INTO runs VALUES (?, '2027-03-01', 'm1', '2027-03-01T00:00Z', 'writing', '03:15')", [run])


def write(store, sql, run, shard, reason=None):
    """Write half of the customers, as a shard does at each attempt."""
    store.execute("BEGIN")
    store.execute(sql["shard.sql"], {"run": run, "shard": shard})
    rows = [(run, shard, f"c{n}", None if reason else n / 10, reason) for n in range(8) if n % 2 == shard]
    store.executemany("INSERT INTO scores VALUES (?, ?, ?, ?, ?)", rows)
    store.execute("COMMIT")


def accounted(store, sql, run):
    return store.execute(sql["account.sql"], {"run": run}).fetchone()


def test_a_shard_that_is_repeated_replaces_its_rows(store, sql):
    begin(store, "r1")
    write(store, sql, "r1", 0)
    once = store.execute("SELECT * FROM scores").fetchall()
    write(store, sql, "r1", 0)
    assert store.execute("SELECT * FROM scores").fetchall() == once
    with pytest.raises(sqlite3.IntegrityError):
        store.execute("INSERT INTO scores VALUES ('r1', 1, 'c0', 0.5, NULL)")


def test_two_runs_of_a_day_cannot_both_write_until_the_first_is_dead(store, sql):
    begin(store, "r1")
    with pytest.raises(sqlite3.IntegrityError):
        begin(store, "r2")
    store.execute(sql["takeover.sql"], {"day": "2027-03-01", "oldest": "03:00"})
    with pytest.raises(sqlite3.IntegrityError):
        begin(store, "r2")
    store.execute(sql["takeover.sql"], {"day": "2027-03-01", "oldest": "03:45"})
    begin(store, "r2")


def test_the_rows_add_up_and_a_lost_shard_or_a_foreign_row_is_seen(store, sql):
    begin(store, "r1")
    assert accounted(store, sql, "r1") == (8, 0, 0, 8, 0)
    write(store, sql, "r1", 0)
    assert accounted(store, sql, "r1") == (8, 4, 0, 4, 0)
    write(store, sql, "r1", 1, reason="no-features")
    assert accounted(store, sql, "r1") == (8, 4, 4, 0, 0)
    store.execute("INSERT INTO scores VALUES ('r1', 1, 'unknown', 0.5, NULL)")
    assert accounted(store, sql, "r1") == (8, 4, 4, 0, 1)


def test_a_row_has_a_score_or_a_reason(store):
    begin(store, "r1")
    for score, reason in [(None, None), (0.5, "failed"), (1.5, None)]:
        with pytest.raises(sqlite3.IntegrityError):
            store.execute("INSERT INTO scores VALUES ('r1', 0, 'c0', ?, ?)", [score, reason])


def test_publication_is_a_switch_that_goes_back_and_can_be_repeated(store, sql):
    def published():
        return store.execute("SELECT run_id, previous FROM published").fetchall()

    for run in ("r1", "r2"):
        begin(store, run)
        write(store, sql, run, 0)
        store.execute(sql["publish.sql"], {"run": run})
        assert ("r2", "r1") not in published()  # a run that is still writing is not published
        store.execute("UPDATE runs SET state = 'complete' WHERE run_id = ?", [run])
        store.execute(sql["publish.sql"], {"run": run})
    assert published() == [("r2", "r1")]
    store.execute(sql["publish.sql"], {"run": "r2"})
    assert published() == [("r2", "r1")]
    store.execute(sql["publish.sql"], {"run": "r1"})
    assert published() == [("r1", "r2")]
    assert {row[5] for row in store.execute("SELECT * FROM current_scores")} == {"r1"}


def test_planted_faults_prove_what_the_kpi_asks_for():
    [kpi] = [kpi for kpi in tailor(model_serving(), catalog.overlay(GUIDE)).kpis if kpi.id == "faults-published"]
    assert str(kpi.at_most) == "5%"
    assert least_sample(0.05) == 59
