"""Laying overlays on checklists: what each change does, what is refused and where, and what the result knows of itself."""

from __future__ import annotations

import copy
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
    tailor,
)
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist.errors import CycleError, InvalidError
from servingchecklist.results import Choice

FACETS = [Facet("mode", "Mode", ["online", "batch"]), Facet("tier", "Tier", ["A", "B"])]
BASE = Checklist(
    "x",
    "X",
    facets=FACETS,
    phases=[
        Phase(
            "p",
            "P",
            guide=Reference("Guide", "g.md"),
            tasks=[
                Task("a", "A", effort=Effort(1, 2), risk=Risk(1, 1)),
                Task("b", "B", after=["a"]),
                Task("c", "C", after=["b"]),
            ],
        ),
        Phase("q", "Q", tasks=[Task("d", "D", after=["c", "b"], when={"mode": "batch"})]),
        Phase("r", "R"),
    ],
)
NEW = Task("n", "N", after=["a"])


def overlay(*made, **fields):
    return Overlay("o", "O", changes=made, **fields)


def laid(*made, on=BASE):
    return tailor(on, overlay(*made))


def set_task(task, **fields):
    return changes.SetTask(task, reason="r", **fields)


def drop(task):
    return changes.DropTask(task, reason="r")


def add(task, **fields):
    return changes.AddTask(task, reason="r", **fields)


def move(task, **fields):
    return changes.MoveTask(task, reason="r", **fields)


def order(checklist):
    return {phase.id: [task.id for task in phase.tasks] for phase in checklist.phases}


def refused(*made, on=BASE, error=InvalidError):
    with pytest.raises(error) as caught:
        laid(*made, on=on)
    return [str(fault) for fault in caught.value.faults]


def test_fields_of_a_task_are_set_and_cleared_and_the_others_stay():
    made = laid(
        set_task("a", title="Other", clear=["risk"], description="More."),
        set_task("d", when={}, priority=Priority.LOW, effort=Effort(2, 3), references=[Reference("R", "r.md")]),
    )
    assert made["a"] == Task("a", "Other", effort=Effort(1, 2), description="More.")
    assert made["d"] == Task(
        "d", "D", after=["c", "b"], priority=Priority.LOW, effort=Effort(2, 3), references=[Reference("R", "r.md")]
    )
    assert made["b"] is BASE["b"]
    assert made.phases[2] is BASE.phases[2]


def test_prerequisites_are_set_or_added_to():
    assert laid(set_task("d", after=["a"]))["d"].after == ("a",)
    assert laid(set_task("d", after=[]))["d"].after == ()
    assert laid(set_task("d", also_after=["a", "c"]))["d"].after == ("c", "b", "a")
    assert laid(set_task("d", also_after=["a"], title="T"))["d"].title == "T"
    stacked = tailor(
        BASE, overlay(set_task("c", also_after=["a"])), overlay(add(NEW, phase="p"), set_task("c", also_after=["n"]))
    )
    assert stacked["c"].after == ("b", "a", "n")


def test_a_dropped_task_is_linked_around():
    assert laid(drop("b"))["c"].after == ("a",)
    assert laid(drop("b"))["d"].after == ("c", "a")
    assert laid(drop("c"))["d"].after == ("b",)
    assert laid(drop("b"), drop("c"))["d"].after == laid(drop("c"), drop("b"))["d"].after == ("a",)
    assert laid(drop("a"), drop("b"), drop("c"))["d"].after == ()
    assert order(laid(drop("d"))) == {"p": ["a", "b", "c"], "q": [], "r": []}


def test_tasks_with_other_prerequisites_are_as_the_constructor_makes_them():
    for task in laid(drop("b"), set_task("d", also_after=["a"])):
        again = attrs.evolve(task)
        assert (task, hash(task), repr(task)) == (again, hash(again), repr(again))
        assert type(task.after) is tuple


def test_links_are_kept_up_while_changes_go_on():
    assert laid(drop("a"), set_task("c", after=[]), drop("b"))["d"].after == ("c",)
    assert laid(drop("a"), add(Task("n", "N", after=["b"]), phase="p"), drop("b"))["n"].after == ()
    assert laid(drop("a"), set_task("b", after=["d"]), set_task("c", after=[]), set_task("d", after=["c"]), drop("d"))[
        "b"
    ].after == ("c",)
    phase = Phase("s", "S", tasks=[Task("m", "M", after=["b"]), Task("n", "N", after=["m"])])
    assert laid(drop("a"), changes.AddPhase(phase, reason="r"), drop("m"))["n"].after == ("b",)


def test_a_task_that_was_dropped_can_be_added_again():
    made = laid(drop("b"), add(Task("b", "Other"), phase="q", before="d"), set_task("c", also_after=["b"]), drop("a"))
    assert order(made) == {"p": ["c"], "q": ["b", "d"], "r": []}
    assert made["c"].after == ("b",)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({}, "abcn"),
        ({"before": "a"}, "nabc"),
        ({"before": "c"}, "abnc"),
        ({"behind": "a"}, "anbc"),
        ({"behind": "c"}, "abcn"),
    ],
)
def test_tasks_are_added_and_moved_to_their_place(place, expected):
    assert order(laid(add(NEW, phase="p", **place)))["p"] == list(expected)
    moved = laid(add(NEW, phase="q"), move("n", phase="p", **place))
    assert order(moved)["p"] == list(expected)
    assert laid(add(NEW, phase="p", **place))["n"] is NEW


def test_tasks_move_within_and_between_phases():
    assert order(laid(move("a", phase="p"))) == {"p": ["b", "c", "a"], "q": ["d"], "r": []}
    assert order(laid(move("a", phase="r"), move("d", phase="r", before="a"))) == {
        "p": ["b", "c"],
        "q": [],
        "r": ["d", "a"],
    }
    assert laid(move("a", phase="r"))["a"] is BASE["a"]


def test_phases_are_set_added_moved_and_dropped():
    made = laid(
        changes.SetPhase("p", title="First", description="More.", clear=["guide"], reason="r"),
        changes.MovePhase("p", behind="r", reason="r"),
        changes.MovePhase("r", before="q", reason="r"),
        changes.AddPhase(Phase("s", "S", tasks=[NEW]), behind="r", reason="r"),
        changes.AddPhase(Phase("z", "Z"), reason="r"),
        changes.MovePhase("q", reason="r"),
        changes.DropPhase("z", reason="r"),
    )
    assert order(made) == {"r": [], "s": ["n"], "p": ["a", "b", "c"], "q": ["d"]}
    assert (made.phases[2].title, made.phases[2].description, made.phases[2].guide) == ("First", "More.", None)
    assert order(laid(drop("d"), changes.DropPhase("q", reason="r"))) == {"p": ["a", "b", "c"], "r": []}
    assert [phase.id for phase in laid(changes.MovePhase("q", before="p", reason="r")).phases] == ["q", "p", "r"]


def test_the_checklist_itself_is_set():
    made = laid(
        changes.SetChecklist(
            id="y",
            title="Y",
            version="2",
            topic="Fraud",
            description="More.",
            tips=["Breathe."],
            facets=FACETS[:1],
            context={"mode": "batch"},
            reason="r",
        )
    )
    assert (made.id, made.title, made.version, made.topic, made.description) == ("y", "Y", "2", "Fraud", "More.")
    assert (made.tips, made.facets, made.context) == (("Breathe.",), (FACETS[0],), (Choice("mode", "batch"),))
    assert made.phases == BASE.phases


KNOWN = "known: a, b, c, d"
UNKNOWN = [
    (set_task("z", title="T"), f"task: there is no task of that id (got 'z'); {KNOWN}"),
    (drop("z"), f"task: there is no task of that id (got 'z'); {KNOWN}"),
    (move("z", phase="q"), f"task: there is no task of that id (got 'z'); {KNOWN}"),
    (move("a", phase="z"), "phase: there is no phase of that id (got 'z'); known: p, q, r"),
    (move("a", phase="q", before="b"), "before: there is no such task in q (got 'b'); known: d"),
    (move("a", phase="q", behind="zz"), "behind: there is no such task in q (got 'zz'); known: d"),
    (move("a", phase="p", behind="a"), "behind: is the task itself (got 'a'); known: b, c"),
    (add(NEW, phase="z"), "phase: there is no phase of that id (got 'z'); known: p, q, r"),
    (add(NEW, phase="r", before="a"), "before: there is no such task in r (got 'a')"),
    (add(NEW, phase="p", behind="n"), "behind: is the task itself (got 'n'); known: a, b, c"),
    (
        add(Task("a", "A"), phase="p"),
        "task.id: there is a task of that id already (got 'a'); give it an id of its own, or set its fields",
    ),
    (changes.SetPhase("z", title="T", reason="r"), "phase: there is no phase of that id (got 'z'); known: p, q, r"),
    (changes.DropPhase("z", reason="r"), "phase: there is no phase of that id (got 'z'); known: p, q, r"),
    (changes.DropPhase("p", reason="r"), "phase: still has tasks (got 'p'); drop or move them first: a, b, c"),
    (changes.MovePhase("z", reason="r"), "phase: there is no phase of that id (got 'z'); known: p, q, r"),
    (changes.MovePhase("p", before="z", reason="r"), "before: there is no phase of that id (got 'z'); known: q, r"),
    (changes.MovePhase("p", behind="p", reason="r"), "behind: is the phase itself (got 'p'); known: q, r"),
    (
        changes.AddPhase(Phase("s", "S"), behind="z", reason="r"),
        "behind: there is no phase of that id (got 'z'); known: p, q, r",
    ),
    (
        changes.AddPhase(Phase("s", "S"), before="s", reason="r"),
        "before: is the phase itself (got 's'); known: p, q, r",
    ),
    (
        changes.AddPhase(Phase("p", "P"), reason="r"),
        "phase.id: there is a phase of that id already (got 'p'); give it an id of its own, or set its fields",
    ),
    (
        changes.AddPhase(Phase("s", "S", tasks=[NEW, Task("b", "B")]), reason="r"),
        "phase.tasks[1].id: there is a task of that id already (got 'b'); give it an id of its own, or set its fields",
    ),
    (
        changes.AddPhase(Phase("s", "S", tasks=[NEW, NEW]), reason="r"),
        "phase.tasks: has two tasks with the same id (got 's'); give each an id of its own",
    ),
    (set_task("a", after=["z"]), f"after: there is no task of that id (got 'z'); {KNOWN}"),
    (set_task("a", also_after=["z"]), f"also_after: there is no task of that id (got 'z'); {KNOWN}"),
    (
        add(Task("n", "N", after=["bb"]), phase="p"),
        "task.after: there is no task of that id (got 'bb'); did you mean 'b'?",
    ),
    (
        changes.AddPhase(Phase("s", "S", tasks=[Task("n", "N", after=["z"])]), reason="r"),
        "phase.tasks[0].after: there is no task of that id (got 'z'); known: a, b, c, d, n",
    ),
    (set_task("a", when={"mod": "batch"}), "when.mod: there is no facet of that id (got 'mod'); did you mean 'mode'?"),
    (set_task("a", when={"tier": "C"}), "when.tier: is not a value of that facet (got 'C'); known: A, B"),
    (
        add(Task("n", "N", when={"tier": "C"}), phase="p"),
        "task.when.tier: is not a value of that facet (got 'C'); known: A, B",
    ),
    (
        changes.AddPhase(Phase("s", "S", tasks=[Task("n", "N", when={"zone": "a"})]), reason="r"),
        "phase.tasks[0].when.zone: there is no facet of that id (got 'zone'); known: mode, tier",
    ),
    (
        changes.SetChecklist(context={"tier": "C"}, reason="r"),
        "context.tier: is not a value of that facet (got 'C'); known: A, B",
    ),
    (
        changes.SetChecklist(facets=[FACETS[1]], reason="r"),
        "facets.mode: there is no facet of that id (got 'mode'); known: tier",
    ),
    (
        changes.SetChecklist(facets=[*FACETS, Facet("mode", "M", ["x"])], reason="r"),
        "facets[2].id: is also the id of another facet (got 'mode'); give each an id of its own",
    ),
]


@pytest.mark.parametrize(
    ("change", "fault"), UNKNOWN, ids=lambda one: one.split(" (got")[0] if isinstance(one, str) else one.kind
)
def test_what_does_not_fit_is_refused_at_its_path(change, fault):
    assert refused(change) == [f"$.changes[0].{fault}"]
    assert refused(set_task("b", title="T"), change) == [f"$.changes[1].{fault}"]


def test_the_faults_of_all_changes_come_at_once_and_nothing_is_changed():
    before = repr(BASE)
    wrong = [change for change, _ in UNKNOWN]
    found = refused(*wrong)
    assert {fault.split(".", 2)[1] for fault in found} >= {f"changes[{place}]" for place in range(22)}
    assert repr(BASE) == before
    # What fits is made all the same, so that what is wrong with the rest is judged as it would be.
    assert refused(drop("z"), add(NEW, phase="p"), set_task("n", after=["y"]), drop("n"), drop("n")) == [
        "$.changes[0].task: there is no task of that id (got 'z'); known: a, b, c, d",
        "$.changes[4].task: there is no task of that id (got 'n'); known: a, b, c, d",
    ]


@pytest.mark.parametrize(
    ("phase", "place", "fault"),
    [
        (
            Phase("s", "S", tasks=[NEW]),
            {"behind": "z"},
            "behind: there is no phase of that id (got 'z'); known: p, q, r",
        ),
        (Phase("s", "S", tasks=[NEW]), {"before": "s"}, "before: is the phase itself (got 's'); known: p, q, r"),
        (
            Phase("r", "R", tasks=[Task("m", "M")]),
            {},
            "phase.id: there is a phase of that id already (got 'r'); give it an id of its own, or set its fields",
        ),
    ],
)
def test_a_refused_phase_is_one_fault_whatever_is_said_of_it_later(phase, place, fault):
    later = [
        changes.SetPhase(phase.id, title="T", reason="r"),
        changes.MovePhase(phase.id, before="p", reason="r"),
        move("a", phase=phase.id),
        *([drop("n")] if phase.id == "s" else []),
        drop("a"),
        changes.DropPhase(phase.id, reason="r"),
    ]
    assert refused(changes.AddPhase(phase, **place, reason="r"), *later) == [f"$.changes[0].{fault}"]


def test_a_phase_with_many_tasks_names_some_of_them():
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task(f"t{n}", "T") for n in range(6)])])
    assert refused(changes.DropPhase("p", reason="r"), on=base) == [
        "$.changes[0].phase: still has tasks (got 'p'); drop or move them first: t0, t1, t2, t3, t4, ..."
    ]


def test_a_context_that_lost_its_facet_is_told_where_the_facets_were_set():
    base = attrs.evolve(BASE, context={"tier": "A"})
    assert refused(changes.SetChecklist(facets=[FACETS[0]], reason="r"), on=base) == [
        "$.changes[0].facets.tier: there is no facet of that id (got 'tier'); known: mode"
    ]


TAKE_OUT = "each after the next; take one of them out of 'after'"


def test_a_circle_is_told_where_it_was_closed():
    with pytest.raises(CycleError) as caught:
        laid(set_task("a", title="T"), set_task("a", after=["c"]))
    assert str(caught.value) == f"$.changes[1].after: dependency cycle: a -> c -> b -> a, {TAKE_OUT}"
    assert caught.value.cycle == ("a", "c", "b")
    assert refused(set_task("a", also_after=["a"]), error=CycleError) == [
        f"$.changes[0].also_after: dependency cycle: a -> a, {TAKE_OUT}"
    ]
    assert refused(add(Task("n", "N", after=["d"]), phase="p"), set_task("a", after=["n"]), error=CycleError) == [
        f"$.changes[1].after: dependency cycle: a -> n -> d -> b -> a, {TAKE_OUT}"
    ]


def test_what_was_said_last_is_to_blame_for_a_circle():
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B")])])
    made = (set_task("a", after=[]), set_task("b", after=["a"]), set_task("a", after=["b"]))
    assert refused(*made, on=base, error=CycleError) == [
        f"$.changes[2].after: dependency cycle: a -> b -> a, {TAKE_OUT}"
    ]


def test_circles_and_what_is_not_there_that_come_about_by_linking_are_told_where_the_task_was_dropped():
    tasks = [Task("u", "U"), Task("w", "W", after=["u"]), Task("v", "V", after=["w"])]
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    with pytest.raises(CycleError) as caught:
        laid(set_task("u", after=["v"]), drop("u"), on=base)
    assert caught.value.cycle == ("w", "v")
    assert str(caught.value) == f"$.changes[1].task: dependency cycle: w -> v -> w, {TAKE_OUT}"
    assert refused(set_task("u", after=["nope"]), drop("u"), on=base) == [
        "$.changes[1].task: there is no task of that id (got 'nope'); known: w, v"
    ]


def test_a_circle_that_a_later_change_breaks_is_none():
    made = laid(set_task("a", after=["c"]), set_task("b", after=[]))
    assert [made[task].after for task in "abc"] == [("c",), (), ("b",)]
    assert laid(set_task("a", after=["b"]), drop("b"))["a"].after == ()


def test_a_circle_is_a_cycle_error_whatever_else_is_wrong():
    with pytest.raises(CycleError) as caught:
        laid(drop("z"), set_task("a", after=["b"]), set_task("c", when={"zone": "a"}))
    assert caught.value.cycle == ("a", "b")
    assert [fault.path for fault in caught.value.faults] == [
        "$.changes[0].task",
        "$.changes[2].when.zone",
        "$.changes[1].after",
    ]


def test_of_very_many_faults_a_thousand_are_told():
    assert len(refused(*[drop(f"z{n}") for n in range(1_500)])) == 1_000
    assert len(refused(*[set_task("a", after=[f"z{n}" for n in range(1_500)])])) == 1_000
    assert len(refused(*[add(Task(f"n{n}", "N", after=[f"z{n}"]), phase="p") for n in range(1_500)])) == 1_000
    found = refused(*[drop("zzzz") for _ in range(15)])
    assert [fault.endswith(KNOWN) for fault in found] == [True] * 10 + [False] * 5


def test_overlays_lie_on_each_other_and_order_matters():
    one = Overlay("one", "One", changes=[set_task("a", title="First")])
    two = Overlay("two", "Two", changes=[set_task("a", title="Second"), drop("b")])
    made = tailor(BASE, one, two)
    assert made["a"].title == "Second"
    assert tailor(BASE, two, one)["a"].title == "First"
    assert (made.base, made.layers) == (BASE, (one, two))
    assert tailor(tailor(BASE, one), two) == made
    assert tailor(tailor(BASE, one), two).layers == (one, two)
    assert tailor(tailor(BASE, one), two).base is BASE


def test_of_several_overlays_the_first_that_does_not_fit_is_told():
    fits, not_so = overlay(drop("a")), overlay(drop("a"), drop("z"))
    with pytest.raises(InvalidError) as caught:
        tailor(BASE, fits, not_so, overlay(drop("y")))
    assert [str(fault) for fault in caught.value.faults] == [
        "$.overlays[1].changes[0].task: there is no task of that id (got 'a'); known: b, c, d",
        "$.overlays[1].changes[1].task: there is no task of that id (got 'z'); known: b, c, d",
    ]


def test_without_overlays_nothing_is_tailored():
    assert tailor(BASE) is BASE
    made = laid(drop("a"))
    assert tailor(made) is made
    assert tailor(BASE, overlay()).layers == (overlay(),)
    assert tailor(BASE, overlay()) == BASE


def test_an_overlay_is_for_its_base_under_whatever_name_it_goes_now():
    ours = overlay(drop("a"), base="x")
    assert tailor(BASE, ours).layers == (ours,)
    renamed = laid(changes.SetChecklist(id="y", reason="r"))
    assert renamed.id == "y"
    assert "a" not in tailor(renamed, ours)
    assert "a" not in tailor(renamed, attrs.evolve(ours, base="y"))
    hint = "this one is {!r}; take an overlay for it, or one that is for any"
    for checklist, shown in ((BASE, "x"), (renamed, "y")):
        with pytest.raises(InvalidError) as caught:
            tailor(checklist, attrs.evolve(ours, base="z", changes=[drop("zz")]))
        assert [str(fault) for fault in caught.value.faults] == [
            f"$.base: is another checklist (got 'z'); {hint.format(shown)}",
            "$.changes[0].task: there is no task of that id (got 'zz'); known: a, b, c, d",
        ]
    with pytest.raises(InvalidError, match=r"^\$\.overlays\[1\]\.base: is another checklist \(got 'z'\)"):
        tailor(BASE, ours, attrs.evolve(ours, base="z", changes=[]))


def test_what_was_changed_by_hand_becomes_a_layer_of_its_own():
    made = attrs.evolve(laid(set_task("a", title="First")), topic="Fraud")
    more = tailor(made, overlay(drop("b")))
    assert [layer.label for layer in more.layers] == ["o 1", "by-hand 1", "o 1"]
    by_hand = more.layers[1]
    assert by_hand == Overlay(
        "by-hand",
        "Changed outside of any overlay",
        base="x",
        changes=[changes.SetChecklist(topic="Fraud", reason="changed outside of any overlay")],
    )
    assert (more.topic, more["a"].title, more.base) == ("Fraud", "First", BASE)


def test_layers_that_do_not_fit_on_their_base_are_told():
    broken = attrs.evolve(laid(drop("a")), layers=[overlay(), overlay(drop("z"))])
    with pytest.raises(InvalidError) as caught:
        tailor(broken, overlay())
    assert str(caught.value) == f"$.layers[1].changes[0].task: there is no task of that id (got 'z'); {KNOWN}"


@pytest.mark.parametrize(
    ("checklist", "shown"),
    [(None, "None"), (3, "3"), ("x", "'x'"), ({}, "a dict of 0"), (overlay(), "a value of type Overlay")],
)
def test_only_checklists_are_tailored(checklist, shown):
    with pytest.raises(InvalidError) as caught:
        tailor(checklist, overlay())
    assert str(caught.value) == f"$: is not a Checklist (got {shown}); give a Checklist"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        ([overlay()], "a list of 1"),
        (drop("a"), "a value of type DropTask"),
        (BASE, "a value of type Checklist"),
    ],
)
def test_only_overlays_are_laid_on(value, shown):
    with pytest.raises(InvalidError) as caught:
        tailor(BASE, overlay(), value)
    assert str(caught.value) == f"$.overlays[1]: is not an Overlay (got {shown}); give an Overlay"


def test_a_tailored_checklist_is_equal_to_its_copies_and_they_know_as_much():
    made = tailor(BASE, overlay(drop("a")), overlay(set_task("b", title="T")))
    names = NAMES
    names |= {kind.__name__: kind for kind in CHANGE_KINDS.values()}
    for other in (
        *(pickle.loads(pickle.dumps(made, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(made),
        copy.deepcopy(made),
        attrs.evolve(made),
        eval(repr(made), names),
    ):
        assert (other, other.base, other.layers) == (made, made.base, made.layers)
        assert tailor(other, overlay(drop("c"))).layers == (*made.layers, overlay(drop("c")))


def test_what_was_built_is_whole():
    made = laid(move("d", phase="p", before="a"), drop("b"))
    assert made.prerequisites == ((2, 1), (), (1,))
    assert made.phase_of("d").id == "p"
    assert made.position("d") == 0


def test_a_base_without_tasks_is_a_base_like_any_other():
    empty = Checklist("x", "X", phases=[Phase("p", "P")])
    overlay = Overlay("o", "O", changes=[changes.SetChecklist(topic="T", reason="r")])
    twice = tailor(tailor(empty, overlay), attrs.evolve(overlay, id="o2"))
    assert twice.base == empty
    assert [layer.id for layer in twice.layers] == ["o", "o2"]


STEPS = Checklist(
    "s", "S", phases=[Phase("p", "P", tasks=[Task("a", "A", steps=[Step("one", "One"), Step("two", "Two")])])]
)


def also(*steps):
    return Overlay("o", "O", changes=[changes.SetTask("a", also_steps=steps, reason="r")])


def test_a_step_that_is_there_already_is_not_added_twice():
    found = tailor(STEPS, also(Step("two", "Two"), Step("three", "Three")))["a"]
    assert [step.id for step in found.steps] == ["one", "two", "three"]


def test_another_step_of_an_id_that_is_there_is_refused():
    with pytest.raises(InvalidError) as caught:
        tailor(STEPS, also(Step("three", "Three"), Step("two", "Second")))
    (fault,) = map(str, caught.value.faults)
    assert fault == (
        "$.changes[0].also_steps[1].id: there is a step of that id already (got 'two'); give it an id of its own, or set all steps"
    )
