"""What is left of a checklist: which tasks, behind what, and with how much work."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import facts, plans
from servingchecklist import Checklist, Effort, Phase, Task, critical_path, forecast
from servingchecklist._planning.open_tasks import open_tasks_of
from servingchecklist.errors import InvalidError, UnknownNameError


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks[:2]), Phase("q", "Q", tasks=tasks[2:])])


THREE = checklist(
    Task("c", "C", after=["a", "b"], effort=Effort(3, 3)),
    Task("a", "A", effort=Effort(1, 1)),
    Task("b", "B", after=["a"], effort=Effort(2, 2)),
)
BARE = checklist(Task("a", "A"), Task("b", "B", effort=Effort(1, 2)), Task("c", "C"), Task("d", "D", after=["c"]))


def ids(left):
    return [task.id for task in left.tasks]


def test_each_task_stands_behind_what_it_waits_for():
    left = open_tasks_of(THREE, (), None, None)
    assert ids(left) == ["a", "b", "c"]
    assert list(left.places) == [1, 2, 0]
    assert [list(earlier) for earlier in left.before] == [[], [0], [0, 1]]
    assert [effort.low for effort in left.efforts] == [1, 2, 3]
    assert list(left.worked) == [0.0, 0.0, 0.0]
    assert [ids(left)[number] for number in left.as_written()] == ["c", "a", "b"]


def test_what_is_done_is_left_out_and_nothing_waits_for_it():
    left = open_tasks_of(THREE, {"a"}, None, None)
    assert (ids(left), [list(earlier) for earlier in left.before]) == (["b", "c"], [[], [0]])
    assert ids(open_tasks_of(THREE, iter(["a", "b", "c"]), None, None)) == []


def test_what_is_under_way_waits_for_nothing_and_has_its_time_taken_off():
    left = open_tasks_of(THREE, (), {"c": 2}, None)
    assert [list(earlier) for earlier in left.before] == [[], [0], []]
    assert list(left.worked) == [0.0, 0.0, 2.0]
    assert set(map(type, left.worked)) == {float}
    assert list(open_tasks_of(THREE, {"c"}, {"c": 2}, None).worked) == [0.0, 0.0]


@given(st.data())
def test_it_is_the_open_part_of_the_graph(data):
    plan = data.draw(plans())
    said = data.draw(facts(plan))
    left = open_tasks_of(plan, said["done"], said["under_way"], None)
    assert sorted(ids(left)) == sorted(task.id for task in plan if task.id not in said["done"])
    assert all(other < number for number, earlier in enumerate(left.before) for other in earlier)
    for number, task in enumerate(left.tasks):
        waits = () if task.id in said["under_way"] else set(task.after) - said["done"]
        assert sorted(ids(left)[other] for other in left.before[number]) == sorted(waits)
        assert plan.tasks[left.places[number]] is task
        assert left.efforts[number] == task.effort
        assert left.worked[number] == said["under_way"].get(task.id, 0.0)


def forecast_once(plan, **given):
    return forecast(plan, start=date(2026, 11, 23), samples=1, **given)


BOTH = [critical_path, forecast_once]


@pytest.mark.parametrize("ask", BOTH, ids=["critical_path", "forecast"])
def test_all_tasks_without_effort_are_named_at_once(ask):
    with pytest.raises(InvalidError) as caught:
        ask(BARE)
    hint = "say how long it takes, or give a default_effort"
    assert str(caught.value) == (
        "3 faults:\n"
        f"  $.phases[0].tasks[0].effort: is needed for this, and is not stated (got 'a'); {hint}\n"
        f"  $.phases[1].tasks[0].effort: is needed for this, and is not stated (got 'c'); {hint}\n"
        f"  $.phases[1].tasks[1].effort: is needed for this, and is not stated (got 'd'); {hint}"
    )
    with pytest.raises(InvalidError) as caught:
        ask(BARE, done=["a", "d"])
    assert [fault.value for fault in caught.value.faults] == ["'c'"]
    assert ask(BARE, done=["a", "c", "d"])
    assert ask(BARE, default_effort=Effort(0, 0))


def test_the_default_effort_is_for_tasks_that_state_none():
    left = open_tasks_of(BARE, (), None, Effort(3, 5, 4))
    assert [str(effort) for effort in left.efforts] == ["3-5 days, likely 4", "1-2 days", *["3-5 days, likely 4"] * 2]


@pytest.mark.parametrize("ask", BOTH, ids=["critical_path", "forecast"])
@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"done": "c1"}, InvalidError, "$.done: is a string, not a collection of ids (got 'c1'); write {'c1'}"),
        (
            {"done": 3},
            InvalidError,
            "$.done: is not a collection of ids (got 3); write a set of them, as in {'c1', 'c2'}",
        ),
        (
            {"done": ["a", "e"]},
            UnknownNameError,
            "$.done[1]: there is no such task in 'x' (got 'e'); known: c, a, b",
        ),
        (
            {"under_way": ["a"]},
            InvalidError,
            "$.under_way: is not a mapping of ids (got a list of 1); write it as in {'c1': 1.5}, in working days",
        ),
        (
            {"under_way": {"d": 1}},
            UnknownNameError,
            "$.under_way[0]: there is no such task in 'x' (got 'd'); known: c, a, b",
        ),
        *(
            (
                {"under_way": {"a": bad}},
                InvalidError,
                f"$.under_way.a: is not a number of working days (got {bad!r}); write a number from 0 on",
            )
            for bad in (-1, True, "1", None, float("nan"), float("inf"))
        ),
    ],
    ids=str,
)
def test_what_is_no_such_fact_is_refused(ask, given, error, message):
    with pytest.raises(error) as caught:
        ask(THREE, **given)
    assert str(caught.value) == message


def test_a_default_effort_is_one():
    with pytest.raises(InvalidError) as caught:
        critical_path(BARE, default_effort="2 days")
    assert str(caught.value) == "$.default_effort: is not an effort (got '2 days'); write it as in Effort(1, 3)"
    assert forecast_once(BARE, default_effort="2 days") == forecast_once(BARE, default_effort=Effort(2))
    with pytest.raises(
        InvalidError, match=r"^\$\.default_effort: is not an effort \(got 'soon'\); write it as '1 day', "
    ):
        forecast_once(BARE, default_effort="soon")
