"""What is printed in one way only."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import ChecklistError, Fault, InvalidError
from ..formats import dumps, write

if TYPE_CHECKING:
    from argparse import Namespace

    from ..formats import Shown


class MisuseError(ChecklistError):
    """The command was called in a way that makes no sense where it was called."""

    def __init__(self, problem: str, value: str, hint: str) -> None:
        super().__init__([Fault("$", problem, value, hint)])


class FaultyFileError(Exception):
    """A file that was read has faults.

    Attributes:
        path: The file.
        error: What is wrong with it.
    """

    def __init__(self, path: str, error: InvalidError) -> None:
        super().__init__(path, error)
        self.path = path
        self.error = error


def complain(where: str, error: ChecklistError) -> None:
    """Print every fault of an error, each on a line of its own."""
    for fault in error.faults:
        # A path in a document helps; that the fault is in "$", the whole of whatever was named, goes without saying.
        print(f"{where}: {str(fault).removeprefix('$: ')}", file=sys.stderr)


def print_json(document: dict[str, object]) -> None:
    """Print a document for another program."""
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False))


def deliver(options: Namespace, value: Shown, default: str) -> None:
    """Write a value to the file that the command names, or print it."""
    if options.output:
        write(value, options.output, options.format)
    else:
        print(dumps(value, options.format or default), end="")
