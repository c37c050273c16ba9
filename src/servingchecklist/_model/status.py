"""The status of a task."""

from __future__ import annotations

import enum


@enum.unique
class Status(enum.StrEnum):
    """The status of a task, one of a closed set. The value of a member is its name in files: never translated, always in lower case.

    >>> Status("waived").is_closed
    True
    """

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    WAIVED = "waived"

    @property
    def is_closed(self) -> bool:
        """True for ``done`` and ``waived``: nothing is left to do, and no task waits for this one."""
        return self in (Status.DONE, Status.WAIVED)

    def __repr__(self) -> str:
        return f"Status.{self.name}"
