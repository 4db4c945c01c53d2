"""The catalogue of one revision: its tables, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Generic, TypeVar

import numpy as np

from lineage.errors import ColumnUnknownError, VocabularyError
from lineage.graph.catalogue import assembly, carrying, component, edge
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.assembly import Assemblies
from lineage.graph.catalogue.axis import Axis
from lineage.graph.catalogue.component import Components
from lineage.graph.catalogue.countable import Masked, Rows, counted
from lineage.graph.catalogue.dictionary import Ints, Mask
from lineage.graph.catalogue.group import Counted, Groups, Measure, grouped
from lineage.graph.catalogue.held import Heap
from lineage.graph.catalogue.occurrence import Chosen, Laid, Occurrences
from lineage.graph.catalogue.order import By, Cut, Order, Paging, Position, keyed
from lineage.graph.catalogue.row import ROW_TYPES, Row
from lineage.graph.catalogue.standing import Standing
from lineage.graph.catalogue.stretch import Stretches
from lineage.graph.catalogue.tie import holding_links
from lineage.graph.projection.projection import Projection
from lineage.model.identity import Key
from lineage.model.revision import Revision, Scope
from lineage.record.view import View

R = TypeVar("R", bound=Row)
OCCURRENCES, USES = "occurrences", "uses"
TABLES = (*ROW_TYPES, USES)
"""What can be grouped: every list, and ``uses`` (a service, what it carries, what is in that)."""
OrderName = tuple[str, tuple[By, ...]]
_ORDERS = 12
_AT_ONCE = 1024
_DENSE = 8
"""Where more than one row in so many passes, rows are counted where they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[R]):
    """Rows in order, the exact number of all that pass, and what is on either side.

    ``positions`` are those of the rows, for cursors. ``cannot_compare`` counts rows that a version
    range or a comparison cannot speak of: they are not among ``total``.
    """

    rows: tuple[R, ...]
    positions: tuple[Position, ...]
    total: int
    cannot_compare: int
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How many rows pass, and how many cannot be compared."""

    total: int
    cannot_compare: int


class Catalogue:
    """Lists, filters and aggregates of one view. Safe to share between threads.

    A list and a walk of the same ``revision``, ``scope`` and ``stream`` never disagree: both are
    made of one ``view``.
    """

    def __init__(
        self,
        view: View,
        *,
        components: Components,
        assemblies: Assemblies,
        standing: Standing,
        heap: Heap,
        projection: Callable[[], Projection],
    ) -> None:
        self.view = view
        self.standing = standing
        self.heap = heap
        self.components = components
        self.assemblies = assemblies
        self._projection = projection
        self._lock = RLock()
        self.orders: dict[OrderName, Order] = {}
        self.pending: dict[OrderName, tuple[Order, set[Key]]] = {}
        self._tie()

    @property
    def revision(self) -> Revision:
        """The revision that it speaks of."""
        return self.view.revision

    @property
    def pack_revision(self) -> int:
        """The revision of the public knowledge that it speaks of."""
        return self.view.pack_revision

    @property
    def scope(self) -> Scope:
        """What counts in it."""
        return self.view.scope

    @property
    def stream(self) -> str | None:
        """The stream that stands in place of the default branch, if one was named."""
        return self.view.stream

    def page(
        self,
        table: str,
        where: ask.Predicate | None = None,
        by: Sequence[By] = (),
        paging: Paging | None = None,
    ) -> Page[Row]:
        """Rows of a list that pass, in order, then by key.

        Raises ColumnUnknownError for a field that the rows do not have, OrderInvalidError for a
        place of another order, BudgetExceededError, VocabularyError for a list that there is not.
        """
        if table in (OCCURRENCES, USES) and not by:
            return self._stretch(table, where, paging or Paging())
        axis, chosen, total, lost = self._chosen(table, where)
        order = self._order(table, axis, by)
        cut = order.cut(chosen, total, paging or Paging())
        return self._page(table, axis, order, cut, Total(total=total, cannot_compare=lost))

    def total(self, table: str, where: ask.Predicate | None = None) -> Total:
        """How many rows of a list pass."""
        if table in (OCCURRENCES, USES):
            found = self._pairs_of(table).chosen(where)
            return Total(total=found.total, cannot_compare=found.cannot_compare)
        _, _, total, lost = self._chosen(table, where)
        return Total(total=total, cannot_compare=lost)

    def group(
        self,
        table: str,
        by: Sequence[str],
        measure: Measure | None = None,
        where: ask.Predicate | None = None,
        top: int | None = None,
    ) -> Groups:
        """Rows of a list that pass, by the values of fields; dotted over a relation to one row.

        Groups come greatest first (by the measure), then by keys; with ``top`` the others are one.
        Raises what ``page`` raises.
        """
        asked = measure or Measure()
        rows: Counted
        if table in (OCCURRENCES, USES):
            inside = self._pairs_of(table)
            chosen = inside.chosen(where)
            rows = counted(inside, chosen, where, [*by, *([asked.path] if asked.path else [])])
            return grouped(rows, by, asked, top, cannot_compare=chosen.cannot_compare)
        axis, mask, total, lost = self._chosen(table, where)
        if asked.path is None and 0 < total * _DENSE > axis.size > total:
            rows = Masked(axis, mask)
        else:
            rows = Rows(axis, None if total == axis.size else np.flatnonzero(mask))
        return grouped(rows, by, asked, top, cannot_compare=lost)

    def row(self, table: str, key: str) -> Row | None:
        """One row by its key; None if there is none such."""
        if table in (OCCURRENCES, USES):
            raise ColumnUnknownError(path="key", rows=table)
        axis = self.axis(table)
        slot = axis.slot(key)
        return None if slot is None else self._rows(table, axis, np.array([slot]))[0]

    def every(
        self, table: str, where: ask.Predicate | None = None, by: Sequence[By] = ()
    ) -> Iterator[Row]:
        """All rows that pass, in order, made a thousand at a time."""
        if table in (OCCURRENCES, USES) and not by:
            inside = self._pairs_of(table)
            for pairs in self._stretches(table, inside.chosen(where)).every(_AT_ONCE):
                yield from Laid(inside, pairs).rows(np.arange(len(pairs)))
            return
        axis, chosen, total, _ = self._chosen(table, where)
        order = self._order(table, axis, by)
        slots = order.cut(chosen, total, Paging()).slots
        for at in range(0, len(slots), _AT_ONCE):
            yield from self._rows(table, axis, slots[at : at + _AT_ONCE])

    def axis(self, table: str) -> Axis:
        """The rows of a list: components, assemblies, edges or carries; VocabularyError."""
        match table:
            case component.NAME:
                return self.components.axis
            case assembly.NAME:
                return self.assemblies.axis
            case edge.NAME:
                return self.edges
            case carrying.NAME:
                return self.carries
        raise VocabularyError(text=table, table="list", known=", ".join(TABLES))

    @cached_property
    def edges(self) -> Axis:
        """The edges that hold everywhere."""
        return edge.edges_of(self.view, self.components)

    @cached_property
    def carries(self) -> Axis:
        """Services and the assemblies that they carry."""
        return carrying.carries_of(self._projection(), self.components, self.assemblies)

    @cached_property
    def occurrences(self) -> Occurrences:
        """Components inside assemblies."""
        with self._lock:
            axis = self.assemblies.axis
            resolution = self.heap.numbers(
                axis.column("resolution"),
                lambda slot: self.view.assemblies[Key(axis.key(slot))].content,
                self.components,
            )
            return Occurrences(
                OCCURRENCES,
                outer=axis,
                relation="assembly",
                resolution=resolution,
                held=self.heap.axis(self.components),
                begins=self.heap.begins(),
            )

    @cached_property
    def uses(self) -> Occurrences:
        """Services, the assemblies that they carry, and the components inside those."""
        inside, carries = self.occurrences, self.carries
        slots = carries.ends["assembly"].slots
        return Occurrences(
            USES,
            outer=carries,
            relation=None,
            resolution=inside.resolution[slots],
            held=inside.held,
            begins=inside.begins,
        )

    def _tie(self) -> None:
        links = holding_links(
            self.components.axis,
            self.assemblies.axis,
            occurrences=lambda: self.occurrences,
            carries=lambda: self.carries,
            edges=lambda: self.edges,
        )
        self.components.axis.links.update(links.components)
        self.assemblies.axis.links.update(links.assemblies)

    def _pairs_of(self, table: str) -> Occurrences:
        return self.occurrences if table == OCCURRENCES else self.uses

    def _chosen(self, table: str, where: ask.Predicate | None) -> tuple[Axis, Mask, int, int]:
        if table in (OCCURRENCES, USES):
            inside = self._pairs_of(table)
            found = inside.chosen(where)
            laid = inside.laid(where)
            return laid, np.ones(laid.size, dtype=np.bool_), found.total, found.cannot_compare
        axis = self.axis(table)
        truth = axis.chosen(where)
        lost = 0 if truth.unknown is None else int(np.count_nonzero(truth.unknown))
        total = len(axis) if where is None else int(np.count_nonzero(truth.yes))
        return axis, truth.yes, total, lost

    def _order(self, table: str, axis: Axis, by: Sequence[By]) -> Order:
        fields = keyed(by)
        if isinstance(axis, Laid):
            return axis.order(fields)
        with self._lock:
            known = self.orders.pop((table, fields), None)
            before = self.pending.pop((table, fields), None)
            if known is None and before is not None:
                codes = sorted(axis.keys.find(key) or 0 for key in before[1])
                known = before[0].moved(axis, np.array(codes, dtype=np.int64) - 1)
            if known is None:
                known = Order(axis, fields)
            self.orders[table, fields] = known
            while len(self.orders) > _ORDERS:
                del self.orders[next(iter(self.orders))]
            return known

    def _stretch(self, table: str, where: ask.Predicate | None, paging: Paging) -> Page[Row]:
        inside, chosen = self._pairs_of(table), self._pairs_of(table).chosen(where)
        found = self._stretches(table, chosen).cut(paging)
        axis = Laid(inside, found.pairs)
        slots = np.arange(axis.size)
        return Page(
            rows=axis.rows(slots),
            positions=tuple(Position((), axis.key(slot)) for slot in slots.tolist()),
            total=chosen.total,
            cannot_compare=chosen.cannot_compare,
            has_next=found.has_next,
            has_previous=found.has_previous,
        )

    def _stretches(self, table: str, chosen: Chosen) -> Stretches:
        inside = self._pairs_of(table)
        name = carrying.NAME if table == USES else assembly.NAME
        return Stretches(inside, chosen, self._order(name, inside.outer, ()))

    def _page(self, table: str, axis: Axis, order: Order, cut: Cut, total: Total) -> Page[Row]:
        return Page(
            rows=self._rows(table, axis, cut.slots),
            positions=order.positions(cut.slots),
            total=total.total,
            cannot_compare=total.cannot_compare,
            has_next=cut.has_next,
            has_previous=cut.has_previous,
        )

    def _rows(self, table: str, axis: Axis, slots: Ints) -> tuple[Row, ...]:
        match table:
            case component.NAME:
                return self.components.rows(slots)
            case assembly.NAME:
                return self.assemblies.rows(slots)
            case edge.NAME:
                return edge.edge_rows(axis, slots)
            case carrying.NAME:
                return carrying.carries_rows(axis, slots)
            case _ if isinstance(axis, Laid):
                return axis.rows(slots)
        raise VocabularyError(text=table, table="list", known=", ".join(ROW_TYPES))
