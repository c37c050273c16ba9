"""Workers that take what is next from one store: every task is taken once, by one of them."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import attrs
import pytest

from helpers.stores import LAUNCH, MONDAY, OTHER, assert_sound, notes, rows
from servingchecklist import Checklist, Launch, Phase, Store, Task
from servingchecklist.errors import IllegalTransitionError, InvalidError, UnknownNameError
from servingchecklist.events import Begun, LaunchStarted

WORKER = """
import sys
from servingchecklist import Store

path, who = sys.argv[1:]
with Store(path, timeout=300) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        launch, taken = store.begin_next("many", by=who)
        if not taken:
            break
        print(taken[0].id, launch.history(taken[0].id)[-1].by)
"""


def test_what_is_next_is_begun_in_the_file(store, path):
    store.save(notes(1))
    launch, taken = store.begin_next("fraud-v3", by="worker-1", note="on it")
    assert taken.ids == ("c1",)
    assert launch == store.load("fraud-v3")
    assert (launch.events[-1].kind, launch.events[-1].by, launch.events[-1].note) == ("begun", "worker-1", "on it")
    assert store.begin_next("fraud-v3", by="worker-2", role="ml platform")[1].ids == ("c3",)
    with Store(path) as other:
        assert len(other.load("fraud-v3").events) == 4


def test_what_others_have_saved_meanwhile_counts(store, path):
    store.save(LAUNCH)
    store.load("fraud-v3")
    with Store(path) as other:
        other.save(LAUNCH.begin("c1", by="serving-team", at=MONDAY + timedelta(hours=1)))
    launch, taken = store.begin_next("fraud-v3", by="worker-1")
    assert taken.ids == ("c3",)
    assert [event.by for event in launch.events[1:]] == ["serving-team", "worker-1"]
    assert store.save(launch.finish("c3", by="worker-1")) == 1


def test_where_nothing_can_be_begun_nothing_is_written(store, path):
    store.save(LAUNCH)
    while store.begin_next("fraud-v3", by="worker-1")[1]:
        pass
    before = store._file._connection.total_changes
    launch, taken = store.begin_next("fraud-v3", by="worker-1")
    assert (len(taken), launch) == (0, store.load("fraud-v3"))
    assert store._file._connection.total_changes == before


def test_mistakes_leave_the_file_as_it_is(store, path):
    store.save(LAUNCH)
    with pytest.raises(UnknownNameError, match="there is no launch in the store of that name"):
        store.begin_next("fraud", by="worker-1")
    with pytest.raises(InvalidError, match="by"):
        store.begin_next("fraud-v3", by="")
    with Store(path, read_only=True) as reader, pytest.raises(InvalidError, match="is open for reading only"):
        reader.begin_next("fraud-v3", by="worker-1")
    assert store.load("fraud-v3") == LAUNCH


def test_a_change_is_made_to_what_the_file_has(store, path):
    store.save(LAUNCH)
    store.load("fraud-v3")
    with Store(path) as other:
        other.save(notes(1))
    found = []

    def change(launch):
        found.append(launch)
        return launch.finish("c1", by="x", at=MONDAY + timedelta(hours=1))

    launch = store.change("fraud-v3", change)
    assert found == [notes(1)]
    assert launch == store.load("fraud-v3") == notes(1).finish("c1", by="x", at=MONDAY + timedelta(hours=1))
    with pytest.raises(IllegalTransitionError, match="its status is done, as"):
        store.change("fraud-v3", lambda launch: launch.begin("c1", by="y"))
    assert store.load("fraud-v3") == launch
    assert store.change("fraud-v3", lambda launch: launch) == launch


CHANGES = [
    (lambda launch: None, "$: is not a Launch (got None); give a Launch"),
    (lambda launch: attrs.evolve(launch, name="other"), "$.name: is the name of another launch (got 'other'); keep 'fraud-v3'"),
    (
        lambda launch: Launch(OTHER, "fraud-v3", [*launch.events, LaunchStarted(by="x", at=MONDAY, digest=OTHER.digest)]),
        "$.checklist: is not the checklist that the store has for the launch of that name (got 'fraud-v3'); "
        "save it under another name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "sentence"), CHANGES)
def test_a_change_to_something_else_is_refused(store, path, change, sentence):
    store.save(LAUNCH)
    with pytest.raises(InvalidError) as caught:
        store.change("fraud-v3", change)
    assert str(caught.value) == sentence
    assert store.load("fraud-v3") == LAUNCH
    assert rows(path, "checklists") == 1


def test_a_change_may_migrate_the_launch(store, path):
    store.save(LAUNCH)
    launch = store.change("fraud-v3", lambda launch: launch.migrate(OTHER, by="x"))
    assert launch.checklist == OTHER
    assert store.save(launch) == 0
    with Store(path) as other:
        assert other.load("fraud-v3") == launch


def test_a_change_that_fails_or_uses_the_store_leaves_the_file_as_it_is(store):
    store.save(LAUNCH)
    with pytest.raises(ZeroDivisionError):
        store.change("fraud-v3", lambda launch: 1 / 0)
    with pytest.raises(InvalidError, match="is in use by this thread"):
        store.change("fraud-v3", lambda launch: store.load("fraud-v3"))
    assert store.load("fraud-v3") == LAUNCH


def _taken_by(workers, tasks, path):
    """Return the tasks that each of so many processes has taken from one store at the same time."""
    phases = [Phase("p", "P", tasks=[Task(f"t{number}", "T") for number in range(tasks)])]
    with Store(path) as store:
        store.save(Launch.start(Checklist("many", "Many", phases=phases), name="many", by="x", at=MONDAY))
    names = [f"worker-{number}" for number in range(workers)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen([sys.executable, "-c", WORKER, str(path), name], **pipes) for name in names]
    assert {process.stdout.readline() for process in running} == {"ready\n"}
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    lines = [process.communicate()[0].splitlines() for process in running]
    assert {process.returncode for process in running} == {0}
    return {name: [line.split() for line in taken] for name, taken in zip(names, lines, strict=True)}


@pytest.mark.parametrize(("workers", "tasks"), [(6, 60), pytest.param(64, 1_000, marks=pytest.mark.slow)])
def test_no_two_processes_take_one_task(path, workers, tasks):
    taken = _taken_by(workers, tasks, path)
    assert all(who == name for name, lines in taken.items() for _, who in lines)
    assert Counter(task for lines in taken.values() for task, _ in lines) == {f"t{n}": 1 for n in range(tasks)}
    assert_sound(path)
    with Store(path) as store:
        launch = store.load("many")
    begun = [event for event in launch.events if isinstance(event, Begun)]
    assert sorted((event.task, event.by) for event in begun) == sorted(
        (task, who) for lines in taken.values() for task, who in lines
    )


def test_a_change_keeps_what_the_launch_has(tmp_path):
    launch = notes(1)
    with Store(tmp_path / "launches.db") as store:
        store.save(launch)
        with pytest.raises(InvalidError) as caught:
            store.change("fraud-v3", lambda one: attrs.evolve(one, events=one.events[:1]))
        assert str(caught.value) == (
            "$.events: lack events of the launch (got 'fraud-v3'); return the launch that it is given, with more events"
        )
        backdated = store.change("fraud-v3", lambda one: one.note("c1", "x", by="ml-platform", at=one.started))
        assert len(backdated.events) == 3


def test_a_change_is_a_function(store):
    with pytest.raises(InvalidError) as caught:
        store.change("fraud-v3", "c1")
    hint = "give one that takes a launch and returns it with more events"
    assert str(caught.value) == f"$.change: is not a function (got 'c1'); {hint}"
