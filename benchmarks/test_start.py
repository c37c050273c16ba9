"""How long it takes to be there: whole processes."""

from __future__ import annotations

import subprocess
import sys


def process(*arguments):
    return lambda: subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def test_import(compare):
    ours, theirs = process("-c", "import servingchecklist"), process("-c", "import attrs")
    compare("import servingchecklist", ours, "import attrs", theirs, goal=1.15, rounds=21)


def test_main_job(compare):
    ours, theirs = process("-m", "servingchecklist"), process("-c", "import cattrs, tomllib")
    compare("python -m servingchecklist", ours, "import cattrs, tomllib", theirs, goal=1.3, rounds=21)
