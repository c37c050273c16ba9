"""Text in and text out.

Each format is a module with the same names: ``NAME``, ``SUFFIXES``, ``dumps(value) -> str`` and, where it reads, ``loads(text, limits)``.
This module is the table of them, and the four functions that look names up in it. A format is imported when it is first used. Behind the
table stand the formats of installed packs: looked for only where a name or a suffix is none of the table's.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast, overload

from .._collector import collector_paused
from .._files import check_path, read_bytes, replace
from .._text import join_words
from ..errors import Fault, InvalidError, UnknownNameError, raise_invalid, raise_unknown, show_path
from .limits import Limits, check_size

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

    from ..launch.launch import Launch
    from ..launch.progress import Progress
    from ..launch.review import Review
    from ..launch.snapshot import Snapshot
    from ..launch.state import TaskState
    from ..model.checklist import Checklist
    from ..model.effort import Effort
    from ..model.overlay import Overlay
    from ..model.phase import Phase
    from ..model.task import Task
    from ..planning.calendar import Calendar
    from ..planning.critical import CriticalPath
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast
    from ..planning.ordering import Recommendations
    from ..tailoring.difference import Diff
    from ..tailoring.explanation import Explanation
    from ..tailoring.upgrade import Upgrade
    from ._document import Document

    Stored: TypeAlias = Checklist | Launch | Overlay
    Tailored: TypeAlias = Overlay | Diff | Explanation | Upgrade
    Parts: TypeAlias = Phase | Task | Effort | Progress | TaskState | Calendar | Document
    Shown: TypeAlias = (
        Checklist
        | Launch
        | Recommendations
        | Snapshot
        | Review
        | Forecast
        | CriticalPath
        | Distribution
        | Tailored
        | Parts
    )
    Drawn: TypeAlias = Checklist | Launch | Forecast | CriticalPath | Distribution
    Dated: TypeAlias = Launch | Forecast

ReadFormat: TypeAlias = Literal["json", "toml"]
"""Formats that read and write, without loss."""

ShowFormat: TypeAlias = Literal["markdown", "html", "text"]
"""Formats that are for people: they write only, and they write everything."""

DrawFormat: TypeAlias = Literal["svg", "mermaid"]
"""Formats that are pictures. What is drawn depends on the value: see :func:`dumps`."""

FORMATS = {
    "json": (".json",),
    "toml": (".toml",),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "text": (".txt",),
    "svg": (".svg",),
    "mermaid": (".mmd", ".mermaid"),
    "icalendar": (".ics",),
}
"""Every format, by name, with the suffixes of its files. The module of each has the same name."""

READERS: tuple[ReadFormat, ...] = ("json", "toml")

_DEFAULT = Limits()
_LARGE = 1_000_000
"""Characters from which on it pays to keep the garbage collector out of the way: beyond what the default limits let in."""


class _Writes(Protocol):
    def dumps(self, value: object) -> str: ...


class _Reads(Protocol):
    def loads(self, text: str, limits: Limits | None, kind: type[Stored] | None) -> Stored: ...


@overload
def dumps(value: Stored, format: ReadFormat) -> str: ...
@overload
def dumps(value: Shown, format: ShowFormat) -> str: ...
@overload
def dumps(value: Drawn, format: DrawFormat) -> str: ...
@overload
def dumps(value: Review, format: Literal["svg"]) -> str: ...
@overload
def dumps(value: Dated, format: Literal["icalendar"]) -> str: ...
@overload
def dumps(value: Shown, format: str) -> str: ...
def dumps(value: Shown, format: str) -> str:
    """A value as text.

    Args:
        value: A checklist, a launch or an overlay; for a format that is for people also what ``diff``, ``explain``, ``upgrade``, ``order`` and
            ``next_tasks`` return, a snapshot of a launch, a review, a forecast, the distribution in it, a critical path, a phase, a task, an
            effort, a calendar, or the progress or one task's state of a launch. A launch is shown to people as it stands now;
            ``launch.snapshot(at=...)`` and ``launch.forecast(at=...)`` are the same at any moment.
        format: ``"json"`` or ``"toml"``, which are read back; ``"markdown"``, ``"html"`` or ``"text"`` for people; ``"svg"`` or ``"mermaid"`` for
            a picture: of a forecast the Gantt chart, of a distribution its shape, of a critical path or a checklist the graph, of a review
            (``"svg"`` only) the burn-up; or ``"icalendar"`` for the dates of a forecast. A launch is forecast for a picture and for its dates.
            Or the name of a format that an installed pack offers.

    Raises:
        UnknownNameError: There is no such format.
        InvalidError: The format cannot write such a value.
        PackError: The format is one of a pack, and does not do what it has to.
    """
    return _writer(format).dumps(value)


@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: None = None) -> Stored: ...
@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: type[Checklist]) -> Checklist: ...
@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: type[Launch]) -> Launch: ...
@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: type[Overlay]) -> Overlay: ...
def loads(
    text: str | bytes, format: str, limits: Limits | None = _DEFAULT, *, kind: type[Stored] | None = None
) -> Stored:
    """The checklist, the launch or the overlay that a text says, read as strictly as the model itself: nothing is coerced, and all faults come at once.

    Args:
        text: The document, or its bytes in UTF-8.
        format: ``"json"`` or ``"toml"``, or the name of a format of a pack that reads.
        limits: What a text may cost, judged before it is parsed; None for text you trust.
        kind: ``Checklist``, ``Launch`` or ``Overlay``, where it has to be one; type checkers then know which. None for whatever the text says it is.

    Raises:
        UnknownNameError: There is no such format that reads.
        LimitError: The text goes beyond the limits.
        InvalidError: The text is not of that format, its document has faults, or it is of another kind.
        PackError: The format is one of a pack, and does not do what it has to.
    """
    return _loads(_reader(format), text, limits, kind)


def _loads(reader: _Reads, text: str | bytes, limits: Limits | None, kind: type[Stored] | None) -> Stored:
    _check_limits(limits)
    if not isinstance(text, str | bytes):
        raise_invalid("$", "is neither text nor bytes", text, "give what the file holds")
    if isinstance(text, str):
        if limits:
            check_size(len(text) if len(text) > limits.bytes else len(text.encode("utf-8", "surrogatepass")), limits)
    else:
        if limits:
            check_size(len(text), limits)
        text = _decode(text)
    with collector_paused(len(text) > _LARGE):
        return reader.loads(text, limits, kind)


@overload
def read(
    path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: None = None
) -> Stored: ...
@overload
def read(
    path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: type[Checklist]
) -> Checklist: ...
@overload
def read(
    path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: type[Launch]
) -> Launch: ...
@overload
def read(
    path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: type[Overlay]
) -> Overlay: ...
def read(
    path: str | PathLike[str],
    format: str | None = None,
    limits: Limits | None = _DEFAULT,
    *,
    kind: type[Stored] | None = None,
) -> Stored:
    """The checklist, the launch or the overlay in a file.

    Args:
        path: The file; UTF-8, with or without a byte order mark.
        format: The format, where the file's suffix does not say it.
        limits: As for :func:`loads`.
        kind: As for :func:`loads`.

    Raises:
        FileError: The file cannot be read.
        UnknownNameError: The suffix or the format is none that reads.
        LimitError, InvalidError, PackError: As for :func:`loads`.
    """
    check_path(path)
    _check_limits(limits)
    reader = _reader(format) if format else cast("_Reads", _format_of(path, READERS, reads=True))
    return _loads(reader, read_bytes(path, limits.bytes if limits else None), limits, kind)


@overload
def write(value: Stored, path: str | PathLike[str], format: str | None = None) -> None: ...
@overload
def write(
    value: Shown,
    path: str | PathLike[str],
    format: ShowFormat | DrawFormat | Literal["icalendar"] | None = None,
) -> None: ...
def write(value: Shown, path: str | PathLike[str], format: str | None = None) -> None:
    """Write a value to a file, all of it or nothing.

    The text goes to a new file beside the target, is flushed to the disk, and takes the target's place and permissions in one step.
    Whatever fails, and whenever the machine stops, the target holds the old content or the new. A symbolic link keeps pointing where
    it did, and what it points at is replaced.

    Args:
        value: As for :func:`dumps`.
        path: The file. Its folder must be there.
        format: The format, where the file's suffix does not say it.

    Raises:
        FileError: The file cannot be written; what stood there still does. Or it was replaced, but a power failure may still bring
            the old content back, because the folder could not be flushed; the message says so.
        UnknownNameError: The suffix or the format is unknown.
        InvalidError: The format cannot write such a value.
        PackError: As for :func:`dumps`.
    """
    check_path(path)
    writer = _writer(format) if format else cast("_Writes", _format_of(path, FORMATS, reads=False))
    text = writer.dumps(value)
    replace(path, text.encode("utf-8"))


def _check_limits(limits: object) -> None:
    if limits is not None and not isinstance(limits, Limits):
        raise_invalid("$.limits", "are not limits", limits, "give Limits(...), or None where you trust the text")


def _module(format: str) -> object:
    return import_module(f".{format}", __name__)


def _writer(format: object) -> _Writes:
    if isinstance(format, str) and format in FORMATS:
        return cast("_Writes", _module(format))
    from . import _installed

    if isinstance(format, str) and (found := _installed.named(format, FORMATS)):
        return found
    raise_unknown("$", "format", format, [*FORMATS, *_installed.names(FORMATS)])


def _reader(format: object) -> _Reads:
    if isinstance(format, str) and format in READERS:
        return cast("_Reads", _module(format))
    from . import _installed

    if isinstance(format, str) and format not in FORMATS:
        found = _installed.named(format, FORMATS)
        if found and found.reads:
            return found
    readers = [one.name for _, one in _installed.every(FORMATS) if not isinstance(one, Fault) and one.reads]
    raise_unknown("$", "format that reads", format, [*READERS, *readers])


def _format_of(path: str | PathLike[str], known: Collection[str], *, reads: bool) -> object:
    """The format that the suffix of a file says. One that a bundled format has is never that of a pack."""
    suffix = os.path.splitext(os.fsdecode(path))[1].lower()
    owner = next((name for name, suffixes in FORMATS.items() if suffix in suffixes), None)
    if owner and owner in known:
        return _module(owner)
    from . import _installed

    offered = [] if owner else [one for _, one in _installed.every(FORMATS)]
    installed = [one for one in offered if not isinstance(one, Fault) and (one.reads or not reads)]
    fitting = [one for one in installed if suffix in one.suffixes]
    if len(fitting) == 1:
        return fitting[0]
    value = show_path(path)
    if fitting:
        hint = f"name the format: {join_words([one.name for one in fitting], 'or')}"
        raise UnknownNameError([Fault("$", "the name of the file says more than one format", value, hint)])
    bundled = [one for suffixes in FORMATS.values() for one in suffixes]
    suffixes = [one for name in known for one in FORMATS[name]]
    suffixes += [one for form in installed for one in form.suffixes if one not in bundled]
    hint = f"end it in one of {', '.join(suffixes)}, or name the format"
    malformed = [one for one in offered if isinstance(one, Fault)]  # it may be what was meant
    raise UnknownNameError([Fault("$", "the name of the file does not say its format", value, hint), *malformed])


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(
            [Fault("$", f"is not UTF-8: {error.reason} at byte {error.start}", "", "save it as UTF-8")]
        ) from None
