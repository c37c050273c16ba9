"""How far a long command is, on a terminal and nowhere else: not where what is printed goes elsewhere either."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE = 0.5
"""Seconds within which nobody wants to know."""


class Progress:
    """One line that is written over and over, and is gone at the end however that comes."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._line = ""
        self._is_seen = all(stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdout))

    def __enter__(self) -> Self:
        self._since = monotonic()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show how much of the whole is done."""
        if self._is_seen and monotonic() - self._since >= _PATIENCE:
            self._show(f"{self._what}: {100 * done // total}%")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line:
            self._show("")

    def _show(self, line: str) -> None:
        if line != self._line:
            # Two more blanks for what a terminal shows of an interruption.
            blanks = " " * (len(self._line) + 2)
            # Known before it is written: whatever interrupts the writing finds what is to be taken away.
            self._line = line
            print(f"\r{blanks}\r{line}", end="", file=sys.stderr, flush=True)
