"""Levers as pages: what the snapshots do not show."""

from datetime import date

import attrs
import pytest

from helpers.forecasts import START, levers_of_two_people
from helpers.launches import END, two_weeks
from servingchecklist import Checklist, Effort, Phase, Task, dumps, levers
from servingchecklist.formats import text

FOR_PEOPLE = ["markdown", "html", "text"]


def checklist_of(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def task_of(task_id, days, *after, title="Try"):
    return Task(task_id, title, effort=Effort(days, exact=True), after=after)


def rows(page):
    return [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]


def test_levers_are_a_table_with_the_largest_first():
    found = levers(checklist_of(task_of("a", 2), task_of("b", 1, "a", title="Go *on*")), start=START, people=1)
    assert rows(dumps(found, "markdown")) == [
        ["Change", "Days earlier at P80", "P80"],
        ["---", "---:", "---"],
        ["**Without a, which takes exactly 2 days** · Try", "2.0", "2026-11-30"],
        [r"**Without b, which takes exactly 1 day** · Go \*on\*", "1.0", "2026-12-01"],
        ["With the order 'critical-first'", "0.0", "2026-12-02"],
        ["With the order 'soonest'", "0.0", "2026-12-02"],
        ["With 2 people", "0.0", "2026-12-02"],
    ]
    assert "would change nothing" not in dumps(found, "text")
    assert "Blocked" not in dumps(found, "text")


@pytest.mark.parametrize(
    ("days", "shown"), [(-2.0, "-2.0"), (-0.06, "-0.1"), (-0.04, "0.0"), (0.04, "0.0"), (0.26, "0.3"), (12.0, "12.0")]
)
def test_days_are_told_to_the_tenth_and_below_0_too(days, shown):
    found = levers_of_two_people()
    order = attrs.evolve(next(lever for lever in found if lever.kind == "order"), days=days, p80=date(2026, 12, 22))
    assert rows(dumps(attrs.evolve(found, members=[order]), "markdown"))[2][1:] == [shown, "2026-12-22"]


def test_tasks_that_change_nothing_are_one_line_and_all_others_rows():
    tasks = [task_of("long", 9), *(task_of(f"t{number}", 1) for number in range(5))]
    page = dumps(levers(checklist_of(*tasks), start=START), "text")
    assert "\n5 tasks would change nothing by taking no time: t0, t1, t2 and 2 more\n" in page
    page = dumps(levers(checklist_of(task_of("a", 0)), start=START), "markdown")
    assert "\n1 task would change nothing by taking no time: a\n" in page
    assert "## Changes" not in page
    for days, is_shown in ((0.04, False), (-0.04, False), (0.05, True), (-0.06, True)):
        found = levers(checklist_of(task_of("a", 1)), start=START)
        changed = attrs.evolve(found, members=[attrs.evolve(found[0], days=days)])
        assert ("Without a, " in dumps(changed, "text")) is is_shown


def test_a_page_names_the_people_and_the_owners_of_open_tasks():
    tasks = checklist_of(task_of("a", 1), task_of("b", 1))
    owned = {"people": 2, "owners": {"a": "ml-platform"}, "samples": 9}
    assert "on by 2 people and the owners; 9 samples, seed 0" in dumps(levers(tasks, start=START, **owned), "text")
    assert "on by 2 people; 9 samples" in dumps(levers(tasks, start=START, done=["a"], **owned), "text")


def test_a_page_of_a_launch_has_its_topic_at_the_head_only():
    launch = two_weeks()
    page = dumps(launch.levers(at=END, samples=9), "text")
    assert page.startswith("Levers of fraud-v3\n")
    assert "\nBlocked, so all dates are the earliest ones\n   c5  Assign owners and deadlines\n" in page


@pytest.mark.parametrize("format", FOR_PEOPLE)
def test_where_nothing_is_left_that_is_said(format):
    found = levers(checklist_of(task_of("a", 1)), start=START, done=["a"])
    page = dumps(found, format)
    assert "Nothing is left to do." in page
    assert "P80" not in page
    assert "P80" in dumps(levers_of_two_people(), format)


def test_pages_are_no_wider_than_a_terminal():
    for width in (40, 80, 120):
        assert max(map(len, text.dumps(levers_of_two_people(), width).splitlines())) <= width


def test_a_notebook_shows_the_page():
    found = levers_of_two_people()
    assert found._repr_markdown_() == dumps(found, "markdown")
