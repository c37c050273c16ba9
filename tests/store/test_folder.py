"""Files out and in: nothing is lost on the way."""

import errno
import json
import os
import re
import sys

import attrs
import pytest

from helpers.stores import CHECKLIST, LAUNCH, MONDAY, OTHER, note, notes, raw, refused
from servingchecklist import Launch, Limits, dumps, read, write
from servingchecklist._store import Store
from servingchecklist._store import folder as folder_module
from servingchecklist.errors import FileError, InvalidError, UnknownNameError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def test_a_damaged_launch_does_not_keep_the_others_from_being_written(store, path, folder):
    for name in ("a", "b", "c"):
        store.save(attrs.evolve(notes(1), name=name))
    with raw(path) as connection:
        connection.execute("UPDATE events SET document = '{}' WHERE launch = 'b'")
    with pytest.raises(FileError, match="the launch 'b' in the store is damaged"):
        store.export_files(folder, "json")
    assert sorted(os.listdir(folder)) == ["a.json", "c.json"]


@pytest.mark.parametrize("format", ["json", "jsonl", "toml"])
def test_a_store_goes_to_files_and_back(store, folder, tmp_path, format):
    launches = {name: attrs.evolve(notes(1, 2), name=name) for name in ("a", "b.json", "c")}
    for launch in launches.values():
        store.save(launch)
    (folder / "other.txt").write_text("precious", "utf-8")
    assert store.export_files(folder, format) == ("a", "b.json", "c")
    assert sorted(os.listdir(folder)) == [f"a.{format}", f"b.json.{format}", f"c.{format}", "other.txt"]
    assert {name: read(folder / f"{name}.{format}", kind=Launch) for name in launches} == launches
    with Store(tmp_path / "copy.db") as copy:
        assert list(copy.import_files(str(folder))[0]) == ["a", "b.json", "c"]
        assert {name: copy.load(name) for name in copy.names()} == launches
        assert copy.import_files(folder) == ({"a": 0, "b.json": 0, "c": 0}, {})


@pytest.mark.parametrize("format", ["json", "jsonl", "toml"])
def test_what_only_a_file_has_stays_in_it(store, folder, format):
    """Somebody has pulled, and exports before importing."""
    store.save(notes(1, 2, 4))
    file = folder / f"fraud-v3.{format}"
    write(notes(2, 3), file)
    before = file.stat().st_mode
    for _ in range(2):
        assert store.export_files(folder, format) == ("fraud-v3",)
        assert read(file, kind=Launch) == notes(1, 2, 3, 4)
    assert file.stat().st_mode == before
    assert store.load("fraud-v3") == notes(1, 2, 4)  # the store has learned nothing
    store.import_files(folder)
    assert store.load("fraud-v3") == notes(1, 2, 3, 4)


def test_what_was_exported_can_be_exported_again_however_large(store, folder):
    large = notes(*range(25_000))
    store.save(large)
    for _ in range(2):
        store.export_files(folder, "json")
    assert read(folder / "fraud-v3.json", limits=None, kind=Launch) == large
    before = (folder / "fraud-v3.json").read_bytes()
    store.save(large.record(note(25_000)))
    with pytest.raises(InvalidError, match=r"^\$\['fraud-v3\.json'\]: holds 25,001 events") as caught:
        store.export_files(folder, "json", limits=Limits())
    assert len(caught.value.faults) == 1
    assert (folder / "fraud-v3.json").read_bytes() == before


def faults_of_export(store, folder):
    with pytest.raises(InvalidError) as caught:
        store.export_files(folder, "json")
    assert str(caught.value).replace("\n", "").isprintable()
    return [(fault.path, fault.message) for fault in caught.value.faults]


FAULTY = {
    "empty": (b"", "$['fraud-v3.json']"),
    "conflict": (b"<<<<<<< ours\n", "$['fraud-v3.json']"),
    "checklist": (dumps(CHECKLIST, "json").encode(), "$['fraud-v3.json'].kind"),
    "event": (
        dumps(LAUNCH, "json").replace("launch-started", "launch-stated").encode(),
        "$['fraud-v3.json'].events[0].kind",
    ),
    "other name": (dumps(attrs.evolve(LAUNCH, name="other"), "json").encode(), "$['fraud-v3.json'].name"),
    "other checklist": (
        dumps(Launch.start(OTHER, name="fraud-v3", by="x", at=MONDAY), "json").encode(),
        "$['fraud-v3.json'].checklist",
    ),
}


@pytest.mark.parametrize(("content", "place"), FAULTY.values(), ids=FAULTY)
def test_a_file_that_does_not_hold_the_launch_is_told_and_left_alone_and_all_others_are_written(
    store, folder, content, place
):
    launches = {name: attrs.evolve(notes(1), name=name) for name in ("a", "fraud-v3", "z")}
    for launch in launches.values():
        store.save(launch)
    (folder / "fraud-v3.json").write_bytes(content)
    assert place in [path for path, _ in faults_of_export(store, folder)]
    assert (folder / "fraud-v3.json").read_bytes() == content
    assert sorted(os.listdir(folder)) == ["a.json", "fraud-v3.json", "z.json"]
    assert [read(folder / f"{name}.json", kind=Launch) for name in "az"] == [launches["a"], launches["z"]]


def test_all_faulty_files_of_an_export_are_told_and_the_faults_are_bounded(monkeypatch, store, folder):
    for name in "abc":
        store.save(attrs.evolve(notes(1), name=name))
        (folder / f"{name}.json").write_text("{", "utf-8")
    assert [path for path, _ in faults_of_export(store, folder)] == ["$['a.json']", "$['b.json']", "$['c.json']"]
    monkeypatch.setattr(folder_module, "MOST_FAULTS", 2)
    assert len(faults_of_export(store, folder)) == 2


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_not_exported_to_nor_waited_for(store, folder, make):
    store.save(LAUNCH)
    make(folder / "fraud-v3.json")
    assert refused(store.export_files, folder, "json") == ("is not a regular file", "name a file")


def test_what_a_link_points_at_is_merged_with(store, folder, tmp_path):
    store.save(notes(1))
    write(notes(2), tmp_path / "elsewhere.json")
    (folder / "fraud-v3.json").symlink_to(tmp_path / "elsewhere.json")
    store.export_files(folder, "json")
    assert (folder / "fraud-v3.json").is_symlink()
    assert read(tmp_path / "elsewhere.json", kind=Launch) == notes(1, 2)


def test_an_empty_store_and_an_empty_folder_are_nothing(store, folder):
    assert store.export_files(folder, "json") == ()
    assert store.import_files(folder) == ({}, {})


def test_what_is_imported_is_added(store, folder):
    store.save(notes(1, 2))
    write(notes(2, 3), folder / "copy.json")
    write(notes(4), folder / "copy.toml")
    write(attrs.evolve(notes(1), name="new"), folder / "new.JSON")
    assert store.import_files(folder) == ({"fraud-v3": 2, "new": 2}, {})
    assert store.load("fraud-v3") == notes(1, 2, 3, 4)
    assert store.load("new") == attrs.evolve(notes(1), name="new")


def test_all_faults_of_an_import_are_told_and_nothing_is_saved(store, folder, path):
    write(attrs.evolve(notes(1), name="good"), folder / "good.json")
    write(CHECKLIST, folder / "checklist.json")
    document = notes(1).to_dict()
    document["events"][0]["by"] = 3
    document["events"][1]["kind"] = "noticed"
    (folder / "bad \u202e.json").write_text(json.dumps(document), "utf-8")
    (folder / "broken.toml").write_text("kind = 'launch'\n= 3", "utf-8")
    with pytest.raises(InvalidError) as caught:
        store.import_files(folder)
    assert [fault.path for fault in caught.value.faults] == [
        "$['bad \\u202e.json'].events[0].by",
        "$['bad \\u202e.json'].events[1].kind",
        "$['broken.toml']",
        "$['checklist.json'].kind",
    ]
    assert str(caught.value).replace("\n", "").isprintable()
    assert store.names() == ()


def test_files_that_clash_with_the_store_or_each_other_are_told_and_nothing_is_saved(store, folder):
    store.save(LAUNCH)
    write(attrs.evolve(notes(1), name="a-first"), folder / "a-first.json")
    write(Launch.start(OTHER, name="fraud-v3", by="x", at=MONDAY), folder / "clash.json")
    write(Launch.start(OTHER, name="a-first", by="x", at=MONDAY), folder / "second.json")
    with pytest.raises(InvalidError) as caught:
        store.import_files(folder)
    assert [(fault.path, fault.value) for fault in caught.value.faults] == [
        ("$['clash.json'].checklist", "'fraud-v3'"),
        ("$['second.json'].checklist", "'a-first'"),
    ]
    assert store.names() == ("fraud-v3",)
    assert store.load("fraud-v3") == LAUNCH


def test_the_faults_of_an_import_are_bounded(monkeypatch, store, folder):
    monkeypatch.setattr(folder_module, "MOST_FAULTS", 2)
    for number in range(4):
        (folder / f"{number}.jsonl").write_text("{", "utf-8")
    with pytest.raises(InvalidError) as caught:
        store.import_files(folder)
    assert len(caught.value.faults) == 2


def test_the_limits_hold_for_each_file(store, folder):
    write(notes(*range(25_000)), folder / "large.json")
    with pytest.raises(InvalidError, match=r"pass Limits\(events=...\) to read more, or limits=None"):
        store.import_files(folder)
    with pytest.raises(InvalidError):
        store.import_files(folder, Limits(bytes=1_000))
    assert list(store.import_files(folder, limits=None)[0]) == ["fraud-v3"]
    assert len(store.load("fraud-v3").events) == 25_001


def test_twenty_thousand_events_are_within_the_limits(store, folder):
    write(notes(*range(20_000)), folder / "usual.json")
    assert list(store.import_files(folder)[0]) == ["fraud-v3"]


def test_hidden_files_folders_and_other_files_are_not_imported(store, folder):
    (folder / ".hidden.json").write_text("{", "utf-8")
    (folder / "folder.json").mkdir()
    os.mkfifo(folder / "pipe.json")
    (folder / "LAUNCH.md").write_text("#", "utf-8")
    assert store.import_files(folder) == ({}, {})


OTHERS = {
    "bad.toml": ("a = [\n", "$: is not TOML: Invalid value (at end of document)"),
    "ci.yaml": ("on: push\n", "$.kind: is missing"),
    "compose.yml": ("x-a: &a\n  b: 1\nservices: *a\n", "$: holds an anchor, on line 1"),
    "empty.json": ("", "$: is not JSON: Expecting value at column 1, on line 1"),
    "empty.yaml": ("", "$: is not a document (got None)"),
    "list.json": ("[1]", "$: is not a document (got a list of 1)"),
    "pod.json": ('{"kind": "Pod"}', "$.kind: is not a kind of document (got 'Pod'), on line 1"),
    "requests.jsonl": ('{"a":1}\n{"a":2}\n', "$.kind: is in none of the lines"),
    "tsconfig.json": ('{\n// a kind of launch\n"a": 1}', None),
}


def test_files_of_other_programs_are_passed_over_and_told(store, folder):
    write(notes(1), folder / "fraud-v3.jsonl")
    for file, (text, _) in OTHERS.items():
        (folder / file).write_text(text, "utf-8")
    (folder / "latin.json").write_bytes(b'{"a": "\xe9"}')
    new, skipped = store.import_files(folder)
    assert new == {"fraud-v3": 2}
    assert sorted(skipped) == sorted([*OTHERS, "latin.json"])
    told = {file: str(attrs.evolve(fault, hint="")) for file, fault in skipped.items()}
    assert {file: told[file] for file, (_, why) in OTHERS.items() if why} == {
        file: why for file, (_, why) in OTHERS.items() if why
    }
    assert told["tsconfig.json"].startswith("$: is not JSON: ")
    assert told["latin.json"].startswith("$: is not UTF-8: ")
    assert store.import_files(folder)[0] == {"fraud-v3": 0}


@pytest.mark.parametrize("file", ["fraud-v3.json", "fraud-v3.JSON", "fraud-v3.yaml", "fraud-v3.toml"])
@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": 1}', '{"kind": "Pod"}'])
def test_a_file_named_after_a_launch_in_the_store_is_of_no_other_program(store, folder, file, text):
    store.save(LAUNCH)
    (folder / file).write_text(text, "utf-8")
    with pytest.raises(InvalidError) as caught:
        store.import_files(folder)
    assert {fault.path.partition("]")[0] for fault in caught.value.faults} == {f"$['{file}'"}


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("a.json", b'{"schema_version": 1, "kind": "launch", "na'),
        ("a.json", dumps(LAUNCH, "json").encode("utf-16")),
        ("a.json", b'{"schema_version": 1, "kind": "launhc"}'),
        ("a.json", b'{"kind" :\n"Forecast-Options",,}'),
        ("a.toml", b"schema_version = 1\nkind = 'launch'\nname = 'x"),
        ("a.yaml", b"schema_version: 1\nkind: launch\nname: &x y\n"),
        ("a.yml", b"? x\n- 'kind': \"overlay\"\n\tx"),
        ("a.jsonl", b""),
        ("a.jsonl", b'{"a":1}\n{'),
        ("a.jsonl", b'{"kind":"finished"}\n'),
        ("a.jsonl", dumps(LAUNCH, "jsonl").encode() + b"[]\n"),
        ("a.jsonl", dumps(notes(1), "jsonl").partition("\n")[2].encode()),
    ],
)
def test_a_damaged_file_of_this_library_is_never_passed_over(store, folder, file, data):
    (folder / file).write_bytes(data)
    with pytest.raises(InvalidError, match=rf"\$\['{file}'\]"):
        store.import_files(folder)


def test_yaml_of_other_programs_needs_no_package(store, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "ruamel", None)
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    (folder / "ci.yaml").write_text("on: push\n", "utf-8")
    new, skipped = store.import_files(folder)
    assert (new, skipped["ci.yaml"].code) == ({}, "missing-package")
    (folder / "a.yaml").write_text("schema_version: 1\nkind: launch\n", "utf-8")
    with pytest.raises(InvalidError) as caught:
        store.import_files(folder)
    assert str(caught.value) == (
        "$['a.yaml']: reading YAML needs the package ruamel.yaml, which is not installed; "
        "pip install 'servingchecklist[yaml]'"
    )


def test_a_folder_that_cannot_be_read_or_written_is_told(store, folder, path):
    store.save(LAUNCH)
    with pytest.raises(FileError) as caught:
        store.import_files(folder / "no")
    assert str(caught.value) == (
        f"$: the folder cannot be read: No such file or directory (got {str(folder / 'no')!r}); check the path"
    )
    assert caught.value.errno == errno.ENOENT
    problem, hint = refused(store.import_files, "a\0b")
    assert re.fullmatch(r"the folder cannot be read: .*embedded null .*", problem)
    assert hint == "check the path"
    with pytest.raises(FileError, match="the file cannot be written: No such file or directory"):
        store.export_files(folder / "no")
    for use in (store.export_files, store.import_files):
        with pytest.raises(InvalidError, match="is not the path of a file"):
            use(None)


@pytest.mark.parametrize("format", ["markdown", "csv", None])
def test_only_formats_that_read_are_exported_to(store, folder, format):
    store.save(LAUNCH)
    with pytest.raises(UnknownNameError, match="there is no format that reads of that name"):
        store.export_files(folder, format)
    assert os.listdir(folder) == []
