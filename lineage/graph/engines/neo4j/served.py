"""What a walk reached, asked of the server when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import numpy as np

from lineage.errors import GraphUnreachableError
from lineage.graph.engine import Direction, Place, Reach, Reached, Walk
from lineage.graph.engines.neo4j.snapshot import MovedError
from lineage.graph.engines.neo4j.walker import Neo4jWalker
from lineage.graph.projection.downstream import DownstreamFold
from lineage.graph.projection.engine import Starts, reached
from lineage.graph.projection.packing import Ints
from lineage.graph.projection.projection import Projection

T = TypeVar("T")
Elsewhere = Callable[[Walk, Exception], Reach]
"""The same walk, of the same revision, by somebody else; or the error that says why not."""


class ServedReach:
    """A ``Reach`` over the server's graph.

    How many were reached, or how far they are, is asked in one statement where no filter forbids
    it; ways need the walk. Where the graph moves on before all is known, ``elsewhere`` goes on.
    """

    def __init__(
        self, graph: Projection, walker: Neo4jWalker, walk: Walk, elsewhere: Elsewhere
    ) -> None:
        self._graph = graph
        self._walker = walker
        self._walk = walk
        self._elsewhere = elsewhere
        self._starts = Starts(graph, walk)
        self._allowed = graph.codes.allowed(walk.mask)
        self._found: Reach | None = None
        self._far: Mapping[Place, int] | None = None
        self._size: int | None = None

    @property
    def truncated(self) -> bool:
        """Whether the budget ended the walk."""
        return self._walk.budget is not None and self._looked(lambda reach: reach.truncated)

    def __iter__(self) -> Iterator[Reached]:
        # The walk comes first: ``list`` asks for the length next, which is then known.
        return self._listed(self._looked(lambda reach: reach))

    def _listed(self, reach: Reach) -> Iterator[Reached]:
        given = 0
        try:
            for one in reach:
                yield one
                given += 1
        except (MovedError, GraphUnreachableError) as error:
            self._found = self._elsewhere(self._walk, error)
            # Every engine lists in one order.
            yield from islice(self._found, given, None)

    def __len__(self) -> int:
        if self._size is None:
            counted = self._found is None and self._simple and self._outward
            self._size = self._try(self._count, len) if counted else self._looked(len)
        return self._size

    def depths(self) -> Mapping[Place, int]:
        """Every place with its smallest depth."""
        if self._far is None:
            plain = self._found is None and self._simple and not self._graph.assemblies
            if plain and self._outward:
                self._far = self._try(self._distances, lambda reach: reach.depths())
            else:
                self._far = self._looked(lambda reach: reach.depths())
        return self._far

    def path(self, place: Place) -> tuple[Reached, ...]:
        """One shortest path from a start to the place, start first; () if it was not reached."""
        return self._looked(lambda reach: reach.path(place))

    @property
    def _simple(self) -> bool:
        """Whether the server's own search answers the walk: no bound, no scope left out."""
        walk = self._walk
        bare = walk.depth is None and walk.budget is None and walk.mask.dependency_scopes is None
        return bare and not self._starts.within

    @property
    def _outward(self) -> bool:
        return self._walk.direction is Direction.DOWNSTREAM

    def _count(self) -> int:
        graph = self._graph
        nodes = self._walker.everything(self._bare, upstream=False, allowed=self._allowed)
        whole = np.unique(graph.component[nodes[nodes < graph.at_resolution]])
        inner = nodes[nodes >= graph.at_resolved] - graph.at_resolved
        return len(whole) + int(graph.occurrences[inner].sum())

    def _distances(self) -> Mapping[Place, int]:
        steps = self._walker.distances(self._bare, upstream=False, allowed=self._allowed)
        return DownstreamFold(self._graph, steps, {}, None).depths()

    @property
    def _bare(self) -> Ints:
        return np.array(self._starts.bare, dtype=np.int64)

    def _whole(self) -> Reach:
        if self._found is None:
            self._found = reached(self._graph, self._walker, self._walk, self._walker.hops)
        return self._found

    def _looked(self, look: Callable[[Reach], T]) -> T:
        return self._try(lambda: look(self._whole()), look)

    def _try(self, work: Callable[[], T], look: Callable[[Reach], T]) -> T:
        try:
            return work()
        except (MovedError, GraphUnreachableError) as error:
            self._found = self._elsewhere(self._walk, error)
            return look(self._found)
