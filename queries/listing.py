"""What all lists of the catalogue share: how one is asked, narrowed, ordered and paged.

A list is a file with a question of this kind and an ``Answer`` that names its row type. Its
``where`` is the one grammar of ``queries/where.py``; a place is the values of a row in the order
that was asked for, and its key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import orjson

from lineage.errors import ArgumentInvalidError, WhereInvalidError
from lineage.graph.catalogue import predicate as ask
from lineage.graph.catalogue.catalogue import Catalogue, Page
from lineage.graph.catalogue.order import Paging, Position
from lineage.graph.catalogue.row import Row
from lineage.model.revision import At
from queries.page import FIRST, first_of
from queries.question import Handle, catalogue_of, hold
from queries.term import TERMS
from queries.where import order_of, where_of, where_text

_ESTATE = ask.Column("known_by", ask.OneOf(frozenset(["estate"])))
_COUNTS = ask.Column("archived", ask.OneOf(frozenset([False])))
MOST = 100_000
"""Rows of one answer; more of them come page by page, or as an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A question for rows. ``where`` is an object of terms (or its JSON text).

    ``order_by`` are fields, a minus in front of one makes it descending; the key ends every order.
    ``after`` and ``before`` are places of the same order. ``knowledge`` takes what only a
    knowledge pack speaks of as well.
    """

    where: Any = None
    order_by: tuple[str, ...] = ()
    knowledge: bool = False
    first: int | None = FIRST
    after: tuple[Any, ...] | None = None
    last: int | None = None
    before: tuple[Any, ...] | None = None
    at: At = field(default_factory=At)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", plain_where(self.where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What every list says beside its rows.

    ``total`` counts all rows that pass, whatever the page; ``cannot_compare`` those of which the
    filter cannot say (a version of another scheme): they are not among them. ``left_to_knowledge``
    counts rows that would pass and that only a knowledge pack speaks of. ``places`` are those of
    the rows, to go on from.
    """

    KEYS: ClassVar[tuple[str, ...]] = ("key",)
    ROWS: ClassVar[str] = "rows"

    revision: int
    pack_revision: int
    scope: str
    stream: str | None
    total: int
    cannot_compare: int
    left_to_knowledge: int
    archived: int
    has_next: bool
    has_previous: bool
    places: tuple[tuple[Any, ...], ...]


def plain_where(where: Any) -> str | None:
    """A ``where`` as text, so that a question can be kept and compared like any other value.

    WhereInvalidError for what JSON cannot carry.
    """
    if where is None or isinstance(where, str):
        return where
    try:
        return orjson.dumps(where, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError as error:
        raise WhereInvalidError(path="where", reason=str(error)) from None


def listed(
    question: Listing, handle: Handle, table: str, kinds: Iterable[str] = ()
) -> tuple[dict[str, Any], tuple[Row, ...]]:
    """The fields of a list's ``Answer``, and its rows.

    Raises WhereInvalidError, ArgumentInvalidError (a page), RevisionUnknownError,
    StreamInvalidError, BudgetExceededError.
    """
    catalogue = catalogue_of(handle, question.at)
    where = narrowed(question.where, table, kinds)
    shown, left = among(catalogue, table, where, knowledge=question.knowledge)
    found: Page[Row] = catalogue.page(
        table, shown, order_of(question.order_by, table), paging_of(question)
    )
    view = catalogue.view
    if found.has_next or found.has_previous:
        hold(handle, replace(question.at, revision=view.revision.number))
    told = {
        "revision": view.revision.number,
        "pack_revision": view.pack_revision,
        "scope": view.scope.value,
        "stream": view.stream,
        "total": found.total,
        "cannot_compare": found.cannot_compare,
        "left_to_knowledge": left,
        "archived": len(view.left_out.archived),
        "has_next": found.has_next,
        "has_previous": found.has_previous,
        "places": tuple((*one.values, one.key) for one in found.positions),
    }
    return told, found.rows


def among(
    catalogue: Catalogue, table: str, where: ask.Predicate | None, *, knowledge: bool
) -> tuple[ask.Predicate | None, int]:
    """A filter without what only a knowledge pack speaks of, and how many rows that leaves out.

    With ``knowledge``, or where the filter itself asks for it, nothing is left out. Archived
    assemblies are no rows either, unless the filter asks for them: the scope decides of them.
    """
    terms = {term.name for term in TERMS[table]}
    if "archived" in terms and not _asks(where, "archived"):
        where = both(where, _COUNTS)
    if "known_by" not in terms or knowledge or _asks(where, "known_by"):
        return where, 0
    shown = both(where, _ESTATE)
    return shown, catalogue.total(table, where).total - catalogue.total(table, shown).total


def narrowed(where: Any, table: str, kinds: Iterable[str] = ()) -> ask.Predicate | None:
    """The predicate of a ``where``, of these kinds only; WhereInvalidError."""
    parsed = where_text(where, table) if isinstance(where, str) else where_of(where, table)
    if not kinds:
        return parsed
    return both(ask.Column("kind", ask.OneOf(frozenset(kinds))), parsed)


def both(one: ask.Predicate | None, other: ask.Predicate | None) -> ask.Predicate | None:
    """Both hold; None asks nothing."""
    if one is None or other is None:
        return one or other
    return ask.Every((one, other))


def paging_of(question: Listing) -> Paging:
    """Which part of the list; ArgumentInvalidError for a page that there cannot be."""
    for name in ("first", "last"):
        wanted = getattr(question, name)
        if wanted is not None and not 0 <= wanted <= MOST:
            raise ArgumentInvalidError(name=name, reason=f"{wanted} is not in 0 to {MOST}")
    return Paging(
        first=first_of(question.first, question.last),
        after=_position(question.after, "after"),
        last=question.last,
        before=_position(question.before, "before"),
    )


def _position(place: tuple[Any, ...] | None, name: str) -> Position | None:
    if place is None:
        return None
    if not place or not isinstance(place[-1], str):
        raise ArgumentInvalidError(name=name, reason="a place ends with the key of a row")
    return Position(tuple(place[:-1]), place[-1])


def _asks(where: ask.Predicate | None, path: str) -> bool:
    """Whether a filter speaks of a column itself."""
    match where:
        case ask.Column():
            return where.path == path
        case ask.Every(parts) | ask.Some(parts):
            return any(_asks(part, path) for part in parts)
        case ask.Without(part):
            return _asks(part, path)
        case _:
            return False
