"""What the whole suite shares: examples in the documentation run as tests, and slow tests run only when asked for."""

from __future__ import annotations

from doctest import ELLIPSIS
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser, SkipParser

import servingchecklist

_calm = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("fast", max_examples=12, derandomize=True, **_calm)
settings.register_profile("whole", max_examples=50, derandomize=True, **_calm)
settings.register_profile("slow", max_examples=10_000, **_calm)
settings.register_profile("hasty", settings.get_profile("fast"), phases=[Phase.explicit, Phase.generate])


def _everything(namespace):
    """Docstrings use the public names without importing them."""
    namespace.update({name: getattr(servingchecklist, name) for name in servingchecklist.__all__})


_pages = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)],
    patterns=["*.md"],
    excludes=["CHANGELOG.md", "changelog.d/*", "docs/guides/*"],  # the last are copies of those in src
)
_docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS), SkipParser()],
    path=str(Path(servingchecklist.__file__).parent),
    patterns=["**/*.py"],
    setup=_everything,
)
pytest_collect_file = (_pages + _docstrings).pytest()


@pytest.fixture(autouse=True, scope="session")
def _in_no_repository(tmp_path_factory):
    """Temporary folders are in no git repository, even where they lie below one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path_factory.getbasetemp()))
        yield


@pytest.fixture
def nothing_else_is_installed(tmp_path, monkeypatch):
    """Packs that whoever runs the tests has installed are none of theirs."""
    found = metadata.distributions
    monkeypatch.setattr(
        metadata,
        "distributions",
        lambda: (one for one in found() if Path(one.locate_file("")).is_relative_to(tmp_path)),
    )


MOST_CASES = 20
"""How many cases of a family of threats run by default; the others run with --whole."""


def _evenly(cases, most=MOST_CASES):
    """Return some of the cases, evenly from their beginning to their end."""
    return [cases[number * len(cases) // most] for number in range(most)] if len(cases) > most else list(cases)


@pytest.fixture
def some(pytestconfig):
    """A function that returns some of the cases which a test goes through, and all of them with --whole."""
    return (lambda cases, most=None: cases) if pytestconfig.getoption("--whole") else _evenly


@pytest.fixture
def many(pytestconfig):
    """How many tasks a long checklist has: enough that recursion or work that grows with the square would show."""
    return 100_000 if pytestconfig.getoption("--whole") else 20_000


def pytest_addoption(parser):
    parser.addoption(
        "--whole", action="store_true", help="run all cases of each family of threats, and not only a sample"
    )
    parser.addoption("--slow", action="store_true", help="run the slow tests too, and many more generated cases")
    parser.addoption("--hasty", action="store_true", help="search no smaller example where a generated one fails")
    parser.addoption("--types", action="store_true", help="run the tests that call the type checkers too")


def pytest_configure(config):
    chosen = (name for name in ("slow", "whole", "hasty") if config.getoption(f"--{name}"))
    settings.load_profile(next(chosen, "fast"))


def pytest_collection_modifyitems(config, items):
    if not (config.getoption("--whole") or config.getoption("--slow")):
        _sample(config, items)
    for mark in ("slow", "types"):
        if not config.getoption(f"--{mark}"):
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(pytest.mark.skip(reason=f"runs only with --{mark}"))


def _sample(config, items):
    """Keep some cases of each large family, evenly from its beginning to its end."""
    families = {}
    for item in items:
        if "threats" in item.path.parts or item.get_closest_marker("sampled"):
            families.setdefault((item.path, item.originalname), []).append(item)
    left_out = {item for family in families.values() for item in set(family) - set(_evenly(family))}
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]
