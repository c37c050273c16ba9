"""The rows of a store: reading launches, each row verified against its digest, and adding what the file lacks."""

from __future__ import annotations

import json
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING

import attrs

from .._files import failure
from .._launch.fold import merged_checklist
from .._launch.launch import Launch
from .._model._validation import is_id
from .._model.checklist import Checklist
from ..codec.launches import read_event
from ..errors import MOST_FAULTS, Fault, FileError, InvalidError, invalid, show, show_path, unknown_name
from ..formats import dumps, loads
from .database import CHANGED, RESTORE, RowMissingError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from .._launch.events import Event

_CHECKLIST_OF = "SELECT digest, document FROM launches LEFT JOIN checklists ON digest = checklist WHERE name = ?"

_NAMING = """SELECT digest, document FROM events
WHERE launch = ? AND (document LIKE '%"kind":"migrated"%' OR document LIKE '%"kind":"launch-started"%')"""
"""The events that name a checklist; text in which the same words stand does no harm."""


def read_names(connection: sqlite3.Connection, path: str) -> tuple[str, ...]:
    """Return the names of all launches, in alphabetical order."""
    names = tuple(name for (name,) in connection.execute("SELECT name FROM launches ORDER BY name"))
    if not all(map(is_id, names)):
        raise failure(path, f"the store {CHANGED}: it has launches whose names are not ids", RESTORE)
    return names


def read_launch(connection: sqlite3.Connection, path: str, name: str) -> tuple[Launch, str]:
    """Return the launch of that name and the digest of its checklist.

    Raises:
        UnknownNameError: There is no such launch; the hint names the nearest.
        FileError: Its data is damaged.
    """
    row = connection.execute(_CHECKLIST_OF, (name,)).fetchone() if is_id(name) else None
    if row is None:
        raise unknown_name("unknown-name", "$", "launch in the store", name, read_names(connection, path))
    events, neighbours = _rows_of(connection, name)
    try:
        known = "SELECT 1 FROM launches WHERE name = ?"
        if not all(is_id(other) and connection.execute(known, (other,)).fetchone() for other in neighbours):
            raise invalid("damaged", "$.events", "may lack rows: some beside them are of no launch", name, "")
        return Launch(read_checklist(*row), name, _read_events(events)), row[0]
    except InvalidError as error:
        problem = f"the launch {show(name)} in the store {CHANGED}"
        fault = Fault("damaged", "$", problem, show_path(path), RESTORE)
        raise FileError([fault, *error.faults], filename=path) from None


def _rows_of(connection: sqlite3.Connection, name: str) -> tuple[list[tuple[object, object]], list[object]]:
    """Return the rows of the events of a launch, and the launches of the rows right before and behind them.

    Those of no launch may have been its own before their key was damaged. Only the order of the file shows them: a condition for equal
    names would pass over them.
    """
    before = "SELECT launch FROM events WHERE launch < ? ORDER BY launch DESC, digest DESC LIMIT 1"
    neighbours: list[object] = [launch for (launch,) in connection.execute(before, (name,))]
    events: list[tuple[object, object]] = []
    on = "SELECT launch, digest, document FROM events WHERE launch >= ? ORDER BY launch, digest"
    with closing(connection.execute(on, (name,))) as rows:  # so that no more of the file is read
        for launch, digest, document in rows:
            if launch != name:
                neighbours.append(launch)
                break
            events.append((digest, document))
    return events, neighbours


def read_checklist(digest: object, document: object) -> Checklist:
    """Build the checklist from a row of the file.

    Raises:
        InvalidError: The row is damaged.
    """
    try:
        return loads(_verified(digest, document), "json", limits=None, kind=Checklist)
    except InvalidError as error:
        raise InvalidError(fault.under("$.checklist") for fault in error.faults) from None


def _read_events(rows: Sequence[tuple[object, object]]) -> tuple[Event, ...]:
    events: list[Event] = []
    faults: list[Fault] = []
    for position, (digest, document) in enumerate(rows):
        try:
            events.append(_read_event(digest, document))
        except InvalidError as error:
            faults += [fault.under(f"$.events[{position}]") for fault in error.faults]
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise InvalidError(faults)
    return tuple(events)


def _read_event(digest: object, document: object) -> Event:
    text = _verified(digest, document)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("damaged", "$", "is not JSON", digest, "") from None
    event = read_event(raw)
    if event.id != digest:  # not in canonical form: with a duplicate key, say
        raise invalid("damaged", "$", "is not what its digest says", digest, "")
    return event


def _verified(digest: object, document: object) -> str:
    """Return the document, or raise where it does not match its digest."""
    if type(document) is str and digest_of(document) == digest:
        return document
    raise invalid("damaged", "$", "is not what its digest says", digest, "")


def digest_of(text: str) -> str:
    """Return the SHA-256 digest of a text, its key in the file."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@attrs.define
class Known:
    """A cache of what the file has of one launch. Nothing is ever removed from the file, so its content stays true."""

    digest: str
    """The digest of the checklist."""

    ids: set[str]
    """The ids of events."""

    seen: Launch | None = None
    """The launch as last saved or read. All of it is in the file."""

    def unknown_events(self, launch: Launch) -> Sequence[Event]:
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

    def choose_checklist(self, connection: sqlite3.Connection, path: str) -> list[Fault]:
        """Let the file have the checklist that :meth:`Launch.merge` would choose. Return a fault where that refuses.

        The cache cannot tell which checklist the file has: others may have migrated the launch.
        """
        row = connection.execute("SELECT checklist FROM launches WHERE name = ?", (self.launch.name,)).fetchone()
        if row is None and self.known is None:
            return []
        if row is None:
            raise RowMissingError
        if row[0] == self.digest:
            return []
        document = connection.execute("SELECT document FROM checklists WHERE digest = ?", row).fetchone()
        if document is None:
            raise RowMissingError
        try:
            stored = read_checklist(*row, *document)
            events = _read_events(connection.execute(_NAMING, (self.launch.name,)).fetchall())
            chosen = merged_checklist(self.launch.checklist, self.launch.events, stored, events)
        except InvalidError:  # damage is reported on reading
            problem = "is not the checklist that the store has for the launch of that name"
            return [
                Fault("conflict", f"{path}.checklist", problem, show(self.launch.name), "save it under another name")
            ]
        if chosen is not stored:
            # The cache may know a checklist that the file never got, as of a copy that others had overtaken.
            self.document = dumps(self.launch.checklist, "json")
            self.digest = digest_of(self.document)
            connection.execute("INSERT OR IGNORE INTO checklists VALUES (?, ?)", (self.digest, self.document))
            connection.execute("UPDATE launches SET checklist = ? WHERE name = ?", (self.digest, self.launch.name))
        return []


def addition_of(connection: sqlite3.Connection, launch: Launch, known: Known | None) -> Addition:
    """Return the addition of a launch. ``known`` is its cache; without one the file is queried."""
    known = known or _look_up(connection, launch.name)
    if known and known.seen and known.seen.checklist.digest == launch.checklist.digest:
        digest, document = known.digest, ""
    else:
        document = dumps(launch.checklist, "json")
        digest = digest_of(document)
    texts = [event.canonical for event in (known.unknown_events(launch) if known else launch.events)]
    # The digest of the text is the id of the event; ``event.id`` would build the text once more.
    return Addition(launch, digest, document, [(launch.name, digest_of(text), text) for text in texts], known)


def _look_up(connection: sqlite3.Connection, name: str) -> Known | None:
    """Query what the file has of a launch; None if it has none."""
    row = connection.execute("SELECT checklist FROM launches WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    ids = {digest for (digest,) in connection.execute("SELECT digest FROM events WHERE launch = ?", (name,))}
    return Known(row[0], ids)
