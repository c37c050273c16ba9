"""The graph routines against graphlib and networkx, on random graphs and on long chains."""

import graphlib
import random

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servingchecklist import _graph


@st.composite
def graphs(draw, *, acyclic=False):
    size = draw(st.integers(0, 12))
    numbers = st.integers(0, size - 1) if size else st.nothing()
    before = [sorted(draw(st.sets(numbers, max_size=4))) for _ in range(size)]
    if acyclic:
        place = draw(st.permutations(range(size)))
        before = [[other for other in earlier if place[other] < place[node]] for node, earlier in enumerate(before)]
    return before


def as_networkx(before):
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(before)))
    graph.add_edges_from((other, node) for node, earlier in enumerate(before) for other in earlier)
    return graph


@given(graphs())
def test_topological_places_exactly_what_no_cycle_holds_up(before):
    graph = as_networkx(before)
    on_cycles = {
        node
        for part in nx.strongly_connected_components(graph)
        for node in part
        if len(part) > 1 or graph.has_edge(node, node)
    }
    held_up = on_cycles.union(*(nx.descendants(graph, node) for node in on_cycles))
    placed = _graph.topological(before)
    assert set(placed) == set(graph) - held_up
    position = {node: place for place, node in enumerate(placed)}
    assert all(position[other] < position[node] for node in placed for other in before[node])


@given(graphs())
def test_every_cycle_found_is_a_cycle_of_the_graph(before):
    found = _graph.cycles(before)
    assert bool(found) is not nx.is_directed_acyclic_graph(as_networkx(before))
    nodes = [node for circle in found for node in circle]
    assert len(nodes) == len(set(nodes))
    for circle in found:
        assert circle[0] == min(circle)
        for node, earlier in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert earlier in before[node]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ([[0]], [(0,)]),
        ([[1], [2], [0]], [(0, 1, 2)]),
        ([[1], [0], [3], [2], []], [(0, 1), (2, 3)]),
        ([[], [0], [1, 3], [2]], [(2, 3)]),
        ([[1], [2], [1]], [(1, 2)]),
    ],
)
def test_cycles_are_told_whole_and_from_their_lowest_node(before, expected):
    assert _graph.cycles(before) == expected


@given(graphs(acyclic=True), st.randoms(use_true_random=False))
def test_order_is_the_lexicographical_topological_sort_of_networkx(before, rng):
    rank = list(range(len(before)))
    rng.shuffle(rank)
    expected = list(nx.lexicographical_topological_sort(as_networkx(before), key=rank.__getitem__))
    assert _graph.order(before, rank, _graph.reverse(before)) == expected


@given(graphs(acyclic=True))
def test_order_is_an_order_that_graphlib_accepts(before):
    sorter = graphlib.TopologicalSorter(dict(enumerate(before)))
    sorter.prepare()
    ready = set(sorter.get_ready())
    for node in _graph.order(before, list(range(len(before))), _graph.reverse(before)):
        assert node in ready
        sorter.done(node)
        ready.update(sorter.get_ready())
    assert not sorter.is_active()


def test_forward_graphs_are_recognised():
    assert _graph.is_forward([[], [0], [0, 1]])
    assert _graph.is_forward([])
    assert not _graph.is_forward([[0]])
    assert not _graph.is_forward([[1], []])


def test_long_chains_need_no_recursion(many):
    size = many
    backward = [[node + 1] for node in range(size - 1)] + [[]]
    assert _graph.topological(backward) == list(range(size - 1, -1, -1))
    assert _graph.order(backward, list(range(size)), _graph.reverse(backward))[0] == size - 1
    ring = [[(node + 1) % size] for node in range(size)]
    assert _graph.cycles(ring) == [tuple(range(size))]


@pytest.mark.slow
def test_ten_thousand_larger_graphs_against_networkx():
    rng = random.Random(2026)
    for _ in range(10_000):
        size = rng.randrange(1, 60)
        before = [sorted(rng.sample(range(size), rng.randrange(min(size, 4)))) for _ in range(size)]
        graph = as_networkx(before)
        assert bool(_graph.cycles(before)) is not nx.is_directed_acyclic_graph(graph)
        forward = [[other for other in earlier if other < node] for node, earlier in enumerate(before)]
        rank = rng.sample(range(size), size)
        expected = list(nx.lexicographical_topological_sort(as_networkx(forward), key=rank.__getitem__))
        assert _graph.order(forward, rank, _graph.reverse(forward)) == expected
