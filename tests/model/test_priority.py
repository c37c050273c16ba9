import operator
import pickle
from itertools import product

import pytest
from hypothesis import given

from helpers.strategies import texts
from servingchecklist import Checklist, Priority, Status, Task
from servingchecklist.errors import InvalidError


def test_priorities_compare_by_urgency():
    assert sorted(Priority) == [Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.CRITICAL]
    assert Priority.CRITICAL > Priority.HIGH >= Priority.HIGH
    assert Priority.LOW < Priority.MEDIUM <= Priority.MEDIUM
    assert [priority.urgency for priority in Priority] == [4, 3, 2, 1]
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        for one, other in product(Priority, repeat=2):
            assert compare(one, other) == compare(one.urgency, other.urgency)


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda compare: compare.__name__
)
def test_priorities_compare_with_nothing_else(compare):
    # Not by the alphabet, as strings do, on either side.
    for one, other in ((Priority.HIGH, "low"), ("low", Priority.HIGH), (Priority.HIGH, 3)):
        with pytest.raises(TypeError):
            compare(one, other)


def test_priorities_are_written_in_lower_case_and_evaluate():
    assert str(Priority.CRITICAL) == Priority.CRITICAL.value == "critical"
    assert eval(repr(Priority.CRITICAL)) is Priority.CRITICAL
    assert pickle.loads(pickle.dumps(Priority.LOW)) is Priority.LOW


@pytest.mark.parametrize(
    ("texts", "priority"),
    [
        (("critical", " CRITICAL ", "p0", "P0", "must", "Required", Priority.CRITICAL), Priority.CRITICAL),
        (("High", "P1", "SHOULD", "recommended\n"), Priority.HIGH),
        (("medium", "p2"), Priority.MEDIUM),
        (("low", "P3", "could", "Optional"), Priority.LOW),
    ],
)
def test_words_of_other_lists_stand_for_priorities(texts, priority):
    for text in texts:
        assert Priority.parse(text) is priority


def test_words_of_the_caller_come_first():
    words = {"Hoch ": "high", "stra\u00dfe": Priority.LOW, "must": "medium"}
    assert Priority.parse("hoch", words) is Priority.HIGH
    assert Priority.parse(" STRASSE", words) is Priority.LOW
    assert Priority.parse("MUST", words) is Priority.MEDIUM
    assert Priority.parse("required", words) is Priority.CRITICAL


KNOWN = "critical, high, medium, low, p0, must, required, p1, should, recommended, p2, p3, could, optional"


@pytest.mark.parametrize(
    "text", ["", "urgent", "P4", "p 0", "\u0441ritical", "cr\u200bitical", "P\uff10", "high!", None, 3, ["low"]]
)
def test_other_words_are_refused_with_those_that_are_known(text):
    with pytest.raises(InvalidError, match=rf"; write one of {KNOWN}, or give words={{\.\.\.}}$") as caught:
        Priority.parse(text)
    assert str(caught.value).startswith("$.text: is not a priority (got ")
    with pytest.raises(InvalidError, match=r"; write one of a\\nb, hoch, critical, "):
        Priority.parse("x", {"A\nb": "low", "Hoch": "high"})


@pytest.mark.parametrize("text", [Priority, b"low", 1.5, object(), ("low",)])
def test_what_is_no_text_is_of_the_wrong_kind(text):
    with pytest.raises(InvalidError) as caught:
        Priority.parse(text, {"": "low"})
    assert [fault.code for fault in caught.value.faults] == ["wrong-kind"]


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ([("a", "low")], ["$.words"]),
        ("low", ["$.words"]),
        (3, ["$.words"]),
        ({"a": "LOW", 3: "low", "b": 4}, ["$.words.a", "$.words", "$.words.b"]),
        ({"\x1b": "low"}, ["$.words"]),
        ({"a": None}, ["$.words.a"]),
    ],
)
def test_the_words_of_the_caller_are_checked(words, paths):
    with pytest.raises(InvalidError) as caught:
        Priority.parse("low", words)
    assert [fault.path for fault in caught.value.faults] == paths


@given(texts)
def test_any_word_of_the_caller_is_known_and_any_other_is_refused(text):
    assert Priority.parse(f" {text}\n", {text: "low"}) is Priority.LOW
    with pytest.raises(InvalidError):
        Priority.parse(f"x{text}", {text: "low"} if text.strip() else {})


@pytest.mark.parametrize("word", ["P0", "must", "Critical", " low"])
def test_constructors_and_files_take_the_names_alone(word):
    with pytest.raises(InvalidError):
        Task("a", "A", priority=word)
    with pytest.raises(InvalidError):
        Checklist.from_dict(
            {
                "id": "x",
                "title": "X",
                "phases": [{"id": "p", "title": "P", "tasks": [{"id": "a", "title": "A", "priority": word}]}],
            }
        )


@pytest.mark.parametrize(
    "compare", [operator.lt, operator.le, operator.gt, operator.ge], ids=lambda compare: compare.__name__
)
def test_statuses_have_no_order(compare):
    for one, other in ((Status.TODO, Status.DONE), (Status.TODO, "done"), ("done", Status.TODO)):
        with pytest.raises(TypeError):
            compare(one, other)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("P0", "did you mean 'critical'?"),
        ("High", "did you mean 'high'?"),
        ("must", "did you mean 'critical'?"),
        ("mediun", "did you mean 'medium'?"),
        ("later", "write one of critical, high, medium and low"),
        (3, "write one of critical, high, medium and low"),
    ],
)
def test_a_word_for_a_priority_is_not_taken_but_told_by_its_name(word, hint):
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", priority=word)
    assert [fault.hint for fault in caught.value.faults] == [hint]
