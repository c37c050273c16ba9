"""The pages that the documentation shows: one of each kind of value, each with a link to it, and no link that leads nowhere."""

import importlib.util
import re
from pathlib import Path

import pytest

from servingchecklist import dumps
from servingchecklist.formats._views import VIEWS

DOCS = Path(__file__).parent.parent / "docs"
PARTS = {"Phase", "Task", "Effort", "results.TaskState", "results.Progress", "Launch"}
"""Values that are shown as a part of another; a launch is shown by its snapshot."""


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("example_pages", DOCS / "example_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_a_page_of_each_kind(example):
    kinds = {f"{type(value).__module__}.{type(value).__name__}" for value in example.pages().values()}
    assert {kind.removeprefix("servingchecklist.") for kind in kinds} == set(VIEWS) - PARTS


def test_the_documentation_links_to_every_page(example, tmp_path):
    example.write_pages(tmp_path)
    text = (DOCS / "reference" / "pages.md").read_text("utf-8")
    links = {link.partition("#")[0] for link in re.findall(r'href="../pages/(.*?)"', text)}
    assert links == {path.name for path in tmp_path.iterdir()}
    assert 'id="task-c4"' in (tmp_path / "fraud-v3.html").read_text("utf-8")
    index = (tmp_path / "index.html").read_text("utf-8")
    assert set(re.findall('<a href="(.*?)">', index)) == {"fraud-v3.html", "ranker-v7.html"}


def test_the_example_shows_what_happens_in_a_launch(example):
    fraud, _ = example.launches()
    page = dumps(fraud.snapshot(at=example.march(11)), "html")
    for words in ("overdue: due 2026-03-09, 2 days ago", "blocked since 2026-03-09", "waived until 2026-04-30"):
        assert words in page
