"""Options that several commands share, and the parsers of their values."""

from __future__ import annotations

import re
from argparse import Action, ArgumentError, ArgumentTypeError
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, cast

from .._dates import LAST_SECOND, parse_day, parse_time, weekday
from .._jsonlike import is_list
from .._model._validation import LINE_LENGTH, ident, line
from .._model.effort import Effort
from .._model.task import Reference
from .._planning.rules import ORDERS
from .._text import join_words
from ..errors import InvalidError, nearest, show
from ..formats import FORMATS
from .sources import DEFAULT, RECORDER_VARIABLE, STORE, STORE_VARIABLE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterable, Sequence

    from ..errors import Fault

_LONGEST_LEAVE = 3_660
_SCHEME = "(?i:https?:|mailto:)"


def ids(text: str) -> list[str]:
    """Parse ids, with commas or spaces between them."""
    return text.replace(",", " ").split()


def some_ids(text: str) -> list[str]:
    """Parse ids with commas between them; a comma at the end is as if left out, as in ``c1, c3`` without quotes."""
    if names := [name for part in text.split(",") if (name := part.strip())]:
        return names
    raise ArgumentTypeError(f"{show(text)} has no id")


def number(least: int | None = None, most: int | None = None) -> Callable[[str], int]:
    """Return a parser of whole numbers within bounds."""

    def parse(text: str) -> int:
        # More digits are not meant as a number, and Python converts only so many of them.
        if not re.fullmatch("-?[0-9]{1,100}", text) or (least is not None and int(text) < least):
            bound = "" if least is None else f" of at least {least}"
            raise ArgumentTypeError(f"{show(text)} is not a whole number{bound}")
        if most is not None and int(text) > most:
            raise ArgumentTypeError(f"{int(text):,} is too many; give at most {most:,}")
        return int(text)

    return parse


SHELLS = ("bash", "zsh", "fish")
"""The shells whose command lines are completed."""


def one_of(names: Iterable[str], metavar: str = "") -> dict[str, Any]:
    """Return the arguments of an option that takes one of a few names, which are its metavar by default."""
    known = list(names)

    def parse(text: str) -> str:
        if text not in known:
            raise ArgumentTypeError(f"invalid choice: {show(text)}; {nearest(text, known)}")
        return text

    return {"type": parse, "metavar": metavar or f"{{{','.join(known)}}}"}


def day(text: str) -> date:
    """Parse a date."""
    try:
        return parse_day(text, datetime.now().astimezone().date())
    except InvalidError as error:
        raise _refused(text, error.faults[0]) from None


def days(text: str) -> list[date]:
    """Parse dates, with commas between them, or blanks between those of numbers alone."""
    return [day(part) for part in re.split(r",(?! *[0-9]{4} *(?:,|$))|\s+(?=[0-9]{4}-)", text) if part.strip()]


def timestamp(text: str, day_at: time = LAST_SECOND) -> datetime:
    """Parse a time, local unless it has an offset from UTC. A date alone is the last second of that day, or now if it is today."""
    try:
        return parse_time(text, datetime.now().astimezone(), _localize, day_at)
    except InvalidError as error:
        raise _refused(text, error.faults[0]) from None


def _localize(naive: datetime) -> datetime:
    # astimezone alone takes the offset after the change for a time that is left out where clocks are changed.
    return datetime.fromtimestamp(naive.timestamp(), UTC).astimezone()


def start_time(text: str) -> datetime:
    """Parse a time at which something begins: a date alone is the beginning of that day."""
    return timestamp(text, time.min)


def view_time(text: str) -> datetime:
    """Parse a time to look at. A date alone shows all of that day, what was recorded in its last second included."""
    return timestamp(text, time.max)


def weekdays(text: str) -> list[int]:
    """Parse days of the week and ranges of them: ``mon-thu,sat``. A range may go over the end of the week."""
    numbers: list[int] = []
    for word in ids(text.lower()):
        first, dash, last = word.partition("-")
        begin = _weekday(first, text)
        end = _weekday(last, text) if dash else begin
        numbers += [number % 7 for number in range(begin, begin + (end - begin) % 7 + 1)]
    return numbers or [_weekday("", text)]


def _weekday(word: str, text: str) -> int:
    number = weekday(word)
    if number is None:
        raise ArgumentTypeError(f"{show(text)} does not name days of the week; write mon-fri or mon,tue,thu")
    return number


def identifier(text: str) -> str:
    """Parse a name, in the form of an id."""
    for fault in ident(text, "name"):
        raise _refused(text, fault)
    return text


def one_line(text: str) -> str:
    """Parse a line of text that is not blank."""
    for fault in line(text, "text"):
        raise _refused(text, fault)
    return text


def effort(text: str) -> Effort:
    """Parse an effort."""
    try:
        return Effort.parse(text)
    except InvalidError as error:
        raise _refused(text, error.faults[0]) from None


def link(text: str) -> Reference:
    """Parse an address, or a title and an address with an equals sign between them."""
    title, url = text[:LINE_LENGTH], text
    if not re.match(_SCHEME, text) and "=" in text:
        before = re.search(rf"=[ ]*+(?={_SCHEME})", text)
        title, url = (text[: before.start()], text[before.end() :]) if before else text.rsplit("=", 1)
    try:
        return Reference(title.strip(), url.strip())
    except InvalidError as error:
        raise _refused(text, error.faults[0]) from None


def _refused(text: str, fault: Fault) -> ArgumentTypeError:
    return ArgumentTypeError(f"{show(text)} {fault.message}; {fault.hint}")


def _choice(text: str) -> tuple[str, list[str]]:
    form = "FACET=VALUE, such as mode=batch or mode=online,edge"
    facet, values = _pair(text, form)
    if not ids(values):
        raise ArgumentTypeError(f"{show(text)} is not {form}")
    if "=" in values:
        raise ArgumentTypeError(f"{show(text)} names two facets; give --context once for each")
    return facet, ids(values)


def _blocked(text: str) -> tuple[str, Effort]:
    task, duration = _pair(text, "TASK=EFFORT, such as 'c5=1-2 weeks'")
    return task, effort(duration)


def _effort_of(text: str) -> tuple[str, Effort]:
    task, duration = _pair(text, "TASK=EFFORT, such as 'c5=2-3 days'")
    return task, effort(duration)


def _leave(text: str) -> tuple[str, list[date]]:
    form = "WHO=FIRST..LAST, such as ml-platform=2026-12-01..2026-12-11"
    owner, period = _pair(text, form)
    first, dots, last = (part.strip() for part in period.partition(".."))
    if not (dots and first and last):
        raise ArgumentTypeError(f"{show(text)} is not {form}")
    start, end = day(first), day(last)
    if not 0 <= (end - start).days < _LONGEST_LEAVE:
        raise ArgumentTypeError(f"{show(text)} is no leave; write the earlier day first, and at most ten years")
    return owner, [start + timedelta(number) for number in range((end - start).days + 1)]


def share(text: str) -> float:
    """Parse a share, as a number from 0 to 1 or in percent."""
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,9})?) ?(%?)", text.strip(), re.ASCII)
    value = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"{show(text)} is not a share; write a number from 0 to 1, or 0 % to 100 %")
    return value


def part(text: str) -> tuple[str, str]:
    """Parse a part of a subject: its name, and a file or a digest."""
    return _pair(text, "NAME=FILE or NAME=sha256:..., such as model=model.onnx")


def answer(text: str) -> tuple[str, str]:
    """Parse an answer: the name of an example request, and the file with what came."""
    return _pair(text, "EXAMPLE=FILE, such as score=score.txt")


def _owner(text: str) -> tuple[str, str]:
    return _pair(text, "TASK=OWNER, such as c5=ml-platform")


def _pair(text: str, form: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    if not (key.strip() and value.strip()):
        raise ArgumentTypeError(f"{show(text)} is not {form}")
    return key.strip(), value.strip()


class _Collect(Action):
    """An action that collects values by key. A list adds to the values of its key; for any other value the key must be new."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        key, value = cast("tuple[str, object]", values)
        collected: dict[str, Any] = getattr(namespace, self.dest)
        if is_list(value):
            value = list(dict.fromkeys([*collected.get(key, ()), *value]))
        elif key in collected:
            raise ArgumentError(self, f"{show(key)} is named twice")
        setattr(namespace, self.dest, {**collected, key: value})


class _Once(Action):
    """An action that refuses to be given twice, where the last value would silently win."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            raise ArgumentError(self, "is given twice; give one value")
        setattr(namespace, self.dest, values)


def _value(metavar: str, help: str, **more: object) -> dict[str, Any]:
    return {"metavar": metavar, "help": help, **more}


def _flag(help: str) -> dict[str, Any]:
    return {"action": "store_true", "help": help}


SOURCE = "a file, - for standard input, or an id from 'servingchecklist list'"
SUBJECT = "a checklist or a launch: a file, - for standard input, the name of a launch in the store, or an id from 'servingchecklist list'"
_LAUNCH = "the name of a launch in the store, or its file"
_KEYED: dict[str, Any] = {"action": _Collect, "default": {}}
_WITH = f"an overlay to apply: {SOURCE}; repeatable, applied in this order"
_CONTEXT = "keep only the tasks for this context, such as mode=batch or mode=online,edge; repeatable, applied last"
_DONE = "the tasks of a checklist that are done, such as c1,c3; a launch has its own record"
_AT = "the time of the event, such as 17:00, yesterday or 2026-11-24T17:30; local time unless it has a UTC offset (default: now)"
_LINK = "a page that proves it, such as a run, a commit or a comment: URL or TITLE=URL; repeatable"
_PEOPLE = "the number of people who share the tasks without an owner (default: no limit)"
_DAYS = "the working days of the week, such as mon-thu or mon,tue,fri (default: mon-fri)"
_ASSUMED = "the owner of a task in the forecast, such as c5=ml-platform; repeatable"
_EFFORT = "the effort of a task in place of the stated one, such as 'c5=2-3 days'; repeatable"
_LEAVE = "the days off of an owner, both included, such as ml-platform=2026-12-01..2026-12-11; repeatable"
_RANGES = "p10-p90: low and high of an effort are its 10th and 90th percentile; bounds: they are hard bounds (default: p10-p90)"
_SHARE = (
    "the share of the variance that all tasks have in common, from 0 to 1 (default: 0 for one person, else a third)"
)
_HISTORY = "earlier launches to learn from: files or names in the store, or all for every launch there; repeatable"
_OPTIONS = "a file with the options of a forecast (default: NAME.forecast.toml beside a launch of that name)"
_SAVE = "write the options to NAME.forecast.toml beside the launch, for the next forecast, review and levers"
_PART = "a part that it was measured of, by its file or digest, such as model=model.onnx; repeatable"
_WHERE = "a condition under which it was measured, such as baseline=offline; repeatable"
_SEED = "the seed of the random numbers; the same seed gives the same forecast (default: 0)"
_SHARED: dict[str, dict[str, Any]] = {
    "source": _value("SOURCE", f"{SOURCE} (default: {DEFAULT})", nargs="?"),
    "subject": _value("SOURCE", f"{SUBJECT} (default: the only launch in the store, else {DEFAULT})", nargs="?"),
    "launch": _value("LAUNCH", f"{_LAUNCH} (default: the only launch in the store)", nargs="?"),
    "named": _value("TASK", "the id of a task, such as c1", nargs="+", type=some_ids),
    "--no-limits": _flag("read files of any size and depth; only for files you trust"),
    "--launch": _value("LAUNCH", f"{_LAUNCH} (default: the only launch in the store)"),
    "--store": _value("FILE", f"the file of the store (default: {STORE_VARIABLE}, else {STORE})"),
    "--with": _value("OVERLAY", _WITH, dest="overlays", action="append", default=[]),
    "--context": _value("FACET=VALUE", _CONTEXT, type=_choice, **_KEYED),
    "--done": _value("IDS", _DONE, action="extend", type=ids, default=[]),
    "--rules": {**one_of(ORDERS), "default": "phases-first", "help": "the order of tasks (default: %(default)s)"},
    "--by": _value(
        "WHO", f"the person or team who records this (default: {RECORDER_VARIABLE}, else the user who is logged in)"
    ),
    "--note": _value("WORDS", "more about it, in any number of lines", default=""),
    "--text": _value("WORDS", "the note", required=True),
    "--link": _value("URL", _LINK, dest="references", action="append", type=link, default=[]),
    "--at": _value("WHEN", _AT, type=timestamp),
    "--people": _value("N", _PEOPLE, type=number(1)),
    "--assume-owner": _value("TASK=WHO", _ASSUMED, dest="owners", type=_owner, **_KEYED),
    "--owner": _value("WHO", "only tasks of this owner; only for a launch", action=_Once),
    "--role": _value("ROLE", "only tasks of this role", action=_Once),
    "--label": _value("LABEL", "only tasks with this label, or in a phase with it", action=_Once),
    "--phase": _value("PHASE", "only tasks of the phase with this id", action=_Once),
    "--section": _value("SECTION", "only tasks of this section", action=_Once),
    "--weekdays": _value("DAYS", _DAYS, action="extend", type=weekdays),
    "--holidays": _value("DAYS", "days off, such as 2026-12-25,2027-01-01", action="extend", type=days),
    "--blocked": _value(
        "TASK=EFFORT", "the time that a task stays blocked, such as 'c5=1-2 weeks'; repeatable", type=_blocked, **_KEYED
    ),
    "--default-effort": _value("EFFORT", "the effort of tasks that state none, such as '1-3 days'", type=effort),
    "--effort": _value("TASK=EFFORT", _EFFORT, dest="efforts", type=_effort_of, **_KEYED),
    "--leave": _value("WHO=DAYS", _LEAVE, type=_leave, **_KEYED),
    "--ranges": {**one_of(("p10-p90", "bounds")), "help": _RANGES},
    "--shared": _value("SHARE", _SHARE, type=share),
    "--history": _value("LAUNCH", _HISTORY, action="extend", type=some_ids, default=[]),
    "--options": _value("FILE", _OPTIONS),
    "--save-options": _flag(_SAVE),
    "--seed": _value("N", _SEED, type=number()),
    "--part": _value("NAME=FILE", _PART, dest="parts", type=part, **_KEYED),
    "--where": _value("KEY=VALUE", _WHERE, type=_choice, **_KEYED),
    "--quiet": _flag("print nothing but errors"),
    "--json": _flag("print JSON for another program"),
}


def add(parser: ArgumentParser, *names: str, **changes: Any) -> None:  # noqa: ANN401
    """Add shared options by their names, with other arguments, such as the help text, where they are given."""
    for option in names:
        parser.add_argument(*(["-q"] if option == "--quiet" else []), option, **_SHARED[option] | changes)


OUTPUT = ("-o", "--out", "--output")
"""The names of the option for the file to write, which all commands that write one have."""


def add_output(parser: ArgumentParser, default: str, formats: Iterable[str] = ()) -> None:
    """Add ``--format`` and ``--output``. Without a list of formats all are allowed, those of packs included."""
    names, rule = list(formats), f"(default: by the suffix of the output, else {default})"
    if names:
        parser.add_argument("-f", "--format", **one_of(names), help=f"the format {rule}")
    else:
        help = f"the format: {join_words(list(FORMATS), 'or')}, or one of a pack {rule}"
        parser.add_argument("-f", "--format", metavar="FORMAT", help=help)
    parser.set_defaults(formats=names)
    help = "the file to write, replaced atomically; - for standard output (default: print)"
    parser.add_argument(*OUTPUT, dest="output", metavar="FILE", type=_output, help=help)


def _output(path: str) -> str | None:
    """Return the file to write, or None where the output is printed."""
    return None if path == "-" else path
