"""The importer of ``requests.jsonl``: one line of JSON for each request that a load generator has sent, in an open loop.

``docs/reference/evidence.md`` describes the format.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from decimal import Decimal
from math import ceil, inf
from typing import TYPE_CHECKING, Any, NamedTuple

from .._evidence import dependence
from .._evidence.evidence import MOST_BUCKETS, Bucket, Caution, Evidence, Histogram, Measure, Number, Share, Source
from .._jsonlike import is_dict, parse_json
from .._model._validation import LINE_LENGTH
from .._model.facet import Choice
from .._model.timestamps import later, read_stamp
from ..errors import MOST_FAULTS, Fault, InvalidError, invalid, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from . import ImportOptions

NAME = "requests"

_LONGEST_LINE = 20_000
_TOP_RANKS, _QUANTILES = 32, 48
_LONGEST = 1e6
_PARTS = 25


class _Row(NamedTuple):
    """A request: when it was to be sent, its latency (infinite for a failed one), its class and its number."""

    intended: datetime
    is_intended: bool
    latency: float
    kind: str | None
    seq: int | None


def sniff(head: bytes) -> bool:
    """Return True for a line of JSON with the keys of a request."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    return line.lstrip().startswith(b"{") and b'"status"' in line and b'"ok"' in line


def read(data: bytes, options: ImportOptions) -> Evidence:
    """Return the latencies, the failures and the offered load of requests.

    Raises:
        InvalidError: A line is not a request; or the file does not hold as many as were sent.
    """
    rows, stated = _rows(data, options)
    for sent in (options.sent, stated):
        if sent is not None and sent != len(rows):
            hint = "the file was cut, or requests are missing: measure again, or state what was sent"
            problem = f"holds {len(rows):,} requests, and {sent:,} were sent"
            raise InvalidError([Fault("contradiction", "$", problem, hint=hint)])
    if not rows:
        raise InvalidError([Fault("empty", "$", "holds no request", hint="write one line for each request")])
    rows.sort(key=lambda row: (row.intended, row.seq or 0))
    start = later(rows[0].intended, options.warm_up)
    wanted = [row for row in rows if not options.wanted or row.kind in options.wanted]
    if not wanted:
        known = sorted({row.kind for row in rows if row.kind})
        hint = f"known classes: {', '.join(map(show, known[:9]))}"
        raise invalid("unknown-value", "$.wanted", "has no request of the wanted classes", options.wanted[0], hint)
    counted = [row for row in wanted if row.intended >= start]
    if not counted:
        hint = f"the run takes {(rows[-1].intended - rows[0].intended).total_seconds():g} s"
        raise invalid("out-of-range", "$.warm_up", "leaves no request to count", options.warm_up, hint)
    is_open = all(row.is_intended for row in rows)
    where = (*options.where, Choice("place", "caller"), *([Choice("loop", "open")] if is_open else []))
    warm = (*where, Choice("phase", "warm-up"))
    early = [row for row in wanted if row.intended < start]
    measures = [
        *_measures(counted, where, options),
        *(_measures(early, warm, options) if early else ()),
        *_offered([row for row in rows if row.intended >= start], where),
        *_offered([row for row in rows if row.intended < start], warm),
    ]
    return Evidence(
        measures,
        subject=options.subject,
        sources=[Source("requests.jsonl", options=_options(options))],
        # What is sent says how much time was seen: an answer that comes late, or one that is not wanted, shows nothing of it.
        collected_from=counted[0].intended,
        collected_to=counted[-1].intended,
        cautions=[*_cautions(rows, counted, is_open=is_open, is_whole=(options.sent, stated) != (None, None))],
    )


def _offered(rows: Sequence[_Row], where: Sequence[Choice]) -> Iterator[Measure]:
    """Yield the rate at which requests were sent, those of all classes."""
    seconds = (rows[-1].intended - rows[0].intended).total_seconds() if rows else 0
    if seconds:
        rate = round((len(rows) - 1) / seconds, 6)
        yield Measure("load.offered", Number(rate, n=len(rows)), where=where)


def _options(options: ImportOptions) -> str:
    """Return the options that decide which requests count, as JSON: ``{"wanted": ["good"], "warm_up": 5}``.

    Raises:
        InvalidError: They are too long to be kept with the evidence.
    """
    stated = {name: value for name in ("wanted", "warm_up") if (value := getattr(options, name))}
    text = json.dumps(stated) if stated else ""
    if len(text) > LINE_LENGTH:
        hint = "give a class to all requests that are wanted"
        raise invalid("too-long", "$.wanted", "are too many classes to be kept", options.wanted, hint)
    return text


def _cautions(rows: Sequence[_Row], counted: Sequence[_Row], *, is_open: bool, is_whole: bool) -> Iterator[Caution]:
    if not is_open:
        words = "not every row says when it was meant to be sent, so waiting behind other requests may be hidden"
        yield Caution("loop-unknown", words, bias="flatters", families=("latency", "throughput"))
    if not is_whole:
        words = "nothing says how many requests were sent, so the file may be cut"
        yield Caution("may-be-cut", words, bias="flatters")
    begin, whole = counted[0].intended, (counted[-1].intended - counted[0].intended).total_seconds()
    used = {min(_PARTS - 1, int((row.intended - begin).total_seconds() / whole * _PARTS)) for row in counted if whole}
    if whole and len(used) < _PARTS:
        words = f"nothing was sent in {_PARTS - len(used)} of {_PARTS} equal parts of its time"
        yield Caution("pauses", words, bias="flatters")
    numbers = {row.seq for row in rows if row.seq is not None}
    missing = max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0
    if missing:
        yield Caution("rows-missing", f"{missing:,} rows are missing by their numbers", bias="unsound")


def _measures(rows: Sequence[_Row], where: Sequence[Choice], options: ImportOptions) -> list[Measure]:
    latencies = [row.latency for row in rows]
    failed = sum(latency == inf for latency in latencies)
    kpis = [kpi for kpi in options.kpis if kpi.measure == "request.latency"]
    limits = {kpi.limit.value for kpi in kpis if not kpi.relative_to}
    spread = dependence.of_stream(latencies, map(float, limits))
    shared: Any = {
        "where": where,
        "sampling": options.sampling or "stream",
        "spread": None if spread is None else round(spread, 4),
    }
    quantiles = {kpi.quantile for kpi in kpis if kpi.quantile}
    return [
        Measure("request.latency", _histogram(latencies, limits, quantiles), **shared),
        Measure("request.failed", Share(failed, len(rows)), **shared),
    ]


def _histogram(latencies: Sequence[float], limits: set[Decimal], quantiles: set[float]) -> Histogram:
    """Return the counts at the limits and, as far as there is room, on both sides of quantiles, at the largest values and at even quantiles."""
    values = [Decimal(str(latency)) for latency in sorted(latencies) if latency < inf]
    ranks = [ceil(round(quantile * len(latencies), 6)) for quantile in sorted(quantiles)]
    sides = [value for rank in ranks for value in values[max(rank - 2, 0) : rank]]
    bounds = dict.fromkeys([*sorted(limits), *sides, *values[: -_TOP_RANKS - 1 : -1]])
    bounds |= dict.fromkeys(values[len(values) * part // _QUANTILES] for part in range(_QUANTILES) if values)
    # Where all failed and there is no limit, none was faster than the slowest that an answer can be.
    kept = sorted([*bounds][:MOST_BUCKETS]) or [Decimal(int(_LONGEST))]
    return Histogram(len(latencies), [Bucket(bound, bisect_right(values, bound)) for bound in kept])


def _rows(data: bytes, options: ImportOptions) -> tuple[list[_Row], int | None]:
    """Return the requests, and the number that the last line says were sent; None without such a line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: {error.reason} at byte {error.start}"
        raise InvalidError([Fault("encoding", "$", problem, "", "save it as UTF-8")]) from None
    rows: list[_Row] = []
    faults: list[Fault] = []
    stated: int | None = None
    seen: set[int] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            if stated is not None:
                raise invalid("misplaced", "$", "comes after the end of the file", line[:40], "write the end last")
            row = _row(line)
            if isinstance(row, int):
                stated = row
                continue
            if row.seq is not None:
                if row.seq in seen:
                    raise invalid("duplicate", "$.seq", "is there twice", row.seq, "number each request once")
                seen.add(row.seq)
            if options.wanted and row.kind is None:
                hint = "name the class of each request, or import it without wanted classes"
                raise InvalidError([Fault("missing", "$.class", "is missing", "", hint)])
            rows.append(row)
        except InvalidError as error:
            faults += [Fault(one.code, one.path, one.message, one.value, one.hint, line=number) for one in error.faults]
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise InvalidError(faults[:MOST_FAULTS])
    return rows, stated


def _row(line: str) -> _Row | int:
    """Parse a request, or the number of requests of an end line."""
    if len(line) > _LONGEST_LINE:
        raise invalid("too-long", "$", "is too long for a request", line, "leave bodies out")
    raw = parse_json(line)
    if not is_dict(raw):
        raise invalid("wrong-kind", "$", "is not a request", raw, "write an object with latency_s, status and ok")
    if "requests" in raw and raw.get("end") is True and "status" not in raw:
        return _count(raw["requests"], "requests")
    if missing := [name for name in ("status", "ok") if name not in raw]:
        raise InvalidError([Fault("missing", f"$.{name}", "is missing", "", "every row has it") for name in missing])
    intended, sent = raw.get("intended_at"), raw.get("sent_at")
    if intended is None and sent is None:
        hint = "say when the request was meant to be sent"
        raise InvalidError([Fault("missing", "$.intended_at", "is missing, and so is sent_at", "", hint)])
    try:
        at = read_stamp(intended if intended is not None else sent)
    except InvalidError as error:
        name = "intended_at" if intended is not None else "sent_at"
        raise InvalidError(fault.under(f"$.{name}") for fault in error.faults) from None
    status, ok, kind = raw["status"], raw["ok"], raw.get("class")
    if type(ok) is not bool:
        raise invalid("wrong-kind", "$.ok", "is not true or false", ok, "say if the answer was the wanted one")
    if status is not None and (type(status) is not int or not 100 <= status <= 599):
        raise invalid("wrong-kind", "$.status", "is not a status of HTTP", status, "write null if no answer came")
    if kind is not None and type(kind) is not str:
        raise invalid("wrong-kind", "$.class", "is not text", kind, "write the name of the class in quotes")
    latency = inf
    if ok and status is not None:
        value = raw.get("latency_s")
        if type(value) not in (int, float) or not 0 <= value <= _LONGEST:  # type: ignore[operator]  # a number by then
            hint = "write the seconds from the intended sending to the last byte"
            raise invalid("out-of-range", "$.latency_s", "is not a latency", value, hint)
        latency = round(float(value), 9)  # type: ignore[arg-type]  # as above
    seq = raw.get("seq")
    return _Row(at, intended is not None, latency, kind, None if seq is None else _count(seq, "seq"))


def _count(value: object, name: str) -> int:
    if type(value) is int and 0 <= value <= 10**9:
        return value
    raise invalid("out-of-range", f"$.{name}", "is not a count", value, "write a whole number from 0 on")
