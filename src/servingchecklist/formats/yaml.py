"""YAML 1.2: read and written without loss, as plain data only.

Reading needs the package ruamel.yaml, which comes with the extra ``yaml``; writing needs nothing. Text is read as strictly as TOML is:
anchors, aliases, tags, directives, second documents and equal keys are refused, and so are keys that are not text. A word or a date
without quotes is text, and never a bool or a date as in YAML 1.1; what looks like a number is one.

Texts are written so that readers of YAML 1.1 see the same: without quotes only where nothing else can be meant.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, cast

import attrs

from .. import codec
from .._jsonlike import finite, is_dict, is_list
from ..errors import MOST_FAULTS, Fault, InvalidError, member, missing_package, preceded_by, show
from ._lines import placed
from .json import duplicate_faults
from .limits import DEFAULT_LIMITS, Limits, check_depth, check_parts, check_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ..codec import Stored

NAME = "yaml"
SUFFIXES = (".yaml", ".yml")

_CONSTANTS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = r"[-+]?[0-9]+"
_OTHER_BASE = r"0o[0-7]+|0x[0-9a-fA-F]+"
_FLOAT = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_NOT_FINITE = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"

# A word, a space and more, or a word alone that is none of those that YAML 1.1 takes for a bool or null. No ": ", " #" or ":" at the end.
_UNQUOTED = r"(?!(?i:y|n|yes|no|on|off|true|false|null)\Z)(?:[^\W\d_]|[0-9]+(?:[-.,][0-9]+)? [^\W\d_])(?:[^:#]|:(?=[^ ])|(?<! )#)*(?<! )"
_LONGEST_KEY = 1_000
"""The number of characters from which the mark ``?`` is written in front of a key: parsers look no further for its colon."""


def dumps(value: Stored) -> str:
    """Return the value as a YAML document.

    Raises:
        InvalidError: The value is none that a file can hold.
    """
    return "\n".join(_block(codec.encode(value), "")) + "\n"


def _block(value: object, indent: str) -> Iterator[str]:
    """Yield the lines of a dict or a list that is not empty."""
    if is_dict(value):
        for key, item in value.items():
            name = _scalar(key, indent)
            if len(name) > _LONGEST_KEY:
                yield f"{indent}? {name}"
                name = ""
            yield from _entry(f"{indent}{name}:", item, f"{indent}  ")
    else:
        for item in cast("list[object]", value):
            yield from _entry(f"{indent}-", item, f"{indent}  ")


def _entry(lead: str, item: object, indent: str) -> Iterator[str]:
    """Yield the lines of a member behind its key or its dash."""
    if not item or not (is_dict(item) or is_list(item)):
        yield f"{lead} {_scalar(item, indent)}"
        return
    lines = _block(item, indent)
    if lead.endswith("-"):  # the first line stands behind the dash
        yield f"{lead} {next(lines)[len(indent) :]}"
    else:
        yield lead
    yield from lines


def _scalar(value: object, indent: str) -> str:
    if type(value) is not str:
        # Numbers and bools, and what is empty. Readers of YAML 1.1 take a number without a point for text if it has an exponent.
        return re.sub(r"\A(-?[0-9]+)e", r"\1.0e", json.dumps(value))
    if re.fullmatch(_UNQUOTED, value) and value.isprintable():
        return value
    lines = value.removesuffix("\n").split("\n")
    is_plain = all(line.isprintable() and (line.strip() or not line) for line in lines)
    if is_plain and len(lines) > 1 and lines[0][:1] not in ("", " ") and lines[-1]:
        return "\n".join(["|" if value.endswith("\n") else "|-", *(line and indent + line for line in lines)])
    return re.sub(r"[^\n -~]", _escaped, json.dumps(value, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def loads(text: str, limits: Limits | None = DEFAULT_LIMITS, kind: type[Stored] | None = None) -> Stored:
    """Parse a value from a YAML document; the arguments are those of :func:`servingchecklist.loads`.

    Raises:
        UnknownNameError: The package ruamel.yaml is not installed.
        LimitError: The text exceeds ``limits``.
        InvalidError: The text is not YAML, is more than plain data, or its document has faults.
    """
    if limits:
        check_yaml(text, limits)
    builder = _Builder(limits)
    for event in _events(text, limits):
        builder.take(event)
    document = builder.document
    if limits:
        check_parts(document, limits)
    faults = list(islice(duplicate_faults(document, builder.duplicates), MOST_FAULTS))
    try:
        value = codec.decode(document, kind)
    except InvalidError as error:
        raise placed(preceded_by(error, faults), builder.lines_of) from None
    if faults:
        raise placed(InvalidError(faults), builder.lines_of)
    return value


def _refused(what: str, hint: str) -> Callable[[Any], None]:
    def refuse(scanner: Any) -> None:  # noqa: ANN401
        _refuse(f"holds {what}", hint, scanner.reader.get_mark())

    return refuse


_REFUSED: Mapping[str, Callable[[Any], None]] = {
    "fetch_directive": _refused("a directive", "take out the line that begins with %"),
    "fetch_anchor": _refused("an anchor", "take it out, and write the value wherever it is needed"),
    "fetch_alias": _refused("an alias", "write the value itself; text that begins with * needs quotes"),
    "fetch_tag": _refused("a tag", "take it out; text that begins with ! needs quotes"),
}
"""Methods of the scanner that end it where more than plain data begins: the time of a tag grows with the square of its length.

Brackets that nest too deep end it too: it looks far ahead, in time that grows with their depth.
"""


def _events(text: str, limits: Limits | None) -> Iterator[Any]:
    """Yield the events of the parser, which builds nothing."""
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.scanner import Scanner
    except ImportError as error:
        raise missing_package("reading YAML", "ruamel.yaml", "yaml") from error

    scanner: Any = Scanner

    def open_brackets(self: Any, *token: Any, **more: Any) -> None:  # noqa: ANN401
        if limits:
            check_depth(len(self.flow_context) + 1, limits)
        scanner.fetch_flow_collection_start(self, *token, **more)

    class WithoutPlugIns(YAML):
        def official_plug_ins(self) -> Any:  # noqa: ANN401
            """Return none, where the package looks for files."""
            return []

    if text.startswith("\ufeff"):  # of bytes, one is taken off; the parser takes off any number
        _refuse("is not YAML: it begins with a byte order mark", "mend the text there", None)
    parser: Any = WithoutPlugIns(typ="safe", pure=True)
    parser.Scanner = type("Plain", (scanner,), {**_REFUSED, "fetch_flow_collection_start": open_brackets})
    try:
        yield from parser.parse(text)
    except InvalidError:
        raise
    except MarkedYAMLError as error:
        marked: Any = error
        mark: Any = marked.problem_mark or marked.context_mark
        where = f" at column {mark.column + 1}" if mark else ""
        _refuse(f"is not YAML: {marked.problem or marked.context}{where}", "mend the text there", mark)
    except YAMLError as error:  # a character that YAML does not have
        position = getattr(error, "position", None)
        _refuse(f"is not YAML: {str(error).splitlines()[0]} at position {position}", "mend the text there", None)
    except (ValueError, OverflowError) as error:  # an escape beyond the last character
        _refuse(f"is not YAML: {error}", "mend the text there", None)


def _refuse(problem: str, hint: str, mark: Any) -> NoReturn:  # noqa: ANN401
    raise InvalidError([Fault("syntax", "$", problem, "", hint, line=mark.line + 1 if mark else None)])


@attrs.define
class _Open:
    """A dict or a list that is not closed yet.

    Attributes:
        held: The dict or the list.
        lines: The lines of its members, by key or position.
        key: The key of the value that comes next; None where a key comes next.
    """

    held: dict[str, object] | list[object]
    lines: dict[object, int] = attrs.field(factory=dict[object, int])
    key: str | None = None


class _Builder:
    """Plain data built from the events of a parser."""

    def __init__(self, limits: Limits | None) -> None:
        self.document: object = None
        self.duplicates: dict[int, tuple[object, list[str]]] = {}
        self._limits = limits
        self._lines: dict[int, dict[object, int]] = {}
        self._stack: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:  # noqa: ANN401
        """Take the next event.

        Raises:
            InvalidError: It is of more than plain data.
            LimitError: It nests too deep.
        """
        name = type(event).__name__
        if name == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                _refuse("holds a second document", "write each into a file of its own", event.start_mark)
        elif name == "ScalarEvent":
            value = event.value if event.style else _plain(event.value, event.start_mark)
            if self._stack and is_dict(self._stack[-1].held) and self._stack[-1].key is None:
                self._take_key(value, event.start_mark)
            else:
                self._add(value, event.start_mark.line)
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            if self._stack and is_dict(self._stack[-1].held) and self._stack[-1].key is None:
                _refuse("has a key that is not text", "write a word as the key", event.start_mark)
            held: Any = {} if name == "MappingStartEvent" else []
            self._add(held, event.start_mark.line)
            self._stack.append(_Open(held))
            self._lines[id(held)] = self._stack[-1].lines
            if self._limits:
                check_depth(len(self._stack), self._limits)
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self._stack.pop()

    def _take_key(self, key: object, mark: Any) -> None:  # noqa: ANN401
        parent = self._stack[-1]
        if type(key) is not str:
            _refuse(f"has a key that is not text: {show(key)}", "write it in quotes", mark)
        if key in parent.held and len(self.duplicates) < MOST_FAULTS:
            self.duplicates.setdefault(id(parent.held), (parent.held, []))[1].append(key)
        parent.key = key
        parent.lines[key] = mark.line + 1

    def _add(self, value: object, line: int) -> None:
        if not self._stack:
            self.document = value
            return
        parent = self._stack[-1]
        if is_list(parent.held):
            parent.lines[len(parent.held)] = line + 1
            parent.held.append(value)
        else:
            cast("dict[str, object]", parent.held)[cast("str", parent.key)] = value
            parent.key = None

    def lines_of(self, paths: Collection[str]) -> dict[str, int]:
        """Return the lines of the values at these paths, each of which comes with all paths above it."""
        found: dict[str, int] = {}
        stack = [(self.document, "$")]
        while stack:
            value, path = stack.pop()
            for key, line in self._lines.get(id(value), {}).items():
                child = member(path, key)
                if child in paths:
                    found[child] = line
                    stack.append((cast("Any", value)[key], child))
        return found


def _plain(text: str, mark: Any) -> object:  # noqa: ANN401
    """Return the value of a text without quotes, by the core schema of YAML 1.2."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if re.fullmatch(_INT, text):
        try:
            return int(text)
        except ValueError as error:  # thousands of digits
            _refuse(f"cannot be read: {error}", "write a smaller number", mark)
    if re.fullmatch(_OTHER_BASE, text):
        return int(text, 0)
    if re.fullmatch(_FLOAT, text):
        return finite(text)
    if re.fullmatch(_NOT_FINITE, text):
        _refuse(f"holds {text}", "write a finite number", mark)
    return text
