"""Where values came from: which layer set them, what they were before, and why."""

from __future__ import annotations

import copy
import json
import pickle

import attrs
import pytest

from servingchecklist import (
    Checklist,
    Effort,
    Overlay,
    Phase,
    Priority,
    Reference,
    Task,
    changes,
    dumps,
    for_context,
    loads,
    model_serving,
    tailor,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Explanation, Origin, Revision
from servingchecklist.tailoring import explain

A, B, C = Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C", after=["b"])
BASE = Checklist("x", "X", version="7", topic="T", phases=[Phase("p", "P", tasks=[A, B]), Phase("q", "Q", tasks=[C])])
WHY = ["the first says so", "the second does", "the third does"]


def layer(number, *made):
    """An overlay whose changes all have a reason of its own."""
    name = ("one", "two", "three")[number]
    return Overlay(name, name, version=str(number + 1), changes=[make(reason=WHY[number]) for make in made])


def made(kind, *arguments, **fields):
    return lambda reason: kind(*arguments, reason=reason, **fields)


def paths(explanation):
    return [origin.path for origin in explanation]


STACK = tailor(
    BASE,
    layer(
        0,
        made(changes.SetTask, "a", title="First", effort=Effort(1, 2)),
        made(changes.SetChecklist, topic="Fraud"),
        made(changes.SetPhase, "q", title="Last"),
    ),
    layer(1, made(changes.SetTask, "a", title="Second"), made(changes.AddTask, Task("n", "N"), phase="q")),
    layer(2, made(changes.SetTask, "a", clear=["effort"]), made(changes.SetTask, "n", title="New")),
)


def test_what_is_not_as_in_the_base_is_told_with_who_did_it_and_why():
    found = explain(STACK)
    assert (found.checklist, found.title, found.task) == ("x 7", "X", "")
    assert found.layers == ("x 7", "one 1", "two 2", "three 3")
    assert paths(found) == [
        "topic",
        "phases.q.title",
        "tasks.a.title",
        "tasks.a.effort",
        "tasks.n",
        "tasks.n.title",
    ]
    assert len(found) == 6
    assert found["topic"] == Origin(
        "checklist", "", "topic", "Fraud", "x 7", [Revision("one 1", "T", "Fraud", "the first says so")]
    )
    assert found["phases.q.title"] == Origin(
        "phase", "q", "title", "Last", "x 7", [Revision("one 1", "Q", "Last", "the first says so")], "Last"
    )


def test_a_field_that_several_layers_set_has_a_step_for_each():
    title = explain(STACK)["tasks.a.title"]
    assert title.revisions == (
        Revision("one 1", "A", "First", "the first says so"),
        Revision("two 2", "First", "Second", "the second does"),
    )
    assert (title.value, title.layer, title.before, title.reason) == ("Second", "two 2", "First", "the second does")
    effort = explain(STACK)["tasks.a.effort"]
    assert (effort.value, effort.layer, effort.before) == (None, "three 3", Effort(1, 2))


def test_every_field_of_one_task_is_told_changed_or_not():
    found = explain(STACK, "a")
    assert (found.title, found.task) == ("Second (Fraud)", "a")
    fields = ["id", "title", "priority", "effort", "description", "steps", "role", "section", "labels"]
    fields += [
        "annotations",
        "after",
        "wait_days",
        "not_before",
        "risk",
        "references",
        "when",
        "criteria",
        "gates",
        "phase",
    ]
    assert paths(found) == [f"tasks.a.{field}" for field in fields]
    assert found["title"] == found["tasks.a.title"] == attrs.evolve(explain(STACK)["tasks.a.title"], title="Second")
    left = found["priority"]
    assert left == Origin("task", "a", "priority", Priority.MEDIUM, "x 7", (), "Second")
    assert (left.layer, left.before, left.reason) == ("x 7", None, "")
    assert found["phase"].value == "p"
    assert explain(STACK, STACK["a"]) == found


def test_a_task_that_was_added_has_its_fields_from_then_on():
    found = explain(STACK, "n")
    assert found["title"].revisions == (
        Revision("two 2", None, "N", "the second does"),
        Revision("three 3", "N", "New", "the third does"),
    )
    assert found["phase"].revisions == (Revision("two 2", None, "q", "the second does"),)
    assert {origin.layer for origin in found if origin.field != "title"} == {"two 2"}
    for origin in found:
        assert origin.revisions[-1].after == origin.value


def test_a_task_that_was_dropped_is_told_too():
    dropped = tailor(STACK, Overlay("four", "Four", changes=[changes.DropTask("a", reason="it is done")]))
    found = explain(dropped, "a")
    assert (found.title, found.task, paths(found)) == ("Second", "a", ["tasks.a.title", "tasks.a.effort", "tasks.a"])
    assert (found["tasks.a"].value, found["tasks.a"].layer, found["tasks.a"].reason) == (None, "four 1", "it is done")
    assert found["tasks.a"].before == STACK["a"]
    assert explain(dropped, STACK["a"]) == found
    assert explain(dropped, "b")["after"].reason == "a was dropped: it is done"


def test_a_task_that_was_dropped_and_came_back_tells_its_steps_in_their_order():
    again = tailor(
        BASE,
        layer(0, made(changes.SetTask, "a", title="First")),
        layer(1, made(changes.DropTask, "a")),
        layer(2, made(changes.AddTask, Task("a", "Third"), phase="q")),
    )
    assert explain(again, "a")["title"].revisions == (
        Revision("one 1", "A", "First", WHY[0]),
        Revision("two 2", "First", None, WHY[1]),
        Revision("three 3", None, "Third", WHY[2]),
    )
    assert explain(again, "a")["phase"].revisions == (
        Revision("two 2", "p", None, WHY[1]),
        Revision("three 3", None, "q", WHY[2]),
    )
    assert explain(again)["tasks.a"].value == Task("a", "Third")


def test_what_one_layer_set_and_another_set_back_is_told_with_both_steps():
    back = tailor(
        BASE, layer(0, made(changes.SetTask, "a", title="First")), layer(1, made(changes.SetTask, "a", title="A"))
    )
    assert [step.after for step in explain(back)["tasks.a.title"].revisions] == ["First", "A"]
    nothing = tailor(BASE, layer(0, made(changes.SetTask, "a", title="A")))
    assert paths(explain(nothing)) == []
    assert explain(nothing, "a")["title"].revisions == ()


def test_what_was_changed_by_hand_is_told_as_that():
    by_hand = attrs.evolve(STACK, topic="Chat")
    found = explain(by_hand)
    assert found.layers == ("x 7", "one 1", "two 2", "three 3", "by-hand 1")
    assert found["topic"].revisions[1] == Revision("by-hand 1", "Fraud", "Chat", "")
    assert (found["topic"].layer, found["topic"].reason) == ("by-hand 1", "")
    more = tailor(by_hand, Overlay("four", "Four"))
    assert explain(more).layers == (*found.layers, "four 1")
    assert explain(more)["topic"].reason == "changed outside of any overlay"


def test_an_untailored_checklist_is_all_as_in_itself():
    found = explain(BASE)
    assert (found.layers, found.origins, list(found), len(found)) == (("x 7",), (), [], 0)
    assert {(origin.layer, origin.revisions) for origin in explain(BASE, "c")} == {("x 7", ())}
    assert explain(BASE, "c")["after"].value == ("b",)


def test_of_several_reasons_in_one_layer_the_last_holds():
    both = Overlay(
        "o",
        "O",
        changes=[
            changes.SetTask("a", title="1", reason="at first"),
            changes.SetTask("a", title="2", also_after=["c"], reason="in the end"),
            changes.SetTask("b", after=[], reason="free"),
        ],
    )
    found = explain(tailor(BASE, both))
    assert found["tasks.a.title"].revisions == (Revision("o 1", "A", "2", "in the end"),)
    assert (found["tasks.a.after"].reason, found["tasks.b.after"].reason) == ("in the end", "free")


def reason_of(path, *made, on=BASE):
    return explain(tailor(on, Overlay("o", "O", changes=made)))[path].reason


def test_the_reason_of_whatever_was_changed():
    why = {"reason": "because"}
    late = Phase("r", "R", tasks=[Task("m", "M")])
    assert reason_of("phases.r", changes.AddPhase(late, **why)) == "because"
    assert reason_of("tasks.m", changes.AddPhase(late, **why)) == "because"
    assert reason_of("phases.q.place", changes.MovePhase("q", before="p", **why)) == "because"
    assert reason_of("tasks.a.phase", changes.MoveTask("a", phase="q", **why)) == "because"
    assert reason_of("phases.q", changes.DropTask("c", reason="done"), changes.DropPhase("q", **why)) == "because"
    assert reason_of("phases.p.guide", changes.SetPhase("p", guide=Reference("G", "g.md"), **why)) == "because"
    assert reason_of("tips", changes.SetChecklist(tips=["Breathe."], **why)) == "because"


def test_a_move_is_told_with_its_reason_whichever_of_the_two_is_said_to_have_moved():
    last = changes.MoveTask("a", phase="p", behind="b", reason="a goes last")
    assert reason_of("tasks.b.place", last) == "a goes last"
    # Where several were moved, nobody can say which of them a neighbour has moved for.
    two = Checklist(
        "x",
        "X",
        phases=[Phase("p", "P", tasks=[A, Task("d", "D")]), Phase("q", "Q", tasks=[Task("e", "E"), Task("f", "F")])],
    )
    both = (
        changes.MoveTask("a", phase="p", behind="d", reason="a goes last"),
        changes.MoveTask("e", phase="q", behind="f", reason="e goes last"),
    )
    found = explain(tailor(two, Overlay("o", "O", changes=both)))
    assert len(found) == 2
    for one in found:
        assert one.field == "place"
        assert one.reason in (("", "a goes last") if one.id in "ad" else ("", "e goes last"))


def test_a_prerequisite_that_nobody_has_dropped_goes_without_a_reason():
    free = [Phase("p", "P", tasks=[A, Task("b", "B")]), BASE.phases[1]]
    by_hand = attrs.evolve(tailor(BASE, Overlay("o", "O")), phases=free)
    assert explain(by_hand)["tasks.b.after"].revisions == (Revision("by-hand 1", ("a",), (), ""),)


def test_links_around_what_was_dropped_have_the_reason_of_the_drop():
    dropped = changes.DropTask("b", reason="nobody reads it")
    assert reason_of("tasks.c.after", dropped) == "b was dropped: nobody reads it"
    # What nothing says is told without a reason: the task lost a prerequisite that was not dropped.
    assert (
        explain(attrs.evolve(tailor(BASE, Overlay("o", "O")), phases=[Phase("p", "P", tasks=[A])]))["tasks.b"].reason
        == ""
    )


def test_one_that_is_not_there_and_never_was_is_refused():
    known = "known: a, b, c, n"
    for task in ("zz", Task("zz", "Z")):
        with pytest.raises(UnknownNameError) as caught:
            explain(STACK, task)
        assert str(caught.value) == f"$: there is no task in 'x' of that name (got 'zz'); {known}"
    dropped = tailor(STACK, Overlay("o", "O", changes=[changes.DropTask("n", reason="r")]))
    with pytest.raises(UnknownNameError) as caught:
        explain(dropped, "zz")
    assert str(caught.value) == f"$: there is no task in 'x' of that name (got 'zz'); {known}"


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        (3, "3"),
        (["a"], "a list of 1"),
        ({}, "a dict of 0"),
        (object(), "a value of type object"),
        (b"a", "a value of type bytes"),
    ],
)
def test_a_task_is_given_as_itself_or_by_its_id(task, shown):
    with pytest.raises(UnknownNameError) as caught:
        explain(BASE, task)
    assert str(caught.value) == f"$: there is no task in 'x' of that name (got {shown}); known: a, b, c"


@pytest.mark.parametrize(
    ("path", "shown"),
    [("tasks.b.title", "'tasks.b.title'"), ("title", "'title'"), (0, "0"), (["topic"], "a list of 1"), (None, "None")],
)
def test_an_origin_that_is_not_there_is_refused(path, shown):
    found = explain(tailor(BASE, layer(0, made(changes.SetChecklist, topic="Fraud"))))
    with pytest.raises(UnknownNameError) as caught:
        found[path]
    assert str(caught.value) == f"$: there is no origin of that name (got {shown}); known: topic"


@pytest.mark.parametrize("value", [None, 3, "x", {}, Overlay("o", "O")])
def test_only_checklists_are_explained(value):
    with pytest.raises(InvalidError, match=r"^\$: is not a Checklist \(got .*\); give a Checklist$"):
        explain(value)


def test_layers_that_do_not_fit_are_told():
    broken = attrs.evolve(STACK, layers=[layer(0, made(changes.DropTask, "z"))])
    with pytest.raises(InvalidError) as caught:
        explain(broken)
    assert str(caught.value) == "$.layers[0].changes[0].task: there is no task of that id (got 'z'); known: a, b, c"


def test_provenance_survives_files_pickling_and_further_tailoring():
    found = explain(STACK)
    for other in (
        loads(dumps(STACK, "toml"), "toml"),
        loads(dumps(STACK, "json"), "json"),
        Checklist.from_dict(STACK.to_dict()),
        pickle.loads(pickle.dumps(STACK)),
        copy.deepcopy(STACK),
    ):
        assert explain(other) == found
    more = tailor(STACK, Overlay("four", "Four"))
    assert explain(more).origins == found.origins


def test_an_explanation_is_a_document():
    assert explain(STACK, "n").to_dict()["origins"][1] == {
        "path": "tasks.n.title",
        "value": "New",
        "layer": "three 3",
        "revisions": [
            {"layer": "two 2", "before": None, "after": "N", "reason": "the second does"},
            {"layer": "three 3", "before": "N", "after": "New", "reason": "the third does"},
        ],
    }
    document = explain(STACK).to_dict()
    assert json.loads(json.dumps(document)) == document
    assert (document["checklist"], document["task"], document["layers"]) == (
        "x 7",
        None,
        ["x 7", "one 1", "two 2", "three 3"],
    )
    assert explain(STACK, "a").to_dict()["task"] == "a"
    narrowed = explain(for_context(model_serving(), tier="C")).to_dict()["origins"][0]
    assert (narrowed["path"], narrowed["value"], narrowed["revisions"][0]["before"]) == ("context", {"tier": ["C"]}, {})


@pytest.mark.parametrize("value", [explain(STACK), explain(STACK, "a"), explain(BASE)])
def test_an_explanation_is_equal_to_its_copies(value):
    names = {kind.__name__: kind for kind in (Explanation, Origin, Revision, Task, Phase, Priority, Effort, Reference)}
    for other in (
        *(pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(value),
        copy.deepcopy(value),
        attrs.evolve(value),
        eval(repr(value), names),
    ):
        assert other == value
        assert hash(other) == hash(value)
    assert not hasattr(value, "__dict__")


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


def test_what_is_made_by_hand_is_checked_like_all_values():
    not_here = "is not a value of a checklist (got a dict of 0); give the value of a field, a task, a phase or a KPI"
    text = "is not text (got 3); write it as a plain string, in quotes"
    assert faults(Revision, 3, {}, {}, 3) == [
        f"$.layer: {text}",
        f"$.before: {not_here}",
        f"$.after: {not_here}",
        f"$.reason: {text}",
    ]
    assert faults(Origin, "checklist", "", "topic", "T", "x 1", ["step"], "\n") == [
        "$.revisions[0]: is not a Revision (got 'step'); write Revision(layer, before, after)",
        "$.title: holds the line break U+000A at position 0 (got '\\n'); write it as one line of plain text",
    ]
    assert faults(Explanation, "", 3, "A", 3, ["o"]) == [
        "$.checklist: is empty (got ''); say in a few words what it is",
        f"$.title: {text}",
        "$.task: is not an id (got 'A'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'a'",
        "$.layers: is not a list (got 3); write a list, as in [...]",
        "$.origins[0]: is not an Origin (got 'o'); write explain(checklist)",
    ]


def test_a_task_of_a_very_long_title_and_topic_is_explained():
    long = Checklist("x", "X", topic="t" * 200, phases=[Phase("p", "P", tasks=[Task("a", "A" * 200)])])
    assert len(explain(long, "a").title) == 403
