"""On the command line, faults name options and commands, never arguments and classes of Python."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import servingchecklist
from servingchecklist import Launch, Store, dumps, model_serving, write
from servingchecklist.cli.output import HINTS

SOURCES = Path(servingchecklist.__file__).parent
PYTHON = re.compile(
    r"\(\.\.\.\)|=\.\.\.|=None|\bLimits\b|\bkind=|\b[A-Z]\w+\(|\b[a-z]\w*\.[a-z_]+\(|\b(?:Launch|catalog|launch|events)\.[a-z]|"
    r"\bargument\b(?! -)|\bmethod\b|servingchecklist: \$\.(?!phases)"
)
"""What a reader of the command line cannot use. Paths are those of documents, and behind the name of a file."""

NEEDS_PYTHON = {"wrong-kind", "bad-rule", "no-time-zone", "pack"}
"""The codes of faults with such hints that only values of another type, rules or packs can cause."""

UNREACHED = {
    "open it again with Store(...)",  # a store that was closed
    "use launch.migrate(checklist, by=...), which needs the checklist as well",  # an event recorded by itself
    "forecast it first, as in forecast(checklist, start=...)",  # the command line refuses it earlier
    "withdraw it with withdraw_evidence",  # retract names it
    "give limits=None to have no limits at all",  # the limits are its own
    "unexpected keyword argument ",  # a TypeError
    "{'c5': Effort(3, 10)}",  # likewise
    "Effort(...) or None",  # likewise
    "write it as in Effort(1, 3)",  # options are parsed as efforts
    "files hold the rules of servingchecklist.rules; pass your own in Python, as rules=...",  # it names bundled orders
}
"""Such hints of other codes, which no command line can cause."""


def hints():
    """Yield the code and the texts of each fault in the sources, those included that were given a name just before."""
    codes = servingchecklist.errors.Code.__args__
    functions = [
        function
        for path in SOURCES.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
    ]
    for function in functions:
        named, used = {}, set()
        nodes = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.Call)]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            texts = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            if isinstance(node, ast.Assign):
                assigned = {
                    part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
                }
                named |= {name: texts | (set() if name in used else named.get(name, set())) for name in assigned}
                used -= assigned
            elif node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value in codes:
                for text in texts.union(*(named.get(name, ()) for name in names)):
                    if isinstance(text, str) and " " in text and PYTHON.search(text):
                        yield node.args[0].value, text
                used |= names


def test_a_hint_for_python_has_one_for_the_command_line_too():
    python = list(hints())
    assert len(python) > 10
    assert [each for each in python if each[0] not in HINTS.keys() | NEEDS_PYTHON and each[1] not in UNREACHED] == []


BY = ("--by", "x")
WRONG = [
    ["next", "big.json"],
    ["check", "big.json"],
    ["check", "--json", "big.json"],
    ["status", "big.json"],
    ["finish", "c1", "--launch", "big.json", *BY],
    ["start", "x", "--checklist", "big.json", *BY],
    ["migrate", "big.json", *BY],
    ["diff", "big.json", "model-serving"],
    ["merge", "big.json"],
    ["import", "folder"],
    ["import", "others"],
    ["next", "deep.json"],
    ["next", "keys.toml"],
    ["merge", "one.json", "other.json"],
    ["merge", "one.json", "checklist.json"],
    ["check", "unstarted.json"],
    ["status", "unstarted.json"],
    ["status", "checklist.json"],
    ["tailor", "--with", "checklist.json"],
    ["tailor", "--with", "one.json"],
    ["tailor", "--with", "model-rollback"],
    ["tailor", "llm-serving", "--context", "mode=batch"],
    ["tailor", "--context", "mode=btch"],
    ["next", "llm-serving"],
    ["explain", "llm-serving"],
    ["render", "llm-serving", "-f", "svg"],
    ["render", "-f", "icalendar"],
    ["render", "-f", "nothing"],
    ["start", "Fraud v3", *BY],
    ["start", "x", "--by", ""],
    ["start", "x", *BY, "--topic", "two\nlines"],
    ["finish", "c1", "--by", "two\nlines"],
    ["finish", "c1", *BY, "--at", "2026-11-01T00:00Z"],
    ["finish", "c1", *BY, "--note", "\x1b"],
    ["finish", "foundation", *BY],
    ["block", "c1", "--reason", "", *BY],
    ["waive", "c1", "--reason", "\u202e", "--expires", "2999-01-01", *BY],
    ["waive", "c1", "--reason", "r", "--expires", "2026-01-01", *BY],
    ["note", "c1", "--text", "", *BY],
    ["assign", "c1", "--to", "", *BY],
    ["assign", "c1", "--to", "a\x1b", *BY],
    ["tick", "c6", "Signals!", *BY],
    ["tick", "c6", "signal", *BY],
    ["retract", "c1", *BY],
    ["retract", "00000000", *BY],
    ["unblock", "c1", *BY],
    ["forecast", "model-serving", "--seed", "9" * 100],
    ["forecast", "model-serving", "--people", "9" * 100],
    ["forecast", "model-serving", "--start", "9999-12-30"],
    ["forecast", "model-serving", "--blocked", "c99=1 day"],
    ["forecast", "model-serving", "--assume-owner", "c5=\x1b"],
    ["forecast", "model-serving", "--done", "c99"],
    ["forecast", "fraud-v3", "--at", "2026-11-01"],
    ["forecast", "unsure.toml"],
    ["critical-path", "unsure.toml"],
    ["critical-path", "model-serving", "--done", "foundation"],
    ["next", "model-serving", "--owner", "eve"],
    ["next", "--limit", "9" * 20],
    ["next", "--role", "SRE"],
    ["next", "--label", "\x1b"],
    ["status", "--phase", "c1"],
    ["status", "--at", "2026-11-01"],
    ["review", "--since", "2999-01-01"],
    ["review", "--people", "9" * 100],
    ["review", "--stale-after", "9" * 20],
    ["log", "--task", "c99"],
    ["diff", "model-serving", "other.toml", "--overlay", "x.md"],
    ["explain", "--task", "c99"],
]


@pytest.fixture
def wrong(run, tmp_path):
    """Run a command in a folder of files with faults of every kind."""
    checklist = model_serving()
    launch = Launch.start(checklist, name="fraud-v3", by="x", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    with Store("launches.db") as store:
        store.save(launch)
    write(launch, "one.json")
    write(checklist, "checklist.json")
    other = attrs.evolve(checklist, title="Other")
    write(other, "other.toml")
    write(Launch.start(other, name="fraud-v3", by="x"), "other.json")
    tasks = [attrs.evolve(task, effort=None) for task in checklist]
    write(attrs.evolve(checklist, phases=[attrs.evolve(checklist.phases[0], tasks=tasks[:2])]), "unsure.toml")
    text = dumps(launch, "json")
    (tmp_path / "unstarted.json").write_text(text[: text.index('"events"')] + '"events": []}', "utf-8")
    for folder in (tmp_path, tmp_path / "folder"):
        folder.mkdir(exist_ok=True)
        with (folder / "big.json").open("wb") as file:
            file.truncate(25_000_001)  # which takes no room on the disk, for each of a hundred tests
    (tmp_path / "deep.json").write_text("[" * 100, "utf-8")
    (tmp_path / "keys.toml").write_text("a.b.c.d.e.f.g.h.i.j = 1", "utf-8")
    (tmp_path / "others").mkdir()
    write(checklist, tmp_path / "others" / "checklist.json")
    return run


@pytest.mark.parametrize(
    "arguments", WRONG, ids=lambda arguments: " ".join(arguments)[:40].encode("ascii", "replace").decode()
)
def test_no_wrong_command_line_is_answered_in_python(wrong, arguments):
    status, out, err = wrong(*arguments)
    printed = err or out
    assert status in (1, 2)
    assert not PYTHON.search(printed), printed


def test_a_file_beyond_the_limits_names_the_option(wrong):
    hint = "; if you trust it, read it with --no-limits\n"
    for file in ("big.json", "deep.json", "keys.toml"):
        assert wrong("next", file)[2].endswith(hint)
        assert wrong("check", file)[1].endswith(hint)
    assert "nests too deep" in wrong("check", "deep.json")[1]


def test_text_that_is_too_deep_for_the_parser_is_told(wrong):
    (Path("deeper.json")).write_text("[" * 100_000 + "]" * 100_000, "utf-8")
    assert wrong("check", "deeper.json", "--no-limits")[1].endswith(
        "nests too deep to be read; no checklist needs that\n"
    )
