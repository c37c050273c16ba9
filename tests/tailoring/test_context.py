"""The checklist that applies where something was chosen."""

from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import checklists
from servingchecklist import (
    Checklist,
    Facet,
    Overlay,
    Phase,
    Task,
    catalog,
    changes,
    dumps,
    for_context,
    loads,
    model_serving,
    tailor,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Choice
from servingchecklist.tailoring import explain

MODE, TIER = Facet("mode", "Mode", ["online", "batch", "edge"]), Facet("tier", "Tier", ["A", "B"])
BASE = Checklist(
    "x",
    "X",
    facets=[MODE, TIER],
    phases=[
        Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B", after=["a"], when={"mode": ["online", "edge"]})]),
        Phase("q", "Q", tasks=[Task("c", "C", after=["b"], when={"mode": "batch", "tier": "A"})]),
        Phase("r", "R"),
        Phase("s", "S", tasks=[Task("d", "D", after=["c", "b"])]),
    ],
)


def order(checklist):
    return {phase.id: [task.id for task in phase.tasks] for phase in checklist.phases}


def message(call):
    with pytest.raises((InvalidError, UnknownNameError)) as caught:
        call()
    return str(caught.value)


def test_what_is_for_other_services_goes_and_is_linked_around():
    made = for_context(BASE, mode="batch")
    assert order(made) == {"p": ["a"], "q": ["c"], "r": [], "s": ["d"]}
    assert (made["c"].after, made["d"].after) == (("a",), ("c", "a"))
    assert made.context == (Choice("mode", "batch"),)
    # A phase that is left empty goes; one that was empty before stays.
    assert order(for_context(BASE, tier="B")) == {"p": ["a", "b"], "r": [], "s": ["d"]}
    assert for_context(BASE, tier="B")["d"].after == ("b",)


def test_a_task_is_there_where_each_of_its_facets_holds():
    assert "c" in for_context(BASE, mode="batch", tier="A")
    assert "c" not in for_context(BASE, mode="batch", tier="B")
    assert "c" not in for_context(BASE, mode="online", tier="A")
    assert "c" in for_context(BASE, tier="A")


def test_several_values_keep_what_is_for_any_of_them():
    made = for_context(BASE, mode=["edge", "batch"])
    assert order(made) == order(BASE)
    assert made.context == (Choice("mode", ("batch", "edge")),)


def test_what_was_chosen_is_in_the_order_of_the_checklist_whatever_the_order_of_choosing():
    one = for_context(BASE, {"tier": ("B", "A"), "mode": ["edge", "online"]})
    assert one.context == (Choice("mode", ("online", "edge")), Choice("tier", ("A", "B")))
    assert one == for_context(for_context(BASE, tier=["A", "B"]), mode=["online", "edge"])


@pytest.mark.parametrize("kind", [dict, OrderedDict, MappingProxyType])
def test_choices_are_given_as_a_mapping_or_as_names(kind):
    assert for_context(BASE, kind({"mode": "batch"}), tier="A") == for_context(BASE, mode="batch", tier=["A"])
    assert for_context(BASE, kind({})) is for_context(BASE, None) is for_context(BASE) is BASE


def test_the_result_says_what_was_chosen_and_why_each_task_went():
    made = for_context(BASE, {"mode": ["batch"]}, tier="B")
    assert made.base is BASE
    assert made.layers == (
        Overlay(
            "context",
            "Where mode is batch and tier is B",
            changes=[
                changes.SetChecklist(
                    context={"mode": "batch", "tier": "B"}, reason="chosen: mode is batch and tier is B"
                ),
                changes.DropTask("b", reason="applies where mode is online or edge; here mode is batch"),
                changes.DropTask("c", reason="applies where tier is A; here tier is B"),
                changes.DropPhase("q", reason="none of its tasks is left"),
            ],
        ),
    )
    assert explain(made, "c").origins[0].reason == "applies where tier is A; here tier is B"


def test_choosing_the_same_again_changes_nothing():
    made = for_context(BASE, mode=["online", "batch"], tier="B")
    assert for_context(made, mode=["batch", "online"]) is made
    assert for_context(made, tier=["B"]) is made
    assert for_context(made) is made


def test_a_choice_can_be_narrowed_and_not_turned():
    made = for_context(BASE, mode=["online", "batch"])
    narrowed = for_context(made, mode="online")
    assert narrowed == for_context(BASE, mode="online")
    assert [layer.title for layer in narrowed.layers] == ["Where mode is online or batch", "Where mode is online"]
    hint = "begin with the checklist as it was before that choice"
    assert message(lambda: for_context(narrowed, mode="batch")) == (
        f"$.mode: was chosen before: mode is online (got 'batch'); {hint}"
    )
    assert message(lambda: for_context(narrowed, mode=["online", "batch"], tier="A")) == (
        f"$.mode: was chosen before: mode is online (got 'online or batch'); {hint}"
    )
    both = for_context(BASE, mode="online", tier="A")
    assert message(lambda: for_context(both, mode="batch", tier="B")) == (
        f"2 faults:\n  $.mode: was chosen before: mode is online (got 'batch'); {hint}\n"
        f"  $.tier: was chosen before: tier is A (got 'B'); {hint}"
    )


def test_what_was_chosen_before_is_applied_to_what_an_overlay_adds():
    add = changes.AddTask(Task("n", "N", after=["a"], when={"mode": "online"}), phase="s", reason="r")
    after = changes.SetTask("d", also_after=["n"], reason="r")
    made = tailor(for_context(BASE, mode="batch"), Overlay("o", "O", changes=[add, after]))
    assert "n" in made
    again = for_context(made)
    assert "n" not in again
    assert again["d"].after == ("c", "a")
    assert [layer.label for layer in again.layers] == ["context 1", "o 1", "context 1"]
    assert again.layers[2].changes == (
        changes.DropTask("n", reason="applies where mode is online; here mode is batch"),
    )
    assert for_context(made, tier="A") == for_context(again, tier="A")


def test_an_unknown_facet_or_value_is_told_with_all_known_ones():
    assert message(lambda: for_context(BASE, zone="a")) == (
        "$: there is no facet of that name (got 'zone'); known: mode, tier"
    )
    assert message(lambda: for_context(BASE, {"mod": "a", "mode": ["batch", "offline", "x"]}, tier="C")) == (
        "4 faults:\n"
        "  $: there is no facet of that name (got 'mod'); known: mode, tier\n"
        "  $.mode: is not a value of that facet (got 'offline'); known: online, batch, edge\n"
        "  $.mode: is not a value of that facet (got 'x'); known: online, batch, edge\n"
        "  $.tier: is not a value of that facet (got 'C'); known: A, B"
    )
    assert message(lambda: for_context(Checklist("x", "X"), mode="batch")) == (
        "$: there is no facet of that name (got 'mode'); x declares no facets"
    )


def test_a_facet_is_chosen_once():
    assert message(lambda: for_context(BASE, {"mode": "batch"}, mode="batch")) == (
        "$.mode: is chosen twice (got 'batch'); choose it once"
    )


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ({"mode": None}, "$.context.mode: is not a list (got None); write a list, as in [...]"),
        ({"mode": {"a"}}, "$.context.mode: is not a list (got a value of type set); write a list, as in [...]"),
        ({"mode": []}, "$.context.mode: is empty; name at least one"),
        ({"mode": ["batch", "batch"]}, "$.context.mode[1]: is there twice (got 'batch'); name it once"),
        (
            {3: "batch"},
            "$.context[3]: is not an id (got 3); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first",
        ),
    ],
)
def test_choices_are_read_strictly(choices, fault):
    assert message(lambda: for_context(BASE, choices)) == fault


@pytest.mark.parametrize(
    ("choices", "shown"),
    [
        (3, "3"),
        ("mode", "'mode'"),
        ([("mode", "batch")], "a list of 1"),
        ([Choice("mode", "batch")], "a list of 1"),
        (object(), "a value of type object"),
    ],
)
def test_what_is_no_mapping_is_refused(choices, shown):
    assert message(lambda: for_context(BASE, choices)) == (
        f"$: are not choices (got {shown}); write a mapping such as {{'mode': 'batch'}}, or names: mode='batch'"
    )


@pytest.mark.parametrize("value", [None, 3, "x", {}, Overlay("o", "O")])
def test_only_checklists_are_narrowed(value):
    with pytest.raises(InvalidError, match=r"^\$: is not a Checklist \(got .*\); give a Checklist$"):
        for_context(value, mode="batch")


def test_titles_and_reasons_of_very_many_values_are_cut_to_a_line():
    values = [f"value-number-{n}" for n in range(40)]
    task = Task("t", "T", when={"f": values[:20]})
    base = Checklist("x", "X", facets=[Facet("f", "F", values)], phases=[Phase("p", "P", tasks=[task])])
    made = for_context(base, f=values[20:])
    assert order(made) == {}
    (layer,) = made.layers
    assert len(layer.title) == 200
    assert layer.title.startswith("Where f is value-number-20, value-number-21")
    assert [len(change.reason) for change in layer.changes[:2]] == [200, 200]
    assert layer.title.endswith("...")


def closure(checklist):
    """For each task, all that it comes after, near and far."""
    found = {}
    for task in topological(checklist):
        found[task.id] = {*task.after, *(far for near in task.after for far in found[near])}
    return found


def topological(checklist):
    left = {task.id: task for task in checklist}
    while left:
        ready = [task for task in left.values() if not set(task.after) & set(left)]
        for task in ready:
            yield left.pop(task.id)


@st.composite
def chosen(draw):
    """A checklist, and values for some of its facets that are narrower than what was chosen before."""
    checklist = draw(checklists())
    before = {choice.facet: choice.values for choice in checklist.context}
    choices = {
        facet.id: draw(st.lists(st.sampled_from(before.get(facet.id, facet.values)), min_size=1, unique=True))
        for facet in checklist.facets
        if draw(st.booleans())
    }
    return checklist, choices


@given(chosen())
def test_what_is_left_applies_and_keeps_its_order(case):
    checklist, choices = case
    made = for_context(checklist, choices)
    held = {**{choice.facet: choice.values for choice in checklist.context}, **choices}

    def applies(task):
        return all(choice.facet not in held or set(choice.values) & set(held[choice.facet]) for choice in task.when)

    assert [task.id for task in made] == [task.id for task in checklist if applies(task)]
    assert {choice.facet: set(choice.values) for choice in made.context} == {
        facet: set(values) for facet, values in held.items()
    }
    far = closure(checklist)
    assert closure(made) == {task.id: far[task.id] & {one.id for one in made} for task in made}
    assert for_context(made, choices) is made
    for format in ("json", "toml"):
        again = loads(dumps(made, format), format)
        assert (again, again.base, again.layers) == (made, made.base, made.layers)


@given(chosen(), st.data())
def test_choosing_one_after_the_other_is_choosing_both(case, data):
    checklist, choices = case
    first = {facet: values for facet, values in choices.items() if data.draw(st.booleans())}
    stepwise = for_context(for_context(checklist, first), choices)
    at_once = for_context(checklist, choices)
    assert stepwise.context == at_once.context
    # In which order tasks go decides in which order what they came after takes their place.
    sides = [[attrs.evolve(task, after=sorted(task.after)) for task in made] for made in (stepwise, at_once)]
    assert sides[0] == sides[1]
    assert [phase.id for phase in stepwise.phases] == [phase.id for phase in at_once.phases]


def test_each_tier_of_the_bundled_checklist():
    assert [task.id for task in for_context(model_serving(), tier="A")] == [f"c{n}" for n in range(1, 10)]
    made = for_context(model_serving(), tier="C")
    assert [task.id for task in made] == ["c1", "c3", "c5", "c6", "c7", "c8", "c9"]
    assert made["c5"].after == ("c1", "c3")


def test_a_kpi_for_which_only_dropped_tasks_ask_is_dropped_with_them():
    both = tailor(tailor(model_serving(), catalog.overlay("online-serving")), catalog.overlay("llm-serving"))
    kept = {kpi.id for kpi in for_context(both, model="llm").kpis}
    lost = {"slice-missed", "slice-alarms", "knee", "overload-p99", "open-paths", "way-back"}
    assert {kpi.id for kpi in both.kpis} - kept == lost
    assert {"alerts-without-page", "model-age", "rollback-time"} <= kept
    assert lost <= {kpi.id for kpi in for_context(both, model=["classical", "llm"]).kpis}
