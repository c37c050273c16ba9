"""KPIs, criteria, gates, audiences and quantities: what they may hold, and how a checklist holds them together."""

import copy
import pickle

import attrs
import pytest

from helpers.names import NAMES
from helpers.proof import AGREED, CHECKLIST, ERRORS, LATENCY, MEASURED, SCORE, STRICT, TEAMS
from servingchecklist import Checklist, Overlay, Phase, Task, changes, dumps, loads, tailor
from servingchecklist.errors import InvalidError
from servingchecklist.evidence import Audience, Criterion, Example, ExpectedAnswer, GateDefinition, Kpi, Quantity
from servingchecklist.tailoring import explain, overlay_from, upgrade


def faults(build, *arguments, **fields):
    with pytest.raises(InvalidError) as caught:
        build(*arguments, **fields)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "value",
    [LATENCY, ERRORS, AGREED, MEASURED, STRICT, TEAMS, SCORE, SCORE.expect, LATENCY.at_most],
    ids=lambda value: type(value).__name__,
)
def test_each_is_a_value(value):
    for again in (
        pickle.loads(pickle.dumps(value)),
        copy.deepcopy(value),
        attrs.evolve(value),
        eval(repr(value), dict(NAMES)),
    ):
        assert again == value
        assert hash(again) == hash(value)


@pytest.mark.parametrize(
    ("text", "shown", "value", "dimension"),
    [
        ("120ms", "120 ms", "0.120", "time"), ("0.50 s", "0.5 s", "0.5", "time"), (" 1 days ", "1 day", "86400", "time"),
        ("2 day", "2 days", "172800", "time"), ("10 min", "10 min", "600", "time"), ("007 us", "7 us", "0.000007", "time"),
        ("1 h", "1 h", "3600", "time"), ("0.10 %", "0.1%", "0.001", "share"), ("2 points", "2 points", "0.02", "points"),
        ("300/s", "300/s", "300", "rate"), ("0.0", "0", "0", "number"), ("100", "100", "100", "number"),
    ],
)  # fmt: skip
def test_a_quantity_has_one_form(text, shown, value, dimension):
    quantity = Quantity(text)
    assert (str(quantity), quantity.dimension) == (shown, dimension)
    assert quantity.value == type(quantity.value)(value)
    assert Quantity(shown) == quantity


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ms",
        "-1",
        "1e3",
        "1 parsec",
        "1 %%",
        "1,000",
        "\u0661",
        "1" * 13,
        "0." + "1" * 10,
        3,
        None,
        "1 " + " " * 50 + "s",
    ],
)
def test_what_is_no_quantity_is_refused(text):
    (fault,) = faults(Quantity, text)
    assert fault.startswith("$.text: is not a quantity")


def kpi(**fields):
    return Kpi("k", "K", **{"measure": "request.failed", "at_most": "1%", **fields})


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"at_most": None}, "$.at_most: is missing, as is at_least (got None); give one of them"),
        ({"at_least": "1%"}, "$.at_most: are both given (got '1%'); give one of them"),
        ({"at_most": None, "at_least": "1%"}, "$.at_least: is not for a share (got '1%'); state what may be wrong of all, with at_most"),
        ({"at_most": "120 ms"}, "$.at_most: has a unit that does not fit a share (got '120 ms'); give it in %"),
        ({"at_most": "2 points"}, "$.at_most: has a unit that does not fit a share (got '2 points'); give it in %, or name the baseline that it is compared with as relative_to"),
        ({"at_most": "100%"}, "$.at_most: is not below 100% (got '100%'); every share would be within it"),
        ({"quantile": 0.99}, "$.quantile: is not for a share (got 0.99); leave it out"),
        ({"measure": "request.latency", "at_most": "1 s"}, "$.quantile: is missing for a distribution (got None); say which the limit is for, as in 0.99 for p99"),
        ({"measure": "request.latency", "quantile": 0.99, "at_most": "1%"}, "$.at_most: has a unit that does not fit a distribution (got '1%'); give it in a unit of time"),
        ({"measure": "request.latency", "quantile": 0.99, "at_most": "120"}, "$.at_most: has a unit that does not fit a distribution (got '120'); give it in a unit of time"),
        ({"measure": "score.f1", "quantile": 0.9}, "$.quantile: is not for a number (got 0.9); leave it out"),
        ({"measure": "request.faild"}, "$.measure: is not a measure (got 'request.faild'); did you mean 'request.failed'?"),
        ({"measure": "mine"}, "$.measure: is not a measure (got 'mine'); name one of the documented measures, or begin your own with x-"),
        ({"quantile": 1.0}, "$.quantile: is not a quantile (got 1.0); write a number from 0.5 to below 1, as in 0.99 for p99"),
        ({"confidence": 0.5}, "$.confidence: is not a level of confidence (got 0.5); write a number above 0.5, and at most 0.9999; 0.95 is usual"),
        ({"max_age": 0}, "$.max_age: is not a number of days (got 0); write a whole number from 1 to 3,660"),
        ({"span": "3"}, "$.span: has another unit (got '3'); give it in us, ms, s, min, h, day, days"),
        ({"span": "long"}, "$.span: is not a quantity (got 'long'); write a number and a unit, as in '120 ms', '10 min', '0.1%', '2 points', '300/s' or '2'"),
        ({"binds": ["model", "model"]}, "$.binds[1]: is there twice (got 'model'); name it once"),
    ],
)  # fmt: skip
def test_a_kpi_is_checked(fields, fault):
    assert faults(kpi, **fields) == [fault]


@pytest.mark.parametrize(
    ("fields", "form", "family", "target"),
    [
        ({}, "share", "errors", "at most 1%"),
        ({"measure": "request.latency", "quantile": 0.999, "at_most": "1 s"}, "distribution", "latency", "p99.9 at most 1 s"),
        ({"offered": "3/s"}, "share", "throughput", "at most 1%"),
        ({"measure": "x-a", "at_most": "5"}, "number", "other", "at most 5"),
        ({"measure": "x-a", "at_most": "5%"}, "share", "other", "at most 5%"),
        ({"measure": "x-a", "quantile": 0.5, "at_most": "5"}, "distribution", "other", "p50 at most 5"),
        ({"measure": "score.f1", "at_most": None, "at_least": "0.9"}, "number", "accuracy", "at least 0.9"),
        ({"measure": "score.f1", "at_most": None, "at_least": "98%", "relative_to": "old"}, "number", "accuracy", "at least 98% of old"),
        ({"measure": "accuracy.wrong", "at_most": "2 points", "relative_to": "old"}, "share", "accuracy", "at most 2 points more than old"),
        ({"measure": "drift.columns"}, "share", "drift", "at most 1%"),
        ({"measure": "adoption.callers", "at_most": None, "at_least": "2"}, "number", "adoption", "at least 2"),
    ],
)  # fmt: skip
def test_a_kpi_says_what_it_is(fields, form, family, target):
    found = kpi(**fields)
    assert (found.form, found.family, found.target) == (form, family, target)


def test_a_criterion_is_measured_or_attested():
    hint = "name KPIs, or the role that attests it"
    assert faults(Criterion, "c", "C") == [f"$.attested: is missing, as are kpis (got None); {hint}"]
    assert faults(Criterion, "c", "C", kpis=["k"], attested="sre") == [
        f"$.attested: is given beside kpis (got 'sre'); {hint}"
    ]
    assert faults(Criterion, "c", "C", kpis=["k"], max_age=3) == [
        "$.max_age: is for attestations (got 3); set it at the KPIs"
    ]
    assert faults(Criterion, "c", "C", kpis=["k"], binds=["model"])[0].startswith("$.binds: is for attestations")


def test_roles_are_held_by_named_people():
    assert GateDefinition("g", "G", roles={"b": "x", "a": ["y", "z"]}).roles == (("a", ("y", "z")), ("b", ("x",)))
    hint = "write roles and who holds them, as in {'product owner': ['checkout-lead']}"
    assert faults(GateDefinition, "g", "G", roles=3) == [f"$.roles: are not roles (got 3); {hint}"]
    assert faults(GateDefinition, "g", "G", roles={"a": []}) == ["$.roles: is empty; name at least one"]
    assert faults(GateDefinition, "g", "G", roles={"": ["a"]})[0].startswith("$.roles: is empty")
    twice = faults(GateDefinition, "g", "G", roles=[("a", ("x",)), ("a", ("y",))])
    assert twice == ["$.roles: name a role twice (got a tuple of 2); put all who hold it into one list"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"method": "post"}, "$.method"), ({"path": "x"}, "$.path"), ({"path": "/a b"}, "$.path"),
        ({"headers": {"Accept": "a"}}, "$.headers.Accept"), ({"headers": {"a.b": "a"}}, "$.headers['a.b']"),
        ({"headers": {"accept": "a\nb"}}, "$.headers.accept"), ({"expect": 200}, "$.expect"), ({"body": 3}, "$.body"),
        ({"headers": 3}, "$.headers"),
    ],
)  # fmt: skip
def test_an_example_is_a_request_that_can_be_sent(fields, path):
    (fault,) = faults(Example, "e", "E", **{"path": "/x", **fields})
    assert fault.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"status": 99}, "$.status"), ({"json": 3}, "$.json"), ({"json": {"id": 1}}, "$.json.id"), ({"json": {"/~2": 1}}, "$.json['/~2']"),
        ({"json": {"/a": None}}, "$.json['/a']"), ({"json": {"/a": float("nan")}}, "$.json['/a']"), ({"json": {"/a": [1]}}, "$.json['/a']"),
        ({"json": {"/a": "\x1b"}}, "$.json['/a']"), ({"json": [("/a", 1), ("/a", 2)]}, "$.json['/a']"), ({"json": {3: 1}}, "$.json[3]"),
        ({"tolerance": "1 s"}, "$.tolerance"), ({"within": "1"}, "$.within"),
    ],
)  # fmt: skip
def test_an_expected_answer_can_be_compared(fields, path):
    (fault,) = faults(ExpectedAnswer, **fields)
    assert fault.startswith(f"{path}: ")


def test_an_audience_has_examples_with_ids_of_their_own():
    assert faults(Audience, "a", "A", examples=[]) == ["$.examples: is empty; name at least one"]
    assert faults(Audience, "a", "A", examples=[SCORE, SCORE]) == [
        "$.examples[1].id: is also the id of example 1 (got 'score'); give each its own"
    ]


@pytest.mark.parametrize("base", ["example.com", "ftp://x", "https://x y", "https://x';rm", "", 3])
def test_a_command_is_written_for_urls_only(base):
    assert faults(SCORE.curl, base)[0].startswith("$.base: is not the beginning of a URL")


def test_a_command_quotes_what_a_shell_would_read():
    bad = attrs.evolve(SCORE, body="'; rm -rf / #", headers={"x-a": "$(id)"}, method="PUT")
    assert bad.curl("https://x/v1/") == (
        r"curl --silent --show-error --max-time 30 --write-out '\n%{http_code} %{time_total}\n' --request PUT "
        "--header 'x-a: $(id)' --data-raw "
        "''\"'\"'; rm -rf / #' https://x/v1/v2/models/fraud/infer"
    )
    assert (
        Example("e", "E", method="GET", path="/")
        .curl("http://[::1]:80")
        .endswith(r"%{time_total}\n' --globoff 'http://[::1]:80/'")
    )


# In a checklist

TASK = Task("t", "T", criteria=[MEASURED, AGREED], gates=["strict"])


def checklist(**fields):
    return Checklist(
        "x", "X", **{"phases": [Phase("p", "P", tasks=[TASK])], "kpis": [LATENCY, ERRORS], "gates": [STRICT], **fields}
    )


def test_kpis_have_no_order():
    assert [kpi.id for kpi in checklist().kpis] == ["errors", "latency"]
    assert checklist(kpis=[ERRORS, LATENCY]) == checklist()


def test_names_lead_to_kpis_and_gates():
    assert faults(checklist, kpis=[LATENCY]) == [
        "$.phases[0].tasks[0].criteria[0].kpis[1]: there is no KPI of that id (got 'errors'), in task t; known: latency"
    ]
    assert faults(checklist, gates=[]) == [
        "$.phases[0].tasks[0].gates[0]: there is no gate of that id (got 'strict'), in task t; declare it under gates"
    ]
    named = attrs.evolve(TEAMS, kpis=["speed"])
    assert faults(checklist, audiences=[named]) == [
        "$.audiences[0].kpis[0]: there is no KPI of that id (got 'speed'); known: errors, latency"
    ]
    assert faults(checklist, kpis=[LATENCY, LATENCY, ERRORS])[0].startswith("$.kpis[2].id: is also the id of kpi 2")
    assert faults(checklist, gates=[STRICT, 3]) == [
        "$.gates[1]: is not a GateDefinition (got 3); write GateDefinition(id, title)"
    ]


@pytest.mark.parametrize("format", ["json", "toml"])
def test_files_hold_all_of_it(format):
    assert loads(dumps(CHECKLIST, format), format) == CHECKLIST


def test_a_table_that_is_none_is_refused_with_an_example():
    document = CHECKLIST.to_dict()
    document["gates"][1]["roles"] = "checkout-lead"
    assert faults(Checklist.from_dict, document) == [
        "$.gates[1].roles: is not a table of roles (got 'checkout-lead'); write a table, as in { 'product owner' = ['checkout-lead'] }"
    ]


def overlay(*made):
    return Overlay("o", "O", changes=made)


def test_an_overlay_changes_a_target_with_a_reason():
    draft = attrs.evolve(CHECKLIST, kpis=[attrs.evolve(kpi, placeholder=True) for kpi in CHECKLIST.kpis])
    ours = tailor(draft, overlay(changes.SetKpi("latency", at_most="80 ms", reason="callers give up after that")))
    found = {origin.path: origin for origin in explain(ours)}
    assert (
        found["kpis.latency.at_most"].reason == found["kpis.latency.placeholder"].reason == "callers give up after that"
    )
    kept = tailor(draft, overlay(changes.SetKpi("latency", at_most="80 ms", placeholder=True, reason="r")))
    assert [kpi.placeholder for kpi in kept.kpis] == [True] * 3
    assert tailor(draft, overlay_from(draft, kept)) == kept
    assert tailor(draft, overlay_from(draft, ours)).kpis == ours.kpis
    turned = changes.SetKpi("callers", at_most="9", clear=["at_least"], reason="r")
    assert tailor(CHECKLIST, overlay(turned)).kpis[0].target == "at most 9"


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ([changes.SetKpi("latncy", title="T", reason="r")], "$.changes[0].kpi: there is no KPI of that id (got 'latncy'); did you mean 'latency'?"),
        ([changes.DropKpi("speed", reason="r")], "$.changes[0].kpi: there is no KPI of that id (got 'speed'); known: callers, errors, latency"),
        ([changes.AddKpi(LATENCY, reason="r")], "$.changes[0].kpi.id: there is a KPI of that id already (got 'latency'); give it an id of its own, or set its fields"),
        ([changes.SetKpi("latency", at_least="1 s", reason="r")], "$.changes[0].at_most: are both given (got '120 ms'); give one of them"),
        ([changes.DropKpi("errors", reason="r")], "$.changes[0].kpi: there is no KPI of that id; ship names it (got 'errors'), in task ship; known: callers, latency"),
        ([changes.SetTask("tell", gates=["x"], reason="r")], "$.changes[0].gates: there is no gate of that id (got 'x'), in task tell; known: go-live, strict"),
        ([changes.SetChecklist(gates=[STRICT], reason="r")], "$.changes[0]: there is no gate of that id; goals names it (got 'go-live'), in task goals; known: strict"),
        ([changes.SetTask("ship", also_criteria=[attrs.evolve(MEASURED, title="Other")], reason="r")], "$.changes[0].also_criteria[0].id: there is a criterion of that id already (got 'measured'); give it an id of its own, or set all criteria"),
    ],
)  # fmt: skip
def test_a_change_that_does_not_fit_is_refused_at_its_path(made, fault):
    assert faults(tailor, CHECKLIST, overlay(*made))[0] == fault


def test_an_audience_that_names_a_dropped_kpi_is_named():
    bare = attrs.evolve(CHECKLIST, phases=[])
    assert faults(tailor, bare, overlay(changes.DropKpi("latency", reason="r"))) == [
        "$.changes[0].kpi: there is no KPI of that id; an audience names it (got 'latency'); known: callers, errors"
    ]


def newer(**latency):
    return attrs.evolve(
        CHECKLIST,
        version="2",
        kpis=[attrs.evolve(kpi, **latency) if kpi.id == "latency" else kpi for kpi in CHECKLIST.kpis],
    )


OURS = overlay(changes.SetKpi("latency", at_most="80 ms", reason="r"))


def test_an_upgrade_merges_a_kpi_field_by_field():
    merged = upgrade(CHECKLIST, newer(span="1 h"), OURS)
    assert merged.conflicts == ()
    assert (str(merged.checklist.kpis[2].at_most), str(merged.checklist.kpis[2].span)) == ("80 ms", "1 h")
    clash = upgrade(CHECKLIST, newer(at_most="100 ms", placeholder=True), OURS)
    assert [(one.path, str(one.ours), str(one.theirs)) for one in clash.conflicts] == [
        ("kpis.latency.at_most", "80 ms", "100 ms")
    ]
    theirs = upgrade(CHECKLIST, newer(at_most="100 ms", placeholder=True), OURS, {"kpis.latency.at_most": "theirs"})
    assert (theirs.checklist, theirs.overlay.changes) == (newer(at_most="100 ms", placeholder=True), ())
    both = upgrade(CHECKLIST, newer(at_most="80 ms"), OURS)
    assert (both.agreed, both.overlay.changes) == (("kpis.latency.at_most",), ())


def test_an_upgrade_that_would_make_no_kpi_asks_for_one_side():
    turned = overlay(changes.SetKpi("callers", at_most="9", clear=["at_least"], reason="r"))
    theirs = attrs.evolve(
        CHECKLIST, kpis=[attrs.evolve(kpi, at_least="3") if kpi.id == "callers" else kpi for kpi in CHECKLIST.kpis]
    )
    clash = upgrade(CHECKLIST, theirs, turned)
    assert "kpis.callers" in [one.path for one in clash.conflicts]
    ours = upgrade(CHECKLIST, theirs, turned, {"kpis.callers.at_least": "ours", "kpis.callers": "ours"})
    assert ours.checklist.kpis[0].target == "at most 9"
    assert (
        upgrade(CHECKLIST, theirs, turned, {"kpis.callers.at_least": "ours", "kpis.callers": "theirs"}).conflicts == ()
    )


def test_an_upgrade_keeps_what_is_still_named():
    gone = attrs.evolve(CHECKLIST.replace_task("ship", criteria=[]), kpis=[ERRORS], audiences=[])
    named = overlay(changes.SetTask("tell", criteria=[MEASURED], reason="r"))
    kept = upgrade(CHECKLIST, gone, named)
    assert [one.path for one in kept.conflicts] == ["kpis.latency"]
    assert [kpi.id for kpi in kept.draft.kpis] == ["errors", "latency"]
    assert upgrade(CHECKLIST, gone, named, {"kpis.latency": "ours"}).checklist == kept.draft
    with pytest.raises(InvalidError, match="do not fit together"):
        upgrade(CHECKLIST, gone, named, {"kpis.latency": "theirs"})
    lost = attrs.evolve(CHECKLIST.replace_task("goals", gates=[]).replace_task("ship", gates=[]), gates=[])
    gated = overlay(changes.SetTask("tell", gates=["go-live"], reason="r"))
    found = upgrade(CHECKLIST, lost, gated)
    assert [one.path for one in found.conflicts] == ["tasks.tell.gates"]
    assert found.draft["tell"].gates == ()
    added = overlay(changes.AddTask(Task("new", "New", gates=["strict"]), phase="all", reason="r"))
    assert upgrade(CHECKLIST, lost, added).draft["new"].gates == ()
    with pytest.raises(InvalidError, match="no gate of that id"):
        upgrade(CHECKLIST, lost, gated, {"tasks.tell.gates": "ours"})


def test_kpis_that_one_side_drops_or_adds_are_merged():
    ours = overlay(changes.SetTask("ship", criteria=[MEASURED], reason="r"), changes.DropKpi("callers", reason="r"))
    assert [kpi.id for kpi in upgrade(CHECKLIST, attrs.evolve(CHECKLIST, version="2"), ours).checklist.kpis] == [
        "errors",
        "latency",
    ]
    both = attrs.evolve(CHECKLIST.replace_task("ship", criteria=[MEASURED]), kpis=[LATENCY, ERRORS])
    assert "kpis.callers" in upgrade(CHECKLIST, both, ours).agreed
    changed = attrs.evolve(CHECKLIST, kpis=[attrs.evolve(kpi, title="Other") for kpi in CHECKLIST.kpis])
    assert "kpis.callers" in [one.path for one in upgrade(CHECKLIST, changed, ours).conflicts]
    fresh = Kpi("new", "New", measure="tests.failed", at_most="1%")
    added = upgrade(
        CHECKLIST,
        attrs.evolve(CHECKLIST, version="2", kpis=[*CHECKLIST.kpis, fresh]),
        overlay(changes.AddKpi(fresh, reason="r")),
    )
    assert (added.agreed, added.overlay.changes) == (("kpis.new",), ())
    other = overlay(changes.AddKpi(attrs.evolve(fresh, at_most="2%"), reason="r"))
    theirs = attrs.evolve(CHECKLIST, version="2", kpis=[*CHECKLIST.kpis, fresh])
    clash = upgrade(CHECKLIST, theirs, other)
    assert [one.path for one in clash.conflicts] == ["kpis.new.at_most"]
    one_side = upgrade(CHECKLIST, theirs, OURS)
    assert [kpi.id for kpi in one_side.checklist.kpis] == ["callers", "errors", "latency", "new"]


def test_joined_checklists_unite_their_kpis():
    other = Checklist("y", "Y", kpis=[Kpi("new", "New", measure="tests.failed", at_most="1%"), LATENCY], gates=[STRICT])
    assert [kpi.id for kpi in Checklist.join(CHECKLIST, other).kpis] == ["callers", "errors", "latency", "new"]
    differs = attrs.evolve(other, kpis=[attrs.evolve(LATENCY, at_most="1 s")])
    assert faults(Checklist.join, CHECKLIST, differs)[0].startswith("$.checklists[1]: has another KPI of this id")


@pytest.mark.parametrize("name", ["max_age", "quantile"])
def test_null_is_no_number_in_a_file(name):
    kpi = {"id": "k", "title": "K", "measure": "request.failed", "at_most": "1%", name: None}
    with pytest.raises(InvalidError, match=rf"\$\.kpis\[0\]\.{name}: is nothing .* leave it out"):
        Checklist.from_dict({"schema_version": 1, "kind": "checklist", "id": "x", "title": "X", "kpis": [kpi]})


def test_a_single_condition_needs_no_list_in_a_file():
    kpi = {"id": "k", "title": "K", "measure": "request.failed", "at_most": "1%", "where": {"place": "caller"}}
    read = Checklist.from_dict({"schema_version": 1, "kind": "checklist", "id": "x", "title": "X", "kpis": [kpi]})
    assert [str(choice) for choice in read.kpis[0].where] == ["place is caller"]
