"""The examples of the README and of the documentation pass both type checkers, strictly. Runs in ``nox -s types``."""

import json
import os
import re
import subprocess
import sys
from doctest import Example
from importlib.util import resolve_name
from pathlib import Path

import pytest
from sybil import Document
from sybil.parsers.myst import PythonCodeBlockParser

import servingchecklist

ROOT = Path(__file__).parents[1]
SOURCE = str(Path(servingchecklist.__file__).parents[1])


def module_of(page):
    """Return the examples of a page as one module, each on the line of the page that it is on."""
    lines = [""] * page.read_text("utf-8").count("\n")
    for example in Document.parse(str(page), PythonCodeBlockParser()):
        code, start = example.parsed, example.line
        if isinstance(code, Example):
            code, start = "" if code.exc_msg else code.source, start - 1  # a type checker may see the error too
        lines[start : start + code.count("\n")] = code.splitlines()
    module = "\n".join(lines) + "\n"
    if package := re.search('^__package__ = "(.+)"\n', module, re.MULTILINE):  # the page shows a module of the library
        module = module.replace(package[0], "\n")
        module = re.sub(r"(?<=\bfrom )\.\S*", lambda dots: resolve_name(dots[0], package[1]), module)
    return module


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    written = [
        page for page in sorted(ROOT.glob("docs/**/*.md")) if page.parent.name != "guides"
    ]  # copies of those in src
    for page in (ROOT / "README.md", *written, *sorted(ROOT.glob("src/**/*.md"))):
        name = "_".join(page.relative_to(ROOT).with_suffix("").parts).replace("-", "_")
        (folder / f"{name}.py").write_text(module_of(page), "utf-8")
    return folder


def problems(*command, folder):
    """Return the output of a type checker that finds something, and of one that cannot run."""
    run = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | {"MYPYPATH": SOURCE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return run.stdout if run.returncode else ""


@pytest.mark.types
def test_mypy_finds_nothing_in_the_pages(pages):
    assert problems("mypy", "--strict", "--allow-redefinition", "--no-error-summary", ".", folder=pages) == ""


# What is right on a page, and would not be in a program.
RELAXED = (
    "PossiblyUnboundVariable",
    "DuplicateImport",
    "MatchNotExhaustive",
    "PrivateUsage",
    "UnusedExpression",
    "UnusedImport",
)


@pytest.mark.types
def test_pyright_finds_nothing_in_the_pages(pages):
    options = {"typeCheckingMode": "strict", "extraPaths": [SOURCE]} | {f"report{rule}": False for rule in RELAXED}
    (pages / "pyrightconfig.json").write_text(json.dumps(options))
    assert problems("pyright", "--pythonpath", sys.executable, folder=pages) == ""
