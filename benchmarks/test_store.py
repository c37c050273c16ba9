"""One event saved on a launch that has a thousand, again and again."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

from servingchecklist import Launch, Store, events, model_serving
from servingchecklist._store.database import MIGRATIONS, PRAGMAS

BEFORE = 1_000
SAVES = 50
ROUNDS = 21
START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def note(number):
    text = f"note {number}: looked at the latency once more, and found nothing that was not there before"
    return events.Noted("c1", by="ml-platform", at=START + timedelta(minutes=number), text=text)


def row(event):
    """A fresh event of the same content as a row, ready to be written."""
    return "fraud-v3", event.id, json.dumps(event.to_dict(), sort_keys=True, separators=(",", ":"))


def test_save_against_sqlite3(compare, tmp_path):
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=START)
    launch = launch.record(*map(note, range(BEFORE)))
    # Every save is of an event of its own, which is made before the clock runs; so is the row that the peer writes.
    saves, rows = [launch], []
    for number in range(BEFORE, BEFORE + SAVES * (ROUNDS + 1)):
        saves.append(saves[-1].record(note(number)))
        rows.append(row(note(number)))
    ready, ready_rows = iter(saves[1:]), iter(rows)

    with (
        Store(tmp_path / "ours.db") as store,
        contextlib.closing(sqlite3.connect(tmp_path / "theirs.db", isolation_level=None)) as peer,
    ):
        store.save(launch)
        for statement in (*PRAGMAS, "PRAGMA journal_mode = WAL", *MIGRATIONS[0]):
            peer.execute(statement)
        peer.execute("BEGIN IMMEDIATE")
        peer.execute("INSERT INTO checklists SELECT '', ''")
        peer.execute("INSERT INTO launches SELECT 'fraud-v3', ''")
        peer.executemany("INSERT INTO events VALUES (?, ?, ?)", map(row, launch.events))
        peer.execute("COMMIT")

        def ours():
            for _ in range(SAVES):
                store.save(next(ready))

        def theirs():
            for _ in range(SAVES):
                peer.execute("BEGIN IMMEDIATE")
                peer.execute("INSERT INTO events VALUES (?, ?, ?)", next(ready_rows))
                peer.execute("COMMIT")

        compare("Store.save of one event / a bare sqlite3 insert, 50 of each", ours, theirs, 1.5, rounds=ROUNDS)
        assert len(store.load("fraud-v3").events) == peer.execute("SELECT count(*) FROM events").fetchone()[0]
