"""Values that a launch returns: states, progress and snapshots."""

from __future__ import annotations

from datetime import date, datetime
from math import fsum
from typing import TYPE_CHECKING, TypeAlias, cast

import attrs

from .._evidence.evidence import Part, as_parts, subject
from .._jsonlike import plain, plain_fields
from .._model import _validation as v
from .._model._validation import Validated, as_day_or_none, check, check_of, tuple_of, verify
from .._model.checklist import Checklist, id_of
from .._model.records import task_records
from .._model.task import Pairs, Priority, Reference, Status, Step, annotation_pairs, as_annotations
from .._model.timestamps import as_local, as_utc, as_utc_or_none, aware, timestamp
from .._namespace import ArrowTable, NotebookDisplay, public
from .._planning.ordering import Recommendations
from ..errors import Fault, InvalidError, unknown_name
from .events import TaskEvent, Waived, all_events
from .gate import Gate, LoggedEvidence, Waiver, logged_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from .._model.task import Task
    from ..documents import (
        ProgressDocument,
        SnapshotDocument,
        StepStateDocument,
        TallyDocument,
        TaskRecord,
        TaskStateDocument,
        TaskStateRecord,
    )


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class StepState(Validated):
    """The state of one step of a task.

    Attributes:
        id: The id of the step.
        text: Its text.
        done: True if it is ticked.
        by: The person, team or tool who ticked it or took the tick back, or None.
        at: The time of that, or None.
    """

    id: str = attrs.field(metadata=check_of(Step, "id"))
    text: str = attrs.field(metadata=check_of(Step, "text"))
    done: bool = attrs.field(default=False, metadata=check(v.exactly(bool, "True or False")))
    by: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    at: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))

    def to_dict(self) -> StepStateDocument:
        """Return the state as strings, a bool and None, ready for JSON."""
        return cast("StepStateDocument", plain_fields(self))


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class TaskState(Validated, NotebookDisplay):
    """The state of one task: its status with the event that set it, its owner and its due date.

    Attributes:
        id: The id of the task.
        status: Its status. A waiver that has expired does not count.
        since: The time of the event that set the status; None without such an event, or where a waiver of a task not begun has expired.
        by: The person, team or tool who recorded that event, or None.
        reason: The reason for which it is blocked, was waived, does not apply or was reopened; empty where none was given.
        begun: The time at which work on it began, or None. Reopening a task clears it.
        owner: Its owner, or None.
        due: The last day on which it is on time, or None.
        waiver: The waiver that holds or, where the status is another, the one that has expired; None where there is neither.
        latest: The time of its latest event, a note included; None without events.
        references: The pages that its events name since it was last reopened, without duplicates.
        note: Its latest note, of whatever event; may be empty.
        note_by: The person, team or tool who wrote that note, or None.
        note_at: The time of that note, or None.
        steps: The states of its steps.
        waits_for: The ids of its open direct prerequisites.
        not_before: Its first day where that is still to come, else None.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    id: str = attrs.field(metadata=check(v.ident))
    status: Status = attrs.field(default=Status.TODO, metadata=check(v.exactly(Status, "Status.TODO")))
    since: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))
    by: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    reason: str = attrs.field(default="", metadata=check(v.optional_line))
    begun: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))
    owner: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    due: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(v.optional(v.day)))
    waiver: Waiver | None = attrs.field(
        default=None, metadata=check(v.optional(v.exactly(Waiver, "Waiver(reason, by=..., at=..., expires=...)")))
    )
    latest: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))
    references: tuple[Reference, ...] = attrs.field(
        default=(), converter=tuple_of[Reference], metadata=check(v.each_exactly(Reference, "Reference(title, url)"))
    )
    note: str = attrs.field(default="", metadata=check(v.prose))
    note_by: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    note_at: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check_of(StepState, "at"))
    steps: tuple[StepState, ...] = attrs.field(
        default=(), converter=tuple_of[StepState], metadata=check(v.each_exactly(StepState, "StepState(id=...)"))
    )
    waits_for: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.ident)))
    not_before: date | None = attrs.field(default=None, converter=as_day_or_none, metadata=check(v.optional(v.day)))

    @property
    def ready(self) -> bool:
        """True if work on it can begin now, since it is to do, all its prerequisites are closed and its first day has come."""
        return self.status is Status.TODO and not self.waits_for and self.not_before is None

    def to_dict(self) -> TaskStateDocument:
        """Return the state as strings, lists and None, ready for JSON."""
        return cast("TaskStateDocument", {**plain_fields(self), "ready": self.ready})


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Tally(Validated):
    """The number of tasks in each status for one group of tasks, and their effort.

    Attributes:
        name: The name of the group: ``"all"``, the id of a phase, or a priority as in files.
        todo: The number of tasks to do.
        doing: The number of tasks under way.
        blocked: The number of blocked tasks.
        done: The number of done tasks.
        waived: The number of waived tasks.
        not_applicable: The number of tasks that do not apply.
        days_left: The sum of the mean efforts of the tasks that are not closed, in days of work. Elapsed time is no effort, and left out.
        days_closed: The same of the tasks that are closed: done, waived or not applicable.
        unestimated: The number of tasks that state no effort, and so are in neither sum of days.
        steps: The number of their steps, without those of tasks that are waived or not applicable.
        steps_done: The number of those that are ticked.
        title: The title of the phase, for display; empty for a group that is no phase.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    name: str = attrs.field(metadata=check(v.ident))
    todo: int = attrs.field(default=0, metadata=check(v.count))
    doing: int = attrs.field(default=0, metadata=check(v.count))
    blocked: int = attrs.field(default=0, metadata=check(v.count))
    done: int = attrs.field(default=0, metadata=check(v.count))
    waived: int = attrs.field(default=0, metadata=check(v.count))
    not_applicable: int = attrs.field(default=0, metadata=check(v.count))
    days_left: float = attrs.field(default=0.0, metadata=check(v.stated_days))
    days_closed: float = attrs.field(default=0.0, metadata=check(v.stated_days))
    unestimated: int = attrs.field(default=0, metadata=check(v.count))
    steps: int = attrs.field(default=0, metadata=check(v.count))
    steps_done: int = attrs.field(default=0, metadata=check(v.count))
    title: str = attrs.field(default="", metadata=check(v.optional_line))

    @property
    def total(self) -> int:
        """The number of tasks."""
        return self.todo + self.doing + self.blocked + self.closed

    @property
    def closed(self) -> int:
        """The number of tasks that are done, waived or not applicable."""
        return self.done + self.waived + self.not_applicable

    @property
    def share(self) -> float:
        """The closed tasks as a share of all, from 0 to 1; 1 for a group without tasks, since nothing is left."""
        return self.closed / self.total if self.total else 1.0

    def to_dict(self) -> TallyDocument:
        """Return the tally as strings and numbers, ready for JSON."""
        return cast("TallyDocument", plain_fields(self))


_TALLY = v.exactly(Tally, "Tally(name=...)")
_TALLIES = v.each_exactly(Tally, "Tally(name=...)")


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Progress(Validated, NotebookDisplay):
    """The progress of a launch: overall, for each phase, and for each priority.

    Attributes:
        overall: The tally of all tasks.
        by_phase: One tally for each phase, in the order of the phases.
        by_priority: One tally for each priority that a task has, the most urgent first.

    Raises:
        InvalidError: A field is invalid; each invalid field has a fault of its own.
    """

    overall: Tally = attrs.field(metadata=check(_TALLY))
    by_phase: tuple[Tally, ...] = attrs.field(converter=tuple_of[Tally], metadata=check(_TALLIES))
    by_priority: tuple[Tally, ...] = attrs.field(converter=tuple_of[Tally], metadata=check(_TALLIES))

    def to_dict(self) -> ProgressDocument:
        """Return the progress as dicts, lists, strings and numbers, ready for JSON."""
        return cast("ProgressDocument", plain_fields(self))


StatusOf: TypeAlias = "Callable[[Task], tuple[Status, int]]"
"""A function from a task to its status and the number of its ticked steps."""


def progress_of(checklist: Checklist, status_of: StatusOf, only: Container[str] | None = None) -> Progress:
    """Return the progress of a checklist or, with ``only``, of the tasks with these ids and their phases."""
    phases = [(phase, [task for task in phase.tasks if only is None or task.id in only]) for phase in checklist.phases]
    phases = [(phase, tasks) for phase, tasks in phases if tasks or only is None]
    found = {phase.id: [(task, *status_of(task)) for task in tasks] for phase, tasks in phases}
    every = [entry for entries in found.values() for entry in entries]
    return Progress(
        overall=_tally("all", every),
        by_phase=tuple(_tally(phase.id, found[phase.id], phase.title) for phase, _ in phases),
        by_priority=tuple(
            _tally(priority.value, some)
            for priority in Priority
            if (some := [entry for entry in every if entry[0].priority is priority])
        ),
    )


def _tally(name: str, entries: Sequence[tuple[Task, Status, int]], title: str = "") -> Tally:
    counts = dict.fromkeys(Status, 0)
    for _, status, _ in entries:
        counts[status] += 1
    with_steps = [entry for entry in entries if entry[1] not in (Status.WAIVED, Status.NOT_APPLICABLE)]
    return Tally(
        name=name,
        **{status.name.lower(): count for status, count in counts.items()},
        days_left=_sum(task for task, status, _ in entries if not status.is_closed),
        days_closed=_sum(task for task, status, _ in entries if status.is_closed),
        unestimated=sum(task.effort is None for task, *_ in entries),
        steps=sum(len(task.steps) for task, *_ in with_steps),
        steps_done=sum(ticked for *_, ticked in with_steps),
        title=title,
    )


def _sum(tasks: Iterable[Task]) -> float:
    return fsum(task.effort.mean for task in tasks if task.effort and task.effort.days != "elapsed")


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Snapshot(Validated, ArrowTable, NotebookDisplay):
    """The state of all tasks of a launch at one time, as :meth:`~servingchecklist.Launch.snapshot` returns it, for display.

    Attributes:
        name: The name of the launch.
        checklist: The checklist being worked.
        at: The time, in the time zone in which it was given; all dates are in that time zone.
        states: The state of each task or, with a selection, of each selected one, in the order of the checklist.
        next: The tasks to do next, best first: three at most of those that can be begun.
        retired: The ids of tasks that have events but are no longer in the checklist.
        topic: The topic of the launch; may be empty.
        selection: The keys and the values that tasks were selected by, as pairs.
        ahead: The events of these tasks that count and lie in the future, only where no time was given. If a clock ran ahead, retract them.
        subject: The parts of the subject.
        evidence: The evidence, withdrawn evidence included.
        gates: The decisions of the gates; empty while there is neither a subject nor evidence, and with a selection.

    Raises:
        InvalidError: A field is invalid, or there is not one state for each task.
    """

    name: str = attrs.field(metadata=check(v.ident))
    checklist: Checklist = attrs.field(metadata=check(v.exactly(Checklist, "Checklist(...)")))
    at: datetime = attrs.field(converter=as_local, metadata=check(aware))
    states: tuple[TaskState, ...] = attrs.field(
        converter=tuple_of[TaskState], metadata=check(v.each_exactly(TaskState, "TaskState(id=...)"))
    )
    next: Recommendations = attrs.field(metadata=check(v.exactly(Recommendations, "launch.next()")))
    retired: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], metadata=check(v.each(v.ident, distinct=True))
    )
    topic: str = attrs.field(default="", metadata=check(v.optional_line))
    selection: Pairs = attrs.field(default=(), converter=as_annotations, metadata=check(annotation_pairs))
    ahead: tuple[TaskEvent, ...] = attrs.field(default=(), converter=tuple_of[TaskEvent], metadata=check(all_events))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, metadata=check(subject))
    evidence: tuple[LoggedEvidence, ...] = attrs.field(
        default=(), converter=tuple_of[LoggedEvidence], metadata=check(logged_evidence)
    )
    gates: tuple[Gate, ...] = attrs.field(
        default=(), converter=tuple_of[Gate], metadata=check(v.each_exactly(Gate, "launch.gate(id)"))
    )

    def __attrs_post_init__(self) -> None:
        verify(self)
        ids = dict.fromkeys(state.id for state in self.states)
        expected = [task.id for task in self.checklist if not self.selection or task.id in ids]
        if [state.id for state in self.states] != expected:
            hint = f"give one for each {'selected ' if self.selection else ''}task, in the order of the checklist"
            raise InvalidError([Fault("contradiction", "$.states", "are not those of the checklist", "", hint)])

    def state(self, task: Task | str) -> TaskState:
        """Return the state of a task, given as a task or by its id.

        Raises:
            UnknownNameError: There is no such task, or it is not selected.
        """
        place = self.checklist.position(id_of(task))
        if not self.selection:
            return self.states[place]
        states = {state.id: state for state in self.states}
        task_id = self.checklist.tasks[place].id
        if task_id not in states:
            raise unknown_name("unknown-task", "$", "task in this selection", task_id, states)
        return states[task_id]

    @property
    def progress(self) -> Progress:
        """The progress of the launch, or of the selected tasks."""
        states = {state.id: state for state in self.states}

        def status_of(task: Task) -> tuple[Status, int]:
            return states[task.id].status, sum(step.done for step in states[task.id].steps)

        return progress_of(self.checklist, status_of, states if self.selection else None)

    def to_records(self) -> list[TaskStateRecord]:
        """Return a flat dict for each task, or each selected one, with what the checklist says of it and its state, for dataframes.

        The columns are those of ``documents.TaskStateRecord``; the rows of a launch at that time are the same.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[TaskStateRecord]:
        time, today = as_utc(self.at), self.at.date()
        states = {state.id: state for state in self.states}
        for row in task_records(self.checklist):
            state = states.get(row["task"])
            if state is None:
                continue
            yield state_row(
                row,
                launch=self.name,
                time=time,
                today=today,
                topic=self.topic,
                status=state.status,
                ready=state.ready,
                waits_for=list(state.waits_for),
                first_day=state.not_before,
                owner=state.owner,
                due=state.due,
                since=state.since,
                by=state.by,
                reason=state.reason,
                begun=state.begun,
                waiver=state.waiver,
                ticked=[step.id for step in state.steps if step.done],
                latest=state.latest,
                note=state.note,
                note_by=state.note_by,
                note_at=state.note_at,
                references=state.references,
            )

    def to_dict(self) -> SnapshotDocument:
        """Return the snapshot as dicts, lists, strings and numbers, ready for JSON, with the states but not the tasks of the checklist."""
        return {
            "name": self.name,
            "checklist": {"id": self.checklist.id, "version": self.checklist.version},
            "at": cast("str", plain(self.at)),
            "progress": self.progress.to_dict(),
            "tasks": [state.to_dict() for state in self.states],
            "next": self.next.to_dict(),
            "retired": list(self.retired),
            "topic": self.topic,
            "selection": dict(self.selection),
            "ahead": {event.id: event.to_dict() for event in self.ahead},
            "subject": [part.to_dict() for part in self.subject],
            "evidence": [record.to_dict() for record in self.evidence],
            "gates": {gate.id: gate.decision.value for gate in self.gates},
        }


def state_row(
    row: TaskRecord,
    *,
    launch: str,
    time: datetime,
    today: date,
    topic: str,
    status: Status,
    ready: bool,
    waits_for: list[str],
    first_day: date | None,
    owner: str | None,
    due: date | None,
    since: datetime | None,
    by: str | None,
    reason: str,
    begun: datetime | None,
    waiver: Waived | Waiver | None,
    ticked: list[str],
    latest: datetime | None,
    note: str,
    note_by: str | None,
    note_at: datetime | None,
    references: Sequence[Reference],
) -> TaskStateRecord:
    """Return the row of a task with its state, from its row in the checklist."""
    return {
        "launch": launch,
        "as_of": time,
        **row,
        "topic": topic or None,
        "status": status.value,
        "ready": ready,
        "waits_for": waits_for,
        "first_day": first_day,
        "owner": owner,
        "due": due,
        "overdue": due is not None and due < today and not status.is_closed,
        "since": since,
        "by": by,
        "reason": reason or None,
        "begun": begun,
        "waiver_by": waiver.by if waiver else None,
        "waiver_at": waiver.at if waiver else None,
        "waiver_reason": waiver.reason if waiver else None,
        "waiver_expires": waiver.expires if waiver else None,
        "steps_done": len(ticked),
        "ticked": ticked,
        "latest": latest,
        "note": note or None,
        "note_by": note_by,
        "note_at": note_at,
        "recorded_references": [*dict.fromkeys([reference.url for reference in references])] if references else [],
    }
