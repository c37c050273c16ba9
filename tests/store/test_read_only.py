"""A store that is only read: on media that cannot be written, beside a writer, and with whatever a writer left beside it."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from unittest import mock

import pytest

from helpers.stores import CHECKLIST, LAUNCH, MONDAY, note, notes, picture, raw, refused
from servingchecklist._store import Store, database, file
from servingchecklist.errors import FileError, InvalidError

TRY_AGAIN = ("the store cannot be read: another process is writing it", "try again")


@pytest.fixture
def old(path):
    """Make the file, with a launch of one note, as if it had last been changed long ago."""
    with Store(path) as store:
        store.save(notes(1))
    os.utime(path, (1, 1))
    return path


@pytest.fixture
def unwritable(monkeypatch):
    """Make the system say so of all files; who runs the tests may be root."""
    monkeypatch.setattr(os, "access", lambda *_: False)


@pytest.mark.parametrize("value", [None, 1, "no", mock.ANY])
def test_read_only_is_true_or_false(path, value):
    with pytest.raises(InvalidError, match=r"^\$\.read_only: is not True or False .*; write True or False$"):
        Store(path, read_only=value)


def assert_reads(path, *numbers):
    with Store(path, read_only=True) as store:
        assert store.names() == ("fraud-v3",)
        assert store.load("fraud-v3") == notes(*numbers)
        return store._file._state


def test_reading_leaves_all_as_it_is(old):
    before = picture(old.parent), old.stat().st_mtime_ns
    assert assert_reads(old, 1) is None
    assert (picture(old.parent), old.stat().st_mtime_ns) == before


def test_a_file_that_cannot_be_written_is_read_without_files_beside_it(old, unwritable):
    before = picture(old.parent)
    with Store(old, read_only=True) as store:
        assert store.load("fraud-v3") == notes(1)
        assert picture(old.parent) == before


@pytest.mark.parametrize("unwritable", ["file", "folder"])
def test_both_the_file_and_its_folder_have_to_be_writable(old, monkeypatch, unwritable):
    denied = str(old if unwritable == "file" else old.parent)
    link = old.with_name("link.db")
    link.symlink_to(old)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or path != denied)
    assert assert_reads(link, 1)


def test_nothing_is_written(old, tmp_path):
    with Store(old, read_only=True) as store:
        for use in (
            lambda: store.save(LAUNCH),
            lambda: store.migrate("fraud-v3", CHECKLIST, by="x", at=MONDAY),
            lambda: store.import_files(tmp_path),
        ):
            with pytest.raises(InvalidError) as caught:
                use()
            assert str(caught.value) == (
                f"$: the store is open for reading only (got {str(old)!r}); open it without read_only=True"
            )
        store.export_files(tmp_path)
    assert sorted(os.listdir(tmp_path)) == ["fraud-v3.jsonl", old.name]


def test_a_file_that_is_not_there_is_not_made(path):
    assert refused(Store, path, read_only=True) == (
        "the store cannot be opened: No such file or directory",
        "check the path",
    )
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize("kind", ["empty", "older"])
def test_an_empty_file_and_an_older_store_are_not_made_stores_of_this_release(path, monkeypatch, kind):
    path.touch()
    if kind == "older":
        Store(path).close()
        monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, ("CREATE TABLE more (x)",)))
    before = picture(path.parent)
    assert refused(Store, path, read_only=True) == (
        "the store is empty or of an older release",
        "if it was copied, copy its -wal file too; else open it once to write",
    )
    assert picture(path.parent) == before


@contextlib.contextmanager
def left_open(path):
    """What a writer that was killed leaves: its last change is in the log."""
    with raw(path) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        event = note(2)
        writer.execute("INSERT INTO events VALUES ('fraud-v3', ?, ?)", (event.id, event.canonical))
        yield


@pytest.mark.parametrize("killed", [True, False])
def test_what_is_only_in_the_log_is_read(old, tmp_path_factory, killed):
    """A killed writer has left it, or one still has the file open. The file stays as it is."""
    folder = tmp_path_factory.mktemp("copy")
    with left_open(old):
        if not killed:
            assert assert_reads(old, 1, 2) is None
        for name in os.listdir(old.parent):
            shutil.copy(old.parent / name, folder / name)
    (folder / f"{old.name}-shm").unlink()
    before = picture(folder)
    assert assert_reads(folder / old.name, 1, 2) is None
    after = picture(folder)
    assert after.pop(f"{old.name}-shm")  # SQLite makes it anew, and leaves it there
    assert after == before


def test_a_log_is_never_ignored(old, tmp_path_factory, unwritable):
    """Without a folder to write to, SQLite cannot read it: an error, and not the state before."""
    folder = tmp_path_factory.mktemp("copy")
    with left_open(old):
        for suffix in ("", "-wal"):
            shutil.copy(f"{old}{suffix}", folder / f"{old.name}{suffix}")
    (folder / f"{old.name}-shm").symlink_to("nowhere")  # SQLite follows no link
    assert refused(Store, folder / old.name, read_only=True)[0] == (
        "the store cannot be opened: SQLite cannot open it, or the -wal and -shm files beside it"
    )


def test_an_empty_log_is_no_change(old, unwritable):
    old.with_name(f"{old.name}-wal").touch()
    assert assert_reads(old, 1)


def test_what_changes_before_the_next_use_is_read(old, unwritable):
    with Store(old, read_only=True) as store, Store(old) as writer:
        assert store.load("fraud-v3") == notes(1)
        writer.save(notes(2))
        assert store.load("fraud-v3") == notes(1, 2)
        writer.save(notes(3))
        assert store.load("fraud-v3") == notes(1, 2, 3)
        store._file._disconnect()
        writer.close()
        os.utime(old, (2, 2))
        assert store.load("fraud-v3") == notes(1, 2, 3)
        assert store._file._state


@pytest.mark.parametrize("closes", [True, False], ids=["and closes", "and goes on"])
@pytest.mark.parametrize("fails", [True, False])
def test_what_changes_during_a_use_is_an_error(old, unwritable, monkeypatch, closes, fails):
    monkeypatch.setattr(file, "_COARSEST_CLOCK", 0)
    with Store(old, read_only=True) as store, Store(old) as writer:

        def use():
            with store._file.using():
                writer.save(notes(2))
                if closes:
                    writer.close()
                if fails:
                    raise ValueError("what half of a change looks like")

        assert refused(use) == TRY_AGAIN
        assert store.load("fraud-v3") == notes(1, 2)


def test_what_changes_during_a_use_hides_no_interrupt(old, unwritable):
    def interrupted(store):
        with store._file.using():
            os.utime(old, (2, 2))
            raise KeyboardInterrupt

    with Store(old, read_only=True) as store, pytest.raises(KeyboardInterrupt):
        interrupted(store)


@pytest.mark.parametrize("kind", ["immutable", "log", "unchanged"])
def test_what_changes_while_it_is_opened_is_no_damage(old, unwritable, monkeypatch, kind):
    """Half of a change looks like damage, and a log that is gone cannot be opened."""
    log = old.with_name(f"{old.name}-wal")
    if kind == "log":
        log.write_bytes(bytes(32))

    def changed(*_, **options):
        if kind == "immutable":
            os.utime(old, (2, 2))
        log.unlink(missing_ok=True)
        raise sqlite3.DatabaseError("half of a change")

    monkeypatch.setattr(file, "set_up", changed)
    expected = ("the store cannot be opened: half of a change", "") if kind == "unchanged" else TRY_AGAIN
    assert refused(Store, old, read_only=True) == expected


def test_a_store_that_changes_right_after_it_is_opened_keeps_no_connection(old, unwritable, monkeypatch):
    opened = []

    def changed(connection, *arguments, **options):
        database.set_up(connection, *arguments, **options)
        opened.append(connection)
        os.utime(old, (2, 2))

    monkeypatch.setattr(file, "set_up", changed)
    assert refused(Store, old, read_only=True) == TRY_AGAIN
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_a_file_that_was_just_changed_is_left_to_its_clock(old, unwritable, monkeypatch):
    """Another change within the resolution of the clock would not show in the time of the file."""
    os.utime(old)
    assert refused(Store, old, read_only=True, timeout=0) == TRY_AGAIN
    naps = []
    monkeypatch.setattr(file.time, "sleep", lambda seconds: naps.append(os.utime(old, (1, 1))))
    assert assert_reads(old, 1)
    assert len(naps) == 1


@pytest.mark.parametrize(("changed", "waits"), [(998.0, False), (998.5, True), (1_000.0, True), (1_000.5, False)])
def test_two_seconds_are_waited_for_and_no_clock_that_is_wrong(old, unwritable, monkeypatch, changed, waits):
    monkeypatch.setattr(file.time, "time", lambda: 1_000.0)
    os.utime(old, (changed, changed))
    if waits:
        assert refused(Store, old, read_only=True, timeout=0) == TRY_AGAIN
    else:
        assert assert_reads(old, 1)


def test_another_file_in_its_place_is_told(old, unwritable):
    with Store(old, read_only=True) as store:
        shutil.copy(old, f"{old}.new")
        os.replace(f"{old}.new", old)
        assert refused(store.names) == (
            "the store was moved, replaced or removed while it was open",
            "close it, and open what is there now",
        )


WRITE = textwrap.dedent("""
    import sys
    sys.path.insert(0, sys.argv[2])
    from helpers.stores import notes
    from servingchecklist import Store
    for number in range(1, 40):
        with Store(sys.argv[1]) as store:
            store.save(notes(*range(1, number + 1)))
            if number % 2:
                store.save(notes(1_000 + number))
""")


@pytest.mark.parametrize("writable", [True, False])
def test_beside_a_writer_what_is_read_was_saved(path, monkeypatch, writable):
    """A writer that opens and closes the file all the time. What is read grows, and an event is there with all before it."""
    Store(path).close()
    if not writable:
        monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(file, "_COARSEST_CLOCK", 0.02)
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, str(path), os.path.dirname(os.path.dirname(__file__))]
    ) as writer:
        most = read = 0
        while writer.poll() is None:
            try:
                with Store(path, read_only=True, timeout=10) as store:
                    texts = store.load("fraud-v3").events if store.names() else ()
            except FileError as error:
                assert (error.faults[0].message, error.faults[0].hint) == TRY_AGAIN  # noqa: PT017
                continue
            ordinary = sorted(event.at for event in texts if event.at < note(1_000).at)
            assert ordinary == sorted(event.at for event in notes(*range(1, len(ordinary))).events)[: len(ordinary)]
            assert len(texts) >= most
            most, read = len(texts), read + 1
        assert writer.returncode == 0
    assert read > 5


MEDIUM = textwrap.dedent("""
    import os, shutil, subprocess, sys
    sys.path.insert(0, sys.argv[2])
    from helpers.stores import notes
    from servingchecklist import Store
    from servingchecklist.errors import FileError

    medium = sys.argv[1]
    subprocess.run(["mount", "-t", "tmpfs", "none", medium], check=True)
    with Store(f"{medium}/closed.db") as store:
        store.save(notes(1))
    os.utime(f"{medium}/closed.db", (1, 1))
    with Store(f"{medium}/closed.db") as store:
        store.save(notes(1, 2))
        for suffix in ("", "-wal", "-shm"):
            shutil.copy(f"{medium}/closed.db{suffix}", f"{medium}/all.db{suffix}")
        for suffix in ("", "-wal"):
            shutil.copy(f"{medium}/closed.db{suffix}", f"{medium}/log.db{suffix}")
    os.utime(f"{medium}/closed.db", (1, 1))
    before = sorted(os.listdir(medium))
    subprocess.run(["mount", "-o", "remount,ro", medium], check=True)
    for name in ("closed", "all", "log"):
        try:
            with Store(f"{medium}/{name}.db", read_only=True) as store:
                print(name, store.names(), store.load("fraud-v3") == notes(1, 2))
        except FileError as error:
            print(name, error.faults[0].message)
    assert sorted(os.listdir(medium)) == before
""")


@pytest.fixture
def medium(tmp_path):
    """Make a folder that a process in a namespace of its own may mount something on."""
    unshare = shutil.which("unshare")
    command = [unshare, *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount"] if unshare else ["false"]
    mounts = [*command, "mount", "-t", "tmpfs", "none", str(tmp_path)]
    if subprocess.run(mounts, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    return command, str(tmp_path)


def test_media_that_cannot_be_written_are_read(medium):
    command, folder = medium
    script = [sys.executable, "-c", MEDIUM, folder, os.path.dirname(os.path.dirname(__file__))]
    done = subprocess.run([*command, *script], check=False, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "closed ('fraud-v3',) True",
        "all ('fraud-v3',) True",
        "log the store cannot be opened: SQLite cannot open it, or the -wal and -shm files beside it",
    ], done.stderr
