"""Commands for checklists, and for files of any kind."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from .. import catalog
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._planning.ordering import next_tasks
from .._planning.rules import CRITICAL_FIRST, PHASES_FIRST
from .._text import printable
from ..errors import ChecklistError, Fault, FileError, InvalidError, UnknownNameError, show, show_path
from ..formats import read
from ..formats.limits import Limits
from .output import FaultyFileError, MisuseError, complain, deliver, format_of, told_in, told_of, words_of_the_command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator

    from .._launch.launch import Launch
    from ..catalog import Entry

DEFAULT = "model-serving"
_LAY_IT = "lay it on a checklist: servingchecklist tailor --with {}"
_MAKE_ONE = "make one of what is changed in it: servingchecklist diff BASE {} --overlay FILE"
_HOLDS_LAYERS = (
    "it holds overlays of its own; take the next edition of what they are for: servingchecklist upgrade {0} NEW, "
    "or make one of all that is changed in it: servingchecklist diff BASE {0} --overlay FILE"
)
_START = "start one: servingchecklist start NAME --checklist {}"
_INSTEAD = {
    "checklist": _MAKE_ONE,
    "launch": "a launch keeps a copy of its checklist; name the file that it was started with",
    "overlay": _LAY_IT,
}
"""The hint for each kind that a file holds where another kind is needed."""

_OF_TASKS = ("svg", "mermaid", "icalendar")
"""Formats for the tasks of a checklist; an overlay has only some of them."""

ORDERS = {"phases-first": PHASES_FIRST, "critical-first": CRITICAL_FIRST}


def version(options: Namespace) -> int:
    """Print the version (``--version``)."""
    from importlib.metadata import version as version_of

    print(f"servingchecklist {version_of('servingchecklist')}")
    return 0


def overview() -> int:
    """Print what to do next and why, then the phases: the output without a command."""
    from ..formats._views.checklist import overview as page

    checklist = catalog.load(DEFAULT)
    print(told_in(page(checklist, next_tasks(checklist)), "text"))
    print("When c1 is done: servingchecklist next --done c1. For the rest: servingchecklist --help.")
    return 0


def render(options: Namespace) -> int:
    """Write a checklist, a launch or an overlay in another format (``render``)."""
    what = options.source or DEFAULT
    source, name = load(what, options), format_of(options, "markdown")
    forecast = f"servingchecklist forecast {printable(what)} --format {name}"
    if isinstance(source, Checklist) and name == "icalendar":
        raise MisuseError("a checklist has no dates for a calendar", show(what), f"forecast it: {forecast}")
    if isinstance(source, Overlay) and name in _OF_TASKS:
        hint = f"lay it on a checklist: servingchecklist tailor --with {printable(what)} --format svg"
        raise MisuseError(f"an overlay is not written as {name}", show_path(what), hint)
    with words_of_the_command(f"run {forecast} --default-effort '1-3 days'"):
        deliver(options, source, "markdown")
    return 0


def show_list(options: Namespace) -> int:
    """List the entries of the catalog (``list``)."""
    entries = [one for one in catalog.entries() if one.distribution or not options.packs]
    if not entries:
        print("servingchecklist: no packs are installed", file=sys.stderr)
    widths = [max((len(word) for word in column), default=0) for column in zip(*map(_cells, entries), strict=True)]
    for one in entries:
        cells = [cell.ljust(width) for cell, width in zip(_cells(one), widths, strict=True)]
        print("  ".join([*cells[:2], told_of(one.fault)] if one.fault else [*cells, _about(one)]))
    return 1 if any(one.fault for one in entries) else 0


def _cells(entry: Entry) -> tuple[str, str, str]:
    return printable(entry.id) or "-", "malformed" if entry.fault else entry.kind, entry.version


def _about(entry: Entry) -> str:
    """Return the title of an entry, the checklist it is for and the pack that offers it."""
    needs = f"for {entry.needs}" if entry.needs else "for any checklist" if entry.kind == "overlay" else ""
    maker = f"from {printable(entry.distribution)}" if entry.distribution else ""
    notes = "; ".join(filter(None, (needs, maker)))
    return f"{entry.title} ({notes})" if notes else entry.title


def check(options: Namespace) -> int:
    """Check files and print their faults (``check``)."""
    status = 0
    for path in options.files:
        name = printable(path)
        try:
            found = read(path, limits=limits_of(options))
        except (FileError, UnknownNameError) as error:
            complain("servingchecklist", error)
            status = 2
        except InvalidError as error:
            for fault in error.faults:
                print(f"{name}: {fault}")
            status = max(status, 1)
        else:
            print(f"{name}: sound ({_size(found)})")
    return status


def _size(value: Checklist | Launch | Overlay) -> str:
    if isinstance(value, Checklist):
        return f"{len(value.phases)} phases, {len(value)} tasks"
    if isinstance(value, Overlay):
        many = "1 change" if len(value.changes) == 1 else f"{len(value.changes)} changes"
        return f"an overlay of {many}, for {value.base or 'any checklist'}"
    return f"a launch of {len(value.checklist)} tasks, {len(value.events)} events"


def load(source: str, options: Namespace) -> Checklist | Launch | Overlay:
    """Load what a file or an id names: a checklist, a launch or an overlay."""
    if is_path(source):
        with faults_of(source):
            return read(source, limits=limits_of(options))
    try:
        return catalog.load(source)
    except ChecklistError:
        if overlay := _overlay_of(source):
            return overlay
        raise


def load_checklist(source: str, options: Namespace) -> Checklist:
    """Load the checklist that a file or an id names."""
    if is_path(source):
        with faults_of(source):
            return read(source, limits=limits_of(options), kind=Checklist)
    try:
        return catalog.load(source)
    except ChecklistError:
        if _overlay_of(source):
            raise not_a_checklist(source) from None
        raise


def load_overlay(source: str, options: Namespace) -> Overlay:
    """Load the overlay that a file or an id names."""
    if is_path(source):
        with faults_of(source):
            try:
                return read(source, limits=limits_of(options), kind=Overlay)
            except InvalidError as error:
                raise InvalidError(_of_layers(fault, source, options) for fault in error.faults) from None
    try:
        return catalog.overlay(source)
    except ChecklistError:
        if _is_checklist(source):
            raise MisuseError("that is a checklist, and no overlay", show(source), _MAKE_ONE.format(source)) from None
        raise


def not_a_checklist(source: str) -> MisuseError:
    """Return the error for an overlay that is named where a checklist is needed."""
    return MisuseError("that is an overlay, and no checklist", show_path(source), _LAY_IT.format(printable(source)))


def _of_layers(fault: Fault, path: str, options: Namespace) -> Fault:
    """Return a fault of a file that should hold an overlay, with a better hint where it holds a checklist with layers."""
    if fault.code != "other-kind" or _held(fault) != "checklist":
        return fault
    try:
        layers = read(path, limits=limits_of(options), kind=Checklist).layers
    except InvalidError:  # its other faults do not matter where an overlay is needed
        return fault
    return attrs.evolve(fault, hint=_HOLDS_LAYERS.format(printable(path))) if layers else fault


def _held(fault: Fault) -> str:
    """Return the kind that a file holds, from the fault that says that another is needed."""
    return fault.value.strip("'")


def _overlay_of(source: str) -> Overlay | None:
    try:
        return catalog.overlay(source)
    except ChecklistError:
        return None


def _is_checklist(source: str) -> bool:
    try:
        catalog.load(source)
    except ChecklistError:
        return False
    return True


@contextmanager
def faults_of(path: str, kind: type | None = None) -> Generator[None]:
    """Raise every :class:`InvalidError` from inside the block as a :class:`FaultyFileError` of the file, read as that class."""
    try:
        yield
    except InvalidError as error:
        told = [_of_command(fault, path, kind) for fault in error.faults]
        raise FaultyFileError(path, InvalidError(told)) from None


def _of_command(fault: Fault, path: str, kind: type | None) -> Fault:
    """Return the fault with a command in its hint where the file holds another kind."""
    if fault.code != "other-kind" or "{" in fault.hint or "servingchecklist" in fault.hint:
        return fault
    held = _held(fault)
    hint = _START if kind is not None and kind.__name__ == "Launch" and held == "checklist" else _INSTEAD[held]
    return attrs.evolve(fault, hint=hint.format(printable(path)))


def is_path(source: str) -> bool:
    """Return True for a file and for what looks like one. An id of the catalog is a path only if a file has exactly that name."""
    if os.path.isfile(source):
        return True
    looks_like_one = os.path.basename(source) != source or "." in source
    # Asking for all ids is slow where packs are installed, so it comes last.
    return (os.path.exists(source) or looks_like_one) and source not in catalog.ids()


def limits_of(options: Namespace) -> Limits | None:
    """Return the limits for reading files, or None for ``--no-limits``."""
    return None if options.no_limits else Limits()
