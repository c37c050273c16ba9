"""Make small changes to the source, and report those that no test of the changed module notices.

Mutmut 3 changes no decorated function, no class attribute and no module level, which here is where the checks of fields and most public
functions are; cosmic-ray has one test command for all modules, and changes the working tree. What is left to write is short.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

import pytest

ROOT, PACKAGE = Path(__file__).parents[2], Path("src/servingchecklist")
TABLE = tomllib.loads((Path(__file__).parent / "mutants.toml").read_text(encoding="utf-8"))

MODULES = [str(path.relative_to(ROOT / PACKAGE)) for path in sorted((ROOT / PACKAGE).rglob("*.py"))]
MODULES = [name for name in MODULES if name not in TABLE["untried"]]

TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
UNTRIED = ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom  # and no text: the snapshots hold the words
UNSEEN = re.compile(
    r"\w+: TypeAlias|(el)?if TYPE_CHECKING|assert_never\(|strict=|lru_cache\("
)  # types, and what saves time
AGAIN = ("survives", "untried")
"""The results in a fork of what is tried again from the start, since some runs at import."""


class Mutant(NamedTuple):
    """A change to a module: the first and the last line, the lines before and after as one, and the changed source."""

    module: str
    line: int
    end: int
    before: str
    after: str
    source: str


def _nodes(node: ast.AST):
    """Yield what runs: no annotations, decorators, assertions, nor what only type checkers read."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if name in ("annotation", "returns", "decorator_list") or not isinstance(child, ast.AST):
                continue
            if not isinstance(child, UNTRIED) and not UNSEEN.match(ast.unparse(child)):
                yield child
                yield from _nodes(child)


def _changed(node: ast.AST, **fields) -> str:
    return ast.unparse(type(node)(**(vars(node) | fields)))


def _replacements(node: ast.AST):
    """Yield what is replaced, the node or a part of it, and the new text."""
    match node:
        case ast.Compare() if "EPSILON" not in ast.unparse(node):  # no number lies just at a tolerance
            for place, op in enumerate(node.ops):
                yield node, f"({_changed(node, ops=[*node.ops[:place], TURNED[type(op)](), *node.ops[place + 1 :]])})"
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in TURNED:
            yield node, f"({_changed(node, op=TURNED[type(op)]())})"
        case ast.UnaryOp(op=ast.Not()):
            yield node, f"({ast.unparse(node.operand)})"
        case ast.Constant(value=bool()):
            yield node, str(not node.value)
        case ast.Constant(value=int() | float()):
            yield node, str(node.value + 1)
        case ast.If() | ast.While() | ast.IfExp():
            yield node.test, f"(not ({ast.unparse(node.test)}))"
        case ast.comprehension():
            yield from ((test, f"(not ({ast.unparse(test)}))") for test in node.ifs)
        case ast.Call():
            for word in [word for word in node.keywords if word.arg != "strict"]:
                yield node, _changed(node, keywords=[other for other in node.keywords if other is not word])
            if len(node.args) > 1:
                yield node, _changed(node, args=node.args[:-1])
        case ast.Return(value=ast.expr()) if ast.unparse(node.value) not in ("None", "False", "()"):
            yield node, "return None"
        case ast.Expr() if not isinstance(node.value, ast.Constant):
            yield node, "pass"
        case ast.AugAssign() | ast.Delete() | ast.Raise() | ast.Continue() | ast.Break():
            yield node, "pass"
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript(), *_]):
            yield node, "pass"


def mutants_of(module: str, source: str) -> list[Mutant]:
    """Return all mutants of a module, of which some may not compile."""
    lines = source.encode().splitlines(keepends=True)  # columns are counted in bytes
    mutants = {}
    for target, text in (pair for node in _nodes(ast.parse(source)) for pair in _replacements(node)):
        first, last = target.lineno - 1, target.end_lineno
        whole = b"".join(lines[first:last])
        end = len(whole) - len(lines[last - 1]) + target.end_col_offset
        new = whole[: target.col_offset] + text.encode() + whole[end:]
        changed = b"".join([*lines[:first], new, *lines[last:]]).decode()
        before, after = (" ".join(side.decode().split()) for side in (whole, new))
        mutants.setdefault(changed, Mutant(module, target.lineno, last, before, after, changed))
    return list(mutants.values())


def shown(mutant: Mutant) -> str:
    """Return a mutant for people: its place, and the lines before and after."""
    return f"{PACKAGE / mutant.module}:{mutant.line}\n- {mutant.before}\n+ {mutant.after}"


def compiles(mutant: Mutant) -> bool:
    """Return False for the few that are no source: a bare condition does not stand everywhere."""
    try:
        ast.parse(mutant.source)
    except SyntaxError:
        return False
    return True


@cache  # they stay the same while it runs, whatever is written to the folder
def room_tests(module: str) -> list[str]:
    """Return the tests of a module, those of its own name first, and at the end the docstrings of its room."""
    room, stem = module.partition("/")[0], Path(module).stem.strip("_")
    name = room.removesuffix(".py").strip("_")
    named = (tests for prefix, tests in TABLE["tests"].items() if module.startswith(prefix))
    entries = [ROOT / entry for entry in next(named, [f"tests/{name}", f"tests/test_{name}.py"])]
    files = [file for entry in entries for file in (sorted(entry.glob("test_*.py")) or [entry]) if file.exists()]
    tests = dict.fromkeys(str(file.relative_to(ROOT)) for file in files)
    return [*sorted(tests, key=lambda test: stem.rstrip("s") not in test), str(PACKAGE / room)]


def equivalents() -> dict[tuple[str, str, str], str]:
    """Return the reviewed mutants that change nothing a caller can see, with the reasons."""
    return {tuple(mutant): group["reason"] for group in TABLE["equivalent"] for mutant in group["mutants"]}


def run(tree: Path, tests: list[str], **variables: str) -> tuple[str, str]:
    """Run tests in a tree, with plugin.py; return "survives" if they pass, else "noticed" or "time", and the output."""
    env = (
        os.environ
        | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        | variables
    )
    command = [sys.executable, str(Path(__file__).with_name("plugin.py")), "-xq", "--hasty", "--tb=no"]
    command += ["-p", "no:cacheprovider", "-o", "faulthandler_timeout=0", *tests]
    with tempfile.TemporaryFile() as output:  # no pipe, which a process that a test has started could keep open
        process = subprocess.Popen(command, cwd=tree, env=env, stdout=output, stderr=output, start_new_session=True)
        status = process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what its tests have started
        output.seek(0)
        text = output.read().decode(errors="replace")
    if -status in (signal.SIGALRM, signal.SIGXCPU):
        return "time", text
    return "survives" if status in (0, pytest.ExitCode.NO_TESTS_COLLECTED) else "noticed", text


def forked(tree: Path, tests: list[str], mutants: list[Mutant], processes: int) -> tuple[list[tuple[Mutant, str]], str]:
    """Return each mutant with its result in a fork of one run of the tests, and the seconds that these take; see plugin.py."""
    path = tree / "mutants.json"
    changes = [mutant._asdict() | {"path": str(tree / PACKAGE / mutant.module)} for mutant in mutants]
    path.write_text(json.dumps(changes), encoding="utf-8")
    output = run(tree, tests, MUTANTS=str(path), MUTANTS_PROCESSES=str(processes))[1]
    if (failed := path.with_suffix(".failed")).exists():
        raise SystemExit(f"this fails without any change: {failed.read_text(encoding='utf-8') or output}")
    pairs = []
    for number in range(processes):
        results = path.with_suffix(f".{number}")
        pairs += zip(mutants[number::processes], json.loads(results.read_text(encoding="utf-8")), strict=True)
        results.unlink()
    return pairs, path.with_suffix(".seconds").read_text(encoding="utf-8")


def tried_again(mutant: Mutant, trees: SimpleQueue, kills: Counter, seconds: dict[frozenset[str], str]) -> str:
    """Return the result of a mutant in a run of its own; files that have noticed the most are tried first."""
    tree = trees.get()
    path = tree / PACKAGE / mutant.module
    saved = path.rename(path.with_suffix(".saved"))  # with its time, which its bytecode is known by
    path.write_text(mutant.source, encoding="utf-8")
    tests = sorted(room_tests(mutant.module), key=lambda test: -kills[test])
    for part in filter(None, (tests[:2], tests[2:])):  # most are noticed by the first, before the rest is collected
        result, output = run(tree, part, MUTANTS_SECONDS=seconds[frozenset(tests)])
        kills.update(re.findall(r"^(?:FAILED|ERROR) ([^:\s]+)", output, re.MULTILINE))
        if result != "survives":
            break
    saved.replace(path)
    trees.put(tree)
    print({"survives": f"\n{shown(mutant)}\n", "time": "t"}.get(result, "."), end="", flush=True)
    return result


def main() -> int:
    """Run a sample; the exit status is 1 if a mutant survives."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=100, help="the number of mutants")
    parser.add_argument("--room", action="append", help="a folder or a module of the package; repeat for several")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if unknown := [room for room in options.room or [] if not any(name.startswith(room) for name in MODULES)]:
        parser.error(f"there is no module whose path begins with {', '.join(unknown)}")
    names = [name for name in MODULES if name.startswith(tuple(options.room or [""]))]
    mutants = [
        mutant for name in names for mutant in mutants_of(name, (ROOT / PACKAGE / name).read_text(encoding="utf-8"))
    ]
    random.Random(options.seed).shuffle(mutants)
    sample = list(islice(filter(compiles, mutants), options.sample))
    tried = [mutant for mutant in sample if (mutant.module, mutant.before, mutant.after) not in equivalents()]
    trees, kills, seconds = SimpleQueue(), Counter(), {}
    ignored = shutil.ignore_patterns(".git", ".nox", ".venv", "_build", ".hypothesis", ".*_cache", "__pycache__")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.processes) as pool:
        for number in range(options.processes):
            trees.put(shutil.copytree(ROOT, Path(folder, str(number)), ignore=ignored))
        rooms = {}
        for mutant in tried:
            rooms.setdefault(tuple(sorted(room_tests(mutant.module))), []).append(mutant)
        results = []
        for tests, group in rooms.items():
            start = time.monotonic()
            pairs, seconds[frozenset(tests)] = forked(Path(folder, "0"), list(tests), group, options.processes)
            results += pairs
            left = sum(result in AGAIN for _, result in pairs)
            print(f"{len(group)} in forks, {left} left, {time.monotonic() - start:.0f} s", flush=True)
        again = [mutant for mutant, result in results if result in AGAIN]
        results = [pair for pair in results if pair[1] not in AGAIN]
        results += zip(again, pool.map(lambda mutant: tried_again(mutant, trees, kills, seconds), again), strict=True)
    survivors = [mutant for mutant, result in results if result == "survives"]
    noticed, aside = len(tried) - len(survivors), len(sample) - len(tried)
    by_time = sorted(mutant for mutant, result in results if result == "time")
    score = f"{noticed} of {len(tried)} noticed ({len(by_time)} by time), {noticed / max(len(tried), 1):.1%}"
    print(f"\n{score}; {aside} set aside")
    for heading, mutants in (("by time", by_time), ("not noticed", sorted(survivors))):
        for mutant in mutants:
            print(f"\n{heading}: {shown(mutant)}")
    return bool(survivors)


if __name__ == "__main__":
    raise SystemExit(main())
