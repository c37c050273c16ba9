"""What a launch costs: its log read to a state, one more event, and two copies put together."""

from __future__ import annotations

from datetime import timedelta

from logs import START, checklist, launch

from servingchecklist import Launch, events
from servingchecklist.launch.log import fold


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
                    "started": None,
                    "owner": None,
                    "due": None,
                    "latest": None,
                }
            state["latest"] = at
            if kind == "started":
                state.update(status="doing", since=at, by=by, reason=None, started=at)
            elif kind == "finished":
                state.update(status="done", since=at, by=by, reason=None)
            elif kind == "blocked":
                state.update(status="blocked", since=at, by=by, reason=reason)
            elif kind == "unblocked":
                if state["status"] == "blocked":
                    state.update(status="doing" if state["started"] else "todo", since=at, by=by, reason=None)
            elif kind == "assigned":
                state["owner"] = owner
            else:
                state["due"] = due
        return states

    mine = {task: record[3] and record[3].due for task, record in fold(log).items()}
    assert mine == {task: state["due"] for task, state in theirs().items()}
    compare("fold of 100,000 events / the same dictionary from plain tuples", lambda: fold(log), theirs, 3.0)


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
        "finish + next: the 10,000th step / the first, of a launch of 10,000 tasks",
        lambda: ten(old, steps[-10:]),
        lambda: ten(fresh, steps[:10]),
        2.0,
    )


def test_merge_against_a_union_of_ids(compare):
    one = launch(50_000, 1_000, seed=1)
    other = one.record()._with(launch(50_000, 1_000, seed=2).events, START)
    mine, theirs = {event.id for event in one.events}, {event.id for event in other.events}
    assert {event.id for event in one.merge(other).events} == mine | theirs
    compare(
        "merge of two launches of 50,000 events / the union of two sets of their ids",
        lambda: one.merge(other),
        lambda: mine | theirs,
        5.0,
    )
