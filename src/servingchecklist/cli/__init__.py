"""The command line: parse the arguments, call the library, print the result."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout, suppress
from io import StringIO, TextIOWrapper
from typing import TYPE_CHECKING, NoReturn, cast

from .._text import inert, printable
from ..errors import ChecklistError, PackError
from .output import FaultyValueError, faults_name_options, print_faults, usage_error

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator, Sequence
    from typing import TextIO

_PRINTING = ("json", "output", "checklist")
"""Options whose result may be printed in place of words."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    It is 0 for success, 1 where a file or a pack has faults, a transition is illegal or an upgrade has conflicts, 2 where the command was
    called wrongly or could not go on, 3 for a NO-GO or a wrong answer, 4 where something is not proven, and 5 where ``begin --next`` finds no task.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    with _safe_streams():
        try:
            return _run(arguments)
        except FaultyValueError as error:
            print_faults(printable(error.where), error.faults)
            return 1
        except ChecklistError as error:
            print_faults("servingchecklist", error.faults)
            return 1 if isinstance(error, PackError) else 2


class _Words:
    """A stream for words to people: what the log of a CI service would obey is made inert."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(inert(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@contextmanager
def _safe_streams() -> Generator[None]:
    """Drop what is printed to a closed stream, print the escape of a character that a terminal cannot show, and make words inert."""
    with redirect_stdout(sys.stdout or StringIO()), redirect_stderr(sys.stderr or StringIO()):
        streams = cast(
            "list[TextIOWrapper]", [stream for stream in (sys.stdout, sys.stderr) if isinstance(stream, TextIOWrapper)]
        )
        before = {stream: stream.errors for stream in streams}
        for stream in before:
            stream.reconfigure(errors="backslashreplace")
        try:
            with redirect_stderr(cast("TextIO", _Words(sys.stderr))):
                yield
        finally:
            for stream, errors in before.items():
                stream.reconfigure(errors=errors)


def _drop_what_no_reader_takes(stream: TextIO) -> None:
    """Let a stream drop all output from where its reader has closed the pipe: the status of a command is not that of its reader."""

    def dropping(method: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            try:
                return method(*arguments)
            except BrokenPipeError:
                _drop_output(stream)
                return None

        return call

    for name in ("write", "flush"):
        setattr(stream, name, dropping(getattr(stream, name)))


def run() -> NoReturn:
    """Run the command line as a process of its own, and handle the special cases of its streams."""
    sys.stderr = sys.stderr or StringIO()  # None where it is closed: print would take standard output for it
    for stream in filter(None, (sys.stdout, sys.stderr)):
        _drop_what_no_reader_takes(stream)
    try:
        status = main()
        if sys.stdout:  # may be None
            sys.stdout.flush()
    except KeyboardInterrupt:
        status = 130  # 128 + SIGINT, as in shells
        _print_error("servingchecklist: interrupted")
        _drop_output(sys.stdout)
    except OSError as error:
        status = 2
        _print_error(f"servingchecklist: the output cannot be written: {error.strerror}")
        _drop_output(sys.stdout)
    sys.exit(status)


def _print_error(words: str) -> None:
    with suppress(OSError):  # it may be this stream that cannot be written
        print(words, file=sys.stderr)


def _drop_output(stream: TextIO | None) -> None:
    """Keep Python from complaining again when it closes a broken output stream."""
    if stream:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        from .launches import overview

        return overview()
    from .parser import ALIASES, parse, parsers

    if arguments[0] == "__complete":  # as the scripts of shells ask
        from .completion import answer

        return answer(arguments[1:], parsers(), ALIASES)
    options = parse(arguments)
    run: Callable[[Namespace], int] = options.run
    if getattr(options, "quiet", False) and (
        printed := [name for name in _PRINTING if getattr(options, name, None) in (True, "-")]
    ):
        hint = "redirect the output, or leave out one of them"
        raise usage_error(f"--{printed[0]} prints what --quiet would drop", "", hint)
    quiet = redirect_stdout(StringIO()) if getattr(options, "quiet", False) else nullcontext()
    with quiet, faults_name_options(options.names):
        return run(options)
