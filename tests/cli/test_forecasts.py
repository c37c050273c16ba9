"""The commands that say when a launch can happen, mistakes included."""

import json
import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, date, datetime

import attrs
import pytest

from helpers.printed import forecast_of, review_of
from servingchecklist import (
    CRITICAL_FIRST,
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    Phase,
    Store,
    Task,
    critical_path,
    dumps,
    forecast,
    levers,
    model_serving,
    read,
    write,
)
from servingchecklist._planning.forecast import SAMPLES
from servingchecklist._planning.options import MOST_SAMPLES
from servingchecklist.cli import parser
from servingchecklist.cli.forecasts import Progress

CHECKLIST = model_serving()
MONDAY = ("--start", "2026-11-30")
FEW = ("--samples", "50")
BY = ("--by", "ml-platform")
UNSURE = Checklist("unsure", "Unsure", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B", after=["a"])])])


def moment(day):
    return datetime(2026, 11, day, 9, tzinfo=UTC)


def at(day):
    return ("--at", moment(day).isoformat())


@pytest.fixture
def started(run):
    """A launch in the store: begun on a Monday, a task done, one under way and one blocked."""
    assert run("start", "fraud-v3", *BY, *at(9))[0] == 0
    for arguments in (["finish", "c1", *at(10)], ["begin", "c3", *at(10)], ["block", "c2", "--reason", "r", *at(10)]):
        assert run(*arguments, *BY)[0] == 0
    return run


def stored(name="fraud-v3"):
    with Store("launches.db") as store:
        return store.load(name)


def today():
    return datetime.now().astimezone().date()


def test_a_forecast_of_a_checklist_is_that_of_the_library(run):
    made = forecast(CHECKLIST, start=date(2026, 11, 30), people=2, seed=7, samples=50, today=today())
    arguments = ("forecast", *MONDAY, "--people", "2", "--seed", "7", *FEW)
    assert run(*arguments) == (0, dumps(made, "text"), "")
    assert run(*arguments, "model-serving", "--format", "markdown") == (0, dumps(made, "markdown"), "")
    status, out, _ = run(*arguments, "--json")
    assert (status, json.loads(out)) == (0, forecast_of(made))


def test_every_option_of_a_forecast_is_heard(run):
    made = forecast(
        CHECKLIST,
        start=date(2026, 12, 1),
        people=1,
        owners={"c5": "ml-platform", "c6": "data science"},
        calendar=Calendar(weekdays=[0, 1, 2, 6], holidays=[date(2026, 12, 8), date(2026, 12, 9)]),
        samples=50,
        seed=-3,
        rules=CRITICAL_FIRST,
        done=["c1", "c2"],
        blocked={"c3": Effort(5, 10), "c6": Effort(1, 1)},
        today=today(),
    )
    asked = [
        "--start",
        "2026-12-01",
        "--people",
        "1",
        "--assume-owner",
        "c5=ml-platform",
        "--assume-owner",
        "c6 = data science",
    ]
    asked += ["--weekdays", "Sun-Tue,wednesday", "--holidays", "2026-12-08, 2026-12-09", *FEW, "--seed", "-3"]
    asked += ["--rules", "critical-first", "--done", "c1,c2", "--blocked", "c3=1-2 weeks", "--blocked", "c6=1 day"]
    assert json.loads(run("forecast", *asked, "--json")[1]) == forecast_of(made)


def test_what_states_no_effort_can_be_given_one(run, tmp_path):
    write(UNSURE, tmp_path / "unsure.toml")
    expected = forecast(UNSURE, start=date(2026, 11, 30), samples=50, default_effort=Effort(1, 3), today=today())
    asked = ("--default-effort", "1-3 days", "--json")
    assert json.loads(run("forecast", "unsure.toml", *MONDAY, *FEW, *asked)[1]) == forecast_of(expected)
    path = critical_path(UNSURE, default_effort=Effort(1, 3), start=today())
    assert json.loads(run("critical-path", "unsure.toml", *asked)[1]) == path.to_dict()
    hint = "is needed for this, and is not stated (got '{}'); say how long it takes, or give --default-effort"
    lines = [f"servingchecklist: $.phases[0].tasks[{n}].effort: {hint.format(task)}\n" for n, task in enumerate("ab")]
    for command in (["forecast", *FEW], ["critical-path"]):
        assert run(*command, "unsure.toml") == (1, "", "".join(lines))


def test_what_is_not_said_is_today_and_ten_thousand_samples(run):
    document = json.loads(run("forecast", "--json")[1])
    assert (document["start"], document["today"]) == (today().isoformat(), today().isoformat())
    assert (document["samples"], document["options"]["seed"], document["options"]["people"]) == (SAMPLES, 0, None)
    assert f"(default: {SAMPLES:,})" in " ".join(run("forecast", "--help")[1].split())


def test_a_forecast_of_a_launch_is_that_of_the_library(started, tmp_path):
    made = stored().forecast(at=moment(16), people=2, samples=50)
    asked = (*at(16), "--people", "2", *FEW)
    assert started("forecast", "fraud-v3", *asked) == (0, dumps(made, "text"), "")
    assert started("forecast", *asked, "--json")[1] == (
        json.dumps(forecast_of(made), indent=2, ensure_ascii=False) + "\n"
    )
    write(stored(), tmp_path / "fraud-v3.json")
    assert started("forecast", "fraud-v3.json", *asked) == (0, dumps(made, "text"), "")


def test_every_option_of_a_forecast_of_a_launch_is_heard(started):
    made = stored().forecast(
        at=moment(16),
        start=date(2026, 11, 18),
        owners={"c6": "data-science"},
        calendar=Calendar(holidays=[date(2026, 11, 20)]),
        samples=50,
        seed=5,
        rules=CRITICAL_FIRST,
        blocked={"c2": Effort(2, 4)},
        default_effort=Effort(1, 1),
    )
    asked = [*at(16), "--start", "2026-11-18", "--assume-owner", "c6=data-science", "--holidays", "2026-11-20", *FEW]
    asked += ["--seed", "5", "--rules", "critical-first", "--blocked", "c2=2-4 days", "--default-effort", "1 day"]
    assert json.loads(started("forecast", "fraud-v3", *asked, "--json")[1]) == forecast_of(made)


def test_a_launch_is_looked_at_now_unless_the_command_says_when(started):
    document = json.loads(started("forecast", "fraud-v3", *FEW, "--json")[1])
    assert document["start"] == document["today"] == max(today(), date(2026, 11, 10)).isoformat()


def test_the_suffix_says_the_format(run, tmp_path):
    made = forecast(CHECKLIST, start=date(2026, 11, 30), samples=50, today=today())
    for name, format in [
        ("plan.html", "html"),
        ("plan.ics", "icalendar"),
        ("plan.svg", "svg"),
        ("plan.mmd", "mermaid"),
    ]:
        assert run("forecast", *MONDAY, *FEW, "--output", name) == (0, "", "")
        assert (tmp_path / name).read_bytes() == dumps(made, format).encode()
    assert run("forecast", *MONDAY, *FEW, "--output", "plan", "--format", "icalendar") == (0, "", "")
    assert (tmp_path / "plan").read_bytes() == (tmp_path / "plan.ics").read_bytes()


def test_the_finish_is_a_picture_of_its_own(run):
    finish = forecast(CHECKLIST, start=date(2026, 11, 30), samples=50).finish
    asked = ("forecast", *MONDAY, *FEW, "--show", "finish")
    for format in ("text", "markdown", "html", "svg", "mermaid"):
        assert run(*asked, "--format", format) == (0, dumps(finish, format), "")
    assert json.loads(run(*asked, "--json")[1]) == finish.to_dict()
    assert run(*asked, "--show", "all") == run("forecast", *MONDAY, *FEW)


def test_a_forecast_of_a_checklist_can_have_a_name(run):
    made = forecast(CHECKLIST, start=date(2026, 11, 30), samples=50, today=today(), name="fraud-v3")
    asked = ("forecast", *MONDAY, *FEW, "--name", "fraud-v3", "-f", "icalendar")
    assert run(*asked) == (0, dumps(made, "icalendar"), "")


def test_what_is_given_again_is_added_to_what_was_given(run):
    asked = ("forecast", *MONDAY, *FEW, "--json")
    once = run(*asked, "--done", "c1,c3", "--weekdays", "mon-wed,fri", "--holidays", "2026-12-08,2026-12-09")
    days = ("--weekdays", "mon-wed", "--weekdays", "fri", "--holidays", "2026-12-08", "--holidays", "2026-12-09")
    assert run(*asked, "--done", "c1", "--done", "c3", *days) == once
    assert once != run(*asked, "--done", "c3", "--weekdays", "fri", "--holidays", "2026-12-09")
    assert run("next", "--done", "c1", "--done", "c3") == run("next", "--done", "c1,c3")
    assert run("next") != run("next", "--done", "c1,c3")


def test_levers_of_a_checklist_are_those_of_the_library(run, tmp_path):
    found = levers(
        CHECKLIST, start=date(2026, 11, 30), people=2, seed=7, samples=50, blocked={"c5": "2 weeks"}, name="x"
    )
    arguments = ("levers", *MONDAY, "--people", "2", "--seed", "7", *FEW, "--blocked", "c5=2 weeks", "--name", "x")
    assert run(*arguments) == (0, dumps(found, "text"), "")
    assert json.loads(run(*arguments, "--json")[1]) == found.to_dict()
    assert run(*arguments, "model-serving", "-o", "levers.md") == (0, "", "")
    assert (tmp_path / "levers.md").read_text("utf-8") == dumps(found, "markdown")
    document = json.loads(run("levers", "--json", "--done", "c1,c2,c3", "--rules", "soonest")[1])
    assert (document["start"], document["samples"], len(document["levers"])) == (today().isoformat(), 1_000, 6)


def test_levers_of_a_launch_are_those_of_the_library(started):
    found = stored().levers(at=moment(16), start=date(2026, 11, 18), people=2, samples=50)
    asked = (*at(16), "--start", "2026-11-18", "--people", "2", *FEW)
    assert started("levers", "fraud-v3", *asked) == (0, dumps(found, "text"), "")
    assert json.loads(started("levers", *asked, "--json")[1]) == found.to_dict()


def test_levers_of_a_long_checklist_ask_for_the_number_of_samples(run, tmp_path):
    tasks = [Task(f"t{number}", "T", effort=Effort(1, exact=True)) for number in range(1_001)]
    write(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), tmp_path / "x.json")
    words = "is needed for so many open tasks (got 1001); give the number of samples of each forecast, such as 100"
    assert run("levers", "x.json") == (2, "", f"servingchecklist: --samples: {words}\n")


def test_the_critical_path_is_that_of_the_library(run, tmp_path):
    path = critical_path(CHECKLIST, start=today())
    assert run("critical-path") == (0, dumps(path, "text"), "")
    high = critical_path(CHECKLIST, estimate="high", done=["c1"], start=today())
    asked = ("critical-path", "model-serving", "--estimate", "high", "--done", "c1")
    assert run(*asked, "--output", "path.svg") == (0, "", "")
    assert (tmp_path / "path.svg").read_text("utf-8") == dumps(high, "svg")
    assert json.loads(run(*asked, "--json")[1]) == high.to_dict()


def test_the_critical_path_of_a_launch(started):
    path = stored().critical_path(at=moment(12))
    assert started("critical-path", "fraud-v3", *at(12)) == (0, dumps(path, "text"), "")
    calendar = Calendar(weekdays=[2, 3], holidays=[date(2026, 11, 11)])
    off = stored().critical_path(at=moment(12), estimate="low", calendar=calendar)
    asked = [*at(12), "--estimate", "low", "--weekdays", "wed-thu", "--holidays", "2026-11-11"]
    assert json.loads(started("critical-path", "fraud-v3", *asked, "--json")[1]) == off.to_dict()
    assert off != stored().critical_path(at=moment(12), estimate="low")


def test_the_critical_path_of_a_checklist_counts_elapsed_time_by_the_calendar(run, tmp_path):
    baked = Checklist(
        id="baked",
        title="Baked",
        phases=[Phase(id="p", title="P", tasks=[Task(id="bake", title="Bake", effort="7 days elapsed")])],
    )
    write(baked, tmp_path / "baked.toml")
    asked = ("critical-path", str(tmp_path / "baked.toml"), "--json")
    calendar = Calendar(weekdays=[0, 1], holidays=[date(2026, 12, 8)])
    path = critical_path(baked, calendar=calendar, start=today())
    assert json.loads(run(*asked, "--weekdays", "mon-tue", "--holidays", "2026-12-08")[1]) == path.to_dict()
    assert path.days == 2.0  # two of seven days are worked
    assert json.loads(run(*asked)[1])["days"] == 5.0


def test_the_review_takes_what_its_forecasts_go_by(started):
    review = stored().review(
        moment(9),
        at=moment(16),
        people=1,
        owners={"c5": "ml-platform"},
        calendar=Calendar(weekdays=[0, 1, 2], holidays=[date(2026, 11, 17)]),
        samples=20,
        seed=5,
        blocked={"c2": Effort(2, 4)},
        default_effort=Effort(2, 2),
    )
    asked = [*at(16), "--people", "1", "--weekdays", "mon-wed", "--holidays", "2026-11-17", "--samples", "20"]
    asked += [
        "--default-effort",
        "2 days",
        "--assume-owner",
        "c5=ml-platform",
        "--seed",
        "5",
        "--blocked",
        "c2=2-4 days",
    ]
    assert started("review", *asked) == (0, dumps(review, "text"), "")
    assert json.loads(started("review", *asked, "--json")[1]) == review_of(review)
    assert review.slip is not None
    assert json.loads(started("review", *at(16), "--samples", "0", "--json")[1])["slip"] is None


def test_the_picture_of_a_review_takes_no_forecast(started, monkeypatch):
    expected = dumps(stored().review(moment(9), at=moment(16), samples=0), "svg")
    monkeypatch.setattr("servingchecklist._launch.reviewing.slip_between", None)
    assert started("review", *at(16), "--people", "1", "-f", "svg") == (0, expected, "")


@pytest.fixture
def unsure(run, tmp_path):
    """A launch of three tasks of which two state no effort; one of these is done."""
    tasks = [Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C", effort=Effort(1, 3)), Task("d", "D")]
    write(Checklist("unsure", "Unsure", phases=[Phase("p", "P", tasks=tasks)]), tmp_path / "unsure.toml")
    assert run("start", "unsure-1", "--checklist", "unsure.toml", *BY, *at(9))[0] == 0
    assert run("finish", "a", *BY, *at(9))[0] == run("finish", "d", *BY, *at(12))[0] == 0
    return run


@pytest.mark.parametrize(
    "option",
    [
        ("--people", "2"),
        ("--assume-owner", "c=ml-platform"),
        ("--weekdays", "mon-thu"),
        ("--holidays", "2026-12-25"),
        ("--samples", "50"),
        ("--seed", "0"),
    ],
)
def test_whoever_says_how_a_review_forecasts_is_told_why_it_does_not(unsure, option):
    made = dumps(stored("unsure-1").review(moment(10), at=moment(16)), "text")
    asked = ("review", "--since", moment(10).isoformat(), *at(16))
    words = "servingchecklist: no forecast: b and d state no effort; give --default-effort\n"
    assert unsure(*asked, *option) == (0, made, words)
    assert unsure(*asked) == (0, made, "")
    # d is done at both of the moments, and a was never left.
    words = "servingchecklist: no forecast: b states no effort; give --default-effort\n"
    assert unsure("review", "--since", moment(13).isoformat(), *at(16), *option)[2] == words


def test_there_is_nothing_to_tell_of_a_forecast_that_nobody_asked_for_or_that_is_there(unsure):
    asked = ("review", *at(16))
    assert unsure(*asked, "--people", "2", "--samples", "0")[::2] == (0, "")
    assert unsure(*asked, "--people", "2", "-f", "svg")[::2] == (0, "")
    assert unsure(*asked, "--people", "2", "--default-effort", "1 day")[::2] == (0, "")
    for task in "bc":
        assert unsure("finish", task, *BY, *at(13))[0] == 0
    # Nothing was left to do, so there is no forecast for another reason.
    assert unsure("review", "--since", moment(14).isoformat(), *at(16), "--people", "2")[::2] == (0, "")


def test_a_launch_that_cannot_be_rendered_says_how_it_is_forecast(unsure, tmp_path):
    write(stored("unsure-1"), tmp_path / "un1.json")
    for format in ("svg", "mermaid", "icalendar"):
        forecast = f"servingchecklist forecast un1.json --format {format} --default-effort '1-3 days'"
        status, out, err = unsure("render", "un1.json", "--format", format)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert err.endswith(f"(got 'b'); say how long it takes, or run {forecast}\n")


def test_a_launch_in_a_file_is_rendered_as_a_picture_and_as_a_calendar(started, tmp_path):
    write(stored(), tmp_path / "fraud-v3.json")
    assert started("render", "fraud-v3.json", "-o", "fraud-v3.ics") == (0, "", "")
    assert b"SUMMARY:fraud-v3: finished (P80)\r\n" in (tmp_path / "fraud-v3.ics").read_bytes()
    status, out, err = started("render", "fraud-v3.json", "--format", "svg")
    assert (status, out[:4], err) == (0, "<svg", "")
    assert started("render", "--format", "svg") == (0, dumps(CHECKLIST, "svg"), "")
    assert started("render", "--format", "mermaid") == (0, dumps(CHECKLIST, "mermaid"), "")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["forecast", "--start", "2026-13-01"], 2, "servingchecklist forecast: argument --start: '2026-13-01' is not a date that exists; a year has 12 months; see servingchecklist forecast --help\n"),
        (["forecast", "--people", "0"], 2, "argument --people: '0' is not a whole number of at least 1"),
        (["forecast", "--samples", "-1"], 2, "argument --samples: '-1' is not a whole number of at least 1"),
        (["review", "--samples", "-1"], 2, "argument --samples: '-1' is not a whole number of at least 0"),
        (["forecast", "--seed", "x"], 2, "argument --seed: 'x' is not a whole number"),
        (["forecast", "--weekdays", "mon-fry"], 2, "'mon-fry' does not name days of the week; write mon-fri or mon,tue,thu"),
        (["forecast", "--weekdays", "m"], 2, "'m' does not name days of the week"),
        (["forecast", "--weekdays", ","], 2, "',' does not name days of the week"),
        (["forecast", "--holidays", "2026-12-25,26"], 2, "'26' is not a date; write it as 2026-12-31"),
        (["forecast", "--default-effort", "soon"], 2, "argument --default-effort: 'soon' is not an effort; write it as '1 day', '2-3 days'"),
        (["forecast", "--blocked", "c5"], 2, "argument --blocked: 'c5' is not TASK=EFFORT, such as 'c5=1-2 weeks'"),
        (["forecast", "--blocked", "c5=soon"], 2, "argument --blocked: 'soon' is not an effort; "),
        (["forecast", "--assume-owner", "c5="], 2, "argument --assume-owner: 'c5=' is not TASK=OWNER, such as c5=ml-platform"),
        (["forecast", "--blocked", "c99=1 day"], 2, "servingchecklist: --blocked: there is no such task in 'model-serving' (got 'c99'); did you mean 'c9'?\n"),
        (["forecast", "--assume-owner", "c99=x"], 2, "servingchecklist: --assume-owner: there is no such task in 'model-serving' (got 'c99'); did you mean 'c9'?\n"),
        (["forecast", "model-serving", "--done", "foundation"], 2, "servingchecklist: --done: there is no such task in 'model-serving' (got 'foundation'); that is a phase; its tasks are c1, c2 and c3\n"),
        (["forecast", "model-serving", "--done", "c99"], 2, "servingchecklist: --done: there is no such task in 'model-serving' (got 'c99'); did you mean 'c9'?\n"),
        (["forecast", "--start", "9999-12-30"], 2, "argument --start: '9999-12-30' is out of range; use the years 2 to 9998"),
        (["forecast", "--show", "mood"], 2, "invalid choice: 'mood'"),
        (["forecast", "--show", "finish", "-f", "icalendar"], 2, "servingchecklist: a calendar shows the whole forecast (got --show finish); leave out --show; the calendar has P50, P80 and P95 of the finish\n"),
        (["forecast", "--show", "finish", "-o", "x.ICS"], 2, "servingchecklist: a calendar shows the whole forecast (got --show finish)"),
        (["forecast", "--name", "My plan"], 2, "argument --name: 'My plan' is not an id; use 1 to 64 of a-z, "),
        (["forecast", "fraud-v3", "--name", "x"], 2, "servingchecklist: --name is for checklists, and this is a launch (got 'x'); leave it out\n"),
        (["forecast", "--samples", "1000001"], 2, "argument --samples: 1,000,001 is too many; give at most 1,000,000"),
        (["review", "--samples", "1000001"], 2, "argument --samples: 1,000,001 is too many; give at most 1,000,000"),
        (["forecast", "--people", "9" * 5000], 2, "is not a whole number of at least 1"),
        (["forecast", "--assume-owner", "c5=a", "--assume-owner", "c5=b"], 2, "servingchecklist forecast: argument --assume-owner: 'c5' is named twice; see "),
        (["forecast", "--blocked", "c5=1 day", "--blocked", "c5=1 day"], 2, "argument --blocked: 'c5' is named twice"),
        (["review", "--assume-owner", "c5=a", "--assume-owner", "c5=b"], 2, "argument --assume-owner: 'c5' is named twice"),
        (["forecast", "--seed", "9" * 100], 2, "servingchecklist: --seed: is not a seed"),
        (["forecast", ""], 2, "(got '')"),
        (["forecast", "--store", ""], 2, "servingchecklist: there is no store of launches (got ''); "),
        (["next", ""], 2, "(got '')"),
        (["next", "--store", ""], 2, "servingchecklist: there is no store of launches (got ''); "),
        (["critical-path", "-o", "x.ics"], 2, "servingchecklist: critical-path cannot be written as icalendar (got 'x.ics'); end the name in one of .txt, "),
        (["status", "-o", "x.svg"], 2, "servingchecklist: status cannot be written as svg (got 'x.svg'); end the name in one of "),
        (["review", "-o", "x.mmd"], 2, "servingchecklist: review cannot be written as mermaid (got 'x.mmd'); end the name in one of "),
        (["critical-path", "--start", "2026-11-30"], 2, "servingchecklist critical-path: there is no option --start; did you mean '--estimate'?; see servingchecklist critical-path --help\n"),
        (["--start"], 2, "servingchecklist: there is no command '--start'; options follow the command; did you mean 'start'?; see servingchecklist --help\n"),
        (["review", *at(16), "--blocked", "c5=1 day"], 2, "servingchecklist: --blocked c5: is not blocked (got 'c5'); name tasks that are blocked only\n"),
        (["review", *at(16), "--assume-owner", "c99=x"], 2, "servingchecklist: --assume-owner: there is no such task in 'model-serving' (got 'c99')"),
        (["review", *at(16), "--since", "2026-11-17"], 2, "servingchecklist: --since: does not lie before the end of the review"),
        (["forecast", "--json", "-o", "x.ics"], 2, "servingchecklist: --json cannot be combined with --output or --format; redirect the output\n"),
        (["critical-path", "--json", "-f", "svg"], 2, "servingchecklist: --json cannot be combined with --output or --format; redirect the output\n"),
        (["forecast", "-o", "x.json"], 2, "servingchecklist: forecast cannot be written as json (got 'x.json'); for another program, use --json and redirect the output\n"),
        (["forecast", "-o", "x.docx", *FEW], 2, "servingchecklist: the name of the file does not say its format (got 'x.docx'); end it in one of "),
        (["levers", "-f", "svg"], 2, "argument -f/--format: invalid choice: 'svg'; "),
        (["levers", "-o", "x.svg"], 2, "servingchecklist: levers cannot be written as svg (got 'x.svg'); end the name in one of .txt, "),
        (["levers", "--peple", "2"], 2, "servingchecklist levers: there is no option --peple; did you mean '--people'?; "),
        (["lever"], 2, "servingchecklist: there is no command 'lever'; did you mean 'levers'?; "),
        (["levers", "model-serving", *at(16)], 2, "servingchecklist: --at is for launches, and this is a checklist; give the first "),
        (["levers", "fraud-v3", "--name", "x"], 2, "servingchecklist: --name is for checklists, and this is a launch (got 'x')"),
        (["levers", "fraud-v3", "--done", "c1"], 2, "servingchecklist: --done is for checklists, and this is a launch; "),
        (["critical-path", "-f", "icalendar"], 2, "invalid choice: 'icalendar'"),
        (["critical-path", "--estimate", "median"], 2, "invalid choice: 'median'"),
        (["forecast", "model-serving", *at(16)], 2, "servingchecklist: --at is for launches, and this is a checklist; give the first working day with --start, or name a launch\n"),
        (["critical-path", "model-serving", *at(16)], 2, "servingchecklist: --at is for launches, and this is a checklist; leave it out, or name a launch: "),
        (["forecast", "fraud-v4"], 2, "servingchecklist: there is no launch and no checklist of that name (got 'fraud-v4'); did you mean 'fraud-v3'?\n"),
        (["forecast", "fraud"], 2, "(got 'fraud'); did you mean 'fraud-v3'?\n"),
        (["forecast", "--store", "gone.db"], 2, "servingchecklist: there is no store of launches (got 'gone.db'); "),
        (["forecast", "fraud-v3", "--done", "c1"], 2, "servingchecklist: --done is for checklists, and this is a launch; leave it out, and record what is done with finish; or name a checklist, such as model-serving\n"),
        (["critical-path", "fraud-v3", "--done", "c1"], 2, "servingchecklist: --done is for checklists, and this is a launch; leave it out, and record what is done with finish; or name a checklist, such as model-serving\n"),
        (["forecast", "fraud-v3", *at(16), "--start", "2026-11-15"], 2, "servingchecklist: --start: lies in the past (got 2026-11-15); name 2026-11-16, "),
        (["forecast", "fraud-v3", "--blocked", "c5=1 day"], 2, "servingchecklist: --blocked c5: is not blocked (got 'c5'); name tasks that are blocked only\n"),
        (["forecast", "fraud-v3", *at(8)], 2, "servingchecklist: --at: lies before the start of the launch"),
        (["forecast", "gone.toml"], 2, "servingchecklist: the file cannot be read: No such file or directory (got 'gone.toml'); check the path\n"),
        (["render", "-f", "icalendar"], 2, "servingchecklist: a checklist has no dates for a calendar (got 'model-serving'); forecast it: servingchecklist forecast model-serving --format icalendar\n"),
        (["render", "-o", "x.ics"], 2, "servingchecklist: a checklist has no dates for a calendar (got 'model-serving'); forecast it: "),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_says_what_to_do(started, tmp_path, arguments, status, words):
    actual, out, err = started(*arguments)
    assert (actual, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1
    assert not [path for path in tmp_path.iterdir() if path.name != "launches.db"]


def test_an_unknown_name_is_not_looked_for_where_there_is_no_store(run, tmp_path):
    assert run("forecast", "fraud-v3")[2].startswith("servingchecklist: there is no checklist of that name")
    assert not (tmp_path / "launches.db").exists()


def test_without_a_command_nothing_is_loaded_that_forecasts():
    code = (
        "import sys; from servingchecklist.__main__ import main; main({}); print(*sorted(sys.modules), file=sys.stderr)"
    )
    for arguments, also in (([], ["argparse"]), (["next"], [])):
        done = subprocess.run(
            [sys.executable, "-c", code.format(arguments)], capture_output=True, check=True, text=True
        )
        loaded = done.stderr.split()
        assert "servingchecklist.cli.launches" in loaded
        heavy = ["_planning.forecast", "_planning.calendar", "_planning.critical_path", "_launch.launch", "_store"]
        assert not set(loaded) & {*(f"servingchecklist.{name}" for name in heavy), *also}


class Terminal:
    """A stream that is one, or is not."""

    def __init__(self, *, is_one):
        self.is_one = is_one
        self.written = []

    def isatty(self):
        return self.is_one

    def write(self, text):
        self.written.append(text)

    def flush(self):
        pass

    @property
    def text(self):
        return "".join(self.written)


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("servingchecklist.cli.forecasts.monotonic", lambda: now[0])
    return now


def shown(monkeypatch, *, is_one):
    terminal = Terminal(is_one=is_one)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", Terminal(is_one=True))
    return terminal


def as_seen(text):
    """Return the last line of a terminal, without the blanks behind it."""
    cells = []
    place = 0
    for character in text:
        if character == "\r":
            place = 0
        else:
            cells[place : place + 1] = [character]
            place += 1
    return "".join(cells).rstrip(), place


def test_progress_is_one_line_after_half_a_second_and_is_gone_at_the_end(monkeypatch, clock):
    terminal = shown(monkeypatch, is_one=True)
    with Progress("forecast") as progress:
        progress(10, 1_000)
        assert terminal.text == ""
        clock[0] += 0.5
        progress(999, 1_000)
        assert as_seen(terminal.text) == ("forecast: 99%", 13)
        before = terminal.text
        progress(999, 1_000)
        assert terminal.text == before
        progress(5, 1_000)
        assert as_seen(terminal.text) == ("forecast: 0%", 12)
    assert as_seen(terminal.text) == ("", 0)
    assert "\n" not in terminal.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_progress_is_gone_after_an_error_too(monkeypatch, clock, error):
    terminal = shown(monkeypatch, is_one=True)

    def stopped():
        with Progress("forecast") as progress:
            clock[0] += 1
            progress(1, 2)
            terminal.write("^C")
            raise error

    with pytest.raises(error):
        stopped()
    assert as_seen(terminal.text) == ("", 0)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("other", [Terminal(is_one=False), None], ids=["piped", "none"])
def test_there_is_no_progress_where_one_of_the_two_is_no_terminal(monkeypatch, clock, stream, other):
    terminal = shown(monkeypatch, is_one=True)
    monkeypatch.setattr(sys, stream, other)
    with Progress("forecast") as progress:
        clock[0] += 1
        progress(1, 2)
    assert terminal.text == ""
    assert other is None or other.text == ""


# Whoever starts the tests in the background may have interruptions ignored.
INTERRUPTIBLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from servingchecklist.__main__ import run; run()"
)


def test_an_interruption_leaves_a_clean_line_and_no_traceback(tmp_path):
    """On a terminal of its own, with a forecast that would take for ever."""
    tasks = [Task(f"t{number}", "T", effort=Effort(1, 3)) for number in range(300)]
    write(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), tmp_path / "x.json")
    reader, terminal = pty.openpty()
    command = [sys.executable, "-c", INTERRUPTIBLE, "forecast", "x.json", "--people", "2", "--samples", "1000000"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=terminal, stderr=terminal)
    os.close(terminal)
    try:
        seen = b""
        while b"%" not in seen:
            seen += os.read(reader, 1_000)
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
        while chunk := _rest(reader):
            seen += chunk
    finally:
        running.kill()
        os.close(reader)
    assert running.returncode == 130
    line, _, rest = seen.decode().partition("servingchecklist: interrupted\r\n")
    assert (as_seen(line), rest) == (("", 0), "")


def _rest(reader):
    try:
        return os.read(reader, 1_000)
    except OSError:  # nobody writes there any more
        return b""


def test_an_interruption_without_any_output_is_one_too():
    code = "import sys; sys.stdout = None; import servingchecklist.cli as cli; cli.main = lambda: exec('raise KeyboardInterrupt'); cli.run()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (130, "servingchecklist: interrupted\n")


@pytest.mark.parametrize("command", [["forecast", *FEW], ["critical-path"]])
def test_a_reader_that_leaves_early_is_no_error(command):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "servingchecklist", *command], check=False, stdout=writer, stderr=subprocess.PIPE
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "forecast",
            ["--start DAY", "--people N", "--blocked TASK=EFFORT", "--show {all,finish}", "--name NAME", "icalendar"],
        ),
        (
            "levers",
            [
                "--start DAY",
                "--people N",
                "--blocked TASK=EFFORT",
                "--name NAME",
                "1,000, fewer for more than 100 tasks",
            ],
        ),
        ("critical-path", ["--estimate {low,mean,high}", "--default-effort EFFORT", "--store FILE"]),
        (
            "review",
            [
                "--people N",
                "--assume-owner TASK=WHO",
                "--blocked TASK=EFFORT",
                "--seed N",
                "--weekdays DAYS",
                "--holidays DAYS",
                "--samples N",
                "--default-effort EFFORT",
            ],
        ),
        ("render", ["svg", "mermaid", "icalendar"]),
    ],
)
def test_every_command_explains_itself(run, command, words):
    status, out, _ = run(command, "--help")
    assert (status, out.startswith(f"usage: servingchecklist {command} ")) == (0, True)
    assert [word for word in words if word not in out] == []
    assert command in run("--help")[1]


# Options: on the command line, in a file, and in the one beside the launch


def used(output):
    return json.loads(output)["options"]


def test_each_new_option_is_heard(run):
    asked = ["--ranges", "bounds", "--shared", "25 %", "--effort", "c1=exactly 2 days", "--effort", "c2=7 days elapsed"]
    asked += [
        "--assume-owner",
        "c3=ann",
        "--leave",
        "ann=2026-12-01..2026-12-04",
        "--leave",
        "ann=2026-12-08..2026-12-08",
    ]
    made = forecast(
        CHECKLIST,
        start=date(2026, 11, 30),
        samples=50,
        today=today(),
        ranges="bounds",
        shared=0.25,
        efforts={"c1": "exactly 2 days", "c2": "7 days elapsed"},
        owners={"c3": "ann"},
        calendars={"ann": Calendar(holidays=[date(2026, 12, day) for day in (1, 2, 3, 4, 8)])},
    )
    status, out, err = run("forecast", *MONDAY, *FEW, *asked, "--json")
    assert (status, json.loads(out), err) == (0, forecast_of(made), "")
    assert used(run("forecast", *FEW, "--shared", "0.5", "--json")[1])["shared"] == 0.5
    leave = ["--weekdays", "mon-thu", "--holidays", "2026-12-24", "--leave", "ann=2026-12-01..2026-12-01"]
    assert used(run("forecast", *FEW, *leave, "--json")[1])["calendars"] == {
        "ann": {"weekdays": ["monday", "tuesday", "wednesday", "thursday"], "holidays": ["2026-12-01"]}
    }


def test_days_off_of_the_team_leave_those_of_owners_as_they_are(run, tmp_path):
    away = Calendar(holidays=[date(2026, 12, day) for day in (7, 8, 9)])
    kept = ForecastOptions(owners={"c3": "ann", "c6": "ben"}, calendars={"ann": away, "ben": Calendar(weekdays=[0])})
    write(kept, tmp_path / "ours.toml")
    asked = ["--options", "ours.toml", "--holidays", "2026-12-02", "--weekdays", "mon-thu"]
    days = ["monday", "tuesday", "wednesday", "thursday"]
    result = json.loads(run("forecast", *MONDAY, *FEW, *asked, "--json")[1])
    assert result["options"]["calendars"] == {
        "ann": {"weekdays": days, "holidays": ["2026-12-07..2026-12-09"]},
        "ben": {"weekdays": ["monday"]},
    }
    assert "ann works on Monday to Thursday, but not on 2026-12-02 and 2026-12-07..2026-12-09." in result["assumptions"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--ranges", "bound"], "--ranges"),
        (["--shared", "1.5"], "'1.5' is not a share; write a number from 0 to 1, or 0 % to 100 %"),
        (["--shared", "101%"], "'101%' is not a share"),
        (["--shared", "third"], "'third' is not a share"),
        (["--effort", "c1"], "'c1' is not TASK=EFFORT, such as 'c5=2-3 days'"),
        (["--effort", "c1=soon"], "'soon' is not an effort"),
        (["--effort", "c1=1 day", "--effort", "c1=2 days"], "'c1' is named twice"),
        (["--effort", "c10=1 day"], "there is no such task in 'model-serving'"),
        (["--leave", "ann"], "'ann' is not WHO=FIRST..LAST, such as ml-platform=2026-12-01..2026-12-11"),
        (["--leave", "ann=2026-12-01"], "is not WHO=FIRST..LAST"),
        (["--leave", "ann=2026-12-01.."], "is not WHO=FIRST..LAST"),
        (["--leave", "ann=2026-12-02..2026-12-01"], "is no leave; write the earlier day first, and at most ten years"),
        (["--leave", "ann=2026-12-01..2036-12-31"], "is no leave"),
        (["--leave", "ann=soon..later"], "'soon'"),
        (["--options", "none.toml"], "none.toml"),
        (["--save-options"], "--save-options is for launches, and this is a checklist; name a launch"),
    ],
    ids=str,
)
def test_mistakes_in_new_options(run, arguments, words):
    status, out, err = run("forecast", "model-serving", *MONDAY, *FEW, *arguments)
    assert status in {1, 2}
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_options_can_be_in_a_file(run, tmp_path):
    options = ForecastOptions(
        people=2,
        samples=50,
        ranges="bounds",
        rules=CRITICAL_FIRST,
        owners={"c1": "ann"},
        calendars={"ann": Calendar(holidays=[date(2026, 12, 1)])},
    )
    write(options, tmp_path / "ours.toml")
    made = forecast(CHECKLIST, start=date(2026, 11, 30), today=today(), options=options)
    assert json.loads(run("forecast", *MONDAY, "--options", "ours.toml", "--json")[1]) == forecast_of(made)
    assert run("forecast", *MONDAY, "--options", "ours.toml") == (0, dumps(made, "text"), "")
    # What the command line says goes before the file, and is added to its tables.
    more = ["--people", "3", "--rules", "soonest", "--assume-owner", "c2=ben", "--leave", "ann=2026-12-02..2026-12-02"]
    document = used(run("forecast", *MONDAY, "--options", "ours.toml", *more, "--json")[1])
    assert (document["people"], document["rules"], document["ranges"]) == (3, "soonest", "bounds")
    assert document["owners"] == {"c1": "ann", "c2": "ben"}
    assert document["calendars"]["ann"]["holidays"] == ["2026-12-01", "2026-12-02"]
    assert "holidays" not in document["calendar"]


def test_files_of_other_kinds_are_no_options(run, tmp_path):
    write(UNSURE, tmp_path / "unsure.toml")
    write(ForecastOptions(people=2), tmp_path / "ours.toml")
    status, out, err = run("forecast", "--options", "unsure.toml", *FEW)
    assert (status, out) == (1, "")
    assert "unsure.toml" in err
    status, out, err = run("forecast", "ours.toml", *FEW)
    assert (status, out) == (2, "")
    assert "that holds the options of a forecast (got 'ours.toml'); give it as --options ours.toml" in err
    (tmp_path / "wrong.toml").write_text(
        'schema_version = 1\nkind = "forecast-options"\npeople = 0\nseeds = 3\n', "utf-8"
    )
    status, out, err = run("forecast", "--options", "wrong.toml", *FEW)
    assert (status, out, len(err.splitlines())) == (1, "", 2)
    assert "wrong.toml:4: $.seeds: is not a known key; did you mean 'seed'?" in err


def test_options_are_kept_beside_the_launch(started, tmp_path):
    asked = [*at(16), *FEW, "--people", "1", "--effort", "c9=exactly 3 days", "--blocked", "c2=2-4 days"]
    status, out, err = started("forecast", *asked, "--save-options")
    assert (status, err) == (0, "servingchecklist: fraud-v3.forecast.toml: written\n")
    kept = ForecastOptions(people=1, efforts={"c9": "exactly 3 days"}, blocked={"c2": "2-4 days"})
    assert read(tmp_path / "fraud-v3.forecast.toml") == kept  # without the samples, of which each command has a default
    options = attrs.evolve(kept, samples=50)
    write(options, tmp_path / "fraud-v3.forecast.toml")
    made = stored().forecast(at=moment(16), options=options)
    assert out == "fraud-v3, the only launch in launches.db\n\n" + dumps(made, "text")
    # Later it is found, and named in the first lines of a text, and only there.
    head = "Options of fraud-v3.forecast.toml\n\n"
    assert started("forecast", "fraud-v3", *at(16)) == (0, head + dumps(made, "text"), "")
    assert json.loads(started("forecast", "fraud-v3", *at(16), "--json")[1]) == forecast_of(made)
    assert started("forecast", "fraud-v3", *at(16), "-f", "markdown") == (0, dumps(made, "markdown"), "")
    review = stored().review(moment(9), at=moment(16), options=options)
    assert started("review", *at(16)) == (0, head + dumps(review, "text"), "")
    # Another file takes its place, and the command line goes before both.
    write(ForecastOptions(samples=20), tmp_path / "other.toml")
    other = stored().forecast(at=moment(16), samples=20)
    assert started("forecast", "fraud-v3", *at(16), "--options", "other.toml") == (0, dumps(other, "text"), "")
    assert used(started("forecast", "fraud-v3", *at(16), "--people", "2", "--json")[1])["people"] == 2


@pytest.mark.parametrize(
    ("stated", "more", "place"),
    [
        ({"owners": {"c99": "ml-platform"}}, (), "wrong.toml: owners: there is no such task"),
        ({"efforts": {"c1": "0-2 days"}}, (), "wrong.toml: efforts c1: begins at 0"),
        ({"efforts": {"c1": "0-2 days"}}, ("--effort", "c1=0-3 days"), "--effort c1: begins at 0"),
    ],
)
def test_a_fault_of_what_a_file_of_options_states_names_the_file(run, tmp_path, stated, more, place):
    write(ForecastOptions(**stated), tmp_path / "wrong.toml")
    status, out, err = run("forecast", "model-serving", "--options", "wrong.toml", *more, *FEW)
    assert (status, out) == (2, "")
    assert err.startswith(f"servingchecklist: {place}")


def test_nothing_is_kept_that_cannot_be_used_and_nothing_else_is_replaced(started, tmp_path):
    path = tmp_path / "fraud-v3.forecast.toml"
    assert started("forecast", *at(16), *FEW, "--effort", "c99=1 day", "--save-options")[0] == 2
    assert started("review", *at(16), *FEW, "--label", "none", "--save-options")[0] == 2
    assert not path.exists()
    write(stored(), path)
    before = path.read_bytes()
    write(ForecastOptions(people=2), tmp_path / "other.toml")
    status, out, err = started("forecast", *at(16), *FEW, "--options", "other.toml", "--save-options")
    assert (status, out, path.read_bytes()) == (1, "", before)
    assert err.startswith("fraud-v3.forecast.toml:2: $.kind: is not the options of a forecast (got 'launch')")


def test_options_beside_launches_are_no_launches(started, tmp_path):
    assert started("export", "team")[0] == 0
    assert started("forecast", "team/fraud-v3.jsonl", *at(16), *FEW, "--people", "2", "--save-options")[0] == 0
    assert started("import", "team")[:2] == (0, "fraud-v3: imported, new events: 0\n")
    none = "servingchecklist: LAUNCH: hold no closed task to learn from"
    assert started("calibration", "team/fraud-v3.jsonl", "team/fraud-v3.forecast.toml")[2].startswith(none)


def test_a_kept_block_that_is_over_stops_nothing(started, tmp_path):
    write(ForecastOptions(samples=20, blocked={"c5": "1 week"}), tmp_path / "fraud-v3.forecast.toml")
    for command in ("forecast", "review", "levers"):
        assert started(command, *at(16))[0] == 0


def test_options_lie_beside_the_file_of_a_launch(started, tmp_path):
    (tmp_path / "ours").mkdir()
    write(stored(), tmp_path / "ours" / "launch.json")
    write(ForecastOptions(samples=20), tmp_path / "ours" / "fraud-v3.forecast.toml")
    made = stored().forecast(at=moment(16), samples=20)
    path = os.path.join("ours", "fraud-v3.forecast.toml")
    assert started("forecast", "ours/launch.json", *at(16)) == (0, f"Options of {path}\n\n{dumps(made, 'text')}", "")
    assert len(json.loads(started("forecast", "fraud-v3", *at(16), *FEW, "--json")[1])["tasks"]) == len(made.tasks)


def test_the_most_samples_are_those_of_options():
    assert parser._MOST_SAMPLES == MOST_SAMPLES
