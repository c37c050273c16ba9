"""Commands for checklists, and for files of any kind."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import attrs

from .. import _guides, catalog
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._planning.rules import abbreviate
from .._text import count, inert, join_words, printable
from ..errors import Fault, FileError, InvalidError, UnknownNameError, invalid, show, show_path
from ..formats.jsonl import lines_without_id
from .output import (
    HINTS,
    faults_name_options,
    for_people,
    format_of,
    line_of,
    print_faults,
    print_json,
    refuse_junit,
    usage_error,
    with_place,
    write_or_print,
)
from .sources import APPLY, DEFAULT, DIGEST, is_options, load, read_copy, read_with_text

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from .._launch.launch import Launch
    from ..catalog import Entry
    from ..codec import Stored

_OF_TASKS = ("svg", "mermaid", "icalendar", "tasklist", "csv")
"""Formats for the tasks of a checklist; an overlay has only some of them."""


def version(options: Namespace) -> int:
    """Print the version (``--version``)."""
    from importlib.metadata import version as version_of

    print(f"servingchecklist {version_of('servingchecklist')}")
    return 0


def render(options: Namespace) -> int:
    """Write a checklist, a launch or an overlay in another format, or the pages of all launches (``render``)."""
    if options.all:
        from .pages import render_all  # which needs what launches need

        return render_all(options)
    if options.subject is None and options.store is not None:
        hint = "see the names with: servingchecklist launches"
        raise usage_error("--store needs the name of a launch", show_path(options.store), hint)
    name, format = options.subject or DEFAULT, format_of(options, "markdown")
    value = catalog.load(DEFAULT) if options.subject is None else load(name, options)
    forecast = f"servingchecklist forecast {printable(name)} --format {format}"
    if isinstance(value, Checklist) and format == "icalendar":
        raise usage_error("a checklist has no dates for a calendar", show(name), f"forecast it: {forecast}")
    refuse_junit(format, name)
    if isinstance(value, Overlay) and format in _OF_TASKS:
        hint = f"{APPLY.format(printable(name))} --format {'svg' if format == 'icalendar' else format}"
        raise usage_error(f"an overlay cannot be written as {format}", show_path(name), hint)
    hint = f"say how long it takes, or run {forecast} --default-effort '1-3 days'"
    with faults_name_options(options.names, HINTS | {"missing-effort": hint}):
        write_or_print(options, value, "markdown")
    return 0


def show_list(options: Namespace) -> int:
    """List the entries of the catalog (``list``)."""
    entries = [entry for entry in catalog.entries() if entry.distribution or not options.packs]
    if not entries:
        print("servingchecklist: no packs are installed", file=sys.stderr)
    if options.json:
        print_json({"entries": [attrs.asdict(entry) for entry in entries]})
    widths = [max((len(word) for word in column), default=0) for column in zip(*map(_cells, entries), strict=True)]
    for entry in () if options.json else entries:
        cells = [cell.ljust(width) for cell, width in zip(_cells(entry), widths, strict=True)]
        print(inert("  ".join([*cells[:2], line_of(entry.fault)] if entry.fault else [*cells, _description(entry)])))
    return 1 if any(entry.fault for entry in entries) else 0


def show_guide(options: Namespace) -> int:
    """Print a guide or a section of it, the names of its sections, or those of all guides (``guide``)."""
    name: str | None = options.name
    guide, mark, section = (name or "").partition("#")
    if name is not None and (section or not mark):
        print(catalog.guide(name), end="")
        return 0
    if name is None:
        rows = {guide: _guides.title_of(guide) for guide in catalog.guides()}
    else:
        catalog.guide(guide)  # for the error where there is no such guide
        guide = _guides.name_in(guide) or guide
        rows = {f"{guide}#{anchor}": heading for anchor, heading in _guides.headings_of(guide).items()}
    width = max(map(len, rows))
    for row, title in rows.items():
        print(f"{row.ljust(width)}  {title}")
    return 0


def show_schema(options: Namespace) -> int:
    """Print the JSON Schema of a kind of file (``schema``)."""
    from ..schemas import json_schema  # it imports the whole model

    print_json(json_schema(options.kind))
    return 0


def _cells(entry: Entry) -> tuple[str, str, str]:
    return printable(entry.id) or "-", "malformed" if entry.fault else entry.kind, entry.version


def _description(entry: Entry) -> str:
    """Return the title of an entry, the checklist it is for and the pack that offers it."""
    base = f"for {entry.needs}" if entry.needs else "for any checklist" if entry.kind == "overlay" else ""
    pack = f"from {printable(entry.distribution)}" if entry.distribution else ""
    notes = "; ".join(filter(None, (base, pack)))
    return f"{entry.title} ({notes})" if notes else entry.title


def check(options: Namespace) -> int:
    """Check files and print their faults (``check``)."""
    if options.json and options.format:
        raise usage_error("--json cannot be combined with --format", "", "leave one of them out")
    if (options.since is not None or options.digest is not None) and len(options.files) > 1:
        raise usage_error("--since and --digest are for one file", "", "check the files one by one")
    if options.digest is not None and not DIGEST.fullmatch(options.digest):
        hint = "write 'sha256:' and 64 digits of 0-9 and a-f, as check --json prints it for a launch or a checklist"
        raise usage_error("--digest is not a digest", show(options.digest), hint)
    earlier = None if options.since is None else read_copy(options.since, options)[0]
    status = 0
    valid: list[dict[str, object]] = []
    documents: list[dict[str, Any]] = []
    for path in options.files:
        name = "standard input" if path == "-" else printable(path)
        faults: Sequence[Fault] = ()
        try:
            value, text = read_with_text(path, options)
            _check_against(value, options, earlier)
        except (FileError, UnknownNameError) as error:
            status = 2
            if options.format != "github" and not options.json:
                print_faults("servingchecklist", error.faults)
                continue
            faults = error.faults
        except InvalidError as error:
            faults = [for_people(fault) for fault in error.faults]
            status = max(status, 1)
        else:
            without_id = lines_without_id(text) if text else []
            if options.json:
                valid.append({"file": path} | _record(value) | {"lines_without_id": without_id})
            else:
                _print_valid(name, value, without_id, options)
        written = _of_fault if options.format == "github" else with_place
        documents += [{"file": path} | attrs.asdict(fault) for fault in faults]
        if faults and not options.json:
            print("\n".join(written(name, fault) for fault in faults))
    if options.json:
        print_json({"valid": valid, "faults": documents})
    return status


def _check_against(value: Stored, options: Namespace, earlier: Launch | None) -> None:
    """Raise an error if a launch lacks what an earlier copy has, or if it or a checklist has another digest than the one given."""
    faults: list[Fault] = []
    if earlier is not None:
        from .._launch.losses import losses

        if isinstance(value, Checklist | Overlay) or is_options(value):
            raise invalid("unsupported", "$", "is not a launch", type(value).__name__, "leave out --since")
        faults += losses(earlier, value)
    if options.digest is not None:
        if isinstance(value, Overlay) or is_options(value):
            raise invalid("unsupported", "$", "has no digest", type(value).__name__, "leave out --digest")
        if options.digest.removeprefix("sha256:") != value.digest.removeprefix("sha256:"):
            is_launch = not isinstance(value, Checklist)
            problem = f"is not the {'launch' if is_launch else 'checklist'} of that digest"
            hint = f"the digest is {value.digest}" + "; compare with the earlier copy by --since" * is_launch
            faults.append(Fault("damaged", "$", problem, show(options.digest), hint))
    if faults:
        raise InvalidError(faults)


def _print_valid(name: str, value: Stored, without_id: Sequence[int], options: Namespace) -> None:
    """Print what a valid file holds, and what could be altered in it without being noticed."""
    if options.format != "github":
        print(f"{name}: valid ({_size(value)})")
    unnoticed: list[tuple[str, str, int | None]] = []
    if without_id:
        lines = join_words(abbreviate([str(number) for number in without_id]))
        where = f"no id in line{'' if len(without_id) == 1 else 's'} {lines}"
        words = f"{where}, so that an alteration goes unnoticed; the next command that records in the file adds it"
        unnoticed.append(("no id", words, without_id[0]))
    if _names_checklist(value) is False:
        words = (
            "no start and no migration holds the digest of the checklist, so that an alteration of it goes unnoticed"
        )
        unnoticed.append(("no digest", words, None))
    for title, words, line in unnoticed:
        print(annotation("warning", name, title, words, line) if options.format == "github" else f"{name}: {words}")


def _names_checklist(value: Stored) -> bool | None:
    """Return whether the log of a launch names the digest of its checklist; None for anything else."""
    if isinstance(value, Checklist | Overlay) or is_options(value):
        return None
    from .._launch.fold import named_checklists

    return bool(named_checklists(value.events))


def _record(value: Stored) -> dict[str, object]:
    """Return the kind of a value and, where it has them, the numbers of its tasks and events and its digest."""
    tasks, events, digest = None, None, None
    if isinstance(value, Checklist):
        kind, tasks, digest = "checklist", len(value), value.digest
    elif isinstance(value, Overlay):
        kind = "overlay"
    elif is_options(value):
        kind = "forecast-options"
    else:
        kind, tasks, events, digest = "launch", len(value.checklist), len(value.events), value.digest
    names = _names_checklist(value)
    return {"kind": kind, "tasks": tasks, "events": events, "digest": digest, "names_checklist": names}


_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_ESCAPES_IN_PROPERTY = _ESCAPES | str.maketrans({":": "%3A", ",": "%2C"})


def _of_fault(name: str, fault: Fault) -> str:
    title = f"{fault.code}: {fault.task}" if fault.task else fault.code
    return annotation("error", name, title, line_of(attrs.evolve(fault, line=None)), fault.line)


def annotation(level: str, file: str, title: str, words: str, line: int | None = None) -> str:
    """Return a workflow command of GitHub, which shows words beside a line of a file, or of no file where that is empty."""
    file, title = (inert(text).translate(_ESCAPES_IN_PROPERTY) for text in (file, title))
    where = f"file={file}," * bool(file) + f"line={line}," * bool(line)
    return f"::{level} {where}title={title}::{inert(words).translate(_ESCAPES)}"


def _size(value: Stored) -> str:
    if isinstance(value, Checklist):
        return f"{count(len(value.phases), 'phase')}, {count(len(value), 'task')}"
    if isinstance(value, Overlay):
        return f"an overlay of {count(len(value.changes), 'change')}, for {value.base or 'any checklist'}"
    if is_options(value):
        return "options of a forecast"
    tasks, events = count(len(value.checklist), "task"), count(len(value.events), "event")
    return f"a launch of {tasks}, {events}, {value.digest}"
