"""Tools for language models: few characters, every event recordable, and each refusal one sentence."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import Launch, Status, Store, model_serving, tools
from servingchecklist.errors import ChecklistError, IllegalTransitionError, InvalidError, UnknownNameError
from threats.hostile import Raising, Rows, Table, Unhashable, Word

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALL = (*tools.EVENTS, "waived", "not-applicable")
LAUNCH = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=NINE)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "launches.db") as store:
        store.save(LAUNCH)
        yield store


def ask(store, name, at=NINE + timedelta(hours=1), events=tools.EVENTS, **arguments):
    return tools.call(store, name, arguments, by="agent", at=at, events=events)


def answered(store, name, arguments, events=tools.EVENTS):
    """Return the answer to a call, or the documented error."""
    try:
        return tools.call(store, name, arguments, by="agent", events=events)
    except ChecklistError as error:
        return error


def refused(store, name, **arguments):
    with pytest.raises(ChecklistError) as caught:
        ask(store, name, **arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# The schemas


@pytest.mark.parametrize("events", [tools.EVENTS, ALL])
@pytest.mark.parametrize("encoding", ["cl100k_base", "o200k_base"])
def test_the_schemas_cost_at_most_500_tokens(events, encoding):
    bpe_openai = pytest.importorskip("bpe_openai", reason="needs bpe-openai, which counts tokens")
    assert len(bpe_openai.get_encoding(encoding).encode(json.dumps(tools.schemas(events)))) <= 500


@pytest.mark.parametrize("events", [tools.EVENTS, ALL])
def test_the_schemas_are_short(events):
    assert len(json.dumps(tools.schemas(events), separators=(",", ":"))) <= 1_700


def test_every_argument_has_one_type_as_some_interfaces_ask_for():
    for schema in tools.schemas(ALL):
        for argument in schema["inputSchema"]["properties"].values():
            assert argument["type"] in ("string", "integer")


def test_the_schemas_are_plain_data_with_the_keys_of_the_protocol():
    schemas = tools.schemas()
    assert json.loads(json.dumps(schemas)) == schemas
    assert [schema["name"] for schema in schemas] == ["launch_next", "launch_task", "launch_status", "launch_record"]
    assert {tuple(schema) for schema in schemas} == {("name", "description", "inputSchema")}
    assert all(schema["inputSchema"]["additionalProperties"] is False for schema in schemas)
    schemas[0]["inputSchema"]["properties"].clear()
    assert tools.schemas()[0]["inputSchema"]["properties"]


def test_who_records_is_no_argument_and_a_waiver_no_event_by_default():
    schemas = {schema["name"]: schema["inputSchema"]["properties"] for schema in tools.schemas()}
    assert not [name for name, properties in schemas.items() if "by" in properties]
    assert not {"waived", "not-applicable"} & set(schemas["launch_record"]["event"]["enum"])
    assert "expires" not in schemas["launch_record"]
    assert "expires" in tools.schemas(ALL)[3]["inputSchema"]["properties"]


def test_events_that_are_none_are_refused():
    with pytest.raises(UnknownNameError) as caught:
        tools.schemas(["finishd"])
    assert str(caught.value) == (
        "$.events: there is no event that a model may record of that name (got 'finishd'); did you mean 'finished'?"
    )
    for events in ("finished", 5, [5], [Word("finishd")], Raising()):
        with pytest.raises(ChecklistError):
            tools.schemas(events)


# What they answer


def test_next_gives_the_tasks_with_their_reasons(store):
    text = ask(store, "launch_next")
    assert [line for line in text.splitlines() if line[:1].isdigit()] == [
        "1. Define goals and KPIs",
        "2. Audit current state",
        "3. Identify target audience",
    ]
    assert "unblocks c4 (critical)" in text
    assert ask(store, "launch_next", limit=1, role="ml platform").splitlines()[1] == "1. Audit current state"


def test_task_gives_what_to_do_and_how_it_stands(store):
    store.save(
        LAUNCH.begin("c2", by="x", at=NINE).tick("c2", "callers", by="x", at=NINE).note("c2", "ask", by="x", at=NINE)
    )
    text = ask(store, "launch_task", task="c2")
    assert text.startswith("[>] Identify target audience\n    c2: doing since 2026-03-02, high")
    assert "[x] `callers` ML engineers" in text
    assert "Note by x, 2026-03-02:\n    ask\n" in text
    assert "Name the earliest users" in text
    assert "Proven when:" in text
    assert ask(store, "launch_task", task="c1").count("`targets`") == 1


def test_a_task_without_any_details_is_a_line(tmp_path):
    from servingchecklist import Checklist, Phase, Task

    launch = Launch.start(
        Checklist("x", "X", phases=[Phase("p", "P", tasks=[Task("a", "A")])]), name="x", by="y", at=NINE
    )
    with Store(tmp_path / "x.db") as store:
        store.save(launch)
        assert ask(store, "launch_task", task="a") == "[ ] a  todo  medium  A\n"
        assert ask(store, "launch_record", event="finished", task="a") == "a A: done; 1 of 1 tasks closed\n"


def test_status_is_short_and_with_a_phase_has_its_tasks(store):
    launch = LAUNCH.set_due("c4", (NINE - timedelta(days=2)).date(), by="x", at=NINE)
    store.save(launch)
    text = ask(store, "launch_status")
    assert "fraud-v3: Model Serving Launch Checklist for 2026" in text
    assert "0 of 9 done" in text
    assert "Overdue: c4." in text
    assert len(text) < 1_000
    assert "Overdue" not in ask(store, "launch_status", at=NINE - timedelta(0), phase="foundation")
    phase = ask(store, "launch_status", phase="execution")
    assert [task for task in ("c1", "c4", "c5", "c6") if f"[ ] {task}" in phase] == ["c4", "c5", "c6"]


RECORDED = {
    "begun": {"task": "c1", "text": "on it"},
    "finished": {"task": "c1"},
    "blocked": {"task": "c1", "reason": "no data"},
    "unblocked": {"task": "c3"},
    "reopened": {"task": "c2", "reason": "no"},
    "ticked": {"task": "c1", "step": "targets"},
    "unticked": {"task": "c1", "step": "targets"},
    "assigned": {"task": "c1", "owner": "ml-platform"},
    "due-set": {"task": "c1", "due": "2026-12-31"},
    "noted": {"task": "c1", "text": "first\nsecond"},
    "waived": {"task": "c1", "reason": "small", "expires": "2026-12-31"},
    "not-applicable": {"task": "c1", "reason": "one caller"},
}


@pytest.mark.parametrize("event", tools.schemas(ALL)[3]["inputSchema"]["properties"]["event"]["enum"])
def test_every_event_that_is_offered_can_be_recorded(store, event):
    store.save(LAUNCH.finish("c2", by="x", at=NINE).block("c3", reason="r", by="x", at=NINE))
    answer = ask(store, "launch_record", events=ALL, event=event, **RECORDED[event])
    recorded = store.load("fraud-v3").events[-1]
    assert (recorded.kind, recorded.by, recorded.task) == (event, "agent", RECORDED[event]["task"])
    assert recorded.at == NINE + timedelta(hours=1)
    assert recorded.task in answer
    document = recorded.to_dict()
    stated = {("note" if key == "text" and event != "noted" else key): value for key, value in RECORDED[event].items()}
    assert {key: document[key] for key in stated} == stated


def test_the_answer_to_a_record_says_how_the_task_and_the_launch_stand(store):
    ask(store, "launch_record", event="assigned", task="c1", owner="ml-platform")
    ask(store, "launch_record", event="due-set", task="c1", due="2026-12-31")
    assert ask(store, "launch_record", event="finished", task="c1") == (
        "c1 Define goals and KPIs: done, owner ml-platform, due 2026-12-31, 0 of 6 steps ticked; 1 of 9 tasks closed\n"
    )
    assert ask(store, "launch_record", event="finished", task="c9") == (
        "c9 Iterate on results: done, though c8 is open, 0 of 5 steps ticked; 2 of 9 tasks closed\n"
    )
    ask(store, "launch_record", event="assigned", task="c1", owner="", due=None, reason=None)
    ask(store, "launch_record", event="due-set", task="c1", due="")
    state = store.load("fraud-v3").state("c1")
    assert (state.owner, state.due) == (None, None)


DECIDED = {
    "waived": LAUNCH.waive("c1", reason="small", expires=date(2026, 12, 31), by="ml-platform", at=NINE),
    "not-applicable": LAUNCH.mark_not_applicable("c1", reason="one caller", by="ml-platform", at=NINE),
}


@pytest.mark.parametrize("decision", DECIDED)
def test_a_model_does_not_take_back_what_a_person_decided(store, decision):
    store.save(DECIDED[decision])
    words = decision.replace("-", " ")
    with pytest.raises(IllegalTransitionError) as caught:
        ask(store, "launch_record", event="reopened", task="c1")
    assert caught.value.task == "c1"
    assert str(caught.value) == (
        f"$.task: cannot be reopened: its status is {words}, which is the decision of a person (got 'c1'); "
        "leave it, or ask a person to reopen it"
    )
    assert store.load("fraud-v3") == DECIDED[decision]
    assert "todo" in ask(store, "launch_record", events=(*tools.EVENTS, decision), event="reopened", task="c1")


@pytest.mark.parametrize("decision", DECIDED)
@pytest.mark.parametrize("event", ["begun", "finished", "blocked", "unblocked"])
def test_what_a_person_decided_is_left_whatever_happened(store, decision, event):
    store.save(DECIDED[decision])
    assert refused(store, "launch_record", event=event, **RECORDED[event] | {"task": "c1"}) == (
        f"$.task: cannot be {event}: its status is {decision.replace('-', ' ')}, which is the decision of a person (got 'c1'); "
        "leave it, or ask a person to reopen it"
    )
    assert decision.replace("-", " ") in ask(store, "launch_record", event="noted", task="c1", text="seen")


@pytest.mark.parametrize(
    ("allowed", "hint"),
    [
        (("begun", "reopened", "waived", "not-applicable"), "it can be reopened, waived or marked not applicable"),
        (("begun", "waived"), "it can be waived"),
    ],
)
def test_a_hint_names_only_what_the_model_may_record(store, allowed, hint):
    store.save(DECIDED["waived"])
    assert refused(store, "launch_record", events=allowed, event="begun", task="c1") == (
        f"$.task: cannot be begun: its status is waived, as ml-platform recorded on 2026-03-02 (got 'c1'); {hint}"
    )
    ask(store, "launch_record", event="begun", task="c2")
    assert refused(store, "launch_record", events=("begun",), event="begun", task="c2", text="again") == (
        "$.task: cannot be begun: its status is doing, as agent recorded on 2026-03-02 (got 'c2'); leave it"
    )


@pytest.mark.parametrize(("decision", "other"), [("waived", "not-applicable"), ("not-applicable", "waived")])
def test_a_decision_is_not_replaced_by_the_other_one_that_alone_is_allowed(store, decision, other):
    store.save(DECIDED[decision])
    deed = {"waived": "waived", "not-applicable": "marked not applicable"}[other]
    status = decision.replace("-", " ")
    with pytest.raises(IllegalTransitionError, match=f"cannot be {deed}: its status is {status}, which is the"):
        ask(store, "launch_record", events=(other,), event=other, **RECORDED[other])
    assert store.load("fraud-v3") == DECIDED[decision]


def test_with_both_decisions_allowed_a_waived_task_can_be_marked_not_applicable(store):
    store.save(DECIDED["waived"])
    arguments = RECORDED["not-applicable"]
    assert "not applicable" in ask(store, "launch_record", events=ALL, event="not-applicable", **arguments)


def test_a_waiver_that_has_expired_is_no_decision_any_more(store):
    store.save(DECIDED["waived"].begin("c1", by="ml-platform", at=datetime(2027, 1, 4, 9, tzinfo=UTC)))
    later = datetime(2027, 1, 4, 10, tzinfo=UTC)
    assert "todo" in ask(store, "launch_record", at=later, event="reopened", task="c1")


def test_begun_without_a_task_takes_what_is_next(store):
    assert ask(store, "launch_record", event="begun", text="mine").startswith("[>] Define goals and KPIs\n")
    assert ask(store, "launch_record", event="begun", task=None).startswith("[>] Audit current state\n")
    assert ask(store, "launch_record", event="begun", task="c2").startswith("[>] Identify target audience\n")
    assert ask(store, "launch_record", event="begun").endswith(
        "Nothing can be begun: c1 is under way (agent); c2 is under way (agent); c3 is\nunder way (agent)\n"
    )
    assert [event.note for event in store.load("fraud-v3").history("c1")] == ["mine"]


def test_of_two_agents_that_begin_a_task_one_is_refused(store, monkeypatch):
    change = Store.change

    def late(self, name, function):
        with Store(self.path) as other:
            other.save(other.load(name).begin("c1", by="another", at=NINE))
        return change(self, name, function)

    monkeypatch.setattr(Store, "change", late)
    assert refused(store, "launch_record", event="begun", task="c1") == (
        "$.task: cannot be begun: its status is doing, as another recorded on 2026-03-02 (got 'c1'); "
        "it can be finished, blocked or reopened"
    )


def test_without_a_time_it_is_now(store):
    tools.call(store, "launch_record", {"event": "finished", "task": "c1"}, by="agent")
    assert datetime.now(UTC) - store.load("fraud-v3").events[-1].at < timedelta(minutes=1)
    assert "1 of 9 done" in tools.call(store, "launch_status", {}, by="agent")


def test_a_launch_is_named_where_there_are_several(store):
    assert ask(store, "launch_next", launch="fraud-v3") == ask(store, "launch_next")
    for name in ("a", "b", "c", "d"):
        store.save(Launch.start(model_serving(), name=name, by="x", at=NINE))
    assert refused(store, "launch_next") == (
        "$.launch: is missing, and the store holds several launches; name one: a, b, c or 2 more"
    )
    assert "c1" in ask(store, "launch_next", launch="c")


def test_an_empty_store_has_no_launch(tmp_path):
    with Store(tmp_path / "empty.db") as store:
        assert refused(store, "launch_next") == (
            "$.launch: is missing: the store holds none; ask a person to start one"
        )


# What they refuse

REFUSALS = [
    ("launch_nxt", {}, "$: there is no tool of that name (got 'launch_nxt'); did you mean 'launch_next'?"),
    ("launch_next", {"launch": "fraud"}, "$.launch: there is no launch in the store of that name (got 'fraud'); did you mean 'fraud-v3'?"),
    ("launch_next", {"limit": 0}, "$.limit: is not a number from 1 to 20 (got 0); leave it out for 3"),
    ("launch_next", {"limit": True}, "$.limit: is not a number from 1 to 20 (got True); leave it out for 3"),
    ("launch_next", {"limit": 10**5_000}, "$.limit: is not a number from 1 to 20 (got an integer of 16610 bits); leave it out for 3"),
    ("launch_next", {"role": "sr"}, "$.role: there is no role of that name (got 'sr'); did you mean 'sre'?"),
    ("launch_next", {"roles": "sre"}, "$.roles: is not known to this tool (got 'roles'); did you mean 'role'?"),
    ("launch_task", {}, "$.task: is missing; give its id, such as c1"),
    ("launch_task", {"task": "c11"}, "$.task: there is no task in 'model-serving' of that name (got 'c11'); did you mean 'c1'?"),
    ("launch_task", {"task": ["c1"]}, "$.task: is not text (got a list of 1); give its id, such as c1"),
    ("launch_status", {"phase": "Foundation"}, "$.phase: there is no phase of that name (got 'Foundation'); did you mean 'foundation'?"),
    ("launch_record", {}, "$.event: is missing; give begun, finished, blocked, unblocked, reopened, ticked, unticked, assigned, due-set or noted"),
    ("launch_record", {"event": "finished"}, "$.task: is missing; give task"),
    ("launch_record", {"event": "finish", "task": "c1"}, "$.event: is not an event that can be recorded (got 'finish'); did you mean 'finished'?"),
    (
        "launch_record",
        {"event": "waived", "task": "c1", "reason": "r"},
        "$.event: is not an event that can be recorded (got 'waived'); "
        "known: begun, finished, blocked, unblocked, reopened, ticked, unticked, assigned, due-set, noted",
    ),
    ("launch_record", {"event": "begun", "task": "c1", "by": "ceo"}, "$.by: is not known to this tool (got 'by'); known: launch, event, task, reason, step, owner, due, text"),
    ("launch_record", {"event": "finished", "task": "c1", "reason": "r"}, "$.reason: does not belong to finished (got 'r'); leave it out; finished takes task and text"),
    ("launch_record", {"event": "unblocked", "task": "c1"}, "$.task: cannot be unblocked: its status is todo (got 'c1'); it can be begun, finished or blocked"),
    ("launch_record", {"event": "blocked", "task": "c1", "reason": ""}, "$.reason: is empty (got ''); say in a few words what it is"),
    ("launch_record", {"event": "blocked", "task": "c1", "reason": "a\nb"}, "$.reason: holds the line break U+000A at position 1 (got 'a\\nb'); write it as one line of plain text"),
    ("launch_record", {"event": "finished", "task": "c1", "text": "\x1b[2J"}, "$.text: holds the control character U+001B at position 0 (got '\\x1b[2J'); take it out; line breaks are written as \\n"),
    ("launch_record", {"event": "ticked", "task": "c1", "step": "target"}, "$.step: there is no step of that id in 'c1' (got 'target'); did you mean 'targets'?"),
    ("launch_record", {"event": "due-set", "task": "c1", "due": "friday"}, "$.due: is not a date (got 'friday'); write it in quotes, as in '2026-12-31'"),
    ("launch_record", {"event": "assigned", "task": "c1"}, "$.owner: is missing; give task and owner"),
    ("launch_record", {"event": "assigned", "task": "c1", "owner": None}, "$.owner: is missing; give task and owner"),
    ("launch_record", {"event": "finished", "task": ""}, "$.task: there is no task in 'model-serving' of that name (got ''); known: c1, c2, c3, c4, c5, c6, c7, c8, c9"),
    ("launch_next", {"limit": 2.5}, "$.limit: is not a number from 1 to 20 (got 2.5); leave it out for 3"),
    ("launch_next", {"limit": 21.0}, "$.limit: is not a number from 1 to 20 (got 21); leave it out for 3"),
    ("launch_next", {"limit": float("inf")}, "$.limit: is not a number from 1 to 20 (got inf); leave it out for 3"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "sentence"), REFUSALS)
def test_each_refusal_is_one_sentence(store, name, arguments, sentence):
    assert refused(store, name, **arguments) == sentence
    assert store.load("fraud-v3") == LAUNCH


def test_whole_floats_are_integers_and_empty_texts_that_nothing_needs_are_as_if_left_out(store):
    assert ask(store, "launch_next", limit=1.0, role="", launch="") == ask(store, "launch_next", limit=1)
    assert ask(store, "launch_status", phase="") == ask(store, "launch_status")
    empty = dict.fromkeys(("launch", "reason", "step", "owner", "due", "text"), "")
    ask(store, "launch_record", event="assigned", task="c1", owner="ml-platform")
    done = ask(store, "launch_record", **empty, event="finished", task="c1")
    assert done.startswith("c1 Define goals and KPIs: done, owner ml-platform, ")
    ask(store, "launch_record", **empty, event="assigned", task="c1")
    assert store.load("fraud-v3").state("c1").owner is None
    assert ask(store, "launch_record", **empty, event="begun", task="").startswith("[>] Audit current state")


NOT_TEXT = {
    "launch": "is not text (got 5); give the name of a launch, or leave it out where there is only one",
    "event": "is not an event that can be recorded (got 5); known: " + ", ".join(ALL),
    "task": "is not text (got 5); give its id, such as c1",
    "step": "is not text (got 5); give its id, as launch_task shows it",
    "role": "is not text (got 5); give a role of the checklist",
    "phase": "is not text (got 5); give the id of a phase",
    "reason": "is not text (got 5); say in a few words why",
    "owner": "is not text (got 5); give a person or team, or '' for none",
    "due": "is not text (got 5); give a day, such as '2026-12-31', or '' for none",
    "expires": "is not text (got 5); give the last day, such as '2026-12-31'",
    "text": "is not text (got 5); give a note in words",
    "limit": "is not a number from 1 to 20 (got '5'); leave it out for 3",
}


@pytest.mark.parametrize(
    ("name", "key"),
    [(schema["name"], key) for schema in tools.schemas(ALL) for key in schema["inputSchema"]["properties"]],
)
def test_a_value_of_the_wrong_type_gets_a_hint_for_each_argument(store, name, key):
    required = {"launch_task": {"task": "c1"}, "launch_record": {"event": "noted"}}.get(name, {})
    answer = answered(store, name, required | {key: "5" if key == "limit" else 5}, events=ALL)
    assert str(answer) == f"$.{key}: {NOT_TEXT[key]}"


def test_all_faults_of_the_arguments_are_told_at_once(store):
    with pytest.raises(InvalidError) as caught:
        ask(store, "launch_record", event="assigned", task=5, owner=[], tasks="c1")
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [
        ("wrong-kind", "$.task"),
        ("wrong-kind", "$.owner"),
        ("unknown-key", "$.tasks"),
    ]
    assert len(str(caught.value).splitlines()) == 4


def test_what_the_log_does_not_allow_is_told_with_what_it_does(store):
    ask(store, "launch_record", event="finished", task="c1")
    with pytest.raises(IllegalTransitionError) as caught:
        ask(store, "launch_record", event="finished", task="c1", at=NINE + timedelta(hours=2))
    assert caught.value.task == "c1"
    assert str(caught.value) == (
        "$.task: cannot be finished: its status is done, as agent recorded on 2026-03-02 (got 'c1'); it can be reopened"
    )


def test_arguments_of_any_kind_get_the_documented_error(store):
    keys: list[dict[object, object]] = [{5: "c1"}, {None: None}, {("a",): 1}, {"\x1b": 1}]
    for arguments in [None, "c1", ["task"], 5, Raising(), Table(task="c1"), Rows(["c1"]), *keys]:
        error = answered(store, "launch_task", arguments)
        assert isinstance(error, InvalidError)
        assert str(error).replace("\n", "").isprintable()


HOSTILE = (Raising(), Word("c1"), Unhashable("c1"), Rows(["c1"]), Table(a=1), b"c1", 1.5, {"a": "b"})


@pytest.mark.parametrize("place", range(len(HOSTILE)))
@pytest.mark.parametrize("key", ["launch", "event", "task", "reason", "step", "owner", "due", "text"])
def test_hostile_values_get_the_documented_error_or_count_as_the_text_they_hold(store, key, place):
    arguments = {"event": "blocked", "task": "c1", "reason": "r"} | {key: HOSTILE[place]}
    answer = answered(store, "launch_record", arguments)
    if type(answer) is str:
        assert key in ("task", "reason", "text")
        assert place in (1, 2)
        assert store.load("fraud-v3").state("c1").status is Status.BLOCKED
    else:
        assert str(answer).replace("\n", "").isprintable()
        assert store.load("fraud-v3") == LAUNCH


def test_the_name_of_a_tool_may_be_anything_too(store):
    for name in (None, 5, Raising(), Rows(["launch_next"]), "\x1b[2J", "x" * 100_000):
        with pytest.raises(UnknownNameError):
            tools.call(store, name, {}, by="agent")
    assert tools.call(store, Word("launch_next"), {}, by="agent")


WORDS = st.sampled_from(["c1", "c9", "fraud-v3", "ml-platform", "2026-12-31", "targets", "foundation", ""]) | st.text(
    max_size=20
)
VALUES = (
    WORDS
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.lists(WORDS, max_size=2)
    | st.dictionaries(WORDS, WORDS, max_size=2)
)
NAMES = sorted({key for schema in tools.schemas(ALL) for key in schema["inputSchema"]["properties"]} - {"event"})


@given(
    st.sampled_from([schema["name"] for schema in tools.schemas()]),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
    st.sampled_from(ALL) | VALUES,
)
def test_any_arguments_are_answered_or_refused(tmp_path_factory, name, arguments, event):
    with Store(tmp_path_factory.mktemp("tools") / "launches.db") as store:
        store.save(LAUNCH)
        answer = answered(store, name, {**arguments, "event": event}, ALL)
        assert type(answer) is str or all("\n" not in str(fault) for fault in answer.faults)
        recorded = store.load("fraud-v3").events[1:]
        assert {event.by for event in recorded} <= {"agent"}
        assert not recorded or name == "launch_record"
