"""The pages for contributors name files that exist, and the list of shortcuts around constructors is complete."""

import re
from pathlib import Path

import pytest

import servingchecklist

SRC = Path(servingchecklist.__file__).parent
ROOT = Path(__file__).parents[1]
CODE = re.compile(r"^ *```.*?^ *```$|`([^`]+)`", re.DOTALL | re.MULTILINE)  # a fenced block is skipped


def missing(text):
    """Return the paths of modules in the inline code of a page that lead nowhere."""
    paths = [path for code in CODE.findall(text) for path in code.split() if path.endswith(".py")]
    return [path for path in paths if not any((base / path).is_file() for base in (ROOT, SRC, ROOT / "tests"))]


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/contributing/*.md")), ids=lambda page: page.stem)
def test_every_module_that_a_page_names_exists(page):
    assert missing(page.read_text("utf-8")) == []


def test_the_check_sees_a_path_that_leads_nowhere():
    text = "`cli/gone.py`, `cli/parser.py`, `launch/test_events.py` and `X=1 pytest tests/gone.py`\n  ```\n  `no.py`\n  ```\n"
    assert missing(text) == ["cli/gone.py", "tests/gone.py"]


def test_only_the_shortcuts_that_are_listed_make_a_value_without_its_constructor():
    users = {path.relative_to(SRC).as_posix() for path in SRC.rglob("*.py") if "__new__" in path.read_text("utf-8")}
    shortcuts = {"_launch/log.py", "_tailoring/builder.py", "codec/readers.py"}
    assert users == shortcuts | {"_model/_validation.py", "_model/task.py"}
    listed = (ROOT / "docs" / "contributing" / "decisions.md").read_text("utf-8")
    assert {name for name in users if f"\n| `{name}`" in listed} == shortcuts
