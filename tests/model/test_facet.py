"""Facets, choices on them, and what is wrong between the two."""

from __future__ import annotations

from collections import OrderedDict

import pytest

from servingchecklist import Checklist, Facet, Phase, Task
from servingchecklist.errors import InvalidError
from servingchecklist.results import Choice

MODE = Facet("mode", "Serving mode", ["online", "batch"], description="How answers\nare given.")
TIER = Facet("tier", "Tier", ("A", "B", "C"))

LABEL = "use 1 to 64 of A-Z, a-z, 0-9, '.', '+', '_' and '-', a letter or digit first"
IDENT = "use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first"
LIST = "write a list, as in [...]"


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


def test_a_facet_holds_what_it_was_given():
    assert (MODE.id, MODE.title, MODE.values, MODE.description) == (
        "mode",
        "Serving mode",
        ("online", "batch"),
        "How answers\nare given.",
    )
    assert TIER.values == ("A", "B", "C")
    assert TIER.description == ""


@pytest.mark.parametrize("value", ["online", "A", "2026.1+b_2-x", "v" * 64, "0"])
def test_values_are_short_labels(value):
    assert Facet("f", "F", [value]).values == (value,)
    assert Choice("f", value).values == (value,)


@pytest.mark.parametrize("value", ["", "a b", "-a", ".a", "ä", "v" * 65, "a\n", 3, None, ("a",)])
def test_what_is_no_label_is_refused_at_its_place(value):
    for build, arguments in ((Facet, ("f", "F", ["a", value])), (Choice, ("f", ["a", value]))):
        (fault,) = faults(build, *arguments)
        assert fault.startswith("$.values[1]: is not a value of a facet (got ")
        assert fault.endswith(f"); {LABEL}")


def test_all_faults_of_a_facet_come_at_once():
    assert faults(Facet, "M", "", [], description="\x1b") == [
        f"$.id: is not an id (got 'M'); {IDENT}, as in 'm'",
        "$.title: is empty (got ''); say in a few words what it is",
        "$.values: is empty; name at least one",
        "$.description: holds the control character U+001B at position 0 (got '\\x1b'); "
        "take it out; line breaks are written as \\n",
    ]


@pytest.mark.parametrize("values", [None, "online", {"a"}, {"a": 1}, 3, iter(["a"])])
def test_the_values_of_a_facet_are_a_list(values):
    (fault,) = faults(Facet, "f", "F", values)
    assert fault.startswith("$.values: is not a list (got ")
    assert fault.endswith(f"); {LIST}")


def test_a_value_stands_once():
    assert faults(Facet, "f", "F", ["a", "b", "a"]) == ["$.values[2]: is there twice (got 'a'); name it once"]
    assert faults(Choice, "f", ["a", "b", "a"]) == ["$.values[2]: is there twice (got 'a'); name it once"]


def test_all_faults_of_a_choice_come_at_once():
    assert faults(Choice, "M M", []) == [
        f"$.facet: is not an id (got 'M M'); {IDENT}, as in 'm-m'",
        "$.values: is empty; name at least one",
    ]
    assert faults(Choice, 3, None) == [
        f"$.facet: is not an id (got 3); {IDENT}",
        f"$.values: is not a list (got None); {LIST}",
    ]


def test_a_choice_says_itself():
    assert str(Choice("mode", "batch")) == "mode is batch"
    assert str(Choice("mode", ["a", "b"])) == "mode is a or b"
    assert str(Choice("mode", ("a", "b", "c"))) == "mode is a, b or c"


@pytest.mark.parametrize(
    "when",
    [
        {"mode": "batch", "tier": ["A", "B"]},
        {"mode": ["batch"], "tier": ("A", "B")},
        OrderedDict(mode="batch", tier=["A", "B"]),
        [Choice("mode", "batch"), Choice("tier", ["A", "B"])],
        (Choice("mode", "batch"), Choice("tier", ["A", "B"])),
    ],
)
def test_choices_can_be_given_as_a_mapping_or_as_themselves(when):
    expected = (Choice("mode", ("batch",)), Choice("tier", ("A", "B")))
    assert Task("a", "A", when=when).when == expected
    assert Checklist("x", "X", facets=[MODE, TIER], context=when).context == expected
    assert Task("a", "A", when={}).when == ()


@pytest.mark.parametrize("field", ["when", "context"])
def test_a_mapping_is_told_what_is_wrong_with_its_keys_and_values(field):
    def build(value):
        return Task("a", "A", when=value) if field == "when" else Checklist("x", "X", facets=[MODE], context=value)

    said = {"mode": [], "tier": None, "M": ["a b"], 3: "a", "x": {"a"}, "y": ["a", "a"], "\x1b": "a", None: "a"}
    assert faults(build, said) == [
        f"$.{field}.mode: is empty; name at least one",
        f"$.{field}.tier: is not a list (got None); {LIST}",
        f"$.{field}.M: is not an id (got 'M'); {IDENT}, as in 'm'",
        f"$.{field}.M[0]: is not a value of a facet (got 'a b'); {LABEL}",
        f"$.{field}[3]: is not an id (got 3); {IDENT}",
        f"$.{field}.x: is not a list (got a value of type set); {LIST}",
        f"$.{field}.y[1]: is there twice (got 'a'); name it once",
        f"$.{field}['\\x1b']: is not an id (got '\\x1b'); {IDENT}",
        f"$.{field}[None]: is not an id (got None); {IDENT}",
    ]


@pytest.mark.parametrize("value", [3, "mode", None, {"mode"}])
def test_what_are_no_choices_is_refused(value):
    (fault,) = faults(Task, "a", "A", when=value)
    assert fault.startswith("$.when: is not a list (got ")


def test_the_members_of_choices_are_choices():
    hint = "write Choice(facet, values), or a dict of facets and values"
    assert faults(Task, "a", "A", when=["mode", Choice("mode", "a"), None]) == [
        f"$.when[0]: is not a Choice (got 'mode'); {hint}",
        f"$.when[2]: is not a Choice (got None); {hint}",
    ]


def test_a_facet_is_chosen_once():
    twice = [Choice("mode", "a"), Choice("tier", "b"), Choice("mode", "c")]
    hint = "put all values of a facet into one choice"
    assert faults(Task, "a", "A", when=twice) == [f"$.when[2].facet: is there twice (got 'mode'); {hint}"]
    assert faults(Checklist, "x", "X", context=twice) == [f"$.context[2].facet: is there twice (got 'mode'); {hint}"]


def test_what_is_said_of_facets_that_are_not_there_is_told_all_at_once():
    def build():
        return Checklist(
            "x",
            "X",
            facets=[MODE, TIER],
            context={"mod": "batch", "tier": ["D"]},
            phases=[
                Phase("p", "P", tasks=[Task("a", "A")]),
                Phase("q", "Q", tasks=[Task("b", "B"), Task("c", "C", when={"mode": ["onlin", "xyz"], "zone": "a"})]),
            ],
        )

    assert faults(build) == [
        "$.context.mod: there is no facet of that id (got 'mod'); did you mean 'mode'?",
        "$.context.tier: is not a value of that facet (got 'D'); known: A, B, C",
        "$.phases[1].tasks[1].when.mode: is not a value of that facet (got 'onlin'), in task c; did you mean 'online'?",
        "$.phases[1].tasks[1].when.mode: is not a value of that facet (got 'xyz'), in task c; known: online, batch",
        "$.phases[1].tasks[1].when.zone: there is no facet of that id (got 'zone'), in task c; known: mode, tier",
    ]


def test_a_checklist_without_facets_says_where_they_are_declared():
    assert faults(Checklist, "x", "X", context={"mode": "batch"}) == [
        "$.context.mode: there is no facet of that id (got 'mode'); declare it under facets"
    ]


def test_two_facets_of_one_id_are_refused():
    assert faults(Checklist, "x", "X", facets=[MODE, TIER, Facet("mode", "M", ["other"])]) == [
        "$.facets[2].id: is also the id of another facet (got 'mode'); give each an id of its own"
    ]
    assert faults(Checklist, "x", "X", facets=["mode", None]) == [
        "$.facets[0]: is not a Facet (got 'mode'); write Facet(id, title, values)",
        "$.facets[1]: is not a Facet (got None); write Facet(id, title, values)",
    ]


def test_of_many_faults_about_facets_a_thousand_are_told():
    tasks = [Task(f"t{n}", "T", when={"zone": "a"}) for n in range(1_500)]
    assert len(faults(Checklist, "x", "X", phases=[Phase("p", "P", tasks=tasks)])) == 1_000
    values = [f"v{n}" for n in range(1_500)]
    assert len(faults(Checklist, "x", "X", facets=[TIER], context={"tier": values})) == 1_000
