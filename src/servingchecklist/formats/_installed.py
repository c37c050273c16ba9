"""Formats of installed packs: looked up after the bundled ones, and required to define the same names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import attrs

from .._plugins import FORMATS, Offer, offer_named, offers
from ..errors import ChecklistError, Fault, PackError, invalid, show

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..codec import Stored
    from .limits import Limits

_SUFFIX = r"\.[a-z0-9_+-]{1,32}"


@attrs.frozen
class InstalledFormat:
    """A format of a pack, which reports its failures as errors of the pack.

    Attributes:
        name: Its name.
        suffixes: The suffixes of its files.
        reads: True if it can also be read.
        offer: The offer of the pack.
    """

    name: str
    suffixes: tuple[str, ...]
    reads: bool
    offer: Offer
    _module: Any

    def dumps(self, value: object) -> str:
        """Return a value as text.

        Raises:
            PackError: The format raised something other than an error of this library, or returned no text or text that cannot be encoded.
        """
        with self.offer.reraised_as_pack_error("whose dumps", passing=ChecklistError):
            text = self._module.dumps(value)
            if isinstance(text, str):
                text.encode("utf-8")
                return text
        raise self.offer.error("whose dumps gives no text", show(text))

    def loads(self, text: str, limits: Limits | None, kind: type | None) -> Stored:
        """Parse a value from text.

        Raises:
            PackError: The format raised something other than an error of this library, or returned nothing that a file can hold.
            InvalidError: The value is of another kind than ``kind``.
        """
        from .._launch.launch import Launch
        from .._model.checklist import Checklist
        from .._model.overlay import Overlay
        from .._planning.options import ForecastOptions

        with self.offer.reraised_as_pack_error("whose loads", passing=ChecklistError):
            value = self._module.loads(text, limits, kind)
        if not isinstance(value, Checklist | Launch | Overlay | ForecastOptions):
            raise self.offer.error("whose loads gives nothing that a file can hold", show(value))
        if kind is not None and type(value) is not kind:
            name = type(value).__name__
            hint = f"read it with kind={name}"
            raise invalid("other-kind", "$", "is of another kind than was asked for", name.lower(), hint)
        return value


def names(bundled: Collection[str]) -> list[str]:
    """Return the names of the formats that packs offer, without loading any of them."""
    return [offer.name for offer in offers(FORMATS, bundled) if not offer.fault]


def named(name: str, bundled: Collection[str]) -> InstalledFormat | None:
    """Return the format of that name, or None if no pack offers one.

    Raises:
        PackError: The format is malformed.
    """
    offer = offer_named(name, FORMATS, bundled)
    return _load(offer) if offer else None


def every(bundled: Collection[str]) -> list[tuple[Offer, InstalledFormat | Fault]]:
    """Return every offer of a format by a pack, with the format or with the fault in it."""
    formats: list[tuple[Offer, InstalledFormat | Fault]] = []
    for offer in offers(FORMATS, bundled):
        try:
            formats.append((offer, _load(offer)))
        except PackError as error:
            formats.append((offer, error.faults[0]))
    return formats


def _load(offer: Offer) -> InstalledFormat:
    """Load the format of an offer and check it.

    Raises:
        PackError: It is not a valid format.
    """
    module = offer.load()
    with offer.reraised_as_pack_error("which", passing=PackError):
        name: object = getattr(module, "NAME", None)
        suffixes: object = getattr(module, "SUFFIXES", None)
        dumps, loads = getattr(module, "dumps", None), getattr(module, "loads", None)
        if name != offer.name:
            raise offer.error("whose NAME is another", show(name), "give the entry point the name of the format")
        if not _are_suffixes(suffixes):
            raise offer.error("whose SUFFIXES are no tuple of suffixes", show(suffixes), "write them as ('.xyz',)")
        if not callable(dumps):
            raise offer.error("which does not write", show(dumps), "give it a function dumps(value)")
        if not (loads is None or callable(loads)):
            raise offer.error("whose loads is no function", show(loads), "leave it out where it does not read")
    return InstalledFormat(offer.name, suffixes, loads is not None, offer, module)


def _are_suffixes(value: object) -> TypeGuard[tuple[str, ...]]:
    if not isinstance(value, tuple) or not value:
        return False
    suffixes = cast("tuple[object, ...]", value)
    return all(isinstance(suffix, str) and re.fullmatch(_SUFFIX, suffix) for suffix in suffixes)
