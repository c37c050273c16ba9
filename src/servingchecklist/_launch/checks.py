"""Validation and sort order of a log."""

from __future__ import annotations

from bisect import bisect_right
from itertools import compress, count, islice
from operator import attrgetter, eq
from typing import TYPE_CHECKING, get_args

import attrs

from .._model._validation import each_of
from .._model.checklist import Checklist
from ..errors import HINTED_FAULTS, MOST_FAULTS, Fault, invalid, nearest, show
from .events import Event, LaunchStarted, Migrated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_KINDS = frozenset(get_args(Event))
AT = attrgetter("at")
"""Sort key: the time of an event, which sorts a log but for ties."""
KEY = attrgetter("key")
"""Sort key: the full order of a log."""


def _an_event(value: object, name: str) -> list[Fault]:
    if type(value) in _KINDS:
        return []
    return [
        Fault(
            "wrong-kind",
            f"$.{name}",
            "is not an event",
            show(value),
            "give one such as events.Finished('c1', by=..., at=...)",
        )
    ]


all_events = each_of(_KINDS, _an_event)
"""Check for a tuple of events."""


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events sorted by key, without duplicates.

    Where all timestamps differ, they decide the order, and no digest is computed. Concatenated logs are merged quickly, since the sort
    takes advantage of runs that are sorted already.
    """
    in_turn = sorted(events, key=AT)
    moments = list(map(AT, in_turn))
    ties = list(compress(count(1), map(eq, moments, islice(moments, 1, None))))
    if not ties:
        return tuple(in_turn)
    made: list[Event] = []
    end = 0
    for place in ties:
        if place < end:
            continue  # of a tie that is resolved already
        start = place - 1
        made += in_turn[end:start]
        end = bisect_right(moments, moments[start], place)
        made += _with_ties_resolved(in_turn[start:end])
    return tuple(made + in_turn[end:])


def _with_ties_resolved(tied: list[Event]) -> list[Event]:
    """Return events with equal timestamps sorted by key, without duplicates."""
    if all(event == tied[0] for event in tied):  # as in two copies of a log
        return tied[:1]
    return [tied_event for _, tied_event in sorted({event.key: event for event in tied}.items())]


def misplaced(checklist: Checklist, events: Sequence[Event], started: datetime) -> list[Fault]:
    """Return the faults of events that do not fit their launch, with their positions as given."""
    retired = {task for event in events if isinstance(event, Migrated) for task in event.retired}
    faults: list[Fault] = []
    for place, event in enumerate(events):
        if isinstance(event, LaunchStarted):
            continue
        if not isinstance(event, Migrated) and event.task not in checklist and event.task not in retired:
            hint = nearest(event.task, (task.id for task in checklist)) if len(faults) < HINTED_FAULTS else ""
            faults.append(
                Fault("unknown-task", f"$.events[{place}].task", "there is no task of that id", show(event.task), hint)
            )
        if event.at < started:
            faults.append(too_old(f"$.events[{place}].at", event.at, started))
        if len(faults) >= MOST_FAULTS:
            break
    return faults


def too_old(path: str, at: datetime, started: datetime) -> Fault:
    """Return the fault of a timestamp before the start of the launch."""
    hint = f"the launch was started at {started.isoformat()}; give that moment or a later one"
    return Fault("before-start", path, "lies before the start of the launch", at.isoformat(), hint)


def check_same_checklist(ours: Checklist, theirs: Checklist) -> None:
    """Check that two logs to be merged are of the same checklist.

    Raises:
        InvalidError: The contents of the checklists differ.
    """
    if ours is theirs or ours == theirs:
        return
    fields = [
        field.name
        for field in attrs.fields(Checklist)
        if field.eq and getattr(ours, field.name) != getattr(theirs, field.name)
    ]
    problem = f"is not the same checklist: {', '.join(fields)} differ{'s' if len(fields) == 1 else ''}"
    hint = "logs are put together for one and the same checklist only; migrate takes a launch to another"
    raise invalid("not-a-copy", "$.checklist", problem, f"{theirs.id} {theirs.version}", hint)
