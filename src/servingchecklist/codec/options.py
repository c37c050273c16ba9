"""Writing and reading the options of forecasts, as strictly as their constructor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

import attrs

from .._dates import read_day, weekday
from .._jsonlike import is_dict
from .._model.effort import Effort
from .._planning.calendar import Calendar
from .._planning.calibration import Calibration, ClosedTask, PastForecast
from .._planning.options import LONGEST_RANGE, UNKNOWN, ForecastOptions, as_rules, options_document, ranges_of
from .._planning.rules import BUNDLED, ORDERS
from ..errors import MOST_FAULTS, Fault, InvalidError, invalid, member, nearest
from .readers import READERS, ObjectReader, each, hook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cattrs import Converter

    from .._planning.rules import Rule
    from .readers import Reader

_MOST_DAYS = 36_600
"""The maximum number of days in all ranges of a document, since a range is written in a few bytes."""


def _read_weekday(raw: object) -> int:
    number = weekday(raw.lower()) if type(raw) is str else None
    if number is None:
        raise invalid("bad-format", "$", "is not a day of the week", raw, "write its name, as in 'mon' or 'monday'")
    return number


def _days_off(raw: object) -> tuple[date, int]:
    """Read a day, or a range of days as in ``2026-12-28..2027-01-08``, as the first day and the number of days."""
    first, dots, last = raw.partition("..") if type(raw) is str else (raw, "", "")
    start = read_day(first)
    if not dots:
        return start, 1
    if not last:
        raise invalid("out-of-range", "$", "has no last day", raw, "write it too, as in '2026-12-28..2027-01-08'")
    days = (read_day(last) - start).days + 1
    if not 0 < days <= LONGEST_RANGE:
        hint = "write the earlier day first, and at most ten years"
        raise invalid("out-of-order", "$", "is not a range of days off", raw, hint)
    return start, days


def _calendar_reader() -> Reader:
    """Return a reader of the calendars of one document."""
    left = _MOST_DAYS

    def read(raw: object) -> Sequence[date]:
        nonlocal left
        start, days = _days_off(raw)
        left -= days if days > 1 else 0
        if left < 0:
            hint = f"write at most {_MOST_DAYS:,} days as ranges, in all calendars together"
            raise invalid("out-of-range", "$", "is a range of days off too many", raw, hint)
        return [start + timedelta(number) for number in range(days)]

    def read_all(raw: object) -> object:
        return tuple(day for days in cast("Iterable[Iterable[date]]", each(read)(raw)) for day in days)

    return ObjectReader(Calendar, {"weekdays": each(_read_weekday), "holidays": read_all})


_CLOSED = ObjectReader(ClosedTask, {"estimate": READERS[Effort], "finished": read_day})
_PAST = ObjectReader(PastForecast, dict.fromkeys(("p50", "p80", "p95", "finished"), read_day))


def _by_key(read: Reader) -> Reader:
    """Return a reader of tables whose values are all of one kind, as pairs sorted by key."""

    def read_table(raw: object) -> object:
        if not is_dict(raw):
            raise invalid("wrong-kind", "$", "is not a table", raw, "write a table of keys and values")
        values: dict[str, object] = {}
        faults: list[Fault] = []
        for key, item in raw.items():
            try:
                values[key] = read(item)
            except InvalidError as error:
                faults += [fault.under(member("$", key)) for fault in error.faults]
        if faults:
            raise InvalidError(faults[:MOST_FAULTS])
        return tuple(sorted(values.items()))

    return read_table


def _read_rules(raw: object) -> tuple[Rule, ...]:
    """Read the name of a bundled order, or a list of the names of bundled rules."""
    if type(raw) is str:
        if raw in ORDERS:
            return ORDERS[raw]
        raise invalid("unknown-value", "$", "is not a bundled order", raw, nearest(raw, ORDERS))
    return as_rules(cast("Iterable[Rule]", each(_read_rule)(raw)))


def _read_rule(raw: object) -> Rule:
    if type(raw) is str and raw in BUNDLED:
        return BUNDLED[raw]
    raise invalid("unknown-value", "$", "is not a bundled rule", raw, nearest(raw, BUNDLED))


def _read_blocked(raw: object) -> object:
    return None if type(raw) is str and raw == UNKNOWN else READERS[Effort](raw)


_READERS_OF_FIELDS: dict[str, Reader] = {
    "owners": _by_key(lambda raw: raw),
    "rules": _read_rules,
    "history": ObjectReader(Calibration, {"tasks": each(_CLOSED), "forecasts": each(_PAST)}),
    "efforts": _by_key(READERS[Effort]),
    "default_effort": READERS[Effort],
    "blocked": _by_key(_read_blocked),
}


def read_options(raw: object) -> ForecastOptions:
    """Read the options of a forecast, reporting all faults. Owners work on the weekdays of the team unless theirs are stated."""
    calendar = _calendar_reader()
    if is_dict(raw) and is_dict(team := raw.get("calendar")) and is_dict(own := raw.get("calendars")):
        usual = {"weekdays": team["weekdays"]} if "weekdays" in team else {}
        raw = {**raw, "calendars": {owner: {**usual, **one} if is_dict(one) else one for owner, one in own.items()}}
    readers = {**_READERS_OF_FIELDS, "calendar": calendar, "calendars": _by_key(calendar)}
    return cast("ForecastOptions", ObjectReader(ForecastOptions, readers)(raw))


def write_options(options: ForecastOptions) -> dict[str, object]:
    """Return the options as plain data, without those that equal their default.

    Raises:
        InvalidError: A rule is not a bundled one, so that its name says nothing to who reads the file.
    """
    if unknown := [rule.name for rule in options.rules if BUNDLED.get(rule.name) != rule]:
        hint = "files hold the rules of servingchecklist.rules; pass your own in Python, as rules=..."
        raise invalid("unsupported", "$.rules", "is a rule of your own, which no file can hold", unknown[0], hint)
    ranges = sum(_days_in_ranges(calendar) for calendar in (options.calendar, *dict(options.calendars).values()))
    if ranges > _MOST_DAYS:
        problem = f"has days off in a row for more than {_MOST_DAYS:,} days in all"
        hint = "leave out those beyond the years of the plan"
        raise invalid("out-of-range", "$.calendars", problem, ranges, hint)
    fields: dict[str, object] = {**options_document(options)}
    if history := options.history:
        fields["history"] = {
            name: [{key: item for key, item in one.to_dict().items() if item is not None} for one in members]
            for name, members in (("tasks", history.tasks), ("forecasts", history.forecasts))
            if members
        }
    stated = [field.name for field in attrs.fields(ForecastOptions) if getattr(options, field.name) != field.default]
    return {name: fields[name] for name in stated}


def _days_in_ranges(calendar: Calendar) -> int:
    """Return the number of days off that are written as ranges."""
    return len(calendar.holidays) - sum(".." not in day for day in ranges_of(calendar.holidays))


def register_options(converter: Converter) -> None:
    """Teach a converter to read and write the options of a forecast."""
    converter.register_unstructure_hook(ForecastOptions, write_options)
    converter.register_structure_hook(ForecastOptions, hook(read_options))
