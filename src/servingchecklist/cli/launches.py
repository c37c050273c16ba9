"""Commands for launches, which are kept in a store."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .._jsonlike import is_list
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._planning.ordering import next_tasks
from .._planning.rules import abbreviate
from .._text import join_words, printable
from ..errors import UnknownNameError, show, show_path
from .checklists import DEFAULT, ORDERS, faults_of, limits_of, load, load_checklist, not_a_checklist, read_as
from .output import (
    check_output,
    faults_name_options,
    format_of,
    print_json,
    rendered,
    show_result,
    usage_error,
    write_or_print,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    from .._launch.launch import Launch
    from .._launch.results import Review
    from .._planning.calendar import Calendar
    from .._store import Store

    Record: TypeAlias = Callable[[Launch, str, str, Namespace], Launch]

STORE = "launches.db"
_WEEK = timedelta(days=7)
_MOST_AHEAD = timedelta(days=1)
_FOR_FORECASTS = ("people", "owner", "weekdays", "holidays", "blocked", "samples", "seed")

_RECORDS: dict[str, Record] = {
    "begin": lambda launch, task, by, options: launch.begin(task, by=by, at=options.at),
    "finish": lambda launch, task, by, options: launch.finish(task, by=by, at=options.at),
    "block": lambda launch, task, by, options: launch.block(task, reason=options.reason, by=by, at=options.at),
    "unblock": lambda launch, task, by, options: launch.unblock(task, by=by, at=options.at),
    "reopen": lambda launch, task, by, options: launch.reopen(task, reason=options.reason, by=by, at=options.at),
    "waive": lambda launch, task, by, options: launch.waive(
        task, reason=options.reason, expires=options.expires, by=by, at=options.at
    ),
    "assign": lambda launch, task, by, options: launch.assign(task, options.to, by=by, at=options.at),
    "due": lambda launch, task, by, options: launch.set_due(task, options.on, by=by, at=options.at),
    "note": lambda launch, task, by, options: launch.note(task, options.text, by=by, at=options.at),
}
"""The functions that record one event of one task, by the name of the command. Arguments: launch, task, person, options."""


def start(options: Namespace) -> int:
    """Start a launch (``start``)."""
    from .._launch.launch import Launch

    checklist = load_checklist(options.source, options)
    _check_not_ahead(options)
    if options.name in checklist:
        hint = f"to begin the task, use begin {options.name}; for a launch, choose another name, such as fraud-v3"
        raise usage_error(f"a launch cannot be named like a task of {checklist.id}", show(options.name), hint)
    launch = Launch.start(checklist, name=options.name, by=_recorder(options), at=options.at)
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
        title = f" {before.checklist.title_of(task)}" if task in before.checklist else ""
        events = len(after.history(task))
        kept = "1 event is kept" if events == 1 else f"{events} events are kept"
        print(f"{after.name}: {task}{title}: no longer in the checklist; {kept}")
    return 0


def _label(launch: Launch) -> str:
    return f"{launch.checklist.id} {launch.checklist.version} ({len(launch.checklist)} tasks)"


def record(options: Namespace) -> int:
    """Record one event for each task that the command names, all of them or none, and print the change of each."""
    tasks, by = list(dict.fromkeys(options.tasks)), _recorder(options)
    _check_not_ahead(options)
    with _open(options) as store:
        before = after = store.load(_name_of(store, options))
        for task in tasks:
            after = _RECORDS[options.command](after, task, by, options)
        store.save(after)
    for task in tasks:
        change = f"{task} {after.checklist.title_of(task)}: {_change(before, after, task)}"
        print(f"{after.name}: {change} ({by}; {_closed(after)})")
    return 0


def _change(before: Launch, after: Launch, task: str) -> str:
    known = {event.id for event in before.events}
    events = [event for event in after.history(task) if event.id not in known]
    now = _now(after)
    old, new = before.state(task, at=_now(before)), after.state(task, at=now)
    if old.owner != new.owner:
        change = f"owner {old.owner or 'none'} -> {new.owner or 'none'}"
    elif old.due != new.due:
        change = f"due date {old.due or 'none'} -> {new.due or 'none'}"
    elif old.status != new.status:
        change = f"{old.status} -> {new.status}"
    else:
        change = f"{events[0].kind if events else 'nothing new'}, still {new.status}"
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
        recommendations = next_tasks(subject, options.done, limit=options.limit, rules=rules)
    else:
        refuse_done(options)
        recommendations = subject.next(options.limit, rules=rules, at=_now(subject))
    if options.json:
        print_json(recommendations.to_dict())
    else:
        print(rendered(recommendations, "text"), end="")
    return 0


def show_status(options: Namespace) -> int:
    """Print the progress of a launch, the next tasks and the status of every task (``status``)."""
    launch = _load(options)
    show_result(options, launch.snapshot(at=time_of(options, launch)))
    return 0


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
            owners=options.owner,
            calendar=calendar_of(options),
            samples=0 if is_picture else options.samples,
            seed=options.seed or 0,
            blocked=options.blocked,
            default_effort=options.default_effort,
        )
    show_result(options, result)
    if result.slip is None and not is_picture and options.samples != 0 and options.default_effort is None:
        _explain_missing_forecast(options, launch, result)
    return 0


def _explain_missing_forecast(options: Namespace, launch: Launch, result: Review) -> None:
    """Print which tasks keep a review from having a forecast, if an option for forecasts was given."""
    if all(getattr(options, name) in (None, {}) for name in _FOR_FORECASTS):
        return
    snapshots = (launch.snapshot(at=max(result.since, launch.started)), launch.snapshot(at=result.at))
    closed = [{state.id for state in snapshot.states if state.status.is_closed} for snapshot in snapshots]
    lacking = [task.id for task in launch.checklist if not (task.effort or all(task.id in ids for ids in closed))]
    if lacking:
        tasks = f"{join_words(abbreviate(lacking))} {'states' if len(lacking) == 1 else 'state'}"
        print(f"servingchecklist: no forecast: {tasks} no effort; give --default-effort", file=sys.stderr)


def log(options: Namespace) -> int:
    """Print the events of a launch, or of one task (``log``)."""
    launch = _load(options)
    for event in launch.history(options.task) if options.task else launch.events:
        fields: dict[str, object] = {**event.to_dict()}
        first = [fields.pop("at"), fields.pop("by"), fields.pop("kind")]
        # A note may have many lines; it is printed as one.
        words = [", ".join(map(str, field)) if is_list(field) else str(field) for field in [*first, *fields.values()]]
        print("  ".join(map(printable, words)))
    return 0


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
    if options.launch is not None or options.store is not None:
        if options.source:
            problem = "SOURCE cannot be combined with --launch or --store"
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
        name: str = options.launch
        return name
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
        by: str = options.by
        return by
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError):
        raise usage_error("no user is logged in", "", "name who records this with --by") from None


def _check_not_ahead(options: Namespace) -> None:
    """Refuse a time far ahead, which is likely a typing mistake: a recorded event cannot be taken back."""
    if options.at and options.at - datetime.now().astimezone() > _MOST_AHEAD:
        hint = "record an event once it has happened; for a due date, use due"
        raise usage_error("that time is more than a day ahead", options.at.isoformat(), hint)


def time_of(options: Namespace, launch: Launch) -> datetime:
    """Return the time that ``--at`` gives, else now."""
    at: datetime | None = options.at
    return _now(launch) if at is None else at


def _now(launch: Launch) -> datetime:
    """Return the present local time, or that of the last event if a clock that runs ahead has recorded it."""
    return max(datetime.now().astimezone(), launch.events[-1].at.astimezone())
