"""JSON Lines: a launch as a file that git merges line by line; read and written without loss.

The first line, the checklist line, holds the name and the checklist of a launch. Each further line is an event, in the order of the log,
with sorted keys and its id, so that an altered line is noticed. An altered checklist line is too: starts and migrations hold the digest of
the checklist. The lines are read as a set: their order does not matter, and equal lines count once. With ``merge=union`` in
``.gitattributes``, git keeps the lines of both sides, as :meth:`servingchecklist.Launch.merge` does. If that leaves several checklist
lines, that of the latest migration counts.

Any other value is one line.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from operator import itemgetter
from typing import TYPE_CHECKING, cast

import attrs

from .. import codec
from .._jsonlike import canonical, digest_of, is_dict, parse_json
from .._text import count
from ..errors import MOST_FAULTS, Fault, InvalidError, LimitError, show
from .limits import DEFAULT_LIMITS, Limits, check_json, check_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from .._launch.events import LaunchStarted, Migrated
    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from ..codec import Stored

    Line: TypeAlias = tuple[int, dict[str, object]]

NAME = "jsonl"
SUFFIXES = (".jsonl",)
ON_CONFLICT = "delete the lines with such marks, keep all others, and let .gitattributes say *.jsonl merge=union"
"""The hint where git has left a conflict."""

_EVENT = re.compile(r"\$\.events\[([0-9]+)\]")
_MORE_LINES = 100
"""The number of lines that are read beside the events: checklists that a merge has left, and blank lines."""

_MOST_CHECKLISTS = 20
"""The number of different checklists that are read."""

_ANY_START: dict[str, object] = {"kind": "launch-started", "by": "x", "at": "2000-01-01T00:00:00Z"}
"""The log with which a checklist line is checked by itself."""


def dumps(value: Stored) -> str:
    """Return the value as lines of JSON.

    Raises:
        InvalidError: The value is none that a file can hold.
    """
    document = codec.encode(value)
    if document["kind"] != "launch":
        return _line(document)
    from .._launch.fold import last_migration

    launch = cast("Launch", value)
    # A branch that has gone back to an earlier checklist has another line for it all the same, so that git keeps that line.
    migration = last_migration(launch.events)[-64:]
    checklist_line: dict[str, object] = {"migration": migration} if migration else {}
    checklist_line |= {key: held for key, held in document.items() if key != "events"}
    events = (canonical({**event.to_dict(), "id": event.id}) + "\n" for event in launch.events)
    return "".join([_line(checklist_line), *events])


def _line(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def loads(text: str, limits: Limits | None = DEFAULT_LIMITS, kind: type[Stored] | None = None) -> Stored:
    """Parse a value from lines of JSON; the arguments are those of :func:`servingchecklist.loads`.

    Raises:
        LimitError: The text exceeds ``limits``.
        InvalidError: A line is not JSON or was altered, or the value has faults.
    """
    if limits:
        _check_lines(text, limits)
        check_json(text, limits)
    lines = list(_parsed(text))
    checklists = [(line[0], _without_migration(line[1])) for line in lines if _is_checklist_line(line)]
    if limits and len(checklists) > _MORE_LINES:
        problem = f"has {len(checklists):,} lines with a checklist, and at most {_MORE_LINES} are read"
        hint = "keep one of each, or pass limits=None where you trust the text"
        raise LimitError([Fault("limit", "$", problem, "", hint)])
    if checklists:
        return _launch_of(checklists, [line for line in lines if not _is_checklist_line(line)], limits, kind)
    if len(lines) == 1 and not _is_event(lines[0]):
        return _decoded(lines[0], None, limits, kind)
    if not lines:
        hint = "put back its lines, as from an earlier version, or start a launch in a new file"
        raise InvalidError([Fault("missing", "$", "is empty", "", hint)])
    hint = "put back the line with the name and the checklist of the launch, which comes first"
    if not any("kind" in line for _, line in lines):  # so it is likely of another program
        raise InvalidError([Fault("missing", "$.kind", "is in none of the lines", "", hint)])
    raise InvalidError([Fault("missing", "$.checklist", "is in none of the lines", "", hint)])


def lines_without_id(text: str) -> list[int]:
    """Return the numbers of the lines of events that hold no id, so that an alteration of them would not be noticed."""
    return [line[0] for line in _parsed(text) if "id" not in line[1] and _is_event(line)]


def _check_lines(text: str, limits: Limits) -> None:
    most = limits.events + _MORE_LINES
    if (count := text.count("\n")) > most:
        hint = "pass Limits(events=...) to read more, or limits=None where you trust the text"
        raise LimitError([Fault("limit", "$", f"has {count:,} lines, and at most {most:,} are read", "", hint)])


def _is_event(line: Line) -> bool:
    from .._launch.events import KINDS

    kind = line[1].get("kind")
    return type(kind) is str and kind in KINDS


def _without_migration(checklist_line: dict[str, object]) -> dict[str, object]:
    """Return a checklist line without the id of the migration that it was written after, which only keeps such lines apart."""
    migration = checklist_line.get("migration")
    is_id = type(migration) is str and re.fullmatch("[0-9a-f]{64}", migration)
    return _without("migration", checklist_line) if is_id else checklist_line


def _is_checklist_line(line: Line) -> bool:
    return line[1].get("kind") == "launch" and "events" not in line[1]


def _parsed(text: str) -> Iterator[Line]:
    """Yield the number and the object of each line that is not blank. Nothing behind a line that is no object is parsed."""
    lines = (
        line.removeprefix("\ufeff") for line in text.split("\n")
    )  # as of a file that was saved with one, and merged
    for number, line in enumerate(lines, 1):
        if line.strip(" \t\r"):
            try:
                value = parse_json(line)
            except InvalidError as error:
                raise InvalidError(attrs.evolve(fault, line=number) for fault in error.faults) from None
            if not is_dict(value):
                hint = "write an object, as in {...}"
                raise InvalidError([Fault("wrong-kind", "$", "is not an object", show(value), hint, line=number)])
            yield number, value


def _decoded(line: Line, lines: Sequence[Line] | None, limits: Limits | None, kind: type[Stored] | None) -> Stored:
    """Return the value of a line or, with the lines of events, the launch of a checklist line. Each fault gets its line."""
    number, document = line
    if lines is not None:
        document = {**document, "events": [_without("id", event) for _, event in lines]}
    if limits:
        check_parts(document, limits)
    try:
        return codec.decode(document, kind)
    except InvalidError as error:
        error.faults = tuple(attrs.evolve(fault, line=_line_of(fault, lines or ()) or number) for fault in error.faults)
        error.args = (error.faults,)
        raise


def _line_of(fault: Fault, lines: Sequence[Line]) -> int | None:
    """Return the number of the line of the event that a fault is about; None for other faults."""
    match = _EVENT.match(fault.path)
    return lines[int(match[1])][0] if lines and match else None


def _launch_of(
    checklist_lines: Sequence[Line], lines: Sequence[Line], limits: Limits | None, kind: type[Stored] | None
) -> Launch:
    """Return the launch of its checklist lines and the lines of its events."""
    from .._launch.fold import PUT_BACK

    distinct = list(
        {canonical(document): (number, document) for number, document in reversed(checklist_lines)}.values()
    )
    if len(distinct) == 1:
        launch = cast("Launch", _decoded(checklist_lines[0], lines, limits, kind))
    else:
        launch = _with_latest(sorted(distinct, key=itemgetter(0)), lines, limits, kind)
    faults: list[Fault] = []
    for place, (number, line) in enumerate(lines):
        if "id" in line and line["id"] != digest_of(_without("id", line)):
            problem = "is not the event of that id, so the line was altered"
            faults.append(Fault("damaged", f"$.events[{place}]", problem, show(line["id"]), PUT_BACK, line=number))
    if faults:
        raise InvalidError(faults[:MOST_FAULTS])
    return launch


def _with_latest(
    checklist_lines: Sequence[Line], lines: Sequence[Line], limits: Limits | None, kind: type[Stored] | None
) -> Launch:
    """Return the launch with that of several checklists, as a merge leaves them, which the log names last."""
    moves = sum(document.get("kind") == "migrated" for _, document in lines)
    for number, most, what in ((len(checklist_lines), _MOST_CHECKLISTS, "checklists"), (moves, 1_000, "migrations")):
        if limits and number > most:
            problem = f"has {len(checklist_lines)} different checklists and {count(moves, 'migration')}; at most {most:,} {what} are then read"
            hint = "delete the lines of earlier checklists, or pass limits=None where you trust the text"
            raise LimitError([Fault("limit", "$", problem, "", hint)])
    from .._launch.fold import (
        PUT_BACK,
        altered_checklist,
        common_checklist,
        last_migration,
        named_checklists,
        starts,
    )

    copies = {
        line[0]: cast("Launch", _decoded(line, [(line[0], _ANY_START)], limits, kind)) for line in checklist_lines
    }
    named = list(_named_events(lines))
    digests, latest = {event.digest for event in named}, named_checklists(named)
    fitting = [number for number, copy in copies.items() if copy.checklist.digest in latest]
    first, faults = checklist_lines[0][0], list[Fault]()
    for number, copy in copies.items():
        if copy.name != copies[first].name:
            problem, hint = "is the name of another launch", f"keep the lines of {copies[first].name!r} only"
            faults.append(Fault("not-a-copy", "$.name", problem, show(copy.name), hint, line=number))
        elif digests and "" not in digests and copy.checklist.digest not in digests:
            way_out = f"delete line {number}: line {fitting[0]} has the checklist of the log" if fitting else PUT_BACK
            faults.append(attrs.evolve(altered_checklist(copy.checklist, way_out), line=number))
    started = {event.digest for event in starts(named)} - {""}
    of_starts = [number for number, copy in copies.items() if copy.checklist.digest in started]
    if len(started) > max(len(of_starts), 1):
        problem = "hold separate starts, and no line shows that their checklists are the same"
        hint = "take the copies from before the merge, and merge them with servingchecklist merge"
        faults.append(Fault("not-a-copy", "$.events", problem, "", hint))
    if faults:
        raise InvalidError(faults[:MOST_FAULTS])
    if not (fitting and last_migration(named)):  # then all have the same content
        fitting = list(copies)

    def common(numbers: Sequence[int]) -> Checklist:
        checklist = copies[numbers[0]].checklist
        for number in numbers[1:]:
            try:
                checklist = common_checklist(checklist, copies[number].checklist, latest)
            except InvalidError as error:
                raise InvalidError(attrs.evolve(fault, line=number) for fault in error.faults) from None
        return checklist

    if len(started) > 1:
        common(of_starts)
    checklist = common(fitting)
    number = next(number for number, copy in copies.items() if copy.checklist is checklist)
    return cast("Launch", _decoded((number, dict(checklist_lines)[number]), lines, limits, kind))


def _named_events(lines: Iterable[Line]) -> Iterator[LaunchStarted | Migrated]:
    """Yield the starts and migrations among the lines. Faulty ones are left out, and reported when the launch is read."""
    from .._launch.events import LaunchStarted, Migrated
    from ..codec.launches import read_event

    for _, line in lines:
        if line.get("kind") in (LaunchStarted.kind, Migrated.kind):
            with suppress(InvalidError):
                yield cast("LaunchStarted | Migrated", read_event(_without("id", line)))


def _without(key: str, line: Mapping[str, object]) -> dict[str, object]:
    return {name: held for name, held in line.items() if name != key}
