"""Lines of the values that faults are about, and conflicts of git among the lines of a text.

The parsers give no positions. So only where there are faults, the text, which is valid JSON or TOML, is scanned once more. What is not
followed for certain gets no line.
"""

from __future__ import annotations

import json
import re
import tomllib
from itertools import accumulate, chain
from typing import TYPE_CHECKING

import attrs

from ..errors import Fault, member, show
from .limits import TOML_COMMENT_OR_STRING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from ..errors import InvalidError

_MOST = 1_000_000
"""The number of characters up to which a text is scanned: about half a second of work."""

_JSON = r"""(?s)"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]+"""
_TOML = TOML_COMMENT_OR_STRING + r"""| [\[\]{}=,.\n] | [^\s\[\]{}=,."'\#]+"""
_CONFLICT_MARK = re.compile(r"(?m)^(?:(?:<{7}|\|{7}|>{7})(?: [^\n]*)?|={7}\r?)$")
_STEP = r"""\.[\w-]+|\[(?:[0-9]+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]"""


def conflict_behind(fault: Fault, text: str, hint: str) -> Fault:
    """Return the fault of a conflict that git has left in the text, where that is behind a fault of its syntax, else this fault."""
    mark = _CONFLICT_MARK.search(text)
    line = text.count("\n", 0, mark.start()) + 1 if mark else 0
    if not mark or (fault.line and fault.line < line):
        return fault
    return Fault("syntax", "$", "is a conflict that git has left", show(mark[0]), hint, line=line)


def with_lines(error: InvalidError, text: str, *, is_toml: bool) -> InvalidError:
    """Return the error with the lines of the values that its faults are about, in the order of the text, those without a line first.

    A missing value is on the line of what lacks it.
    """

    def find(paths: Collection[str]) -> Mapping[str, int]:
        scan = _Scan(paths, is_toml=is_toml)
        scan.read(text)
        return _lines(text, scan.places)

    return placed(error, find) if len(text) <= _MOST else error


def placed(error: InvalidError, find: Callable[[Collection[str]], Mapping[str, int]]) -> InvalidError:
    """Return the error with the lines of its values, in their order. The function finds those of paths, with all paths above them."""
    paths = [_path_to(fault) for fault in error.faults]
    lines = find(frozenset(chain.from_iterable(paths)))
    faults = [
        attrs.evolve(fault, line=lines.get(path[-1])) if path else fault
        for fault, path in zip(error.faults, paths, strict=True)
    ]
    error.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
    error.args = (error.faults,)
    return error


def _path_to(fault: Fault) -> list[str]:
    """Return the path of the value that a fault is about, after all paths above it; nothing for the whole, or a path shown in short."""
    steps = re.findall(_STEP, fault.path)
    path = list(accumulate(["$", *(steps[:-1] if fault.code == "missing" else steps)]))
    return path if len(path) > 1 and fault.path == "$" + "".join(steps) else []


def _lines(text: str, places: dict[str, int]) -> dict[str, int]:
    """Return the line of each place, counted in one pass."""
    lines: dict[str, int] = {}
    line, start = 1, 0
    for path, place in sorted(places.items(), key=lambda item: item[1]):
        line += text.count("\n", start, place)
        lines[path], start = line, place
    return lines


class _Scan:
    """A pass over the tokens of a text that notes where the wanted values begin. The path of a value that is not wanted is None."""

    def __init__(self, wanted: Collection[str], *, is_toml: bool) -> None:
        self.wanted = wanted
        self.is_toml = is_toml
        self.places: dict[str, int] = {}
        self.counts: dict[str, int] = {}  # of the tables of each array of tables

    def read(self, text: str) -> None:
        """Note the places of a text."""
        is_toml, expected = self.is_toml, "key" if self.is_toml else "value"
        table: str | None = "$"  # of the last header
        path: str | None = "$"  # of the value that is expected
        # The open arrays, by the position of the next member, and inline tables, by -1.
        frames: list[tuple[str | None, int]] = []
        keys: list[str] = []
        header = 0
        for match in re.finditer(_TOML if is_toml else _JSON, text):
            mark = match[0]
            if mark[0] == "#" and is_toml:
                continue
            if expected == "key":
                if mark == "}":
                    frames.pop()
                    expected = "end"
                elif mark == "[":
                    header += 1
                elif mark == "]" and keys:
                    table, keys = self._enter("$", keys, match.start(), is_array=header == 2), []
                    expected, header = "end", 0
                elif mark == ("=" if is_toml else ":"):
                    path, keys = self._enter(frames[-1][0] if frames else table, keys, match.start()), []
                    expected = "value"
                elif mark not in ".\n":
                    keys.append(self._key(mark))
            elif mark == "\n":
                expected = expected if frames else "key"
            elif mark in "]}":
                del frames[-1:]  # the second bracket of a header closes none
                expected = "end"
            elif mark == ",":
                above, position = frames[-1]
                frames[-1] = above, position + (position >= 0)
                expected = "key" if position < 0 else "value"
            elif expected == "value":
                if frames and frames[-1][1] >= 0:
                    path = self._child(*frames[-1])
                self._note(path, match.start())
                expected = "end"
                if mark in "[{":
                    frames.append((path, 0 if mark == "[" else -1))
                    expected = "value" if mark == "[" else "key"

    def _child(self, path: str | None, key: object) -> str | None:
        if path is None or (isinstance(key, str) and len(key) > 60):  # shown in short
            return None
        child = member(path, key)
        return child if child in self.wanted else None

    def _note(self, path: str | None, place: int) -> None:
        if path and not (self.is_toml and path in self.places):  # in JSON, the last of equal keys counts
            self.places[path] = place

    def _enter(self, path: str | None, keys: Sequence[str], place: int, *, is_array: bool = False) -> str | None:
        """Return the path of a key below a table; the way goes through the last table of an array."""
        for number, key in enumerate(keys, 1):
            path = self._child(path, key)
            self._note(path, place)
            if path and is_array and number == len(keys):
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = self._child(path, self.counts[path] - 1)
                self._note(path, place)
        return path

    def _key(self, mark: str) -> str:
        if mark[0] not in "\"'":
            return mark
        if mark[0] == "'" or "\\" not in mark:
            return mark[1:-1]
        return str(tomllib.loads(f"k={mark}")["k"] if self.is_toml else json.loads(mark))
