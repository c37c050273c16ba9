"""Commands for checklists, and for files of any kind."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from .. import catalog
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._planning.ordering import next_tasks
from .._planning.rules import CRITICAL_FIRST, PHASES_FIRST
from .._text import printable
from ..errors import ChecklistError, FileError, InvalidError, UnknownNameError, show, show_path
from ..formats import loads, read
from ..formats.limits import Limits
from .output import (
    FaultyFileError,
    faults_name_options,
    format_of,
    line_of,
    print_faults,
    print_json,
    rendered,
    usage_error,
    with_place,
    write_or_print,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator, Sequence

    from .._launch.launch import Launch
    from ..catalog import Entry
    from ..errors import Fault
    from .output import UsageError

    _Kind = TypeVar("_Kind", Checklist, Launch, Overlay)

DEFAULT = "model-serving"
ORDERS = {"phases-first": PHASES_FIRST, "critical-first": CRITICAL_FIRST}

_OF_TASKS = ("svg", "mermaid", "icalendar")
"""Formats for the tasks of a checklist; an overlay has only some of them."""

_APPLY = "apply it to a checklist: servingchecklist tailor --with {}"
_DIFF = "write its changes as an overlay: servingchecklist diff BASE {} --overlay FILE"
_UPGRADE = "it is tailored; upgrade it: servingchecklist upgrade {0} NEW, or " + _DIFF.replace("{}", "{0}")
_START = "start a launch: servingchecklist start NAME --checklist {}"
_HINTS = {
    "'checklist'": _DIFF,
    "'launch'": "a launch keeps a copy of its checklist; name the file that it was started with",
    "'overlay'": _APPLY,
}
"""The hint for each kind that a file holds where another kind is needed, by the value of the fault."""


def version(options: Namespace) -> int:
    """Print the version (``--version``)."""
    from importlib.metadata import version as version_of

    print(f"servingchecklist {version_of('servingchecklist')}")
    return 0


def overview() -> int:
    """Print the next tasks with reasons, then the phases: the output without a command."""
    from ..formats._views.checklist import overview as page

    checklist = catalog.load(DEFAULT)
    print(rendered(page(checklist, next_tasks(checklist)), "text"))
    print("When c1 is done: servingchecklist next --done c1. All commands: servingchecklist --help.")
    return 0


def render(options: Namespace) -> int:
    """Write a checklist, a launch or an overlay in another format (``render``)."""
    name = options.source or DEFAULT
    value, format = load(name, options), format_of(options, "markdown")
    forecast = f"servingchecklist forecast {printable(name)} --format {format}"
    if isinstance(value, Checklist) and format == "icalendar":
        raise usage_error("a checklist has no dates for a calendar", show(name), f"forecast it: {forecast}")
    if isinstance(value, Overlay) and format in _OF_TASKS:
        hint = f"{_APPLY.format(printable(name))} --format svg"
        raise usage_error(f"an overlay cannot be written as {format}", show_path(name), hint)
    with faults_name_options(f"run {forecast} --default-effort '1-3 days'"):
        write_or_print(options, value, "markdown")
    return 0


def show_list(options: Namespace) -> int:
    """List the entries of the catalog (``list``)."""
    entries = [entry for entry in catalog.entries() if entry.distribution or not options.packs]
    if not entries:
        print("servingchecklist: no packs are installed", file=sys.stderr)
    widths = [max((len(word) for word in column), default=0) for column in zip(*map(_cells, entries), strict=True)]
    for entry in entries:
        cells = [cell.ljust(width) for cell, width in zip(_cells(entry), widths, strict=True)]
        print("  ".join([*cells[:2], line_of(entry.fault)] if entry.fault else [*cells, _description(entry)]))
    return 1 if any(entry.fault for entry in entries) else 0


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
    status = 0
    documents: list[dict[str, Any]] = []
    for path in options.files:
        name = "standard input" if path == "-" else printable(path)
        faults: Sequence[Fault] = ()
        lines: list[str] = []
        try:
            value = _read_standard_input(options) if path == "-" else read(path, limits=limits_of(options))
            lines += [f"{name}: valid ({_size(value)})"] if options.format == "text" else []
        except (FileError, UnknownNameError) as error:
            print_faults("servingchecklist", error.faults)
            status = 2
            continue
        except InvalidError as error:
            faults = error.faults
            status = max(status, 1)
        written = with_place if options.format == "text" else _annotation
        lines += [written(name, fault) for fault in faults]
        documents += [{"file": path} | attrs.asdict(fault) for fault in faults]
        if lines and not options.json:
            print("\n".join(lines))
    if options.json:
        print_json(documents)
    return status


def _read_standard_input(options: Namespace) -> Checklist | Launch | Overlay:
    limits = limits_of(options)
    data = sys.stdin.buffer.read(limits.bytes + 1 if limits else -1)
    return loads(data, "json" if data.lstrip().startswith(b"{") else "toml", limits)


_ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_ESCAPES_IN_PROPERTY = _ESCAPES | str.maketrans({":": "%3A", ",": "%2C"})


def _annotation(name: str, fault: Fault) -> str:
    """Return a fault as a workflow command of GitHub, which shows it beside the line of the file."""
    title = f"{fault.code}: {fault.task}" if fault.task else fault.code
    line = f",line={fault.line}" if fault.line else ""
    file, title = (text.translate(_ESCAPES_IN_PROPERTY) for text in (name, title))
    words = line_of(attrs.evolve(fault, line=None)).translate(_ESCAPES)
    return f"::error file={file}{line},title={title}::{words}"


def _size(value: Checklist | Launch | Overlay) -> str:
    if isinstance(value, Checklist):
        return f"{len(value.phases)} phases, {len(value)} tasks"
    if isinstance(value, Overlay):
        changes = "1 change" if len(value.changes) == 1 else f"{len(value.changes)} changes"
        return f"an overlay of {changes}, for {value.base or 'any checklist'}"
    return f"a launch of {len(value.checklist)} tasks, {len(value.events)} events"


def load(source: str, options: Namespace) -> Checklist | Launch | Overlay:
    """Load the checklist, launch or overlay that a file or an id names."""
    if is_path(source):
        with faults_of(source):
            return read(source, limits=limits_of(options))
    return _load_entry(source, Checklist)


def load_checklist(source: str, options: Namespace) -> Checklist:
    """Load the checklist that a file or an id names."""
    value = read_as(Checklist, source, options) if is_path(source) else _load_entry(source, Checklist)
    if isinstance(value, Checklist):
        return value
    raise not_a_checklist(source)


def load_overlay(source: str, options: Namespace) -> Overlay:
    """Load the overlay that a file or an id names."""
    value = read_as(Overlay, source, options) if is_path(source) else _load_entry(source, Overlay)
    if isinstance(value, Overlay):
        return value
    raise usage_error("that is a checklist, not an overlay", show(source), _DIFF.format(source))


def not_a_checklist(source: str) -> UsageError:
    """Return the error for an overlay that is named where a checklist is needed."""
    return usage_error("that is an overlay, not a checklist", show_path(source), _APPLY.format(printable(source)))


def _load_entry(name: str, wanted: type) -> Checklist | Overlay:
    """Load an entry of the catalog, also where it is not of the wanted kind. An unknown name is reported as one of that kind."""
    load, load_other = (catalog.overlay, catalog.load) if wanted is Overlay else (catalog.load, catalog.overlay)
    try:
        return load(name)
    except ChecklistError:
        with suppress(ChecklistError):
            return load_other(name)
        raise


def read_as(kind: type[_Kind], path: str, options: Namespace, format: str | None = None) -> _Kind:
    """Read a file that has to hold a value of that kind."""
    with faults_of(path):
        try:
            return read(path, format, limits_of(options), kind=kind)
        except InvalidError as error:
            raise InvalidError(_with_command(fault, path, kind, options) for fault in error.faults) from None


@contextmanager
def faults_of(path: str) -> Generator[None]:
    """Raise every :class:`InvalidError` from inside the block as a :class:`FaultyFileError` of the file."""
    try:
        yield
    except InvalidError as error:
        raise FaultyFileError(path, error.faults) from None


def _with_command(fault: Fault, path: str, wanted: type, options: Namespace) -> Fault:
    """Return the fault, with a command in its hint where the file holds another kind than the wanted one."""
    if fault.code != "other-kind" or fault.value not in _HINTS:
        return fault
    hint = _HINTS[fault.value]
    if hint == _DIFF and wanted is not Overlay:
        hint = _START
    elif hint == _DIFF and _is_tailored(path, options):
        hint = _UPGRADE
    return attrs.evolve(fault, hint=hint.format(printable(path)))


def _is_tailored(path: str, options: Namespace) -> bool:
    try:
        return bool(read(path, limits=limits_of(options), kind=Checklist).layers)
    except InvalidError:  # its other faults do not matter where an overlay is needed
        return False


def is_path(source: str) -> bool:
    """Return True for a file and for a name that looks like a path. An id of the catalog is a path only if a file has exactly that name."""
    if os.path.isfile(source):
        return True
    looks_like_one = os.path.basename(source) != source or "." in source
    # Asking for all ids is slow where packs are installed, so it comes last.
    return (os.path.exists(source) or looks_like_one) and source not in catalog.ids()


def limits_of(options: Namespace) -> Limits | None:
    """Return the limits for reading files, or None for ``--no-limits``."""
    return None if options.no_limits else Limits()
