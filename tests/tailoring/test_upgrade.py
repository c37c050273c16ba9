"""Taking the next edition: what merges, what is in conflict, and what comes of decisions."""

from __future__ import annotations

import copy
import json
import pickle

import attrs
import pytest

from helpers.names import NAMES
from servingchecklist import (
    Checklist,
    Effort,
    Facet,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    changes,
    for_context,
    model_serving,
    tailor,
)
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist._tailoring.upgrade import can_replace, is_newer
from servingchecklist.errors import CycleError, InvalidError, UnknownNameError
from servingchecklist.results import Choice, Conflict, Upgrade
from servingchecklist.tailoring import upgrade

TIER = Facet("tier", "Tier", ["A", "B"])
A, B, C = Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C", after=["b"])
GUIDE = Reference("Guide", "g.md")


def checklist(*phases, **fields):
    return Checklist("x", "X", phases=[Phase(name, name.upper(), tasks=tasks) for name, tasks in phases], **fields)


BASE = checklist(("p", [A, B]), ("q", [C]))


def ours(*made):
    return Overlay("ours", "Ours", base="x", changes=made)


def set_task(task, reason="we say so", **fields):
    return changes.SetTask(task, reason=reason, **fields)


def drop(task):
    return changes.DropTask(task, reason="we need it not")


def add(task, **fields):
    return changes.AddTask(task, reason="we need it", **fields)


def move(task, **fields):
    return changes.MoveTask(task, reason="it belongs there", **fields)


def theirs(*made, on=BASE):
    return attrs.evolve(tailor(on, Overlay("next", "Next", changes=made)), base=None, layers=())


def merged(new, *made, on=BASE, decisions=None):
    return upgrade(on, new, ours(*made), decisions)


def paths(found):
    return [one.path for one in found.conflicts]


def order(made):
    return {phase.id: [task.id for task in phase.tasks] for phase in made.phases}


def clean(found):
    """The checklist of an upgrade in which nothing is open; it is what its overlay makes of the new base."""
    assert found.conflicts == ()
    assert found.checklist is found.draft
    assert found.overlay is found.draft_overlay
    return found.checklist


def test_what_only_one_side_has_changed_is_taken_from_it():
    new = theirs(set_task("a", title="Other", effort=Effort(1, 2)), changes.SetChecklist(version="2", reason="r"))
    found = merged(new, set_task("a", priority=Priority.LOW), changes.SetChecklist(topic="Fraud", reason="r"))
    made = clean(found)
    assert made["a"] == Task("a", "Other", effort=Effort(1, 2), priority=Priority.LOW)
    assert (made.version, made.topic, made.base, made.layers) == ("2", "Fraud", new, (found.overlay,))
    assert (
        found.overlay.changes
        == ours(set_task("a", priority=Priority.LOW), changes.SetChecklist(topic="Fraud", reason="r")).changes
    )
    assert found.agreed == ()
    assert found.title == "Ours"


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (drop("c"), ()),
        (set_task("a", title="T"), ()),
        (set_task("a", title="T", effort=Effort(1, 1)), (set_task("a", effort=Effort(1, 1)),)),
        (changes.SetPhase("p", title="T", guide=GUIDE, reason="r"), (changes.SetPhase("p", guide=GUIDE, reason="r"),)),
        (
            changes.SetChecklist(topic="T", tips=["Breathe."], reason="r"),
            (changes.SetChecklist(tips=["Breathe."], reason="r"),),
        ),
        (add(Task("n", "N"), phase="q"), ()),
        (move("a", phase="q"), ()),
        (set_task("c", also_after=["a"]), ()),
        (set_task("c", also_after=["a"], title="T"), (set_task("c", title="T"),)),
        (changes.AddPhase(Phase("r", "R", tasks=[Task("n", "N")]), reason="r"), ()),
        (changes.MovePhase("q", before="p", reason="r"), ()),
    ],
    ids=lambda one: one.kind if hasattr(one, "kind") else "",
)
def test_what_both_have_changed_alike_is_agreed_on(change, left):
    said = {
        "set-task": [set_task("a", title="T"), set_task("c", also_after=["a"])],
        "set-phase": [changes.SetPhase("p", title="T", reason="r")],
        "set-checklist": [changes.SetChecklist(topic="T", reason="r")],
    }
    new = theirs(*said.get(change.kind, [change]))
    found = merged(new, change)
    assert clean(found) == tailor(new, ours(*left))
    assert found.overlay.changes == left
    assert found.agreed


def test_what_both_have_changed_differently_waits_for_a_decision():
    new, mine = theirs(set_task("a", title="Theirs")), set_task("a", title="Ours", reason="it is ours")
    found = merged(new, mine)
    assert found.conflicts == (Conflict("tasks.a.title", "A", "Ours", "Theirs", "it is ours"),)
    assert found.draft["a"].title == "Theirs"
    assert found.draft == new
    hint = "decide: give upgrade(..., decisions={path: 'ours'}) or 'theirs'"
    for name in ("checklist", "overlay"):
        with pytest.raises(InvalidError) as caught:
            getattr(found, name)
        assert str(caught.value) == f"$.tasks.a.title: was changed on both sides; {hint}"
    with_ours = merged(new, mine, decisions={"tasks.a.title": "ours"})
    assert clean(with_ours)["a"].title == "Ours"
    assert with_ours.overlay.changes == (mine,)
    with_theirs = merged(new, mine, decisions={"tasks.a.title": "theirs"})
    assert clean(with_theirs)["a"].title == "Theirs"
    assert with_theirs.overlay.changes == ()


SIDES = [
    ("topic", changes.SetChecklist(topic="1", reason="r"), changes.SetChecklist(topic="2", reason="r"), "", "1", "2"),
    ("id", changes.SetChecklist(id="y", reason="r"), changes.SetChecklist(id="z", reason="r"), "x", "y", "z"),
    (
        "phases.p.title",
        changes.SetPhase("p", title="1", reason="r"),
        changes.SetPhase("p", title="2", reason="r"),
        "P",
        "1",
        "2",
    ),
    ("tasks.a.effort", set_task("a", effort=Effort(1, 1)), set_task("a", effort=Effort(2, 2)), None, Effort(1, 1), Effort(2, 2)),
    ("tasks.a.risk", set_task("a", risk=Risk(1, 1)), set_task("a", risk=Risk(2, 2)), None, Risk(1, 1), Risk(2, 2)),
    ("tasks.a", drop("a"), set_task("a", title="2"), A, None, Task("a", "2")),
    ("tasks.a", set_task("a", title="1"), drop("a"), A, Task("a", "1"), None),
    ("tasks.a.phase", move("a", phase="r"), move("a", phase="s"), "p", "r", "s"),
    ("tasks.n.title", add(Task("n", "1"), phase="p"), add(Task("n", "2"), phase="p"), None, "1", "2"),
    ("tasks.n.phase", add(Task("n", "N"), phase="p"), add(Task("n", "N"), phase="q"), None, "p", "q"),
    (
        "phases.n.title",
        changes.AddPhase(Phase("n", "1"), reason="r"),
        changes.AddPhase(Phase("n", "2"), reason="r"),
        None,
        "1",
        "2",
    ),
    ("phases.r", changes.DropPhase("r", reason="r"), changes.SetPhase("r", title="2", reason="r"), Phase("r", "R"), None, Phase("r", "2")),
    ("phases.r", changes.SetPhase("r", title="1", reason="r"), changes.DropPhase("r", reason="r"), Phase("r", "R"), Phase("r", "1"), None),
]  # fmt: skip
WIDE = checklist(("p", [A, B]), ("q", [C]), ("r", []), ("s", []))


@pytest.mark.parametrize("case", SIDES, ids=lambda case: f"{case[0]} by {case[1].kind}")
def test_each_kind_of_conflict_tells_the_three_values_and_either_decision_holds(case):
    path, mine, other, base, we, they = case
    new = theirs(other, on=WIDE)
    found = merged(new, mine, on=WIDE)
    assert [(one.path, one.base, one.ours, one.theirs, one.reason) for one in found.conflicts] == [
        (path, base, we, they, mine.reason)
    ]
    assert found.draft == new
    assert tailor(new, found.draft_overlay) == found.draft
    assert clean(merged(new, mine, on=WIDE, decisions={path: "theirs"})) == new
    decided = merged(new, mine, on=WIDE, decisions={path: "ours"})
    made = clean(decided)
    assert made != new
    assert tailor(new, decided.overlay) == made
    what, _, name = path.partition(".")
    if path in ("tasks.a", "phases.r"):
        there = name in made if what == "tasks" else name in order(made)
        assert there == (we is not None)


def test_all_open_conflicts_are_told_at_once():
    new = theirs(set_task("a", title="2"), set_task("b", title="2"), changes.SetChecklist(topic="2", reason="r"))
    found = merged(new, set_task("b", title="1"), set_task("a", title="1"), changes.SetChecklist(topic="1", reason="r"))
    assert set(paths(found)) == {"topic", "tasks.a.title", "tasks.b.title"}
    with pytest.raises(InvalidError) as caught:
        _ = found.checklist
    assert [fault.path for fault in caught.value.faults] == [f"$.{path}" for path in paths(found)]
    some = merged(
        new,
        set_task("b", title="1"),
        set_task("a", title="1"),
        changes.SetChecklist(topic="1", reason="r"),
        decisions={"topic": "ours", "tasks.b.title": "theirs"},
    )
    assert paths(some) == ["tasks.a.title"]
    assert (some.draft.topic, some.draft["a"].title, some.draft["b"].title) == ("1", "2", "2")


def test_what_a_task_comes_after_is_merged_name_by_name():
    old = checklist(("p", [A, Task("b", "B"), Task("c", "C"), Task("d", "D", after=["a"])]))
    new = theirs(set_task("d", also_after=["b"]), on=old)
    assert clean(merged(new, set_task("d", also_after=["c"]), on=old))["d"].after == ("a", "b", "c")
    assert clean(merged(new, set_task("d", after=["c"]), on=old))["d"].after == ("b", "c")
    gone = theirs(set_task("d", after=[]), on=old)
    assert clean(merged(gone, set_task("d", after=["c"]), on=old))["d"].after == ("c",)


def test_what_one_side_drops_is_linked_around_on_the_other():
    new = theirs(drop("b"), add(Task("n", "N", after=["c"]), phase="q"))
    made = clean(merged(new, add(Task("m", "M", after=["c", "a"]), phase="q")))
    assert (made["c"].after, made["n"].after, made["m"].after) == (("a",), ("c",), ("c", "a"))
    assert clean(merged(theirs(add(Task("n", "N", after=["b"]), phase="q")), drop("b")))["n"].after == ("a",)
    both = clean(merged(theirs(drop("a")), drop("b")))
    assert order(both) == {"p": [], "q": ["c"]}
    assert both["c"].after == ()


def test_each_of_many_dropped_tasks_is_linked_around_once():
    layers = [(f"a{n}", f"b{n}") for n in range(30)]  # a billion ways lead through them
    pairs = zip([("d",), *layers], layers, strict=False)
    dropped = [Task(name, "T", after=before) for before, layer in pairs for name in layer]
    old = checklist(("p", [Task("d", "D"), *dropped, Task("z", "Z", after=layers[-1])]))
    found = merged(theirs(set_task("z", title="Y"), on=old), *[drop(task.id) for task in dropped], on=old)
    assert clean(found)["z"] == Task("z", "Y", after=["d"])


def test_our_task_that_comes_after_one_they_have_dropped_is_not_lost():
    found = merged(theirs(drop("b")), add(Task("n", "N", after=["b"]), phase="q"))
    assert "n" in found.draft
    assert found.draft["n"].after == ("a",)
    told = {one.path for one in found.conflicts}
    assert told <= {"tasks.n.after"}


def test_circles_that_arise_only_together_are_conflicts():
    old = checklist(("p", [A, Task("b", "B"), Task("c", "C")]))
    new = theirs(set_task("b", after=["a"]), on=old)
    mine = set_task("a", after=["b"], reason="b comes first")
    found = merged(new, mine, on=old)
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("tasks.a.after", (), ("b",), ())
    assert conflict.reason == "b comes first"
    assert conflict.problem.startswith("would form a dependency cycle: ")
    assert set(conflict.problem.removeprefix("would form a dependency cycle: ").split(" -> ")) == {"a", "b"}
    assert found.draft == new
    assert clean(merged(new, mine, on=old, decisions={"tasks.a.after": "theirs"})) == new
    with pytest.raises(InvalidError) as caught:
        merged(new, mine, on=old, decisions={"tasks.a.after": "ours"})
    assert caught.value.faults[0].path.startswith("$")
    # A longer one, through a task that only our side has.
    longer = theirs(set_task("c", after=["a"]), on=old)
    through = merged(longer, add(Task("n", "N", after=["c"]), phase="p"), set_task("a", after=["n"]), on=old)
    assert paths(through) == ["tasks.a.after"]
    assert through.draft["a"].after == ()
    assert through.draft["n"].after == ("c",)


def test_phases_that_one_drops_and_the_other_puts_something_into_wait_for_a_decision():
    old = checklist(("p", [A]), ("r", []))
    without = theirs(changes.DropPhase("r", reason="r"), on=old)
    mine = add(Task("n", "N"), phase="r")
    found = merged(without, mine, on=old)
    assert [(one.path, one.reason) for one in found.conflicts] == [("phases.r", mine.reason)]
    by_move = merged(without, move("a", phase="r"), on=old)
    assert [(one.path, one.reason) for one in by_move.conflicts] == [("phases.r", "it belongs there")]
    kept = {"phases.r": "ours"}
    assert order(clean(merged(without, mine, on=old, decisions=kept))) == {"p": ["a"], "r": ["n"]}
    # The other way round.
    put_in = theirs(mine, on=old)
    gone = changes.DropPhase("r", reason="nobody needs it")
    found = merged(put_in, gone, on=old)
    assert paths(found) == ["phases.r"]
    assert found.conflicts[0].reason == "nobody needs it"
    assert order(found.draft) == {"p": ["a"], "r": ["n"]}
    dropped = clean(merged(put_in, gone, on=old, decisions={"phases.r": "ours"}))
    assert "r" not in order(dropped)
    assert "n" in dropped


def test_tasks_that_both_have_never_vanish_with_their_phase():
    old = checklist(("p", [A, Task("b", "B")]), ("s", []))
    new = checklist(("p", [A, Task("b", "Other")]))
    mine = [move("a", phase="s"), move("b", phase="s"), changes.DropPhase("p", reason="r")]
    for decision in ("ours", "theirs"):
        decisions = {}
        for _ in range(9):
            found = merged(new, *mine, on=old, decisions=decisions)
            assert {task.id for task in found.draft} == {"a", "b"}
            if not found.conflicts:
                break
            decisions |= dict.fromkeys(paths(found), decision)
        assert {task.id for task in clean(found)} == {"a", "b"}
        assert order(found.checklist) == ({"s": ["a", "b"]} if decision == "ours" else {"p": ["a", "b"]})


def test_our_place_of_what_they_have_moved_or_dropped_is_not_lost_in_silence():
    old = checklist(("p", [A, Task("b", "B")]), ("q", []))
    mine = move("a", phase="p", behind="b")
    found = merged(theirs(move("a", phase="q"), on=old), mine, on=old)
    assert paths(found) == ["tasks.a.place"]
    assert found.conflicts[0].reason == mine.reason
    assert found.conflicts[0].problem == "was moved to q on the other side"
    found = merged(theirs(drop("a"), on=old), mine, on=old)
    assert paths(found) == ["tasks.a"]
    found = merged(
        theirs(changes.DropPhase("q", reason="r"), on=old), changes.MovePhase("q", before="p", reason="r"), on=old
    )
    assert paths(found) == ["phases.q"]


def test_a_task_that_they_have_put_elsewhere_and_we_have_dropped_is_a_conflict():
    old = checklist(("p", [A, Task("b", "B"), Task("d", "D")]), ("q", []))
    new = theirs(move("a", phase="p", behind="d"), on=old)
    found = merged(new, drop("a"), on=old)
    assert [(one.path, one.ours, one.theirs, one.reason, one.problem) for one in found.conflicts] == [
        ("tasks.a", None, A, "we need it not", "has another place on one side, and was dropped on the other")
    ]
    assert found.draft == new
    assert order(clean(merged(new, drop("a"), on=old, decisions={"tasks.a": "ours"})))["p"] == ["b", "d"]
    assert order(clean(merged(new, drop("b"), on=old)))["p"] == ["d", "a"]  # which nobody has moved
    found = merged(theirs(move("a", phase="q"), on=old), drop("a"), on=old)
    assert [(one.path, one.problem) for one in found.conflicts] == [
        ("tasks.a", "was moved to q on one side, and dropped on the other")
    ]


@pytest.mark.parametrize(
    ("change", "agreed"),
    [
        (move("a", phase="q", before="c"), {"tasks.a.phase", "tasks.a.place"}),
        (move("a", phase="p", behind="b"), {"tasks.a.place"}),
        (changes.MovePhase("s", before="p", reason="r"), {"phases.s.place"}),
        (changes.DropPhase("r", reason="r"), {"phases.r"}),
        (drop("c"), {"tasks.c"}),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_what_both_have_moved_or_dropped_is_agreed_on_and_leaves_the_overlay(change, agreed):
    new, kept = theirs(change, on=WIDE), set_task("b", title="Ours")
    found = merged(new, change, kept, on=WIDE)
    assert clean(found)["b"].title == "Ours"
    assert found.overlay.changes == (kept,)
    assert set(found.agreed) <= agreed
    assert found.agreed
    assert len(set(found.agreed)) == len(found.agreed)


def test_moves_that_lead_nowhere_are_nobody_elses():
    stays = [move("a", phase="p", before="b"), changes.MovePhase("p", before="q", reason="r")]
    for changes_of_ours in ([*stays, drop("a")], [*stays, move("a", phase="q")]):
        found = merged(attrs.evolve(BASE, version="2"), *changes_of_ours)
        assert (found.overlay, found.agreed) == (ours(*changes_of_ours), ())


def test_order_is_merged_and_what_only_one_has_moved_moves():
    old = checklist(("p", [A, Task("b", "B"), Task("c", "C"), Task("d", "D")]))
    new = theirs(add(Task("n", "N"), phase="p", behind="a"), on=old)
    made = clean(merged(new, move("d", phase="p", before="b"), add(Task("m", "M"), phase="p", before="a"), on=old))
    assert order(made)["p"].index("m") < order(made)["p"].index("a")
    assert order(made)["p"].index("d") < order(made)["p"].index("b")
    assert set(order(made)["p"]) == {"a", "b", "c", "d", "m", "n"}
    both = theirs(move("d", phase="p", before="a"), on=old)
    assert clean(merged(both, move("d", phase="p", before="a"), on=old)) == both
    found = merged(both, move("d", phase="p", behind="b"), on=old)
    assert paths(found) == ["tasks.d.place"]
    assert (found.conflicts[0].base, found.conflicts[0].ours, found.conflicts[0].theirs) == ("c", "b", "")
    assert order(found.draft) == order(both)
    assert order(
        clean(merged(both, move("d", phase="p", behind="b"), on=old, decisions={"tasks.d.place": "ours"}))
    ) == {"p": ["a", "b", "d", "c"]}
    phases = theirs(changes.MovePhase("q", before="p", reason="r"))
    assert list(order(clean(merged(phases, changes.AddPhase(Phase("n", "N"), behind="q", reason="r"))))) in (
        ["q", "n", "p"],
        ["q", "p", "n"],
    )


def test_what_both_have_added_at_different_places_is_a_conflict_of_place():
    old = checklist(("p", [A, Task("b", "B")]))
    new = theirs(add(Task("n", "N"), phase="p", before="a"), on=old)
    mine = add(Task("n", "N"), phase="p", behind="b")
    found = merged(new, mine, on=old)
    assert [(one.path, one.base, one.ours, one.theirs) for one in found.conflicts] == [("tasks.n.place", None, "b", "")]
    assert order(found.draft) == {"p": ["n", "a", "b"]}
    decided = merged(new, mine, on=old, decisions={"tasks.n.place": "ours"})
    assert order(clean(decided)) == {"p": ["a", "b", "n"]}
    assert clean(merged(new, mine, on=old, decisions={"tasks.n.place": "theirs"})) == new


def test_conflicts_of_places_come_in_our_order_but_those_of_the_base_first():
    old = checklist(("p", [A, Task("b", "B"), Task("c", "C")]))
    new = theirs(move("c", phase="p", before="a"), add(Task("n", "N"), phase="p", behind="b"), on=old)
    found = merged(new, add(Task("n", "N"), phase="p", before="a"), move("c", phase="p", behind="b"), on=old)
    assert paths(found) == ["tasks.c.place", "tasks.n.place"]


def test_both_move_a_task_to_one_phase_and_to_different_places_there():
    old = checklist(("p", [A]), ("q", [Task("x", "X"), Task("y", "Y")]))
    new = theirs(move("a", phase="q", before="x"), on=old)
    mine = move("a", phase="q", behind="y")
    found = merged(new, mine, on=old)
    assert paths(found) == ["tasks.a.place"]
    assert found.agreed == ("tasks.a.phase",)
    assert order(clean(merged(new, mine, on=old, decisions={"tasks.a.place": "ours"})))["q"] == ["x", "y", "a"]


FACETED = checklist(("p", [A, Task("b", "B", when={"tier": "A"})]), facets=[TIER])


def test_facets_that_went_while_our_task_uses_them_are_conflicts():
    new = theirs(set_task("b", when={}), changes.SetChecklist(facets=[], reason="r"), on=FACETED)
    found = merged(new, set_task("a", when={"tier": ["A", "B"]}, reason="it is for tiers"), on=FACETED)
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.base, conflict.theirs, conflict.reason) == (
        "tasks.a.when",
        (),
        (),
        "it is for tiers",
    )
    assert conflict.ours == (Choice("tier", ("A", "B")),)
    assert conflict.problem == "names facets or values that are no longer there"
    assert found.draft == new
    assert (
        clean(merged(new, set_task("a", when={"tier": "A"}), on=FACETED, decisions={"tasks.a.when": "theirs"})) == new
    )
    with pytest.raises(InvalidError):
        merged(new, set_task("a", when={"tier": "A"}), on=FACETED, decisions={"tasks.a.when": "ours"})


def test_a_value_that_went_leaves_the_others():
    smaller = changes.SetChecklist(facets=[Facet("tier", "Tier", ["A"])], reason="r")
    found = merged(theirs(smaller, on=FACETED), add(Task("n", "N", when={"tier": ["A", "B"]}), phase="p"), on=FACETED)
    assert paths(found) == ["tasks.n.when"]
    assert found.draft["n"].when == (Choice("tier", ("A",)),)
    assert found.conflicts[0].theirs == ()


def test_a_context_of_ours_on_a_facet_that_went_is_a_conflict():
    new = theirs(set_task("b", when={}), changes.SetChecklist(facets=[], reason="r"), on=FACETED)
    mine = changes.SetChecklist(context={"tier": "A"}, reason="we are tier A")
    found = merged(new, mine, on=FACETED)
    assert [(one.path, one.base, one.ours, one.theirs, one.reason) for one in found.conflicts] == [
        ("context", (), (Choice("tier", ("A",)),), (), "we are tier A")
    ]
    assert clean(merged(new, mine, on=FACETED, decisions={"context": "theirs"})) == new
    with pytest.raises(InvalidError, match="do not fit together"):
        merged(new, mine, on=FACETED, decisions={"context": "ours"})


def test_facets_of_ours_that_lack_what_their_tasks_need_are_a_conflict():
    new = theirs(add(Task("n", "N", when={"tier": "B"}), phase="p"), on=FACETED)
    mine = [set_task("b", when={}), changes.SetChecklist(facets=[], reason="one tier is enough")]
    found = merged(new, *mine, on=FACETED)
    assert [(one.path, one.problem, one.reason) for one in found.conflicts] == [
        ("facets", "lacks facets or values that tasks name", "one tier is enough")
    ]
    assert found.draft.facets == (TIER,)
    assert clean(merged(new, *mine, on=FACETED, decisions={"facets": "theirs"})).facets == (TIER,)
    decisions = {"facets": "ours"}
    more = merged(new, *mine, on=FACETED, decisions=decisions)
    assert paths(more) == ["tasks.n.when"]
    assert clean(merged(new, *mine, on=FACETED, decisions=decisions | {"tasks.n.when": "theirs"})).facets == ()


def test_an_overlay_keeps_its_name_and_is_for_the_new_base():
    new = attrs.evolve(BASE, id="y", version="2")
    overlay = Overlay(
        "ours", "Ours", version="7", base="x", description="D", references=[GUIDE], changes=[set_task("a", title="T")]
    )
    found = upgrade(BASE, new, overlay)
    assert found.overlay == attrs.evolve(overlay, base="y")
    assert upgrade(BASE, new, attrs.evolve(overlay, base="")).overlay == attrs.evolve(overlay, base="")


def test_reasons_are_carried_over():
    new = theirs(set_task("a", title="2"), set_task("c", title="2"))
    mine = [drop("b"), set_task("a", title="1", effort=Effort(1, 1), reason="ours")]
    found = merged(new, *mine, decisions={"tasks.a.title": "theirs"})
    clean(found)
    reasons = {change.kind: change.reason for change in found.overlay.changes}
    assert reasons == {"drop-task": "we need it not", "set-task": "ours"}
    whole = merged(theirs(drop("a")), set_task("a", title="1", reason="ours is better"))
    assert [one.reason for one in whole.conflicts] == ["ours is better"]


def test_a_prerequisite_that_has_to_be_set_anew_has_the_reason_of_the_drop():
    old = checklist(("p", [A, Task("b", "B"), Task("c", "C", after=["a", "b"])]))
    new = theirs(set_task("b", title="2"), on=old)
    found = merged(new, drop("a"), add(A, phase="p", before="b"), drop("b"), on=old)
    assert paths(found) == ["tasks.b"]
    assert found.draft_overlay.changes[-1] == set_task("c", after=[], reason="a was dropped: we need it")


def test_reasons_of_two_hundred_characters_are_carried_over():
    for place in range(175, 199):
        reason = f"{'r' * place} {'s' * (199 - place)}"
        long = changes.DropTask("b", reason=reason)
        new = theirs(set_task("c", title="2"), set_task("b", title="2"))
        found = merged(new, long, decisions={"tasks.b": "ours"})
        assert "b" not in clean(found)
        assert found.overlay.changes[0].reason == reason


def test_several_overlays_are_carried_over_one_by_one():
    first, second = ours(drop("a")), Overlay("more", "More", changes=[set_task("b", title="T")])
    new = attrs.evolve(BASE, version="2")
    one = upgrade(BASE, new, first)
    two = upgrade(tailor(BASE, first), one.checklist, second)
    assert two.checklist == tailor(new, first, second)
    assert two.checklist.layers == (first, second)
    assert two.checklist.base == new


def test_a_context_is_carried_over_like_any_overlay():
    old = model_serving()
    (context,) = for_context(old, tier="C").layers
    new = attrs.evolve(old, version="2027.1")
    assert upgrade(old, new, context).checklist == for_context(new, tier="C")


DECISIONS = "is not a decision (got {}); write 'ours' or 'theirs'"


@pytest.mark.parametrize(
    ("side", "shown"), [("mine", "'mine'"), (None, "None"), (True, "True"), ([], "a list of 0"), ("", "''")]
)
def test_a_decision_is_for_one_side(side, shown):
    with pytest.raises(InvalidError) as caught:
        merged(BASE, decisions={"topic": side})
    assert str(caught.value) == f"$.decisions['topic']: {DECISIONS.format(shown)}"


@pytest.mark.parametrize(
    ("decisions", "shown"), [(3, "3"), (["topic"], "a list of 1"), ("ab", "'ab'"), ([("topic", "ours")], "a list of 1")]
)
def test_decisions_are_a_mapping(decisions, shown):
    with pytest.raises(InvalidError) as caught:
        merged(BASE, decisions=decisions)
    assert str(caught.value) == (
        f"$.decisions: are not decisions (got {shown}); write a dict of paths and 'ours' or 'theirs'"
    )


@pytest.mark.parametrize(("path", "shown"), [(3, "3"), (None, "None"), (("a",), "a tuple of 1")])
def test_the_keys_of_decisions_are_paths(path, shown):
    with pytest.raises(InvalidError) as caught:
        merged(BASE, decisions={path: "ours"})
    assert str(caught.value) == (
        f"$.decisions: has a key that is not a path (got {shown}); write the path of a conflict"
    )


def test_a_decision_about_what_nobody_has_changed_is_refused_with_the_nearest():
    new, mine = theirs(set_task("a", title="2")), set_task("a", title="1")
    with pytest.raises(UnknownNameError) as caught:
        merged(new, mine, decisions={"tasks.a.titel": "ours", "zz": "ours"})
    faults = [str(fault) for fault in caught.value.faults]
    assert faults[0] == "$.decisions['tasks.a.titel']: there is no conflict of that path; did you mean 'tasks.a.title'?"
    assert faults[1].startswith("$.decisions['zz']: there is no conflict of that path")
    assert len(faults) == 2


def test_a_decision_that_is_not_needed_does_no_harm():
    new, mine = theirs(set_task("a", title="2")), set_task("a", title="1")
    decided = {
        "tasks.a.title": "ours",
        "tips": "ours",
        "tasks.b": "theirs",
        "phases.q.guide": "ours",
        "tasks.c.place": "ours",
    }
    assert clean(merged(new, mine, decisions=decided))["a"].title == "1"
    assert clean(merged(new, set_task("a", title="2"), decisions=decided)) == new
    assert clean(merged(BASE, mine, decisions=decided))["a"].title == "1"


NO_CHECKLIST = "is not a Checklist (got {}); give a Checklist"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "None"), (3, "3"), ({}, "a dict of 0"), (ours(), "a value of type Overlay")]
)
def test_only_checklists_are_upgraded(value, shown):
    for name, arguments in (("old_base", (value, BASE)), ("new_base", (BASE, value))):
        with pytest.raises(InvalidError) as caught:
            upgrade(*arguments, ours())
        assert str(caught.value) == f"$.{name}: {NO_CHECKLIST.format(shown)}"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "None"), ([ours()], "a list of 1"), (BASE, "a value of type Checklist")]
)
def test_only_overlays_are_carried_over(value, shown):
    with pytest.raises(InvalidError) as caught:
        upgrade(BASE, BASE, value)
    assert str(caught.value) == f"$.overlay: is not an Overlay (got {shown}); give an Overlay"


def test_an_overlay_that_does_not_fit_on_the_old_base_is_refused():
    with pytest.raises(InvalidError) as caught:
        merged(BASE, drop("z"))
    assert str(caught.value) == "$.changes[0].task: there is no task of that id (got 'z'); known: a, b, c"
    with pytest.raises(CycleError):
        merged(BASE, set_task("a", after=["c"]))


def test_an_upgrade_is_a_document():
    new = theirs(set_task("a", title="2"), set_task("b", effort=Effort(1, 1)))
    document = merged(new, set_task("a", title="1"), set_task("b", effort=Effort(1, 1))).to_dict()
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "checklist": {"id": "x", "version": "1"},
        "overlay": {"schema_version": 1, "kind": "overlay", "id": "ours", "title": "Ours", "base": "x"},
        "conflicts": [
            {
                "path": "tasks.a.title",
                "base": "A",
                "ours": "1",
                "theirs": "2",
                "reason": "we say so",
                "problem": "",
            }
        ],
        "agreed": ["tasks.b.effort"],
        "relinked": [],
        "replaced": None,
    }


def test_an_upgrade_is_equal_to_its_copies():
    found = merged(theirs(set_task("a", title="2"), drop("c")), set_task("a", title="1"), set_task("c", title="1"))
    names = NAMES
    names |= {kind.__name__: kind for kind in CHANGE_KINDS.values()}
    for other in (
        *(pickle.loads(pickle.dumps(found, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(found),
        copy.deepcopy(found),
        attrs.evolve(found),
        eval(repr(found), names),
    ):
        assert other == found
        assert hash(other) == hash(found)
    assert not hasattr(found, "__dict__")


def test_what_is_made_by_hand_is_checked_like_all_values():
    not_here = "is not a value of a checklist (got a dict of 0); give the value of a field, a task, a phase or a KPI"
    text = "is not text (got 3); write it as a plain string, in quotes"
    with pytest.raises(InvalidError) as caught:
        Conflict(3, {}, {}, {}, 3, 3)
    assert [str(fault) for fault in caught.value.faults] == [
        f"$.path: {text}",
        f"$.base: {not_here}",
        f"$.ours: {not_here}",
        f"$.theirs: {not_here}",
        f"$.reason: {text}",
        f"$.problem: {text}",
    ]
    with pytest.raises(InvalidError) as caught:
        Upgrade(None, BASE, ["c"], [""], [""], 3, replaced=[])
    assert [str(fault) for fault in caught.value.faults] == [
        "$.draft: is not a Checklist (got None); write Checklist(...)",
        "$.draft_overlay: is not an Overlay (got a value of type Checklist); write Overlay(...)",
        "$.conflicts[0]: is not a Conflict (got 'c'); write Conflict(...)",
        "$.agreed[0]: is empty (got ''); say in a few words what it is",
        "$.relinked[0]: is empty (got ''); say in a few words what it is",
        f"$.title: {text}",
        "$.replaced: is not a Diff (got a list of 0); write diff(a, b)",
    ]


# A newer version of an overlay takes its place.


def lent(version, *made, **fields):
    return Overlay("lent", "Lent", version=version, base="x", changes=made, **fields)


EXTRA = Task("extra", "Extra", effort=Effort(1, 1))
LENT = lent("2026.1", add(EXTRA, phase="p", behind="a"), set_task("c", priority=Priority.LOW))
NEWER = lent(
    "2026.2",
    add(attrs.evolve(EXTRA, effort=Effort(2, 3), role="sre"), phase="p", behind="a"),
    add(Task("more", "More", after=["extra"]), phase="p", behind="extra"),
    set_task("b", title="Better"),
)


def test_a_newer_version_takes_the_place_of_an_overlay():
    new = theirs(
        set_task("b", effort=Effort(1, 1)), set_task("c", title="New"), changes.SetChecklist(version="2", reason="r")
    )
    found = upgrade(BASE, new, LENT, replacement=NEWER)
    assert clean(found) == tailor(new, NEWER)
    assert found.checklist.layers == (NEWER,)
    assert (found.overlay, found.title, found.agreed, found.relinked) == (NEWER, "Lent", (), ())
    # What the new base has changed is not told, only what the overlays do.
    assert (found.replaced.before, found.replaced.after) == ("lent 2026.1", "lent 2026.2")
    assert [(one.kind, one.path) for one in found.replaced] == [
        ("changed", "tasks.extra.effort"),
        ("changed", "tasks.extra.role"),
        ("added", "tasks.more"),
        ("changed", "tasks.b.title"),
        ("changed", "tasks.c.priority"),
    ]
    assert found.to_dict()["replaced"] == found.replaced.to_dict()
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert eval(repr(found), NAMES | {kind.__name__: kind for kind in CHANGE_KINDS.values()}) == found
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_layers_above_a_newer_version_meet_what_it_has_changed():
    team = ours(set_task("extra", effort=Effort(1, 2)), set_task("more", title="M"))
    below, above = tailor(BASE, LENT), upgrade(BASE, BASE, LENT, replacement=NEWER).checklist
    mine = ours(set_task("extra", effort=Effort(1, 2), labels=["ours"]), set_task("b", title="Better"))
    found = upgrade(below, above, mine)
    assert [(one.path, one.base, one.ours, one.theirs) for one in found.conflicts] == [
        ("tasks.extra.effort", Effort(1, 1), Effort(1, 2), Effort(2, 3))
    ]
    assert found.agreed == ("tasks.b.title",)
    decided = upgrade(below, above, mine, {"tasks.extra.effort": "ours"}).checklist
    assert (decided["extra"].effort, decided["extra"].role, decided["extra"].labels) == (Effort(1, 2), "sre", ("ours",))
    with pytest.raises(InvalidError, match="there is no task of that id"):
        upgrade(below, above, team)


@pytest.mark.parametrize("path", ["tasks.extra.effort", "tasks.zzz.priority"])
def test_a_replacement_leaves_nothing_to_decide(path):
    with pytest.raises(InvalidError) as caught:
        upgrade(BASE, BASE, LENT, {path: "ours"}, replacement=NEWER)
    hint = "leave the decisions out, or the replacement"
    assert str(caught.value) == f"$.decisions[{path!r}]: a replacement leaves nothing to decide; {hint}"
    assert caught.value.faults[0].code == "contradiction"
    assert upgrade(BASE, BASE, LENT, {}, replacement=NEWER) == upgrade(BASE, BASE, LENT, replacement=NEWER)


@pytest.mark.parametrize(
    ("replacement", "fault"),
    [
        (3, "$.replacement: is not an Overlay (got 3); give an Overlay"),
        (ours(), "$.replacement.id: is another overlay (got 'ours'); give a newer version of 'lent'"),
        (LENT, "$.replacement.version: is not newer than 2026.1, which it would replace (got '2026.1'); give a newer version, or leave it out to carry the overlay over"),
        (lent("2025.12"), "$.replacement.version: is not newer than 2026.1, which it would replace (got '2025.12'); give a newer version, or leave it out to carry the overlay over"),
        (lent("2027", drop("z")), "$.changes[0].task: there is no task of that id (got 'z'); known: a, b, c"),
        (attrs.evolve(NEWER, base="y"), "$.base: is another checklist (got 'y'); this one is 'x'; take an overlay for it, or one that is for any"),
    ],
)  # fmt: skip
def test_only_a_newer_version_of_the_same_overlay_that_fits_takes_its_place(replacement, fault):
    with pytest.raises(InvalidError) as caught:
        upgrade(BASE, BASE, LENT, replacement=replacement)
    assert str(caught.value) == fault


@pytest.mark.parametrize(
    ("version", "than", "newer", "replaces"),
    [
        ("2026.2", "2026.1", True, True),
        ("2026.10", "2026.9", True, True),
        ("2026.9", "2026.10", False, False),
        ("2", "1.9", True, True),
        ("1.0.1", "1", True, True),
        ("1.0", "1", False, False),
        ("1", "1.00", False, False),
        ("10", "1", True, True),
        ("0", "0.0", False, False),
        ("0.1", "0", True, True),
        ("1", "1", False, False),
        ("01", "1", False, False),
        ("b", "c", False, True),
        ("1.0rc1", "1.0", False, True),
        ("1.0", "1.0rc1", False, True),
        ("b", "b", False, False),
        ("1..2", "3", False, True),
    ],
)
def test_versions_are_compared_by_their_numbers_if_they_are_numbers(version, than, newer, replaces):
    assert (is_newer(version, than), can_replace(version, than)) == (newer, replaces)


# What an overlay states holds, even where the old base said so already.

FLAT = checklist(("p", [Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C")]), ("q", [Task("d", "D")]))


def edition(*made, base=FLAT):
    return tailor(base, Overlay("next", "Next", changes=made))


def keep(found, path, reason="we say so"):
    """The one conflict is this; decided for ours, it is as in the old base."""
    assert [(one.path, one.reason) for one in found.conflicts] == [(path, reason)]
    return found


@pytest.mark.parametrize(
    ("pin", "new", "path"),
    [
        (set_task("a", priority=Priority.MEDIUM), set_task("a", priority=Priority.LOW), "tasks.a.priority"),
        (set_task("b", after=["a"]), set_task("b", after=[]), "tasks.b.after"),
        (set_task("b", also_after=["a"]), set_task("b", after=["c"]), "tasks.b.after"),
        (set_task("c", title="C"), drop("c"), "tasks.c"),
        (
            changes.SetPhase("p", title="P", reason="we say so"),
            changes.SetPhase("p", title="R", reason="r"),
            "phases.p.title",
        ),
        (changes.SetChecklist(topic="", reason="we say so"), changes.SetChecklist(topic="T", reason="r"), "topic"),
        (
            changes.MoveTask("b", phase="p", behind="a", reason="we say so"),
            changes.MoveTask("b", phase="p", before="a", reason="r"),
            "tasks.b.place",
        ),
        (
            changes.MovePhase("q", behind="p", reason="we say so"),
            changes.MovePhase("q", before="p", reason="r"),
            "phases.q.place",
        ),
    ],
)
def test_what_the_overlay_pins_is_a_conflict_where_the_edition_changes_it(pin, new, path):
    overlay = ours(pin)
    found = keep(upgrade(FLAT, edition(new), overlay), path)
    assert found.draft == edition(new)
    assert found.draft_overlay.changes == ()
    held = upgrade(FLAT, edition(new), overlay, {path: "ours"})
    assert tailor(edition(new), held.overlay) == held.checklist != edition(new)
    given = upgrade(FLAT, edition(new), overlay, {path: "theirs"})
    assert (given.checklist, given.overlay.changes) == (edition(new), ())
    # Where the edition leaves it alone, the pin stays in the overlay.
    other = edition(set_task("d", title="Other"))
    assert upgrade(FLAT, other, overlay).overlay == overlay


def test_a_pinned_phase_that_the_edition_drops_is_a_conflict():
    base = checklist(("p", [Task("a", "A")]), ("q", []))
    pin = ours(changes.SetPhase("q", title="Q", reason="we say so"))
    new = edition(changes.DropPhase("q", reason="r"), base=base)
    keep(upgrade(base, new, pin), "phases.q")
    assert upgrade(base, new, pin, {"phases.q": "ours"}).checklist == base


def test_only_the_prerequisites_that_are_stated_are_pinned():
    new = edition(set_task("b", after=["c"]))
    found = upgrade(FLAT, new, ours(set_task("b", also_after=["d"])))
    assert found.conflicts == ()
    assert found.checklist["b"].after == ("c", "d")
    found = upgrade(FLAT, new, ours(set_task("b", also_after=["a", "d"])))
    keep(found, "tasks.b.after")
    held = upgrade(FLAT, new, ours(set_task("b", also_after=["a", "d"])), {"tasks.b.after": "ours"})
    assert set(held.checklist["b"].after) == {"a", "c", "d"}


def test_nothing_is_set_twice_where_both_sides_add_prerequisites():
    new = edition(set_task("b", after=["a", "c"]))
    found = upgrade(FLAT, new, ours(set_task("b", after=["d"])))
    assert found.checklist["b"].after == ("c", "d")
    assert [change.kind for change in found.overlay.changes] == ["set-task"]


def test_a_prerequisite_that_went_is_linked_around_and_told():
    base = checklist(("p", [Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C")]))
    found = upgrade(base, edition(drop("b"), base=base), ours(set_task("c", also_after=["b"])))
    assert (found.relinked, found.conflicts) == (("tasks.c.after",), ())
    assert found.checklist["c"].after == ("a",)


def test_a_phase_that_goes_asks_once():
    new = edition(drop("d"), changes.DropPhase("q", reason="r"))
    overlay = ours(add(Task("z", "Z"), phase="q"))
    found = upgrade(FLAT, new, overlay)
    assert [one.path for one in found.conflicts] == ["phases.q"]
    assert found.draft.phase_of("z").id == "p"
    assert upgrade(FLAT, new, overlay, {"phases.q": "theirs"}).checklist.phase_of("z").id == "p"
    assert upgrade(FLAT, new, overlay, {"phases.q": "ours"}).checklist.phase_of("z").id == "q"


def test_changes_that_still_fit_stay_as_they_are_written():
    kept = [set_task("b", also_after=["c"]), changes.SetChecklist(topic="T", reason="ours")]
    overlay = ours(*kept, changes.MoveTask("d", phase="p", behind="c", reason="near c"))
    new = edition(drop("c"))
    found = upgrade(FLAT, new, ours(*kept[1:], changes.MoveTask("d", phase="p", behind="c", reason="near c")))
    assert found.overlay.changes[0] == kept[1]
    assert found.overlay.changes[1].reason == "near c"
    assert upgrade(FLAT, new, overlay).relinked == ("tasks.b.after",)


def listed(**fields):
    return checklist(("p", [Task("a", "A", **fields)]))


def steps(*names, text=""):
    return [Step(name, text or name.upper()) for name in names]


MEMBERS = [
    # what the base has, what the overlay says, what the new version has, and what comes of it; None for a conflict
    ({"labels": ["a"]}, {"also_labels": ["b"]}, {"labels": ["a", "c"]}, ("a", "b", "c")),
    ({"labels": ["a"]}, {"also_labels": ["b"]}, {"labels": []}, ("b",)),
    ({"labels": ["a"]}, {"also_labels": ["a", "b"]}, {"labels": []}, None),
    ({"labels": ["a"]}, {"labels": ["a", "b"]}, {"labels": ["c"]}, None),
    ({"labels": ["a", "b"]}, {"labels": ["b"]}, {"labels": ["a"]}, None),
    ({"labels": ["a", "b"]}, {"labels": ["b"]}, {"labels": ["a", "b", "c"]}, ("b", "c")),
    ({}, {"annotations": {"k": "v"}}, {"annotations": {"m": "n"}}, (("k", "v"), ("m", "n"))),
    ({}, {"annotations": {"k": "v"}}, {"annotations": {"k": "w"}}, None),
    ({"annotations": {"k": "v"}}, {"annotations": {"k": "v", "m": "n"}}, {"annotations": {"k": "w"}}, None),
    ({"steps": steps("b")}, {"steps": steps("f", "b")}, {"steps": steps("b", "c")}, tuple(steps("f", "b", "c"))),
    (
        {"steps": steps("a", "b")},
        {"steps": steps("a", "x", "b")},
        {"steps": steps("a", "b", "c")},
        tuple(steps("a", "x", "b", "c")),
    ),
    (
        {"steps": steps("b")},
        {"also_steps": steps("x")},
        {"steps": steps("b", text="New")},
        (*steps("b", text="New"), *steps("x")),
    ),
    ({"steps": steps("b")}, {"steps": steps("b", "x")}, {"steps": steps("b", text="New")}, None),
    ({"steps": steps("b")}, {"steps": steps("b", "x", "y")}, {"steps": steps("b", "y", "x")}, None),
    ({"steps": steps("a", "b")}, {"steps": steps("b", "a")}, {"steps": steps("a", "b", "c")}, None),
    ({"steps": steps("a", "b")}, {"also_steps": steps("x")}, {"steps": steps("b", "a")}, tuple(steps("b", "x", "a"))),
]


@pytest.mark.parametrize(("base", "said", "new", "expected"), MEMBERS)
def test_steps_labels_and_annotations_are_merged_member_by_member(base, said, new, expected):
    (field,) = {*base, *new} or {*said}
    old, overlay = listed(**base), ours(set_task("a", **said))
    found = upgrade(old, listed(**new), overlay)
    if expected is None:
        assert paths(found) == [f"tasks.a.{field}"]
        decided = upgrade(old, listed(**new), overlay, {f"tasks.a.{field}": "ours"})
        assert getattr(decided.checklist["a"], field) == getattr(tailor(old, overlay)["a"], field)
    else:
        assert paths(found) == []
        assert getattr(found.checklist["a"], field) == expected
        assert getattr(tailor(listed(**new), found.overlay)["a"], field) == expected


def test_members_that_both_have_added_are_agreed_on():
    found = upgrade(listed(), listed(labels=["z", "y"]), ours(set_task("a", labels=["z"])))
    assert (paths(found), found.agreed, found.overlay.changes) == ([], ("tasks.a.labels",), ())
    new = attrs.evolve(BASE, labels=["z", "y"])
    found = upgrade(BASE, new, ours(changes.SetChecklist(labels=["z"], reason="r")))
    assert (found.agreed, found.overlay.changes) == (("labels",), ())
