"""The Gantt chart: what it shows is what is forecast, and it can be read."""

import re
from datetime import date, timedelta
from functools import cache

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cases import Cases
from helpers.forecasts import BOUNDS
from helpers.forecasts import forecast_in_bounds as forecast
from helpers.launches import END, two_weeks
from helpers.pictures import (
    AMBER,
    BLUE,
    GREY,
    OWNERS,
    RED,
    SVG,
    assert_labels_are_apart,
    boxes,
    chain,
    contrast,
    group,
    large,
    read,
    texts,
    titles,
)
from servingchecklist import Calendar, Checklist, Effort, Phase, Task, dumps, model_serving
from servingchecklist.errors import InvalidError
from servingchecklist.formats import _phrases
from servingchecklist.formats._pictures import Schedule
from servingchecklist.formats.svg._axes import Days
from servingchecklist.results import Slot

MONDAY = date(2026, 11, 30)


@cache
def plain():
    return forecast(model_serving(), start=MONDAY, people=2, seed=7, samples=500)


@cache
def owned():
    return forecast(
        model_serving(),
        start=MONDAY,
        today=date(2026, 11, 26),
        people=2,
        samples=500,
        owners={task.id: OWNERS[place % 5] for place, task in enumerate(model_serving())},
        due={"c1": date(2026, 1, 5), "c2": date(2027, 6, 1), "c7": date(2026, 12, 11), "c9": date(2026, 12, 16)},
        calendar=Calendar(holidays=[date(2026, 12, 8)]),
    )


def many():
    checklist = large()
    return forecast(
        checklist,
        start=MONDAY,
        people=3,
        samples=40,
        owners={task.id: OWNERS[place % 7 % 5] for place, task in enumerate(checklist)},
        due={
            task.id: date(2027, 3, 1) + timedelta(days=place) for place, task in enumerate(checklist) if not place % 17
        },
        today=MONDAY,
    )


def lasting(days, tasks=3):
    return forecast(chain(tasks, Effort(days / tasks, days / tasks)), start=MONDAY, samples=20)


def late_start():
    """Of phase B, the schedule begins later than half of the samples end it."""
    tasks = [
        Task("a1", "A", effort=Effort(1, 60)),
        Task("b1", "B", effort=Effort(1, 1), after=["a1"]),
        Task("c1", "C", effort=Effort(80, 90)),
    ]
    phases = [Phase(task.id[0], task.title, tasks=[task]) for task in tasks]
    made = forecast(Checklist("x", "X", phases=phases), start=MONDAY, samples=500)
    late = made["b1"].finish.quantile(0.9)
    slots = [attrs.evolve(slot, start=late, finish=late) if slot.id == "b1" else slot for slot in made.schedule]
    return attrs.evolve(made, schedule=slots)


def in_turn():
    """Tasks that are much alike, for two people: now the one holds the end, now the other."""
    tasks = [Task(f"t{number}", "T", effort=Effort(1, 9)) for number in range(12)]
    made = forecast(Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)]), start=MONDAY, people=2, samples=40)
    return attrs.evolve(made, tasks=tuple(attrs.evolve(task, criticality=0.45) for task in made.tasks))


FORECASTS = Cases(
    {
        "plain": plain,
        "a launch": lambda: two_weeks().forecast(options=BOUNDS, at=END, people=2, seed=7, samples=500),
        "owners": owned,
        "200 tasks": many,
        "nothing left": lambda: forecast(
            model_serving(), start=MONDAY, done=[f"c{n}" for n in range(1, 10)], samples=20
        ),
        "no tasks": lambda: forecast(Checklist("x", "X"), start=MONDAY, samples=20),
        "one day": lambda: lasting(1, 1),
        "two weeks": lambda: lasting(10),
        "three weeks": lambda: lasting(15),
        "two months": lambda: lasting(43),
        "two years": lambda: lasting(522),
        "twenty years": lambda: lasting(5_220),
        "a hundred years": lambda: lasting(26_090),
        "up to the end of time": lambda: forecast(chain(1, Effort(3, 3)), start=date(9999, 12, 29), samples=5),
        "today long before": lambda: forecast(model_serving(), start=date(2028, 1, 3), today=END.date(), samples=5),
        "today long after": lambda: forecast(model_serving(), start=MONDAY, today=date(2028, 1, 3), samples=5),
        "today amid": lambda: forecast(model_serving(), start=MONDAY, today=date(2026, 12, 9), samples=5),
        "a late start": late_start,
        "people hold it": in_turn,
        "from the beginning": lambda: forecast(chain(2, Effort(10_000, 10_000)), start=date(1, 1, 1), samples=5),
    }
)


@pytest.mark.parametrize("name", FORECASTS)
def test_no_label_is_cut_off_or_lies_on_another(name):
    assert_labels_are_apart(read(FORECASTS[name]))


@pytest.mark.parametrize("name", FORECASTS)
def test_no_bar_is_narrower_than_nothing(name):
    assert min(width for _, _, width, _ in boxes(read(FORECASTS[name]))) > 0


def test_a_phase_begins_no_later_than_half_of_the_samples_end_it():
    made = late_start()
    (phase,) = [one for one in made.phases if one.id == "b"]
    (slot,) = [one for one in made.schedule if one.id == "b1"]
    assert slot.start > phase.finish.p50
    row = group(read(made), "2 B")
    ((left, _, width, _),) = boxes(row, fill_opacity=".6")
    ((spread, *_),) = boxes(row, fill=AMBER)
    assert 0 < width < 5
    assert spread == pytest.approx(left, abs=0.6)


@pytest.mark.parametrize("name", FORECASTS)
def test_the_picture_has_no_ids(name):
    assert " id=" not in dumps(FORECASTS[name], "svg")


def days_of(root):
    """Where each day of the plain chart begins: its axis marks every day."""
    ticks = [one for one in root.iter(f"{SVG}line") if one.get("x1") == one.get("x2") and one.get("y2") == "100.0"]
    starts = sorted({float(one.get("x1")) for one in ticks if one.get("y1") == "95.0"})
    return {x: MONDAY + timedelta(days=number) for number, x in enumerate(starts)}


def span(days, box):
    """The first and the last day that a bar covers."""
    left, _, width, _ = box
    wide = (max(days) - min(days)) / (len(days) - 1)
    inside = [day for x, day in days.items() if x + wide / 2 > left and x + wide / 2 < left + width]
    return inside[0], inside[-1]


def test_bars_cover_the_days_that_are_scheduled_and_those_from_p50_to_p80():
    root = read(plain())
    days = days_of(root)
    slots = {slot.id: slot for slot in plain().schedule}
    for task in plain().tasks:
        row = group(root, f"{task.id} ")
        colour = RED if task.criticality >= 0.5 else BLUE
        (planned,) = boxes(row, fill=colour)
        (spread,) = boxes(row, fill=AMBER)
        assert span(days, planned) == (slots[task.id].start, slots[task.id].finish)
        assert span(days, spread) == (task.finish.p50, task.finish.p80)


def test_critical_tasks_are_marked_by_colour_by_fill_and_in_words():
    root = read(plain())
    assert {task.criticality >= 0.5 for task in plain().tasks} == {True, False}
    for task in plain().tasks:
        row = group(root, f"{task.id} ")
        (bar,) = [one for one in row.iter(f"{SVG}rect") if one.get("stroke") in (RED, BLUE)]
        is_critical = task.criticality >= 0.5
        assert (bar.get("fill-opacity") is None) is is_critical
        (share,) = [one for one in row.iter(f"{SVG}text") if one.text.endswith("%")]
        assert (share.get("font-weight") == "700") is is_critical
        assert share.text == _phrases.percent(task.criticality)
    assert "critical in half of the samples or more" in texts(root)


def test_a_share_just_under_half_is_not_marked_and_does_not_read_as_if_it_were():
    first, *others = plain().tasks
    for share, told, weight in ((0.497, "49%", None), (0.5, "50%", "700")):
        made = attrs.evolve(plain(), tasks=(attrs.evolve(first, criticality=share), *others))
        row = group(read(made), f"{first.id} ")
        (found,) = [one for one in row.iter(f"{SVG}text") if one.text.endswith("%")]
        assert (found.text, found.get("font-weight")) == (told, weight)
        assert f"critical in {told} of the samples" in row.find(f"{SVG}title").text
        assert bool(boxes(row, stroke=RED)) is (weight is not None)


def test_where_no_task_reaches_half_and_people_are_few_that_is_said():
    held = "o single task holds the date: several in turn or the few people do"
    root = read(FORECASTS["people hold it"])
    assert f"n{held}" in texts(root)
    assert f"N{held}. " in root.find(f"{SVG}desc").text + " "
    few = FORECASTS["people hold it"]
    enough = attrs.evolve(few, options=attrs.evolve(few.options, people=12))
    unlimited = attrs.evolve(few, options=attrs.evolve(few.options, people=None))
    for made in (plain(), owned(), enough, unlimited, FORECASTS["nothing left"]):
        assert held not in dumps(made, "svg")
    owners = attrs.evolve(enough, tasks=tuple(attrs.evolve(task, owner="security") for task in enough.tasks))
    assert held in dumps(owners, "svg")


def test_phases_are_headed_and_end_from_p50_to_p80():
    root = read(plain())
    days = days_of(root)
    for number, phase in enumerate(plain().phases, 1):
        row = group(root, f"{number} {phase.title}; finished P50 {phase.finish.p50}, P80 {phase.finish.p80}")
        (spread,) = boxes(row, fill=AMBER)
        assert span(days, spread) == (phase.finish.p50, phase.finish.p80)
        (bar,) = boxes(row, fill_opacity=".6")
        slots = [slot for slot in plain().schedule if plain().checklist.phase_of(slot.id).id == phase.id]
        assert span(days, bar) == (min(slot.start for slot in slots), phase.finish.p50)
        assert f"P80 {phase.finish.p80}" in [one.text for one in row.iter(f"{SVG}text")]


def ends(root):
    """Where the lines of today and of P50 to P95 are, by their labels."""
    found = {}
    for one in root.iter(f"{SVG}text"):
        if re.fullmatch(r"(today|P50|P80|P95) \d{4}-\d\d-\d\d", one.text) and one.get("text-anchor") == "end":
            at = float(one.get("x")) + 5
            lines = [line for line in root.iter(f"{SVG}line") if abs(float(line.get("x1")) - at) < 0.11]
            if [line for line in lines if line.get("x1") == line.get("x2") and line.get("stroke-opacity") == ".75"]:
                found[one.text] = at
    return found


def test_the_ends_are_marked_at_the_ends_of_their_days():
    root = read(plain())
    days = days_of(root)
    wide = (max(days) - min(days)) / (len(days) - 1)
    starts = {day: x for x, day in days.items()}
    for name, day in (("P50", plain().p50), ("P80", plain().p80), ("P95", plain().p95)):
        assert ends(root)[f"{name} {day}"] == pytest.approx(starts[day] + wide, abs=0.2)
    assert not [label for label in texts(root) if label.startswith("today")]


def test_today_is_marked_where_it_begins():
    root = read(owned())
    off = min(
        box for box in boxes(root, fill_opacity=".07") if box[3] > 100
    )  # the Saturday and the Sunday after that Thursday
    wide = off[2] / 2
    assert ends(root)["today 2026-11-26"] == pytest.approx(off[0] - 2 * wide, abs=0.2)


@pytest.mark.parametrize(("name", "side"), [("today long before", "l7 -4v8z"), ("today long after", "l-7 -4v8z")])
def test_a_today_that_is_far_away_makes_no_empty_axis(name, side):
    made = FORECASTS[name]
    root = read(made)
    assert f"today {made.today}" in texts(root)
    assert f"today {made.today}" not in ends(root)
    (mark,) = [one for one in root.findall(f"{SVG}path") if one.get("stroke") is None]
    assert mark.get("d").endswith(side)
    assert f"Today, {made.today}, lies beyond what is shown." in root.find(f"{SVG}desc").text
    assert axis(made) == axis(attrs.evolve(made, today=None))
    assert "lies beyond" not in read(owned()).find(f"{SVG}desc").text


@pytest.mark.parametrize(("name", "axes"), [("plain", 1), ("200 tasks", 7 // 2 + 1)])
def test_lines_leave_out_the_axis_wherever_it_is_drawn(name, axes):
    root = read(FORECASTS[name])
    bottoms = [
        float(one.get("y1"))
        for one in root.iter(f"{SVG}line")
        if one.get("y1") == one.get("y2") and one.get("stroke-opacity") == ".75"
    ]
    dashed = [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray")]
    assert (len(bottoms), len(dashed)) == (axes, 3 * (1 + axes))
    for one in dashed:
        assert all(float(one.get("y2")) <= bottom - 40 or float(one.get("y1")) >= bottom for bottom in bottoms)


def test_days_that_are_not_worked_are_shaded():
    shaded = [box for box in boxes(read(owned()), fill_opacity=".07") if box[3] > 100]
    days = [round(width / (shaded[0][2] / 2)) for _, _, width, _ in shaded]
    assert days[:3] == [2, 2, 1]  # two weekends and the holiday
    assert not [box for box in boxes(read(FORECASTS["two years"]), fill_opacity=".07") if box[3] > 100]
    assert "not worked" not in texts(read(FORECASTS["two years"]))


def test_days_off_of_one_owner_are_shaded_in_the_rows_of_that_owner():
    leave = Calendar(holidays=[date(2026, 12, day) for day in (1, 2, 3, 4, 7)])
    owners, away = {"c1": "ml-platform", "c3": "data-science"}, {"data-science": leave}
    root = read(forecast(model_serving(), start=MONDAY, samples=50, owners=owners, calendars=away))
    shaded = {task: boxes(group(root, f"{task} "), fill_opacity=".07") for task in owners}
    weekend = next(box for box in boxes(root, fill_opacity=".07") if box[3] > 100)
    # The weekend between is off for all, and shaded over all rows.
    assert [round(width / (weekend[2] / 2)) for _, _, width, _ in shaded["c3"]] == [4, 1]
    assert shaded["c1"] == []
    every = Calendar(weekdays=range(7))
    root = read(forecast(model_serving(), start=MONDAY, samples=50, calendar=every))
    assert "not worked" not in texts(root)
    root = read(forecast(model_serving(), start=MONDAY, samples=50, calendar=every, owners=owners, calendars=away))
    assert "not worked" in texts(root)


def test_due_dates_are_flagged_and_told_with_the_share_that_is_in_time():
    root = read(owned())
    for task in owned().tasks:
        row = group(root, f"{task.id} ")
        flags = [one.get("d") for one in row.iter(f"{SVG}path")]
        assert len(flags) == (1 if task.due else 0)
        if task.due:
            assert f"due {task.due}, on time in " in row.find(f"{SVG}title").text
    assert "l7 -4v8z" in group(root, "c1 ").find(f"{SVG}path").get("d")  # long ago
    assert "l-7 -4v8z" in group(root, "c2 ").find(f"{SVG}path").get("d")  # far away
    assert "on time" in texts(root)
    assert "on time" not in texts(read(plain()))


def test_a_flag_stands_at_the_end_of_its_day():
    made = forecast(chain(10), start=MONDAY, due={"t0": date(2026, 12, 4)}, samples=5)
    root = read(made)
    flag = float(re.match(r"M([\d.]+)", group(root, "t0 ").find(f"{SVG}path").get("d"))[1])
    assert span(days_of(root), (min(days_of(root)), 0, flag - min(days_of(root)), 0))[1] == date(2026, 12, 4)


def test_owners_have_a_column_where_there_are_any():
    rows = {
        task.id: [one.text for one in group(read(owned()), f"{task.id} ").iter(f"{SVG}text")] for task in owned().tasks
    }
    assert rows["c1"][2] == "ml-platform"
    assert rows["c5"][2] == "release-man\N{HORIZONTAL ELLIPSIS}"
    assert "owner release-management" in group(read(owned()), "c5 ").find(f"{SVG}title").text
    assert "Owner" not in texts(read(plain()))


def test_what_happened_before_and_what_is_wrong_is_shown():
    launch = FORECASTS["a launch"]
    root = read(launch)
    for task in launch.checklist:
        row = group(root, f"{task.id} ")
        told = row.find(f"{SVG}title").text
        past = [slot for slot in launch.past if slot.id == task.id]
        assert len(boxes(row, fill=GREY)) == len(past)
        assert told.count("2026-11") >= len(past)
        closed = task.id not in [left.id for left in launch.tasks]
        assert bool(row.find(f"{SVG}path[@stroke='{GREY}']") is not None) is closed
        assert told.endswith("closed") is closed
        marks = [one.text for one in row.iter(f"{SVG}text") if one.get("fill") == RED]
        assert ("!" in marks) is (task.id in launch.blocked)
        assert ("blocked for an unknown time" in told) is (task.id in launch.blocked)
        if task.id in launch.overrun:
            assert marks
            assert "all of the estimated time is spent" in told
    assert {"blocked for an unknown time", "all of the estimated time is spent", "worked before", "closed"} <= {
        *texts(root)
    }
    assert [slot for slot in launch.past if slot.id == "c3"][1:]  # it was interrupted


def test_a_blocked_task_has_a_sign_and_a_finish_but_no_bar():
    tasks = [Task("a", "A", effort=Effort(5, 5)), Task("b", "B", effort=Effort(1, 1))]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    root = read(forecast(checklist, start=MONDAY, samples=5, blocked={"a": None}))
    row, other = (group(root, f"{task} ") for task in "ab")
    assert [one.text for one in row.iter(f"{SVG}text") if one.get("fill") == RED][:1] == ["!"]
    assert not boxes(row, fill=RED) + boxes(row, stroke=RED) + boxes(row, fill=BLUE)
    assert boxes(row, fill=AMBER)
    assert boxes(other, fill=BLUE)


def test_the_picture_is_told_in_words():
    root = read(FORECASTS["a launch"])
    assert (root.get("role"), root.find(f"{SVG}title").text) == ("img", "Forecast of fraud-v3")
    assert root.find(f"{SVG}desc").text == (
        "When everything is finished: P50 2026-11-25, P80 2026-11-25, P95 2026-11-25. "
        "Left to do from 2026-11-23 on: 4 of 9 tasks. Critical in half of the samples or more: c2. "
        "Blocked for an unknown time: c5 and c9. All of the estimated time is spent: c5 and c6. "
        "On time: c5 in 0% of the samples, c6 in 0% of the samples and c9 in 100% of the samples. "
        "Tasks are shown in the median schedule, in which each takes its own median duration. "
        "Not scheduled, behind a block of unknown length: c5 and c9."
    )
    assert read(FORECASTS["nothing left"]).find(f"{SVG}desc").text == "Nothing is left to do."


def test_each_row_and_phase_says_all_there_is_to_say():
    told = titles(read(owned()))
    assert len(told) == 9 + 3
    assert "c7 Ship and verify (Model Serving); owner data-science; scheduled " in next(
        one for one in told if one.startswith("c7")
    )
    assert titles(read(FORECASTS["nothing left"]))[0] == "1 Foundation; closed"


def test_a_task_that_was_closed_elsewhere_has_a_row_without_a_bar():
    row = group(read(forecast(model_serving(), start=MONDAY, done=["c1"], samples=5)), "c1 ")
    assert row.find(f"{SVG}title").text == "c1 Define goals and KPIs (Model Serving); closed"
    assert not boxes(row)


def test_what_was_made_by_hand_is_drawn_as_far_as_it_goes():
    unscheduled = attrs.evolve(plain(), schedule=())
    root = read(unscheduled)
    assert "scheduled" not in group(root, "c1 ").find(f"{SVG}title").text
    assert len(boxes(group(root, "c1 "))) == 1
    assert span(days_of(root), boxes(group(root, "2 "), fill_opacity=".6")[0])[0] == MONDAY
    assert (
        read(attrs.evolve(plain(), tasks=(attrs.evolve(plain().tasks[0], title="A\nB\tC"), *plain().tasks[1:])))
        is not None
    )


def axis(made):
    root = read(made)
    return [label for label in texts(root)[: texts(root).index("Task")] if not label.startswith(("P", "today"))]


def test_the_axis_tells_days_weeks_months_and_years():
    assert axis(FORECASTS["two weeks"])[:3] == ["2026-12", "30", "01"]
    assert axis(FORECASTS["two months"])[:5] == ["2026-12", "2027-01", "30", "07", "14"]
    assert axis(FORECASTS["two years"])[:5] == ["2027", "2028", "01", "04", "07"]
    assert axis(FORECASTS["twenty years"])[:3] == ["2028", "2030", "2032"]
    assert axis(FORECASTS["a hundred years"])[:2] == ["2030", "2040"]


@given(st.integers(1, date.max.toordinal() - 1), st.integers(1, date.max.toordinal()), st.integers(300, 700))
def test_marks_are_in_order_on_their_days_and_their_labels_apart(first, length, width):
    days = Days(first, min(first + length, date.max.toordinal() + 1), 0, width)
    marks = days.marks()
    for line in (marks.fine, marks.coarse):
        assert all(0 <= mark.x < width + 1e-6 for mark in line)
        labelled = [mark for mark in line if mark.label]
        for one, other in zip(labelled, labelled[1:], strict=False):
            assert other.x - one.x >= 7 * len(one.label)
    assert len(marks.fine) <= width / 14


def test_the_last_day_there_is_lies_on_the_axis():
    schedule = Schedule(FORECASTS["up to the end of time"])
    assert schedule.end == date.max.toordinal() + 1
    assert not schedule.side_of(date.max)


@pytest.mark.parametrize("width", [300, 700])
def test_all_years_there_are_have_a_mark_in_each_thousand(width):
    marks = Days(1, date.max.toordinal() + 1, 0, width).marks().fine
    assert [mark.label for mark in marks] == ["0001", *(f"{number}000" for number in range(1, 10))]


def test_the_axis_is_drawn_again_where_the_rows_are_many():
    assert texts(read(FORECASTS["200 tasks"])).count("2026") == 7 // 2 + 1
    assert texts(read(plain())).count("2026-12") == 1


def test_a_launch_is_drawn_as_it_is_forecast_now():
    root = read(two_weeks())
    assert root.find(f"{SVG}title").text == "Forecast of fraud-v3"
    assert [label for label in texts(root) if label.startswith("today ")]


def test_the_same_forecast_is_drawn_the_same():
    again = forecast(model_serving(), start=MONDAY, people=2, seed=7, samples=500)
    assert dumps(again, "svg") == dumps(plain(), "svg")


def test_every_colour_can_be_told_from_the_ground():
    drawn = "".join(dumps(made, "svg").partition("</style>")[2] for made in FORECASTS.values())
    colours = set(re.findall(r"#[0-9a-f]{6}", drawn))
    assert {BLUE, AMBER, RED, GREY} <= colours
    for colour in colours:
        assert min(contrast(colour, ground) for ground in ("#ffffff", "#0d1117")) >= 3, colour


@pytest.mark.parametrize("format", ["svg", "mermaid"])
@pytest.mark.parametrize("value", [None, "x", model_serving().phases[0], Slot(id="c1", start=MONDAY, finish=MONDAY)])
def test_anything_else_is_refused(format, value):
    with pytest.raises(InvalidError, match="cannot be written as") as caught:
        dumps(value, format)
    assert (
        "a forecast or its finish, a launch, a checklist, or what critical_path returns" in caught.value.faults[0].hint
    )


def slot(task, start, finish):
    return Slot(id=task, start=start, finish=finish)


LONG_AGO = slot("c3", date(2, 1, 2), MONDAY)
TOO_LONG = Cases({
    "begun ages ago": lambda: (attrs.evolve(plain(), past=(slot("c1", MONDAY, MONDAY), LONG_AGO)), "$.past[1]", "c3", "0002-01-02", plain().p95),
    "begun ages ago and over": lambda: (
        attrs.evolve(plain(), tasks=(), phases=(), schedule=(), past=(LONG_AGO,)), "$.past[0]", "c3", "0002-01-02", MONDAY
    ),
    "finished ages from now": lambda: (lasting(27_000), "$.tasks[2]", "t2", MONDAY, lasting(27_000).p95),
    "scheduled ages from now": lambda: (
        attrs.evolve(plain(), schedule=(slot("c2", MONDAY, date.max),)), "$.schedule[0]", "c2", MONDAY, date.max
    ),
})  # fmt: skip


@pytest.mark.parametrize("format", ["svg", "mermaid"])
@pytest.mark.parametrize("name", TOO_LONG)
def test_more_years_than_anybody_plans_are_refused(format, name):
    made, path, task, first, last = TOO_LONG[name]
    with pytest.raises(InvalidError) as caught:
        dumps(made, format)
    assert str(caught.value) == (
        f"{path}: more than 100 years from {first} to {last}, with the task {task!r}; "
        "check the dates and the effort of the task, or write the forecast as text"
    )
    assert [fault.code for fault in caught.value.faults] == ["unsupported"]
    assert dumps(made.finish, "svg")


def test_a_due_date_or_a_today_is_as_far_away_as_may_be():
    tasks = tuple(attrs.evolve(task, due=date.min, on_time=0.0) for task in plain().tasks)
    made = attrs.evolve(plain(), today=date.max, tasks=tasks)
    assert dumps(made, "svg")
    assert dumps(made, "mermaid")


@pytest.mark.parametrize("format", ["svg", "mermaid"])
def test_more_tasks_than_anybody_could_read_are_refused(format):
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task(f"t{n}", "T") for n in range(2_001)])])
    with pytest.raises(InvalidError) as caught:
        dumps(checklist, format)
    (fault,) = caught.value.faults
    assert str(fault) == ("$: more tasks than a picture can show (got 2001); draw a part of it, of at most 2,000 tasks")
