import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Checklist, Phase, Task, model_serving
from servingchecklist.errors import CycleError, InvalidError, UnknownNameError

LAUNCH = model_serving()


def checklist(*after, ids="abcdefgh"):
    tasks = [Task(task_id, task_id.upper(), after=names.split()) for task_id, names in zip(ids, after, strict=False)]
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def test_a_checklist_is_a_collection_of_tasks():
    assert len(LAUNCH) == 9
    assert [task.id for task in LAUNCH] == [f"c{n}" for n in range(1, 10)]
    assert LAUNCH.tasks == tuple(LAUNCH)
    assert LAUNCH["c4"].title == "Prioritize high-impact tasks"
    assert "c9" in LAUNCH
    assert LAUNCH["c9"] in LAUNCH
    assert "c10" not in LAUNCH
    assert 3 not in LAUNCH
    assert LAUNCH.position("c3") == 2


def test_neighbours_and_phases_are_found_by_task_or_by_id():
    assert LAUNCH.phase_of("c4").id == LAUNCH.phase_of(LAUNCH["c6"]).id == "execution"
    assert LAUNCH.phase_of("c1").title == "Foundation"
    assert LAUNCH.phase_of("c9").title == "Launch & Review"
    assert [task.id for task in LAUNCH.dependents("c1")] == ["c4", "c6", "c8"]
    assert LAUNCH.dependents(LAUNCH["c9"]) == ()
    assert LAUNCH.prerequisites[3] == (0, 2)


def test_empty_phases_hold_no_task():
    found = Checklist("x", "X", phases=[Phase("a", "A"), Phase("b", "B", tasks=[Task("t", "T")]), Phase("c", "C")])
    assert found.phase_of("t").id == "b"


def test_a_rendered_title_ends_with_the_topic():
    assert LAUNCH.title_of("c1") == "Define goals and KPIs (Model Serving)"
    assert checklist("").title_of(Task("a", "A")) == "A"


@pytest.mark.parametrize("call", ["__getitem__", "position", "phase_of", "title_of", "dependents"])
def test_an_unknown_id_is_refused_with_the_nearest(call):
    with pytest.raises(UnknownNameError) as caught:
        getattr(LAUNCH, call)("c10")
    assert str(caught.value) == "$: there is no task in 'model-serving' of that name (got 'c10'); did you mean 'c1'?"
    for bad in (["c1"], None, 3):
        with pytest.raises(KeyError):
            getattr(LAUNCH, call)(bad)


def test_duplicate_ids_are_told_with_both_places():
    with pytest.raises(InvalidError) as caught:
        Checklist(
            "x",
            "X",
            phases=[Phase("p", "P", tasks=[Task("a", "A")]), Phase("p", "Q", tasks=[Task("b", "B"), Task("a", "C")])],
        )
    assert str(caught.value) == (
        "2 faults:\n"
        "  $.phases[1].id: is also the id of $.phases[0] (got 'p'); give each an id of its own\n"
        "  $.phases[1].tasks[1].id: is also the id of $.phases[0].tasks[0] (got 'a'); give each an id of its own"
    )


def test_a_prerequisite_that_is_not_there_is_told_with_the_nearest():
    with pytest.raises(InvalidError) as caught:
        checklist("", "a1", ids=["a", "b"])
    assert (
        str(caught.value)
        == "$.phases[0].tasks[1].after[0]: there is no task of that id (got 'a1'), in task b; did you mean 'a'?"
    )


def test_a_cycle_is_told_whole():
    with pytest.raises(CycleError) as caught:
        checklist("", "c a", "d", "b", "d")
    assert caught.value.cycle == ("b", "c", "d")
    assert str(caught.value) == (
        "$.phases[0].tasks[1].after: dependency cycle: b -> c -> d -> b, each after the next; take one of them out of 'after'"
    )


def test_a_task_after_itself_is_a_cycle_and_each_cycle_is_told():
    with pytest.raises(CycleError) as caught:
        checklist("a", "c", "b")
    assert caught.value.cycle == ("a",)
    assert [fault.message.split(": ")[1].split(",")[0] for fault in caught.value.faults] == ["a -> a", "b -> c -> b"]


@given(st.permutations("abcdef"))
def test_the_order_of_writing_does_not_matter_to_the_graph(ids):
    tasks = [Task(task_id, "T", after=[chr(ord(task_id) - 1)] if task_id > "a" else []) for task_id in ids]
    found = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    assert [[found.tasks[place].id for place in before] for before in found.prerequisites] == [
        list(task.after) for task in tasks
    ]


def test_a_long_chain_is_a_checklist_like_any_other(many):
    size = many
    tasks = [Task(f"t{n}", "T", after=[f"t{n + 1}"] if n < size - 1 else []) for n in range(size)]
    assert len(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])) == size
    tasks[-1] = Task(f"t{size - 1}", "T", after=["t0"])
    with pytest.raises(CycleError) as caught:
        Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    assert len(caught.value.cycle) == size


def test_an_empty_checklist_is_one():
    assert len(Checklist("x", "X")) == 0
    assert list(Checklist("x", "X")) == []


def test_what_dependents_computes_is_no_part_of_the_value():
    launch = pickle.loads(pickle.dumps(LAUNCH))
    task, other = launch["c1"], attrs.evolve(launch["c1"], title="Another")
    assert task in launch
    assert other not in launch
    assert attrs.evolve(task, id="c10") not in launch
    assert None not in launch
    before = pickle.dumps(launch)
    assert all(launch.dependents(task) == tuple(one for one in launch if task.id in one.after) for task in launch)
    # What was computed on the way is no part of the value.
    assert (launch, hash(launch), pickle.dumps(launch)) == (LAUNCH, hash(LAUNCH), before)
    with pytest.raises(UnknownNameError):
        launch.dependents("c10")


def test_digests_stay_what_they_are():
    """They are noted in logs and elsewhere. Neither the version of the schema nor the kind of document is in them."""
    small = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Décider", effort="1-2 days")])])
    assert small.digest == "sha256:9ee5bdb0d70fb87990cd90970341feb17724679eae8d4f8278ae94290baff89e"
    assert attrs.evolve(small, base=small).digest != small.digest
