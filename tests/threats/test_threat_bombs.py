"""Texts made to keep a parser busy: each is settled in a second of processor time and 200 MB, by a value or by our own error.

A family is a function from a size to a text. All of it runs in child processes, so that a crash is a failure and not the end of the suite.
"""

import json
import subprocess
import sys

import pytest

MINIMAL = '"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"'


def tasks_json(count, task):
    return (
        f'{{{MINIMAL}, "phases": [{{"id": "p", "title": "P", "tasks": [{", ".join(task(n) for n in range(count))}]}}]}}'
    )


def one_task(after):
    return tasks_json(1, lambda _: f'{{"id": "a", "title": "A", "after": [{", ".join(after)}]}}')


FAMILIES = {
    "json": {
        "arrays in arrays": lambda n: "[" * n,
        "objects in objects": lambda n: '{"a":' * (n // 5),
        "closed arrays in arrays": lambda n: "[" * (n // 2) + "]" * (n // 2),
        "one long string": lambda n: '"' + "x" * n + '"',
        "escaped quotes, never closed": lambda n: '"' + '\\"' * (n // 2),
        "escapes": lambda n: '"' + "\\u0041" * (n // 6) + '"',
        "one long number": lambda n: "1" * n,
        "a large exponent": lambda n: "1e" + "9" * n,
        "many keys": lambda n: "{" + ", ".join(f'"k{i}": 1' for i in range(n // 12)) + "}",
        "many keys near a known one": lambda n: "{" + ", ".join(f'"title{i}": 1' for i in range(n // 15)) + "}",
        "one key many times": lambda n: "{" + ", ".join('"id": 1' for _ in range(n // 9)) + "}",
        "white space": lambda n: " " * n,
        "many small arrays": lambda n: "[" + "[]," * (n // 3) + "[]]",
        "many tasks": lambda n: tasks_json(n // 40, lambda i: f'{{"id": "t{i}", "title": "T"}}'),
        "many faulty tasks": lambda n: tasks_json(
            min(n // 30, 1_999), lambda i: '{"id": "T", "titel": 1, "effort": "x"}'
        ),
        "many missing prerequisites": lambda n: tasks_json(
            min(n // 60, 1_999), lambda i: f'{{"id": "t{i}", "title": "T", "after": ["u{i}"]}}'
        ),
        "a long ring": lambda n: tasks_json(
            min(n // 60, 1_999),
            lambda i: f'{{"id": "t{i}", "title": "T", "after": ["t{(i + 1) % min(n // 60, 1_999)}"]}}',
        ),
        "one task after many": lambda n: one_task(f'"t{j}"' for j in range(n // 9)),
        "one id many times in after": lambda n: one_task('"b"' for _ in range(n // 6)),
    },
    "toml": {
        "a dotted key": lambda n: ".".join("a" * (n // 2)) + " = 1",
        "a dotted header": lambda n: "[" + ".".join("a" * (n // 2)) + "]",
        "a dotted key of strings": lambda n: ".".join(['"a"'] * (n // 4)) + " = 1",
        "dotted keys below the limit": lambda n: "\n".join(f"a{i}.b.c.d.e.f = 1" for i in range(n // 18)),
        "one dotted key many times": lambda n: "\n".join(f"a.b.c.d.e.f.k{i} = 1" for i in range(n // 20)),
        "arrays in arrays": lambda n: "x = " + "[" * n,
        "inline tables in inline tables": lambda n: "x = " + "{a = " * (n // 5),
        "quotes in a row": lambda n: "x = " + '"' * n,
        "escaped quotes, never closed": lambda n: 'x = "' + '\\"' * (n // 2),
        "triple quotes, never closed": lambda n: 'x = """' + '\\"' * (n // 2),
        "literal triple quotes, never closed": lambda n: "x = '''" + "'' " * (n // 3),
        "one long word": lambda n: "a" * n,
        "words and dots": lambda n: "a ." * (n // 3),
        "one long number": lambda n: "x = " + "1" * n,
        "many keys": lambda n: "\n".join(f"k{i} = 1" for i in range(n // 8)),
        "many tables": lambda n: "\n".join(f"[t{i}]" for i in range(n // 8)),
        "many tables of one array": lambda n: "[[phases]]\n" * (n // 11),
        "many numbers": lambda n: "x = [" + "1," * (n // 2) + "]",
        "many inline tables": lambda n: "x = [" + "{a=1}," * (n // 6) + "]",
        "comments": lambda n: "#\n" * (n // 2),
    },
}
SIZES = [100, 10_000, 100_000, 262_000, 3_000_000]

CHILD = """
import importlib.util, json, resource, sys, time
spec = importlib.util.spec_from_file_location("bombs", sys.argv[1])
bombs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bombs)
from servingchecklist import ChecklistError, loads
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
out = []
for format, family, size in json.load(sys.stdin):
    text = bombs.FAMILIES[format][family](size)
    start = time.process_time()
    try:
        loads(text, format)
        said = "read"
    except ChecklistError as error:
        said = "refused"
        assert len(str(error)) < 10_000 or "->" in str(error), len(str(error))
    out.append([format, family, size, said, time.process_time() - start])
print(json.dumps([out, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""


def run_in_a_child(cases):
    command = [sys.executable, "-c", CHILD, __file__]
    done = subprocess.run(
        command, input=json.dumps(cases), capture_output=True, check=False, encoding="utf-8", timeout=300
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return json.loads(done.stdout)


def judge(cases):
    told, megabytes = run_in_a_child(cases)
    assert [case[:3] for case in told] == [list(case) for case in cases]
    assert [case for case in told if case[4] >= 1] == []
    assert megabytes < 200


@pytest.mark.parametrize("size", [10_000, 262_000])
@pytest.mark.parametrize("format", FAMILIES)
def test_no_family_of_texts_takes_a_second(format, size):
    judge([(format, family, size) for family in FAMILIES[format]])


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("format", "family"), [(format, family) for format in FAMILIES for family in FAMILIES[format]])
def test_no_text_takes_a_second_at_any_size(format, family, size):
    judge([(format, family, size)])


def test_the_judge_sees_what_takes_long_when_there_are_no_limits():
    """What the limits are for: without them, one long dotted key keeps the parser busy far longer than all families together."""
    code = CHILD.replace("loads(text, format)", "loads(text, format, limits=None)")
    cases = [("toml", "a dotted key", 40_000)]
    done = subprocess.run(
        [sys.executable, "-c", code, __file__],
        input=json.dumps(cases),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert json.loads(done.stdout)[0][0][4] > 1
