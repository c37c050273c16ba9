"""What a copy of a launch lacks or has altered since an earlier copy."""

from datetime import UTC, datetime, timedelta

import attrs

from helpers.proof import CHECKLIST
from servingchecklist import Launch
from servingchecklist._launch.losses import losses

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
START = Launch.start(CHECKLIST, name="fraud-v3", by="ml-platform", at=AT)


def with_errors(share):
    kpis = [attrs.evolve(kpi, at_most=share) if kpi.id == "errors" else kpi for kpi in CHECKLIST.kpis]
    return attrs.evolve(CHECKLIST, version=share.removesuffix("%"), kpis=kpis)


def moved(launch, share, hours):
    return launch.migrate(with_errors(share), by="a", at=AT + timedelta(hours=hours))


def understated(launch):
    """The launch, its latest migration without the words for what is weaker."""
    *events, last = launch.events
    return attrs.evolve(launch, events=[*events, attrs.evolve(last, weaker=[])])


def test_a_target_may_be_weakened_in_several_steps_that_say_so():
    twice = moved(moved(START, "2%", 1), "3%", 2)
    assert [words for event in twice.events[1:] for words in event.weaker if words.startswith("go-live")] == [
        "go-live: errors: the target was at most 1%, and is at most 2%",
        "go-live: errors: the target was at most 2%, and is at most 3%",
    ]
    assert losses(START, twice) == []
    assert losses(moved(START, "2%", 1), twice) == []
    unsaid = losses(moved(START, "2%", 1), understated(twice))
    assert [fault.value[1:16] for fault in unsaid] == ["go-live: errors", "strict: errors:"]


def test_a_merge_with_a_copy_that_went_another_way_is_no_loss():
    ours, theirs = moved(START, "2%", 1), moved(START, "3%", 2)
    for copy in (START, ours, theirs):
        assert losses(copy, ours.merge(theirs)) == []


def test_a_step_that_says_nothing_is_found():
    once = moved(START, "2%", 1)
    assert [fault.message for fault in losses(START, understated(once))] == 2 * [
        "asks for less, and no migration says so"
    ]
