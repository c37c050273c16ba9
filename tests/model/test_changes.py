"""The changes that overlays are made of: what each may hold, what it sets, and what contradicts itself."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest
from hypothesis import given

from helpers.proof import AGREED, LATENCY, STRICT, TEAMS
from helpers.strategies import any_changes
from servingchecklist import Effort, Facet, Phase, Priority, Reference, Risk, Step, Task, changes, evidence
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist.changes import Change
from servingchecklist.errors import InvalidError
from servingchecklist.evidence import Kpi
from servingchecklist.results import Choice

TASK = Task("new", "New")
PHASE = Phase("late", "Late", tasks=[TASK])
GUIDE = Reference("Guide", "g.md")
FACET = Facet("mode", "Mode", ["online", "batch"])

EVERY = [
    changes.SetTask(
        "c1",
        title="Other",
        priority=Priority.LOW,
        effort=Effort(1, 2),
        description="More.",
        after=["c2"],
        risk=Risk(1, 2),
        references=[GUIDE],
        when={"mode": "batch"},
        criteria=[AGREED],
        gates=["go-live"],
        reason="why",
    ),
    changes.DropTask("c1", reason="why"),
    changes.AddTask(TASK, phase="p", before="c1", reason="why"),
    changes.MoveTask("c1", phase="p", behind="c2", reason="why"),
    changes.SetPhase("p", title="Other", description="More.", guide=GUIDE, reason="why"),
    changes.DropPhase("p", reason="why"),
    changes.AddPhase(PHASE, behind="p", reason="why"),
    changes.MovePhase("p", before="q", reason="why"),
    changes.SetChecklist(
        id="mine",
        title="Mine",
        version="2",
        topic="Fraud",
        description="More.",
        tips=["Breathe."],
        facets=[FACET],
        context={"mode": "batch"},
        audiences=[TEAMS],
        gates=[STRICT],
        reason="why",
    ),
    changes.SetKpi(
        "latency",
        title="Other",
        at_most="80 ms",
        quantile=0.95,
        where={"place": "gateway"},
        offered="300/s",
        span="1 h",
        confidence=0.99,
        independent=True,
        binds=["model"],
        max_age=7,
        placeholder=True,
        clear=["at_least"],
        reason="why",
    ),
    changes.AddKpi(LATENCY, reason="why"),
    changes.DropKpi("latency", reason="why"),
]
NAMES = {
    kind.__name__: kind for kind in (*map(type, EVERY), Task, Phase, Priority, Effort, Risk, Reference, Facet, Choice)
} | {name: getattr(evidence, name) for name in evidence.__all__}


def kind_of(change):
    return type(change).__name__


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


def test_the_family_is_closed_and_every_kind_has_a_name():
    assert set(Change.__args__) == {type(change) for change in EVERY} == set(CHANGE_KINDS.values())
    assert list(CHANGE_KINDS) == [
        "set-task",
        "drop-task",
        "add-task",
        "move-task",
        "set-phase",
        "drop-phase",
        "add-phase",
        "move-phase",
        "set-checklist",
        "set-kpi",
        "add-kpi",
        "drop-kpi",
    ]
    assert all(kind.kind == name for name, kind in CHANGE_KINDS.items())


@pytest.mark.parametrize("change", EVERY, ids=kind_of)
def test_a_change_is_frozen_hashable_and_equal_to_its_copies(change):
    copies = [
        *(pickle.loads(pickle.dumps(change, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(change),
        copy.deepcopy(change),
        attrs.evolve(change),
        eval(repr(change), dict(NAMES)),
    ]
    for other in copies:
        assert other == change
        assert hash(other) == hash(change)
        assert repr(other) == repr(change)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        change.reason = "x"
    assert not hasattr(change, "__dict__")
    assert not hasattr(change, "__setstate__")


@given(any_changes())
def test_copies_of_any_change_are_equal(change):
    for other in (pickle.loads(pickle.dumps(change)), copy.deepcopy(change), attrs.evolve(change)):
        assert other == change


@pytest.mark.parametrize("change", EVERY, ids=kind_of)
def test_neither_evolve_nor_pickle_builds_what_the_constructor_refuses(change):
    with pytest.raises(InvalidError):
        attrs.evolve(change, reason="")
    build, _ = change.__reduce__()
    with pytest.raises(InvalidError):
        build.func(**build.keywords | {"reason": "a\nb"})


REASONS = [
    ("", "is empty (got ''); say in a few words what it is"),
    ("a\nb", "holds the line break U+000A at position 1 (got 'a\\nb'); write it as one line of plain text"),
    (" a", "begins or ends with white space (got ' a'); write 'a'"),
    (None, "is not text (got None); write it as a plain string, in quotes"),
    (
        "r" * 201,
        f"is too long (got '{'r' * 60}'... of 201 characters); use at most 200 characters; details go into a description",
    ),
]


@pytest.mark.parametrize(("reason", "problem"), REASONS)
@pytest.mark.parametrize("change", EVERY, ids=kind_of)
def test_every_change_has_a_reason_in_one_line(change, reason, problem):
    assert faults(attrs.evolve, change, reason=reason) == [f"$.reason: {problem}"]
    with pytest.raises(TypeError):
        type(change)(
            **{
                field.name: getattr(change, field.name)
                for field in attrs.fields(type(change))
                if field.name != "reason"
            }
        )


IDENT = "use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first"
NO_ID = f"is not an id (got 3); {IDENT}"
NO_TEXT = "is not text (got 3); write it as a plain string, in quotes"
NO_QUANTITY = (
    "is not a quantity (got 3); write a number and a unit, as in '120 ms', '10 min', '0.1%', '2 points', '300/s' or '2'"
)
NO_LIST = "is not a list (got 3); write a list, as in [...]"
NO_ANNOTATIONS = "are not annotations (got 3); write keys and texts, as in {'jira': 'MLP-12'}"
WRONG = {
    changes.SetTask: {
        "task": NO_ID,
        "title": NO_TEXT,
        "priority": "is not a priority (got 3); write one of critical, high, medium and low",
        "effort": "is not an effort (got 3); write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'",
        "description": NO_TEXT,
        "steps": NO_LIST,
        "role": NO_TEXT,
        "section": NO_TEXT,
        "labels": NO_LIST,
        "annotations": NO_ANNOTATIONS,
        "after": NO_LIST,
        "wait_days": "is not a whole number of days from 0 to 10,000 (got -1); write the calendar days, as in 7",
        "not_before": "is not a date (got 3); give a datetime.date, as in date(2026, 12, 31)",
        "risk": "is not a Risk (got 3); write Risk(blast_radius=..., likelihood=...)",
        "references": NO_LIST,
        "when": NO_LIST,
        "criteria": NO_LIST,
        "gates": NO_LIST,
        "also_after": NO_LIST,
        "also_steps": NO_LIST,
        "also_labels": NO_LIST,
        "also_criteria": NO_LIST,
        "clear": NO_LIST,
    },
    changes.DropTask: {"task": NO_ID},
    changes.AddTask: {
        "task": "is not a Task (got 3); write Task(...)",
        "phase": NO_ID,
        "before": NO_ID,
        "behind": NO_ID,
    },
    changes.MoveTask: {"task": NO_ID, "phase": NO_ID, "before": NO_ID, "behind": NO_ID},
    changes.SetPhase: {
        "phase": NO_ID,
        "title": NO_TEXT,
        "description": NO_TEXT,
        "guide": "is not a Reference (got 3); write Reference(title, url)",
        "labels": NO_LIST,
        "annotations": NO_ANNOTATIONS,
        "after": NO_LIST,
        "clear": NO_LIST,
    },
    changes.DropPhase: {"phase": NO_ID},
    changes.AddPhase: {"phase": "is not a Phase (got 3); write Phase(...)", "before": NO_ID, "behind": NO_ID},
    changes.MovePhase: {"phase": NO_ID, "before": NO_ID, "behind": NO_ID},
    changes.SetChecklist: {
        "id": NO_ID,
        "title": NO_TEXT,
        "version": "is not a version (got 3); write a short label in quotes, as in '2026.1'",
        "topic": NO_TEXT,
        "description": NO_TEXT,
        "tips": NO_LIST,
        "labels": NO_LIST,
        "annotations": NO_ANNOTATIONS,
        "facets": NO_LIST,
        "context": NO_LIST,
        "audiences": NO_LIST,
        "gates": NO_LIST,
    },
    changes.SetKpi: {
        "kpi": NO_ID,
        "title": NO_TEXT,
        "measure": "is not a measure (got 3); name one of the documented measures, or begin your own with x-",
        **dict.fromkeys(("at_most", "at_least", "offered", "span"), NO_QUANTITY),
        "quantile": "is not a quantile (got 3); write a number from 0.5 to below 1, as in 0.99 for p99",
        "relative_to": NO_ID,
        "where": NO_LIST,
        "confidence": "is not a level of confidence (got 3); write a number above 0.5, and at most 0.9999; 0.95 is usual",
        "independent": "is not a bool (got 3); write True or False",
        "binds": NO_LIST,
        "max_age": "is not a number of days (got 0); write a whole number from 1 to 3,660",
        "placeholder": "is not a bool (got 3); write True or False",
        "clear": NO_LIST,
    },
    changes.AddKpi: {"kpi": "is not a Kpi (got 3); write Kpi(id, title, measure=..., at_most=...)"},
    changes.DropKpi: {"kpi": NO_ID},
}


@pytest.mark.parametrize("kind", WRONG)
def test_all_wrong_fields_of_a_change_are_told_at_once(kind):
    wrong = {name: {"max_age": 0, "wait_days": -1}.get(name, 3) for name in WRONG[kind]}
    found = faults(kind, **wrong, reason=3)
    expected = {f"$.{name}: {problem}" for name, problem in {**WRONG[kind], "reason": NO_TEXT}.items()}
    assert set(found) == expected
    assert len(found) == len(expected)
    assert set(WRONG[kind]) | {"reason"} == {field.name for field in attrs.fields(kind)}


@pytest.mark.parametrize("kind", WRONG)
def test_ids_and_wholes_cannot_be_left_out(kind):
    needed = {field.name for field in attrs.fields(kind) if field.default is attrs.NOTHING and field.name != "reason"}
    for name in needed:
        assert faults(attrs.evolve, next(one for one in EVERY if type(one) is kind), **{name: None})


def test_members_are_told_at_their_places():
    assert faults(
        changes.SetTask, "c1", after=["c2", "C 3"], references=[GUIDE, "g.md"], also_after=["c2"], reason="r"
    ) == [
        f"$.after[1]: is not an id (got 'C 3'); {IDENT}, as in 'c-3'",
        "$.references[1]: is not a Reference (got 'g.md'); write Reference(title, url)",
    ]
    assert faults(changes.SetTask, "c1", also_after=["c2", "c2"], clear=["effort", "effort"], reason="r") == [
        "$.also_after[1]: is there twice (got 'c2'); name it once",
        "$.clear[1]: is there twice (got 'effort'); name it once",
    ]
    assert faults(changes.SetChecklist, tips=["a", ""], facets=[FACET, "f"], reason="r") == [
        "$.tips[1]: is empty (got ''); say it, or take it out",
        "$.facets[1]: is not a Facet (got 'f'); write Facet(id, title, values)",
    ]


def test_the_way_to_end_a_wait_is_told():
    assert faults(changes.SetTask, "c1", clear=["wait_days"], reason="r") == [
        "$.clear[0]: cannot be cleared (got 'wait_days'); write wait_days = 0"
    ]


@pytest.mark.parametrize("name", ["title", "after", "", 3, None, "Effort"])
def test_only_what_may_have_no_value_can_be_cleared(name):
    shown = repr(name)
    assert faults(changes.SetTask, "c1", clear=[name], reason="r") == [
        f"$.clear[0]: cannot be cleared (got {shown}); name effort, not_before or risk"
    ]
    assert faults(changes.SetPhase, "p", clear=[name], reason="r") == [
        f"$.clear[0]: cannot be cleared (got {shown}); name guide"
    ]


def test_what_is_set_is_not_cleared():
    assert faults(
        changes.SetTask, "c1", effort=Effort(1, 2), risk=Risk(1, 1), clear=["risk", "effort"], reason="r"
    ) == [
        "$.clear[0]: is set and cleared at once (got 'risk'); do one of them",
        "$.clear[1]: is set and cleared at once (got 'effort'); do one of them",
    ]
    assert faults(changes.SetPhase, "p", guide=GUIDE, clear=["guide"], reason="r") == [
        "$.clear[0]: is set and cleared at once (got 'guide'); do one of them"
    ]


@pytest.mark.parametrize(
    ("kind", "arguments"), [(changes.SetTask, ["c1"]), (changes.SetPhase, ["p"]), (changes.SetChecklist, [])]
)
def test_a_change_changes_something(kind, arguments):
    assert faults(kind, *arguments, reason="r") == [f"$: changes nothing; set one of {', '.join(kind.sets)}"]


def test_prerequisites_are_set_or_added_to():
    assert faults(changes.SetTask, "c1", after=[], also_after=["c2"], reason="r") == [
        "$.also_after: is given beside after (got a tuple of 1); put all of them into after"
    ]
    assert faults(
        changes.SetTask, "c1", labels=[], also_labels=["x"], steps=[], also_steps=[Step("s", "S")], reason="r"
    ) == [
        "$.also_steps: is given beside steps (got a tuple of 1); put all of them into steps",
        "$.also_labels: is given beside labels (got a tuple of 1); put all of them into labels",
    ]
    assert changes.SetTask("c1", also_after=["c2"], reason="r").values() == {}
    assert changes.SetTask("c1", also_labels=["x"], reason="r").additions == {"labels": ("x",)}
    assert changes.SetTask("c1", also_after=["c2"], title="T", reason="r").values() == {"title": "T"}
    assert faults(changes.SetTask, "c1", also_after=["c2"], effort=Effort(1, 1), clear=["effort"], reason="r") == [
        "$.clear[0]: is set and cleared at once (got 'effort'); do one of them"
    ]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (changes.AddTask, {"task": TASK, "phase": "p"}),
        (changes.MoveTask, {"task": "c1", "phase": "p"}),
        (changes.AddPhase, {"phase": PHASE}),
        (changes.MovePhase, {"phase": "p"}),
    ],
)
def test_a_place_has_one_neighbour(kind, fields):
    assert kind(**fields, reason="r").before is kind(**fields, reason="r").behind is None
    assert faults(kind, **fields, before="a", behind="b", reason="r") == [
        "$.behind: is a second place (got 'b'); name the neighbour on one side only"
    ]


def test_what_a_change_sets_is_told_by_field_and_what_it_clears_is_none():
    change = changes.SetTask("c1", title="T", after=[], when={}, clear=["risk"], reason="r")
    assert change.values() == {"title": "T", "after": (), "when": (), "risk": None}
    assert changes.SetPhase("p", description="", clear=["guide"], reason="r").values() == {
        "description": "",
        "guide": None,
    }
    assert changes.SetChecklist(topic="", tips=[], facets=[], context=[], reason="r").values() == {
        "topic": "",
        "tips": (),
        "facets": (),
        "context": (),
    }


def test_lists_and_mappings_are_taken_and_kept_as_tuples():
    first, last = EVERY[0], next(one for one in EVERY if isinstance(one, changes.SetChecklist))
    assert (first.after, first.references, first.when) == (("c2",), (GUIDE,), (Choice("mode", ("batch",)),))
    assert (last.tips, last.facets, last.context) == (("Breathe.",), (FACET,), (Choice("mode", ("batch",)),))
    assert faults(changes.SetTask, "c1", when={"M": "a"}, reason="r") == [
        f"$.when.M: is not an id (got 'M'); {IDENT}, as in 'm'"
    ]
    assert faults(changes.SetChecklist, context={"mode": []}, reason="r") == [
        "$.context.mode: is empty; name at least one"
    ]


def test_changes_can_be_told_apart_by_their_shape():
    for change in EVERY:
        match change:
            case changes.SetTask(task=task) | changes.DropTask(task=task) | changes.MoveTask(task=task):
                assert task == "c1"
            case changes.AddTask(task=Task(id=made), before=before):
                assert (made, before) == ("new", "c1")
            case changes.SetPhase(phase=phase) | changes.DropPhase(phase=phase) | changes.MovePhase(phase=phase):
                assert phase == "p"
            case changes.AddPhase(phase=Phase(tasks=(Task(),))) | changes.SetChecklist(topic="Fraud"):
                pass
            case changes.SetKpi(kpi=kpi) | changes.DropKpi(kpi=kpi) | changes.AddKpi(kpi=Kpi(id=kpi)):
                assert kpi == "latency"
            case _:
                raise AssertionError(change)


class Odd:
    def __str__(self):
        raise RuntimeError

    __repr__ = __str__


@pytest.mark.parametrize(
    "key", [10**5_000, Odd(), 3, None, (), "A", ""], ids=["huge", "odd", "3", "None", "()", "A", "empty"]
)
def test_an_annotation_has_a_label_for_its_key(key):
    (fault,) = faults(changes.SetTask, "c1", annotations={key: "text"}, reason="r")
    assert fault.startswith("$.annotations")
    assert "is not a label" in fault
