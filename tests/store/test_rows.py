"""Rows that are damaged or were changed are told, and never believed."""

import contextlib
import os
import sqlite3

import pytest

from helpers.stores import LAUNCH, MONDAY, digest_of, notes, raw, refused
from servingchecklist import dumps, events
from servingchecklist._store import Store
from servingchecklist._store import rows as rows_module
from servingchecklist.errors import FileError


@pytest.fixture
def damage(path):
    """Run statements on a store with one launch of a few events, without the keys being minded."""
    with Store(path) as store:
        store.save(notes(1, 2))

    def damage(statement, *parameters):
        with raw(path) as connection:
            assert connection.execute(statement, parameters).rowcount > 0

    return damage


def told(path, name="fraud-v3"):
    """What is told of a launch that cannot be read back, behind the fault that names the file."""
    with Store(path) as store, pytest.raises(FileError) as caught:
        store.load(name)
    first, *others = caught.value.faults
    assert first.path == "$"
    assert first.message == f"the launch {name!r} in the store is damaged or was changed outside of this library"
    assert first.hint == "restore a copy of the file"
    assert caught.value.filename == str(path)
    assert str(path) in str(caught.value)
    return [(fault.path, fault.message) for fault in others]


NOT_SOUND = "is not what its digest says"


def test_an_event_that_was_changed_is_told(path, damage):
    damage("UPDATE events SET document = replace(document, 'looked', 'never looked') WHERE document LIKE '%looked%'")
    assert [problem for _, problem in told(path)] == [NOT_SOUND] * 2
    assert {place for place, _ in told(path)} <= {f"$.events[{number}]" for number in range(3)}


@pytest.mark.parametrize("value", [b"\xff", None, 3, 1.5, "", "\ud800"], ids=repr)
@pytest.mark.parametrize("column", ["digest", "document"])
def test_a_cell_that_is_no_text_is_told(path, damage, column, value):
    one = "(SELECT min(digest) FROM events)"
    if value == "\ud800":
        damage(f"UPDATE events SET {column} = CAST(x'eda080' AS TEXT) WHERE digest = {one}")
    elif value is None:
        with contextlib.suppress(sqlite3.IntegrityError):
            damage(f"UPDATE events SET {column} = NULL WHERE digest = {one}")
        return
    else:
        damage(f"UPDATE events SET {column} = ? WHERE digest = {one}", value)
    assert [problem for _, problem in told(path)] == [NOT_SOUND]


NOT_OURS = {
    "is not JSON": ["", "{", "[" * 100_000, "NaN.", "9" * 5_000],
    "is not an event": ["[]", "3", "null", "NaN", '"x"', "1e999"],
    "is not a known key": ['{"kind":"noted","by":"x","at":"2026-11-24T00:00:00Z","task":"c1","text":"x","more":1}'],
    "is not a kind of event": ['{"kind":"launch"}'],
    NOT_SOUND: [
        # An event of ours, in another form: with spaces, and with a key twice.
        '{"kind": "noted", "by":"x","at":"2026-11-24T00:00:00Z","task":"c1","text":"x"}',
        '{"at":"2026-11-24T00:00:00Z","by":"x","kind":"noted","task":"c1","text":"y","text":"x"}',
    ],
}


@pytest.mark.parametrize(
    ("problem", "document"),
    [(problem, document) for problem, documents in NOT_OURS.items() for document in documents],
    ids=lambda text: text[:20],
)
def test_a_row_with_a_right_digest_but_no_event_of_ours_is_told(path, damage, problem, document):
    damage("INSERT INTO events VALUES ('fraud-v3', ?, ?)", digest_of(document), document)
    assert [found for _, found in told(path)] == [problem]


def test_an_event_that_the_launch_cannot_have_is_told(path, damage):
    event = events.Finished("no-such-task", by="x", at=MONDAY)
    damage("INSERT INTO events VALUES ('fraud-v3', ?, ?)", event.id, event.canonical)
    place = sorted([event.id, *(other.id for other in notes(1, 2).events)]).index(event.id)
    assert told(path) == [(f"$.events[{place}].task", "there is no task of that id")]


def test_a_launch_without_its_start_is_told(path, damage):
    damage("DELETE FROM events WHERE document LIKE '%launch-started%'")
    ((place, _),) = told(path)
    assert place == "$.events"


def test_the_faults_of_a_launch_are_bounded(path, damage, monkeypatch):
    monkeypatch.setattr(rows_module, "MOST_FAULTS", 2)
    damage("UPDATE events SET document = '[]'")
    assert len(told(path)) == 2


def test_a_checklist_that_was_changed_is_told(path, damage):
    damage("UPDATE checklists SET document = replace(document, 'critical', 'low')")
    assert told(path) == [("$.checklist", NOT_SOUND)]


def test_a_checklist_that_is_not_there_is_told(path, damage):
    damage("DELETE FROM checklists")
    assert told(path) == [("$.checklist", NOT_SOUND)]


@pytest.mark.parametrize("document", ["{", "[]", dumps(LAUNCH, "json")], ids=["no JSON", "no document", "a launch"])
def test_a_checklist_with_a_right_digest_that_is_none_is_told(path, damage, document):
    damage("INSERT INTO checklists VALUES (?, ?)", digest_of(document), document)
    damage("UPDATE launches SET checklist = ?", digest_of(document))
    ((place, _),) = told(path)
    assert place.startswith("$.checklist")


@pytest.mark.parametrize("name", ["../fraud", "", "A", b"\xff"], ids=repr)
def test_a_name_that_is_none_is_told(path, damage, name, tmp_path):
    damage("UPDATE launches SET name = ?", name)
    folder = tmp_path / "out"
    folder.mkdir()
    with Store(path) as store:
        for use in (store.names, lambda: store.export_files(folder)):
            assert refused(use) == (
                "the store is damaged or was changed outside of this library: it has launches whose names are not ids",
                "restore a copy of the file",
            )
    assert os.listdir(folder) == []


def test_an_event_is_never_saved_to_a_launch_that_was_taken_away(store, path):
    store.save(notes(1))
    with raw(path) as connection:
        connection.execute("DELETE FROM launches")
    assert refused(store.save, notes(1, 2)) == (
        "the store cannot be written: it is damaged or was changed outside of this library",
        "restore a copy of the file",
    )


def test_a_file_with_broken_pages_is_told(path):
    with Store(path) as store:
        store.save(notes(*range(500)))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with Store(path) as store:
        for use, what in ((store.names, "read"), (lambda: store.save(LAUNCH), "written")):
            assert refused(use) == (
                f"the store cannot be {what}: it is damaged or was changed outside of this library",
                "restore a copy of the file",
            )
    assert path.read_bytes()[4096:] == b"\xff" * (len(data) - 4096)


@pytest.mark.parametrize("kept", [100, 1_000, 4_096, 10_000])
def test_a_file_that_was_cut_is_told(path, kept):
    with Store(path) as store:
        store.save(notes(*range(500)))
    data = path.read_bytes()
    path.write_bytes(data[:kept])
    with pytest.raises(FileError) as caught, Store(path) as store:
        store.load("fraud-v3")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == data[:kept]
