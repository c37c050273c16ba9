"""What a launch has that the file has not, told without asking the file more than is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..errors import Fault, InvalidError, show
from ..formats import dumps
from .rows import digest_of, read_checklist

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from ..launch.events import Event
    from ..launch.launch import Launch
    from ..model.checklist import Checklist


@attrs.define
class Known:
    """What the file is known to have of one launch. Nothing leaves the file, so what was true once still is."""

    digest: str
    """Of the checklist."""

    ids: set[str]
    """Of events."""

    seen: Launch | None = None
    """The launch that was saved or read last. All of it is in the file."""

    def news_in(self, launch: Launch) -> Sequence[Event]:
        """The events of a launch that the file is not known to have."""
        # As a rule a launch begins with the very events that were seen last, which is told much faster than their ids are looked up.
        if self.seen and launch.events[: len(self.seen.events)] == self.seen.events:
            return launch.events[len(self.seen.events) :]
        return [event for event in launch.events if event.id not in self.ids]


@attrs.define
class Addition:
    """What one launch adds to the file."""

    launch: Launch
    digest: str
    document: str
    """Of its checklist, and empty where the file is known to have it."""

    rows: list[tuple[str, str, str]]
    known: Known | None
    """None where the file is not known to have the launch."""

    def write(self, connection: sqlite3.Connection) -> int:
        """Add it, as far as it is not there already, and give how many events were not."""
        if self.known is None:
            connection.execute("INSERT OR IGNORE INTO checklists VALUES (?, ?)", (self.digest, self.document))
            connection.execute("INSERT OR IGNORE INTO launches VALUES (?, ?)", (self.launch.name, self.digest))
        return connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", self.rows).rowcount

    def faults(self, connection: sqlite3.Connection, path: str) -> list[Fault]:
        """What is wrong where the file has the launch with another checklist. What is remembered does not say: others may have moved it."""
        [(digest,)] = connection.execute("SELECT checklist FROM launches WHERE name = ?", (self.launch.name,))
        if digest == self.digest or _is(connection, digest, self.launch.checklist):
            return []
        problem = "is not the checklist that the store has for the launch of that name"
        hint = "save it under another name; or, where the launch was moved, move this copy of it to the same checklist"
        return [Fault(f"{path}.checklist", problem, show(self.launch.name), hint)]


def _is(connection: sqlite3.Connection, digest: object, checklist: Checklist) -> bool:
    """Whether the file has, under that digest, the same checklist, which may have been made in another way."""
    [(document,)] = connection.execute("SELECT document FROM checklists WHERE digest = ?", (digest,))
    try:
        return read_checklist(digest, document) == checklist
    except InvalidError:  # what is damaged is told when it is read
        return False


def addition_of(connection: sqlite3.Connection, launch: Launch, known: Known | None) -> Addition:
    """What a launch adds, where ``known`` is what is remembered of it. What is not remembered is looked up."""
    known = known or _look_up(connection, launch.name)
    if known and known.seen and known.seen.checklist == launch.checklist:
        digest, document = known.digest, ""
    else:
        document = dumps(launch.checklist, "json")
        digest = digest_of(document)
    texts = [event.canonical for event in (known.news_in(launch) if known else launch.events)]
    # The digest of the text is the id of the event; asking the event for it would make the text once more.
    return Addition(launch, digest, document, [(launch.name, digest_of(text), text) for text in texts], known)


def _look_up(connection: sqlite3.Connection, name: str) -> Known | None:
    """What the file has of a launch, or None."""
    found = connection.execute("SELECT checklist FROM launches WHERE name = ?", (name,)).fetchone()
    if found is None:
        return None
    ids = {digest for (digest,) in connection.execute("SELECT digest FROM events WHERE launch = ?", (name,))}
    return Known(found[0], ids)
