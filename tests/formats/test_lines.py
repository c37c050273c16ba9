"""Faults of files name the line of the value, or none: compared with where a unique marker in place of the value is."""

import json
import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import loads
from servingchecklist.errors import Fault, InvalidError, member
from servingchecklist.formats._lines import with_lines

KEYS = st.sampled_from(["a", "b", "c-d", "e.f", "g h", 'i"j', "k\\l", "é", "x" * 61, "'", "#"])
VALUES = st.recursive(
    st.sampled_from([1, 1.5, True, "s", "t\nu", 'q"', "[{,", "# no", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)
MARKER = "marker-of-the-value"


def paths_in(value, path="$"):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield member(path, key), (key,), item
        yield from ((inner, (key, *keys), found) for inner, keys, found in paths_in(item, member(path, key)))


def replaced(value, keys, new):
    if not keys:
        return new
    copy = value.copy()
    copy[keys[0]] = replaced(value[keys[0]], keys[1:], new)
    return copy


def line_in(text, path, is_toml, code="bad-format"):
    [fault] = with_lines(InvalidError([Fault(code, path, "")]), text, is_toml=is_toml).faults
    return fault.line


def dumped(document, format, indent):
    return tomli_w.dumps(document) if format == "toml" else json.dumps(document, indent=indent)


@pytest.mark.parametrize(("format", "indent"), [("json", 2), ("json", None), ("json", 0), ("toml", None)])
@given(document=DOCUMENTS, data=st.data())
def test_a_line_is_that_of_the_value(format, indent, document, data):
    scalars = [found for found in paths_in(document) if not isinstance(found[2], dict | list)]
    if not scalars:
        return
    path, keys, _ = data.draw(st.sampled_from(scalars))
    text = dumped(replaced(document, keys, MARKER), format, indent)
    line = line_in(text, path, format == "toml")
    short = any(isinstance(key, str) and len(key) > 60 for key in keys)
    assert line == (None if short else 1 + text[: text.index(MARKER)].count("\n"))


HAND = '''\
# "phases" = [
title = "T"  # [x]
"quoted \\u0041" = 1
'lit"eral' = [ # one
  "a", # ]
  { b = 2, c.d = [1.5, 1979-05-27 07:32:00] },

]
text = """
[phases]
id = 1"""
raw = \'\'\'
a = 1\'\'\'\'
x.y.z = 3
[ phases . "deep" ] # [[no]]
k = 1
[[list]]
n = 1
[list.sub]
m = 2
[[list.inner]]
o = 1
[[list.inner]]
o = 2
p = {}
q = []
r = 3
[[list]]
[[list.inner]]
o = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("$.title", 2),
        ("$['quoted A']", 3),
        ("$['lit\"eral']", 4),
        ("$['lit\"eral'][0]", 5),
        ("$['lit\"eral'][1]", 6),
        ("$['lit\"eral'][1].c.d[1]", 6),
        ("$.text", 9),
        ("$.raw", 12),
        ("$.x", 14),
        ("$.x.y.z", 14),
        ("$.phases", 15),
        ("$.phases.deep.k", 16),
        ("$.list", 17),
        ("$.list[0].n", 18),
        ("$.list[0].sub.m", 20),
        ("$.list[0].inner[0].o", 22),
        ("$.list[0].inner[1].o", 24),
        ("$.list[0].inner[1].p", 25),
        ("$.list[0].inner[1].r", 27),
        ("$.list[1]", 28),
        ("$.list[1].inner[0].o", 30),
        ("$.list[1].inner[1].o", None),
        ("$.gone", None),
        ("$", None),
        ("$.title and more", None),
    ],
)
def test_toml_by_hand(path, line):
    tomllib.loads(HAND)
    assert line_in(HAND, path, is_toml=True) == line


def test_a_missing_value_is_on_the_line_of_what_lacks_it():
    assert line_in(HAND, "$.list[0].inner[1].gone", is_toml=True, code="missing") == 23
    assert line_in('{"a":\n {"b": 1},\n "a":\n {}}', "$.a.b", is_toml=False, code="missing") == 4


def test_the_last_of_equal_keys_counts():
    text = '{"schema_version": 1, "kind": "checklist", "id": "x",\n"title": "X",\n"title": 3}'
    with pytest.raises(InvalidError) as caught:
        loads(text, "json")
    assert [(fault.path, fault.line) for fault in caught.value.faults] == [("$.title", 3), ("$.title", 3)]


def test_a_key_that_is_there_twice_has_its_line_and_its_task():
    text = """{"schema_version": 1, "kind": "launch", "name": "x", "checklist": {"id": "x", "title": "X", "phases": [
    {"id": "p", "title": "P", "tasks": [
        {"id": "a",
         "title": "A",
         "title": "B",
         "steps": [{"text": "S", "id": "s",
                    "id": "t"}]},
        {"id": "b", "title": "B"}], "title": "Q"}]},
    "events": [{"kind": "noted", "task": "b", "text": "N", "by": "x",
                "by": "y", "at": "2026-01-01T00:00:00Z"}], "name": "y"}"""
    with pytest.raises(InvalidError) as caught:
        loads(text, "json")
    doubled = [(fault.path, fault.task, fault.line) for fault in caught.value.faults if fault.code == "duplicate"]
    assert doubled == [
        ("$.checklist.phases[0].tasks[0].title", "a", 5),
        ("$.checklist.phases[0].tasks[0].steps[0].id", "a", 7),
        ("$.checklist.phases[0].title", "", 8),
        ("$.name", "", 10),
        ("$.events[0].by", "b", 10),
    ]


@pytest.mark.parametrize("format", ["json", "toml"])
def test_faults_of_a_document_have_lines(format):
    tasks = [{"id": "a", "title": "A"}, {"id": "b", "title": "B", "effort": "soon", "after": ["A", "gone"]}]
    document = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}
    document["phases"] = [{"id": "p", "title": "P", "tasks": tasks}]
    text = dumped(document, format, 2)
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    lines = text.splitlines()
    wanted = {"effort": "soon", "after[0]": "A", "after[1]": "gone"}
    for fault in caught.value.faults:
        assert f'"{wanted[fault.path.rpartition(".")[2]]}"' in lines[fault.line - 1]
    assert len(caught.value.faults) == 3


def test_a_text_that_is_very_long_is_not_scanned():
    text = '{"schema_version": 1, "kind": "checklist", "id": "x", "title": 3' + " " * 1_000_000 + "}"
    with pytest.raises(InvalidError) as caught:
        loads(text, "json")
    assert caught.value.faults[0].line is None


def test_faults_come_in_the_order_of_the_text():
    text = 'phases = [\n  3,\n  {id = "p", title = 4, colour = 5},\n]\nversion = 6\n'
    with pytest.raises(InvalidError) as caught:
        loads(text, "toml")
    lines = [fault.line for fault in caught.value.faults]
    assert lines == sorted(lines, key=lambda line: line or 0)
    assert {None, 2, 3, 5} == {*lines}
