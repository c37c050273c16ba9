"""What is a store and what is none, and what takes a store from one release to the next."""

import json
import sqlite3

import pytest

from helpers.stores import CHECKLIST, LAUNCH, digest_of, notes, picture, raw, refused
from servingchecklist import dumps
from servingchecklist._store import Store, database


def test_a_store_is_set_up_for_many_writers_and_for_the_disk(store, path):
    def value(pragma):
        return store._file._connection.execute(f"PRAGMA {pragma}").fetchone()[0]

    assert (value("journal_mode"), value("synchronous"), value("foreign_keys")) == ("wal", 2, 1)
    assert (value("application_id"), value("user_version")) == (database._APPLICATION_ID, 1)
    store.close()
    assert path.read_bytes()[68:72] == b"SvLa"


NOT_SQLITE = {
    "one byte": b"x",
    "text": b"phases:\n- Foundation\n",
    "zeros": bytes(100),
    "more zeros": bytes(8192),
    "JSON": dumps(CHECKLIST, "json").encode(),
    "the magic alone": b"SQLite format 3\0",
    "the magic and noise": b"SQLite format 3\0" + b"noise" * 1_000,
    "a magic of other times": b"** This file contains an SQLite 2.1 database **" + bytes(2_000),
}


@pytest.mark.parametrize("content", NOT_SQLITE.values(), ids=NOT_SQLITE)
def test_a_file_that_is_not_sqlite_is_refused_and_stays_as_it_is(path, content):
    path.write_bytes(content)
    assert refused(Store, path) == (
        "the store cannot be opened: it is not a SQLite file",
        "name a store, or a file that does not exist yet",
    )
    assert picture(path.parent) == {path.name: content}


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("application", [0, 7, -1])
@pytest.mark.parametrize("version", [0, 1, 7])
def test_the_database_of_another_program_is_refused_and_stays_as_it_is(path, mode, application, version):
    with raw(path) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("CREATE TABLE launches (name TEXT)")
        connection.execute("INSERT INTO launches VALUES ('fraud-v3')")
    before = picture(path.parent)
    assert refused(Store, path) == (
        "the store cannot be opened: it is a file of another program",
        "name a store, or a file that does not exist yet",
    )
    assert picture(path.parent) == before


def test_an_empty_file_and_an_empty_database_become_stores(path):
    path.touch()
    with Store(path) as store:
        assert store.save(LAUNCH) == 1
    path.unlink()
    with raw(path) as connection:
        connection.execute("VACUUM")
    with Store(path) as store:
        assert store.save(LAUNCH) == 1


def test_a_store_of_a_newer_release_is_refused_and_stays_as_it_is(path):
    with Store(path) as store:
        store.save(LAUNCH)
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 2")
        connection.execute("CREATE TABLE more (x)")
    before = picture(path.parent)
    assert refused(Store, path) == (
        "the store is of a newer release: its schema version is 2, and this release knows 1",
        "install a newer servingchecklist",
    )
    assert picture(path.parent) == before


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER swallow BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END",
        "CREATE UNIQUE INDEX one_event ON events (launch)",
        "CREATE VIEW more AS SELECT * FROM events",
        "CREATE TABLE more (x)",
        "ALTER TABLE events ADD COLUMN more TEXT",
        "ALTER TABLE events RENAME TO more",
        "DROP TABLE events",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
    ],
)
def test_a_store_with_other_tables_is_refused_and_stays_as_it_is(path, change):
    with Store(path) as store:
        store.save(LAUNCH)
    with raw(path) as connection:
        connection.execute(change)
    before = picture(path.parent)
    assert refused(Store, path) == (
        "the store is damaged or was changed outside of this library: its tables are not those of this library",
        "restore a copy of the file",
    )
    assert picture(path.parent) == before


def test_what_sqlite_keeps_for_itself_is_no_change(path):
    with Store(path) as store:
        store.save(notes(1, 2))
    with raw(path) as connection:
        connection.execute("ANALYZE")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = DELETE")
    with Store(path) as store:
        assert store.save(notes(1, 2, 3)) == 1
        assert store._file._connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


NEXT = (*database.MIGRATIONS, ("CREATE TABLE more (x TEXT)", "INSERT INTO more SELECT name FROM launches"))


def test_a_step_that_was_released_is_never_changed():
    text = json.dumps(database.MIGRATIONS[:1])
    assert digest_of(text) == "88b670485a7a9c10d01bd62f64318ba4d354867e91c58a45fa38690f3bbefd19"


def test_an_older_store_is_taken_forward(monkeypatch, path):
    with Store(path) as store:
        store.save(notes(1))
    monkeypatch.setattr(database, "MIGRATIONS", NEXT)
    for _ in range(2):
        with Store(path) as store:
            assert store._file._connection.execute("PRAGMA user_version").fetchone()[0] == 2
            assert store._file._connection.execute("SELECT x FROM more").fetchall() == [("fraud-v3",)]
            assert store.load("fraud-v3") == notes(1)
    monkeypatch.undo()
    assert "of a newer release" in refused(Store, path)[0]


def test_a_step_that_fails_leaves_the_store_as_it_was(monkeypatch, path):
    with Store(path) as store:
        store.save(notes(1))
    before = picture(path.parent)
    with monkeypatch.context() as patch:
        patch.setattr(database, "_schema_of", lambda _: database._schema(patched))
        patch.setattr(database, "MIGRATIONS", (*NEXT, ("CREATE TABLE launches (x)",)))
        with raw(path) as patched:
            problem, _ = refused(Store, path)
    assert problem == "the store cannot be opened: it is damaged or was changed outside of this library"
    assert picture(path.parent) == before
    with Store(path) as store:
        assert store.load("fraud-v3") == notes(1)


def test_a_store_that_another_process_takes_forward_meanwhile_is_fine(monkeypatch, path):
    Store(path).close()
    monkeypatch.setattr(database, "MIGRATIONS", NEXT)
    real = database._use_wal

    def overtaken(*arguments):
        monkeypatch.setattr(database, "_use_wal", real)
        Store(path).close()
        real(*arguments)

    monkeypatch.setattr(database, "_use_wal", overtaken)
    with Store(path) as store:
        assert store._file._connection.execute("SELECT x FROM more").fetchall() == []


def test_a_file_system_without_shared_memory_is_refused(monkeypatch, path):
    """SQLite brings a layer that is like one."""
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **options: real(f"{path}&vfs=unix-none", **options))
    monkeypatch.setattr(database, "_schema_of", lambda _: set())
    assert refused(Store, path) == (
        "the store cannot be opened: its file system does not let processes share memory",
        "keep the store on a disk of this machine",
    )
