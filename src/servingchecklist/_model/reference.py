"""References to pages for further reading."""

from __future__ import annotations

import re

import attrs

from ..errors import Fault, show
from ._validation import PickledByConstructor, line, verify

# Only the characters that RFC 3986 allows in an address; "%" only before two hexadecimal digits.
_ADDRESS = r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+"
# No user name before the host: it can make one address look like another.
_LINK = r"(?i:https?://(?:[^/?#:@\[\]]+|\[[0-9A-F:.]+\])(?::[0-9]{1,5})?(?:[/?#].*)?|mailto:[^@:/]+@[^@:/]+)"
_RELATIVE = r"(?![/?#])[^:/?#]+(?:[/?#].*)?"
_LONGEST = 2_000


def _url(value: object, name: str) -> list[Fault]:
    hint = "write an http, https or mailto address, or a relative path such as 'guides/foundation.md'"
    if (
        type(value) is str
        and len(value) <= _LONGEST
        and re.fullmatch(_ADDRESS, value)
        and re.fullmatch(f"{_LINK}|{_RELATIVE}", value)
    ):
        return []
    return [Fault("bad-format", f"$.{name}", "is not an address", show(value), hint)]


CHECKS = {"title": line, "url": _url}


@attrs.frozen(getstate_setstate=False)
class Reference(PickledByConstructor):
    """A page for further reading.

    Attributes:
        title: The title of the page, in one line.
        url: An ``http``, ``https`` or ``mailto`` address, or a relative path for a page shipped with the checklist. Characters
            outside RFC 3986 must be percent-encoded. The library never fetches it.

    Raises:
        InvalidError: The title is not one line of plain text, or the address is of another kind.
    """

    title: str
    url: str

    def __attrs_post_init__(self) -> None:
        verify(CHECKS, self)

    @property
    def is_link(self) -> bool:
        """True for an absolute address, which works as a link anywhere; False for a relative path."""
        return re.fullmatch(_LINK, self.url) is not None
