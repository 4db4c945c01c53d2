"""Items of an impact answer by the same grammar as every list: narrowed, ordered, paged, grouped.

A term that is not the item's own (verdict, reason, depth, assembly) is asked of its component in
the catalogue of the revision that the answer saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.column import column_of
from lineage.graph.catalogue.dictionary import Dictionary
from lineage.graph.catalogue.order import By, Order, Paging, Position
from queries.affected import Affected

NAME = "affected"
_PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """A page of items, with the exact number of all that pass.

    ``cannot_compare`` counts items of which the filter cannot say; they are not among ``total``.
    """

    items: tuple[Affected, ...]
    positions: tuple[Position, ...]
    total: int
    cannot_compare: int
    has_next: bool
    has_previous: bool


def sifted(
    items: Sequence[Affected],
    catalogue: Catalogue,
    where: ask.Predicate | None = None,
    by: Sequence[By] = (),
    paging: Paging | None = None,
) -> Sifted:
    """The items that pass, in order; without an order in that of the answer, worst first.

    Raises ColumnUnknownError, OrderInvalidError (a place of another order).
    """
    axis = items_axis(items, catalogue)
    truth = axis.chosen(where)
    total = int(np.count_nonzero(truth.yes))
    order = Order(axis, tuple(by) or (By(_PLACE),))
    cut = order.cut(truth.yes, total, paging or Paging())
    slots = cut.slots.tolist()
    return Sifted(
        items=tuple(items[slot] for slot in slots),
        positions=tuple(order.position(slot) for slot in slots),
        total=total,
        cannot_compare=0 if truth.unknown is None else int(np.count_nonzero(truth.unknown)),
        has_next=cut.has_next,
        has_previous=cut.has_previous,
    )


def items_axis(items: Sequence[Affected], catalogue: Catalogue) -> Axis:
    """Items as rows; their ends ``component`` and ``assembly``."""
    components, assemblies = catalogue.components.axis, catalogue.assemblies.axis
    return Axis(
        NAME,
        keys=Dictionary(f"{one.key} {one.assembly or ''}" for one in items),
        size=len(items),
        columns={
            "key": column_of([one.key for one in items]),
            "kind": column_of([one.kind for one in items]),
            "name": column_of([one.name for one in items]),
            "verdict": column_of([one.verdict for one in items]),
            "reason": column_of([one.reason for one in items]),
            "depth": column_of([max(len(one.path) - 1, 0) for one in items]),
            _PLACE: column_of(range(len(items))),
        },
        ends={
            "component": _end(components, [one.key for one in items]),
            "assembly": _end(assemblies, [one.assembly for one in items]),
        },
        base="component",
    )


def _end(axis: Axis, keys: Sequence[str | None]) -> End:
    slots = [-1 if key is None or (at := axis.slot(key)) is None else at for key in keys]
    return End(axis, np.array(slots, dtype=np.int64))
