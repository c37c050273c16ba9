"""Run pytest once for many mutants: each is tried in a fork of the process that has collected the tests.

The code of the changed functions is replaced there, and only the tests that run the changed lines are run, the shortest first. What no
fork notices is tried again by the driver from the start, and so is what runs at import, where a fork comes too late.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType, FunctionType

import coverage
import pytest

PATH, PROCESSES = Path(os.environ.get("MUTANTS", "")), int(os.environ.get("MUTANTS_PROCESSES", "1"))

OUT_OF_TIME = (signal.SIGALRM, signal.SIGXCPU)
"""The signals that end a process which exceeds a time limit."""


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
    # Functions of examples in docstrings have the path of the module too.
    all_functions = [each for each in gc.get_objects() if type(each) is FunctionType]
    functions = [each for each in all_functions if each.__code__.co_filename == path and _place(each.__code__) in codes]
    for function in functions:
        try:
            function.__code__ = codes[_place(function.__code__)]
        except ValueError:  # the change has removed the last use of a variable from outside
            return False
    return bool(functions)


def import_changed(name: str, path: str, source: str) -> bool:
    """Import a module from a changed source; False if it has been imported already."""
    package, _, last = name.rpartition(".")
    import_module(package)
    if name in sys.modules:
        return False
    sys.modules[name] = module = module_from_spec(spec_from_file_location(name, path))
    setattr(sys.modules[package], last, module)
    exec(compile(source, path, "exec"), vars(module))
    return True


def _place(code: CodeType) -> tuple[object, ...]:
    return code.co_qualname, *code.co_positions()  # equality fails where the interpreter has specialized one of two


def _in_fork(work) -> bytes:
    """Return the bytes that a function returns in a fork; none if it fails, and b"time" if it exceeds its time limit."""
    with TemporaryFile() as result:
        if not (child := os.fork()):
            try:
                os.setsid()
                os.write(result.fileno(), work())
                os._exit(0)
            finally:
                os._exit(1)
        status = os.waitpid(child, 0)[1]
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what its tests have started
        result.seek(0)
        if -os.waitstatus_to_exitcode(status) in OUT_OF_TIME:
            return b"time"
        return b"" if status else result.read()


def limit_time(seconds: float) -> None:
    """End this process where it takes much longer than that.

    What counts is the time of the processor, which a loaded machine does not change; by the clock ends only what waits forever.
    """
    cpu = int(30 + 5 * seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    signal.alarm(300 + 20 * int(seconds))


def _run(session: pytest.Session, items: list[pytest.Item], before=lambda item: None) -> pytest.Item | None:
    """Return the first test that fails."""
    for item, following in zip(items, [*items, None][1:], strict=True):
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


def _result(session: pytest.Session, mutant: dict, lines: dict, seconds: dict[str, float]) -> str:
    """Return "noticed", "time" or "survives", or "untried" where a fork comes too late for a mutant."""
    path, source = mutant["path"], mutant["source"]
    name = ".".join(["servingchecklist", *Path(mutant["module"]).with_suffix("").parts]).removesuffix(".__init__")
    items = sorted(session.items, key=lambda item: seconds[item.nodeid])
    runs = lines.get(path, {})
    of_module = {test for tests in runs.values() for test in tests}
    of_lines = {test for line in range(mutant["line"], mutant["end"] + 1) for test in runs.get(str(line), ())}

    def work() -> bytes:
        if import_changed(name, path, source):
            chosen = of_module
        elif replace_functions(path, source):
            chosen = of_lines
        else:
            return b"untried"
        chosen = [item for item in items if item.nodeid in chosen]
        limit_time(sum(seconds[item.nodeid] for item in chosen))
        return b"untried" if not chosen else b"noticed" if _run(session, chosen) else b"survives"

    return _in_fork(work).decode() or "noticed"  # also by the end of the process


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Write the result of each mutant; the name of a test instead if it fails without any change."""
    if not PATH.name:
        return None
    measured = json.loads(_in_fork(lambda: _measure(session)) or '""')
    if isinstance(measured, str):
        PATH.with_suffix(".failed").write_text(measured, "utf-8")
        return True
    lines, seconds = measured
    PATH.with_suffix(".seconds").write_text(str(sum(seconds.values())), "utf-8")
    mutants = json.loads(PATH.read_text("utf-8"))
    workers = []
    for number in range(PROCESSES):
        if not (worker := os.fork()):
            results = [_result(session, mutant, lines, seconds) for mutant in mutants[number::PROCESSES]]
            PATH.with_suffix(f".{number}").write_text(json.dumps(results), "utf-8")
            os._exit(0)
        workers.append(worker)
    for worker in workers:
        os.waitpid(worker, 0)
    return True


if __name__ == "__main__":
    if "MUTANTS_SECONDS" in os.environ:
        limit_time(float(os.environ["MUTANTS_SECONDS"]))
    raise SystemExit(pytest.main(sys.argv[1:], [sys.modules[__name__]]))
