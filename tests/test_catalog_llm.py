"""The overlay for language models, held against a real service: an assistant that answers from documents, on two replicas of its own."""

import json
from itertools import chain, combinations, product

import pytest

from helpers.binomial import at_most
from helpers.graphs import all_before
from servingchecklist import Priority, catalog, changes, for_context, model_serving, order, tailor

LLM = catalog.overlay("llm-serving")
WHOLE = tailor(model_serving(), LLM)
ASSISTANT = for_context(WHOLE, mode="online", model="llm", tier="B", hosting="own", context="rag")
ADDED = {change.task.id: change.task for change in LLM.changes if isinstance(change, changes.AddTask)}

IN_ORDER = [
    *("c1", "llm-latency", "c2", "c3"),
    *("c4", "c5", "llm-exposure", "llm-limits", "llm-release", "llm-retrieval", "llm-supply", "llm-logging"),
    *("llm-disclosure", "llm-safety", "llm-eval", "llm-capacity", "llm-streaming", "llm-routing", "c6", "llm-rollout"),
    *("llm-cost", "c7", "c8", "llm-feedback", "c9"),
]

PRIORITIES = {
    "llm-latency": ("high", "1 day"),
    "llm-limits": ("high", "1-2 days"),
    "llm-exposure": ("critical", "1-2 days"),
    "llm-release": ("high", "1-2 days"),
    "llm-supply": ("high", "1-2 days"),
    "llm-logging": ("high", "2-3 days"),
    "llm-disclosure": ("high", "0.5-1 days"),
    "llm-retrieval": ("critical", "3-5 days"),
    "llm-eval": ("critical", "5-10 days"),
    "llm-safety": ("high", "5-8 days"),
    "llm-tools": ("critical", "2-4 days"),
    "llm-capacity": ("high", "2-4 days, likely 3"),
    "llm-provider": ("high", "1-2 days"),
    "llm-streaming": ("high", "2-3 days"),
    "llm-routing": ("high", "2-3 days"),
    "llm-rollout": ("high", "2-3 days"),
    "llm-cost": ("high", "1-2 days"),
    "llm-feedback": ("medium", "1-2 days"),
}

BEFORE = [
    ("llm-latency", "c6"),  # alerts on targets that exist
    ("llm-logging", "c6"),  # nothing is kept before it is decided what may be
    ("llm-logging", "llm-disclosure"),  # the notice says what is kept
    ("c2", "llm-logging"),
    ("c2", "llm-safety"),  # what is refused depends on the audience
    ("llm-release", "llm-safety"),  # the guard is a part of the version
    ("llm-release", "llm-eval"),
    ("llm-retrieval", "llm-eval"),
    ("llm-safety", "llm-eval"),  # the guard decides a part of the refusals
    ("llm-release", "llm-capacity"),  # another quantisation has another capacity
    ("llm-limits", "llm-capacity"),
    ("llm-exposure", "llm-streaming"),  # streams are watched through the gateway
    ("llm-capacity", "llm-routing"),
    ("llm-streaming", "llm-rollout"),
    ("llm-routing", "llm-rollout"),
    ("c6", "llm-rollout"),  # a canary goes back by numbers
    ("llm-rollout", "c7"),
    ("llm-cost", "c9"),  # not c8, whose week of serving it would prolong
    ("c7", "llm-feedback"),
    ("llm-feedback", "c9"),
]


def some_of(values):
    return chain.from_iterable(combinations(values, many) for many in range(1, len(values) + 1))


def dropped(**context):
    return set(ADDED) - {task.id for task in for_context(WHOLE, model="llm", **context)}


def test_the_assistant_has_these_tasks_in_this_order():
    assert list(order(ASSISTANT).ids) == IN_ORDER


def test_priorities_and_efforts_are_those_of_a_practitioner():
    assert {name: (task.priority.value, str(task.effort)) for name, task in ADDED.items()} == PRIORITIES
    for task in model_serving():
        assert (WHOLE[task.id].title, WHOLE[task.id].priority) == (task.title, task.priority)


@pytest.mark.parametrize(("first", "then"), BEFORE)
def test_no_task_is_offered_before_what_protects_it(first, then):
    assert first in all_before(ASSISTANT, then)


@pytest.mark.parametrize("hosting", ["own", "api"])
@pytest.mark.parametrize("context", [["none"], ["rag"], ["tools"], ["rag", "tools"]])
@pytest.mark.parametrize("mode", ["online", "batch", "events", "edge"])
def test_no_user_comes_before_what_protects_users(mode, hosting, context):
    checklist = for_context(WHOLE, mode=mode, model="llm", hosting=hosting, context=context)
    protecting = {task.id for task in checklist if "go-live" in task.gates} - {"c7"}
    assert protecting - {"c1", "c3"} == (all_before(checklist, "c7") & protecting) - {"c1", "c3"}
    assert "llm-cost" not in all_before(checklist, "c7")
    assert "llm-cost" not in all_before(checklist, "c8")  # whose week would count from it
    assert {"llm-cost", "c7"} <= all_before(checklist, "c9")


def test_facets_drop_what_they_should_and_nothing_else():
    online = {"llm-exposure", "llm-streaming", "llm-rollout"}
    assert dropped() == set()
    assert dropped(mode="online") == set()
    assert dropped(mode="batch") == online | {"llm-latency", "llm-routing"}
    assert dropped(mode="events") == dropped(mode="batch") - {"llm-rollout"}
    assert dropped(mode="edge") == online | {"llm-routing"}
    assert dropped(mode=["online", "batch"]) == set()
    assert dropped(hosting="own") == {"llm-provider"}
    assert dropped(hosting="api") == {"llm-capacity", "llm-routing"}
    assert dropped(hosting=["own", "api"]) == set()
    assert dropped(context="none") == {"llm-retrieval", "llm-tools"}
    assert dropped(context="rag") == {"llm-tools"}
    assert dropped(context="tools") == {"llm-retrieval"}
    assert dropped(context=["rag", "tools"]) == set()
    assert dropped(tier="C") == set()
    assert {task.id for task in for_context(WHOLE, model="classical")} == {task.id for task in model_serving()}


def test_at_most_a_third_is_critical_in_each_context():
    facets = {facet.id: facet.values for facet in WHOLE.facets if facet.id not in ("model", "tier")}
    for chosen in product(["A", "C"], *map(some_of, facets.values())):
        checklist = for_context(WHOLE, {"model": "llm", **dict(zip(("tier", *facets), chosen, strict=True))})
        critical = [task.id for task in checklist if task.priority is Priority.CRITICAL]
        assert 3 * len(critical) <= len(checklist), (chosen, critical)


def test_each_task_says_what_done_means_and_who_does_it():
    for task in ADDED.values():
        assert 3 <= len(task.steps) <= 6
        assert task.role
        assert "llm" in task.labels
        assert task.criteria
        assert task.references[0].url.startswith("servingchecklist/guides/llm-serving.md#")
        assert set(task.gates) <= {"go-live", "scale-up"}


def test_the_rollout_refers_to_the_drill():
    assert "servingchecklist/guides/model-rollback.md" in [one.url for one in ADDED["llm-rollout"].references]


def test_targets_are_placeholders_that_some_criterion_needs():
    added = {change.kpi.id: change.kpi for change in LLM.changes if isinstance(change, changes.AddKpi)}
    assert len(added) == 25
    assert all(kpi.placeholder for kpi in WHOLE.kpis)
    named = {name for task in WHOLE for criterion in task.criteria for name in criterion.kpis}
    assert set(added) <= named
    assert {kpi.id: kpi.target for kpi in WHOLE.kpis if kpi.id in ("ttft", "itl", "e2e", "errors", "throughput")} == {
        "ttft": "p95 at most 1.5 s",
        "itl": "p95 at most 50 ms",
        "e2e": "p95 at most 18 s",
        "errors": "at most 0.5%",
        "throughput": "p95 at most 18 s",
    }


def test_the_pace_fits_the_whole_answer_and_the_cost_its_target():
    kpis = {kpi.id: kpi for kpi in WHOLE.kpis}
    whole = float(kpis["ttft"].limit.value) + 299 * float(kpis["itl"].limit.value)
    assert whole == pytest.approx(16.45)
    assert whole < float(kpis["e2e"].limit.value) < float(kpis["latency-p99"].limit.value)
    per_hour = 3 * 3_600
    assert 2 * 3 * 1_000 / per_hour == pytest.approx(0.56, abs=0.005)
    per_day = 60_000
    assert 2 * 3 * 24 * 1_000 / per_day == pytest.approx(2.40)
    assert "0.56 EUR" in ADDED["llm-cost"].description
    assert "2.40 EUR" in ADDED["llm-cost"].description
    assert 2 * 32 * 8 * 128 * 2 == 128 * 1024  # Llama 3.1 8B: layers, KV heads, head size, bytes
    assert 2 * 80 * 8 * 128 * 2 == 320 * 1024
    assert "128 KiB" in ADDED["llm-capacity"].description
    assert "320 KiB" in ADDED["llm-capacity"].description


@pytest.mark.parametrize(
    ("failures", "of", "percent"),
    [(0, 299, 1), (0, 149, 2), (4, 500, 2), (8, 300, 5), (1, 100, 5), (21, 300, 10), (0, 500, 0.6)],
)
def test_pass_marks_are_the_failures_that_95_percent_confidence_allows(failures, of, percent):
    share = percent / 100
    assert at_most(failures, of, share) <= 0.05
    assert percent == 0.6 or at_most(failures + 1, of, share) > 0.05


def test_the_audiences_ask_with_requests_of_a_chat():
    assert [audience.id for audience in WHOLE.audiences] == ["chat", "evaluation", "quality"]
    for audience in WHOLE.audiences:
        for example in audience.examples:
            assert json.loads(example.body)["model"] == "assistant"
            assert example.path == "/v1/chat/completions"
            assert example.curl("https://staging.example.com").startswith("curl ")


def test_the_first_weekly_review_waits_for_a_week_of_serving():
    assert ADDED["llm-feedback"].wait_days == 7
    assert {name for name, task in ADDED.items() if task.wait_days} == {"llm-feedback"}


def test_signals_of_an_engine_are_part_of_the_tracking():
    text = " ".join(step.text for step in WHOLE["c6"].steps)
    wanted = ["TTFT", "ITL", "queue time", "KV cache use", "preemptions", "tokens in and out", "finish reasons", "ECC"]
    assert [word for word in wanted if word not in text] == []


def test_no_leak_of_500_is_what_its_target_allows():
    (limit,) = [float(kpi.limit.value) for kpi in WHOLE.kpis if kpi.id == "acl-leak"]
    assert (1 - limit) ** 500 <= 0.05
    assert (1 - limit) ** 500 + 500 * limit * (1 - limit) ** 499 > 0.05


def test_citations_and_refusals_are_judged_where_answers_are():
    asked = {task.id: {name for one in task.criteria for name in one.kpis} for task in WHOLE}
    assert {name for name, kpis in asked.items() if "citations" in kpis} == {"llm-eval"}
    assert {name for name, kpis in asked.items() if "refusal-missed" in kpis} == {"llm-eval"}


def test_a_rolling_change_back_is_within_the_target():
    (limit,) = [kpi.target for kpi in WHOLE.kpis if kpi.id == "rollback-time"]
    (ready,) = [kpi.target for kpi in WHOLE.kpis if kpi.id == "ready-time"]
    assert (ready, limit) == ("p95 at most 5 min", "at most 15 min")
    assert 2 * (5 + 75 / 60) < 15
    (step,) = [step.text for step in ADDED["llm-rollout"].steps if step.id == "back"]
    assert "<15> minutes" in step


def test_the_evaluation_set_is_large_enough_for_its_targets():
    (text,) = (step.text for step in ADDED["llm-eval"].steps if step.id == "set")
    kpis = {kpi.id: kpi for kpi in WHOLE.kpis}
    for name, cases, failures in [("grounded", 300, 8), ("refusal-missed", 299, 0), ("refusal-wrong", 500, 4)]:
        share = float(kpis[name].limit.value)
        assert str(cases) in text
        assert at_most(failures, cases, share) <= 0.05
