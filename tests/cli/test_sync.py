"""``sync``: a task list that people have worked on goes into the store, and comes back up to date."""

import errno
import io
import json
import os
import sys
from datetime import UTC, datetime

import pytest

from servingchecklist import Launch, Status, Store, dumps, model_serving, read, tasklist, write

BY = ("--by", "github:issue-12")
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
LAUNCH = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=START)


@pytest.fixture
def issue(run, tmp_path):
    """A store with a launch, and its task list in a file."""
    with Store("launches.db") as store:
        store.save(LAUNCH)
    path = tmp_path / "issue.md"
    path.write_bytes(dumps(LAUNCH, "tasklist").encode())
    return path


def stored():
    with Store("launches.db") as store:
        return store.load("fraud-v3")


def ticked(path, *marks):
    text = path.read_bytes().decode()
    for mark in marks:
        assert f"[ ] <!-- {mark} " in text
        text = text.replace(f"[ ] <!-- {mark} ", f"[x] <!-- {mark} ")
    path.write_bytes(text.encode())


def test_what_was_ticked_is_recorded_and_the_file_is_up_to_date(run, issue):
    ticked(issue, "task c1", "step c3 endpoints")
    expected = (
        "fraud-v3: c1 Define goals and KPIs: finished (github:issue-12)\n"
        "fraud-v3: c3 Audit current state: ticked endpoints (github:issue-12)\n"
    )
    assert run("sync", "issue.md", "--launch", "fraud-v3", *BY, "--at", "2026-11-03T09:00Z") == (0, expected, "")
    launch = stored()
    assert launch.state("c1").status is Status.DONE
    assert [event.at for event in launch.history("c1")] == [datetime(2026, 11, 3, 9, tzinfo=UTC)]
    assert issue.read_bytes().decode() == dumps(launch, "tasklist")


def test_a_file_that_is_up_to_date_is_not_written(run, issue, monkeypatch):
    monkeypatch.setattr("servingchecklist.cli.sync.replace", lambda *_: pytest.fail("it is written"))
    assert run("sync", "issue.md", *BY) == (0, "fraud-v3: issue.md: no box was changed by people\n", "")
    assert stored() == LAUNCH


def test_what_others_recorded_in_between_is_shown_whenever_the_ticks_were_made(run, issue):
    ticked(issue, "task c2")
    with Store("launches.db") as store:
        store.save(LAUNCH.finish("c1", by="ml-platform", at=datetime(2026, 11, 5, 9, tzinfo=UTC)))
    assert run("sync", "issue.md", *BY, "--at", "2026-11-03T09:00Z", "--quiet") == (0, "", "")
    text = issue.read_text("utf-8")
    assert "[x] <!-- task c1 done -->" in text
    assert "[x] <!-- task c2 done -->" in text


def test_conflicts_are_lines_on_standard_error_and_what_agrees_is_saved(run, issue):
    with Store("launches.db") as store:
        store.save(LAUNCH.mark_not_applicable("c2", reason="batch only", by="b", at=datetime(2026, 11, 3, tzinfo=UTC)))
    ticked(issue, "task c1", "task c2")
    text = issue.read_text("utf-8").replace("<!-- task c3 todo", "<!-- task c33 todo")
    issue.write_text(text, "utf-8", newline="")
    lines = text.split("\n")
    c2, c33 = (
        next(number for number, line in enumerate(lines, 1) if f"task {name} " in line) for name in ("c2", "c33")
    )
    assert run("sync", "issue.md", *BY) == (
        1,
        "fraud-v3: c1 Define goals and KPIs: finished (github:issue-12)\n",
        "issue.md:5: c3: is counted, but not in the document; add the line - [ ] <!-- task c3 -->, "
        "or write the document again\n"
        f"issue.md:{c2}: c2: was ticked, but has been not applicable since 2026-11-03, as b recorded; "
        "reopen it first, then tick it again\n"
        f"issue.md:{c33}: c33: there is no task of that id; did you mean 'c3'?\n",
    )
    assert stored().state("c1").status is Status.DONE
    assert "[ ] <!-- task c2 not-applicable -->" in issue.read_text("utf-8")


def test_json_has_the_events_and_the_conflicts(run, issue):
    ticked(issue, "task c1")
    issue.write_text(issue.read_text("utf-8") + "\n- [x] <!-- task c99 -->\n", "utf-8")
    status, out, err = run("sync", "issue.md", *BY, "--json")
    document = json.loads(out)
    assert status == 1
    assert err.endswith("c99: there is no task of that id; did you mean 'c9'?\n")
    assert [event["kind"] for event in document["events"]] == ["finished"]
    assert [conflict["task"] for conflict in document["conflicts"]] == ["c99"]
    assert document["conflicts"][0].keys() == {"line", "task", "problem", "hint"}
    assert list(document) == ["events", "conflicts"]
    assert document["events"][0]["document"] == stored().events[-1].to_dict()


def test_a_launch_in_a_file_is_synced_likewise(run, issue):
    write(LAUNCH, "launch.json")
    ticked(issue, "task c1")
    assert run("sync", "issue.md", "--launch", "launch.json", *BY)[0] == 0
    assert read("launch.json").state("c1").status is Status.DONE
    assert stored() == LAUNCH


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_standard_input_goes_to_standard_output(run, issue, monkeypatch, mark):
    ticked(issue, "task c1")
    data = mark + issue.read_bytes().replace(b"\n", b"\r\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    status, out, err = run("sync", "-", *BY)
    assert (status, err) == (0, "")
    assert out == mark.decode() + dumps(stored(), "tasklist").replace("\n", "\r\n")


def test_a_byte_order_mark_and_line_ends_stay(run, issue):
    ticked(issue, "task c1")
    issue.write_bytes(b"\xef\xbb\xbf" + issue.read_bytes().replace(b"\n", b"\r\n"))
    assert run("sync", "issue.md", *BY)[0] == 0
    assert issue.read_bytes() == b"\xef\xbb\xbf" + dumps(stored(), "tasklist").replace("\n", "\r\n").encode()


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_a_document_on_standard_output_stands_alone(run, issue, option):
    message = "servingchecklist: - prints the document, and cannot be combined with --json or --quiet; name a file\n"
    assert run("sync", "-", *BY, option) == (2, "", message)


def test_mistakes_are_told_and_change_nothing(run, issue, tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff")
    (tmp_path / "long").write_text("- [ ] a\n" * 30_000)
    other = Launch.start(model_serving(), name="fraud-v4", by="b", at=START)
    (tmp_path / "other.md").write_text(dumps(other, "tasklist"))
    text = issue.read_text("utf-8")
    cases = {
        ("none.md",): (
            2,
            "servingchecklist: the file cannot be read: No such file or directory (got 'none.md'); check the path\n",
        ),
        ("binary",): (1, "binary: is not UTF-8: invalid start byte at byte 0; save it as UTF-8\n"),
        ("long",): (
            1,
            "long: is too long for Markdown, which is parsed slowly: it counts for 1,308,000 values, and at most 1,000,000 are "
            "read; if you trust it, read it with --no-limits\n",
        ),
        ("other.md",): (
            2,
            "servingchecklist: other.md: is the task list of another launch (got 'fraud-v4'); give that launch, or the document "
            "of 'fraud-v3'\n",
        ),
        ("issue.md", "--at", "2026-11-01T09:00Z"): (
            2,
            "servingchecklist: --at: lies before the start of the launch (got 2026-11-01T09:00:00+00:00); the launch was started "
            "at 2026-11-02T09:00:00+00:00; give that time or a later one\n",
        ),
        ("issue.md", "--at", "2999-01-01"): (
            2,
            None,
        ),
        ("issue.md", "--launch", "fraud"): (2, None),
        ("issue.md", "--by", ""): (2, "servingchecklist: --by: is empty (got ''); say in a few words what it is\n"),
    }
    for arguments, (status, message) in cases.items():
        found = run("sync", *arguments, *(() if "--by" in arguments else BY))
        assert found[:2] == (status, "")
        assert message is None or found[2] == message
    assert stored() == LAUNCH
    assert issue.read_text("utf-8") == text


NO_MARKS = (
    "no box has a mark that names its task, so none is taken over; write the launch in the format tasklist, and tick there; "
    "or make a checklist of this list: imports.from_markdown"
)


@pytest.mark.parametrize(
    "text", ["# List\n\n- [x] a\n", "```\n<!-- task c1 todo -->\n```\n- [x] c1 foo\n- [ ] c2 bar\n"]
)
def test_a_list_without_any_mark_is_a_conflict(run, issue, text):
    (issue.parent / "list.md").write_text(text)
    line = text.split("\n").index(text[text.index("- [x]") :].split("\n")[0]) + 1
    expected = (1, "fraud-v3: list.md: nothing was recorded\n", f"list.md:{line}: {NO_MARKS}\n")
    assert run("sync", "list.md", *BY) == expected
    assert (issue.parent / "list.md").read_text() == text
    status, out, _ = run("sync", "list.md", *BY, "--json")
    assert (status, [conflict["line"] for conflict in json.loads(out)["conflicts"]]) == (1, [line])


@pytest.mark.parametrize(
    "text", ["", "No boxes.\n", "<!-- servingchecklist:next -->\n\n<!-- /servingchecklist -->\n- [x] a\n"]
)
def test_where_no_box_could_be_of_the_launch_nothing_is_told(run, issue, text):
    (issue.parent / "list.md").write_text(text)
    assert run("sync", "list.md", *BY) == (0, "fraud-v3: list.md: no box was changed by people\n", "")


def test_malformed_marks_are_told_one_by_one(run, issue):
    (issue.parent / "list.md").write_text("- [x] <!-- Task c1 -->foo\n- [x] <!--task c2 done-->foo\n")
    write = "write it on one line, as <!-- task ID --> or <!-- step TASK STEP -->"
    assert run("sync", "list.md", *BY) == (
        1,
        "fraud-v3: list.md: nothing was recorded\n",
        f"list.md:1: c1: what is behind its box is not a mark: '<!-- Task c1 -->'; {write}\n"
        f"list.md:2: c2: what is behind its box is not a mark: '<!--task c2 done-->'; {write}\n",
    )


def test_open_prerequisites_of_what_was_ticked_are_named(run, issue):
    ticked(issue, "task c9", "task c1")
    expected = (
        "fraud-v3: c1 Define goals and KPIs: finished (github:issue-12)\n"
        "fraud-v3: c9 Iterate on results: finished, though c8 is open (github:issue-12)\n"
    )
    assert run("sync", "issue.md", *BY) == (0, expected, "")
    issue.write_text(issue.read_text("utf-8").replace("[x] <!-- task c9", "[ ] <!-- task c9"), "utf-8")
    assert run("sync", "issue.md", *BY)[1] == "fraud-v3: c9 Iterate on results: reopened (github:issue-12)\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_what_cannot_be_written_back_is_refused_before_anything_is_recorded(run, issue):
    ticked(issue, "task c1")
    os.mkfifo("pipe")
    message = "that is no file, and could not be brought up to date (got 'pipe'); name a file, or - for standard input and output"
    assert run("sync", "pipe", *BY) == (2, "", f"servingchecklist: {message}\n")
    assert stored() == LAUNCH


def test_the_list_of_a_phase_is_written_and_synced(run, issue):
    status, out, _ = run("status", "--phase", "execution", "--format", "tasklist")
    assert status == 0
    assert out == dumps(LAUNCH.snapshot(phase="execution"), "tasklist")
    assert run("status", "--phase", "execution", "--format", "tasklist", "--out", "phase.md")[0] == 0
    ticked(issue.parent / "phase.md", "task c4")
    assert run("sync", "phase.md", *BY)[0] == 0
    assert stored().state("c4").status is Status.DONE


def test_a_file_that_cannot_be_written_keeps_its_text_and_the_next_run_goes_on(run, issue, monkeypatch):
    ticked(issue, "task c1")
    text = issue.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        status, out, err = run("sync", "issue.md", *BY)
    assert (status, out) == (2, "")
    assert (
        err
        == "servingchecklist: the file cannot be written: No space left on device (got 'issue.md'); free some space\n"
    )
    assert issue.read_bytes() == text
    assert stored().state("c1").status is Status.DONE
    assert run("sync", "issue.md", *BY) == (0, "fraud-v3: issue.md: no box was changed by people\n", "")
    assert issue.read_bytes().decode() == dumps(stored(), "tasklist")


def test_what_people_edit_meanwhile_is_taken_over_too(run, issue, monkeypatch):
    """Between reading and writing, somebody else has ticked another box and added a line."""
    real, edits = tasklist.update, ["task c3", "task c5"]

    def update(text, launch, **more):
        if edits:
            ticked(issue, edits.pop(0))
            issue.write_bytes(issue.read_bytes() + b"More.\n")
        return real(text, launch, **more)

    monkeypatch.setattr(tasklist, "update", update)
    ticked(issue, "task c1")
    status, out, err = run("sync", "issue.md", *BY)
    assert (status, err) == (0, "")
    assert [line.split(":")[1][:3] for line in out.splitlines()] == [" c1", " c3", " c5"]
    assert [stored().state(task).status for task in ("c1", "c3", "c5")] == [Status.DONE] * 3
    assert issue.read_bytes().decode() == dumps(stored(), "tasklist") + "More.\nMore.\n"
