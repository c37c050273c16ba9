"""Late imports from the model into the layers above it.

A checklist can show itself in a notebook and turn itself into plain data, but the modules that do so are in layers above the model. The
few methods that need them import them through this one, by name and at the time of the call, so that importing the model imports nothing
above it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def late_import(module: str) -> ModuleType:
    """Return the module ``servingchecklist.<module>``, imported now if it was not before."""
    return import_module(f"servingchecklist.{module}")


class NotebookDisplay:
    """A mixin that shows a value in a notebook as the formats write it. The formats decide which values can be shown."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        shown: str = late_import("formats.html").fragment(self)
        return shown

    def _repr_markdown_(self) -> str:
        shown: str = late_import("formats.markdown").dumps(self)
        return shown

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Return every form at once. A notebook picks the richest it can show, and filters those that it asks to leave out."""
        return {
            "text/html": self._repr_html_(),
            "text/markdown": self._repr_markdown_(),
            "text/plain": late_import("formats.text").dumps(self),
        }
