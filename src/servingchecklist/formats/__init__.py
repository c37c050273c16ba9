"""Text in and text out.

Each format is a module with the same names: ``NAME``, ``SUFFIXES``, ``dumps(value) -> str`` and, where it reads, ``loads(text, limits)``.
This module is the table of them, and the four functions that look names up in it. A format is imported when it is first used.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, cast, overload

from .._collector import collector_paused
from .._files import check_path, read_bytes, replace
from ..errors import Fault, InvalidError, UnknownNameError, raise_invalid, raise_unknown, show_path
from .limits import Limits, check_size

if TYPE_CHECKING:
    from os import PathLike

    from ..launch.launch import Launch
    from ..launch.review import Review
    from ..launch.snapshot import Snapshot
    from ..model.checklist import Checklist
    from ..model.overlay import Overlay
    from ..planning.critical import CriticalPath
    from ..planning.distribution import Distribution
    from ..planning.forecast import Forecast
    from ..planning.ordering import Recommendations
    from ..tailoring.difference import Diff
    from ..tailoring.explanation import Explanation
    from ..tailoring.upgrade import Upgrade

    Stored: TypeAlias = Checklist | Launch | Overlay
    Tailored: TypeAlias = Overlay | Diff | Explanation | Upgrade
    Shown: TypeAlias = (
        Checklist | Launch | Recommendations | Snapshot | Review | Forecast | CriticalPath | Distribution | Tailored
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
        value: A checklist or a launch; for a format that is for people also what ``order`` and ``next_tasks`` return, a snapshot of
            a launch, a review, a forecast, the distribution in it, or a critical path. A launch is shown to people as it stands now;
            ``launch.snapshot(at=...)`` and ``launch.forecast(at=...)`` are the same at any moment.
        format: ``"json"`` or ``"toml"``, which are read back; ``"markdown"``, ``"html"`` or ``"text"`` for people; ``"svg"`` or ``"mermaid"`` for
            a picture: of a forecast the Gantt chart, of a distribution its shape, of a critical path or a checklist the graph, of a review
            (``"svg"`` only) the burn-up; or ``"icalendar"`` for the dates of a forecast. A launch is forecast for a picture and for its dates.

    Raises:
        UnknownNameError: There is no such format.
        InvalidError: The format cannot write such a value.
    """
    return cast("_Writes", _module(format)).dumps(value)


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
        format: ``"json"`` or ``"toml"``.
        limits: What a text may cost, judged before it is parsed; None for text you trust.
        kind: ``Checklist``, ``Launch`` or ``Overlay``, where it has to be one; type checkers then know which. None for whatever the text says it is.

    Raises:
        UnknownNameError: There is no such format that reads.
        LimitError: The text goes beyond the limits.
        InvalidError: The text is not of that format, its document has faults, or it is of another kind.
    """
    if format not in READERS:
        raise_unknown("$", "format that reads", format, READERS)
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
    reader = cast("_Reads", _module(format))
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
        LimitError, InvalidError: As for :func:`loads`.
    """
    check_path(path)
    _check_limits(limits)
    name = format or _format_of(path, READERS)
    if name not in READERS:
        raise_unknown("$", "format that reads", name, READERS)
    return loads(read_bytes(path, limits.bytes if limits else None), name, limits, kind=kind)


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
    """
    check_path(path)
    text = dumps(value, format or _format_of(path, FORMATS))
    replace(path, text.encode("utf-8"))


def _check_limits(limits: object) -> None:
    if limits is not None and not isinstance(limits, Limits):
        raise_invalid("$.limits", "are not limits", limits, "give Limits(...), or None where you trust the text")


def _module(format: str) -> object:
    if not isinstance(format, str) or format not in FORMATS:
        raise_unknown("$", "format", format, FORMATS)
    return import_module(f".{format}", __name__)


def _format_of(path: str | PathLike[str], known: object) -> str:
    suffix = os.path.splitext(os.fsdecode(path))[1].lower()
    names = [name for name, suffixes in FORMATS.items() if name in known]  # type: ignore[operator]
    for name in names:
        if suffix in FORMATS[name]:
            return name
    suffixes = [one for name in names for one in FORMATS[name]]
    hint = f"end it in one of {', '.join(suffixes)}"
    raise UnknownNameError(
        [Fault("$", "the name of the file does not say its format", show_path(path), f"{hint}, or name the format")]
    )


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(
            [Fault("$", f"is not UTF-8: {error.reason} at byte {error.start}", "", "save it as UTF-8")]
        ) from None
