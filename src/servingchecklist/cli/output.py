"""Output that all commands share: errors, JSON and values in a format."""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import attrs

from .._text import inert, join_words
from ..errors import ChecklistError, Fault, IllegalTransitionError, InvalidError, UnknownNameError, show, show_path
from ..formats import FORMATS, READERS, dumps, write

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator, Iterable, Mapping
    from typing import TypeAlias

    from .._launch.gate import Gate, Live
    from .._launch.results import Snapshot
    from .._launch.review import Review
    from .._planning.calibration import Calibration
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast
    from .._planning.levers import Levers
    from .._planning.ordering import Recommendations
    from .._tailoring.difference import Diff
    from .._tailoring.explanation import Explanation
    from ..codec import Stored
    from ..formats import Shown

    Result: TypeAlias = (
        Snapshot
        | Gate
        | Live
        | Review
        | Recommendations
        | Forecast
        | Levers
        | Calibration
        | CriticalPath
        | Distribution
        | Diff
        | Explanation
    )

_WIDEST = 120
"""The maximum line width on a terminal, in columns: longer lines are hard to read."""

READABLE = join_words([name.upper() for name in READERS], "or")

HINTS = {
    "limit": "if you trust it, read it with --no-limits",
    "missing-effort": "say how long it takes, or give --default-effort",
    "other-kind": "name a file of the kind that is needed",
}
"""Hints for the command line, by the code of a fault whose own hint is for programs."""


class UsageError(ChecklistError):
    """Arguments that do not fit the command, its other arguments or the value it is applied to. The path of a fault may be an option."""


class FaultyValueError(ChecklistError):
    """A value that has faults, such as that of a file.

    Attributes:
        where: The beginning of the lines about it, such as the path of the file.
    """

    def __init__(self, where: str, faults: Iterable[Fault]) -> None:
        super().__init__(faults)
        self.where = where


def usage_error(problem: str, value: str, hint: str) -> UsageError:
    """Return the error for arguments with that problem."""
    return UsageError([Fault("usage", "$", problem, value, hint)])


def print_faults(where: str, faults: Iterable[Fault]) -> None:
    """Print every fault to stderr, one per line."""
    for fault in faults:
        print(with_place(where, fault), file=sys.stderr)


def with_place(where: str, fault: Fault) -> str:
    """Return a fault as a line that begins with its file and, where it is known, the number of the line, as compilers do."""
    line = f":{fault.line}" if fault.line else ""
    return f"{where}{line}: {line_of(attrs.evolve(fault, line=None))}"


def line_of(fault: Fault) -> str:
    """Return a fault as a line, made inert. A path in a document, or in a task, helps; "$", the whole document, is left out."""
    within = re.fullmatch(r"\$.*\.tasks\[\d+\]\.?(.*)", fault.path) if fault.task else None
    if within is None:
        return inert(str(fault).removeprefix("$: "))
    return f"task {inert(repr(fault.task))}: {line_of(attrs.evolve(fault, path=within[1] or '$', task=''))}"


def for_people(fault: Fault, hints: Mapping[str, str] = HINTS) -> Fault:
    """Return a fault with a hint for the command line, by its code, in place of one for programs."""
    return attrs.evolve(fault, hint=hints.get(fault.code, fault.hint))


@contextmanager
def faults_name_options(names: Mapping[str, str], hints: Mapping[str, str] = HINTS) -> Generator[None]:
    """Make the faults raised inside the block name options and commands instead of arguments and functions.

    Args:
        names: The options, by the names of the arguments of functions that they give.
        hints: As for :func:`for_people`.

    Raises:
        UsageError: A name is unknown, or all faults are about values of options.
        FaultyValueError: A value has other faults, or a transition is illegal.
    """
    try:
        yield
    except IllegalTransitionError as error:
        faults = [
            attrs.evolve(fault, path="$", message=f"{error.task} {fault.message}", value="") for fault in error.faults
        ]
        raise FaultyValueError("servingchecklist", faults) from None
    except (InvalidError, UnknownNameError) as error:
        options = [_option_of(fault.path, names) for fault in error.faults]
        faults = [
            attrs.evolve(for_people(fault, hints), path=option or fault.path)
            for fault, option in zip(error.faults, options, strict=True)
        ]
        if all(options) or isinstance(error, UnknownNameError):
            raise UsageError(faults) from None
        raise FaultyValueError("servingchecklist", faults) from None


def _option_of(path: str, names: Mapping[str, str]) -> str:
    """Return the option for the path of an argument, empty if there is none: ``$.blocked.c5`` is ``--blocked c5``."""
    match = re.match(r"\$\.(\w+)\b(?:\.(.+))?", path)
    # A position among ids means nothing on the command line; the value says which one it is.
    return f"{names[match[1]]} {match[2] or ''}".rstrip() if match and match[1] in names else ""


def emit(text: str, format: str) -> None:
    """Print what a format gives. A document is UTF-8 with its own line ends everywhere; text for people follows the terminal."""
    buffer = None if format == "text" else getattr(sys.stdout, "buffer", None)
    if buffer is None:
        print(text, end="")
        return
    sys.stdout.flush()
    data = memoryview(text.encode())
    with suppress(BrokenPipeError):
        while data:  # a stream without a buffer may take only a part
            written = buffer.write(data)
            if written is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            data = data[written:]
    sys.stdout.flush()  # which says again that the reader is gone


def print_json(document: object) -> None:
    """Print a document as JSON for another program, with an escape in what the log of a CI service would obey."""
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False)
    emit(re.sub(r"##(?=\[|vso\[)", r"#\\u0023", text) + "\n", "json")


def check_output(options: Namespace) -> None:
    """Refuse ``--json`` with ``--output`` or ``--format``, and formats that the command does not write."""
    if options.json and (options.output or options.format):
        raise usage_error("--json cannot be combined with --output or --format", "", "redirect the output")
    name = format_of(options, "text")
    if name not in options.formats:
        suffixes = [suffix for format in options.formats for suffix in FORMATS.get(format, ())]
        hint = f"end {'the name' if name else 'it'} in one of {', '.join(suffixes)}"
        if name in READERS:
            hint = "for another program, use --json and redirect the output"
        problem = (
            f"{options.command} cannot be written as {name}" if name else "the name of the file does not say its format"
        )
        raise usage_error(problem, show_path(options.output), hint)


def check_readable(path: str | None, option: str) -> None:
    """Refuse to write a checklist or an overlay to a file in a format that cannot be read."""
    suffixes = [suffix for name in READERS for suffix in FORMATS[name]]
    if path is not None and path != "-" and os.path.splitext(path)[1].lower() not in suffixes:
        hint = f"end the name in {join_words([FORMATS[name][0] for name in READERS], 'or')}"
        raise usage_error(f"{option} writes {READABLE}", show_path(path), hint)


def refuse_junit(format: str, name: str) -> None:
    """Refuse the format of gates for a checklist, a launch or an overlay."""
    if format == "junit":
        hint = "decide a gate of a launch: servingchecklist gate --format junit"
        raise usage_error("junit is for the gate of a launch", show(name), hint)


def format_of(options: Namespace, default: str) -> str:
    """Return the requested format, or an empty string where the suffix of the output is unknown."""
    if options.format or not options.output:
        return str(options.format or default)
    suffix = os.path.splitext(options.output)[1].lower()
    return next((name for name, suffixes in FORMATS.items() if suffix in suffixes), "")


def show_result(
    options: Namespace, value: Result, head: str = "", document: Callable[[], Mapping[str, object]] | None = None
) -> None:
    """Print a result where requested as JSON, by default its ``to_dict``, else write or print it in the requested format."""
    check_output(options)
    if options.json:
        print_json(document() if document else value.to_dict())
    else:
        write_or_print(options, value, "text", head)


def write_or_print(options: Namespace, value: Shown, default: str, head: str = "") -> None:
    """Write a value to the output file, or print it if there is none, as text behind a head."""
    if options.output:
        write(value, options.output, options.format)
        return
    format = options.format or default
    emit((head if format == "text" else "") + rendered(value, format), format)


def write_to(path: str, value: Stored) -> None:
    """Write a value to a file, or as TOML to standard output for ``-``."""
    if path == "-":
        emit(dumps(value, "toml"), "toml")
    else:
        write(value, path)


def rendered(value: Shown, format: str) -> str:
    """Return a value as it is printed. Text on a terminal uses its width, up to 120 columns, and colours."""
    if format != "text":
        return dumps(value, format)
    from shutil import get_terminal_size

    from ..formats import text

    is_terminal = bool(sys.stdout and sys.stdout.isatty())
    width = min(get_terminal_size().columns, _WIDEST) if is_terminal else text.WIDTH
    is_colored = os.environ.get("FORCE_COLOR") or (is_terminal and os.environ.get("TERM") != "dumb")
    return text.dumps(value, width, color=bool(is_colored and not os.environ.get("NO_COLOR")))
