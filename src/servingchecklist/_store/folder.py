"""Launches in the files of a folder: reading and writing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .._files import system_failure
from .._launch.launch import Launch
from ..errors import MOST_FAULTS, Fault, InvalidError, member, show
from ..formats import FORMATS, READERS, ReadFormat, read, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..formats.limits import Limits


def read_files(folder: str, limits: Limits | None) -> tuple[dict[str, Launch], list[str]]:
    """Read the launches in a folder, by the path under which the faults of each are reported, and return the files of other programs too."""
    launches: dict[str, Launch] = {}
    foreign: list[str] = []
    faults: list[Fault] = []
    for file in _files_in(folder):
        path = member("$", file)
        try:
            launches[path] = read(os.path.join(folder, file), limits=limits, kind=Launch)
        except InvalidError as error:
            if _is_options(error):  # which are kept beside launches
                continue
            if _is_foreign(error):
                foreign.append(file)
                continue
            faults += [fault.under(path) for fault in error.faults]
            if len(faults) >= MOST_FAULTS:
                break
    if faults:
        raise InvalidError(faults)
    return launches, foreign


def _is_options(error: InvalidError) -> bool:
    """Return True if the only fault is that a file holds the options of forecasts."""
    return [(fault.code, fault.value) for fault in error.faults] == [("other-kind", show("forecast-options"))]


def _is_foreign(error: InvalidError) -> bool:
    """Return True if a file could be parsed, but is no object that says of which kind it is."""
    stated = [(fault.code, fault.path, fault.line) for fault in error.faults]
    return ("wrong-kind", "$", None) in stated or ("missing", "$.kind") in [fault[:2] for fault in stated]


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
