"""The engine in this process: a projected graph in arrays, walked level by level in NumPy."""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from lineage.graph.projection.engine import ProjectedEngine
from lineage.graph.projection.packing import FREE, Ints, Packed
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Steps
from lineage.record.view import Views

_NONE: Ints = np.empty(0, dtype=np.int64)


class CsrWalker:
    """Breadth-first over two packed directions (see ``Walker``).

    Marks are kept between walks and cleared by walking the result, so that a small answer never
    costs the size of the graph. One walk at a time; others wait.
    """

    def __init__(self, upstream: Packed, downstream: Packed) -> None:
        self._upstream = upstream
        self._downstream = downstream
        nodes = len(upstream.begin) - 1
        self._seen = np.zeros(nodes, dtype=np.bool_)
        self._first = np.zeros(nodes, dtype=np.int64)
        self._lock = threading.Lock()

    def walk(
        self,
        starts: Ints,
        *,
        upstream: bool,
        allowed: npt.NDArray[np.bool_],
        depth: int | None,
        budget: int | None,
        ahead: Ints | None = None,
    ) -> Steps:
        """Everything reachable over allowed edge codes, each node at its smallest depth."""
        graph = self._upstream if upstream else self._downstream
        with self._lock:
            walk = _Walk(graph, allowed, self._seen, self._first)
            try:
                return walk.run(np.asarray(starts, dtype=np.int64), ahead, depth, budget)
            finally:
                walk.clear()


class _Walk:
    """One walk under way."""

    def __init__(
        self,
        graph: Packed,
        allowed: npt.NDArray[np.bool_],
        seen: npt.NDArray[np.bool_],
        first: Ints,
    ) -> None:
        self.graph = graph
        self.free = allowed.copy()
        self.free[FREE:] = False
        self.stated = allowed.copy()
        self.stated[:FREE] = False
        self.seen = seen
        self.first = first
        self.nodes: list[Ints] = [_NONE]
        self.edges: list[Ints] = [_NONE]
        self.parents: list[Ints] = [_NONE]
        self.depths: list[Ints] = [_NONE]
        self.count = 0

    def run(self, starts: Ints, ahead: Ints | None, limit: int | None, budget: int | None) -> Steps:
        joins = np.zeros(len(starts), dtype=np.int64) if ahead is None else ahead
        last = int(joins.max()) if len(joins) else 0
        level, truncated = 0, False
        found = (_NONE, _NONE, _NONE)
        while True:
            # Whoever was reached comes before who joins here, so that parents are kept.
            joining = starts[joins == level] if level <= last else _NONE
            absent = np.full(len(joining), -1, dtype=np.int64)
            new = self._visit(
                np.concatenate((found[0], joining)),
                np.concatenate((found[1], absent)),
                np.concatenate((found[2], absent)),
                level,
            )
            more = limit is None or level < limit
            found = self._level(new, level, more=more)
            if not more or (not len(found[0]) and level >= last):
                break
            if budget is not None and self.count > budget:
                truncated = bool(len(found[0])) or level < last
                break
            level += 1
        return self._steps(truncated=truncated)

    def _level(self, new: tuple[Ints, Ints], level: int, *, more: bool) -> tuple[Ints, Ints, Ints]:
        """Close a level under free edges; what its stated edges lead to."""
        parts: list[tuple[Ints, Ints, Ints]] = []
        while len(new[0]):
            ends, codes, parents = self._gather(*new)
            if more:
                parts.append(_chosen(self.stated[codes], ends, codes, parents))
            new = self._visit(*_chosen(self.free[codes], ends, codes, parents), level)
        if not parts:
            return _NONE, _NONE, _NONE
        if len(parts) == 1:
            return parts[0]
        ends, codes, parents = (np.concatenate(column) for column in zip(*parts, strict=True))
        return ends, codes, parents

    def _gather(self, nodes: Ints, positions: Ints) -> tuple[Ints, Ints, Ints]:
        begin = self.graph.begin[nodes]
        counts = self.graph.begin[nodes + 1] - begin
        total = np.cumsum(counts)
        size = int(total[-1])
        at = np.repeat(begin - total + counts, counts) + np.arange(size)
        ends, codes = self.graph.at(at)
        return ends, codes, np.repeat(positions, counts)

    def _visit(self, ends: Ints, codes: Ints, parents: Ints, level: int) -> tuple[Ints, Ints]:
        """Note the ends that are new, each once; returns them and their positions."""
        fresh = (~self.seen[ends]).nonzero()[0]
        if not len(fresh):
            return _NONE, _NONE
        ends = ends[fresh]
        # Written backwards, so that the first of several edges to one node stays.
        self.first[ends[::-1]] = np.arange(len(ends) - 1, -1, -1)
        kept = (self.first[ends] == np.arange(len(ends))).nonzero()[0]
        ends, fresh = ends[kept], fresh[kept]
        self.seen[ends] = True
        positions = np.arange(self.count, self.count + len(ends))
        self.nodes.append(ends)
        self.edges.append(codes[fresh])
        self.parents.append(parents[fresh])
        self.depths.append(np.full(len(ends), level, dtype=np.int64))
        self.count += len(ends)
        return ends, positions

    def _steps(self, *, truncated: bool) -> Steps:
        return Steps(
            node=np.concatenate(self.nodes),
            depth=np.concatenate(self.depths),
            edge=np.concatenate(self.edges),
            parent=np.concatenate(self.parents),
            truncated=truncated,
        )

    def clear(self) -> None:
        for nodes in self.nodes:
            self.seen[nodes] = False


def _chosen(
    which: npt.NDArray[np.bool_], ends: Ints, codes: Ints, parents: Ints
) -> tuple[Ints, Ints, Ints]:
    return ends[which], codes[which], parents[which]


def _walker(projection: Projection) -> CsrWalker:
    return CsrWalker(projection.upstream, projection.downstream)


class CsrEngine(ProjectedEngine):
    """The default engine (see ``Engine``); it keeps the graphs asked for last, least used first."""

    name = "csr"

    def __init__(self, views: Views, *, kept: int = 8) -> None:
        super().__init__(views, _walker, kept=kept)


ENGINE = CsrEngine
