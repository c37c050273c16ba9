"""What is not a document raises the documented error and no other, whatever it is."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import DOCUMENT, checklists, path_of, with_value
from servingchecklist import Checklist, ChecklistError, catalog, dumps, loads
from servingchecklist.errors import InvalidError, LimitError

CORPUS = Path(__file__).parent / "corpus"
FORMATS = ("json", "toml", "yaml")
MALFORMED = {
    (format, name): text
    for format in ("json", "toml")
    for name, text in json.loads((CORPUS / f"malformed-{format}.json").read_text(encoding="utf-8")).items()
}
SOUND = {format: dumps(Checklist.from_dict(DOCUMENT), format) for format in FORMATS}


def assert_is_the_documented_error(error):
    """A ChecklistError whose every word can be printed and encoded, in bounds."""
    assert error.faults
    for fault in error.faults:
        assert fault.path.startswith("$")
        assert fault.message
        assert str(fault).isprintable()
    assert len(error.faults) <= 1_000
    str(error).encode()


def outcome(text, format, limits="default"):
    """The checklist or the error; anything else that is raised fails the test."""
    try:
        return loads(text, format) if limits == "default" else loads(text, format, limits)
    except ChecklistError as error:
        assert_is_the_documented_error(error)
        return error


@pytest.mark.parametrize(("format", "name"), MALFORMED, ids=lambda one: one)
def test_malformed_text_is_refused_as_such(format, name):
    text = MALFORMED[format, name]
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    assert_is_the_documented_error(caught.value)
    (fault,) = caught.value.faults
    assert (fault.path, fault.value, fault.hint) == ("$", "", "mend the text there")
    assert fault.message.startswith(f"is not {format.upper()}: ")
    with pytest.raises(InvalidError) as unlimited:
        loads(text, format, limits=None)
    assert unlimited.value.faults == caught.value.faults


def test_the_place_of_the_fault_is_told():
    with pytest.raises(InvalidError) as caught:
        loads('{\n "a": 1,\n}', "json")
    assert str(caught.value).startswith("$: is not JSON: ")
    assert str(caught.value).endswith("; mend the text there")
    assert ", on line " in str(caught.value)
    with pytest.raises(InvalidError) as caught:
        loads("a = 1\nb = ", "toml")
    assert "at end of document" in str(caught.value)


@pytest.mark.parametrize(
    "text", ['"text"', "1", "1.5", "true", "null", "[]", '[{"schema_version": 1}]', '""', " [ ] ", "-0"]
)
def test_json_that_is_no_table_is_no_document(text):
    with pytest.raises(InvalidError) as caught:
        loads(text, "json")
    (fault,) = caught.value.faults
    assert (fault.path, fault.message) == ("$", "is not a document")


@pytest.mark.parametrize(("text", "format"), [("{}", "json"), ("", "toml"), ("\n# nothing\n", "toml")])
def test_an_empty_document_lacks_what_every_document_has(text, format):
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    assert [(fault.path, fault.message) for fault in caught.value.faults] == [
        ("$.schema_version", "is missing"),
        ("$.kind", "is missing"),
        ("$.id", "is missing"),
        ("$.title", "is missing"),
    ]


BAD_BYTES = {
    "lone continuation": b"\x80",
    "lone lead": b"\xc3",
    "cut off in two": b"a\xc3",
    "cut off in three": b"a\xe2\x82",
    "cut off in four": b"a\xf0\x9f\x98",
    "overlong slash in two": b"\xc0\xaf",
    "overlong slash in three": b"\xe0\x80\xaf",
    "overlong slash in four": b"\xf0\x80\x80\xaf",
    "overlong NUL": b"\xc0\x80",
    "overlong quote": b'{"a": \xc0\xa2b"}',
    "surrogate": b"\xed\xa0\x80",
    "surrogate pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "six bytes": b"\xfc\x84\x80\x80\x80\x80",
    "FE": b"\xfe",
    "FF": b"\xff",
    "Latin-1": '{"title": "é"}'.encode("latin-1"),
    "Windows-1252": '{"title": "“"}'.encode("cp1252"),
    "Shift JIS": '{"title": "表"}'.encode("shift-jis"),
    "UTF-16 with a mark": '{"a": 1}'.encode("utf-16"),
    "UTF-16 big-endian with a mark": codecs.BOM_UTF16_BE + '{"a": 1}'.encode("utf-16-be"),
    "UTF-32 with a mark": '{"a": 1}'.encode("utf-32"),
    "UTF-32 big-endian with a mark": codecs.BOM_UTF32_BE + '{"a": 1}'.encode("utf-32-be"),
    "mark in another place": b"\xef\xbb",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "PNG": b"\x89PNG\r\n\x1a\n",
    "pickle": b"\x80\x04cos\nsystem\n(S'x'\ntR.",
}


@pytest.mark.parametrize("name", BAD_BYTES)
@pytest.mark.parametrize("format", FORMATS)
def test_bytes_that_are_not_utf_8_are_refused_as_such(format, name):
    for data in (BAD_BYTES[name], SOUND[format].encode() + BAD_BYTES[name]):
        with pytest.raises(InvalidError) as caught:
            loads(data, format)
        assert_is_the_documented_error(caught.value)
        (fault,) = caught.value.faults
        assert (fault.path, fault.hint) == ("$", "save it as UTF-8")
        assert fault.message.startswith("is not UTF-8: ")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "cp037"])
def test_a_sound_document_in_another_encoding_is_refused(format, encoding):
    with pytest.raises(InvalidError) as caught:
        loads(SOUND[format].replace("mine", "mine\u20ac").encode(encoding, "replace"), format)
    assert_is_the_documented_error(caught.value)


@pytest.mark.parametrize("format", FORMATS)
def test_a_byte_order_mark_before_a_sound_document_is_taken_off_once(format):
    data = SOUND[format].encode()
    assert loads(codecs.BOM_UTF8 + data, format) == loads(data, format)
    with pytest.raises(InvalidError):
        loads(codecs.BOM_UTF8 * 2 + data, format)


@pytest.mark.parametrize("format", FORMATS)
def test_a_document_cut_off_anywhere_is_refused_or_sound(format):
    """TOML may end after any line, and YAML anywhere; then what is left is judged like any other document."""
    text = SOUND[format].rstrip("\n")
    for end in range(len(text)):
        found = outcome(text[:end], format)
        assert isinstance(found, InvalidError) or (format != "json" and len(found) <= 3)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "character",
    ["\0", "\x1b", "\x7f", "\ud800", '"', "'", "\\", "[", "]", "{", "}", ",", "=", ":", "#", "\n", "\r", "\ufeff", "9"],
)
def test_a_document_with_a_character_too_many_never_raises_anything_else(format, character):
    text = SOUND[format]
    for place in range(0, len(text) + 1, 7):
        outcome(text[:place] + character + text[place:], format)


@given(
    st.text() | st.text(alphabet='{}[]",:\\ \n0123456789.eE+-truefalsn\u0000\ud800'), st.sampled_from([None, "default"])
)
def test_any_text_is_refused_as_json(text, limits):
    assert isinstance(outcome(text, "json", limits), InvalidError)


@given(
    st.text() | st.text(alphabet="{}[]\"'=,.#\\ \n0123456789_eEtruinfa:-TZ\u0000\ud800"),
    st.sampled_from([None, "default"]),
)
def test_any_text_is_refused_as_toml(text, limits):
    assert isinstance(outcome(text, "toml", limits), InvalidError)


PIECES_OF_YAML = (
    *"[]{},:-?&*!|>'\"%@` \n\t#~ab0.<\r\0", "--- ", "...\n", "- ", "? ", ": ", "\n  ", "%YAML 1.1\n", "!!str ", "&a ", "*a", "<<: ",
    "\\x41", "\\U00110000", "\\ud800", "\ud800", "\u2028", "\x85", "\ufeff", ">2\n", "|+\n", "0x1f", "1e999", "true", "null",
)  # fmt: skip


@given(st.text() | st.lists(st.sampled_from(PIECES_OF_YAML)).map("".join), st.sampled_from([None, "default"]))
def test_any_text_is_refused_as_yaml(text, limits):
    assert isinstance(outcome(text, "yaml", limits), InvalidError)


@given(st.binary(), st.sampled_from(FORMATS))
def test_any_bytes_are_refused(data, format):
    assert isinstance(outcome(data, format), InvalidError)


@given(st.data())
def test_a_damaged_document_is_sound_or_refused(data):
    format = data.draw(st.sampled_from(FORMATS))
    raw = SOUND[format].encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    outcome(
        raw[:start]
        + data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"'''", b"\\", b"]]", b"\n"]))
        + raw[end:],
        format,
    )


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.binary(max_size=3)
    | st.dates()
    | st.datetimes()
)
_keys = st.sampled_from(
    [
        "schema_version",
        "kind",
        "id",
        "title",
        "version",
        "topic",
        "description",
        "phases",
        "tips",
        "guide",
        "tasks",
        "priority",
        "effort",
        "after",
        "wait_days",
        "not_before",
        "risk",
        "references",
        "url",
        "blast_radius",
        "likelihood",
    ]
)
_values = _scalars | st.sampled_from(["checklist", "a", "c1", "high", "1 day", 1, "https://example.com"])
_data = st.recursive(
    _values,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_keys | st.text(max_size=3), inner, max_size=6) | st.tuples(inner)
    ),
    max_leaves=20,
)


@given(_data | st.dictionaries(_keys | _scalars, _data))
def test_any_data_is_refused_or_sound(document):
    try:
        checklist = Checklist.from_dict(document)
    except InvalidError as error:
        assert_is_the_documented_error(error)
    else:
        assert Checklist.from_dict(checklist.to_dict()) == checklist


_PLACES = [
    *((key,) for key in DOCUMENT),
    *(("phases", 0, key) for key in ("id", "title", "description", "guide", "tasks")),
    *(("phases", 0, "tasks", 0, key) for key in DOCUMENT["phases"][0]["tasks"][0]),
]


@given(st.sampled_from(_PLACES), _data)
def test_any_data_at_any_place_is_refused_there_or_sound(keys, value):
    try:
        Checklist.from_dict(with_value(keys, value))
    except InvalidError as error:
        assert_is_the_documented_error(error)
        within = [fault.path for fault in error.faults if fault.path.startswith(path_of(keys))]
        assert within or keys[-1] in ("id", "tasks", "phases")  # without a task, those that come after it are at fault


@given(checklists(), st.data())
def test_a_key_taken_out_of_a_document_is_told_or_has_a_default(checklist, data):
    document = checklist.to_dict()
    key = data.draw(st.sampled_from(sorted(document)))
    del document[key]
    if key in ("schema_version", "kind", "id", "title"):
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(document)
        assert [(fault.path, fault.message) for fault in caught.value.faults] == [(f"$.{key}", "is missing")]
    elif key == "facets" and (checklist.context or any(task.when for task in checklist)):
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(document)
        assert {fault.message for fault in caught.value.faults} == {"there is no facet of that id"}
    elif key in ("kpis", "gates") and _names(document, key):
        with pytest.raises(InvalidError) as caught:
            Checklist.from_dict(document)
        what = "KPI" if key == "kpis" else "gate"
        assert {fault.message for fault in caught.value.faults} == {f"there is no {what} of that id"}
    else:
        assert key not in Checklist.from_dict(document).to_dict()


def _names(document, key):
    """Return True if a criterion, an audience or a task names a KPI, or a task a gate."""
    tasks = [task for phase in document.get("phases", ()) for task in phase.get("tasks", ())]
    criteria = [criterion for task in tasks for criterion in task.get("criteria", ())]
    return any(one.get(key) for one in [*tasks, *criteria, *document.get("audiences", ())])


DEPTHS = (33, 1_000, 100_000)


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize(
    ("format", "opening", "closing"),
    [
        ("json", '{"a": ', "}"),
        ("json", "[", "]"),
        ("json", '[{"a": ', "}]"),
        ("toml", "[", "]"),
        ("toml", "{a = ", "}"),
        ("toml", "[{a = ", "}]"),
        ("yaml", "[", "]"),
        ("yaml", "{a: ", "}"),
        ("yaml", "- ", ""),
        ("yaml", "[{a: ", "}]"),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_deep_nesting_is_refused_before_it_is_parsed(format, opening, closing, depth, closed):
    lead = "x = " if format == "toml" else ""
    text = lead + opening * depth + ("1" + closing * depth if closed else "")
    if len(text) <= (30_000 if format == "yaml" else 262_144):  # longer ones are refused for their length
        with pytest.raises(LimitError) as caught:
            loads(text, format)
        assert str(caught.value) == (
            "$: nests too deep: at most 32 levels are read; "
            "pass Limits(nesting=...) to read more, or limits=None where you trust the text"
        )


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("json", '{"a": ' * 100_000),
        ("json", "[" * 100_000 + "]" * 100_000),
        ("toml", "x = " + "[" * 100_000),
        ("toml", "x = " + "{a = " * 100_000),
        ("toml", "x = " + "[" * 5_000 + "]" * 5_000),
    ],
)
def test_deep_nesting_is_refused_without_limits_too(format, text):
    with pytest.raises(InvalidError) as caught:
        loads(text, format, limits=None)
    assert [fault.path for fault in caught.value.faults] == ["$"]
    assert str(caught.value) == "$: nests too deep to be read; no checklist needs that"


def test_a_document_that_holds_itself_is_refused():
    document = dict(DOCUMENT)
    document["phases"] = [document]
    document["tips"] = document["phases"]
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(document)
    assert_is_the_documented_error(caught.value)
    assert "$.phases[0].phases" in [fault.path for fault in caught.value.faults]


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../model-serving",
        "model-serving.toml",
        "Model-serving",
        "/etc/passwd",
        "model-serving\0",
        "\x1b[31m",
        "\ud800",
        "x" * 100_000,
        None,
        1,
        b"model-serving",
        ("model-serving",),
    ],
)
def test_no_other_name_reaches_a_file_of_the_package(name):
    with pytest.raises(ChecklistError, match="there is no checklist of that name") as caught:
        catalog.load(name)
    assert_is_the_documented_error(caught.value)
    assert len(str(caught.value)) < 300
