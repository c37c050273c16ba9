"""Markdown and HTML of 10,000 tasks, and the page that people have: nine tasks."""

from __future__ import annotations

from html import escape

import pytest
import shapes
from markdown_it import MarkdownIt

from servingchecklist import Checklist, Launch, dumps, model_serving
from servingchecklist.formats._layout import blocks

TASKS = 10_000


def large():
    """The first tasks of the large checklist, in as many phases as they are in there."""
    document = shapes.document()
    phases = document["phases"][: TASKS * shapes.PHASES // shapes.TASKS]
    for phase in phases:
        for task in phase["tasks"]:
            task["description"] = task["description"].strip()  # as people leave it
    return Checklist.from_dict(document | {"phases": phases})


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
        f"{name} of {len(checklist):,} tasks / html.escape of their {len(shown):,} texts",
        lambda: dumps(checklist, name),
        lambda: [escape(text) for text in shown],
        goal=6,
    )


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_the_bundled_checklist(compare, name):
    checklist = model_serving()
    shown = texts(checklist)

    def many(work):
        return lambda: [work() for _ in range(200)]

    compare(
        f"{name} of the bundled checklist / html.escape of its {len(shown):,} texts, 200 times",
        many(lambda: dumps(checklist, name)),
        many(lambda: [escape(text) for text in shown]),
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
        f"the layout of {len(texts)} descriptions / the tokens of markdown-it-py",
        lambda: [blocks(text) for text in texts],
        lambda: [parser.parse(text) for text in texts],
    )


def test_the_page_of_a_launch_with_steps(compare):
    launch = Launch.start(model_serving(), name="x", by="ml-platform")
    ticked = launch
    for task in launch.checklist:
        for step in task.steps:
            ticked = ticked.tick(task, step.id, by="ml-platform")
    compare(
        "status of a launch with 43 ticks / without",
        lambda: [dumps(ticked, "text") for _ in range(20)],
        lambda: [dumps(launch, "text") for _ in range(20)],
    )
