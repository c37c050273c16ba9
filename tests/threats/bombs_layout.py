"""Descriptions made to keep a parser of their layout busy: a few families, each in any size.

Run as a program it writes those of all families, each in one of the formats, and prints the CPU seconds of each size, and the megabytes that
the process held at most.
"""

from __future__ import annotations

import json
import sys
from functools import partial

from threats.measuring import usual_seconds

SIZES = (2_000, 19_000)


def _rows(pieces, size):
    """Different pieces of growing length, as many as fit."""
    return " ".join(pieces(number) for number in range(1, int((2 * size) ** 0.5)))


FAMILIES = {
    "empty links": lambda n: "[](" * (n // 3),
    "addresses never closed": lambda n: "[a](<" * (n // 5),
    "links": lambda n: "[a](https://a.b)" * (n // 16),
    "links without a title": lambda n: "[ ](https://a.b)" * (n // 16),
    "links to nowhere": lambda n: "[a](b)" * (n // 6),
    "a long address": lambda n: f"[a](https://a.b/{'c' * n})",
    "a long address of references": lambda n: f"[a](https://a.b?{'&a' * (n // 2)})",
    "a long text of a link": lambda n: f"[{'`a` ' * (n // 4)}](https://a.b)",
    "titles": lambda n: '[a](b "c")' * (n // 10),
    "titles never closed": lambda n: '[a](b "' * (n // 7),
    "parentheses in an address": lambda n: f"[a]({'(b)' * (n // 3)}",
    "parentheses never closed": lambda n: f"[a]({'(' * n}",
    "blanks before addresses": lambda n: f"[a]({' ' * 50}" * (n // 54),
    "brackets never closed": lambda n: "[" * n,
    "brackets": lambda n: "[" * (n // 2) + "]" * (n // 2),
    "images": lambda n: "![a](b)" * (n // 7),
    "images never closed": lambda n: "![" * (n // 2),
    "autolinks": lambda n: "<https://a.b>" * (n // 13),
    "autolinks of no address": lambda n: "<https:///>" * (n // 11),
    "autolinks never closed": lambda n: "<https://" * (n // 9),
    "tags": lambda n: "<b>" * (n // 3),
    "less-than signs": lambda n: "<" * n,
    "backticks of any length": lambda n: _rows("`".__mul__, n),
    "code": lambda n: "`a`" * (n // 3),
    "code of blanks": lambda n: f"`{' ' * n}`",
    "asterisks": lambda n: "**" * (n // 2),
    "asterisks that open": lambda n: "**a " * (n // 4),
    "asterisks that open and close": lambda n: "a**" * (n // 3),
    "asterisks and code": lambda n: "**a `b` " * (n // 8),
    "underscores": lambda n: "_a" * (n // 2),
    "backslashes": lambda n: "\\" * n,
    "deep lists": lambda n: "- " * (n // 2),
    "deep lists of a word": lambda n: "- " * (n // 2) + "a",
    "deep lists in many lines": lambda n: "".join("  " * (row % 8) + "- a\n" for row in range(n // 12)),
    "deep quotes": lambda n: "> " * (n // 2),
    "quotes": lambda n: "> a\n" * (n // 4),
    "nearly a thematic break": lambda n: "* " * (n // 2) + "a",
    "items": lambda n: "- a\n" * (n // 4),
    "lists": lambda n: "- a\n* a\n" * (n // 8),
    "lazy lines": lambda n: "- a\n" + "b\n" * (n // 2),
    "fences": lambda n: "```\n" * (n // 4),
    "a long fence": lambda n: "`" * (n // 2) + "\n" + "`" * (n // 2 - 1),
    "nearly the end of a fence": lambda n: "```\n" + "``\n" * (n // 3),
    "definitions": lambda n: "[a]: b\n" * (n // 7),
    "headings": lambda n: "a\n=\n" * (n // 4),
    "paragraphs": lambda n: "a\n\n" * (n // 3),
    "lines": lambda n: "a\n" * (n // 2),
    "line breaks": lambda n: "\n" * n,
    "lines of blanks": lambda n: f"{' ' * 100}\n" * (n // 101),
    "blanks": lambda n: " " * n + "a",
    "tabs": lambda n: "\t" * n + "a",
}


def main():
    from servingchecklist import Checklist, dumps
    from threats.bombs import most_memory

    for format in ("text", "markdown", "html"):  # what is imported late is no part of it
        dumps(Checklist("x", "X", description="- a"), format)
    for number, (name, make) in enumerate(FAMILIES.items()):
        format, seconds = ("text", "markdown", "html")[number % 3], []
        for size in SIZES:
            checklist = Checklist("x", "X", description=make(size))
            seconds.append(usual_seconds(partial(dumps, checklist, format)))
        json.dump({"bomb": name, "seconds": seconds, "megabytes": most_memory()}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
