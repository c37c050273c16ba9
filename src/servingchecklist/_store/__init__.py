"""A store of launches in one file, which many processes may write at the same time.

The file is a SQLite database. It is append-only: each checklist is there once, under the digest of its text, and each event once for its
launch, under its id, which is its digest. So saving is a set union, and no writer can remove what another has saved. Only the reference
from a launch to its checklist can change, when the launch is migrated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, Unpack

from .._files import check_path
from .._launch.launch import Launch
from .._model._validation import as_number, require_kind
from .._namespace import public
from .._planning.rules import PHASES_FIRST
from ..errors import Fault, FileError, InvalidError, as_text, invalid, unknown_name
from ..formats import READERS, ReadFormat
from ..formats.limits import DEFAULT_LIMITS, Limits, check_limits
from .database import check_whole, transaction
from .file import File
from .folder import merge_into_files, read_files
from .rows import Known, addition_of, read_launch, read_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from os import PathLike

    from .._model.checklist import Checklist
    from .._model.selection import Selection
    from .._model.task import Reference
    from .._planning.ordering import Recommendations
    from .._planning.rules import Rule

_REMEMBERED = 100
"""The number of launches for which a store caches what the file has."""

_LONGEST_WAIT = 86_400.0


@public()
class Store:
    """A store of launches in a SQLite file.

    Any number of processes may have the same file open, and the threads of a process may share a ``Store``. It may be used in both
    processes after a fork. Once :meth:`save` has returned, the data is on the disk: no other writer, killed process or power failure
    removes it.

    **The file has to be on a disk of this machine. Network file systems (NFS, SMB and the like) are not supported**: processes coordinate
    writes through shared memory, which two machines do not have, and both would damage the file. While a store is open, the files beside it
    that end in ``-wal`` and ``-shm`` are part of it. To copy a store, use :meth:`export_files`.

    A new file gets the mode 0600: only its owner may read and write it. The mode of an existing file is not changed.

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

    def __init__(self, path: str | PathLike[str], *, timeout: float = 30.0, read_only: bool = False) -> None:
        """Open a store, and create it if there is none.

        Args:
            path: The file. Its folder must exist. An empty file counts as no store.
            timeout: The number of seconds to wait for other processes that write.
            read_only: Only read: the file must exist and is not changed, and neither it nor its folder has to be writable. :meth:`save`,
                :meth:`migrate` and :meth:`import_files` raise an InvalidError.

        Raises:
            FileError: The file cannot be opened, is not a store, is damaged, or is of a newer release. It is not changed.
            InvalidError: An argument is invalid.
        """
        path, timeout = check_path(path), as_number(timeout)
        if type(timeout) not in (int, float) or not 0 <= timeout <= _LONGEST_WAIT:
            problem = "is not a number of seconds from 0 to 86,400"
            raise invalid("out-of-range", "$.timeout", problem, timeout, "write 30.0")
        if type(read_only) is not bool:
            raise invalid("wrong-kind", "$.read_only", "is not True or False", read_only, "write True or False")
        self._file = File(path, timeout, read_only=read_only)
        self.path = self._file.path
        self._known: dict[str, Known] = {}

    def __repr__(self) -> str:
        return f"Store({self.path!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Closing it again has no effect."""
        self._file.close()

    def save(self, launch: Launch) -> int:
        """Save a launch: add what the file does not have of it, atomically.

        Events that others have saved for the same launch stay; :meth:`load` returns both.

        Args:
            launch: The launch. Its name is its key in the file.

        Returns:
            The number of events that were new to the file.

        Raises:
            InvalidError: ``launch`` is not a launch, or the file has a launch of that name with another checklist, and the same migrations.
            FileError: The file cannot be written. Data saved before is safe.
        """
        require_kind(Launch, {"$": launch})
        return self._save({"$": launch})["$"]

    def load(self, name: str) -> Launch:
        """Load the launch of that name, with all events that any process has saved for it.

        Raises:
            UnknownNameError: There is no such launch; the hint names the nearest.
            FileError: The file cannot be read, or its data of the launch is damaged.
        """
        # Without a transaction, another process could migrate the launch between two queries.
        with self._file.using() as connection, transaction(connection, "DEFERRED"):
            launch, digest = read_launch(connection, self.path, name)
            self._remember(launch, Known(digest, {event.id for event in launch.events}))
        return launch

    def migrate(self, name: str, checklist: Checklist, *, by: str, at: datetime | None = None) -> Launch:
        """Migrate a launch to another checklist, as :meth:`Launch.migrate` does, in one transaction.

        Its log is kept, with what others save meanwhile. :meth:`save` still takes a copy with the old checklist.

        Args:
            name: The name of the launch.
            checklist: The new checklist.
            by: The person, team or tool that decides this.
            at: The time of the migration.

        Returns:
            The launch as the file has it now.

        Raises:
            UnknownNameError: There is no such launch; the hint names the nearest.
            InvalidError: An argument is invalid.
            FileError: The file cannot be read or written, or its data of the launch is damaged.
        """
        return self.change(name, lambda launch: launch.migrate(checklist, by=by, at=at))

    def change(self, name: str, change: Callable[[Launch], Launch]) -> Launch:
        """Change a launch in one transaction: load it, call a function, and save the events that the function has added.

        Other processes wait meanwhile, so that what the function finds still holds when its events are saved: of two that begin the same
        task, the second gets an error. :meth:`save` keeps both events.

        Args:
            name: The name of the launch.
            change: A function that takes the launch as the file has it, and returns it with more events. It is called once, and must not
                use the store.

        Returns:
            The launch as the file has it now.

        Raises:
            UnknownNameError: There is no such launch; the hint names the nearest.
            InvalidError: The function returns no launch, one of another name, or one with another checklist to which it was not migrated. Or
                it raises one itself.
            FileError: The file cannot be read or written, or its data of the launch is damaged.
        """
        if not callable(change):
            hint = "give one that takes a launch and returns it with more events"
            raise invalid("wrong-kind", "$.change", "is not a function", change, hint)
        with self._file.using(writes=True) as connection, transaction(connection, "IMMEDIATE"):
            before, digest = read_launch(connection, self.path, name)
            launch = change(before)
            require_kind(Launch, {"$": launch})
            if before.events != launch.events[: len(before.events)] and not set(before.events) <= set(launch.events):
                hint = "return the launch that it is given, with more events"
                raise invalid("contradiction", "$.events", "lack events of the launch", launch.name, hint)
            if launch.name != before.name:
                raise invalid(
                    "not-a-copy", "$.name", "is the name of another launch", launch.name, f"keep {before.name!r}"
                )
            known = Known(digest, {event.id for event in before.events}, before)
            addition = addition_of(connection, launch, known)
            if faults := addition.choose_checklist(connection, "$"):
                raise InvalidError(faults)
            addition.write(connection)
        known.digest = addition.digest
        known.ids.update(event for _, event, _ in addition.rows)
        self._remember(launch, known)
        return launch

    def begin_next(
        self,
        name: str,
        *,
        by: str,
        rules: Sequence[Rule] = PHASES_FIRST,
        at: datetime | None = None,
        note: str = "",
        references: Sequence[Reference] = (),
        **selection: Unpack[Selection],
    ) -> tuple[Launch, Recommendations]:
        """Begin the task of a launch that is next, as :meth:`Launch.begin_next` does, in one transaction: two workers never take one task.

        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder, Store(f"{folder}/launches.db") as store:
        ...     added = store.save(Launch.start(model_serving(), name="fraud-v3", by="ml-platform"))
        ...     taken = [store.begin_next("fraud-v3", by=worker)[1].ids for worker in ("worker-1", "worker-2")]
        ...     print(taken, store.load("fraud-v3").state("c1").by)
        [('c1',), ('c3',)] worker-1

        Args:
            name: The name of the launch.
            by: The person, team or tool who begins the task.
            rules: As for :meth:`Launch.begin_next`.
            at: As for :meth:`Launch.begin_next`.
            note: As for :meth:`Launch.begin_next`.
            references: As for :meth:`Launch.begin_next`.
            **selection: As for :meth:`Launch.next`.

        Returns:
            The launch as the file has it now, and the recommendation that was taken, which is empty where no task can be begun.

        Raises:
            UnknownNameError: There is no such launch, or its checklist has no such role, label, phase or section.
            InvalidError: An argument is invalid.
            FileError: The file cannot be read or written, or its data of the launch is damaged.
        """
        taken: list[Recommendations] = []

        def begin(launch: Launch) -> Launch:
            launch, best = launch.begin_next(by=by, rules=rules, at=at, note=note, references=references, **selection)
            taken.append(best)
            return launch

        return self.change(name, begin), taken[0]

    def names(self) -> tuple[str, ...]:
        """Return the names of all launches, in alphabetical order.

        Raises:
            FileError: The file cannot be read.
        """
        with self._file.using() as connection:
            return read_names(connection, self.path)

    def export_files(
        self, folder: str | PathLike[str], format: ReadFormat = "jsonl", limits: Limits | None = None
    ) -> tuple[str, ...]:
        """Export every launch to a file of its own in a folder, named after it: ``fraud-v3.jsonl``.

        Where such a file exists, the launch in it is merged with that of the store, so that events that only the file has are kept; the
        store does not get them. Each file is replaced atomically; other files in the folder are not touched, not even those of the same launch
        in another format. Data saved to the store
        meanwhile may be included or not, and no other process may write the same files meanwhile.

        Args:
            folder: The folder. It must exist.
            format: ``"jsonl"``, which git merges line by line, ``"json"`` or ``"toml"``.
            limits: The limits for reading each existing file, as for :meth:`import_files`. By default the folder is trusted and there are
                none, so that an export of any size can be repeated. Give ``Limits()`` where the folder may contain untrusted input.

        Returns:
            The names of the launches.

        Raises:
            InvalidError: Existing files have faults, or do not hold the launch that they are named after. All faults are in the error,
                under the names of their files. Those files are not changed, and all others are written.
            FileError: A launch or the file as a whole is damaged; all other launches are written. Or the store cannot be read, or a file
                cannot be read or written; those before it are written.
            UnknownNameError: There is no such format that can be read.
        """
        folder, format = check_path(folder), as_text(format)
        check_limits(limits)
        if type(format) is not str or format not in READERS:
            raise unknown_name("unknown-name", "$", "format that reads", format, READERS)
        names = self.names()
        damaged: list[FileError] = []
        merge_into_files(self._load_all(names, damaged), folder, format, limits)
        if damaged:
            raise damaged[0]
        with self._file.using() as connection:
            check_whole(connection, self.path)
        return names

    def _load_all(self, names: Iterable[str], damaged: list[FileError]) -> Iterator[Launch]:
        """Yield the launches that can be read; append the errors of the others to ``damaged``."""
        for name in names:
            try:
                yield self.load(name)
            except FileError as error:
                damaged.append(error)

    def import_files(
        self, folder: str | PathLike[str], limits: Limits | None = DEFAULT_LIMITS
    ) -> tuple[dict[str, int], dict[str, Fault]]:
        """Import every launch in the files of a folder: all of them or none.

        Files are read if their suffix names a format that can be read; subfolders are not. Options of forecasts are passed over. So are
        files of other programs: those that have no ``kind`` of this library or, if they cannot be parsed, whose text holds none. A file
        that is named after a launch in the store is none of them, and neither are lines of JSON that are damaged. A launch that the store
        has already is added to, as by :meth:`save`.

        Args:
            folder: The folder.
            limits: The limits for each file, as for :func:`servingchecklist.read`. The files may be untrusted input, so the default is
                ``Limits()``; give None for files you trust, such as larger ones that :meth:`export_files` has written.

        Returns:
            The number of events that were new to the store, by the names of the launches; and by the names of the files of other programs
            the fault that shows that each holds no launch.

        Raises:
            InvalidError: Files have faults, or hold something else of this library, or launches that :meth:`save` refuses. All faults are in
                the error, under the names of their files.
            FileError: The folder or a file cannot be read, or the store cannot be written.
        """
        folder = check_path(folder)
        check_limits(limits)
        launches, foreign = read_files(folder, limits, self.names())
        new = dict.fromkeys(sorted(launch.name for launch in launches.values()), 0)
        for path, added in self._save(launches).items():
            new[launches[path].name] += added
        return new, foreign

    def _save(self, launches: Mapping[str, Launch]) -> dict[str, int]:
        """Save launches in one transaction, and return how many events were new. The keys are the paths under which faults are reported."""
        with self._file.using(writes=True) as connection:
            additions = {
                path: addition_of(connection, launch, self._known.get(launch.name)) for path, launch in launches.items()
            }
            # Without anything to add there is no write, and no need to wait for other writers.
            writes = any(addition.rows or addition.known is None for addition in additions.values())
            with transaction(connection, "IMMEDIATE" if writes else "DEFERRED"):
                added: dict[str, int] = {}
                faults: list[Fault] = []
                for path, addition in additions.items():
                    faults += addition.choose_checklist(connection, path)
                    added[path] = addition.write(connection)
                if faults:
                    raise InvalidError(faults)
            for addition in additions.values():
                known = addition.known or Known("", set())
                known.digest = addition.digest
                known.ids.update(digest for _, digest, _ in addition.rows)
                self._remember(addition.launch, known)
        return added

    def _remember(self, launch: Launch, known: Known) -> None:
        """Cache what the file has of a launch, and drop the least recently used one."""
        known.seen = launch
        self._known.pop(launch.name, None)
        self._known[launch.name] = known
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
