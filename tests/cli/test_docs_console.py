"""What the documentation shows of a session on the command line is what the commands print."""

import json
import re
import shlex
from datetime import datetime
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-command-line.md"
MOMENTS = {
    "start fraud-v3": "2026-03-02T09:00Z",
    "finish c1": "2026-03-03T09:00Z",
    "assign c3": "2026-03-03T16:00Z",
    "begin c3": "2026-03-04T09:00Z",
    "block c3": "2026-03-05T09:00Z",
    "begin c1": "2026-03-06T09:00Z",
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
