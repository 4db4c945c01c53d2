"""An engine made of a projector and a walker: names on the outside, integers inside."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from lineage.errors import KeyUnknownError
from lineage.graph.engine import Direction, Place, Reach, Walk, Ways
from lineage.graph.projection.downstream import DownstreamFold
from lineage.graph.projection.fold import Fold, Places
from lineage.graph.projection.inside import Inside, walk_inside
from lineage.graph.projection.packing import FREE, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.projection.projector import Projector
from lineage.graph.projection.route import Routes, Spot
from lineage.graph.projection.upstream import UpstreamFold
from lineage.graph.walker import Neighbours, Steps, Walker
from lineage.model.revision import At, Revision
from lineage.record.view import Assembly, View, Views

NODES_PER_PLACE = 3
"""A place is at most three visited nodes: component, assembly and resolution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A graph, and the view that it shows."""

    view: View
    projection: Projection
    walker: Walker


class ProjectedEngine:
    """An ``Engine`` over any walker.

    Kept are the newest graph of every tenant, and up to ``kept`` others that were asked for last.
    ``walker`` makes the walker of a projection. A question without a revision sees the one that
    ``apply`` brought last, or a newer one that was asked for by its number; a tenant that was never
    applied is applied by it. One pack later the same revision is another view: its graph is made
    anew.
    """

    name: ClassVar[str] = "projected"

    def __init__(
        self,
        views: Views,
        walker: Callable[[Projection], Walker],
        *,
        kept: int = 8,
        projector: Projector | None = None,
    ) -> None:
        self._views = views
        self._walker = walker
        self._kept = kept
        self._projector = projector or Projector()
        self._newest: dict[str, int] = {}
        self._graphs: OrderedDict[At, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._projecting = threading.RLock()

    def apply(self, at: At) -> Revision:
        """Bring the graph of that tenant to its newest revision; returns it."""
        view = self._views.view(At(tenant=at.tenant))
        with self._lock:
            self._newest[at.tenant] = view.revision.number
        self._shown(At(tenant=at.tenant, revision=view.revision.number), view)
        return view.revision

    def close(self) -> None:
        """Let go of every graph."""
        with self._lock:
            self._graphs.clear()
            self._newest.clear()

    def projection(self, at: At) -> Projection:
        """The graph in integers that questions at ``at`` are answered from."""
        return self._graph(at).projection

    def resolved_by(self, assembly: Assembly) -> bytes:
        """The digest of the assembly's resolution: equal for equal contents."""
        with self._projecting:
            return self._projector.resolution(assembly).digest

    def _graph(self, at: At) -> _Kept:
        if at.revision is None:
            newest = self._newest.get(at.tenant)
            at = replace(at, revision=self.apply(at).number if newest is None else newest)
        return self._shown(at, self._views.view(at))

    def _shown(self, at: At, view: View) -> _Kept:
        """The graph of a view; who asks for one that is there never waits for another."""
        known = self._take(at, view)
        if known is not None:
            return known
        with self._projecting:
            known = self._take(at, view)
            if known is None:
                projection = self._projector.project(view)
                walker = self._walker(projection)
                known = _Kept(view=view, projection=projection, walker=walker)
                self._keep(at, known)
        return known

    def _take(self, at: At, view: View) -> _Kept | None:
        with self._lock:
            known = self._graphs.get(at)
            if known is None or known.view is not view:
                return None
            self._graphs.move_to_end(at)
            return known

    def _keep(self, at: At, graph: _Kept) -> None:
        with self._lock:
            number = graph.view.revision.number
            if number > self._newest.get(at.tenant, number):
                self._newest[at.tenant] = number
            self._graphs[at] = graph
            self._graphs.move_to_end(at)
            others = [one for one in self._graphs if not self._is_newest(one)]
            for one in others[: max(0, len(others) - self._kept)]:
                del self._graphs[one]

    def _is_newest(self, at: At) -> bool:
        return at == At(tenant=at.tenant, revision=self._newest.get(at.tenant))

    def reach(self, walk: Walk) -> Reach:
        """What the walk reaches (see ``Engine``). KeyUnknownError for a start that is unknown."""
        held = self._graph(walk.at)
        return reached(held.projection, held.walker, walk, held.projection)

    def paths(self, walk: Walk, target: Place, limit: int) -> Ways:
        """Up to ``limit`` simple paths to the target, shortest first, then by text."""
        graph = self.projection(walk.at)
        return routes(graph, walk, target, limit, graph)

    def subgraph(self, walk: Walk) -> tuple[tuple[Place, str, Place], ...]:
        """Every stated edge (downstream, kind, upstream) between the places that are reached."""
        held = self._graph(walk.at)
        graph = held.projection
        return stated(graph, walk, reached(graph, held.walker, walk, graph), graph)


def reached(graph: Projection, walker: Walker, walk: Walk, near: Neighbours) -> Fold:
    """What a walk reaches; ``near`` knows the edges at a node. KeyUnknownError."""
    starts = Starts(graph, walk)
    if walk.direction is Direction.UPSTREAM:
        return _upstream(graph, walker, walk, starts)
    return _downstream(graph, walker, walk, starts, near)


def routes(graph: Projection, walk: Walk, target: Place, limit: int, near: Neighbours) -> Ways:
    """Up to ``limit`` simple paths to the target, shortest first, then by text."""
    return Routes(graph, graph.codes.allowed(walk.mask), near).shortest(
        Starts(graph, walk).spots(),
        Starts(graph, replace(walk, starts=(target,))).spots(),
        upstream=walk.direction is Direction.UPSTREAM,
        limit=limit,
        depth=walk.depth,
        budget=walk.budget,
    )


def stated(
    graph: Projection, walk: Walk, reach: Fold, near: Neighbours
) -> tuple[tuple[Place, str, Place], ...]:
    """Every stated edge between the places of a reach."""
    ways = Routes(graph, graph.codes.allowed(walk.mask), near)
    places = Places(graph)
    numbers = [number for number, _ in reach.numbers()]
    near.expect(ways.nodes(numbers), upstream=True)
    found: set[tuple[Place, str, Place]] = set()
    for number in numbers:
        for end, code in ways.stated(number):
            if reach.depth(end) is not None:
                kind = graph.codes.pairs[code][0]
                found.add((places.place(number), kind, places.place(end)))
    return tuple(sorted(found, key=_text))


def _text(edge: tuple[Place, str, Place]) -> tuple[str, ...]:
    (component, assembly), kind, (above, held) = edge
    return component, assembly or "", kind, above, held or ""


class Starts:
    """The starts of a walk as integers."""

    def __init__(self, graph: Projection, walk: Walk) -> None:
        self.bare: list[int] = []
        self.within: dict[int, tuple[int, ...]] = {}
        places = Places(graph)
        for place in walk.starts:
            number = places.number(place)
            component, assembly = divmod(number or 0, places.width)
            if number is None:
                raise _unknown(graph, place)
            if not assembly:
                self.bare.append(component)
                if graph.assembly_at[component] >= 0:
                    self.bare.append(graph.at_assembly + int(graph.assembly_at[component]))
                continue
            node = graph.resolved(component, assembly - 1)
            if node is None:
                raise _unknown(graph, place)
            self.within[assembly - 1] = (*self.within.get(assembly - 1, ()), node)

    def spots(self) -> list[Spot]:
        """The starts with the assembly that each is in."""
        inner = [(node, held) for held, nodes in self.within.items() for node in nodes]
        return [(node, -1) for node in self.bare] + inner


def _unknown(graph: Projection, place: Place) -> KeyUnknownError:
    text = place[0] if place[1] is None else f"{place[0]} in {place[1]}"
    return KeyUnknownError(text=text, revision=graph.revision.number)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _nodes_for(budget: int | None) -> int | None:
    return None if budget is None else NODES_PER_PLACE * budget


def _downstream(
    graph: Projection, walker: Walker, walk: Walk, starts: Starts, near: Neighbours
) -> Fold:
    allowed = graph.codes.allowed(walk.mask)
    inside: dict[int, Inside] = {}
    joins: dict[int, int] = dict.fromkeys(starts.bare, 0)
    for assembly, nodes in starts.within.items():
        resolution = int(graph.resolution_of[assembly])
        inside[assembly] = walk_inside(graph, resolution, nodes, allowed, walk.depth, near)
        leave = inside[assembly].leave
        if leave is not None:
            joins.setdefault(graph.at_assembly + assembly, leave[0])
    steps = walker.walk(
        _ints(list(joins)),
        upstream=False,
        allowed=allowed,
        depth=walk.depth,
        budget=_nodes_for(walk.budget),
        ahead=_ints(list(joins.values())),
    )
    return DownstreamFold(graph, steps, inside, walk.budget)


def _upstream(graph: Projection, walker: Walker, walk: Walk, starts: Starts) -> Fold:
    allowed = graph.codes.allowed(walk.mask)
    within = allowed.copy()
    within[:FREE] = False

    def inside(nodes: tuple[int, ...]) -> Steps:
        return walker.walk(
            _ints(list(nodes)), upstream=True, allowed=within, depth=walk.depth, budget=None
        )

    first = [*starts.bare, *(node for nodes in starts.within.values() for node in nodes)]
    steps = walker.walk(
        _ints(first),
        upstream=True,
        allowed=allowed,
        depth=walk.depth,
        budget=_nodes_for(walk.budget),
    )
    return UpstreamFold(graph, steps, starts.within, inside, limit=walk.depth, budget=walk.budget)
