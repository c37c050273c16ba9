"""Launches to be shown: one of two weeks in which all that can happen does, and one in which strangers have their say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs

from servingchecklist import Checklist, Launch, Phase, Reference, Task, events, model_serving

SINCE = datetime(2026, 11, 16, 9, tzinfo=UTC)
END = datetime(2026, 11, 23, 9, tzinfo=UTC)
MISTAKE = datetime(2026, 11, 20, 14, tzinfo=UTC)


def november(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def with_checklist(launch, checklist):
    """Return the launch as if it had been started with another checklist."""
    log = [
        attrs.evolve(event, digest=checklist.digest) if event.kind == "launch-started" else event
        for event in launch.events
    ]
    return Launch(checklist, launch.name, log)


def two_weeks():
    """The launch as it stands at END, a Monday, with the whole of the second week after SINCE."""
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=november(9))
    first = _first_week(launch)
    elsewhere = first.begin("c4", by="serving-team", at=november(18, 14))  # who did not see that it was done
    return _end_of_second_week(_second_week(first).merge(elsewhere))


def _first_week(launch):
    launch = (
        launch.assign("c1", "ml-platform", by="ml-platform", at=november(9))
        .assign("c3", "data-science", by="ml-platform", at=november(9))
        .assign("c6", "serving-team", by="ml-platform", at=november(9))
        .set_due("c6", date(2026, 11, 19), by="ml-platform", at=november(9))
        .finish("c1", by="ml-platform", at=november(10, 16))
        .begin("c3", by="data-science", at=november(10, 10))
        .block("c3", reason="nobody can read the inventory of endpoints", by="data-science", at=november(11))
    )
    return (
        launch.waive(
            "c2",
            reason="the pilot has one caller, and it is known",
            expires=date(2026, 11, 18),
            by="data-science",
            at=november(12, 11),
        )
        .begin("c6", by="serving-team", at=november(12, 15))
        .block("c9", reason="the logs of the gateway are kept for one day only", by="ml-platform", at=november(13, 16))
        .unblock("c3", by="ml-platform", at=november(13, 17))
    )


def _second_week(launch):
    return (
        launch.finish("c3", by="data-science", at=november(17, 12))
        .begin("c5", by="serving-team", at=november(17, 15))
        .assign("c5", "serving-team", by="ml-platform", at=november(17, 15))
        .set_due("c5", date(2026, 11, 20), by="ml-platform", at=november(17, 15))
        .finish("c4", by="ml-platform", at=november(18, 10))
        .block("c5", reason="the budget for the pool of accelerators is not agreed", by="serving-team", at=november(19))
    )


def _end_of_second_week(launch):
    return (
        launch.finish("c4", by="serving-team", at=november(19, 16))
        .finish("c7", by="ml-platform", at=november(20, 14))
        .note("c7", "Behind a flag, with 1% of the traffic.", by="ml-platform", at=november(20, 15))
        .finish("c9", by="serving-team", at=MISTAKE)
        .retract(
            events.Finished("c9", by="serving-team", at=MISTAKE),
            reason="it was c7",
            by="ml-platform",
            at=november(20, 18),
        )
        .waive(
            "c8",
            reason="there is no real load before the pilot ends",
            expires=date(2026, 12, 18),
            by="data-science",
            at=november(20, 16),
        )
        .assign("c9", "ml-platform", by="ml-platform", at=november(20, 17))
        .set_due("c9", date(2026, 12, 4), by="ml-platform", at=november(20, 17))
    )


def said_by(texts):
    """A launch in which each of the texts stands wherever a line of a stranger's can stand, about a task of its own.

    How the tasks stand follows from their place: blocked, waived, waived once, reopened, begun, finished before its turn, and so on.
    """
    phases = [
        Phase(f"p{number}", text, tasks=[Task(f"t{number}", text, after=[f"t{number - 1}"] if number % 7 == 6 else [])])
        for number, text in enumerate(texts)
    ]
    checklist = Checklist("x", texts[0], topic=texts[0], phases=phases)
    told = [event for number, text in enumerate(texts) for event in _told(f"t{number}", text, number % 7)]
    undone = [
        events.Retracted(event.id, by=event.by, reason=event.by, at=november(18) + timedelta(minutes=number))
        for number, event in enumerate(event for event in told if isinstance(event, events.Unblocked))
    ]
    return Launch(
        checklist, "x-1", [events.LaunchStarted(by=texts[0], at=november(9), topic=f"for {texts[0]}"), *told, *undone]
    )


def _told(task, text, place):
    yield events.Assigned(task, by=text, at=november(10), owner=text)
    yield events.DueSet(task, by=text, at=november(10), due=date(2026, 11, 12))
    yield events.Noted(task, by=text, at=november(10), text=text)
    yield events.Unblocked(task, by=text, at=november(17, 8))  # which is retracted
    pages = [Reference(text, "https://example.com/?a=1&b=2"), Reference(text, "logs/1.txt")]
    yield events.DueSet(task, by=text, at=november(17, 22), due=date(2026, 11, 12), references=pages)
    match place:
        case 0:
            yield events.Blocked(task, by=text, at=november(17), reason=text)
        case 1 | 2:
            expires = date(2026, 12, 1) if place == 1 else date(2026, 11, 20)
            yield events.Waived(task, by=text, at=november(17), reason=text, expires=expires)
        case 3:
            yield events.Finished(task, by=text, at=november(11))
            yield events.Begun(
                task, by=text, at=november(12)
            )  # as merging may have it: it is recorded against the other
            yield events.Reopened(task, by=text, at=november(17), reason=text)
        case 4:
            yield events.Begun(task, by=text, at=november(17))
        case 5:
            yield events.NotApplicable(task, by=text, at=november(17), reason=text, note=text)
        case _:
            yield events.Begun(task, by=text, at=november(17))
            yield events.Finished(task, by=text, at=november(18))
            yield events.Begun(task, by=text, at=november(19))
            yield events.Finished(task, by=text, at=november(20))
