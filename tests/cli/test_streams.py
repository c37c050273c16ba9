"""What commands print and read: documents are bytes, words follow the terminal, and a closed stream is no error."""

import errno
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import attrs
import pytest

from servingchecklist import Launch, dumps, loads, model_serving, write
from servingchecklist.__main__ import main
from servingchecklist.formats import FORMATS

LAUNCH = Launch.start(model_serving(), name="fraud-v3", by="Zoë", at=datetime(2026, 11, 2, tzinfo=UTC))
ENCODINGS = [("cp1252", None), ("ascii", None), ("utf-8", "\r\n")]
DOCUMENTS = sorted(set(FORMATS) - {"text", "junit"})


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checklist = attrs.evolve(model_serving(), title="Prüfliste 模型", topic="")
    launch = Launch.start(checklist, name="fraud-v3", by="Zoë", at=datetime(2026, 11, 2, tzinfo=UTC))
    write(launch, "fraud-v3.json")
    return launch


def document(format):
    """Return what a command writes to a file, which does not depend on the terminal."""
    assert main(["render", "fraud-v3.json", "-f", format, "-o", "out"]) == 0
    with open("out", "rb") as written:
        return written.read()


def in_process(monkeypatch, arguments, encoding, newline):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding, newline=newline)
    monkeypatch.setattr(sys, "stdout", stream)
    status = main(arguments)
    stream.flush()
    assert (stream.errors, stream.encoding) == ("strict", encoding)
    return status, raw.getvalue()


def as_process(arguments, encoding, newline):
    code = (
        f"import sys; sys.stdout.reconfigure(encoding={encoding!r}, newline={newline!r});"
        f" from servingchecklist.cli import run; sys.argv[1:] = {arguments!r}; run()"
    )
    done = subprocess.run([sys.executable, "-X", "utf8=0", "-c", code], capture_output=True, check=False)
    assert done.stderr == b""
    return done.returncode, done.stdout


def test_a_stream_that_takes_nothing_is_an_error_and_one_that_takes_parts_gets_all(monkeypatch):
    class Stream(io.StringIO):
        taken = b""
        most: int | None = 7

        @property
        def buffer(self):
            return self

        def write(self, data):
            part = bytes(data[: self.most])
            self.taken += part
            return self.most and len(part)

    stream = Stream()
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["list", "--json"]) == 0
    assert json.loads(stream.taken)["entries"]
    stream.most = None
    with pytest.raises(BlockingIOError, match=os.strerror(errno.EAGAIN)):
        main(["list", "--json"])


@pytest.mark.parametrize(("encoding", "newline"), ENCODINGS)
@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_document_is_the_same_bytes_on_every_stream(file, monkeypatch, format, encoding, newline):
    before, arguments = document(format), ["render", "fraud-v3.json", "-f", format, "-o", "-"]
    results = [in_process(monkeypatch, arguments, encoding, newline), as_process(arguments, encoding, newline)]
    # Pages of a launch show the time, to the minute, and rows of CSV to the microsecond.
    shown = {_without_time(text, format) for text in (before, document(format))}
    assert all(status == 0 and _without_time(text, format) in shown for status, text in results)


def _without_time(text, format):
    return re.sub(rb"(?m)^fraud-v3,[^,]*,", b"fraud-v3,,", text) if format == "csv" else text


@pytest.mark.parametrize(("encoding", "newline"), ENCODINGS)
def test_json_for_programs_is_a_document_too(file, monkeypatch, encoding, newline):
    for arguments in (["log", "fraud-v3.json", "--json"], ["list", "--json"], ["next", "fraud-v3.json", "--json"]):
        status, out = in_process(monkeypatch, arguments, encoding, newline)
        assert (status, b"\r" in out, out[-2:]) == (0, False, b"}\n")
        assert json.loads(out.decode("utf-8"))
        assert as_process(arguments, encoding, newline) == (status, out)


@pytest.mark.parametrize(("encoding", "newline"), ENCODINGS)
def test_words_for_people_follow_the_terminal(file, monkeypatch, encoding, newline):
    text = dumps(file.snapshot(at=datetime(2026, 11, 2, tzinfo=UTC)), "text")
    arguments = ["status", "fraud-v3.json", "--at", "2026-11-02T00:00Z"]
    status, out = in_process(monkeypatch, arguments, encoding, newline)
    expected = text.encode(encoding, "backslashreplace")
    assert (status, out) == (0, expected.replace(b"\n", (newline or "\n").encode()))
    assert as_process(arguments, encoding, newline) == (status, out)
    assert "模".encode() in out or b"\\u6a21" in out


def test_streams_without_bytes_and_without_anything(file, monkeypatch):
    written = document("toml").decode("utf-8")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert main(["render", "fraud-v3.json", "-f", "toml"]) == 0
    assert sys.stdout.getvalue() == written
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    for arguments, status in ((["render"], 0), (["next", "--json"], 0), ([], 0), (["next", "nothing"], 2)):
        assert main(arguments) == status
    assert (sys.stdout, sys.stderr) == (None, None)
    with pytest.raises(SystemExit) as stop:
        main(["next", "--nothing"])
    assert stop.value.code == 2


AT = ["--at", "2026-11-24T09:00Z"]
SHELL = [
    (["render", "-f", "json"], 0),
    (["next"], 0),
    (["next", "--done", "c99"], 2),
    (["check", "gone.toml"], 2),
    (["next", "--nothing"], 2),
    (["--help"], 0),
]


def shell(arguments, redirections):
    command = f"exec '{sys.executable}' -m servingchecklist {' '.join(arguments)} {redirections}"
    return subprocess.run(["sh", "-c", command], check=False, capture_output=True)


@pytest.mark.parametrize(("arguments", "status"), SHELL)
def test_a_closed_stream_changes_no_status_and_no_other_stream(tmp_path, monkeypatch, arguments, status):
    monkeypatch.chdir(tmp_path)
    done = shell(arguments, "")
    assert done.returncode == status
    assert shell(arguments, "2>&-").stdout == done.stdout
    assert shell(arguments, "2>&-").returncode == status
    assert shell(arguments, ">&-").stderr == done.stderr
    assert shell(arguments, ">&-").returncode == status
    assert shell(arguments, ">&- 2>&-").returncode == status


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        *SHELL,
        (["gate", "launch.json", "go-live", *AT], 4),
        (["gate", "launch.json", "--priority", "critical", "--format", "github", *AT], 3),
        (["gate", "launch.json", "--priority", "critical", "--json", *AT], 3),
    ],
)
@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_reader_that_leaves_early_changes_no_status(tmp_path, monkeypatch, arguments, status, name):
    monkeypatch.chdir(tmp_path)
    write(LAUNCH, "launch.json")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, name: writer}
        done = subprocess.run([sys.executable, "-m", "servingchecklist", *arguments], check=False, **streams)
    finally:
        os.close(writer)
    assert done.returncode == status
    other = done.stderr if name == "stdout" else done.stdout
    assert other == getattr(shell(arguments, ""), "stderr" if name == "stdout" else "stdout")


def test_an_interruption_with_standard_error_closed_prints_nothing():
    code = "import sys, servingchecklist.cli as cli; cli._run = lambda _: (_ for _ in ()).throw(KeyboardInterrupt); cli.run()"
    done = subprocess.run(["sh", "-c", f"exec '{sys.executable}' -c '{code}' 2>&-"], check=False, capture_output=True)
    assert (done.returncode, done.stdout) == (130, b"")


# Standard input


class Input:
    """A standard input with bytes behind it."""

    def __init__(self, data):
        self.buffer = io.BytesIO(data)


@pytest.fixture
def fed(run, monkeypatch):
    """Run a command with standard input."""

    def fed(data, *arguments):
        monkeypatch.setattr(sys, "stdin", Input(data) if isinstance(data, bytes) else data)
        return run(*arguments)

    return fed


def test_the_format_of_standard_input_is_told_by_its_content(fed, run):
    pytest.importorskip("ruamel.yaml")
    shown = dumps(LAUNCH.next(), "text")
    for format in ("json", "jsonl", "toml", "yaml"):
        text = dumps(LAUNCH, format)
        for data in (
            text.encode(),
            b"\xef\xbb\xbf\r\n" + b" \t" * (format != "yaml") + text.encode(),
            io.StringIO(text),
        ):
            assert fed(data, "next", "-") == (0, shown, "")
    toml = dumps(model_serving(), "toml").encode()
    assert fed(toml, "render", "-", "-f", "toml") == (0, toml.decode(), "")
    assert fed(toml, "diff", "-", "model-serving", "--check")[0] == 0
    assert fed(toml, "explain", "-")[0] == 0
    assert fed(dumps(LAUNCH, "toml").encode(), "merge", "-", "--format", "json") == (0, dumps(LAUNCH, "json"), "")
    for command in (["status"], ["review"], ["log"], ["forecast", "--samples", "9"], ["critical-path"], ["render"]):
        assert fed(dumps(LAUNCH, "json").encode(), *command, "-")[::2] == (0, "")
    write(model_serving(), "base.toml")
    overlay = b'schema_version = 1\nkind = "overlay"\nid = "ours"\ntitle = "Ours"\n[[changes]]\nkind = "drop-task"\ntask = "c2"\nreason = "r"\n'
    assert fed(overlay, "tailor", "base.toml", "--with", "-")[::2] == (0, "")
    assert loads(fed(overlay, "tailor", "--with", "-", "-o", "-")[1], "toml").layers[0].id == "ours"
    assert fed(toml, "start", "x", "--checklist", "-", "--by", "x")[0] == 0


@pytest.mark.parametrize(
    ("data", "arguments", "status", "words"),
    [
        (b"x = 1", ["next", "-"], 1, "standard input: $.schema_version: is missing; write schema_version = 1\n"),
        (b"{", ["next", "-"], 1, "standard input:1: is not JSON: "),
        (b"\xff", ["next", "-"], 1, "standard input: is not UTF-8: "),
        (b"", ["next", "-"], 1, "standard input: $.schema_version: is missing"),
        (b"#" * 25_000_001, ["next", "-"], 1, "standard input: is too large: 25,000,001 bytes, and at most 25,000,000 are read; if you trust it, read it with --no-limits\n"),
        (b"#" * 300_000, ["next", "-", "--no-limits"], 1, "standard input: $.schema_version: is missing"),
        (b"", ["diff", "-", "-"], 1, "standard input: "),
        (dumps(model_serving(), "json").encode(), ["diff", "-", "-"], 2, "servingchecklist: standard input is named twice (got '-'); name a file in place of one of them\n"),
        (dumps(model_serving(), "json").encode(), ["tailor", "-", "--with", "-"], 2, "servingchecklist: standard input is named twice"),
        (dumps(model_serving(), "json").encode(), ["tailor", "--with", "-"], 1, "standard input:3: $.kind: is not an overlay (got 'checklist'); write its changes as an overlay: servingchecklist diff BASE - --overlay FILE\n"),
        (dumps(model_serving(), "json").encode(), ["status", "-"], 1, "standard input:3: $.kind: is not a launch (got 'checklist'); start a launch: servingchecklist start NAME --checklist -\n"),
        (b"", ["finish", "c1", "--launch", "-", "--by", "x"], 2, "servingchecklist: events cannot be recorded in standard input (got '-'); name a file or a launch\n"),
        (None, ["next", "-"], 2, "servingchecklist: standard input cannot be read: it is closed; name a file\n"),
    ],
)  # fmt: skip
def test_faults_of_standard_input_are_told_with_its_name(fed, data, arguments, status, words):
    actual, out, err = fed(data, *arguments)
    assert (actual, out) == (status, "")
    assert words in err


def test_a_standard_input_that_fails_is_told(fed):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    words = "servingchecklist: standard input cannot be read: Input/output error; name a file\n"
    assert fed(Broken(), "next", "-") == (2, "", words)


def test_documents_beside_a_report_are_printed_in_its_place(run, tmp_path):
    write(attrs.evolve(model_serving(), topic="Other"), tmp_path / "other.toml")
    status, out, _ = run("diff", "model-serving", "other.toml", "--overlay", "-")
    assert (status, loads(out, "toml").changes[0].topic) == (0, "Other")
    (tmp_path / "ours.toml").write_text(out, "utf-8")
    assert run("diff", "model-serving", "other.toml", "--overlay", "-", "-o", "diff.md") == (0, out, "")
    assert (tmp_path / "diff.md").read_text("utf-8").startswith("# ")
    status, printed, _ = run("upgrade", "model-serving", "model-serving", "ours.toml", "-o", "-")
    assert (status, loads(printed, "toml").id) == (0, "changes")
    status, printed, _ = run("upgrade", "model-serving", "model-serving", "ours.toml", "--checklist", "-")
    assert (status, loads(printed, "toml").topic) == (0, "Other")
    words = "servingchecklist: only one document can be printed (got '-'); write the other to a file\n"
    for more in (["-o", "-", "--checklist", "-"], ["-o", "-", "--json"], ["--checklist", "-", "-f", "html"]):
        assert run("upgrade", "model-serving", "model-serving", "ours.toml", *more) == (2, "", words)
    for more in (["--json"], ["-f", "markdown"]):
        assert run("diff", "model-serving", "other.toml", "--overlay", "-", *more) == (2, "", words)


def test_an_upgrade_in_conflict_prints_no_document(run, tmp_path):
    write(attrs.evolve(model_serving(), topic="Theirs", version="2"), tmp_path / "next.toml")
    write(attrs.evolve(model_serving(), topic="Ours"), tmp_path / "ours.toml")
    assert run("diff", "model-serving", "ours.toml", "--overlay", "overlay.toml")[0] == 0
    status, out, err = run("upgrade", "model-serving", "next.toml", "overlay.toml", "-o", "-")
    assert (status, out) == (1, "")
    assert err.endswith("servingchecklist: nothing was written; resolve the conflicts first\n")


def test_pipes_work_from_end_to_end(tmp_path):
    program = f"'{sys.executable}' -m servingchecklist"
    command = f"{program} tailor --context tier=C | {program} render - -f json | {program} next - --limit 1"
    done = subprocess.run(
        command, shell=True, check=False, capture_output=True, cwd=tmp_path, env=os.environ | {"PYTHONUTF8": "0"}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"1. ")
