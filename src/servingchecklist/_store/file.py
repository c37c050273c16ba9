"""The open file of a store: locking, behaviour at a fork, and creation."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from weakref import WeakSet

from .._files import failure, system_failure
from ..errors import Fault, InvalidError, show_path
from .database import NAME_ANOTHER, NOT_SQLITE, documented, set_up

if TYPE_CHECKING:
    from collections.abc import Generator

_COARSEST_CLOCK = 2.0
"""The number of seconds within which two changes to a file may get the same time; on FAT, which is the coarsest, 2."""


class File:
    """The open file of a store: a connection that one thread uses at a time.

    No connection may survive a fork. The child would share SQLite's memory of its locks but not the locks themselves, and even a new
    connection in the child would lack them: then the parent, on closing, takes itself for the last and removes what the child still writes.
    So all files are closed before a fork, and opened again on their next use, in either process.

    A read-only file without changes in its log that the caller may write too is opened for writing, without writing: only so does SQLite
    remove its two files beside it again. With changes it is not, since SQLite would move them to the file when it is closed; a ``-shm``
    that SQLite creates then stays. Where the caller may not write, SQLite would have to create both all the same, unless it takes the file
    for immutable. It is, as long as nothing is in the log and the file does not change; whether that was so is checked after each use.
    """

    def __init__(self, path: str, timeout: float, *, read_only: bool) -> None:
        self._timeout = timeout
        self._read_only = read_only
        self._lock = threading.RLock()
        self._is_closed = False
        self._connection: sqlite3.Connection | None = None
        self._state: tuple[int, ...] | None = None
        _watch_forks()
        with _forking:  # no fork between these two
            _opened.add(self)
            self._lock.acquire()
        try:
            with documented(path, "opened"):
                self.path = os.path.abspath(path)  # fails where the working folder was removed
                self._found = _create(self.path, only_look=read_only)
                self._target = os.path.realpath(self.path)
            with self.using(done="opened"):
                pass
        except BaseException:
            self._disconnect()
            raise
        finally:
            self._lock.release()

    @contextmanager
    def using(self, *, writes: bool = False, done: str = "") -> Generator[sqlite3.Connection]:
        """Yield the connection, for this thread alone. ``done`` is the participle in error messages: the store cannot be "read"."""
        with self._lock, documented(self.path, done or ("written" if writes else "read")):
            if self._read_only and writes:
                self._refuse("is open for reading only", "open it without read_only=True")
            connection = self._usable()
            try:
                yield connection
            except Exception:
                self._check_unchanged()  # half of a change looks like damage
                raise
            self._check_unchanged()

    def _usable(self) -> sqlite3.Connection:
        if self._is_closed:
            self._refuse("is closed", "open it again with Store(...)")
        # SQLite keeps its other files beside the target of a link, so the same file by another way is another store.
        is_there = os.path.exists(self.path) and os.path.realpath(self.path) == self._target
        if not (is_there and os.path.samestat(os.stat(self.path), self._found)):
            problem = "the store was moved, replaced or removed while it was open"  # saved data would be lost
            raise failure(self.path, problem, "close it, and open what is there now")
        if self._state and _state(self.path) != self._state:
            self._disconnect()
        connection = self._connection or self._open()
        if self._process != os.getpid():
            self._refuse(
                "was opened before this process was forked by code other than Python", "open it after the fork"
            )
        if connection.in_transaction:
            self._refuse("is in use by this thread", "do not use it in a signal handler or a finalizer")
        return connection

    def close(self) -> None:
        """Close the file for good."""
        with self._lock:
            self._is_closed = True
            self._disconnect()

    def hold(self) -> None:
        """Lock out all other threads, and close the connection."""
        self._lock.acquire()
        self._disconnect()

    def release(self) -> None:
        """Release the lock of :meth:`hold`."""
        self._lock.release()

    def _open(self) -> sqlite3.Connection:
        deadline = time.monotonic() + self._timeout
        mode = "mode=rw"  # SQLite must not create the file: a new file has its mode before SQLite sees it.
        if self._read_only:
            mode, self._state = self._read_only_mode(deadline)
        connection = sqlite3.connect(
            f"{Path(self.path).as_uri()}?{mode}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            set_up(connection, self.path, deadline, read_only=self._read_only)
        except BaseException:
            connection.close()
            if mode != "mode=rw" and _state(self.path) != self._state:
                self._refuse_changed()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

    def _read_only_mode(self, deadline: float) -> tuple[str, tuple[int, ...] | None]:
        """Return how SQLite opens the file, and the state of one that it takes for immutable."""
        target = os.path.realpath(self.path)
        while state := _state(target):
            if os.access(target, os.W_OK) and os.access(os.path.dirname(target), os.W_OK):
                return "mode=rw", None
            # A change right after another one might not show in the time of the file.
            if not 0 <= time.time() - state[-1] / 1e9 < _COARSEST_CLOCK:
                return "mode=ro&immutable=1", state
            if time.monotonic() > deadline:
                self._refuse_changed()
            time.sleep(0.02)
        return "mode=ro", None  # with the log that is there

    def _check_unchanged(self) -> None:
        if self._state and _state(self.path) != self._state:
            self._refuse_changed()

    def _refuse_changed(self) -> NoReturn:
        raise failure(self.path, "the store cannot be read: another process is writing it", "try again")

    def _disconnect(self) -> None:
        # A connection that another process opened is for that process to close.
        if self._connection is not None and self._process == os.getpid():
            self._connection.close()
            self._connection = None

    def _refuse(self, problem: str, hint: str) -> NoReturn:
        raise InvalidError([Fault("usage", "$", f"the store {problem}", show_path(self.path), hint)])


_opened: WeakSet[File] = WeakSet()
_held: list[File] = []
_forking = threading.RLock()


@cache
def _watch_forks() -> None:
    """Register the hooks that close all files before every fork, once for the process."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_hold_all, after_in_parent=_release_all, after_in_child=_release_all)


def _hold_all() -> None:
    _forking.acquire()
    for file in tuple(_opened):
        file.hold()
        _held.append(file)


def _release_all() -> None:
    while _held:
        _held.pop().release()
    _forking.release()


def _create(path: str, *, only_look: bool) -> os.stat_result:
    """Create an empty file that only its owner may read and write, unless one exists. Return what the system says of the file."""
    try:
        if not only_look:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))  # O_EXCL follows no link
        found = os.stat(path)
    except ValueError as error:  # a character that is not allowed in file names
        raise system_failure(path, "the store cannot be opened", error) from error
    if not stat.S_ISREG(found.st_mode):
        raise failure(path, "is not a regular file", "name a file")
    if found.st_size == 1:  # SQLite would take it for an empty file
        raise failure(path, f"the store cannot be opened: {NOT_SQLITE}", NAME_ANOTHER)
    return found


def _state(path: str) -> tuple[int, ...] | None:
    """Return the inode, size and time of the file, of which a change to it changes one; None if there is something in a log beside it."""
    target = os.path.realpath(path)  # SQLite has its files beside the target of a link
    for suffix in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            if os.stat(target + suffix).st_size:
                return None
    found = os.stat(target)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
