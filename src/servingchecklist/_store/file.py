"""The open file of a store: locking, behaviour at a fork, and creation."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from weakref import WeakSet

from ..errors import Fault, InvalidError, show_path
from .database import NAME_ANOTHER, NOT_SQLITE, failure, reraise, set_up

if TYPE_CHECKING:
    from collections.abc import Generator


class File:
    """The open file of a store: a connection that one thread uses at a time.

    No connection may survive a fork. The child would share SQLite's memory of its locks but not the locks themselves, and even a new
    connection in the child would lack them: then the parent, on closing, takes itself for the last and removes what the child still writes.
    So all files are closed before a fork, and opened again on their next use, in either process.
    """

    __slots__ = ("__weakref__", "_connection", "_inode", "_is_closed", "_lock", "_process", "_timeout", "path")

    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self._timeout = timeout
        self._lock = threading.RLock()
        self._is_closed = False
        self._connection: sqlite3.Connection | None = None
        _watch_forks()
        with _forking:  # no fork between these two
            _opened.add(self)
            self._lock.acquire()
        try:
            self._inode = _create(path)
            self._open()
        except (OSError, sqlite3.Error) as error:
            reraise(path, "opened", error)
        finally:
            self._lock.release()

    @contextmanager
    def using(self, done: str) -> Generator[sqlite3.Connection]:
        """Yield the connection, for this thread alone. ``done`` is the participle in error messages: the store cannot be "read"."""
        with self._lock:
            try:
                yield self._usable()
            except (OSError, sqlite3.Error) as error:
                reraise(self.path, done, error)

    def _usable(self) -> sqlite3.Connection:
        if self._is_closed:
            self._refuse("is closed", "open it again with Store(...)")
        if _inode(self.path) != self._inode:  # saved data would be lost
            problem = "the store was moved, replaced or removed while it was open"
            raise failure(self.path, problem, "close it, and open what is there now")
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
        connection = sqlite3.connect(
            # SQLite must not create the file: a new file has its mode before SQLite sees it.
            f"{Path(self.path).as_uri()}?mode=rw",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            set_up(connection, self.path, deadline)
        except BaseException:
            connection.close()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

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


def _create(path: str) -> tuple[int, int] | None:
    """Create an empty file that only its owner may read and write, unless one exists. Return its :func:`_inode`."""
    try:
        # O_EXCL follows no symbolic link.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise failure(path, "is not a regular file", "name a file") from None
        if found.st_size == 1:  # SQLite would take it for an empty file
            raise failure(path, f"the store cannot be opened: {NOT_SQLITE}", NAME_ANOTHER) from None
    except ValueError as error:  # a character that is not allowed in file names
        raise failure(path, f"the store cannot be opened: {error}", "check the path") from error
    return _inode(path)


def _inode(path: str) -> tuple[int, int] | None:
    """Return the device and inode, by which a file that replaces this one is detected; None if there is no file."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
