"""100,000 tasks with 300,000 prerequisites put in order."""

from __future__ import annotations

import graphlib

import networkx as nx
from shapes import document

from servingchecklist import Checklist, order

CHECKLIST = Checklist.from_dict(document())
GRAPH = nx.DiGraph()
GRAPH.add_nodes_from(task.id for task in CHECKLIST)
GRAPH.add_edges_from((before, task.id) for task in CHECKLIST for before in task.after)
BEFORE = {task.id: task.after for task in CHECKLIST}
PLACE = {task.id: place for place, task in enumerate(CHECKLIST)}


def test_order_against_networkx(compare):
    def theirs():
        return list(nx.lexicographical_topological_sort(GRAPH, key=PLACE.__getitem__))

    compare(
        "order of 100,000 tasks",
        lambda: order(CHECKLIST),
        "networkx: lexicographical sort of a ready graph",
        theirs,
        goal=0.5,
    )


def test_order_against_graphlib(compare):
    compare(
        "order of 100,000 tasks",
        lambda: order(CHECKLIST),
        "graphlib: static_order, without priorities",
        lambda: list(graphlib.TopologicalSorter(BEFORE).static_order()),
        goal=1.0,
    )
