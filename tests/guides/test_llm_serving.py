"""The guide to LLM serving: its numbers are results of the arithmetic that it names, and its snippets can be read and run."""

import json
import re
from datetime import date
from math import ceil, exp

import pytest

from helpers.binomial import at_most, interval, most_wrong
from helpers.guides import blocks_of, check_numbers, text_of
from servingchecklist import catalog, model_serving, tailor
from servingchecklist.__main__ import main

NAME = "llm-serving"
WHOLE_LIST = tailor(model_serving(), catalog.overlay(NAME))

# The inputs, which the table at the top of the guide states.
RATE, PER_DAY, TOKENS_IN, TOKENS_OUT = 3, 60_000, 2_000, 300
TTFT, ITL, WHOLE = 1_500, 50, 18_000  # milliseconds
CARDS, PRICE, CARD_GB, SHARE, OTHER_GB = 2, 3, 80, 0.90, 4
REQUEST = TOKENS_IN + TOKENS_OUT
HOUR = 3_600 * RATE


def allowed(cases, share):
    """Return the most failures that prove a share below the limit at 95 % confidence, and None where no number does."""
    number = most_wrong(cases, share)
    return None if number < 0 else number


def bounds(k, n, level=0.025):
    """Return the exact limits of a share, each with an error of 2.5 %."""
    return interval(k, n, 1 - 2 * level)


def poisson_quantile(mean, probability):
    """Return the smallest number that a Poisson variable exceeds with no more than the rest of the probability."""
    number, term = 0, exp(-mean)
    total = term
    while total < probability:
        number += 1
        term *= mean / number
        total += term
    return number


def per_token(layers, heads=8, size=128, bytes_each=2):
    return 2 * layers * heads * size * bytes_each


def fit(cards, weights_gb, token):
    return int((cards * (CARD_GB * SHARE - OTHER_GB) - weights_gb) * 10**9 / token)


def seconds(milliseconds):
    return f"{milliseconds / 1000:.2f}".rstrip("0").rstrip(".")


def memory():
    """Return the phrases of the section on memory."""
    rows = [
        ("8B on 1 card", 1, 16, per_token(32)),
        ("8B on 1 card, KV cache at 8 bit", 1, 16, per_token(32, bytes_each=1)),
        ("8B on 1 card, weights at 8 bit (8 GB)", 1, 8, per_token(32)),
        ("70B (141 GB) on 4 cards", 4, 141, per_token(80)),
    ]
    for title, cards, weights, token in rows:
        tokens = fit(cards, weights, token)
        yield f"| {title} | {token // 1024} | {tokens:,} | {tokens // REQUEST} |"
    assert fit(2, 141, per_token(80)) < 0
    yield f"| 70B (141 GB) on 2 cards | {per_token(80) // 1024} | none: the weights do not leave room | 0 |"
    whole = TTFT + (TOKENS_OUT - 1) * ITL
    assert whole <= WHOLE
    yield f"{seconds(TTFT)} s + {TOKENS_OUT - 1} x {ITL} ms = {seconds(whole)} s, which is within {WHOLE // 1000} s"
    open_requests = RATE * whole / 1000
    yield f"{RATE}/s x {seconds(whole)} s = {open_requests:.0f} on average"
    yield f"99.9 % of the time at most {poisson_quantile(open_requests, 0.999)} are open"
    yield f"One card holds {fit(1, 16, per_token(32)) // REQUEST}, so"
    yield f"below the {fit(1, 16, per_token(32)) // REQUEST} that fit"


def latency():
    yield f"Of the {seconds(TTFT)} s, retrieval may take 0.3 s and the guard 0.2 s, so {seconds(TTFT - 300 - 200)}.0 s is left"
    yield "An answer with 284 gaps of 20 ms and 15 of 200 ms"
    assert TOKENS_OUT - 1 == 284 + 15
    yield f"speculative decoding, {TOKENS_OUT} tokens may come in {TOKENS_OUT // 3} chunks"


def limits():
    running, in_flight, speed = 128, 160, 20_000
    assert poisson_quantile(RATE * 16.45, 0.999) < running < fit(1, 16, per_token(32)) // REQUEST
    yield f"{running} running sequences are"
    yield f"counts what runs as well: {in_flight} - {running} = {in_flight - running} may wait"
    engine = (TTFT - 300 - 200) / 1000
    yield f"{engine} s x {speed:,} tokens/s (measured) = {engine * speed:,.0f} tokens, ten prompts of {engine * speed / 10:,.0f}"
    (command,) = [block for block in blocks_of(NAME, "console") if "--max-num-queued-reqs" in block]
    for flag in (
        f"max-num-seqs {running}",
        f"max-num-queued-reqs {in_flight}",
        f"max-num-queued-tokens {engine * speed:.0f}",
    ):
        assert f"--{flag} " in command.replace("\\\n", " ").replace("\n", " ")


def supply_chain():
    yield f"16 GB take {16_000 // 200} s at 200 MB/s from an object store and {16 // 2} s at 2 GB/s"


def streaming():
    before, drain, grace = 15, 60, 90
    longest = TTFT + 1_023 * ITL
    assert 45_000 < longest < drain * 1000
    yield f"lasts {seconds(TTFT)} s + 1,023 x {ITL} ms = {seconds(longest)} s. A drain of 45 s, [KServe's default] , would cut it; {drain} s does not"
    yield f"{before} s before SIGTERM (] , until routing has forgotten the pod) + {drain} s (drain) = {before + drain} s, so {grace} s leaves a margin of {grace - before - drain} s"
    yield f"2,000 hidden reasoning tokens at {ITL} ms are {2_000 * ITL // 1000} s of silence, longer than the 60 s"
    assert allowed(299, 0.01) == 0
    assert allowed(298, 0.01) is None
    yield "none of 299 shows less than 1 % at 95 % confidence"


def retrieval():
    yield f"at most 10 % | at most {allowed(300, 0.10)} of 300"
    never = 1 - 0.05 ** (1 / 500)
    yield f"0 of 500 (shows less than {never:.1%})".replace("%", " %")
    upper = bounds(1, 500, 0.05)[1]
    assert upper > 0.006 > never
    yield f"A single leak in 500 probes fails: it shows only less than {ceil(10_000 * upper) / 100} %"
    yield f"Zero leaks still allow one request in {1 / never:.0f}"
    assert (allowed(59, 0.10), allowed(500, 0.006)) == (1, 0)
    yield f"300 questions in all, with at least 59 of each language and source, and report those apart (at most {allowed(59, 0.10)} missed of 59 proves 10 % there)"
    yield f"at most 5 % | at most {allowed(100, 0.05)} of 100"
    yield f"at most 5 % | at most {allowed(300, 0.05)} of 300"
    assert allowed(149, 0.02) == 0
    assert allowed(148, 0.02) is None
    yield "at most 2 % | 0 of 149"
    assert 0.95**59 <= 0.05 < 0.95**58
    yield "p95 at most 24 h | timestamps of 59 changes"


def routing_and_rollout():
    knee, growth, ready = 5, 0.2, 5
    admitted = knee * 0.8
    assert admitted >= RATE
    yield f"a knee of {knee} requests/s per replica (measured), admission at 80 % is {admitted:.0f} requests/s; the peak of {RATE} fits"
    yield f"by {growth} requests/s each minute and a replica needs {ready} min until it is ready, {growth * ready} requests/s arrive"
    yield f"at {admitted:.0f} - {growth * ready:.0f} = {admitted - growth * ready:.0f} requests/s"
    yield f"for about an hour ({PRICE} EUR)"
    yield f"up to {ready} min to be ready and {15 + 60} s to drain, so two replicas take {2 * (ready + 75 / 60)} min"
    canary = HOUR // 10
    yield f"10 % of {RATE} requests/s sees {canary:,} requests an hour"
    yield f"(at most {allowed(canary, 0.05)} late ones prove 5 % at 95 % confidence)"
    rolling, target, warm = 2 * (ready + 75 / 60), 15, 10
    longest = (TTFT + 1_023 * ITL) / 1000
    assert rolling < target
    assert longest < warm * 60 < rolling * 60
    yield f"| {target} min: {rolling} min, and {target - rolling} min to spare |"
    yield f"| {warm} min: the route and {longest} s of open answers |"
    yield f"{CARDS} cards x 24 h x {PRICE} EUR = {CARDS * 24 * PRICE} EUR for each rollout, and {CARDS} cards more than the pool"
    yield f"at most {target} minutes from the decision to the last bad answer ({warm} with warm replicas)"
    assert {kpi.id: kpi for kpi in WHOLE_LIST.kpis}["rollback-time"].target == f"at most {target} min"
    assert f"within {target} min, caches cleared" in "".join(blocks_of(NAME, "mermaid"))


def evaluation():
    for cases in (100, 300, 500, 1_000):
        cells = [allowed(cases, share) for share in (0.01, 0.02, 0.05, 0.10)]
        yield f"| {cases:,} | " + " | ".join("none" if cell is None else str(cell) for cell in cells) + " |"
    yield f"with {allowed(300, 0.05)} of 300 for 5 %, a true share of 2 % passes with probability {at_most(8, 300, 0.02):.2f}"
    yield f"one of 3 % with {at_most(8, 300, 0.03):.2f}"
    assert round(1 / (1 - at_most(0, 299, 0.001))) == 4
    yield f"With {allowed(299, 0.01)} of 299 for 1 %, even a true 0.1 % fails one time in four"
    yield f"500 that must not be refused (at most {allowed(500, 0.02)} refused prove 2 %), 300 of them with reference answers"
    yield f"({allowed(300, 0.05)} of 300 for 5 %)"
    yield f"and 299 that must be refused, attacks among those ({allowed(299, 0.01)} of 299 for 1 %)"
    yield f"Three repeats of 300 questions are not {3 * 300} cases"
    both_pass, both_fail, grader_fails, grader_passes = 80, 10, 4, 6
    agreed = (both_pass + both_fail) / 100
    people, grader = (both_pass + grader_fails) / 100, (both_pass + grader_passes) / 100
    chance = people * grader + (1 - people) * (1 - grader)
    yield f"{both_pass} answers pass and {both_fail} fail for both, the grader fails {grader_fails} that people pass, and passes {grader_passes}"
    yield f"agreement is {agreed * 100:.0f} %, but chance alone gives {chance * 100:.0f} %, so Cohen's kappa is {(agreed - chance) / (1 - chance):.2f}"
    yield f"{grader_passes} of {grader_passes + both_fail} real faults are missed"


def safety_and_tools():
    hostile = PER_DAY // 1_000
    caught, refused = hostile * 95 // 100, (PER_DAY - hostile) * 0.02
    yield f"Of {PER_DAY:,} requests a day, {hostile} are hostile: {caught} are caught and {hostile - caught} pass, while {refused:,.0f} honest"
    yield f"Only {100 * caught / (caught + refused):.1f} % of its alarms are attacks"
    read = sum(TOKENS_IN + 500 * call for call in range(11))
    yield f"With {TOKENS_IN:,} tokens at first and 500 more per call, ten calls read {read:,} tokens, {read / TOKENS_IN:.0f} times"


def privacy():
    kept = PER_DAY // 100
    yield f"1 % of {PER_DAY:,} requests are {kept} texts a day and {30 * kept:,} in 30 days"


def alerts():
    yield f"5 min hold {5 * 60 * RATE} requests, and {5 * 60 * RATE // 20} late ones reach the bound"
    yield f"5 min hold 5, and a single late one is {100 // 5} %"
    yield f"One failure in the 60 requests of such an hour is {100 / 60:.1f} %, above 0.5 %"


def cost():
    per_thousand = CARDS * PRICE * 1_000
    yield f"{CARDS} x {PRICE} EUR x 1,000 / {HOUR:,} = {per_thousand / HOUR:.2f} EUR"
    day = per_thousand * 24 / PER_DAY
    yield f"{CARDS} x {PRICE} EUR x 24 x 1,000 / {PER_DAY:,} = {day:.2f} EUR, four times as much"
    assert round(day / (per_thousand / HOUR)) == 4
    yield f"second card off for 12 h | {PRICE * (24 + 12) * 1_000 / PER_DAY:.2f} EUR per 1,000"
    yield f"both cards off for 12 h | {PRICE * 2 * 12 * 1_000 / PER_DAY:.2f} EUR per 1,000"
    fewer = TOKENS_IN - 2 * 300
    yield f"3 passages instead of 5 | prompt {fewer:,} tokens, {100 - 100 * fewer // TOKENS_IN} % less prefill"
    yield f"the prefix cache | {100 * 400 // TOKENS_IN} % less prefill"
    hosted = (TOKENS_IN * 0.15 + TOKENS_OUT * 0.60) / 1_000
    yield f"hosted model at 0.15 / 0.60 EUR per million tokens in / out | {hosted:.2f} EUR per 1,000"
    admitted = 5 * 0.8
    full = PER_DAY * admitted / RATE
    own = PRICE * 24
    yield f"full at its peak ({admitted:.0f} requests/s against the busy hour's {RATE}) serves {full:,.0f} requests a day for {own} EUR"
    assert own / full * 1_000 > hosted
    yield f"{own} / {full / 1_000:.0f} = {own / full * 1_000:.2f} EUR per 1,000"
    assert full < own / hosted * 1_000 < admitted * 86_400
    yield f"{own / hosted * 1_000:,.0f} requests a day on each card cost as much as the hosted model"


def disclosure_provider_and_feedback():
    yield f"{(date(2026, 12, 2) - date(2026, 11, 28)).days} days were left until 2 December 2026"
    yield f"{RATE} requests/s x 60 x {REQUEST:,} tokens = {RATE * 60 * REQUEST:,} tokens a minute"
    most = poisson_quantile(RATE * 60, 0.999)
    yield f"of {RATE * 60} requests a minute on average, 99.9 % of the minutes have at most {most}, which is {most * REQUEST:,} tokens"
    yield f"that 5 % of answers have with probability {1 - 0.95**100:.3f}"
    for phrase, bad, read in (
        ("If 3 of 100 are faulty, the true share is", 3, 100),
        ("12 of 400 narrow it to", 12, 400),
    ):
        low, high = bounds(bad, read)
        yield f"{phrase} between {100 * low:.1f} % and {100 * high:.1f} %"


SECTIONS = [
    memory,
    latency,
    limits,
    supply_chain,
    streaming,
    retrieval,
    routing_and_rollout,
    evaluation,
    safety_and_tools,
    privacy,
    alerts,
    cost,
    disclosure_provider_and_feedback,
]

# Decisions, inputs of the example, and facts whose sources the guide links.
STATED = [
    "answers 3,000 employees",
    "8 billion parameters at 16 bit, 16 GB of weights; 32 layers, 8 key-value heads of size 128",
    f"{CARDS} replicas, each on one card of {CARD_GB} GB at {PRICE} EUR an hour",
    f"{RATE} requests a second in the busy hour, {PER_DAY:,} requests a day",
    f"{TOKENS_IN:,} tokens in (system prompt 400, question 100, 5 passages of 300), {TOKENS_OUT} tokens out",
    f"at most {seconds(TTFT)} s, gap between tokens at most {ITL} ms, whole answer at most {WHOLE // 1000} s",
    "up to version 0.32",
    "(whole answer - TTFT) / (tokens - 1)",
    "p99 at 450 ms and 40 ms per token for its interactive 70B test, and at 6 s and 175 ms for 405B",
    'buckets go from 1.0 s to 2.5 s, so a p95 "of 1.5 s" is interpolated',
    f"requests of {REQUEST:,} tokens",
    "is 0.92 by default today, and was 0.90",
    "admit at most 80 % of it",
    "since 0.29 two flags bound it and answer 503 ([pull request 49445]",
    "| 8,192 tokens |",
    "| 300 and 1,024 |",
    "(default 16,384) | 1 |",
    "| running at once | ] | 128 |",
    "| in flight, running **and** waiting | ] | 160 |",
    "| prompt tokens not yet read (prefill) | ] | 20,000 |",
    "| 1 MB |",
    "A single request with ] = 1,000 asks for more",
    "a prompt of 200,000 tokens, ] = 1,000, a flood",
    "the engine's 503 into 429 or 503",
    "a bare 503 makes",
    "has to give 403 or 404; 405 means that the engine answered",
    "a time to patch (7 days for critical ones)",
    "exists since 0.18",
    "back to 0 within 2 s",
    "(open issue [vllm 31503]",
    "asks for at least 3 as well",
    "comes with status 200",
    "proof at 95 % confidence",
    "| recall@5 |",
    "300 of one kind prove nothing about another",
    "at most 4 waiting requests",
    "| limit 1 % | limit 2 % | limit 5 % | limit 10 % |",
    "Let two people label 100 of them",
    "Let 1 request in 1,000 be hostile, and a guard catch 95 % of those and stop 2 % of the rest",
    "(here at most 0.2 s at p95)",
    "for at least 2 person-days",
    "12 published defences fell to adaptive attacks, most of them to more than 90 % of the attempts",
    "| 400 days |",
    "| 90 days |",
    "| 1 % sample, with consent of the tenant | 30 days |",
    "enough to read 100 a week",
    "Cost per 1,000 requests = cards x price x 1,000 / requests served",
    "weights and cache at 8 bit | more requests per card",
    "alerts at 50, 80 and 100 %",
    "Checked on 2026-11-28",
    "article 50 of the AI Act (Regulation (EU) 2024/1689, amended by Regulation (EU) 2026/1744) has applied since 2 August 2026",
    "| 50(1) | provider | people are told that they deal with an AI system, unless it is obvious | 2 August 2026 |",
    "| 50(2) | provider |",
    "| 2 August 2026; 2 December 2026 for systems that were on the market before |",
    "| 50(4) | deployer |",
    "unless a person answers for it | 2 August 2026 |",
    "a budget (at most 10 % of requests)",
    "Reading 100 random answers a week finds",
    "(95 %, exact)",
    "exits with 0 for go, 3 for no-go and 4 where the sample proves nothing",
]


def test_every_number_is_computed_or_stated():
    check_numbers(NAME, [phrase for section in SECTIONS for phrase in section()], STATED)


def test_the_limits_agree_with_an_independent_source():
    stats = pytest.importorskip("scipy.stats")
    for cases in (100, 299, 300, 500, 1_000):
        for share in (0.01, 0.02, 0.05, 0.10):
            assert at_most(8, cases, share) == pytest.approx(stats.binom.cdf(8, cases, share))
    assert bounds(3, 100) == pytest.approx(tuple(stats.binomtest(3, 100).proportion_ci()), abs=1e-9)
    for mean in (49.35, 180):
        assert poisson_quantile(mean, 0.999) == stats.poisson.ppf(0.999, mean)


def test_the_start_up_lines_are_those_of_the_arithmetic():
    tokens = fit(1, 16, per_token(32))
    (shown,) = [block for block in blocks_of(NAME, "console") if "GPU KV cache size:" in block]
    assert f"GPU KV cache size: {tokens:,} tokens\n" in shown
    assert f"Maximum concurrency for 8,192 tokens per request: {tokens / 8_192:.2f}x\n" in shown


def test_every_section_is_there_in_the_order_of_the_launch():
    assert re.findall(r"^## (.+)$", text_of(NAME), re.MULTILINE) == [
        "Latency",
        "Memory",
        "Limits",
        "Exposure",
        "Supply chain",
        "Streaming",
        "Retrieval",
        "Routing",
        "Rollout",
        "Evaluation",
        "Safety",
        "Tools",
        "Privacy",
        "Alerts",
        "Cost",
        "Disclosure",
        "Provider",
        "Feedback",
    ]


def test_each_section_decides_and_warns():
    for section in re.split(r"^## ", text_of(NAME), flags=re.MULTILINE)[1:]:
        assert "**Decide" in section
        assert "**Arithmetic.**" in section or section.startswith("Exposure")
        assert "**Do.**" in section
        assert "**Pitfalls.**" in section
        assert "```" in section or "| ---" in section or "|---" in section


def test_snippets_can_be_read():
    yaml = pytest.importorskip("ruamel.yaml").YAML(typ="safe")
    deployment = next(block for block in map(yaml.load, blocks_of(NAME, "yaml")) if block.get("kind") == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (drain,) = [int(flag.partition("=")[2]) for flag in container["args"] if flag.startswith("--shutdown-timeout")]
    before = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] > before + drain
    probes = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
    for probe in probes:
        assert '"max_tokens": 1' in probe["exec"]["command"][-1]
        assert "-m 10 " in probe["exec"]["command"][-1]
        assert probe["timeoutSeconds"] > 10
    assert probes[2]["periodSeconds"] * probes[2]["failureThreshold"] == 120
    (policy,) = [block for block in map(yaml.load, blocks_of(NAME, "yaml")) if block.get("kind") == "NetworkPolicy"]
    for sender in policy["spec"]["ingress"][0]["from"]:
        assert set(sender) == {"namespaceSelector", "podSelector"}
    for block in blocks_of(NAME, "json"):
        assert json.loads(block)


def test_each_alert_fires_in_a_test_and_is_silent_in_another():
    yaml = pytest.importorskip("ruamel.yaml").YAML(typ="safe")
    blocks = [yaml.load(block) for block in blocks_of(NAME, "yaml")]
    alerts = {rule["alert"] for block in blocks for group in block.get("groups", ()) for rule in group["rules"]}
    cases = [case for block in blocks for test in block.get("tests", ()) for case in test["alert_rule_test"]]
    assert len(alerts) == 9
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == alerts
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == alerts


def test_commands_of_the_library_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\$ servingchecklist (.+)$", text_of(NAME), re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["start", "gate"]
    start, gate = (main(command.split()) for command in commands)
    assert (start, gate) == (0, 4)
    assert "UNPROVEN" in capsys.readouterr().out
