"""JSON-like data, which parsers return and documents are written from, with its canonical form and its digest."""

from __future__ import annotations

import math
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard, cast

import attrs

from .errors import Fault, InvalidError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ATOMS = frozenset((str, int, float, bool))


@cache
def _encode() -> Callable[[object], str]:
    from json import JSONEncoder  # checklists in TOML are read without it

    return JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical(document: object) -> str:
    """Return a document as JSON with sorted keys, no spaces, and no unnecessary escapes."""
    return _encode()(document)


def digest_of(document: object) -> str:
    """Return the SHA-256 digest of the canonical form of a document in UTF-8, in 64 hexadecimal digits."""
    from hashlib import sha256  # checklists are read without it

    return sha256(canonical(document).encode()).hexdigest()


def parse_json(text: str, from_pairs: Callable[[list[tuple[str, object]]], object] | None = None) -> object:
    """Parse a document after RFC 8259: NaN, infinities and numbers beyond the range of a float are refused.

    Args:
        text: The document.
        from_pairs: A function that makes a dict of its members; None for one that refuses equal keys.

    Raises:
        InvalidError: It is not JSON, or cannot be read.
    """
    from json import JSONDecodeError

    decode = _decoder(from_pairs) if from_pairs else _strict_decoder()
    try:
        document = decode(text)
    except InvalidError:
        raise
    except JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at column {error.colno}"
        raise InvalidError([Fault("syntax", "$", problem, "", "mend the text there", line=error.lineno)]) from None
    except RecursionError:
        raise InvalidError([Fault("syntax", "$", "nests too deep to be read", "", "no checklist needs that")]) from None
    except ValueError as error:  # an integer of thousands of digits
        raise InvalidError([Fault("syntax", "$", f"cannot be read: {error}", "", "write a smaller number")]) from None
    return document


def _decoder(from_pairs: Callable[[list[tuple[str, object]]], object]) -> Callable[[str], object]:
    from json import JSONDecoder

    return JSONDecoder(object_pairs_hook=from_pairs, parse_constant=_refuse_constant, parse_float=finite).decode


@cache
def _strict_decoder() -> Callable[[str], object]:
    return _decoder(_distinct)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        raise invalid("duplicate", "$", "holds a key twice", max(keys, key=keys.count), "keep one of them")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidError([Fault("syntax", "$", f"holds {name}, which is not JSON", "", "write a finite number")])


def finite(digits: str) -> float:
    """Return the float of these digits; refuse those that no float can hold."""
    number = float(digits)
    if math.isinf(number):
        raise invalid("out-of-range", "$", "holds a number that no float can hold", digits, "write a smaller number")
    return number


def is_dict(value: object) -> TypeGuard[dict[str, object]]:
    """Return True for a dict and no subclass of it. Its keys are strings, unless a caller of ``from_dict`` passed others."""
    return type(value) is dict


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return True for a list and no subclass of it."""
    return type(value) is list


def members(value: object, key: str) -> list[object]:
    """Return the list under a key of a dict; an empty one where there is no dict or no list."""
    found = value.get(key) if is_dict(value) else None
    return found if is_list(found) else []


def plain(value: object) -> object:
    """Convert a value for JSON: a timestamp as in files, a date to ISO 8601, a tuple to a list, and one with fields to its document.

    Timestamps are written as ``2026-11-24T09:30:00Z``, with six more digits for microseconds; other time zones as ``+01:00``.
    """
    if value is None or type(value) in _ATOMS:  # as most are
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if type(value) is tuple:
        return list(map(plain, cast("tuple[object, ...]", value)))
    if isinstance(value, Enum):
        return value.value
    to_dict = getattr(value, "to_dict", None)
    return to_dict() if to_dict else plain_fields(cast("attrs.AttrsInstance", value))


def plain_records(records: Iterable[Mapping[str, object]], values: Iterable[object]) -> list[dict[str, object]]:
    """Return records, the rows of a table, as JSON has them: with dates and timestamps as texts, and with the value of each whole as ``document``."""
    return [
        {
            **{name: cell if type(cell) is list else plain(cell) for name, cell in record.items()},
            "document": plain(value),
        }
        for record, value in zip(records, values, strict=True)
    ]


def plain_fields(value: attrs.AttrsInstance) -> dict[str, Any]:
    """Return the fields of a value by name, as :func:`plain` converts them."""
    return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
