"""The weekly review: every list, then and now, and the steps of the burn-up picture."""

import json
import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given

from helpers.strategies import launches
from servingchecklist import Checklist, ForecastOptions, Launch, Phase, Reference, Status, Task, dumps, model_serving
from servingchecklist.errors import InvalidError
from servingchecklist.results import BurnUpPoint, Review, ReviewItem

CHECKLIST = model_serving()


def on(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


START = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=on(2))
WHO = {"by": "ml-platform"}


def ids(items):
    return [item.id for item in items]


def words(items):
    return [item.words for item in items]


def test_done_and_started_since():
    launch = START.finish("c1", at=on(8), **WHO).begin("c3", at=on(8), **WHO)
    launch = launch.finish("c3", at=on(10), **WHO).begin("c2", at=on(11), **WHO).finish("c4", at=on(12), **WHO)
    review = launch.review(on(9), at=on(16))
    assert ids(review.done) == ["c3", "c4"]
    assert review.done[0] == ReviewItem(
        id="c3",
        title="Audit current state",
        words="2026-11-10, ml-platform",
        by="ml-platform",
        at=on(10),
    )
    assert (ids(review.begun), words(review.begun)) == (["c2"], ["2026-11-11, ml-platform"])
    assert (review.before.overall.done, review.now.overall.done) == (1, 3)
    assert launch.review(on(1), at=on(16)).before.overall.done == 0
    assert ids(launch.reopen("c4", at=on(13), **WHO).review(on(9), at=on(16)).done) == ["c3"]


def test_what_happened_at_the_very_beginning_of_the_review_is_no_news():
    launch = START.finish("c1", at=on(9), **WHO)
    assert launch.review(on(9), at=on(16)).done == ()
    assert ids(launch.review(on(9) - timedelta(microseconds=1), at=on(16)).done) == ["c1"]
    assert ids(launch.review(on(8), at=on(9)).done) == ["c1"]
    assert launch.review(on(7), at=on(8)).done == ()


@pytest.mark.parametrize(
    ("name", "before", "news"),
    [
        ("begun", "", lambda launch: launch.begin("c1", at=on(9), **WHO)),
        ("done", "", lambda launch: launch.finish("c1", at=on(9), **WHO)),
        ("open_steps", "", lambda launch: launch.finish("c1", at=on(9), **WHO)),
        ("out_of_order", "", lambda launch: launch.finish("c4", at=on(9), **WHO)),
        ("reopened", "", lambda launch: launch.finish("c1", at=on(8), **WHO).reopen("c1", at=on(9), **WHO)),
        ("ticked", "", lambda launch: launch.tick("c1", CHECKLIST["c1"].steps[0].id, at=on(9), **WHO)),
        ("waived", "", lambda launch: launch.waive("c1", reason="r", expires=date(2027, 1, 1), at=on(9), **WHO)),
        ("not_applicable", "", lambda launch: launch.mark_not_applicable("c1", reason="r", at=on(9), **WHO)),
        ("blocked", "still_blocked", lambda launch: launch.block("c1", reason="r", at=on(9), **WHO)),
        ("retracted", "", lambda launch: undone(launch.finish("c1", at=on(8), **WHO), at=on(9))),
    ],
)  # fmt: skip
def test_news_is_after_the_beginning_of_the_review_and_up_to_its_end(name, before, news):
    launch = news(START)
    assert getattr(launch.review(on(9) - timedelta(microseconds=1), at=on(9)), name)
    review = launch.review(on(9), at=on(16))
    assert not getattr(review, name)
    assert not before or getattr(review, before)


def undone(launch, **when):
    return launch.retract(launch.events[-1], **when, **WHO)


def test_newly_blocked():
    launch = START.block("c3", reason="no access", at=on(8), **WHO).block("c2", reason="no list", at=on(10), **WHO)
    launch = launch.block("c6", reason="soon over", at=on(10), **WHO).unblock("c6", at=on(11), **WHO)
    review = launch.review(on(9), at=on(16))
    assert (ids(review.blocked), words(review.blocked)) == (["c2"], ["no list (2026-11-10, ml-platform)"])
    assert (ids(review.still_blocked), words(review.still_blocked)) == (["c3"], ["no access (2026-11-08, ml-platform)"])


def test_gone_stale():
    launch = START.begin("c1", at=on(3), **WHO).begin("c2", at=on(3), **WHO).note("c2", "still at it", at=on(10), **WHO)
    review = launch.review(on(9), at=on(16))
    assert (ids(review.stale), words(review.stale)) == (["c1"], ["nothing recorded since 2026-11-03, ml-platform"])
    assert ids(launch.review(on(9), at=on(16), stale_after=6).stale) == ["c1", "c2"]
    assert launch.review(on(9), at=on(16), stale_after=14).stale == ()
    assert ids(launch.review(on(9), at=on(10), stale_after=7).stale) == ["c1"]


def test_overdue():
    launch = START.set_due("c1", date(2026, 11, 15), at=on(3), **WHO).set_due("c2", date(2026, 11, 16), at=on(3), **WHO)
    launch = launch.assign("c1", "serving-team", at=on(3), **WHO).begin("c1", at=on(14), **WHO)
    review = launch.review(on(9), at=on(16))
    assert words(review.overdue) == ["due on 2026-11-15, 1 day ago; doing, owned by serving-team"]
    assert review.overdue[0].at is None
    assert words(launch.review(on(9), at=on(18)).overdue) == [
        "due on 2026-11-15, 3 days ago; doing, owned by serving-team",
        "due on 2026-11-16, 2 days ago; todo",
    ]
    assert launch.finish("c1", at=on(17), **WHO).review(on(9), at=on(18)).overdue[0].id == "c2"


def test_days_are_told_on_the_calendar_of_the_reader():
    launch = START.set_due("c1", date(2026, 11, 15), at=on(3), **WHO).finish("c2", at=on(15, 23), **WHO)
    there = on(15, 23).astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(hours=1)
    assert ids(launch.review(on(9), at=there).overdue) == ["c1"]
    assert words(launch.review(on(9), at=there).done) == ["2026-11-16, ml-platform"]
    assert launch.review(on(9), at=there.astimezone(UTC)).done[0].words == "2026-11-15, ml-platform"


def test_a_waiver_ends_at_midnight_where_the_reader_is():
    launch = START.waive("c1", reason="r", expires=date(2026, 11, 10), at=on(3), **WHO)
    there = datetime(2026, 11, 12, 9, tzinfo=ZoneInfo("Asia/Tokyo"))
    review = launch.review(datetime(2026, 11, 11, 1, tzinfo=ZoneInfo("Asia/Tokyo")), at=there)
    assert review.burn_up[-1] == BurnUpPoint(on(10, 15), done=0, waived=0)
    assert (review.before.overall.waived, review.now.overall.waived) == (0, 0)
    assert launch.review(on(9), at=there).before.overall.waived == 1


def test_what_was_done_before_is_no_news_when_it_is_said_again():
    again = START.finish("c1", at=on(3), **WHO).merge(START.finish("c1", at=on(10), by="serving-team"))
    assert again.review(on(9), at=on(16)).done == ()


def test_finished_out_of_order():
    launch = START.finish("c1", at=on(10), **WHO).finish("c4", at=on(11), **WHO).finish("c7", at=on(12), **WHO)
    review = launch.finish("c3", at=on(13), **WHO).review(on(9), at=on(16))
    assert (ids(review.out_of_order), words(review.out_of_order)) == (
        ["c4", "c7"],
        ["2026-11-11, ml-platform, while c3 was open", "2026-11-12, ml-platform, while c5 and c6 were open"],
    )
    assert launch.review(on(12, 12), at=on(16)).out_of_order == ()
    waived = START.waive("c3", reason="r", expires=date(2026, 12, 1), at=on(3), **WHO).finish("c1", at=on(3), **WHO)
    assert waived.finish("c4", at=on(10), **WHO).review(on(9), at=on(16)).out_of_order == ()


def test_waivers_used_and_expired():
    launch = START.waive("c6", reason="metrics come later", expires=date(2026, 11, 20), at=on(10), **WHO)
    launch = launch.waive("c2", reason="one caller only", expires=date(2026, 11, 12), at=on(3), **WHO)
    review = launch.review(on(9), at=on(16))
    assert words(review.waived) == ["until 2026-11-20: metrics come later (2026-11-10, ml-platform)"]
    assert (ids(review.expired), words(review.expired)) == (
        ["c2"],
        ["counted until 2026-11-12: one caller only (2026-11-03, ml-platform)"],
    )
    assert ids(launch.review(on(20), at=on(27)).expired) == ["c2", "c6"]
    assert launch.review(on(9), at=on(12)).expired == ()
    assert ids(launch.finish("c2", at=on(15), **WHO).review(on(9), at=on(16)).done) == ["c2"]


def test_not_applicable_since():
    launch = START.mark_not_applicable("c2", reason="one caller only", at=on(8), **WHO)
    launch = launch.mark_not_applicable("c6", reason="metrics are there", at=on(10), **WHO)
    review = launch.review(on(9), at=on(16))
    assert (ids(review.not_applicable), words(review.not_applicable)) == (
        ["c6"],
        ["metrics are there (2026-11-10, ml-platform)"],
    )
    assert (review.before.overall.not_applicable, review.now.overall.not_applicable) == (1, 2)
    assert [point.not_applicable for point in review.burn_up] == [0, 1, 2]
    reopened = launch.reopen("c6", at=on(11), **WHO).review(on(9), at=on(16))
    assert (reopened.not_applicable, reopened.burn_up[-1].not_applicable) == ((), 1)
    late = launch.merge(START.begin("c6", by="serving-team", at=on(12))).review(on(9), at=on(16))
    assert words(late.overridden) == [
        "begun 2026-11-12, serving-team, though it was not applicable, as ml-platform recorded on 2026-11-10"
    ]
    other = launch.merge(START.finish("c6", by="serving-team", at=on(9, 10))).review(on(9), at=on(16))
    assert words(other.overridden) == [
        "marked not applicable 2026-11-10, ml-platform, though it was done, as serving-team recorded on 2026-11-09"
    ]


def test_what_was_retracted_since():
    launch = START.finish("c1", at=on(3), **WHO).mark_not_applicable("c2", reason="r", at=on(10), **WHO)
    first, second = launch.history("c1") + launch.history("c2")
    launch = launch.retract(first, by="serving-team", at=on(9)).retract(second, by="x", reason="it was c3", at=on(11))
    review = launch.review(on(9), at=on(16))
    assert (ids(review.retracted), words(review.retracted)) == (
        ["c2"],
        ["marked not applicable 2026-11-10, ml-platform: it was c3 (2026-11-11, x)"],
    )
    assert (review.not_applicable, review.before.overall.closed, review.now.overall.closed) == ((), 0, 0)
    assert words(launch.review(on(8), at=on(10)).retracted) == [
        "finished 2026-11-03, ml-platform (2026-11-09, serving-team)"
    ]
    elsewhere = START.record(*launch.events[-1:])
    assert elsewhere.review(on(9), at=on(16)).retracted == ()


def test_a_waiver_without_an_end_and_a_limit_without_one():
    launch = START.waive("c1", reason="r", expires=date.max, at=on(3), **WHO).begin("c2", at=on(3), **WHO)
    review = launch.review(on(1), at=on(16), stale_after=10**9)
    assert (ids(review.waived), review.stale) == (["c1"], ())


def test_an_hour_that_comes_twice_is_told_apart():
    zone = ZoneInfo("America/New_York")
    early, late = datetime(2026, 11, 1, 1, 30, tzinfo=zone), datetime(2026, 11, 1, 1, 10, tzinfo=zone, fold=1)
    launch = Launch.start(CHECKLIST, name="x", at=datetime(2026, 10, 30, tzinfo=UTC), **WHO)
    launch = launch.finish("c1", at=datetime(2026, 11, 1, 5, 50, tzinfo=UTC), **WHO)
    assert ids(launch.review(early, at=late).done) == ["c1"]


def test_blocked_anew_is_still_blocked_and_reopened_is_not_out_of_order():
    launch = START.block("c2", reason="one", at=on(8), **WHO).block("c2", reason="another", at=on(10), **WHO)
    launch = launch.finish("c4", at=on(10), **WHO)
    assert launch.review(on(9), at=on(16)).blocked == ()
    assert words(launch.review(on(9), at=on(16)).still_blocked) == ["another (2026-11-10, ml-platform)"]
    assert ids(launch.review(on(9), at=on(16)).out_of_order) == ["c4"]
    assert launch.reopen("c4", at=on(11), **WHO).review(on(9), at=on(16)).out_of_order == ()


def test_what_overrode_something_is_told_until_it_no_longer_counts():
    merged = START.finish("c1", at=on(3), **WHO).merge(START.block("c1", reason="r", at=on(4), by="serving-team"))
    assert ids(merged.review(on(9), at=on(16)).overridden) == ["c1"]
    closed = merged.finish("c1", at=on(10), **WHO)
    assert closed.review(on(9), at=on(16)).overridden == ()
    assert ids(closed.review(on(2), at=on(16)).overridden) == ["c1"]


def test_what_was_recorded_in_spite_of_each_other():
    one = START.begin("c1", at=on(9, 8), **WHO).finish("c1", at=on(10), **WHO)
    other = START.begin("c1", at=on(11), by="serving-team")
    review = one.merge(other).review(on(9), at=on(16))
    assert (ids(review.overridden), words(review.overridden)) == (
        ["c1"],
        ["begun 2026-11-11, serving-team, though it was done, as ml-platform recorded on 2026-11-10"],
    )
    assert one.review(on(9), at=on(16)).overridden == ()
    agreed = START.finish("c1", at=on(11), by="serving-team")
    assert one.merge(agreed).review(on(9), at=on(16)).overridden == ()


def test_the_burn_up_has_a_step_for_each_change():
    launch = START.finish("c1", at=on(3), **WHO).waive("c2", reason="r", expires=date(2026, 11, 10), at=on(4), **WHO)
    launch = launch.begin("c3", at=on(5), **WHO).finish("c3", at=on(12), **WHO).reopen("c1", at=on(13), **WHO)
    review = launch.review(on(9), at=on(16))
    assert [(point.at, point.done, point.waived) for point in review.burn_up] == [
        (on(2), 0, 0),
        (on(3), 1, 0),
        (on(4), 1, 1),
        (on(11, 0), 1, 0),
        (on(12), 2, 0),
        (on(13), 1, 0),
    ]
    assert review.started_at == on(2)


def test_a_review_of_nothing():
    review = START.review(on(1), at=on(2))
    assert review.lists == ()
    assert (review.before, review.now, review.next) == (START.progress(), START.progress(), START.next(at=on(2)))
    assert review.burn_up == (BurnUpPoint(on(2), done=0, waived=0),)


def test_a_review_names_three_tasks_to_do_next():
    many = Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task(f"t{number}", "T") for number in range(5)])])
    assert Launch.start(many, name="x", at=on(2), **WHO).review(on(3), at=on(4)).next.ids == ("t0", "t1", "t2")


def test_a_review_is_a_value_and_plain_data():
    launch = START.finish("c1", at=on(10), **WHO).block("c2", reason="r", at=on(10), **WHO)
    review = launch.review(on(9), at=on(16))
    assert pickle.loads(pickle.dumps(review)) == review
    assert hash(review) == hash(launch.review(on(9), at=on(16)))
    document = json.loads(json.dumps(review.to_dict()))
    assert (document["name"], document["since"], document["done"][0]["id"]) == (
        "fraud-v3",
        "2026-11-09T09:00:00Z",
        "c1",
    )
    assert document["overdue"] == []
    assert document["burn_up"][1] == {
        "at": "2026-11-10T09:00:00Z",
        "done": 1,
        "waived": 0,
        "not_applicable": 0,
    }
    assert (document["now"]["overall"]["done"], len(document["next"]["recommendations"])) == (1, 2)
    assert document["next"]["blocked"] == {"c2": "r"}
    assert [heading for heading, _ in review.lists] == ["Done", "Newly blocked", "Finished with open steps"]
    with pytest.raises(InvalidError, match=r"^\$\.done: is not a list"):
        attrs.evolve(review, done=None)
    with pytest.raises(InvalidError, match=r"^\$\.done\[0\]: is not a ReviewItem"):
        attrs.evolve(review, done=("c1",))


def test_without_a_moment_it_is_up_to_now():
    launch = Launch.start(CHECKLIST, name="x", by="x").finish("c1", by="x")
    review = launch.review(launch.started - timedelta(days=7))
    assert (ids(review.done), review.at.tzinfo) == (["c1"], UTC)
    review = launch.review()
    assert (ids(review.done), review.at - review.since) == (["c1"], timedelta(days=7))
    assert START.review(at=on(16)) == START.review(on(9), at=on(16))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"since": on(16)}, r"^\$\.since: does not lie before the end of the review \(got 2026-11-16T09:00:00\+00:00\); give a time before 2026-11-16T09:00:00\+00:00$"),
        ({"since": datetime(2026, 11, 9)}, r"^\$\.since: has no time zone"),  # noqa: DTZ001
        ({"since": "monday"}, r"^\$\.since: is not a timestamp \(got 'monday'\)"),
        ({"since": on(9), "stale_after": -1}, r"^\$\.stale_after: is not a count \(got -1\)"),
        ({"since": on(9), "at": on(1)}, r"^\$\.at: lies before the start of the launch"),
    ],
)  # fmt: skip
def test_what_cannot_be_reviewed_is_said(arguments, expected):
    with pytest.raises(InvalidError, match=expected):
        START.review(**{"at": on(16)} | arguments)


@given(launches())
def test_a_review_agrees_with_the_launch(launch):
    at = launch.events[-1].at + timedelta(days=1)
    since = launch.started + (at - launch.started) / 2
    review = launch.review(since, at=at)
    assert isinstance(review, Review)
    assert review.now == launch.progress(at=at)
    assert review.before == launch.progress(at=since)
    last, overall = review.burn_up[-1], review.now.overall
    assert (last.done, last.waived, last.not_applicable) == (overall.done, overall.waived, overall.not_applicable)
    assert [point.at for point in review.burn_up] == sorted(point.at for point in review.burn_up)
    done = {
        when: {task.id for task in launch.checklist if launch.state(task, at=when).status is Status.DONE}
        for when in (since, at)
    }
    assert {*ids(review.done)} == done[at] - done[since]
    assert review.next == launch.next(at=at)
    assert {*ids(review.not_applicable)} <= {
        task.id for task in launch.checklist if launch.state(task, at=at).status is Status.NOT_APPLICABLE
    }
    assert not {*launch.retracted} & {*launch.as_of(at)._counting()}


def test_only_the_first_retraction_of_an_event_is_news():
    launch = START.finish("c1", at=on(3), **WHO)
    (event,) = launch.history("c1")
    copies = launch.retract(event, by="x", at=on(5)).merge(launch.retract(event, by="y", at=on(9)))
    assert words(copies.review(on(4), at=on(16)).retracted) == ["finished 2026-11-03, ml-platform (2026-11-05, x)"]
    assert copies.review(on(8), at=on(16)).retracted == ()


def test_a_review_of_selected_tasks_has_no_forecast_even_if_samples_are_given():
    assert START.review(on(3), at=on(9), samples=20).slip is not None
    assert START.review(on(3), at=on(9), samples=20, role="sre").slip is None


def test_what_is_done_shows_its_proof():
    run = Reference("Run 7", "https://example.com/7")
    launch = START.finish("c1", note="See **run 7**", references=[run], at=on(3), **WHO)
    review = launch.review(on(2), at=on(5))
    assert [(item.note, item.references) for item in review.done] == [("See **run 7**", (run,))]
    assert [(item.note, item.references) for item in review.open_steps] == [("", ())]
    page = dumps(review, "html")
    assert '<a href="https://example.com/7" rel="noopener noreferrer">Run 7</a>' in page
    assert "See <strong>run 7</strong>" in page


def test_a_retraction_by_a_clock_that_ran_ahead_is_in_force_and_news():
    ahead = datetime.now(UTC) + timedelta(hours=5)
    launch = START.begin("c1", at=on(3), **WHO)
    launch = launch.retract(launch.events[-1], at=ahead, **WHO)
    assert ids(launch.review(on(4)).retracted) == ["c1"]
    assert launch.review(on(4), at=on(16)).retracted == ()


def of_tasks(*tasks):
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    return Launch.start(plan, name="x", by="ml-platform", at=on(2))


def test_time_that_passes_is_not_stale_until_it_has_passed():
    launch = of_tasks(Task("bake", "Bake", effort="7 days elapsed"), Task("work", "Work", effort="7 days"))
    launch = launch.begin("bake", by="ml", at=on(3)).begin("work", by="ml", at=on(3))
    assert ids(launch.review(on(9), at=on(16)).stale) == ["work"]
    assert ids(launch.review(on(9), at=on(17)).stale) == ["bake", "work"]


def test_finished_before_the_first_day():
    launch = of_tasks(Task("a", "A", not_before=date(2026, 11, 9)), Task("b", "B", not_before=date(2026, 11, 9)))
    launch = launch.finish("a", by="ml", at=on(6)).finish("b", by="ml", at=on(9))
    review = launch.review(on(3), at=on(16))
    assert words(review.out_of_order) == ["2026-11-06, ml, before 2026-11-09, its first day"]


def test_a_review_says_by_which_options_its_dates_are():
    launch = of_tasks(Task("a", "A", effort="1-2 days"))
    options = ForecastOptions(people=1, ranges="bounds", samples=50)
    review = launch.review(on(3), at=on(4), options=options)
    assert review.slip.options == options
    assert review.to_dict()["slip"]["options"]["people"] == 1
    page = dumps(review, "text")
    assert "   People: 1\n   Ranges: bounds" in page
    assert "People" not in dumps(launch.review(on(3), at=on(4)), "text")
