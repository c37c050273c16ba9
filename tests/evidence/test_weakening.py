"""Weakenings of a gate, each of which is named, and edits that are none."""

import random

import attrs
import pytest

from helpers.proof import CHECKLIST, GOOD, OTHER_MODEL, STRICT, SUBJECT, on, proven, run
from servingchecklist import Launch, Task, events
from servingchecklist._evidence.weakening import narrowings, weakenings
from servingchecklist.evidence import Criterion, Decision, Kpi

WHERE = {"place": "caller", "loop": "open"}
FULL = Kpi(
    "latency", "Latency", measure="request.latency", quantile=0.99, at_most="120 ms", where=WHERE, offered="300/s",
    span="1 h", confidence=0.95, binds=["model", "config"], max_age=30,
)  # fmt: skip


def with_kpi(checklist=CHECKLIST, name="latency", **changes):
    return attrs.evolve(
        checklist, kpis=[attrs.evolve(kpi, **changes) if kpi.id == name else kpi for kpi in checklist.kpis]
    )


def with_criterion(task, name, checklist=CHECKLIST, **changes):
    criteria = [attrs.evolve(one, **changes) if one.id == name else one for one in checklist[task].criteria]
    return checklist.replace_task(task, criteria=criteria)


def with_gate(checklist=CHECKLIST, **changes):
    return attrs.evolve(
        checklist, gates=[attrs.evolve(gate, **changes) if gate.id == "strict" else gate for gate in checklist.gates]
    )


APPROVED = attrs.evolve(CHECKLIST, kpis=[FULL, *(kpi for kpi in CHECKLIST.kpis if kpi.id != "latency")])


def named(before, after, gate="strict"):
    return weakenings(before, after, gate)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"at_most": "121 ms"}, "the target was p99 at most 120 ms, and is p99 at most 121 ms"),
        ({"quantile": 0.95}, "the target was p99 at most 120 ms, and is p95 at most 120 ms"),
        ({"measure": "request.ttft"}, "the target was request.latency p99 at most 120 ms, and is request.ttft p99 at most 120 ms"),
        ({"relative_to": "old", "at_most": "110%"}, "the target was request.latency p99 at most 120 ms, and is request.latency p99 at most 110% of old"),
        ({"where": {"place": "caller"}}, "evidence need not state its loop any more"),
        ({"where": {**WHERE, "place": ["caller", "server"]}}, "the place of evidence may be server too"),
        ({"offered": "299/s"}, "the offered load was 300/s, and is 299/s"),
        ({"offered": None}, "the offered load was 300/s, and is not asked for"),
        ({"span": "59 min"}, "the span was 1 h, and is 59 min"),
        ({"confidence": 0.9}, "the confidence was 0.95, and is 0.9"),
        ({"independent": True}, "observations are taken as independent now"),
        ({"binds": ["model"]}, "it is not bound to the config any more"),
        ({"max_age": 31}, "evidence counted for 30 days, and counts for 31 days"),
        ({"max_age": None}, "evidence counted for 30 days, and counts for ever"),
        ({"placeholder": True}, "its target, p99 at most 120 ms, is a placeholder now"),
    ],
)  # fmt: skip
def test_a_weaker_kpi_is_named(changes, words):
    assert named(APPROVED, with_kpi(APPROVED, **changes)) == (f"latency: {words}",)


@pytest.mark.parametrize(
    "changes",
    [
        {"at_most": "119 ms"},
        {"quantile": 0.999},
        {"where": {**WHERE, "load": "peak"}},
        {"offered": "301/s"},
        {"span": "60 min"},
        {"confidence": 0.99},
        {"binds": ["config", "model", "dataset"]},
        {"max_age": 30},
        {"title": "Speed"},
        {"at_most": "0.12 s"},
    ],
)
def test_a_kpi_that_asks_for_as_much_or_more_is_not_named(changes):
    assert named(APPROVED, with_kpi(APPROVED, **changes)) == ()


def test_a_target_that_nobody_had_agreed_to_cannot_be_weakened():
    example = with_kpi(APPROVED, placeholder=True)
    assert named(example, with_kpi(APPROVED, at_most="200 ms")) == ()
    # What is asked of the evidence was agreed to, with whatever target.
    assert named(example, with_kpi(APPROVED, at_most="900 s", confidence=0.6, independent=True, binds=[])) == (
        "latency: the confidence was 0.95, and is 0.6",
        "latency: observations are taken as independent now",
        "latency: it is not bound to the model and config any more",
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"where": {**WHERE, "load": ["peak", "usual"]}}, "evidence has to say that its load is peak or usual"),
        ({"where": {**WHERE, "phase": "warm-up"}}, "evidence has to say that its phase is warm-up"),
        ({"binds": ["config", "model", "dataset"]}, "it is bound to the dataset too"),
        ({"max_age": 7}, "evidence counts for 7 days, and counted for 30 days"),
    ],
)
def test_what_lets_less_evidence_count_is_named_apart(changes, words):
    """It asks for more to pass, and a miss may not count any more."""
    assert narrowings(APPROVED, with_kpi(APPROVED, **changes), "strict") == (f"latency: {words}",)
    notes = proven().migrate(with_kpi(**changes), by="b", at=on(4)).gate("go-live", at=on(5), approved=CHECKLIST).notes
    assert any(note.startswith("less evidence counts than approved: latency: ") for note in notes)


def test_narrower_attestations_are_named_and_new_criteria_are_not():
    young = with_criterion("goals", "agreed", max_age=7)
    assert narrowings(CHECKLIST, young, "strict") == ("goals agreed: evidence counts for 7 days, and counted for ever",)
    assert narrowings(attrs.evolve(CHECKLIST, gates=[], phases=[]), CHECKLIST, "strict") == ()
    place = with_kpi(where={"place": ["caller", "server"]})
    assert narrowings(place, CHECKLIST, "strict") == ("latency: evidence has to say that its place is caller",)


def test_examples_that_are_gone_or_ask_for_something_else_are_named():
    wrong = Kpi("wrong", "Wrong answers", measure="examples.wrong", at_most="0%")
    base = with_criterion("ship", "measured", attrs.evolve(CHECKLIST, kpis=[*CHECKLIST.kpis, wrong]), kpis=["wrong"])
    (audience,) = base.audiences
    (example,) = audience.examples
    for examples, words in (
        ([attrs.evolve(example, id="other")], ("example teams/score: is not there any more",)),
        ([attrs.evolve(example, body="{}")], ("example teams/score: sends or expects something else",)),
        ([attrs.evolve(example, title="T"), attrs.evolve(example, id="other")], ()),
    ):
        changed = attrs.evolve(base, audiences=[attrs.evolve(audience, examples=examples)])
        assert named(base, changed) == words
    assert named(CHECKLIST, attrs.evolve(CHECKLIST, audiences=[])) == ()


def test_a_migration_to_weaker_demands_is_named_by_the_gate_for_ever():
    weak = proven().migrate(with_criterion("ship", "measured", required=False), by="b", at=on(4))
    assert weak.events[-1].weaker == (
        "go-live: ship measured: it is not required any more",
        "strict: ship measured: it is not required any more",
    )
    assert weak.gate("go-live", at=on(5)).notes == (
        "weakened on 2026-11-04 by b: ship measured: it is not required any more",
    )
    without = attrs.evolve(CHECKLIST, gates=[STRICT], phases=_of_gate("strict"))
    again = proven().migrate(without, by="b", at=on(4)).migrate(CHECKLIST, by="b", at=on(4, 10))
    assert (
        again.gate("go-live", at=on(5)).notes[0] == "weakened on 2026-11-04 by b: gate go-live: is not there any more"
    )
    assert proven().migrate(attrs.evolve(CHECKLIST, title="Other"), by="b", at=on(4)).events[-1].weaker == ()


def _of_gate(name):
    phase = CHECKLIST.phases[0]
    return [attrs.evolve(phase, tasks=[attrs.evolve(task, gates=[name] if task.gates else []) for task in phase.tasks])]


def test_a_lower_bar_to_reach_is_weaker():
    assert named(CHECKLIST, with_kpi(name="callers", at_least="1")) == (
        "callers: the target was at least 2, and is at least 1",
    )
    assert named(CHECKLIST, with_kpi(name="callers", at_least="3")) == ()
    turned = with_kpi(name="callers", at_least=None, at_most="2")
    assert named(CHECKLIST, turned)[0].startswith("callers: the target was adoption.callers at least 2, and is ")


def test_weaker_criteria_tasks_and_policies_are_named():
    assert named(CHECKLIST, with_criterion("ship", "measured", required=False)) == (
        "ship measured: it is not required any more",
    )
    assert named(CHECKLIST, with_criterion("ship", "measured", kpis=["errors"])) == (
        "ship measured: it does not ask for latency any more",
    )
    attested = with_criterion("ship", "measured", kpis=(), attested="sre")
    assert named(CHECKLIST, attested) == ("ship measured: it does not ask for latency and errors any more",)
    assert named(CHECKLIST, with_criterion("goals", "agreed", attested="sre")) == (
        "goals agreed: it was attested by product owner, and is by sre",
    )
    assert named(CHECKLIST, with_criterion("goals", "agreed", attested="", kpis=["errors"], binds=()))[0] == (
        "goals agreed: it was attested by product owner, and is by nobody"
    )
    assert named(CHECKLIST, with_criterion("goals", "agreed", binds=())) == (
        "goals agreed: it is not bound to the kpis any more",
    )
    assert named(CHECKLIST, CHECKLIST.replace_task("goals", criteria=())) == (
        "goals agreed: is not asked for any more",
    )
    assert named(CHECKLIST, CHECKLIST.replace_task("goals", gates=())) == (
        "goals: does not belong to the gate any more",
    )
    few = [task for task in CHECKLIST if task.id != "ship"]
    assert named(CHECKLIST, attrs.evolve(CHECKLIST, phases=[attrs.evolve(CHECKLIST.phases[0], tasks=few)])) == (
        "ship: is not there any more",
    )
    assert named(CHECKLIST, with_gate(roles={})) == ("gate strict: any person can attest as product owner",)
    assert named(CHECKLIST, with_gate(roles={"product owner": ["checkout-lead", "ci"]})) == (
        "gate strict: ci can attest as product owner too",
    )
    assert named(CHECKLIST, with_gate(second_person=False)) == ("gate strict: no second person is asked for any more",)
    assert named(CHECKLIST, with_gate(longest_waiver=15)) == (
        "gate strict: waivers were given for at most 14 days, and can be for 15 days",
    )
    assert named(CHECKLIST, with_gate(longest_waiver=None))[0].endswith("and can be for any time")
    assert named(CHECKLIST, with_gate(longest_waiver=0, roles={**dict(STRICT.roles), "sre": ["a"]})) == ()
    assert named(attrs.evolve(CHECKLIST, gates=[], phases=[]), CHECKLIST) == ("gate strict: was not approved",)
    bare = CHECKLIST.replace_task("ship", criteria=())
    unused = attrs.evolve(bare, kpis=[kpi for kpi in CHECKLIST.kpis if kpi.id == "latency"])  # as an audience names it
    assert named(CHECKLIST, unused) == named(CHECKLIST, bare)


def _weakening(rng, checklist):
    """Return the checklist with one demand lowered."""
    measured = [kpi for kpi in checklist.kpis if kpi.id in ("latency", "errors")]
    kpi = rng.choice(measured)
    lower = (
        f"{float(kpi.limit.text.rstrip(' ms%')) * rng.uniform(1.01, 3):.3f}{'%' if '%' in kpi.limit.text else ' ms'}"
    )
    choices = [
        lambda: with_kpi(checklist, kpi.id, at_most=lower),
        lambda: with_kpi(checklist, kpi.id, confidence=rng.uniform(0.6, 0.94)),
        lambda: with_kpi(checklist, kpi.id, independent=True),
        lambda: with_kpi(checklist, kpi.id, binds=rng.sample(kpi.binds, rng.randrange(len(kpi.binds)))),
        lambda: with_kpi(checklist, "latency", where={}),
        lambda: with_kpi(checklist, "latency", where={"place": ["caller", "server"]}),
        lambda: with_kpi(checklist, "latency", where={"place": "caller", "phase": "warm-up"}),
        lambda: with_kpi(checklist, kpi.id, placeholder=True),
        lambda: with_kpi(checklist, "latency", quantile=rng.uniform(0.5, 0.98)),
        lambda: with_kpi(checklist, "latency", max_age=rng.choice([None, rng.randint(31, 900)])),
        lambda: with_kpi(checklist, "errors", span=rng.choice([None, f"{rng.randint(0, 59)} min"])),
        lambda: with_criterion("ship", "measured", checklist, required=False),
        lambda: with_criterion("ship", "measured", checklist, kpis=[rng.choice(["latency", "errors"])]),
        lambda: with_criterion("goals", "agreed", checklist, binds=()),
        lambda: with_criterion("goals", "agreed", checklist, attested="sre"),
        lambda: checklist.replace_task(rng.choice(["goals", "ship"]), criteria=()),
        lambda: checklist.replace_task(rng.choice(["goals", "ship"]), gates=()),
        lambda: with_gate(checklist, roles=rng.choice([{}, {"product owner": ["checkout-lead", "ci"]}])),
        lambda: with_gate(checklist, second_person=False),
        lambda: with_gate(checklist, longest_waiver=rng.choice([None, rng.randint(15, 90)])),
    ]
    return rng.choice(choices)()


def _edit(rng, checklist):
    """Return the checklist with an edit that asks for as much or more."""
    choices = [
        lambda: attrs.evolve(checklist, title="Other", description="More words.", tips=["Breathe."]),
        lambda: with_kpi(checklist, "latency", at_most=f"{rng.randint(60, 119)} ms"),
        lambda: with_kpi(checklist, "latency", title="Speed", max_age=rng.randint(4, 29)),
        lambda: with_kpi(checklist, "errors", confidence=rng.uniform(0.951, 0.99), span=f"{rng.randint(61, 100)} min"),
        lambda: with_kpi(checklist, "errors", where={"place": "caller"}),
        lambda: with_criterion("ship", "measured", checklist, title="It works"),
        lambda: checklist.replace_task("ship", title="Send", labels=["x"], effort="9 days"),
        lambda: checklist.replace_task("tell", gates=["go-live"], criteria=[Criterion("new", "New", attested="sre")]),
        lambda: attrs.evolve(checklist, kpis=[*reversed(checklist.kpis)], gates=[*reversed(checklist.gates)]),
        lambda: attrs.evolve(
            checklist,
            phases=[attrs.evolve(checklist.phases[0], tasks=[*checklist.phases[0].tasks, Task("more", "More")])],
        ),
    ]
    return rng.choice(choices)()


def test_each_of_200_weakenings_changes_the_decision_or_is_named_and_none_of_50_edits_is():
    rng = random.Random(1)
    launch = proven()
    assert launch.gate("go-live", at=on(4), approved=CHECKLIST).notes == ()
    for _ in range(200):
        weak = _weakening(rng, CHECKLIST)
        moved = launch.migrate(weak, by="b", at=on(3, 14))
        decided = [moved.gate(gate, at=on(4), approved=CHECKLIST) for gate in ("go-live", "strict")]
        notes = [note for one in decided for note in one.notes if " than approved: " in note]
        assert Decision.GO not in [one.decision for one in decided] or notes
        later = [note for gate in ("go-live", "strict") for note in moved.gate(gate, at=on(4)).notes]
        assert any(note.startswith("weakened on ") for note in later) or not any("weaker" in note for note in notes)
    for _ in range(50):
        edited = _edit(rng, CHECKLIST)
        decided = launch.migrate(edited, by="b", at=on(3, 14)).gate("go-live", at=on(4), approved=CHECKLIST)
        assert [note for note in decided.notes if "weaker" in note] == []


def test_a_target_that_was_weakened_after_the_run_is_named_without_an_approved_checklist():
    weak = proven().migrate(with_kpi(at_most="200 ms"), by="b", at=on(4))
    assert [note for note in weak.gate("go-live", at=on(5)).notes if "evidence" in note] == [
        f"latency: evidence {weak.evidence()[0].evidence.id[:8]} was added before it was weakened: "
        "the target was p99 at most 120 ms, and is p99 at most 200 ms"
    ]
    new = attrs.evolve(
        CHECKLIST, kpis=[*CHECKLIST.kpis, attrs.evolve(FULL, id="new", binds=["model"], offered=None, where={})]
    )
    new = with_criterion("ship", "measured", new, kpis=["latency", "errors", "new"])
    later = proven().migrate(new, by="b", at=on(4)).gate("go-live", at=on(5))
    assert [note.split(" was ", 1)[1] for note in later.notes] == ["added before there was this target"]


def test_evidence_that_is_added_once_more_hides_no_weakening():
    """Not by the same log, nor by a copy in which it was added with the weaker targets, at whatever time."""
    weak = proven().migrate(with_kpi(at_most="200 ms"), by="b", at=on(4))
    assert weak.add_evidence(GOOD, by="c", at=on(2, 11)) == weak
    again = events.EvidenceAdded(GOOD, kpis=weak.checklist.kpis, by="c", at=on(2, 11))
    merged = weak.merge(Launch(weak.checklist, weak.name, [*weak.events, again]))
    assert set(weak.gate("go-live", at=on(5)).notes) <= set(merged.gate("go-live", at=on(5)).notes)


def test_evidence_from_before_a_weakening_is_named_when_it_is_added_after():
    early = run(begin=on(2, 10))
    weak = proven().migrate(with_kpi(at_most="200 ms"), by="b", at=on(4)).add_evidence(early, by="ci", at=on(5))
    words = f"latency: evidence {early.id[:8]} was collected before it was weakened: the target was p99 at most 120 ms, and is p99 at most 200 ms"
    assert words in weak.gate("go-live", at=on(6)).notes
    late = run(begin=on(4, 10))
    notes = weak.add_evidence(late, by="ci", at=on(5)).gate("go-live", at=on(6)).notes
    assert not any(late.id[:8] in note for note in notes)


def test_a_weakening_in_steps_names_what_was_asked_for():
    steps = [with_kpi(placeholder=True), with_kpi(placeholder=True, at_most="900 s"), with_kpi(at_most="900 s")]
    launch = proven()
    for hour, checklist in enumerate(steps, 10):
        launch = launch.migrate(checklist, by="b", at=on(4, hour))
    assert "weakened on 2026-11-04 by b: latency: its target, p99 at most 120 ms, is a placeholder now" in (
        launch.gate("go-live", at=on(5)).notes
    )
    without = attrs.evolve(CHECKLIST, gates=[CHECKLIST.gates[0]], phases=_of_gate("go-live"))
    lax = with_gate(roles={}, second_person=False, longest_waiver=None)
    back = proven().migrate(without, by="b", at=on(4)).migrate(lax, by="b", at=on(4, 10))
    assert [note for note in back.gate("strict", at=on(5)).notes if "gate strict" in note] == [
        f"weakened on 2026-11-04 by b: gate strict: {words}"
        for words in (
            "is not there any more",
            "any person can attest as product owner",
            "no second person is asked for any more",
            "waivers were given for at most 14 days, and can be for any time",
        )
    ]


MISSED = proven().add_evidence(run(slow=900), by="ci", at=on(4))
BAD = MISSED.events[-1].evidence


@pytest.mark.parametrize(
    "hide",
    [
        lambda: MISSED.waive_criterion("ship", "measured", reason="r", expires=on(9).date(), by="b", at=on(4, 10)),
        lambda: MISSED.withdraw_evidence(BAD, reason="r", by="b", at=on(4, 10)),
        lambda: MISSED.reopen("ship", by="b", at=on(4, 10)).mark_not_applicable(
            "ship", reason="r", by="b", at=on(4, 11)
        ),
        lambda: MISSED.set_subject(model=OTHER_MODEL, by="b", at=on(4, 10)),
        *(
            lambda changes=changes: proven().add_evidence(attrs.evolve(BAD, **changes), by="ci", at=on(4))
            for changes in (
                {"measures": [attrs.evolve(one, sampling="census") for one in BAD.measures]},
                {"measures": [attrs.evolve(one, where={"place": "caller", "phase": "steady"}) for one in BAD.measures]},
                {"measures": [attrs.evolve(one, where={"place": "caller", "baseline": "old"}) for one in BAD.measures]},
                {"subject": []},
                {"subject": {**SUBJECT, "model": OTHER_MODEL}},
                {"expires": on(3).date()},
                {"sources": []},
            )
        ),
    ],
)
@pytest.mark.parametrize("gate", ["go-live", "strict"])
def test_a_miss_goes_away_in_no_way_that_the_gate_does_not_name(hide, gate):
    decided = hide().gate(gate, at=on(5))
    named = [
        *decided.waived,
        *decided.not_applicable,
        *(one for finding in decided.findings for one in finding.not_counted),
    ]
    assert decided.decision is not Decision.GO or named
