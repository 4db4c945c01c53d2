"""Connections: a page of a list, the arguments that ask for one, and what they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import strawberry

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

    ``cursor`` seals the cursor of the row at an index of the page. ``answer`` has what else the
    connection says.
    """

    nodes: list[Any]
    cursor: Callable[[int], str]
    has_next: bool
    has_previous: bool
    total_count: int
    revision: int
    answer: Any = None

    @property
    def page_info(self) -> PageInfo:
        """Where it stands, with its first and last cursor: sealed when somebody asks for them."""
        return PageInfo(
            has_next_page=self.has_next,
            has_previous_page=self.has_previous,
            start_cursor=self.cursor(0) if self.nodes else None,
            end_cursor=self.cursor(len(self.nodes) - 1) if self.nodes else None,
        )

    @property
    def edges(self) -> list[Edge]:
        """The rows, each with its cursor."""
        return [Edge(cursor=self.cursor(at), node=row) for at, row in enumerate(self.nodes)]


def connection_type(node: Any, name: str, more: Mapping[str, Any] | None = None) -> Any:
    """The connection type over a node type: ``<name>Connection`` with edges and nodes.

    ``more`` are further fields by name, with their types.
    """

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
            **{one: _more(one, hint) for one, hint in (more or {}).items()},
        },
    )
    description = "A page of a list. Its revision is the one the first page was seen at."
    return strawberry.type(page, description=description)


def _more(name: str, hint: Any) -> Any:
    def resolve(root: Any) -> Any:
        return getattr(root.answer, name)

    resolve.__annotations__["root"] = strawberry.Parent[Any]  # type: ignore[misc]
    return strawberry.field(resolver=resolve, graphql_type=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """What of a list is asked for: so many after a cursor, or the last so many before one."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    def checked(self, most: int) -> Paging:
        """With a page's length where nobody said it; ArgumentInvalidError outside 0 to ``most``."""
        if self.first is not None and self.last is not None:
            reason = "`first` is there already: it is one of the two"
            raise ArgumentInvalidError(name="last", reason=reason)
        for name in ("first", "last"):
            wanted = getattr(self, name)
            if wanted is not None and not 0 <= wanted <= most:
                raise ArgumentInvalidError(name=name, reason=f"{wanted} is not in 0 to {most}")
        if self.first is None and self.last is None:
            return Paging(first=min(DEFAULT_PAGE, most), after=self.after, before=self.before)
        return self
