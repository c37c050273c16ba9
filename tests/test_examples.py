"""The examples run, say what they promise, and stay short."""

import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from servingchecklist import dumps, model_serving

EXAMPLES = Path(__file__).parent.parent / "examples"


def run(name, *arguments):
    command = [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def test_the_quickstart_says_what_to_do_next():
    out = run("quickstart.py")
    assert (
        "1. Audit current state (Model Serving): in Foundation, the phase under way, high, unblocks c4 (critical)"
        in out
    )
    assert "What is critical first: c1 c3 c4 c5 c6 c7 c8 c9 c2" in out


def test_the_comment_follows_the_ticked_boxes(tmp_path):
    description = tmp_path / "description.md"
    text = dumps(model_serving(), "markdown")
    description.write_text(text + "\n- [x] an errand `of-ours`\n", "utf-8")
    out = run("pull_request_comment.py", str(description))
    assert out.startswith("**0 of 9 tasks are done.** Next:\n\n1. **Define goals and KPIs (Model Serving)**")
    description.write_text(re.sub(r"- \[ \] (.*`c[1-6]`)", r"- [x] \1", text), "utf-8")
    out = run("pull_request_comment.py", str(description))
    assert out.startswith("**6 of 9 tasks are done.** Next:\n\n1. **Ship and verify (Model Serving)** · `c7`")
    description.write_text(text.replace("- [ ]", "- [X]"), "utf-8")
    assert run("pull_request_comment.py", str(description)) == "All 9 tasks of model-serving are done.\n"


@pytest.mark.filterwarnings("default")
def test_the_notebook_runs_and_shows_pages():
    notebook = nbformat.read(EXAMPLES / "plan_a_launch.ipynb", as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "the notebook is kept without outputs"
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", ())]
    assert sum("text/html" in data for data in shown) == 4
    assert shown[0]["text/html"] == model_serving()._repr_html_()
    assert shown[-1]["text/plain"] == "True"


def test_an_embedding_tool_takes_under_sixty_lines():
    assert len((EXAMPLES / "pull_request_comment.py").read_text("utf-8").splitlines()) < 60
