"""Rows in order, and pages of them by key: no page costs more than another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from typing import Any

import numpy as np

from lineage.errors import OrderInvalidError
from lineage.graph.catalogue.axis import KEY, Axis
from lineage.graph.catalogue.dictionary import Ints, Mask
from lineage.graph.catalogue.filled import filled
from lineage.graph.catalogue.value import order_of, plain, restored

_SCAN = 4096
_WHOLE = 1 << 16
"""Where a page is expected within so many rows, the order is read row by row until it is full."""


@dataclass(frozen=True, slots=True)
class By:
    """One field of an order. What nobody says comes last, whichever way it goes."""

    path: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in an order: its values there (as JSON) and its key, never a rank."""

    values: tuple[Any, ...]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which part of an order: the first so many after a place, or the last so many before one.

    Without ``first`` and ``last`` it is everything between the two places.
    """

    first: int | None = None
    after: Position | None = None
    last: int | None = None
    before: Position | None = None

    def __post_init__(self) -> None:
        for name, count in (("first", self.first), ("last", self.last)):
            if count is not None and count < 0:
                raise OrderInvalidError(path=name, reason=f"{count} is less than 0")
        if self.first is not None and self.last is not None:
            raise OrderInvalidError(path="last", reason="first is there already: one of the two")


@dataclass(frozen=True, slots=True)
class Cut:
    """Slots of a page in order, and whether there are more on either side."""

    slots: Ints
    has_next: bool
    has_previous: bool


class Order:
    """The living rows of an axis by several fields, then by key. Immutable."""

    def __init__(self, axis: Axis, by: Sequence[By], slots: Ints | None = None) -> None:
        """Sort the rows; ``slots`` are those in order where that is known. ColumnUnknownError."""
        self.by = tuple(by)
        self.axis = axis
        self._columns = tuple((axis.column(one.path), one.descending) for one in self.by)
        self.slots = self._sorted() if slots is None else slots
        self._inverse: Ints | None = None

    def _sorted(self) -> Ints:
        axis = self.axis
        ranks = [axis.key_rank()]
        for column, descending in reversed(self._columns):
            rank = column.rank()
            said = np.where(rank == 0, np.iinfo(np.int64).max, -rank if descending else rank)
            ranks.append(said)
        found = np.lexsort(ranks)
        return found if axis.alive is None else found[axis.alive[found]]

    def moved(self, axis: Axis, changed: Ints) -> Order:
        """The order of the axis at a later revision, where only these rows are others."""
        dirty = np.zeros(axis.size, dtype=np.bool_)
        dirty[changed] = True
        kept = self.slots[~dirty[self.slots]]
        base = Order(axis, self.by, kept)
        living = [slot for slot in changed.tolist() if axis.alive is None or axis.alive[slot]]

        def compared(one: int, other: int) -> int:
            return base.compare(one, base.place(other))

        living.sort(key=cmp_to_key(compared))
        places = [base.find(base.place(slot)) for slot in living]
        return Order(axis, self.by, np.insert(kept, places, living))

    def place(self, slot: int) -> tuple[tuple[Any, ...], str]:
        """What a row is ordered by."""
        return tuple(column.at(slot) for column, _ in self._columns), self.axis.key(slot)

    def position(self, slot: int) -> Position:
        """The place of a row for a cursor."""
        return self.positions(np.array([slot], dtype=np.int64))[0]

    def positions(self, slots: Ints) -> tuple[Position, ...]:
        """The places of these rows for cursors."""
        columns = [[plain(one) for one in column.values_of(slots)] for column, _ in self._columns]
        values = list(zip(*columns, strict=True)) if columns else [()] * len(slots)
        keys = [self.axis.key(slot) for slot in slots.tolist()]
        return filled(Position, len(slots), {"values": values, "key": keys})

    def compare(self, slot: int, place: tuple[tuple[Any, ...], str]) -> int:
        """-1, 0 or 1: whether the row comes before that place, is there, or comes after."""
        values, key = place
        for (column, descending), value in zip(self._columns, values, strict=True):
            own = column.at(slot)
            if own == value:
                continue
            if own is None or value is None:
                return 1 if own is None else -1
            mine, theirs = order_of(own), order_of(value)
            if mine != theirs:
                return (1 if mine > theirs else -1) * (-1 if descending else 1)
        own_key = self.axis.key(slot)
        return (own_key > key) - (own_key < key)

    def find(self, place: tuple[tuple[Any, ...], str], *, beyond: bool = False) -> int:
        """How many rows come before that place; with ``beyond`` the one there counts too."""
        low, high = 0, len(self.slots)
        while low < high:
            middle = (low + high) // 2
            found = self.compare(int(self.slots[middle]), place)
            if found < 0 or (beyond and found == 0):
                low = middle + 1
            else:
                high = middle
        return low

    def cut(self, chosen: Mask, total: int, paging: Paging) -> Cut:
        """The rows of a page among the chosen ones, of which there are ``total``.

        OrderInvalidError for a place that is none of this order.
        """
        begin, end = 0, len(self.slots)
        if paging.after is not None:
            begin = self.find(self.read(paging.after, "after"), beyond=True)
        if paging.before is not None:
            end = max(begin, self.find(self.read(paging.before, "before")))
        wanted = paging.last if paging.last is not None else paging.first
        limit = total if wanted is None else wanted
        backward = paging.last is not None
        found = self._take(chosen, total, begin, end, min(limit, total) + 1, backward=backward)
        more = len(found) > limit
        found = found[:limit]
        if backward:
            after = end < len(self.slots) and self._any(chosen, total, end, len(self.slots))
            return Cut(found[::-1], after, more)
        before = begin > 0 and self._any(chosen, total, 0, begin)
        after = more or (end < len(self.slots) and self._any(chosen, total, end, len(self.slots)))
        return Cut(found, after, before)

    def read(self, position: Position, name: str) -> tuple[tuple[Any, ...], str]:
        """What a cursor says; OrderInvalidError for a place of another order."""
        if len(position.values) != len(self.by):
            reason = f"it has {len(position.values)} values, the order {len(self.by)} fields"
            raise OrderInvalidError(path=name, reason=reason)
        try:
            return tuple(restored(value) for value in position.values), position.key
        except ValueError as error:
            raise OrderInvalidError(path=name, reason=str(error)) from None

    def _any(self, chosen: Mask, total: int, begin: int, end: int) -> bool:
        return bool(len(self._take(chosen, total, begin, end, 1, backward=False)))

    def _take(
        self, chosen: Mask, total: int, begin: int, end: int, count: int, *, backward: bool
    ) -> Ints:
        """Up to ``count`` chosen rows between two places of the order, nearest first."""
        if not total or begin >= end or not count:
            return self.slots[:0]
        span = end - begin
        expected = count * len(self.slots) // total
        if expected > _WHOLE and span > _WHOLE:
            return self._picked(chosen, begin, end, count, backward=backward)
        found: list[Ints] = []
        size, held = max(_SCAN, expected + expected // 4), 0
        at = end if backward else begin
        while held < count and (at > begin if backward else at < end):
            low, high = (max(begin, at - size), at) if backward else (at, min(end, at + size))
            part = self.slots[low:high]
            part = part[chosen[part]]
            found.append(part[::-1] if backward else part)
            held += len(part)
            at = low if backward else high
            size *= 2
        return np.concatenate(found)[:count] if found else self.slots[:0]

    def _picked(self, chosen: Mask, begin: int, end: int, count: int, *, backward: bool) -> Ints:
        """The same where few rows are chosen: their places are looked up instead."""
        places = self._places()[np.flatnonzero(chosen)]
        places = places[(places >= begin) & (places < end)]
        if backward:
            places = -places
        if len(places) > count:
            places = np.partition(places, count - 1)[:count]
        places.sort()
        return self.slots[np.abs(places)]

    def _places(self) -> Ints:
        found = self._inverse
        if found is None:
            found = np.full(self.axis.size, -1, dtype=np.int64)
            found[self.slots] = np.arange(len(self.slots))
            self._inverse = found
        return found


def keyed(by: Sequence[By]) -> tuple[By, ...]:
    """An order without what it says twice; the key ends it anyway."""
    found: dict[str, By] = {}
    for one in by:
        found.setdefault(one.path, one)
        if one.path == KEY:
            break
    return tuple(found.values())
