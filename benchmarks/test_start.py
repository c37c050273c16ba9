"""How long it takes to be there: whole processes."""

from __future__ import annotations

import subprocess
import sys


def process(*arguments):
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def test_import(compare):
    compare(
        "import servingchecklist / import attrs",
        process("-c", "import servingchecklist"),
        process("-c", "import attrs"),
        1.15,
        rounds=21,
    )


def test_main_job(compare):
    theirs = process("-c", "import cattrs, tomllib")
    compare(
        "python -m servingchecklist / import cattrs, tomllib", process("-m", "servingchecklist"), theirs, 1.3, rounds=21
    )
