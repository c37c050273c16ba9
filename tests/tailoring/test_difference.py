"""What differs between two checklists, as data; and the overlay that leads from one to the other."""

from __future__ import annotations

import copy
import json
import pickle
import re

import attrs
import pytest

from servingchecklist import Checklist, Effort, Facet, Overlay, Phase, Priority, Reference, Risk, Task, changes, tailor
from servingchecklist.errors import InvalidError
from servingchecklist.results import Choice, Diff, Difference
from servingchecklist.tailoring import diff, overlay_from

FACETS = (Facet("mode", "Mode", ["online", "batch"]),)
GUIDE = Reference("Guide", "g.md")
A, B, C, D = (Task(name, name.upper()) for name in "abcd")


def checklist(*phases, **fields):
    return Checklist("x", "X", phases=[Phase(name, name.upper(), tasks=tasks) for name, tasks in phases], **fields)


def told(before, after):
    return [(one.kind, one.path, one.before, one.after) for one in diff(before, after)]


BASE = checklist(("p", [A, B, C]), ("q", [D]))


def test_nothing_differs_between_a_checklist_and_its_equal():
    again = Checklist.from_dict(BASE.to_dict())
    assert again.tasks[0] is not BASE.tasks[0]
    found = diff(BASE, again)
    assert not found
    assert (len(found), list(found), found.differences) == (0, [], ())
    tailored = tailor(BASE, Overlay("o", "O"))
    assert not diff(BASE, tailored)
    assert not diff(BASE, BASE)


def test_each_field_of_the_checklist_that_differs_is_told():
    other = Checklist(
        "y",
        "Y",
        version="2",
        topic="Fraud",
        description="More.",
        tips=["Breathe."],
        facets=FACETS,
        context={"mode": "batch"},
        phases=BASE.phases,
    )
    assert told(BASE, other) == [
        ("changed", "id", "x", "y"),
        ("changed", "title", "X", "Y"),
        ("changed", "version", "1", "2"),
        ("changed", "topic", "", "Fraud"),
        ("changed", "description", "", "More."),
        ("changed", "tips", (), ("Breathe.",)),
        ("changed", "facets", (), FACETS),
        ("changed", "context", (), (Choice("mode", ("batch",)),)),
    ]
    found = diff(BASE, other)
    assert (found.before, found.after, found.title, found.topic) == ("x 1", "y 2", "Y", "Fraud")
    assert {(one.what, one.id, one.title) for one in found} == {("checklist", "", "")}


def test_each_field_of_a_task_that_differs_is_told():
    full = Task(
        "a",
        "Other",
        priority=Priority.LOW,
        effort=Effort(1, 2),
        description="More.",
        after=["b"],
        risk=Risk(1, 2),
        references=[GUIDE],
        when={"mode": "batch"},
    )
    before, after = checklist(("p", [A, B]), facets=FACETS), checklist(("p", [full, B]), facets=FACETS)
    assert told(before, after) == [
        ("changed", "tasks.a.title", "A", "Other"),
        ("changed", "tasks.a.priority", Priority.MEDIUM, Priority.LOW),
        ("changed", "tasks.a.effort", None, Effort(1, 2)),
        ("changed", "tasks.a.description", "", "More."),
        ("changed", "tasks.a.after", (), ("b",)),
        ("changed", "tasks.a.risk", None, Risk(1, 2)),
        ("changed", "tasks.a.references", (), (GUIDE,)),
        ("changed", "tasks.a.when", (), (Choice("mode", ("batch",)),)),
    ]
    assert {one.title for one in diff(before, after)} == {"Other"}
    assert {one.key[:2] for one in diff(before, after)} == {("task", "a")}


def test_each_field_of_a_phase_that_differs_is_told():
    other = Phase("p", "First", description="More.", guide=GUIDE, tasks=[A, B, C])
    assert told(BASE, attrs.evolve(BASE, phases=[other, BASE.phases[1]])) == [
        ("changed", "phases.p.title", "P", "First"),
        ("changed", "phases.p.description", "", "More."),
        ("changed", "phases.p.guide", None, GUIDE),
    ]


def test_what_was_dropped_and_added_is_told_whole():
    after = checklist(("q", [D, Task("n", "N")]), ("r", [B]))
    assert told(BASE, after) == [
        ("dropped", "phases.p", BASE.phases[0], None),
        ("added", "phases.r", None, after.phases[1]),
        ("dropped", "tasks.a", A, None),
        ("dropped", "tasks.c", C, None),
        ("added", "tasks.n", None, Task("n", "N")),
        ("moved", "tasks.b.phase", "p", "r"),
    ]
    assert [one.title for one in diff(BASE, after)] == ["P", "R", "A", "C", "N", "B"]


def test_as_few_as_possible_have_moved():
    assert told(BASE, checklist(("p", [B, C, A]), ("q", [D]))) == [("moved", "tasks.a.place", "", "c")]
    assert told(BASE, checklist(("p", [C, A, B]), ("q", [D]))) == [("moved", "tasks.c.place", "b", "")]
    assert told(BASE, checklist(("q", [D]), ("p", [A, B, C]))) == [("moved", "phases.q.place", "p", "")]
    assert told(BASE, checklist(("p", [A, C]), ("q", [B, D]))) == [("moved", "tasks.b.phase", "p", "q")]
    assert told(BASE, checklist(("p", [A, Task("n", "N"), B, C]), ("q", [D]))) == [
        ("added", "tasks.n", None, Task("n", "N"))
    ]
    assert told(BASE, checklist(("p", [A, C]), ("q", [D]))) == [("dropped", "tasks.b", B, None)]


def test_what_has_moved_and_changed_is_told_of_both():
    other = Task("a", "Other")
    assert told(BASE, checklist(("p", [B, C, other]), ("q", [D]))) == [
        ("changed", "tasks.a.title", "A", "Other"),
        ("moved", "tasks.a.place", "", "c"),
    ]
    assert told(BASE, checklist(("p", [B, C]), ("q", [D, other]))) == [
        ("changed", "tasks.a.title", "A", "Other"),
        ("moved", "tasks.a.phase", "p", "q"),
    ]
    assert told(BASE, checklist(("p", [B, Task("n", "N"), C, A]), ("q", [Task("d", "Other")]))) == [
        ("added", "tasks.n", None, Task("n", "N")),
        ("moved", "tasks.a.place", "", "c"),
        ("changed", "tasks.d.title", "D", "Other"),
    ]


def test_tasks_in_the_order_of_the_second_are_told():
    other = checklist(("p", [Task("a", "1"), Task("b", "2")]), ("q", [Task("d", "3"), Task("n", "N")]))
    assert [one.path for one in diff(BASE, other)] == [
        "tasks.c",
        "tasks.a.title",
        "tasks.b.title",
        "tasks.d.title",
        "tasks.n",
    ]


def test_a_diff_is_a_document():
    after = checklist(("p", [A, Task("b", "B", effort=Effort(1, 2), after=["a"])]), ("r", []), facets=FACETS)
    document = diff(BASE, after).to_dict()
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "before": "x 1",
        "after": "x 1",
        "differences": [
            {
                "kind": "changed",
                "path": "facets",
                "before": [],
                "after": [{"id": "mode", "title": "Mode", "values": ["online", "batch"]}],
            },
            {
                "kind": "dropped",
                "path": "phases.q",
                "before": {"id": "q", "title": "Q", "tasks": [{"id": "d", "title": "D"}]},
                "after": None,
            },
            {"kind": "added", "path": "phases.r", "before": None, "after": {"id": "r", "title": "R"}},
            {"kind": "dropped", "path": "tasks.c", "before": {"id": "c", "title": "C"}, "after": None},
            {"kind": "dropped", "path": "tasks.d", "before": {"id": "d", "title": "D"}, "after": None},
            {"kind": "changed", "path": "tasks.b.effort", "before": None, "after": "1-2 days"},
            {"kind": "changed", "path": "tasks.b.after", "before": [], "after": ["a"]},
        ],
    }


def test_choices_are_tables_in_documents_whether_or_not_there_are_any():
    base = checklist(("p", [A]), facets=FACETS)
    other = checklist(("p", [Task("a", "A", when={"mode": "batch"})]), facets=FACETS, context={"mode": "batch"})
    assert [(one["before"], one["after"]) for one in diff(base, other).to_dict()["differences"]] == [
        ({}, {"mode": ["batch"]}),
        ({}, {"mode": ["batch"]}),
    ]


def test_a_diff_is_equal_to_its_copies():
    found = diff(BASE, checklist(("p", [B, Task("a", "Other")])))
    names = {kind.__name__: kind for kind in (Diff, Difference, Task, Phase, Priority)}
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


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


NOT_HERE = "is not a value of a checklist (got {}); give the value of a field, a task, a phase or a KPI"


def test_a_difference_is_about_something_that_there_is():
    assert Difference("task", "a", "title", "A", "B").title == ""
    found = faults(Difference, "job", "A", "colour", 3j, {}, 5)
    assert found.pop(2).startswith("$.field: is not known here (got 'colour')")
    assert found == [
        "$.what: is not known here (got 'job'); known: checklist, kpi, phase, task",
        "$.id: is not an id (got 'A'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'a'",
        f"$.before: {NOT_HERE.format('a value of type complex')}",
        f"$.after: {NOT_HERE.format('a dict of 0')}",
        "$.title: is not text (got 5); write it as a plain string, in quotes",
    ]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("\x1b[31m", "holds the control character U+001B at position 0"),
        (("a", "\x1b[31m"), "holds the control character U+001B at position 0"),
        ((3,), "is not text"),
        ((GUIDE, None), "is not text"),
        ((("a", "\x1b[31m"),), "holds the control character U+001B at position 0"),
        ((("a", "b"), "c"), "are not annotations"),
        (["a"], "is not a value of a checklist"),
        (3j, "is not a value of a checklist"),
        (object(), "is not a value of a checklist"),
    ],
)
@pytest.mark.parametrize("field", ["before", "after"])
def test_what_differs_is_a_value_of_a_checklist(field, value, fault):
    fields = {"before": None, "after": None} | {field: value}
    (found,) = faults(Difference, "task", "a", "title", **fields)
    assert re.match(rf"\$\.{field}(\.a)?: {re.escape(fault)}", found)
    for good in (None, "a\nb", Priority.LOW, Effort(1, 1), Risk(1, 1), GUIDE, A, BASE.phases[0], (), ("a",), FACETS):
        assert Difference("task", "a", "title", good, None).before == good


def test_a_diff_is_made_of_differences():
    assert faults(Diff, "", 3, "", ["x"], topic="\n") == [
        "$.before: is empty (got ''); say in a few words what it is",
        "$.after: is not text (got 3); write it as a plain string, in quotes",
        "$.title: is empty (got ''); say in a few words what it is",
        "$.differences[0]: is not a Difference (got 'x'); write diff(a, b)",
        "$.topic: holds the line break U+000A at position 0 (got '\\n'); write it as one line of plain text",
    ]


@pytest.mark.parametrize("call", [diff, overlay_from])
@pytest.mark.parametrize(
    ("value", "shown"), [(None, "None"), (3, "3"), ({}, "a dict of 0"), (A, "a value of type Task")]
)
def test_only_checklists_are_compared(call, value, shown):
    assert faults(call, value, BASE) == [f"$.before: is not a Checklist (got {shown}); give a Checklist"]
    assert faults(call, BASE, value) == [f"$.after: is not a Checklist (got {shown}); give a Checklist"]


def test_an_overlay_is_made_from_what_differs():
    after = checklist(("r", [Task("n", "N")]), ("p", [C, Task("a", "Other", effort=Effort(1, 2))]), topic="Fraud")
    why = {"reason": "as in x 1"}
    made = overlay_from(BASE, after)
    assert made == Overlay(
        "changes",
        "From x 1 to x 1",
        base="x",
        changes=[
            changes.SetChecklist(topic="Fraud", **why),
            changes.AddPhase(Phase("r", "R", tasks=[Task("n", "N")]), before="p", **why),
            changes.DropTask("b", **why),
            changes.DropTask("d", **why),
            changes.MoveTask("c", phase="p", before="a", **why),
            changes.SetTask("a", title="Other", effort=Effort(1, 2), **why),
            changes.DropPhase("q", **why),
        ],
    )
    assert tailor(BASE, made) == after


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (BASE, BASE, []),
        (BASE, checklist(("q", [D]), ("p", [A, B, C])), ["move-phase"]),
        (BASE, checklist(("q", [D, A, B, C])), ["move-task"] * 3 + ["drop-phase"]),
        (BASE, checklist(("n", []), ("p", [A, B, C]), ("m", []), ("q", [D])), ["add-phase"] * 2),
        (BASE, checklist(("p", [Task("n", "N"), A, Task("m", "M"), B, C]), ("q", [D])), ["add-task"] * 2),
        (checklist(), BASE, ["add-phase"] * 2),
        (BASE, checklist(), ["drop-task"] * 4 + ["drop-phase"] * 2),
        (checklist(("p", [Task("a", "A", effort=Effort(1, 1), risk=Risk(1, 1))])), checklist(("p", [A])), ["set-task"]),
        (
            attrs.evolve(BASE, phases=[Phase("p", "P", guide=GUIDE)]),
            attrs.evolve(BASE, phases=[Phase("p", "Other")]),
            ["set-phase"],
        ),
        (checklist(("p", [A]), ("q", [])), checklist(("q", [B, A, C])), ["add-task", "move-task", "add-task", "drop-phase"]),
    ],
)  # fmt: skip
def test_an_overlay_needs_few_changes_and_leads_there(before, after, kinds):
    made = overlay_from(before, after)
    assert sorted(change.kind for change in made.changes) == sorted(kinds)
    assert tailor(before, made) == after


def test_what_an_overlay_is_called_and_why_can_be_said():
    other = attrs.evolve(BASE, topic="Fraud")
    made = overlay_from(BASE, other, id="ours", title="Ours", version="3", reason="we say so")
    assert made == Overlay(
        "ours", "Ours", version="3", base="x", changes=[changes.SetChecklist(topic="Fraud", reason="we say so")]
    )
    assert faults(overlay_from, BASE, other, id="Ours") == [
        "$.id: is not an id (got 'Ours'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'ours'"
    ]
    assert faults(overlay_from, BASE, other, reason="a\nb") == [
        "$.reason: holds the line break U+000A at position 1 (got 'a\\nb'); write it as one line of plain text"
    ]


@pytest.mark.parametrize("length", range(50, 65))
def test_the_title_of_an_overlay_is_never_cut_behind_a_blank(length):
    before, after = (Checklist(name * 64, "X", version="1" * length) for name in "ab")
    title = overlay_from(before, after).title
    assert title == title.strip()
    assert len(title) <= 200


def test_an_overlay_between_checklists_of_very_long_names_has_a_title_of_one_line():
    before = Checklist("x" * 64, "X", version="v" * 64)
    after = Checklist("y" * 64, "X", version="w" * 64)
    made = overlay_from(before, after)
    assert made.title.startswith(f"From {'x' * 64} {'v' * 64} to ")
    assert len(made.title) <= 200
    assert tailor(before, made) == after
