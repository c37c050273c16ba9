"""Commands for launches as files: merging copies, and exporting and importing all launches of the store."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from .._text import count, join_words, printable
from ..errors import FileError, InvalidError, LimitError, member, show_path
from ..formats import IMPORT_HINTS
from .output import (
    FaultyValueError,
    for_people,
    format_of,
    line_of,
    print_faults,
    print_json,
    usage_error,
    write_or_print,
)
from .sources import faults_of, limits_of, open_store, read_copy

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Container, Generator

    from .._launch.events import Event
    from .._launch.launch import Launch
    from .._launch.review import ReviewItem


def merge(options: Namespace) -> int:
    """Merge copies of one launch from files (``merge``)."""
    first, *others = options.files
    if options.path == "":
        raise usage_error("--path is empty", "", "write the path to name, or leave it out")
    if options.path and len(others) != 1:
        raise usage_error(
            "--path is for the two sides of one file", show_path(options.path), "name two files, or leave it out"
        )
    with _errors_name(options.path):
        merged, format = read_copy(first, options, options.path or "")
        for path in others:
            copy, _ = read_copy(path, options, options.path or "")
            with faults_of(path):
                both = merged.merge(copy)
            _print_merged(options.path or path, merged, copy, both)
            merged = both
    if not format_of(options, ""):  # no suffix of an output tells, as in a merge driver of git
        options.format = format or "json"
    write_or_print(options, merged, "json")
    return 0


@contextmanager
def _errors_name(path: str | None) -> Generator[None]:
    """Let errors from inside the block name a path, if one is given, in place of those of temporary files."""
    try:
        yield
    except (FaultyValueError, FileError, LimitError) as error:
        if path is None:
            raise
        if isinstance(error, FaultyValueError):
            raise FaultyValueError(path, error.faults) from None
        raise type(error)([attrs.evolve(fault, value=show_path(path)) for fault in error.faults]) from None


def _print_merged(path: str, ours: Launch, copy: Launch, merged: Launch) -> None:
    """Print what a merge has added, and which records contradict each other."""
    added, lacking = (count(len(merged.events) - len(one.events), "event") for one in (ours, copy))
    counts = f"adds {added}, and lacks {lacking} of the other side; merged: {count(len(merged.events), 'event')}"
    print(f"servingchecklist: {printable(path)}: {counts}", file=sys.stderr)
    _warn_of_starts(merged, set(ours.events))
    known = set(_overridden(ours))
    for item in [item for item in _overridden(merged) if item not in known]:
        print(f"servingchecklist: {item.id}: conflicting records: {item.words}", file=sys.stderr)


def _overridden(launch: Launch) -> tuple[ReviewItem, ...]:
    at = max(datetime.now().astimezone(), launch.latest)
    return launch.review(launch.started, at=at, samples=0).overridden if launch.started < at else ()


def _warn_of_starts(launch: Launch, known: Container[Event]) -> None:
    """Print who has started a launch if copies were started separately, and that is not known yet: they may be different launches."""
    starts = [event for event in launch.events if event.kind == "launch-started"]
    if len(starts) > 1 and any(event not in known for event in starts):
        who = join_words([f"by {event.by} on {event.at.astimezone():%Y-%m-%d}" for event in starts])
        hint = "if these are different launches, start one of them again under another name"
        print(f"servingchecklist: {launch.name}: was started {len(starts)} times, {who}; {hint}", file=sys.stderr)


def export(options: Namespace) -> int:
    """Write every launch in the store to a file of its own (``export``)."""
    from .._store.folder import others_of

    with open_store(options) as store:
        with suppress(OSError, ValueError):  # then it is reported that the files cannot be written
            os.makedirs(options.folder)
        try:
            names = store.export_files(options.folder, options.format)
        except InvalidError as error:
            return _print_faults_of_files(options.folder, error)
    for file in () if options.quiet else others_of(names, options.folder, options.format):
        path = printable(os.path.join(options.folder, file))
        words = "holds the launch in another format, and may be older; import reads both, so remove one of them"
        print(f"servingchecklist: {path}: {words}", file=sys.stderr)
    if names and options.format == "jsonl":
        offer_union(options, options.folder)
    if options.json:
        print_json({"launches": names})
    else:
        print("".join(f"{name}: written to {printable(options.folder)}\n" for name in names), end="")
    return 0


def offer_union(options: Namespace, folder: str) -> None:
    """Print how to let git merge launches in a folder, if it lies in a repository that does not say so yet."""
    if options.quiet:
        return
    ceilings = os.environ.get("GIT_CEILING_DIRECTORIES", "").split(
        os.pathsep
    )  # as git: it does not look in these, nor above
    folders = [os.path.abspath(folder)]
    while not os.path.lexists(os.path.join(folders[-1], ".git")):
        above = os.path.dirname(folders[-1])
        if above == folders[-1] or above in ceilings:
            return
        folders.append(above)
    for attributes in [".git/info/attributes", *[os.path.join(one, ".gitattributes") for one in folders]]:
        path = os.path.join(folders[-1], attributes)
        with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            if re.search(r"(?m)^\S*\.jsonl[ \t](?:.*[ \t])?-?merge\b", file.read()):
                return
    from shlex import quote

    path = printable(quote(os.path.join(folder, ".gitattributes")))
    print(f"servingchecklist: to let git merge such files: echo '*.jsonl merge=union' >> {path}", file=sys.stderr)


def import_files(options: Namespace) -> int:
    """Import the launches in a folder into the store (``import``)."""
    if os.path.isfile(options.folder):
        hint = IMPORT_HINTS.get(os.path.splitext(options.folder)[1].lower(), "name its folder")
        raise usage_error("that is a file, and launches are imported from a folder", show_path(options.folder), hint)
    with open_store(options, "create") as store:
        try:
            new, skipped = store.import_files(options.folder, limits_of(options))
        except InvalidError as error:
            return _print_faults_of_files(options.folder, error)
        for file, fault in () if options.quiet else skipped.items():
            path, why = printable(os.path.join(options.folder, file)), line_of(attrs.evolve(fault, hint=""))
            print(f"servingchecklist: {path}: skipped, since it holds no launch: {why}", file=sys.stderr)
        for name in [name for name, number in new.items() if number]:
            _warn_of_starts(store.load(name), ())
    if options.json:
        print_json({"launches": list(new), "new_events": new})
    else:
        print("".join(f"{name}: imported, new events: {number}\n" for name, number in new.items()), end="")
    return 0


def _print_faults_of_files(folder: str, error: InvalidError) -> int:
    """Print the faults of files in a folder, each under the path of its file, and return the exit status."""
    paths = {member("$", name): os.path.join(folder, name) for name in sorted(os.listdir(folder))}
    for fault in error.faults:
        beginning = next((beginning for beginning in paths if fault.path.startswith(beginning)), "")
        place = printable(paths[beginning]) if beginning else "servingchecklist"
        within = attrs.evolve(fault, path=f"${fault.path.removeprefix(beginning)}") if beginning else fault
        print_faults(place, [for_people(within)])
    return 1
