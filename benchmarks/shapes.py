"""The data that the benchmarks share: a checklist of 100,000 tasks and 300,000 prerequisites, the same at every run."""

from __future__ import annotations

import random

TASKS = 100_000
PHASES = 100
_WORDS = "Some words that describe what must be done, at some length, as people do when they have the time. " * 2


def document():
    """The checklist as plain data, in the shape of our files."""
    rng = random.Random(2026)
    tasks = []
    for number in range(TASKS):
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
        tasks.append(task)
    size = TASKS // PHASES
    phases = [{"id": f"p{n}", "title": f"Phase {n}", "tasks": tasks[n * size : (n + 1) * size]} for n in range(PHASES)]
    return {"schema_version": 1, "kind": "checklist", "id": "large", "title": "A large checklist", "phases": phases}
