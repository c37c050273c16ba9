"""Strict conversion of plain data to values, reporting every fault at once.

A reader takes the output of a parser and returns the value, or raises InvalidError with faults whose paths begin at its argument. The
reader that called it prepends its own part of the path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from .._dates import read_day
from .._jsonlike import is_dict, is_list
from .._model._validation import Validated, article, checks_of, faults_of, is_id
from .._model.audience import Audience, Example, ExpectedAnswer, as_values
from .._model.effort import Effort, as_effort, effort
from .._model.facet import Choice, Facet, as_choices
from .._model.kpi import Criterion, GateDefinition, Kpi, as_roles
from .._model.quantity import Quantity, as_quantity, quantity
from .._model.task import Phase, Priority, Reference, Risk, Step, Task, as_annotations, as_priority
from .._text import join_words
from ..errors import HINTED_FAULTS, MOST_FAULTS, Fault, InvalidError, invalid, member, nearest, show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._model._validation import Check


Reader: TypeAlias = Callable[[object], object]

_FOREIGN_KEYS: Sequence[tuple[str, str]] = (
    *((name, "did you mean 'after'?") for name in ("depends_on", "dependencies", "prerequisites", "requires", "needs")),
    *(
        (name, "it is recorded in a launch, and is not part of a checklist")
        for name in ("owner", "assignee", "due", "due_date", "deadline", "status", "state", "done")
    ),
)
"""Keys that tasks have in other tools, with what to write instead."""


class ObjectReader:
    """A reader of dicts into one class, with its keys, their readers, and the checks of the class.

    The constructor of most classes does nothing but convert and check the fields that it is given. A value of these is made without it:
    converting and checking the default of every other field would take most of the time.
    """

    __slots__ = ("_checks", "_defaults", "_kind", "_required", "_steps", "_stores", "_task_key")

    def __init__(self, kind: type[attrs.AttrsInstance], reads: Mapping[str, Reader]) -> None:
        self._kind = kind
        self._task_key = "id" if kind is Task else "task"
        self._checks = checks_of(kind)
        fields = [field for field in attrs.fields(kind) if field.init]
        self._defaults = {field.name: field.default for field in fields}
        self._required = {name: None for name, default in self._defaults.items() if default is attrs.NOTHING}.keys()
        is_plain = getattr(kind, "__attrs_post_init__", None) is Validated.__attrs_post_init__
        is_plain = is_plain and not hasattr(kind, "_attrs_cached_hash") and len(fields) == len(attrs.fields(kind))
        # A factory has no value yet.
        is_plain = is_plain and not any(type(default).__name__ == "Factory" for default in self._defaults.values())
        # The slots themselves, since the class is frozen.
        self._stores = [getattr(kind, field.name).__set__ for field in fields] if is_plain else []
        self._steps: dict[str, tuple[Reader | None, Check | None]] = {
            field.name: (
                reads.get(field.name) or (cast("Reader | None", field.converter) if is_plain else None),
                self._checks.get(field.name) if is_plain else None,
            )
            for field in fields
        }

    def __call__(self, raw: object) -> object:
        """Read one value."""
        if not is_dict(raw):
            keys = f"with {join_words(list(self._required))}" if self._required else "of named fields"
            hint = "leave it out" if raw is None else f"write it as a table {keys}"
            what = re.sub("(?<=[a-z])(?=[A-Z])", " ", article(self._kind)).lower()
            raise invalid("wrong-kind", "$", f"is not {what}", raw, hint)
        is_valid = self._required <= raw.keys() <= self._defaults.keys()
        known = raw if is_valid else {name: raw[name] for name in self._defaults if name in raw}
        fields = {**self._defaults, **known}  # in the order of the class
        unread: dict[str, Sequence[Fault]] = {}
        wrong: dict[str, Sequence[Fault]] = {}
        steps = self._steps
        for name, item in known.items():
            read, check = steps[name]
            if read:
                try:
                    fields[name] = read(item)
                except InvalidError as error:
                    unread[name] = error.faults
                    continue
            if check and (faults := check(fields[name], name)):
                wrong[name] = faults
        try:
            if is_valid and not unread and not wrong:
                if not self._stores:
                    return self._kind(**{name: fields[name] for name in known})
                value: object = object.__new__(self._kind)
                for store, item in zip(self._stores, fields.values(), strict=True):
                    store(value, item)
                return value
            if not self._stores:
                readable = {name: fields[name] for name in known if name not in unread}
                wrong = {"": faults_of(self._checks, readable)}
            found: list[Sequence[Fault]] = [self._keys_at_fault(raw)]
            found += [[fault.under(f"$.{name}") for fault in unread[name]] for name in fields if name in unread]
            found += [wrong[name] for name in ("", *fields) if name in wrong]
            raise InvalidError(chain.from_iterable(found))
        except InvalidError as error:
            task = raw.get(self._task_key)
            if not is_id(task):
                raise
            raise InvalidError(attrs.evolve(fault, task=cast("str", task)) for fault in error.faults) from None

    def _keys_at_fault(self, raw: Mapping[str, object]) -> list[Fault]:
        faults = [
            Fault("missing", f"$.{name}", "is missing", "", "it has no default")
            for name in self._required
            if name not in raw
        ]
        known = (*self._defaults, *_FOREIGN_KEYS) if self._kind is Task else self._defaults
        for key in islice((key for key in raw if key not in self._defaults), MOST_FAULTS - len(faults)):
            hint = nearest(key, known) if len(faults) < HINTED_FAULTS else ""
            faults.append(Fault("unknown-key", member("$", key), "is not a known key", "", hint))
        return faults


def each(read: Reader) -> Reader:
    """Return a reader of lists that applies ``read`` to each member and reports the faults of all."""

    def read_each(raw: object) -> object:
        out: list[object] = []
        faults: list[Fault] = []
        for place, item in enumerate(_list(raw)):
            try:
                out.append(read(item))
            except InvalidError as error:
                faults.extend(fault.under(f"$[{place}]") for fault in error.faults)
                if len(faults) > MOST_FAULTS:
                    break
        if faults:
            raise InvalidError(faults)
        return tuple(out)

    return read_each


def read_names(raw: object) -> object:
    """Read a list; the checks of the class judge its members."""
    return tuple(_list(raw))


def _list(raw: object) -> list[object]:
    if not is_list(raw):
        raise invalid("wrong-kind", "$", "is not a list", raw, "write a list, as in [...]")
    return raw


def read_choices(raw: object) -> object:
    """Read choices from a table of facets and lists of values."""
    if not is_dict(raw):
        hint = "write a table of facets and lists of values, as in { mode = ['batch'] }"
        raise invalid("wrong-kind", "$", "are not choices", raw, hint)
    stated: dict[str, object] = {}
    faults: list[Fault] = []
    choices: object = None
    for facet, values in raw.items():
        try:
            stated[facet] = read_names(values)
        except InvalidError as error:
            faults += [fault.under(member("$", facet)) for fault in error.faults]
    try:
        choices = as_choices(cast("Mapping[str, Sequence[str]]", stated), "when")
    except InvalidError as error:
        faults += [attrs.evolve(fault, path=fault.path.replace("$.when", "$", 1)) for fault in error.faults]
    if faults:
        raise InvalidError(faults)
    return choices


def _read_conditions(raw: object) -> object:
    """Read conditions as choices, where a single value need not be in a list."""
    return read_choices(
        {name: [one] if type(one) is str else one for name, one in raw.items()} if is_dict(raw) else raw
    )


def read_annotations(raw: object) -> object:
    """Read annotations from a table of keys and texts."""
    if not is_dict(raw):
        hint = "write a table of keys and texts, as in { jira = 'MLP-12' }"
        raise invalid("wrong-kind", "$", "are not annotations", raw, hint)
    return as_annotations(cast("Mapping[str, str]", raw))


def _table(what: str, example: str, convert: Callable[[Any], object]) -> Reader:
    """Return a reader of a table of keys and values, converted as by the constructor; the checks of the class judge them."""

    def read(raw: object) -> object:
        if not is_dict(raw):
            raise invalid("wrong-kind", "$", f"is not {what}", raw, f"write a table, as in {example}")
        return convert({key: tuple(value) if is_list(value) else value for key, value in raw.items()})

    return read


def write_choices(choices: Sequence[Choice]) -> dict[str, list[str]]:
    """Return choices as a table of facets and lists of values."""
    return {choice.facet: list(choice.values) for choice in choices}


WRITERS: Mapping[str, Callable[[Any], object]] = {
    "when": write_choices,
    "context": write_choices,
    "where": write_choices,
    "annotations": dict,
    "headers": dict,
    "json": dict,
    "roles": lambda roles: {role: list(who) for role, who in roles},
    "not_before": date.isoformat,
}
"""The functions that write the fields with a table or a date in files."""


def _converted(check: Check, convert: Callable[[Any], object]) -> Reader:
    """Return a reader of what the constructor of a task takes in the place of a value, by its check and its converter."""

    # A file holds text; whatever else the constructor takes is refused as None would be.
    @lru_cache(maxsize=256)  # a checklist has a handful of different ones
    def read_text(text: str | None) -> object:
        if faults := check(text, ""):
            raise InvalidError(attrs.evolve(fault, path="$") for fault in faults)
        return convert(text)

    def read(raw: object) -> object:
        if type(raw) is str:
            return read_text(raw)
        try:
            return read_text(None)
        except InvalidError as error:
            raise InvalidError(attrs.evolve(fault, value=show(raw)) for fault in error.faults) from None

    return read


READERS: dict[type, Reader] = {
    Priority: _converted(checks_of(Task)["priority"], as_priority),
    Effort: _converted(effort, as_effort),
    Risk: ObjectReader(Risk, {}),
    Reference: ObjectReader(Reference, {}),
    Facet: ObjectReader(Facet, {"values": read_names}),
    Step: ObjectReader(Step, {}),
    Quantity: _converted(quantity, as_quantity),
}
"""The reader of each class."""


def _stated(raw: object) -> object:
    """Refuse null for a number that a file can leave out."""
    if raw is None:
        raise invalid("empty", "$", "is nothing", raw, "leave it out")
    return raw


FIELDS: Mapping[str, Reader] = {
    **dict.fromkeys(("after", "also_after", "labels", "also_labels", "tips", "clear", "kpis", "binds"), read_names),
    **dict.fromkeys(("when", "context"), read_choices),
    "where": _read_conditions,
    **dict.fromkeys(("max_age", "longest_waiver", "quantile", "wait_days"), _stated),
    **dict.fromkeys(("at_most", "at_least", "offered", "span", "tolerance", "within"), READERS[Quantity]),
    "headers": read_annotations,
    "json": _table("a table of values", "{ '/outputs/0/datatype' = 'FP32' }", as_values),
    "roles": _table("a table of roles", "{ 'product owner' = ['checkout-lead'] }", as_roles),
    **dict.fromkeys(("steps", "also_steps"), each(READERS[Step])),
    "annotations": read_annotations,
    "effort": READERS[Effort],
    "facets": each(READERS[Facet]),
    "guide": READERS[Reference],
    "not_before": read_day,
    "priority": READERS[Priority],
    "references": each(READERS[Reference]),
    "risk": READERS[Risk],
}
"""The readers of the fields that are more than text; a field holds the same in whatever class it is."""

READERS[Kpi] = ObjectReader(Kpi, FIELDS)
READERS[Criterion] = ObjectReader(Criterion, FIELDS)
READERS[GateDefinition] = ObjectReader(GateDefinition, FIELDS)
READERS[ExpectedAnswer] = ObjectReader(ExpectedAnswer, FIELDS)
_ANSWERS = dict.fromkeys(("expect", "fallback"), READERS[ExpectedAnswer])
READERS[Example] = ObjectReader(Example, {**FIELDS, **_ANSWERS})
READERS[Audience] = ObjectReader(Audience, {**FIELDS, "examples": each(READERS[Example])})
OF_TASK: Mapping[str, Reader] = {
    **FIELDS,
    "gates": read_names,
    **dict.fromkeys(("criteria", "also_criteria"), each(READERS[Criterion])),
}
"""The readers of the fields of a task, whose gates are names."""
OF_CHECKLIST: Mapping[str, Reader] = {
    **FIELDS,
    "gates": each(READERS[GateDefinition]),
    "audiences": each(READERS[Audience]),
}
"""The readers of the fields of a checklist, whose gates are definitions."""
READERS[Task] = ObjectReader(Task, OF_TASK)
READERS[Phase] = ObjectReader(Phase, {**FIELDS, "tasks": each(READERS[Task])})


def hook(read: Reader) -> Callable[[object, type], object]:
    """Return a reader as a cattrs hook, which also takes the class."""
    return lambda raw, _: read(raw)


def tagged(what: str, readers: Mapping[str, Reader]) -> Reader:
    """Return a reader of dicts whose key ``kind`` names their class; ``what`` is the class of them all, as in "an event"."""

    def read(raw: object) -> object:
        if not is_dict(raw):
            hint = "write it as a table with kind and the fields that the kind needs"
            raise invalid("wrong-kind", "$", f"is not {what}", raw, hint)
        fields = dict(raw)
        kind = fields.pop("kind", None)
        if isinstance(kind, str) and kind in readers:
            return readers[kind](fields)
        raise InvalidError([unknown_kind(kind, what.split()[1], readers)])

    return read


def only(kind: type, read: Reader) -> Reader:
    """Return a reader that refuses what ``read`` returns if it is of another class than ``kind``."""

    def read_only(raw: object) -> object:
        value = read(raw)
        if type(value) is not kind:
            hint = f"structure it as {type(value).__name__}"
            raise invalid("other-kind", "$.kind", f"is not the kind of {kind.__name__}", type(value).__name__, hint)
        return value

    return read_only


def unknown_kind(kind: object, what: str, known: Iterable[str]) -> Fault:
    """Return the fault of a ``kind`` that is missing or unknown."""
    if kind is None:
        return Fault("missing", "$.kind", "is missing", "", nearest(None, known))
    return Fault("unknown-name", "$.kind", f"is not a kind of {what}", show(kind), nearest(kind, known))
