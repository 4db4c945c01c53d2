"""The server's ids of nodes against the projection's numbers, in both directions."""

from __future__ import annotations

import numpy as np

from lineage.graph.projection.packing import Ints

_SPARSE = 8
"""Ids up to so many times the nodes are looked up in an array, else by binary search."""


class Numbers:
    """``ids[number]`` is the server's id of a node. They hold until a delta is written."""

    def __init__(self, ids: Ints) -> None:
        self.ids = ids
        self._order: Ints | None = None
        top = int(ids.max(initial=-1)) + 1
        if top <= max(1024, _SPARSE * len(ids)):
            self._table = np.full(top + 1, -1, dtype=np.int64)
            self._table[ids] = np.arange(len(ids))
        else:
            self._order = np.argsort(ids)
            self._table = ids[self._order]

    def of(self, ids: Ints) -> Ints:
        """The numbers of ids; -1 for a node that is not of this graph."""
        if not len(self.ids):
            return np.full(len(ids), -1, dtype=np.int64)
        if self._order is None:
            return self._table[np.minimum(ids, len(self._table) - 1)]
        at = np.minimum(np.searchsorted(self._table, ids), len(self._table) - 1)
        return np.where(self._table[at] == ids, self._order[at], -1)
