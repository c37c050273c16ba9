"""The options of a forecast as one value, which can be kept in a file and used each week."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, TypeVar, cast, get_args

import attrs

from .._dates import WEEKDAYS as WEEKDAY_NAMES
from .._model import _validation as v
from .._model._validation import Validated, check, evolve
from .._model.effort import Effort, as_effort, effort
from .._namespace import NotebookDisplay, late_import, public
from ..errors import Fault, InvalidError, is_a, nearest
from .calendar import WEEKDAYS, Calendar, is_calendar
from .calibration import Calibration
from .rules import PHASES_FIRST, Rule, name_of_order, with_position_last

if TYPE_CHECKING:
    from datetime import date

    from .._model.task import Task
    from ..documents import CalendarDocument, ForecastOptionsDocument, UsedOptionsDocument

T = TypeVar("T")

Ranges: TypeAlias = Literal["p10-p90", "bounds"]
"""The meaning of the low and the high number of an effort."""

Owners: TypeAlias = Mapping[str, str] | Sequence[tuple[str, str]] | None
Calendars: TypeAlias = Mapping[str, Calendar] | Sequence[tuple[str, Calendar]] | None
Efforts: TypeAlias = Mapping[str, Effort | str] | Sequence[tuple[str, Effort | str]] | None
Blocked: TypeAlias = Mapping[str, Effort | str | None] | Sequence[tuple[str, Effort | str | None]] | None

SAMPLES = 10_000
"""The default number of samples: P80 of the bundled checklist then has a standard deviation of 0.03 days over the seeds."""

SHARED = 1 / 3
"""The default of the shared variance of several people.

Cost-risk handbooks recommend correlations of 0.2 to 0.3 for costs where none was measured: GAO, "Cost Estimating and Assessment Guide",
GAO-20-195G (2020); "Joint Agency Cost Schedule Risk and Uncertainty Handbook" (2014).
"""

LONGEST_RANGE = 3_660
"""The maximum number of days in a range of holidays in files, and of the leave of an owner: ten years."""

UNKNOWN = "unknown"
"""The text for an unknown time in files."""

MOST_SAMPLES = 1_000_000
"""The maximum number of samples: more add no information, and for a long checklist they fill the memory."""

_SEED_BITS = 128
_TASK_SAMPLES = 100_000
_USUAL_SAMPLES = 1_000
_MOST_TASKS = 1_000

seed = v.require(
    lambda value: type(value) is int and value.bit_length() <= _SEED_BITS,
    "out-of-range",
    "is not a seed",
    f"write a whole number of at most {_SEED_BITS} bits",
)
"""Check that a value is a seed."""


def _as_share(value: float | None) -> float | None:
    return v.as_number(value)


_share = v.require(
    lambda value: type(value) in (int, float) and 0 <= value <= 1,
    "out-of-range",
    "is not a share",
    "write a number from 0 to 1, such as 0.3",
)


_samples = v.require(
    lambda value: type(value) is int and 0 <= value <= MOST_SAMPLES,
    "out-of-range",
    "is not a number of samples",
    f"write a whole number of at most {MOST_SAMPLES:,}",
)


def _ranges(value: object, name: str) -> Sequence[Fault]:
    if type(value) is str and value in get_args(Ranges):
        return ()
    hint = nearest(value, get_args(Ranges)) if is_a(value, str) else "write 'p10-p90' or 'bounds'"
    return [v.fault("unknown-value", name, "is not a meaning of ranges", value, hint)]


def _as_pairs(value: object, convert: Callable[[Any], Any] = lambda item: item) -> Any:  # noqa: ANN401
    """Convert a mapping to pairs sorted by key, and None to no pairs. Anything else is left to the check."""
    pairs = () if value is None else v.as_tuple(cast("Sequence[object]", v.pairs_of(value)))
    try:
        if any(is_a(pair, str) for pair in cast("Any", pairs)):  # a text of two characters is no pair
            return value
        return tuple(sorted(((key, convert(item)) for key, item in cast("Any", pairs)), key=itemgetter(0)))
    except Exception:  # noqa: BLE001  # code of the caller, which can raise anything
        return pairs


def _as_owners(value: Owners) -> tuple[tuple[str, str], ...]:
    return cast("tuple[tuple[str, str], ...]", _as_pairs(value))


def _as_calendars(value: Calendars) -> tuple[tuple[str, Calendar], ...]:
    return cast("tuple[tuple[str, Calendar], ...]", _as_pairs(value))


def _as_efforts(value: Efforts) -> tuple[tuple[str, Effort], ...]:
    return cast("tuple[tuple[str, Effort], ...]", _as_pairs(value, as_effort))


def _as_blocked(value: Blocked) -> tuple[tuple[str, Effort | None], ...]:
    return cast("tuple[tuple[str, Effort | None], ...]", _as_pairs(value, as_effort))


def _by_key(key: v.Check, check: v.Check, what: str, example: str) -> v.Check:
    """Return a check for pairs of different keys and values."""

    def check_pairs(value: object, name: str) -> Sequence[Fault]:
        if not v.is_tuple(value) or not all(v.is_tuple(pair) and len(pair) == 2 for pair in value):
            return [v.fault("wrong-kind", name, f"is not a mapping of {what}", value, f"write it as in {example}")]
        pairs = cast("tuple[tuple[object, object], ...]", value)
        faults = [fault for each, _ in pairs for fault in key(each, name)]
        faults += [fault for each, item in pairs for fault in check(item, f"{name}.{each}")] if not faults else []
        if not faults and len({each for each, _ in pairs}) < len(pairs):
            faults = [v.fault("duplicate", name, "names the same key twice", value, "name each key once")]
        return faults

    return check_pairs


def as_rules(value: Iterable[Rule]) -> tuple[Rule, ...]:
    """Add the position as the last rule. Anything else than rules is left to the check."""
    try:
        return with_position_last(value)
    except InvalidError:  # which the check finds again
        return value  # type: ignore[return-value]


def _rules(value: object, name: str) -> Sequence[Fault]:
    try:
        with_position_last(cast("Iterable[Rule]", value))
    except InvalidError as error:
        return error.faults
    return ()


def _effort_or_none(value: object, name: str) -> Sequence[Fault]:
    return v.optional(effort)(value, name)


@public()
@attrs.frozen(kw_only=True, getstate_setstate=False)
class ForecastOptions(Validated, NotebookDisplay):
    """The options of a forecast: who works when and in what order, and how uncertain the efforts are.

    One value for :func:`~servingchecklist.forecast`, :func:`~servingchecklist.levers`, and the forecasts and reviews of a launch. All of
    these also take its fields as keyword arguments, which replace those of ``options``. :func:`~servingchecklist.write` and
    :func:`~servingchecklist.read` keep it in a file.

    >>> options = ForecastOptions(people=2, rules=SOONEST, owners={"c5": "ml-platform"})
    >>> dict(options.owners)
    {'c5': 'ml-platform'}

    Attributes:
        people: The number of people who take the tasks without an owner, each one task at a time, in the order given by the rules; None
            for no limit.
        owners: The owner of each owned task, by task id. An owner does one task at a time, and is not one of ``people``. You can pass a
            mapping here and below; pairs sorted by key are kept.
        calendar: The calendar of working days.
        calendars: The calendars of owners by their names, such as that of one who is on leave; ``calendar`` is for all others, and its
            holidays are days off for owners too.
        rules: The rules that decide which of several ready tasks is taken first, as for :func:`~servingchecklist.order`.
        ranges: The meaning of the low and the high number of an effort: ``"p10-p90"`` for its 10th and 90th percentile, or ``"bounds"``
            for its least and greatest value.
        shared: The share of the variance of durations that all tasks have in common, from 0 to 1: if one takes longer, so do the others.
            None for the share that ``history`` shows, else 0 for one person, else a third.
        history: The record of earlier launches, to correct the ranges by; see :func:`~servingchecklist.calibration`.
        efforts: The efforts of tasks, by task id, in place of those that they state; texts such as ``"2-3 days"`` are parsed.
        default_effort: The effort of tasks that state none.
        blocked: The time for which each blocked task stays blocked, by task id; None if unknown. It counts from the start or, in a launch,
            from when the task was blocked, and there it is not used for a task that is not blocked.
        samples: The number of samples, at most a million; None for 10,000, and for fewer in reviews and levers. 0 in a review is for no
            forecast.
        seed: The seed of the random numbers, an int of at most 128 bits. The same seed gives the same forecast.

    Raises:
        InvalidError: A field is invalid; each invalid field has its own fault.
    """

    people: int | None = attrs.field(default=None, metadata=check(v.optional(v.from_one)))
    owners: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=_as_owners, metadata=check(_by_key(v.ident, v.line, "ids", "{'c1': 'ml-platform'}"))
    )
    calendar: Calendar = attrs.field(default=WEEKDAYS, metadata=check(is_calendar))
    calendars: tuple[tuple[str, Calendar], ...] = attrs.field(
        default=(),
        converter=_as_calendars,
        metadata=check(_by_key(v.line, is_calendar, "owners", "{'ml-platform': Calendar(holidays=[...])}")),
    )
    rules: tuple[Rule, ...] = attrs.field(default=PHASES_FIRST, converter=as_rules, metadata=check(_rules))
    ranges: Ranges = attrs.field(default="p10-p90", metadata=check(_ranges))
    shared: float | None = attrs.field(default=None, converter=_as_share, metadata=check(v.optional(_share)))
    history: Calibration | None = attrs.field(
        default=None, metadata=check(v.optional(v.exactly(Calibration, "calibration(launches)")))
    )
    efforts: tuple[tuple[str, Effort], ...] = attrs.field(
        default=(),
        converter=_as_efforts,
        metadata=check(_by_key(v.ident, effort, "ids", "{'c1': '2-3 days'}")),
    )
    default_effort: Effort | None = attrs.field(default=None, converter=as_effort, metadata=check(_effort_or_none))
    blocked: tuple[tuple[str, Effort | None], ...] = attrs.field(
        default=(),
        converter=_as_blocked,
        metadata=check(_by_key(v.ident, _effort_or_none, "ids", "{'c1': '1-2 weeks'} or {'c1': None}")),
    )
    samples: int | None = attrs.field(default=None, metadata=check(v.optional(_samples)))
    seed: int = attrs.field(default=0, metadata=check(seed))

    def to_dict(self) -> ForecastOptionsDocument:
        """Return the options as a document: dicts, lists, strings and numbers only, with the same keys as files.

        Raises:
            InvalidError: A rule is not a bundled one, so that a file cannot hold it.
        """
        return cast("ForecastOptionsDocument", late_import("codec").encode(self))

    @classmethod
    def from_dict(cls, document: Mapping[str, object]) -> ForecastOptions:
        """Build options from a document, strictly: nothing is coerced, and unknown keys are rejected.

        Raises:
            InvalidError: The document has faults; the error holds all of them, each with its path.
        """
        return cast("ForecastOptions", late_import("codec").decode(document, ForecastOptions))


@public("results")
class ForecastFields(TypedDict, total=False):
    """The fields of :class:`~servingchecklist.ForecastOptions`, as keyword arguments; those that are left out stay as they are."""

    people: int | None
    owners: Owners
    calendar: Calendar
    calendars: Calendars
    rules: Sequence[Rule]
    ranges: Ranges
    shared: float | None
    history: Calibration | None
    efforts: Efforts
    default_effort: Effort | str | None
    blocked: Blocked
    samples: int | None
    seed: int


def options_with(
    options: ForecastOptions | None, changes: ForecastFields, beside: Iterable[str] = ()
) -> ForecastOptions:
    """Return the options with these fields in place of theirs; the default ones for None.

    ``beside`` are the names of other arguments of the caller, one of which an unknown name may have been meant to be.

    Raises:
        InvalidError: A value is invalid, or ``options`` is something else.
        TypeError: There is no such option.
    """
    if options is None:
        options = DEFAULTS
    v.require_kind(ForecastOptions, {"$.options": options})
    if unknown := [name for name in changes if name not in ForecastFields.__annotations__]:
        hint = nearest(unknown[0], [*ForecastFields.__annotations__, *beside])
        raise TypeError(f"unexpected keyword argument {unknown[0]!r}; {hint}")
    return evolve(options, changes) if changes else options


def effort_of(task: Task, options: ForecastOptions) -> Effort | None:
    """Return the effort of a task under these options; None if there is none."""
    return dict(options.efforts).get(task.id, task.effort) or options.default_effort


def calendar_of(owner: str | None, options: ForecastOptions) -> Calendar:
    """Return the calendar of an owner, or of a task without one."""
    own = dict(options.calendars).get(owner or "")  # no owner has an empty name
    if own is None:
        return options.calendar
    return Calendar(weekdays=own.weekdays, holidays=[*own.holidays, *options.calendar.holidays])


def shared_variance(options: ForecastOptions, workers: int | None) -> float:
    """Return the share of the variance that all tasks have in common with that many people, None for no limit."""
    if options.shared is not None:
        return float(options.shared)
    history = options.history if options.ranges != "bounds" else None  # hard bounds leave nothing to learn
    learned = history.shared if history and history.is_used else None
    return learned if learned is not None else 0.0 if workers == 1 else SHARED


def _calendar(calendar: Calendar) -> CalendarDocument:
    document: CalendarDocument = {"weekdays": [WEEKDAY_NAMES[day] for day in calendar.weekdays]}
    if calendar.holidays:
        document["holidays"] = list(ranges_of(calendar.holidays))
    return document


def ranges_of(days: Sequence[date]) -> Iterator[str]:
    """Yield days, and unbroken ranges of them as in ``2026-12-28..2027-01-08``."""
    for _, members in groupby(enumerate(days), lambda pair: pair[1].toordinal() - pair[0]):
        whole = [day.isoformat() for _, day in members]
        for first in range(0, len(whole), LONGEST_RANGE):
            run = whole[first : first + LONGEST_RANGE]
            yield from run if len(run) < 3 else [f"{run[0]}..{run[-1]}"]


def options_document(options: ForecastOptions) -> UsedOptionsDocument:
    """Return all options by name as JSON-like data, the history as its summary, and rules as names, which not every file can hold."""
    history = options.history
    return {
        "people": options.people,
        "owners": dict(options.owners),
        "calendar": _calendar(options.calendar),
        "calendars": {owner: _calendar(calendar) for owner, calendar in options.calendars},
        "rules": name_of_order(options.rules) or [rule.name for rule in options.rules],
        "ranges": options.ranges,
        "shared": options.shared,
        "history": history.summary() if history else None,
        "efforts": {task_id: str(effort) for task_id, effort in options.efforts},
        "default_effort": None if options.default_effort is None else str(options.default_effort),
        "blocked": {task_id: UNKNOWN if wait is None else str(wait) for task_id, wait in options.blocked},
        "samples": options.samples,
        "seed": options.seed,
    }


def usual_samples(tasks: int) -> int:
    """Return the number of samples of a forecast among several, chosen so that they take no longer than users like to wait."""
    return min(_TASK_SAMPLES // max(tasks, 1), _USUAL_SAMPLES) if tasks <= _MOST_TASKS else 0


DEFAULTS = ForecastOptions()
"""The default options of a forecast."""
