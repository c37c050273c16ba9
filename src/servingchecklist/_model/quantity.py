"""Quantities with a unit, as in the target of a KPI: ``120 ms``, ``0.1 %``, ``300/s``."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from .._namespace import public
from ._validation import Validated, check, fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from ..errors import Fault
    from ._validation import Check

Dimension: TypeAlias = Literal["time", "share", "points", "rate", "number"]
"""The kinds of quantities. ``points`` are differences of shares, in percentage points."""

_UNITS: dict[str, tuple[Dimension, str]] = {
    "": ("number", "1"),
    "us": ("time", "0.000001"),
    "ms": ("time", "0.001"),
    "s": ("time", "1"),
    "min": ("time", "60"),
    "h": ("time", "3600"),
    "day": ("time", "86400"),
    "days": ("time", "86400"),
    "%": ("share", "0.01"),
    "points": ("points", "0.01"),
    "/s": ("rate", "1"),
}
"""By unit, the dimension, and the factor that gives seconds, a share, a difference of shares, or a rate per second."""

_WRITTEN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,9})?) ?([a-z%/]*)", re.ASCII)
_HINT = "write a number and a unit, as in '120 ms', '10 min', '0.1%', '2 points', '300/s' or '2'"


def _normalized(value: str) -> str:
    """Return the text of a quantity in its one form: ``120.0ms`` becomes ``120 ms``. Anything else is left to the check."""
    match = _parts(value)
    if match is None:
        return value
    number = match[1].lstrip("0") or "0"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    number = f"0{number}" if number[:1] in ("", ".") else number
    unit = "day" if (number, match[2]) == ("1", "days") else "days" if match[2] == "day" and number != "1" else match[2]
    return _written(number, unit)


def _written(number: str, unit: str) -> str:
    return f"{number}{unit}" if unit in ("", "%", "/s") else f"{number} {unit}"


def _parts(value: object) -> re.Match[str] | None:
    match = _WRITTEN.fullmatch(value.strip()) if type(value) is str and len(value) <= 40 else None
    return match if match and match[2] in _UNITS else None


def _text(value: object, name: str) -> Sequence[Fault]:
    if type(value) is str and _parts(value):
        return ()
    return [fault("bad-format", name, "is not a quantity", value, _HINT)]


@lru_cache(maxsize=1_024)
def _value(number: str, factor: str) -> Decimal:
    from decimal import Context, Decimal  # checklists are read without it

    return Context(prec=40).multiply(Decimal(number), Decimal(factor))


@public("evidence")
@attrs.frozen(repr=False, getstate_setstate=False)
class Quantity(Validated):
    """A number of 0 or more with a unit.

    The units are ``us``, ``ms``, ``s``, ``min``, ``h`` and ``day``; ``%``, and ``points`` for differences of shares; ``/s``; and none.

    >>> Quantity("0.120 s"), Quantity("120ms").value == Quantity("0.120 s").value
    (Quantity('0.12 s'), True)

    Attributes:
        text: The text, in its one form: without needless zeros, with one blank before a unit in letters.

    Raises:
        InvalidError: The text is not a quantity.
    """

    text: str = attrs.field(converter=_normalized, metadata=check(_text))

    @property
    def dimension(self) -> Dimension:
        """The kind of quantity, ``"time"``, ``"share"``, ``"points"``, ``"rate"`` or ``"number"``."""
        return _UNITS[self._match[2]][0]

    @property
    def value(self) -> Decimal:
        """The number in seconds, as a share or a difference of shares, per second, or as it is."""
        return _value(self._match[1], _UNITS[self._match[2]][1])

    @cached_property
    def _match(self) -> re.Match[str]:
        match = _parts(self.text)
        assert match  # as the constructor has checked
        return match

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


def in_unit_of(quantity: Quantity, value: Decimal) -> str:
    """Return a value, such as one in seconds, with three digits and the unit of a quantity."""
    parts = _parts(quantity.text)
    assert parts  # as the constructor has checked
    number = float(value) / float(_UNITS[parts[2]][1])
    return _written(f"{float(f'{number:.3g}'):,g}", parts[2])


def as_quantity(value: Quantity | str | None) -> Quantity | None:
    """Convert the text of a quantity. Anything else is left to the check."""
    return Quantity(value) if type(value) is str and _parts(value) else value  # type: ignore[return-value]


def quantity(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a quantity, or text that is one."""
    return () if type(value) is Quantity else _text(value, name)


def quantity_of(*dimensions: Dimension) -> Check:
    """Return a check for quantities of these dimensions."""

    def check_dimension(value: object, name: str) -> Sequence[Fault]:
        if faults := quantity(value, name):
            return faults
        stated = value if isinstance(value, Quantity) else Quantity(str(value))
        if stated.dimension in dimensions:
            return ()
        units = [unit or "no unit" for unit, (dimension, _) in _UNITS.items() if dimension in dimensions]
        problem = "has another unit"
        return [fault("bad-format", name, problem, str(stated), f"give it in {', '.join(units)}")]

    return check_dimension
