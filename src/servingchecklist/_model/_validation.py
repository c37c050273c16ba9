"""Validation checks for the fields of the model classes.

A check takes a value and the name of its field and returns faults, with paths relative to the object that has the field. It stands
beside its field, in the metadata. A class runs its checks when all fields are set, and the codec runs the same ones on documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Self, TypeAlias, TypeGuard, TypeVar, cast

import attrs

from .._text import problem_in
from ..errors import MOST_FAULTS, Fault, InvalidError, show

Check: TypeAlias = Callable[[object, str], Sequence[Fault]]
"""A function that takes a value and the name of its field and returns the faults."""

T = TypeVar("T")

LINE_LENGTH = 200
"""The maximum number of characters in a title, a topic or another single line."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_LABEL = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}", re.ASCII)
_NONE: Sequence[Fault] = ()


def is_id(value: object) -> bool:
    """Return True if ``value`` is an id: 1 to 64 of ``a-z 0-9 . _ -``, a letter or digit first."""
    return type(value) is str and _ID.fullmatch(value) is not None


def ident(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an id."""
    if is_id(value):
        return _NONE
    hint = "use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first"
    if isinstance(value, str) and (slug := re.sub(r"[^a-z0-9._-]+", "-", value[:64].lower()).strip("-._")):
        hint += f", as in {slug!r}"
    return [Fault("not-an-id", f"$.{name}", "is not an id", show(value), hint)]


def version(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is the version of a checklist."""
    if type(value) is str and _LABEL.fullmatch(value):
        return _NONE
    return [
        Fault(
            "bad-format", f"$.{name}", "is not a version", show(value), "write a short label in quotes, as in '2026.1'"
        )
    ]


def label(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a facet value."""
    if type(value) is str and _LABEL.fullmatch(value):
        return _NONE
    hint = "use 1 to 64 of A-Z, a-z, 0-9, '.', '+', '_' and '-', a letter or digit first"
    return [Fault("bad-format", f"$.{name}", "is not a value of a facet", show(value), hint)]


def line(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a single line of text and not empty."""
    if type(value) is not str:
        return [_not_text(value, name)]
    if not is_visible(value):
        return [Fault("empty", f"$.{name}", "is empty", show(value), "say in a few words what it is")]
    return optional_line(value, name)


# Characters that Unicode classes as letters or symbols, but that render as blanks.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_visible(text: str) -> bool:
    """Return True if at least one character is neither white space, nor a format character, nor a blank."""
    return any(character.isprintable() and not character.isspace() and character not in _BLANKS for character in text)


def optional_line(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a single line of text, possibly empty."""
    if type(value) is not str:
        return [_not_text(value, name)]
    found: list[Fault] = []
    if problem := problem_in(value, line=True):
        found.append(Fault("bad-text", f"$.{name}", problem, show(value), "write it as one line of plain text"))
    elif value != value.strip():
        found.append(
            Fault(
                "bad-text", f"$.{name}", "begins or ends with white space", show(value), f"write {show(value.strip())}"
            )
        )
    if len(value) > LINE_LENGTH:
        hint = f"use at most {LINE_LENGTH} characters; details go into a description"
        found.append(Fault("too-long", f"$.{name}", "is too long", show(value), hint))
    return found


def prose(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is text of any length; line breaks and tabs are allowed."""
    if type(value) is not str:
        return [_not_text(value, name)]
    if problem := problem_in(value, line=False):
        return [Fault("bad-text", f"$.{name}", problem, show(value), "take it out; line breaks are written as \\n")]
    return _NONE


def tip(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is text of any length and not empty."""
    if type(value) is str and not value.strip():
        return [Fault("empty", f"$.{name}", "is empty", show(value), "say it, or take it out")]
    return prose(value, name)


def _not_text(value: object, name: str) -> Fault:
    return Fault("wrong-kind", f"$.{name}", "is not text", show(value), "write it as a plain string, in quotes")


def count(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an int of 0 or more."""
    if type(value) is int and value >= 0:
        return _NONE
    return [Fault("out-of-range", f"$.{name}", "is not a count", show(value), "write a whole number from 0 on")]


def as_day(value: date) -> date:
    """Convert dates of a subclass to plain dates. Anything else is left to the check."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    return value


def as_day_or_none(value: date | None) -> date | None:
    """Convert like :func:`as_day`, but let None pass."""
    return None if value is None else as_day(value)


def day(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a plain date."""
    if type(value) is date:
        return []
    return [
        Fault("bad-format", f"$.{name}", "is not a date", show(value), "give a datetime.date, as in date(2026, 12, 31)")
    ]


def stated_days(value: object, name: str) -> Sequence[Fault]:
    """Check that a value computed by the library is a number of working days: a finite float of 0 or more."""
    if type(value) is float and 0 <= value < float("inf"):
        return _NONE
    return [
        Fault("out-of-range", f"$.{name}", "is not a number of working days", show(value), "write a float from 0 on")
    ]


def exactly(kind: type, example: str) -> Check:
    """Return a check for exactly one type, subclasses excluded. ``example`` shows how to write such a value."""

    def check(value: object, name: str) -> Sequence[Fault]:
        if type(value) is kind:
            return _NONE
        return [Fault("wrong-kind", f"$.{name}", f"is not {article(kind.__name__)}", show(value), f"write {example}")]

    return check


def optional(check: Check) -> Check:
    """Return ``check`` for a field that may also be None."""
    return lambda value, name: _NONE if value is None else check(value, name)


def each(check: Check, *, distinct: bool = False) -> Check:
    """Return a check for a tuple whose members all pass ``check`` and, with ``distinct``, differ from each other."""

    def check_all(value: object, name: str) -> Sequence[Fault]:
        if not _is_tuple(value):
            return [Fault("wrong-kind", f"$.{name}", "is not a list", show(value), "write a list, as in [...]")]
        found: list[Fault] = []
        for position, item in enumerate(value):
            if check(item, name):  # build the path of a member only if something is wrong
                found += check(item, f"{name}[{position}]")
                if len(found) >= MOST_FAULTS:
                    break
        if distinct and not found and len(set(value)) != len(value):
            seen: set[object] = set()
            for position, item in enumerate(value):
                if item in seen and len(found) < MOST_FAULTS:
                    found.append(
                        Fault("duplicate", f"$.{name}[{position}]", "is there twice", show(item), "name it once")
                    )
                seen.add(item)
        return found

    return check_all


def some(check: Check) -> Check:
    """Return ``check`` for a tuple that must not be empty."""
    return lambda value, name: (
        check(value, name)
        or (_NONE if value else [Fault("empty", f"$.{name}", "is empty", show(value), "name at least one")])
    )


def each_of(kinds: Collection[type], check: Check) -> Check:
    """Return ``each(check)`` for a ``check`` that passes exactly the values of these types."""
    check_all = each(check)

    def check_each(value: object, name: str) -> Sequence[Fault]:
        if _is_tuple(value) and set(map(type, value)).issubset(kinds):  # in C, fast for large tuples
            return _NONE
        return check_all(value, name)

    return check_each


def each_exactly(kind: type, example: str) -> Check:
    """Return a check for a tuple whose members are all of exactly one type, subclasses excluded."""
    return each_of((kind,), exactly(kind, example))


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return type(value) is tuple


def article(name: str) -> str:
    """Return the name of a class with its article: ``a Task``, ``an Effort``."""
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def faults_of(checks: Mapping[str, Check], fields: Mapping[str, object]) -> list[Fault]:
    """Return the faults of those ``fields`` that have a check."""
    return [fault for name, check in checks.items() if name in fields for fault in check(fields[name], name)]


def check(function: Check) -> Mapping[str, Check]:
    """Return the metadata of an attrs field that has this check: ``title: str = attrs.field(metadata=check(line))``."""
    return {"check": function}


_CHECKS: dict[type, Mapping[str, Check]] = {}


def checks_of(kind: type) -> Mapping[str, Check]:
    """Return the checks of a class by the names of its fields."""
    if kind not in _CHECKS:
        fields = attrs.fields(kind)
        _CHECKS[kind] = {field.name: field.metadata["check"] for field in fields if "check" in field.metadata}
    return _CHECKS[kind]


def check_of(kind: type, name: str) -> Mapping[str, Check]:
    """Return the metadata of a field that holds the same as the field ``name`` of another class."""
    return check(checks_of(kind)[name])


def check_of_optional(kind: type, name: str) -> Mapping[str, Check]:
    """Return the metadata of a field that holds None, or the same as the field ``name`` of another class."""
    return check(optional(checks_of(kind)[name]))


def verify(instance: object) -> None:
    """Raise :class:`InvalidError` with all faults of the fields of ``instance``, if there are any."""
    found: list[Fault] = []
    for name, function in checks_of(type(instance)).items():
        if faults := function(getattr(instance, name), name):
            found += faults
    if found:
        raise InvalidError(found)


class Validated:
    """The base class of values: its fields are checked when it is made, and it is copied and unpickled by calling the constructor."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        verify(self)

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        fields = attrs.fields(type(self))  # type: ignore[arg-type]
        return partial(type(self), **{field.name: getattr(self, field.name) for field in fields if field.init}), ()


def as_tuple(value: Sequence[T]) -> tuple[T, ...]:
    """Convert a list to a tuple. Anything else is left to the check."""
    return tuple(value) if type(value) is list else value  # type: ignore[return-value]


if TYPE_CHECKING:
    # Type checkers derive the parameters of a constructor from the converters, which therefore name their members.
    class tuple_of(tuple[T, ...]):  # noqa: N801, SLOT001
        def __new__(cls, value: Sequence[T]) -> tuple[T, ...]: ...  # type: ignore[misc]

    class tuple_or_none_of(tuple[T, ...]):  # noqa: N801, SLOT001
        def __new__(cls, value: Sequence[T] | None) -> tuple[T, ...] | None: ...  # type: ignore[misc]
else:

    class tuple_of:  # noqa: N801
        """The converter :func:`as_tuple` for a field with a tuple: ``converter=tuple_of[str]``."""

        def __class_getitem__(cls, member: object) -> Callable[[object], object]:
            return as_tuple

    tuple_or_none_of = tuple_of


def made(kind: type[T], fields: Mapping[str, object]) -> T:
    """Call ``kind`` with fields that are known only by name. The checks of the class validate the values."""
    return cast("Callable[..., T]", kind)(**fields)


def evolved(held: T, fields: Mapping[str, object]) -> T:
    """Return ``held`` with new values for fields that are known only by name. The checks of its class validate them."""
    return cast("Callable[..., T]", attrs.evolve)(held, **fields)
