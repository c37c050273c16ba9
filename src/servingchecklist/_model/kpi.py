"""KPIs, the measured targets of a checklist; the criteria of tasks that rest on them; and the gates that ask for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import attrs

from .._namespace import NotebookDisplay, late_import, public
from ..errors import Fault, InvalidError, as_text, is_a, nearest
from . import _validation as v
from ._validation import Validated, as_number, as_tuple, check, fault, is_tuple, tuple_of, verify
from .facet import Choice, Choices, as_choices, choices
from .quantity import Dimension, Quantity, as_quantity, quantity_of

if TYPE_CHECKING:
    from ..documents import KpiDocument

Family: TypeAlias = Literal["latency", "throughput", "errors", "accuracy", "drift", "adoption", "other"]
Form: TypeAlias = Literal["share", "distribution", "number"]

MEASURES: Mapping[str, tuple[Form, Family]] = {
    "request.latency": ("distribution", "latency"),
    "request.ttft": ("distribution", "latency"),
    "request.tpot": ("distribution", "latency"),
    "request.failed": ("share", "errors"),
    "load.offered": ("number", "throughput"),
    "load.achieved": ("number", "throughput"),
    "accuracy.wrong": ("share", "accuracy"),
    "recall.missed": ("share", "accuracy"),
    "precision.wrong": ("share", "accuracy"),
    "golden.mismatched": ("share", "accuracy"),
    "drift.columns": ("share", "drift"),
    "adoption.callers": ("number", "adoption"),
    "examples.wrong": ("share", "other"),
    "tests.failed": ("share", "other"),
    "tests.not-run": ("share", "other"),
    "degraded.wrong": ("share", "errors"),
    "recovered.late": ("share", "errors"),
    **dict[str, tuple[Form, Family]].fromkeys(
        (
            *("tracking.uncounted", "tracking.misfiled", "tracking.hidden-failures", "tracking.unobserved"),
            *("tracking.hidden-wait", "alerts.silent", "audit.unlisted", "audit.gaps", "patterns.unfixed"),
        ),
        ("share", "other"),
    ),
    "logs.days": ("number", "other"),
}
"""By measure, its form and the family of KPIs that it is for. A share is that of violations: what is wrong, late or missing of all."""

_PREFIXES: Mapping[str, Family] = {"score.": "accuracy", "x-": "other"}
"""By the beginning of measures that the caller names, their family. The form of one that is all the caller's own follows from its use."""

_DIMENSIONS: dict[Form, tuple[Dimension, ...]] = {
    "share": ("share",),
    "distribution": ("time", "number"),
    "number": ("number", "rate", "time"),
}


def family_of(measure: str) -> Family:
    """Return the family of KPIs that a measure is for."""
    for start, family in _PREFIXES.items():
        if measure.startswith(start):
            return family
    return MEASURES[measure][1]


def measure_name(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is the name of a measure: a known one, ``score.`` with a name, or one that begins with ``x-``."""
    if type(value) is str and (value in MEASURES or (v.is_id(value) and value.startswith(tuple(_PREFIXES)))):
        return ()
    hint = nearest(value, MEASURES) or "name one of the documented measures, or begin your own with x-"
    return [fault("unknown-value", name, "is not a measure", value, hint)]


_quantile = v.require(
    lambda value: type(value) is float and 0.5 <= value < 1,
    "out-of-range",
    "is not a quantile",
    "write a number from 0.5 to below 1, as in 0.99 for p99",
)
_confidence = v.require(
    lambda value: type(value) is float and 0.5 < value <= 0.9999,
    "out-of-range",
    "is not a level of confidence",
    "write a number above 0.5, and at most 0.9999; 0.95 is usual",
)
_days = v.require(
    lambda value: type(value) is int and 1 <= value <= 3_660,
    "out-of-range",
    "is not a number of days",
    "write a whole number from 1 to 3,660",
)
_span = quantity_of("time")
_limit = quantity_of("time", "share", "points", "rate", "number")
parts = v.each(v.ident, distinct=True)
"""Check that a value is a tuple of the names of parts of a subject."""
_flag = v.exactly(bool, "True or False")


def as_conditions(value: Choices) -> tuple[Choice, ...]:
    """Convert conditions, given for a field ``where``, to choices sorted by their names. Anything else is left to the check."""
    stated = as_choices(value, "where")
    return stated if choices(stated, "where") else tuple(sorted(stated, key=attrgetter("facet")))


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Kpi(Validated, NotebookDisplay):
    """A measured target, such as "p99 of the latency is at most 120 ms", and the evidence that it takes to prove it.

    >>> Kpi("errors", "Requests that fail", measure="request.failed", at_most="0.1%", span="1 h").family
    'errors'

    Attributes:
        id: The id used by criteria, overlays and pages, in the form of a task id.
        title: Its title, in one line.
        measure: The name of the measure, as evidence has it: a documented one, or one of your own that begins with ``x-``.
        at_most: The limit that is not to be exceeded, or a text such as ``"120 ms"``. Exactly one of ``at_most`` and ``at_least`` is given.
            Shares count violations, so their limit is the share that may be wrong.
        at_least: The limit that has to be reached; for numbers only.
        quantile: The quantile of a distribution that the limit is for, such as 0.99 for p99: at most 1 % may be above the limit.
        relative_to: The name of a baseline, for a limit that is relative to it: ``"110%"`` of it or, for shares, ``"2 points"`` more.
            The baseline is evidence of the same measure that states it, as in ``where={"baseline": "offline"}``.
        where: The conditions that evidence must state, such as ``{"place": "caller", "loop": "open"}``.
        offered: The rate of requests at which it has to hold. Evidence from less load can refute it, and not prove it.
        span: The least time that evidence must cover; shorter evidence can refute it, and not prove it.
        confidence: The level of confidence of the test.
        independent: True to take observations as independent of each other, so that evidence without an order can prove it, and a number
            without a sample is compared as it is. Every finding says so.
        binds: The parts of the subject that it is about: evidence of another model proves nothing about this one.
        max_age: The number of days for which evidence counts; None for ever.
        placeholder: True for an example of a target, which nobody has agreed to yet. An overlay that sets the limit makes it False.

    Raises:
        InvalidError: A field is invalid, or the fields do not fit together.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    measure: str = attrs.field(kw_only=True, metadata=check(measure_name))
    at_most: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True, metadata=check(_limit))
    at_least: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True, metadata=check(_limit))
    quantile: float | None = attrs.field(
        default=None, converter=as_number, kw_only=True, metadata=check(v.optional(_quantile))
    )
    relative_to: str = attrs.field(default="", kw_only=True, metadata=check(v.id_or_nothing))
    where: tuple[Choice, ...] = attrs.field(default=(), converter=as_conditions, kw_only=True, metadata=check(choices))
    offered: Quantity | None = attrs.field(
        default=None, converter=as_quantity, kw_only=True, metadata=check(quantity_of("rate"))
    )
    span: Quantity | None = attrs.field(default=None, converter=as_quantity, kw_only=True, metadata=check(_span))
    confidence: float = attrs.field(default=0.95, converter=as_number, kw_only=True, metadata=check(_confidence))
    independent: bool = attrs.field(default=False, kw_only=True, metadata=check(_flag))
    binds: tuple[str, ...] = attrs.field(
        default=("model", "config"), converter=tuple_of[str], kw_only=True, metadata=check(parts)
    )
    max_age: int | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(_days)))
    placeholder: bool = attrs.field(default=False, kw_only=True, metadata=check(_flag))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if faults := self._contradictions():
            raise InvalidError(faults)

    def _contradictions(self) -> list[Fault]:
        if (self.at_most is None) == (self.at_least is None):
            problem = "are both given" if self.at_most else "is missing, as is at_least"
            return [fault("contradiction", "at_most", problem, self.at_most and str(self.at_most), "give one of them")]
        form, name = self.form, "at_most" if self.at_most else "at_least"
        known = MEASURES.get(self.measure, (None,))[0] or ("number" if self.measure.startswith("score.") else None)
        if known and (known == "distribution") != (self.quantile is not None):
            if known == "distribution":
                hint = "say which the limit is for, as in 0.99 for p99"
                return [fault("contradiction", "quantile", "is missing for a distribution", None, hint)]
            return [fault("contradiction", "quantile", f"is not for a {known}", self.quantile, "leave it out")]
        allowed: Sequence[Dimension] = ("time",) if known == "distribution" else _DIMENSIONS[form]
        if self.relative_to:
            allowed = ("share", "points") if form == "share" else ("share",)
        if self.limit.dimension not in allowed:
            units = {"share": "%", "points": "points", "time": "a unit of time", "rate": "/s", "number": "no unit"}
            hint = f"give it in {' or with '.join(units[dimension] for dimension in allowed)}"
            if self.limit.dimension == "points" and form == "share":
                hint += ", or name the baseline that it is compared with as relative_to"
            return [fault("contradiction", name, f"has a unit that does not fit a {form}", str(self.limit), hint)]
        if self.at_least and form != "number":
            hint = "state what may be wrong of all, with at_most"
            return [fault("contradiction", "at_least", f"is not for a {form}", str(self.at_least), hint)]
        if form == "share" and not self.relative_to and self.limit.value >= 1:
            return [fault("out-of-range", name, "is not below 100%", str(self.limit), "every share would be within it")]
        return []

    @property
    def limit(self) -> Quantity:
        """The limit, whichever side it is on."""
        limit = self.at_most or self.at_least
        assert limit  # as the constructor has checked
        return limit

    @property
    def form(self) -> Form:
        """The form of its measure, ``"share"``, ``"distribution"`` or ``"number"``."""
        known = MEASURES.get(self.measure, (None,))[0]
        if known:
            return known
        if self.quantile is not None:
            return "distribution"
        is_share = self.limit.dimension in ("share", "points") and not self.measure.startswith("score.")
        return "share" if is_share else "number"

    @property
    def family(self) -> Family:
        """The kind of KPI, such as ``"latency"``; ``"other"`` for none of the usual ones."""
        return "throughput" if self.offered else family_of(self.measure)

    @property
    def target(self) -> str:
        """The target in words, as in ``p99 at most 120 ms``."""
        quantile = f"p{round(self.quantile * 100, 6):g} " if self.quantile is not None else ""
        limit = f"at most {self.at_most}" if self.at_most else f"at least {self.at_least}"
        more = f" more than {self.relative_to}" if self.limit.dimension == "points" else f" of {self.relative_to}"
        return f"{quantile}{limit}{more if self.relative_to else ''}"

    def to_dict(self) -> KpiDocument:
        """Return the KPI as in files: only the fields that differ from their default."""
        return cast("KpiDocument", late_import("codec").plain(self))


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Criterion(Validated):
    """A condition for a task to be proven: KPIs that have to be met, or the word of a person in a role.

    Attributes:
        id: The id used by waivers and attestations, in the form of a task id; unique within its task.
        title: The condition, in one line.
        kpis: The ids of the KPIs that all have to be met. Exactly one of ``kpis`` and ``attested`` is given.
        attested: The role that has to attest it, such as ``"product owner"``.
        binds: The parts of the subject that an attestation is about, ``"kpis"`` for the targets themselves; each KPI states its own.
        max_age: The number of days for which an attestation counts; None for ever. Each KPI states its own.
        required: False for a condition that is shown and blocks nothing.

    Raises:
        InvalidError: A field is invalid, or it has not exactly one of ``kpis`` and ``attested``.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    kpis: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], kw_only=True, metadata=check(v.each(v.ident, distinct=True))
    )
    attested: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    binds: tuple[str, ...] = attrs.field(default=(), converter=tuple_of[str], kw_only=True, metadata=check(parts))
    max_age: int | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(_days)))
    required: bool = attrs.field(default=True, kw_only=True, metadata=check(_flag))

    def __attrs_post_init__(self) -> None:
        verify(self)
        hint = "name KPIs, or the role that attests it"
        if bool(self.kpis) == bool(self.attested):
            problem = "is given beside kpis" if self.attested else "is missing, as are kpis"
            raise InvalidError([fault("contradiction", "attested", problem, self.attested or None, hint)])
        for name in ("binds", "max_age"):
            if self.kpis and getattr(self, name):
                hint = "set it at the KPIs"
                raise InvalidError([fault("contradiction", name, "is for attestations", getattr(self, name), hint)])


Roles: TypeAlias = "Mapping[str, str | Sequence[str]] | Sequence[tuple[str, Sequence[str]]]"
"""Roles and who holds them: ``{"product owner": ["checkout-lead"]}``."""


def as_roles(value: Roles) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Convert a mapping of roles to those who hold them, or pairs, to pairs sorted by role. Anything else is left to the check."""
    pairs: Any = as_tuple(cast("Sequence[object]", v.pairs_of(value)))
    if is_tuple(pairs) and all(is_tuple(pair) and len(pair) == 2 for pair in pairs):
        stated = tuple(
            (as_text(role), (as_text(who),) if is_a(who, str) else as_tuple(who)) for role, who in cast("Any", pairs)
        )
        pairs = stated if roles(stated, "") else tuple(sorted(stated))
    return cast("tuple[tuple[str, tuple[str, ...]], ...]", pairs)


_holders = v.some(v.each(v.line, distinct=True))


def roles(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of pairs: a role, each once, and a tuple of those who hold it."""
    if not is_tuple(value) or not all(is_tuple(pair) and len(pair) == 2 for pair in value):
        hint = "write roles and who holds them, as in {'product owner': ['checkout-lead']}"
        return [fault("wrong-kind", name, "are not roles", value, hint)]
    pairs = cast("tuple[tuple[str, tuple[str, ...]], ...]", value)
    found = [each for role, who in pairs for each in (*v.line(role, name), *_holders(who, name))]
    if not found and len(dict(pairs)) < len(pairs):
        found.append(fault("duplicate", name, "name a role twice", value, "put all who hold it into one list"))
    return found


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class GateDefinition(Validated):
    """A decision point of a checklist, such as "go live", and the policy for what people may say there.

    Tasks name the gates that they belong to. :meth:`servingchecklist.Launch.gate` decides it.

    Attributes:
        id: The id used by tasks and commands, in the form of a task id.
        title: The decision, in one line.
        roles: The roles whose attestations count only from those who hold them: ``{"product owner": ["checkout-lead"]}``.
        second_person: True if a waiver, a task marked as not applicable and a withdrawal of evidence count only once another person has
            approved them, and an attestation only from another person than the one who finished the task.
        longest_waiver: The maximum number of days from the recording of a waiver to its last day; 0 for no waivers; None for no limit.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str = attrs.field(metadata=check(v.ident))
    title: str = attrs.field(metadata=check(v.line))
    roles: tuple[tuple[str, tuple[str, ...]], ...] = attrs.field(
        default=(), converter=as_roles, kw_only=True, metadata=check(roles)
    )
    second_person: bool = attrs.field(default=False, kw_only=True, metadata=check(_flag))
    longest_waiver: int | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.count)))


kpis = v.each_with_id(Kpi, "Kpi(id, title, measure=..., at_most=...)")
"""Check that a value is a tuple of KPIs with ids of their own."""
gates = v.each_with_id(GateDefinition, "GateDefinition(id, title)")
"""Check that a value is a tuple of gates with ids of their own."""
