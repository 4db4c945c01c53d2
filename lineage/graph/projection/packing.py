"""Edges as integers: 26 bits of node and 6 bits of code in one word, in both directions.

A code stands for a pair (edge kind, dependency scope); only pairs that occur get one. At the 65th
the six bits hold the kind alone and the dependency scope moves to an array beside the words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.errors import BudgetExceededError
from lineage.graph.engine import Mask

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]
Small = npt.NDArray[np.uint8]

CODE_BITS = 6
NODE_LIMIT = 1 << (32 - CODE_BITS)
CODE_LIMIT = 1 << CODE_BITS
OCCURRENCE_OF, RESOLVED_BY, INFERRED = 0, 1, 2
FREE = 3
"""Codes below this cost nothing: occurrence to component, assembly to resolution, inferred."""

_FREE_NAMES = (("occurrence_of", ""), ("resolved_by", ""), ("inferred", ""))


class Codes:
    """The codes of one graph: free ones first, then the pairs that occur, in order of text."""

    def __init__(self, pairs: Iterable[tuple[str, str]], *, limit: int = CODE_LIMIT) -> None:
        self.pairs = (*_FREE_NAMES, *sorted(set(pairs)))
        self.number = {pair: code for code, pair in enumerate(self.pairs) if code >= FREE}
        self.beside = len(self.pairs) > limit
        kinds = list(dict.fromkeys(kind for kind, _ in self.pairs))
        scopes = list(dict.fromkeys(scope for _, scope in self.pairs))
        if len(kinds) > CODE_LIMIT or len(scopes) > 256:
            raise BudgetExceededError(cost=len(kinds), limit=CODE_LIMIT, what="edge kinds")
        self.kind = np.array([kinds.index(kind) for kind, _ in self.pairs], dtype=np.uint8)
        self.scope = np.array([scopes.index(scope) for _, scope in self.pairs], dtype=np.uint8)
        self._pair = np.zeros((len(kinds), len(scopes)), dtype=np.int64)
        self._pair[self.kind, self.scope] = np.arange(len(self.pairs))

    def __len__(self) -> int:
        return len(self.pairs)

    def kind_of(self, code: int) -> str | None:
        """The edge kind of a stated edge; None for a free one."""
        return self.pairs[code][0] if code >= FREE else None

    def joined(self, kind: Ints, scope: Small) -> Ints:
        """Codes of kinds and dependency scopes that were kept apart."""
        found: Ints = self._pair[kind, scope]
        return found

    def allowed(self, mask: Mask) -> npt.NDArray[np.bool_]:
        """For every code whether a walk under the mask may take it; free ones always."""
        table = np.ones(len(self.pairs), dtype=np.bool_)
        for code in range(FREE, len(self.pairs)):
            kind, scope = self.pairs[code]
            table[code] = (mask.kinds is None or kind in mask.kinds) and (
                mask.dependency_scopes is None or scope in mask.dependency_scopes
            )
        return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One direction of a graph: the words of node n stand at ``begin[n]`` to ``begin[n + 1]``."""

    begin: Ints
    words: Words
    scopes: Small | None
    codes: Codes

    def row(self, node: int) -> tuple[Ints, Ints]:
        """Ends and codes of the edges at one node."""
        return self.at(np.arange(self.begin[node], self.begin[node + 1]))

    def at(self, positions: Ints) -> tuple[Ints, Ints]:
        """Ends and codes of the edges at these positions."""
        words = self.words[positions]
        ends = (words >> CODE_BITS).astype(np.int64)
        low = (words & (CODE_LIMIT - 1)).astype(np.int64)
        if self.scopes is None:
            return ends, low
        return ends, self.codes.joined(low, self.scopes[positions])


def pack(nodes: int, downstream: Ints, upstream: Ints, code: Ints, codes: Codes) -> Packed:
    """Edges by their downstream end, each once; swap the ends for the other direction.

    Raises BudgetExceededError for more nodes than 26 bits can name.
    """
    if nodes > NODE_LIMIT:
        raise BudgetExceededError(cost=nodes, limit=NODE_LIMIT, what="nodes")
    order = np.lexsort((code, upstream, downstream))
    downstream, upstream, code = downstream[order], upstream[order], code[order]
    if len(order):
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = (np.diff(downstream) != 0) | (np.diff(upstream) != 0) | (np.diff(code) != 0)
        downstream, upstream, code = downstream[fresh], upstream[fresh], code[fresh]
    begin = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(downstream, minlength=nodes), out=begin[1:])
    low = codes.kind[code].astype(np.int64) if codes.beside else code
    return Packed(
        begin=begin,
        words=((upstream << CODE_BITS) | low).astype(np.uint32),
        scopes=codes.scope[code] if codes.beside else None,
        codes=codes,
    )
