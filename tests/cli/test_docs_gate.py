"""The tutorial about gates shows what its commands print: all of them run, one after the other, in an empty folder."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import servingchecklist

PAGE = Path(__file__).parents[2] / "docs" / "gate-in-ci.md"
END = "-- end of the output --"


def script_and_outputs(text):
    """Return a script that writes the files of the page and runs its commands, and the outputs that it shows."""
    script, shown = [], []
    for name, language, body in re.findall(
        r"(?:`([\w.-]+)`:\n\n)?^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
    ):
        if language == "console":
            for step in body.removeprefix("$ ").split("\n$ "):
                command, _, output = step.partition("\n")
                script.append(f"{command}\n__status=$?; echo '{END}'; (exit $__status)\n")
                shown.append((command, output and f"{output.rstrip()}\n"))
        elif name:
            script.append(f"cat > {name} <<'END_OF_FILE'\n{body}END_OF_FILE\n")
    return "".join(script), shown


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_the_page_about_gates_shows_what_its_commands_print(tmp_path):
    script, shown = script_and_outputs(PAGE.read_text("utf-8"))
    python = shlex.quote(sys.executable)
    head = f'servingchecklist() {{ {python} -m servingchecklist "$@"; }}\npython() {{ {python} "$@"; }}\n'
    env = {**os.environ, "TZ": "UTC", "PYTHONPATH": str(Path(servingchecklist.__file__).parents[1])}
    run = subprocess.run(
        ["bash"], input=head + script, cwd=tmp_path, env=env, check=False, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    printed = run.stdout.split(f"{END}\n")
    assert len(printed) == len(shown) + 1 > 20
    for (command, expected), found in zip(shown, printed, strict=False):
        assert found == expected, f"$ {command}\n{found}"
