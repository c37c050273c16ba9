"""JSON Schema of the documents that files hold, for editors and for tools in other languages.

The schemas are made from the fields of the classes: their names, defaults and docstrings, and the table below for their values. They are
of the draft 2020-12, and their patterns are regular expressions of ECMA-262. A schema never refuses a document that is read; a document
that it accepts may still have faults, such as the id of a task that does not exist.
"""

from __future__ import annotations

import json
import re
from datetime import date
from enum import Enum
from functools import cache
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

import attrs

from ._dates import WEEKDAYS
from ._evidence.evidence import MOST_BUCKETS, VALUES, Bucket, Caution, Evidence, Measure, Number, Part, Sampling, Source
from ._evidence.evidence import Bias as EvidenceBias
from ._launch import events
from ._launch.launch import Launch
from ._model import changes
from ._model._validation import ID, LABEL, LINE_LENGTH, MOST_COUNTED, TEXT_LENGTH, VERSION
from ._model.audience import Audience, Example, ExpectedAnswer
from ._model.checklist import MOST_LAYERS, Checklist
from ._model.facet import Facet
from ._model.kpi import MEASURES, Criterion, Family, GateDefinition, Kpi
from ._model.overlay import Overlay
from ._model.task import LONGEST_WAIT, Phase, Priority, Reference, Risk, Step, Task
from ._namespace import public
from ._planning.calendar import Calendar
from ._planning.calibration import Calibration, ClosedTask, PastForecast
from ._planning.options import MOST_SAMPLES, UNKNOWN, ForecastOptions, Ranges
from ._planning.rules import BUNDLED, ORDERS
from ._text import FORBIDDEN, FORBIDDEN_IN_LINE
from .codec import KINDS, SCHEMA_VERSION
from .errors import as_text, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["json_schema"]

Kind: TypeAlias = Literal["checklist", "launch", "overlay", "forecast-options"]
Fragment: TypeAlias = dict[str, Any]
"""A part of a schema."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@public("schemas")
def json_schema(kind: Kind | str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of document: a new dict at each call, ready for a JSON library.

    >>> from servingchecklist.schemas import json_schema
    >>> json_schema("overlay")["required"]
    ['schema_version', 'kind', 'id', 'title']

    Args:
        kind: The value of ``kind`` in the document: ``"checklist"``, ``"launch"``, ``"overlay"`` or ``"forecast-options"``.

    Raises:
        UnknownNameError: There is no such kind.
    """
    name = as_text(kind)
    if type(name) is not str or name not in KINDS:
        raise unknown_name("unknown-name", "$", "kind of document", kind, KINDS)
    return cast("dict[str, Any]", json.loads(_schema(name)))


@cache
def _schema(kind: str) -> str:
    root = _object({"checklist": Checklist, "launch": Launch, "overlay": Overlay}.get(kind, ForecastOptions))
    head: Fragment = {
        "$schema": {"description": "The address of this schema, for editors. It is not kept."},
        "schema_version": {"const": SCHEMA_VERSION, "description": "The version of the format of files."},
        "kind": {"const": kind, "description": "The kind of document."},
    }
    root["properties"] = head | root["properties"]
    root["required"] = ["schema_version", "kind", *root["required"]]
    definitions: dict[str, Fragment] = {}
    names = list(_references(root))
    while names:
        if (name := names.pop()) not in definitions:
            definitions[name] = _definition(name)
            names += _references(definitions[name])
    return json.dumps({"$schema": DIALECT, **root, "$defs": dict(sorted(definitions.items()))})


def _references(fragment: object) -> Iterator[str]:
    """Yield the names of the definitions that a fragment refers to."""
    if isinstance(fragment, dict):
        for key, value in cast("Fragment", fragment).items():
            if key == "$ref":
                yield str(value).rpartition("/")[2]
            else:
                yield from _references(value)
    elif isinstance(fragment, list):
        for item in cast("list[object]", fragment):
            yield from _references(item)


def _definition(name: str) -> Fragment:
    if name in _DEFINED:
        return _DEFINED[name]
    return _object(_CLASSES[name], name if name in _TAGGED else "")


def _object(kind: type[attrs.AttrsInstance], tag: str = "") -> Fragment:
    """Return the schema of the documents of a class; with a tag, of those whose ``kind`` it is."""
    documented = {name: text for other in (*_DOCUMENTED_AS, *kind.__mro__[::-1]) for name, text in _attributes(other)}
    properties: dict[str, Fragment] = {"kind": {"const": tag}} if tag else {}
    required = ["kind"] if tag else []
    for field in attrs.fields(kind):
        fragment = {**_fragment(kind, field.name), "description": documented.get(field.name, "")}
        if field.default is attrs.NOTHING:
            required.append(field.name)
        elif (default := _default(field.default)) is not None:
            fragment["default"] = default
        properties[field.name] = fragment
    opening = cleandoc(kind.__doc__ or "").partition("\n\n")[0]
    return {
        "title": kind.__name__,
        "description": _plain(opening),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _fragment(kind: type, name: str) -> Fragment:
    """Return the schema of the values of a field.

    Raises:
        KeyError: The tables below have none.
    """
    own = next((_OF_CLASS[one][name] for one in kind.__mro__ if name in _OF_CLASS.get(one, ())), None)
    return own if own is not None else _FIELDS[name]


def _default(value: object) -> object:
    """Return the default of a field as in files; None for one that says no more than that it can be left out."""
    if isinstance(value, Enum):
        return value.value
    if type(value) is tuple:
        members = list(cast("tuple[object, ...]", value))
        return members if members and {str}.issuperset(map(type, members)) else None
    return value if type(value) in (str, int, float, bool) and value != "" else None


def _attributes(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the fields that the docstring of a class describes, with their descriptions."""
    section = re.search(r"(?ms)^Attributes:\n(.*?)(?:\n\n|\Z)", cleandoc(kind.__doc__ or ""))
    for match in re.finditer(r"(?ms)^    (\w+): (.*?)(?=\n    \w|\Z)", section[1] if section else ""):
        yield match[1], _plain(match[2])


def _plain(text: str) -> str:
    """Return text of a docstring as plain text in one line, in the words of files: without what is only for callers in Python."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"\1", " ".join(text.split()))
    text = re.sub(r" (?:You (?:can|may) |They are (?:held|kept) as ).*", "", text)
    return text.replace("``", "").replace(". None ", ". Nothing ").replace("None", "nothing")


# The end of a text. "$" would also match before a line break at the end, in Python.
_END = r"(?![\s\S])"
# White space as str.strip() has it but control characters, and all that either takes for it; \s of ECMA-262 is another set.
_SPACE = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ANY_SPACE = r"[\s\u001c-\u001f\u0085]*"


def _text(pattern: str, description: str, *examples: str, **more: object) -> Fragment:
    """Return the schema of text of a pattern. The examples come first in the pattern too, since messages show no more than that."""
    shown = [re.sub("[.+]", r"\\\g<0>", example) for example in examples]
    stated: Fragment = {"examples": [*examples]} if examples else {}
    whole = f"^(?:{'|'.join([*shown, pattern])}){_END}"
    return {"type": "string", "pattern": whole, "description": description, **stated, **more}


def _escaped(characters: str) -> str:
    """Return a class of characters for ECMA-262, without surrogates, which patterns of other engines take for halves of characters."""
    characters = characters.replace("\ud800-\udfff", "")
    return re.sub(r"[^ -~]", lambda match: f"\\u{ord(match[0]):04x}", characters)


def _any_case(word: str) -> str:
    """Return a pattern for a word in any case; that of a whole pattern is an option, which JSON Schema does not have."""
    return re.sub(r"[a-z]", lambda match: f"[{match[0]}{match[0].upper()}]", word)


def _ref(name: str) -> Fragment:
    return {"$ref": f"#/$defs/{name}"}


def _list(item: Fragment, *, some: bool = False, distinct: bool = False, **more: object) -> Fragment:
    counted: Fragment = {"minItems": 1} if some else {}
    unlike: Fragment = {"uniqueItems": True} if distinct else {}
    return {"type": "array", "items": item, **counted, **unlike, **more}


def _table(keys: Fragment, values: Fragment) -> Fragment:
    return {"type": "object", "propertyNames": keys, "additionalProperties": values}


def _whole(least: int, most: int) -> Fragment:
    return {"type": "integer", "minimum": least, "maximum": most}


def _or(*fragments: Fragment) -> Fragment:
    return {"anyOf": list(fragments)}


def _one_of(values: Iterable[object]) -> Fragment:
    return {"enum": list(values)}


def _tagged(kinds: Iterable[str]) -> Fragment:
    """Return the schema of objects of several kinds. A fault is reported at its place; with ``oneOf`` editors report it for all kinds."""
    names = list(kinds)
    cases = [
        {"if": {"required": ["kind"], "properties": {"kind": {"const": name}}}, "then": _ref(name)} for name in names
    ]
    return {"type": "object", "required": ["kind"], "properties": {"kind": _one_of(names)}, "allOf": cases}


def _quantity(units: str, *examples: str) -> Fragment:
    number = r"[0-9]{1,12}(?:\.[0-9]{1,9})?"
    pattern = f"{_ANY_SPACE}{number} ?(?:{units}){_ANY_SPACE}"
    return _text(pattern, "A number and its unit, if it has one.", *examples, maxLength=40)


_NULL: Fragment = {"type": "null"}
_FLAG: Fragment = {"type": "boolean"}
_COUNT = _whole(0, MOST_COUNTED)
_ID, _LINE, _OPTIONAL_LINE, _PROSE = _ref("id"), _ref("line"), _ref("optional-line"), _ref("text")
_IDS = _list(_ID, distinct=True)
_REASON: Fragment = {"reason": _LINE}
_OPTIONAL_DIGEST = _text("(?:sha256:[0-9a-f]{64})?", "A SHA-256 digest, or nothing.")
_EVENT_IDS = _list(_ref("event-id"), distinct=True)
_PARTS = _list(_ref("part"))
_KPIS = _list(_ref("kpi"))
_EFFORT, _DATE, _STAMP, _DECIMAL = _ref("effort"), _ref("date"), _ref("timestamp"), _ref("decimal")

_IN_LINE = _escaped(FORBIDDEN_IN_LINE[1:-1])
_LINE_TEXT = rf"(?![{_SPACE}])[^{_IN_LINE}]*[^{_SPACE}{_IN_LINE}]"
_A_LINE = "one line without blanks around it"  # which the pattern takes anyway, and a message then shows
_LABEL = _text(
    LABEL, "1 to 64 of a-z, 0-9, '.', ':', '/', '+', '_' and '-', a letter or a digit first.", "gpu", "team:search"
)
_ANY_TEXT = _text(
    f"text without control characters|[^{_escaped(FORBIDDEN[1:-1])}]*",
    "Text of any number of lines, without control characters.",
)
_OPTIONAL_ID = _text(f"(?:{ID})?", "An id, or nothing.")
_FACET_VALUE = _text(VERSION, "1 to 64 of A-Z, a-z, 0-9, '.', '+', '_' and '-', a letter or a digit first.")
_SEPARATOR = r"(?: ?[-\u2013\u2014] ?| to )"
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]{1,3})?"
_UNIT = _any_case(r"(?:h|d|w|mo|(?:min|minute|hr|hour|day|wk|week|month)s?)")
_HOURS_AND_MINUTES = rf"[0-9]{{1,6}} ?{_any_case('h(?:ours?|rs?)?')} ?[0-9]{{1,6}} ?{_any_case('min(?:ute)?s?')}"
_RANGE = rf"{_NUMBER}(?:(?: ?[A-Za-z]+)?{_SEPARATOR.replace('to', _any_case('to'))}{_NUMBER})? ?"
_WORKED = rf"{_RANGE}(?:{_any_case('(?:calendar|elapsed)')} )?{_UNIT}"
_KIND_OF_DAYS = _any_case("(?: elapsed| on any days?)?")
_EXACTLY = _any_case("exactly")
_EFFORT_TEXT = rf"(?:{_EXACTLY} )?(?:{_WORKED}|{_HOURS_AND_MINUTES}){_KIND_OF_DAYS}(?: {_EXACTLY})?(?:, {_any_case('likely')} {_NUMBER})?"
_ALLOWED = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+"
_START = rf"{_any_case('https?')}://|{_any_case('mailto')}:|[^:/?#]+(?:[/?#]|{_END})"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIMES = "us|ms|s|min|h|days?"
_WEEKDAY = "|".join(
    _any_case(day[:3] + "".join(f"(?:{letter}" for letter in day[3:]) + ")?" * len(day[3:])) for day in WEEKDAYS
)

_DEFINED: Mapping[str, Fragment] = {
    "id": _text(ID, "1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or a digit first."),
    "line": _text(f"{_A_LINE}|{_LINE_TEXT}", "One line of text, without blanks around it.", maxLength=LINE_LENGTH),
    "optional-line": _text(
        f"{_A_LINE}|(?:{_LINE_TEXT})?", "One line of text, without blanks around it, or nothing.", maxLength=LINE_LENGTH
    ),
    "text": _ANY_TEXT | {"maxLength": TEXT_LENGTH},
    "effort": _text(
        f"{_ANY_SPACE}{_EFFORT_TEXT}{_ANY_SPACE}",
        "A duration, or the least and the most.",
        *("1 day", "2-3 days", "4 hours", "2-5 days, likely 3", "exactly 1 day", "7 days elapsed"),
    ),
    "date": _text(_DAY, "A day.", "2026-12-31", format="date"),
    "timestamp": _text(
        rf"{_DAY}[T ][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{1,6}})?(?:Z|[+-][0-9]{{2}}:[0-5][0-9])",
        "A time with its time zone.",
        "2026-11-24T09:30:00Z",
    ),
    "decimal": _text(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?", "A number, as text.", "0.005", maxLength=40),
    "event-id": _text("[0-9a-f]{64}", "The id of an event: 64 digits."),
    "digest": _text("sha256:[0-9a-f]{64}", "A SHA-256 digest: 64 digits."),
    "measure-name": _or(
        _one_of(MEASURES), _text(rf"(?={ID}{_END})(?:score\.|x-)[\s\S]*", "A measure of your own.", "score.f1", "x-own")
    ),
    "choices": _table(_ID, _list(_FACET_VALUE, some=True, distinct=True)),
    "change": _tagged(changes.KINDS),
    "event": _tagged(events.KINDS),
    "value": _tagged(VALUES),
}
_TAGGED: Mapping[str, type[attrs.AttrsInstance]] = {**changes.KINDS, **events.KINDS, **VALUES}
_CLASSES: Mapping[str, type[attrs.AttrsInstance]] = {
    **_TAGGED,
    "answer": ExpectedAnswer,
    **{
        re.sub("(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower(): kind
        for kind in (
            *(Audience, Bucket, Calendar, Calibration, Caution, Checklist, ClosedTask, Criterion, Evidence, Example),
            *(
                Facet,
                GateDefinition,
                Kpi,
                Measure,
                Overlay,
                Part,
                PastForecast,
                Phase,
                Reference,
                Risk,
                Source,
                Step,
                Task,
            ),
        )
    },
}
_DOCUMENTED_AS = (Kpi, Checklist, Phase, Task, changes.AddTask, events.LaunchStarted, events.Begun, events.Ticked)
"""Classes whose docstrings describe fields of others, which say so; the last one counts."""

_FIELDS: Mapping[str, Fragment] = {
    **dict.fromkeys(("id", "task", "phase", "gate", "criterion", "step", "checklist", "kpi", "launch", "code"), _ID),
    **dict.fromkeys(("before", "behind"), _ID),
    **dict.fromkeys(("title", "by", "role", "words", "tool"), _LINE),
    **dict.fromkeys(("topic", "section", "attested", "contact", "label", "file", "options"), _OPTIONAL_LINE),
    **dict.fromkeys(("description", "note", "needs", "body"), _PROSE),
    **dict.fromkeys(("after", "also_after", "gates", "kpis", "binds", "retired"), _IDS),
    **dict.fromkeys(("labels", "also_labels"), _list(_LABEL, distinct=True)),
    **dict.fromkeys(("steps", "also_steps"), _list(_ref("step"))),
    **dict.fromkeys(("criteria", "also_criteria"), _list(_ref("criterion"))),
    **dict.fromkeys(("when", "context"), _ref("choices")),
    **dict.fromkeys(("at", "collected_from", "collected_to"), _STAMP),
    **dict.fromkeys(("not_before", "expires", "due", "finished", "p50", "p80", "p95"), _DATE),
    **dict.fromkeys(("at_most", "at_least"), _quantity(f"{_TIMES}|%|points|/s|", "120 ms", "0.1%", "300/s", "2")),
    **dict.fromkeys(("span", "within"), _quantity(_TIMES, "80 ms", "10 min")),
    "offered": _quantity("/s", "300/s"),
    "tolerance": _quantity("", "0.001"),
    **dict.fromkeys(("effort", "default_effort", "estimate"), _EFFORT),
    **dict.fromkeys(("least", "most", "n"), _COUNT),
    **dict.fromkeys(("bound", "spread"), _DECIMAL),
    **dict.fromkeys(("independent", "placeholder", "required", "second_person", "holds"), _FLAG),
    **dict.fromkeys(("guide",), _ref("reference")),
    **dict.fromkeys(("parts", "subject"), _PARTS),
    **dict.fromkeys(("event", "evidence"), _ref("event-id")),
    "version": _FACET_VALUE,
    "priority": _one_of(priority.value for priority in Priority),
    "annotations": _table(_LABEL, _PROSE),
    "tips": _list(_PROSE | {"minLength": 1}),
    "risk": _ref("risk"),
    **dict.fromkeys(("blast_radius", "likelihood"), _whole(1, 5)),
    "references": _list(_ref("reference")),
    "url": _text(
        f"(?={_START}){_ALLOWED}",
        "An address, of the web or relative to the file.",
        *("https://example.com/x", "guides/x.md", "mailto:a@example.com"),
        maxLength=2_000,
    ),
    "facets": _list(_ref("facet")),
    "values": _list(_FACET_VALUE, some=True, distinct=True),
    "audiences": _list(_ref("audience")),
    "base": _OPTIONAL_ID,
    "layers": _list(_ref("overlay"), maxItems=MOST_LAYERS),
    "changes": _list(_ref("change")),
    "phases": _list(_ref("phase")),
    "tasks": _list(_ref("task")),
    "measure": _ref("measure-name"),
    "quantile": {"type": "number", "minimum": 0.5, "exclusiveMaximum": 1},
    "confidence": {"type": "number", "exclusiveMinimum": 0.5, "maximum": 0.9999},
    "max_age": _whole(1, 3_660),
    "wait_days": _whole(0, LONGEST_WAIT),
    "relative_to": _OPTIONAL_ID,
    "where": _table(_ID, _or(_FACET_VALUE, _list(_FACET_VALUE, some=True, distinct=True))),
    "roles": _table(_LINE, _or(_LINE, _list(_LINE, some=True, distinct=True))),
    "longest_waiver": _COUNT,
    "status": _whole(100, 599),
    "json": _table(
        _OPTIONAL_LINE | _text("(?:/(?:[^~/]|~[01])*)*", "A JSON pointer.", "/outputs/0/data"),
        _or(
            _ANY_TEXT,
            {"type": "number", "exclusiveMinimum": -1e300, "exclusiveMaximum": 1e300},
            _FLAG,
        ),
    ),
    "method": _text("[A-Z]{3,10}", "A method of HTTP.", "POST"),
    "path": _text("/[!-~]*", "A path, from the address of the service.", "/v2/models/fraud/infer", maxLength=2_000),
    "headers": _table(_text("[a-z0-9][a-z0-9-]{0,63}", "The name of a header, in lower case.", "content-type"), _LINE),
    "expect": _ref("answer"),
    "fallback": _ref("answer"),
    "examples": _list(_ref("example"), some=True),
    "reason": _OPTIONAL_LINE,
    "weaker": _list(_ANY_TEXT, distinct=True),
    "owner": _or(_LINE, _NULL),
    "waivers": _EVENT_IDS,
    "decision": _one_of(("go", "no-go", "unproven")),
    "digest": _ref("digest"),
    "buckets": _list(_ref("bucket"), some=True, maxItems=MOST_BUCKETS),
    "sampling": _one_of(get_args(Sampling)),
    "bias": _one_of(get_args(EvidenceBias)),
    "families": _list(_one_of(get_args(Family)), distinct=True),
    "measures": _list(_ref("measure"), some=True),
    "sources": _list(_ref("source")),
    "cautions": _list(_ref("caution")),
    "events": _list(_ref("event")),
    "people": _or(_whole(1, MOST_COUNTED), _NULL),
    "owners": _table(_ID, _LINE),
    "calendar": _ref("calendar"),
    "calendars": _table(_LINE, _ref("calendar")),
    "weekdays": _list(_text(_WEEKDAY, "A day of the week.", "mon", "friday"), some=True),
    "holidays": _list(
        _text(rf"{_DAY}(?:\.\.{_DAY})?", "A day, or days from one to another.", "2026-12-25", "2026-12-28..2027-01-08")
    ),
    "rules": _or(_one_of(ORDERS), _list(_one_of(BUNDLED))),
    "ranges": _one_of(get_args(Ranges)),
    "shared": _or({"type": "number", "minimum": 0, "maximum": 1}, _NULL),
    "history": _ref("calibration"),
    "forecasts": _list(_ref("past-forecast")),
    "actual": {"type": "number", "exclusiveMinimum": 0, "maximum": date.max.toordinal()},
    "efforts": _table(_ID, _EFFORT),
    "blocked": _table(_ID, _or({"const": UNKNOWN}, _EFFORT)),
    "samples": _or(_whole(0, MOST_SAMPLES), _NULL),
    "seed": _whole(1 - 2**128, 2**128 - 1),
}
"""The schemas of fields by their names; a field holds the same in most classes."""

_OF_CLASS: Mapping[type, Mapping[str, Fragment]] = {
    **dict.fromkeys((*changes.KINDS.values(), events.Blocked, events.NotApplicable, events.TakenDown), _REASON),
    **dict.fromkeys((events.Waived, events.CriterionWaived, events.EvidenceWithdrawn), _REASON),
    Task: {"role": _OPTIONAL_LINE},
    Step: {"text": _LINE},
    Checklist: {"base": _ref("checklist"), "kpis": _KPIS, "gates": _list(_ref("gate-definition"))},
    changes.AddTask: _REASON | {"task": _ref("task")},
    changes.AddPhase: _REASON | {"phase": _ref("phase")},
    changes.AddKpi: _REASON | {"kpi": _ref("kpi")},
    changes.SetTask: _REASON
    | {"role": _OPTIONAL_LINE, "clear": _list(_one_of(("effort", "not_before", "risk")), distinct=True)},
    changes.SetPhase: _REASON | {"clear": _list(_one_of(("guide",)), distinct=True)},
    changes.SetChecklist: _REASON | {"gates": _list(_ref("gate-definition"))},
    changes.SetKpi: _REASON
    | {"clear": _list(_one_of(("at_most", "at_least", "quantile", "offered", "span", "max_age")), distinct=True)},
    events.Noted: {"text": _PROSE | {"minLength": 1}},
    events.SubjectSet: {"parts": _PARTS | {"minItems": 1}},
    events.EvidenceAdded: {"evidence": _ref("evidence"), "kpis": _KPIS},
    events.LaunchStarted: {"digest": _OPTIONAL_DIGEST},
    events.Migrated: {"previous": _or(_ref("event-id"), {"const": ""})},
    events.WentLive: {"evidence": _EVENT_IDS},
    Launch: {"checklist": _ref("checklist"), "name": _ID},
    Part: {"name": _ID},
    Source: {"version": _OPTIONAL_LINE, "digest": _OPTIONAL_DIGEST},
    Measure: {"name": _ref("measure-name"), "value": _ref("value")},
    Number: {"value": _DECIMAL, "n": _or(_COUNT, _NULL)},
    Calibration: {"tasks": _list(_ref("closed-task"), some=True)},
}
"""The schemas of the fields that hold something else in one class."""
