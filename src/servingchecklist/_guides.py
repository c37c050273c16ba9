"""The guides that come with the package: their names, their texts and their sections.

A reference names one by a relative address, ``servingchecklist/guides/NAME.md#SECTION``, which is also its place in an installed package.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ._files import read_data
from .errors import Fault, UnknownNameError, as_text, nearest, show, unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = (
    "foundation",
    "execution",
    "launch-review",
    "llm-serving",
    "batch-inference",
    "edge-serving",
    "regulated",
    "model-rollback",
)
"""The name of each guide: those of the phases in order, then those of the overlays, then that of the drill."""

_ADDRESS = r"servingchecklist/guides/([a-z0-9-]+)\.md(#[a-z0-9_-]+)?"
_FENCE = r"(?ms)^ *(```+|~~~+)[^\n]*\n.*?^ *\1 *$"
_HEADING = r"(?m)^## +(.+?) *$"


def name_in(address: str) -> str:
    """Return the name that a reference gives to a guide, with ``#SECTION`` if it names one; empty where there is no such guide or section."""
    guide, _, section = _named(address).partition("#")
    exists = guide in NAMES and (not section or _section(guide, section))
    return _named(address) if exists else ""


def _named(address: str) -> str:
    """Return the name in the address of a guide, be there one of that name or not; empty where the address is of another form."""
    found = re.fullmatch(_ADDRESS, address) if address.startswith("servingchecklist/") else None
    return f"{found[1]}{found[2] or ''}" if found else ""


def _section(guide: str, name: str) -> str:
    """Return the anchor of a section: the name itself, or the only anchor that begins with it and a hyphen; empty where there is none."""
    anchors = sections_of(guide)
    longer = [anchor for anchor in anchors if anchor.startswith(f"{name}-")]
    return name if name in anchors else longer[0] if len(longer) == 1 else ""


@cache
def text_of(guide: str) -> str:
    """Return the text of a guide, in Markdown."""
    return read_data("guides", f"{guide}.md")


def title_of(guide: str) -> str:
    """Return the title of a guide: its first line."""
    return text_of(guide).partition("\n")[0].removeprefix("# ")


@cache
def sections_of(guide: str) -> Mapping[str, str]:
    """Return the sections of a guide with their headings, by the anchors that pages give to the headings."""
    text = text_of(guide)
    # A line in a block of code may look like a heading.
    bare = re.sub(_FENCE, lambda block: " " * len(block[0]), text)
    starts = [(heading.start(), anchor_of(heading[1])) for heading in re.finditer(_HEADING, bare)]
    return {
        anchor: f"{text[start:end].rstrip()}\n" for (start, anchor), (end, _) in pairwise([*starts, (len(text), "")])
    }


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading: lower case, with hyphens for blanks, and without punctuation."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()))


def find(name: object) -> str:
    """Return a guide, or the section of a guide that ``name`` gives behind ``#``; the address of a reference is taken too.

    The beginning of a section's name is enough, up to a hyphen, if no other begins so.

    Raises:
        UnknownNameError: There is no such guide, or it has no such section; the hint names the nearest.
    """
    name = as_text(name)
    guide, _, section = (_named(name) or name).partition("#") if type(name) is str else ("", "", "")
    if guide not in NAMES:
        raise unknown_name("unknown-name", "$", "guide", guide or name, NAMES)
    if not section:
        return text_of(guide)
    sections = sections_of(guide)
    anchor = _section(guide, section)
    if not anchor:
        hint = nearest(section, sections)
        raise UnknownNameError(
            [Fault("unknown-name", "$", f"the guide {guide} has no such section", show(section), hint)]
        )
    return sections[anchor]


def headings_of(guide: str) -> dict[str, str]:
    """Return the headings of a guide's sections, by their anchors."""
    return {anchor: text.partition("\n")[0].removeprefix("##").strip() for anchor, text in sections_of(guide).items()}
