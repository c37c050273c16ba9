"""Losses: what a copy of a launch lacks or has altered since an earlier copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._evidence.weakening import weakenings
from .._text import join_words
from ..errors import MOST_FAULTS, Fault, show
from .events import Migrated
from .fold import PUT_BACK, different_fields, last_migration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .log import Log


def losses(earlier: Log, later: Log) -> list[Fault]:
    """Return a fault for each event that was lost since an earlier copy, and for changes of the checklist that no migration records."""
    if earlier.name != later.name:
        hint = f"compare with an earlier copy of the same launch; that one is {earlier.name!r}"
        return [Fault("not-a-copy", "$.name", "is the name of another launch", show(later.name), hint)]
    known = {event.id for event in later.events}
    faults = [*_changed(earlier, later)]
    for event in earlier.events:
        if event.id not in known:
            words = f"lost the event {event.kind} of {event.at:%Y-%m-%d %H:%M} UTC by {event.by}"
            hint = "put its line back from the earlier copy, or merge both"
            faults.append(Fault("damaged", "$.events", words, show(event.id[:8]), hint))
    return faults[:MOST_FAULTS]


def _migrations(log: Log) -> list[Migrated]:
    return [event for event in log.events if isinstance(event, Migrated)]


def _changed(earlier: Log, later: Log) -> Iterator[Fault]:
    """Yield the faults of a checklist that was changed without a migration, or to one that asks for less than its migrations say."""
    if last_migration(earlier.events) == last_migration(later.events):
        if fields := different_fields(earlier.checklist, later.checklist, history=True):
            problem = f"was changed without a migration: {join_words(fields)} differ{'s' if len(fields) == 1 else ''}"
            hint = f"{PUT_BACK}; to change the checklist, migrate the launch, which records it"
            yield Fault("damaged", "$.checklist", problem, "", hint)
        return
    moves, known = _migrations(later), _migrations(earlier)
    stated = {words for move in moves for words in move.weaker}
    new = [move for move in moves if move not in known]
    # Of a migration over a checklist that neither copy holds, the words are those of its steps.
    is_one_step = len(new) == 1 and new[0].previous == (known[-1].id if known else "")
    for gate in earlier.checklist.gates:
        is_stated = not is_one_step and any(words.startswith(f"{gate.id}: ") for words in stated)
        for words in () if is_stated else weakenings(earlier.checklist, later.checklist, gate.id):
            if (line := f"{gate.id}: {words}") not in stated:
                hint = "migrate the earlier copy to this checklist, which records it"
                yield Fault("damaged", "$.checklist", "asks for less, and no migration says so", show(line), hint)
