"""The order of phases in overlays, contexts, differences and upgrades."""

import attrs
import pytest

from servingchecklist import Checklist, Facet, Overlay, Phase, Task, changes, for_context, tailor
from servingchecklist.errors import CycleError, InvalidError
from servingchecklist.tailoring import diff, explain, overlay_from, upgrade

BASE = Checklist(
    "x",
    "X",
    facets=[Facet("mode", "Mode", ["online", "batch"])],
    phases=[
        Phase("one", "One", tasks=[Task("a", "A")]),
        Phase("two", "Two", after=["one"], tasks=[Task("b", "B", when={"mode": "online"})]),
        Phase("three", "Three", after=["two"], tasks=[Task("c", "C")]),
    ],
)


def laid(*made, on=BASE):
    return tailor(on, Overlay("o", "O", changes=made))


def refused(*made, error=InvalidError):
    with pytest.raises(error) as caught:
        laid(*made)
    return str(caught.value)


def after_of(checklist):
    return {phase.id: phase.after for phase in checklist.phases}


def set_phase(name, *after):
    return changes.SetPhase(name, after=after, reason="r")


def theirs(*made):
    return attrs.evolve(laid(*made), version="2", base=None, layers=())


def test_an_overlay_sets_what_a_phase_comes_after():
    made = laid(set_phase("three", "one"))
    assert after_of(made) == {"one": (), "two": ("one",), "three": ("one",)}
    assert [(one.path, one.before, one.after) for one in diff(BASE, made)] == [
        ("phases.three.after", ("two",), ("one",))
    ]
    assert explain(made)["phases.three.after"].reason == "r"
    assert tailor(BASE, overlay_from(BASE, made)) == made
    new = laid(changes.AddPhase(Phase("four", "Four", after=["three"]), reason="r"))
    assert tailor(BASE, overlay_from(BASE, new)) == new


def test_what_waited_for_a_phase_that_is_dropped_comes_after_what_that_waited_for():
    narrow = for_context(BASE, mode="batch")
    assert after_of(narrow) == {"one": (), "three": ("one",)}
    assert [task.id for task in narrow.waits_for("c")] == ["a"]
    assert explain(narrow)["phases.three.after"].reason == "two was dropped: none of its tasks is left"
    kept = laid(changes.DropTask("b", reason="r"))
    assert after_of(kept)["three"] == ("two",)
    assert [task.id for task in kept.waits_for("c")] == ["a"]


TAKE_OUT = "each after the next; take one of them out of 'after'"


def test_what_does_not_fit_is_told_where_it_was_set():
    problem = "there is no phase of that id (got 'tow'); did you mean 'two'?"
    assert refused(set_phase("one", "tow")) == f"$.changes[0].after: {problem}"
    new = changes.AddPhase(Phase("four", "Four", after=["tow"]), reason="r")
    assert refused(new) == f"$.changes[0].phase.after: {problem}"
    dropped = (set_phase("two", "tow"), changes.DropTask("b", reason="r"), changes.DropPhase("two", reason="r"))
    assert "$.changes[2].phase: there is no phase of that id (got 'tow')" in refused(*dropped)
    assert refused(set_phase("one", "three"), error=CycleError) == (
        f"$.changes[0].after: dependency cycle: phase one -> phase three -> phase two -> phase one, {TAKE_OUT}"
    )
    linked = changes.SetTask("a", after=["c"], reason="r")
    assert refused(linked, error=CycleError).startswith("$.changes[0].after: dependency cycle: phase one -> a -> c -> ")
    moved = (changes.SetTask("b", after=["c"], reason="r"), set_phase("three"))
    assert laid(*moved, set_phase("two"))
    into = changes.MoveTask("a", phase="three", reason="r")
    needs = changes.SetTask("b", after=["a"], reason="r")
    assert refused(needs, into, error=CycleError).startswith(
        "$.changes[1].phase: dependency cycle: phase two -> b -> a"
    )


def test_a_layer_that_closes_a_cycle_by_phases_is_refused_when_it_is_read():
    document = laid(set_phase("three", "one")).to_dict()
    document["layers"][0]["changes"] = [{"kind": "set-phase", "phase": "one", "after": ["three"], "reason": "r"}]
    with pytest.raises(CycleError):
        Checklist.from_dict(document)


def test_both_sides_add_to_what_a_phase_comes_after():
    more = changes.AddPhase(Phase("zero", "Zero"), before="one", reason="r")
    found = upgrade(
        BASE,
        theirs(more, set_phase("three", "two", "zero")),
        Overlay("o", "O", changes=[set_phase("three", "two", "one")]),
    )
    assert not found.conflicts
    assert set(after_of(found.draft)["three"]) == {"one", "two", "zero"}


def test_a_phase_that_they_have_dropped_is_linked_around():
    gone = theirs(changes.MoveTask("b", phase="one", reason="r"), changes.DropPhase("two", reason="r"))
    ours = Overlay("o", "O", changes=[changes.AddPhase(Phase("four", "Four", after=["two"]), reason="r")])
    found = upgrade(BASE, gone, ours)
    assert after_of(found.draft) == {"one": (), "three": ("one",), "four": ("one",)}
    assert found.relinked == ("phases.four.after",)


def test_a_phase_that_only_lost_an_earlier_one_counts_as_unchanged():
    gone = theirs(changes.DropTask("c", reason="r"), changes.DropPhase("three", reason="r"))
    ours = Overlay("o", "O", changes=[changes.DropTask("b", reason="r"), changes.DropPhase("two", reason="r")])
    found = upgrade(BASE, gone, ours)
    assert not found.conflicts
    assert after_of(found.draft) == {"one": ()}


def test_phases_that_wait_for_each_other_only_together_are_a_conflict():
    base = laid(set_phase("two"), set_phase("three"))
    base = attrs.evolve(base, base=None, layers=())
    new = attrs.evolve(laid(set_phase("two", "one"), on=base), version="2", base=None, layers=())
    ours = Overlay("o", "O", changes=[set_phase("one", "two")])
    found = upgrade(base, new, ours)
    [conflict] = found.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("phases.one.after", (), ("two",), ())
    assert conflict.problem == "would form a dependency cycle: phase one -> phase two -> phase one"
    assert found.draft == attrs.evolve(new, base=new, layers=found.draft.layers)
    with pytest.raises(InvalidError):
        upgrade(base, new, ours, {"phases.one.after": "ours"})
    task = Overlay("o", "O", changes=[changes.SetTask("a", after=["b"], reason="r")])
    [conflict] = upgrade(base, new, task).conflicts
    assert (conflict.path, conflict.problem) == (
        "tasks.a.after",
        "would form a dependency cycle: phase one -> a -> b -> phase one",
    )


def test_our_move_into_a_phase_that_waits_for_their_task_is_a_conflict():
    new = theirs(changes.SetTask("b", after=["a"], reason="r"))
    ours = Overlay("o", "O", changes=[changes.MoveTask("a", phase="three", reason="later")])
    found = upgrade(BASE, new, ours)
    [conflict] = found.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("tasks.a.phase", "one", "three", "one")
    assert conflict.problem == "would form a dependency cycle: phase two -> b -> a -> phase two"
    assert found.draft.phase_of("a").id == "one"
    with pytest.raises(InvalidError):
        upgrade(BASE, new, ours, {"tasks.a.phase": "ours"})


def test_our_task_in_a_phase_that_now_comes_first_is_a_conflict():
    loose = attrs.evolve(laid(set_phase("two"), set_phase("three")), base=None, layers=())
    new = attrs.evolve(laid(set_phase("three", "one"), on=loose), version="2", base=None, layers=())
    ours = Overlay("o", "O", changes=[changes.AddTask(Task("n", "N", after=["c"]), phase="one", reason="r")])
    found = upgrade(loose, new, ours)
    [conflict] = found.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("tasks.n.after", None, ("c",), None)
    assert (found.draft["n"].after, found.draft.phase_of("n").id) == ((), "one")
    with pytest.raises(InvalidError):
        upgrade(loose, new, ours, {"tasks.n.after": "ours"})


def test_their_task_in_a_phase_that_we_have_dropped_keeps_it_where_it_would_come_too_early():
    ours = Overlay("o", "O", changes=[changes.DropTask("b", reason="r"), changes.DropPhase("two", reason="r")])
    new = theirs(set_phase("three", "one"), changes.AddTask(Task("t", "T", after=["c"]), phase="two", reason="r"))
    [conflict] = upgrade(BASE, new, ours).conflicts
    assert conflict.path == "phases.two"
    found = upgrade(BASE, new, ours, {"phases.two": "ours"})
    [conflict] = found.conflicts
    assert (conflict.path, conflict.base, conflict.ours, conflict.theirs) == ("tasks.t.phase", None, None, "two")
    assert found.draft.phase_of("t").id == "two"
