"""Phases that must be closed before the tasks of another begin."""

import time

import attrs
import pytest
from hypothesis import given

from helpers.strategies import checklists
from servingchecklist import Checklist, Phase, Task, dumps, loads, order
from servingchecklist._model.checklist import MOST_EDGES
from servingchecklist.errors import CycleError, InvalidError, UnknownNameError


def phase(name, *tasks, after=()):
    """A phase of tasks such as ``"b a"``: b after a."""
    made = [Task(own, own.upper(), after=earlier) for own, *earlier in map(str.split, tasks)]
    return Phase(name, name.upper(), after=after, tasks=made)


def built(*phases):
    return Checklist("x", "X", phases=phases)


THREE = built(
    phase("one", "a", "b a"),
    phase("two", "c", "d c a", after=["one"]),
    phase("three", "e", after=["two", "one"]),
)


def ids(tasks):
    return [task.id for task in tasks]


def told(*phases, error=InvalidError):
    with pytest.raises(error) as caught:
        built(*phases)
    return str(caught.value)


def test_a_task_waits_for_those_that_it_names_and_all_of_the_earlier_phases():
    assert [ids(THREE.waits_for(task)) for task in "abcde"] == [
        [],
        ["a"],
        ["a", "b"],
        ["c", "a", "b"],
        ["c", "d", "a", "b"],
    ]
    assert THREE.prerequisites == ((), (0,), (0, 1), (2, 0, 1), (2, 3, 0, 1))
    assert ids(THREE.dependents(THREE["a"])) == ["b", "c", "d", "e"]
    assert ids(task.task for task in order(built(*reversed(THREE.phases)))) == ["a", "b", "c", "d", "e"]
    with pytest.raises(UnknownNameError):
        THREE.waits_for("z")


@given(checklists())
def test_what_waits_for_what_is_said_by_tasks_and_phases(checklist):
    for task in checklist:
        own = checklist.phase_of(task)
        earlier = [other.id for name in own.after for one in checklist.phases if one.id == name for other in one.tasks]
        assert ids(checklist.waits_for(task)) == list(dict.fromkeys([*task.after, *earlier]))
        for other in checklist.waits_for(task):
            assert task in checklist.dependents(other)


def test_a_phase_without_tasks_passes_on_what_it_comes_after():
    empty = [phase("two", after=["one"]), phase("three", after=["two", "one"])]
    checklist = built(phase("one", "a"), *empty, phase("four", "b", after=["three"]))
    assert checklist.prerequisites == ((), (0,))
    assert built(phase("two"), phase("three", "b", after=["two"])).prerequisites == ((),)


def test_phases_that_are_not_there_or_twice_are_told():
    hint = "there is no phase of that id"
    assert told(phase("one", "a", after=["tow"]), phase("two")) == (
        f"$.phases[0].after[0]: {hint} (got 'tow'); did you mean 'two'?"
    )
    with pytest.raises(InvalidError, match=r"^\$\.after\[1\]: is there twice \(got 'a'\); name it once$"):
        Phase("p", "P", after=["a", "a"])
    raw = {"id": "two", "title": "Two", "after": ["one", "tow"], "tasks": [{"id": "b", "title": ""}]}
    document = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X", "phases": [raw]}
    with pytest.raises(InvalidError) as caught:  # it may be a phase that could not be read
        Checklist.from_dict({**document, "phases": [raw, {"id": 3, "title": "One"}]})
    assert {fault.path for fault in caught.value.faults} == {"$.phases[0].tasks[0].title", "$.phases[1].id"}
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict({**document, "phases": [raw | {"tasks": []}]})
    assert [fault.code for fault in caught.value.faults] == ["unknown-phase", "unknown-phase"]


TAKE_OUT = "each after the next; take one of them out of 'after'"


def test_a_cycle_of_phases_is_told_whole_whether_or_not_they_have_tasks():
    assert told(phase("one", "a", after=["one"]), error=CycleError) == (
        f"$.phases[0].after: dependency cycle: phase one -> phase one, {TAKE_OUT}"
    )
    phases = [phase("one", after=["two"]), phase("two", "a", after=["three"]), phase("three", after=["one"])]
    with pytest.raises(CycleError) as caught:
        built(*phases)
    assert caught.value.cycle == ("phase one", "phase two", "phase three")


def test_a_cycle_through_tasks_and_phases_is_told_whole_and_where_it_is_stated():
    early, late = phase("one", "a b"), phase("two", "b", after=["one"])
    assert told(early, late, error=CycleError) == (
        f"$.phases[0].tasks[0].after: dependency cycle: phase one -> a -> b -> phase one, {TAKE_OUT}"
    )
    assert told(late, early, error=CycleError).startswith(
        "$.phases[1].tasks[0].after: dependency cycle: phase one -> a"
    )
    around = [phase("one", "a", "b", after=["two"]), phase("two", "c a")]
    assert told(*around, error=CycleError).startswith(
        "$.phases[1].tasks[0].after: dependency cycle: phase two -> c -> a"
    )
    document = THREE.to_dict()
    document["phases"][0]["after"] = ["three"]
    document["title"] = ""
    with pytest.raises(CycleError) as caught:
        Checklist.from_dict(document)
    assert caught.value.cycle == ("phase one", "phase three")


def test_a_phase_has_at_most_so_many_prerequisites_in_the_place_of_its_tasks():
    assert MOST_EDGES == 250_000
    many = [phase("one", *(f"a{n}" for n in range(500))), phase("two", *(f"b{n}" for n in range(500)), after=["one"])]
    begun = time.perf_counter()
    assert sum(map(len, built(*many).prerequisites)) == MOST_EDGES
    assert time.perf_counter() - begun < 1
    assert told(*many, phase("three", "c", after=["two"])) == (
        "$.phases[2].after: makes tasks wait for tasks more than 250,000 times (got a tuple of 1); "
        "end the earlier phase with one task that comes after its others, and put the tasks after that one"
    )


@pytest.mark.parametrize("format", ["toml", "json"])
def test_files_hold_the_order_of_phases(format):
    assert loads(dumps(THREE, format), format) == THREE
    assert THREE.to_dict()["phases"][1]["after"] == ["one"]
    assert "after" not in THREE.to_dict()["phases"][0]


def test_phases_keep_their_order_where_checklists_are_joined_and_tasks_replaced():
    other = attrs.evolve(THREE, id="y")
    joined = Checklist.join(THREE, other, prefix=True)
    assert [one.after for one in joined.phases][4:] == [("y.one",), ("y.two", "y.one")]
    assert ids(joined.waits_for("y.c")) == ["y.a", "y.b"]
    renamed = THREE.replace_task("a", id="z")
    assert ids(renamed.waits_for("c")) == ["z", "b"]
