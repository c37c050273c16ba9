"""The command ``render --all``: a page of each launch in the store and an index, each written whole."""

import os
import re

import pytest

from servingchecklist import Effort, ForecastOptions, Store, write
from servingchecklist.formats import html

BY = ("--by", "ml-platform")


@pytest.fixture
def started(run):
    for name in ("ranker-v7", "fraud-v3"):
        assert run("start", name, *BY)[0] == 0
    return run


def test_each_launch_is_a_page_and_the_index_leads_to_all(started, tmp_path):
    assert started("render", "--all", "--out", "public/pages") == (
        0,
        "fraud-v3: written to public/pages\nranker-v7: written to public/pages\nindex: written to public/pages\n",
        "",
    )
    folder = tmp_path / "public" / "pages"
    assert sorted(os.listdir(folder)) == ["fraud-v3.html", "index.html", "ranker-v7.html"]
    index = (folder / "index.html").read_text("utf-8")
    assert re.findall('<a href="(.*?)">', index) == ["fraud-v3.html", "ranker-v7.html"]
    for page in ((folder / name).read_text("utf-8") for name in ("fraud-v3.html", "ranker-v7.html")):
        assert "0 of 9 done" in page
        assert page.count('<a href="index.html">All launches</a>') == 1
    (folder / "notes.txt").write_text("kept", "utf-8")
    assert started("finish", "c1", "--launch", "fraud-v3", *BY)[0] == 0
    assert started("render", "--all", "--output", str(folder), "--format", "html")[0] == 0
    assert "1 of 9 done" in (folder / "fraud-v3.html").read_text("utf-8")
    assert (folder / "notes.txt").read_text("utf-8") == "kept"


def test_the_forecasts_take_the_options_beside_the_store(started, tmp_path):
    options = ForecastOptions(efforts={"c9": Effort(200, 200)})
    write(options, tmp_path / "fraud-v3.forecast.toml")
    assert started("render", "--all", "--out", "pages")[0] == 0
    shown = re.findall(
        r"<td><span .*?>(\d{4}-\d\d-\d\d)</span></td>", (tmp_path / "pages" / "index.html").read_text("utf-8")
    )
    assert len(shown) == 2
    assert shown[0] > shown[1]


def test_an_empty_store_has_an_index_without_rows(run, tmp_path):
    with Store(tmp_path / "launches.db"):
        pass
    assert run("render", "--all", "--out", "pages") == (0, "index: written to pages\n", "")
    assert "No launches" in (tmp_path / "pages" / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "--all needs a folder; name it with --out"),
        (("--out", "-"), "--all needs a folder; name it with --out"),
        (("fraud-v3", "--out", "p"), "--all is for all launches in the store (got 'fraud-v3'); leave out its name, or --all"),
        (("--format", "svg", "--out", "p"), "--all writes pages (got 'svg'); leave out --format, or write html"),
        (("--store", "other.db", "--out", "p"), "there is no store of launches (got 'other.db'); start a launch with: servingchecklist start NAME; or name the store with --store"),
    ],
)  # fmt: skip
def test_mistakes_are_told_before_anything_is_written(started, tmp_path, arguments, sentence):
    assert started("render", "--all", *arguments) == (2, "", f"servingchecklist: {sentence}\n")
    assert sorted(os.listdir(tmp_path)) == ["launches.db"]


def test_launches_in_files_are_to_be_imported_first(run, tmp_path):
    (tmp_path / "launches").mkdir()
    start = "start a launch with: servingchecklist start NAME; or name the store with --store\n"
    problem = "servingchecklist: there is no store of launches (got 'launches.db'); "
    assert run("render", "--all", "--out", "p") == (2, "", problem + start)
    assert run("start", "fraud-v3", *BY, "--output", "launches/fraud-v3.jsonl")[0] == 0
    first = "import the files in 'launches' first: servingchecklist import launches; or "
    assert run("render", "--all", "--out", "p") == (2, "", problem + first + start)
    assert run("import", "launches")[0] == 0
    assert run("render", "--all", "--out", "p")[0] == 0


def test_a_launch_of_the_name_of_the_index_is_told(started, tmp_path):
    assert started("start", "index", *BY)[0] == 0
    assert started("render", "--all", "--out", "p") == (
        2,
        "",
        "servingchecklist: a launch has the name of the index (got 'index'); "
        "render the others one by one, with render NAME --output NAME.html\n",
    )
    assert not (tmp_path / "p").exists()


def test_a_folder_that_cannot_be_written_is_told(started, tmp_path):
    (tmp_path / "taken").write_text("", "utf-8")
    status, out, err = started("render", "--all", "--out", "taken")
    assert (status, out) == (2, "")
    assert err.startswith("servingchecklist: ")
    assert "taken" in err


def test_where_a_page_cannot_be_written_the_index_is_as_it_was(started, tmp_path, monkeypatch):
    assert started("render", "--all", "--out", "pages")[0] == 0
    before = (tmp_path / "pages" / "index.html").read_bytes()
    (tmp_path / "pages" / "ranker-v7.html").unlink()
    (tmp_path / "pages" / "ranker-v7.html").mkdir()
    monkeypatch.setattr(html, "index", lambda *_, **__: "another index")
    assert started("render", "--all", "--out", "pages")[0] == 2
    assert (tmp_path / "pages" / "index.html").read_bytes() == before
