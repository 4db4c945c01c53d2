"""A stretch of occurrences in the order of their keys, found by counting: no row is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lineage.graph.catalogue.dictionary import Ints
from lineage.graph.catalogue.occurrence import COMPONENT, Chosen, Occurrences, Pairs
from lineage.graph.catalogue.order import Order, Paging, Position


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a page in order, and whether there are more on either side."""

    pairs: Pairs
    has_next: bool
    has_previous: bool


class Stretches:
    """Chosen rows by outer key, then member; ``outer`` is the order of the outer rows by key."""

    def __init__(self, rows: Occurrences, chosen: Chosen, outer: Order) -> None:
        self._rows = rows
        self._chosen = chosen
        self._outer = outer
        counts = np.zeros(rows.outer.size, dtype=np.int64)
        self._block = np.zeros(rows.outer.size, dtype=np.int64)
        for at, block in enumerate(chosen.blocks):
            counts[block.outer] = rows.counts(block.truth.yes)[rows.resolution[block.outer]]
            self._block[block.outer] = at
        self._ends: Ints = np.cumsum(counts[outer.slots])

    def cut(self, paging: Paging) -> Stretch:
        """The rows of a page; OrderInvalidError for a place of another order."""
        total = self._chosen.total
        begin = 0 if paging.after is None else self._before(paging.after, "after", beyond=True)
        end = total if paging.before is None else self._before(paging.before, "before")
        end = max(begin, end)
        if paging.first is not None:
            end = min(end, begin + paging.first)
        if paging.last is not None:
            begin = max(begin, end - paging.last)
        return Stretch(self._between(begin, end), end < total, begin > 0)

    def every(self, size: int) -> Iterator[Pairs]:
        """All chosen rows in order, so many at a time."""
        for begin in range(0, self._chosen.total, size):
            yield self._between(begin, min(begin + size, self._chosen.total))

    def _before(self, position: Position, name: str, *, beyond: bool = False) -> int:
        """How many chosen rows come before that place; with ``beyond`` the one there too."""
        self._outer.read(position, name)
        outer_key, _, member = position.key.rpartition(" ")
        at = self._outer.find(((), outer_key))
        found = int(self._ends[at - 1]) if at else 0
        if at == len(self._outer.slots):
            return found
        slot = int(self._outer.slots[at])
        if self._rows.outer.key(slot) != outer_key:
            return found
        end = self._rows.held.ends[COMPONENT]
        keys = [end.axis.key(int(end.slots[held])) for held in self._members(slot).tolist()]
        return found + sum(key < member or (beyond and key == member) for key in keys)

    def _members(self, slot: int) -> Ints:
        number = int(self._rows.resolution[slot])
        if number < 0 or not self._chosen.blocks:
            return np.zeros(0, dtype=np.int64)
        begin, end = self._rows.begins[number : number + 2].tolist()
        block = self._chosen.blocks[self._block[slot]]
        found: Ints = np.flatnonzero(block.truth.yes[begin:end]) + begin
        return found

    def _between(self, begin: int, end: int) -> Pairs:
        outer: list[Ints] = [np.zeros(0, dtype=np.int64)]
        held: list[Ints] = [np.zeros(0, dtype=np.int64)]
        at = int(np.searchsorted(self._ends, begin, side="right"))
        while begin < end:
            slot = int(self._outer.slots[at])
            members = self._members(slot)
            skipped = begin - (int(self._ends[at - 1]) if at else 0)
            taken = members[skipped : skipped + end - begin]
            outer.append(np.full(len(taken), slot, dtype=np.int64))
            held.append(taken)
            begin += len(taken)
            at += 1
        return Pairs(np.concatenate(outer), np.concatenate(held))
