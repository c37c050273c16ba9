"""The session that changes the source to see which tests notice, and the time limit of a single test."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mutants.driver import PACKAGE, ROOT, TABLE, equivalents, mutants_of, room_tests

MODULES = [str(path.relative_to(ROOT / PACKAGE)) for path in sorted((ROOT / PACKAGE).rglob("*.py"))]

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


@pytest.mark.parametrize("module", [name for name in MODULES if name not in TABLE["untried"]])
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


def test_a_test_that_loops_ends_and_is_named(tmp_path):
    (tmp_path / "test_loop.py").write_text("def test_that_loops():\n    while True:\n        pass\n", "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")]
    command += ["--rootdir", str(tmp_path), "-o", "faulthandler_timeout=1", str(tmp_path)]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode != 0
    assert "in test_that_loops" in found.stderr
