"""Packs: checklists, overlays, formats and importers that installed distributions offer through entry points.

Packs are looked up at every call, so a pack that was just installed is found, and nothing of a pack is loaded before it is used. A pack
can be broken in many ways, and so can the metadata of any other distribution; none of that keeps the others from being found. Faults name
the distribution and its version, and every text from a pack is escaped as untrusted input.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from ._text import join_words, printable
from .errors import ChecklistError, Fault, PackError, show

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from importlib.metadata import Distribution, EntryPoint

CHECKLISTS = "servingchecklist.checklists"
"""The group of entry points for checklists and overlays: each is named with the id of its checklist or overlay."""

FORMATS = "servingchecklist.formats"
"""The group of entry points for formats."""

IMPORTERS = "servingchecklist.importers"
"""The group of entry points for importers of evidence."""

_STOPPING = (KeyboardInterrupt, GeneratorExit)
"""Exceptions that end the program or a generator, and are no fault of a pack."""

_MEND = "upgrade the pack, uninstall it, or tell those who make it"


@attrs.frozen
class Offer:
    """An entry point that a distribution offers, and the fault in it, if any.

    Attributes:
        name: The name of the entry point; empty where the entry points cannot be read.
        distribution: The distribution with its version: ``"example-serving-pack 1.0"``. Safe to print.
        point: The entry point, where it could be read.
        fault: The fault that is known before anything is loaded, if any.
    """

    name: str
    distribution: str
    point: EntryPoint | None = None
    fault: Fault | None = None

    def load(self) -> object:
        """Load the object that the entry point names.

        Raises:
            PackError: The offer has a fault, or the object cannot be loaded.
        """
        if self.fault:
            raise PackError([self.fault])
        assert self.point
        with self.reraised_as_pack_error("which", value=show(self.point.value)):
            return self.point.load()

    def error(self, problem: str, value: str = "", hint: str = _MEND) -> PackError:
        """Return an error about the offer, with a problem that continues "the pack offers it,"."""
        return PackError(
            [Fault("pack", "$", f"the pack {self.distribution} offers {show(self.name)}, {problem}", value, hint)]
        )

    @contextmanager
    def reraised_as_pack_error(
        self, who: str, passing: type[ChecklistError] | tuple[()] = (), *, value: str = ""
    ) -> Generator[None]:
        """Raise every exception from inside the block as a fault of the pack.

        Args:
            who: The part of the offer that the block uses, in words: "which", "whose dumps".
            passing: Errors that are no fault of a pack, and are raised unchanged.
            value: The value of the fault.

        Raises:
            PackError: Something was raised; it is the cause.
        """
        try:
            yield
        except passing:
            raise
        except _STOPPING:
            raise
        except BaseException as error:  # a pack may raise exceptions of any class
            raise self.error(f"{who} fails with {_told(error)}", value) from error


def offers(group: str, bundled: Collection[str]) -> tuple[Offer, ...]:
    """Return the offers of installed distributions in a group of entry points, sorted by name.

    Args:
        group: The group.
        bundled: Names that are taken already.
    """
    found = dict.fromkeys(offer for one in _distributions() for offer in _offers_of(one, group))
    offered = sorted(found, key=lambda offer: (offer.name, offer.distribution))
    makers: dict[str, list[str]] = {}
    for offer in offered:
        makers.setdefault(offer.name, []).append(offer.distribution)
    return tuple(_checked(offer, makers[offer.name], bundled) if offer.point else offer for offer in offered)


def offer_named(name: object, group: str, bundled: Collection[str]) -> Offer | None:
    """Return the offer of that name, or None.

    Raises:
        PackError: It has a fault, or several packs offer it.
    """
    found = [offer for offer in offers(group, bundled) if offer.point and offer.name == name]
    faults = [offer.fault for offer in found if offer.fault]
    if faults:
        raise PackError(faults)
    return found[0] if found else None


def _checked(offer: Offer, makers: list[str], bundled: Collection[str]) -> Offer:
    """Return the offer, with a fault if its name is taken or was given more than once."""
    distinct, hint = list(dict.fromkeys(makers)), _MEND
    if offer.name in bundled:
        problem, hint = "which is the name of a bundled one", "the bundled one is used"
    elif len(distinct) > 1:
        problem, hint = f"which is offered by {join_words(distinct)}", "uninstall all but one of them"
    elif len(makers) > 1:
        problem = "which it offers more than once"
    else:
        return offer
    return attrs.evolve(offer, fault=offer.error(problem, hint=hint).faults[0])


def _distributions() -> Iterator[Distribution]:
    """Yield every distribution once: of several with the same name, the first, which Python imports."""
    from importlib import metadata  # slow to import, and bundled ids do not need it

    seen: set[str] = set()
    for distribution in metadata.distributions():
        name = re.sub("[-_.]+", "-", _header(distribution, "Name")).lower()
        if name not in seen:
            yield distribution
        if name:
            seen.add(name)


def _offers_of(distribution: Distribution, group: str) -> Iterator[Offer]:
    try:
        points = [point for point in distribution.entry_points if point.group == group]
    except Exception as error:  # noqa: BLE001  # the exceptions are undocumented, and differ between releases
        if group in _entry_points_text(distribution):
            who = _label(distribution)
            problem = f"the pack {who} has entry points that cannot be read: {_told(error)}"
            yield Offer("", who, fault=Fault("pack", "$", problem, "", _MEND))
        return
    for point in points:
        yield Offer(point.name, _label(distribution), point)


def _entry_points_text(distribution: Distribution) -> str:
    """Return the text of the entry points, as far as it can be read."""
    try:
        return distribution.read_text("entry_points.txt") or ""
    except UnicodeDecodeError as error:
        return error.object.decode("latin-1")
    except OSError:
        return ""


def _label(distribution: Distribution) -> str:
    name, version = _header(distribution, "Name"), _header(distribution, "Version")
    if not name:
        return f"without a name in {show(str(distribution.locate_file('')), most=4_096)}"
    return printable(f"{name} {version}".rstrip()[:200])


def _header(distribution: Distribution, key: str) -> str:
    """Return a metadata field of a distribution; empty where it is missing, or the metadata cannot be read."""
    try:
        headers = distribution.metadata
        return str(headers[key]) if key in headers else ""
    except Exception:  # noqa: BLE001  # as above
        return ""


def _told(error: BaseException) -> str:
    """Return an exception from code of a pack as one line."""
    try:
        message = " ".join(str(error).split())
    except _STOPPING:
        raise
    except BaseException:  # noqa: BLE001  # the message is made by code of a pack
        message = ""
    kind = printable(type(error).__name__)
    return f"{kind}: {show(message, most=300)}" if message else kind
