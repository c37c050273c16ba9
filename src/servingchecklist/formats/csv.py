"""CSV after RFC 4180: the records of a value for spreadsheets, as ``to_records`` returns them; read by :mod:`servingchecklist.imports`.

Dates and timestamps are as in ISO 8601, what has no value is empty. The members of a list are words with a blank between them or, where they
are texts, lines; further lines of one member begin with a tab. What a spreadsheet would take for a formula has a ``'`` before it, and so has
what would read as such a cell: taking one ``'`` off gives the text back. Where lists have semicolons, a spreadsheet splits the lines at these
and knows no quotes within, so a cell may begin behind any semicolon, tab or line end of a text: there the same holds, and is
taken off where the columns are those of records.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from .. import documents
from .._arrow import columns_of
from .._jsonlike import plain
from .._namespace import ArrowTable
from ..errors import Fault, InvalidError, invalid, is_a

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "csv"
SUFFIXES = (".csv",)

WORDS = frozenset(
    ("labels", "after", "step_ids", "criteria", "gates", "waits_for", "ticked", "evidence", "not_counted", "events")
)
"""The columns with lists whose members hold no white space."""

_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = rf"\s*[{_SIGNS}\t\r\n]"
_WITHIN = rf"""'*(?:[^\S\t\r\n]|")*[{_SIGNS}]"""
_match_formula = re.compile(f"'*{_FORMULA}").match
_match_quoted = re.compile(f"'+{_FORMULA}").match
_quote_within = partial(re.compile(rf"(?<=[;\t\r\n])(?={_WITHIN})").sub, "'")
_unquote_within = partial(re.compile(rf"(?<=[;\t\r\n])'(?={_WITHIN})").sub, "")


def dumps(value: ArrowTable) -> str:
    """Return the records of a value as CSV, with the names of the columns in the first line.

    Raises:
        InvalidError: The value has no records.
    """
    if not is_a(cast("object", value), ArrowTable):
        hint = "give a checklist, a launch, its log, snapshot, review or gate, or a forecast"
        raise invalid("unsupported", "$", "cannot be written as CSV", value, hint)
    records: list[dict[str, object]] = cast("Any", value).to_records()
    names = [*columns_of(type(value))]
    lines = [",".join(names), *(",".join([_cell(name, row[name]) for name in names]) for row in records)]
    return "\r\n".join([*lines, ""])


def _cell(name: str, cell: object) -> str:
    if type(cell) is list:
        members = cast("list[str]", cell)
        text = " ".join(members) if name in WORDS else "\n".join([one.replace("\n", "\n\t") for one in members])
    elif type(cell) is str:
        text = cell
    elif type(cell) is bool:
        text = str(cell).lower()
    else:
        return "" if cell is None else str(plain(cell))
    text = _quote_within(text)
    text = f"'{text}" if _match_formula(text) else text
    return '"{}"'.format(text.replace('"', '""')) if re.search('[",;\t\r\n]', text) else text


def is_ours(head: Sequence[str]) -> bool:
    """Return whether a table has the columns of records, all of them and no others, so that :func:`dumps` can have written it."""
    kinds = (kind for name, kind in vars(documents).items() if name.endswith("Record"))
    return [*head] in [[*kind.__annotations__] for kind in kinds]


def without_quote(text: str, *, within: bool = False) -> str:
    """Return the text of a cell without the ``'`` before what a spreadsheet would take for a formula.

    Others write a ``'`` there in front of a cell too, but none ``within`` its text, where it is as likely an apostrophe.
    """
    text = text[1:] if _match_quoted(text) else text
    return _unquote_within(text) if within else text


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first line and the cells of each row.

    Raises:
        InvalidError: A quoted cell does not end, or something follows its closing quote.
    """
    mark = re.escape(delimiter)
    cell = re.compile(rf'(?:"([^"]*+(?:""[^"]*+)*+)"|([^{mark}\r\n]*+))({mark}|\r\n?|\n|\Z)')
    at, line, start, found = 0, 1, 1, list[str]()
    while at < len(text) or found:
        match = cell.match(text, at)
        if match is None or (match[2] or "").startswith('"'):
            problem = "is not CSV: a quoted cell does not end, or something follows it"
            raise InvalidError([Fault("syntax", "$", problem, "", 'write a quote within quotes twice: ""', line=line)])
        quoted, bare, end = match.groups()
        found.append(bare if quoted is None else quoted.replace('""', '"'))
        if quoted and ("\n" in quoted or "\r" in quoted):
            line += len(re.findall(r"\r\n?|\n", quoted))
        at = match.end()
        if end != delimiter:
            yield start, found
            found, line = [], line + 1
            start = line
