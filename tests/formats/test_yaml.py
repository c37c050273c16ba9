"""YAML: plain data alone is read, and what is written means the same to readers of YAML 1.1 and 1.2."""

from __future__ import annotations

import builtins
import json
import re
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasts import ALL_OPTIONS
from helpers.strategies import DOCUMENT, checklists, launches, overlays, texts
from servingchecklist import Checklist, ForecastOptions, Limits, Phase, Task, dumps, loads, model_serving, read, write
from servingchecklist.errors import InvalidError, LimitError, UnknownNameError
from servingchecklist.formats import yaml

ruamel = pytest.importorskip("ruamel.yaml")

HEAD = "schema_version: 1\nkind: checklist\nid: x\ntitle: X\n"


def faults_of(text, limits=None):
    with pytest.raises(InvalidError) as caught:
        loads(text, "yaml", limits or Limits())
    return [str(fault) for fault in caught.value.faults]


def with_tasks(text):
    return f"{HEAD}phases:\n  - id: p\n    title: P\n    tasks:\n{text}"


def test_a_checklist_is_written_as_people_write_yaml():
    task = Task(
        "c1",
        "Define goals",
        priority="high",
        effort="2-3 days",
        description="Two lines:\n\n- one\n  more: yes",
        labels=["kpi", "no"],
        annotations={"jira": "12"},
    )
    checklist = Checklist("x", "X: a list", version="2026.1", topic="yes", phases=[Phase("p", "P", tasks=[task])])
    text = """\
schema_version: 1
kind: checklist
id: x
title: "X: a list"
version: "2026.1"
topic: "yes"
phases:
  - id: p
    title: P
    tasks:
      - id: c1
        title: Define goals
        priority: high
        effort: 2-3 days
        description: |-
          Two lines:

          - one
            more: yes
        labels:
          - kpi
          - "no"
        annotations:
          jira: "12"
"""
    assert dumps(checklist, "yaml") == text
    assert loads(text, "yaml") == checklist


def reads_of_others(text):
    """The data that another reader makes of a text: of YAML 1.2, and where it can of 1.1, which does not take some characters."""
    yield ruamel.YAML(typ="safe", pure=True).load(text)
    pyyaml = pytest.importorskip("yaml")
    with suppress(pyyaml.reader.ReaderError):
        yield pyyaml.safe_load(text)


@given(checklists() | overlays() | launches())
def test_what_is_written_is_read_back_equal_and_others_read_the_same(value):
    text = dumps(value, "yaml")
    again = loads(text, "yaml")
    assert again == value
    assert dumps(again, "yaml") == text
    for data in reads_of_others(text):
        assert data == json.loads(json.dumps(value.to_dict()))


def test_options_and_the_bundled_checklist_are_read_back():
    for value in (ALL_OPTIONS, model_serving()):
        assert loads(dumps(value, "yaml"), "yaml") == value


@pytest.mark.slow
@given(checklists() | overlays() | launches())
def test_ten_thousand_values_are_read_back(value):
    assert loads(dumps(value, "yaml"), "yaml") == value


WORDS = (
    "y", "N", "yes", "No", "ON", "off", "true", "False", "null", "NULL", "~", "1", "-1", "1.5", "1e3", "0x1f", "0o7", "010", "1_000", "1:30",
    ".5", ".inf", ".nan", "2026-01-01", "2026-01-01 10:00:00", "2-3 days", "1 day", "1,5 days", "3 - 4", "<<", "=", "a: b", "a:", "a #b", "a#b",
    "a:b", "https://e.com/#x", " a", "a ", "- a", "-", "? a", "?", ": a", ":", "[a", "{a", "]", "}", "a, b", "a]", "a}", "&a", "*a", "!a",
    "|", ">", "%a", "@a", "`a", "'a'", '"a"', "---", "...", "--- a", "\\", "\\n", "#", "a\tb", "é", "語 a", "\u00a0a", "\u2028", "a\u2028b",
    "\ufeff", "\ufeffa", "\U0001f469\u200d\U0001f467", "\ufffe", "\U0010ffff", "\ue000", "a\nb", "a\n", "\na", "a\n\nb\n", "a\n\n", " a\nb", "a\n b",
    "a\n  \nb", "a\n\tb", "\ta\nb", "a \nb", "a\n---\nb", "a\n...\nb", "a\n# b", "a: b\nc: d", "\n", "\t", "\n\n",
)  # fmt: skip


@pytest.mark.parametrize("text", WORDS, ids=ascii)
def test_any_text_is_read_back_as_text(text):
    checklist = Checklist(
        "x", "X", description=text, annotations={"k": text}, phases=[Phase("p", "P", description=text)]
    )
    written = dumps(checklist, "yaml")
    assert loads(written, "yaml") == checklist
    for data in reads_of_others(written):
        assert data["description"] == data["annotations"]["k"] == text


@given(st.lists(st.sampled_from(WORDS) | texts, max_size=4).map("".join))
def test_any_text_of_such_words_is_read_back(text):
    checklist = Checklist("x", "X", description=text)
    assert loads(dumps(checklist, "yaml"), "yaml") == checklist


def test_a_key_that_is_too_long_for_its_colon_has_a_mark():
    pointer = "/" + "\ufffe" * 199
    document = DOCUMENT | {
        "audiences": [
            {
                "id": "a",
                "title": "A",
                "examples": [{"id": "e", "title": "E", "path": "/", "expect": {"json": {pointer: 1, "/b": [2][0]}}}],
            }
        ]
    }
    checklist = Checklist.from_dict(document)
    text = dumps(checklist, "yaml")
    assert '            ? "/\\U0000fffe\\U0000fffe' in text
    assert loads(text, "yaml") == checklist


def test_files_end_in_yaml_or_yml(tmp_path):
    for name in ("a.yaml", "b.yml"):
        write(model_serving(), tmp_path / name)
        assert read(tmp_path / name) == model_serving()


def test_words_and_dates_without_quotes_are_text_and_numbers_are_numbers():
    checklist = loads(
        with_tasks(
            "      - id: c1\n        title: no\n        description: 2026-01-01\n        not_before: 2026-12-01\n        section: 1_000\n"
            "        risk: {blast_radius: 0x2, likelihood: 0o3}\n        labels: [yes, on]\n"
        ),
        "yaml",
    )
    task = checklist["c1"]
    assert (task.title, task.description, task.section, task.labels) == ("no", "2026-01-01", "1_000", ("yes", "on"))
    assert (str(task.not_before), task.risk.score) == ("2026-12-01", 6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nuLL", "nuLL"), ("true", True), ("FALSE", False), ("tRue", "tRue"),
        ("7", 7), ("+7", 7), ("-07", -7), ("0x1F", 31), ("0o17", 15), ("0b1", "0b1"), ("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), ("1e", "1e"),
        ("inf", "inf"), ("5 days", "5 days"), ("'7'", "7"), ('"7"', "7"), ("|-\n  7", "7"), (">-\n  7\n  8", "7 8"), ("<<", "<<"),
    ],
)  # fmt: skip
def test_values_are_those_of_the_core_schema(text, value):
    builder = yaml._Builder(None)
    for event in yaml._events(f"a: {text}", None):
        builder.take(event)
    assert (builder.document, type(builder.document["a"])) == ({"a": value}, type(value))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("%YAML 1.1\n---\na: no", "$: holds a directive, on line 1; take out the line that begins with %"),
        ("a: &x 1", "$: holds an anchor, on line 1; take it out, and write the value wherever it is needed"),
        ("a: 1\nb: *x", "$: holds an alias, on line 2; write the value itself; text that begins with * needs quotes"),
        ("a: !!str 1", "$: holds a tag, on line 1; take it out; text that begins with ! needs quotes"),
        ("a: 1\n---\nb: 2", "$: holds a second document, on line 2; write each into a file of its own"),
        ("1: a", "$: has a key that is not text: 1, on line 1; write it in quotes"),
        ("a:\n  null: 1", "$: has a key that is not text: None, on line 2; write it in quotes"),
        ("? [a]\n: b", "$: has a key that is not text, on line 1; write a word as the key"),
        ("? {a: b}\n: b", "$: has a key that is not text, on line 1; write a word as the key"),
        ("a:\n  - .inf", "$: holds .inf, on line 2; write a finite number"),
        ("a: .NaN", "$: holds .NaN, on line 1; write a finite number"),
        ("a: 1e999", "$: holds a number that no float can hold (got '1e999'); write a smaller number"),
        ("a: b: c", "$: is not YAML: mapping values are not allowed here at column 5, on line 1; mend the text there"),
        ("a: [", "$: is not YAML: expected the node content, but found '<stream end>' at column 5, on line 1; mend the text there"),
        ("a: \x07", "$: is not YAML: unacceptable character #x0007: special characters are not allowed at position 3; mend the text there"),
        ('a: "\\U00110000"', "$: is not YAML: chr() arg not in range(0x110000); mend the text there"),
        ("\ufeffa: 1", "$: is not YAML: it begins with a byte order mark; mend the text there"),
        ("- a", "$: is not a document (got a list of 1); write schema_version and kind at the top level"),
        ("a", "$: is not a document (got 'a'); write schema_version and kind at the top level"),
        ("# nothing", "$: is not a document (got None); write schema_version and kind at the top level"),
    ],
)  # fmt: skip
def test_what_is_more_than_plain_data_is_refused(text, fault):
    assert faults_of(text) == [fault]


def test_an_integer_of_thousands_of_digits_is_refused():
    (fault,) = faults_of("a: " + "9" * 5_000)
    assert fault.startswith("$: cannot be read: Exceeds the limit")
    assert fault.endswith(", on line 1; write a smaller number")
    assert faults_of(f"{HEAD}version: 0x{'f' * 5_000}")[0].startswith("$.version: is not a version (got ")


def test_all_faults_are_told_with_their_lines_and_equal_keys_among_them():
    text = with_tasks(
        "      - id: c1\n        title: T\n        effort: soon\n        title: U\n"
        "      - id: 7\n        title: |\n          a\n          b\n        colour: red\n        after: [c1, c1, gone]\n"
    )
    assert faults_of(text) == [
        "$.phases[0].tasks[0].effort: is not an effort (got 'soon'), in task c1, on line 11; write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', "
        "'2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'",
        "$.phases[0].tasks[0].title: is there twice, in task c1, on line 12; keep one of them",
        "$.phases[0].tasks[1].id: is not an id (got 7), on line 13; use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first",
        "$.phases[0].tasks[1].title: holds the line break U+000A at position 1 (got 'a\\nb\\n'), on line 14; write it as one line of plain text",
        "$.phases[0].tasks[1].colour: is not a known key, on line 17; known: id, title, priority, effort, description, steps, role, section, "
        "labels, annotations, after, wait_days, not_before, risk, references, when, criteria, gates",
        "$.phases[0].tasks[1].after[1]: is there twice (got 'c1'), on line 18; name it once",
    ]
    assert faults_of(f"{HEAD}title: Y\ntitle: Z\n") == [
        "$.title: is there twice, on line 6; keep one of them",
        "$.title: is there twice, on line 6; keep one of them",
    ]


@pytest.mark.parametrize("text", ["[" * 33, "{a: " * 33, "- " * 33, "".join(f"{' ' * n}a:\n" for n in range(34))])
def test_nesting_is_limited_in_brackets_and_in_blocks(text):
    hint = "pass Limits(nesting=...) to read more, or limits=None where you trust the text"
    assert faults_of(text) == [f"$: nests too deep: at most 32 levels are read; {hint}"]
    with pytest.raises(InvalidError) as caught:
        loads(text, "yaml", None)
    assert not isinstance(caught.value, LimitError)


def test_a_text_that_takes_long_is_refused_before_it_is_parsed():
    start = "$: is too long for YAML, which is parsed slowly: it counts for "
    (fault,) = faults_of("- 1\n" * 20_000)
    assert fault.startswith(start)
    assert fault.endswith(
        " values, and at most 1,000,000 are read; pass Limits(values=...) to read more, or limits=None where you trust the text"
    )
    (fault,) = faults_of("a: 1\nb: 2", Limits(values=10))
    assert fault.startswith(f"{start}101 values")
    (fault,) = faults_of(f"{HEAD}phases: [{{}}, {{}}]", Limits(tasks=1))
    assert fault.startswith("$: holds 2 phases, and at most 1 are read; ")


@pytest.mark.usefixtures("no_ruamel")
def test_without_the_package_yaml_is_written_and_reading_it_names_the_extra():
    text = dumps(model_serving(), "yaml")
    with pytest.raises(UnknownNameError) as caught:
        loads(text, "yaml")
    assert str(caught.value) == (
        "$: reading YAML needs the package ruamel.yaml, which is not installed; pip install 'servingchecklist[yaml]'"
    )
    assert type(caught.value.__cause__) is ImportError


@pytest.fixture
def no_ruamel(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("ruamel")]:
        monkeypatch.delitem(sys.modules, name)
    import_of_all = builtins.__import__

    def without(name, *arguments):
        if name.startswith("ruamel"):
            raise ImportError(name)
        return import_of_all(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.parametrize("share", [0.00001, 1.5e-7, 0.25])
def test_numbers_are_numbers_for_readers_of_yaml_1_1_too(share):
    text = dumps(ForecastOptions(shared=share), "yaml")
    assert loads(text, "yaml") == ForecastOptions(shared=share)
    (number,) = re.findall(r"(?m)^shared: (.*)$", text)
    assert re.fullmatch(r"[0-9]+\.[0-9]+(?:e[-+][0-9]+)?", number)  # the form of a float in YAML 1.1
