"""Reading many tasks at once.

A large checklist is read field by field instead of task by task: all ids, then all titles, and so on. A few passes that run in C check
and store each column. That is several times faster than calling a constructor a hundred thousand times.

The tests on a column are *sufficient*: a column that passes also passes the checks of the class. In any doubt the result is None, and
the caller reads the tasks one by one to find the faults. The test suite compares the two ways.
"""

from __future__ import annotations

import re
from collections import deque
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import attrs

from .._jsonlike import is_list
from .._model._validation import LINE_LENGTH, checks_of, is_visible
from .._model.task import Task
from .._text import problem_in
from ..errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_IDS = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,63}+\n)*+")
_FIELDS = checks_of(Task)
_NO_IDS: list[str] = []
_ABSENT = object()


def tasks(raw: object, read: Mapping[str, Callable[[object], object]]) -> tuple[Task, ...] | None:
    """Return the tasks of a list of dicts, or None if any of them may be invalid.

    Args:
        raw: The output of a parser.
        read: The readers of the fields that are not text, by field.
    """
    if not is_list(raw) or set(map(type, raw)) != {dict}:
        return None
    rows = cast("list[dict[str, Any]]", raw)
    stated = set(chain.from_iterable(rows))
    if not stated <= _FIELDS.keys():
        return None
    try:
        columns: dict[str, list[Any]] = {"id": _column(rows, "id"), "title": _column(rows, "title")}
        if "description" in stated:
            columns["description"] = _column(rows, "description", "")
        after = _column(rows, "after", _NO_IDS) if "after" in stated else []
        for name in ("priority", "effort"):  # few distinct values
            if name in stated:
                columns[name] = _read_distinct(_column(rows, name, _ABSENT), read[name], _DEFAULTS[name])
        for name in ("role", "section", "steps", "labels", "annotations", "risk", "references", "when"):  # few values
            if name in stated:
                values = [read.get(name, _as_it_is)(row[name]) if name in row else _DEFAULTS[name] for row in rows]
                if any(_FIELDS[name](value, name) for value in values):
                    return None
                columns[name] = values
    except (KeyError, TypeError, InvalidError):  # a field is missing, unhashable or unreadable
        return None
    if not (_are_ids(columns["id"]) and _are_titles(columns["title"]) and _are_distinct_ids(after, columns["id"])):
        return None
    if not _are_prose(columns.get("description", ())):
        return None
    if after:
        columns["after"] = list(map(tuple, after))
    read_tasks = list(map(Task.__new__, repeat(Task, len(rows))))
    for name in _FIELDS:
        column: Iterable[object] = columns[name] if name in columns else repeat(_DEFAULTS[name])
        # Set the slot itself: the class is frozen, and this code replaces its constructor.
        store: Callable[[Task, object], None] = getattr(Task, name).__set__
        deque(map(store, read_tasks, column), maxlen=0)
    return tuple(read_tasks)


_DEFAULTS: Mapping[str, Any] = {
    field.name: field.default for field in attrs.fields(Task) if field.default is not attrs.NOTHING
}


def _as_it_is(value: object) -> object:
    return value


def _column(raw: Sequence[dict[str, Any]], name: str, default: object = None) -> list[Any]:
    """Return the value under ``name`` of every dict. Raise KeyError if one lacks it and there is no ``default``."""
    try:
        return list(map(itemgetter(name), raw))
    except KeyError:
        if default is None:
            raise
        return [one.get(name, default) for one in raw]


def _read_distinct(column: Sequence[object], read: Callable[[object], object], default: object) -> list[object]:
    if not set(map(type, column)) <= {str, object}:
        raise TypeError
    values = {value: default if value is _ABSENT else read(value) for value in set(column)}
    return list(map(values.__getitem__, column))


def _only(column: Sequence[object], kind: type) -> bool:
    return set(map(type, column)) <= {kind}


def _are_ids(column: Sequence[str]) -> bool:
    if not _only(column, str):
        return False
    lines = "\n".join([*column, ""])
    return lines.count("\n") == len(column) and _IDS.fullmatch(lines) is not None


def _are_titles(column: list[str]) -> bool:
    return (
        _only(column, str)
        and "" not in column
        and max(map(len, column)) <= LINE_LENGTH
        and problem_in("".join(column), line=True) is None
        and list(map(str.strip, column)) == column
        and all(title.isascii() or is_visible(title) for title in column)
    )


def _are_prose(column: Sequence[str]) -> bool:
    return _only(column, str) and problem_in("".join(column), line=False) is None


def _are_distinct_ids(column: Sequence[Sequence[str]], ids: Sequence[str]) -> bool:
    if not _only(column, list):
        return False
    named = list(chain.from_iterable(column))
    # Most of them are ids of the same phase, which are checked already.
    return (
        _only(named, str)
        and _are_ids(list(set(named).difference(ids)))
        and list(map(len, column)) == list(map(len, map(set, column)))
    )
