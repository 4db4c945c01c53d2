"""Graphs for networkx: what they show is what the view says, and nothing else is reached."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings

from lineage.errors import KeyUnknownError
from lineage.graph.engine import Direction, Walk
from lineage.graph.engines.reference import ReferenceEngine
from lineage.graph.multigraph import assembly_graph, everywhere_graph, occurrence_graph
from lineage.model.identity import Key
from lineage.model.revision import At
from lineage.record.build import build_view
from tests.snapshots import SnapshotViews, edge, member, said, snapshot
from tests.strategies.estates import Estate, estates

CHAT, SEARCH = "service:acme/chat@1.0", "service:acme/search@2.0"
OLD, NEW = "pkg:pypi/torch@2.9.1", "pkg:pypi/torch@2.15.0"
MIDDLE = "pkg:pypi/sentence-transformers@6.2.0"
MODEL, DATA = "pkg:huggingface/acme/llm@1", "dataset:acme/corpus@2"


def estate():
    return snapshot(
        [
            ("a", "lock", CHAT, [member(MIDDLE, "direct", ">=6"), member(OLD),
                                 edge(MIDDLE, "depends_on", OLD, ">=2")], 1),
            ("b", "lock", SEARCH, [member(MIDDLE, "direct"), member(NEW),
                                   edge(MIDDLE, "depends_on", NEW)], 2),
            ("c", "doc", None, [edge(CHAT, "serves", MODEL), edge(MODEL, "trained_on", DATA),
                                said(MODEL, "licence", "MIT")], 3),
        ]
    )  # fmt: skip


def test_everywhere_edges_only_between_components() -> None:
    graph = everywhere_graph(build_view(estate()), ("licence",))
    assert {(a, b, d["kind"]) for a, b, d in graph.edges(data=True)} == {
        (CHAT, MODEL, "serves"), (MODEL, DATA, "trained_on"),
    }  # fmt: skip
    assert graph.nodes[MODEL]["licence"] == "MIT"
    assert graph.nodes[DATA]["licence"] is None
    assert (graph.nodes[CHAT]["kind"], graph.nodes[CHAT]["assembly"]) == ("service", True)
    assert graph.graph["revision"] == 3
    assert nx.descendants(graph, CHAT) == {MODEL, DATA}


def test_one_assembly_with_its_requirements() -> None:
    graph = assembly_graph(build_view(estate()), CHAT)
    assert set(graph) == {CHAT, MIDDLE, OLD}
    assert nx.shortest_path(graph, CHAT, OLD) == [CHAT, MIDDLE, OLD]
    assert [d["requirement"] for *_, d in graph.edges(data=True)] == [">=6", ">=2"]
    assert graph.nodes[OLD]["dependencies_unknown"] is True
    with pytest.raises(KeyUnknownError):
        assembly_graph(build_view(estate()), "service:acme/nothing@1")


def test_with_occurrences_no_assembly_is_blamed_for_the_other() -> None:
    graph = occurrence_graph(build_view(estate()))
    blamed = nx.ancestors(graph, ("component", OLD))
    assert ("assembly", CHAT) in blamed
    assert ("assembly", SEARCH) not in blamed
    node = graph.nodes["occurrence", CHAT, OLD]
    assert (node["key"], node["assembly"], node["node"]) == (OLD, CHAT, "occurrence")


@settings(max_examples=40, deadline=None)
@given(estates())
def test_every_graph_says_what_the_view_says(drawn: Estate) -> None:
    at = drawn.snapshot(len(drawn.pushes))
    view = build_view(at)
    world = everywhere_graph(view)
    assert set(view.nodes) <= set(world)
    assert sorted((a, b, d["kind"]) for a, b, d in world.edges(data=True)) == sorted(
        (e.downstream, e.upstream, e.kind) for e in view.edges
    )
    for key, assembly in view.assemblies.items():
        graph = assembly_graph(view, key)
        assert set(graph) == {key, *assembly.content.members}
        inner = [(a, b) for a, b, d in graph.edges(data=True) if d["kind"] != "contains"]
        stated = [
            (e.downstream, e.upstream) for e in assembly.content.edges if e.kind != "contains"
        ]
        assert sorted(inner) == sorted(stated)
    engine, whole = ReferenceEngine(SnapshotViews(at)), occurrence_graph(view)
    for key in list(view.nodes)[:5]:
        walk = Walk(
            starts=((Key(key), None),), direction=Direction.DOWNSTREAM,
            at=At(revision=at.revision.number),
        )  # fmt: skip
        reached = {(one.component, one.assembly) for one in engine.reach(walk)}
        starts = [("component", key)] + ([("assembly", key)] if key in view.assemblies else [])
        found = {node for start in starts for node in nx.ancestors(whole, start)} | set(starts)
        folded = {
            (whole.nodes[node]["key"], whole.nodes[node]["assembly"])
            for node in found
            if node[0] != "resolution"
        }
        assert folded == reached
