"""A view as a networkx graph, for people who bring algorithms of their own.

Edges point upstream. Dependence between packages is true inside the assembly that resolved it, so
there is no one graph of packages that is right; there are three, each right about what it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import networkx as nx

from lineage.errors import KeyUnknownError
from lineage.graph.engines.reference import graph_of, top_members
from lineage.model.claim import Requirement
from lineage.model.identity import Key, identify
from lineage.record.view import View

if TYPE_CHECKING:
    Multigraph = nx.MultiDiGraph[Any]


def everywhere_graph(view: View, properties: Iterable[str] = ()) -> Multigraph:
    """Components (by key) and the edges that hold everywhere.

    A node has kind, name, version, family and ``assembly`` (whether it is one); an edge has kind,
    dependency_scope, role, origin, confidence, unpinned and ``requirement`` (the declared ranges,
    joined by a comma).
    """
    graph: Multigraph = nx.MultiDiGraph(revision=view.revision.number)
    names = tuple(properties)
    for key in view.nodes:
        graph.add_node(key, **_described(view, key, names))
    for edge in view.edges:
        graph.add_edge(
            edge.downstream,
            edge.upstream,
            kind=edge.kind,
            dependency_scope=edge.dependency_scope,
            role=edge.role,
            origin=edge.origin,
            confidence=edge.confidence,
            unpinned=edge.unpinned,
            requirement=_ranges(edge.requirements),
        )
    return graph


def assembly_graph(view: View, assembly: str, properties: Iterable[str] = ()) -> Multigraph:
    """One assembly: itself, its members, and the edges that hold in it.

    Edges of the kind ``contains`` lead from it to its direct members and to those that nobody
    leans on. A member has, beside what every node has, ``direct``, ``dependency_scope`` and
    ``dependencies_unknown``. KeyUnknownError where no such assembly counts.
    """
    key = view.shown(Key(assembly))
    if key not in view.assemblies:
        raise KeyUnknownError(text=assembly, revision=view.revision.number)
    content, names = view.assemblies[key].content, tuple(properties)
    graph: Multigraph = nx.MultiDiGraph(revision=view.revision.number, assembly=key)
    graph.add_node(key, **_described(view, key, names))
    for member, facts in content.members.items():
        graph.add_node(
            member,
            **_described(view, member, names),
            direct=facts.direct,
            dependency_scope=facts.dependency_scope,
            dependencies_unknown=facts.unknown,
        )
    for member in sorted(top_members(content)):
        facts = content.members[member]
        graph.add_edge(
            key,
            member,
            kind="contains",
            dependency_scope=facts.dependency_scope,
            unpinned=False,
            requirement=_ranges(facts.requirements),
        )
    for edge in content.edges:
        graph.add_edge(
            edge.downstream,
            edge.upstream,
            kind=edge.kind,
            dependency_scope=edge.dependency_scope,
            unpinned=edge.unpinned,
            requirement=_ranges(edge.requirements),
        )
    return graph


def occurrence_graph(view: View, properties: Iterable[str] = ()) -> Multigraph:
    """The whole graph, every assembly with occurrences of its own: what is reached is so.

    Nodes are ("component", key), ("assembly", key), ("resolution", key) and ("occurrence",
    assembly, key); each has ``key``, ``assembly`` (of an occurrence) and what every component has.
    An edge without a kind (None) is free: a step from one of these to another of the same thing.
    To start at a component that is an assembly too, start at both of its nodes.
    """
    graph: Multigraph = graph_of(view)
    names = tuple(properties)
    known = {key: _described(view, key, names) for key in view.nodes}
    for node, data in graph.nodes(data=True):
        key = Key(node[-1])
        data.update(known.get(key) or _described(view, key, names))
        data["node"], data["key"] = node[0], key
        data["assembly"] = node[1] if node[0] == "occurrence" else None
    graph.graph["revision"] = view.revision.number
    return graph


def _described(view: View, key: Key, properties: tuple[str, ...]) -> dict[str, Any]:
    node = view.nodes.get(key)
    identity = identify(key)
    found: dict[str, Any] = {
        "kind": node.kind if node else identity.kind,
        "name": node.name if node else identity.name,
        "version": node.version if node else identity.version,
        "family": node.family if node else identity.family,
        "assembly": key in view.assemblies,
    }
    for name in properties:
        value = view.first(key, name)
        found[name] = value.value if value is not None and value.state == "value" else None
    return found


def _ranges(requirements: Iterable[Requirement]) -> str:
    return ", ".join(one.raw for one in requirements if one.raw)
