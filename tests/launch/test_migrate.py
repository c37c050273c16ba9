"""A launch under way goes on with another checklist, and nothing that was recorded is lost."""

from __future__ import annotations

import functools
import pickle
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stores import raw
from servingchecklist import (
    Launch,
    Overlay,
    Status,
    Store,
    Task,
    changes,
    dumps,
    events,
    for_context,
    loads,
    model_serving,
    tailor,
)
from servingchecklist.errors import IllegalTransitionError, InvalidError, UnknownNameError

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOURS = [MONDAY + timedelta(hours=number) for number in range(40)]
OLD = model_serving()
NEW = tailor(
    OLD,
    Overlay(
        "next",
        "The next edition",
        changes=[
            changes.DropTask("c4", reason="done elsewhere"),
            changes.AddTask(
                Task("c10", "Shadow the traffic", after=["c6"]), phase="execution", reason="we were bitten"
            ),
            changes.SetTask("c7", also_after=["c10"], reason="shadow first"),
            changes.SetChecklist(version="2027.1", reason="a new edition"),
        ],
    ),
)
NEWER = attrs.evolve(OLD, version="2028.1")


def worked():
    return (
        Launch.start(OLD, name="fraud-v3", by="ml-platform", at=MONDAY)
        .finish("c1", by="ml-platform", at=HOURS[1])
        .begin("c4", by="serving-team", at=HOURS[2])
        .finish("c4", by="serving-team", at=HOURS[3])
        .assign("c6", "data-science", by="ml-platform", at=HOURS[4])
        .set_due("c6", date(2026, 12, 1), by="ml-platform", at=HOURS[5])
    )


def test_what_is_known_stays_with_the_ids_and_the_log_is_kept():
    launch = worked()
    moved = launch.migrate(NEW, by="ml-platform", at=HOURS[6])
    assert moved.checklist == NEW
    assert moved.events[:-1] == launch.events
    assert moved.events[-1] == events.Migrated(
        "model-serving",
        "2027.1",
        digest=NEW.digest,
        retired=["c4"],
        weaker=["go-live: c4: is not there any more"],
        by="ml-platform",
        at=HOURS[6],
    )
    assert moved.retired == ("c4",)
    assert moved.state("c1").status is Status.DONE
    assert moved.state("c6").owner == "data-science"
    assert [event.kind for event in moved.history("c4")] == ["begun", "finished"]
    assert launch.checklist == OLD
    assert launch.retired == ()


def test_retired_tasks_count_for_nothing():
    moved = worked().migrate(NEW, by="ml-platform", at=HOURS[6])
    progress = moved.progress(at=HOURS[7])
    assert (progress.overall.done, progress.overall.total) == (1, 9)
    assert "c4" not in moved.next(limit=None, at=HOURS[7]).ids
    review = moved.review(MONDAY, at=HOURS[30])
    assert [item.id for item in review.done] == ["c1"]
    assert review.burn_up[-1].done == 1
    effort = {"default_effort": OLD["c1"].effort}
    assert "c4" not in {task.id for task in moved.forecast(at=HOURS[30], **effort).tasks}
    assert "c4" not in {span.id for span in moved.critical_path(at=HOURS[30], **effort)}
    assert moved.forecast(**effort).p50
    with pytest.raises(UnknownNameError):
        moved.state("c4")
    with pytest.raises(UnknownNameError):
        moved.finish("c4", by="ml-platform")
    with pytest.raises(UnknownNameError):
        moved.history("c44")


def test_an_event_from_before_a_migration_is_recorded_behind_it():
    moved = worked().migrate(NEW, by="ml-platform", at=HOURS[8])
    late = moved.begin("c6", by="a", at=HOURS[6]).finish("c6", by="a", at=HOURS[7])
    assert late == worked().begin("c6", by="a", at=HOURS[6]).finish("c6", by="a", at=HOURS[7]).migrate(
        NEW, by="ml-platform", at=HOURS[8]
    )
    assert [event.kind for event in late.events[-3:]] == ["begun", "finished", "migrated"]
    assert (late.state("c6", at=HOURS[6]).status, late.state("c6").status) == (Status.DOING, Status.DONE)
    assert late.retired == ("c4",)
    with pytest.raises(IllegalTransitionError):  # by the status of that time
        late.begin("c6", by="b", at=HOURS[7])
    with pytest.raises(UnknownNameError):  # though the checklist of that time had it
        moved.reopen("c4", by="a", at=HOURS[6])


def test_a_task_that_comes_back_counts_again():
    back = worked().migrate(NEW, by="a", at=HOURS[6]).migrate(NEWER, by="a", at=HOURS[7])
    assert back.retired == ()
    assert back.state("c4").status is Status.DONE
    assert len([event for event in back.events if isinstance(event, events.Migrated)]) == 2


def test_moving_to_what_it_has_records_nothing():
    launch = worked()
    assert launch.migrate(attrs.evolve(OLD), by="a", at=HOURS[6]) is launch


def test_the_time_of_the_start_is_not_before_it():
    launch = Launch.start(OLD, name="x", by="a", at=HOURS[0])
    moved = launch.migrate(NEW, by="a", at=launch.started).begin("c6", by="a", at=launch.started)
    assert moved.checklist == NEW
    assert {event.at for event in moved.events} == {launch.started}
    assert Launch(NEW, "x", moved.events) == moved


def test_without_a_moment_it_is_now_and_behind_the_log():
    ahead = Launch.start(OLD, name="x", by="a", at=datetime(2100, 1, 1, tzinfo=UTC))
    assert ahead.migrate(NEW, by="a").events[-1].at > ahead.events[-1].at
    before = datetime.now(UTC)
    assert worked().migrate(NEW, by="a").events[-1].at >= before


@pytest.mark.parametrize("format", ["json", "toml"])
def test_a_moved_launch_is_written_and_read(format):
    moved = worked().migrate(NEW, by="ml-platform", at=HOURS[6])
    text = dumps(moved, format)
    again = loads(text, format, kind=Launch)
    assert again == moved
    assert again.checklist.layers == NEW.layers
    assert dumps(again, format) == text


def test_a_copy_that_has_not_moved_goes_where_the_other_went():
    moved = worked().migrate(for_context(OLD, tier="C"), by="a", at=HOURS[8])
    assert moved.retired == moved.events[-1].retired == ("c4",)
    late = worked().note("c3", "an inventory is there", by="b", at=HOURS[7]).begin("c2", by="b", at=HOURS[9])
    merged = moved.merge(late)
    assert merged == late.merge(moved) == Launch(moved.checklist, "fraud-v3", [*moved.events, *late.events])
    assert set(merged.events) == set(moved.events) | set(late.events)
    assert merged.retired == ("c4", "c2")  # which no migration has named
    assert merged.state("c3").note == "an inventory is there"
    assert Launch.from_dict(merged.to_dict()) == merged


def test_of_two_migrations_the_later_counts_and_the_gate_says_that_they_were_not_compared():
    one = worked().migrate(NEW, by="a", at=HOURS[6])
    other = worked().migrate(NEWER, by="b", at=HOURS[7]).finish("c2", by="b", at=HOURS[8])
    merged = one.merge(other)
    assert merged == other.merge(one)
    assert merged.checklist == NEWER
    words = "migrated on 2026-11-23 by b beside another migration; what its checklist asked for was not compared"
    assert words in merged.gate("go-live", at=HOURS[20]).notes
    for launch in (one, other, one.migrate(NEWER, by="b", at=HOURS[7])):
        assert not any("beside another" in note for note in launch.gate("go-live", at=HOURS[20]).notes)


def test_launches_that_were_started_apart_do_not_follow_each_other():
    other = Launch.start(for_context(OLD, tier="C"), name="fraud-v3", by="b", at=HOURS[1])
    moved = worked().migrate(NEW, by="a", at=HOURS[6])
    for one, two in ((moved, other), (other, moved)):
        with pytest.raises(InvalidError, match=r"^\$\.checklist: is not the same checklist: "):
            one.merge(two)
    apart = Launch.start(NEW, name="fraud-v3", by="b", at=HOURS[1])
    assert moved.merge(apart).checklist == NEW


migrated = st.lists(st.sampled_from([(number, number % 3) for number in range(6, 12)]), max_size=3, unique=True).map(
    lambda when: functools.reduce(
        lambda launch, move: launch.migrate([OLD, NEW, NEWER][move[1]], by="a", at=HOURS[move[0]]),
        sorted(when),
        worked(),
    )
)


@given(migrated, migrated, migrated)
def test_merging_launches_that_went_apart_keeps_the_laws(a, b, c):
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(b).merge(b) == a.merge(b)
    assert a.merge(a) == a
    last = max(
        (event for event in [*a.events, *b.events] if event.kind == "migrated"), key=lambda e: e.at, default=None
    )
    assert a.merge(b).checklist.version == (last.version if last else OLD.version)


def test_migrations_come_one_after_the_other():
    moved = worked().migrate(NEW, by="a", at=HOURS[6])
    with pytest.raises(InvalidError) as caught:
        moved.migrate(NEWER, by="a", at=HOURS[6])
    assert str(caught.value) == (
        "$.at: does not lie after the latest migration (got '2026-11-23T15:00:00+00:00'); give a time after 2026-11-23T15:00:00+00:00"
    )
    again = moved.migrate(NEWER, by="a", at=HOURS[7])
    assert again.events[-1].previous == moved.events[-1].id
    assert moved.events[-1].previous == ""
    ahead = worked().migrate(NEW, by="a", at=datetime(2100, 1, 1, tzinfo=UTC)).migrate(NEWER, by="a")
    assert [event.at.year for event in ahead.events[-2:]] == [2100, 2100]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"checklist": "model-serving"}, "$.checklist: is not a Checklist (got 'model-serving'); give a Checklist"),
        ({"by": ""}, "$.by: is empty (got ''); say in a few words what it is"),
        (
            {"at": MONDAY - timedelta(days=1)},
            "$.at: lies before the start of the launch (got 2026-11-22T09:00:00+00:00); "
            "the launch was started at 2026-11-23T09:00:00+00:00; give that time or a later one",
        ),
    ],
)
def test_misuse_is_told(arguments, words):
    stated = {"checklist": NEW, "by": "a", "at": HOURS[6], **arguments}
    with pytest.raises(InvalidError) as caught:
        worked().migrate(stated.pop("checklist"), **stated)
    assert str(caught.value) == words


def test_a_move_cannot_be_recorded_without_its_checklist():
    with pytest.raises(InvalidError, match=r"use launch\.migrate\(checklist, by=\.\.\.\)"):
        worked().record(events.Migrated("x", "1", digest=NEW.digest, by="a", at=HOURS[6]))


def test_events_of_unknown_tasks_are_refused_unless_there_was_another_checklist():
    moved = worked().migrate(NEW, by="a", at=HOURS[6])
    stray = events.Noted("c44", by="a", at=HOURS[7], text="?")
    with pytest.raises(InvalidError) as caught:
        attrs.evolve(worked(), events=[*worked().events, stray])
    assert str(caught.value).startswith("$.events[6].task: there is no task of that id (got 'c44')")
    assert attrs.evolve(moved, events=[*moved.events, stray]).retired == ("c4", "c44")
    early = events.Migrated("x", "1", digest=NEW.digest, by="a", at=MONDAY - timedelta(hours=1))
    with pytest.raises(InvalidError, match=r"^\$\.events\[7\]\.at: lies before the start"):
        attrs.evolve(moved, events=[*moved.events, early])


@given(
    st.sets(st.sampled_from([task.id for task in OLD]), max_size=8), st.sets(st.sampled_from([task.id for task in OLD]))
)
def test_every_event_is_kept_whatever_is_dropped(dropped, touched):
    launch = Launch.start(OLD, name="x", by="a", at=MONDAY)
    for number, task in enumerate(sorted(touched), 1):
        launch = launch.finish(task, by="a", at=HOURS[number])
    drops = [changes.DropTask(task, reason="r") for task in sorted(dropped)]
    phases = [
        changes.DropPhase(phase.id, reason="r") for phase in OLD.phases if {task.id for task in phase.tasks} <= dropped
    ]
    moved = launch.migrate(tailor(OLD, Overlay("o", "O", changes=[*drops, *phases])), by="a", at=HOURS[20])
    assert set(moved.events) >= set(launch.events)
    assert set(moved.retired) == dropped & touched
    assert Launch.from_dict(moved.to_dict()) == moved
    snapshot = moved.snapshot(at=HOURS[21])
    assert snapshot.retired == moved.retired
    assert snapshot.to_dict()["retired"] == list(moved.retired)
    assert snapshot.progress.overall.done == len(touched - dropped)


def test_a_store_moves_a_launch_and_takes_copies_that_stayed_behind(tmp_path):
    launch = worked()
    with Store(tmp_path / "launches.db") as mine, Store(tmp_path / "launches.db") as theirs:
        mine.save(launch)
        copy = theirs.load("fraud-v3")
        moved = mine.migrate("fraud-v3", NEW, by="ml-platform", at=HOURS[6])
        assert moved == launch.migrate(NEW, by="ml-platform", at=HOURS[6])
        assert mine.load("fraud-v3") == theirs.load("fraud-v3") == moved
        late = copy.note("c4", "one more thing", by="serving-team", at=HOURS[8])
        assert [theirs.save(late), mine.save(late), mine.save(late)] == [1, 0, 0]
        loaded = mine.load("fraud-v3")
        assert loaded == theirs.load("fraud-v3") == moved.merge(late)
        assert loaded.history("c4")[-1].text == "one more thing"
        assert (theirs.save(loaded), mine.save(moved)) == (0, 0)
        assert mine.migrate("fraud-v3", NEW, by="ml-platform", at=HOURS[10]) == loaded
        with pytest.raises(UnknownNameError, match="did you mean 'fraud-v3'"):
            mine.migrate("fraud-v4", NEW, by="a")


@pytest.mark.parametrize("remembers", [True, False])
def test_a_store_goes_where_a_copy_has_gone(tmp_path, remembers):
    first, last = worked().migrate(NEWER, by="a", at=HOURS[7]), worked().migrate(NEW, by="b", at=HOURS[8])
    with Store(tmp_path / "launches.db") as store, Store(tmp_path / "launches.db") as other:
        store.save(worked())
        assert (store if remembers else other).save(last) == 1
        assert store.load("fraud-v3") == last
        assert (store if remembers else other).save(first) == 1
        assert store.load("fraud-v3") == last.merge(first)
        assert store.load("fraud-v3").checklist == NEW
        apart = Launch.start(OLD, name="fraud-v3", by="b", at=HOURS[1]).migrate(NEWER, by="b", at=HOURS[20])
        with pytest.raises(InvalidError, match="is not the checklist that the store has for the launch of that name"):
            store.save(apart)
        assert store.load("fraud-v3") == last.merge(first)


def test_a_store_gets_a_checklist_that_was_overtaken_once(tmp_path):
    with Store(tmp_path / "launches.db") as store:
        store.save(worked())
        store.migrate("fraud-v3", NEWER, by="b", at=HOURS[8])
        overtaken, last = (worked().migrate(NEW, by="a", at=HOURS[hour]) for hour in (7, 9))
        store.save(overtaken)
        assert store.load("fraud-v3").checklist == NEWER
        store.save(overtaken)  # so that the store remembers its checklist
        store.save(last)
    with Store(tmp_path / "launches.db") as store:
        assert store.load("fraud-v3").checklist == NEW
        assert len(store.load("fraud-v3").events) == len(worked().events) + 3


def test_a_store_takes_an_equal_checklist_that_was_made_in_another_way(tmp_path):
    plain = attrs.evolve(NEW, base=None, layers=())
    assert dumps(plain, "json") != dumps(NEW, "json")
    with Store(tmp_path / "launches.db") as store:
        store.save(Launch.start(NEW, name="x", by="a", at=MONDAY))
        assert store.save(Launch.start(plain, name="x", by="a", at=MONDAY).begin("c1", by="a", at=HOURS[1])) == 2
        assert store.load("x").checklist.layers == NEW.layers
    with Store(tmp_path / "launches.db") as store:  # which remembers nothing
        assert store.save(Launch.start(plain, name="x", by="a", at=MONDAY).begin("c2", by="a", at=HOURS[1])) == 1
        assert store.load("x").checklist.layers == NEW.layers
    with raw(tmp_path / "launches.db") as connection:
        connection.execute("UPDATE checklists SET document = '{}'")
    with (
        Store(tmp_path / "launches.db") as store,
        pytest.raises(InvalidError, match="is not the checklist that the store has"),
    ):
        store.save(Launch.start(plain, name="x", by="a", at=MONDAY))


def test_a_store_keeps_a_checklist_that_comes_back_in_another_way(tmp_path):
    """Two migrations saved at once lead to contents that the store has, but to other layers, which the log names."""
    plain = attrs.evolve(NEW, base=None, layers=())
    started = Launch.start(plain, name="x", by="a", at=MONDAY)
    moved = started.migrate(worked().checklist, by="a", at=HOURS[1]).migrate(NEW, by="a", at=HOURS[2])
    with Store(tmp_path / "launches.db") as store:
        store.save(started)
        changed = store.change("x", lambda _: moved)
        assert store.load("x").digest == changed.digest == moved.digest
    with Store(tmp_path / "launches.db") as store:
        assert store.load("x").digest == moved.digest


def test_a_moved_launch_can_be_asked_about_the_time_before_it_was_moved():
    moved = worked().migrate(NEW, by="ml-platform", at=HOURS[8])
    before = HOURS[4]
    assert moved.state("c1", at=before).status is Status.DONE
    assert "c4" not in moved.next(limit=None, at=before).ids
    assert moved.snapshot(at=before).progress.overall.done == 1
    assert moved.review(MONDAY, at=before, default_effort=OLD["c1"].effort).now.overall.done == 1
    assert moved.forecast(at=before, default_effort=OLD["c1"].effort).p50
    assert len(moved.critical_path(at=before, default_effort=OLD["c1"].effort))


@pytest.mark.parametrize("hour", range(12))
def test_what_a_moved_launch_was_is_a_launch_like_any_other(hour):
    moved = worked().migrate(NEW, by="ml-platform", at=HOURS[8])
    then = moved.as_of(HOURS[hour])
    assert pickle.loads(pickle.dumps(then)) == attrs.evolve(then) == Launch.from_dict(then.to_dict()) == then
    assert [event for event in then.events if event.at > HOURS[hour]] == ([moved.events[-1]] if hour < 8 else [])


@pytest.mark.parametrize("arguments", [{"by": None}, {"by": "x", "at": "never"}])
def test_arguments_are_judged_where_nothing_is_to_be_migrated_too(arguments):
    launch = Launch.start(OLD, name="x", by="a")
    with pytest.raises(InvalidError):
        launch.migrate(OLD, **arguments)
