"""The bundled checklists, by id."""

from __future__ import annotations

import os
from typing import Protocol, cast

from .errors import raise_unknown
from .formats import loads
from .model.checklist import Checklist

_BUNDLED = ("model-serving",)


class _Loader(Protocol):
    def get_data(self, path: str) -> bytes: ...


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
    # The loader of this very module reads what lies beside it, from a folder and from a zip file alike.
    loader = cast("_Loader", __spec__.loader)
    text = loader.get_data(os.path.join(os.path.dirname(__file__), "data", f"{checklist_id}.toml"))
    return loads(text, "toml", limits=None, kind=Checklist)


def model_serving() -> Checklist:
    """The launch checklist for model serving: three phases, nine tasks, three tips. The same as ``load("model-serving")``."""
    return load("model-serving")
