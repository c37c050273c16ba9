"""A comment for a pull request: what is left of the launch, and what to do next.

A team keeps the checklist as a task list in the description of a pull request and ticks boxes there. This reads the description, sees which
tasks are ticked, and writes the Markdown of a comment. A bot posts it; here it is printed.

    python pull_request_comment.py [DESCRIPTION.md]
"""

import re
import sys
from pathlib import Path

from servingchecklist import CRITICAL_FIRST, Checklist, dumps, model_serving, next_tasks

BOX = re.compile(r"^- \[(?P<tick>[ xX])\] .*?\*\* · `(?P<id>[a-z0-9][a-z0-9._-]*)`", re.MULTILINE)


def ticked(description: str, checklist: Checklist) -> set[str]:
    """The ids of the tasks whose boxes are ticked. Boxes of anything else are nobody's business here."""
    return {box["id"] for box in BOX.finditer(description) if box["tick"] in "xX" and box["id"] in checklist}


def comment(checklist: Checklist, done: set[str]) -> str:
    """The comment, in Markdown."""
    left = len(checklist) - len(done)
    if not left:
        return f"All {len(checklist)} tasks of {checklist.id} are done.\n"
    head = f"**{len(done)} of {len(checklist)} tasks are done.** Next:\n\n"
    return head + dumps(next_tasks(checklist, done, rules=CRITICAL_FIRST), "markdown")


def main() -> None:
    checklist = model_serving()
    if len(sys.argv) > 1:
        description = Path(sys.argv[1]).read_text("utf-8")
    else:  # what the description looks like after two boxes were ticked
        description = dumps(checklist, "markdown").replace("- [ ]", "- [x]", 2)
    print(comment(checklist, ticked(description, checklist)), end="")


if __name__ == "__main__":
    main()
