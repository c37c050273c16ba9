"""Overlays, and checklists that know what they were made of."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import attrs
import pytest
from hypothesis import given

from helpers.names import NAMES as PUBLIC
from helpers.strategies import overlays
from servingchecklist import Checklist, Overlay, Phase, Reference, Task, changes, tailor
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist.errors import InvalidError

REFERENCE = Reference("A page", "https://example.com/")
OVERLAY = Overlay(
    "ours",
    "How we launch",
    version="2026.1",
    base="x",
    description="What it is\nfor.",
    references=[REFERENCE],
    changes=[changes.SetChecklist(topic="Fraud", reason="it is what we serve"), changes.DropTask("b", reason="done")],
)
BASE = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B")])])
NAMES = PUBLIC | {kind.__name__: kind for kind in CHANGE_KINDS.values()}


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


def copies(value):
    return [
        *(pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(value),
        copy.deepcopy(value),
        attrs.evolve(value),
        eval(repr(value), dict(NAMES)),
    ]


def test_an_overlay_holds_what_it_was_given_and_has_defaults():
    assert OVERLAY.label == "ours 2026.1"
    assert (OVERLAY.base, OVERLAY.references) == ("x", (REFERENCE,))
    assert [change.kind for change in OVERLAY.changes] == ["set-checklist", "drop-task"]
    empty = Overlay("o", "O")
    assert (empty.version, empty.base, empty.description, empty.references, empty.changes) == ("1", "", "", (), ())


def test_an_overlay_is_equal_to_its_copies_and_hashes_alike():
    for other in copies(OVERLAY):
        assert other == OVERLAY
        assert hash(other) == hash(OVERLAY)
        assert repr(other) == repr(OVERLAY)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OVERLAY.id = "x"
    assert not hasattr(OVERLAY, "__dict__")
    assert not hasattr(OVERLAY, "__setstate__")


@given(overlays())
def test_any_overlay_is_equal_to_its_copies_and_to_what_its_document_says(overlay):
    for other in (*copies(overlay), Overlay.from_dict(overlay.to_dict())):
        assert other == overlay
        assert hash(other) == hash(overlay)


def test_all_faults_of_an_overlay_come_at_once():
    assert faults(
        Overlay,
        "O",
        "",
        version="a b",
        base="X Y",
        description=3,
        references=["r", REFERENCE],
        changes=[changes.DropTask("a", reason="r"), None, "drop", changes.DropTask],
    ) == [
        "$.id: is not an id (got 'O'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'o'",
        "$.title: is empty (got ''); say in a few words what it is",
        "$.version: is not a version (got 'a b'); write a short label in quotes, as in '2026.1'",
        "$.base: is not an id (got 'X Y'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'x-y'",
        "$.description: is not text (got 3); write it as a plain string, in quotes",
        "$.references[0]: is not a Reference (got 'r'); write Reference(title, url)",
        "$.changes[1]: is not a change (got None); give one such as changes.DropTask('c3', reason=...)",
        "$.changes[2]: is not a change (got 'drop'); give one such as changes.DropTask('c3', reason=...)",
        "$.changes[3]: is not a change (got a value of type type); give one such as changes.DropTask('c3', reason=...)",
    ]


@pytest.mark.parametrize("base", [None, 3, " ", "\n", b"x", []])
def test_a_base_is_an_id_or_nothing(base):
    assert Overlay("o", "O", base="").base == ""
    (fault,) = faults(Overlay, "o", "O", base=base)
    assert fault.startswith("$.base: is not an id (got ")


@pytest.mark.parametrize("value", [None, 3, "ab", {"a": 1}, changes.DropTask("a", reason="r")])
@pytest.mark.parametrize("field", ["references", "changes"])
def test_members_come_in_a_list(field, value):
    (fault,) = faults(Overlay, "o", "O", **{field: value})
    assert fault.startswith(f"$.{field}: is not a list (got ")
    assert fault.endswith("; write a list, as in [...]")


def test_an_overlay_without_changes_loads_no_class_of_changes():
    program = (
        "import sys; from servingchecklist import Overlay, model_serving; Overlay('o', 'O'); model_serving();"
        "print('servingchecklist._model.changes' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_checklist_knows_what_it_was_made_of_and_that_is_no_part_of_what_it_is():
    tailored = tailor(BASE, OVERLAY)
    bare = attrs.evolve(tailored, base=None, layers=())
    assert (tailored.base, tailored.layers) == (BASE, (OVERLAY,))
    assert (bare.base, bare.layers) == (None, ())
    assert tailored == bare
    assert hash(tailored) == hash(bare)
    for other in copies(tailored):
        assert (other, other.base, other.layers) == (tailored, BASE, (OVERLAY,))
        assert hash(other) == hash(tailored)


def test_layers_lie_on_a_base():
    assert faults(Checklist, "x", "X", layers=[OVERLAY]) == [
        "$.layers: have no base (got a tuple of 1); give the checklist that they are applied to as base"
    ]
    assert Checklist("x", "X", base=BASE).layers == ()


@pytest.mark.parametrize("value", ["x", 3, {}, OVERLAY, tailor(BASE, OVERLAY), Checklist])
def test_a_base_is_an_untailored_checklist(value):
    (fault,) = faults(Checklist, "x", "X", base=value)
    assert fault.startswith("$.base: is not an untailored checklist (got ")
    assert fault.endswith("); give the untailored checklist that the layers are applied to, or None")


def test_layers_are_overlays():
    assert faults(Checklist, "x", "X", base=BASE, layers=[OVERLAY, None]) == [
        "$.layers[1]: is not an Overlay (got None); write Overlay(id, title, changes=...)"
    ]
    assert faults(Checklist, "x", "X", base=BASE, layers=OVERLAY) == [
        "$.layers: is not a list (got a value of type Overlay); write a list, as in [...]"
    ]


def test_a_hundred_layers_are_enough():
    empty = Overlay("o", "O")
    assert len(Checklist("x", "X", base=BASE, layers=[empty] * 100).layers) == 100
    expected = "$.layers: are too many (got a tuple of 101); apply at most 100; make one overlay of many first"
    assert faults(Checklist, "x", "X", base=BASE, layers=[empty] * 101) == [expected]
    assert faults(tailor, BASE, *[empty] * 101) == [expected]
