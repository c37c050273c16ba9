"""Reading many tasks at once gives what reading them one by one gives, or nothing at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Task
from servingchecklist.codec import columns, readers
from servingchecklist.errors import InvalidError

ODD = st.sampled_from(
    [
        None,
        True,
        0,
        3,
        2.5,
        "",
        "a",
        "a b",
        "a\nb",
        " a",
        "a\x1b",
        "é",
        "x" * 201,
        [],
        ["a"],
        ["a", "a"],
        ["A"],
        [3],
        "ab",
        {},
        {"blast_radius": 1, "likelihood": 5},
        [{"title": "R", "url": "a.md"}],
        [{"id": "s", "text": "S"}, {"id": "s", "text": "T"}],
        {"jira": 1},
        {"A b": "1"},
        "high",
        "2-3 days",
        "3-2 days",
        ("a",),
    ]
)
IDS = st.sampled_from(["a", "b", "a\nb", "A", "", "a" * 64, "a" * 65, "0._-"])
GOOD = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c1", "0._-"]),
        "title": st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9),
    },
    optional={
        "priority": st.sampled_from(["low", "high"]),
        "effort": st.sampled_from(["1 day", "2-5 days, likely 3"]),
        "description": st.sampled_from(["", "one\n\ttwo", "é"]),
        "after": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "risk": st.just({"blast_radius": 1, "likelihood": 5}),
        "references": st.just([{"title": "R", "url": "a.md"}]),
        "steps": st.just([{"id": "s", "text": "S"}]),
        "role": st.just("sre"),
        "section": st.just("Alerts"),
        "labels": st.just(["slo"]),
        "annotations": st.sampled_from([{}, {"pillar": "x", "jira": "1"}]),
    },
)
FIELDS = [
    "id",
    "title",
    "priority",
    "effort",
    "description",
    "after",
    "risk",
    "references",
    "steps",
    "role",
    "section",
    "labels",
    "annotations",
    "colour",
]
SPOILT = st.builds(
    lambda good, changes: good | changes, GOOD, st.dictionaries(st.sampled_from(FIELDS), ODD | IDS, max_size=2)
)


def one_by_one(raw):
    try:
        return readers.each(readers.READERS[Task])(raw)
    except InvalidError:
        return None


@given(st.lists(GOOD, min_size=1, max_size=6))
def test_plainly_right_tasks_are_read_at_once(raw):
    found = columns.tasks(raw, readers.FIELDS)
    assert found is not None
    assert found == one_by_one(raw)
    assert [hash(task) for task in found] == [hash(task) for task in one_by_one(raw)]


@given(st.lists(GOOD | SPOILT, max_size=4))
def test_what_is_read_at_once_is_what_would_be_read_one_by_one(raw):
    found = columns.tasks(raw, readers.FIELDS)
    if found is not None:
        assert found == one_by_one(raw)


@pytest.mark.parametrize("field", FIELDS)
@given(data=st.data())
def test_a_single_spoilt_field_never_slips_through(field, data):
    good = {"id": "a", "title": "A"}
    raw = [good, good | {field: data.draw(ODD | IDS)}]
    found = columns.tasks(raw, readers.FIELDS)
    assert found is None or found == one_by_one(raw)


@pytest.mark.parametrize("raw", [None, {}, [], [3], "x", [{"id": "a"}], [{"title": "A"}], [[]]])
def test_what_is_no_list_of_tasks_is_left_to_the_other_way(raw):
    assert columns.tasks(raw, readers.FIELDS) is None


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize("field", ["id", "title", "priority", "effort", "description"])
def test_a_subclass_of_str_is_left_to_the_other_way(field):
    raw = [{"id": "a", "title": "A"} | {field: Text("high")}]
    assert columns.tasks(raw, readers.FIELDS) is None
