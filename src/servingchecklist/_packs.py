"""Packs: what installed distributions offer through entry points.

What is there is looked up whenever it is asked for, so a pack that was just installed is found, and nothing of a pack is loaded before it
is used. A pack can be broken in many ways, and so can the records of any other distribution; none of that keeps the others from being
found. What is wrong is told with the name and the version of the distribution, and every text of a stranger is escaped.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from ._text import join_words, printable
from .errors import ChecklistError, Fault, PackError, show

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator
    from importlib.metadata import Distribution, EntryPoint

CHECKLISTS = "servingchecklist.checklists"
"""The group of entry points for checklists and overlays: a name is the id of what it stands for."""

FORMATS = "servingchecklist.formats"
"""The group of entry points for formats."""

_STOPPING = (KeyboardInterrupt, GeneratorExit)
"""What ends the program or a generator, and is no fault of a pack."""

_MEND = "upgrade the pack, uninstall it, or tell those who make it"


@attrs.frozen
class Offer:
    """What a distribution offers under a name.

    Attributes:
        name: The name of the entry point; empty where the entry points cannot be read.
        distribution: Who offers it, with the version: ``"example-serving-pack 1.0"``. Safe to print.
        point: The entry point, where it could be read.
        fault: What is wrong with the offer before anything of it is loaded.
    """

    name: str
    distribution: str
    point: EntryPoint | None = None
    fault: Fault | None = None

    def load(self) -> object:
        """The object that the entry point names.

        Raises:
            PackError: The offer has a fault, or the object cannot be loaded.
        """
        if self.fault:
            raise PackError([self.fault])
        assert self.point
        with self.blamed("which", value=show(self.point.value)):
            return self.point.load()

    def error(self, problem: str, value: str = "", hint: str = _MEND) -> PackError:
        """What is wrong with the offer, in words that go on from "the pack offers it,"."""
        return PackError([Fault("$", f"the pack {self.distribution} offers {show(self.name)}, {problem}", value, hint)])

    @contextmanager
    def blamed(self, who: str, passing: type[ChecklistError] | tuple[()] = (), *, value: str = "") -> Generator[None]:
        """Whatever is raised in here is the fault of the pack.

        Args:
            who: What of the offer is used in here, in words: "which", "whose dumps".
            passing: Errors that are none of a pack's doing, and go by.
            value: What the fault gives as the value.

        Raises:
            PackError: Something was raised; it is the cause.
        """
        try:
            yield
        except passing:
            raise
        except _STOPPING:
            raise
        except BaseException as error:  # a pack may raise whatever it has made up
            raise self.error(f"{who} fails with {_told(error)}", value) from error


def offers(group: str, bundled: Collection[str]) -> tuple[Offer, ...]:
    """What installed distributions offer in a group of entry points, by name.

    Args:
        group: The group.
        bundled: Names that are taken already.
    """
    found = dict.fromkeys(offer for one in _distributions() for offer in _offers_of(one, group))
    times = Counter(offer.name for offer in found)
    all_of_them = sorted(found, key=lambda offer: (offer.name, offer.distribution))
    return tuple(
        _doubled(offer, all_of_them) if times[offer.name] > 1 and offer.point else offer
        for offer in (_hiding(offer) if offer.name in bundled else offer for offer in all_of_them)
    )


def offer_named(name: object, group: str, bundled: Collection[str]) -> Offer | None:
    """What is offered under one name.

    Raises:
        PackError: It has a fault, or several offer it.
    """
    found = [offer for offer in offers(group, bundled) if offer.point and offer.name == name]
    faults = [offer.fault for offer in found if offer.fault]
    if faults:
        raise PackError(faults)
    return found[0] if found else None


def _hiding(offer: Offer) -> Offer:
    error = offer.error("which is the name of a bundled one", hint="the bundled one is used")
    return attrs.evolve(offer, fault=error.faults[0])


def _doubled(offer: Offer, others: list[Offer]) -> Offer:
    makers = list(dict.fromkeys(other.distribution for other in others if other.name == offer.name))
    if len(makers) > 1:
        error = offer.error(f"which is offered by {join_words(makers)}", hint="uninstall all but one of them")
    else:
        error = offer.error("which it offers more than once")
    return attrs.evolve(offer, fault=offer.fault or error.faults[0])


def _distributions() -> Iterator[Distribution]:
    """Every distribution once: of several of the same name Python imports the first."""
    from importlib import metadata  # slow to import, and what is bundled needs none of it

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
    except Exception as error:  # noqa: BLE001  # what reading raises is not written anywhere, and differs between releases
        if group in _entry_points_text(distribution):
            who = _label(distribution)
            problem = f"the pack {who} has entry points that cannot be read: {_told(error)}"
            yield Offer("", who, fault=Fault("$", problem, "", _MEND))
        return
    for point in points:
        yield Offer(point.name, _label(distribution), point)


def _entry_points_text(distribution: Distribution) -> str:
    """The entry points as they are written, as far as that can be told."""
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
    """One of the facts about a distribution; empty where it does not say, or its records cannot be read."""
    try:
        headers = distribution.metadata
        return str(headers[key]) if key in headers else ""
    except Exception:  # noqa: BLE001  # as above
        return ""


def _told(error: BaseException) -> str:
    """An exception of a stranger, in one line."""
    try:
        message = " ".join(str(error).split())
    except _STOPPING:
        raise
    except BaseException:  # noqa: BLE001  # the message is made by code of a stranger
        message = ""
    kind = printable(type(error).__name__)
    return f"{kind}: {show(message, most=300)}" if message else kind
