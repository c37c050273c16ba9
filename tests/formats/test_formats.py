import json
import re
import subprocess
import sys
import tomllib
from datetime import date
from importlib import import_module

import attrs
import pytest

from helpers.forecasts import two_people
from helpers.launches import END, SINCE, two_weeks
from helpers.pages import as_in_a_fragment
from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    Limits,
    Overlay,
    Phase,
    Reference,
    Risk,
    Task,
    changes,
    critical_path,
    dumps,
    forecast,
    formats,
    loads,
    model_serving,
    next_tasks,
    order,
    read,
    write,
)
from servingchecklist._namespace import NotebookDisplay
from servingchecklist.errors import FileError, InvalidError, LimitError, UnknownNameError, show
from servingchecklist.formats import text as plain_text
from servingchecklist.formats._document import Document, Paragraph, Progress
from servingchecklist.formats._views import VIEWS
from servingchecklist.formats._views.checklist import outline
from servingchecklist.tailoring import diff

LAUNCH = model_serving()


def test_every_format_is_a_module_with_the_same_names():
    for name, suffixes in formats.FORMATS.items():
        module = formats._module(name)
        assert (name, suffixes) == (module.NAME, module.SUFFIXES)
        assert callable(module.dumps)
        assert hasattr(module, "loads") is (name in formats.READERS)


@pytest.mark.parametrize("format", formats.READERS)
def test_what_is_written_reads_back_equal_and_is_written_alike(format):
    text = dumps(LAUNCH, format)
    assert loads(text, format) == LAUNCH
    assert dumps(loads(text, format), format) == text
    assert loads(text.encode(), format) == loads(b"\xef\xbb\xbf" + text.encode(), format) == LAUNCH


def test_independent_readers_find_the_same_document():
    assert json.loads(dumps(LAUNCH, "json")) == tomllib.loads(dumps(LAUNCH, "toml")) == LAUNCH.to_dict()


@pytest.mark.parametrize("name", ["a.toml", "a.json", "a.JSON"])
def test_files_are_read_by_their_suffix(tmp_path, name):
    write(LAUNCH, tmp_path / name)
    assert read(tmp_path / name) == LAUNCH


def test_the_format_can_be_said(tmp_path):
    write(LAUNCH, tmp_path / "checklist", "toml")
    assert read(str(tmp_path / "checklist"), "toml") == LAUNCH
    write(next_tasks(LAUNCH), tmp_path / "next.md")
    assert (tmp_path / "next.md").read_text("utf-8") == dumps(next_tasks(LAUNCH), "markdown")


@pytest.mark.parametrize("format", ["ymal", "markdwn", "md", None, 3])
def test_unknown_formats_are_refused_with_the_known(format):
    with pytest.raises(
        UnknownNameError,
        match=r"^\$: there is no format of that name \(got .*\); (did you mean '(markdown|yaml)'\?|known: json, jsonl, toml, yaml, markdown, html, text, svg, mermaid, icalendar, junit, tasklist, csv)$",
    ):
        dumps(LAUNCH, format)
    with pytest.raises(UnknownNameError, match=r"^\$: there is no format that reads of that name"):
        loads("", format)


def test_a_format_that_only_writes_does_not_read(tmp_path):
    with pytest.raises(
        UnknownNameError,
        match=r"^\$: there is no format that reads of that name \(got 'markdown'\); it can be written, but not read; known: json, jsonl, toml, yaml$",
    ):
        read(tmp_path / "x.md", "markdown")
    words = r"^\$: markdown can be written, but not read \(got 'x\.md'\); name a file that ends in \.json, \.jsonl, \.toml, \.yaml or \.yml; make a checklist of a list of others in Python: servingchecklist\.imports\.from_markdown$"
    with pytest.raises(UnknownNameError, match=words):
        read("x.md")


def test_a_file_name_must_say_its_format(tmp_path):
    with pytest.raises(
        UnknownNameError,
        match=r"the name of the file does not say its format .*; end it in one of \.json, \.jsonl, \.toml, \.yaml, \.yml, \.md, ",
    ):
        write(LAUNCH, tmp_path / "LAUNCH")
    with pytest.raises(
        UnknownNameError,
        match=r"\(got 'a\.tml'\); end it in one of \.json, \.jsonl, \.toml, \.yaml, \.yml, or name the format$",
    ):
        read("a.tml")


FOR_PEOPLE = ["markdown", "html", "text"]


def shown_to_people():
    """A value of each kind that shows itself and is the same whenever it is looked at."""
    launch, made = two_weeks(), two_people()
    yield from (LAUNCH, order(LAUNCH), next_tasks(LAUNCH), launch.snapshot(at=END), launch.review(SINCE, at=END))
    yield from (made, made.finish, made.finish.calendar, critical_path(LAUNCH))
    yield from (LAUNCH.phases[0], LAUNCH["c1"], LAUNCH["c1"].effort)
    yield from (launch.progress(at=END), launch.snapshot(at=END).state("c5"))


@pytest.mark.parametrize("format", formats.READERS)
def test_formats_that_read_write_checklists_and_launches(format):
    assert dumps(LAUNCH, format)
    assert dumps(two_weeks(), format)
    for value in (order(LAUNCH), two_weeks().snapshot(at=END)):
        with pytest.raises(InvalidError, match=r"^\$: is not something that a file can hold \(got a value of type "):
            dumps(value, format)


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_formats_for_people_write_whatever_people_look_at(format):
    for value in (*shown_to_people(), two_weeks()):
        assert dumps(value, format)
    with pytest.raises(
        InvalidError,
        match=r"^\$: cannot be written as (Markdown|HTML|text) \(got a value of type Risk\); "
        r"give a checklist or a part of it, an overlay, a launch, its snapshot, progress, review, forecast or gate, a calendar, "
        r"options of a forecast, or what order, next_tasks, critical_path, levers, calibration, diff, explain and upgrade return$",
    ):
        dumps(Risk(1, 1), format)


def test_the_outline_has_one_line_for_each_task():
    assert dumps(outline(LAUNCH), "text").splitlines()[:4] == [
        "01 Foundation",
        "   [ ] c1  critical  1 day     Define goals and KPIs (Model Serving)",
        "   [ ] c2  high      2-3 days  Identify target audience (Model Serving)",
        "   [ ] c3  high      2-3 days  Audit current state (Model Serving)",
    ]
    least = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")]), Phase("q", "Q")])
    assert dumps(outline(least), "text") == "01 P\n   [ ] a  medium  A\n\n02 Q\n"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileError) as caught:
        read(tmp_path / "gone.toml")
    path = str(tmp_path / "gone.toml")
    assert str(caught.value) == f"$: the file cannot be read: No such file or directory (got {path!r}); check the path"
    assert caught.value.filename == str(tmp_path / "gone.toml")


MINIMAL = '{"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}'


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        (
            "{",
            "json",
            "$: is not JSON: Expecting property name enclosed in double quotes at column 2, on line 1; mend the text there",
        ),
        ("[1, NaN]", "json", "$: holds NaN, which is not JSON; write a finite number"),
        ("[-Infinity]", "json", "$: holds -Infinity, which is not JSON; write a finite number"),
        ("[1e999]", "json", "$: holds a number that no float can hold (got '1e999'); write a smaller number"),
        ("x =", "toml", "$: is not TOML: Invalid value (at end of document); mend the text there"),
        (MINIMAL.replace('"id"', '"title": "Y", "id"'), "json", "$.title: is there twice, on line 1; keep one of them"),
        (
            MINIMAL.replace("}", ', "phases": [{"id": "p", "id": "q", "title": ""}]}'),
            "json",
            "2 faults:\n  $.phases[0].id: is there twice, on line 1; keep one of them\n"
            "  $.phases[0].title: is empty (got ''), on line 1; say in a few words what it is",
        ),
    ],
)
def test_text_that_is_not_of_the_format_is_refused_with_the_place(text, format, message):
    with pytest.raises(InvalidError) as caught:
        loads(text, format)
    assert str(caught.value) == message


def test_an_integer_of_thousands_of_digits_is_refused():
    for format, text in (("json", "[" + "1" * 5_000 + "]"), ("toml", "x = " + "1" * 5_000)):
        with pytest.raises(InvalidError, match="limit"):
            loads(text, format)


def test_a_finite_number_where_text_belongs_is_told_as_what_it_is():
    with pytest.raises(
        InvalidError, match=r"^\$\.title: is not text \(got 1\.5\), on line 1; write it as a plain string, in quotes$"
    ):
        loads(MINIMAL.replace('"X"', "1.5"), "json")


@pytest.mark.parametrize("format", formats.READERS)
def test_letters_are_written_as_they_are(format):
    assert "Prüfliste 模型 🚀" in dumps(attrs.evolve(LAUNCH, title="Prüfliste 模型 🚀"), format)


@pytest.mark.parametrize("format", formats.READERS)
def test_only_text_and_limits_and_paths_are_taken(format):
    with pytest.raises(InvalidError, match=r"^\$: is neither text nor bytes \(got None\); give what the file holds$"):
        loads(None, format)
    with pytest.raises(
        InvalidError,
        match=r"^\$\.limits: are not limits \(got False\); give Limits\(\.\.\.\), or None where you trust the text$",
    ):
        loads("", format, limits=False)
    with pytest.raises(InvalidError, match=r"^\$\.limits: are not limits \(got 3\)"):
        read("gone.json", format, limits=3)
    for call in (read, lambda path, name: write(LAUNCH, path, name)):
        with pytest.raises(
            InvalidError, match=r"^\$: is not the path of a file \(got 1\.5\); give a string or a Path$"
        ):
            call(1.5, format)


class Named:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return str(self.path)


def test_whatever_has_a_path_is_one(tmp_path):
    write(LAUNCH, Named(tmp_path / "x.json"))
    assert read(Named(tmp_path / "x.json")) == LAUNCH


def test_what_is_not_utf8_is_refused_with_the_byte():
    with pytest.raises(InvalidError, match=r"^\$: is not UTF-8: invalid start byte at byte 1; save it as UTF-8$"):
        loads(b"\x20\xff", "json")


@pytest.mark.parametrize(
    ("text", "format", "limits", "message"),
    [
        (
            "x" * 11,
            "json",
            Limits(bytes=10),
            "$: is too large: 11 bytes, and at most 10 are read; pass Limits(bytes=...)",
        ),
        (
            "é" * 9,
            "toml",
            Limits(bytes=10),
            "$: is too large: 18 bytes, and at most 10 are read; pass Limits(bytes=...)",
        ),
        (
            b"x" * 11,
            "json",
            Limits(bytes=10),
            "$: is too large: 11 bytes, and at most 10 are read; pass Limits(bytes=...)",
        ),
        ("[" * 33, "json", Limits(), "$: nests too deep: at most 32 levels are read; pass Limits(nesting=...)"),
        ("x=" + "[" * 33, "toml", Limits(), "$: nests too deep: at most 32 levels are read; pass Limits(nesting=...)"),
        (
            "x=[[1]]",
            "toml",
            Limits(nesting=1),
            "$: nests too deep: at most 1 levels are read; pass Limits(nesting=...)",
        ),
        (
            "a.b.c.d.e.f.g.h.i=1",
            "toml",
            Limits(),
            "$: has a key of too many parts: at most 8 are read; pass Limits(key_parts=...)",
        ),
        (
            "['a' . \"b\".c]",
            "toml",
            Limits(key_parts=2),
            "$: has a key of too many parts: at most 2 are read; pass Limits(key_parts=...)",
        ),
        (
            dumps(LAUNCH, "toml"),
            "toml",
            Limits(tasks=8),
            "$: holds 9 tasks, and at most 8 are read; pass Limits(tasks=...)",
        ),
        (
            "[1, [2], 3]",
            "json",
            Limits(values=3),
            "$: holds too many values: at most 3 are read; pass Limits(values=...)",
        ),
        (
            '["a", ""]',
            "json",
            Limits(values=1),
            "$: holds too many values: at most 1 are read; pass Limits(values=...)",
        ),
        (MINIMAL, "json", Limits(values=7), "$: holds too many values: at most 7 are read; pass Limits(values=...)"),
        ('"' * 9, "json", Limits(values=1), "$: holds too many values: at most 1 are read; pass Limits(values=...)"),
        (
            "x = [1, 2]\n",
            "toml",
            Limits(values=20),
            "$: is too long for TOML, which is parsed slowly: it counts for 23 values, and at most 20 are read; pass Limits(values=...)",
        ),
        (
            "\n\n\n",
            "toml",
            Limits(values=20),
            "$: is too long for TOML, which is parsed slowly: it counts for 21 values, and at most 20 are read; pass Limits(values=...)",
        ),
        *[
            (
                json.dumps(document),
                "json",
                Limits(tasks=1),
                f"{path}: holds 2 {name}, and at most 1 are read; pass Limits(tasks=...)",
            )
            for path, name, document in (
                ("$", "phases", {"phases": [{}, {}]}),
                ("$", "layers", {"layers": [{}, {}]}),
                ("$", "changes", {"changes": [1, {}]}),
                ("$", "changes", {"changes": [1], "layers": [{"changes": [1]}]}),
                ("$", "tasks", {"layers": [{"changes": [{"phase": {"tasks": [1, 2]}}]}]}),
                ("$.base", "tasks", {"phases": [{"tasks": [1]}], "base": {"phases": [{"tasks": [1, 2]}]}}),
                ("$.checklist.base", "phases", {"checklist": {"base": {"phases": [1, 2]}}}),
                ("$.base", "phases", {"checklist": 0, "base": {"phases": [1, 2]}}),
            )
        ],
        (
            '{"events": [1, 2]}',
            "json",
            Limits(events=1),
            "$: holds 2 events, and at most 1 are read; pass Limits(events=...)",
        ),
    ],
)
def test_limits_are_judged_before_the_model_sees_anything(text, format, limits, message):
    with pytest.raises(LimitError) as caught:
        loads(text, format, limits)
    assert str(caught.value) == f"{message} to read more, or limits=None where you trust the text"


def test_what_stands_in_strings_and_comments_is_no_nesting():
    text = "# [[[[ a.b.c.d.e.f.g.h.i\nschema_version = 1\nkind = \"checklist\"\nid = \"x\"\ntitle = \"[[[[ a.b.c.d\"\ndescription = '''\n[[[[{{{{'''\ntopic = '[['\n"
    found = loads(text, "toml", Limits(nesting=1, key_parts=1))
    assert found.title == "[[[[ a.b.c.d"
    assert loads(MINIMAL.replace('"X"', r'"[[[[\"]{{{"'), "json", Limits(nesting=1)).title == '[[[["]{{{'
    many = MINIMAL.replace('"X"', r'"[,,,,\"],,{{{:::::::::\\"')
    assert loads(many, "json", Limits(values=8)).title == '[,,,,"],,{{{:::::::::\\'


def test_a_key_without_end_is_refused_before_it_is_parsed():
    with pytest.raises(
        LimitError, match=r"^\$: has a key or a number of more than 100,000 characters; write a shorter one$"
    ):
        loads("x = " + "9" * 100_001, "toml")


def test_trusted_text_has_no_limits():
    deep = "[" * 100_000
    for format, text in (("json", deep), ("toml", "x=" + deep)):
        with pytest.raises(InvalidError, match=r"^\$: nests too deep to be read; no checklist needs that$"):
            loads(text, format, limits=None)
    big = Checklist(
        "x", "X", phases=[Phase("p", "P", tasks=[Task(f"t{n}", "T", description="d" * 200) for n in range(3_000)])]
    )
    with pytest.raises(LimitError):
        loads(dumps(big, "json"), "json")
    assert loads(dumps(big, "json"), "json", limits=None) == big


def test_a_large_file_is_not_read_whole(tmp_path):
    path = tmp_path / "big.json"
    path.write_text(" " * 300_000, "utf-8")
    with pytest.raises(
        LimitError, match=r"^\$: the file is too large: 300,000 bytes, and at most 299,999 are read \(got "
    ):
        read(path, limits=Limits(bytes=299_999))
    with pytest.raises(InvalidError, match="is not JSON"):
        read(path, limits=None)


@pytest.mark.parametrize("bad", [0, -1, True, 1.5, None, 10**9 + 1, 10**5_000], ids=show)
def test_limits_are_whole_numbers_up_to_a_billion(bad):
    with pytest.raises(
        InvalidError,
        match=r"^\$\.tasks: is not a whole number from 1 to 1,000,000,000 \(got .*\); give limits=None to have no limits at all$",
    ):
        Limits(tasks=bad)
    most = Limits(**dict.fromkeys([field.name for field in attrs.fields(Limits)], 10**9))
    assert all(loads(dumps(LAUNCH, format), format, most) == LAUNCH for format in ("json", "toml"))


def test_references_are_links_only_where_they_are_absolute():
    guide = Reference("Guide & co", "guides/a`b.md".replace("`", "-"))
    task = Task("a", "A", references=[Reference("Out *there*", "https://example.com/?a=1&b=2"), guide])
    checklist = Checklist("x", "X", phases=[Phase("p", "P", guide=guide, tasks=[task])])
    assert "[Out \\*there\\*](<https://example.com/?a=1&amp;b=2>)" in dumps(checklist, "markdown")
    assert "Guide: Guide & co (`guides/a-b.md`)" in dumps(checklist, "markdown")
    html = dumps(checklist, "html")
    assert '<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">Out *there*</a>' in html
    assert "Guide: Guide &amp; co (<code>guides/a-b.md</code>)" in html
    assert html.count("<a ") == 1
    assert "- Out *there* <https://example.com/?a=1&b=2>" in dumps(checklist, "text")


def test_a_guide_of_the_package_is_shown_as_the_command_that_prints_it():
    guide = Reference("Build & see", "servingchecklist/guides/execution.md")
    section = Reference("Tracking", "servingchecklist/guides/execution.md#c6-set-up-tracking")
    places = ["gone.md", "execution.txt", "execution.md#gone", "foundation.md#--help"]
    others = [Reference("T", f"servingchecklist/guides/{place}") for place in places]
    task = Task("a", "A", description="Do it.", references=[section, *others])
    checklist = Checklist("x", "X", phases=[Phase("p", "P", guide=guide, tasks=[task])])
    markdown, text, html = (dumps(checklist, format) for format in ("markdown", "text", "html"))
    assert "\nGuide: Build \\& see (`servingchecklist guide execution`)\n" in markdown
    assert "\n  - Tracking (`servingchecklist guide execution#c6-set-up-tracking`)\n" in markdown
    for place in places:  # a command would fail
        assert f"\n  - T (`servingchecklist/guides/{place}`)\n" in markdown
    assert "Guide: Build & see (servingchecklist guide execution)\n" in text
    assert "- Tracking (servingchecklist guide execution#c6-set-up-tracking)\n" in text
    assert "- T <servingchecklist/guides/gone.md>\n" in text
    assert "<p>Guide: Build &amp; see (<code>servingchecklist guide execution</code>)</p>" in html
    assert "<li>Tracking (<code>servingchecklist guide execution#c6-set-up-tracking</code>)</li>" in html
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("Do it.") + 1] == "Further reading:"
    earlier = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", references=[section])])])
    told = dumps(diff(earlier, checklist), "text")
    assert "Build & see (servingchecklist guide execution)" in told
    overlay = Overlay(
        "o", "O", base="x", references=[guide], changes=[changes.SetTask("a", references=[guide], reason="r")]
    )
    assert dumps(overlay, "text").count("Build & see (servingchecklist guide execution)") == 2


def test_rules_that_say_nothing_leave_no_list_of_reasons():
    found = order(LAUNCH, rules=[])
    assert found[0].reasons == ()
    assert "<ul>" not in dumps(found, "html")
    first = "1. **Define goals and KPIs (Model Serving)** · `c1` · critical · 1 day · role product owner\n"
    assert dumps(found[:1], "markdown") == first


def test_parts_are_shown_in_a_few_lines():
    launch, task = two_weeks(), LAUNCH["c6"]
    shown = (task.effort, two_people().finish.calendar, launch.snapshot(at=END).state("c5"), launch.progress(at=END))
    assert [dumps(value, "text") for value in shown] == [
        "2-3 days; 2.5 working days in the mean\n",
        "Worked: Monday to Friday\nHolidays: none\n",
        "[!] blocked since 2026-11-19  c5\n    owner serving-team; due 2026-11-20\n"
        "    [ ] `owners` Each piece of work has one owner, who has said yes; in tiers A\n"
        "        and B these are the lines of the list from c4\n"
        "    [ ] `milestones` Model optimization, deployment pipeline and inference\n"
        "        service tests have dates from their owners, and a number decides when\n"
        "        each is done\n"
        "    [ ] `slack` At least <3> working days lie between the last milestone and the\n"
        "        launch, and the 7 days of serving between c7 and c8 are in the plan\n"
        "    [ ] `on-call` The on-call rota, the escalation path and the role that may\n"
        "        roll back without asking are named\n"
        "    - blocked, as serving-team recorded: the budget for the pool of accelerators\n      is not agreed\n",
        "4 of 9 done, 1 waived, 9.5 of 16.5 days of work closed, 0 of 41 steps ticked\n"
        "Foundation: 2 of 3 done\nExecution: 1 of 3 done\n"
        "Launch & Review: 1 of 3 done, 1 waived\ncritical: 2 of 4 done\nhigh: 2 of 5 done, 1 waived\n",
    ]
    assert dumps(task, "text").startswith(
        "[ ] Set up tracking\n    c6: high, 2-3 days, role sre, after c1, gate go-live, labels"
    )
    assert dumps(LAUNCH.phases[0], "markdown").startswith("# Foundation\n\nAgree on what")
    holidays = [date(2026, 12, day) for day in range(1, 31)]
    assert "Holidays: 2026-12-01, 2026-12-02, " in dumps(Calendar(holidays=holidays), "text")
    assert len(dumps(Calendar(holidays=holidays), "text")) < 200


def test_a_document_is_written_as_it_is():
    page = Document("T", [Paragraph("a *b*")])
    assert dumps(page, "markdown") == "# T\n\na \\*b\\*\n"
    assert dumps(page, "text") == "T\n=\na *b*\n"
    assert "<h1>T</h1>\n<p>a *b*</p>" in dumps(page, "html")


def test_a_class_of_somebody_else_is_not_taken_for_one_of_ours():
    class Task:
        title = "A"

    with pytest.raises(InvalidError, match=r"^\$: cannot be written as text"):
        dumps(Task(), "text")


def test_a_subclass_is_shown_as_what_it_is_one_of():
    class Ours(Calendar):
        pass

    assert dumps(Ours(), "text") == dumps(Calendar(), "text")


def test_every_class_with_a_view_shows_itself():
    for name, place in VIEWS.items():
        room, _, kind = name.rpartition(".")
        module, _, function = place.partition(".")
        assert issubclass(getattr(import_module(f"servingchecklist.{room}".rstrip(".")), kind), NotebookDisplay), name
        assert callable(getattr(import_module(f"servingchecklist.formats._views.{module}"), function)), name


def test_a_node_is_not_taken_for_the_value_of_the_same_name():
    with pytest.raises(InvalidError, match=r"^\$: cannot be written as text"):
        dumps(Progress(1, 2, "1 of 2"), "text")


@pytest.mark.parametrize("value", ["c", "order(c)"])
def test_showing_a_checklist_loads_no_launch_and_no_forecast(value):
    code = (
        "import sys; from servingchecklist import Checklist, Phase, Task, dumps, order\n"
        "c = Checklist('x', 'X', phases=[Phase('p', 'P', tasks=[Task('a', 'A')])])\n"
        f"[dumps({value}, name) for name in ('text', 'markdown', 'html')]\n"
        "print([name for name in sys.modules if 'launch' in name or 'forecast' in name or 'tailoring' in name])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "[]\n"


def test_whole_pages_have_targets_for_links_and_fragments_none():
    for value in (LAUNCH, two_weeks().snapshot(at=END)):
        page = dumps(value, "html")
        ids = re.findall(r' id="([^"]*)"', page)
        assert ids == list(dict.fromkeys(ids))
        assert {"phase-foundation", "task-c1", "task-c9"} <= set(ids)
        assert " id=" not in value._repr_html_()


def test_wide_characters_keep_columns_aligned():
    tasks = [Task("a", "短い", effort=Effort(1, 1)), Task("b", "B", after=["a"])]
    wide = Checklist("x", "X", phases=[Phase("p", "模型上线", tasks=tasks), Phase("q", "Q", tasks=[Task("c", "C")])])
    made = forecast(wide, start=date(2026, 11, 30), samples=5, default_effort=Effort(1, 1))
    lines = dumps(made, "text").split("By phase\n")[1].splitlines()[:3]
    assert lines[1].startswith("   模型上线     2  ")
    assert lines[2].startswith("   Q            1  ")
    assert dumps(Checklist("x", "模型"), "text").splitlines()[1] == "===="


def test_text_is_as_wide_as_it_may_be():
    for width in (44, 80, 120):
        lines = plain_text.dumps(LAUNCH, width).splitlines()
        assert width - 12 < max(map(len, lines)) <= width
    assert plain_text.dumps(LAUNCH) == plain_text.dumps(LAUNCH, 80) == dumps(LAUNCH, "text")
    snapshot = two_weeks().snapshot(at=END)
    assert "   [!] c5  blocked since 2026-11-19  critical  Assign owners" in plain_text.dumps(snapshot, 120)
    assert "   [!] c5  blocked since 2026-11-19  Assign owners" in plain_text.dumps(snapshot, 80)


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_the_least_that_can_be_shown_is_shown(format):
    assert "Xylophone" in dumps(Checklist("x", "Xylophone"), format)
    found = dumps(
        Checklist("x", "X", phases=[Phase("e", "Empty"), Phase("p", "P", tasks=[Task("t", "Tune it")])]), format
    )
    assert "Tune it" in found
    assert "Empty" in found
    nothing = order(Checklist("x", "X"))
    assert "Nothing is left to begin." in dumps(nothing, format)


def test_a_notebook_shows_what_the_formats_write():
    for value in shown_to_people():
        assert value._repr_html_() == formats._module("html").fragment(value)
        assert (
            as_in_a_fragment(dumps(value, "html")).count(value._repr_html_().partition("</style>")[2].split("<h1>")[-1])
            == 1
        )
        assert value._repr_markdown_() == dumps(value, "markdown")
        assert value._repr_mimebundle_(include=None, exclude=None) == {
            "text/html": value._repr_html_(),
            "text/markdown": value._repr_markdown_(),
            "text/plain": dumps(value, "text"),
        }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("md", "did you mean 'markdown'?"),
        ("ics", "did you mean 'icalendar'?"),
    ],
)
def test_names_of_files_and_of_other_tools_are_told_by_what_to_write(name, hint):
    with pytest.raises(UnknownNameError) as caught:
        dumps(model_serving(), name)
    assert [fault.hint for fault in caught.value.faults] == [hint]


@pytest.mark.parametrize(
    "text",
    ["::error::pwn", "x ::stop-commands::y" + " word" * 30, "##[group]x", "a ##vso[task.complete]b"],
)
@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_of_text_is_a_command_to_the_log_of_a_ci_service(text, width):
    checklist = Checklist("x", text, phases=[Phase("p", text, tasks=[Task("t", text)])], tips=[text])
    shown = import_module("servingchecklist.formats.text").dumps(checklist, width)
    assert not any(line.lstrip().startswith("::") or "##[" in line or "##vso[" in line for line in shown.splitlines())
    assert ": :" in shown or "## " in shown or "x ::stop" in shown


def test_a_line_that_begins_with_any_blank_is_none_either():
    tips = ["One\n\u2003::x", "Two\n\u00a0 ::y\n\n::z"]
    shown = dumps(Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T")])], tips=tips), "text")
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())


@pytest.mark.parametrize("format", ["json", "toml", "yaml"])
@pytest.mark.parametrize("mark", ["<<<<<<< HEAD\n", "||||||| 1f2e3d\n", "=======\n", ">>>>>>> other\r\n"])
def test_a_conflict_that_git_has_left_is_told_with_its_line(format, mark):
    if format == "yaml":
        pytest.importorskip("ruamel.yaml")
    lines = dumps(model_serving(), format).splitlines(keepends=True)
    for place in (0, 5, len(lines) // 2, len(lines) - 1):
        with pytest.raises(InvalidError) as caught:
            loads("".join([*lines[:place], mark, *lines[place:]]), format)
        assert str(caught.value) == (
            f"$: is a conflict that git has left (got {mark.rstrip(chr(10))!r}), on line {place + 1}; "
            "choose a side, or edit both into one, and delete the lines with such marks; "
            "for a launch, set 'servingchecklist merge' as the merge driver of git, and merge again"
        )


def test_a_mark_behind_a_fault_of_syntax_or_within_a_text_is_no_conflict():
    with pytest.raises(InvalidError, match=r"^\$: is not JSON: .* on line 2; "):
        loads('{\n"kind": x,\n<<<<<<< HEAD\n', "json")
    text = dumps(Checklist("x", "X", tips=["T"]), "toml").replace('"T"', "'''\n<<<<<<< HEAD\n'''")
    assert loads(text, "toml").tips == ("<<<<<<< HEAD\n",)
    with pytest.raises(InvalidError, match=r"^\$\.x: is not a known key, on line 1; "):
        loads("x = 1\n" + text, "toml")
