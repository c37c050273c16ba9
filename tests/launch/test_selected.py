"""The tasks of a launch selected by owner, role, label, phase and section."""

import json
import pickle
from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.strategies import launches
from servingchecklist import Checklist, Effort, Launch, Phase, Priority, Status, Step, Task, dumps
from servingchecklist._launch.review import LISTS
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import BurnUpPoint, Progress, Snapshot, Tally, TaskState

CHECKLIST = Checklist(
    "x",
    "X",
    phases=[
        Phase(
            "p",
            "P",
            labels=["gate"],
            tasks=[
                Task("a", "A", role="sre", section="Alerts", effort=Effort(1, 1), steps=[Step("s", "S"), Step("t", "T")]),
                Task("b", "B", role="sre", labels=["gdpr"], effort=Effort(2, 2), priority=Priority.HIGH),
            ],
        ),
        Phase("q", "Q", tasks=[Task("c", "C", role="owner", labels=["gdpr"], after=["a"], effort=Effort(4, 4))]),
        Phase("r", "R"),
    ],
)  # fmt: skip
BY = {"by": "ml-platform"}


def on(day, hour=9):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


START = Launch.start(CHECKLIST, name="x", by="ml-platform", at=on(2))
WORKED = (
    START.assign("a", "ben", at=on(3), **BY)
    .assign("c", "ben", at=on(3), **BY)
    .tick("a", "s", at=on(3), **BY)
    .tick("a", "t", at=on(3), **BY)
    .untick("a", "t", at=on(4), **BY)
    .finish("a", at=on(4), **BY)
    .finish("b", at=on(5), **BY)
    .assign("c", "eve", at=on(6), **BY)
    .assign("b", "kim", at=on(3), **BY)
    .assign("b", None, at=on(3), **BY)
)
SELECTIONS = [
    ({"owner": "ben"}, "a"),
    ({"owner": "eve"}, "c"),
    ({"owner": "kim"}, ""),
    ({"owner": ""}, ""),
    ({"owner": "ben", "role": None, "label": None}, "a"),
    ({"role": "sre"}, "ab"),
    ({"label": "gdpr"}, "bc"),
    ({"label": "gate"}, "ab"),
    ({"phase": "q"}, "c"),
    ({"phase": "r"}, ""),
    ({"section": "Alerts"}, "a"),
    ({"owner": "ben", "label": "gdpr"}, ""),
    ({"role": "sre", "label": "gdpr", "phase": "p"}, "b"),
    ({}, "abc"),
]
each_selection = pytest.mark.parametrize(("selection", "ids"), SELECTIONS)


def ids(members):
    return "".join(member.id for member in members)


@each_selection
def test_a_snapshot_has_the_states_of_the_selected_tasks(selection, ids):
    snapshot = WORKED.snapshot(at=on(7), **selection)
    assert [state.id for state in snapshot.states] == [*ids]
    pairs = {name: wanted for name, wanted in selection.items() if wanted is not None}
    assert snapshot.selection == tuple(sorted(pairs.items()))
    assert snapshot.states == tuple(WORKED.state(task, at=on(7)) for task in ids)
    assert snapshot.next == WORKED.next(at=on(7), **selection)
    assert snapshot.progress.overall.total == len(ids)
    document = snapshot.to_dict()
    assert (document["selection"], [state["id"] for state in document["tasks"]]) == (pairs, [*ids])
    assert document["progress"]["overall"]["done"] == len({*ids} & {*"ab"})
    assert json.loads(json.dumps(document)) == document
    assert pickle.loads(pickle.dumps(snapshot)) == snapshot
    for task in CHECKLIST:
        if task.id in ids:
            assert snapshot.state(task) == snapshot.state(task.id) == WORKED.state(task, at=on(7))
        else:
            with pytest.raises(UnknownNameError, match=rf"^\$: there is no task in this selection .*'{task.id}'"):
                snapshot.state(task)
    with pytest.raises(UnknownNameError):
        snapshot.state("z")
    for format in ("text", "markdown", "html"):
        assert dumps(snapshot, format)


def test_the_tasks_to_do_next_are_the_best_of_the_selected_ones():
    assert START.next(at=on(2), role="sre").ids == ("b", "a")
    assert START.next(1, at=on(2), role="sre").ids == ("b",)
    assert START.next(1, at=on(2), section="Alerts").ids == ("a",)
    # What is selected still waits for what is not.
    assert START.next(at=on(2), phase="q").ids == ()
    assert WORKED.next(at=on(4), phase="q").ids == ("c",)
    assert WORKED.next(at=on(4), owner="ben").ids == WORKED.next(at=on(7), owner="eve").ids == ("c",)
    assert WORKED.next(at=on(7), owner="ben").ids == ()
    nothing = {"topic": "", "recommendations": [], "under_way": {}, "blocked": {}, "waiting": []}
    assert WORKED.next(owner="kim").to_dict() == nothing
    # Where nothing can be begun, it says what is waited for.
    waiting = START.next(at=on(2), phase="q")
    assert ([(task.id, task.waits_for) for task in waiting.waiting], START.next(at=on(2)).waiting) == (
        [("c", ("a",))],
        (),
    )
    assert [task["waits_for"] for task in waiting.to_dict()["waiting"]] == [["a"]]
    assert waiting != attrs.evolve(waiting, waiting=())
    assert pickle.loads(pickle.dumps(waiting)) == waiting
    assert "Nothing can be begun: c waits for a" in dumps(waiting, "text")
    best = START.next(at=on(2), role="sre")[0]
    assert (best.rank, best.reasons) == (1, START.next(at=on(2))[0].reasons)


def test_progress_is_of_the_selected_tasks_alone():
    progress = WORKED.snapshot(at=on(7), owner="ben").progress
    mine = {"done": 1, "days_closed": 1.0, "steps": 2, "steps_done": 1}
    assert progress == Progress(
        overall=Tally(name="all", **mine),
        by_phase=[Tally(name="p", title="P", **mine)],
        by_priority=[Tally(name="medium", **mine)],
    )
    none = WORKED.snapshot(at=on(7), owner="kim").progress
    assert none == Progress(overall=Tally(name="all"), by_phase=(), by_priority=())
    assert (none.overall.total, none.overall.share) == (0, 1.0)
    # Without a selection, phases without tasks are told too.
    assert [tally.name for tally in WORKED.snapshot().progress.by_phase] == ["p", "q", "r"]


def test_retired_tasks_are_in_no_selection():
    smaller = attrs.evolve(CHECKLIST, version="2", phases=CHECKLIST.phases[:1])
    launch = WORKED.migrate(smaller, at=on(7), **BY)
    assert (launch.snapshot(at=on(8)).retired, launch.snapshot(at=on(8), role="sre").retired) == (("c",), ())
    assert launch.snapshot(owner="eve").states == ()


@each_selection
def test_a_review_is_of_the_selected_tasks_alone(selection, ids):
    tick = next(event for event in WORKED.history("a") if event.kind == "ticked")
    launch = WORKED.begin("c", at=on(7), **BY).retract(tick, reason="r", at=on(7), **BY)
    launch = launch.set_due("c", date(2026, 11, 7), at=on(7), **BY)
    review, whole = launch.review(on(3), at=on(20), **selection), launch.review(on(3), at=on(20))
    pairs = {name: wanted for name, wanted in selection.items() if wanted is not None}
    assert review.selection == tuple(sorted(pairs.items()))
    for (name, all_of_them), (_, mine) in zip(_lists(whole), _lists(review), strict=True):
        assert mine == tuple(item for item in all_of_them if item.id in ids), name
    assert review.now == launch.snapshot(at=on(20), **selection).progress
    assert review.before.overall.total == len(ids)
    assert review.next == launch.next(at=on(20), **selection)
    times = [on(2), *(at for at, task in [(on(4), "a"), (on(5), "b")] if task in ids)]
    assert review.burn_up == tuple(BurnUpPoint(at, done=number, waived=0) for number, at in enumerate(times))
    assert (review.slip is None) is bool(selection)
    document = review.to_dict()
    assert (document["selection"], document["slip"] is None) == (pairs, bool(selection))
    assert pickle.loads(pickle.dumps(review)) == review
    for format in ("text", "markdown", "html", "svg"):
        assert dumps(review, format)


def _lists(review):
    return [(name, getattr(review, name)) for name in LISTS]


def test_a_review_is_of_the_tasks_that_the_owner_has_at_its_end():
    launch = WORKED.finish("c", at=on(7), **BY)
    assert ids(launch.review(on(3), at=on(8), owner="ben").done) == "a"
    assert ids(launch.review(on(3), at=on(8), owner="eve").done) == "c"
    assert ids(launch.review(on(2), at=on(5), owner="ben").done) == "a"
    early = launch.review(on(2), at=on(5), owner="ben")
    assert (early.now.overall.total, launch.review(on(2), at=on(5), owner="eve").now.overall.total) == (2, 0)
    assert launch.review(on(3), at=on(8), owner="eve").before.overall.todo == 1  # which was ben's then
    assert launch.review(on(2), owner="eve").now.overall.done == 1


ERRORS = [
    ({"role": "SRE"}, UnknownNameError, "unknown-value", "$.role: there is no role of that name (got 'SRE'); did you mean 'sre'?"),
    ({"label": "gdrp"}, UnknownNameError, "unknown-value", "$.label: there is no label of that name (got 'gdrp'); did you mean 'gdpr'?"),
    ({"section": "alerts"}, UnknownNameError, "unknown-value", "$.section: there is no section of that name (got 'alerts'); did you mean 'Alerts'?"),
    ({"phase": "a"}, UnknownNameError, "unknown-phase", "$.phase: there is no phase of that name (got 'a'); known: p, q, r"),
    ({"owner": "ben", "phase": "P"}, UnknownNameError, "unknown-phase", "$.phase: there is no phase of that name (got 'P'); did you mean 'p'?"),
    ({"owner": 3}, InvalidError, "wrong-kind", "$.owner: is not text (got 3); write it as a plain string, in quotes"),
    ({"role": 3}, InvalidError, "wrong-kind", "$.role: is not text (got 3); write it as a plain string, in quotes"),
    ({"label": ["gdpr"]}, InvalidError, "wrong-kind", "$.label: is not text (got a list of 1); write it as a plain string, in quotes"),
    ({"owner": "a\x1b[2J"}, InvalidError, "bad-text", "$.owner: holds the control character U+001B at position 1"),
]  # fmt: skip


@pytest.mark.parametrize(("selection", "kind", "code", "expected"), ERRORS)
@pytest.mark.parametrize("ask", [Launch.next, Launch.snapshot, lambda launch, **more: launch.review(on(3), **more)])
def test_what_cannot_be_selected_is_said_in_the_same_way_everywhere(ask, selection, kind, code, expected):
    with pytest.raises(kind) as caught:
        ask(WORKED, at=on(7), **selection)
    assert str(caught.value).startswith(expected)
    assert [fault.code for fault in caught.value.faults] == [code]


@pytest.mark.parametrize("ask", [Launch.next, Launch.snapshot])
def test_an_argument_that_there_is_not_is_refused(ask):
    with pytest.raises(
        TypeError,
        match=r"^unexpected keyword argument 'owners_of'; tasks are selected by owner, role, label, phase, section$",
    ):
        ask(WORKED, owners_of="ben")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "near"), [("owners_of", "owners"), ("ownr", "owner"), ("lable", "label"), ("poeple", "people")]
)
def test_an_argument_of_a_review_that_there_is_not_is_refused(name, near):
    with pytest.raises(TypeError, match=rf"^unexpected keyword argument '{name}'; did you mean '{near}'\?$"):
        WORKED.review(on(3), **{name: "ben"})


# Snapshots built by hand


def by_hand(*tasks, **more):
    fields = {"name": "x", "checklist": CHECKLIST, "at": on(7), "next": START.next(at=on(7)), **more}
    return Snapshot(states=[TaskState(id=task) for task in tasks], **fields)


@pytest.mark.parametrize("tasks", ["", "ab", "acb", "aab", "abcc", "abcd", "bca"])
def test_without_a_selection_there_is_one_state_for_each_task(tasks):
    with pytest.raises(InvalidError) as caught:
        by_hand(*tasks)
    assert str(caught.value) == (
        "$.states: are not those of the checklist; give one for each task, in the order of the checklist"
    )
    assert by_hand("a", "b", "c").progress.overall.todo == 3


@pytest.mark.parametrize("tasks", ["ba", "aa", "ad", "d"])
def test_with_a_selection_the_states_are_those_of_some_tasks_in_order(tasks):
    with pytest.raises(InvalidError, match="give one for each selected task, in the order of the checklist"):
        by_hand(*tasks, selection={"owner": "ben"})


def test_a_snapshot_by_hand_with_a_selection_is_of_any_of_the_tasks():
    for tasks in ("", "a", "bc", "abc"):
        snapshot = by_hand(*tasks, selection={"owner": "ben"})
        assert snapshot.progress.overall.todo == len(tasks)
    assert by_hand("a", selection=[("owner", "ben")]).selection == (("owner", "ben"),)
    with pytest.raises(InvalidError, match=r"^\$\.selection: are not annotations"):
        by_hand("a", selection="owner")
    with pytest.raises(InvalidError, match=r"^\$\.selection\.owner: is not text \(got None\)"):
        by_hand("a", selection={"owner": None})
    with pytest.raises(InvalidError, match=r"^\$\.selection: are not annotations"):
        attrs.evolve(WORKED.review(on(3), at=on(7)), selection="owner")


@given(launches(), st.data())
def test_any_selection_of_any_launch_is_those_tasks_alone(launch, data):
    at = launch.events[-1].at
    states = {state.id: state for state in launch.snapshot(at=at).states}
    tasks = {task.id: (task, phase) for phase in launch.checklist.phases for task in phase.tasks}
    values = {
        "owner": [(state.owner, {state.id}) for state in states.values() if state.owner],
        "role": [(task.role, {task.id}) for task, _ in tasks.values() if task.role],
        "section": [(task.section, {task.id}) for task, _ in tasks.values() if task.section],
        "label": [(label, {task.id}) for task, phase in tasks.values() for label in (*task.labels, *phase.labels)],
        "phase": [(phase.id, {task.id}) for task, phase in tasks.values()],
    }
    names = data.draw(st.sets(st.sampled_from([name for name in values if values[name]]), max_size=2))
    selection = {name: data.draw(st.sampled_from(values[name]))[0] for name in sorted(names)}
    expected = {*tasks}
    for name, value in selection.items():
        expected &= set().union(*(found for known, found in values[name] if known == value))
    snapshot = launch.snapshot(at=at, **selection)
    assert [state.id for state in snapshot.states] == [task for task in tasks if task in expected]
    closed = [task for task in expected if states[task].status.is_closed]
    assert (snapshot.progress.overall.closed, snapshot.progress.overall.total) == (len(closed), len(expected))
    assert launch.next(None, at=at, **selection).ids == tuple(
        task for task in launch.next(None, at=at).ids if task in expected
    )
    review = launch.review(launch.started, at=max(at, launch.started.replace(year=2027)), samples=0, **selection)
    assert review.burn_up[-1].done == review.now.overall.done
    assert {item.id for _, items in review.lists for item in items} <= expected
    assert all(
        launch.checklist[item.id].steps and launch.state(item.id, at=review.at).status is Status.DONE
        for item in review.open_steps
    )
