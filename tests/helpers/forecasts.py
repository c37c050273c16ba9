"""Forecasts to be shown: of the bundled checklist and of a launch, and ones in which strangers have their say."""

from __future__ import annotations

from datetime import date

from helpers.launches import END, SINCE, said_by, two_weeks
from servingchecklist import (
    SOONEST,
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    Phase,
    Task,
    critical_path,
    forecast,
    levers,
    model_serving,
)
from servingchecklist.results import Calibration, ClosedTask, PastForecast

START = date(2026, 11, 30)

BOUNDS = ForecastOptions(ranges="bounds", shared=0)
"""Durations within the ends of their ranges, and independent: those of one number are certain, so that dates can be computed by hand."""


def forecast_in_bounds(checklist, **given):
    """Forecast with durations within the ends of their ranges."""
    return forecast(checklist, **{"options": BOUNDS} | given)


def history(tasks=2, ratio=2.0, spread=0.01):
    """The record of a team whose tasks take a multiple of their estimates, some of it that of one owner."""
    closed = [
        ClosedTask(
            launch="x-1",
            id=f"t{number}",
            estimate=Effort(1, 4),
            actual=2 * ratio * (1 + number * spread),
            finished=START,
            owner="ml-platform" if number % 2 else None,
        )
        for number in range(tasks)
    ]
    past = PastForecast(launch="x-1", p50=START, p80=START, p95=START, finished=START)
    return Calibration(tasks=closed, forecasts=[past])


ALL_OPTIONS = ForecastOptions(
    people=2,
    owners={"c5": "ml-platform"},
    calendar=Calendar(weekdays=[0, 1, 2, 3]),
    calendars={"ml-platform": Calendar(holidays=[date(2026, 12, 1)])},
    rules=SOONEST,
    ranges="bounds",
    shared=0.5,
    history=history(),
    efforts={"c1": "2-3 days"},
    default_effort="1-2 days",
    blocked={"c2": "1-2 days", "c3": None},
    samples=20,
    seed=1,
)
"""None of the options as by default."""


def two_people():
    """The bundled checklist, with two people and an owner, and with due dates of which one is hardly ever met."""
    return forecast(
        model_serving(),
        start=START,
        people=2,
        owners={"c7": "serving-team"},
        due={"c9": date(2026, 12, 16), "c7": date(2026, 12, 9)},
        samples=200,
        seed=7,
    )


def after_two_weeks():
    """The launch of two weeks, in which tasks are blocked and have taken longer than they were to."""
    return two_weeks().forecast(at=END, samples=200, seed=7)


def levers_of_two_people():
    """What would bring the bundled checklist forward with two people, with one task that is blocked for a while and one for nobody knows how long."""
    return levers(model_serving(), start=START, people=2, blocked={"c5": "1-2 weeks", "c2": None}, samples=200, seed=7)


def levers_of_one_person():
    """Levers with the argument that keeps the shared variance as it is."""
    return levers(model_serving(), start=START, people=1, samples=50)


def plan_of(texts):
    """A checklist in which each of the texts is the title of a phase and of the task in it."""
    phases = [
        Phase(
            f"p{number}",
            text,
            tasks=[Task(f"t{number}", text, effort=Effort(1, 2), after=[f"t{number - 1}"] if number % 3 else [])],
        )
        for number, text in enumerate(texts)
    ]
    return Checklist("x", texts[0], topic=texts[0], phases=phases)


def forecast_of(texts):
    """Its forecast: each of the texts owns its task too, every third is blocked, and every third has taken too long already."""
    ids = [f"t{number}" for number in range(len(texts))]
    return forecast(
        plan_of(texts),
        start=START,
        owners=dict(zip(ids, texts, strict=True)),
        due=dict.fromkeys(ids, date(2026, 12, 2)),
        blocked=dict.fromkeys(ids[::3]),
        under_way=dict.fromkeys(ids[1::3], 9.0),
        samples=4,
    )


def path_through(texts):
    """Its critical path."""
    return critical_path(plan_of(texts))


def slip_of(texts):
    """A review of a launch in which each of the texts stands wherever a stranger's can, the reasons of what moved the forecast included."""
    return said_by(texts).review(SINCE, at=END, default_effort=Effort(1, 3), samples=4)
