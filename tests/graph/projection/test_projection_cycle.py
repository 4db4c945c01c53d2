"""Strongly connected sets, against networkx, and deeper than Python's stack."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from lineage.graph.projection.cycle import cycles

edges = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25)


@given(edges)
def test_sets_are_those_of_networkx_upstream_first(pairs: list[tuple[int, int]]) -> None:
    graph = nx.DiGraph(pairs)
    graph.add_nodes_from(range(10))
    found = cycles(range(10), {node: list(graph.successors(node)) for node in graph})
    expected = {frozenset(one) for one in nx.strongly_connected_components(graph)}
    assert {frozenset(one) for one in found} == expected
    assert sum(len(one) for one in found) == 10
    place = {node: at for at, members in enumerate(found) for node in members}
    assert all(place[upstream] <= place[downstream] for downstream, upstream in pairs)


def test_a_long_chain_is_no_problem() -> None:
    chain = {node: [node + 1] for node in range(50_000)}
    assert len(cycles(range(50_001), chain)) == 50_001
