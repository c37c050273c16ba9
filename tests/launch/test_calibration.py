"""What the logs of earlier launches say of estimates and forecasts, and what forecasts make of it."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta
from time import process_time

import attrs
import pytest

from servingchecklist import (
    Calendar,
    Checklist,
    ForecastOptions,
    Launch,
    Phase,
    Store,
    Task,
    calibration,
    dumps,
    forecast,
    write,
)
from servingchecklist.__main__ import main
from servingchecklist.errors import InvalidError
from servingchecklist.results import Calibration, ClosedTask, PastForecast

MONDAY = date(2026, 11, 2)


def at(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def plan(*efforts):
    tasks = [Task(f"t{number}", f"T{number}", effort=effort) for number, effort in enumerate(efforts)]
    return Checklist("plan", "Plan", phases=[Phase("all", "All", tasks=tasks)])


def started(*efforts, name="old"):
    return Launch.start(plan(*efforts), name=name, by="ml-platform", at=at(2))


def closed(estimate="2-3 days", actual=2.5, finished=MONDAY, **more):
    return ClosedTask(launch="old", id="t0", estimate=estimate, actual=actual, finished=finished, **more)


def test_a_task_took_the_working_days_from_its_first_to_its_last_and_half_a_day():
    launch = started("1 day", "2-3 days", "1 day").begin("t0", by="ml", at=at(5)).finish("t0", by="ml", at=at(9))
    launch = (
        launch.assign("t1", "sre", by="ml", at=at(5))
        .begin("t1", by="ml", at=at(10))
        .finish("t1", by="ml", at=at(10, 11))
    )
    assert launch.closed_tasks() == (
        closed("1 day", 2.5, date(2026, 11, 9)),  # Thursday, Friday, and half of Monday
        attrs.evolve(closed("2-3 days", 0.5, date(2026, 11, 10), owner="sre"), id="t1"),
    )
    assert launch.closed_tasks(calendar=Calendar(weekdays=range(7)))[0].actual == 4.5
    with pytest.raises(InvalidError, match="calendar"):
        launch.closed_tasks(calendar="mon-fri")


def test_time_in_which_a_task_was_blocked_is_none_that_it_took():
    launch = started("1 day").begin("t0", by="ml", at=at(2, 10)).block("t0", reason="no access", by="ml", at=at(3))
    launch = launch.unblock("t0", by="ml", at=at(6)).finish("t0", by="ml", at=at(9))
    assert launch.closed_tasks()[0].actual == 1 + 1 + 0.5


@pytest.mark.parametrize("effort", [None, "exactly 1 day", "7 days elapsed", "0-1 days", "0 days"])
def test_a_task_without_a_spread_says_nothing_of_estimates(effort):
    launch = started(effort).begin("t0", by="ml", at=at(2, 10)).finish("t0", by="ml", at=at(3))
    assert launch.closed_tasks() == ()


def test_only_tasks_count_that_were_begun_and_are_done():
    launch = started("1 day", "1 day", "1 day", "1 day")
    launch = launch.finish("t0", by="ml", at=at(3)).begin("t1", by="ml", at=at(3))
    launch = launch.begin("t2", by="ml", at=at(3)).mark_not_applicable("t2", reason="batch", by="ml", at=at(4))
    launch = launch.begin("t3", by="ml", at=at(3)).finish("t3", by="ml", at=at(4)).reopen("t3", by="ml", at=at(5))
    assert launch.closed_tasks() == ()
    with pytest.raises(InvalidError, match=r"holds no closed task to learn from.*give launches"):
        calibration([launch])


def test_the_past_forecast_is_that_of_the_first_day():
    launch = started("1-2 days", "1-2 days")
    assert launch.past_forecast() is None  # a task is open
    launch = launch.begin("t0", by="ml", at=at(3)).finish("t0", by="ml", at=at(4))
    done = launch.begin("t1", by="ml", at=at(4)).finish("t1", by="ml", at=at(12))
    first = forecast(done.checklist, start=MONDAY, people=1, samples=1_000)
    past = PastForecast(launch="old", p50=first.p50, p80=first.p80, p95=first.p95, finished=date(2026, 11, 12))
    assert done.past_forecast(people=1) == past
    assert done.past_forecast(options=ForecastOptions(people=1)) == past
    found = calibration([done], people=1)
    assert found.forecasts == (past,)
    assert found.levels == {"p50": 0.0, "p80": 0.0, "p95": 0.0}


def test_without_an_effort_there_is_no_past_forecast():
    launch = started(None).begin("t0", by="ml", at=at(2, 10)).finish("t0", by="ml", at=at(3))
    assert launch.past_forecast() is None
    assert launch.past_forecast(default_effort="1 day")


def test_ratios_are_of_the_median_of_the_estimate():
    assert closed("4 days", 8).ratio == 2
    assert closed("1-4 days", 4).ratio == pytest.approx(2)
    assert closed("1-9 days, likely 2", 4).ratio == 2
    assert [closed("2-3 days", days).is_held for days in (1.9, 2, 3, 3.1)] == [False, True, True, False]
    assert [closed("4 days", days).is_held for days in (1.9, 2, 8, 8.1)] == [False, True, True, False]


def record(ratios, estimate="4 days", **more):
    tasks = [
        closed(estimate, ratio * 4, MONDAY + timedelta(days=number), **more) for number, ratio in enumerate(ratios)
    ]
    return Calibration(tasks=tasks)


def test_its_summary():
    found = Calibration(tasks=[closed("1 day", 3), closed("4 days", 4), closed("2 days", 1, owner="sre")])
    assert found.median_ratio == 1
    assert found.total_ratio == 8 / 7
    assert found.held == pytest.approx(2 / 3)
    assert not found.is_used
    assert found.owners == {}
    assert found.shared is None
    assert found.levels == {"p50": None, "p80": None, "p95": None}
    assert len(found) == 3
    assert json.loads(json.dumps(found.to_dict()))["tasks"][2] == {
        "launch": "old", "id": "t0", "estimate": "2 days", "actual": 1, "finished": "2026-11-02", "owner": "sre",
    }  # fmt: skip
    assert pickle.loads(pickle.dumps(found)) == found


def test_durations_are_the_estimate_times_ratios_of_the_record():
    history = record([0.5] * 10 + [3.0] * 10)
    one = plan("2 days")
    finish = forecast(one, start=MONDAY, history=history, shared=0, samples=4_000).finish
    assert [finish.quantile_days(share) for share in (0.1, 0.4, 0.6, 0.9)] == pytest.approx([1, 1, 6, 6])
    few = attrs.evolve(history, tasks=history.tasks[:19])
    alone = forecast(one, start=MONDAY, history=few, shared=0, samples=400)
    assert alone.finish == forecast(one, start=MONDAY, shared=0, samples=400).finish
    assert "The history of 19 closed tasks is not used: at least 20 are needed." in alone.assumptions
    bounded = forecast(one, start=MONDAY, history=history, ranges="bounds", samples=9)
    assert "The history is not used: hard bounds leave nothing to learn." in bounded.assumptions


def test_a_ratio_counts_as_much_as_its_estimate():
    small = [closed("1 day", 4) for _ in range(20)]
    large = [closed("20 days", 10) for _ in range(20)]
    finish = forecast(plan("10 days"), start=MONDAY, history=Calibration(tasks=small + large), samples=4_000).finish
    assert sum(days > 10 for days in finish) / len(finish) == pytest.approx(1 / 21, abs=0.02)


def test_an_owner_with_twenty_closed_tasks_has_a_record_of_their_own():
    history = Calibration(tasks=[*record([1.0] * 20).tasks, *record([2.0] * 20, owner="sre").tasks])
    assert history.owners == {"sre": 20}
    options = ForecastOptions(history=history, shared=0, samples=100, owners={"t1": "sre"})
    tasks = forecast(plan("2 days", "2 days"), start=MONDAY, options=options).tasks
    assert tasks[1].finish.quantile_days(0.5) == pytest.approx(4)
    assert min(tasks[0].finish) == pytest.approx(2)
    assert max(tasks[0].finish) == pytest.approx(4)


def test_what_is_left_of_a_task_under_way_lies_above_what_was_worked():
    history = record([0.5] * 10 + [3.0] * 10)
    finish = forecast(plan("2 days"), start=MONDAY, history=history, shared=0, under_way={"t0": 2}, samples=400).finish
    assert min(finish) > 0
    assert finish.quantile_days(0.2) == pytest.approx(4)


def test_the_shared_variance_is_learned_from_blocks():
    alike = [ratio for ratio in (0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 2.0) for _ in range(5)]
    assert 0.7 < record(alike).shared <= 1
    mixed = [(0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 2.0)[number % 8] for number in range(40)]
    assert record(mixed).shared == 1 / 40  # which is what 40 tasks leave unknown of their mean
    assert record(mixed[:39]).shared is None
    several = [attrs.evolve(task, launch=f"old-{task.finished.day % 8}") for task in record(mixed).tasks]
    assert record(mixed).shared < Calibration(tasks=several).shared
    assert forecast(plan("1 day"), start=MONDAY, history=record(alike), samples=9).shared == record(alike).shared
    assert forecast(plan("1 day"), start=MONDAY, history=record(alike), shared=0.1, samples=9).shared == 0.1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"actual": 0}, r"\$.actual: is no time"),
        ({"actual": 1e-9}, r"\$.actual: is no time"),
        ({"actual": 1e308}, r"\$.actual: is longer than all years"),
        ({"actual": -1}, r"\$.actual: is not a number of working days"),
        ({"estimate": "exactly 1 day"}, r"\$.estimate: is not an estimate with a spread"),
        ({"estimate": "soon"}, r"\$.estimate: is not an effort"),
        ({"finished": "2026-11-02"}, r"\$.finished: is not a date"),
    ],
)
def test_a_closed_task_is_checked(fields, message):
    with pytest.raises(InvalidError, match=message):
        closed(**fields)


def test_what_is_no_collection_of_launches_is_refused():
    with pytest.raises(InvalidError, match=r"\$.launches: is not a collection of launches"):
        calibration(3)
    with pytest.raises(InvalidError, match=r"\$.launches\[0\]: is not a Launch"):
        calibration([plan("1 day")])


def finished(name, number):
    launch = started("1-2 days", "2-3 days", name=name).assign("t1", "sre", by="ml", at=at(2))
    launch = launch.begin("t0", by="ml", at=at(2, 10)).begin("t1", by="ml", at=at(2, 10))
    return launch.finish("t0", by="ml", at=at(3)).finish("t1", by="ml", at=at(3 + number))


def test_a_page_shows_what_the_record_says():
    found = calibration([finished(f"old-{number}", number) for number in range(1, 4)])
    page = dumps(found, "text")
    assert "Closed tasks: 6, too few to be used" in page
    assert "Actual time to estimate: 1.06 at the median, 1.29 in all" in page
    assert "P80" in page
    assert "old-2: t1" in page
    assert "owner sre" in page
    many = Calibration(tasks=[closed(finished=MONDAY + timedelta(days=number)) for number in range(60)])
    page = dumps(many, "markdown")
    assert page.count("old: t0") == 50
    assert "Past forecasts" not in page
    assert "In common" in page
    assert "too few" not in page


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store("launches.db") as store:
        for number in range(1, 12):
            store.save(finished(f"old-{number}", number))
    write(finished("elsewhere", 5), "elsewhere.json")
    return tmp_path


def test_the_command_reads_the_store_or_what_is_named(folder, capsys):
    assert main(["calibration", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 22
    assert main(["calibration", "elsewhere.json", "old-1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [task["launch"] for task in found["tasks"]] == ["elsewhere", "old-1", "old-1", "elsewhere"]
    assert main(["calibration", "old-77"]) == 2
    assert "old-77" in capsys.readouterr().err


def test_a_forecast_learns_from_the_launches_that_are_named(folder, capsys):
    write(started("1-2 days", name="new"), "new.json")
    assert main(["forecast", "new.json", "--at", "2026-11-02T10:00", "--history", "all", "--save-options"]) == 0
    shown = capsys.readouterr()
    assert "from the history of 22 closed tasks" in " ".join(shown.out.split())
    assert "new.forecast.toml: written" in shown.err
    assert main(["forecast", "new.json", "--at", "2026-11-02T10:00", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["options"]["history"]["n"] == 22


def test_a_record_of_many_owners_costs_no_more_than_that_of_those_who_work():
    tasks = [attrs.evolve(closed("1-2 days", 1.5 + number % 7), owner=f"o{number // 20}") for number in range(10_000)]
    history = Calibration(tasks=tasks)
    start = process_time()
    made = forecast(plan("1 day"), start=MONDAY, history=history, owners={"t0": "o3"}, samples=9)
    assert process_time() - start < 1
    assert len(made.finish) == 9
