"""How often dates hold: ``python benchmarks/proof_coverage.py [--quick] [--write] [--record FOLDER] [--shared SHARE]``.

The P80 of a forecast is right if the actual total lies at or below it in 80 of 100 projects. This script counts, in working days:
rounding up to dates would favour the forecast.

Simulated projects know nothing of the forecaster. The work of a task is gamma or Weibull with a shape of its own, one task in five is done
again in part, and people work the list as written. The estimator remembers similar tasks, each from another project, and writes down the
shortest and the longest in half days, sometimes with the one in the middle. The variants add up:

* own luck: nothing hits a project as a whole. Nine tasks are remembered, and the shortest and the longest hold the next with 80 %.
* common delays: half of all projects, those remembered included, are slowed as a whole, by an exponential share with the mean 0.5.
* optimism: common delays, and five tasks are remembered of which the longest is forgotten; half of all tasks lie in the range that is left,
  and a third above it.

The history of a team is its last five projects of the same kind, as closed tasks with what they took in half days.

A record of real tasks is read if its folder is given: ``all-tasks.csv`` of the repository Derek-Jones/renzo-pomodoro, one person's tasks
with an estimate of one number each. Done tasks count, if their estimate and time are above 0. A project is a window of consecutive tasks,
and its history are all tasks before it. Nothing of it is kept here; without the folder, the rows on the page stay as they are.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import product
from pathlib import Path

import attrs
import tables

from servingchecklist import Checklist, Effort, Phase, Task, forecast
from servingchecklist.results import Calibration, ClosedTask
from servingchecklist.rules import POSITION

LEVELS = {"P50": 0.5, "P80": 0.8, "P95": 0.95}
PAGE = "docs/explanation/forecasting.md"
SIZES = (9, 20)
PEOPLE = (1, 2, 5)
VARIANTS = ("own luck", "common delays", "optimism")
RECORD = "a real person's record"
LAUNCHES = 5
"""The number of earlier projects in a history."""
LEAST = 20
"""The fewest closed tasks that are a history."""
GOALS = {"ranges": 8, "history": 5}
"""How far the shares of P80 and P95 may be from 80 and 95 %, in points, by what the forecast knows."""
COUNT = 300
"""The number of projects for a row."""
SAMPLES = 250
"""Few, since each project has a seed of its own: the errors of its quantiles do not add up."""
START = date(2026, 11, 30)


@attrs.frozen
class Project:
    """The estimates of a project, and what came of it.

    Attributes:
        efforts: The estimate of each task.
        days: The working days that each task took.
        before: The numbers of the prerequisites of each task, all lower than its own.
        people: The number of people.
    """

    efforts: list
    days: list
    before: list
    people: int

    @property
    def total(self):
        """The end of the last task: whoever is free begins the first task of the list that can begin."""
        todo, running, ended, now = list(range(len(self.days))), [], set(), 0.0
        while todo or running:
            ready = [number for number in todo if ended.issuperset(self.before[number])]
            for number in ready[: self.people - len(running)]:
                todo.remove(number)
                heapq.heappush(running, (now + self.days[number], number))
            now, number = heapq.heappop(running)
            ended.add(number)
        return now


class Kind:
    """Tasks that are alike."""

    def __init__(self, rng):
        self.mean = rng.uniform(0.75, 6)
        self.shape = rng.uniform(1.5, 4)
        self.is_gamma = rng.random() < 0.5

    def days(self, rng):
        """Return the working days of one of them."""
        if self.is_gamma:
            days = rng.gammavariate(self.shape, self.mean / self.shape)
        else:
            days = rng.weibullvariate(self.mean * 1.12, self.shape)  # the mean is about nine tenths of the scale
        return days * (1 + rng.uniform(0.3, 1)) if rng.random() < 0.2 else days


def slowness(rng, variant):
    """Return the factor of a whole project."""
    return 1 + rng.expovariate(2) if variant != "own luck" and rng.random() < 0.5 else 1.0


def estimate(rng, kind, variant):
    many = 5 if variant == "optimism" else 9
    remembered = sorted(kind.days(rng) * slowness(rng, variant) for _ in range(many))
    if variant == "optimism":
        remembered.pop()
    low, middle, high = (half_days(remembered[place]) for place in (0, len(remembered) // 2, -1))
    return Effort(low, high, likely=middle if low < high and rng.random() < 0.5 else None)


def half_days(days):
    return max(round(2 * days), 1) / 2


def simulate(rng, tasks, people, variant):
    """Return a project that was worked to its end."""
    before = [rng.sample(range(number), min(number, rng.choice([0, 1, 1, 2]))) for number in range(tasks)]
    kinds = [Kind(rng) for _ in range(tasks)]
    efforts = [estimate(rng, kind, variant) for kind in kinds]
    slow = slowness(rng, variant)
    return Project(efforts, [kind.days(rng) * slow for kind in kinds], before, people)


def simulated(tasks, people, variant, count):
    """Return projects, each with the closed tasks of its team."""
    rng = random.Random(f"{variant} {tasks} {people}")
    for _ in range(count):
        earlier = [simulate(rng, tasks, people, variant) for _ in range(LAUNCHES)]
        yield (
            simulate(rng, tasks, people, variant),
            [task for number, project in enumerate(earlier) for task in closed(project, f"earlier-{number}")],
        )


def closed(project, launch):
    pairs = zip(project.efforts, project.days, strict=True)
    return [closed_task(effort, half_days(days), launch) for effort, days in pairs]


def closed_task(effort, days, launch="earlier"):
    return ClosedTask(launch=launch, id="task", estimate=effort, actual=days, finished=date(2026, 11, 27))


def recorded(folder, tasks):
    """Return windows of a record, each with the closed tasks before it."""
    with (Path(folder) / "all-tasks.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["DONE"] == "1" and "NA" not in (row["estimate"], row["actual"])
        ]
    pairs = [(float(row["estimate"]), float(row["actual"])) for row in rows]
    pairs = [(Effort(estimated), actual) for estimated, actual in pairs if estimated > 0 and actual > 0]
    history = [closed_task(*pair) for pair in pairs]
    for first in range(LEAST, len(pairs) - tasks + 1, tasks):
        efforts, days = zip(*pairs[first : first + tasks], strict=True)
        yield Project(efforts, days, [()] * tasks, 1), history[:first]


def stated(project, **options):
    """Return what a forecast says, in working days, by level."""
    tasks = [
        Task(f"t{number}", f"Task {number}", effort=effort, after=[f"t{earlier}" for earlier in project.before[number]])
        for number, effort in enumerate(project.efforts)
    ]
    checklist = Checklist("project", "Project", phases=[Phase("all", "All", tasks=tasks)])
    plan = forecast(checklist, start=START, people=project.people, rules=[POSITION], samples=SAMPLES, **options)
    return {level: plan.finish.quantile_days(share) for level, share in LEVELS.items()}


def rows_of(name, cases, **options):
    """Return a row for each of what a forecast may know."""
    rows, many = [], len(cases)
    for known, goal in GOALS.items():
        counts = dict.fromkeys(LEVELS, 0)
        for seed, (project, history) in enumerate(cases):
            past = {"history": Calibration(tasks=history)} if known == "history" else {}
            days, total = stated(project, seed=seed, **past, **options), project.total
            for level in LEVELS:
                counts[level] += total <= days[level]
        points = {level: 100 * (counts[level] / many - share) for level, share in LEVELS.items()}
        shares = [f"{100 * counts[level] / many:.1f} ({points[level]:+.1f})" for level in LEVELS]
        is_met = all(abs(points[level]) <= goal for level in ("P80", "P95"))
        size = [str(len(cases[0][0].days)), str(cases[0][0].people)]
        rows.append([name, *size, known, str(many), *shares, f"{goal}{'' if is_met else ', missed'}"])
    return rows


def report(count, record, **options):
    """Return the table."""
    with ProcessPoolExecutor() as pool:
        parts = [
            pool.submit(_simulated_rows, variant, tasks, people, count, options)
            for variant, tasks, people in product(VARIANTS, SIZES, PEOPLE)
        ]
        parts += [pool.submit(_recorded_rows, record, tasks, count, options) for tasks in SIZES if record]
        rows = [row for part in parts for row in part.result()]
    if not record:
        lines = tables.read(PAGE).splitlines()
        rows += [line.strip("| ").split(" | ") for line in lines if line.startswith(f"| {RECORD} ")]
    columns = ["projects", "tasks:", "people:", "from", "n:", *(f"{level}, %:" for level in LEVELS), "goal, points"]
    return tables.table(columns, rows)


def summary(text):
    """Return the table of the README: for each kind of projects, from the lowest to the highest share of its rows."""
    groups = {}
    for line in text.splitlines()[2:]:
        name, _, _, known, many, _, *shares, _ = line.strip("| ").split(" | ")
        groups.setdefault((name, known), []).append([int(many), *(float(share.split()[0]) for share in shares)])
    rows = []
    for (name, known), cells in groups.items():
        counts, *columns = zip(*cells, strict=True)
        shares = [f"{min(column):.0f} to {max(column):.0f}" for column in columns]
        rows.append([name, known, str(sum(counts)), *shares])
    return tables.table(["projects", "from", "n:", "P80 held, %:", "P95 held, %:"], rows)


def _simulated_rows(variant, tasks, people, count, options):
    return rows_of(variant, list(simulated(tasks, people, variant, count)), **options)


def _recorded_rows(record, tasks, count, options):
    cases = list(recorded(record, tasks))
    return rows_of(RECORD, cases[:: -(-len(cases) // count)] if count < COUNT else cases, **options)


def main():
    parser = argparse.ArgumentParser(description="How often the dates of forecasts hold.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the projects")
    parser.add_argument("--write", action="store_true", help="replace the tables in the README and on the page")
    parser.add_argument("--record", metavar="FOLDER", help="the folder of all-tasks.csv")
    parser.add_argument(
        "--shared", type=float, help="the share of the variance in common; by default that of forecasts"
    )
    options = parser.parse_args()
    text = report(COUNT // 10 if options.quick else COUNT, options.record, shared=options.shared)
    print(text)
    if options.write:
        tables.write(PAGE, text)
        tables.write("README.md", summary(text))


if __name__ == "__main__":
    main()
