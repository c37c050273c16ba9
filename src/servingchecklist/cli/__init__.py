"""The command line: parse the arguments, call the library, print the result."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, redirect_stdout
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from .._text import printable
from ..errors import ChecklistError, IllegalTransitionError, InvalidError, PackError
from .output import FaultyFileError, print_faults

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    It is 0 for success, 1 where a file or a pack has faults, a transition is illegal or an upgrade has conflicts, and 2 where the command
    was called wrongly or could not go on.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return _run(arguments)
    except IllegalTransitionError as error:
        [fault] = error.faults
        print(f"servingchecklist: {error.task} {fault.message}; {fault.hint}", file=sys.stderr)
        return 1
    except FaultyFileError as error:
        print_faults(printable(error.path), error.faults)
        return 1
    except ChecklistError as error:
        print_faults("servingchecklist", error.faults)
        return 1 if isinstance(error, InvalidError | PackError) else 2


def run() -> NoReturn:
    """Run the command line as a process of its own, and handle the special cases of its streams."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape instead of a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = main()
        if sys.stdout:  # may be None
            sys.stdout.flush()
    except BrokenPipeError:  # the reader of the pipe has closed it
        status = 0
        _drop_output()
    except KeyboardInterrupt:
        status = 130  # 128 + SIGINT, as in shells
        print("servingchecklist: interrupted", file=sys.stderr)
        _drop_output()
    except OSError as error:
        status = 2
        print(f"servingchecklist: the output cannot be written: {error.strerror}", file=sys.stderr)
        _drop_output()
    sys.exit(status)


def _drop_output() -> None:
    """Keep Python from complaining again when it closes a broken output stream."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        from .checklists import overview

        return overview()
    from .parser import ALIASES, parse, parsers

    if arguments[0] == "__complete":  # as the scripts of shells ask
        from .completion import answer

        return answer(arguments[1:], parsers(), ALIASES)
    options = parse(arguments)
    run: Callable[[Namespace], int] = options.run
    with redirect_stdout(StringIO()) if getattr(options, "quiet", False) else nullcontext():
        return run(options)
