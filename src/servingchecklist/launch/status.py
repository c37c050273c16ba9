"""Where a task stands."""

from __future__ import annotations

import enum


@enum.unique
class Status(enum.Enum):
    """A closed set. The value of a member is what files say; it is never translated and never written in another case.

    >>> Status("waived").is_settled
    True
    """

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    WAIVED = "waived"

    @property
    def is_settled(self) -> bool:
        """True for ``done`` and ``waived``, where nothing is left to do and nothing waits for the task."""
        return self in (Status.DONE, Status.WAIVED)

    def __str__(self) -> str:
        return self.name.lower()

    def __repr__(self) -> str:
        return f"Status.{self.name}"
