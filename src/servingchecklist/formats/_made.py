"""For which services a checklist is and what it was made of, in words: the same in each format for people, before anything is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._text import join_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..model.checklist import Checklist
    from ..model.facet import Choice


def choices(made: Sequence[Choice]) -> str:
    """What is chosen on facets: ``mode is batch and tier is A``, or ``mode is online or edge, and tier is A``."""
    if all(len(choice.values) == 1 for choice in made):
        return join_words([str(choice) for choice in made])
    return ", and ".join(map(str, made))


def made_of(layers: Sequence[str]) -> str:
    """What a checklist is made of, by what each part is called, the lowest first."""
    return f"Made of {join_words(list(layers))}"


def tailoring(checklist: Checklist) -> Iterator[str]:
    """For which services a checklist is, and what it was made of; nothing where nobody has tailored it."""
    if checklist.context:
        yield f"For: {choices(checklist.context)}"
    if checklist.base is not None and checklist.layers:
        base = f"{checklist.base.id} {checklist.base.version}"
        yield made_of([base, *(overlay.label for overlay in checklist.layers)])
