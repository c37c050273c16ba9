"""Completion as a person meets it who presses TAB, in each shell that is installed."""

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import servingchecklist
from servingchecklist import Checklist, Launch, Phase, Store, Task, write
from servingchecklist.cli.parser import parsers

FOLDER = Path(servingchecklist.__file__).parent / "cli" / "completions"
SCRIPTS = {path.suffix[1:]: path.read_text("utf-8") for path in sorted(FOLDER.iterdir())}
BY = ("--by", "ml-platform")


@pytest.fixture
def offered(run):
    def offered(*words):
        status, out, err = run("__complete", *words)
        assert (status, err) == (0, "")
        return out.splitlines()

    return offered


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ne"], ["next"]),
        (["help", "cr"], ["critical-path"]),
        (["lev"], ["levers"]),
        (["levers", "--pe"], ["--people"]),
        (["next", "--l"], ["--label", "--limit"]),
        (["next", "--phase", ""], ["execution", "foundation", "launch-review"]),
        (["next", "--label", "sl"], ["slo"]),
        (["next", "--label=sl"], ["--label=slo"]),
        (["next", "--label", "=", "sl"], ["slo"]),  # as bash splits it
        (["next", "--rules", "="], ["critical-first", "phases-first", "soonest"]),
        (["next", "--role", "'ml"], ["ml platform"]),
        (["next", "--role", "ml\\ p"], ["ml platform"]),
        (["next", "--done", "c1,c3,c9"], ["c1,c3,c9"]),
        (["next", "--json", "--limit=2", "model-r"], ["model-rollback"]),
        (["render", "-f", "m"], ["markdown", "mermaid"]),
        (["status", "--format", "t"], ["tasklist", "text"]),
        (["tailor", "--with", "l"], ["llm-serving"]),
        (["done", "c9"], ["c9"]),
        (["untick", "--by", "x", "c6", "a"], ["absence", "alerts"]),
        (["tick", "c6", "absence", "al"], ["alerts"]),
        (["completion", ""], ["bash", "fish", "zsh"]),
        (["schema", "l"], ["launch"]),
        (["guide", "foundation#c2"], ["foundation#c2-identify-target-audience"]),
        # What only a person knows is left to the shell, and so is what is wrong.
        (["next", "--limit", ""], []),
        (["check", "x"], []),
        (["finish", "--by", ""], []),
        (["nxt", ""], []),
        (["list", "x"], []),
        (["next", "--gone="], []),
        (["next", "gone.toml", "--label", ""], []),
        (["next", "llm-serving", "--label", ""], []),
        (["status", "--launch", ""], []),
        ([], []),
    ],
)
def test_the_last_word_is_completed(offered, words, expected):
    assert offered(*words) == expected


def test_all_commands_are_offered(offered):
    assert offered("") == sorted([*parsers(), "help"])


def test_files_and_launches_are_those_at_hand(run, offered, tmp_path):
    phases = [Phase("p", "P", labels=["mine"], tasks=[Task("a", "A")])]
    checklist = Checklist("team", "Team", phases=phases)
    write(checklist, "team.toml")
    Path("notes.txt").touch()
    assert offered("next", "te") == ["team.toml"]
    assert offered("next", "team.toml", "--label", "") == ["mine"]
    write(Launch.start(checklist, name="x", by="a"), "x.json")
    assert offered("next", "x.json", "--phase", "") == ["p"]
    run("start", "fraud-v3", "--checklist", "team.toml", *BY)
    run("assign", "a", "--to", "ben", *BY)
    assert offered("finish", "") == ["a"]
    assert offered("next", "--owner", "") == ["ben"]
    assert offered("finish", "--launch", "") == ["fraud-v3", "team.toml", "x.json"]
    run("start", "ads-v1", "--store", "ads.db", *BY)
    assert offered("finish", "--store", "ads.db", "--launch", "ads-v1", "c9") == ["c9"]
    assert offered("finish", "--store=ads.db", "--launch", "a") == ["ads-v1"]


def test_it_touches_no_store(run, offered, tmp_path):
    assert offered("finish", "--store", "gone.db", "c9") == []
    for content in (b"", b"no store"):
        (tmp_path / "empty.db").write_bytes(content)
        assert offered("finish", "--store", "empty.db", "") == []
        assert offered("finish", "--store", "empty.db", "--launch", "") == []
        assert (tmp_path / "empty.db").read_bytes() == content
    with Store(tmp_path / "launches.db"):
        pass
    before = (tmp_path / "launches.db").read_bytes()
    assert offered("finish", "c9") == ["c9"]
    assert (tmp_path / "launches.db").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"empty.db", "launches.db"}


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_of_a_shell_is_printed(run, shell):
    assert run("completion", shell) == (0, SCRIPTS[shell], "")


@pytest.fixture
def typed(tmp_path, monkeypatch):
    """Return a function that types a line in a shell and presses TAB, and returns what the terminal shows."""
    program = tmp_path / "bin" / "servingchecklist"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m servingchecklist "$@"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(Path(servingchecklist.__file__).parents[1]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("INPUTRC", "/dev/null")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.toml").touch()
    commands = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}

    pty = pytest.importorskip("pty")

    def typed(shell, line, shown):
        if not shutil.which(shell):
            pytest.skip(f"needs {shell}")
        script = tmp_path / f"completion.{shell}"
        script.write_text(SCRIPTS[shell], "utf-8")
        if shell == "fish":  # it can say what it would offer
            command = ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"]
            return subprocess.run(command, capture_output=True, check=True, text=True).stdout
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            commands[shell], stdin=follower, stdout=follower, stderr=follower, start_new_session=True
        )
        os.close(follower)
        setup = "autoload -Uz compinit; compinit -u -D; " if shell == "zsh" else ""
        try:
            os.write(leader, f"{setup}source {script}; echo rea''dy\n".encode())
            read_until(leader, "ready")
            os.write(leader, f"{line}\t".encode())
            return read_until(leader, shown)
        finally:
            process.kill()
            process.wait()
            os.close(leader)

    return typed


def read_until(terminal, mark, patience=30.0):
    """Return what a terminal shows until it shows the mark, or for so many seconds."""
    seen = b""
    end = time.monotonic() + patience
    while mark.encode() not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65_536)
    return seen.decode("utf-8", "replace")


@pytest.mark.parametrize("shell", SCRIPTS)
@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("servingchecklist crit", "critical-path"),
        ("servingchecklist next --label=aud", "--label=audience"),
        ("servingchecklist tick c6 sig", "signals"),
        ("servingchecklist next --role ml", "ml\\ platform"),
        ("servingchecklist next te", "team.toml"),
        ("servingchecklist check te", "team.toml"),
    ],
)
def test_tab_completes_in_a_shell(typed, shell, line, shown):
    shown = shown.replace("\\", "") if shell == "fish" else shown
    assert shown in typed(shell, line, shown)


def test_a_terminal_is_never_read(offered, monkeypatch):
    asked = []

    class Terminal:
        def __getattr__(self, name):
            asked.append(name)
            raise AttributeError(name)

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert offered("next", "-", "--phase", "") == offered("status", "-", "--owner", "") == asked == []
