"""When can it launch? The bundled checklist from several start dates with several team sizes, and the tasks that hold each date.

    python forecast_launch.py [START ...] [--people N ...] [--pictures]

START is a day as in 2026-11-30. With --pictures, those of the last case go into a new folder, and its dates as a calendar.
"""

import argparse
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import mkdtemp

from servingchecklist import SOONEST, Checklist, ChecklistError, forecast, model_serving, write
from servingchecklist.results import Forecast

OFTEN = 0.2  # from which share of the samples on a task is said to hold the date


def cases(checklist: Checklist, starts: list[date], sizes: list[int]) -> Iterator[Forecast]:
    """The forecast of every start with every team."""
    for start, people in product(starts, sizes):
        yield forecast(checklist, start=start, people=people, rules=SOONEST)


def row(made: Forecast) -> str:
    holding = [task for task, share in made.criticality.items() if share >= OFTEN]
    return f"{made.start}  {made.people:>6}  {made.p50}  {made.p80}  {made.p95}  {' '.join(holding)}"


def draw(made: Forecast) -> Iterator[Path]:
    """Write the pictures, and say where they are."""
    folder = Path(mkdtemp(prefix="forecast-"))
    for name, value in {"gantt.svg": made, "finish.svg": made.finish, "launch.ics": made}.items():
        try:
            write(value, folder / name)
        except ChecklistError as error:  # the extra of the calendar is not installed
            print(error)
        else:
            yield folder / name


def main() -> None:
    parser = argparse.ArgumentParser(description="When can it launch?")
    parser.add_argument("starts", nargs="*", type=date.fromisoformat, metavar="START")
    parser.add_argument("--people", nargs="+", type=int, default=[1, 2, 3], metavar="N")
    parser.add_argument("--pictures", action="store_true")
    asked = parser.parse_args()
    print("start       people  P50         P80         P95         held by")
    for made in cases(model_serving(), asked.starts or [date(2026, 11, 30), date(2026, 12, 7)], asked.people):
        print(row(made))
    print("\nAssumptions:", *made.assumptions, sep="\n* ")
    if asked.pictures:
        print("\nWritten:", *draw(made), sep="\n* ")


if __name__ == "__main__":
    main()
