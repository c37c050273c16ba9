"""Exceptions, and the faults that they report.

Every error of this library is a :class:`ChecklistError`, and every one carries its faults as data: a code, the path, the problem, the value
as it was given, and what to write instead. Programs read :attr:`ChecklistError.faults`; people read the message made from them.
"""

from __future__ import annotations

import os
from collections.abc import Sized
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, cast

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from typing_extensions import TypeIs

T = TypeVar("T")

__all__ = [
    "ChecklistError",
    "Code",
    "CycleError",
    "Fault",
    "FileError",
    "IllegalTransitionError",
    "InvalidError",
    "LimitError",
    "PackError",
    "UnknownNameError",
]

_SHOWN_FAULTS = 20
_MOST_LISTED = 24

MOST_FAULTS = 1_000
"""The maximum number of faults that are collected for one value; in a value that is wrong everywhere, more of them add nothing."""

HINTED_FAULTS = 10
"""The maximum number of faults of one value for which the nearest known name is looked up, which is slow."""


Code: TypeAlias = Literal[
    "bad-format",
    "bad-rule",
    "bad-text",
    "before-start",
    "closed-task",
    "conflict",
    "contradiction",
    "damaged",
    "dependency-cycle",
    "duplicate",
    "empty",
    "encoding",
    "file",
    "illegal-transition",
    "limit",
    "misplaced",
    "missing",
    "missing-effort",
    "missing-package",
    "newer-schema",
    "no-time-zone",
    "not-a-copy",
    "not-an-id",
    "other-kind",
    "out-of-order",
    "out-of-range",
    "pack",
    "syntax",
    "too-long",
    "unknown-facet",
    "unknown-key",
    "unknown-name",
    "unknown-phase",
    "unknown-step",
    "unknown-task",
    "unknown-value",
    "unsupported",
    "usage",
    "wrong-kind",
]
"""The codes of faults. A program that has to tell one fault from another compares codes: messages and hints may be reworded."""


@attrs.frozen
class Fault:
    """One problem, at one path.

    Attributes:
        code: The kind of problem, as a stable name.
        path: Its path, as ``$`` followed by keys and zero-based positions: ``$.phases[0].tasks[2].effort``.
        message: The problem, in words, without the path.
        value: The value as it was given, shortened and escaped so that it is safe to print. Empty where nothing was given.
        hint: The correction: what to write instead. Empty where there is nothing to add.
        task: The id of the task that the fault is in, such as the one its path leads through; empty where there is none or its id is invalid.
        line: The line of the text, from 1, of a value in JSON, TOML or YAML, or of an error of syntax; None where it is not known.
    """

    code: Code
    path: str
    message: str
    value: str = ""
    hint: str = ""
    task: str = attrs.field(default="", kw_only=True)
    line: int | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        got = f" (got {self.value})" if self.value else ""
        task = f", in task {self.task}" if self.task else ""
        line = f", on line {self.line}" if self.line else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.path}: {self.message}{got}{task}{line}{hint}"

    def under(self, prefix: str) -> Fault:
        """Return the fault with its path under a prefix: ``$.effort`` under ``$.tasks[2]`` is ``$.tasks[2].effort``."""
        return attrs.evolve(self, path=prefix + self.path[1:])


class ChecklistError(Exception):
    """The root of every error that this library raises on purpose.

    Attributes:
        faults: All faults, in the order in which they were found; at least one.
    """

    faults: tuple[Fault, ...]

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        shown = [str(fault) for fault in self.faults[:_SHOWN_FAULTS]]
        if len(self.faults) == 1:
            return shown[0]
        more = len(self.faults) - len(shown)
        if more:
            shown.append(f"and {more} more")
        return "\n  ".join([f"{len(self.faults)} faults:", *shown])


class InvalidError(ChecklistError, ValueError):
    """A value, or a document, that breaks the rules of the model."""


class CycleError(InvalidError):
    """A dependency cycle: tasks, or tasks and phases, that wait for each other.

    Attributes:
        cycle: The ids along the cycle, those of phases as in ``"phase p1"``. Each comes after the next one, and the last after the first.
    """

    cycle: tuple[str, ...]

    def __init__(self, faults: Iterable[Fault], cycle: Iterable[str] = ()) -> None:
        super().__init__(faults)
        self.cycle = tuple(cycle)


class IllegalTransitionError(InvalidError):
    """A transition that the status of a task does not allow, such as to finish a waived one. The message says what is allowed.

    Attributes:
        task: The id of the task.
    """

    task: str

    def __init__(self, faults: Iterable[Fault], task: str = "") -> None:
        super().__init__(faults)
        self.task = task


class LimitError(InvalidError):
    """A document that is larger or deeper than the caller allowed. See :class:`servingchecklist.Limits`."""


class UnknownNameError(ChecklistError, KeyError):
    """A name that is unknown: of a task, a bundled checklist, a format."""

    # KeyError prints the repr of its argument; this message is meant for people.
    __str__ = ChecklistError.__str__


class FileError(ChecklistError, OSError):
    """A file that could not be read or written. Its content is as before, unless the message says that it was replaced.

    Attributes:
        errno: The operating system's error number, or None where it gave none.
        filename: The path of the file.
    """

    __str__ = ChecklistError.__str__

    def __init__(self, faults: Iterable[Fault], errno: int | None = None, filename: str | None = None) -> None:
        super().__init__(faults)
        self.errno = errno
        self.filename = filename

    def __reduce__(self) -> tuple[type[FileError], tuple[tuple[Fault, ...], int | None, str | None]]:
        return type(self), (self.faults, self.errno, self.filename)


class PackError(ChecklistError):
    """An offer of an installed pack that cannot be used. Each fault names the distribution and its version.

    An exception that code of the pack raised is the ``__cause__``.
    """


class Faults(list[Fault]):
    """The faults of one value as they are found, 1,000 at most; only the first ten look for the nearest known name, which is slow."""

    def add(
        self,
        code: Code,
        path: str,
        message: str,
        value: object,
        hint: str = "",
        *,
        known: Iterable[str | tuple[str, str]] = (),
        task: str = "",
    ) -> None:
        """Add a fault. Its hint is the name in ``known`` that is nearest to ``value`` or, without one, ``hint``."""
        if len(self) < MOST_FAULTS:
            near = nearest(value, known) if len(self) < HINTED_FAULTS else ""
            self.append(Fault(code, path, message, show(value), near or hint, task=task))


def preceded_by(error: InvalidError, faults: Iterable[Fault]) -> InvalidError:
    """Return the error with other faults of the same document before its own, 1,000 at most; a cycle stays a cycle."""
    error.faults = (*faults, *error.faults)[:MOST_FAULTS]
    error.args = (error.faults,)
    return error


def invalid(code: Code, path: str, message: str, value: object, hint: str) -> InvalidError:
    """Return an error with the one fault that the arguments describe."""
    return InvalidError([Fault(code, path, message, show(value), hint)])


def unknown_name(
    code: Code, path: str, what: str, name: object, known: Iterable[str | tuple[str, str]]
) -> UnknownNameError:
    """Return the error for a ``name`` that is none of ``known``, with the nearest of them as the hint."""
    return UnknownNameError([Fault(code, path, f"there is no {what} of that name", show(name), nearest(name, known))])


def missing_package(user: str, package: str, extra: str) -> UnknownNameError:
    """Return the error of a package that ``user`` needs and that is not installed; the extra of that name installs it."""
    problem = f"{user} needs the package {package}, which is not installed"
    return UnknownNameError([Fault("missing-package", "$", problem, "", f"pip install 'servingchecklist[{extra}]'")])


def show_path(path: str | PathLike[str]) -> str:
    """Return the path of a file, whole and safe to print."""
    return show(os.fsdecode(path), most=4_096)


def nearest(name: object, known: Iterable[str | tuple[str, str]]) -> str:
    """Return a hint with the known name nearest to ``name``, or with all of them where none is near and they are few.

    A pair is a name of another kind, and the hint for where it is given in place of a known one.
    """
    entries = list(known)
    names = [entry for entry in entries if isinstance(entry, str)]
    name = as_text(name)
    if type(name) is str and len(name) <= 64:
        if hint := dict(entry for entry in entries if not isinstance(entry, str)).get(name):
            return hint
        if near := nearest_name(name, names):
            return f"did you mean {near!r}?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to ``name``, empty where none is near."""
    from difflib import get_close_matches  # only needed for errors

    # Comparing is slow, and slower for long names: only some of those of about the same length are compared.
    alike = [known_name for known_name in known if abs(len(known_name) - len(name)) <= 3]
    return next(iter(get_close_matches(name.lower(), alike[: 2_000 // (len(name) + 1)], n=1)), "")


def member(path: str, key: object) -> str:
    """Return the path of the value under ``key``, which may be untrusted input: printable whatever the key holds."""
    key = as_text(key)
    plain = type(key) is str and len(key) <= 64 and key.isascii() and key.replace("-", "_").isidentifier()
    return f"{path}.{key}" if plain else f"{path}[{show(key)}]"


def is_a(value: object, kind: type[T]) -> TypeIs[T]:
    """Return True for an instance of a class, by its type: ``isinstance`` believes an object that only claims to be one."""
    return issubclass(type(value), kind)


def as_text(value: T) -> T:
    """Return text of a subclass of ``str`` as plain text, which none of its methods can change, and anything else unchanged."""
    return cast("T", str.__str__(value)) if is_a(value, str) else value


def show(value: object, most: int = 60) -> str:
    """Return a short form of any value that is safe to print: escaped, cut, and never made by the value's own ``__repr__``.

    Args:
        value: Any value.
        most: The maximum number of characters of a string that are shown.
    """
    kind = type(value)
    if kind is str:
        assert isinstance(value, str)
        return repr(value) if len(value) <= most else f"{value[:most]!r}... of {len(value)} characters"
    if kind is int:
        assert isinstance(value, int)
        return str(value) if value.bit_length() <= 128 else f"an integer of {value.bit_length()} bits"
    if value is None or kind is bool or kind is float:
        return repr(value)
    if kind is dict or kind is list or kind is tuple:
        assert isinstance(value, Sized)
        return f"a {kind.__name__} of {len(value)}"
    return f"a value of type {kind.__name__}"
