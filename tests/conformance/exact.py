"""The graph of the engine port, spelled out edge by edge from a view: a third opinion.

It follows the table in ``lineage/graph/engine.py`` line by line and shares no code with any
engine. Nodes are ("component", x), ("assembly", a), ("resolution", a), ("occurrence", a, m).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import networkx as nx

from lineage.graph.engine import Direction, Mask, Place, Reached
from lineage.record.view import Content, View

Node = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """An edge of the exact graph; ``kind`` is None where it is free."""

    downstream: Node
    upstream: Node
    kind: str | None = None
    scope: str = ""

    @property
    def cost(self) -> int:
        """How many stated edges it is."""
        return int(self.kind is not None)

    def allowed(self, mask: Mask) -> bool:
        """Whether a walk under the mask may take it."""
        return self.kind is None or (
            (mask.kinds is None or self.kind in mask.kinds)
            and (mask.dependency_scopes is None or self.scope in mask.dependency_scopes)
        )


@dataclass
class Exact:
    """Every edge of a view's graph, by both ends."""

    view: View
    up: dict[Node, list[Line]] = field(default_factory=dict)
    down: dict[Node, list[Line]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in lines(self.view):
            self.up.setdefault(line.downstream, []).append(line)
            self.down.setdefault(line.upstream, []).append(line)

    def start(self, place: Place) -> list[Node]:
        """The nodes that a start at a place stands for."""
        component, assembly = self.view.shown(place[0]), place[1]
        if assembly is not None:
            return [("occurrence", self.view.shown(assembly), component)]
        whole = [("assembly", component)] if component in self.view.assemblies else []
        return [("component", component), *whole]

    def depths(
        self,
        starts: Iterable[Place],
        direction: Direction,
        mask: Mask,
        limit: int | None = None,
    ) -> dict[Place, int]:
        """Every place with its smallest depth: breadth-first, free edges first."""
        best = {node: 0 for start in starts for node in self.start(start)}
        queue = deque(best)
        while queue:
            node = queue.popleft()
            for end, line in self.steps(node, direction, mask):
                depth = best[node] + line.cost
                if (limit is None or depth <= limit) and depth < best.get(end, depth + 1):
                    best[end] = depth
                    (queue.append if line.cost else queue.appendleft)(end)
        found: dict[Place, int] = {}
        for node, depth in best.items():
            place = place_of(node)
            if place is not None:
                found[place] = min(depth, found.get(place, depth))
        return found

    def steps(self, node: Node, direction: Direction, mask: Mask) -> list[tuple[Node, Line]]:
        """Where a walk may go from a node."""
        if direction is Direction.UPSTREAM:
            return [(one.upstream, one) for one in self.up.get(node, ()) if one.allowed(mask)]
        return [(one.downstream, one) for one in self.down.get(node, ()) if one.allowed(mask)]

    def follows(self, path: tuple[Reached, ...], direction: Direction, mask: Mask) -> bool:
        """Whether a path is a way through the graph, its edges and depths as it says."""
        if not path or path[0].edge is not None or path[0].parent is not None:
            return False
        at = set(self.start((path[0].component, path[0].assembly)))
        for before, here in pairwise(path):
            if here.parent != (before.component, before.assembly):
                return False
            if here.depth != before.depth + (here.edge is not None):
                return False
            at = {end for node in at for end in self._moves(node, here, direction, mask)}
        return bool(at)

    def _moves(self, node: Node, here: Reached, direction: Direction, mask: Mask) -> Iterable[Node]:
        for end, line in self.steps(node, direction, mask):
            if end[0] != "resolution":
                if line.kind == here.edge and place_of(end) == (here.component, here.assembly):
                    yield end
                continue
            # A resolution is no place: the step through it is one stated edge, contains.
            for beyond, second in self.steps(end, direction, mask):
                kinds = {line.kind, second.kind} - {None}
                arrived = place_of(beyond) == (here.component, here.assembly)
                if arrived and kinds == {here.edge}:
                    yield beyond


def place_of(node: Node) -> Place | None:
    """How a node is folded; None for a resolution."""
    match node:
        case ("occurrence", assembly, component):
            return component, assembly  # type: ignore[return-value]
        case ("resolution", _):
            return None
        case (_, component):
            return component, None  # type: ignore[return-value]
    raise AssertionError(node)


def lines(view: View) -> Iterable[Line]:
    """Every edge of the exact graph."""
    for edge in view.edges:
        below = ("component", edge.downstream)
        yield Line(below, ("component", edge.upstream), edge.kind, edge.dependency_scope)
        if edge.upstream in view.assemblies:
            yield Line(below, ("assembly", edge.upstream), edge.kind, edge.dependency_scope)
    for a, assembly in view.assemblies.items():
        content = assembly.content
        yield Line(("assembly", a), ("resolution", a))
        for m in tops(content):
            scope = content.members[m].dependency_scope
            yield Line(("resolution", a), ("occurrence", a, m), "contains", scope)
        for m, facts in content.members.items():
            yield Line(("occurrence", a, m), ("component", m))
            if facts.unknown and m != a and m in view.assemblies:
                yield Line(("occurrence", a, m), ("assembly", m))
        for edge in content.edges:
            below = ("occurrence", a, edge.downstream)
            above = ("occurrence", a, edge.upstream)
            yield Line(below, above, edge.kind, edge.dependency_scope)


def tops(content: Content) -> set[str]:
    """Direct members, and those whose cycle no member outside of it leans on."""
    graph = nx.DiGraph()
    graph.add_nodes_from(content.members)
    graph.add_edges_from((one.downstream, one.upstream) for one in content.edges)
    cycle = {
        key: number
        for number, found in enumerate(nx.strongly_connected_components(graph))
        for key in found
    }
    leaned = {cycle[b] for a, b in graph.edges if cycle[a] != cycle[b]}
    direct = {key for key, facts in content.members.items() if facts.direct == "direct"}
    return direct | {key for key in content.members if cycle[key] not in leaned}
