"""Folding impact: a resolved node is reached in every assembly that holds it, at one depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lineage.graph.projection.fold import Fold, Hop, Positions
from lineage.graph.projection.inside import Inside
from lineage.graph.projection.packing import RESOLVED_BY, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Steps


class DownstreamFold(Fold):
    """What a walk against the edges reached, as places.

    ``inside`` are the walks from starts inside an assembly, by assembly number; they end at the
    assembly, from where ``steps`` goes on.
    """

    def __init__(
        self,
        projection: Projection,
        steps: Steps,
        inside: Mapping[int, Inside],
        budget: int | None,
    ) -> None:
        super().__init__(projection, budget)
        self._steps = steps
        self._inside = inside
        self._at: Positions | None = None
        self._extra = self._inner()
        whole = np.flatnonzero(steps.node < projection.at_resolution)
        # Steps are in order of depth, so the first of component and assembly is the nearer.
        self._bare, first = np.unique(projection.component[steps.node[whole]], return_index=True)
        self._bare_depth = steps.depth[whole][first]
        self._members = np.flatnonzero(steps.node >= projection.at_resolved)
        self._finish(truncated=steps.truncated)

    def _inner(self) -> dict[int, int]:
        """Places inside the starts' assemblies, where the walk outside comes no nearer."""
        component, width = self._graph.component, self._places.width
        found: dict[int, int] = {}
        for assembly, walk in self._inside.items():
            for node, (depth, _, _) in walk.visited.items():
                outside = self._position(node)
                if outside < 0 or depth <= self._steps.depth[outside]:
                    found[int(component[node]) * width + assembly + 1] = depth
        return found

    def _position(self, node: int) -> int:
        if self._at is None:
            self._at = Positions(self._steps.node)
        return self._at(node)

    def _size(self) -> int:
        graph = self._graph
        held = graph.occurrences[self._steps.node[self._members] - graph.at_resolved]
        only = sum(1 for number in self._extra if self._outside(number) is None)
        return len(self._bare) + int(held.sum()) + only

    def _outside(self, number: int) -> int | None:
        """Position of the occurrence in the walk that has left its start, None if not there."""
        component, assembly = divmod(number, self._places.width)
        node = self._graph.resolved(component, assembly - 1)
        position = -1 if node is None else self._position(node)
        return None if position < 0 else position

    def _bare_position(self, component: int) -> int:
        graph = self._graph
        whole = int(graph.assembly_at[component])
        found = [self._position(component)]
        if whole >= 0:
            found.append(self._position(graph.at_assembly + whole))
        depth = self._steps.depth
        return min((at for at in found if at >= 0), key=lambda at: depth[at], default=-1)

    def _depth(self, number: int) -> int | None:
        component, assembly = divmod(number, self._places.width)
        if not assembly:
            at = self._bare_position(component)
            return None if at < 0 else int(self._steps.depth[at])
        inner = self._extra.get(number)
        if inner is not None:
            return inner
        outside = self._outside(number)
        return None if outside is None else int(self._steps.depth[outside])

    def _levels(self) -> Iterator[tuple[int, list[int]]]:
        steps, width = self._steps, self._places.width
        extra = np.array(sorted(self._extra), dtype=np.int64)
        extra_depth = np.array([self._extra[one] for one in extra.tolist()], dtype=np.int64)
        deepest = max([*self._extra.values(), *steps.depth[-1:].tolist()], default=-1)
        depth_of_member = steps.depth[self._members]
        for depth in range(deepest + 1):
            spread = self._occurrences(steps.node[self._members[depth_of_member == depth]])
            if len(extra):
                spread = np.setdiff1d(spread, extra)
            bare = self._bare[self._bare_depth == depth] * width
            numbers = np.concatenate((bare, spread, extra[extra_depth == depth]))
            if len(numbers):
                yield depth, np.sort(numbers).tolist()

    def _occurrences(self, nodes: Ints) -> Ints:
        """Place numbers of resolved nodes in all assemblies that hold them."""
        graph = self._graph
        held, source = graph.holders.spread(nodes - graph.at_resolved)
        owners, again = graph.assemblies_of.spread(held)
        return graph.component[nodes][source[again]] * self._places.width + owners + 1

    def _back(self, number: int) -> Iterator[Hop]:
        component, assembly = divmod(number, self._places.width)
        if not assembly:
            yield from self._main(self._bare_position(component), -1)
            return
        if number in self._extra:
            node = self._graph.resolved(component, assembly - 1)
            yield from self._within(-1 if node is None else node, assembly - 1)
            return
        outside = self._outside(number)
        if outside is not None:
            yield from self._main(outside, assembly - 1)

    def _main(self, position: int, assembly: int) -> Iterator[Hop]:
        graph, steps, width = self._graph, self._steps, self._places.width
        while position >= 0:
            node, depth = int(steps.node[position]), int(steps.depth[position])
            code, position = int(steps.edge[position]), int(steps.parent[position])
            component = int(graph.component[node])
            if node >= graph.at_resolved:
                yield component * width + assembly + 1, depth, code
            elif node >= graph.at_resolution:
                yield -1, depth, code
            else:
                assembly = node - graph.at_assembly
                left = position < 0 and assembly >= 0 and depth == self._left_at(assembly)
                yield component * width, depth, RESOLVED_BY if left else code
                if left:
                    yield from self._leaving(assembly)

    def _left_at(self, assembly: int) -> int:
        walk = self._inside.get(assembly)
        return -1 if walk is None or walk.leave is None else walk.leave[0]

    def _leaving(self, assembly: int) -> Iterator[Hop]:
        leave = self._inside[assembly].leave
        assert leave is not None
        depth, code, node = leave
        yield -1, depth, code
        yield from self._within(node, assembly)

    def _within(self, node: int, assembly: int) -> Iterator[Hop]:
        walk, width = self._inside[assembly], self._places.width
        while node >= 0:
            depth, code, before = walk.visited[node]
            yield int(self._graph.component[node]) * width + assembly + 1, depth, code
            node = before
