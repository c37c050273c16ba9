"""Phases that wait for others, in a launch."""

from datetime import UTC, date, datetime, timedelta

import pytest

from servingchecklist import Checklist, Launch, Phase, Task, critical_path, dumps, forecast, next_tasks

CHECKLIST = Checklist(
    "x",
    "X",
    phases=[
        Phase("late", "Late", after=["early"], tasks=[Task("ship", "Ship", effort="1 day")]),
        Phase(
            "early",
            "Early",
            tasks=[Task("plan", "Plan", effort="1 day"), Task("build", "Build", effort="3 days", after=["plan"])],
        ),
    ],
)
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def on(day):
    return START + timedelta(days=day)


def begun():
    return Launch.start(CHECKLIST, name="x", by="me", at=START).finish("plan", by="me", at=on(1))


def test_a_task_waits_for_the_open_tasks_of_the_earlier_phase():
    launch = begun()
    assert Launch.start(CHECKLIST, name="x", by="me", at=START).state("ship", at=START).waits_for == ("plan", "build")
    assert launch.state("ship", at=on(1)).waits_for == ("build",)
    assert not launch.state("ship", at=on(1)).ready
    assert [each.task.id for each in launch.next(at=on(1))] == ["build"]
    assert launch.finish("build", by="me", at=on(2)).state("ship", at=on(2)).ready
    assert [each.task.id for each in next_tasks(CHECKLIST)] == ["plan"]
    waiting = launch.begin("build", by="me", at=on(1)).next(at=on(2)).waiting
    assert [(each.task.id, each.waits_for) for each in waiting] == [("ship", ("build",))]


def test_a_waived_task_of_the_earlier_phase_hides_nothing():
    waived = begun().waive("build", reason="r", by="me", expires=date(2026, 12, 1), at=on(1))
    [best] = waived.next(at=on(1))
    assert best.task.id == "ship"
    assert "goes on without build, which is waived until 2026-12-01" in best.reasons
    only = Launch.start(CHECKLIST, name="x", by="me", at=START).waive(
        "build", reason="r", by="me", expires=date(2026, 12, 1), at=on(1)
    )
    assert only.state("ship", at=on(1)).waits_for == ("plan",)


def test_a_review_tells_what_was_finished_before_the_earlier_phase_was_closed():
    early = begun().finish("ship", by="me", at=on(2))
    [item] = early.review(START, at=on(3), samples=0).out_of_order
    assert (item.id, item.words) == ("ship", "2026-11-04, me, while build was open")


def test_the_critical_path_and_the_forecast_lead_through_the_phases():
    path = critical_path(CHECKLIST)
    assert (path.path, path.days) == (("plan", "build", "ship"), 5.0)
    assert path["ship"].early_start == 4.0
    schedule = forecast(CHECKLIST, start=date(2026, 11, 2), samples=10).schedule
    days = {slot.id: (slot.start.day, slot.finish.day) for slot in schedule}
    assert days == {"plan": (2, 2), "build": (3, 5), "ship": (6, 6)}


def test_what_holds_up_a_review_is_found_through_the_phases():
    launch = begun().begin("build", by="me", at=on(1))
    slip = launch.review(on(1), at=on(15), samples=50).slip
    assert slip.days > 0
    assert [cause.id for cause in slip.causes] == ["build"]


@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_pages_tell_what_a_phase_comes_after(format):
    assert "after phase " in dumps(CHECKLIST, format)
    more = Checklist("y", "Y", phases=[*CHECKLIST.phases, Phase("last", "Last", after=["early", "late"])])
    assert "after phases " in dumps(more, format)


def test_of_the_tasks_of_a_large_phase_the_first_are_named():
    many = [Task(f"t{number}", "T") for number in range(30)]
    phases = [Phase("one", "One", tasks=many), Phase("two", "Two", tasks=[Task("z", "Z")], after=["one"])]
    launch = Launch.start(Checklist("x", "X", phases=phases), name="x", by="me", at=START)
    assert "waits for t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10 and t11, and 18 more" in " ".join(
        dumps(launch, "text").split()
    )
    early = launch.finish("z", by="me", at=on(1)).review(START, at=on(2), samples=0).out_of_order
    assert early[0].words.endswith("while t0, t1, t2 and 27 more were open")
    assert len(launch.state("z", at=on(1)).waits_for) == 30
