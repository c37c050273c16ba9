"""Launches in the files of a folder: reading and writing."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from .._files import read_bytes, system_failure
from .._launch.launch import Launch
from ..codec import KINDS
from ..errors import MOST_FAULTS, Fault, InvalidError, UnknownNameError, member, show
from ..formats import FORMATS, READERS, ReadFormat, read, write

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from ..errors import ChecklistError
    from ..formats.limits import Limits


_PARSED: tuple[tuple[str, str], ...] = (("wrong-kind", "$"), ("missing", "$.kind"), ("unknown-name", "$.kind"))
_UNPARSED = ("syntax", "encoding", "missing-package")


def read_files(folder: str, limits: Limits | None, names: Container[str]) -> tuple[dict[str, Launch], dict[str, Fault]]:
    """Read the launches in a folder, and return the files of other programs too.

    Args:
        folder: The folder.
        limits: The limits for each file.
        names: The names of launches that are known: a file named after one of them is of no other program.

    Returns:
        The launches, by the path under which the faults of each are reported, and by the names of the other files why they hold none.

    Raises:
        InvalidError: Files that may be of this library have faults.
        FileError: The folder or a file cannot be read.
    """
    launches: dict[str, Launch] = {}
    foreign: dict[str, Fault] = {}
    faults: list[Fault] = []
    for file in _files_in(folder):
        path, whole = member("$", file), os.path.join(folder, file)
        try:
            launches[path] = read(whole, limits=limits, kind=Launch)
        except (InvalidError, UnknownNameError) as error:
            if _is_options(error):  # which are kept beside launches
                continue
            if os.path.splitext(file)[0] not in names and (fault := _foreign(whole, error)):
                foreign[file] = fault
                continue
            faults += [fault.under(path) for fault in error.faults]
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise InvalidError(faults)
    return launches, foreign


def _is_options(error: ChecklistError) -> bool:
    """Return True if the only fault is that a file holds the options of forecasts."""
    return [(fault.code, fault.value) for fault in error.faults] == [("other-kind", show("forecast-options"))]


def _foreign(path: str, error: ChecklistError) -> Fault | None:
    """Return the fault that shows a file to be of another program; None for one that may be a damaged file of this library.

    A file that could be parsed is of another program if it says no kind of ours, and any other if its text holds none. Lines of JSON are
    a launch that was damaged unless none of them has a kind.
    """
    if path.lower().endswith(".jsonl"):
        return next((fault for fault in error.faults if (fault.code, fault.path) == ("missing", "$.kind")), None)
    for fault in error.faults:
        if (fault.code, fault.path) in _PARSED:
            return None if "did you mean" in fault.hint else fault  # a kind of ours, misspelled
        if fault.code in _UNPARSED:
            text = read_bytes(path, None).replace(b"\0", b"")  # as of UTF-16
            ours = rf"""kind["']?\s*[:=]\s*["']?({"|".join(KINDS)})"""
            return None if re.search(ours.encode(), text, re.IGNORECASE) else fault
    return None


def others_of(names: Iterable[str], folder: str, format: ReadFormat) -> list[str]:
    """Return the files in a folder that are named after one of the launches, but are of another format."""
    suffixes = [suffix for other in READERS if other != format for suffix in FORMATS[other]]
    files = (f"{name}{suffix}" for name in names for suffix in suffixes)
    return [file for file in files if os.path.isfile(os.path.join(folder, file))]


def merge_into_files(launches: Iterable[Launch], folder: str, format: ReadFormat, limits: Limits | None) -> None:
    """Write launches to files named after them, merged with the launches in existing files."""
    faults: list[Fault] = []
    for launch in launches:
        file = launch.name + FORMATS[format][0]
        target = os.path.join(folder, file)
        merged = launch
        try:
            # A missing file is no fault here, and anything else but a regular file is refused when it is to be replaced.
            if os.path.isfile(target):
                merged = launch.merge(read(target, format, limits, kind=Launch))
        except InvalidError as error:
            if len(faults) < MOST_FAULTS:
                path = member("$", file)
                faults += [fault.under(path) for fault in error.faults]
            continue
        write(merged, target, format)
    if faults:
        raise InvalidError(faults)


def _files_in(folder: str) -> list[str]:
    """Return the sorted names of the files in a folder that a launch can be read from."""
    suffixes = tuple(suffix for name in READERS for suffix in FORMATS[name])
    try:
        with os.scandir(folder) as entries:
            return sorted(
                entry.name
                for entry in entries
                if entry.name.lower().endswith(suffixes) and not entry.name.startswith(".") and entry.is_file()
            )
    except (OSError, ValueError) as error:
        raise system_failure(folder, "the folder cannot be read", error) from error
