"""Damage anywhere: what comes back is what was saved, or a documented error. Where nobody can tell, that is written down here."""

import os
import random
import shutil

import attrs
import pytest

from helpers.stores import LAUNCH, note, notes, picture, raw, refused
from servingchecklist import Launch, write
from servingchecklist._store import Store
from servingchecklist.errors import ChecklistError, FileError, InvalidError, UnknownNameError

LAUNCHES = {
    name: attrs.evolve(notes(*range(many)), name=name) for name, many in (("a", 3), ("fraud-v3", 40), ("fraud-v4", 5))
}
MORE = note(999)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Make the bytes of a store with three launches and several pages."""
    path = tmp_path_factory.mktemp("whole") / "launches.db"
    with Store(path) as store:
        for launch in LAUNCHES.values():
            store.save(launch)
        store.save(attrs.evolve(LAUNCH.note("c1", "x" * 9_000, by="x", at=MORE.at), name="long"))
        expected = {**LAUNCHES, "long": store.load("long")}
    return path.read_bytes(), expected


def tried(call, *arguments, **options):
    """What a call returns; the documented error, if it raises one."""
    try:
        return call(*arguments, **options)
    except (FileError, UnknownNameError) as error:
        return error


def is_error(path, value):
    if isinstance(value, FileError):
        assert value.filename == str(path)
        assert all(fault.message.isprintable() for fault in value.faults)
        assert str(path) in str(value)
    return isinstance(value, ChecklistError)


def assert_nothing_wrong(path, expected):
    """Everything that is read is what was saved, but for the names: a name whose bytes changed is another name."""
    for read_only in (True, False):
        store = tried(Store, path, read_only=read_only)
        if is_error(path, store):
            continue
        with store:
            names = tried(store.names)
            assert is_error(path, names) or len(names) == len(expected)
            for name, launch in expected.items():
                loaded = tried(store.load, name)
                assert is_error(path, loaded) or loaded == launch
            if not read_only:
                more = expected["fraud-v3"].record(MORE)
                if not is_error(path, tried(store.save, more)):
                    loaded = tried(store.load, "fraud-v3")
                    assert is_error(path, loaded) or loaded == more


@pytest.mark.sampled
@pytest.mark.parametrize("seed", range(1_000))
def test_a_flipped_byte(path, whole, seed):
    data, expected = bytearray(whole[0]), whole[1]
    rng = random.Random(seed)
    data[rng.randrange(len(data))] ^= rng.randrange(1, 256)
    path.write_bytes(data)
    assert_nothing_wrong(path, expected)


@pytest.mark.sampled
@pytest.mark.parametrize("seed", range(200))
def test_a_flipped_byte_of_the_schema(path, whole, seed):
    """The first page. SQLite quotes what it cannot read, whatever its bytes are."""
    data, expected = bytearray(whole[0]), whole[1]
    rng = random.Random(seed)
    data[rng.randrange(100, 112) if seed % 4 == 0 else rng.randrange(3_000, 4_096)] ^= rng.randrange(1, 256)
    path.write_bytes(data)
    assert_nothing_wrong(path, expected)


def test_a_message_of_sqlite_that_is_not_text(path, whole):
    path.write_bytes(whole[0].replace(b"CREATE TABLE launches", b"CREATE TABLE \xb5aunches"))
    assert refused(Store, path) == (
        "the store cannot be opened: it is damaged or was changed outside of this library",
        "restore a copy of the file",
    )


@pytest.mark.sampled
@pytest.mark.parametrize("place", range(200))
def test_a_file_that_was_cut(path, whole, place):
    data, expected = whole
    path.write_bytes(data[: len(data) * place // 200])
    if place:
        assert_nothing_wrong(path, expected)


def test_the_names_are_those_of_the_launches(whole, path):
    path.write_bytes(whole[0])
    assert_nothing_wrong(path, whole[1])
    with Store(path) as store:
        assert store.names() == ("a", "fraud-v3", "fraud-v4", "long")


@pytest.fixture
def remove(path, whole):
    """Remove the rows of a table that fulfil a condition, without the keys being minded."""
    path.write_bytes(whole[0])

    def remove(table, condition="true"):
        with raw(path) as connection:
            assert connection.execute(f"DELETE FROM {table} WHERE {condition}").rowcount

    return remove


DAMAGED = "the launch 'fraud-v3' in the store is damaged or was changed outside of this library"
CANNOT_WRITE = "the store cannot be written: it is damaged or was changed outside of this library"


def test_a_checklist_that_was_removed_is_told(path, remove):
    remove("checklists")
    other = Launch.start(attrs.evolve(LAUNCH.checklist, title="Another"), name="fraud-v3", by="x")
    with Store(path) as store:
        with pytest.raises(FileError) as caught:
            store.load("fraud-v3")
        assert [fault.path for fault in caught.value.faults] == ["$", "$.checklist"]
        assert refused(store.save, other) == (CANNOT_WRITE, "restore a copy of the file")


def test_a_damaged_checklist_is_not_the_one_that_is_saved(path, whole):
    path.write_bytes(whole[0])
    with raw(path) as connection:
        connection.execute("UPDATE checklists SET document = '{}'")
    other = Launch.start(attrs.evolve(LAUNCH.checklist, title="Another"), name="fraud-v3", by="x")
    with Store(path) as store, pytest.raises(InvalidError, match="is not the checklist that the store has"):
        store.save(other)


def test_a_launch_that_was_removed_is_told(path, remove, tmp_path):
    """That it was there is known of its events: it is not found, those beside it might lack events, and a copy says so."""
    remove("launches", "name = 'fraud-v3'")
    with Store(path) as store:
        with pytest.raises(UnknownNameError):
            store.load("fraud-v3")
        for name in ("a", "fraud-v4"):
            with pytest.raises(FileError) as caught:
                store.load(name)
            assert [fault.path for fault in caught.value.faults] == ["$", "$.events"]
        assert store.load("long").name == "long"
        with pytest.raises(FileError, match="'a' in the store is damaged"):
            store.export_files(tmp_path)
    assert sorted(file for file in os.listdir(tmp_path) if file.endswith(".jsonl")) == ["long.jsonl"]


def test_a_launch_that_was_removed_under_an_open_store_is_told(path, remove):
    with Store(path) as store:
        store.load("fraud-v3")
        remove("launches", "name = 'fraud-v3'")
        assert refused(store.save, LAUNCHES["fraud-v3"])[0] == CANNOT_WRITE


def test_an_event_that_was_removed_cannot_be_told_but_the_start(path, remove):
    remove("events", "launch = 'fraud-v3' AND document LIKE '%noted%'")
    with Store(path) as store:
        assert len(store.load("fraud-v3").events) == 1
        assert store.export_files(path.parent)
    remove("events", "launch = 'fraud-v3'")
    with Store(path) as store, pytest.raises(FileError) as caught:
        store.load("fraud-v3")
    assert caught.value.faults[0].message == DAMAGED


@pytest.mark.parametrize("row", [0, 20, -1])
@pytest.mark.parametrize("name", [b"frauf-v3", b"fraua-v3"], ids=["larger", "smaller"])
def test_an_event_whose_key_was_damaged_is_told(path, whole, row, name):
    """Loading would not find it, nor those behind it, or those before."""
    path.write_bytes(whole[0])
    with raw(path) as connection:
        digests = [digest for (digest,) in connection.execute("SELECT digest FROM events WHERE launch = 'fraud-v3'")]
    key = b"fraud-v3" + digests[row].encode()
    assert whole[0].count(key) == 1
    path.write_bytes(whole[0].replace(key, name + digests[row].encode()))
    assert_nothing_wrong(path, whole[1])
    with Store(path) as store, pytest.raises(FileError, match="may lack rows") as caught:
        store.load("fraud-v3")
    assert (caught.value.faults[0].message, caught.value.faults[1].path) == (DAMAGED, "$.events")


@pytest.mark.parametrize(
    ("name", "neighbours"), [("a", ["fraud-v3"]), ("fraud-v4", ["fraud-v3", "long"]), ("long", ["fraud-v4"])]
)
def test_every_launch_that_was_removed_is_told_by_its_neighbours(path, remove, whole, name, neighbours):
    remove("launches", f"name = '{name}'")
    with Store(path) as store:
        for other in whole[1].keys() - {name}:
            loaded = tried(store.load, other)
            assert is_error(path, loaded) == (other in neighbours)
        assert isinstance(tried(store.load, name), UnknownNameError)


def test_rows_of_other_launches_are_not_read(store):
    """Else loading all launches would take time that grows with the square of their number."""
    steps = []
    for number in range(30):
        store.save(attrs.evolve(notes(*range(20)), name=f"l{number:02}"))
        counted = []
        store._file._connection.set_progress_handler(lambda counted=counted: counted.append(1), 10)
        store.load("l00")
        store._file._connection.set_progress_handler(None, 0)
        steps.append(len(counted))
    assert max(steps[1:]) <= min(steps[1:]) + 5


WHOLE = (
    "the store is damaged or was changed outside of this library: launches in it may lack events",
    "restore a copy of the file",
)


def test_an_export_tells_that_all_launches_were_removed(remove, path, tmp_path):
    remove("launches")
    with Store(path) as store:
        assert store.names() == ()
        assert refused(store.export_files, tmp_path) == WHOLE


def test_an_export_tells_that_pages_are_not_reachable(path, whole, tmp_path):
    """What was on them, nobody knows."""
    path.write_bytes(whole[0])
    with raw(path) as connection:
        connection.execute("CREATE TABLE more (x)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'more'")
    assert_nothing_wrong(path, whole[1])
    with Store(path) as store:
        assert refused(store.export_files, tmp_path) == WHOLE
    assert {f"{name}.jsonl" for name in whole[1]} < set(os.listdir(tmp_path))


@pytest.mark.sampled
@pytest.mark.parametrize("place", range(101))
def test_a_log_that_was_cut_loses_the_last_saves_and_nothing_else(path, tmp_path_factory, place):
    """What a commit of SQLite wrote last, nobody can tell to be missing."""
    folder = tmp_path_factory.mktemp("copy")
    with Store(path) as store:
        states = [LAUNCH]
        store.save(LAUNCH)
        for number in range(8):
            states.append(states[-1].record(note(number)))
            store.save(states[-1])
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder / f"{path.name}{suffix}")
    copy = folder / path.name
    size = os.path.getsize(f"{copy}-wal")
    os.truncate(f"{copy}-wal", size * place // 100)
    loaded = tried(_loaded, copy)
    assert isinstance(loaded, ChecklistError) or loaded in states
    if place == 100:
        assert loaded == states[-1]


def _loaded(path):
    with Store(path) as store:
        return store.load("fraud-v3")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_folder_in_the_place_of_the_file_is_told(path, read_only):
    with Store(path):
        pass
    with Store(path, read_only=read_only) as store:
        path.unlink()
        path.mkdir()
        assert refused(store.names) == (
            "the store was moved, replaced or removed while it was open",
            "close it, and open what is there now",
        )
    assert refused(Store, path, read_only=read_only) == ("is not a regular file", "name a file")
    shutil.rmtree(path.parent)
    path.parent.write_text("a file in the place of the folder", "utf-8")
    assert refused(Store, path, read_only=read_only) == (
        "the store cannot be opened: Not a directory",
        "check the path",
    )


def test_a_working_folder_that_was_removed_is_told(tmp_path, monkeypatch):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    for read_only in (True, False):
        problem, hint = refused(Store, "launches.db", read_only=read_only)
        assert (problem, hint) == ("the store cannot be opened: No such file or directory", "check the path")
    with pytest.raises(FileError, match=r"cannot be written: No such file or directory \(got 'launch.json'\)"):
        write(LAUNCH, "launch.json")


def test_a_launch_that_is_migrated_while_it_is_loaded(path):
    """Its checklist and its events are of one time."""
    newer = attrs.evolve(LAUNCH.checklist, version="99")
    with Store(path) as store, Store(path) as other:
        store.save(LAUNCH)
        statements = []

        def migrate(statement):
            statements.append(statement)
            if "FROM events" in statement and len(statements) < 4:
                other.migrate("fraud-v3", newer, by="x")

        store._file._connection.set_trace_callback(migrate)
        assert store.load("fraud-v3") == LAUNCH
        store._file._connection.set_trace_callback(None)
        assert store.load("fraud-v3").checklist == newer


def test_what_is_damaged_stays_as_it_is(path, whole):
    data = bytearray(whole[0])
    data[5_000:5_100] = bytes(100)
    path.write_bytes(data)
    before = picture(path.parent)
    with Store(path) as store:
        tried(store.names)
        tried(store.load, "fraud-v3")
    assert picture(path.parent) == before
