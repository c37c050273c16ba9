"""The session that changes the source to see which tests notice, and the time limit of a single test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from mutants import driver
from mutants.driver import MODULES, PACKAGE, ROOT, compiles, equivalents, mutants_of, room_tests
from mutants.plugin import OUT_OF_TIME, _in_fork, replace_functions

SOURCE = '''
def clamp(value: int = 3, most=dict(a=1)) -> int:
    """Not more than 9."""
    assert value > 0
    if not value and value <= 9 or value in (1,):
        log.append(f"{value + 1}")
        self.value = 2.5
        return True
    return [one * 2 for one in value if one is not None]
'''
CHANGED = [
    "def clamp(value: int = 4, most=dict(a=1)) -> int:",
    "def clamp(value: int = 3, most=dict()) -> int:",
    "def clamp(value: int = 3, most=dict(a=2)) -> int:",
    "if (not (not value and value <= 9 or value in (1,))):",
    "if ((not value and value <= 9) and value in (1,)):",
    "if (not value or value <= 9) or value in (1,):",
    "if (value) and value <= 9 or value in (1,):",
    "if not value and (value < 9) or value in (1,):",
    "if not value and value <= 10 or value in (1,):",
    "if not value and value <= 9 or (value not in (1,)):",
    "if not value and value <= 9 or value in (2,):",
    "pass",
    "pass",
    "self.value = 3.5",
    "return None",
    "return False",
    "return None",
    "return [(one + 2) for one in value if one is not None]",
    "return [one * 3 for one in value if one is not None]",
    "return [one * 2 for one in value if (not (one is not None))]",
    "return [one * 2 for one in value if (one is None)]",
]


def test_what_runs_is_changed_in_one_place_at_a_time():
    assert [mutant.after for mutant in mutants_of("x.py", SOURCE)] == CHANGED


@pytest.mark.parametrize("module", MODULES)
def test_each_module_has_tests_that_can_notice(module):
    *tests, docstrings = room_tests(module)
    assert tests
    assert all((ROOT / test).exists() for test in [*tests, docstrings])


def test_what_is_set_aside_is_still_a_mutant_of_the_source():
    known = {
        (module, mutant.before, mutant.after)
        for module in {module for module, *_ in equivalents()}
        for mutant in mutants_of(module, (ROOT / PACKAGE / module).read_text("utf-8"))
    }
    assert set(equivalents()) <= known
    assert all(equivalents().values())


def test_what_is_no_source_is_left_out():
    (mutant,) = mutants_of("x.py", "f(\n  1,\n  a=2)[0]\n")[-1:]
    assert compiles(mutant)
    assert not compiles(mutant._replace(source="if (\n"))


def test_a_room_that_does_not_exist_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["driver.py", "--room", "_launch", "--room", "_lunch"])
    with pytest.raises(SystemExit) as found:
        driver.main()
    assert found.value.code == 2
    assert "there is no module whose path begins with _lunch" in capsys.readouterr().err


FUNCTIONS = """
LIMIT = 3

class Box:
    def open(self, most=LIMIT):
        return [one for one in range(9) if one < most]

def outer(value):
    return lambda: value
"""


def in_use(path):
    path.write_text(FUNCTIONS, "utf-8")
    names = {}
    exec(compile(FUNCTIONS, str(path), "exec"), names)
    assert [names["Box"]().open() for _ in range(99)][-1] == [0, 1, 2]  # so often that the interpreter specializes it
    return names


def test_functions_that_are_in_use_already_are_changed(tmp_path):
    path = tmp_path / "box.py"
    names = in_use(path)
    box, bound, inner = names["Box"](), names["Box"]().open, names["outer"](1)
    changed = FUNCTIONS.replace("one < most", "one <= most").replace("value\n", "value + 1\n")
    assert replace_functions(str(path), changed)
    assert (box.open(), bound(), inner()) == ([0, 1, 2, 3], [0, 1, 2, 3], 2)


@pytest.mark.parametrize(
    ("before", "after"), [("= 3", "= 4"), ("most=LIMIT", "most=2"), ("Box", "Bag"), ("lambda: value", "lambda: 2")]
)
def test_what_a_fork_cannot_change_is_not_tried_there(before, after, tmp_path):
    path = tmp_path / "box.py"
    names = in_use(path)
    assert names["outer"](1)() == 1
    inner = names["outer"](1)
    assert not replace_functions(str(path), FUNCTIONS.replace(before, after))
    del inner


def test_what_ends_by_a_time_limit_is_told_from_what_fails():
    results = {limit: _in_fork(lambda limit=limit: os.kill(os.getpid(), limit)) for limit in OUT_OF_TIME}
    assert results == {signal.SIGALRM: b"time", signal.SIGXCPU: b"time"}
    assert [_in_fork(lambda: b"survives"), _in_fork(lambda: 1 // 0)] == [b"survives", b""]


def test_a_test_that_loops_ends_and_is_named(tmp_path):
    (tmp_path / "test_loop.py").write_text("def test_that_loops():\n    while True:\n        pass\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(tmp_path), "-o", "faulthandler_timeout=1", str(tmp_path)]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode != 0
    assert "in test_that_loops" in found.stderr
