"""A second reading of the rules of the gate, which shares no code with the library: it goes through the events one by one."""

from datetime import timedelta
from math import comb

from helpers.proof import CHECKLIST, STRICT
from servingchecklist import events

ORDER = {"missed": 0, "met": 1, "inconclusive": 2, "not-measured": 3}


def tail(k, n, p):
    """The probability of at most k of n."""
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


def verdict(violations, n, spread):
    """The verdict on a share of at most 1 % at 95 %; the spreads in use divide both counts."""
    if n == 0:
        return "not-measured"
    if 1 - (tail(violations - 1, n, 0.01) if violations else 0) <= 0.05:
        return "missed"
    if spread is None or violations % spread or n % spread:
        return "inconclusive"
    return "met" if tail(violations // spread, n // spread, 0.01) <= 0.05 else "inconclusive"


def read(log, at, strict, kpis_digest):  # noqa: PLR0915  # in one piece, so that it can be read beside the rules
    """Return the decision of the gate of the test checklist at a time, from the sorted events of a log."""
    day = at.date()
    gone = {event.event: event for event in log if isinstance(event, events.Retracted)}
    by_task, subject, added, withdrawn, approved = {}, {}, {}, [], {}
    words, waivers, finishers = [], {}, {}
    for event in log:
        if event.at > at and not isinstance(event, events.Retracted):
            continue
        if isinstance(event, events.SubjectSet):
            subject.update({part.name: part.digest for part in event.parts})
        elif isinstance(event, events.EvidenceAdded):
            added[event.evidence.id] = event.evidence
        elif isinstance(event, events.EvidenceWithdrawn):
            withdrawn.append(event)
        elif isinstance(event, events.Approved):
            approved.setdefault(event.event, set()).add(event.by)
        elif isinstance(event, events.Attested):
            if event.id in gone:
                others = all(r.by != event.by for r in log if isinstance(r, events.Retracted) and r.event == event.id)
                words += [event] if others and not event.holds and strict else []
            else:
                words.append(event)
        elif isinstance(event, events.CriterionWaived):
            if event.id not in gone:
                waivers.setdefault((event.task, event.criterion), []).append(event)
        elif isinstance(event, events.Finished) and event.id in gone:
            finishers.setdefault(event.task, set()).add(event.by)
        elif hasattr(event, "task") and event.id not in gone:
            by_task.setdefault(event.task, []).append(event)

    def refused(event):
        if not strict:
            return False
        again = {
            w.by for w in withdrawn if isinstance(event, events.EvidenceWithdrawn) and w.evidence == event.evidence
        }
        if not (approved.get(event.id, set()) | again) - {event.by}:
            return True
        return hasattr(event, "expires") and (event.expires - event.at.date()).days > STRICT.longest_waiver

    counted = [one for name, one in added.items() if not any(w.evidence == name and not refused(w) for w in withdrawn)]
    findings, is_open = [], False
    for task in ("goals", "ship"):
        status, waiver = "todo", None
        for event in by_task.get(task, []):
            if isinstance(event, events.Finished):
                status, waiver = "done", None
                finishers.setdefault(task, set()).add(event.by)
            elif isinstance(event, events.Reopened):
                status, waiver = "todo", None
            elif isinstance(event, events.Waived):
                status, waiver = "waived", event
            elif isinstance(event, events.NotApplicable):
                status, waiver = "away", event
        if status == "waived" and (day > waiver.expires or refused(waiver)):
            status, waiver = "todo", None
        if status == "away":
            if not refused(waiver):
                continue
            status, waiver = "todo", None
        is_open |= status == "todo"
        whole = waiver if status == "waived" else None
        if task == "goals":
            counting = [
                event
                for event in words
                if event.role == "product owner"
                and not (strict and event.by != "checkout-lead")
                and not (strict and event.holds and event.by in finishers.get(task, ()))
                and {part.name: part.digest for part in event.subject}.get("kpis") == kpis_digest
            ]
            said = {event.by: event for event in counting}.values()
            is_denied = any(not event.holds for event in said)
            found = [("agreed", "missed" if is_denied else "met" if said else "not-measured")]
        else:
            found = [("measured", latency(counted, subject, at)), ("measured", errors(counted, subject, at))]
        for criterion, result in found:
            own = [waiver for waiver in waivers.get((task, criterion), ()) if not refused(waiver)]
            is_waived = whole is not None or (own != [] and day <= own[-1].expires)
            findings.append((result, is_waived))
    if any(result == "missed" and not is_waived for result, is_waived in findings):
        return "no-go"
    if is_open or any(result != "met" and not is_waived for result, is_waived in findings):
        return "unproven"
    return "go" if any(result == "met" for result, _ in findings) else "unproven"


def bound(one, subject):
    own = {part.name: part.digest for part in one.subject}
    return all(name in subject and own.get(name) == subject[name] for name in ("model", "config"))


def current(one, subject, at):
    is_late = one.collected_to > at + timedelta(minutes=5) or (one.expires is not None and one.expires < at.date())
    return bound(one, subject) and not is_late


def joined(results):
    return min(results, key=ORDER.get, default="not-measured")


def latency(counted, subject, at):
    results = []
    for one in counted:
        (measure,) = [m for m in one.measures if m.name == "request.latency"]
        places = [value for choice in measure.where if choice.facet == "place" for value in choice.values]
        if not current(one, subject, at) or at - one.collected_to > timedelta(days=30) or places != ["caller"]:
            continue
        slow = measure.value.n - measure.value.buckets[-1].least
        found = verdict(slow, measure.value.n, measure.spread and int(measure.spread))
        results.append("inconclusive" if found == "met" and one.cautions else found)
    return joined(results)


def errors(counted, subject, at):
    results = []
    for one in counted:
        (measure,) = [m for m in one.measures if m.name == "request.failed"]
        if not current(one, subject, at):
            continue
        found = verdict(measure.value.least, measure.value.n, measure.spread and int(measure.spread))
        is_short = one.collected_to - one.collected_from < timedelta(hours=1)
        results.append("inconclusive" if found == "met" and is_short else found)
    return joined(results)


assert [kpi.id for kpi in CHECKLIST.kpis] == ["callers", "errors", "latency"]
