"""A disk that fails: it is told in our own words, and what was there stays."""

import os
import resource
import subprocess
import sys
import textwrap

from helpers.stores import LAUNCH, assert_sound, note, notes, refused, rows
from servingchecklist._store import Store


def test_a_full_disk_is_told_and_what_was_there_stays(store, path):
    store.save(notes(1))
    pages = store._file._connection.execute("PRAGMA page_count").fetchone()[0]
    store._file._connection.execute(f"PRAGMA max_page_count = {pages}")
    much = LAUNCH.record(note(1), *[note(n, "x" * 19_000) for n in range(2, 7)])
    assert refused(store.save, much) == (
        "the store cannot be written: the disk is full",
        "free some space and try again; what was saved before is safe",
    )
    assert store.load("fraud-v3") == notes(1)
    assert_sound(path)
    store._file._connection.execute("PRAGMA max_page_count = 1000000")
    assert store.save(much) == 5
    assert store.load("fraud-v3") == much


def test_a_file_that_may_not_grow_is_told_and_what_was_there_stays(store, path):
    """The kernel itself refuses to write."""
    store.save(notes(1))
    much = LAUNCH.record(note(1), *[note(n, "x" * 19_000) for n in range(2, 7)])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(f"{path}-wal") + 5_000, before[1]))
    try:
        found = refused(store.save, much)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert found == (
        "the store cannot be written: the disk reports an error",
        "check the disk, and the limit on the size of files",
    )
    assert store.load("fraud-v3") == notes(1)
    assert_sound(path)
    assert store.save(much) == 5
    assert store.load("fraud-v3") == much
    assert_sound(path)


def test_a_store_that_cannot_be_made_for_want_of_room_can_be_made_later(path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        problem, _ = refused(Store, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert problem.startswith("the store cannot be opened: ")
    with Store(path) as store:
        assert store.save(LAUNCH) == 1


def test_a_store_that_may_only_be_read_is_told_when_it_is_written(store, path):
    store.save(LAUNCH)
    store._file._connection.execute("PRAGMA query_only = ON")
    assert refused(store.save, notes(1)) == (
        "the store cannot be written: it is read-only",
        "check the permissions of the file and of its folder",
    )
    assert store.load("fraud-v3") == LAUNCH
    assert rows(path) == 1


NOBODY = textwrap.dedent("""
    import os, sys, tempfile
    from datetime import UTC, datetime
    from servingchecklist import Launch, model_serving
    from servingchecklist.errors import FileError
    from servingchecklist._store import Store

    launch = Launch.start(model_serving(), name="fraud-v3", by="x", at=datetime(2026, 11, 24, tzinfo=UTC))

    def tell(what, call):
        try:
            print(what, call())
        except FileError as error:
            print(what, error.faults[0].message)

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/launches.db"
        with Store(path) as store:
            store.save(launch)
        os.chmod(path, 0o644)
        pid = os.fork()
        if pid == 0:
            os.chmod(folder, 0o555)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            else:
                os.chmod(path, 0o444)
            tell("make", lambda: Store(f"{folder}/new.db"))
            def use():
                with Store(path) as store:
                    return store.save(launch.note("c1", "x", by="x", at=launch.started))
            tell("save", use)
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(pid, 0)
        os.chmod(folder, 0o755)
        print("left", *os.listdir(folder))
        with Store(path) as store:
            print("there", store.load("fraud-v3") == launch)
""")


def test_a_folder_that_may_only_be_read_is_told():
    """Root may write anywhere, so root becomes nobody for it."""
    done = subprocess.run([sys.executable, "-c", NOBODY], check=True, capture_output=True, text=True)
    made, saved, left, there = done.stdout.splitlines()
    assert made == "make the store cannot be opened: Permission denied"
    assert saved.startswith(("save the store cannot be opened: ", "save the store cannot be written: "))
    assert (left, there) == ("left launches.db", "there True")


def test_what_has_no_words_of_ours_is_told_in_those_of_sqlite(store):
    store.save(LAUNCH)
    store._file._connection.set_progress_handler(lambda: True, 1)
    assert refused(store.save, notes(1)) == ("the store cannot be written: interrupted", "")
    store._file._connection.set_progress_handler(None, 1)
    assert store.save(notes(1)) == 1
