"""Changes applied to a checklist of 10,000 tasks, and what differs between two of 100,000."""

from __future__ import annotations

import copy
import random

from shapes import PHASES, TASKS, document

from servingchecklist import Checklist, Effort, Overlay, Priority, Task, changes, tailor
from servingchecklist.tailoring import diff

SMALLER = 10_000
SIZE = TASKS // PHASES
REASON = "so that there is something to do"


def overlay():
    """A thousand changes of every kind that a team makes to tasks."""
    rng = random.Random(2026)
    chosen = rng.sample(range(1, SMALLER), 900)
    made = [changes.SetTask(f"t{n}", priority=Priority.CRITICAL, reason=REASON) for n in chosen[:300]]
    made += [changes.SetTask(f"t{n}", effort=Effort(1, 2), title="Ours", reason=REASON) for n in chosen[300:500]]
    made += [changes.SetTask(f"t{n}", also_after=["t0"], reason=REASON) for n in chosen[500:600]]
    made += [changes.DropTask(f"t{n}", reason=REASON) for n in chosen[600:800]]
    made += [changes.MoveTask(f"t{n}", phase=f"p{n % 10}", reason=REASON) for n in chosen[800:]]
    made += [
        changes.AddTask(Task(f"ours{n}", "Ours", after=[f"t{n}"]), phase=f"p{n // SIZE}", reason=REASON)
        for n in chosen[:100]
    ]
    return Overlay("ours", "Ours", changes=made)


def test_tailor_against_a_deep_copy(compare):
    plain = document(SMALLER, SMALLER // SIZE)
    checklist, ours = Checklist.from_dict(plain), overlay()
    assert len(checklist) == SMALLER
    assert len(ours.changes) == 1_000
    assert len(tailor(checklist, ours)) == SMALLER - 200 + 100
    compare(
        "tailor 10,000 tasks, 1,000 changes",
        lambda: tailor(checklist, ours),
        "copy.deepcopy of the plain dict",
        lambda: copy.deepcopy(plain),
        goal=2,
    )


def differing(step):
    """The document with a title changed every ``step`` tasks, and the last one for certain."""
    made = document()
    tasks = [task for phase in made["phases"] for task in phase["tasks"]]
    for task in [*tasks[step - 1 : -1 : step], tasks[-1]] if step else tasks[-1:]:
        task["title"] = f"{task['title']}, changed"
    return made


def test_diff_against_comparing_plain_dicts(compare):
    # Comparing stops at the first difference, so the peer's two differ only in the last task: it has to look at all of them.
    one, other = document(), differing(0)
    assert one != other
    before, after = Checklist.from_dict(document()), Checklist.from_dict(differing(1_000))
    assert not set(map(id, before.tasks)) & set(map(id, after.tasks))
    assert len(diff(before, after)) == 100
    compare(
        "diff of two of 100,000 tasks that differ in 100 places",
        lambda: diff(before, after),
        "== of the plain dicts",
        lambda: one == other,
        goal=3,
    )
