"""Overlays, and tailored checklists, as documents and back."""

from __future__ import annotations

import json
import tomllib

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import any_changes, checklists, overlays
from servingchecklist import (
    Checklist,
    Effort,
    Facet,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Task,
    changes,
    dumps,
    for_context,
    loads,
    model_serving,
    read,
    tailor,
    write,
)
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist.changes import Change
from servingchecklist.codec import decode, encode, plain, register
from servingchecklist.errors import InvalidError
from servingchecklist.results import Choice
from servingchecklist.tailoring import diff, overlay_from

GUIDE = Reference("Guide", "g.md")
TASK = Task("n", "N", priority=Priority.HIGH, effort=Effort(1, 2), after=["a"], when={"mode": "batch"})
FULL = Overlay(
    "ours",
    "Ours",
    version="2026.1",
    base="x",
    description="What it is for.",
    references=[GUIDE],
    changes=[
        changes.SetTask(
            "a",
            title="T",
            priority=Priority.LOW,
            effort=Effort(2, 5, 3),
            description="More.",
            after=["b"],
            risk=Risk(1, 5),
            references=[GUIDE],
            when={"mode": ["online", "batch"]},
            reason="r",
        ),
        changes.SetTask("b", also_after=["c"], clear=["effort"], reason="r"),
        changes.DropTask("c", reason="r"),
        changes.AddTask(TASK, phase="p", behind="a", reason="r"),
        changes.MoveTask("d", phase="q", before="e", reason="r"),
        changes.SetPhase("p", title="P", description="", guide=GUIDE, reason="r"),
        changes.SetPhase("q", clear=["guide"], reason="r"),
        changes.DropPhase("r", reason="r"),
        changes.AddPhase(Phase("s", "S", tasks=[TASK]), before="p", reason="r"),
        changes.MovePhase("p", behind="q", reason="r"),
        changes.SetChecklist(
            id="y",
            title="Y",
            version="2",
            topic="",
            description="",
            tips=["Breathe."],
            facets=[Facet("mode", "Mode", ["online", "batch"])],
            context={"mode": "batch"},
            reason="r",
        ),
        changes.SetTask("e", after=[], references=[], when={}, reason="r"),
        changes.SetChecklist(tips=[], facets=[], context={}, reason="r"),
    ],
)
WRITTEN = [
    {
        "kind": "set-task",
        "task": "a",
        "reason": "r",
        "title": "T",
        "priority": "low",
        "effort": "2-5 days, likely 3",
        "description": "More.",
        "after": ["b"],
        "risk": {"blast_radius": 1, "likelihood": 5},
        "references": [{"title": "Guide", "url": "g.md"}],
        "when": {"mode": ["online", "batch"]},
    },
    {"kind": "set-task", "task": "b", "reason": "r", "also_after": ["c"], "clear": ["effort"]},
    {"kind": "drop-task", "task": "c", "reason": "r"},
    {
        "kind": "add-task",
        "task": {
            "id": "n",
            "title": "N",
            "priority": "high",
            "effort": "1-2 days",
            "after": ["a"],
            "when": {"mode": ["batch"]},
        },
        "reason": "r",
        "phase": "p",
        "behind": "a",
    },
    {"kind": "move-task", "task": "d", "reason": "r", "phase": "q", "before": "e"},
    {
        "kind": "set-phase",
        "phase": "p",
        "reason": "r",
        "title": "P",
        "description": "",
        "guide": {"title": "Guide", "url": "g.md"},
    },
    {"kind": "set-phase", "phase": "q", "reason": "r", "clear": ["guide"]},
    {"kind": "drop-phase", "phase": "r", "reason": "r"},
    {
        "kind": "add-phase",
        "phase": {
            "id": "s",
            "title": "S",
            "tasks": [
                {
                    "id": "n",
                    "title": "N",
                    "priority": "high",
                    "effort": "1-2 days",
                    "after": ["a"],
                    "when": {"mode": ["batch"]},
                }
            ],
        },
        "reason": "r",
        "before": "p",
    },
    {"kind": "move-phase", "phase": "p", "reason": "r", "behind": "q"},
    {
        "kind": "set-checklist",
        "reason": "r",
        "id": "y",
        "title": "Y",
        "version": "2",
        "topic": "",
        "description": "",
        "tips": ["Breathe."],
        "facets": [{"id": "mode", "title": "Mode", "values": ["online", "batch"]}],
        "context": {"mode": ["batch"]},
    },
    {"kind": "set-task", "task": "e", "reason": "r", "after": [], "references": [], "when": {}},
    {"kind": "set-checklist", "reason": "r", "tips": [], "facets": [], "context": {}},
]
FORMATS = ("json", "toml", "yaml")


def test_a_document_says_only_what_is_set():
    assert FULL.to_dict() == {
        "schema_version": 1,
        "kind": "overlay",
        "id": "ours",
        "title": "Ours",
        "version": "2026.1",
        "base": "x",
        "description": "What it is for.",
        "references": [{"title": "Guide", "url": "g.md"}],
        "changes": WRITTEN,
    }
    assert list(FULL.to_dict()["changes"][0])[:3] == ["kind", "task", "reason"]
    assert Overlay("o", "O").to_dict() == {"schema_version": 1, "kind": "overlay", "id": "o", "title": "O"}
    assert encode(FULL) == FULL.to_dict()


def test_a_document_reads_back_equal_and_is_left_alone():
    document = FULL.to_dict()
    before = repr(document)
    assert Overlay.from_dict(document) == decode(document) == decode(document, Overlay) == FULL
    assert repr(document) == before


def assert_reads_back(value, format):
    text = dumps(value, format)
    again = loads(text, format)
    assert type(again) is type(value)
    assert again == value
    if isinstance(value, Checklist):
        assert (again.base, again.layers) == (value.base, value.layers)
    assert dumps(again, format) == text
    assert loads(text, format, kind=type(value)) == value


@pytest.mark.parametrize("format", FORMATS)
def test_an_overlay_is_read_back_equal_and_written_the_same(format, tmp_path):
    assert_reads_back(FULL, format)
    assert_reads_back(Overlay("o", "O"), format)
    write(FULL, tmp_path / f"ours.{format}")
    assert read(tmp_path / f"ours.{format}", kind=Overlay) == FULL


@given(overlays(), st.sampled_from(FORMATS))
def test_any_overlay_is_read_back_equal_and_written_the_same(overlay, format):
    assert_reads_back(overlay, format)


@given(overlays())
def test_the_readers_of_others_see_the_same_document(overlay):
    assert json.loads(dumps(overlay, "json")) == tomllib.loads(dumps(overlay, "toml")) == overlay.to_dict()


@given(checklists(), checklists(), st.sampled_from(FORMATS))
def test_a_tailored_checklist_is_read_back_with_all_it_is_made_of(before, after, format):
    made = tailor(before, overlay_from(before, after), Overlay("o", "O"))
    assert_reads_back(made, format)
    assert_reads_back(attrs.evolve(made, description="By hand."), format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_narrowed_checklist_is_read_back(format):
    assert_reads_back(for_context(model_serving(), {"mode": ["online", "edge"]}, tier="C"), format)


def test_the_document_of_a_tailored_checklist():
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")])])
    ours = Overlay("o", "O", changes=[changes.DropTask("a", reason="r")])
    assert tailor(base, ours).to_dict() == {
        "schema_version": 1,
        "kind": "checklist",
        "id": "x",
        "title": "X",
        "phases": [{"id": "p", "title": "P"}],
        "base": {"id": "x", "title": "X", "phases": [{"id": "p", "title": "P", "tasks": [{"id": "a", "title": "A"}]}]},
        "layers": [{"id": "o", "title": "O", "changes": [{"kind": "drop-task", "task": "a", "reason": "r"}]}],
    }


def document(*made, **fields):
    return {"schema_version": 1, "kind": "overlay", "id": "o", "title": "O", "changes": list(made)} | fields


def faults(raw, read=Overlay.from_dict):
    with pytest.raises(InvalidError) as caught:
        read(raw)
    return [str(attrs.evolve(fault, task="")) for fault in caught.value.faults]


ALL_KINDS = ", ".join(CHANGE_KINDS)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            3,
            ": is not a change (got 3); write it as a table with kind and the fields that the kind needs",
        ),
        (
            None,
            ": is not a change (got None); write it as a table with kind and the fields that the kind needs",
        ),
        ({}, f".kind: is missing; known: {ALL_KINDS}"),
        ({"kind": None}, f".kind: is missing; known: {ALL_KINDS}"),
        ({"kind": "droptask"}, ".kind: is not a kind of change (got 'droptask'); did you mean 'drop-task'?"),
        ({"kind": ["drop-task"]}, f".kind: is not a kind of change (got a list of 1); known: {ALL_KINDS}"),
        ({"kind": "drop-task", "task": "a"}, ".reason: is missing; it has no default"),
        ({"kind": "drop-task", "reason": "r"}, ".task: is missing; it has no default"),
        (
            {"kind": "drop-task", "task": "a", "reason": "r", "phase": "p"},
            ".phase: is not a known key; known: task, reason",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "titel": "T"},
            ".titel: is not a known key; did you mean 'title'?",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r"},
            ": changes nothing; set one of title, priority, effort, description, steps, role, section, labels, annotations, after, wait_days, not_before, risk, references, when, criteria, gates",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "effort": None},
            ".effort: is not an effort (got None); write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "when": {"mode": "batch"}},
            ".when.mode: is not a list (got 'batch'); write a list, as in [...]",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "when": ["mode"]},
            ".when: are not choices (got a list of 1); write a table of facets and lists of values, as in { mode = ['batch'] }",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "priority": "urgent"},
            ".priority: is not a priority (got 'urgent'); write one of critical, high, medium and low",
        ),
        (
            {"kind": "set-task", "task": "a", "reason": "r", "clear": ["title"]},
            ".clear[0]: cannot be cleared (got 'title'); name effort, not_before or risk",
        ),
        (
            {"kind": "set-phase", "phase": "p", "reason": "r", "guide": None},
            ".guide: is not a reference (got None); leave it out",
        ),
        (
            {"kind": "add-task", "task": "a", "phase": "p", "reason": "r"},
            ".task: is not a task (got 'a'); write it as a table with id and title",
        ),
        (
            {"kind": "add-task", "task": {"id": "a"}, "phase": "p", "reason": "r"},
            ".task.title: is missing; it has no default",
        ),
        (
            {"kind": "add-phase", "phase": {"id": "p", "title": "P", "tasks": [{"id": "a"}]}, "reason": "r"},
            ".phase.tasks[0].title: is missing; it has no default",
        ),
        (
            {"kind": "move-task", "task": "a", "phase": "p", "before": "b", "behind": "c", "reason": "r"},
            ".behind: is a second place (got 'c'); name the neighbour on one side only",
        ),
        (
            {"kind": "set-checklist", "reason": "r", "facets": [{"id": "f", "title": "F", "values": []}]},
            ".facets[0].values: is empty; name at least one",
        ),
        (
            {"kind": "set-checklist", "reason": "r", "context": {"mode": []}},
            ".context.mode: is empty; name at least one",
        ),
    ],
)
def test_a_change_is_read_strictly(change, fault):
    assert faults(document(change)) == [f"$.changes[0]{fault}"]


@pytest.mark.parametrize("place", range(len(WRITTEN)))
def test_null_is_no_way_to_leave_something_as_it_is(place):
    change = WRITTEN[place]
    for name in [*change, "before", "behind"]:
        if name == "kind":
            continue
        raw = document(change | {name: None})
        found = faults(raw)
        assert [fault for fault in found if not fault.startswith(f"$.changes[0].{name}: ")] == []
        assert found


def test_all_faults_of_an_overlay_document_come_at_once():
    assert faults(
        document(
            {"kind": "drop-task", "task": "A", "reason": ""},
            {"kind": "set-task", "task": "a", "when": {"mode": 3, "M": ["a"]}, "reason": "r"},
            "drop",
            titel="T",
            version=3,
            references=[{"title": "R"}],
        )
        | {"schema_version": 2}
    ) == [
        "$.schema_version: is newer than this release reads (got 2); install a newer servingchecklist",
        "$.titel: is not a known key; did you mean 'title'?",
        "$.references[0].url: is missing; it has no default",
        "$.changes[0].task: is not an id (got 'A'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'a'",
        "$.changes[0].reason: is empty (got ''); say in a few words what it is",
        "$.changes[1].when.mode: is not a list (got 3); write a list, as in [...]",
        "$.changes[1].when.M: is not an id (got 'M'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'm'",
        "$.changes[2]: is not a change (got 'drop'); write it as a table with kind and the fields that the kind needs",
        "$.version: is not a version (got 3); write a short label in quotes, as in '2026.1'",
    ]


def test_a_document_of_another_kind_is_told():
    assert faults(Checklist("x", "X").to_dict()) == [
        "$.kind: is not an overlay (got 'checklist'); read it with kind=Checklist"
    ]
    assert faults(FULL.to_dict(), Checklist.from_dict) == [
        "$.kind: is not a checklist (got 'overlay'); read it with kind=Overlay"
    ]
    assert faults(document(kind="overlays")) == [
        "$.kind: is not a kind of document (got 'overlays'); did you mean 'overlay'?"
    ]
    assert faults(document(), lambda raw: decode(raw, Task)) == [
        "$.kind: is not a class that a file can hold (got a value of type type); give Checklist, Launch, Overlay or ForecastOptions"
    ]


def test_layers_are_read_with_the_checklist_and_have_to_fit():
    raw = tailor(
        Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B")])]), Overlay("o", "O")
    ).to_dict()
    drop = {"kind": "drop-task", "task": "z", "reason": "r"}
    assert faults(
        raw | {"layers": [{"id": "o", "title": "O"}, {"id": "o", "title": "O", "changes": [drop]}]}, Checklist.from_dict
    ) == ["$.layers[1].changes[0].task: there is no task of that id (got 'z'); known: a, b"]
    around = [
        {"kind": "set-task", "task": "a", "after": ["b"], "reason": "r"},
        {"kind": "set-task", "task": "b", "after": ["a"], "reason": "r"},
    ]
    assert faults(raw | {"layers": [{"id": "o", "title": "O", "changes": around}]}, Checklist.from_dict) == [
        "$.layers[0].changes[1].after: dependency cycle: a -> b -> a, each after the next; take one of them out of 'after'"
    ]
    assert faults({key: value for key, value in raw.items() if key != "base"}, Checklist.from_dict) == [
        "$.layers: have no base (got a tuple of 1); give the checklist that they are applied to as base"
    ]
    assert faults(raw | {"layers": [{"id": "o", "title": "O"}] * 101}, Checklist.from_dict) == [
        "$.layers: are too many (got a tuple of 101); apply at most 100; make one overlay of many first"
    ]
    assert faults(raw | {"base": {"id": "X", "title": "X"}, "layers": [3]}, Checklist.from_dict) == [
        "$.base.id: is not an id (got 'X'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'x'",
        "$.layers[0]: is not an overlay (got 3); write it as a table with id and title",
    ]
    set_back = [{"kind": "set-task", "task": "b", "after": [], "reason": "r"}]
    two = [{"id": "o", "title": "O", "changes": around}, {"id": "o", "title": "O", "changes": set_back}]
    assert faults(raw | {"layers": two}, Checklist.from_dict)[0].startswith(
        "$.layers[0].changes[1].after: dependency cycle"
    )
    assert faults(raw | {"layers": [{"id": "o", "title": "O", "base": "z"}]}, Checklist.from_dict) == [
        "$.layers[0].base: is another checklist (got 'z'); this one is 'x'; take an overlay for it, or one that is for any"
    ]
    # What a document says is what counts: somebody may have edited it behind the layers.
    edited = Checklist.from_dict(raw | {"title": "Edited"})
    assert (edited.title, edited.base.title) == ("Edited", "X")


def test_a_base_lies_on_nothing():
    base = {"id": "x", "title": "X"}
    tailored = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X", "base": base | {"base": base}}
    assert faults(tailored, Checklist.from_dict) == [
        "$.base.base: lies below a base (got a dict of 2); give the untailored checklist as the only base"
    ]
    for _ in range(5_000):
        base = {"base": base}
    around = dict(tailored)
    around["base"] = around
    for raw in (tailored | {"base": base}, around):
        (fault,) = faults(raw, Checklist.from_dict)
        assert fault.startswith("$.base.base: lies below a base (got a dict of ")


def test_many_faults_in_many_changes_are_told_in_a_thousand():
    assert 1_000 <= len(faults(document(*[3] * 2_000))) <= 1_001


@pytest.mark.parametrize(
    ("value", "field", "expected"),
    [
        (None, "", None),
        ("a", "title", "a"),
        (Priority.HIGH, "priority", "high"),
        (Effort(1, 2), "effort", "1-2 days"),
        (GUIDE, "guide", {"title": "Guide", "url": "g.md"}),
        (("a", "b"), "after", ["a", "b"]),
        ((GUIDE,), "references", [{"title": "Guide", "url": "g.md"}]),
        ((Choice("mode", "batch"),), "when", {"mode": ["batch"]}),
        ((), "when", {}),
        ((), "context", {}),
        ((), "after", []),
        (TASK, "", WRITTEN[3]["task"]),
    ],
)
def test_values_of_fields_are_as_in_documents(value, field, expected):
    assert plain(value, field) == expected


def test_other_converters_learn_overlays_and_changes():
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    register(converter)

    @attrs.frozen
    class Pack:
        overlay: Overlay
        first: changes.DropTask

    pack = Pack(FULL, changes.DropTask("a", reason="r"))
    raw = converter.unstructure(pack)
    assert raw["first"] == {"kind": "drop-task", "task": "a", "reason": "r"}
    assert raw["overlay"]["changes"] == WRITTEN
    assert raw["overlay"].items() < FULL.to_dict().items()
    assert json.loads(json.dumps(raw)) == raw
    assert converter.structure(raw, Pack) == pack
    base = tailor(Checklist("x", "X"), Overlay("o", "O"))
    assert converter.structure(converter.unstructure(base), Checklist).layers == base.layers


@given(any_changes())
def test_other_converters_read_each_change_back(change):
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    register(converter)
    assert converter.structure(converter.unstructure(change), type(change)) == change
    assert isinstance(change, Change.__args__)


def test_documents_tell_differences_of_what_was_read():
    again = loads(dumps(FULL, "toml"), "toml")
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")])])
    one = attrs.evolve(FULL, changes=FULL.changes[10:11])
    assert diff(tailor(base, one), tailor(base, attrs.evolve(again, changes=again.changes[10:11]))).differences == ()
