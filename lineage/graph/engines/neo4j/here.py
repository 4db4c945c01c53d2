"""A walk on this side, over hops that were fetched: for the many small ones inside assemblies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lineage.graph.projection.packing import Ints
from lineage.graph.walker import Neighbours, Steps


def walk_here(
    hops: Neighbours,
    starts: Ints,
    allowed: npt.NDArray[np.bool_],
    limit: int | None,
    *,
    upstream: bool,
) -> Steps:
    """Breadth-first over edges that all count, in the order of the other walkers."""
    nodes = list(dict.fromkeys(np.asarray(starts).tolist()))
    depths, edges, parents = [0] * len(nodes), [-1] * len(nodes), [-1] * len(nodes)
    seen = set(nodes)
    level, begin = 0, 0
    while begin < len(nodes) and (limit is None or level < limit):
        level, end = level + 1, len(nodes)
        hops.expect(np.array(nodes[begin:end], dtype=np.int64), upstream=upstream)
        for position in range(begin, end):
            ends, codes = hops.near(nodes[position], upstream=upstream)
            for node, code in zip(ends.tolist(), codes.tolist(), strict=True):
                if allowed[code] and node not in seen:
                    seen.add(node)
                    nodes.append(node)
                    depths.append(level)
                    edges.append(code)
                    parents.append(position)
        begin = end
    return Steps(
        node=np.array(nodes, dtype=np.int64),
        depth=np.array(depths, dtype=np.int64),
        edge=np.array(edges, dtype=np.int64),
        parent=np.array(parents, dtype=np.int64),
        truncated=False,
    )
