"""Markdown and HTML of 10,000 tasks, and the page that people have: nine tasks."""

from __future__ import annotations

from html import escape

import pytest
import shapes

from servingchecklist import Checklist, dumps, model_serving

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
