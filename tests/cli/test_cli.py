"""The command line as a person meets it, mistakes included."""

import io
import json
import os
import re
import subprocess
import sys

import pytest

from servingchecklist import (
    CRITICAL_FIRST,
    Checklist,
    ForecastOptions,
    Launch,
    Overlay,
    Phase,
    Task,
    catalog,
    dumps,
    loads,
    model_serving,
    next_tasks,
    write,
)
from servingchecklist.cli import main
from servingchecklist.cli.parser import ALIASES, parsers
from servingchecklist.formats import text
from servingchecklist.schemas import json_schema

LAUNCH = model_serving()


def test_without_arguments_it_says_what_to_do_next_and_why_then_the_phases(run):
    status, out, err = run()
    assert (status, err) == (0, "")
    assert out.index("\nWhat to do next, and why\n") < out.index("1. Define goals and KPIs (Model Serving)")
    assert "- unblocks c4 (critical) and 2 more\n" in out
    assert out.index("3. Identify target audience") < out.index("01 Foundation") < out.index("03 Launch & Review")
    assert "   [ ] c9  critical  1 day     Iterate on results (Model Serving)\n" in out


def test_next_gives_reasons_or_json(run):
    status, out, _ = run("next", "--done", "c1,c3", "--rules", "critical-first", "--limit", "2")
    assert (status, out) == (0, dumps(next_tasks(LAUNCH, {"c1", "c3"}, limit=2, rules=CRITICAL_FIRST), "text"))
    status, out, _ = run("next", "--done", "c1 c3", "--json")
    assert status == 0
    assert json.loads(out) == next_tasks(LAUNCH, {"c1", "c3"}).to_dict()


def test_render_prints_or_writes(run, tmp_path):
    assert run("render") == (0, dumps(LAUNCH, "markdown"), "")
    assert run("render", "model-serving", "-f", "text") == (0, dumps(LAUNCH, "text"), "")
    assert run("render", "-o", "out.toml") == (0, "", "")
    assert run("render", "out.toml", "--output", "page", "--format", "html")[0] == 0
    assert (tmp_path / "page").read_text("utf-8") == dumps(LAUNCH, "html")
    assert loads((tmp_path / "out.toml").read_bytes(), "toml") == LAUNCH


def test_a_launch_in_a_file_says_itself_what_is_done(run, tmp_path):
    launch = Launch.start(LAUNCH, name="fraud-v3", by="ml-platform").finish("c1", by="ml-platform")
    write(launch, tmp_path / "fraud-v3.json")
    assert run("next", "fraud-v3.json") == (0, dumps(launch.next(), "text"), "")
    assert run("next", "fraud-v3.json", "--done", "c3") == (
        2,
        "",
        "servingchecklist: --done is for checklists, and this is a launch; leave it out, and record what is done with finish; or name a checklist, such as model-serving\n",
    )
    assert run("render", "fraud-v3.json", "-f", "toml") == (0, dumps(launch, "toml"), "")
    assert run("check", "fraud-v3.json") == (
        0,
        f"fraud-v3.json: valid (a launch of 9 tasks, 2 events, {launch.digest})\n",
        "",
    )


def test_check_takes_the_options_of_a_forecast(run, tmp_path):
    write(ForecastOptions(people=2), tmp_path / "forecast.toml")
    assert run("check", "forecast.toml") == (0, "forecast.toml: valid (options of a forecast)\n", "")


def test_check_tells_every_fault_of_every_file(run, tmp_path):
    write(LAUNCH, tmp_path / "good.json")
    bad = LAUNCH.to_dict()
    bad["phases"][0]["tasks"][0]["effort"] = "soon"
    bad["phases"][2]["tasks"][1]["title"] = ""
    (tmp_path / "bad.json").write_text(json.dumps(bad), "utf-8")
    assert run("check", "good.json") == (0, "good.json: valid (3 phases, 9 tasks)\n", "")
    status, out, err = run("check", "bad.json", "good.json")
    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert lines[0].startswith("bad.json:1: task 'c1': effort: is not an effort (got 'soon'); write it as '1 day'")
    assert lines[1].startswith("bad.json:1: task 'c8': title: is empty")
    assert lines[2] == "good.json: valid (3 phases, 9 tasks)"
    status, out, err = run("check", "gone.toml", "bad.json", "good.json")
    assert status == 2
    assert (
        err
        == "servingchecklist: the file cannot be read: No such file or directory (got 'gone.toml'); check the path\n"
    )
    assert len(out.splitlines()) == 3


def test_a_faulty_source_is_told_with_its_name(run, tmp_path):
    (tmp_path / "bad.toml").write_text("x = 1", "utf-8")
    status, out, err = run("next", "bad.toml")
    assert (status, out) == (1, "")
    assert err.splitlines()[0] == "bad.toml: $.schema_version: is missing; write schema_version = 1"
    assert "bad.toml:1: $.x: is not a known key; " in err


BAD = """schema_version = 1
kind = "checklist"
id = "x"
title = "X"
"a: b, c%" = 1

[[phases]]
id = "p"
title = "P"
[[phases.tasks]]
id = "registry"
title = "R"
effort = "soon"
"""


def test_check_writes_workflow_commands_for_github(run, tmp_path):
    (tmp_path / "a,b%.toml").write_text(BAD, "utf-8")
    write(LAUNCH, tmp_path / "good.json")
    status, out, err = run("check", "--format", "github", "a,b%.toml", "good.json")
    assert (status, err) == (1, "")
    key, effort = out.splitlines()
    assert key.startswith("::error file=a%2Cb%25.toml,line=5,title=unknown-key::$['a: b, c%25']: is not a known key; ")
    expected = (
        "::error file=a%2Cb%25.toml,line=13,title=bad-format%3A registry::task 'registry': effort: is not an effort "
    )
    assert effort.startswith(expected)
    (tmp_path / "empty.toml").write_text("", "utf-8")
    assert run("check", "--format", "github", "empty.toml")[1].startswith("::error file=empty.toml,title=missing::")
    assert run("check", "--format", "github", "good.json") == (0, "", "")
    status, out, err = run("check", "--format", "github", "gone.toml", "good.json")
    assert (status, err) == (2, "")
    assert out.startswith("::error file=gone.toml,title=file::the file cannot be read: No such file or directory")


def test_check_prints_faults_as_data(run, tmp_path):
    (tmp_path / "bad.toml").write_text(BAD, "utf-8")
    status, out, _ = run("check", "--json", "bad.toml")
    assert status == 1
    _, effort = json.loads(out)["faults"]
    assert json.loads(out)["valid"] == []
    assert (effort["file"], effort["code"], effort["line"], effort["task"]) == (
        "bad.toml",
        "bad-format",
        13,
        "registry",
    )
    write(LAUNCH, tmp_path / "good.json")
    write(ForecastOptions(people=2), tmp_path / "forecast.toml")
    write(Overlay("o", "O"), tmp_path / "overlay.toml")
    status, out, _ = run("check", "--json", "good.json", "forecast.toml", "overlay.toml")
    nothing = {"tasks": None, "events": None, "digest": None, "names_checklist": None, "lines_without_id": []}
    assert (status, json.loads(out)) == (
        0,
        {
            "valid": [
                {"file": "good.json", "kind": "checklist", **nothing, "tasks": 9, "digest": LAUNCH.digest},
                {"file": "forecast.toml", "kind": "forecast-options", **nothing},
                {"file": "overlay.toml", "kind": "overlay", **nothing},
            ],
            "faults": [],
        },
    )
    status, out, err = run("check", "--json", "gone.json", "spam.txt", "good.json")
    document = json.loads(out)
    assert (status, err, [entry["file"] for entry in document["valid"]]) == (2, "", ["good.json"])
    assert [(fault["file"], fault["code"]) for fault in document["faults"]] == [
        ("gone.json", "file"),
        ("spam.txt", "unknown-name"),
    ]


def test_check_counts_in_plain_english(run, tmp_path):
    write(Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")])]), tmp_path / "one.json")
    assert run("check", "one.json") == (0, "one.json: valid (1 phase, 1 task)\n", "")
    (tmp_path / "none.jsonl").write_text(
        dumps(Launch.start(LAUNCH, name="x", by="x"), "jsonl").splitlines()[0], "utf-8"
    )
    assert run("check", "none.jsonl")[1] == (
        "none.jsonl:1: $.events: do not say when the launch was started; "
        "let the log begin with an event launch-started\n"
    )


@pytest.mark.parametrize("format", ["json", "toml"])
def test_check_reads_standard_input(run, monkeypatch, format):
    def given(data):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    given(dumps(LAUNCH, format).encode())
    assert run("check", "-") == (0, "standard input: valid (3 phases, 9 tasks)\n", "")
    given(BAD.encode())
    assert run("check", "-")[1].splitlines()[1].startswith("standard input:13: task 'registry': effort: is not")
    given(b" " * 25_000_001)
    assert run("check", "-")[1].startswith("standard input: is too large: 25,000,001 bytes, and at most 25,000,000 are")
    given(dumps(LAUNCH, format).encode() + b" " * 25_000_001)
    assert run("check", "--no-limits", "-")[0] == 0


def test_limits_can_be_lifted_for_a_file_that_is_trusted(run, tmp_path):
    (tmp_path / "big.json").write_text(dumps(LAUNCH, "json") + " " * 25_000_000, "utf-8")
    status, _, err = run("next", "big.json")
    assert status == 1
    assert err.startswith("big.json: the file is too large: 25,0")
    assert run("next", "big.json", "--no-limits", "--limit", "1")[0] == 0
    assert run("check", "big.json")[0] == 1
    assert run("check", "--no-limits", "big.json") == (0, "big.json: valid (3 phases, 9 tasks)\n", "")


def test_a_bundled_id_is_one_unless_a_file_has_that_name(run, tmp_path):
    (tmp_path / "model-serving").mkdir()
    assert run("next", "model-serving") == run("next")
    (tmp_path / "model-serving").rmdir()
    (tmp_path / "model-serving").write_text("", "utf-8")
    status, _, err = run("next", "model-serving")
    assert (status, err.split(" (")[0]) == (2, "servingchecklist: the name of the file does not say its format")
    (tmp_path / "folder").mkdir()
    assert run("next", "folder")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nxt"], "servingchecklist: there is no command 'nxt'; did you mean 'next'?; see servingchecklist --help\n"),
        (["help", "stats"], "there is no command 'stats'; did you mean 'status'?"),
        (["\x1b[2J"], "servingchecklist: there is no command '\\x1b[2J'; see servingchecklist --help\n"),
        (["next", "--lables", "slo"], "next: there is no option --lables; did you mean '--label'?; see"),
        (["next", "--lables=slo"], "next: there is no option --lables; did you mean '--label'?; see"),
        (["next", "--json", "a", "b"], "next: unrecognized arguments: b; see"),
        (["--json", "next"], "there is no command '--json'; options follow the command; see servingchecklist --help\n"),
        (["next", "--limit", "9" * 20], "servingchecklist: --limit: is larger than any count"),
        (
            ["next", "--rules", "phase-first"],
            "argument --rules: invalid choice: 'phase-first'; did you mean 'phases-first'?",
        ),
        (["next", "--limit", "0"], "'0' is not a whole number of at least 1"),
        (["next", "--limit", "two"], "'two' is not a whole number of at least 1"),
        (["schema", "lunch"], "argument KIND: invalid choice: 'lunch'; did you mean 'launch'?"),
        (["guide", "foundaton"], "there is no guide of that name (got 'foundaton'); did you mean 'foundation'?"),
        (
            ["guide", "execution#c"],
            "the guide execution has no such section (got 'c'); known: c4-prioritize-high-impact-",
        ),
        (["guide", "foundaton#"], "there is no guide of that name (got 'foundaton'); did you mean 'foundation'?"),
        (["guide", "#"], "there is no guide of that name (got ''); known: foundation, execution, "),
        (["guide", "execution#c6#"], "the guide execution has no such section (got 'c6#'); "),
        (["completion", "fsh"], "argument SHELL: invalid choice: 'fsh'; did you mean 'fish'?"),
        (["next", "--rules", "mood"], "invalid choice: 'mood'; known: phases-first, critical-first, soonest"),
        (
            ["next", "modelserving"],
            "there is no checklist of that name (got 'modelserving'); did you mean 'model-serving'?",
        ),
        (["next", "gone.toml"], "the file cannot be read: No such file or directory (got 'gone.toml'); check the path"),
        (
            ["next", "--done", "c10"],
            "--done: there is no such task in 'model-serving' (got 'c10'); did you mean 'c1'?",
        ),
        (["render", "--output", "out.docx"], "the name of the file does not say its format (got 'out.docx')"),
        (["render", "--output", "no/such/folder.md"], "the file cannot be written: No such file or directory"),
        (["check"], "the following arguments are required: FILE"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_exits_with_two(run, arguments, words):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["next", "--help"], ["render", "--help"], ["list", "--help"], ["check", "--help"]]
)
def test_every_command_explains_itself(run, arguments):
    status, out, _ = run(*arguments)
    assert status == 0
    assert out.startswith(" ".join(["usage: servingchecklist", *arguments[:-1]]))
    words = {
        "next": "--done IDS",
        "render": "--output FILE",
        "check": "--no-limits",
        "list": "--packs",
    }
    assert words.get(arguments[0], "The options of a command: servingchecklist help COMMAND\n") in out


def test_the_help_fits_a_screen_and_names_each_command(run):
    _, out, _ = run("--help")
    assert (run("help")[1], run("-h")[1]) == (out, out)
    assert len(out.splitlines()) <= 24
    assert max(map(len, out.splitlines())) <= 80
    rows = [line for line in out.splitlines() if re.match(r"(\w+)? {2}", line)]
    named = ", ".join(row[start : start + 16].strip() for row in rows for start in (8, 44)).split(", ")
    assert sorted(filter(None, named)) == sorted(parsers())


def test_commands_have_the_names_that_people_type(run):
    assert run("help", "next") == run("next", "--help")
    assert run("help", "done") == run("finish", "--help")
    assert run("version") == run("--version")
    assert run("validate", "gone.toml") == run("check", "gone.toml")
    assert run("create", "x", "--by", "ben")[1].startswith("x: started by ben")
    assert run("done", "c1", "--by", "ben")[1].startswith("x (Model Serving): c1 Define goals and KPIs: todo -> done")
    assert run("show", "--at", "2999-01-01") == run("status", "--at", "2999-01-01")
    assert run("undo", "--by", "ben")[0] == 0
    assert not set(ALIASES) & set(parsers())


def test_the_version_is_told(run):
    from importlib.metadata import version

    assert run("--version") == (0, f"servingchecklist {version('servingchecklist')}\n", "")


def python(*arguments, **changes):
    command = [sys.executable, "-m", "servingchecklist", *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=os.environ | changes)


def test_it_runs_as_a_module():
    done = python("list")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"model-serving")


def test_errors_that_cannot_be_printed_keep_the_exit_status():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "servingchecklist", "finish", "c1", "--store", "no.db", "--by", "x"]
        assert subprocess.run(command, check=False, stderr=full).returncode == 2


def test_an_output_that_takes_nothing_is_told():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "servingchecklist"],
            check=False,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    assert (done.returncode, done.stderr) == (
        2,
        "servingchecklist: the output cannot be written: No space left on device\n",
    )


def test_no_output_at_all_is_no_error():
    command = f"exec {sys.executable} -m servingchecklist >&-"
    done = subprocess.run(["sh", "-c", command], check=False, stderr=subprocess.PIPE, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_early_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "servingchecklist", "render"]
        done = subprocess.run(command, check=False, stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("columns", "widest"), [("60", 60), ("100", 100), ("300", 120)])
def test_text_on_a_terminal_is_as_wide_as_that_up_to_120_columns(monkeypatch, capsys, columns, widest):
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["render", "--format", "text"]) == 0
    assert widest - 12 < max(map(len, capsys.readouterr().out.splitlines())) <= widest


def test_text_that_goes_elsewhere_is_80_columns_wide(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["render", "--format", "text"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("variables", "is_terminal", "is_colored"),
    [
        ({"TERM": "xterm"}, True, True),
        ({}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({}, False, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": ""}, False, False),
    ],
)
def test_text_has_colours_where_they_are_wanted(monkeypatch, capsys, variables, is_terminal, is_colored):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (variables | {"COLUMNS": "80"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    assert main(["render", "--format", "text"]) == 0
    assert capsys.readouterr().out == text.dumps(LAUNCH, 80, color=is_colored)
    assert main(["render", "--format", "markdown"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_files_have_no_colours(monkeypatch, run, tmp_path):
    monkeypatch.setenv("FORCE_COLOR", "1")
    run("render", "-o", "page.txt")
    assert (tmp_path / "page.txt").read_text("utf-8") == dumps(LAUNCH, "text")
    assert "\x1b" in run()[1]
    for mistake in (["next", "nothing"], ["next", "--nothing"], ["nothing"]):
        assert "\x1b" not in run(*mistake)[2]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["block", "c1", "--resaon", "x"], "there is no option --resaon; did you mean '--reason'?"),
        (["assign", "c1", "--too=ben"], "there is no option --too; did you mean '--to'?"),
        (["assign", "c1", "--owner", "ben"], "there is no option --owner; did you mean '--to'?"),
        (["waive", "c1", "--until", "friday"], "there is no option --until; did you mean '--expires'?"),
        (["note", "c1", "--note", "x"], "there is no option --note; did you mean '--text'?"),
        (["check", "--format", "githb", "x"], "did you mean 'github'?"),
        (["next", "--lim", "2"], "there is no option --lim; did you mean '--limit'?"),
        (["check", "x", "--json", "-f", "github"], "--json cannot be combined with --format; leave one of them out"),
    ],
)
def test_the_nearest_name_comes_before_what_is_missing(run, arguments, expected):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert expected in err


def test_values_may_begin_like_an_option(run):
    assert run("start", "fraud-v3", "--by", "ben")[0] == 0
    assert run("note", "c1", "--by", "ben", "--text", "--dry-run was left out")[::2] == (0, "")
    assert "--dry-run was left out" in run("log")[1]
    assert "got '--gone.toml'" in run("next", "--", "--gone.toml")[2]


def test_no_option_leaves_its_choices_to_argparse():
    assert not [action for parser in parsers().values() for action in parser.actions if action.choices]


def test_a_guide_is_printed_whole_or_by_section_and_all_are_listed(run):
    assert run("guide", "execution") == (0, catalog.guide("execution"), "")
    section = "execution#c6-set-up-tracking"
    assert run("guide", section) == run("guide", "execution#c6") == (0, catalog.guide(section), "")
    assert run("guide", "servingchecklist/guides/execution.md") == run("guide", "execution")
    status, out, err = run("guide")
    assert (status, err) == (0, "")
    assert [line.split(maxsplit=1)[0] for line in out.splitlines()] == list(catalog.guides())
    assert out.splitlines()[2] == "launch-review    Ship, compare, mend"


def test_the_sections_of_a_guide_are_listed_by_what_prints_them(run):
    listed = (
        "execution#c4-prioritize-high-impact-tasks  c4: Prioritize high-impact tasks\n"
        "execution#c5-assign-owners-and-deadlines   c5: Assign owners and deadlines\n"
        "execution#c6-set-up-tracking               c6: Set up tracking\n"
    )
    assert run("guide", "execution#") == (0, listed, "")
    assert run("guide", "servingchecklist/guides/execution.md#") == (0, listed, "")


@pytest.mark.parametrize("kind", ["checklist", "launch", "overlay", "forecast-options"])
def test_the_schema_of_each_kind_is_printed(run, kind):
    status, out, err = run("schema", kind)
    assert (status, json.loads(out), err) == (0, json_schema(kind), "")
