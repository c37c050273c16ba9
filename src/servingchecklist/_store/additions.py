"""The difference between a launch and the file, found with as few queries as possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ..errors import Fault, InvalidError, show
from ..formats import dumps
from .rows import digest_of, read_checklist

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from .._launch.events import Event
    from .._launch.launch import Launch
    from .._model.checklist import Checklist


@attrs.define
class Known:
    """A cache of what the file has of one launch. Nothing is ever removed from the file, so its content stays true."""

    digest: str
    """The digest of the checklist."""

    ids: set[str]
    """The ids of events."""

    seen: Launch | None = None
    """The launch as last saved or read. All of it is in the file."""

    def news_in(self, launch: Launch) -> Sequence[Event]:
        """Return the events of a launch that the file is not known to have."""
        # Usually a launch begins with the very events seen last, and comparing those is much faster than looking up their ids.
        if self.seen and launch.events[: len(self.seen.events)] == self.seen.events:
            return launch.events[len(self.seen.events) :]
        return [event for event in launch.events if event.id not in self.ids]


@attrs.define
class Addition:
    """The data that one launch adds to the file."""

    launch: Launch
    digest: str
    document: str
    """The document of its checklist; empty where the file is known to have it."""

    rows: list[tuple[str, str, str]]
    known: Known | None
    """The cached content of the file; None where the file is not known to have the launch."""

    def write(self, connection: sqlite3.Connection) -> int:
        """Insert the rows that are missing, and return the number of events among them."""
        if self.known is None:
            connection.execute("INSERT OR IGNORE INTO checklists VALUES (?, ?)", (self.digest, self.document))
            connection.execute("INSERT OR IGNORE INTO launches VALUES (?, ?)", (self.launch.name, self.digest))
        return connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", self.rows).rowcount

    def faults(self, connection: sqlite3.Connection, path: str) -> list[Fault]:
        """Return a fault if the file has the launch with another checklist. The cache cannot tell: others may have migrated it."""
        [(digest,)] = connection.execute("SELECT checklist FROM launches WHERE name = ?", (self.launch.name,))
        if digest == self.digest or _is(connection, digest, self.launch.checklist):
            return []
        problem = "is not the checklist that the store has for the launch of that name"
        hint = "save it under another name; or, where the launch was moved, move this copy of it to the same checklist"
        return [Fault("conflict", f"{path}.checklist", problem, show(self.launch.name), hint)]


def _is(connection: sqlite3.Connection, digest: object, checklist: Checklist) -> bool:
    """Return True if the file has an equal checklist under that digest, perhaps with a different text."""
    [(document,)] = connection.execute("SELECT document FROM checklists WHERE digest = ?", (digest,))
    try:
        return read_checklist(digest, document) == checklist
    except InvalidError:  # damage is reported on reading
        return False


def addition_of(connection: sqlite3.Connection, launch: Launch, known: Known | None) -> Addition:
    """Return the addition of a launch. ``known`` is its cache; without one the file is queried."""
    known = known or _look_up(connection, launch.name)
    if known and known.seen and known.seen.checklist == launch.checklist:
        digest, document = known.digest, ""
    else:
        document = dumps(launch.checklist, "json")
        digest = digest_of(document)
    texts = [event.canonical for event in (known.news_in(launch) if known else launch.events)]
    # The digest of the text is the id of the event; ``event.id`` would build the text once more.
    return Addition(launch, digest, document, [(launch.name, digest_of(text), text) for text in texts], known)


def _look_up(connection: sqlite3.Connection, name: str) -> Known | None:
    """Query what the file has of a launch; None if it has none."""
    found = connection.execute("SELECT checklist FROM launches WHERE name = ?", (name,)).fetchone()
    if found is None:
        return None
    ids = {digest for (digest,) in connection.execute("SELECT digest FROM events WHERE launch = ?", (name,))}
    return Known(found[0], ids)
