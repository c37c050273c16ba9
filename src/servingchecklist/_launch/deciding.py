"""The decision of a gate: a fold of what the log says of the subject and its evidence, joined with the criteria of the checklist.

Nothing of it is stored. A target that moves, another model, or evidence that comes by a merge is judged anew each time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypedDict, cast

import attrs

from .._evidence.judging import SKEW, Judged, Verdict, judge, why_old, why_unbound
from .._evidence.weakening import narrowings, weakenings, weaker_kpi
from .._jsonlike import digest_of
from .._model import _validation as v
from .._model.kpi import GateDefinition
from .._model.task import Priority, Status, priority
from .._namespace import public
from .._text import join_words
from ..errors import InvalidError, invalid, nearest
from . import events as kinds
from .fold import FIELD_OF, UNTOUCHED
from .gate import Decision, Finding, Gate, Live, LoggedEvidence, Waiver

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
    from .log import Log

Approvable: TypeAlias = kinds.Waived | kinds.CriterionWaived | kinds.NotApplicable | kinds.EvidenceWithdrawn
"""The classes of events that a second person can approve."""

_NO_POLICY = GateDefinition("none", "No policy")


class Proof:
    """The facts of a log about the subject, the evidence and those who vouch.

    Attributes:
        subject: The parts by name: for each, that of the latest event.
        changed: By the name of a part, the time at which it became another one.
        added: By the id of evidence, the events that added it: the first one, and those of copies that were merged.
        withdrawn: By the id of evidence, the events that withdrew it.
        approved: By the id of an event, its approvals.
        attested: By task and criterion, the attestations, in order; with denials that only other persons have retracted.
        contested: The ids of such denials.
        finished: By task, those who have finished it, at whatever time, be it retracted or not.
        waivers: By task and criterion, the waivers, in order.
        serving: The events that put something live or took it down, in order.
        migrated: The migrations, in order.
    """

    def __init__(self) -> None:
        self.subject: dict[str, Part] = {}
        self.changed: dict[str, datetime] = {}
        self.added: dict[str, list[kinds.EvidenceAdded]] = {}
        self.withdrawn: dict[str, list[kinds.EvidenceWithdrawn]] = {}
        self.approved: dict[str, list[kinds.Approved]] = {}
        self.attested: dict[tuple[str, str], list[kinds.Attested]] = {}
        self.contested: set[str] = set()
        self.finished: dict[str, set[str]] = {}
        self.waivers: dict[tuple[str, str], list[kinds.CriterionWaived]] = {}
        self.serving: list[kinds.WentLive | kinds.TakenDown] = []
        self.migrated: list[kinds.Migrated] = []

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the subject, sorted by name."""
        return tuple(part for _, part in sorted(self.subject.items()))

    def has_second_person(self, event: Approvable, at: datetime) -> bool:
        """Return True if another person stood for an event by ``at``: approved it, or withdrew the same evidence."""
        others: list[kinds.OfLaunch] = [*self.approved.get(event.id, ())]
        if isinstance(event, kinds.EvidenceWithdrawn):
            others += self.withdrawn.get(event.evidence, ())
        return any(other.at <= at and person_key(other.by) != person_key(event.by) for other in others)

    @property
    def is_empty(self) -> bool:
        """True if there is neither a subject nor evidence nor the word of a person."""
        return not (self.subject or self.added or self.attested)

    def records(self) -> tuple[LoggedEvidence, ...]:
        """Return all evidence, in the order in which it was added."""
        return tuple(self.record(name) for name in self.added)

    def record(self, evidence_id: str) -> LoggedEvidence:
        """Return the evidence of an id with who added and who withdrew it."""
        withdrawn = self.withdrawn.get(evidence_id)
        record = self.record_as_added(evidence_id)
        if not withdrawn:
            return record
        first = withdrawn[0]
        return attrs.evolve(record, withdrawn_by=first.by, withdrawn_at=first.at, reason=first.reason)

    def record_as_added(self, evidence_id: str) -> LoggedEvidence:
        """Return the evidence of an id with who added it."""
        added = self.added[evidence_id][0]
        return LoggedEvidence(evidence=added.evidence, by=added.by, at=added.at)


_NOT_OF_PROOF = frozenset(FIELD_OF) - {kinds.Finished, kinds.Attested, kinds.CriterionWaived}
"""The classes of most events, which say nothing of what is proven."""


def fold_proof(events: Iterable[Event], retracted: Iterable[TaskEvent]) -> Proof:
    """Return what the log says of subject and evidence.

    Args:
        events: The events that count, sorted by key.
        retracted: The events of tasks that were retracted.
    """
    proof = Proof()
    denials: dict[str, TaskEvent] = {}
    for gone in retracted:
        if isinstance(gone, kinds.Finished):
            proof.finished.setdefault(gone.task, set()).add(person_key(gone.by))
        elif isinstance(gone, kinds.Attested) and not gone.holds:
            denials[gone.id] = gone
    if denials:
        events = list(events)
        for event in events:
            denial = denials.get(event.event) if isinstance(event, kinds.Retracted) else None
            if denial and person_key(denial.by) == person_key(event.by):
                del denials[denial.id]
        proof.contested.update(denials)
        events = sorted((*events, *denials.values()), key=kinds.KEY)
    for event in events:
        if type(event) in _NOT_OF_PROOF:
            continue
        match event:
            case kinds.Finished():
                proof.finished.setdefault(event.task, set()).add(person_key(event.by))
            case kinds.Attested():
                proof.attested.setdefault((event.task, event.criterion), []).append(event)
            case kinds.CriterionWaived():
                proof.waivers.setdefault((event.task, event.criterion), []).append(event)
            case kinds.SubjectSet():
                for part in event.parts:
                    if proof.subject.get(part.name, part).digest != part.digest:
                        proof.changed[part.name] = event.at
                    proof.subject[part.name] = part
            case kinds.EvidenceAdded():
                proof.added.setdefault(event.evidence.id, []).append(event)
            case kinds.EvidenceWithdrawn():
                proof.withdrawn.setdefault(event.evidence, []).append(event)
            case kinds.Approved():
                proof.approved.setdefault(event.event, []).append(event)
            case kinds.WentLive() | kinds.TakenDown():
                proof.serving.append(event)
            case kinds.Migrated():
                proof.migrated.append(event)
            case _:
                pass
    return proof


# Besides the format characters: what Unicode lists as Default_Ignorable_Code_Point, such as variation selectors, and the blank of Braille.
_WITHOUT_GLYPH = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"


@lru_cache(maxsize=1_000)
def person_key(name: str) -> str:
    """Return a name in the form in which two spellings of it are equal: without regard to case, blanks and characters without a glyph.

    Letters of other alphabets that look alike are not seen: names are what people type, and nothing is signed.
    """
    if name.isascii():
        return "".join(name.casefold().split())
    from unicodedata import category, normalize

    shown = "".join(one for one in normalize("NFKC", name) if category(one) != "Cf")
    return "".join(re.sub(_WITHOUT_GLYPH, "", shown).casefold().split())


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
        gate: The gate whose policy holds; None for none.
    """

    def __init__(
        self,
        checklist: Checklist,
        records: Records,
        proof: Proof,
        at: datetime,
        gate: GateDefinition | None = None,
    ) -> None:
        self._checklist, self._records, self._proof, self._at = checklist, records, proof, at
        self._gate, self._policy = gate, gate or _NO_POLICY
        self._kpis = {kpi.id: kpi for kpi in checklist.kpis}
        self._subject = {name: part.digest for name, part in proof.subject.items()} | {
            kinds.KPIS: digest_of_kpis(checklist)
        }
        self._judged: dict[str, tuple[Judged, list[tuple[str, str]]]] = {}
        self._notes: dict[str, None] = {}
        self._gone = {
            name: event for name, events in proof.withdrawn.items() for event in events if not self._refused(event)
        }
        for name, events in proof.withdrawn.items():
            if name in proof.added and name not in self._gone:
                self._note(
                    f"evidence {name[:8]}: {events[0].by} withdrew it, which does not count: {self._refused(events[0])}"
                )
        self._evidence = [added[0].evidence for name, added in proof.added.items() if name not in self._gone]

    def _note(self, words: str) -> None:
        self._notes[words] = None

    def _refused(self, event: Approvable) -> str:
        """Return why an event does not count under the policy; empty if it does."""
        if event.at > self._at + SKEW:
            return f"it is dated later, {event.at.astimezone(self._at.tzinfo).date()}"
        if self._policy.second_person and not self._proof.has_second_person(event, self._at + SKEW):
            return "nobody else has approved it"
        longest = self._policy.longest_waiver
        if isinstance(event, kinds.Waived | kinds.CriterionWaived) and longest is not None:
            days = (event.expires - event.at.date()).days
            if days > longest or longest == 0:
                return "no waiver is allowed" if longest == 0 else f"it is for {days} days, and {longest} are allowed"
        return ""

    def _is_proven(self, task: Task, criterion: str) -> bool:
        """Return True if all that a criterion of a task asks for is met, so that a waiver of it is needed for nothing."""
        return all(
            finding.verdict is Verdict.MET for finding in self.findings_of(task) if finding.criterion == criterion
        )

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
            own = self._waiver_of(task, criterion)
            if own and own.expires < self._at.date():
                self._note(f"{task.id} {criterion.id}: the waiver by {own.by} expired after {own.expires}")
                own = None
            waiver = own or waived
            found = [self._by_word(task, criterion)] if criterion.attested else self._measured(task, criterion)
            for finding in found:
                if waiver and finding.verdict is not Verdict.MET:
                    binds = finding.kpi.binds if finding.kpi else criterion.binds
                    if changed := [part for part in binds if waiver.at < self._proof.changed.get(part, waiver.at)]:
                        what = f"{waiver.by} waived it before the {join_words(changed)} changed"
                        self._note(f"{task.id} {criterion.id}: {what}")
                    words = Waiver(waiver.reason, by=waiver.by, at=waiver.at, expires=waiver.expires)
                    yield attrs.evolve(finding, waiver=words, waiver_event=waiver.id)
                else:
                    yield finding

    def _waiver_of(self, task: Task, criterion: Criterion) -> kinds.CriterionWaived | None:
        """Return the latest waiver of a criterion that the policy allows, expired or not."""
        for event in reversed(self._proof.waivers.get((task.id, criterion.id), ())):
            reason = self._refused(event)
            if not reason:
                return event
            self._note(f"{task.id} {criterion.id}: {event.by} waived it, which does not count: {reason}")
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
                and any(one.name == kpi.measure for one in self._proof.added[evidence_id][0].evidence.measures)
            ]
            self._judged[name] = judged, [*judged.not_counted, *withdrawn]
            for evidence_id in judged.evidence:
                self._note_weakening(name, evidence_id)
        return self._judged[name]

    def _note_weakening(self, name: str, evidence_id: str) -> None:
        """Note that a target was weakened, or set, after evidence for it had come."""
        events, kpi, what = self._proof.added[evidence_id], self._kpis[name], f"{name}: evidence {evidence_id[:8]} was"
        for event in events:
            before = next((one for one in event.kpis if one.id == name), None)
            if before is None:
                self._note(f"{what} added before there was this target")
            elif before != kpi and (words := list(weaker_kpi(before, kpi))):
                self._note(f"{what} added before it was weakened: {'; '.join(words)}")
        start = f"{self._policy.id}: {name}: "
        for migrated in self._proof.migrated:
            if events[0].evidence.collected_to < migrated.at <= events[0].at:
                words = [line.removeprefix(start) for line in migrated.weaker if line.startswith(start)]
                if words:
                    self._note(f"{what} collected before it was weakened: {'; '.join(words)}")

    def _by_word(self, task: Task, criterion: Criterion) -> Finding:
        """Judge an attestation: of each person the latest word that counts does, and no word that it holds outvotes one that it does not."""
        latest: dict[str, kinds.Attested] = {}
        not_counted: list[tuple[str, str]] = []
        for event in self._proof.attested.get((task.id, criterion.id), ()):
            if reason := self._not_counted(task, criterion, event):
                not_counted.append((event.id, f"{event.by}: {reason}"))
                if self._policy.roles or self._policy.second_person:
                    self._note(f"{task.id} {criterion.id}: the word of {event.by} does not count: {reason}")
            elif event.id in self._proof.contested and not self._policy.second_person:
                self._note(f"{task.id} {criterion.id}: {event.by} denied it, which another person has retracted")
            else:
                latest[person_key(event.by)] = event
        counted = [*latest.values()]
        for event in counted:
            if event.id in self._proof.contested:
                words = f"another person has retracted the word of {event.by}, which counts all the same"
                self._note(f"{task.id} {criterion.id}: {words}")
        denied = [event for event in counted if not event.holds]
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
        if holders is not None and person_key(event.by) not in map(person_key, holders):
            return f"the role {event.role} is held by {join_words(list(holders))}"
        if event.at > self._at + SKEW:
            return f"it was said later, on {event.at.astimezone(self._at.tzinfo).date()}"
        is_own = person_key(event.by) in self._proof.finished.get(task.id, ())
        if self._policy.second_person and is_own and event.holds:
            return "who has finished the task cannot attest it"
        said_of = {part.name: part.digest for part in event.subject}
        return why_unbound(criterion.binds, said_of, self._subject) or why_old(criterion.max_age, event.at, self._at)

    def gate(self, launch: Log, *, approved: Checklist | None = None, conditions: Iterable[Finding] = ()) -> Gate:
        """Decide the gate whose policy holds, conditions that need none, or both.

        Args:
            launch: The launch, of which the gate takes its name and its topic.
            approved: The checklist as it was approved, to name what is weaker now; None for no comparison.
            conditions: The findings of conditions.
        """
        gate = self._gate
        findings: list[Finding] = []
        open_tasks: list[tuple[str, str]] = []
        not_applicable: list[str] = []
        for task in self._checklist if gate else ():
            if gate is None or gate.id not in task.gates:
                continue
            status, waiver = self.status_of(task)
            if status is Status.NOT_APPLICABLE:
                not_applicable.append(task.id)
                continue
            if not status.is_closed:
                open_tasks.append((task.id, status.words))
            findings += self.findings_of(task, waiver)
        asked_for = {
            criterion.attested
            for task in self._checklist
            if self._policy.id in task.gates
            for criterion in task.criteria
        }
        for role, _ in self._policy.roles:
            if role not in asked_for:
                self._note(f"policy of {self._policy.id}: no criterion is attested as {role}")
        notes: list[str] = []
        if gate and approved is not None:
            sides = approved, self._checklist, gate.id
            notes = [f"weaker than approved: {words}" for words in weakenings(*sides)]
            notes += [f"less evidence counts than approved: {words}" for words in narrowings(*sides)]
        start, previous = f"{self._policy.id}: ", ""
        for event in self._proof.migrated if gate else ():
            when = f"{event.at.astimezone(self._at.tzinfo).date()} by {event.by}"
            if event.previous != previous:
                words = "beside another migration; what its checklist asked for was not compared"
                notes.append(f"migrated on {when} {words}")
            previous = event.id
            lines = (line.removeprefix(start) for line in event.weaker if line.startswith(start))
            notes += [f"weakened on {when}: {line}" for line in lines]
        kpis = dict.fromkeys(finding.kpi for finding in findings if finding.kpi and finding.kpi.placeholder)
        if names := ", ".join(f"{kpi.id} ({kpi.target})" for kpi in kpis):
            self._note(f"targets that are placeholders, to be set by an overlay: {names}")
        counted = dict.fromkeys(one for finding in findings if finding.kpi for one in finding.evidence)
        return Gate(
            launch=launch.name,
            id=gate.id if gate else "",
            title=gate.title if gate else "Conditions",
            topic=launch.topic,
            at=self._at,
            subject=self._proof.parts,
            findings=[*findings, *conditions],
            open_tasks=open_tasks,
            not_applicable=not_applicable,
            notes=[*notes, *self._notes],
            evidence=[self._proof.record_as_added(name) for name in self._proof.added if name in counted],
        )

    def conditions(self, asked: Conditions) -> Iterator[Finding]:
        """Yield the findings of conditions on tasks: one for each task that does not meet one, or one for a condition that is met."""
        day = self._at.date()
        states = [(task, self.status_of(task)[0], self._records.get(task.id, UNTOUCHED)) for task in self._checklist]
        open_tasks = [(task, status, record) for task, status, record in states if not status.is_closed]
        if (named := asked.get("priority")) is not None:
            least = Priority(named)
            late = [
                (task, f"{task.id} is {task.priority.value}, and its status is {status.words}")
                for task, status, _ in open_tasks
                if task.priority >= least
            ]
            is_top = least is Priority.CRITICAL
            title = (
                "No critical task may be open" if is_top else f"No task of priority {least.value} or above may be open"
            )
            none = "no task is critical" if is_top else f"no task has the priority {least.value} or above"
            some = any(task.priority >= least for task in self._checklist)
            yield from _condition("priority", title, late, "" if some else none)
        if asked.get("overdue"):
            late = [
                (task, f"{task.id} was due on {record.due}, and its status is {status.words}")
                for task, status, record in open_tasks
                if record.due and record.due < day
            ]
            some = any(record.due for _, _, record in states)
            yield from _condition(
                "overdue", "No open task may be overdue", late, "" if some else "no task has a due date"
            )
        if asked.get("expired_waivers"):
            late, some = self._expired_waivers()
            yield from _condition(
                "expired-waivers", "No waiver may have expired", late, "" if some else "nothing is waived"
            )

    def _expired_waivers(self) -> tuple[list[tuple[Task, str]], bool]:
        """Return the waivers that have expired and are still needed, as tasks and words; and True if anything was waived."""
        day, some = self._at.date(), False
        late: list[tuple[Task, str]] = []
        for task in self._checklist:
            (status, whole), event = self.status_of(task), self._records.get(task.id, UNTOUCHED).status_event
            some |= isinstance(event, kinds.Waived)
            if isinstance(event, kinds.Waived) and event.expires < day:
                late.append((task, f"the waiver of {task.id} by {event.by} expired after {event.expires}"))
            for criterion in task.criteria:
                waiver = self._waiver_of(task, criterion)
                some |= waiver is not None
                is_needed = criterion.required and status is not Status.NOT_APPLICABLE and whole is None
                if waiver and waiver.expires < day and is_needed and not self._is_proven(task, criterion.id):
                    late.append(
                        (task, f"the waiver of {task.id} {criterion.id} by {waiver.by} expired after {waiver.expires}")
                    )
        return late, some


@public("results")
class Conditions(TypedDict, total=False):
    """Conditions of a gate that need no KPI.

    Attributes:
        priority: No task of this priority or a higher one is open.
        overdue: True for: no open task is past its due date.
        expired_waivers: True for: no waiver has expired that is still needed, be it of a task or of a criterion.
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


def _condition(name: str, title: str, late: Sequence[tuple[Task, str]], nothing: str) -> Iterator[Finding]:
    """Yield the findings of a condition. One that is about ``nothing`` proves nothing, and is not required.

    A priority that no task has is more likely a mistake, so that is.
    """
    for task, words in late:
        yield Finding(task=task.id, criterion=name, title=title, verdict=Verdict.MISSED, words=words)
    if not late:
        verdict = Verdict.NOT_MEASURED if nothing else Verdict.MET
        yield Finding(
            task="",
            criterion=name,
            title=title,
            verdict=verdict,
            words=nothing or "it holds",
            required=name == "priority" or not nothing,
        )


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
