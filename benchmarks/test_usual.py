"""The lists that people have, of 9, 40 and 700 tasks: their order, pages, forecast and tailoring, against peers that do the same work."""

from __future__ import annotations

import copy
import random
from datetime import date

import networkx as nx
import pytest
from deepdiff import DeepDiff
from jinja2 import DictLoader, Environment
from markdown_it import MarkdownIt
from shapes import USERS, usual

from servingchecklist import Checklist, Overlay, Priority, changes, dumps, forecast, order, tailor
from servingchecklist.tailoring import diff

PAGE = """<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>
{% for phase in phases %}<h2 id="{{ phase.id }}">{{ phase.title }}</h2><ul>{% for task in phase.tasks %}
<li id="{{ task.id }}">{{ task.title }}<p>{{ task.priority }} {{ task.effort }} {{ task.role or "" }} {{ task.labels | join(", ") }}
{% if task.after %}after {{ task.after | join(", ") }}{% endif %}</p>{{ markdown.render(task.description or "") | safe }}
<ul>{% for step in task.steps %}<li>{{ step.text }}</li>{% endfor %}</ul>
{% for page in task.references %}<a href="{{ page.url }}">{{ page.title }}</a>{% endfor %}</li>{% endfor %}</ul>{% endfor %}"""


@pytest.mark.parametrize("tasks", USERS)
def test_order(compare, tasks):
    checklist = Checklist.from_dict(usual(tasks))
    place = {task.id: place for place, task in enumerate(checklist)}

    def theirs():
        graph = nx.DiGraph()
        graph.add_nodes_from(task.id for task in checklist)
        graph.add_edges_from((before, task.id) for task in checklist for before in task.after)
        return list(nx.lexicographical_topological_sort(graph, key=place.__getitem__))

    compare(f"order of {tasks} tasks", lambda: order(checklist), "networkx: graph and lexicographical sort", theirs)


@pytest.mark.parametrize("tasks", USERS)
def test_page(compare, tasks):
    document = usual(tasks)
    checklist = Checklist.from_dict(document)
    template = Environment(loader=DictLoader({"page": PAGE}), autoescape=True).get_template("page")
    markdown = MarkdownIt("commonmark", {"html": False})
    compare(
        f"HTML page of {tasks} tasks",
        lambda: dumps(checklist, "html"),
        "a compiled Jinja2 template, markdown-it-py for the descriptions",
        lambda: template.render(document, markdown=markdown),
    )


@pytest.mark.parametrize("tasks", USERS)
def test_forecast(compare, tasks):
    checklist = Checklist.from_dict(usual(tasks))
    efforts, before = [(task.effort.low, task.effort.high) for task in checklist], checklist.prerequisites

    def theirs():
        rng = random.Random(0)
        ends = []
        for _ in range(1_000):
            finish = []
            for place, (low, high) in enumerate(efforts):
                finish.append(max((finish[one] for one in before[place]), default=0.0) + rng.triangular(low, high))
            ends.append(max(finish))
        return sorted(ends)

    start = date(2026, 11, 30)
    compare(
        f"forecast of {tasks} tasks, 1,000 samples",
        lambda: forecast(checklist, start=start, samples=1_000),
        "a plain loop over random.triangular, the finish alone",
        theirs,
    )
    if tasks < USERS[-1]:
        compare(
            f"forecast of {tasks} tasks with two people, 1,000 samples",
            lambda: forecast(checklist, start=start, samples=1_000, people=2),
            "the same loop, which knows of no people",
            theirs,
        )


@pytest.mark.parametrize("tasks", USERS)
def test_tailoring(compare, tasks):
    document = usual(tasks)
    checklist = Checklist.from_dict(document)
    ids = [task.id for task in checklist]
    overlay = Overlay(
        "ours",
        "Ours",
        changes=[
            *(changes.SetTask(task, priority=Priority.HIGH, reason="ours") for task in ids[1 : tasks // 4]),
            changes.MoveTask(ids[-1], phase="p0", reason="ours"),
        ],
    )

    def theirs():
        plain = copy.deepcopy(document)
        known = {task["id"]: task for phase in plain["phases"] for task in phase["tasks"]}
        for task in ids[1 : tasks // 4]:
            known[task]["priority"] = "high"
        plain["phases"][0]["tasks"].append(plain["phases"][-1]["tasks"].pop())
        return plain

    compare(
        f"tailor {tasks} tasks, {len(overlay.changes)} changes",
        lambda: tailor(checklist, overlay),
        "copy.deepcopy of the plain dict and the same changes, unchecked",
        theirs,
    )
    after, plain = tailor(checklist, overlay), theirs()
    compare(
        f"diff of two of {tasks} tasks, {len(overlay.changes)} changes",
        lambda: diff(checklist, after),
        "deepdiff of the plain dicts",
        lambda: DeepDiff(document, plain),
    )
