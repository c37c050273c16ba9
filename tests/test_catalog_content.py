"""The bundled checklists and overlays as launches use them: applied together, in the contexts that they are for.

Some contexts make no sense: an overlay for batch runs adds nothing to a service without them. What is tried is each set of overlays in
each context that every one of them is for.
"""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product

import pytest

from helpers.binomial import at_most, fewest
from helpers.graphs import all_before
from servingchecklist import (
    Launch,
    Priority,
    _guides,
    catalog,
    changes,
    for_context,
    forecast,
    model_serving,
    order,
    tailor,
)
from servingchecklist.evidence import Evidence, Measure, Share, Verdict

BUNDLED = [entry for entry in catalog.entries() if entry.kind != "format" and not entry.distribution]
ALONE = {"only-runs": "batch-inference", "only-devices": "edge-serving"}
"""The overlays for services without requests, each with the one that it follows."""
OVERLAYS = [entry.id for entry in BUNDLED if entry.kind == "overlay" and entry.id not in ALONE]
CHECKLISTS = [entry.id for entry in BUNDLED if entry.kind == "checklist"]
STACKS = [stack for many in range(len(OVERLAYS) + 1) for stack in combinations(OVERLAYS, many)]
STACKS += [
    (*more, partner, name)
    for name, partner in ALONE.items()
    for more in ((), ("llm-serving",), ("regulated",), ("llm-serving", "regulated"))
]

FOR = {
    "online-serving": ("mode", {"online", "events"}),
    "llm-serving": ("model", {"llm"}),
    "batch-inference": ("mode", {"batch"}),
    "edge-serving": ("mode", {"edge"}),
}
"""The values of a facet of which a service has at least one, if the overlay is for it. Those left out are for any service."""

CHOICES = {
    "mode": [["online"], ["batch"], ["events"], ["edge"], ["online", "batch"], ["online", "edge"]],
    "model": [["classical"], ["llm"], ["classical", "llm"]],
    "tier": [["A"], ["B"], ["C"]],
    "hosting": [["own"], ["api"], ["own", "api"]],
    "context": [["none"], ["rag"], ["tools"], ["rag", "tools"]],
}
"""The choices that services make; besides these, a facet may be left without a choice."""

ANCHORS = {
    "llm-serving": "latency memory limits exposure supply-chain streaming retrieval routing rollout evaluation safety tools privacy "
    "alerts cost disclosure provider feedback",
    "batch-inference": "contract inputs checks schedule rerun accounting publish access alerts",
    "edge-serving": "budget devices updates rollout telemetry systems store extraction reports",
    "regulated": "dates risk-class data bias robustness oversight suppliers explanation records incidents documents conformity training",
    "model-rollback": "target timeline hold decide verify forward pipeline",
    "foundation": "c1-define-goals-and-kpis c2-identify-target-audience c3-audit-current-state",
    "execution": "c4-prioritize-high-impact-tasks c5-assign-owners-and-deadlines c6-set-up-tracking",
    "launch-review": "c7-ship-and-verify c8-measure-against-kpis c9-iterate-on-results",
}
"""The sections of each guide to which tasks refer."""


def tailored(stack):
    return tailor(model_serving(), *(catalog.overlay(name) for name in stack))


def is_sensible(stack, context):
    """Return whether a service of that context would apply these overlays, and has the ones that it needs."""
    for name, (facet, values) in FOR.items():
        chosen = {*context.get(facet, values)}
        if name in stack and not values & chosen:
            return False
    needed = (name for name, (facet, values) in FOR.items() if facet in context and {*context[facet]} <= values)
    return not stack or all(name in stack for name in needed if name != "online-serving")


def contexts(stack, *facets):
    """Yield the contexts in which a set of overlays makes sense, as choices of some facets; by default of all."""
    names = facets or tuple(CHOICES)
    for chosen in product(*([None, *CHOICES[name]] for name in names)):
        context = {name: values for name, values in zip(names, chosen, strict=True) if values is not None}
        if is_sensible(stack, context):
            yield context


def applies(task, context):
    return all(not (chosen := context.get(choice.facet)) or {*chosen} & {*choice.values} for choice in task.when)


def test_all_that_is_bundled_is_of_one_version():
    assert len(OVERLAYS) >= 5
    assert {*ALONE} <= {entry.id for entry in BUNDLED}
    assert CHECKLISTS == ["model-serving", "model-rollback"]
    assert len({entry.version for entry in BUNDLED}) == 1


def test_a_service_needs_the_overlay_that_it_is_all_about():
    everything = tuple(FOR)
    assert is_sensible(everything, {})
    assert is_sensible((), {"mode": ["batch"], "model": ["llm"]})
    assert is_sensible(("online-serving",), {"mode": ["online", "batch"], "model": ["classical"]})
    assert not is_sensible(("online-serving",), {"mode": ["batch"]})
    assert not is_sensible(("online-serving",), {"model": ["llm"]})
    assert is_sensible(("regulated",), {"mode": ["online"]})


@pytest.mark.parametrize("stack", STACKS, ids="+".join)
def test_every_stack_is_a_plan_in_every_context(stack):
    whole = tailored(stack)
    whole_before = {task.id: all_before(whole, task.id) for task in whole}
    for context in contexts(stack, "mode", "model"):
        for tier in ({}, {"tier": ["C"]}):
            made = for_context(whole, context | tier)
            ids = {task.id for task in made}
            assert ids == {task.id for task in whole if applies(task, context | tier)}
            assert set(order(made).ids) == ids
            assert {task.id: all_before(made, task.id) for task in made} == {
                name: whole_before[name] & ids for name in ids
            }
            assert {gate for task in made for gate in task.gates} == {gate.id for gate in made.gates}


@pytest.mark.parametrize("stack", STACKS, ids="+".join)
def test_at_most_a_third_of_the_tasks_is_critical(stack):
    """The priorities of the nine tasks are given, and four of them are critical; so the rule is for what is added to them."""
    whole = tailored(stack)
    if not stack:
        assert [task.id for task in whole if task.priority is Priority.CRITICAL] == ["c1", "c4", "c5", "c9"]
        return
    named = {choice.facet for task in whole for choice in task.when}
    too_many = []
    for context in contexts(stack, *(facet for facet in CHOICES if facet in named)):
        made = [task for task in whole if applies(task, context)]
        critical = [task.id for task in made if task.priority is Priority.CRITICAL]
        if 3 * len(critical) > len(made):
            too_many.append((context, len(made), critical))
    assert too_many == []


def bundled():
    """Yield each bundled checklist, and model-serving with all overlays."""
    yield from (catalog.load(name) for name in CHECKLISTS)
    yield tailored(OVERLAYS)
    for name, partner in ALONE.items():
        yield tailored(("llm-serving", "regulated", partner, name))


each_bundled = pytest.mark.parametrize("checklist", list(bundled()), ids=[*CHECKLISTS, "all-overlays", *ALONE])


@each_bundled
def test_every_task_can_be_acted_on(checklist):
    for task in checklist:
        assert task.effort is not None, task.id
        assert len(task.steps) >= 2, task.id
        assert all(len(step.text) >= 40 for step in task.steps), task.id
        assert task.role, task.id
        assert task.labels, task.id
        assert len(task.description) > 200, task.id
    titles = [task.title for task in checklist]
    assert sorted(set(titles)) == sorted(titles)


@each_bundled
def test_every_target_is_a_placeholder_that_something_asks_for(checklist):
    asked = {kpi for task in checklist for criterion in task.criteria for kpi in criterion.kpis}
    asked |= {kpi for audience in checklist.audiences for kpi in audience.kpis}
    assert {kpi.id for kpi in checklist.kpis} == asked
    assert [kpi.id for kpi in checklist.kpis if not kpi.placeholder] == []


LATER = {
    "c4": "c1 c3",
    "c5": "c4",
    "c6": "llm-logging edge-telemetry",
    "c7": "c5 c6 on-gate on-load on-exposure on-rollback on-call llm-limits llm-logging llm-safety llm-eval llm-exposure llm-retrieval "
    "llm-rollout llm-supply llm-tools llm-disclosure llm-provider batch-inputs batch-checks batch-rerun batch-complete batch-schedule "
    "batch-access edge-offline edge-signed edge-rollout edge-telemetry edge-system reg-classify reg-risk reg-privacy reg-records",
    "c8": "c7 reg-data reg-bias reg-robust reg-oversight reg-disclosure reg-conformity reg-sign-off reg-stages",
    "c9": "c8 llm-cost on-stale batch-publish",
    "on-rollback": "c5 c6",
    "on-call": "c5 c6",
    "llm-safety": "c2",
    "llm-rollout": "c6 llm-release",
    "edge-rollout": "c6 edge-signed",
    "reg-bias": "reg-data",
    "reg-sign-off": "reg-conformity",
    "reg-stages": "reg-sign-off",
    "r6": "r1 r2 r3",
    "r9": "r7",
    "r11": "r7",
}
"""For a task, those that come first."""


def test_the_tasks_of_the_table_are_bundled():
    known = {task.id for checklist in bundled() for task in checklist}
    ids = {name for later, names in LATER.items() for name in (later, *names.split())}
    assert ids <= known


@pytest.mark.parametrize("later", LATER)
def test_no_task_is_offered_before_what_protects_from_it(later):
    missing = []
    for checklist in bundled():
        ids = {task.id for task in checklist}
        if later in ids:
            missing += [
                name for name in LATER[later].split() if name in ids and name not in all_before(checklist, later)
            ]
    assert missing == []


SHADOWED = ("reg-", "batch-publish")
"""Tasks that judge what c7 shows in shadow, where nobody acts on an answer: asked for before any user, and done between c7 and c9."""


@pytest.mark.parametrize("stack", STACKS, ids="+".join)
def test_the_first_gate_asks_for_what_protects_users(stack):
    """What the launch waits for is asked for before any user is let in, and what is asked for then is waited for."""
    checklist = tailored(stack)
    assert [gate.id for gate in checklist.gates] == ["go-live", "scale-up"]
    first = {task.id for task in checklist if "go-live" in task.gates}
    # The launch waits for c2 by this gate alone, where no overlay lets it wait for it.
    ahead = {"c2", "c7"} | all_before(checklist, "c7")
    assert ahead <= first
    assert {name for name in first - ahead if not name.startswith(SHADOWED)} == set()
    assert first - ahead <= all_before(checklist, "c9")
    assert [task.id for task in checklist if not task.gates] == []


@pytest.mark.parametrize("stack", STACKS, ids="+".join)
def test_a_forecast_holds_a_week_of_serving(stack):
    checklist = tailored(stack)
    assert checklist["c8"].wait_days == 7
    finish = {
        task.id: task.finish for task in forecast(checklist, start=date(2026, 11, 30), people=4, samples=200).tasks
    }
    for share in (0.5, 0.8, 0.95):
        assert finish["c8"].quantile(share) - finish["c7"].quantile(share) >= timedelta(days=8)


def references():
    """Yield each reference to a guide, with the id of what refers to it."""
    for checklist in bundled():
        for phase in checklist.phases:
            yield from ((phase.id, phase.guide) for _ in [0] if phase.guide)
            yield from ((task.id, one) for task in phase.tasks for one in task.references)
    for name in (*OVERLAYS, *ALONE):
        yield from ((name, one) for one in catalog.overlay(name).references)


def test_references_to_guides_name_a_section_that_is_agreed_on():
    found = {(name, one.url) for name, one in references() if not one.url.startswith("https://")}
    unknown = []
    for name, url in sorted(found):
        guide, _, anchor = _guides.name_in(url).partition("#")
        if guide not in ANCHORS or (anchor and anchor not in ANCHORS[guide].split()):
            unknown.append((name, url))
    assert unknown == []
    assert {_guides.name_in(url).partition("#")[0] for name, url in found if name in {"c6", "c7"}} >= {
        "execution",
        "model-rollback",
    }


def test_the_sections_that_are_agreed_on_are_in_the_guides():
    assert set(ANCHORS) == set(_guides.NAMES)
    for name, anchors in ANCHORS.items():
        assert set(anchors.split()) <= set(_guides.sections_of(name))


def test_every_choice_is_of_a_known_value():
    known = {facet.id: set(facet.values) for facet in model_serving().facets}
    assert {name: {value for values in choices for value in values} for name, choices in CHOICES.items()} == known
    for name in (*OVERLAYS, *ALONE):
        for change in catalog.overlay(name).changes:
            choices = change.task.when if isinstance(change, changes.AddTask) else getattr(change, "when", None) or ()
            assert [choice for choice in choices if not {*choice.values} <= known[choice.facet]] == []


COUNTERPARTS = {
    "on-gate": "llm-eval",
    "on-load": "llm-capacity",
    "on-exposure": "llm-exposure",
    "on-rollback": "llm-rollout",
}
"""The tasks for classical models, and what llm-serving asks for in their place."""


def test_a_language_model_has_its_own_of_each_task_that_gives_way():
    both = tailor(model_serving(), catalog.overlay("llm-serving"), catalog.overlay("online-serving"))
    language, classical = (
        {task.id for task in for_context(both, mode="online", model=model)} for model in ("llm", "classical")
    )
    online = {task.id for task in both if task.id.startswith("on-")}
    assert online - language == set(COUNTERPARTS)
    assert online <= classical
    for name, counterpart in COUNTERPARTS.items():
        assert counterpart in both[name].description
    assert set(COUNTERPARTS.values()) <= language
    behind_api = {task.id for task in for_context(both, mode="online", model="llm", hosting="api")}
    assert set(COUNTERPARTS.values()) - behind_api == {"llm-capacity"}
    assert "llm-provider" in behind_api


@pytest.mark.parametrize(("name", "partner"), ALONE.items())
def test_a_service_without_requests_reaches_both_gates_by_its_own_kpis(name, partner):
    [mode] = FOR[partner][1]
    made = for_context(tailored((partner, name)), mode=mode, model="classical", tier="A")
    measures = {kpi.id: kpi.measure for kpi in made.kpis}
    for gate in made.gates:
        asked = {kpi for task in made if gate.id in task.gates for one in task.criteria for kpi in one.kpis}
        assert asked
        assert not {"request.failed", "degraded.wrong", "examples.wrong", "tracking.uncounted", "audit.gaps"} & {
            measures[kpi] for kpi in asked
        }
        assert {kpi for kpi in asked if measures[kpi] == "request.latency"} <= {"device-latency"}


def test_the_numbers_of_online_serving_are_right():
    checklist = tailored(["online-serving"])
    text = {task.id: " ".join(step.text for step in task.steps) for task in checklist}
    marks = re.findall(r"(\d+) of ([\d,]+) (?:show )?at most (\d+) %", text["on-gate"])
    assert marks == [("48", "300", "20"), ("8", "300", "5"), ("20", "3,000", "1")]
    for failures, of, percent in marks:
        cases, share = int(of.replace(",", "")), int(percent) / 100
        assert at_most(int(failures), cases, share) <= 0.05 < at_most(int(failures) + 1, cases, share)
    ten = (at_most(48, 300, 0.1) * at_most(20, 3_000, 0.003)) ** 10
    assert f"passes ten slices in {100 * ten:.0f} of 100 evaluations" in text["on-gate"]
    assert (
        f"15 of 20 differing ones that got worse refuse the version (by chance in {100 - 100 * at_most(14, 20, 0.5):.0f} of 100)"
        in (text["on-gate"])
    )
    assert f"At least {fewest(0, 0.01)} probes in a row" in text["on-rollback"]
    kpis = {kpi.id: kpi.to_dict() for kpi in checklist.kpis}
    assert (kpis["slice-missed"]["at_most"], kpis["slice-alarms"]["at_most"]) == ("20%", "1%")
    peak = int(kpis["throughput"]["offered"].removesuffix("/s"))
    assert f"no more than 80 % of the knee, so a peak of {peak}/s needs a knee of {peak / 0.8:.0f}/s" in text["on-load"]
    assert kpis["knee"]["at_least"] == f"{peak / 0.8:.0f}/s"
    assert kpis["overload-p99"]["offered"] == f"{2 * peak}/s"
    assert kpis["overload-p99"]["at_most"] == kpis["latency-p99"]["at_most"]
    assert kpis["way-back"]["at_most"] == "15 min"
    assert "<15> minutes" in text["on-rollback"]
    assert "<15> minutes" in text["c7"]


@pytest.mark.parametrize(
    ("missed", "alarmed", "verdicts"),
    [
        (300, 0, [Verdict.MISSED, Verdict.MET]),  # accepts everything
        (0, 3_000, [Verdict.MET, Verdict.MISSED]),  # refuses everything
        (30, 9, [Verdict.MET, Verdict.MET]),
        (48, 20, [Verdict.MET, Verdict.MET]),
        (49, 21, [Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE]),
    ],
)
def test_a_version_that_never_finds_the_rare_class_does_not_pass_a_slice(missed, alarmed, verdicts):
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    subject = {"model": f"sha256:{'a' * 64}", "dataset": f"sha256:{'b' * 64}"}
    launch = Launch.start(tailored(["online-serving"]), name="fraud-v3", by="data-science", at=at)
    launch = launch.set_subject(subject, by="ci", at=at)
    measures = [
        Measure(name, Share(count, of), sampling="set", where={"slice": "worst"})
        for name, count, of in (("recall.missed", missed, 300), ("x-negatives.alarmed", alarmed, 3_000))
    ]
    evidence = Evidence(measures, subject=subject, collected_from=at, collected_to=at)
    found = launch.add_evidence(evidence, by="ci", at=at).gate("go-live", at=at).findings
    by_kpi = {finding.kpi.id: finding.verdict for finding in found if finding.kpi}
    assert [by_kpi["slice-missed"], by_kpi["slice-alarms"]] == verdicts
