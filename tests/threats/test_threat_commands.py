"""No command prints text of others, from a file or an argument, as a command to the log of a CI service."""

from __future__ import annotations

import io
import json
import re
from contextlib import suppress

import pytest

from servingchecklist import Launch, dumps, model_serving, write
from servingchecklist.__main__ import main
from servingchecklist.cli.parser import parsers

FORBIDDEN = re.compile(r"(?m)^\s*::|##\[|##vso\[")
TEXT = "::error::e ##[add-mask]e ##vso[task.complete]e"
DOCUMENTS = {"diff", "merge", "render", "sync", "tailor", "upgrade"}
"""Commands that print a document, whose text is left as it is, where no other format is asked for."""


def files(text):
    """Return files that say ``text`` where it is in order, and where it is a fault."""
    start = Launch.start(model_serving(), name="fraud-v3", by="ml-platform")
    said = start.block("c1", reason=text, by="ml-platform").note("c2", text, by="ml-platform")
    checklist = json.loads(dumps(model_serving(), "json"))
    other = {**checklist, "title": text, "id": "ours"}
    lines = dumps(start, "jsonl")
    return {
        "said.jsonl": dumps(said, "jsonl"),
        "event.jsonl": lines + json.dumps({"kind": "begun", "task": text, "at": text, "by": text, "id": text}) + "\n",
        "word.jsonl": lines + text + "\n",
        "launch.json": json.dumps({"schema_version": 1, "kind": "launch", "name": text, text: [{text: text}]}),
        "title.json": json.dumps(other),
        "key.json": json.dumps({**other, text: 1}),
        "kind.toml": f"kind = {json.dumps(text)}\n",
        "word.yaml": f"kind: overlay\n{text}\n",
        "list.md": f"<!-- servingchecklist:launch {text} -->\n- [x] <!-- task {text} todo --> {text}\n- [x] {text}\n",
        "list-of-it.md": dumps(start, "tasklist").replace("task c1 todo -->", f"task {text} todo --> {text}"),
        text: text,
    }


@pytest.fixture
def printed(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERVINGCHECKLIST_BY", "ml-platform")
    write(Launch.start(model_serving(), name="fraud-v3", by="ml-platform"), tmp_path / "fraud-v3.jsonl")
    main(["import", "."])
    capsys.readouterr()

    def printed(*arguments, given=""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        with suppress(SystemExit):  # argparse's own way out
            main(arguments)
        captured = capsys.readouterr()
        return captured.out, captured.err

    return printed


def attempts(parser, names):
    """Yield arguments of a command: files and the text itself, in the places of positional arguments and of options."""
    places = [action for action in parser.actions if not action.option_strings]
    flags = [action.option_strings[-1] for action in parser.actions if action.option_strings and action.nargs != 0]
    values = [*names, TEXT, f"c1={TEXT}", "-"]
    for value in values if places else ():
        yield [value, "--json"] if "--json" in parser.flags else [value]
        yield ["c1" if "task" in [action.dest for action in places] else "fraud-v3.jsonl", value][-len(places) :]
    for number, flag in enumerate(flags):
        yield ["c1", f"{flag}={TEXT}"]
        yield [f"{flag}={values[number % len(values)]}"]
    yield [f"--{TEXT}"]
    yield [*["said.jsonl"][: len(places)], "--format=text"]


@pytest.mark.parametrize("name", [name for name in parsers() if name != "completion"])
def test_no_command_speaks_to_the_log_of_a_ci_service(name, printed, tmp_path):
    made = files(TEXT)
    for file, content in made.items():
        (tmp_path / file).write_text(content, "utf-8")
    shown = []
    for number, arguments in enumerate(attempts(parsers()[name], made)):
        out, words = printed(name, *arguments, given=[*made.values()][number % len(made)])
        if name in DOCUMENTS and arguments[-1] not in ("--json", "--format=text"):
            out = ""
        assert not FORBIDDEN.search(out + words), arguments
        shown.append(out + words)
    # The name of a guide ends at the first number sign, and is shown within a line.
    assert ("(got '::error::e ')" if name == "guide" else "## [add-mask]e") in "".join(shown)
