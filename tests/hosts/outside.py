"""Needs of these tests from outside Python: node, npm packages and chromium.

By hand, in a checkout, the session of all of it, which keeps the pictures where it is told to::

    nox -s hosts -- --pictures pictures

A test whose needs are not there is skipped and says what it needs, but where HOSTS_REQUIRED is set it fails.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium")
PICTURES = os.environ.get("HOSTS_PICTURES")
REQUIRED = os.environ.get("HOSTS_REQUIRED")


@cache
def lacking(package):
    """Return the reason that a script which needs that npm package cannot run here, or None."""
    if not shutil.which("node"):
        return "needs node"
    asked = ["node", "-e", f"require.resolve('{package}/package.json')"]
    if subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode:
        return f"needs the npm package {package} on NODE_PATH"
    return None


def needs(*packages, chromium=False, modules=()):
    """Return a mark for tests that need these npm packages and Python modules."""
    reasons = [reason for reason in map(lacking, packages) if reason]
    reasons += [f"needs {module}" for module in modules if not importlib.util.find_spec(module)]
    if chromium and not CHROMIUM:
        reasons.append("needs chromium")
    reason = ", ".join(dict.fromkeys(reasons))
    if reason and REQUIRED:
        raise RuntimeError(reason)
    return pytest.mark.skipif(bool(reason), reason=reason or "nothing is lacking")


def run(script, given, *, seconds):
    """Return the output of a script of this folder for an input, both of them JSON."""
    done = subprocess.run(
        ["node", str(HERE / script)],
        input=json.dumps(given).encode(),
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return json.loads(done.stdout)


def pictures(folder):
    """The folder of that name to keep pictures in, or nothing where they are not kept."""
    if not PICTURES:
        return None
    path = Path(PICTURES).resolve() / folder
    path.mkdir(parents=True, exist_ok=True)
    return str(path)
