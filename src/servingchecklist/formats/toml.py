r"""TOML: read and written without loss.

A phase is a ``[[phases]]`` table and a task a ``[[phases.tasks]]`` table under it. The comments and the layout of a file that was read
are lost when it is written again. Long texts are written on one line, with line breaks as ``\n``.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from .. import codec
from ..errors import Fault, InvalidError
from .limits import DEFAULT_LIMITS, Limits, check_parts, check_toml

if TYPE_CHECKING:
    from ..codec import Stored

NAME = "toml"
SUFFIXES = (".toml",)

_PLACE = re.compile(r"(.*?)(?: \(at line (\d+), column (\d+)\))?", re.DOTALL)


def dumps(value: Stored) -> str:
    """Return the value as a TOML document.

    Raises:
        InvalidError: The value is none that a file can hold.
    """
    import tomli_w  # reading does not need it

    return tomli_w.dumps(codec.encode(value))


def loads(text: str, limits: Limits | None = DEFAULT_LIMITS, kind: type[Stored] | None = None) -> Stored:
    """Parse a value from a TOML document; the arguments are those of :func:`servingchecklist.loads`.

    Raises:
        LimitError: The text exceeds ``limits``.
        InvalidError: The text is not TOML, or its document has faults.
    """
    if limits:
        check_toml(text, limits)
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise InvalidError([Fault("syntax", "$", "nests too deep to be read", "", "no checklist needs that")]) from None
    except ValueError as error:
        problem, line, column = _PLACE.fullmatch(str(error)).groups()  # type: ignore[union-attr]  # it matches any text
        words = f"is not TOML: {problem}{f' at column {column}' if column else ''}"
        fault = Fault("syntax", "$", words, "", "mend the text there", line=int(line) if line else None)
        raise InvalidError([fault]) from None
    if limits:
        check_parts(document, limits)
    try:
        return codec.decode(document, kind)
    except InvalidError as error:
        from ._lines import with_lines  # valid documents do not need it

        raise with_lines(error, text, is_toml=True) from None
