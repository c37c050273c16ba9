"""The command line called as a person calls it, in a folder of its own."""

import pytest

from servingchecklist.__main__ import main


@pytest.fixture(autouse=True)
def _alone(nothing_else_is_installed):
    """Each command sees the checklists of this project only."""


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "SERVINGCHECKLIST_STORE", "SERVINGCHECKLIST_BY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        try:
            status = main(arguments)
        except SystemExit as stop:  # argparse's own way out
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run
