"""The checklists that the benchmarks share, the same at every run, as plain data in the shape of our files."""

from __future__ import annotations

import random

TASKS = 100_000
PHASES = 100
USERS = (9, 40, 700)
"""The numbers of tasks in the lists that people have: the bundled one, a large review, nearly the largest public one."""

_WORDS = "Some words that describe what must be done, at some length, as people do when they have the time. " * 2


def document(tasks=TASKS, phases=PHASES):
    """A large checklist: three prerequisites and a text for each task."""
    rng = random.Random(2026)
    made = []
    for number in range(tasks):
        task = {
            "id": f"t{number}",
            "title": f"Task number {number} of the plan",
            "priority": rng.choice(["critical", "high", "medium", "low"]),
            "effort": rng.choice(["1 day", "2-3 days", "4 hours", "2-5 days, likely 3"]),
            "description": _WORDS,
        }
        if number:
            task["after"] = [
                f"t{other}" for other in sorted(rng.sample(range(max(0, number - 60), number), min(3, number)))
            ]
        if task["priority"] == "medium":
            del task["priority"]  # what equals its default is not written
        made.append(task)
    size = tasks // phases
    members = [{"id": f"p{n}", "title": f"Phase {n}", "tasks": made[n * size : (n + 1) * size]} for n in range(phases)]
    return {"schema_version": 1, "kind": "checklist", "id": "large", "title": "A large checklist", "phases": members}


_DESCRIPTION = """Move the traffic in **steps**, and watch the budget at each.

1. Send 1 % with `kubectl -n serving set weight ranker-v7=1`.
2. Wait for one hour, with p99 below 120 ms on [the dashboard](https://example.com/serving).
"""


def usual(tasks):
    """A checklist as teams write them: some tasks have prerequisites, a text with a layout, steps, a role, a page; others are one line."""
    rng = random.Random(2026)
    made = []
    for number in range(tasks):
        task = {"id": f"t{number}", "title": f"Shift {number} % of the traffic to the new model"}
        task["priority"] = rng.choice(["critical", "high", "low"])
        task["effort"] = rng.choice(["1 day", "2-3 days", "4 hours"])
        if number and rng.random() < 0.5:
            task["after"] = [f"t{rng.randrange(max(0, number - 20), number)}"]
        if rng.random() < 0.3:
            task["description"] = _DESCRIPTION
        if rng.random() < 0.3:
            task["steps"] = [
                {"id": f"s{n}", "text": f"Look at the {name}"} for n, name in enumerate(("logs", "alerts"))
            ]
        if rng.random() < 0.3:
            task |= {"role": "ml platform", "labels": ["serving"]}
        if rng.random() < 0.2:
            task["references"] = [{"title": "Runbook", "url": f"https://example.com/runbook/{number}"}]
        made.append(task)
    size = -(-tasks // 3)
    phases = [{"id": f"p{n}", "title": f"Phase {n}", "tasks": made[n * size : (n + 1) * size]} for n in range(3)]
    return {"schema_version": 1, "kind": "checklist", "id": "usual", "title": "A usual checklist", "phases": phases}
