"""JSON: read and written without loss.

Written with two spaces of indentation, keys in the order of the model, a line break at the end, and only necessary escapes. Read
strictly after RFC 8259: NaN, infinities, numbers beyond the range of a float and duplicate keys are refused.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import reduce
from itertools import islice
from typing import TYPE_CHECKING

from .. import codec
from .._jsonlike import is_dict, is_list, parse_json
from .._model._validation import is_id
from ..errors import MOST_FAULTS, Fault, InvalidError, member, preceded_by
from .limits import DEFAULT_LIMITS, Limits, check_json, check_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..codec import Stored

NAME = "json"
SUFFIXES = (".json",)


def dumps(value: Stored) -> str:
    """Return the value as a JSON document.

    Raises:
        InvalidError: The value is none that a file can hold.
    """
    return json.dumps(codec.encode(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str, limits: Limits | None = DEFAULT_LIMITS, kind: type[Stored] | None = None) -> Stored:
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

    document = parse_json(text, from_pairs)
    if limits:
        check_parts(document, limits)
    faults = list(islice(duplicate_faults(document, duplicates), MOST_FAULTS))
    try:
        value = codec.decode(document, kind)
    except InvalidError as error:
        invalid_document = preceded_by(error, faults)
    else:
        if not faults:
            return value
        invalid_document = InvalidError(faults)
    from ._lines import with_lines  # valid documents do not need it

    raise with_lines(invalid_document, text, is_toml=False) from None


def duplicate_faults(document: object, keys: Mapping[int, tuple[object, list[str]]]) -> Iterator[Fault]:
    """Yield the faults of the dicts with those ids and their keys, in document order. Only their paths are built."""
    stack: list[tuple[object, tuple[object, ...], str]] = [(document, (), "")] if keys else []
    while stack:
        value, path, task = stack.pop()
        if is_dict(value):
            stated = value.get("id" if path[-2:-1] == ("tasks",) else "task")
            task = str(stated) if is_id(stated) else task
            for key in keys[id(value)][1] if id(value) in keys else ():
                place = member(reduce(member, path, "$"), key)
                yield Fault("duplicate", place, "is there twice", "", "keep one of them", task=task)
            stack.extend((item, (*path, key), task) for key, item in reversed(value.items()))
        elif is_list(value):
            stack.extend((value[place], (*path, place), task) for place in range(len(value) - 1, -1, -1))
