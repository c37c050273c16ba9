"""Nothing is lost: what is written is read back equal, and written again it is the same to the byte."""

from __future__ import annotations

import copy
import json
import pickle
import tomllib
from functools import reduce
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import NAMES
from helpers.strategies import CROWDED, TEXT_FIELDS, checklists, crowd, efforts, texts
from servingchecklist import Checklist, Effort, Phase, Task, dumps, loads, read, write
from servingchecklist.errors import InvalidError

NAUGHTY = json.loads((Path(__file__).parent / "corpus" / "naughty.json").read_text(encoding="utf-8"))
FORMATS = ("json", "jsonl", "toml", "yaml")
SMALL = Checklist("a", "A", phases=[Phase("p", "P", tasks=[Task("t", "T")])])


def copies(value):
    yield from (pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))
    yield copy.copy(value)
    yield copy.deepcopy(value)
    yield attrs.evolve(value)
    yield eval(repr(value), dict(NAMES))


def assert_reads_back(checklist, format):
    text = dumps(checklist, format)
    again = loads(text, format)
    assert again == checklist
    assert dumps(again, format) == text
    assert loads(text.encode(), format) == checklist


@given(checklists())
def test_what_is_written_is_read_back_equal_and_written_the_same(checklist):
    for format in FORMATS:
        assert_reads_back(checklist, format)


@given(checklists())
def test_copies_are_equal_and_hash_alike(checklist):
    for other in copies(checklist):
        assert other == checklist
        assert hash(other) == hash(checklist)
        assert repr(other) == repr(checklist)
        assert other.prerequisites == checklist.prerequisites


@given(efforts)
def test_an_effort_is_read_back_from_what_it_says(effort):
    assert Effort.parse(str(effort)) == effort
    for other in copies(effort):
        assert other == effort
        assert hash(other) == hash(effort)


@given(
    st.floats(0, 10_000),
    st.floats(0, 10_000),
    st.none() | st.floats(0, 1),
    st.sampled_from(["working", "any", "elapsed"]),
)
def test_any_range_of_floats_is_read_back_to_the_last_bit(one, other, share, days):
    low, high = sorted((one, other))
    likely = None if share is None else min(max(low + (high - low) * share, low), high)
    effort = Effort(low, high, likely, days=days)
    again = Effort.parse(str(effort))
    assert again == effort
    assert [number and number.hex() for number in (again.low, again.high, again.likely)] == [
        number and number.hex() for number in (low, high, likely)
    ]


@given(texts, st.sampled_from(sorted(TEXT_FIELDS)), st.sampled_from(FORMATS))
def test_any_text_that_may_be_stored_is_read_back(text, name, format):
    field = TEXT_FIELDS[name]
    if field.may_hold(text):
        assert_reads_back(field.checklist(text), format)
    else:
        with pytest.raises(InvalidError):
            field.checklist(text)


def test_there_are_enough_naughty_strings_of_either_kind():
    assert len(NAUGHTY) > 200
    for field in TEXT_FIELDS.values():
        held = [text for text in NAUGHTY if field.may_hold(text)]
        assert len(held) > 150
        assert len(NAUGHTY) - len(held) > 20


@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_naughty_strings_are_stored_or_refused(name):
    field = TEXT_FIELDS[name]
    for text in NAUGHTY:
        if field.may_hold(text):
            assert (
                reduce(
                    lambda holder, key: holder.get(key, "") if key == field.name else holder[key],
                    field.keys,
                    field.checklist(text).to_dict(),
                )
                == text
            )
        else:
            with pytest.raises(InvalidError) as caught:
                field.checklist(text)
            assert [fault.path for fault in caught.value.faults] == [field.path]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", TEXT_FIELDS)
def test_naughty_strings_are_read_back(name, format):
    field = TEXT_FIELDS[name]
    held = [text for text in NAUGHTY if field.may_hold(text)]
    if name in CROWDED:
        assert_reads_back(Checklist.from_dict(crowd(name, held)), format)
    else:
        for text in held:
            assert_reads_back(attrs.evolve(SMALL, **{field.name: text}), format)


@pytest.mark.parametrize("name", CROWDED)
def test_copies_of_naughty_strings_are_equal(name):
    checklist = Checklist.from_dict(crowd(name, [text for text in NAUGHTY if TEXT_FIELDS[name].may_hold(text)]))
    for other in copies(checklist):
        assert other == checklist
        assert hash(other) == hash(checklist)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", CROWDED)
def test_files_keep_every_byte(tmp_path, name, format):
    checklist = Checklist.from_dict(crowd(name, [text for text in NAUGHTY if TEXT_FIELDS[name].may_hold(text)]))
    path = tmp_path / f"checklist.{format}"
    write(checklist, path)
    assert path.read_bytes().decode() == dumps(checklist, format)
    assert read(path) == checklist


@pytest.mark.parametrize("name", CROWDED)
def test_the_readers_of_others_read_the_same(name):
    """The standard library's own parsers, which know nothing of checklists, see the same document in both formats."""
    checklist = Checklist.from_dict(crowd(name, [text for text in NAUGHTY if TEXT_FIELDS[name].may_hold(text)]))
    document = checklist.to_dict()
    assert json.loads(dumps(checklist, "json")) == tomllib.loads(dumps(checklist, "toml")) == document
    assert Checklist.from_dict(document) == checklist
