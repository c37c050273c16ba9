"""Taking over what people ticked in a task list: a three-way merge of the marks, the boxes and the log.

The status in a mark is the base, a box is what people made of it, and the log is what else has happened. What one side has changed is taken;
what both have changed in the same way agrees; all else is a conflict, which changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from ..._launch import events as kinds
from ..._launch.events import TaskEvent
from ..._launch.fold import UNTOUCHED
from ..._launch.launch import Launch
from ..._model import _validation as v
from ..._model._validation import Validated, check, require_kind, tuple_of
from ..._model.task import Status
from ..._model.timestamps import INSTANT, MOST_AHEAD, as_utc, now
from ..._namespace import public
from ...errors import InvalidError
from ..limits import DEFAULT_LIMITS, Limits
from ._examine import Conflict, examine, records_of, status_of, within

if TYPE_CHECKING:
    from ._boxes import Box, Mark

SLACK = timedelta(seconds=1)
"""The time by which events may be later than the time that is given, since many clocks count in whole seconds."""


@public("tasklist")
@attrs.frozen(getstate_setstate=False)
class Merged(Validated):
    """The result of taking over a task list.

    Attributes:
        launch: The launch, with the events.
        events: The events that were recorded, in the order of the document.
        conflicts: The conflicts, in the order of the document. None of them changed anything.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    launch: Launch = attrs.field(metadata=check(v.exactly(Launch, "Launch(...)")))
    events: tuple[TaskEvent, ...] = attrs.field(
        default=(), converter=tuple_of[TaskEvent], metadata=check(kinds.all_events)
    )
    conflicts: tuple[Conflict, ...] = attrs.field(
        default=(), converter=tuple_of[Conflict], metadata=check(v.each_exactly(Conflict, "Conflict(...)"))
    )


@public("tasklist")
def apply(
    text: str, launch: Launch, *, by: str, at: datetime | None = None, limits: Limits | None = DEFAULT_LIMITS
) -> Merged:
    """Record in a launch what people have ticked in its task list, and what they have unticked.

    The document is not changed; :func:`update` brings it up to date. Apply it to the launch as it is kept, and update it right after.

    Args:
        text: The document, with the line breaks that it has.
        launch: The launch.
        by: The person, team or tool who ticked.
        at: The time of that; by default now. Each event gets a microsecond of its own from there on.
        limits: The limits for the text, of which ``bytes`` and ``values`` count; None for text you trust.

    Raises:
        UnknownNameError: The package markdown-it-py is not installed.
        LimitError: The text exceeds the limits.
        InvalidError: An argument is invalid, ``at`` lies before the start of the launch, or the document is that of another launch.
    """
    require_kind(Launch, {"$.launch": launch})
    if faults := v.line(by, "by"):
        raise InvalidError(faults)
    local = max(now(), launch.started + INSTANT) if at is None else within(launch, at)
    time, latest = as_utc(local), as_utc(local) + (MOST_AHEAD if at is None else SLACK)
    found = examine(text, launch, limits)
    records, retracted = records_of(launch)
    events: list[TaskEvent] = []
    conflicts = list(found.conflicts)
    for box, mark in found.boxes:
        record = records.get(mark.task, UNTOUCHED)
        status = status_of(record, mark.step, local)
        # Nothing where people have left the box alone, and nothing where it agrees with the log.
        if (mark.status and box.is_ticked == (mark.status == "done")) or box.is_ticked == (status is Status.DONE):
            continue
        last = record.ticks.get(mark.step) if mark.step else record.status_event
        if refusal := _refusal(box, mark, status, last, latest):
            conflicts.append(Conflict(box.line, mark.task, *refusal))
            continue
        when = time + len(events) * INSTANT
        event = _event(box, mark, by, max(when, last.at + INSTANT) if last else when)
        while retracted and event.id in retracted:  # the same was recorded at that time, and taken back
            event = _event(box, mark, by, event.at + INSTANT)
        events.append(event)
    conflicts.sort(key=lambda conflict: conflict.line)
    return Merged(launch.record(*events), events, conflicts)


def _refusal(box: Box, mark: Mark, status: Status, last: TaskEvent | None, latest: datetime) -> tuple[str, str] | None:
    """Return the problem with a box that differs from the log, and the hint; None if what it says can be recorded."""
    what = f"the step {mark.step!r}" if mark.step else "it"
    recorded = f"{last.at.date().isoformat()}, as {last.by} recorded" if last else ""
    if not (mark.status or box.is_ticked):
        problem = f"its box is empty and its mark has no status, but {what} has been done since {recorded}"
        return problem, "update ticks it; untick it then if it is to be done again"
    if status in (Status.WAIVED, Status.NOT_APPLICABLE):
        return f"was ticked, but has been {status.words} since {recorded}", "reopen it first, then tick it again"
    if last and last.at > latest:
        deed = "ticked" if box.is_ticked else "unticked"
        problem = f"{what} was {deed}, but the log has a later record of it: {last.kind}, {last.at.isoformat()}"
        return problem, "look at the log, and tick it again; or give the time at which it was ticked last"
    return None


def _event(box: Box, mark: Mark, by: str, at: datetime) -> TaskEvent:
    if mark.step:
        kind = kinds.Ticked if box.is_ticked else kinds.Unticked
        return kind(mark.task, step=mark.step, by=by, at=at)
    return (kinds.Finished if box.is_ticked else kinds.Reopened)(mark.task, by=by, at=at)
