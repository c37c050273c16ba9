"""The types of documents, held against what ``to_dict`` returns."""

import re
from contextlib import suppress
from datetime import date, timedelta
from types import UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import attrs
import pytest
from hypothesis import given

import servingchecklist
from helpers.forecasts import (
    ALL_OPTIONS,
    after_two_weeks,
    history,
    levers_of_one_person,
    levers_of_two_people,
    two_people,
)
from helpers.launches import END, SINCE, two_weeks
from helpers.proof import (
    AGREED,
    CALLERS,
    ERRORS,
    LATENCY,
    MEASURED,
    MODEL,
    OTHER_MODEL,
    PROOF_EVENTS,
    SCORE,
    STRICT,
    SUBJECT,
    TEAMS,
    everything,
    on,
    proven,
    run,
)
from helpers.strategies import DOCUMENT, launches, overlays
from helpers.tailorings import shown, tailored
from servingchecklist import (
    Checklist,
    Facet,
    Launch,
    Overlay,
    Phase,
    Reference,
    Risk,
    Step,
    Task,
    changes,
    documents,
    events,
    evidence,
    results,
)
from servingchecklist.evidence import (
    Bucket,
    Caution,
    Criterion,
    Evidence,
    Histogram,
    Measure,
    Number,
    Part,
    Share,
    Source,
)


def keys_of(value, kind, path="$"):
    """Return each key in a document, with the type it belongs to. Raise AssertionError if it is not of that type."""
    origin, args = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        assert type(value) is dict, path
        assert kind.__required_keys__ <= value.keys() <= kind.__required_keys__ | kind.__optional_keys__, path
        hints = get_type_hints(kind)
        parts = [keys_of(member, hints[key], f"{path}.{key}") for key, member in value.items()]
        return {(kind, key) for key in value}.union(*parts)
    if origin in (Union, UnionType):
        for option in args:
            with suppress(AssertionError):
                return keys_of(value, option, path)
        raise AssertionError(path)
    if origin is list:
        assert type(value) is list, path
        return set().union(*(keys_of(member, *args, f"{path}[{place}]") for place, member in enumerate(value)))
    if origin is dict:
        assert type(value) is dict, path
        return set().union(
            *(keys_of(part, kind, path) for item in value.items() for part, kind in zip(item, args, strict=True))
        )
    if origin is Literal:
        assert (type(value), value) in [(type(arg), arg) for arg in args], path
    else:
        assert type(value) in ((int, float) if kind is float else (kind,)), path
    return set()


def document_of(kind):
    return get_type_hints(kind.to_dict, vars(documents))["return"]


LINK = Reference("R", "https://example.com")
EVERY_KPI = attrs.evolve(
    LATENCY, offered="300/s", span="1 h", confidence=0.99, independent=True, binds=[], placeholder=True, relative_to="old",
    at_most="110%",
)  # fmt: skip
EVERY_CRITERION = Criterion("x", "X", attested="sre", binds=["config"], max_age=7, required=False)
PROVEN = Checklist(
    "x",
    "X",
    phases=[Phase("p", "P", tasks=[Task("t", "T", criteria=[EVERY_CRITERION, MEASURED], gates=["strict"])])],
    kpis=[EVERY_KPI, ERRORS, CALLERS],
    audiences=[attrs.evolve(TEAMS, kpis=["errors"])],
    gates=[STRICT],
)
PROVEN = attrs.evolve(PROVEN, audiences=[attrs.evolve(TEAMS, examples=[attrs.evolve(SCORE, method="PUT")])])
FULL = Evidence(
    [
        Measure("tests.failed", Share(1, 9, most=2), sampling="set", spread=2, where={"place": "caller"}),
        Measure("request.latency", Histogram(9, [Bucket(1, 3, most=4)])),
        Measure("score.f1", Number("0.9", n=7), sampling="census"),
    ],
    subject=[Part("model", MODEL, "v3")],
    sources=[Source("t", version="1", file="f", digest=MODEL, options="wanted=a")],
    collected_from=END,
    collected_to=END,
    cautions=[Caution("c", "w", bias="flatters", families=["latency"])],
    expires=END.date(),
    note="n",
)
EVERY_FIELD = [
    changes.SetTask("a", title="A", after=["b"], risk=Risk(1, 5), references=[LINK], when={"m": "x"}, reason="r"),
    changes.SetTask(
        "a", steps=[Step("s", "S")], role="sre", section="S", labels=["l"], annotations={"k": "v"}, reason="r"
    ),
    changes.SetTask("a", wait_days=7, not_before=date(2026, 12, 7), reason="r"),
    changes.SetTask("a", also_after=["b"], also_steps=[Step("s", "S")], also_labels=["l"], reason="r"),
    changes.SetPhase("p", description="P", guide=LINK, labels=["l"], annotations={"k": "v"}, after=["q"], reason="r"),
    changes.SetChecklist(
        id="x",
        title="X",
        version="2",
        description="X",
        facets=[Facet("m", "M", ["x"])],
        context={},
        labels=["l"],
        annotations={"k": "v"},
        reason="r",
    ),
    changes.AddTask(Task("n", "N"), phase="p", before="a", reason="r"),
    changes.MoveTask("a", phase="p", behind="b", reason="r"),
    changes.AddPhase(Phase("q", "Q"), before="p", reason="r"),
    changes.AddPhase(Phase("r", "R"), behind="p", reason="r"),
    changes.MovePhase("q", before="p", reason="r"),
    changes.MovePhase("r", behind="p", reason="r"),
    changes.DropPhase("r", reason="r"),
    changes.SetTask("a", criteria=[AGREED], gates=["go-live"], reason="r"),
    changes.SetTask("a", also_criteria=[MEASURED], reason="r"),
    changes.SetChecklist(audiences=[TEAMS], gates=[STRICT], reason="r"),
    changes.SetKpi(
        "k",
        title="K",
        measure="request.latency",
        at_most="80 ms",
        quantile=0.5,
        relative_to="old",
        where={"place": "caller"},
        offered="300/s",
        span="1 h",
        confidence=0.99,
        independent=True,
        binds=["model"],
        max_age=7,
        placeholder=True,
        clear=["at_least"],
        reason="r",
    ),
    changes.SetKpi("k", at_least="2", reason="r"),
    changes.AddKpi(EVERY_KPI, reason="r"),
    changes.AddKpi(CALLERS, reason="r"),
    changes.DropKpi("k", reason="r"),
]


FIELDS = {"by": "b", "at": END, "references": [LINK]}
EVERY_EVENT = [
    events.LaunchStarted(by="b", at=END, topic="t"),
    events.Retracted("1" * 64, reason="r", by="b", at=END),
    *PROOF_EVENTS,
    *[attrs.evolve(event, note="n", references=[LINK]) for event in PROOF_EVENTS if hasattr(event, "note")],
    events.EvidenceAdded(FULL, kpis=[EVERY_KPI], by="b", at=END),
    events.Noted("a", text="n", **FIELDS),
    *[
        kind("a", note="n", **FIELDS, **more)
        for kind, more in {
            events.Begun: {},
            events.Finished: {},
            events.Blocked: {"reason": "r"},
            events.Unblocked: {},
            events.Reopened: {"reason": "r"},
            events.Waived: {"reason": "r", "expires": END.date()},
            events.NotApplicable: {"reason": "r"},
            events.Assigned: {"owner": "o"},
            events.DueSet: {"due": END.date()},
            events.Ticked: {"step": "s"},
            events.Unticked: {"step": "s"},
        }.items()
    ],
]


def samples():
    launch = two_weeks()
    forecast, review, snapshot = after_two_weeks(), launch.review(SINCE, at=END, samples=50), launch.snapshot(at=END)
    path = launch.critical_path()
    yield Launch.start(Checklist.from_dict(DOCUMENT), name="x", by="b")
    moved = launch.reopen("c1", by="b", reason="r", at=END).migrate(tailored(), by="b", at=END)
    yield from (launch, moved, moved.migrate(launch.checklist, by="b", at=END + timedelta(hours=1)))
    yield from EVERY_EVENT
    yield from (PROVEN, everything(), FULL, *FULL.measures, *FULL.subject, *PROVEN.kpis)
    proof = everything()
    yield from (proof.gate("go-live", at=on(5)), proof.live(at=on(6)), proof.snapshot(at=on(6)), *proof.evidence())
    missed = proven().add_evidence(run(slow=900, n=9_000, spread=None), by="b", at=on(4))
    waived = missed.waive_criterion("ship", "measured", reason="r", expires=END.date(), by="b", at=on(4))
    yield from (waived.gate("go-live", at=on(5)), *waived.gate("go-live", at=on(5)).findings)
    yield waived.set_subject(model=OTHER_MODEL, by="b", at=on(4)).gate("go-live", at=on(5))
    yield waived.go_live("go-live", by="b", at=on(5)).live(at=on(6))
    yield launch.finish("c6", by="b", at=END, note="n", references=[LINK]).state("c6")
    yield from (two_people(), *two_people().tasks, forecast, *forecast.phases, *forecast.schedule, forecast.finish)
    yield from (levers_of_two_people(), *levers_of_two_people(), *levers_of_one_person())
    yield from (path, path[0], review, *review.done, review.slip, *review.burn_up)
    yield from (
        ALL_OPTIONS,
        servingchecklist.forecast(servingchecklist.model_serving(), start=END.date(), options=ALL_OPTIONS),
        history(),
        *history().tasks,
        *history().forecasts,
    )
    yield from snapshot.state("c6").steps
    yield from (snapshot, *snapshot.states, *(state.waiver for state in snapshot.states if state.waiver))
    yield launch.snapshot(at=SINCE)
    yield from (snapshot.progress, snapshot.progress.overall, snapshot.next, snapshot.next[0])
    yield from (Checklist.from_dict(DOCUMENT), Overlay("o", "O", changes=EVERY_FIELD), *shown().values())


def test_every_document_has_the_keys_and_the_values_of_its_type():
    values = [*samples()]
    values += [event for value in values if isinstance(value, Launch) for event in value.events]
    used = set().union(*(keys_of(value.to_dict(), document_of(type(value))) for value in values))
    named = [getattr(documents, name) for name in documents.__all__ if name.endswith("Document")]
    named = [kind for kind in named if is_typeddict(kind)]
    assert used == {(kind, key) for kind in named for key in get_type_hints(kind)}
    modules = (servingchecklist, changes, events, evidence, results)
    public = {getattr(module, name) for module in modules for name in module.__all__}
    records = set(map(type, (history(), *history().tasks, *history().forecasts)))
    assert {type(value) for value in values} == {kind for kind in public if hasattr(kind, "to_dict")} | records


@given(overlays() | launches())
def test_documents_of_any_overlay_and_launch_are_of_their_types(value):
    keys_of(value.to_dict(), document_of(type(value)))


def tables_of(values):
    """Yield the rows of each table of the values, with their type."""
    for value in values:
        for table in (value, getattr(value, "log", None)):
            if hasattr(table, "to_records"):
                yield table.to_records(), *get_args(get_type_hints(table.to_records, vars(documents))["return"])


def test_every_record_has_the_columns_of_its_type_in_their_order():
    checklist = servingchecklist.model_serving()
    launch = Launch.start(checklist, name="x", by="b", topic="t")
    launch = launch.finish("c1", by="b", note="n", references=[LINK])
    launch = launch.tick("c8", checklist["c8"].steps[0].id, by="b", references=[LINK])
    open_tasks = servingchecklist.forecast(Checklist.from_dict(DOCUMENT), start=END.date(), default_effort="1 day")
    started = Launch.start(proven().checklist, name="x", by="b", topic="t", at=on(1)).set_subject(
        SUBJECT, by="b", at=on(1)
    )
    few = started.add_evidence(run(slow=1, n=50, spread=2.0), by="b", at=on(4)).gate("go-live", at=on(5))
    doubted = started.add_evidence(
        run(cautions=[Caution("c", "w", bias="flatters", families=["latency"])]), by="b", at=on(4)
    )
    values = [*samples(), launch, launch.review(samples=0), open_tasks, few, doubted.gate("go-live", at=on(5))]
    tables = [*tables_of(values)]
    assert {kind.__name__ for _, kind in tables} == {name for name in documents.__all__ if name.endswith("Record")}
    for rows, kind in tables:
        keys_of(rows, list[kind])
        assert all(list(row) == list(get_type_hints(kind)) for row in rows)
    # No column is empty in all of them.
    filled = {
        (kind, name) for rows, kind in tables for row in rows for name, cell in row.items() if cell not in (None, [])
    }
    assert filled == {(kind, name) for _, kind in tables for name in get_type_hints(kind)}


@given(launches())
def test_records_of_any_launch_are_of_their_types(launch):
    for rows, kind in tables_of([launch, launch.checklist]):
        keys_of(rows, list[kind])


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"title": "R"}, "$"),
        ({"title": "R", "url": "r.md", "page": "3"}, "$"),
        ({"title": None, "url": "r.md"}, "$.title"),
    ],
)
def test_a_document_of_another_type_is_noticed(document, path):
    with pytest.raises(AssertionError, match=f"^{re.escape(path)}\n"):
        keys_of(document, documents.ReferenceDocument)
