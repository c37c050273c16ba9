"""The bundled orders against the optimum: ``python benchmarks/proof_order.py [--quick] [--write]``.

The question is P | prec | Cmax: tasks with fixed durations, each worked by one of a few equal people without interruption, and finished
as early as possible. ``Task.after`` names prerequisites, so an edge (earlier, later) says that ``later`` begins when ``earlier`` has ended
or after that.

Instances are generated as sets for project scheduling are: tasks are numbered so that edges lead from lower to higher numbers, which
excludes cycles; all but the first three have a prerequisite; more edges follow, none of them implied by others when it is added, up to the
wanted number for each task. Durations are half days: evenly from 0.5 to 10 days, or mostly short and a few
long. Priorities are random, and phases are parts of a random order that the edges allow.

The optimum is that of CP-SAT: an interval for each task, one cumulative constraint for the people, and the best of the bundled orders as
the first solution. It has one worker, a fixed seed, and for each instance ten units of its deterministic time (about ten seconds), so
that the table can be repeated. Where time runs out, what it has found and what it has proven differ, and both gaps are given. Its
solution is checked here, and no order may beat the proven bound.
"""

from __future__ import annotations

import argparse
import random
from datetime import date
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, gcd
from statistics import fmean

import attrs
import tables
from ortools.sat.python import cp_model

from servingchecklist import (
    CRITICAL_FIRST,
    PHASES_FIRST,
    SOONEST,
    Checklist,
    Effort,
    Phase,
    Priority,
    Task,
    catalog,
    critical_path,
    forecast,
    model_serving,
    tailor,
)

ORDERS = {"PHASES_FIRST": PHASES_FIRST, "CRITICAL_FIRST": CRITICAL_FIRST, "SOONEST": SOONEST}
SIZES = (30, 60)
PEOPLE = (2, 3, 4, 5)
DENSITIES = (1.2, 1.6, 2.0)
"""Edges for each task."""
GOAL = 2.0
"""The largest mean gap of SOONEST, in %."""
LIMIT = 10.0
PARTS = 12
"""Parts of a day, of which half days, and means of PERT over half days, are whole numbers."""
START = date(2026, 11, 30)


def even(rng):
    return rng.randint(1, 20) / 2


def skewed(rng):
    return rng.randint(10, 30) / 2 if rng.random() < 0.15 else rng.randint(1, 5) / 2


def edges_of(rng, tasks, density):
    """Return the prerequisites of each task, by number."""
    before = [{rng.randrange(number)} if number > 2 else set() for number in range(tasks)]
    count = sum(map(len, before))
    while count < density * tasks:
        earlier, later = sorted(rng.sample(range(tasks), 2))
        if earlier not in _behind(before, later):
            before[later].add(earlier)
            count += 1
    return before


def _behind(before, number):
    """Return all tasks that have to end before this one begins."""
    found, todo = set(), [number]
    while todo:
        new = before[todo.pop()] - found
        found |= new
        todo += new
    return found


def instance(seed, tasks, density, spread):
    """Return a checklist in four phases."""
    rng = random.Random(seed)
    before = edges_of(rng, tasks, density)
    written = []
    while len(written) < tasks:
        placed = set(written)
        written.append(rng.choice([n for n in range(tasks) if n not in placed and before[n] <= placed]))
    members = [
        Task(
            f"t{number}",
            f"Task {number}",
            priority=rng.choice(list(Priority)),
            effort=Effort(spread(rng), exact=True),
            after=[f"t{earlier}" for earlier in sorted(before[number])],
        )
        for number in written
    ]
    cuts = [0, *sorted(rng.sample(range(1, tasks), 3)), tasks]
    phases = [Phase(f"p{n}", f"Phase {n}", tasks=members[a:b]) for n, (a, b) in enumerate(pairwise(cuts))]
    return Checklist("instance", "Instance", phases=phases)


def bundled():
    """Return the bundled checklists, each task at its mean effort."""
    base = model_serving()
    checklists = {
        "model-serving": base,
        "with llm-serving": tailor(base, catalog.overlay("llm-serving")),
        "with batch-inference": tailor(base, catalog.overlay("batch-inference")),
    }
    return {name: _at_means(checklist) for name, checklist in checklists.items()}


def _at_means(checklist):
    phases = [
        attrs.evolve(
            phase, tasks=[attrs.evolve(task, effort=Effort(task.effort.mean, exact=True)) for task in phase.tasks]
        )
        for phase in checklist.phases
    ]
    return attrs.evolve(checklist, phases=phases)


def solve(checklist, people, first):
    """Return the working days of the best schedule and the proven bound. The ends of the first solution are given by task id."""
    part = Fraction(gcd(*(round(task.effort.low * PARTS) for task in checklist)), PARTS)
    durations = {task.id: round(task.effort.low / part) for task in checklist}
    assert all(task.effort.low == durations[task.id] * part for task in checklist)
    model = cp_model.CpModel()
    horizon = sum(durations.values())
    starts = {task.id: model.new_int_var(0, horizon, task.id) for task in checklist}
    ends = {task: starts[task] + durations[task] for task in starts}
    intervals = [model.new_fixed_size_interval_var(starts[task], durations[task], task) for task in starts]
    model.add_cumulative(intervals, [1] * len(intervals), people)
    last = model.new_int_var(0, horizon, "last")
    model.add_max_equality(last, ends.values())
    model.add(last * people >= horizon)  # implied, and it helps to prove the bound
    for task in checklist:
        for earlier in task.after:
            model.add(starts[task.id] >= ends[earlier])
        model.add_hint(starts[task.id], round(first[task.id] / part) - durations[task.id])
    model.minimize(last)
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = LIMIT
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    status = solver.solve(model)
    assert status in {cp_model.OPTIMAL, cp_model.FEASIBLE}, solver.status_name(status)
    begun = {task: solver.value(starts[task]) for task in starts}
    for task in checklist:
        assert all(begun[earlier] + durations[earlier] <= begun[task.id] for earlier in task.after)
        assert sum(begun[other] <= begun[task.id] < begun[other] + durations[other] for other in begun) <= people
    assert max(begun[task] + durations[task] for task in begun) == solver.value(last)
    return float(solver.value(last) * part), float(ceil(solver.best_objective_bound - 1e-6) * part)


def compare(checklist, people):
    """Return the working days of each order, of the best schedule known, and the proven bound."""
    # One sample says all of efforts that are certain.
    plans = {
        name: forecast(checklist, start=START, people=people, rules=rules, samples=1) for name, rules in ORDERS.items()
    }
    days = {name: plan.finish.mean_days for name, plan in plans.items()}
    first = plans[min(days, key=days.__getitem__)]
    best, bound = solve(checklist, people, {task.id: task.finish.mean_days for task in first})
    assert bound <= best <= min(days.values())
    return days, best, bound


def gaps(sizes, seeds):
    """Return the rows of the generated instances, and the numbers of all, of those with a proven optimum, and of chains."""
    rows, count, proven, chains = [], 0, 0, 0
    for tasks in sizes:
        cases = list(product(DENSITIES, (even, skewed), PEOPLE, range(seeds)))
        results = []
        for density, spread, people, seed in cases:
            checklist = instance(f"{tasks} {density} {spread.__name__} {people} {seed}", tasks, density, spread)
            results.append(compare(checklist, people))
            chains += results[-1][1] == critical_path(checklist).days
        count += len(results)
        proven += sum(best == bound for _, best, bound in results)
        for name in ORDERS:
            above = [100 * (days[name] / best - 1) for days, best, _ in results]
            certain = fmean(100 * (days[name] / bound - 1) for days, _, bound in results)
            judged = "" if name != "SOONEST" else f"{GOAL:g}{'' if fmean(above) <= GOAL else ', missed'}"
            numbers = [f"{number:.1f}" for number in (fmean(above), max(above), certain)]
            optimal = f"{sum(gap == 0 for gap in above)} of {len(above)}"
            rows.append([str(tasks), f"`{name}`", *numbers, optimal, judged])
    return rows, count, proven, chains


def report(seeds):
    """Return both tables."""
    rows, count, proven, chains = gaps(SIZES, seeds)
    named = [
        [name, *(f"{days[order]:g}" for order in ORDERS), f"{best:g}{'' if best == bound else ', not proven'}"]
        for name, checklist in bundled().items()
        for days, best, bound in [compare(checklist, 2)]
    ]
    columns = ["tasks:", "order", "mean gap, %:", "worst, %:", "mean gap to the bound, %:", "optimal:", "goal"]
    summary = f"{count} generated instances with {PEOPLE[0]} to {PEOPLE[-1]} people. The optimum of {proven} is proven"
    return "\n\n".join(
        [
            f"{summary}; that of {chains} is the longest chain, which most orders reach.",
            tables.table(columns, rows),
            "The bundled checklists with two people, in working days at mean efforts:",
            tables.table(["checklist", *(f"`{name}`:" for name in ORDERS), "optimum:"], named),
        ]
    )


def main():
    parser = argparse.ArgumentParser(description="The bundled orders against the optimum.")
    parser.add_argument("--quick", action="store_true", help="half as many instances")
    parser.add_argument("--write", action="store_true", help="replace the table in docs/explanation/ordering.md")
    options = parser.parse_args()
    text = report(1 if options.quick else 2)
    print(text)
    if options.write:
        tables.write("docs/explanation/ordering.md", text)


if __name__ == "__main__":
    main()
