"""What it costs to decide by evidence: one criterion, a gate of a long log, and the import of a file of requests."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from logs import START, log
from scipy import stats
from scipy.special import bdtr, bdtrc

from servingchecklist import Checklist, Launch, Phase, Task, events
from servingchecklist._evidence import binomial
from servingchecklist._evidence.judging import judge
from servingchecklist._launch.deciding import digest_of_kpis
from servingchecklist._launch.fold import fold
from servingchecklist.evidence import (
    Bucket,
    Criterion,
    Evidence,
    GateDefinition,
    Histogram,
    Kpi,
    Measure,
    Part,
    Share,
    Verdict,
    read_evidence,
)

N, ALLOWED, ALPHA = 520, 0.01, 0.05
WRONG = Kpi("wrong", "Wrong answers", measure="tests.failed", at_most="1%", confidence=1 - ALPHA, binds=[])
DAY = START + timedelta(days=30)


def share(wrong):
    return Evidence(
        [Measure("tests.failed", Share(wrong, N), sampling="set")], collected_from=START, collected_to=START
    )


def by_scipy(wrong):
    """The same two tests at the same level."""
    if stats.binom.sf(wrong - 1, N, ALLOWED) <= ALPHA:
        return Verdict.MISSED
    return Verdict.MET if stats.binom.cdf(wrong, N, ALLOWED) <= ALPHA else Verdict.INCONCLUSIVE


def by_interval(wrong):
    """The same decision by the bounds of Clopper and Pearson, which is more than has to be known."""
    interval = stats.binomtest(wrong, N).proportion_ci(1 - 2 * ALPHA, method="exact")
    if interval.low > ALLOWED:
        return Verdict.MISSED
    return Verdict.MET if interval.high <= ALLOWED else Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("wrong", "verdict"), [(0, Verdict.MET), (12, Verdict.MISSED), (2, Verdict.INCONCLUSIVE)])
def test_a_decision(compare, wrong, verdict):
    evidence = [share(wrong)]

    def ours():
        return judge(WRONG, evidence, {}, DAY).judgement.verdict

    assert ours() is by_scipy(wrong) is by_interval(wrong) is verdict
    work = f"a KPI judged by {wrong} wrong of 520: {verdict.words}"
    compare(work, ours, "math.comb(520, 260)", lambda: math.comb(520, 260), goal=20)
    compare(work, ours, "scipy: binom.sf and binom.cdf", lambda: by_scipy(wrong))
    compare(work, ours, "scipy: the exact interval of binomtest", lambda: by_interval(wrong))


def test_the_tests_alone(compare):
    # What scipy's distributions call in the end, without their handling of arrays.
    def ours():
        return binomial.at_least(2, N, ALLOWED), binomial.at_most(2, N, ALLOWED)

    def theirs():
        return bdtrc(1, N, ALLOWED), bdtr(2, N, ALLOWED)

    assert ours() == pytest.approx(theirs())
    compare("both tests of 2 wrong of 520", ours, "scipy.special: bdtrc and bdtr, compiled", theirs)


KPIS = [
    Kpi(
        f"latency-{n}",
        f"Latency {n}",
        measure="request.latency",
        quantile=0.99,
        at_most=f"{100 + n} ms",
        where={"place": "caller"},
        binds=["model"],
        max_age=30,
    )
    for n in range(5)
] + [
    Kpi(f"errors-{n}", f"Errors {n}", measure="request.failed", at_most=f"{n + 1}%", binds=["model"]) for n in range(5)
]
PLAN = Checklist(
    "gated",
    "A launch with a gate",
    phases=[
        Phase(
            "all",
            "All",
            tasks=[
                Task(
                    f"t{n}",
                    f"Task {n}",
                    criteria=[
                        Criterion("measured", "It is measured", kpis=[f"latency-{n % 5}", f"errors-{n % 5}"]),
                        Criterion("agreed", "It is agreed to", attested="owner", binds=["model", "kpis"]),
                    ],
                    gates=["go-live"],
                )
                for n in range(40)
            ],
        )
    ],
    kpis=KPIS,
    gates=[GateDefinition("go-live", "Go live", second_person=True)],
)

KPIS_DIGEST = digest_of_kpis(PLAN)


def digest(number):
    return f"sha256:{number:064x}"


def run(at, model, rng):
    """Evidence as an importer gives it, with a histogram of 80 buckets."""
    n, wrong = 20_000, rng.randrange(40)
    buckets = [Bucket(f"{0.02 + part / 800:.5f}", (n - wrong) * part // 80) for part in range(1, 81)]
    return Evidence(
        [
            Measure("request.latency", Histogram(n, buckets), where={"place": "caller", "loop": "open"}, spread="1.5"),
            Measure("request.failed", Share(wrong, n), where={"place": "caller"}, spread="1.5"),
        ],
        subject=[Part("model", digest(model))],
        collected_from=at - timedelta(hours=1),
        collected_to=at,
    )


def gated(models, pieces):
    """A launch of 10,000 events: evidence of so many models in turn, of which every tenth piece is withdrawn, and 699 words of people."""
    rng = random.Random(2026)
    made = log(9_300 - models - pieces - pieces // 10, 40, seed=1)
    made.append(events.LaunchStarted(by="ml-platform", at=START))
    end = made[-2].at - START
    for model in range(models):
        parts = [Part("model", digest(model))]
        made.append(events.SubjectSet(parts, by="ci", at=START + end * model / models))
    for n in range(pieces):
        at = START + end * (n + 0.5) / pieces
        evidence = run(at, n * models // pieces, rng)
        made.append(events.EvidenceAdded(evidence, kpis=KPIS, by="ci", at=at))
        if n % 10 == 9:
            made.append(events.EvidenceWithdrawn(evidence.id, reason="the file was cut", by="ci", at=at + end / 1_000))
    for n in range(699):
        at = START + end * (n + 0.5) / 699
        said_of = [Part("model", digest(n * models // 699)), Part("kpis", KPIS_DIGEST)]
        named = {"criterion": "agreed", "role": "owner", "subject": said_of}
        made.append(events.Attested(f"t{n % 40}", by=f"person-{n % 7}", at=at, **named))
    launch = Launch(PLAN, "gated", made)
    assert len(launch.events) == 10_000
    return launch


@pytest.mark.parametrize(("models", "pieces"), [(3, 30), (20, 300), (1, 300)])
def test_a_gate_of_a_long_log(compare, models, pieces):
    launch = gated(models, pieces)
    at = launch.events[-1].at
    # One more event makes the launch look back, and read its log anew each time.
    later = launch.note("t1", "seen", by="ml-platform", at=at + timedelta(days=1))
    gate = later.gate("go-live", at=at)
    assert attrs.evolve(gate, notes=()) == attrs.evolve(launch.gate("go-live", at=at), notes=())
    work = f"gate of 10,000 events, 40 tasks and 10 KPIs, {len(gate.evidence)} of {pieces} pieces of evidence count"
    compare(work, lambda: later.gate("go-live", at=at), "the fold alone", lambda: fold(launch.events), goal=2)
    compare(
        f"{work}, the log folded before", lambda: launch.gate("go-live", at=at), "the fold", lambda: fold(launch.events)
    )


LINES = 100_000


def requests():
    """The text of a file of requests, ten milliseconds apart, of which one in 500 fails."""
    rng = random.Random(2026)
    lines = [
        json.dumps(
            {
                "seq": n,
                "intended_at": (START + timedelta(milliseconds=10 * n)).isoformat(timespec="milliseconds"),
                "latency_s": round(rng.lognormvariate(-3, 0.5), 6) if n % 500 else None,
                "status": 200 if n % 500 else None,
                "ok": n % 500 != 0,
                "class": "score",
            }
        )
        for n in range(LINES)
    ]
    return "\n".join([*lines, json.dumps({"end": True, "requests": LINES}), ""])


def loop(path):
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def peak(code):
    """Return the largest memory, in KiB, of a process that runs this code."""
    code += "; print(pathlib.Path('/proc/self/status').read_text())"
    status = subprocess.check_output([sys.executable, "-c", f"import json, pathlib; {code}"], text=True)
    (kibibytes,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return kibibytes


def test_import_of_requests(compare, tmp_path):
    path = tmp_path / "requests.jsonl"
    path.write_text(requests(), "utf-8")
    assert len(loop(path)) == LINES + 1
    assert {measure.value.n for measure in read_evidence(path).measures} == {LINES}
    work = "import of 100,000 requests: checks, spread, histogram"
    compare(work, lambda: read_evidence(path), "json.loads of every line", lambda: loop(path), rounds=5)


def test_memory_of_an_import(tmp_path):
    """The import of 100,000 requests takes at most the memory of the plain loop."""
    path = tmp_path / "requests.jsonl"
    path.write_text(requests(), "utf-8")
    ours = peak(f"from servingchecklist.evidence import read_evidence; kept = read_evidence({str(path)!r})")
    lines = f"pathlib.Path({str(path)!r}).read_text('utf-8').splitlines()"
    theirs = peak(f"kept = [json.loads(line) for line in {lines}]")
    assert ours <= theirs, (ours, theirs)
