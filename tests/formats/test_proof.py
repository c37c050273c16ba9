"""Pages about gates, evidence, KPIs and what is live, and the decision of a gate as JUnit XML."""

from datetime import date
from xml.etree import ElementTree

import attrs
import pytest

from helpers.proof import CHECKLIST, DARK, LATENCY, MODEL, OTHER_MODEL, START, STRICT, USE, everything, on, proven, run
from servingchecklist import Checklist, Launch, Overlay, Phase, Task, changes, dumps, tailor
from servingchecklist.errors import InvalidError
from servingchecklist.evidence import Criterion, GateDefinition, Kpi, Share, Source
from servingchecklist.tailoring import diff, explain, upgrade

PROVEN = proven()
MISSED = PROVEN.add_evidence(run(slow=900), by="ci", at=on(4))
WAIVED = MISSED.waive_criterion("ship", "measured", reason="few callers", expires=date(2026, 11, 10), by="b", at=on(4))
GAP = PROVEN.set_subject(model=OTHER_MODEL, by="ci", at=on(4))
STATES = {"go": PROVEN, "no-go": MISSED, "waived": WAIVED, "unproven": GAP, "start": START}


def gate(launch, name="go-live", **more):
    return launch.gate(name, at=on(5), **more)


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_each_page_says_the_same(format):
    page = dumps(gate(WAIVED), format)
    for words in (
        "GO: Go live",
        "2 of 3 required findings met, 1 waived; 1 by word only",
        "few callers",
        "900 of 20,000 above 120 ms",
        "2026-11-10",
    ):
        assert words in page
    assert "waived by b until 2026-11-10" in page
    assert "Waived: the risk is accepted" in page


def test_the_text_of_a_gate():
    text = dumps(gate(MISSED), "text")
    assert text.startswith("NO-GO: Go live\n==============\nfraud-v3, as of 2026-11-05 09:00 UTC\n")
    assert "Blockers\n" in text
    assert "   ship measured latency; missed\n" in text
    gap = dumps(gate(GAP), "text")
    assert "Open tasks\n   - ship todo\n" in gap
    assert "does not count: it is of another model" in " ".join(gap.split())
    shown = dumps(gate(PROVEN.withdraw_evidence(USE, reason="r", by="b", at=on(4))), "text")
    assert "Not required\n" in shown
    away = dumps(
        gate(
            PROVEN.mark_not_applicable("tell", reason="r", by="b", at=on(4))
            .reopen("ship", by="b", at=on(4))
            .mark_not_applicable("ship", reason="r", by="b", at=on(4, 10))
        ),
        "text",
    )
    assert "Not applicable: ship" in away
    empty = attrs.evolve(CHECKLIST, gates=[*CHECKLIST.gates, GateDefinition("empty", "Nothing")])
    assert "Nothing is asked for, so nothing is proven." in dumps(
        Launch.start(empty, name="x", by="b", at=on(1)).gate("empty", at=on(2)), "text"
    )
    assert "To know\n" in dumps(gate(WAIVED, "strict"), "text")


def test_the_page_of_a_launch_shows_what_is_proven():
    page = dumps(PROVEN.snapshot(at=on(5)), "text")
    assert "Go live (go-live): GO" in page
    assert "model: sha256:aaaa" in " ".join(page.split())
    assert "requests.jsonl" in page
    withdrawn = dumps(everything().snapshot(at=on(9)), "markdown")
    assert "withdrawn by ci: the file was cut" in withdrawn
    assert "Evidence" not in dumps(START.snapshot(at=on(2)), "text")
    bare = Launch.start(Checklist("x", "X"), name="x", by="b", at=on(1)).set_subject(model=MODEL, by="b", at=on(2))
    page = dumps(bare.snapshot(at=on(3)), "text")
    assert "Subject" in page
    assert "Gates" not in page


def test_evidence_shows_where_it_comes_from_and_what_speaks_against_it():
    text = dumps(DARK, "text")
    assert text.startswith(f"Evidence {DARK.id[:8]}\n")
    for words in (
        "it may be cut (flatters: may-be-cut)",
        "load generator 1.2 requests.jsonl sha256:dddddddddddd",
        "spread 1.5",
    ):
        assert words in " ".join(text.split())
    assert "20,000 observations, 19,997 of them up to 0.12" in " ".join(text.split())
    assert "by hand" in dumps(USE, "text")
    told = attrs.evolve(USE, sources=[Source("a survey")])
    assert "- a survey\n" in dumps(told, "text")
    measure = attrs.evolve(USE.measures[0], name="tests.failed", value=Share(1, 9, most=2), sampling="set")
    assert "1 to 2 of 9 wrong" in dumps(attrs.evolve(USE, measures=[measure]), "text")


def test_kpis_criteria_audiences_and_gates_are_shown_with_the_checklist():
    text = " ".join(dumps(CHECKLIST, "text").split())
    for words in (
        "p99 at most 120 ms",
        "request.latency, place is caller, of the same model and config, at most 30 days old",
        "measured The service is fast and answers: KPIs latency and errors",
        "used It is used: KPI callers (not required)",
        "agreed The targets are agreed to: attested by product owner, for the same kpis",
        "contact on call, KPI latency",
        "score A score: expects 200, within 80 ms, /id = 1, /outputs/0/data/0 = 0.5; while degraded 503, within 80 ms",
        "POST /v2/models/fraud/infer",
        "only checkout-lead can attest as product owner",
        "waivers for 14 days at most",
        "gates go-live and strict",
    ):
        assert words in text
    everything_asked = Kpi(
        "k", "K", measure="request.latency", quantile=0.5, at_most="1 s", offered="3/s", span="1 h", confidence=0.99,
        independent=True, binds=[], placeholder=True,
    )  # fmt: skip
    assert "at 3/s offered, over 1 h, confidence 0.99, taken as independent, target is a placeholder" in " ".join(
        dumps(everything_asked, "text").split()
    )
    assert "every 90 days" in dumps(
        Task("t", "T", criteria=[Criterion("c", "C", attested="sre", max_age=90)]), "markdown"
    )
    bare = Checklist("x", "X", gates=[GateDefinition("g", "G", longest_waiver=0)])
    assert "no tasks" in dumps(bare, "text")
    assert "no waivers" in dumps(bare, "text")


def test_changes_of_kpis_are_shown_in_words():
    overlay = Overlay("o", "O", changes=[
        changes.SetKpi("latency", at_most="80 ms", independent=True, reason="r1"),
        changes.AddKpi(Kpi("new", "New", measure="tests.failed", at_most="1%"), reason="r2"),
        changes.SetTask("ship", also_criteria=[Criterion("c", "C", attested="sre")], reason="r3"),
        changes.SetChecklist(audiences=[], gates=[STRICT, GateDefinition("go-live", "Go")], reason="r4"),
    ])  # fmt: skip
    page = " ".join(dumps(overlay, "text").split())
    for words in (
        "Change KPI latency",
        "at most: 80 ms",
        "independent: yes",
        "Add KPI new: New",
        "more criteria: C (c): attested by sre",
    ):
        assert words in page
    dropped = Overlay("o", "O", changes=[changes.DropKpi("latency", reason="r")])
    assert "Drop KPI latency" in dumps(dropped, "text")
    tailored = tailor(CHECKLIST, overlay)
    found = " ".join(dumps(diff(CHECKLIST, tailored), "text").split())
    assert "1 KPI added, 1 KPI changed" in found
    assert "Application teams (teams): 1 example" in found
    assert "new: Go live (go-live)" in " ".join(dumps(diff(tailored, CHECKLIST), "text").split())
    assert "at most" in dumps(explain(tailored), "text")
    theirs = attrs.evolve(CHECKLIST, version="2", kpis=[attrs.evolve(kpi, title="Other") for kpi in CHECKLIST.kpis])
    gone = Overlay("o", "O", changes=[
        changes.SetTask("ship", criteria=[Criterion("c", "C", attested="sre")], reason="r"),
        changes.SetChecklist(audiences=[], reason="r"),
        changes.DropKpi("latency", reason="r"),
    ])  # fmt: skip
    clash = " ".join(dumps(upgrade(CHECKLIST, theirs, gone), "text").split())
    assert "title: Other, not Latency" in clash
    assert dumps(LATENCY, "text").strip().startswith("- Latency") or "Latency" in dumps(LATENCY, "text")


def test_what_is_live_is_shown_with_what_it_rests_on():
    text = dumps(everything().live(at=on(6)), "text")
    assert "Live since 2026-11-05 09:00 UTC, let go live by checkout-lead" in text
    assert "The gate go-live of proof 1 said GO at that time." in text
    waived = dumps(WAIVED.go_live("go-live", by="b", at=on(5)).live(at=on(6)), "markdown")
    assert "ship measured: by b until 2026-11-10: few callers" in waived


# JUnit


def outcomes(decided):
    root = ElementTree.fromstring(dumps(decided, "junit"))
    cases = {}
    for suite in root:
        for case in suite:
            (inner,) = case
            cases[f"{suite.get('name')} {case.get('name')}"] = inner.tag
    counts = {name: int(root.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    tags = list(cases.values())
    assert counts == {
        "tests": len(tags),
        "failures": tags.count("failure"),
        "errors": tags.count("error"),
        "skipped": tags.count("skipped"),
    }
    assert bool(decided) == (counts["failures"] + counts["errors"] == 0)
    return cases


@pytest.mark.parametrize("name", STATES)
def test_a_gate_that_is_go_has_no_failures_and_any_other_has_some(name):
    assert outcomes(gate(STATES[name]))


def test_what_is_missed_fails_what_is_not_proven_errs_and_what_is_waived_is_skipped():
    assert outcomes(gate(MISSED))["ship measured latency"] == "failure"
    assert outcomes(gate(GAP))["ship measured latency"] == "error"
    assert outcomes(gate(GAP))["ship status"] == "error"
    assert outcomes(gate(WAIVED))["ship measured latency"] == "skipped"
    assert outcomes(gate(PROVEN))["ship used callers"] == "system-out"
    withdrawn = PROVEN.withdraw_evidence(USE, reason="r", by="b", at=on(4))
    assert outcomes(gate(withdrawn))["ship used callers"] == "skipped"
    assert outcomes(PROVEN.gate(at=on(5), priority="low"))["tell priority"] == "failure"
    waiver = PROVEN.waive("tell", reason="r", expires=date(2026, 11, 9), by="b", at=on(4))
    assert outcomes(waiver.gate(at=on(5), expired_waivers=True)) == {"conditions expired-waivers": "system-out"}
    nothing = outcomes(PROVEN.gate(at=on(5), expired_waivers=True))
    assert nothing == {"conditions expired-waivers": "skipped", "gate gate": "error"}
    nothing_required = "nothing is required, so nothing is proven"
    assert nothing_required in dumps(PROVEN.gate(at=on(5), expired_waivers=True), "junit")
    empty = Launch.start(
        Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T", criteria=[Criterion("c", "C", attested="sre")], gates=["g"])])], gates=[GateDefinition("g", "G")]),
        name="x", by="b", at=on(1),
    )  # fmt: skip
    waived = empty.waive("t", reason="<&>", expires=date(2026, 11, 9), by="b", at=on(2))
    assert outcomes(waived.gate("g", at=on(3))) == {"t c": "skipped", "gate gate": "error"}
    assert "all that is required is waived, and nothing is proven" in dumps(waived.gate("g", at=on(3)), "junit")
    beside = waived.gate("g", at=on(3), expired_waivers=True)
    assert nothing_required not in dumps(beside, "junit")
    none = Launch.start(Checklist("x", "X", gates=[GateDefinition("g", "G")]), name="x", by="b", at=on(1))
    assert outcomes(none.gate("g", at=on(3))) == {"gate gate": "error"}


def test_a_case_names_the_criterion_the_kpi_and_its_target():
    head = "The service is fast and answers: Latency, p99 at most 120 ms: "
    for launch, tag, lead in ((MISSED, "failure", ""), (GAP, "error", ""), (WAIVED, "skipped", "missed: ")):
        root = ElementTree.fromstring(dumps(gate(launch), "junit"))
        (case,) = root.findall(".//testcase[@name='measured latency']/" + tag)
        (words,) = [finding.words for finding in gate(launch).findings if finding.kpi == LATENCY]
        assert case.text == f"{lead}{head}{words}"


def test_only_gates_are_written_as_junit():
    for value in (START, CHECKLIST, None):
        with pytest.raises(InvalidError, match="cannot be written as JUnit XML"):
            dumps(value, "junit")


def test_a_checklist_with_kpis_alone_has_no_section_about_gates():
    alone = Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T")])], kpis=[attrs.evolve(LATENCY, binds=[])]
    )
    assert ("Latency" in dumps(alone, "text"), "Gates" in dumps(alone, "text")) == (True, False)
