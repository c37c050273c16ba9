"""The options of a forecast: what they accept, what they refuse and why, and that every way to pass them is the same."""

import copy
import pickle
from collections import UserDict
from datetime import UTC, date, datetime

import attrs
import pytest

from helpers.forecasts import history
from servingchecklist import (
    CRITICAL_FIRST,
    PHASES_FIRST,
    Calendar,
    Effort,
    ForecastOptions,
    Launch,
    dumps,
    forecast,
    model_serving,
)
from servingchecklist.errors import InvalidError
from servingchecklist.rules import DUE, POSITION, PRIORITY, Rule

MONDAY = date(2026, 11, 30)
LAUNCH = model_serving()
OFF = Calendar(holidays=[date(2026, 12, 24), date(2026, 12, 25)])
FULL = {
    "people": 2,
    "owners": {"c5": "ml-platform", "c3": "data-science"},
    "calendar": Calendar(weekdays=[0, 1, 2, 3]),
    "calendars": {"ml-platform": OFF},
    "rules": CRITICAL_FIRST,
    "ranges": "bounds",
    "shared": 0.25,
    "efforts": {"c2": "2-3 days", "c1": Effort(1, 2)},
    "default_effort": "1-3 days",
    "blocked": {"c9": "1-2 weeks", "c7": None},
    "samples": 20,
    "seed": 7,
}
"""All options but the history, none as by default."""


class Raising(UserDict):
    def __getitem__(self, key):
        raise RuntimeError


def test_mappings_are_kept_as_pairs_in_order():
    options = ForecastOptions(**FULL)
    assert options.owners == (("c3", "data-science"), ("c5", "ml-platform"))
    assert options.efforts == (("c1", Effort(1, 2)), ("c2", Effort(2, 3)))
    assert options.blocked == (("c7", None), ("c9", Effort(5, 10)))
    assert options.calendars == (("ml-platform", OFF),)
    assert options.default_effort == Effort(1, 3)
    defaults = [field.name for field in attrs.fields(ForecastOptions) if getattr(options, field.name) == field.default]
    assert defaults == ["history"]
    pairs = {name: list(FULL[name].items()) for name in ("owners", "calendars", "efforts", "blocked")}
    assert ForecastOptions(**FULL | pairs) == options
    assert ForecastOptions(**FULL | {name: [list(pair) for pair in pairs[name]] for name in pairs}) == options
    assert ForecastOptions(owners=None, calendars=None, efforts=None, blocked=None) == ForecastOptions()
    assert hash(ForecastOptions(**FULL)) == hash(options)


def test_they_are_values():
    options = ForecastOptions(**FULL)
    assert pickle.loads(pickle.dumps(options)) == copy.deepcopy(options) == options
    names = {
        "Calendar": Calendar,
        "Effort": Effort,
        "ForecastOptions": ForecastOptions,
        "datetime": __import__("datetime"),
    }
    plain = attrs.evolve(options, rules=PHASES_FIRST)
    assert "rules" in repr(plain)
    assert eval(repr(attrs.evolve(plain.calendar)), names) == plain.calendar
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        options.people = 3


def test_rules_end_with_the_position():
    assert ForecastOptions(rules=[DUE, PRIORITY]).rules == (DUE, PRIORITY, POSITION)
    assert ForecastOptions(rules=[POSITION, DUE]).rules == (POSITION,)  # which decides everything


SHARE = "is not a share (got {}); write a number from 0 to 1, such as 0.3"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"people": 0}, "$.people: "),
        ({"people": True}, "$.people: "),
        ({"samples": -1}, "$.samples: is not a number of samples"),
        ({"samples": 1.0}, "$.samples: is not a number of samples"),
        ({"seed": 2**128}, "$.seed: is not a seed"),
        ({"seed": None}, "$.seed: is not a seed (got None); write a whole number of at most 128 bits"),
        ({"shared": 1.01}, f"$.shared: {SHARE.format(1.01)}"),
        ({"shared": -0.1}, f"$.shared: {SHARE.format(-0.1)}"),
        ({"shared": float("nan")}, f"$.shared: {SHARE.format('nan')}"),
        ({"shared": "a third"}, f"$.shared: {SHARE.format(repr('a third'))}"),
        ({"shared": True}, f"$.shared: {SHARE.format(True)}"),
        ({"ranges": "p10-90"}, "$.ranges: is not a meaning of ranges (got 'p10-90'); did you mean 'p10-p90'?"),
        ({"ranges": None}, "$.ranges: is not a meaning of ranges (got None); write 'p10-p90' or 'bounds'"),
        ({"calendar": None}, "$.calendar: is not a Calendar"),
        ({"history": {}}, "$.history: is not a Calibration"),
        ({"rules": PRIORITY}, "$.rules: is not a list of rules"),
        ({"rules": ["priority"]}, "$.rules[0]: is not a rule"),
        ({"default_effort": 3}, "$.default_effort: is not an effort (got 3); write it as '1 day'"),
        ({"default_effort": "soon"}, "$.default_effort: is not an effort (got 'soon'); write it as '1 day'"),
        ({"default_effort": "3-2 days"}, "$.default_effort: low is above high"),
        ({"owners": 3}, "$.owners: is not a mapping of ids (got 3); write it as in {'c1': 'ml-platform'}"),
        ({"owners": "c1"}, "$.owners: is not a mapping of ids (got 'c1')"),
        ({"owners": ["c1"]}, "$.owners: is not a mapping of ids (got a list of 1)"),
        ({"owners": {"c1"}}, "$.owners: is not a mapping of ids"),
        ({"owners": [("c1", "a", "b")]}, "$.owners: is not a mapping of ids"),
        ({"owners": Raising(c1="a")}, "$.owners: is not a mapping of ids"),
        ({"owners": {"C1": "a"}}, "$.owners: is not an id (got 'C1')"),
        ({"owners": {3: "a"}}, "$.owners: "),
        ({"owners": {"c1": ""}}, "$.owners.c1: "),
        (
            {"owners": [("c1", "a"), ("c1", "b")]},
            "$.owners: names the same key twice (got a tuple of 2); name each key once",
        ),
        ({"calendars": {"ann": None}}, "$.calendars.ann: is not a Calendar"),
        ({"calendars": {"": OFF}}, "$.calendars: "),
        ({"calendars": [OFF]}, "$.calendars: is not a mapping of owners"),
        ({"efforts": {"c1": None}}, "$.efforts.c1: is not an effort (got None)"),
        ({"efforts": {"c1": "soon"}}, "$.efforts.c1: is not an effort (got 'soon')"),
        ({"efforts": {"c1": 3}}, "$.efforts.c1: is not an effort (got 3)"),
        ({"blocked": {"c1": "soon"}}, "$.blocked.c1: is not an effort (got 'soon')"),
        ({"blocked": [("c1", None), ("c1", "1 day")]}, "$.blocked: names the same key twice"),
    ],
    ids=str,
)
def test_each_field_is_checked(given, fault):
    for ask in (ForecastOptions, lambda **given: forecast(LAUNCH, start=MONDAY, **given)):
        with pytest.raises(InvalidError) as caught:
            ask(**given)
        assert len(caught.value.faults) == 1
        assert str(caught.value).startswith(fault)


def test_all_faults_are_told_at_once():
    with pytest.raises(InvalidError) as caught:
        ForecastOptions(people=0, ranges="x", shared=2, owners=3, seed="7")
    paths = [fault.path for fault in caught.value.faults]
    assert paths == ["$.people", "$.owners", "$.ranges", "$.shared", "$.seed"]


def test_keywords_replace_fields_of_the_options():
    options = ForecastOptions(**{**FULL, "blocked": {}})
    whole = forecast(LAUNCH, start=MONDAY, options=options)
    assert whole == forecast(LAUNCH, start=MONDAY, **{**FULL, "blocked": {}})
    assert whole.options == options
    changed = forecast(LAUNCH, start=MONDAY, options=options, people=3, owners={})
    assert changed == forecast(LAUNCH, start=MONDAY, options=attrs.evolve(options, people=3, owners={}))
    assert (changed.people, changed.options.owners) == (3, ())
    assert forecast(LAUNCH, start=MONDAY, samples=9).options == ForecastOptions(samples=9)


LOG = Launch.start(LAUNCH, name="x", by="ml-platform", at=datetime(2026, 11, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "ask",
    [
        lambda **given: forecast(LAUNCH, start=MONDAY, **given),
        LOG.forecast,
        lambda **given: LOG.review(at=datetime(2026, 12, 1, tzinfo=UTC), **given),
    ],
    ids=["forecast", "Launch.forecast", "Launch.review"],
)
def test_an_unknown_option_is_refused(ask):
    with pytest.raises(TypeError, match=r"^unexpected keyword argument 'poeple'; did you mean 'people'\?$"):
        ask(poeple=2)
    with pytest.raises(
        InvalidError, match=r"^\$\.options: is not ForecastOptions|^\$\.options: is not a ForecastOptions"
    ):
        ask(options={"people": 2})


def test_a_launch_and_its_review_take_the_same_options():
    at = datetime(2026, 12, 1, tzinfo=UTC)
    options = ForecastOptions(people=1, samples=20, seed=3, shared=0.5, efforts={"c1": "exactly 9 days"})
    result = LOG.forecast(at=at, options=options)
    assert result == LOG.forecast(at=at, people=1, samples=20, seed=3, shared=0.5, efforts={"c1": "exactly 9 days"})
    assert min(result["c1"].finish) == 9
    assert LOG.review(at=at, options=options).slip.now == result.finish
    assert LOG.review(at=at, options=options, samples=0).slip is None


def test_a_forecast_has_samples():
    for ask in (lambda **given: forecast(LAUNCH, start=MONDAY, **given), LOG.forecast):
        with pytest.raises(InvalidError, match=r"^\$\.samples: "):
            ask(samples=0)
        with pytest.raises(InvalidError, match=r"^\$\.progress: cannot be called"):
            ask(progress=3)


def test_all_options_are_in_the_document_of_a_forecast():
    options = ForecastOptions(**{**FULL, "blocked": {"c9": "1-2 weeks", "c7": None}})
    document = forecast(LAUNCH, start=MONDAY, options=options).to_dict()["options"]
    assert document == {
        "people": 2,
        "owners": {"c3": "data-science", "c5": "ml-platform"},
        "calendar": {"weekdays": ["monday", "tuesday", "wednesday", "thursday"]},
        "calendars": {
            "ml-platform": {
                "weekdays": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "holidays": ["2026-12-24", "2026-12-25"],
            }
        },
        "rules": "critical-first",
        "ranges": "bounds",
        "shared": 0.25,
        "history": None,
        "efforts": {"c1": "1-2 days", "c2": "2-3 days"},
        "default_effort": "1-3 days",
        "blocked": {"c7": "unknown", "c9": "5-10 days"},
        "samples": 20,
        "seed": 7,
    }
    own = Rule("mine", lambda task, situation: task.id)
    assert forecast(LAUNCH, start=MONDAY, samples=1, rules=[own]).to_dict()["options"]["rules"] == ["mine", "position"]
    assert forecast(LAUNCH, start=MONDAY, samples=1).to_dict()["options"]["default_effort"] is None


def test_options_as_a_page():
    assert "All options have their default." in dumps(ForecastOptions(), "text")
    options = ForecastOptions(people=2, owners={"c1": "ann"}, rules=[DUE], history=history(20), blocked={"c2": None})
    page = dumps(options, "text")
    assert "People: 2\nOwners: c1: ann\n" in page
    assert "History: 20 closed tasks, 2.19 in all\n" in page
    assert "Blocked: c2: unknown" in page
    assert "Rules: due, position" in page
