"""The types of the public face, as mypy and pyright see them. Running it proves that the code shown here also works."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, assert_never, assert_type

import servingchecklist
from servingchecklist import (
    CRITICAL_FIRST,
    PHASES_FIRST,
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
    Status,
    Store,
    Task,
    catalog,
    changes,
    critical_path,
    documents,
    dumps,
    events,
    for_context,
    forecast,
    levers,
    loads,
    model_serving,
    next_tasks,
    order,
    read,
    slug,
    tailor,
    tasklist,
    tools,
    write,
)
from servingchecklist.changes import Change
from servingchecklist.errors import Fault, InvalidError
from servingchecklist.events import Event, TaskEvent
from servingchecklist.formats import html
from servingchecklist.results import (
    Choice,
    Conflict,
    CriticalPath,
    Diff,
    Difference,
    Distribution,
    Explanation,
    Forecast,
    Lever,
    Levers,
    Origin,
    PhaseForecast,
    Progress,
    Recommendation,
    Recommendations,
    Review,
    ReviewItem,
    Revision,
    Selection,
    Slip,
    Slot,
    Snapshot,
    Span,
    StepState,
    Tally,
    TaskForecast,
    TaskState,
    Upgrade,
    Waiver,
)
from servingchecklist.rules import PRIORITY, Rule, Situation
from servingchecklist.tailoring import Decision, diff, explain, overlay_from, upgrade

if TYPE_CHECKING:
    from pathlib import Path


def test_the_model_is_typed() -> None:
    task = Task("a", "A", after=["b"], effort=Effort(1, 2), risk=Risk(1, 5), references=[Reference("R", "r.md")])
    assert_type(task.after, tuple[str, ...])
    assert_type(task.effort, Effort | None)
    assert_type(task.priority, Priority)
    assert_type(task.risk, Risk | None)
    assert_type(task.references, tuple[Reference, ...])
    assert_type(Effort(1, 2).likely, float | None)
    assert_type(Effort(1, exact=True, days="any").days, Literal["working", "any", "elapsed"])
    assert_type(Effort.parse("1 day"), Effort)
    assert_type(Effort(2).high, float)
    assert_type(Priority.parse("P0", {"hoch": "high", "tief": Priority.LOW}), Priority)
    assert_type(slug("A title", {"a-title"}), str)
    assert_type(Phase("p", "P", tasks=[]).tasks, tuple[Task, ...])
    assert_type(Priority.HIGH.urgency, int)
    urgent = Task("a", "A", priority="high", effort="2 days")
    assert_type(urgent.priority, Priority)
    assert_type(urgent.priority.value, documents.PriorityName)
    assert_type(urgent.effort, Effort | None)


def test_a_checklist_is_typed() -> None:
    checklist = model_serving()
    assert_type(checklist, Checklist)
    assert_type(catalog.load("model-serving"), Checklist)
    assert_type(catalog.ids(), tuple[str, ...])
    assert_type(catalog.guides(), tuple[str, ...])
    assert_type(catalog.guide("foundation"), str)
    assert_type(checklist["c1"], Task)
    assert_type(list(checklist), list[Task])
    assert_type(checklist.phase_of("c1"), Phase)
    assert_type(checklist.tips, tuple[str, ...])
    assert_type(checklist.to_dict(), documents.ChecklistDocument)
    assert_type(checklist.to_dict()["id"], str)
    assert_type(checklist.to_records()[0]["effort_low"], float | None)
    assert_type(Checklist.from_dict(checklist.to_dict()), Checklist)
    assert_type(Checklist.join(checklist, prefix=True, title="All"), Checklist)
    assert_type(checklist.replace_task("c6", effort="2d", title="T", after=["c1"], risk=None), Checklist)
    assert_type(checklist.replace_task(checklist["c6"], id="c66", priority="high", when={}, references=[]), Checklist)


def test_a_task_list_is_typed() -> None:
    launch = Launch.start(model_serving(), name="x", by="b")
    body = dumps(launch, "tasklist")
    merged = tasklist.apply(body, launch, by="b")
    assert_type(merged, tasklist.Merged)
    assert_type(merged.launch, Launch)
    assert_type(merged.events, tuple[TaskEvent, ...])
    assert_type(merged.conflicts, tuple[tasklist.Conflict, ...])
    assert_type(tasklist.update(body, merged.launch, at=launch.started, limits=None), str)


def last_first(task: Task, situation: Situation) -> int:
    return -situation.checklist.position(task.id)


def test_ordering_is_typed() -> None:
    checklist = model_serving()
    found = order(checklist, rules=CRITICAL_FIRST)
    assert_type(found, Recommendations)
    assert_type(found[0], Recommendation)
    assert_type(found[:2], Recommendations)
    assert_type(found[0].reasons, tuple[str, ...])
    assert_type(next_tasks(checklist, {"c1"}, limit=1), Recommendations)
    assert_type(PHASES_FIRST, tuple[Rule, ...])
    assert_type(servingchecklist.__version__, str)
    assert order(checklist, rules=(Rule("last-first", last_first), PRIORITY)).ids[0] == "c3"


def test_formats_are_typed(tmp_path: Path) -> None:
    checklist = model_serving()
    assert_type(dumps(checklist, "json"), str)
    assert_type(dumps(order(checklist), "html"), str)
    assert_type(loads(dumps(checklist, "toml"), "toml", limits=None), Checklist | Launch | Overlay | ForecastOptions)
    options = ForecastOptions(people=2, blocked={"c2": None})
    assert_type(loads(dumps(options, "toml"), "toml", kind=ForecastOptions), ForecastOptions)
    assert_type(loads(dumps(checklist, "toml"), "toml", kind=Checklist), Checklist)
    write(checklist, tmp_path / "x.toml")
    assert_type(read(tmp_path / "x.toml", limits=Limits(tasks=9), kind=Checklist), Checklist)
    launch = Launch.start(checklist, name="fraud-v3", by="ml-platform")
    write(launch, tmp_path / "x.json")
    assert_type(read(tmp_path / "x.json", kind=Launch), Launch)


def told(done: int, samples: int) -> None:
    assert 0 < done <= samples


def test_forecasts_are_typed() -> None:
    monday = date(2026, 11, 30)
    calendar = Calendar(weekdays=range(4), holidays={date(2026, 12, 25): "Christmas"})
    assert_type(calendar.weekdays, tuple[int, ...])
    assert_type(calendar.holidays, tuple[date, ...])
    assert_type(calendar.add(monday, 2.5), date)
    assert_type(calendar.day(monday, 2), date)
    assert_type(calendar.between(monday, monday), int)
    assert_type(calendar.runs(monday, monday), tuple[tuple[date, date], ...])
    assert_type(calendar.is_worked(monday), bool)
    found = forecast(
        model_serving(),
        start=monday,
        people=2,
        owners={"c1": "ml-platform"},
        calendar=calendar,
        samples=9,
        rules=CRITICAL_FIRST,
        under_way={"c1": 1},
        blocked={"c3": None, "c2": Effort(1, 2)},
        due={"c2": monday},
        progress=told,
    )
    assert_type(found, Forecast)
    assert_type(found.p80, date)
    assert_type(found.finish, Distribution)
    assert_type(found.finish[0], float)
    assert_type(found.finish[1:], tuple[float, ...])
    assert_type(found.finish.probability(on=monday), float)
    assert_type(found.finish.quantile(0.9), date)
    assert_type(found.finish.quantile_days(1), float)
    assert_type(found.finish.by_day(), tuple[tuple[date, int], ...])
    assert_type(Distribution([1, 2.5], start=monday).mean_days, float)
    assert_type(found["c1"], TaskForecast)
    assert_type(found["c1"].on_time, float | None)
    assert_type(found["c1"].due, date | None)
    assert_type(found.phases, tuple[PhaseForecast, ...])
    assert_type(found.schedule, tuple[Slot, ...])
    assert_type(found.schedule[0].owner, str | None)
    assert_type(found.criticality, dict[str, float])
    assert_type(found.deadlines, dict[str, float])
    assert_type(found.assumptions, tuple[str, ...])
    assert_type(found.people, int | None)
    assert_type(found.to_dict(), documents.ForecastDocument)
    assert_type(found.to_records(), list[documents.TaskForecastRecord])
    assert_type(found.to_dict()["finish"]["p80"], str)
    path = critical_path(model_serving(), estimate="high")
    assert_type(path, CriticalPath)
    assert_type(path.path, tuple[str, ...])
    assert_type(path.days, float)
    assert_type(path["c1"], Span)
    assert_type(path[0], Span)
    assert_type(path[1:], tuple[Span, ...])
    assert_type(path["c1"].is_critical, bool)
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform")
    assert_type(launch.forecast(samples=9, people=1, owners={"c1": "ml-platform"}), Forecast)
    assert_type(launch.critical_path(estimate="low"), CriticalPath)
    slip = launch.review(launch.started - timedelta(days=1), people=1, samples=3).slip
    assert_type(slip, Slip | None)
    assert slip
    assert_type(slip.days, int)
    assert_type(slip.then, Distribution)
    assert_type(slip.causes, tuple[ReviewItem, ...])


def test_levers_and_options_are_typed() -> None:
    monday = date(2026, 11, 30)
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform")
    moved = levers(model_serving(), start=monday, people=2, samples=9, progress=told)
    assert_type(moved, Levers)
    assert_type(launch.levers(samples=9, people=1), Levers)
    assert_type(moved[0], Lever)
    assert_type(moved[:2], tuple[Lever, ...])
    assert_type(moved[0].kind, Literal["order", "people", "unblock", "task"])
    assert_type(moved[0].task, str | None)
    assert_type(forecast(model_serving(), start=monday, **moved[0].arguments), Forecast)
    assert_type(dumps(moved, "text"), str)
    assert_type(moved.to_dict()["levers"][0]["arguments"], documents.LeverArgumentsDocument)
    options = ForecastOptions(
        people=2, owners={"c1": "ml-platform"}, efforts={"c2": "1 day"}, default_effort="1-2 days"
    )
    assert_type(options.owners, tuple[tuple[str, str], ...])
    assert_type(options.to_dict(), documents.ForecastOptionsDocument)
    assert_type(forecast(model_serving(), start=monday, options=options, samples=9).options, ForecastOptions)


def written(made: Forecast, path: CriticalPath, launch: Launch, folder: Path) -> None:
    # Seen by the type checkers only: what is written is for the rooms of the formats to test.
    assert_type(dumps(made, "markdown"), str)
    assert_type(dumps(path, "html"), str)
    assert_type(dumps(made.finish, "text"), str)
    assert_type(dumps(made, "svg"), str)
    assert_type(dumps(made.finish, "svg"), str)
    assert_type(dumps(path, "mermaid"), str)
    assert_type(dumps(launch.checklist, "mermaid"), str)
    assert_type(dumps(launch, "svg"), str)
    assert_type(dumps(launch, "icalendar"), str)
    assert_type(dumps(made, "icalendar"), str)
    write(made, folder / "forecast.svg")
    write(made.finish, folder / "finish.svg", "svg")
    write(path, folder / "graph.mmd", "mermaid")
    write(launch, folder / "dates.ics", "icalendar")


def owner_in(document: documents.EventDocument) -> str | None:
    return document.get("owner") if document["kind"] == "assigned" else None


def name_of(event: Event) -> str:
    match event:
        case events.LaunchStarted() | events.Migrated() | events.Retracted():
            return "the launch"
        case events.SubjectSet(parts=parts) | events.WentLive(subject=parts):
            return parts[0].name
        case events.EvidenceAdded(evidence=found):
            return found.id
        case events.EvidenceWithdrawn(evidence=name) | events.Approved(event=name) | events.TakenDown(reason=name):
            return name
        case events.Finished(task=task) | events.Begun(task=task):
            return task
        case (
            events.Blocked(task=task, reason=reason)
            | events.Waived(task=task, reason=reason)
            | events.NotApplicable(task=task, reason=reason)
            | events.Reopened(task=task, reason=reason)
        ):
            return task + reason
        case (
            events.Unblocked(task=task)
            | events.Assigned(task=task)
            | events.DueSet(task=task)
            | events.Noted(task=task)
        ):
            return task
        case events.Ticked(task=task, step=step) | events.Unticked(task=task, step=step):
            return task + step
        case events.CriterionWaived(task=task, criterion=name) | events.Attested(task=task, criterion=name):
            return task + name
        case _:
            assert_never(event)


def test_records_are_typed() -> None:
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 2, tzinfo=UTC))
    assert_type(launch.to_records(), list[documents.TaskStateRecord])
    assert_type(launch.to_records(at=launch.started)[0]["due"], date | None)
    assert_type(launch.log.to_records()[0]["at"], datetime)
    assert_type(dumps(launch.log, "csv"), str)
    assert_type(launch.review(samples=0).to_records(), list[documents.ReviewItemRecord])
    assert_type(launch.gate(priority="critical").to_records(), list[documents.FindingRecord])


def test_launches_are_typed(tmp_path: Path) -> None:
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform").finish("c1", by="ml-platform")
    assert_type(launch, Launch)
    assert_type(launch.events, tuple[Event, ...])
    assert_type(launch.state("c1"), TaskState)
    assert_type(launch.state("c1").status, Status)
    assert_type(launch.state("c1").since, datetime | None)
    assert_type(launch.state("c1").waiver, Waiver | None)
    assert_type(launch.state("c1").references, tuple[Reference, ...])
    proven = launch.reopen("c1", by="x", note="again", references=[Reference("run", "https://example.com")])
    assert_type(proven, Launch)
    assert_type(proven.mark_not_applicable("c2", reason="r", by="x", at=launch.latest), Launch)
    assert_type(proven.retract(proven.events[-1], by="x").retracted, tuple[TaskEvent, ...])
    assert_type(proven.topic, str)
    ticked = proven.tick("c1", "targets", by="x", note="n", at=launch.latest).untick("c1", "targets", by="x")
    assert_type(ticked, Launch)
    assert_type(ticked.state("c1").steps, tuple[StepState, ...])
    assert_type(ticked.state("c1").steps[0].to_dict(), documents.StepStateDocument)
    assert_type(ticked.state("c1").steps[0].at, datetime | None)
    assert_type(ticked.state("c1").waits_for, tuple[str, ...])
    assert_type(ticked.state("c1").ready, bool)
    assert_type(ticked.progress().overall.steps_done, int)
    mine: Selection = {"owner": "ml-platform", "phase": "foundation"}
    assert_type(launch.next(limit=1, **mine), Recommendations)
    assert_type(launch.snapshot(**mine), Snapshot)
    assert_type(launch.snapshot(role="sre").selection, tuple[tuple[str, str], ...])
    assert_type(launch.snapshot().to_dict()["selection"], dict[str, str])
    assert_type(launch.progress(), Progress)
    assert_type(launch.progress().overall, Tally)
    assert_type(launch.next(), Recommendations)
    assert_type(launch.snapshot(), Snapshot)
    assert_type(launch.merge(launch), Launch)
    assert_type(launch.events[0].id, str)
    assert_type(launch.events[0].to_dict(), documents.EventDocument)
    assert_type(launch.to_dict()["events"], list[documents.EventDocument])
    review = launch.review(launch.started - timedelta(days=1))
    assert_type(review, Review)
    assert_type(review.done, tuple[ReviewItem, ...])
    assert_type(review.open_steps, tuple[ReviewItem, ...])
    assert_type(launch.review(launch.started - timedelta(days=1), **mine), Review)
    assert_type(dumps(review, "svg"), str)
    assert_type(launch.review().ahead, tuple[TaskEvent, ...])
    assert_type(launch.snapshot().to_dict()["tasks"], list[documents.TaskStateDocument])
    assert [owner_in(event.to_dict()) for event in launch.events] == [None, None]
    assert [name_of(event) for event in launch.events] == ["the launch", "c1"]
    with Store(tmp_path / "launches.db") as store:
        assert_type(store.save(launch), int)
        assert_type(store.load("fraud-v3"), Launch)
        assert_type(store.names(), tuple[str, ...])


def test_workers_tools_and_the_index_are_typed(tmp_path: Path) -> None:
    launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform")
    assert_type(launch.begin_next(by="worker", label="kpi"), tuple[Launch, Recommendations])
    with Store(tmp_path / "launches.db") as store:
        store.save(launch)
        assert_type(store.change("fraud-v3", lambda found: found.finish("c1", by="worker")), Launch)
        assert_type(store.begin_next("fraud-v3", by="worker", role=None), tuple[Launch, Recommendations])
        assert_type(tools.call(store, "launch_next", {"limit": 1}, by="agent"), str)
    assert_type(tools.schemas(tools.EVENTS), list[dict[str, Any]])
    assert_type(html.index([launch]), str)


def test_errors_are_typed() -> None:
    try:
        loads("", "json")
    except InvalidError as error:
        assert_type(error.faults, tuple[Fault, ...])
        assert_type(error.faults[0].path, str)


def not_run(checklist: Checklist, launch: Launch) -> None:
    # What must not pass a type checker. mypy reports an ignore that is not needed.
    from servingchecklist import Lunch  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnusedImport]  # noqa: F401

    model_serving().replace_task("c6", efort="2d")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    model_serving().replace_task("c6", title=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    model_serving().replace_task("c6", priority="hihg")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Task("a", "A", priority=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Task("a", "A", priority="hihg")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Task("a", "A", effort=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Task("a", "A", after=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    dumps(launch.log, "html")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    order(checklist, rules=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    forecast(checklist)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    forecast(checklist, start="2026-11-30")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    critical_path(checklist, estimate="middle")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Facet("mode", "Mode", 3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Task("a", "A", when={"mode": 3})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    changes.DropTask("c1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    changes.SetTask("c1", clear=["title"], reason="r")  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    changes.SetTask("c1", priority=3, reason="r")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Overlay("o", "O", changes=["drop"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    tailor(checklist, "ours")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    for_context(checklist, tier=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    upgrade(checklist, checklist, Overlay("o", "O"), {"topic": "mine"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    upgrade(checklist, checklist, Overlay("o", "O"), replacement="o")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_tailoring_is_typed() -> None:
    checklist = model_serving()
    overlay = Overlay("ours", "Ours", changes=[changes.SetTask("c1", priority=Priority.HIGH, reason="r")])
    made = tailor(checklist, overlay)
    assert_type(made, Checklist)
    assert_type(made.base, Checklist | None)
    assert_type(made.layers, tuple[Overlay, ...])
    assert_type(for_context(checklist, {"mode": ["batch", "online"]}, tier="A"), Checklist)
    assert_type(diff(checklist, made).differences, tuple[Difference, ...])
    assert_type(overlay_from(checklist, made), Overlay)
    assert_type(explain(made, "c1")["priority"].reason, str)
    decisions: dict[str, Decision] = {}
    carried = upgrade(checklist, made, overlay, decisions)
    assert_type(carried, Upgrade)
    assert_type(carried.checklist, Checklist)
    assert_type(carried.conflicts, tuple[Conflict, ...])
    newer = Overlay("ours", "Ours", version="2")
    assert_type(upgrade(checklist, made, overlay, replacement=newer).replaced, Diff | None)
    assert_type(loads(dumps(overlay, "toml"), "toml", kind=Overlay), Overlay)
    assert_type(catalog.overlay("llm-serving"), Overlay)
    assert_type(catalog.entries(), tuple[catalog.Entry, ...])
    assert_type(Task("a", "A", when={"mode": "batch"}).when, tuple[Choice, ...])
    assert [kind_of(change) for change in overlay.changes] == ["c1"]


def test_facets_and_overlays_are_typed() -> None:
    facet = Facet("mode", "Mode", ["online", "batch"], description="How it answers.")
    assert_type(facet.values, tuple[str, ...])
    assert_type(Choice("mode", "batch").values, tuple[str, ...])
    assert_type(Task("a", "A", when=[Choice("mode", ["online"])]).when, tuple[Choice, ...])
    checklist = Checklist("x", "X", facets=[facet], context={"mode": "batch"})
    assert_type(checklist.facets, tuple[Facet, ...])
    assert_type(checklist.context, tuple[Choice, ...])
    made: list[Change] = [
        changes.SetTask("c1", priority="high", also_after=["c2"], when={"mode": "batch"}, reason="r"),
        changes.SetTask("c2", effort="2-3 days", clear=["risk"], reason="r"),
        changes.DropTask("c3", reason="r"),
        changes.AddTask(Task("n", "N"), phase="execution", behind="c4", reason="r"),
        changes.SetPhase("execution", clear=["guide"], reason="r"),
        changes.AddPhase(Phase("p", "P"), before="execution", reason="r"),
        changes.SetChecklist(topic="Fraud", facets=[facet], context={}, reason="r"),
    ]
    overlay = Overlay("ours", "Ours", base="model-serving", changes=made)
    assert_type(overlay.changes, tuple[Change, ...])
    assert_type(overlay.label, str)
    assert_type(overlay.to_dict(), documents.OverlayDocument)
    assert_type(Overlay.from_dict(overlay.to_dict()), Overlay)
    assert [kind_of(change) for change in made] == ["c1", "c2", "c3", "n", "execution", "p", ""]


def test_what_tells_of_tailoring_is_typed(tmp_path: Path) -> None:
    overlay = catalog.overlay("llm-serving")
    made = tailor(model_serving(), overlay, catalog.overlay("regulated"))
    found = diff(model_serving(), made)
    assert_type(found, Diff)
    assert_type(found.differences[0].path, str)
    assert_type(found.differences[0].what, Literal["checklist", "kpi", "phase", "task"])
    assert_type(found.differences[0].kind, Literal["added", "dropped", "moved", "changed"])
    told = explain(made, made["c7"])
    assert_type(told, Explanation)
    assert_type(told["effort"], Origin)
    assert_type(told["effort"].revisions, tuple[Revision, ...])
    assert_type(told.layers, tuple[str, ...])
    done = upgrade(model_serving(), model_serving(), overlay)
    assert_type(done.overlay, Overlay)
    assert_type(done.agreed, tuple[str, ...])
    write(overlay, tmp_path / "ours.toml")
    assert_type(read(tmp_path / "ours.toml", kind=Overlay), Overlay)
    assert_type(dumps(found, "markdown"), str)
    assert_type(dumps(told, "text"), str)
    assert_type(dumps(done, "html"), str)


def kind_of(change: Change) -> str:
    match change:
        case changes.SetTask(task=task) | changes.DropTask(task=task) | changes.MoveTask(task=task):
            return task
        case changes.AddTask(task=task):
            return task.id
        case changes.SetPhase(phase=phase) | changes.DropPhase(phase=phase) | changes.MovePhase(phase=phase):
            return phase
        case changes.AddPhase(phase=phase):
            return phase.id
        case changes.SetChecklist():
            return ""
        case changes.SetKpi(kpi=name) | changes.DropKpi(kpi=name):
            return name
        case changes.AddKpi(kpi=kpi):
            return kpi.id
        case _:
            assert_never(change)
