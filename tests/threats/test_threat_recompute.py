"""A verdict that others can compute again: a script without this library comes to the same decision from the JSON of a gate and the raw files."""

import importlib.util
import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from random import Random

import attrs
import pytest

from helpers.launches import with_checklist
from helpers.proof import CHECKLIST, START, SUBJECT, on
from servingchecklist.evidence import ImportOptions, read_evidence

SCRIPT = Path(__file__).parents[2] / "examples" / "recompute_gate.py"


def script():
    spec = importlib.util.spec_from_file_location("recompute_gate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def raw(rng, file):
    """Write a run of requests: some slow, some failed, some in bursts, some of a class that deserves no answer."""
    n, slow, failed = rng.choice([60, 150, 400, 900]), rng.choice([0, 0, 0.002, 0.02]), rng.choice([0, 0, 0.001, 0.03])
    start = on(2) + timedelta(seconds=rng.randrange(60))
    lines, burst = [], 0
    for number in range(n):
        burst = max(0, burst - 1) or (rng.randrange(20) if rng.random() < 0.003 else 0)
        is_slow, is_failed = burst or rng.random() < slow, rng.random() < failed
        kind = "good" if rng.random() < 0.9 else "malformed"
        row = {
            "seq": number,
            "class": kind,
            "intended_at": (start + timedelta(seconds=number * 8)).isoformat(),
            "latency_s": round(rng.uniform(0.13, 0.5) if is_slow else rng.uniform(0.01, 0.119), 6),
            "status": None if is_failed else 200,
            "ok": not is_failed and kind == "good",
        }
        lines.append(json.dumps(row))
    if rng.random() < 0.8:
        lines.append(json.dumps({"end": True, "requests": n}))
    file.write_text("\n".join(lines) + "\n", "utf-8")


def test_a_script_of_100_lines_comes_to_the_same_decision(tmp_path, pytestconfig):
    pytest.importorskip("scipy")
    recompute, rng, seen = script(), Random(1), {}
    assert len([line for line in SCRIPT.read_text("utf-8").splitlines() if line.strip()]) <= 100
    for _ in range(1_000 if pytestconfig.getoption("--whole") else 40):
        shutil.rmtree(tmp_path / "raw", ignore_errors=True)
        (tmp_path / "raw").mkdir()
        p95 = rng.random() < 0.6
        kpis = [
            attrs.evolve(
                kpi,
                at_most=f"{rng.choice([5, 10, 20])}%" if kpi.id == "errors" else "120 ms",
                **(
                    {"span": rng.choice([None, "30 min"])} if kpi.id == "errors" else {"quantile": 0.95 if p95 else 0.8}
                ),
                independent=rng.random() < 0.3,
                confidence=rng.choice([0.8, 0.95]),
            )
            if kpi.id != "callers"
            else kpi
            for kpi in CHECKLIST.kpis
        ]
        launch = with_checklist(START, attrs.evolve(CHECKLIST, kpis=kpis)).set_subject(SUBJECT, by="ci", at=on(1, 10))
        for number in range(rng.choice([0, 1, 1, 1, 2])):
            file = tmp_path / "raw" / f"{number}.jsonl"
            raw(rng, file)
            options = ImportOptions(
                subject=SUBJECT, kpis=kpis, wanted=rng.choice([[], ["good"], ["good"]]), warm_up=rng.choice([0, 0, 40])
            )
            launch = launch.add_evidence(read_evidence(file, options=options), by="ci", at=on(3, number))
        for task in ("goals", "ship"):
            if rng.random() < 0.9:
                launch = launch.finish(task, by="ml-platform", at=on(3, 12))
        if rng.random() < 0.9:
            launch = launch.attest("goals", "agreed", by="checkout-lead", holds=rng.random() < 0.95, at=on(3, 13))
        if rng.random() < 0.2:
            launch = launch.waive_criterion(
                "ship", "measured", reason="r", expires=date(2026, 11, 9), by="b", at=on(3, 14)
            )
        decided = launch.gate("go-live", at=on(5))
        (tmp_path / "gate.json").write_text(json.dumps(decided.to_dict()), "utf-8")
        assert recompute.main(tmp_path / "gate.json", tmp_path / "raw") == decided.decision.value
        seen[decided.decision.value] = seen.get(decided.decision.value, 0) + 1
    assert set(seen) == {"go", "no-go", "unproven"}
