"""The facade: cheap to import, sorted, complete, and typed."""

import json
import subprocess
import sys

import pytest

import servingchecklist


def run(code):
    return json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys; old = set(sys.modules); import servingchecklist; new = set(sys.modules) - old; import json; print(json.dumps([*new]))"
    loaded = run(code)
    assert "servingchecklist" in loaded
    heavy = {"attr", "attrs", "cattrs", "tomllib", "tomli_w", "json", "re", "datetime"}
    assert not heavy & set(loaded)
    assert not [name for name in loaded if name.startswith("servingchecklist.")]


def test_the_model_loads_no_codec_and_no_parser():
    code = "import sys; from servingchecklist import Checklist, order; names = list(sys.modules); import json; print(json.dumps(names))"
    assert not {"cattrs", "tomllib", "tomli_w", "json"} & set(run(code))


def test_star_import_gives_every_public_name():
    code = "from servingchecklist import *; names = sorted(n for n in dir() if n[0] != '_'); import json; print(json.dumps(names))"
    assert set(run(code)) == set(servingchecklist.__all__)


def test_all_names_are_there_and_dir_lists_them():
    assert dir(servingchecklist) == sorted(servingchecklist.__all__)
    for name in servingchecklist.__all__:
        assert getattr(servingchecklist, name) is not None


def test_every_public_name_is_at_home_where_the_facade_says():
    assert set(servingchecklist._HOME) | {"catalog"} == set(servingchecklist.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'servingchecklist' has no attribute 'Lunch'$"):
        servingchecklist.Lunch  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert servingchecklist.__version__ == version("servingchecklist")
