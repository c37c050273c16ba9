"""Checklists and overlays by id: those that come with this package, and those that installed packs offer. Guides by name.

A bundled id is never looked up in packs. Packs are looked up each time they are needed, so one that was just installed is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

from . import _guides
from ._files import read_data
from ._model._validation import is_id
from ._model.checklist import Checklist
from ._model.overlay import Overlay
from ._text import join_words, printable
from .errors import Fault, PackError, UnknownNameError, as_text, show, unknown_name
from .formats import FORMATS, loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._plugins import Offer
    from .formats._installed import InstalledFormat

__all__ = ["Entry", "entries", "guide", "guides", "ids", "load", "model_serving", "overlay"]

_Kind = TypeVar("_Kind", Checklist, Overlay)

_BUNDLED: dict[str, type[Checklist | Overlay]] = {
    "model-serving": Checklist,
    "model-rollback": Checklist,
    "online-serving": Overlay,
    "llm-serving": Overlay,
    "batch-inference": Overlay,
    "only-runs": Overlay,
    "edge-serving": Overlay,
    "only-devices": Overlay,
    "regulated": Overlay,
}


@attrs.frozen
class Entry:
    """An entry of the catalog: a checklist, an overlay or a format, or a malformed one of a pack.

    Attributes:
        id: The name, as :func:`load`, :func:`overlay` or :func:`servingchecklist.dumps` takes it.
        kind: Its kind; empty where it is malformed and its kind is not known.
        title: Its title; for a format its function, as in "writes .opml". Empty where it is malformed.
        version: Its version; empty for a format, and where it is malformed.
        needs: For an overlay the id of the checklist that it is for. Empty where there is none.
        distribution: The installed distribution that offers it, with its version: ``"example-serving-pack 1.0"``. Empty for what
            comes with this package.
        fault: Its fault, where it is malformed.
    """

    id: str
    kind: Literal["checklist", "overlay", "format", ""]
    title: str = ""
    version: str = ""
    needs: str = ""
    distribution: str = ""
    fault: Fault | None = None


def ids() -> tuple[str, ...]:
    """Return the id of every checklist and overlay: the bundled ones, then those of packs by name. No pack is loaded for that.

    An offer of a pack may turn out to be malformed when it is loaded; :func:`entries` reports that.
    """
    return (*_BUNDLED, *_installed_ids())


def load(checklist_id: str) -> Checklist:
    """Load the checklist with that id.

    Raises:
        UnknownNameError: There is none; the hint names the nearest id. Or it is an overlay.
        PackError: The offer of a pack under that id is malformed.
    """
    return _get(checklist_id, Checklist)


def overlay(overlay_id: str) -> Overlay:
    """Load the overlay with that id.

    Raises:
        UnknownNameError: There is none; the hint names the nearest id. Or it is a checklist.
        PackError: The offer of a pack under that id is malformed.
    """
    return _get(overlay_id, Overlay)


def entries() -> tuple[Entry, ...]:
    """Return all entries: the bundled checklists and overlays, and those of packs, formats included.

    Everything is loaded for that. A malformed entry is listed with its fault in its place, and hides no other.
    """
    bundled = [_entry(_read(name, kind)) for name, kind in _BUNDLED.items()]
    return (*bundled, *_entries_of_packs(), *_formats_of_packs())


def model_serving() -> Checklist:
    """Return the launch checklist for model serving: three phases, nine tasks, three tips. Same as ``load("model-serving")``."""
    return load("model-serving")


def guides() -> tuple[str, ...]:
    """Return the name of each guide that comes with this package."""
    return _guides.NAMES


def guide(name: str) -> str:
    """Return a guide in Markdown: ``"llm-serving"``, or a section of it: ``"llm-serving#cost"``.

    The beginning of a section's name is enough, up to a hyphen, if no other begins so: ``"execution#c6"``. The address of a reference to a
    guide is taken too: ``"servingchecklist/guides/llm-serving.md#cost"``.

    Raises:
        UnknownNameError: There is no such guide, or no such section in it; the hint names the nearest.
    """
    return _guides.find(name)


def _get(name: str, kind: type[_Kind]) -> _Kind:
    name = as_text(name)
    is_bundled = type(name) is str and name in _BUNDLED
    found = _read(name, _BUNDLED[name]) if is_bundled else _load_offered(name, kind)
    if isinstance(found, kind):
        return found
    is_overlay = isinstance(found, Overlay)
    problem = "is an overlay, not a checklist" if is_overlay else "is a checklist, not an overlay"
    hint = f"load it with catalog.{'overlay' if is_overlay else 'load'}"
    raise UnknownNameError([Fault("other-kind", "$", problem, show(name), hint)])


def _read(name: str, kind: type[Checklist | Overlay]) -> Checklist | Overlay:
    text = read_data("data", f"{name}.toml")
    return loads(text, "toml", limits=None, kind=kind)


def _entry(found: Checklist | Overlay, distribution: str = "") -> Entry:
    if isinstance(found, Overlay):
        return Entry(found.id, "overlay", found.title, found.version, found.base, distribution)
    return Entry(found.id, "checklist", found.title, found.version, "", distribution)


def _offers() -> tuple[Offer, ...]:
    from ._plugins import CHECKLISTS, offers

    return offers(CHECKLISTS, _BUNDLED)


def _installed_ids() -> tuple[str, ...]:
    names = dict.fromkeys(offer.name for offer in _offers() if is_id(offer.name))
    return tuple(name for name in names if name not in _BUNDLED)


def _entries_of_packs() -> Iterator[Entry]:
    for offer in _offers():
        try:
            yield _entry(_opened(offer), offer.distribution)
        except PackError as error:
            yield Entry(printable(offer.name), "", distribution=offer.distribution, fault=error.faults[0])


def _formats_of_packs() -> Iterator[Entry]:
    from .formats._installed import every

    offered = every(FORMATS)
    valid = [one for _, one in offered if not isinstance(one, Fault)]
    for offer, found in offered:
        fault = found if isinstance(found, Fault) else _shared(found, valid)
        if isinstance(found, Fault) or fault:
            yield Entry(printable(offer.name), "format", distribution=offer.distribution, fault=fault)
        else:
            yield Entry(found.name, "format", _about_format(found), distribution=offer.distribution)


def _own_suffixes(found: InstalledFormat) -> list[str]:
    """Return the suffixes of a format of a pack, without those of bundled formats."""
    bundled = [suffix for suffixes in FORMATS.values() for suffix in suffixes]
    return [suffix for suffix in found.suffixes if suffix not in bundled]


def _shared(found: InstalledFormat, valid: Sequence[InstalledFormat]) -> Fault | None:
    """Return the fault of a suffix that another format has too, so that a file name does not say which is meant."""
    for suffix in _own_suffixes(found):
        others = [
            f"{show(one.name)} of {one.offer.distribution}"
            for one in valid
            if one is not found and suffix in one.suffixes
        ]
        if others:
            problem = f"whose suffix {suffix} is also that of {join_words(others)}"
            return found.offer.error(problem, hint="name the format, or uninstall all but one of them").faults[0]
    return None


def _about_format(found: InstalledFormat) -> str:
    does = "reads and writes" if found.reads else "writes"
    suffixes = _own_suffixes(found)
    return f"{does} {join_words(suffixes)}" if suffixes else f"{does}, where it is asked for by name"


def _load_offered(name: object, kind: type[Checklist | Overlay]) -> Checklist | Overlay:
    """Load what a pack offers under a name that is not bundled."""
    from ._plugins import CHECKLISTS, offer_named

    # Any other object could be equal to the name of an offer.
    if type(name) is str and (offer := offer_named(name, CHECKLISTS, _BUNDLED)):
        return _opened(offer)
    known = [bundled for bundled, its_kind in _BUNDLED.items() if its_kind is kind]
    raise unknown_name("unknown-name", "$", kind.__name__.lower(), name, [*known, *_installed_ids()])


def _opened(offer: Offer) -> Checklist | Overlay:
    """Load the checklist or overlay of an offer, and check that it is one.

    Raises:
        PackError: It is neither, or has another id.
    """
    found = offer.load()
    if callable(found):
        with offer.reraised_as_pack_error("which"):
            found = found()
    if type(found) is not Checklist and type(found) is not Overlay:
        hint = "make it a Checklist, an Overlay, or a function without arguments that returns one"
        raise offer.error("which is neither a checklist nor an overlay", show(found), hint)
    if found.id != offer.name:
        raise offer.error("which has another id", show(found.id), "give the entry point the name of the id")
    return found
