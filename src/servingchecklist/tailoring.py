"""Tailoring of checklists: apply overlays, narrow to a context, compare, explain and upgrade."""

from ._tailoring.context import for_context
from ._tailoring.difference import diff
from ._tailoring.explanation import explain
from ._tailoring.tailor import overlay_from, tailor
from ._tailoring.upgrade import Decision, upgrade

__all__ = ["Decision", "diff", "explain", "for_context", "overlay_from", "tailor", "upgrade"]
