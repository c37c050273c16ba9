"""Filters of a page: buttons for what its tasks differ in, a rule for each, and nothing where there is nothing to choose."""

import re
from datetime import UTC, datetime

import pytest

from helpers.launches import END, two_weeks
from helpers.pages import parse
from servingchecklist import Checklist, Launch, Phase, Priority, Task, dumps, model_serving, next_tasks
from servingchecklist.formats.html import fragment

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAUNCH = two_weeks().snapshot(at=END)


def labels(page):
    """Return the words of the buttons of each group, by its legend."""
    groups = parse(page).iter("fieldset")
    return {"".join(group[0].itertext()): ["".join(one.itertext()) for one in group[1:]] for group in groups}


def test_a_launch_is_filtered_by_status_and_priority():
    assert labels(dumps(LAUNCH, "html")) == {
        "Status": ["all 9", "open 4", "todo 1", "doing 1", "blocked 2", "done 4", "waived 1"],
        "Priority": ["all 9", "critical 4", "high 5"],
    }


def test_each_button_has_a_rule_and_each_task_what_it_looks_at():
    page = dumps(LAUNCH, "html")
    buttons = [one for one in parse(page).iter("input") if one.get("type") == "radio"]
    assert [one.get("name") for one in buttons if "checked" in one.attrib] == ["scl-status", "scl-priority"]
    ids = {one.get("id") for one in buttons}
    assert set(re.findall(r":has\(#([\w-]+):checked\)", page)) == ids - {"scl-status-all", "scl-priority-all"}
    tasks = [one for one in parse(page).iter("li") if one.get("data-status")]
    assert [one.get("id") for one in tasks] == [f"task-{state.id}" for state in LAUNCH.states]
    assert [one.get("data-status") for one in tasks] == [state.status.value for state in LAUNCH.states]
    assert [one.get("data-priority") for one in tasks] == [task.priority.value for task in LAUNCH.checklist]


def test_a_phase_goes_with_its_last_task_but_not_where_a_link_leads_there():
    (rule,) = re.findall(r".*#scl-status-blocked:checked.*", dumps(LAUNCH, "html"))
    kept = "[data-status=blocked], :target"
    assert rule == (
        f".scl:has(#scl-status-blocked:checked) :is(.scl-tasks > li:not({kept}), "
        f"section:has(.scl-tasks):not(:target, :has(.scl-tasks > :is({kept})))) {{ display: none; }}"
    )


def test_they_stand_before_the_first_tasks():
    page = dumps(LAUNCH, "html")
    assert page.index("What to do next") < page.index('class="scl-filters"') < page.index('id="phase-foundation"')


def test_a_checklist_is_filtered_by_priority_alone():
    assert labels(dumps(model_serving(), "html")) == {"Priority": ["all 9", "critical 4", "high 5"]}


def test_where_one_status_is_open_there_is_no_button_for_all_open_ones():
    launch = Launch.start(model_serving(), name="x", by="y", at=START).finish("c1", by="y", at=START)
    assert labels(dumps(launch.snapshot(at=START), "html"))["Status"] == ["all 9", "todo 8", "done 1"]


def alike(priority):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B", priority=priority)])])


@pytest.mark.parametrize(
    "value",
    [alike(Priority.MEDIUM), LAUNCH.state("c1"), next_tasks(model_serving()), Checklist("x", "X"), LAUNCH.progress],
)
def test_without_a_difference_there_are_no_filters(value):
    assert "scl-filters" not in dumps(value, "html")


def test_a_fragment_has_none():
    assert "scl-filters" in dumps(alike(Priority.LOW), "html")
    for value in (alike(Priority.LOW), LAUNCH):
        assert "<input" not in fragment(value)
        assert "data-status" not in fragment(value)
