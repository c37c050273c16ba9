"""The SQLite database of a store: its schema, transactions and errors."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Literal

from .._files import failure, system_failure
from .._text import printable
from ..errors import ChecklistError

if TYPE_CHECKING:
    from collections.abc import Generator

_APPLICATION_ID = 0x53764C61
"""The application id, by which a store differs from other SQLite files: "SvLa"."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE checklists (digest TEXT PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE launches (name TEXT PRIMARY KEY, checklist TEXT NOT NULL REFERENCES checklists) WITHOUT ROWID",
        (
            "CREATE TABLE events (launch TEXT NOT NULL REFERENCES launches, digest TEXT NOT NULL, document TEXT NOT NULL,"
            " PRIMARY KEY (launch, digest)) WITHOUT ROWID"
        ),
    ),
)
"""The statements that migrate a store from each schema version to the next; an empty file has version 0. Append-only."""

PRAGMAS = (
    "PRAGMA synchronous = FULL",  # a commit is on the disk before it is acknowledged
    "PRAGMA fullfsync = ON",  # on macOS, where anything less leaves it in the cache of the drive
    "PRAGMA foreign_keys = ON",  # no event without its launch, even after changes to the file from outside
)

CHANGED = "is damaged or was changed outside of this library"
RESTORE = "restore a copy of the file"
NOT_SQLITE = "it is not a SQLite file"
NAME_ANOTHER = "name a store, or a file that does not exist yet"

# The meaning of SQLite's result codes for the file, and a hint for each.
_LOCKED = ("another process keeps it locked", "try again, or give a longer timeout")
_REASONS = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_PROTOCOL: _LOCKED,
    sqlite3.SQLITE_READONLY: ("it is read-only", "check the permissions of the file and of its folder"),
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space and try again; what was saved before is safe"),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "check the disk, and the limit on the size of files"),
    sqlite3.SQLITE_CANTOPEN: (
        "SQLite cannot open it, or the -wal and -shm files beside it",
        "check the path, and the permissions of the file and of its folder",
    ),
    sqlite3.SQLITE_NOTADB: (NOT_SQLITE, NAME_ANOTHER),
    sqlite3.SQLITE_CORRUPT: (f"it {CHANGED}", RESTORE),
    sqlite3.SQLITE_ERROR: (f"it {CHANGED}", RESTORE),
    sqlite3.SQLITE_CONSTRAINT: (f"it {CHANGED}", RESTORE),
}


def set_up(connection: sqlite3.Connection, path: str, deadline: float, *, read_only: bool) -> None:
    """Check what the file is, and only then make it a store of this release, unless it is only read."""
    connection.text_factory = _text
    for pragma in PRAGMAS:
        connection.execute(pragma)
    with transaction(connection, "DEFERRED"):  # all queries see the same state of the file
        version = _version(connection, path)
    if read_only:
        if version < len(MIGRATIONS):
            raise failure(
                path,
                "the store is empty or of an older release",
                "if it was copied, copy its -wal file too; else open it once to write",
            )
        return
    _use_wal(connection, path, deadline)
    if version < len(MIGRATIONS):
        with transaction(connection, "IMMEDIATE"):
            _migrate(connection, _version(connection, path), len(MIGRATIONS))  # another process may have been faster


def _version(connection: sqlite3.Connection, path: str) -> int:
    """Return the schema version of a valid store, 0 for an empty file. Raise for anything else."""
    [(application,)] = connection.execute("PRAGMA application_id")
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    schema = _schema(connection)
    if not (application or version or schema):
        return 0
    if application != _APPLICATION_ID:
        raise failure(path, "the store cannot be opened: it is a file of another program", NAME_ANOTHER)
    newest = len(MIGRATIONS)
    if version > newest:
        problem = f"the store is of a newer release: its schema version is {version}, and this release knows {newest}"
        raise failure(path, problem, "install a newer servingchecklist")
    # A trigger or a constraint added from outside could discard what is saved.
    if version < 1 or schema != _schema_of(version):
        raise failure(path, f"the store {CHANGED}: its tables are not those of this library", RESTORE)
    return version


def check_whole(connection: sqlite3.Connection, path: str) -> None:
    """Raise a FileError if the file has lost rows in a way that no single launch shows: pages, or rows of no launch."""
    checks = [connection.execute(f"PRAGMA {name}").fetchone() for name in ("integrity_check(1)", "foreign_key_check")]
    if checks != [("ok",), None]:
        raise failure(path, f"the store {CHANGED}: launches in it may lack events", RESTORE)


def _schema(connection: sqlite3.Connection) -> set[tuple[object, ...]]:
    """Return the schema objects of a database, without those that SQLite creates for itself."""
    return set(connection.execute("SELECT type, name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'"))


def _schema_of(version: int) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as scratch:
        _migrate(scratch, 0, version)
        return _schema(scratch)


def _migrate(connection: sqlite3.Connection, version: int, goal: int) -> None:
    for statements in MIGRATIONS[version:goal]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {goal}")


def _use_wal(connection: sqlite3.Connection, path: str, deadline: float) -> None:
    """Switch the file to a write-ahead log, with which readers and a writer do not wait for each other."""
    while True:
        try:
            [(mode,)] = connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite itself does not wait here when several processes create the same store at once.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.005)
    if mode != "wal":
        problem = "the store cannot be opened: its file system does not let processes share memory"
        raise failure(path, problem, "keep the store on a disk of this machine")


def _text(data: bytes) -> str:
    """Decode text from SQLite. Invalid UTF-8 was not written by this library, and fails the check of its digest later."""
    return data.decode("utf-8", "surrogateescape")


@contextmanager
def transaction(connection: sqlite3.Connection, kind: Literal["DEFERRED", "IMMEDIATE"]) -> Generator[None]:
    """Run the block in a transaction: commit at its end, roll back on any exception."""
    try:
        connection.execute(f"BEGIN {kind}")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class RowMissingError(Exception):
    """A row to which another one refers is not there."""


@contextmanager
def documented(path: str, done: str) -> Generator[None]:
    """Raise a FileError for any error of the system or of SQLite in the block, and for those that damaged rows cause.

    ``done`` is the participle in its message: the store cannot be "read".
    """
    problem = f"the store cannot be {done}"
    try:
        yield
    except ChecklistError:
        raise
    except OSError as error:
        raise system_failure(path, problem, error) from error
    except (sqlite3.Error, RowMissingError, UnicodeError) as error:
        # A UnicodeError is of a message of SQLite that is not UTF-8, or of a damaged digest.
        code = getattr(error, "sqlite_errorcode", 0 if isinstance(error, sqlite3.Error) else sqlite3.SQLITE_CORRUPT)
        reason, hint = _REASONS.get(code & 0xFF, (printable(str(error)), ""))  # the higher bytes are the extended code
        raise failure(path, f"{problem}: {reason}", hint) from error
