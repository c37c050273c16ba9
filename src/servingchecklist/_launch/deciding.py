"""The decision of a gate: a fold of what the log says of the subject and its evidence, joined with the criteria of the checklist.

Nothing of it is stored. A target that moves, another model, or evidence that comes by a merge is judged anew each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypedDict, cast

import attrs

from .._evidence.judging import Judged, Verdict, judge, why_old, why_unbound
from .._evidence.weakening import weakenings, weaker_kpi
from .._jsonlike import digest_of
from .._model import _validation as v
from .._model.kpi import GateDefinition
from .._model.task import Priority, Status, priority
from .._namespace import public
from .._text import join_words
from ..errors import InvalidError, invalid, nearest
from . import events as kinds
from .fold import UNTOUCHED
from .gate import Decision, EvidenceRecord, Finding, Gate, Live, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from .._evidence.evidence import Part
    from .._model.checklist import Checklist
    from .._model.kpi import Criterion
    from .._model.task import Task
    from ..documents import PriorityName
    from .events import Event, TaskEvent
    from .fold import Records

Approvable: TypeAlias = kinds.Waived | kinds.CriterionWaived | kinds.NotApplicable | kinds.EvidenceWithdrawn
"""The classes of events that a second person can approve."""

KPIS = "kpis"
"""The part of every subject that stands for the targets themselves, so that attestations of them end when one moves."""

NO_POLICY = GateDefinition("none", "No policy")


class Proof:
    """The facts of a log about the subject, the evidence and those who vouch.

    Attributes:
        subject: The parts by name: for each, that of the latest event.
        added: By the id of evidence, the event that added it first.
        withdrawn: By the id of evidence, the events that withdrew it.
        approved: By the id of an event, those who approved it.
        attested: By task and criterion, the attestations, in order.
        waived: By task and criterion, the latest waiver.
        contested: By task and criterion, denials that were retracted by another person than the one who made them.
        serving: The events that put something live or took it down, in order.
    """

    def __init__(self) -> None:
        self.subject: dict[str, Part] = {}
        self.added: dict[str, kinds.EvidenceAdded] = {}
        self.withdrawn: dict[str, list[kinds.EvidenceWithdrawn]] = {}
        self.approved: dict[str, list[str]] = {}
        self.attested: dict[tuple[str, str], list[kinds.Attested]] = {}
        self.waived: dict[tuple[str, str], kinds.CriterionWaived] = {}
        self.contested: dict[tuple[str, str], list[kinds.Attested]] = {}
        self.serving: list[kinds.WentLive | kinds.TakenDown] = []

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the subject, sorted by name."""
        return tuple(part for _, part in sorted(self.subject.items()))

    @property
    def is_empty(self) -> bool:
        """True if there is neither a subject nor evidence nor the word of a person."""
        return not (self.subject or self.added or self.attested)

    def records(self) -> tuple[EvidenceRecord, ...]:
        """Return all evidence, in the order in which it was added."""
        return tuple(self.record(name) for name in self.added)

    def record(self, evidence_id: str) -> EvidenceRecord:
        """Return the evidence of an id with who added and who withdrew it."""
        added, withdrawn = self.added[evidence_id], self.withdrawn.get(evidence_id)
        record = EvidenceRecord(evidence=added.evidence, by=added.by, at=added.at)
        if not withdrawn:
            return record
        first = withdrawn[0]
        return attrs.evolve(record, withdrawn_by=first.by, withdrawn_at=first.at, reason=first.reason)


def fold_proof(events: Iterable[Event], retracted: Iterable[TaskEvent]) -> Proof:
    """Return what the log says of subject and evidence.

    Args:
        events: The events that count, sorted by key.
        retracted: The events of tasks that were retracted.
    """
    proof = Proof()
    denials = {event.id: event for event in retracted if isinstance(event, kinds.Attested) and not event.holds}
    taken_back: set[str] = set()
    for event in events:
        if isinstance(event, kinds.OfLaunch):
            match event:
                case kinds.SubjectSet():
                    proof.subject.update({part.name: part for part in event.parts})
                case kinds.EvidenceAdded():
                    proof.added.setdefault(event.evidence.id, event)
                case kinds.EvidenceWithdrawn():
                    proof.withdrawn.setdefault(event.evidence, []).append(event)
                case kinds.Approved():
                    proof.approved.setdefault(event.event, []).append(event.by)
                case kinds.WentLive() | kinds.TakenDown():
                    proof.serving.append(event)
                case kinds.Retracted(event=name, by=by) if name in denials and denials[name].by == by:
                    taken_back.add(name)
                case _:
                    pass
        elif isinstance(event, kinds.Attested):
            proof.attested.setdefault((event.task, event.criterion), []).append(event)
        elif isinstance(event, kinds.CriterionWaived):
            proof.waived[event.task, event.criterion] = event
    for name, denial in denials.items():
        if name not in taken_back:
            proof.contested.setdefault((denial.task, denial.criterion), []).append(denial)
    return proof


def digest_of_kpis(checklist: Checklist) -> str:
    """Return the digest of all targets of a checklist, as a part of a subject has it."""
    return f"sha256:{digest_of([kpi.to_dict() for kpi in checklist.kpis])}"


class Deciding:
    """The judging of the criteria of a launch at one time, under the policy of a gate.

    Args:
        checklist: The checklist.
        records: The records of its tasks.
        proof: What the log says of the subject and its evidence.
        at: The time to look at; days are those of its time zone.
        policy: The definition of the gate, whose policy holds.
    """

    def __init__(
        self,
        checklist: Checklist,
        records: Records,
        proof: Proof,
        at: datetime,
        policy: GateDefinition = NO_POLICY,
    ) -> None:
        self._checklist, self._records, self._proof, self._at, self._policy = checklist, records, proof, at, policy
        self._kpis = {kpi.id: kpi for kpi in checklist.kpis}
        self._subject = {name: part.digest for name, part in proof.subject.items()} | {KPIS: digest_of_kpis(checklist)}
        self._judged: dict[str, tuple[Judged, list[tuple[str, str]]]] = {}
        self._notes: dict[str, None] = {}
        self._placeholders: dict[str, None] = {}
        self._gone = {
            name: event for name, events in proof.withdrawn.items() for event in events if not self._refused(event)
        }
        for name, events in proof.withdrawn.items():
            if name in proof.added and name not in self._gone:
                self._note(
                    f"evidence {name[:8]}: {events[0].by} withdrew it, which does not count: {self._refused(events[0])}"
                )
        self._evidence = [event.evidence for name, event in proof.added.items() if name not in self._gone]

    @property
    def notes(self) -> list[str]:
        """The lines that a reader has to know besides the findings so far."""
        if not self._placeholders:
            return [*self._notes]
        return [
            *self._notes,
            f"targets that are placeholders, to be set by an overlay: {', '.join(self._placeholders)}",
        ]

    def _note(self, words: str) -> None:
        self._notes[words] = None

    def _refused(self, event: Approvable) -> str:
        """Return why an event does not count under the policy; empty if it does."""
        if self._policy.second_person and all(who == event.by for who in self._proof.approved.get(event.id, ())):
            return "nobody else has approved it"
        longest = self._policy.longest_waiver
        if isinstance(event, kinds.Waived | kinds.CriterionWaived) and longest is not None:
            days = (event.expires - event.at.date()).days
            if days > longest or longest == 0:
                return "no waiver is allowed" if longest == 0 else f"it is for {days} days, and {longest} are allowed"
        return ""

    def status_of(self, task: Task) -> tuple[Status, kinds.Waived | None]:
        """Return the status of a task under the policy, and the waiver that holds, if any."""
        record = self._records.get(task.id, UNTOUCHED)
        status, event = record.status_on(self._at.date()), record.status_event
        if status in (Status.WAIVED, Status.NOT_APPLICABLE):
            assert isinstance(event, kinds.Waived | kinds.NotApplicable)
            if reason := self._refused(event):
                self._note(f"{task.id}: {event.by} marked it {status.words}, which does not count: {reason}")
                return Status.TODO, None
        return status, event if status is Status.WAIVED and isinstance(event, kinds.Waived) else None

    def findings_of(self, task: Task, waived: kinds.Waived | None = None) -> Iterator[Finding]:
        """Yield the findings of the criteria of a task. ``waived`` is a waiver of the whole task."""
        for criterion in task.criteria:
            waiver = self._waiver_of(task, criterion) or waived
            found = [self._by_word(task, criterion)] if criterion.attested else self._measured(task, criterion)
            for finding in found:
                if waiver and finding.verdict is not Verdict.MET:
                    words = Waiver(waiver.reason, by=waiver.by, at=waiver.at, expires=waiver.expires)
                    yield attrs.evolve(finding, waiver=words, waived_by=waiver.id)
                else:
                    yield finding

    def _waiver_of(self, task: Task, criterion: Criterion) -> kinds.CriterionWaived | None:
        event = self._proof.waived.get((task.id, criterion.id))
        if event is None:
            return None
        reason = self._refused(event)
        if event.expires < self._at.date():
            self._note(f"{task.id} {criterion.id}: the waiver by {event.by} expired after {event.expires}")
        elif reason:
            self._note(f"{task.id} {criterion.id}: {event.by} waived it, which does not count: {reason}")
        else:
            return event
        return None

    def _measured(self, task: Task, criterion: Criterion) -> list[Finding]:
        findings: list[Finding] = []
        for name in criterion.kpis:
            kpi = self._kpis[name]
            judged, not_counted = self._judge(name)
            verdict = judged.judgement
            findings.append(
                Finding(
                    task=task.id,
                    criterion=criterion.id,
                    kpi=kpi,
                    title=criterion.title,
                    verdict=verdict.verdict,
                    words=verdict.words,
                    required=criterion.required,
                    least=verdict.least,
                    most=verdict.most,
                    n=verdict.n,
                    spread=verdict.spread,
                    needed=verdict.needed,
                    evidence=judged.evidence,
                    not_counted=not_counted,
                    cautions=verdict.cautions,
                )
            )
        return findings

    def _judge(self, name: str) -> tuple[Judged, list[tuple[str, str]]]:
        """Judge a KPI once, however many criteria name it; with evidence that does not count, withdrawn evidence included."""
        if name not in self._judged:
            kpi = self._kpis[name]
            judged = judge(kpi, self._evidence, self._subject, self._at)
            withdrawn = [
                (evidence_id, f"{event.by} withdrew it: {event.reason}")
                for evidence_id, event in sorted(self._gone.items())
                if evidence_id in self._proof.added
                and any(one.name == kpi.measure for one in self._proof.added[evidence_id].evidence.measures)
            ]
            self._judged[name] = judged, [*judged.not_counted, *withdrawn]
            if kpi.placeholder:
                self._placeholders[f"{name} ({kpi.target})"] = None
            for evidence_id in judged.evidence:
                self._note_weakening(name, evidence_id)
        return self._judged[name]

    def _note_weakening(self, name: str, evidence_id: str) -> None:
        """Note that a target was weakened, or set, after evidence for it had come."""
        event = self._proof.added[evidence_id]
        before = next((kpi for kpi in event.kpis if kpi.id == name), None)
        if before is None:
            self._note(f"{name}: evidence {evidence_id[:8]} was added before there was this target")
        elif words := list(weaker_kpi(before, self._kpis[name])):
            self._note(f"{name}: evidence {evidence_id[:8]} was added before it was weakened: {'; '.join(words)}")

    def _by_word(self, task: Task, criterion: Criterion) -> Finding:
        """Judge an attestation: of each person the latest word in a role counts, and no word that it holds outvotes one that it does not."""
        latest = {(event.by, event.role): event for event in self._proof.attested.get((task.id, criterion.id), ())}
        counted: list[kinds.Attested] = []
        not_counted: list[tuple[str, str]] = []
        for event in latest.values():
            if reason := self._not_counted(task, criterion, event):
                not_counted.append((event.id, f"{event.by}: {reason}"))
                if self._policy.roles or self._policy.second_person:
                    self._note(f"{task.id} {criterion.id}: the word of {event.by} does not count: {reason}")
            else:
                counted.append(event)
        contested = self._proof.contested.get((task.id, criterion.id), ()) if self._policy.second_person else ()
        for event in contested:
            self._note(
                f"{task.id} {criterion.id}: another person has retracted the word of {event.by}, which does not count"
            )
        denied = [*contested, *(event for event in counted if not event.holds)]
        if denied:
            verdict, words = Verdict.MISSED, f"{self._said(denied)} said that it does not hold"
        elif counted:
            verdict, words = Verdict.MET, f"attested by {self._said(counted)}"
        else:
            why = f"; what was said does not count: {not_counted[0][1]}" if not_counted else ""
            verdict, words = Verdict.NOT_MEASURED, f"nobody has attested it as {criterion.attested}{why}"
        return Finding(
            task=task.id,
            criterion=criterion.id,
            title=criterion.title,
            verdict=verdict,
            words=words,
            required=criterion.required,
            evidence=[event.id for event in sorted(denied or counted, key=kinds.KEY)],
            not_counted=not_counted,
        )

    def _said(self, events: Sequence[kinds.Attested]) -> str:
        zone = self._at.tzinfo
        return join_words([f"{event.by} ({event.role}, {event.at.astimezone(zone).date()})" for event in events])

    def _not_counted(self, task: Task, criterion: Criterion, event: kinds.Attested) -> str:
        if event.role != criterion.attested:
            return f"it was said as {event.role}, not as {criterion.attested}"
        holders = dict(self._policy.roles).get(event.role)
        if holders is not None and event.by not in holders:
            return f"the role {event.role} is held by {join_words(list(holders))}"
        finished = self._records.get(task.id, UNTOUCHED).status_event
        is_own = isinstance(finished, kinds.Finished) and finished.by == event.by
        if self._policy.second_person and is_own and event.holds:
            return "the one who finished the task cannot attest it"
        said_of = {part.name: part.digest for part in event.subject}
        return why_unbound(criterion.binds, said_of, self._subject) or why_old(criterion.max_age, event.at, self._at)


@public("results")
class Conditions(TypedDict, total=False):
    """Conditions of a gate that need no KPI.

    Attributes:
        priority: No task of this priority or a higher one is open.
        overdue: True for: no open task is past its due date.
        expired_waivers: True for: no task is open because its waiver has expired.
        before: The launch is finished before this day, with the probability ``chance``.
        chance: The probability for ``before``, from 0 to 1; by default 0.8.
    """

    priority: Priority | PriorityName | None
    overdue: bool
    expired_waivers: bool
    before: date | None
    chance: float


DEFAULT_CHANCE = 0.8
_CHECKS: Mapping[str, v.Check] = {
    "priority": v.optional(priority),
    "overdue": v.exactly(bool, "True or False"),
    "expired_waivers": v.exactly(bool, "True or False"),
    "before": v.optional(v.day),
    "chance": v.require(
        lambda value: type(value) in (int, float) and 0 < value <= 1,
        "out-of-range",
        "is not a probability",
        "write a number above 0, and at most 1",
    ),
}


def checked_conditions(conditions: Conditions) -> Conditions:
    """Return the conditions that ask for something.

    Raises:
        InvalidError: One is unknown or invalid, or ``chance`` is given without ``before``.
    """
    given: dict[str, object] = {**conditions}
    if unknown := [name for name in given if name not in _CHECKS]:
        raise invalid("unknown-key", "$", "is not a condition", unknown[0], nearest(unknown[0], _CHECKS))
    if faults := v.faults_of(_CHECKS, given):
        raise InvalidError(faults)
    asked = {name: value for name, value in given.items() if value is not None and value is not False}
    if "chance" in asked and "before" not in asked:
        hint = "give the day too, as in before=date(2026, 12, 21)"
        raise invalid("contradiction", "$.chance", "is the chance of no date", asked["chance"], hint)
    return cast("Conditions", asked)


def decide(
    checklist: Checklist,
    records: Records,
    proof: Proof,
    at: datetime,
    definition: GateDefinition | None,
    *,
    name: str,
    topic: str,
    approved: Checklist | None = None,
    conditions: Iterable[Finding] = (),
) -> Gate:
    """Decide a gate of a checklist, conditions that need none, or both.

    Args:
        checklist: The checklist.
        records: The records of its tasks.
        proof: What the log says of the subject and its evidence.
        at: The time to look at.
        definition: The gate; None for conditions alone.
        name: The name of the launch.
        topic: The topic of the launch.
        approved: The checklist as it was approved, to name what is weaker now; None for no comparison.
        conditions: The findings of conditions.
    """
    deciding = Deciding(checklist, records, proof, at, definition or NO_POLICY)
    findings: list[Finding] = []
    open_tasks: list[tuple[str, str]] = []
    not_applicable: list[str] = []
    for task in checklist if definition else ():
        if definition is None or definition.id not in task.gates:
            continue
        status, waiver = deciding.status_of(task)
        if status is Status.NOT_APPLICABLE:
            not_applicable.append(task.id)
            continue
        if not status.is_closed:
            open_tasks.append((task.id, status.words))
        findings += deciding.findings_of(task, waiver)
    notes: list[str] = []
    if definition and approved is not None:
        notes = [f"weaker than approved: {words}" for words in weakenings(approved, checklist, definition.id)]
    counted = dict.fromkeys(one for finding in findings if finding.kpi for one in finding.evidence)
    return Gate(
        launch=name,
        id=definition.id if definition else "",
        title=definition.title if definition else "Conditions",
        topic=topic,
        at=at,
        subject=proof.parts,
        findings=[*findings, *conditions],
        open_tasks=open_tasks,
        not_applicable=not_applicable,
        notes=[*notes, *deciding.notes],
        evidence=[proof.record(evidence_id) for evidence_id in proof.added if evidence_id in counted],
    )


def findings_of_conditions(
    checklist: Checklist, records: Records, proof: Proof, at: datetime, conditions: Conditions
) -> Iterator[Finding]:
    """Yield the findings of conditions on tasks: one for each task that does not meet one, or one for a condition that is met."""
    day = at.date()
    states = [(task, records.get(task.id, UNTOUCHED)) for task in checklist]
    open_tasks = [(task, record) for task, record in states if not record.status_on(day).is_closed]
    if (named := conditions.get("priority")) is not None:
        least = Priority(named)
        late = [
            (task, f"it is {record.status_on(day).words}, and {task.priority.value}")
            for task, record in open_tasks
            if task.priority >= least
        ]
        what = least.value if least is Priority.CRITICAL else f"{least.value} or more urgent"
        some = any(task.priority >= least for task in checklist)
        yield from _condition("priority", f"No task that is {what} is open", late, "" if some else f"no task is {what}")
    if conditions.get("overdue"):
        late = [
            (task, f"it is {record.status_on(day).words}, and was due on {record.due}")
            for task, record in open_tasks
            if record.due and record.due < day
        ]
        some = any(record.due for _, record in states)
        yield from _condition("overdue", "No open task is overdue", late, "" if some else "no task has a due date")
    if conditions.get("expired_waivers"):
        late = [
            (task, f"its waiver by {record.status_event.by} expired after {record.status_event.expires}")
            for task, record in open_tasks
            if isinstance(record.status_event, kinds.Waived)
        ]
        late += [
            (checklist[task], f"the waiver of {criterion} by {event.by} expired after {event.expires}")
            for (task, criterion), event in proof.waived.items()
            if event.expires < day
        ]
        yield from _condition("expired-waivers", "No waiver has expired", late, "")


def _condition(name: str, title: str, late: Sequence[tuple[Task, str]], nothing: str) -> Iterator[Finding]:
    for task, words in late:
        yield Finding(task=task.id, criterion=name, title=title, verdict=Verdict.MISSED, words=words)
    if not late:
        verdict = Verdict.NOT_MEASURED if nothing else Verdict.MET
        yield Finding(task="", criterion=name, title=title, verdict=verdict, words=nothing or "it holds")


def finding_of_date(before: date, chance: float, probability: float | str) -> Finding:
    """Return the finding of a date: the probability that the launch is finished before it, or why there is no forecast."""
    title = f"Finished before {before} with a chance of {chance * 100:.10g}%"
    if isinstance(probability, str):
        return Finding(
            task="", criterion="before", title=title, verdict=Verdict.INCONCLUSIVE, words=f"no forecast: {probability}"
        )
    verdict = Verdict.MET if probability >= chance else Verdict.MISSED
    return Finding(
        task="", criterion="before", title=title, verdict=verdict, words=f"the chance is {probability * 100:.3g}%"
    )


def live_of(name: str, proof: Proof, waivers: Mapping[str, kinds.Waived | kinds.CriterionWaived]) -> Live | None:
    """Return what the latest event about serving put live; None if nothing serves.

    Args:
        name: The name of the launch.
        proof: What the log says of the subject and its evidence.
        waivers: The waivers of the log by the ids of their events.
    """
    event = proof.serving[-1] if proof.serving else None
    if not isinstance(event, kinds.WentLive):
        return None
    needed = [waivers[one] for one in event.waivers if one in waivers]
    return Live(
        launch=name,
        subject=event.subject,
        since=event.at,
        by=event.by,
        gate=event.gate,
        decision=Decision(event.decision),
        checklist=f"{event.checklist} {event.version}",
        evidence=[proof.record(one) for one in event.evidence if one in proof.added],
        waivers=tuple((_place(one), Waiver(one.reason, by=one.by, at=one.at, expires=one.expires)) for one in needed),
    )


def _place(waiver: kinds.Waived | kinds.CriterionWaived) -> str:
    return f"{waiver.task} {waiver.criterion}" if isinstance(waiver, kinds.CriterionWaived) else waiver.task
