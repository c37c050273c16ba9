"""Parsers of the values of arguments."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, datetime

from ..._model._validation import ident, line
from ..._model.effort import Effort
from ...errors import InvalidError, show

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


MOST_SAMPLES = 1_000_000
"""The maximum number of samples: more add no information, and for a long checklist they fill the memory."""

_MOST_DIGITS = 100


def ids(text: str) -> list[str]:
    """Parse ids, with commas or spaces between them."""
    return text.replace(",", " ").split()


def from_one(text: str) -> int:
    """Parse a whole number above 0."""
    if not _is_plain(text) or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def from_zero(text: str) -> int:
    """Parse a whole number from 0 on."""
    if not _is_plain(text):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def some_samples(text: str) -> int:
    """Parse a number of samples, one or more."""
    return _not_too_many(from_one(text))


def samples_or_none(text: str) -> int:
    """Parse a number of samples, or 0."""
    return _not_too_many(from_zero(text))


def _not_too_many(samples: int) -> int:
    if samples > MOST_SAMPLES:
        raise ArgumentTypeError(f"{samples:,} samples are too many; at most {MOST_SAMPLES:,} are taken")
    return samples


def _is_plain(text: str) -> bool:
    # More digits are not meant as a number, and Python converts only so many of them.
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def whole(text: str) -> int:
    """Parse a whole number."""
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number") from None


def day(text: str) -> date:
    """Parse a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day, as in 2026-12-31") from None


def days(text: str) -> list[date]:
    """Parse days, with commas or spaces between them."""
    return [day(one) for one in text.replace(",", " ").split()]


def moment(text: str) -> datetime:
    """Parse a timestamp, in local time unless it has a UTC offset."""
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.astimezone()
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"{text!r} is not a moment, as in 2026-11-24 or 2026-11-24T17:30") from None


def weekdays(text: str) -> list[int]:
    """Parse days of the week and ranges of them: ``mon-thu,sat``. A range may go over the end of the week."""
    found: list[int] = []
    for piece in text.lower().replace(",", " ").split():
        first, dash, last = piece.partition("-")
        begin = _weekday(first, text)
        end = _weekday(last, text) if dash else begin
        found += [number % 7 for number in range(begin, begin + (end - begin) % 7 + 1)]
    return found or [_weekday("", text)]


def _weekday(word: str, text: str) -> int:
    for number, name in enumerate(_WEEKDAYS):
        if len(word) >= 3 and name.startswith(word):
            return number
    raise ArgumentTypeError(f"{text!r} does not name days of the week, as in mon-fri or mon,tue,thu")


def name(text: str) -> str:
    """Parse a name, in the form of an id."""
    for fault in ident(text, "name"):
        raise ArgumentTypeError(f"{text!r} {fault.message}; {fault.hint}")
    return text


def words(text: str) -> str:
    """Parse a line of text that is not blank."""
    for fault in line(text, "words"):
        raise ArgumentTypeError(f"{show(text)} {fault.message}; {fault.hint}")
    return text


def choice(text: str) -> tuple[str, list[str]]:
    """Parse a facet and the values that are chosen of it."""
    what = "a facet and what is chosen of it, as in mode=batch or mode=online,edge"
    facet, values = _pair(text, what)
    chosen = ids(values)
    if not chosen:
        raise ArgumentTypeError(f"{text!r} does not say {what}")
    if "=" in values:
        raise ArgumentTypeError(f"{text!r} is about two facets; give each an option of its own")
    return facet, chosen


def effort(text: str) -> Effort:
    """Parse an effort."""
    try:
        return Effort.parse(text)
    except InvalidError as error:
        [fault] = error.faults
        raise ArgumentTypeError(f"{text!r} {fault.message}; {fault.hint}") from None


def blocked(text: str) -> tuple[str, Effort]:
    """Parse a task and the time that it stays blocked."""
    task, how_long = _pair(text, "how long a task stays blocked, as in 'c5=1-2 weeks'")
    return task, effort(how_long)


def owner(text: str) -> tuple[str, str]:
    """Parse a task and its owner."""
    return _pair(text, "whose a task is, as in c5=ml-platform")


def _pair(text: str, what: str) -> tuple[str, str]:
    task, _, value = text.partition("=")
    if not (task.strip() and value.strip()):
        raise ArgumentTypeError(f"{text!r} does not say {what}")
    return task.strip(), value.strip()
