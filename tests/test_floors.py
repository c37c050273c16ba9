"""The house: imports point strictly downward, inside functions too, and the one door is where it is said to be."""

import ast
from pathlib import Path

import pytest

import servingchecklist

ROOT = Path(servingchecklist.__file__).parent

FLOORS = {
    "errors": 0,
    "_dates": 0,
    "_namespace": 0,
    "_files": 0,
    "_graph": 0,
    "_markdown": 0,
    "_jsonlike": 0,
    "_text": 0,
    "documents": 0,
    "_arrow": 1,
    "_guides": 1,
    "_plugins": 1,
    "_model": 1,
    "_planning": 2,
    "_tailoring": 2,
    "_evidence": 2,
    "_launch": 3,
    "codec": 4,
    "formats": 5,
    "importers": 6,
    "_imports": 6,
    "catalog": 6,
    "_store": 6,
    "": 7,  # the facade and its modules
    "changes": 7,
    "events": 7,
    "evidence": 7,
    "imports": 7,
    "results": 7,
    "rules": 7,
    "schemas": 7,
    "tailoring": 7,
    "tasklist": 7,
    "tools": 7,
    "cli": 8,
    "__main__": 9,
}
# On the ground floor errors lies lowest: what can go wrong in a room is told with it.
GROUND = {"errors"}

MODULES = sorted(ROOT.rglob("*.py"))


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path):
    """Every module of the package that a file imports, at whatever depth in the code."""
    package = name_of(path).split(".") if path.name == "__init__.py" else name_of(path).split(".")[:-1]
    package = [part for part in package if part]
    skipped = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            skipped.update(id(child) for branch in node.body for child in ast.walk(branch))
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("servingchecklist") for alias in node.names), "import relatively"
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                assert not (node.module or "").startswith("servingchecklist"), "import relatively"
                continue
            base = package[: len(package) - (node.level - 1)]
            base += (node.module or "").split(".") if node.module else []
            for alias in node.names:
                target = [*base, alias.name]
                is_module = (ROOT.joinpath(*target)).is_dir() or ROOT.joinpath(*target).with_suffix(".py").exists()
                yield ".".join(target if is_module else base)


def room(module):
    return module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_downward(path):
    here = room(name_of(path))
    for target in imports_of(path):
        there = room(target)
        if there == here:
            continue  # rooms of a house may have inner doors; cycles among them are looked for below
        downward = FLOORS[there] < FLOORS[here] or (FLOORS[there] == FLOORS[here] == 0 and there in GROUND)
        assert downward, f"{name_of(path)} imports {target}"


def test_no_module_imports_itself_in_a_circle():
    graph = {name_of(path): set(imports_of(path)) - {name_of(path)} for path in MODULES}
    import graphlib

    graphlib.TopologicalSorter(graph).prepare()  # raises on a circle


def test_every_room_has_a_floor():
    assert {room(name_of(path)) for path in MODULES} == set(FLOORS)


def test_only_the_namespace_and_the_tables_of_formats_and_views_import_by_name():
    words = ("import_module", "__import__", "importlib.reload", "runpy")
    users = {name_of(path) for path in MODULES if any(word in path.read_text("utf-8") for word in words)}
    assert users == {"_namespace", "formats", "formats._views", "importers"}


def test_only_one_room_looks_for_what_is_installed():
    words = ("entry_points", "EntryPoint")
    assert {name_of(path) for path in MODULES if any(word in path.read_text("utf-8") for word in words)} == {"_plugins"}


def test_only_the_classes_that_show_themselves_import_late():
    users = {name_of(path) for path in MODULES if "NotebookDisplay" in path.read_text("utf-8")} - {"_namespace"}
    assert users == {
        "_evidence.evidence",
        "_model.checklist",
        "_model.effort",
        "_model.kpi",
        "_model.task",
        "_model.overlay",
        "_planning.calendar",
        "_planning.calibration",
        "_planning.options",
        "_planning.ordering",
        "_planning.critical_path",
        "_planning.distribution",
        "_planning.forecast",
        "_planning.levers",
        "_tailoring.difference",
        "_tailoring.explanation",
        "_tailoring.upgrade",
        "_launch.gate",
        "_launch.launch",
        "_launch.results",
        "_launch.review",
    }
