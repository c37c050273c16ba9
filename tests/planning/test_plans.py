"""What a plan knows besides efforts and people: leave, days that count, first days and blocks, with dates worked out by hand."""

import itertools
from datetime import date

import attrs
import pytest

from helpers.forecasts import BOUNDS, history
from servingchecklist import (
    PHASES_FIRST,
    SOONEST,
    Calendar,
    Checklist,
    ForecastOptions,
    Phase,
    Task,
    forecast,
    model_serving,
)
from servingchecklist._planning.forecast import SAMPLES
from servingchecklist._planning.options import SHARED
from servingchecklist._planning.rules import ORDERS
from servingchecklist.errors import InvalidError, UnknownNameError

MONDAY = date(2026, 11, 30)


def december(day):
    return date(2026, 12, day)


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def task(id, effort, *after, **more):
    effort = f"exactly {effort} days" if isinstance(effort, int | float) else effort
    return Task(id, id.upper(), effort=effort, after=after, **more)


def dates(plan, **given):
    """The first and the last day of each task, by day of December (0 for the 30th of November); and the finish."""
    result = forecast(plan, **{"start": MONDAY, "samples": 2} | given)
    days = {slot.id: ((slot.start - MONDAY).days, (slot.finish - MONDAY).days) for slot in result.schedule}
    for one in result:
        assert {day for day, _ in one.finish.by_day()} == {one.finish.p50}  # nothing here is left to chance
        assert one.id not in days or days[one.id][1] == (one.finish.p50 - MONDAY).days
    return days, result.p80


CHAIN = checklist(task("a", 3), task("b", 2, "a"), task("c", 1, "b"))
LEAVE = Calendar(holidays=[december(day) for day in range(3, 9)])  # from Thursday to the next Tuesday


def test_the_leave_of_an_owner_is_only_theirs():
    assert dates(CHAIN) == ({"a": (0, 2), "b": (3, 4), "c": (7, 7)}, december(7))
    owned = {"owners": {"b": "ben"}, "calendars": {"ben": LEAVE}}
    assert dates(CHAIN, **owned) == ({"a": (0, 2), "b": (9, 10), "c": (11, 11)}, december(11))
    other = {"owners": {"b": "ben"}, "calendars": {"ann": LEAVE}}
    assert dates(CHAIN, **other) == dates(CHAIN)
    # Begun before the leave, it is finished behind it.
    assert dates(CHAIN, owners={"a": "ben"}, calendars={"ben": Calendar(holidays=[december(1), december(2)])}) == (
        {"a": (0, 4), "b": (7, 8), "c": (9, 9)},
        december(9),
    )
    both = {"owners": {"a": "ben", "b": "ben"}, "calendars": {"ben": Calendar(weekdays=[0, 1])}, "people": 1}
    assert dates(CHAIN, **both) == ({"a": (0, 7), "b": (8, 14), "c": (15, 15)}, december(15))


def test_time_passes_on_days_off_too_and_takes_nobody():
    bake = checklist(task("a", 3), task("b", "7 days elapsed", "a"), task("c", 1, "b"), task("d", 9))
    assert dates(bake) == ({"a": (0, 2), "b": (3, 9), "c": (10, 10), "d": (0, 10)}, december(10))
    # One person works on d while b bakes.
    assert dates(bake, people=1) == ({"a": (0, 2), "b": (3, 9), "c": (16, 16), "d": (3, 15)}, december(16))
    assert dates(checklist(task("a", "1-3 days elapsed")), efforts={"a": "36 hours elapsed"})[0] == {"a": (0, 1)}
    friday = checklist(task("a", 5), task("b", "1 day elapsed", "a"), task("c", 0.5, "b"))
    assert dates(friday)[0] == {"a": (0, 4), "b": (5, 5), "c": (7, 7)}
    two = checklist(task("a", "2 days elapsed"), task("b", "3 days elapsed"))
    assert dates(two, people=1, owners={"a": "ann", "b": "ann"})[1] == december(2)


def test_work_on_any_day_is_done_on_a_saturday():
    release = checklist(task("a", 5), task("b", "exactly 4 hours on any day", "a"), task("c", 1, "b"))
    days, finish = dates(release)
    assert (days, finish) == ({"a": (0, 4), "b": (5, 5), "c": (7, 7)}, december(7))
    last = forecast(checklist(*release.tasks[:2]), start=MONDAY, samples=2)
    assert last.p80 == last["b"].finish.p50 == december(5)  # a Saturday
    assert list(last.finish) == [5.0, 5.0]  # in working days
    assert last.finish.probability(on=december(4)) == 0
    assert last.finish.probability(on=december(5)) == 1
    assert last["a"].finish.p50 == december(4)
    # It takes somebody, other than time that only passes.
    busy = checklist(task("a", "exactly 2 days on any day"), task("b", "exactly 2 days on any day"))
    assert dates(busy, people=1)[1] == december(3)


def test_nothing_begins_before_its_first_day():
    plan = checklist(task("a", 1, not_before=december(2)), task("b", 2, "a"), task("c", 1))
    assert dates(plan) == ({"a": (2, 2), "b": (3, 4), "c": (0, 0)}, december(4))
    assert dates(plan, start=december(3))[0] == {"a": (3, 3), "b": (4, 7), "c": (3, 3)}  # it is over
    assert dates(plan, start=december(2)) == dates(plan, start=december(2), efforts={"a": "exactly 1 day"})
    saturday = checklist(task("a", 1, not_before=december(5)))
    assert dates(saturday)[0] == {"a": (7, 7)}
    any_day = checklist(task("a", "exactly 1 day on any day", not_before=december(5)))
    assert dates(any_day)[0] == {"a": (5, 5)}
    with_elapsed = checklist(*plan, task("d", "3 days elapsed", not_before=december(4)))
    assert dates(with_elapsed)[0] == {"a": (2, 2), "b": (3, 4), "c": (0, 0), "d": (4, 6)}
    assert dates(plan, people=1)[0] == {"a": (2, 2), "b": (3, 4), "c": (0, 0)}
    begun = forecast(plan, start=MONDAY, samples=1, under_way={"a": 0.5})
    assert begun.schedule[0].finish == MONDAY  # it was begun anyway


def test_a_block_and_a_first_day_both_have_to_be_over():
    plan = checklist(task("a", 1, not_before=december(2)))
    for wait, day in (("exactly 1 day", 2), ("exactly 3 days", 3), ("exactly 10 days", 14)):
        assert dates(plan, blocked={"a": wait})[0] == {"a": (day, day)}


def test_a_block_may_be_elapsed_time():
    plan = checklist(task("a", 1), task("b", 1, "a"))
    assert dates(plan, blocked={"a": "5 days elapsed"})[0] == {"a": (7, 7), "b": (8, 8)}
    assert dates(plan, blocked={"a": "exactly 6 days"})[0] == {"a": (8, 8), "b": (9, 9)}
    mixed = {"blocked": {"a": "exactly 6 days", "b": "10 days elapsed"}}  # the first in working days all the same
    assert dates(plan, **mixed)[0] == {"a": (8, 8), "b": (10, 10)}


def test_what_is_blocked_for_an_unknown_time_has_no_slot_nor_has_what_waits_for_it():
    plan = checklist(task("a", 1), task("b", 1, "a"), task("c", 1, "b"), task("d", 1), task("e", 1, "d"))
    for more in ({}, {"people": 1}, {"efforts": {"e": "1 day elapsed"}}):
        result = forecast(plan, start=MONDAY, samples=3, blocked={"b": None}, **more)
        assert [slot.id for slot in result.schedule] == ["a", "d", "e"]
        assert result.blocked == ("b",)
        assert len(result.tasks) == 5
    assert forecast(plan, start=MONDAY, samples=1, blocked={"a": None, "d": None}).schedule == ()


def test_the_schedule_is_at_the_median_duration_of_each_task():
    plan = checklist(task("a", "1-4 days"), task("b", "2-8 days, likely 3", "a"), task("c", "1 day", "b"))
    result = forecast(plan, start=MONDAY, samples=50)
    assert [(slot.id, slot.start, slot.finish) for slot in result.schedule] == [
        ("a", MONDAY, december(1)),  # 2 days
        ("b", december(2), december(4)),
        ("c", december(7), december(7)),
    ]
    assert result.schedule == forecast(plan, start=MONDAY, samples=5, seed=9, shared=0.9).schedule


def test_tasks_that_end_outside_of_their_own_range_are_named():
    """Of two tasks in parallel the later one is often later than the median of either: what waits for many is scheduled early."""
    many = [task(f"t{number}", "1-16 days") for number in range(40)]
    late = forecast(checklist(*many, task("end", 1, *(one.id for one in many))), start=MONDAY, samples=500, shared=0)
    end = late.schedule[-1]
    assert end.finish < late["end"].finish.quantile(0.1)
    assert "end ends in the schedule outside of its own P10 to P90." in late.assumptions
    both = forecast(
        checklist(*many, *(task(id, 1, *(one.id for one in many)) for id in ("x", "y"))),
        start=MONDAY,
        samples=500,
        shared=0,
    )
    assert "x and y end in the schedule outside of their own P10 to P90." in both.assumptions
    assert not any("outside" in line for line in forecast(CHAIN, start=MONDAY, samples=50).assumptions)


def test_earlier_is_what_forecasts_with_that_order_give():
    options = ForecastOptions(people=2, samples=1_000)
    waitless = model_serving().replace_task("c8", wait_days=0)
    result = forecast(waitless, start=MONDAY, options=options)
    days = {
        name: result.finish.quantile_days(0.8)
        - forecast(waitless, start=MONDAY, options=options, rules=rules).finish.quantile_days(0.8)
        for name, rules in ORDERS.items()
    }
    expected = {name: days for name, days in days.items() if days >= 1}
    assert dict(result.earlier) == expected != {}
    assert [days for _, days in result.earlier] == sorted(expected.values(), reverse=True)
    assert result.to_dict()["earlier"] == expected
    (name, gain), *_ = result.earlier
    assert any(line.startswith(f"With the order {name!r} P80 would be {gain:.1f}") for line in result.assumptions)
    assert forecast(waitless, start=MONDAY, options=options, rules=SOONEST).earlier == ()
    assert forecast(waitless, start=MONDAY, samples=50).earlier == ()  # nobody waits for a person
    short = checklist(task("a", 0.5), task("b", 0.5), task("c", 1))
    assert result.options.rules == PHASES_FIRST
    assert forecast(short, start=MONDAY, samples=50, people=2).earlier == ()  # half a day is not worth a line
    gained = checklist(task("a", 2), task("b", 2), task("c", 2), task("d", 4, "c"))
    line = "With the order 'soonest' P80 would be 2 working days earlier."
    assert line in forecast(gained, start=MONDAY, samples=2, people=2).assumptions
    gained = checklist(task("a", 1), task("b", 1), task("c", 1), task("d", 4, "c"))
    assert "With the order 'soonest' P80 would be 1 working day earlier." in (
        forecast(gained, start=MONDAY, samples=2, people=2).assumptions
    )


def test_large_plans_are_not_tried_in_other_orders():
    plan = checklist(*(task(f"t{number}", 1) for number in range(1_001)), task("last", 9, "t1000"))
    assert forecast(plan, start=MONDAY, samples=1, people=2).earlier == ()


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        ({}, SHARED),
        ({"people": 1}, 0.0),
        ({"people": 2}, SHARED),
        ({"people": 1, "shared": 0.5}, 0.5),
        ({"shared": 0}, 0.0),
        ({"people": 1, "owners": {"a": "ann"}}, SHARED),  # two work on it
        ({"owners": {"a": "ann", "b": "ann", "c": "ann"}}, 0.0),
        ({"people": 9, "owners": {"a": "ann", "b": "ann", "c": "ann"}}, 0.0),
        ({"owners": {"a": "ann", "b": "ben", "c": "ann"}}, SHARED),
        ({"owners": {"a": "ann", "b": "ben", "c": "ann"}, "done": ["b"]}, SHARED),  # as before b was done
        ({"owners": {"a": "ann", "b": "ann"}, "efforts": {"c": "7 days elapsed"}}, 0.0),  # nobody works on c
    ],
    ids=str,
)
def test_what_one_person_does_has_nothing_in_common(given, shared):
    result = forecast(CHAIN, start=MONDAY, samples=2, **given)
    assert result.shared == result.to_dict()["shared"] == shared
    independent = "The durations of tasks are independent of each other."
    assert (independent in result.assumptions) is (shared == 0)
    common = f"All tasks have {round(100 * shared)} % of the variance of durations in common: where one takes longer, the others do too."
    assert (common in result.assumptions) is (shared > 0)


def test_the_samples_of_tasks_go_up_and_down_together():
    plan = checklist(task("a", "1-4 days"), task("b", "1-4 days"))
    together, apart = (forecast(plan, start=MONDAY, shared=shared) for shared in (1, 0))
    assert list(together["a"].finish) == pytest.approx(list(together["b"].finish))
    assert together["a"].finish.quantile_days(0.9) == pytest.approx(4, rel=0.05)
    assert apart["a"].finish.quantile_days(0.9) == pytest.approx(4, rel=0.05)
    assert list(apart["a"].finish) != list(apart["b"].finish)
    assert len(apart.finish) == SAMPLES


def test_the_spread_of_a_chain_is_wider_than_that_of_its_bounds():
    chain = [task(f"t{n}", "1-3 days", *([f"t{n - 1}"] if n else [])) for n in range(20)]
    plan = checklist(*chain)
    wide, narrow = (forecast(plan, start=MONDAY, **given).finish for given in ({}, {"options": BOUNDS}))
    ratios = [finish.quantile_days(0.95) / finish.quantile_days(0.5) for finish in (wide, narrow)]
    assert ratios[0] > 1.5
    assert ratios[1] < 1.1


ZERO = checklist(task("a", "0-2 days"), task("b", "0 days"), Task("c", "C"), task("d", "1-2 days"))


def test_an_effort_that_begins_at_0_has_no_percentiles():
    given = {"start": MONDAY, "samples": 1, "default_effort": "0-1 days", "efforts": {"d": "0-3 days"}}
    with pytest.raises(InvalidError) as caught:
        forecast(ZERO, **given, blocked={"b": "0-4 days", "d": None})
    hint = "write a low above 0, as in '0.5-3 days', or read ranges as bounds"
    problem = "begins at 0, which is no percentile of a log-normal distribution"
    assert str(caught.value) == "4 faults:\n" + "\n".join(
        f"  {path}: {problem} (got {effort!r}), in task {one}; {hint}"
        for path, effort, one in (
            ("$.phases[0].tasks[0].effort", "0-2 days", "a"),
            ("$.default_effort", "0-1 days", "c"),
            ("$.efforts.d", "0-3 days", "d"),
            ("$.blocked.b", "0-4 days", "b"),
        )
    )
    assert forecast(ZERO, **given, blocked={"b": "0-4 days"}, ranges="bounds").tasks
    assert forecast(ZERO, **given | {"efforts": {}}, done=["a", "c"])["b"].finish[0] == 0  # which takes no time


def test_efforts_take_the_place_of_those_that_tasks_state():
    bare = checklist(Task("a", "A"), task("b", 5, "a"))
    result = forecast(bare, start=MONDAY, samples=1, efforts={"a": "exactly 2 days", "b": "exactly 1 day"})
    assert (result.finish[0], result.unestimated) == (3, ())
    with pytest.raises(InvalidError, match=r"^\$\.phases\[0\]\.tasks\[0\]\.effort: is needed for this"):
        forecast(bare, start=MONDAY, samples=1, efforts={"b": "1 day"})
    with pytest.raises(UnknownNameError, match=r"^\$\.efforts\[0\]: there is no such task in 'x' \(got 'z'\)"):
        forecast(bare, start=MONDAY, samples=1, efforts={"z": "1 day"})


@pytest.mark.parametrize(("people", "days"), [(None, "2 days elapsed"), (1, "exactly 2 days")])
def test_the_year_9999_ends_all(people, days):
    """However time is counted."""
    last = checklist(task("a", days))
    start = date(9999, 12, 30)  # a Thursday
    assert forecast(last, start=start, samples=1, people=people).p80 == date.max
    longer = attrs.evolve(
        last, phases=[attrs.evolve(last.phases[0], tasks=[*last, task("b", "1 minute elapsed", "a")])]
    )
    with pytest.raises(InvalidError, match=r"^\$: the forecast goes beyond the year 9999, in task b; check its effort"):
        forecast(longer, start=start, samples=1, people=people)


def test_the_words_for_overrun_tasks():
    plan = checklist(task("a", "1-2 days"), task("b", "1-2 days"))
    rest = "the time that is left is drawn from the longer durations of {} distribution."
    for spent, begin, its in (({"a": 3}, "a has", "its"), ({"a": 2, "b": 900}, "a and b have", "their")):
        result = forecast(plan, start=MONDAY, samples=2, under_way=spent)
        assert result.overrun == tuple(spent)
        assert result.assumptions[0].startswith(begin)
        assert result.assumptions[0].endswith(rest.format(its))
        assert all(min(result[one].finish) > 0 for one in spent)


@pytest.mark.parametrize(
    ("effort", "options"),
    [("exactly 2 days", {}), ("2 days elapsed", {}), ("1-2 days, likely 2", {}), ("1-2 days", {"ranges": "bounds"})],
)
def test_what_has_no_longer_durations_is_finished_at_once(effort, options):
    result = forecast(checklist(task("a", effort)), start=MONDAY, samples=2, under_way={"a": 3}, **options)
    assert list(result.finish) == [0, 0]
    assert result.assumptions[0].endswith("; it is assumed to be finished at once.")


def test_clocks_do_not_change_what_calendars_say():
    """A task of elapsed time beside it makes all of the others count in calendar days, which must change nothing for them."""
    options = ForecastOptions(calendar=Calendar(holidays=[december(2), december(7)]), samples=20)
    beside = attrs.evolve(
        model_serving(),
        phases=[*model_serving().phases, Phase("bake", "Bake", tasks=[task("bake", "1 hour elapsed")])],
    )
    for people, rules in itertools.product((None, 2), (PHASES_FIRST, SOONEST)):
        asked = attrs.evolve(options, people=people, rules=rules, shared=0.2)
        plain = forecast(model_serving(), start=december(1), options=asked)
        other = forecast(beside, start=december(1), options=asked)
        for one in plain:
            assert list(other[one.id].finish) == pytest.approx(list(one.finish))
            assert [one.finish.date_of(round(days, 9)) for days in other[one.id].finish] == [
                one.finish.date_of(days) for days in one.finish
            ]
            assert other[one.id].criticality == one.criticality
        assert other.schedule[: len(plain.schedule)] == plain.schedule


# The record of a team


def test_a_record_widens_and_moves_the_dates_and_is_named():
    plan = checklist(task("a", "1-4 days"))
    plain = forecast(plan, start=MONDAY, samples=2_000)
    told = forecast(plan, start=MONDAY, samples=2_000, history=history(40))
    # All of its tasks took about twice the estimate: from 2.0 to 2.8 times 2 days.
    assert 3.5 < min(told.finish) <= max(told.finish) < 7
    assert told.finish.quantile_days(0.5) == pytest.approx(4 * 1.195, rel=0.01)
    assert plain.finish.quantile_days(0.5) == pytest.approx(2, rel=0.05)
    assert told.schedule[0].finish == december(4)
    assert (
        "The duration of a task is its estimate times a ratio from the history of 40 closed tasks, 2.39 in all."
        in told.assumptions
    )
    assert told.to_dict()["options"]["history"]["n"] == 40
    assert told.shared == history(40).shared
    assert forecast(plan, start=MONDAY, samples=2, history=history(40), shared=0.1).shared == 0.1
    assert forecast(plan, start=MONDAY, samples=2, history=history(20)).shared == SHARED  # too few to learn it


def test_the_record_of_an_owner_goes_before_that_of_all():
    slow = attrs.evolve(
        history(20),
        tasks=[
            *(attrs.evolve(one, owner="ann") for one in history(20, ratio=4.0).tasks),
            *history(20, ratio=1.0).tasks,
        ],
    )
    plan = checklist(task("a", "1-4 days"), task("b", "1-4 days"))
    told = forecast(plan, start=MONDAY, samples=200, history=slow, owners={"a": "ann"})
    assert min(told["a"].finish) > 7.9
    assert min(told["b"].finish) < 2.5


def test_a_record_that_is_not_used_says_why():
    plan = checklist(task("a", "1-4 days"))
    for many, more, words in (
        (1, {}, "The history of 1 closed task is not used: at least 20 are needed."),
        (19, {}, "The history of 19 closed tasks is not used: at least 20 are needed."),
        (40, {"ranges": "bounds"}, "The history is not used: hard bounds leave nothing to learn."),
    ):
        told = forecast(plan, start=MONDAY, samples=20, history=history(many), shared=0, **more)
        plain = forecast(plan, start=MONDAY, samples=20, shared=0, **more)
        assert words in told.assumptions
        assert told.finish == plain.finish


# What is left of a task that has taken long


@pytest.mark.parametrize("spent", [8, 20, 45, 300, 5_000])
def test_what_is_left_grows_with_what_was_spent(spent):
    """However far beyond its range a task is, it may take longer still."""
    plan = checklist(task("a", "2-3 days"))
    less, more = (
        forecast(plan, start=MONDAY, samples=400, under_way={"a": days}).finish for days in (spent, 1.2 * spent)
    )
    assert 0 < less.quantile_days(0.5) < more.quantile_days(0.5)
    assert less.quantile_days(0.5) < less.quantile_days(0.95) < spent


def test_what_is_left_is_that_of_the_distribution_above_what_was_spent():
    """As counted among many whole durations."""
    plan = checklist(task("a", "1-9 days"))
    whole = forecast(plan, start=MONDAY, samples=40_000, shared=0).finish
    longer = sorted(days - 7.0 for days in whole if days > 7)
    left = forecast(plan, start=MONDAY, samples=4_000, shared=0, under_way={"a": 7}).finish
    for share in (0.1, 0.5, 0.9):
        assert left.quantile_days(share) == pytest.approx(longer[int(share * len(longer))], rel=0.12)


def test_a_record_goes_on_beyond_its_longest_task():
    plan, record = checklist(task("a", "1-4 days")), history(40)
    whole = forecast(plan, start=MONDAY, samples=4_000, history=record, shared=0).finish
    longest = 2 * max(closed.ratio for closed in record.tasks)
    assert 0.005 < sum(days > longest for days in whole) / len(whole) < 0.05
    for spent in (longest, 2 * longest, 20 * longest):
        left = forecast(plan, start=MONDAY, samples=400, history=record, under_way={"a": spent}).finish
        assert 0 < left.quantile_days(0.5) < left.quantile_days(0.95) < spent
    alike = forecast(plan, start=MONDAY, samples=9, history=history(40, spread=0), under_way={"a": 9}).finish
    assert list(alike) == [0.0] * 9  # a record without a spread says that nothing takes longer


def test_elapsed_time_takes_what_it_takes_whatever_the_record():
    plan = checklist(task("a", "6-8 days elapsed"))
    asked = {"start": MONDAY, "samples": 200, "shared": 0.3}
    assert forecast(plan, **asked, history=history(40)).finish == forecast(plan, **asked).finish


# Orders, milestones and leave


@pytest.mark.parametrize("more", [{"default_effort": "10 days"}, {"efforts": dict.fromkeys("xyz", "10 days")}])
def test_orders_go_by_the_efforts_of_the_forecast(more):
    def plan(effort):
        short = [task(f"a{number}", "1 day") for number in range(8)]
        return checklist(*short, task("x", effort), task("y", effort, "x"), task("z", effort, "y"))

    asked = {"start": MONDAY, "people": 2, "rules": SOONEST, "samples": 100}
    unstated = None if "default_effort" in more else "1 day"
    assert forecast(plan(unstated), **asked, **more).finish == forecast(plan("10 days"), **asked).finish


@pytest.mark.parametrize("day", [10, 12, 13])
@pytest.mark.parametrize("beside", [(), (task("bake", "1 day elapsed"),)])
def test_a_milestone_lies_on_its_first_day(day, beside):
    plan = checklist(*beside, task("go", "exactly 0 days", not_before=december(day)), task("a", "exactly 1 day", "go"))
    result = forecast(plan, start=MONDAY, samples=5)
    worked = december(day) if beside or day < 12 else december(14)
    assert result["go"].finish.p50 == worked
    assert {slot.id: slot.finish for slot in result.schedule}["go"] == worked
    assert result["a"].finish.p50 == (december(10) if day == 10 else december(14))
    alone = checklist(*beside, plan["go"])
    assert forecast(alone, start=MONDAY, samples=5).p50 == worked


def test_leave_that_never_ends_is_an_error():
    days = [date.fromordinal(MONDAY.toordinal() + number) for number in range(5_000)]
    asked = {"start": MONDAY, "samples": 5, "owners": {"a": "ann"}}
    plan, never = checklist(task("a", "1 day"), task("b", "1 day")), Calendar(holidays=days)
    message = (
        r"^\$\.calendars\.ann: has no working day within ten years from 2026-11-30 on \(got 'ann'\); write the last day"
    )
    with pytest.raises(InvalidError, match=message):
        forecast(plan, **asked, calendars={"ann": never})
    other = forecast(plan, **asked, calendars={"ben": never})
    assert other.finish == forecast(plan, **asked).finish
    assert "ben has a calendar and no open task, so it is not used." in other.assumptions


def test_days_off_of_the_team_are_days_off_of_owners():
    plan = checklist(task("a", "exactly 2 days"))
    team, own = Calendar(holidays=[december(1)]), Calendar(holidays=[december(2)])
    asked = {"start": MONDAY, "samples": 5, "owners": {"a": "ann"}}
    result = forecast(plan, **asked, calendar=team, calendars={"ann": own})
    assert result.p50 == december(3)
    assert "ann works on Monday to Friday, but not on 2026-12-01 and 2026-12-02." in result.assumptions


def test_the_last_day_of_all_may_have_tasks_that_take_no_time():
    plan = checklist(task("a", "7 days elapsed"), task("b", "exactly 0 days", "a"))
    assert forecast(plan, start=date(9999, 12, 25), samples=1).p80 == date.max


def test_days_in_words():
    plan = checklist(task("a", "exactly 9 days"))

    def words(weekdays, *holidays):
        calendar = Calendar(weekdays=weekdays, holidays=holidays)
        sentence = "A task is worked on without interruption from its start to its finish, on "
        lines = forecast(plan, start=MONDAY, samples=1, calendar=calendar).assumptions
        (line,) = (line.removeprefix(sentence) for line in lines if line.startswith(sentence))
        return line.removesuffix(", unless its effort says otherwise.")

    assert words(range(7)) == "every day"
    assert words([0, 1]) == "Monday and Tuesday"
    assert words([0, 1, 2, 3]) == "Monday to Thursday"
    assert words([0, 2, 4]) == "Monday, Wednesday and Friday"
    # Days off before the start, behind P95 and on weekends change nothing.
    days = [date(2026, 11, 27), december(1), december(5), date(2027, 3, 1)]
    assert words(range(5), *days) == "Monday to Friday, but not on 2026-12-01"
