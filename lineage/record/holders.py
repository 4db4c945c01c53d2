"""Which holdings name a statement, and how well: an index that follows the holdings.

Built once over all of them; what opens and closes later is kept beside it, and merged in when it
has become much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.record.claimed import UNHELD, slot_of, weight
from lineage.record.snapshot import LiveHolding, SlotState

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Place = tuple[str, str, str | None]
_BESIDE = 48
_ROW = np.dtype(
    [("weight", np.int64), ("revision", np.int64), ("world", np.bool_), ("alive", np.bool_)]
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of some statements: how many hold each, and ``order``, ``newest`` and ``world`` of Claimed.

    What nobody holds has the order UNHELD, newest 0 and no world.
    """

    held: Numbers
    order: Numbers
    newest: Numbers
    world: Flags


@dataclass(frozen=True, slots=True)
class _Segment:
    """The ids that some holdings name, sorted, and the number of the holding that names each."""

    ids: Numbers
    by: Numbers


class Holders:
    """The index of the holdings of one snapshot, by (stream, slot, assembly).

    Segments are merged as they grow, so that an id is sorted again a few times, not at each push.
    """

    def __init__(
        self, holdings: Iterable[LiveHolding], slots: Mapping[tuple[str, str], SlotState]
    ) -> None:
        self._numbers: dict[Place, int] = {}
        self._arrays: list[Numbers] = []
        self._rows: npt.NDArray[np.void] = np.zeros(0, dtype=_ROW)
        self._beside: set[int] = set()
        self._segments: list[_Segment] = []
        for one in holdings:
            self._add(one, slot_of(slots, one))
        self._index()

    def open(self, holding: LiveHolding, slot: SlotState) -> None:
        """A holding is there now; where another one of its place was, ``close`` that first."""
        self._beside.add(self._add(holding, slot))
        if len(self._beside) > _BESIDE:
            self._settle()

    def close(self, place: Place) -> None:
        """The holding of that place is there no longer."""
        number = self._numbers.pop(place)
        self._rows["alive"][number] = False
        self._beside.discard(number)

    def of(self, ids: Numbers) -> Standing:
        """How these statements (sorted ids) stand."""
        found = Standing(
            held=np.zeros(len(ids), dtype=np.int64),
            order=np.full(len(ids), UNHELD, dtype=np.int64),
            newest=np.zeros(len(ids), dtype=np.int64),
            world=np.zeros(len(ids), dtype=np.bool_),
        )
        for segment in self._segments:
            self._of_segment(segment, ids, found)
        for number in self._beside:
            row = self._rows[number]
            at, there = _among(ids, self._arrays[number])
            at = at[there]
            found.held[at] += 1
            found.order[at] = np.minimum(found.order[at], row["weight"])
            found.newest[at] = np.maximum(found.newest[at], row["revision"])
            found.world[at] |= row["world"]
        return found

    def _of_segment(self, segment: _Segment, ids: Numbers, found: Standing) -> None:
        low = np.searchsorted(segment.ids, ids, side="left")
        many = np.searchsorted(segment.ids, ids, side="right") - low
        at = np.flatnonzero(many)
        if not len(at):
            return
        sizes = many[at]
        starts = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum())) + np.repeat(low[at] - starts, sizes)
        rows = self._rows[segment.by[places]]
        alive = rows["alive"]
        weights = np.where(alive, rows["weight"], UNHELD)
        revisions = np.where(alive, rows["revision"], 0)
        found.held[at] += np.add.reduceat(alive.astype(np.int64), starts)
        found.order[at] = np.minimum(found.order[at], np.minimum.reduceat(weights, starts))
        found.newest[at] = np.maximum(found.newest[at], np.maximum.reduceat(revisions, starts))
        found.world[at] |= np.logical_or.reduceat(alive & rows["world"], starts)

    def _add(self, holding: LiveHolding, slot: SlotState) -> int:
        number = len(self._arrays)
        if number == len(self._rows):
            more = np.zeros(max(_BESIDE, number), dtype=_ROW)
            self._rows = np.concatenate([self._rows, more])
        self._numbers[holding.stream, holding.slot, holding.assembly] = number
        self._arrays.append(holding.statements)
        order = weight(slot.precedence, holding.revision)
        self._rows[number] = (order, holding.revision, holding.assembly is None, True)
        return number

    def _settle(self) -> None:
        """Index what stands beside; all of it where most of what is indexed is dead."""
        if len(self._arrays) > 2 * len(self._numbers) + _BESIDE:
            self._index()
            return
        self._segments.append(self._segment(sorted(self._beside)))
        self._beside = set()
        while len(self._segments) > 1 and _heavy(*self._segments[-2:]):
            one, other = self._segments.pop(), self._segments.pop()
            ids, by = np.concatenate([other.ids, one.ids]), np.concatenate([other.by, one.by])
            kept = self._rows["alive"][by]
            self._segments.append(_sorted(ids[kept], by[kept]))

    def _index(self) -> None:
        """Index everything that is alive; the dead are forgotten."""
        kept = sorted(self._numbers.items(), key=lambda item: item[1])
        order = [number for _, number in kept]
        self._numbers = {place: at for at, (place, _) in enumerate(kept)}
        self._arrays = [self._arrays[number] for number in order]
        self._rows = self._rows[np.array(order, dtype=np.int64)]
        self._beside = set()
        self._segments = [self._segment(range(len(order)))]

    def _segment(self, numbers: Sequence[int]) -> _Segment:
        arrays = [self._arrays[number] for number in numbers]
        by = np.repeat(np.array(numbers, dtype=np.int64), [len(one) for one in arrays])
        return _sorted(np.concatenate([*arrays, np.empty(0, dtype=np.int64)]), by)


def _heavy(one: _Segment, last: _Segment) -> bool:
    """Whether the last segment is no longer much smaller than the one before it."""
    return 2 * len(last.ids) > len(one.ids)


def _sorted(ids: Numbers, by: Numbers) -> _Segment:
    rank = np.argsort(ids, kind="stable")
    return _Segment(ids[rank], by[rank])


def _among(ids: Numbers, some: Numbers) -> tuple[npt.NDArray[np.intp], Flags]:
    """Where each of ``some`` would stand among the sorted ids, and whether it is there."""
    if not len(ids):
        return np.zeros(len(some), dtype=np.intp), np.zeros(len(some), dtype=np.bool_)
    at = np.searchsorted(ids, some)
    found = ids[np.minimum(at, len(ids) - 1)] == some
    return at, found & (at < len(ids))
