"""Connections: one page of a list, with keyset cursors that go on at their own revision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from api.graphql.cursor import Cursor, CursorExpiredError, CursorInvalidError, seal
from lineage.errors import ArgumentInvalidError

DEFAULT_PAGE = 100


@strawberry.type
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A row and its cursor."""

    cursor: str
    node: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page. ``revision`` is what the whole list was seen at: that of the first page.

    ``cursor`` seals a row's cursor; it is asked for the rows whose cursor is wanted.
    """

    nodes: list[Any]
    cursor: Callable[[Any], str]
    page_info: PageInfo
    total_count: int
    revision: int

    @property
    def edges(self) -> list[Edge]:
        """The rows, each with its cursor."""
        return [Edge(cursor=self.cursor(row), node=row) for row in self.nodes]


def connection_type(node: Any, name: str) -> Any:
    """The connection type over a node type: ``<name>Connection`` with edges and nodes."""

    def is_edge(found: Any, _info: Any) -> bool:
        return isinstance(found, Edge)

    def is_page(found: Any, _info: Any) -> bool:
        return isinstance(found, Page)

    edge = type(
        f"{name}Edge",
        (),
        {"__annotations__": {"cursor": str, "node": node}, "is_type_of": staticmethod(is_edge)},
    )
    edge = strawberry.type(edge, description="A row and its cursor.")
    page = type(
        f"{name}Connection",
        (),
        {
            "__annotations__": {
                "edges": list[edge],  # type: ignore[valid-type]
                "nodes": list[node],
                "page_info": PageInfo,
                "total_count": int,
                "revision": int,
            },
            "is_type_of": staticmethod(is_page),
        },
    )
    description = "A page of a list. Its revision is the one the first page was seen at."
    return strawberry.type(page, description=description)


def checked_first(first: int | None, most: int) -> int:
    """How many rows a page may have; ArgumentInvalidError outside 0 to ``most``."""
    wanted = DEFAULT_PAGE if first is None else first
    if not 0 <= wanted <= most:
        raise ArgumentInvalidError(name="first", reason=f"{wanted} is not in 0 to {most}")
    return wanted


def values_of(row: Any, names: Sequence[str]) -> tuple[Any, ...]:
    """The values of a row that its cursor holds."""
    return tuple(getattr(row, name) for name in names)


def page_of(
    rows: Sequence[Any],
    names: Sequence[str],
    *,
    first: int,
    after: Cursor | None,
    place: Cursor,
    asked: str,
    secret: bytes,
) -> Page:
    """The page of ``first`` rows after the cursor's row.

    ``place`` has the revision, pack and chain that the rows were seen at; ``names`` the fields
    that tell a row from every other. CursorExpiredError if the row is gone.
    """
    begin = 0
    if after is not None:
        begin = _position(rows, names, after) + 1
    shown = rows[begin : begin + first]

    def cursor(row: Any) -> str:
        held = Cursor(
            revision=place.revision,
            pack_revision=place.pack_revision,
            chain=place.chain,
            values=values_of(row, names),
        )
        return seal(held, asked, secret)

    return Page(
        nodes=list(shown),
        cursor=cursor,
        page_info=PageInfo(
            has_next_page=begin + len(shown) < len(rows),
            has_previous_page=begin > 0,
            start_cursor=cursor(shown[0]) if shown else None,
            end_cursor=cursor(shown[-1]) if shown else None,
        ),
        total_count=len(rows),
        revision=place.revision,
    )


def _position(rows: Sequence[Any], names: Sequence[str], after: Cursor) -> int:
    if len(after.values) != len(names):
        raise CursorInvalidError
    for position, row in enumerate(rows):
        if values_of(row, names) == after.values:
            return position
    raise CursorExpiredError(revision=after.revision)
