"""Rows of other tools as checklists: what fits is taken over, and all else is told."""

import re
import sys
from csv import reader
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import checklists
from servingchecklist import Checklist, Launch, Limits, Phase, Priority, Risk, Task, dumps, imports
from servingchecklist.errors import CycleError, InvalidError, LimitError


def notes(found):
    return [str(note) for note in found.notes]


def imported(*rows, **options):
    return imports.from_records(rows, id="x", **options)


def task(**cells):
    """The only task of a row, and the notes."""
    found = imported({"title": "T", "phase": "P", **cells})
    return found.checklist.tasks[0], notes(found)


@given(checklists())
def test_records_import_to_an_equal_checklist(checklist):
    records = checklist.to_records()
    found = imports.from_records(records, id=checklist.id)
    assert found.checklist.to_records() == [{**row, "criteria": []} for row in records]
    written = imports.from_csv(dumps(checklist, "csv"), id=checklist.id)
    assert (written.checklist, written.done) == (found.checklist, ())
    problems = [str(note) for note in found.notes if not re.search("is made up|no rows", note.problem)]
    assert problems == ["columns that are not read: 'criteria'"] * any(row["criteria"] for row in records)
    assert [task.steps for task in found.checklist] == [task.steps for task in checklist]
    again = imports.from_records(found.checklist.to_records(), id=checklist.id)
    assert again.checklist == found.checklist


def test_columns_of_another_list_are_named():
    rows = [
        {"text": "Alert on the queue ", "category": "Operations", "sub": "Alerts", "severity": "HIGH", "guid": "11", "waf": "Cost", "link": "https://example.com/a"},
        {"text": "Keep counts", "category": "Operations", "severity": "Blocker", "guid": "11", "waf": None, "link": "see the wiki"},
    ]  # fmt: skip
    found = imports.from_records(
        rows,
        id="review",
        title="Review",
        columns={"title": "Text", "phase": "category", "section": "sub", "priority": "severity", "annotations": ["guid"], "labels": "waf", "references": "link"},
        priorities={"blocker": "critical"},
    )  # fmt: skip
    first, second = found.checklist
    assert (first.id, first.title, first.section, first.priority) == (
        "alert-on-the-queue", "Alert on the queue", "Alerts", Priority.HIGH,
    )  # fmt: skip
    assert (first.labels, first.annotations, first.references[0].url) == (
        ("cost",), (("guid", "11"),), "https://example.com/a",
    )  # fmt: skip
    assert (second.priority, second.description) == (Priority.CRITICAL, "see the wiki")
    assert [(phase.id, phase.title) for phase in found.checklist.phases] == [("operations", "Operations")]
    assert found.checklist.title == "Review"
    assert notes(found) == [
        "line 1: the label 'Cost' is written 'cost'",
        "line 2: 'see the wiki' is not an address: it is in the description",
    ]


def test_ids_are_kept_where_they_are_some_and_made_where_not():
    found = imported(
        {"title": "Écrire les notes", "phase": "P"},
        {"title": "Écrire les notes", "phase": "P", "after": "T.9; b, nothing"},
        {"title": "Nine", "task": "T.9", "phase": "P"},
        {"title": "Ten", "task": "b", "phase": "Q"},
        {"title": "Ten", "task": "b", "phase": "P"},
        {"title": "b", "phase": "P"},
    )
    assert [one.id for one in found.checklist] == [
        "ecrire-les-notes", "ecrire-les-notes-2", "t-9", "b-2", "b-3", "b",
    ]  # fmt: skip
    assert found.checklist["ecrire-les-notes-2"].after == ("t-9", "b")
    assert notes(found) == [
        "line 2: 'ecrire-les-notes-2' comes after 'nothing', which is no task: that is left out",
        "line 3: 'T.9' is not an id: the task is 't-9'",
        "line 5: 'b' is there twice: the task is 'b-2'",
    ]


def test_long_titles_are_cut_and_kept_as_the_description():
    text = "word " * 80
    found, told = task(title=text, description="More.")
    assert (found.title, found.description) == ("word " * 38 + "word…", text.strip() + "\n\nMore.")
    assert len(found.title) < 200
    assert told == ["line 1: the title is too long: it is cut, and the whole text is in the description"]
    assert task(title="One sentence. " + text)[0].title == "One sentence."
    assert task(title="x" * 300)[0].title == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("cells", "field", "value", "told"),
    [
        ({"priority": " p1 "}, "priority", Priority.HIGH, []),
        ({"priority": "soon"}, "priority", Priority.MEDIUM, ["line 1: 'soon' is not a priority: the task is medium, as are others with it; say what it means, as in priorities={'soon': 'high'}"]),
        ({"effort": "?"}, "effort", None, ["line 1: '?' is not an effort: it is left out"]),
        ({"labels": "gdpr, PII;Two-Words"}, "labels", ("gdpr", "pii", "two-words"), ["line 1: the label 'PII' is written 'pii'", "line 1: the label 'Two-Words' is written 'two-words'"]),
        ({"labels": ["modèle"]}, "labels", ("modele",), ["line 1: the label 'modèle' is written 'modele'"]),
        ({"wait_days": 7}, "wait_days", 7, []),
        ({"wait_days": 7.0}, "wait_days", 7, []),
        ({"wait_days": " 0007 "}, "wait_days", 7, []),
        ({"wait_days": ""}, "wait_days", 0, []),
        ({"wait_days": "10001"}, "wait_days", 0, ["line 1: a wait of '10001' days is left out: write 0 to 10,000"]),
        ({"wait_days": "-1"}, "wait_days", 0, ["line 1: a wait of '-1' days is left out: write 0 to 10,000"]),
        ({"wait_days": "a week"}, "wait_days", 0, ["line 1: a wait of 'a week' days is left out: write 0 to 10,000"]),
        ({"not_before": "2026-12-07 00:00:00"}, "not_before", date(2026, 12, 7), []),
        ({"not_before": datetime(2026, 12, 7, tzinfo=UTC)}, "not_before", date(2026, 12, 7), []),
        ({"not_before": datetime(2026, 12, 7, 8, tzinfo=UTC)}, "not_before", date(2026, 12, 7), ["line 1: 'T08:00:00+00:00' behind the date 2026-12-07 is left out"]),
        ({"not_before": "2026-12-07 or later"}, "not_before", date(2026, 12, 7), ["line 1: 'or later' behind the date 2026-12-07 is left out"]),
        ({"not_before": "2026-12-07T00:00:00Z"}, "not_before", date(2026, 12, 7), []),
        ({"labels": "on call, gdpr"}, "labels", ("on-call", "gdpr"), ["line 1: the label 'on call' is written 'on-call'"]),
        ({"labels": "pii\ngdpr"}, "labels", ("pii", "gdpr"), []),
        ({"labels": "pii gdpr"}, "labels", ("pii", "gdpr"), []),
        ({"blast_radius": Decimal("5.00"), "likelihood": Decimal(3)}, "risk", Risk(5, 3), []),
        ({"effort": Decimal("2.50")}, "effort", None, ["line 1: '2.50' is not an effort: it is left out; for days write '2.50 days'"]),
        ({"effort": Decimal("NaN")}, "effort", None, []),
        ({"effort": Decimal("Infinity")}, "effort", None, ["line 1: a value of type Decimal in column 'effort' is left out"]),
        ({"effort": Decimal("1e1000000")}, "effort", None, ["line 1: a value of type Decimal in column 'effort' is left out"]),
        ({"not_before": "2026-02-30"}, "not_before", None, ["line 1: '2026-02-30' is not a date: write it as in '2026-12-31'"]),
        ({"not_before": "soon"}, "not_before", None, ["line 1: 'soon' is not a date: write it as in '2026-12-31'"]),
        ({"blast_radius": 5.0, "likelihood": "3"}, "risk", Risk(5, 3), []),
        ({"blast_radius": 6, "likelihood": 1}, "risk", None, ["line 1: a risk of '6' and '1' is left out: write 1 to 5 each"]),
        ({"role": "a\tb\x1b"}, "role", "a b", ["line 1: control characters of the role are left out"]),
        ({"section": "s" * 201}, "section", "s" * 199 + "…", ["line 1: the section is cut to 200 characters"]),
        ({"description": "a\r\nb\rc\x00"}, "description", "a\nb\nc", ["line 1: control characters of the description are left out"]),
        ({"description": "d" * 20_001}, "description", "d" * 20_000, ["line 1: the description is cut to 20,000 characters"]),
        ({"annotations": ["Jira Key=1", "jira-key=2", "x", "y=a=b"]}, "annotations", (("jira-key", "1"), ("y", "a=b")), ["line 1: the annotation 'Jira Key' is written 'jira-key'", "line 1: the annotation 'jira-key=2' is left out: write it as in 'jira=MLP-12', once", "line 1: the annotation 'x' is left out: write it as in 'jira=MLP-12', once"]),
        ({"references": "https://example.com/" + "a" * 300}, "references", None, []),
        ({"description": object()}, "description", "", ["line 1: a value of type object in column 'description' is left out"]),
        ({"effort": 10**50}, "effort", None, ["line 1: an integer of 167 bits in column 'effort' is left out"]),
        ({"effort": float("nan")}, "effort", None, []),
        ({"effort": float("inf")}, "effort", None, ["line 1: inf in column 'effort' is left out"]),
        ({"description": 1.5}, "description", "1.5", []),
        ({"description": True}, "description", "true", []),
        ({"Owner": "me"}, "description", "", ["columns that are not read: 'owner'"]),
        ({"Role": "sre", "role ": "x"}, "role", "sre", ["column 'role ' is there twice: the first is read"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(cells, field, value, told):
    found, notes_of_it = task(**cells)
    if value is not None or field != "references":
        assert getattr(found, field) == value
    assert notes_of_it == told


def test_steps_that_are_too_long_are_cut():
    found, told = task(steps=["One", "\x00", "y" * 201, "One"])
    assert [(step.id, step.text) for step in found.steps] == [
        ("one", "One"), ("y" * 64, "y" * 199 + "…"), ("one-2", "One"),
    ] or [step.text for step in found.steps] == ["One", "y" * 199 + "…", "One"]  # fmt: skip
    assert found.description == "y" * 201
    assert "line 1: a step is too long: it is cut, and the whole text is in the description" in told


def test_rows_without_a_title_or_a_phase():
    found = imported(
        {"title": None, "task": "a"}, {"title": "", "phase": "P"}, {"title": "B", "phase_title": "Q"}, {}, {"title": " "},
        {"title": "C", "phase": "\x00"}, {"title": "", "task": "\u200b"},
    )  # fmt: skip
    assert [(one.title, found.checklist.phase_of(one).title) for one in found.checklist] == [
        ("a", "Other"), ("B", "Q"), ("C", "Other"),
    ]  # fmt: skip
    assert "line 2: there is no title: the row is left out (lines 5 and 7 too)" in notes(found)
    assert "line 4: the row is empty: it is left out" in notes(found)
    assert "line 1: there is no phase: the task is in 'Other', as are others without one" in notes(found)


def test_statuses_topics_and_titles_of_phases():
    found = imported(
        {"title": "A", "phase": "p", "phase_title": "Prepare", "status": "Done", "version": "2", "topic": "ranker"},
        {"title": "B", "phase": "p", "phase_title": "Build", "status": "blocked", "version": "3", "topic": "ranker"},
        {"title": "C", "phase": "p", "phase_title": "Prepare", "status": True, "version": "3", "topic": "ranker"},
        {"title": "D", "phase": "p", "status": "Not started"},
    )
    assert (found.done, found.checklist.version, found.checklist.topic) == (("a", "c"), "2", "ranker")
    assert notes(found) == [
        "the version '3' is left out",
        "2 tasks are done in the list: finish them in the launch",
        "line 2: the phase 'p' has another title above: 'Build' is left out",
        "line 2: the status 'blocked' is not taken over: record it in the launch",
    ]
    assert imported({"title": "A", "version": "no version"}).checklist.version == "1"


def test_a_column_that_is_in_no_row_is_told():
    found = imported({"title": "A", "phase": "P"}, columns={"role": "who", "gates": ["gate"]})
    assert notes(found) == ["column 'gate' is in no row", "column 'who' is in no row"]
    found = imported({"title": "A", "phase": "P", "gates": ["Go live", "Go live"]})
    assert found.checklist["a"].gates == ("go-live",)
    assert notes(found) == ["line 1: the gate 'Go live' is made up: 'go-live', with its id as the title"]


class Hostile:
    def __iter__(self):
        raise RuntimeError("iter")

    def __eq__(self, other):
        raise RuntimeError("eq")

    def __hash__(self):
        raise RuntimeError("hash")

    def __repr__(self):
        raise RuntimeError("repr")


class Text(str):
    __slots__ = ()

    def __eq__(self, other):
        raise RuntimeError("eq")

    def __hash__(self):
        return str.__hash__(self)

    def strip(self, *_):
        raise RuntimeError("strip")


class Missing(datetime):
    """Like the missing timestamp of dataframes."""

    def __ne__(self, other):
        return True

    __hash__ = None


class Broken(date):
    def __ne__(self, other):
        raise RuntimeError("ne")

    __hash__ = None


@pytest.mark.parametrize("rows", [None, 5, "text", b"bytes", {"title": "A"}, Hostile()])
def test_what_holds_no_rows_is_refused(rows):
    hint = "give a list of dicts, as csv.DictReader, polars .to_dicts() and pandas .to_dict('records') have them"
    with pytest.raises(InvalidError, match=rf"^\$\.rows: are not rows \(got .*\); {re.escape(hint)}$"):
        imports.from_records(rows, id="x")


@pytest.mark.parametrize("row", [None, "text", [("a", 1)], Hostile(), pytest.param(10**5000, id="digits")])
def test_what_is_no_row_is_refused(row):
    with pytest.raises(InvalidError, match=r"^\$\.rows\[1\]: is not a row \(got .*\); give each row as a dict of "):
        imported({"title": "A"}, row)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": 5}, r"^\$\.columns: is not a mapping \(got 5\); write it as in {'title': 'text', 'phase': 'category'}$"),
        ({"columns": {"titel": "x"}}, r"^\$\.columns: is not a field of a row \(got 'titel'\); did you mean 'title'\?$"),
        ({"columns": {"Area": "phase"}}, r"^\$\.columns: is not a field of a row \(got 'Area'\); the field comes first: {'phase': 'Area'}$"),
        ({"columns": {"title": 5}}, r"^\$\.columns\.title: is not the name of a column \(got 5\); write it as in the rows$"),
        ({"columns": {"title": []}}, r"^\$\.columns\.title: is not the name of a column \(got a list of 0\); write it as in the rows$"),
        ({"columns": {5: "x"}}, r"^\$\.columns: is not a field of a row \(got 5\); known: task, "),
        ({"priorities": 5}, r"^\$\.priorities: is not a mapping \(got 5\)"),
        ({"priorities": {"hoch": "LOW"}}, r"^\$\.priorities\.hoch: is not a priority \(got 'LOW'\)"),
        ({"limits": 5}, r"^\$\.limits: are not limits \(got 5\)"),
        ({"title": 5}, r"^\$\.title: is not text \(got 5\)"),
        ({"title": Hostile()}, r"^\$\.title: is not text \(got a value of type Hostile\)"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_refused(options, message):
    with pytest.raises(InvalidError, match=message):
        imported({"title": "A"}, **options)


def test_hostile_cells_are_told():
    shade = Enum("shade", "dark")
    found = imported(
        {Text("title"): Text("A"), "phase": Text("P"), 5: "x", "role": Hostile(), "effort": 10**5000, "topic": Missing(2026, 1, 1)},
        {"title": "B", "phase": "P", "labels": [Hostile(), "a"], "steps": shade.dark, "section": {}, "not_before": Broken(2026, 1, 1)},
    )  # fmt: skip
    assert [one.title for one in found.checklist] == ["A", "B"]
    assert found.checklist["b"].labels == ("a",)
    assert len({note for note in notes(found) if "is left out" in note}) == 6


def test_steps_keep_their_ids():
    found, told = task(step_ids=["one", "T.2", "one", "two"], steps=["A", "B", "C", "One"])
    assert [(step.id, step.text) for step in found.steps] == [("one", "A"), ("b", "B"), ("c", "C"), ("two", "One")]
    assert told == [
        "line 1: the id of a step 'T.2' is left out: it is no id, or there twice",
        "line 1: the id of a step 'one' is left out: it is no id, or there twice",
    ]
    found, told = task(step_ids="one two", steps=["A"])
    assert [step.id for step in found.steps] == ["a"]
    assert told == ["line 1: 2 ids of steps for 1 step are left out"]
    assert [step.id for step in task(step_ids=["one", ""], steps=["One", "One"])[0].steps] == ["one", "one-2"]


class Array:
    """An array as numpy and pandas have them, or one that fails."""

    def __init__(self, *members):
        self.members = members

    def tolist(self):
        return list(self.members) or 1 / 0


def test_arrays_are_lists_of_their_members():
    found, told = task(labels=Array("pii", Array("gdpr")), steps=Array("A", "B"), gates=Array())
    assert (found.labels, [step.text for step in found.steps]) == (("pii",), ["A", "B"])
    assert told == [
        "line 1: a value of type Array in column 'labels' is left out",
        "line 1: a value of type Array in column 'gates' is left out",
    ]


def test_a_missing_value_of_pandas_is_empty(monkeypatch):
    missing = object()
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(NA=missing))
    found, told = task(role=missing, labels=["pii", missing])
    assert (found.role, found.labels, told) == ("", ("pii",), [])
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert task(role=missing)[1] == ["line 1: a value of type object in column 'role' is left out"]


def test_columns_whose_names_are_no_text_are_told():
    found = imported({"title": "T", "phase": "P", 7: "x", 8: None, None: "", ("a",): ["b"], True: []})
    assert notes(found) == ["columns that are not read: 7, a tuple of 1"]


def test_prerequisites_are_split_at_commas_where_there_is_one():
    found = imported(
        {"title": "Alert on the queue", "phase": "P"}, {"title": "b", "phase": "P"},
        {"title": "c", "phase": "P", "after": "Alert on the queue, b"}, {"title": "d", "phase": "P", "after": "b c; alert-on-the-queue"},
    )  # fmt: skip
    assert [one.after for one in found.checklist] == [
        (), (), ("alert-on-the-queue", "b"), ("b", "c", "alert-on-the-queue"),
    ]  # fmt: skip
    assert not found.notes


def test_rows_without_end_and_cycles_are_refused():
    hint = r"pass Limits\(tasks=\.\.\.\) to read more, or limits=None where you trust the text"
    with pytest.raises(LimitError, match=rf"^\$: holds too many tasks: at most 2,000 are read; {hint}$"):
        imports.from_records(({"title": str(number)} for number in count()), id="x")
    with pytest.raises(LimitError, match=r"^\$: holds too many tasks: at most 1 are read"):
        imports.from_csv("title\na\nb\n", id="x", limits=Limits(tasks=1))
    assert len(imports.from_records([{"title": "a"}] * 2_500, id="x", limits=None).checklist) == 2_500
    with pytest.raises(CycleError, match="dependency cycle"):
        imported({"task": "a", "title": "A", "after": "b"}, {"task": "b", "title": "B", "after": "a"})


def test_values_are_values():
    found = imported({"title": "A", "phase": "P", "x": 1})
    assert found == imported({"title": "A", "phase": "P", "x": 1})
    assert str(found.notes[0]) == "columns that are not read: 'x'"
    assert str(imports.Note(3, "it is cut")) == "line 3: it is cut"
    with pytest.raises(InvalidError, match=r"^\$\.line: is not a count"):
        imports.Note(-1, "x")
    with pytest.raises(InvalidError, match=r"^\$\.checklist: is not a Checklist"):
        imports.Imported(5)


LEADS = ["", " ", "\t", "\n", "\u00a0", "\u3000", "'", "''", "' "]
SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_hostile_texts = st.lists(st.sampled_from([*LEADS, *SIGNS, '"', ",", "\r\n", ";", "a", "1"]), max_size=8).map("".join)


@given(_hostile_texts)
def test_no_cell_begins_a_formula_and_each_comes_back(text):
    from servingchecklist.formats import csv

    cell = csv._cell("title", text)
    ((_, [read]),) = [*csv.rows(cell + "\r\n", ",")]
    for delimiter in ";\t":  # as spreadsheets elsewhere split it, whatever stands before and behind
        for line in (f"x,{cell},y\r\nx,{cell},y\r\n", f"x,{cell}\r\nx,{cell}\r\n"):
            split = [part for row in reader(StringIO(line, newline=""), delimiter=delimiter) for part in row]
            assert not [part for part in split if re.match(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", part)]
    assert not re.match(rf"\s*[{re.escape(SIGNS)}]", read)
    assert csv.without_quote(read, within=True) == text


def test_a_launch_is_written_and_what_is_done_comes_back():
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B", after=["a"])])])
    launch = Launch.start(checklist, name="x-1", by="sre", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    launch = launch.finish("a", by="sre", at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC))
    text = dumps(launch, "csv")
    assert ",done,false,," in text
    assert ",2026-11-03T09:30:00Z," in text
    found = imports.from_csv(text, id="x")
    assert ([task.id for task in found.checklist], found.done) == (["a", "b"], ("a",))
    assert notes(found) == [
        "columns that are not read: 'launch', 'as_of', 'ready', 'overdue', 'since', 'by', 'steps_done', 'latest'",
        "1 task is done in the list: finish it in the launch",
    ]


def test_a_cell_is_told_once():
    found = imported({"title": "A", "phase": "P", "task": object(), "version": object()})
    assert notes(found) == [
        "line 1: a value of type object in column 'task' is left out",
        "line 1: a value of type object in column 'version' is left out",
    ]


def test_notes_are_few_where_everything_is_wrong():
    found = imported({"title": "A", "phase": "P", **{f"c{number}": "x" for number in range(50)}})
    assert notes(found) == [f"columns that are not read: {', '.join(repr(f'c{one}') for one in range(40))}, others"]
    halves = [[f"g{number}" for number in range(start, start + 600)] for start in (0, 600)]
    found = imported(*({"title": f"A{len(half[0])}", "phase": "P", "gates": half} for half in halves))
    assert (len(found.checklist.gates), len(found.notes)) == (1_000, 202)
    assert "gates beyond the first 1,000 are left out" in notes(found)[-1]
    found = imported({"title": "A", "phase": "P", "labels": "a " * 1_001 + "b"})
    assert notes(found) == ["line 1: 1,002 members in a cell of 'labels': those beyond 1,000 are left out"]
    assert found.checklist.tasks[0].labels == ("a",)


def test_a_table_of_one_column_may_have_another_delimiter():
    problem = "there is one column: if {0!r} is between its cells, give delimiter={0!r}"
    for delimiter in ";\t|":
        found = imports.from_csv(f"title{delimiter}phase\na{delimiter}b\n", id="x")
        assert "line 1: " + problem.format(delimiter) in notes(found)
    assert "line 1: " + problem.format(",") in notes(imports.from_csv("title,phase\na,b\n", id="x", delimiter=";"))
    assert not any("delimiter" in note for note in notes(imports.from_csv("title\na;b\n", id="x")))


def test_what_is_wrong_in_many_rows_is_told_once_with_their_lines():
    rows = ["What;Effort", *["a;3"] * 3, *[";"] * 2, "b;1", ";;", "c;1-2", "d;soon", *["e;3", "f;0.3"] * 5]
    found = imports.from_csv("\n".join(rows), id="x", delimiter=";")
    assert notes(found) == [
        "columns that are not read: 'what'",
        "no column is the title: say which is, as in columns={'title': 'what'}",
        "line 2: there is no title: the row is left out (lines 3-4, 7 and 9-20 too)",
        "line 5: the row is empty: it is left out (lines 6 and 8 too)",
        "line 8: the cells beyond the last column are left out",
    ]
    found = imports.from_csv("\n".join(rows), id="x", delimiter=";", columns={"title": "What"})
    assert [note for note in notes(found) if "effort" in note] == [
        "line 2: '3' is not an effort: it is left out; for days write '3 days' (lines 3-4, 11, 13 and 3 more too)",
        "line 7: '1' is not an effort: it is left out; for days write '1 day'",
        "line 9: '1-2' is not an effort: it is left out; for days write '1-2 days'",
        "line 10: 'soon' is not an effort: it is left out",
        "line 12: '0.3' is not an effort: it is left out; for days write '0.3 days' (lines 14, 16, 18 and 20 too)",
    ]


def test_the_name_of_a_file_is_no_table():
    told = "'lists/review.CSV' looks like the name of a file: give the text that it holds"
    assert told in notes(imports.from_csv("lists/review.CSV\n", id="x"))
    assert not any("name of a file" in note for note in notes(imports.from_csv("title,a.csv\nb,c.csv\n", id="x")))


def test_a_list_without_rows_is_told():
    message = "there are no rows: the checklist has no tasks"
    for found in (imports.from_csv("", id="x"), imports.from_csv("title\n", id="x"), imports.from_records([], id="x")):
        assert notes(found) == [message]
    assert message in notes(imports.from_records([{"title": ""}], id="x"))


def test_csv_is_what_spreadsheets_write():
    found = imports.from_csv(
        '\ufeff"Task";Title;Phase;Title\r\na;"He said ""go"",\nthen went";P;x;y\n\nb;\'=1+1;P'.encode(),
        id="x",
        delimiter=";",
    )
    assert [one.title for one in found.checklist] == ['He said "go", then went', "=1+1"]
    assert notes(found) == [
        "column 'Title' is there twice: the first is read",
        "line 2: the cells beyond the last column are left out",
        "line 4: the row is empty: it is left out",
    ]
    assert not len(imports.from_csv("", id="x").checklist)
    assert len(imports.from_csv("title\rA\rB", id="x", limits=None).checklist) == 2


@pytest.mark.parametrize("text", ["Offset range 5;'-5' tested", "Keys:\n'@context' and\n\t'=' too"])
def test_quotes_within_the_texts_of_other_tables_stay(text):
    found = imports.from_csv(f'title,phase,description\nA,P,"{text}"\n', id="x")
    assert found.checklist["a"].description == text
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", description=text)])])
    ours = dumps(checklist, "csv")
    assert "''" in ours
    assert imports.from_csv(ours, id="x").checklist["a"].description == text
    # With a column of its own it is another table; with another delimiter it is still ours.
    head, row, _ = ours.split("\r\n")
    more = imports.from_csv(f"{head},owner\r\n{row},\r\n", id="x")
    assert more.checklist["a"].description == re.sub("(?<=[;\n\t])'", "''", text)
    swapped = ours.replace(",", "|")
    assert imports.from_csv(swapped, id="x", delimiter="|").checklist["a"].description == text


@pytest.mark.parametrize(
    ("text", "line"), [('title\n"open', 2), ('title\na\n"a"b\n', 3), ('title\n"a\nb"\n"x" \n', 4), ('"\n' * 3, 3)]
)
def test_broken_csv_is_told_with_its_line(text, line):
    problem = r"is not CSV: a quoted cell does not end, or something follows it"
    with pytest.raises(InvalidError, match=rf'^\$: {problem}, on line {line}; write a quote within quotes twice: ""$'):
        imports.from_csv(text, id="x")


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", 5, None])
def test_a_delimiter_is_one_character(delimiter):
    with pytest.raises(
        InvalidError, match=r"^\$\.delimiter: is not a delimiter \(got .*\); write one character, such as "
    ):
        imports.from_csv("a", id="x", delimiter=delimiter)


def test_csv_of_too_many_cells_and_other_values_is_refused():
    with pytest.raises(LimitError, match=r"^\$: holds too many values: at most 1,000,000 are read"):
        imports.from_csv("," * 1_000_001, id="x")
    hint = "give a checklist, a launch, its log, snapshot, review or gate, or a forecast"
    with pytest.raises(InvalidError, match=rf"^\$: cannot be written as CSV \(got 5\); {hint}$"):
        dumps(5, "csv")
    assert dumps(Checklist("x", "X"), "csv").startswith("checklist,version,topic,phase,")
    assert dumps(Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "=1")])]), "csv").count(",'=1,") == 1


def test_prerequisites_are_found_by_what_was_made_of_the_rows():
    rows = ["title,phase,after", "Alert on the queue,P,", "B two,P,alert-on-the-queue", "C three,P,Alert on the queue"]
    text = "\n".join([*rows, "D four,P,b-two c-three", "E,P,E"])
    found = imports.from_csv(text, id="release")
    assert {task.id: task.after for task in found.checklist} == {
        "alert-on-the-queue": (),
        "b-two": ("alert-on-the-queue",),
        "c-three": ("alert-on-the-queue",),
        "d-four": ("b-two", "c-three"),
        "e": (),
    }
    assert [str(note) for note in found.notes] == ["line 6: 'e' comes after 'E', which is no task: that is left out"]
    found = imports.from_csv("task,title,after\nQ1,A,\nq2,B,q1\nq3,C,Q1\n", id="release")
    assert [task.after for task in found.checklist] == [(), ("q1",), ("q1",)]


def test_notes_of_what_there_may_be_much_of_in_a_row_are_counted():
    names = " ".join(f"n{number}" for number in range(1_500))
    found = imports.from_csv(f'Title,Phase,After\na,P,"x, {names}"\nb,P,c d\n', id="x")
    problem = "comes after {}, which is no task: that is left out"
    assert [str(note) for note in found.notes[:3]] == [
        f"802 more times: … {problem.format('…')}",
        "line 2: names of prerequisites beyond the first 1,000 are left out",
        f"line 2: 'a' {problem.format(repr('x'))}",
    ]
    assert len(found.notes) == 202
    found = imports.from_csv(f"Title,Phase,Labels\na,P,{names.upper()[:900]}\nb,P,N1 N2 n1\n", id="x")
    assert (notes(found)[:2]) == ["2 more times: the label … is written …", "line 2: the label 'N0' is written 'n0'"]
    assert found.checklist["b"].labels == ("n1", "n2")
    assert len(found.notes) == 201


def test_labels_are_written_the_same_however_many_there_are():
    rows = [{"title": "a", "phase": "P", "labels": [f"N{row}-{one}" for one in range(1_000)]} for row in range(11)]
    found = imported(*rows, rows[0], rows[-1])
    assert found.checklist.tasks[-1].labels == found.checklist.tasks[-3].labels
    assert found.checklist.tasks[-2].labels == found.checklist.tasks[0].labels
    assert found.checklist.tasks[-1].labels[0] == "n10-0"
