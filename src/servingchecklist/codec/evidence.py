"""Reading evidence, as strictly as its constructors."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from .._dates import read_day
from .._evidence.evidence import VALUES, Bucket, Caution, Evidence, Histogram, Measure, Part, Source
from .._model.timestamps import read_stamp
from ..errors import invalid
from .readers import FIELDS, ObjectReader, each, read_names, tagged

if TYPE_CHECKING:
    from .readers import Reader


_WRITTEN = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?"


def _read_number(raw: object) -> object:
    """Read a number that is written as text, so that no reader of the file prints it in another way."""
    if type(raw) is not str or len(raw) > 40:
        raise invalid("wrong-kind", "$", "is not a number as text", raw, "write its digits in quotes, as in '0.005'")
    try:
        if re.fullmatch(_WRITTEN, raw):  # Decimal takes more, such as blanks, "1_000" and the digits of other scripts
            return Decimal(raw)
    except ArithmeticError:  # an exponent of many digits
        pass
    raise invalid("bad-format", "$", "is not a number", raw, "write its digits, as in '0.005'")


_NUMBERS: dict[str, Reader] = dict.fromkeys(("bound", "spread", "value"), _read_number)
_bucket = ObjectReader(Bucket, _NUMBERS)
_values = tagged(
    "a measured value",
    {
        name: ObjectReader(kind, {**_NUMBERS, "buckets": each(_bucket)} if kind is Histogram else _NUMBERS)
        for name, kind in VALUES.items()
    },
)
_measure = ObjectReader(Measure, {"value": _values, "where": FIELDS["where"], "spread": _read_number})
read_part = ObjectReader(Part, {})
"""Read a part of a subject."""
_read_evidence = ObjectReader(
    Evidence,
    {
        "measures": each(_measure),
        "subject": each(read_part),
        "sources": each(ObjectReader(Source, {})),
        "collected_from": read_stamp,
        "collected_to": read_stamp,
        "cautions": each(ObjectReader(Caution, {"families": read_names})),
        "expires": read_day,
    },
)


def read_evidence(raw: object) -> Evidence:
    """Read evidence from a dict, reporting all faults."""
    return cast("Evidence", _read_evidence(raw))
