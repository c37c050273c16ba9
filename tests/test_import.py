"""The facade: cheap to import, sorted, complete, and typed."""

import ast
import inspect
import json
import subprocess
import sys
import typing
from importlib import import_module, metadata
from pathlib import Path
from types import FunctionType, ModuleType

import attrs
import pytest

import servingchecklist
from helpers.modules import MODULES
from servingchecklist import rules


def run(code):
    return json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)


def loaded_by(statement):
    """The modules that a statement loads, beyond what the interpreter had loaded already."""
    return set(
        run(
            f"import sys; old = set(sys.modules); {statement}; new = [*(set(sys.modules) - old)]; import json; print(json.dumps(new))"
        )
    )


def test_importing_the_package_loads_nothing_heavy():
    loaded = loaded_by("import servingchecklist")
    assert "servingchecklist" in loaded
    assert not loaded & {"attr", "attrs", "cattrs", "tomllib", "tomli_w", "json", "re", "datetime"}
    assert [name for name in loaded if name.startswith("servingchecklist.")] == ["servingchecklist._namespace"]


def test_the_model_and_the_ordering_load_no_codec_and_no_parser():
    loaded = loaded_by("from servingchecklist import Checklist, order")
    assert "servingchecklist._planning.ordering" in loaded
    assert not loaded & {"cattrs", "tomllib", "tomli_w", "json", "servingchecklist.codec"}


def test_a_forecast_loads_no_launch_and_no_format():
    loaded = loaded_by("from servingchecklist import Calendar, Checklist, critical_path, forecast")
    assert "servingchecklist._planning.forecast" in loaded
    assert not loaded & {"cattrs", "tomllib", "tomli_w", "json", "servingchecklist.codec", "servingchecklist.formats"}
    assert not [name for name in loaded if name.startswith("servingchecklist._launch")]


def test_the_bundled_checklist_is_read_without_what_only_writes():
    loaded = loaded_by("from servingchecklist import model_serving; model_serving()")
    assert "servingchecklist.formats.toml" in loaded
    assert not loaded & {"cattrs", "tomli_w", "json"}


def test_star_import_gives_every_public_name():
    code = "from servingchecklist import *; names = sorted(n for n in dir() if n[0] != '_'); import json; print(json.dumps(names))"
    assert set(run(code)) == set(servingchecklist.__all__)


def test_all_names_are_there_and_dir_lists_them():
    assert set(dir(servingchecklist)) == {*servingchecklist.__all__, "__version__"}
    for name in servingchecklist.__all__:
        assert getattr(servingchecklist, name) is not None


def test_every_public_name_is_at_home_where_the_facade_says():
    for name, home in servingchecklist._HOMES.items():
        value = servingchecklist.__getattr__(name)
        if home is None:
            assert value is import_module(f"servingchecklist.{name}")
        else:
            assert value is getattr(import_module(f"servingchecklist.{home}"), name)
            assert not isinstance(value, ModuleType)


def test_the_stub_has_the_names_of_the_table_and_no_others():
    stub = ast.parse(Path(servingchecklist.__file__).with_suffix(".pyi").read_text("utf-8"))
    homes = {}
    for line in stub.body:
        if isinstance(line, ast.ImportFrom):
            (alias,) = line.names
            assert alias.asname == alias.name
            homes[alias.name] = line.module
    assert homes == servingchecklist._HOMES
    assert len(homes) <= 47


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_public_names_are_imported_from_where_they_say_they_are(module):
    names = module.__all__
    assert len({name.lower() for name in names}) == len(names), "two names differ by case only"
    for name in names:
        value = getattr(module, name)
        if isinstance(value, type | FunctionType):
            home = import_module(value.__module__)
            assert getattr(home, name) is value
            assert home in MODULES, f"{name} shows a private path"
            assert inspect.getdoc(value)


# The changes of an overlay are imported only where there are some; the key of a rule is an alias that holds itself.
UNRESOLVED = (servingchecklist.Overlay, rules.Rule)


def test_annotations_of_public_classes_can_be_resolved():
    for module in MODULES:
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, type) and attrs.has(value) and value not in UNRESOLVED:
                assert set(typing.get_type_hints(value)) >= {field.name for field in attrs.fields(value)}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'servingchecklist' has no attribute 'Lunch'$"):
        servingchecklist.Lunch  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert servingchecklist.__version__ == version("servingchecklist")


def test_a_package_that_is_not_installed_has_no_version(monkeypatch):
    def not_there(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", not_there)
    assert not hasattr(servingchecklist, "__version__")


def test_every_field_with_a_tuple_takes_a_list():
    for module in MODULES:
        for name in module.__all__:
            kind = getattr(module, name)
            if isinstance(kind, type) and attrs.has(kind):
                for field in attrs.fields(kind):
                    if str(field.type).startswith("tuple") and field.init:
                        assert field.converter is not None, f"{name}.{field.name}"
