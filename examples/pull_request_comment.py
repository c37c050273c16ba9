"""A comment for a pull request: what is left of the launch, and what to do next.

A team keeps the checklist as a task list in the description of a pull request and ticks boxes there. This reads the description, takes over
what is ticked, and writes the Markdown of a comment. A bot posts it; here it is printed. It needs the extra ``markdown``.

    python pull_request_comment.py [DESCRIPTION.md]
"""

import sys
from pathlib import Path

from servingchecklist import CRITICAL_FIRST, Launch, dumps, model_serving, tasklist


def comment(description: str, launch: Launch) -> str:
    """The comment, in Markdown."""
    merged = tasklist.apply(description, launch, by="pull-request")
    progress = merged.launch.progress().overall
    lines = ["\n", *(f"    {conflict}\n" for conflict in merged.conflicts)] if merged.conflicts else []
    if progress.closed == progress.total:
        return "".join([f"All {progress.total} tasks of {launch.checklist.id} are done.\n", *lines])
    head = f"**{progress.closed} of {progress.total} tasks are done.** Next:\n\n"
    return "".join([head, dumps(merged.launch.next(rules=CRITICAL_FIRST), "markdown"), *lines])


def main() -> None:
    launch = Launch.start(model_serving(), name="fraud-v3", by="pull-request")
    if len(sys.argv) > 1:
        description = Path(sys.argv[1]).read_text("utf-8")
    else:  # as the description looks after two boxes were ticked
        description = dumps(launch, "tasklist").replace("- [ ] <!-- task", "- [x] <!-- task", 2)
    print(comment(description, launch), end="")


if __name__ == "__main__":
    main()
