"""What would bring the date forward? The bundled checklists with two people: another order, a third person, or less of a task.

python levers.py [--people N] [--start DAY]
"""

import argparse
from datetime import date

from servingchecklist import catalog, levers, model_serving, tailor
from servingchecklist.results import Levers

MOST = 3  # levers to show of each checklist


def show(found: Levers) -> None:
    print(f"{found.name}: P80 {found.finish.p80}, {len(found.finish):,} samples")
    for lever in found[:MOST]:
        print(f"{lever.days:7.1f} days: {lever.words}")


def main() -> None:
    parser = argparse.ArgumentParser(description="What would bring the date forward?")
    parser.add_argument("--people", type=int, default=2, metavar="N")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 11, 30), metavar="DAY")
    asked = parser.parse_args()
    base = model_serving()
    for name in (base.id, "llm-serving", "batch-inference"):
        checklist = base if name == base.id else tailor(base, catalog.overlay(name))
        show(levers(checklist, start=asked.start, people=asked.people, name=name))


if __name__ == "__main__":
    main()
