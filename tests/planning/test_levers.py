"""Levers: each is held against the forecast with its arguments, and the orders of tasks against what they cost."""

import pickle
from datetime import date, timedelta

import attrs
import pytest

from helpers.forecasts import START
from servingchecklist import (
    PHASES_FIRST,
    SOONEST,
    Checklist,
    Effort,
    ForecastOptions,
    Phase,
    Priority,
    Task,
    forecast,
    levers,
    model_serving,
)
from servingchecklist._planning.simulation import Plan
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Lever
from servingchecklist.rules import DUE

CHECKLIST = model_serving()


def checklist_of(*tasks):
    return Checklist("plan", "Plan", phases=[Phase("p", "P", tasks=tasks)])


def task_of(task_id, days, *after, **more):
    return Task(task_id, f"Task {task_id}", effort=Effort(days, exact=True), after=after, **more)


# With one person less to do, c takes the person that d needs: Graham 1969.
ANOMALY = checklist_of(
    task_of("a", 1),
    task_of("b", 1),
    task_of("c", 2, "a", "b"),
    task_of("d", 2, "b"),
    task_of("e", 5, "d"),
    task_of("f", 3, "a"),
)
BAKE = checklist_of(
    task_of("a", 2), task_of("b", 3), Task("bake", "Bake", effort=Effort(7, days="elapsed")), task_of("c", 1, "bake")
)

PLANS = {
    "no limit": (CHECKLIST, {}),
    "one person": (CHECKLIST, {"people": 1, "samples": 50}),
    "blocked": (CHECKLIST, {"people": 2, "blocked": {"c3": "1-2 weeks", "c6": "2 days", "c2": None}, "samples": 50}),
    "under way": (CHECKLIST, {"people": 2, "under_way": {"c2": 1, "c3": 2.5}, "done": ["c1"], "samples": 50}),
    "efforts": (CHECKLIST, {"people": 2, "efforts": {"c4": "1 week"}, "ranges": "bounds", "seed": 3, "samples": 50}),
    "owners": (
        CHECKLIST,
        {
            "options": ForecastOptions(people=1, shared=0.5, samples=50),
            "rules": SOONEST,
            "owners": dict.fromkeys(["c1", "c2", "c3"], "ml-platform"),
        },
    ),
    "elapsed": (BAKE, {"people": 1, "samples": 9}),
    "anomaly": (ANOMALY, {"people": 2, "samples": 9}),
}


def kinds(found):
    return {
        kind: [lever.task for lever in found if lever.kind == kind] for kind in ("order", "people", "unblock", "task")
    }


@pytest.mark.parametrize("name", PLANS)
def test_each_lever_is_the_forecast_with_its_arguments(name):
    checklist, arguments = PLANS[name]
    found = levers(checklist, start=START, **arguments)
    given = {key: value for key, value in arguments.items() if key in ("done", "under_way")}
    given |= {"start": found.start, "options": found.options, "samples": found.samples}
    now = forecast(checklist, **given)
    assert found.finish == now.finish
    for lever in found:
        then = forecast(checklist, **given, **lever.arguments)
        assert lever.p80 == then.p80
        days = now.finish.quantile_days(0.8) - then.finish.quantile_days(0.8)
        assert lever.days == pytest.approx(days, abs=1e-6)
        assert then.options == attrs.evolve(lever.options, samples=found.samples)
        changed = dict(lever.options.efforts)
        if lever.kind == "task":
            effort = changed.pop(lever.task)
            assert (effort.high, effort.exact) == (0, True)
            changed.update({task: effort for task, effort in found.options.efforts if task == lever.task})
        assert changed == dict(found.options.efforts)
    assert [lever.days for lever in found] == sorted((lever.days for lever in found), reverse=True)
    assert sorted(kinds(found)["task"]) == sorted(task.id for task in now)


def test_the_days_of_a_chain_are_those_of_its_tasks():
    checklist = checklist_of(
        task_of("a", 2), task_of("b", 3, "a", priority=Priority.CRITICAL), task_of("c", 1), task_of("d", 4, "b")
    )
    found = levers(checklist, start=START, shared=0)
    assert [(lever.task, lever.days, str(lever.p80)) for lever in found] == [
        ("d", 4.0, "2026-12-04"),
        ("b", 3.0, "2026-12-07"),
        ("a", 2.0, "2026-12-08"),
        ("c", 0.0, "2026-12-10"),
    ]
    assert [lever.words for lever in found[:2]] == [
        "Without d, which takes exactly 4 days",
        "If b, which takes exactly 3 days, took no time",
    ]


def test_critical_tasks_are_never_suggested_for_leaving_out():
    found = levers(CHECKLIST, start=START, under_way={"c4": 0.5, "c7": 1}, samples=9)
    words = {lever.task: lever.words for lever in found}
    for task in CHECKLIST:
        stays = (
            task.priority is Priority.CRITICAL or task.id == "c8"
        )  # which waits a week, and would not if it were left out
        assert words[task.id].endswith(", took no time") is stays
        assert words[task.id].startswith("Without ") is not stays
    assert words["c4"] == "If the rest of c4, which takes 1 day in all, took no time"
    assert words["c7"] == "Without the rest of c7, which takes 2-3 days in all"


def test_what_still_waits_for_a_day_is_not_suggested_for_leaving_out():
    tasks = [
        Task("a", "A", effort="1 day"),
        Task("b", "B", effort="1 day", after=["a"], wait_days=3),
        Task("c", "C", effort="1 day", not_before=START + timedelta(days=7)),
        Task("d", "D", effort="1 day"),
    ]
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])

    def left_out(**given):
        found = levers(plan, start=START, samples=9, **given)
        return [lever.task for lever in found if lever.words.startswith("Without")]

    assert sorted(left_out()) == ["a", "d"]
    assert sorted(left_out(done=["a"], blocked={"d": "2 days"})) == ["b"]
    assert sorted(left_out(under_way={"b": 0.5, "c": 0.5})) == ["a", "b", "c", "d"]


def test_a_plan_can_take_longer_although_a_task_takes_less():
    found = levers(ANOMALY, start=START, people=2, samples=9)
    worst = found[-1]
    assert (worst.task, worst.days, worst.words) == ("a", -2.0, "Without a, which takes exactly 1 day")
    assert worst.p80 > found.finish.p80


def test_orders_and_people_are_tried_where_tasks_wait_for_people_only():
    assert kinds(levers(CHECKLIST, start=START, samples=9))["order"] == []
    two = levers(CHECKLIST, start=START, people=2, samples=9)
    assert {lever.words for lever in two if lever.task is None} == {
        "With the order 'critical-first'",
        "With the order 'soonest'",
        "With 3 people",
    }
    soonest = levers(CHECKLIST, start=START, people=2, rules=SOONEST, samples=9)
    assert [lever.arguments for lever in soonest if lever.words == "With the order 'phases-first'"] == [
        {"rules": PHASES_FIRST}
    ]
    assert kinds(levers(CHECKLIST, start=START, people=9, samples=9))["people"] == []
    assert len(kinds(levers(CHECKLIST, start=START, people=8, samples=9))["people"]) == 1
    owners = dict.fromkeys([task.id for task in CHECKLIST], "ml-platform")
    owned = kinds(levers(CHECKLIST, start=START, people=1, owners=owners, samples=9))
    assert (len(owned["order"]), owned["people"]) == (2, [])


def test_what_takes_nobody_needs_no_more_people():
    bake = checklist_of(task_of("a", 2), Task("bake", "Bake", effort=Effort(7, days="elapsed")))
    found = levers(bake, start=START, people=1)
    assert [lever.task for lever in found] == ["bake", "a"]
    assert found[0].words == "If bake, which takes 7 days elapsed, took no time"
    assert found[0].arguments == {"efforts": (("bake", Effort(0, exact=True, days="elapsed")),)}
    # A week elapsed is five working days, of which the other task takes two.
    assert [lever.days for lever in found] == [3.0, 0.0]


@pytest.mark.parametrize(
    ("people", "given", "arguments"),
    [
        (1, {}, {"people": 2, "shared": 0.0}),  # the default of two is another
        (2, {}, {"people": 3}),
        (1, {"shared": 0.2}, {"people": 2, "shared": 0.2}),
    ],
)
def test_one_person_more_leaves_the_shared_variance_as_it_is(people, given, arguments):
    after = [[], *([f"t{n}"] for n in range(7))]
    tasks = [Task(f"t{n}", "T", effort="1-5 days", after=before) for n, before in enumerate(after)]
    chain = checklist_of(*tasks)
    found = levers(chain, start=START, people=people, **given)
    (lever,) = (lever for lever in found if lever.kind == "people")
    assert lever.words == f"With {people + 1} people"
    assert lever.arguments == lever.to_dict()["arguments"] == arguments
    assert lever.days == 0


def test_what_is_done_may_be_given_as_an_iterator():
    asked = {"start": START, "people": 2, "samples": 99}
    assert levers(CHECKLIST, done=iter(["c1", "c2"]), **asked) == levers(CHECKLIST, done=["c1", "c2"], **asked)


def test_blocked_tasks_are_tried_if_their_time_is_known():
    found = levers(CHECKLIST, start=START, blocked={"c3": "2 weeks", "c6": None, "c1": None}, done=["c1"])
    assert (kinds(found)["unblock"], found.blocked) == (["c3"], ("c6",))
    assert found[0].words == "If c3 were unblocked at once, not after 10 days"
    assert found[0].arguments == {"blocked": (("c1", None), ("c6", None))}
    sentence = "c6 is blocked for an unknown time, so it counts as free, and to unblock it is not tried."
    assert found.assumptions[0] == sentence
    both = levers(CHECKLIST, start=START, blocked={"c3": None, "c6": None}, samples=9)
    sentence = "c3 and c6 are blocked for an unknown time, so they count as free, and to unblock them is not tried."
    assert both.assumptions == (sentence, *levers(CHECKLIST, start=START, samples=9).assumptions)


def test_only_open_tasks_are_unblocked_in_the_order_as_written():
    checklist = checklist_of(*(task_of(task_id, 1) for task_id in ("b", "a", "d", "c", "z")))
    waits = {"a": None, "b": None, "c": "1 week", "d": "1 week", "z": "2 weeks"}
    found = levers(checklist, start=START, blocked=waits, done=["z"], samples=9)
    assert (kinds(found)["unblock"], found.blocked) == (["d", "c"], ("b", "a"))


def test_due_dates_count_for_the_order():
    checklist = checklist_of(task_of("a", 1), task_of("b", 1), task_of("c", 2))
    given = {"start": START, "people": 2, "rules": [DUE], "samples": 9}
    found = levers(checklist, due={"c": START}, **given)
    assert [plan.finish.quantile_days(0.8) for plan in (found, levers(checklist, **given))] == [2.0, 3.0]
    with pytest.raises(InvalidError, match=r"^\$\.today: is not a date"):
        levers(checklist, today="2026-11-30", **given)


def test_with_few_people_what_is_never_critical_can_be_a_lever():
    # Without b, which ends long before c, the second person begins c at once.
    checklist = checklist_of(task_of("a", 2), task_of("b", 3), task_of("c", 4))
    found = {lever.task: lever.days for lever in levers(checklist, start=START, people=2, samples=9)}
    assert forecast(checklist, start=START, people=2, samples=9)["b"].criticality == 0
    assert found["b"] == 2.0


def test_equal_days_are_in_the_order_of_the_kinds_then_as_written():
    found = levers(checklist_of(task_of("b", 1), task_of("a", 1, "b"), task_of("c", 9)), start=START, people=2)
    assert [(lever.kind, lever.task) for lever in found] == [
        ("task", "c"),
        ("order", None),
        ("order", None),
        ("people", None),
        ("task", "b"),
        ("task", "a"),
    ]
    assert [lever.words for lever in found[1:3]] == ["With the order 'critical-first'", "With the order 'soonest'"]


def test_with_nobody_limited_what_is_never_critical_is_not_simulated(monkeypatch):
    simulated = []
    simulate = Plan.simulate
    monkeypatch.setattr(Plan, "simulate", lambda plan, *rest: (simulated.append(plan), simulate(plan, *rest))[1])
    checklist = checklist_of(task_of("a", 1), task_of("b", 2, "a"), task_of("c", 1))
    assert [lever.task for lever in levers(checklist, start=START)] == ["b", "a", "c"]
    assert len(simulated) == 3
    levers(checklist, start=START, people=2)
    assert len(simulated) == 3 + 7


def test_progress_counts_forecasts():
    seen = []
    found = levers(CHECKLIST, start=START, people=2, progress=lambda done, total: seen.append((done, total)), samples=9)
    assert seen == [(number, len(found) + 1) for number in range(1, len(found) + 2)]


def test_samples_are_fewer_for_longer_checklists_and_asked_for_beyond_a_thousand_tasks():
    assert levers(CHECKLIST, start=START).samples == 1_000
    many = checklist_of(task_of("long", 9), *(task_of(f"t{number}", 1) for number in range(1_000)))
    assert levers(many, start=START, done=["t1"]).samples == 100
    with pytest.raises(InvalidError) as caught:
        levers(many, start=START)
    assert str(caught.value) == (
        "$.samples: is needed for so many open tasks (got 1001); give the number of samples of each forecast, such as 100"
    )
    found = levers(many, start=START, samples=2)
    assert (found.samples, len(found.finish), found[0].task, found[0].days) == (2, 2, "long", 8.0)
    with pytest.raises(InvalidError, match=r"^\$\.samples: is not a whole number above 0"):
        levers(CHECKLIST, start=START, samples=0)
    with pytest.raises(InvalidError, match=r"^\$\.progress: cannot be called"):
        levers(CHECKLIST, start=START, progress=3)


def test_nothing_is_left_to_move():
    found = levers(CHECKLIST, start=START, people=1, done=[task.id for task in CHECKLIST])
    assert (len(found), found.finish.p80) == (0, START)


def test_levers_are_values():
    found = levers(CHECKLIST, start=START, people=2, name="fraud-v3", blocked={"c3": "1 week", "c2": None}, samples=9)
    assert pickle.loads(pickle.dumps(found)) == found
    assert hash(found) == hash(levers(CHECKLIST, start=START, options=found.options, name="fraud-v3", samples=9))
    assert (found[1], found[-2:]) == (found.members[1], found.members[-2:])
    assert found[0] in found
    assert (found.name, levers(CHECKLIST, start=START, samples=9).name) == ("fraud-v3", "model-serving")
    document = found.to_dict()
    assert (document["name"], document["start"], document["samples"]) == ("fraud-v3", "2026-11-30", 9)
    assert document["blocked"] == ["c2"]
    arguments = [lever["arguments"] for lever in document["levers"] if lever["task"] in (None, "c3")]
    assert sorted(arguments, key=str) == [
        {"blocked": {"c2": "unknown"}},
        {"efforts": {"c3": "exactly 0 days"}},
        {"people": 3},
        {"rules": "critical-first"},
        {"rules": "soonest"},
    ]


LEVER = Lever(kind="task", task="c1", days=1.5, p80=START, words="Without c1", options=ForecastOptions())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "tasks"}, "$.kind: is not a kind of lever (got 'tasks'); write 'order', 'people', 'unblock' or 'task'"),
        ({"kind": None}, "$.kind: is not a kind of lever (got None); write 'order', 'people', 'unblock' or 'task'"),
        ({"days": float("inf")}, "$.days: is not a number of working days (got inf); write a float, as in 1.5"),
        ({"days": 1}, "$.days: is not a number of working days (got 1); write a float, as in 1.5"),
        ({"p80": "2026-11-30"}, "$.p80: is not a date (got '2026-11-30')"),
        ({"options": None}, "$.options: is not a ForecastOptions (got None)"),
        ({"task": None}, "$.task: does not fit a lever of the kind 'task' (got None); name the task of 'unblock' and 'task', and of nothing else"),
        ({"kind": "order"}, "$.task: does not fit a lever of the kind 'order' (got 'c1')"),
    ],
)  # fmt: skip
def test_a_lever_is_valid(fields, words):
    with pytest.raises(InvalidError) as caught:
        attrs.evolve(LEVER, **fields)
    assert str(caught.value).startswith(words)


def test_levers_are_of_the_checklist():
    found = levers(CHECKLIST, start=date(2026, 11, 30), samples=9)
    with pytest.raises(UnknownNameError, match=r"^\$\.members\[0\]: there is no such task"):
        attrs.evolve(found, members=[attrs.evolve(LEVER, task="x1")])
    with pytest.raises(UnknownNameError, match=r"^\$\.blocked\[0\]: there is no such task"):
        attrs.evolve(found, blocked=["x1"])
