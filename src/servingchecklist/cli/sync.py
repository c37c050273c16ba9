"""The command that takes over a task list which people have worked on."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

import attrs

from .._files import read_bytes, replace
from .._launch.events import StepEvent
from .._text import printable
from ..errors import LimitError, show_path
from ..formats import decode
from .launches import change_launch, check_not_ahead, now_of, print_recorded, recorder, time_of
from .output import FaultyValueError, emit, for_people, usage_error
from .sources import faults_of, limits_of, read_input

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .._launch.events import TaskEvent
    from .._launch.launch import Launch
    from ..tasklist import Conflict

_MARK = b"\xef\xbb\xbf"  # of the byte order, which stays


def sync(options: Namespace) -> int:
    """Record what people have ticked in a task list, bring it up to date, and print the conflicts (``sync``)."""
    from .. import tasklist

    path: str = options.document
    if path == "-" and (options.json or options.quiet):
        raise usage_error("- prints the document, and cannot be combined with --json or --quiet", "", "name a file")
    by, limits = recorder(options), limits_of(options)
    check_not_ahead(options)
    where = "standard input" if path == "-" else printable(path)
    if path != "-" and os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path)):
        hint = "name a file, or - for standard input and output"
        raise usage_error("that is no file, and could not be brought up to date", show_path(path), hint)
    options.names["text"] = where
    conflicts: Sequence[Conflict] = ()
    events: list[TaskEvent] = []
    first: Launch | None = None

    def change(launch: Launch) -> Launch:
        nonlocal conflicts
        merged = tasklist.apply(text, launch, by=by, at=options.at, limits=limits)
        conflicts = merged.conflicts
        events.extend(merged.events)
        return merged.launch

    while True:
        data = read_input(options) if path == "-" else read_bytes(path, limits.bytes if limits else None)
        with faults_of(path):
            text = ("\ufeff" if data.startswith(_MARK) else "") + decode(data)
        try:
            before, after = change_launch(options, change)
        except LimitError as error:
            raise FaultyValueError(where, map(for_people, error.faults)) from None
        first = first or before
        # The document shows the launch as it is now, whenever the ticks were made.
        updated = tasklist.update(text, after, at=time_of(Namespace(at=None), after), limits=limits)
        if path == "-" or read_bytes(path, limits.bytes if limits else None) == data:
            break  # nobody has edited it meanwhile
    if path == "-":
        emit(updated, "tasklist")
    else:
        if updated != text:
            replace(path, updated.encode())
        lines = [
            f"{after.name}: {event.task} {after.checklist[event.task].title}: {_deed(event, after)} ({by})"
            for event in events
        ]
        unchanged = "nothing was recorded" if conflicts else "no box was changed by people"
        lines = lines or [f"{after.name}: {where}: {unchanged}"]
        print_recorded(options, first, after, lines, conflicts=[attrs.asdict(one) for one in conflicts])
    for conflict in conflicts:
        task = f"{conflict.task}: " if conflict.task else ""
        words = f"{task}{conflict.problem}; {conflict.hint}"
        print(f"{where}:{conflict.line}: {printable(words)}", file=sys.stderr)
    return 1 if conflicts else 0


def _deed(event: TaskEvent, launch: Launch) -> str:
    from ..formats._phrases import though_early

    if isinstance(event, StepEvent):
        return f"{event.kind} {event.step}"
    state = launch.state(event.task, at=now_of(launch))
    return event.kind + (though_early(state) if state.status.is_closed else "")
