"""Run pytest once for many mutants: each is tried in a fork of the process that has collected the tests.

The code of the changed functions is replaced there, and only the tests that run the changed lines are run, the shortest first. What no
fork notices is tried again by the driver from the start, and so is what runs at import, where a fork comes too late.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType, FunctionType

import coverage
import pytest

PATH, PROCESSES = Path(os.environ.get("MUTANTS", "")), int(os.environ.get("MUTANTS_PROCESSES", "1"))


def _codes(code: CodeType):
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _same_at_import(old: CodeType, new: CodeType) -> bool:
    own = [[const for const in code.co_consts if not isinstance(const, CodeType)] for code in (old, new)]
    return bool(old.co_flags & 1) or (old.co_code == new.co_code and list(map(repr, own[0])) == list(map(repr, own[1])))


def replace_functions(path: str, source: str) -> bool:
    """Give all functions of a module the code of a changed source; False if it would differ at import, or in its functions."""
    old, new = (list(_codes(compile(text, path, "exec"))) for text in (Path(path).read_text("utf-8"), source))
    if [code.co_qualname for code in old] != [code.co_qualname for code in new] or not all(
        map(_same_at_import, old, new)
    ):
        return False
    codes = {_place(before): after for before, after in zip(old, new, strict=True)}
    functions = [each for each in gc.get_objects() if type(each) is FunctionType and each.__code__.co_filename == path]
    for function in functions:
        try:
            function.__code__ = codes[_place(function.__code__)]
        except (KeyError, ValueError):  # the change has removed the last use of a variable from outside
            return False
    return bool(functions)


def _place(code: CodeType) -> tuple[object, ...]:
    return code.co_qualname, *code.co_positions()  # equality fails where the interpreter has specialized one of two


def _in_fork(work, limit: float | None = None) -> bytes | None:
    """Return the bytes that a function returns in a fork; None if it fails or takes longer than the limit in seconds."""
    with TemporaryFile() as result:
        if not (child := os.fork()):
            try:
                os.setsid()
                null = os.open(os.devnull, os.O_RDWR)
                os.dup2(null, 1)
                os.dup2(null, 2)
                os.write(result.fileno(), work())
                os._exit(0)
            finally:
                os._exit(1)
        end = time.monotonic() + (limit or 3600)
        pause = 0.001
        while not (status := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < end:
            time.sleep(pause := min(pause * 1.5, 0.1))
        if not status[0]:
            os.killpg(child, signal.SIGKILL)  # with the processes that its tests have started
            os.waitpid(child, 0)
            return None
        result.seek(0)
        return None if status[1] else result.read()


def _run(session: pytest.Session, items: list[pytest.Item], before=lambda item: None) -> pytest.Item | None:
    """Return the first test that fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        before(item)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return item
    return None


def _measure(session: pytest.Session) -> bytes:
    """Return, for each file and line, the tests that run it; and the seconds of each test."""
    measured = coverage.Coverage(data_file=None, config_file=False, include=["*/src/servingchecklist/*"])
    starts = []

    def switch(item: pytest.Item) -> None:
        starts.append(time.monotonic())
        measured.switch_context(item.nodeid)

    with measured.collect():
        if failed := _run(session, session.items, switch):
            return json.dumps(failed.nodeid).encode()
    seconds = [end - start for start, end in zip(starts, [*starts[1:], time.monotonic()], strict=True)]
    data = measured.get_data()
    lines = {path: data.contexts_by_lineno(path) for path in data.measured_files()}
    return json.dumps([lines, dict(zip((item.nodeid for item in session.items), seconds, strict=True))]).encode()


def _notices(session: pytest.Session, mutant: dict, lines: dict, seconds: dict[str, float]) -> bool | None:
    """Return True if a mutant is noticed in a fork; None if it cannot be tried there."""
    runs = [lines.get(mutant["path"], {}).get(str(line), []) for line in range(mutant["line"], mutant["end"] + 1)]
    names = {name for run in runs for name in run}
    items = sorted((item for item in session.items if item.nodeid in names), key=lambda item: seconds[item.nodeid])

    def work() -> bytes:
        if not replace_functions(mutant["path"], mutant["source"]):
            return b"untried"
        return b"noticed" if _run(session, items) else b"survives"

    limit = 10 + 5 * sum(seconds[item.nodeid] for item in items)
    result = _in_fork(work, limit) if items else b"untried"
    return None if result == b"untried" else result != b"survives"


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Write whether each mutant is noticed; the name of a test instead if it fails without any change."""
    measured = json.loads(_in_fork(lambda: _measure(session)) or '""')
    if isinstance(measured, str):
        PATH.with_suffix(".failed").write_text(measured, "utf-8")
        return True
    lines, seconds = measured
    mutants = json.loads(PATH.read_text("utf-8"))
    workers = []
    for number in range(PROCESSES):
        if not (worker := os.fork()):
            results = [_notices(session, mutant, lines, seconds) for mutant in mutants[number::PROCESSES]]
            PATH.with_suffix(f".{number}").write_text(json.dumps(results), "utf-8")
            os._exit(0)
        workers.append(worker)
    for worker in workers:
        os.waitpid(worker, 0)
    return True


if __name__ == "__main__":
    raise SystemExit(pytest.main(sys.argv[1:], [sys.modules[__name__]]))
