"""The page about dataframes: its blocks in ``py`` need libraries that the default suite does not have."""

import re
from doctest import DocTestParser, DocTestRunner
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-dataframes.md"


def test_every_block_of_the_page_prints_what_it_shows(capsys):
    for name in ("nanoarrow", "duckdb", "pandas", "polars", "pyarrow"):
        pytest.importorskip(name)
    blocks = re.findall(r"^```(?:python|py)\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    names, runner = {}, DocTestRunner()
    for block in blocks:
        if ">>>" in block:
            test = DocTestParser().get_doctest(block, {}, PAGE.name, str(PAGE), 0)
            test.globs = names
            runner.run(test, clear_globs=False)
        else:
            exec(block, names)
    assert runner.summarize(verbose=False).failed == 0, capsys.readouterr().out
    assert runner.tries > len(blocks)
