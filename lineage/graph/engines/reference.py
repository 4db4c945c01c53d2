"""The judge: the walk of ``lineage.graph.engine``, spelled out node by node over networkx.

Every assembly has its own occurrences, and nothing is shared between assemblies, so that what a
clever engine merges wrongly cannot go wrong here. Slow and obvious, on purpose; it never sees the
projector. Nodes are tuples: ``("component", x)``, ``("assembly", a)``, ``("resolution", a)`` and
``("occurrence", a, x)``.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from heapq import heappop, heappush
from typing import Any

import networkx as nx

from lineage.errors import KeyUnknownError
from lineage.graph.engine import Direction, Mask, Place, Reached, Walk, Ways
from lineage.model.identity import Key
from lineage.model.revision import At, Revision
from lineage.record.view import Content, View, Views

Node = tuple[str, ...]
Graph = Any
"""A networkx.MultiDiGraph whose edges have ``kind`` (None: free) and ``dependency_scope``."""
Step = tuple[Node, str | None]
_Text = tuple[str, ...]
_Way = tuple[int, _Text, int, list[Step]]
_Stated = tuple[Place, str, Place]


def graph_of(view: View) -> Graph:
    """The graph of a view, edges pointing upstream: the table of ``lineage.graph.engine``."""
    graph: Graph = nx.MultiDiGraph()
    graph.add_nodes_from(("component", key) for key in view.nodes)
    for edge in view.edges:
        below = ("component", edge.downstream)
        stated = {"kind": edge.kind, "dependency_scope": edge.dependency_scope}
        graph.add_edge(below, ("component", edge.upstream), **stated)
        if edge.upstream in view.assemblies:
            graph.add_edge(below, ("assembly", edge.upstream), **stated)
    for key in view.assemblies:
        _add_assembly(graph, view, key)
    return graph


def _add_assembly(graph: Graph, view: View, a: Key) -> None:
    content = view.assemblies[a].content
    free = {"kind": None, "dependency_scope": ""}
    graph.add_edge(("assembly", a), ("resolution", a), **free)
    for m in top_members(content):
        graph.add_edge(
            ("resolution", a),
            ("occurrence", a, m),
            kind="contains",
            dependency_scope=content.members[m].dependency_scope,
        )
    for m, facts in content.members.items():
        graph.add_edge(("occurrence", a, m), ("component", m), **free)
        if facts.unknown and m in view.assemblies and m != a:
            graph.add_edge(("occurrence", a, m), ("assembly", m), **free)
    for edge in content.edges:
        graph.add_edge(
            ("occurrence", a, edge.downstream),
            ("occurrence", a, edge.upstream),
            kind=edge.kind,
            dependency_scope=edge.dependency_scope,
        )


def top_members(content: Content) -> set[Key]:
    """The members that ``contains`` edges lead to.

    The direct ones, and those that no member outside their own cycle leans on (most real
    documents have no root edge).
    """
    inner: Any = nx.DiGraph()
    inner.add_nodes_from(content.members)
    inner.add_edges_from((edge.downstream, edge.upstream) for edge in content.edges)
    top = {key for key, facts in content.members.items() if facts.direct == "direct"}
    for cycle in nx.strongly_connected_components(inner):
        leaning = {below for key in cycle for below in inner.predecessors(key)}
        if leaning <= cycle:
            top |= cycle
    return top


def place_of(node: Node) -> Place | None:
    """Where a node folds to: component and assembly node to one place, a resolution to none."""
    match node:
        case ("occurrence", a, m):
            return Key(m), Key(a)
        case ("component" | "assembly", x):
            return Key(x), None
        case _:
            return None


def allowed(mask: Mask, kind: str | None, scope: str) -> bool:
    """Whether a walk may take an edge: free ones always."""
    if kind is None:
        return True
    return (mask.kinds is None or kind in mask.kinds) and (
        mask.dependency_scopes is None or scope in mask.dependency_scopes
    )


def steps(graph: Graph, node: Node, direction: Direction, mask: Mask) -> list[Step]:
    """One step from a node in the walk's direction, as (node, kind), in one order always."""
    if direction is Direction.UPSTREAM:
        edges = [(above, data) for _, above, data in graph.out_edges(node, data=True)]
    else:
        edges = [(below, data) for below, _, data in graph.in_edges(node, data=True)]
    found = {
        (end, data["kind"])
        for end, data in edges
        if allowed(mask, data["kind"], data["dependency_scope"])
    }
    return sorted(found, key=lambda step: (step[0], step[1] or ""))


class OccurrenceReach:
    """What a walk reached, place by place (see ``Reach``)."""

    def __init__(
        self,
        best: Mapping[Node, int],
        before: Mapping[Node, Step],
        budget: int | None,
        view: View,
    ) -> None:
        self._best = best
        self._before = before
        self._view = view
        nearest: dict[Place, Node] = {}
        for node in sorted(best, key=lambda node: (best[node], node)):
            place = place_of(node)
            if place is not None:
                nearest.setdefault(place, node)
        order = sorted(nearest, key=lambda place: (best[nearest[place]], place[0], place[1] or ""))
        self.truncated = budget is not None and len(order) > budget
        self._nearest = {place: nearest[place] for place in order[:budget]}

    def __iter__(self) -> Iterator[Reached]:
        for node in self._nearest.values():
            yield self._way(node)[-1]

    def __len__(self) -> int:
        return len(self._nearest)

    def depths(self) -> Mapping[Place, int]:
        """Every place with its smallest depth."""
        return {place: self._best[node] for place, node in self._nearest.items()}

    def path(self, place: Place) -> tuple[Reached, ...]:
        """One shortest path from a start to the place, start first; () if it was not reached."""
        component, assembly = place
        shown = None if assembly is None else self._view.shown(assembly)
        node = self._nearest.get((self._view.shown(component), shown))
        return () if node is None else self._way(node)

    def _way(self, node: Node) -> tuple[Reached, ...]:
        way: list[Step] = []
        at: Node | None = node
        while at is not None:
            previous = self._before.get(at)
            way.append((at, previous[1] if previous else None))
            at = previous[0] if previous else None
        return folded(way[::-1])


def folded(way: list[Step]) -> tuple[Reached, ...]:
    """A way of (node, kind of the edge into it), start first, as places.

    A resolution is no place: it is passed, and the stated edge to or from it is kept.
    """
    found: list[Reached] = []
    depth, kept = 0, None
    for node, kind in way:
        depth += kind is not None
        place = place_of(node)
        if place is None:
            kept = kind
            continue
        parent = (found[-1].component, found[-1].assembly) if found else None
        found.append(Reached(*place, depth, kind or kept, parent))
        kept = None
    return tuple(found)


class ReferenceEngine:
    """An ``Engine`` by itself. The graphs of the last few ``At`` are kept."""

    name = "reference"

    def __init__(self, views: Views, *, kept: int = 4) -> None:
        self._views = views
        self._kept = kept
        self._graphs: OrderedDict[At, tuple[View, Graph]] = OrderedDict()
        self._newest: dict[str, int] = {}
        self._lock = threading.RLock()

    def apply(self, at: At) -> Revision:
        """Bring the graph of that tenant to its newest revision; returns it."""
        with self._lock:
            revision = self._views.view(At(tenant=at.tenant)).revision
            self._newest[at.tenant] = revision.number
            return revision

    def close(self) -> None:
        """Let go of every graph."""
        with self._lock:
            self._graphs.clear()
            self._newest.clear()

    def reach(self, walk: Walk) -> OccurrenceReach:
        """What the walk reaches. KeyUnknownError for a start that the view does not have."""
        view, graph = self._graph(walk.at)
        best: dict[Node, int] = {}
        before: dict[Node, Step] = {}
        # Occurrences of different assemblies are different nodes, so one walk from an occurrence
        # is both: inside its resolution first, then on from the assembly node.
        queue: deque[Node] = deque()
        for place in walk.starts:
            for node in self._nodes(view, graph, place):
                best[node] = 0
                queue.append(node)
        while queue:
            node = queue.popleft()
            for end, kind in steps(graph, node, walk.direction, walk.mask):
                depth = best[node] + (kind is not None)
                if walk.depth is not None and depth > walk.depth:
                    continue
                if end not in best or depth < best[end]:
                    best[end] = depth
                    before[end] = (node, kind)
                    (queue.appendleft if kind is None else queue.append)(end)
        return OccurrenceReach(best, before, walk.budget, view)

    def paths(self, walk: Walk, target: Place, limit: int) -> Ways:
        """Up to ``limit`` paths that pass no place twice, shortest first, then by text."""
        view, graph = self._graph(walk.at)
        ends = set(self._nodes(view, graph, target))
        left = _distances(graph, ends, walk)
        queue: list[_Way] = []
        count = itertools.count()
        for place in walk.starts:
            for node in self._nodes(view, graph, place):
                if node in left:
                    first: _Way = (left[node], _text(node, None), next(count), [(node, None)])
                    heappush(queue, first)
        found: dict[_Text, tuple[Reached, ...]] = {}
        looked = 0
        while queue and len(found) < limit:
            if walk.budget is not None and looked >= walk.budget:
                return Ways.of(found.values(), truncated=True)
            looked += 1
            _, text, _, way = heappop(queue)
            if way[-1][0] in ends:
                found.setdefault(text, folded(way))
                continue
            passed = {place_of(node) for node, _ in way} - {None}
            far = sum(kind is not None for _, kind in way)
            for end, kind in steps(graph, way[-1][0], walk.direction, walk.mask):
                if end not in left or place_of(end) in passed:
                    continue
                whole = far + (kind is not None) + left[end]
                if walk.depth is None or whole <= walk.depth:
                    more: _Way = (whole, text + _text(end, kind), next(count), [*way, (end, kind)])
                    heappush(queue, more)
        return Ways(found.values())

    def subgraph(self, walk: Walk) -> tuple[tuple[Place, str, Place], ...]:
        """Every stated edge (downstream, kind, upstream) between the places that are reached."""
        _, graph = self._graph(walk.at)
        reached = self.reach(walk).depths()
        found: set[_Stated] = set()
        for below, above, data in graph.edges(data=True):
            kind = data["kind"]
            # Who contains a member is the assembly; its resolution is no place.
            source = ("assembly", below[1]) if below[0] == "resolution" else below
            if kind is None or not allowed(walk.mask, kind, data["dependency_scope"]):
                continue
            first, last = place_of(source), place_of(above)
            if first is not None and last is not None and first in reached and last in reached:
                found.add((first, kind, last))
        return tuple(sorted(found, key=_edge_text))

    def _graph(self, at: At) -> tuple[View, Graph]:
        with self._lock:
            if at.tenant not in self._newest:
                self.apply(at)
            if at.revision is None:
                at = replace(at, revision=self._newest[at.tenant])
            view = self._views.view(at)
            # The pack moves on its own: the newest revision may be seen with a newer one.
            if at not in self._graphs or self._graphs[at][0] is not view:
                self._graphs[at] = (view, graph_of(view))
            self._graphs.move_to_end(at)
            while len(self._graphs) > self._kept:
                self._graphs.popitem(last=False)
            return self._graphs[at]

    def _nodes(self, view: View, graph: Graph, place: Place) -> list[Node]:
        """The nodes a place stands for at the end of a walk."""
        component = view.shown(place[0])
        if place[1] is not None:
            wanted: list[Node] = [("occurrence", view.shown(place[1]), component)]
        else:
            wanted = [("component", component), ("assembly", component)]
        found = [node for node in wanted if node in graph]
        if not found:
            text = place[0] if place[1] is None else f"{place[0]} in {place[1]}"
            raise KeyUnknownError(text=text, revision=view.revision.number)
        return found


def _distances(graph: Graph, ends: set[Node], walk: Walk) -> dict[Node, int]:
    """Stated edges left to the nearest end, for every node that leads to one."""
    back = Direction.UPSTREAM if walk.direction is Direction.DOWNSTREAM else Direction.DOWNSTREAM
    left = dict.fromkeys(ends, 0)
    queue = deque(ends)
    while queue:
        node = queue.popleft()
        for end, kind in steps(graph, node, back, walk.mask):
            far = left[node] + (kind is not None)
            if end not in left or far < left[end]:
                left[end] = far
                (queue.appendleft if kind is None else queue.append)(end)
    return left


def _text(node: Node, kind: str | None) -> _Text:
    place = place_of(node)
    named = () if place is None else (place[0], place[1] or "")
    return named if kind is None else (*named, kind)


def _edge_text(edge: _Stated) -> _Text:
    (below, inside), kind, (above, held) = edge
    return (below, inside or "", kind, above, held or "")


ENGINE = ReferenceEngine
