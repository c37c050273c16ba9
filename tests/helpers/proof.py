"""A checklist with KPIs, criteria, audiences and gates, evidence for it, and launches of it in every state of proof."""

from datetime import UTC, date, datetime, timedelta

from servingchecklist import Checklist, Launch, Phase, Task, events
from servingchecklist.evidence import (
    Audience,
    Bucket,
    Caution,
    Criterion,
    Evidence,
    Example,
    ExpectedAnswer,
    GateDefinition,
    Histogram,
    Kpi,
    Measure,
    Number,
    Part,
    Share,
    Source,
)

MODEL, OTHER_MODEL, CONFIG = (f"sha256:{digit * 64}" for digit in "abc")
SUBJECT = {"model": MODEL, "config": CONFIG}


def on(day, hour=9, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


LATENCY = Kpi(
    "latency",
    "Latency",
    measure="request.latency",
    quantile=0.99,
    at_most="120 ms",
    where={"place": "caller"},
    max_age=30,
)
ERRORS = Kpi("errors", "Errors", measure="request.failed", at_most="1%", span="1 h")
CALLERS = Kpi("callers", "Callers", measure="adoption.callers", at_least="2", binds=[])
SCORE = Example(
    "score",
    "A score",
    path="/v2/models/fraud/infer",
    headers={"content-type": "application/json"},
    body='{"id": "1"}',
    expect=ExpectedAnswer(200, json={"/id": "1", "/outputs/0/data/0": 0.5}, tolerance="0.001", within="80 ms"),
    fallback=ExpectedAnswer(503, within="80 ms"),
)
TEAMS = Audience("teams", "Application teams", contact="on call", needs="A score.", kpis=["latency"], examples=[SCORE])
GO_LIVE = GateDefinition("go-live", "Go live")
STRICT = GateDefinition(
    "strict", "Go live, strictly", roles={"product owner": ["checkout-lead"]}, second_person=True, longest_waiver=14
)
AGREED = Criterion("agreed", "The targets are agreed to", attested="product owner", binds=["kpis"])
MEASURED = Criterion("measured", "The service is fast and answers", kpis=["latency", "errors"])
USED = Criterion("used", "It is used", kpis=["callers"], required=False)
GATES = ["go-live", "strict"]
CHECKLIST = Checklist(
    "proof",
    "Proof",
    phases=[
        Phase(
            "all",
            "All",
            tasks=[
                Task("goals", "Goals", priority="critical", effort="1 day", criteria=[AGREED], gates=GATES),
                Task(
                    "ship", "Ship", priority="critical", effort="1-2 days", criteria=[MEASURED, USED], gates=GATES,
                    after=["goals"],
                ),
                Task("tell", "Tell", effort="1 day"),
            ],
        )
    ],
    kpis=[LATENCY, ERRORS, CALLERS],
    audiences=[TEAMS],
    gates=[GO_LIVE, STRICT],
)  # fmt: skip
START = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=on(1))


def run(*, slow=0, failed=0, n=20_000, subject=SUBJECT, begin=None, hours=2, spread=1.5, **more):
    """Evidence of a run: of ``n`` requests so many were slower than the limit or failed, which is slower than any limit."""
    begin = begin or on(2)
    return Evidence(
        [
            Measure(
                "request.latency",
                Histogram(n, [Bucket("0.05", (n - slow - failed) // 2), Bucket("0.12", n - slow - failed)]),
                where={"place": "caller", "loop": "open"},
                spread=spread,
            ),
            Measure("request.failed", Share(failed, n), where={"place": "caller"}, spread=spread),
        ],
        subject=subject,
        sources=[Source("load generator", version="1.2", file="requests.jsonl", digest=f"sha256:{'d' * 64}")],
        collected_from=begin,
        collected_to=begin + timedelta(hours=hours),
        **more,
    )


GOOD = run()
USE = Evidence(
    [Measure("adoption.callers", Number(3), sampling="census")],
    collected_from=on(3),
    collected_to=on(3),
    note="by hand",
)
DARK = run(slow=3, cautions=[Caution("may-be-cut", "it may be cut", bias="flatters", families=["latency"])])


def proven(launch=START):
    """A launch whose tasks are done and whose criteria are all met."""
    launch = launch.set_subject(SUBJECT, by="ci", at=on(1, 10))
    launch = launch.add_evidence(GOOD, by="ci", at=on(2, 12)).add_evidence(USE, by="ml-platform", at=on(3, 10))
    launch = launch.finish("goals", by="ml-platform", at=on(3, 11)).finish("ship", by="ml-platform", at=on(3, 12))
    return launch.attest("goals", "agreed", by="checkout-lead", at=on(3, 13))


def everything():
    """A launch whose log has every kind of event about its subject and its evidence."""
    launch = proven().waive_criterion(
        "ship", "used", reason="few callers yet", expires=date(2026, 11, 12), by="ml-platform", at=on(4)
    )
    launch = launch.approve(launch.events[-1], by="checkout-lead", at=on(4, 10))
    launch = launch.add_evidence(DARK, by="ci", at=on(4, 11))
    launch = launch.withdraw_evidence(DARK, reason="the file was cut", by="ci", at=on(4, 12))
    launch = launch.attest("goals", "agreed", by="sre", role="sre", holds=False, at=on(4, 13))
    return launch.go_live("go-live", by="checkout-lead", at=on(5)).take_down(reason="it drifts", by="sre", at=on(8))


PROOF_EVENTS = [
    events.CriterionWaived("ship", by="b", at=on(4), criterion="used", reason="r", expires=date(2026, 11, 12)),
    events.Attested(
        "goals", by="b", at=on(4), criterion="agreed", role="product owner", holds=False, subject=[Part("kpis", MODEL)]
    ),
    events.SubjectSet([Part("model", MODEL, "v3"), Part("config", CONFIG)], by="b", at=on(1)),
    events.EvidenceAdded(GOOD, kpis=[LATENCY, ERRORS], by="b", at=on(2, 12)),
    events.EvidenceWithdrawn(GOOD.id, reason="r", by="b", at=on(3)),
    events.Approved("0" * 64, by="b", at=on(3)),
    events.WentLive(
        "go-live",
        decision="go",
        checklist="proof",
        version="1",
        subject=SUBJECT,
        evidence=[GOOD.id],
        waivers=["1" * 64],
        by="b",
        at=on(5),
    ),
    events.TakenDown(reason="r", by="b", at=on(6)),
]
