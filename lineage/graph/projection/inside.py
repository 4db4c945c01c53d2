"""A walk against the edges that stays inside one resolution, up to its assembly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.graph.projection.packing import FREE, Ints
from lineage.graph.projection.projection import Projection
from lineage.graph.walker import Neighbours


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What leans on the starts inside one resolution.

    ``visited`` maps a resolved node to (depth, code, the node it came from); the last two are -1
    at a start. ``leave`` is the same for the resolution itself, None if it is not reached.
    """

    visited: dict[int, tuple[int, int, int]]
    leave: tuple[int, int, int] | None


def walk_inside(
    graph: Projection,
    resolution: int,
    starts: Iterable[int],
    allowed: npt.NDArray[np.bool_],
    limit: int | None,
    near: Neighbours | None = None,
) -> Inside:
    """Breadth-first against the stated edges among the members of a resolution.

    ``near`` knows the edges, where the projection itself does not have them.
    """
    top = graph.at_resolution + resolution
    leaning = _leaning(graph, near or graph, resolution, allowed)
    visited = dict.fromkeys(starts, (0, -1, -1))
    level = list(visited)
    depth = 0
    while level and (limit is None or depth < limit):
        depth += 1
        found: list[int] = []
        for node in level:
            for downstream, code in leaning.get(node, ()):
                if downstream not in visited:
                    visited[downstream] = (depth, code, node)
                    found.append(downstream)
        level = found
    return Inside(visited=visited, leave=visited.pop(top, None))


def _leaning(
    graph: Projection, near: Neighbours, resolution: int, allowed: npt.NDArray[np.bool_]
) -> dict[int, list[tuple[int, int]]]:
    """For every member of the resolution who leans on it there, with the code of the edge."""
    sources: Ints = np.append(
        graph.members.row(resolution) + graph.at_resolved, graph.at_resolution + resolution
    )
    near.expect(sources, upstream=True)
    found: dict[int, list[tuple[int, int]]] = {}
    for source in sources.tolist():
        ends, codes = near.near(source, upstream=True)
        for upstream, code in zip(ends.tolist(), codes.tolist(), strict=True):
            if code >= FREE and allowed[code]:
                found.setdefault(upstream, []).append((source, code))
    return found
