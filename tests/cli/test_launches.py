"""The commands that keep launches in a store, mistakes included."""

import getpass
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from servingchecklist import Launch, Store, dumps, model_serving, next_tasks, read, write

LAUNCH = model_serving()
BY = ("--by", "ml-platform")


@pytest.fixture
def started(run):
    status, out, err = run("start", "fraud-v3", *BY, "--at", "2026-11-02T09:00Z")
    assert (status, err) == (0, "")
    assert out == "fraud-v3: started by ml-platform with model-serving 2026.1, 9 tasks\n"
    return run


def stored(name="fraud-v3", path="launches.db"):
    with Store(path) as store:
        return store.load(name)


def at(day, hour=9):
    return ("--at", f"2026-11-{day:02}T{hour:02}:00Z")


def test_each_command_is_a_line_that_says_what_changed(started):
    lines = []

    def do(*arguments):
        status, out, err = started(*arguments, *BY)
        assert (status, err) == (0, "")
        lines.append(out)

    do("finish", "c1", *at(3))
    do("begin", "c3", "c2", "c3", *at(4))
    do("block", "c2", "--reason", "no list of callers", *at(5))
    do("unblock", "c2", *at(6))
    do("waive", "c6", "--reason", "later", "--expires", "2999-12-31", *at(6))
    do("reopen", "c1", "--reason", "it drifts", *at(7))
    do("assign", "c3", "--to", "serving-team", *at(7))
    do("assign", "c3", "--clear", *at(8))
    do("due", "c3", "--on", "2026-11-20", *at(8))
    do("due", "c3", "--clear", *at(9))
    do("note", "c3", "--text", "half of it", *at(9))
    do("finish", "c4", *at(9))
    do("finish", "c5", *at(9))
    assert "".join(lines) == (
        "fraud-v3: c1 Define goals and KPIs (Model Serving): todo -> done (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): todo -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c2 Identify target audience (Model Serving): todo -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c2 Identify target audience (Model Serving): doing -> blocked (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c2 Identify target audience (Model Serving): blocked -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c6 Set up tracking (Model Serving): todo -> waived (ml-platform; 2 of 9 closed)\n"
        "fraud-v3: c1 Define goals and KPIs (Model Serving): done -> todo (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): owner none -> serving-team (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): owner serving-team -> none (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): due date none -> 2026-11-20 (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): due date 2026-11-20 -> none (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c3 Audit current state (Model Serving): noted, still doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c4 Prioritize high-impact tasks (Model Serving): todo -> done, though c1 and c3 are open (ml-platform; 2 of 9 closed)\n"
        "fraud-v3: c5 Assign owners and deadlines (Model Serving): todo -> done (ml-platform; 3 of 9 closed)\n"
    )
    assert len(stored().events) == 15
    assert stored().state("c1").reason == "it drifts"


def test_what_is_told_late_or_again_is_said_to_change_nothing(started):
    started("finish", "c1", *BY, *at(5))
    assert started("note", "c1", "--text", "seen", "--by", "serving-team", *at(4))[1].endswith(
        "noted, still done (serving-team; 1 of 9 closed)\n"
    )
    assert started("finish", "c1", *BY, *at(5))[1].endswith("nothing new, still done (ml-platform; 1 of 9 closed)\n")
    assert len(stored().events) == 3


def test_next_looks_into_the_store_where_it_is_told_to(started):
    started("finish", "c1", *BY)
    found = dumps(stored().next(), "text")
    assert started("next", "--launch", "fraud-v3") == started("next", "--store", "launches.db") == (0, found, "")
    assert started("next")[1] == dumps(next_tasks(LAUNCH), "text")


def test_finishing_early_names_the_one_that_is_open(started):
    started("finish", "c3", *BY)
    assert started("finish", "c4", *BY)[1].endswith("todo -> done, though c1 is open (ml-platform; 2 of 9 closed)\n")


def test_an_illegal_move_is_one_line_and_changes_nothing(started):
    started("waive", "c6", "--reason", "later", "--expires", "2999-12-31", *BY, *at(3))
    status, out, err = started("finish", "c1", "c6", *BY, *at(4))
    assert (status, out) == (1, "")
    assert err == (
        "servingchecklist: c6 cannot be finished: it is waived since 2026-11-03, as ml-platform recorded; "
        "it can be reopened or waived\n"
    )
    assert len(stored().events) == 2


def test_whoever_is_logged_in_records(started, monkeypatch):
    started("finish", "c1")
    assert stored().events[-1].by == getpass.getuser()
    monkeypatch.setattr(getpass, "getuser", lambda: (_ for _ in ()).throw(OSError("no user")))
    assert started("finish", "c2") == (
        2,
        "",
        "servingchecklist: no user is logged in; name who records this with --by\n",
    )


def test_a_moment_is_local_unless_it_says_another(started, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        started("finish", "c1", *BY, "--at", "2026-11-24T17:30")
        started("finish", "c2", *BY, "--at", "2026-11-24")
        assert [event.at for event in stored().events[1:]] == [
            datetime(2026, 11, 23, 15, tzinfo=UTC),
            datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
        ]
        assert started("launches")[1] == "fraud-v3  model-serving 2026.1  started 2026-11-02, 2 of 9 closed\n"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_status_and_review_are_those_of_the_library(started, tmp_path):
    started("finish", "c1", *BY, *at(3))
    started("begin", "c3", *BY, *at(4))
    launch, when = stored(), datetime(2026, 11, 16, 9, tzinfo=UTC)
    snapshot, review = launch.snapshot(at=when), launch.review(datetime(2026, 11, 9, 9, tzinfo=UTC), at=when)
    assert started("status", *at(16)) == (0, dumps(snapshot, "text"), "")
    assert started("status", *at(16), "-f", "markdown") == (0, dumps(snapshot, "markdown"), "")
    assert json.loads(started("status", *at(16), "--json")[1]) == snapshot.to_dict()
    assert started("review", *at(16)) == (0, dumps(review, "text"), "")
    assert json.loads(started("review", *at(16), "--json")[1]) == review.to_dict()
    assert started("review", *at(16), "-o", "review.html") == (0, "", "")
    assert (tmp_path / "review.html").read_text("utf-8") == dumps(review, "html")
    assert started("review", *at(16), "-f", "svg") == (0, dumps(review, "svg"), "")
    late = launch.review(datetime(2026, 11, 2, 9, tzinfo=UTC), at=when, stale_after=20)
    assert started("review", *at(16), "--since", "2026-11-02T09:00Z", "--stale-after", "20")[1] == dumps(late, "text")
    assert started("status")[0] == started("review")[0] == 0


def test_the_log_is_told_line_by_line(started):
    started("note", "c1", "--text", "two\nlines", *BY, *at(3))
    started("block", "c2", "--reason", "no access", *BY, *at(4))
    assert started("log") == (
        0,
        "2026-11-02T09:00:00Z  ml-platform  launch-started\n"
        "2026-11-03T09:00:00Z  ml-platform  noted  c1  two\\nlines\n"
        "2026-11-04T09:00:00Z  ml-platform  blocked  c2  no access\n",
        "",
    )
    assert started("log", "c2")[1] == "2026-11-04T09:00:00Z  ml-platform  blocked  c2  no access\n"


def test_where_there_are_several_launches_one_has_to_be_named(started):
    started("start", "spam-v1", *BY)
    status, out, err = started("finish", "c1", *BY)
    assert (status, out) == (2, "")
    assert (
        err
        == "servingchecklist: the store holds several launches (got 'launches.db'); name one with --launch: fraud-v3 or spam-v1\n"
    )
    assert started("finish", "c1", "--launch", "spam-v1", *BY)[1].startswith("spam-v1: c1 ")
    assert started("finish", "c1", "--launch", "spam", *BY)[2].endswith("(got 'spam'); did you mean 'spam-v1'?\n")
    assert [line.split()[0] for line in started("launches")[1].splitlines()] == ["fraud-v3", "spam-v1"]


def test_a_launch_of_a_checklist_in_a_file(run, tmp_path):
    write(LAUNCH, tmp_path / "team.toml")
    assert run("start", "x", "--checklist", "team.toml", *BY, "--store", "other.db")[0] == 0
    assert stored("x", "other.db").checklist == LAUNCH
    (tmp_path / "bad.toml").write_text("x = 1", "utf-8")
    status, _, err = run("start", "y", "--checklist", "bad.toml", *BY)
    assert (status, err.splitlines()[0]) == (1, "bad.toml: $.schema_version: is missing; write schema_version = 1")
    assert not (tmp_path / "launches.db").exists()


def test_copies_are_merged(run, tmp_path):
    start = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, tzinfo=UTC))
    one, other = start.finish("c1", by="x"), start.finish("c2", by="y")
    write(one, tmp_path / "one.json")
    write(other, tmp_path / "other.toml")
    (tmp_path / "bare").write_text(dumps(other, "json"), "utf-8")
    assert run("merge", "one.json", "other.toml") == (0, dumps(one.merge(other), "json"), "")
    assert run("merge", "one.json", "other.toml", "--output", "one.json") == (0, "", "")
    assert read("one.json") == one.merge(other)
    assert run("merge", "one.json", "bare", "--format", "json", "--output", "bare")[0] == 0
    assert read("bare", "json") == one.merge(other)
    write(Launch.start(LAUNCH, name="spam-v1", by="x"), tmp_path / "spam.json")
    assert run("merge", "one.json", "spam.json") == (
        1,
        "",
        "spam.json: $.name: is the name of another launch (got 'spam-v1'); "
        "a launch is merged with copies of itself; this one is 'fraud-v3'\n",
    )


def test_a_store_goes_to_files_and_back(started, tmp_path):
    started("start", "spam-v1", *BY)
    (tmp_path / "files").mkdir()
    assert started("export", "files") == (0, "fraud-v3: written to files\nspam-v1: written to files\n", "")
    assert started("import", "files", "--store", "new.db") == (
        0,
        "fraud-v3: imported\nspam-v1: imported\n",
        "",
    )
    assert stored("spam-v1", "new.db") == stored("spam-v1")
    (tmp_path / "files" / "fraud-v3.json").write_text("{", "utf-8")
    status, _, err = started("import", "files", "--store", "new.db")
    assert status == 1
    assert "fraud-v3.json" in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["start", "c1", *BY], 2, "a launch cannot be named like a task of model-serving (got 'c1'); to begin the task, use begin c1; "),
        (["start", "fraud-v3", *BY], 2, "there is a launch of that name already (got 'fraud-v3')"),
        (["start", "Fraud v3", *BY], 1, "servingchecklist: $.name: is not an id (got 'Fraud v3')"),
        (["status", "--json", "-o", "x.md"], 2, "--json cannot be combined with --output or --format; redirect the output"),
        (["start", "x", "--checklist", "modelserving"], 2, "did you mean 'model-serving'?"),
        (["finish", "c10", *BY], 2, "there is no task in 'model-serving' of that name (got 'c10'); did you mean 'c1'?"),
        (["finish", "foundation", *BY], 2, "(got 'foundation'); that is a phase; its tasks are c1, c2 and c3"),
        (["log", "foundation"], 2, "that is a phase; its tasks are c1, c2 and c3"),
        (["finish", "c1", "--store", "gone.db"], 2, "there is no store of launches (got 'gone.db'); start a launch with: servingchecklist start NAME"),
        (["finish", "c1", "--by", ""], 1, "$.by: is empty (got '')"),
        (["finish", "c1", "--at", "noon"], 2, "'noon' is not a time; write it as 2026-11-24 or 2026-11-24T17:30"),
        (["finish", "c1", *BY, "--at", "2026-11-01T00:00Z"], 1, "lies before the start of the launch"),
        (["finish", "c1", *BY, "--at", "2999-01-01"], 2, "that time is more than a day ahead (got 2999-01-01T00:00:00"),
        (["finish"], 2, "the following arguments are required: TASK"),
        (["block", "c1"], 2, "the following arguments are required: --reason"),
        (["waive", "c1", "--reason", "r"], 2, "the following arguments are required: --expires"),
        (["waive", "c1", "--reason", "r", "--expires", "soon"], 2, "'soon' is not a date; write it as 2026-12-31"),
        (["waive", "c1", "--reason", "", "--expires", "2999-01-01", *BY], 1, "$.reason: is empty"),
        (["assign", "c1"], 2, "one of the arguments --to --clear is required"),
        (["review", "--since", "2999-01-01T00:00Z"], 2, "--since: does not lie before the end of the review"),
        (["review", "--stale-after", "0"], 2, "'0' is not a whole number of at least 1"),
        (["status", "-f", "svg"], 2, "invalid choice: 'svg'"),
        (["log", "c10"], 2, "did you mean 'c1'?"),
        (["merge", "gone.json"], 2, "the file cannot be read: No such file or directory"),
        (["export", "gone"], 2, "No such file or directory"),
        (["import", "gone"], 2, "No such file or directory"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_recorded(started, tmp_path, arguments, status, words):
    found, out, err = started(*arguments)
    assert (found, out) == (status, "")
    assert words in err
    assert len(stored().events) == 1
    assert not (tmp_path / "gone.db").exists()


def test_an_empty_store_says_how_to_fill_it(run, tmp_path):
    Store(tmp_path / "launches.db").close()
    assert (
        run("status")[2]
        == "servingchecklist: the store holds no launch (got 'launches.db'); start one with: servingchecklist start NAME\n"
    )
    assert run("launches") == (0, "", "")


def test_processes_record_side_by_side(started):
    command = [sys.executable, "-m", "servingchecklist", "finish", "--by", "ml-platform"]
    running = [subprocess.Popen([*command, f"c{n}"], stdout=subprocess.DEVNULL) for n in range(1, 10)]
    assert [process.wait(60) for process in running] == [0] * 9
    assert stored().progress().overall.done == 9


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("start", "--checklist SOURCE"),
        ("begin", "TASK"),
        ("finish", "--by WHO"),
        ("block", "--reason WORDS"),
        ("unblock", "--launch NAME"),
        ("reopen", "--reason WORDS"),
        ("waive", "--expires DAY"),
        ("assign", "--clear"),
        ("due", "--clear"),
        ("note", "--text WORDS"),
        ("status", "--json"),
        ("review", "--stale-after DAYS"),
        ("log", "--store FILE"),
        ("launches", "--store FILE"),
        ("merge", "--output FILE"),
        ("export", "FOLDER"),
        ("import", "--no-limits"),
    ],
)
def test_every_command_explains_itself(run, command, words):
    status, out, _ = run(command, "--help")
    assert (status, out.startswith(f"usage: servingchecklist {command} ")) == (0, True)
    assert words in out
    assert command in run("--help")[1]
