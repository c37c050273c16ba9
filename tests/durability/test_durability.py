"""What was acknowledged is there: many writers at once, writers killed at any moment, stores made by many, stores carried over a fork.

The short runs are part of the suite. The long ones, with --slow, take some minutes.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("driver.py")


@pytest.fixture
def drive(tmp_path):
    def drive(mode, *numbers, path=tmp_path / "launches.db"):
        command = [sys.executable, DRIVER, mode, path, *map(str, numbers)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=1_000)
        print(done.stderr[-5_000:], file=sys.stderr)  # noqa: T201
        assert done.returncode == 0
        counted = json.loads(done.stdout)
        print(counted)  # noqa: T201
        return counted

    return drive


@pytest.mark.parametrize(
    ("writers", "each"), [(4, 100), pytest.param(8, 12_500, marks=pytest.mark.slow)], ids=["short", "long"]
)
def test_no_acknowledged_event_of_many_writers_is_lost(drive, writers, each):
    counted = drive("write", writers, each)
    assert counted["failed"] == 0
    assert counted["acknowledged"] == counted["found"] == writers * each
    assert counted["besides"] == writers + 1  # each launch has its start besides
    assert counted["integrity"] == ["ok"]


@pytest.mark.parametrize("kills", [25, pytest.param(2_000, marks=pytest.mark.slow)], ids=["short", "long"])
def test_no_acknowledged_event_of_killed_writers_is_lost(drive, tmp_path, kills):
    folder = tmp_path / "store"
    folder.mkdir()
    counted = drive("kill", kills, 2026, path=folder / "launches.db")
    assert counted["kills"] == kills
    assert counted["while_saving"] > 0
    assert counted["acknowledged"] > 0
    assert counted["found"] == counted["acknowledged"]
    assert counted["bad"] == []
    assert counted["checks"] > kills / 50
    assert counted["integrity"] == ["ok"]
    assert counted["files"] == ["launches.db"]  # nothing is left behind


@pytest.mark.parametrize("rounds", [25, pytest.param(1_000, marks=pytest.mark.slow)], ids=["short", "long"])
def test_a_store_whose_maker_was_killed_can_be_used(drive, tmp_path, rounds):
    counted = drive("kill-makers", rounds, 2026, path=tmp_path)
    assert rounds / 5 <= counted["acknowledged"] <= counted["made"] <= rounds
    assert counted["found"] == counted["acknowledged"]
    assert counted["sound"] == counted["used"] == counted["rounds"] == rounds


@pytest.mark.parametrize("rounds", [10, pytest.param(500, marks=pytest.mark.slow)], ids=["short", "long"])
def test_processes_that_make_the_same_store_at_once_all_succeed(drive, tmp_path, rounds):
    counted = drive("make", 4, rounds, path=tmp_path)
    assert counted == {"failed": 0, "acknowledged": 4 * rounds, "found": 4 * rounds, "sound": rounds}


@pytest.mark.parametrize("children", [30, pytest.param(300, marks=pytest.mark.slow)], ids=["short", "long"])
def test_a_store_goes_on_on_both_sides_of_a_fork(drive, children):
    counted = drive("fork", children)
    assert counted["ended"] == {"-9": children / 3, "0": children * 2 / 3}
    assert counted["by_parent"] > 0
    assert counted["acknowledged"] == counted["by_parent"] + children * 7 / 3
    assert counted["found"] == counted["acknowledged"]
    assert counted["integrity"] == ["ok"]
