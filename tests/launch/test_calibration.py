"""What the logs of earlier launches say of estimates and forecasts, and what forecasts make of it."""

import json
import math
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from statistics import NormalDist, fmean
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
from servingchecklist._planning.calibration import quantiles_of
from servingchecklist._planning.durations import CELLS
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


def took(effort, begin, end, **options):
    """The working days of one task."""
    launch = started(effort).begin("t0", by="ml", at=begin).finish("t0", by="ml", at=end)
    return launch.closed_tasks(at=at(30), **options)[0].actual


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        (at(3, 9), at(3, 10), 1 / 8),
        (at(3, 9), at(3, 17), 1),
        (at(3, 8), at(3, 20), 1),  # no day is longer
        (at(3, 13), at(4, 13), 1.5),  # two days of which each counts half, in a log of days
        (at(3, 13), at(4, 17), 1.5),
        (at(3, 17), at(4, 9), 1 / 32),  # overnight
        (at(3, 15), at(4, 11), 0.5),
        (at(6, 9), at(9, 17), 2),  # Friday and Monday
        (at(7, 9), at(7, 17), 1),  # a Saturday
        (at(3, 9), at(3, 9), 0.5),
        (at(3, 9), at(3, 9) + timedelta(minutes=1), 1 / 32),
    ],
)
def test_hours_are_parts_of_a_working_day(begin, end, days):
    assert took("1 day", begin, end) == pytest.approx(days)


def test_a_log_of_days_has_one_time_of_day():
    launch = started("1 day", "1 day").begin("t0", by="ml", at=at(3)).finish("t0", by="ml", at=at(4))
    assert launch.closed_tasks(at=at(30))[0].actual == 1.5
    timed = launch.begin("t1", by="ml", at=at(4, 13)).finish("t1", by="ml", at=at(4, 17))
    assert [task.actual for task in timed.closed_tasks(at=at(30))] == [1, 0.5]


def test_a_task_took_the_days_of_those_who_do_it():
    launch = started("1 day", "2-3 days").begin("t0", by="ml", at=at(5)).finish("t0", by="ml", at=at(9))
    launch = (
        launch.assign("t1", "sre", by="ml", at=at(5)).begin("t1", by="ml", at=at(10)).finish("t1", by="ml", at=at(20))
    )
    assert launch.closed_tasks(at=at(30)) == (
        closed("1 day", 2.5, date(2026, 11, 9)),  # Thursday, Friday, and half of Monday
        attrs.evolve(closed("2-3 days", 8.5, date(2026, 11, 20), owner="sre"), id="t1"),
    )
    assert launch.closed_tasks(calendar=Calendar(weekdays=range(7)))[0].actual == 4.5
    away = {"sre": Calendar(holidays=[date(2026, 11, day) for day in range(11, 18)])}
    assert [task.actual for task in launch.closed_tasks(calendars=away)] == [2.5, 3.5]
    assert took("1 day on any day", at(7, 9), at(8, 17)) == 2
    with pytest.raises(InvalidError, match="calendar"):
        launch.closed_tasks(calendar="mon-fri")


def test_days_are_those_of_the_time_zone():
    """An evening in California is the next day in London."""
    pacific = timezone(timedelta(hours=-8))
    begin, end = datetime(2026, 11, 6, 8, tzinfo=pacific), datetime(2026, 11, 6, 16, tzinfo=pacific)
    launch = started("1 day").begin("t0", by="ml", at=begin).finish("t0", by="ml", at=end)
    days = [launch.closed_tasks(at=at(30).astimezone(zone))[0] for zone in (pacific, UTC)]
    assert [(task.actual, task.finished.day) for task in days] == [(1, 6), (1 / 32, 7)]


def test_a_task_that_was_done_again_took_its_first_time():
    launch = started("1-2 days").begin("t0", by="ml", at=at(3)).finish("t0", by="ml", at=at(12))
    launch = (
        launch.reopen("t0", by="ml", at=at(13)).begin("t0", by="ml", at=at(13)).finish("t0", by="ml", at=at(13, 11))
    )
    assert launch.closed_tasks() == (closed("1-2 days", 7.5, date(2026, 11, 12)),)
    unknown = started("1 day").finish("t0", by="ml", at=at(3)).reopen("t0", by="ml", at=at(4))
    unknown = unknown.begin("t0", by="ml", at=at(4)).finish("t0", by="ml", at=at(5))
    assert unknown.closed_tasks() == ()


def test_estimates_that_are_right_have_a_ratio_of_one():
    """Whether tasks take hours or days: one person does one after the other, from nine to five."""
    rng = Random(6)
    for low, high in ((1 / 8, 1), (0.5, 3), (2, 8)):
        estimates = [round(8 * rng.uniform(low, high)) / 8 for _ in range(60)]
        launch, now = started(*[f"{days} days" for days in estimates]), 0.0
        for number, days in enumerate(estimates):
            launch = launch.begin(f"t{number}", by="ml", at=worked(now))
            now += days
            launch = launch.finish(f"t{number}", by="ml", at=worked(now, is_end=True))
        found = calibration([launch], at=worked(now + 1))
        assert (found.median_ratio, found.total_ratio) == (pytest.approx(1), pytest.approx(1, rel=0.05))


def worked(days, *, is_end=False):
    """The time after some working days of eight hours from the third of November on."""
    whole = math.ceil(days) - 1 if is_end else math.floor(days)
    day = Calendar().day(date(2026, 11, 3), whole)
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(hours=8 * (days - whole))


def test_time_in_which_a_task_was_blocked_is_none_that_it_took():
    launch = started("1 day").begin("t0", by="ml", at=at(2, 10)).block("t0", reason="no access", by="ml", at=at(3))
    launch = launch.unblock("t0", by="ml", at=at(6)).finish("t0", by="ml", at=at(9))
    assert launch.closed_tasks()[0].actual == 1 - 1 / 8 + 1  # from 10 on one day to 9 on the next, and a day


def test_hours_of_two_periods_count_though_they_cancel():
    launch = started("1 day").begin("t0", by="ml", at=at(3)).block("t0", reason="no access", by="ml", at=at(3, 11))
    launch = launch.unblock("t0", by="ml", at=at(4, 15)).finish("t0", by="ml", at=at(5, 13))
    assert launch.closed_tasks()[0].actual == 1.0  # a quarter of a day, and three from the afternoon to the next noon


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
    with pytest.raises(InvalidError, match=r"hold no closed task to learn from.*give launches"):
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
    options = ForecastOptions(history=history, shared=0, samples=1_000, owners={"t1": "sre"})
    tasks = forecast(plan("2 days", "2 days"), start=MONDAY, options=options).tasks
    assert tasks[1].finish.quantile_days(0.5) == pytest.approx(4)
    assert tasks[0].finish.quantile_days(0.3) == pytest.approx(2)
    assert tasks[0].finish.quantile_days(0.7) == pytest.approx(4)


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
    assert "Actual time to estimate: 0.69 at the median, 0.97 in all" in page
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


def finished_by_hand(effort="1-2 days", owner="ml"):
    launch = (
        started(effort)
        .assign("t0", owner, by="ml", at=at(2, 10))
        .begin("t0", by="ml", at=at(3))
        .finish("t0", by="ml", at=at(4))
    )
    assert launch.past_forecast(at=at(30))
    return launch


def test_the_past_forecast_knows_what_was_said_on_the_first_day():
    """Owners are often recorded in the minutes behind the start."""
    launch = started("1-2 days", "1-2 days")
    for task in ("t0", "t1"):
        launch = launch.assign(task, "sre", by="ml", at=at(2, 10))
    for task in ("t0", "t1"):
        launch = launch.begin(task, by="ml", at=at(3)).finish(task, by="ml", at=at(4))
    first = forecast(launch.checklist, start=MONDAY, samples=1_000, owners={"t0": "sre", "t1": "sre"})
    assert launch.past_forecast(at=at(30)).p95 == first.p95
    later = started("1-2 days").assign("t0", "sre", by="ml", at=at(3)).begin("t0", by="ml", at=at(3))
    later = later.finish("t0", by="ml", at=at(4))
    away = {"sre": Calendar(holidays=[date(2026, 11, day) for day in range(2, 7)])}
    assert later.past_forecast(at=at(30), calendars=away) == later.past_forecast(at=at(30))


def test_a_migrated_launch_and_one_beyond_all_years_have_no_past_forecast():
    launch = finished_by_hand()
    other = attrs.evolve(plan("9 days"), version="2")
    migrated = launch.migrate(other, by="ml", at=at(5))
    assert migrated.past_forecast(at=at(30)) is None
    assert calibration([migrated], at=at(30)).tasks[0].estimate == other["t0"].effort
    end = datetime(9990, 12, 1, 9, tzinfo=UTC)
    late = Launch.start(plan("1 day", "10000 days"), name="late", by="ml", at=end)
    for task in ("t0", "t1"):
        late = late.begin(task, by="ml", at=end).finish(task, by="ml", at=end + timedelta(days=1))
    assert late.past_forecast(at=end + timedelta(days=9)) is None
    assert len(calibration([finished_by_hand(), late], at=end + timedelta(days=9)).forecasts) == 1
    never = Calendar(holidays=[MONDAY + timedelta(days=number) for number in range(4_000)])
    with pytest.raises(InvalidError, match="has no working day"):
        finished_by_hand(owner="sre").past_forecast(at=at(30), calendars={"sre": never})


def test_a_launch_counts_once_and_by_itself():
    launch = finished_by_hand()
    less = launch.as_of(at(3, 12))
    for copies in ([launch, launch], [less, launch], [launch, less]):
        assert calibration(copies, at=at(30)) == calibration([launch], at=at(30))
    namesake = Launch.start(plan("1-2 days"), name="old", by="ml", at=at(3))
    namesake = namesake.begin("t0", by="ml", at=at(4)).finish("t0", by="ml", at=at(5))
    assert len(calibration([launch, namesake], at=at(30))) == 2
    # The options of a plan name its tasks, which other launches need not have.
    options = ForecastOptions(owners={"x": "a"}, efforts={"x": "1 day"}, blocked={"x": None})
    assert calibration([launch], at=at(30), options=options) == calibration([launch], at=at(30))


def test_the_order_in_which_tasks_are_given_does_not_matter():
    tasks = record([0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 2.0] * 5).tasks
    shuffled = Random(2).sample(tasks, len(tasks))
    assert Calibration(tasks=shuffled) == Calibration(tasks=tasks)


def test_the_ratios_have_the_quantiles_of_the_record():
    """In straight lines between the middles of tasks, by their estimates, and log-normal beyond the first and the last."""
    tasks = [closed("4 days", days) for days in (4, 8)] + [closed("8 days", 32)]
    ratios = [math.log(ratio) for ratio in (1, 2, 4)]
    quantiles = quantiles_of(Calibration(tasks=tasks * 7), None)
    # 28 days of the first ratio, 28 of the second and 56 of the third: the last middle of seven equal ones is half a task from its end.
    assert quantiles[int(0.125 * CELLS)] == pytest.approx(ratios[0])
    assert quantiles[int(0.375 * CELLS)] == pytest.approx(ratios[1])
    assert quantiles[int(0.75 * CELLS)] == pytest.approx(ratios[2])
    # Between the last task of the first ratio and the first of the second lie two halves of a task.
    assert quantiles[int(0.25 * CELLS)] == pytest.approx((ratios[0] + ratios[1]) / 2, abs=0.02)
    mean = (ratios[0] + ratios[1] + 2 * ratios[2]) / 4
    deviation = math.sqrt(((ratios[0] - mean) ** 2 + (ratios[1] - mean) ** 2 + 2 * (ratios[2] - mean) ** 2) / 4)
    middle = NormalDist().inv_cdf(1 - 4 / 112)
    last = NormalDist().inv_cdf(1 - 0.5 / CELLS)
    assert quantiles[-1] == pytest.approx(ratios[2] + deviation * (last - middle), abs=0.01)
    first = NormalDist().inv_cdf(2 / 112)
    assert quantiles[0] == pytest.approx(ratios[0] - deviation * (last + first), abs=0.01)


@pytest.mark.parametrize(("launches", "extra"), [(8, 8), (1, 10)])
def test_what_few_launches_leave_unknown_is_in_common_too(launches, extra):
    """Of one launch, its blocks of about five tasks stand for launches."""
    ratios = [ratio for ratio in (0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 2.0, 2.5, 3.0) for _ in range(5)]
    tasks = [
        attrs.evolve(task, launch=f"old-{place * launches // 50}") for place, task in enumerate(record(ratios).tasks)
    ]
    found = Calibration(tasks=tasks).shared
    scores = [NormalDist().inv_cdf((place // 5 + 0.5) / 10) for place in range(50)]
    names = [task.launch for task in tasks]
    blocks = []
    for name in dict.fromkeys(names):
        own = [score for score, other in zip(scores, names, strict=True) if other == name]
        many = max(round(len(own) / 5), 1)
        blocks += [own[n * len(own) // many : (n + 1) * len(own) // many] for n in range(many)]
    share = sum(len(block) * fmean(block) ** 2 - 1 for block in blocks) / sum(len(block) - 1 for block in blocks)
    share = min(share / (1 - 1 / extra), 1)
    assert found == pytest.approx(min(share + share / extra + (1 - share) / 50, 1), abs=0.01)


def test_the_command_takes_options(folder, capsys):
    write(ForecastOptions(people=1, owners={"c99": "ann"}), folder / "ours.toml")
    with Store("launches.db") as store:
        launches = [store.load(name) for name in store.names()]
    leave = Calendar(holidays=[date(2026, 11, 3), date(2026, 11, 4), date(2026, 11, 5)])
    asked = ["--leave", "sre=2026-11-03..2026-11-05", "--options", "ours.toml", "--json"]
    assert main(["calibration", *asked]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == calibration(launches, people=1, calendars={"sre": leave}).to_dict()
    assert found["tasks"] != calibration(launches, people=1).to_dict()["tasks"]
