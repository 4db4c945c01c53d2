"""Several ways from a start to a place: simple paths, shortest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

import numpy as np
import numpy.typing as npt

from lineage.graph.engine import Reached, Ways
from lineage.graph.projection.fold import Hop, Places, reached_back
from lineage.graph.projection.packing import FREE, RESOLVED_BY, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Neighbours

Spot = tuple[int, int]
"""(node, assembly number); -1 outside of assemblies. Resolved nodes are taken apart by it."""


class Routes:
    """The graph of occurrences, unfolded from the projection only where a path goes."""

    def __init__(
        self,
        projection: Projection,
        allowed: npt.NDArray[np.bool_],
        near: Neighbours | None = None,
    ) -> None:
        self._graph = projection
        self._allowed = allowed
        self._near = near or projection
        self._places = Places(projection)

    def shortest(
        self,
        starts: Iterable[Spot],
        targets: Iterable[Spot],
        *,
        upstream: bool,
        limit: int,
        depth: int | None,
        budget: int | None = None,
    ) -> Ways:
        """Up to ``limit`` paths that pass no place twice, by depth, then by text."""
        ends = set(targets)
        left = self._left(ends, upstream=upstream, depth=depth)
        queue: list[tuple[int, tuple[str, ...], tuple[Hop, ...], tuple[Spot, ...]]] = []
        for spot in set(starts):
            if spot in left:
                self._push(queue, left[spot], (), spot, 0, -1)
        found: dict[tuple[str, ...], tuple[Reached, ...]] = {}
        looked = 0
        while queue and len(found) < limit:
            if budget is not None and looked >= budget:
                return Ways.of(found.values(), truncated=True)
            looked += 1
            _, text, hops, spots = heappop(queue)
            if spots[-1] in ends:
                found.setdefault(text, tuple(reached_back(self._places, reversed(hops)))[::-1])
                continue
            passed = {hop[0] for hop in hops}
            for spot, code in self.next(spots[-1], upstream=upstream):
                here = self._number(spot)
                if spot not in left or (here >= 0 and here in passed):
                    continue
                far = hops[-1][1] + (code >= FREE)
                whole = far + left[spot]
                if depth is None or whole <= depth:
                    self._push(queue, whole, (text, hops, spots), spot, far, code)
        return Ways(found.values())

    def _push(
        self,
        queue: list[tuple[int, tuple[str, ...], tuple[Hop, ...], tuple[Spot, ...]]],
        whole: int,
        before: tuple[tuple[str, ...], tuple[Hop, ...], tuple[Spot, ...]] | tuple[()],
        spot: Spot,
        far: int,
        code: int,
    ) -> None:
        text, hops, spots = before or ((), (), ())
        number = self._number(spot)
        if number >= 0:
            component, assembly = self._places.place(number)
            text = (*text, component, assembly or "")
        if code >= FREE:
            text = (*text, self._graph.codes.pairs[code][0])
        heappush(queue, (whole, text, (*hops, (number, far, code)), (*spots, spot)))

    def _number(self, spot: Spot) -> int:
        node, assembly = spot
        component = int(self._graph.component[node])
        return -1 if component < 0 else component * self._places.width + assembly + 1

    def _left(self, ends: set[Spot], *, upstream: bool, depth: int | None) -> dict[Spot, int]:
        """How many stated edges are left to the nearest end, for every spot on a way to it."""
        left = dict.fromkeys(ends, 0)
        queue = deque(ends)
        while queue:
            spot = queue.popleft()
            for before, code in self.next(spot, upstream=not upstream):
                far = left[spot] + (code >= FREE)
                if (depth is None or far <= depth) and far < left.get(before, far + 1):
                    left[before] = far
                    (queue.append if code >= FREE else queue.appendleft)(before)
        return left

    def next(self, spot: Spot, *, upstream: bool) -> Iterator[tuple[Spot, int]]:
        """Spots one edge away, with the code of the edge."""
        graph = self._graph
        node, assembly = spot
        ends, codes = self._near.near(node, upstream=upstream)
        for end, code in zip(ends.tolist(), codes.tolist(), strict=True):
            if not self._allowed[code]:
                continue
            if end < graph.at_resolution:
                whole = end - graph.at_assembly
                if upstream or code != RESOLVED_BY or whole == assembly:
                    yield (end, -1), code
            elif node < graph.at_resolution and upstream:
                yield (end, node - graph.at_assembly), code
            elif node < graph.at_resolution:
                held = graph.holders.row(end - graph.at_resolved)
                for owner in sorted(graph.assemblies_of.spread(held)[0].tolist()):
                    yield (end, owner), code
            elif upstream or self._inside(end, assembly):
                yield (end, assembly), code

    def stated(self, number: int) -> Iterator[tuple[int, int]]:
        """Places one stated edge upstream of a place, with the code of the edge."""
        for spot in self._spots(number):
            for end, code in self.next(spot, upstream=True):
                if code >= FREE:
                    yield self._number(end), code

    def nodes(self, numbers: Iterable[int]) -> Ints:
        """The nodes whose edges ``stated`` looks at."""
        every = {node for number in numbers for node, _ in self._spots(number)}
        return np.array(sorted(every), dtype=np.int64)

    def _spots(self, number: int) -> list[Spot]:
        graph = self._graph
        component, assembly = divmod(number, self._places.width)
        if assembly:
            node = graph.resolved(component, assembly - 1)
            return [] if node is None else [(node, assembly - 1)]
        whole = int(graph.assembly_at[component])
        spots = [(component, -1)]
        if whole >= 0:
            spots.append((graph.at_resolution + int(graph.resolution_of[whole]), whole))
        return spots

    def _inside(self, node: int, assembly: int) -> bool:
        graph = self._graph
        resolution = int(graph.resolution_of[assembly])
        if node < graph.at_resolved:
            return node - graph.at_resolution == resolution
        held = graph.members.row(resolution)
        at = int(np.searchsorted(held, node - graph.at_resolved))
        return at < len(held) and int(held[at]) == node - graph.at_resolved
