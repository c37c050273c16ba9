"""The values that a command line names: files, standard input, entries of the catalog, and launches in a store."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

from .. import catalog
from .._files import read_bytes
from .._model._validation import evolve
from .._model.checklist import Checklist
from .._model.overlay import Overlay
from .._model.task import Status
from .._planning.rules import ORDERS, abbreviate
from .._text import join_words, printable
from ..errors import ChecklistError, InvalidError, UnknownNameError, show, show_path, unknown_name
from ..formats import FORMATS, READERS, decode, jsonl, loads, read, write
from ..formats.limits import Limits
from .output import FaultyValueError, for_people, usage_error

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Generator
    from datetime import date, datetime

    from typing_extensions import TypeIs

    from .._launch.launch import Launch
    from .._planning.calendar import Calendar
    from .._planning.calibration import Calibration
    from .._planning.options import ForecastOptions
    from .._store import Store
    from ..codec import Stored
    from ..errors import Fault
    from ..formats import ReadFormat
    from .output import UsageError

    _Kind = TypeVar("_Kind", Checklist, Launch, Overlay, ForecastOptions)

DEFAULT = "model-serving"
DIGEST = re.compile("(?:sha256:)?[0-9a-f]{64}")
STORE = "launches.db"
STORE_VARIABLE = "SERVINGCHECKLIST_STORE"
RECORDER_VARIABLE = "SERVINGCHECKLIST_BY"

APPLY = "apply it to a checklist: servingchecklist tailor --with {}"
_PLAIN_OPTIONS = ("people", "rules", "ranges", "shared", "default_effort", "samples", "seed")
_DIFF = "write its changes as an overlay: servingchecklist diff BASE {} --overlay FILE"
_UPGRADE = "it is tailored; upgrade it: servingchecklist upgrade {0} NEW, or " + _DIFF.replace("{}", "{0}")
_START = "start a launch: servingchecklist start NAME --checklist {}"


def load(source: str, options: Namespace) -> Stored:
    """Load what a name stands for: a file, else a launch in the store, else an entry of the catalog."""
    if is_path(source, options):
        with faults_of(source):
            return read_file(source, options)
    if launch := _load_stored(source, options):
        return launch
    try:
        return _load_entry(source, Checklist)
    except UnknownNameError:
        if names := launch_names(options):
            known = [*names, *catalog.ids()]
            raise unknown_name("unknown-name", "$", "launch and no checklist", source, known) from None
        raise


def load_subject(options: Namespace) -> tuple[Checklist | Launch, str]:
    """Return the checklist or launch that SOURCE names, and the first lines of a text about it.

    Without SOURCE it is the only launch in the store, which those lines name; else the bundled checklist.
    """
    if options.subject is not None:
        value = load(options.subject, options)
        if isinstance(value, Overlay):
            raise not_a_checklist(options.subject)
        if is_options(value):
            raise _not_a_subject(options.subject)
        return value, ""
    path, origin = _store_of(options)
    if not (origin or os.path.exists(path)):
        return catalog.load(DEFAULT), ""
    with open_store(options) as store:
        if not (origin or store.names()):
            return catalog.load(DEFAULT), ""
        ask = f"name one: {{}}; for the bundled checklist: servingchecklist {options.command} {DEFAULT}"
        launch = store.load(only_name(store, options, ask))
    return launch, f"{launch.name}, the only launch in {printable(path)}\n\n"


def forecast_options(
    options: Namespace, launch: Launch | None = None, at: datetime | None = None
) -> tuple[ForecastOptions, str]:
    """Return the options of a forecast, and the line of a text that names their file if it was found beside the launch.

    They are those of the command line and, for all others, those of ``--options``, else of the file beside the launch, else the defaults.
    ``at`` is the time at which the launch is looked at.
    """
    from .._planning.calendar import Calendar
    from .._planning.options import DEFAULTS, ForecastOptions

    for task in options.blocked if launch else ():  # what a file keeps may be over, but not what is typed now
        if launch and task in launch.checklist and launch.state(task, at=at).status is not Status.BLOCKED:
            raise usage_error(f"--blocked {task}: is not blocked", show(task), "name tasks that are blocked only")
    path, head = options.options, ""
    beside = path_of_options(options, launch) if launch else ""
    if path is None and beside and os.path.exists(beside):
        path, head = beside, f"Options of {printable(beside)}\n\n"
    held = DEFAULTS
    if path is not None:
        held = read_as(ForecastOptions, path, options)
        stated = [name for name in options.names if hasattr(held, name) and not getattr(options, name)]
        options.names.update({name: f"{printable(path)}: {name}" for name in stated})
    given = {name: value for name in _PLAIN_OPTIONS if (value := getattr(options, name, None)) is not None}
    tables = {
        name: {**dict(getattr(held, name)), **getattr(options, name)} for name in ("owners", "blocked", "efforts")
    }
    calendar = _calendar(held.calendar, options.weekdays, options.holidays)
    calendars = dict(held.calendars)
    if options.weekdays:  # of the team, and of the owners who work on the same days
        of_team = [owner for owner, own in held.calendars if own.weekdays == held.calendar.weekdays]
        calendars.update({owner: attrs.evolve(calendars[owner], weekdays=options.weekdays) for owner in of_team})
    for owner, days in options.leave.items():
        own = calendars.get(owner, Calendar(weekdays=calendar.weekdays))
        calendars[owner] = attrs.evolve(own, holidays=[*own.holidays, *days])
    if given.get("rules"):
        given["rules"] = ORDERS[given["rules"]]
    if options.history:
        given["history"] = load_history(options, options.history, attrs.evolve(held, calendar=calendar))
    used = evolve(held, {**given, **tables, "calendar": calendar, "calendars": calendars})
    if options.save_options and not beside:
        hint = "name a launch, or write the file yourself and give it as --options"
        raise usage_error("--save-options is for launches, and this is a checklist", "", hint)
    if options.save_options and os.path.exists(beside):
        read_as(ForecastOptions, beside, options)  # nothing else is replaced
    return used, head


def save_options(options: Namespace, launch: Launch, used: ForecastOptions) -> None:
    """Write the options of a forecast beside the launch if ``--save-options`` is given: after the forecast, so that they are valid.

    The number of samples is not kept, since each command has a default of its own.
    """
    if options.save_options:
        path = path_of_options(options, launch)
        write(attrs.evolve(used, samples=None) if options.samples is not None else used, path)
        print(f"servingchecklist: {printable(path)}: written", file=sys.stderr)


def load_history(options: Namespace, sources: list[str], asked: ForecastOptions) -> Calibration:
    """Return the record of the launches that files or names stand for; of all launches in the store for ``all`` or no name."""
    from .._launch.launch import Launch, calibration

    launches: list[Launch] = []
    for source in sources or ["all"]:
        if is_path(source, options):
            with faults_of(source):
                value = read_file(source, options)
            if not is_options(value):  # which a shell gives among the files of a folder
                launches.append(value if isinstance(value, Launch) else read_as(Launch, source, options))
            continue
        with open_store(options) as store:
            launches += map(store.load, store.names() if source == "all" else [source])
    return calibration(launches, options=asked)


def _calendar(held: Calendar, weekdays: list[int] | None, holidays: list[date] | None) -> Calendar:
    return attrs.evolve(held, weekdays=weekdays or held.weekdays, holidays=holidays or held.holidays)


def path_of_options(options: Namespace, launch: Launch) -> str:
    """Return the path of the file with the options of a launch: in the folder of its file, else of the store."""
    source = getattr(options, "subject", None) or getattr(options, "launch", None) or "-"
    home = source if source != "-" and os.path.isfile(source) else _store_of(options)[0]
    return os.path.join(os.path.dirname(home), f"{launch.name}.forecast.toml")


def calendar_of(options: Namespace) -> Calendar:
    """Return the calendar that the command line describes."""
    from .._planning.calendar import WEEKDAYS

    return _calendar(WEEKDAYS, options.weekdays, options.holidays)


def load_launch(options: Namespace) -> Launch:
    """Load the launch that the options name, else the only one in the store."""
    from .._launch.launch import Launch

    source: str | None = options.launch
    if source is None:
        with open_store(options) as store:
            return store.load(only_name(store, options))
    if is_path(source, options):
        return read_as(Launch, source, options)
    if launch := _load_stored(source, options):
        return launch
    if source in catalog.ids():
        raise usage_error("that is no launch, but an entry of the catalog", show(source), _START.format(source))
    with open_store(options) as store:
        return store.load(source)  # reports what there is


def _load_stored(name: str, options: Namespace) -> Launch | None:
    """Load the launch of that name from the store, if both are there."""
    if not os.path.exists(_store_of(options)[0]):
        return None
    with open_store(options) as store:
        if name not in store.names():
            return None
        launch = store.load(name)
    if name in catalog.ids():
        where = f"the launch in {printable(_store_of(options)[0])} is meant, not what 'list' shows under that name"
        print(f"servingchecklist: {name}: {where}", file=sys.stderr)
    return launch


def load_checklist(source: str, options: Namespace) -> Checklist:
    """Load the checklist that a file or an id names."""
    value = read_as(Checklist, source, options) if is_path(source) else _load_entry(source, Checklist)
    if isinstance(value, Checklist):
        return value
    raise not_a_checklist(source)


def load_overlay(source: str, options: Namespace) -> Overlay:
    """Load the overlay that a file or an id names."""
    value = read_as(Overlay, source, options) if is_path(source) else _load_entry(source, Overlay)
    if isinstance(value, Overlay):
        return value
    raise usage_error("that is a checklist, not an overlay", show(source), _DIFF.format(source))


def is_options(value: Stored) -> TypeIs[ForecastOptions]:
    """Return True for the options of a forecast, whose class is imported only when needed."""
    return type(value).__name__ == "ForecastOptions"


def _not_a_subject(source: str) -> UsageError:
    hint = f"give it as --options {printable(source)}, with a checklist or a launch"
    return usage_error("that holds the options of a forecast", show_path(source), hint)


def not_a_checklist(source: str) -> UsageError:
    """Return the error for an overlay that is named where a checklist is needed."""
    return usage_error("that is an overlay, not a checklist", show_path(source), APPLY.format(printable(source)))


def _load_entry(name: str, wanted: type) -> Checklist | Overlay:
    """Load an entry of the catalog, also where it is not of the wanted kind. An unknown name is reported as one of that kind."""
    load, load_other = (catalog.overlay, catalog.load) if wanted is Overlay else (catalog.load, catalog.overlay)
    try:
        return load(name)
    except ChecklistError:
        with suppress(ChecklistError):
            return load_other(name)
        raise


def read_as(kind: type[_Kind], path: str, options: Namespace, format: str | None = None) -> _Kind:
    """Read a file that has to hold a value of that kind."""
    with faults_of(path, lambda fault: _with_command(fault, path, kind, options)):
        value = read_file(path, options, kind, format)
    assert isinstance(value, kind)
    return value


def read_file(path: str, options: Namespace, kind: type[Stored] | None = None, format: str | None = None) -> Stored:
    """Read a file or, for ``-``, standard input, whose format its content tells."""
    limits = limits_of(options)
    if path != "-":
        return read(path, format, limits, kind=kind)
    data = read_input(options)
    return loads(data, _format_in(data), limits, kind=kind)


def read_with_text(path: str, options: Namespace) -> tuple[Stored, str]:
    """Read a file or standard input once, and return the text too where it is lines of JSON, else an empty one."""
    limits = limits_of(options)
    if path == "-":
        data = read_input(options)
        format = _format_in(data)
    elif path.lower().endswith(jsonl.SUFFIXES):
        data, format = read_bytes(path, limits.bytes if limits else None), "jsonl"
    else:
        return read(path, limits=limits), ""
    return loads(data, format, limits), decode(data) if format == "jsonl" else ""


def read_input(options: Namespace) -> bytes:
    """Read standard input, which is used up then, up to a byte more than the limits allow."""
    limits = limits_of(options)
    if getattr(options, "is_input_read", False):
        raise usage_error("standard input is named twice", show("-"), "name a file in place of one of them")
    options.is_input_read = True
    stream = getattr(sys.stdin, "buffer", sys.stdin)
    try:
        data: bytes | str = stream.read(limits.bytes + 1 if limits else -1)
    except (AttributeError, OSError, ValueError) as error:  # it is closed, or a folder
        reason = (isinstance(error, OSError) and error.strerror) or "it is closed"
        raise usage_error(f"standard input cannot be read: {reason}", "", "name a file") from None
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def read_copy(path: str, options: Namespace, named: str = "") -> tuple[Launch, ReadFormat | None]:
    """Read a launch, and return its format too, but None for that of a pack.

    Where the name has no suffix, as those of temporary files of git and of pipes, the format is that of the file which is named in its
    place, else that which the content tells.
    """
    from .._launch.launch import Launch

    suffix = os.path.splitext(path)[1].lower()
    format = _of_suffix(suffix or os.path.splitext(named)[1].lower())
    if suffix:
        return read_as(Launch, path, options), format
    limits = limits_of(options)
    data = read_input(options) if path == "-" else read_bytes(path, limits.bytes if limits else None)  # only once
    format = format or _format_in(data)
    with faults_of(path, lambda fault: _with_command(fault, path, Launch, options)):
        return loads(data, format, limits, kind=Launch), format


def _of_suffix(suffix: str) -> ReadFormat | None:
    return next((name for name in READERS if suffix in FORMATS[name]), None)


def _format_in(data: bytes) -> ReadFormat:
    """Return the format of a document, whatever its comments say: JSON if it begins with ``{``, lines of JSON if that closes in a line before others, else TOML or YAML."""
    first, _, rest = re.sub(rb"\A(?:[\xef\xbb\xbf \t\r\n]++|#[^\n]*+)*+", b"", data).partition(b"\n")
    if first.startswith(b"{"):
        return "jsonl" if first.rstrip().endswith(b"}") and rest.strip() else "json"
    return "yaml" if re.match(rb"(---|[\w$\"'-]+:)(\s|\Z)", first) else "toml"


@contextmanager
def faults_of(path: str, shown: Callable[[Fault], Fault] = for_people) -> Generator[None]:
    """Raise every :class:`InvalidError` from inside the block as a :class:`FaultyValueError` of the file, with the faults as shown."""
    try:
        yield
    except InvalidError as error:
        raise FaultyValueError("standard input" if path == "-" else path, map(shown, error.faults)) from None


def _with_command(fault: Fault, path: str, wanted: type, options: Namespace) -> Fault:
    """Return the fault for people, with a command in its hint where the file holds another kind than the wanted one."""
    match fault.code, fault.value:
        case "other-kind", "'launch'":
            hint = "a launch keeps a copy of its checklist; name the file that it was started with"
        case "other-kind", "'overlay'":
            hint = APPLY
        case "other-kind", "'checklist'" if wanted is not Overlay:
            hint = _START
        case "other-kind", "'checklist'":
            hint = _UPGRADE if _is_tailored(path, options) else _DIFF
        case _:
            return for_people(fault)
    return attrs.evolve(fault, hint=hint.format(printable(path)))


def _is_tailored(path: str, options: Namespace) -> bool:
    try:
        return path != "-" and bool(read(path, limits=limits_of(options), kind=Checklist).layers)
    except InvalidError:  # its other faults do not matter where an overlay is needed
        return False


def is_path(source: str, options: Namespace | None = None) -> bool:
    """Return True for a file, and for a name that looks like a path and is none of the catalog or, with options, of the store."""
    if source == "-" or os.path.isfile(source):
        return True
    looks_like_one = os.path.basename(source) != source or "." in source or os.path.exists(source)
    # Asking for all names is slow, so it comes last.
    return looks_like_one and source not in (*catalog.ids(), *(launch_names(options) if options else ()))


def limits_of(options: Namespace) -> Limits | None:
    """Return the limits for reading files, or None for ``--no-limits``."""
    return None if options.no_limits else Limits()


@contextmanager
def open_store(options: Namespace, access: Literal["read", "write", "create"] = "read") -> Generator[Store]:
    """Open the store that the options or the environment name."""
    from .._store import Store

    path, origin = _store_of(options)
    if access != "create" and not os.path.exists(path):
        named = f"{origin} names it; " if origin == STORE_VARIABLE else ""
        if options.command == "render" and _has_files("launches"):
            named += "import the files in 'launches' first: servingchecklist import launches; or "
        hint = f"{named}start a launch with: servingchecklist start NAME; or name the store with --store"
        raise usage_error("there is no store of launches", show_path(path), hint)
    with Store(path, read_only=access == "read") as store:
        yield store


def _has_files(folder: str) -> bool:
    """Return True if there are launches as lines in a folder."""
    return os.path.isdir(folder) and any(name.endswith(jsonl.SUFFIXES) for name in os.listdir(folder))


def _store_of(options: Namespace) -> tuple[str, str]:
    """Return the path of the store, and the option or variable that names it; empty for the one in the folder."""
    stated: str | None = options.store
    if stated is not None:
        return stated, "--store"
    stated = os.environ.get(STORE_VARIABLE)
    return (stated, STORE_VARIABLE) if stated else (STORE, "")


def launch_names(options: Namespace) -> tuple[str, ...]:
    """Return the names of all launches in the store; none where there is no store."""
    if not os.path.exists(_store_of(options)[0]):
        return ()
    with open_store(options) as store:
        return store.names()


def only_name(store: Store, options: Namespace, ask: str = "name one: {}") -> str:
    """Return the name of the only launch in the store. ``ask`` is the hint where there are several."""
    names, path = store.names(), show_path(_store_of(options)[0])
    if len(names) == 1:
        return names[0]
    if not names:
        raise usage_error("the store holds no launch", path, "start one with: servingchecklist start NAME")
    raise usage_error("the store holds several launches", path, ask.format(join_words(abbreviate(list(names)), "or")))
