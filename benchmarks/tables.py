"""Tables of measurements on pages of the documentation, between two marker comments."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_BETWEEN = re.compile(r"(?s)(?<=<!-- table -->\n).*(?=\n<!-- end -->)")


def table(columns, rows):
    """Return a Markdown table. A column ends in ``:`` if its cells stand on the right."""
    rules = ["--:" if column.endswith(":") else "---" for column in columns]
    lines = [[column.removesuffix(":") for column in columns], rules, *rows]
    return "\n".join(f"|{'|'.join(line)}|" if line is rules else f"| {' | '.join(line)} |" for line in lines)


def read(name):
    """Return what a page, by its path from the root, has between its markers."""
    return _BETWEEN.search((ROOT / name).read_text("utf-8"))[0]


def write(name, text):
    """Replace what a page has between its markers."""
    page = (ROOT / name).read_text("utf-8")
    page, count = _BETWEEN.subn(lambda _: text, page)
    assert count == 1, f"{name} has {count} places for a table"
    (ROOT / name).write_text(page, "utf-8")
