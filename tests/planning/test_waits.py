"""Tasks that wait some days after others: dates worked out by hand, and both schedulers against naive ones that count days."""

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import (
    SOONEST,
    Calendar,
    Checklist,
    Phase,
    Task,
    critical_path,
    dumps,
    forecast,
    levers,
    loads,
    next_tasks,
    order,
    tailor,
)
from servingchecklist.errors import InvalidError
from servingchecklist.rules import CRITICAL_PATH, POSITION
from servingchecklist.tailoring import diff, overlay_from

MONDAY = date(2026, 11, 30)


def december(day):
    return date(2026, 12, day)


def checklist(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def task(id, effort, *after, wait=0, **more):
    effort = f"exactly {effort} days" if isinstance(effort, int | float) else effort
    return Task(id, id.upper(), effort=effort, after=after, wait_days=wait, **more)


def slots(plan, **given):
    """The first and the last day of each task, as days of December; none of the finishes is left to chance."""
    result = forecast(plan, **{"start": MONDAY, "samples": 3} | given)
    found = {slot.id: ((slot.start - MONDAY).days, (slot.finish - MONDAY).days) for slot in result.schedule}
    for one in result:
        assert {day for day, _ in one.finish.by_day()} == {MONDAY + timedelta(days=found[one.id][1])}
    assert result.p50 == max(one.finish.p50 for one in result)
    return found


@pytest.mark.parametrize("people", [None, 1])
@pytest.mark.parametrize(
    ("start", "wait", "kind", "first"),
    [
        (december(7), 7, "exactly 1 day", december(15)),  # closed on a Monday: on the Tuesday of the next week
        (december(7), 1, "exactly 1 day", december(9)),
        (december(4), 1, "exactly 1 day", december(7)),  # a Friday: the first day is a Sunday, worked is the Monday
        (december(4), 1, "exactly 1 day on any day", december(6)),
        (december(4), 7, "exactly 1 day", december(14)),
        (december(4), 7, "exactly 1 day on any day", december(12)),
        (december(16), 8, "exactly 1 day", december(28)),  # the 25th is a holiday, a weekend follows
        (december(16), 8, "1 day elapsed", december(25)),
    ],
)
def test_the_first_day_after_a_wait(start, wait, kind, first, people):
    plan = checklist(task("a", 1), task("b", kind, "a", wait=wait))
    holidays = Calendar(holidays=[december(25)])
    result = forecast(plan, start=start, samples=3, people=people, calendar=holidays, ranges="bounds")
    assert [(slot.start, slot.finish) for slot in result.schedule] == [(start, start), (first, first)]
    assert (result.p50, result.p95) == (first, first)


def test_the_day_of_closing_counts_whole():
    late, early = (
        checklist(task("a", 0.1), task("b", 1, "a", wait=7)),
        checklist(task("a", 1), task("b", 1, "a", wait=7)),
    )
    assert slots(late)["b"] == slots(early)["b"] == (8, 8)
    assert slots(checklist(task("a", 1.1), task("b", 1, "a", wait=7)))["b"] == (9, 9)


@pytest.mark.parametrize("people", [None, 2])
def test_the_last_prerequisite_counts(people):
    plan = checklist(task("a", 1), task("b", 3), task("c", 1, "a", "b", wait=2))
    assert slots(plan, people=people) == {"a": (0, 0), "b": (0, 2), "c": (7, 7)}  # Wednesday, so Saturday, so Monday
    result = forecast(plan, start=MONDAY, samples=3, people=people)
    assert result.criticality == {"a": 0.0, "b": 1.0, "c": 1.0}


def test_prerequisites_of_one_day_are_both_critical():
    plan = checklist(task("a", 2.5), task("b", 3), task("c", 1, "a", "b", wait=2))
    for people in (None, 2):
        assert forecast(plan, start=MONDAY, samples=3, people=people).criticality == {"a": 1.0, "b": 1.0, "c": 1.0}


@pytest.mark.parametrize("people", [None, 1])
def test_a_wait_takes_nobody(people):
    plan = checklist(task("a", 1), task("b", 1, "a", wait=3), task("c", 2))
    expected = {"a": (0, 0), "b": (4, 4), "c": (1, 2) if people else (0, 1)}
    assert slots(plan, people=people) == expected
    result = forecast(plan, start=MONDAY, samples=3, people=people)
    assert result.criticality == {"a": 1.0, "b": 1.0, "c": 0.0}


@pytest.mark.parametrize("people", [None, 1])
def test_tasks_that_take_no_time_keep_the_days_of_waits(people):
    chain = checklist(
        task("a", 1),
        task("m", 0, "a", wait=2),  # the first day is Thursday, and it is closed on it
        task("n", 0, "m"),
        task("b", "exactly 1 day on any day", "n", wait=2),
        task("o", 0, "b"),
        task("c", 1, "m"),
    )
    found = slots(chain, people=people)
    assert found == {"a": (0, 0), "m": (3, 3), "n": (3, 3), "b": (6, 6), "o": (6, 6), "c": (3, 3)}
    assert slots(checklist(task("m", 0), task("b", 1, "m", wait=1)), people=people)["b"] == (2, 2)
    first = checklist(task("m", 0, not_before=december(2)), task("b", 1, "m", wait=1))
    assert slots(first, people=people) == {"m": (2, 2), "b": (4, 4)}
    last = checklist(task("a", 1), task("m", 0, "a", wait=2))
    assert forecast(last, start=MONDAY, samples=3, people=people).p80 == december(3)


def test_a_first_day_of_its_own_and_a_wait_both_hold():
    for own, first in ((december(3), 8), (december(10), 10)):
        plan = checklist(task("a", 1), task("b", 1, "a", wait=7, not_before=own))
        assert slots(plan)["b"] == (first, first)


def test_nothing_is_waited_for_after_what_is_closed_on_no_known_day_or_by_what_is_under_way():
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7), task("c", 1, wait=7))
    assert slots(plan, done=["a"]) == {"b": (0, 0), "c": (0, 0)}
    assert slots(plan, under_way={"b": 0.0}) == {"a": (0, 0), "b": (0, 0), "c": (0, 0)}
    assert next_tasks(plan, {"a"}, today=MONDAY).ids == ("b", "c")
    assert not [one for one in order(plan, done={"a"}) if one.not_before]


def test_the_assumptions_say_who_waits():
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7))
    words = (
        "b (7 days) does not begin before so many calendar days have passed after that on which the last of its "
        "prerequisites is closed; nobody works on it meanwhile."
    )
    assert forecast(plan, start=MONDAY, samples=3).assumptions[0] == words
    more = checklist(*plan, task("c", 1, "b", wait=1))
    assert forecast(more, start=MONDAY, samples=3).assumptions[0].startswith("b (7 days) and c (1 day) do not begin")
    for more in ({"done": ["a"]}, {"under_way": {"b": 0.5}}):
        assert words not in forecast(plan, start=MONDAY, samples=3, **more).assumptions
    blocked = forecast(plan, start=MONDAY, samples=3, blocked={"b": None})
    assert words in blocked.assumptions


def test_a_task_blocked_for_an_unknown_time_has_no_day_and_nothing_that_waits_for_it():
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7), task("c", 1))
    for people in (None, 1):
        result = forecast(plan, start=MONDAY, samples=3, blocked={"a": None}, people=people)
        assert [slot.id for slot in result.schedule] == ["c"]


def test_waits_beyond_the_year_9999_are_an_error():
    chain = [task("t0", 1), *(task(f"t{n}", 1, f"t{n - 1}", wait=10_000) for n in range(1, 300))]
    for people in (None, 1):
        with pytest.raises(InvalidError, match=r"beyond the year 9999, in task t\d+; check its effort and its wait"):
            forecast(checklist(*chain), start=MONDAY, samples=3, people=people)


def test_what_would_bring_the_date_forward_leaves_waits_alone():
    plan = checklist(task("a", 2), task("b", 1, "a", wait=7), task("c", 1))
    found = {lever.task: lever.days for lever in levers(plan, start=MONDAY, samples=5)}
    assert found == {"a": 1.0, "b": 1.0, "c": 0.0}  # without work, a is still closed on a day
    sentence = "The days that tasks wait after others stay as they are."
    assert sentence in levers(plan, start=MONDAY, samples=5).assumptions
    assert sentence not in levers(checklist(task("a", 2)), start=MONDAY, samples=5).assumptions


def test_a_critical_path_counts_the_share_of_the_week_that_is_worked():
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7), task("c", 4))
    found = critical_path(plan)
    assert (found.path, found.days) == (("a", "b"), 7.0)
    assert (found["a"].late_finish, found["b"].early_start, found["c"].slack) == (1.0, 6.0, 3.0)
    assert critical_path(plan, calendar=Calendar(weekdays=range(7))).days == 9.0
    assert critical_path(plan, done=["a"]).days == 4.0
    assert critical_path(plan, under_way={"b": 0.0}).path == ("c",)
    page = dumps(found, "text")
    assert "b: 1 working day, waits 7 days" in page
    assert "a: 1 working day\n" in page
    assert "waits" not in dumps(critical_path(plan, done=["a"]), "text")


def test_what_long_waits_follow_comes_first_by_the_critical_path():
    plan = checklist(task("x", 2), task("y", 1), task("z", 1, "y", wait=14))
    assert order(plan, rules=[CRITICAL_PATH]).ids == ("y", "x", "z")
    assert "12 days depend on it" in order(plan, rules=[CRITICAL_PATH])[0].reasons


def test_a_forecast_without_waits_is_the_same_to_the_bit():
    plan = checklist(task("a", "1-3 days"), task("b", "2-5 days", "a"), task("c", "1-2 days"), task("m", 0, "b"))
    unused = attrs.evolve(
        plan, phases=[attrs.evolve(plan.phases[0], tasks=[attrs.evolve(plan["a"], wait_days=7), *plan.tasks[1:]])]
    )
    for people in (None, 1):
        for rules in (SOONEST, [POSITION]):
            one, other = (
                forecast(each, start=MONDAY, samples=50, people=people, rules=rules) for each in (plan, unused)
            )
            assert one.finish == other.finish
            assert [each.finish for each in one] == [each.finish for each in other]


# The naive schedules.


@st.composite
def plans(draw, least=0):
    tasks = []
    for number in range(draw(st.integers(1, 7))):
        after = draw(st.lists(st.sampled_from([one.id for one in tasks]), unique=True, max_size=3)) if tasks else []
        kind = draw(st.sampled_from(["", " on any day"]))
        days = draw(st.integers(least, 3))
        first = draw(st.none() | st.integers(1, 12))
        tasks.append(
            Task(
                f"t{number}",
                "T",
                effort=f"exactly {days} day{'s' * (days != 1)}{kind}",
                after=after,
                wait_days=draw(st.sampled_from([0, 0, 1, 2, 5, 7])),
                not_before=MONDAY + timedelta(days=first) if first else None,
            )
        )
    return checklist(*tasks)


CALENDAR = Calendar(holidays=[december(3), december(10)])


def is_worked(task, day):
    return task.effort.days == "any" or CALENDAR.is_worked(MONDAY + timedelta(days=day))


def by_the_calendar(plan):
    """The day on which each task is closed with a person for each: it goes on from the day after the last of those before it."""
    free, closed = {}, {}  # the day on which what comes next can begin, and the day of closing
    for one in plan:
        days = one.effort.high
        begin = day = (one.not_before - MONDAY).days if one.not_before else 0
        for other in one.after:
            first = closed[other] + one.wait_days + 1 if one.wait_days else free[other]
            begin = max(begin, first)
            day = max(day, first if one.wait_days else closed[other])
        while days:
            day = begin
            days -= is_worked(one, begin)
            begin += 1
        free[one.id], closed[one.id] = begin, day
    return closed


@given(plans())
def test_with_a_person_for_each_task_days_are_as_a_calendar_has_them(plan):
    waits = any(one.wait_days and one.after for one in plan)
    result = forecast(plan, start=MONDAY, samples=2, calendar=CALENDAR, ranges="bounds")
    if waits:
        expected = {name: MONDAY + timedelta(days=day) for name, day in by_the_calendar(plan).items()}
        assert {slot.id: slot.finish for slot in result.schedule} == expected
        assert {one.id: one.finish.p50 for one in result} == expected
        assert result.p50 == max(expected.values())
    crowd = forecast(plan, start=MONDAY, samples=2, calendar=CALENDAR, ranges="bounds", people=len(plan))
    assert crowd.schedule == result.schedule
    assert crowd.criticality == result.criticality


def by_the_morning(plan, people):
    """The same with few people, who each morning take the first task that is ready, and keep it until it is done."""
    closed, left = {}, {}
    for day in range(400):
        for one in plan:
            earliest = [closed[other] + one.wait_days + 1 if other in closed else 9_999 for other in one.after]
            first = (one.not_before - MONDAY).days if one.not_before else 0
            is_ready = one.id not in closed and one.id not in left and day >= max([first, *earliest])
            if is_ready and len(left) < people:
                left[one.id] = one.effort.high
        for name in [*left]:
            left[name] -= is_worked(plan[name], day)
            if not left[name]:
                closed[name] = day
                del left[name]
    return closed


@given(plans(least=1), st.integers(1, 3))
def test_with_few_people_days_are_as_they_would_pass(plan, people):
    result = forecast(
        plan, start=MONDAY, samples=2, calendar=CALENDAR, ranges="bounds", people=people, rules=[POSITION]
    )
    expected = {name: MONDAY + timedelta(days=day) for name, day in by_the_morning(plan, people).items()}
    assert {one.id: one.finish.p50 for one in result} == expected
    assert {slot.id: slot.finish for slot in result.schedule} == expected


def test_a_crew_that_is_busy_takes_the_task_after_its_wait():
    plan = checklist(task("a", 1), task("b", 6), task("c", 1, "a", wait=2))
    assert slots(plan, people=1, rules=[POSITION])["c"] == (9, 9)
    assert forecast(plan, start=MONDAY, samples=3, people=1, rules=[POSITION]).criticality == {
        "a": 1.0,
        "b": 1.0,
        "c": 1.0,
    }


@pytest.mark.parametrize("wrong", [[("b",)], [("B", december(1))], [("b", "2026-12-01")], ["b"], 3])
def test_first_days_are_pairs_of_a_task_and_a_day(wrong):
    result = forecast(checklist(task("a", 1), task("b", 1, "a", wait=7)), start=MONDAY, samples=3)
    with pytest.raises(InvalidError, match=r"^\$\.first_days"):
        attrs.evolve(result, first_days=wrong)
    with pytest.raises(InvalidError, match=r"^\$\.first_days: name something that is not in the checklist"):
        attrs.evolve(result, first_days=[("z", december(1))])
    assert attrs.evolve(result, first_days=[("b", december(1))]).first_days == (("b", december(1)),)
    with pytest.raises(InvalidError, match=r"^\$\.waiting: name something that is not in the checklist"):
        attrs.evolve(result, waiting=["z"])


def test_differences_and_pictures_say_how_long_a_task_waits():
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7))
    added = dumps(diff(checklist(task("a", 1)), plan), "text")
    assert "after a, waits 7 days" in added
    turned = dumps(diff(plan, plan.replace_task("b", wait_days=0)), "text")
    assert "days to wait" in turned
    assert "b B; phase P; after a; waits 7 days" in dumps(plan, "svg")


def test_a_task_that_waits_for_nothing_is_not_said_to_wait():
    plan = checklist(task("a", 1, wait=7), task("b", 1))
    assert "waits" not in dumps(plan, "text")
    assert "waits" not in dumps(plan, "svg")
    assert not [sentence for sentence in levers(plan, start=MONDAY, samples=3).assumptions if "wait after" in sentence]
    result = forecast(plan, start=MONDAY, samples=3)
    assert result.waiting == ()
    assert not [sentence for sentence in result.assumptions if "calendar days" in sentence]
    # Alone it does not tell if its phase comes after others, so it shows what it states.
    assert "waits 7 days" in dumps(plan["a"], "text")


def test_a_wait_counts_from_the_last_of_all_prerequisites_those_of_the_phase_included():
    first = Phase("p", "P", tasks=[task("a", 1), task("b", 1, "a")])
    second = Phase("q", "Q", after=["p"], tasks=[task("c", 1, "a", wait=3), task("d", 1, wait=2)])
    plan = attrs.evolve(checklist(task("a", 1)), phases=[first, second])
    page = dumps(plan, "text")
    assert "after a; waits 3 days" in page
    assert "waits 2 days" in page
    assert forecast(plan, start=MONDAY, samples=3).waiting == ("c", "d")


def test_a_calendar_says_how_long_a_task_waits():
    pytest.importorskip("icalendar")
    plan = checklist(task("a", 1), task("b", 1, "a", wait=7))
    second = Phase("q", "Q", after=["p"], tasks=[task("c", 1, wait=1)])
    result = forecast(attrs.evolve(plan, phases=[*plan.phases, second]), start=MONDAY, samples=3)
    page = dumps(result, "icalendar").replace("\r\n ", "")
    assert "Waits 7 days\\n" in page
    assert "Waits 1 day\\n" in page
    alone = forecast(checklist(task("a", 1, wait=7)), start=MONDAY, samples=3)
    assert "Waits" not in dumps(alone, "icalendar")


def test_an_overlay_sets_a_wait_and_takes_it_back():
    plan = checklist(task("a", 1), task("b", 1, "a"))
    longer = plan.replace_task("b", wait_days=7)
    assert "wait_days" not in dumps(plan, "toml")
    for before, after in ((plan, longer), (longer, plan)):
        overlay = overlay_from(before, after, id="o", title="O")
        assert tailor(before, loads(dumps(overlay, "toml"), "toml"))["b"] == after["b"]
