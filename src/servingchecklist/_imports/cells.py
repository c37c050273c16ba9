"""Cells of rows as text, whatever a spreadsheet, a dataframe or a parser has put there."""

from __future__ import annotations

import math
import re
import sys
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from .._model import _validation as v
from ..errors import as_text, invalid, is_a, member, nearest, show
from ..formats.csv import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .draft import Draft

Column: TypeAlias = Literal[
    "task",
    "title",
    "phase",
    "phase_title",
    "section",
    "description",
    "priority",
    "effort",
    "role",
    "labels",
    "after",
    "wait_days",
    "not_before",
    "blast_radius",
    "likelihood",
    "step_ids",
    "steps",
    "references",
    "annotations",
    "gates",
    "status",
    "version",
    "topic",
]
"""The columns that are read, as :class:`~servingchecklist.documents.TaskRecord` has them, and the status of a task."""

_DERIVED = ("checklist", "effort_low", "effort_high", "effort_likely", "effort_days")
_MOST_SHOWN = 40
_MOST_DIGITS = 40
_ENTRY = r"\n(?!\t)"  # of other lists: the further lines of an entry begin with a tab


MOST_MEMBERS = 1_000
"""The maximum number of members that are read from a cell."""


class Columns:
    """The columns of each field: those that the caller named, else that of the same name.

    Raises:
        InvalidError: The argument maps something else than known fields to names of columns.
    """

    def __init__(self, columns: Mapping[Column, str | Sequence[str]] | None) -> None:
        hint = "write it as in {'title': 'text', 'phase': 'category'}"
        stated = {} if columns is None else v.mapped(columns, "$.columns", "is not a mapping", hint)
        known = get_args(Column)
        self.names: dict[str, list[str]] = {name: [name] for name in known}
        self.is_split = dict.fromkeys(known, True)
        for field, given in stated.items():
            name = as_text(cast("object", field))
            if type(name) is not str or name not in known:
                stated_field = as_text(given)
                if type(name) is str and type(stated_field) is str and stated_field in known:
                    hint = f"the field comes first: {{{stated_field!r}: {show(name)}}}"
                else:
                    hint = nearest(name, known) or f"known: {', '.join(known)}"
                raise invalid("unknown-key", "$.columns", "is not a field of a row", name, hint)
            several = cast("object", as_text(given))
            members = list(map(as_text, members_of(several) or [several]))
            if not all(type(one) is str for one in members):
                path = member("$.columns", name)
                raise invalid("wrong-kind", path, "is not the name of a column", given, "write it as in the rows")
            self.names[name] = [normal(cast("str", one)) for one in members]
            self.is_split[name] = type(several) is str
        self.read = {name for names in self.names.values() for name in names}
        self.stated = {one for field in stated for one in self.names[as_text(field)]}


class Row:
    """A row, with its cells by the normal form of the names of their columns."""

    def __init__(self, cells: Mapping[str, object], line: int, columns: Columns, draft: Draft) -> None:
        self.line = line
        self._cells, self._columns, self._draft = cells, columns, draft

    def text(self, field: Column) -> str:
        """Return the text of a field; empty where it has none. The texts of several columns are joined by blank lines."""
        found = [self._text(self._cells.get(name), name) for name in self._columns.names[field]]
        return "\n\n".join(filter(None, found))

    def items(self, field: Column) -> list[str]:
        """Return the members of a field that is a list: of a list, or of a text that holds several."""
        found: list[str] = []
        for name in self._columns.names[field]:
            cell = self._cells.get(name)
            several = members_of(cell)
            members = None if several is None else [self._text(one, name) for one in several]
            if field == "annotations" and not self._columns.is_split[field]:
                text = self._text(cell, name)
                members = [f"{v.slug(name)}={text}"] if text else []
            found += self._split(field, self._text(cell, name)) if members is None else members
        found = list(filter(None, found))
        if len(found) > MOST_MEMBERS:
            problem = f"{len(found):,} members in a cell of {show(field)}: those beyond {MOST_MEMBERS:,} are left out"
            self._draft.tell(self.line, problem)
        return found[:MOST_MEMBERS]

    def _split(self, field: str, text: str) -> list[str]:
        if field in WORDS:
            return [item.strip() for item in re.split(r"[,;\r\n]" if re.search(r"[,;\r\n]", text) else r"\s+", text)]
        return [entry.replace("\n\t", "\n") for entry in re.split(_ENTRY, text.replace("\r\n", "\n"))]

    def _text(self, cell: object, name: str) -> str:
        text = text_of(native(cell))
        if text is None:
            self._draft.tell(self.line, f"{show(cell)} in column {show(name)} is left out")
        return text or ""


def native(cell: object) -> object:
    """Return a cell of a dataframe as Python has such a value: an array as a list, a missing value as None. Others are returned as they are."""
    kind = type(cell)
    try:
        if cell is getattr(sys.modules.get("pandas"), "NA", Ellipsis):
            return None
        if convert := getattr(kind, "tolist", None) or getattr(kind, "to_list", None):
            is_time = getattr(getattr(cell, "dtype", None), "kind", "") == "M"  # of nanoseconds it would be an int
            return convert(cast("Any", cell).astype("datetime64[us]") if is_time else cell)
    except Exception:  # noqa: BLE001  # code of the caller, which can raise anything
        return cell
    return cell


def members_of(cell: object) -> list[object] | None:
    """Return the members of a list or a tuple, and None for anything else."""
    if not (is_a(cell, list) or is_a(cell, tuple)):
        return None
    several = cast("Sequence[object]", cell)
    return [several[place] for place in range(len(several))] if type(several) in (list, tuple) else None


def text_of(cell: object) -> str | None:
    """Return a cell as text, empty where it has no value; None for what has no text."""
    cell = as_text(cell)
    if cell is None or type(cell) is str:
        return cell or ""
    if type(cell) is bool:
        return str(cell).lower()
    if is_a(cell, int):
        number = int.__int__(cell)
        return str(number) if number.bit_length() <= 128 else None
    if is_a(cell, float):
        real = float.__float__(cell)
        if math.isnan(real):  # the missing value of dataframes
            return ""
        return None if math.isinf(real) else str(int(real)) if real.is_integer() and abs(real) < 1e15 else repr(real)
    if is_a(cell, Decimal):
        if Decimal.is_nan(cell):
            return ""
        if not Decimal.is_finite(cell) or abs(Decimal.adjusted(cell)) > _MOST_DIGITS:
            return None
        whole = Decimal.to_integral_value(cell)
        return format(whole if whole == Decimal(cell) else Decimal(cell), "f")
    if is_a(cell, date):
        try:
            is_missing = type(cell) not in (date, datetime) and bool(cell != cell)  # in dataframes
            if not is_missing and is_a(cell, datetime) and datetime.time(cell) != time():
                return datetime.isoformat(cell)
        except Exception:  # noqa: BLE001  # code of the caller, which can raise anything
            return None
        return "" if is_missing else date.fromordinal(date.toordinal(cell)).isoformat()
    return None


def _is_empty(cell: object) -> bool:
    return text_of(cell) == "" or members_of(cell) == []


def normal(name: str) -> str:
    """Return the normal form of the name of a column, so that ``"Phase title"`` is ``"phase_title"``."""
    return "_".join(name.strip().casefold().split())


def read_rows(rows: Iterable[tuple[int, Iterable[tuple[object, object]]]], columns: Columns, draft: Draft) -> list[Row]:
    """Return the rows that hold something, and tell which columns are not read."""
    found: list[Row] = []
    unread: dict[str, int] = {}
    seen: set[str] = set()
    for line, row in rows:
        cells: dict[str, object] = {}
        for named, given in row:
            cell, key = native(given), as_text(named)
            if type(key) is not str:
                if not _is_empty(cell):
                    unread.setdefault(show(key), line)
                continue
            name = normal(key)
            if name in cells:
                draft.tell_once(0, f"column {show(key)} is there twice: the first is read")
                continue
            cells[name] = cell
            seen.add(name)
        filled = [name for name, cell in cells.items() if not _is_empty(cell)]
        if not filled:
            draft.tell_joined(line, "the row is empty: it is left out")
            continue
        for name in filled:
            if name not in columns.read and not (name in _DERIVED and (name == "checklist" or "effort" in cells)):
                unread.setdefault(show(name), line)
        found.append(Row(cells, line, columns, draft))
    if unread:
        shown = [*[*unread][:_MOST_SHOWN], *(["others"] if len(unread) > _MOST_SHOWN else [])]
        draft.tell(0, f"columns that are not read: {', '.join(shown)}")
        if not seen.intersection(columns.names["title"]):
            draft.tell(0, f"no column is the title: say which is, as in columns={{'title': {shown[0]}}}")
    for name in sorted(columns.stated - seen) if found else ():
        draft.tell(0, f"column {show(name)} is in no row")
    return found
