"""The gate: GO only on what is proven, NO-GO on what is missed, UNPROVEN on all else."""

from datetime import UTC, date, datetime, timedelta, timezone

import attrs
import pytest

from helpers.proof import (
    CHECKLIST,
    CONFIG,
    DARK,
    GOOD,
    MODEL,
    OTHER_MODEL,
    START,
    STRICT,
    SUBJECT,
    USE,
    everything,
    on,
    proven,
    run,
)
from servingchecklist import Checklist, Launch, Phase, Status, Task, events
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.evidence import Criterion, Decision, GateDefinition, Part, Verdict
from servingchecklist.results import Coverage, Gate

PROVEN = proven()
BAD = run(slow=900)
STRICT_GO = PROVEN  # the one who attests is not the one who finished


def gate(launch, name="go-live", at=None, **more):
    return launch.gate(name, at=at or on(5), **more)


def test_what_is_proven_is_go():
    decided = gate(PROVEN)
    assert (decided.decision, bool(decided)) == (Decision.GO, True)
    assert [(one.place, one.verdict) for one in decided.findings] == [
        ("goals agreed", Verdict.MET),
        ("ship measured latency", Verdict.MET),
        ("ship measured errors", Verdict.MET),
        ("ship used callers", Verdict.MET),
    ]
    assert decided.coverage == Coverage(conclusive=3, required=3, by_word_only=1)
    assert (decided.blockers, decided.gaps, decided.waived, decided.open_tasks, decided.notes) == ((), (), (), (), ())
    assert [record.evidence for record in decided.evidence] == [GOOD, USE]
    assert decided.subject == (Part("config", CONFIG), Part("model", MODEL))
    assert gate(PROVEN, "strict").decision is Decision.GO


def test_nothing_is_not_go():
    empty = attrs.evolve(CHECKLIST, gates=[*CHECKLIST.gates, GateDefinition("empty", "Nothing is asked for")])
    launch = Launch.start(empty, name="x", by="b", at=on(1))
    assert gate(launch, "empty").decision is Decision.UNPROVEN
    assert gate(START).decision is Decision.UNPROVEN
    plain = Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T", gates=["g"])])], gates=[GateDefinition("g", "G")]
    )
    done = Launch.start(plain, name="x", by="b", at=on(1)).finish("t", by="b", at=on(2))
    assert gate(done, "g").decision is Decision.UNPROVEN
    shown = plain.replace_task("t", criteria=[Criterion("c", "C", attested="sre", required=False)])
    said = (
        Launch.start(shown, name="x", by="b", at=on(1)).finish("t", by="b", at=on(2)).attest("t", "c", by="b", at=on(2))
    )
    assert gate(said, "g").decision is Decision.UNPROVEN


def test_what_is_missed_is_no_go_until_it_is_withdrawn():
    missed = PROVEN.add_evidence(BAD, by="ci", at=on(4))
    decided = gate(missed)
    assert decided.decision is Decision.NO_GO
    assert [one.place for one in decided.blockers] == ["ship measured latency"]
    again = missed.add_evidence(run(begin=on(4)), by="ci", at=on(4, 12))
    assert gate(again).decision is Decision.NO_GO
    withdrawn = missed.withdraw_evidence(BAD, reason="another build was measured", by="ci", at=on(4, 13))
    decided = gate(withdrawn)
    assert decided.decision is Decision.GO
    assert (BAD.id, "ci withdrew it: another build was measured") in decided.findings[1].not_counted
    assert gate(withdrawn, at=on(4, 12)).decision is Decision.NO_GO


def test_an_open_task_and_a_gap_are_unproven():
    decided = gate(PROVEN.reopen("ship", by="b", at=on(4)))
    assert (decided.decision, decided.open_tasks) == (Decision.UNPROVEN, (("ship", "todo"),))
    decided = gate(PROVEN.set_subject(model=OTHER_MODEL, by="ci", at=on(4)))
    assert decided.decision is Decision.UNPROVEN
    assert [one.place for one in decided.gaps] == ["ship measured latency", "ship measured errors"]
    assert gate(PROVEN, at=on(30).replace(month=12)).decision is Decision.UNPROVEN
    assert gate(PROVEN.mark_not_applicable("tell", reason="r", by="b", at=on(4))).decision is Decision.GO


def test_a_waiver_changes_the_decision_and_not_the_verdict():
    missed = PROVEN.add_evidence(BAD, by="ci", at=on(4))
    waived = missed.waive_criterion(
        "ship", "measured", reason="few callers", expires=date(2026, 11, 10), by="b", at=on(4)
    )
    decided = gate(waived)
    assert decided.decision is Decision.GO
    (finding,) = decided.waived
    assert (finding.verdict, finding.waiver.reason, finding.waiver_event) == (
        Verdict.MISSED,
        "few callers",
        waived.events[-1].id,
    )
    # It is only named where it was needed.
    assert [one.waiver for one in decided.findings if one.verdict is Verdict.MET] == [None] * 3
    assert gate(waived, at=on(10, 23)).decision is Decision.GO
    late = gate(waived, at=on(11))
    assert late.decision is Decision.NO_GO
    assert late.notes == ("ship measured: the waiver by b expired after 2026-11-10",)
    assert gate(waived.retract(waived.events[-1], by="b", at=on(4, 10))).decision is Decision.NO_GO


def test_a_waived_task_waives_its_criteria_and_one_that_does_not_apply_asks_for_none():
    missed = PROVEN.add_evidence(BAD, by="ci", at=on(4)).reopen("ship", by="b", at=on(4))
    waived = missed.waive("ship", reason="later", expires=date(2026, 11, 10), by="b", at=on(4, 10))
    assert gate(waived).decision is Decision.GO
    assert [one.waiver.reason for one in gate(waived).waived] == ["later"]
    away = missed.mark_not_applicable("ship", reason="batch only", by="b", at=on(4, 10))
    assert (gate(away).decision, gate(away).not_applicable) == (Decision.GO, ("ship",))
    # With everything waived, nothing is proven.
    all_waived = waived.reopen("goals", by="b", at=on(4, 11)).waive(
        "goals", reason="r", expires=date(2026, 11, 10), by="b", at=on(4, 12)
    )
    all_waived = all_waived.attest("goals", "agreed", by="checkout-lead", holds=False, at=on(4, 13))
    all_waived = all_waived.set_subject(model=OTHER_MODEL, by="ci", at=on(4, 14))
    decided = gate(all_waived)
    assert (decided.blockers, decided.gaps, decided.open_tasks) == ((), (), ())
    assert decided.decision is Decision.UNPROVEN


def test_the_word_of_a_person_holds_for_the_targets_it_was_given_for():
    weaker = attrs.evolve(CHECKLIST, kpis=[attrs.evolve(kpi, title="Other") for kpi in CHECKLIST.kpis])
    moved = PROVEN.migrate(weaker, by="b", at=on(4))
    finding = gate(moved).findings[0]
    assert (finding.verdict, finding.not_counted[0][1]) == (Verdict.NOT_MEASURED, "checkout-lead: it is of other kpis")
    assert finding.words == (
        "nobody has attested it as product owner; what was said does not count: checkout-lead: it is of other kpis"
    )
    assert gate(moved.attest("goals", "agreed", by="checkout-lead", at=on(4, 10))).decision is Decision.GO


def test_a_denial_is_outvoted_by_nobody_else():
    denied = PROVEN.attest("goals", "agreed", by="sre", role="product owner", holds=False, at=on(4))
    assert gate(denied).decision is Decision.NO_GO
    assert gate(denied).findings[0].words == "sre (product owner, 2026-11-04) said that it does not hold"
    more = denied.attest("goals", "agreed", by="checkout-lead", at=on(4, 10))
    assert gate(more).decision is Decision.NO_GO
    changed = more.attest("goals", "agreed", by="sre", role="product owner", at=on(4, 11))
    assert gate(changed).decision is Decision.GO
    assert gate(denied.retract(denied.events[-1], by="sre", at=on(4, 12))).decision is Decision.GO
    other = PROVEN.attest("goals", "agreed", by="sre", role="sre", holds=False, at=on(4))
    assert gate(other).findings[0].not_counted[0][1] == "sre: it was said as sre, not as product owner"
    assert gate(other).decision is Decision.GO


def test_a_denial_holds_whatever_else_its_person_says_and_does():
    denied = PROVEN.attest("goals", "agreed", by="checkout-lead", holds=False, at=on(4))
    assert (
        gate(denied.attest("goals", "agreed", by="checkout-lead", role="sre", at=on(4, 13))).decision is Decision.NO_GO
    )
    own = denied.reopen("goals", by="sre", at=on(4, 13)).finish("goals", by="checkout-lead", at=on(4, 14))
    assert gate(own, "strict").decision is Decision.NO_GO


def test_a_condition_proves_nothing_of_a_gate():
    empty = attrs.evolve(CHECKLIST, gates=[*CHECKLIST.gates, GateDefinition("empty", "Empty")])
    launch = Launch.start(empty, name="x", by="b", at=on(1))
    assert launch.gate("empty", at=on(2), expired_waivers=True).decision is Decision.UNPROVEN


def test_the_policy_of_a_gate_names_what_it_does_not_count():
    by_ci = PROVEN.retract(PROVEN.events[-1], by="b", at=on(4)).attest("goals", "agreed", by="ci", at=on(4))
    assert gate(by_ci).decision is Decision.GO
    decided = gate(by_ci, "strict")
    assert decided.decision is Decision.UNPROVEN
    assert decided.notes == (
        "goals agreed: the word of ci does not count: the role product owner is held by checkout-lead",
    )
    alone = PROVEN.reopen("goals", by="b", at=on(4)).finish("goals", by="checkout-lead", at=on(4, 10))
    assert gate(alone, "strict").notes == (
        "goals agreed: the word of checkout-lead does not count: who has finished the task cannot attest it",
    )
    again = alone.reopen("goals", by="b", at=on(4, 11)).finish("goals", by="b", at=on(4, 12))
    again = again.attest("goals", "agreed", by="checkout-lead", at=on(4, 13))
    assert (
        gate(again, "strict").decision is Decision.UNPROVEN
    )  # finished again by another, it is still in part the own work
    undone = PROVEN.reopen("goals", by="b", at=on(4)).finish("goals", by="checkout-lead", at=on(4, 10))
    undone = undone.retract(undone.events[-1], by="b", at=on(4, 11)).finish("goals", by="b", at=on(4, 12))
    assert gate(undone, "strict").decision is Decision.UNPROVEN
    missed = PROVEN.add_evidence(BAD, by="ci", at=on(4))
    withdrawn = missed.withdraw_evidence(BAD, reason="r", by="ci", at=on(4, 10))
    assert (gate(withdrawn).decision, gate(withdrawn, "strict").decision) == (Decision.GO, Decision.NO_GO)
    assert gate(withdrawn, "strict").notes == (
        f"evidence {BAD.id[:8]}: ci withdrew it, which does not count: nobody else has approved it",
    )
    approved = withdrawn.approve(withdrawn.events[-1], by="sre", at=on(4, 11))
    assert gate(approved, "strict").decision is Decision.GO
    both = withdrawn.withdraw_evidence(BAD, reason="a noisy host", by="sre", at=on(4, 11))
    assert gate(both, "strict").decision is Decision.GO
    assert both.withdraw_evidence(BAD, reason="again", by="SRE", at=on(4, 12)) == both
    kept = next(record for record in gate(withdrawn, "strict").evidence if record.evidence == BAD)
    assert (kept.withdrawn_by, withdrawn.evidence()[-1].withdrawn_by) == (None, "ci")


WITHOUT_GLYPH = "\u034f\u115f\u17b4\u180b\u200b\u2800\u3164\ufe0f\U000e0100"


@pytest.mark.parametrize(
    "name",
    ["Checkout-Lead", "\uff43heckout-lead", *(f"checkout{one}-lead" for one in WITHOUT_GLYPH), "checkout -lead\u2800"],
)
def test_another_spelling_of_a_name_is_no_second_person(name):
    marked = PROVEN.reopen("ship", by="b", at=on(4)).mark_not_applicable(
        "ship", reason="r", by="checkout-lead", at=on(4, 10)
    )
    event = events.Approved(marked.events[-1].id, by=name, at=on(4, 11))
    assert gate(marked.record(event), "strict").decision is Decision.UNPROVEN
    with pytest.raises(InvalidError, match="recorded it, and cannot approve it"):
        marked.approve(marked.events[-1], by=name, at=on(4, 11))
    denied = PROVEN.attest("goals", "agreed", by=name, holds=False, at=on(4))
    assert gate(denied, "strict").decision is Decision.NO_GO  # the role is held by this person


def test_a_word_about_a_part_that_is_not_set_is_refused():
    of_model = attrs.evolve(CHECKLIST["goals"].criteria[0], binds=["model", "kpis"])
    launch = Launch.start(CHECKLIST.replace_task("goals", criteria=[of_model]), name="x", by="b", at=on(1))
    with pytest.raises(InvalidError, match=r"is about the model, which is not set .* with set_subject first"):
        launch.attest("goals", "agreed", by="checkout-lead", at=on(2))
    launch = launch.set_subject(model=MODEL, by="ci", at=on(2)).attest("goals", "agreed", by="checkout-lead", at=on(3))
    assert [part.name for part in launch.events[-1].subject] == ["kpis", "model"]


def test_a_role_that_no_criterion_asks_for_is_named():
    misspelt = GateDefinition("go-live", "Go live", roles={"product ower": ["checkout-lead"]})
    launch = PROVEN.migrate(attrs.evolve(CHECKLIST, gates=[misspelt, STRICT]), by="b", at=on(4))
    assert "policy of go-live: no criterion is attested as product ower" in gate(launch).notes
    apart = CHECKLIST.replace_task("goals", gates=["go-live"])
    assert (
        "policy of strict: no criterion is attested as product owner"
        in gate(PROVEN.migrate(apart, by="b", at=on(4)), "strict").notes
    )


def test_an_event_of_the_future_does_not_count_now():
    now = datetime.now(UTC)
    launch = Launch.start(CHECKLIST, name="x", by="b", at=now - timedelta(days=1))
    day = (now + timedelta(days=400)).date()
    far = launch.waive("ship", reason="r", expires=day, by="b", at=now + timedelta(days=390))
    far = far.attest("goals", "agreed", by="checkout-lead", at=now + timedelta(days=390))
    notes = far.gate("go-live").notes
    when = (now + timedelta(days=390)).date()
    assert notes == (f"ship: b marked it waived, which does not count: it is dated later, {when}",)
    marked = PROVEN.reopen("ship", by="b", at=on(4)).mark_not_applicable("ship", reason="r", by="b", at=on(4, 10))
    approved = marked.approve(marked.events[-1], by="sre", at=now + timedelta(days=390))
    assert gate(approved, "strict", at=on(4, 12)).notes == approved.gate("strict").notes
    bad = PROVEN.add_evidence(BAD, by="ci", at=on(4)).withdraw_evidence(BAD, reason="r", by="ci", at=on(4, 10))
    bad = bad.withdraw_evidence(BAD, reason="r", by="sre", at=now + timedelta(days=390))
    assert bad.gate("strict").decision is Decision.NO_GO
    word = far.gate("go-live").findings[0]
    assert (word.verdict, word.not_counted[0][1]) == (
        Verdict.NOT_MEASURED,
        f"checkout-lead: it was said later, on {when}",
    )


@pytest.mark.parametrize(
    "later",
    [
        {"by": "checkout-lead", "subject": [Part("kpis", MODEL)]},
        {"by": "checkout-lead", "role": "sre"},
        {"by": "b", "role": "product owner"},
    ],
)
def test_a_word_that_does_not_count_removes_no_denial(later):
    denied = PROVEN.attest("goals", "agreed", by="checkout-lead", holds=False, at=on(4))
    fields = {"role": "product owner", "subject": denied.events[-1].subject} | later
    said = denied.record(events.Attested("goals", criterion="agreed", holds=True, at=on(4, 10), **fields))
    assert gate(said, "strict").decision is Decision.NO_GO


def waived(days, launch=None):
    launch = launch or PROVEN.add_evidence(BAD, by="ci", at=on(4))
    return launch.waive_criterion("ship", "measured", reason="r", expires=date(2026, 11, 4 + days), by="b", at=on(4))


def test_waivers_need_a_second_person_and_have_a_longest_time():
    assert gate(waived(14), "strict").notes == (
        "ship measured: b waived it, which does not count: nobody else has approved it",
    )
    assert gate(waived(14).approve(waived(14).events[-1], by="sre", at=on(4, 10)), "strict").decision is Decision.GO
    long = waived(15).approve(waived(15).events[-1], by="sre", at=on(4, 10))
    assert gate(long, "strict").notes == (
        "ship measured: b waived it, which does not count: it is for 15 days, and 14 are allowed",
    )
    short = waived(1).approve(waived(1).events[-1], by="sre", at=on(4, 10))
    over = waived(2, short)
    assert gate(over, "strict").decision is Decision.GO  # one that does not count takes none away
    assert gate(over, "strict").notes == gate(waived(2), "strict").notes
    assert gate(over, "strict", at=on(6)).decision is Decision.NO_GO
    never = attrs.evolve(CHECKLIST, gates=[CHECKLIST.gates[0], GateDefinition("strict", "S", longest_waiver=0)])
    none = waived(0, PROVEN.add_evidence(BAD, by="ci", at=on(4))).migrate(never, by="b", at=on(4, 11))
    assert gate(none, "strict", at=on(4, 12)).notes[-1].endswith("which does not count: no waiver is allowed")
    tasks = PROVEN.reopen("ship", by="b", at=on(4))
    for marked, words in (
        (tasks.waive("ship", reason="r", expires=date(2026, 11, 10), by="b", at=on(4, 10)), "waived"),
        (tasks.mark_not_applicable("ship", reason="r", by="b", at=on(4, 10)), "not applicable"),
    ):
        decided = gate(marked, "strict")
        assert decided.decision is Decision.UNPROVEN
        assert decided.notes == (f"ship: b marked it {words}, which does not count: nobody else has approved it",)
        assert gate(marked.approve(marked.events[-1], by="sre", at=on(4, 11)), "strict").decision is Decision.GO


def test_a_denial_that_another_person_has_retracted_still_counts_for_two():
    denied = PROVEN.attest("goals", "agreed", by="checkout-lead", holds=False, at=on(4))
    taken = denied.retract(denied.events[-1], by="b", at=on(4, 10))
    assert (gate(taken).decision, gate(taken, "strict").decision) == (Decision.GO, Decision.NO_GO)
    assert gate(taken, "strict").notes == (
        "goals agreed: another person has retracted the word of checkout-lead, which counts all the same",
    )
    assert gate(taken).notes == ("goals agreed: checkout-lead denied it, which another person has retracted",)
    later = taken.attest("goals", "agreed", by="checkout-lead", at=on(4, 11))
    assert gate(later, "strict").decision is Decision.GO
    also = taken.retract(denied.events[-1], by="checkout-lead", at=on(4, 11))
    assert (gate(also, "strict").decision, gate(also).notes) == (Decision.GO, ())
    assert also.retract(denied.events[-1], by="checkout-lead", at=on(4, 12)) == also
    stranger = PROVEN.attest("goals", "agreed", by="b", holds=False, at=on(4))
    assert gate(stranger.retract(stranger.events[-1], by="sre", at=on(4, 10)), "strict").decision is Decision.GO
    own = denied.retract(denied.events[-1], by="checkout-lead", at=on(4, 10))
    assert gate(own, "strict").decision is Decision.GO


def test_a_new_subject_reopens_exactly_what_is_not_proven_of_it():
    reopened = PROVEN.set_subject(model=OTHER_MODEL, by="ci", at=on(4))
    assert [reopened.state(task, at=on(4)).status for task in ("goals", "ship")] == [Status.DONE, Status.TODO]
    assert reopened.state("ship").reason == "another model, of which latency, errors are not proven"
    same = PROVEN.set_subject(SUBJECT, by="ci", at=on(4))
    assert same == PROVEN
    label = PROVEN.set_subject([Part("model", MODEL, "v3")], by="ci", at=on(4))
    assert (label.state("ship").status, label.subject()[1].label) == (Status.DONE, "v3")
    assert PROVEN.set_subject(dataset=MODEL, by="ci", at=on(4)).state("ship").status is Status.DONE
    assert START.set_subject(SUBJECT, by="ci").subject() == (Part("config", CONFIG), Part("model", MODEL))
    with pytest.raises(InvalidError):
        START.set_subject(by="ci")
    with pytest.raises(InvalidError, match="name a part that stands for the targets"):
        START.set_subject(kpis=MODEL, by="ci")
    with pytest.raises(InvalidError, match="name a part twice"):
        START.set_subject({"model": MODEL}, model=MODEL, by="ci")
    with pytest.raises(InvalidError, match=r"\$.parts"):
        START.set_subject("model", by="ci")
    early = PROVEN.set_subject(model=OTHER_MODEL, by="ci", at=on(1, 9, 30))
    assert early.subject(at=on(1, 9, 45)) == (Part("model", OTHER_MODEL),)
    assert early.subject() == PROVEN.subject()


def test_recording_is_refused_where_it_says_nothing():
    assert PROVEN.add_evidence(GOOD, by="other", at=on(6)) == PROVEN
    withdrawn = PROVEN.withdraw_evidence(GOOD.id[:8], reason="r", by="b", at=on(6))
    assert withdrawn.withdraw_evidence(GOOD, reason="again", by="b", at=on(6)) == withdrawn
    for evidence, words in (
        (DARK, "there is no evidence in the log of that name"),
        (GOOD.id[:7], "there is no evidence in the log"),
        (None, "no evidence"),
    ):
        with pytest.raises(UnknownNameError, match=words):
            PROVEN.withdraw_evidence(evidence, reason="r", by="b")
    with pytest.raises(UnknownNameError, match="criterion of ship of that name"):
        PROVEN.waive_criterion("ship", "mesured", reason="r", expires=date(2026, 11, 10), by="b")
    with pytest.raises(InvalidError, match="is measured, and not attested"):
        PROVEN.attest("ship", "measured", by="b")
    with pytest.raises(InvalidError, match="is finished, which is not approved"):
        PROVEN.approve(next(event for event in PROVEN.events if event.kind == "finished"), by="b")
    one = waived(9)
    with pytest.raises(InvalidError, match="recorded it, and cannot approve it"):
        one.approve(one.events[-1], by="b")
    approved = one.approve(one.events[-1].id[:8], by="sre", at=on(4, 10))
    assert approved.approve(one.events[-1], by="sre", at=on(4, 11)) == approved
    with pytest.raises(InvalidError, match="withdraw it with withdraw_evidence"):
        PROVEN.retract(next(event for event in PROVEN.events if event.kind == "evidence-added"), by="b")
    with pytest.raises(UnknownNameError, match="there is no criterion of that id"):
        PROVEN.record(attrs.evolve(one.events[-1], criterion="no-such"))
    with pytest.raises(InvalidError, match="criterion"):
        attrs.evolve(one, events=[*one.events, attrs.evolve(one.events[-1], criterion="no-such")])


def test_a_clock_that_ran_ahead_is_followed():
    ahead = START.set_subject(SUBJECT, by="ci", at=on(1).replace(year=2030))
    later = ahead.go_live("go-live", by="b")
    assert later.events[-1].at > ahead.events[-1].at


def test_what_is_not_live_is_not_taken_down():
    assert PROVEN.take_down(reason="r", by="b", at=on(5)) == PROVEN
    live = PROVEN.go_live("go-live", by="b", at=on(5))
    down = live.take_down(reason="r", by="b", at=on(6))
    assert live.take_down(reason="r", by="b", at=on(4, 12)) == live
    assert down != live
    assert down.take_down(reason="again", by="c", at=on(7)) == down


def test_a_waiver_from_before_the_subject_changed_is_named():
    other = waived(9).set_subject(model=OTHER_MODEL, by="ci", at=on(4, 12))
    other = other.finish("ship", by="b", at=on(4, 13))
    decided = gate(other)
    assert decided.decision is Decision.GO
    assert "ship measured: b waived it before the model changed" in decided.notes
    again = other.waive_criterion("ship", "measured", reason="r", expires=date(2026, 11, 9), by="b", at=on(4, 14))
    assert not any("before the" in note for note in gate(again).notes)
    assert not any("before the" in note for note in gate(waived(9).set_subject(SUBJECT, by="ci", at=on(4, 12))).notes)


def test_what_was_live_is_known_for_any_time():
    launch = everything()
    assert launch.live(at=on(4, 23)) is None
    live = launch.live(at=on(7))
    assert (live.by, live.since, live.gate, live.decision) == ("checkout-lead", on(5), "go-live", Decision.GO)
    assert (live.subject, live.checklist) == (PROVEN.subject(), "proof 1")
    assert [record.evidence for record in live.evidence] == [GOOD, USE]
    assert live.waivers == ()
    assert launch.live(at=on(8)) is None
    forced = waived(9).go_live("go-live", by="b", at=on(5))
    assert [place for place, _ in forced.live(at=on(5)).waivers] == ["ship measured"]
    whole = PROVEN.add_evidence(BAD, by="ci", at=on(4)).reopen("ship", by="b", at=on(4))
    whole = whole.waive("ship", reason="r", expires=date(2026, 11, 10), by="b", at=on(4, 10)).go_live(
        "go-live", by="b", at=on(5)
    )
    assert [place for place, _ in whole.live(at=on(5)).waivers] == ["ship"]
    assert START.go_live("go-live", by="b", at=on(5)).live(at=on(5)).decision is Decision.UNPROVEN


def test_the_snapshot_shows_gates_once_there_is_something_to_prove():
    assert START.snapshot(at=on(1)).gates == ()
    snapshot = PROVEN.snapshot(at=on(5))
    assert [(one.id, one.decision) for one in snapshot.gates] == [("go-live", Decision.GO), ("strict", Decision.GO)]
    assert [record.by for record in snapshot.evidence] == ["ci", "ml-platform"]
    assert PROVEN.snapshot(at=on(5), phase="all").gates == ()


# Conditions

SIMPLE = Launch.start(
    Checklist("s", "S", phases=[Phase("p", "P", tasks=[
        Task("a", "A", priority="critical", effort="1 day"), Task("b", "B", priority="high", effort="1 day"), Task("c", "C", effort="2 days"),
    ])]),
    name="s", by="b", at=on(2),
)  # fmt: skip


def conditions(launch=SIMPLE, at=None, **asked):
    return launch.gate(at=at or on(3), **asked)


def test_a_simple_gate_needs_no_kpi():
    decided = conditions(priority="critical")
    assert isinstance(decided, Gate)
    assert (decided.decision, decided.id, decided.title) == (Decision.NO_GO, "", "Conditions")
    assert [(one.place, one.words) for one in decided.blockers] == [
        ("a priority", "a is critical, and its status is todo")
    ]
    done = SIMPLE.finish("a", by="b", at=on(2, 10))
    assert conditions(done, priority="critical").decision is Decision.GO
    assert [one.place for one in conditions(done, priority="high").blockers] == ["b priority"]
    assert (
        conditions(done, priority="critical", overdue=False, before=None).findings[0].title
        == "No critical task may be open"
    )
    none = Launch.start(
        Checklist("s", "S", phases=[Phase("p", "P", tasks=[Task("a", "A")])]), name="s", by="b", at=on(2)
    )
    assert conditions(none, priority="critical").decision is Decision.UNPROVEN
    assert conditions(none, priority="high").findings[0].words == "no task has the priority high or above"
    later = date(2099, 1, 1)
    assert conditions(none.finish("a", by="b", at=on(2)), priority="high", before=later).decision is Decision.UNPROVEN


def test_overdue_tasks_and_expired_waivers_block():
    assert conditions(overdue=True).decision is Decision.UNPROVEN
    due = SIMPLE.set_due("a", date(2026, 11, 3), by="b", at=on(2))
    assert conditions(due, overdue=True).decision is Decision.GO
    late = conditions(due, overdue=True, at=on(4))
    assert [one.words for one in late.blockers] == ["a was due on 2026-11-03, and its status is todo"]
    nothing = conditions(expired_waivers=True)
    assert (nothing.decision, nothing.findings[0].words) == (Decision.UNPROVEN, "nothing is waived")
    assert conditions(expired_waivers=True, before=date(2026, 12, 21)).decision is Decision.GO
    waiver = SIMPLE.waive("a", reason="r", expires=date(2026, 11, 3), by="b", at=on(2))
    assert conditions(waiver, expired_waivers=True).decision is Decision.GO
    assert (
        conditions(waiver, expired_waivers=True, at=on(4)).blockers[0].words
        == "the waiver of a by b expired after 2026-11-03"
    )
    criterion = waived(1)
    assert conditions(criterion, expired_waivers=True, at=on(6)).blockers[0].words == (
        "the waiver of ship measured by b expired after 2026-11-05"
    )
    needless = waived(1, PROVEN)
    assert conditions(needless, expired_waivers=True, at=on(6)).decision is Decision.GO
    unused = PROVEN.waive_criterion("ship", "used", reason="r", expires=date(2026, 11, 5), by="b", at=on(4))
    away = waived(1).reopen("ship", by="b", at=on(4, 11)).mark_not_applicable("ship", reason="r", by="b", at=on(4, 12))
    whole = waived(1).reopen("ship", by="b", at=on(4, 11))
    whole = whole.waive("ship", reason="r", expires=date(2026, 11, 9), by="b", at=on(4, 12))
    for launch in (unused, away, whole):
        assert conditions(launch, expired_waivers=True, at=on(6)).decision is Decision.GO
    gone = criterion.migrate(attrs.evolve(CHECKLIST, gates=[], phases=_without_criteria(CHECKLIST)), by="b", at=on(5))
    assert conditions(gone, expired_waivers=True, at=on(6)).decision is Decision.UNPROVEN


def _without_criteria(checklist):
    phase = checklist.phases[0]
    return [attrs.evolve(phase, tasks=[attrs.evolve(task, criteria=[], gates=[]) for task in phase.tasks])]


def test_conditions_beside_a_gate_follow_its_policy():
    marked = PROVEN.reopen("ship", by="b", at=on(4)).waive(
        "ship", reason="r", expires=date(2026, 11, 10), by="b", at=on(4, 10)
    )
    assert gate(marked, priority="critical").decision is Decision.GO
    assert [one.task for one in gate(marked, "strict", priority="critical").blockers] == ["ship"]
    marked = marked.finish("tell", by="b", at=on(4, 11))
    assert gate(marked, before=date(2026, 12, 21)).findings[-1].words == "the chance is 100%"
    dated = gate(marked, "strict", before=date(2026, 12, 21)).findings[-1]
    assert (dated.verdict, dated.words) == (
        Verdict.INCONCLUSIVE,
        "no forecast: the policy of the gate takes ship for open",
    )


def test_a_condition_about_all_tasks_adds_no_note_about_targets_of_other_gates():
    kpis = [attrs.evolve(kpi, placeholder=True) for kpi in CHECKLIST.kpis]
    apart = attrs.evolve(CHECKLIST, kpis=kpis).replace_task("ship", gates=["strict"])
    launch = waived(1).migrate(apart, by="b", at=on(4, 11))
    assert not any("placeholders" in note for note in gate(launch, expired_waivers=True, at=on(6)).notes)
    assert any("placeholders" in note for note in gate(launch, "strict").notes)


def test_a_date_has_a_chance():
    assert conditions(before=date(2026, 12, 21)).decision is Decision.GO
    missed = conditions(before=date(2026, 11, 4), chance=0.9)
    assert missed.decision is Decision.NO_GO
    assert missed.blockers[0].title == "Finished before 2026-11-04 with a chance of 90%"
    assert missed.blockers[0].words == "the chance is 5.71%"
    done = SIMPLE.finish("a", by="b", at=on(2)).finish("b", by="b", at=on(2)).finish("c", by="b", at=on(2))
    assert conditions(done, before=date(2026, 11, 4)).findings[0].words == "the chance is 100%"
    assert conditions(done, before=date(2026, 11, 2)).decision is Decision.NO_GO
    assert conditions(done, before=date(2026, 11, 3)).decision is Decision.GO
    east = on(5).astimezone(timezone(timedelta(hours=16)))  # where the tasks were closed a day later
    assert conditions(done, before=date(2026, 11, 3), at=east).decision is Decision.NO_GO
    unsure = Launch.start(
        Checklist("s", "S", phases=[Phase("p", "P", tasks=[Task("a", "A")])]), name="s", by="b", at=on(2)
    )
    decided = conditions(unsure, before=date(2026, 12, 21))
    assert (decided.decision, decided.findings[0].words) == (
        Decision.UNPROVEN,
        "no forecast: no effort is stated for a",
    )
    assert SIMPLE.gate(before=date(2099, 1, 1)).decision is Decision.GO


def test_a_gate_and_conditions_are_both_asked_for():
    assert gate(PROVEN, priority="critical").decision is Decision.GO
    assert gate(PROVEN, priority="low").decision is Decision.NO_GO
    assert (
        gate(PROVEN, overdue=True, expired_waivers=True).decision is Decision.GO
    )  # about nothing, so nothing is asked
    assert gate(PROVEN, overdue=True).findings[-1].required is False


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "is missing, and so are conditions; name a gate: go-live, strict; or give a condition"),
        ({"chance": 0.5}, "is the chance of no date"),
        ({"chance": 2, "before": date(2026, 12, 1)}, "is not a probability"),
        ({"priority": "urgent"}, "is not a priority"),
        ({"overdue": "yes"}, "is not a bool"),
        ({"overdu": True}, "did you mean 'overdue'"),
        ({"before": "2026-12-01"}, "is not a date"),
        ({"priority": "low", "approved": "x"}, "is not a Checklist"),
        ({"priority": "low", "options": 3}, "ForecastOptions"),
    ],
)
def test_what_is_asked_wrongly_is_refused(asked, words):
    with pytest.raises(InvalidError, match=words.replace("(", r"\(")):
        PROVEN.gate(at=on(5), **asked)


def test_an_unknown_gate_is_answered_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="did you mean 'go-live'"):
        PROVEN.gate("go-lve")
    with pytest.raises(InvalidError, match="the checklist has no gates; give a condition"):
        SIMPLE.gate()
