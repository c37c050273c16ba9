"""Forecasts to be shown: of the bundled checklist and of a launch, and ones in which strangers have their say."""

from __future__ import annotations

from datetime import date

from helpers.launches import END, SINCE, said_by, two_weeks
from servingchecklist import Checklist, Effort, Phase, Task, critical_path, forecast, model_serving

START = date(2026, 11, 30)


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
