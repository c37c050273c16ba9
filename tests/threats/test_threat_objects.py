"""Every argument of everything public is judged by its type first: hostile objects get the documented errors, and none is taken."""

from __future__ import annotations

import inspect
import os
import shutil
from datetime import timedelta
from enum import Enum

import attrs
import pytest

import servingchecklist
from helpers.cases import Cases
from helpers.forecasts import ALL_OPTIONS, history, levers_of_two_people, two_people
from helpers.launches import END, SINCE, two_weeks
from helpers.proof import (
    CONFIG,
    DARK,
    GOOD,
    LATENCY,
    MEASURED,
    MODEL,
    PROOF_EVENTS,
    SCORE,
    START,
    STRICT,
    TEAMS,
    USE,
    everything,
    on,
    proven,
)
from helpers.tailorings import shown
from servingchecklist import (
    Calendar,
    Checklist,
    Effort,
    Facet,
    ForecastOptions,
    Launch,
    Limits,
    Overlay,
    Phase,
    Priority,
    Reference,
    Risk,
    Step,
    Store,
    Task,
    calibration,
    catalog,
    changes,
    critical_path,
    dumps,
    events,
    evidence,
    for_context,
    forecast,
    levers,
    loads,
    next_tasks,
    order,
    read,
    results,
    rules,
    slug,
    tailor,
    tailoring,
    tasklist,
    write,
)
from servingchecklist._launch.reviewing import ReviewFields
from servingchecklist.errors import ChecklistError
from servingchecklist.results import Conditions, Details, ForecastFields, Selection
from threats.hostile import DISGUISED, HOSTILE, MONDAY, NOON

ONE = Task("c1", "One", effort="1 day", steps=[Step("s", "S")], role="sre", section="S", labels=["gdpr"])
CHECKLIST = Checklist(
    "x",
    "X",
    phases=[Phase("p", "P", tasks=[ONE, Task("c2", "Two", effort="1 day")])],
    facets=[Facet("mode", "Mode", ["batch", "online"])],
)
OTHER = Checklist("y", "Y")
EARLIER = NOON - timedelta(days=7)
LAUNCH = Launch.start(CHECKLIST, name="x", by="b", at=EARLIER)
BEGUN = LAUNCH.begin("c1", by="b", at=EARLIER + timedelta(days=1)).block("c2", reason="r", by="b", at=EARLIER)
ENDED = LAUNCH.begin("c1", by="b", at=EARLIER).finish("c1", by="b", at=NOON)
TICKED = "- [x] <!-- task c1 todo -->\n- [x] <!-- task c9 todo -->\n"
OVERLAY = Overlay("o", "O", changes=[changes.DropTask("c2", reason="r")])
NEWER = attrs.evolve(OVERLAY, version="2")
FORECAST = forecast(CHECKLIST, start=MONDAY, samples=3)
PATH = critical_path(CHECKLIST)

RECORD = {"task": "c1", "by": "b", "at": NOON, "note": "n", "references": []}
SELECTION = {"owner": "a", "role": "sre", "label": "gdpr", "phase": "p", "section": "S"}
_BEGIN_NEXT = {key: value for key, value in RECORD.items() if key != "task"}
ORDER = {"rules": [rules.PHASE]}
WORK = {
    "options": ForecastOptions(),
    "people": 2,
    "owners": {"c1": "a"},
    "calendar": Calendar(),
    "calendars": {"a": Calendar()},
    "rules": [rules.PHASE],
    "ranges": "bounds",
    "shared": 0.5,
    "history": history(),
    "efforts": {"c1": Effort(1)},
    "default_effort": Effort(1),
    "blocked": {"c2": Effort(1)},
    "samples": 3,
    "seed": 0,
}
PLAN = {"checklist": CHECKLIST, "start": MONDAY, "done": [], "under_way": {"c1": 1.0}, "name": "n", "progress": None}
DUE = {"due": {"c1": MONDAY}, "today": MONDAY}


def _of_store(method):
    def call(**arguments):
        shutil.rmtree("store", ignore_errors=True)
        os.makedirs("store/files")
        with Store("store/launches.db") as store:
            store.save(BEGUN)
            return getattr(store, method)(**arguments)

    return call


def _of_file(function):
    def call(**arguments):
        with open("requests.jsonl", "w", encoding="utf-8") as file:
            file.write('{"intended_at": "2026-11-02T09:00:00Z", "latency_s": 0.1, "status": 200, "ok": true}\n')
        return function(**arguments)

    return call


WHO = {"by": "b", "at": on(8)}
PROVEN = proven()
WAIVED = START.waive_criterion("ship", "used", reason="r", expires=MONDAY, by="b", at=on(4))

FUNCTIONS = {
    "Calendar.add": (Calendar().add, {"start": MONDAY, "days": 1.0}),
    "Calendar.between": (Calendar().between, {"start": MONDAY, "end": MONDAY}),
    "Calendar.day": (Calendar().day, {"start": MONDAY, "number": 1}),
    "Calendar.is_worked": (Calendar().is_worked, {"day": MONDAY}),
    "Calendar.runs": (Calendar().runs, {"start": MONDAY, "end": MONDAY}),
    "Checklist.__getitem__": (CHECKLIST.__getitem__, {"task_id": "c1"}),
    "Checklist.dependents": (CHECKLIST.dependents, {"task": "c1"}),
    "Checklist.from_dict": (Checklist.from_dict, {"document": CHECKLIST.to_dict()}),
    "Checklist.join": (
        lambda others, **more: CHECKLIST.join(others, **more),  # noqa: PLW0108
        {"others": OTHER, "prefix": False, "id": "a", "title": "T", "version": "1"},
    ),
    "Checklist.phase_of": (CHECKLIST.phase_of, {"task": "c1"}),
    "Checklist.position": (CHECKLIST.position, {"task_id": "c1"}),
    "Checklist.replace_task": (CHECKLIST.replace_task, {"task": "c1", "title": "T", "effort": None, "labels": []}),
    "Checklist.title_of": (CHECKLIST.title_of, {"task": "c1"}),
    "Checklist.waits_for": (CHECKLIST.waits_for, {"task": "c1"}),
    "CriticalPath": (
        results.CriticalPath,
        {"checklist": CHECKLIST, "spans": tuple(PATH), "path": ["c1"], "estimate": "mean", "blocked": ["c1"]}
        | {"start": MONDAY, "first_days": {"c1": MONDAY}},
    ),
    "Distribution": (
        results.Distribution, {"days": {1.0}, "start": MONDAY, "calendar": Calendar(), "dates": [MONDAY]}
    ),
    "Distribution.date_of": (FORECAST.finish.date_of, {"days": 1.0}),
    "Distribution.probability": (FORECAST.finish.probability, {"on": MONDAY}),
    "Distribution.quantile": (FORECAST.finish.quantile, {"share": 0.5}),
    "Distribution.quantile_days": (FORECAST.finish.quantile_days, {"share": 0.5}),
    "Effort.parse": (Effort.parse, {"text": "1 day"}),
    "Explanation.__getitem__": (shown()["explanation"].__getitem__, {"path": "topic"}),
    "Forecast.__getitem__": (FORECAST.__getitem__, {"task": "c1"}),
    "ForecastOptions.from_dict": (ForecastOptions.from_dict, {"document": ALL_OPTIONS.to_dict()}),
    "Example.curl": (SCORE.curl, {"base": "https://example.com"}),
    "Launch.add_evidence": (START.add_evidence, {"evidence": GOOD, **WHO}),
    "Launch.approve": (WAIVED.approve, {**WHO, "event": WAIVED.events[-1], "by": "sre"}),
    "Launch.attest": (
        START.attest, {"task": "goals", "criterion": "agreed", "role": "r", "holds": True, **WHO, "note": "n", "references": []}
    ),
    "Launch.evidence": (PROVEN.evidence, {"at": on(9)}),
    "Launch.find_event": (PROVEN.find_event, {"event": PROVEN.events[-1]}),
    "Launch.gate": (
        PROVEN.gate,
        {"gate": "go-live", "at": on(9), "approved": PROVEN.checklist, "options": ForecastOptions(samples=5)}
        | {"priority": "low", "overdue": True, "expired_waivers": True, "before": MONDAY, "chance": 0.5},
    ),
    "Launch.go_live": (PROVEN.go_live, {"gate": "go-live", **WHO}),
    "Launch.live": (PROVEN.live, {"at": on(9)}),
    "Launch.set_subject": (
        lambda parts, by, at, more: START.set_subject(parts, by=by, at=at, model=more),
        {"parts": {"config": CONFIG}, **WHO, "more": MODEL},
    ),
    "Launch.subject": (PROVEN.subject, {"at": on(9)}),
    "Launch.take_down": (PROVEN.take_down, {"reason": "r", **WHO}),
    "Launch.waive_criterion": (
        START.waive_criterion,
        {"task": "ship", "criterion": "used", "reason": "r", "expires": MONDAY, **WHO, "note": "n", "references": []},
    ),
    "Launch.withdraw_evidence": (PROVEN.withdraw_evidence, {"evidence": GOOD, "reason": "r", **WHO}),
    "digest_of": (_of_file(evidence.digest_of), {"path": "requests.jsonl", "limits": None}),
    "mismatches": (
        evidence.mismatches, {"example": SCORE, "answer": evidence.Answer(200, "{}", seconds=0.1), "degraded": False}
    ),
    "read_evidence": (
        _of_file(evidence.read_evidence),
        {"path": "requests.jsonl", "importer": "requests", "options": evidence.ImportOptions(), "limits": None},
    ),
    "Launch.as_of": (BEGUN.as_of, {"at": NOON}),
    "Launch.assign": (BEGUN.assign, {"owner": "o", **RECORD}),
    "Launch.begin": (LAUNCH.begin, RECORD),
    "Launch.block": (BEGUN.block, {"reason": "r", **RECORD}),
    "Launch.closed_tasks": (ENDED.closed_tasks, {"at": NOON, **WORK, "blocked": {}}),
    "Launch.critical_path": (
        BEGUN.critical_path, {"at": NOON, "estimate": "mean", "calendar": Calendar(), "default_effort": Effort(1)}
    ),
    "Launch.finish": (BEGUN.finish, RECORD),
    "Launch.forecast": (
        BEGUN.forecast, {"at": NOON, "progress": None, "start": MONDAY, **WORK}
    ),
    "Launch.from_dict": (Launch.from_dict, {"document": BEGUN.to_dict()}),
    "Launch.history": (BEGUN.history, {"task": "c1"}),
    "Launch.levers": (BEGUN.levers, {"at": NOON, "progress": None, "start": MONDAY, **WORK}),
    "Launch.mark_not_applicable": (BEGUN.mark_not_applicable, {"reason": "r", **RECORD}),
    "Launch.merge": (BEGUN.merge, {"other": LAUNCH}),
    "Launch.migrate": (BEGUN.migrate, {"checklist": OTHER, "by": "b", "at": NOON}),
    "Launch.begin_next": (BEGUN.begin_next, {**_BEGIN_NEXT, **ORDER, **SELECTION}),
    "Launch.next": (BEGUN.next, {"limit": 3, "at": NOON, **ORDER, **SELECTION}),
    "Launch.note": (BEGUN.note, {"text": "t", "task": "c1", "by": "b", "at": NOON, "references": []}),
    "Launch.past_forecast": (ENDED.past_forecast, {"at": NOON, **WORK, "blocked": {}}),
    "Launch.progress": (BEGUN.progress, {"at": NOON}),
    "Launch.to_records": (BEGUN.to_records, {"at": NOON}),
    "Launch.record": (lambda events: BEGUN.record(events), {"events": BEGUN.events[-1]}),  # noqa: PLW0108
    "Launch.reopen": (BEGUN.reopen, {"reason": "r", **RECORD}),
    "Launch.retract": (BEGUN.retract, {"event": BEGUN.events[-1], "by": "b", "reason": "r", "at": NOON}),
    "Launch.review": (
        BEGUN.review, {"since": EARLIER, "at": NOON, "stale_after": 7, **WORK}
    ),
    "Launch.review of some": (BEGUN.review, {"at": NOON, **SELECTION}),
    "Launch.set_due": (BEGUN.set_due, {"due": MONDAY, **RECORD}),
    "Launch.snapshot": (BEGUN.snapshot, {"at": NOON, **SELECTION}),
    "Launch.start": (Launch.start, {"checklist": CHECKLIST, "name": "x", "by": "b", "at": NOON, "topic": "t"}),
    "Launch.state": (BEGUN.state, {"task": "c1", "at": NOON}),
    "Launch.tick": (BEGUN.tick, {"step": "s", **RECORD}),
    "Launch.unblock": (BEGUN.unblock, RECORD | {"task": "c2"}),
    "Launch.untick": (BEGUN.tick("c1", "s", by="b", at=EARLIER).untick, {"step": "s", **RECORD}),
    "Launch.waive": (BEGUN.waive, {"reason": "r", "expires": MONDAY, **RECORD}),
    "Overlay.from_dict": (Overlay.from_dict, {"document": OVERLAY.to_dict()}),
    "Priority.parse": (Priority.parse, {"text": "p0", "words": {"a": "high"}}),
    "Recommendations": (results.Recommendations, {"members": tuple(order(CHECKLIST)), "topic": "t"}),
    "Situation": (
        rules.Situation,
        {
            "checklist": CHECKLIST,
            "done": ["c1"],
            "topic": "t",
            "efforts": {"c1": Effort(1)},
            "closed_on": {"c1": NOON.date()},
            **DUE,
        },
    ),
    "Snapshot.state": (BEGUN.snapshot(at=NOON).state, {"task": "c1"}),
    "Store.begin_next": (_of_store("begin_next"), {"name": "x", **_BEGIN_NEXT, **ORDER, **SELECTION}),
    "Store.change": (_of_store("change"), {"name": "x", "change": lambda launch: launch}),
    "Store.export_files": (_of_store("export_files"), {"folder": "store/files", "format": "json", "limits": None}),
    "Store.import_files": (
        _of_store("import_files"),
        {"folder": "store/files", "limits": None},
    ),
    "Store.load": (_of_store("load"), {"name": "x"}),
    "Store.migrate": (_of_store("migrate"), {"name": "x", "checklist": OTHER, "by": "b", "at": NOON}),
    "Store.save": (_of_store("save"), {"launch": BEGUN}),
    "Store": (
        lambda path, timeout, read_only: Store(path, timeout=timeout, read_only=read_only).close(),
        {"path": "new.db", "timeout": 1.0, "read_only": False},
    ),
    "calibration": (calibration, {"launches": [ENDED], "at": NOON, **WORK, "blocked": {}}),
    "catalog.guide": (catalog.guide, {"name": "foundation"}),
    "catalog.load": (catalog.load, {"checklist_id": "model-serving"}),
    "catalog.overlay": (catalog.overlay, {"overlay_id": "regulated"}),
    "critical_path": (
        critical_path,
        {"checklist": CHECKLIST, "estimate": "mean", "done": ["c2"], "under_way": {"c1": 1.0}, "blocked": ["c1"]}
        | {"default_effort": Effort(1), "calendar": Calendar(), "start": MONDAY},
    ),
    "diff": (tailoring.diff, {"before": CHECKLIST, "after": CHECKLIST}),
    "dumps": (dumps, {"value": CHECKLIST, "format": "json"}),
    "explain": (tailoring.explain, {"checklist": CHECKLIST, "task": "c1"}),
    "for_context": (
        lambda checklist, choices, more: for_context(checklist, choices, mode=more),
        {"checklist": CHECKLIST, "choices": {}, "more": "batch"},
    ),
    "forecast": (
        forecast,
        {**PLAN, "done": ["c2"], **DUE, **WORK, "blocked": {"c1": None}},
    ),
    "levers": (levers, {**PLAN, **DUE, **WORK}),
    "loads": (loads, {"text": dumps(CHECKLIST, "json"), "format": "json", "limits": None, "kind": Checklist}),
    "next_tasks": (next_tasks, {"checklist": CHECKLIST, "done": ["c2"], "limit": 3, **DUE, **ORDER, **SELECTION}),
    "order": (order, {"checklist": CHECKLIST, "done": ["c2"], **DUE, **ORDER}),
    "overlay_from": (
        tailoring.overlay_from,
        {"before": CHECKLIST, "after": OTHER, "id": "a", "title": "t", "version": "1", "reason": "r"},
    ),
    "read": (read, {"path": "none.json", "format": "json", "limits": None, "kind": Checklist}),
    "slug": (slug, {"text": "t", "taken": {}.keys()}),
    "apply": (tasklist.apply, {"text": TICKED, "launch": BEGUN, "by": "b", "at": NOON, "limits": None}),
    "update": (tasklist.update, {"text": TICKED, "launch": BEGUN, "at": NOON, "limits": None}),
    "tailor": (
        lambda checklist, overlays: tailor(checklist, overlays),  # noqa: PLW0108
        {"checklist": CHECKLIST, "overlays": OVERLAY},
    ),
    "upgrade": (
        tailoring.upgrade,
        {"old_base": CHECKLIST, "new_base": CHECKLIST, "overlay": OVERLAY, "decisions": {}, "replacement": NEWER},
    ),
    "write": (write, {"value": CHECKLIST, "path": "none/none.json", "format": "json"}),
}  # fmt: skip


def _instances():
    """Instances of all public classes with fields, by name."""
    review, snapshot = two_weeks().review(SINCE, at=END, samples=5), two_weeks().snapshot(at=END)
    plan, tailored = two_people(), shown()
    at, link = {"by": "b", "at": NOON}, Reference("R", "r.md")
    task, where = {"task": "c1", **at}, {"phase": "p", "reason": "r"}
    found = [CHECKLIST, *CHECKLIST.phases, ONE, *ONE.steps, *CHECKLIST.facets, link, Risk(1, 1), Effort(1), OVERLAY]
    found += [BEGUN, Calendar(), Limits(), rules.PHASE, results.Choice("mode", ["batch"]), PATH[0]]
    moved, record = levers_of_two_people(), history()
    found += [ALL_OPTIONS, record, record.tasks[1], record.forecasts[0], moved, moved[0]]
    found += [plan, plan.tasks[0], plan.phases[0], plan.schedule[0], review, review.slip, review.next[0], snapshot]
    found += [review.burn_up[0], review.done[0], review.now, review.now.overall, snapshot.states[0]]
    found += [results.StepState(id="s", text="S"), results.Waiver("r", expires=MONDAY, **at)]
    found += [
        tailored["diff"],
        tailored["diff"].differences[0],
        tailored["upgrade"],
        *tailored["upgrade"].conflicts[:1],
    ]
    found += [tailored["explanation"], *tailored["explanation"].origins]
    found += [results.Revision("o 1", "a", "b"), changes.DropTask("c1", reason="r"), changes.DropPhase("p", reason="r")]
    found += [changes.AddTask(ONE, **where), changes.MoveTask("c1", **where), changes.MovePhase("p", reason="r")]
    found += [changes.AddPhase(CHECKLIST.phases[0], reason="r"), changes.SetTask("c1", reason="r", title="T")]
    found += [changes.SetPhase("p", reason="r", title="T"), changes.SetChecklist(reason="r", title="T")]
    found += [kind(**task) for kind in (events.Begun, events.Finished, events.Unblocked)]
    found += [kind(**task, reason="r") for kind in (events.Blocked, events.Reopened, events.NotApplicable)]
    found += [kind(**task, step="s") for kind in (events.Ticked, events.Unticked)]
    found += [events.Waived(**task, reason="r", expires=MONDAY), events.Assigned(**task), events.DueSet(**task)]
    found += [
        events.Noted(**task, text="t"),
        events.LaunchStarted(**at),
        events.Migrated("x", "1", digest="sha256:" + "0" * 64, **at),
    ]
    found += [events.Retracted("0" * 64, **at), *PROOF_EVENTS, LATENCY, MEASURED, STRICT, TEAMS, SCORE, SCORE.expect]
    found += [changes.SetKpi("k", at_most="1%", reason="r"), changes.AddKpi(LATENCY, reason="r")]
    found += [changes.DropKpi("k", reason="r"), LATENCY.at_most, evidence.Answer(200), evidence.ImportOptions()]
    proof = everything()
    found += [GOOD, DARK.cautions[0], *GOOD.measures, *USE.measures, *GOOD.subject, *GOOD.sources]
    found += [measure.value for measure in (*GOOD.measures, *USE.measures)] + [GOOD.measures[0].value.buckets[0]]
    found += [proof.gate("go-live", at=on(6)), proof.live(at=on(6)), proof.evidence()[0]]
    found += [found[-3].coverage, found[-3].findings[1]]
    found += [BEGUN.log]
    taken_over = tasklist.apply(TICKED, BEGUN, by="b", at=NOON)
    found += [taken_over, *taken_over.conflicts]
    return {_name(type(value)): value for value in found}


def _name(kind):
    """The name of a class; there are two kinds of conflicts."""
    return f"tasklist.{kind.__name__}" if kind.__module__ == tasklist.__name__ else kind.__name__


INSTANCES = _instances()
# What a value of another tool may be, or a function of the caller.
FREE = {"change", "skipped", "key", "explain", "progress"}


def _arguments(name):
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    value = INSTANCES[name]
    return type(value), {field.alias: getattr(value, field.name) for field in attrs.fields(type(value)) if field.init}


CALLS = Cases({name: lambda name=name: _arguments(name) for name in (*FUNCTIONS, *INSTANCES)})


def _also_within(valid, value):
    """Yield the value, and collections that hold it where the valid value is such a collection."""
    yield value
    if isinstance(valid, list | tuple):
        yield [value]
    if isinstance(valid, tuple) and valid and type(valid[0]) is tuple:
        yield [(valid[0][0], value)]
        yield [(value, valid[0][1])]
    if isinstance(valid, dict):
        yield {"c1": value}
        if type(value).__hash__ and type(value).__name__ in ("object", "NoClass", "Word"):
            yield {value: "c1"}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # text in disguise is a path as well


def _result(function, arguments):
    try:
        return function(**arguments)
    except ChecklistError as error:
        return type(error) if str(error) else error


def test_what_is_tried_is_taken_as_it_is():
    """Else the tests below would see the errors of something else. A checklist has no owners, and there is no such file."""
    refused = [name for name in CALLS if type(_result(*CALLS[name])) is type]
    assert refused == ["next_tasks", "read", "write"]


@pytest.mark.parametrize("name", CALLS)
def test_hostile_objects_get_the_documented_error(name):
    function, valid = CALLS[name]
    for argument in valid.keys() - FREE:
        for what, hostile in HOSTILE.items():
            if (argument, what) == ("days", "bytes"):
                continue  # these are numbers
            for value in _also_within(valid[argument], hostile):
                result = _result(function, {**valid, argument: value})
                assert type(result) is type, f"{argument} takes {what} as {type(value).__name__}"


@pytest.mark.parametrize("name", CALLS)
def test_a_plain_value_in_disguise_is_taken_as_itself_or_not_at_all(name):
    function, valid = CALLS[name]
    for argument in valid.keys() - FREE:
        for what, (disguised, plain) in DISGUISED.items():
            pairs = zip(_also_within(valid[argument], disguised), _also_within(valid[argument], plain), strict=False)
            for value, twin in pairs:
                result = _result(function, {**valid, argument: value})
                if type(result) is not type:
                    expected = _result(function, {**valid, argument: twin})
                    assert result == expected or type(result).__eq__ is object.__eq__, (argument, what)


def _replaced(document, value):
    """Yield copies of a document, each with one of its values replaced, however deep it lies."""
    for key, held in document.items() if isinstance(document, dict) else enumerate(document):
        inner = _replaced(held, value) if isinstance(held, dict | list) else ()
        for new in (value, *inner):
            copy = document.copy()
            copy[key] = new
            yield copy


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_objects_are_refused_wherever_they_are_in_a_document(what):
    for kind, document in ((ForecastOptions, ALL_OPTIONS.to_dict()), (Checklist, CHECKLIST.to_dict())):
        for hostile in _replaced(document, HOSTILE[what]):
            result = _result(kind.from_dict, {"document": hostile})
            assert type(result) is type, hostile


@pytest.mark.parametrize("collection", [CHECKLIST, PATH, FORECAST], ids=lambda value: type(value).__name__)
def test_nothing_hostile_is_in_a_collection(collection):
    assert [what for what, hostile in HOSTILE.items() if hostile in collection] == []
    assert [what for what, (disguised, _) in DISGUISED.items() if disguised in collection] == ["Word", "Unhashable"]


MODULES = (servingchecklist, catalog, changes, events, evidence, results, rules, tailoring, tasklist)
PUBLIC = {
    f"tasklist.{name}" if module is tasklist else name: getattr(module, name)
    for module in MODULES
    for name in module.__all__
}


def _calls():
    """Yield the name and the callable of every public function and method, and of every public class without fields."""
    for module in MODULES:
        prefix = f"{module.__name__.partition('.')[2]}."
        functions = [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]
        yield from ((name if name in FUNCTIONS else prefix + name, getattr(module, name)) for name in functions)
    for name, kind in PUBLIC.items():
        if isinstance(kind, type) and not issubclass(kind, Exception | dict):
            if not attrs.has(kind) and not issubclass(kind, Enum):
                yield name, kind
            for key, method in inspect.getmembers(kind, callable):
                is_ours = str(getattr(method, "__module__", "")).startswith("servingchecklist")
                if is_ours and not key.startswith("_"):
                    yield f"{name}.{key}", method


# The keywords that are collected under a name.
COLLECTED = {
    f"Unpack[{kind.__name__}]": kind.__annotations__
    for kind in (Conditions, Details, ForecastFields, ReviewFields, Selection)
} | {"Unpack[TaskFields]": {"title"}}
# Methods for rules and pages, which are called for each task and judge nothing.
UNJUDGED = ("Situation.", "Forecast.title_of", "Levers.title_of")


def test_every_parameter_of_everything_public_is_tried():
    tried = {}
    for name, (_, valid) in FUNCTIONS.items():
        tried.setdefault(name.partition(" ")[0], set()).update(valid)
    untried = {}
    for name, function in _calls():
        parameters = inspect.signature(function).parameters.values()
        parameters = set().union(*(COLLECTED.get(one.annotation, {one.name}) for one in parameters)) - {"self"}
        if not name.startswith(UNJUDGED) and (left := parameters - tried.get(name, set())):
            untried[name] = left
    assert untried == {}


def test_every_field_of_everything_public_is_tried():
    kinds = {thing for thing in PUBLIC.values() if isinstance(thing, type) and attrs.has(thing)}
    assert {_name(kind) for kind in kinds} - {"Entry", "Recommendations"} == INSTANCES.keys()
