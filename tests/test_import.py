"""The facade: cheap to import, sorted, complete, and typed."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

import servingchecklist


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
    assert not [name for name in loaded if name.startswith("servingchecklist.")]


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
    assert set(servingchecklist._HOME) == set(servingchecklist.__all__)
    for name, home in servingchecklist._HOME.items():
        module = import_module(f"servingchecklist.{home}")
        assert servingchecklist.__getattr__(name) is getattr(module, name, module)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'servingchecklist' has no attribute 'Lunch'$"):
        servingchecklist.Lunch  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert servingchecklist.__version__ == version("servingchecklist")
