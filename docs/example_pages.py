"""The pages of an example, one for each kind of value that has a page of its own, which ``conf.py`` puts beside the documentation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import attrs

from servingchecklist import (
    Calendar,
    Effort,
    ForecastOptions,
    Launch,
    Priority,
    calibration,
    catalog,
    model_serving,
    order,
    tailor,
)
from servingchecklist.evidence import Evidence, Measure, Share
from servingchecklist.formats import html, write
from servingchecklist.tailoring import diff, explain, upgrade

if TYPE_CHECKING:
    from pathlib import Path


def march(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


MODEL = {"model": f"sha256:{'a' * 64}", "config": f"sha256:{'c' * 64}"}
EVIDENCE = Evidence(
    [Measure("request.failed", Share(31, 50_000), sampling="stream", spread=4)],
    subject=MODEL,
    collected_from=march(9),
    collected_to=march(10),
)


def launches() -> tuple[Launch, Launch]:
    """Return a launch after its first week, with tasks that are done, under way, blocked, waived and overdue, and one that begins."""
    team = {"by": "ml-platform"}
    begun = Launch.start(model_serving(), name="fraud-v3", at=march(2), topic="Fraud scores", **team)
    begun = begun.begin("c1", at=march(2, 10), **team).finish("c1", at=march(3, 16), **team)
    begun = begun.assign("c3", "data-science", at=march(3), **team).begin("c3", by="data-science", at=march(4))
    begun = begun.finish(
        "c3", by="data-science", at=march(6, 15), note="Two endpoints were forgotten, and are listed now."
    )
    begun = begun.begin("c2", by="product", at=march(5)).tick("c2", "callers", by="product", at=march(6))
    begun = begun.set_due("c4", date(2026, 3, 9), at=march(6), **team).assign("c4", "tech-lead", at=march(6), **team)
    begun = begun.block("c6", reason="no quota for metrics", by="sre", at=march(9))
    begun = begun.waive("c8", reason="the pilot has no real load", expires=date(2026, 4, 30), at=march(9), **team)
    begun = begun.set_subject(MODEL, at=march(9), **team).add_evidence(EVIDENCE, by="ci", at=march(10))
    return begun, Launch.start(model_serving(), name="ranker-v7", at=march(9), topic="Ranking", **team)


def pages() -> dict[str, object]:
    """Return the value of each page, by the name of its file."""
    checklist, overlay, (fraud, ranker), now = model_serving(), catalog.overlay("llm-serving"), launches(), march(11)
    tailored = tailor(checklist, overlay)
    urgent = [
        attrs.evolve(phase, tasks=[attrs.evolve(task, priority=Priority.HIGH) for task in phase.tasks])
        for phase in checklist.phases
    ]
    later = attrs.evolve(checklist, version="2027.1", phases=urgent)
    forecast = fraud.forecast(at=now)
    return {
        "checklist": checklist,
        "overlay": overlay,
        "diff": diff(checklist, tailored),
        "explanation": explain(tailored),
        "upgrade": upgrade(checklist, later, overlay),
        "order": order(checklist),
        "fraud-v3": fraud.snapshot(at=now),
        "ranker-v7": ranker.snapshot(at=now),
        "review": fraud.review(march(4), at=now),
        "forecast": forecast,
        "finish": forecast.finish,
        "levers": fraud.levers(at=now),
        "critical-path": fraud.critical_path(at=now),
        "calibration": calibration([fraud], at=now),
        "options": ForecastOptions(people=3, default_effort=Effort(1, 2), seed=1),
        "calendar": Calendar(holidays=[date(2026, 4, 3), date(2026, 4, 6)]),
        "kpi": checklist.kpis[0],
        "evidence": EVIDENCE,
        "gate": fraud.gate("go-live", at=now),
        "live": fraud.go_live("go-live", by="ml-platform", at=now).live(at=now),
    }


def write_pages(folder: Path) -> None:
    """Write all pages and the index of the launches to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in pages().items():
        write(value, folder / f"{name}.html")  # type: ignore[call-overload]
    (folder / "index.html").write_text(html.index(launches(), at=march(11)), "utf-8")
