"""By how much the date has moved, and because of what: launches of which it is known by construction."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from helpers import launches
from helpers.forecasts import BOUNDS
from servingchecklist import (
    CRITICAL_FIRST,
    Calendar,
    Checklist,
    Effort,
    Launch,
    Phase,
    Priority,
    Task,
    events,
    model_serving,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Distribution, Slip

WHO = {"by": "ml-platform"}
TWO_WEEKS = launches.two_weeks()


def on(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def task(id, days, *after):
    effort = Effort(days, days) if isinstance(days, int | float) else days
    return Task(id, id.upper(), effort=effort, after=after)


def started(*tasks):
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    return Launch.start(checklist, name="x", at=on(2), **WHO)  # a Monday


def slip(launch, since, at, **given):
    return launch.review(since, at=at, **{"options": BOUNDS} | given).slip


def causes(found):
    return {item.id: item.words for item in found.causes}


def done(launch, task, first, last):
    return launch.begin(task, at=on(first), **WHO).finish(task, at=on(last, 17), **WHO)


# As forecast on the 2nd: a on the 2nd and 3rd, b on the 4th and 5th, c on the 6th, d beside them.
CHAIN = started(task("a", 2), task("b", 2, "a"), task("c", 1, "b"), task("d", 1))


def test_a_launch_that_goes_to_plan_does_not_slip():
    launch = done(done(done(done(CHAIN, "d", 2, 2), "a", 2, 3), "b", 4, 5), "c", 6, 6)
    for since, at in ((on(2), on(3)), (on(2), on(4)), (on(3), on(6)), (on(4), on(6, 16))):
        found = slip(launch, since, at)
        assert (found.days, found.causes) == (0, ())
        assert found.then.p80 == found.now.p80 == date(2026, 11, 6)


def test_nor_does_one_whose_tasks_take_as_long_as_their_ranges_say():
    launch = started(task("a", Effort(2, 3)), task("b", Effort(2, 4, 3), "a"), task("c", Effort(1, 2), "b"))
    planned = {slot.id: slot for slot in launch.forecast(options=BOUNDS, at=on(2), samples=1_000).schedule}
    for one in "abc":
        launch = done(launch, one, planned[one].start.day, planned[one].finish.day)
    for day in (3, 4, 5, 6, 9):
        found = slip(launch, on(2), on(day))
        assert abs(found.days) <= 1
        assert all(not words.startswith(("2", "3", "4")) for words in causes(found).values())


def test_a_task_that_was_finished_late_is_named_and_not_those_that_only_waited():
    late = done(CHAIN, "a", 2, 5)
    for launch in (late, late.begin("b", at=on(6), **WHO)):
        found = slip(launch, on(2), on(6))
        assert (found.days, found.now.p80) == (2, date(2026, 11, 10))
        assert causes(found)["a"] == "2 working days later: done on 2026-11-05, forecast for 2026-11-03"
        assert set(causes(found)) <= {"a", "d"}
    item = found.causes[0]
    assert (item.id, item.title, item.by, item.at) == ("a", "A", "ml-platform", on(5, 17))


def test_a_task_that_was_finished_late_is_named_some_days_later_too():
    launch = done(done(CHAIN, "d", 2, 2), "a", 2, 5).begin("b", at=on(6), **WHO)
    found = slip(launch, on(2), on(9))
    assert (found.days, causes(found)) == (
        2,
        {"a": "2 working days later: done on 2026-11-05, forecast for 2026-11-03"},
    )


def test_a_task_that_is_still_under_way_is_named():
    launch = done(CHAIN, "d", 2, 2).begin("a", at=on(2), **WHO)
    found = slip(launch, on(2), on(6))
    assert (found.days, causes(found)) == (
        2,
        {"a": "2 working days later: under way since 2026-11-02, forecast for 2026-11-03"},
    )


def test_a_task_that_was_not_begun_is_named():
    found = slip(done(CHAIN, "d", 2, 2), on(2), on(6))
    assert (found.days, causes(found)) == (4, {"a": "4 working days later: not begun, forecast for 2026-11-03"})
    assert (found.causes[0].by, found.causes[0].at) == (None, None)


def test_a_task_that_is_blocked_is_named():
    launch = (
        done(CHAIN, "d", 2, 2).begin("a", at=on(2), **WHO).block("a", reason="no budget", at=on(3), by="serving-team")
    )
    found = slip(launch, on(2), on(6))
    assert (found.days, causes(found)) == (3, {"a": "3 working days later: blocked since 2026-11-03: no budget"})
    assert (found.causes[0].by, found.causes[0].at) == ("serving-team", on(3))
    unbegun = done(CHAIN, "d", 2, 2).block("a", reason="no budget", at=on(2), **WHO)
    assert causes(slip(unbegun, on(2), on(6))) == {"a": "4 working days later: blocked since 2026-11-02: no budget"}


def test_a_block_that_was_lifted_has_cost_the_days_that_it_lasted():
    launch = done(CHAIN, "d", 2, 2).begin("a", at=on(2), **WHO).block("a", reason="r", at=on(3), **WHO)
    launch = launch.unblock("a", at=on(5), **WHO).finish("a", at=on(5, 17), **WHO).begin("b", at=on(6), **WHO)
    found = slip(launch, on(2), on(6))
    assert (found.days, causes(found)) == (
        2,
        {"a": "2 working days later: done on 2026-11-05, forecast for 2026-11-03"},
    )


def test_what_is_finished_early_makes_it_earlier():
    launch = started(task("a", 4), task("b", 2, "a"))
    found = slip(launch.begin("a", at=on(2), **WHO).finish("a", at=on(3), **WHO), on(2), on(4))
    assert (found.days, causes(found)) == (
        -2,
        {"a": "2 working days earlier: done on 2026-11-03, forecast for 2026-11-05"},
    )


def test_half_a_day_is_told_as_such():
    launch = started(task("a", 1.5), task("b", 0.5, "a")).begin("a", at=on(2), **WHO)
    found = slip(launch, on(2), on(4))
    # Both were to be there by the evening of the 3rd; a is taken to end at once, and b is still to do.
    assert causes(found) == {"a": "0.5 working days later: under way since 2026-11-02, forecast for 2026-11-03"}
    assert found.days == 1


def test_what_was_reopened_is_named():
    launch = done(CHAIN, "d", 2, 2)
    launch = done(launch, "a", 2, 3)
    again = launch.reopen("a", reason="the numbers were wrong", at=on(4, 10), **WHO)
    found = slip(again, on(4), on(5))
    assert (found.days, causes(found)) == (
        3,
        {"a": "3 working days later: reopened since 2026-11-04: the numbers were wrong"},
    )
    bare = launch.reopen("a", at=on(4, 10), **WHO)
    assert causes(slip(bare, on(4), on(5))) == {"a": "3 working days later: reopened since 2026-11-04"}


def test_a_waiver_that_expired_is_named():
    launch = done(CHAIN, "d", 2, 2).waive("a", reason="r", expires=date(2026, 11, 4), at=on(2), **WHO)
    found = slip(launch, on(3), on(5))
    assert found.then.p80 == date(2026, 11, 5)
    assert (found.days, causes(found)) == (4, {"a": "4 working days later: its waiver expired after 2026-11-04"})
    begun = done(CHAIN, "d", 2, 2).begin("a", at=on(2), **WHO)
    begun = begun.waive("a", reason="r", expires=date(2026, 11, 3), at=on(2, 12), **WHO)
    assert set(causes(slip(begun, on(3), on(5)))) == {"a"}


def test_a_waiver_makes_it_earlier():
    launch = done(CHAIN, "d", 2, 2).waive("a", reason="r", expires=date(2026, 12, 4), at=on(2, 12), **WHO)
    found = slip(launch, on(2), on(3))
    assert (found.days, list(causes(found))) == (-1, ["a"])
    assert causes(found)["a"] == "1 working day earlier: waived on 2026-11-02, forecast for 2026-11-03"


def test_what_does_not_apply_makes_it_earlier():
    launch = done(CHAIN, "d", 2, 2).mark_not_applicable("a", reason="r", at=on(2, 12), **WHO)
    found = slip(launch, on(2), on(3))
    assert (found.days, causes(found)) == (
        -1,
        {"a": "1 working day earlier: not applicable since 2026-11-02, forecast for 2026-11-03"},
    )


def test_of_two_that_are_late_both_are_named_where_either_holds_the_end():
    two = started(task("a", 2), task("b", 2), task("c", 1, "a"), task("d", 3, "b"))
    found = slip(two.begin("b", at=on(2), **WHO), on(2), on(6))
    assert found.days == 2
    assert set(causes(found)) == {"a", "b"}


def test_who_waits_for_the_same_person_is_not_named_in_place_of_the_work_that_person_is_at():
    launch = started(task("a", 2), task("b", 2)).begin("a", at=on(2), **WHO)
    found = slip(launch, on(2), on(6), people=1)
    assert (found.days, list(causes(found))) == (2, ["a"])
    owned = launch.assign("a", "data-science", at=on(2), **WHO).assign("b", "data-science", at=on(2), **WHO)
    assert list(causes(slip(owned, on(2), on(6)))) == ["a"]


def test_at_most_five_causes_are_told_those_first_that_moved_it_most():
    many = started(*(task(f"t{n}", 1 + n / 4) for n in range(9)), task("last", 1, *(f"t{n}" for n in range(9))))
    found = slip(many, on(2), on(20), people=1)
    assert len(found.causes) <= 5
    sizes = [float(item.words.split(" ")[0]) for item in found.causes]
    assert sizes == sorted(sizes, reverse=True)
    assert len({item.id for item in found.causes}) == len(found.causes)


def test_a_finished_launch_ends_on_the_day_on_which_it_did():
    launch = done(done(done(done(CHAIN, "d", 2, 2), "a", 2, 3), "b", 4, 5), "c", 6, 10)
    for at in (on(11), on(25)):
        found = slip(launch, on(2), at)
        assert found.now.p50 == found.now.p95 == date(2026, 11, 10)
        assert list(found.now) == [0]
        assert (found.days, found.then.p80) == (2, date(2026, 11, 6))
    assert slip(launch, on(2), on(10, 18)).now.p80 == date(2026, 11, 10)
    assert slip(launch, on(20), on(25)) is None  # nothing was left, so nothing could move
    again = launch.reopen("c", at=on(21), **WHO)
    assert slip(again, on(20), on(25)) is None
    assert slip(again, on(2), on(25)).now.p80 == date(2026, 11, 25)


def test_and_that_is_the_day_on_which_the_last_of_it_was_closed():
    begun = done(done(done(CHAIN, "d", 2, 2), "a", 2, 3), "b", 4, 5).begin("c", at=on(6), **WHO)
    blocked = begun.block("c", reason="r", at=on(6, 12), **WHO).finish("c", at=on(18), **WHO)
    assert slip(blocked, on(2), on(20)).now.p80 == date(2026, 11, 18)
    waived = begun.waive("c", reason="r", expires=date(2026, 12, 18), at=on(12), **WHO)
    assert slip(waived, on(2), on(20)).now.p80 == date(2026, 11, 12)
    assert slip(waived, on(2), on(20)).days == 4
    empty = Launch.start(Checklist("x", "X"), name="x", at=on(2), **WHO)
    assert slip(empty, on(3), on(4)) is None


def test_it_looks_from_the_start_where_the_review_goes_back_further():
    launch = CHAIN.begin("a", at=on(2), **WHO)
    assert slip(launch, on(1) - timedelta(days=60), on(6)) == slip(launch, on(2), on(6))
    launch = CHAIN.finish("a", at=on(2), **WHO)
    assert slip(launch, on(1), on(6)) == slip(launch, on(2), on(6))


def test_days_are_those_of_the_calendar_of_the_review():
    launch = done(CHAIN, "d", 2, 2).begin("a", at=on(2), **WHO)
    tokyo = ZoneInfo("Asia/Tokyo")
    since, at = on(3, 20), on(6, 9)
    here, there = slip(launch, since, at), slip(launch, since.astimezone(tokyo), at)
    assert here == there
    assert here.then.start == date(2026, 11, 3)
    assert slip(launch, since, at.astimezone(tokyo)).then.start == date(2026, 11, 4)


def test_it_is_the_forecast_then_and_now():
    found = slip(TWO_WEEKS, launches.SINCE, launches.END)
    assert found.then == TWO_WEEKS.forecast(options=BOUNDS, at=launches.SINCE, samples=1_000).finish
    assert found.now == TWO_WEEKS.forecast(options=BOUNDS, at=launches.END, samples=1_000).finish
    calendar = Calendar(holidays=[date(2026, 11, 26)])
    found = slip(TWO_WEEKS, launches.SINCE, launches.END, people=1, calendar=calendar, samples=50)
    assert (
        found.now == TWO_WEEKS.forecast(options=BOUNDS, at=launches.END, samples=50, people=1, calendar=calendar).finish
    )
    assert found.days == calendar.between(found.then.p80, found.now.p80)


def test_the_two_weeks():
    review = TWO_WEEKS.review(launches.SINCE, at=launches.END, options=BOUNDS)
    found = review.slip
    assert (found.then.p80, found.now.p80, found.days) == (date(2026, 12, 4), date(2026, 11, 25), -7)
    assert causes(found)["c2"].endswith(" working days later: its waiver expired after 2026-11-18")
    told = review.to_dict()["slip"]
    assert json.loads(json.dumps(told)) == told == found.to_dict()
    assert list(told) == ["then", "now", "days", "causes", "blocked", "overrun", "options"]
    assert (found.blocked, found.overrun) == (("c5", "c9"), ("c5", "c6"))
    assert told["days"] == -7


def test_it_is_left_out_where_nobody_asks_and_where_nobody_knows():
    assert slip(CHAIN, on(2), on(3), samples=0) is None
    assert CHAIN.review(on(2), at=on(3), samples=0).to_dict()["slip"] is None
    bare = started(Task("a", "A"), task("b", 1))
    assert slip(bare, on(2), on(3)) is None
    assert slip(bare, on(2), on(3), default_effort=Effort(2, 2)).then.p80 == date(2026, 11, 3)
    known = bare.finish("a", at=on(3), **WHO)
    assert slip(known, on(2), on(4)) is None  # then, it had to be known
    assert slip(known, on(3), on(4)) is not None
    assert slip(known, on(3), on(4), samples=7).now.p80 == date(2026, 11, 4)


def test_of_large_checklists_there_is_none_unless_it_is_asked_for():
    def large(many):
        return started(*(task(f"t{n}", 1) for n in range(many)))

    assert slip(large(1_001), on(2), on(3)) is None
    assert slip(large(1_001), on(2), on(3), samples=2) is not None
    # Fewer samples for more tasks, so that it takes no longer.
    assert [len(slip(large(many), on(2), on(2, 10)).then) for many in (1, 100, 101, 1_000)] == [1_000, 1_000, 990, 100]


def test_a_long_chain_of_what_was_late():
    chain = started(*(task(f"t{n}", 0.005, *([f"t{n - 1}"] if n else [])) for n in range(1_000)))
    told = [events.Finished(f"t{n}", at=on(20), **WHO) for n in range(999)]
    found = slip(Launch(chain.checklist, "x", [*chain.events, *told]), on(2), on(23), samples=2)
    assert found.days > 0
    # All waited for the first, which was to be done on the first day; and the last one was not begun when it could be.
    assert list(causes(found)) == ["t0", "t999"]


def test_who_goes_first_in_the_forecast_is_said_by_the_rules():
    urgent_task = Task("b", "B", priority=Priority.CRITICAL, effort=Effort(1, 1))
    phases = [Phase("p", "P", tasks=[task("a", 1)]), Phase("q", "Q", tasks=[urgent_task])]
    two = Launch.start(
        Checklist("x", "X", phases=phases),
        name="x",
        at=on(2),
        **WHO,
    )
    plain, urgent = (
        two.review(on(2), at=on(3), options=BOUNDS, people=1),
        two.review(on(2), at=on(3), options=BOUNDS, people=1, rules=CRITICAL_FIRST),
    )
    assert (plain.next.ids, urgent.next.ids) == (("a", "b"), ("b", "a"))
    assert list(causes(plain.slip))[:1] == ["a"]
    assert list(causes(urgent.slip))[:1] == ["b"]
    with pytest.raises(InvalidError, match=r"^\$\.rules: is not a list of rules"):
        two.review(on(2), at=on(3), rules=3)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"samples": -1}, "$.samples"),
        ({"samples": 1.0}, "$.samples"),
        ({"samples": True}, "$.samples"),
        ({"people": 0}, "$.people"),
        ({"people": "2"}, "$.people"),
        ({"calendar": None}, "$.calendar"),
        ({"calendar": "Monday"}, "$.calendar"),
        ({"default_effort": "soon"}, "$.default_effort"),
        ({"default_effort": 3}, "$.default_effort"),
    ],
    ids=str,
)
def test_what_the_review_goes_by_is_checked(given, path):
    with pytest.raises(InvalidError) as caught:
        CHAIN.review(on(2), at=on(3), **given)
    assert [fault.path for fault in caught.value.faults] == [path]


@pytest.mark.parametrize("given", [{"people": 0}, {"calendar": None}, {"default_effort": 3}], ids=str)
def test_it_is_checked_even_where_there_is_no_forecast(given):
    with pytest.raises(InvalidError):
        CHAIN.review(on(2), at=on(3), samples=0, **given)


def test_all_of_it_is_checked_at_once_and_of_selected_tasks_too():
    with pytest.raises(InvalidError) as caught:
        CHAIN.review(on(2), at=on(3), samples=-1, stale_after=-1, phase="p")
    assert [fault.path for fault in caught.value.faults] == ["$.samples"]
    with pytest.raises(InvalidError, match=r"^\$\.samples: is not a number of samples"):
        CHAIN.review(on(2), at=on(3), samples=-1, phase="p")


def test_what_the_forecast_of_a_review_refuses_is_an_error_of_the_review():
    with pytest.raises(UnknownNameError, match=r"^\$\.blocked\[0\]: there is no such task"):
        CHAIN.review(on(2), at=on(3), blocked={"z": "1 day"})
    blocked = CHAIN.block("a", reason="r", at=on(3), **WHO)
    with pytest.raises(InvalidError, match=r"^\$\.blocked\.a: begins at 0"):
        blocked.review(on(2), at=on(4), blocked={"a": "0-3 days"})


def test_an_owner_who_never_works_is_an_error_of_the_review():
    never = Calendar(holidays=[date.fromordinal(on(2).toordinal() + number) for number in range(4_000)])
    with pytest.raises(InvalidError, match=r"^\$\.calendars\.ann: has no working day within ten years"):
        CHAIN.review(on(2), at=on(3), owners={"a": "ann"}, calendars={"ann": never})


def test_beyond_all_years_there_is_no_slip():
    end = datetime(9990, 11, 2, 9, tzinfo=UTC)
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A", effort="10000 days")])])
    launch = Launch.start(plan, name="x", at=end, **WHO)
    assert launch.review(end, at=end + timedelta(days=1)).slip is None


def test_a_slip_made_by_hand():
    then, now = (Distribution([3], start=date(2026, 11, day)) for day in (2, 4))
    assert Slip(then=then, now=now, causes=()).days == 2
    assert Slip(then=now, now=then, causes=()).days == -2
    with pytest.raises(InvalidError) as caught:
        Slip(then=3, now=None, causes=("a",))
    assert [fault.path for fault in caught.value.faults] == ["$.then", "$.now", "$.causes[0]"]


def test_the_bundled_checklist_has_a_slip():
    launch = Launch.start(model_serving(), name="x", at=on(2), **WHO)
    found = slip(launch, on(2), on(9))
    assert found.days == 5
    assert next(iter(causes(found))) == "c3"


@pytest.mark.parametrize("many", [1, 5, 8, 9, 12])
def test_however_many_are_late_side_by_side_each_of_them_holds_the_end(many):
    last = task("end", 5, *(f"t{n}" for n in range(many)))
    found = slip(started(*(task(f"t{n}", 3) for n in range(many)), last), on(2), on(5))
    assert found.days == 3
    assert set(causes(found).values()) == {"3 working days later: not begun, forecast for 2026-11-04"}
    assert len(found.causes) == min(many, 5)


def test_what_was_to_be_over_by_now_is_late_by_as_much_as_the_end():
    launch = started(task("a", 2))
    found = slip(launch, on(2), on(30))
    assert found.days == 20
    assert causes(found) == {"a": "20 working days later: not begun, forecast for 2026-11-03"}


def test_what_was_to_be_over_by_now_counts_from_now_where_the_end_is_still_ahead():
    launch = started(task("a", Effort(1, 3)))
    found = slip(launch, on(2), on(4), samples=1_000, seed=1)
    assert launch.forecast(options=BOUNDS, at=on(2), samples=1_000, seed=1).schedule[0].finish == date(2026, 11, 3)
    assert found.then.p80 == date(2026, 11, 4)
    days = f"{found.now.quantile_days(0.8):.1f}"
    assert causes(found) == {"a": f"{days} working days later: not begun, forecast for 2026-11-03"}


def test_of_many_those_are_tried_that_hold_the_end():
    short = (task("z", 0.5), task("y", 0.5, "w"), task("w", 2))
    launch = done(started(*short, *(task(f"t{n}", 5) for n in range(8))), "z", 2, 2)
    launch = launch.reopen("z", at=on(4), **WHO).finish("y", at=on(4), **WHO)
    for number in range(7):
        launch = launch.begin(f"t{number}", at=on(4), **WHO)
    found = causes(slip(launch, on(3), on(5)))
    assert found["t7"].startswith("2 working days later: not begun")
    assert len(found) == 5
    assert not found.keys() & {"w", "y", "z"}


def test_a_launch_that_was_finished_late_names_what_its_last_task_waited_for():
    two = started(task("a", 1), task("b", 1, "a"))
    waited = slip(done(done(two, "a", 2, 10), "b", 10, 10), on(2), on(12))
    assert (waited.days, causes(waited)) == (
        5,
        {"a": "5 working days later: done on 2026-11-10, forecast for 2026-11-02"},
    )
    itself = slip(done(done(two, "a", 2, 2), "b", 3, 10), on(2), on(12))
    assert (itself.days, causes(itself)) == (
        5,
        {"b": "5 working days later: done on 2026-11-10, forecast for 2026-11-03"},
    )
    on_time = slip(done(done(two, "a", 2, 2), "b", 3, 3), on(2), on(12))
    assert (on_time.days, on_time.causes) == (0, ())


def test_a_task_that_was_given_to_somebody_who_is_busy_is_named():
    four = started(*(task(one, 3) for one in "abcd"))
    given = four
    for one in "abcd":
        given = given.assign(one, "data-science", at=on(2, 10), **WHO)
    found = slip(given, on(2), on(2, 12))
    assert found.days == 9
    assert set(causes(found).values()) == {"3 working days later: owned by data-science now"}
    freed = given
    for one in "abcd":
        freed = freed.assign(one, None, at=on(2, 13), **WHO)
    back = slip(freed, on(2, 12), on(2, 14))
    assert back.days == -9
    assert "3 working days earlier: without an owner now" in causes(back).values()


def test_how_long_a_block_lasts_can_be_told():
    launch = done(CHAIN, "d", 2, 2).block("a", reason="no access", at=on(2, 10), **WHO)
    assert slip(launch, on(2), on(2, 12)).blocked == ("a",)
    told = slip(launch, on(2), on(2, 12), blocked={"a": Effort(4, 4)})
    assert (told.blocked, told.days) == ((), 4)
    assert list(causes(told)) == ["a"]


def test_owners_and_the_seed_can_be_told():
    two = started(task("a", Effort(1, 4)), task("b", Effort(1, 4)))
    both = slip(two, on(2), on(3), owners={"a": "data-science", "b": "data-science"})
    assert both.then.p80 > slip(two, on(2), on(3)).then.p80
    assert slip(two, on(2), on(3), seed=1).then != slip(two, on(2), on(3)).then
