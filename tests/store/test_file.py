"""The file of a store: threads, forks and others who want it at the same time, its mode, and what stands at its name."""

import contextlib
import errno
import os
import re
import shutil
import sqlite3
import stat
import threading
import time

import attrs
import pytest

from helpers.stores import LAUNCH, assert_sound, note, notes, raw, refused, rows
from servingchecklist._store import Store, file
from servingchecklist.errors import FileError, InvalidError

SIBLINGS = ("", "-wal", "-shm", "-journal")


def test_threads_share_a_store(store, path):
    failures = []

    def work(worker):
        try:
            own = attrs.evolve(LAUNCH, name=f"own-{worker}")
            shared = LAUNCH
            for number in range(20):
                own = own.record(note(number))
                shared = shared.record(note(100 * worker + number))
                assert store.save(own) == (2 if number == 0 else 1)
                store.save(shared)
                assert len(store.load(f"own-{worker}").events) == number + 2
                assert f"own-{worker}" in store.names()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.load("fraud-v3") == notes(*(100 * worker + number for worker in range(5) for number in range(20)))
    assert store.names() == ("fraud-v3", *(f"own-{worker}" for worker in range(5)))
    assert rows(path) == 1 + 100 + 5 * 21
    assert_sound(path)


def test_a_closed_store_says_so(path):
    store = Store(path)
    store.save(LAUNCH)
    store.close()
    store.close()
    for use in (store.names, lambda: store.load("fraud-v3"), lambda: store.save(LAUNCH)):
        with pytest.raises(InvalidError) as caught:
            use()
        assert str(caught.value) == f"$: the store is closed (got {str(path)!r}); open it again with Store(...)"
    assert sorted(os.listdir(path.parent)) == [path.name]


def test_leaving_the_block_closes_whatever_happened(path):
    with pytest.raises(ZeroDivisionError), Store(path) as store:
        raise ZeroDivisionError
    with pytest.raises(InvalidError, match="is closed"):
        store.names()


def test_closing_waits_for_a_thread_that_uses_the_store(store):
    with store._file.using() as connection:
        thread = threading.Thread(target=store.close)
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
    thread.join()


def test_no_connection_lives_through_a_fork(store, path):
    """What is done around a fork, without one. tests/durability has real ones."""
    store.save(LAUNCH)
    connection = store._file._connection
    file._hold_all()
    try:
        assert os.listdir(path.parent) == [path.name]
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
        waiting = threading.Thread(target=store.names)
        waiting.start()
        waiting.join(0.1)
        assert waiting.is_alive()
    finally:
        file._release_all()
    waiting.join()
    assert store.save(notes(1)) == 1
    assert store.load("fraud-v3") == notes(1)


def test_no_store_is_opened_during_a_fork(path):
    opened = []
    file._hold_all()
    try:
        thread = threading.Thread(target=lambda: opened.append(Store(path)))
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
        assert not path.exists()
    finally:
        file._release_all()
    thread.join()
    opened[0].close()


def test_a_store_that_is_closed_stays_closed_after_a_fork(store):
    store.close()
    file._hold_all()
    file._release_all()
    with pytest.raises(InvalidError, match="the store is closed"):
        store.names()


def test_a_system_without_forks_has_nothing_to_watch(monkeypatch):
    monkeypatch.delattr(os, "register_at_fork")
    file._watch_forks.__wrapped__()


def test_a_connection_that_came_over_a_fork_all_the_same_is_refused(monkeypatch, store, path):
    """A program that forks without Python's knowing. What tells is the number of the process."""
    store.save(LAUNCH)
    connection = store._file._connection
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        for use in (store.names, lambda: store.load("fraud-v3"), lambda: store.save(LAUNCH)):
            with pytest.raises(InvalidError) as caught:
                use()
            assert str(caught.value) == (
                f"$: the store was opened before this process was forked by code other than Python (got {str(path)!r}); "
                "open it after the fork"
            )
        store._file._disconnect()
        store.close()
    assert store._file._connection is connection  # the child has not closed what is the parent's
    assert connection.execute("SELECT name FROM launches").fetchall() == [("fraud-v3",)]
    store._file._disconnect()
    assert store._file._connection is None


def test_what_interrupts_a_save_does_not_disturb_it(store, path):
    """A signal handler, say, runs in the very thread that it interrupts. SQLite's own tracing does too."""
    store.save(LAUNCH)
    told = []

    def interrupt(_):
        for use in (store.names, lambda: store.save(notes(7))):
            with pytest.raises(InvalidError) as caught:
                use()
            told.append(str(caught.value))

    store._file._connection.set_progress_handler(lambda: interrupt(None), 5)
    assert store.save(notes(1, 2)) == 2
    store._file._connection.set_progress_handler(None, 1)
    assert set(told) == {
        f"$: the store is in use by this thread (got {str(path)!r}); do not use it in a signal handler or a finalizer"
    }
    assert store.load("fraud-v3") == notes(1, 2)


@pytest.mark.parametrize("timeout", [-1, float("nan"), float("inf"), 86_401, True, "30", None])
def test_a_timeout_is_a_number_of_seconds(path, timeout):
    with pytest.raises(InvalidError, match=r"^\$\.timeout: is not a number of seconds from 0 to 86,400 "):
        Store(path, timeout=timeout)
    assert not path.exists()


def test_a_store_that_stays_locked_is_an_error_and_can_be_used_later(path):
    with Store(path, timeout=0.1) as store, raw(path) as writer:
        store.save(LAUNCH)
        writer.execute("BEGIN IMMEDIATE")
        start = time.monotonic()
        assert refused(store.save, notes(1)) == (
            "the store cannot be written: another process keeps it locked",
            "try again, or give a longer timeout",
        )
        assert time.monotonic() - start >= 0.1
        assert store.load("fraud-v3") == LAUNCH  # who reads does not wait
        writer.execute("ROLLBACK")
        assert store.save(notes(1)) == 1


@pytest.mark.parametrize("kind", ["DEFERRED", "IMMEDIATE", "EXCLUSIVE"])
def test_making_a_store_waits_for_others_that_have_the_file(path, kind):
    path.touch()
    opened = []
    with raw(path) as other:
        other.execute(f"BEGIN {kind}")
        other.execute("SELECT * FROM sqlite_master").fetchall()
        start = time.monotonic()
        assert refused(Store, path, timeout=0.1) == (
            "the store cannot be opened: another process keeps it locked",
            "try again, or give a longer timeout",
        )
        assert time.monotonic() - start >= 0.1
        thread = threading.Thread(target=lambda: opened.append(Store(path, timeout=30)))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        other.execute("COMMIT")
        thread.join()
    with opened[0] as store:
        assert store.save(LAUNCH) == 1


def modes(path):
    return {
        suffix: stat.S_IMODE(os.stat(f"{path}{suffix}").st_mode)
        for suffix in SIBLINGS
        if os.path.exists(f"{path}{suffix}")
    }


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_store_is_for_its_owner_only(path, mask):
    before = os.umask(mask)
    try:
        with Store(path) as store:
            store.save(LAUNCH)
            assert modes(path) == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
    finally:
        os.umask(before)
    assert modes(path) == {"": 0o600}


def test_a_new_store_is_for_its_owner_only_before_anything_is_in_it(monkeypatch, path):
    seen = []
    real = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **options: (seen.append(modes(path)), real(*args, **options))[1]
    )
    Store(path).close()
    assert seen[0] == {"": 0o600}


@pytest.mark.parametrize("empty", [True, False])
def test_the_mode_of_a_file_that_is_there_stays(path, empty):
    path.touch()
    if not empty:
        Store(path).close()
    path.chmod(0o640)
    with Store(path) as store:
        store.save(LAUNCH)
        assert modes(path) == {"": 0o640, "-wal": 0o640, "-shm": 0o640}


@pytest.mark.parametrize(
    "name",
    [
        "a b.db",
        "a%20b.db",
        "a?mode=memory",
        "a#b",
        "\u8868.db",
        "-rf",
        ":memory:",
        "file:x.db",
        "a'b\"c",
        "\udc80.db",
        "\n",
    ],
    ids=ascii,
)
def test_strange_names_are_names(tmp_path, name):
    with Store(tmp_path / name) as store:
        store.save(LAUNCH)
    assert os.listdir(tmp_path) == [name]
    with Store(tmp_path / name) as store:
        assert store.load("fraud-v3") == LAUNCH


def test_a_relative_path_means_what_it_meant_when_the_store_was_opened(monkeypatch, path, tmp_path_factory):
    monkeypatch.chdir(path.parent)
    with Store(path.name) as store:
        store.save(LAUNCH)
        monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
        assert store.save(notes(1)) == 1
    assert rows(path) == 2


@pytest.mark.parametrize("value", [None, 3, b"launches.db"], ids=repr)
def test_a_path_is_a_path(value):
    with pytest.raises(InvalidError, match=r"^\$: is not the path of a file"):
        Store(value)


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(FileError) as caught:
        Store(tmp_path / "no" / "launches.db")
    assert str(caught.value) == (
        f"$: the store cannot be opened: No such file or directory (got {str(tmp_path / 'no' / 'launches.db')!r}); "
        "check the path"
    )
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(tmp_path / "no" / "launches.db"))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("call", ["open", "stat"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        ((errno.EIO, "Input/output error"), "Input/output error (got {!r})"),
        ((errno.ENOSPC, "No space left on device"), "No space left on device (got {!r}); free some space"),
        (("it does not say",), "it does not say (got {!r})"),
    ],
)
def test_an_error_of_the_system_is_told(monkeypatch, path, call, error, told):
    real = getattr(os, call)

    def fails(name, *arguments, **options):
        if name == str(path):
            raise OSError(*error)
        return real(name, *arguments, **options)

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(FileError) as caught:
        Store(path)
    assert str(caught.value) == f"$: the store cannot be opened: {told.format(str(path))}"
    assert (caught.value.errno, caught.value.filename) == (error[0] if error[1:] else None, str(path))


def test_a_name_that_no_file_can_have_is_refused():
    problem, hint = refused(Store, "a\0b.db")
    assert re.fullmatch(
        r"the store cannot be opened: .*embedded null .*", problem
    )  # the words differ between releases of Python
    assert hint == "check the path"


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_not_a_regular_file_is_refused(path, make):
    make(path)
    assert refused(Store, path) == ("is not a regular file", "name a file")
    assert os.listdir(path.parent) == [path.name]


def test_a_link_to_a_store_is_that_store(path, tmp_path):
    link = tmp_path / "link.db"
    Store(path).close()
    link.symlink_to(path)
    with Store(link) as store:
        store.save(LAUNCH)
        assert sorted(os.listdir(tmp_path)) == ["launches.db", "launches.db-shm", "launches.db-wal", "link.db"]
    assert rows(path) == 1


def test_a_link_to_nothing_makes_nothing(path, tmp_path):
    path.symlink_to(tmp_path / "victim")
    problem, hint = refused(Store, path)
    assert (problem, hint) == ("the store cannot be opened: No such file or directory", "check the path")
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", SIBLINGS[1:])
def test_a_link_in_the_place_of_a_file_of_sqlite_is_not_followed(path, tmp_path_factory, suffix):
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    victim.write_bytes(b"precious")
    os.symlink(victim, f"{path}{suffix}")
    with contextlib.suppress(FileError), Store(path) as store:
        store.save(LAUNCH)
    assert victim.read_bytes() == b"precious"


def test_what_stands_in_the_way_of_the_files_of_sqlite_is_told(path):
    Store(path).close()
    os.mkdir(f"{path}-wal")
    assert refused(Store, path) == (
        "the store cannot be opened: SQLite cannot open it, or the -wal and -shm files beside it",
        "check the path, and the permissions of the file and of its folder",
    )
    os.rmdir(f"{path}-wal")
    Store(path).close()


@pytest.mark.parametrize("replaced", ["moved", "removed", "another", "linked"])
def test_a_file_that_is_not_where_it_was_is_no_longer_used(store, path, replaced):
    store.save(LAUNCH)
    if replaced == "removed":
        path.unlink()
    else:
        path.rename(f"{path}.old")
    if replaced == "another":
        shutil.copy(f"{path}.old", path)
    if replaced == "linked":  # SQLite would keep its other files beside the target
        path.symlink_to(f"{path}.old")
    for use in (store.names, lambda: store.load("fraud-v3"), lambda: store.save(notes(1)), lambda: store.save(LAUNCH)):
        assert refused(use) == (
            "the store was moved, replaced or removed while it was open",
            "close it, and open what is there now",
        )


def test_an_error_of_our_own_is_no_damage(store):
    """It would send people to their backups."""
    with pytest.raises(ValueError, match="ours"), store._file.using():
        raise ValueError("ours")
