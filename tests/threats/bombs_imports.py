"""Lists made to keep the importers busy: each family at the size that is right below the limits.

Run as a program, from the folder above, it reads the names of families, sets them off, and prints for each what came of it, the CPU seconds, and the megabytes that
the process held at most.
"""

from __future__ import annotations

import json
import sys

from servingchecklist import ChecklistError, Limits, imports
from servingchecklist.errors import LimitError
from servingchecklist.formats.limits import check_csv, check_markdown
from threats import bombs_markdown

PHASES = "".join(f"# p\n- [ ] {number}\n" for number in range(1_900))
MARKDOWN = {
    **{name: ("", piece) for name, piece in bombs_markdown.FAMILIES.items()},
    "brackets in a box": ("- [ ] ", "["),
    "stars in a box": ("- [ ] ", "*"),
    "parentheses": ("", "- [ ] a ("),
    "links in a heading": ("# ", "a](`"),
    "emphasis in boxes": ("", "- [ ] " + "**a" * 650 + "\n"),
    "backticks in boxes": ("", "- [ ] " + "` `` " * 380 + "\n"),
    "backslashes in boxes": ("", "- [ ] " + "\\`" * 900 + "\n"),
    "backslashes in steps": ("- [ ] a\n", "  - [ ] " + "\\`` `" * 38 + "\n"),
    "steps": ("- [ ] a\n", "  - [ ] a\n"),
    "marks of steps": ("- [ ] <!-- task a -->a\n", "  - [ ] <!-- step a b -->a\n"),
    "text in a task": ("- [ ] a\n", "  a\n"),
    "phases": ("", "# a\n"),
    "phases, then headings": (PHASES, "#\n"),
    "phases, then phases without boxes": (PHASES, "# p\n"),
    "sections": ("# a\n- [ ] a\n", "### b\n#### c\n"),
    "blanks in boxes": ("- [ ] a", " "),
    "blanks in lines": ("", "- [ ] a" + " " * 40_000 + "b\n"),
    "tabs in a box": ("- [ ] a", "\t"),
    "tabs in a line of text": ("- [ ] a\n", "a\t"),
    "blanks in a step": ("- [ ] a\n  - [ ] b", " "),
    "blanks in lines of a box": ("- [ ] a", "\\" + " " * 400 + "\n   "),
    "blanks in front matter": ("---\na: b\n---", " "),
    "blanks in a title of front matter": ("---\ntitle: 'a'", " "),
    "blanks in lines of front matter": ("---\n", "a" + " " * 400 + ":\n"),
    "blanks behind dashes": ("", "--- \t"),
    "blanks in a heading": ("# a", " "),
    "blanks in a mark": ("- [ ] <!-- task", " "),
    "blanks in a comment": ("<!-- servingchecklist:launch", " "),
    "links in boxes": ("", "- [ ] " + "[a](http://b) " * 142 + "\n"),
    "links in steps": ("- [ ] a\n", "  - [ ] " + "[a](http://b) " * 14 + "\n"),
    "ticked steps": ("- [ ] a\n", "  - [x] a\n"),
    "comments": ("", "<!-- a -->\n"),
    "comments in steps": ("- [ ] a\n", "  - [ ] <!-- b -->c\n"),
    "front matter": ("---\n", "a: b\n"),
    "front matter of many titles": ("---\n", "title: b\n"),
    "front matter without an end": ("---\n", "-- \n"),
    "tasks of ours": ("", "- [ ] <!-- task a -->**" + "** \u00b7 `a` \u00b7 low" * 80 + "\n"),
}
MANY = " ".join(f"N{number}" for number in range(1_000))
CSV = {  # with the number of the piece in place of @
    "lines of steps": ("steps", '"', "s\n", '"'),
    "labels": ("labels", "", "a ", ""),
    "prerequisites": ("after", "", "b ", ""),
    "references": ("references", '"', "a b\n", '"'),
    "annotations": ("annotations", '"', "a=b\n", '"'),
    "gates": ("gates", "", "g ", ""),
    "apostrophes": ("x", "", "'", ""),
    "quotes": ("x", '"', '""', '"'),
    "blanks": ("x", "", " ", "x"),
    "cells": ("x", "", "x,", ""),
    "rows": ("x", "", "x\n", ""),
    "one cell": ("x", '"', "x", '"'),
    "prerequisites in one member": ("after", '"y, ', " ".join(f"n@-{number}" for number in range(500)) + " ", '"'),
    "rows of prerequisites": ("after", "", f"{MANY}\nx,", ""),
    "rows of gates": ("gates", "", f"{MANY}\nx,", ""),
    "rows of labels": ("labels", "", f"{MANY}\nx,", ""),
    "rows of labels in lower case": ("labels", "", f"{MANY.lower()}\nx,", ""),
    "rows of other labels": ("labels", "", f"{MANY.replace('N', 'N@-')}\nx,", ""),
    "rows of other gates": ("gates", "", f"{MANY.replace('N', 'N@-')}\nx,", ""),
    "rows of other prerequisites": ("after", "", f"{MANY.replace('N', 'N@-')}\nx,", ""),
    "rows of annotations": ("annotations", '"', "A@\n" * 100 + '"\nx,"', '"'),
}


def build(name, size):
    """The text of a family, of that many pieces."""
    if name in MARKDOWN:
        opening, piece = MARKDOWN[name]
        return opening + piece * size
    head, opening, piece, closing = CSV[name]
    pieces = "".join(piece.replace("@", str(number)) for number in range(size)) if "@" in piece else piece * size
    return f"title,{head}\nx,{opening}{pieces}{closing}\n"


def at_limit(name):
    """The text of a family that is right below the limits."""
    low, high = 1, 26_000_000 // len((MARKDOWN.get(name) or ("", CSV.get(name, " " * 3)[2]))[1])
    while high - low > max(1, low // 1_000):
        middle = (low + high) // 2
        text = build(name, middle)
        try:
            if len(text) > Limits().bytes:
                raise LimitError([])
            check_markdown(text, Limits()) if name in MARKDOWN else check_csv(text, ",", Limits())
            low = middle
        except LimitError:
            high = middle
    return build(name, low)


def main():
    from threats.bombs import most_memory, set_off

    imports.from_markdown("", id="a")  # what is imported on first use
    for name in json.load(sys.stdin):
        text, read = at_limit(name), imports.from_markdown if name in MARKDOWN else imports.from_csv
        came, seconds = set_off(name, text, lambda text, _, read=read: read(text, id="a"), ChecklistError)
        held = most_memory()
        print(  # noqa: T201
            json.dumps({"name": name, "came": came, "seconds": seconds, "megabytes": held, "size": len(text)}),
            flush=True,
        )


if __name__ == "__main__":
    main()
