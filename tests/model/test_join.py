"""Several checklists as one, and one task of a checklist replaced."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import checklists
from servingchecklist import (
    Checklist,
    Effort,
    Facet,
    Overlay,
    Phase,
    Priority,
    Risk,
    Task,
    changes,
    model_serving,
    tailor,
)
from servingchecklist._model.task import TaskFields
from servingchecklist.errors import CycleError, InvalidError, UnknownNameError

MODE = Facet("mode", "Mode", ["online", "batch"])


def parts(**fields):
    tasks = [Task("a", "A"), Task("b", "B", after=["a"])]
    return Checklist(**({"id": "x", "title": "X", "phases": [Phase("p", "P", tasks=tasks)]} | fields))


def faults(call, *arguments, **options):
    with pytest.raises(InvalidError) as caught:
        call(*arguments, **options)
    return [str(fault) for fault in caught.value.faults]


def test_checklists_are_joined_in_order_with_what_they_share_once():
    serving = parts(
        id="serving", title="Serving", version="2", topic="T", description="D", tips=["one", "two"], facets=[MODE]
    )
    data = Checklist(
        "data",
        "Data",
        version="7",
        phases=[Phase("q", "Q", tasks=[Task("c", "C", when={"mode": "batch"})])],
        tips=["two", "three"],
        facets=[MODE, Facet("tier", "Tier", ["A"])],
        labels=["nightly"],
        annotations={"jira": "MLP-7"},
    )
    joined = Checklist.join(serving, data)
    assert joined == Checklist(
        "serving",
        "Serving and Data",
        version="2",
        topic="T",
        description="D",
        phases=[*serving.phases, *data.phases],
        tips=["one", "two", "three"],
        facets=[MODE, Facet("tier", "Tier", ["A"])],
        labels=["nightly"],
        annotations={"jira": "MLP-7"},
    )
    assert serving.join(data) == joined
    named = Checklist.join(serving, data, id="all", title="All", version="3")
    assert (named.id, named.title, named.version, named.topic) == ("all", "All", "3", "T")
    assert Checklist.join(serving) == serving


def test_a_prefix_keeps_ids_apart():
    first, second = parts(), parts(id="y", title="Y")
    joined = Checklist.join(first, second, prefix=True)
    assert [phase.id for phase in joined.phases] == ["x.p", "y.p"]
    assert {task.id: task.after for task in joined} == {"x.a": (), "x.b": ("x.a",), "y.a": (), "y.b": ("y.a",)}
    assert joined.title == "X and Y"
    assert [task.title for task in joined] == ["A", "B", "A", "B"]


def test_ids_and_contents_that_clash_are_told_with_both_checklists():
    other = parts(id="y", facets=[attrs.evolve(MODE, title="Other")], context={"mode": "batch"}, annotations={"a": "2"})
    first = parts(facets=[MODE], context={"mode": "online"}, annotations={"a": "1"})
    equal = "make them equal; prefix=True is for phases and tasks only"
    between = [
        f"$.checklists[1]: has another facet of this id: 'x' and 'y' clash (got 'mode'); {equal}",
        f"$.checklists[1]: has another annotation of this id: 'x' and 'y' clash (got 'a'); {equal}",
    ]
    context = (
        "$.checklists[1].context: is not that of the first (got 'y'); "
        "join them before for_context, or narrow each to the same context"
    )
    assert faults(Checklist.join, first, other) == [
        context,
        "$.checklists[1]: has another phase of this id: 'x' and 'y' clash (got 'p'); pass prefix=True",
        "$.checklists[1]: has another task of this id: 'x' and 'y' clash (got 'a'); pass prefix=True",
        "$.checklists[1]: has another task of this id: 'x' and 'y' clash (got 'b'); pass prefix=True",
        *between,
    ]
    assert faults(Checklist.join, first, other, prefix=True) == [context, *between]
    assert faults(Checklist.join, first, first, prefix=True)[0] == (
        "$.checklists[1]: has another phase of this id: 'x' and 'x' clash (got 'x.p'); give each an id of its own"
    )


def test_a_title_that_would_be_too_long_is_that_of_the_first():
    many = [parts(id=f"n{place}", title="T" * 60) for place in range(4)]
    assert Checklist.join(*many, prefix=True).title == "T" * 60
    assert Checklist.join(*many[:3], prefix=True).title.count("T") == 180


def test_an_id_that_becomes_too_long_is_told():
    long = parts(id="l" * 40, phases=[Phase("p" * 30, "P", tasks=[Task("t" * 24, "T")])])
    assert faults(Checklist.join, long, prefix=True) == [
        f"$.checklists[0]: makes the id of a phase too long (got {('l' * 40 + '.' + 'p' * 30)[:60]!r}... of 71 characters); "
        "give it a shorter id",
        f"$.checklists[0]: makes the id of a task too long (got {('l' * 40 + '.' + 't' * 24)[:60]!r}... of 65 characters); "
        "give it a shorter id",
    ]
    assert Checklist.join(attrs.evolve(long, id="l" * 33)).id == "l" * 33


@pytest.mark.parametrize("wrong", [None, "x", 3, [parts()], model_serving])
def test_arguments_are_checklists(wrong):
    (told,) = faults(Checklist.join, parts(), wrong)
    assert told.startswith("$.checklists[1]: is not a Checklist (got ")
    assert told.endswith("; write them as in Checklist.join(a, b)")


@pytest.mark.parametrize("name", ["id", "title", "version"])
def test_the_head_of_what_is_joined_is_checked(name):
    for wrong in (3, True, ["x"], "\x1b"):
        assert all(told.startswith(f"$.{name}: ") for told in faults(Checklist.join, parts(), **{name: wrong}))


def test_provenance_is_not_carried_over():
    overlay = Overlay("o", "O", changes=[changes.SetTask("a", title="New", reason="r")])
    tailored = tailor(parts(), overlay)
    joined = Checklist.join(tailored)
    assert joined == tailored
    assert (tailored.base, tailored.layers) == (parts(), (overlay,))
    assert (joined.base, joined.layers) == (None, ())


@given(st.lists(checklists(), min_size=1, max_size=3, unique_by=lambda checklist: checklist.id))
def test_what_is_joined_with_a_prefix_holds_every_task_of_all(some):
    some = [
        attrs.evolve(
            one,
            id=f"n{place}",
            facets=(),
            context=(),
            annotations=(),
            base=None,
            layers=(),
            phases=[
                attrs.evolve(phase, tasks=[attrs.evolve(task, when=()) for task in phase.tasks]) for phase in one.phases
            ],
        )
        for place, one in enumerate(some)
    ]
    joined = Checklist.join(*some, prefix=True, title="T")
    expected = [(f"{one.id}.{task.id}", [f"{one.id}.{name}" for name in task.after]) for one in some for task in one]
    assert [(task.id, list(task.after)) for task in joined] == expected
    assert [attrs.evolve(task, id="a", after=()) for task in joined] == [
        attrs.evolve(task, id="a", after=()) for one in some for task in one
    ]
    assert set(joined.tips) == {tip for one in some for tip in one.tips}
    assert Checklist.from_dict(joined.to_dict()) == joined


def test_the_fields_of_a_task_are_replaced_with_the_checks_of_the_constructor():
    found = parts().replace_task("b", effort="2d", title="Better", priority="high", risk=Risk(1, 2), after=[])
    assert found["b"] == Task("b", "Better", effort=Effort(2), priority=Priority.HIGH, risk=Risk(1, 2))
    assert found["a"] == parts()["a"]
    assert parts().replace_task(parts()["a"]) == parts()
    assert found.replace_task("b", effort=None, risk=None)["b"].effort is None
    assert model_serving().replace_task("c6", effort="3 days").phases[0] == model_serving().phases[0]


def test_those_that_wait_follow_a_new_id():
    found = parts().replace_task("a", id="c6")
    assert [(task.id, task.after) for task in found] == [("c6", ()), ("b", ("c6",))]
    assert [task.after for task in model_serving().replace_task("c1", id="goals").dependents("goals")] == [
        tuple("goals" if name == "c1" else name for name in task.after) for task in model_serving().dependents("c1")
    ]


def test_layers_stay_as_evolve_keeps_them():
    tailored = tailor(parts(), Overlay("o", "O", changes=[changes.SetTask("a", title="New", reason="r")]))
    found = tailored.replace_task("b", title="By hand")
    assert (found.base, found.layers) == (tailored.base, tailored.layers)
    assert found["a"].title == "New"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"efort": "2d"}, "$: is not a field of a task (got 'efort'); did you mean 'effort'?"),
        ({"after": ["a"], "Title": "x"}, "$: is not a field of a task (got 'Title'); did you mean 'title'?"),
        ({"title": ""}, "$.title: is empty (got ''); say in a few words what it is"),
        (
            {"id": "b"},
            "$.id: is also the id of another task (got 'b'); give each an id of its own",
        ),
        (
            {"after": ["p"]},
            "$.phases[0].tasks[0].after[0]: there is no task of that id (got 'p'), in task a; that is a phase; its tasks are a and b",
        ),
        (
            {"when": {"mode": "batch"}},
            "$.phases[0].tasks[0].when.mode: there is no facet of that id (got 'mode'), in task a; declare it under facets",
        ),
    ],
)
def test_faults_are_those_of_the_constructors(fields, told):
    assert faults(parts().replace_task, "a", **fields) == [told]


def test_two_names_that_become_one_are_told_as_an_id_that_is_there_twice():
    three = parts(phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B"), Task("c", "C", after=["a", "b"])])])
    told = "$.id: is also the id of another task (got 'b'); give each an id of its own"
    assert faults(three.replace_task, "a", id="b") == [told]


def test_a_cycle_and_an_unknown_task_are_told():
    with pytest.raises(CycleError, match="dependency cycle: a -> b -> a"):
        parts().replace_task("a", after=["b"])
    for wrong in ("c", None, 3, ["a"]):
        with pytest.raises(UnknownNameError):
            parts().replace_task(wrong, title="x")
    with pytest.raises(UnknownNameError, match=r"that is a phase; its tasks are a and b$"):
        parts().replace_task("p", title="x")


@pytest.mark.parametrize("field", [field.name for field in attrs.fields(Task)])
@pytest.mark.parametrize("wrong", [3.5, object(), {1: 2}, b"x", ["\x00"]])
def test_no_field_is_replaced_by_a_value_of_another_type(field, wrong):
    assert all(told.startswith(f"$.{field}") for told in faults(parts().replace_task, "a", **{field: wrong}))


def test_the_keyword_arguments_are_the_fields_of_a_task():
    assert [*TaskFields.__annotations__] == [field.name for field in attrs.fields(Task)]


@given(checklists().filter(len), st.data())
def test_a_renamed_task_keeps_its_place_and_its_neighbours(checklist, data):
    place = data.draw(st.integers(0, len(checklist) - 1))
    old = checklist.tasks[place]
    found = checklist.replace_task(old, id="a-new-id-of-its-own")
    assert found.prerequisites == checklist.prerequisites
    assert found.replace_task("a-new-id-of-its-own", id=old.id) == checklist
