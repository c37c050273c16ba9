"""The examples run, say what they promise, and stay short."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
import nbclient
import nbformat
import pytest

from servingchecklist import (
    Checklist,
    Launch,
    Overlay,
    Store,
    dumps,
    for_context,
    model_serving,
    next_tasks,
    read,
    tailor,
    write,
)
from servingchecklist.tailoring import explain, upgrade

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
    text = dumps(model_serving(), "tasklist")
    description.write_text(text + "\n- [x] an errand `of-ours`\n", "utf-8")
    out = run("pull_request_comment.py", str(description))
    assert out.startswith("**0 of 9 tasks are done.** Next:\n\nFor Model Serving\n\n1. **Define goals and KPIs**")
    description.write_text(
        re.sub(r"- \[ \] (?=<!-- task c[1-6] )", "- [x] ", text) + "- [x] <!-- task d1 -->\n", "utf-8"
    )
    out = run("pull_request_comment.py", str(description))
    assert out.startswith("**6 of 9 tasks are done.** Next:\n\nFor Model Serving\n\n1. **Ship and verify** · `c7`")
    assert re.search(r"\n\n    line \d+: d1: there is no task of that id; known: c1, .*\n\Z", out)
    description.write_text(text.replace("- [ ] <!-- task", "- [X] <!-- task"), "utf-8")
    assert run("pull_request_comment.py", str(description)) == "All 9 tasks of model-serving are done.\n"


def test_the_gate_is_closed_while_a_critical_task_is_open(tmp_path):
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform").finish("c1", by="ml-platform")
    write(launch, tmp_path / "launch.json")
    command = [sys.executable, "-W", "error", str(EXAMPLES / "gate.py"), str(tmp_path / "launch.json")]
    gate = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (gate.returncode, gate.stdout, gate.stderr) == (
        1,
        "",
        f"open and critical in {tmp_path / 'launch.json'}: c4, c5, c9\n",
    )
    for task in ("c4", "c5", "c9"):
        launch = launch.finish(task, by="ml-platform")
    write(launch, tmp_path / "launch.json")
    assert run("gate.py", str(tmp_path / "launch.json")) == ""


def executed(name):
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "the notebook is kept without outputs"
    where = {"metadata": {"path": str(EXAMPLES)}}
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3", resources=where).execute()
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
    first, second = (page for page in pages if "<img" in page)
    assert "Conflicting records" in first
    assert "Conflicting records" not in second
    assert "c3 is blocked: no access to the gateway logs" in pages[2]
    assert "waived until 2026-03-31" in pages[-1]
    plain = [data["text/plain"] for data in shown if "text/html" not in data]
    assert plain == [
        "['waived', 'todo']",
        "[('finished', 'data-science'), ('blocked', 'serving-team')]",
        "'6 done, 1 waived, 2 to go, 3.5 days of work left'",
        "14",
        "True",
    ]


@pytest.mark.filterwarnings("default")
def test_the_date_of_a_launch_is_given_held_and_explained():
    shown = executed("launch_date.ipynb")
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert ["<img" in page for page in pages] == [True] * 5
    assert "Forecast of model-serving" in pages[0]
    assert "Assumptions" in pages[3]
    assert "P80 slipped by 2 working days" in pages[4]
    plain = [data["text/plain"] for data in shown if "text/html" not in data]
    assert [eval(one) for one in plain] == [
        {"2026-12-22": 0.4, "2026-12-28": 0.8, "2026-12-30": 0.9},
        {"c1": 0.8, "c2": 0.8, "c3": 0.2, "c4": 0.2, "c5": 0.2, "c6": 0.9, "c7": 1.0, "c8": 1.0, "c9": 1.0},
        {1: "2026-12-31", 2: "2026-12-28", 3: "2026-12-28"},
        (
            ("c6",),
            "2026-12-30",
            "c6 is blocked for an unknown time; the forecast assumes that it is unblocked from 2026-12-07 on, so its dates are the earliest possible, and the schedule leaves it out, with what waits for it.",
        ),
        ("2027-01-01", 0.91),
        [("c6", "3.7 working days later: blocked since 2026-12-01: no access to the metrics")],
        True,
    ]


@pytest.mark.filterwarnings("default")
def test_a_checklist_is_made_ones_own_and_taken_to_the_next_edition():
    shown = executed("make_it_yours.ipynb")
    pages = [data["text/html"] for data in shown if "text/html" in data]
    assert len(pages) == 4
    assert "Rehearse the way back" in pages[0]
    assert "no real traffic without somebody who pays and a way back" in pages[1]
    assert "Rehearse the way back" in pages[2]
    assert "tasks.c6.effort" in pages[3]
    reasons, *plain = [eval(data["text/plain"]) for data in shown if "text/html" not in data]
    assert reasons[0] == "set-task: nobody is on call for what has no alert"
    assert len(reasons) == 4
    assert plain == [
        ("Set up tracking and tracing", "critical", "5-8 days"),
        (True, True),
        (("c2",), "done", ["begun"]),
    ]


def test_the_stand_up_says_who_has_what_and_what_is_next():
    lines = run("stand_up.py").splitlines()
    assert lines[:3] == [
        "fraud-v3, 2026-03-05: 1 of 9 tasks closed",
        "* data-science: Audit current state (Model Serving), doing",
        "* serving-team: Set up tracking (Model Serving), blocked (no quota for metrics)",
    ]
    assert lines[3].startswith("1. Identify target audience: in Foundation, the phase under way")
    assert len(lines) == 4  # what is under way or blocked is above


def test_the_stand_up_reads_a_file_and_a_store(tmp_path):
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform").begin("c1", by="ml-platform")
    write(launch, tmp_path / "fraud-v3.toml")
    with Store(tmp_path / "launches.db") as store:
        store.save(launch)
    out = run("stand_up.py", str(tmp_path / "launches.db"))
    assert out == run("stand_up.py", str(tmp_path / "fraud-v3.toml"))
    assert "\n* nobody: Define goals and KPIs (Model Serving), doing\n1. Audit current state" in out
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


def test_starts_and_teams_are_compared_by_their_dates():
    head, *rows = run("forecast_launch.py").splitlines()[:7]
    assert head.split() == ["start", "people", "P50", "P80", "P95", "held", "by"]
    cells = [row.split(maxsplit=5) for row in rows]
    assert [cell[:2] for cell in cells] == [[day, n] for day in ("2026-11-30", "2026-12-07") for n in "123"]
    assert cells[0][2:] == ["2026-12-25", "2026-12-29", "2026-12-30", "c1 c3 c4 c5 c6 c7 c8 c9"]
    assert cells[1][2:] == ["2026-12-22", "2026-12-24", "2026-12-28", "c3 c4 c5 c7 c8 c9"]
    assert cells[2][2:] == ["2026-12-22", "2026-12-24", "2026-12-28", "c3 c4 c5 c7 c8 c9"]


def test_pictures_are_written_only_where_somebody_asks():
    assert "Written" not in run("forecast_launch.py", "2026-11-30", "--people", "2")
    out = run("forecast_launch.py", "2026-11-30", "--people", "2", "--pictures")
    paths = [Path(line.removeprefix("* ")) for line in out.partition("Written:\n")[2].splitlines()]
    assert [path.name for path in paths] == ["gantt.svg", "finish.svg", "launch.ics"]
    assert [path.read_bytes()[:4] for path in paths] == [b"<svg", b"<svg", b"BEGI"]
    shutil.rmtree(paths[0].parent)


def test_a_checklist_is_tailored_for_a_service_and_told_why(tmp_path):
    head, *lines = run("tailor_for_a_service.py").splitlines()
    assert head == "model-serving 2026.2 + house 2026.1: 11 tasks"
    assert lines[:3] == [
        "",
        "tasks.house-costs: Open a cost centre",
        "    added by house 2026.1: the bill of the last service went to the wrong team for half a year",
    ]
    target = tmp_path / "ours.toml"
    head, *lines = run("tailor_for_a_service.py", "mode=batch", "tier=B,C", "-o", str(target)).splitlines()
    assert head == "model-serving 2026.2 + house 2026.1 + context 1: 10 tasks"
    why = "applies where mode is online, events or edge; here mode is batch"
    assert f"    dropped by context 1: {why}" in lines
    assert [step.layer for step in explain(read(target), "c7")["after"].revisions] == ["house 2026.1", "context 1"]
    assert run("tailor_for_a_service.py", " mode = batch ", "tier=B, C").splitlines() == [head, *lines]
    for arguments, words in [
        (["mode=cloud"], "(got 'cloud'); known: online, batch, events, edge\n"),
        (["--overlay", str(EXAMPLES / "versions" / "fraud.toml")], "take an overlay for it, or one that is for any\n"),
        (["--overlay", "gone.toml"], "check the path\n"),
        (["tier=A", "mode"], "argument FACET=VALUE: 'mode' has no '=', as in mode=online\n"),
        (
            ["tier=A", " tier=B"],
            "error: a facet is there twice; give it once, with all its values, as in mode=online,batch\n",
        ),
    ]:
        with pytest.raises(subprocess.CalledProcessError) as failed:
            run("tailor_for_a_service.py", *arguments)
        assert words in failed.value.stderr


def test_the_editions_are_those_of_the_page():
    old, new, overlay = (
        read(EXAMPLES / "versions" / name)
        for name in ("house-launch-2026.1.toml", "house-launch-2026.2.toml", "fraud.toml")
    )
    assert [one.path for one in upgrade(old, new, overlay).conflicts] == ["tasks.access", "tasks.load-test.effort"]


def test_the_checklist_of_2026_1_is_read_with_its_layers():
    kept = read(EXAMPLES / "versions" / "assistant-2026.1.toml", kind=Checklist)
    assert [layer.label for layer in kept.layers] == ["llm-serving 2026.1", "assistant 1", "context 1"]
    assert tailor(kept.base, *kept.layers) == kept


def test_the_rules_of_the_example_pack_go_on_to_the_next_edition():
    rules = read(EXAMPLES / "pack" / "src" / "example_serving_pack" / "house-rules.toml", kind=Overlay)
    made = upgrade(model_serving(), attrs.evolve(model_serving(), version="2027.1"), rules)
    assert (made.conflicts, made.checklist.id, made.checklist.version) == ((), "house-launch", "2027.1")
    assert made.overlay == rules


def test_the_bundled_checklists_are_compared_by_what_would_bring_them_forward():
    lines = run("levers.py").splitlines()
    assert [line.partition(":")[0] for line in lines[::4]] == ["model-serving", "llm-serving", "batch-inference"]
    assert lines[0] == "model-serving: P80 2026-12-25, 1,000 samples"
    assert lines[2] == "    2.7 days: If c8, which takes 2-3 days, took no time"
    assert [lines[place].partition(": ")[2] for place in (5, 9)] == ["With 3 people"] * 2
    assert len(lines) == 12


@pytest.mark.parametrize(
    "name", ["pull_request_comment.py", "stand_up.py", "forecast_launch.py", "levers.py", "tailor_for_a_service.py"]
)
def test_an_embedding_tool_takes_under_sixty_lines(name):
    assert len((EXAMPLES / name).read_text("utf-8").splitlines()) < 60


def test_a_list_of_ones_own_becomes_a_checklist_that_is_worked(tmp_path):
    printed = run("bring_your_own_list.py", "-o", str(tmp_path))
    assert printed.splitlines() == [
        "readiness-of-a-service: 2 phases, 4 tasks, 0 steps",
        "  columns that are not read: 'level_a', 'level_b', 'level_c'",
        "review-of-a-chat-service: 2 phases, 3 tasks, 0 steps",
        "  column 'training' is in no row",
        "  line 1: the title is too long: it is cut, and the whole text is in the description",
        "  line 1: 'CHAT.1' is not an id: the task is 'chat-1'",
        "  line 1: the label 'Reliability' is written 'reliability'",
        "  line 2: 'CHAT.2' is not an id: the task is 'chat-2'",
        "  line 2: the label 'Cost' is written 'cost'",
        "  line 3: 'CHAT.3' is not an id: the task is 'chat-3'",
        "  line 3: the label 'Security' is written 'security'",
        "put-a-ranker-into-production: 2 phases, 5 tasks, 4 steps",
        "  1 task is done in the list: finish it in the launch",
        "  line 8: boxes below a box are steps of its task",
    ]
    runbook = read(tmp_path / "put-a-ranker-into-production.toml", kind=Checklist)
    assert [phase.title for phase in runbook.phases] == ["1. Prepare", "2. Roll out"]
    freeze, export, quota, canary, back = runbook
    assert (freeze.title, freeze.section) == ("Freeze the features before the export", "Data")
    assert [step.text for step in freeze.steps] == [
        "The training pipeline is paused",
        "The feature store shows the new version in `feature_versions`",
    ]
    assert (export.priority, canary.priority, quota.priority) == ("critical", "high", "medium")
    assert "```bash\npython export.py --format onnx --opset 17\n" in export.description
    assert (quota.section, back.description) == ("Access", "Say in the channel that you do.")
    page = (tmp_path / "put-a-ranker-into-production.html").read_text("utf-8")
    assert "<h2>1. Prepare</h2>" in page
    assert "<h3>Data</h3>" in page
    assert "<code>feature_versions</code>" in page

    chat = read(tmp_path / "review-of-a-chat-service.toml", kind=Checklist)
    first = chat["chat-1"]
    assert (first.title, first.section, first.labels) == (
        "Alert on the queue before callers notice.",
        "Monitoring",
        ("reliability",),
    )
    assert first.description.startswith("Alert on the queue before callers notice. The queue grows minutes before")
    assert dict(chat["chat-2"].annotations)["graph"] == "tokens | summarize sum(count) by caller"
    assert [reference.url for reference in first.references] == ["https://example.com/queue"]
    assert next_tasks(chat, limit=None, label="security").ids == ("chat-3",)

    levels = read(tmp_path / "readiness-of-a-service.toml", kind=Checklist)
    assert [task.id for task in for_context(levels, level="C")] == ["dashboards"]
    assert [task.id for task in for_context(levels, level="B")] == ["dashboards", "tracing", "runbook"]

    launch = Launch.start(runbook, name="ranker-v7", by="ml-platform", topic="Ranker v7")
    launch = launch.tick(freeze, freeze.steps[0].id, by="ml-platform").finish(
        freeze, by="ml-platform", note="See **run 7**"
    )
    assert launch.progress().overall.steps_done == 1
    assert "<strong>run 7</strong>" in dumps(launch, "html")
