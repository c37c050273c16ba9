"""The formats that packs offer: looked up behind the bundled ones, and held to the same names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeGuard, cast

import attrs

from .._packs import FORMATS, Offer, offer_named, offers
from ..errors import ChecklistError, Fault, InvalidError, PackError, show

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..launch.launch import Launch
    from ..model.checklist import Checklist
    from ..model.overlay import Overlay
    from .limits import Limits

_SUFFIX = r"\.[a-z0-9_+-]{1,32}"


class _Writes(Protocol):
    def dumps(self, value: object) -> object: ...


class _Reads(Protocol):
    def loads(self, text: str, limits: Limits | None, kind: type | None) -> object: ...


@attrs.frozen
class InstalledFormat:
    """A format of a pack, which blames the pack for what it does wrong.

    Attributes:
        name: What it is asked for by.
        suffixes: The suffixes of its files.
        reads: True where it reads what it writes.
        offer: Who offers it.
    """

    name: str
    suffixes: tuple[str, ...]
    reads: bool
    offer: Offer
    _found: object

    def dumps(self, value: object) -> str:
        """What the format writes.

        Raises:
            PackError: It raised something other than an error of this library, or gave what is no text or cannot be encoded.
        """
        with self.offer.blamed("whose dumps", passing=ChecklistError):
            text = cast("_Writes", self._found).dumps(value)
            if isinstance(text, str):
                text.encode("utf-8")
                return text
        raise self.offer.error("whose dumps gives no text", show(text))

    def loads(self, text: str, limits: Limits | None, kind: type | None) -> Checklist | Launch | Overlay:
        """What the format reads.

        Raises:
            PackError: It raised something other than an error of this library, or gave what no file holds.
            InvalidError: What was read is of another kind than ``kind``.
        """
        from ..launch.launch import Launch
        from ..model.checklist import Checklist
        from ..model.overlay import Overlay

        with self.offer.blamed("whose loads", passing=ChecklistError):
            value = cast("_Reads", self._found).loads(text, limits, kind)
        if not isinstance(value, Checklist | Launch | Overlay):
            raise self.offer.error("whose loads gives no checklist, no launch and no overlay", show(value))
        if kind is not None and type(value) is not kind:
            hint = f"read it with kind={type(value).__name__}"
            raise InvalidError([Fault("$", "is of another kind than was asked for", show(value), hint)])
        return value


def names(bundled: Collection[str]) -> list[str]:
    """The names that packs offer formats under; none of them is loaded for that."""
    return [offer.name for offer in offers(FORMATS, bundled) if not offer.fault]


def named(name: str, bundled: Collection[str]) -> InstalledFormat | None:
    """The format of that name, where a pack offers one.

    Raises:
        PackError: What is offered under that name is malformed.
    """
    offer = offer_named(name, FORMATS, bundled)
    return opened(offer) if offer else None


def every(bundled: Collection[str]) -> list[tuple[Offer, InstalledFormat | Fault]]:
    """Everything that packs offer as a format, with what it is, or with what is wrong with it."""
    found: list[tuple[Offer, InstalledFormat | Fault]] = []
    for offer in offers(FORMATS, bundled):
        try:
            found.append((offer, opened(offer)))
        except PackError as error:
            found.append((offer, error.faults[0]))
    return found


def opened(offer: Offer) -> InstalledFormat:
    """The format behind an offer, once it is seen to be one.

    Raises:
        PackError: It is none.
    """
    found = offer.load()
    with offer.blamed("which", passing=PackError):
        name: object = getattr(found, "NAME", None)
        suffixes: object = getattr(found, "SUFFIXES", None)
        dumps, loads = getattr(found, "dumps", None), getattr(found, "loads", None)
        if name != offer.name:
            raise offer.error("whose NAME is another", show(name), "give the entry point the name of the format")
        if not _are_suffixes(suffixes):
            raise offer.error("whose SUFFIXES are no tuple of suffixes", show(suffixes), "write them as ('.xyz',)")
        if not callable(dumps):
            raise offer.error("which does not write", show(dumps), "give it a function dumps(value)")
        if not (loads is None or callable(loads)):
            raise offer.error("whose loads is no function", show(loads), "leave it out where it does not read")
    return InstalledFormat(offer.name, suffixes, loads is not None, offer, found)


def _are_suffixes(value: object) -> TypeGuard[tuple[str, ...]]:
    return isinstance(value, tuple) and value != () and all(map(_is_suffix, cast("tuple[object, ...]", value)))


def _is_suffix(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(_SUFFIX, value) is not None
