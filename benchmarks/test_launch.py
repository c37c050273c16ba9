"""What a launch costs: its log read to a state, one more event, and two copies put together."""

from __future__ import annotations

from datetime import date, timedelta

from logs import START, checklist, launch

from servingchecklist import Launch, Task, dumps, events, loads
from servingchecklist._launch.fold import fold


def test_fold_against_plain_tuples(compare):
    log = launch(100_000, 1_000).events[1:]
    plain = [
        (
            event.kind,
            event.task,
            event.by,
            event.at,
            getattr(event, "reason", None),
            getattr(event, "owner", None),
            getattr(event, "due", None),
        )
        for event in log
    ]

    def theirs():
        # The same dictionary: for every task the status with when, by whom and why, when it was begun, the owner, the due date, the latest.
        states = {}
        for kind, task, by, at, reason, owner, due in plain:
            state = states.get(task)
            if state is None:
                state = states[task] = {
                    "status": "todo",
                    "since": None,
                    "by": None,
                    "reason": None,
                    "begun": None,
                    "owner": None,
                    "due": None,
                    "latest": None,
                }
            state["latest"] = at
            if kind == "begun":
                state.update(status="doing", since=at, by=by, reason=None, begun=at)
            elif kind == "finished":
                state.update(status="done", since=at, by=by, reason=None)
            elif kind == "blocked":
                state.update(status="blocked", since=at, by=by, reason=reason)
            elif kind == "unblocked":
                if state["status"] == "blocked":
                    state.update(status="doing" if state["begun"] else "todo", since=at, by=by, reason=None)
            elif kind == "assigned":
                state["owner"] = owner
            else:
                state["due"] = due
        return states

    tasks = {event.task: Task(event.task, event.task) for event in log}

    def ours():
        return {task: record.state(tasks[task], date.min, ()) for task, record in fold(log).items()}

    def plainly(state):
        told = {"reason": state.reason or None, "status": state.status.value}
        return {field: getattr(state, field) for field in ("since", "by", "begun", "owner", "due", "latest")} | told

    assert {task: plainly(state) for task, state in ours().items()} == theirs()
    compare("fold of 100,000 events", ours, "the same dictionary from plain tuples", theirs, goal=3)


def test_the_last_step_against_the_first(compare):
    # Ten steps each, from a launch in which nothing was recorded yet and from one in which 9,990 of 10,000 steps were.
    fresh = Launch.start(checklist(10_000), name="large", by="ml-platform", at=START)
    order = [task.id for task in fresh.checklist]
    steps = [
        events.Finished(task, by="ml-platform", at=START + timedelta(minutes=n)) for n, task in enumerate(order, 1)
    ]
    old = fresh.record(*steps[:-10])
    assert old.progress().overall.done == 9_990

    def ten(launch, steps):
        for step in steps:
            launch = launch.finish(step.task, by="ml-platform", at=step.at)
            found = launch.next()
        return found

    assert ten(old, steps[-10:]).ids == ()
    compare(
        "finish and next, the 10,000th step of a launch of 10,000 tasks",
        lambda: ten(old, steps[-10:]),
        "the first step",
        lambda: ten(fresh, steps[:10]),
        goal=2,
    )


def test_a_step_behind_a_long_log(compare):
    # Nine tasks, so that nothing hides what the log costs: the step behind 100,000 events against the first one.
    fresh = Launch.start(checklist(10), name="large", by="ml-platform", at=START)
    old = fresh.record(
        *(
            events.Noted(f"t{n % 10}", by="ml-platform", at=START + timedelta(seconds=n), text="x")
            for n in range(1, 100_001)
        )
    )
    at = START + timedelta(days=365)

    def step(launch):
        return launch.note("t1", "seen", by="ml-platform", at=at).next(at=at)

    compare("note and next behind 100,000 events", lambda: step(old), "behind none", lambda: step(fresh))


def copies(many):
    return launch(many, 1_000, seed=1), launch(many, 1_000, seed=2)


def test_merge_against_a_union_of_ids(compare):
    one, other = copies(50_000)
    mine, theirs = {event.id for event in one.events}, {event.id for event in other.events}
    assert {event.id for event in one.merge(other).events} == mine | theirs
    compare(
        "merge of two launches of 50,000 events",
        lambda: one.merge(other),
        "the union of two sets of their ids",
        lambda: mine | theirs,
        goal=5,
    )


def test_merge_of_what_was_just_read(compare):
    # No event has made its id yet, as when both copies come from files.
    ready = [copies(50_000) for _ in range(8)]
    ids = [{event.id for event in one.events} for one in copies(50_000)]
    compare(
        "merge of two launches of 50,000 events, no id made yet",
        lambda: [one.merge(other) for one, other in [ready.pop()]],
        "the union of two sets of their ids",
        lambda: ids[0] | ids[1],
        rounds=7,
        is_used_up=True,
    )


def test_merge_of_copies_that_share_most(compare):
    one, other = launch(50_000, 1_000), launch(50_000, 1_000)
    ids = [{event.id for event in copy.events} for copy in copies(50_000)]
    compare(
        "merge of two copies that share 50,000 events",
        lambda: one.merge(other),
        "the union of two sets of ids",
        lambda: ids[0] | ids[1],
    )


def test_lines_against_json(compare):
    log = launch(10_000, 100)
    lines = dumps(log, "jsonl")
    assert loads(lines, "jsonl") == log
    document = dumps(log, "json")
    compare(
        "10,000 events from the lines of a file",
        lambda: loads(lines, "jsonl"),
        "from JSON",
        lambda: loads(document, "json"),
        goal=2,
    )
    compare("10,000 events as lines", lambda: dumps(log, "jsonl"), "as JSON", lambda: dumps(log, "json"), goal=2)
