"""Rows of an answer by the same grammar as every list: narrowed, ordered, paged, grouped.

Which answers have such rows, and what a row says itself (its verdict, its depth), stands in
``SIEVES``; any other term is asked of the row's component in the catalogue of the revision that
the answer saw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np

from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.axis import Axis, End
from lineage.graph.catalogue.catalogue import Catalogue
from lineage.graph.catalogue.column import column_of
from lineage.graph.catalogue.dictionary import Dictionary
from lineage.graph.catalogue.order import By, Order, Paging, Position
from lineage.model.identity import Key
from lineage.model.revision import At
from queries.question import Handle, catalogue_of

R = TypeVar("R")
_PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What rows of one kind say themselves, by column, and the assembly that a row is in."""

    columns: Mapping[str, Callable[[Any], Any]]
    assembly: Callable[[Any], str | None] | None = None


_NAMED: Mapping[str, Callable[[Any], Any]] = {
    name: attrgetter(name) for name in ("key", "kind", "name")
}
SIEVES: Mapping[str, Sieve] = MappingProxyType(
    {
        "affected": Sieve(
            columns={
                **_NAMED,
                "verdict": attrgetter("verdict"),
                "reason": attrgetter("reason"),
                "depth": lambda row: max(len(row.path) - 1, 0),
            },
            assembly=attrgetter("assembly"),
        ),
        "upstream": Sieve(
            columns={
                **_NAMED,
                "depth": attrgetter("depth"),
                "edge": lambda row: row.hop.edge if row.hop else None,
                "assemblies": lambda row: row.assemblies or None,
            }
        ),
    }
)
"""The rows of answers that can be narrowed, by the name of their field and of their terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted(Generic[R]):
    """A page of rows, with the exact number of all that pass.

    ``cannot_compare`` counts rows of which the filter cannot say; they are not among ``total``.
    """

    items: tuple[R, ...]
    positions: tuple[Position, ...]
    total: int
    cannot_compare: int
    has_next: bool
    has_previous: bool


def sifted(
    items: Sequence[R],
    catalogue: Catalogue,
    where: ask.Predicate | None = None,
    by: Sequence[By] = (),
    paging: Paging | None = None,
    *,
    rows: str = "affected",
) -> Sifted[R]:
    """The rows that pass, in order; without an order in that of the answer.

    Raises ColumnUnknownError, OrderInvalidError (a place of another order).
    """
    axis = _axis(items, SIEVES[rows], rows, catalogue)
    truth = axis.chosen(where)
    total = int(np.count_nonzero(truth.yes))
    order = Order(axis, tuple(by) or (By(_PLACE),))
    cut = order.cut(truth.yes, total, paging or Paging())
    slots = cut.slots.tolist()
    return Sifted(
        items=tuple(items[slot] for slot in slots),
        positions=order.positions(cut.slots),
        total=total,
        cannot_compare=0 if truth.unknown is None else int(np.count_nonzero(truth.unknown)),
        has_next=cut.has_next,
        has_previous=cut.has_previous,
    )


def catalogue_with(items: Sequence[Any], rows: str, handle: Handle, at: At) -> Catalogue:
    """The catalogue that knows the components of these rows.

    An archived assembly that was named is in an answer, but in no list unless it is taken in.
    """
    catalogue = catalogue_of(handle, at)
    inside = SIEVES[rows].assembly
    named = {row.key for row in items}
    if inside is not None:
        named |= {Key(key) for row in items if (key := inside(row)) is not None}
    archived = catalogue.view.left_out.archived.intersection(named)
    if not archived:
        return catalogue
    return catalogue_of(handle, replace(at, archived=at.archived | archived))


def _axis(items: Sequence[Any], sieve: Sieve, name: str, catalogue: Catalogue) -> Axis:
    inside = sieve.assembly or (lambda _: None)
    places = [(row.key, inside(row)) for row in items]
    ends = {"component": _end(catalogue.components.axis, [key for key, _ in places])}
    if sieve.assembly is not None:
        ends["assembly"] = _end(catalogue.assemblies.axis, [key for _, key in places])
    columns = {path: column_of([of(row) for row in items]) for path, of in sieve.columns.items()}
    return Axis(
        name,
        keys=Dictionary(f"{key} {assembly or ''}" for key, assembly in places),
        size=len(items),
        columns={**columns, _PLACE: column_of(range(len(items)))},
        ends=ends,
        base="component",
    )


def _end(axis: Axis, keys: Sequence[str | None]) -> End:
    slots = [-1 if key is None or (at := axis.slot(key)) is None else at for key in keys]
    return End(axis, np.array(slots, dtype=np.int64))
