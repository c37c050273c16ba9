"""Markdown and HTML of 10,000 tasks, the layout of descriptions, and the page of a launch."""

from __future__ import annotations

from html import escape

import pytest
import shapes
from markdown_it import MarkdownIt

from servingchecklist import Checklist, Launch, dumps, model_serving
from servingchecklist.formats._layout import blocks

TASKS = 10_000


def large():
    """A large checklist, its texts without trailing blanks, as people leave them."""
    document = shapes.document(TASKS, 10)
    for phase in document["phases"]:
        for task in phase["tasks"]:
            task["description"] = task["description"].strip()
    return Checklist.from_dict(document)


def texts(checklist):
    """Every text of the tasks that a page shows, as it is shown there."""
    return [
        text
        for task in checklist
        for text in (
            checklist.title_of(task),
            task.id,
            task.priority.value,
            str(task.effort),
            task.description,
            *task.after,
        )
    ]


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_many_tasks(compare, name):
    checklist = large()
    shown = texts(checklist)
    compare(
        f"{name} of {len(checklist):,} tasks",
        lambda: dumps(checklist, name),
        f"html.escape of their {len(shown):,} texts",
        lambda: [escape(text) for text in shown],
        goal=6,
    )


DESCRIPTION = """Move the traffic in **steps**, and watch the budget at each.

1. Send 1 % with `kubectl -n serving set weight ranker-v7=1`.
2. Wait for one hour:
   - p99 latency below 120 ms
   - no alert in [the dashboard](https://example.com/serving)

```sh
kubectl -n serving rollout status deployment/ranker-v7
```

Then rest."""


def test_the_layout_of_descriptions(compare):
    texts = [DESCRIPTION, *(task.description for task in model_serving())] * 50
    parser = MarkdownIt("commonmark", {"html": False})
    compare(
        f"the layout of {len(texts)} descriptions",
        lambda: [blocks(text) for text in texts],
        "the tokens of markdown-it-py",
        lambda: [parser.parse(text) for text in texts],
    )


def test_the_page_of_a_launch_with_steps(compare):
    launch = Launch.start(model_serving(), name="x", by="ml-platform")
    ticked = launch
    for task in launch.checklist:
        for step in task.steps:
            ticked = ticked.tick(task, step.id, by="ml-platform")
    compare(
        "status of a launch with 43 ticks",
        lambda: dumps(ticked, "text"),
        "without ticks",
        lambda: dumps(launch, "text"),
    )
