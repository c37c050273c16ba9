"""The schema of a store: its file type, tables, schema versions and settings of SQLite."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from .faults import CHANGED, NAME_ANOTHER, RESTORE, failure
from .transactions import transaction

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


def set_up(connection: sqlite3.Connection, path: str, deadline: float) -> None:
    """Check what the file is, and only then make it a store of this release."""
    connection.text_factory = _text
    for pragma in PRAGMAS:
        connection.execute(pragma)
    with transaction(connection, "DEFERRED"):  # all queries see the same state of the file
        version = _version(connection, path)
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
