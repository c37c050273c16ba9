"""Values about what is proven of a launch: findings, the decision of a gate, recorded evidence, and what is live."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

import attrs

from .._evidence.evidence import Evidence, Part, as_parts, evidence, subject
from .._evidence.judging import MOST_NEEDED, Verdict
from .._jsonlike import plain, plain_fields
from .._model import _validation as v
from .._model._validation import Validated, as_day, check, tuple_of
from .._model.kpi import Kpi
from .._model.task import Pairs, annotation_pairs, as_annotations
from .._model.timestamps import as_local, as_utc, as_utc_or_none, aware, timestamp
from .._namespace import ArrowTable, NotebookDisplay, public

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..documents import (
        FindingDocument,
        FindingRecord,
        GateDocument,
        LiveDocument,
        LoggedEvidenceDocument,
        WaiverDocument,
    )
    from ..errors import Fault


@public("results")
@attrs.frozen(getstate_setstate=False)
class Waiver(Validated):
    """A waiver: the decision to leave a task undone on purpose.

    Attributes:
        reason: The reason why that is acceptable.
        by: The person or team responsible for it.
        at: The time of the decision.
        expires: The last day on which the waiver counts.
    """

    reason: str = attrs.field(metadata=check(v.line))
    by: str = attrs.field(kw_only=True, metadata=check(v.line))
    at: datetime = attrs.field(converter=as_utc, kw_only=True, metadata=check(timestamp))
    expires: date = attrs.field(converter=as_day, kw_only=True, metadata=check(v.day))

    @property
    def words(self) -> str:
        """The person, the last day and the reason in one line, as in ``by sre until 2026-11-30: few callers``."""
        return f"by {self.by} until {self.expires}: {self.reason}"

    def to_dict(self) -> WaiverDocument:
        """Return the waiver as strings, ready for JSON."""
        return cast("WaiverDocument", plain_fields(self))


@public("evidence")
@enum.unique
class Decision(enum.StrEnum):
    """The decision of a gate. ``UNPROVEN`` is neither yes nor no: something that is asked for is not proven."""

    GO = "go"
    NO_GO = "no-go"
    UNPROVEN = "unproven"

    @property
    def words(self) -> str:
        """The decision as it is displayed, in capitals."""
        return self.value.upper()

    def __repr__(self) -> str:
        return f"Decision.{self.name}"


_flag = v.exactly(bool, "True or False")
_optional_count = v.optional(v.count)
_spread = v.require(
    lambda value: type(value) is float and 1 <= value < float("inf"),
    "out-of-range",
    "is not a design effect",
    "write a finite float from 1 on",
)
_needed = v.require(
    lambda value: type(value) is int and 0 < value <= MOST_NEEDED,
    "out-of-range",
    "is not a number of observations",
    f"write a whole number from 1 to {MOST_NEEDED:,}",
)


def _waivers(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of pairs of a place and a waiver."""
    if v.is_tuple(value) and all(
        v.is_tuple(pair) and len(pair) == 2 and not v.line(pair[0], name) and type(pair[1]) is Waiver for pair in value
    ):
        return ()
    return [v.fault("wrong-kind", name, "are not waivers", value, "give pairs of a place and a Waiver")]


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Finding(Validated):
    """The result of judging one KPI of a criterion, one attestation, or one condition of a gate.

    Attributes:
        task: The id of the task; empty for a condition that is about no single task.
        criterion: The id of the criterion; for a condition its name, such as ``"overdue"``.
        kpi: The KPI; None for an attestation and for a condition.
        title: The criterion or the condition in words.
        verdict: The verdict, without regard to waivers.
        words: The reason for it.
        required: False for a criterion that blocks nothing.
        least: The least number of violations; None where none were counted.
        most: The largest number of violations, likewise.
        n: The number of observations, likewise.
        spread: The design effect by which the sample was divided; None where it is not known or does not matter.
        needed: The number of such observations that would be enough; None where that cannot be said.
        evidence: The ids of the evidence that counts or, for an attestation, of the events.
        not_counted: Pairs of the id of evidence or of an event that does not count, and why.
        cautions: The cautions that changed the verdict.
        waiver: The waiver under which the risk is accepted; None if there is none, or if the policy of the gate does not allow it.
        waiver_event: The id of the event of that waiver; empty without one.
    """

    task: str = attrs.field(metadata=check(v.id_or_nothing))
    criterion: str = attrs.field(metadata=check(v.ident))
    kpi: Kpi | None = attrs.field(default=None, metadata=check(v.optional(v.exactly(Kpi, "Kpi(...)"))))
    title: str = attrs.field(metadata=check(v.line))
    verdict: Verdict = attrs.field(metadata=check(v.exactly(Verdict, "Verdict.MET")))
    words: str = attrs.field(metadata=check(v.prose))
    required: bool = attrs.field(default=True, metadata=check(_flag))
    least: int | None = attrs.field(default=None, metadata=check(_optional_count))
    most: int | None = attrs.field(default=None, metadata=check(_optional_count))
    n: int | None = attrs.field(default=None, metadata=check(_optional_count))
    spread: float | None = attrs.field(default=None, metadata=check(v.optional(_spread)))
    needed: int | None = attrs.field(default=None, metadata=check(v.optional(_needed)))
    evidence: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.line)))
    not_counted: Pairs = attrs.field(default=(), converter=as_annotations, metadata=check(annotation_pairs))
    cautions: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.line)))
    waiver: Waiver | None = attrs.field(default=None, metadata=check(v.optional(v.exactly(Waiver, "Waiver(...)"))))
    waiver_event: str = attrs.field(default="", metadata=check(v.optional_line))

    @property
    def is_open(self) -> bool:
        """True if it is required, not met, and not waived, so that the gate is not GO."""
        return self.required and self.verdict is not Verdict.MET and self.waiver is None

    @property
    def is_blocker(self) -> bool:
        """True if it is open and missed, so that the gate is NO-GO."""
        return self.is_open and self.verdict is Verdict.MISSED

    @property
    def is_waived(self) -> bool:
        """True if it is required, not met, and its risk is accepted."""
        return self.required and self.verdict is not Verdict.MET and self.waiver is not None

    @property
    def place(self) -> str:
        """The task, the criterion and the KPI, as in ``c8 kpis latency-p99``."""
        return " ".join(filter(None, (self.task, self.criterion, self.kpi.id if self.kpi else "")))

    def to_dict(self) -> FindingDocument:
        """Return the finding as dicts, lists, strings, numbers and None, ready for JSON."""
        return cast("FindingDocument", {**plain_fields(self), "not_counted": dict(self.not_counted)})


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Coverage(Validated):
    """The coverage of what is required, in counts. It is no score: one finding can block the gate.

    Attributes:
        conclusive: The number of required findings that are met or missed.
        required: The number of required findings.
        by_word_only: The number of those that rest on the word of a person alone: on attestations, or on numbers without a file.
    """

    conclusive: int = attrs.field(metadata=check(v.count))
    required: int = attrs.field(metadata=check(v.count))
    by_word_only: int = attrs.field(metadata=check(v.count))


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class LoggedEvidence(Validated):
    """Evidence as the log has it.

    Attributes:
        evidence: The evidence.
        by: The person, team or tool who added it first.
        at: The time of that.
        withdrawn_by: The person, team or tool who withdrew it; None if it was not withdrawn.
        withdrawn_at: The time of that, or None.
        reason: The reason for that; empty without one.
    """

    evidence: Evidence = attrs.field(metadata=check(evidence))
    by: str = attrs.field(metadata=check(v.line))
    at: datetime = attrs.field(converter=as_utc, metadata=check(timestamp))
    withdrawn_by: str | None = attrs.field(default=None, metadata=check(v.optional(v.line)))
    withdrawn_at: datetime | None = attrs.field(
        default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp))
    )
    reason: str = attrs.field(default="", metadata=check(v.optional_line))

    def to_dict(self) -> LoggedEvidenceDocument:
        """Return the record as dicts, lists, strings and None, ready for JSON; with the id of the evidence."""
        return cast("LoggedEvidenceDocument", {"id": self.evidence.id, **plain_fields(self)})


logged_evidence = v.each_exactly(LoggedEvidence, "LoggedEvidence(evidence=...)")
"""Check that a value is a tuple of evidence as logs have it."""
_parts = check(subject)


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Gate(Validated, ArrowTable, NotebookDisplay):
    """The decision of a gate at one time, with everything that it rests on. It is false unless the decision is GO.

    Attributes:
        launch: The name of the launch.
        id: The id of the gate; empty for conditions without a gate of the checklist.
        title: The decision in words.
        topic: The topic of the launch; may be empty.
        at: The time, in the time zone in which it was given.
        subject: The parts of the subject.
        findings: The findings, in the order of the checklist, then those of conditions.
        open_tasks: Pairs of the id of a task that has still to be done, and its status in words.
        not_applicable: The ids of tasks that do not apply, whose criteria are not asked for.
        notes: What a reader has to know besides: demands that were weakened, waivers and attestations that the policy does not allow,
            withdrawals, targets that are placeholders.
        evidence: The evidence that counts in a finding, with who added it.
    """

    launch: str = attrs.field(metadata=check(v.ident))
    id: str = attrs.field(metadata=check(v.id_or_nothing))
    title: str = attrs.field(metadata=check(v.line))
    topic: str = attrs.field(default="", metadata=check(v.optional_line))
    at: datetime = attrs.field(converter=as_local, metadata=check(aware))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, metadata=_parts)
    findings: tuple[Finding, ...] = attrs.field(
        default=(), converter=tuple_of[Finding], metadata=check(v.each_exactly(Finding, "Finding(task=...)"))
    )
    open_tasks: Pairs = attrs.field(default=(), converter=as_annotations, metadata=check(annotation_pairs))
    not_applicable: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.ident)))
    notes: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], metadata=check(v.each(v.prose)))
    evidence: tuple[LoggedEvidence, ...] = attrs.field(
        default=(), converter=tuple_of[LoggedEvidence], metadata=check(logged_evidence)
    )

    @property
    def decision(self) -> Decision:
        """NO-GO if a required finding is missed and not waived; GO if all are met or waived, one is met and no task is open; else UNPROVEN."""
        if self.blockers:
            return Decision.NO_GO
        asked = (
            finding for finding in self.findings if finding.task or not self.id
        )  # conditions beside a gate prove none of it
        proven = any(finding.required and finding.verdict is Verdict.MET for finding in asked)
        return Decision.GO if proven and not (self.gaps or self.open_tasks) else Decision.UNPROVEN

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """The required findings that are missed and not waived."""
        return tuple(finding for finding in self.findings if finding.is_blocker)

    @property
    def gaps(self) -> tuple[Finding, ...]:
        """The required findings that are neither met nor missed, and not waived."""
        return tuple(finding for finding in self.findings if finding.is_open and not finding.is_blocker)

    @property
    def waived(self) -> tuple[Finding, ...]:
        """The required findings that are not met and would block the gate without their waiver."""
        return tuple(finding for finding in self.findings if finding.is_waived)

    @property
    def met(self) -> tuple[Finding, ...]:
        """The findings that are met, those that are not required included."""
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.MET)

    @property
    def coverage(self) -> Coverage:
        """The number of required findings, and of those that are conclusive."""
        required = [finding for finding in self.findings if finding.required]
        conclusive = [finding for finding in required if finding.verdict in (Verdict.MET, Verdict.MISSED)]
        from_files = {record.evidence.id for record in self.evidence if any(s.digest for s in record.evidence.sources)}
        by_word = [one for one in conclusive if one.task and one.evidence and from_files.isdisjoint(one.evidence)]
        return Coverage(conclusive=len(conclusive), required=len(required), by_word_only=len(by_word))

    def __bool__(self) -> bool:
        return self.decision is Decision.GO

    def to_records(self) -> list[FindingRecord]:
        """Return a flat dict for each finding: the rows of a table, for dataframes. Open tasks and notes are not in it.

        The columns are those of ``documents.FindingRecord``.
        """
        return list(self._rows())

    def _rows(self) -> Iterator[FindingRecord]:
        decision, at = self.decision, as_utc(self.at)
        for finding in self.findings:
            kpi, waiver = finding.kpi, finding.waiver
            yield {
                "launch": self.launch,
                "topic": self.topic or None,
                "gate": self.id or None,
                "as_of": at,
                "decision": decision.value,
                "task": finding.task or None,
                "criterion": finding.criterion,
                "criterion_title": finding.title,
                "kpi": kpi.id if kpi else None,
                "kpi_title": kpi.title if kpi else None,
                "verdict": finding.verdict.value,
                "words": finding.words,
                "required": finding.required,
                "open": finding.is_open,
                "blocker": finding.is_blocker,
                "waived": finding.is_waived,
                "least": finding.least,
                "most": finding.most,
                "n": finding.n,
                "spread": finding.spread,
                "needed": finding.needed,
                "evidence": list(finding.evidence),
                "not_counted": [name for name, _ in finding.not_counted],
                "cautions": list(finding.cautions),
                "waiver_by": waiver.by if waiver else None,
                "waiver_at": waiver.at if waiver else None,
                "waiver_reason": waiver.reason if waiver else None,
                "waiver_expires": waiver.expires if waiver else None,
                "waiver_event": finding.waiver_event or None,
            }

    def to_dict(self) -> GateDocument:
        """Return the gate as dicts, lists, strings, numbers and None, ready for JSON, with all that another program needs to decide it again."""
        fields = plain_fields(self)
        more = {
            "decision": self.decision.value,
            "coverage": plain(self.coverage),
            "open_tasks": dict(self.open_tasks),
        }
        return cast("GateDocument", {**fields, **more})


@public("results")
@attrs.frozen(kw_only=True, getstate_setstate=False)
class Live(Validated, NotebookDisplay):
    """The subject that was live at a time, and who let it go live, as it was recorded then.

    Attributes:
        launch: The name of the launch.
        subject: The parts that serve.
        since: The time at which they went live.
        by: The person who let them.
        gate: The id of the gate.
        decision: The decision of the gate at that time.
        checklist: The id and the version of the checklist.
        evidence: The evidence that counted, with who added it, as far as the log has it.
        waivers: The waivers that were needed, by the task and the criterion.
    """

    launch: str = attrs.field(metadata=check(v.ident))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, metadata=_parts)
    since: datetime = attrs.field(converter=as_utc, metadata=check(timestamp))
    by: str = attrs.field(metadata=check(v.line))
    gate: str = attrs.field(metadata=check(v.ident))
    decision: Decision = attrs.field(metadata=check(v.exactly(Decision, "Decision.GO")))
    checklist: str = attrs.field(metadata=check(v.line))
    evidence: tuple[LoggedEvidence, ...] = attrs.field(
        default=(), converter=tuple_of[LoggedEvidence], metadata=check(logged_evidence)
    )
    waivers: tuple[tuple[str, Waiver], ...] = attrs.field(
        default=(), converter=tuple_of[tuple[str, Waiver]], metadata=check(_waivers)
    )

    def to_dict(self) -> LiveDocument:
        """Return it as dicts, lists and strings, ready for JSON."""
        fields = plain_fields(self)
        return cast("LiveDocument", {**fields, "waivers": {place: waiver.to_dict() for place, waiver in self.waivers}})
