"""polars, pandas, duckdb and pyarrow read records, and the streams of Arrow that values hand them."""

from datetime import UTC, date, datetime

import pytest

from helpers.forecasts import after_two_weeks
from helpers.launches import END, SINCE, november, two_weeks
from helpers.proof import everything, on
from servingchecklist import Checklist, Launch, Risk, imports, model_serving


@pytest.fixture
def polars():
    pytest.importorskip("nanoarrow")
    return pytest.importorskip("polars")


@pytest.fixture
def pandas():
    pytest.importorskip("nanoarrow")
    return pytest.importorskip("pandas")


@pytest.fixture
def duckdb():
    pytest.importorskip("nanoarrow")
    return pytest.importorskip("duckdb")


@pytest.fixture
def pyarrow():
    pytest.importorskip("nanoarrow")
    return pytest.importorskip("pyarrow")


LAUNCH = two_weeks()
OWNERLESS = Launch.start(model_serving(), name="ads-v1", by="sre", at=november(9))
EMPTY = Launch.start(Checklist("empty", "Empty"), name="empty-v1", by="sre", at=november(9))
OTHERS = [
    model_serving(),
    LAUNCH.snapshot(at=END, phase="execution"),
    LAUNCH.log,
    LAUNCH.review(SINCE, at=END, samples=0),
    after_two_weeks(),
    everything().gate("go-live", at=on(5)),
]

TYPES = {
    "launch": "String",
    "as_of": "Datetime(time_unit='us', time_zone='UTC')",
    "effort_low": "Float64",
    "labels": "List(String)",
    "wait_days": "Int64",
    "not_before": "Date",
    "blast_radius": "Int64",
    "ready": "Boolean",
    "waits_for": "List(String)",
    "first_day": "Date",
    "owner": "String",
    "due": "Date",
    "since": "Datetime(time_unit='us', time_zone='UTC')",
    "steps_done": "Int64",
}


def without_now(rows):
    return [{name: cell for name, cell in row.items() if name != "as_of"} for row in rows]


@pytest.mark.parametrize("launch", [LAUNCH, OWNERLESS, EMPTY], ids=["two weeks", "without owners", "empty"])
def test_polars_reads_the_stream_of_a_launch(launch, polars):
    frame = polars.DataFrame(launch)
    assert {name: str(frame.schema[name]) for name in TYPES} == TYPES
    assert without_now(frame.to_dicts()) == without_now(launch.to_records())


def test_polars_reads_records(polars):
    rows = LAUNCH.to_records(at=END)
    frame = polars.DataFrame(rows)
    filled = [name for name in TYPES if any(row[name] not in (None, []) for row in rows)]
    assert {name: str(frame.schema[name]) for name in filled} == {name: TYPES[name] for name in filled}
    assert frame.to_dicts() == rows
    late = frame.filter(polars.col("overdue"))
    assert late["task"].to_list() == ["c5", "c6"]


def test_launches_without_owners_or_tasks_are_concatenated(polars, pyarrow):
    frame = polars.concat([polars.DataFrame(launch) for launch in (LAUNCH, OWNERLESS, EMPTY)])
    assert frame.height == 18
    assert frame.group_by("launch").len().sort("launch").rows() == [("ads-v1", 9), ("fraud-v3", 9)]
    table = pyarrow.concat_tables([pyarrow.table(launch) for launch in (LAUNCH, OWNERLESS, EMPTY)])
    assert table.num_rows == 18


def test_pyarrow_finds_the_stream_valid(pyarrow):
    for value in (LAUNCH, OWNERLESS, EMPTY, *OTHERS):
        table = pyarrow.table(value)
        table.validate(full=True)
        assert without_now(table.to_pylist()) == without_now(value.to_records())
    schema = pyarrow.table(EMPTY).schema
    assert schema.field("as_of").type == pyarrow.timestamp("us", "UTC")
    assert schema.field("due").type == pyarrow.date32()
    assert schema.field("after").type == pyarrow.list_(pyarrow.string())


def test_who_asks_for_another_schema_gets_the_fixed_one(pyarrow):
    schema = pyarrow.table(LAUNCH).schema
    assert pyarrow.table(LAUNCH, schema=schema).schema == schema
    other = pyarrow.schema(
        [field.with_type(pyarrow.int8()) if field.name == "steps_done" else field for field in schema]
    )
    assert pyarrow.RecordBatchReader.from_stream(LAUNCH, other).schema == schema


@pytest.mark.parametrize("value", OTHERS, ids=lambda value: type(value).__name__)
def test_polars_reads_the_other_values(value, polars):
    assert polars.DataFrame(value).to_dicts() == value.to_records()


def test_polars_reads_the_log(polars):
    rows = LAUNCH.log.to_records()
    frame = polars.DataFrame(rows)
    assert frame.to_dicts() == rows
    assert frame.filter(polars.col("retracted"))["task"].to_list() == ["c9"]


def test_pandas_reads_the_stream_and_the_records(pandas):
    for frame in (pandas.DataFrame.from_arrow(LAUNCH), pandas.DataFrame(LAUNCH.to_records(at=END))):
        assert list(frame.columns) == list(LAUNCH.to_records(at=END)[0])
        assert str(frame["since"].dtype) == "datetime64[us, UTC]"
        assert (str(frame["overdue"].dtype), str(frame["steps_done"].dtype)) == ("bool", "int64")
        assert str(frame["effort_low"].dtype) == "float64"
        assert frame.loc[frame["task"] == "c5", "due"].item() == date(2026, 11, 20)
        assert list(frame[frame["overdue"]]["task"]) == ["c5", "c6"]
        assert frame.loc[frame["task"] == "c1", "since"].item() == pandas.Timestamp(
            datetime(2026, 11, 10, 16, tzinfo=UTC)
        )


def test_duckdb_reads_a_launch_by_the_name_of_its_variable(duckdb):
    launch = LAUNCH
    assert duckdb.sql("select task, due from launch where overdue order by task").fetchall() == [
        ("c5", date(2026, 11, 20)),
        ("c6", date(2026, 11, 19)),
    ]
    pairs = (
        "select a.task, b.task from launch a join launch b on list_contains(a.waits_for, b.task) where a.task = 'c8'"
    )
    assert duckdb.sql(pairs).fetchall() == [("c8", "c6")]  # it reads the stream twice
    types = dict(duckdb.sql("select column_name, column_type from (describe from launch)").fetchall())
    assert (types["as_of"], types["due"], types["after"]) == ("TIMESTAMP WITH TIME ZONE", "DATE", "VARCHAR[]")
    assert (types["ready"], types["steps_done"], types["effort_low"]) == ("BOOLEAN", "BIGINT", "DOUBLE")
    assert launch is LAUNCH


def test_duckdb_reads_an_empty_launch(duckdb):
    empty = EMPTY
    assert duckdb.sql("select count(*), max(due) from empty").fetchall() == [(0, None)]
    assert empty is EMPTY


def test_rows_of_pandas_are_imported_with_what_only_numpy_has(pandas):
    numpy = pytest.importorskip("numpy")
    frame = pandas.DataFrame(
        {
            "title": ["A", "B"],
            "phase": ["P", "P"],
            "role": pandas.array(["sre", pandas.NA], dtype="string"),
            "labels": [numpy.array(["pii", "gdpr"]), None],
            "steps": [numpy.array(["One", "Two"], dtype=object), numpy.array([])],
            "blast_radius": pandas.array([3, 4], dtype="Int64"),
            "likelihood": numpy.array([2.0, 1.0], dtype="float32"),
            "not_before": pandas.to_datetime(["2026-12-07", None]),
        }
    )
    for rows in (frame.to_dict("records"), [row._asdict() for row in frame.itertuples(index=False)]):
        found = imports.from_records(rows, id="x")
        first, second = found.checklist
        assert (first.role, first.labels, first.risk, first.not_before) == (
            "sre", ("pii", "gdpr"), Risk(3, 2), date(2026, 12, 7),
        )  # fmt: skip
        assert [step.text for step in first.steps] == ["One", "Two"]
        assert (second.role, second.labels, second.risk, second.not_before) == ("", (), Risk(4, 1), None)
        assert not found.notes


def test_numbers_of_numpy_are_numbers_and_its_days_are_days():
    numpy = pytest.importorskip("numpy")
    row = {
        "title": "T",
        "phase": "P",
        "blast_radius": numpy.int64(5),
        "likelihood": numpy.int8(3),
        "role": numpy.str_("sre"),
    }
    for day in (numpy.datetime64("2026-12-07"), numpy.datetime64("2026-12-07", "ns")):
        found = imports.from_records([{**row, "not_before": day, "description": numpy.bool_(True)}], id="x")
        (task,) = found.checklist
        assert (task.risk, task.not_before, task.role, task.description) == (
            Risk(5, 3),
            date(2026, 12, 7),
            "sre",
            "true",
        )
        assert not found.notes
    found = imports.from_records(
        [{**row, "not_before": numpy.datetime64("NaT", "ns"), "section": numpy.float64("nan")}], id="x"
    )
    assert (found.checklist.tasks[0].not_before, found.notes) == (None, ())


def test_rows_of_polars_come_back(polars):
    frame = polars.DataFrame(model_serving())
    for rows in (frame.to_dicts(), frame.iter_rows(named=True)):
        found = imports.from_records(rows, id="model-serving")
        assert found.checklist.to_records() == [{**row, "criteria": []} for row in model_serving().to_records()]
        assert [str(note) for note in found.notes] == [
            "columns that are not read: 'criteria'",
            "line 1: the gate 'go-live' is made up: 'go-live', with its id as the title",
            "line 8: the gate 'scale-up' is made up: 'scale-up', with its id as the title",
        ]
