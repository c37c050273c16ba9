"""A JupyterLab for one block: in a folder of its own, on this machine only, and ended with that block."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from pathlib import Path

HERE = "127.0.0.1"
PATIENCE = 60  # seconds until it answers
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


@dataclass
class Lab:
    """The address of a running JupyterLab, and its folder."""

    folder: Path
    port: int
    token: str

    @property
    def url(self):
        return f"http://{HERE}:{self.port}"

    @property
    def notebooks(self):
        return self.folder / "notebooks"

    @property
    def env(self):
        """Nothing of it is kept with what the person who runs the tests has of Jupyter."""
        own = {"CONFIG": "config", "DATA": "data", "RUNTIME": "runtime"}
        folders = {f"JUPYTER_{name}_DIR": str(self.folder / path) for name, path in own.items()}
        lab = {f"JUPYTERLAB_{name}_DIR": str(self.folder / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
        return os.environ | folders | lab | {"IPYTHONDIR": str(self.folder / "ipython")}

    def set(self, plugin, **settings):
        package, _, name = plugin.partition(":")
        path = self.folder / "settings" / package / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), "utf-8")

    def set_theme(self, theme):
        """The theme of pages that are loaded from now on."""
        self.set("@jupyterlab/apputils-extension:themes", theme=THEMES[theme])

    def add(self, name, notebook, *, trusted):
        path = self.notebooks / name
        nbformat.write(notebook, path)
        if trusted:
            command = [sys.executable, "-m", "jupyter", "trust", str(path)]
            subprocess.run(command, env=self.env, check=True, capture_output=True, timeout=PATIENCE)

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/api?token={self.token}", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _free_port():
    with socket.socket() as one:
        one.bind((HERE, 0))
        return one.getsockname()[1]


def _wait_for(lab, process, log):
    until = time.monotonic() + PATIENCE
    while not lab.answers():
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"JupyterLab did not start:\n{log.read_text('utf-8', 'replace')}")
        time.sleep(0.2)


@contextmanager
def lab_in(folder):
    """A JupyterLab in that folder, which is ended by its own process id."""
    lab = Lab(folder, _free_port(), secrets.token_hex(16))
    lab.notebooks.mkdir()
    lab.set("@jupyterlab/apputils-extension:notification", fetchNews="false", checkForUpdates=False)
    lab.set("@jupyterlab/notebook-extension:tracker", windowingMode="none")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *(f"--ServerApp.ip={HERE}", f"--ServerApp.port={lab.port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={lab.notebooks}"),
        *("--LabApp.extension_manager=readonly", "--LabApp.news_url=None"),
    ]
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=lab.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            _wait_for(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
