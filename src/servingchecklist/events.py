"""Events, the entries of the log of a launch."""

from ._launch.events import (
    Assigned,
    Begun,
    Blocked,
    DueSet,
    Event,
    Finished,
    LaunchEvent,
    LaunchStarted,
    Migrated,
    Noted,
    Reopened,
    TaskEvent,
    Unblocked,
    Waived,
)

__all__ = [
    "Assigned",
    "Begun",
    "Blocked",
    "DueSet",
    "Event",
    "Finished",
    "LaunchEvent",
    "LaunchStarted",
    "Migrated",
    "Noted",
    "Reopened",
    "TaskEvent",
    "Unblocked",
    "Waived",
]
