"""How fast a walk is: the arrays against networkx on one plain graph, in one run.

``python -m tests.benchmarks.walk [NODES] [EDGES]`` prints a table. Figures are medians of one
process; the ratios are what counts.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import networkx as nx
import numpy as np

from lineage.graph.engines.csr import CsrWalker
from lineage.graph.projection.packing import FREE, Codes, Ints, pack

KINDS = 25


@dataclass(frozen=True)
class Plain:
    """A plain graph, edges from a node to an earlier one, as arrays and for both walkers."""

    downstream: Ints
    upstream: Ints
    walker: CsrWalker
    codes: Codes
    bytes_per_edge: float


def plain(nodes: int, edges: int, seed: int = 1) -> Plain:
    """A random graph in which early nodes are hubs and late ones have few dependents."""
    rng = np.random.default_rng(seed)
    down = rng.integers(1, nodes, edges)
    # The square root of a uniform draw leans to the near past, its square to the hubs.
    up = (down * rng.random(edges) ** 1.5).astype(np.int64)
    codes = Codes((f"kind{number}", "runtime") for number in range(KINDS))
    code = rng.integers(FREE, len(codes), edges)
    forward, backward = pack(nodes, down, up, code, codes), pack(nodes, up, down, code, codes)
    size = sum(one.begin.nbytes + one.words.nbytes for one in (forward, backward))
    kept = len(forward.words)
    return Plain(down, up, CsrWalker(forward, backward), codes, size / kept)


def reached(graph: Plain, node: int) -> int:
    """How many nodes lean on a node, all kinds allowed."""
    steps = graph.walker.walk(
        np.array([node]),
        upstream=False,
        allowed=np.ones(len(graph.codes), dtype=np.bool_),
        depth=None,
        budget=None,
    )
    return len(steps.node)


def nearest_to(graph: Plain, nodes: int, wanted: int) -> int:
    """A node that about so many lean on, among a sample."""
    sample = random.Random(wanted).sample(range(nodes // 10, nodes), 200)
    sample += list(range(nodes // 100, nodes, nodes // 100))
    return min(sample, key=lambda node: abs(reached(graph, node) - wanted))


def median(work: Callable[[], object], times: int) -> float:
    """Median milliseconds of a call, after one that does not count."""
    work()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(taken)


def main() -> None:
    """Print the table."""
    nodes, edges = (int(one) for one in (*sys.argv[1:3], 100_000, 900_000)[:2])
    begin = time.perf_counter()
    graph = plain(nodes, edges)
    built = time.perf_counter() - begin
    other = nx.DiGraph()
    other.add_edges_from(zip(graph.upstream.tolist(), graph.downstream.tolist(), strict=True))
    print(
        f"{nodes} nodes, {edges} edges, {KINDS} kinds: built in {built:.2f} s, "
        f"{graph.bytes_per_edge:.1f} bytes an edge, both directions"
    )
    print(f"{'reached':>10} {'arrays, ms':>12} {'networkx, ms':>14} {'ratio':>8}")
    hub = max(range(20), key=lambda node: reached(graph, node))
    for node in (nearest_to(graph, nodes, 100), nearest_to(graph, nodes, 10_000), hub):
        count = reached(graph, node)
        times = 200 if count < 1_000 else 9
        ours = median(lambda node=node: reached(graph, node), times)  # type: ignore[misc]
        theirs = median(
            lambda node=node: nx.single_source_shortest_path_length(other, node),  # type: ignore[misc]
            max(3, times // 4),
        )
        print(f"{count:>10} {ours:>12.3f} {theirs:>14.3f} {theirs / ours:>8.1f}")


if __name__ == "__main__":
    main()
