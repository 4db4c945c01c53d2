"""Strongly connected sets: which members lean on each other in a circle."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def cycles(nodes: Iterable[T], upstream: Mapping[T, Sequence[T]]) -> list[list[T]]:
    """The strongly connected sets of a graph, upstream sets first (Tarjan 1972, iterative).

    Every node is in exactly one set; most sets have one node. ``upstream`` may leave nodes out.
    """
    index: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    waiting: set[T] = set()
    found: list[list[T]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        work: list[tuple[T, Iterator[T]]] = [(root, iter(upstream.get(root, ())))]
        while work:
            node, rest = work[-1]
            fresh = _next_fresh(node, rest, index, low, waiting)
            if fresh is not None:
                index[fresh] = low[fresh] = len(index)
                stack.append(fresh)
                waiting.add(fresh)
                work.append((fresh, iter(upstream.get(fresh, ()))))
                continue
            work.pop()
            if work:
                below = work[-1][0]
                low[below] = min(low[below], low[node])
            if low[node] == index[node]:
                found.append(_popped(node, stack, waiting))
    return found


def _next_fresh(
    node: T, rest: Iterator[T], index: dict[T, int], low: dict[T, int], waiting: set[T]
) -> T | None:
    for end in rest:
        if end not in index:
            return end
        if end in waiting:
            low[node] = min(low[node], index[end])
    return None


def _popped(node: T, stack: list[T], waiting: set[T]) -> list[T]:
    at = len(stack) - 1
    while stack[at] != node:
        at -= 1
    popped = stack[at:]
    del stack[at:]
    waiting.difference_update(popped)
    return popped
