"""The commands about checklists, and about files whatever they hold."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .. import catalog
from .._text import printable
from ..errors import FileError, InvalidError, UnknownNameError, show
from ..formats import dumps, read
from ..formats.limits import Limits
from ..model.checklist import Checklist
from ..planning.ordering import next_tasks
from ..planning.rules import CRITICAL_FIRST, PHASES_FIRST
from .output import FaultyFileError, MisuseError, complain, deliver, format_of, words_of_the_command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator

    from ..launch.launch import Launch

DEFAULT = "model-serving"
ORDERS = {"phases-first": PHASES_FIRST, "critical-first": CRITICAL_FIRST}


def version(options: Namespace) -> int:
    """``--version``."""
    from importlib.metadata import version as version_of

    print(f"servingchecklist {version_of('servingchecklist')}")
    return 0


def overview() -> int:
    """Without a command: what to do next and why, then the phases."""
    from ..formats.text import outline

    checklist = catalog.load(DEFAULT)
    print(f"{checklist.title}\n\nWhat to do next, and why:\n")
    print(dumps(next_tasks(checklist), "text"))
    print(outline(checklist))
    print("When c1 is done: servingchecklist next --done c1. For the rest: servingchecklist --help.")
    return 0


def render(options: Namespace) -> int:
    """``render``."""
    source, name = load(options), format_of(options, "markdown")
    what = options.source or DEFAULT
    forecast = f"servingchecklist forecast {printable(what)} --format {name}"
    if isinstance(source, Checklist) and name == "icalendar":
        raise MisuseError("a checklist has no dates for a calendar", show(what), f"forecast it: {forecast}")
    with words_of_the_command(f"run {forecast} --default-effort '1-3 days'"):
        deliver(options, source, "markdown")
    return 0


def show_list(options: Namespace) -> int:
    """``list``."""
    for checklist_id in catalog.ids():
        checklist = catalog.load(checklist_id)
        print(f"{checklist.id}  {checklist.version}  {checklist.title} ({_size(checklist)})")
    return 0


def check(options: Namespace) -> int:
    """``check``."""
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


def _size(value: Checklist | Launch) -> str:
    if isinstance(value, Checklist):
        return f"{len(value.phases)} phases, {len(value)} tasks"
    return f"a launch of {len(value.checklist)} tasks, {len(value.events)} events"


def load_checklist(options: Namespace) -> Checklist:
    """The checklist that a command names."""
    source: str = options.source or DEFAULT
    if not _is_path(source):
        return catalog.load(source)
    with faults_of(source):
        return read(source, limits=limits_of(options), kind=Checklist)


def load(options: Namespace) -> Checklist | Launch:
    """The checklist or the launch that a command names."""
    source: str = options.source or DEFAULT
    if not _is_path(source):
        return catalog.load(source)
    with faults_of(source):
        return read(source, limits=limits_of(options))


@contextmanager
def faults_of(path: str) -> Generator[None]:
    """Whatever is wrong in here is wrong with the file."""
    try:
        yield
    except InvalidError as error:
        raise FaultyFileError(path, error) from None


def _is_path(source: str) -> bool:
    """True for a file, and for what looks like one. A bundled id is one, unless a file has that very name."""
    if os.path.isfile(source):
        return True
    looks_like_one = os.path.basename(source) != source or "." in source
    return source not in catalog.ids() and (os.path.exists(source) or looks_like_one)


def limits_of(options: Namespace) -> Limits | None:
    """What files may cost, as the command says."""
    return None if options.no_limits else Limits()
