"""The console blocks of the documentation show the output of their commands."""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import attrs
import pytest

import servingchecklist
from importers.test_importers import suite
from servingchecklist import (
    Checklist,
    Effort,
    Launch,
    Phase,
    Priority,
    Task,
    catalog,
    for_context,
    model_serving,
    read,
    tailor,
    write,
)
from servingchecklist.cli.options import day, timestamp
from servingchecklist.cli.parser import parsers
from servingchecklist.evidence import Criterion, GateDefinition, Kpi
from servingchecklist.formats import FORMATS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "use-the-command-line.md"
OWN = PAGE.with_name("write-a-checklist.md")
KPIS = PAGE.with_name("write-kpis.md")
SEVERAL = PAGE.with_name("work-with-several-people.md")
UNTRUSTED = PAGE.with_name("read-untrusted-files.md")
STEPS = PAGE.with_name("work-with-steps.md")
UPGRADES = PAGE.with_name("upgrade-a-checklist.md")
LOG = ROOT / "docs" / "explanation" / "log.md"
README = ROOT / "README.md"
DATES = ROOT / "docs" / "reference" / "dates.md"
REFERENCE = DATES.with_name("command-line.md")
GATE = ROOT / "docs" / "gate-in-ci.md"  # by test_docs_gate.py
HELD = {DATES, GATE, PAGE, OWN, SEVERAL, UNTRUSTED, STEPS, UPGRADES, LOG, README}
"""The pages with console blocks that show output; each of them has a test."""

PROGRAM = f"'{sys.executable}' -m servingchecklist"
MOMENTS = {
    "start fraud-v3": "2026-03-02T09:00Z",
    "finish c1": "2026-03-03T09:00Z",
    "assign c3": "2026-03-03T16:00Z",
    "begin c3": "2026-03-04T09:00Z",
    "block c3": "2026-03-05T09:00Z",
    "begin c1": "2026-03-06T09:00Z",
    "waive c3": "2026-03-06T10:00Z",
    "status": "2026-03-06T09:00Z",
    "status --json": "2026-03-06T09:00Z",
    "move fraud-2.toml": "2026-03-07T09:00Z",
}
"""The moment of each of these commands, as the log on the page says. It was now when the page was written."""

PICKED = {
    ".recommendations[].id": lambda found: [one["id"] for one in found["recommendations"]],
    ".finish.p80": lambda found: [found["finish"]["p80"]],
    '.tasks[] | select(.status == "blocked") | .task + ": " + .reason': lambda found: [
        f"{one['task']}: {one['reason']}" for one in found["tasks"] if one["status"] == "blocked"
    ],
}
"""The filters that the page gives to ``jq -r``, and the lines that it prints then."""


def blocks(text):
    """Yield the commands in the console blocks of a text, each with the output that is shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for step in block.removeprefix("$ ").split("\n$ "):
            command, _, shown = step.partition("\n")
            yield command, shown and f"{shown.rstrip()}\n"


def sections():
    """Return the sections of the page, by their headings."""
    _, *found = PAGE.read_text("utf-8").split("\n## ")
    return {heading: text for heading, _, text in (section.partition("\n") for section in found)}


def steps(section):
    """Yield the commands in the console blocks of a section, each with the output that is shown below it."""
    yield from blocks(sections()[section])


def typed(run, command):
    """Return the exit status and the output of a command of the page, also where a part of its JSON is picked."""
    command, _, picked = command.partition(" | jq -r ")
    program, *arguments = shlex.split(command, comments=True)
    assert program == "servingchecklist"
    moment = MOMENTS.get(" ".join(arguments[:2]))
    status, out, err = run(*arguments, *(("--at", moment) if moment else ()))
    if picked:
        (script,) = shlex.split(picked)
        out = "".join(f"{line}\n" for line in PICKED[script](json.loads(out)))
    return status, out + err


def march(day):
    return datetime(2026, 3, day, 9, tzinfo=UTC)


def assert_shown(shown, printed, command):
    assert OutputChecker().check_output(shown, printed, ELLIPSIS), f"$ {command}\n{printed}"


@pytest.fixture
def worked(run):
    """Run the commands of the page that work its launch, and compare the output of each."""
    status = None
    for command, shown in steps("Work a launch"):
        if command == "echo $?":
            assert f"{status}\n" == shown
        else:
            status, printed = typed(run, command)
            assert printed == shown
    return run


def test_the_page_shows_what_a_forecast_prints(worked):
    shown_at_all = [(command, shown) for command, shown in steps("Forecast the date") if shown]
    assert len(shown_at_all) == 3
    for command, shown in shown_at_all:
        status, printed = typed(worked, command)
        # A checklist is told as of the day on which somebody asks.
        today = f"as of {datetime.now().astimezone():%Y-%m-%d}"
        expected = shown if "fraud-v3" in command else re.sub(r"as of [\d-]+", today, shown)
        assert status == 0
        assert_shown(expected, printed, command)


def test_the_page_proves_what_it_has_worked(worked, tmp_path):
    rows = [
        {"seq": n, "sent_at": f"2026-03-06T09:00:{n:02}Z", "latency_s": 0.04, "status": 200, "ok": True} for n in (0, 1)
    ]
    (tmp_path / "requests.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    for name in ("model.onnx", "serving.toml"):
        (tmp_path / name).write_text(name, "utf-8")
    body = json.dumps({"id": "launch-1", "outputs": [{"data": [0]}]})
    ended = {}
    for command, shown in steps("Prove it"):
        assert not shown
        line, _, target = command.partition(" > ")
        if target:
            status, printed = typed(worked, line)
            assert "> application-teams.score.txt\n" in printed
        elif command == "sh ask.sh":  # it needs a service
            (tmp_path / "application-teams.score.txt").write_text(f"{body}\n200 0.04\n", "utf-8")
            continue
        else:
            status, printed = typed(worked, command)
        ended.setdefault(status, []).append(shlex.split(line)[1])
    assert {status: len(commands) for status, commands in ended.items()} == {0: 11, 3: 1, 4: 1}
    assert (ended[3], ended[4]) == (["gate"], ["gate"])


def test_the_page_shows_how_the_launch_stands(worked):
    shown_at_all = [(command, shown) for command, shown in steps("See the status") if shown]
    assert len(shown_at_all) == 4
    for command, shown in shown_at_all:
        status, printed = typed(worked, command)
        assert status == 0
        assert_shown(shown, printed, command)


def edition():
    """Return the checklist that the page calls next.toml: c3 has another priority, and c9 another effort."""
    old = model_serving()
    changed = {"c3": {"priority": Priority.MEDIUM}, "c9": {"effort": Effort(2, 2)}}
    phases = [
        attrs.evolve(phase, tasks=[attrs.evolve(task, **changed.get(task.id, {})) for task in phase.tasks])
        for phase in old.phases
    ]
    return attrs.evolve(old, version="2027.1", phases=phases)


def test_the_page_shows_what_tailoring_and_upgrading_print(worked, tmp_path):
    (overlay,) = re.findall(r"^```toml\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    (tmp_path / "team.toml").write_text(overlay, "utf-8")
    write(edition(), tmp_path / "next.toml")
    for name in ("edited.toml", "deployed.toml"):
        write(model_serving(), tmp_path / name)
    status, shown_at_all = None, 0
    for section in ("Tailor a checklist", "Upgrade a checklist"):
        for command, shown in steps(section):
            if command == "echo $?":
                assert f"{status}\n" == shown
                continue
            status, printed = typed(worked, command)
            shown_at_all += bool(shown)
            assert_shown(shown or "...", printed, command)
    assert shown_at_all == 9


@pytest.mark.parametrize(("section", "number"), [("See what there is", 1), ("Ask what is next", 2)])
def test_the_page_shows_what_the_bundled_checklist_prints(run, section, number):
    shown_at_all = [(command, shown) for command, shown in steps(section) if shown]
    assert len(shown_at_all) == number
    for command, shown in shown_at_all:
        status, printed = typed(run, command)
        assert status == 0
        assert_shown(shown, printed, command)


def test_the_page_shows_what_check_prints(run, tmp_path):
    ((command, shown),) = steps("Check files")
    folder = tmp_path / "checklists"
    folder.mkdir()
    phases = [Phase("p", "P", tasks=[Task("a", "A", priority=Priority.HIGH)]), Phase("q", "Q", tasks=[Task("b", "B")])]
    for name in ("batch", "team"):
        write(Checklist(name, name, phases=phases), folder / f"{name}.toml")
    team = folder / "team.toml"
    team.write_text(team.read_text("utf-8").replace('"high"', '"hihg"'), "utf-8")
    paths = sorted(path.relative_to(tmp_path).as_posix() for path in folder.iterdir())
    status, printed = typed(run, command.replace("checklists/*.toml", " ".join(paths)))
    assert (status, printed) == (1, shown)


def test_the_log_shows_the_hash_of_an_event():
    ((command, shown),) = blocks(LOG.read_text("utf-8"))
    text = re.fullmatch(r"printf '%s' '(.*)' \| sha256sum", command)[1]
    assert shown == f"{hashlib.sha256(text.encode()).hexdigest()}  -\n"


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize("suffix", ["jsonl", "json"])
def test_the_page_about_several_people_shows_what_git_merges(tmp_path, suffix):
    steps_of_page = list(blocks(SEVERAL.read_text("utf-8")))
    (driver,) = [command for command, _ in steps_of_page if command.startswith("git config")]
    (merging,) = [place for place, (command, _) in enumerate(steps_of_page) if command.startswith("git merge")]
    (merge, merged), (check, checked) = steps_of_page[merging : merging + 2]
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {
        "HOME": str(tmp_path),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONPATH": str(Path(servingchecklist.__file__).parents[1]),
    }

    def ran(command):
        command = command.replace("fraud-v3.jsonl", path.name)
        arguments = [word.replace("servingchecklist merge", f"{PROGRAM} merge") for word in shlex.split(command)]
        if arguments[0] == "servingchecklist":
            arguments[:1] = [sys.executable, "-m", "servingchecklist"]
        return subprocess.run(arguments, cwd=tmp_path, env=env, check=True, capture_output=True, text=True).stdout

    def commit(launch):
        write(launch, path)
        ran("git add .")
        ran("git commit --quiet --message a")

    path = tmp_path / "launches" / f"fraud-v3.{suffix}"
    path.parent.mkdir()
    (line,) = [command for command, _ in steps_of_page if f"*.{suffix} merge" in command]
    _, attributes, _, where = shlex.split(line)
    (tmp_path / where).write_text(f"{attributes}\n", "utf-8")
    ran("git init --quiet --initial-branch main")
    if suffix == "json":  # lines need no driver
        ran(driver)
    ran("git config user.name a")
    ran("git config user.email a@example.com")
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=march(2)).finish(
        "c1", by="a", at=march(3)
    )
    commit(launch)
    ran("git checkout --quiet -b serving-team")
    commit(launch.begin("c2", by="serving-team", at=march(5)))
    ran("git checkout --quiet main")
    commit(launch.begin("c3", by="data-science", at=march(4)).finish("c3", by="data-science", at=march(6)))
    assert_shown(merged.replace("fraud-v3.jsonl", path.name), ran(merge), merge)
    assert ran(check) == checked.replace("fraud-v3.jsonl", path.name)


def test_the_pages_about_files_show_what_check_prints(run, tmp_path):
    for step in blocks(OWN.read_text("utf-8")):
        status, printed = typed(run, step[0])
        assert (status, printed) == (0, step[1])
    (step, exit_status) = [step for step in blocks(UNTRUSTED.read_text("utf-8")) if step[1]]
    tasks = [Task("a", "A"), Task("b", "B", effort=Effort(1, 1))]
    write(Checklist("team", "Team", phases=[Phase("p", "P", tasks=tasks)]), tmp_path / "team.toml")
    text = (tmp_path / "team.toml").read_text("utf-8")
    (tmp_path / "team.toml").write_text(text.replace('"1 day"', '"soon"'), "utf-8")
    status, printed = typed(run, step[0])
    assert printed == step[1]
    assert exit_status == ("echo $?", f"{status}\n")


def test_the_page_about_steps_shows_what_tick_prints(run, tmp_path):
    text = STEPS.read_text("utf-8")
    (tmp_path / "alerts.toml").write_text(re.search(r'"""\n(.*?)"""', text, re.DOTALL)[1], "utf-8")
    run("start", "fraud-v3", "--checklist", "alerts.toml", "--by", "ml-platform")
    ((command, shown),) = blocks(text)
    assert typed(run, command) == (0, shown)


def test_the_page_about_upgrades_shows_what_replaces_a_bundled_overlay(run, tmp_path):
    kept = ROOT / "examples" / "versions" / "assistant-2026.1.toml"
    shutil.copy(kept, tmp_path)
    status, shown_at_all = None, 0
    for command, shown in blocks(UPGRADES.read_text("utf-8")):
        if command == "echo $?":
            assert f"{status}\n" == shown
            continue
        status, printed = typed(run, command)
        shown_at_all += 1
        assert_shown(shown, printed, command)
    assert (status, shown_at_all) == (0, 4)
    made = read(tmp_path / "assistant-2026.2.toml", kind=Checklist)
    bundled, (old_llm, team, _) = catalog.overlay("llm-serving"), read(kept, kind=Checklist).layers
    assert [layer.id for layer in made.layers] == [old_llm.id, team.id, "context"]
    assert made.layers[0] == bundled
    chosen = {choice.facet: choice.values for choice in made.context}
    assert made == for_context(tailor(model_serving(), bundled, read(tmp_path / "assistant-2.toml")), chosen)


def test_the_first_screen_of_the_readme_shows_what_its_commands_print(run):
    for command, shown in blocks(README.read_text("utf-8")):
        status, out, err = run(*shlex.split(command)[1:])
        assert (status, out + err) == (0, shown)


def test_the_page_about_dates_shows_what_is_refused_and_takes_what_it_lists(run):
    days, times = DATES.read_text("utf-8").split("## Times")
    for command, shown in blocks(days):
        assert typed(run, command) == (2, shown)
    for table, parse in ((days, day), (times.split("A day alone")[0], timestamp)):
        listed = re.findall("^\\| (.*?) \\|", table, re.MULTILINE)
        texts = [text for cell in listed for text in re.findall("`(.*?)`", cell) if "behind it" not in cell]
        assert len(texts) > 9
        for text in texts:
            assert parse(text)


def test_the_page_about_kpis_shows_how_no_test_may_fail(run, tmp_path):
    _, section = KPIS.read_text("utf-8").split("## Ask that nothing fails\n")
    (kpis,) = re.findall(r"^```toml\n(.*?)^```", section.split("\n## ")[0], re.DOTALL | re.MULTILINE)
    criterion = Criterion("pass", "All tests pass", kpis=["tests", "tests-not-run"])
    phases = [Phase("p", "P", tasks=[Task("a", "A", criteria=[criterion], gates=["go-live"])])]
    gates = [GateDefinition("go-live", "Go live")]
    listed = [Kpi(**{**kpi, "binds": []}) for kpi in tomllib.loads(kpis)["kpis"]]
    write(Checklist("team", "Team", phases=phases, kpis=listed, gates=gates), tmp_path / "team.toml")
    (tmp_path / "report.xml").write_text(suite('<testcase name="a"/>'), "utf-8")
    run("start", "fraud-v3", "--checklist", "team.toml", "--by", "ci")
    run("finish", "a", "--by", "ci")
    _, (add, _) = blocks(section.split("\n## ")[0])
    assert run(*shlex.split(add)[1:4], "--by", "ci")[0] == 0
    assert run("gate", "fraud-v3", "go-live")[0] == 4
    assert run(*shlex.split(add)[1:], "--by", "ci")[0] == 0
    assert run("gate", "fraud-v3", "go-live")[0] == 0


def test_the_reference_has_every_command_and_every_option():
    text = REFERENCE.read_text("utf-8")
    described = re.findall(r"^`([a-z-]+)[ `]|`, `([a-z-]+) ", text, re.MULTILINE)
    commands = parsers()
    assert {first or second for first, second in described} >= set(commands) - {"help", "version"}
    options = {flag for parser in commands.values() for action in parser.actions for flag in action.option_strings}
    long = {flag for flag in options if flag.startswith("--")}
    assert long - set(re.findall(r"--[a-z0-9-]+", text)) - {"--help"} <= {"--format", "--output", "--quiet"}


def test_the_reference_has_every_format_of_render():
    (text,) = re.findall(r"^`render \[-f FORMAT\].*?\n\n", REFERENCE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"`([a-z]+)`", text)) >= set(FORMATS)


def test_every_option_for_the_file_to_write_has_the_same_names():
    options = {
        tuple(action.option_strings)
        for parser in parsers().values()
        for action in parser.actions
        if "-o" in action.option_strings
    }
    assert options == {("-o", "--out", "--output")}


def test_no_other_console_block_shows_output():
    written = [page for page in ROOT.glob("docs/**/*.md") if page.parent.name != "guides"]  # tests/guides has those
    for page in [*ROOT.glob("*.md"), *written, *ROOT.glob("examples/**/*.md")]:
        shown = [shown for _, shown in blocks(page.read_text("utf-8")) if shown and not shown.startswith("> ")]
        assert page in HELD or not shown, page
    showing = {heading for heading, text in sections().items() if any(shown for _, shown in blocks(text))}
    assert showing == {
        "See what there is",
        "Ask what is next",
        "Tailor a checklist",
        "Work a launch",
        "See the status",
        "Forecast the date",
        "Upgrade a checklist",
        "Check files",
    }
