"""An example of a pack: one checklist, one overlay and one format, found by servingchecklist through entry points.

Nothing is read when this module is imported; the catalog calls one of the functions when somebody asks for what it returns.
"""

from __future__ import annotations

from importlib.resources import files

from servingchecklist import Checklist, Overlay, loads


def index_rebuild() -> Checklist:
    """The checklist for rebuilding the index of a search by embeddings."""
    return loads(_text("index-rebuild.toml"), "toml", kind=Checklist)


def house_rules() -> Overlay:
    """What this house changes in the launch checklist for model serving."""
    return loads(_text("house-rules.toml"), "toml", kind=Overlay)


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
