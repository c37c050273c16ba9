"""Times whose time zones fail, and collections that do: each gets the documented error, every time."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from servingchecklist import Launch, events, forecast, model_serving, order, slug
from servingchecklist.errors import InvalidError
from threats.hostile import HOSTILE, MONDAY, NOON, FailingRows, HostileError, Keys, NotATime, Raising, Rows, Word, Zone

LAUNCH = Launch.start(model_serving(), name="x", by="b", at=NOON - timedelta(days=7))

AT = "use UTC, a datetime.timezone or a zoneinfo.ZoneInfo"


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (HOSTILE["zone that fails"], f"has a time zone that cannot convert times (got 2026-11-30T12:00:00); {AT}"),
        (
            NOON.replace(tzinfo=Zone(timedelta(hours=1))),  # and without dst()
            f"has a time zone that cannot convert times (got 2026-11-30T12:00:00); {AT}",
        ),
        (HOSTILE["zone without methods"], f"has a time zone that cannot convert times (got 2026-11-30T12:00:00); {AT}"),
        (
            NOON.replace(tzinfo=Zone(timedelta(hours=1), timedelta(hours=2))),
            f"has a time zone that cannot convert times (got 2026-11-30T12:00:00); {AT}",
        ),
        (
            NotATime(2026, 11, 30, tzinfo=Zone(None)),
            f"has a time zone that cannot convert times (got a value of type NotATime); {AT}",
        ),
        (
            NotATime(2026, 11, 30),
            "has no time zone (got a value of type NotATime); give it, as in datetime(..., tzinfo=UTC) or datetime.now(UTC)",
        ),
        (
            NOON.replace(year=1, tzinfo=timezone(timedelta(hours=1))),
            "is out of range (got 0001-11-30T11:00:00+00:00); use the years 2 to 9998",
        ),
    ],
)
def test_a_time_zone_is_tried_before_it_is_relied_on(at, problem):
    with pytest.raises(InvalidError) as caught:
        LAUNCH.snapshot(at=at)
    assert str(caught.value) == f"$.at: {problem}"


def test_an_event_needs_no_more_of_a_time_zone_than_an_offset():
    begun = events.Begun("c1", by="b", at=NOON.replace(tzinfo=Zone(timedelta(hours=1))))
    assert begun.at == NOON - timedelta(hours=1)


def test_the_error_of_the_caller_is_the_cause():
    for call in (
        lambda: order(LAUNCH.checklist, done=FailingRows()),
        lambda: order(LAUNCH.checklist, due=Keys()),
        lambda: slug("t", Rows()),
    ):
        with pytest.raises(InvalidError) as caught:
            call()
        assert isinstance(caught.value.__cause__, HostileError)


def test_what_is_in_a_forecast_is_judged_by_its_type():
    plan = forecast(model_serving(), start=MONDAY, samples=2)
    assert ["c1" in plan, Word("c1") in plan, plan["c1"] in plan, model_serving()["c1"] in plan] == [True] * 4
    assert ["c0" in plan, HOSTILE["ANY"] in plan, Raising() in plan] == [False] * 3
