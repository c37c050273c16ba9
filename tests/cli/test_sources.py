"""The values that a command line names: files, launches in a store and entries of the catalog, in this order."""

import contextlib
import json
import os
import re
import sqlite3
from datetime import UTC, datetime, timedelta

import attrs
import pytest

from helpers.printed import log_of, status_of
from servingchecklist import Launch, Store, dumps, events, model_serving, read, write

LAUNCH = model_serving()
BY = ("--by", "ml-platform")
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEAD = "{}, the only launch in {}\n\n".format
NO_STORE = "start a launch with: servingchecklist start NAME; or name the store with --store\n"


def launch_of(name, *finished):
    launch = Launch.start(LAUNCH, name=name, by="ml-platform", at=MONDAY)
    for task in finished:
        launch = launch.finish(task, by="ml-platform", at=MONDAY + timedelta(hours=1))
    return launch


def keep(*launches, path="launches.db"):
    with Store(path) as store:
        for launch in launches:
            store.save(launch)


def stored(name="fraud-v3", path="launches.db"):
    with Store(path) as store:
        return store.load(name)


# One launch, named in every way

READING = [
    ["status"],
    ["review", "--samples", "9"],
    ["log"],
    ["next"],
    ["forecast", "--samples", "9"],
    ["levers", "--samples", "9"],
    ["critical-path"],
    ["render", "-f", "json"],  # a page would show the time, to the minute
]


@pytest.mark.parametrize("command", READING, ids=lambda command: command[0])
def test_every_question_takes_a_launch_by_its_name_and_by_its_file(run, command):
    at = (
        ("--at", "2026-11-20T09:00Z")
        if command[0] in ("status", "review", "forecast", "levers", "critical-path")
        else ()
    )
    launch, other = launch_of("fraud-v3", "c1"), launch_of("spam-v1")
    keep(launch, other)
    write(launch, "fraud-v3.json")
    write(launch, "copy.toml")
    write(launch, "bare", "json")
    status, out, err = run(*command, "fraud-v3", *at)
    assert (status, err) == (0, "")
    assert out != run(*command, "spam-v1", *at)[1]
    for name in ("fraud-v3.json", "copy.toml", "./fraud-v3.json"):
        assert run(*command, name, *at) == (status, out, err)
    assert run(*command, "bare", *at)[0] == 2  # a file of no known format is not something else
    status, _, err = run(*command, "fraud-v9", *at)
    assert (status, err.split(" (got")[1]) == (2, " 'fraud-v9'); did you mean 'fraud-v3'?\n")


@pytest.fixture
def crowded(run):
    keep(launch_of("fraud-v3", "c1"), launch_of("fraud-v3.1", "c1", "c2", "c3"), launch_of("model-serving", "c1", "c3"))
    return run


def test_a_file_comes_before_a_launch_and_that_before_what_is_bundled(crowded):
    assert crowded("log", "fraud-v3.1")[1].count("finished") == 3  # it looks like a path, and is a launch
    write(launch_of("other"), "fraud-v3.1", "json")
    assert crowded("log", "fraud-v3.1")[2].startswith("servingchecklist: the name of the file does not say its format")
    warning = (
        "servingchecklist: model-serving: the launch in launches.db is meant, not what 'list' shows under that name\n"
    )
    assert crowded("log", "model-serving")[1].count("finished") == 2
    assert crowded("next", "model-serving")[2] == warning
    assert crowded("status", "model-serving")[2] == warning
    assert crowded("next", "model-rollback")[::2] == (0, "")


def test_what_is_no_launch_says_what_it_is(run):
    write(LAUNCH, "team.toml")
    assert run("status", "team.toml")[::2] == (
        1,
        "team.toml:2: $.kind: is not a launch (got 'checklist'); start a launch: servingchecklist start NAME --checklist team.toml\n",
    )
    assert run("status", "model-serving")[::2] == (
        2,
        "servingchecklist: that is no launch, but an entry of the catalog (got 'model-serving'); "
        "start a launch: servingchecklist start NAME --checklist model-serving\n",
    )
    assert run("status", "fraud-v3")[2] == (
        f"servingchecklist: there is no store of launches (got 'launches.db'); {NO_STORE}"
    )
    assert run("next", "llm-serving")[2].startswith("servingchecklist: that is an overlay, not a checklist")
    assert run("next", "gone/x")[2].startswith("servingchecklist: the name of the file does not say its format")
    keep(launch_of("fraud-v3"))
    assert run("status", "c1")[2].startswith(
        "servingchecklist: there is no launch in the store of that name (got 'c1')"
    )


# The launch in the folder


@pytest.mark.parametrize(
    "command", [["next"], ["forecast", "--samples", "9"], ["levers", "--samples", "9"], ["critical-path"]]
)
def test_the_only_launch_is_meant_where_nothing_is_named(run, tmp_path, command):
    at = () if command == ["next"] else ("--at", "2026-11-20T09:00Z")
    bundled = run(*command)
    keep(launch_of("fraud-v3", "c1"))
    named = run(*command, *at, "fraud-v3")
    assert run(*command, *at) == (0, HEAD("fraud-v3", "launches.db") + named[1], "")
    assert run(*command, *at, "--json") == run(*command, *at, "fraud-v3", "--json")
    if at:
        assert run(*command, *at, "-f", "html") == run(*command, *at, "fraud-v3", "-f", "html")
        assert run(*command, *at, "-o", "page.txt") == (0, "", "")
        assert (tmp_path / "page.txt").read_text("utf-8") == named[1]
    assert run(*command, "model-serving") == bundled
    keep(launch_of("spam-v1"))
    assert run(*command) == (
        2,
        "",
        "servingchecklist: the store holds several launches (got 'launches.db'); "
        f"name one: fraud-v3 or spam-v1; for the bundled checklist: servingchecklist {command[0]} model-serving\n",
    )
    keep(*map(launch_of, ("a", "b", "c")))
    assert "name one: a, b, c or 2 more; for the bundled" in run(*command)[2]


def test_without_a_command_the_only_launch_is_shown(run):
    bundled = run()
    assert bundled[1].endswith(
        "\nWhen c1 is done: servingchecklist next --done c1. All commands: servingchecklist --help.\n"
    )
    Store("launches.db").close()
    assert run() == bundled  # a store without launches
    keep(launch_of("fraud-v3", "c1"))
    status, out, err = run()
    assert (status, err) == (0, "")
    assert out.startswith(HEAD("fraud-v3", "launches.db") + "fraud-v3\n========\n")
    assert out.endswith("\nAll commands: servingchecklist --help.\n")
    keep(launch_of("spam-v1"))
    assert run()[2].endswith("; for the bundled checklist: servingchecklist next model-serving\n")


def test_render_shows_the_bundled_checklist_unless_a_launch_is_named(run):
    keep(launch_of("fraud-v3", "c1"))
    assert run("render") == (0, dumps(LAUNCH, "markdown"), "")
    assert run("render", "fraud-v3", "-f", "json") == (0, dumps(stored(), "json"), "")
    assert run("render", "--store", "launches.db") == (
        2,
        "",
        "servingchecklist: --store needs the name of a launch (got 'launches.db'); see the names with: servingchecklist launches\n",
    )


def test_a_store_that_cannot_be_opened_is_never_passed_over(run, tmp_path):
    (tmp_path / "launches.db").write_text("no store at all", "utf-8")
    for command in ([], ["next"], ["forecast"], ["critical-path"], ["status"], ["next", "model-serving"], ["log", "x"]):
        status, out, err = run(*command)
        assert (status, out) == (2, "")
        assert err.startswith("servingchecklist: the store cannot be opened: it is not a SQLite file")
    assert run("render")[0] == 0


# Variables


def test_variables_name_the_store_and_the_recorder_unless_an_option_does(run, monkeypatch):
    monkeypatch.setenv("SERVINGCHECKLIST_STORE", "team.db")
    monkeypatch.setenv("SERVINGCHECKLIST_BY", "bot")
    missing = (
        f"servingchecklist: there is no store of launches (got 'team.db'); SERVINGCHECKLIST_STORE names it; {NO_STORE}"
    )
    for command in (["status"], ["next"], [], ["finish", "c1"], ["export", "x"], ["log", "fraud-v3"]):
        assert run(*command) == (2, "", missing)
    assert run("status", "--store", "gone.db")[2] == missing.replace("team.db", "gone.db").replace(
        "SERVINGCHECKLIST_STORE names it; ", ""
    )
    assert not os.path.exists("x")
    assert run("start", "fraud-v3")[0] == 0
    assert run("finish", "c1")[0] == 0
    assert run("finish", "c2", "--by", "eve")[0] == 0
    assert [event.by for event in stored(path="team.db").events] == ["bot", "bot", "eve"]
    assert run("next")[1].startswith(HEAD("fraud-v3", "team.db"))
    keep(launch_of("spam-v1"), path="other.db")
    assert run("next", "--store", "other.db")[1].startswith(HEAD("spam-v1", "other.db"))
    monkeypatch.setenv("SERVINGCHECKLIST_STORE", "")
    monkeypatch.setenv("SERVINGCHECKLIST_BY", "")
    assert run("start", "x")[0] == 0
    assert stored("x").events[0].by != "bot"


def test_a_named_store_without_launches_is_an_error(run):
    Store("empty.db").close()
    for command in (["next"], ["status"], ["finish", "c1", *BY]):
        assert run(*command, "--store", "empty.db")[::2] == (
            2,
            "servingchecklist: the store holds no launch (got 'empty.db'); start one with: servingchecklist start NAME\n",
        )


# Recording in a file


@pytest.mark.parametrize("format", ["json", "toml"])
def test_events_are_recorded_in_a_file_in_its_own_format(run, format):
    path, before = f"fraud.{format}", launch_of("fraud-v3")
    write(before, path)
    arguments = ("--launch", path, *BY, "--at", "2026-11-03T09:00Z")
    status, out, err = run("finish", "c1", *arguments)
    assert (status, err) == (0, "")
    assert out == "fraud-v3 (Model Serving): c1 Define goals and KPIs: todo -> done (ml-platform; 1 of 9 closed)\n"
    after = before.finish("c1", by="ml-platform", at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    assert read(path) == after
    with open(path, encoding="utf-8") as file:
        assert file.read() == dumps(after, format)
    modified = os.stat(path).st_mtime_ns
    assert "nothing new" in run("finish", "c1", *arguments)[1]
    assert os.stat(path).st_mtime_ns == modified  # what records nothing writes nothing
    assert run("begin", "c1", *arguments)[0] == 1
    assert run("finish", "c2", "c99", *arguments)[0] == 2
    assert read(path) == after
    write(attrs.evolve(LAUNCH, version="2"), "next.toml")
    assert run("migrate", "next.toml", "--launch", path, *BY)[0] == 0
    assert read(path).checklist.version == "2"
    assert not os.path.exists("launches.db")


def test_a_file_that_is_no_launch_gets_no_events(run, tmp_path):
    write(LAUNCH, "team.toml")
    before = (tmp_path / "team.toml").read_bytes()
    assert run("finish", "c1", "--launch", "team.toml", *BY)[0] == 1
    assert run("finish", "c1", "--launch", "gone.toml", *BY)[2].startswith("servingchecklist: the file cannot be read")
    assert (tmp_path / "team.toml").read_bytes() == before
    keep(launch_of("fraud-v3.1"))
    assert run("finish", "c1", "--launch", "fraud-v3.1", *BY)[0] == 0
    assert len(stored("fraud-v3.1").events) == 2


# JSON


def test_what_was_recorded_is_printed_as_json(run):
    status, out, err = run("start", "fraud-v3", *BY, "--at", "2026-11-02T09:00Z", "--json")
    document = json.loads(out)
    launch = stored()
    assert (status, err, list(document)) == (0, "", ["events", "state"])
    assert document["events"] == log_of(launch)
    document = json.loads(run("finish", "c1", "c2", *BY, "--at", "2026-11-03T09:00Z", "--json")[1])
    assert {event["event"] for event in document["events"]} == {event.id for event in stored().events[1:]}
    assert document["state"].keys() == launch.snapshot().to_dict().keys()
    assert document["state"]["progress"]["overall"]["done"] == 2
    assert json.loads(run("finish", "c1", "c2", *BY, "--at", "2026-11-03T09:00Z", "--json")[1])["events"] == []
    event = stored().history("c1")[0].id
    document = json.loads(run("retract", event[:8], *BY, "--json")[1])
    assert [(event["kind"], event["events"]) for event in document["events"]] == [("retracted", [event])]
    at = document["state"]["at"]
    assert document["state"] == status_of(stored(), stored().snapshot(at=datetime.fromisoformat(at)))
    write(attrs.evolve(LAUNCH, version="2"), "next.toml")
    document = json.loads(run("migrate", "next.toml", *BY, "--json")[1])
    assert [event["kind"] for event in document["events"]] == ["migrated"]
    assert document["state"]["checklist"]["version"] == "2"
    assert json.loads(run("migrate", "next.toml", *BY, "--json")[1])["events"] == []


def test_logs_and_names_are_printed_as_json(run, tmp_path):
    launch = launch_of("fraud-v3", "c1", "c2").note("c3", "zwei\nZeilen 模", by="Zoë", at=MONDAY + timedelta(days=1))
    launch = launch.retract(launch.history("c2")[0], by="x", at=MONDAY + timedelta(days=2))
    keep(launch)
    document = json.loads(run("log", "--json")[1])
    assert (list(document), document["launch"]) == (["launch", "events"], "fraud-v3")
    assert document["events"] == log_of(launch)
    assert [event["task"] for event in json.loads(run("log", "--task", "c3", "--json")[1])["events"]] == ["c3"]
    (document,) = json.loads(run("launches", "--json")[1])["launches"]
    assert document == {
        "name": "fraud-v3",
        "topic": "Model Serving",
        "started_at": "2026-11-02T09:00:00Z",
        "checklist": {"id": "model-serving", "version": LAUNCH.version},
        "progress": launch.progress(at=datetime.now(UTC)).to_dict(),
    }
    assert json.loads(run("export", "a/b", "--json")[1]) == {"launches": ["fraud-v3"]}
    assert read(tmp_path / "a" / "b" / "fraud-v3.jsonl") == launch
    assert json.loads(run("import", "a/b", "--store", "new.db", "--json")[1]) == {
        "launches": ["fraud-v3"],
        "new_events": {"fraud-v3": len(launch.events)},
    }


def test_the_catalog_is_printed_as_json(run):
    entries = json.loads(run("list", "--json")[1])["entries"]
    assert entries[0] == {
        "id": "model-serving",
        "kind": "checklist",
        "title": LAUNCH.title,
        "version": LAUNCH.version,
        "needs": "",
        "distribution": "",
        "fault": None,
    }


# Times


def test_an_event_before_the_latest_of_its_task_is_recorded_with_a_warning(run):
    keep(launch_of("fraud-v3"))
    at = "2026-11-0{}T09:00Z".format
    assert run("finish", "c1", *BY, "--at", at(5))[2] == ""
    status, out, err = run("note", "c1", "c2", "--text", "seen", *BY, "--at", at(4))
    assert (status, len(out.splitlines())) == (0, 2)
    assert err == (
        "servingchecklist: c1: is recorded before the latest event of its task (finished, 2026-11-05 09:00 UTC); "
        "what is later counts: see log\n"
        f"servingchecklist: c1: undo would retract a later event; this one: servingchecklist retract {stored().history('c1')[0].id[:8]}\n"
        f"servingchecklist: c2: undo would retract a later event; this one: servingchecklist retract {stored().history('c2')[0].id[:8]}\n"
    )
    assert len(stored().history("c1")) == 2
    assert run("note", "c1", "--text", "seen", *BY, "--at", at(4))[2] == ""  # nothing new
    assert run("note", "c1", "--text", "later", *BY, "--at", at(6))[2] == ""
    for event in stored().history("c1")[1:]:
        run("retract", event.id, *BY)
    assert run("note", "c1", "--text", "now", *BY, "--at", "2026-11-04T10:00Z")[2] == ""  # what was retracted


def test_events_in_the_future_are_told_with_the_way_out(run):
    at = datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    launch = launch_of("fraud-v3", "c2").record(events.Finished("c1", by="x", at=at))
    keep(launch)
    event = launch.events[-1].id[:8]
    warning = (
        f"servingchecklist: event {event} (finished c1, by x) lies in the future: 9998-12-31T23:59:59.999999+00:00; "
        f"if that is wrong: servingchecklist retract {event}\n"
    )
    assert run("next")[::2] == (0, warning)
    assert run("next", "fraud-v3", "--json")[2] == warning.replace("\n", " --launch fraud-v3\n")
    named = " --launch fraud-v3 --store launches.db\n"
    assert run("status", "fraud-v3", "--store", "launches.db")[2] == warning.replace("\n", named)
    assert run("next", "model-serving")[2] == ""
    for command in (["status"], [], ["review"]):
        assert run(*command)[::2] == (0, warning)
    assert run("status", "--at", "2026-11-05")[2] == ""  # the past that was asked for
    assert run("retract", event, *BY)[0] == 0
    assert run("next")[2] == ""
    many = [events.Noted(f"c{number}", text="x", by="x", at=at) for number in range(1, 6)]
    keep(stored().record(*many))
    assert run("next")[2].count("lies in the future") == 3


def test_a_folder_is_made_for_an_export_and_only_where_there_is_a_store(run, tmp_path):
    assert run("export", "new")[0] == 2
    keep(launch_of("fraud-v3"))
    assert not (tmp_path / "new").exists()
    assert run("export", "new") == (0, "fraud-v3: written to new\n", "")
    assert run("export", "new", "-f", "toml")[0] == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["fraud-v3.jsonl", "fraud-v3.toml"]
    status, _, err = run("export", "a\0b")
    assert status == 2
    assert re.match("servingchecklist: the file cannot be written: (lstat: )?embedded null", err)  # as Python says it
    with contextlib.closing(sqlite3.connect("launches.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_store_that_is_not_there_yet_matters_to_launches_only(run, monkeypatch):
    monkeypatch.setenv("SERVINGCHECKLIST_STORE", "gone.db")
    assert run("next", "model-serving")[0] == run("render", "model-serving")[0] == 0
    assert run("forecast", "gone.toml")[2].startswith("servingchecklist: the file cannot be read: No such file")
    for command in (["next"], ["status", "fraud-v3"], []):
        assert "SERVINGCHECKLIST_STORE names it" in run(*command)[2]
