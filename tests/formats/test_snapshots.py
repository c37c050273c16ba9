"""What the bundled checklist looks like in every format, as whole files.

After a change on purpose: UPDATE_SNAPSHOTS=1 python -m pytest tests/formats/test_snapshots.py, then look at the difference.
"""

import json
import os
import tomllib
from pathlib import Path

import html5lib
import pytest
from markdown_it import MarkdownIt

from servingchecklist import dumps, model_serving, order

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"
LAUNCH = model_serving()
CASES = {
    "model-serving.json": (LAUNCH, "json"),
    "model-serving.toml": (LAUNCH, "toml"),
    "model-serving.md": (LAUNCH, "markdown"),
    "model-serving.html": (LAUNCH, "html"),
    "model-serving.txt": (LAUNCH, "text"),
    "order.md": (order(LAUNCH), "markdown"),
    "order.html": (order(LAUNCH), "html"),
    "order.txt": (order(LAUNCH), "text"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_as_it_was(name):
    text = dumps(*CASES[name])
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_bytes(text.encode())
    assert path.read_bytes().decode() == text


def test_no_snapshot_is_left_over():
    assert {path.name for path in SNAPSHOTS.iterdir()} == set(CASES)


def titles():
    return [LAUNCH.title_of(task) for task in LAUNCH]


def test_a_json_reader_and_a_toml_reader_agree():
    read_json = json.loads((SNAPSHOTS / "model-serving.json").read_bytes())
    read_toml = tomllib.loads((SNAPSHOTS / "model-serving.toml").read_text("utf-8"))
    assert read_json == read_toml


def test_a_markdown_reader_finds_the_phases_and_the_tasks():
    tokens = MarkdownIt("commonmark").parse((SNAPSHOTS / "model-serving.md").read_text("utf-8"))
    headings = [after.content for token, after in zip(tokens, tokens[1:], strict=False) if token.type == "heading_open"]
    assert headings == [LAUNCH.title, "01 Foundation", "02 Execution", "03 Launch & Review", "Tips"]
    boxes = [token.content for token in tokens if token.type == "inline" and token.content.startswith("[ ]")]
    assert [box.split("**")[1] for box in boxes] == titles()


def test_an_html_reader_finds_the_phases_and_the_tasks():
    page = html5lib.HTMLParser(strict=False).parse((SNAPSHOTS / "model-serving.html").read_text("utf-8"))
    namespace = "{http://www.w3.org/1999/xhtml}"
    assert page.find(f"{namespace}head/{namespace}title").text == LAUNCH.title
    assert len(page.findall(f".//{namespace}main")) == 1
    assert ["".join(one.itertext()) for one in page.iter(f"{namespace}h2")] == [
        "01Foundation",
        "02Execution",
        "03Launch & Review",
        "Tips",
    ]
    assert ["".join(one.itertext()) for one in page.iter(f"{namespace}h3")] == titles()
    assert not [
        one for one in page.iter() if one.tag in {f"{namespace}{tag}" for tag in ("script", "img", "link", "iframe")}
    ]


def test_the_text_has_every_title_and_no_line_is_too_wide():
    text = (SNAPSHOTS / "model-serving.txt").read_text("utf-8")
    assert all(f"[ ] {title}\n" in text for title in titles())
    assert max(map(len, text.splitlines())) <= 80
