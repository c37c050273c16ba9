"""The examples run, say what they promise, and stay short."""

import re
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from servingchecklist import Launch, Store, dumps, model_serving, write

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


def executed(name):
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "the notebook is kept without outputs"
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [output.data for cell in notebook.cells for output in cell.get("outputs", ())]


@pytest.mark.filterwarnings("default")
def test_the_notebook_runs_and_shows_pages():
    shown = executed("plan_a_launch.ipynb")
    assert sum("text/html" in data for data in shown) == 4
    assert shown[0]["text/html"] == model_serving()._repr_html_()
    assert shown[-1]["text/plain"] == "True"


@pytest.mark.filterwarnings("default")
def test_two_weeks_of_a_launch_are_told_to_the_end():
    shown = executed("two_week_launch.ipynb")
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert len(pages) == 7
    first, second = (page for page in pages if "<svg" in page)
    assert "Recorded against each other" in first
    assert "Recorded against each other" not in second
    assert "blocked since 2026-03-05: no access to the gateway logs" in pages[2]
    assert "waived until 2026-03-31" in pages[-1]
    plain = [data["text/plain"] for data in shown if "text/html" not in data]
    assert plain == [
        "['waived', 'todo']",
        "[('finished', 'data-science'), ('blocked', 'serving-team')]",
        "'6 done, 1 waived, 2 to go, 3.5 days of work left'",
        "14",
        "True",
    ]


def test_the_stand_up_says_who_has_what_and_what_is_next():
    lines = run("stand_up.py").splitlines()
    assert lines[:3] == [
        "fraud-v3, 2026-03-05: 1 of 9 tasks settled",
        "* data-science: Audit current state (Model Serving), doing",
        "* serving-team: Set up tracking (Model Serving), blocked (no quota for metrics)",
    ]
    assert lines[3].startswith(
        "1. Audit current state (Model Serving): under way since 2026-03-04, owned by data-science"
    )
    assert len(lines) == 6


def test_the_stand_up_reads_a_file_and_a_store(tmp_path):
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform").begin("c1", by="ml-platform")
    write(launch, tmp_path / "fraud-v3.toml")
    with Store(tmp_path / "launches.db") as store:
        store.save(launch)
    out = run("stand_up.py", str(tmp_path / "launches.db"))
    assert out == run("stand_up.py", str(tmp_path / "fraud-v3.toml"))
    assert "\n* nobody: Define goals and KPIs (Model Serving), doing\n1. Define goals and KPIs" in out
    with Store(tmp_path / "launches.db") as store:
        store.save(Launch.start(model_serving(), name="payments", by="ml-platform"))
    assert "payments, " in run("stand_up.py", str(tmp_path / "launches.db"), "payments")
    for arguments, words in [
        (["launches.db"], "say which launch: fraud-v3, payments\n"),
        (["launches.db", "payment"], "did you mean 'payments'?\n"),
        (["gone.db"], f"there is no file {tmp_path / 'gone.db'}\n"),
    ]:
        with pytest.raises(subprocess.CalledProcessError) as failed:
            run("stand_up.py", str(tmp_path / arguments[0]), *arguments[1:])
        assert failed.value.stderr.endswith(words)
    assert not (tmp_path / "gone.db").exists()


@pytest.mark.parametrize("name", ["pull_request_comment.py", "stand_up.py"])
def test_an_embedding_tool_takes_under_sixty_lines(name):
    assert len((EXAMPLES / name).read_text("utf-8").splitlines()) < 60
