"""The priority of a task."""

from __future__ import annotations

import enum


@enum.unique
class Priority(enum.Enum):
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

    def __init__(self, value: str) -> None:
        self.urgency = 4 - len(type(self).__members__)

    def __lt__(self, other: object) -> bool:
        return self.urgency < other.urgency if isinstance(other, Priority) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.urgency <= other.urgency if isinstance(other, Priority) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.urgency > other.urgency if isinstance(other, Priority) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.urgency >= other.urgency if isinstance(other, Priority) else NotImplemented

    def __str__(self) -> str:
        return self.name.lower()

    def __repr__(self) -> str:
        return f"Priority.{self.name}"
