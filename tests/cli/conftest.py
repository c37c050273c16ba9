"""The command line called as a person calls it, in a folder of its own."""

from importlib import metadata
from pathlib import Path

import pytest

from servingchecklist.__main__ import main


@pytest.fixture(autouse=True)
def nothing_else_is_installed(tmp_path, monkeypatch):
    """Packs that whoever runs the tests has installed are none of theirs."""
    found = metadata.distributions
    monkeypatch.setattr(
        metadata,
        "distributions",
        lambda: (one for one in found() if Path(one.locate_file("")).is_relative_to(tmp_path)),
    )


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            status = main(arguments)
        except SystemExit as stop:  # argparse's own way out
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
