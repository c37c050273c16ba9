"""JSON: read and written without loss.

Written with two spaces of indentation, keys in the order of the model, a line break at the end, and only necessary escapes. Read
strictly after RFC 8259: NaN, infinities, numbers beyond the range of a float and duplicate keys are refused.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NoReturn

from .. import codec
from .._jsonlike import walk
from ..errors import Fault, InvalidError, invalid, preceded_by, show
from .limits import Limits, check_content, check_nesting

if TYPE_CHECKING:
    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from .._model.overlay import Overlay

NAME = "json"
SUFFIXES = (".json",)

_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|([\[\]{}])', re.DOTALL)


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
        check_nesting((match[1] for match in _BRACKETS.finditer(text) if match[1]), limits)
    duplicates: dict[int, tuple[object, list[str]]] = {}

    def from_pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
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
        check_content(document, limits)
    if not duplicates:
        return codec.decode(document, kind)
    faults = [
        Fault("duplicate", path, f"has the key {show(key)} twice", "", "keep one of them")
        for path, _, value in walk(document)
        for key in duplicates.get(id(value), (None, []))[1]
    ]
    try:
        codec.decode(document, kind)
    except InvalidError as error:
        raise preceded_by(error, faults) from None
    raise InvalidError(faults)


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidError([Fault("syntax", "$", f"holds {name}, which is not JSON", "", "write a finite number")])


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise invalid("out-of-range", "$", "holds a number that no float can hold", digits, "write a smaller number")
    return number
