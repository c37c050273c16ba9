"""The tasks of a launch and the events of its log as records, the rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from .._model import _validation as v
from .._model._validation import Validated, check, tuple_of
from .._model.checklist import Checklist
from .._model.records import task_records
from .._model.task import Status
from .._model.timestamps import as_utc
from .._namespace import ArrowTable, public
from .._text import count
from . import events as kinds
from .fold import UNTOUCHED, first_day_in, reason_of
from .results import state_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..documents import EventRecord, TaskStateRecord
    from .events import Event
    from .fold import Records


def state_records(
    name: str, checklist: Checklist, records: Records, topic: str, at: datetime
) -> Iterator[TaskStateRecord]:
    """Yield a row for each task with its state at a time, in whose time zone dates are taken."""
    time, today = as_utc(at), at.date()
    tasks, prerequisites = checklist.tasks, checklist.prerequisites
    found = [records.get(task.id, UNTOUCHED) for task in tasks]
    statuses = [record.status_on(today) for record in found]
    closed = [status.is_closed for status in statuses]
    for place, row in enumerate(task_records(checklist)):
        task, record, status = tasks[place], found[place], statuses[place]
        waits_for = [tasks[other].id for other in prerequisites[place] if not closed[other]]
        cause, mark, begun = record.cause_of(status), record.status_event, record.begun
        latest, noted = record.latest, record.noted
        day = first_day_in(checklist, task, records, today, at.tzinfo)
        first_day = day if day and today < day else None
        yield state_row(
            row,
            launch=name,
            time=time,
            today=today,
            topic=topic,
            status=status,
            ready=status is Status.TODO and not waits_for and not first_day,
            waits_for=waits_for,
            first_day=first_day,
            owner=record.owner,
            due=record.due,
            since=cause.at if cause else None,
            by=cause.by if cause else None,
            reason=reason_of(cause),
            begun=begun.at if begun else None,
            waiver=mark if isinstance(mark, kinds.Waived) else None,
            ticked=record.ticked(task) if record.ticks else [],
            latest=latest.at if latest else None,
            note=noted.note if noted else "",
            note_by=noted.by if noted else None,
            note_at=noted.at if noted else None,
            references=record.references,
        )


@public("results")
@attrs.frozen(getstate_setstate=False)
class EventLog(Validated, ArrowTable):
    """The log of a launch as a table with a row for each event, as :attr:`Launch.log <servingchecklist.Launch.log>` has it.

    Attributes:
        launch: The name of the launch.
        checklist: The checklist, which has the titles of the tasks.
        events: The events, in the order of the log.
        retracted: The ids of those that were retracted and do not count.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    launch: str = attrs.field(metadata=check(v.ident))
    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    events: tuple[kinds.Event, ...] = attrs.field(converter=tuple_of[kinds.Event], metadata=check(kinds.all_events))
    retracted: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.line)))

    def __len__(self) -> int:
        return len(self.events)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.launch!r}: {count(len(self), 'event')}>"

    def to_records(self) -> list[EventRecord]:
        """Return a flat dict for each event, retracted ones included: the rows of a table, for dataframes.

        The columns are those of ``documents.EventRecord``.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[EventRecord]:
        phases = self.checklist.phases
        places = {task.id: (task.title, phase.id, phase.title) for phase in phases for task in phase.tasks}
        retracted = frozenset(self.retracted)
        for event in self.events:
            fields = _Fields(event)
            title, phase, phase_title = places.get(fields.task or "", (None, None, None))
            yield {
                "launch": self.launch,
                "event": event.id,
                "kind": event.kind,
                "at": event.at,
                "by": event.by,
                "retracted": event.id in retracted,
                "task": fields.task,
                "title": title,
                "phase": phase,
                "phase_title": phase_title,
                "step": fields.step,
                "criterion": fields.criterion,
                "owner": fields.owner,
                "due": fields.due,
                "waiver_expires": fields.expires,
                "reason": fields.reason,
                "note": fields.note,
                "recorded_references": [reference.url for reference in fields.references or ()],
                "topic": fields.topic,
                "checklist": fields.checklist,
                "version": fields.version,
                "digest": fields.digest,
                "role": fields.role,
                "holds": getattr(event, "holds", None),
                "gate": fields.gate,
                "decision": fields.decision,
                "subject": [f"{part.name}={part.digest}" for part in fields.subject or fields.parts or ()],
                "evidence": _evidence(event),
                "events": [fields.event] if fields.event else list(fields.waivers or ()),
            }


class _Fields:
    """The fields of an event; those that its kind does not have, and empty ones, are None."""

    __slots__ = ("_event",)

    def __init__(self, event: Event) -> None:
        self._event = event

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # of any kind
        return getattr(self._event, name, None) or None


def _evidence(event: Event) -> list[str]:
    """Return the ids of the evidence that an event names."""
    match event:
        case kinds.EvidenceAdded():
            return [event.evidence.id]
        case kinds.EvidenceWithdrawn():
            return [event.evidence]
        case kinds.WentLive():
            return list(event.evidence)
        case _:
            return []
