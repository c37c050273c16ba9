"""The priority of a task."""

from __future__ import annotations

import enum
from typing import Self


@enum.unique
class Priority(enum.StrEnum):
    """The priority of a task, compared by urgency: ``Priority.CRITICAL > Priority.HIGH > Priority.MEDIUM > Priority.LOW``.

    The set is closed. Files hold the value of a member (``"critical"``), never translated and never in another case.

    >>> max(Priority.HIGH, Priority.CRITICAL)
    Priority.CRITICAL
    >>> Priority("low").urgency
    1
    """

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    urgency: int
    """4 for critical, down to 1 for low."""

    def __new__(cls, value: str) -> Self:
        """Return the member for a value in files."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.urgency = 4 - len(cls.__members__)
        return member

    def __lt__(self, other: object) -> bool:
        return self.urgency < _urgency_of(other)

    def __le__(self, other: object) -> bool:
        return self.urgency <= _urgency_of(other)

    def __gt__(self, other: object) -> bool:
        return self.urgency > _urgency_of(other)

    def __ge__(self, other: object) -> bool:
        return self.urgency >= _urgency_of(other)

    def __repr__(self) -> str:
        return f"Priority.{self.name}"


def _urgency_of(other: object) -> int:
    # Members are strings, and any other string would be compared by the alphabet if this did not raise.
    if not isinstance(other, Priority):
        raise TypeError(f"a Priority compares with a Priority only, not with {type(other).__name__!r}")
    return other.urgency
