"""What a forecast costs: the samples of the bundled checklist, the critical path of 100,000 tasks, ten times as many tasks, and levers."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import networkx as nx
import pytest
from shapes import document

from servingchecklist import (
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
from servingchecklist._planning.simulation import Plan

START = date(2026, 11, 30)


def plainly(checklist, samples, seed):
    """When everything is finished in each sample, and each task: nothing else of what a forecast is."""
    rng = random.Random(seed)
    efforts = [(task.effort.low, task.effort.high) for task in checklist]
    before = checklist.prerequisites
    wholes, ends = [], [[] for _ in efforts]
    for _ in range(samples):
        finish = []
        for place, (low, high) in enumerate(efforts):
            begin = max((finish[other] for other in before[place]), default=0.0)
            finish.append(begin + rng.triangular(low, high))
            ends[place].append(finish[place])
        wholes.append(max(finish))
    return wholes, ends


def test_samples_against_a_plain_loop(compare):
    checklist = model_serving()
    compare(
        "forecast of the bundled checklist, 10,000 samples",
        lambda: forecast(checklist, start=START),
        "a plain loop over random.triangular",
        lambda: plainly(checklist, 10_000, 0),
        goal=0.8,
    )


def test_bounded_samples_against_a_plain_loop(compare):
    checklist = model_serving()
    ours = forecast(checklist, start=START, ranges="bounds", shared=0)
    theirs = plainly(checklist, 10_000, 0)[0]
    assert ours.finish.mean_days == pytest.approx(sum(theirs) / len(theirs), abs=0.05)
    compare(
        "the same within hard bounds, without common variance",
        lambda: forecast(checklist, start=START, ranges="bounds", shared=0),
        "a plain loop over random.triangular",
        lambda: plainly(checklist, 10_000, 0),
        goal=0.5,
    )


def test_samples_with_people_against_a_plain_loop(compare):
    checklist = model_serving()
    compare(
        "forecast of the bundled checklist with two people, 10,000 samples",
        lambda: forecast(checklist, start=START, people=2),
        "the same loop, which knows of no people",
        lambda: plainly(checklist, 10_000, 0),
    )


@pytest.fixture(scope="module")
def large():
    checklist = Checklist.from_dict(document())
    graph = nx.DiGraph()
    for task in checklist:
        # A task weighs on the edges that leave it; the last ones lead to an end that weighs nothing.
        graph.add_edges_from((before, task.id, {"weight": checklist[before].effort.mean}) for before in task.after)
    graph.add_edges_from(
        (task.id, "end", {"weight": task.effort.mean}) for task in checklist if not graph.out_degree(task.id)
    )
    return checklist, graph


def test_critical_path_against_networkx(compare, large):
    checklist, graph = large
    theirs = nx.dag_longest_path(graph)[:-1]
    ours = critical_path(checklist)
    assert ours.days == pytest.approx(sum(checklist[task].effort.mean for task in theirs))
    compare(
        "critical path of 100,000 tasks",
        lambda: critical_path(checklist),
        "networkx: dag_longest_path of a ready graph",
        lambda: nx.dag_longest_path(graph),
        goal=0.3,
        rounds=5,
    )


def test_slack_against_networkx(compare, large):
    checklist, graph = large
    compare(
        "critical path and the slack of each of 100,000 tasks",
        lambda: list(critical_path(checklist)),
        "networkx: the path alone",
        lambda: nx.dag_longest_path(graph),
        rounds=3,
    )


def of_tasks(tasks):
    """A checklist in which each task comes after three of the sixty before it, as people write them."""
    rng = random.Random(2026)
    made = [
        Task(
            id=f"t{number}",
            title=f"Task {number}",
            effort=rng.choice([Effort(1, 1), Effort(2, 3), Effort(2, 5, 3)]),
            after=tuple(f"t{one}" for one in rng.sample(range(max(0, number - 60), number), min(3, number))),
        )
        for number in range(tasks)
    ]
    return Checklist(id="made", title="Made", phases=(Phase(id="all", title="All", tasks=tuple(made)),))


@pytest.mark.parametrize("people", [None, 5])
def test_ten_times_as_many_tasks(compare, people):
    """Of the simulation alone: a forecast tries other orders too, with fewer samples where there are more tasks."""
    few, many = of_tasks(100), of_tasks(1_000)
    options = ForecastOptions(people=people)

    def run(checklist):
        return Plan(checklist, options, start=START).simulate(1_000)

    compare(
        f"simulation of 1,000 tasks, {people or 'no limit of'} people, 1,000 samples",
        lambda: run(many),
        "the same of 100 tasks",
        lambda: run(few),
        goal=12,
        rounds=5,
    )


def test_memory_of_a_large_forecast():
    """1,000 tasks, five people and 10,000 samples take at most 300 MB."""
    # The peak that getrusage knows begins with the size of the process that started this one.
    code = (
        "import pathlib, test_forecast as t; t.forecast(t.of_tasks(1_000), start=t.START, people=5);"
        " print(pathlib.Path('/proc/self/status').read_text())"
    )
    status = subprocess.check_output([sys.executable, "-c", code], cwd=Path(__file__).parent, text=True)
    (kibibytes,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    assert kibibytes <= 300 * 1024


@pytest.mark.parametrize("people", [None, 5])
def test_levers_against_the_forecasts_that_they_consist_of(compare, people):
    checklist = of_tasks(30)
    options = ForecastOptions(people=people, samples=1_000)
    plan = Plan(checklist, options, start=START)
    critical = plan.simulate(1_000).critical
    # Every task, two orders and one more person; with nobody limited, the tasks that are ever critical.
    changes = 33 if people else sum(map(bool, critical))
    assert len(levers(checklist, start=START, people=people, samples=2)) == (33 if people else 30)
    compare(
        f"levers of 30 tasks, {people or 'no limit of'} people, 1,000 samples",
        lambda: levers(checklist, start=START, options=options),
        f"{changes + 1} simulations of the plan",
        lambda: [plan.simulate(1_000) for _ in range(changes + 1)],
        goal=1.1,
        rounds=3,
    )
