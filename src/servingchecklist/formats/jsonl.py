"""JSON Lines: a launch as a file that git merges line by line; read and written without loss.

The first line, the head, holds the name and the checklist of a launch. Each further line is an event, in the order of the log, with sorted
keys and its id, so that an altered line is noticed. The lines are read as a set: their order does not matter, and equal lines count once.
With ``merge=union`` in ``.gitattributes``, git keeps the lines of both sides, as :meth:`servingchecklist.Launch.merge` does. If that leaves
several heads, that of the latest migration counts, which it names.

Any other value is one line.
"""

from __future__ import annotations

import json
import re
from functools import reduce
from typing import TYPE_CHECKING, cast

import attrs

from .. import codec
from .._jsonlike import canonical, digest_of, is_dict, parse_json
from ..errors import MOST_FAULTS, Fault, InvalidError, LimitError, show
from .limits import DEFAULT_LIMITS, Limits, check_json, check_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TypeAlias

    from .._launch.launch import Launch
    from .._model.checklist import Checklist
    from ..codec import Stored

    Line: TypeAlias = tuple[int, dict[str, object]]

NAME = "jsonl"
SUFFIXES = (".jsonl",)

_CONFLICT_MARK = re.compile(r"(?:<{7}|\|{7}|>{7})(?: |\r?\Z)|={7}\r?\Z")
_EVENT = re.compile(r"\$\.events\[([0-9]+)\]")
_MORE_LINES = 100
"""The number of lines that are read beside the events: checklists that a merge has left, and blank lines."""

_PUT_BACK = "put back what was there, as from an earlier version of the file"


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
    migration = last_migration(launch.events)[-64:]
    head: dict[str, object] = {"migration": migration} if migration else {}
    head |= {key: held for key, held in document.items() if key != "events"}
    return "".join([_line(head), *(canonical({**event.to_dict(), "id": event.id}) + "\n" for event in launch.events)])


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
    heads = [line for line in lines if _is_head(line)]
    if limits and len(heads) > _MORE_LINES:
        problem = f"has {len(heads):,} lines with a checklist, and at most {_MORE_LINES} are read"
        hint = "keep one of each, or pass limits=None where you trust the text"
        raise LimitError([Fault("limit", "$", problem, "", hint)])
    if heads:
        return _launch_of(heads, [line for line in lines if not _is_head(line)], limits, kind)
    if len(lines) == 1:
        return _decoded(lines[0], None, limits, kind)
    hint = "let the first line hold a launch, with its name and its checklist"
    raise InvalidError([Fault("missing", "$.checklist", "is in none of the lines", "", hint)])


def _check_lines(text: str, limits: Limits) -> None:
    most = limits.events + _MORE_LINES
    if (count := text.count("\n")) > most:
        hint = "pass Limits(events=...) to read more, or limits=None where you trust the text"
        raise LimitError([Fault("limit", "$", f"has {count:,} lines, and at most {most:,} are read", "", hint)])


def _is_head(line: Line) -> bool:
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
                faults = error.faults
                if _CONFLICT_MARK.match(line):
                    hint = "delete the lines with such marks, keep all others, and let .gitattributes say *.jsonl merge=union"
                    faults = (Fault("syntax", "$", "is a conflict that git has left", show(line), hint),)
                raise InvalidError(attrs.evolve(fault, line=number) for fault in faults) from None
            if not is_dict(value):
                hint = "write an object, as in {...}"
                raise InvalidError([Fault("wrong-kind", "$", "is not an object", show(value), hint, line=number)])
            yield number, value


def _decoded(line: Line, lines: Sequence[Line] | None, limits: Limits | None, kind: type[Stored] | None) -> Stored:
    """Return the value of a line or, with the lines of events, the launch of a head. Each fault gets its line."""
    number, document = line
    if lines is not None:
        document = {**_without("migration", document), "events": [_without("id", event) for _, event in lines]}
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
    heads: Sequence[Line], lines: Sequence[Line], limits: Limits | None, kind: type[Stored] | None
) -> Launch:
    """Return the launch of its heads and the lines of its events."""
    from .._launch.fold import common_checklist, last_migration

    launch = cast("Launch", _decoded(heads[0], lines, limits, kind))
    last = last_migration(launch.events)[-64:]
    fitting = {canonical(head): number for number, head in reversed(heads) if head.get("migration", "") == last}
    faults: list[Fault] = []
    if not fitting:
        problem = "is not that of the latest migration"
        faults.append(Fault("damaged", "$.checklist", problem, show(last[:8]), _PUT_BACK, line=heads[0][0]))
    for number, head in heads:
        if head.get("name") != launch.name:
            problem, hint = "is the name of another launch", f"keep the lines of {launch.name!r} only"
            faults.append(Fault("not-a-copy", "$.name", problem, show(head.get("name")), hint, line=number))
    for place, (number, line) in enumerate(lines):
        if "id" in line and line["id"] != digest_of(_without("id", line)):
            problem = "is not the event of that id, so the line was altered"
            faults.append(Fault("damaged", f"$.events[{place}]", problem, show(line["id"]), _PUT_BACK, line=number))
    if faults:
        raise InvalidError(faults[:MOST_FAULTS])
    if list(fitting.values()) == [heads[0][0]]:
        return launch
    heads_by_number = dict(heads)
    checklists: list[Checklist] = []
    for number in sorted(fitting.values()):
        try:
            checklists.append(_read_checklist(heads_by_number[number]))
            checklists = [reduce(common_checklist, checklists)]
        except InvalidError as error:
            raise InvalidError(attrs.evolve(fault, line=number) for fault in error.faults) from None
    return attrs.evolve(launch, checklist=checklists[0])


def _read_checklist(head: Mapping[str, object]) -> Checklist:
    from ..codec.checklists import read_checklist

    try:
        return read_checklist(head.get("checklist"))
    except InvalidError as error:
        raise InvalidError(fault.under("$.checklist") for fault in error.faults) from None


def _without(key: str, line: Mapping[str, object]) -> dict[str, object]:
    return {name: held for name, held in line.items() if name != key}
