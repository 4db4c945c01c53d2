"""An answer whose rows are narrowed and ordered by the grammar of every list.

That is no other question: the headline, the counts, the completeness and what is decided by them
stay those of the whole answer, which says beside its rows what they were narrowed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from types import MappingProxyType
from typing import Any

import orjson

from lineage.model.revision import At
from queries.listing import plain_where
from queries.question import Handle
from queries.rowed import rows_field
from queries.sift import SIEVES, catalogue_with, sifted
from queries.where import order_of, where_text

_BESIDE = "beside"
BESIDE: Mapping[str, Any] = MappingProxyType({_BESIDE: True})
"""The metadata of a field that says what was done with the rows, not what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifting:
    """Which rows of an answer, in which order.

    ``where`` is an object of terms (or its JSON text), ``order_by`` fields, a minus in front of one
    makes it descending. Raises WhereInvalidError for what JSON cannot carry.
    """

    where: Any = None
    order_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", plain_where(self.where))

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.where or self.order_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What the rows were narrowed to: ``total`` of the ``whole`` are there.

    ``cannot_compare`` counts rows of which the filter cannot say (a version of another scheme):
    they are not among them.
    """

    where: Any
    order_by: tuple[str, ...]
    total: int
    whole: int
    cannot_compare: int


def is_beside(field: Field[Any]) -> bool:
    """Whether a field of an answer says what was done with its rows."""
    return bool(field.metadata.get(_BESIDE))


def sieve_of(answer: type[Any]) -> str | None:
    """The name of the rows of an answer type that can be narrowed; None where there are none."""
    name = rows_field(answer) if any(map(is_beside, fields(answer))) else ""
    return name if name in SIEVES else None


def narrowed(answer: Any, sifting: Sifting, at: At, handle: Handle) -> Any:
    """The answer with the rows that pass, in order; as it is where nothing is asked of them.

    ``at`` is where it was asked. Raises WhereInvalidError, and TypeError for an answer without
    such rows.
    """
    if not sifting:
        return answer
    rows = sieve_of(type(answer))
    if rows is None:
        raise TypeError(f"the rows of {type(answer).__name__} cannot be narrowed")
    where = where_text(sifting.where, rows)
    by = order_of(sifting.order_by, rows)
    items = getattr(answer, rows)
    catalogue = catalogue_with(items, rows, handle, replace(at, revision=answer.revision))
    found = sifted(items, catalogue, where, by, rows=rows)
    told = Narrowed(
        where=None if sifting.where is None else orjson.loads(sifting.where),
        order_by=sifting.order_by,
        total=found.total,
        whole=len(items),
        cannot_compare=found.cannot_compare,
    )
    return replace(answer, **{rows: found.items, "narrowed": told})
