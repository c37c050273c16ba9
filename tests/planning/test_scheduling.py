"""Schedules against one that is made by looking at the clock, quarter of a day by quarter, and against what holds for every schedule."""

import math
from datetime import date, timedelta
from itertools import combinations, product

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import calendars, plans
from servingchecklist import Calendar, Checklist, Effort, Phase, Task
from servingchecklist._planning.open_tasks import OpenTasks, open_tasks_of
from servingchecklist._planning.scheduling import Clock, ParallelScheduler, TeamScheduler

QUARTER = 0.25


@attrs.frozen
class Work:
    """What is to be done, by whom, and how long everything takes, in quarters of a day."""

    before: tuple[tuple[int, ...], ...]
    quarters: tuple[int, ...]
    team: tuple[int, ...]
    sizes: tuple[int, ...]
    rank: tuple[int, ...]
    held: dict[int, int]

    def __len__(self):
        return len(self.before)

    @property
    def crew(self):
        return TeamScheduler(self.left, self.rank, self.team, self.sizes, None, milestones={})

    @property
    def left(self):
        tasks = [Task(f"t{n}", "T", effort=Effort(1, 1)) for n in range(len(self))]
        worked = [0.0] * len(self)
        return OpenTasks(tasks, range(len(self)), self.before, {}, [task.effort for task in tasks], worked)

    def by(self, works):
        """The batch of one sample, as quarters: begins and ends; and which tasks are critical."""
        columns = [[number * QUARTER] for number in self.quarters]
        batch = works(columns, {number: [until * QUARTER] for number, until in self.held.items()})
        begins, ends = ([column[0] / QUARTER for column in columns] for columns in (batch.begins, batch.ends))
        assert list(batch.whole) == [max(ends) * QUARTER]
        return begins, ends, [n for n, many in enumerate(batch.critical) if many]


def by_the_clock(work):
    """When each task begins and ends, by asking everybody at every quarter of a day what they do next."""
    begin, end = {}, {}
    now = 0
    while len(end) < len(work):
        while True:  # what takes no time at all is over at once, and then there is somebody to ask again
            busy = [number for number in begin if number not in end]
            over = [number for number in busy if begin[number] + work.quarters[number] <= now]
            end.update(dict.fromkeys(over, now))
            free = list(work.sizes)
            for number in busy:
                free[work.team[number]] -= number not in over
            started = False
            for number in sorted(range(len(work)), key=work.rank.__getitem__):
                is_ready = number not in begin and all(other in end for other in work.before[number])
                if is_ready and work.held.get(number, 0) <= now and free[work.team[number]]:
                    free[work.team[number]] -= 1
                    begin[number] = now
                    started = True
            if not over and not started:
                break
        now += 1
    return [begin[n] for n in range(len(work))], [end[n] for n in range(len(work))]


def critical_by_definition(work, begins, ends):
    """The tasks from which a way leads to the end on which nothing could begin any earlier.

    A task could not while one was at work that it comes after, or as many of its team as there are.
    """

    def held_up_by(number):
        start = begins[number]
        team = [other for other in range(len(work)) if work.team[other] == work.team[number]]
        busy = [other for other in team if begins[other] < start <= ends[other]]
        is_full = len(busy) == work.sizes[work.team[number]]
        mates = [other for other in busy if ends[other] == start] if is_full else []
        return {*mates, *(other for other in work.before[number] if ends[other] == start)}

    found = {number for number in range(len(work)) if ends[number] == max(ends)}
    while more := {other for number in found for other in held_up_by(number)} - found:
        found |= more
    return sorted(found)


@st.composite
def works(draw, least=0):
    plan = draw(plans(most_tasks=8).filter(len))
    left = open_tasks_of(plan, (), None, None)
    size = len(plan)
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    some = st.dictionaries(st.integers(0, size - 1), st.integers(least, 10), max_size=3)
    return Work(
        before=tuple(map(tuple, left.before)),
        quarters=tuple(draw(st.lists(st.integers(least, 12), min_size=size, max_size=size))),
        team=tuple(draw(st.lists(st.integers(0, len(sizes) - 1), min_size=size, max_size=size))),
        sizes=tuple(sizes),
        rank=tuple(draw(st.permutations(range(size)))),
        held=draw(some),
    )


@given(works())
def test_it_is_the_schedule_that_the_clock_makes(work):
    begins, ends, _ = work.by(work.crew)
    assert (begins, ends) == by_the_clock(work)


@given(works(least=1))
def test_critical_is_what_the_end_waits_for(work):
    begins, ends, critical = work.by(work.crew)
    assert critical == critical_by_definition(work, begins, ends)


@given(works(least=1))
def test_nobody_has_two_tasks_or_none_while_one_is_ready(work):
    begins, ends, _ = work.by(work.crew)
    for number in range(len(work)):
        ready = max([work.held.get(number, 0), *(ends[other] for other in work.before[number])])
        assert begins[number] >= ready
        assert ends[number] == begins[number] + work.quarters[number]
        mates = [other for other in range(len(work)) if work.team[other] == work.team[number]]
        size = work.sizes[work.team[number]]
        for moment in {*begins, *ends}:
            busy = sum(begins[other] <= moment < ends[other] for other in mates)
            assert busy <= size
            if ready <= moment < begins[number]:
                assert busy == size
        overtaken_by = [other for other in mates if ready <= begins[other] < begins[number]]
        assert all(work.rank[other] < work.rank[number] for other in overtaken_by)


@given(works())
def test_with_people_for_everything_nobody_waits(work):
    everybody = attrs.evolve(work, sizes=(len(work),) * len(work.sizes))
    assert not everybody.crew.is_limited
    assert everybody.by(everybody.crew) == everybody.by(ParallelScheduler(work.left, None, {}))


@given(works())
def test_what_waits_for_nobody_is_critical_where_it_has_no_slack(work):
    _, ends, critical = work.by(ParallelScheduler(work.left, None, {}))
    whole = max(ends)
    late = [whole] * len(work)
    for number in reversed(range(len(work))):
        for other in work.before[number]:
            late[other] = min(late[other], late[number] - work.quarters[number])
    assert critical == [number for number in range(len(work)) if late[number] == ends[number]]


@given(works())
def test_one_person_is_busy_from_beginning_to_end(work):
    alone = attrs.evolve(work, team=(0,) * len(work), sizes=(1,), held={})
    _, ends, critical = alone.by(alone.crew)
    assert max(ends) == sum(alone.quarters)
    assert {number for number, many in enumerate(alone.quarters) if many} <= set(critical)


def test_every_small_graph_with_every_crew():
    """Four tasks, every graph in which later ones come after earlier ones, one or two people, and one owner of any two."""
    edges = list(combinations(range(4), 2))
    for picked, quarters, people in product(product([False, True], repeat=6), product([4, 8], repeat=4), (1, 2)):
        before = tuple(
            tuple(a for (a, b), is_there in zip(edges, picked, strict=True) if is_there and b == number)
            for number in range(4)
        )
        for owned in ((), (0, 3), (1, 2)):
            team = tuple(int(number in owned) for number in range(4))
            work = Work(before, quarters, team, (people, 1), (2, 0, 3, 1), {})
            begins, ends, critical = work.by(work.crew)
            assert (begins, ends) == by_the_clock(work)
            assert critical == critical_by_definition(work, begins, ends)


def test_every_sample_has_a_schedule_of_its_own():
    work = Work(((), (), (0,)), (1, 1, 1), (0, 0, 0), (1,), (1, 0, 2), {})
    batch = work.crew([[1.0, 2.0], [3.0, 0.5], [1.0, 1.0]], {0: [5.0, 0.25]})
    assert [list(column) for column in batch.begins] == [[5.0, 0.5], [0.0, 0.0], [6.0, 2.5]]
    assert [list(column) for column in batch.ends] == [[6.0, 2.5], [3.0, 0.5], [7.0, 3.5]]
    assert list(batch.whole) == [7.0, 3.5]
    assert list(batch.critical) == [
        2,
        1,
        2,
    ]  # in the first the block holds everything up, in the second the person does


def test_a_block_that_ends_at_once_blocks_nothing():
    work = Work(((), ()), (4, 4), (0, 0), (1,), (0, 1), {0: 0})
    assert work.by(work.crew)[0] == [0, 4]


@pytest.mark.parametrize(
    ("team", "sizes", "is_limited"),
    [
        ((0, 0, 0), (3,), False),
        ((0, 0, 0), (2,), True),
        ((0, 1, 2), (1, 1, 1), False),
        ((0, 1, 1), (9, 1), True),
        ((1, 0, 0), (2, 1), False),
    ],
)
def test_a_crew_is_limited_where_a_team_has_more_tasks_than_members(team, sizes, is_limited):
    assert Work(((),) * 3, (1,) * 3, team, sizes, (0, 1, 2), {}).crew.is_limited is is_limited


def test_ties_are_all_critical():
    four = Work(((),) * 4, (4,) * 4, (0,) * 4, (2,), (0, 1, 2, 3), {})
    assert four.by(four.crew) == ([0, 0, 4, 4], [4, 4, 8, 8], [0, 1, 2, 3])
    # A task that waits for another and for its owner, who are both done at the same time, is held up by both.
    both = Work(((), (), (1,)), (4, 4, 4), (0, 1, 0), (1, 1), (0, 1, 2), {})
    assert both.by(both.crew) == ([0, 0, 4], [4, 4, 8], [0, 1, 2])


def test_where_nothing_is_left_nobody_waits():
    left = open_tasks_of(Checklist("x", "X", phases=[Phase("p", "P")]), (), None, None)
    assert not TeamScheduler(left, [], [], [1], None, milestones={}).is_limited


# The clock, which counts calendar days where tasks differ in the days that count


class SlowClock:
    """The same by walking from day to day."""

    def __init__(self, calendar, start):
        self.calendar, self.start = calendar, start

    def is_worked(self, day):
        return self.calendar.is_worked(self.start + timedelta(day))

    def worked(self, time):
        whole = math.floor(time)
        return sum(self.is_worked(day) for day in range(whole)) + (time - whole) * self.is_worked(whole)

    def finish(self, begin, days):
        day, time = math.floor(begin), begin
        while days > 0:
            room = day + 1 - time if self.is_worked(day) else 0
            if days <= room:
                return time + days
            days, day, time = days - room, day + 1, day + 1
        return begin

    def first_day(self, begin):
        day = math.floor(begin)
        while not self.is_worked(day):
            day += 1
        return day


quarters = st.integers(0, 120).map(lambda number: number / 4)


@given(calendars(), st.dates(date(2026, 10, 1), date(2027, 1, 31)), quarters, quarters)
def test_the_clock_is_the_one_that_walks_from_day_to_day(calendar, start, begin, days):
    clock, slow = Clock(calendar, start), SlowClock(calendar, start)
    assert clock.worked([begin]) == [slow.worked(begin)]
    assert clock.finish(begin, days) == slow.finish(begin, days)
    assert clock.first_day(begin) == slow.first_day(begin)
    assert clock.worked([clock.finish(begin, days)]) == [slow.worked(begin) + days]


@given(calendars(), quarters, st.integers(0, 40))
def test_rounding_errors_cost_no_day(calendar, begin, many):
    clock, monday = Clock(calendar, date(2026, 11, 30)), date(2026, 11, 30)
    begin = clock.finish(0.0, begin)
    for _ in range(10 * many):
        begin = clock.finish(begin, 0.1)
    assert begin == pytest.approx(clock.finish(clock.finish(0.0, clock.worked([begin])[0]), 0.0), abs=1e-6)
    last = math.ceil(begin - 1e-9) - 1
    assert begin < 1e-9 or calendar.is_worked(monday + timedelta(last))


def test_nothing_is_finished_where_it_never_begins():
    assert Clock(Calendar(), date(2026, 11, 30)).finish(math.inf, 2.0) == math.inf
    assert Clock(Calendar(), date(2026, 11, 30)).finish(5.5, 0.0) == 5.5
