"""The forecast against closed forms, against schedules made one sample at a time from the same draws, and against what it promises."""

import json
import math
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from statistics import fmean, pvariance
from unittest.mock import patch

import attrs
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasts import forecast_in_bounds as forecast
from helpers.strategies import calendars, facts, forecasts, plans
from servingchecklist import (
    CRITICAL_FIRST,
    PHASES_FIRST,
    Calendar,
    Checklist,
    Effort,
    ForecastOptions,
    Phase,
    Priority,
    Task,
    critical_path,
    model_serving,
)
from servingchecklist._planning import simulation
from servingchecklist._planning.durations import Durations
from servingchecklist._planning.open_tasks import open_tasks_of
from servingchecklist._planning.ordering import ranks
from servingchecklist._planning.scheduling import TeamScheduler
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Distribution, Forecast, PhaseForecast, Slot, TaskForecast
from servingchecklist.rules import DUE, EFFORT, PRIORITY, Rule, Situation

LAUNCH = model_serving()
MONDAY = date(2026, 11, 30)
MANY = 20_000
GOLDEN = Path(__file__).with_name("forecast_golden.json")


class Day(date):
    """A date that is not plainly one."""


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def task(id, days, *after, priority=Priority.MEDIUM):
    effort = Effort(days, days) if isinstance(days, int | float) else days
    return Task(id, id.upper(), effort=effort, after=after, priority=priority)


def triangle(low, high):
    """The distribution function of the symmetric triangle."""

    def share(days):
        place = min(max((days - low) / (high - low), 0.0), 1.0)
        return 2 * place * place if place < 0.5 else 1 - 2 * (1 - place) ** 2

    return share


def distance(found, share):
    """The largest distance between the shares that were found and those that should have been (Kolmogorov-Smirnov)."""
    ranked = sorted(found)
    steps = [(n / len(ranked), (n + 1) / len(ranked), share(days)) for n, days in enumerate(ranked)]
    return max(max(exact - below, above - exact) for below, above, exact in steps)


class Drawn:
    """Listens to what is drawn while a forecast is made, and works it through by the plainest means."""

    def __init__(self, plan, **given):
        drawn = []

        def listen(durations, many):
            drawn.append(draw(durations, many))
            return drawn[-1]

        draw = Durations.draw
        with patch.object(Durations, "draw", listen):
            self.found = forecast(plan, start=MONDAY, **given)
        self.plan = plan
        self.done = given.get("done", ())
        self.under_way = given.get("under_way", {})
        self.owners = given.get("owners", {})
        self.people = given.get("people")
        left = [one.id for one in open_tasks_of(plan, self.done, self.under_way, None).tasks]
        self.samples = len(self.found.finish)
        columns, blocks = drawn[0]  # those of the forecast itself; other orders draw the same ones again
        self.held = {left[number]: delays for number, delays in blocks.items()}
        self.days = dict(zip(left, columns, strict=True))
        rank = ranks(Situation(plan, self.done), given.get("rules", PHASES_FIRST))
        self.turn = sorted(left, key=lambda one: (one not in self.under_way, rank[plan.position(one)]))

    def before(self, one):
        return () if one in self.under_way else [other for other in self.plan[one].after if other in self.days]

    def is_free(self, one, busy):
        """Whether somebody is there to begin a task while others are being worked."""
        mates = sum(self.owners.get(other) == self.owners.get(one) for other in busy)
        return mates < (1 if one in self.owners else math.inf if self.people is None else self.people)

    def schedule(self, place):
        """When everything begins and ends in one sample: at each moment at which something changes, everybody is asked."""
        begin, end = {}, {}
        held = {one: delays[place] for one, delays in self.held.items()}
        now = 0.0
        while len(begin) < len(self.days):
            busy = [one for one in begin if end[one] > now]
            for one in self.turn:
                ready = all(end.get(other, math.inf) <= now for other in self.before(one)) and held.get(one, 0) <= now
                if one not in begin and ready and self.is_free(one, busy):
                    begin[one], end[one] = now, now + self.days[one][place]
                    busy.append(one)
            now = min(moment for moment in (*end.values(), *held.values()) if moment > now)
        return begin, end


positive = st.builds(
    lambda low, more, likely: Effort(low, low + more, likely and low + more * likely),
    st.integers(1, 8).map(lambda quarters: quarters / 4),
    st.sampled_from([0, 0.5, 2]),
    st.none() | st.sampled_from([0.25, 1.0]),
)


@given(st.data())
def test_every_sample_is_a_schedule_of_what_was_drawn(data):
    plan = data.draw(plans(most_tasks=5, efforts=positive))
    said = data.draw(facts(plan))
    said["under_way"] = {one: min(worked, 0.125) for one, worked in said["under_way"].items()}
    rules = data.draw(st.sampled_from([PHASES_FIRST, CRITICAL_FIRST, (EFFORT,), ()]))
    drawn = Drawn(plan, samples=4, seed=data.draw(st.integers(0, 9)), rules=rules, **said)
    found = drawn.found
    assert [one.id for one in found.tasks] == [one.id for one in plan if one.id not in said["done"]]
    for place in range(4):
        _, end = drawn.schedule(place)
        assert {one.id: one.finish[place] for one in found.tasks} == end
        assert found.finish[place] == max(end.values(), default=0.0)


@given(plans(), st.integers(0, 9))
def test_without_limits_every_sample_is_a_longest_path(plan, seed):
    drawn = Drawn(plan, samples=5, seed=seed)
    critical = dict.fromkeys(drawn.days, 0)
    for place in range(5):
        graph = nx.DiGraph()
        for one in plan:
            graph.add_edge(one.id, "", weight=drawn.days[one.id][place])
            graph.add_weighted_edges_from((other, one.id, drawn.days[other][place]) for other in one.after)
        length = nx.dag_longest_path_length(graph) if graph else 0.0
        assert drawn.found.finish[place] == pytest.approx(length)
        fixed = {one.id: Effort(drawn.days[one.id][place], drawn.days[one.id][place]) for one in plan}
        exact = critical_path(
            Checklist(
                "y", "Y", phases=[Phase("p", "P", tasks=[attrs.evolve(one, effort=fixed[one.id]) for one in plan])]
            )
        )
        for span in exact:
            critical[span.id] += span.is_critical
    assert drawn.found.criticality == pytest.approx({one: many / 5 for one, many in critical.items()})


@given(st.data())
def test_what_is_worked_side_by_side_has_the_same_criticality_either_way(data):
    """As many people as tasks is no limit, and an owner of one task waits for nobody, whichever code works it out."""
    plan = data.draw(plans(efforts=positive))
    chain = attrs.evolve(
        plan,
        phases=[
            *plan.phases,
            Phase("r", "R", tasks=[task("last", 1, *(one.id for one in plan)), task("end", 1, "last")]),
        ],
    )
    alone = forecast(chain, start=MONDAY, samples=20)
    # Two tasks of one owner, one behind the other, are never in each other's way; but now everything is worked sample by sample.
    owned = forecast(chain, start=MONDAY, samples=20, owners={"last": "ml-platform", "end": "ml-platform"})
    assert owned.criticality == alone.criticality
    assert [one.finish for one in owned.tasks] == [one.finish for one in alone.tasks]


@given(plans(), st.integers(0, 3))
def test_with_as_many_people_as_tasks_nobody_waits(plan, more):
    alone = forecast(plan, start=MONDAY, samples=10)
    crowd = forecast(plan, start=MONDAY, samples=10, people=max(len(plan) + more, 1))
    assert attrs.evolve(crowd, options=alone.options) == alone


@given(plans().filter(len), st.integers(0, 9))
def test_one_person_takes_the_sum_of_all(plan, seed):
    drawn = Drawn(plan, samples=5, seed=seed, people=1)
    for place in range(5):
        assert drawn.found.finish[place] == pytest.approx(math.fsum(days[place] for days in drawn.days.values()))


# Closed forms


def test_one_task_is_its_own_distribution():
    found = forecast(checklist(task("a", Effort(2, 6))), start=MONDAY, samples=MANY)
    assert distance(found.finish, triangle(2, 6)) < 2 / math.sqrt(MANY)
    assert found["a"].finish == found.phases[0].finish == found.finish
    assert found.criticality == {"a": 1.0}


def test_a_chain_has_the_sum_of_the_means_and_of_the_variances():
    ranges = [(1, 3), (2, 2.5), (0, 4), (5, 9)]
    chain = [task(f"t{n}", Effort(*ends), *([f"t{n - 1}"] if n else [])) for n, ends in enumerate(ranges)]
    found = forecast(checklist(*chain), start=MONDAY, samples=MANY, seed=3)
    mean = sum((low + high) / 2 for low, high in ranges)
    variance = sum((high - low) ** 2 / 24 for low, high in ranges)
    assert abs(fmean(found.finish) - mean) < 5 * math.sqrt(variance / MANY)
    assert abs(pvariance(found.finish) - variance) < 5 * variance * math.sqrt(2 / MANY)
    assert set(found.criticality.values()) == {1.0}
    # P80 of the chain lies well below what adding up the P80 of each would say, let alone the highs.
    normal = mean + 0.8416 * math.sqrt(variance)
    assert found.finish.quantile_days(0.8) == pytest.approx(normal, abs=0.05)
    eighty = sum(low + (high - low) * (1 - math.sqrt(0.1)) for low, high in ranges)
    assert found.finish.quantile_days(0.8) < eighty - 0.5 < sum(high for _, high in ranges) - 2.5


def test_two_tasks_side_by_side_are_finished_when_the_later_one_is():
    both = checklist(task("a", Effort(1, 3)), task("b", Effort(1.5, 4)))
    found = forecast(both, start=MONDAY, samples=MANY, seed=1)
    one, other = triangle(1, 3), triangle(1.5, 4)
    assert distance(found.finish, lambda days: one(days) * other(days)) < 2 / math.sqrt(MANY)
    # How often a ends last: its density times the share of b that is over by then, added up.
    steps = [1 + (n + 0.5) / 1_000 for n in range(2_000)]
    last = sum((one(days + 0.0005) - one(days - 0.0005)) * other(days) for days in steps)
    assert abs(found.criticality["a"] - last) < 5 * math.sqrt(last * (1 - last) / MANY)
    assert found.criticality["a"] + found.criticality["b"] == pytest.approx(1)


def test_where_ways_are_equally_long_it_ends_behind_the_critical_path():
    both = checklist(task("a", Effort(1, 3)), task("b", Effort(1, 3)))
    found = forecast(both, start=MONDAY, samples=MANY)
    # Both are over by the median of the later one, where the share of either that is over is the root of a half.
    assert found.finish.quantile_days(0.5) == pytest.approx(3 - math.sqrt(2 - math.sqrt(2)), abs=0.02)
    assert critical_path(both).days == 2


def test_its_end_lies_between_those_of_the_ends_of_the_ranges():
    found = forecast(LAUNCH, start=MONDAY)
    assert critical_path(LAUNCH, estimate="low").days <= min(found.finish)
    assert max(found.finish) <= critical_path(LAUNCH, estimate="high").days


# Who goes first


def test_the_rules_say_who_goes_first():
    two = Checklist(
        "x",
        "X",
        phases=[
            Phase("p", "P", tasks=[task("early", 1, priority=Priority.LOW)]),
            Phase("q", "Q", tasks=[task("urgent", 3, priority=Priority.CRITICAL), task("late", 1, "urgent")]),
        ],
    )
    phases = forecast(two, start=MONDAY, people=1, samples=1)
    urgent = forecast(two, start=MONDAY, people=1, samples=1, rules=CRITICAL_FIRST)
    shortest = forecast(two, start=MONDAY, people=1, samples=1, rules=[EFFORT])
    assert [one.finish[0] for one in phases.tasks] == [1, 4, 5]
    assert [one.finish[0] for one in urgent.tasks] == [5, 3, 4]
    assert [one.finish[0] for one in shortest.tasks] == [1, 4, 5]
    due = {"late": date(2026, 12, 1)}
    assert forecast(two, start=MONDAY, people=1, samples=1, rules=[DUE], due=due)["early"].finish[0] == 5
    assert [(slot.id, slot.start) for slot in urgent.schedule] == [
        ("early", date(2026, 12, 4)),
        ("urgent", MONDAY),
        ("late", date(2026, 12, 3)),
    ]


def test_what_is_under_way_goes_first_and_waits_for_nothing():
    two = checklist(task("a", 2, priority=Priority.CRITICAL), task("b", 3, "a", priority=Priority.LOW))
    found = forecast(two, start=MONDAY, people=1, samples=1, under_way={"b": 1})
    assert [one.finish[0] for one in found.tasks] == [4, 2]
    assert forecast(two, start=MONDAY, people=1, samples=1).finish[0] == 5


def test_an_owner_does_one_task_at_a_time_and_is_none_of_the_people():
    plan = checklist(task("a", 2), task("b", 2), task("c", 2), task("d", 2))
    whose = {"a": "ml-platform", "b": "ml-platform"}
    assert forecast(plan, start=MONDAY, samples=1, owners=whose).finish[0] == 4
    found = forecast(plan, start=MONDAY, samples=1, owners=whose, people=1)
    assert [one.finish[0] for one in found.tasks] == [2, 4, 2, 4]
    assert [one.owner for one in found.tasks] == ["ml-platform", "ml-platform", None, None]
    assert [slot.owner for slot in found.schedule] == ["ml-platform", "ml-platform", None, None]
    assert forecast(plan, start=MONDAY, samples=1, owners={**whose, "c": "serving-team"}, people=1).finish[0] == 4


# Where the work stands


def test_what_is_done_is_left_out():
    found = forecast(LAUNCH, start=MONDAY, samples=50, done=["c1", "c2", "c3"])
    assert [one.id for one in found.tasks] == [f"c{n}" for n in range(4, 10)]
    assert [(one.id, one.left) for one in found.phases] == [("execution", 3), ("launch-review", 3)]
    with pytest.raises(UnknownNameError, match=r"the task is closed \(got 'c1'\); open are c4, c5, c6 and 3"):
        found["c1"]


def test_a_finished_checklist_is_finished_at_once():
    told = []
    found = forecast(
        LAUNCH,
        start=date(2026, 11, 28),
        done=[one.id for one in LAUNCH],
        samples=3,
        people=2,
        progress=lambda *numbers: told.append(numbers),
    )
    assert (found.tasks, found.phases, found.schedule, found.criticality) == ((), (), (), {})
    assert list(found.finish) == [0, 0, 0]
    assert found.p50 == found.p95 == MONDAY
    assert told[-1] == (3, 3)
    nothing = forecast(Checklist("x", "X"), start=MONDAY, samples=1)
    assert (nothing.p80, nothing.tasks) == (MONDAY, ())


def test_what_is_blocked_nobody_knows_until_when_is_never_silently_zero():
    found = forecast(LAUNCH, start=MONDAY, samples=20, seed=3, blocked={"c4": None, "c2": None})
    plain = forecast(LAUNCH, start=MONDAY, samples=20, seed=3)
    assert found.blocked == ("c2", "c4")
    assert found.finish == plain.finish
    assert found.assumptions[0] == (
        "c2 and c4 are blocked for an unknown time; the forecast assumes that they are unblocked from 2026-11-30 on, "
        "so its dates are the earliest possible, and the schedule leaves them out, with what waits for them."
    )
    waiting = {"c2", "c4", *(one.id for one in LAUNCH if {"c2", "c4"} & set(one.after))}
    while more := {one.id for one in LAUNCH if waiting & set(one.after)} - waiting:
        waiting |= more
    assert [slot.id for slot in found.schedule] == [one.id for one in LAUNCH if one.id not in waiting] != []
    assert found.schedule == tuple(slot for slot in plain.schedule if slot.id not in waiting)
    assert found.to_dict()["blocked"] == ["c2", "c4"]
    assert forecast(LAUNCH, start=MONDAY, samples=1, blocked={"c4": None}).assumptions[0] == (
        "c4 is blocked for an unknown time; the forecast assumes that it is unblocked from 2026-11-30 on, so its dates are the earliest possible, "
        "and the schedule leaves it out, with what waits for it."
    )
    assert plain.blocked == ()
    assert not any("blocked" in said for said in plain.assumptions)
    assert forecast(LAUNCH, start=MONDAY, samples=1, done=["c4"], blocked={"c4": None}).blocked == ()


def test_a_block_of_which_an_end_is_known_delays():
    plan = checklist(task("a", 2), task("b", 1, "a"), task("c", 1))
    for wait, ends in ((4, [2, 5, 1]), (1, [2, 3, 1]), (2, [2, 3, 1]), (0, [2, 3, 1])):
        found = forecast(plan, start=MONDAY, samples=2, blocked={"b": Effort(wait, wait)})
        assert [one.finish[1] for one in found.tasks] == ends
        assert found.blocked == ()
    held = forecast(plan, start=MONDAY, samples=2, blocked={"b": Effort(4, 4)})
    assert held.criticality == {"a": 0.0, "b": 1.0, "c": 0.0}
    assert forecast(plan, start=MONDAY, samples=2, blocked={"b": Effort(2, 2)}).criticality["a"] == 1.0
    assert forecast(plan, start=MONDAY, samples=2, blocked={"b": Effort(4, 4)}, people=1).finish[0] == 5
    many = forecast(checklist(task("a", 0)), start=MONDAY, samples=MANY, blocked={"a": Effort(2, 6)})
    assert distance(many.finish, triangle(2, 6)) < 2 / math.sqrt(MANY)


def test_the_length_of_a_block_says_nothing_of_the_length_of_the_task():
    found = Drawn(checklist(task("a", Effort(0, 1))), samples=2_000, blocked={"a": Effort(0, 1)})
    days, held = found.days["a"], found.held["a"]
    mean = fmean(days), fmean(held)
    covariance = fmean((one - mean[0]) * (other - mean[1]) for one, other in zip(days, held, strict=True))
    assert abs(covariance) < 5 / 24 / math.sqrt(2_000)


def test_what_has_taken_longer_than_its_range_ends_at_once_and_is_named():
    plan = checklist(task("a", Effort(1, 2)), task("b", Effort(1, 2)), task("c", 1, "a", "b"))
    found = forecast(plan, start=MONDAY, samples=5, under_way={"a": 5, "b": 2})
    assert found.overrun == ("a", "b")
    assert found.finish == Distribution([1] * 5, start=MONDAY)
    assert found.assumptions[0] == (
        "a and b have taken at least the estimated time and are not finished; they are assumed to be finished at once."
    )
    one = forecast(plan, start=MONDAY, samples=5, under_way={"a": 5, "b": 1.5})
    assert one.overrun == ("a",)
    assert one.assumptions[0] == (
        "a has taken at least the estimated time and is not finished; it is assumed to be finished at once."
    )
    assert forecast(plan, start=MONDAY, samples=5, under_way={"a": 5}, done=["a"]).overrun == ()


def test_due_dates_become_probabilities():
    plan = checklist(task("a", Effort(1, 5)), task("b", 1, "a"))
    due = {"a": date(2026, 12, 2), "b": date(2026, 12, 5)}
    found = forecast(plan, start=MONDAY, samples=MANY, due=due)
    assert list(found.deadlines) == ["a", "b"]
    assert abs(found.deadlines["a"] - 0.5) < 5 * math.sqrt(0.25 / MANY)
    assert found["a"].on_time == sum(days <= 3 for days in found["a"].finish) / MANY
    assert found["b"].on_time == found["b"].finish.probability(on=date(2026, 12, 4))
    assert (found["a"].due, found["b"].due) == (due["a"], due["b"])
    some = forecast(plan, start=MONDAY, samples=5, due={"a": Day(2026, 11, 29)}, done=["b"])
    assert some.deadlines == {"a": 0.0}
    assert type(some["a"].due) is date
    assert forecast(plan, start=MONDAY, samples=5, due={"a": MONDAY}, done=["a"]).deadlines == {}


def test_phases_are_finished_when_the_last_of_their_tasks_is():
    found = forecast(LAUNCH, start=MONDAY, samples=200, people=2)
    assert [(one.id, one.title, one.left) for one in found.phases] == [
        (phase.id, phase.title, len(phase.tasks)) for phase in LAUNCH.phases
    ]
    for phase, told in zip(LAUNCH.phases, found.phases, strict=True):
        ends = [found[one.id].finish for one in phase.tasks]
        assert list(told.finish) == [max(together) for together in zip(*ends, strict=True)]
    assert list(found.finish) == [max(together) for together in zip(*(one.finish for one in found.phases), strict=True)]


def test_the_default_effort_stands_in_where_none_is_stated():
    bare = checklist(Task("a", "A"), task("b", 1, "a"))
    assert forecast(bare, start=MONDAY, samples=1, default_effort=Effort(3, 3)).finish[0] == 4


# The calendar


@given(st.data())
def test_days_become_dates_by_the_calendar(data):
    calendar = data.draw(calendars())
    start = data.draw(st.dates(date(2026, 10, 1), date(2026, 12, 31)))
    plan = data.draw(plans())
    found = forecast(plan, start=start, calendar=calendar, samples=5)
    same = forecast(plan, start=MONDAY, samples=5)
    assert found.calendar == found.finish.calendar == calendar
    assert list(found.finish) == list(same.finish)
    assert found.p80 == calendar.add(start, same.finish.quantile_days(0.8))
    assert all((one.finish.start, one.finish.calendar) == (start, calendar) for one in (*found.tasks, *found.phases))


def test_dates_of_a_subclass_are_dates():
    found = forecast(LAUNCH, start=Day(2026, 11, 30), today=Day(2026, 11, 27), samples=5)
    assert (type(found.start), type(found.today)) == (date, date)
    assert found == forecast(LAUNCH, start=MONDAY, today=date(2026, 11, 27), samples=5)


# The schedule


@given(st.data())
def test_the_schedule_is_one_run_at_the_median_of_each_task(data):
    plan = data.draw(plans(efforts=positive).filter(len))
    said = data.draw(facts(plan))
    calendar = data.draw(st.just(Calendar()) | calendars())
    found = forecast(plan, start=MONDAY, calendar=calendar, samples=7, seed=data.draw(st.integers(0, 9)), **said)
    slots = {slot.id: slot for slot in found.schedule}
    unknown = set(found.blocked)
    while more := {one.id for one in found if unknown & set(plan[one.id].after)} - unknown - said["under_way"].keys():
        unknown |= more
    assert list(slots) == [one.id for one in found if one.id not in unknown]
    for slot in found.schedule:
        assert calendar.is_worked(slot.start)
        assert calendar.is_worked(slot.finish)
        assert slot.start <= slot.finish
        assert slot.owner == said["owners"].get(slot.id)
        if slot.id not in said["under_way"]:
            behind = [slots[other].finish for other in plan[slot.id].after if other in slots]
            assert slot.start >= max(behind, default=slot.start)  # on the same day, where some of it is left


def test_slots_are_the_days_on_which_anything_is_worked():
    plan = checklist(task("a", 1.5), task("b", 1.5, "a"), task("c", 1, "b"), task("d", 0, "c"), task("e", 0.25, "d"))
    found = forecast(plan, start=MONDAY, samples=3)
    days = [(slot.id, slot.start.day, slot.finish.day) for slot in found.schedule]
    # d takes no time, at the very end of a day: it belongs to that day.
    assert days == [("a", 30, 1), ("b", 1, 2), ("c", 3, 3), ("d", 3, 3), ("e", 4, 4)]


def test_fractions_that_add_up_to_days_begin_the_next_day():
    chain = [task(f"t{n}", 0.1, *([f"t{n - 1}"] if n else [])) for n in range(30)]
    found = forecast(checklist(*chain, task("last", 1, "t29")), start=MONDAY, samples=1)
    assert [slot.start.day for slot in found.schedule] == [30] * 10 + [1] * 10 + [2] * 10 + [3]
    assert [slot.finish.day for slot in found.schedule] == [30] * 10 + [1] * 10 + [2] * 10 + [3]


# Chance


def test_the_same_seed_gives_the_same_forecast_and_another_another():
    def made(seed):
        return forecast(LAUNCH, start=MONDAY, people=2, samples=100, seed=seed)

    assert made(7) == made(7)
    assert made(7) != attrs.evolve(made(8), options=made(7).options)
    assert made(-7).finish != made(7).finish
    assert made(0) == forecast(LAUNCH, start=MONDAY, people=2, samples=100)
    assert made(2**64).finish != made(0).finish


def test_it_takes_no_random_numbers_from_anybody_else():
    import random

    random.seed(1)
    state = random.getstate()
    forecast(LAUNCH, start=MONDAY, samples=10)
    assert random.getstate() == state


def test_more_samples_go_on_where_fewer_ended():
    few, more = (forecast(LAUNCH, start=MONDAY, people=2, samples=samples) for samples in (100, 150))
    assert more.finish[:100] == few.finish[:]


def test_one_task_more_leaves_what_is_drawn_for_the_others_as_it_was():
    """So that the difference of two forecasts is what differs between the plans, and not chance."""
    plan = checklist(task("a", Effort(1, 3)), task("b", Effort(1, 4), "a"))
    longer = checklist(task("z", Effort(0, 9)), *plan)
    found, other = (forecast(one, start=MONDAY, samples=50) for one in (plan, longer))
    assert [other[one].finish for one in "ab"] == [found[one].finish for one in "ab"]
    later = forecast(plan, start=MONDAY, samples=50, done=["a"])
    together = zip(found["a"].finish, found["b"].finish, later["b"].finish, strict=True)
    assert all(b - a == pytest.approx(alone) for a, b, alone in together)


@pytest.mark.parametrize(("by_people", "shared"), [(None, 0), (1, 0), (None, 0.5)])
def test_batches_are_seams_that_nobody_sees(by_people, shared, monkeypatch):
    told = []
    plan = checklist(task("a", Effort(1, 3)), task("b", Effort(2, 5, 3)), task("c", 1, "a"))
    options = ForecastOptions(people=by_people, samples=550, seed=4, shared=shared)
    whole = forecast(plan, start=MONDAY, options=options)
    monkeypatch.setattr(simulation, "_AT_ONCE", 750)  # two blocks of three tasks
    pieces = forecast(plan, start=MONDAY, options=options, progress=lambda *numbers: told.append(numbers))
    assert pieces == whole
    assert told == [(200, 550), (400, 550), (550, 550)]


def test_progress_is_told_and_more_often_where_there_is_more_to_do():
    def told(many, samples):
        found = []
        plan = checklist(*(task(f"t{n}", Effort(1, 2)) for n in range(many)))
        forecast(plan, start=MONDAY, samples=samples, progress=lambda *numbers: found.append(numbers))
        return found

    assert told(1, 25_000) == [(10_000, 25_000), (20_000, 25_000), (25_000, 25_000)]
    assert len(told(1_000, 600)) == 3
    assert told(1_000, 600)[-1] == (600, 600)
    for done in (told(1, 25_000), told(1_000, 600)):
        assert done == sorted(set(done))


def test_an_error_in_progress_is_the_callers():
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecast(LAUNCH, start=MONDAY, samples=1, progress=stop)


def golden_forecast():
    """Everything that draws or decides: likely values, work under way and overrun, people, owners, blocks, due dates, holidays."""
    rng = Random(20_261_130)
    tasks = []
    for number in range(40):
        low = rng.randrange(0, 12) / 4
        high = low + rng.randrange(0, 16) / 4
        likely = rng.choice([None, low, low + (high - low) / 4])
        after = sorted({f"t{rng.randrange(number)}" for _ in range(rng.choice([0, 1, 2, 3]))} if number else ())
        priority = rng.choice([Priority.CRITICAL, Priority.HIGH, Priority.LOW])
        tasks.append(Task(f"t{number}", "T", priority=priority, effort=Effort(low, high, likely), after=after))
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks[:20]), Phase("q", "Q", tasks=tasks[20:])])
    return forecast(
        plan,
        start=date(2026, 11, 28),
        people=2,
        owners={f"t{n}": "ml-platform" if n % 2 else "serving-team" for n in range(0, 40, 3)},
        calendar=Calendar(holidays=[date(2026, 12, 24), date(2026, 12, 25)]),
        samples=400,
        seed=7,
        done={"t0", "t1"},
        under_way={"t2": 0.5, "t3": 1, "t8": 2.25, "t9": 9},
        blocked={"t4": None, "t10": Effort(1, 6), "t11": Effort(1, 9, 3)},
        due={"t20": date(2026, 12, 15)},
    )


def golden():
    """What a few numbers of it are, rounded as far as another processor might round otherwise.

    The schedule is that of the first sample whose end is the median.
    """
    batches = []

    def listen(works, columns, delays):
        batches.append((works, schedule(works, columns, delays)))
        return batches[-1][1]

    schedule = TeamScheduler.__call__
    with patch.object(TeamScheduler, "__call__", listen):
        made = golden_forecast()
    begins, ends = batches[0][1][:2]
    left = open_tasks_of(made.checklist, {"t0", "t1"}, {"t2": 0.5, "t3": 1, "t8": 2.25, "t9": 9}, None)
    median = list(made.finish).index(made.finish.quantile_days(0.5))
    first = [made.calendar.day(made.start, int(begins[number][median] + 1e-9)) for number in left.as_written()]
    last = [made.calendar.add(made.start, ends[number][median]) for number in left.as_written()]
    slots = [
        [one.id, min(start, finish).isoformat(), finish.isoformat()]
        for one, start, finish in zip(made, first, last, strict=True)
    ]
    told = made.to_dict()
    return {
        "levels": [told["finish"]["p50"], told["finish"]["p80"], told["finish"]["p95"]],
        "first": [round(days, 6) for days in made.finish[:10]],
        "mean_days": {one.id: round(one.finish.mean_days, 6) for one in made.tasks},
        "criticality": made.criticality,
        "deadlines": made.deadlines,
        "schedule": slots,
        "blocked": told["blocked"],
        "overrun": told["overrun"],
    }


def test_the_same_seed_gives_the_same_forecast_on_every_python():
    """Written by one version, and compared on each: regenerate it by `python tests/planning/test_forecast.py`."""
    assert golden() == json.loads(GOLDEN.read_text("utf-8"))


# The value


@given(forecasts)
def test_its_dict_is_ready_for_json(found):
    told = found.to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["finish"]["p80"] == found.p80.isoformat()
    assert told["samples"] == len(found.finish)
    assert [one["id"] for one in told["tasks"]] == list(found.criticality)


@given(forecasts)
def test_levels_are_in_order_and_criticality_is_a_share(found):
    assert found.start <= found.p50 <= found.p80 <= found.p95
    assert all(0 <= share <= 1 for share in found.criticality.values())
    assert not found.tasks or max(found.criticality.values()) > 0
    assert all(one.finish.p95 <= found.p95 for one in (*found.tasks, *found.phases))


def test_its_fields():
    found = forecast(LAUNCH, start=MONDAY, samples=3, seed=9, people=4, today=date(2026, 11, 27), name="fraud-v3")
    assert (found.checklist, found.name, found.start, found.today) == (LAUNCH, "fraud-v3", MONDAY, date(2026, 11, 27))
    assert (found.people, found.options.seed, found.past, found.blocked, found.overrun) == (4, 9, (), (), ())
    assert (found.finish.p50, found.finish.p80, found.finish.p95) == (found.p50, found.p80, found.p95)
    assert found["c2"] == found[LAUNCH["c2"]] == found.tasks[1]
    assert found["c2"].title == LAUNCH.title_of("c2")
    assert forecast(LAUNCH, start=MONDAY, samples=1).name == LAUNCH.id
    with pytest.raises(UnknownNameError):
        found["c10"]
    assert len(forecast(LAUNCH, start=MONDAY).finish) == 10_000


@pytest.mark.parametrize(
    ("people", "owners", "said"),
    [
        (None, {}, ["There is a person for every task that is ready."]),
        (
            None,
            {"c1": "a"},
            [
                "An owner works on one task at a time.",
                "There is a person for every task that is ready and has no owner.",
            ],
        ),
        (
            1,
            {},
            [
                "With the order 'critical-first' P80 would be 2.8 working days earlier.",  # c2 in the week of serving
                "With the order 'soonest' P80 would be 2.8 working days earlier.",
                "One person works on the tasks that are ready, one task at a time.",
            ],
        ),
        (3, {}, ["3 people work on the tasks that are ready, one task at a time each."]),
        (
            3,
            {"c1": "a"},
            [
                "An owner works on one task at a time.",
                "3 people work on the tasks without an owner, one task at a time each.",
            ],
        ),
    ],
)
def test_what_is_taken_for_granted_is_said(people, owners, said):
    found = forecast(LAUNCH, start=MONDAY, samples=100, people=people, owners=owners)
    assert list(found.assumptions) == [
        "c8 (7 days) does not begin before so many calendar days have passed after that on which the last of its prerequisites is closed; nobody works on it meanwhile.",
        *said,
        "Of several tasks that are ready, the first one by phase, priority, risk, due and position is taken.",
        "The duration of each task lies within the range of its effort.",
        "The durations of tasks are independent of each other.",
        "A task is worked on without interruption from its start to its finish, on Monday to Friday, unless its effort says otherwise.",
        "The schedule is one run in which each task takes its own median duration.",
        "The checklist is complete: work that is not in it takes no time.",
    ]


WRONG = {
    "start": (None, "2026-11-30", 3, datetime(2026, 11, 30, tzinfo=UTC)),
    "people": (0, -1, 1.0, True, "2", 10**9 + 1),
    "calendar": (None, 3, "Monday", {}),
    "samples": (0, -1, 1.0, True, "9"),
    "seed": (None, 1.0, True, "7"),
    "today": ("2026-11-30", 3, datetime(2026, 11, 30, tzinfo=UTC)),
    "progress": (3, "print"),
    "default_effort": (1, "soon"),
}


@pytest.mark.parametrize(("name", "bad"), [(name, bad) for name, all_bad in WRONG.items() for bad in all_bad], ids=str)
def test_an_argument_that_is_not_what_it_has_to_be(name, bad):
    with pytest.raises(InvalidError) as caught:
        forecast(LAUNCH, **{"start": MONDAY, "samples": 1, name: bad})
    assert caught.value.faults[0].path == f"$.{name}"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"owners": ["c1"]}, InvalidError, "$.owners: is not a mapping of ids (got a list of 1)"),
        ({"owners": {"c1": 3}}, InvalidError, "$.owners.c1: is not text (got 3)"),
        ({"owners": {"c1": "a\nb"}}, InvalidError, "$.owners.c1: holds the line break"),
        ({"owners": {"c0": "a"}}, UnknownNameError, "$.owners[0]: there is no such task in 'model-serving' (got 'c0')"),
        ({"blocked": {"c1"}}, InvalidError, "$.blocked: is not a mapping of ids"),
        ({"blocked": {"c1": 3}}, InvalidError, "$.blocked.c1: is not an effort (got 3)"),
        ({"blocked": {"c0": None}}, UnknownNameError, "$.blocked[0]: there is no such task"),
        ({"due": {"c1": "soon"}}, InvalidError, "$.due.c1: is not a date (got 'soon')"),
        ({"due": {"c0": MONDAY}}, UnknownNameError, "$.due[0]: there is no such task"),
        ({"rules": PRIORITY}, InvalidError, "$.rules: is not a list of rules"),
        ({"rules": ["priority"]}, InvalidError, "$.rules[0]: is not a rule"),
        ({"name": "Fraud v3"}, InvalidError, "$.name: is not an id (got 'Fraud v3')"),
        ({"start": date.max}, InvalidError, "$: the forecast goes beyond the year 9999, in task c2"),
    ],
    ids=str,
)
def test_what_it_refuses_and_why(given, error, message):
    with pytest.raises(error) as caught:
        forecast(LAUNCH, **{"start": MONDAY, "samples": 1} | given)
    assert str(caught.value).startswith(message)


def test_several_wrong_arguments_are_told_at_once():
    with pytest.raises(InvalidError) as caught:
        forecast(LAUNCH, start=MONDAY, people=0, calendar=None, samples=-1, seed=None)
    assert [fault.path for fault in caught.value.faults] == ["$.people", "$.calendar", "$.samples", "$.seed"]


def test_what_is_no_checklist_is_refused():
    with pytest.raises(InvalidError, match=r"^\$: is not a Checklist \(got 'model-serving'\)"):
        forecast("model-serving", start=MONDAY)


FINISH = Distribution([1.0], start=MONDAY)
SLOT = Slot(id="c1", start=MONDAY, finish=MONDAY)


def test_a_slot_ends_no_earlier_than_it_begins():
    assert Slot(id="c1", start=Day(2026, 11, 30), finish=Day(2026, 12, 1)).finish == date(2026, 12, 1)
    with pytest.raises(InvalidError) as caught:
        Slot(id="c1", start=date(2026, 12, 1), finish=MONDAY)
    assert str(caught.value) == "$.finish: lies before the start (got '2026-11-30'); name the last day of the slot"


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        (Slot, {"id": "c1", "start": MONDAY, "finish": MONDAY}, {"id": "C1", "start": 3, "finish": None, "owner": ""}),
        (
            TaskForecast,
            {"id": "c1", "title": "T", "finish": FINISH, "criticality": 1.0},
            {
                "id": 3,
                "title": None,
                "finish": MONDAY,
                "criticality": 1,
                "owner": " x",
                "due": "soon",
                "on_time": 1.5,
            },
        ),
        (
            PhaseForecast,
            {"id": "p", "title": "P", "finish": FINISH, "left": 1},
            {"id": "P", "title": "", "finish": [1.0], "left": 0},
        ),
        (
            Forecast,
            {
                "checklist": LAUNCH,
                "launch": "x",
                "start": MONDAY,
                "finish": FINISH,
                "phases": (),
                "tasks": (),
                "schedule": (),
            },
            {
                "checklist": "x",
                "launch": "X",
                "start": "today",
                "today": 3,
                "options": {"people": 2},
                "shared": 1.5,
                "finish": 1.0,
                "phases": (SLOT,),
                "tasks": 3,
                "schedule": "c1",
                "past": (3,),
                "earlier": (("soonest", "1 day"),),
                "blocked": ("C1",),
                "overrun": 3,
            },
        ),
    ],
    ids=["Slot", "TaskForecast", "PhaseForecast", "Forecast"],
)
def test_every_field_is_checked(kind, fields, wrong):
    assert kind(**fields)
    with pytest.raises(InvalidError) as caught:
        kind(**fields | wrong)
    assert [fault.path.split("[")[0] for fault in caught.value.faults] == [f"$.{name}" for name in wrong]


@pytest.mark.parametrize(
    ("field", "member"),
    [
        ("phases", PhaseForecast(id="q", title="Q", finish=FINISH, left=1)),
        ("tasks", TaskForecast(id="t", title="T", finish=FINISH, criticality=1.0)),
        ("schedule", attrs.evolve(SLOT, id="t")),
        ("past", attrs.evolve(SLOT, id="t")),
    ],
    ids=["phases", "tasks", "schedule", "past"],
)
def test_it_speaks_of_its_own_checklist_only(field, member):
    found = forecast(LAUNCH, start=MONDAY, samples=1)
    with pytest.raises(InvalidError, match=rf"^\$\.{field}: name something that is not in the checklist"):
        attrs.evolve(found, **{field: (member,)})


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden(), indent=1) + "\n", "utf-8")


def test_what_somebody_has_said_for_others_is_named():
    plan = checklist(task("a", 1), Task("b", "B"), Task("c", "C"))
    found = forecast(
        plan, start=MONDAY, samples=2, default_effort=Effort(1, 2), blocked={"a": Effort(3, 3)}, under_way={"a": 0}
    )
    assert (found.held, found.unestimated, found.blocked, found.overrun) == (("a",), ("b", "c"), (), ())
    assert found.assumptions[:2] == (
        f"a is blocked for the given time, counted from {MONDAY.isoformat()}.",
        "b and c have no effort; the forecast uses the default effort.",
    )
    assert (found.to_dict()["held"], found.to_dict()["unestimated"]) == (["a"], ["b", "c"])


def test_what_takes_no_time_is_not_overrun():
    assert forecast(checklist(task("a", 0)), start=MONDAY, samples=1, under_way={"a": 0}).overrun == ()


def test_its_tasks_can_be_walked_and_looked_for():
    found = forecast(LAUNCH, start=MONDAY, samples=1, done={"c1"})
    assert [one.id for one in found] == [one.id for one in found.tasks] == [f"c{n}" for n in range(2, 10)]
    assert "c2" in found
    assert LAUNCH["c2"] in found
    assert found["c2"] in found
    assert "c1" not in found
    assert LAUNCH["c1"] not in found
    assert 0 not in found


@pytest.mark.parametrize("tenth", [0.1, 0.125])
def test_what_adding_fractions_leaves_over_breaks_no_tie(tenth):
    chain = [task("a", tenth), task("b", tenth, "a"), task("c", tenth, "b"), task("d", 3 * tenth)]
    plan = checklist(*chain, task("low", 5, "d"), task("high", 5, "c"))
    free = forecast(checklist(*chain), start=MONDAY, samples=1)
    assert free.criticality == dict.fromkeys("abcd", 1.0)
    urgent_first = (Rule("urgent", lambda one, situation: one.id != "high"),)
    owned = forecast(plan, start=MONDAY, samples=1, owners=dict.fromkeys(("d", "low", "high"), "z"), rules=urgent_first)
    assert round(owned["high"].finish[0], 6) == round(3 * tenth + 5, 6)


def test_a_forecast_beyond_the_last_year_names_the_first_task_that_is():
    tasks = [Task(f"t{n}", "T", effort="10000 days", after=[f"t{n - 1}"] if n else []) for n in range(220)]
    with pytest.raises(InvalidError) as caught:
        forecast(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), start=date(2026, 11, 30), samples=2)
    assert str(caught.value) == (
        "$: the forecast goes beyond the year 9999, in task t208; check its effort and its wait, and those of the tasks before it"
    )


def test_a_seed_has_at_most_128_bits():
    for seed in (2**128 - 1, 1 - 2**128):
        assert forecast(LAUNCH, start=MONDAY, samples=2, seed=seed).options.seed == seed
    for seed in (2**128, -(2**128)):
        with pytest.raises(
            InvalidError, match=r"^\$\.seed: is not a seed .*; write a whole number of at most 128 bits$"
        ):
            forecast(LAUNCH, start=MONDAY, samples=2, seed=seed)
