"""Importers: files of other tools as evidence.

Each importer is a module with the same names: ``NAME``, ``sniff(head) -> bool`` and ``read(data, options) -> Evidence``. They read counts and
values; the verdict of a tool is not taken over. The importers of installed packs are looked up after the bundled ones.
"""

from __future__ import annotations

import os
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

import attrs

from .._evidence.evidence import Evidence, Part, Sampling, Source, as_parts, digest_of_bytes, sampling, subject
from .._files import check_path, read_bytes
from .._model import _validation as v
from .._model._validation import Validated, as_number, check, tuple_of
from .._model.facet import Choice, choices
from .._model.kpi import Kpi, as_conditions, kpis
from .._model.timestamps import as_utc_or_none, timestamp
from .._namespace import public
from .._plugins import IMPORTERS, offer_named, offers
from ..errors import ChecklistError, Fault, InvalidError, UnknownNameError, invalid, show, show_path, unknown_name
from ..formats.limits import DEFAULT_LIMITS, Limits, check_limits

if TYPE_CHECKING:
    from os import PathLike

    from .._plugins import Offer

BUNDLED = {"requests": "requests", "junit": "junit"}
"""The modules of the bundled importers, by their names."""

_HEAD = 4_096


def _as_seconds(value: float) -> float:
    return as_number(value)


_warm_up = v.require(
    lambda value: type(value) in (int, float) and 0 <= value <= 86_400,
    "out-of-range",
    "is not a number of seconds",
    "write a number from 0 to 86,400",
)


@public("evidence")
@attrs.frozen(kw_only=True)
class ImportOptions(Validated):
    """The options of an import: facts that a file of a tool does not state. Each importer uses what it needs.

    Attributes:
        subject: The parts that it was measured of. You can pass a mapping of names to digests.
        where: Conditions under which it was measured, such as ``{"baseline": "offline"}``; they are added to what the file says.
        kpis: The KPIs that it is for: counts at their limits are kept exactly.
        wanted: The classes of requests that deserve an answer; requests of others are load, and no failures. Empty for all.
        sent: The number of requests that were sent, so that a file that was cut is noticed; None if it is not known.
        warm_up: The number of seconds at the beginning that are kept apart, with ``where={"phase": "warm-up"}``.
        sampling: The kind of sampling, where it is another than the importer assumes: ``"census"`` for tests that are all there are.
        at: The time of the measurement, for a file that does not state it.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    subject: tuple[Part, ...] = attrs.field(default=(), converter=as_parts, metadata=check(subject))
    where: tuple[Choice, ...] = attrs.field(default=(), converter=as_conditions, metadata=check(choices))
    kpis: tuple[Kpi, ...] = attrs.field(default=(), converter=tuple_of[Kpi], metadata=check(kpis))
    wanted: tuple[str, ...] = attrs.field(
        default=(), converter=tuple_of[str], metadata=check(v.each(v.line, distinct=True))
    )
    sent: int | None = attrs.field(default=None, metadata=check(v.optional(v.count)))
    warm_up: float = attrs.field(default=0.0, converter=_as_seconds, metadata=check(_warm_up))
    sampling: Sampling | None = attrs.field(default=None, metadata=check(v.optional(sampling)))
    at: datetime | None = attrs.field(default=None, converter=as_utc_or_none, metadata=check(v.optional(timestamp)))


class Importer(Protocol):
    """A module that reads the files of one tool."""

    NAME: str

    def sniff(self, head: bytes) -> bool:
        """Return True if a file that begins so is one of this tool."""
        ...

    def read(self, data: bytes, options: ImportOptions) -> Evidence:
        """Return the evidence in a file."""
        ...


@public("evidence")
def digest_of(path: str | PathLike[str], limits: Limits | None = None) -> str:
    """Return the SHA-256 digest of the content of a file, as parts of a subject have it.

    Args:
        path: The file.
        limits: The limits for the file, of which only its size matters; None for any size.

    Raises:
        FileError: The file cannot be read.
        LimitError: The file is larger than the limits allow.
    """
    check_limits(limits)
    return digest_of_bytes(read_bytes(check_path(path), limits.bytes if limits else None))


@public("evidence")
def read_evidence(
    path: str | PathLike[str],
    importer: str | None = None,
    options: ImportOptions | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
) -> Evidence:
    """Read evidence from a file of another tool.

    Args:
        path: The file.
        importer: The name of the importer, ``"requests"``, ``"junit"`` or that of a pack, if the file does not show it.
        options: What the file does not say of itself.
        limits: The limits for the file, of which only its size matters; None for a file you trust.

    Raises:
        FileError: The file cannot be read.
        UnknownNameError: There is no such importer, or none that knows the file.
        InvalidError: The file is not what the importer reads, or an argument is invalid.
        PackError: The importer comes from a pack and is faulty.
    """
    path = check_path(path)
    check_limits(limits)
    if options is not None and type(options) is not ImportOptions:
        raise invalid("wrong-kind", "$.options", "are not options of an import", options, "give ImportOptions(...)")
    data = read_bytes(path, limits.bytes if limits else None)
    if not data and importer is None:
        raise InvalidError([Fault("empty", "$", "is an empty file", hint="measure again, and write what was measured")])
    evidence = _importer(importer, data[:_HEAD], path).read(data, options or ImportOptions())
    source, *others = evidence.sources or (Source("file"),)
    source = attrs.evolve(source, file=_name(path), digest=digest_of_bytes(data))
    return attrs.evolve(evidence, sources=[source, *others])


def _name(path: str) -> str:
    """Return the name of a file without its folder; empty if it is none that can be stored."""
    name = os.path.basename(path)
    return "" if v.optional_line(name, "file") else name


def _importer(name: object, head: bytes, path: str) -> Importer:
    if name is None:
        for known in (*BUNDLED, *_installed()):
            found = _named(known)
            if found and found.sniff(head):
                return found
        hint = f"name its importer: {', '.join((*BUNDLED, *_installed()))}"
        raise UnknownNameError([Fault("unknown-name", "$", "does not look like a known file", show_path(path), hint)])
    found = _named(name)
    if found is None:
        raise unknown_name("unknown-name", "$.importer", "importer", name, (*BUNDLED, *_installed()))
    return found


def _installed() -> tuple[str, ...]:
    return tuple(offer.name for offer in offers(IMPORTERS, BUNDLED) if not offer.fault)


def _named(name: object) -> Importer | None:
    if type(name) is str and name in BUNDLED:
        return cast("Importer", import_module(f".{BUNDLED[name]}", __name__))
    offer = offer_named(name, IMPORTERS, BUNDLED) if type(name) is str else None
    return _Installed(offer) if offer else None


class _Installed:
    """An importer of a pack, which reports its failures as errors of the pack."""

    def __init__(self, offer: Offer) -> None:
        self.NAME, self._offer = offer.name, offer
        self._module = cast("Importer", offer.load())

    def sniff(self, head: bytes) -> bool:
        with self._offer.reraised_as_pack_error("whose sniff", passing=ChecklistError):
            return bool(self._module.sniff(head))

    def read(self, data: bytes, options: ImportOptions) -> Evidence:
        with self._offer.reraised_as_pack_error("whose read", passing=ChecklistError):
            evidence: object = self._module.read(data, options)
        if not isinstance(evidence, Evidence):
            raise self._offer.error("whose read gives no evidence", show(evidence))
        return evidence
