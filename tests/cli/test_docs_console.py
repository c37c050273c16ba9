"""What the documentation shows of a session on the command line is what the commands print."""

import json
import re
import shlex
from datetime import datetime
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import attrs
import pytest

from servingchecklist import Effort, Priority, model_serving, write

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-command-line.md"
MOMENTS = {
    "start fraud-v3": "2026-03-02T09:00Z",
    "finish c1": "2026-03-03T09:00Z",
    "assign c3": "2026-03-03T16:00Z",
    "begin c3": "2026-03-04T09:00Z",
    "block c3": "2026-03-05T09:00Z",
    "begin c1": "2026-03-06T09:00Z",
    "move fraud-2.toml": "2026-03-07T09:00Z",
}
"""When the page has each of these recorded, as the log that it shows says. It was now when it was written."""


def steps(section):
    """The commands in the console blocks of a section, each with what the page shows of its output."""
    text = PAGE.read_text("utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for step in block.removeprefix("$ ").split("\n$ "):
            command, _, shown = step.partition("\n")
            yield command, shown and f"{shown.rstrip()}\n"


def typed(run, command):
    """What a command of the page prints, whatever picks a part of its JSON included."""
    command, _, picked = command.partition(" | jq -r ")
    program, *arguments = shlex.split(command, comments=True)
    assert program == "servingchecklist"
    moment = MOMENTS.get(" ".join(arguments[:2]))
    status, out, err = run(*arguments, *(("--at", moment) if moment else ()))
    if picked:
        found = json.loads(out)
        for name in picked.removeprefix(".").split("."):
            found = found[name]
        out = f"{found}\n"
    return status, out + err


@pytest.fixture
def worked(run):
    """The launch of the page, worked as the page says; what the moves print is held against it on the way."""
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
    assert len(shown_at_all) == 4
    for command, shown in shown_at_all:
        status, printed = typed(worked, command)
        # A checklist is told as of the day on which somebody asks.
        today = f"as of {datetime.now().astimezone():%Y-%m-%d}"
        expected = shown if "--launch" in command else re.sub(r"as of [\d-]+", today, shown)
        assert status == 0
        assert OutputChecker().check_output(expected, printed, ELLIPSIS), f"$ {command}\n{printed}"


def test_the_page_shows_how_the_launch_stands(worked):
    shown = dict(steps("See how it stands"))["servingchecklist status"]
    status, printed, _ = worked("status", "--at", "2026-03-06T09:00Z")
    assert status == 0
    assert OutputChecker().check_output(shown, printed, ELLIPSIS), printed


def edition():
    """What the page calls next.toml: c3 has another priority, and c9 another effort."""
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
    for section in ("Make it yours", "Take the next edition"):
        for command, shown in steps(section):
            if command == "echo $?":
                assert f"{status}\n" == shown
                continue
            status, printed = typed(worked, command)
            shown_at_all += bool(shown)
            assert OutputChecker().check_output(shown or "...", printed, ELLIPSIS), f"$ {command}\n{printed}"
    assert shown_at_all == 10


def test_the_page_shows_what_list_prints(run):
    ((command, shown),) = [(command, shown) for command, shown in steps("See what there is") if " list" in command]
    assert typed(run, command) == (0, shown)
