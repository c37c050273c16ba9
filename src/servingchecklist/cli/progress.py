"""Progress of a long command, shown only where both stderr and stdout are terminals."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE = 0.5
"""The delay before progress is shown, in seconds."""


class Progress:
    """A line that is overwritten with each update, and erased at the end, after an exception too."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._line = ""
        self._is_seen = all(stream is not None and stream.isatty() for stream in (sys.stderr, sys.stdout))

    def __enter__(self) -> Self:
        self._since = monotonic()
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show the percentage that is done."""
        if self._is_seen and monotonic() - self._since >= _PATIENCE:
            self._show(f"{self._what}: {100 * done // total}%")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line:
            self._show("")

    def _show(self, line: str) -> None:
        if line != self._line:
            # Two more blanks for the "^C" that a terminal shows on an interruption.
            blanks = " " * (len(self._line) + 2)
            # Stored before it is written, so that it is erased even if the writing is interrupted.
            self._line = line
            print(f"\r{blanks}\r{line}", end="", file=sys.stderr, flush=True)
