"""Limits for untrusted input.

Each is checked before the parser or the model sees the input. What costs time is the structure of a document; its size costs memory.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NoReturn

import attrs

from .._jsonlike import is_dict, members
from .._model._validation import MOST_COUNTED, from_one
from .._namespace import public
from ..errors import Fault, LimitError, invalid, is_a


def _count(instance: Limits, field: attrs.Attribute[int], value: object) -> None:
    if from_one(value, field.name):
        problem = f"is not a whole number from 1 to {MOST_COUNTED:,}"
        raise invalid("out-of-range", f"$.{field.name}", problem, value, "give limits=None to have no limits at all")


@public()
@attrs.frozen(kw_only=True)
class Limits:
    """Limits on the size and the structure of a document.

    The defaults admit 2,000 tasks, with descriptions of 10,000 characters in JSON or 2,000 in TOML, and launches of 25,000 events in JSON or
    about 10,000 in TOML; in YAML, 2,000 tasks without descriptions, or launches of about 1,800 events. They refuse what would keep a parser or the model busy for a second, or take 200 MB; 2,000 descriptions of 20,000
    characters exceed ``bytes``.

    Attributes:
        bytes: The size of the text in UTF-8, in bytes.
        nesting: The depth of nested brackets and braces.
        key_parts: The number of parts of one dotted key or table header (TOML only).
        values: The number of commas and opening brackets outside of strings, which is about that of the values, or twice the number of
            keys, if that is larger. TOML is parsed more slowly: there each comma, opening bracket, line, dot and escape counts for
            seven, and five characters for one, blanks outside of strings twice; and a key or a number has at most 100,000 characters,
            whatever the limits. In Markdown each line counts for forty, a list or a quote within another one on the same line for thirty,
            and five characters for one; such a line has at most six of them; and each quote counts for the lines up to the next blank one,
            and each mark of emphasis, code or a link for two.
            In YAML each character counts for one, each blank for three, each line for 24, and each bracket, each dash, each colon but in
            times and addresses, and where there are brackets each comma for 32, within texts too. In CSV each delimiter counts for one, each line for seven, and five characters for one, within quotes too.
        tasks: The number of tasks of a checklist; also that of its phases, of its layers, and of all changes of overlays.
        events: The number of events of a launch.

    Raises:
        InvalidError: A limit is not a whole number from 1 to 1,000,000,000.
    """

    bytes: int = attrs.field(default=25_000_000, validator=_count)
    nesting: int = attrs.field(default=32, validator=_count)
    key_parts: int = attrs.field(default=8, validator=_count)
    values: int = attrs.field(default=1_000_000, validator=_count)
    tasks: int = attrs.field(default=2_000, validator=_count)
    events: int = attrs.field(default=25_000, validator=_count)


DEFAULT_LIMITS = Limits()


_DEPTH = {"[": 1, "{": 1, "]": -1, "}": -1}
_BRACKETS_AND_QUOTES = b'[]{}"'
_JSON_STRING = r'"[^"]*"?'
_STATEMENT, _CHARACTERS = 7, 5
"""The number of JSON values that are parsed in the time of a TOML statement, and the number of characters of TOML in that of a value."""
_LINE, _MARKER = 40, 30
"""The number of JSON values that are parsed in the time of a line of Markdown, and in that of a list or a quote within another."""
_MOST_MARKERS = 6
"""The maximum number of lists and quotes that begin on one line of Markdown: each later line may be compared with all of them."""
# Not where the line is a rule, and possessive, so that no text is scanned twice.
_MARKERS = r"""(?xm)
    (?:^|(?<=\r)) [ \t]*+ (?! ([-*]) (?: [ \t]*+ \1 )*+ [ \t]*+ (?: $ | \r ) )
    ( (?: (?: > | [-+*](?=[ \t]) | [0-9]{1,9}[.)](?=[ \t]) ) [ \t]*+ ){2,}+ )
"""

_NODE = 32
"""The number of characters of YAML that are parsed in the time of a node."""

_LINE_OF_YAML = 24
"""The same for the end of a line."""

_MARKS_OF_YAML = (":", "[", "]", "{", "}", "- ", "? ")
_LINE_ENDS_OF_YAML = ("\n", "\r", "\x85", "\u2028", "\u2029")
_COLON_WITHIN = r"(?<=[0-9]):(?=[0-9])|(?<=[a-z])://"  # of times and addresses, of which no key begins

# Comments and strings, closed or not: an unclosed one extends to where TOML would have to end it, so that no text is scanned twice.
# A long string may end in up to two quotes right before the three that close it.
TOML_COMMENT_OR_STRING = r"""(?xs)
    \#[^\n]*
    | \"{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?
    | '{3}(?:[^']|'(?!''))*+(?:'{3,5})?
    | "(?:[^"\\\n]|\\.)*+"?
    | '[^'\n]*+'?
"""


def check_limits(limits: object) -> None:
    """Refuse an argument that is neither limits nor None."""
    if limits is not None and not is_a(limits, Limits):
        hint = "give Limits(...), or None where you trust the text"
        raise invalid("wrong-kind", "$.limits", "are not limits", limits, hint)


def check_size(size: int, limits: Limits) -> None:
    """Refuse a text of more than ``limits.bytes``."""
    if size > limits.bytes:
        _refuse("$", f"is too large: {size:,} bytes, and at most {limits.bytes:,} are read", "bytes")


def check_json(text: str, limits: Limits) -> None:
    """Refuse JSON that nests too deep or holds too many values. All passes are made in C."""
    data = text.encode("utf-8", "surrogatepass").replace(rb"\\", b"").replace(rb"\"", b"")
    marks = _kept(data, _BRACKETS_AND_QUOTES)
    if marks.count('"') > 4 * limits.values + 4:  # each string is a value or a key
        _refuse_values(limits)
    # Now quotes only open and close strings. If all runs of them are even, no bracket lies within a string.
    bare = marks.replace('""', "")
    if '"' in bare:
        bare = re.sub(_JSON_STRING, "", marks)
    opened = bare.count("[") + bare.count("{")
    if max(opened + data.count(b","), 2 * data.count(b":")) > limits.values:  # some of them may lie within strings
        bare_separators = re.sub(_JSON_STRING, "", _kept(data, b',:"'))
        if max(opened + bare_separators.count(","), 2 * bare_separators.count(":")) > limits.values:
            _refuse_values(limits)
    # The parser reads no further than to the first bracket that closes none.
    if opened > limits.nesting:
        _check_brackets(bare[: 2 * opened + 1], limits)


def check_toml(text: str, limits: Limits) -> None:
    """Refuse TOML that nests too deep, holds too many statements or has a key of too many parts."""
    count = len(text) // _CHARACTERS + _STATEMENT * (text.count("\n") + text.count("\\"))
    bare = re.sub(TOML_COMMENT_OR_STRING, '""', text) if count <= limits.values else ""
    count += _STATEMENT * sum(map(bare.count, ",.[{")) + sum(map(bare.count, " \t")) // _CHARACTERS
    if count > limits.values:
        _refuse_slow("TOML", count, limits)
    _check_brackets("".join(re.findall(r"[\[\]{}]+", bare)), limits)
    # The parser takes a hundred bytes for each digit.
    if re.search(r"(?<![\w.+-])[\w.+-]{100001}", bare):
        raise LimitError(
            [Fault("limit", "$", "has a key or a number of more than 100,000 characters", "", "write a shorter one")]
        )
    # Possessive, and only ever from the start of a key: linear whatever the text.
    part = r"""[\w"'-]++[ \t]*+"""
    if re.search(rf"""(?<![\w"'-])(?:{part}\.[ \t]*+){{{limits.key_parts}}}{part}""", bare):
        _refuse("$", f"has a key of too many parts: at most {limits.key_parts} are read", "key_parts")


def check_markdown(text: str, limits: Limits) -> None:
    """Refuse Markdown of too many lines, or of too many characters in them."""
    count = _LINE * (text.count("\n") + text.count("\r")) + len(text) // _CHARACTERS + 2 * sum(map(text.count, "*_`["))
    if count <= limits.values:
        markers = [sum(map(found[2].count, ">-+*.)")) for found in re.finditer(_MARKERS, text)]
        count += _MARKER * sum(markers) + _rescanned(text)
        if max(markers, default=0) > _MOST_MARKERS:
            hint = "write less into one line, or pass limits=None where you trust the text"
            words = f"nests too deep: at most {_MOST_MARKERS} quotes and lists in one line are read"
            raise LimitError([Fault("limit", "$", words, "", hint)])
    if count > limits.values:
        _refuse_slow("Markdown", count, limits)


def _rescanned(text: str) -> int:
    """Return how often lines of Markdown are scanned for quotes: each quote may scan all lines up to the next blank one."""
    blocks = re.split(r"\n(?:[ \t]*\n)+", re.sub(r"\r\n?", "\n", text))
    leads = ((block.count("\n"), re.findall(r"(?m)^[-+*0-9.) \t>]*>", block)) for block in blocks if ">" in block)
    return sum(lines * sum(lead.count(">") for lead in found) for lines, found in leads)


def check_yaml(text: str, limits: Limits) -> None:
    """Refuse YAML that may hold too many values. Strings are not told apart: a bound that is too high costs a file nothing but room."""
    count = len(text) + 2 * (text.count(" ") + text.count("\t"))  # between words the parser looks for comments and keys
    count += _NODE * sum(map(text.count, _MARKS_OF_YAML)) + _LINE_OF_YAML * sum(map(text.count, _LINE_ENDS_OF_YAML))
    if "[" in text or "{" in text:  # elsewhere a comma is part of a text
        count += _NODE * text.count(",")
    if count > limits.values:
        count -= _NODE * len(re.findall(_COLON_WITHIN, text))
    if count > limits.values:
        _refuse_slow("YAML", count, limits)


def check_depth(depth: int, limits: Limits) -> None:
    """Refuse a text whose brackets, braces or blocks nest deeper than the limits."""
    if depth > limits.nesting:
        _refuse("$", f"nests too deep: at most {limits.nesting} levels are read", "nesting")


def check_csv(text: str, delimiter: str, limits: Limits) -> None:
    """Refuse CSV of too many cells, lines or characters. What lies within quotes counts as well."""
    count = text.count(delimiter) + _STATEMENT * max(map(text.count, "\n\r")) + len(text) // _CHARACTERS
    if count > limits.values:
        _refuse_values(limits)


def check_tasks(count: int, limits: Limits | None) -> None:
    """Refuse a list that has more tasks than the limits allow."""
    if limits and count > limits.tasks:
        _refuse("$", f"holds too many tasks: at most {limits.tasks:,} are read", "tasks")


def check_parts(document: object, limits: Limits) -> None:
    """Refuse a parsed document with too many tasks, phases, layers, changes or events."""
    parts = [("$", document)]
    while parts:
        path, document = parts.pop()
        if not is_dict(document):
            continue
        layers = members(document, "layers")
        changes = [change for overlay in (document, *layers) for change in members(overlay, "changes")]
        phases = members(document, "phases")
        added = [change.get("phase") for change in changes if is_dict(change)]
        tasks = [task for phase in (*phases, *added) for task in members(phase, "tasks")]
        events = members(document, "events")
        for name, held in zip(
            ("tasks", "phases", "layers", "changes", "events"), (tasks, phases, layers, changes, events), strict=True
        ):
            limit = "events" if name == "events" else "tasks"
            if len(held) > (most := getattr(limits, limit)):
                _refuse(path, f"holds {len(held):,} {name}, and at most {most:,} are read", limit)
        # The checklist of a launch, and the base of a checklist: both, since the reader tells only later which of them may be there.
        parts += [(f"{path}.{key}", document.get(key)) for key in ("base", "checklist")]


def _kept(data: bytes, kept: bytes) -> str:
    return data.translate(None, bytes(set(range(256)).difference(kept))).decode("ascii")


def _refuse_values(limits: Limits) -> NoReturn:
    _refuse("$", f"holds too many values: at most {limits.values:,} are read", "values")


def _refuse_slow(notation: str, count: int, limits: Limits) -> NoReturn:
    words = f"it counts for {count:,} values, and at most {limits.values:,} are read"
    _refuse("$", f"is too long for {notation}, which is parsed slowly: {words}", "values")


def _check_brackets(brackets: str, limits: Limits) -> None:
    check_depth(max(accumulate(map(_DEPTH.__getitem__, brackets)), default=0), limits)


def _refuse(path: str, problem: str, limit: str) -> NoReturn:
    hint = f"pass Limits({limit}=...) to read more, or limits=None where you trust the text"
    raise LimitError([Fault("limit", path, problem, "", hint)])
