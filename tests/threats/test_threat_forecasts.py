"""Forecasts asked for with anything at all: one documented error comes out, soon, and never a recursion or a wrong number."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasts import ALL_OPTIONS, forecast_in_bounds, history
from helpers.strategies import BIDI_CONTROLS, CONTROLS, SURROGATES
from servingchecklist import (
    Calendar,
    Checklist,
    ChecklistError,
    Effort,
    ForecastOptions,
    Launch,
    Phase,
    Task,
    calibration,
    critical_path,
    forecast,
    levers,
)
from servingchecklist.errors import InvalidError
from servingchecklist.results import (
    Calibration,
    ClosedTask,
    CriticalPath,
    Distribution,
    Forecast,
    ForecastFields,
    Lever,
    Levers,
    PastForecast,
    PhaseForecast,
    Slip,
    Slot,
    Span,
    TaskForecast,
)

MONDAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


SMALL = checklist(Task("a", "A", effort=Effort(1, 2)), Task("b", "B", effort=Effort(1, 4, 2), after=["a"]))
LAUNCH = Launch.start(SMALL, name="x", by="ml-platform", at=NOON).block("b", reason="r", by="ml-platform", at=NOON)


class Naughty:
    """Answers nothing that anybody might ask it."""

    def __repr__(self):
        raise ZeroDivisionError

    __str__ = __bool__ = __repr__  # a table of data refuses to say whether it is true


class Word(str):
    __slots__ = ()


class Number(int):
    pass


WRONG = [
    None,
    True,
    False,
    0,
    1,
    -1,
    10**400,
    -(10**5_000),
    1.5,
    -0.0,
    5e-324,
    1.7e308,
    math.nan,
    math.inf,
    -math.inf,
    Number(2),
    Decimal("NaN"),
    Fraction(1, 3),
    1j,
    "",
    "a",
    "1 day",
    "2026-11-30",
    Word("a"),
    "\x1b[31m",
    "\u202e",
    "\ud800",
    "x" * 100_000,
    b"a",
    bytearray(b"\0"),
    [],
    ["a"],
    [[]],
    [None],
    [math.nan],
    [(math.nan, "a")],
    [("a", math.nan)],
    [("a", 1, 2)],
    [10**400],
    (),
    ("a", 1),
    {},
    {"a": None},
    {"a": "\ud800"},
    {"a": -1},
    {"a": 10**400},
    {"a": math.nan},
    {"a": []},
    {"a": Effort(1, 2)},
    {"b": Effort(10_000, 10_000)},
    {"z": 1},
    {1: 1},
    {None: None},
    {"a": date.max},
    {"a": date.min},
    {"a"},
    frozenset({1}),
    range(3),
    iter("ab"),
    date.min,
    date.max,
    MONDAY,
    NOON,
    datetime(1, 1, 1),  # noqa: DTZ001
    timedelta(1),
    UTC,
    SMALL,
    SMALL["a"],
    Effort(0, 0),
    Effort(10_000, 10_000),
    Effort(5e-324),
    Effort(5e-324, 10_000, 5e-324),
    {"a": Effort(5e-324), "b": Effort(5e-324, 10_000, 10_000)},
    {"a": 5e-324},
    {"a": 1.7e308},
    {"a": "7 days elapsed", "b": "1 day on any day"},
    {"ml-platform": Calendar(weekdays=[6])},
    ForecastOptions(),
    ALL_OPTIONS,
    history(),
    history(40, ratio=1e-9),
    Calendar(),
    Calendar(weekdays=[0], holidays=[date.max]),
    Distribution([1], start=MONDAY),
    Distribution([1e300], start=MONDAY),
    object(),
    Naughty(),
    int,
    Calendar,
    print,
    lambda: None,
    lambda *_: None,
    ...,
]


def wrong():
    """The values, with new iterators each time: those that there are can be asked once."""
    return [iter("ab") if type(value) is type(iter("")) else value for value in WRONG]


def asked(function, **given):
    """What comes of it, if it is not the documented error. Functions that are called are the caller's own, and so is what they raise."""
    try:
        return function(**given)
    except ChecklistError as caught:
        error = caught
    except TypeError:
        if callable(given.get("progress")):
            return None
        raise
    assert all(line.isprintable() for line in str(error).split("\n"))
    assert error.faults
    assert all(fault.path.startswith("$") for fault in error.faults)
    return None


OPTIONS = " ".join(ForecastFields.__annotations__)
DONE = LAUNCH.unblock("b", by="ml-platform", at=NOON)
for ident in "ab":
    DONE = DONE.begin(ident, by="ml-platform", at=NOON).finish(ident, by="ml-platform", at=NOON + timedelta(1))
LEVER = {
    "kind": "task",
    "task": "a",
    "days": 1.0,
    "p80": MONDAY,
    "words": "Without a",
    "options": ForecastOptions(efforts={"a": Effort(0, exact=True)}),
}
CALLS = {
    "forecast": (
        forecast,
        {"checklist": SMALL, "start": MONDAY, "samples": 2},
        f"checklist start options {OPTIONS} done under_way due today name progress",
    ),
    "levers": (
        levers,
        {"checklist": SMALL, "start": MONDAY, "samples": 2},
        f"checklist start options {OPTIONS} done under_way due today name progress",
    ),
    "ForecastOptions": (ForecastOptions, {}, OPTIONS),
    "critical_path": (
        critical_path,
        {"checklist": SMALL},
        "checklist estimate calendar done under_way blocked default_effort",
    ),
    "launch.forecast": (LAUNCH.forecast, {"at": NOON, "samples": 2}, f"at start options {OPTIONS} progress"),
    "launch.levers": (LAUNCH.levers, {"at": NOON, "samples": 2}, f"at start options {OPTIONS} progress"),
    "launch.critical_path": (LAUNCH.critical_path, {"at": NOON}, "at estimate calendar default_effort"),
    "launch.review": (
        LAUNCH.review,
        {"since": NOON - timedelta(1), "at": NOON, "samples": 2},
        f"since at stale_after options {OPTIONS}",
    ),
    "launch.closed_tasks": (DONE.closed_tasks, {}, "calendar"),
    "launch.past_forecast": (DONE.past_forecast, {}, f"options {OPTIONS}"),
    "calibration": (calibration, {"launches": [DONE]}, f"launches options {OPTIONS}"),
    "ClosedTask": (
        ClosedTask,
        {"launch": "x", "id": "a", "estimate": Effort(1, 2), "actual": 1.5, "finished": MONDAY},
        "launch id estimate actual finished owner",
    ),
    "PastForecast": (
        PastForecast,
        {"launch": "x", "p50": MONDAY, "p80": MONDAY, "p95": MONDAY, "finished": MONDAY},
        "launch p50 p80 p95 finished",
    ),
    "Calibration": (Calibration, {"tasks": history(40).tasks}, "tasks forecasts"),
    "Lever": (Lever, LEVER, "kind task days p80 words options"),
    "Levers": (
        Levers,
        {
            "checklist": SMALL,
            "name": "x",
            "start": MONDAY,
            "options": ForecastOptions(),
            "finish": Distribution([1], start=MONDAY),
            "members": [Lever(**LEVER)],
        },
        "checklist name start options finish is_owned members blocked topic",
    ),
    "Calendar": (Calendar, {}, "weekdays holidays"),
    "Calendar.add": (Calendar().add, {"start": MONDAY, "days": 1}, "start days"),
    "Calendar.day": (Calendar().day, {"start": MONDAY, "number": 1}, "start number"),
    "Calendar.between": (Calendar().between, {"start": MONDAY, "end": MONDAY}, "start end"),
    "Calendar.is_worked": (Calendar().is_worked, {}, "day"),
    "Distribution": (Distribution, {"days": [1], "start": MONDAY}, "days start calendar dates"),
    "Distribution.quantile": (Distribution([1], start=MONDAY).quantile, {}, "share"),
    "Distribution.quantile_days": (Distribution([1], start=MONDAY).quantile_days, {}, "share"),
    "Distribution.probability": (Distribution([1], start=MONDAY).probability, {}, "on"),
    "Distribution.date_of": (Distribution([1], start=MONDAY).date_of, {}, "days"),
    "CriticalPath": (CriticalPath, {"checklist": SMALL, "spans": [], "path": []}, "checklist spans path estimate"),
    "Slot": (Slot, {"id": "a", "start": MONDAY, "finish": MONDAY}, "id start finish owner"),
    "Span": (
        Span,
        critical_path(SMALL)[0].to_dict(),
        "id title early_start early_finish late_start late_finish slack is_critical",
    ),
    "TaskForecast": (
        TaskForecast,
        {"id": "a", "title": "A", "finish": Distribution([1], start=MONDAY), "criticality": 1.0},
        "id title finish criticality owner due on_time",
    ),
    "PhaseForecast": (
        PhaseForecast,
        {"id": "p", "title": "P", "finish": Distribution([1], start=MONDAY), "left": 1},
        "id title finish left",
    ),
    "Forecast": (
        Forecast,
        {
            "checklist": SMALL,
            "launch": "x",
            "start": MONDAY,
            "finish": Distribution([1], start=MONDAY),
            "phases": (),
            "tasks": (),
            "schedule": (),
        },
        "checklist launch start today options shared finish phases tasks schedule past earlier blocked held overrun "
        "unestimated topic",
    ),
    "Slip": (
        Slip,
        {"then": Distribution([1], start=MONDAY), "now": Distribution([1], start=MONDAY), "causes": ()},
        "then now causes blocked overrun",
    ),
}
PLACES = [(call, name) for call, (_, _, names) in CALLS.items() for name in names.split()]


@pytest.mark.parametrize(("call", "name"), PLACES, ids=map("-".join, PLACES))
def test_every_argument_with_every_wrong_value(call, name):
    """What is not refused is a value like any other: it can be told, and hashed."""
    function, given, _ = CALLS[call]
    for value in wrong():
        if name == "samples" and type(value) is int and value > 10:
            continue  # who asks for so many gets so many
        made = asked(function, **given | {name: value})
        if made is not None:
            hash(made)
            for one in made if type(made) is tuple else [made]:
                if not isinstance(one, int | float | date | Calendar):
                    asked(one.to_dict)


@pytest.mark.parametrize("call", CALLS)
def test_an_argument_too_many_or_too_few_is_the_callers_mistake(call):
    function, given, _ = CALLS[call]
    with pytest.raises(TypeError):
        function(**given, lunch=1)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.dates()
    | st.sampled_from(["a", "b", "mean", MONDAY, NOON, Effort(1, 2), Calendar(), SMALL]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]) | st.integers(), inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=4,
)


@given(st.sampled_from(PLACES).filter(lambda place: place[1] != "samples"), anything)
def test_any_argument_with_any_value(place, value):
    function, given, _ = CALLS[place[0]]
    asked(function, **given | {place[1]: value})


@given(st.dictionaries(st.sampled_from(CALLS["forecast"][2].split()).filter(lambda name: name != "samples"), anything))
def test_any_arguments_at_once(wrong):
    asked(forecast, **{"checklist": SMALL, "start": MONDAY, "samples": 2} | wrong)


@pytest.mark.parametrize("character", [*CONTROLS, *BIDI_CONTROLS, *SURROGATES], ids=lambda one: f"U+{ord(one):04X}")
def test_an_owner_holds_no_control_character(character):
    for text in (character, f"a{character}", f"{character}a", f"a{character}b"):
        for ask in (forecast, LAUNCH.forecast):
            given = {"checklist": SMALL, "start": MONDAY} if ask is forecast else {"at": NOON}
            with pytest.raises(InvalidError, match=r"^\$\.owners\.a: "):
                ask(**given, samples=1, owners={"a": text})
        with pytest.raises(InvalidError, match=r"^\$\.owner: "):
            Slot(id="a", start=MONDAY, finish=MONDAY, owner=text)


def chain(many, effort):
    return checklist(*(Task(f"t{n}", "T", effort=effort, after=[f"t{n - 1}"] if n else []) for n in range(many)))


def test_efforts_beyond_all_calendars_are_an_error_that_says_so():
    long = chain(300, Effort(10_000, exact=True))
    with pytest.raises(InvalidError) as caught:
        forecast(long, start=MONDAY, samples=2)
    assert str(caught.value).startswith("$: the forecast goes beyond the year 9999, in task t208; check its effort")
    assert critical_path(long).days == 3_000_000
    launch = Launch.start(long, name="x", by="ml-platform", at=NOON)
    for ask in (
        lambda: launch.forecast(at=NOON, samples=2),
        lambda: launch.review(NOON - timedelta(1), at=NOON, samples=2),
        lambda: forecast(SMALL, start=date(9999, 12, 30), samples=2),
        lambda: forecast(
            SMALL, start=MONDAY, samples=2, blocked={"a": Effort(10_000, 10_000)}, people=1, due={"a": date.max}
        ),
        lambda: forecast(
            SMALL, start=MONDAY, samples=2, calendar=Calendar(weekdays=[0], holidays=[date.max]), due={"b": date.max}
        ),
    ):
        asked(ask)
    for ask in (
        lambda: launch.forecast(at=NOON, samples=2),
        lambda: launch.levers(at=NOON, samples=2),
        lambda: forecast(chain(300, Effort(10_000, 10_000)), start=MONDAY, samples=2),
        lambda: forecast(chain(800, Effort(0, 10_000)), start=MONDAY, samples=2, ranges="bounds"),
        lambda: forecast(chain(400, "10000 days elapsed"), start=MONDAY, samples=2),
    ):
        with pytest.raises(InvalidError, match="beyond the year 9999"):
            ask()


def test_a_chain_of_many_tasks(many):
    long = chain(many, Effort(0.25, 0.5))
    found = critical_path(long)
    assert (found.days, len(found.path)) == (0.375 * many, many)
    assert all(span.is_critical for span in found[::997])
    made = forecast(long, start=MONDAY, samples=2)
    assert set(made.criticality.values()) == {1.0}
    assert len(made.schedule) == many


def test_a_long_chain_for_one_person(many):
    long = chain(many // 5, Effort(0.25, 0.5))
    alone = forecast(long, start=MONDAY, samples=2, people=1, shared=0.3)
    assert list(alone.finish) == list(forecast(long, start=MONDAY, samples=2, shared=0.3).finish)
    assert set(alone.criticality.values()) == {1.0}


def test_as_many_owners_as_tasks(many):
    tasks = checklist(*(Task(f"t{n}", "T", effort=Effort(1, 2)) for n in range(many // 5)))
    owners = {f"t{n}": f"team-{n}" for n in range(many // 5)}
    assert forecast_in_bounds(tasks, start=MONDAY, samples=1, owners=owners).finish[0] <= 2
    one = forecast(tasks, start=MONDAY, samples=1, owners=owners)
    assert one.finish[0] == max(task.finish[0] for task in one)


def test_as_many_prerequisites_as_there_may_be():
    every = checklist(
        *(Task(f"t{n}", "T", effort=Effort(1, exact=True), after=[f"t{m}" for m in range(n)]) for n in range(300))
    )
    assert critical_path(every).days == 300
    assert forecast(every, start=MONDAY, samples=2, people=2).finish[0] == 300


def test_more_people_than_there_could_be():
    made = forecast(SMALL, start=MONDAY, samples=2, people=10**9)
    assert made.finish == forecast(SMALL, start=MONDAY, samples=2).finish
    for many in (10**9 + 1, 10**400, 10**5_000):  # of the last one Python writes no digits
        with pytest.raises(
            InvalidError, match=r"^\$\.people: is larger than any count .*; write at most 1,000,000,000$"
        ):
            forecast(SMALL, start=MONDAY, samples=2, people=many)


def test_a_calendar_that_knows_thousands_of_holidays():
    holidays = [MONDAY + timedelta(days=more) for more in range(20_000)]
    calendar = Calendar(holidays=holidays)
    assert calendar.add(MONDAY, 1) == calendar.day(MONDAY, 0) > holidays[-1]
    assert calendar.between(MONDAY, holidays[-1]) == 0
    assert forecast(SMALL, start=MONDAY, calendar=calendar, samples=100).p50 > holidays[-1]


TINY = (5e-324, 2.3e-308, 1e-300, 1e-9)
EXTREMES = [
    *(Effort(low) for low in (*TINY, 10_000)),
    *(Effort(low, high) for low in TINY for high in (1e-8, 10_000)),
    *(Effort(low, 10_000, likely) for low in TINY for likely in (low, 10_000)),
]
TIMES = (5e-324, 1e-300, 1e-9, 1.0, 10_000.0, 1.7e308)


@pytest.mark.parametrize("ranges", ["p10-p90", "bounds"])
@pytest.mark.parametrize("effort", EXTREMES, ids=str)
def test_efforts_at_the_ends_of_all_numbers_give_finite_dates(effort, ranges):
    tasks = checklist(Task("a", "A", effort=effort), Task("b", "B", effort="1-2 days"))
    given = {"start": MONDAY, "samples": 50, "ranges": ranges, "people": 1}
    levers(tasks, **given)
    for more in (
        {},
        {"blocked": {"b": effort}},
        {"history": history(40)},
        {"history": history(40, ratio=1e-8)},
        *({"under_way": {"a": time, "b": time}} for time in TIMES),
        *({"under_way": {"a": time, "b": time}, "history": history(40)} for time in TIMES),
    ):
        finish = forecast(tasks, **given, **more).finish
        assert all(0 <= days <= 40_000 for days in finish)
    if ranges == "p10-p90" and effort.low > 1e-9:
        own = forecast(tasks, start=MONDAY, samples=2_000, shared=0)["a"].finish
        low = effort.low if effort.low < effort.high else effort.low / 2
        assert math.log(own.quantile_days(0.1)) == pytest.approx(math.log(low), abs=1)


@pytest.mark.parametrize("actual", [2e-9, 1.0, 10_000.0])
@pytest.mark.parametrize("effort", EXTREMES, ids=str)
def test_a_record_at_the_ends_of_all_numbers_is_finite(effort, actual):
    closed = ClosedTask(launch="x", id="a", estimate=effort, actual=actual, finished=MONDAY)
    record = Calibration(tasks=[closed] * 20 + list(history(20).tasks))
    shares = (closed.ratio, closed.estimated, record.median_ratio, record.total_ratio, record.held, record.shared)
    assert all(0 <= share < math.inf for share in shares)
    assert closed.ratio > 0
    for days in forecast(SMALL, start=MONDAY, samples=20, history=record).finish:
        assert 0 <= days <= 20_000
