"""Commands for launches, which are kept in a store."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import attrs

from .._jsonlike import is_dict, is_list, plain, plain_records
from .._model.checklist import Checklist
from .._model.selection import Selection
from .._model.timestamps import MOST_AHEAD
from .._planning.ordering import next_tasks
from .._planning.rules import ORDERS, abbreviate
from .._text import count, inert, join_words, printable
from ..errors import nearest, show, show_path
from ..formats import write
from .copies import offer_union
from .output import (
    check_output,
    check_readable,
    format_of,
    print_json,
    rendered,
    show_result,
    usage_error,
)
from .sources import (
    RECORDER_VARIABLE,
    forecast_options,
    is_path,
    load_checklist,
    load_launch,
    load_subject,
    only_name,
    open_store,
    read_as,
    save_options,
)
from .tailoring import load_tailored

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .._launch.events import Event, TaskEvent
    from .._launch.launch import Launch
    from .._launch.results import Snapshot
    from .._launch.review import Review

SELECTION = tuple(f"--{name}" for name in Selection.__annotations__)
"""The options that select tasks."""

_FOR_FORECASTS = ("people", "owners", "weekdays", "holidays", "blocked", "samples", "seed")

_DETAILS = ("references", "note")
_MOST_WARNINGS = 3
_DIGITS = 64  # of an id
_RECORDS: dict[str, tuple[str, ...]] = {
    "begin": ("begin", *_DETAILS),
    "finish": ("finish", *_DETAILS),
    "block": ("block", *_DETAILS, "reason"),
    "unblock": ("unblock", *_DETAILS),
    "reopen": ("reopen", *_DETAILS, "reason"),
    "waive": ("waive", *_DETAILS, "reason", "expires"),
    "waive-criterion": ("waive_criterion", *_DETAILS, "reason", "expires"),
    "not-applicable": ("mark_not_applicable", *_DETAILS, "reason"),
    "assign": ("assign", *_DETAILS, "owner"),
    "due": ("set_due", *_DETAILS, "due"),
    "tick": ("tick", *_DETAILS),
    "untick": ("untick", *_DETAILS),
    "note": ("note", "references", "text"),
    "retract": ("retract", "reason"),
}
"""The method that records one event, and the options that are its arguments, by the name of the command."""


def start(options: Namespace) -> int:
    """Start a launch (``start``)."""
    from .._launch.launch import Launch

    check_readable(options.output, "--output")
    checklist = load_tailored(options)
    check_not_ahead(options)
    if options.output is not None and os.path.lexists(options.output):
        hint = "name a new file, or record in that one with --launch"
        raise usage_error("there is a file of that name already", show_path(options.output), hint)
    if options.name in checklist:
        hint = f"to begin the task, use begin {options.name}; for a launch, choose another name, such as fraud-v3"
        raise usage_error(f"a launch cannot be named like a task of {checklist.id}", show(options.name), hint)
    launch = Launch.start(checklist, name=options.name, by=recorder(options), at=options.at, topic=options.topic)
    if options.output is not None:
        with suppress(OSError, ValueError):  # then it is reported that the file cannot be written
            os.makedirs(os.path.dirname(options.output) or ".", exist_ok=True)
        write(launch, options.output)
        if os.path.splitext(options.output)[1].lower() == ".jsonl":
            offer_union(options, os.path.dirname(options.output))
    else:
        with open_store(options, "create") as store:
            if launch.name in store.names():
                hint = "choose another name, or see that launch with status"
                raise usage_error("there is a launch of that name already", show(launch.name), hint)
            store.save(launch)
    started = (
        f"started by {launch.events[0].by} with {checklist.id} {checklist.version}, {count(len(checklist), 'task')}"
    )
    return print_recorded(options, None, launch, [f"{launch.name}: {started}"])


def migrate(options: Namespace) -> int:
    """Migrate a launch to another checklist (``migrate``)."""
    checklist, by = load_checklist(options.source, options), recorder(options)
    check_not_ahead(options)
    before, after = change_launch(options, lambda launch: launch.migrate(checklist, by=by, at=options.at))
    if after.checklist == before.checklist:
        lines = [f"{after.name}: already has {_label(after)}; nothing was recorded"]
        return print_recorded(options, before, after, lines)
    lines = [f"{after.name}: migrated from {_label(before)} to {_label(after)} ({by}; {_closed(after)})"]
    for task in after.retired:
        title = f" {before.checklist[task].title}" if task in before.checklist else ""
        events = len(after.history(task))
        kept = f"{count(events, 'event')} {'is' if events == 1 else 'are'} kept"
        lines.append(f"{after.name}: {task}{title}: no longer in the checklist; {kept}")
    for task, step in after.retired_steps:
        lines.append(
            f"{after.name}: {task} {after.checklist[task].title}: no longer has the step {step}, which is ticked"
        )
    return print_recorded(options, before, after, lines)


def _label(launch: Launch) -> str:
    return f"{launch.checklist.id} {launch.checklist.version} ({count(len(launch.checklist), 'task')})"


def record(options: Namespace) -> int:
    """Record an event for each task, or retract each event, that the command names, all or none, and print the changes."""
    named, by = list(dict.fromkeys(chain.from_iterable(options.named))), recorder(options)
    targets: list[tuple[str, ...]] = [(name,) for name in named]
    if options.command in ("tick", "untick"):
        targets, named = [(options.task, step) for step in named], [options.task]
    command = options.command
    if getattr(options, "criterion", None):
        command, targets = "waive-criterion", [(name, options.criterion) for name in named]
    check_not_ahead(options)
    method, *names = _RECORDS[command]
    fields = {name: getattr(options, name) for name in names}

    def change(launch: Launch) -> Launch:
        for target in targets or [(_last_of(launch, by),)]:
            if method == "retract":
                _check_retractable(launch.find_event(*target), "that event is")
            launch = getattr(launch, method)(*target, by=by, at=options.at, **fields)
        return launch

    before, after = change_launch(options, change)
    known: set[object] = set(before.retracted if method == "retract" else before.events)
    if method == "retract":
        undone = [event for event in after.retracted if event not in known]
        deeds = [(f"{event.id[:8]} ({event.kind}) of ", event.task, "retracted") for event in undone]
    else:
        first = {task: next((event for event in after.history(task) if event not in known), None) for task in named}
        deeds = [("", task, _deed(event)) for task, event in first.items()]
        _warn_of_late(before, [event for event in first.values() if event], by, options)
    lines = list(change_lines(before, after, deeds, by))
    return print_recorded(options, before, after, lines or [f"{after.name}: retracted already; nothing was recorded"])


def change_lines(before: Launch, after: Launch, deeds: Iterable[tuple[str, str, str]], by: str) -> Iterator[str]:
    """Yield a line for each change: of words about its event, the task and what was recorded."""
    head = f"{after.name} ({after.topic})" if after.topic else after.name
    for lead, task, deed in deeds:
        title = f" {after.checklist[task].title}" if task in after.checklist else ""
        words = _change(before, after, task, deed) if title else "no longer in the checklist"
        yield f"{head}: {lead}{task}{title}: {words} ({by}; {_closed(after)})"
        head = after.name


def _deed(event: TaskEvent | None) -> str:
    """Return in words what was recorded first of a task."""
    from .._launch.events import CriterionWaived

    if isinstance(event, CriterionWaived):
        return f"{event.criterion} waived until {event.expires}"
    return event.kind if event else "nothing new"


def change_launch(options: Namespace, change: Callable[[Launch], Launch]) -> tuple[Launch, Launch]:
    """Change the launch that the options name where it is kept, in the store or a file, and return it before and after."""
    from .._launch.launch import Launch

    name: str | None = options.launch
    if name == "-":
        raise usage_error("events cannot be recorded in standard input", show(name), "name a file or a launch")
    if name is not None and is_path(name, options):
        state = _state_of(name)
        before = read_as(Launch, name, options)
        after = change(before)
        if after.events != before.events:
            if _state_of(name) != state:  # others have written it meanwhile
                after = after.merge(read_as(Launch, name, options))
            write(after, name)
        return before, after
    with open_store(options, "write") as store:
        name = only_name(store, options, "name one with --launch: {}") if name is None else name
        found: list[Launch] = []

        def noted(launch: Launch) -> Launch:
            found.append(launch)
            return change(launch)

        after = store.change(name, noted)  # in one transaction, so that what is legal still is
    return found[0], after


def _state_of(path: str) -> tuple[int, ...]:
    """Return what changes when a file is replaced or written."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):  # reading it says so
        return ()
    return state.st_ino, state.st_mtime_ns, state.st_size


def recorded(before: Launch | None, after: Launch) -> list[Event]:
    """Return the events that a change has recorded."""
    known: set[Event] = set(before.events) if before else set()
    return [event for event in after.events if event not in known]


def print_recorded(
    options: Namespace, before: Launch | None, after: Launch, lines: Sequence[str], **more: object
) -> int:
    """Print the lines about events that were recorded or, for ``--json``, the events, and ``more`` or else the state of the launch."""
    if options.json:
        more = more or {"state": status_document(after.snapshot(at=now_of(after)))}
        print_json({"events": _event_documents(after, recorded(before, after)), **more})
    else:
        print("\n".join(map(inert, lines)))
    return 0


def _event_documents(launch: Launch, events: Sequence[Event]) -> list[dict[str, object]]:
    """Return the records of some events of a launch, in the order of its log, each with its document."""
    return plain_records(attrs.evolve(launch.log, events=events).to_records(), events)


def _retract(event: Event, options: Namespace) -> str:
    """Return the command that retracts an event, with the options that name its launch and store."""
    launch = getattr(options, "launch", None) or getattr(options, "subject", None)
    words = ["servingchecklist retract", event.id[:8], *(["--launch", launch] if launch else [])]
    return printable(" ".join([*words, *(["--store", options.store] if options.store else [])]))


def _warn_of_late(before: Launch, events: Sequence[TaskEvent], by: str, options: Namespace) -> None:
    """Print which events are earlier than others: of their task, which then decide what counts, or of the person, which undo takes."""
    from .._launch.events import OfLaunch

    own = _latest_by(before, by)
    for event in events:
        latest = [other for other in before.history(event.task) if other not in before.retracted][-1:]
        words: list[str] = []
        deed = "refuse" if isinstance(own, OfLaunch) else "retract"
        if latest and event.at < latest[0].at:
            other = f"{latest[0].kind}, {latest[0].at:%Y-%m-%d %H:%M} UTC"
            words = [f"is recorded before the latest event of its task ({other}); what is later counts: see log"]
        if own and event.at < own.at:
            words.append(f"undo would {deed} a later event; this one: {_retract(event, options)}")
        for sentence in words:
            print(f"servingchecklist: {event.task}: {sentence}", file=sys.stderr)


def _warn_of_mistakes(launch: Launch, options: Namespace) -> None:
    """Print events in the future, as of a wrong clock, that outlast what is recorded now, and an owner who has no task."""
    owner: str | None = getattr(options, "owner", None)
    is_past = bool(getattr(options, "at", None))
    if is_past and owner is None:
        return
    now = launch.snapshot()
    for event in () if is_past else now.ahead[-_MOST_WARNINGS:]:
        words = f"event {event.id[:8]} ({event.kind} {event.task}, by {event.by}) lies in the future: {event.at.isoformat()}"
        print(f"servingchecklist: {words}; if that is wrong: {_retract(event, options)}", file=sys.stderr)
    owners = {state.owner for state in now.states if state.owner}
    if owner is not None and owner not in owners:
        near = nearest(owner, sorted(owners))
        print(f"servingchecklist: no task is owned by {show(owner)}{f'; {near}' if near else ''}", file=sys.stderr)


def _latest_by(launch: Launch, by: str) -> Event | None:
    """Return the latest event that a person has recorded and that still counts; neither a start nor a retraction."""
    from .._launch.events import LaunchStarted, Reopened, Retracted, SubjectSet

    passed_over = set(launch.retracted)
    own = [event for event in reversed(launch.events) if event.by == by and event not in passed_over]
    own = [event for event in own if not isinstance(event, LaunchStarted | Retracted)]
    # A new subject has reopened tasks in one go, so it comes first.
    rest = (one for one in own if not (isinstance(one, Reopened) and one.reason.startswith("another ")))
    first = next(rest, None)
    return first if isinstance(first, SubjectSet) else next(iter(own), None)


def _check_retractable(event: Event, words: str) -> None:
    """Refuse an event of the launch, and say what to do instead."""
    from .._launch.events import EvidenceAdded, LaunchStarted, OfLaunch, Retracted

    if isinstance(event, OfLaunch) and not isinstance(event, LaunchStarted | Retracted):
        hint = "record what holds now"
        if isinstance(event, EvidenceAdded):
            hint = f"withdraw it: servingchecklist evidence withdraw {event.evidence.id[:8]} --reason WORDS"
        raise usage_error(f"{words} {event.kind}, which cannot be retracted", show(event.id[:8]), hint)


def _last_of(launch: Launch, by: str) -> str:
    if event := _latest_by(launch, by):
        _check_retractable(event, "your latest event is")
        return event.id
    hint = "name who has recorded the event with --by, or give an id, as in log"
    raise usage_error("there is no event to retract that this person has recorded", show(by), hint)


def _change(before: Launch, after: Launch, task: str, deed: str) -> str:
    from ..formats._phrases import though_early

    known = set(before.history(task))
    now = now_of(after)
    at = max((event.at for event in after.history(task) if event not in known), default=now)
    old, new, then = (
        before.state(task, at=now_of(before)),
        after.state(task, at=now),
        after.state(task, at=at.astimezone()),
    )
    if old.owner != new.owner:
        change = f"owner {old.owner or 'none'} -> {new.owner or 'none'}"
    elif old.due != new.due:
        change = f"due date {old.due or 'none'} -> {new.due or 'none'}"
    elif old.status != new.status:
        change = f"{old.status.words} -> {new.status.words}"
    elif old.steps != new.steps:
        change = f"{sum(step.done for step in new.steps)} of {len(new.steps)} steps, still {new.status.words}"
    elif deed == "waived" and new.waiver and not new.status.is_closed:
        change = f"waived until {new.waiver.expires.isoformat()}, which is over, so still {new.status.words}"
    else:
        change = f"{deed}, still {new.status.words}"
    # Whether it waits for a day is told as of the time of the event, and what is open as of now.
    early = new if then.waits_for else then
    return change + (though_early(early) if new.status.is_closed or deed == "begun" else "")


def _closed(launch: Launch) -> str:
    overall = launch.progress(at=now_of(launch)).overall
    return f"{overall.closed} of {overall.total} closed"


def overview() -> int:
    """Print the next tasks with reasons, then the phases or the status of the launch in the folder: the output without a command."""
    options = SimpleNamespace(subject=None, store=None, command="next")  # without the time that argparse takes to load
    subject, head = load_subject(cast("Namespace", options))
    if isinstance(subject, Checklist):
        from ..formats._views.checklist import overview as page

        print(rendered(page(subject, next_tasks(subject)), "text"))
        print("When c1 is done: servingchecklist next --done c1. All commands: servingchecklist --help.")
    else:
        _warn_of_mistakes(subject, cast("Namespace", options))
        print(head + rendered(subject.snapshot(at=now_of(subject)), "text"))
        print("All commands: servingchecklist --help.")
    return 0


def show_next(options: Namespace) -> int:
    """Print the recommended tasks and the reasons (``next``)."""
    (subject, head), rules = load_subject(options), ORDERS[options.rules]
    if isinstance(subject, Checklist):
        today = datetime.now().astimezone().date()
        recommendations = next_tasks(
            subject, options.done, limit=options.limit, rules=rules, today=today, **selection_of(options)
        )
    else:
        refuse_done(options)
        _warn_of_mistakes(subject, options)
        recommendations = subject.next(options.limit, rules=rules, at=now_of(subject), **selection_of(options))
    show_result(options, recommendations, head)
    return 0


def show_status(options: Namespace) -> int:
    """Print the progress of a launch, the next tasks and the status of every task (``status``)."""
    launch = load_launch(options)
    _warn_of_mistakes(launch, options)
    snapshot = launch.snapshot(at=time_of(options, launch), **selection_of(options))
    show_result(options, snapshot, document=lambda: status_document(snapshot))
    return 0


def status_document(snapshot: Snapshot) -> dict[str, object]:
    """Return the document of a snapshot, with the records of its tasks around their states."""
    return {**snapshot.to_dict(), "tasks": plain_records(snapshot.to_records(), snapshot.states)}


def selection_of(options: Namespace) -> Selection:
    """Return the arguments that select tasks."""
    stated = {name: value for name in Selection.__annotations__ if (value := getattr(options, name)) is not None}
    return cast("Selection", stated)


def review(options: Namespace) -> int:
    """Print a review of a launch (``review``)."""
    check_output(options)
    launch = load_launch(options)
    _warn_of_mistakes(launch, options)
    at = time_of(options, launch)
    is_picture = format_of(options, "text") == "svg"  # the burn-up chart, which shows no forecast
    asked, head = forecast_options(options, launch, at)
    result = launch.review(
        options.since,
        at=at,
        stale_after=options.stale_after,
        options=attrs.evolve(asked, samples=0) if is_picture else asked,
        **selection_of(options),
    )
    save_options(options, launch, asked)
    show_result(options, result, head, lambda: _review(result))
    if result.slip is None and not is_picture and asked.samples != 0:
        _explain_missing_forecast(options, launch, result)
    return 0


def _review(result: Review) -> dict[str, object]:
    """Return the document of a review, with records around the entries of its lists."""
    from .._launch.review import LISTS

    items = [item for _, items in result.lists for item in items]
    rows = plain_records(result.to_records(), items)
    return {
        **result.to_dict(),
        **{name: [row for row in rows if row["heading"] == heading] for name, heading in LISTS.items()},
    }


def _explain_missing_forecast(options: Namespace, launch: Launch, result: Review) -> None:
    """Print why a review has no forecast, such as the tasks without effort, if an option for forecasts was given."""
    if all(getattr(options, name) in (None, {}) for name in _FOR_FORECASTS):
        return
    if result.selection:
        print("servingchecklist: no forecast: it would be of all tasks, not of the selected ones", file=sys.stderr)
        return
    snapshots = (launch.snapshot(at=max(result.since, launch.started)), launch.snapshot(at=result.at))
    closed = [{state.id for state in snapshot.states if state.status.is_closed} for snapshot in snapshots]
    lacking = [task.id for task in launch.checklist if not (task.effort or all(task.id in ids for ids in closed))]
    if lacking and options.default_effort is None:
        tasks = f"{join_words(abbreviate(lacking))} {'states' if len(lacking) == 1 else 'state'}"
        print(f"servingchecklist: no forecast: {tasks} no effort; give --default-effort", file=sys.stderr)


def log(options: Namespace) -> int:
    """Print the events of a launch, or of one task (``log``)."""
    from .._launch.events import EvidenceAdded

    launch = load_launch(options)
    retracted: set[Event] = set(launch.retracted)
    events: Sequence[Event] = launch.history(options.task) if options.task else launch.events
    if options.json:
        print_json({"launch": launch.name, "events": _event_documents(launch, events)})
        return 0
    for event in events:
        fields: dict[str, object] = {**event.to_dict()}
        kind = f"{fields.pop('kind')}{' (retracted)' if event in retracted else ''}"
        first = [event.id[:8], fields.pop("at"), fields.pop("by"), kind]
        if isinstance(event, EvidenceAdded):
            measures = dict.fromkeys(measure.name for measure in event.evidence.measures)
            fields = {"evidence": f"{event.evidence.id[:8]} of {join_words([*measures])}"}
        fields.pop("digest", None)
        for name in ("event", "evidence"):
            if len(str(fields.get(name, ""))) == _DIGITS:
                fields[name] = str(fields[name])[:8]
        last = [fields.pop(name) for name in ("note", "references") if name in fields]
        # A note may have many lines; it is printed as one.
        print("  ".join(printable(_words(field)) for field in [*first, *fields.values(), *last]))
    return 0


def _words(field: object) -> str:
    """Return the value of a field in one line; that of a reference as its title and address."""
    if is_list(field):
        return ", ".join(map(_words, field))
    return " ".join(dict.fromkeys(map(_words, field.values()))) if is_dict(field) else str(field)


def show_names(options: Namespace) -> int:
    """List the launches in the store (``launches``)."""
    documents: list[dict[str, object]] = []
    with open_store(options) as store:
        for name in store.names():
            launch = store.load(name)
            checklist, started = launch.checklist, launch.started.astimezone().date().isoformat()
            if options.json:
                document = {"name": name, "topic": launch.topic, "started_at": plain(launch.started)}
                document["checklist"] = {"id": checklist.id, "version": checklist.version}
                documents.append(document | {"progress": launch.progress(at=now_of(launch)).to_dict()})
            else:
                print(f"{name}  {checklist.id} {checklist.version}  started {started}, {_closed(launch)}")
    if options.json:
        print_json({"launches": documents})
    return 0


def refuse_done(options: Namespace) -> None:
    """Refuse ``--done`` for a launch, which has a record of it."""
    if options.done:
        hint = "leave it out, and record what is done with finish; or name a checklist, such as model-serving"
        raise usage_error("--done is for checklists, and this is a launch", "", hint)


def recorder(options: Namespace) -> str:
    """Return the person who records: ``--by``, else the variable, else the user who is logged in."""
    if options.by is not None:
        return str(options.by)
    if by := os.environ.get(RECORDER_VARIABLE):
        return by
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError):
        raise usage_error("no user is logged in", "", "name who records this with --by") from None


def check_not_ahead(options: Namespace) -> None:
    """Refuse a time far ahead, which is likely a typing mistake."""
    if options.at and options.at - datetime.now().astimezone() > MOST_AHEAD:
        hint = "record an event once it has happened; for a due date, use due"
        raise usage_error("that time is more than an hour ahead", options.at.isoformat(timespec="seconds"), hint)


def time_of(options: Namespace, launch: Launch) -> datetime:
    """Return the time that ``--at`` gives, else now."""
    at: datetime | None = options.at
    return now_of(launch) if at is None else at


def now_of(launch: Launch) -> datetime:
    """Return the present local time, or that of the last event if a clock that runs somewhat ahead has recorded it."""
    now, latest = datetime.now().astimezone(), launch.latest.astimezone()
    return latest if now < latest <= now + MOST_AHEAD else now
