"""Audiences, those whom a service is for, with example requests and the answers that they expect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import attrs

from .._namespace import public
from ..errors import Fault, invalid, member
from . import _validation as v
from ._validation import Validated, as_tuple, check, fault, is_tuple, tuple_of
from .quantity import Quantity, as_quantity, quantity_of
from .task import Pairs, annotation_pairs, as_annotations

Scalar: TypeAlias = str | int | float | bool

_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_LARGEST = 1e300

_method = v.require(
    lambda value: type(value) is str and re.fullmatch("[A-Z]{3,10}", value) is not None,
    "bad-format",
    "is not a method of HTTP",
    "write it in capitals, as in 'POST'",
)
_path = v.require(
    lambda value: type(value) is str and len(value) <= 2_000 and re.fullmatch("/[!-~]*", value) is not None,
    "bad-format",
    "is not a path of a URL",
    "begin it with '/', and percent-encode what RFC 3986 does not allow",
)
_status = v.require(
    lambda value: type(value) is int and 100 <= value <= 599,
    "out-of-range",
    "is not a status of HTTP",
    "write a whole number from 100 to 599",
)


def as_values(value: Mapping[str, Scalar] | Sequence[tuple[str, Scalar]]) -> tuple[tuple[str, Scalar], ...]:
    """Convert a mapping of JSON pointers to values, or pairs, to pairs in the same order. Anything else is left to the check."""
    return as_tuple(cast("Sequence[tuple[str, Scalar]]", v.pairs_of(value)))


def _values(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of pairs: a JSON pointer, each once, and text, a number or a bool."""
    if not is_tuple(value) or not all(is_tuple(pair) and len(pair) == 2 for pair in value):
        hint = "write pointers and values, as in {'/outputs/0/datatype': 'FP32'}"
        return [fault("wrong-kind", name, "are not values of an answer", value, hint)]
    found: list[Fault] = []
    seen: set[str] = set()
    for pointer, expected in cast("tuple[tuple[object, object], ...]", value):
        path = member(f"$.{name}", pointer)[2:]
        if type(pointer) is not str or v.optional_line(pointer, name) or not _POINTER.fullmatch(pointer):
            found.append(
                fault("bad-format", path, "is not a JSON pointer", pointer, "write it as in '/outputs/0/data'")
            )
            continue
        if pointer in seen:
            found.append(fault("duplicate", path, "is there twice", pointer, "name each pointer once"))
        seen.add(pointer)
        if type(expected) is str:
            found += v.prose(expected, path)
        elif type(expected) not in (int, float, bool) or not -_LARGEST < cast("float", expected) < _LARGEST:
            found.append(
                fault("wrong-kind", path, "is not a value to compare with", expected, "write text or a number")
            )
    return found


def _exact(values: tuple[tuple[str, Scalar], ...]) -> tuple[tuple[str, str], ...]:
    """Return the values in a form in which 1, 1.0 and True differ, as they do in documents."""
    return tuple([(pointer, repr(expected)) for pointer, expected in values])


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class ExpectedAnswer(Validated):
    """The answer that a caller expects.

    Attributes:
        status: The status of HTTP.
        json: The values that the body must have, by JSON pointer (RFC 6901): ``{"/outputs/0/datatype": "FP32"}``. They are kept as pairs.
        tolerance: The difference that numbers may have, such as ``"0.001"``; without it they are equal.
        within: The time from the sending of the request to the last byte of the answer, such as ``"80 ms"``; None for any.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    status: int = attrs.field(default=200, metadata=check(_status))
    json: tuple[tuple[str, Scalar], ...] = attrs.field(
        default=(), converter=as_values, kw_only=True, eq=_exact, metadata=check(_values)
    )
    tolerance: Quantity | None = attrs.field(
        default=None, converter=as_quantity, kw_only=True, metadata=check(quantity_of("number"))
    )
    within: Quantity | None = attrs.field(
        default=None, converter=as_quantity, kw_only=True, metadata=check(quantity_of("time"))
    )


def _headers(value: object, name: str) -> Sequence[Fault]:
    if faults := annotation_pairs(value, name):
        return faults
    found: list[Fault] = []
    for key, text in cast("Pairs", value):
        path = member(f"$.{name}", key)[2:]
        if not re.fullmatch("[a-z0-9-]+", key):
            hint = "use a-z, 0-9 and '-', as in 'content-type'"
            found.append(fault("bad-format", path, "is not the name of a header", key, hint))
        found += v.line(text, path)
    return found


_an_answer = v.exactly(ExpectedAnswer, "ExpectedAnswer(200, json={...})")


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Example(Validated):
    """An example request of an audience, and the answer that it expects. The library sends nothing: :meth:`curl` writes the command.

    Attributes:
        id: The id used by answers, in the form of a task id; unique within its audience.
        title: Its title, in one line.
        method: The method of HTTP, in capitals.
        path: The path of the URL, with its query if it has one.
        headers: The headers, by their names in lower case: ``{"content-type": "application/json"}``. They are kept as pairs.
        body: The body, as text; empty for none.
        expect: The answer that is expected.
        fallback: The answer that is expected while the service is degraded; None if no such answer was agreed.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    method: str = attrs.field(default="POST", kw_only=True, metadata=check(_method))
    path: str = attrs.field(kw_only=True, metadata=check(_path))
    headers: Pairs = attrs.field(default=(), converter=as_annotations, kw_only=True, metadata=check(_headers))
    body: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))
    expect: ExpectedAnswer = attrs.field(default=ExpectedAnswer(), kw_only=True, metadata=check(_an_answer))
    fallback: ExpectedAnswer | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(_an_answer)))

    def curl(self, base: str) -> str:
        r"""Return the command of a POSIX shell that sends the request with curl, and prints the answer with its status and time.

        >>> print(Example("score", "A score", path="/score", body='{"x": 1}').curl("https://staging.example.com"))
        curl --silent --show-error --max-time 30 --write-out '\n%{http_code} %{time_total}\n' --data-raw '{"x": 1}' https://staging.example.com/score

        Args:
            base: The beginning of the URL: ``https://`` or ``http://``, the host, and a path if there is one.

        Raises:
            InvalidError: ``base`` is not the beginning of a URL.
        """
        import shlex

        if type(base) is not str or not re.fullmatch(r"https?://[A-Za-z0-9\-._~:\[\]%]+(?:/[!-~]*)?", base):
            raise invalid("bad-format", "$.base", "is not the beginning of a URL", base, "write https:// and the host")
        words = [
            "curl",
            "--silent",
            "--show-error",
            "--max-time",
            "30",
            "--write-out",
            r"\n%{http_code} %{time_total}\n",
        ]
        if self.method != ("POST" if self.body else "GET"):
            words += ["--request", self.method]
        for name, text in self.headers:
            words += ["--header", f"{name}: {text}"]
        if self.body:
            words += ["--data-raw", self.body]
        url = base.rstrip("/") + self.path
        if not {"[", "]", "{", "}"}.isdisjoint(url):
            words.append("--globoff")  # to curl they are ranges and sets
        return shlex.join([*words, url])


_examples = v.some(v.each_with_id(Example, "Example(id, title, path=...)"))


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Audience(Validated):
    """A group of callers or readers that a service is for.

    Attributes:
        id: The id used by commands, in the form of a task id.
        title: Its title, in one line.
        contact: The role or the team to ask, in one line; may be empty.
        needs: What it needs from the service, and what it does without an answer.
        kpis: The ids of the KPIs that it judges the service by.
        examples: Its example requests with the answers that it expects; at least one.

    Raises:
        InvalidError: A field is invalid, or two examples share an id.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    contact: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    needs: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))
    kpis: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )
    examples: tuple[Example, ...] = attrs.field(converter=tuple_of[Example], kw_only=True, metadata=check(_examples))


audiences = v.each_with_id(Audience, "Audience(id, title, examples=[...])")
"""Check that a value is a tuple of audiences with ids of their own."""
