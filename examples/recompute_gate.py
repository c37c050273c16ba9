"""Decide a gate again from its JSON and the raw request files alone, without this library. Usage: recompute_gate.py GATE.json FOLDER.

It needs scipy, so that it shares no statistics with the library either. Limits of latencies that only other gates ask for are not known
to it. Without arguments it only says so.
"""

import hashlib
import json
import math
import pathlib
import sys
from datetime import datetime, timedelta

UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "%": 0.01}


def quantity(text: str) -> float:
    """Return a quantity such as ``120 ms`` in seconds or as a share."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz% ")
    return float(number) * UNITS[text[len(number) :].strip()]


def latencies(file: pathlib.Path, options: str) -> list[float]:
    """Return the latencies of the requests that count, in the order in which they were meant to be sent; infinite for failures."""
    stated = json.loads(options or "{}")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    rows = sorted((row for row in rows if "end" not in row), key=lambda row: (row["intended_at"], row["seq"]))
    times = [datetime.fromisoformat(row["intended_at"]) for row in rows]
    start = times[0] + timedelta(seconds=stated.get("warm_up", 0))
    wanted = stated.get("wanted")
    return [
        row["latency_s"] if row["ok"] and row["status"] is not None else math.inf
        for row, at in zip(rows, times, strict=True)
        if at >= start and (wanted is None or row["class"] in wanted)
    ]


def spread(run: list[float], limits: set[float]) -> float | None:
    """Return the upper bound of the design effect of a run, by 25 batch means; None where there are too few requests."""
    from scipy.stats import chi2

    n, in_order = len(run), sorted(run)
    if n < 100:
        return None
    worst = 1.0
    levels = {*limits, *(in_order[math.ceil(q * len(run)) - 1] for q in (0.5, 0.75, 0.9, 0.95, 0.99))}
    for level in [*levels, "failed"]:
        flags = [value == math.inf if level in ("failed", math.inf) else value > level for value in run]
        mean = sum(flags) / n
        off = [
            sum(flags[n * part // 25 : n * (part + 1) // 25]) - mean * (n * (part + 1) // 25 - n * part // 25)
            for part in range(25)
        ]
        squares = sum(one * one for one in off)
        if squares:
            effect = squares / (mean * (1 - mean) * n / 25) / chi2.ppf(0.05, 24)
            r = sum(off[part] * off[part + 1] for part in range(24)) / squares
            worst = max(worst, effect * (1 + r) / (1 - r) if r > 1.645 / 5 else effect)
    return worst


def verdict(kpi: dict, evidence: list[dict], folder: pathlib.Path, limits: set[float]) -> str:
    """Return the verdict on a KPI of latencies or failures over all pieces of evidence that count."""
    from scipy.special import betainc

    found = []
    for one in evidence:
        source = one["sources"][0]
        (file,) = [
            p for p in folder.iterdir() if f"sha256:{hashlib.sha256(p.read_bytes()).hexdigest()}" == source["digest"]
        ]
        run = latencies(file, source.get("options", ""))
        is_latency = kpi["measure"] == "request.latency"
        limit = quantity(kpi["at_most"]) if is_latency else 1e300
        p = round(1 - kpi["quantile"], 12) if is_latency else quantity(kpi["at_most"])
        k, n, d, alpha = (
            sum(value > limit for value in run),
            len(run),
            spread(run, limits),
            1 - kpi.get("confidence", 0.95),
        )
        d = 1.0 if kpi.get("independent") else d
        if n == 0:
            found.append("not-measured")
        elif k and betainc(k, n - k + 1, p) <= alpha:
            found.append("missed")
        else:
            is_met = d is not None and k < n and betainc((n - k) / d, k / d + 1, 1 - p) <= alpha
            period = datetime.fromisoformat(one["collected_to"]) - datetime.fromisoformat(one["collected_from"])
            is_long = "span" not in kpi or period >= timedelta(seconds=quantity(kpi["span"]))
            found.append("met" if is_met and is_long and not one.get("cautions") else "inconclusive")
    order = ["missed", "met", "inconclusive", "not-measured"]
    return min(found, key=order.index, default="not-measured")


def main(gate_file: str, folder: str) -> str:
    """Return the decision."""
    gate = json.loads(pathlib.Path(gate_file).read_text("utf-8"))
    evidence = {one["id"]: one["evidence"] for one in gate["evidence"]}
    results = []
    kpis = [one["kpi"] for one in gate["findings"] if one["kpi"]]
    limits = {quantity(kpi["at_most"]) for kpi in kpis if kpi["measure"] == "request.latency"}
    for one in gate["findings"]:
        measured = one["kpi"] and verdict(
            one["kpi"], [evidence[name] for name in one["evidence"]], pathlib.Path(folder), limits
        )
        results.append((one["required"], measured or one["verdict"], one["waiver"] is not None))
    left = [result for required, result, waived in results if required and result != "met" and not waived]
    if "missed" in left:
        return "no-go"
    is_met = any(required and result == "met" for required, result, _ in results)
    return "unproven" if left or gate["open_tasks"] or not is_met else "go"


if __name__ == "__main__":
    print(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
