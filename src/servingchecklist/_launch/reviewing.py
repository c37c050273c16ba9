"""The review of a launch between two times.

The log is replayed once, from its beginning, with the ends of the waivers among its events, so the status of every task is known at the
time of each event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from .._model._validation import count
from .._model.selection import Selection
from .._model.task import Status
from .._model.timestamps import as_utc, checked, day_of
from .._namespace import public
from .._planning.options import ForecastFields, usual_samples
from .._planning.rules import abbreviate
from .._text import count as number_of
from .._text import join_words
from ..errors import Fault, InvalidError
from .events import AT, Finished, NotApplicable, Reopened, Retracted, Ticked, Waived
from .fold import UNTOUCHED, Replay, Transition, first_day_in
from .forecasting import add_step, slip_between, state_after
from .recommendation import recommend_next
from .results import progress_of
from .review import LISTS, BurnUpPoint, Review, ReviewItem
from .transitions import refusal, verb_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from .._model.checklist import Checklist
    from .._model.task import Task
    from .._planning.options import ForecastOptions
    from .events import Event, TaskEvent
    from .forecasting import Periods, State
    from .log import Log
    from .results import Progress

Finding: TypeAlias = tuple[str, str, "TaskEvent | None"]
"""The list of the review that a task is in, the remark on it there, and the event behind that."""


@public("results")
class ReviewFields(ForecastFields, Selection, total=False):
    """The keyword arguments of a review: the fields of :class:`ForecastFields` and of :class:`Selection`."""


def review(
    log: Log,
    events: Sequence[Event],
    *,
    selection: Mapping[str, str],
    only: frozenset[str] | None,
    since: datetime,
    at: datetime,
    is_past: bool,
    ahead: Sequence[TaskEvent],
    stale_after: int,
    options: ForecastOptions,
) -> Review:
    """Return the review of a launch.

    ``log`` is the whole of its log, and ``events`` are those up to ``at`` that count; ``only`` are the ids of the selected tasks, or None
    for all. ``is_past`` is True where the time was given; else it is now, and no retraction is too late to be news.
    """
    checklist, started = log.checklist, log.started
    if faults := count(stale_after, "stale_after"):
        raise InvalidError(faults)
    samples = usual_samples(len(checklist)) if options.samples is None else options.samples
    since = checked(since, "since")
    if as_utc(since) >= as_utc(at):  # within one time zone, datetimes compare by wall-clock time
        hint = f"give a time before {at.isoformat()}"
        problem = "does not lie before the end of the review"
        raise InvalidError([Fault("out-of-order", "$.since", problem, since.isoformat(), hint)])
    forecast_by = options if samples and not selection else None
    findings = _Findings(checklist, events, started, since, at, only=only, forecast_by=forecast_by)
    lists: dict[str, list[ReviewItem]] = {name: [] for name in LISTS}
    for task in checklist if only is None else [task for task in checklist if task.id in only]:
        for where, words, event in [*findings.at_the_end(task, stale_after), *findings.noticed(task)]:
            who, when = (event.by, event.at) if event else (None, None)
            item = ReviewItem(id=task.id, title=task.title, words=words, by=who, at=when)
            if event and where == "done":
                item = attrs.evolve(item, note=event.note, references=event.references)
            lists[where].append(item)
    undone = {event.id: event for event in log.retracted if event.task in (checklist if only is None else only)}
    for undo in events:
        # Only the first retraction of an event is news.
        if not (isinstance(undo, Retracted) and (mistake := undone.pop(undo.event, None))):
            continue
        if as_utc(since) < undo.at and not (is_past and undo.at > as_utc(at)):
            reason = f": {undo.reason}" if undo.reason else ""
            words = f"{verb_of(type(mistake))} {findings.when(mistake)}{reason} ({findings.when(undo)})"
            title = checklist[mistake.task].title
            lists["retracted"].append(ReviewItem(id=mistake.task, title=title, words=words, by=undo.by, at=undo.at))
    return Review(
        name=log.name,
        title=checklist.title,
        topic=log.topic,
        started_at=started,
        since=since,
        at=at,
        stale_after=stale_after,
        before=findings.before,
        now=findings.progress(),
        slip=slip_between(checklist, findings.states[0], findings.states[1], options, samples)
        if findings.states
        else None,
        next=recommend_next(checklist, findings.records, at, 3, options.rules, topic=log.topic, only=only),
        burn_up=findings.burn_up,
        selection=selection,
        ahead=tuple(ahead),
        **lists,
    )


class _Findings:
    """The log replayed once for a review: the statuses at both ends, the burn-up, and findings that depend on the state at an event."""

    def __init__(
        self,
        checklist: Checklist,
        events: Sequence[Event],
        started: datetime,
        since: datetime,
        at: datetime,
        *,
        only: frozenset[str] | None,
        forecast_by: ForecastOptions | None,
    ) -> None:
        self._only = only
        self.burn_up = [BurnUpPoint(started, done=0, waived=0)]
        self._checklist = checklist
        self._since = as_utc(since)
        self._at = at
        self._forecast_by = forecast_by
        self._noticed: dict[str, list[tuple[str, str, TaskEvent]]] = {}
        self._replay = Replay(events, at)
        self._periods: Periods = {}
        self._look(self._since)
        self.before = self.progress()
        self._then = dict(self._replay.status)
        self.states: list[State] = []
        if forecast_by:  # the forecast looks back to the start at most
            first = max(since, started, key=as_utc).astimezone(at.tzinfo)
            self._look(as_utc(first))
            self.states.append(state_after(self._periods, dict(self._replay.records), first, checklist, forecast_by))
        self._look(None)
        self.records = self._replay.records
        if forecast_by:
            self.states.append(state_after(self._periods, self.records, at, checklist, forecast_by))

    def _look(self, until: datetime | None) -> None:
        for step in self._replay.steps(until):
            self._look_at(step)
            if self._forecast_by:
                add_step(self._periods, step, self._at)

    def progress(self) -> Progress:
        """Return the progress at this point of the replay."""

        def status_and_ticks(task: Task) -> tuple[Status, int]:
            record = self._replay.records.get(task.id, UNTOUCHED)
            return self._replay.status.get(task.id, Status.TODO), len(record.ticked(task))

        return progress_of(self._checklist, status_and_ticks, self._only)

    def _look_at(self, step: Transition) -> None:
        if not step.is_end:
            self._notice(step)
        is_shown = self._only is None or step.event.task in self._only
        if is_shown and step.before is not step.after and (step.before.is_closed or step.after.is_closed):
            last = self.burn_up[-1]
            numbers = {
                (name := status.name.lower()): getattr(last, name) + (step.after is status) - (step.before is status)
                for status in Status
                if status.is_closed
            }
            self.burn_up.append(BurnUpPoint(step.at, **numbers))

    def _notice(self, step: Transition) -> None:
        """Keep what depends on the state at the time of the event."""
        event, statuses = step.event, self._replay.status
        refused = refusal(step.earlier, event)
        is_repeated = type(event) is type(step.earlier.status_event)  # such events do not conflict
        if refused and not is_repeated:
            self._keep(event, "overridden", f"{verb_of(type(event))} {self.when(event)}, though it was {refused[0]}")
        if isinstance(event, Finished):
            before = [other.id for other in self._checklist.waits_for(event.task)]
            still_open = [one for one in before if not statuses.get(one, Status.TODO).is_closed]
            if still_open:
                are = "was" if len(still_open) == 1 else "were"
                self._keep(
                    event, "out_of_order", f"{self.when(event)}, while {join_words(abbreviate(still_open))} {are} open"
                )
            task, today = self._checklist[event.task], step.at.astimezone(self._at.tzinfo).date()
            first_day = first_day_in(self._checklist, task, self._replay.records, today, self._at.tzinfo)
            if first_day and today < first_day:
                self._keep(event, "out_of_order", f"{self.when(event)}, before {first_day.isoformat()}, its first day")

    def _keep(self, event: TaskEvent, name: str, words: str) -> None:
        self._noticed.setdefault(event.task, []).append((name, words, event))

    def noticed(self, task: Task) -> Iterator[Finding]:
        """Yield the findings on a task that still hold.

        A task finished out of order is reported while that is news and it was not reopened. An event that overrode another is also reported
        while it counts, however old: it may have come by a merge after the last review.
        """
        for name, words, event in self._noticed.get(task.id, ()):
            is_news, counts = event.at > self._since, event is self.records[task.id].status_event
            if (is_news and counts) or (name == "overridden" and (is_news or counts)):
                yield name, words, event

    def at_the_end(self, task: Task, stale_after: int) -> Iterator[Finding]:
        """Yield the entries that follow from the state of a task at the end."""
        record = self.records.get(task.id, UNTOUCHED)
        status = self._replay.status.get(task.id, Status.TODO)
        mark, begun, latest, due = record.status_event, record.begun, record.latest, record.due
        today = self._at.date()
        if mark and mark.at > self._since:
            if status is Status.DONE and self._then.get(task.id) is not Status.DONE:
                yield "done", self.when(mark), mark
                steps = record.steps(task)
                left = [step.id for step in steps if not step.done]
                if left:
                    ticked = f"{len(steps) - len(left)} of {len(steps)} steps ticked"
                    yield "open_steps", f"{ticked}; open: {', '.join(left)}", mark
            elif isinstance(mark, Waived) and status is Status.WAIVED:
                yield "waived", f"until {mark.expires.isoformat()}: {mark.reason} ({self.when(mark)})", mark
            elif isinstance(mark, Reopened):
                yield "reopened", f"{mark.reason} ({self.when(mark)})" if mark.reason else self.when(mark), mark
            elif isinstance(mark, NotApplicable):
                yield "not_applicable", f"{mark.reason} ({self.when(mark)})", mark
        if record.blocked and status is Status.BLOCKED:
            name = "still_blocked" if self._then.get(task.id) is Status.BLOCKED else "blocked"
            yield name, f"{record.blocked.reason} ({self.when(record.blocked)})", record.blocked
        if isinstance(mark, Waived) and status is not Status.WAIVED:
            yield "expired", f"counted until {mark.expires.isoformat()}: {mark.reason} ({self.when(mark)})", mark
        if begun and begun.at > self._since and not status.is_closed:
            yield "begun", self.when(begun), begun
        ticks = [event for step in task.steps if isinstance(event := record.ticks.get(step.id), Ticked)]
        if (news := [event for event in ticks if event.at > self._since]) and not status.is_closed:
            names = ", ".join(event.step for event in news)
            last = max(news, key=AT)
            yield (
                "ticked",
                f"{names}; {len(ticks)} of {len(task.steps)} steps ticked ({self.when(last)})",
                last,
            )
        passing = task.effort.high if task.effort and task.effort.days == "elapsed" else 0.0
        if latest and status is Status.DOING and (self._at - latest.at).days >= stale_after + passing:
            yield "stale", f"nothing recorded since {self.when(latest)}", latest
        if due and due < today and not status.is_closed:
            late = (today - due).days
            whose = f", owned by {record.owner}" if record.owner else ""
            ago = f"{number_of(late, 'day')} ago"
            yield "overdue", f"due on {due.isoformat()}, {ago}; {status}{whose}", None

    def when(self, event: Event) -> str:
        """Return the day of an event, and who recorded it."""
        return f"{day_of(event.at, self._at)}, {event.by}"
