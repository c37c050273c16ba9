"""Simulated projects that know nothing of the forecaster, and the launches that record them.

The work of a task is gamma or Weibull with a shape of its own, one task in five is done again in part, and people work the list as written.
The estimator remembers similar tasks, each from another project, and writes down the shortest and the longest in half days, sometimes with
the one in the middle. The variants add up:

* own luck: nothing hits a project as a whole. Nine tasks are remembered, and the shortest and the longest hold the next with 80 %.
* common delays: half of all projects, those remembered included, are slowed as a whole, by an exponential share with the mean 0.5.
* optimism: common delays, and five tasks are remembered of which the longest is forgotten; half of all tasks lie in the range that is left,
  and a third above it.
* long memory: common delays, and 49 tasks are remembered, of which the fifth from below and from above are written down. The tests use it:
  the ranges are those that a forecast assumes, so no caution makes up for delays that it does not know.

The history of a team is the calibration from its last five projects of the same kind. Each is a launch whose log has the times at which its
people began and finished their tasks, in working days from 9:00 to 17:00.
"""

from __future__ import annotations

import heapq
import math
import random
from datetime import UTC, date, datetime, time, timedelta

import attrs

from servingchecklist import Calendar, Checklist, Effort, Launch, Phase, Task, calibration, events, forecast
from servingchecklist.rules import POSITION

LEVELS = {"P50": 0.5, "P80": 0.8, "P95": 0.95}
VARIANTS = ("own luck", "common delays", "optimism")
REMEMBERED = {
    "own luck": (9, 0, 4, 8),
    "common delays": (9, 0, 4, 8),
    "optimism": (5, 0, 2, 3),
    "long memory": (49, 4, 24, 44),
}
"""By variant, the number of tasks remembered, and the places of the low, the middle and the high one among them in order."""
GOALS = {"ranges": 8, "history": 5}
"""How far the shares of P80 and P95 may be from 80 and 95 %, in points, by what the forecast knows."""
LAUNCHES = 5
"""The number of earlier projects in a history."""
START = date(2026, 11, 30)
EARLIER = date(2000, 1, 3)
"""The first day of the first earlier project; the others follow, a week apart."""
MORNING = time(9, tzinfo=UTC)
DAY = timedelta(hours=8)


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
        """The end of the last task."""
        return max(end for _, end, _ in self.worked())

    def worked(self):
        """Return the begin, the end and the person of each task: whoever is free begins the first task of the list that can begin."""
        todo, running, ended, now = list(range(len(self.days))), [], set(), 0.0
        free, worked = [f"person-{number + 1}" for number in range(self.people)], [None] * len(self.days)
        while todo or running:
            ready = [number for number in todo if ended.issuperset(self.before[number])]
            for number in ready[: len(free)]:
                todo.remove(number)
                worked[number] = now, now + self.days[number], free.pop()
                heapq.heappush(running, (worked[number][1], number))
            now, number = heapq.heappop(running)
            free.append(worked[number][2])
            ended.add(number)
        return worked

    def checklist(self, *more):
        """Return its tasks, and others behind them."""
        tasks = [
            Task(
                f"t{number}", f"Task {number}", effort=effort, after=[f"t{earlier}" for earlier in self.before[number]]
            )
            for number, effort in enumerate(self.efforts)
        ]
        return Checklist("project", "Project", phases=[Phase("all", "All", tasks=[*tasks, *more])])

    def launch(self, number):
        """Return its launch, as an earlier one with that number.

        A last task has no effort: else calibration would repeat the forecast of each launch, which takes most of the time and is not used.
        """
        first, log = EARLIER + timedelta(weeks=number), []
        for task, (begin, end, person) in enumerate(self.worked()):
            begun, finished = at(first, begin, math.floor(begin)), at(first, end, math.ceil(end) - 1)
            log += [
                events.Assigned(f"t{task}", by=person, at=begun, owner=person),
                events.Begun(f"t{task}", by=person, at=begun),
                events.Finished(f"t{task}", by=person, at=finished),
            ]
        log += [
            events.LaunchStarted(by="person-1", at=at(first, 0, 0)),
            events.Finished("last", by="person-1", at=max(event.at for event in log)),
        ]
        return Launch(self.checklist(Task("last", "Say so")), f"earlier-{number}", log)


def at(first, days, day):
    """Return the time after so many working days from the morning of the first, on the day with that number."""
    return datetime.combine(Calendar().day(first, day), MORNING) + (days - day) * DAY


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
    many, *places = REMEMBERED[variant]
    remembered = sorted(kind.days(rng) * slowness(rng, variant) for _ in range(many))
    low, middle, high = (half_days(remembered[place]) for place in places)
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
    """Return projects, each with the history of its team."""
    rng = random.Random(f"{variant} {tasks} {people}")
    for _ in range(count):
        earlier = [simulate(rng, tasks, people, variant).launch(number) for number in range(LAUNCHES)]
        yield simulate(rng, tasks, people, variant), calibration(earlier, people=people)


def stated(project, **options):
    """Return what a forecast says, in working days, by level."""
    plan = forecast(project.checklist(), start=START, people=project.people, rules=[POSITION], **options)
    return {level: plan.finish.quantile_days(share) for level, share in LEVELS.items()}


def points_off(cases, known, **options):
    """Return how far the share of the projects that ended by each level is from nominal, and its standard error, in points."""
    counts, many = dict.fromkeys(LEVELS, 0), len(cases)
    for seed, (project, history) in enumerate(cases):
        past = {"history": history} if known == "history" else {}
        days, total = stated(project, seed=seed, **past, **options), project.total
        for level in LEVELS:
            counts[level] += total <= days[level]
    return {
        level: (100 * (counts[level] / many - share), 100 * math.sqrt(share * (1 - share) / many))
        for level, share in LEVELS.items()
    }
