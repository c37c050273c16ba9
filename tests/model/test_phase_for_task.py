"""A phase given where a task is wanted is told as that, wherever it is given."""

from datetime import UTC, date, datetime

import pytest

from servingchecklist import (
    Checklist,
    Launch,
    Overlay,
    Phase,
    Task,
    changes,
    critical_path,
    forecast,
    model_serving,
    order,
    tailor,
)
from servingchecklist.errors import ChecklistError
from servingchecklist.tailoring import explain

MODEL = model_serving()
PHASE = "that is a phase; its tasks are c1, c2 and c3"
BY = {"by": "ana"}
LAUNCH = Launch.start(MODEL, name="n", by="ana", at=datetime(2026, 11, 2, tzinfo=UTC))


def overlay(*all_changes):
    return Overlay("o", "O", changes=all_changes)


def document(**task):
    raw = MODEL.to_dict()
    raw["phases"][2]["tasks"][0] |= task
    return raw


CALLS = {
    "item": lambda: MODEL["foundation"],
    "position": lambda: MODEL.position("foundation"),
    "replace_task": lambda: MODEL.replace_task("foundation", title="T"),
    "after": lambda: MODEL.replace_task("c9", after=["foundation"]),
    "document": lambda: Checklist.from_dict(document(after=["foundation"])),
    "faulty document": lambda: Checklist.from_dict(document(after=["foundation"]) | {"title": ""}),
    "SetTask": lambda: tailor(MODEL, overlay(changes.SetTask("foundation", title="T", reason="r"))),
    "SetTask.after": lambda: tailor(MODEL, overlay(changes.SetTask("c9", after=["foundation"], reason="r"))),
    "also_after": lambda: tailor(MODEL, overlay(changes.SetTask("c9", also_after=["foundation"], reason="r"))),
    "DropTask": lambda: tailor(MODEL, overlay(changes.DropTask("foundation", reason="r"))),
    "MoveTask": lambda: tailor(MODEL, overlay(changes.MoveTask("foundation", phase="execution", reason="r"))),
    "before": lambda: tailor(
        MODEL, overlay(changes.MoveTask("c1", phase="execution", before="foundation", reason="r"))
    ),
    "finish": lambda: LAUNCH.finish("foundation", **BY),
    "state": lambda: LAUNCH.state("foundation"),
    "done": lambda: order(MODEL, done=["foundation"]),
    "owners": lambda: forecast(MODEL, start=date(2026, 11, 2), owners={"foundation": "ana"}),
    "critical_path": lambda: critical_path(MODEL, done=["foundation"]),
    "explain": lambda: explain(MODEL, "foundation"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_hint_names_the_tasks_of_the_phase(call):
    with pytest.raises(ChecklistError) as caught:
        call()
    assert ("unknown-task", PHASE) in [(fault.code, fault.hint) for fault in caught.value.faults]


def test_an_event_of_a_phase_in_a_file_is_told():
    raw = LAUNCH.finish("c1", **BY).to_dict()
    raw["events"][-1]["task"] = "foundation"
    with pytest.raises(ChecklistError, match=PHASE):
        Launch.from_dict(raw)


@pytest.mark.parametrize(
    ("count", "hint"),
    [
        (0, "it has no tasks"),
        (1, "its task is t0"),
        (2, "its tasks are t0 and t1"),
        (5, "its tasks are t0, t1, t2, t3 and t4"),
        (6, "its tasks are t0, t1, t2, t3 and 2 more"),
        (2_000, "its tasks are t0, t1, t2, t3 and 1996 more"),
    ],
)
def test_five_tasks_are_named_at_most(count, hint):
    tasks = [Task(f"t{number}", "T") for number in range(count)]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks), Phase("q", "Q", tasks=[Task("u", "U")])])
    with pytest.raises(ChecklistError) as caught:
        checklist["p"]
    assert caught.value.faults[0].hint == f"that is a phase; {hint}"


def test_a_task_of_the_same_id_is_meant_first():
    checklist = Checklist("x", "X", phases=[Phase("a", "A", tasks=[Task("a", "A"), Task("b", "B", after=["a"])])])
    assert checklist["a"].title == "A"


def test_a_task_given_for_a_phase_is_an_unknown_phase():
    with pytest.raises(ChecklistError, match=r"there is no phase of that id \(got 'c1'\); known: "):
        tailor(MODEL, overlay(changes.DropPhase("c1", reason="r")))


def test_where_a_phase_has_no_valid_id_its_tasks_are_not_named():
    raw = document(after=["foundation"])
    raw["phases"][0]["id"] = "Foundation"
    with pytest.raises(ChecklistError) as caught:
        Checklist.from_dict(raw)
    assert not any("phase;" in fault.hint for fault in caught.value.faults)
