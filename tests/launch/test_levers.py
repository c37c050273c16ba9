"""The levers of a launch, held against its forecasts."""

import attrs
import pytest

from helpers.launches import END, two_weeks
from servingchecklist import ForecastOptions, levers, model_serving
from servingchecklist._launch.forecasting import replayed, state_after
from servingchecklist.errors import UnknownNameError

LAUNCH = two_weeks()


def test_each_lever_is_the_forecast_of_the_launch_with_its_arguments():
    # c5 and c9 are blocked, c9 for an unknown time; all but one task have owners.
    found = LAUNCH.levers(at=END, people=1, blocked={"c5": "1-2 weeks"}, samples=50)
    assert {lever.kind for lever in found} == {"order", "unblock", "task"}
    assert (found.name, found.topic, found.blocked) == ("fraud-v3", "Model Serving", ("c9",))
    given = {"at": END, "start": found.start, "options": found.options, "samples": found.samples}
    now = LAUNCH.forecast(**given)
    assert found.finish == now.finish
    for lever in found:
        then = LAUNCH.forecast(**given, **lever.arguments)
        assert lever.p80 == then.p80
        days = now.finish.quantile_days(0.8) - then.finish.quantile_days(0.8)
        assert lever.days == pytest.approx(days, abs=1e-6)
    assert {lever.task for lever in found if lever.kind == "task"} == {task.id for task in now}


def test_the_levers_of_a_launch_are_those_of_its_checklist_with_the_data_of_the_log():
    state = state_after(*replayed(LAUNCH._counting(), END), END, LAUNCH.checklist, ForecastOptions())
    ours = LAUNCH.levers(at=END, people=2, samples=9)
    said = attrs.evolve(ours.options, owners=state.owners, blocked=dict.fromkeys(state.blocked))
    theirs = levers(
        model_serving(), start=END.date(), options=said, samples=9, done=state.done, under_way=state.under_way
    )
    assert [(lever.words, lever.days) for lever in ours] == [(lever.words, lever.days) for lever in theirs]
    assert ours.options.samples == theirs.samples == 9


def test_arguments_of_the_levers_of_a_launch_are_checked():
    with pytest.raises(UnknownNameError, match=r"^\$\.blocked\[0\]: there is no such task"):
        LAUNCH.levers(at=END, blocked={"c99": "1 day"})
    with pytest.raises(TypeError, match="unexpected keyword argument 'peopel'"):
        LAUNCH.levers(at=END, peopel=2)
