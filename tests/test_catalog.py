"""The bundled checklist, held against its facts."""

from itertools import combinations, permutations, product
from pathlib import Path

import pytest

import servingchecklist
from servingchecklist import catalog, changes, for_context, model_serving, order, tailor
from servingchecklist.errors import UnknownNameError
from servingchecklist.tailoring import explain

FACTS = [
    ("Foundation", "c1", "critical", "1 day", "Define goals and KPIs", ()),
    ("Foundation", "c2", "high", "2-3 days", "Identify target audience", ()),
    ("Foundation", "c3", "high", "2-3 days", "Audit current state", ()),
    ("Execution", "c4", "critical", "1 day", "Prioritize high-impact tasks", ("c1", "c3")),
    ("Execution", "c5", "critical", "1 day", "Assign owners and deadlines", ("c4",)),
    ("Execution", "c6", "high", "2-3 days", "Set up tracking", ("c1",)),
    ("Launch & Review", "c7", "high", "2-3 days", "Ship and verify", ("c5", "c6")),
    ("Launch & Review", "c8", "high", "2-3 days", "Measure against KPIs", ("c1", "c6", "c7")),
    ("Launch & Review", "c9", "critical", "1 day", "Iterate on results", ("c8",)),
]

WORDS = {
    "c1": ["latency", "throughput", "accuracy drift", "user adoption", "KPIs", "success"],
    "c2": ["ML engineers", "evaluations", "application teams", "predictions", "data scientists", "production"],
    "c3": ["inference endpoints", "ONNX", "TensorFlow", "feature stores", "gaps in monitoring"],
    "c4": [
        "blast radius",
        "risk",
        "Robust inference",
        "fallback routing",
        "error handling",
        "multi-model orchestration",
        "autoscaling",
    ],
    "c5": ["owner", "milestone dates", "model optimization", "deployment pipeline", "testing the inference service"],
    "c6": [
        "observability",
        "latency histograms",
        "inference request counts",
        "error rates",
        "performance",
        "before a user",
    ],
    "c7": ["end to end in production", "predictions match", "degrades gracefully", "slow", "unavailable"],
    "c8": ["latency", "accuracy", "KPIs set in c1", "bottleneck", "preprocessing", "tokenization", "model loading"],
    "c9": [
        "logs of the first week",
        "patterns",
        "slow models",
        "failed requests",
        "targeted fixes",
        "scale to more users",
    ],
}


def test_the_bundled_checklist_is_as_its_facts_say():
    checklist = model_serving()
    assert (checklist.id, checklist.version, checklist.title, checklist.topic) == (
        "model-serving",
        "2026.1",
        "Model Serving Launch Checklist for 2026",
        "Model Serving",
    )
    found = [
        (checklist.phase_of(task).title, task.id, task.priority.value, str(task.effort), task.title, task.after)
        for task in checklist
    ]
    assert found == FACTS
    assert len(checklist.tips) == 3
    assert checklist.title_of("c1") == "Define goals and KPIs (Model Serving)"


@pytest.mark.parametrize("task_id", WORDS)
def test_every_description_covers_its_points(task_id):
    description = model_serving()[task_id].description
    assert [word for word in WORDS[task_id] if word not in description] == []


def test_the_tips_are_the_three_tips():
    critical, weekly, adapt = model_serving().tips
    assert "critical items first" in critical
    assert "every week" in weekly
    assert "Adapt the phases to your own model-serving context" in adapt


def test_every_phase_points_to_a_guide_that_is_in_the_docs_under_its_title():
    docs = Path(__file__).parent.parent / "docs"
    for phase in model_serving().phases:
        assert (docs / phase.guide.url).read_text("utf-8").startswith(f"# {phase.guide.title}\n")


def test_the_catalog_lists_what_the_package_holds():
    data = Path(servingchecklist.__file__).parent / "data"
    assert set(catalog.ids()) == {path.stem for path in data.glob("*.toml")}
    assert [entry.id for entry in catalog.entries()] == list(catalog.ids())


def test_every_entry_says_what_it_is_and_what_it_needs():
    assert [(entry.id, entry.kind, entry.needs) for entry in catalog.entries()] == [
        ("model-serving", "checklist", ""),
        ("model-rollback", "checklist", ""),
        ("llm-serving", "overlay", "model-serving"),
        ("batch-inference", "overlay", "model-serving"),
        ("edge-serving", "overlay", "model-serving"),
        ("regulated", "overlay", "model-serving"),
    ]
    for entry in catalog.entries():
        found = (catalog.load if entry.kind == "checklist" else catalog.overlay)(entry.id)
        assert (found.id, found.title, found.version) == (entry.id, entry.title, entry.version)
        assert (entry.distribution, entry.fault) == ("", None)


def test_what_comes_together_fits_together():
    overlays = [catalog.overlay(entry.id) for entry in catalog.entries() if entry.kind == "overlay"]
    for overlay in overlays:
        assert tailor(catalog.load(overlay.base), overlay).layers == (overlay,)
    assert tailor(model_serving(), *overlays).layers == tuple(overlays)


@pytest.mark.parametrize("name", ["model-servin", "../secrets", "", None, "data/model-serving"])
def test_only_ids_that_are_listed_are_loaded(name):
    with pytest.raises(UnknownNameError, match=r"^\$: there is no checklist of that name \(got .*model-serving"):
        catalog.load(name)


OVERLAYS = {
    "llm-serving": {"c7.after", "c7.effort", "c8.priority", "c8.effort", "c8.description"},
    "batch-inference": {"c1.description", "c7.description", "c9.after"},
    "edge-serving": {"c3.description", "c5.after", "c6.after"},
    "regulated": {"c2.description", "c4.after", "c8.after", "launch-review.description"},
}
"""What each overlay sets, besides the tasks that it adds."""

ADDED = {"llm-serving": "llm-", "batch-inference": "batch-", "edge-serving": "edge-", "regulated": "reg-"}


def said_by(overlay):
    """What an overlay sets in what was there before: pairs of a field, and whether it only adds to it."""
    for change in overlay.changes:
        match change:
            case changes.SetTask(task=name) | changes.SetPhase(phase=name):
                yield from ((f"{name}.{field}", False) for field in change.values())
                if getattr(change, "also_after", ()):
                    yield f"{name}.after", True


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_overlay_changes_what_it_should_and_fits_by_itself(name):
    overlay = catalog.overlay(name)
    assert overlay.base == "model-serving"
    added = [change.task for change in overlay.changes if isinstance(change, changes.AddTask)]
    assert len(added) >= 4
    assert {task.id.partition("-")[0] for task in added} == {ADDED[name].removesuffix("-")}
    assert {field for field, _ in said_by(overlay)} <= OVERLAYS[name]
    assert not any(isinstance(change, changes.DropTask | changes.SetChecklist) for change in overlay.changes)
    made = tailor(model_serving(), overlay)
    assert set(order(made).ids) == {task.id for task in model_serving()} | {task.id for task in added}
    assert made.layers == (overlay,)
    for task in added:
        assert explain(made, task.id)["title"].layer == overlay.label
        assert task.effort is not None
        assert len(task.description) > 200


def test_no_two_overlays_set_the_same_field():
    told = {name: dict(said_by(catalog.overlay(name))) for name in OVERLAYS}
    for one, other in combinations(told, 2):
        both = told[one].keys() & told[other].keys()
        assert [field for field in both if not (told[one][field] and told[other][field])] == []
    ids = [change.task.id for name in OVERLAYS for change in catalog.overlay(name).changes if change.kind == "add-task"]
    assert len(set(ids)) == len(ids)


def test_every_ordered_stack_fits_and_comes_to_the_same_tasks():
    overlays = [catalog.overlay(name) for name in OVERLAYS]
    for many in range(1, 5):
        for some in combinations(overlays, many):
            made = [tailor(model_serving(), *stack) for stack in permutations(some)]
            assert len({frozenset((task.id, frozenset(task.after)) for task in one) for one in made}) == 1
            fields = ("title", "priority", "effort", "description", "references", "when")
            assert (
                len({tuple(getattr(one[task.id], field) for task in made[0] for field in fields) for one in made}) == 1
            )


def test_no_wait_of_an_overlay_is_lost_in_a_stack():
    whole = tailor(model_serving(), *(catalog.overlay(name) for name in OVERLAYS))
    for name in OVERLAYS:
        alone = tailor(model_serving(), catalog.overlay(name))
        for task in alone:
            assert set(task.after) <= set(whole[task.id].after)


def test_every_context_of_the_whole_stack_is_a_plan():
    base = tailor(model_serving(), *(catalog.overlay(name) for name in OVERLAYS))
    values = [(facet.id, facet.values) for facet in base.facets]
    for chosen in product(*(some for _, some in values)):
        made = for_context(base, dict(zip((facet for facet, _ in values), chosen, strict=True)))
        assert len(order(made)) == len(made) >= 7
    assert {"llm", "edge"} & {
        task.id.partition("-")[0] for task in for_context(base, mode="batch", model="classical")
    } == set()


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("llm-serving", {"mode": "online", "model": "llm"}),
        ("batch-inference", {"mode": "batch"}),
        ("edge-serving", {"mode": "edge"}),
    ],
)
def test_in_its_own_context_an_overlay_keeps_all_its_tasks(name, context):
    made = tailor(model_serving(), catalog.overlay(name))
    assert [task.id for task in for_context(made, context)] == [task.id for task in made]


def references_of(value):
    yield from getattr(value, "references", ())
    for phase in getattr(value, "phases", ()):
        for task in phase.tasks:
            yield from task.references
    for change in getattr(value, "changes", ()):
        if isinstance(change, changes.AddTask):
            yield from change.task.references
        yield from getattr(change, "references", None) or ()


@pytest.mark.parametrize("name", [*OVERLAYS, "model-rollback"])
def test_references_are_https(name):
    found = list(references_of(catalog.overlay(name) if name in OVERLAYS else catalog.load(name)))
    assert len(found) >= 3
    assert [one.url for one in found if not one.url.startswith("https://")] == []


WORDS_OF_OVERLAYS = {
    "llm-serving": ["time to first token", "inter-token", "tokens per second", "prompt", "stream", "thousand requests", "safety", "cache", "batch"],
    "batch-inference": ["rerun", "complete", "window", "backfill", "publish"],
    "edge-serving": ["device", "battery", "offline"],
    "regulated": ["privacy", "bias", "oversight", "incident", "records", "sign-off"],
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS_OF_OVERLAYS)
def test_an_overlay_covers_its_subject(name):
    text = str(catalog.overlay(name).to_dict()).lower()
    assert [word for word in WORDS_OF_OVERLAYS[name] if word not in text] == []


def test_the_facets_are_as_their_facts_say():
    facets = {facet.id: facet.values for facet in model_serving().facets}
    assert facets == {
        "mode": ("online", "batch", "streaming", "edge"),
        "model": ("classical", "llm"),
        "tier": ("A", "B", "C"),
    }
    assert {task.id: str(task.when[0]) for task in model_serving() if task.when} == {
        "c2": "tier is A or B",
        "c4": "tier is A or B",
    }


def test_the_drill_for_taking_a_model_back_is_a_checklist_of_its_own():
    drill = catalog.load("model-rollback")
    assert len(drill.phases) >= 3
    assert len(drill) >= 8
    assert not {task.id for task in drill} & {task.id for task in model_serving()}
    assert all(task.effort and task.description for task in drill)
    assert {task.priority.value for task in drill} >= {"critical", "high"}
    assert [phase.id for phase in drill.phases] == ["prepare", "take-back", "learn"]
    assert drill[order(drill).ids[0]].after == ()
