"""Reading and writing values as text.

Each format is a module with the same names: ``NAME``, ``SUFFIXES``, ``dumps(value) -> str`` and, where it reads, ``loads(text, limits)``.
This module is the table of formats, and the four functions that look names up in it. A format is imported when it is first used. The
formats of installed packs are looked up only for a name or a suffix that is not in the table.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar, cast, overload

from .._files import check_path, read_bytes, replace
from .._namespace import public
from .._text import join_words
from ..errors import Fault, InvalidError, UnknownNameError, as_text, invalid, show_path, unknown_name
from .limits import DEFAULT_LIMITS, Limits, check_limits, check_size

if TYPE_CHECKING:
    from collections.abc import Collection
    from os import PathLike

    from .._evidence.evidence import Evidence
    from .._launch.gate import Gate, Live
    from .._launch.launch import Launch
    from .._launch.records import EventLog
    from .._launch.results import Progress, Snapshot, TaskState
    from .._launch.review import Review
    from .._model.checklist import Checklist
    from .._model.effort import Effort
    from .._model.kpi import Kpi
    from .._model.overlay import Overlay
    from .._model.task import Phase, Task
    from .._planning.calendar import Calendar
    from .._planning.calibration import Calibration
    from .._planning.critical_path import CriticalPath
    from .._planning.distribution import Distribution
    from .._planning.forecast import Forecast
    from .._planning.levers import Levers
    from .._planning.options import ForecastOptions
    from .._planning.ordering import Recommendations
    from .._tailoring.difference import Diff
    from .._tailoring.explanation import Explanation
    from .._tailoring.upgrade import Upgrade
    from ..codec import Stored
    from ._document import Document

    Tailored: TypeAlias = Overlay | Diff | Explanation | Upgrade
    Parts: TypeAlias = Phase | Task | Effort | Kpi | Progress | TaskState | Calendar | Document
    Proven: TypeAlias = Gate | Evidence | Live
    Planned: TypeAlias = Forecast | Levers | CriticalPath | Distribution | Calibration
    Results: TypeAlias = Recommendations | Snapshot | Review | Planned
    Shown: TypeAlias = Checklist | Launch | ForecastOptions | Results | Proven | Tailored | Parts

    T = TypeVar("T", bound=Stored)

ReadFormat: TypeAlias = Literal["json", "jsonl", "toml", "yaml"]
"""Formats that are read and written, without loss."""

ShowFormat: TypeAlias = Literal["markdown", "html", "text"]
"""Formats for people: every value can be written, and none is read back."""

DrawFormat: TypeAlias = Literal["svg", "mermaid"]
"""Formats for pictures. The value determines the picture: see :func:`dumps`."""

Format: TypeAlias = ReadFormat | ShowFormat | DrawFormat | Literal["icalendar", "junit", "tasklist", "csv"]

FORMATS: dict[str, tuple[str, ...]] = {
    "json": (".json",),
    "jsonl": (".jsonl",),
    "toml": (".toml",),
    "yaml": (".yaml", ".yml"),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "text": (".txt",),
    "svg": (".svg",),
    "mermaid": (".mmd", ".mermaid"),
    "icalendar": (".ics",),
    "junit": (".xml",),
    "tasklist": (),  # its files are Markdown
    "csv": (".csv",),
}
"""The suffixes of the files of each format, by its name. The module of a format has the same name."""

READERS: tuple[ReadFormat, ...] = ("json", "jsonl", "toml", "yaml")

_ON_CONFLICT = (
    "choose a side, or edit both into one, and delete the lines with such marks; "
    "for a launch, set 'servingchecklist merge' as the merge driver of git, and merge again"
)


class _Writes(Protocol):
    def dumps(self, value: object) -> str: ...


class _Reads(Protocol):
    def loads(self, text: str, limits: Limits | None, kind: type[T] | None) -> Stored: ...


@overload
def dumps(value: EventLog, format: Literal["csv"]) -> str: ...
@overload
def dumps(value: Shown, format: Format | str) -> str: ...
@public()
def dumps(value: Shown | EventLog, format: Format | str) -> str:
    """Return a value as text.

    Args:
        value: A checklist, a launch, an overlay or the options of a forecast; for a format for people also what ``diff``, ``explain``, ``upgrade``, ``order`` and
            ``next_tasks`` return, a snapshot of a launch, a review, a forecast, its distribution, levers, a critical path, a phase, a task, an
            effort, a KPI, a calendar, the progress or one task's state of a launch, the decision of a gate, evidence, or what is live. A launch is shown as it stands now; for any other time
            use ``launch.snapshot(at=...)`` or ``launch.forecast(at=...)``.
        format: ``"json"``, ``"jsonl"`` (a launch as lines that git merges), ``"toml"`` or ``"yaml"``, which can be read back; ``"markdown"``, ``"html"`` or ``"text"`` for people; ``"svg"`` or
            ``"mermaid"`` for a picture: the Gantt chart of a forecast, the histogram of a distribution, the dependency graph of a critical
            path or a checklist, the burn-up of a review (``"svg"`` only); ``"icalendar"`` for the dates of a forecast; ``"junit"``
            for the decision of a gate; ``"tasklist"`` for a checklist or a launch with boxes that :mod:`servingchecklist.tasklist` takes over; ``"csv"`` for the rows that ``to_records`` of a value returns; it alone writes ``launch.log``. A launch is forecast first for a picture and for its dates. Or the name of a format that an installed pack offers.

    Raises:
        UnknownNameError: There is no such format.
        InvalidError: The format cannot write such a value.
        PackError: The format comes from a pack and is faulty.
    """
    return _writer(format).dumps(value)


@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: None = None) -> Stored: ...
@overload
def loads(text: str | bytes, format: str, limits: Limits | None = ..., *, kind: type[T]) -> T: ...
@public()
def loads(
    text: str | bytes, format: str, limits: Limits | None = DEFAULT_LIMITS, *, kind: type[T] | None = None
) -> Stored:
    """Parse a checklist, a launch, an overlay or the options of a forecast, as strictly as the model does: nothing is coerced, and all faults are reported at once.

    Args:
        text: The document, or its bytes in UTF-8.
        format: ``"json"``, ``"jsonl"``, ``"toml"`` or ``"yaml"``, or the name of a format of a pack that can be read.
        limits: The limits for the text, checked before it is parsed; None for text you trust.
        kind: ``Checklist``, ``Launch``, ``Overlay`` or ``ForecastOptions``, to require one of them; type checkers then know the result. None accepts any.

    Raises:
        UnknownNameError: There is no such format that can be read.
        LimitError: The text exceeds the limits.
        InvalidError: The text is not of that format, its document has faults, or it is of another kind.
        PackError: The format comes from a pack and is faulty.
    """
    return _loads(_reader(format), text, limits, kind)


def _loads(reader: _Reads, text: str | bytes, limits: Limits | None, kind: type[T] | None) -> Stored:
    text = source(text, limits)
    try:
        return reader.loads(text, limits, kind)
    except InvalidError as error:
        if error.faults[0].code == "syntax":
            from ._lines import conflict_behind  # valid documents do not need it

            hint = getattr(reader, "ON_CONFLICT", _ON_CONFLICT)
            error.faults = (conflict_behind(error.faults[0], text, hint), *error.faults[1:])
            error.args = (error.faults,)
        raise


def source(text: str | bytes, limits: Limits | None) -> str:
    """Return a document, or its bytes in UTF-8, as text of a size within the limits.

    Raises:
        LimitError: It is larger.
        InvalidError: It is neither text nor bytes in UTF-8, or the limits are none.
    """
    check_limits(limits)
    text = as_text(text)
    if type(text) is not str and type(text) is not bytes:
        raise invalid("wrong-kind", "$", "is neither text nor bytes", text, "give what the file holds")
    if limits:
        size = len(text)  # a character takes at least a byte
        if isinstance(text, str) and size <= limits.bytes:
            size = len(text.encode("utf-8", "surrogatepass"))
        check_size(size, limits)
    return text if isinstance(text, str) else decode(text)


@overload
def read(
    path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: None = None
) -> Stored: ...
@overload
def read(path: str | PathLike[str], format: str | None = None, limits: Limits | None = ..., *, kind: type[T]) -> T: ...
@public()
def read(
    path: str | PathLike[str],
    format: str | None = None,
    limits: Limits | None = DEFAULT_LIMITS,
    *,
    kind: type[T] | None = None,
) -> Stored:
    """Read a checklist, a launch, an overlay or the options of a forecast from a file.

    Args:
        path: The file; UTF-8, with or without a byte order mark.
        format: The format, if the file's suffix does not determine it.
        limits: As for :func:`loads`.
        kind: As for :func:`loads`.

    Raises:
        FileError: The file cannot be read.
        UnknownNameError: No format that can be read has this suffix or name.
        LimitError, InvalidError, PackError: As for :func:`loads`.
    """
    path = check_path(path)
    check_limits(limits)
    reader = _reader(format) if format is not None else cast("_Reads", _format_of(path, READERS, reads=True))
    return _loads(reader, read_bytes(path, limits.bytes if limits else None), limits, kind)


@overload
def write(value: Stored, path: str | PathLike[str], format: str | None = None) -> None: ...
@overload
def write(
    value: Shown,
    path: str | PathLike[str],
    format: ShowFormat | DrawFormat | Literal["icalendar", "junit", "tasklist", "csv"] | None = None,
) -> None: ...
@overload
def write(value: EventLog, path: str | PathLike[str], format: Literal["csv"] | None = None) -> None: ...
@public()
def write(value: Shown | EventLog, path: str | PathLike[str], format: str | None = None) -> None:
    """Write a value to a file atomically.

    The text goes to a new file beside the target, is flushed to the disk, and takes the target's place and permissions in one step.
    Whatever fails, and whenever the machine stops, the target holds the old content or the new. A symbolic link is kept, and its
    target is replaced.

    Args:
        value: As for :func:`dumps`.
        path: The file. Its folder must exist.
        format: The format, if the file's suffix does not determine it.

    Raises:
        FileError: The file cannot be written, and its old content is kept. Or it was replaced, but a power failure may still bring
            the old content back, because the folder could not be flushed; the message says so.
        UnknownNameError: The suffix or the format is unknown.
        InvalidError: The format cannot write such a value.
        PackError: As for :func:`dumps`.
    """
    path = check_path(path)
    writer = _writer(format) if format is not None else cast("_Writes", _format_of(path, FORMATS, reads=False))
    text = writer.dumps(value)
    replace(path, text.encode("utf-8"))


def _module(format: str) -> object:
    return import_module(f".{format}", __name__)


def _writer(format: object) -> _Writes:
    format = as_text(format)
    if type(format) is str and format in FORMATS:
        return cast("_Writes", _module(format))
    from . import _installed

    if type(format) is str and (installed := _installed.named(format, FORMATS)):
        return installed
    names = [*FORMATS, *_installed.names(FORMATS)]
    suffixes = [(end[1:], f"did you mean {name!r}?") for name, ends in FORMATS.items() for end in ends]
    raise unknown_name("unknown-name", "$", "format", format, [*names, *suffixes])


def _reader(format: object) -> _Reads:
    format = as_text(format)
    if type(format) is str and format in READERS:
        return cast("_Reads", _module(format))
    from . import _installed

    if type(format) is str and format not in FORMATS:
        installed = _installed.named(format, FORMATS)
        if installed and installed.reads:
            return installed
    every = [form for _, form in _installed.every(FORMATS) if not isinstance(form, Fault)]
    readers = [*READERS, *(form.name for form in every if form.reads)]
    hint = f"it can be written, but not read; known: {', '.join(readers)}"
    written = [(name, hint) for name in (*FORMATS, *_installed.names(FORMATS)) if name not in readers]
    raise unknown_name("unknown-name", "$", "format that reads", format, [*readers, *written])


IMPORT_HINTS = {
    suffix: f"make a checklist of a list of others in Python: servingchecklist.imports.from_{name}"
    for name in ("markdown", "csv")
    for suffix in FORMATS[name]
}
"""The hints where a list of others stands in place of a file, by its suffix."""


def _format_of(path: str, known: Collection[str], *, reads: bool) -> object:
    """Return the format for the suffix of a file. A suffix of a bundled format never selects that of a pack."""
    suffix = os.path.splitext(path)[1].lower()
    owner = next((name for name, suffixes in FORMATS.items() if suffix in suffixes), None)
    if owner and owner in known:
        return _module(owner)
    from . import _installed

    offered = [] if owner else [form for _, form in _installed.every(FORMATS)]
    installed = [form for form in offered if not isinstance(form, Fault) and (form.reads or not reads)]
    fitting = [form for form in installed if suffix in form.suffixes]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        problem = "the name of the file says more than one format"
        hint = f"name the format: {join_words([form.name for form in fitting], 'or')}"
    elif owner:
        problem = f"{owner} can be written, but not read"
        hint = f"name a file that ends in {join_words([end for name in known for end in FORMATS[name]], 'or')}"
        hint = "; ".join([hint, *([IMPORT_HINTS[suffix]] if suffix in IMPORT_HINTS else [])])
    else:
        bundled = {suffix for suffixes in FORMATS.values() for suffix in suffixes}
        suffixes = [suffix for name in known for suffix in FORMATS[name]]
        suffixes += [suffix for form in installed for suffix in form.suffixes if suffix not in bundled]
        problem = "the name of the file does not say its format"
        hint = f"end it in one of {', '.join(suffixes)}, or name the format"
    malformed = [] if fitting else [form for form in offered if isinstance(form, Fault)]  # it may be the intended one
    raise UnknownNameError([Fault("unknown-name", "$", problem, show_path(path), hint), *malformed])


def decode(data: bytes) -> str:
    """Return bytes in UTF-8 as text, without a byte order mark.

    Raises:
        InvalidError: They are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"is not UTF-8: {error.reason} at byte {error.start}"
        raise InvalidError([Fault("encoding", "$", problem, "", "save it as UTF-8")]) from None
