"""Overlays from strangers: nothing is coerced, nothing hostile is stored, and none of them keeps a reader or tailor busy."""

from __future__ import annotations

import json
import pickle
from functools import partial

import attrs
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import (
    BIDI_CONTROLS,
    CONTROLS,
    SURROGATES,
    any_changes,
    checklists,
    is_seen,
    overlays,
    path_of,
    texts,
    with_value,
)
from servingchecklist import (
    Checklist,
    ChecklistError,
    Facet,
    Limits,
    Overlay,
    Phase,
    Reference,
    Task,
    changes,
    codec,
    dumps,
    for_context,
    loads,
    model_serving,
    tailor,
)
from servingchecklist._model.changes import KINDS as CHANGE_KINDS
from servingchecklist.errors import InvalidError, LimitError
from servingchecklist.tailoring import explain, overlay_from, upgrade
from threats.measuring import printed_by
from threats.test_threat_types import WRONG

TASK = {
    "id": "n",
    "title": "N",
    "priority": "high",
    "effort": "1 day",
    "description": "More.",
    "steps": [{"id": "s", "text": "S"}],
    "role": "sre",
    "section": "Alerts",
    "labels": ["gdpr"],
    "annotations": {"jira": "MLP-12"},
    "after": ["c1"],
    "wait_days": 7,
    "not_before": "2026-12-07",
    "risk": {"blast_radius": 4, "likelihood": 2},
    "references": [{"title": "A page", "url": "https://example.com/"}],
    "when": {"mode": ["batch"]},
}
REFERENCE = {"title": "A page", "url": "https://example.com/"}
KPI = {"id": "k", "title": "K", "measure": "request.failed", "at_most": "1%"}
WORD = {"id": "w", "title": "W", "attested": "sre", "binds": ["config"], "max_age": 7, "required": False}
MEASURED = {"id": "m", "title": "M", "kpis": ["k"]}
GATE = {"id": "g", "title": "G", "roles": {"sre": ["on-call"]}, "second_person": True, "longest_waiver": 14}
ANSWER = {"status": 200, "json": {"/id": "1"}, "tolerance": "0.1", "within": "80 ms"}
EXAMPLE = {
    "id": "e",
    "title": "E",
    "method": "PUT",
    "path": "/x",
    "headers": {"accept": "a"},
    "body": "B",
    "expect": ANSWER,
    "fallback": {"status": 503},
}
AUDIENCE = {"id": "t", "title": "T", "contact": "C", "needs": "N", "kpis": ["k"], "examples": [EXAMPLE]}
_STATED = {
    "schema_version": 1,
    "kind": "overlay",
    "id": "ours",
    "title": "Ours",
    "version": "2026.1",
    "base": "x",
    "description": "What it is for.",
    "references": [REFERENCE],
    "changes": [
        {"kind": "set-task", "task": "a", "reason": "r"} | {key: TASK[key] for key in TASK if key != "id"},
        {"kind": "set-task", "task": "a", "reason": "r", "also_after": ["b"], "clear": ["effort"]},
        {"kind": "drop-task", "task": "a", "reason": "r"},
        {"kind": "add-task", "task": TASK, "phase": "p", "behind": "a", "reason": "r"},
        {"kind": "move-task", "task": "a", "phase": "p", "before": "b", "reason": "r"},
        {"kind": "set-phase", "phase": "p", "title": "P", "description": "D", "guide": REFERENCE, "reason": "r"},
        {"kind": "set-phase", "phase": "p", "clear": ["guide"], "after": ["q"], "reason": "r"},
        {"kind": "drop-phase", "phase": "p", "reason": "r"},
        {"kind": "add-phase", "phase": {"id": "q", "title": "Q", "tasks": [TASK]}, "behind": "p", "reason": "r"},
        {"kind": "move-phase", "phase": "p", "before": "q", "reason": "r"},
        {
            "kind": "set-checklist",
            "reason": "r",
            "id": "y",
            "title": "Y",
            "version": "2",
            "topic": "Fraud",
            "description": "D",
            "tips": ["Breathe."],
            "labels": ["gdpr"],
            "annotations": {"jira": "MLP-12"},
            "facets": [{"id": "f", "title": "F", "values": ["a"], "description": "D"}],
            "context": {"f": ["a"]},
        },
        {
            "kind": "set-task",
            "task": "a",
            "reason": "r",
            "also_steps": [{"id": "s", "text": "S"}],
            "also_labels": ["b"],
        },
        {"kind": "set-phase", "phase": "p", "labels": ["gdpr"], "annotations": {"jira": "MLP-12"}, "reason": "r"},
        {
            "kind": "set-kpi",
            "kpi": "k",
            "reason": "r",
            "title": "K",
            "measure": "request.latency",
            "at_most": "80 ms",
            "at_least": "1 ms",
            "quantile": 0.99,
            "relative_to": "old",
            "where": {"place": ["caller"]},
            "offered": "300/s",
            "span": "1 h",
            "confidence": 0.9,
            "independent": True,
            "binds": ["model"],
            "max_age": 30,
            "placeholder": True,
        },
        {"kind": "set-kpi", "kpi": "k", "reason": "r", "clear": ["at_least"]},
        {"kind": "add-kpi", "kpi": KPI, "reason": "r"},
        {"kind": "drop-kpi", "kpi": "k", "reason": "r"},
        {"kind": "set-task", "task": "a", "reason": "r", "criteria": [WORD], "gates": ["go-live"]},
        {"kind": "set-task", "task": "a", "reason": "r", "also_criteria": [MEASURED]},
        {"kind": "set-checklist", "reason": "r", "audiences": [AUDIENCE], "gates": [GATE]},
    ],
}
DOCUMENT = json.loads(json.dumps(_STATED))  # no part of it is there twice, so that each can be changed alone
"""A document that states every key that an overlay can have."""

LISTS = {"references", "changes", "after", "also_after", "clear", "tips", "facets", "tasks", "values"}
LISTS |= {"steps", "also_steps", "labels", "also_labels", "criteria", "also_criteria", "gates", "audiences", "binds"}
LISTS |= {"kpis", "examples"}
TABLES = {
    "risk": ("blast_radius", "likelihood"),
    "guide": ("title", "url"),
    "when": (),
    "context": (),
    "annotations": (),
    "where": (),
    "headers": (),
    "json": (),
    "roles": (),
    "expect": (),
    "fallback": (),
    "kpi": ("title", "measure"),
}
TEXTS = {
    "attested",
    "relative_to",
    "contact",
    "needs",
    "body",
    "accept",
    "/id",
    "id",
    "title",
    "version",
    "base",
    "description",
    "url",
    "topic",
    "reason",
    "role",
    "section",
    "text",
    "jira",
}
EMPTY = {"contact", "needs", "body", "/id", "relative_to", "base", "description", "topic", "role", "section", "jira"}
# What an empty list says: nothing, where there may be nothing.
MAY_BE_EMPTY = LISTS - {"values", "examples"}
FLAGS = {"independent", "placeholder", "required", "second_person"}
IDS = {"task", "phase", "before", "behind", "kpi"}


def places(value, keys=()):
    """Every key of every table in the document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*keys, key)
            if key not in ("when", "context", "where", "roles", "json", "headers"):
                yield from places(inner, (*keys, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from places(inner, (*keys, place))


PLACES = list(places(DOCUMENT))


def is_right(keys, name):
    """Whether a value that is wrong nearly everywhere is right here."""
    field = keys[-1]
    inner = isinstance(held(keys), dict | list)
    right = {
        "abc": (field in TEXTS or field in IDS) and not inner,
        "empty": field in EMPTY,
        "[]": field in MAY_BE_EMPTY,
        "{}": field in ("when", "context", "annotations", "where", "headers", "json", "roles", "expect", "fallback"),
        **dict.fromkeys(("True", "False"), field in FLAGS),
        "0": field in ("longest_waiver", "wait_days"),
        "date": field == "not_before",
        "1": field in ("schema_version", "blast_radius", "likelihood", "max_age", "longest_waiver", "wait_days", "/id"),
    }
    return right.get(name, False)


def held(keys):
    value = DOCUMENT
    for key in keys:
        value = value[key]
    return value


def faults_of(document):
    try:
        Overlay.from_dict(document)
    except InvalidError as error:
        return [fault.path if str(fault).isprintable() else str(fault) for fault in error.faults]
    return []


def test_every_field_of_every_change_is_tried():
    stated = {
        (DOCUMENT["changes"][keys[1]]["kind"], keys[2]) for keys in PLACES if keys[0] == "changes" and len(keys) == 3
    }
    for kind, made in CHANGE_KINDS.items():
        fields = {field.name for field in attrs.fields(made)}
        assert fields - {name for of, name in stated if of == kind} <= {"before", "behind"}
    assert {keys[0] for keys in PLACES if len(keys) == 1} >= {field.name for field in attrs.fields(Overlay)}


@pytest.mark.parametrize("keys", PLACES, ids=path_of)
def test_a_wrong_type_in_an_overlay_is_refused_at_its_path(keys):
    path = path_of(keys)
    wrong = {}
    for name, value in WRONG.items():
        found = faults_of(with_value(keys, value, DOCUMENT))
        # What is above the field may have a fault for it too: a change that comes to say nothing, a kind that has no such field.
        elsewhere = [one for one in found if not one.startswith(path) and not path.startswith(one)]
        at_its_path = any(one.startswith(path) for one in found)
        if (elsewhere and not is_right(keys, name)) or at_its_path == is_right(keys, name):
            wrong[name] = found
    assert wrong == {}


NEAR = {
    (): ("titel", "title"),
    ("references", 0): ("ur1", "url"),
    ("changes", 0): ("prioritiy", "priority"),
    ("changes", 2): ("reson", "reason"),
    ("changes", 3): ("behnd", "behind"),
    ("changes", 3, "task"): ("afer", "after"),
    ("changes", 5): ("tilte", "title"),
    ("changes", 8): ("pase", "phase"),
    ("changes", 8, "phase"): ("task", "tasks"),
    ("changes", 10): ("topik", "topic"),
    ("changes", 10, "facets", 0): ("value", "values"),
}
READERS = [
    Overlay.from_dict,
    lambda one: loads(json.dumps(one), "json"),
    lambda one: loads(tomli_w.dumps(one), "toml"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("level", NEAR, ids=path_of)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(level, read):
    key, near = NEAR[level]
    with pytest.raises(InvalidError) as caught:
        read(with_value((*level, key), "x", DOCUMENT))
    [fault] = caught.value.faults
    assert (fault.path, fault.code) == (path_of((*level, key)), "unknown-key")
    assert fault.hint == f"did you mean {near!r}?"


@pytest.mark.parametrize(
    "key",
    ["__class__", "__init__", "checks", "sets", "__reduce__", "self", "\x1b[31m", "\ud800", "", "x" * 10_000, 1, None],
)
@pytest.mark.parametrize("level", NEAR, ids=path_of)
def test_a_strange_key_is_refused_in_printable_words(level, key):
    with pytest.raises(InvalidError) as caught:
        Overlay.from_dict(with_value((*level, key), "x", DOCUMENT))
    (fault,) = caught.value.faults
    assert fault.message == "is not a known key"
    assert str(fault).isprintable()
    assert len(fault.path) < 150


MANY_FAULTS = {
    ("schema_version",): (2, "is newer than this release reads"),
    ("base",): ("X", "is not an id"),
    ("titel",): ("x", "is not a known key"),
    ("references", 0, "url"): ("javascript:x", "is not an address"),
    ("changes", 0, "priority"): ("urgent", "is not a priority"),
    ("changes", 0, "effort"): ("soon", "is not an effort"),
    ("changes", 0, "when", "mode"): ([], "is empty"),
    ("changes", 0, "risk", "likelihood"): (6, "is not a whole number from 1 to 5"),
    ("changes", 1, "clear", 0): ("title", "cannot be cleared"),
    ("changes", 2, "reason"): ("", "is empty"),
    ("changes", 3, "task", "title"): ("a\x1b", "holds the control character U+001B at position 1"),
    ("changes", 4, "kind"): ("mov-task", "is not a kind of change"),
    ("changes", 5, "guide", "title"): (3, "is not text"),
    ("changes", 8, "phase", "tasks", 0, "after"): ("c1", "is not a list"),
    ("changes", 10, "facets", 0, "values", 0): ("a b", "is not a value of a facet"),
    ("changes", 10, "tips", 0): (" ", "is empty"),
}


@pytest.mark.parametrize("read", READERS)
def test_all_faults_of_an_overlay_are_told_at_once(read):
    document = DOCUMENT
    for keys, (value, _) in MANY_FAULTS.items():
        document = with_value(keys, value, document)
    with pytest.raises(InvalidError) as caught:
        read(document)
    found = {(fault.path, fault.message) for fault in caught.value.faults}
    assert found == {(path_of(keys), problem) for keys, (_, problem) in MANY_FAULTS.items()}
    assert len(caught.value.faults) == len(MANY_FAULTS)


# Text

_IN_CHANGES = [
    keys for keys in PLACES if keys[-1] in ("title", "description", "reason", "topic") and isinstance(held(keys), str)
]
TEXT_PLACES = [*_IN_CHANGES, ("changes", 10, "tips", 0)]
LONG = {"description"}
ID_PLACES = [
    keys
    for keys in PLACES
    if keys[-1] in ("id", "task", "phase", "before", "behind", "base") and isinstance(held(keys), str)
]
CASES = [
    template.format(character)
    for character in [*CONTROLS, *BIDI_CONTROLS, *SURROGATES, "\u2028", "\u2029"]
    for template in ("{}", "{}ab", "a{}b", "ab{}")
]


def may_hold(keys, text):
    """Whether the place may hold the text; all cases hold one character that is refused nearly everywhere."""
    many_lines = keys[-1] in LONG or keys[-1] == 0
    allowed = "\n\t\u2028\u2029" if many_lines else ""
    if not all(character in allowed or character in "ab" for character in text):
        return False
    return keys[-1] in LONG or bool(text.strip())


def test_every_text_of_an_overlay_is_tried():
    assert len(TEXT_PLACES) > 25
    assert len(ID_PLACES) > 15


@pytest.mark.parametrize("keys", TEXT_PLACES, ids=path_of)
def test_controls_and_surrogates_are_stored_in_no_text(keys):
    wrong = {}
    for text in CASES:
        found = faults_of(with_value(keys, text, DOCUMENT))
        if found != ([] if may_hold(keys, text) else [path_of(keys)]):
            wrong[text] = found
    assert wrong == {}


@pytest.mark.parametrize("keys", ID_PLACES, ids=path_of)
@pytest.mark.parametrize("text", ["\u0430", "a\x1b", "a\n", "A", "../a", "a b", "\uff41", "a" * 65, "a\u200b"])
def test_ids_are_ascii_slugs_everywhere(keys, text):
    assert faults_of(with_value(keys, text, DOCUMENT)) == [path_of(keys)]


@given(texts, st.sampled_from(TEXT_PLACES))
def test_any_text_is_stored_as_it_is_or_refused(text, keys):
    document = with_value(keys, text, DOCUMENT)
    found = faults_of(document)
    if not found:
        overlay = Overlay.from_dict(document)
        again = loads(dumps(overlay, "toml"), "toml")
        assert again == overlay
        assert (
            text in json.dumps(overlay.to_dict(), ensure_ascii=False).replace("\\", "")
            or not is_seen(text)
            or "\\" in json.dumps(text)
        )
    else:
        assert found == [path_of(keys)]


class Forged:
    """Pickles as what builds a value of ``kind`` with fields of the attacker's choice."""

    def __init__(self, kind, fields):
        self.parts = kind, fields

    def __reduce__(self):
        kind, fields = self.parts
        return partial(kind, **fields), ()


@pytest.mark.parametrize("kind", [*CHANGE_KINDS.values(), Overlay, Facet])
def test_a_forged_pickle_is_checked_like_all_values(kind):
    good = next(
        (one for one in Overlay.from_dict(DOCUMENT).changes if type(one) is kind),
        Overlay.from_dict(DOCUMENT) if kind is Overlay else Facet("f", "F", ["a"]),
    )
    fields = {field.name: getattr(good, field.name) for field in attrs.fields(kind)}
    assert pickle.loads(pickle.dumps(Forged(kind, fields))) == good
    name = "reason" if "reason" in fields else "title"
    for bad in ("\x1b[31m", "\u202e", "", None, "\ud800"):
        with pytest.raises(InvalidError):
            pickle.loads(pickle.dumps(Forged(kind, fields | {name: bad})))


# What is asked of the functions

ODD = [
    None,
    3,
    "x",
    b"x",
    [],
    {},
    (),
    object(),
    Checklist,
    Overlay("o", "O"),
    Task("a", "A"),
    changes.DropTask("a", reason="r"),
]
FINE = model_serving()
EMPTY_OVERLAY = Overlay("o", "O")


@pytest.mark.parametrize(
    "call",
    [
        lambda odd: tailor(odd, EMPTY_OVERLAY),
        lambda odd: tailor(FINE, odd),
        lambda odd: tailor(FINE, EMPTY_OVERLAY, odd),
        lambda odd: for_context(odd, tier="A"),
        lambda odd: for_context(FINE, odd),
        lambda odd: for_context(FINE, {"tier": odd}),
        lambda odd: for_context(FINE, tier=odd),
        lambda odd: overlay_from(odd, FINE),
        lambda odd: overlay_from(FINE, odd),
        lambda odd: overlay_from(FINE, FINE, id=odd),
        lambda odd: overlay_from(FINE, FINE, title=odd),
        lambda odd: overlay_from(FINE, FINE, version=odd),
        lambda odd: overlay_from(FINE, for_context(FINE, tier="C"), reason=odd),
        explain,
        lambda odd: explain(FINE, odd),
        lambda odd: explain(FINE)[odd],
        lambda odd: upgrade(odd, FINE, EMPTY_OVERLAY),
        lambda odd: upgrade(FINE, odd, EMPTY_OVERLAY),
        lambda odd: upgrade(FINE, FINE, odd),
        lambda odd: upgrade(FINE, FINE, EMPTY_OVERLAY, odd),
        lambda odd: upgrade(FINE, FINE, EMPTY_OVERLAY, {"topic": odd}),
        lambda odd: upgrade(FINE, FINE, EMPTY_OVERLAY, replacement=odd),
        Overlay.from_dict,
        lambda odd: Overlay("o", "O", changes=odd),
        lambda odd: Overlay("o", "O", changes=[odd]),
        lambda odd: Checklist("x", "X", base=odd),
        lambda odd: Checklist("x", "X", base=FINE, layers=odd),
        lambda odd: Checklist("x", "X", base=FINE, layers=[odd]),
        lambda odd: Checklist("x", "X", facets=odd),
        lambda odd: Checklist("x", "X", context=odd),
        lambda odd: Task("a", "A", when=odd),
        lambda odd: Task("a", "A", when={"f": odd}),
        lambda odd: Task("a", "A", when=[odd]),
        lambda odd: changes.SetTask(odd, title="T", reason="r"),
        lambda odd: changes.SetTask("a", when=odd, reason="r"),
        lambda odd: changes.SetTask("a", clear=odd, reason="r"),
    ],
)
def test_misuse_raises_our_errors_only(call):
    refused = 0
    for odd in ODD:
        try:
            call(odd)
        except ChecklistError as error:
            refused += bool(str(error))
    assert refused >= 6


def tailored(checklist, overlay):
    """The tailored checklist, or None; and the paths of the faults."""
    try:
        return tailor(checklist, overlay), []
    except InvalidError as error:
        return None, [fault.path for fault in error.faults]


@given(checklists(), overlays())
def test_any_overlay_fits_any_checklist_or_is_refused_with_paths(checklist, overlay):
    before = repr(checklist)
    made, paths = tailored(checklist, overlay)
    assert [path for path in paths if not path.startswith(("$.changes[", "$.base"))] == []
    if made:
        assert made.layers == (overlay,)
        assert loads(dumps(made, "json"), "json") == made
    assert repr(checklist) == before


@given(checklists().filter(len), st.lists(any_changes(), max_size=4), st.data())
def test_any_changes_to_what_is_there_fit_or_are_refused_with_paths(checklist, made, data):
    """The same with names that are there, so that more of the changes fit."""
    tasks, phases = [task.id for task in checklist], [phase.id for phase in checklist.phases]
    fitting = []
    for change in made:
        names = {field.name: getattr(change, field.name) for field in attrs.fields(type(change))}
        of_tasks = {"task", "before", "behind"} if type(change).__name__.endswith("Task") else set()
        for name, value in names.items():
            if isinstance(value, str) and name in {"task", "phase", "before", "behind"}:
                pool = tasks if name in of_tasks else phases
                names[name] = data.draw(st.sampled_from(pool))
            elif name in ("after", "also_after") and value:
                names[name] = data.draw(st.lists(st.sampled_from(tasks), min_size=1, max_size=2, unique=True))
        fitting.append(type(change)(**names))
    result, paths = tailored(checklist, Overlay("o", "O", changes=fitting))
    assert [path for path in paths if not path.startswith("$.changes[")] == []
    if result:
        assert explain(result).layers[1] == "o 1"
        assert tailor(checklist, overlay_from(checklist, result)) == result


# Bombs

_TAILORED = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}


def test_an_overlay_of_a_hundred_thousand_changes_is_refused_for_their_number_alone(monkeypatch):
    made = [{"kind": "drop-task", "task": f"u{n}", "reason": "r"} for n in range(100_000)]
    document = {"schema_version": 1, "kind": "overlay", "id": "o", "title": "O", "changes": made}
    text = json.dumps(document)
    with monkeypatch.context() as patch:
        patch.setattr(codec, "decode", None)  # nothing of it is read
        with pytest.raises(LimitError, match=r"^\$: holds 100,000 changes, and at most 2,000 are read; "):
            loads(text, "json")
    with pytest.raises(LimitError):
        loads(text, "json", limits=Limits(tasks=99_999))
    overlay = loads(text, "json", limits=None)
    with pytest.raises(InvalidError) as caught:
        tailor(FINE, overlay)
    assert len(caught.value.faults) == 1_000


def test_the_tasks_of_a_base_count_by_themselves():
    many, more = ([{"id": f"t{n}", "title": "T"} for n in range(count)] for count in (1_200, 2_001))
    phases, too_many = ([{"id": "p", "title": "P", "tasks": tasks}] for tasks in (many, more))
    document = _TAILORED | {"phases": phases, "base": {"id": "x", "title": "X", "phases": phases}}
    assert len(loads(json.dumps(document), "json").base) == 1_200
    document["base"]["phases"] = too_many
    with pytest.raises(LimitError, match=r"^\$\.base: holds 2,001 tasks, and at most 2,000 are read"):
        loads(json.dumps(document), "json")


@pytest.mark.parametrize("format", ["json", "toml"])
def test_a_base_nested_in_a_base_is_refused(format):
    base = {"id": "x", "title": "X"}
    for depth in (1, 5, 40):
        nested = dict(base)
        for _ in range(depth):
            nested = base | {"base": nested}
        document = _TAILORED | {"base": nested}
        text = json.dumps(document) if format == "json" else tomli_w.dumps(document)
        with pytest.raises(InvalidError) as caught:
            loads(text, format)
        assert {fault.path for fault in caught.value.faults} <= {"$.base.base", "$"}


def test_no_overlay_and_no_layers_do_harm():
    """Each family just below the limit of bytes, in a process of its own that measures itself."""
    found = printed_by("bombs_overlays")
    assert len(found) >= 20
    harmful = [
        one
        for one in found
        if one["seconds"] >= 1.0 or one["megabytes"] >= 200 or one["came"].startswith(("no end", "not documented"))
    ]
    assert harmful == []


def test_links_around_many_tasks_cost_no_more_than_they_say():
    """Thousands of prerequisites are not made of a few kilobytes by dropping the one task between them."""
    width = 400
    tasks = [Task(f"a{n}", "T") for n in range(width)]
    tasks.append(Task("m", "M", after=[task.id for task in tasks]))
    tasks += [Task(f"b{n}", "T", after=["m"]) for n in range(width)]
    base = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    made = tailor(base, Overlay("o", "O", changes=[changes.DropTask("m", reason="r")]))
    assert len(made["b0"].after) == width


def test_references_of_overlays_are_addresses():
    for url in ("javascript:alert(1)", "data:text/html,x", "//evil", "file:///etc/passwd", "https://a\nb"):
        with pytest.raises(InvalidError):
            Overlay.from_dict(with_value(("references", 0, "url"), url, DOCUMENT))
        with pytest.raises(InvalidError):
            Overlay("o", "O", references=[Reference("R", url)])
