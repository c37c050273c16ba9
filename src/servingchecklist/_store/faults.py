"""Errors of SQLite and of the operating system, as errors of this library."""

from __future__ import annotations

import sqlite3
from typing import NoReturn

from .._text import printable
from ..errors import Fault, FileError, show_path

CHANGED = "is damaged or was changed outside of this library"
RESTORE = "restore a copy of the file"
NOT_SQLITE = "it is not a SQLite file"
NAME_ANOTHER = "name a store, or a file that is not there yet"

# The meaning of SQLite's result codes for the file, and a hint for each.
_LOCKED = ("another process keeps it locked", "try again, or give a longer timeout")
_REASONS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: ("it may only be read", "check the permissions of the file and of its folder"),
    sqlite3.SQLITE_FULL: ("the disk is full", "make room and try again; what was saved before is safe"),
    sqlite3.SQLITE_IOERR: ("the disk refuses", "check the disk, and the limit on the size of files"),
    sqlite3.SQLITE_CANTOPEN: (
        "SQLite cannot open it, or the files that it keeps beside it",
        "check the path, and the permissions of the file and of its folder",
    ),
    sqlite3.SQLITE_NOTADB: (NOT_SQLITE, NAME_ANOTHER),
    sqlite3.SQLITE_CORRUPT: (f"it {CHANGED}", RESTORE),
    sqlite3.SQLITE_ERROR: (f"it {CHANGED}", RESTORE),
    sqlite3.SQLITE_CONSTRAINT: (f"it {CHANGED}", RESTORE),
}


def failure(path: str, problem: str, hint: str, number: int | None = None) -> FileError:
    """Return the error for a file with a problem and a hint."""
    return FileError([Fault("file", "$", problem, show_path(path), hint)], number, path)


def tell(path: str, what: str, error: OSError | sqlite3.Error) -> NoReturn:
    """Raise a FileError for an error of the system or of SQLite. ``what`` is the participle: the store cannot be "read"."""
    if isinstance(error, FileError):
        raise error
    if isinstance(error, OSError):
        raise failure(path, f"the store cannot be {what}: {error.strerror}", "check the path", error.errno) from error
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the higher bytes are the extended code
    reason, hint = _REASONS.get(code, (printable(str(error)), ""))
    raise failure(path, f"the store cannot be {what}: {reason}", hint) from error
