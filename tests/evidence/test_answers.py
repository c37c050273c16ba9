"""Answers to example requests, held against what was agreed."""

import json

import attrs
import pytest

from helpers.proof import SCORE
from servingchecklist.errors import InvalidError
from servingchecklist.evidence import Answer, ExpectedAnswer, mismatches

BODY = {"id": "1", "outputs": [{"data": [0.5004, "x"], "a/b": {"~": True}}]}


def answer(status=200, body=BODY, seconds=0.05):
    return Answer(status, body if isinstance(body, str) else json.dumps(body), seconds=seconds)


def test_an_answer_as_agreed_has_no_mismatches():
    assert mismatches(SCORE, answer()) == ()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (answer(None), ("no answer came",)),
        (answer(503), ("the status is 503, not 200",)),
        (answer(seconds=0.0801), ("it took 0.0801 s, and has to come within 80 ms",)),
        (answer(seconds=None), ("the time was not measured, and it has to come within 80 ms",)),
        (answer(body="<html>"), ("the body is not JSON: Expecting value at column 1",)),
        (answer(body="NaN"), ("the body holds NaN, which is not JSON",)),
        (answer(body='{"id": "0", "id": "1"}'), ("the body holds a key twice",)),
        (
            answer(body=json.dumps(BODY).replace("0.5", "9" * 400)),
            ("/outputs/0/data/0 is an integer of 1339 bits, not 0.5",),
        ),
        (answer(body={"id": 1, "outputs": []}), ("/id is 1, not '1'", "/outputs/0/data/0 is not there")),
        (answer(body=[1]), ("/id is not there", "/outputs/0/data/0 is not there")),
        (answer(body={**BODY, "outputs": [{"data": [0.502]}]}), ("/outputs/0/data/0 is 0.502, not 0.5",)),
        (answer(body={**BODY, "outputs": [{"data": [True]}]}), ("/outputs/0/data/0 is True, not 0.5",)),
    ],
)
def test_what_is_not_as_agreed_is_named(given, found):
    assert mismatches(SCORE, given) == found


def test_a_body_that_nests_deep_is_no_answer():
    """How deep a parser gets differs between the builds of Python."""
    (words,) = mismatches(SCORE, answer(body="[" * 100_000))
    assert words.startswith(("the body nests too deep to be read", "the body is not JSON"))


def test_a_degraded_service_answers_with_the_fallback():
    assert mismatches(SCORE, answer(503, "", 0.01), degraded=True) == ()
    assert mismatches(SCORE, answer(), degraded=True) == ("the status is 200, not 503",)
    assert mismatches(attrs.evolve(SCORE, fallback=None), answer(), degraded=True) == ("no fallback was agreed",)


def test_pointers_are_those_of_rfc_6901():
    expect = ExpectedAnswer(
        200, json={"/outputs/0/a~1b/~0": True, "/outputs/0/data/1": "x", "/outputs/00": 1, "": "all"}
    )
    assert mismatches(attrs.evolve(SCORE, expect=expect), answer()) == (
        "/outputs/00 is not there",
        "the whole is a dict of 2, not 'all'",
    )


@pytest.mark.parametrize(
    "wrong", [{"status": "200"}, {"status": 99}, {"seconds": -1}, {"seconds": float("nan")}, {"body": b""}]
)
def test_what_is_no_answer_is_refused(wrong):
    with pytest.raises(InvalidError):
        Answer(**{"status": 200, **wrong})


def test_arguments_are_checked():
    for wrong in ({"example": "score"}, {"answer": 200}, {"degraded": 1}):
        with pytest.raises(InvalidError):
            mismatches(**{"example": SCORE, "answer": answer(), **wrong})


def test_values_that_documents_tell_apart_are_not_equal():
    """Otherwise equal checklists would have different digests."""
    one, other, flag = (ExpectedAnswer(json={"/a": value}) for value in (1, 1.0, True))
    assert len({one, other, flag}) == 3
    assert one == ExpectedAnswer(json={"/a": 1})
