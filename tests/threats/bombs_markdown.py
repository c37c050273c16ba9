"""Documents made to keep the scanner of task lists busy: each family at the size that is right below the limits.

Run as a program it reads the names of families, sets them off, and prints for each what came of it, the CPU seconds, and the megabytes that
the process held at most.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from servingchecklist import Checklist, ChecklistError, Launch, Limits, Phase, Task, tasklist
from servingchecklist.errors import LimitError
from servingchecklist.formats.limits import check_markdown

REGION = "<!-- servingchecklist:progress -->\n<!-- /servingchecklist -->\n"
FAMILIES = {
    "boxes": "- [ ] a\n",
    "marks": "- [x] <!-- task t1 todo -->\n",
    "unknown marks": "- [x] <!-- task u1 todo -->\n",
    "comments that are no marks": "- [x] <!-- task  x -->\n",
    "nested boxes": "".join("  " * depth + "- [ ] a\n" for depth in range(50)),
    "nested marks": "".join("  " * depth + "- [x] <!-- task t1 todo -->\n" for depth in range(50)),
    "dashes": "- " * 99 + "\n",
    "quotes": ">" * 6 + "\n",
    "quotes and lists": "> - " * 3 + "a\n",
    "lists in lists": "- " * 6 + "a\n",
    "lines behind quotes": "> " * 6 + "a\n" + "b\n" * 20 + "> " * 6 + "\n",
    "fences in quotes": "> " * 6 + "```\nb\n",
    "numbers": "1. " * 6 + "a\n",
    "one paragraph": "a\n",
    "headings": "#\n",
    "setext": "a\n-\n",
    "rules": "***\n",
    "references": "[a]: b\n",
    "open references": "[a]:\n",
    "html": "<a\n\n",
    "html blocks": "<div>\n\n",
    "comments": "<!-- a -->\n",
    "open comments": "<!--\n",
    "fences": "```\n",
    "code": "    a\n\n",
    "blank lines": "\n",
    "carriage returns": "\r",
    "regions": REGION,
    "openings": "<!-- servingchecklist:progress -->\n",
    "closings": "<!-- /servingchecklist -->\n",
    "selections": REGION.replace(" -->", " owner=%41 -->", 1),
    "long keys": "<!-- servingchecklist:next" + " owner=a" * 200 + " -->\n\n",
    "brackets": "[" * 1_000 + "\n",
    "tabs": "-\t" * 6 + "a\n",
    "one line of dashes": "- ",
    "one line of quotes": ">",
    "one line of brackets": "- [ ] [",
    "one open mark": "- [ ] <!-- task ",
    "blanks before a box": " ",
    "tables": "|a" * 100 + "\n" + "|-" * 100 + "\n",
    "marks behind no box": "a <!-- task t1 --> <!-- task t1 -->\n",
    "one line of marks": "<!-- task t1 -->",
    "marks and code": "- [ ] " + "<!-- task t1 --> ` `` " * 90 + "\n",
    "marks in quotes": "> <!-- task t1 -->\n",
    "marks in code": "```\n<!-- task t1 -->\n```\n",
    "launches": "<!-- servingchecklist:launch a -->\n",
    "unknown regions": "<!-- servingchecklist:nxt -->\n<!-- /servingchecklist -->\n",
    "unknown statuses": "- [x] <!-- task t1 dne -->\n",
}


def at_limit(name):
    """The document of a family that is right below the limits."""
    piece, limits = FAMILIES[name], Limits()
    low, high = 1, 6_000_000 // len(piece) + 2
    while high - low > 1:
        middle = (low + high) // 2
        try:
            check_markdown(piece * middle, limits)
            low = middle
        except LimitError:
            high = middle
    return piece * low


def main():
    from threats.bombs import most_memory, set_off

    start = datetime(2026, 11, 2, 9, tzinfo=UTC)
    tasks = [Task(f"t{number}", "T") for number in range(2_000)]
    launch = Launch.start(Checklist("a", "A", phases=[Phase("p", "P", tasks=tasks)]), name="a", by="b", at=start)
    tasklist.apply("", launch, by="b", at=start)  # what is imported on first use
    for name in json.load(sys.stdin):
        text = at_limit(name)
        came, seconds = set_off(
            name, text, lambda text, _: tasklist.apply(text, launch, by="b", at=start), ChecklistError
        )
        held = most_memory()
        print(  # noqa: T201
            json.dumps({"name": name, "came": came, "seconds": seconds, "megabytes": held, "size": len(text)}),
            flush=True,
        )


if __name__ == "__main__":
    main()
