"""The types of documents: of the dicts that ``to_dict`` returns and that files hold.

A type is named for the class of the value: a ``Task`` is a ``TaskDocument``. Timestamps are strings as in RFC 3339, dates as in ISO 8601.
A key that may be missing is one whose field equals its default. The classes are for annotations; at run time documents are plain dicts.
"""

# Without "from __future__ import annotations", which would hide from programs which keys may be missing.
from typing import Literal, NotRequired, TypeAlias, TypedDict

PriorityName: TypeAlias = Literal["critical", "high", "medium", "low"]
StatusName: TypeAlias = Literal["todo", "doing", "blocked", "done", "waived", "not-applicable"]


class ReferenceDocument(TypedDict):
    title: str
    url: str


class RiskDocument(TypedDict):
    blast_radius: int
    likelihood: int


class StepDocument(TypedDict):
    id: str
    text: str


class FacetDocument(TypedDict):
    id: str
    title: str
    values: list[str]
    description: NotRequired[str]


class _Marks(TypedDict, total=False):
    labels: list[str]
    annotations: dict[str, str]


class _TaskFields(_Marks, total=False):
    priority: PriorityName
    effort: str
    description: str
    steps: list[StepDocument]
    role: str
    section: str
    after: list[str]
    risk: RiskDocument
    references: list[ReferenceDocument]
    when: dict[str, list[str]]


class TaskDocument(_TaskFields):
    """A task; its effort is a text such as ``"2-3 days"``, and ``when`` holds the values of each facet."""

    id: str
    title: str


class PhaseDocument(_Marks):
    id: str
    title: str
    description: NotRequired[str]
    guide: NotRequired[ReferenceDocument]
    tasks: NotRequired[list[TaskDocument]]


class _ChecklistFields(_Marks, total=False):
    version: str
    topic: str
    description: str
    tips: list[str]
    facets: list[FacetDocument]
    context: dict[str, list[str]]


class _Place(TypedDict, total=False):
    before: str
    behind: str


class SetTaskDocument(_TaskFields):
    kind: Literal["set-task"]
    task: str
    reason: str
    title: NotRequired[str]
    also_after: NotRequired[list[str]]
    also_steps: NotRequired[list[StepDocument]]
    also_labels: NotRequired[list[str]]
    clear: NotRequired[list[Literal["effort", "risk"]]]


class DropTaskDocument(TypedDict):
    kind: Literal["drop-task"]
    task: str
    reason: str


class AddTaskDocument(_Place):
    kind: Literal["add-task"]
    task: TaskDocument
    reason: str
    phase: str


class MoveTaskDocument(_Place):
    kind: Literal["move-task"]
    task: str
    reason: str
    phase: str


class SetPhaseDocument(_Marks):
    kind: Literal["set-phase"]
    phase: str
    reason: str
    title: NotRequired[str]
    description: NotRequired[str]
    guide: NotRequired[ReferenceDocument]
    clear: NotRequired[list[Literal["guide"]]]


class DropPhaseDocument(TypedDict):
    kind: Literal["drop-phase"]
    phase: str
    reason: str


class AddPhaseDocument(_Place):
    kind: Literal["add-phase"]
    phase: PhaseDocument
    reason: str


class MovePhaseDocument(_Place):
    kind: Literal["move-phase"]
    phase: str
    reason: str


class SetChecklistDocument(_ChecklistFields):
    kind: Literal["set-checklist"]
    reason: str
    id: NotRequired[str]
    title: NotRequired[str]


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
)


class NestedOverlayDocument(TypedDict):
    """An overlay within a checklist."""

    id: str
    title: str
    version: NotRequired[str]
    base: NotRequired[str]
    description: NotRequired[str]
    references: NotRequired[list[ReferenceDocument]]
    changes: NotRequired[list[ChangeDocument]]


class OverlayDocument(NestedOverlayDocument):
    schema_version: Literal[1]
    kind: Literal["overlay"]


class NestedChecklistDocument(_ChecklistFields):
    """A checklist within a launch or, as its base, within another."""

    id: str
    title: str
    phases: NotRequired[list[PhaseDocument]]
    base: NotRequired["NestedChecklistDocument"]
    layers: NotRequired[list[NestedOverlayDocument]]


class ChecklistDocument(NestedChecklistDocument):
    schema_version: Literal[1]
    kind: Literal["checklist"]


class LaunchStartedDocument(TypedDict):
    kind: Literal["launch-started"]
    by: str
    at: str
    topic: NotRequired[str]


class MigratedDocument(TypedDict):
    kind: Literal["migrated"]
    by: str
    at: str
    checklist: str
    version: str
    retired: NotRequired[list[str]]


class RetractedDocument(TypedDict):
    kind: Literal["retracted"]
    by: str
    at: str
    event: str
    reason: NotRequired[str]


class _OfTask(TypedDict):
    task: str
    by: str
    at: str
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


class RecommendationDocument(TypedDict):
    rank: int
    id: str
    title: str
    priority: PriorityName
    effort: str | None
    status: StatusName
    ready: bool
    waits_for: list[str]
    reasons: list[str]


class RecommendationsDocument(TypedDict):
    topic: str
    recommendations: list[RecommendationDocument]


class SpanDocument(TypedDict):
    id: str
    title: str
    early_start: float
    early_finish: float
    late_start: float
    late_finish: float
    slack: float
    is_critical: bool


class CriticalPathDocument(TypedDict):
    checklist: ChecklistKeyDocument
    estimate: Literal["low", "mean", "high"]
    days: float
    path: list[str]
    blocked: list[str]
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


class TaskForecastDocument(TypedDict):
    id: str
    title: str
    finish: DistributionDocument
    criticality: float
    owner: str | None
    due: str | None
    on_time: float | None


class PhaseForecastDocument(TypedDict):
    id: str
    title: str
    finish: DistributionDocument
    left: int


class ForecastDocument(TypedDict):
    name: str
    checklist: ChecklistKeyDocument
    start: str
    today: str | None
    people: int | None
    seed: int
    samples: int
    finish: DistributionDocument
    phases: list[PhaseForecastDocument]
    tasks: list[TaskForecastDocument]
    schedule: list[SlotDocument]
    past: list[SlotDocument]
    blocked: list[str]
    held: list[str]
    overrun: list[str]
    unestimated: list[str]
    topic: str
    assumptions: list[str]


class WaiverDocument(TypedDict):
    reason: str
    by: str
    at: str
    expires: str


class StepStateDocument(TypedDict):
    id: str
    text: str
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
    next: list[RecommendationDocument]
    retired: list[str]
    topic: str
    selection: dict[str, str]


class ReviewItemDocument(TypedDict):
    id: str
    title: str
    words: str
    by: str | None
    at: str | None


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
    next: list[RecommendationDocument]
    burn_up: list[BurnUpPointDocument]
    selection: dict[str, str]


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
    | TaskDocument
    | PhaseDocument
    | None
)
"""One side of a difference: the value of a field, a whole task or phase, or None if there is none."""


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


__all__ = [name for name in dir() if name.endswith(("Document", "Name"))]  # pyright: ignore[reportUnsupportedDunderAll]
