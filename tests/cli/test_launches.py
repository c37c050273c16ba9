"""The commands that keep launches in a store, mistakes included."""

import getpass
import io
import json
import os
import re
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from helpers.printed import review_of, status_of
from servingchecklist import (
    Launch,
    Overlay,
    Reference,
    Status,
    Step,
    Store,
    changes,
    dumps,
    events,
    model_serving,
    next_tasks,
    read,
    write,
)
from servingchecklist.errors import show

LAUNCH = model_serving()
BY = ("--by", "ml-platform")
PAGES = (Reference("the run", "https://example.com/?run=1"), Reference("https://example.com/", "https://example.com/"))
LINKS = ("--link", "the run=https://example.com/?run=1", "--link", "https://example.com/")


@pytest.fixture
def started(run):
    status, out, err = run("start", "fraud-v3", *BY, "--at", "2026-11-02T09:00Z")
    assert (status, err) == (0, "")
    assert out == "fraud-v3: started by ml-platform with model-serving 2026.2, 9 tasks\n"
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
    do("not-applicable", "c8", "--reason", "there is no load", *at(9))
    assert "".join(lines) == (
        "fraud-v3 (Model Serving): c1 Define goals and KPIs: todo -> done (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: todo -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3: c2 Identify target audience: todo -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c2 Identify target audience: doing -> blocked (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c2 Identify target audience: blocked -> doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c6 Set up tracking: todo -> waived (ml-platform; 2 of 9 closed)\n"
        "fraud-v3 (Model Serving): c1 Define goals and KPIs: done -> todo (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: owner none -> serving-team (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: owner serving-team -> none (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: due date none -> 2026-11-20 (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: due date 2026-11-20 -> none (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c3 Audit current state: noted, still doing (ml-platform; 1 of 9 closed)\n"
        "fraud-v3 (Model Serving): c4 Prioritize high-impact tasks: todo -> done, though c1 and c3 are open (ml-platform; 2 of 9 closed)\n"
        "fraud-v3 (Model Serving): c5 Assign owners and deadlines: todo -> done (ml-platform; 3 of 9 closed)\n"
        "fraud-v3 (Model Serving): c8 Measure against KPIs: todo -> not applicable, though c1 and c7 are open (ml-platform; 4 of 9 closed)\n"
    )
    assert len(stored().events) == 16
    assert stored().state("c1").reason == "it drifts"


def test_what_is_told_late_or_again_is_said_to_change_nothing(started):
    started("finish", "c1", *BY, *at(5))
    assert started("note", "c1", "--text", "seen", "--by", "serving-team", *at(4))[1].endswith(
        "noted, still done (serving-team; 1 of 9 closed)\n"
    )
    assert started("finish", "c1", *BY, *at(5))[1].endswith("nothing new, still done (ml-platform; 1 of 9 closed)\n")
    assert len(stored().events) == 3


def test_steps_are_ticked_together_and_counted(started):
    line = "fraud-v3 (Model Serving): c6 Set up tracking: {} (ml-platform; {} of 9 closed)\n".format
    asked = ("tick", "c6", "signals", "alerts", "signals", *BY, *at(3))
    assert started(*asked, "--note", "seen", LINKS[0], LINKS[1]) == (0, line("2 of 6 steps, still todo", 0), "")
    assert started(*asked, "--note", "seen", LINKS[0], LINKS[1])[1] == line("nothing new, still todo", 0)
    assert sorted((event.step, event.note, event.references) for event in stored().history("c6")) == [
        (step, "seen", PAGES[:1]) for step in ("alerts", "signals")
    ]
    assert started("untick", "c6", "alerts", *BY, *at(4))[1] == line("1 of 6 steps, still todo", 0)
    assert started("tick", "c6", "alerts", *BY, "--at", "2026-11-03T12:00Z")[1] == line("ticked, still todo", 0)
    assert started("finish", "c1", "c6", *BY, *at(5))[1].endswith("todo -> done (ml-platform; 2 of 9 closed)\n")
    assert started("tick", "c6", "buckets", *BY, *at(6))[1] == line("2 of 6 steps, still done", 2)
    assert [step.id for step in stored().state("c6").steps if step.done] == ["signals", "buckets"]
    assert (
        started("log", "--task", "c6")[1]
        .splitlines()[-1]
        .endswith("  2026-11-06T09:00:00Z  ml-platform  ticked  c6  buckets")
    )


def test_one_wrong_step_and_nothing_is_ticked(started):
    assert started("tick", "c6", "signals", "signal", *BY) == (
        2,
        "",
        "servingchecklist: STEP: there is no step of that id in 'c6' (got 'signal'); did you mean 'signals'?\n",
    )
    assert len(stored().events) == 1


def test_what_is_asked_of_a_launch_is_asked_of_selected_tasks(started):
    started("assign", "c1", "c6", "--to", "eve", *BY, *at(3))
    started("finish", "c1", *BY, *at(4))
    launch = stored()
    for options, selection in [
        (("--owner", "eve"), {"owner": "eve"}),
        (("--role", "sre", "--label", "alerts"), {"role": "sre", "label": "alerts"}),
        (("--phase", "execution"), {"phase": "execution"}),
    ]:
        snapshot = launch.snapshot(at=datetime(2026, 11, 5, 9, tzinfo=UTC), **selection)
        assert started("status", *at(5), *options) == (0, dumps(snapshot, "text"), "")
        assert json.loads(started("status", *at(5), *options, "--json")[1]) == status_of(launch, snapshot)
        review = launch.review(datetime(2026, 11, 1, 9, tzinfo=UTC), at=snapshot.at, **selection)
        asked = ("review", "--since", "2026-11-01T09:00Z", *at(5), *options)
        assert started(*asked) == (0, dumps(review, "text"), "")
        assert json.loads(started(*asked, "--json")[1]) == review_of(review)
        best = launch.next(**selection)
        assert started("next", "fraud-v3", *options) == (0, dumps(best, "text"), "")
        assert json.loads(started("next", *options, "--json")[1]) == best.to_dict()
    assert started("next", "model-serving", "--phase", "foundation", "--limit", "9")[1] == dumps(
        next_tasks(LAUNCH, limit=9, phase="foundation"), "text"
    )
    assert json.loads(started("next", "model-serving", "--role", "sre", "--done", "c1", "--json")[1]) == (
        next_tasks(LAUNCH, {"c1"}, role="sre").to_dict()
    )


def test_an_owner_without_a_task_may_be_a_typing_mistake(started):
    words = "servingchecklist: no task is owned by 'clo'"
    assert started("next", "--owner", "clo")[2] == f"{words}\n"
    started("assign", "c1", "--to", "cleo", *BY, *at(3))
    for command in ("status", "review", "next"):
        assert started(command, "--owner", "clo")[::2] == (0, f"{words}; did you mean 'cleo'?\n")
        assert started(command, "--owner", "cleo")[2] == ""


def test_a_review_of_selected_tasks_has_no_forecast(started):
    asked = ("review", *at(9), "--role", "sre")
    words = "servingchecklist: no forecast: it would be of all tasks, not of the selected ones\n"
    assert started(*asked)[::2] == (0, "")
    assert started(*asked, "--people", "2")[::2] == (0, words)
    status, out, err = started(*asked, "--people", "2", "--samples", "10", "--json")
    assert (status, err, json.loads(out)["slip"]) == (0, words, None)


def test_next_looks_into_the_store_where_it_is_told_to(started):
    started("finish", "c1", *BY)
    recommended = dumps(stored().next(), "text")
    assert started("next", "fraud-v3") == started("next", "fraud-v3", "--store", "launches.db") == (0, recommended, "")
    assert started("next")[1] == f"fraud-v3, the only launch in launches.db\n\n{recommended}"
    assert started("next", "model-serving")[1] == dumps(next_tasks(LAUNCH), "text")


def test_finishing_early_names_the_one_that_is_open(started):
    started("finish", "c3", *BY)
    assert started("finish", "c4", *BY)[1].endswith("todo -> done, though c1 is open (ml-platform; 2 of 9 closed)\n")


def test_an_illegal_move_is_one_line_and_changes_nothing(started):
    started("waive", "c6", "--reason", "later", "--expires", "2999-12-31", *BY, *at(3))
    status, out, err = started("finish", "c1", "c6", *BY, *at(4))
    assert (status, out) == (1, "")
    assert err == (
        "servingchecklist: c6 cannot be finished: its status is waived, as ml-platform recorded on 2026-11-03; "
        "it can be reopened, waived or marked not applicable\n"
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
            datetime(2026, 11, 24, 8, 30, tzinfo=UTC),
            datetime(2026, 11, 24, 14, 59, 59, tzinfo=UTC),
        ]
        assert started("launches")[1] == "fraud-v3  model-serving 2026.2  started 2026-11-02, 2 of 9 closed\n"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("zone", "times", "is_early"),
    [
        ("America/Los_Angeles", ("2026-11-10T23:30", "2026-11-18T09:00"), False),
        ("Asia/Tokyo", ("2026-11-10T08:00", "2026-11-17T12:00"), True),
    ],
)
def test_a_wait_counts_days_of_the_local_time_zone(started, monkeypatch, zone, times, is_early):
    import time

    closed, begun = times

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for task in ("c1", "c6", "c7"):
            started("finish", task, *BY, "--at", closed)
        words = started("begin", "c8", *BY, "--at", begun)[1]
        assert ("though its first day is 2026-11-18" in words) == is_early, words
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_day_alone_is_never_before_the_start_of_a_launch_on_that_day(started):
    assert started("begin", "c1", *BY, "--at", "2026-11-02")[0] == 0
    assert started("finish", "c1", *BY, "--at", "2026-11-02")[0] == 0  # at the same second, and behind it
    assert stored().state("c1").status == "done"
    assert started("start", "ads", "--store", "ads.db", *BY, "--at", "today")[0] == 0
    assert started("begin", "c1", "--store", "ads.db", *BY, "--at", "today")[0] == 0
    assert started("start", "old", "--store", "old.db", *BY, "--at", "2026-11-02")[0] == 0
    assert started("begin", "c1", "--store", "old.db", *BY, "--at", "2026-11-02T00:00")[0] == 0


def test_a_period_begins_with_the_first_second_of_its_day(started):
    started("finish", "c1", *BY, "--at", "2026-11-03T00:00:01")
    began = datetime.fromisoformat("2026-11-03T00:00:00").astimezone()
    review = started("review", "--since", "2026-11-03", "--at", "2026-11-03", "--json", "--samples", "0")[1]
    assert datetime.fromisoformat(json.loads(review)["since"]) == began
    assert [task["task"] for task in json.loads(review)["done"]] == ["c1"]


def test_without_an_id_the_latest_event_of_the_same_person_is_retracted(started):
    started("begin", "c1", *BY, *at(3))
    started("finish", "c1", "--by", "ben", *at(4))
    started("begin", "c2", *BY, *at(5))
    shown = started("undo", *BY, *at(6))[1]
    assert re.fullmatch(
        r"fraud-v3 \(Model Serving\): [0-9a-f]{8} \(begun\) of c2 .*: doing -> todo \(ml-platform; 1 of 9 closed\)\n",
        shown,
    )
    assert " (begun) of c1 " in started("retract", *BY, *at(6))[1]
    assert [event.kind for event in stored().retracted] == ["begun", "begun"]
    assert stored().state("c1").status == "done"


@pytest.mark.parametrize("command", ["finish", "migrate", "export", "import", "start", "upgrade"])
def test_quiet_commands_print_errors_only(started, tmp_path, command):
    (tmp_path / "out").mkdir()
    write(LAUNCH, tmp_path / "next.toml")
    overlay = Overlay("ours", "Ours", base="model-serving", changes=[changes.DropTask("c2", reason="r")])
    write(overlay, tmp_path / "ours.toml")
    arguments = {
        "finish": ["c1", *BY],
        "migrate": ["llm.toml", *BY],
        "export": ["out"],
        "import": ["out"],
        "start": ["other", *BY],
        "upgrade": ["model-serving", "next.toml", "ours.toml", "--checklist", "new.toml"],
    }[command]
    write(attrs.evolve(LAUNCH, version="2"), tmp_path / "llm.toml")
    assert started(command, *arguments, "-q") == (0, "", "")
    assert command != "finish" or stored().state("c1").status == "done"
    status, out, err = started("finish", "c10", *BY, "--quiet")
    assert (status, out) == (2, "")
    assert err


def test_what_only_prints_is_never_quiet(started):
    assert started("status", "--quiet")[0] == 2


def test_a_difference_that_begins_with_a_minus_is_a_value(started):
    today = datetime.now().astimezone().date()
    assert started("due", "c1", "--on", "-2d", *BY)[0] == 0
    assert stored().state("c1").due == today - timedelta(2)
    assert started("due", "c1", "--on", "-2 days", *BY)[0] == 0
    assert started("waive", "c2", "--reason", "r", "--expires", "+1w", *BY)[0] == 0
    assert stored().state("c2").waiver.expires == today + timedelta(7)


def test_status_and_review_are_those_of_the_library(started, tmp_path):
    started("finish", "c1", *BY, *at(3))
    started("begin", "c3", *BY, *at(4))
    launch, when = stored(), datetime(2026, 11, 16, 9, tzinfo=UTC)
    snapshot, review = launch.snapshot(at=when), launch.review(datetime(2026, 11, 9, 9, tzinfo=UTC), at=when)
    assert started("status", *at(16)) == (0, dumps(snapshot, "text"), "")
    assert started("status", *at(16), "-f", "markdown") == (0, dumps(snapshot, "markdown"), "")
    assert json.loads(started("status", *at(16), "--json")[1]) == status_of(launch, snapshot)
    assert started("review", *at(16)) == (0, dumps(review, "text"), "")
    assert json.loads(started("review", *at(16), "--json")[1]) == review_of(review)
    assert started("review", *at(16), "-o", "review.html") == (0, "", "")
    assert (tmp_path / "review.html").read_text("utf-8") == dumps(review, "html")
    assert started("review", *at(16), "-f", "svg") == (0, dumps(review, "svg"), "")
    late = launch.review(datetime(2026, 11, 2, 9, tzinfo=UTC), at=when, stale_after=20)
    assert started("review", *at(16), "--since", "2026-11-02T09:00Z", "--stale-after", "20")[1] == dumps(late, "text")
    assert started("status")[0] == started("review")[0] == 0


def test_the_log_is_told_line_by_line(started):
    started("note", "c1", "--text", "two\nlines", *BY, *at(3))
    started("block", "c2", "--reason", "no access", *BY, *at(4), "--note", "since\nMonday", *LINKS)
    started("finish", "c3", *BY, *at(5))
    ids = [event.id[:8] for event in stored().events]
    assert started("retract", ids[3], "--reason", "it was c2", *BY, *at(6))[0] == 0
    retraction = stored().events[-1].id[:8]
    assert started("log") == (
        0,
        f"{ids[0]}  2026-11-02T09:00:00Z  ml-platform  launch-started\n"
        f"{ids[1]}  2026-11-03T09:00:00Z  ml-platform  noted  c1  two\\nlines\n"
        f"{ids[2]}  2026-11-04T09:00:00Z  ml-platform  blocked  c2  no access  since\\nMonday  "
        "the run https://example.com/?run=1, https://example.com/\n"
        f"{ids[3]}  2026-11-05T09:00:00Z  ml-platform  finished (retracted)  c3\n"
        f"{retraction}  2026-11-06T09:00:00Z  ml-platform  retracted  {ids[3]}  it was c2\n",
        "",
    )
    assert (
        started("log", "--task", "c3")[1] == f"{ids[3]}  2026-11-05T09:00:00Z  ml-platform  finished (retracted)  c3\n"
    )


def test_notes_and_links_are_recorded_with_any_event(started):
    for command in (
        ("begin",),
        ("block", "--reason", "r"),
        ("unblock",),
        ("finish",),
        ("reopen",),
        ("waive", "--reason", "r", "--expires", "2999-12-31"),
        ("not-applicable", "--reason", "r"),
        ("assign", "--to", "x"),
        ("due", "--clear"),
    ):
        assert started(command[0], "c1", *command[1:], *BY, "--note", "a note", *LINKS)[0] == 0, command
        event = stored().events[-1]
        assert (event.note, event.references) == ("a note", PAGES)
    assert started("note", "c1", "--text", "t", *BY, *LINKS)[0] == 0
    assert (stored().events[-1].text, stored().state("c1").references) == ("t", PAGES)
    status, _, err = started("note", "c1", "--text", "t", "--note", "n", *BY)
    assert (status, err.partition(";")[0]) == (2, "servingchecklist note: there is no option --note")
    text = started("status")[1]
    assert "[-] c1" in text
    assert "the run <https://example.com/?run=1>" in text


@pytest.mark.parametrize(
    ("text", "title", "url"),
    [
        ("https://example.com/?a=b", "https://example.com/?a=b", "https://example.com/?a=b"),
        ("MAILTO:a@example.com", "MAILTO:a@example.com", "MAILTO:a@example.com"),
        ("a run=https://example.com/?a=b", "a run", "https://example.com/?a=b"),
        ("p=0.5 = https://example.com/?a=b", "p=0.5", "https://example.com/?a=b"),
        ("logs/1.txt", "logs/1.txt", "logs/1.txt"),
        ("a = b=logs/1.txt", "a = b", "logs/1.txt"),
        ("https://example.com/" + "x" * 300, "https://example.com/" + "x" * 180, "https://example.com/" + "x" * 300),
    ],
)
def test_a_link_is_an_address_with_or_without_a_title(started, text, title, url):
    assert started("finish", "c1", *BY, "--link", text)[0] == 0
    assert stored().events[-1].references == (Reference(title, url),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("javascript:alert(1)", "'javascript:alert(1)' is not an address; write an http, https or mailto address"),
        ("title=javascript:alert(1)", "is not an address"),
        ("=https://example.com", "is empty"),
        ("two\nlines=https://example.com", "holds the line break"),
        ("", "is empty"),
    ],
)
def test_what_is_no_link_is_said(started, text, words):
    status, out, err = started("finish", "c1", *BY, "--link", text)
    assert (status, out, len(stored().events)) == (2, "", 1)
    assert words in err


def test_mistakes_are_retracted(started):
    started("finish", "c1", *BY, *at(3))
    started("assign", "c2", "--to", "x", *BY, *at(3))
    started("note", "c3", "--text", "t", *BY, *at(3))
    ids = [event.id[:8] for event in sorted(stored().events[1:], key=lambda event: event.task)]
    assert started("retract", ids[0], ids[1][:5], *BY)[0] == 2
    assert started("retract", ids[0], "00000000", *BY)[0] == 2
    assert stored().retracted == ()
    status, out, err = started("retract", *ids, *BY, "--at", "2026-11-04T09:00Z")
    lines = {
        f"{ids[0]} (finished) of c1 Define goals and KPIs: done -> todo (ml-platform; 0 of 9 closed)",
        f"{ids[1]} (assigned) of c2 Identify target audience: owner x -> none (ml-platform; 0 of 9 closed)",
        f"{ids[2]} (noted) of c3 Audit current state: retracted, still todo (ml-platform; 0 of 9 closed)",
    }
    assert (status, err, out.count("Model Serving")) == (0, "", 1)
    assert {line.partition(": ")[2] for line in out.splitlines()} == lines
    assert started("retract", ids[0], *BY) == (0, "fraud-v3: retracted already; nothing was recorded\n", "")
    start = stored().events[0].id[:8]
    assert started("retract", start, *BY) == (
        2,
        "",
        f"servingchecklist: ID: is launch-started and cannot be retracted (got '{start}'); "
        "only events of tasks can be; to undo a retraction, record what happened once more\n",
    )


def test_an_event_of_a_retired_task_is_retracted(started, tmp_path):
    started("finish", "c9", *BY, *at(3))
    phases = [attrs.evolve(phase, tasks=[task for task in phase.tasks if task.id != "c9"]) for phase in LAUNCH.phases]
    write(attrs.evolve(LAUNCH, version="2", topic="", phases=phases), tmp_path / "next.toml")
    started("migrate", "next.toml", *BY, *at(4))
    event = stored().history("c9")[0].id[:8]
    assert started("retract", event, *BY) == (
        0,
        f"fraud-v3: {event} (finished) of c9: no longer in the checklist (ml-platform; 0 of 8 closed)\n",
        "",
    )


def test_a_clock_at_the_end_of_time_is_put_right(started):
    stuck = stored().record(events.Finished("c1", by="x", at=datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)))
    with Store("launches.db") as store:
        store.save(stuck)
    assert started("begin", "c1", *BY)[0] == 2
    assert "retracted, still todo" in started("retract", stuck.events[-1].id, *BY)[1]
    assert "todo -> doing" in started("begin", "c1", *BY)[1]
    assert "9998" not in started("status")[1]


def test_a_launch_is_started_with_a_topic_overlays_and_a_context(run):
    arguments = ("--topic", "fraud-v3 in the EU", "--with", "llm-serving", "--context", "mode=batch")
    status, out, err = run("start", "fraud-v3", *BY, *arguments)
    assert (status, err) == (0, "")
    launch = stored()
    assert (launch.topic, len(launch.checklist.layers)) == ("fraud-v3 in the EU", 2)
    assert (
        out
        == f"fraud-v3: started by ml-platform with {launch.checklist.id} {launch.checklist.version}, {len(launch.checklist)} tasks\n"
    )
    task = launch.next().ids[0]
    assert run("begin", task, *BY)[1].startswith(f"fraud-v3 (fraud-v3 in the EU): {task} ")
    for command in ("status", "review", "next", "forecast"):
        text = run(command, "fraud-v3")[1]
        assert text.count("fraud-v3 in the EU") == 1, command
        assert text.count(launch.checklist.topic) <= 1, command
    assert run("start", "x", *BY, "--topic", "two\nlines")[0] == 2
    assert run("start", "x", *BY, "--with", "nothing")[0] == 2
    assert run("start", "x", *BY, "--context", "mode=nothing")[0] == 2


def test_where_there_are_several_launches_one_has_to_be_named(started):
    started("start", "spam-v1", *BY)
    status, out, err = started("finish", "c1", *BY)
    assert (status, out) == (2, "")
    assert (
        err
        == "servingchecklist: the store holds several launches (got 'launches.db'); name one with --launch: fraud-v3 or spam-v1\n"
    )
    assert started("finish", "c1", "--launch", "spam-v1", *BY)[1].startswith("spam-v1 (Model Serving): c1 ")
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
    counts = "servingchecklist: other.toml: adds 1 event, and lacks 1 event of the other side; merged: 3 events\n"
    assert run("merge", "one.json", "other.toml") == (0, dumps(one.merge(other), "json"), counts)
    assert run("merge", "one.json", "other.toml", "-f", "jsonl") == (0, dumps(one.merge(other), "jsonl"), counts)
    assert run("merge", "one.json", "other.toml", "--output", "one.json") == (0, "", counts)
    assert read("one.json") == one.merge(other)
    for format in ("json", "jsonl", "toml"):  # as git gives the files of both sides to a merge driver
        (tmp_path / ".merge_file_a").write_text(dumps(one, format), "utf-8")
        (tmp_path / ".merge_file_b").write_text(dumps(other, format), "utf-8")
        assert run("merge", "--output", ".merge_file_a", ".merge_file_a", ".merge_file_b")[0] == 0
        assert (tmp_path / ".merge_file_a").read_text("utf-8") == dumps(one.merge(other), format)
    (tmp_path / ".merge_file_a").write_text(json.dumps(one.to_dict()), "utf-8")  # as another program writes it
    assert run("merge", "--output", ".merge_file_a", ".merge_file_a", ".merge_file_b")[0] == 0
    assert (tmp_path / ".merge_file_a").read_text("utf-8") == dumps(one.merge(other), "json")
    os.mkfifo("pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=(dumps(other, "jsonl"), "utf-8"))
    writer.start()
    assert run("check", "one.json", "--since", "pipe")[0] == 0  # what is read twice would be empty
    writer.join()
    assert run("merge", "one.json", "bare", "--no-limits", "--output", "both.jsonl")[0] == 0
    assert read("both.jsonl") == one.merge(other)
    write(Launch.start(LAUNCH, name="spam-v1", by="x"), tmp_path / "spam.json")
    assert run("merge", "one.json", "spam.json") == (
        1,
        "",
        "spam.json: $.name: is the name of another launch (got 'spam-v1'); "
        "a launch is merged with copies of itself; this one is 'fraud-v3'\n",
    )


def test_a_merge_prints_the_format_of_the_first_file(run, tmp_path, monkeypatch):
    start = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, tzinfo=UTC))
    one, other = start.finish("c1", by="x"), start.finish("c2", by="y")
    merged = one.merge(other)
    write(other, tmp_path / "other.json")
    for format in ("jsonl", "toml", "yaml"):
        write(one, tmp_path / f"one.{format}")
        assert run("merge", f"one.{format}", "other.json")[:2] == (0, dumps(merged, format))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(dumps(one, format).encode())))
        assert run("merge", "-", "other.json")[:2] == (0, dumps(merged, format))
        assert run("merge", f"one.{format}", "other.json", "-f", "json")[:2] == (0, dumps(merged, "json"))


def test_comments_say_nothing_about_the_format_of_a_copy_and_the_path_of_the_file_does(run, tmp_path):
    start = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, tzinfo=UTC))
    one, other = start.finish("c1", by="x"), start.finish("c2", by="y")
    ours = tmp_path / ".merge_file_a"
    driver = ("merge", "--output", ".merge_file_a", ".merge_file_a", ".merge_file_b")
    for format, head in [
        ("yaml", "\ufeff# the launch: of fraud-v3\n\n# yaml\n"),
        ("yaml", "# yaml-language-server: $schema=./launch.schema.json\n"),
        ("toml", "# kind: toml\r\n"),
    ]:
        ours.write_text(head + dumps(one, format), "utf-8")
        (tmp_path / ".merge_file_b").write_text(dumps(other, format), "utf-8")
        assert run(*driver)[0] == 0
        assert ours.read_text("utf-8") == dumps(one.merge(other), format)
    ours.write_text(dumps(one, "yaml").replace("schema_version:", "? schema_version\n:"), "utf-8")
    (tmp_path / ".merge_file_b").write_text(dumps(other, "yaml"), "utf-8")
    assert run(*driver)[2].startswith(".merge_file_a:1: is not TOML")
    assert run(*driver, "--path", "launches/Fraud.YAML")[0] == 0
    assert ours.read_text("utf-8") == dumps(one.merge(other), "yaml")


def test_what_others_write_to_a_file_meanwhile_is_kept(run, tmp_path, monkeypatch):
    launch = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    other = launch.finish("c3", by="x", at=datetime(2026, 11, 3, tzinfo=UTC))
    write(launch, tmp_path / "fraud-v3.jsonl")
    real = Launch.finish

    def finish(*arguments, **more):
        write(other, tmp_path / "fraud-v3.jsonl")
        return real(*arguments, **more)

    monkeypatch.setattr(Launch, "finish", finish)
    assert run("finish", "c1", *BY, "--launch", "fraud-v3.jsonl")[0] == 0
    kept = read("fraud-v3.jsonl", kind=Launch)
    assert [event.task for event in kept.events if event.kind == "finished"] == ["c3", "c1"]


def test_a_launch_is_kept_in_a_file_from_the_start(run, tmp_path):
    started = "fraud-v3: started by ml-platform with model-serving 2026.2, 9 tasks\n"
    assert run("start", "fraud-v3", *BY, "-o", "fraud-v3.jsonl", "--at", "2026-11-02") == (0, started, "")
    assert not (tmp_path / "launches.db").exists()
    assert run("finish", "c1", *BY, "--launch", "fraud-v3.jsonl")[0] == 0
    assert [event.kind for event in read("fraud-v3.jsonl", kind=Launch).events] == ["launch-started", "finished"]
    exists = "servingchecklist: there is a file of that name already (got 'fraud-v3.jsonl'); name a new file, or record in that one with --launch\n"
    assert run("start", "fraud-v3", *BY, "-o", "fraud-v3.jsonl") == (2, "", exists)
    assert run("start", "x", *BY, "-o", "new/folder/x.jsonl", "--at", "2026-11-02")[0] == 0
    assert read("new/folder/x.jsonl", kind=Launch).name == "x"
    assert run("start", "fraud-v3", *BY, "-o", "fraud-v3.jsonl/x.jsonl")[0] == 2
    assert run("start", "fraud-v3", *BY, "-o", "fraud-v3.md")[2] == (
        "servingchecklist: --output writes JSON, JSONL, TOML or YAML (got 'fraud-v3.md'); end the name in .json, .jsonl, .toml or .yaml\n"
    )


@pytest.mark.parametrize("is_worktree", [False, True])
def test_in_a_repository_the_line_for_git_is_offered_until_it_is_there(started, tmp_path, is_worktree):
    offer = "servingchecklist: to let git merge such files: echo '*.jsonl merge=union' >> {}\n"
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert started("export", "a/b")[2] == ""
    if is_worktree:
        (tmp_path / ".git").write_text("gitdir: elsewhere\n", "utf-8")
    else:
        (tmp_path / ".git").mkdir()
    assert started("export", "a/b")[2] == offer.format("a/b/.gitattributes")
    assert started("start", "x", *BY, "-o", "x.jsonl")[2] == offer.format(".gitattributes")
    assert started("export", "j", "-f", "json")[2] == ""
    assert started("export", "a/b", "--quiet") == (0, "", "")
    assert started("start", "z", *BY, "-o", "z.json")[2] == ""
    assert started("export", "a b")[2] == offer.format("'a b/.gitattributes'")
    (tmp_path / ".gitattributes").write_text("*.json text\n# *.jsonl merge\n", "utf-8")
    assert started("export", "a/b")[2] == offer.format("a/b/.gitattributes")
    (tmp_path / "a" / ".gitattributes").write_bytes(b"\xff\n*.jsonl text eol=lf merge=union\n")
    assert started("export", "a/b")[2] == ""
    assert started("start", "y", *BY, "-o", "y.jsonl")[2] == offer.format(".gitattributes")
    if not is_worktree:
        (tmp_path / ".git" / "info").mkdir()
        (tmp_path / ".git" / "info" / "attributes").write_text("*.jsonl merge=union\n", "utf-8")
        assert started("start", "w", *BY, "-o", "w.jsonl")[2] == ""


def test_no_repository_is_looked_for_at_gits_ceiling_nor_above(started, tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", f"/nowhere{os.pathsep}{tmp_path}")
    assert started("export", "a/b")[2] == ""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert started("export", "a/b")[2] != ""


def test_a_lost_or_altered_line_is_noticed(run, tmp_path):
    launch = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    done = launch.finish("c1", by="ml-platform", at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    write(done, tmp_path / "now.jsonl")
    (tmp_path / "before").write_text(dumps(launch, "jsonl"), "utf-8")
    valid = f"now.jsonl: valid (a launch of 9 tasks, 2 events, {done.digest})\n"
    assert run("check", "now.jsonl", "--since", "before") == (0, valid, "")
    assert run("check", "now.jsonl", "--since", "before", "--digest", done.digest) == (0, valid, "")
    assert run("check", "now.jsonl", "--digest", done.digest.removeprefix("sha256:"))[0] == 0
    write(launch.note("c2", "x", by="ml-platform", at=datetime(2026, 11, 4, 9, tzinfo=UTC)), tmp_path / "other.json")
    lost = (
        "now.jsonl: $.events: lost the event noted of 2026-11-04 09:00 UTC by ml-platform "
        f"(got '{read('other.json', kind=Launch).events[-1].id[:8]}'); put its line back from the earlier copy, or merge both\n"
    )
    assert run("check", "now.jsonl", "--since", "other.json") == (1, lost, "")
    assert run("check", "now.jsonl", "--since", "other.json", "-f", "github")[1].startswith(
        "::error file=now.jsonl,title=damaged::"
    )
    other = f"now.jsonl: is not the launch of that digest (got {show(launch.digest)}); the digest is {done.digest}; compare with the earlier copy by --since\n"
    assert run("check", "now.jsonl", "--digest", launch.digest) == (1, other, "")
    for text in ("", "sha256:x", "x", launch.digest.upper()):
        refused = (
            f"servingchecklist: --digest is not a digest (got {show(text)}); "
            "write 'sha256:' and 64 digits of 0-9 and a-f, as check --json prints it for a launch or a checklist\n"
        )
        assert run("check", "now.jsonl", "--digest", text) == (2, "", refused)
    write(attrs.evolve(launch, name="spam"), tmp_path / "spam.json")
    assert "is the name of another launch" in run("check", "now.jsonl", "--since", "spam.json")[1]
    weaker = attrs.evolve(LAUNCH, version="2", phases=LAUNCH.phases[:2])
    moved = done.migrate(weaker, by="x", at=datetime(2026, 11, 5, 9, tzinfo=UTC))
    write(moved, tmp_path / "moved.jsonl")
    assert run("check", "moved.jsonl", "--since", "now.jsonl")[0] == 0
    event = attrs.evolve(moved.events[-1], weaker=[])
    write(attrs.evolve(moved, events=[*moved.events[:-1], event]), tmp_path / "moved.jsonl")
    status, out, _ = run("check", "moved.jsonl", "--since", "now.jsonl")
    assert status == 1
    assert (
        "moved.jsonl: $.checklist: asks for less, and no migration says so (got 'go-live: c7: is not there any more')"
        in out
    )
    write(LAUNCH, tmp_path / "list.json")
    refused = "list.json: is not a launch (got 'Checklist'); leave out --since\n"
    assert run("check", "list.json", "--since", "before") == (1, refused, "")
    assert run("check", "list.json", "--digest", LAUNCH.digest)[0] == 0
    other = (
        f"list.json: is not the checklist of that digest (got {show(launch.digest)}); the digest is {LAUNCH.digest}\n"
    )
    assert run("check", "list.json", "--digest", launch.digest) == (1, other, "")
    write(Overlay("o", "O"), tmp_path / "overlay.json")
    refused = "overlay.json: has no digest (got 'Overlay'); leave out --digest\n"
    assert run("check", "overlay.json", "--digest", launch.digest) == (1, refused, "")
    assert run("check", "now.jsonl", "other.json", "--since", "before") == (
        2, "", "servingchecklist: --since and --digest are for one file; check the files one by one\n",
    )  # fmt: skip
    assert run("check", "now.jsonl", "--since", "gone.json")[0] == 2
    assert run("check", "now.jsonl", "--since", "")[0] == 2


def test_a_changed_checklist_is_noticed(run, tmp_path):
    """Also where the digest in the log was forged with it, or the log holds none."""
    launch = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    write(launch, tmp_path / "before.jsonl")
    (tmp_path / "now.jsonl").write_text(dumps(launch, "jsonl").replace("Model Serving", "Modest Serving", 1), "utf-8")
    altered = attrs.evolve(LAUNCH, title=LAUNCH.title.replace("Model Serving", "Modest Serving"))
    assert run("check", "now.jsonl") == (
        1,
        "now.jsonl:1: $.checklist: is not the one that the log names: it was altered, or is not that of the latest migration "
        f"(got '{altered.digest[:15]}'); put back what was there, as from an earlier version of the file; "
        "to change the checklist, migrate the launch to another one\n",
        "",
    )
    changed = attrs.evolve(LAUNCH, tips=["Easier."])
    layered = attrs.evolve(LAUNCH, base=LAUNCH, layers=[Overlay("o", "O")])
    for checklist, fields in ((changed, "tips differs"), (layered, "base and layers differ")):
        start = events.LaunchStarted(by="x", at=launch.started, digest=checklist.digest)
        write(Launch(checklist, "fraud-v3", [*launch.events, start]), tmp_path / "now.jsonl")
        assert run("check", "now.jsonl", "--since", "before.jsonl") == (
            1,
            f"now.jsonl: $.checklist: was changed without a migration: {fields}; put back what was there, as from an earlier version of "
            "the file; to change the checklist, migrate the launch, which records it\n",
            "",
        )


def test_lines_without_an_id_are_named(run, tmp_path, monkeypatch):
    launch = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    finished = '{"kind":"finished","task":"%s","by":"ci","at":"2026-11-03T10:00:00Z"}\n'
    (tmp_path / "x.jsonl").write_text(dumps(launch, "jsonl") + finished % "c1", "utf-8")
    digest = read("x.jsonl").digest
    rest = ", so that an alteration goes unnoticed; the next command that records in the file adds it"
    assert run("check", "x.jsonl") == (
        0, f"x.jsonl: valid (a launch of 9 tasks, 2 events, {digest})\nx.jsonl: no id in line 3{rest}\n", "",
    )  # fmt: skip
    assert run("check", "x.jsonl", "-f", "github") == (
        0, f"::warning file=x.jsonl,line=3,title=no id::no id in line 3{rest}\n", "",
    )  # fmt: skip
    text = dumps(launch, "jsonl") + "".join(finished % f"c{number}" for number in range(1, 7))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert f"\nstandard input: no id in lines 3, 4, 5 and 3 more{rest}\n" in run("check", "-")[1]
    assert run("check", "x.jsonl", "--json")[1] == json.dumps(
        {
            "valid": [
                {"file": "x.jsonl", "kind": "launch", "tasks": 9, "events": 2, "digest": digest, "names_checklist": True, "lines_without_id": [3]}
            ],
            "faults": [],
        },
        indent=2,
    ) + "\n"  # fmt: skip
    assert run("finish", "c2", "--by", "x", "--launch", "x.jsonl")[0] == 0
    assert "no id" not in run("check", "x.jsonl")[1]


def test_a_log_that_names_no_checklist_is_named(run, tmp_path):
    launch = Launch(LAUNCH, "x", [events.LaunchStarted(by="x", at=datetime(2026, 11, 2, 9, tzinfo=UTC))])
    write(launch, tmp_path / "x.json")
    words = "no start and no migration holds the digest of the checklist, so that an alteration of it goes unnoticed"
    valid = f"x.json: valid (a launch of 9 tasks, 1 event, {launch.digest})\nx.json: {words}\n"
    assert run("check", "x.json") == (0, valid, "")
    assert run("check", "x.json", "-f", "github") == (0, f"::warning file=x.json,title=no digest::{words}\n", "")
    assert json.loads(run("check", "x.json", "--json")[1])["valid"][0]["names_checklist"] is False


def test_a_merge_driver_names_the_path_of_the_file(run, tmp_path):
    one = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    (tmp_path / ".merge_file_a").write_text(dumps(one, "json"), "utf-8")
    (tmp_path / ".merge_file_b").write_text(dumps(one.finish("c1", by="x"), "json"), "utf-8")
    driver = (
        "merge",
        "--output",
        ".merge_file_a",
        "--path",
        "launches/fraud-v3.json",
        ".merge_file_a",
        ".merge_file_b",
    )
    words = "adds 1 event, and lacks no events of the other side; merged: 2 events"
    assert run(*driver) == (0, "", f"servingchecklist: launches/fraud-v3.json: {words}\n")
    (tmp_path / ".merge_file_b").write_text(dumps(attrs.evolve(one, name="other"), "json"), "utf-8")
    status, _, err = run(*driver)
    assert status == 1
    assert err.startswith("launches/fraud-v3.json: $.name: is the name of another launch (got 'other')")
    (tmp_path / ".merge_file_b").write_text("{", "utf-8")
    assert run(*driver)[2].startswith("launches/fraud-v3.json:1: is not JSON")
    with (tmp_path / ".merge_file_b").open("wb") as file:
        file.truncate(25_000_001)
    status, _, err = run(*driver)
    assert status == 1
    assert err.startswith("servingchecklist: the file is too large: 25,000,001 bytes, and at most 25,000,000 are read ")
    assert "(got 'launches/fraud-v3.json')" in err
    assert "(got '.merge_file_b')" in run(*driver[:3], *driver[5:])[2]
    (tmp_path / ".merge_file_b").unlink()
    assert run(*driver) == (
        2,
        "",
        "servingchecklist: the file cannot be read: No such file or directory (got 'launches/fraud-v3.json'); check the path\n",
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--path", "", "a", "b"], "--path is empty; write the path to name, or leave it out"),
        (["--path", "x", "a"], "--path is for the two sides of one file (got 'x'); name two files, or leave it out"),
        (["--path", "x", "a", "b", "c"], "--path is for the two sides of one file (got 'x'); name two files, or leave it out"),
    ],
)  # fmt: skip
def test_a_merge_names_one_path_for_two_files(run, arguments, told):
    assert run("merge", *arguments) == (2, "", f"servingchecklist: {told}\n")


def test_a_merge_says_what_contradicts_and_whether_it_was_started_twice(run, tmp_path):
    start = Launch.start(LAUNCH, name="fraud-v3", by="ana", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    done = start.finish("c1", by="ana", at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    write(done, tmp_path / "ours.json")
    waived = start.waive("c1", reason="r", expires=date(2999, 1, 1), by="zed", at=datetime(2026, 11, 4, 9, tzinfo=UTC))
    write(waived, tmp_path / "theirs.json")
    conflict = "servingchecklist: c1: conflicting records: waived 2026-11-04, zed, though it was done, as ana recorded on 2026-11-03\n"
    assert run("merge", "ours.json", "theirs.json", "-o", "both.json")[2].endswith(f"merged: 3 events\n{conflict}")
    assert conflict not in run("merge", "both.json", "theirs.json")[2]  # it is known
    write(
        Launch.start(LAUNCH, name="fraud-v3", by="zed", at=datetime(2026, 11, 5, 9, tzinfo=UTC)), tmp_path / "own.json"
    )
    twice = (
        "servingchecklist: fraud-v3: was started 2 times, by ana on 2026-11-02 and by zed on 2026-11-05; "
        "if these are different launches, start one of them again under another name\n"
    )
    assert run("merge", "ours.json", "own.json", "-o", "both.json")[2].endswith(twice)
    assert "was started" not in run("merge", "both.json", "own.json")[2]
    (tmp_path / "files").mkdir()
    write(read("both.json"), tmp_path / "files" / "both.json")
    assert run("import", "files", "--store", "new.db")[2] == twice
    assert run("import", "files", "--store", "new.db")[2] == ""


@pytest.mark.parametrize("year", [2, 2026, 9998])
def test_no_report_makes_a_merge_fail(run, tmp_path, year):
    ahead = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    write(Launch.start(LAUNCH, name="x", by="ana", at=ahead), tmp_path / "a.json")
    assert run("merge", "a.json", "a.json", "-o", "b.json")[0] == 0
    assert read("b.json") == read("a.json")


def test_undo_takes_the_latest_by_time_so_an_earlier_event_names_its_own_way_back(started):
    started("reopen", "c4", *BY, *at(3)), started("finish", "c4", *BY, *at(18))
    status, _, err = started("begin", "c7", *BY, *at(13))
    event = stored().events[-2]
    words = f"undo would retract a later event; this one: servingchecklist retract {event.id[:8]}"
    assert (status, err) == (0, f"servingchecklist: c7: {words}\n")
    assert started("retract", event.id[:8], *BY)[0] == 0
    assert stored().state("c7").status is Status.TODO
    assert stored().state("c4").status is Status.DONE


def test_ids_may_be_joined_by_commas_and_a_begin_before_its_time_is_told(started):
    for words in (("c1,c2",), ("c3,", "c4"), ("c5, c6",)):
        _, out, _ = started("finish", *words, *BY)
        assert out.count("todo -> done") == 2
    assert started("retract", ",", *BY) == (
        2,
        "",
        "servingchecklist retract: argument ID: ',' has no id; see servingchecklist retract --help\n",
    )
    assert ": todo -> doing, though c7 is open (" in started("begin", "c8", *BY)[1]


def test_a_waiver_that_has_expired_already_says_so(started):
    _, out, _ = started("waive", "c2", "--reason", "r", "--expires", "2026-11-18", *BY, *at(13))
    assert ": waived until 2026-11-18, which is over, so still todo (" in out
    for day in ("2999-01-01", "2999-06-01"):
        _, out, _ = started("waive", "c2", "--reason", "r", "--expires", day, *BY)
        assert "which is over" not in out


def test_files_of_other_programs_are_skipped_and_faults_name_their_files(started, tmp_path):
    started("export", "files")
    files = {
        "ci.yml": "on: push\n", "list.json": "[1]", "empty.json": "", "data.toml": "x = 1\n", "requests.jsonl": '{"a":1}\n{"a":2}\n',
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / "files" / name).write_text(text, "utf-8")
    why = {
        "empty.json": "is not JSON: Expecting value at column 1, on line 1",
        "list.json": "is not a document (got a list of 1)",
        "requests.jsonl": "$.kind: is in none of the lines",
    }
    skipped = "".join(
        f"servingchecklist: files/{name}: skipped, since it holds no launch: {why.get(name, '$.kind: is missing')}\n"
        for name in sorted(files)
    )
    assert started("import", "files") == (0, "fraud-v3: imported, new events: 0\n", skipped)
    (tmp_path / "files" / "fraud-v3.jsonl").write_text("{", "utf-8")
    (tmp_path / "files" / "list.toml").write_text(dumps(LAUNCH, "toml"), "utf-8")
    status, out, err = started("import", "files")
    assert (status, out) == (1, "")
    assert [line.partition(" is not ")[0] for line in err.splitlines()] == [
        "files/fraud-v3.jsonl:1:",
        "files/list.toml:2: $.kind:",
    ]
    status, out, err = started("export", "files")
    assert (status, out) == (1, "")
    assert err.startswith("files/fraud-v3.jsonl:1: is not JSON")
    assert started("export", "files", "-f", "json")[0] == 0
    write(LAUNCH, tmp_path / "other.json")
    write(Launch.start(attrs.evolve(LAUNCH, title="T"), name="fraud-v3", by="x"), tmp_path / "files" / "fraud-v3.json")
    os.remove(tmp_path / "files" / "fraud-v3.jsonl")
    os.remove(tmp_path / "files" / "list.toml")
    assert started("import", "files")[2].startswith(
        "files/fraud-v3.json: $.checklist: is not the checklist that the store has"
    )


def test_an_export_in_another_format_says_what_lies_beside_it(started, tmp_path):
    assert started("export", "files", "-f", "json") == (0, "fraud-v3: written to files\n", "")
    beside = "holds the launch in another format, and may be older; import reads both, so remove one of them"
    assert started("export", "files")[2] == f"servingchecklist: files/fraud-v3.json: {beside}\n"
    assert started("export", "files", "-f", "json")[2] == f"servingchecklist: files/fraud-v3.jsonl: {beside}\n"
    assert sorted(os.listdir(tmp_path / "files")) == ["fraud-v3.json", "fraud-v3.jsonl"]
    (tmp_path / "files" / "x.json").write_text("{}", "utf-8")
    for command in ("export", "import"):
        assert started(command, "files", "--quiet") == (0, "", "")


def test_a_file_is_not_imported_as_a_folder(started, tmp_path):
    python = "make a checklist of a list of others in Python: servingchecklist.imports.from_"
    for name, hint in {"list.md": f"{python}markdown", "list.CSV": f"{python}csv", "a.json": "name its folder"}.items():
        (tmp_path / name).write_text("")
        message = f"servingchecklist: that is a file, and launches are imported from a folder (got {name!r}); {hint}\n"
        assert started("import", name) == (2, "", message)


def test_a_store_goes_to_files_and_back(started, tmp_path):
    started("start", "spam-v1", *BY)
    (tmp_path / "files").mkdir()
    assert started("export", "files") == (0, "fraud-v3: written to files\nspam-v1: written to files\n", "")
    imported = "fraud-v3: imported, new events: 1\nspam-v1: imported, new events: 1\n"
    assert started("import", "files", "--store", "new.db") == (0, imported, "")
    assert json.loads(started("import", "files", "--store", "new.db", "--json")[1]) == {
        "launches": ["fraud-v3", "spam-v1"],
        "new_events": {"fraud-v3": 0, "spam-v1": 0},
    }
    assert stored("spam-v1", "new.db") == stored("spam-v1")
    (tmp_path / "files" / "fraud-v3.jsonl").write_text("{", "utf-8")
    status, _, err = started("import", "files", "--store", "new.db")
    assert status == 1
    assert "fraud-v3.jsonl" in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["start", "c1", *BY], 2, "a launch cannot be named like a task of model-serving (got 'c1'); to begin the task, use begin c1; "),
        (["start", "fraud-v3", *BY], 2, "there is a launch of that name already (got 'fraud-v3')"),
        (["start", "Fraud v3", *BY], 2, "servingchecklist: NAME: is not an id (got 'Fraud v3')"),
        (["status", "--json", "-o", "x.md"], 2, "--json cannot be combined with --output or --format; redirect the output"),
        (["start", "x", "--checklist", "modelserving"], 2, "did you mean 'model-serving'?"),
        (["finish", "c10", *BY], 2, "there is no task in 'model-serving' of that name (got 'c10'); did you mean 'c1'?"),
        (["finish", "foundation", *BY], 2, "(got 'foundation'); that is a phase; its tasks are c1, c2 and c3"),
        (["log", "--task", "foundation"], 2, "that is a phase; its tasks are c1, c2 and c3"),
        (["finish", "c1", "--store", "gone.db"], 2, "there is no store of launches (got 'gone.db'); start a launch with: servingchecklist start NAME"),
        (["finish", "c1", "--by", ""], 2, "--by: is empty (got '')"),
        (["finish", "c1", "--at", "noon"], 2, "'noon' is not a time; write it as 2026-11-24, 2026-11-24T17:30, friday 9:00 or 17:00"),
        (["finish", "c1", "--at", "03/04/2026"], 2, "'03/04/2026' does not say for certain which number is the month; write 2026-04-03 or 2026-03-04"),
        (["finish", "c1", "--at", "25:00"], 2, "'25:00' is not a time that exists; a day has 24 hours, 00 to 23"),
        (["due", "c1", "--on", "2026-11-31"], 2, "'2026-11-31' is not a date that exists; November has 30 days"),
        (["due", "c1", "--on", "+999999999d"], 2, "'+999999999d' is out of range; use the years 2 to 9998"),
        (["finish", "c1", *BY, "--at", "2026-11-01T00:00Z"], 2, "lies before the start of the launch"),
        (["finish", "c1", *BY, "--at", "2999-01-01"], 2, "that time is more than an hour ahead (got 2999-01-01T23:59:59"),
        (["finish"], 2, "the following arguments are required: TASK"),
        (["block", "c1"], 2, "the following arguments are required: --reason"),
        (["waive", "c1", "--reason", "r"], 2, "the following arguments are required: --expires"),
        (["waive", "c1", "--reason", "r", "--expires", "soon"], 2, "'soon' is not a date; write it as 2026-12-31"),
        (["waive", "c1", "--reason", "", "--expires", "2999-01-01", *BY], 2, "--reason: is empty"),
        (["not-applicable", "c1", *BY], 2, "the following arguments are required: --reason"),
        (["tick", "c6", *BY], 2, "the following arguments are required: STEP"),
        (["untick", *BY], 2, "the following arguments are required: TASK, STEP"),
        (["tick", "c6", "signal", *BY], 2, "STEP: there is no step of that id in 'c6' (got 'signal'); did you mean 'signals'?"),
        (["untick", "c6", "Latency histograms", *BY], 2, "STEP: is not an id (got 'Latency histograms')"),
        (["tick", "c66", "signals", *BY], 2, "there is no task in 'model-serving' of that name (got 'c66'); did you mean 'c6'?"),
        (["next", "--phase", "c1"], 2, "servingchecklist: --phase: there is no phase of that name (got 'c1'); known: foundation, execution, launch-review"),
        (["next", "--role", "SRE"], 2, "servingchecklist: --role: there is no role of that name (got 'SRE'); did you mean 'sre'?"),
        (["status", "--role", "SRE"], 2, "servingchecklist: --role: there is no role of that name (got 'SRE'); did you mean 'sre'?"),
        (["review", "--label", "alert"], 2, "servingchecklist: --label: there is no label of that name (got 'alert'); did you mean 'alerts'?"),
        (["status", "--section", "x"], 2, "servingchecklist: --section: there is no section of that name (got 'x')"),
        (["next", "model-serving", "--owner", "eve"], 2, "servingchecklist: --owner: needs a launch (got 'eve'); a checklist by itself has no owners\n"),
        (["next", "--owner", "eve", "--done", "c1"], 2, "--done is for checklists, and this is a launch"),
        (["next", "--owner", "a\x1b"], 2, "--owner: holds the control character U+001B at position 1"),
        (["retract", *BY], 2, "there is no event to retract that this person has recorded (got 'ml-platform'); name who has recorded"),
        (["retract", "c1", *BY], 2, "ID: is not the id of an event (got 'c1'); give an event of the log, or at least the first 8 digits of its id"),
        (["assign", "c1"], 2, "one of the arguments --to --clear is required"),
        (["review", "--since", "2999-01-01T00:00Z"], 2, "--since: does not lie before the end of the review"),
        (["review", "--stale-after", "0"], 2, "'0' is not a whole number of at least 1"),
        (["status", "-f", "svg"], 2, "invalid choice: 'svg'"),
        (["log", "--task", "c10"], 2, "did you mean 'c1'?"),
        (["merge", "gone.json"], 2, "the file cannot be read: No such file or directory"),
        (["export", "launches.db/gone"], 2, "the file cannot be written: Not a directory (got 'launches.db/gone/fraud-v3.jsonl')"),
        (["import", "gone"], 2, "No such file or directory"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_recorded(started, tmp_path, arguments, status, words):
    actual, out, err = started(*arguments)
    assert (actual, out) == (status, "")
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
        ("unblock", "--launch LAUNCH"),
        ("reopen", "--reason WORDS"),
        ("waive", "--expires DAY"),
        ("assign", "--clear"),
        ("due", "--clear"),
        ("not-applicable", "--reason WORDS"),
        ("note", "--link URL"),
        ("tick", "STEP"),
        ("untick", "--note WORDS"),
        ("next", "--section SECTION"),
        ("retract", "ID"),
        ("status", "--owner WHO"),
        ("review", "--assume-owner TASK=WHO"),
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


@pytest.mark.parametrize("option", ["--owner", "--role", "--label", "--phase", "--section"])
def test_tasks_are_selected_by_one_value_of_each_kind(started, option):
    status, _, err = started("status", option, "a", option, "b")
    assert (status, f"argument {option}: is given twice; give one value" in err) == (2, True)


def test_a_migration_names_the_ticks_that_are_lost(run, started):
    run("tick", "c6", "signals", *BY)
    write(model_serving().replace_task("c6", steps=[Step("new", "Look once more")]), "next.toml")
    lines = run("migrate", "next.toml", *BY)[1].splitlines()
    assert lines[1:] == ["fraud-v3: c6 Set up tracking: no longer has the step signals, which is ticked"]


def test_a_day_alone_shows_all_that_was_recorded_on_it(started):
    for verb in ("begin", "finish"):
        assert started(verb, "c1", *BY, "--at", "2026-11-03")[0] == 0
    out = started("status", "--at", "2026-11-03", "--json")[1]
    assert json.loads(out)["tasks"][0]["status"] == "done"
    assert "In the future" not in started("review", "--at", "2026-11-03")[1]
    assert json.loads(started("status", "--at", "2026-11-03T23:59:59", "--json")[1])["tasks"][0]["status"] == "doing"


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["finish", "c1", *BY, "--json", "-q"], "--json"),
        (["upgrade", "model-serving", "model-serving", "-o", "-", "-q"], "--output"),
        (["upgrade", "model-serving", "model-serving", "--checklist", "-", "-q"], "--checklist"),
    ],
)
def test_a_quiet_command_refuses_to_print_a_document(started, arguments, option):
    problem = (
        f"servingchecklist: {option} prints what --quiet would drop; redirect the output, or leave out one of them\n"
    )
    assert started(*arguments) == (2, "", problem)
    assert len(stored().events) == 1


def test_whether_a_task_was_early_is_told_as_of_the_time_of_the_event(started):
    started("finish", "c1,c2,c3,c4,c5,c6,c7", *BY, *at(9))
    early = started("finish", "c8", *BY, *at(12))[1]
    assert early.endswith(": todo -> done, though its first day is 2026-11-17 (ml-platform; 8 of 9 closed)\n")
    started("reopen", "c8", "--reason", "too early", *BY, *at(13))
    assert started("finish", "c8", *BY, *at(18))[1].endswith(": todo -> done (ml-platform; 8 of 9 closed)\n")
