"""The effort of a task: a range of days."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from .._namespace import NotebookDisplay, public
from ..errors import Fault, InvalidError, invalid, show
from ._validation import Validated, check, exactly, fault, optional, require, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 10_000.0
"""The maximum effort in days: about forty years, so that computed dates stay within the calendar."""

HOURS_A_DAY = 8

Days: TypeAlias = Literal["working", "any", "elapsed"]

# By the kind of days: the hours of a day, and the days of a week and of a month.
_LENGTHS = {"working": (HOURS_A_DAY, 5, 20), "any": (HOURS_A_DAY, 7, 30), "elapsed": (24, 7, 30)}
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?"
_RANGE = rf"(?P<low>{_NUMBER})(?:(?: ?[-\u2013\u2014] ?| to )(?P<high>{_NUMBER}))? ?"
_UNIT = r"(?P<unit>[hdw]|mo|(?:min|minute|hr|hour|day|wk|week|month)s?)"
_ELAPSED = r"(?:(?P<elapsed>calendar|elapsed) )?"
_WRITTEN = re.compile(rf"{_RANGE}{_ELAPSED}{_UNIT}(?:, likely (?P<likely>{_NUMBER}))?", re.ASCII | re.IGNORECASE)
_AROUND = re.compile(
    r"(?P<exact>exactly )?(?P<range>.+?)(?P<kind> elapsed| on any days?)?(?P<exactly> exactly)?(?P<likely>, likely .+)?",
    re.ASCII | re.IGNORECASE,
)
_TWO_UNITS = rf"({_NUMBER}) ?([a-z]+)( ?[-\u2013\u2014] ?| to )(?={_NUMBER} ?\2s?\b)"  # "2d-3d", "1 day to 2 days"
_HOURS_AND_MINUTES = r"([0-9]{1,6}) ?h(?:ours?|rs?)? ?([0-9]{1,6}) ?min(?:ute)?s?"
_LONGEST_TEXT = 120
_HINT = (
    "write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' "
    "or '7 days elapsed'"
)
_HINTS = {
    rf"(?:~|\u2248|ca?\.?|circa|about|around|approx\.?|roughly) ?{_RANGE}{_UNIT}": "write a range, as in '1-3 days'",
    rf"{_RANGE}m": "'m' can be minutes or months: write 'min' or 'month'",
    r"x{0,3}[sl]|m": "write the days that the size stands for, as in '2-3 days'",
    r"tb[acd]|\?+|unknown|n/?a|none": "leave the effort out; a forecast then takes its default_effort",
}


_days = require(
    lambda value: type(value) is float and 0 <= value <= LONGEST,  # NaN and the infinities fail the comparison
    "out-of-range",
    "is not a number of working days",
    f"write a number from 0 to {LONGEST:,.0f}",
)

_kind_of_days = require(
    lambda value: type(value) is str and value in get_args(Days),
    "unknown-value",
    "is not a kind of days",
    "write 'working', 'any' or 'elapsed'",
)


def _as_float(value: float) -> float:
    # Ints become the floats they equal; adding 0.0 turns -0.0 into 0.0. Anything else is left to the check.
    if type(value) is int and abs(value) <= LONGEST:
        return float(value)
    return value + 0.0 if type(value) is float else value


def _as_float_or_none(value: float | None) -> float | None:
    return None if value is None else _as_float(value)


def _low_if_valid(self: Effort) -> float:
    # An invalid number is a fault of low alone.
    return 0.0 if _days(self.low, "low") else self.low


@public()
@attrs.frozen(repr=False, getstate_setstate=False)
class Effort(Validated, NotebookDisplay):
    """A range of days of work or, with ``days="elapsed"``, of time that passes; if known, with the likely value within it.

    Its text form is the one people write: ``str(effort)`` gives ``"2-3 days"``, and :meth:`parse` reads any such text back as an equal
    effort.

    >>> Effort.parse("2-3 days")
    Effort(low=2.0, high=3.0)
    >>> str(Effort(low=2, high=5, likely=3))
    '2-5 days, likely 3'
    >>> Effort.parse("7 days elapsed")
    Effort(low=7.0, high=7.0, days='elapsed')

    Attributes:
        low: The minimum number of days, of the kind that ``days`` says; 0 or more.
        high: The maximum number of days; at least ``low``, at most 10,000. By default ``low``.
        likely: The likely number of days, from ``low`` to ``high``; None if unknown.
        exact: True if the number is a fact and not an estimate: a forecast gives it no spread. Only for one number.
        days: The days that count: ``"working"`` days; ``"any"`` day, for work on days off too, such as a release at night; or
            ``"elapsed"`` days of 24 hours that pass while nobody works, which are in no sum of efforts.

    Raises:
        InvalidError: A number is not a finite int or float, is out of range, or is out of order; ``exact`` is given for a range; or
            ``days`` is unknown.
    """

    low: float = attrs.field(converter=_as_float, metadata=check(_days))
    high: float = attrs.field(
        default=attrs.Factory(_low_if_valid, takes_self=True), converter=_as_float, metadata=check(_days)
    )
    likely: float | None = attrs.field(default=None, converter=_as_float_or_none, metadata=check(optional(_days)))
    exact: bool = attrs.field(default=False, kw_only=True, metadata=check(exactly(bool, "True or False")))
    days: Days = attrs.field(default="working", kw_only=True, metadata=check(_kind_of_days))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.low > self.high:
            problem = f"is above high, which is {_number(self.high)}"
            raise invalid("out-of-order", "$.low", problem, self.low, "write the smaller number first")
        if self.likely is not None and not self.low <= self.likely <= self.high:
            hint = f"write a number from {_number(self.low)} to {_number(self.high)}"
            raise invalid("out-of-range", "$.likely", "is outside the range", self.likely, hint)
        if self.exact and (self.low < self.high or self.likely is not None):
            raise invalid(
                "contradiction", "$.exact", "is for one number", self.exact, "give no range and no likely value"
            )

    @classmethod
    def parse(cls, text: str) -> Effort:
        """Parse an effort from text, in any case and with blanks around it.

        The units are minutes, hours, days, weeks and months, in full or as in ``30 min``, ``2h``, ``2d``, ``1w`` and ``1 mo``: a day is 8
        working hours, a week 5 working days, a month 20. A range has a hyphen, a dash or ``to``, and its unit once or twice.
        ``on any day`` and ``elapsed`` (or ``calendar days``) say which days count: their week is 7 days and their month 30, and a day
        elapsed is 24 hours. ``exactly`` is for a fact.

        Args:
            text: The text, as in ``"1 day"``, ``"2-3 days"``, ``"4 hours"``, ``"1-2 weeks"``, ``"2-5 days, likely 3"``,
                ``"exactly 1 day"``, ``"4 hours on any day"`` or ``"7 days elapsed"``.

        Raises:
            InvalidError: The text is not an effort, or its numbers are out of range or out of order.
        """
        if type(text) is not str:
            raise invalid("wrong-kind", "$", "is not text", text, _HINT)
        # Reject text longer than any effort before trying the patterns.
        written = text.strip()[: _LONGEST_TEXT + 1]
        around = _AROUND.fullmatch(written) if len(written) <= _LONGEST_TEXT else None
        match = None
        if around and not (around["exact"] and around["exactly"]):
            core = re.sub(_TWO_UNITS, r"\1\3", around["range"], count=1, flags=re.ASCII | re.IGNORECASE)
            both = re.fullmatch(_HOURS_AND_MINUTES, core, re.ASCII | re.IGNORECASE)
            core = f"{60 * int(both[1]) + int(both[2])} min" if both else core
            match = _WRITTEN.fullmatch(core + (around["likely"] or ""))
        if around is None or match is None or (around["kind"] and match["elapsed"]):
            hints = [_HINTS[pattern] for pattern in _HINTS if re.fullmatch(pattern, written, re.ASCII | re.IGNORECASE)]
            raise invalid("bad-format", "$", "is not an effort", text, hints[0] if hints else _HINT)
        kind = (around["kind"] or match["elapsed"] or "").lower()
        days: Days = "working" if not kind else "any" if "any" in kind else "elapsed"
        hours, week, month = _LENGTHS[days]
        # The factor and the divisor that give days. With either alone, numbers would be rounded twice.
        units = {"mi": (1, 60 * hours), "h": (1, hours), "d": (1, 1), "w": (week, 1), "mo": (month, 1)}
        times, parts = next(units[unit] for unit in units if match["unit"].lower().startswith(unit))
        low, high, likely = (
            float(number) * times / parts if number else None for number in match.group("low", "high", "likely")
        )
        assert low is not None  # the pattern requires it
        try:
            is_exact = bool(around["exact"] or around["exactly"])
            return cls(low, low if high is None else high, likely, exact=is_exact, days=days)
        except InvalidError as error:
            # The caller gave one text, so report the faults on that text.
            raise InvalidError(
                attrs.evolve(each, path="$", message=f"{each.path[2:]} {each.message}", value=show(text))
                for each in error.faults
            ) from None

    @property
    def mean(self) -> float:
        """The mean of the range in days, of the kind that ``days`` says. The mean of the log-normal durations of a forecast is another.

        It is the middle of the range or, with a likely value, (low + 4 likely + high) / 6. The second is the PERT estimate: Malcolm,
        Roseboom, Clark and Fazar, "Application of a Technique for Research and Development Program Evaluation", Operations Research 7
        (1959).
        """
        if self.likely is None:
            return (self.low + self.high) / 2
        return (self.low + 4 * self.likely + self.high) / 6

    def __str__(self) -> str:
        # Below a day, hours read better, or minutes where they are whole and tenths of an hour are not, if they read back as equal.
        days = [number for number in (self.low, self.high, self.likely) if number is not None]
        numbers, unit, hours = days, "day", _LENGTHS[self.days][0]
        if 0 < self.high < 1:
            minutes = [float(round(60 * hours * number)) for number in days]
            is_exact = all(whole / (60 * hours) == number for whole, number in zip(minutes, days, strict=True))
            in_hours = [whole / 60 for whole in minutes] if is_exact else [hours * number for number in days]
            if is_exact and any(whole % 6 for whole in minutes):
                numbers, unit = minutes, "minute"
            elif all(part / hours == number for part, number in zip(in_hours, days, strict=True)):
                numbers, unit = in_hours, "hour"
        low, high, *likely = map(_number, numbers)
        span = low if low == high else f"{low}-{high}"
        kind = {"working": "", "any": " on any day", "elapsed": " elapsed"}[self.days]
        more = f"{kind}, likely {likely[0]}" if likely else kind
        return f"{'exactly ' if self.exact else ''}{span} {unit}{'' if span == '1' else 's'}{more}"

    def __repr__(self) -> str:
        defaults = {"likely": None, "exact": False, "days": "working"}
        more = "".join(
            f", {name}={value!r}" for name, default in defaults.items() if (value := getattr(self, name)) != default
        )
        return f"{type(self).__name__}(low={self.low!r}, high={self.high!r}{more})"


def _number(days: float) -> str:
    return str(int(days)) if math.isfinite(days) and days == int(days) else repr(days)


# Efforts repeat: a checklist of a thousand tasks has a handful of different ones.
_parse = lru_cache(maxsize=256)(Effort.parse)


def in_working_days(days: float, effort: Effort, weekdays: int = 5) -> float:
    """Return days of the kind of an effort in working days, of which a week has ``weekdays``: 7 days elapsed are 5 working days."""
    return days if effort.days == "working" else share_worked(days, weekdays)


def share_worked(days: float, weekdays: int = 5) -> float:
    """Return the number of calendar days that are working days, of a calendar with ``weekdays`` of them in a week."""
    return days * weekdays / 7


def as_effort(value: Effort | str | None) -> Effort | None:
    """Convert a text as :meth:`Effort.parse` does. Anything else, and text that is no effort, is left to the check."""
    if type(value) is not str or effort(value, ""):
        return value  # type: ignore[return-value]
    return _parse(value)


def effort(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is an effort, or text that is one."""
    if type(value) is Effort:
        return ()
    if type(value) is not str:
        return [fault("wrong-kind", name, "is not an effort", value, _HINT)]
    try:
        _parse(value)
    except InvalidError as error:
        return [each.under(f"$.{name}") for each in error.faults]
    return ()
