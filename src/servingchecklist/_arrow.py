"""Records as a stream of the Arrow C data interface, which dataframes read without a copy of each cell in Python.

It needs the package nanoarrow, which comes with the extra ``arrow``. The schema is that of the annotations of the record, so it is the
same whatever the values are, and where there are none.

``str`` and literals are string, ``int`` is int64, ``float`` float64, ``bool`` bool, ``date`` date32, ``datetime`` timestamp[us, UTC] and
``list[str]`` list<string>. None is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, chain, islice
from operator import itemgetter
from types import ModuleType, NoneType
from typing import Any, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints

from . import documents
from .errors import missing_package

_FIRST_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_Column: TypeAlias = Callable[[ModuleType, Sequence[Any]], Any]


_BATCH = 1_000
"""The number of rows of a batch, few enough that the garbage collector does not look at all of them again and again."""


def stream(of: type, rows: Iterator[Mapping[str, Any]]) -> object:
    """Return a capsule that holds an ArrowArrayStream of the records of a value of the class ``of``.

    Raises:
        UnknownNameError: The package nanoarrow is not installed.
    """
    try:
        import nanoarrow  # type: ignore[import-untyped]
        from nanoarrow.c_array_stream import CArrayStream  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_package("Arrow", "nanoarrow", "arrow") from error

    arrow, streams = cast("ModuleType", nanoarrow), cast("Any", CArrayStream)  # they state no types
    kinds = columns_of(of)
    schema = arrow.c_schema(arrow.struct({name: _SCHEMAS[kind](arrow) for name, kind in kinds.items()}))
    in_order = itemgetter(*kinds)
    batches: list[Any] = []
    while batch := list(islice(rows, _BATCH)):
        cells = zip(kinds.values(), zip(*map(in_order, batch), strict=True), strict=True)
        columns = [_COLUMNS[kind](arrow, column) for kind, column in cells]
        batches.append(arrow.c_array_from_buffers(schema, len(batch), [None], children=columns, null_count=0))
    return streams.from_c_arrays(batches, schema).__arrow_c_stream__()


def columns_of(of: type) -> dict[str, object]:
    """Return the types of the cells by the names of the columns, of the records of a value of the class ``of``."""
    (record,) = get_args(get_type_hints(cast("Any", of).to_records, dict(vars(documents)))["return"])
    return {name: _kind_of(annotation) for name, annotation in get_type_hints(record).items()}


def _kind_of(annotation: object) -> object:
    """Return the type of the cells of a column, as in the tables below."""
    options = get_args(annotation) if NoneType in get_args(annotation) else (annotation,)
    kind = get_origin(options[0]) or options[0]
    return str if kind is Literal else kind


def _dates(arrow: ModuleType, cells: Sequence[date | None]) -> object:
    return arrow.c_array([day and day.toordinal() - _FIRST_DAY for day in cells], arrow.int32())


def _timestamps(arrow: ModuleType, cells: Sequence[datetime | None]) -> object:
    return arrow.c_array([time and (time - _EPOCH) // _MICROSECOND for time in cells], arrow.int64())


def _lists(arrow: ModuleType, cells: Sequence[list[str]]) -> object:
    ends = arrow.c_buffer(accumulate(map(len, cells), initial=0), arrow.int32())
    texts = arrow.c_array(list(chain.from_iterable(cells)), arrow.string())
    return arrow.c_array_from_buffers(arrow.list_(arrow.string()), len(cells), [None, ends], children=[texts])


_SCHEMAS: Mapping[object, Callable[[ModuleType], object]] = {
    str: lambda arrow: arrow.string(),
    int: lambda arrow: arrow.int64(),
    float: lambda arrow: arrow.float64(),
    bool: lambda arrow: arrow.bool_(),
    date: lambda arrow: arrow.date32(),
    datetime: lambda arrow: arrow.timestamp("us", timezone="UTC"),
    list: lambda arrow: arrow.list_(arrow.string()),
}

# The package makes no arrays of dates, timestamps or lists. Here they are arrays of numbers, to which the struct gives their schema.
_COLUMNS: Mapping[object, _Column] = {
    str: lambda arrow, cells: arrow.c_array(cells, arrow.string()),
    int: lambda arrow, cells: arrow.c_array(cells, arrow.int64()),
    float: lambda arrow, cells: arrow.c_array(cells, arrow.float64()),
    bool: lambda arrow, cells: arrow.c_array(cells, arrow.bool_()),
    date: _dates,
    datetime: _timestamps,
    list: _lists,
}
