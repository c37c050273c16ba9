"""How often dates hold: ``python benchmarks/proof_coverage.py [--quick] [--write] [--record FOLDER] [--shared SHARE]``.

The P80 of a forecast is right if the actual total lies at or below it in 80 of 100 projects. This script counts, in working days:
rounding up to dates would favour the forecast. The projects are those of ``projects.py``.

A share of few projects differs from the true one by chance. Each distance from nominal is printed with its standard error, the one of a
forecast whose level is right, and a level has missed its goal only where it is off by more than the goal and two standard errors. A
forecast that is off by just the goal is then called a miss in one row of 40 for each level; one that is a little worse may still pass.

A record of real tasks is read if its folder is given: ``all-tasks.csv`` of the repository Derek-Jones/renzo-pomodoro, one person's tasks
with an estimate of one number each. Done tasks count, if their estimate and time are above 0. A project is a window of consecutive tasks,
and its history are the launches of all windows before it. The spread of an estimate of one number was read off these very tasks, so the
rows from ranges are in-sample; those from history are not. Nothing of the record is kept here; without the folder, the rows on the page
stay as they are.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import tables
from projects import GOALS, LEVELS, VARIANTS, Project, points_off, simulated

from servingchecklist import Effort, calibration
from servingchecklist.results import Calibration

PAGE = "docs/explanation/forecasting.md"
SIZES = (9, 20)
PEOPLE = (1, 2, 5)
RECORD = "a real person's record"
IN_SAMPLE = "ranges (in-sample)"
LEAST = 20
"""The fewest closed tasks that are a history."""
COUNT = 300
"""The number of projects for a row."""
SAMPLES = 250
"""Few, since each project has a seed of its own: the errors of its quantiles do not add up."""


def recorded(folder, tasks):
    """Return windows of a record, each with the history before it."""
    with (Path(folder) / "all-tasks.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            row for row in csv.DictReader(file) if row["DONE"] == "1" and "NA" not in (row["estimate"], row["actual"])
        ]
    pairs = [(float(row["estimate"]), float(row["actual"])) for row in rows]
    pairs = [(Effort(estimated), actual) for estimated, actual in pairs if estimated > 0 and actual > 0]
    projects = [_window(pairs[:LEAST])]
    projects += [_window(pairs[first : first + tasks]) for first in range(LEAST, len(pairs) - tasks + 1, tasks)]
    closed = []
    for number, project in enumerate(projects):
        if closed:
            yield project, Calibration(tasks=closed)
        closed += calibration([project.launch(number)]).tasks


def _window(pairs):
    efforts, days = zip(*pairs, strict=True)
    return Project(efforts, days, [()] * len(pairs), 1)


def rows_of(name, cases, **options):
    """Return a row for each of what a forecast may know."""
    rows, size = [], [str(len(cases[0][0].days)), str(cases[0][0].people)]
    for known, goal in GOALS.items():
        points = points_off(cases, known, samples=SAMPLES, **options)
        shares = [
            f"{100 * share + points[level][0]:.1f} ({points[level][0]:+.1f} ± {points[level][1]:.1f})"
            for level, share in LEVELS.items()
        ]
        missed = [level for level in ("P80", "P95") if abs(points[level][0]) > goal + 2 * points[level][1]]
        source = IN_SAMPLE if (name, known) == (RECORD, "ranges") else known
        judged = f"{goal}, missed by {' and '.join(missed)}" if missed else str(goal)
        rows.append([name, *size, source, str(len(cases)), *shares, judged])
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
        name, _, _, known, many, _, *shares, goal = line.strip("| ").split(" | ")
        cells = [int(many), *(float(share.split()[0]) for share in shares), goal.count("P")]  # of which each has missed
        groups.setdefault((name, known), []).append(cells)
    rows = []
    for (name, known), cells in groups.items():
        counts, *columns, missed = zip(*cells, strict=True)
        shares = [f"{min(column):.0f} to {max(column):.0f}" for column in columns]
        both = len(columns) * len(cells)
        rows.append([name, known, str(sum(counts)), *shares, f"{both - sum(missed)} of {both}"])
    return tables.table(["projects", "from", "n:", "P80 held, %:", "P95 held, %:", "goals met:"], rows)


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
