"""The part of a launch that records the subject, evidence, and the word of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs

from .._evidence.evidence import Evidence, Part, Subject, as_parts, subject
from .._evidence.judging import Verdict
from .._model._validation import construct, require_kind
from .._model.task import Status
from .._model.timestamps import INSTANT, checked, now
from .._text import join_words
from ..errors import InvalidError, invalid, unknown_name
from . import events as kinds
from .deciding import Approvable, Deciding, Proof, digest_of_kpis, fold_proof, person_key
from .log import Log, named_as_methods_of_launch

if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Unpack

    from .._model.kpi import Criterion
    from .._model.task import Task
    from .events import LaunchEvent, TaskEvent
    from .log import Details


@named_as_methods_of_launch
@attrs.frozen(getstate_setstate=False)
class ProvingLog(Log):
    """The methods of a launch that record what is proven. :class:`~servingchecklist.Launch` adds what is derived from it."""

    def _proof(self) -> Proof:
        return fold_proof(self._counting(), self.retracted)

    def _after_proof(self, at: datetime | None) -> datetime:
        """Return the time of an event about the launch: now or, where a clock ran ahead, after the latest such event."""
        if at is not None:
            return at
        latest = max((event.at for event in self.events if isinstance(event, kinds.OfLaunch)), default=self._started)
        return max(now(), latest + INSTANT)

    def _record_of_launch(self, kind: type[LaunchEvent], by: str, at: datetime | None, **fields: object) -> Self:
        return self._add((construct(kind, {"by": by, "at": self._after_proof(at), **fields}),), None)

    def set_subject(self, parts: Subject | None = None, /, *, by: str, at: datetime | None = None, **more: str) -> Self:
        """Set parts of the subject, the thing that is launched, and reopen the tasks that are not proven of it any more.

        A done task is reopened where one of its criteria was met before and is not now: evidence of another model proves nothing about
        this one. Parts that are not named stay as they are.

        >>> from datetime import UTC, datetime
        >>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
        >>> launch = launch.set_subject(model="sha256:" + "0" * 64, by="ci", at=datetime(2026, 11, 24, 9, tzinfo=UTC))
        >>> [part.name for part in launch.subject()]
        ['model']

        Args:
            parts: The digests of parts by name, or a sequence of :class:`~servingchecklist.evidence.Part`.
            by: The person, team or tool who records it.
            at: The time of that; by default now.
            **more: More digests by the names of parts: ``model="sha256:..."``.

        Raises:
            InvalidError: An argument is invalid, or no part is given.
        """
        given, named = as_parts(() if parts is None else parts), as_parts(more)
        if faults := subject(given, "parts"):
            raise InvalidError(faults)
        event = kinds.SubjectSet((*given, *named), by=by, at=self._after_proof(at))
        before = self._proof_before(at).subject
        if all(before.get(part.name) == part for part in event.parts):
            return self
        after = self._add((event,), None)
        changed = [part.name for part in event.parts if before.get(part.name, part).digest != part.digest]
        return after._reopen(self._met(event.at), changed, by=by, at=at) if changed else after

    def _proof_before(self, at: datetime | None) -> Proof:
        """Return what the log says of subject and evidence at a time; by default all of it."""
        return self._proof() if at is None else self.as_of(checked(at, "at"))._proof()

    def _met(self, at: datetime) -> dict[str, dict[str, bool]]:
        """Return, for each done task, whether each of its criteria is met."""
        deciding = Deciding(self.checklist, self._records, self._proof(), at)
        done = [task for task in self.checklist if task.criteria and deciding.status_of(task)[0] is Status.DONE]
        met: dict[str, dict[str, bool]] = {}
        for task in done:
            places = met.setdefault(task.id, {})
            for finding in deciding.findings_of(task):
                name = finding.kpi.id if finding.kpi else finding.criterion
                places[name] = places.get(name, True) and finding.verdict is Verdict.MET
        return met

    def _reopen(self, before: dict[str, dict[str, bool]], changed: list[str], *, by: str, at: datetime | None) -> Self:
        launch, after = self, self._met(self._after_proof(at))
        for task, places in before.items():
            lost = [name for name, was_met in places.items() if was_met and not after[task][name]]
            if lost:
                others = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
                what = f"another {' and '.join(changed)}, of which {', '.join(lost[:3])}{others} {'is' if len(lost) == 1 else 'are'} not proven"
                launch = launch.reopen(task, reason=what[:200].rstrip(), by=by, at=at)
        return launch

    def add_evidence(self, evidence: Evidence, *, by: str, at: datetime | None = None) -> Self:
        """Record evidence, with the targets that it is judged by at that time. Evidence that is there already is not added twice.

        What was withdrawn does not come back by adding it again. If it counts after all, add it with a ``note`` that says why, which makes
        it another piece of evidence.

        Args:
            evidence: The evidence.
            by: The person, team or tool who adds it.
            at: The time of that; by default now.

        Raises:
            InvalidError: An argument is invalid.
        """
        require_kind(Evidence, {"$.evidence": evidence})
        if evidence.id in self._proof().added:
            return self
        measures = {measure.name for measure in evidence.measures}
        kpis = [kpi for kpi in self.checklist.kpis if kpi.measure in measures]
        return self._record_of_launch(kinds.EvidenceAdded, by, at, evidence=evidence, kpis=kpis)

    def withdraw_evidence(self, evidence: Evidence | str, *, reason: str, by: str, at: datetime | None = None) -> Self:
        """Record that evidence does not count any more. It stays in the log.

        Withdrawing it again records nothing, unless another person does, who then stands for it as one who approves it does.

        Args:
            evidence: The evidence, or the beginning of its id: 8 digits or more.
            reason: The reason, in one line.
            by: The person, team or tool who withdraws it.
            at: The time of that; by default now.

        Raises:
            UnknownNameError: Not exactly one piece of evidence has an id that begins like that.
            InvalidError: An argument is invalid.
        """
        event = construct(
            kinds.EvidenceWithdrawn,
            {"evidence": self._evidence_id(evidence), "reason": reason, "by": by, "at": self._after_proof(at)},
        )
        withdrawn = self._proof_before(at).withdrawn.get(event.evidence, ())
        is_known = any(person_key(other.by) == person_key(event.by) for other in withdrawn)
        return self if is_known else self._add((event,), None)

    def _evidence_id(self, evidence: Evidence | str) -> str:
        given = evidence.id if type(evidence) is Evidence else evidence
        known = self._proof().added
        found = [name for name in known if type(given) is str and len(given) >= 8 and name.startswith(given)]
        if len(found) != 1:
            raise unknown_name("unknown-name", "$.evidence", "evidence in the log", given, [name[:8] for name in known])
        return found[0]

    def waive_criterion(
        self, task: Task | str, criterion: str, *, reason: str, expires: date, by: str, **details: Unpack[Details]
    ) -> Self:
        """Record a waiver of one criterion: its risk is accepted, up to and including the day ``expires``.

        It changes no verdict, but what a gate decides; pages show it beside the bare result.

        Raises:
            UnknownNameError: The task has no such criterion.
        """
        self._criterion(task, criterion)
        fields = {"criterion": criterion, "reason": reason, "expires": expires}
        return self._record(kinds.CriterionWaived, task, by=by, **fields, **details)

    def attest(
        self,
        task: Task | str,
        criterion: str,
        *,
        by: str,
        role: str = "",
        holds: bool = True,
        **details: Unpack[Details],
    ) -> Self:
        """Record the word of a person that a criterion holds, of the subject and the targets as they are at that time.

        Args:
            task: The task or its id.
            criterion: The id of a criterion that is to be attested.
            by: The person.
            role: The role in which the person says so; by default the one that the criterion asks for.
            holds: False to say that it does not hold. That is outvoted by nobody else; the same person can say otherwise later.
            **details: As for the other methods that record.

        Raises:
            UnknownNameError: The task has no such criterion.
            InvalidError: The criterion is measured, and not attested; it is about a part that the subject does not have; or an argument is
                invalid.
        """
        found = self._criterion(task, criterion)
        if not found.attested:
            hint = "add evidence for it with add_evidence"
            raise invalid("unsupported", "$.criterion", "is measured, and not attested", criterion, hint)
        proof = self._proof_before(details.get("at"))
        known = {**proof.subject, kinds.KPIS: Part(kinds.KPIS, digest_of_kpis(self.checklist))}
        if unset := [name for name in found.binds if name not in known]:
            hint = "set it with set_subject first; without it the word would never count"
            raise invalid(
                "missing", "$.criterion", f"is about the {join_words(unset)}, which is not set", criterion, hint
            )
        parts = [known[name] for name in found.binds]
        fields = {
            "criterion": criterion,
            "role": found.attested if type(role) is str and not role else role,
            "holds": holds,
            "subject": parts,
        }
        return self._record(kinds.Attested, task, by=by, **fields, **details)

    def _criterion(self, task: Task | str, criterion: str) -> Criterion:
        found = {one.id: one for one in self.checklist[self._id(task)].criteria}
        if type(criterion) is not str or criterion not in found:
            raise unknown_name("unknown-name", "$.criterion", f"criterion of {self._id(task)}", criterion, found)
        return found[criterion]

    def approve(self, event: TaskEvent | LaunchEvent | str, *, by: str, at: datetime | None = None) -> Self:
        """Record that a second person approves a waiver, a task marked as not applicable, or a withdrawal of evidence.

        Args:
            event: The event, or the beginning of its id: 8 digits or more.
            by: The person who approves, who has to be another one than who recorded it.
            at: The time of that; by default now.

        Raises:
            UnknownNameError: Not exactly one event of the log has an id that begins like that.
            InvalidError: The event is of another kind or was recorded by the same person, or an argument is invalid.
        """
        found = self.find_event(event)
        if not isinstance(found, Approvable):
            hint = "only waivers, tasks marked as not applicable and withdrawals of evidence are"
            raise invalid("unsupported", "$.event", f"is {found.kind}, which is not approved", found.id[:8], hint)
        approved = construct(kinds.Approved, {"event": found.id, "by": by, "at": self._after_proof(at)})
        if person_key(found.by) == person_key(approved.by):
            hint = "a second person has to"
            raise invalid("contradiction", "$.by", "recorded it, and cannot approve it", by, hint)
        if any(
            person_key(other.by) == person_key(approved.by)
            for other in self._proof_before(at).approved.get(found.id, ())
        ):
            return self
        return self._add((approved,), None)

    def take_down(self, *, reason: str, by: str, at: datetime | None = None) -> Self:
        """Record that nothing of the launch serves from now on. Where nothing was live, nothing is recorded.

        Raises:
            InvalidError: An argument is invalid.
        """
        event = construct(kinds.TakenDown, {"reason": reason, "by": by, "at": self._after_proof(at)})
        serving = self._proof_before(at).serving[-1:]
        return self._add((event,), None) if any(isinstance(one, kinds.WentLive) for one in serving) else self
