"""Which holdings name a statement, and how well: an index that follows the holdings.

Built once over all of them; what opens and closes later is kept beside it, and merged in when it
has become much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.record.claimed import UNHELD, slot_of, weight
from lineage.record.snapshot import LiveHolding, SlotState

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Place = tuple[str, str, str | None]
_BESIDE = 48


@dataclass(frozen=True, slots=True)
class Standing:
    """Of some statements: how many hold each, and ``order``, ``newest`` and ``world`` of Claimed.

    What nobody holds has the order UNHELD, newest 0 and no world.
    """

    held: Numbers
    order: Numbers
    newest: Numbers
    world: Flags


class Holders:
    """The index of the holdings of one snapshot, by (stream, slot, assembly)."""

    def __init__(
        self, holdings: Iterable[LiveHolding], slots: Mapping[tuple[str, str], SlotState]
    ) -> None:
        self._numbers: dict[Place, int] = {}
        self._arrays: list[Numbers] = []
        self._weights: list[int] = []
        self._revisions: list[int] = []
        self._worlds: list[bool] = []
        self._alive: list[bool] = []
        self._beside: set[int] = set()
        self._ids: Numbers = np.empty(0, dtype=np.int64)
        self._by: npt.NDArray[np.int32] = np.empty(0, dtype=np.int32)
        for one in holdings:
            self._add(one, slot_of(slots, one))
        self._index()

    def open(self, holding: LiveHolding, slot: SlotState) -> None:
        """A holding is there now; where another one of its place was, ``close`` that first."""
        self._beside.add(self._add(holding, slot))
        if len(self._beside) > _BESIDE:
            self._index()

    def close(self, place: Place) -> None:
        """The holding of that place is there no longer."""
        number = self._numbers.pop(place)
        self._alive[number] = False
        self._beside.discard(number)

    def of(self, ids: Numbers) -> Standing:
        """How these statements (sorted ids) stand."""
        held = np.zeros(len(ids), dtype=np.int64)
        order = np.full(len(ids), UNHELD, dtype=np.int64)
        newest = np.zeros(len(ids), dtype=np.int64)
        world = np.zeros(len(ids), dtype=np.bool_)
        self._of_indexed(ids, held, order, newest, world)
        for number in self._beside:
            at, found = _among(ids, self._arrays[number])
            at = at[found]
            held[at] += 1
            order[at] = np.minimum(order[at], self._weights[number])
            newest[at] = np.maximum(newest[at], self._revisions[number])
            world[at] |= self._worlds[number]
        return Standing(held, order, newest, world)

    def _of_indexed(
        self, ids: Numbers, held: Numbers, order: Numbers, newest: Numbers, world: Flags
    ) -> None:
        low = np.searchsorted(self._ids, ids, side="left")
        many = np.searchsorted(self._ids, ids, side="right") - low
        rows = np.flatnonzero(many)
        if not len(rows):
            return
        sizes = many[rows]
        starts = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum())) + np.repeat(low[rows] - starts, sizes)
        by = self._by[places]
        alive = np.array(self._alive[: self._indexed], dtype=np.bool_)[by]
        held[rows] = np.add.reduceat(alive.astype(np.int64), starts)
        weights = np.where(alive, self._weighed[by], UNHELD)
        order[rows] = np.minimum.reduceat(weights, starts)
        newest[rows] = np.maximum.reduceat(np.where(alive, self._dated[by], 0), starts)
        world[rows] = np.logical_or.reduceat(alive & self._worldly[by], starts)

    def _add(self, holding: LiveHolding, slot: SlotState) -> int:
        number = len(self._arrays)
        self._numbers[holding.stream, holding.slot, holding.assembly] = number
        self._arrays.append(holding.statements)
        self._weights.append(weight(slot.precedence, holding.revision))
        self._revisions.append(holding.revision)
        self._worlds.append(holding.assembly is None)
        self._alive.append(True)
        return number

    def _index(self) -> None:
        """Index everything that is alive; the dead are forgotten."""
        kept = sorted(self._numbers.items(), key=lambda item: item[1])
        order = [number for _, number in kept]
        self._numbers = {place: at for at, (place, _) in enumerate(kept)}
        self._arrays = [self._arrays[number] for number in order]
        self._weights = [self._weights[number] for number in order]
        self._revisions = [self._revisions[number] for number in order]
        self._worlds = [self._worlds[number] for number in order]
        self._alive = [True] * len(order)
        self._beside = set()
        self._indexed = len(order)
        self._weighed = np.array(self._weights, dtype=np.int64)
        self._dated = np.array(self._revisions, dtype=np.int64)
        self._worldly = np.array(self._worlds, dtype=np.bool_)
        sizes = [len(one) for one in self._arrays]
        ids = np.concatenate([*self._arrays, np.empty(0, dtype=np.int64)])
        by = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
        rank = np.argsort(ids, kind="stable")
        self._ids, self._by = ids[rank], by[rank]


def _among(ids: Numbers, some: Numbers) -> tuple[npt.NDArray[np.intp], Flags]:
    """Where each of ``some`` would stand among the sorted ids, and whether it is there."""
    if not len(ids):
        return np.zeros(len(some), dtype=np.intp), np.zeros(len(some), dtype=np.bool_)
    at = np.searchsorted(ids, some)
    found = ids[np.minimum(at, len(ids) - 1)] == some
    return at, found & (at < len(ids))
