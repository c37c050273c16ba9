"""The review of a launch between two moments.

The log is replayed once, from its beginning, with the ends of the waivers among its events, so the status of every task is known at the
time of each event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from .._model._validation import count, faults_of
from .._model.status import Status
from .._planning.forecast import check_arguments
from .._text import join_words
from ..errors import Fault, InvalidError
from ._moment import as_utc, as_utc_or_none, checked, day_of
from .ahead import ahead
from .events import Blocked, Finished, LaunchStarted, Migrated, Waived
from .log import LATEST, STARTED, STATUS, UNTOUCHED, apply, cut, due_of, end_of, owner_of, status_of
from .moves import refusal
from .progress import progress_of
from .review import LISTS, BurnUpPoint, Review, ReviewItem
from .slip import slip_between
from .standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .events import Event, TaskEvent
    from .log import Record
    from .outlook import Options
    from .progress import Progress

_TASK_SAMPLES = 100_000
_MOST_SAMPLES = 1_000
_MOST_TASKS = 1_000


Said: TypeAlias = tuple[str, str, "TaskEvent | None"]
"""The list of the review that a task is in, the remark on it there, and the event behind that."""


def usual_samples(tasks: int) -> int:
    """Return the default number of samples of a review, chosen so that the forecast takes no longer than users like to wait."""
    return min(_TASK_SAMPLES // max(tasks, 1), _MOST_SAMPLES) if tasks <= _MOST_TASKS else 0


def review(
    checklist: Checklist,
    events: Sequence[Event],
    *,
    name: str,
    started: datetime,
    since: datetime,
    at: datetime,
    stale_after: int,
    options: Options,
) -> Review:
    """Return the review of a launch. ``events`` is its log up to ``at``."""
    given = {"stale_after": stale_after, "samples": options["samples"]}
    if faults := faults_of({"stale_after": count, "samples": count}, given):
        raise InvalidError(faults)
    check_arguments(**{name: value for name, value in options.items() if name != "samples"})
    since = checked(since, "since")
    if as_utc(since) >= as_utc(at):  # within one time zone, datetimes compare by wall-clock time
        hint = f"name a moment before {at.isoformat()}"
        raise InvalidError(
            [Fault("out-of-order", "$.since", "does not lie before the moment of the review", since.isoformat(), hint)]
        )
    replay = _Replay(checklist, started, since, at)
    replay.run(events)
    lists: dict[str, list[ReviewItem]] = {name: [] for name in LISTS}
    for task in checklist:
        for where, words, event in [*replay.standing(task, stale_after), *replay.noticed(task)]:
            title = checklist.title_of(task)
            who, moment = (event.by, event.at) if event else (None, None)
            lists[where].append(ReviewItem(id=task.id, title=title, words=words, by=who, at=moment))
    slip = None
    if options["samples"]:
        first = max(since, started, key=as_utc).astimezone(at.tzinfo)
        earlier = events[: cut(events, as_utc(first))]
        slip = slip_between(
            checklist,
            standing(earlier, first, options["calendar"]),
            standing(events, at, options["calendar"]),
            options,
        )
    return Review(
        name=name,
        title=checklist.title,
        topic=checklist.topic,
        started_at=started,
        since=since,
        at=at,
        stale_after=stale_after,
        before=replay.before,
        now=replay.progress(),
        slip=slip,
        next=ahead(checklist, replay.records, at, 3, options["rules"]),
        burn_up=tuple(replay.burn_up),
        **{name: tuple(items) for name, items in lists.items()},
    )


class _Replay:
    """One replay of the log, for a review."""

    def __init__(self, checklist: Checklist, started: datetime, since: datetime, at: datetime) -> None:
        self.records: dict[str, Record] = {}
        self.burn_up = [BurnUpPoint(started, done=0, waived=0)]
        self._checklist = checklist
        self._since = as_utc(since)
        self._at = at
        self._status: dict[str, Status] = {}
        self._noticed: dict[str, list[tuple[str, str, TaskEvent]]] = {}

    def run(self, events: Sequence[Event]) -> None:
        """Replay all events in the order of time."""
        # A waiver that ends at midnight does not count for an event at midnight: the ends come first, and sorting is stable.
        steps: list[tuple[datetime, TaskEvent, bool]] = [
            (end, event, True)
            for event in events
            if isinstance(event, Waived) and (end := as_utc_or_none(end_of(event, self._at)))
        ]
        steps += [(event.at, event, False) for event in events if not isinstance(event, LaunchStarted | Migrated)]
        steps.sort(key=lambda step: step[0])
        first_news = next((n for n, (moment, _, _) in enumerate(steps) if moment > self._since), len(steps))
        self._play(steps[:first_news])
        self.before: Progress = self.progress()
        self._then = dict(self._status)
        self._play(steps[first_news:])

    def _play(self, steps: Sequence[tuple[datetime, TaskEvent, bool]]) -> None:
        for moment, event, is_end in steps:
            if not is_end:
                self._notice(event)
            self._step(moment, event, is_end)

    def progress(self) -> Progress:
        """Return the progress at this point of the replay."""
        return progress_of(self._checklist, lambda task_id: self._status.get(task_id, Status.TODO))

    def _step(self, moment: datetime, event: TaskEvent, is_end: bool) -> None:  # noqa: FBT001
        record = self.records.setdefault(event.task, UNTOUCHED.copy())
        if not is_end:
            apply(record, event)
        before = self._status.get(event.task, Status.TODO)
        after = status_of(record, moment.astimezone(self._at.tzinfo).date())
        if after is before:
            return
        self._status[event.task] = after
        if before.is_closed or after.is_closed:
            last = self.burn_up[-1]
            done = last.done + (after is Status.DONE) - (before is Status.DONE)
            waived = last.waived + (after is Status.WAIVED) - (before is Status.WAIVED)
            self.burn_up.append(BurnUpPoint(moment, done=done, waived=waived))

    def _notice(self, event: TaskEvent) -> None:
        """Keep findings that depend on the state at the time of the event."""
        record = self.records.get(event.task, UNTOUCHED)
        refused = refusal(record, event)
        if refused and type(event) is not type(record[STATUS]):  # two events of the same kind do not conflict
            self._keep(event, "overridden", f"{event.kind} {self._when(event)}, though it was {refused[0]}")
        if isinstance(event, Finished):
            still_open = [one for one in self._checklist[event.task].after if not self._is_closed(one)]
            if still_open:
                are = "was" if len(still_open) == 1 else "were"
                self._keep(event, "out_of_order", f"{self._when(event)}, while {join_words(still_open)} {are} open")

    def _is_closed(self, task_id: str) -> bool:
        return self._status.get(task_id, Status.TODO).is_closed

    def _keep(self, event: TaskEvent, where: str, words: str) -> None:
        self._noticed.setdefault(event.task, []).append((where, words, event))

    def noticed(self, task: Task) -> Iterator[Said]:
        """Yield the findings on a task that still hold.

        A task finished out of order is reported while that is news and it was not reopened. An event that overrode another is also reported
        while it counts, however old: it may have come by a merge after the last review.
        """
        for where, words, event in self._noticed.get(task.id, ()):
            is_news, counts = event.at > self._since, event is self.records[task.id][STATUS]
            if (is_news and counts) or (where == "overridden" and (is_news or counts)):
                yield where, words, event

    def standing(self, task: Task, stale_after: int) -> Iterator[Said]:
        """Yield the entries that follow from the state of a task at the end."""
        record = self.records.get(task.id, UNTOUCHED)
        status = self._status.get(task.id, Status.TODO)
        mark, started, latest, due = record[STATUS], record[STARTED], record[LATEST], due_of(record)
        today = self._at.date()
        if mark and mark.at > self._since:
            if status is Status.DONE and self._then.get(task.id) is not Status.DONE:
                yield "done", self._when(mark), mark
            elif isinstance(mark, Waived) and status is Status.WAIVED:
                yield "waived", f"until {mark.expires.isoformat()}: {mark.reason} ({self._when(mark)})", mark
        if isinstance(mark, Blocked):
            where = "still_blocked" if self._then.get(task.id) is Status.BLOCKED else "blocked"
            yield where, f"{mark.reason} ({self._when(mark)})", mark
        if isinstance(mark, Waived) and status is not Status.WAIVED:
            yield "expired", f"counted until {mark.expires.isoformat()}: {mark.reason} ({self._when(mark)})", mark
        if started and started.at > self._since and not status.is_closed:
            yield "begun", self._when(started), started
        if latest and status is Status.DOING and (self._at - latest.at).days >= stale_after:
            yield "stale", f"nothing recorded since {self._when(latest)}", latest
        if due and due < today and not status.is_closed:
            owner = owner_of(record)
            late = (today - due).days
            whose = f", owned by {owner}" if owner else ""
            yield (
                "overdue",
                f"due on {due.isoformat()}, {late} day{'' if late == 1 else 's'} ago; {status}{whose}",
                None,
            )

    def _when(self, event: TaskEvent) -> str:
        return f"{day_of(event.at, self._at)}, {event.by}"
