"""The overlays for scheduled runs and for devices: nothing is offered before what protects it, and facets drop only what they should."""

from itertools import permutations, product

import pytest

from helpers.graphs import all_before
from servingchecklist import _guides, catalog, changes, for_context, model_serving, next_tasks, order, tailor

MODES = {"batch-inference": "batch", "edge-serving": "edge"}
TIERS = ("A", "B", "C")
NEW = {
    "batch-inference": {"batch-checks", "batch-schedule", "batch-access"},
    "edge-serving": {"edge-system", "edge-store", "edge-extract", "edge-reports"},
}


def tailored(name, **context):
    checklist = tailor(model_serving(), catalog.overlay(name))
    return for_context(checklist, mode=MODES[name], **context) if context else checklist


def ids(checklist):
    return {task.id for task in checklist}


FIRST = [
    ("batch-inference", "c7", {"batch-complete", "batch-inputs", "batch-rerun", "batch-checks", "batch-schedule", "batch-access", "c5", "c6"}),
    ("batch-inference", "c6", {"batch-complete"}),
    ("batch-inference", "batch-schedule", {"batch-rerun", "batch-window"}),
    ("batch-inference", "batch-publish", {"batch-checks", "batch-access", "batch-complete", "batch-window", "c7", "c8"}),
    ("batch-inference", "c9", {"batch-publish"}),
    ("edge-serving", "c6", {"edge-telemetry"}),
    ("edge-serving", "edge-rollout", {"c6", "edge-signed", "edge-store", "edge-quantised", "edge-power", "edge-offline"}),
    ("edge-serving", "edge-reports", {"edge-signed"}),
    ("edge-serving", "edge-system", {"edge-quantised"}),
    ("edge-serving", "c7", {"edge-rollout", "edge-system", "edge-extract", "edge-reports", "c5", "c6"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "task", "protecting"), FIRST, ids=[f"{name}-{task}" for name, task, _ in FIRST])
def test_a_task_comes_after_what_protects_it(name, task, protecting):
    assert protecting - all_before(tailored(name), task) == set()


@pytest.mark.parametrize(("name", "tier"), [*product(MODES, TIERS)])
def test_what_protects_a_task_stays_before_it_in_every_tier(name, tier):
    checklist = tailored(name, tier=tier)
    for _, task, protecting in (row for row in FIRST if row[0] == name):
        assert protecting & ids(checklist) - all_before(checklist, task) == set()


def test_the_full_size_run_is_not_offered_while_runs_may_overlap():
    checklist = tailored("batch-inference")
    closed = {"c1", "c2", "c3", "c4", "c5", "c6", "batch-contract", "batch-complete", "batch-inputs"}
    assert "c7" not in {task.id for task in next_tasks(checklist, done=closed, limit=None)}
    closed |= {"batch-checks", "batch-rerun", "batch-window", "batch-access"}
    assert "c7" not in {task.id for task in next_tasks(checklist, done=closed, limit=None)}
    assert "c7" in {task.id for task in next_tasks(checklist, done={*closed, "batch-schedule"}, limit=None)}


@pytest.mark.parametrize(("name", "tier"), [*product(MODES, (None, *TIERS))])
def test_at_most_a_third_of_the_tasks_is_critical(name, tier):
    checklist = tailored(name, **({"tier": tier} if tier else {}))
    critical = [task.id for task in checklist if task.priority.value == "critical"]
    assert 3 * len(critical) <= len(checklist), critical


@pytest.mark.parametrize(("name", "tier"), [*product(MODES, TIERS)])
def test_a_tier_drops_no_task_of_the_overlay(name, tier):
    added = {change.task.id for change in catalog.overlay(name).changes if isinstance(change, changes.AddTask)}
    assert added >= NEW[name]
    assert added <= ids(tailored(name, tier=tier))
    other = next(mode for mode in MODES.values() if mode != MODES[name])
    assert not added & ids(for_context(tailored(name), mode=other))
    assert not added & ids(for_context(tailored(name), mode="online"))


@pytest.mark.parametrize("name", MODES)
def test_each_added_task_has_steps_a_role_labels_a_gate_and_a_section_of_the_guide(name):
    for change in catalog.overlay(name).changes:
        if isinstance(change, changes.AddTask):
            task = change.task
            assert len(task.steps) >= 3
            assert task.role
            assert task.labels
            assert task.criteria
            assert task.gates
            sections = [one.url.partition("#")[2] for one in task.references if f"guides/{name}.md#" in one.url]
            assert sections
            assert set(sections) <= {*_guides.sections_of(name)}


@pytest.mark.parametrize("name", MODES)
def test_each_kpi_of_the_overlay_is_a_placeholder_that_a_task_asks_for(name):
    base = {kpi.id for kpi in model_serving().kpis}
    own = [kpi for kpi in tailored(name).kpis if kpi.id not in base]
    asked = {kpi for task in tailored(name) for criterion in task.criteria for kpi in criterion.kpis}
    assert own
    assert all(kpi.placeholder for kpi in own)
    assert {kpi.id for kpi in own} <= asked


@pytest.mark.parametrize(
    ("name", "tasks"),
    [("batch-inference", ["batch-publish"]), ("edge-serving", ["edge-rollout"])],
)
def test_where_going_back_is_asked_for_the_drill_is_linked(name, tasks):
    for task in tasks:
        assert "servingchecklist/guides/model-rollback.md" in {one.url for one in tailored(name)[task].references}


def test_expiry_gates_the_update_and_never_the_installed_model():
    checklist = tailored("edge-serving")
    signed = {step.id: step.text for step in checklist["edge-signed"].steps}
    assert "past expiry" in signed["accept"]
    assert "loads after its expiry" in signed["load"]
    assert "after the check set passed" in signed["counter"]
    assert "clock set back" in signed["floor"]
    assert "side effect of an expired file" in checklist["edge-offline"].description


def test_the_week_of_published_runs_is_waited_for():
    checklist = tailored("batch-inference")
    assert checklist["c9"].wait_days == 7
    assert "batch-publish" in checklist["c9"].after


def test_both_overlays_come_to_the_same_in_either_order():
    made = [
        tailor(model_serving(), *(catalog.overlay(name) for name in names)) for names in permutations(sorted(MODES))
    ]
    assert len({frozenset((task.id, frozenset(task.after), task.description) for task in one) for one in made}) == 1
    for one in made:
        assert len(order(one)) == len(one)
    both = for_context(made[0], mode=["batch", "edge"])
    assert {task for new in NEW.values() for task in new} <= ids(both)
