"""The risk of leaving a task undone."""

from __future__ import annotations

import attrs

from ..errors import Fault, show
from ._validation import PickledByConstructor, verify


def _one_to_five(value: object, name: str) -> list[Fault]:
    if type(value) is int and 1 <= value <= 5:
        return []
    return [
        Fault(
            "out-of-range",
            f"$.{name}",
            "is not a whole number from 1 to 5",
            show(value),
            "write 1 for the least, 5 for the most",
        )
    ]


CHECKS = {"blast_radius": _one_to_five, "likelihood": _one_to_five}


@attrs.frozen(getstate_setstate=False)
class Risk(PickledByConstructor):
    """The blast radius and likelihood of a failure if the task is skipped or done badly.

    >>> Risk(blast_radius=5, likelihood=3).score
    15

    Attributes:
        blast_radius: The extent of the failure, from 1 (one request) to 5 (every caller).
        likelihood: The likelihood of the failure, from 1 (rare) to 5 (to be expected).

    Raises:
        InvalidError: One of them is not a whole number from 1 to 5.
    """

    blast_radius: int
    likelihood: int

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)

    @property
    def score(self) -> int:
        """Blast radius times likelihood, from 1 to 25."""
        return self.blast_radius * self.likelihood
