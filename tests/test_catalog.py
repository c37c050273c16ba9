"""The bundled checklist, held against its facts."""

from pathlib import Path

import pytest

import servingchecklist
from servingchecklist import UnknownNameError, catalog, model_serving

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
    assert [catalog.load(name).id for name in catalog.ids()] == list(catalog.ids())


@pytest.mark.parametrize("name", ["model-servin", "../secrets", "", None, "data/model-serving"])
def test_only_ids_that_are_listed_are_loaded(name):
    with pytest.raises(
        UnknownNameError, match=r"^\$: there is no bundled checklist of that name \(got .*model-serving"
    ):
        catalog.load(name)
