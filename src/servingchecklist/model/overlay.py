"""What a team changes in a checklist to make it its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from .._door import Displayed, upstairs
from ._check import Rebuilt, as_tuple, each_exactly, ident, line, prose, verify, version
from .reference import Reference

if TYPE_CHECKING:
    from ..errors import Fault
    from .changes import Change


def _base(value: object, name: str) -> Sequence[Fault]:
    return () if value == "" and type(value) is str else ident(value, name)


def _all_changes(value: object, name: str) -> Sequence[Fault]:
    """A check for changes. Their classes are loaded when there are some: a checklist can have overlays, and most have none."""
    if value == ():
        return ()
    from .changes import all_changes

    return all_changes(value, name)


CHECKS = {
    "id": ident,
    "title": line,
    "version": version,
    "base": _base,
    "description": prose,
    "references": each_exactly(Reference, "Reference(title, url)"),
    "changes": _all_changes,
}


def _references(value: Sequence[Reference]) -> tuple[Reference, ...]:
    return as_tuple(value)


def _changes(value: Sequence[Change]) -> tuple[Change, ...]:
    return as_tuple(value)


@attrs.frozen(getstate_setstate=False)
class Overlay(Rebuilt, Displayed):
    """A tailoring: named changes to a checklist, each with its reason. :func:`servingchecklist.tailor` applies it.

    Attributes:
        id: What catalogs and files call it, in the form of the id of a checklist.
        title: What it does, in one line.
        version: Its edition, a short label.
        base: The id of the checklist that it is for; empty where it may be laid on any.
        description: What it is for.
        references: Where to read on.
        changes: The changes, in the order in which they are made.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
    """

    id: str
    title: str
    version: str = attrs.field(default="1", kw_only=True)
    base: str = attrs.field(default="", kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    references: tuple[Reference, ...] = attrs.field(default=(), converter=_references, kw_only=True)
    changes: tuple[Change, ...] = attrs.field(default=(), converter=_changes, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)

    @property
    def label(self) -> str:
        """Its id and its version, as in ``"llm-serving 2026.1"``."""
        return f"{self.id} {self.version}"

    def to_dict(self) -> dict[str, object]:
        """The overlay as a document: dicts, lists, strings and numbers only, with the keys that files have.

        What equals its default is left out. ``Overlay.from_dict`` gives an equal overlay back.
        """
        document: dict[str, object] = upstairs("codec").encode(self)
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Overlay:
        """The overlay that a document says, read as strictly as :meth:`Checklist.from_dict` reads.

        Raises:
            InvalidError: The document has faults; all of them are in the error, each with its path.
        """
        overlay: Overlay = upstairs("codec").decode(document, Overlay)
        return overlay
