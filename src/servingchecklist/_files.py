"""Files that are read whole, and replaced whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from typing import TYPE_CHECKING, Protocol, cast

from .errors import Fault, FileError, LimitError, as_text, invalid, show_path

if TYPE_CHECKING:
    from os import PathLike

_STALE_SECONDS = 3_600
"""The age from which on a temporary file is taken for one whose writer was killed."""


class _Loader(Protocol):
    def get_data(self, path: str) -> bytes: ...


def read_data(folder: str, name: str) -> str:
    """Return the text of a file of this package, by the name of a folder of the package and that of the file."""
    # The loader of this module reads the files beside it, from a folder and from a zip file alike.
    loader = cast("_Loader", __spec__.loader)
    return loader.get_data(os.path.join(os.path.dirname(__file__), folder, name)).decode()


def read_bytes(path: str, most: int | None) -> bytes:
    """Return the content of a regular file, or of a pipe that a process writes to, of at most ``most`` bytes.

    Raises:
        FileError: It cannot be read.
        LimitError: It is larger than ``most``.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            size, data = os.fstat(file.fileno()).st_size, _first_bytes(file.fileno())
            if most is None or size <= most:
                data += file.read(-1 if most is None else most + 1 - len(data))
    except (OSError, ValueError) as error:
        raise system_failure(path, "the file cannot be read", error) from error
    if most is not None and max(size, len(data)) > most:
        hint = "pass Limits(bytes=...) to read more, or limits=None where you trust the file"
        amount = f"{size:,} bytes" if size > most else f"more than {most:,} bytes"  # a pipe has no size
        problem = f"the file is too large: {amount}, and at most {most:,} are read"
        raise LimitError([Fault("limit", "$", problem, show_path(path), hint)])
    return data


def _open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting for another process. The flag has no meaning on systems that lack it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _first_bytes(handle: int) -> bytes:
    """Return what was read of a pipe to find out whether a process writes to it; refuse other things that are no files.

    A pipe without a writer is at its end at once; one with a writer, as in ``<(...)``, has data or is not ready yet.
    """
    mode, data = os.fstat(handle).st_mode, b""
    if stat.S_ISFIFO(mode):
        with contextlib.suppress(BlockingIOError):
            data = os.read(handle, 1)
            if not data:
                raise OSError(errno.EPIPE, "the pipe is empty, or no process writes to it")
        os.set_blocking(handle, True)
    elif not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is neither a file nor a pipe")
    return data


def replace(path: str, data: bytes) -> None:
    """Replace the whole content of a file with ``data``, durably.

    Raises:
        FileError: It cannot be written, and is as it was; or it was replaced, but the folder could not be flushed, so that a power
            failure may bring the old content back. The message says which.
    """
    try:
        # The target of a symbolic link is replaced, not the link.
        target = os.path.realpath(path)
        folder, name = os.path.split(target)
        try:
            found = os.stat(target)
        except FileNotFoundError:
            mode = None
        else:
            if not stat.S_ISREG(found.st_mode):
                raise failure(path, "is not a regular file", "name a file")
            mode = stat.S_IMODE(found.st_mode)
        temporary, written = _write_beside(folder, name, data, mode)
        try:
            _sweep(folder, name, temporary, written)
            os.replace(temporary, target)
        except BaseException:
            _remove(temporary)
            raise
    except FileError:
        raise
    except (OSError, ValueError) as error:
        raise system_failure(path, "the file cannot be written", error) from error
    try:
        _sync_folder(folder)
    except OSError as error:
        problem = "the file was replaced, but its folder could not be flushed to the disk"
        raise system_failure(path, problem, error) from error


def _write_beside(folder: str, name: str, data: bytes, mode: int | None) -> tuple[str, float]:
    """Write a new file in ``folder``, flushed to the disk, and return its path and its time by the file system's clock."""
    for attempt in range(1_000):
        temporary = os.path.join(folder, f"{_prefix(name)}{os.getpid():x}-{attempt:x}.tmp")
        try:
            # O_EXCL refuses a name that exists, a symbolic link included. The umask decides the mode of a new file.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:
            continue
        break
    else:
        raise FileExistsError("a thousand temporary files stand beside it")
    try:
        with open(handle, "wb") as file:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(handle, mode)
            file.write(data)
            file.flush()
            os.fsync(handle)
            written = os.fstat(handle).st_mtime
    except BaseException:
        _remove(temporary)
        raise
    return temporary, written


def _prefix(name: str) -> str:
    # Fifty characters are short enough for a file system that allows 255 bytes to a name.
    return f".{name[:50]}."


def _sweep(folder: str, name: str, own: str, now: float) -> None:
    """Remove temporary files that killed writers of the same file left behind. Ages are by the file system's own clock."""
    ours = re.compile(rf"{re.escape(_prefix(name))}[0-9a-f]+-[0-9a-f]+\.tmp")
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            left = ours.fullmatch(entry.name) and entry.path != own
            if left and now - entry.stat(follow_symlinks=False).st_mtime > _STALE_SECONDS:
                os.unlink(entry.path)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


# The errors of systems where folders cannot be opened or synchronised at all, which is no failure of the disk.
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM}


def _sync_folder(folder: str) -> None:
    """Make the replacement itself durable, where folders can be synchronised at all."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def check_path(path: str | PathLike[str]) -> str:
    """Return a path as plain text, and refuse a value that cannot be the path of a file."""
    cause = None
    if issubclass(type(path), str | os.PathLike):  # pyright: ignore[reportGeneralTypeIssues]
        try:
            return as_text(os.fsdecode(path))
        except Exception as error:  # noqa: BLE001  # code of the caller, which can raise anything
            cause = error
    raise invalid("wrong-kind", "$", "is not the path of a file", path, "give a string or a Path") from cause


def failure(path: str, problem: str, hint: str, number: int | None = None) -> FileError:
    """Return the error for a file with a problem and a hint."""
    return FileError([Fault("file", "$", problem, show_path(path), hint)], number, path)


def system_failure(path: str, problem: str, error: OSError | ValueError) -> FileError:
    """Return the error for a file with a problem that the system reports. A ValueError is about a name that no file can have."""
    number, reason = (error.errno, error.strerror) if isinstance(error, OSError) else (None, None)
    is_of_path = isinstance(error, FileNotFoundError | NotADirectoryError | ValueError)
    hint = "free some space" if number == errno.ENOSPC else "check the path" if is_of_path else ""
    return failure(path, f"{problem}: {reason or error}", hint, number)
