"""What holds for every class of values: frozen, hashable, and invalid by no path."""

import copy
import datetime
import math
import pickle
from collections.abc import Mapping
from datetime import date
from functools import cache

import attrs
import pytest

from helpers.cases import Cases
from helpers.forecasts import ALL_OPTIONS, history
from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    Launch,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Task,
    critical_path,
    forecast,
    levers,
    rules,
)
from servingchecklist._model import _validation as validation
from servingchecklist._model._validation import as_day_or_none, as_number
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import (
    Calibration,
    ClosedTask,
    CriticalPath,
    Distribution,
    Forecast,
    Lever,
    Levers,
    PastForecast,
    PhaseForecast,
    Slip,
    Slot,
    Span,
    TaskForecast,
)

TASK = Task(
    "c1",
    "Define goals",
    priority=Priority.CRITICAL,
    effort=Effort(1, 2, 1.5),
    description="Write them down.\n\tAll of them.",
    after=("c0",),
    risk=Risk(5, 3),
    references=(Reference("A page", "https://example.com/"),),
)
PHASE = Phase(
    "one", "One", description="First.", guide=Reference("Guide", "guides/one.md"), tasks=(Task("c0", "Begin"), TASK)
)
CHECKLIST = Checklist(
    "mine", "Mine", version="2026.1", topic="Fraud", description="All.", phases=(PHASE,), tips=("Breathe.",)
)
CALENDAR = Calendar(weekdays=[0, 1, 2], holidays=[date(2026, 12, 1)])


@cache
def planned():
    return forecast(
        CHECKLIST,
        start=date(2026, 11, 30),
        calendar=CALENDAR,
        people=2,
        owners={"c0": "sre", "c1": "ml-platform"},
        samples=3,
        due={"c1": date(2026, 12, 2)},
        default_effort=Effort(1, 3),
        blocked={"c1": None},
        today=date(2026, 11, 27),
        name="fraud-v3",
    )


@cache
def moved():
    return levers(CHECKLIST, start=date(2026, 11, 30), options=planned().options)


@cache
def slipped():
    return Slip(then=planned().finish, now=planned().phases[0].finish, causes=())


PATH = critical_path(CHECKLIST, estimate="high", default_effort=Effort(1, 3))
VALUES = Cases(
    {
        "Effort": lambda: TASK.effort,
        "Risk": lambda: TASK.risk,
        "Reference": lambda: PHASE.guide,
        "Task": lambda: TASK,
        "Phase": lambda: PHASE,
        "Checklist": lambda: CHECKLIST,
        "Calendar": lambda: CALENDAR,
        "Span": lambda: PATH[1],
        "ForecastOptions": lambda: ALL_OPTIONS,
        "ClosedTask": lambda: history().tasks[1],
        "PastForecast": lambda: history().forecasts[0],
        "Calibration": history,
        "Lever": lambda: moved()[0],
        "Levers": moved,
        "Slot": lambda: planned().schedule[0],
        "TaskForecast": lambda: planned().tasks[1],
        "PhaseForecast": lambda: planned().phases[0],
        "Forecast": planned,
        "Slip": slipped,
    }
)
SEQUENCES = Cases({"Distribution": lambda: planned().finish, "CriticalPath": lambda: PATH})
"""Values that are made of many, and are no classes of attrs."""

NAMES = {**globals(), **{name: getattr(rules, name) for name in rules.__all__}, "datetime": datetime}
"""What a repr names: dates are told with their module, and bundled rules by their names."""


@pytest.mark.parametrize("kind", [*VALUES, *SEQUENCES])
def test_values_are_equal_to_their_copies_and_hash_alike(kind):
    value = VALUES[kind] if kind in VALUES else SEQUENCES[kind]
    assert type(value).__name__ == kind
    copies = [
        *(pickle.loads(pickle.dumps(value, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        copy.copy(value),
        copy.deepcopy(value),
        eval(repr(value), NAMES),
        *([attrs.evolve(value)] if attrs.has(type(value)) else []),
    ]
    for other in copies:
        assert other == value
        assert hash(other) == hash(value)
        assert repr(other) == repr(value)
    assert value != object()


@pytest.mark.parametrize("kind", VALUES)
def test_values_are_frozen_and_have_no_room_for_more(kind):
    value = VALUES[kind]
    name = attrs.fields(type(value))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, name, "x")
    assert not hasattr(value, "__dict__")


BROKEN = {
    Effort: {"low": 9_999.0},
    Risk: {"likelihood": 9},
    Reference: {"url": "javascript:x"},
    Task: {"id": "C1"},
    Phase: {"title": ""},
    Checklist: {"id": "!"},
    Calendar: {"weekdays": [7]},
    Span: {"slack": -1.0},
    ForecastOptions: {"seed": None},
    ClosedTask: {"actual": 0.0},
    PastForecast: {"p95": "soon"},
    Calibration: {"tasks": ()},
    Lever: {"days": math.nan},
    Levers: {"finish": None},
    Slot: {"finish": date(2026, 1, 1)},
    TaskForecast: {"criticality": 1.5},
    PhaseForecast: {"left": 0},
    Forecast: {"options": None},
    Slip: {"then": None},
}


@pytest.mark.parametrize("kind", VALUES)
def test_neither_evolve_nor_pickle_nor_setstate_builds_what_the_constructor_refuses(kind):
    value = VALUES[kind]
    bad = BROKEN[type(value)]
    with pytest.raises(InvalidError):
        attrs.evolve(value, **bad)
    build, _ = value.__reduce__()
    with pytest.raises(InvalidError):
        build.func(**build.keywords | bad)
    assert not hasattr(value, "__setstate__")
    bare = object.__new__(type(value))
    with pytest.raises(AttributeError):
        repr(bare)  # nothing in it, and nothing can be put in


@pytest.mark.parametrize("kind", SEQUENCES)
def test_sequences_are_frozen_and_have_no_room_for_more(kind):
    value = SEQUENCES[kind]
    for name in ("start", "path", "days", "checklist", "more"):
        with pytest.raises(AttributeError):
            setattr(value, name, "x")
    with pytest.raises(TypeError):
        value[0] = 1.0
    assert not hasattr(value, "__dict__")
    assert not hasattr(value, "__setstate__")


def test_unpickling_builds_no_sequence_that_the_constructor_refuses():
    build, _ = planned().finish.__reduce__()
    for bad in ({"start": "today"}, {"calendar": None}):
        with pytest.raises(InvalidError):
            build.func(*build.args, **build.keywords | bad)
    for days in ([-1.0], []):
        with pytest.raises(InvalidError):
            build.func(days, **build.keywords)
    build, _ = PATH.__reduce__()
    assert build() == PATH
    checklist, spans = build.args
    for args, fields in (((None, spans), {}), ((checklist, (1,)), {}), ((checklist, spans), {"path": 3})):
        with pytest.raises(InvalidError):
            build.func(*args, **build.keywords | fields)
    for fields in ({"path": ("c9",)}, {"estimate": "middle"}):
        with pytest.raises(UnknownNameError):
            build.func(checklist, spans, **build.keywords | fields)


def test_values_can_be_told_apart_by_their_shape():
    made = planned()
    match made:
        case Forecast(name="fraud-v3", tasks=(TaskForecast(id="c0"), TaskForecast(due=date(day=2), owner=owner))):
            assert owner == "ml-platform"
        case _:
            raise AssertionError(made)
    match CALENDAR, slipped(), PATH, planned().finish:
        case (
            Calendar(holidays=(date(month=12),)),
            Slip(then=Distribution(), causes=()),
            [Span(id="c0", is_critical=True), Span(slack=slack)],
            [_, _, float()],
        ):
            assert slack == 0
        case _:
            raise AssertionError(PATH)
    match planned().schedule[0], planned().phases[0], PATH:
        case Slot(owner="sre"), PhaseForecast(left=2), CriticalPath(estimate="high"):
            pass
        case _:
            raise AssertionError(made)


def test_lists_are_taken_for_tuples_and_nothing_else_is():
    assert Task("a", "A", after=["b"]).after == ("b",)
    with pytest.raises(InvalidError, match=r"^\$\.after: is not a list \(got 'b'\); write a list, as in \[\.\.\.\]$"):
        Task("a", "A", after="b")
    with pytest.raises(InvalidError, match=r"^\$\.tasks: is not a list \(got a value of type set\)"):
        Phase("a", "A", tasks={TASK})


def test_all_faults_of_a_value_come_at_once():
    with pytest.raises(InvalidError) as caught:
        Task(
            "C 1",
            " x",
            priority="hihg",
            effort="1 dy",
            description="\x1b",
            after=("a", "a"),
            risk=(1, 2),
            references=("x",),
        )
    assert str(caught.value) == (
        "8 faults:\n"
        "  $.id: is not an id (got 'C 1'); use 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first, as in 'c-1'\n"
        "  $.title: begins or ends with white space (got ' x'); write 'x'\n"
        "  $.priority: is not a priority (got 'hihg'); did you mean 'high'?\n"
        "  $.effort: is not an effort (got '1 dy'); write it as '1 day', '2-3 days', '4 hours', '1-2 weeks', '2-5 days, likely 3', 'exactly 1 day', '4 hours on any day' or '7 days elapsed'\n"
        "  $.description: holds the control character U+001B at position 0 (got '\\x1b'); "
        "take it out; line breaks are written as \\n\n"
        "  $.after[1]: is there twice (got 'a'); name it once\n"
        "  $.risk: is not a Risk (got a tuple of 2); write Risk(blast_radius=..., likelihood=...)\n"
        "  $.references[0]: is not a Reference (got 'x'); write Reference(title, url)"
    )


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "$.title: is empty (got ''); say in a few words what it is"),
        (" \t", "$.title: is empty (got ' \\t'); say in a few words what it is"),
        (
            "a\nb",
            "$.title: holds the line break U+000A at position 1 (got 'a\\nb'); write it as one line of plain text",
        ),
        (
            "x" * 201,
            f"$.title: is too long (got '{'x' * 60}'... of 201 characters); use at most 200 characters; details go into a description",
        ),
        (3, "$.title: is not text (got 3); write it as a plain string, in quotes"),
    ],
)
def test_a_title_is_one_line_that_says_something(title, message):
    assert Task("a", "x" * 200).title
    with pytest.raises(InvalidError) as caught:
        Task("a", title)
    assert str(caught.value) == message


@pytest.mark.parametrize("title", ["\u200b\u200b", "\u3164", "\u2800\u200d", "\ufeff"])
def test_a_title_shows_something(title):
    assert Task("a", f"{title}x{title}").title
    with pytest.raises(InvalidError, match=r"^\$\.title: is empty"):
        Task("a", title)
    raw = {
        "schema_version": 1,
        "kind": "checklist",
        "id": "x",
        "title": "X",
        "phases": [{"id": "p", "title": "P", "tasks": [{"id": "a", "title": title}]}],
    }
    with pytest.raises(InvalidError, match=r"^\$\.phases\[0\]\.tasks\[0\]\.title: is empty"):
        Checklist.from_dict(raw)


def test_what_is_worked_out_is_no_field():
    stated = {
        "id",
        "title",
        "version",
        "topic",
        "description",
        "phases",
        "tips",
        "facets",
        "context",
        "labels",
        "annotations",
        "kpis",
        "audiences",
        "gates",
    }
    assert set(attrs.asdict(CHECKLIST)) == {*stated, "base", "layers"}


@pytest.mark.parametrize("bad", ["", "-a", ".a", "A", "a b", "ä", "a" * 65, "a\n", 3, None])
def test_ids_are_ascii_slugs(bad):
    assert Task("0a._-", "A").id
    assert Task("a" * 64, "A").id
    with pytest.raises(InvalidError, match=r"^\$\.id: is not an id"):
        Task(bad, "A")


@pytest.mark.parametrize("bad", ["", "a b", "-1", 1, 2026.1, None, "v" * 65])
def test_versions_are_short_labels(bad):
    assert Checklist("a", "A", version="2026.1-rc.1+b_2").version
    with pytest.raises(
        InvalidError, match=r"^\$\.version: is not a version .*; write a short label in quotes, as in '2026\.1'$"
    ):
        Checklist("a", "A", version=bad)


def test_a_topic_may_be_missing_and_a_tip_may_not_be_empty():
    assert Checklist("a", "A", topic="").topic == ""
    with pytest.raises(InvalidError, match=r"^\$\.topic: is not text"):
        Checklist("a", "A", topic=None)
    with pytest.raises(InvalidError, match=r"^\$\.tips\[0\]: is empty \(got ' '\); say it, or take it out$"):
        Checklist("a", "A", tips=(" ",))
    with pytest.raises(InvalidError, match=r"^\$\.tips\[0\]: is not text"):
        Checklist("a", "A", tips=(3,))


def test_each_key_of_annotations_is_there_once_and_each_text_is_checked():
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", annotations=[("jira", "1"), ("jira", "2"), ("Jira", "3"), ("board", 4)])
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [
        ("duplicate", "$.annotations.jira"),
        ("bad-format", "$.annotations.Jira"),
        ("wrong-kind", "$.annotations.board"),
    ]


def test_a_step_of_an_id_that_another_has_is_told_with_both():
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", steps=[Step("s", "S"), Step("t", "T"), Step("s", "U")])
    assert str(caught.value) == "$.steps[2].id: is also the id of step 1 (got 's'); give each its own"


def test_an_address_has_at_most_two_thousand_characters():
    assert len(Reference("R", f"a{'b' * 1_999}").url) == 2_000
    with pytest.raises(InvalidError, match=r"^\$\.url: "):
        Reference("R", f"a{'b' * 2_000}")


def test_a_text_has_at_most_twenty_thousand_characters():
    assert Task("a", "A", description="x" * 20_000).description
    with pytest.raises(
        InvalidError, match=r"^\$\.description: is too long \(got .* of 20001 characters\); use at most 20,000"
    ):
        Task("a", "A", description="x" * 20_001)


def test_a_mapping_that_cannot_be_read_is_refused():
    class Broken(Mapping):
        def __getitem__(self, key):
            raise KeyError("gone")

        def __iter__(self):
            return iter("a")

        def __len__(self):
            return 1

    with pytest.raises(InvalidError, match=r"^\$\.annotations: "):
        Task("a", "A", annotations=Broken())


class Count(int):
    """A number with a face of its own."""

    def __int__(self):
        return 7


class Share(float):
    """As above."""

    def __float__(self):
        return 7.0


def test_numbers_of_subclasses_are_the_plain_numbers_that_they_hold():
    values = [Count(3), Share(0.5), True, "3", 3, 0.5]
    plain = [as_number(value) for value in values]
    assert plain == [3, 0.5, True, "3", 3, 0.5]
    assert [type(value) for value in plain] == [int, float, bool, str, int, float]


@pytest.mark.parametrize("kind", [Checklist, Launch, Overlay])
def test_a_class_reads_documents_of_its_own_kind_alone(kind):
    checklist = Checklist("x", "X")
    launch = Launch.start(checklist, name="x", by="ml-platform", at=datetime.datetime(2026, 11, 2, tzinfo=datetime.UTC))
    for value in (checklist, Overlay("o", "O"), launch):
        if type(value) is kind:
            assert kind.from_dict(value.to_dict()) == value
        else:
            with pytest.raises(InvalidError) as caught:
                kind.from_dict(value.to_dict())
            assert [fault.code for fault in caught.value.faults] == ["other-kind"]


def test_dates_of_subclasses_are_taken_as_plain_ones_and_none_is_let_pass():
    class Day(date):
        """A day with a face of its own."""

    day = as_day_or_none(Day(2026, 11, 2))
    assert (type(day), day) == (date, date(2026, 11, 2))
    assert as_day_or_none(None) is None
    assert as_day_or_none("2026-11-02") == "2026-11-02"


@pytest.mark.parametrize("bad", ["2026-12-07", datetime.datetime(2026, 12, 7, tzinfo=datetime.UTC), 3])
def test_the_first_day_of_a_task_is_a_date(bad):
    assert Task("a", "A", not_before=date(2026, 12, 7)).not_before == date(2026, 12, 7)
    with pytest.raises(
        InvalidError, match=r"^\$\.not_before: is not a date \(got .*\); give a datetime\.date, as in date"
    ):
        Task("a", "A", not_before=bad)


@pytest.mark.parametrize(
    "bad", [-1, 10_001, 10**5_000, 7.0, True, "7", None], ids=["-1", "10_001", "huge", "7.0", "True", "text", "None"]
)
def test_the_wait_of_a_task_is_a_whole_number_of_days(bad):
    assert [Task("a", "A", wait_days=days).wait_days for days in (0, 7, 10_000)] == [0, 7, 10_000]
    with pytest.raises(InvalidError) as caught:
        Task("a", "A", wait_days=bad)
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == ("$.wait_days", "out-of-range")
    assert f"{fault.message}; {fault.hint}" == (
        "is not a whole number of days from 0 to 10,000; write the calendar days, as in 7"
    )


def test_counts_and_numbers_of_days_end_where_they_should():
    checks = {"count": validation.count, "from_one": validation.from_one, "days": validation.stated_days}
    most = validation.MOST_COUNTED
    valid = {"count": (0, 1, most), "from_one": (1, 2, most), "days": (0.0, 0.5, 1e308)}
    invalid = {
        "count": (-1, most + 1, 1.0, True),
        "from_one": (0, most + 1, 1.0, True),
        "days": (-0.1, math.inf, math.nan, 1),
    }
    for name, check in checks.items():
        assert [value for value in valid[name] if check(value, name)] == []
        assert [value for value in invalid[name] if not check(value, name)] == []


@pytest.mark.parametrize("text", ["\x1b", "\0", "\u202e", "\ud800"])
def test_a_control_character_alone_is_told_as_that(text):
    with pytest.raises(InvalidError, match=r"^\$\.title: holds the .* at position 0 "):
        Task("a", text)
    for blank in ("", " ", "\n", "\t"):
        with pytest.raises(InvalidError, match=r"^\$\.title: is empty "):
            Task("a", blank)
