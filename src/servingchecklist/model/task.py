"""One thing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .._door import Displayed
from ._check import Rebuilt, as_tuple, each, each_exactly, exactly, ident, line, optional, prose, verify
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


# Converters of their own types, since type checkers see the parameters of the constructor through them.
def _ids(value: Sequence[str]) -> tuple[str, ...]:
    return as_tuple(value)


def _references(value: Sequence[Reference]) -> tuple[Reference, ...]:
    return as_tuple(value)


def _when(value: Choices) -> tuple[Choice, ...]:
    return as_choices(value, "when")


@attrs.frozen(getstate_setstate=False)
class Task(Rebuilt, Displayed):
    """One thing to do before, at or after the launch.

    Attributes:
        id: What other tasks, logs and tools call it: 1 to 64 of ``a-z 0-9 . _ -``, a letter or a digit first.
        title: What to do, in one line of at most 200 characters.
        priority: How urgent it is in itself. What waits for it can make it more urgent; see :mod:`servingchecklist.planning.ordering`.
        effort: How long it takes, or None where nobody has said.
        description: What doing it means, in as many lines as it needs.
        after: The ids of the tasks that must be done first.
        risk: What may go wrong if it is left undone, or None where nobody has said.
        references: Where to read on.
        when: For which services it is there, as choices on facets of the checklist: all of them have to hold. Empty where it is there for
            every service. A mapping can be given: ``when={"mode": ["online", "edge"]}``.

    Raises:
        InvalidError: A field holds what it may not; every such field has a fault of its own.
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
