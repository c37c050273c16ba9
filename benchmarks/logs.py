"""The launches that the benchmarks share, the same at every run."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from servingchecklist import Checklist, Launch, Phase, Task, events

START = datetime(2026, 1, 1, tzinfo=UTC)


def checklist(tasks):
    """So many tasks in ten phases, each after up to two of the ten before it."""
    rng = random.Random(2026)
    made = [
        Task(
            f"t{n}",
            f"Task {n}",
            after=[f"t{other}" for other in sorted(rng.sample(range(max(0, n - 10), n), min(2, n)))],
        )
        for n in range(tasks)
    ]
    size = tasks // 10
    return Checklist(
        "large",
        "A large launch",
        phases=[Phase(f"p{n}", f"Phase {n}", tasks=made[n * size : (n + 1) * size]) for n in range(10)],
    )


def log(many, tasks, seed, by="ml-platform"):
    """So many events in the order of time, as a busy team records them."""
    rng = random.Random(seed)
    at = START
    made = []
    for _ in range(many):
        at += timedelta(seconds=rng.randint(1, 60), microseconds=rng.randint(0, 999_999))
        task = f"t{rng.randrange(tasks)}"
        match rng.randrange(6):
            case 0:
                made.append(events.Begun(task, by=by, at=at))
            case 1:
                made.append(events.Blocked(task, by=by, at=at, reason="no access yet"))
            case 2:
                made.append(events.Unblocked(task, by=by, at=at))
            case 3:
                made.append(events.Assigned(task, by=by, at=at, owner=f"team-{rng.randrange(9)}"))
            case 4:
                made.append(events.DueSet(task, by=by, at=at, due=at.date()))
            case _:
                made.append(events.Finished(task, by=by, at=at))
    return made


def launch(many, tasks, seed=1):
    started = events.LaunchStarted(by="ml-platform", at=START)
    return Launch(checklist(tasks), "large", [started, *log(many, tasks, seed)])
