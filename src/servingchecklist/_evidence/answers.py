"""The judging of answers to the example requests of audiences, which the caller has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import attrs

from .._jsonlike import is_dict, is_list, parse_json
from .._model import _validation as v
from .._model._validation import Validated, as_number, check, require_kind
from .._model.audience import Example
from .._namespace import public
from ..errors import InvalidError, show

if TYPE_CHECKING:
    from .._model.audience import ExpectedAnswer, Scalar

_MOST_SECONDS = 1e9

_seconds = v.require(
    lambda value: type(value) is float and 0 <= value <= _MOST_SECONDS,
    "out-of-range",
    "is not a number of seconds",
    "write a number of 0 or more",
)
_status = v.require(
    lambda value: type(value) is int and 100 <= value <= 599,
    "out-of-range",
    "is not a status of HTTP",
    "write a whole number from 100 to 599, or None where there was no answer",
)


def _as_float(value: float | None) -> float | None:
    number = as_number(value)
    return float(number) if type(number) is int and abs(number) <= _MOST_SECONDS else number


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Answer(Validated):
    """An answer to an example request.

    Attributes:
        status: The status of HTTP; None if no answer came.
        body: The body, as text.
        seconds: The time from the sending of the request to the last byte of the answer; None if it was not measured.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    status: int | None = attrs.field(metadata=check(v.optional(_status)))
    body: str = attrs.field(
        default="",
        metadata=check(v.require(lambda value: type(value) is str, "wrong-kind", "is not text", "decode it")),
    )
    seconds: float | None = attrs.field(
        default=None, converter=_as_float, kw_only=True, metadata=check(v.optional(_seconds))
    )


@public("evidence")
def mismatches(example: Example, answer: Answer, *, degraded: bool = False) -> tuple[str, ...]:
    """Return in what an answer is not as an example expects it; empty where it is.

    >>> from servingchecklist import model_serving
    >>> from servingchecklist.evidence import Answer
    >>> example = model_serving().audiences[0].examples[0]
    >>> mismatches(example, Answer(503))
    ('the status is 503, not 200',)

    Args:
        example: The example.
        answer: The answer.
        degraded: True for an answer of a service that is degraded, which has to be the fallback.
    """
    require_kind(Example, {"$.example": example})
    require_kind(Answer, {"$.answer": answer})
    if faults := v.faults_of({"degraded": v.exactly(bool, "True or False")}, {"degraded": degraded}):
        raise InvalidError(faults)
    expected = example.fallback if degraded else example.expect
    if expected is None:
        return ("no fallback was agreed",)
    if answer.status is None:
        return ("no answer came",)
    if answer.status != expected.status:
        return (f"the status is {answer.status}, not {expected.status}",)
    found: list[str] = []
    if expected.within is not None:
        if answer.seconds is None:
            found.append(f"the time was not measured, and it has to come within {expected.within}")
        elif answer.seconds > float(expected.within.value):
            found.append(f"it took {answer.seconds:.3g} s, and has to come within {expected.within}")
    return (*found, *_wrong_values(expected, answer.body))


def _wrong_values(expected: ExpectedAnswer, body: str) -> list[str]:
    if not expected.json:
        return []
    try:
        document = parse_json(body)
    except InvalidError as error:
        return [f"the body {error.faults[0].message}"]
    tolerance = float(expected.tolerance.value) if expected.tolerance else 0.0
    found: list[str] = []
    for pointer, value in expected.json:
        is_there, actual = _at(document, pointer)
        if not is_there:
            found.append(f"{pointer or 'the whole'} is not there")
        elif not _is_equal(value, actual, tolerance):
            found.append(f"{pointer or 'the whole'} is {show(actual)}, not {show(value)}")
    return found


def _at(document: object, pointer: str) -> tuple[bool, object]:
    """Return True and the value at a JSON pointer (RFC 6901), or False."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if is_dict(document) and key in document:
            document = document[key]
        elif is_list(document) and key.isdecimal() and str(int(key)) == key and int(key) < len(document):
            document = document[int(key)]
        else:
            return False, None
    return True, document


def _is_equal(expected: Scalar, actual: object, tolerance: float) -> bool:
    if type(expected) in (int, float) and type(actual) in (int, float):
        try:
            return abs(cast("float", actual) - cast("float", expected)) <= tolerance
        except OverflowError:  # a number that no float can hold
            return False
    return type(actual) is type(expected) and actual == expected
