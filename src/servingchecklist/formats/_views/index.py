"""The view of an index: many launches, one row each, which a page of each stands beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..._model._validation import listed, mapped, require_kind
from ..._model.timestamps import checked, now
from ..._planning.options import DEFAULTS, usual_samples
from ..._text import count
from ...errors import InvalidError, invalid
from .. import _phrases
from .._document import Document, Item, Paragraph, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ..._launch.launch import Launch
    from ..._launch.results import Snapshot
    from ..._planning.options import ForecastOptions
    from .._document import Block

_COLUMNS = ("Launch", "Closed", "Overdue", "Blocked", "P80")


def index(launches: Iterable[Launch], at: datetime | None, options: Mapping[str, ForecastOptions]) -> Document:
    """Return many launches as a table; the arguments are those of :func:`servingchecklist.formats.html.index`."""
    from ..._launch.launch import Launch
    from ..._planning.options import ForecastOptions

    given = listed(launches, "$.launches", "is not a collection of launches", "give a list of them, as in [launch]")
    require_kind(Launch, {f"$.launches[{place}]": launch for place, launch in enumerate(given)})
    by_name = mapped(options, "$.options", "is not a mapping from names to options", "give a dict, such as {}")
    require_kind(ForecastOptions, {f"$.options[{place}]": each for place, each in enumerate(by_name.values())})
    names = [launch.name for launch in given]
    if len(set(names)) < len(names):
        raise invalid("duplicate", "$.launches", "hold a name twice", max(names, key=names.count), "merge its copies")
    time = now() if at is None else checked(at, "at")
    rows = [_row(launch, launch.snapshot(at=at), at, by_name.get(launch.name, DEFAULTS)) for launch in given]
    blocks: list[Block] = [Paragraph(f"{count(len(rows), 'launch', 'es').capitalize()}, as of {_phrases.clock(time)}")]
    if rows:
        blocks.append(Table(_COLUMNS, rows, numbers=("Overdue", "Blocked")))
    return Document("Launches", blocks)


def _row(launch: Launch, seen: Snapshot, at: datetime | None, options: ForecastOptions) -> Row:
    still = [state for state in seen.states if not state.status.is_closed]
    overdue = sum(state.due is not None and state.due < seen.at.date() for state in still)
    overall = seen.progress.overall
    upcoming = [f"next: {best.id} {best.title}" for best in seen.next[:1]]
    cells = [
        f"{overall.closed} of {overall.total}",
        str(overdue or ""),
        str(overall.blocked or ""),
        _p80(launch, at, options) if still else "finished",
    ]
    item = Item(launch.name, facts=[seen.topic or seen.checklist.title, *upcoming], page=launch.name)
    return Row(item, cells)


def _p80(launch: Launch, at: datetime | None, options: ForecastOptions) -> str:
    """Return P80 of a launch, which is the earliest date while tasks are blocked; empty where there is no forecast."""
    samples = options.samples or usual_samples(len(launch.checklist))
    if not samples:
        return ""
    try:
        forecast = launch.forecast(at=at, options=attrs.evolve(options, samples=samples))
    except InvalidError:  # a task states no effort, or thousands of years: no reason to lack the other launches
        return ""
    return f"{forecast.finish.p80.isoformat()}{' or later' if forecast.blocked else ''}"
