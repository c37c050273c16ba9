"""The tasks of a launch and the events of its log as records, the rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._model.records import task_records
from .._model.task import Status
from .._model.timestamps import as_utc
from . import events as kinds
from .fold import UNTOUCHED, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from .._model.checklist import Checklist
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
        cause, mark, begun, due = record.cause_of(status), record.status_event, record.begun, record.due
        latest, noted = record.latest, record.noted
        is_early = task.not_before is not None and today < task.not_before
        yield {
            "launch": name,
            "at": time,
            **row,
            "topic": topic or None,
            "status": status.value,
            "ready": status is Status.TODO and not waits_for and not is_early,
            "waits_for": waits_for,
            "owner": record.owner,
            "due": due,
            "overdue": due is not None and due < today and not closed[place],
            "since": cause.at if cause else None,
            "by": cause.by if cause else None,
            "reason": reason_of(cause) or None,
            "begun": begun.at if begun else None,
            "waived_until": mark.expires if isinstance(mark, kinds.Waived) else None,
            "steps_done": record.ticked(task) if task.steps else 0,
            "latest": latest.at if latest else None,
            "note": noted.note if noted else None,
            "note_by": noted.by if noted else None,
            "note_at": noted.at if noted else None,
        }


def event_records(
    name: str, checklist: Checklist, events: Iterable[Event], retracted: frozenset[str]
) -> list[EventRecord]:
    """Return a row for each event of a log, of which those with the ids ``retracted`` do not count."""
    places = {task.id: (task.title, phase.id, phase.title) for phase in checklist.phases for task in phase.tasks}
    rows: list[EventRecord] = []
    for event in events:
        fields = _Fields(event)
        title, phase, phase_title = places.get(fields.task or "", (None, None, None))
        rows.append(
            {
                "launch": name,
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
                "expires": fields.expires,
                "reason": fields.reason,
                "note": fields.note,
                "references": [reference.url for reference in fields.references or ()],
                "topic": fields.topic,
                "checklist": fields.checklist,
                "version": fields.version,
                "role": fields.role,
                "holds": getattr(event, "holds", None),
                "gate": fields.gate,
                "decision": fields.decision,
                "subject": [f"{part.name}={part.digest}" for part in fields.subject or fields.parts or ()],
                "evidence": _evidence(event),
                "events": [fields.event] if fields.event else list(fields.waivers or ()),
            }
        )
    return rows


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
