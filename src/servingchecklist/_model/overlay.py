"""Overlays: the changes by which a team tailors a checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay, late_import
from ._validation import PickledByConstructor, as_tuple, each_exactly, ident, line, prose, verify, version
from .reference import Reference

if TYPE_CHECKING:
    from ..errors import Fault
    from .changes import Change


def _base(value: object, name: str) -> Sequence[Fault]:
    return () if value == "" and type(value) is str else ident(value, name)


def _all_changes(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of changes. Their classes are imported only if there are some: most checklists have no overlay."""
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
class Overlay(PickledByConstructor, NotebookDisplay):
    """A named set of changes to a checklist, each with its reason. :func:`servingchecklist.tailor` applies it.

    Attributes:
        id: The id used by catalogs and files, in the form of a checklist id.
        title: Its effect, in one line.
        version: Its version, a short label.
        base: The id of the checklist it applies to; empty if it can be applied to any.
        description: Its purpose.
        references: Further reading.
        changes: The changes, in the order in which they are applied.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
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
        """Return the overlay as a document: only dicts, lists, strings and numbers, with the keys used in files.

        Values equal to their defaults are left out. ``Overlay.from_dict`` returns an equal overlay.
        """
        document: dict[str, object] = late_import("codec").encode(self)
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Overlay:
        """Build an overlay from a document, as strictly as :meth:`Checklist.from_dict`.

        Raises:
            InvalidError: The document has faults; the error holds all of them, each with its path.
        """
        overlay: Overlay = late_import("codec").decode(document, Overlay)
        return overlay
