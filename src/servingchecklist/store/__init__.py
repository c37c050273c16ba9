"""Launches in one file that many processes may write at the same time.

The file is a SQLite database. What it holds is only ever added to: a checklist once, under the digest of its text, and every event once
for its launch, under the id that is the event's own digest. So saving is a set union, and no writer can take away what another has saved. Only
which of its checklists a launch goes on with can change, when it is moved.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from .._files import check_path
from ..errors import FileError, InvalidError, raise_invalid, raise_unknown
from ..formats import READERS, ReadFormat, dumps
from ..formats.limits import Limits
from ..launch.events import Moved
from ..launch.launch import Launch
from .additions import Known, addition_of
from .file import File
from .folder import merge_into_files, read_files
from .rows import digest_of, read_launch, read_names
from .transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from os import PathLike

    from ..model.checklist import Checklist

_REMEMBERED = 100
"""Launches of which a store remembers what the file has."""

_LONGEST_WAIT = 86_400.0
_LIMITS = Limits()


class Store:
    """Launches in a SQLite file.

    Any number of processes may have the same file open, and the threads of a process may share a ``Store``. It may be used on both sides of
    a fork. What :meth:`save` has returned from is on the disk: no other writer, no killed process and no power failure takes it away.

    **The file has to be on a disk of this machine. Network file systems (NFS, SMB and the like) are not supported**: processes agree
    on who writes through memory that they share, which two machines do not have, and both would damage the file. While a store is open, the
    files beside it that end in ``-wal`` and ``-shm`` are part of it. To copy a store, use :meth:`export_files`.

    A new file gets the mode 0600: only its owner may read and write it. The mode of one that is there is left as it is.

    >>> from datetime import UTC, datetime
    >>> from tempfile import TemporaryDirectory
    >>> launch = Launch.start(model_serving(), name="fraud-v3", by="ml-platform", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> with TemporaryDirectory() as folder, Store(f"{folder}/launches.db") as store:
    ...     first = store.save(launch)
    ...     second = store.save(launch.begin("c1", by="ml-platform", at=datetime(2026, 11, 24, 9, tzinfo=UTC)))
    ...     print(first, second, store.names(), len(store.load("fraud-v3").events))
    1 1 ('fraud-v3',) 2

    Attributes:
        path: The file, as an absolute path.
    """

    path: str

    def __init__(self, path: str | PathLike[str], *, timeout: float = 30.0) -> None:
        """Open a store, and make it where there is none.

        Args:
            path: The file. Its folder must be there. An empty file counts as none.
            timeout: For how many seconds to wait for other processes that write.

        Raises:
            FileError: The file cannot be opened, is no store, is damaged, or is of a newer release. It is left as it was.
            InvalidError: ``path`` or ``timeout`` is not what it has to be.
        """
        check_path(path)
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 <= timeout <= _LONGEST_WAIT:
            raise_invalid("$.timeout", "is not a number of seconds from 0 to 86,400", timeout, "write 30.0")
        self.path = os.path.abspath(os.fsdecode(path))
        self._file = File(self.path, timeout)
        self._known: dict[str, Known] = {}

    def __repr__(self) -> str:
        return f"Store({self.path!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Closing twice does no harm."""
        self._file.close()

    def save(self, launch: Launch) -> int:
        """Add to the file what it does not have of a launch: all of it or nothing.

        What others have saved of the same launch stays; :meth:`load` gives both.

        Args:
            launch: The launch. The file knows it by its name.

        Returns:
            How many events were new to the file.

        Raises:
            InvalidError: ``launch`` is none, or the file has a launch of that name with another checklist.
            FileError: The file cannot be written. What was saved before is safe.
        """
        if not isinstance(launch, Launch):
            raise_invalid("$", "is not a launch", launch, "give a Launch")
        return self._save({"$": launch})

    def load(self, name: str) -> Launch:
        """The launch of that name, with everything that anyone has saved of it.

        Raises:
            UnknownNameError: There is none; the hint names the nearest.
            FileError: The file cannot be read, or what it has of the launch is not what was saved.
        """
        with self._file.using("read") as connection:
            found = read_launch(connection, self.path, name)
            if found is None:
                raise_unknown("$", "launch in the store", name, read_names(connection, self.path))
            launch, digest = found
            self._remember(launch, Known(digest, {event.id for event in launch.events}))
        return launch

    def move(self, name: str, checklist: Checklist, *, by: str, at: datetime | None = None) -> Launch:
        """Have a launch go on with another checklist, as :meth:`Launch.move_to` does, whatever others save meanwhile.

        Its log is kept. Whoever still has a copy with the old checklist is refused by :meth:`save` until that copy is moved too, so nothing
        that it has is lost.

        Args:
            name: The launch.
            checklist: What is worked from now on.
            by: Who decides that.
            at: When.

        Returns:
            The launch as the file has it now.

        Raises:
            UnknownNameError: There is no such launch; the hint names the nearest.
            InvalidError: One of the arguments is not what it has to be.
            FileError: The file cannot be read or written, or what it has of the launch is not what was saved.
        """
        with self._file.using("written") as connection, transaction(connection, "IMMEDIATE"):
            found = read_launch(connection, self.path, name)
            if found is None:
                raise_unknown("$", "launch in the store", name, read_names(connection, self.path))
            moved = found[0].move_to(checklist, by=by, at=at)
            document = dumps(moved.checklist, "json")
            digest = digest_of(document)
            connection.execute("INSERT OR IGNORE INTO checklists VALUES (?, ?)", (digest, document))
            connection.execute("UPDATE launches SET checklist = ? WHERE name = ?", (digest, name))
            rows = [(name, event.id, event.canonical) for event in moved.events if isinstance(event, Moved)]
            connection.executemany("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", rows)
        self._known.pop(name, None)
        return moved

    def names(self) -> tuple[str, ...]:
        """The names of all launches, in alphabetical order.

        Raises:
            FileError: The file cannot be read.
        """
        with self._file.using("read") as connection:
            return read_names(connection, self.path)

    def export_files(
        self, folder: str | PathLike[str], format: ReadFormat = "json", limits: Limits | None = None
    ) -> tuple[str, ...]:
        """Write every launch to a file of its own in a folder, named after it: ``fraud-v3.json``.

        Where such a file is there, the launch in it is merged with that of the store, so that nothing is lost that only the file has; the
        store does not learn of it. Each file is replaced whole or not at all; other files in the folder are left alone. What is saved to
        the store meanwhile may be in or not, and nobody else may write the same files meanwhile.

        Args:
            folder: The folder. It must be there.
            format: ``"json"`` or ``"toml"``.
            limits: What each file that is there may cost, as for :meth:`import_files`. The folder is taken for your own, so there are none:
                what was exported can be exported again, however large. Give ``Limits()`` where a stranger may have put files there.

        Returns:
            The names of the launches.

        Raises:
            InvalidError: Files that are there have faults, or do not hold the launch that they are named after. All faults are in the error,
                under the names of their files. Those files are as they were, and all others are written.
            FileError: A launch in the store is damaged, and all others are written. Or the store cannot be read, or a file cannot be read or
                written; those before it are.
            UnknownNameError: There is no such format that reads.
        """
        check_path(folder)
        if format not in READERS:
            raise_unknown("$", "format that reads", format, READERS)
        names = self.names()
        damaged: list[FileError] = []
        merge_into_files(self._sound(names, damaged), os.fsdecode(folder), format, limits)
        if damaged:
            raise damaged[0]
        return names

    def _sound(self, names: Iterable[str], damaged: list[FileError]) -> Iterator[Launch]:
        """The launches that can be read; why the others cannot goes to ``damaged``."""
        for name in names:
            try:
                yield self.load(name)
            except FileError as error:
                damaged.append(error)

    def import_files(self, folder: str | PathLike[str], limits: Limits | None = _LIMITS) -> tuple[str, ...]:
        """Save every launch in the files of a folder: all of them or none.

        Read are the files whose suffix says a format that reads, and no folders inside. A launch that the store has already is added
        to, as by :meth:`save`.

        Args:
            folder: The folder.
            limits: What each file may cost, as for :func:`servingchecklist.read`. The files may be a stranger's, so the default lets
                in about a thousand events each; give None for files you trust, such as those that :meth:`export_files` has written.

        Returns:
            The names of the launches.

        Raises:
            InvalidError: Files have faults, or do not hold launches, or hold launches that :meth:`save` refuses. All faults are in the error, under
                the names of their files.
            FileError: The folder or a file cannot be read, or the store cannot be written.
        """
        check_path(folder)
        launches = read_files(os.fsdecode(folder), limits)
        self._save(launches)
        return tuple(sorted({launch.name for launch in launches.values()}))

    def _save(self, launches: Mapping[str, Launch]) -> int:
        """Save launches in one transaction. Each comes under the path by which its faults are told."""
        with self._file.using("written") as connection:
            additions = {
                path: addition_of(connection, launch, self._known.get(launch.name)) for path, launch in launches.items()
            }
            added = 0
            # What adds nothing writes nothing: it has not even to wait for other writers.
            writes = any(addition.rows or addition.known is None for addition in additions.values())
            with transaction(connection, "IMMEDIATE" if writes else "DEFERRED"):
                for addition in additions.values():
                    added += addition.write(connection)
                if faults := [fault for path, one in additions.items() for fault in one.faults(connection, path)]:
                    raise InvalidError(faults)
            for addition in additions.values():
                known = addition.known or Known(addition.digest, set())
                known.ids.update(digest for _, digest, _ in addition.rows)
                self._remember(addition.launch, known)
        return added

    def _remember(self, launch: Launch, known: Known) -> None:
        """Keep what is known of a launch, and forget the one that was used longest ago."""
        known.seen = launch
        self._known.pop(launch.name, None)
        self._known[launch.name] = known
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
