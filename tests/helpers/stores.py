"""What the tests of stores share: a launch to be saved, and the file as any other program sees it."""

import contextlib
import hashlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from servingchecklist import Checklist, Launch, events, model_serving
from servingchecklist.errors import FileError

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHECKLIST = model_serving()
LAUNCH = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=MONDAY)
OTHER = Checklist("other", "Another checklist")


def note(number, text="looked at it"):
    return events.Noted("c1", by="ml-platform", at=MONDAY + timedelta(minutes=number), text=text)


def notes(*numbers, launch=LAUNCH):
    return launch.record(*map(note, numbers))


@contextlib.contextmanager
def raw(path):
    """The file as any other program sees it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def rows(path, table="events"):
    with raw(path) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def assert_sound(path):
    with raw(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def refused(call, *arguments, **options):
    """The one fault of the FileError that a call raises: its problem and its hint."""
    with pytest.raises(FileError) as caught:
        call(*arguments, **options)
    (fault,) = caught.value.faults
    assert fault.path == "$"
    assert str(caught.value).isprintable()
    return fault.message, fault.hint


def picture(folder):
    """Everything in a folder, to the byte."""
    return {name: (folder / name).read_bytes() for name in sorted(os.listdir(folder))}
