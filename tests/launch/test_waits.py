"""A launch in which tasks wait some days after others: what can be begun on which day, and what pages and forecasts say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from servingchecklist import Checklist, Launch, Phase, Status, Step, Task, critical_path, dumps, next_tasks
from servingchecklist.formats._phrases import though_early

WHO = {"by": "ml-platform"}
PLAN = Checklist(
    "x",
    "X",
    phases=[
        Phase(
            "p",
            "P",
            tasks=[
                Task("ship", "Ship", effort="exactly 1 day"),
                Task("docs", "Docs", effort="exactly 1 day"),
                Task("measure", "Measure", effort="exactly 1 day", after=["ship", "docs"], wait_days=7),
            ],
        ),
        Phase("q", "Q", after=["p"], tasks=[Task("close", "Close", effort="exactly 1 day", wait_days=1)]),
    ],
)


def on(day, hour=9):
    return datetime(2026, 12, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


START = Launch.start(PLAN, name="fraud-v3", by="ml-platform", at=on(1))
CLOSED = START.finish("docs", at=on(2), **WHO).finish("ship", at=on(4), **WHO)  # on a Wednesday and a Friday
FIRST = date(2026, 12, 12)


def test_a_task_is_ready_on_the_day_after_its_wait():
    before, then = CLOSED.state("measure", at=on(11, 23)), CLOSED.state("measure", at=on(12, 0))
    assert (before.ready, before.not_before, before.waits_for) == (False, FIRST, ())
    assert (then.ready, then.not_before) == (True, None)
    assert START.state("measure", at=on(5)).not_before is None
    assert START.finish("docs", at=on(2), **WHO).state("measure", at=on(5)).not_before is None
    rows = {row["task"]: row["ready"] for row in CLOSED.to_records(at=on(11))}
    assert rows == {"ship": False, "docs": False, "measure": False, "close": False}
    assert {row["task"]: row["ready"] for row in CLOSED.to_records(at=on(12))}["measure"]


def test_next_offers_it_on_that_day_and_says_so_before():
    none = CLOSED.next(at=on(11))
    assert (none.ids, [one.id for one in none.waiting]) == ((), ["measure", "close"])
    found = [(one.not_before, one.waits_for) for one in none.waiting]
    assert found == [(FIRST, ()), (None, ("measure",))]
    assert none.waiting[0].to_dict()["not_before"] == "2026-12-12"
    assert dumps(none, "text") == "Nothing can be begun: measure waits until 2026-12-12; close waits for measure\n"
    assert CLOSED.next(at=on(12)).ids == ("measure",)
    assert CLOSED.next(at=on(12))[0].not_before is None
    launch, best = CLOSED.begin_next(by="worker", at=on(11))
    assert (launch, best.ids) == (CLOSED, ())


def test_it_can_be_begun_before_as_any_task_can_be_and_the_review_says_so():
    early = CLOSED.begin("measure", at=on(8), **WHO)
    assert early.state("measure", at=on(8)).status is Status.DOING
    done = early.finish("measure", at=on(10), **WHO)
    review = done.review(on(5), at=on(14))
    assert [item.words for item in review.out_of_order] == ["2026-12-10, ml-platform, before 2026-12-12, its first day"]
    late = CLOSED.finish("measure", at=on(12), **WHO)
    assert late.review(on(5), at=on(14)).out_of_order == ()


def test_days_are_those_of_the_time_zone_of_the_reader():
    berlin = ZoneInfo("Europe/Berlin")
    launch = START.finish("docs", at=on(2), **WHO).finish("ship", at=on(4, 23), **WHO)
    assert launch.state("measure", at=on(6)).not_before == FIRST
    assert launch.state("measure", at=on(6).astimezone(berlin)).not_before == FIRST + timedelta(days=1)


def test_what_is_waived_or_does_not_apply_is_closed_on_the_day_of_that():
    waived = START.waive("ship", reason="accepted", expires=date(2026, 12, 20), at=on(4), **WHO)
    other = waived.mark_not_applicable("docs", reason="no readers", at=on(7), **WHO)
    assert other.state("measure", at=on(8)).not_before == date(2026, 12, 15)
    assert other.state("measure", at=on(21)).waits_for == ("ship",)
    assert other.state("measure", at=on(21)).not_before is None


def test_what_is_done_again_counts_from_the_last_time():
    again = CLOSED.reopen("ship", at=on(8), **WHO)
    assert again.state("measure", at=on(9)).not_before is None
    assert again.finish("ship", at=on(9), **WHO).state("measure", at=on(10)).not_before == date(2026, 12, 17)


def test_a_wait_that_ends_beyond_the_calendar_ends_on_its_last_day():
    plan = PLAN.replace_task("measure", wait_days=10_000)
    launch = Launch.start(plan, name="x", by="ml", at=datetime(9998, 1, 1, tzinfo=UTC))
    launch = launch.finish("ship", by="ml", at=datetime(9998, 1, 2, tzinfo=UTC))
    launch = launch.finish("docs", by="ml", at=datetime(9998, 1, 2, tzinfo=UTC))
    assert launch.state("measure", at=datetime(9998, 1, 3, tzinfo=UTC)).not_before == date.max


def finish(launch, at, **more):
    result = launch.forecast(at=at, samples=3, ranges="bounds", **more)
    return {slot.id: slot.start for slot in result.schedule}, result


@pytest.mark.parametrize("people", [None, 1])
def test_a_forecast_counts_from_the_day_of_closing(people):
    days, result = finish(CLOSED, on(7), people=people)
    # From Saturday the 12th on, so on Monday the 14th; then a day of waiting, so on Wednesday the 16th.
    assert days == {"measure": date(2026, 12, 14), "close": date(2026, 12, 16)}
    assert result.first_days == (("measure", FIRST),)
    assert result.to_dict()["first_days"] == {"measure": "2026-12-12"}
    assert result.assumptions[0] == (
        "measure waits until 2026-12-12 (7 days): so many days pass after that on which the last of its prerequisites was closed; "
        "nobody works on it meanwhile."
    )
    own = attrs.evolve(result, first_days=[("measure", FIRST), ("close", on(16).date())])
    assert own.assumptions[0].startswith(
        "measure waits until 2026-12-12 (7 days) and close waits until 2026-12-16 (1 day): so many"
    )
    assert "of their prerequisites was closed; nobody works on them meanwhile." in own.assumptions[0]
    assert result.assumptions[1].startswith("close (1 day) does not begin before so many calendar days")
    past, result = finish(CLOSED, on(21), people=people)
    assert (past, result.first_days) == ({"measure": date(2026, 12, 21), "close": date(2026, 12, 23)}, ())
    assert finish(CLOSED.begin("measure", at=on(8), **WHO), on(8), people=people)[0]["measure"] == date(2026, 12, 8)
    later, _ = finish(CLOSED, on(7), people=people, start=date(2026, 12, 11))
    assert later["measure"] == date(2026, 12, 14)


def test_a_critical_path_and_levers_count_from_there_too():
    path = CLOSED.critical_path(at=on(7))
    assert (path["measure"].early_start, path.path) == (5.0, ("measure", "close"))
    assert path.first_days == {"measure": FIRST}
    page = dumps(path, "text")
    assert "measure: 1 working day, waits until 2026-12-12" in page
    assert "close: 1 working day, waits 1 day" in page
    levers = CLOSED.levers(at=on(7), samples=3)
    assert [lever.words for lever in levers] == [
        "If measure, which takes exactly 1 day, took no time",
        "If close, which takes exactly 1 day, took no time",
    ]
    found = {lever.task: lever.days for lever in levers}
    assert found == {"measure": 2.0, "close": 1.0}  # without work, closed on Saturday the 12th


def test_a_review_names_what_was_closed_late_while_a_task_waits_for_that():
    launch = START.finish("docs", at=on(1), **WHO).begin("ship", at=on(1), **WHO).finish("ship", at=on(3), **WHO)
    slip = launch.review(on(1), at=on(7), ranges="bounds").slip
    assert slip.then.p80 < slip.now.p80
    assert [(item.id, item.words) for item in slip.causes] == [
        ("ship", "1 working day later: done on 2026-12-03, forecast for 2026-12-01")
    ]
    after = launch.review(on(1), at=on(20), ranges="bounds").slip
    assert [item.id for item in after.causes] == ["measure", "ship"]
    on_time = START.finish("docs", at=on(1), **WHO).finish("ship", at=on(1, 12), **WHO)
    assert on_time.review(on(1), at=on(7), ranges="bounds").slip.causes == ()


def test_pages_say_how_long_a_task_waits():
    page = dumps(PLAN, "text")
    assert "after ship and docs; waits 7 days" in page
    assert "waits 1 day" in page
    assert "measure" in dumps(CLOSED.snapshot(at=on(7)), "text")
    assert "waits until 2026-12-12" in dumps(CLOSED.snapshot(at=on(7)), "markdown")
    assert "waits until" not in dumps(CLOSED.snapshot(at=on(12)), "html")
    assert "waits for ship and docs, then 7 days" in dumps(START.snapshot(at=on(2)), "text")
    assert "waits for ship, docs and measure, then 1 day" in dumps(START.snapshot(at=on(2)), "text")
    assert "waits until 2026-12-12" in dumps(
        CLOSED.begin("measure", at=on(8), **WHO).reopen("measure", at=on(8, 10), **WHO).snapshot(at=on(9)), "text"
    )
    one = PLAN.replace_task("measure", after=["ship"])
    assert "after ship; waits 7 days" in dumps(one, "svg")
    waiting = next_tasks(PLAN, limit=None)
    assert [recommendation.id for recommendation in waiting] == ["ship", "docs"]


def test_what_waits_for_a_day_is_told_before_what_waits_for_tasks():
    tasks = [
        Task("docs", "Docs"),
        Task("ship", "Ship", after=["measure"]),
        Task("measure", "M", after=["docs"], wait_days=7),
    ]
    order = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    launch = Launch.start(order, name="x", by="ml", at=on(1)).finish("docs", at=on(2), **WHO)
    words = "measure waits until 2026-12-10; ship waits for measure"
    assert dumps(launch.next(at=on(3)), "text") == f"Nothing can be begun: {words}\n"
    plan = PLAN.replace_task("measure", steps=[Step("one", "One")])
    steps = (
        Launch.start(plan, name="x", by="ml", at=on(1)).finish("docs", at=on(2), **WHO).finish("ship", at=on(4), **WHO)
    )
    steps = steps.set_due("measure", date(2026, 12, 20), at=on(4), **WHO)
    page = " ".join(dumps(steps.snapshot(at=on(7)), "text").split())
    assert "waits until 2026-12-12; due 2026-12-20; 0 of 1 steps" in page


def test_pictures_of_what_comes_after_what_say_how_long_a_task_waits():
    assert '["measure, waits 7 days, exactly 1 day<br>Measure"]' in dumps(PLAN, "mermaid")
    assert '["close, waits 1 day, critical<br>Close"]' in dumps(critical_path(PLAN), "mermaid")
    assert ">waits 7 days<" in dumps(PLAN, "svg")
    free = PLAN.replace_task("measure", after=())
    assert ">waits 7 days<" not in dumps(free, "svg")
    late = CLOSED.finish("measure", at=on(12), **WHO).critical_path(at=on(13))
    assert "waits 7 days" not in dumps(late, "mermaid")


def test_what_was_done_before_the_first_day_is_said():
    early = CLOSED.begin("measure", at=on(8), **WHO).state("measure", at=on(8))
    assert though_early(early) == ", though its first day is 2026-12-12"
    assert though_early(CLOSED.state("measure", at=on(12))) == ""
    assert though_early(CLOSED.state("close", at=on(12))) == ", though measure is open"
    done = CLOSED.finish("measure", at=on(8), **WHO).state("measure", at=on(8))
    assert though_early(done) == ", though its first day is 2026-12-12"
    waived = CLOSED.waive("measure", reason="accepted", expires=date(2026, 12, 20), at=on(8), **WHO)
    assert though_early(waived.state("measure", at=on(8))) == ""
    other = CLOSED.mark_not_applicable("measure", reason="no traffic", at=on(8), **WHO)
    assert though_early(other.state("measure", at=on(8))) == ""


@pytest.mark.parametrize("blocked", ["ship", "measure"])
def test_a_task_begun_before_its_first_day_does_not_wait_whichever_side_is_blocked(blocked):
    launch = START.finish("docs", at=on(2), **WHO).begin("measure", at=on(3), **WHO)
    days, result = finish(launch.block(blocked, reason="no one answers", at=on(4), **WHO), on(7))
    assert (result.blocked, result.waiting) == ((blocked,), ("close",))
    assert result.to_dict()["waiting"] == ["close"]
    assert blocked not in days
    assert [sentence[:15] for sentence in result.assumptions if "calendar days" in sentence] == ["close (1 day) d"]


def test_a_row_of_a_launch_has_the_first_day_after_the_wait_while_it_is_to_come():
    for rows, day in ((CLOSED.to_records(at=on(7)), FIRST), (CLOSED.to_records(at=on(12)), None)):
        row = next(row for row in rows if row["task"] == "measure")
        assert (row["first_day"], row["not_before"], row["ready"]) == (day, None, day is None)
    assert CLOSED.snapshot(at=on(7)).to_records() == CLOSED.to_records(at=on(7))


def test_a_review_keeps_no_wait_of_tasks_that_were_begun_or_closed_before_their_first_day():
    launch = START.finish("docs", at=on(1), **WHO).begin("ship", at=on(1), **WHO).finish("ship", at=on(3), **WHO)
    for early in (launch.begin("measure", at=on(4), **WHO), launch.finish("measure", at=on(4), **WHO)):
        causes = early.review(on(1), at=on(7), ranges="bounds").slip.causes
        assert [item.id for item in causes] == ["measure"]


def test_the_wait_counts_from_the_first_day_since_which_a_task_has_been_closed():
    """A waiver that is renewed in time, or two copies of a log that both closed the task, do not start the wait anew."""
    waived = START.finish("docs", at=on(2), **WHO).waive("ship", reason="r", expires=on(20).date(), at=on(4), **WHO)
    first = waived.state("measure", at=on(9)).not_before
    assert first == FIRST
    renewed = waived.waive("ship", reason="r", expires=on(30).date(), at=on(9), **WHO)
    assert renewed.state("measure", at=on(9)).not_before == FIRST
    assert renewed.state("measure", at=on(25)).ready
    other = waived.mark_not_applicable("ship", reason="r", at=on(8), **WHO)
    assert other.state("measure", at=on(8)).not_before == FIRST
    both = CLOSED.merge(START.finish("ship", by="other", at=on(7)))
    assert both.state("measure", at=on(8)).not_before == FIRST
    assert (
        renewed.begin("measure", at=on(12), **WHO)
        .finish("measure", at=on(13), **WHO)
        .review(on(5), at=on(14))
        .out_of_order
        == ()
    )


@pytest.mark.parametrize(("day", "first"), [(20, FIRST), (21, date(2026, 12, 29))])
def test_a_waiver_that_was_over_before_it_was_renewed_starts_the_wait_anew(day, first):
    waived = START.finish("docs", at=on(2), **WHO).waive("ship", reason="r", expires=on(20).date(), at=on(4), **WHO)
    renewed = waived.waive("ship", reason="r", expires=on(30).date(), at=on(day), **WHO)
    assert renewed.state("measure", at=on(day)).not_before == (first if day == 21 else None)
    opened = renewed.reopen("ship", reason="r", at=on(day, 10), **WHO).finish("ship", at=on(day, 11), **WHO)
    assert opened.state("measure", at=on(day, 12)).not_before == on(day + 8).date()


def test_the_slip_names_a_task_that_was_reopened_and_closed_again_before_a_wait():
    again = CLOSED.reopen("ship", reason="r", at=on(8), **WHO).finish("ship", at=on(10), **WHO)
    slip = again.review(on(5), at=on(11)).slip
    assert [item.id for item in slip.causes] == ["ship"]
    renewed = CLOSED.review(on(5), at=on(11)).slip
    assert renewed.causes == ()
