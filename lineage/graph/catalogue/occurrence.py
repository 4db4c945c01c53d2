"""Components inside assemblies, and through services: counted and paged without a row for each.

A row is an outer row (an assembly, or a service with an assembly that it carries) and a member of
its resolution. What is asked of the outer row is answered first; outer rows that answer alike
share one answer of the members.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from lineage.errors import BudgetExceededError, ColumnUnknownError
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.axis import KEY, Axis
from lineage.graph.catalogue.column import Column
from lineage.graph.catalogue.dictionary import Dictionary, Ints
from lineage.graph.catalogue.held import COLUMNS
from lineage.graph.catalogue.order import By, Order
from lineage.graph.catalogue.row import OccurrenceRow
from lineage.graph.catalogue.truth import Truth, everything, nothing

SORTED_AT_MOST = 20_000_000
"""Rows that an order of its own, or a group by both sides, may lay out; beyond it is refused."""
_KEPT = 4
_TIES = 32
COMPONENT = "component"


@dataclass(frozen=True, slots=True)
class Block:
    """Outer rows that answered alike, and what the members answer under them."""

    outer: Ints
    truth: Truth


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows that pass, as blocks; ``total`` of them, and so many that cannot be compared."""

    blocks: tuple[Block, ...]
    total: int
    cannot_compare: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows laid out: parallel arrays of outer slots and member slots."""

    outer: Ints
    held: Ints

    def __len__(self) -> int:
        return len(self.outer)


class Occurrences:
    """Rows (outer, member). ``relation`` is the outer row itself, or ``outer`` has ends for it."""

    def __init__(
        self,
        name: str,
        *,
        outer: Axis,
        relation: str | None,
        resolution: Ints,
        held: Axis,
        begins: Ints,
    ) -> None:
        """``resolution`` gives for each outer row where its members stand in ``begins``."""
        self.name = name
        self.outer = outer
        self.held = held
        self.resolution = resolution
        self.begins = begins
        self._relation = relation
        self._laid: OrderedDict[ask.Predicate | None, Laid] = OrderedDict()
        self._answers: OrderedDict[ask.Predicate | None, Chosen] = OrderedDict()
        self._lock = Lock()

    def chosen(self, where: ask.Predicate | None) -> Chosen:
        """Which rows pass; ColumnUnknownError, BudgetExceededError for too many ties in one."""
        with self._lock:
            known = self._answers.get(where)
        if known is None:
            known = self._asked(where)
            with self._lock:
                _keep(self._answers, where, known)
        return known

    def _asked(self, where: ask.Predicate | None) -> Chosen:
        living = self.outer.chosen(None).yes & (self.resolution >= 0)
        asked = list(dict.fromkeys(self._outward(where)))
        if len(asked) > _TIES:
            raise BudgetExceededError(cost=len(asked), limit=_TIES, what=f"ties of {self.name}")
        answers = [self._outer_truth(one) for one in asked]
        signature = np.zeros(self.outer.size, dtype=np.int64)
        for one in answers:
            signature *= 3
            signature += one.yes
            if one.unknown is not None:
                signature += 2 * one.unknown.astype(np.int64)
        blocks, total, lost = [], 0, 0
        kinds = np.unique(signature[living]).tolist()
        for kind in kinds:
            rows = np.flatnonzero(living & (signature == kind))
            digits = {one: (kind // 3 ** (len(asked) - 1 - at)) % 3 for at, one in enumerate(asked)}
            truth = self._members(where, digits)
            blocks.append(Block(rows, truth))
            total += int(self.counts(truth.yes)[self.resolution[rows]].sum())
            if truth.unknown is not None:
                lost += int(self.counts(truth.unknown)[self.resolution[rows]].sum())
        return Chosen(tuple(blocks), total, lost)

    def counts(self, mask: Any) -> Ints:
        """How many members of each resolution are in the mask."""
        sums = np.zeros(len(mask) + 1, dtype=np.int64)
        np.cumsum(mask, out=sums[1:])
        found: Ints = sums[self.begins[1:]] - sums[self.begins[:-1]]
        return found

    def _is_outer(self, where: ask.Predicate) -> bool:
        if not isinstance(where, ask.Tied):
            return False
        return where.relation == self._relation or where.relation in self.outer.ends

    def _outer_truth(self, where: ask.Tied) -> Truth:
        if where.relation == self._relation:
            return self.outer.chosen(where.where)
        return self.outer.chosen(where)

    def _outward(self, where: ask.Predicate | None) -> Iterator[ask.Tied]:
        match where:
            case ask.Every(parts) | ask.Some(parts):
                for part in parts:
                    yield from self._outward(part)
            case ask.Without(part):
                yield from self._outward(part)
            case ask.Tied() if self._is_outer(where):
                yield where

    def _members(self, where: ask.Predicate | None, digits: dict[ask.Tied, int]) -> Truth:
        size = self.held.size
        match where:
            case None:
                return everything(size)
            case ask.Every(parts):
                found = everything(size)
                for part in parts:
                    found = found.also(self._members(part, digits))
                return found
            case ask.Some(parts):
                found = nothing(size)
                for part in parts:
                    found = found.either(self._members(part, digits))
                return found
            case ask.Without(part):
                return self._members(part, digits).without()
            case ask.Tied() if where in digits:
                said = digits[where]
                if said == 2:
                    return Truth(nothing(size).yes, everything(size).yes)
                return everything(size) if said else nothing(size)
            case _:
                return self.held.truth(where)

    def laid(self, where: ask.Predicate | None) -> Laid:
        """The rows that pass laid out as an axis of their own; BudgetExceededError."""
        with self._lock:
            known = self._laid.get(where)
        if known is None:
            known = Laid(self, self._pairs(self.chosen(where)))
            with self._lock:
                _keep(self._laid, where, known)
        return known

    def _pairs(self, chosen: Chosen) -> Pairs:
        """Blocks laid out; BudgetExceededError for too many rows."""
        if chosen.total > SORTED_AT_MOST:
            raise BudgetExceededError(cost=chosen.total, limit=SORTED_AT_MOST, what=self.name)
        outer, held = [], []
        for block in chosen.blocks:
            counts = self.counts(block.truth.yes)
            members = np.flatnonzero(block.truth.yes)
            first = np.searchsorted(members, self.begins[:-1])
            number = self.resolution[block.outer]
            times = counts[number]
            source = np.repeat(np.arange(len(block.outer)), times)
            offset = np.repeat(first[number] - np.cumsum(times) + times, times)
            outer.append(block.outer[source])
            held.append(members[offset + np.arange(len(source))])
        none = np.zeros(0, dtype=np.int64)
        return Pairs(np.concatenate([none, *outer]), np.concatenate([none, *held]))

    def column(self, path: str, pairs: Pairs) -> Column:
        """The values of rows that are laid out; ColumnUnknownError."""
        relation, _, rest = path.partition(".")
        if relation == self._relation:
            return self.outer.column(rest or KEY).of(pairs.outer)
        if relation in self.outer.ends:
            return self.outer.column(f"{relation}.{rest or KEY}").of(pairs.outer)
        if relation == COMPONENT:
            return self.held.column(f"{COMPONENT}.{rest or KEY}").of(pairs.held)
        if path == KEY:
            return self._keys(pairs)
        if path not in self.held.columns:
            raise ColumnUnknownError(path=path, rows=self.name)
        return self.held.column(path).of(pairs.held)

    def _keys(self, pairs: Pairs) -> Column:
        keys = [self.key(int(a), int(h)) for a, h in zip(pairs.outer, pairs.held, strict=True)]
        held = Dictionary()
        codes = np.array([held.code(key) for key in keys], dtype=np.uint32)
        return Column(codes, held)

    def of_member(self, path: str) -> bool:
        """Whether the path speaks of the member alone."""
        return path.partition(".")[0] == COMPONENT or path in self.held.columns

    def key(self, outer: int, held: int) -> str:
        """The key of a row: the outer one's and the member's; neither has spaces of its own."""
        end = self.held.ends[COMPONENT]
        return f"{self.outer.key(outer)} {end.axis.key(int(end.slots[held]))}"


def _keep(found: OrderedDict[Any, Any], name: Any, value: Any) -> None:
    found[name] = value
    while len(found) > _KEPT:
        found.popitem(last=False)


class Laid(Axis):
    """Rows laid out: keys are put together when somebody looks."""

    def __init__(self, rows: Occurrences, pairs: Pairs) -> None:
        super().__init__(
            rows.name,
            keys=Dictionary(),
            size=len(pairs),
            columns={},
            supply=lambda path: rows.column(path, pairs),
        )
        self._rows = rows
        self._pairs = pairs
        self._orders: OrderedDict[tuple[By, ...], Order] = OrderedDict()

    def order(self, by: tuple[By, ...]) -> Order:
        """The rows by these fields, then by key; kept for the next page."""
        with self._lock:
            known = self._orders.get(by)
            if known is None:
                known = Order(self, by)
                _keep(self._orders, by, known)
            return known

    def rows(self, slots: Ints) -> tuple[OccurrenceRow, ...]:
        """Components inside assemblies as people see them."""
        paths = (*COLUMNS, "component.key", "assembly.key")
        return self.rows_of(OccurrenceRow, paths, slots)

    def key(self, slot: int) -> str:
        """The key of a row."""
        return self._rows.key(int(self._pairs.outer[slot]), int(self._pairs.held[slot]))

    def key_rank(self) -> Ints:
        """For every row the place of its key among all keys."""
        end = self._rows.held.ends[COMPONENT]
        members = end.axis.keys.rank()
        found: Ints = self._rows.outer.keys.rank()[self._pairs.outer + 1] * len(members)
        return found + members[end.slots[self._pairs.held] + 1]
