"""The bundled checklist, held against its facts."""

import re
from itertools import combinations, permutations, product
from pathlib import Path

import pytest

import servingchecklist
from servingchecklist import _guides, catalog, changes, for_context, model_serving, order, tailor
from servingchecklist.errors import InvalidError, UnknownNameError
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
    "c1": ["latency", "throughput", "accuracy drift", "user adoption rate", "KPIs", "success"],
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
        "Gather the logs of the first week",
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
        "2026.2",
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


def test_every_phase_points_to_a_guide_by_its_title():
    for phase in model_serving().phases:
        assert catalog.guide(phase.guide.url).startswith(f"# {phase.guide.title}\n")


def test_the_package_holds_the_guides_that_the_catalog_names():
    folder = Path(servingchecklist.__file__).parent / "guides"
    assert set(catalog.guides()) == {path.stem for path in folder.iterdir()}
    for name in catalog.guides():
        assert catalog.guide(name) == (folder / f"{name}.md").read_text("utf-8")


def test_a_section_of_a_guide_ends_where_the_next_begins():
    whole = catalog.guide("execution")
    parts = [catalog.guide(f"execution#{anchor}") for anchor in _guides.sections_of("execution")]
    assert [part.splitlines()[0] for part in parts] == [
        "## c4: Prioritize high-impact tasks",
        "## c5: Assign owners and deadlines",
        "## c6: Set up tracking",
    ]
    assert whole[whole.index("## c4") :] == "\n".join(parts)
    by_address = catalog.guide("servingchecklist/guides/execution.md#c6-set-up-tracking")
    assert by_address == parts[2] == catalog.guide("execution#c6-set-up-tracking") == catalog.guide("execution#c6")
    assert catalog.guide("servingchecklist/guides/execution.md#c6-set-up") == parts[2]
    assert catalog.guide("execution#") == catalog.guide("servingchecklist/guides/execution.md") == whole


def test_a_line_of_code_is_no_heading(monkeypatch):
    text = "# T\n\n## One, two: `x_y`!\n\n```sh\n## a comment\n```\n\n~~~\n```\n## no\n~~~\n\n##  Two-three \nend\n"
    monkeypatch.setattr(_guides, "text_of", {"llm-serving": text}.__getitem__)
    sections = _guides.sections_of.__wrapped__("llm-serving")
    assert list(sections) == ["one-two-x_y", "two-three"]
    monkeypatch.setattr(_guides, "sections_of", _guides.sections_of.__wrapped__)  # which keeps nothing
    assert _guides.headings_of("llm-serving") == {"one-two-x_y": "One, two: `x_y`!", "two-three": "Two-three"}
    assert "".join(sections.values()) == text.removeprefix("# T\n\n").replace("\n\n## ", "\n## ").replace(
        "~\n\n", "~\n"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("foundaton", "$: there is no guide of that name (got 'foundaton'); did you mean 'foundation'?"),
        ("foundaton#c1", "$: there is no guide of that name (got 'foundaton'); did you mean 'foundation'?"),
        ("", "$: there is no guide of that name (got ''); known: foundation, execution, "),
        (None, "$: there is no guide of that name (got None); known: foundation, "),
        ("../data/regulated", "$: there is no guide of that name (got '../data/regulated'); known: foundation, "),
        (
            "servingchecklist/guides/foundatio.md",
            "$: there is no guide of that name (got 'foundatio'); did you mean 'foundation'?",
        ),
        ("servingchecklist/guides/foundation.txt", "$: there is no guide of that name (got 'servingchecklist/guides/"),
        (
            "servingchecklist/guides/execution.md#gone",
            "$: the guide execution has no such section (got 'gone'); known: c4-",
        ),
        (
            "execution#c6-set-up-trackin",
            "$: the guide execution has no such section (got 'c6-set-up-trackin'); did you mean 'c6-set-up-tracking'?",
        ),
        (
            "execution#gone",
            "$: the guide execution has no such section (got 'gone'); known: c4-prioritize-high-impact-",
        ),
    ],
)
def test_only_guides_and_sections_that_exist_are_given(name, expected):
    with pytest.raises(UnknownNameError) as caught:
        catalog.guide(name)
    assert str(caught.value).startswith(expected)


def test_the_catalog_lists_what_the_package_holds():
    data = Path(servingchecklist.__file__).parent / "data"
    assert set(catalog.ids()) == {path.stem for path in data.glob("*.toml")}
    assert [entry.id for entry in catalog.entries()] == list(catalog.ids())


def test_every_entry_says_what_it_is_and_what_it_needs():
    assert [(entry.id, entry.kind, entry.needs) for entry in catalog.entries()] == [
        ("model-serving", "checklist", ""),
        ("model-rollback", "checklist", ""),
        ("online-serving", "overlay", "model-serving"),
        ("llm-serving", "overlay", "model-serving"),
        ("batch-inference", "overlay", "model-serving"),
        ("only-runs", "overlay", "model-serving"),
        ("edge-serving", "overlay", "model-serving"),
        ("only-devices", "overlay", "model-serving"),
        ("regulated", "overlay", "model-serving"),
    ]
    for entry in catalog.entries():
        found = (catalog.load if entry.kind == "checklist" else catalog.overlay)(entry.id)
        assert (found.id, found.title, found.version) == (entry.id, entry.title, entry.version)
        assert (entry.distribution, entry.fault) == ("", None)


def test_what_comes_together_fits_together():
    overlays = [
        catalog.overlay(entry.id) for entry in catalog.entries() if entry.kind == "overlay" and entry.id not in ALONE
    ]
    for overlay in overlays:
        assert tailor(catalog.load(overlay.base), overlay).layers == (overlay,)
    assert tailor(model_serving(), *overlays).layers == tuple(overlays)


@pytest.mark.parametrize("name", ["model-servin", "../secrets", "", None, "data/model-serving"])
def test_only_ids_that_are_listed_are_loaded(name):
    with pytest.raises(UnknownNameError, match=r"^\$: there is no checklist of that name \(got .*model-serving"):
        catalog.load(name)


OVERLAYS = {
    "online-serving": {"c7.after", "c9.after"},
    "llm-serving": {"c6.after", "c7.after", "c7.effort", "c8.after", "c8.effort", "c8.description", "c9.after"},
    "batch-inference": {
        "c1.description",
        "c6.after",
        "c6.description",
        "c7.after",
        "c7.description",
        "c9.after",
        "c9.description",
        "c9.wait_days",
    },
    "edge-serving": {"c3.description", "c5.after", "c6.after", "c7.after"},
    "regulated": {
        "c2.description",
        "c2.when",
        "c4.after",
        "c4.when",
        "c7.after",
        "c8.after",
        "launch-review.description",
    },
}
"""What each overlay sets, besides the tasks that it adds."""

ALONE = {"only-runs": "batch-inference", "only-devices": "edge-serving"}
"""The overlays that take away what fits requests only, each with the one that it follows."""

ADDED = {
    "online-serving": "on-",
    "llm-serving": "llm-",
    "batch-inference": "batch-",
    "edge-serving": "edge-",
    "regulated": "reg-",
}


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
    assert not any(isinstance(change, changes.DropTask) for change in overlay.changes)
    of_checklist = [change.values() for change in overlay.changes if isinstance(change, changes.SetChecklist)]
    assert all(values.keys() == {"audiences"} for values in of_checklist)
    made = tailor(model_serving(), overlay)
    assert set(order(made).ids) == {task.id for task in model_serving()} | {task.id for task in added}
    assert made.layers == (overlay,)
    for task in added:
        assert explain(made, task.id)["title"].layer == overlay.label
        assert task.effort is not None
        assert len(task.description) > 200


@pytest.mark.parametrize(("name", "partner"), ALONE.items())
def test_an_overlay_for_services_without_requests_takes_away_what_fits_requests_only(name, partner):
    overlay, first = catalog.overlay(name), tailor(model_serving(), catalog.overlay(partner))
    assert {field for field, _ in said_by(overlay)} == {f"{task}.criteria" for task in ("c2", "c3", "c6", "c7", "c8")}
    made = tailor(first, overlay)
    assert [(task.id, task.after, task.steps) for task in made] == [(task.id, task.after, task.steps) for task in first]
    gone = {kpi.id for kpi in first.kpis} - {kpi.id for kpi in made.kpis}
    of_requests = {"latency-p99", "throughput", "errors", "degraded", "examples"}
    assert gone == of_requests | {"unlisted-endpoints", "monitoring-gaps", "uncounted", "hidden-failures"}
    assert {audience.id for audience in made.audiences} & {audience.id for audience in first.audiences} == {
        "data-scientists"
    }
    assert not {"application-teams", "evaluating-engineers"} & {audience.id for audience in made.audiences}
    asked = {kpi for task in made for criterion in task.criteria for kpi in criterion.kpis}
    assert asked == {kpi.id for kpi in made.kpis}


@pytest.mark.parametrize(("name", "partner"), ALONE.items())
def test_such_an_overlay_follows_its_partner_and_may_stand_anywhere_behind_it(name, partner):
    with pytest.raises(InvalidError, match="there is no KPI of that id"):
        tailor(model_serving(), catalog.overlay(name), catalog.overlay(partner))
    with pytest.raises(InvalidError, match=r"there is no KPI of that id \(got 'latency-p99'\)"):
        tailor(model_serving(), *map(catalog.overlay, (partner, name, "llm-serving")))
    stacks = [
        stack
        for stack in permutations((partner, name, "llm-serving", "regulated"))
        if stack.index(name) > max(stack.index(partner), stack.index("llm-serving"))
    ]
    made = [tailor(model_serving(), *map(catalog.overlay, stack)) for stack in stacks]
    assert len(made) == 8
    for task in made[0]:
        for field in ("steps", "criteria", "labels", "after"):
            assert len({frozenset(getattr(one[task.id], field)) for one in made}) == 1
    assert len({one.audiences for one in made}) == 1


def test_only_one_of_them_fits():
    with pytest.raises(InvalidError, match="there is no KPI of that id"):
        tailor(model_serving(), *map(catalog.overlay, ("batch-inference", "only-runs", "edge-serving", "only-devices")))


def test_no_two_overlays_set_the_same_field():
    told = {name: dict(said_by(catalog.overlay(name))) for name in OVERLAYS}
    for one, other in combinations(told, 2):
        both = told[one].keys() & told[other].keys()
        assert [field for field in both if not (told[one][field] and told[other][field])] == []
    ids = [change.task.id for name in OVERLAYS for change in catalog.overlay(name).changes if change.kind == "add-task"]
    assert len(set(ids)) == len(ids)


def test_every_ordered_stack_fits_and_comes_to_the_same_tasks():
    overlays = [catalog.overlay(name) for name in OVERLAYS]
    for many in range(1, len(overlays) + 1):
        for some in combinations(overlays, many):
            # Of the larger stacks the rotations, in which each is below and above each other.
            turned = [(*some[at:], *some[:at]) for at in range(many)]
            stacks = permutations(some) if many < 4 else (*turned, *(stack[::-1] for stack in turned))
            made = [tailor(model_serving(), *stack) for stack in stacks]
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
        ("online-serving", {"mode": "online", "model": "classical"}),
        ("online-serving", {"mode": "events", "model": "classical"}),
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
def test_references_are_https_or_guides(name):
    found = list(references_of(catalog.overlay(name) if name in OVERLAYS else catalog.load(name)))
    own = "servingchecklist/guides/"  # tests/guides has those
    pages = [one.url for one in found if not one.url.startswith(own)]
    assert len(pages) >= 3
    assert [url for url in pages if not url.startswith("https://")] == []


def own_texts_of(task):
    yield task.description
    yield from (step.text for step in task.steps)
    yield from (criterion.title for criterion in task.criteria)


@pytest.mark.parametrize("name", ["", *OVERLAYS])
def test_no_task_names_one_that_a_context_drops_without_saying_where_it_is(name):
    overlay = catalog.overlay(name) if name else None
    whole = tailor(model_serving(), overlay) if overlay else model_serving()
    ids = {task.id for task in whole} - {"on-call"}  # which is a word as well
    added = {change.task.id for change in overlay.changes if isinstance(change, changes.AddTask)} if overlay else ids
    for facet, value in ((one.id, value) for one in whole.facets for value in one.values):
        made = for_context(whole, {facet: value})
        kept = {task.id for task in made}
        if not added & kept:
            continue  # the overlay is for other services
        found = [(task.id, text) for task in made for text in own_texts_of(task)]
        named = [
            (task, text) for task, text in found if (ids - kept) & set(re.findall(r"[a-z]+[0-9]*(?:-[a-z0-9]+)*", text))
        ]
        assert [text for _, text in named if not re.search("in tiers A and B|for a run", text)] == [], (facet, value)


WORDS_OF_OVERLAYS = {
    "online-serving": ["slice", "knee", "open loop", "runbook", "authentication", "model-rollback", "training again", "newcomer"],
    "llm-serving": ["time to first token", "inter-token", "tokens per second", "prompt", "stream", "thousand requests", "safety", "cache", "batch"],
    "batch-inference": ["rerun", "complete", "window", "backfill", "publish"],
    "edge-serving": ["device", "battery", "offline"],
    "regulated": ["privacy", "bias", "oversight", "incident", "records", "sign-off", "risk register", "robustness", "conformity", "explain", "supplier"],
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS_OF_OVERLAYS)
def test_an_overlay_covers_its_subject(name):
    text = str(catalog.overlay(name).to_dict()).lower()
    assert [word for word in WORDS_OF_OVERLAYS[name] if word not in text] == []


def test_the_facets_are_as_their_facts_say():
    facets = {facet.id: facet.values for facet in model_serving().facets}
    assert facets == {
        "mode": ("online", "batch", "events", "edge"),
        "model": ("classical", "llm"),
        "tier": ("A", "B", "C"),
        "hosting": ("own", "api"),
        "context": ("none", "rag", "tools"),
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
