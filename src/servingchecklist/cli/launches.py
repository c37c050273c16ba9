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
from ..formats import read
from .checklists import DEFAULT, ORDERS, faults_of, limits_of, load, load_checklist, not_a_checklist
from .output import MisuseError, check_output, deliver, format_of, print_json, tell, told_in, words_of_the_command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator

    from .._launch.launch import Launch
    from .._launch.results import Review
    from .._planning.calendar import Calendar
    from .._store import Store

STORE = "launches.db"
_WEEK = timedelta(days=7)
_AHEAD = timedelta(days=1)
_FOR_FORECASTS = ("people", "owner", "weekdays", "holidays", "blocked", "samples", "seed")


def start(options: Namespace) -> int:
    """Start a launch (``start``)."""
    from .._launch.launch import Launch

    checklist = load_checklist(options.source, options)
    _check_past(options)
    if options.name in checklist:
        hint = f"to begin that task: begin {options.name}; to start a launch, call it something else, as in fraud-v3"
        problem = f"that is a task of {checklist.id}, and no good name for a launch of it"
        raise MisuseError(problem, show(options.name), hint)
    launch = Launch.start(checklist, name=options.name, by=_who(options), at=options.at)
    with _open(options, is_new=True) as store:
        if launch.name in store.names():
            hint = "give this one another name; status shows the other"
            raise MisuseError("a launch of that name was started already", show(launch.name), hint)
        store.save(launch)
    print(
        f"{launch.name}: started by {launch.events[0].by} with {checklist.id} {checklist.version}, {len(checklist)} tasks"
    )
    return 0


def migrate(options: Namespace) -> int:
    """Migrate a launch to another checklist (``migrate``)."""
    checklist, by = load_checklist(options.source, options), _who(options)
    _check_past(options)
    with _open(options) as store:
        before = store.load(_name_of(store, options))
        after = store.migrate(before.name, checklist, by=by, at=options.at)
    if after.checklist == before.checklist:
        print(f"{after.name}: works {_label(after)} already; nothing was recorded")
        return 0
    print(f"{after.name}: migrated from {_label(before)} to {_label(after)} ({by}; {_closed(after)})")
    for task in after.retired:
        title = f" {before.checklist.title_of(task)}" if task in before.checklist else ""
        events = len(after.history(task))
        kept = "1 event of it is kept" if events == 1 else f"{events} events of it are kept"
        print(f"{after.name}: {task}{title}: is not there any more; {kept}")
    return 0


def _label(launch: Launch) -> str:
    return f"{launch.checklist.id} {launch.checklist.version} ({len(launch.checklist)} tasks)"


def begin(options: Namespace) -> int:
    """Record that work on tasks begins (``begin``)."""
    return _record(options, lambda launch, task, by: launch.begin(task, by=by, at=options.at))


def finish(options: Namespace) -> int:
    """Record that tasks are done (``finish``)."""
    return _record(options, lambda launch, task, by: launch.finish(task, by=by, at=options.at))


def block(options: Namespace) -> int:
    """Record that tasks are blocked, and why (``block``)."""
    return _record(options, lambda launch, task, by: launch.block(task, reason=options.reason, by=by, at=options.at))


def unblock(options: Namespace) -> int:
    """Record that tasks are no longer blocked (``unblock``)."""
    return _record(options, lambda launch, task, by: launch.unblock(task, by=by, at=options.at))


def reopen(options: Namespace) -> int:
    """Record that tasks have to be done again (``reopen``)."""
    return _record(options, lambda launch, task, by: launch.reopen(task, reason=options.reason, by=by, at=options.at))


def waive(options: Namespace) -> int:
    """Record a waiver of tasks until a day (``waive``)."""
    return _record(
        options,
        lambda launch, task, by: launch.waive(
            task, reason=options.reason, expires=options.expires, by=by, at=options.at
        ),
    )


def assign(options: Namespace) -> int:
    """Set or remove the owner of tasks (``assign``)."""
    return _record(options, lambda launch, task, by: launch.assign(task, options.to, by=by, at=options.at))


def due(options: Namespace) -> int:
    """Set or remove the due date of tasks (``due``)."""
    return _record(options, lambda launch, task, by: launch.set_due(task, options.on, by=by, at=options.at))


def note(options: Namespace) -> int:
    """Record a note on tasks (``note``)."""
    return _record(options, lambda launch, task, by: launch.note(task, options.text, by=by, at=options.at))


def _record(options: Namespace, move: Callable[[Launch, str, str], Launch]) -> int:
    """Record one event for each task that the command names, all of them or none, and print the change of each."""
    tasks, by = list(dict.fromkeys(options.tasks)), _who(options)
    _check_past(options)
    with _open(options) as store:
        before = after = store.load(_name_of(store, options))
        for task in tasks:
            after = move(after, task, by)
        store.save(after)
    for task in tasks:
        print(
            f"{after.name}: {task} {after.checklist.title_of(task)}: {_changed(before, after, task)} ({by}; {_closed(after)})"
        )
    return 0


def _changed(before: Launch, after: Launch, task: str) -> str:
    known = {event.id for event in before.events}
    told = [event for event in after.history(task) if event.id not in known]
    now = _now(after)
    old, new = before.state(task, at=_now(before)), after.state(task, at=now)
    if old.owner != new.owner:
        what = f"owner {old.owner or 'none'} -> {new.owner or 'none'}"
    elif old.due != new.due:
        what = f"due date {old.due or 'none'} -> {new.due or 'none'}"
    elif old.status != new.status:
        what = f"{old.status} -> {new.status}"
    else:
        what = f"{told[0].kind if told else 'nothing new'}, and still {new.status}"
    still_open = [one for one in after.checklist[task].after if not after.state(one, at=now).status.is_closed]
    early = f", though {join_words(still_open)} {'is' if len(still_open) == 1 else 'are'} open"
    return f"{what}{early if still_open and new.status.is_closed else ''}"


def _closed(launch: Launch) -> str:
    overall = launch.progress(at=_now(launch)).overall
    return f"{overall.closed} of {overall.total} closed"


def show_next(options: Namespace) -> int:
    """Print the recommended tasks and the reasons (``next``)."""
    source, rules = named(options), ORDERS[options.rules]
    if isinstance(source, Checklist):
        found = next_tasks(source, options.done, limit=options.limit, rules=rules)
    else:
        refuse_done(options)
        found = source.next(options.limit, rules=rules, at=moment_of(options, source))
    if options.json:
        print_json(found.to_dict())
    else:
        print(told_in(found, "text"), end="")
    return 0


def show_status(options: Namespace) -> int:
    """Print the progress of a launch, the next tasks and the status of every task (``status``)."""
    launch = _load(options)
    tell(options, launch.snapshot(at=moment_of(options, launch)))
    return 0


def review(options: Namespace) -> int:
    """Print a review of a launch (``review``)."""
    check_output(options)
    launch = _load(options)
    at = moment_of(options, launch)
    is_picture = format_of(options, "text") == "svg"  # the burn-up chart, which shows no forecast
    with words_of_the_command():
        made = launch.review(
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
    tell(options, made)
    if made.slip is None and not is_picture and options.samples != 0 and options.default_effort is None:
        _say_why_not(options, launch, made)
    return 0


def _say_why_not(options: Namespace, launch: Launch, made: Review) -> None:
    """Print which tasks keep a review from having a forecast, if an option for forecasts was given."""
    if all(getattr(options, name) in (None, {}) for name in _FOR_FORECASTS):
        return
    seen = (launch.snapshot(at=max(made.since, launch.started)), launch.snapshot(at=made.at))
    closed = [{state.id for state in one.states if state.status.is_closed} for one in seen]
    lacking = [task.id for task in launch.checklist if not (task.effort or all(task.id in one for one in closed))]
    if lacking:
        state = "states" if len(lacking) == 1 else "state"
        words = f"no forecast: {join_words(abbreviate(lacking))} {state} no effort; give --default-effort"
        print(f"servingchecklist: {words}", file=sys.stderr)


def log(options: Namespace) -> int:
    """Print the events of a launch, or of one task (``log``)."""
    launch = _load(options)
    for event in launch.history(options.task) if options.task else launch.events:
        said: dict[str, object] = {**event.to_dict()}
        who = [said.pop("at"), said.pop("by"), said.pop("kind")]
        # A note may have many lines; it is printed as one.
        words = [", ".join(map(str, word)) if is_list(word) else str(word) for word in [*who, *said.values()]]
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

    merged: Launch | None = None
    for path in options.files:
        with faults_of(path, Launch):
            launch = read(path, options.format, limits_of(options), kind=Launch)
            merged = merged.merge(launch) if merged else launch
    assert merged  # there is at least one file
    deliver(options, merged, "json")
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
            print(f"{name}: is in the store")
    return 0


def named(options: Namespace) -> Checklist | Launch:
    """Return what the command is about: what SOURCE names, or the launch in the store."""
    if options.launch is not None or options.store is not None:
        if options.source:
            hint = "leave one of them out"
            raise MisuseError("SOURCE and a launch in the store are both named", show(options.source), hint)
        return _load(options)
    source: str = options.source or DEFAULT
    try:
        found = load(source, options)
    except UnknownNameError:
        if _is_stored(options.source):
            hint = f"name it with --launch {options.source}"
            raise MisuseError("that is a launch in the store", show(options.source), hint) from None
        raise
    if isinstance(found, Overlay):
        raise not_a_checklist(source)
    return found


def _is_stored(name: str) -> bool:
    if not os.path.exists(STORE):
        return False
    from .._store import Store

    with Store(STORE) as store:
        return name in store.names()


def refuse_done(options: Namespace) -> None:
    """Refuse ``--done`` for a launch, which has a record of it."""
    if options.done:
        hint = "leave --done out; to record more, keep the launch in a store and use finish"
        raise MisuseError("a launch says itself what is done", "", hint)


def calendar_of(options: Namespace) -> Calendar:
    """Return the calendar that the options describe."""
    from .._planning.calendar import WEEKDAYS, Calendar

    return Calendar(weekdays=options.weekdays or WEEKDAYS.weekdays, holidays=options.holidays or ())


@contextmanager
def _open(options: Namespace, *, is_new: bool = False) -> Generator[Store]:
    from .._store import Store

    path: str = STORE if options.store is None else options.store
    if not is_new and not os.path.exists(path):
        hint = "start a launch with: servingchecklist start NAME; or name the store with --store"
        raise MisuseError("there is no store of launches", show_path(path), hint)
    with Store(path) as store:
        yield store


def _load(options: Namespace) -> Launch:
    with _open(options) as store:
        return store.load(_name_of(store, options))


def _name_of(store: Store, options: Namespace) -> str:
    """Return the name of the launch: the one that is given, or the only one in the store."""
    if options.launch is not None:
        name: str = options.launch
        return name
    names = store.names()
    if len(names) == 1:
        return names[0]
    if not names:
        raise MisuseError(
            "the store holds no launch", show_path(options.store), "start one with: servingchecklist start NAME"
        )
    hint = f"say which with --launch: {join_words(list(names[:10]), 'or')}"
    raise MisuseError("the store holds several launches", show_path(options.store), hint)


def _who(options: Namespace) -> str:
    """Return the person who records: ``--by``, else the user who is logged in."""
    if options.by is not None:
        by: str = options.by
        return by
    from getpass import getuser

    try:
        return getuser()
    except (OSError, KeyError):
        raise MisuseError("nobody is logged in", "", "say who records this with --by") from None


def _check_past(options: Namespace) -> None:
    """Refuse a time far ahead, which is likely a typing mistake: a recorded event cannot be taken back."""
    if options.at and options.at - datetime.now().astimezone() > _AHEAD:
        hint = "record it when it has happened; a due date is set with due"
        raise MisuseError("that moment is more than a day ahead", options.at.isoformat(), hint)


def moment_of(options: Namespace, launch: Launch) -> datetime:
    """Return the time that ``--at`` gives, else now."""
    at: datetime | None = getattr(options, "at", None)
    return _now(launch) if at is None else at


def _now(launch: Launch) -> datetime:
    """Return the present local time, or that of the last event if a clock that runs ahead has recorded it."""
    return max(datetime.now().astimezone(), launch.events[-1].at.astimezone())
