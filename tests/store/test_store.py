"""The store: what is saved is there, whatever others save and whoever interrupts."""

import json
import os
from datetime import date, timedelta
from typing import get_args

import attrs
import pytest

from helpers.proof import everything
from helpers.stores import CHECKLIST, LAUNCH, MONDAY, OTHER, assert_sound, digest_of, note, notes, raw, rows
from servingchecklist import Checklist, Launch, Reference, dumps, events
from servingchecklist import _store as store_module
from servingchecklist._store import Store
from servingchecklist._store import rows as rows_module
from servingchecklist.errors import InvalidError, UnknownNameError


def test_what_was_saved_is_loaded(store, path):
    launch = notes(1, 2).begin("c1", by="ml-platform", at=MONDAY + timedelta(hours=1))
    assert store.save(launch) == 4
    assert store.load("fraud-v3") == launch
    with Store(str(path)) as other:
        assert other.load("fraud-v3") == launch
        assert other.names() == ("fraud-v3",)
        assert repr(other) == f"Store({str(path)!r})"
        assert other.path == str(path)


def test_every_kind_of_event_is_kept(store):
    later = [MONDAY + timedelta(hours=number) for number in range(10)]
    launch = (
        notes(1)
        .begin("c1", by="a", at=later[1])
        .block("c1", reason="no access", by="a", at=later[2])
        .unblock("c1", by="a", at=later[3])
        .finish("c1", by="a", at=later[4])
        .reopen("c1", by="a", at=later[5])
        .waive("c1", reason="later", expires=date(2026, 12, 31), by="a", at=later[6])
        .assign("c2", "ml-platform", by="a", at=later[7])
        .set_due("c2", date(2026, 12, 31), by="a", at=later[8])
        .tick("c2", "callers", by="a", at=later[8])
        .untick("c2", "callers", by="a", at=later[9])
        .mark_not_applicable(
            "c3", reason="one caller", by="a", at=later[8], note="a\nb", references=[Reference("run", "runs/1")]
        )
        .migrate(attrs.evolve(CHECKLIST, version="next"), by="a", at=later[9])
    )
    launch = launch.retract(launch.events[1], by="a", at=later[9])
    proof = attrs.evolve(everything(), name="proof")
    kinds = {type(event) for event in (*launch.events, *proof.events)}
    assert kinds == set(get_args(events.Event))
    for kept in (launch, proof):
        store.save(kept)
        assert store.load(kept.name) == kept


def test_launches_are_known_by_their_names(store):
    others = [attrs.evolve(notes(number), name=name) for number, name in enumerate(["b", "a.2", "a-1", "0"])]
    assert [store.save(launch) for launch in others] == [2, 2, 2, 2]
    assert store.names() == ("0", "a-1", "a.2", "b")
    assert [store.load(launch.name) for launch in others] == others


def test_only_what_is_new_is_written(store, path):
    assert store.save(notes(*range(100))) == 101
    before = store._file._connection.total_changes
    statements = []
    store._file._connection.set_trace_callback(statements.append)
    assert store.save(notes(*range(101))) == 1
    store._file._connection.set_trace_callback(None)
    assert store._file._connection.total_changes == before + 1
    assert [statement.split(" (")[0].split(" VALUES")[0] for statement in statements] == [
        "BEGIN IMMEDIATE",
        "SELECT checklist FROM launches WHERE name = 'fraud-v3'",
        "INSERT OR IGNORE INTO events",
        "COMMIT",
    ]
    assert rows(path) == 102


def test_what_adds_nothing_writes_nothing_and_waits_for_nobody(store, path):
    store.save(notes(1, 2))
    size = os.path.getsize(f"{path}-wal")
    with Store(path, timeout=0) as other, raw(path) as writer:
        writer.execute("BEGIN IMMEDIATE")
        for one in (store, other):
            assert one.save(notes(1, 2)) == 0
            assert one.save(notes(1)) == 0
            assert one.save(LAUNCH) == 0
        writer.execute("ROLLBACK")
    assert os.path.getsize(f"{path}-wal") == size


def test_what_two_writers_save_is_all_there(store, path):
    store.save(LAUNCH)
    ours, theirs = notes(1, 3, 5), notes(2, 3, 4)
    with Store(path) as other:
        assert store.save(ours) == 3
        assert other.save(theirs) == 2
        assert store.load("fraud-v3") == other.load("fraud-v3") == ours.merge(theirs) == notes(1, 2, 3, 4, 5)
        # Each goes on with its own copy.
        assert store.save(ours.record(note(6))) == 1
        assert other.save(theirs.record(note(6), note(7))) == 1
    assert store.load("fraud-v3") == notes(*range(1, 8))
    assert_sound(path)


def test_copies_that_were_started_apart_are_both_kept(store):
    later = Launch.start(CHECKLIST, name="fraud-v3", by="someone else", at=MONDAY + timedelta(days=1))
    assert store.save(later) == 1
    assert store.save(notes(1)) == 2
    assert store.load("fraud-v3") == later.merge(notes(1))


def test_an_event_that_lies_before_others_is_one_row_too(store):
    store.save(notes(*range(10, 20)))
    before = store._file._connection.total_changes
    assert store.save(notes(5, *range(10, 20))) == 1
    assert store.save(notes(7, 8)) == 2
    assert store._file._connection.total_changes == before + 3
    assert store.load("fraud-v3") == notes(5, 7, 8, *range(10, 20))


def test_after_loading_only_what_is_new_is_written(path):
    with Store(path) as store:
        store.save(notes(1, 2))
    with Store(path) as store:
        loaded = store.load("fraud-v3")
        statements = []
        store._file._connection.set_trace_callback(statements.append)
        assert store.save(loaded.record(note(3))) == 1
        assert len(statements) == 4


def test_what_is_known_of_launches_does_not_grow_for_ever(monkeypatch, store, path):
    monkeypatch.setattr(store_module, "_REMEMBERED", 2)
    launches = [attrs.evolve(notes(1, 2), name=name) for name in "abc"]
    assert [store.save(launch) for launch in launches] == [3, 3, 3]
    assert list(store._known) == ["b", "c"]
    assert [store.save(launch.record(note(3))) for launch in launches] == [1, 1, 1]
    assert store.load("a") == attrs.evolve(notes(1, 2, 3), name="a")
    assert list(store._known) == ["c", "a"]
    assert rows(path) == 12


def test_a_checklist_is_stored_once(store, path):
    for name in ("a", "b", "c"):
        store.save(attrs.evolve(LAUNCH, name=name, checklist=Checklist.from_dict(CHECKLIST.to_dict())))
    assert rows(path, "checklists") == 1
    with raw(path) as connection:
        [(digest, document)] = connection.execute("SELECT * FROM checklists")
    assert document == dumps(CHECKLIST, "json")
    assert digest == digest_of(document)


def test_events_are_kept_in_their_canonical_form_under_their_ids(store, path):
    launch = notes(1)
    store.save(launch)
    with raw(path) as connection:
        found = connection.execute("SELECT launch, digest, document FROM events").fetchall()
    assert sorted(found) == sorted(
        (
            "fraud-v3",
            event.id,
            json.dumps(event.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        )
        for event in launch.events
    )
    assert all(digest_of(document) == digest for _, digest, document in found)


def test_text_of_all_kinds_comes_back(store):
    launch = LAUNCH.record(note(1, "\u00e9 \u8868 \U0001f600\n\ttab 'quote' \"double\" \\ ; DROP TABLE events; --"))
    store.save(launch)
    assert store.load("fraud-v3") == launch


def test_another_checklist_under_the_same_name_is_refused(store, path):
    store.save(notes(1))
    other = Launch.start(OTHER, name="fraud-v3", by="x", at=MONDAY + timedelta(hours=1))
    with Store(path) as fresh:
        for one in (store, fresh, fresh):  # one that remembers the launch, and one that has to look it up
            with pytest.raises(InvalidError) as caught:
                one.save(other)
            assert str(caught.value) == (
                "$.checklist: is not the checklist that the store has for the launch of that name (got 'fraud-v3'); "
                "save it under another name"
            )
    assert rows(path) == 2
    assert rows(path, "checklists") == 1
    assert store.save(notes(1, 2)) == 1


def test_another_checklist_is_refused_however_short_before_it_came(monkeypatch, store, path):
    """Another process saves a launch of that name after this one has found none."""
    real = rows_module._look_up

    def overtaken(*arguments):
        monkeypatch.setattr(rows_module, "_look_up", real)
        found = real(*arguments)
        with Store(path) as other:
            other.save(notes(1))
        return found

    monkeypatch.setattr(rows_module, "_look_up", overtaken)
    with pytest.raises(InvalidError, match=r"^\$\.checklist: is not the checklist"):
        store.save(Launch.start(OTHER, name="fraud-v3", by="x", at=MONDAY))
    assert store.load("fraud-v3") == notes(1)
    assert rows(path, "checklists") == 1


def test_the_same_launch_is_saved_however_short_before_it_came(monkeypatch, store, path):
    real = rows_module._look_up

    def overtaken(*arguments):
        monkeypatch.setattr(rows_module, "_look_up", real)
        found = real(*arguments)
        with Store(path) as other:
            other.save(notes(1))
        return found

    monkeypatch.setattr(rows_module, "_look_up", overtaken)
    assert store.save(notes(1, 2)) == 1
    assert store.load("fraud-v3") == notes(1, 2)


@pytest.mark.parametrize(
    "value", [None, "fraud-v3", CHECKLIST, LAUNCH.to_dict()], ids=lambda value: type(value).__name__
)
def test_only_launches_are_saved(store, value):
    with pytest.raises(InvalidError, match=r"^\$: is not a Launch \(got .*\); give a Launch$"):
        store.save(value)


@pytest.mark.parametrize("name", ["fraud-v2", "", "\udc80", None, 3, "FRAUD-V3", "a" * 100_000])
def test_a_name_that_stands_for_nothing_is_refused(store, name):
    with pytest.raises(UnknownNameError) as empty:
        store.load(name)
    assert empty.value.faults[0].hint == ""
    store.save(LAUNCH)
    with pytest.raises(UnknownNameError) as caught:
        store.load(name)
    (fault,) = caught.value.faults
    assert (fault.path, fault.message) == ("$", "there is no launch in the store of that name")
    near = name in ("fraud-v2", "FRAUD-V3")
    assert fault.hint == ("did you mean 'fraud-v3'?" if near else "known: fraud-v3")


def test_an_interrupt_leaves_all_or_nothing_and_the_store_goes_on(monkeypatch, store, path):
    store.save(notes(1))

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rows_module.Addition, "write", interrupt)
        with pytest.raises(KeyboardInterrupt):
            store.save(notes(1, 2))
    assert rows(path) == 2
    assert store.save(notes(1, 2)) == 1
    assert store.load("fraud-v3") == notes(1, 2)


@pytest.mark.parametrize("by_whom", ["the same", "another"])
def test_a_migration_is_kept_by_whichever_store_makes_it(store, path, by_whom):
    store.save(notes(1, 2))
    newer = attrs.evolve(CHECKLIST, version="next")
    with Store(path) as other:
        migrating = store if by_whom == "the same" else other  # which knows nothing of the launch yet
        migrated = migrating.migrate("fraud-v3", newer, by="a", at=MONDAY + timedelta(hours=3))
        assert migrated == notes(1, 2).migrate(newer, by="a", at=MONDAY + timedelta(hours=3))
        assert migrated == store.load("fraud-v3") == other.load("fraud-v3")
