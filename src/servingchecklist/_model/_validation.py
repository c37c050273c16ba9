"""Validation checks for the fields of the model classes.

A check takes a value and the name of its field and returns faults, with paths relative to the object that has the field. It stands
beside its field, in the metadata. A class runs its checks when all fields are set, and the codec runs the same ones on documents.
Modules with many fields import this one as ``v``, as is usual for validators: ``title: str = attrs.field(metadata=check(v.line))``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from itertools import repeat
from operator import attrgetter  # pyright: ignore[reportUnusedImport]  # the classes that use it are for the runtime
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeGuard, TypeVar, cast

import attrs

from .._namespace import public
from .._text import problem_in
from ..errors import MOST_FAULTS, Code, Fault, InvalidError, invalid, is_a, show

Check: TypeAlias = Callable[[object, str], Sequence[Fault]]
"""A function that takes a value and the name of its field and returns the faults."""

T = TypeVar("T")
K = TypeVar("K")

MOST_COUNTED = 1_000_000_000
"""The maximum of any count, such as of people, samples or tasks. Python does not print ints of 5,000 digits, and nobody needs one."""

LINE_LENGTH = 200
"""The maximum number of characters in a title, a topic or another single line."""

TEXT_LENGTH = 20_000
"""The maximum number of characters in a description, a note or another text of many lines, so that what is written can be read."""

ID = r"[a-z0-9][a-z0-9._-]{0,63}"
VERSION = r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}"
LABEL = r"[a-z0-9][a-z0-9.:/+_-]{0,63}"
_match_id, _match_version, _match_label = (re.compile(one).fullmatch for one in (ID, VERSION, LABEL))
_NONE: Sequence[Fault] = ()


def is_id(value: object) -> bool:
    """Return True if ``value`` is an id: 1 to 64 of ``a-z 0-9 . _ -``, a letter or digit first."""
    return type(value) is str and _match_id(value) is not None


_CODES_OF_TEXT: frozenset[Code] = frozenset(("bad-format", "not-an-id", "unknown-value"))


def fault(code: Code, name: str, message: str, value: object, hint: str) -> Fault:
    """Return the fault of the field ``name``; a value that should be text and is not is of the wrong kind, whatever the text must be."""
    if code in _CODES_OF_TEXT and not is_a(value, str):
        code = "wrong-kind"
    return Fault(code, f"$.{name}", message, show(value), hint)


def require(is_valid: Callable[[Any], bool], code: Code, message: str, hint: str) -> Check:
    """Return a check that a value passes for which ``is_valid`` is true."""
    return lambda value, name: _NONE if is_valid(value) else [fault(code, name, message, value, hint)]


def ident(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an id."""
    if type(value) is str and _match_id(value):
        return _NONE
    hint = "use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first"
    if type(value) is str and any(map(str.isalnum, value[:64])):
        hint += f", as in {value.lower() if is_id(value.lower()) else slug(value)!r}"
    return [fault("not-an-id", name, "is not an id", value, hint)]


def id_or_nothing(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an id or empty."""
    return _NONE if type(value) is str and not value else ident(value, name)


def _is_version(value: object) -> bool:
    return type(value) is str and _match_version(value) is not None


@public()
def slug(text: str, taken: Container[str] = ()) -> str:
    """Return an id made of a text, such as a title: its letters and digits in lower case without accents, all else as hyphens.

    If half of its letters and digits or more are not Latin, or if it has none, it ends in eight hexadecimal digits of a digest.

    >>> slug("2. Schéma du modèle"), slug("Canary", {"canary"}), slug("模型 v2")
    ('2-schema-du-modele', 'canary-2', 'v2-7f68f079')

    Args:
        text: The text, of which the first 1,000 characters count. Equal texts give equal ids.
        taken: The ids in use: a set, a dict, a checklist. If the id is one of them, it ends in -2, -3, ...

    Raises:
        InvalidError: An argument is of the wrong type, or the first 100,000 ids are all taken.
    """
    if type(text) is not str:
        raise invalid("wrong-kind", "$.text", "is not text", text, "write it as a plain string, in quotes")
    if is_a(taken, str) or is_a(taken, bytes) or not issubclass(type(taken), Container):
        raise invalid("wrong-kind", "$.taken", "is not a collection of ids", taken, "give a set of them")
    import unicodedata

    whole = unicodedata.normalize("NFKC", text[:1_000])  # more would be slow: sorting long runs of accents is quadratic
    folded = unicodedata.normalize("NFKD", whole).casefold()
    words = re.findall("[a-z0-9]+", "".join([one for one in folded if unicodedata.category(one) not in ("Mn", "Cf")]))
    name = "-".join(words)
    if sum(map(len, words)) * 2 <= sum(map(str.isalnum, whole)):
        from hashlib import sha256

        digest = sha256(whole.encode(errors="surrogatepass")).hexdigest()[:8]
        name = f"{name[:55].strip('-') or 'item'}-{digest}"
    try:
        for number in range(1, 100_001):
            end = f"-{number}" if number > 1 else ""
            if (candidate := name[: 64 - len(end)].strip("-") + end) not in taken:
                return candidate
    except Exception as error:  # code of the caller, which can raise anything
        raise invalid("wrong-kind", "$.taken", "cannot be searched for an id", taken, "give a set of them") from error
    raise invalid("out-of-range", "$.taken", "holds 100,000 ids that begin alike", text, "use other titles")


version = require(_is_version, "bad-format", "is not a version", "write a short label in quotes, as in '2026.1'")
"""Check that a value is the version of a checklist."""

facet_value = require(
    _is_version,
    "bad-format",
    "is not a value of a facet",
    "use 1 to 64 of A-Z, a-z, 0-9, '.', '+', '_' and '-', a letter or digit first",
)
"""Check that a value is a facet value."""


def label(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a label, or the key of an annotation: lower case only, so that a filter finds all that look alike."""
    if type(value) is str and _match_label(value):
        return _NONE
    hint = "use 1 to 64 of a-z, 0-9, '.', ':', '/', '+', '_' and '-', a letter or digit first"
    return [fault("bad-format", name, "is not a label", value, hint)]


def line(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a single line of text and not empty."""
    if (
        type(value) is str
        and value.isascii()
        and value.isprintable()
        and value == value.strip()
        and 0 < len(value) <= LINE_LENGTH
    ):
        return _NONE  # as most are
    if type(value) is str and not is_visible(value) and not problem_in(value, line=False):
        return [fault("empty", name, "is empty", value, "say in a few words what it is")]
    return optional_line(value, name)


# Characters that Unicode classes as letters or symbols, but that render as blanks.
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_visible(text: str) -> bool:
    """Return True if at least one character is neither white space, nor a format character, nor a blank."""
    return any(character.isprintable() and not character.isspace() and character not in _BLANKS for character in text)


def optional_line(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a single line of text, possibly empty."""
    if type(value) is not str:
        return _text(value, name)
    found: list[Fault] = []
    if problem := problem_in(value, line=True):
        found.append(fault("bad-text", name, problem, value, "write it as one line of plain text"))
    elif value != value.strip():
        found.append(fault("bad-text", name, "begins or ends with white space", value, f"write {show(value.strip())}"))
    if len(value) > LINE_LENGTH:
        hint = f"use at most {LINE_LENGTH} characters; details go into a description"
        found.append(fault("too-long", name, "is too long", value, hint))
    return found


_text = require(lambda value: type(value) is str, "wrong-kind", "is not text", "write it as a plain string, in quotes")


def prose(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is text of any length; line breaks and tabs are allowed."""
    if type(value) is str and (problem := problem_in(value, line=False)):
        return [fault("bad-text", name, problem, value, "take it out; line breaks are written as \\n")]
    return _text(value, name)


def stored_text(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is text of at most 20,000 characters; line breaks and tabs are allowed."""
    if type(value) is str and len(value) <= TEXT_LENGTH and value.isascii() and value.isprintable():
        return _NONE  # as most are
    if type(value) is str and len(value) > TEXT_LENGTH:
        hint = f"use at most {TEXT_LENGTH:,} characters; link to a page for more"
        return [fault("too-long", name, "is too long", value, hint)]
    return prose(value, name)


def tip(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is text as :func:`stored_text` takes it, and not empty."""
    if type(value) is str and not value.strip():
        return [fault("empty", name, "is empty", value, "say it, or take it out")]
    return stored_text(value, name)


count = require(
    lambda value: type(value) is int and 0 <= value <= MOST_COUNTED,
    "out-of-range",
    "is not a count",
    f"write a whole number from 0 to {MOST_COUNTED:,}",
)
"""Check that a value is an int from 0 to ``MOST_COUNTED``."""


def from_one(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an int from 1 to ``MOST_COUNTED``."""
    if type(value) is not int or value < 1:
        return [fault("out-of-range", name, "is not a whole number above 0", value, "write 1, 2, 3, ...")]
    hint = f"write at most {MOST_COUNTED:,}"
    return _NONE if value <= MOST_COUNTED else [fault("out-of-range", name, "is larger than any count", value, hint)]


def as_day(value: date) -> date:
    """Convert dates of a subclass to plain dates. Anything else is left to the check."""
    is_day = is_a(value, date) and not is_a(value, datetime)
    return date.fromordinal(date.toordinal(value)) if is_day else value  # its own methods may do anything


def as_day_or_none(value: date | None) -> date | None:
    """Convert like :func:`as_day`, but let None pass."""
    return None if value is None else as_day(value)


day = require(
    lambda value: type(value) is date, "wrong-kind", "is not a date", "give a datetime.date, as in date(2026, 12, 31)"
)
"""Check that a value is a plain date."""

stated_days = require(
    lambda value: type(value) is float and 0 <= value < float("inf"),
    "out-of-range",
    "is not a number of working days",
    "write a float from 0 on",
)
"""Check that a value computed by the library is a number of working days: a finite float of 0 or more."""


def exactly(kind: type, example: str) -> Check:
    """Return a check for exactly one type, subclasses excluded. ``example`` shows how to write such a value."""
    return require(lambda value: type(value) is kind, "wrong-kind", f"is not {article(kind)}", f"write {example}")


def require_kind(kind: type, values: Mapping[str, object]) -> None:
    """Raise InvalidError for the first argument, by path, that is not of this class."""
    for path, value in values.items():
        if not is_a(value, kind):
            raise invalid("wrong-kind", path, f"is not {article(kind)}", value, f"give {article(kind)}")


def optional(check: Check) -> Check:
    """Return ``check`` for a field that may also be None."""
    return lambda value, name: _NONE if value is None else check(value, name)


def or_empty(check: Check) -> Check:
    """Return ``check`` for a text that may also be empty."""
    return lambda value, name: _NONE if type(value) is str and not value else check(value, name)


def each(check: Check, *, distinct: bool = False) -> Check:
    """Return a check for a tuple whose members all pass ``check`` and, with ``distinct``, differ from each other."""

    def check_all(value: object, name: str) -> Sequence[Fault]:
        if not is_tuple(value):
            return [fault("wrong-kind", name, "is not a list", value, "write a list, as in [...]")]
        found: list[Fault] = []
        is_faulty = any(map(check, value, repeat(name)))  # build the paths of members only if something is wrong
        for position, item in enumerate(value) if is_faulty else ():
            found += check(item, f"{name}[{position}]")
            if len(found) >= MOST_FAULTS:
                break
        if distinct and not found and len(set(value)) != len(value):
            seen: set[object] = set()
            for position, item in enumerate(value):
                if item in seen:
                    found.append(fault("duplicate", f"{name}[{position}]", "is there twice", item, "name it once"))
                    if len(found) >= MOST_FAULTS:
                        break
                seen.add(item)
        return found

    return check_all


def some(check: Check) -> Check:
    """Return ``check`` for a tuple that must not be empty."""
    return lambda value, name: (
        check(value, name) or (_NONE if value else [Fault("empty", f"$.{name}", "is empty", "", "name at least one")])
    )


def each_of(kinds: Collection[type], check: Check) -> Check:
    """Return ``each(check)`` for a ``check`` that passes exactly the values of these types."""
    check_all = each(check)

    def check_each(value: object, name: str) -> Sequence[Fault]:
        if is_tuple(value) and set(map(type, value)).issubset(kinds):  # in C, fast for large tuples
            return _NONE
        return check_all(value, name)

    return check_each


def each_exactly(kind: type, example: str) -> Check:
    """Return a check for a tuple whose members are all of exactly one type, subclasses excluded."""
    return each_of((kind,), exactly(kind, example))


def each_with_id(kind: type, example: str) -> Check:
    """Return a check for a tuple whose members are all of exactly one type and have ids of their own."""
    check_all = each_exactly(kind, example)

    def check_ids(value: object, name: str) -> Sequence[Fault]:
        if faults := check_all(value, name):
            return faults
        first: dict[str, int] = {}
        what, hint = kind.__name__.lower(), "give each its own"
        return [
            fault("duplicate", f"{name}[{place}].id", f"is also the id of {what} {other + 1}", member.id, hint)
            for place, member in enumerate(cast("tuple[Any, ...]", value))
            if (other := first.setdefault(member.id, place)) != place
        ]

    return check_ids


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Return True for a tuple, subclasses excluded."""
    return type(value) is tuple


def article(kind: type) -> str:
    """Return the name of a class with its article: ``a Task``, ``an Effort``."""
    return f"an {kind.__name__}" if kind.__name__[0] in "AEIOU" else f"a {kind.__name__}"


def faults_of(checks: Mapping[str, Check], fields: Mapping[str, object]) -> list[Fault]:
    """Return the faults of those ``fields`` that have a check."""
    return [fault for name, check in checks.items() if name in fields for fault in check(fields[name], name)]


def check(function: Check) -> Mapping[str, Check]:
    """Return the metadata of an attrs field that has this check: ``title: str = attrs.field(metadata=check(line))``."""
    return {"check": function}


_CHECKED: dict[type, Sequence[tuple[str, Check, object]]] = {}


def _checked_fields(kind: type) -> Sequence[tuple[str, Check, object]]:
    """Return the names, the checks and the defaults of the fields that have a check."""
    if kind not in _CHECKED:
        fields = attrs.fields(kind)
        _CHECKED[kind] = [(field.name, field.metadata["check"], field.default) for field in fields if field.metadata]
    return _CHECKED[kind]


def checks_of(kind: type) -> Mapping[str, Check]:
    """Return the checks of a class by the names of its fields."""
    return {name: function for name, function, _ in _checked_fields(kind)}


def check_of(kind: type, name: str) -> Mapping[str, Check]:
    """Return the metadata of a field that holds the same as the field ``name`` of another class."""
    return check(checks_of(kind)[name])


def verify(instance: object) -> None:
    """Raise :class:`InvalidError` with all faults of the fields of ``instance``, if there are any."""
    found: list[Fault] = []
    for name, function, default in _checked_fields(type(instance)):
        value = getattr(instance, name)
        if value is not default and (faults := function(value, name)):  # a default needs no check
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


def listed(value: Iterable[T], path: str, problem: str, hint: str) -> list[T]:
    """Return the members of any collection but text as a list; raise :class:`InvalidError` if it is none, or fails."""
    return _collected(value, Iterable, list, path, problem, hint)


def mapped(value: Mapping[K, T], path: str, problem: str, hint: str) -> dict[K, T]:
    """Return a mapping as a dict; raise :class:`InvalidError` if it is none, or reading it fails."""
    return _collected(value, Mapping, dict, path, problem, hint)


def _collected(value: object, kind: type, build: Callable[[Any], T], *about: str) -> T:
    cause = None
    if issubclass(type(value), kind) and not is_a(value, str):
        try:
            return build(value)
        except Exception as error:  # noqa: BLE001  # code of the caller, which can raise anything
            cause = error
    path, problem, hint = about
    raise invalid("wrong-kind", path, problem, value, hint) from cause


def pairs_of(value: object) -> object:
    """Return the items of a mapping as a tuple. Anything else, such as a mapping that cannot be read, is left to the check."""
    try:
        is_mapping = issubclass(type(value), Mapping)
        return tuple(dict(cast("Mapping[object, object]", value)).items()) if is_mapping else value
    except Exception:  # noqa: BLE001  # as above
        return value


def as_number(value: T) -> T:
    """Return a number of a subclass of ``float`` or ``int`` as a plain one, and anything else, such as a bool, unchanged."""
    if is_a(value, bool):
        return value
    return cast(
        "T", float.__float__(value) if is_a(value, float) else int.__int__(value) if is_a(value, int) else value
    )


def as_tuple(value: Sequence[T]) -> tuple[T, ...]:
    """Convert a list to a tuple. Anything else is left to the check."""
    return tuple(value) if type(value) is list else value  # type: ignore[return-value]


if TYPE_CHECKING:
    # Type checkers derive the parameters of a constructor from the converters, which therefore name their members.
    class tuple_of(tuple[T, ...]):  # noqa: N801, SLOT001
        def __new__(cls, value: Sequence[T]) -> tuple[T, ...]: ...  # type: ignore[misc]

    class sorted_by_id(tuple[T, ...]):  # noqa: N801, SLOT001
        def __new__(cls, value: Sequence[T]) -> tuple[T, ...]: ...  # type: ignore[misc]

    class tuple_or_none_of(tuple[T, ...]):  # noqa: N801, SLOT001
        def __new__(cls, value: Sequence[T] | None) -> tuple[T, ...] | None: ...  # type: ignore[misc]
else:

    class tuple_of:  # noqa: N801
        """The converter :func:`as_tuple` for a field with a tuple: ``converter=tuple_of[str]``."""

        def __class_getitem__(cls, member: object) -> Callable[[object], object]:
            return as_tuple

    class sorted_by_id:  # noqa: N801
        """The converter for a field with a tuple whose members have no order of their own; what has no ids is left to the check."""

        def __class_getitem__(cls, member: type) -> Callable[[object], object]:
            def convert(value: object) -> object:
                value = as_tuple(cast("Sequence[object]", value))
                is_sortable = is_tuple(value) and all(type(one) is member for one in value)
                return tuple(sorted(cast("Any", value), key=attrgetter("id"))) if is_sortable else value

            return convert

    tuple_or_none_of = tuple_of


def construct(kind: type[T], fields: Mapping[str, object]) -> T:
    """Call ``kind`` with fields that are known only by name. The checks of the class validate the values."""
    return cast("Callable[..., T]", kind)(**fields)


def evolve(held: T, fields: Mapping[str, object]) -> T:
    """Return ``held`` with new values for fields that are known only by name. The checks of its class validate them."""
    return cast("Callable[..., T]", attrs.evolve)(held, **fields)
