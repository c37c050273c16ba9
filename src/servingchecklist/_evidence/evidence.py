"""Evidence: what was measured, of which subject, when, by which tool, and how far it can be trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

import attrs

from .._jsonlike import canonical, digest_of, plain
from .._model import _validation as v
from .._model._validation import Validated, as_day_or_none, as_tuple, check, fault, tuple_of, verify
from .._model.facet import Choice, choices
from .._model.kpi import Family, as_conditions, measure_name
from .._model.timestamps import as_utc, timestamp
from .._namespace import NotebookDisplay, public
from ..errors import Fault, invalid

if TYPE_CHECKING:
    from ..documents import EvidenceDocument, MeasureDocument, PartDocument

Sampling: TypeAlias = Literal["stream", "set", "census"]
Bias: TypeAlias = Literal["flatters", "darkens", "unsound"]

_LARGEST = 10**12
_MOST_MEASURES, MOST_BUCKETS = 200, 128
_MOST_CHARACTERS = 65_536

_DIGEST = re.compile("sha256:[0-9a-f]{64}")


def _is_digest(value: object) -> bool:
    return type(value) is str and _DIGEST.fullmatch(value) is not None


digest = v.require(
    _is_digest,
    "bad-format",
    "is not a digest",
    "write 'sha256:' and 64 digits of 0-9 and a-f, as sha256sum prints them",
)
"""Check that a value is a SHA-256 digest with its prefix."""


def digest_of_bytes(data: bytes) -> str:
    """Return the digest of the content of a file, as parts and sources have it."""
    from hashlib import sha256

    return f"sha256:{sha256(data).hexdigest()}"


_MOST_DIGITS = 40
_OWN = Context(prec=_MOST_DIGITS, traps=[])  # so that the context of the caller changes nothing


def _as_decimal(value: Decimal | str | float) -> Decimal:
    """Convert a number or its text to a decimal number in its one form. Anything else is left to the check."""
    if type(value) is Decimal:
        number = _OWN.plus(value)
    elif type(value) is int:
        number = Decimal(value) if abs(value) <= _LARGEST else Decimal("NaN")
    elif type(value) is float or (type(value) is str and len(value) <= _MOST_DIGITS):
        number = _OWN.create_decimal(str(value))
    else:
        return cast("Decimal", value)
    if not number.is_finite():
        return cast("Decimal", value)
    return _OWN.normalize(number) if number else Decimal(0)


def _is_number(value: object, least: int) -> bool:
    """Return True for a decimal number of an ordinary size, from ``least`` on."""
    if type(value) is not Decimal or not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return len(digits) <= _MOST_DIGITS and cast("int", exponent) >= -_MOST_DIGITS and least <= value <= _LARGEST


def _as_decimal_or_none(value: Decimal | str | float | None) -> Decimal | None:
    return None if value is None else _as_decimal(value)


_number = v.require(
    lambda value: _is_number(value, -_LARGEST),
    "out-of-range",
    "is not a number",
    "write a number from -10^12 to 10^12, or its digits as text",
)
_effect = v.require(
    lambda value: _is_number(value, 1),
    "out-of-range",
    "is not a design effect",
    "write a number from 1 on",
)


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Part(Validated):
    """A part of the subject that is launched, such as the model, known by its digest.

    Attributes:
        name: Its name, such as ``"model"``, ``"config"``, ``"image"`` or ``"dataset"``, in the form of a task id.
        digest: Its SHA-256 digest: ``"sha256:"`` and 64 hexadecimal digits. Parts are compared by it alone.
        label: A name for people, such as a version; may be empty.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    name: str = attrs.field(metadata=check(v.ident))
    digest: str = attrs.field(metadata=check(digest))
    label: str = attrs.field(default="", metadata=check(v.optional_line))

    def to_dict(self) -> PartDocument:
        """Return the part as strings, ready for JSON."""
        return cast("PartDocument", _document(self))


def subject(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of parts with names of their own."""
    if faults := v.each_exactly(Part, "Part(name, digest)")(value, name):
        return faults
    names = [part.name for part in cast("tuple[Part, ...]", value)]
    if len(set(names)) == len(names):
        return ()
    return [fault("duplicate", name, "name a part twice", max(names, key=names.count), "give each part once")]


Subject: TypeAlias = "Mapping[str, str] | Sequence[Part]"
"""The parts of a subject: ``{"model": "sha256:..."}``, or a sequence of :class:`Part`."""


def as_parts(value: Subject) -> tuple[Part, ...]:
    """Convert a mapping of names to digests, or parts, to parts sorted by name. Anything else is left to the check.

    Raises:
        InvalidError: A name or a digest is invalid.
    """
    pairs = v.pairs_of(value)
    if pairs is not value:
        parts = tuple(Part(name, one) for name, one in cast("Sequence[tuple[str, str]]", pairs))
    else:
        parts = as_tuple(cast("Sequence[Part]", value))
        if subject(parts, ""):
            return parts
    return tuple(sorted(parts, key=attrgetter("name")))


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Source(Validated):
    """The origin of evidence: a tool and the file that it wrote.

    Attributes:
        tool: The tool, such as ``"pytest"``.
        version: Its version; empty if the file does not say it.
        file: The name of the file, without its folder; empty for numbers given by hand.
        digest: The digest of the bytes that were read; empty for numbers given by hand.
        options: The options of the import that decide what of the file counts, so that others can count again; may be empty.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    tool: str = attrs.field(metadata=check(v.line))
    version: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    file: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))
    digest: str = attrs.field(default="", kw_only=True, metadata=check(v.or_empty(digest)))
    options: str = attrs.field(default="", kw_only=True, metadata=check(v.optional_line))


def _least(self: Share | Bucket) -> int:
    return self.least


def _ordered(value: Share | Bucket, most: int | None) -> None:
    """Raise InvalidError where the counts of a share or a bucket are out of order."""
    if value.least > value.most or (most is not None and value.most > most):
        hint = "write counts in the order least, most, n"
        raise invalid("out-of-order", "$.most", "is out of order", value.most, hint)


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Share(Validated):
    """Violations among observations: ``Share(3, 520)`` is 3 of 520.

    Attributes:
        least: The least number of violations.
        n: The number of observations.
        most: The largest number of violations, where a file does not say exactly how many there were; by default ``least``.

    Raises:
        InvalidError: A count is invalid, or they are out of order.
    """

    kind = "share"

    least: int = attrs.field(metadata=check(v.count))
    n: int = attrs.field(metadata=check(v.count))
    most: int = attrs.field(default=attrs.Factory(_least, takes_self=True), kw_only=True, metadata=check(v.count))

    def __attrs_post_init__(self) -> None:
        verify(self)
        _ordered(self, self.n)


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Bucket(Validated):
    """A bucket of a histogram: how many observations are at most ``bound``, as in Prometheus.

    Attributes:
        bound: The upper bound, in seconds for times. Text and numbers become a ``Decimal``.
        least: The least number of observations that are at most the bound.
        most: The largest number of them, where it is not known exactly; by default ``least``.

    Raises:
        InvalidError: A field is invalid, or the counts are out of order.
    """

    bound: Decimal = attrs.field(converter=_as_decimal, metadata=check(_number))
    least: int = attrs.field(metadata=check(v.count))
    most: int = attrs.field(default=attrs.Factory(_least, takes_self=True), kw_only=True, metadata=check(v.count))

    def __attrs_post_init__(self) -> None:
        verify(self)
        _ordered(self, None)


_buckets = v.some(v.each_exactly(Bucket, "Bucket(bound, count)"))


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Histogram(Validated):
    """A distribution, by cumulative counts.

    Attributes:
        n: The number of observations. What failed is among them, and above every bound.
        buckets: The buckets, by rising bounds: 1 to 128. Counts never fall from one to the next.

    Raises:
        InvalidError: A field is invalid, or bounds or counts are out of order.
    """

    kind = "histogram"

    n: int = attrs.field(metadata=check(v.count))
    buckets: tuple[Bucket, ...] = attrs.field(converter=tuple_of[Bucket], metadata=check(_buckets))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if len(self.buckets) > MOST_BUCKETS:
            hint = f"keep at most {MOST_BUCKETS}, the limits of your KPIs among them"
            raise invalid("out-of-range", "$.buckets", "are too many", self.buckets, hint)
        for place, (before, bucket) in enumerate(zip(self.buckets, self.buckets[1:], strict=False), 1):
            if bucket.bound <= before.bound or bucket.least < before.least or bucket.most < before.most:
                hint = "order them by their bounds, with counts that do not fall"
                raise invalid("out-of-order", f"$.buckets[{place}]", "is out of order", str(bucket.bound), hint)
        if self.buckets[-1].most > self.n:
            hint = "count failed observations in n only"
            raise invalid("out-of-order", "$.n", "is below the count of the last bucket", self.n, hint)


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Number(Validated):
    """A value without a count of violations, such as a score or a rate.

    Attributes:
        value: The value, in seconds for times and per second for rates. Text and numbers become a ``Decimal``.
        n: The number of observations that it summarizes; None if that is not known.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    kind = "number"

    value: Decimal = attrs.field(converter=_as_decimal, metadata=check(_number))
    n: int | None = attrs.field(default=None, kw_only=True, metadata=check(v.optional(v.count)))


sampling = v.require(
    lambda value: type(value) is str and value in get_args(Sampling),
    "unknown-value",
    "is not a kind of sampling",
    "write 'stream', 'set' or 'census'",
)
"""Check that a value is a kind of sampling."""

Value: TypeAlias = Share | Histogram | Number
"""The forms of a measured value."""

VALUES: dict[str, type[Value]] = {kind.kind: kind for kind in get_args(Value)}
"""The forms by their names in files."""


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Measure(Validated):
    """One measured value.

    Attributes:
        name: The name of the measure, as a KPI has it.
        value: The value: a :class:`Share` of violations, a :class:`Histogram` or a :class:`Number`.
        where: The conditions under which it was measured, such as ``{"place": "caller", "loop": "open", "baseline": "offline"}``.
        sampling: ``"stream"`` for observations in a row, which may depend on each other; ``"set"`` for items that were chosen independently
            of each other, such as tests; ``"census"`` for all that there are.
        spread: An upper bound of the design effect: the factor by which dependent observations tell less than as many independent ones.
            None where it is not known, as where their order was lost; then a stream can refute a KPI, and not prove it.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    name: str = attrs.field(metadata=check(measure_name))
    value: Value = attrs.field(
        metadata=check(
            v.require(
                lambda value: type(value) in VALUES.values(),
                "wrong-kind",
                "is not a measured value",
                "give a Share, a Histogram or a Number",
            )
        )
    )
    where: tuple[Choice, ...] = attrs.field(default=(), converter=as_conditions, kw_only=True, metadata=check(choices))
    sampling: Sampling = attrs.field(
        default="stream",
        kw_only=True,
        metadata=check(sampling),
    )
    spread: Decimal | None = attrs.field(
        default=None, converter=_as_decimal_or_none, kw_only=True, metadata=check(v.optional(_effect))
    )

    def to_dict(self) -> MeasureDocument:
        """Return the measure as dicts, lists, strings and counts, ready for JSON."""
        value = {"kind": self.value.kind, **_document(self.value)}
        where = {"where": {choice.facet: list(choice.values) for choice in self.where}} if self.where else {}
        return cast("MeasureDocument", {**_document(self), "value": value, **where})


@public("evidence")
@attrs.frozen(getstate_setstate=False)
class Caution(Validated):
    """A reason not to believe evidence in one direction or in both.

    Attributes:
        code: A stable name, in the form of an id, such as ``"closed-loop"``.
        words: The reason in words.
        bias: ``"flatters"`` where the evidence may look better than the service is: it cannot prove a KPI. ``"darkens"`` where it may look
            worse: it cannot refute one. ``"unsound"`` for both.
        families: The families of KPIs that it is about; empty for all.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    code: str = attrs.field(metadata=check(v.ident))
    words: str = attrs.field(metadata=check(v.line))
    bias: Bias = attrs.field(
        kw_only=True,
        metadata=check(
            v.require(
                lambda value: type(value) is str and value in get_args(Bias),
                "unknown-value",
                "is not a bias",
                "write 'flatters', 'darkens' or 'unsound'",
            )
        ),
    )
    families: tuple[Family, ...] = attrs.field(
        default=(),
        converter=tuple_of[Family],
        kw_only=True,
        metadata=check(
            v.each(
                v.require(
                    lambda value: type(value) is str and value in get_args(Family),
                    "unknown-value",
                    "is not a family of KPIs",
                    f"write one of {', '.join(get_args(Family))}",
                ),
                distinct=True,
            )
        ),
    )


_measures = v.some(v.each_exactly(Measure, "Measure(name, Share(...))"))


@public("evidence")
@attrs.frozen(getstate_setstate=False, cache_hash=True)
class Evidence(Validated, NotebookDisplay):
    """A record of measurements of a subject in a period. It is a fact: what it proves follows from the KPIs, and is never stored.

    Raw data stays outside; the digest of its file is kept.

    Attributes:
        measures: What was measured: 1 to 200 measures.
        subject: The parts that it was measured of. You can pass a mapping of names to digests.
        sources: The tools and files that it comes from.
        collected_from: The beginning of the period. You may give any aware datetime.
        collected_to: The end of the period.
        cautions: Reasons not to believe it.
        expires: The last day on which it counts; None if it states none.
        note: More about it.

    Raises:
        InvalidError: A field is invalid, the period ends before it begins, or the evidence is larger than 64 KiB in its canonical form.
    """

    measures: tuple[Measure, ...] = attrs.field(converter=tuple_of[Measure], metadata=check(_measures))
    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, kw_only=True, metadata=check(subject))
    sources: tuple[Source, ...] = attrs.field(
        default=(), converter=tuple_of[Source], kw_only=True, metadata=check(v.each_exactly(Source, "Source(tool)"))
    )
    collected_from: datetime = attrs.field(converter=as_utc, kw_only=True, metadata=check(timestamp))
    collected_to: datetime = attrs.field(converter=as_utc, kw_only=True, metadata=check(timestamp))
    cautions: tuple[Caution, ...] = attrs.field(
        default=(),
        converter=tuple_of[Caution],
        kw_only=True,
        metadata=check(v.each_exactly(Caution, "Caution(code, words, bias=...)")),
    )
    expires: date | None = attrs.field(
        default=None, converter=as_day_or_none, kw_only=True, metadata=check(v.optional(v.day))
    )
    note: str = attrs.field(default="", kw_only=True, metadata=check(v.stored_text))

    def __attrs_post_init__(self) -> None:
        verify(self)
        if self.collected_to < self.collected_from:
            hint = "give the earlier time as collected_from"
            raise invalid("out-of-order", "$.collected_to", "lies before collected_from", str(self.collected_to), hint)
        if len(self.measures) > _MOST_MEASURES or len(canonical(self.to_dict())) > _MOST_CHARACTERS:
            hint = "split it, or keep fewer buckets; raw data stays in its file"
            raise invalid("too-long", "$.measures", "are too much for one piece of evidence", self.measures, hint)

    @cached_property
    def id(self) -> str:
        """The SHA-256 digest of the evidence in its canonical form, in 64 hexadecimal digits."""
        return digest_of(self.to_dict())

    def to_dict(self) -> EvidenceDocument:
        """Return the evidence as in files: dicts, lists, strings and counts. Fields that equal their default are left out."""
        return cast("EvidenceDocument", _document(self))


evidence = v.exactly(Evidence, "Evidence([Measure(...)], collected_from=..., collected_to=...)")
"""Check that a value is evidence."""


def _document(value: attrs.AttrsInstance) -> dict[str, object]:
    """Return the fields of a value that differ from their default, as plain data."""
    document: dict[str, object] = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        default = value.least if field.name == "most" and isinstance(value, Share | Bucket) else field.default
        if held != default:
            document[field.name] = _plain(held)
    return document


def _plain(value: object) -> object:
    if type(value) is Decimal:
        return f"{value:f}"
    if type(value) is tuple:
        return list(map(_plain, cast("tuple[object, ...]", value)))
    if isinstance(value, Measure):
        return value.to_dict()
    return _document(cast("attrs.AttrsInstance", value)) if attrs.has(type(value)) else plain(value)
