"""A store of the size that teams have: twenty launches, 9 or 40 tasks and 300 events each.

The peers do the same durable work: a JSON file for each launch, replaced with ``fsync`` of the file and its folder, and a table of SQLite
with one JSON text for each launch, written with the same pragmas. They check nothing, and are handed plain data that costs us a launch.

A ratio near 1 says little where the disk takes the time: on a virtual disk, ``fsync`` is a hundred times all else of a save. So each row is
measured on the disk and in memory, where ``fsync`` is free, and only the latter shows our own work. A store that stays open knows what the
file has, so ``save`` is cheapest there; "a command" opens the file, loads, saves one event and closes, as each command of a shell does.
Events are built before the clock runs, and every round saves one that is new to the file. What the peers' work grows with is the size of
the launch, and ours with the number of new events: with 300 events a save looks better than with 30, and a command worse.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from logs import checklist

from servingchecklist import Launch, Store, events, model_serving, read
from servingchecklist._store.database import PRAGMAS

LAUNCHES, EVENTS, EACH, ROUNDS = 20, 300, 10, 9
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHECKLISTS = {9: model_serving(), 40: checklist(40)}
NAME = "launch-7"


def note(task, number):
    text = f"note {number}: looked at the latency once more, and found nothing that was not there before"
    return events.Noted(task, by="ml-platform", at=START + timedelta(minutes=number), text=text)


def replace_durably(path, data):
    """As little as an atomic, durable replacement takes."""
    with open(f"{path}.tmp", "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(f"{path}.tmp", path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class Files:
    """A JSON file for each launch."""

    def __init__(self, folder):
        self.folder = folder

    def names(self):
        return sorted(name.removesuffix(".json") for name in os.listdir(self.folder) if name.endswith(".json"))

    def load(self, name):
        return json.loads((self.folder / f"{name}.json").read_bytes())

    def save(self, name, document):
        replace_durably(str(self.folder / f"{name}.json"), json.dumps(document).encode())

    def close(self):
        pass


class Blobs:
    """A table of SQLite with a JSON text for each launch."""

    def __init__(self, folder):
        self.connection = sqlite3.connect(folder / "blobs.db", isolation_level=None)
        for statement in (*PRAGMAS, "PRAGMA journal_mode = WAL"):
            self.connection.execute(statement)
        self.connection.execute("CREATE TABLE IF NOT EXISTS launches (name TEXT PRIMARY KEY, document TEXT)")

    def names(self):
        return [name for (name,) in self.connection.execute("SELECT name FROM launches ORDER BY name")]

    def load(self, name):
        [(text,)] = self.connection.execute("SELECT document FROM launches WHERE name = ?", (name,))
        return json.loads(text)

    def save(self, name, document):
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("INSERT OR REPLACE INTO launches VALUES (?, ?)", (name, json.dumps(document)))
        self.connection.execute("COMMIT")

    def close(self):
        self.connection.close()


PEERS = {"a JSON file": Files, "a JSON text in sqlite3": Blobs}


@pytest.fixture(params=["disk", "memory"])
def folder(request, tmp_path):
    if request.param == "disk":
        yield tmp_path
    elif os.path.isdir("/dev/shm"):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
            yield Path(memory)
    else:
        pytest.skip("there is no file system in memory")


@pytest.fixture(params=CHECKLISTS, ids="{} tasks".format)
def case(request, folder):
    """Make a store and both peers, all with the same launches; return the place, the first launch, and its new events."""
    tasks = CHECKLISTS[request.param]
    first = next(iter(tasks)).id
    launch = Launch.start(tasks, name=NAME, by="ml-platform", at=START)
    launch = launch.record(*(note(first, number) for number in range(1, EVENTS)))
    with Store(folder / "ours.db") as store:
        for number in range(LAUNCHES):
            store.save(attrs.evolve(launch, name=f"launch-{number}"))
        for peer in PEERS.values():
            with contextlib.closing(peer(folder)) as theirs:
                for name in store.names():
                    theirs.save(name, {**launch.to_dict(), "name": name})
    fresh = [note(first, number) for number in range(EVENTS, EVENTS + EACH * (ROUNDS + 2))]
    return folder, launch, fresh


def about(request, work):
    place, tasks = request.node.callspec.params["folder"], request.node.callspec.params["case"]
    return f"{work}, {tasks} tasks and {EVENTS} events, {'on disk' if place == 'disk' else 'in memory'}"


@pytest.mark.parametrize("peer", PEERS)
def test_save_of_one_event(compare, request, case, peer):
    folder, launch, fresh = case
    saves = [launch]
    for event in fresh:
        saves.append(saves[-1].record(event))
    ready, rows = iter(saves[1:]), iter([event.to_dict() for event in fresh])
    document = launch.to_dict()
    with Store(folder / "ours.db") as store, contextlib.closing(PEERS[peer](folder)) as theirs:
        store.load(NAME)

        def ours():
            for _ in range(EACH):
                store.save(next(ready))

        def others():
            for _ in range(EACH):
                document["events"].append(next(rows))
                theirs.save(NAME, document)

        work = about(request, f"Store.save of one event, {EACH} times")
        compare(work, ours, peer, others, goal=1.5, rounds=ROUNDS, is_used_up=True)
        assert len(store.load(NAME).events) == len(theirs.load(NAME)["events"])


@pytest.mark.parametrize("peer", PEERS)
def test_a_command(compare, request, case, peer):
    folder, _, fresh = case
    ready, rows = iter(fresh), iter([event.to_dict() for event in fresh])

    def ours():
        with Store(folder / "ours.db") as store:
            store.save(store.load(NAME).record(next(ready)))

    def others():
        with contextlib.closing(PEERS[peer](folder)) as theirs:
            document = theirs.load(NAME)
            document["events"].append(next(rows))
            theirs.save(NAME, document)

    work = about(request, "open, load, save one event and close")
    compare(work, ours, peer, others, rounds=ROUNDS, is_used_up=True)


def test_load(compare, request, case):
    """Against the file of our own that has the same checks, so the ratio is what the store adds: queries and digests."""
    folder, launch, _ = case
    with Store(folder / "ours.db") as store:
        store.export_files(folder)
        path = folder / f"{NAME}.json"
        compare(
            about(request, "Store.load"),
            lambda: store.load(NAME),
            "read of a JSON file",
            lambda: read(path, limits=None, kind=Launch),
        )
        assert store.load(NAME) == read(path, limits=None, kind=Launch) == launch


@pytest.mark.parametrize("peer", PEERS)
def test_names(compare, request, case, peer):
    folder, _, _ = case
    with Store(folder / "ours.db") as store, contextlib.closing(PEERS[peer](folder)) as theirs:
        assert list(store.names()) == theirs.names()
        compare(
            about(request, f"Store.names of {LAUNCHES}"),
            store.names,
            peer,
            theirs.names,
        )
