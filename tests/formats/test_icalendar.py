"""The calendar of a forecast: which events it has, on which days, and that a calendar which takes it in again knows them."""

import sys
from datetime import UTC, date, datetime, timedelta
from functools import cache

import attrs
import pytest

from helpers.calendars import BY_ICALENDAR, READERS, read_one, span
from helpers.forecasts import BOUNDS
from helpers.forecasts import forecast_in_bounds as forecast
from helpers.launches import END, november, two_weeks
from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    Launch,
    Phase,
    Task,
    critical_path,
    dumps,
    model_serving,
    write,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.formats.icalendar import _work
from servingchecklist.results import Distribution, Slot

MONDAY = date(2026, 11, 30)
THREE_WEEKS = Checklist("x", "X", phases=[Phase("p", "Try", tasks=[Task("a", "Long", effort=Effort(12, 12))])])
SHORT = Checklist("x", "X", phases=[Phase("p", "Try", tasks=[Task("a", "Long", effort=Effort(1, 1))])])


@cache
def plan():
    return forecast(model_serving(), start=MONDAY, people=2, samples=200, seed=7)


@cache
def launch():
    return two_weeks().forecast(options=BOUNDS, at=END, people=2, samples=200)


def events(made, by=BY_ICALENDAR):
    return read_one(by, dumps(made, "icalendar")).events


def named(made, words):
    return [event for event in events(made) if words in event["summary"]]


def one(made, words):
    [event] = named(made, words)
    return event


def days(first, *others):
    return [date(2026, 11, day) for day in (first, *others)]


def work(made):
    """The spans of the work, by the title of the task."""
    titles = {made.title_of(task) for task in made.checklist}
    found = {}
    for event in events(made):
        title = event["summary"].removeprefix(f"{made.name}: ")
        if title in titles:
            found.setdefault(title, []).append(span(event))
    return found


@pytest.mark.parametrize("by", READERS)
@pytest.mark.parametrize("of", [plan, launch])
def test_both_readers_find_what_was_written(of, by):
    made = of()
    found = read_one(by, dumps(made, "icalendar"))
    assert found.calendar["version"] == "2.0"
    assert found.calendar["prodid"] == "-//servingchecklist//servingchecklist//EN"
    title = f"{made.name}: Model Serving Launch Checklist for 2026"
    assert found.calendar["name"] == found.calendar["x-wr-calname"] == title
    assert found.calendar["description"].endswith("\n- ".join(["Assumptions:", *made.assumptions]))
    assert found.events == events(made)
    assert all(event["transp"] == "TRANSPARENT" for event in found.events)
    assert len(found.by_uid) == len(found.events)


@pytest.mark.parametrize("of", [plan, launch])
def test_the_levels_the_phases_and_the_due_dates_are_a_day_each(of):
    made = of()
    name = made.name
    expected = {f"{name}: finished (P50)": made.p50, f"{name}: finished (P80)": made.p80}
    expected |= {f"{name}: finished (P95)": made.p95}
    expected |= {f"{name}: {phase.title} finished (P80)": phase.finish.p80 for phase in made.phases}
    expected |= {f"{name}: {task.title} is due": task.due for task in made.tasks if task.due}
    found = [event for event in events(made) if " finished (" in event["summary"] or " is due" in event["summary"]]
    assert {event["summary"]: span(event) for event in found} == {text: (day, day) for text, day in expected.items()}
    assert len(found) == len(expected)


def test_levels_that_fall_on_one_day_are_still_one_event_each():
    made = forecast(SHORT, start=MONDAY, samples=3)
    assert [span(event) for event in named(made, "x: finished (P")] == [(MONDAY, MONDAY)] * 3
    assert one(made, "(P95)")["description"].startswith("P95: 95 % chance of finishing by this date\n\n")
    assert one(made, "(P95)")["description"].endswith(made.assumptions[-1])


def test_the_description_says_how_likely_it_is():
    due = {"c1": MONDAY, "c7": date(2026, 12, 9)}
    made = forecast(model_serving(), start=MONDAY, people=2, samples=200, seed=7, due=due, owners={"c7": "ml-platform"})
    task = made["c7"]
    assert 0 < task.on_time < 1
    finish = f"Finished by {task.finish.p50} (P50), {task.finish.p80} (P80) or {task.finish.p95} (P95)"
    assert one(made, "Ship and verify (Model Serving) is due")["description"] == (
        f"c7, owner ml-platform\nOn time in {task.on_time * 100:.0f}% of the samples\n{finish}"
    )
    assert one(made, "Define goals and KPIs (Model Serving) is due")["description"].startswith(
        "c1\nOn time in 100% of "
    )
    assert one(made, "Foundation finished")["description"].startswith("3 tasks left\nFinished by ")
    assert one(forecast(SHORT, start=MONDAY, samples=1), "Try finished")["description"].startswith("1 task left\n")
    [first, *_] = [event for event in named(made, "Ship and verify") if "due" not in event["summary"]]
    assert finish in first["description"]
    assert f"; critical in {task.criticality * 100:.0f}% of the samples" in first["description"]
    assert "\nIn the median schedule, in which each task takes its own median duration\n" in first["description"]


def test_work_is_an_event_for_every_unbroken_run_of_worked_days():
    made = forecast(THREE_WEEKS, start=MONDAY, samples=1, calendar=Calendar(holidays=[date(2026, 12, 8)]))
    expected = [("11-30", "12-04"), ("12-07", "12-07"), ("12-09", "12-11"), ("12-14", "12-16")]
    runs = [(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")) for first, last in expected]
    assert work(made) == {"Long": runs}
    assert [event["description"].splitlines()[:2] for event in named(made, "Long")] == [
        ["a", f"Part {number} of 4"] for number in (1, 2, 3, 4)
    ]


def test_the_work_of_all_tasks_is_on_worked_days_and_is_the_schedule():
    for slot in plan().schedule:
        spans = work(plan())[plan()[slot.id].title]
        assert (spans[0][0], spans[-1][1]) == (slot.start, slot.finish)
        touched = [first + timedelta(number) for first, last in spans for number in range((last - first).days + 1)]
        assert all(plan().calendar.is_worked(day) for day in touched)
        assert len(touched) == plan().calendar.between(slot.start, slot.finish + timedelta(1))


def test_what_was_worked_is_told_and_is_not_a_promise():
    spans = work(launch())
    assert spans["Define goals and KPIs"] == [(*days(10, 10),)]
    assert spans["Set up tracking"] == [(*days(12, 13),), (*days(16, 20),), (*days(23, 23),)]
    assert spans["Audit current state"] == [(*days(10, 11),), (*days(13, 13),), (*days(16, 17),)]
    told = [event["description"] for event in named(launch(), "Set up tracking") if "due" not in event["summary"]]
    assert told[0] == "c6, owner serving-team\nPart 1 of 3\nWorked"
    assert told[2].startswith(
        "c6, owner serving-team\nPart 3 of 3\nIn the median schedule, in which each task takes its own median duration\nFinished by "
    )
    assert one(launch(), "Define goals and KPIs")["description"] == "c1, owner ml-platform\nWorked"


def test_what_is_done_today_was_worked_and_what_goes_on_is_one_run():
    launch = Launch.start(THREE_WEEKS, name="x-1", by="ml-platform", at=november(9)).begin("a", by="x", at=november(10))
    going = launch.forecast(options=BOUNDS, at=november(12), samples=1)
    assert work(going)["Long"][0] == (*days(10, 13),)
    assert named(going, "Long")[0]["description"].splitlines()[:2] == ["a", "Part 1 of 3"]
    done = launch.finish("a", by="x", at=november(12)).forecast(options=BOUNDS, at=november(12), samples=1)
    assert [(span(event), event["description"]) for event in events(done)] == [((*days(10, 12),), "a\nWorked")]


def test_work_on_a_day_that_is_not_worked_is_told_where_it_was():
    launch = Launch.start(SHORT, name="x-1", by="ml-platform", at=november(9)).finish("a", by="x", at=november(14))
    assert work(launch.forecast(options=BOUNDS, at=november(16), samples=1)) == {"Long": [(*days(14, 14),)]}


def test_slots_that_touch_or_overlap_are_one_run():
    made = forecast(SHORT, start=MONDAY, samples=1)
    past = [Slot(id="a", start=first, finish=last) for first, last in [days(24, 26), days(23, 25), days(27, 27)]]
    assert work(attrs.evolve(made, past=past)) == {"Long": [(*days(23, 27),), (MONDAY, MONDAY)]}


@pytest.mark.parametrize(
    ("effort", "given", "spans"),
    [
        ("6 days", {}, [(4, 4), (7, 11)]),
        ("6 days elapsed", {}, [(4, 9)]),
        ("exactly 6 days on any day", {}, [(4, 9)]),
        ("6 days", {"efforts": {"a": "6 days elapsed"}}, [(4, 9)]),
        (None, {"default_effort": Effort(6, days="elapsed")}, [(4, 9)]),
        ("6 days", {"owners": {"a": "night"}}, [(5, 8), (12, 13)]),
        ("6 days", {"owners": {"a": "day"}}, [(4, 4), (7, 11)]),
        ("6 days elapsed", {"owners": {"a": "night"}}, [(4, 9)]),
    ],
)
def test_work_is_cut_at_the_days_off_of_those_who_do_it(effort, given, spans):
    night = Calendar(weekdays=[5, 6, 0, 1])
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Long", effort=effort)])])
    made = forecast(checklist, start=date(2026, 12, 4), samples=1, calendars={"night": night}, **given)
    assert work(made)["Long"] == [(date(2026, 12, first), date(2026, 12, last)) for first, last in spans]


def test_what_others_worked_before_is_cut_at_their_days_off():
    made = forecast(SHORT, start=MONDAY, samples=1, calendars={"night": Calendar(weekdays=[5, 6])})
    past = [Slot(id="a", start=days(12)[0], finish=days(15)[0], owner=owner) for owner in ("day", "night")]
    assert [work(attrs.evolve(made, past=[slot]))["Long"][0] for slot in past] == [(*days(12, 13),), (*days(14, 15),)]


@pytest.mark.parametrize(("days", "events"), [(130, 26), (131, 27), (132, 1), (10_000, 1)])
def test_work_of_more_than_half_a_year_is_not_cut_into_weeks(days, events):
    long = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "Long", effort=Effort(days, days))])])
    made = forecast(long, start=MONDAY, samples=1)
    found = work(made)["Long"]
    assert len(found) == events
    assert (found[0][0], found[-1][1]) == (MONDAY, made.p50)


@pytest.mark.parametrize(
    ("tasks", "weeks", "events"), [(288, 9, 9 * 288), (289, 9, 289), (5_000, 3, 3 * 5_000), (5_000, 4, 5_000)]
)
def test_of_much_work_less_is_cut(tasks, weeks, events):
    made = forecast(THREE_WEEKS, start=MONDAY, samples=1)
    many = Phase("p", "P", tasks=[Task(f"t{number}", "T") for number in range(tasks)])
    slots = [Slot(id=task.id, start=MONDAY, finish=MONDAY + timedelta(weeks=weeks - 1)) for task in many.tasks]
    checklist = Checklist("x", "X", phases=[many])
    past = attrs.evolve(made, checklist=checklist, tasks=(), phases=(), schedule=(), past=slots)
    assert len(list(_work(past))) == events


def test_more_than_a_hundred_years_are_refused():
    made = forecast(SHORT, start=MONDAY, samples=1)
    for years, is_shown in ((99, True), (101, False)):
        past = attrs.evolve(made, past=[Slot(id="a", start=date(2026 - years, 11, 30), finish=MONDAY)])
        if is_shown:
            assert work(past)["Long"] == [(date(2026 - years, 11, 30), MONDAY)]
            continue
        with pytest.raises(InvalidError) as caught:
            dumps(past, "icalendar")
        assert str(caught.value) == (
            "$.past[0]: more than 100 years from 1925-11-30 to 2026-11-30, with the task 'a'; "
            "check the dates and the effort of the task, or write the forecast as text"
        )


def test_what_is_blocked_for_an_unknown_time_is_no_work_ahead():
    assert launch().blocked == ("c5", "c9")
    ahead = [
        event
        for event in events(launch())
        if "In the median schedule, in which each task takes its own median duration" in event["description"]
    ]
    assert {event["summary"] for event in ahead} == {"fraud-v3: Identify target audience", "fraud-v3: Set up tracking"}


def test_a_later_forecast_of_the_same_launch_moves_the_same_events():
    launch = Launch.start(THREE_WEEKS, name="x-1", by="ml-platform", at=november(9))
    launch = launch.set_due("a", date(2026, 11, 25), by="x", at=november(9))
    early = launch.forecast(options=BOUNDS, at=november(9), samples=1)
    late = launch.begin("a", by="x", at=november(11)).forecast(options=BOUNDS, at=november(18), samples=1)
    before, after = ({event["uid"]: event for event in events(made)} for made in (early, late))
    assert {uid: event["summary"] for uid, event in before.items()} == {
        uid: event["summary"] for uid, event in after.items()
    }
    runs = [(span(before[uid]), span(after[uid])) for uid in before if before[uid]["summary"] == "x-1: Long"]
    assert runs == [
        ((*days(9, 13),), (*days(11, 13),)),
        ((*days(16, 20),), (*days(16, 20),)),
        ((*days(23, 24),), (*days(23, 26),)),
    ]
    assert min(event["sequence"] for event in after.values()) > max(event["sequence"] for event in before.values())
    assert min(event["dtstamp"] for event in after.values()) > max(event["dtstamp"] for event in before.values())


def test_two_launches_share_no_event():
    other = Launch.start(THREE_WEEKS, name="x-2", by="ml-platform", at=november(9)).forecast(
        options=BOUNDS, at=november(9), samples=1
    )
    same = Launch.start(THREE_WEEKS, name="x-1", by="ml-platform", at=november(9)).forecast(
        options=BOUNDS, at=november(9), samples=1
    )
    assert not {event["uid"] for event in events(other)} & {event["uid"] for event in events(same)}


def test_two_launches_of_one_name_share_events_only_where_their_checklist_is_the_same_one():
    def uids(checklist):
        launch = Launch.start(checklist, name="x-1", by="ml-platform", at=november(9))
        return {event["uid"] for event in events(launch.forecast(options=BOUNDS, at=november(9), samples=1))}

    assert not uids(THREE_WEEKS) & uids(attrs.evolve(THREE_WEEKS, id="y"))
    assert uids(THREE_WEEKS) == uids(attrs.evolve(THREE_WEEKS, title="Y"))


def test_a_name_tells_two_forecasts_of_one_checklist_apart():
    named, other = (forecast(SHORT, start=MONDAY, samples=1, name=name) for name in ("x-1", None))
    assert not {event["uid"] for event in events(named)} & {event["uid"] for event in events(other)}


def test_a_task_a_phase_and_a_level_of_one_name_are_not_mistaken_for_each_other():
    phase = Phase("p50", "P50", tasks=[Task("p50", "P50", effort=Effort(1, 1))])
    made = forecast(Checklist("p50", "P50", phases=[phase]), start=MONDAY, samples=1, due={"p50": MONDAY})
    assert len({event["uid"] for event in events(made)}) == len(events(made)) == 6


def test_the_stamp_is_the_day_of_the_question_and_never_a_clock():
    asked = forecast(SHORT, start=MONDAY, samples=1, today=date(2026, 11, 20))
    for made, stamp in [(asked, "2026-11-20"), (attrs.evolve(asked, today=None), "2026-11-30")]:
        assert {event["dtstamp"] for event in events(made)} == {f"{stamp}T00:00:00Z"}
        assert {event["sequence"] for event in events(made)} == {date.fromisoformat(stamp).toordinal()}


def test_the_text_is_the_same_every_time_and_its_lines_end_as_the_format_demands(tmp_path):
    text = dumps(plan(), "icalendar")
    assert dumps(forecast(model_serving(), start=MONDAY, people=2, samples=200, seed=7), "icalendar") == text
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\r\n") == text.count("\n") == text.count("\r")
    write(plan(), tmp_path / "plan.ics")
    assert (tmp_path / "plan.ics").read_bytes() == text.encode()


def test_a_launch_is_forecast_as_it_stands_now():
    launch = Launch.start(SHORT, name="x-1", by="ml-platform", at=november(9))
    before = datetime.now(UTC).date()
    found = {event["dtstamp"][:10] for event in events(launch)}
    assert found <= {before.isoformat(), datetime.now(UTC).date().isoformat()}
    assert one(launch, "x-1: finished (P80)")


def test_where_nothing_is_left_there_is_no_date_to_tell():
    assert events(forecast(SHORT, start=MONDAY, samples=1, done=["a"])) == []


def test_the_last_day_there_is_can_be_a_due_date():
    made = forecast(SHORT, start=MONDAY, samples=1, due={"a": date.max})
    [due] = named(made, "Long is due")
    assert (due["dtstart"], "dtend" in due) == (date.max, False)
    assert one(forecast(SHORT, start=date(1, 1, 1), samples=1), "x: Long")["dtstart"] == date(1, 1, 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            SHORT,
            "$: a checklist has no dates, and cannot be written as iCalendar (got a value of type Checklist); "
            "forecast it first, as in forecast(checklist, start=...)",
        ),
        (
            Distribution([1], start=MONDAY),
            "$: cannot be written as iCalendar (got a value of type Distribution); give a forecast or a launch",
        ),
        (critical_path(SHORT), "$: cannot be written as iCalendar (got a value of type CriticalPath); give a forecast or a launch"),
        ("soon", "$: cannot be written as iCalendar (got 'soon'); give a forecast or a launch"),
    ],
)  # fmt: skip
def test_what_has_no_dates_is_refused(value, message):
    with pytest.raises(InvalidError) as caught:
        dumps(value, "icalendar")
    assert str(caught.value) == message


def test_a_launch_that_cannot_be_forecast_says_why():
    unsure = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B")])])
    with pytest.raises(InvalidError) as caught:
        dumps(Launch.start(unsure, name="x-1", by="ml-platform", at=november(9)), "icalendar")
    assert [fault.path for fault in caught.value.faults] == [f"$.phases[0].tasks[{n}].effort" for n in (0, 1)]


def test_without_the_package_one_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(UnknownNameError) as caught:
        dumps(plan(), "icalendar")
    assert str(caught.value) == (
        "$: the format needs the package icalendar, which is not installed; pip install 'servingchecklist[calendar]'"
    )
    assert isinstance(caught.value.__cause__, ImportError)
    with pytest.raises(InvalidError, match="forecast it first"):  # what is wrong anyway is told without the package too
        dumps(SHORT, "icalendar")
