"""Gates against a second reading of the rules, in logs as nobody would write them: no false GO, and no way round a policy."""

from datetime import timedelta
from random import Random

import attrs
import pytest

from helpers.oracle import read
from helpers.proof import CHECKLIST, CONFIG, MODEL, OTHER_MODEL, START, on, run
from servingchecklist import Launch, events
from servingchecklist._launch.deciding import digest_of_kpis
from servingchecklist.evidence import Bucket, Caution, Histogram, Measure, Part

KPIS = digest_of_kpis(CHECKLIST)
PEOPLE = ["ci", "sre", "ml-platform", "checkout-lead"]
SUBJECTS = [{"model": model, "config": config} for model in (MODEL, OTHER_MODEL) for config in (CONFIG, MODEL)]


def _run(slow=0, failed=0, **more):
    """Evidence without caution or with one, whose counts can be divided by its spread."""
    evidence = run(slow=slow, failed=failed, **more)
    return attrs.evolve(
        evidence, cautions=[Caution("c", "w", bias="flatters", families=["latency"])] if slow == 2 else []
    )


EVIDENCE = [
    _run(n=600, spread=spread, slow=slow, failed=failed, subject=subject, hours=hours, begin=begin)
    for spread, slow, failed, hours, begin in [
        (1, 0, 0, 2, on(2)), (1, 1, 0, 2, on(2)), (2, 0, 0, 2, on(3)), (1, 0, 0, 0.5, on(2)), (None, 0, 0, 2, on(2)),
        (1, 30, 0, 2, on(2)), (1, 0, 30, 2, on(3)), (1, 2, 0, 2, on(2)), (1, 0, 0, 2, on(2) - timedelta(days=40)),
        (1, 4, 4, 2, on(2)), (1, 0, 0, 2, on(9)),
    ]
    for subject in (*SUBJECTS[:2], {}, {"model": MODEL})
]  # fmt: skip
EVIDENCE += [
    attrs.evolve(EVIDENCE[0], expires=on(3).date()),
    attrs.evolve(
        EVIDENCE[0],
        measures=[
            Measure("request.latency", Histogram(600, [Bucket("0.12", 600)]), where={"place": "server"}, spread=1),
            EVIDENCE[0].measures[1],
        ],
    ),
]
GOOD = EVIDENCE[0]


def generated(rng):
    """Return a log of random events, most of which lead towards GO."""
    found = [START.events[0]]

    def at():
        return on(2) + timedelta(minutes=rng.randrange(60 * 24 * 5))

    def add(event):
        found.append(event)
        return event

    subject = rng.choice(SUBJECTS[:1] * 4 + SUBJECTS)
    add(events.SubjectSet(subject, by="ci", at=at()))
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        evidence = GOOD if rng.random() < 0.5 else rng.choice(EVIDENCE)
        added = add(events.EvidenceAdded(evidence, by=rng.choice(PEOPLE), at=at()))
        if rng.random() < 0.2:
            withdrawn = add(events.EvidenceWithdrawn(added.evidence.id, reason="r", by=rng.choice(PEOPLE), at=at()))
            if rng.random() < 0.5:
                add(events.Approved(withdrawn.id, by=rng.choice(PEOPLE), at=at()))
    for task in ("goals", "ship"):
        if rng.random() < 0.85:
            add(events.Finished(task, by=rng.choice(PEOPLE), at=at()))
        if rng.random() < 0.1:
            undone = add(events.Finished(task, by=rng.choice(PEOPLE), at=at()))
            add(events.Retracted(undone.id, by=rng.choice(PEOPLE), at=at()))
        if rng.random() < 0.15:
            add(events.Reopened(task, by="ci", at=at()))
        if rng.random() < 0.2:
            when = at()
            expires = when.date() + timedelta(days=rng.choice([0, 1, 3, 9, 14, 15, 40]))
            kind = rng.choice(["task", "criterion", "away"])
            if kind == "task":
                waived = events.Waived(task, by=rng.choice(PEOPLE), at=when, reason="r", expires=expires)
            elif kind == "criterion":
                name = "agreed" if task == "goals" else rng.choice(["measured", "used"])
                waived = events.CriterionWaived(
                    task, by=rng.choice(PEOPLE), at=when, reason="r", expires=expires, criterion=name
                )
            else:
                waived = events.NotApplicable(task, by=rng.choice(PEOPLE), at=when, reason="r")
            add(waived)
            if kind == "criterion" and rng.random() < 0.3:
                again = at()
                last = again.date() + timedelta(days=rng.choice([0, 2, 20]))
                add(attrs.evolve(waived, by=rng.choice(PEOPLE), at=again, reason="again", expires=last))
            if rng.random() < 0.5:
                add(events.Approved(waived.id, by=rng.choice(PEOPLE), at=at()))
            if rng.random() < 0.1:
                add(events.Retracted(waived.id, by=rng.choice(PEOPLE), at=at()))
    for _ in range(rng.choice([0, 1, 1, 2])):
        said = add(
            events.Attested(
                "goals",
                by=rng.choice(["checkout-lead", *PEOPLE]),
                at=at(),
                criterion="agreed",
                role=rng.choice(["product owner"] * 4 + ["sre"]),
                holds=rng.random() < 0.85,
                subject=[Part("kpis", KPIS if rng.random() < 0.85 else MODEL)] if rng.random() < 0.95 else [],
            )
        )
        if rng.random() < 0.15:
            add(events.Retracted(said.id, by=rng.choice([said.by, *PEOPLE]), at=at()))
    if rng.random() < 0.15:
        add(events.SubjectSet({"model": rng.choice([MODEL, OTHER_MODEL])}, by="ci", at=at()))
    if rng.random() < 0.1:
        add(events.WentLive("go-live", decision="go", checklist="proof", version="1", by="ci", at=at()))
    return found


@pytest.mark.parametrize(("gate", "logs"), [("go-live", 20_000), ("strict", 10_000)])
def test_no_log_is_go_that_the_rules_do_not_let_through(gate, logs, pytestconfig):
    rng, seen = Random(gate), {"go": 0, "no-go": 0, "unproven": 0}
    for _ in range(logs if pytestconfig.getoption("--whole") else 300):
        log = generated(rng)
        launch = Launch(CHECKLIST, "x", log)
        at = on(rng.choice([4, 6, 7, 9]))
        decided = launch.gate(gate, at=at).decision.value
        assert decided == read(launch.events, at, gate == "strict", KPIS)
        halves = [Launch(CHECKLIST, "x", [log[0], *rng.sample(log[1:], len(log) // 2)]) for _ in range(2)]
        merged = halves[0].merge(launch).merge(halves[1]), halves[1].merge(halves[0].merge(launch))
        assert {one.gate(gate, at=at).decision.value for one in merged} == {decided}
        seen[decided] += 1
    assert min(seen.values()) > sum(seen.values()) // 100


def test_one_person_alone_gets_nothing_past_a_policy(pytestconfig):
    """Whatever one person does to a launch that misses its targets, the strict gate does not open."""
    missed = START.set_subject(SUBJECTS[0], by="ci", at=on(1, 10)).add_evidence(_run(slow=900), by="ci", at=on(1, 11))
    missed = missed.finish("goals", by="ml-platform", at=on(1, 12)).finish("ship", by="ml-platform", at=on(1, 13))
    missed = missed.attest("goals", "agreed", by="checkout-lead", at=on(1, 14))
    missed = missed.add_evidence(GOOD, by="ci", at=on(2, 12))
    rng = Random(2)
    for _ in range(2_000 if pytestconfig.getoption("--whole") else 100):
        own = [
            attrs.evolve(event, by="mallory")
            for event in generated(rng)
            if not isinstance(event, events.SubjectSet | events.LaunchStarted)
        ]
        denials = [events.EvidenceWithdrawn(_run(slow=900).id, reason="r", by="mallory", at=on(3))]
        log = [*missed.events, *own, *denials, events.Approved(denials[0].id, by="mallory", at=on(3))]
        assert Launch(CHECKLIST, "x", log).gate("strict", at=on(7)).decision.value != "go"


def test_what_was_live_is_what_the_latest_event_says(pytestconfig):
    rng = Random(3)
    for _ in range(1_000 if pytestconfig.getoption("--whole") else 60):
        log = [START.events[0]]
        for number in range(rng.randrange(8)):
            at = on(2) + timedelta(hours=rng.randrange(24 * 9))
            if rng.random() < 0.3:
                log.append(events.TakenDown(reason=f"r{number}", by="ci", at=at))
            else:
                subject = rng.choice(SUBJECTS)
                log.append(
                    events.WentLive(
                        "go-live",
                        decision=rng.choice(["go", "no-go"]),
                        checklist="proof",
                        version="1",
                        subject=subject,
                        by=f"p{number}",
                        at=at,
                    )
                )
        rng.shuffle(log)
        launch = Launch(CHECKLIST, "x", log)
        for _ in range(5):
            at = on(2) + timedelta(hours=rng.randrange(24 * 10))
            past = sorted(
                (event.key, event) for event in log[0:] if event.at <= at and event.kind in ("went-live", "taken-down")
            )
            latest = past[-1][1] if past else None
            found = launch.live(at=at)
            if latest is None or latest.kind == "taken-down":
                assert found is None
            else:
                assert (found.by, found.since, found.decision.value, found.subject) == (
                    latest.by,
                    latest.at,
                    latest.decision,
                    latest.subject,
                )
