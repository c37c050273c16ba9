"""Merging is a set union: the laws, on any logs, and against a model that is nothing but dictionaries."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from helpers.strategies import STARTED, launches, moments, retracted, steps_of, task_events
from servingchecklist import Checklist, Launch, Overlay, Phase, Step, Task, dumps, events, tailor
from servingchecklist.changes import SetTask
from servingchecklist.errors import IllegalTransitionError, InvalidError

CHECKLIST = Checklist(
    "x",
    "X",
    phases=[
        Phase(
            "p",
            "P",
            tasks=[
                Task("a", "A", steps=[Step("s", "S"), Step("t", "T")]),
                Task("b", "B", after=["a"], steps=[Step("s", "S")]),
                Task("c", "C"),
            ],
        )
    ],
)
START = Launch.start(CHECKLIST, name="x", by="ml-platform", at=STARTED)


def assert_is_as_constructed(launch):
    again = Launch(launch.checklist, launch.name, launch.events)
    assert (launch, launch.events, launch.started) == (again, again.events, again.started)
    assert [launch.state(task) for task in "abc"] == [again.state(task) for task in "abc"]


any_event = task_events(st.sampled_from("abc"), steps=steps_of(CHECKLIST))
told_lists = st.lists(any_event, max_size=8)
copies = told_lists.flatmap(
    lambda told: st.lists(retracted(told), max_size=2).map(
        lambda more: Launch(CHECKLIST, "x", [*START.events, *told, *more])
    )
)


@given(copies, copies, copies)
def test_merging_is_associative_commutative_and_idempotent(a, b, c):
    assert a.merge(b) == b.merge(a)
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(a) == a
    assert a.merge(b).merge(b) == a.merge(b)


@given(copies, copies)
def test_nothing_is_lost_and_nothing_is_added(a, b):
    merged = a.merge(b)
    assert {event.id for event in merged.events} == {event.id for event in a.events} | {event.id for event in b.events}
    assert list(merged.events) == sorted(merged.events, key=lambda event: (event.at, event.id))
    assert merged == Launch(CHECKLIST, "x", [*a.events, *b.events])
    assert merged.started == STARTED
    assert_is_as_constructed(merged)


@given(copies, moments)
def test_what_was_is_what_had_happened_by_then(launch, at):
    was = launch.as_of(at)
    assert was.events == tuple(event for event in launch.events if event.at <= at or event.kind == "retracted")
    assert_is_as_constructed(was)


@given(launches())
def test_any_launch_can_be_asked_anything(launch):
    at = launch.events[-1].at
    assert launch.snapshot(at=at).progress == launch.progress(at=at)
    assert {one.id for one in launch.next(None, at=at)} <= {task.id for task in launch.checklist}
    assert sum(len(launch.history(task)) for task in launch.checklist) == len(
        [e for e in launch.events if e.kind not in ("launch-started", "retracted")]
    )


def test_copies_that_were_started_apart_begin_with_the_earlier():
    other = Launch.start(CHECKLIST, name="x", by="serving-team", at=STARTED.replace(hour=8))
    merged = START.merge(other)
    assert (merged.started, len(merged.events)) == (other.started, 2)


def titled(*titles):
    """The checklist, with layers that come to nothing in the end."""
    layers = [Overlay(f"o{n}", "O", changes=[SetTask("a", title=title, reason="r")]) for n, title in enumerate(titles)]
    return tailor(CHECKLIST, *layers)


HISTORIES = [
    CHECKLIST,
    attrs.evolve(CHECKLIST, base=attrs.evolve(CHECKLIST, tips=["An older one."])),
    titled("One", "A"),
    titled("Another", "A"),
    titled("One", "Another", "A"),
]


def with_history(launch, checklist, bound):
    """A copy of a launch that was started with that checklist; where it is not bound, its start does not say so."""
    start = attrs.evolve(START.events[0], digest=checklist.digest if bound else "")
    told = [event for event in launch.events if event != START.events[0]]
    return attrs.evolve(launch, checklist=checklist, events=[start, *told])


histories = st.builds(with_history, copies, st.sampled_from(HISTORIES), st.booleans())


@given(histories, histories, histories)
def test_of_equal_checklists_that_with_more_layers_is_kept(a, b, c):
    assert dumps(a.merge(b), "json") == dumps(b.merge(a), "json")
    assert dumps(a.merge(b).merge(c), "json") == dumps(a.merge(b.merge(c)), "json")
    assert dumps(a.merge(b).merge(b), "json") == dumps(a.merge(b), "json")
    assert dumps(a.merge(a), "json") == dumps(a, "json")
    named = [copy.checklist for copy in (a, b) if any(getattr(event, "digest", "") for event in copy.events)]
    named = named or [a.checklist, b.checklist]
    assert len(a.merge(b).checklist.layers) == max(len(checklist.layers) for checklist in named)
    assert Launch.from_dict(a.merge(b).to_dict()).checklist.digest == a.merge(b).checklist.digest


@pytest.mark.parametrize("moved", [False, True])
def test_a_checklist_that_the_log_does_not_name_is_refused(moved):
    launch = (
        START.migrate(attrs.evolve(CHECKLIST, version="2"), by="x", at=STARTED + timedelta(hours=1)) if moved else START
    )
    for altered in (
        attrs.evolve(launch.checklist, tips=["Easier."]),
        attrs.evolve(launch.checklist, base=attrs.evolve(CHECKLIST, tips=["An older one."])),
        attrs.evolve(launch.checklist, base=CHECKLIST, layers=[Overlay("o", "O")]),
    ):
        with pytest.raises(InvalidError) as caught:
            attrs.evolve(launch, checklist=altered)
        assert str(caught.value) == (
            "$.checklist: is not the one that the log names: it was altered, or is not that of the latest migration "
            f"(got '{altered.digest[:15]}'); put back what was there, as from an earlier version of the file; "
            "to change the checklist, migrate the launch to another one"
        )
        assert [fault.code for fault in caught.value.faults] == ["damaged"]


def test_an_altered_checklist_is_told_with_all_other_faults():
    lacks_all = attrs.evolve(CHECKLIST, phases=[Phase("p", "P", tasks=[Task("z", "Z")])])
    with pytest.raises(InvalidError) as caught:
        attrs.evolve(START.begin("a", by="x"), checklist=lacks_all)
    assert [fault.path for fault in caught.value.faults] == ["$.checklist", "$.events[1].task"]


def test_of_migrations_to_equal_checklists_that_of_the_latest_counts():
    plain, layered = attrs.evolve(CHECKLIST, version="2"), attrs.evolve(titled("One", "A"), version="2")
    first = Launch.start(CHECKLIST, name="x", by="a", at=STARTED).migrate(
        layered, by="a", at=STARTED + timedelta(hours=1)
    )
    last = Launch.start(CHECKLIST, name="x", by="b", at=STARTED).migrate(plain, by="b", at=STARTED + timedelta(hours=2))
    assert first.merge(last).checklist.layers == last.merge(first).checklist.layers == ()
    assert Launch.from_dict(first.merge(last).to_dict()) == last.merge(first)


def test_what_is_not_a_copy_is_refused():
    with pytest.raises(
        InvalidError,
        match=r"^\$\.name: is the name of another launch \(got 'y'\); a launch is merged with copies of itself; this one is 'x'$",
    ):
        START.merge(attrs.evolve(START, name="y"))
    newer = attrs.evolve(CHECKLIST, version="2", tips=["More."])
    with pytest.raises(
        InvalidError,
        match=r"^\$\.checklist: is not the same checklist: version, tips differ \(got 'x 2'\); only copies of one launch are merged",
    ):
        START.merge(Launch.start(newer, name="x", by="x", at=STARTED))
    with pytest.raises(InvalidError, match="version differs"):
        START.merge(Launch.start(attrs.evolve(CHECKLIST, version="2"), name="x", by="x", at=STARTED))
    other = attrs.evolve(CHECKLIST, phases=[Phase("p", "P", tasks=[Task("a", "A"), Task("b", "B"), Task("c", "C")])])
    with pytest.raises(InvalidError, match="phases differs"):
        START.merge(Launch.start(other, name="x", by="x", at=STARTED))
    with pytest.raises(InvalidError, match=r"^\$: is not a launch \(got a tuple of 1\)"):
        START.merge(START.events)


def told(launch):
    """What was recorded of tasks and not retracted."""
    gone = {event.event for event in launch.events if isinstance(event, events.Retracted)}
    return [event for event in launch.events if hasattr(event, "task") and event.id not in gone]


class TwoCopies(RuleBasedStateMachine):
    """Copies of a launch that are moved, backdated and merged at random, beside plain dictionaries that know nothing of logs."""

    copies = Bundle("copies")

    def __init__(self):
        super().__init__()
        self.model = {}

    @rule(target=copies)
    def start(self):
        return START

    @rule(target=copies, launch=copies, event=any_event)
    def record(self, launch, event):
        before = [other for other in told(launch) if (other.at, other.id) < (event.at, event.id)]
        # A waiver may have expired by the calendar of one who records and not by that of another: either may be right.
        moments = [event.at + timedelta(days=day) for day in (-1, 0, 1)]
        may = any(self.may(self.standing(before, at)[event.task], event) for at in moments)
        known = any(other.id == event.id for other in launch.events)
        gone = any(other.kind == "retracted" and other.event == event.id for other in launch.events)
        try:
            recorded = launch.record(event)
        except IllegalTransitionError:
            assert [known, gone, may] == [False] * 3
            return launch
        assert known or gone or may
        assert set(recorded.events) == {*launch.events, event}
        assert_is_as_constructed(recorded)
        return recorded

    @rule(target=copies, launch=copies, data=st.data())
    def retract(self, launch, data):
        left = told(launch)
        if not left:
            return launch
        event = data.draw(st.sampled_from(left))
        at = data.draw(moments.filter(lambda at: at >= STARTED))
        retracted = launch.retract(event.id[:20], by="x", at=at)
        assert retracted.retracted == (*sorted((*launch.retracted, event), key=lambda event: (event.at, event.id)),)
        assert_is_as_constructed(retracted)
        return retracted

    @rule(target=copies, launch=copies, event=any_event)
    def retract_what_is_elsewhere(self, launch, event):
        return launch.record(events.Retracted(event.id, by="x", at=STARTED))

    @rule(target=copies, one=copies, other=copies)
    def merge(self, one, other):
        return one.merge(other)

    @rule(launch=copies, at=moments)
    def compare_at(self, launch, at):
        self.compare(launch, at)

    def compare(self, launch, at):
        expected = self.standing([event for event in told(launch) if event.at <= at], at)
        for task, fields in expected.items():
            state = launch.state(task, at=at)
            assert (state.status.value, state.owner, state.due, state.begun, state.latest) == tuple(fields.values())[:5]
            assert [*state.references] == fields["references"]
            assert (state.note, state.note_by, state.note_at) == fields["note"]
            ticks = {step.id: (step.done, step.by, step.at) for step in state.steps}
            untouched = {step.id: (False, None, None) for step in CHECKLIST[task].steps}
            assert ticks == untouched | fields["steps"]
            before = [expected[other]["status"] for other in CHECKLIST[task].after]
            assert (state.waits_for == ()) is all(status in ("done", "waived", "not-applicable") for status in before)

    @rule(launch=copies, days=st.integers(0, 8))
    def compare_later(self, launch, days):
        self.compare(launch, launch.events[-1].at + timedelta(days=days))

    @staticmethod
    def may(fields, event):
        allowed = {
            "begun": {"todo"},
            "finished": {"todo", "doing", "blocked"},
            "blocked": {"todo", "doing", "blocked"},
            "unblocked": {"blocked"},
            "reopened": {"doing", "done", "waived", "not-applicable"},
            "waived": {"todo", "doing", "blocked", "waived"},
            "not-applicable": {"todo", "doing", "blocked", "waived"},
        }
        return fields["status"] in allowed.get(event.kind, {fields["status"]})

    @staticmethod
    def standing(told, at):
        tasks = {
            task: {
                "status": "todo",
                "owner": None,
                "due": None,
                "begun": None,
                "latest": None,
                "until": None,
                "blocked": False,
                "references": [],
                "note": ("", None, None),
                "steps": {},
            }
            for task in "abc"
        }
        for event in sorted(told, key=lambda event: (event.at, event.id)):
            fields = tasks[event.task]
            fields.update(latest=event.at)
            before = [] if event.kind == "reopened" else fields["references"]
            new = [page for n, page in enumerate(event.references) if page not in [*before, *event.references[:n]]]
            fields.update(references=before + new)
            if note := event.text if event.kind == "noted" else event.note:
                fields.update(note=(note, event.by, event.at))
            match event:
                case events.Begun():
                    fields.update(status="doing", begun=event.at, blocked=False)
                case events.Finished():
                    fields.update(status="done", blocked=False)
                case events.Blocked():
                    fields.update(status="blocked", blocked=True)
                case events.Reopened():
                    fields.update(status="todo", begun=None, blocked=False)
                case events.NotApplicable():
                    fields.update(status="not-applicable", blocked=False)
                case events.Waived():
                    fields.update(status="waived", until=event.expires)
                case events.Unblocked():
                    fields.update(blocked=False)
                    if fields["status"] == "blocked":
                        fields.update(status="doing" if fields["begun"] else "todo")
                case events.Ticked() | events.Unticked():
                    fields["steps"][event.step] = (event.kind == "ticked", event.by, event.at)
                case events.Assigned():
                    fields.update(owner=event.owner)
                case events.DueSet():
                    fields.update(due=event.due)
        for fields in tasks.values():
            if fields["status"] == "waived" and fields["until"] < at.date():
                fields.update(status="blocked" if fields["blocked"] else "doing" if fields["begun"] else "todo")
        return tasks


TestTwoCopies = TwoCopies.TestCase
