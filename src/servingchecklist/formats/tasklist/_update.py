"""Bringing a task list up to date: the boxes, the marks and the generated regions, and no other character."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ..._launch.fold import UNTOUCHED
from ..._launch.launch import Launch
from ..._model._validation import require_kind
from ..._model.timestamps import now
from ..._namespace import public
from ..limits import DEFAULT_LIMITS, Limits
from . import mark
from ._examine import examine, records_of, status_of, within
from ._merge import SLACK
from ._regions import content

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ..._launch.results import Snapshot
    from ..._model.selection import Selection
    from ._examine import Examined


@public("tasklist")
def update(text: str, launch: Launch, *, at: datetime | None = None, limits: Limits | None = DEFAULT_LIMITS) -> str:
    """Return a task list with its boxes, marks and generated regions as the launch is now, and all else as it was.

    What :func:`apply` names as a conflict is left as it is where it is no mark of this launch or not the only one; any other box shows what
    the log says.

    Args:
        text: The document, with the line breaks that it has.
        launch: The launch, with what :func:`apply` has recorded.
        at: The time to look at; later events do not count, but for those of the next second. By default now, and all events count.
        limits: As for :func:`apply`.

    Raises:
        UnknownNameError: The package markdown-it-py is not installed.
        LimitError: The text exceeds the limits.
        InvalidError: An argument is invalid, ``at`` lies before the start of the launch, or the document is that of another launch.
    """
    require_kind(Launch, {"$.launch": launch})
    seen = launch
    if at is not None:
        at = within(launch, at)
        seen = launch.as_of(at + SLACK)
        at = max(at, seen.latest.astimezone(at.tzinfo))
    found = examine(text, launch, limits)
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted(_edits(found, seen, at)):
        pieces += [found.page.text[done:start], new]
        done = end
    return "".join([*pieces, found.page.text[done:]])


def _edits(found: Examined, launch: Launch, at: datetime | None) -> Iterator[tuple[int, int, str]]:
    """Yield the pieces of the text that change: their offsets, and what takes their place."""
    records, _ = records_of(launch)
    time = at or now()
    for box, of_box in found.boxes:
        status = status_of(records.get(of_box.task, UNTOUCHED), of_box.step, time)
        if box.is_ticked != (status == "done"):
            yield box.at, box.at + 1, "x" if status == "done" else " "
        if status != of_box.status:
            yield of_box.start, of_box.end, mark(of_box.task, of_box.step, status.value)
    snapshots: dict[tuple[tuple[str, str], ...], Snapshot] = {}
    for region in found.regions:
        key = tuple(sorted(region.selection.items()))
        if key not in snapshots:
            snapshots[key] = launch.snapshot(at=at, **cast("Selection", region.selection))
        lines = ["", *content(region.name, snapshots[key]).split("\n"), "", ""]
        yield region.start, region.end, found.page.line_end(region.start).join(lines)
