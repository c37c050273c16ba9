"""The types of documents, which ``to_dict`` returns and files hold, and of records, the rows of tables that ``to_records`` returns.

A type is named for the class of the value: a ``Task`` is a ``TaskDocument`` and, in a table, a ``TaskRecord``. The classes are for
annotations; at run time documents and records are plain dicts.

In documents timestamps are strings as in RFC 3339, dates as in ISO 8601. A key that may be missing is one whose field equals its default.

Records are flat: each value is a str, an int, a float, a bool, a date, a datetime in UTC or a list of str. All rows have all keys, in
the order of the annotations, which is that of the columns. Where there is no value it is None, never an empty text; a list is empty.
"""

# Without "from __future__ import annotations", which would hide from programs which keys may be missing.
from datetime import date, datetime
from typing import Literal, NotRequired, Required, TypeAlias, TypedDict

PriorityName: TypeAlias = Literal["critical", "high", "medium", "low"]
StatusName: TypeAlias = Literal["todo", "doing", "blocked", "done", "waived", "not-applicable"]
VerdictName: TypeAlias = Literal["missed", "met", "inconclusive", "not-measured"]
DecisionName: TypeAlias = Literal["go", "no-go", "unproven"]
FamilyName: TypeAlias = Literal["latency", "throughput", "errors", "accuracy", "drift", "adoption", "other"]


class _Titled(TypedDict):
    id: str
    title: str


class ReferenceDocument(TypedDict):
    title: str
    url: str


class RiskDocument(TypedDict):
    blast_radius: int
    likelihood: int


class StepDocument(TypedDict):
    id: str
    text: str


class FacetDocument(_Titled):
    values: list[str]
    description: NotRequired[str]


class _Marks(TypedDict, total=False):
    labels: list[str]
    annotations: dict[str, str]


class _KpiFields(TypedDict, total=False):
    at_most: str
    at_least: str
    quantile: float
    relative_to: str
    where: dict[str, list[str]]
    offered: str
    span: str
    confidence: float
    independent: bool
    binds: list[str]
    max_age: int
    placeholder: bool


class KpiDocument(_KpiFields, _Titled):
    """A KPI; quantities are texts such as ``"120 ms"``, and ``where`` holds the values of each condition."""

    measure: str


class CriterionDocument(_Titled):
    kpis: NotRequired[list[str]]
    attested: NotRequired[str]
    binds: NotRequired[list[str]]
    max_age: NotRequired[int]
    required: NotRequired[bool]


class GateDefinitionDocument(_Titled):
    roles: NotRequired[dict[str, list[str]]]
    second_person: NotRequired[bool]
    longest_waiver: NotRequired[int]


class ExpectedAnswerDocument(TypedDict, total=False):
    """An expected answer; ``json`` holds the values by their JSON pointers."""

    status: int
    json: dict[str, str | int | float | bool]
    tolerance: str
    within: str


class ExampleDocument(_Titled):
    method: NotRequired[str]
    path: str
    headers: NotRequired[dict[str, str]]
    body: NotRequired[str]
    expect: NotRequired[ExpectedAnswerDocument]
    fallback: NotRequired[ExpectedAnswerDocument]


class AudienceDocument(_Titled):
    contact: NotRequired[str]
    needs: NotRequired[str]
    kpis: NotRequired[list[str]]
    examples: list[ExampleDocument]


class _TaskFields(_Marks, total=False):
    priority: PriorityName
    effort: str
    description: str
    steps: list[StepDocument]
    role: str
    section: str
    after: list[str]
    wait_days: int
    not_before: str
    risk: RiskDocument
    references: list[ReferenceDocument]
    when: dict[str, list[str]]
    criteria: list[CriterionDocument]
    gates: list[str]


class TaskDocument(_TaskFields, _Titled):
    """A task; its effort is a text such as ``"2-3 days"``, and ``when`` holds the values of each facet."""


class PhaseDocument(_Marks, _Titled):
    description: NotRequired[str]
    guide: NotRequired[ReferenceDocument]
    after: NotRequired[list[str]]
    tasks: NotRequired[list[TaskDocument]]


class _ChecklistFields(_Marks, total=False):
    version: str
    topic: str
    description: str
    tips: list[str]
    facets: list[FacetDocument]
    context: dict[str, list[str]]
    audiences: list[AudienceDocument]
    gates: list[GateDefinitionDocument]


class _Change(TypedDict):
    reason: str


class _TaskChange(_Change):
    task: str


class _PhaseChange(_Change):
    phase: str


class _Place(TypedDict, total=False):
    before: str
    behind: str


class SetTaskDocument(_TaskFields, _TaskChange):
    kind: Literal["set-task"]
    title: NotRequired[str]
    also_after: NotRequired[list[str]]
    also_steps: NotRequired[list[StepDocument]]
    also_labels: NotRequired[list[str]]
    also_criteria: NotRequired[list[CriterionDocument]]
    clear: NotRequired[list[Literal["effort", "not_before", "risk"]]]


class DropTaskDocument(_TaskChange):
    kind: Literal["drop-task"]


class AddTaskDocument(_Place, _PhaseChange):
    kind: Literal["add-task"]
    task: TaskDocument


class MoveTaskDocument(_Place, _TaskChange):
    kind: Literal["move-task"]
    phase: str


class SetPhaseDocument(_Marks, _PhaseChange):
    kind: Literal["set-phase"]
    title: NotRequired[str]
    description: NotRequired[str]
    guide: NotRequired[ReferenceDocument]
    after: NotRequired[list[str]]
    clear: NotRequired[list[Literal["guide"]]]


class DropPhaseDocument(_PhaseChange):
    kind: Literal["drop-phase"]


class AddPhaseDocument(_Place, _Change):
    kind: Literal["add-phase"]
    phase: PhaseDocument


class MovePhaseDocument(_Place, _PhaseChange):
    kind: Literal["move-phase"]


class SetChecklistDocument(_ChecklistFields, _Change):
    kind: Literal["set-checklist"]
    id: NotRequired[str]
    title: NotRequired[str]


class SetKpiDocument(_KpiFields, _Change):
    kind: Literal["set-kpi"]
    kpi: str
    title: NotRequired[str]
    measure: NotRequired[str]
    clear: NotRequired[list[Literal["at_most", "at_least", "quantile", "offered", "span", "max_age"]]]


class AddKpiDocument(_Change):
    kind: Literal["add-kpi"]
    kpi: KpiDocument


class DropKpiDocument(_Change):
    kind: Literal["drop-kpi"]
    kpi: str


ChangeDocument: TypeAlias = (
    SetTaskDocument
    | DropTaskDocument
    | AddTaskDocument
    | MoveTaskDocument
    | SetPhaseDocument
    | DropPhaseDocument
    | AddPhaseDocument
    | MovePhaseDocument
    | SetChecklistDocument
    | SetKpiDocument
    | AddKpiDocument
    | DropKpiDocument
)


class NestedOverlayDocument(_Titled):
    """An overlay within a checklist."""

    version: NotRequired[str]
    base: NotRequired[str]
    description: NotRequired[str]
    references: NotRequired[list[ReferenceDocument]]
    changes: NotRequired[list[ChangeDocument]]


class OverlayDocument(NestedOverlayDocument):
    schema_version: Literal[1]
    kind: Literal["overlay"]


class NestedChecklistDocument(_ChecklistFields, _Titled):
    """A checklist within a launch or, as its base, within another."""

    phases: NotRequired[list[PhaseDocument]]
    kpis: NotRequired[list[KpiDocument]]
    base: NotRequired["NestedChecklistDocument"]
    layers: NotRequired[list[NestedOverlayDocument]]


class ChecklistDocument(NestedChecklistDocument):
    schema_version: Literal[1]
    kind: Literal["checklist"]


class _Event(TypedDict):
    by: str
    at: str


class LaunchStartedDocument(_Event):
    kind: Literal["launch-started"]
    topic: NotRequired[str]
    digest: NotRequired[str]


class MigratedDocument(_Event):
    kind: Literal["migrated"]
    checklist: str
    version: str
    digest: str
    retired: NotRequired[list[str]]
    weaker: NotRequired[list[str]]
    previous: NotRequired[str]


class RetractedDocument(_Event):
    kind: Literal["retracted"]
    event: str
    reason: NotRequired[str]


class _OfTask(_Event):
    task: str
    references: NotRequired[list[ReferenceDocument]]


class _WithNote(_OfTask):
    note: NotRequired[str]


class BegunDocument(_WithNote):
    kind: Literal["begun"]


class FinishedDocument(_WithNote):
    kind: Literal["finished"]


class BlockedDocument(_WithNote):
    kind: Literal["blocked"]
    reason: str


class UnblockedDocument(_WithNote):
    kind: Literal["unblocked"]


class ReopenedDocument(_WithNote):
    kind: Literal["reopened"]
    reason: NotRequired[str]


class WaivedDocument(_WithNote):
    kind: Literal["waived"]
    reason: str
    expires: str


class NotApplicableDocument(_WithNote):
    kind: Literal["not-applicable"]
    reason: str


class AssignedDocument(_WithNote):
    kind: Literal["assigned"]
    owner: NotRequired[str]


class DueSetDocument(_WithNote):
    kind: Literal["due-set"]
    due: NotRequired[str]


class TickedDocument(_WithNote):
    kind: Literal["ticked"]
    step: str


class UntickedDocument(_WithNote):
    kind: Literal["unticked"]
    step: str


class NotedDocument(_OfTask):
    kind: Literal["noted"]
    text: str


class CriterionWaivedDocument(_WithNote):
    kind: Literal["criterion-waived"]
    criterion: str
    reason: str
    expires: str


class PartDocument(TypedDict):
    name: str
    digest: str
    label: NotRequired[str]


class AttestedDocument(_WithNote):
    kind: Literal["attested"]
    criterion: str
    role: str
    holds: NotRequired[bool]
    subject: NotRequired[list[PartDocument]]


class SourceDocument(TypedDict):
    tool: str
    version: NotRequired[str]
    file: NotRequired[str]
    digest: NotRequired[str]
    options: NotRequired[str]


class ShareDocument(TypedDict):
    kind: Literal["share"]
    least: int
    n: int
    most: NotRequired[int]


class BucketDocument(TypedDict):
    bound: str
    least: int
    most: NotRequired[int]


class HistogramDocument(TypedDict):
    kind: Literal["histogram"]
    n: int
    buckets: list[BucketDocument]


class NumberDocument(TypedDict):
    kind: Literal["number"]
    value: str
    n: NotRequired[int]


class MeasureDocument(TypedDict):
    """A measure; numbers that are no counts are texts, so that no program prints them in another way."""

    name: str
    value: ShareDocument | HistogramDocument | NumberDocument
    where: NotRequired[dict[str, list[str]]]
    sampling: NotRequired[Literal["set", "census"]]
    spread: NotRequired[str]


class CautionDocument(TypedDict):
    code: str
    words: str
    bias: Literal["flatters", "darkens", "unsound"]
    families: NotRequired[list[FamilyName]]


class EvidenceDocument(TypedDict):
    measures: list[MeasureDocument]
    subject: NotRequired[list[PartDocument]]
    sources: NotRequired[list[SourceDocument]]
    collected_from: str
    collected_to: str
    cautions: NotRequired[list[CautionDocument]]
    expires: NotRequired[str]
    note: NotRequired[str]


class SubjectSetDocument(_Event):
    kind: Literal["subject-set"]
    parts: list[PartDocument]


class EvidenceAddedDocument(_Event):
    kind: Literal["evidence-added"]
    evidence: EvidenceDocument
    kpis: NotRequired[list[KpiDocument]]


class EvidenceWithdrawnDocument(_Event):
    kind: Literal["evidence-withdrawn"]
    evidence: str
    reason: str


class ApprovedDocument(_Event):
    kind: Literal["approved"]
    event: str


class WentLiveDocument(_Event):
    kind: Literal["went-live"]
    gate: str
    decision: DecisionName
    checklist: str
    version: str
    subject: NotRequired[list[PartDocument]]
    evidence: NotRequired[list[str]]
    waivers: NotRequired[list[str]]


class TakenDownDocument(_Event):
    kind: Literal["taken-down"]
    reason: str


EventDocument: TypeAlias = (
    LaunchStartedDocument
    | MigratedDocument
    | RetractedDocument
    | BegunDocument
    | FinishedDocument
    | BlockedDocument
    | UnblockedDocument
    | ReopenedDocument
    | WaivedDocument
    | NotApplicableDocument
    | AssignedDocument
    | DueSetDocument
    | TickedDocument
    | UntickedDocument
    | NotedDocument
    | CriterionWaivedDocument
    | AttestedDocument
    | SubjectSetDocument
    | EvidenceAddedDocument
    | EvidenceWithdrawnDocument
    | ApprovedDocument
    | WentLiveDocument
    | TakenDownDocument
)


class LaunchDocument(TypedDict):
    schema_version: Literal[1]
    kind: Literal["launch"]
    name: str
    checklist: NestedChecklistDocument
    events: list[EventDocument]


class ChecklistKeyDocument(TypedDict):
    id: str
    version: str


class RecommendationDocument(_Titled):
    rank: int
    priority: PriorityName
    effort: str | None
    waits_for: list[str]
    not_before: str | None
    reasons: list[str]


class RecommendationsDocument(TypedDict):
    topic: str
    recommendations: list[RecommendationDocument]
    under_way: dict[str, str]
    blocked: dict[str, str]
    waiting: list[RecommendationDocument]


class SpanDocument(_Titled):
    early_start: float
    early_finish: float
    late_start: float
    late_finish: float
    slack: float
    is_critical: bool


class CriticalPathDocument(TypedDict):
    checklist: ChecklistKeyDocument
    start: str | None
    estimate: Literal["low", "mean", "high"]
    days: float
    path: list[str]
    blocked: list[str]
    first_days: dict[str, str]
    tasks: list[SpanDocument]


class DistributionDocument(TypedDict):
    """The summary of a distribution: three dates and the mean."""

    p50: str
    p80: str
    p95: str
    mean_days: float


class SlotDocument(TypedDict):
    id: str
    start: str
    finish: str
    owner: str | None


class TaskForecastDocument(_Titled):
    finish: DistributionDocument
    criticality: float
    owner: str | None
    due: str | None
    on_time: float | None


class PhaseForecastDocument(_Titled):
    finish: DistributionDocument
    left: int


class CalendarDocument(TypedDict, total=False):
    """A calendar: the names of its working days, and the days off, of which ``2026-12-28..2027-01-08`` is a range."""

    weekdays: list[str]
    holidays: list[str]


class CalibrationSummaryDocument(TypedDict):
    n: int
    is_used: bool
    median_ratio: float
    total_ratio: float
    held: float
    shared: float | None
    owners: dict[str, int]
    levels: dict[str, float | None]


class ClosedTaskDocument(TypedDict):
    launch: str
    id: str
    estimate: str
    actual: float
    finished: str
    owner: NotRequired[str | None]


class PastForecastDocument(TypedDict):
    launch: str
    p50: str
    p80: str
    p95: str
    finished: str


class CalibrationDocument(CalibrationSummaryDocument):
    tasks: list[ClosedTaskDocument]
    forecasts: list[PastForecastDocument]


class HistoryDocument(TypedDict):
    """The record of a calibration, as files hold it."""

    tasks: list[ClosedTaskDocument]
    forecasts: NotRequired[list[PastForecastDocument]]


class _Options(TypedDict, total=False):
    people: int | None
    owners: dict[str, str]
    calendar: CalendarDocument
    calendars: dict[str, CalendarDocument]
    rules: str | list[str]
    ranges: Literal["p10-p90", "bounds"]
    shared: float | None
    efforts: dict[str, str]
    default_effort: str | None
    blocked: dict[str, str]
    samples: int | None
    seed: int


class ForecastOptionsDocument(_Options, total=False):
    """The options of a forecast as a file holds them; those that are left out have their default."""

    schema_version: Required[int]
    kind: Required[Literal["forecast-options"]]
    history: HistoryDocument


class UsedOptionsDocument(_Options):
    """All options of a forecast, with the summary of the history."""

    history: CalibrationSummaryDocument | None


class ForecastDocument(TypedDict):
    name: str
    checklist: ChecklistKeyDocument
    start: str
    today: str | None
    options: UsedOptionsDocument
    shared: float
    samples: int
    finish: DistributionDocument
    phases: list[PhaseForecastDocument]
    tasks: list[TaskForecastDocument]
    schedule: list[SlotDocument]
    past: list[SlotDocument]
    earlier: dict[str, float]
    first_days: dict[str, str]
    waiting: list[str]
    blocked: list[str]
    held: list[str]
    overrun: list[str]
    unestimated: list[str]
    topic: str
    assumptions: list[str]


class LeverArgumentsDocument(TypedDict, total=False):
    """The options that a lever changes."""

    people: int
    shared: float
    rules: str
    efforts: dict[str, str]
    blocked: dict[str, str]


class LeverDocument(TypedDict):
    kind: Literal["order", "people", "unblock", "task"]
    task: str | None
    days: float
    p80: str
    words: str
    arguments: LeverArgumentsDocument


class LeversDocument(TypedDict):
    name: str
    checklist: ChecklistKeyDocument
    start: str
    options: UsedOptionsDocument
    samples: int
    finish: DistributionDocument
    levers: list[LeverDocument]
    blocked: list[str]
    topic: str
    assumptions: list[str]


class WaiverDocument(TypedDict):
    reason: str
    by: str
    at: str
    expires: str


class StepStateDocument(StepDocument):
    done: bool
    by: str | None
    at: str | None


class TaskStateDocument(TypedDict):
    id: str
    status: StatusName
    since: str | None
    by: str | None
    reason: str
    begun: str | None
    owner: str | None
    due: str | None
    waiver: WaiverDocument | None
    latest: str | None
    references: list[ReferenceDocument]
    note: str
    note_by: str | None
    note_at: str | None
    steps: list[StepStateDocument]
    waits_for: list[str]
    not_before: str | None
    ready: bool


class TallyDocument(TypedDict):
    name: str
    todo: int
    doing: int
    blocked: int
    done: int
    waived: int
    not_applicable: int
    days_left: float
    days_closed: float
    unestimated: int
    steps: int
    steps_done: int
    title: str


class ProgressDocument(TypedDict):
    overall: TallyDocument
    by_phase: list[TallyDocument]
    by_priority: list[TallyDocument]


class SnapshotDocument(TypedDict):
    name: str
    checklist: ChecklistKeyDocument
    at: str
    progress: ProgressDocument
    tasks: list[TaskStateDocument]
    next: RecommendationsDocument
    retired: list[str]
    topic: str
    selection: dict[str, str]
    ahead: dict[str, EventDocument]
    subject: list[PartDocument]
    evidence: list["LoggedEvidenceDocument"]
    gates: dict[str, DecisionName]


class LoggedEvidenceDocument(TypedDict):
    id: str
    evidence: EvidenceDocument
    by: str
    at: str
    withdrawn_by: str | None
    withdrawn_at: str | None
    reason: str


class FindingDocument(TypedDict):
    task: str
    criterion: str
    kpi: KpiDocument | None
    title: str
    verdict: VerdictName
    words: str
    required: bool
    least: int | None
    most: int | None
    n: int | None
    spread: float | None
    needed: int | None
    evidence: list[str]
    not_counted: dict[str, str]
    cautions: list[str]
    waiver: WaiverDocument | None
    waiver_event: str


class CoverageDocument(TypedDict):
    conclusive: int
    required: int
    by_word_only: int


class GateDocument(TypedDict):
    launch: str
    id: str
    title: str
    topic: str
    at: str
    subject: list[PartDocument]
    findings: list[FindingDocument]
    open_tasks: dict[str, str]
    not_applicable: list[str]
    notes: list[str]
    evidence: list[LoggedEvidenceDocument]
    decision: DecisionName
    coverage: CoverageDocument


class LiveDocument(TypedDict):
    launch: str
    subject: list[PartDocument]
    since: str
    by: str
    gate: str
    decision: DecisionName
    checklist: str
    evidence: list[LoggedEvidenceDocument]
    waivers: dict[str, WaiverDocument]


class ReviewItemDocument(_Titled):
    words: str
    by: str | None
    at: str | None
    note: str
    references: list[ReferenceDocument]


class BurnUpPointDocument(TypedDict):
    at: str
    done: int
    waived: int
    not_applicable: int


class SlipDocument(TypedDict):
    then: DistributionDocument
    now: DistributionDocument
    days: int
    causes: list[ReviewItemDocument]
    blocked: list[str]
    overrun: list[str]
    options: UsedOptionsDocument


class ReviewDocument(TypedDict):
    name: str
    title: str
    topic: str
    started_at: str
    since: str
    at: str
    stale_after: int
    done: list[ReviewItemDocument]
    begun: list[ReviewItemDocument]
    reopened: list[ReviewItemDocument]
    ticked: list[ReviewItemDocument]
    blocked: list[ReviewItemDocument]
    still_blocked: list[ReviewItemDocument]
    stale: list[ReviewItemDocument]
    overdue: list[ReviewItemDocument]
    out_of_order: list[ReviewItemDocument]
    open_steps: list[ReviewItemDocument]
    waived: list[ReviewItemDocument]
    expired: list[ReviewItemDocument]
    not_applicable: list[ReviewItemDocument]
    overridden: list[ReviewItemDocument]
    retracted: list[ReviewItemDocument]
    before: ProgressDocument
    now: ProgressDocument
    slip: SlipDocument | None
    next: RecommendationsDocument
    burn_up: list[BurnUpPointDocument]
    selection: dict[str, str]
    ahead: dict[str, EventDocument]


class _OfChecklist(TypedDict):
    checklist: str
    version: str
    topic: str | None


class _TaskColumns(TypedDict):
    phase: str
    phase_title: str
    section: str | None
    task: str
    title: str
    description: str | None
    priority: PriorityName
    effort: str | None
    effort_low: float | None
    effort_high: float | None
    effort_likely: float | None
    effort_days: Literal["working", "any", "elapsed"] | None
    role: str | None
    labels: list[str]
    after: list[str]
    wait_days: int
    not_before: date | None
    blast_radius: int | None
    likelihood: int | None
    step_ids: list[str]
    steps: list[str]
    references: list[str]
    annotations: list[str]
    criteria: list[str]
    gates: list[str]


class TaskRecord(_OfChecklist, _TaskColumns):
    """A task of a checklist.

    Its labels are its own and those of its phase; its steps are their texts and, in ``step_ids``, their ids, its references their
    addresses, its annotations ``key=text``, its criteria their ids. The text of the effort reads back as an equal one; the numbers are
    in days of the kind ``effort_days``.
    """


class _OfLaunch(TypedDict):
    launch: str
    as_of: datetime


class TaskStateRecord(_OfLaunch, TaskRecord):
    """A task of a launch and its state as of a time; its waiver may be one that has expired."""

    status: StatusName
    ready: bool
    waits_for: list[str]
    first_day: date | None
    owner: str | None
    due: date | None
    overdue: bool
    since: datetime | None
    by: str | None
    reason: str | None
    begun: datetime | None
    waiver_by: str | None
    waiver_at: datetime | None
    waiver_reason: str | None
    waiver_expires: date | None
    steps_done: int
    ticked: list[str]
    latest: datetime | None
    note: str | None
    note_by: str | None
    note_at: datetime | None
    recorded_references: list[str]


class ReviewItemRecord(TypedDict):
    """A task in one list of a review, such as ``"Overdue"``; ``by`` and ``at`` are of the event behind it."""

    launch: str
    topic: str | None
    review_since: datetime
    as_of: datetime
    heading: str
    task: str
    title: str
    words: str
    by: str | None
    at: datetime | None
    note: str | None
    recorded_references: list[str]


class _OfForecast(TypedDict):
    launch: str | None
    start: date


class TaskForecastRecord(_OfForecast, TaskRecord):
    """An open task and its forecast; ``slot_start`` and ``slot_finish`` are its days in the median schedule."""

    owner: str | None
    due: date | None
    on_time: float | None
    p50: date
    p80: date
    p95: date
    mean_days: float
    criticality: float
    slot_start: date | None
    slot_finish: date | None
    blocked: bool
    held: bool
    overrun: bool
    unestimated: bool


class FindingRecord(TypedDict):
    """A finding of a gate; ``decision`` is that of the gate, and ``waiver_event`` the id of the event of the waiver."""

    launch: str
    topic: str | None
    gate: str | None
    as_of: datetime
    decision: DecisionName
    task: str | None
    criterion: str
    criterion_title: str
    kpi: str | None
    kpi_title: str | None
    verdict: VerdictName
    words: str
    required: bool
    open: bool
    blocker: bool
    waived: bool
    least: int | None
    most: int | None
    n: int | None
    spread: float | None
    needed: int | None
    evidence: list[str]
    not_counted: list[str]
    cautions: list[str]
    waiver_by: str | None
    waiver_at: datetime | None
    waiver_reason: str | None
    waiver_expires: date | None
    waiver_event: str | None


class EventRecord(TypedDict):
    """An event of a log; what its kind does not have is None or empty.

    ``events`` are the ids of the event that it retracts or approves, or of the waivers with which the launch went live; ``evidence`` has
    the ids of evidence, ``subject`` each part as ``name=digest``. A task that the checklist no longer has is without a title and a phase.
    """

    launch: str
    event: str
    kind: str
    at: datetime
    by: str
    retracted: bool
    task: str | None
    title: str | None
    phase: str | None
    phase_title: str | None
    step: str | None
    criterion: str | None
    owner: str | None
    due: date | None
    waiver_expires: date | None
    reason: str | None
    note: str | None
    recorded_references: list[str]
    topic: str | None
    checklist: str | None
    version: str | None
    digest: str | None
    role: str | None
    holds: bool | None
    gate: str | None
    decision: DecisionName | None
    subject: list[str]
    evidence: list[str]
    events: list[str]


ValueDocument: TypeAlias = (
    str
    | list[str]
    | dict[str, list[str]]
    | dict[str, str]
    | list[StepDocument]
    | RiskDocument
    | ReferenceDocument
    | list[ReferenceDocument]
    | list[FacetDocument]
    | list[CriterionDocument]
    | list[AudienceDocument]
    | list[GateDefinitionDocument]
    | float
    | bool
    | TaskDocument
    | PhaseDocument
    | KpiDocument
    | None
)
"""One side of a difference: the value of a field, a whole task, phase or KPI, or None if there is none."""


class DifferenceDocument(TypedDict):
    kind: Literal["added", "dropped", "moved", "changed"]
    path: str
    before: ValueDocument
    after: ValueDocument


class DiffDocument(TypedDict):
    before: str
    after: str
    differences: list[DifferenceDocument]


class RevisionDocument(TypedDict):
    layer: str
    before: ValueDocument
    after: ValueDocument
    reason: str


class OriginDocument(TypedDict):
    path: str
    value: ValueDocument
    layer: str
    revisions: list[RevisionDocument]


class ExplanationDocument(TypedDict):
    checklist: str
    task: str | None
    layers: list[str]
    origins: list[OriginDocument]


class ConflictDocument(TypedDict):
    path: str
    base: ValueDocument
    ours: ValueDocument
    theirs: ValueDocument
    reason: str
    problem: str


class UpgradeDocument(TypedDict):
    checklist: ChecklistKeyDocument
    overlay: OverlayDocument
    conflicts: list[ConflictDocument]
    agreed: list[str]
    relinked: list[str]
    replaced: DiffDocument | None


__all__ = [name for name in dir() if name.endswith(("Document", "Name", "Record"))]  # pyright: ignore[reportUnsupportedDunderAll]
