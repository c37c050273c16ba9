"""Nothing is coerced: every field with every wrong type, unknown keys, numbers beyond numbers, and all faults at once."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import attrs
import pytest
import tomli_w

from helpers.strategies import DOCUMENT, SURROGATES, TEXT_FIELDS, path_of, with_value
from servingchecklist import Checklist, Effort, Limits, Phase, Priority, Reference, Risk, Step, Task, loads
from servingchecklist.errors import InvalidError


class Word(str):
    """Text that is not plainly text: what it writes is not what it holds."""

    __slots__ = ()

    def __repr__(self):
        return "Word(...)"

    def __format__(self, spec):
        return '"\nid = "forged'


class Name(StrEnum):
    ABC = "abc"


class Number(int):
    pass


TASK = ("phases", 0, "tasks", 0)
REFERENCE = (*TASK, "references", 0)
GUIDE = ("phases", 0, "guide")
LEVELS = {
    "document": (),
    "phase": ("phases", 0),
    "guide": GUIDE,
    "task": TASK,
    "step": (*TASK, "steps", 0),
    "risk": (*TASK, "risk"),
    "reference": REFERENCE,
}
FIELDS = {
    "document": [
        "schema_version",
        "kind",
        "id",
        "title",
        "version",
        "topic",
        "description",
        "phases",
        "tips",
        "labels",
        "annotations",
        "facets",
        "context",
        "kpis",
        "audiences",
        "gates",
        "base",
        "layers",
    ],
    "phase": ["id", "title", "description", "guide", "labels", "annotations", "after", "tasks"],
    "guide": ["title", "url"],
    "task": [
        "id",
        "title",
        "priority",
        "effort",
        "description",
        "steps",
        "role",
        "section",
        "labels",
        "annotations",
        "after",
        "wait_days",
        "not_before",
        "risk",
        "references",
        "when",
        "criteria",
        "gates",
    ],
    "step": ["id", "text"],
    "risk": ["blast_radius", "likelihood"],
    "reference": ["title", "url"],
}
PLACES = [(*LEVELS[level], field) for level, fields in FIELDS.items() for field in fields]
LISTS = {"phases", "tips", "tasks", "after", "references", "facets", "layers", "steps", "labels"}
LISTS |= {"kpis", "audiences", "gates", "criteria"}
CHOICES = {"context", "when", "annotations"}
TABLES = {"base": ("id", "title"), "guide": ("title", "url"), "risk": ("blast_radius", "likelihood")}

WRONG = {
    "None": None,
    "True": True,
    "False": False,
    "0": 0,
    "1": 1,
    "-1": -1,
    "3.9": 3.9,
    "1.0": 1.0,
    "nan": math.nan,
    "inf": math.inf,
    "huge": 10**5_000,
    "empty": "",
    "abc": "abc",
    "Word": Word("abc"),
    "StrEnum": Name.ABC,
    "int subclass": Number(1),
    "[]": [],
    "[1]": [1],
    "[None]": [None],
    "[Word]": [Word("abc")],
    "tuple": ("abc",),
    "set": {"abc"},
    "{}": {},
    "{a: 1}": {"a": 1},
    "bytes": b"abc",
    "datetime": datetime(2026, 1, 1, tzinfo=UTC),
    "date": date(2026, 1, 1),
    "Decimal": Decimal(1),
    "object": object(),
    "Priority": Priority.HIGH,
    "Effort": Effort(1, 2),
    "class": str,
}

EMPTY_LISTS = {(field, "[]") for field in LISTS} | {(field, "{}") for field in CHOICES}
EMPTY_TEXTS = {(field, "empty") for field in ("topic", "description", "role", "section")}
TEXTS = {
    (field, "abc") for field in ("id", "title", "version", "topic", "description", "url", "text", "role", "section")
}
ONES = {("schema_version", "1"), ("blast_radius", "1"), ("likelihood", "1"), ("wait_days", "1")}
RIGHT_IN_DOCUMENTS = EMPTY_LISTS | EMPTY_TEXTS | TEXTS | ONES | {("not_before", "date"), ("wait_days", "0")}
RIGHT_IN_CONSTRUCTORS = RIGHT_IN_DOCUMENTS | {
    ("not_before", "None"),
    ("after", "tuple"),
    ("tips", "tuple"),
    ("labels", "tuple"),
    ("annotations", "[]"),
    ("priority", "Priority"),
    ("effort", "None"),
    ("effort", "Effort"),
    ("risk", "None"),
    ("guide", "None"),
}  # fmt: skip


def fault_paths(keys, value):
    """Where the faults of a wrong value at ``keys`` must be: at the field itself, or at the one member that is wrong."""
    path, field = path_of(keys), keys[-1]
    if field in LISTS and isinstance(value, list):
        return [f"{path}[0]"]
    if field in CHOICES and isinstance(value, dict):
        return [f"{path}.{name}" for name in value]
    if field in TABLES and isinstance(value, dict):
        return [*(f"{path}.{name}" for name in TABLES[field]), *(f"{path}.{name}" for name in value)]
    return [path]


def faults_of(build, *arguments, **fields):
    """The paths of the faults with which ``build`` refuses what it is given; empty where it takes it."""
    try:
        build(*arguments, **fields)
    except InvalidError as error:
        return [fault.path if fault.message and str(fault).isprintable() else str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize("keys", PLACES, ids=path_of)
def test_a_wrong_type_in_a_document_is_refused_at_its_path(keys):
    document = with_value(
        (*TASK, "after"), [], with_value(("phases", 1), {"id": "second", "title": "Launch"})
    )  # no other fault follows from it
    expected = {
        name: [] if (keys[-1], name) in RIGHT_IN_DOCUMENTS else fault_paths(keys, value)
        for name, value in WRONG.items()
    }
    found = {name: faults_of(Checklist.from_dict, with_value(keys, value, document)) for name, value in WRONG.items()}
    assert {name: set(paths) for name, paths in found.items()} == {name: set(paths) for name, paths in expected.items()}
    assert {name: len(paths) for name, paths in found.items()} == {name: len(paths) for name, paths in expected.items()}


REFERENCE_MADE = Reference("A", "a.md")
MADE = {
    Checklist: {"id": "a", "title": "A", "version": "1", "topic": "", "description": "", "phases": (), "tips": ()},
    Phase: {"id": "a", "title": "A", "description": "", "guide": REFERENCE_MADE, "after": (), "tasks": ()},
    Task: {
        "id": "a",
        "title": "A",
        "priority": Priority.LOW,
        "effort": None,
        "description": "",
        "steps": (),
        "role": "",
        "section": "",
        "labels": (),
        "annotations": (),
        "after": (),
        "wait_days": 0,
        "not_before": None,
        "risk": None,
        "references": (REFERENCE_MADE,),
    },
    Step: {"id": "a", "text": "A"},
    Risk: {"blast_radius": 1, "likelihood": 5},
    Reference: {"title": "A", "url": "a.md"},
}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in MADE.items() for field in fields])
def test_a_wrong_type_in_a_constructor_is_refused_at_its_path(kind, field):
    expected = {}
    for name, value in WRONG.items():
        member = field in LISTS and isinstance(value, list | tuple)
        part = "[0]" if member else ".a" if (field, name) == ("annotations", "{a: 1}") else ""
        expected[name] = [] if (field, name) in RIGHT_IN_CONSTRUCTORS else [f"$.{field}{part}"]
    assert {name: faults_of(kind, **MADE[kind] | {field: value}) for name, value in WRONG.items()} == expected


NUMBERS = {"0", "1", "3.9", "1.0"}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("field", ["low", "high", "likely"])
def test_a_wrong_type_in_an_effort_is_refused_at_its_path(field, wrong):
    made = {"low": 0.0, "high": 10.0, "likely": 1.0} | {field: WRONG[wrong]}
    if field == "high":
        made["likely"] = made["low"] = 0.0
    if field == "low":
        made["likely"] = 10.0
    if wrong in NUMBERS or (field, wrong) == ("likely", "None"):
        assert getattr(Effort(**made), field) == WRONG[wrong]
        return
    with pytest.raises(InvalidError) as caught:
        Effort(**made)
    assert [fault.path for fault in caught.value.faults] == [f"$.{field}"]
    assert caught.value.faults[0].message == "is not a number of working days"


@pytest.mark.parametrize("wrong", WRONG)
def test_an_effort_is_parsed_from_text_only(wrong):
    with pytest.raises(InvalidError, match=r"^\$: is not (text|an effort) \(got .*\); write it as '1 day', '2-3 days'"):
        Effort.parse(WRONG[wrong])


@pytest.mark.parametrize("wrong", [name for name in WRONG if name != "1"])
@pytest.mark.parametrize("field", ["bytes", "nesting", "key_parts", "values", "tasks", "events"])
def test_a_wrong_type_in_limits_is_refused_at_its_path(field, wrong):
    with pytest.raises(InvalidError) as caught:
        Limits(**{field: WRONG[wrong]})
    assert [(fault.path, fault.message) for fault in caught.value.faults] == [
        (f"$.{field}", "is not a whole number from 1 to 1,000,000,000")
    ]


@pytest.mark.parametrize("wrong", [name for name in WRONG if not name.startswith("{")])
def test_what_is_not_a_document_is_refused(wrong):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(WRONG[wrong])
    (fault,) = caught.value.faults
    assert (fault.path, fault.message) == ("$", "is not a document")
    assert fault.hint == "write schema_version and kind at the top level"


NEAR = {
    "document": ("tip", "tips"),
    "phase": ("descripton", "description"),
    "guide": ("ur1", "url"),
    "task": ("refrences", "references"),
    "risk": ("blast-radius", "blast_radius"),
    "reference": ("Title", "title"),
}


@pytest.mark.parametrize(
    "read",
    [Checklist.from_dict, lambda one: loads(json.dumps(one), "json"), lambda one: loads(tomli_w.dumps(one), "toml")],
)
@pytest.mark.parametrize("level", NEAR)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(level, read):
    key, near = NEAR[level]
    with pytest.raises(InvalidError) as caught:
        read(with_value((*LEVELS[level], key), "x"))
    (fault,) = caught.value.faults
    assert fault.path.removeprefix(path_of(LEVELS[level])) == f".{key}"
    assert (fault.code, fault.message, fault.hint) == ("unknown-key", "is not a known key", f"did you mean {near!r}?")


@pytest.mark.parametrize("level", NEAR)
def test_an_unknown_key_that_is_like_none_is_refused_with_all_known_ones(level):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value((*LEVELS[level], "$ref"), "x"))
    known = ", ".join(name for name in FIELDS[level] if name not in ("schema_version", "kind"))
    [fault] = caught.value.faults
    assert (fault.path, fault.message) == (f"{path_of(LEVELS[level])}['$ref']", "is not a known key")
    assert fault.hint == f"known: {known}"


@pytest.mark.parametrize(
    "key",
    [
        "__class__",
        "__init__",
        "_tasks",
        "_position",
        "__reduce__",
        "self",
        "cls",
        "\x1b[31m",
        "\ud800",
        "",
        "a.b",
        "a b",
        "x" * 10_000,
        1,
        None,
        True,
        ("a",),
        b"id",
        3.5,
    ],
)
@pytest.mark.parametrize("level", NEAR)
def test_a_strange_key_is_refused_in_printable_words(level, key):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value((*LEVELS[level], key), "x"))
    (fault,) = caught.value.faults
    assert fault.message == "is not a known key"
    assert fault.path.startswith(path_of(LEVELS[level]))
    assert str(fault).isprintable()
    assert len(fault.path) < 150


@pytest.mark.parametrize("level", FIELDS)
def test_a_key_in_another_case_is_not_the_key(level):
    for field in FIELDS[level]:
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(with_value((*LEVELS[level], field.upper()), "x"))
        assert [fault.message for fault in caught.value.faults] == ["is not a known key"]


@pytest.mark.parametrize(
    ("level", "key"),
    [
        ("document", "schema_version"),
        ("document", "kind"),
        *(
            (level, key)
            for level in LEVELS
            for key in ("id", "title", "url", "blast_radius", "likelihood")
            if key in FIELDS[level]
        ),
    ],
)
def test_a_missing_key_is_told(level, key):
    document = with_value(("phases", 1, "tasks"), [], with_value((*TASK, "after"), []))
    holder = document
    for step in LEVELS[level]:
        holder = holder[step]
    del holder[key]
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(document)
    assert [(fault.path, fault.message) for fault in caught.value.faults] == [
        (path_of((*LEVELS[level], key)), "is missing")
    ]


TEN_FAULTS = {
    ("schema_version",): (2, "is newer than this release reads"),
    ("kind",): ("chekclist", "is not a kind of document"),
    ("title",): ("", "is empty"),
    ("phases", 0, "titel"): ("x", "is not a known key"),
    ("phases", 0, "guide", "url"): ("javascript:x", "is not an address"),
    (*TASK, "priority"): ("urgent", "is not a priority"),
    (*TASK, "effort"): ("soon", "is not an effort"),
    (*TASK, "risk", "likelihood"): (6, "is not a whole number from 1 to 5"),
    (*TASK, "references", 1, "title"): ("a\x1b", "holds the control character U+001B at position 1"),
    ("phases", 1, "tasks", 0, "after", 0): ("c9", "there is no task of that id"),
    ("tips", 1): (7, "is not text"),
}


@pytest.mark.parametrize(
    "read",
    [Checklist.from_dict, lambda one: loads(json.dumps(one), "json"), lambda one: loads(tomli_w.dumps(one), "toml")],
)
def test_all_faults_of_a_document_are_told_at_once(read):
    document = DOCUMENT
    for keys, (value, _) in TEN_FAULTS.items():
        document = with_value(keys, value, document)
    with pytest.raises(InvalidError) as caught:
        read(document)
    found = {(fault.path, fault.message) for fault in caught.value.faults}
    assert found == {(path_of(keys), problem) for keys, (_, problem) in TEN_FAULTS.items()}
    assert len(caught.value.faults) == len(TEN_FAULTS)
    assert str(caught.value).splitlines()[0] == f"{len(TEN_FAULTS)} faults:"


def spliced(keys, raw):
    """The document as JSON, with ``raw`` as the text of the value at ``keys``."""
    return json.dumps(with_value(keys, "@@@")).replace('"@@@"', raw)


@pytest.mark.parametrize("raw", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("keys", PLACES, ids=path_of)
def test_constants_that_are_not_json_are_refused_everywhere(keys, raw):
    with pytest.raises(InvalidError) as caught:
        loads(spliced(keys, raw), "json")
    assert str(caught.value) == f"$: holds {raw}, which is not JSON; write a finite number"


@pytest.mark.parametrize("raw", ["1e999", "-1e999", "1E+400", "9" * 400 + ".0", "1.0e99999999999999999999"])
@pytest.mark.parametrize("keys", PLACES, ids=path_of)
def test_numbers_beyond_a_float_are_refused_everywhere(keys, raw):
    with pytest.raises(InvalidError) as caught:
        loads(spliced(keys, raw), "json")
    (fault,) = caught.value.faults
    assert (fault.path, fault.message, fault.hint) == (
        "$",
        "holds a number that no float can hold",
        "write a smaller number",
    )


@pytest.mark.parametrize(
    "raw",
    [
        "9" * 4_000,
        "-" + "9" * 4_000,
        "9" * 400,
        "4294967297",
        "18446744073709551617",
        "1.0",
        "1e0",
        "0.1e1",
        "-0",
        "-0.0",
        "5e-324",
    ],
)
@pytest.mark.parametrize("format", ["json", "toml"])
@pytest.mark.parametrize("field", ["blast_radius", "likelihood"])
def test_only_small_whole_numbers_are_a_risk(field, format, raw):
    keys = (*TASK, "risk", field)
    text = spliced(keys, raw) if format == "json" else tomli_w.dumps(with_value(keys, "@@@")).replace('"@@@"', raw)
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    (fault,) = caught.value.faults
    assert (fault.path, fault.message) == (path_of(keys), "is not a whole number from 1 to 5")
    assert len(fault.value) < 100


@pytest.mark.parametrize(
    ("raw", "format"),
    [
        ("9" * 5_000, "json"),
        ("9" * 200_000, "json"),
        ("-" + "9" * 5_000, "json"),
        ("9" * 5_000, "toml"),
        ("9" * 200_000, "toml"),
        ("-" + "9" * 5_000, "toml"),
    ],
)
def test_integers_of_thousands_of_digits_are_refused(raw, format):
    keys = (*TASK, "risk", "likelihood")
    text = spliced(keys, raw) if format == "json" else tomli_w.dumps(with_value(keys, "@@@")).replace('"@@@"', raw)
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    assert [fault.path for fault in caught.value.faults] == ["$"]
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("raw", ["0x" + "f" * 90_000, "0o" + "7" * 90_000, "0b" + "1" * 90_000])
def test_integers_of_many_digits_in_another_base_are_refused_in_short(raw):
    with pytest.raises(InvalidError) as caught:
        loads(tomli_w.dumps(with_value((*TASK, "risk", "likelihood"), "@@@")).replace('"@@@"', raw), "toml")
    assert [fault.path for fault in caught.value.faults] == [path_of((*TASK, "risk", "likelihood"))]
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "value",
    [
        "nan",
        "inf",
        "-inf",
        "+nan",
        "1e999",
        "true",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "12:00:00",
        "0x1p3".replace("p", ""),
    ],
)
@pytest.mark.parametrize("field", ["title", "effort", "id", "description"])
def test_toml_values_of_other_types_are_not_text(field, value):
    text = tomli_w.dumps(with_value((*TASK, field), "@@@", with_value(("phases", 1, "tasks"), []))).replace(
        '"@@@"', value
    )
    with pytest.raises(InvalidError) as caught:
        loads(text, "toml")
    assert [fault.path for fault in caught.value.faults] == [path_of((*TASK, field))]


EFFORTS = [
    "NaN days",
    "nan days",
    "inf days",
    "-1 days",
    "1e999 days",
    "3-2 days",
    "1 day, likely 2",
    "10001 days",
    "2001 weeks",
    "1  day",
    "\uff11 day",
    "\u0661 days",
    "1\u00a0day",
    "1_0 days",
    "0x1 days",
    "1-2-3 days",
    "1 day, likely",
    "9" * 400 + " days",
    "1" + "0" * 110 + " days",
    "1e9999 days",
    "1.days",
    "1 d\u0430y",
    "1 da\u200by",
    "1 w\u212a",
    "2\u20103 days",
    "~2 days",
    "2m",
    "XL",
    "TBD",
    "",
    "1 day" + " " * 5_000 + "s",
    ".5 days",
]


@pytest.mark.parametrize("effort", EFFORTS)
def test_efforts_that_say_nothing_or_too_much_are_refused(effort):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(with_value((*TASK, "effort"), effort))
    assert {fault.path for fault in caught.value.faults} == {path_of((*TASK, "effort"))}


@pytest.mark.parametrize("level", LEVELS)
def test_a_key_that_stands_twice_is_refused_at_its_level(level):
    field = {"risk": "likelihood", "step": "text"}.get(level, "title")
    marked = json.dumps(with_value((*LEVELS[level], "@@@"), "x"))
    holder = DOCUMENT
    for key in LEVELS[level]:
        holder = holder[key]
    with pytest.raises(InvalidError) as caught:
        loads(marked.replace('"@@@": "x"', f'"{field}": {json.dumps(holder[field])}'), "json")
    (fault,) = caught.value.faults
    assert (fault.path, fault.message, fault.line) == (path_of((*LEVELS[level], field)), "is there twice", 1)


@pytest.mark.parametrize("level", LEVELS)
def test_a_key_that_stands_twice_is_refused_in_toml(level):
    table = {
        "document": "",
        "phase": "[[phases]]",
        "task": "[[phases]]\n[[phases.tasks]]",
        "guide": "[phases.guide]",
        "step": "[[phases.tasks.steps]]",
        "risk": "[phases.risk]",
        "reference": "[[phases.tasks.references]]",
    }[level]
    with pytest.raises(InvalidError) as caught:
        loads(f"{table}\ntitle = 'A'\n\"title\" = 'B'\n", "toml")
    assert [fault.path for fault in caught.value.faults] == ["$"]
    assert str(caught.value).startswith("$: is not TOML: Cannot overwrite a value")


def test_a_key_that_stands_twice_is_told_with_all_other_faults():
    with pytest.raises(InvalidError) as caught:
        loads(
            '{"schema_version": 1, "kind": "checklist", "id": "a", "id": "a", "title": "", "x": {"\\ud800": 1, "\\ud800": 2}}',
            "json",
        )
    assert [str(attrs.evolve(fault, line=None)) for fault in caught.value.faults] == [
        "$.id: is there twice; keep one of them",
        "$.x['\\ud800']: is there twice; keep one of them",
        "$.x: is not a known key; known: id, title, version, topic, description, phases, tips, labels, annotations, facets, context, kpis, audiences, gates, base, layers",
        "$.title: is empty (got ''); say in a few words what it is",
    ]


@pytest.mark.parametrize("surrogate", SURROGATES, ids=ascii)
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_lone_surrogates_are_refused_in_every_text(name, surrogate):
    field = TEXT_FIELDS[name]
    for text in (
        json.dumps(field.document(f"a{surrogate}")),
        json.dumps(field.document(f"a{surrogate}"), ensure_ascii=False),
    ):
        with pytest.raises(InvalidError) as caught:
            loads(text, "json")
        (fault,) = caught.value.faults
        assert (fault.path, fault.message) == (
            field.path,
            f"holds the lone surrogate U+{ord(surrogate):04X} at position 1",
        )
        str(caught.value).encode()


def test_a_surrogate_pair_in_json_is_the_character_it_means():
    assert loads(json.dumps(TEXT_FIELDS["task title"].document("\U0001f600")), "json")["c1"].title == "\U0001f600"
