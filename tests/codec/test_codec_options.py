"""The options of forecasts in files: read back equal, written by hand as people write them, and refused where they are wrong."""

import json
import tomllib
from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import calendars, efforts, ids, lines
from servingchecklist import (
    SOONEST,
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    dumps,
    loads,
    model_serving,
    read,
    write,
)
from servingchecklist._planning.calibration import Calibration, ClosedTask, PastForecast
from servingchecklist._planning.rules import BUNDLED, ORDERS
from servingchecklist.errors import InvalidError
from servingchecklist.rules import DUE, POSITION, PRIORITY, Rule

estimates = st.builds(Effort, st.sampled_from([0.5, 1, 2]), st.sampled_from([2, 3, 8]))
closed = st.builds(
    ClosedTask,
    launch=ids,
    id=ids,
    estimate=estimates,
    actual=st.floats(0.125, 100),
    finished=st.dates(),
    owner=st.none() | lines,
)
past = st.builds(PastForecast, launch=ids, p50=st.dates(), p80=st.dates(), p95=st.dates(), finished=st.dates())
histories = st.builds(Calibration, tasks=st.lists(closed, min_size=1, max_size=3), forecasts=st.lists(past, max_size=2))
options = st.builds(
    ForecastOptions,
    people=st.none() | st.integers(1, 99),
    owners=st.dictionaries(ids, lines, max_size=3),
    calendar=st.just(Calendar()) | calendars(),
    calendars=st.dictionaries(lines, calendars(), max_size=2),
    rules=st.sampled_from(list(ORDERS.values()))
    | st.lists(st.sampled_from(list(BUNDLED.values())), max_size=4, unique=True),
    ranges=st.sampled_from(["p10-p90", "bounds"]),
    shared=st.none() | st.floats(0, 1) | st.sampled_from([0, 1]),
    history=st.none() | histories,
    efforts=st.dictionaries(ids, efforts, max_size=3),
    default_effort=st.none() | efforts,
    blocked=st.dictionaries(ids, st.none() | efforts, max_size=3),
    samples=st.none() | st.integers(0, 10_000),
    seed=st.integers(-(2**63), 2**63 - 1) | st.integers(0, 9),
)


@given(options)
def test_they_read_back_equal(value):
    assert ForecastOptions.from_dict(value.to_dict()) == value
    for format in ("toml", "json", "yaml"):
        text = dumps(value, format)
        again = loads(text, format)
        assert again == value
        assert dumps(again, format) == text
        assert loads(text, format, kind=ForecastOptions) == value


def test_a_file_says_only_what_is_not_the_default():
    assert ForecastOptions().to_dict() == {"schema_version": 1, "kind": "forecast-options"}
    assert tomllib.loads(dumps(ForecastOptions(people=2, rules=SOONEST), "toml")) == {
        "schema_version": 1,
        "kind": "forecast-options",
        "people": 2,
        "rules": "soonest",
    }
    assert json.loads(dumps(ForecastOptions(rules=[DUE, PRIORITY]), "json"))["rules"] == ["due", "priority", "position"]


BY_HAND = """\
schema_version = 1
kind = "forecast-options"
people = 2
rules = ["due", "priority"]
ranges = "bounds"
shared = 0.25
default_effort = "1-3 days"
samples = 2000
seed = 7

[owners]
c5 = "ml-platform"

[efforts]
c1 = "exactly 2 days"
c2 = "7 days elapsed"

[blocked]
c3 = "1-2 weeks"
c4 = "unknown"

[calendar]
weekdays = ["mon", "Tuesday", "WED", "thursday"]
holidays = ["2026-12-24..2026-12-26", "2027-01-01"]

[calendars.ml-platform]
holidays = ["2026-12-07..2026-12-07"]

[calendars."data science"]
weekdays = ["sat", "sun"]
"""


def test_a_file_written_by_hand():
    value = loads(BY_HAND, "toml")
    assert value == ForecastOptions(
        people=2,
        rules=[DUE, PRIORITY, POSITION],
        ranges="bounds",
        shared=0.25,
        default_effort=Effort(1, 3),
        samples=2000,
        seed=7,
        owners={"c5": "ml-platform"},
        efforts={"c1": Effort(2, exact=True), "c2": Effort(7, days="elapsed")},
        blocked={"c3": Effort(5, 10), "c4": None},
        calendar=Calendar(
            weekdays=[0, 1, 2, 3],
            holidays=[date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)],
        ),
        calendars={
            "ml-platform": Calendar(weekdays=[0, 1, 2, 3], holidays=[date(2026, 12, 7)]),  # as the team
            "data science": Calendar(weekdays=[5, 6]),
        },
    )
    text = dumps(value, "toml")
    assert 'weekdays = [\n    "monday",\n' in text
    assert '"2026-12-24..2026-12-26"' in text
    assert loads(text, "toml") == value


def test_runs_of_holidays_are_written_as_ranges():
    first = date(2026, 12, 24)
    days = [first + timedelta(number) for number in (0, 1, 2, 4, 5, 8)]
    document = ForecastOptions(calendar=Calendar(holidays=days)).to_dict()
    assert document["calendar"]["holidays"] == ["2026-12-24..2026-12-26", "2026-12-28", "2026-12-29", "2027-01-01"]


def options_document(**more):
    return {"schema_version": 1, "kind": "forecast-options", **more}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"poeple": 2}, "$.poeple: is not a known key; did you mean 'people'?"),
        ({"people": "2"}, "$.people: "),
        ({"people": 0}, "$.people: "),
        ({"ranges": "bound"}, "$.ranges: is not a meaning of ranges (got 'bound'); did you mean 'bounds'?"),
        ({"shared": 3}, "$.shared: is not a share (got 3); write a number from 0 to 1, such as 0.3"),
        ({"shared": "0.3"}, "$.shared: is not a share (got '0.3')"),
        ({"seed": 1.5}, "$.seed: is not a seed (got 1.5)"),
        ({"rules": "sonest"}, "$.rules: is not a bundled order (got 'sonest'); did you mean 'soonest'?"),
        ({"rules": ["due", "prio"]}, "$.rules[1]: is not a bundled rule (got 'prio')"),
        ({"rules": ["due", "due"]}, "$.rules[1]: a rule of this name is there already (got 'due')"),
        ({"rules": 3}, "$.rules: "),
        ({"rules": [["due"]]}, "$.rules[0]: is not a bundled rule"),
        ({"owners": [["c1", "a"]]}, "$.owners: is not a table (got a list of 1); write a table of keys and values"),
        ({"owners": {"c1": 3}}, "$.owners.c1: is not text (got 3)"),
        ({"owners": {"C1": "a"}}, "$.owners: is not an id (got 'C1')"),
        ({"efforts": {"c1": "soon"}}, "$.efforts.c1: is not an effort (got 'soon')"),
        ({"efforts": {"c1": "unknown"}}, "$.efforts.c1: is not an effort (got 'unknown')"),
        ({"blocked": {"c1": 3}}, "$.blocked.c1: "),
        ({"default_effort": 3}, "$.default_effort: "),
        ({"calendar": []}, "$.calendar: "),
        (
            {"calendar": {"weekdays": [0]}},
            "$.calendar.weekdays[0]: is not a day of the week (got 0); write its name, as in 'mon'",
        ),
        (
            {"calendar": {"weekdays": ["mon", "funday"]}},
            "$.calendar.weekdays[1]: is not a day of the week (got 'funday')",
        ),
        ({"calendar": {"weekdays": []}}, "$.calendar.weekdays: "),
        (
            {"calendar": {"holidays": ["2026-12-24.."]}},
            "$.calendar.holidays[0]: has no last day (got '2026-12-24..'); write it too",
        ),
        (
            {"calendar": {"holidays": ["2026-12-26..2026-12-24"]}},
            "$.calendar.holidays[0]: is not a range of days off (got '2026-12-26..2026-12-24'); write the earlier day first",
        ),
        ({"calendar": {"holidays": ["1926-01-01..2026-01-01"]}}, "$.calendar.holidays[0]: is not a range of days off"),
        ({"calendar": {"holidays": ["2026-02-30..2026-03-01"]}}, "$.calendar.holidays[0]: "),
        ({"calendar": {"holidays": ["..2026-03-01"]}}, "$.calendar.holidays[0]: "),
        ({"calendar": {"holidays": [3]}}, "$.calendar.holidays[0]: "),
        ({"calendar": {"holidays": "2026-12-24"}}, "$.calendar.holidays: "),
        (
            {"calendars": {"ann": {"weekday": ["mon"]}}},
            "$.calendars.ann.weekday: is not a known key; did you mean 'weekdays'?",
        ),
        ({"calendars": {"data science": {"weekdays": ["x"]}}}, "$.calendars['data science'].weekdays[0]: is not a day"),
        ({"history": {"tasks": []}}, "$.history.tasks: "),
        ({"history": {"tasks": [{"id": "a"}]}}, "$.history.tasks[0]."),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_path(more, fault):
    for load in (
        ForecastOptions.from_dict,
        lambda raw: loads(json.dumps(raw), "json"),
        lambda raw: loads(json.dumps(raw), "json", kind=ForecastOptions),
    ):
        with pytest.raises(InvalidError) as caught:
            load(options_document(**more))
        assert str(attrs.evolve(caught.value.faults[0], line=None)).startswith(fault)


def test_all_faults_are_told_at_once():
    more = {
        "people": 0,
        "efforts": {"c1": "soon", "c2": "later"},
        "calendar": {"weekdays": ["x"], "holidays": ["y"]},
        "rules": ["x"],
    }
    with pytest.raises(InvalidError) as caught:
        ForecastOptions.from_dict(options_document(**more))
    assert {fault.path for fault in caught.value.faults} == {
        "$.people",
        "$.efforts.c1",
        "$.efforts.c2",
        "$.calendar.weekdays[0]",
        "$.calendar.holidays[0]",
        "$.rules[0]",
    }


def test_rules_of_a_caller_are_in_no_file():
    for rule in (Rule("mine", lambda task, situation: task.id), attrs.evolve(DUE, inherited=not DUE.inherited)):
        for ask in (ForecastOptions.to_dict, lambda value: dumps(value, "toml"), lambda value: dumps(value, "json")):
            with pytest.raises(InvalidError) as caught:
                ask(ForecastOptions(rules=[PRIORITY, rule]))
            assert str(caught.value) == (
                f"$.rules: is a rule of your own, which no file can hold (got '{rule.name}'); "
                "files hold the rules of servingchecklist.rules; pass your own in Python, as rules=..."
            )


@pytest.mark.parametrize("name", ["x.forecast.toml", "x.json"])
def test_files(tmp_path, name):
    value = loads(BY_HAND, "toml")
    write(value, tmp_path / name)
    assert read(tmp_path / name) == read(tmp_path / name, kind=ForecastOptions) == value
    with pytest.raises(InvalidError) as caught:
        read(tmp_path / name, kind=Checklist)
    assert [(fault.code, fault.value) for fault in caught.value.faults] == [("other-kind", "'forecast-options'")]
    write(model_serving(), tmp_path / name)
    with pytest.raises(InvalidError) as caught:
        read(tmp_path / name, kind=ForecastOptions)
    assert [(fault.code, fault.value) for fault in caught.value.faults] == [("other-kind", "'checklist'")]


def test_people_read_them_as_text():
    """The other formats show the fields."""
    for format in ("text", "markdown", "html"):
        shown = dumps(loads(BY_HAND, "toml"), format)
        assert "ml-platform" in shown


def test_a_run_of_days_off_longer_than_a_range_is_read_back():
    days = [date(2026, 1, 1) + timedelta(number) for number in range(9_000)]
    options = ForecastOptions(calendar=Calendar(holidays=days))
    assert loads(dumps(options, "toml"), "toml") == options
    assert len(options.to_dict()["calendar"]["holidays"]) == 3


def test_few_bytes_do_not_make_days_off_without_end():
    ranges = [f"{year}-01-01..{year + 9}-12-31" for year in range(1000, 2000)]
    document = ForecastOptions().to_dict()
    for more in (
        {"calendar": {"holidays": ranges}},
        {"calendars": {f"team-{number}": {"holidays": ranges[:5]} for number in range(200)}},
    ):
        with pytest.raises(
            InvalidError, match=r"is a range of days off too many .*; write at most 36,600 days as ranges"
        ):
            ForecastOptions.from_dict(document | more)
    document["calendars"] = {"a": {"holidays": [*ranges[:4], "2026-12-28"]}, "b": {"holidays": ranges[:4]}}
    assert ForecastOptions.from_dict(document).calendars[0][1].holidays[-1] == date(2026, 12, 28)


def test_more_days_off_in_a_row_than_files_may_hold_are_not_written():
    first = date(2030, 1, 1)
    years = [first + timedelta(number) for number in range(36_600)]
    most = ForecastOptions(calendars={"ann": Calendar(holidays=years), "ben": Calendar(holidays=[date(2026, 12, 24)])})
    assert loads(dumps(most, "toml"), "toml") == most
    more = attrs.evolve(most, calendar=Calendar(holidays=[date(2027, 1, day) for day in (1, 2, 3)]))
    with pytest.raises(InvalidError, match=r"^\$\.calendars: has days off in a row for more than 36,600 days in all"):
        dumps(more, "toml")


@pytest.mark.parametrize("calendars", [3, {"ann": 3}, {"ann": {"weekdays": 3}}])
def test_calendars_of_owners_that_are_none_are_reported_once(calendars):
    with pytest.raises(InvalidError) as caught:
        ForecastOptions.from_dict(options_document(calendar={"weekdays": ["mon"]}, calendars=calendars))
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].path.startswith("$.calendars")
