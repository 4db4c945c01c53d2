"""Lists of an answer that are connections: they go on at the revision of their first page."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Optional, get_args, get_type_hints

import orjson
import strawberry

from api.graphql.connection import Page, Paging, connection_type
from api.graphql.context import Context
from api.graphql.cursor import CursorInvalidError, question_digest
from api.graphql.derive import Derivation
from api.graphql.place import Places
from api.graphql.where import Wheres, plain_input, plain_order
from lineage.model.revision import At
from queries.question import hold
from queries.sift import catalogue_with, sifted
from queries.term import TERMS
from queries.where import order_of, where_text

_KEPT = 16
_made: OrderedDict[tuple[int, "_Asked"], tuple[Any, "_Rows"]] = OrderedDict()
_lock = Lock()

# The lists that are paged, and the fields that tell a row of them from every other.
PAGED = {
    "affected": ("verdict", "key", "assembly"),
    "portfolio": ("service", "verdict", "cause"),
}


def paged_fields(answer: type[Any], derivation: Derivation, wheres: Wheres) -> dict[str, Any]:
    """The connection fields of an answer type, by field name; {} where it has none."""
    hints = get_type_hints(answer)
    made = {}
    for name, identifying in PAGED.items():
        if name in hints:
            (row, *_) = get_args(hints[name])
            node, title = derivation.output(row), derivation.name(row)
            if name in TERMS:
                connection = connection_type(node, title, {"cannot_compare": int})
                made[name] = _narrowed_field(name, identifying, connection, wheres)
            else:
                made[name] = _field(
                    _whole_resolver(name, identifying), connection_type(node, title)
                )
    return made


def _whole_resolver(name: str, identifying: tuple[str, ...]) -> Callable[..., Any]:
    def resolve(
        root: Any,
        info: Any,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Any:
        paging = Paging(first=first, after=after, last=last, before=before)
        return _page(_Asked(name, identifying), root, info.context, paging)

    return resolve


def _narrowed_field(
    name: str, identifying: tuple[str, ...], connection: Any, wheres: Wheres
) -> Any:
    def resolve(  # type: ignore[no-untyped-def]
        root, info, where=None, order_by=None, first=None, after=None, last=None, before=None
    ):
        paging = Paging(first=first, after=after, last=last, before=before)
        narrowed = _Asked(
            name, identifying, where=orjson.dumps(plain_input(where)).decode() if where else None,
            order=plain_order(order_by),
        )  # fmt: skip
        return _page(narrowed, root, info.context, paging)

    orders = list.__class_getitem__(wheres.order(name))
    optional: Any = Optional
    resolve.__annotations__ = {
        "where": optional[wheres.where(name)],
        "order_by": optional[orders],
        "first": int | None,
        "after": str | None,
        "last": int | None,
        "before": str | None,
    }
    return _field(resolve, connection)


def _field(resolve: Any, connection: Any) -> Any:
    resolve.__annotations__["info"] = strawberry.Info
    resolve.__annotations__["root"] = strawberry.Parent[Any]  # type: ignore[misc]
    return strawberry.field(
        resolver=resolve,
        graphql_type=connection,
        description="A page of the list, worst first; 100 rows where `first` is not said.",
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A list of an answer: its name, what tells a row from every other, filter and order."""

    name: str
    identifying: tuple[str, ...]
    where: str | None = None
    order: tuple[str, ...] = ()


def _page(asked: _Asked, root: Any, context: Context, paging: Paging) -> Page:
    paging = paging.checked(context.house.settings.max_page)
    placed = context.placed[id(root)]
    digest = question_digest(placed.asked, asked.name, asked.where, asked.order)
    places = Places(house=context.house, asked=digest)
    span = places.opened(paging)
    answer = root
    if span.held is not None:
        answer = context.house.ask_at(placed.question, span.held.revision)
        span.seen_with(answer.pack_revision)
    at = replace(placed.question.at, revision=answer.revision)
    rows = rows_of(answer, asked, at, context)
    begin = rows.after(span.after) if span.after is not None else 0
    end = rows.before(span.before) if span.before is not None else len(rows.rows)
    if paging.first is not None:
        end = min(end, begin + paging.first)
    elif paging.last is not None:
        begin = max(begin, end - paging.last)
    shown = list(rows.rows[begin : max(begin, end)])
    if len(shown) < len(rows.rows):
        hold(context.handle, at)
    return Page(
        nodes=shown,
        cursor=places.sealer(
            answer.revision, answer.pack_revision, lambda at: rows.values(shown[at])
        ),
        total_count=len(rows.rows),
        revision=answer.revision,
        has_next=end < len(rows.rows),
        has_previous=begin > 0,
        answer=rows,
    )


class _Rows:
    """The rows of an answer's list, found again by the values that tell one from every other."""

    def __init__(
        self, rows: Sequence[Any], identifying: tuple[str, ...], cannot_compare: int = 0
    ) -> None:
        self.rows = rows
        self.cannot_compare = cannot_compare
        self._identifying = identifying
        self._at = {self.values(row): at for at, row in enumerate(rows)}

    def values(self, row: Any) -> tuple[Any, ...]:
        """What tells the row from every other."""
        return tuple(getattr(row, name) for name in self._identifying)

    def after(self, values: tuple[Any, ...]) -> int:
        """Where the rows behind that row begin; CursorInvalidError where it is not there."""
        return self.before(values) + 1

    def before(self, values: tuple[Any, ...]) -> int:
        """Where that row is; CursorInvalidError where it is not there."""
        found = self._at.get(values)
        if found is None:
            raise CursorInvalidError
        return found


def rows_of(answer: Any, asked: _Asked, at: At, context: Context) -> _Rows:
    """The rows of an answer's list that pass, in order; made once for all of its pages.

    Raises WhereInvalidError.
    """
    name = (id(answer), asked)
    with _lock:
        held = _made.get(name)
        if held is not None and held[0] is answer:
            _made.move_to_end(name)
            return held[1]
    rows: Sequence[Any] = getattr(answer, asked.name)
    left = 0
    if asked.where is not None or asked.order:
        found = sifted(
            rows,
            catalogue_with(rows, asked.name, context.handle, at),
            where_text(asked.where, asked.name),
            order_of(asked.order, asked.name),
            rows=asked.name,
        )
        rows, left = found.items, found.cannot_compare
    made = _Rows(rows, asked.identifying, left)
    with _lock:
        _made[name] = (answer, made)
        while len(_made) > _KEPT:
            _made.popitem(last=False)
    return made
