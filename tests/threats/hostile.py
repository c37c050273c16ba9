"""Objects that lie about what they are or raise whatever is asked of them, each with the plain value that it holds, if any."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from unittest import mock

from servingchecklist import Calendar, Checklist, Effort, Launch, Limits, Overlay, Task, rules


class HostileError(Exception):
    """The error of a hostile object: the library must not let it through."""


def _fail(*_, **__):
    raise HostileError


def _no(*_, **__):
    return 0


def _yes(*_, **__):
    return True


_SPECIAL = (
    "eq ne lt le gt ge bool len hash iter next contains getitem call str repr format int index float add radd sub neg enter exit fspath "
    "reversed length_hint bytes array complex round trunc"
)
_FAILING = {f"__{name}__": _fail for name in _SPECIAL.split()}
_OF_TEXT = (
    "strip",
    "lower",
    "casefold",
    "encode",
    "isascii",
    "isprintable",
    "startswith",
    "split",
    "__len__",
    "__iter__",
)
_OF_ROWS = ("__iter__", "__getitem__", "__eq__", "__contains__", "__bool__")
_OF_TABLES = ("keys", "items", "values", "get", "__len__", *_OF_ROWS)
_OF_TIMES = (
    "utcoffset dst tzname astimezone date time timetuple isoformat toordinal replace weekday strftime timestamp __add__ __sub__ __lt__ "
    "__gt__ __le__ __ge__"
)
_PARTS = dict.fromkeys(("year", "month", "day", "hour"), property(lambda _: float("nan")))
_ALL_EQUAL = {**dict.fromkeys(("__eq__", "__lt__", "__le__", "__gt__", "__ge__"), _yes), "__ne__": _no}

Raising = type("Raising", (), _FAILING)
Word = type("Word", (str,), {**dict.fromkeys(_OF_TEXT, _fail), **_ALL_EQUAL, "__hash__": str.__hash__})
Unhashable = type("Unhashable", (str,), {"__hash__": None})
Number = type(
    "Number",
    (int,),
    {**dict.fromkeys(("__index__", "__int__", "__float__", "__add__", "bit_length", "__hash__"), _fail), **_ALL_EQUAL},
)
Fraction = type(
    "Fraction", (float,), {**dict.fromkeys(("__float__", "__add__", "__mul__", "__hash__"), _fail), **_ALL_EQUAL}
)
Rows = type("Rows", (list,), {**dict.fromkeys(_OF_ROWS, _fail), "__len__": _no})
Pair = type("Pair", (tuple,), {**dict.fromkeys(_OF_ROWS, _fail), "__len__": _no, "__hash__": _fail})
Table = type("Table", (dict,), dict.fromkeys(_OF_TABLES, _fail))
# A datetime whose parts and methods do not work, as pandas.NaT.
NotATime = type(
    "NotATime", (datetime,), {**_PARTS, **dict.fromkeys(_OF_TIMES.split(), _fail), "__hash__": datetime.__hash__}
)
NotADay = type(
    "NotADay",
    (date,),
    {**_PARTS, **dict.fromkeys(("toordinal", "weekday", "isoformat", "replace", "__hash__"), _fail), **_ALL_EQUAL},
)


class Array:
    """Compares by elements, as arrays of numbers do, and has no truth value."""

    def __eq__(self, other):
        return Array()

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = None

    def __bool__(self):
        raise ValueError("the truth value of an array is ambiguous")

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (Array(), Array())[index]


class Zone(tzinfo):
    """A time zone that gives the answers that it is made of, one after the other, and then the last for ever."""

    def __init__(self, *answers):
        self._answers = list(answers)

    def utcoffset(self, at):
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        if answer is None:
            raise HostileError
        return answer


class Claims:
    """Claims to be of a class that it is not of, as a mock with a specification does."""

    def __init__(self, kind):
        self._kind = kind

    @property
    def __class__(self):
        return self._kind

    def __getattr__(self, name):
        raise HostileError


class Keys(Mapping):
    """A mapping without the values of its keys."""

    def __iter__(self):
        return iter(("gone",))

    def __getitem__(self, key):
        raise HostileError

    def __len__(self):
        return 1


class FailingRows:
    """A collection that fails after its first member."""

    def __iter__(self):
        yield "c1"
        raise HostileError


NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
MONDAY = NOON.date()
_HOUR, _WEEK = timedelta(hours=1), timedelta(days=7)
_KINDS = (str, int, date, datetime, dict, list, Checklist, Task, Launch, Overlay, Calendar, rules.Rule, Effort, Limits)

HOSTILE = {
    "ANY": mock.ANY,
    "Mock": mock.Mock(),
    "Raising": Raising(),
    "without a class": type("NoClass", (), {"__class__": property(_fail)})(),
    "Array": Array(),
    "without a time zone": NOON.replace(tzinfo=None),
    "zone without methods": NOON.replace(tzinfo=tzinfo()),
    "zone that fails": NOON.replace(tzinfo=Zone(None)),
    "zone that answers in words": NOON.replace(tzinfo=Zone("an hour")),
    "zone a week away": NOON.replace(tzinfo=Zone(_WEEK)),
    "Rows": Rows(["c1"]),
    "Pair": Pair(("c1",)),
    "Table": Table(c1="c1"),
    "Keys": Keys(),
    "FailingRows": FailingRows(),
    "huge": 10**5_000,
    "huge and negative": -(10**5_000),
    "nan": float("nan"),
    "infinity": float("inf"),
    "bytes": b"\xff",
    "object": object(),
    "complex": 1j,
    **{f"claims to be {kind.__name__}": Claims(kind) for kind in _KINDS},
}
"""Objects that nothing may take."""

DISGUISED = {
    "Word": (Word("c1"), "c1"),
    "Unhashable": (Unhashable("c1"), "c1"),
    "Number": (Number(1), 1),
    "Fraction": (Fraction(0.5), 0.5),
    "NotATime": (NotATime.combine(MONDAY, NOON.time(), UTC), NOON),
    "NotADay": (NotADay(2026, 11, 30), MONDAY),
}
"""Objects that hold a plain value under methods that lie, and that value: whatever takes one takes it as the other."""
