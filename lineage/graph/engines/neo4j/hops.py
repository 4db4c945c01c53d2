"""Edges at nodes, fetched from the server a page at a time (see ``Neighbours``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lineage.graph.engines.neo4j.numbers import Numbers
from lineage.graph.engines.neo4j.shape import EVERY_TYPE, type_of
from lineage.graph.engines.neo4j.snapshot import Snapshot
from lineage.graph.engines.neo4j.statement import statement
from lineage.graph.projection.packing import Codes, Ints

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE = 20_000
"""Nodes whose edges come in one answer."""
_NONE: Ints = np.empty(0, dtype=np.int64)
_Row = tuple[Ints, Ints]
Flags = npt.NDArray[np.bool_]


class Coding:
    """Codes of what the server calls (type, dependency scope)."""

    def __init__(self, codes: Codes) -> None:
        self._code = {
            (type_of(kind), scope): code for code, (kind, scope) in enumerate(codes.pairs)
        }

    def of(self, types: Iterable[str], scopes: Iterable[str]) -> Ints:
        """The codes of edges; -1 for one that this graph does not have."""
        code = self._code
        return np.array(
            [code.get(pair, -1) for pair in zip(types, scopes, strict=True)], dtype=np.int64
        )


class Hops:
    """One hop from nodes, kept for one question. ``only`` leaves all other ends out."""

    def __init__(
        self, snapshot: Snapshot, numbers: Numbers, coding: Coding, only: Ints | None = None
    ) -> None:
        self._snapshot = snapshot
        self._numbers = numbers
        self._coding = coding
        self._only = None if only is None else np.sort(only)
        self._rows: dict[bool, dict[int, _Row]] = {True: {}, False: {}}

    def expect(self, nodes: Ints, *, upstream: bool) -> None:
        """Fetch the edges of these nodes, as far as they are not here yet."""
        known = self._rows[upstream]
        missing = np.array([n for n in np.unique(nodes).tolist() if n not in known], dtype=np.int64)
        for at in range(0, len(missing), PAGE):
            self._fetch(missing[at : at + PAGE], upstream=upstream)

    def near(self, node: int, *, upstream: bool) -> _Row:
        """Ends and codes of the edges at one node, sorted."""
        known = self._rows[upstream]
        if node not in known:
            self._fetch(np.array([node]), upstream=upstream)
        return known[node]

    def _fetch(self, nodes: Ints, *, upstream: bool) -> None:
        known = self._rows[upstream]
        known.update((node, (_NONE, _NONE)) for node in nodes.tolist())
        if self._only is not None:
            nodes = nodes[_among(nodes, self._only)]
        if not len(nodes):
            return
        text = statement("page" if upstream else "page_back", EVERY_TYPE)
        row: Any = self._snapshot.ask(text, nodes=self._numbers.ids[nodes].tolist())
        near = self._numbers.of(np.array(row["near"], dtype=np.int64))
        far = self._numbers.of(np.array(row["far"], dtype=np.int64))
        code = self._coding.of(row["types"], row["scopes"])
        kept = (far >= 0) & (near >= 0) & (code >= 0)
        if self._only is not None:
            kept &= _among(far, self._only)
        near, far, code = near[kept], far[kept], code[kept]
        if not len(near):
            return
        order = np.lexsort((code, far, near))
        near, far, code = near[order], far[order], code[order]
        ends, begins = np.unique(near, return_index=True)
        for node, one, two in zip(
            ends.tolist(), np.split(far, begins[1:]), np.split(code, begins[1:]), strict=True
        ):
            known[node] = (one, two)


class TakenEdges:
    """Codes of the edges that a walk took, fetched a page at a time when they are looked at."""

    def __init__(
        self,
        snapshot: Snapshot,
        numbers: Numbers,
        coding: Coding,
        node: Ints,
        parent: Ints,
        allowed: Flags,
        *,
        upstream: bool,
    ) -> None:
        self._snapshot = snapshot
        self._numbers = numbers
        self._coding = coding
        self._node = node
        self._parent = parent
        self._allowed = allowed
        self._upstream = upstream
        self._codes = np.full(len(node), -1, dtype=np.int64)
        self._fetched: set[int] = set()

    def __getitem__(self, position: int) -> int:
        page = position // PAGE
        if page not in self._fetched:
            self._fetch(page)
            self._fetched.add(page)
        return int(self._codes[position])

    def _fetch(self, page: int) -> None:
        here = np.arange(page * PAGE, min((page + 1) * PAGE, len(self._node)))
        here = here[self._parent[here] >= 0]
        if not len(here):
            return
        one = self._numbers.ids[self._node[here]].tolist()
        other = self._numbers.ids[self._node[self._parent[here]]].tolist()
        down, up = (other, one) if self._upstream else (one, other)
        text = statement("taken", EVERY_TYPE)
        row: Any = self._snapshot.ask(text, down=down, up=up)
        at = here[np.array(row["at"], dtype=np.int64)]
        code = self._coding.of(row["types"], row["scopes"])
        kept = (code >= 0) & self._allowed[code]
        at, code = at[kept], code[kept]
        # Of several edges between two nodes the one with the smallest code is shown.
        order = np.argsort(-code, kind="stable")
        self._codes[at[order]] = code[order]


def _among(values: Ints, known: Ints) -> Flags:
    if not len(known):
        return np.zeros(len(values), dtype=np.bool_)
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: Flags = known[at] == values
    return found
