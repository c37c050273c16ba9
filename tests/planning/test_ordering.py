"""Ordering against the rules in words: prerequisites first, then the rules, and no blocker below what it blocks."""

import pickle
from datetime import UTC, date, datetime

import attrs
import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import NAMES
from servingchecklist import (
    CRITICAL_FIRST,
    PHASES_FIRST,
    SOONEST,
    Checklist,
    Effort,
    Phase,
    Priority,
    Risk,
    Task,
    dumps,
    model_serving,
    next_tasks,
    order,
)
from servingchecklist.errors import InvalidError, UnknownNameError
from servingchecklist.results import Recommendation, Recommendations
from servingchecklist.rules import DUE, EFFORT, PHASE, POSITION, PRIORITY, RISK, Rule, Situation

LAUNCH = model_serving()
IDS = [f"t{n}" for n in range(12)]


@st.composite
def checklists(draw):
    size = draw(st.integers(0, 12))
    place = draw(st.permutations(range(size)))
    tasks = []
    for n in range(size):
        earlier = [IDS[m] for m in range(size) if place[m] < place[n]]
        tasks.append(
            Task(
                IDS[n],
                "T",
                priority=draw(st.sampled_from(Priority)),
                after=draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else (),
                effort=draw(st.none() | st.sampled_from([Effort(1, 1), Effort(2, 3)])),
                risk=draw(st.none() | st.builds(Risk, st.integers(1, 5), st.integers(1, 5))),
            )
        )
    cut = draw(st.integers(0, size))
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks[:cut]), Phase("q", "Q", tasks=tasks[cut:])])


def done_of(checklist):
    return st.sets(st.sampled_from([task.id for task in checklist])) if len(checklist) else st.just(set())


rules = st.lists(st.sampled_from([PHASE, PRIORITY, RISK, DUE, EFFORT, POSITION]), unique=True)


def test_phases_first_gives_the_order_worked_by_hand():
    assert order(LAUNCH).ids == ("c1", "c3", "c2", "c4", "c5", "c6", "c7", "c8", "c9")


def test_critical_first_gives_the_order_worked_by_hand():
    assert order(LAUNCH, rules=CRITICAL_FIRST).ids == ("c1", "c3", "c4", "c5", "c6", "c7", "c8", "c9", "c2")


def expected_order(checklist, by, done):
    """The same thing by the plainest means: keys from the definition, networkx for the order."""
    left = [task for task in checklist if task.id not in done]
    graph = nx.DiGraph()
    graph.add_nodes_from(task.id for task in left)
    graph.add_edges_from((before, task.id) for task in left for before in task.after if before not in done)
    number = {task.id: place for place, phase in enumerate(checklist.phases) for task in phase.tasks}
    position = {task.id: place for place, task in enumerate(checklist)}
    own = {
        "phase": lambda task: number[task.id],
        "priority": lambda task: -task.priority.urgency,
        "risk": lambda task: -task.risk.score if task.risk else 0,
        "due": lambda task: 0,
        "effort": lambda task: task.effort.mean if task.effort else float("inf"),
    }

    def key(task_id):
        keys = []
        for rule in by:
            if rule is POSITION:
                break
            waiting = {task_id, *nx.descendants(graph, task_id)}
            if rule.inherited:
                keys.append(min(own[rule.name](checklist[other]) for other in waiting))
            keys.append(own[rule.name](checklist[task_id]))
        return (*keys, position[task_id])

    return tuple(nx.lexicographical_topological_sort(graph, key=key))


@given(st.data())
def test_order_is_what_the_definition_says(data):
    checklist = data.draw(checklists())
    by, done = data.draw(rules), data.draw(done_of(checklist))
    assert order(checklist, rules=by, done=done).ids == expected_order(checklist, by, done)


@given(st.data())
def test_what_comes_next_is_the_ready_part_of_the_order(data):
    checklist = data.draw(checklists())
    by, done = data.draw(rules), data.draw(done_of(checklist))
    ranked = order(checklist, rules=by, done=done)
    found = next_tasks(checklist, done, rules=by, limit=None)
    assert found.ids == tuple(one.id for one in ranked if not one.waits_for)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert bool(found) is bool(ranked)  # while anything is open, something can be done
    if found:
        assert next_tasks(checklist, done, rules=by, limit=2) == found[:2]


@given(checklists())
def test_a_blocker_never_ranks_below_what_it_blocks(checklist):
    place = {task_id: rank for rank, task_id in enumerate(order(checklist, rules=CRITICAL_FIRST).ids)}
    assert all(place[before] < place[task.id] for task in checklist for before in task.after)


@given(checklists())
def test_among_ready_tasks_the_one_that_holds_up_the_more_urgent_comes_first(checklist):
    graph = nx.DiGraph([(before, task.id) for task in checklist for before in task.after])
    graph.add_nodes_from(task.id for task in checklist)

    def urgency(task_id):
        return max(checklist[other].priority for other in {task_id, *nx.descendants(graph, task_id)})

    ready = [urgency(task_id) for task_id in next_tasks(checklist, rules=[PRIORITY], limit=None).ids]
    assert ready == sorted(ready, reverse=True)


def flat(*tasks):
    return Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])


def reasons(checklist, task_id, **options):
    (found,) = [one for one in order(checklist, **options) if one.id == task_id]
    return found.reasons


def test_reasons_are_words_that_a_person_can_act_on():
    assert reasons(LAUNCH, "c1") == (
        "in Foundation, the phase under way",
        "critical",
        "unblocks c4 (critical) and 2 more",
    )
    assert reasons(LAUNCH, "c2") == ("in Foundation, the phase under way", "high", "nothing waits for it")
    assert reasons(LAUNCH, "c6", rules=[PRIORITY]) == ("high", "unblocks c7 and c8 (high)", "holds up c9 (critical)")
    assert reasons(LAUNCH, "c8", rules=[PHASE]) == ("in Launch & Review, phase 3 of 3",)
    assert reasons(LAUNCH, "c6", done={"c1", "c2", "c3"})[0] == "in Execution, the phase under way"
    assert reasons(LAUNCH, "c1", rules=[EFFORT]) == ("takes 1 day",)


def test_many_waiting_tasks_are_counted_and_not_listed():
    found = flat(Task("a", "A"), *(Task(f"b{n}", "B", after=["a"]) for n in range(6)))
    assert reasons(found, "a", rules=[PRIORITY]) == ("medium", "unblocks b0, b1, b2 and 3 more (medium)")
    found = flat(Task("a", "A"), *(Task(f"b{n}", "B", after=["a"]) for n in range(4)))
    assert reasons(found, "a", rules=[PRIORITY]) == ("medium", "unblocks b0, b1, b2 and b3 (medium)")


def test_of_two_that_wait_the_more_urgent_is_held_up_wherever_it_stands():
    risks = {"b": Risk(2, 2), "c": Risk(3, 5)}
    for first, second in ("bc", "cb"):
        waiting = [Task(id, id.upper(), after=["a"], risk=risks[id]) for id in (first, second)]
        assert reasons(flat(Task("a", "A"), *waiting), "a", rules=[RISK]) == ("holds up c (risk 15 of 25)",)


def test_ids_of_subclasses_of_text_are_the_text_that_they_hold():
    class Name(str):
        __slots__ = ()

        def __eq__(self, other):
            return False

        __hash__ = str.__hash__

    assert next_tasks(flat(Task("a", "A"), Task("b", "B", after=["a"])), [Name("a")]).ids == ("b",)


def test_a_task_of_a_later_phase_is_pulled_forward_by_what_waits_for_it():
    later = Phase("q", "Later", tasks=[Task("b", "B"), Task("c", "C")])
    found = Checklist(
        "x",
        "X",
        phases=[
            Phase("o", "Over", tasks=[Task("z", "Z")]),
            Phase("p", "Now", tasks=[Task("a", "A", after=["c"])]),
            later,
        ],
    )
    assert order(found).ids == ("z", "c", "a", "b")
    assert reasons(found, "c")[0] == "in Later, but a in Now waits for it"


def test_risk_is_inherited_and_said():
    found = flat(
        Task("a", "A"), Task("b", "B", risk=Risk(2, 2)), Task("c", "C", risk=Risk(5, 3), after=["a"]), Task("d", "D")
    )
    assert order(found, rules=[RISK]).ids == ("a", "c", "b", "d")
    assert reasons(found, "a", rules=[RISK]) == ("holds up c (risk 15 of 25)",)
    assert reasons(found, "b", rules=[RISK]) == ("risk 4 of 25 (blast radius 2, likelihood 2)",)
    assert reasons(found, "d", rules=[RISK]) == ()


TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due", "today", "words"),
    [
        (date(2026, 11, 25), TODAY, "due in 2 days"),
        (date(2026, 11, 24), TODAY, "due in 1 day"),
        (date(2026, 11, 23), TODAY, "due today"),
        (date(2026, 11, 22), TODAY, "overdue by 1 day"),
        (date(2026, 11, 13), TODAY, "overdue by 10 days"),
        (date(2026, 11, 25), None, "due on 2026-11-25"),
    ],
)
def test_due_dates_are_counted_from_the_day_that_the_caller_gives(due, today, words):
    found = flat(Task("a", "A"), Task("b", "B", after=["a"]), Task("c", "C"))
    options = {"rules": [DUE], "due": {"b": due}, "today": today}
    assert order(found, **options).ids == ("a", "b", "c")
    assert reasons(found, "b", **options) == (words,)
    assert reasons(found, "a", **options) == (f"holds up b, {words}",)
    assert reasons(found, "c", **options) == ()
    assert [best.reasons for best in next_tasks(found, ["a"], limit=1, **options)] == [(words,)]


def test_the_shortest_comes_first_and_the_unknown_last():
    found = flat(Task("a", "A"), Task("b", "B", effort=Effort(2, 3)), Task("c", "C", effort=Effort(1, 3)))
    assert order(found, rules=[EFFORT]).ids == ("c", "b", "a")
    assert reasons(found, "a", rules=[EFFORT]) == ()


def test_rules_behind_position_have_nothing_left_to_decide():
    assert (
        order(LAUNCH, rules=[POSITION, PRIORITY]).ids
        == order(LAUNCH, rules=[]).ids
        == tuple(task.id for task in LAUNCH)
    )


def test_position_is_the_place_in_the_checklist():
    assert [POSITION.key(task, Situation(LAUNCH)) for task in LAUNCH] == list(range(9))
    assert POSITION.explain(LAUNCH["c1"], Situation(LAUNCH)) == ()


def test_users_bring_rules_of_their_own():
    backwards = Rule(
        "backwards",
        lambda task, situation: -situation.checklist.position(task.id),
        lambda task, situation: (f"last is {task.id}",),
    )
    assert order(LAUNCH, rules=[backwards]).ids == ("c3", "c2", "c1", "c6", "c4", "c5", "c7", "c8", "c9")
    assert reasons(LAUNCH, "c2", rules=[backwards]) == ("last is c2",)
    quiet = Rule("quiet", lambda task, situation: (task.title, 1.5))
    assert reasons(LAUNCH, "c2", rules=[quiet]) == ()


def test_a_recommendation_says_what_it_waits_for():
    found = order(LAUNCH, done={"c1"})
    (c4,) = [one for one in found if one.id == "c4"]
    assert (c4.waits_for, c4.rank, c4.title) == (
        ("c3",),
        3,
        "Prioritize high-impact tasks (Model Serving)",
    )
    assert c4.task is LAUNCH["c4"]
    assert not found[0].waits_for
    assert c4.to_dict() == {
        "rank": 3,
        "id": "c4",
        "title": "Prioritize high-impact tasks (Model Serving)",
        "priority": "critical",
        "effort": "1 day",
        "waits_for": ["c3"],
        "not_before": None,
        "reasons": ["in Execution, phase 2 of 3", "critical", "unblocks c5 (critical)"],
    }
    assert order(flat(Task("a", "A")))[0].to_dict()["effort"] is None


def test_nothing_is_left_when_all_is_done():
    done = [task.id for task in LAUNCH]
    assert Situation(LAUNCH, done).phase_under_way is None
    assert Situation(LAUNCH, done[1:]).phase_under_way == 0
    assert Situation(LAUNCH, done[:-1]).phase_under_way == 2
    assert len(order(LAUNCH, done=done)) == len(next_tasks(LAUNCH, done)) == 0
    assert order(LAUNCH, done=done).ids == ()


def test_recommendations_are_an_immutable_sequence_of_values():
    found = order(LAUNCH)
    made = Recommendations(list(found))
    assert found == made
    assert hash(found) == hash(made)
    assert eval(repr(found), globals() | NAMES) == found
    assert pickle.loads(pickle.dumps(found)) == found
    assert found != list(found)
    assert found[-1].id == made[-1].id == "c9"
    assert found.ids == made.ids
    assert found[2:4] == made[2:4]
    assert [one.rank for one in found[2:4]] == [3, 4]
    assert [(one.id, one.rank) for one in found[2:6][1:2]] == [("c4", 4)]
    assert found[::-2].ids == made[::-2].ids
    assert [one.rank for one in found[::4]] == [1, 5, 9]
    assert found[20:] == Recommendations()
    assert found[3] in found
    assert attrs.evolve(found[0], rank=2).rank == 2
    with pytest.raises(IndexError):
        found[9]
    match found:
        case [Recommendation(rank=1, task=Task("c1")), *_, last]:
            assert last.id == "c9"
        case _:
            pytest.fail("a sequence matches a sequence pattern")


@pytest.mark.parametrize("call", [order, next_tasks])
def test_names_that_are_not_in_the_checklist_are_refused(call):
    with pytest.raises(UnknownNameError) as caught:
        call(LAUNCH, done=["c1", "c11", 3])
    assert str(caught.value) == (
        "2 faults:\n"
        "  $.done[1]: there is no such task in 'model-serving' (got 'c11'); did you mean 'c1'?\n"
        "  $.done[2]: there is no such task in 'model-serving' (got 3); known: c1, c2, c3, c4, c5, c6, c7, c8, c9"
    )
    with pytest.raises(UnknownNameError, match=r"^\$\.due\[0\]: there is no such task"):
        call(LAUNCH, due={"x": TODAY})
    with pytest.raises(
        InvalidError, match=r"^\$\.done: is a string, not a collection of ids \(got 'c1'\); write \{'c1'\}$"
    ):
        call(LAUNCH, done="c1")


@pytest.mark.parametrize("bad", ["2026-11-23", 3, datetime(2026, 11, 23, tzinfo=UTC)])
def test_due_dates_are_dates(bad):
    with pytest.raises(
        InvalidError, match=r"^\$\.due\.c1: is not a date .*; give a datetime\.date, as in date\(2026, 12, 31\)$"
    ):
        order(LAUNCH, due={"c1": bad})
    with pytest.raises(InvalidError, match=r"^\$\.today: is not a date"):
        order(LAUNCH, today=bad)


@pytest.mark.parametrize("bad", [0, -1, 1.0, True, "3"])
def test_a_limit_is_a_whole_number_above_zero(bad):
    with pytest.raises(
        InvalidError, match=r"^\$\.limit: is not a whole number above 0 \(got .*\); write 1, 2, 3, \.\.\.$"
    ):
        next_tasks(LAUNCH, limit=bad)


@pytest.mark.parametrize("bad", [PRIORITY, 3, None])
def test_rules_come_in_a_list(bad):
    with pytest.raises(
        InvalidError,
        match=r"^\$\.rules: is not a list of rules .*; give PHASES_FIRST, CRITICAL_FIRST or SOONEST, a list such as \(PHASE, PRIORITY\), or one rule as \(PRIORITY,\)$",
    ):
        order(LAUNCH, rules=bad)


def test_what_is_done_and_due_come_in_collections():
    with pytest.raises(InvalidError, match=r"^\$\.done: is not a collection of ids \(got 5\); write a set of them"):
        next_tasks(LAUNCH, 5)
    with pytest.raises(InvalidError, match=r"^\$\.due: is not a mapping of ids \(got a list of 1\); write it as in "):
        order(LAUNCH, due=[("c1", TODAY)])
    with pytest.raises(UnknownNameError, match=r"^\$\.done\[0\]: .* \(got a value of type Task\); give its id, 'c1'$"):
        order(LAUNCH, done=[LAUNCH["c1"]])


def test_reasons_come_in_a_tuple():
    talkative = Rule("talkative", lambda task, situation: 0, lambda task, situation: "because")
    with pytest.raises(InvalidError) as caught:
        order(LAUNCH, rules=[talkative])[0]
    assert str(caught.value) == (
        "$.rules.talkative: gives reasons that are not a tuple (got 'because'); give a tuple of reasons, as in (reason,)"
    )


def test_rules_are_rules_and_named_once():
    twin = Rule("priority", lambda task, situation: 0)
    with pytest.raises(InvalidError, match="a rule of this name is there already"):
        order(LAUNCH, rules=[Rule("position", lambda task, situation: 0)])
    with pytest.raises(InvalidError) as caught:
        order(LAUNCH, rules=[PRIORITY, "risk", twin])
    assert str(caught.value) == (
        "2 faults:\n"
        "  $.rules[1]: is not a rule (got 'risk'); give rules such as PHASE, PRIORITY or Rule(...)\n"
        "  $.rules[2]: a rule of this name is there already (got 'priority'); name each rule once"
    )


def test_a_rule_is_checked_when_it_is_made():
    with pytest.raises(InvalidError) as caught:
        Rule("My rule", 3, inherited="no")
    assert [fault.path for fault in caught.value.faults] == ["$.name", "$.key", "$.inherited"]


HINT = "give numbers, strings or tuples of them, the same way for every task"


@pytest.mark.parametrize("key", [float("nan"), (1, float("nan")), {1}, None, (1, [2])])
def test_a_key_that_means_nothing_is_refused_with_the_rule(key):
    odd = Rule("odd", lambda task, situation: key if task.id == "c2" else 1)
    with pytest.raises(InvalidError, match=r"^\$\.rules\.odd: gives c2 an invalid key: .*; " + HINT):
        order(LAUNCH, rules=[odd])


@pytest.mark.parametrize("keys", [("a", 1, 1), ((2, "a"), (1, "x"), (2, 3)), (1, "a", (1,))])
@pytest.mark.parametrize("inherited", [True, False])
def test_keys_that_do_not_compare_are_refused_with_the_rule(keys, inherited):
    mixed = Rule("mixed", lambda task, situation: keys[situation.checklist.position(task.id) % 3], inherited=inherited)
    with pytest.raises(
        InvalidError, match=r"^\$\.rules\.mixed: gives keys that cannot be compared: '<' not supported .*; " + HINT
    ):
        order(LAUNCH, rules=[mixed])


def test_keys_may_be_numbers_strings_and_tuples_of_them():
    for key in (1, 1.5, "a", True, (1, ("a", 2.5))):
        assert order(LAUNCH, rules=[Rule("same", lambda task, situation, key=key: key)]).ids[0] == "c1"


@pytest.mark.parametrize("bad", [None, "model-serving", 5])
def test_only_checklists_are_ordered(bad):
    for call in (order, next_tasks, Situation):
        with pytest.raises(InvalidError, match=r"^\$: is not a Checklist \(got .*\); give a Checklist$"):
            call(bad)


def test_recommendations_are_checked_like_every_value():
    with pytest.raises(InvalidError) as caught:
        Recommendation(task="c1", title="\x1b", rank=0, waits_for=("<b>",), reasons=3)
    paths = [fault.path for fault in caught.value.faults]
    assert paths == ["$.task", "$.title", "$.rank", "$.waits_for[0]", "$.reasons"]
    with pytest.raises(InvalidError, match=r"^\$\.members\[0\]: is not a Recommendation"):
        Recommendations([1])
    with pytest.raises(InvalidError, match=r"^\$\.members: is not a collection \(got 5\)"):
        Recommendations(5)
    with pytest.raises(InvalidError, match=r"^\$\.reasons\[0\]: is not text \(got 1\)"):
        order(LAUNCH, rules=[Rule("odd", lambda task, situation: 0, lambda task, situation: (1,))])[0]


def test_many_unknown_ids_are_told_without_comparing_them_all():
    with pytest.raises(UnknownNameError) as caught:
        order(LAUNCH, done=[f"x{n}" for n in range(5_000)])
    assert len(caught.value.faults) == 1_000
    with pytest.raises(UnknownNameError, match=r"\(got '\\x1bx'\)"):
        order(LAUNCH, due={"\x1bx": 3})


def test_bundled_rules_are_shown_by_name_and_travel():
    assert repr(PHASES_FIRST) == "(PHASE, PRIORITY, RISK, DUE, POSITION)"
    assert repr(CRITICAL_FIRST) == "(PRIORITY, RISK, DUE, PHASE, POSITION)"
    assert repr(SOONEST) == "(CRITICAL_PATH, PRIORITY, RISK, DUE, POSITION)"
    assert eval(repr(EFFORT)) == EFFORT
    assert pickle.loads(pickle.dumps(PHASES_FIRST)) == PHASES_FIRST
    own = Rule("own", len, str, inherited=True)
    assert repr(own) == "Rule('own', <built-in function len>, <class 'str'>, inherited=True)"
    assert repr(Rule("own", len)) == "Rule('own', <built-in function len>)"


def test_tens_of_thousands_of_tasks_are_ranked_and_the_first_explained(many):
    size = many
    found = flat(*(Task(f"t{n}", "T", after=[f"t{n - 1}"] if n else []) for n in range(size)))
    ranked = order(found)
    assert ranked.ids[-1] == f"t{size - 1}"
    assert ranked[0].reasons[1:] == ("medium", "unblocks t1 (medium)")


def test_the_topic_of_recommendations_is_as_fixed_as_they_are():
    found = next_tasks(model_serving())
    with pytest.raises(AttributeError):
        found.topic = "x"
    assert found.topic == ""


def test_soonest_goes_by_the_longest_chain_of_open_tasks():
    situation = Situation(LAUNCH)
    assert [situation.days_to_end(task) for task in LAUNCH] == [14.5, 2.5, 15.5, 13.0, 12.0, 13.5, 11.0, 3.5, 1.0]
    assert order(LAUNCH, rules=SOONEST).ids == ("c3", "c1", "c6", "c4", "c5", "c7", "c8", "c2", "c9")
    best = next_tasks(LAUNCH, rules=SOONEST)
    assert [(each.id, each.reasons[0]) for each in best[:2]] == [
        ("c3", "15.5 days depend on it"),
        ("c1", "14.5 days depend on it"),
    ]
    assert next_tasks(LAUNCH, rules=SOONEST)[2].reasons[0] == "high"  # nothing depends on it
    # What is done is no part of a chain, and a task without an effort adds nothing.
    assert Situation(LAUNCH, done={"c9"}).days_to_end(LAUNCH["c8"]) == 2.5
    bare = LAUNCH.replace_task("c9", effort=None)
    assert Situation(bare).days_to_end(bare["c8"]) == 2.5


def test_time_that_passes_counts_by_five_days_of_seven_in_the_rules():
    tasks = [
        Task("short", "Short", effort="4 days"),
        Task("bake", "Bake", effort="7 days elapsed"),
        Task("long", "Long", effort="6 days"),
        Task("last", "Last", effort="7 days on any day", after=["bake"]),
    ]
    checklist = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    assert order(checklist, rules=SOONEST).ids == ("bake", "long", "last", "short")
    assert "10 days depend on it" in order(checklist, rules=SOONEST)[0].reasons
    assert order(checklist, rules=[EFFORT]).ids == ("short", "bake", "last", "long")


def test_a_task_is_not_offered_before_its_first_day():
    tasks = [Task("a", "A", not_before=date(2026, 12, 14)), Task("b", "B", priority="low")]
    plan = Checklist("x", "X", phases=[Phase("p", "P", tasks=tasks)])
    assert next_tasks(plan).ids == ("a", "b")  # of no day
    assert next_tasks(plan, today=date(2026, 12, 13)).ids == ("b",)
    assert next_tasks(plan, today=date(2026, 12, 14)).ids == ("a", "b")
    none = next_tasks(plan, {"b"}, today=date(2026, 12, 1))
    assert (none.ids, [one.id for one in none.waiting]) == ((), ["a"])
    assert "Nothing can be begun: a waits until 2026-12-14" in dumps(none, "text")
    assert order(plan, today=date(2026, 12, 1)).ids == ("a", "b")


def test_rules_go_by_the_efforts_that_are_given():
    situation = Situation(model_serving(), efforts={"c1": Effort(9)})
    stated = Situation(model_serving())
    assert situation.days_to_end(situation.checklist["c1"]) == 8 + stated.days_to_end(stated.checklist["c1"])
    assert EFFORT.explain(situation.checklist["c1"], situation) == ("takes 9 days",)
    with pytest.raises(InvalidError, match=r"^\$\.efforts\.c1: is not an effort"):
        Situation(model_serving(), efforts={"c1": 3})
    with pytest.raises(UnknownNameError, match="efforts"):
        Situation(model_serving(), efforts={"c99": Effort(1)})
