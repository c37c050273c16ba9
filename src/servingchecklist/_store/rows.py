"""Reading of launches from rows, each verified against its digest."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from .._launch.launch import Launch
from .._model._validation import is_id
from .._model.checklist import Checklist
from ..codec.launches import read_event
from ..errors import MOST_FAULTS, Fault, FileError, InvalidError, invalid, show, show_path
from ..formats import loads
from .faults import CHANGED, RESTORE, failure

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from .._launch.events import Event

_CHECKLIST_OF = "SELECT digest, document FROM launches LEFT JOIN checklists ON digest = checklist WHERE name = ?"


def read_names(connection: sqlite3.Connection, path: str) -> tuple[str, ...]:
    """Return the names of all launches, in alphabetical order."""
    names = tuple(name for (name,) in connection.execute("SELECT name FROM launches ORDER BY name"))
    if not all(map(is_id, names)):
        raise failure(path, f"the store {CHANGED}: it has launches whose names are not ids", RESTORE)
    return names


def read_launch(connection: sqlite3.Connection, path: str, name: str) -> tuple[Launch, str] | None:
    """Return the launch of that name and the digest of its checklist, or None if there is none."""
    found = connection.execute(_CHECKLIST_OF, (name,)).fetchone() if is_id(name) else None
    if found is None:
        return None
    events = connection.execute("SELECT digest, document FROM events WHERE launch = ?", (name,)).fetchall()
    return _read_back(path, name, found, events), found[0]


def _read_back(
    path: str, name: str, checklist: tuple[object, object], events: Sequence[tuple[object, object]]
) -> Launch:
    """Build the launch from rows of the file, each a digest and a document."""
    try:
        return Launch(read_checklist(*checklist), name, _read_events(events))
    except InvalidError as error:
        problem = f"what the store has of the launch {show(name)} {CHANGED}"
        raise FileError(
            [Fault("damaged", "$", problem, show_path(path), RESTORE), *error.faults], filename=path
        ) from None


def read_checklist(digest: object, document: object) -> Checklist:
    """Build the checklist from a row of the file.

    Raises:
        InvalidError: The row is damaged.
    """
    try:
        return loads(_sound(digest, document), "json", limits=None, kind=Checklist)
    except InvalidError as error:
        raise InvalidError(fault.under("$.checklist") for fault in error.faults) from None


def _read_events(rows: Sequence[tuple[object, object]]) -> tuple[Event, ...]:
    events: list[Event] = []
    faults: list[Fault] = []
    for place, (digest, document) in enumerate(rows):
        try:
            events.append(_read_event(digest, document))
        except InvalidError as error:
            faults += [fault.under(f"$.events[{place}]") for fault in error.faults]
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise InvalidError(faults)
    return tuple(events)


def _read_event(digest: object, document: object) -> Event:
    text = _sound(digest, document)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise invalid("damaged", "$", "is not JSON", digest, "") from None
    event = read_event(raw)
    if event.id != digest:  # not in canonical form: with a duplicate key, say
        raise invalid("damaged", "$", "is not what its digest says", digest, "")
    return event


def _sound(digest: object, document: object) -> str:
    """Return the document, or raise where it does not match its digest."""
    if type(document) is str and digest_of(document) == digest:
        return document
    raise invalid("damaged", "$", "is not what its digest says", digest, "")


def digest_of(text: str) -> str:
    """Return the SHA-256 digest of a text, its key in the file."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
