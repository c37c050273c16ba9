import copy
import json
from collections import OrderedDict
from datetime import UTC, date, datetime

import attrs
import cattrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Checklist, ChecklistError, Limits, Phase, Task, dumps, loads, model_serving, order
from servingchecklist.codec import SCHEMA_VERSION, encode, readers, register
from servingchecklist.errors import CycleError, InvalidError

LAUNCH = model_serving()


def document(**changes):
    made = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"} | changes
    return {key: value for key, value in made.items() if value is not ...}


def tasks(*raw):
    return document(phases=[{"id": "p", "title": "P", "tasks": list(raw)}])


def faults(raw):
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict(raw)
    return [str(attrs.evolve(fault, task="")) for fault in caught.value.faults]


def test_a_document_is_plain_data_and_says_only_what_is_not_the_default():
    assert Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("t", "T")])]).to_dict() == {
        "schema_version": SCHEMA_VERSION,
        "kind": "checklist",
        "id": "x",
        "title": "X",
        "phases": [{"id": "p", "title": "P", "tasks": [{"id": "t", "title": "T"}]}],
    }
    c4 = LAUNCH.to_dict()["phases"][1]["tasks"][0]
    assert (c4["priority"], c4["effort"], c4["after"]) == ("critical", "1 day", ["c1", "c3"])


def test_a_document_reads_back_equal_and_is_left_alone():
    raw = LAUNCH.to_dict()
    before = repr(raw)
    assert Checklist.from_dict(raw) == LAUNCH
    assert repr(raw) == before


def test_what_no_file_holds_is_refused():
    with pytest.raises(
        InvalidError,
        match=r"^\$: is not something that a file can hold \(got a value of type Task\); give a checklist, a launch, an overlay or the options of a forecast$",
    ):
        encode(LAUNCH["c1"])


@pytest.mark.parametrize("raw", [None, [], "x", 3, {}.items()])
def test_a_document_is_a_dict(raw):
    (fault,) = faults(raw)
    assert fault.startswith("$: is not a document (got ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schema_version": ...}, ["$.schema_version: is missing; write schema_version = 1"]),
        ({"schema_version": True}, ["$.schema_version: is not a schema version (got True); write schema_version = 1"]),
        ({"schema_version": 0}, ["$.schema_version: is not a schema version (got 0); write schema_version = 1"]),
        ({"schema_version": "1"}, ["$.schema_version: is not a schema version (got '1'); write schema_version = 1"]),
        (
            {"schema_version": 2},
            ["$.schema_version: is newer than this release reads (got 2); install a newer servingchecklist"],
        ),
        ({"kind": ...}, ["$.kind: is missing; known: checklist, launch, overlay, forecast-options"]),
        ({"kind": "cheklist"}, ["$.kind: is not a kind of document (got 'cheklist'); did you mean 'checklist'?"]),
        (
            {"kind": ["checklist"]},
            [
                "$.kind: is not a kind of document (got a list of 1); known: checklist, launch, overlay, forecast-options"
            ],
        ),
        (
            {"kind": ..., "id": "X"},
            [
                "$.kind: is missing; known: checklist, launch, overlay, forecast-options",
                "$.id: is not an id (got 'X'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'x'",
            ],
        ),
    ],
)
def test_the_head_of_a_document_is_read_strictly(changes, expected):
    assert faults(document(**changes)) == expected


def test_unknown_and_missing_keys_are_told_with_the_nearest_known():
    assert faults(tasks({"id": "a", "titel": "A"})) == [
        "$.phases[0].tasks[0].title: is missing; it has no default",
        "$.phases[0].tasks[0].titel: is not a known key; did you mean 'title'?",
    ]
    assert faults(document(**{"ti\x1btle": 1})) == ["$['ti\\x1btle']: is not a known key; did you mean 'title'?"]
    found = faults(document(**{f"titl{letter}": 1 for letter in "abcdfghijklmnopq"}))
    assert [fault.endswith("did you mean 'title'?") for fault in found] == [True] * 10 + [False] * 6
    assert faults(document() | {3: 1})[0].startswith("$[3]: is not a known key; known: ")


@pytest.mark.parametrize("written", ["2026-12-07", "'2026-12-07'"])
def test_the_first_day_of_a_task_is_a_date_or_text_in_files_and_written_as_text(written):
    head = "schema_version = 1\nkind = 'checklist'\nid = 'x'\ntitle = 'X'\n"
    text = f"{head}[[phases]]\nid = 'p'\ntitle = 'P'\n[[phases.tasks]]\nid = 'a'\ntitle = 'A'\nnot_before = {written}\n"
    checklist = loads(text, "toml")
    assert checklist["a"].not_before == date(2026, 12, 7)
    assert checklist.to_dict()["phases"][0]["tasks"][0]["not_before"] == "2026-12-07"
    for format in ("toml", "json", "yaml"):
        assert "2026-12-07" in dumps(checklist, format)
        assert loads(dumps(checklist, format), format) == checklist
    converter = cattrs.Converter(unstruct_collection_overrides={tuple: list})
    register(converter)
    assert converter.unstructure(checklist["a"]) == {"id": "a", "title": "A", "not_before": "2026-12-07"}
    assert converter.structure({"id": "a", "title": "A", "not_before": "2026-12-07"}, Task) == checklist["a"]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("depends_on", "did you mean 'after'?"),
        ("needs", "did you mean 'after'?"),
        ("owner", "it is recorded in a launch, and is not part of a checklist"),
        ("due", "it is recorded in a launch, and is not part of a checklist"),
    ],
)
def test_keys_of_other_tools_are_told_by_what_to_write(key, hint):
    assert faults(tasks({"id": "a", "title": "A", key: "x"})) == [
        f"$.phases[0].tasks[0].{key}: is not a known key; {hint}"
    ]
    assert not faults(document(**{key: "x"}))[0].endswith(hint)  # of a task, not of a checklist


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            {"id": "a", "title": "A", "priority": "urgent"},
            "priority: is not a priority (got 'urgent'); write one of critical, high, medium and low",
        ),
        (
            {"id": "a", "title": "A", "priority": "hihg"},
            "priority: is not a priority (got 'hihg'); did you mean 'high'?",
        ),
        (
            {"id": "a", "title": "A", "priority": 4},
            "priority: is not a priority (got 4); write one of critical, high, medium and low",
        ),
        (
            {"id": "a", "title": "A", "effort": 2},
            "effort: is not an effort (got 2); write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'",
        ),
        (
            {"id": "a", "title": "A", "effort": None},
            "effort: is not an effort (got None); write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'",
        ),
        ({"id": "a", "title": "A", "after": "b"}, "after: is not a list (got 'b'); write a list, as in [...]"),
        (
            {"id": "a", "title": "A", "after": ["B"]},
            "after[0]: is not an id (got 'B'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'b'",
        ),
        (
            {"id": "a", "title": "A", "not_before": "soon"},
            "not_before: is not a date (got 'soon'); write it in quotes, as in '2026-12-31'",
        ),
        (
            {"id": "a", "title": "A", "not_before": "2026-11-31"},
            "not_before: is not a date that exists (got '2026-11-31'); November has 30 days",
        ),
        (
            {"id": "a", "title": "A", "not_before": None},
            "not_before: is not a date (got None); write it in quotes, as in '2026-12-31'",
        ),
        (
            {"id": "a", "title": "A", "not_before": datetime(2026, 12, 7, tzinfo=UTC)},
            "not_before: is not a date (got a value of type datetime); write it in quotes, as in '2026-12-31'",
        ),
        ({"id": "a", "title": "A", "risk": {"blast_radius": 5}}, "risk.likelihood: is missing; it has no default"),
        (
            {"id": "a", "title": "A", "risk": None},
            "risk: is not a risk (got None); leave it out",
        ),
        (
            {"id": "a", "title": "A", "risk": 3},
            "risk: is not a risk (got 3); write it as a table with blast_radius and likelihood",
        ),
        (
            {"id": "a", "title": "A", "references": [{"title": "R", "url": "a.md"}, 3]},
            "references[1]: is not a reference (got 3); write it as a table with title and url",
        ),
        (
            {"id": "a", "title": "A", "description": False},
            "description: is not text (got False); write it as a plain string, in quotes",
        ),
    ],
)
def test_fields_are_not_coerced(raw, expected):
    assert faults(tasks(raw)) == [f"$.phases[0].tasks[0].{expected}"]


def test_all_faults_of_a_document_come_at_once_and_each_only_once():
    found = faults(
        tasks(
            {"id": "a", "title": "A", "after": ["zz"]},
            {"id": "a", "title": "", "effort": "3-2 days"},
            {"id": "b", "title": "B", "after": ["c"]},
            {"id": "c", "title": "C", "after": ["b"], "priority": 1},
        )
        | {"version": 1}
    )
    assert [fault.split(": ")[0] for fault in found] == [
        "$.phases[0].tasks[1].effort",
        "$.phases[0].tasks[1].title",
        "$.phases[0].tasks[3].priority",
        "$.version",
        "$.phases[0].tasks[1].id",
        "$.phases[0].tasks[0].after[0]",
        "$.phases[0].tasks[2].after",
    ]


NAMES = document(
    facets=[{"id": "mode", "title": "M", "values": ["online", "batch"]}],
    context={"mode": ["edge"]},
    kpis=[{"id": "k", "title": "K", "measure": "accuracy.wrong", "at_most": "1%"}],
    gates=[{"id": "g", "title": "G"}],
    audiences=[{"id": "u", "title": "U", "kpis": ["kk"], "examples": [{"id": "e", "title": "E", "path": "/x"}]}],
    phases=[
        {
            "id": "p",
            "title": "P",
            "tasks": [
                {
                    "id": "a",
                    "title": "A",
                    "when": {"mode": ["onlin", "batch"], "size": ["s"]},
                    "gates": ["gg", "hh"],
                    "criteria": [{"id": "c", "title": "C", "kpis": ["l"]}],
                },
                {"id": "b", "title": "B", "after": ["z"]},
            ],
        }
    ],
)
AT_FAULT = [
    "$.phases[0].tasks[1].after[0]",
    "$.context.mode",
    "$.phases[0].tasks[0].when.mode",
    "$.phases[0].tasks[0].when.size",
    "$.audiences[0].kpis[0]",
    "$.phases[0].tasks[0].gates[0]",
    "$.phases[0].tasks[0].gates[1]",
    "$.phases[0].tasks[0].criteria[0].kpis[0]",
]


def test_names_that_there_are_not_come_at_once_whatever_they_are_names_of():
    assert [fault.split(": ")[0] for fault in faults(NAMES)] == AT_FAULT


def test_names_that_there_are_not_come_beside_what_cannot_be_read():
    raw = copy.deepcopy(NAMES)
    raw["phases"][0]["tasks"][0] |= {"effort": "soon", "gates": ["gg", 3, "hh"]}
    raw["phases"][0]["tasks"][1] |= {"when": {"mode": [], "X": ["x"], "size": 4}, "criteria": 5, "gates": "g"}
    own = ["effort", "gates[1]"]
    others = ["when.size", "when.X", "when.mode", "criteria", "gates"]
    paths = [fault.split(": ")[0] for fault in faults(raw)]
    at = sorted(AT_FAULT)
    at[at.index("$.phases[0].tasks[0].gates[1]")] = "$.phases[0].tasks[0].gates[2]"
    read = [f"$.phases[0].tasks[0].{name}" for name in own] + [f"$.phases[0].tasks[1].{name}" for name in others]
    assert sorted(set(paths)) == sorted(set(at + read))


UNREADABLE = [
    ("facets", 5),
    ("facets", [{"id": "X", "values": ["x"]}]),
    ("facets", [{"id": "x", "values": 5}]),
    ("facets", [{"id": "x", "values": ["x", "y z"]}]),
    ("kpis", 5),
    ("kpis", [5]),
    ("gates", [{"id": "X"}]),
]


@pytest.mark.parametrize(("name", "value"), UNREADABLE)
def test_a_name_is_not_unknown_where_what_is_declared_cannot_be_read(name, value):
    found = [fault.partition(": ")[2] for fault in faults(NAMES | {name: value})]
    assert [one for one in found if "no facet of" in one or "of that facet" in one] == [] or name != "facets"
    assert [one for one in found if "no KPI of" in one or "no gate of" in one] == [] or name == "facets"
    assert len(found) > 1


def test_a_cycle_in_a_faulty_document_is_still_a_cycle_error():
    raw = tasks({"id": "a", "title": "A", "after": ["b"]}, {"id": "b", "title": "", "after": ["a"]})
    with pytest.raises(CycleError) as caught:
        Checklist.from_dict(raw)
    assert caught.value.cycle == ("a", "b")
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("change", [{"kind": ...}, {"schema_version": 2}])
def test_a_cycle_stays_a_cycle_error_whatever_else_is_wrong(change):
    raw = document(phases=[{"id": "p", "title": "P", "tasks": [{"id": "a", "title": "A", "after": ["a"]}]}], **change)
    with pytest.raises(CycleError) as caught:
        Checklist.from_dict(raw)
    assert caught.value.cycle == ("a",)
    assert [fault.path for fault in caught.value.faults] == [f"$.{next(iter(change))}", "$.phases[0].tasks[0].after"]


def test_a_prerequisite_is_not_blamed_where_a_task_could_not_be_read():
    assert faults(tasks({"id": "a", "title": "A", "after": ["b"]}, {"id": "B", "title": "B"})) == [
        "$.phases[0].tasks[1].id: is not an id (got 'B'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'b'"
    ]


@pytest.mark.parametrize(
    "phases",
    [
        3,
        [3],
        [{"id": "p", "title": "P", "tasks": 3}],
        [{"id": 3, "title": "P", "tasks": [3, {"id": "a", "title": 1, "after": 3}]}],
    ],
)
def test_whatever_stands_where_phases_should_the_error_is_ours(phases):
    with pytest.raises(ChecklistError):
        Checklist.from_dict(document(phases=phases))


@pytest.mark.parametrize("broken", [3, "oops", {"id": 3, "title": "X"}])
def test_no_prerequisite_is_blamed_for_what_could_not_be_read(broken):
    raw = document(
        phases=[
            {"id": "p", "title": "P", "tasks": broken if broken == "oops" else [broken]},
            {"id": "q", "title": "Q", "tasks": [{"id": "b", "title": "B", "after": ["a"]}]},
        ]
    )
    assert [fault for fault in faults(raw) if "phases[1]" in fault] == []


def test_other_mappings_are_told_apart():
    with pytest.raises(
        InvalidError, match=r"^\$: is not a document \(got a value of type OrderedDict\); give a plain dict$"
    ):
        Checklist.from_dict(OrderedDict(LAUNCH.to_dict()))


def test_of_what_is_wrong_everywhere_in_one_place_a_thousand_faults_are_told():
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", after=["B"] * 2_000)
    assert len(caught.value.faults) == 1_000
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", after=["b"] * 2_000)
    assert len(caught.value.faults) == 1_000
    assert len(faults(tasks(*({"id": "a", "title": "A"} for _ in range(2_000))))) == 1_000
    assert len(faults(tasks({"id": "a", "title": "A", "after": [f"b{n}" for n in range(2_000)]}))) == 1_000
    assert len(faults(document(**{f"x{n}": 1 for n in range(2_000)}))) == 1_000


def test_a_document_that_is_wrong_everywhere_is_told_in_a_thousand_faults():
    assert len(faults(tasks(*({"id": "A", "title": "", "x": n} for n in range(2_000))))) == 1_000
    assert len(faults(document(kind="x", phases=[{"id": "P"} for _ in range(2_000)]))) == 1_000


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"efort": "1 day"}, {"effort": "soon"}, {"after": ["gone"]}, {"risk": {"likelihood": 1}}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_fault_of_a_task_names_the_task_from_every_source(wrong):
    task = {"id": "c1", "title": "T", **wrong}
    document = {"schema_version": 1, "kind": "checklist", "id": "x", "title": "X"}
    with pytest.raises(InvalidError) as caught:
        Checklist.from_dict({**document, "phases": [{"id": "p", "title": "P", "tasks": [task]}]})
    assert [fault.task for fault in caught.value.faults] == ["c1"]


ODD = st.sampled_from(
    [
        None,
        True,
        0,
        3,
        2.5,
        "",
        "a",
        "a b",
        "a\nb",
        " a",
        "a\x1b",
        "é",
        "x" * 201,
        [],
        ["a"],
        ["a", "a"],
        ["A"],
        [3],
        "ab",
        {},
        {"blast_radius": 1, "likelihood": 5},
        [{"title": "R", "url": "a.md"}],
        [{"id": "s", "text": "S"}, {"id": "s", "text": "T"}],
        {"jira": 1},
        {"A b": "1"},
        "high",
        "2-3 days",
        "3-2 days",
        ("a",),
    ]
)
IDS = st.sampled_from(["a", "b", "a\nb", "A", "", "a" * 64, "a" * 65, "0._-"])
GOOD = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c1", "0._-"]),
        "title": st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=9),
    },
    optional={
        "priority": st.sampled_from(["low", "high"]),
        "effort": st.sampled_from(["1 day", "2-5 days, likely 3"]),
        "description": st.sampled_from(["", "one\n\ttwo", "é"]),
        "after": st.lists(st.sampled_from(["a", "b"]), unique=True),
        "risk": st.just({"blast_radius": 1, "likelihood": 5}),
        "references": st.just([{"title": "R", "url": "a.md"}]),
        "steps": st.just([{"id": "s", "text": "S"}]),
        "role": st.just("sre"),
        "section": st.just("Alerts"),
        "labels": st.just(["slo"]),
        "annotations": st.sampled_from([{}, {"pillar": "x", "jira": "1"}]),
    },
)
FIELDS = [
    "id",
    "title",
    "priority",
    "effort",
    "description",
    "after",
    "risk",
    "references",
    "steps",
    "role",
    "section",
    "labels",
    "annotations",
    "colour",
]


def built(kind, fields):
    """What the constructor makes of fields that were read, or None."""
    try:
        return kind(**fields)
    except InvalidError:
        return None


@given(GOOD)
def test_a_valid_task_is_read_as_the_constructor_builds_it(raw):
    task = readers.READERS[Task](raw)
    again = attrs.evolve(task)  # calls the constructor
    assert (task, hash(task), repr(task)) == (again, hash(again), repr(again))
    assert built(Task, {name: getattr(task, name) for name in raw}) == task


@pytest.mark.parametrize("field", FIELDS)
@given(data=st.data())
def test_no_spoilt_field_slips_past_the_checks(field, data):
    raw = {"id": "a", "title": "A", field: data.draw(ODD | IDS)}
    try:
        task = readers.READERS[Task](raw)
    except InvalidError:
        return
    assert attrs.evolve(task) == task
    assert all(type(getattr(task, name)) is type(getattr(attrs.evolve(task), name)) for name in raw)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize("field", ["id", "title", "priority", "effort", "description", "role"])
def test_a_subclass_of_str_is_refused(field):
    with pytest.raises(InvalidError):
        readers.READERS[Task]({"id": "a", "title": "A"} | {field: Text("high")})


def test_every_class_that_is_read_without_its_constructor_is_as_the_constructor_builds_it():
    reference, risk = {"title": "R", "url": "a.md"}, {"blast_radius": 1, "likelihood": 5}
    facet = {"id": "f", "title": "F", "values": ["a", "b"]}
    task = {"id": "a", "title": "A", "risk": risk, "references": [reference], "when": {"f": ["a"]}}
    checklist = Checklist.from_dict(document(facets=[facet], phases=[{"id": "p", "title": "P", "tasks": [task]}]))
    for value in (*checklist.facets, *checklist.phases, *checklist, checklist["a"].risk, *checklist["a"].references):
        again = attrs.evolve(value)
        assert (value, hash(value), repr(value)) == (again, hash(again), repr(again))


def test_a_schema_is_ignored_at_the_top_level_only():
    address = {"$schema": "https://example.com/checklist.json"}
    assert Checklist.from_dict(document() | address).to_dict() == document()
    assert faults(document(phases=[{"id": "p", "title": "P"} | address]))[0].startswith(
        "$.phases[0]['$schema']: is not"
    )


def test_a_result_is_written_by_its_to_dict():
    recommendations = order(LAUNCH)
    with pytest.raises(InvalidError, match=r"; write its to_dict\(\) with a JSON library$"):
        dumps(recommendations, "json")


@pytest.mark.parametrize("limits", [Limits(), None])
@pytest.mark.parametrize("raw", [3, None, "x", {}, True])
def test_tasks_that_are_no_list_give_the_documented_error(raw, limits):
    text = json.dumps(document(phases=[{"id": "p", "title": "P", "tasks": raw}]))
    with pytest.raises(InvalidError, match=r"\$\.phases\[0\]\.tasks: is not a list"):
        loads(text, "json", limits)
    for wrong in (
        {"phases": raw},
        {"layers": raw},
        {"phases": [raw]},
        {"checklist": raw},
        {"layers": [{"changes": raw}]},
    ):
        with pytest.raises(InvalidError):
            loads(json.dumps(wrong), "json", limits)


def test_doubled_keys_give_a_thousand_faults_at_most():
    doubled = ",".join(['{"a":1,"a":1}'] * 2_000)
    for text in (f'{{"a":[{doubled}]}}', "{" + ",".join([f'"k{n}":1,"k{n}":1' for n in range(2_000)]) + "}"):
        with pytest.raises(InvalidError) as caught:
            loads(text, "json")
        assert len(caught.value.faults) == 1_000
