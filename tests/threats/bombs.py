"""Files made to keep a reader busy: a few families, each in any size.

Run as a program it sets off the bombs of one family and prints, for each, what came of it, the CPU seconds, and the megabytes that the
process held at most. ``test_threat_bombs.py`` runs it so, in a process of its own.
"""

from __future__ import annotations

import bisect
import contextlib
import gc
import json
import resource
import signal
import sys
from pathlib import Path

from servingchecklist import ChecklistError, Limits
from servingchecklist.errors import LimitError
from servingchecklist.formats.limits import check_json, check_toml, check_yaml
from threats.measuring import usual_seconds

SIZES = (2_000, 30_000, 250_000)
"""Characters, about, of small bombs. The size that costs most is the one right below the limits: ``size_at_limit``."""

LARGEST = 24_000_000

PATIENCE = 3
MEMORY = 1 << 30

_JSON = '{"schema_version":1,"kind":"checklist","id":"a","title":"A",'
_TOML = 'schema_version = 1\nkind = "checklist"\nid = "a"\ntitle = "A"\n'
_LAUNCH = (
    '{"schema_version":1,"kind":"launch","name":"a","checklist":{"id":"a","title":"A","phases":[{"id":"p","title":"P",'
    '"tasks":[{"id":"t","title":"T"}]}]},"events":[{"kind":"launch-started","by":"x","at":"2026-01-01T00:00:00Z"},'
)
_YAML = "schema_version: 1\nkind: checklist\nid: a\ntitle: A\n"
_PHASE = '[[phases]]\nid = "p"\ntitle = "P"\n'


_CHECKLIST = '{"id":"x","title":"X","phases":[{"id":"p","title":"P","tasks":[{"id":"t","title":"T"}]}]'
_FIRST_LINE = f'{{"schema_version":1,"kind":"launch","name":"x","checklist":{_CHECKLIST}}}}}\n'
_STARTED = '{"kind":"launch-started","by":"x","at":"2026-01-01T00:00:00Z"}\n'


def _layered(count):
    """A line whose checklist has as many layers, which change nothing in the end."""
    change = '{"kind":"set-checklist","topic":"","reason":"r"}'
    layers = ",".join(f'{{"id":"o{n}","title":"O","changes":[{change}]}}' for n in range(count))
    more = f',"base":{_CHECKLIST}}},"layers":[{layers}]' if count else ""
    return f'{{"schema_version":1,"kind":"launch","name":"x","checklist":{_CHECKLIST}{more}}}}}'


def _json(size, piece, opening="", closing="", joint=",", *, head=_JSON):
    """``opening``, as many pieces as fit, and ``closing``; a piece may be made from its number."""
    pieces, left = [], size - len(head) - len(opening) - len(closing)
    if isinstance(piece, str):
        return head + opening + (piece + joint) * (left // len(piece + joint)) + piece + closing
    while left > 0:
        pieces.append(piece(len(pieces)))
        left -= len(pieces[-1]) + len(joint)
    return head + opening + joint.join(pieces) + closing


def _toml(size, piece, opening="", closing="", joint="\n"):
    return _json(size, piece, opening, closing, joint, head=_TOML)


def _yaml(size, piece, opening="", closing="", joint="\n"):
    return _json(size, piece, opening, closing, joint, head=_YAML)


def _in_tasks(size, piece, *, joint=","):
    return _json(size, piece, '"phases":[{"id":"p","title":"P","tasks":[', "]}]}", joint)


def _in_events(size, piece):
    return _json(size, piece, "", "]}", head=_LAUNCH)


def _event(kind="noted", task="t", at="2026-01-01T00:00:00Z", more=""):
    return f'{{"kind":"{kind}","task":"{task}","by":"x","at":"{at}"{more}}}'


def _alike(number):
    """Ids of 64 characters of which no two are the same and all are near."""
    return f"{'a' * 58}{number:06x}"


def _alike_and_wanting(size):
    tasks = [f'{{"id":"{_alike(number)}","title":"T"}}' for number in range(min(1_900, size // 130))]
    after = ",".join(f'"{"a" * 57}z{number:06x}"' for number in range(min(1_000, size // 260 + 1)))
    tasks.append(f'{{"id":"z","title":"Z","after":[{after}]}}')
    return f'{_JSON}"phases":[{{"id":"p","title":"P","tasks":[{",".join(tasks)}]}}]}}'


def _chain(size, around):
    most = max(3, size // 45)
    tasks = [f'{{"id":"t{n}","title":"T","after":["t{n - 1 if n else most - 1}"]}}' for n in range(most)]
    if not around:
        tasks[0] = '{"id":"t0","title":"T"}'
    return f'{_JSON}"phases":[{{"id":"p","title":"P","tasks":[{",".join(reversed(tasks))}]}}]}}'


def _dense(size):
    """Every task after all others before it, and the first after the last."""
    most = max(3, int((size / 3) ** 0.5))
    tasks = []
    for n in range(most):
        after = ",".join(f'"{m}"' for m in (range(n) if n else [most - 1]))
        tasks.append(f'{{"id":"{n}","title":"T","after":[{after}]}}')
    return f'{_JSON}"phases":[{{"id":"p","title":"P","tasks":[{",".join(tasks)}]}}]}}'


def _nested(size, opening, closing, lead, middle="1"):
    depth = size // len(opening + closing)
    return lead + opening * depth + middle + closing * depth


JSON = {
    "nested arrays": lambda size: _nested(size, "[", "]", ""),
    "nested objects": lambda size: _nested(size, '{"a":', "}", ""),
    "arrays never closed": lambda size: "[" * size,
    "objects never closed": lambda size: '{"a":' * (size // 5),
    "flat brackets": lambda size: _json(size, "[]", '"a":[', "]}"),
    "flat braces": lambda size: _json(size, "{}", '"a":[', "]}"),
    "flat objects": lambda size: _json(size, '{"a":1}', '"a":[', "]}"),
    "flat objects of other keys": lambda size: _json(size, lambda n: f'{{"{n:x}":1}}', '"a":[', "]}"),
    "many keys of empty objects": lambda size: _json(size, lambda number: f'"{number:x}":{{}}', "", "}"),
    "many keys of empty lists": lambda size: _json(size, lambda number: f'"{number:x}":[]', "", "}"),
    "pairs": lambda size: _json(size, "[1.5,2.5]", '"a":[', "]}"),
    "brackets in strings": lambda size: _json(size, '"[{[{"', '"a":[', "]}"),
    "backslashes never closed": lambda size: f'{_JSON}"a":"' + "\\" * size,
    "escapes never closed": lambda size: f'{_JSON}"a":"' + '\\"' * (size // 2),
    "quotes": lambda size: '"' * size,
    "escapes": lambda size: _json(size, "\\u0041", '"description":"', '"}', ""),
    "half escapes": lambda size: _json(size, "\\ud83d", '"description":"', '"}', ""),
    "long key": lambda size: _json(size, "k" * 50, '"', '":1}', ""),
    "long id": lambda size: _json(size, "A", '"version":"', '"}', ""),
    "long title": lambda size: _in_tasks(
        size, lambda number: f'{{"id":"t{number}","title":"{"T" * min(size // 2, 20_000)}"}}'
    ),
    "long text": lambda size: _json(size, "\u00e9", '"description":"', '"}', ""),
    "lines": lambda size: _json(size, "\\n", '"description":"', '"}', ""),
    "white space": lambda size: _JSON + " " * size + "}",
    "long integer": lambda size: _json(size, "9", '"a":', "}", ""),
    "long fraction": lambda size: _json(size, "9", '"a":0.', "}", ""),
    "long exponent": lambda size: _json(size, "9", '"a":1e', "}", ""),
    "many numbers": lambda size: _json(size, "1e9", '"a":[', "]}"),
    "many keys": lambda size: _json(size, lambda number: f'"{number:x}":1', "", "}"),
    "many keys like known ones": lambda size: _json(size, lambda number: f'"descriptio{number:x}":1', "", "}"),
    "tasks with keys like known ones": lambda size: _in_tasks(
        size, lambda n: "{" + ",".join(f'"descriptio{m:x}":1' for m in range(20)) + "}"
    ),
    "long keys like each other": lambda size: _json(size, lambda number: f'"{"description" * 5}{number:x}":1', "", "}"),
    "one key many times": lambda size: _json(size, '"a":1', "", "}"),
    "many objects with a key twice": lambda size: _json(size, '{"a":1,"a":1}', '"a":[', "]}"),
    "keys twice in depth": lambda size: _json(size, '{"a":{"a":{"a":1,"a":1},"b":2,"b":2},"a":1}', '"a":[', "]}"),
    "many tasks": lambda size: _in_tasks(size, lambda number: f'{{"id":"t{number}","title":"T"}}'),
    "many empty tasks": lambda size: _in_tasks(size, "{}"),
    "many wrong tasks": lambda size: _in_tasks(size, "1"),
    "many empty phases": lambda size: _json(size, "{}", '"phases":[', "]}"),
    "phases of one task": lambda size: _json(
        size, lambda n: f'{{"id":"p{n}","title":"P","tasks":[{{"id":"t{n}","title":"T"}}]}}', '"phases":[', "]}"
    ),
    "tasks with every field wrong": lambda size: _in_tasks(
        size, '{"id":1,"title":1,"priority":1,"effort":1,"description":1,"after":1,"risk":1,"references":1}'
    ),
    "wrong prerequisites": lambda size: _json(
        size, "1", '"phases":[{"id":"p","title":"P","tasks":[{"id":"t","title":"T","after":[', "]}]}]}"
    ),
    "one prerequisite many times": lambda size: _json(
        size, '"a"', '"phases":[{"id":"p","title":"P","tasks":[{"id":"t","title":"T","after":[', "]}]}]}"
    ),
    "wrong references": lambda size: _json(
        size, "{}", '"phases":[{"id":"p","title":"P","tasks":[{"id":"t","title":"T","references":[', "]}]}]}"
    ),
    "wrong tips": lambda size: _json(size, "1", '"tips":[', "]}"),
    "empty tips": lambda size: _json(size, '""', '"tips":[', "]}"),
    "tips": lambda size: _json(size, '"x"', '"tips":[', "]}"),
    "one id many times": lambda size: _in_tasks(size, '{"id":"t","title":"T"}'),
    "wanting prerequisites": lambda size: _in_tasks(size, lambda n: f'{{"id":"t{n}","title":"T","after":["u{n}"]}}'),
    "wanting prerequisites of one task": lambda size: _json(
        size, lambda n: f'"u{n}"', '"phases":[{"id":"p","title":"P","tasks":[{"id":"t","title":"T","after":[', "]}]}]}"
    ),
    "wanting prerequisites like all ids": _alike_and_wanting,
    "a cycle through all": lambda size: _chain(size, around=True),
    "a chain backwards": lambda size: _chain(size, around=False),
    "many cycles": lambda size: _in_tasks(
        size,
        lambda n: f'{{"id":"a{n}","title":"T","after":["b{n}"]}},{{"id":"b{n}","title":"T","after":["a{n}"]}}',
    ),
    "every task after every other": _dense,
    "efforts": lambda size: _in_tasks(size, lambda n: f'{{"id":"t{n}","title":"T","effort":"{n}.{n}-{n}.{n}1 days"}}'),
    "long efforts": lambda size: _in_tasks(size, lambda n: f'{{"id":"t{n}","title":"T","effort":"{"9" * 120}"}}'),
    "long addresses": lambda size: _in_tasks(
        size, lambda n: f'{{"id":"t{n}","title":"T","references":[{{"title":"R","url":"{"a/" * 990}:"}}]}}'
    ),
    "many events": lambda size: _in_events(
        size, lambda n: _event("begun", at=f"2026-01-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z")
    ),
    "events of one moment": lambda size: _in_events(size, lambda n: _event(more=f',"text":"{n}"')),
    "one event many times": lambda size: _in_events(size, _event("begun")),
    "empty events": lambda size: _in_events(size, "{}"),
    "wrong events": lambda size: _in_events(size, "1"),
    "events of kinds like known ones": lambda size: _in_events(size, lambda n: _event(f"launch-starte{n:x}")),
    "events of wanting tasks": lambda size: _in_events(size, lambda n: _event("begun", f"t{n}")),
    "events with keys like known ones": lambda size: _in_events(
        size, lambda n: "{" + ",".join(['"kind":"noted"', *(f'"tas{m:x}":1' for m in range(20))]) + "}"
    ),
    "events before the start": lambda size: _in_events(size, _event("begun", at="2025-01-01T00:00:00Z")),
    "long moments": lambda size: _in_events(size, lambda n: _event(at="2026-01-01T00:00:00." + "0" * 500 + "Z")),
    "long notes": lambda size: _in_events(size, lambda n: _event(more=f',"text":"{"N" * min(size // 2, 20_000)}"')),
    "kind like the known one": lambda size: f'{{"kind":"{"checklist" * (size // 9)}"}}',
}

TOML = {
    "dotted key": lambda size: ".".join("a" * (size // 2)) + " = 1",
    "dotted key with spaces": lambda size: " . ".join("a" * (size // 4)) + " = 1",
    "dotted key in quotes": lambda size: ".".join(['"a"'] * (size // 4)) + " = 1",
    "dotted key in single quotes": lambda size: ".".join(["'a'"] * (size // 4)) + " = 1",
    "dotted key of empty parts": lambda size: ".".join(['""'] * (size // 3)) + " = 1",
    "dotted key never ended": lambda size: ".".join("a" * (size // 2)),
    "dotted header": lambda size: f"[{'.'.join('a' * (size // 2))}]",
    "dotted double header": lambda size: f"[[{'.'.join('a' * (size // 2))}]]",
    "dotted header in quotes": lambda size: "[" + ".".join(['"a"'] * (size // 4)) + "]",
    "dotted key in an inline table": lambda size: "x = {" + ".".join("a" * (size // 2)) + " = 1}",
    "dotted key behind four quotes": lambda size: 'x = ["""a"""", {' + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind four single quotes": lambda size: "x = ['''a'''', {" + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind five quotes": lambda size: 'x = ["""a""""", {' + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind seven quotes": lambda size: 'x = ["""""""", {' + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind an escaped quote": lambda size: 'x = ["\\"", {' + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind a quote in a comment": lambda size: '# "\n' + ".".join("a" * (size // 2)) + " = 1",
    "dotted key behind a hash in a string": lambda size: 'x = ["#", {' + ".".join("a" * (size // 2)) + " = 1}]",
    "dotted key behind a backslash in a literal": lambda size: "x = ['\\', {" + ".".join("a" * (size // 2)) + " = 1}]",
    "nesting behind four quotes": lambda size: 'x = ["""a"""", ' + "[" * (size // 2) + "]" * (size // 2) + "]",
    "many dotted keys": lambda size: _toml(size, lambda number: f"a.b.c.d.e.f.g.h{number:x} = 1"),
    "many dotted headers": lambda size: _toml(size, lambda number: f"[a.b.c.d.e.f.g.h{number:x}]"),
    "nested arrays": lambda size: _nested(size, "[", "]", "x = "),
    "nested inline tables": lambda size: _nested(size, "{a=", "}", "x = "),
    "nested arrays on many lines": lambda size: _nested(size, "[\n", "]\n", "x = "),
    "arrays never closed": lambda size: "x = " + "[" * size,
    "inline tables never closed": lambda size: "x = " + "{a=" * (size // 3),
    "flat brackets": lambda size: _toml(size, "[]", "x = [", "]", ","),
    "flat inline tables": lambda size: _toml(size, "{}", "x = [", "]", ","),
    "headers never closed": lambda size: "[a\n" * (size // 3),
    "backslashes never closed": lambda size: 'x = "' + "\\" * size,
    "escapes never closed": lambda size: 'x = "' + '\\"' * (size // 2),
    "escapes never closed in many lines": lambda size: 'x = """' + '\\"' * (size // 2),
    "lines never closed": lambda size: 'x = """' + "\n" * size,
    "folded lines": lambda size: 'x = """' + "\\\n" * (size // 2) + '"""',
    "folded white space": lambda size: 'x = """' + "\\\n  " * (size // 4) + '"""',
    "quotes": lambda size: "x = " + '"' * size,
    "single quotes": lambda size: "x = " + "'" * size,
    "pairs of quotes": lambda size: 'x = """' + '""a' * (size // 3),
    "short strings": lambda size: _toml(size, '""', "x = [", "]", ","),
    "escapes": lambda size: _toml(size, "\\u0041", 'description = "', '"', ""),
    "long key": lambda size: "k" * size + " = 1",
    "long key in quotes": lambda size: '"' + "k" * size + '" = 1',
    "long key without an end": lambda size: "k" * size,
    "keys of dashes": lambda size: "-" * size + " = 1",
    "long text": lambda size: _toml(size, "\u00e9", 'description = "', '"', ""),
    "long comment": lambda size: "#" * size,
    "many comments": lambda size: "#\n" * (size // 2),
    "comments with quotes": lambda size: "#\"'\n" * (size // 4),
    "white space": lambda size: "x = " + " " * size + "1",
    "tabs between dots": lambda size: "a" + "\t" * size + ".b = 1",
    "empty lines": lambda size: "\n" * size,
    "carriage returns": lambda size: "\r\n" * (size // 2),
    "long integer": lambda size: "x = " + "9" * size,
    "long integer with underscores": lambda size: "x = " + "1_" * (size // 2) + "1",
    "long hexadecimal": lambda size: "x = 0x" + "f" * size,
    "long binary": lambda size: "x = 0b" + "1" * size,
    "long fraction": lambda size: "x = 0." + "9" * size,
    "long exponent": lambda size: "x = 1e" + "9" * size,
    "long second": lambda size: "x = 12:00:00." + "9" * size,
    "many dates": lambda size: _toml(size, "2026-01-01", "x = [", "]", ","),
    "many numbers": lambda size: _toml(size, "1", "x = [", "]", ","),
    "many keys": lambda size: _toml(size, lambda number: f"k{number:x} = 1"),
    "many keys like known ones": lambda size: _toml(size, lambda number: f"descriptio{number:x} = 1"),
    "many tables": lambda size: _toml(size, lambda number: f"[t{number:x}]"),
    "many tables in an array": lambda size: "[[x]]\n" * (size // 6),
    "tables in tables in arrays": lambda size: "[[x]]\n[[x.y]]\n[x.y.z]\n" * (size // 23),
    "one key many times": lambda size: "a = 1\n" * (size // 6),
    "many phases": lambda size: _toml(size, "[[phases]]"),
    "many empty tasks": lambda size: _toml(size, "[[phases.tasks]]", _PHASE),
    "many tasks": lambda size: _toml(size, lambda n: f'[[phases.tasks]]\nid = "t{n}"\ntitle = "T"', _PHASE),
    "wrong tips": lambda size: _toml(size, "1", "tips = [", "]", ","),
    "empty tips": lambda size: _toml(size, '""', "tips = [", "]", ","),
    "wrong prerequisites": lambda size: _toml(
        size, "1", _PHASE + '[[phases.tasks]]\nid = "t"\ntitle = "T"\nafter = [', "]", ","
    ),
    "wanting prerequisites": lambda size: _toml(
        size, lambda n: f'[[phases.tasks]]\nid = "t{n}"\ntitle = "T"\nafter = ["u{n}"]', _PHASE
    ),
}


def _in_lines(size, piece, most=24_000, head=_FIRST_LINE + _STARTED):
    """The checklist line, the start, and as many lines as fit, at most as many as are read."""
    longest = len(piece if isinstance(piece, str) else piece(most)) + 1
    return _json(min(size, len(head) + most * longest), piece, joint="\n", head=head)


def _migrated(number):
    digest = '"digest":"sha256:' + "0" * 64 + '"'
    return f'{{"kind":"migrated","checklist":"x","version":"{number}",{digest},"by":"x","at":"2026-01-01T00:00:00Z"}}'


JSONL = {
    "many events": lambda size: _in_lines(size, lambda n: _event(more=f',"text":"{n}"')),
    "one event many times": lambda size: _in_lines(size, _event("begun")),
    "empty objects": lambda size: _in_lines(size, "{}"),
    "wrong ids": lambda size: _in_lines(size, lambda n: _event(more=f',"text":"{n}","id":"{n}"')),
    "events of wanting tasks": lambda size: _in_lines(size, lambda n: _event("begun", f"t{n}")),
    "many checklists": lambda size: _in_lines(size, lambda n: _FIRST_LINE.strip().replace('"X"', f'"X{n}"')),
    "equal checklists": lambda size: _in_lines(size, _FIRST_LINE.strip()),
    "checklists that differ in long layers": lambda size: _in_lines(
        size, lambda n: _layered(9).replace('"title":"O"', f'"title":"O{n}"'), 90
    ),
    "checklists with layers": lambda size: _in_lines(size, lambda n: _layered(n % 9)),
    "checklists and events": lambda size: _in_lines(
        size, lambda n: _layered(n % 9) if n % 2 else _event(more=f',"text":"{n}"')
    ),
    "many migrations": lambda size: _in_lines(size, _migrated),
    "many migrations and checklists": lambda size: _in_lines(
        size, lambda n: _layered(n % 9) if n < 90 else _migrated(n)
    ),
    "wrong migrations": lambda size: _in_lines(size, '{"kind":"migrated"}'),
    "other objects": lambda size: _in_lines(size, '{"kind":"launch","events":1}'),
    "empty lines": lambda size: _FIRST_LINE + "\n" * size,
    "blank lines": lambda size: _FIRST_LINE + " \t\r\n" * (size // 4),
    "a nested line": lambda size: _FIRST_LINE + "[" * size,
    "brackets that close none": lambda size: _FIRST_LINE + "]" * (size // 2) + "\n" + "[" * (size // 2),
    "an open quote": lambda size: _FIRST_LINE + '"\n' + "[" * (size - 100) + '"',
    "marks of conflicts": lambda size: _FIRST_LINE + "<<<<<<< a\n" * (size // 10),
    "one long line": lambda size: '{"kind":"launch","name":"' + "x" * size + '"}',
}


YAML = {
    "nested lists": lambda size: _nested(size, "[", "]", ""),
    "nested tables": lambda size: _nested(size, "{a: ", "}", ""),
    "lists never closed": lambda size: "[" * size,
    "tables never closed": lambda size: "{a: " * (size // 4),
    "lists closed and never opened": lambda size: "]" * size,
    "nested lists in lines": lambda size: _nested(size, "[\n", "]\n", ""),
    "dashes in a line": lambda size: "- " * (size // 2),
    "question marks in a line": lambda size: "? " * (size // 2),
    "steps": lambda size: "".join(f"{' ' * n}a:\n" for n in range(int((2 * size) ** 0.5))),
    "steps of dashes": lambda size: "".join(f"{' ' * n}-\n" for n in range(int((2 * size) ** 0.5))),
    "depth again and again": lambda size: ("- " * 30 + "a\n") * (size // 62),
    "brackets again and again": lambda size: ("- " + "[" * 30 + "]" * 30 + "\n") * (size // 63),
    "flat lists": lambda size: _yaml(size, "[]", "x: [", "]", ","),
    "flat tables": lambda size: _yaml(size, "{}", "x: [", "]", ","),
    "flat pairs": lambda size: _yaml(size, "a: b", "x: [", "]", ","),
    "values without keys": lambda size: _yaml(size, ":", "x: {", "}", ","),
    "commas alone": lambda size: _yaml(size, "", "x: [", "]", ","),
    "short strings": lambda size: _yaml(size, '""', "x: [", "]", ","),
    "numbers": lambda size: _yaml(size, "1", "x: [", "]", ","),
    "numbers in lines": lambda size: _yaml(size, "- 1", "x:\n"),
    "empty members": lambda size: _yaml(size, "-", "x:\n"),
    "quoted members": lambda size: _yaml(size, "- ''", "x:\n"),
    "members behind each other": lambda size: _yaml(size, "- - 1", "x:\n"),
    "members in two dashes": lambda size: _yaml(size, "- - - - - - - - 1", "x:\n"),
    "literal members": lambda size: _yaml(size, "- |\n a", "x:\n"),
    "folded members": lambda size: _yaml(size, "- >\n a", "x:\n"),
    "long text": lambda size: _yaml(size, "\u00e9", "description: ", "", ""),
    "long text of words": lambda size: _yaml(size, "a ", "description: ", "", ""),
    "long text of words and blanks": lambda size: _yaml(size, "a  ", "description: ", "", ""),
    "long text in quotes": lambda size: _yaml(size, "x y", 'description: "', '"', ""),
    "long text in single quotes": lambda size: _yaml(size, "''", "description: '", "'", ""),
    "long text of hashes": lambda size: _yaml(size, "a#", "description: ", "", ""),
    "long text of colons": lambda size: _yaml(size, "a:", "description: ", "", ""),
    "long text of times": lambda size: _yaml(size, "1:", "description: ", "", ""),
    "times": lambda size: _yaml(size, "- 1:1", "x:\n"),
    "times in brackets": lambda size: _yaml(size, "1:1", "x: [", "]", ","),
    "pairs of times": lambda size: _yaml(size, "1:1: 1:1", "x: {", "}", ","),
    "addresses": lambda size: _yaml(size, "- a://", "x:\n"),
    "escapes": lambda size: _yaml(size, "\\x41", 'description: "', '"', ""),
    "short escapes": lambda size: _yaml(size, "\\0", 'description: "', '"', ""),
    "folded lines in quotes": lambda size: _yaml(size, "\\\n ", 'description: "', '"', ""),
    "lines in quotes": lambda size: _yaml(size, "\n a", 'description: "', '"', ""),
    "empty lines in quotes": lambda size: _yaml(size, "\n", 'description: "', '"', ""),
    "lines of text": lambda size: _yaml(size, "a\n ", "description: ", "", ""),
    "empty lines in text": lambda size: _yaml(size, "\n", "description: a", " b", ""),
    "literal lines": lambda size: _yaml(size, " a\n", "description: |\n", "", ""),
    "literal empty lines": lambda size: _yaml(size, "\n", "description: |\n", " a", ""),
    "folded text": lambda size: _yaml(size, " a\n", "description: >\n", "", ""),
    "folded text of other depths": lambda size: _yaml(size, " a\n  b\n", "description: >\n", "", ""),
    "long literal line": lambda size: _yaml(size, "a", "description: |\n ", "", ""),
    "quotes": lambda size: '"' * size,
    "single quotes": lambda size: "'" * size,
    "quotes never closed": lambda size: 'a: "' + "x" * size,
    "backslashes never closed": lambda size: 'a: "' + "\\" * size,
    "long key": lambda size: "k" * size + ": 1",
    "long key in quotes": lambda size: '"' + "k" * size + '": 1',
    "long key with a mark": lambda size: "? " + "k" * size + "\n: 1",
    "long comment": lambda size: "#" * size,
    "comments": lambda size: "#\n" * (size // 2),
    "comments behind members": lambda size: _yaml(size, "- 1 #", "x:\n"),
    "empty lines": lambda size: "\n" * size,
    "carriage returns": lambda size: "\r" * size,
    "lines of Unicode": lambda size: "\u2028" * size,
    "next lines": lambda size: "\x85" * size,
    "white space": lambda size: "a: " + " " * size + "1",
    "tabs": lambda size: "a:" + "\t" * size + "1",
    "white space before a key": lambda size: " " * size + "a: 1",
    "long integer": lambda size: "a: " + "9" * size,
    "long hexadecimal": lambda size: "a: 0x" + "f" * size,
    "long fraction": lambda size: "a: 0." + "9" * size,
    "long exponent": lambda size: "a: 1e" + "9" * size,
    "directives": lambda size: "%a\n" * (size // 3),
    "directives of tags": lambda size: "".join(f"%TAG !{n:x}! !\n" for n in range(size // 14)),
    "long directive": lambda size: "%YAML " + "1" * size,
    "documents": lambda size: "---\n" * (size // 4),
    "ends of documents": lambda size: "...\n" * (size // 4),
    "anchors": lambda size: _yaml(size, "- &a 1", "x:\n"),
    "long anchor": lambda size: "a: &" + "a" * size,
    "aliases": lambda size: _yaml(size, "*a", "a: &a [1]\nx: [", "]", ","),
    "aliases of aliases": lambda size: _yaml(
        size, lambda n: f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9) if n else 1}]"
    ),
    "tags": lambda size: _yaml(size, "- !!str a", "x:\n"),
    "long tag": lambda size: "a: !" + "a" * size,
    "escapes in a tag": lambda size: "a: !" + "%41" * (size // 3),
    "merge keys": lambda size: _yaml(size, "<<: {a: 1}"),
    "one key many times": lambda size: _yaml(size, "a: 1"),
    "many keys": lambda size: _yaml(size, lambda n: f"k{n:x}: 1"),
    "many keys in braces": lambda size: _yaml(size, lambda n: f"k{n:x}: 1", "x: {", "}", ","),
    "many keys with marks": lambda size: _yaml(size, lambda n: f"? k{n:x}\n: 1"),
    "many keys like known ones": lambda size: _yaml(size, lambda n: f"descriptio{n:x}: 1"),
    "keys that are no text": lambda size: _yaml(size, lambda n: f"{n}: 1"),
    "many tasks": lambda size: _yaml(
        size, lambda n: f" - id: t{n}\n   title: T", "phases:\n- id: p\n  title: P\n  tasks:\n"
    ),
    "many wrong tasks": lambda size: _yaml(size, " - {}", "phases:\n- id: p\n  title: P\n  tasks:\n"),
    "wrong tips": lambda size: _yaml(size, "- 1", "tips:\n"),
    "empty tips": lambda size: _yaml(size, "- ''", "tips:\n"),
    "wanting prerequisites": lambda size: _yaml(
        size, lambda n: f" - id: t{n}\n   title: T\n   after: [u{n}]", "phases:\n- id: p\n  title: P\n  tasks:\n"
    ),
}

FAMILIES = {
    (format, name): make
    for format, made in (("json", JSON), ("jsonl", JSONL), ("toml", TOML), ("yaml", YAML))
    for name, make in made.items()
}


def size_at_limit(format, make):
    """The size at which the default limits just let the bomb through to the parser, or the largest if it is never ``values`` that refuses."""
    check = {"json": check_json, "jsonl": check_json, "toml": check_toml, "yaml": check_yaml}[format]

    def is_read(text, values):
        try:
            check(text, Limits(values=values))
        except LimitError as error:
            return "values=" not in str(error)
        return True

    text = make(500_000)
    count = bisect.bisect_left(range(1, 40_000_000), True, key=lambda values: is_read(text, values)) + 1
    return min(LARGEST, int(0.99 * len(text) * Limits().values / count))


class OutOfPatienceError(BaseException):
    """Raised by the clock. No handler for errors catches it."""


def _lose_patience(*_):
    raise OutOfPatienceError


def most_memory():
    """The megabytes that this process held at most. Linux would count what stood here before the program was started, too."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def forget_memory():
    """Begin to measure anew, where the system can: making a large bomb takes more memory than reading it."""
    gc.collect()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def set_off(format, text, loads, expected):
    """What came of it, and the CPU seconds it took."""
    came = ""

    def work():
        nonlocal came
        signal.signal(signal.SIGPROF, _lose_patience)
        signal.setitimer(signal.ITIMER_PROF, PATIENCE)
        try:
            loads(text, format)
            came = "sound"
        except expected as error:
            str(error)
            came = type(error).__name__
        except OutOfPatienceError:
            came = "no end"
        except BaseException as error:  # noqa: BLE001  this is what is looked for
            came = f"not documented: {type(error).__name__}"
        signal.setitimer(signal.ITIMER_PROF, 0)

    took = usual_seconds(work)
    return came, took


def main():
    from servingchecklist import loads

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for format in ("json", "jsonl", "toml", "yaml"):  # what is imported late is no part of the bomb
        set_off(format, "", loads, ChecklistError)
    for format, name, size in json.load(sys.stdin):
        make = FAMILIES[format, name]
        text = make(size or size_at_limit(format, make))
        forget_memory()
        came, took = set_off(format, text, loads, ChecklistError)
        json.dump(
            {
                "bomb": [format, name, size],
                "characters": len(text),
                "came": came,
                "seconds": took,
                "megabytes": most_memory(),
            },
            sys.stdout,
        )
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
