"""JSON Schemas, held against the loader: with documents that are right, and with such as have one wrong value."""

from __future__ import annotations

import copy
import json
import re

import attrs
import pytest
from hypothesis import given

from helpers.forecasts import ALL_OPTIONS
from helpers.proof import everything
from helpers.strategies import BIDI_CONTROLS, CONTROLS, DOCUMENT, checklists, efforts, launches, overlays
from helpers.tailorings import tailored
from servingchecklist import Checklist, Launch, Overlay, Phase, Reference, Step, Task, catalog, codec, loads, schemas
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.events import LaunchStarted
from servingchecklist.evidence import Criterion
from servingchecklist.schemas import json_schema
from test_document_types import EVERY_EVENT, EVERY_FIELD, PROVEN

jsonschema = pytest.importorskip("jsonschema")

VALIDATORS = {kind: jsonschema.Draft202012Validator(json_schema(kind)) for kind in codec.KINDS}


def faults_in(document):
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[document["kind"]].iter_errors(document)]


def fragments(fragment):
    """Yield a schema and all schemas within it."""
    if isinstance(fragment, dict):
        yield fragment
        for part in fragment.values():
            yield from fragments(part)
    elif isinstance(fragment, list):
        for part in fragment:
            yield from fragments(part)


@pytest.mark.parametrize("kind", codec.KINDS)
def test_each_schema_is_one_of_its_draft_and_complete(kind):
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    defined = {f"#/$defs/{name}" for name in schema["$defs"]}
    assert {one["$ref"] for one in fragments(schema) if "$ref" in one} == defined
    objects = [
        one for one in fragments(schema) if "properties" in one and "title" in one and "additionalProperties" in one
    ]
    assert all(one["additionalProperties"] is False for one in objects)
    assert [one["title"] for one in objects] != []
    for one in objects:
        described = {name for name, field in one["properties"].items() if field.get("description")}
        assert described | {"kind"} >= one["properties"].keys(), one["title"]


@pytest.mark.parametrize("kind", codec.KINDS)
def test_each_schema_takes_its_address_from_where_it_is_kept(kind):
    assert "$id" not in json_schema(kind)
    assert {one["$ref"][:8] for one in fragments(json_schema(kind)) if "$ref" in one} == {"#/$defs/"}


@pytest.mark.parametrize("kind", codec.KINDS)
def test_each_pattern_is_described_and_begins_with_its_examples(kind):
    for one in fragments(json_schema(kind)):
        if type(pattern := one.get("pattern")) is str:
            assert one["description"]
            bare = pattern
            for example in one.get("examples", ()):
                start = re.sub("[.+]", r"\\\g<0>", example) + "|"
                assert start in bare
                bare = bare.replace(start, "", 1)
            # Without them the pattern takes the same: they are what a message shows first.
            assert all(re.search(bare, example) for example in one.get("examples", ()))


@pytest.mark.parametrize("kind", codec.KINDS)
def test_descriptions_are_sentences_of_plain_text(kind):
    for one in fragments(json_schema(kind)):
        if type(words := one.get("description")) is str:
            assert re.fullmatch(r'[A-Z1"[].*[.]', words), words
            assert not re.search(r"``|:\w+:|None|You can| {2}", words), words


def test_each_schema_has_the_fields_of_its_class_and_what_every_document_has():
    schema = json_schema("checklist")
    fields = [field.name for field in attrs.fields(Checklist)]
    assert list(schema["properties"]) == ["$schema", "schema_version", "kind", *fields]
    assert schema["required"] == ["schema_version", "kind", "id", "title"]
    assert schema["properties"]["version"]["default"] == "1"
    assert schema["$defs"]["task"]["properties"]["priority"] == {
        "enum": ["critical", "high", "medium", "low"],
        "description": "Its own priority, or the name of it. Tasks that wait for it can make it more urgent; see order.",
        "default": "medium",
    }
    assert schema["$defs"]["kpi"]["properties"]["binds"]["default"] == ["model", "config"]
    assert schema["$defs"]["risk"]["required"] == ["blast_radius", "likelihood"]


def test_a_schema_is_a_new_one_at_each_call():
    json_schema("launch").clear()
    assert json_schema("launch") == json_schema("launch") != {}


def test_a_field_without_a_schema_is_an_error():
    @attrs.frozen
    class Other:
        newer: str

    with pytest.raises(KeyError, match=r"^'newer'$"):
        schemas._object(Other)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("overly", "$: there is no kind of document of that name (got 'overly'); did you mean 'overlay'?"),
        (
            None,
            "$: there is no kind of document of that name (got None); known: checklist, launch, overlay, forecast-options",
        ),
        (
            Checklist,
            "$: there is no kind of document of that name (got a value of type type); known: checklist, launch, overlay, forecast-options",
        ),
    ],
)
def test_a_kind_that_there_is_not_is_refused(kind, message):
    with pytest.raises(UnknownNameError) as caught:
        json_schema(kind)
    assert str(caught.value) == message


@given(checklists() | overlays() | launches())
def test_every_document_that_is_written_is_accepted(value):
    assert faults_in(value.to_dict()) == []


OVERLAY = Overlay("o", "O", base="mine", description="D", references=[Reference("R", "r.md")], changes=EVERY_FIELD)


def launch():
    """The document of a launch with events of every kind, and with a checklist of what they name."""
    start = LaunchStarted(by="b", at=min(event.at for event in EVERY_EVENT), topic="t")
    events = {event.kind: event for event in (*EVERY_EVENT, start)}.values()
    named = {event.task for event in events if hasattr(event, "task")}
    steps = [Step(name, "S") for name in sorted({event.step for event in events if hasattr(event, "step")})]
    criteria = [
        Criterion(name, "C", attested="sre")
        for name in sorted({event.criterion for event in events if hasattr(event, "criterion")})
    ]
    tasks = [Task(name, "T", steps=steps, criteria=criteria) for name in sorted(named)]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    return Launch(checklist, "x", list(events)).to_dict()


def examples():
    bundled = [catalog.overlay(one.id) if one.kind == "overlay" else catalog.load(one.id) for one in catalog.entries()]
    values = [*bundled, PROVEN, tailored(), OVERLAY, ALL_OPTIONS, everything()]
    return [*(value.to_dict() for value in values), DOCUMENT, launch()]


def test_documents_with_every_field_and_every_kind_of_event_and_change_are_accepted():
    for document in examples():
        assert faults_in(document) == []
        assert faults_in({"$schema": "./x.json", **document}) == []


@given(efforts)
def test_efforts_are_accepted_however_they_are_written(effort):
    for text in (str(effort), str(effort).upper(), f"\t{effort}\x1c ", str(effort).replace("-", " \u2013 ", 1)):
        value = DOCUMENT | {"phases": [{"id": "p", "title": "P", "tasks": [{"id": "t", "title": "T", "effort": text}]}]}
        assert codes_of(value) or faults_in(value) == []


def codes_of(document):
    """Return the codes of the faults that the loader finds."""
    try:
        codec.decode(document)
    except InvalidError as error:
        return {fault.code for fault in error.faults}
    return set()


VALUES = (
    None, True, False, 0, 1, -1, 2, 0.5, 1.0, 0.95, 1e308, -1e300, 10**12, 2**200, "", " ", "x", " x", "x ", "x\n", "X",
    "\u00e9", "a b", "a\u2028b", "a\tb", "a\nb", "\u3164", "\U0001f469\u200d\U0001f467", "x" * 65, "x" * 201, "x" * 20_001,
    "2 days", "2-3 DAYS ", "1-2 Weeks, Likely 1.5", " exactly 1 day", "2 calendar days - 3", "1h 30min", "2d-3d", "1 day to 2 days",
    "4 hours on any day", "7 days elapsed exactly", "1e1 mo", "\x1c2 wk\x85", "2 dyas", "~2 days", "5/s", "120 ms", "\u30000.1 %",
    "2 points", "2026-12-01", "2026-02-30", "2026-12-01T10:00:00Z", "2026-12-01 10:00:00.5+01:00", "2026-12-01..2026-12-05",
    "a" * 64, f"sha256:{'a' * 64}", "https://e.com/x", "HTTPS://E.com", "javascript:x", "www.e.com", "guides/x.md#y", "#y",
    "a b.md", "mailto:a@b", "mon", "Wednes", "phases-first", "x-own", "score.f1", "request.latency", "critical", "NaN", "1e3",
    ".5", "1_0", "POST", "/x", "unknown", [], ["x"], ["x", "x"], [1], [[]], ["effort"], {}, {"x": "y"}, {"x": ["y"]}, {"x": 1},
    {"/x": 1}, {"": ""}, {"X y": "z"}, {"x": "2 days"}, [{}], {"kind": "noted"}, [{"kind": "drop-task", "task": "x", "reason": "r"}],
    *(f"a{character}b" for character in (*CONTROLS[::7], *BIDI_CONTROLS[::4])),
)  # fmt: skip


def places(value, path=()):
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from places(item, (*path, key))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def with_value(document, path, value):
    if not path:
        return value
    changed = copy.copy(document)
    changed[path[0]] = with_value(document[path[0]], path[1:], value)
    return changed


def mutations(document):
    """Yield each document that differs in one value, one key less or one key more, with the place and the value."""
    for path in places(document):
        holder = at(document, path)
        if path:
            yield from ((path, value, with_value(document, path, value)) for value in VALUES)
        if isinstance(holder, dict):
            yield path, "a key more", with_value(document, path, holder | {"xyz": 1})
            yield path, "nulls", with_value(document, path, holder | dict.fromkeys(holder, None))
            for key in holder:
                fewer = {name: item for name, item in holder.items() if name != key}
                yield path, f"without {key}", with_value(document, path, fewer)


MUTATED = {
    "a checklist": lambda: DOCUMENT,
    "a checklist with proof": PROVEN.to_dict,
    "a tailored checklist": lambda: tailored().to_dict(),
    "an overlay": OVERLAY.to_dict,
    "options": ALL_OPTIONS.to_dict,
    "a launch": launch,
}

# The codes of faults that a schema does not find, with the reasons that docs/how-to/check-in-an-editor.md gives.
UNFOUND = {
    "unknown-task", "unknown-step", "unknown-phase", "unknown-facet", "unknown-name", "unknown-value",  # names
    "dependency-cycle", "duplicate",
    "contradiction", "missing", "empty", "out-of-order", "before-start", "does-not-apply",  # fields that belong together
    "out-of-range",  # a whole number with a point, counts of violations, units of KPIs
    "bad-format",  # a day that there is not, an address that lacks https, a unit that does not fit
    "not-a-copy",  # layers that do not fit their base
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATED)
def test_whatever_is_read_is_accepted_and_the_rest_is_as_documented(name, some):
    document = MUTATED[name]()
    assert codec.decode(document)
    every = list(mutations(document))
    cases = some(every[:: max(1, len(every) // 2_000)], 600)  # judging one takes ten milliseconds
    validator, same = VALIDATORS[document["kind"]], 0
    for path, value, changed in cases:
        codes = codes_of(changed)
        is_accepted = validator.is_valid(changed)
        same += is_accepted == (not codes)
        assert is_accepted or codes, (path, value)  # whatever is read is accepted
        assert not is_accepted or not codes or codes & UNFOUND, (path, value)
    assert same > 0.9 * len(cases)


@pytest.mark.parametrize(
    ("wrong", "path", "problem"),
    [
        ({"priority": "urgent"}, "$.phases[0].tasks[1].priority", "'urgent' is not one of ['critical', 'high', 'medium', 'low']"),
        ({"effort": "soon"}, "$.phases[0].tasks[1].effort", "'soon' does not match '^(?:1 day|2-3 days|4 hours|2-5 days, likely 3|"),
        ({"effrot": "1 day"}, "$.phases[0].tasks[1]", "Additional properties are not allowed ('effrot' was unexpected)"),
        ({"title": "x\n"}, "$.phases[0].tasks[1].title", "'x\\n' does not match '^(?:one line without blanks around it|"),
        ({"after": "c1"}, "$.phases[0].tasks[1].after", "'c1' is not of type 'array'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_is(wrong, path, problem):
    document = copy.deepcopy(DOCUMENT)
    document["phases"][0]["tasks"][1] |= wrong
    (fault,) = faults_in(document)
    assert fault.startswith(f"{path}: {problem}")


def test_a_fault_of_a_change_is_told_where_it_is_and_of_its_kind_alone():
    document = OVERLAY.to_dict()
    document["changes"] = [
        {"kind": "set-task", "task": "a", "priority": "urgent", "reason": "r"},
        {"kind": "drop-tusk", "task": "a", "reason": "r"},
    ]
    first, second = faults_in(document)
    assert first.startswith("$.changes[0].priority: 'urgent' is not one of ")
    assert second.startswith("$.changes[1].kind: 'drop-tusk' is not one of ['set-task', ")


def test_the_address_of_a_schema_is_taken_and_not_kept():
    held = loads(json.dumps({"$schema": "./checklist.schema.json", **DOCUMENT}), "json")
    assert held == Checklist.from_dict(DOCUMENT)
    assert "$schema" not in held.to_dict()
    text = '#:schema ./checklist.schema.json\n\nschema_version = 1\nkind = "checklist"\nid = "x"\ntitle = "X"\n'
    assert loads(text, "toml") == Checklist("x", "X")


def test_patterns_are_of_ecma_262_and_match_whole_texts():
    for kind in codec.KINDS:
        for one in fragments(json_schema(kind)):
            if type(pattern := one.get("pattern")) is str:
                assert pattern.startswith("^(?:")
                assert pattern.endswith(r")(?![\s\S])")
                assert pattern.isascii()
                assert pattern.isprintable()
                # Not of ECMA-262: possessive quantifiers, anchors, named groups of Python, options and POSIX classes.
                bare = re.sub(r"\[(?:[^\]\\]|\\.)*\]", "c", pattern)
                assert not re.search(r"[*+?}]\+|\\[AZz]|\(\?P|\(\?[a-zA-Z]", bare), pattern
