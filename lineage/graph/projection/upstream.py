"""Folding provenance: occurrences by assembly entered, its depth plus the depth inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lineage.graph.projection.fold import Fold, Hop, Positions
from lineage.graph.projection.packing import RESOLVED_BY, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An assembly that the walk entered at its top, or in which it started.

    ``position`` is that of the assembly node in the walk (-1: it started at occurrences).
    """

    assembly: int
    depth: int
    position: int
    steps: Steps


class UpstreamFold(Fold):
    """What a walk along the edges reached, as places.

    ``starts`` maps assembly numbers to the resolved nodes that the walk started at there;
    ``inside`` walks on from nodes of one resolution and stays there.
    """

    def __init__(
        self,
        projection: Projection,
        steps: Steps,
        starts: Mapping[int, tuple[int, ...]],
        inside: Callable[[tuple[int, ...]], Steps],
        *,
        limit: int | None,
        budget: int | None,
    ) -> None:
        super().__init__(projection, budget)
        self._steps = steps
        self._starts = starts
        self._entries = self._enter(inside)
        self._at = Positions(steps.node)
        self._numbers, self._depths, self._entry, self._position = self._fold(limit)
        self._known: dict[int, int] | None = None
        self._finish(truncated=steps.truncated)

    def _enter(self, inside: Callable[[tuple[int, ...]], Steps]) -> list[Entry]:
        graph, steps = self._graph, self._steps
        walked: dict[tuple[int, ...], Steps] = {}
        found: list[Entry] = []
        for assembly, nodes in self._starts.items():
            if nodes not in walked:
                walked[nodes] = inside(nodes)
            found.append(Entry(assembly=assembly, depth=0, position=-1, steps=walked[nodes]))
        whole = (steps.node >= graph.at_assembly) & (steps.node < graph.at_resolution)
        for position in np.flatnonzero(whole).tolist():
            assembly = int(steps.node[position]) - graph.at_assembly
            top = (graph.at_resolution + int(graph.resolution_of[assembly]),)
            if top not in walked:
                walked[top] = inside(top)
            found.append(
                Entry(
                    assembly=assembly,
                    depth=int(steps.depth[position]),
                    position=position,
                    steps=walked[top],
                )
            )
        return found

    def _fold(self, limit: int | None) -> tuple[Ints, Ints, Ints, Ints]:
        """Place numbers, depths, entries (-1: none) and positions, by depth, then number."""
        graph, steps, width = self._graph, self._steps, self._places.width
        whole = np.flatnonzero(steps.node < graph.at_resolution)
        numbers = [graph.component[steps.node[whole]] * width]
        depths = [steps.depth[whole]]
        entries = [np.full(len(whole), -1, dtype=np.int64)]
        positions = [whole]
        for at, entered in enumerate(self._entries):
            inner = entered.steps
            kept = inner.node >= graph.at_resolved
            if limit is not None:
                kept &= inner.depth <= limit - entered.depth
            here = np.flatnonzero(kept)
            numbers.append(graph.component[inner.node[here]] * width + entered.assembly + 1)
            depths.append(inner.depth[here] + entered.depth)
            entries.append(np.full(len(here), at, dtype=np.int64))
            positions.append(here)
        number, depth = np.concatenate(numbers), np.concatenate(depths)
        entry, position = np.concatenate(entries), np.concatenate(positions)
        # Stable: by number, the nearest first; of equals what was noted first.
        order = np.lexsort((depth, number))
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = np.diff(number[order]) != 0
        chosen = order[first]
        chosen = chosen[np.lexsort((number[chosen], depth[chosen]))]
        return number[chosen], depth[chosen], entry[chosen], position[chosen]

    def _size(self) -> int:
        return len(self._numbers)

    def _index(self, number: int) -> int | None:
        if self._known is None:
            self._known = {one: at for at, one in enumerate(self._numbers.tolist())}
        return self._known.get(number)

    def _depth(self, number: int) -> int | None:
        at = self._index(number)
        return None if at is None else int(self._depths[at])

    def _levels(self) -> Iterator[tuple[int, list[int]]]:
        for depth in np.unique(self._depths).tolist():
            low, high = np.searchsorted(self._depths, [depth, depth + 1])
            yield depth, self._numbers[low:high].tolist()

    def _back(self, number: int) -> Iterator[Hop]:
        at = self._index(number)
        if at is None:
            return
        entry, position = int(self._entry[at]), int(self._position[at])
        if entry < 0:
            yield from self._main(position)
            return
        entered = self._entries[entry]
        yield from self._within(entered, position)
        if entered.position >= 0:
            yield from self._main(entered.position)

    def _within(self, entry: Entry, position: int) -> Iterator[Hop]:
        graph, steps, width = self._graph, entry.steps, self._places.width
        while position >= 0:
            node, depth = int(steps.node[position]), int(steps.depth[position]) + entry.depth
            if node >= graph.at_resolved:
                number = int(graph.component[node]) * width + entry.assembly + 1
                yield number, depth, int(steps.edge[position])
            else:
                yield -1, depth, RESOLVED_BY
            position = int(steps.parent[position])

    def _main(self, position: int) -> Iterator[Hop]:
        graph, steps, width = self._graph, self._steps, self._places.width
        assembly = -1
        while position >= 0:
            node, depth = int(steps.node[position]), int(steps.depth[position])
            if node >= graph.at_resolved:
                if assembly < 0:
                    assembly = self._assembly(position)
                number = int(graph.component[node]) * width + assembly + 1
            elif node >= graph.at_resolution:
                number = -1
            else:
                number, assembly = int(graph.component[node]) * width, -1
            yield number, depth, int(steps.edge[position])
            position = int(steps.parent[position])

    def _assembly(self, position: int) -> int:
        """The assembly in which the walk came to a resolved node."""
        graph, steps = self._graph, self._steps
        while steps.node[position] >= graph.at_resolved and steps.parent[position] >= 0:
            position = int(steps.parent[position])
        node = int(steps.node[position])
        if node >= graph.at_resolved:
            return next(one for one, nodes in self._starts.items() if node in nodes)
        return int(steps.node[steps.parent[position]]) - graph.at_assembly
