"""Output that all commands share: errors, JSON and values in a format."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from ..errors import ChecklistError, Fault, InvalidError, UnknownNameError, show_path
from ..formats import FORMATS, READERS, dumps, write

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Generator
    from typing import TypeAlias

    from .._launch.results import Review, Snapshot
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast
    from .._tailoring.difference import Diff
    from .._tailoring.explanation import Explanation
    from ..formats import Shown

    Told: TypeAlias = Snapshot | Review | Forecast | CriticalPath | Distribution | Diff | Explanation

_WIDEST = 120
"""The maximum line width on a terminal, in columns: longer lines are hard to read."""

_ARGUMENT = re.compile(r"\$\.(at|blocked|done|owners|seed|since|start)\b(?:\.(.+))?")


class MisuseError(ChecklistError):
    """A call of a command that makes no sense in its situation."""

    def __init__(self, problem: str, value: str, hint: str) -> None:
        super().__init__([Fault("usage", "$", problem, value, hint)])


class OptionError(ChecklistError):
    """An option that does not fit what the command is about. The paths of its faults are options."""


class FaultyFileError(Exception):
    """A file that was read and has faults.

    Attributes:
        path: The path of the file.
        error: The error with its faults.
    """

    def __init__(self, path: str, error: InvalidError) -> None:
        super().__init__(path, error)
        self.path = path
        self.error = error


def complain(where: str, error: ChecklistError) -> None:
    """Print every fault of an error to stderr, one per line."""
    for fault in error.faults:
        print(f"{where}: {told_of(fault)}", file=sys.stderr)


def told_of(fault: Fault) -> str:
    """Return a fault as a line. A path in a document helps; "$", the whole document, is left out."""
    return str(fault).removeprefix("$: ")


@contextmanager
def words_of_the_command(instead: str = "give --default-effort") -> Generator[None]:
    """Make the faults raised inside the block name options instead of arguments of functions.

    Args:
        instead: The end of the hint for tasks that state no effort.

    Raises:
        OptionError: All faults are about values of options.
    """
    try:
        yield
    except UnknownNameError as error:
        raise UnknownNameError(map(_of_option, error.faults)) from None
    except InvalidError as error:
        faults = [_of_option(fault) for fault in error.faults]
        if all(fault.path.startswith("--") for fault in faults):
            raise OptionError(faults) from None
        told = [
            attrs.evolve(fault, hint=f"say how long it takes, or {instead}")
            if fault.code == "missing-effort"
            else fault
            for fault in error.faults
        ]
        raise InvalidError(told) from None


def _of_option(fault: Fault) -> Fault:
    """Return the fault with an option in the place of an argument: ``$.blocked.c5`` is ``--blocked c5``."""
    found = _ARGUMENT.match(fault.path)
    if not found:
        return fault
    # A position among ids means nothing on the command line; the value says which one it is.
    option, task = f"--{found[1].removesuffix('s')}", found[2] or ""
    return attrs.evolve(fault, path=f"{option} {task}".rstrip())


def print_json(document: object) -> None:
    """Print a document as JSON for another program."""
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False))


def check_output(options: Namespace) -> None:
    """Refuse ``--json`` with ``--output`` or ``--format``, and formats that the command does not write."""
    if options.json and (options.output or options.format):
        raise MisuseError("--json goes with neither --output nor --format", "", "redirect what it prints")
    name = format_of(options, "text")
    if name in READERS:
        hint = "for another program, use --json and redirect what it prints"
        raise MisuseError("this is not written as a file to read back", show_path(options.output), hint)
    if name and name not in options.formats:
        suffixes = [suffix for one in options.formats for suffix in FORMATS[one]]
        hint = f"end the name in one of {', '.join(suffixes)}"
        raise MisuseError(
            f"{options.command.prog.split()[-1]} is not written as {name}", show_path(options.output), hint
        )


def check_kept(path: str | None, option: str) -> None:
    """Refuse to write a file that is to be read back in a format that cannot be read."""
    if path is not None and os.path.splitext(path)[1].lower() not in (end for one in READERS for end in FORMATS[one]):
        hint = f"end the name in {' or '.join(FORMATS[one][0] for one in READERS)}"
        raise MisuseError(f"{option} writes a file to read back", show_path(path), hint)


def format_of(options: Namespace, default: str) -> str:
    """Return the requested format, or an empty string where the suffix of the output is unknown."""
    if options.format or not options.output:
        name: str = options.format or default
        return name
    suffix = os.path.splitext(options.output)[1].lower()
    return next((name for name, suffixes in FORMATS.items() if suffix in suffixes), "")


def tell(options: Namespace, value: Told) -> None:
    """Print a value as JSON where requested, else deliver it."""
    check_output(options)
    if options.json:
        print_json(value.to_dict())
    else:
        deliver(options, value, "text")


def deliver(options: Namespace, value: Shown, default: str) -> None:
    """Write a value to the output file, or print it if there is none."""
    if options.output:
        write(value, options.output, options.format)
    else:
        print(told_in(value, options.format or default), end="")


def told_in(value: Shown, format: str) -> str:
    """Return a value as it is printed. Text on a terminal uses its width, up to 120 columns."""
    if format != "text" or not (sys.stdout and sys.stdout.isatty()):
        return dumps(value, format)
    from shutil import get_terminal_size

    from ..formats import text

    return text.dumps(value, min(get_terminal_size().columns, _WIDEST))
