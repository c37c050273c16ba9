"""Lists of others that are made to keep the importers busy: each is read in a second or two, or refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from threats import bombs_imports

pytest.importorskip("markdown_it")


def test_no_bomb_right_below_the_limits_does_harm(some):
    names = some([*bombs_imports.MARKDOWN, *bombs_imports.CSV], 30)
    done = subprocess.run(
        [sys.executable, "-m", "threats.bombs_imports"],
        cwd=Path(__file__).parents[1],
        input=json.dumps(names),
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in found] == names
    came = {
        "read",
        "$: holds too many tasks: at most 2,000 are read; pass Limits(tasks=...) to read more, or limits=None where you trust the text",
    }
    assert [one for one in found if one["seconds"] >= 2 or one["megabytes"] >= 200 or one["came"] not in came] == []
