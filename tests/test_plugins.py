"""Packs: found by their names, loaded when asked for, and told apart from what is wrong with others; and the example, installed for real."""

import os
import pickle
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest

from servingchecklist import (
    Checklist,
    ChecklistError,
    Effort,
    Launch,
    Limits,
    Overlay,
    Phase,
    Task,
    catalog,
    dumps,
    loads,
    model_serving,
    read,
    write,
)
from servingchecklist.errors import InvalidError, PackError, UnknownNameError

pytestmark = pytest.mark.usefixtures("nothing_else_is_installed")

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "pack"

GOOD = """
from servingchecklist import Checklist, Overlay, dumps as _dumps, loads as _loads
house = Checklist("house", "The house", version="7")
def rules():
    return Overlay("rules", "The rules", version="3", base="house")
NAME = "shout"
SUFFIXES = (".shout", ".up", ".md")
def dumps(value):
    return _dumps(value, "json").swapcase()
def loads(text, limits, kind):
    return _loads(text.swapcase(), "json", limits, kind=kind)
"""
GOOD_POINTS = {
    "servingchecklist.checklists": {"house": "good_pack:house", "rules": "good_pack:rules"},
    "servingchecklist.formats": {"shout": "good_pack"},
}


class Site:
    """A folder on the path where distributions are installed."""

    def __init__(self, folder):
        self.folder = folder

    def record(self, name, version, points, headers=None):
        """What an installer leaves behind of a distribution; ``points`` is text, bytes or the groups of entry points."""
        info = self.folder / f"{name or 'nameless'}-{version}.dist-info"
        info.mkdir(parents=True)
        headers = headers if headers is not None else f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_bytes(headers if isinstance(headers, bytes) else headers.encode())
        if isinstance(points, dict):
            lines = [[f"[{group}]", *(f"{n} = {v}" for n, v in names.items())] for group, names in points.items()]
            points = "\n".join(line for group in lines for line in group)
        (info / "entry_points.txt").write_bytes(points if isinstance(points, bytes) else points.encode())
        return info

    def module(self, name, source):
        self.folder.mkdir(exist_ok=True)
        (self.folder / f"{name}.py").write_text(source, "utf-8")

    def good(self):
        self.record("good-pack", "1.0", GOOD_POINTS)
        self.module("good_pack", GOOD)

    def offer(self, name, source, group="checklists", *, entry="bad_pack:it"):
        self.record("bad-pack", "0.9", {f"servingchecklist.{group}": {name: entry}})
        self.module("bad_pack", source)


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def good(site):
    site.good()
    return site


def offered():
    return [entry for entry in catalog.entries() if entry.distribution]


def assert_the_good_is_there(found):
    assert [(one.id, one.kind, one.title, one.version, one.needs, one.fault) for one in found] == [
        ("house", "checklist", "The house", "7", "", None),
        ("rules", "overlay", "The rules", "3", "house", None),
        ("shout", "format", "reads and writes .shout and .up", "", "", None),
    ]
    assert {one.distribution for one in found} == {"good-pack 1.0"}


# What is found


def test_a_pack_is_found_by_its_names(good):
    assert catalog.ids()[-2:] == ("house", "rules")
    assert catalog.load("house") == Checklist("house", "The house", version="7")
    assert catalog.overlay("rules") == Overlay("rules", "The rules", version="3", base="house")
    assert_the_good_is_there(offered())


def test_the_bundled_come_first_and_then_packs_by_name(site):
    bundled = catalog.ids()
    checklists = ("model-serving", "model-rollback")
    overlays = (
        "online-serving",
        "llm-serving",
        "batch-inference",
        "only-runs",
        "edge-serving",
        "only-devices",
        "regulated",
    )
    assert bundled == (*checklists, *overlays)
    site.record("z", "1", {"servingchecklist.checklists": {"alpha": "z:z", "zeta": "z:z"}})
    site.record("a", "1", {"servingchecklist.checklists": {"beta": "z:z", "Not an id": "z:z"}})
    assert catalog.ids() == (*bundled, "alpha", "beta", "zeta")
    assert offered()[0].id == "Not an id"


def test_nothing_of_a_pack_is_loaded_before_it_is_used(site):
    site.offer("it", "raise SystemExit('loaded')")
    site.record("other", "1", {"servingchecklist.formats": {"form": "bad_pack"}})
    assert catalog.ids()[-1] == "it"
    with pytest.raises(UnknownNameError, match=r"did you mean 'it'\?"):
        catalog.load("itt")
    with pytest.raises(UnknownNameError, match=r"did you mean 'form'\?"):
        dumps(model_serving(), "forn")
    assert "bad_pack" not in sys.modules


def test_a_pack_that_was_just_installed_is_there(site):
    assert not offered()
    os.utime(site.folder, (1, 1))
    catalog.ids()
    site.good()
    assert_the_good_is_there(offered())


@pytest.mark.parametrize(
    "statement",
    [
        "from servingchecklist import catalog; catalog.load('model-rollback'); catalog.overlay('regulated')",
        "from servingchecklist import dumps, loads, model_serving as m; loads(dumps(m(), 'json'), 'json'); dumps(m(), 'html')",
        "from servingchecklist import model_serving as m, read, write; p = sys.argv[1]; write(m(), p); read(p)",
    ],
)
def test_what_is_bundled_is_had_without_looking_for_packs(statement, tmp_path):
    code = f"import sys; {statement}; print(sorted(set(sys.modules) & {{'servingchecklist._plugins', 'importlib.metadata'}}))"
    command = [sys.executable, "-c", code, str(tmp_path / "x.toml")]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


def test_asking_for_what_is_not_bundled_does_look():
    code = "import sys; from servingchecklist import catalog; catalog.ids(); print('importlib.metadata' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "True\n"


def test_a_distribution_that_is_on_the_path_twice_is_one(good, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(good.folder)
    older = Site(tmp_path / "older")
    older.record("Good_Pack", "0.1", {"servingchecklist.checklists": {"house": "gone:x", "attic": "gone:x"}})
    monkeypatch.setattr(sys, "path", [*sys.path, str(older.folder)])
    assert "attic" not in catalog.ids()
    assert_the_good_is_there(offered())


def test_a_newer_version_that_offers_nothing_hides_the_older_one(good, monkeypatch, tmp_path):
    newer = Site(tmp_path / "newer")
    newer.record("good-pack", "2.0", "")
    monkeypatch.syspath_prepend(newer.folder)
    assert not offered()


# What is asked for in the wrong way


@pytest.mark.parametrize("name", ["house", "model-serving"])
def test_a_checklist_is_no_overlay(good, name):
    with pytest.raises(UnknownNameError) as caught:
        catalog.overlay(name)
    assert str(caught.value) == f"$: is a checklist, not an overlay (got '{name}'); load it with catalog.load"


@pytest.mark.parametrize("name", ["rules", "llm-serving"])
def test_an_overlay_is_no_checklist(good, name):
    with pytest.raises(UnknownNameError) as caught:
        catalog.load(name)
    assert str(caught.value) == f"$: is an overlay, not a checklist (got '{name}'); load it with catalog.overlay"


def test_an_unknown_id_is_told_with_those_that_are_known(good):
    with pytest.raises(UnknownNameError) as caught:
        catalog.load("nothing-like-it")
    known = "model-serving, model-rollback, house, rules"
    assert str(caught.value) == f"$: there is no checklist of that name (got 'nothing-like-it'); known: {known}"
    with pytest.raises(UnknownNameError) as caught:
        catalog.overlay(["rules"])
    known = (
        "online-serving, llm-serving, batch-inference, only-runs, edge-serving, only-devices, regulated, house, rules"
    )
    assert str(caught.value) == f"$: there is no overlay of that name (got a list of 1); known: {known}"


# What is malformed

MEND = "upgrade the pack, uninstall it, or tell those who make it"
MAKE = "make it a Checklist, an Overlay, or a function without arguments that returns one"
MADE_UP = "type('E', (BaseException,), {'__str__': lambda self: exit(1)})()"
UNPRINTABLE = "type('E\\x1b', (Exception,), {'__str__': lambda self: 1 / 0})()"


@pytest.mark.parametrize(
    ("source", "cause", "told"),
    [
        ("1 / 0", ZeroDivisionError, f"which fails with ZeroDivisionError: 'division by zero' (got 'bad_pack:it'); {MEND}"),
        ("import nowhere", ModuleNotFoundError, f"which fails with ModuleNotFoundError: \"No module named 'nowhere'\" (got 'bad_pack:it'); {MEND}"),
        ("", AttributeError, f"which fails with AttributeError: \"module 'bad_pack' has no attribute 'it'\" (got 'bad_pack:it'); {MEND}"),
        ("raise SystemExit", SystemExit, f"which fails with SystemExit (got 'bad_pack:it'); {MEND}"),
        ("it = (", SyntaxError, f"which fails with SyntaxError: \"'(' was never closed (bad_pack.py, line 1)\" (got 'bad_pack:it'); {MEND}"),
        ("def it(): raise OSError('gone\\n\\x1b[31m \\u202e')", OSError, f"which fails with OSError: 'gone \\x1b[31m \\u202e'; {MEND}"),
        (f"def it(): raise {UNPRINTABLE}", Exception, f"which fails with E\\x1b; {MEND}"),
        (f"def it(): raise {MADE_UP}", BaseException, f"which fails with E; {MEND}"),
        ("raise BaseExceptionGroup('two', [KeyboardInterrupt()])", BaseException, f"which fails with BaseExceptionGroup: 'two (1 sub-exception)' (got 'bad_pack:it'); {MEND}"),
        ("def it(name): ...", TypeError, f"which fails with TypeError: \"it() missing 1 required positional argument: 'name'\"; {MEND}"),
        (
            "from servingchecklist import Checklist\ndef it(): return Checklist('no id', '')",
            InvalidError,
            "which fails with InvalidError: \"2 faults: $.id: is not an id (got 'no id'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter "
            f"or digit first, as in 'no-id' $.title: is empty (got ''); say in a few words what it is\"; {MEND}",
        ),
        ("it = 3", None, f"which is neither a checklist nor an overlay (got 3); {MAKE}"),
        ("def it(): ...", None, f"which is neither a checklist nor an overlay (got None); {MAKE}"),
        (
            "from servingchecklist import Task\nit = Task('it', 'It')",
            None,
            f"which is neither a checklist nor an overlay (got a value of type Task); {MAKE}",
        ),
        (
            "from servingchecklist import Checklist\nit = type('Mine', (Checklist,), {})('it', 'It')",
            None,
            f"which is neither a checklist nor an overlay (got a value of type Mine); {MAKE}",
        ),
        (
            "from servingchecklist import Checklist\nit = Checklist('that', 'That')",
            None,
            "which has another id (got 'that'); give the entry point the name of the id",
        ),
    ],
)  # fmt: skip
def test_what_is_malformed_is_listed_with_its_fault_and_hides_nothing(good, source, cause, told):
    good.offer("it", source)
    first, malformed, *rest = offered()
    assert_the_good_is_there([first, *rest])
    assert (malformed.id, malformed.kind, malformed.title, malformed.version) == ("it", "", "", "")
    assert malformed.distribution == "bad-pack 0.9"
    assert str(malformed.fault) == f"$: the pack bad-pack 0.9 offers 'it', {told}"
    for get in (catalog.load, catalog.overlay):
        with pytest.raises(PackError) as caught:
            get("it")
        assert caught.value.faults == (malformed.fault,)
        assert isinstance(caught.value.__cause__, cause or type(None))


def test_an_entry_point_that_is_none_is_malformed(site):
    site.offer("it", "", entry="not a place")
    (malformed,) = offered()
    assert str(malformed.fault).startswith("$: the pack bad-pack 0.9 offers 'it', which fails with ")
    assert malformed.fault.value == "'not a place'"


@pytest.mark.parametrize("stopping", [KeyboardInterrupt, GeneratorExit])
@pytest.mark.parametrize(
    "source",
    ["raise {}", "def it(): raise {}", "def stop(self): raise {}\ndef it(): raise type('E', (Exception,), {{'__str__': stop}})()"],
)  # fmt: skip
def test_stopping_the_program_is_no_fault_of_a_pack(site, stopping, source):
    site.offer("it", source.format(stopping.__name__))
    with pytest.raises(stopping):
        catalog.entries()


def test_a_bundled_id_always_wins(good):
    good.offer("model-serving", "1 / 0")
    assert catalog.load("model-serving").version == "2026.2"
    assert catalog.ids().count("model-serving") == 1
    malformed = offered()[1]
    assert malformed.id == "model-serving"
    assert str(malformed.fault) == (
        "$: the pack bad-pack 0.9 offers 'model-serving', which is the name of a bundled one; the bundled one is used"
    )
    assert "bad_pack" not in sys.modules
    good.record("worse-pack", "1", {"servingchecklist.checklists": {"model-serving": "bad_pack:it"}})
    assert [one.fault.hint for one in offered()[1:3]] == ["the bundled one is used"] * 2


def test_what_two_distributions_offer_is_neithers(good):
    good.offer("house", "1 / 0")
    malformed = offered()[:2]
    assert [one.id for one in malformed] == ["house", "house"]
    assert [str(one.fault) for one in malformed] == [
        f"$: the pack {who} offers 'house', which is offered by bad-pack 0.9 and good-pack 1.0; uninstall all but one of them"
        for who in ("bad-pack 0.9", "good-pack 1.0")
    ]
    assert catalog.ids().count("house") == 1
    assert catalog.overlay("rules").id == "rules"
    with pytest.raises(PackError) as caught:
        catalog.load("house")
    assert caught.value.faults == tuple(one.fault for one in malformed)


def test_what_one_distribution_offers_twice_is_malformed(good):
    good.record("bad-pack", "0.9", "[servingchecklist.checklists]\nit = a:b\nit = c:d\nother = a:b\nother = a:b")
    assert [str(one.fault) for one in offered() if one.id == "it"] == [
        f"$: the pack bad-pack 0.9 offers 'it', which it offers more than once; {MEND}"
    ] * 2
    assert [one.id for one in offered()].count("other") == 1, "the same line twice is one"
    assert_the_good_is_there([one for one in offered() if one.distribution == "good-pack 1.0"])


def test_an_error_of_a_pack_is_a_checklist_error_and_survives_pickling(site):
    site.offer("it", "1 / 0")
    with pytest.raises(ChecklistError) as caught:
        catalog.load("it")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is PackError
    assert again.faults == caught.value.faults


# Records of distributions that are broken themselves


@pytest.mark.parametrize("headers", ["", b"Name: \xff\xfe\n", "Version: 3\n"])
def test_a_distribution_without_a_name_can_offer_something(good, headers, monkeypatch):
    points = {"servingchecklist.checklists": {"attic": "attic:attic"}}
    good.record("", "0", points, headers)
    good.module("attic", "from servingchecklist import Checklist\nattic = Checklist('attic', 'The attic')")
    monkeypatch.syspath_prepend(good.folder)
    first, *rest = offered()
    assert (first.id, first.title, first.distribution) == (
        "attic",
        "The attic",
        f"without a name in {str(good.folder)!r}",
    )
    assert_the_good_is_there(rest)
    assert catalog.load("attic").title == "The attic"


def test_the_name_of_a_distribution_is_escaped_and_cut(site):
    points = {"servingchecklist.checklists": {"it": "nowhere:x", "\x1b[31m": "nowhere:x"}}
    site.record("evil", "1", points, f"Name: e\x1b[31m\u202e{'x' * 300}\nVersion: 1\n")
    for entry in offered():
        assert entry.distribution.startswith("e\\x1b[31m")
        assert (entry.distribution + entry.id + str(entry.fault)).isprintable()
        assert entry.distribution.endswith("\\u202e" + "x" * 193)  # 200 characters before they are escaped
    assert [entry.id for entry in offered()] == ["\\x1b[31m", "it"]
    assert "\x1b[31m" not in catalog.ids()


BROKEN = "[console_scripts]\nfine = a:b\n[servingchecklist.checklists]\nno equals sign\n"


@pytest.mark.parametrize("points", [BROKEN, BROKEN.encode() + b"\xff\n"])
def test_entry_points_that_cannot_be_read_are_told_where_they_concern_packs(good, points):
    good.record("torn", "2", points)
    good.record("stranger", "3", "[console_scripts]\nno equals sign\n")
    good.record("other-stranger", "3", b"[console_scripts]\n\xff\n")
    first, *rest = offered()
    assert_the_good_is_there(rest)
    assert (first.id, first.kind, first.distribution) == ("", "", "torn 2")
    assert str(first.fault).startswith("$: the pack torn 2 has entry points that cannot be read: ")
    assert str(first.fault).endswith(f"; {MEND}")
    assert "" not in catalog.ids()
    with pytest.raises(UnknownNameError):
        catalog.load("")


def test_two_whose_entry_points_cannot_be_read_are_both_told(site):
    site.record("torn", "2", BROKEN)
    site.record("worn", "2", BROKEN)
    assert ["has entry points that cannot be read" in entry.fault.message for entry in offered()] == [True, True]


def test_entry_points_that_cannot_be_opened_hide_nothing(good):
    path = good.record("loop", "1", "") / "entry_points.txt"
    path.unlink()
    path.symlink_to(path.name)
    assert_the_good_is_there(offered())


# Formats


def test_a_format_of_a_pack_reads_and_writes(good, tmp_path):
    house = catalog.load("house")
    text = dumps(house, "shout")
    assert text == dumps(house, "json").swapcase()
    assert loads(text, "shout") == loads(text.encode(), "shout", kind=Checklist) == house
    for name in ("a.shout", "a.UP"):
        write(house, tmp_path / name)
        assert (tmp_path / name).read_text("utf-8") == text
        assert read(tmp_path / name) == read(tmp_path / name, "shout") == house


def test_a_suffix_that_is_bundled_is_never_that_of_a_pack(good, tmp_path):
    write(catalog.load("house"), tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text("utf-8") == dumps(catalog.load("house"), "markdown")
    with pytest.raises(UnknownNameError, match=r"name a file that ends in \.json, \.jsonl, \.toml, \.yaml or \.yml;"):
        read(tmp_path / "a.md")


def test_limits_are_judged_for_formats_of_packs_too(good):
    with pytest.raises(InvalidError, match=r"^\$: is too large: 11 bytes"):
        loads("x" * 11, "shout", Limits(bytes=10))


def test_the_errors_of_this_library_pass_through_a_pack(good):
    with pytest.raises(InvalidError, match=r"^\$: is not something that a file can hold"):
        dumps(model_serving()["c1"], "shout")
    with pytest.raises(InvalidError, match=r"^\$: is not JSON"):
        loads("{", "shout")


def test_unknown_formats_are_told_with_those_of_packs(good, tmp_path):
    good.offer("mute", "NAME = 'mute'; SUFFIXES = ('.mute',)\ndef dumps(value): return ''", "formats", entry="bad_pack")
    known = "json, jsonl, toml, yaml, markdown, html, text, svg, mermaid, icalendar, junit, tasklist, csv"
    with pytest.raises(
        UnknownNameError, match=rf"^\$: there is no format of that name \(got None\); known: {known}, mute, shout$"
    ):
        dumps(model_serving(), None)
    for name in ("mute", "markdown", "zzzzzz", None):
        with pytest.raises(
            UnknownNameError,
            match=r"^\$: there is no format that reads of that name \(got .*\); (it can be written, but not read; )?known: json, jsonl, toml, yaml, shout$",
        ):
            loads("", name)
    assert [(one.id, one.title) for one in offered()][2:] == [
        ("mute", "writes .mute"),
        ("shout", "reads and writes .shout and .up"),
    ]
    with pytest.raises(UnknownNameError, match=r"\.ics, \.xml, \.csv, \.mute, \.shout, \.up, or name the format$"):
        write(model_serving(), tmp_path / "a.xyz")
    with pytest.raises(
        UnknownNameError,
        match=r"end it in one of \.json, \.jsonl, \.toml, \.yaml, \.yml, \.shout, \.up, or name the format$",
    ):
        read(tmp_path / "a.mute")


FORM = "NAME = 'form'; SUFFIXES = ('.form',)\ndef dumps(value): return 'written'\n"
OFFERS = "$: the pack bad-pack 0.9 offers 'form', "


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("1 / 0", f"which fails with ZeroDivisionError: 'division by zero' (got 'bad_pack'); {MEND}"),
        (FORM + "NAME = 'from'", "whose NAME is another (got 'from'); give the entry point the name of the format"),
        ("", "whose NAME is another (got None); give the entry point the name of the format"),
        *(
            (FORM + f"SUFFIXES = {bad}", f"whose SUFFIXES are no tuple of suffixes (got {shown}); write them as ('.xyz',)")
            for bad, shown in [
                ("'.form'", "'.form'"),
                ("['.form']", "a list of 1"),
                ("()", "a tuple of 0"),
                ("('.form', 'form')", "a tuple of 2"),
                ("('.FORM',)", "a tuple of 1"),
                ("('.tar.gz',)", "a tuple of 1"),
                ("('.x\\x1b',)", "a tuple of 1"),
                ("(3,)", "a tuple of 1"),
            ]
        ),
        (FORM + "dumps = 'text'", "which does not write (got 'text'); give it a function dumps(value)"),
        (FORM + "loads = 3", "whose loads is no function (got 3); leave it out where it does not read"),
        (
            FORM + "def __getattr__(name): raise OSError(name)",
            f"which fails with OSError: 'loads'; {MEND}",
        ),
    ],
)  # fmt: skip
def test_a_malformed_format_is_listed_with_its_fault_and_hides_nothing(good, tmp_path, source, told):
    good.offer("form", source, "formats", entry="bad_pack")
    *rest, malformed, shout = offered()
    assert_the_good_is_there([*rest, shout])
    assert (malformed.id, malformed.kind, malformed.distribution) == ("form", "format", "bad-pack 0.9")
    assert str(malformed.fault) == OFFERS + told
    for use in (lambda: dumps(model_serving(), "form"), lambda: loads("", "form")):
        with pytest.raises(PackError) as caught:
            use()
        assert caught.value.faults == (malformed.fault,)
    write(model_serving(), tmp_path / "a.shout")
    with pytest.raises(UnknownNameError) as caught:
        write(model_serving(), tmp_path / "a.form")
    assert caught.value.faults[1:] == (malformed.fault,), "what is malformed may be what was meant"


def test_a_bundled_format_always_wins(good):
    good.offer("markdown", "1 / 0", "formats", entry="bad_pack")
    assert dumps(model_serving(), "markdown").startswith("# Model Serving")
    malformed = offered()[2]
    assert str(malformed.fault) == (
        "$: the pack bad-pack 0.9 offers 'markdown', which is the name of a bundled one; the bundled one is used"
    )
    assert "bad_pack" not in sys.modules


def test_a_suffix_that_two_packs_claim_is_for_the_caller_to_decide(good, tmp_path):
    good.offer("form", FORM + "SUFFIXES = ('.shout', '.form')", "formats", entry="bad_pack")
    with pytest.raises(UnknownNameError) as caught:
        write(model_serving(), tmp_path / "a.shout")
    shown = repr(str(tmp_path / "a.shout"))
    assert str(caught.value) == (
        f"$: the name of the file says more than one format (got {shown}); name the format: form or shout"
    )
    assert [str(one.fault) for one in offered() if one.kind == "format"] == [
        f"$: the pack {who}, whose suffix .shout is also that of {other}; name the format, or uninstall all but one of them"
        for who, other in (
            ("bad-pack 0.9 offers 'form'", "'shout' of good-pack 1.0"),
            ("good-pack 1.0 offers 'shout'", "'form' of bad-pack 0.9"),
        )
    ]
    write(model_serving(), tmp_path / "a.shout", "form")
    assert (tmp_path / "a.shout").read_text("utf-8") == "written"
    write(catalog.load("house"), tmp_path / "a.shout", "shout")
    assert read(tmp_path / "a.shout") == catalog.load("house"), "only one of the two reads"


def test_a_suffix_of_a_bundled_format_is_not_listed_as_that_of_a_pack(good, tmp_path):
    good.offer("form", FORM + "SUFFIXES = ('.md', '.html')", "formats", entry="bad_pack")
    *rest, form, shout = offered()
    assert_the_good_is_there([*rest, shout])
    assert (form.title, form.fault) == ("writes, where it is asked for by name", None)
    write(model_serving(), tmp_path / "a.md")
    assert (tmp_path / "a.md").read_text("utf-8") == dumps(model_serving(), "markdown")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("1 / 0", f"whose dumps fails with ZeroDivisionError: 'division by zero'; {MEND}"),
        ("return b'text'", f"whose dumps gives no text (got a value of type bytes); {MEND}"),
        ("...", f"whose dumps gives no text (got None); {MEND}"),
        ("return '\\ud800'", "whose dumps fails with UnicodeEncodeError: "),
        ("raise SystemExit(3)", f"whose dumps fails with SystemExit: '3'; {MEND}"),
    ],
)
def test_what_a_format_writes_wrongly_is_the_fault_of_its_pack(site, tmp_path, body, told):
    site.offer("form", FORM + f"def dumps(value): {body}", "formats", entry="bad_pack")
    (tmp_path / "a.form").write_text("old", "utf-8")
    for use in (lambda: dumps(model_serving(), "form"), lambda: write(model_serving(), tmp_path / "a.form")):
        with pytest.raises(PackError) as caught:
            use()
        assert str(caught.value).startswith(OFFERS + told)
    assert (tmp_path / "a.form").read_text("utf-8") == "old"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("1 / 0", f"whose loads fails with ZeroDivisionError: 'division by zero'; {MEND}"),
        ("return {}", f"whose loads gives nothing that a file can hold (got a dict of 0); {MEND}"),
        ("...", f"whose loads gives nothing that a file can hold (got None); {MEND}"),
    ],
)
def test_what_a_format_reads_wrongly_is_the_fault_of_its_pack(site, body, told):
    site.offer("form", FORM + f"def loads(text, limits, kind): {body}", "formats", entry="bad_pack")
    with pytest.raises(PackError) as caught:
        loads("", "form")
    assert str(caught.value) == OFFERS + told


def test_a_format_that_reads_another_kind_than_was_asked_for_is_refused(site):
    body = "from servingchecklist import Overlay\ndef loads(text, limits, kind): return Overlay('o', text)"
    site.offer("form", FORM + body, "formats", entry="bad_pack")
    assert loads("It", "form") == loads("It", "form", kind=Overlay) == Overlay("o", "It")
    for kind in (Checklist, Launch, int):
        with pytest.raises(InvalidError) as caught:
            loads("It", "form", kind=kind)
        assert str(caught.value) == (
            "$: is of another kind than was asked for (got 'overlay'); read it with kind=Overlay"
        )


# The example, as its reader would install it


def needed(name="servingchecklist"):
    """What this library needs, and what that needs in turn, as far as this Python has it."""
    for line in metadata.requires(name) or ():
        if "extra ==" not in line:
            found = re.match(r"[\w.-]+", line)[0]
            with suppress(metadata.PackageNotFoundError):
                yield metadata.distribution(found)
                yield from needed(found)


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    # What is found by way of that would pass for installed.
    subprocess.run(command, check=True, env={key: os.environ[key] for key in os.environ if key != "PYTHONPATH"})


def wheel_of(folder, target):
    """Built with the hatchling that is installed, so that no registry is asked."""
    before = set(target.glob("*.whl"))
    pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(target), str(folder))
    (wheel,) = set(target.glob("*.whl")) - before
    return wheel


class Fresh:
    """A virtual environment with this library and what it needs, and nothing else."""

    def __init__(self, folder):
        self.folder = folder
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        self.python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
        self.site = Path(self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").rstrip())
        for distribution in needed():
            self._copy(distribution)

    def _copy(self, distribution):
        """The files that an installer recorded: this installs without a registry what was installed from one."""
        for file in distribution.files:
            if ".." not in file.parts and file.suffix != ".pyc":
                target = self.site / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), target)

    def install(self, *wheels):
        pip("--python", self.python, "install", "--no-deps", "--no-index", *map(str, wheels))

    def run(self, *arguments, status=0):
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE"))}
        command = [self.python, "-W", "error", *arguments]
        done = subprocess.run(command, capture_output=True, cwd=self.folder, env=env, encoding="utf-8", check=False)
        assert done.returncode == status, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheels")
    copy = folder / "source" / "pack"
    shutil.copytree(EXAMPLE, copy)
    return wheel_of(ROOT, folder), wheel_of(copy, folder)


@pytest.fixture
def fresh(wheels, tmp_path):
    made = Fresh(tmp_path / "fresh")
    made.install(*wheels)
    return made


def outline(text):
    """An OPML document as an XML parser reads it."""
    body = ET.fromstring(text).find("body")
    return [(phase.get("text"), [dict(task.attrib) for task in phase]) for phase in body]


USE = """
from servingchecklist import catalog, dumps, tailor
checklist = tailor(catalog.load("model-serving"), catalog.overlay("house-rules"))
print(dumps(checklist, "opml"), end="")
"""


def test_the_example_is_built_installed_and_used(fresh):
    pip("--python", fresh.python, "check")
    command = ("-m", "servingchecklist")
    for name in ("house-rules", "index-rebuild", "opml"):
        assert name in fresh.run(*command, "list", "--packs")
    assert "example-serving-pack 1.0" in fresh.run(*command, "list", "--packs")
    fresh.run(*command, "tailor", "model-serving", "--with", "house-rules", "-o", "launch.toml")
    fresh.run(*command, "render", "launch.toml", "-o", "launch.opml")
    written = (fresh.folder / "launch.opml").read_text("utf-8")
    tailored = read(fresh.folder / "launch.toml", kind=Checklist)
    assert (tailored.id, tailored["c3"].priority.value) == ("house-launch", "critical")
    assert [(phase, [task["id"] for task in tasks]) for phase, tasks in outline(written)] == [
        ("Foundation", ["c1", "c2", "c3"]),
        ("Execution", ["c4", "c5", "h-cost", "c6"]),
        ("Launch & Review", ["c7", "h-on-call", "c8", "c9"]),
    ]
    assert fresh.run("-c", USE) == written
    assert "Compare recall on judged queries" in fresh.run(*command, "render", "index-rebuild", "--format", "opml")


def test_a_broken_pack_beside_the_example_is_listed_as_malformed(fresh):
    broken = Site(fresh.site)
    broken.record("broken-pack", "0.1", {"servingchecklist.checklists": {"broken": "broken_pack:it"}})
    broken.module("broken_pack", "import nowhere")
    listed = fresh.run("-m", "servingchecklist", "list", "--packs", status=1)
    (line,) = [line for line in listed.splitlines() if "broken-pack 0.1" in line]
    assert "malformed" in line
    for name in ("house-rules", "index-rebuild", "opml"):
        assert name in listed
    assert len(outline(fresh.run("-c", USE))) == 3


def test_without_the_example_nothing_is_offered(wheels, tmp_path):
    made = Fresh(tmp_path / "fresh")
    made.install(wheels[0])
    code = "from servingchecklist import catalog; print([e.id for e in catalog.entries() if e.distribution])"
    assert made.run("-c", code) == "[]\n"


@pytest.fixture
def example(site):
    """The example as it stands in the repository, beside its records."""
    shutil.copytree(EXAMPLE / "src", site.folder, dirs_exist_ok=True)
    groups = {
        "servingchecklist.checklists": {
            "index-rebuild": "example_serving_pack:index_rebuild",
            "house-rules": "example_serving_pack:house_rules",
        },
        "servingchecklist.formats": {"opml": "example_serving_pack.opml"},
    }
    site.record("example-serving-pack", "1.0", groups)
    return site


NAUGHTY = '</outline> & "it\'s" <x> ]]> \ufffe \uffff &#10; e\u0301 \U0001f680'


def test_hostile_text_is_escaped_by_the_example(example):
    task = Task("a", NAUGHTY, effort=Effort.parse("1 day"))
    checklist = Checklist("x", NAUGHTY, topic="<b>", phases=[Phase("p", NAUGHTY, tasks=[task, Task("b", "B")])])
    as_xml = NAUGHTY.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    text = dumps(checklist, "opml")
    assert outline(text) == [
        (
            as_xml,
            [
                {"text": f"{as_xml} (<b>)", "id": "a", "priority": "medium", "effort": "1 day"},
                {"text": "B (<b>)", "id": "b", "priority": "medium"},
            ],
        )
    ]
    assert ET.fromstring(text).findtext("head/title") == as_xml


def test_the_example_writes_checklists_only(example):
    with pytest.raises(InvalidError, match=r"^\$: cannot be written as OPML \(got Overlay\); give a checklist$"):
        dumps(catalog.overlay("house-rules"), "opml")
