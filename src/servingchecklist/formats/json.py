"""JSON: read and written without loss.

Written with two spaces of indentation, keys in the order of the model, a line break at the end, and only necessary escapes. Read
strictly after RFC 8259: NaN, infinities, numbers beyond the range of a float and duplicate keys are refused.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import reduce
from typing import TYPE_CHECKING, NoReturn

from .. import codec
from .._jsonlike import is_dict, is_list
from ..errors import MOST_FAULTS, Fault, InvalidError, invalid, member, preceded_by, show
from .limits import Limits, check_json, check_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from .._model.overlay import Overlay

NAME = "json"
SUFFIXES = (".json",)


def dumps(value: Checklist | Launch | Overlay) -> str:
    """Return the value as a JSON document.

    Raises:
        InvalidError: The value is not a checklist, a launch or an overlay.
    """
    return json.dumps(codec.encode(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def loads(
    text: str, limits: Limits | None = Limits(), kind: type[Checklist | Launch | Overlay] | None = None
) -> Checklist | Launch | Overlay:
    """Parse a value from a JSON document; the arguments are those of :func:`servingchecklist.loads`.

    Raises:
        LimitError: The text exceeds ``limits``.
        InvalidError: The text is not JSON, or its document has faults.
    """
    if limits:
        check_json(text, limits)
    duplicates: dict[int, tuple[object, list[str]]] = {}

    def from_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs) and len(duplicates) < MOST_FAULTS:
            keys = Counter(key for key, _ in pairs)
            duplicates[id(members)] = members, [key for key, times in keys.items() if times > 1]
        return members

    try:
        document = json.loads(text, object_pairs_hook=from_pairs, parse_constant=_refuse_constant, parse_float=_finite)
    except InvalidError:
        raise
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} at column {error.colno}"
        raise InvalidError([Fault("syntax", "$", problem, "", "mend the text there", line=error.lineno)]) from None
    except RecursionError:
        raise InvalidError([Fault("syntax", "$", "nests too deep to be read", "", "no checklist needs that")]) from None
    except ValueError as error:  # an integer of thousands of digits
        raise InvalidError([Fault("syntax", "$", f"cannot be read: {error}", "", "write a smaller number")]) from None
    if limits:
        check_parts(document, limits)
    faults = [
        Fault("duplicate", path, f"has the key {show(key)} twice", "", "keep one of them")
        for path, keys in _located(document, duplicates)
        for key in keys
    ]
    try:
        value = codec.decode(document, kind)
        if faults:
            raise InvalidError(())
        return value
    except InvalidError as error:
        from ._lines import with_lines  # valid documents do not need it

        raise with_lines(preceded_by(error, faults), text, is_toml=False) from None


def _located(document: object, keys: Mapping[int, tuple[object, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the paths of the dicts with those ids and their keys, in document order. Only their paths are built."""
    stack: list[tuple[object, tuple[object, ...]]] = [(document, ())] if keys else []
    while stack:
        value, path = stack.pop()
        if is_dict(value):
            if id(value) in keys:
                yield reduce(member, path, "$"), keys[id(value)][1]
            stack.extend((item, (*path, key)) for key, item in reversed(value.items()))
        elif is_list(value):
            stack.extend((value[place], (*path, place)) for place in range(len(value) - 1, -1, -1))


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidError([Fault("syntax", "$", f"holds {name}, which is not JSON", "", "write a finite number")])


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise invalid("out-of-range", "$", "holds a number that no float can hold", digits, "write a smaller number")
    return number
