"""Tasks: the items of a checklist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._display import NotebookDisplay
from ._validation import (
    PickledByConstructor,
    as_tuple,
    each,
    each_exactly,
    exactly,
    ident,
    line,
    optional,
    prose,
    verify,
)
from .effort import Effort
from .facet import Choice, Choices, as_choices, choices
from .priority import Priority
from .reference import Reference
from .risk import Risk

if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKS = {
    "id": ident,
    "title": line,
    "priority": exactly(Priority, "Priority.CRITICAL, HIGH, MEDIUM or LOW"),
    "effort": optional(exactly(Effort, "Effort.parse('2-3 days') or Effort(2, 3)")),
    "description": prose,
    "after": each(ident, distinct=True),
    "risk": optional(exactly(Risk, "Risk(blast_radius=..., likelihood=...)")),
    "references": each_exactly(Reference, "Reference(title, url)"),
    "when": choices,
}


# One converter per type, since type checkers derive the types of the constructor's parameters from the converters.
def _ids(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


def _references(value: Sequence[Reference]) -> tuple[Reference, ...]:
    return as_tuple(value)


def _when(value: Choices) -> tuple[Choice, ...]:
    return as_choices(value, "when")


@attrs.frozen(getstate_setstate=False)
class Task(PickledByConstructor, NotebookDisplay):
    """An item of a checklist, to be done before, at or after the launch.

    Attributes:
        id: The id used by other tasks, logs and tools: 1 to 64 of ``a-z 0-9 . _ -``, a letter or a digit first.
        title: The work to do, in one line of at most 200 characters.
        priority: Its own priority. Tasks that wait for it can make it more urgent; see :mod:`servingchecklist._planning.ordering`.
        effort: The working days it takes, or None if not stated.
        description: The details of the work, in as many lines as needed.
        after: The ids of its prerequisites, the tasks that must be done first.
        risk: The risk of leaving it undone, or None if not stated.
        references: Further reading.
        when: The services it applies to, as choices on facets of the checklist, all of which must hold. Empty if it applies to every
            service. You can pass a mapping: ``when={"mode": ["online", "edge"]}``.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    id: str
    title: str
    priority: Priority = attrs.field(default=Priority.MEDIUM, kw_only=True)
    effort: Effort | None = attrs.field(default=None, kw_only=True)
    description: str = attrs.field(default="", kw_only=True)
    after: tuple[str, ...] = attrs.field(default=(), converter=_ids, kw_only=True)
    risk: Risk | None = attrs.field(default=None, kw_only=True)
    references: tuple[Reference, ...] = attrs.field(default=(), converter=_references, kw_only=True)
    when: tuple[Choice, ...] = attrs.field(default=(), converter=_when, kw_only=True)

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)
