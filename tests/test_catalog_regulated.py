"""Regulated use and the rollback drill: what each task waits for, and what protects people is asked for before them."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from helpers.graphs import all_before
from helpers.guides import text_of
from servingchecklist import (
    Launch,
    _guides,
    catalog,
    for_context,
    forecast,
    model_serving,
    next_tasks,
    order,
    tailor,
)
from servingchecklist.catalog import overlay
from servingchecklist.evidence import Evidence, Measure, Number, Verdict

REGULATED = tailor(model_serving(), overlay("regulated"))
DRILL = catalog.load("model-rollback")
ADDED = [task for task in REGULATED if task.id.startswith("reg-")]
MARKS = re.compile(r"<[^<>]+>")


@pytest.mark.parametrize(
    ("task", "before"),
    [
        ("c4", {"reg-classify", "reg-privacy", "reg-risk"}),
        ("c7", {"reg-privacy", "reg-records"}),
        ("reg-bias", {"reg-data", "reg-classify"}),
        ("reg-explain", {"reg-oversight"}),
        ("reg-training", {"reg-oversight"}),
        ("reg-conformity", {"reg-change", "reg-data", "reg-documents", "reg-records", "reg-risk", "reg-robust"}),
        ("reg-sign-off", {task.id for task in ADDED} - {"reg-sign-off", "reg-stages"} | {"c7"}),
        ("reg-stages", {"reg-sign-off"}),
        ("c8", {task.id for task in ADDED} | {"c7"}),
    ],
)
def test_nothing_is_offered_before_what_protects_people_from_it(task, before):
    assert before <= all_before(REGULATED, task)


def test_real_decisions_begin_after_the_signature():
    closed = [task.id for task in REGULATED if task.id not in {"reg-sign-off", "reg-stages", "c8", "c9"}]
    for task in ("reg-sign-off", "reg-stages", "c8"):
        assert [one.id for one in next_tasks(REGULATED, done=closed)] == [task]
        closed.append(task)
    steps = {step.id: step.text for step in REGULATED["c7"].steps}
    assert "Until reg-sign-off is closed only copies of requests are scored" in steps["shadow"]
    assert (
        "those from 1 % on, with the numbers to go on and to go back, are the task reg-stages" in steps["shadow-stages"]
    )
    assert "reg-stages, or batch-publish for a run, times it again with real traffic" in steps["shadow-back"]
    assert "`reg-stages`" in text_of("regulated")


def test_the_week_of_serving_begins_after_the_last_stage():
    plan = forecast(REGULATED, start=date(2026, 11, 30), people=4, samples=200)
    finish = {task.id: task.finish for task in plan.tasks}
    for share in (0.5, 0.8, 0.95):
        assert finish["reg-stages"].quantile(share) > finish["reg-sign-off"].quantile(share)
        assert finish["c8"].quantile(share) - finish["reg-stages"].quantile(share) >= timedelta(days=8)


def test_a_scheduled_run_is_let_out_by_its_own_task():
    both = tailor(model_serving(), overlay("batch-inference"), overlay("regulated"))
    runs = for_context(both, mode="batch")
    assert "reg-stages" not in runs
    assert {"reg-sign-off"} <= all_before(runs, "c8") <= all_before(runs, "batch-publish")
    assert "reg-stages" in for_context(both, mode=["online", "batch"])


@pytest.mark.parametrize("where", [None, {"traffic": "copies"}])
def test_the_way_back_is_timed_again_with_real_traffic(where):
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    launch = Launch.start(REGULATED, name="credit-v4", by="sre", at=at)
    launch = launch.set_subject(subject := {"config": f"sha256:{'c' * 64}"}, by="ci", at=at)
    verdicts = []
    for conditions in (where or {}, {"traffic": "real"}):
        measure = Measure("x-rollback.time", Number(600), sampling="census", where=conditions)
        evidence = Evidence([measure], subject=subject, collected_from=at, collected_to=at)
        launch = launch.add_evidence(evidence, by="ci", at=at)
        findings = launch.gate("scale-up", at=at).findings
        verdicts += [one.verdict for one in findings if one.kpi and one.kpi.id == "real-way-back"]
    assert verdicts == [Verdict.NOT_MEASURED, Verdict.MET]


@pytest.mark.parametrize("tier", ["A", "B", "C"])
def test_no_tier_drops_what_is_written_for_those_who_are_judged(tier):
    checklist = for_context(REGULATED, tier=tier)
    assert "are judged by it" in checklist["c2"].description
    assert {"judged"} <= {step.id for step in checklist["c2"].steps}
    assert checklist["reg-classify"].after == ("c1", "c2")
    assert {"reg-classify", "reg-privacy", "reg-risk"} <= set(checklist["c4"].after)
    assert [task.id for task in checklist] == [task.id for task in REGULATED]


def contexts():
    facets = [(facet.id, facet.values) for facet in model_serving().facets]
    for chosen in product(*(values for _, values in facets)):
        yield dict(zip((facet for facet, _ in facets), chosen, strict=True))


def test_at_most_a_third_is_critical_in_any_context():
    for context in contexts():
        checklist = for_context(REGULATED, context)
        assert 3 * sum(task.priority.value == "critical" for task in checklist) <= len(checklist)
    assert 3 * sum(task.priority.value == "critical" for task in DRILL) <= len(DRILL)


def test_regulated_use_and_a_language_model_do_not_ask_for_the_same_notice():
    both = tailor(model_serving(), overlay("llm-serving"), overlay("regulated"))
    task = both["reg-disclosure"]
    assert "the task llm-disclosure of the overlay llm-serving: link its result" in " ".join(task.description.split())
    talk = next(step.text for step in task.steps if step.id == "talk")
    assert talk.startswith("For conversations and generated content: a link to the closed task llm-disclosure")
    titles = Counter(task.title for task in both)
    assert [title for title, number in titles.items() if number > 1] == []
    for context in contexts():
        assert len(order(for_context(both, context))) == len(for_context(both, context))


@pytest.mark.parametrize("checklist", [REGULATED, DRILL], ids=lambda checklist: checklist.id)
def test_each_task_says_when_it_is_done_by_whom_and_where_help_is(checklist):
    for task in ADDED if checklist is REGULATED else checklist:
        assert 2 <= len(task.steps) <= 5
        assert task.role
        assert task.labels
        assert task.effort
        assert any(re.search(r"\d|one|each", step.text.lower()) for step in task.steps)
        for step in task.steps:
            assert step.text.count("<") == step.text.count(">") == len(MARKS.findall(step.text))


def guides_of(values):
    for value in values:
        yield from (reference.url for reference in value.references if not reference.is_link)


@pytest.mark.parametrize(("checklist", "name"), [(REGULATED, "regulated"), (DRILL, "model-rollback")])
def test_references_to_the_guide_name_sections_that_it_has(checklist, name):
    named = {url for url in guides_of(checklist) if f"/{name}.md" in url}
    assert {url.partition("#")[2] for url in named} <= {*_guides.sections_of(name)}
    assert len(named) >= 6
    for task in ADDED if name == "regulated" else ():
        assert any(f"/{name}.md#" in url for url in guides_of([task])), task.id


def test_the_law_is_that_of_november_2026():
    regulated = overlay("regulated")
    assert regulated.version == DRILL.version == "2026.2"
    assert "checked on 2026-11-28" in " ".join(regulated.description.split())
    assert "It is no legal advice" in regulated.description
    assert "https://eur-lex.europa.eu/eli/reg/2026/1744/oj" in {reference.url for reference in regulated.references}
    text = {task.id: " ".join(task.description.split()) for task in ADDED}
    assert "from 2 December 2027 and products of annex I from 2 August 2028" in text["reg-conformity"]
    assert "at least six months" in text["reg-records"]
    assert all(
        deadline in text["reg-incidents"] for deadline in ("15 days", "10 after a death", "72 hours", "24 hours")
    )


def test_the_drill_ends_with_the_service_as_it_was():
    assert list(order(DRILL).ids)[:4] == ["r1", "r2", "r3", "r4"]
    assert {task.id for task in DRILL} == {f"r{number}" for number in range(1, 13)}
    assert DRILL["r11"].after == ("r7",)
    assert DRILL["r12"].after == ("r3",)
    assert (DRILL["r11"].title, DRILL["r12"].title) == (
        "Go forward again and lift the hold",
        "Rehearse it in the pipeline",
    )
    assert DRILL["r4"].priority.value == "high"
    assert "target of r1" in DRILL["r9"].description
    asked = {gate.id: [task.id for task in DRILL if gate.id in task.gates] for gate in DRILL.gates}
    assert asked == {"take-back": ["r1", "r2", "r3", "r4"], "over": ["r6", "r7", "r8", "r11"]}


@pytest.mark.parametrize("checklist", [REGULATED, DRILL], ids=lambda checklist: checklist.id)
def test_each_kpi_is_a_placeholder_that_a_criterion_asks_for(checklist):
    known = {kpi.id for kpi in model_serving().kpis}
    own = [kpi for kpi in checklist.kpis if kpi.id not in known]
    asked = {kpi for task in checklist for criterion in task.criteria for kpi in criterion.kpis}
    assert len(own) >= 5
    assert all(kpi.placeholder for kpi in own)
    assert {kpi.id for kpi in own} <= asked
