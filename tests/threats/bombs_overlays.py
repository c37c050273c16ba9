"""Overlays and tailored checklists made to keep a reader busy. Run as a program it sets them off and prints what came of each."""

from __future__ import annotations

import json
import sys

SIZE = 4_000_000
MOST = 2_000
"""As many changes as are read by default."""
_HEAD = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}


def _written(value):
    return json.dumps(value, separators=(",", ":"))


def _base(many, after=lambda number: None, **fields):
    tasks = []
    for number in range(many):
        named = after(number)
        tasks.append({"id": f"t{number}", "title": "T"} | ({"after": named} if named else {}))
    return {"id": "x", "title": "X", "phases": [{"id": "p", "title": "P", "tasks": tasks}]} | fields


def _filled(make, piece, size=SIZE, most=MOST):
    """What ``make`` makes of as many pieces as fit, up to ``most``."""
    pieces, left = [], size - len(_written(make([])))
    while (left := left - len(_written(piece(len(pieces)))) - 1) > 0 and len(pieces) < most:
        pieces.append(piece(len(pieces)))
    return _written(make(pieces))


def _layer(made):
    return {"id": "a", "title": "A", "changes": made}


def _on(base):
    """A tailored checklist of one layer, made of changes."""
    return lambda made: _HEAD | {"base": base, "layers": [_layer(made)]}


def _change(kind, **fields):
    return {"kind": kind, "reason": "r"} | fields


def _overlay(made):
    return {"schema_version": 1, "kind": "overlay", "id": "o", "title": "O", "changes": made}


def _waist(width):
    ids = [f"t{number}" for number in range(width)]
    tasks = [{"id": name, "title": "T"} for name in ids]
    tasks.append({"id": "m", "title": "M", "after": ids})
    tasks += [{"id": f"b{number}", "title": "T", "after": ["m"]} for number in range(width)]
    return {"id": "x", "title": "X", "phases": [{"id": "p", "title": "P", "tasks": tasks}]}


_MANY = _base(1_990)
_VALUES = [f"v{number}" for number in range(9_000)]
_FACET = {"id": "f", "title": "F", "values": _VALUES}

BOMBS = {
    "empty layers": lambda: _filled(
        lambda made: _HEAD | {"base": _MANY, "layers": made}, lambda _: {"id": "a", "title": "A"}
    ),
    "a hundred layers on many tasks": lambda: _written(
        _HEAD | {"base": _MANY, "layers": [_layer([_change("set-task", task=f"t{n}", title="U")]) for n in range(100)]}
    ),
    "a hundred layers of many phases": lambda: _written(
        _HEAD
        | {"base": {"id": "x", "title": "X"}}
        | {
            "layers": [
                _layer([_change("add-phase", phase={"id": f"p{n}-{m}", "title": "P"}) for m in range(20)])
                for n in range(100)
            ]
        }
    ),
    "unknown tasks": lambda: _filled(_on(_MANY), lambda n: _change("drop-task", task=f"u{n}")),
    "unknown phases": lambda: _filled(_on(_MANY), lambda n: _change("drop-phase", phase=f"u{n}")),
    "wrong neighbours": lambda: _filled(
        _on(_MANY), lambda n: _change("move-task", task=f"t{n % 1_990}", phase="p", before=f"u{n}")
    ),
    "wanting prerequisites of one task": lambda: _filled(
        lambda made: _on(_MANY)([_change("set-task", task="t0", after=made)]), lambda n: f"u{n}", most=SIZE
    ),
    "wanting prerequisites of many": lambda: _filled(
        _on(_MANY), lambda n: _change("set-task", task=f"t{n % 1_990}", after=[f"u{n}"])
    ),
    "prerequisites added to one by one": lambda: _filled(
        _on(_MANY), lambda n: _change("set-task", task="t0", also_after=[f"t{n % 1_989 + 1}"])
    ),
    "a circle through all": lambda: _written(
        _on(_base(1_700))([_change("set-task", task=f"t{n}", after=[f"t{(n + 1) % 1_700}"]) for n in range(1_700)])
    ),
    "many circles": lambda: _written(
        _on(_base(1_700))([_change("set-task", task=f"t{n}", after=[f"t{n ^ 1}"]) for n in range(1_700)])
    ),
    "added phases": lambda: _filled(
        _on({"id": "x", "title": "X"}), lambda n: _change("add-phase", phase={"id": f"p{n}", "title": "P"})
    ),
    "moved phases": lambda: _written(
        _on({"id": "x", "title": "X", "phases": [{"id": f"p{n}", "title": "P"} for n in range(MOST)]})(
            [_change("move-phase", phase=f"p{n}") for n in range(3_000)]
        )
    ),
    "moved tasks": lambda: _filled(
        _on(_MANY), lambda n: _change("move-task", task=f"t{n % 1_989 + 1}", phase="p", before="t0")
    ),
    "added tasks": lambda: _filled(
        _on(_MANY), lambda n: _change("add-task", phase="p", task={"id": f"n{n}", "title": "N"})
    ),
    "a task added and dropped": lambda: _filled(
        _on(_MANY),
        lambda n: (
            _change("drop-task", task="n") if n % 2 else _change("add-task", phase="p", task={"id": "n", "title": "N"})
        ),
    ),
    "a chain dropped": lambda: _filled(
        _on(_base(1_900, lambda n: [f"t{n - 1}"] if n else None)), lambda n: _change("drop-task", task=f"t{n}")
    ),
    "a waist dropped": lambda: _written(_on(_waist(990))([_change("drop-task", task="m")])),
    "a waist dropped below many layers": lambda: _written(
        _HEAD
        | {"base": _waist(990), "layers": [_layer([_change("drop-task", task="m")]), *[{"id": "a", "title": "A"}] * 99]}
    ),
    "one task added to one by one": lambda: _filled(
        _on(_MANY), lambda n: _change("set-task", task="t0", also_after=[f"t{m}" for m in range(1, n % 300 + 2)])
    ),
    "many tasks moved to the front by many layers": lambda: _written(
        _HEAD
        | {"base": _MANY}
        | {
            "layers": [
                _layer([_change("move-task", task=f"t{n * 19 + m + 1}", phase="p", before="t0") for m in range(19)])
                for n in range(100)
            ]
        }
    ),
    "long texts": lambda: _filled(
        _on(_MANY), lambda n: _change("set-task", task=f"t{n % 1_990}", description="d" * 10_000), 20_000_000
    ),
    "facets that are not there": lambda: _filled(
        _on(_MANY), lambda n: _change("set-task", task=f"t{n % 1_990}", when={f"f{n}": ["a"]})
    ),
    "values that are not there": lambda: _filled(
        lambda made: _HEAD | {"facets": [_FACET], "context": {"f": made}}, lambda n: f"u{n}", most=SIZE
    ),
    "values at the end of many": lambda: _written(
        _HEAD
        | {"facets": [_FACET]}
        | {
            "phases": [
                {
                    "id": "p",
                    "title": "P",
                    "tasks": [{"id": f"t{n}", "title": "T", "when": {"f": _VALUES[-3:]}} for n in range(1_900)],
                }
            ]
        }
    ),
    "one facet many times": lambda: _filled(
        lambda made: _HEAD | {"facets": made}, lambda _: {"id": "f", "title": "F", "values": ["a"]}, most=SIZE
    ),
    "kinds like known ones": lambda: _filled(_overlay, lambda n: _change(f"set-tas{n:x}")),
    "changes with keys like known ones": lambda: _filled(
        _overlay, lambda n: _change("set-task", task="a") | {f"descriptio{m:x}": 1 for m in range(20)}
    ),
    "changes with every field wrong": lambda: _filled(
        _overlay,
        lambda _: {"kind": "set-task"} | dict.fromkeys(("task", "reason", "title", "after", "when", "clear"), 1),
    ),
    "empty changes": lambda: _filled(_overlay, lambda _: {}),
    "wrong choices": lambda: _filled(
        lambda made: _overlay([_change("set-task", task="a", when={f"F{n}": [] for n in range(len(made))})]),
        lambda n: f"F{n}:xx",
        120_000,
    ),
    "many tips": lambda: _filled(
        lambda made: _overlay([_change("set-checklist", tips=made)]), lambda _: "x", most=SIZE
    ),
}


def main():
    import resource

    from servingchecklist import ChecklistError, loads
    from threats.bombs import MEMORY, forget_memory, most_memory, set_off

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    set_off("json", _written(_on({"id": "x", "title": "X"})([_change("drop-task", task="a")])), loads, ChecklistError)
    for name, make in BOMBS.items():
        text = make()
        forget_memory()
        came, took = set_off("json", text, loads, ChecklistError)
        json.dump({"bomb": name, "came": came, "seconds": took, "megabytes": most_memory()}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
