"""The bundled checklists, by id."""

from __future__ import annotations

from pkgutil import get_data
from typing import TYPE_CHECKING

from .errors import raise_unknown
from .formats import loads

if TYPE_CHECKING:
    from .model.checklist import Checklist

_BUNDLED = ("model-serving",)


def ids() -> tuple[str, ...]:
    """The ids of the checklists that :func:`load` knows."""
    return _BUNDLED


def load(checklist_id: str) -> Checklist:
    """The bundled checklist of that id, read when asked for.

    Raises:
        UnknownNameError: There is none; the hint names the nearest id.
    """
    if checklist_id not in _BUNDLED:
        raise_unknown("$", "bundled checklist", checklist_id, _BUNDLED)
    text = get_data("servingchecklist", f"data/{checklist_id}.toml")
    assert text is not None  # the package holds it
    return loads(text, "toml", limits=None)


def model_serving() -> Checklist:
    """The launch checklist for model serving: three phases, nine tasks, three tips. The same as ``load("model-serving")``."""
    return load("model-serving")
