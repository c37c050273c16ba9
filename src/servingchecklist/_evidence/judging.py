"""The judging of a KPI by evidence: which evidence counts, and what it proves.

One question is asked of shares and quantiles alike: is the share of violations at most the allowed one? To pass, a sample has to prove it,
and is divided by its design effect first; to fail, the plain test of this sample is enough. Over all evidence that counts, a miss beats a
pass, and a pass beats what is not conclusive, so a miss cannot be outvoted by measuring again.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from datetime import timedelta
from math import ceil, floor, inf, isclose
from operator import attrgetter
from typing import TYPE_CHECKING

import attrs

from .._model.kpi import family_of
from .._model.quantity import in_unit_of
from .._namespace import public
from .._text import join_words
from . import binomial
from .evidence import Histogram, Number, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from .._model.kpi import Form, Kpi
    from .evidence import Bucket, Evidence, Measure, Value

_BOUND = attrgetter("bound")
_ROUNDING = 1e-9

_MARGIN, _DEPENDENT = 4, 4
"""The factor by which more requests are asked for where they depend on each other: a run that is short against its stalls shows too small a
design effect, since stalls reach over its batches."""

MOST_NEEDED = 10**15
"""The largest number of observations that a judgement asks for."""

_FORMS: Mapping[Form, type[Value]] = {"share": Share, "distribution": Histogram, "number": Number}
"""By the form of a KPI, the class of the values that it is judged by."""

SKEW = timedelta(minutes=5)
"""The time by which the clock of a tool may run ahead."""


@public("evidence")
@enum.unique
class Verdict(enum.StrEnum):
    """The result of judging a criterion. The values are those in files; over several pieces of evidence the first of these holds.

    >>> min(Verdict.MET, Verdict.MISSED, key=list(Verdict).index)
    Verdict.MISSED
    """

    MISSED = "missed"
    MET = "met"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not-measured"

    @property
    def words(self) -> str:
        """The verdict as it is displayed, its value with a blank for the hyphen."""
        return self.value.replace("-", " ")

    def __repr__(self) -> str:
        return f"Verdict.{self.name}"


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


@attrs.frozen
class Judgement:
    """The judgement of a KPI by one measure.

    Attributes:
        verdict: The verdict.
        words: The reason, in one line.
        least: The least number of violations; None where violations were not counted.
        most: The largest number of violations, likewise.
        n: The number of observations, likewise.
        spread: The design effect by which the sample was divided; None where it is not known or does not matter.
        needed: The number of such observations that would be enough; None where that cannot be said.
        cautions: The cautions that changed the verdict.
    """

    verdict: Verdict
    words: str
    least: int | None = None
    most: int | None = None
    n: int | None = None
    spread: float | None = None
    needed: int | None = None
    cautions: tuple[str, ...] = ()


@attrs.frozen
class Judged:
    """The judgement of a KPI by all evidence.

    Attributes:
        judgement: The judgement that holds.
        evidence: The ids of the evidence that counts, sorted.
        not_counted: Pairs of the id of evidence that does not count, and why.
    """

    judgement: Judgement
    evidence: tuple[str, ...] = ()
    not_counted: tuple[tuple[str, str], ...] = ()


def judge(kpi: Kpi, evidence: Iterable[Evidence], subject: Mapping[str, str], at: datetime) -> Judged:
    """Judge a KPI by all evidence of its measure.

    Args:
        kpi: The KPI.
        evidence: The evidence, in any order.
        subject: The digests of the parts of the present subject, by name.
        at: The time to look at; days are those of its time zone.
    """
    counted: list[tuple[Evidence, Measure]] = []
    baselines: list[tuple[Evidence, Measure]] = []
    not_counted: dict[str, str] = {}
    apart = _APART - {choice.facet for choice in kpi.where}
    for one in sorted(evidence, key=lambda one: (one.collected_to, one.id)):
        reasons: list[str] = []
        for measure in one.measures:
            if measure.name != kpi.measure:
                continue
            is_baseline = kpi.relative_to != "" and _stated(measure, "baseline") == (kpi.relative_to,)
            facets = apart - {"baseline"} if is_baseline else apart
            unasked = next((choice for choice in measure.where if choice.facet in facets), None)
            if unasked:
                reason = f"its {unasked.facet} is {join_words(list(unasked.values))}, which is not asked for"
            else:
                reason = _why_not(kpi, one, measure, {} if is_baseline else subject, at, is_baseline=is_baseline)
            if reason:
                reasons.append(reason)
            else:
                (baselines if is_baseline else counted).append((one, measure))
        if reasons and all(one is not other for other, _ in (*counted, *baselines)):
            not_counted[one.id] = reasons[0]
    judgements = _relative(kpi, counted, baselines) if kpi.relative_to else _absolute(kpi, counted)
    holding = min(judgements, key=lambda one: _ORDER[one.verdict], default=None) or _nothing(kpi, counted, not_counted)
    ids = {one.id for one, _ in (*counted, *(baselines if counted else ()))}
    return Judged(holding, tuple(sorted(ids)), tuple(sorted(not_counted.items())))


def _nothing(kpi: Kpi, counted: Sequence[object], not_counted: Mapping[str, str]) -> Judgement:
    if counted:
        return Judgement(
            Verdict.NOT_MEASURED, f"there is no evidence of {kpi.measure} for the baseline {kpi.relative_to}"
        )
    if not_counted:
        reasons = list(dict.fromkeys(not_counted.values()))
        return Judgement(Verdict.NOT_MEASURED, f"no evidence of {kpi.measure} counts: {'; '.join(reasons[:3])}")
    return Judgement(Verdict.NOT_MEASURED, f"there is no evidence of {kpi.measure}")


_APART = {"baseline", "phase"}
"""Conditions of measures that count only for a KPI that asks for them, such as those of a warm-up."""

_BY_BASELINE = (Verdict.MISSED, Verdict.NOT_MEASURED, Verdict.INCONCLUSIVE, Verdict.MET)
"""The order of verdicts of one measure against several baselines: it has to be met against each of them."""


def _stated(measure: Measure, condition: str) -> tuple[str, ...]:
    return next((choice.values for choice in measure.where if choice.facet == condition), ())


def _why_not(
    kpi: Kpi, evidence: Evidence, measure: Measure, subject: Mapping[str, str], at: datetime, *, is_baseline: bool
) -> str:
    """Return why a measure does not count for a KPI; empty if it does."""
    for choice in kpi.where:
        stated = _stated(measure, choice.facet)
        if not stated:
            return f"it does not state its {choice.facet}, which has to be {join_words(list(choice.values), 'or')}"
        if not set(stated) <= set(choice.values):
            return f"its {choice.facet} is {join_words(list(stated))}, not {join_words(list(choice.values), 'or')}"
    if evidence.collected_to > at + SKEW:
        return f"it was collected later, on {evidence.collected_to.astimezone(at.tzinfo).date()}"
    if evidence.expires and evidence.expires < at.date():
        return f"it expired after {evidence.expires}"
    if is_baseline:
        return ""
    if reason := why_unbound(kpi.binds, {part.name: part.digest for part in evidence.subject}, subject):
        return reason
    return why_old(kpi.max_age, evidence.collected_to, at)


def why_unbound(binds: Sequence[str], stated: Mapping[str, str], subject: Mapping[str, str]) -> str:
    """Return why something said of ``stated`` parts does not count for the subject; empty if it does."""
    for part in binds:
        if part not in subject:
            return f"the launch does not say which {part} it is about"
        if part not in stated:
            return f"it does not say which {part} it is of"
        if stated[part] != subject[part]:
            return f"it is of {'other' if part == 'kpis' else 'another'} {part}"
    return ""


def why_old(max_age: int | None, since: datetime, at: datetime) -> str:
    """Return why something of that time does not count any more; empty if it does."""
    if max_age is None or at - since <= timedelta(days=max_age):
        return ""
    return f"it is {(at - since).days} days old, and counts for {max_age}"


def _absolute(kpi: Kpi, counted: Sequence[tuple[Evidence, Measure]]) -> Iterator[Judgement]:
    """Yield the judgements of a KPI with a limit of its own, the latest first. Once it is met, only what may refute it is judged."""
    is_met, allowed = False, _allowed(kpi)
    for evidence, measure in reversed(counted):
        counts = _violations(kpi, measure.value)
        if is_met and counts and counts[0] <= allowed * counts[2]:
            continue  # no more than were to be expected, which refutes nothing
        if isinstance(measure.value, Number):
            judgement = _number(kpi, measure, measure.value)
        elif counts is None:
            words = f"it is a {measure.value.kind}, and the KPI is about a {kpi.form}"
            judgement = Judgement(Verdict.NOT_MEASURED, words)
        else:
            judgement = _share(kpi, measure, counts, allowed)
            if isinstance(measure.value, Histogram) and measure.value.n:
                near = _near(kpi, measure.value) if counts[0] != counts[1] else ""
                words = f"{_measured(kpi, measure.value)}; {judgement.words}{near}"
                judgement = attrs.evolve(judgement, words=words)
        judgement = _guarded(kpi, evidence, measure, judgement)
        is_met = is_met or judgement.verdict is Verdict.MET
        yield judgement


def _allowed(kpi: Kpi) -> float:
    """Return the share of violations that a KPI allows."""
    return round(float(kpi.limit.value) if kpi.quantile is None else 1 - kpi.quantile, 12)


def _violations(kpi: Kpi, value: Value) -> tuple[int, int, int] | None:
    """Return the least and the largest number of violations, and that of observations; None where the value does not show them."""
    if isinstance(value, Histogram) and kpi.form == "distribution":
        below, beyond = _around(value, kpi.limit.value)
        return value.n - (beyond.most if beyond else value.n), value.n - (below.least if below else 0), value.n
    return (value.least, value.most, value.n) if isinstance(value, Share) and kpi.form == "share" else None


def _around(value: Histogram, limit: Decimal) -> tuple[Bucket | None, Bucket | None]:
    """Return the last bucket that a limit is not below, and the first that it is not above; the same where it is the bound of one."""
    place = bisect_left(value.buckets, limit, key=_BOUND)
    beyond = value.buckets[place] if place < len(value.buckets) else None
    if beyond and beyond.bound == limit:
        return beyond, beyond
    return value.buckets[place - 1] if place else None, beyond


def _measured(kpi: Kpi, value: Histogram) -> str:
    """Return the quantile of the sample itself, as in ``p99 is 96 ms``."""
    assert kpi.quantile is not None
    rank = ceil(round(kpi.quantile * value.n, 6))
    beyond = next((in_unit_of(kpi.limit, bucket.bound) for bucket in value.buckets if bucket.least >= rank), "")
    below = next((in_unit_of(kpi.limit, bucket.bound) for bucket in reversed(value.buckets) if bucket.most < rank), "")
    name = f"p{round(kpi.quantile * 100, 6):g}"
    if beyond and below:
        return f"{name} is {beyond}" if beyond == below else f"{name} is {below} to {beyond}"
    if beyond or below:
        return f"{name} is at most {beyond}" if beyond else f"{name} is above {below}"
    return f"its buckets do not show {name}"


def _near(kpi: Kpi, value: Histogram) -> str:
    """Return the bounds on both sides of a limit that is none."""
    bounds = [f"{bucket.bound:f}" for bucket in _around(value, kpi.limit.value) if bucket]
    return f"; {kpi.limit} is no bound of its buckets, {join_words(bounds)} s {'are' if len(bounds) > 1 else 'is'}"


def _number(kpi: Kpi, measure: Measure, value: Number) -> Judgement:
    if kpi.form != "number":
        return Judgement(Verdict.INCONCLUSIVE, f"it is a number without a sample, and the KPI is about a {kpi.form}")
    if value.n == 0:
        return Judgement(Verdict.NOT_MEASURED, "nothing was observed", n=0)
    words = f"{value.value:f}, and {kpi.target} is wanted"
    if not (_is_census(measure) or kpi.independent):
        return Judgement(Verdict.INCONCLUSIVE, f"{words}; a number without a sample proves nothing")
    is_met = value.value <= kpi.limit.value if kpi.at_most else value.value >= kpi.limit.value
    return Judgement(Verdict.MET if is_met else Verdict.MISSED, f"{words}; {_taken(kpi, measure)}", n=value.n)


def _is_census(measure: Measure) -> bool:
    return measure.sampling == "census" and not _is_of_requests(measure)


def _taken(kpi: Kpi, measure: Measure) -> str:
    if _is_census(measure):
        return "a census, taken as it is"
    return "taken as independent" if kpi.independent else ""


def _share(kpi: Kpi, measure: Measure, counts: tuple[int, int, int], allowed: float) -> Judgement:
    """Judge violations, from ``least`` to ``most`` of n, by the allowed share."""
    least, most, n = counts
    what = "wrong" if kpi.quantile is None else f"above {kpi.limit}"
    share = f"{allowed * 100:.10g}%"
    counted = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    words = f"{counted} of {n:,} {what}, and at most {share} may be"
    if n == 0:
        return Judgement(Verdict.NOT_MEASURED, "nothing was observed", 0, 0, 0)
    if _is_census(measure):
        within, beyond = most <= floor(allowed * n + _ROUNDING), least > allowed * n + _ROUNDING
        verdict = Verdict.MET if within else Verdict.MISSED if beyond else Verdict.INCONCLUSIVE
        return Judgement(verdict, f"{words}; {_taken(kpi, measure)}", least, most, n)
    alpha = 1 - kpi.confidence
    if least and (allowed == 0 or binomial.at_least(least, n, allowed) <= alpha):
        return Judgement(Verdict.MISSED, words, least, most, n)
    spread = _spread(kpi, measure)
    if allowed == 0:
        hint = "no sample proves that nothing is; state the share that you can bear"
        hint += "" if _is_of_requests(measure) else ", or count all there are"
        return Judgement(Verdict.INCONCLUSIVE, f"{words}: {hint}", least, most, n, spread)
    if spread is None:
        hint = "the order of the requests is not known, or they are too few to see how they depend on each other"
        hint = "requests are no census" if measure.sampling == "census" else hint
        return Judgement(Verdict.INCONCLUSIVE, f"{words}: {hint}, so this can fail, and not pass", least, most, n)
    if spread > 1:
        words += f"; they tell as much as {n / spread:,.0f} independent ones (spread {spread:.3g})"
    elif kpi.independent:
        words += f"; {_taken(kpi, measure)}"
    if binomial.at_most(most / spread, n / spread, allowed) <= alpha:
        return Judgement(Verdict.MET, words, least, most, n, spread)
    size = binomial.needed(most / spread, n / spread, allowed, alpha)
    asked = size * spread * (_MARGIN if spread > _DEPENDENT else 1) if size is not None else inf
    needed = ceil(asked) if asked <= MOST_NEEDED else None
    if least != most:
        return Judgement(Verdict.INCONCLUSIVE, words, least, most, n, spread)
    if needed is not None and needed > n:
        return Judgement(
            Verdict.INCONCLUSIVE,
            f"{words}: too few to tell; needs about {_about(needed)}",
            least,
            most,
            n,
            spread,
            needed,
        )
    return Judgement(Verdict.INCONCLUSIVE, f"{words}: too near to the limit to tell", least, most, n, spread, needed)


def _about(number: int) -> str:
    """Return a number with two significant digits, rounded up."""
    step = 10 ** max(0, len(str(number)) - 2)
    return f"{ceil(number / step) * step:,}"


def _spread(kpi: Kpi, measure: Measure) -> float | None:
    """Return the design effect to divide a sample by; None where it is not known."""
    if kpi.independent:
        return 1.0
    if measure.spread is not None:
        return float(measure.spread)
    return 1.0 if measure.sampling != "stream" and not _is_of_requests(measure) else None


def _is_of_requests(measure: Measure) -> bool:
    """Return True for what was measured of requests, which come in a row whatever the evidence says of its sampling."""
    return measure.name.startswith(("request.", "load."))


def _guarded(
    kpi: Kpi, evidence: Evidence, measure: Measure, judgement: Judgement, baseline: Evidence | None = None
) -> Judgement:
    """Return a judgement without what its evidence cannot prove: from too short a time, too little load, or with cautions."""
    gaps: list[str] = []
    covered = evidence.collected_to - evidence.collected_from
    if kpi.span and _stated(measure, "phase"):
        gaps.append(f"it does not say how much of the {kpi.span} that it has to cover its phase took")
    elif kpi.span and covered.total_seconds() < kpi.span.value:
        shown = _duration(covered)
        shown = f"{covered.total_seconds():.10g} s" if shown == str(kpi.span) else shown
        gaps.append(f"it covers {shown} of the {kpi.span} that it has to")
    if kpi.offered:
        rates = [
            one.value.value
            for one in evidence.measures
            if one.name == "load.offered"
            and isinstance(one.value, Number)
            and all(_stated(one, condition) == _stated(measure, condition) for condition in _APART)
        ]
        if not rates:
            gaps.append(f"it does not say how many requests were offered, and {kpi.offered} have to be")
        elif min(rates) < kpi.offered.value:
            gaps.append(f"{min(rates):f}/s were offered of the {kpi.offered} that have to be")
    families = {family_of(kpi.measure), kpi.family}
    cautions = [
        caution.words
        for one, proves, refutes in ((evidence, "darkens", "flatters"), (baseline, "flatters", "darkens"))
        for caution in (one.cautions if one else ())
        if (not caution.families or not families.isdisjoint(caution.families))
        and (
            (judgement.verdict is Verdict.MET and caution.bias != proves)
            or (judgement.verdict is Verdict.MISSED and caution.bias != refutes)
        )
    ]
    if judgement.verdict in (Verdict.MET, Verdict.INCONCLUSIVE) and gaps:
        words = f"{judgement.words}; {'; '.join(gaps)}"
        judgement = attrs.evolve(judgement, verdict=Verdict.INCONCLUSIVE, words=words)
    if cautions:
        words = f"{judgement.words}; {'; '.join(cautions)}"
        judgement = attrs.evolve(judgement, verdict=Verdict.INCONCLUSIVE, words=words, cautions=tuple(cautions))
    return judgement


def _duration(covered: timedelta) -> str:
    """Return a duration in its largest unit that fits."""
    seconds = covered.total_seconds()
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _relative(
    kpi: Kpi, counted: Sequence[tuple[Evidence, Measure]], baselines: Sequence[tuple[Evidence, Measure]]
) -> Iterator[Judgement]:
    """Yield the judgements of a KPI that is relative to a baseline, the latest first: of each measure that of the strictest baseline."""
    for evidence, measure in reversed(counted) if baselines else ():
        yield min(
            (
                _guarded(kpi, evidence, measure, _compared(kpi, measure, other), baseline)
                for baseline, other in reversed(baselines)
            ),
            key=lambda judgement: _BY_BASELINE.index(judgement.verdict),
        )


def _compared(kpi: Kpi, measure: Measure, baseline: Measure) -> Judgement:
    """Judge one measure by another one of a baseline, with intervals of both."""
    ours, theirs = measure.value, baseline.value
    if type(ours) is not type(theirs):
        return Judgement(Verdict.NOT_MEASURED, f"it is a {ours.kind}, and that of {kpi.relative_to} is a {theirs.kind}")
    if type(ours) is not _FORMS[kpi.form]:
        return Judgement(Verdict.NOT_MEASURED, f"it is a {ours.kind}, and the KPI is about a {kpi.form}")
    if 0 in (ours.n, theirs.n):
        return Judgement(Verdict.NOT_MEASURED, "nothing was observed", n=ours.n)
    alpha, limit = 1 - kpi.confidence, float(kpi.limit.value)
    words = f"{_summary(kpi, measure)}, {kpi.relative_to} {_summary(kpi, baseline)}, and {kpi.target} is wanted"
    if not (_has_ratio(ours) and _has_ratio(theirs)):
        return Judgement(Verdict.INCONCLUSIVE, f"{words}; values that are not above 0 have no ratio", n=ours.n)
    if isinstance(ours, Number) and isinstance(theirs, Number):
        if not (kpi.independent or (_is_census(measure) and _is_census(baseline))):
            return Judgement(Verdict.INCONCLUSIVE, f"{words}; numbers without a sample prove nothing")
        value, bar = float(ours.value), float(theirs.value) * limit
        is_met = isclose(value, bar, rel_tol=1e-12) or (value < bar if kpi.at_most else value > bar)
        return Judgement(Verdict.MET if is_met else Verdict.MISSED, f"{words}; {_taken(kpi, measure)}")
    spreads, n = (_spread(kpi, measure), _spread(kpi, baseline)), ours.n
    if None in spreads:
        return Judgement(Verdict.INCONCLUSIVE, f"{words}; the order of the requests is not known", n=n)
    # Each side at half the level: the interval of both is exact, if wide.
    own, base = (_interval(kpi, one, alpha / 2) for one in (measure, baseline))
    if kpi.limit.dimension == "points":
        low, high = own[0] - base[1], own[1] - base[0]
        interval = f"the difference is {low * 100:.3g} to {high * 100:.3g} points"
    else:
        low, high = (
            one / other if other else inf if one else 0.0 for one, other in zip(own, reversed(base), strict=True)
        )
        interval = f"the ratio is {low * 100:.3g}% to {high * 100:.3g}%"
    is_met, is_missed = high <= limit + _ROUNDING, low > limit + _ROUNDING
    verdict = Verdict.MET if is_met else Verdict.MISSED if is_missed else Verdict.INCONCLUSIVE
    return Judgement(verdict, f"{words}; {interval}", n=n, spread=spreads[0])


def _summary(kpi: Kpi, measure: Measure) -> str:
    value = measure.value
    if isinstance(value, Number):
        return f"{value.value:f}"
    return f"{value.least:,} of {value.n:,} wrong" if isinstance(value, Share) else f"of {value.n:,} observations"


def _has_ratio(value: Value) -> bool:
    """Return True if a value can be a share of another one, or be one: values below 0 cannot."""
    return isinstance(value, Share) or (value.value > 0 if isinstance(value, Number) else value.buckets[0].bound >= 0)


def _interval(kpi: Kpi, measure: Measure, alpha: float) -> tuple[float, float]:
    """Return the bounds of a share or of a quantile, each at the level ``alpha``; of a census the share itself."""
    value, spread = measure.value, _spread(kpi, measure) or 1.0
    if isinstance(value, Share) and _is_census(measure):
        return value.least / value.n, value.most / value.n
    if isinstance(value, Share):
        n = value.n / spread
        return binomial.lower_bound(value.least / spread, n, alpha), binomial.upper_bound(value.most / spread, n, alpha)
    assert isinstance(value, Histogram)
    assert kpi.quantile is not None
    low, high = binomial.ranks(value.n / spread, kpi.quantile, alpha)
    low, high = floor(low * spread), ceil(high * spread) if high < inf else inf
    below = [float(bucket.bound) for bucket in value.buckets if bucket.most < low]
    beyond = [float(bucket.bound) for bucket in value.buckets if bucket.least >= high]
    return (below[-1] if below else 0.0), (beyond[0] if beyond else inf)
