"""Overlays: the changes by which a team tailors a checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import attrs

from .._namespace import NotebookDisplay, late_import, public
from ._validation import Validated, check, check_of, id_or_nothing, ident, line, stored_text, tuple_of, version
from .task import Reference, Task

if TYPE_CHECKING:
    from ..documents import OverlayDocument
    from ..errors import Fault
    from .changes import Change


def _all_changes(value: object, name: str) -> Sequence[Fault]:
    """Check that a value is a tuple of changes. Their classes are imported only if there are some: most checklists have no overlay."""
    from .changes import all_changes

    return all_changes(value, name)


@public()
@attrs.frozen(getstate_setstate=False)
class Overlay(Validated, NotebookDisplay):
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

    id: str = attrs.field(metadata=check(ident))
    title: str = attrs.field(metadata=check(line))
    version: str = attrs.field(default="1", kw_only=True, metadata=check(version))
    base: str = attrs.field(default="", kw_only=True, metadata=check(id_or_nothing))
    description: str = attrs.field(default="", kw_only=True, metadata=check(stored_text))
    references: tuple[Reference, ...] = attrs.field(
        default=(), converter=tuple_of[Reference], kw_only=True, metadata=check_of(Task, "references")
    )
    changes: tuple[Change, ...] = attrs.field(
        default=(), converter=tuple_of["Change"], kw_only=True, metadata=check(_all_changes)
    )

    @property
    def label(self) -> str:
        """Its id and its version, as in ``"llm-serving 2026.1"``."""
        return f"{self.id} {self.version}"

    def to_dict(self) -> OverlayDocument:
        """Return the overlay as a document: only dicts, lists, strings and numbers, with the keys used in files.

        Values equal to their defaults are left out. ``Overlay.from_dict`` returns an equal overlay.
        """
        return cast("OverlayDocument", late_import("codec").encode(self))

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> Overlay:
        """Build an overlay from a document, as strictly as :meth:`Checklist.from_dict`.

        Raises:
            InvalidError: The document has faults; the error holds all of them, each with its path.
        """
        return cast("Overlay", late_import("codec").decode(document, Overlay))
