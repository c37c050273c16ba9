"""The critical path against networkx, and slack against what slack means: how long a task may be put off."""

import json
import pickle
from datetime import date
from random import Random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import facts, plans
from servingchecklist import Calendar, Checklist, Effort, Phase, Task, critical_path, dumps, model_serving
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import CriticalPath, Span

LAUNCH = model_serving()


def checklist(*tasks, topic=""):
    return Checklist("x", "X", topic=topic, phases=[Phase("p", "P", tasks=tasks)])


def task(id, days, *after):
    return Task(id, id.upper(), effort=Effort(days, days) if isinstance(days, int | float) else days, after=after)


def random_plan(rng):
    """Any number of tasks written in any order, behind up to four others each."""
    size = rng.randrange(1, 40)
    when = rng.sample(range(size), size)  # the order in which they can be done
    made = []
    for number in range(size):
        earlier = when[: when.index(number)]
        after = rng.sample(earlier, min(len(earlier), rng.choice([0, 0, 1, 1, 2, 4])))
        low = rng.randrange(0, 20) / 4
        high = low + rng.randrange(0, 20) / 4
        likely = rng.choice([None, (low + high) / 2, low])
        made.append(Task(f"t{number}", "T", effort=Effort(low, high, likely), after=[f"t{other}" for other in after]))
    return checklist(*made)


def graph_of(plan, days):
    """As networkx wants it: what a task takes lies on the edges that lead out of it."""
    graph = nx.DiGraph()
    for one in plan:
        graph.add_edge(one.id, "", weight=days[one.id])
        graph.add_weighted_edges_from((before, one.id, days[before]) for before in one.after)
    return graph


def length(plan, days, delays=None):
    """How long it all takes, worked out anew by the plainest recursion."""
    ends = {}

    def end(task_id):
        if task_id not in ends:
            begin = max((end(before) for before in plan[task_id].after), default=0.0)
            ends[task_id] = begin + (delays or {}).get(task_id, 0.0) + days[task_id]
        return ends[task_id]

    return max((end(one.id) for one in plan), default=0.0)


@pytest.mark.parametrize("estimate", ["low", "mean", "high"])
@pytest.mark.parametrize("seed", range(100))
def test_it_is_the_longest_path_that_networkx_finds(estimate, seed):
    plan = random_plan(Random(seed))
    days = {one.id: getattr(one.effort, estimate) for one in plan}
    found = critical_path(plan, estimate=estimate)
    graph = graph_of(plan, days)
    assert found.days == pytest.approx(nx.dag_longest_path_length(graph))
    ways = nx.dag_longest_path(graph)[:-1]
    assert sum(days[one] for one in found.path) == pytest.approx(sum(days[one] for one in ways))
    assert found.estimate == estimate


@given(plans())
def test_the_path_is_one_that_can_be_walked(plan):
    found = critical_path(plan)
    assert all(before in plan[after].after for before, after in zip(found.path, found.path[1:], strict=False))
    spans = [found[one] for one in found.path]
    assert all(span.is_critical and not span.slack for span in spans)
    assert all(one.early_finish == other.early_start for one, other in zip(spans, spans[1:], strict=False))
    assert found.days == max((span.early_finish for span in found), default=0.0)
    assert found.days == (spans[-1].early_finish if spans else 0.0)
    assert not spans or spans[0].early_start == 0


@given(plans())
def test_slack_is_how_long_a_task_may_be_put_off(plan):
    found = critical_path(plan)
    days = {one.id: one.effort.mean for one in plan}
    whole = length(plan, days)
    assert [span.id for span in found] == [one.id for one in plan]
    for span in found:
        assert length(plan, days, {span.id: span.slack}) == pytest.approx(whole, abs=1e-6)
        assert length(plan, days, {span.id: span.slack + 0.01}) == pytest.approx(whole + 0.01, abs=1e-6)
        assert span.slack == 0 or span.slack > 1e-9
        assert span.is_critical is (span.slack == 0)


@given(plans())
def test_early_and_late_hang_together(plan):
    found = critical_path(plan)
    for span in found:
        before = [found[one] for one in plan[span.id].after]
        behind = [other for other in found if span.id in plan[other.id].after]
        assert span.early_start == max((one.early_finish for one in before), default=0.0)
        assert span.early_finish == pytest.approx(span.early_start + plan[span.id].effort.mean)
        assert span.late_finish == pytest.approx(min((one.late_start for one in behind), default=found.days), abs=1e-6)
        assert span.late_finish - span.late_start == pytest.approx(plan[span.id].effort.mean, abs=1e-6)
        assert span.late_start - span.early_start == pytest.approx(span.slack, abs=1e-6)
        assert span.late_finish - span.early_finish == pytest.approx(span.slack, abs=1e-6)
        assert span.title == plan.title_of(span.id)


@given(st.data())
def test_what_is_done_or_under_way_is_as_if_the_checklist_said_so(data):
    plan = data.draw(plans())
    said = data.draw(facts(plan))
    done, under_way = said["done"], said["under_way"]
    rest = checklist(
        *(
            Task(
                one.id,
                "T",
                effort=Effort(*[max(one.effort.mean - under_way.get(one.id, 0.0), 0.0)] * 2),
                after=() if one.id in under_way else [before for before in one.after if before not in done],
            )
            for one in plan
            if one.id not in done
        )
    )
    found, expected = critical_path(plan, done=done, under_way=under_way), critical_path(rest)
    assert [span.to_dict() for span in found] == [span.to_dict() for span in expected]
    assert found.days == expected.days
    # Of several ways that are equally long, either may be told.
    assert sum(rest[one].effort.mean for one in found.path) == pytest.approx(expected.days)


def test_the_bundled_checklist():
    found = critical_path(LAUNCH)
    assert (found.path, found.days) == (("c3", "c4", "c5", "c7", "c8", "c9"), 15.5)
    assert [(span.id, span.slack) for span in found if not span.is_critical] == [("c1", 1.0), ("c2", 13.0), ("c6", 1.0)]
    assert critical_path(LAUNCH, estimate="low").days == 14.0
    assert critical_path(LAUNCH, estimate="high").days == 17.0
    assert found["c2"] == found[LAUNCH["c2"]] == found[1]
    assert found[-2:] == (found["c8"], found["c9"])
    assert found[0].title == "Define goals and KPIs (Model Serving)"


def test_what_is_done_shortens_it():
    assert critical_path(LAUNCH, done={"c3"}).path == ("c1", "c6", "c7", "c8", "c9")
    found = critical_path(LAUNCH, done=[one.id for one in LAUNCH])
    assert (len(found), list(found), found.path, found.days) == (0, [], (), 0.0)
    with pytest.raises(UnknownNameError) as caught:
        found["c1"]
    assert str(caught.value) == "$: the task is closed (got 'c1'); no task is open"
    with pytest.raises(UnknownNameError) as caught:
        critical_path(LAUNCH, done={"c1"})["c1"]
    assert str(caught.value) == ("$: the task is closed (got 'c1'); open are c2, c3, c4 and 5 more")
    with pytest.raises(UnknownNameError, match="there is no task in 'model-serving' of that name"):
        found["c10"]


def test_what_is_under_way_takes_what_is_left_of_it():
    plan = checklist(task("a", 3), task("b", Effort(2, 6), "a"), task("c", 1, "b"))
    assert critical_path(plan).days == 8
    found = critical_path(plan, under_way={"b": 1})
    assert (found.days, found.path, found["b"].early_start) == (4, ("b", "c"), 0)
    assert critical_path(plan, under_way={"b": 1}, estimate="low").days == 3
    assert critical_path(plan, under_way={"b": 9}, estimate="high").path == ("a",)


def test_the_default_effort_stands_in():
    plan = checklist(Task("a", "A"), task("b", 1, "a"))
    assert critical_path(plan, default_effort=Effort(1, 4)).days == 3.5


def test_of_several_longest_ways_the_first_is_told_and_all_are_critical():
    plan = checklist(task("a", 2), task("b", 2), task("c", 1, "b", "a"))
    found = critical_path(plan)
    assert found.path in {("a", "c"), ("b", "c")}
    assert all(span.is_critical for span in found)


@pytest.mark.parametrize("days", [0.1, 1 / 3, 1.1])
def test_adding_fractions_makes_no_slack(days):
    ways = [task(f"{way}{n}", days, *([f"{way}{n - 1}"] if n else [])) for way in "ab" for n in range(200)]
    whole = task("c", sum([days] * 200))
    found = critical_path(checklist(*ways, whole))
    assert all(span.is_critical for span in found)


def test_a_chain_of_any_length_is_critical_throughout():
    rng = Random(7)
    efforts = [
        Effort(low, low + rng.random()) for low in (rng.choice([0.1, 10, 1_000]) * rng.random() for _ in range(20_000))
    ]
    chain = checklist(*(task(f"t{n}", effort, *([f"t{n - 1}"] if n else [])) for n, effort in enumerate(efforts)))
    assert all(span.is_critical for span in critical_path(chain))


def test_spans_are_made_when_they_are_looked_at_and_stay_the_same():
    found = critical_path(LAUNCH)
    assert found[2] == found["c3"] == next(span for span in found if span.id == "c3")
    assert list(found) == [found[place] for place in range(len(found))]
    assert [span.id for span in reversed(found)] == [one.id for one in LAUNCH][::-1]
    with pytest.raises(IndexError):
        found[9]


def test_a_path_made_by_hand_is_equal_to_the_one_that_was_found():
    found = critical_path(LAUNCH, estimate="high")
    other = CriticalPath(LAUNCH, list(found), path=list(found.path), estimate="high")
    assert other == found
    assert hash(other) == hash(found)
    assert other["c4"] == found["c4"]
    assert (other.days, other.checklist) == (found.days, LAUNCH)
    assert found != critical_path(LAUNCH)
    assert found != list(found)
    assert pickle.loads(pickle.dumps(found)) == found
    assert (
        repr(other) == repr(found) == f"CriticalPath({LAUNCH!r}, {list(found)!r}, path={found.path!r}, estimate='high')"
    )


def test_its_dict_is_ready_for_json():
    found = critical_path(LAUNCH)
    told = found.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert list(told) == ["checklist", "start", "estimate", "days", "path", "blocked", "first_days", "tasks"]
    assert told["checklist"] == {"id": "model-serving", "version": LAUNCH.version}
    assert told["tasks"][1] == {
        "id": "c2",
        "title": found[1].title,
        "early_start": 0.0,
        "early_finish": 2.5,
        "late_start": 13.0,
        "late_finish": 15.5,
        "slack": 13.0,
        "is_critical": False,
    }


SPAN = critical_path(checklist(task("a", 1)))[0]


@pytest.mark.parametrize(
    ("spans", "given", "error", "message"),
    [
        ([3], {"path": []}, InvalidError, "$.spans[0]: is not a Span (got 3); write Span(id=...)"),
        (3, {"path": []}, InvalidError, None),
        (None, {"path": []}, InvalidError, None),
        ([SPAN], {"path": "a"}, InvalidError, "$.path: is a string, not a collection of ids (got 'a'); write {'a'}"),
        ([SPAN], {"path": 3}, InvalidError, None),
        ([SPAN], {"path": ["b"]}, UnknownNameError, "$.path[0]: there is no such task in 'x' (got 'b'); known: a"),
        ([], {"path": ["a"]}, InvalidError, None),
        ([SPAN], {"path": ["a"], "estimate": "middle"}, UnknownNameError, None),
        ([SPAN], {"path": ["a"], "estimate": []}, UnknownNameError, None),
    ],
    ids=str,
)
def test_what_is_no_path_is_refused(spans, given, error, message):
    with pytest.raises(error) as caught:
        CriticalPath(checklist(task("a", 1)), spans, **given)
    assert message is None or str(caught.value) == message


def test_spans_of_another_checklist_are_refused():
    with pytest.raises(UnknownNameError, match=r"^\$\.spans\[0\]: there is no such task"):
        CriticalPath(checklist(task("b", 1)), [SPAN], path=[])
    with pytest.raises(InvalidError, match=r"^\$\.checklist: is not a Checklist"):
        CriticalPath("x", [], path=[])


@pytest.mark.parametrize("bad", ["middle", "", None, 3, [], ("mean",)], ids=repr)
def test_an_unknown_estimate_is_named(bad):
    with pytest.raises(UnknownNameError, match=r"^\$\.estimate: there is no estimate of that name"):
        critical_path(LAUNCH, estimate=bad)
    with pytest.raises(UnknownNameError) as caught:
        critical_path(LAUNCH, estimate="men")
    assert str(caught.value) == "$.estimate: there is no estimate of that name (got 'men'); did you mean 'mean'?"


def test_what_is_no_checklist_is_refused():
    with pytest.raises(InvalidError, match=r"^\$: is not a Checklist \(got 'model-serving'\)"):
        critical_path("model-serving")


@pytest.mark.parametrize("bad", [-1.0, 1, None, "1", float("nan"), float("inf"), True], ids=repr)
@pytest.mark.parametrize("name", ["early_start", "early_finish", "late_start", "late_finish", "slack"])
def test_the_numbers_of_a_span_are_working_days(name, bad):
    with pytest.raises(InvalidError, match=rf"^\$\.{name}: is not a number of working days"):
        Span(**SPAN.to_dict() | {name: bad})


def test_what_is_blocked_is_taken_to_be_free_and_named():
    found = critical_path(LAUNCH, blocked=["c5"])
    assert (found.blocked, found.days) == (("c5",), critical_path(LAUNCH).days)
    assert found != critical_path(LAUNCH)
    assert found.to_dict()["blocked"] == ["c5"]
    assert pickle.loads(pickle.dumps(found)) == found
    assert repr(found).endswith("estimate='mean', blocked=('c5',))")
    with pytest.raises(UnknownNameError, match=r"^\$\.blocked\[0\]: there is no such task"):
        critical_path(LAUNCH, blocked=["c55"])


def test_its_tasks_can_be_looked_for():
    found = critical_path(LAUNCH, done={"c1"})
    assert "c2" in found
    assert LAUNCH["c2"] in found
    assert found["c2"] in found
    assert "c1" not in found
    assert LAUNCH["c1"] not in found
    assert 2 not in found


BAKE = Checklist(
    "x",
    "X",
    phases=[
        Phase(
            "p",
            "P",
            tasks=[
                Task("build", "Build", effort="2 days"),
                Task("bake", "Bake", effort="7-14 days elapsed", after=["build"]),
                Task("night", "Release", effort="1 day on any day", after=["bake"]),
            ],
        )
    ],
)


def test_time_that_passes_counts_by_the_share_of_the_week_that_is_worked():
    path = critical_path(BAKE, estimate="low")
    assert (path.path, path["bake"].early_finish, path.days) == (("build", "bake", "night"), 7.0, 7 + 5 / 7)
    every_day = Calendar(weekdays=range(7))
    assert critical_path(BAKE, estimate="high", calendar=every_day).days == 2 + 14 + 1
    assert critical_path(BAKE, estimate="high").days == 2 + 10 + 5 / 7
    with pytest.raises(InvalidError, match=r"^\$\.calendar: is not a Calendar \(got 'weekdays'\)"):
        critical_path(BAKE, calendar="weekdays")


def test_with_a_start_no_task_begins_before_its_first_day():
    tasks = [
        Task("a", "A", effort="2 days"),
        Task("b", "B", effort="1 day", after=["a"], not_before=date(2026, 12, 7)),
        Task("c", "C", effort="1 day", after=["b"]),
        Task("d", "D", effort="3 days", not_before=date(2026, 11, 2)),
    ]
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    undated = critical_path(plan)
    assert (undated.start, undated.days, undated.path) == (None, 4.0, ("a", "b", "c"))
    path = critical_path(plan, start=date(2026, 11, 30))
    assert (path.start, path.days, path.path) == (date(2026, 11, 30), 7.0, ("b", "c"))
    assert {span.id: (span.early_start, span.slack) for span in path} == {
        "a": (0.0, 3.0),
        "b": (5.0, 0.0),
        "c": (6.0, 0.0),
        "d": (0.0, 4.0),
    }
    assert critical_path(plan, start=date(2026, 11, 30), under_way={"b": 0.5}).days == 3.0
    page = dumps(path, "text")
    assert "b: 1 working day, not before 2026-12-07" in page
    assert "Working days from 2026-11-30" in page
    first_days = {"b": date(2026, 12, 7)}
    assert (path.first_days, undated.first_days) == (first_days, {})
    assert path.to_dict()["first_days"] == {"b": "2026-12-07"}
    assert repr(path).endswith(f", start=datetime.date(2026, 11, 30), first_days={first_days!r})")
    assert pickle.loads(pickle.dumps(path)) == path != undated
    again = CriticalPath(plan, list(path), path=path.path, start=path.start, first_days=first_days)
    assert again == path != CriticalPath(plan, list(path), path=path.path, start=path.start)
    with pytest.raises(InvalidError, match=r"^\$\.first_days\.b: "):
        CriticalPath(plan, list(path), path=path.path, first_days={"b": "monday"})
    with pytest.raises(UnknownNameError, match=r"^\$\.first_days"):
        CriticalPath(plan, list(path), path=path.path, first_days={"z": date(2026, 12, 7)})
    with pytest.raises(InvalidError, match=r"^\$\.start: "):
        critical_path(plan, start="monday")


def test_what_was_spent_is_of_the_kind_of_the_effort():
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("bake", "B", effort="7 days elapsed")])])
    assert critical_path(plan, under_way={"bake": 3.5}).days == 2.5
    assert critical_path(plan, under_way={"bake": 9}).days == 0.0
