import copy
import pickle
import re
from pathlib import Path
from typing import get_args

import pytest

from servingchecklist import ChecklistError
from servingchecklist.errors import (
    Code,
    CycleError,
    Fault,
    FileError,
    InvalidError,
    LimitError,
    UnknownNameError,
    member,
    nearest,
    show,
)

SOURCE = Path(__file__).parents[1] / "src/servingchecklist"
ONE = Fault("wrong-kind", "$.a", "is wrong", "3", "write 4")


def test_a_fault_reads_as_a_sentence_and_leaves_out_what_it_lacks():
    assert str(ONE) == "$.a: is wrong (got 3); write 4"
    assert str(Fault("missing", "$.a", "is missing")) == "$.a: is missing"
    in_a_file = Fault("missing", "$.a", "is missing", "", "write it", task="c1", line=3)
    assert str(in_a_file) == "$.a: is missing, in task c1, on line 3; write it"


def test_every_code_is_used_and_documented():
    codes = list(get_args(Code))
    assert codes == sorted(codes)
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    source = re.sub(r"Code: TypeAlias = Literal\[.*?\]", "", source, count=1, flags=re.DOTALL)
    assert {code for code in codes if f'"{code}"' not in source} == set()
    page = (SOURCE.parents[1] / "docs/reference/errors.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == codes


def test_a_fault_can_be_seen_from_further_out():
    assert ONE.under("$.tasks[2]").path == "$.tasks[2].a"
    assert Fault("wrong-kind", "$", "is wrong").under("$.tasks[2]").path == "$.tasks[2]"


def test_one_fault_is_one_line_and_many_are_counted():
    assert str(InvalidError([ONE])) == str(ONE)
    assert str(InvalidError([ONE, ONE])) == f"2 faults:\n  {ONE}\n  {ONE}"
    many = str(InvalidError([ONE] * 25)).splitlines()
    assert (many[0], many[-1], len(many)) == ("25 faults:", "  and 5 more", 22)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (InvalidError([ONE]), ValueError),
        (CycleError([ONE], ("a", "b")), ValueError),
        (LimitError([ONE]), ValueError),
        (UnknownNameError([ONE]), KeyError),
        (FileError([ONE], 2, "x.toml"), OSError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_errors_have_one_root_and_a_builtin_parent_and_travel_between_processes(error, builtin):
    assert isinstance(error, ChecklistError)
    assert isinstance(error, builtin)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is type(error)
        assert str(other) == str(error) == str(ONE)
        assert other.faults == (ONE,)
        assert other.__dict__ == error.__dict__


def test_a_file_error_keeps_what_the_system_said():
    error = FileError([ONE], 2, "x.toml")
    assert (error.errno, error.filename) == (2, "x.toml")


class Hostile:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (True, "True"),
        (3, "3"),
        (10**1000, "an integer of 3322 bits"),
        (2.5, "2.5"),
        ("a\x1b[31m\u202e", "'a\\x1b[31m\\u202e'"),
        ("x" * 61, f"'{'x' * 60}'... of 61 characters"),
        ([1, 2], "a list of 2"),
        ({}, "a dict of 0"),
        ((1,), "a tuple of 1"),
        (Hostile(), "a value of type Hostile"),
    ],
)
def test_any_value_is_shown_short_and_safe(value, shown):
    assert show(value) == shown


@pytest.mark.parametrize(
    ("key", "path"),
    [("after", "$.after"), ("blast-radius", "$.blast-radius"), (3, "$[3]"), ("a b", "$['a b']"), ("é", "$['é']")],
)
def test_a_key_in_a_path_is_printable(key, path):
    assert member("$", key) == path


def test_the_nearest_name_is_a_hint_and_without_one_the_known_names_are():
    assert nearest("titel", ["id", "title"]) == nearest("TITLE", ["id", "title"]) == "did you mean 'title'?"
    assert nearest("zzz", ["id", "title"]) == "known: id, title"
    assert nearest("zzz", map(str, range(30))) == ""
    assert nearest("x" * 65, ["id"]) == nearest(3, ["id"]) == "known: id"
    assert nearest("zzz", []) == ""
