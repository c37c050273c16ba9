"""What the formats that are pictures have in common: which values they draw, and how large they may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import raise_invalid

if TYPE_CHECKING:
    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

MOST_TASKS = 2_000
"""How many tasks are drawn at most. Nobody reads a picture of more."""

CRITICAL = 0.5
"""In what share of the samples a task is critical that is marked as such."""


def drawn(value: object, what: str, kinds: str) -> Forecast | Distribution | CriticalPath | Checklist:
    """A launch as it is forecast now, and all else that is drawn as it is.

    The classes are imported here, so that drawing a checklist does not load what a launch is.

    Args:
        value: What is to be drawn.
        what: What it is to be written as, in words.
        kinds: What else can be given, in words.

    Raises:
        InvalidError: It is nothing that is drawn, or has more than ``MOST_TASKS`` tasks.
    """
    from ...launch.launch import Launch
    from ...model.checklist import Checklist
    from ...planning.critical import CriticalPath
    from ...planning.distribution import Distribution
    from ...planning.forecast import Forecast

    if isinstance(value, Distribution):
        return value
    if isinstance(value, Checklist):
        _check_size(value)
        return value
    if isinstance(value, Forecast | CriticalPath | Launch):
        _check_size(value.checklist)
        return value.forecast() if isinstance(value, Launch) else value
    raise_invalid("$", f"cannot be written as {what}", value, f"give {kinds}")


def _check_size(checklist: Checklist) -> None:
    if len(checklist) > MOST_TASKS:
        hint = f"draw a part of it, of at most {MOST_TASKS:,} tasks"
        raise_invalid("$", "has more tasks than a picture can show", len(checklist), hint)
