"""Commands for launches, which are kept in a store."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from .._jsonlike import is_dict, is_list
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._model.selection import Selection
from .._planning.ordering import next_tasks
from .._planning.rules import abbreviate
from .._text import join_words, printable
from ..errors import UnknownNameError, show, show_path
from .checklists import DEFAULT, ORDERS, faults_of, limits_of, load, load_checklist, not_a_checklist, read_as
from .output import check_output, faults_name_options, format_of, show_result, usage_error, write_or_print
from .tailoring import load_tailored

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator

    from .._launch.launch import Launch
    from .._launch.results import Review
    from .._planning.calendar import Calendar
    from .._store import Store

STORE = "launches.db"
SELECTION = tuple(f"--{name}" for name in Selection.__annotations__)
"""The options that select tasks."""

_WEEK = timedelta(days=7)
_MOST_AHEAD = timedelta(days=1)
_FOR_FORECASTS = ("people", "owners", "weekdays", "holidays", "blocked", "samples", "seed")

_DETAILS = ("references", "note")
_RECORDS: dict[str, tuple[str, ...]] = {
    "begin": ("begin", *_DETAILS),
    "finish": ("finish", *_DETAILS),
    "block": ("block", *_DETAILS, "reason"),
    "unblock": ("unblock", *_DETAILS),
    "reopen": ("reopen", *_DETAILS, "reason"),
    "waive": ("waive", *_DETAILS, "reason", "expires"),
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

    checklist = load_tailored(options)
    _check_not_ahead(options)
    if options.name in checklist:
        hint = f"to begin the task, use begin {options.name}; for a launch, choose another name, such as fraud-v3"
        raise usage_error(f"a launch cannot be named like a task of {checklist.id}", show(options.name), hint)
    launch = Launch.start(checklist, name=options.name, by=_recorder(options), at=options.at, topic=options.topic)
    with _open(options, is_new=True) as store:
        if launch.name in store.names():
            hint = "choose another name, or see that launch with status"
            raise usage_error("there is a launch of that name already", show(launch.name), hint)
        store.save(launch)
    by = launch.events[0].by
    print(f"{launch.name}: started by {by} with {checklist.id} {checklist.version}, {len(checklist)} tasks")
    return 0


def migrate(options: Namespace) -> int:
    """Migrate a launch to another checklist (``migrate``)."""
    checklist, by = load_checklist(options.source, options), _recorder(options)
    _check_not_ahead(options)
    with _open(options) as store:
        before = store.load(_name_of(store, options))
        after = store.migrate(before.name, checklist, by=by, at=options.at)
    if after.checklist == before.checklist:
        print(f"{after.name}: already has {_label(after)}; nothing was recorded")
        return 0
    print(f"{after.name}: migrated from {_label(before)} to {_label(after)} ({by}; {_closed(after)})")
    for task in after.retired:
        title = f" {before.checklist[task].title}" if task in before.checklist else ""
        events = len(after.history(task))
        kept = "1 event is kept" if events == 1 else f"{events} events are kept"
        print(f"{after.name}: {task}{title}: no longer in the checklist; {kept}")
    return 0


def _label(launch: Launch) -> str:
    return f"{launch.checklist.id} {launch.checklist.version} ({len(launch.checklist)} tasks)"


def record(options: Namespace) -> int:
    """Record an event for each task, or retract each event, that the command names, all or none, and print the changes."""
    named, by = list(dict.fromkeys(options.named)), _recorder(options)
    targets: list[tuple[str, ...]] = [(name,) for name in named]
    if options.command in ("tick", "untick"):
        targets, named = [(options.task, step) for step in named], [options.task]
    _check_not_ahead(options)
    method, *names = _RECORDS[options.command]
    fields = {name: getattr(options, name) for name in names}
    with _open(options) as store:
        before = after = store.load(_name_of(store, options))
        for target in targets or [(_latest_by(before, by),)]:
            after = getattr(after, method)(*target, by=by, at=options.at, **fields)
        store.save(after)
    known: set[object] = set(before.retracted if method == "retract" else before.events)
    if method == "retract":
        undone = [event for event in after.retracted if event not in known]
        lines = [(f"{event.id[:8]} ({event.kind}) of ", event.task, "retracted") for event in undone]
    else:
        kinds = {task: [event.kind for event in after.history(task) if event not in known] for task in named}
        lines = [("", task, kinds[task][0] if kinds[task] else "nothing new") for task in named]
    head = f"{after.name} ({after.topic})" if after.topic else after.name
    for lead, task, deed in lines:
        title = f" {after.checklist[task].title}" if task in after.checklist else ""
        change = _change(before, after, task, deed) if title else "no longer in the checklist"
        print(f"{head}: {lead}{task}{title}: {change} ({by}; {_closed(after)})")
        head = after.name
    if not lines:
        print(f"{after.name}: retracted already; nothing was recorded")
    return 0


def _latest_by(launch: Launch, by: str) -> str:
    """Return the id of the latest event of a task that a person has recorded and that still counts."""
    from .._launch.fold import is_of_task

    retracted = {event.id for event in launch.retracted}
    for event in reversed(launch.events):
        if is_of_task(event, retracted) and event.by == by:
            return event.id
    hint = "name who has recorded the event with --by, or give an id, as in log"
    raise usage_error("there is no event to retract that this person has recorded", show(by), hint)


def _change(before: Launch, after: Launch, task: str, deed: str) -> str:
    now = _now(after)
    old, new = before.state(task, at=_now(before)), after.state(task, at=now)
    if old.owner != new.owner:
        change = f"owner {old.owner or 'none'} -> {new.owner or 'none'}"
    elif old.due != new.due:
        change = f"due date {old.due or 'none'} -> {new.due or 'none'}"
    elif old.status != new.status:
        change = f"{old.status.words} -> {new.status.words}"
    elif old.steps != new.steps:
        change = f"{sum(step.done for step in new.steps)} of {len(new.steps)} steps, still {new.status.words}"
    else:
        change = f"{deed}, still {new.status.words}"
    open_ones = [other for other in after.checklist[task].after if not after.state(other, at=now).status.is_closed]
    early = f", though {join_words(open_ones)} {'is' if len(open_ones) == 1 else 'are'} open"
    return f"{change}{early if open_ones and new.status.is_closed else ''}"


def _closed(launch: Launch) -> str:
    overall = launch.progress(at=_now(launch)).overall
    return f"{overall.closed} of {overall.total} closed"


def show_next(options: Namespace) -> int:
    """Print the recommended tasks and the reasons (``next``)."""
    subject, rules = load_subject(options), ORDERS[options.rules]
    if isinstance(subject, Checklist):
        with faults_name_options():
            recommendations = next_tasks(subject, options.done, limit=options.limit, rules=rules, **_selection(options))
    else:
        refuse_done(options)
        with faults_name_options():
            recommendations = subject.next(options.limit, rules=rules, at=_now(subject), **_selection(options))
    show_result(options, recommendations)
    return 0


def show_status(options: Namespace) -> int:
    """Print the progress of a launch, the next tasks and the status of every task (``status``)."""
    launch = _load(options)
    with faults_name_options():
        snapshot = launch.snapshot(at=time_of(options, launch), **_selection(options))
    show_result(options, snapshot)
    return 0


def _selection(options: Namespace) -> Selection:
    """Return the arguments that select tasks."""
    stated = {name.removeprefix("--"): getattr(options, name.removeprefix("--")) for name in SELECTION}
    return cast("Selection", {name: value for name, value in stated.items() if value is not None})


def review(options: Namespace) -> int:
    """Print a review of a launch (``review``)."""
    check_output(options)
    launch = _load(options)
    at = time_of(options, launch)
    is_picture = format_of(options, "text") == "svg"  # the burn-up chart, which shows no forecast
    with faults_name_options():
        result = launch.review(
            options.since or at - _WEEK,
            at=at,
            stale_after=options.stale_after,
            people=options.people,
            owners=options.owners,
            calendar=calendar_of(options),
            samples=0 if is_picture else options.samples,
            seed=options.seed or 0,
            blocked=options.blocked,
            default_effort=options.default_effort,
            **_selection(options),
        )
    show_result(options, result)
    if result.slip is None and not is_picture and options.samples != 0:
        _explain_missing_forecast(options, launch, result)
    return 0


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
    launch = _load(options)
    retracted = set(launch.retracted)
    for event in launch.history(options.task) if options.task else launch.events:
        fields: dict[str, object] = {**event.to_dict()}
        kind = f"{fields.pop('kind')}{' (retracted)' if event in retracted else ''}"
        first = [event.id[:8], fields.pop("at"), fields.pop("by"), kind]
        if "event" in fields:
            fields["event"] = str(fields["event"])[:8]
        last = [fields.pop(name) for name in ("note", "references") if name in fields]
        # A note may have many lines; it is printed as one.
        print("  ".join(printable(_words(field)) for field in [*first, *fields.values(), *last]))
    return 0


def _words(field: object) -> str:
    """Return the value of a field in one line; that of a reference as its title and address."""
    if is_list(field):
        return ", ".join(map(_words, field))
    return " ".join(map(str, dict.fromkeys(field.values()))) if is_dict(field) else str(field)


def show_names(options: Namespace) -> int:
    """List the launches in the store (``launches``)."""
    with _open(options) as store:
        for name in store.names():
            launch = store.load(name)
            started = launch.started.astimezone().date().isoformat()
            print(f"{name}  {launch.checklist.id} {launch.checklist.version}  started {started}, {_closed(launch)}")
    return 0


def merge(options: Namespace) -> int:
    """Merge copies of one launch from files (``merge``)."""
    from .._launch.launch import Launch

    first, *others = options.files
    merged = read_as(Launch, first, options, options.format)
    for path in others:
        copy = read_as(Launch, path, options, options.format)
        with faults_of(path):
            merged = merged.merge(copy)
    write_or_print(options, merged, "json")
    return 0


def export(options: Namespace) -> int:
    """Write every launch in the store to a file of its own (``export``)."""
    with _open(options) as store:
        for name in store.export_files(options.folder, options.format):
            print(f"{name}: written to {printable(options.folder)}")
    return 0


def import_files(options: Namespace) -> int:
    """Import the launches in a folder into the store (``import``)."""
    with _open(options, is_new=True) as store:
        for name in store.import_files(options.folder, limits_of(options)):
            print(f"{name}: imported")
    return 0


def load_subject(options: Namespace) -> Checklist | Launch:
    """Return the value that the command is applied to: the one that SOURCE names, or the launch in the store."""
    if given := [name for name in ("launch", "store", "owner") if getattr(options, name, None) is not None]:
        if options.source:
            problem = f"SOURCE cannot be combined with --{given[0]}"
            raise usage_error(problem, show(options.source), "leave one of them out")
        return _load(options)
    source: str = options.source or DEFAULT
    try:
        subject = load(source, options)
    except UnknownNameError:
        if _is_stored(options.source):
            hint = f"name it with --launch {options.source}"
            raise usage_error("that is a launch in the store", show(options.source), hint) from None
        raise
    if isinstance(subject, Overlay):
        raise not_a_checklist(source)
    return subject


def _is_stored(name: str) -> bool:
    if not os.path.exists(STORE):
        return False
    from .._store import Store

    with Store(STORE) as store:
        return name in store.names()


def refuse_done(options: Namespace) -> None:
    """Refuse ``--done`` for a launch, which has a record of it."""
    if options.done:
        hint = "leave it out; to record that tasks are done, keep the launch in a store and use finish"
        raise usage_error("--done is for checklists, and this is a launch", "", hint)


def calendar_of(options: Namespace) -> Calendar:
    """Return the calendar that the options describe."""
    from .._planning.calendar import WEEKDAYS, Calendar

    return Calendar(weekdays=options.weekdays or WEEKDAYS.weekdays, holidays=options.holidays or ())


@contextmanager
def _open(options: Namespace, *, is_new: bool = False) -> Generator[Store]:
    from .._store import Store

    path = _store_of(options)
    if not is_new and not os.path.exists(path):
        hint = "start a launch with: servingchecklist start NAME; or name the store with --store"
        raise usage_error("there is no store of launches", show_path(path), hint)
    with Store(path) as store:
        yield store


def _store_of(options: Namespace) -> str:
    path: str | None = options.store
    return STORE if path is None else path


def _load(options: Namespace) -> Launch:
    with _open(options) as store:
        return store.load(_name_of(store, options))


def _name_of(store: Store, options: Namespace) -> str:
    """Return the name of the launch: the one that is given, or the only one in the store."""
    if options.launch is not None:
        return str(options.launch)
    names, path = store.names(), show_path(_store_of(options))
    if len(names) == 1:
        return names[0]
    if not names:
        raise usage_error("the store holds no launch", path, "start one with: servingchecklist start NAME")
    hint = f"name one with --launch: {join_words(list(names[:10]), 'or')}"
    raise usage_error("the store holds several launches", path, hint)


def _recorder(options: Namespace) -> str:
    """Return the person who records: ``--by``, else the user who is logged in."""
    if options.by is not None:
        return str(options.by)
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError):
        raise usage_error("no user is logged in", "", "name who records this with --by") from None


def _check_not_ahead(options: Namespace) -> None:
    """Refuse a time far ahead, which is likely a typing mistake."""
    if options.at and options.at - datetime.now().astimezone() > _MOST_AHEAD:
        hint = "record an event once it has happened; for a due date, use due"
        raise usage_error("that time is more than a day ahead", options.at.isoformat(), hint)


def time_of(options: Namespace, launch: Launch) -> datetime:
    """Return the time that ``--at`` gives, else now."""
    at: datetime | None = options.at
    return _now(launch) if at is None else at


def _now(launch: Launch) -> datetime:
    """Return the present local time, or that of the last event if a clock that runs ahead has recorded it."""
    return max(datetime.now().astimezone(), launch.latest.astimezone())
